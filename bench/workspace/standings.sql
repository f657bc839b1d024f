-- Scores, ranks and tiers from the view standing, against the same straight
-- from cards (bench.packed_standing); all readings are folded. And against one
-- statement on the workspace's own tables that knows who is in which group and
-- which version is in force, and looks at nothing else: what is left above that
-- is what the view sees to.
RESET ALL;
VACUUM ANALYZE;
CREATE OR REPLACE VIEW bench.table_basis WITH (security_barrier) AS
SELECT m.subject_id, m.group_id, perfeval.rank_basis(c.card, g.compiled) AS basis
FROM bench_workspace.group_member AS m
	JOIN bench_workspace.group_rubric AS g ON g.group_id = m.group_id AND g.version_id = 1
	JOIN bench_workspace.card AS c ON c.subject_id = m.subject_id AND c.period_id = 2025000;
CREATE OR REPLACE VIEW bench.table_standing AS
SELECT subject_id, group_id, round(basis, 2) AS score, basis, perfeval.rank_by_score(basis) OVER w AS rank,
	perfeval.forced_distribution(basis, '{0.20,0.70,0.10}') OVER w AS tier
FROM bench.table_basis WINDOW w AS (PARTITION BY group_id);
CREATE TEMP TABLE live AS
SELECT subject_id, score, rank, tier FROM bench_workspace.standing WHERE period_id = 2025000;
DO $$
BEGIN
	ASSERT (SELECT count(*) FROM live) = (SELECT count(*) FROM bench.packed_standing);
	ASSERT NOT EXISTS (SELECT subject_id, score, rank, tier FROM live
	                   EXCEPT SELECT subject_id, score, rank, tier FROM bench.packed_standing);
	ASSERT NOT EXISTS (SELECT subject_id, score, rank, tier FROM live
	                   EXCEPT SELECT subject_id, score, rank, tier FROM bench.table_standing);
END
$$;

\set standing 'SELECT sum(score), sum(rank), sum(tier) FROM bench_workspace.standing WHERE period_id = 2025000'
\set packed 'SELECT sum(score), sum(rank), sum(tier) FROM bench.packed_standing'
CALL bench.race('view standing: scores, ranks and tiers, serial', 'the same straight from cards', :'standing', :'packed', '1.5', :runs);
\set tables 'SELECT sum(score), sum(rank), sum(tier) FROM bench.table_standing'
CALL bench.race('view standing: scores, ranks and tiers, serial', 'the same from the tables of the workspace', :'standing', :'tables', '-', :runs);
SET max_parallel_workers_per_gather = 2;
SET parallel_setup_cost = 0;
SET parallel_tuple_cost = 0;
CALL bench.race('view standing: scores, ranks and tiers, 2 workers', 'the same straight from cards', :'standing', :'packed', '-', :runs);
RESET max_parallel_workers_per_gather;
