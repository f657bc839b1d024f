#!/bin/bash
# One correction, then the standings of its group of 1,000: how long a client
# waits for both, at 100 thousand readings and ten and a hundred times as many,
# with next to nothing and with 20,000 readings in the tail; from the view, with
# plans as the server chooses (it may plan each time) and with a plan made once,
# and from the function group_standing.
#
#   bench/workspace/latency.sh ROWS FOLDER     (PG* points to the server; write.sql has run)
#
# New values are 1 to 5, which every rule of the example schemes can take.
# pgbench on the same machine, one connection, prepared statements, its own log
# of each pair of statements; the first 20 of a connection do not count.
set -euo pipefail
cd "$(dirname "$0")/../.."
rows=$1 folder=$2/latency
corrections=300

mkdir -p "$folder"
sql() { psql -X -q -v ON_ERROR_STOP=1 "$@"; }
sql -c 'SET client_min_messages = warning' -c 'DROP TABLE IF EXISTS bench.latency' \
	-c 'CREATE TABLE bench.latency (readings bigint, unfolded bigint, way text, milliseconds float8)'

measure() { # WORKSPACE READINGS UNFOLDED
	local way file mode
	for way in 'view, auto' 'view, force_generic_plan' 'group_standing, auto'; do
		rm -f "$folder"/log.*
		mode=${way#*, } file=correct.sql
		[[ $way = view* ]] || file=correct_group.sql
		PGOPTIONS="-c search_path=$1 -c plan_cache_mode=$mode" pgbench -n -M prepared -c 1 -t $((corrections + 20)) \
			-D subjects=$(($2 / 100)) -f bench/workspace/$file --log --log-prefix="$folder/log" >"$folder/out" 2>&1 ||
			{ cat "$folder/out"; exit 1; }
		awk -v readings="$2" -v unfolded="$3" -v way="$way" '$2 > 20 { print readings "|" unfolded "|" way "|" $3 / 1000 }' "$folder"/log.* |
			sql -c "COPY bench.latency FROM STDIN (DELIMITER '|')"
	done
}

for readings in 100000 1000000 10000000; do
	[ "$readings" -le "$rows" ] || break
	workspace=bench_latency
	subjects=$((readings / 100))
	if [ "$readings" = "$rows" ]; then
		workspace=bench_workspace # as write.sql left it: all folded
	else
		sql -v name=$workspace -v subjects=$subjects -f bench/workspace/make.sql
		sql -c "INSERT INTO $workspace.reading (subject_id, period_id, item, value)
			SELECT subject_id, 2025000, item, value FROM bench.scheme_reading WHERE subject_id <= $subjects" \
			-c "CALL $workspace.fold()"
	fi
	sql -v name=$workspace -v subjects=$subjects -f bench/workspace/thousands.sql
	measure $workspace "$readings" 0
	sql -c "INSERT INTO $workspace.reading (subject_id, period_id, item, value)
		SELECT 1 + abs(hashint8(i)) % $subjects, 2025000, 1 + abs(hashint8(-i)) % 100, 1 + i % 5
		FROM generate_series(1, 20000 - (SELECT count(*) FROM $workspace.reading_tail)) AS i" \
		-c "ANALYZE $workspace.reading_tail" # as autovacuum does from 5,000 rows on
	measure $workspace "$readings" 20000
done

sql -P footer=off <<'END'
\echo 'One correction, then the standings of its group of 1,000: milliseconds, both round trips; aims p50 10, p99 25'
SELECT readings, unfolded AS unfolded_before, way AS asked_from, count(*) AS corrections,
       round(percentile_cont(0.5) WITHIN GROUP (ORDER BY milliseconds)::numeric, 1) AS p50,
       round(percentile_cont(0.99) WITHIN GROUP (ORDER BY milliseconds)::numeric, 1) AS p99,
       round(max(milliseconds)::numeric, 1) AS longest
FROM bench.latency GROUP BY readings, unfolded, way ORDER BY readings, unfolded, way;
END
