#!/bin/bash
# A private PostgreSQL server with perfeval in it: unix socket only, never run
# as root, no system file touched. It sees the system's other extensions.
#
#   tools/server.sh run CMD...        new server, CMD, tear down; exit code of CMD
#   tools/server.sh start LINK        lasting server, found through the symlink LINK
#   tools/server.sh in LINK CMD...    CMD against a lasting server
#   tools/server.sh revive LINK           start it again after all its processes were killed
#   tools/server.sh stop LINK
#
# CMD runs as the caller, with PGHOST, PGPORT, PGUSER (superuser postgres),
# PGDATABASE (postgres; demo on a lasting server), PG_CONFIG, PERFEVAL_LOG (the
# server's log) and the server's own programs first in PATH.
# From the environment: PG_CONFIG, COPT (compiler flags), and
# PERFEVAL_SETTINGS="work_mem=64MB; shared_buffers=1GB" for postgresql.conf.
set -euo pipefail
repo=$(cd "$(dirname "$0")/.." && pwd)

say() { echo "server.sh: $*" >&2; }
die() { say "$*"; exit 1; }

# make knows which pg_config is meant and exports it.
if [ -z "${PG_CONFIG:-}" ]; then
	# shellcheck disable=SC2012 # sorted by version
	PG_CONFIG=$(command -v pg_config || ls -v /usr/lib/postgresql/*/bin/pg_config 2>/dev/null | tail -n 1)
	[ -n "$PG_CONFIG" ] || die "no pg_config found: run tools/packages.sh, or set PG_CONFIG"
fi
export PG_CONFIG
bin=$("$PG_CONFIG" --bindir 2>/dev/null) || die "$PG_CONFIG does not run: run tools/packages.sh, or set PG_CONFIG"

# PostgreSQL refuses to run as root, so root lends the server to another user.
server_user=
if [ "$(id -u)" = 0 ]; then
	server_user=postgres
	id -u "$server_user" >/dev/null 2>&1 || server_user=nobody
fi
# as_server CMD...: from /, because the server's user may not enter our folder.
as_server() (
	cd /
	if [ -n "$server_user" ]; then exec runuser -u "$server_user" -- "$@"; else exec "$@"; fi
)

# The programs' folder goes first in PATH because Debian's /usr/bin/psql is a wrapper.
use() { # FOLDER DATABASE
	export PGHOST=$1/pg PGPORT=5432 PGUSER=postgres PGDATABASE=$2 PGCLIENTENCODING=UTF8
	export PERFEVAL_LOG=$1/pg/log PATH="$bin:$PATH"
	unset PGSERVICE PGHOSTADDR PGPASSWORD PGOPTIONS PGSSLMODE
}

# A socket's path is limited to 107 bytes, and the server's user must be able to
# get there, and load a library: so not every TMPDIR will do.
make_folder() {
	local base
	for base in "${TMPDIR:-/tmp}" /tmp /var/tmp; do
		[ ${#base} -le 70 ] || continue
		dir=$(mktemp -d "$base/perfeval.XXXXXX" 2>/dev/null) || continue
		chmod 755 "$dir"
		printf '#!/bin/sh\n' >"$dir/try" # a folder without exec rights cannot hold a library
		chmod 755 "$dir/try"
		if mkdir "$dir/pg" && { [ -z "$server_user" ] || chown "$server_user" "$dir/pg"; } &&
			as_server test -w "$dir/pg" && as_server "$dir/try" 2>/dev/null; then
			return
		fi
		rm -rf "$dir"
	done
	die "no folder for temporary files that ${server_user:-this user} can use"
}

# Builds, installs under $dir/inst and starts. Two builds in one tree at once
# would disturb each other, hence the lock.
bring_up() {
	make_folder
	(
		umask 022
		exec 9<"$repo/Makefile"
		flock 9
		MAKEFLAGS='' make -s -C "$repo" --no-print-directory install with_llvm=no DESTDIR="$dir/inst" 9<&- >&2
	) || die "the build failed"

	as_server "$bin/initdb" -D "$dir/pg/data" -A trust -N -U postgres -E UTF8 --no-locale >"$dir/initdb.log" 2>&1 ||
		{ cat "$dir/initdb.log" >&2; die "initdb failed"; }

	local pkglib share path=
	pkglib=$("$PG_CONFIG" --pkglibdir) share=$("$PG_CONFIG" --sharedir)
	# From 18 on there is extension_control_path; Debian's older ones carry a patch.
	if as_server "$bin/postgres" -D "$dir/pg/data" -C extension_control_path >/dev/null 2>&1; then
		path="extension_control_path = '$dir/inst$share:\$system'"
	elif as_server "$bin/postgres" -D "$dir/pg/data" -C extension_destdir >/dev/null 2>&1; then
		path="extension_destdir = '$dir/inst'"
	elif ! cmp -s "$dir/inst$pkglib/perfeval.so" "$pkglib/perfeval.so"; then
		die "this PostgreSQL only finds installed extensions: run 'make install' first"
	fi
	{
		echo "listen_addresses = ''"
		echo "unix_socket_directories = '$dir/pg'"
		echo "unix_socket_permissions = 0700"
		echo "port = 5432"
		echo "dynamic_library_path = '$dir/inst$pkglib:\$libdir'"
		echo "$path"
		echo "timezone = 'UTC'"
		echo "fsync = off" # thrown away after a crash of the machine anyway
		echo "log_line_prefix = '%m [%p] %q%d '"
		tr ';' '\n' <<<"${PERFEVAL_SETTINGS:-}"
	} | as_server tee -a "$dir/pg/data/postgresql.conf" >/dev/null

	as_server "$bin/pg_ctl" -D "$dir/pg/data" -w -l "$dir/pg/log" start >/dev/null ||
		{ cat "$dir/pg/log" >&2; die "the server does not start"; }
}

take_down() { # FOLDER
	[ -n "$1" ] && [ -d "$1/pg" ] || return 0
	if [ -f "$1/pg/data/postmaster.pid" ]; then
		as_server "$bin/pg_ctl" -D "$1/pg/data" -m immediate -w stop >/dev/null || true
	fi
	rm -rf "$1"
}

# What must never be in a log, whatever the tests say.
crashed() {
	grep -nE 'was terminated by signal|PANIC: |TRAP: |: runtime error: |ERROR: AddressSanitizer' "$1" >&2
}

folder_of() { # LINK: the folder of a running server
	dir=$(readlink "$1" 2>/dev/null) && [ -f "$dir/pg/data/postmaster.pid" ]
}

verb=${1:-}
shift || true
case $verb in
run)
	[ $# -gt 0 ] || die "run what?"
	dir=
	trap 'take_down "$dir"' EXIT
	trap 'exit 129' HUP; trap 'exit 130' INT; trap 'exit 143' TERM
	bring_up
	rc=0
	(use "$dir" postgres; exec "$@") || rc=$?
	if crashed "$dir/pg/log"; then
		say "the server crashed or reported an error of its own (lines above)"
		[ $rc -ne 0 ] || rc=1
	fi
	if [ $rc -ne 0 ]; then
		cp "$dir/pg/log" "$repo/server.log" && say "the server's log is kept in $repo/server.log"
	fi
	exit $rc
	;;
start)
	[ $# -eq 1 ] || die "start which LINK?"
	if [ -L "$1" ]; then "$repo/tools/server.sh" stop "$1"; fi
	dir=
	trap 'take_down "$dir"' EXIT
	trap 'exit 129' HUP; trap 'exit 130' INT; trap 'exit 143' TERM
	bring_up
	(use "$dir" postgres; createdb demo)
	ln -sfn "$dir" "$1"
	trap - EXIT
	;;
in)
	[ $# -gt 1 ] || die "in which LINK, which command?"
	folder_of "$1" || die "no server at $1: run 'make demo' first"
	shift
	use "$dir" demo
	exec "$@"
	;;
revive)
	[ $# -eq 1 ] || die "revive which LINK?"
	dir=$(readlink "$1") || die "no server at $1"
	as_server "$bin/pg_ctl" -D "$dir/pg/data" -w -l "$dir/pg/log" start >/dev/null 2>&1 ||
		{ tail -n 50 "$dir/pg/log" >&2; die "the server does not start again"; }
	;;
stop)
	[ $# -eq 1 ] || die "stop which LINK?"
	# rm -rf follows below: only a folder of our own making.
	if dir=$(readlink "$1"); then
		case $dir in */perfeval.??????) take_down "$dir" ;; esac
		rm -f "$1"
	fi
	;;
*)
	sed -n '2,/^set -e/{/^#/s/^# \{0,1\}//p}' "$0" >&2
	exit 2
	;;
esac
