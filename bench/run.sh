#!/bin/bash
# The benchmarks, on a private server: ratios of two statements measured in
# turn, in one run. Nothing gates on them.
#
#   bench/run.sh [scores] [cards] [tiers] [schemes] [workspace] [runs] [gaps]     all of them by default
#
#   PERFEVAL_BENCH_ROWS   rows of the big table, readings of the cards and schemes (10000000)
#   PERFEVAL_BENCH_RUNS   runs of each statement (5)
set -euo pipefail
cd "$(dirname "$0")/.."
rows=${PERFEVAL_BENCH_ROWS:-10000000}
runs=${PERFEVAL_BENCH_RUNS:-5}
rounds=$runs
[ "$rows" -le 1000000 ] || rounds=1 # of what takes minutes

# Everything in memory and nothing in the background, so that the statements
# differ only in what they compute. JIT would compile core's operators only.
export PERFEVAL_SETTINGS="shared_buffers=2GB; work_mem=256MB; jit=off; autovacuum=off; fsync=off; max_wal_size=8GB; max_parallel_workers=2; max_parallel_workers_per_gather=0; synchronize_seqscans=off"
if [ "${1:-}" != inside ]; then
	exec tools/server.sh run bench/run.sh inside "$@"
fi
shift
[ $# -gt 0 ] || set -- scores cards tiers schemes workspace runs gaps

folder=build/bench
mkdir -p "$folder"
sql() { # FILE...
	psql -X -q -P footer=off -v ON_ERROR_STOP=1 -v rows="$rows" -v runs="$runs" -v rounds="$rounds" -v folder="$folder" "${@/#/-f}"
}
sql bench/race.sql
example_schemes() { # once, whoever needs them first
	[ -n "${made:-}" ] || sql bench/schemes/{data,packed}.sql
	made=1
}
by_hand() {
	example_schemes
	[ -n "${handy:-}" ] || sql bench/schemes/by_hand.sql
	handy=1
}
duckdb() { # whole, or gaps
	sql bench/schemes/export.sql
	bench/schemes/duckdb.sh "$folder" "$runs" "$1"
}
for part; do
	case $part in
	scores | cards) sql "bench/$part.sql" ;;
	schemes)
		by_hand
		sql bench/schemes/race.sql
		duckdb whole
		;;
	gaps) takes_away=1 ;; # from the readings, so it comes last
	runs)
		# the workspace that the part before left, or a new one
		example_schemes
		[ "${written:-}" ] || sql bench/workspace/fill.sql
		sql bench/workspace/runs.sql
		;;
	workspace)
		example_schemes
		written=1
		for ((pair = 0; pair < rounds; pair++)); do
			sql bench/workspace/write.sql
		done
		sql bench/workspace/{written,standings,access}.sql
		bench/workspace/latency.sh "$rows" "$folder"
		;;
	tiers) sql bench/tiers.sql ;;
	*) echo "run.sh: no benchmark '$part': scores, cards, tiers, schemes, workspace, runs or gaps" >&2; exit 2 ;;
	esac
done
if [ "${takes_away:-}" ]; then
	by_hand
	sql bench/schemes/gaps.sql
	duckdb gaps
fi
sql bench/report.sql
