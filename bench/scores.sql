-- weighted_score and forced_distribution against what core has for the like.
-- Each line: two statements in turn, :runs times; the median of the paired
-- ratios, the medians in seconds, and the ratio aimed at.

-- Deterministic: the hash of the row's number.
CREATE UNLOGGED TABLE bench.fact AS
SELECT (abs(hashint8(i)) % 100000)::int AS g,
       (abs(hashint8(i + 1000000000)) % 10001)::numeric / 100 AS x,
       (1 + abs(hashint8(i + 2000000000)) % 100)::numeric / 100 AS w,
       (abs(hashint8(i + 1000000000)) % 10001)::float8 / 100 AS f
FROM generate_series(1, :rows::bigint) AS i;
-- numeric division leaves 16 decimals; scores have two
ALTER TABLE bench.fact ALTER x TYPE numeric(5, 2), ALTER w TYPE numeric(3, 2);
VACUUM (ANALYZE, FREEZE) bench.fact;

CREATE UNLOGGED TABLE bench.subject AS
SELECT i AS id, (i % 10000)::int AS grp,
       round(abs(hashint8(i))::numeric / 2147483648 * 100, 2)::numeric(5, 2) AS score
FROM generate_series(1, 1000000) AS i;
VACUUM (ANALYZE, FREEZE) bench.subject;

-- The answers must be the same before their times are compared.
DO $$
BEGIN
	ASSERT (SELECT perfeval.weighted_score(x, w) = sum(x * w) / sum(w) FROM bench.fact);
	ASSERT NOT EXISTS (SELECT FROM bench.fact WHERE g < 1000 GROUP BY g
	                   HAVING perfeval.weighted_score(x, w) IS DISTINCT FROM sum(x * w) / sum(w));
END
$$;

\set score 'SELECT perfeval.weighted_score(x, w) FROM bench.fact'
\set score_groups 'SELECT count(s) FROM (SELECT g, perfeval.weighted_score(x, w) AS s FROM bench.fact GROUP BY g) AS q'
\set float_sum 'SELECT sum(f) FROM bench.fact'
\set float_groups 'SELECT count(s) FROM (SELECT g, sum(f) AS s FROM bench.fact GROUP BY g) AS q'
\set numeric_sum 'SELECT sum(w * x) / sum(w) FROM bench.fact'
\set numeric_groups 'SELECT count(s) FROM (SELECT g, sum(w * x) / sum(w) AS s FROM bench.fact GROUP BY g) AS q'

CALL bench.race('weighted_score', 'sum(float8)', :'score', :'float_sum', '1.15', :runs);
CALL bench.race('weighted_score', 'sum(w*x)/sum(w)', :'score', :'numeric_sum', '0.45', :runs);
CALL bench.race('weighted_score, 100,000 groups', 'sum(float8)', :'score_groups', :'float_groups', '1.25', :runs);
CALL bench.race('weighted_score, 100,000 groups', 'sum(w*x)/sum(w)', :'score_groups', :'numeric_groups', '0.65', :runs);

SET max_parallel_workers_per_gather = 2;
SET parallel_setup_cost = 0;
SET parallel_tuple_cost = 0;
CALL bench.race('weighted_score, 2 workers', 'sum(float8)', :'score', :'float_sum', '1.15', :runs);
CALL bench.race('weighted_score, 2 workers', 'sum(w*x)/sum(w)', :'score', :'numeric_sum', '0.45', :runs);
CALL bench.race('weighted_score, 100,000 groups, 2 workers', 'sum(float8)', :'score_groups', :'float_groups', '1.25', :runs);
CALL bench.race('weighted_score, 100,000 groups, 2 workers', 'sum(w*x)/sum(w)', :'score_groups', :'numeric_groups', '0.65', :runs);
RESET max_parallel_workers_per_gather;

\set ntile_one 'SELECT max(t) FROM (SELECT ntile(3) OVER (ORDER BY score DESC) AS t FROM bench.subject) AS q'
\set tiers_one 'SELECT max(t) FROM (SELECT perfeval.forced_distribution(score, ''{0.20,0.70,0.10}'') OVER () AS t FROM bench.subject) AS q'
\set tiers_one_sorted 'SELECT max(t) FROM (SELECT perfeval.forced_distribution(score, ''{0.20,0.70,0.10}'') OVER (ORDER BY score DESC) AS t FROM bench.subject) AS q'
\set ntile_many 'SELECT max(t) FROM (SELECT ntile(3) OVER (PARTITION BY grp ORDER BY score DESC) AS t FROM bench.subject) AS q'
\set tiers_many 'SELECT max(t) FROM (SELECT perfeval.forced_distribution(score, ''{0.20,0.70,0.10}'') OVER (PARTITION BY grp) AS t FROM bench.subject) AS q'
\set tiers_many_sorted 'SELECT max(t) FROM (SELECT perfeval.forced_distribution(score, ''{0.20,0.70,0.10}'') OVER (PARTITION BY grp ORDER BY score DESC) AS t FROM bench.subject) AS q'

CALL bench.race('forced_distribution OVER (), one partition of 1,000,000', 'ntile(3)', :'tiers_one', :'ntile_one', '0.5', :runs);
CALL bench.race('forced_distribution ORDER BY score DESC, one partition', 'ntile(3)', :'tiers_one_sorted', :'ntile_one', '1.3', :runs);
CALL bench.race('forced_distribution OVER (), 10,000 partitions of 100', 'ntile(3)', :'tiers_many', :'ntile_many', '0.5', :runs);
CALL bench.race('forced_distribution ORDER BY score DESC, 10,000 partitions', 'ntile(3)', :'tiers_many_sorted', :'ntile_many', '1.3', :runs);
SET work_mem = '4MB';
CALL bench.race('forced_distribution OVER (), one partition, work_mem 4MB', 'ntile(3)', :'tiers_one', :'ntile_one', '-', :runs);
CALL bench.race('forced_distribution ORDER BY score DESC, one partition, work_mem 4MB', 'ntile(3)', :'tiers_one_sorted', :'ntile_one', '-', :runs);
CALL bench.race('forced_distribution OVER (), 10,000 partitions, work_mem 4MB', 'ntile(3)', :'tiers_many', :'ntile_many', '-', :runs);
CALL bench.race('forced_distribution ORDER BY score DESC, 10,000 partitions, work_mem 4MB', 'ntile(3)', :'tiers_many_sorted', :'ntile_many', '-', :runs);
