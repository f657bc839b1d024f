#!/bin/bash
# All tests, against a private server of their own; ends with one line of totals.
#
#   tools/check.sh         everything
#   tools/check.sh core    only what needs no server: test/core
#
#   test/core/*.c    programs linked with src/core, under sanitizers where the compiler has them
#   test/fuzz/*.c    fuzz targets, a short run each (tools/fuzz.sh: a long one)
#   test/sql/*.sql   pg_regress, answers in expected/
#   test/isolation/specs/*.spec  pg_isolation_regress, answers in test/isolation/expected
#   test/pgtap/*.sql run by psql in a database that has pgtap and perfeval
#   test/workspace/*.sql  the same; each makes workspaces of its own and drops them
#   test/t/*.t       Perl; they find the server through PGHOST and the like
# All but pg_regress and pg_isolation_regress speak TAP. PERFEVAL_REAL_DATA is handed through;
# PERFEVAL_TIMEOUT is how many seconds a file may take (900), pg_regress as a whole; PERFEVAL_CRASHES how often each
# crash test kills; PERFEVAL_CRON=1 lets a schedule of pg_cron run, which takes a minute.
set -euo pipefail
export PERFEVAL_TIMEOUT=${PERFEVAL_TIMEOUT:-900}
cd "$(dirname "$0")/.."

# Runs TAP programs and adds "passed failed skipped" to $tally. A file that dies,
# or does not keep to its plan, is one failure more. Skips are always listed.
# shellcheck disable=SC2016 # it is Perl
harness='
	use strict; use warnings; use TAP::Harness;
	my (@skips, $skipped);
	my $harness = TAP::Harness->new({
		lib => ["test/t/lib"], comments => 1, failures => 1, merge => 0,
		exec => sub {
			my (undef, $file) = @_;
			my @limit = ("timeout", $ENV{PERFEVAL_TIMEOUT});
			return [@limit, qw(psql -X -q -A -t -P pager=off -v ON_ERROR_STOP=1 -d perfeval_pgtap -f), $file] if $file =~ /\.sql$/;
			return [@limit, "./$file"] if $file !~ /\.t$/;
			return [@limit, $^X, "-Itest/t/lib", $file];
		}});
	$harness->callback(made_parser => sub {
		my ($parser, $job) = @_;
		$parser->callback(test => sub {
			my ($test) = @_;
			push @skips, $job->[0] . ": " . $test->explanation if $test->has_skip;
		});
	});
	my $all = $harness->runtests(@ARGV);
	$skipped = @skips;
	my ($passed, $failed) = ($all->passed - $skipped, scalar $all->failed);
	for my $file ($all->descriptions) {
		my ($parser) = $all->parsers($file);
		if (defined $parser->skip_all) { $skipped++; push @skips, "$file: " . $parser->skip_all; }
		elsif ($parser->has_problems && !$parser->failed) { $failed++; }
	}
	print "skipped $_\n" for @skips;
	open my $tally, ">>", $ENV{tally} or die $!;
	print $tally "$passed $failed $skipped\n";
	exit($failed ? 1 : 0);
'
run_tap() { [ $# -eq 0 ] || perl -e "$harness" "$@"; }

run_core() {
	local flags programs=() source program
	rm -rf build/core
	mkdir -p build/core/object
	flags="-g -O1 $(make -s warnings) -Isrc/core"
	if echo 'int main(void){return 0;}' |
		gcc -fsanitize=address,undefined -x c - -o build/core/.try 2>/dev/null && build/core/.try; then
		flags="$flags -fsanitize=address,undefined -fno-sanitize-recover=undefined"
	else
		echo "note: this compiler has no sanitizers, test/core runs without"
	fi
	# Once for all programs.
	printf '%s\n' src/core/*.c |
		xargs -P "$(nproc)" -I{} sh -c "gcc $flags -c {} -o build/core/object/\$(basename {} .c).o" || return 1
	ar rcs build/core/core.a build/core/object/*.o
	for source in test/core/*.c; do
		program=build/core/$(basename "$source" .c)
		# shellcheck disable=SC2086 # words on purpose
		gcc $flags "$source" build/core/core.a -lmpfr -lgmp -o "$program" || return 1
		programs+=("$program")
	done
	# The fuzz targets, with a driver in place of a fuzzer: a short run.
	for source in test/fuzz/*.c; do
		program=build/core/fuzz_$(basename "$source" .c)
		# shellcheck disable=SC2086 # words on purpose
		gcc $flags -Wno-unused-function -Itest/fuzz "$source" test/fuzz/lib/driver.c build/core/core.a \
			-lmpfr -lgmp -o "$program" || return 1
		programs+=("$program")
	done
	run_tap "${programs[@]}"
}

# Both run by installcheck; before 16 they print "test NAME ... ok", later ones
# print TAP.
run_regress() {
	local out rc=0 passed failed diffs
	out=$(mktemp)
	timeout "$PERFEVAL_TIMEOUT" make -s --no-print-directory installcheck 2>&1 | tee "$out" || rc=$?
	passed=$(grep -cE '^(ok [0-9]+ |test .*\.\.\. ok )' "$out") || true
	failed=$(grep -cE '^(not ok [0-9]+ |test .*\.\.\. FAILED )' "$out") || true
	rm -f "$out"
	if [ "$rc" -ne 0 ]; then
		for diffs in regression.diffs output_iso/regression.diffs; do
			[ ! -f $diffs ] || head -n 300 $diffs
		done
		[ "$failed" -gt 0 ] || failed=1
	fi
	echo "$passed $failed 0" >>"$tally"
	[ "$failed" -eq 0 ]
}

shopt -s nullglob
case ${1:-all} in
inside) # called by itself, through server.sh
	rc=0
	run_regress || rc=1
	pgtap=(test/pgtap/*.sql test/workspace/*.sql)
	if [ ${#pgtap[@]} -gt 0 ]; then
		createdb perfeval_pgtap
		psql -X -q -d perfeval_pgtap -c 'CREATE EXTENSION pgtap' -c 'CREATE EXTENSION perfeval'
	fi
	run_tap "${pgtap[@]}" test/t/*.t || rc=1
	exit $rc # not 0 keeps the log of the server
	;;
all | core) ;;
*) echo "all or core?" >&2; exit 2 ;;
esac

tally=$(mktemp)
export tally
trap 'rm -f "$tally"' EXIT
broken=
sources=(test/core/*.c)
if [ ${#sources[@]} -gt 0 ]; then
	run_core || broken=1
fi
if [ "${1:-all}" = all ]; then
	export MAKEFLAGS=''
	tools/server.sh run tools/check.sh inside || broken=1
fi

read -r passed failed skipped < <(awk '{ p += $1; f += $2; s += $3 } END { print p + 0, f + 0, s + 0 }' "$tally")
# A crash of the server or a failed build is a failure too.
[ -z "$broken" ] || [ "$failed" -gt 0 ] || failed=1
echo "check: $passed passed, $failed failed, $skipped skipped"
[ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
