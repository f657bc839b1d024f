-- Workspaces are made, upgraded and dropped, by a role that is no superuser.
\set ON_ERROR_STOP 1
SET client_min_messages = warning;
DROP SCHEMA IF EXISTS "旧 ""it's"" 50%", "新 ""it's"" 50%", lifecycle_plain CASCADE;
SELECT format('DROP OWNED BY %I CASCADE; DROP ROLE %1$I', rolname) FROM pg_roles WHERE rolname IN ('perfeval_keeper', 'perfeval_other') \gexec
CREATE ROLE perfeval_keeper;
CREATE ROLE perfeval_other;
SELECT format('GRANT CREATE ON DATABASE %I TO perfeval_keeper', current_database()) \gexec
\ir ../include/catalog.sql
GRANT EXECUTE ON FUNCTION pg_temp.catalog(text) TO PUBLIC;
SELECT plan(63);

SET SESSION AUTHORIZATION perfeval_keeper;

-- ---- names

CREATE TEMP TABLE name (name text);
INSERT INTO name VALUES ('Kaohe'), ('it''s a "q" 50% %I'), (' '), ('back\slash'), (repeat('考', 21));
SELECT format('CALL perfeval.create_workspace(%L, %1$L, ''Asia/Shanghai'')', name) FROM name \gexec
SELECT set_eq('SELECT name, owner FROM perfeval.workspaces()', $$SELECT name, 'perfeval_keeper' FROM name$$, 'workspaces of any name stand side by side');
DO $$
DECLARE
	n text;
BEGIN
	FOR n IN SELECT name FROM name LOOP
		EXECUTE format('CALL %I.add_year(2025, ''week'')', n);
		EXECUTE format('CALL %I.add_subject(''S'', ''Subject'', NULL, ''institution'')', n);
		EXECUTE format('CALL %I.refresh_tree()', n);
		EXECUTE format('INSERT INTO %I.indicator (item, code, name) VALUES (1, ''I'', ''indicator'')', n);
		EXECUTE format('INSERT INTO %I.reading (subject_id, period_id, item, value) VALUES (1, 2025021, 1, 90)', n);
		EXECUTE format('SELECT %I.fold_batch(0, 1)', n);
		EXECUTE format('TABLE %I.standing', n);
		CALL perfeval.upgrade_workspace(n);
	END LOOP;
END $$;
CREATE FUNCTION pg_temp.cards(n text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE said text; BEGIN EXECUTE format('SELECT string_agg(subject_id || '' '' || card, '','') || (SELECT label FROM %I.workspace) FROM %1$I.card', n) INTO said; RETURN said; END $$;
SELECT is(pg_temp.cards(name), '1 {"1": 90}' || name, 'used and upgraded: ' || name) FROM name;
SELECT is_empty(format('SELECT pg_temp.catalog(%L) EXCEPT SELECT pg_temp.catalog(''Kaohe'')', name), 'the same in all: ' || name) FROM name WHERE name LIKE '%q%';
SELECT format('CALL perfeval.drop_workspace(%L, %1$L)', name) FROM name \gexec
SELECT is_empty('SELECT name FROM perfeval.workspaces() WHERE name IN (SELECT name FROM name)', 'and dropped');

SELECT throws_ok(format('CALL perfeval.create_workspace(%L)', bad), '42602', NULL, 'refused: ' || what)
FROM (VALUES (NULL, 'NULL'), ('', 'nothing'), ('a$b', 'a dollar sign'), (repeat('考', 22), '66 bytes'), ('pg_kaohe', 'pg_'), (E'a\nb', 'a line break'), ('a@workspace@', 'a placeholder')) v(bad, what);
SELECT throws_ok($$CALL perfeval.create_workspace('a$b')$$, '42602', $$no workspace can have the name 'a$b'$$, 'the message names it');
SELECT throws_ok($$CALL perfeval.create_workspace('public')$$, '42P06', 'there is a schema "public" already', 'refused: a schema that there is');
SELECT throws_ok($$CALL perfeval.create_workspace('x', time_zone => 'Mars/Olympus')$$, '22023', 'there is no time zone "Mars/Olympus"', 'refused: a zone that there is not');
SELECT throws_ok($$CALL perfeval.create_workspace('x', time_zone => 'CST')$$, '22023', NULL, 'nor an abbreviation, which may mean another zone');
SELECT throws_ok($$CALL perfeval.upgrade_workspace('public')$$, '3F000', $$there is no workspace 'public'$$, 'only a workspace is upgraded');
SELECT throws_ok($$CALL perfeval.upgrade_workspace(NULL)$$, '3F000', 'there is no workspace NULL', 'not NULL');

-- ---- in a transaction

BEGIN;
CALL perfeval.create_workspace('新 "it''s" 50%');
ROLLBACK;
SELECT is_empty('SELECT FROM perfeval.workspaces()', 'rolled back, nothing is left');
BEGIN;
CALL perfeval.create_workspace('新 "it''s" 50%', time_zone => 'Asia/Shanghai');
COMMIT;
SELECT results_eq('SELECT time_zone, label FROM "新 ""it''s"" 50%".workspace', $$VALUES ('Asia/Shanghai', NULL::text)$$, 'committed, it stands');
SET search_path = "新 ""it's"" 50%", public;
SELECT is(today(), (now() AT TIME ZONE 'Asia/Shanghai')::date, 'in its own zone');
SELECT is_empty($$SELECT relname::text FROM pg_class WHERE relnamespace = '"新 ""it''s"" 50%"'::regnamespace AND relowner <> 'perfeval_keeper'::regrole
	UNION ALL SELECT proname FROM pg_proc WHERE pronamespace = '"新 ""it''s"" 50%"'::regnamespace AND proowner <> 'perfeval_keeper'::regrole
	UNION ALL SELECT nspname FROM pg_namespace WHERE oid = '"新 ""it''s"" 50%"'::regnamespace AND nspowner <> 'perfeval_keeper'::regrole$$, 'all of it belongs to who made it');
SELECT is_empty($$SELECT objid FROM pg_depend WHERE refclassid = 'pg_extension'::regclass AND refobjid = (SELECT oid FROM pg_extension WHERE extname = 'perfeval') AND deptype = 'e'
	AND (objid IN (SELECT oid FROM pg_class WHERE relnamespace = '"新 ""it''s"" 50%"'::regnamespace) OR objid IN (SELECT oid FROM pg_proc WHERE pronamespace = '"新 ""it''s"" 50%"'::regnamespace))$$, 'and none of it to the extension');

-- ---- with something in it

\ir ../include/small_workspace.sql
SET client_min_messages = warning;
CREATE TEMP VIEW answer AS SELECT 'score' AS what, period, subject, score, rank::bigint AS n, tier_code AS word FROM standing
	UNION ALL SELECT 'line', period_id::text, subject_id::text, points, line_no, label FROM standing_line WHERE period_id IN (2025022, 2025523)
	UNION ALL SELECT 'hash', document, hash, NULL, group_id, NULL FROM group_rubric;
CREATE TEMP TABLE was AS TABLE answer;
CREATE TEMP TABLE card_was AS SELECT subject_id, period_id, card::text FROM card;
CREATE TEMP TABLE fact_was AS SELECT 'reading' AS what, to_jsonb(x) AS fact FROM reading x UNION ALL SELECT 'event', to_jsonb(x) FROM event x UNION ALL SELECT 'decision', to_jsonb(x) FROM event_decision x UNION ALL SELECT 'rating', to_jsonb(x) FROM rating x;
SELECT cmp_ok((SELECT count(score) FROM was WHERE what = 'score'), '>=', 700::bigint, 'there are scores');
SELECT cmp_ok((SELECT count(*) FROM was WHERE what = 'line'), '>=', 200::bigint, 'and lines');
SELECT ok((SELECT count(*) FROM reading_tail) > 10 AND (SELECT count(*) FROM reading_history) > 200, 'readings folded and not');
CREATE TEMP TABLE all_was AS SELECT pg_temp.catalog('新 "it''s" 50%') AS line;
CALL perfeval.upgrade_workspace('新 "it''s" 50%');
CALL perfeval.upgrade_workspace('新 "it''s" 50%');
SELECT bag_eq('TABLE answer', 'TABLE was', 'upgrading one that is up to date changes no answer');
SELECT set_eq($$SELECT pg_temp.catalog('新 "it''s" 50%')$$, 'TABLE all_was', 'and no object');
SELECT set_eq('SELECT step, version FROM upgrade_step', $$SELECT 'version ' || extversion, extversion FROM pg_extension WHERE extname = 'perfeval'$$, 'the version is recorded once');

-- ---- who may

RESET SESSION AUTHORIZATION;
SELECT throws_ok($$CALL perfeval.upgrade_workspace('新 "it''s" 50%')$$, '42501', format('workspace "新 "it''s" 50%%" belongs to perfeval_keeper, and you are %I', current_user), 'a superuser does not upgrade another''s: what came new would be the superuser''s');
SET SESSION AUTHORIZATION perfeval_other;
SELECT throws_ok($$CALL perfeval.create_workspace('mine')$$, '42501', NULL, 'not everybody makes one');
SELECT throws_ok($$CALL perfeval.drop_workspace('新 "it''s" 50%', '新 "it''s" 50%')$$, '42501', NULL, 'or drops one');
RESET SESSION AUTHORIZATION;
SELECT throws_ok('DROP EXTENSION perfeval', '2BP01', NULL, 'DROP EXTENSION refuses while a workspace stands');
SET SESSION AUTHORIZATION perfeval_keeper;

-- ---- versions

BEGIN;
UPDATE upgrade_step SET version = '0.0.9', step = 'version 0.0.9';
INSERT INTO upgrade_step VALUES ('version 9.10.0', '9.10.0'), ('version 9.9.0', '9.9.0');
SELECT throws_like($$CALL perfeval.upgrade_workspace('新 "it''s" 50%')$$, 'workspace "新 "it''s" 50%" is of version 9.10.0, and version %', 'one of a newer version is refused');
ROLLBACK;

-- Steps, in order, once: seen with other files in place of ours.
RESET SESSION AUTHORIZATION;
BEGIN;
ALTER FUNCTION perfeval.workspace_files(text) RENAME TO real_files;
CREATE FUNCTION perfeval.workspace_files(name text, OUT file text, OUT body text) RETURNS SETOF record LANGUAGE sql AS $$
	SELECT * FROM perfeval.real_files($1)
	UNION ALL SELECT 'upgrade/0002.sql', format('INSERT INTO %I.step_taken SELECT 2, count(*) FROM %1$I.step_taken', $1)
	UNION ALL SELECT 'upgrade/0001.sql', format('CREATE TABLE %I.step_taken (step int, before int); INSERT INTO %1$I.step_taken VALUES (1, (SELECT count(*) FROM information_schema.views WHERE table_schema = %2$L AND table_name = ''later''))', $1, $1)
	UNION ALL SELECT '99_later.sql', format('CREATE OR REPLACE VIEW %I.later AS SELECT 1 AS x', $1) $$;
SET LOCAL SESSION AUTHORIZATION perfeval_keeper;
CALL perfeval.upgrade_workspace('新 "it''s" 50%');
CALL perfeval.upgrade_workspace('新 "it''s" 50%');
SELECT results_eq('SELECT step, before FROM step_taken', 'VALUES (1, 0), (2, 1)', 'steps run in order, before the files, and once');
SELECT is((SELECT string_agg(step, ' ' ORDER BY step COLLATE "C") FROM upgrade_step WHERE step LIKE 'upgrade/%'), 'upgrade/0001.sql upgrade/0002.sql', 'and are recorded');
SELECT is((SELECT x FROM later), 1, 'files run each time');
CALL perfeval.create_workspace('旧 "it''s" 50%', time_zone => 'Asia/Shanghai');
SELECT is(to_regclass('"旧 ""it''s"" 50%".step_taken'), NULL, 'a new workspace needs no steps');
SELECT is((SELECT count(*) FROM "旧 ""it's"" 50%".upgrade_step WHERE step LIKE 'upgrade/%'), 2::bigint, 'and is recorded as having had them');
RESET SESSION AUTHORIZATION;
CREATE OR REPLACE FUNCTION perfeval.workspace_files(name text, OUT file text, OUT body text) RETURNS SETOF record LANGUAGE sql AS $$
	SELECT 'upgrade/0003.sql', format('DELETE FROM %I.step_taken', $1) UNION ALL SELECT 'upgrade/0004.sql', 'SELECT 1 / 0' $$;
SET LOCAL SESSION AUTHORIZATION perfeval_keeper;
SELECT throws_ok($$CALL perfeval.upgrade_workspace('新 "it''s" 50%')$$, '22012', NULL, 'a step that fails');
SELECT is((SELECT count(*) FROM step_taken), 2::bigint, 'takes back those before it');
ROLLBACK;

-- ---- what is missing comes back

SET SESSION AUTHORIZATION perfeval_keeper;
DROP VIEW standing CASCADE;
DROP VIEW tail_reading CASCADE;
DROP FUNCTION add_working_days(date, integer) CASCADE;
DROP PROCEDURE add_year(integer, text);
ALTER TABLE group_parameter DROP COLUMN compiled CASCADE;
COMMENT ON COLUMN subject.code IS NULL;
CALL perfeval.upgrade_workspace('新 "it''s" 50%');
SELECT set_eq($$SELECT pg_temp.catalog('新 "it''s" 50%')$$, 'TABLE all_was', 'upgrading repairs: views, a column, functions, a comment');
RESET SESSION AUTHORIZATION;
DROP EXTENSION perfeval CASCADE;
SET SESSION AUTHORIZATION perfeval_keeper;
SELECT bag_eq($$SELECT 'reading' AS what, to_jsonb(x) AS fact FROM reading x UNION ALL SELECT 'event', to_jsonb(x) FROM event x UNION ALL SELECT 'decision', to_jsonb(x) FROM event_decision x UNION ALL SELECT 'rating', to_jsonb(x) FROM rating x$$,
	'TABLE fact_was', 'DROP EXTENSION ... CASCADE costs no fact');
SELECT bag_eq('SELECT document, hash, group_id::bigint FROM group_rubric', $$SELECT period, subject, n FROM was WHERE what = 'hash'$$, 'no document, no hash');
SELECT is(to_regclass('standing'), NULL, 'but views');
RESET SESSION AUTHORIZATION;
CREATE EXTENSION perfeval;
SET SESSION AUTHORIZATION perfeval_keeper;
CALL perfeval.upgrade_workspace('新 "it''s" 50%');
SELECT set_eq($$SELECT pg_temp.catalog('新 "it''s" 50%')$$, 'TABLE all_was', 'which upgrading brings back');
SELECT bag_eq('SELECT subject_id, period_id, card::text FROM card', 'TABLE card_was', 'with the cards');
SELECT bag_eq($$SELECT 'score' AS what, period, subject, score, rank::bigint AS n, tier_code AS word FROM standing
	UNION ALL SELECT 'line', period_id::text, subject_id::text, points, line_no, label FROM standing_line WHERE period_id IN (2025022, 2025523)
	UNION ALL SELECT 'hash', document, hash, NULL, group_id, NULL FROM group_rubric$$, 'TABLE was', 'and every answer');

-- ---- from the first version on: test/workspace/versions has the SQL of each

\set body `cat test/workspace/versions/0.1.0.sql`
CREATE FUNCTION pg_temp.build(name text, version text, body text) RETURNS void LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
	EXECUTE format('CREATE SCHEMA %I', name);
	EXECUTE replace(replace(body, '@workspace:literal@', replace(quote_ident(name), '''', '''''')), '@workspace@', quote_ident(name));
	EXECUTE format('INSERT INTO %I.workspace (time_zone) VALUES (''Asia/Shanghai'')', name);
	EXECUTE format('INSERT INTO %I.upgrade_step VALUES (''version '' || $1, $1)', name) USING version;
END $$;
SELECT pg_temp.build('旧 "it''s" 50%', '0.1.0', :'body') \g /dev/null
SET search_path = "旧 ""it's"" 50%", public;
\ir ../include/small_workspace.sql
CREATE TEMP TABLE old_fact AS SELECT to_jsonb(x) AS fact FROM reading x UNION ALL SELECT to_jsonb(x) FROM event x UNION ALL SELECT to_jsonb(x) FROM rating x UNION ALL SELECT to_jsonb(x) - '{compiled,no_events}'::text[] FROM group_rubric x;
CREATE TEMP TABLE old_score AS SELECT period, subject, score, rank, tier_code FROM standing;
SELECT cmp_ok((SELECT count(score) FROM old_score), '>=', 700::bigint, 'a workspace of version 0.1.0');
CALL perfeval.upgrade_workspace('旧 "it''s" 50%');
SELECT set_eq($$SELECT pg_temp.catalog('旧 "it''s" 50%')$$, 'TABLE all_was', 'upgraded, it is as a new one');
SELECT bag_eq('SELECT to_jsonb(x) AS fact FROM reading x UNION ALL SELECT to_jsonb(x) FROM event x UNION ALL SELECT to_jsonb(x) FROM rating x UNION ALL SELECT to_jsonb(x) - ''{compiled,no_events}''::text[] FROM group_rubric x',
	'TABLE old_fact', 'with its facts, documents and hashes');
SELECT bag_eq('SELECT period, subject, score, rank, tier_code FROM standing', 'TABLE old_score', 'and its scores');
DROP VIEW standing_line CASCADE;
ALTER TABLE card DROP COLUMN card CASCADE;
DROP FUNCTION draft_rubric(integer, integer) CASCADE;
DROP TABLE forbidden_tag CASCADE;
CALL perfeval.upgrade_workspace('旧 "it''s" 50%');
SELECT set_eq($$SELECT pg_temp.catalog('旧 "it''s" 50%')$$, 'TABLE all_was', 'so is one that lacked a view, a column, a function, a table');
SELECT bag_eq('SELECT period, subject, score, rank, tier_code FROM standing', 'TABLE old_score', 'with its cards made again');
SET search_path = "新 ""it's"" 50%", public;

-- ---- the end

SELECT throws_ok($$CALL perfeval.drop_workspace('旧 "it''s" 50%', '旧')$$, '22023', 'workspace "旧 "it''s" 50%" is not dropped: the confirmation says ''旧''', 'dropping asks for the name twice');
SELECT throws_ok($$CALL perfeval.drop_workspace('旧 "it''s" 50%', NULL)$$, '22023', NULL, 'not NULL');
CREATE SCHEMA lifecycle_plain CREATE TABLE workspace (x int) CREATE TABLE upgrade_step (x int);
SELECT throws_ok($$CALL perfeval.drop_workspace('lifecycle_plain', 'lifecycle_plain', true)$$, '3F000', $$there is no workspace 'lifecycle_plain'$$, 'a schema that is no workspace stays');
DROP SCHEMA lifecycle_plain CASCADE;
INSERT INTO run (scheme_id, period_id, version_id, state) VALUES (1, 2025021, 1, 'published'), (1, 2025022, 1, 'final');
SELECT throws_ok($$CALL perfeval.drop_workspace('新 "it''s" 50%', '新 "it''s" 50%')$$, '55006', 'workspace "新 "it''s" 50%" holds final results of 1 runs', 'final results keep a workspace');
SELECT throws_ok($$CALL perfeval.drop_workspace('新 "it''s" 50%', '新 "it''s" 50%', NULL)$$, '55006', NULL, 'NULL is no force');
RESET search_path;
CALL perfeval.drop_workspace('新 "it''s" 50%', '新 "it''s" 50%', force => true);
CALL perfeval.drop_workspace('旧 "it''s" 50%', '旧 "it''s" 50%');
SELECT is_empty('SELECT FROM perfeval.workspaces()', 'unless forced');
SELECT * FROM finish();
RESET SESSION AUTHORIZATION;
SELECT format('REVOKE ALL ON DATABASE %I FROM perfeval_keeper', current_database()) \gexec
DROP OWNED BY perfeval_keeper CASCADE;
DROP ROLE perfeval_keeper, perfeval_other;
