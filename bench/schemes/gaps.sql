-- The same schemes where one reading of a hundred is missing: a mean goes on
-- without it, a deduction or bonus is 0. What a weight comes to at the root is
-- then not the same for all, so weights multiplied beforehand are out.
\echo 'Whole schemes, one reading of a hundred missing'
\set seed 20250101
DELETE FROM bench.scheme_reading WHERE bench.chance(subject_id, 200 + item, :seed) < 10486;	-- of 1048576
TRUNCATE bench.scheme_card, bench.expected;
INSERT INTO bench.scheme_card SELECT * FROM bench.packing;
VACUUM (ANALYZE, FREEZE) bench.scheme_reading, bench.scheme_card;
SELECT count(*) AS subjects, count(*) FILTER (WHERE n < 100) AS subjects_with_gaps, sum(100 - n) AS missing
FROM (SELECT count(*) AS n FROM bench.scheme_reading GROUP BY subject_id) AS q;

INSERT INTO bench.expected SELECT subject_id, score, basis, rank, tier FROM bench.by_levels_standing;
ANALYZE bench.expected;
CALL bench.must_agree('by_columns_standing');
CALL bench.must_agree('by_loop_standing');
CALL bench.must_agree('packed_standing');

\set packed_scores 'SELECT sum(score) FROM bench.packed'
\set packed_standings 'SELECT sum(score), sum(rank), sum(tier) FROM bench.packed_standing'
\set columns_scores 'SELECT sum(score) FROM bench.by_columns'
\set columns_standings 'SELECT sum(score), sum(rank), sum(tier) FROM bench.by_columns_standing'
\set levels_scores 'SELECT sum(score) FROM bench.by_levels'
\set levels_standings 'SELECT sum(score), sum(rank), sum(tier) FROM bench.by_levels_standing'
\set loop_scores 'SELECT sum(score) FROM bench.by_loop'
\set loop_standings 'SELECT sum(score), sum(rank), sum(tier) FROM bench.by_loop_standing'
\set slow_runs 'least(:runs, 2)'

SET max_parallel_workers_per_gather = 2;
SET parallel_setup_cost = 0;
SET parallel_tuple_cost = 0;
CALL bench.race('scores with gaps, 2 workers', 'SQL on rows, a column for each mean', :'packed_scores', :'columns_scores', '0.02', :slow_runs);
CALL bench.race('scores, ranks and tiers with gaps, 2 workers', 'SQL on rows, a column for each mean', :'packed_standings', :'columns_standings', '0.02', :slow_runs);
CALL bench.race('scores with gaps, 2 workers', 'SQL on rows, level by level', :'packed_scores', :'levels_scores', '0.02', :slow_runs);
CALL bench.race('scores, ranks and tiers with gaps, 2 workers', 'SQL on rows, level by level', :'packed_standings', :'levels_standings', '0.02', :slow_runs);
CALL bench.race('scores with gaps, 2 workers', 'PL/pgSQL, a loop over each subject''s readings', :'packed_scores', :'loop_scores', '-', :slow_runs);
CALL bench.race('scores, ranks and tiers with gaps, 2 workers', 'PL/pgSQL, a loop over each subject''s readings', :'packed_standings', :'loop_standings', '-', :slow_runs);
RESET max_parallel_workers_per_gather;
