#!/bin/bash
# Finds out what is missing to build and run perfeval, and as root installs it
# from the Debian release that the machine runs: the server of that release with
# its headers, pgTAP, GMP, MPFR, and what the tests are written in.
#
#   tools/packages.sh [demo|check]
#
# demo asks only for what the demo needs, but whoever lacks any of it gets the
# whole set, so that one visit of root is enough. Anyone but root is told the
# one command to run. Where nothing is missing no apt program is called.
set -euo pipefail
purpose=${1:-check}
self=$(cd "$(dirname "$0")" && pwd)/$(basename "$0")
PG_CONFIG=${PG_CONFIG:-pg_config}

say() { echo "packages.sh: $*"; }
die() { say "$*" >&2; exit 1; }
has() { command -v "$1" >/dev/null 2>&1; }
has_header() { echo "#include <$1>" | gcc -E -x c - >/dev/null 2>&1; }

# Fills "missing" with Debian packages; $1 is the purpose, $2 the major, if known.
find_missing() {
	local bin="" headers="" pgxs="" share="" major=${2:-N}
	if bin=$("$PG_CONFIG" --bindir 2>/dev/null); then
		headers=$("$PG_CONFIG" --includedir-server) pgxs=$("$PG_CONFIG" --pgxs) share=$("$PG_CONFIG" --sharedir)
	fi
	missing=()
	has gcc || missing+=(gcc)
	has make || missing+=(make)
	has_header stdio.h || missing+=(libc6-dev)
	has_header gmp.h || missing+=(libgmp-dev)
	has_header mpfr.h || missing+=(libmpfr-dev)
	[ -x "$bin/postgres" ] && [ -x "$bin/initdb" ] && [ -x "$bin/psql" ] || missing+=("postgresql-$major")
	[ -f "$headers/postgres.h" ] && [ -f "$pgxs" ] || missing+=("postgresql-server-dev-$major")
	if [ "$1" = check ]; then
		[ -f "$share/extension/pgtap.control" ] || missing+=("postgresql-$major-pgtap")
		has prove || missing+=(perl)
		has python3 || missing+=(python3)
	fi
}

case $purpose in demo | check) ;; *) die "demo or check?" ;; esac
find_missing "$purpose"
[ ${#missing[@]} -gt 0 ] || exit 0

# A server that did not come from Debian's packages is its owner's to complete.
if version=$("$PG_CONFIG" --version 2>/dev/null); then
	version=${version#PostgreSQL }
	major=${version%%[!0-9]*}
	case "$("$PG_CONFIG" --bindir)" in
	/usr/lib/postgresql/*) ;;
	*) case " ${missing[*]}" in *" postgresql-"*)
		die "the PostgreSQL of $PG_CONFIG lacks what these Debian packages bring: ${missing[*]}" ;;
	esac ;;
	esac
elif [ "${PG_CONFIG##*/}" = "$PG_CONFIG" ] || [ "$PG_CONFIG" = /usr/bin/pg_config ]; then
	major=
else
	die "$PG_CONFIG does not run"
fi

has apt-get || die "this is no Debian; install the like of these: ${missing[*]}"
if [ "$(id -u)" != 0 ]; then
	find_missing check "$major"
	{
		say "missing: ${missing[*]//-N/}"
		echo "Only root can install them (160 to 190 MB to download on a bare Debian, no database"
		echo "cluster is created). Run this one command as root, then repeat yours:"
		echo
		echo "    $(has sudo && echo 'sudo ')$self"
		echo
	} >&2
	exit 1
fi

export DEBIAN_FRONTEND=noninteractive LC_ALL=C
apt=(apt-get -q -o DPkg::Lock::Timeout=300)
updated=
update() {
	say "reading the package lists (apt-get update)"
	"${apt[@]}" update
	updated=yes
}
# Not together with --assume-no: which of the two wins depends on apt's version.
install_missing() { "${apt[@]}" install --no-install-recommends --assume-yes "${missing[@]}"; }
known() { # apt-cache is content with any of several
	local package
	for package; do apt-cache show --no-all-versions "$package" >/dev/null 2>&1 || return 1; done
}
release_major() { apt-cache depends postgresql 2>/dev/null | sed -n 's/.*Depends: postgresql-\([0-9]*\)$/\1/p' | head -n 1 || true; }

if [ -z "$major" ]; then
	major=$(release_major)
	[ -n "$major" ] || { update; major=$(release_major); }
	[ -n "$major" ] || die "the package lists know no PostgreSQL"
fi
find_missing check "$major"
known "${missing[@]}" || [ -n "$updated" ] || update
known "${missing[@]}" || die "the package lists lack some of: ${missing[*]}"

# Installing a server package makes and starts a cluster unless told not to. The
# setting is taken away again: what happens on later installations is not ours.
dropin=/etc/postgresql-common/createcluster.d/zz-perfeval-build.conf
trap 'rm -f "$dropin"; rmdir --ignore-fail-on-non-empty -p "${dropin%/*}" 2>/dev/null || true' EXIT
trap 'exit 129' HUP
trap 'exit 130' INT
trap 'exit 143' TERM
mkdir -p "${dropin%/*}"
echo "create_main_cluster = false" >"$dropin"

say "about to install ${missing[*]} and what they need:"
"${apt[@]}" install --no-install-recommends --assume-no "${missing[@]}" 2>&1 |
	grep -E '^(Need to get|After this)' | sed 's/^/    /' || true
say "no database cluster is created or started"
if ! install_missing; then
	# Lists that are older than the archive name files that are gone.
	[ -z "$updated" ] || exit 1
	update
	install_missing
fi

hash -r
find_missing check "$major"
[ ${#missing[@]} -eq 0 ] || die "still missing after the installation: ${missing[*]}"
