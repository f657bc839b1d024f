-- The same rows with and without the question who asks: as an operator, who sees
-- all, and as a unit, whose rank is worked out among all. The views without it
-- belong to whoever runs the benchmark, and are not held by row security.
RESET ALL;
SET client_min_messages = warning;
SELECT format('DROP OWNED BY %I', rolname) FROM pg_roles WHERE rolname IN ('perfeval_bench_operator', 'perfeval_bench_unit') \gexec
DROP ROLE IF EXISTS perfeval_bench_operator, perfeval_bench_unit;
CREATE ROLE perfeval_bench_operator;
CREATE ROLE perfeval_bench_unit;
CALL bench_workspace.grant_role('perfeval_bench_operator', 'operator');
SELECT format('CALL bench_workspace.grant_role(%L, %L, %L)', 'perfeval_bench_unit', 'unit', code)
FROM bench_workspace.subject WHERE subject_id = 1 \gexec
CREATE OR REPLACE VIEW bench.every_standing AS SELECT score, rank, tier, period_id FROM bench_workspace.tiered;
CREATE OR REPLACE VIEW bench.every_reading AS SELECT value, period_id FROM bench_workspace.reading;
GRANT USAGE ON SCHEMA bench TO perfeval_bench_operator, perfeval_bench_unit;
GRANT SELECT ON bench.every_standing, bench.every_reading TO perfeval_bench_operator, perfeval_bench_unit;
GRANT INSERT ON bench.result TO perfeval_bench_operator, perfeval_bench_unit;

\set standing 'SELECT sum(score), sum(rank), sum(tier) FROM bench_workspace.standing WHERE period_id = 2025000'
\set every_standing 'SELECT sum(score), sum(rank), sum(tier) FROM bench.every_standing WHERE period_id = 2025000'
\set reading 'SELECT count(*), sum(value) FROM bench_workspace.reading WHERE period_id = 2025000'
\set every_reading 'SELECT count(*), sum(value) FROM bench.every_reading WHERE period_id = 2025000'
SET ROLE perfeval_bench_operator;
CALL bench.race('view standing, as an operator', 'unsecured', :'standing', :'every_standing', '1.2', :runs);
CALL bench.race('table reading, as an operator', 'unsecured', :'reading', :'every_reading', '1.2', :runs);
SET ROLE perfeval_bench_unit;
CALL bench.race('view standing, as a unit: itself among all', 'unsecured', :'standing', :'every_standing', '1.2', :runs);
RESET ROLE;
