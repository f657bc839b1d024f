#!/bin/bash
# The benchmarks, on a private server: ratios of two statements measured in
# turn, in one run. Nothing gates on them.
#
#   PERFEVAL_BENCH_ROWS   rows of the big table (10000000)
#   PERFEVAL_BENCH_RUNS   runs of each statement (5)
set -euo pipefail
cd "$(dirname "$0")/.."
rows=${PERFEVAL_BENCH_ROWS:-10000000}
runs=${PERFEVAL_BENCH_RUNS:-5}

# Everything in memory and nothing in the background, so that the statements
# differ only in what they compute. JIT would compile core's operators only.
export PERFEVAL_SETTINGS="shared_buffers=2GB; work_mem=256MB; jit=off; autovacuum=off; fsync=off; max_wal_size=8GB; max_parallel_workers=2; max_parallel_workers_per_gather=0; synchronize_seqscans=off"
exec tools/server.sh run psql -X -q -v ON_ERROR_STOP=1 \
	-v rows="$rows" -v runs="$runs" -f bench/race.sql -f bench/scores.sql -f bench/cards.sql -f bench/report.sql
