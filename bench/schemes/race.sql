-- The contenders in the server: first that all say the same, then their times.
INSERT INTO bench.expected SELECT subject_id, score, basis, rank, tier FROM bench.by_levels_standing;
ANALYZE bench.expected;
CALL bench.must_agree('by_shares_standing');
CALL bench.must_agree('by_loop_standing');
CALL bench.must_agree('packed_standing');

\set packed_scores 'SELECT sum(score) FROM bench.packed'
\set packed_standings 'SELECT sum(score), sum(rank), sum(tier) FROM bench.packed_standing'
\set shares_scores 'SELECT sum(score) FROM bench.by_shares'
\set shares_standings 'SELECT sum(score), sum(rank), sum(tier) FROM bench.by_shares_standing'
\set levels_scores 'SELECT sum(score) FROM bench.by_levels'
\set levels_standings 'SELECT sum(score), sum(rank), sum(tier) FROM bench.by_levels_standing'
\set loop_scores 'SELECT sum(score) FROM bench.by_loop'
\set loop_standings 'SELECT sum(score), sum(rank), sum(tier) FROM bench.by_loop_standing'
\set slow_runs 'least(:runs, 2)'

CALL bench.race('scores, serial', 'SQL on rows, weights multiplied beforehand', :'packed_scores', :'shares_scores', '-', :slow_runs);
CALL bench.race('scores, ranks and tiers, serial', 'SQL on rows, weights multiplied beforehand', :'packed_standings', :'shares_standings', '-', :slow_runs);
SET max_parallel_workers_per_gather = 2;
SET parallel_setup_cost = 0;
SET parallel_tuple_cost = 0;
CALL bench.race('scores, 2 workers', 'SQL on rows, weights multiplied beforehand', :'packed_scores', :'shares_scores', '0.02', :slow_runs);
CALL bench.race('scores, ranks and tiers, 2 workers', 'SQL on rows, weights multiplied beforehand', :'packed_standings', :'shares_standings', '0.02', :slow_runs);
CALL bench.race('scores, 2 workers', 'SQL on rows, level by level', :'packed_scores', :'levels_scores', '0.02', :slow_runs);
CALL bench.race('scores, ranks and tiers, 2 workers', 'SQL on rows, level by level', :'packed_standings', :'levels_standings', '0.02', :slow_runs);
CALL bench.race('scores, 2 workers', 'PL/pgSQL, a loop over each subject''s readings', :'packed_scores', :'loop_scores', '-', :slow_runs);
CALL bench.race('scores, ranks and tiers, 2 workers', 'PL/pgSQL, a loop over each subject''s readings', :'packed_standings', :'loop_standings', '-', :slow_runs);
RESET max_parallel_workers_per_gather;

-- The curve: the best of several runs, so that a statement's fixed cost (plan,
-- six rubrics to fetch) shows with the few and what a reading costs with the many.
CREATE TABLE bench.curve (readings bigint, scores float8, standings float8);
DO $$
DECLARE
	subjects bigint := (SELECT count(*) FROM bench.scheme_card);
	n bigint := 100;
	scores text := 'SELECT sum(perfeval.score(card, rubric)) FROM bench.part JOIN bench.scheme_rubric USING (group_id)';
	standings text := 'SELECT sum(score), sum(rank), sum(tier) FROM (
		SELECT round(basis, 2) AS score, perfeval.rank_by_score(basis) OVER w AS rank,
			perfeval.forced_distribution(basis, ''{0.20,0.70,0.10}'') OVER w AS tier
		FROM bench.part_basis WINDOW w AS (PARTITION BY group_id)) AS q';
BEGIN
	WHILE n <= subjects LOOP
		CREATE UNLOGGED TABLE bench.part AS SELECT * FROM bench.scheme_card WHERE subject_id <= n;
		ANALYZE bench.part;
		CREATE VIEW bench.part_basis WITH (security_barrier) AS
		SELECT group_id, perfeval.rank_basis(card, rubric) AS basis
		FROM bench.part JOIN bench.scheme_rubric USING (group_id);
		INSERT INTO bench.curve
		SELECT n * 100, min(bench.seconds(scores)), min(bench.seconds(standings)) FROM generate_series(1, greatest(5, 20000 / n));
		DROP TABLE bench.part CASCADE;
		n := n * 10;
	END LOOP;
END
$$;
\echo 'From few readings to many, perfeval, serial: nanoseconds a reading, and a reading more than the line above'
SELECT readings, round(scores::numeric, 6) AS scores_seconds, round((scores / readings * 1e9)::numeric, 1) AS ns,
       round(((scores - lag(scores) OVER w) / (readings - lag(readings) OVER w) * 1e9)::numeric, 1) AS ns_more,
       round(standings::numeric, 6) AS standings_seconds, round((standings / readings * 1e9)::numeric, 1) AS standings_ns,
       round(((standings - lag(standings) OVER w) / (readings - lag(readings) OVER w) * 1e9)::numeric, 1) AS standings_ns_more
FROM bench.curve WINDOW w AS (ORDER BY readings) ORDER BY readings;

\echo 'Bytes a reading; tables with their headers'
SELECT round(sum(pg_column_size(card))::numeric / :rows, 2) AS in_the_card,
       round(pg_table_size('bench.scheme_card')::numeric / :rows, 2) AS cards,
       round(pg_table_size('bench.scheme_reading')::numeric / :rows, 2) AS rows,
       round(pg_total_relation_size('bench.scheme_reading')::numeric / :rows, 2) AS rows_with_their_key,
       (SELECT max(pg_column_size(rubric)) FROM bench.scheme_rubric) AS bytes_of_a_rubric
FROM bench.scheme_card;
