-- load_wide and export_wide: what offices keep in spreadsheets goes in, comes out in the same form, and every
-- bad cell is named by row and column.
\set workspace '宽表 "it''s" 50%'
SET client_min_messages = warning;
SET jit = off;
DROP SCHEMA IF EXISTS :"workspace" CASCADE;
SELECT public.plan(38);
CALL perfeval.create_workspace(:'workspace', time_zone => 'Asia/Shanghai');
SET search_path = :"workspace", public;

CALL add_year(2025, 'month');
INSERT INTO subject (code, name, name_zh, kind) VALUES
	('S1', 'Bureau of Finance', '财政局', 'department'), ('S2', 'Bureau of Education', '教育局', 'department'),
	('S3', 'Bureau of Health', '卫健委', 'department'), ('S4', 'Office', '一号院', 'institution'), ('S5', 'Office', '二号院', 'institution'),
	('S6', 'Archive', NULL, 'institution');
INSERT INTO indicator (item, code, name, name_zh) VALUES
	(101, 'budget', 'Budget execution', '预算执行率'), (102, 'docs', 'Documents on time', '公文办理及时率'), (103, '7', 'Seven', '第七项'),
	(104, 'name', 'A name', '名称'), (105, 'long', 'Long', repeat('很', 30)), (106, 'Mixed " %s $1', 'Mixed', '混''合');
INSERT INTO indicator (item, code, name, name_zh, fact) VALUES (110, 'complaint', 'Complaints', '有效投诉', 'event');
INSERT INTO indicator (item, code, name, name_zh, fact, criterion, rater_role) VALUES (111, 'panel', 'Panel', '领导评价', 'rating', 'work', 'leader');
INSERT INTO indicator (item, code, name) VALUES (120, 'twin1', 'twin'), (121, 'twin2', 'twin');

CREATE VIEW now AS
SELECT s.code AS subject, p.code AS period, r.item, r.value, r.status
FROM (SELECT DISTINCT ON (subject_id, period_id, item) * FROM reading ORDER BY subject_id, period_id, item, recorded_at DESC, reading_id DESC) AS r
	JOIN subject AS s USING (subject_id) JOIN period AS p USING (period_id);

-- ---- a sheet as offices have it

CREATE TABLE sheet ("序号" text, "单位" text, "预算执行率" text, docs text, "103" text, "Mixed" text);
INSERT INTO sheet VALUES
	('1', '财政局', '98.50', ' 100 ', '', 'N/A'),
	('2', '教育局　', '９７．２', '缺失', NULL, '不适用'),
	('3', 'S3', '-1e2', 'missing', '免予', 'exempt'),
	(NULL, NULL, NULL, '  ', NULL, NULL);
SELECT is_empty($$SELECT * FROM check_wide('sheet', '2025-01')$$, 'nothing is wrong with it');
SELECT results_eq($$SELECT column_name, role, item FROM wide_column('sheet')$$, $$VALUES ('序号', 'row', NULL), ('单位', 'subject', NULL),
	('预算执行率', 'indicator', 101), ('docs', 'indicator', 102), ('103', 'indicator', 103), ('Mixed', 'indicator', 106)$$,
	'columns by Chinese name, code, number, name');
CALL load_wide('sheet', '2025-01');
SELECT results_eq('SELECT subject, item, value, status FROM now ORDER BY 1, 2', $$VALUES ('S1', 101, 98.50, NULL), ('S1', 102, 100, NULL), ('S1', 106, NULL, 'not_applicable'),
	('S2', 101, 97.2, NULL), ('S2', 102, NULL, 'missing'), ('S2', 106, NULL, 'not_applicable'),
	('S3', 101, -100, NULL), ('S3', 102, NULL, 'missing'), ('S3', 103, NULL, 'exempt'), ('S3', 106, NULL, 'exempt')$$,
	'numbers, words for statuses; blank cells are no readings');
SELECT is((SELECT value::text FROM now WHERE subject = 'S1' AND item = 101), '98.50', 'digits stay as they were written');
CALL load_wide('sheet', '2025-01');
SELECT results_eq('SELECT written, unchanged FROM load_record ORDER BY load_id DESC LIMIT 1', 'VALUES (0::bigint, 10::bigint)', 'the same sheet again changes nothing');
UPDATE sheet SET docs = '99' WHERE "单位" = '财政局';
CALL load_wide('sheet', '2025-01');
SELECT results_eq('SELECT written, unchanged FROM load_record ORDER BY load_id DESC LIMIT 1', 'VALUES (1::bigint, 9::bigint)', 'a corrected cell is one new reading');
SELECT is((SELECT value FROM now WHERE subject = 'S1' AND item = 102), 99::numeric, 'which counts');

-- ---- every bad cell

CREATE TABLE bad (code text, "名称" text, budget text, docs text, "第七项" text);
INSERT INTO bad VALUES
	('S1', '财政局', '1,234', '12%', 'NaN'),
	('S2', 'Bureau of Education', '１，２３４．５', '—', '12345678901234567890'),
	('S9', NULL, '1', '2', '3'),
	('S3', '教育局', '1', '2', '3'),
	('S4', '', '1', NULL, NULL),
	('S4', '一号院', NULL, '2', NULL),
	(NULL, NULL, '5', NULL, NULL),
	('Office', NULL, '5', 'x', NULL),
	('S6', 'Archive', '6', '1e5000', '7');
SELECT results_eq($$SELECT row_no::integer, column_name, value, reason FROM check_wide('bad', '2025-01')$$, $$VALUES
	(1, 'budget', '1,234', 'has separators of thousands: leave them out'),
	(1, 'docs', '12%', 'has a percent sign: write the number in the indicator''s unit'),
	(1, '第七项', 'NaN', 'is not finite'),
	(2, 'budget', '１，２３４．５', 'has separators of thousands: leave them out'),
	(2, 'docs', '—', 'is not a number'),
	(2, '第七项', '12345678901234567890', 'has more than 17 digits before the point or 18 after it'),
	(3, 'code', 'S9', 'is no code of a subject'),
	(4, 'code', 'S3', 'has another name than the row says'),
	(5, 'code', 'S4', 'stands in rows 5, 6'),
	(6, 'code', 'S4', 'stands in rows 5, 6'),
	(7, 'code', NULL, 'is no code of a subject'),
	(8, 'code', 'Office', 'is the name of several subjects: use the code'),
	(8, 'docs', 'x', 'is not a number'),
	(9, 'docs', '1e5000', 'is not a number')$$, 'by row and column; what is wrong with a subject once a row');
CREATE TABLE was AS TABLE now;
SELECT throws_like($$CALL load_wide('bad', '2025-01')$$, '%.bad has 14 mistakes in 9 rows: nothing was loaded', 'all of them refuse the sheet');
SELECT set_eq('TABLE now', 'TABLE was', 'nothing went in');
CALL load_wide('bad', '2025-02', 'reject');
SELECT results_eq($$SELECT subject, item, value FROM now WHERE period = '2025-02' ORDER BY 1, 2$$, $$VALUES ('S6', 101, 6::numeric), ('S6', 103, 7)$$,
	'or the right cells go in, none of a subject in doubt');
SELECT is((SELECT count(*) FROM reject), 14::bigint, 'and the mistakes into reject');
SELECT is((SELECT row_data FROM reject WHERE row_no = 6), '{"code": "S4", "名称": "一号院", "budget": null, "docs": "2", "第七项": null}'::jsonb, 'with the whole row');

-- ---- columns

CREATE TABLE columns (subject text, budget text, "预算执行率" text, "有效投诉" text, panel text, twin text, nothing text, docs text);
INSERT INTO columns VALUES ('S1', '1', '2', '3', '4', '5', '6', 'y');
SELECT results_eq($$SELECT row_no, column_name, reason FROM check_wide('columns', '2025-01')$$, $$VALUES
	(NULL::bigint, 'budget', 'is an indicator that has another column'), (NULL, '预算执行率', 'is an indicator that has another column'),
	(NULL, '有效投诉', 'is counted from events: post them'), (NULL, 'panel', 'is the mean of ratings: enter them'),
	(NULL, 'twin', 'is the name of several indicators: use the code'), (NULL, 'nothing', 'is no code, number or name of an indicator'),
	(1, 'docs', 'is not a number')$$, 'columns that cannot be taken are named');
SELECT throws_like($$CALL load_wide('columns', '2025-01', 'reject')$$, '% has 6 columns that cannot be taken: nothing was loaded', 'and never passed over');
SELECT throws_like($$CALL load_wide('sheet', '2025-13')$$, '%no period ''2025-13''%', 'the period must exist');
SELECT throws_like($$CALL load_wide('sheet', NULL)$$, '%no period NULL%', 'and be given');
SELECT throws_like($$CALL load_wide('sheet', '2025-01', subject_column => 'who')$$, '%has no column who%', 'so must the column of the subject');
CREATE TABLE declared ("负责单位" text, "名称" text, "code" text);
INSERT INTO declared VALUES ('S1', '5', 'ignored');
SELECT throws_like($$CALL load_wide('declared', '2025-03', subject_column => '负责单位')$$, '%has 1 mistakes in 1 rows%', 'a second name of the subject must agree');
UPDATE declared SET code = 'Bureau of Finance';
CALL load_wide('declared', '2025-03', subject_column => '负责单位');
SELECT results_eq($$SELECT subject, item, value FROM now WHERE period = '2025-03'$$, $$VALUES ('S1', 104, 5::numeric)$$,
	'an indicator may be called like a column of the form, if the subject''s column is declared');
CREATE TABLE typed (who text, budget numeric, docs integer, "7" double precision);
INSERT INTO typed VALUES ('S1', 1.10, 2, 0.1), ('S2', NULL, NULL, NULL);
CALL load_wide('typed', '2025-04');
SELECT results_eq($$SELECT subject, item, value::text FROM now WHERE period = '2025-04' ORDER BY 2$$, $$VALUES ('S1', 101, '1.10'), ('S1', 102, '2'), ('S1', 103, '0.1')$$,
	'without a known header the first column is the subject; cells may be numbers');
SELECT format('CREATE TABLE cut (subject text, %I text)', left(repeat('很', 30), 21)) \gexec
INSERT INTO cut VALUES ('S1', '8');
CALL load_wide('cut', '2025-05');
SELECT results_eq($$SELECT item, value FROM now WHERE period = '2025-05'$$, $$VALUES (105, 8::numeric)$$, 'a name of over 63 bytes is known by what fits');
CREATE TABLE odd (subject text, "Mixed "" %s $1" text, "混'合" text);
SELECT is((SELECT count(*) FROM wide_column('odd') WHERE item = 106), 2::bigint, 'headers may hold anything');

-- ---- the same form back

CALL load_wide('sheet', '2025-06');
CALL export_wide('back', '2025-06');
SELECT results_eq('SELECT * FROM back', $$VALUES ('S1', '财政局', '98.50', '99', NULL, 'not_applicable'), ('S2', '教育局', '97.2', 'missing', NULL, 'not_applicable'),
	('S3', '卫健委', '-100', 'missing', 'exempt', 'exempt')$$, 'readings of a period as a sheet');
SELECT columns_are('back', ARRAY['subject', 'name', 'budget', 'docs', '7', 'Mixed " %s $1'], 'a column for each indicator');
CALL load_wide('back', '2025-06');
SELECT results_eq('SELECT written, unchanged FROM load_record ORDER BY load_id DESC LIMIT 1', 'VALUES (0::bigint, 10::bigint)', 'loading it changes nothing');
CALL export_wide('中文', '2025-06', header => 'name_zh');
SELECT columns_are('中文', ARRAY['单位代码', '单位名称', '预算执行率', '公文办理及时率', '第七项', '混''合'], 'or with Chinese headers');
SELECT results_eq('SELECT "第七项" FROM 中文', $$VALUES (NULL), (NULL), ('免予')$$, 'and words');
CALL load_wide('中文', '2025-07');
SELECT set_eq($$SELECT subject, item, value, status FROM now WHERE period = '2025-07'$$, $$SELECT subject, item, value, status FROM now WHERE period = '2025-06'$$,
	'another period can have the same');
CALL export_wide('numbered', '2025-06', indicators => '{第七项,budget,budget}', header => 'item');
SELECT columns_are('numbered', ARRAY['subject', 'name', '103', '101'], 'indicators as asked for, by number');
CALL load_wide('numbered', '2025-06');
SELECT is((SELECT written FROM load_record ORDER BY load_id DESC LIMIT 1), 0::bigint, 'loading them changes nothing');
CALL export_wide('hard', '2025-03', indicators => '{name,long,twin1}', header => 'name_zh');
SELECT columns_are('hard', ARRAY['单位代码', '单位名称', '104', '105', 'twin1'], 'names that a header cannot be make way for numbers');
SELECT throws_like($$CALL export_wide('x', '2025-06', indicators => '{budget,nil}')$$, '%no indicators: nil%', 'unknown ones are named');
SELECT throws_like($$CALL export_wide('x', '2025-06', header => 'colour')$$, '%header cannot be ''colour''%', 'headers are of three kinds');
SELECT throws_like($$CALL export_wide('x', '2025-06', 'none')$$, '%no scheme "none"%', 'so are schemes');

-- ---- for a scheme: its indicators and participants, also as an empty form

INSERT INTO "grouping" (grouping_id, code, label) VALUES (1, 'all', 'All');
INSERT INTO subject_group (group_id, grouping_id, code, label) VALUES (1, 1, 'all', 'All');
INSERT INTO group_member (subject_id, grouping_id, group_id) SELECT subject_id, 1, 1 FROM subject WHERE code < 'S4';
INSERT INTO scheme (scheme_id, code, label, grouping_id) VALUES (1, 'city', 'City', 1);
INSERT INTO scheme_version (version_id, scheme_id, number, in_force_from, round_at, round_digits, round_mode, rank_basis, ties, tie_chain)
VALUES (1, 1, 1, '2025-01-01', 'final', 2, 'half_up', 'unrounded', 'expand', '{}');
INSERT INTO node (version_id, node, parent, part, spec) VALUES (1, 0, NULL, 'base', '{"rule": "weighted_mean", "missing": "renormalize"}'),
	(1, 1, 0, NULL, '{"rule": "given", "item": 101, "weight": 0.5, "min": null, "max": null}'),
	(1, 2, 0, NULL, '{"rule": "given", "item": 105, "weight": 0.5, "min": null, "max": null}');
INSERT INTO tier (version_id, tier, code, label, share, bound) SELECT v.version_id, 1, 'A', 'all', 1, 'exact' FROM scheme_version AS v;
CALL seal_version(1);
CALL export_wide('form', '2025-06', 'city');
SELECT results_eq('SELECT * FROM form', $$VALUES ('S1', '财政局', '98.50', NULL), ('S2', '教育局', '97.2', NULL), ('S3', '卫健委', '-100', NULL)$$,
	'participants and indicators of a scheme');
CALL export_wide('empty', '2025-12', 'city');
SELECT results_eq('SELECT * FROM empty', $$VALUES ('S1', '财政局', NULL, NULL), ('S2', '教育局', NULL, NULL), ('S3', '卫健委', NULL, NULL)$$, 'an empty form to hand out');
UPDATE empty SET budget = '50' WHERE subject = 'S2';
CALL load_wide('empty', '2025-12');
SELECT is((SELECT score FROM standing WHERE period = '2025-12' AND subject = 'S2'), 50::numeric, 'which comes back filled in: the standing has it');

SELECT * FROM public.finish();
DROP TABLE back, 中文, numbered, hard, form, empty;
CALL perfeval.drop_workspace(:'workspace', :'workspace');
