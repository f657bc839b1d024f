-- Sources: freshness, conflicts, foreign tables, the result of one scheme as a reading of another; notes of
-- assistant programs, which never score.
\set workspace '来源 "it''s" 50%'
SET client_min_messages = warning;
SET jit = off;
DROP SCHEMA IF EXISTS :"workspace", "来源 tables" CASCADE;
SELECT public.plan(34);
CALL perfeval.create_workspace(:'workspace', time_zone => 'Asia/Shanghai');
SET search_path = :"workspace", public;

CALL add_year(2025, 'quarter');
INSERT INTO subject (subject_id, code, name, kind) SELECT i, 'U' || i, 'Unit ' || i, 'institution' FROM generate_series(1, 4) AS i;
INSERT INTO "grouping" (grouping_id, code, label) VALUES (1, 'all', 'All');
INSERT INTO subject_group (group_id, grouping_id, code, label) VALUES (1, 1, 'all', 'All');
INSERT INTO group_member (subject_id, grouping_id, group_id) SELECT i, 1, 1 FROM generate_series(1, 3) AS i;
INSERT INTO source (code, label, kind, max_age, owner_id) VALUES ('self', 'Own report', 'self', NULL, NULL), ('stats', 'Statistics', 'third_party', '30 days', 4),
	('12345', 'Hotline', 'platform', '1 day', NULL), ('units', 'Unit scheme', 'scheme', NULL, NULL);
INSERT INTO indicator (item, code, name) VALUES (1, 'budget', 'Budget execution'), (2, 'index', 'Social index'), (3, 'carried', 'Unit score');
INSERT INTO indicator (item, code, name, fact) VALUES (4, 'complaint', 'Complaints', 'event');
INSERT INTO posting_right VALUES (4, 4);
INSERT INTO scheme (scheme_id, code, label, grouping_id) VALUES (1, 'units', 'Units', 1), (2, 'city', 'City', 1);
INSERT INTO scheme_version (version_id, scheme_id, number, in_force_from, round_at, round_digits, round_mode, rank_basis, ties, tie_chain)
SELECT i, i, 1, '2025-01-01', 'final', 2, 'half_up', 'unrounded', 'expand', '{}' FROM generate_series(1, 2) AS i;
INSERT INTO node (version_id, node, parent, position, part, spec) VALUES
	(1, 0, NULL, 1, NULL, '{"rule": "weighted_mean", "missing": "renormalize"}'),
	(1, 1, 0, 1, 'base', '{"rule": "given", "item": 1, "weight": 0.5, "min": null, "max": null}'),
	(1, 2, 0, 2, 'index', '{"rule": "given", "item": 2, "weight": 0.5, "min": null, "max": null}'),
	(2, 0, NULL, 1, NULL, '{"rule": "sum", "missing": "strict"}'),
	(2, 1, 0, 1, 'base', '{"rule": "given", "item": 3, "min": null, "max": null}'),
	(2, 2, 0, 2, 'complaints', '{"rule": "events", "item": 4, "full_points": 20, "penalty": 5, "min_points": 0, "count_pending": "no"}');
INSERT INTO tier (version_id, tier, code, label, share, bound) SELECT v.version_id, 1, 'A', 'all', 1, 'exact' FROM scheme_version AS v;
CALL seal_version(1);
CALL seal_version(2);

-- ---- freshness

SELECT results_eq($$SELECT source, owner, readings, age_days, max_age_days, stale FROM source_freshness ORDER BY source$$, $$VALUES
	('12345', NULL, NULL::bigint, NULL::numeric, 1.00, true), ('self', NULL, NULL, NULL, NULL, false), ('stats', 'U4', NULL, NULL, 30.00, true),
	('units', NULL, NULL, NULL, NULL, false)$$, 'a source that should be fresh and said nothing is stale');
INSERT INTO reading (subject_id, period_id, item, value, source_id, recorded_at) VALUES
	(1, 2025011, 1, 90, 2, now() - interval '29 days'), (2, 2025011, 1, 80, 2, now() - interval '40 days'),
	(1, 2025011, 2, 50, 3, now() - interval '2 days'), (1, 2025011, 1, 91, 1, now() - interval '500 days');
SELECT results_eq($$SELECT source, readings, age_days, stale FROM source_freshness ORDER BY source$$, $$VALUES
	('12345', 1::bigint, 2.00, true), ('self', 1, 500.00, false), ('stats', 2, 29.00, false), ('units', NULL, NULL, false)$$,
	'the last reading of a source counts against its age (S0.22)');

-- ---- conflicts

SELECT results_eq($$SELECT subject, period, indicator, source, value, other_source, other_value, difference FROM source_conflict$$,
	$$VALUES ('U1', '2025Q1', 'budget', 'stats', 90::numeric, 'self', 91::numeric, -1::numeric)$$, 'two sources of one reading disagree (S4.17)');
CALL fold();
SELECT is((SELECT count(*) FROM source_conflict), 1::bigint, 'folded or not');
INSERT INTO reading (subject_id, period_id, item, value, source_id) VALUES (1, 2025011, 1, 90.0, 1);
SELECT is_empty('SELECT * FROM source_conflict', 'until one corrects itself: 90.0 is 90');
INSERT INTO reading (subject_id, period_id, item, status, source_id) VALUES (1, 2025011, 1, 'missing', 1);
SELECT results_eq($$SELECT source, value, status, other_source, other_value, difference FROM source_conflict$$,
	$$VALUES ('self', NULL::numeric, 'missing', 'stats', 90::numeric, NULL::numeric)$$, 'a status is something else than a value');
INSERT INTO reading (subject_id, period_id, item, value, source_id) VALUES (1, 2025011, 1, 90, 3);
SELECT results_eq($$SELECT source, other_source FROM source_conflict ORDER BY 1$$, $$VALUES ('12345', 'self'), ('self', 'stats')$$, 'three sources: each pair that disagrees');
INSERT INTO reading (subject_id, period_id, item, value) VALUES (1, 2025011, 1, 17);
SELECT is((SELECT count(*) FROM source_conflict), 2::bigint, 'a reading without source is nobody''s word');
SELECT is_empty($$SELECT attname, atttypid::regtype FROM pg_attribute WHERE attrelid IN ('source_conflict'::regclass, 'source_freshness'::regclass) AND attnum > 0
	AND atttypid <> ALL ('{integer,bigint,numeric,double precision,text,date,timestamptz,boolean}'::regtype[])$$, 'columns that any client can read');

-- ---- pulling

CREATE SCHEMA "来源 tables";
CREATE TABLE "来源 tables"."call's" (subject text, period text, indicator text, value numeric);
INSERT INTO "来源 tables"."call's" VALUES ('U2', '2025Q1', 'index', 60), ('U3', '2025Q1', 'index', 70);
SELECT throws_ok($$CALL pull_source('12345')$$, '42P01', 'source "12345" has no table to pull from: NULL', 'a source without table');
UPDATE source SET relation = '"来源 tables"."call''s"' WHERE code = '12345';
CALL pull_source('12345');
SELECT results_eq($$SELECT s.code, value, o.code FROM reading AS r JOIN subject AS s USING (subject_id) JOIN source AS o USING (source_id) WHERE item = 2 AND value > 50 ORDER BY 1$$,
	$$VALUES ('U2', 60::numeric, '12345'), ('U3', 70, '12345')$$, 'what its table has');
CALL pull_source('12345');
SELECT results_eq('SELECT written, unchanged FROM load_record ORDER BY load_id DESC LIMIT 1', 'VALUES (0::bigint, 2::bigint)', 'again, nothing is new');
SELECT results_eq($$SELECT stale, age_days FROM source_freshness WHERE source = '12345'$$, 'VALUES (false, 0.00)', 'and the source is fresh');
UPDATE "来源 tables"."call's" SET value = 61 WHERE subject = 'U2';
INSERT INTO "来源 tables"."call's" VALUES ('U7', '2025Q1', 'index', 60);
SELECT throws_like($$CALL pull_source('12345')$$, '%has 1 mistakes in 1 rows%', 'mistakes are refused');
CALL pull_source('12345', 'reject');
SELECT results_eq('SELECT written, unchanged, rejected FROM load_record ORDER BY load_id DESC LIMIT 1', 'VALUES (1::bigint, 1::bigint, 1::bigint)', 'or rejected');
UPDATE source SET relation = 'gone' WHERE code = '12345';
SELECT throws_like($$CALL pull_source('12345')$$, '%has no table to pull from: ''gone''', 'a table that is not there');
SELECT throws_like($$CALL pull_source('nobody')$$, 'there is no source ''nobody''', 'nor such a source');

-- A foreign table: another server's, a file's, a platform's.
SELECT EXISTS (SELECT FROM pg_available_extensions WHERE name = 'file_fdw') AS has_fdw \gset
\if :has_fdw
CREATE EXTENSION IF NOT EXISTS file_fdw;
CREATE SERVER "来源 files" FOREIGN DATA WRAPPER file_fdw;
CREATE FOREIGN TABLE "来源 tables".platform (subject text, period text, indicator text, value text)
	SERVER "来源 files" OPTIONS (program 'printf "U1,2025Q2,budget,81\nU2,2025Q2,budget,82.50\nU3,2025Q2,budget,none\n"', format 'csv');
UPDATE source SET relation = '"来源 tables".platform' WHERE code = 'stats';
SELECT results_eq($$SELECT row_no::integer, column_name, value, reason FROM check_load('"来源 tables".platform')$$,
	$$VALUES (3, 'value', 'none', 'is not a number')$$, 'a foreign table is checked like any other (S3.24)');
CALL pull_source('stats', 'reject');
SELECT results_eq($$SELECT subject_id, value FROM reading WHERE period_id = 2025012 AND item = 1 ORDER BY 1$$, 'VALUES (1::bigint, 81::numeric), (2, 82.50)', 'and pulled');
DROP SERVER "来源 files" CASCADE;
\else
SELECT skip('no file_fdw here', 2);
\endif

-- ---- one scheme's result in another

CREATE VIEW carried AS
SELECT DISTINCT ON (subject_id) subject_id, value, status, note FROM reading WHERE item = 3 AND period_id = 2025011
ORDER BY subject_id, recorded_at DESC, reading_id DESC;
CALL carry_result('units', '2025Q1', 'carried', source => 'units');
SELECT results_eq('SELECT subject_id, value, note FROM carried ORDER BY 1', $$SELECT subject_id, score, 'result of scheme units, period 2025Q1' FROM standing
	WHERE scheme_id = 1 AND period_id = 2025011 AND score IS NOT NULL ORDER BY 1$$, 'the scores become readings (S0.19)');
SELECT is((SELECT string_agg(score::text, ' ' ORDER BY subject_id) FROM standing WHERE scheme_id = 2 AND period_id = 2025011), '53.5 90.5 90', 'which the other scheme goes on with');
CREATE TABLE was AS TABLE reading;
CALL carry_result('units', '2025Q1', 'carried', source => 'units');
SELECT set_eq('TABLE reading', 'TABLE was', 'again, nothing is new');
INSERT INTO reading (subject_id, period_id, item, value) VALUES (2, 2025011, 1, 100);
CALL carry_result('units', '2025Q1', 'carried');
SELECT results_eq('SELECT (SELECT count(*) FROM reading) - (SELECT count(*) FROM was), (SELECT value FROM carried WHERE subject_id = 2)',
	'VALUES (2::bigint, 80.50)', 'one changed score is one reading');
INSERT INTO reading (subject_id, period_id, item, status) VALUES (3, 2025011, 1, 'missing'), (3, 2025011, 2, 'missing');
CALL carry_result('units', '2025Q1', 'carried');
SELECT is((SELECT status FROM carried WHERE subject_id = 3), 'missing', 'who has no score any more is missing');
CALL carry_result('units', '2025Q1', 'carried');
SELECT is((SELECT count(*) FROM reading WHERE item = 3 AND subject_id = 3), 2::bigint, 'once');
CALL carry_result('units', '2025Q1', 'budget', '2025Q3');
SELECT is((SELECT count(*) FROM reading WHERE item = 1 AND period_id = 2025013), 2::bigint, 'a later period may go by an earlier result');
SELECT throws_like($$CALL carry_result('units', '2025Q1', 'budget')$$, 'scheme "units" rests on indicator "budget" itself', 'but a result cannot rest on itself');
SELECT throws_like($$CALL carry_result('units', '2025', 'budget', '2025Q3')$$, 'scheme "units" rests on indicator "budget" itself', 'nor through a part of its period');
SELECT throws_like($$CALL carry_result('units', '2025Q1', 'complaint')$$, '%comes from facts of kind event', 'events are posted');
SELECT throws_like($$CALL carry_result('none', '2025Q1', 'carried')$$, 'there is no scheme ''none''', 'schemes must exist');
SELECT throws_like($$CALL carry_result('units', '2024', 'carried')$$, '%no period ''2024''%', 'and periods');

-- ---- notes of assistant programs

CALL post_event('U1', 'complaint', 'U4', '2025-02-01', decision => 'valid') \gset
CREATE TABLE before AS SELECT * FROM standing WHERE period_id BETWEEN 2025000 AND 2025014;
UPDATE reading SET assist_note = 'the text matches another report: score 0';
UPDATE event SET assist_note = 'looks invalid: score 100';
SELECT set_eq('SELECT * FROM standing WHERE period_id BETWEEN 2025000 AND 2025014', 'TABLE before', 'a note by a program moves no score (S2.17)');
CREATE TABLE noted AS SELECT 'U1' AS subject, '2025Q1' AS period, 'index' AS indicator, value, 'score 0' AS assist_note FROM carried WHERE false;
INSERT INTO noted VALUES ('U1', '2025Q1', 'index', 50, 'score 0');
CALL load('noted');
CALL fold();
SELECT set_eq('SELECT * FROM standing WHERE period_id BETWEEN 2025000 AND 2025014', 'TABLE before', 'nor loaded, nor folded');
SELECT is_empty($$SELECT DISTINCT c.relname FROM pg_depend AS d JOIN pg_rewrite AS r ON r.oid = d.objid JOIN pg_class AS c ON c.oid = r.ev_class
	JOIN pg_attribute AS a ON a.attrelid = d.refobjid AND a.attnum = d.refobjsubid
	WHERE d.classid = 'pg_rewrite'::regclass AND a.attname = 'assist_note' AND c.relnamespace = (SELECT relnamespace FROM pg_class WHERE oid = 'card'::regclass)
		AND c.relname IN ('tail_reading', 'event_state', 'event_reading', 'fresh_reading', 'fresh_card', 'part_card', 'rolled_card', 'participant_card', 'standing')$$,
	'no view on the way to a score reads it');

SELECT * FROM public.finish();
DROP SCHEMA "来源 tables" CASCADE;
CALL perfeval.drop_workspace(:'workspace', :'workspace');
