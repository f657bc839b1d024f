-- What each kind of role sees and does; what fails is in test/t/attempts.t.
\set ON_ERROR_STOP 1
\set workspace '权限 "it''s" 50%'
SET client_min_messages = warning;
DROP SCHEMA IF EXISTS :"workspace" CASCADE;
SELECT format('DROP OWNED BY %I CASCADE', rolname) FROM pg_roles WHERE rolname LIKE 'perfeval access %' \gexec
SELECT format('DROP ROLE %I', rolname) FROM pg_roles WHERE rolname LIKE 'perfeval access %' \gexec
CREATE ROLE "perfeval access owner";
SELECT format('GRANT CREATE ON DATABASE %I TO "perfeval access owner"', current_database()) \gexec
SELECT format('CREATE ROLE %I', 'perfeval access ' || kind) FROM unnest('{operator,auditor,viewer,unit,supervising,rater,office,units,bystander}'::text[]) AS kind \gexec
SELECT plan(64);

SET ROLE "perfeval access owner";
CALL perfeval.create_workspace(:'workspace', time_zone => 'Asia/Shanghai');
SET search_path = :"workspace", perfeval, public;
\ir ../include/small_workspace.sql
UPDATE indicator SET owner_id = find_subject('OFF') WHERE item = 1;
CALL add_subject('P1', 'Expert', '专家', 'person', 'OFF');
CALL refresh_tree();
SELECT setval(pg_get_serial_sequence('scheme_version', 'version_id'), 10) IS NULL AS made \gset
CALL new_version('city', 1, '2026-01-01') \gset next_
INSERT INTO version_reviewer (version_id, office_id) VALUES (:next_version_id, find_subject('OFF'));
UPDATE scheme_version SET quorum = 1 WHERE version_id = :next_version_id;
CALL assess('city', '2025-01') \gset draft_
CALL assess('city', '2025-02') \gset run_
CALL publish(:run_run_id, 5);
CALL publish_version(1);
SELECT (SELECT count(*) FROM act) AS before \gset

-- ---- granting

CALL grant_role('perfeval access operator', 'operator');
CALL grant_role('perfeval access auditor', 'auditor');
CALL grant_role('perfeval access viewer', 'viewer');
CALL grant_role('perfeval access unit', 'unit', 'S101');
CALL grant_role('perfeval access supervising', 'supervising', 'GOV');
CALL grant_role('perfeval access rater', 'rater', 'P1');
CALL grant_role('perfeval access office', 'office', 'OFF');
CALL grant_role('perfeval access office', 'office', 'OFF');
SELECT results_eq('SELECT role_name, kind, subject_id IS NOT NULL FROM access_grant ORDER BY grant_id',
	$$VALUES ('perfeval access operator', 'operator', false), ('perfeval access auditor', 'auditor', false), ('perfeval access viewer', 'viewer', false), ('perfeval access unit', 'unit', true),
		('perfeval access supervising', 'supervising', true), ('perfeval access rater', 'rater', true), ('perfeval access office', 'office', true)$$, 'grants, each once');
SELECT is((SELECT count(*) FROM act) - :before, 7::bigint, 'each leaves a trace');
SELECT results_eq($$SELECT actor, verb, about, detail FROM act ORDER BY act_id DESC LIMIT 1$$,
	$$VALUES ('perfeval access owner', 'grant_role', 'perfeval access office', '{"kind": "office", "subject": "OFF"}'::jsonb)$$, 'who granted what to whom');
SELECT set_eq($$SELECT r FROM unnest('{operator,auditor,viewer,unit,supervising,rater,office}'::text[]) AS r WHERE has_schema_privilege('perfeval access ' || r, current_schema, 'USAGE')$$,
	'{operator,auditor,viewer,unit,supervising,rater,office}'::text[], 'they may use the schema');
SELECT is_empty($$SELECT c.relname FROM pg_class AS c, unnest('{operator,auditor,viewer,unit,supervising,rater,office}'::text[]) AS r WHERE relnamespace = quote_ident(current_schema)::regnamespace AND relkind IN ('r', 'p', 'v')
	AND has_table_privilege('perfeval access ' || r, c.oid, 'INSERT, UPDATE, DELETE, TRUNCATE, REFERENCES, TRIGGER')$$, 'and change nothing by themselves');
SELECT ok(NOT has_schema_privilege('perfeval access bystander', :'workspace', 'USAGE'), 'others may not');

-- ---- an operator

SET ROLE "perfeval access operator";
SELECT is((SELECT count(*) FROM standing WHERE period_id = 2025022), 20::bigint, 'an operator sees all standings');
SELECT is((SELECT count(DISTINCT subject_id) FROM reading), 20::bigint, 'and all readings');
SELECT is((SELECT count(DISTINCT rater_id) FROM rating), 6::bigint, 'and who rated');
SELECT cmp_ok((SELECT count(*) FROM audit_trail), '>=', 7::bigint, 'and who did what');
SELECT is((SELECT count(*) FROM run_status), 2::bigint, 'and drafts');
CALL add_subject('S200', 'New', '新', 'institution', 'GOV', '2025-01-01');
CALL assign_group('S200', 'service', 'a', '2025-03-01');
CALL refresh_tree();
CALL record_reading('S200', 'KEY', '2025-03', 71.5, evidence => 'letter 7');
CALL record_reading('S200', 'KEY', '2025-03', 71.5, evidence => 'letter 7');
CALL record_reading('S200', 'KEY', '2025-03', status => 'exempt');
SELECT results_eq('SELECT value, status, recorded_by FROM reading WHERE subject_id = find_subject(''S200'') ORDER BY recorded_at, reading_id',
	$$VALUES (71.5, NULL, 'perfeval access operator'), (NULL, 'exempt', 'perfeval access operator')$$, 'what it records, and takes back; the same again says nothing');
CALL add_year(2026, 'quarter');
CALL set_group_parameters(1, 'a', '2025-03', '{}');
SELECT results_eq('SELECT set_by FROM group_parameter', $$VALUES ('perfeval access operator')$$, 'parameters are its');
CALL assess('city', '2025-03') \gset op_
SELECT results_eq(format('SELECT assessed_by FROM run_status WHERE run_id = %s', :op_run_id), $$VALUES ('perfeval access operator')$$, 'it assesses');
SELECT isnt_empty('SELECT * FROM standing_as_of(NULL, now(), 2025022)', 'it sees the past');
SELECT isnt_empty('SELECT * FROM version_lint(1)', 'and checks versions');
SELECT lives_ok(format('SELECT * FROM version_diff(1, %s)', :next_version_id), 'and compares them');
SELECT ok(export_scheme('city', 1) IS NOT NULL, 'and exports them');
CALL merge_subjects('{S119}', 'S120', '2025-07-01', document => 'decree');
RESET ROLE;
SET ROLE "perfeval access owner";
SELECT results_eq($$SELECT verb, about FROM act WHERE actor = 'perfeval access operator' ORDER BY act_id$$,
	format($$VALUES ('add_subject', 'S200'), ('assign_group', 'S200'), ('record_reading', 'S200'), ('record_reading', 'S200'), ('add_year', '2026'), ('set_group_parameters', 'version 1 of scheme "city"'),
		('assess', 'run %s (scheme "city", period 2025-03)'), ('record_succession', 'S120'), ('close_subject', 'S119')$$, :op_run_id), 'each change by an operator leaves one trace, with its name');

-- ---- a unit

SET ROLE "perfeval access unit";
SELECT set_eq('SELECT DISTINCT subject_id FROM standing', '{101}'::bigint[], 'a unit sees itself');
SELECT set_eq('SELECT g.period_id, g.group_id, s.* FROM (SELECT DISTINCT period_id, group_id FROM standing) AS g, group_standing(g.period_id, g.group_id) AS s',
	'SELECT period_id, group_id, scheme_id, subject_id, score, rank, tier FROM standing', 'and so in one group');
SELECT is((SELECT group_size FROM standing WHERE period_id = 2025022), 10::bigint, 'among all of its group');
SELECT set_eq('SELECT DISTINCT subject_id FROM standing_line UNION SELECT subject_id FROM standing_part UNION SELECT subject_id FROM heatmap UNION SELECT subject_id FROM trend UNION SELECT subject_id FROM score_composition
	UNION SELECT subject_id FROM reading UNION SELECT subject_id FROM event UNION SELECT subject_id FROM card UNION SELECT subject_id FROM run_result UNION SELECT subject_id FROM result_line UNION SELECT subject_id FROM group_member', '{101}'::bigint[],
	'in every view, and its facts alone');
SELECT isnt_empty($$SELECT FROM standing_line WHERE period_id = 2025021 AND recorded_at IS NOT NULL$$, 'its lines have the facts that they rest on');
SELECT is((SELECT sum(points) FROM standing_line WHERE period_id = 2025021), (SELECT score FROM standing WHERE period_id = 2025021), 'and add up to its score');
SELECT is_empty('SELECT FROM rating', 'who rated it, it does not see');
SELECT isnt_empty('SELECT FROM rating_reading WHERE raters = 5', 'but what came of it');
SELECT set_eq('SELECT run_id FROM run_result', ARRAY[:run_run_id], 'its results, once published');
SELECT is((SELECT count(*) FROM league_table), 20::bigint, 'the published league table is for all');
SELECT isnt_empty('SELECT FROM published_scheme', 'so is the published scheme');
SELECT set_eq('SELECT version_id FROM node', '{1}'::integer[], 'with its rules');
SELECT is_empty('SELECT FROM audit_trail UNION ALL SELECT FROM job_progress UNION ALL SELECT FROM health UNION ALL SELECT FROM module_status', 'the boards of the assessment office are not for it');
SELECT is_empty('SELECT * FROM organisation_lint', 'nobody is said to be in no group whose groups it does not see');
SELECT ok((SELECT bool_and(NOT withheld AND mean IS NOT NULL) FROM group_statistics WHERE period_id = 2025022), 'statistics of enough others');
CALL raise_objection(:run_run_id, 'S101', 'not so') \gset mine_
SELECT results_eq('SELECT subject, raised_by FROM objection_status', $$VALUES ('S101', 'perfeval access unit')$$, 'it raises an objection');
CALL withdraw_objection(:mine_objection_id, 'a mistake');
SELECT results_eq('SELECT state FROM objection_status', $$VALUES ('withdrawn')$$, 'and takes it back');

-- ---- the others

SET ROLE "perfeval access supervising";
SELECT set_eq('SELECT subject_id FROM standing WHERE period_id = 2025022', 'SELECT i::bigint FROM generate_series(101, 120) AS i', 'a supervising department sees those below it');
SELECT isnt_empty('SELECT FROM my_subject WHERE subject_id = find_subject(''OFF'')', 'offices too');
CALL raise_objection(:run_run_id, 'S103', 'for one below') \gset sup_
SELECT results_eq('SELECT subject, raised_by FROM objection_status WHERE state = ''open''', $$VALUES ('S103', 'perfeval access supervising')$$, 'and objects for them');

SET ROLE "perfeval access rater";
CALL rate('S105', 'quality', 'peer', 'P1', 88, '2025-03', 'good');
CALL rate('S105', 'quality', 'peer', 'P1', 88, '2025-03', 'good');
SELECT results_eq('SELECT subject_id, rater_id, value, rated_by FROM rating', $$SELECT 105::bigint, find_subject('P1'), 88::numeric, 'perfeval access rater'$$, 'a rater rates, and sees its own marks alone');
SELECT is_empty('SELECT FROM standing UNION ALL SELECT FROM reading UNION ALL SELECT FROM event', 'and nothing of those it rates');
SELECT results_eq($$SELECT subject_id FROM subject WHERE kind = 'person'$$, $$SELECT find_subject('P1')$$, 'of persons itself alone');

SET ROLE "perfeval access office";
SELECT set_eq('SELECT DISTINCT item FROM reading', '{1}'::integer[], 'an office sees the readings of its indicators');
SELECT is((SELECT count(DISTINCT subject_id) FROM reading), 20::bigint, 'of all');
SELECT set_eq('SELECT subject_id FROM event', 'SELECT i::bigint FROM generate_series(101, 119, 2) AS i', 'and the events that it posted');
CALL record_reading('S101', '职责履行率', '2025-03', 77);
CALL post_event('S101', 'COMPLAINT', 'OFF', '2025-03-05', 2, decision => 'valid') \gset of_
CALL decide_event(:of_event_id, 'tolerated', '容错');
SELECT results_eq(format('SELECT decision, posted_by FROM event_state WHERE event_id = %s', :of_event_id), $$VALUES ('tolerated', 'perfeval access office')$$, 'it posts and decides');
SELECT set_eq('SELECT version_id FROM scheme_version', ARRAY[1, :next_version_id], 'it sees the version that it is to review');
CALL review_version(:next_version_id, 'OFF', 'agree', 'fine');
SELECT results_eq(format('SELECT state, agreed FROM version_status WHERE version_id = %s', :next_version_id), $$VALUES ('reviewed', 1::bigint)$$, 'and agrees to it');
SELECT set_eq('SELECT DISTINCT owner FROM missing_reading', '{OFF}'::text[], 'and sees what it owes');
SELECT is_empty('SELECT FROM standing', 'no standings');

SET ROLE "perfeval access viewer";
SELECT is((SELECT count(*) FROM league_table), 20::bigint, 'a viewer sees what is published');
SELECT set_eq('SELECT run_id FROM run_status', ARRAY[:run_run_id], 'and where it is');
SELECT is_empty('SELECT FROM standing UNION ALL SELECT FROM result UNION ALL SELECT FROM reading UNION ALL SELECT FROM objection_status', 'and nothing else');

SET ROLE "perfeval access auditor";
SELECT is((SELECT count(*) FROM standing WHERE period_id = 2025022), 20::bigint, 'an auditor sees all');
SELECT isnt_empty($$SELECT FROM audit_trail WHERE actor = 'perfeval access operator' AND verb = 'assess'$$, 'who did what');
SELECT isnt_empty($$SELECT FROM rating WHERE rated_by = 'perfeval access rater'$$, 'and who rated');
SELECT is_empty('SELECT * FROM verify_runs()', 'and verifies');

-- ---- groups of a few

SET ROLE "perfeval access owner";
UPDATE workspace SET min_group = 12;
SET ROLE "perfeval access unit";
SELECT ok((SELECT bool_and(withheld AND mean IS NULL AND n IS NULL AND subjects = 10) FROM group_statistics WHERE period_id = 2025022 AND group_id = 1), 'a statistic of fewer others than the workspace says is withheld');
SET ROLE "perfeval access supervising";
SELECT ok((SELECT bool_and(NOT withheld AND n IS NOT NULL) FROM group_statistics WHERE period_id = 2025022 AND group_id = 2), 'not from whoever sees all of the group');
SET ROLE "perfeval access auditor";
SELECT ok((SELECT bool_and(NOT withheld) FROM group_statistics WHERE period_id = 2025022), 'nor from whoever sees all');

-- ---- members of members, and what is taken back

SET ROLE "perfeval access owner";
RESET ROLE;
GRANT "perfeval access unit" TO "perfeval access units";
SET ROLE "perfeval access units";
SELECT set_eq('SELECT DISTINCT subject_id FROM standing', '{101}'::bigint[], 'a member of a unit''s role sees what it sees');
SET ROLE "perfeval access owner";
CALL grant_role('perfeval access unit', 'unit', 'S102');
CALL revoke_role('perfeval access unit', 'unit', 'S101');
SET ROLE "perfeval access unit";
SELECT set_eq('SELECT DISTINCT subject_id FROM standing', '{102}'::bigint[], 'what another grant needs stays');
SET ROLE "perfeval access owner";
CALL revoke_role('perfeval access unit', 'unit', 'S102');
SELECT ok(NOT has_schema_privilege('perfeval access unit', :'workspace', 'USAGE') AND NOT has_table_privilege('perfeval access unit', quote_ident(:'workspace') || '.standing', 'SELECT'), 'with the last grant all rights go');

-- ---- views that were lost

RESET ROLE;
SELECT count(*) AS rights FROM pg_class, aclexplode(relacl) WHERE relnamespace = to_regnamespace(quote_ident(:'workspace')) \gset
SELECT count(*) AS calls FROM pg_proc, aclexplode(proacl) WHERE pronamespace = to_regnamespace(quote_ident(:'workspace')) \gset
SET search_path = public;
DROP EXTENSION perfeval CASCADE;
CREATE EXTENSION perfeval;
SET ROLE "perfeval access owner";
CALL perfeval.upgrade_workspace(:'workspace');
RESET ROLE;
SELECT results_eq(format('SELECT (SELECT count(*) FROM pg_class, aclexplode(relacl) WHERE relnamespace = %1$s), (SELECT count(*) FROM pg_proc, aclexplode(proacl) WHERE pronamespace = %1$s)', quote_literal(quote_ident(:'workspace')) || '::regnamespace'),
	format('VALUES (%s::bigint, %s::bigint)', :rights, :calls), 'an upgrade gives back what went with the views');

SELECT * FROM finish();
CALL perfeval.drop_workspace(:'workspace', :'workspace');
SELECT format('DROP OWNED BY %I CASCADE', rolname) FROM pg_roles WHERE rolname LIKE 'perfeval access %' \gexec
SELECT format('DROP ROLE %I', rolname) FROM pg_roles WHERE rolname LIKE 'perfeval access %' \gexec
