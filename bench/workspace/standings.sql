-- Scores, ranks and tiers from the view standing, against the same straight
-- from cards (bench.packed_standing); all readings are folded.
RESET ALL;
VACUUM ANALYZE;
CREATE TEMP TABLE live AS
SELECT subject_id, score, rank, tier FROM bench_workspace.standing WHERE period_id = 2025000;
DO $$
BEGIN
	ASSERT (SELECT count(*) FROM live) = (SELECT count(*) FROM bench.packed_standing);
	ASSERT NOT EXISTS (SELECT subject_id, score, rank, tier FROM live
	                   EXCEPT SELECT subject_id, score, rank, tier FROM bench.packed_standing);
END
$$;

\set standing 'SELECT sum(score), sum(rank), sum(tier) FROM bench_workspace.standing WHERE period_id = 2025000'
\set packed 'SELECT sum(score), sum(rank), sum(tier) FROM bench.packed_standing'
CALL bench.race('view standing: scores, ranks and tiers, serial', 'the same straight from cards', :'standing', :'packed', '1.5', :runs);
SET max_parallel_workers_per_gather = 2;
SET parallel_setup_cost = 0;
SET parallel_tuple_cost = 0;
CALL bench.race('view standing: scores, ranks and tiers, 2 workers', 'the same straight from cards', :'standing', :'packed', '-', :runs);
RESET max_parallel_workers_per_gather;
