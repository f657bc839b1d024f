-- Runs of the workspace that write.sql or fill.sql left: assess, rerun, verify and finalize
-- against the standings that they freeze; and what roles that see all, a
-- department with all, a twentieth or one of the subjects pay for being asked.
RESET ALL;
SET client_min_messages = warning;
SET search_path = bench_workspace, pg_catalog;
SELECT format('DROP OWNED BY %I CASCADE', rolname) FROM pg_roles WHERE rolname LIKE 'perfeval_bench_%' \gexec
SELECT format('DROP ROLE %I', rolname) FROM pg_roles WHERE rolname LIKE 'perfeval_bench_%' \gexec
INSERT INTO subject (subject_id, code, name, kind) VALUES
	(900000001, 'ALL', 'Example department of all', 'department'), (900000002, 'SOME', 'Example department of some', 'department');
INSERT INTO subject_state (subject_id, valid_from, supervising_id)
SELECT s.subject_id, date '2025-01-01', CASE WHEN s.subject_id % 20 = 0 THEN 900000002 ELSE 900000001 END
FROM subject AS s WHERE s.kind = 'institution'
UNION ALL SELECT 900000002, '2025-01-01', 900000001;
CALL refresh_tree();
CALL fold();
VACUUM ANALYZE;
CREATE ROLE perfeval_bench_operator;
CREATE ROLE perfeval_bench_all;
CREATE ROLE perfeval_bench_some;
CREATE ROLE perfeval_bench_unit;
CALL grant_role('perfeval_bench_operator', 'operator');
CALL grant_role('perfeval_bench_all', 'supervising', 'ALL');
CALL grant_role('perfeval_bench_some', 'supervising', 'SOME');
CALL grant_role('perfeval_bench_unit', 'unit', 'S1');


\set standing 'SELECT sum(score), sum(rank), sum(tier) FROM bench_workspace.standing WHERE scheme_id = 1 AND period_id = 2025000'
CREATE TEMP TABLE measured (what text, seconds float8, standing float8);
CREATE PROCEDURE pg_temp.against_standing(what text, statement text)
LANGUAGE plpgsql AS $$
DECLARE
	begun timestamptz := clock_timestamp();
	mine float8;
BEGIN
	EXECUTE statement;
	mine := extract(epoch FROM clock_timestamp() - begun);
	begun := clock_timestamp();
	PERFORM sum(score), sum(rank), sum(tier) FROM bench_workspace.standing WHERE scheme_id = 1 AND period_id = 2025000;
	INSERT INTO measured VALUES (what, mine, extract(epoch FROM clock_timestamp() - begun));
END
$$;
-- Each time after a correction, as the last run would be given again.
CREATE PROCEDURE pg_temp.measure(runs integer)
LANGUAGE plpgsql AS $$
DECLARE
	made integer;
BEGIN
	FOR i IN 1..runs LOOP
		INSERT INTO bench_workspace.reading (subject_id, period_id, item, value) VALUES (1, 2025000, 1, i);
		CALL pg_temp.against_standing('1 assess', $q$CALL bench_workspace.assess('six', '2025')$q$);
	END LOOP;
	made := (SELECT max(run_id) FROM bench_workspace.run);
	FOR i IN 1..runs LOOP
		CALL pg_temp.against_standing('2 assess, nothing changed', $q$CALL bench_workspace.assess('six', '2025')$q$);
		CALL pg_temp.against_standing('3 rerun from the frozen cards', format('CALL bench_workspace.rerun(%s)', made));
		CALL pg_temp.against_standing('5 verify_runs', format('SELECT count(*) FROM bench_workspace.verify_runs(%s)', made));
	END LOOP;
	CALL pg_temp.against_standing('4 rerun from the facts', format('CALL bench_workspace.rerun(%s, true)', made));
	EXECUTE format('CALL bench_workspace.publish(%s, 0)', made);
	CALL pg_temp.against_standing('6 finalize', format('CALL bench_workspace.finalize(%s)', made));
	ASSERT (SELECT bool_and(same) FROM bench_workspace.rerun_status);
	ASSERT NOT EXISTS (SELECT FROM bench_workspace.verify_runs(made));
	ASSERT NOT EXISTS (
		SELECT subject_id, score, rank, tier FROM bench_workspace.standing WHERE scheme_id = 1 AND period_id = 2025000
		EXCEPT SELECT subject_id, score, rank, tier FROM bench_workspace.result WHERE run_id = made);
END
$$;
CALL pg_temp.measure(:rounds);
INSERT INTO bench.result (what, against, ratio, aim, seconds, against_seconds)
SELECT substr(what, 3), 'scores, ranks and tiers from standing', round(percentile_cont(0.5) WITHIN GROUP (ORDER BY seconds / standing)::numeric, 1), '-',
	round(percentile_cont(0.5) WITHIN GROUP (ORDER BY seconds)::numeric, 3), round(percentile_cont(0.5) WITHIN GROUP (ORDER BY standing)::numeric, 3)
FROM measured GROUP BY what ORDER BY what;

-- The same question in the name of a role; the second half of a pair is the owner's.
CREATE FUNCTION pg_temp.as_role(role text) RETURNS text LANGUAGE sql RETURN format(
	'DO $do$ BEGIN SET LOCAL ROLE %I; PERFORM sum(score), sum(rank), sum(tier) FROM bench_workspace.standing WHERE scheme_id = 1 AND period_id = 2025000; RESET ROLE; END $do$', role);
SELECT pg_temp.as_role('perfeval_bench_operator') AS operator, pg_temp.as_role('perfeval_bench_all') AS all, pg_temp.as_role('perfeval_bench_some') AS some,
	pg_temp.as_role('perfeval_bench_unit') AS unit \gset
CALL bench.race('standing, asked by an operator', 'asked by the owner', :'operator', :'standing', '1.2', :runs);
CALL bench.race('by a department that supervises all', 'asked by the owner', :'all', :'standing', '1.2', :runs);
CALL bench.race('by one that supervises a twentieth', 'asked by the owner', :'some', :'standing', '1.2', :runs);
CALL bench.race('by a unit', 'asked by the owner', :'unit', :'standing', '1.2', :runs);
RESET search_path;
DROP OWNED BY perfeval_bench_operator, perfeval_bench_all, perfeval_bench_some, perfeval_bench_unit;
DROP ROLE perfeval_bench_operator, perfeval_bench_all, perfeval_bench_some, perfeval_bench_unit;
