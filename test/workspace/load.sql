-- load: checks of staging tables, both ways with bad rows, and that a load in batches can stop and go on
-- without losing or doubling anything.
\set workspace '装载 "it''s" 50%'
SET client_min_messages = warning;
DROP SCHEMA IF EXISTS :"workspace" CASCADE;
SELECT public.plan(51);
CALL perfeval.create_workspace(:'workspace', time_zone => 'Asia/Shanghai');
SET search_path = :"workspace", public;

CALL add_year(2025, 'month');
INSERT INTO subject (code, name, kind) SELECT 'S' || i, 'Office ' || i, 'institution' FROM generate_series(1, 50) AS i;
INSERT INTO source (code, label) VALUES ('bureau', 'Statistics bureau'), ('self', 'Own report');
INSERT INTO indicator (item, code, name, name_zh) SELECT i, 'I' || i, 'indicator ' || i, '指标' || i FROM generate_series(1, 10) AS i;
INSERT INTO indicator (item, code, name, fact) VALUES (20, 'complaint', 'complaints', 'event');
INSERT INTO indicator (item, code, name, fact, criterion, rater_role) VALUES (21, 'panel', 'panel', 'rating', 'work', 'leader');
INSERT INTO indicator (item, code, name) VALUES (30, 'twin1', 'twin'), (31, 'twin2', 'twin');

-- Cards and what the readings say, as one text each: they must agree.
CREATE VIEW cards AS
SELECT subject_id, period_id, card::text FROM card;
CREATE VIEW rebuilt AS
SELECT subject_id, period_id, perfeval.scorecard_agg(item, value, status)::text AS card
FROM (SELECT DISTINCT ON (subject_id, period_id, item) * FROM reading_history
      ORDER BY subject_id, period_id, item, recorded_at DESC, reading_id DESC) AS r
GROUP BY subject_id, period_id;
CREATE FUNCTION agrees(name text) RETURNS text LANGUAGE sql AS $$
	SELECT public.is_empty('(TABLE cards EXCEPT TABLE rebuilt) UNION ALL (TABLE rebuilt EXCEPT TABLE cards)', name)
$$;

-- ---- what a row may say

CREATE TABLE good (subject text, period text, indicator text, value text, status text, valid_from text, valid_to text,
	evidence text, note text, assist_note text, source text);
INSERT INTO good VALUES
	('S1', '2025-01', 'I1', '12.50', NULL, '2025-01-01', '2025-02-01', 'doc 7', 'fine', 'looks odd', 'self'),
	('S1', '2025-01', '指标2', '-1.5e2', '', NULL, '', NULL, NULL, NULL, NULL),
	('S1', '2025-01', '3', '', 'missing', NULL, NULL, NULL, NULL, NULL, ''),
	('S2', '2025-01', 'indicator 4', '９．５', NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('S2', '2025-01', 'I5', NULL, '不适用', NULL, NULL, NULL, NULL, NULL, NULL),
	('S2', '2025', 'I5', '.5', NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('S3', '2025-01', 'I1', '99999999999999999.000000000000000001', NULL, NULL, NULL, NULL, NULL, NULL, NULL);
SELECT is_empty($$SELECT * FROM check_load('good')$$, 'nothing is wrong with it');
SELECT is((SELECT count(*) FROM reading), 0::bigint, 'and a check writes nothing');
CALL load('good', source => 'bureau');
SELECT results_eq($$SELECT s.code, p.code, item, value, status FROM reading JOIN subject AS s USING (subject_id) JOIN period AS p USING (period_id)
	ORDER BY 1, 2, 3$$,
	$$VALUES ('S1', '2025-01', 1, 12.50, NULL), ('S1', '2025-01', 2, -150, NULL), ('S1', '2025-01', 3, NULL, 'missing'),
		('S2', '2025', 5, .5, NULL), ('S2', '2025-01', 4, 9.5, NULL), ('S2', '2025-01', 5, NULL, 'not_applicable'),
		('S3', '2025-01', 1, 99999999999999999.000000000000000001, NULL)$$,
	'codes, numbers and names of indicators; numbers; statuses');
SELECT results_eq($$SELECT valid_from, valid_to, evidence, note, assist_note, o.code, recorded_by = session_user
	FROM reading JOIN source AS o USING (source_id) WHERE subject_id = 1 ORDER BY item LIMIT 2$$,
	$$VALUES ('2025-01-01'::date, '2025-02-01'::date, 'doc 7', 'fine', 'looks odd', 'self', true), (NULL, NULL, NULL, NULL, NULL, 'bureau', true)$$,
	'all that stands beside a value; a row''s source goes before that of the load');
SELECT is((SELECT count(*) FROM reading_tail), 0::bigint, 'nothing passes the tail');
SELECT agrees('the cards have it');
SELECT results_eq($$SELECT kind, state, done, total, percent FROM job_progress$$, $$VALUES ('load', 'done', 7::bigint, 7::bigint, 100.0)$$, 'job_progress tells');

-- ---- bad rows

CREATE TABLE bad AS TABLE good WITH NO DATA;
INSERT INTO bad (subject, period, indicator, value, status, valid_from, valid_to, source) VALUES
	('S4', '2025-01', 'I1', '5', NULL, NULL, NULL, NULL),
	('nobody', '2025-01', 'I1', '5', NULL, NULL, NULL, NULL),
	(NULL, '2025-13', 'what', '5', NULL, NULL, NULL, 'who'),
	('S4', '2025-01', 'I2', 'x', NULL, NULL, NULL, NULL),
	('S4', '2025-01', 'I3', 'NaN', NULL, NULL, NULL, NULL),
	('S4', '2025-01', 'I4', '-Infinity', NULL, NULL, NULL, NULL),
	('S4', '2025-01', 'I5', '1,234.5', NULL, NULL, NULL, NULL),
	('S4', '2025-01', 'I6', '12%', NULL, NULL, NULL, NULL),
	('S4', '2025-01', 'I7', '100000000000000000', NULL, NULL, NULL, NULL),
	('S4', '2025-01', 'I8', '1e-19', NULL, NULL, NULL, NULL),
	('S4', '2025-01', 'I9', '1', 'exempt', NULL, NULL, NULL),
	('S4', '2025-01', 'I10', NULL, NULL, NULL, NULL, NULL),
	('S5', '2025-01', 'I1', NULL, 'gone', NULL, NULL, NULL),
	('S5', '2025-01', 'I2', '1', NULL, '2025-02-29', '2025/03/01', NULL),
	('S5', '2025-01', 'I3', '1', NULL, '2025-02-01', '2025-02-01', NULL),
	('S5', '2025-01', 'complaint', '1', NULL, NULL, NULL, NULL),
	('S5', '2025-01', 'panel', '1', NULL, NULL, NULL, NULL),
	('S5', '2025-01', 'twin', '1', NULL, NULL, NULL, NULL),
	('S6', '2025-01', 'I1', '1', NULL, NULL, NULL, NULL),
	('S6', '2025-01', '指标1', '2', NULL, NULL, NULL, NULL),
	('S6', '2025-02', 'I1', '1', NULL, NULL, NULL, NULL),
	('S6', '2025-01', 'I2', repeat('9', 201), NULL, NULL, NULL, NULL),
	('S6', '2025-01', 'I3', '1 000', NULL, NULL, NULL, NULL);
SELECT results_eq($$SELECT row_no::integer, column_name, left(value, 12), reason FROM check_load('bad')$$, $$VALUES
	(2, 'subject', 'nobody', 'is no code of a subject'),
	(3, 'subject', NULL, 'is no code of a subject'),
	(3, 'period', '2025-13', 'is no code of a period'),
	(3, 'indicator', 'what', 'is no code, number or name of an indicator'),
	(3, 'source', 'who', 'is no code of a source'),
	(4, 'value', 'x', 'is not a number'),
	(5, 'value', 'NaN', 'is not finite'),
	(6, 'value', '-Infinity', 'is not finite'),
	(7, 'value', '1,234.5', 'has separators of thousands: leave them out'),
	(8, 'value', '12%', 'has a percent sign: write the number in the indicator''s unit'),
	(9, 'value', '100000000000', 'has more than 17 digits before the point or 18 after it'),
	(10, 'value', '1e-19', 'has more than 17 digits before the point or 18 after it'),
	(11, 'status', 'exempt', 'stands beside a value: give one of them'),
	(12, 'value', NULL, 'there is neither a value nor a status'),
	(13, 'status', 'gone', 'is no status: missing, not_applicable or exempt'),
	(14, 'valid_from', '2025-02-29', 'is no day such as 2025-12-31'),
	(14, 'valid_to', '2025/03/01', 'is no day such as 2025-12-31'),
	(15, 'valid_to', '2025-02-01', 'is not after valid_from'),
	(16, 'indicator', 'complaint', 'is counted from events: post them'),
	(17, 'indicator', 'panel', 'is the mean of ratings: enter them'),
	(18, 'indicator', 'twin', 'is the name of several indicators: use the code'),
	(19, 'subject', 'S6', 'has this period and indicator in rows 19, 20'),
	(20, 'subject', 'S6', 'has this period and indicator in rows 19, 20'),
	(22, 'value', '999999999999', 'has more than 200 characters'),
	(23, 'value', '1 000', 'is not a number')$$, 'each mistake by row and column');
CREATE TABLE was AS TABLE reading;
SELECT throws_like($$CALL load('bad')$$, '%.bad has 25 mistakes in 21 rows: nothing was loaded', 'one bad row and nothing goes in');
DO $$
DECLARE
	detail text;
BEGIN
	CALL load('bad');
EXCEPTION WHEN data_exception THEN
	GET STACKED DIAGNOSTICS detail = PG_EXCEPTION_DETAIL;
	CREATE TABLE said AS SELECT detail;
END $$;
SELECT matches((SELECT split_part(detail, E'\n', 1) FROM said), '^row 2, column subject, "nobody" is no code of a subject$', 'the error names them');
SELECT matches((SELECT detail FROM said), E'\nand 5 more$', 'up to 20');
SELECT results_eq('TABLE reading', 'TABLE was', 'nothing changed');
SELECT is((SELECT count(*) FROM job), 1::bigint, 'no job is left');

CALL load('bad', 'reject');
SELECT results_eq($$SELECT s.code, p.code, item, value FROM reading JOIN subject AS s USING (subject_id) JOIN period AS p USING (period_id)
	WHERE s.code > 'S3' ORDER BY 1, 2$$, $$VALUES ('S4', '2025-01', 1, 5::numeric), ('S6', '2025-02', 1, 1)$$, 'the right ones go in, of two for one reading neither');
SELECT results_eq($$SELECT row_no::integer, column_name, reason, row_data ->> 'indicator' FROM reject WHERE row_no IN (4, 20) ORDER BY 1$$,
	$$VALUES (4, 'value', 'is not a number', 'I2'), (20, 'subject', 'has this period and indicator in rows 19, 20', 'I1')$$, 'the others stand in reject');
SELECT results_eq($$SELECT form, relation LIKE '%.bad', on_error, good_rows::integer, written::integer, rejected::integer FROM load_record ORDER BY load_id DESC LIMIT 1$$,
	$$VALUES ('long', true, 'reject', 2, 2, 25)$$, 'the record counts them');
SELECT agrees('cards agree');

-- ---- forms of staging tables

CREATE TABLE numbered (line integer, subject varchar(10), period text, item integer, value double precision);
INSERT INTO numbered VALUES (900, 'S7', '2025-03', 1, 0.1), (901, 'S8', '2025-03', 99, 1), (902, 'S8', '2025-03', 1, 'NaN'), (903, 'S7', '2025-03', 2, 1e15);
SELECT results_eq($$SELECT row_no::integer, column_name, value FROM check_load('numbered')$$, $$VALUES (901, 'indicator', '99'), (902, 'value', 'NaN')$$,
	'columns of other types; rows go by their own numbers');
CALL load('numbered', 'reject');
SELECT results_eq($$SELECT item, value FROM reading WHERE subject_id = 7 ORDER BY 1$$, $$VALUES (1, 0.1), (2, 1000000000000000)$$, 'no digit of a float is lost');
CREATE VIEW seen AS SELECT 'S9' AS subject, '2025-03' AS period, 'I1' AS item, 3 AS value;
CALL load('seen');
SELECT is((SELECT value FROM reading WHERE subject_id = 9), 3::numeric, 'a view will do');
CREATE TABLE strange (subject text, period text, indicator text, value text, "valid form" text, t text);
SELECT throws_like($$CALL load('strange')$$, '%columns that mean nothing here: "valid form", t', 'a column that means nothing is refused');
CREATE TABLE lacking (subject text, period text, value text);
SELECT throws_like($$CALL load('lacking')$$, '%lacks columns%', 'so is a table without indicator');
CREATE TABLE empty AS TABLE good WITH NO DATA;
CALL load('empty');
SELECT is((SELECT message FROM job ORDER BY job_id DESC LIMIT 1) ~ ': 0 readings written', true, 'an empty table loads nothing');
SELECT throws_like($$CALL load('good', 'ignore')$$, '%on_error cannot be ''ignore''%', 'on_error is checked');
SELECT throws_like($$CALL load('good', source => 'mars')$$, '%no source ''mars''%', 'so is the source');

-- ---- part of a transaction

SELECT throws_like($$CALL load('good', batch => 0)$$, '%batch cannot have 0 rows%', 'so is the batch');
SET client_min_messages = error;
BEGIN ISOLATION LEVEL REPEATABLE READ;
SELECT throws_like($$CALL load('good')$$, '%isolation level repeatable read%', 'whoever does not see what others wrote cannot load');
ROLLBACK;
BEGIN;
CALL load('good');
SELECT is(current_setting('search_path') LIKE '%public%', true, 'in a transaction the search path stays');
ROLLBACK;
SET client_min_messages = warning;
SELECT is((SELECT count(*) FROM reading WHERE subject_id = 1), 3::bigint, 'and what is rolled back never was');

-- ---- beside the tail: the order of recording decides

INSERT INTO reading (subject_id, period_id, item, value) VALUES (10, 2025021, 1, 1);
CREATE TABLE later AS SELECT 'S10' AS subject, '2025-01' AS period, 'I1' AS indicator, '2' AS value;
CALL load('later');
SELECT is_empty('SELECT * FROM tail_reading', 'a tail row from before the load no more counts');
SELECT is((SELECT perfeval.scorecard_value(card, 1) FROM card WHERE subject_id = 10), 2::numeric, 'the loaded one does');
CALL fold();
SELECT is((SELECT perfeval.scorecard_value(card, 1) FROM card WHERE subject_id = 10), 2::numeric, 'after folding as well');
INSERT INTO reading (subject_id, period_id, item, value) VALUES (10, 2025021, 1, 3);
SELECT is((SELECT value FROM tail_reading), 3::numeric, 'a correction after it counts');
CALL fold();
INSERT INTO reading (subject_id, period_id, item, value, recorded_at) VALUES (10, 2025021, 1, 4, now() + interval '4 minutes');
CALL fold();
CALL load('later');
SELECT is((SELECT perfeval.scorecard_value(card, 1) FROM card WHERE subject_id = 10), 4::numeric, 'a card keeps a reading with a later time');
SELECT agrees('cards agree');

-- ---- what is known already

CALL load('good', source => 'bureau', changed_only => true);
SELECT results_eq('SELECT written, unchanged FROM load_record ORDER BY load_id DESC LIMIT 1', 'VALUES (0::bigint, 7::bigint)', 'changed_only leaves out what says nothing new');
UPDATE good SET value = '13' WHERE value = '12.50';
CALL load('good', source => 'bureau', changed_only => true);
SELECT results_eq('SELECT written, unchanged FROM load_record ORDER BY load_id DESC LIMIT 1', 'VALUES (1::bigint, 6::bigint)', 'and writes what does');
CALL load('good', source => 'bureau');
SELECT results_eq('SELECT written, unchanged FROM load_record ORDER BY load_id DESC LIMIT 1', 'VALUES (7::bigint, 0::bigint)', 'without it all are written again');
SELECT agrees('cards agree');

-- ---- batches that stop

CREATE TABLE big AS
SELECT 'S' || s AS subject, '2025-' || lpad(m::text, 2, '0') AS period, 'I' || i AS indicator, (s * 100 + m * 10 + i)::text AS value
FROM generate_series(11, 50) AS s, generate_series(1, 12) AS m, generate_series(1, 10) AS i ORDER BY md5(s || ' ' || m || ' ' || i);
CREATE FUNCTION trip() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'out of paper'; END $$;
CREATE TRIGGER trip BEFORE INSERT ON card FOR EACH ROW WHEN (NEW.subject_id = 30) EXECUTE FUNCTION trip();
\set ON_ERROR_STOP off
\set VERBOSITY sqlstate
CALL load('big', batch => 500);
\set ON_ERROR_STOP on
SELECT results_eq($$SELECT state, done, total, message FROM job_progress ORDER BY job_id DESC LIMIT 1$$,
	$$VALUES ('failed', 1800::bigint, 4800::bigint, 'out of paper')$$, 'a load fails in the middle');
SELECT is((SELECT count(*) FROM reading WHERE subject_id > 10), 1800::bigint, 'whole batches are in');
SELECT agrees('and the cards agree');
UPDATE big SET value = '7' WHERE subject = 'S40' AND period = '2025-01' AND indicator = 'I1';
SELECT throws_like($$CALL load('big', batch => 500)$$, '%is not what it was when load%', 'another content cannot go on');
UPDATE big SET value = '4011' WHERE subject = 'S40' AND period = '2025-01' AND indicator = 'I1';
DROP TRIGGER trip ON card;
SET client_min_messages = error;
CALL load('big', batch => 700);
SET client_min_messages = warning;
SELECT results_eq($$SELECT state, done, total FROM job_progress ORDER BY job_id DESC LIMIT 1$$, $$VALUES ('done', 4800::bigint, 4800::bigint)$$, 'the same one does');
SELECT is((SELECT count(*) FROM reading WHERE subject_id > 10), 4800::bigint, 'nothing is lost or doubled');
SELECT results_eq($$SELECT (count(DISTINCT (subject_id, period_id, item)), sum(value))::text FROM reading WHERE subject_id > 10$$,
	$$SELECT (count(*), sum(value::numeric))::text FROM big$$, 'each is there once');
SELECT agrees('the cards agree');
CREATE TRIGGER trip BEFORE UPDATE ON card FOR EACH ROW WHEN (NEW.subject_id = 30) EXECUTE FUNCTION trip();
\set ON_ERROR_STOP off
\set VERBOSITY sqlstate
CALL load('big', batch => 500);
\set ON_ERROR_STOP on
SET client_min_messages = error;
DROP TRIGGER trip ON card;
CALL load('big', batch => 500, resume => false);
SELECT results_eq($$SELECT state, done, message ~ 'given up|written' FROM job_progress ORDER BY job_id DESC LIMIT 2$$,
	$$VALUES ('done', 4800::bigint, true), ('failed', 1800::bigint, true)$$, 'one can be given up for a new one');
SELECT agrees('the cards agree');
SELECT is_empty('SELECT * FROM load_record WHERE resumable', 'nothing is left to go on');
UPDATE big SET value = value || 'x' WHERE subject = 'S20';
CALL load('big', 'reject', batch => 500);
SELECT results_eq('SELECT written, rejected FROM load_record ORDER BY load_id DESC LIMIT 1', 'VALUES (4680::bigint, 120::bigint)', 'rejects go with batches');

SELECT * FROM public.finish();
CALL perfeval.drop_workspace(:'workspace', :'workspace');
