-- Recognition by experts: the vectors of the rule, too few experts, the effect as
-- a line of its own, what a sealed version and a run keep of it, and a small unit
-- that scores as high as a large one.
\set ON_ERROR_STOP 1
\set workspace '认同 "it''s" 50%'
SET client_min_messages = warning;
DROP SCHEMA IF EXISTS :"workspace" CASCADE;
SELECT format('DROP OWNED BY %I CASCADE', rolname) FROM pg_roles WHERE rolname LIKE 'perfeval recognition %' \gexec
SELECT format('DROP ROLE %I', rolname) FROM pg_roles WHERE rolname LIKE 'perfeval recognition %' \gexec
SELECT plan(50);

CALL perfeval.create_workspace(:'workspace', time_zone => 'Asia/Shanghai');
SET search_path = :"workspace", public;
CALL add_year(2025, 'quarter');
INSERT INTO "grouping" (code, label, label_zh) VALUES ('all', 'All units', '全部单位');
INSERT INTO subject_group (grouping_id, code, label) VALUES (1, 'plain', 'From 0 to 1'), (1, 'wide', 'From 0.8 to 1.2'), (1, 'trim', 'Without the extremes'), (1, 'city', 'Large and small');
INSERT INTO subject (subject_id, code, name, kind)
SELECT i, 'U' || i, 'Unit ' || i, 'institution' FROM generate_series(1, 7) AS i
UNION ALL SELECT 10 + i, 'C' || i, 'City unit ' || i, 'institution' FROM generate_series(1, 8) AS i
UNION ALL SELECT 100 + i, 'E' || i, 'Expert ' || i, 'person' FROM generate_series(1, 5) AS i;
INSERT INTO subject_state (subject_id, valid_from, headcount, posts)
SELECT 10 + i, '1900-01-01', (ARRAY[250, 220, 180, 120, 60, 40, 20, 9])[i], 10 FROM generate_series(1, 8) AS i;
INSERT INTO subject_state (subject_id, valid_from, headcount, posts) VALUES (11, '2025-07-01', 300, 10), (12, '2026-01-01', 1, 10);
INSERT INTO group_member (subject_id, grouping_id, group_id)
SELECT i, 1, CASE WHEN i IN (1, 2) THEN 1 WHEN i IN (3, 4, 5) THEN 2 WHEN i < 10 THEN 3 ELSE 4 END FROM generate_series(1, 18) AS i WHERE i NOT BETWEEN 8 AND 10;
INSERT INTO indicator (item, code, name, name_zh, fact, roll_up, criterion, rater_role) VALUES
	(1, 'done', 'Goals completed', '目标完成', 'reading', 'last', NULL, NULL),
	(11, 'difficulty', 'Difficulty of the goals', '目标难度', 'rating', 'mean', 'difficulty', 'expert'),
	(12, 'precision', 'Precision of the goals', '目标精准度', 'rating', 'mean', 'precision', 'expert'),
	(13, 'precision by others', 'Precision, said by others', '目标精准度（他评）', 'rating', 'mean', 'precision', 'office'),
	(21, 'plain', 'Coefficient of recognition', '认同系数', 'recognition', 'none', NULL, NULL),
	(22, 'wide', 'Coefficient of recognition, 0.8 to 1.2', '认同系数（宽）', 'recognition', 'mean', NULL, NULL),
	(23, 'trim', 'Coefficient of recognition, trimmed', '认同系数（去极值）', 'recognition', 'none', NULL, NULL);
INSERT INTO recognition_rule (item, difficulty_item, precision_item, difficulty_share, low, high, drop_each, min_experts) VALUES
	(21, 11, 12, 0.5, 0, 1, 0, 3), (22, 11, 13, 0.5, 0.8, 1.2, 0, 3);
UPDATE indicator SET min_raters = 2 WHERE item = 13;
INSERT INTO scheme (code, label, grouping_id) VALUES ('goals', 'Goals 目标考核', 1);
INSERT INTO scheme_version (scheme_id, number, in_force_from, period_kinds, round_at, round_digits, round_mode, rank_basis, ties, tie_chain)
VALUES (1, 1, '2025-01-01', '{year}', 'final', 2, 'half_up', 'unrounded', 'expand', '{}');
INSERT INTO node (version_id, group_id, node, parent, part, spec)
SELECT 1, g, 0, NULL, 'coefficient', jsonb_build_object('rule', 'coefficient', 'label', 'Recognition 认同度', 'coefficient', jsonb_build_object('item', i),
	'low', low, 'high', high, 'max_points', cap, 'otherwise', 1)
FROM (VALUES (1, 21, 0, 1, NULL), (2, 22, 0.8, 1.3, 100), (3, 23, 0.8, 1.2, 100), (4, 22, 0.8, 1.2, 100)) AS v (g, i, low, high, cap)
UNION ALL
SELECT 1, NULL, 1, 0, 'base', '{"rule": "given", "label": "Completion 完成得分", "item": 1, "min": 0, "max": 100}';
UPDATE node SET spec = spec - 'otherwise' WHERE group_id = 2;

-- ---- what keeps a version from being sealed

SELECT bag_eq($$SELECT group_id, code, message FROM version_lint(1) WHERE code ~ '^recognition'$$,
	$$VALUES (3, 'recognition_rule', 'indicator 23 trim has no rule of recognition'),
		(4, 'recognition_panel', 'the experts of coefficient 22 wide do not rate both difficulty and precision'),
		(2, 'recognition_panel', 'the experts of coefficient 22 wide do not rate both difficulty and precision'),
		(4, 'recognition_anonymous', 'coefficient 22 wide rests on an anonymous panel, whose marks it would tell'),
		(2, 'recognition_anonymous', 'coefficient 22 wide rests on an anonymous panel, whose marks it would tell'),
		(2, 'recognition_bounds', 'node 0 takes coefficients from 0.8 to 1.3, and 22 wide is from 0.8 to 1.2'),
		(2, 'recognition_default', 'node 0 does not say that the coefficient is 1 with too few experts')$$, 'what is wrong with coefficients of recognition is found');
SELECT throws_like('CALL seal_version(1)', '%cannot be sealed%', 'and not sealed');
UPDATE node SET spec = spec || '{"high": 1.2, "otherwise": 1}' WHERE group_id = 2;
UPDATE recognition_rule SET precision_item = 12 WHERE item = 22;
INSERT INTO recognition_rule (item, difficulty_item, precision_item, difficulty_share, low, high, drop_each, min_experts) VALUES (23, 11, 12, 0.6, 0.8, 1.2, 1, 5);
SELECT is_empty($$SELECT * FROM version_lint(1) WHERE severity <> 'warning'$$, 'now nothing is');
SELECT throws_ok($$INSERT INTO recognition_rule VALUES (24, 11, 12, 0.5, 0, 1, 1, 2)$$, '23514', NULL, 'a rule that could drop all of its experts is refused');
CALL seal_version(1);
SELECT throws_ok('UPDATE indicator SET min_raters = 2 WHERE item = 11', '55000', NULL, 'what a rule alone names does not change under a sealed version either');
SELECT throws_like('UPDATE recognition_rule SET high = 1.3 WHERE item = 22', 'the coefficient of item 22 is used by a sealed version%', 'a sealed version keeps the rule');
SELECT throws_like('DELETE FROM recognition_rule WHERE item = 22', 'the coefficient of item 22 is used by a sealed version%', 'and the row');
SELECT throws_like($$UPDATE indicator SET rater_role = 'office' WHERE item = 11$$, 'indicator difficulty is used by a sealed version%', 'and who rates');
SELECT throws_like('TRUNCATE recognition_rule', 'table recognition_rule holds rows of sealed%', 'and the table');
SELECT is((SELECT array_agg(x -> 'item' ORDER BY x -> 'item') FROM jsonb_array_elements(export_scheme('goals') -> 'indicators') AS x), '{1,11,12,21,22,23}'::jsonb[],
	'its document has what the experts rate');
SELECT is((SELECT x -> 'recognition' FROM jsonb_array_elements(export_scheme('goals') -> 'indicators') AS x WHERE x ->> 'code' = 'trim'),
	'{"difficulty_item": 11, "precision_item": 12, "difficulty_share": 0.6, "low": 0.8, "high": 1.2, "drop_each": 1, "min_experts": 5}', 'and what becomes of it');
SELECT export_scheme('goals') AS document \gset

-- ---- the vectors: all have completed 96

INSERT INTO reading (subject_id, period_id, item, value) SELECT i, 2025000, 1, 96 FROM generate_series(1, 7) AS i;
CREATE TEMP TABLE said (unit text, expert integer, difficulty numeric, precision numeric);
INSERT INTO said SELECT u, e, d, p FROM unnest('{U1,U3}'::text[]) AS u, (VALUES (1, 80, 70), (2, 90, 80), (3, 100, 90)) AS v (e, d, p);
INSERT INTO said SELECT u, e, d, p FROM unnest('{U2,U4}'::text[]) AS u, (VALUES (1, 80, 70), (2, 90, 80)) AS v (e, d, p);
-- One who likes nothing, one who likes everything, and three others.
INSERT INTO said VALUES ('U6', 1, 0, 0), ('U6', 2, 80, 70), ('U6', 3, 80, 70), ('U6', 4, 80, 70), ('U6', 5, 100, 100), ('U7', 1, 0, 0), ('U7', 2, 80, 70);
SELECT format('CALL rate(%L, %L, %L, %L, %s, %L)', unit, c, 'expert', 'E' || expert, v, '2025')
FROM said, LATERAL (VALUES ('difficulty', difficulty), ('precision', precision)) AS m (c, v) \gexec
SELECT results_eq($$SELECT subject, base_score, coefficient, score FROM standing WHERE subject_id < 10 ORDER BY subject$$,
	$$VALUES ('U1', 96::numeric, 0.85::numeric, 81.6::numeric), ('U2', 96, NULL, 96), ('U3', 96, 1.14, 100), ('U4', 96, NULL, 96), ('U5', 96, NULL, 96),
		('U6', 96, 1.104, 100), ('U7', 96, NULL, 96)$$, 'coefficients and scores; too few experts: 1');
SELECT results_eq($$SELECT subject_id, points FROM standing_line WHERE label LIKE 'effect of coefficient%' ORDER BY subject_id$$,
	'VALUES (1::bigint, -14.4), (3, 4), (6, 4)', 'the effect is a line of its own');
SELECT results_eq($$SELECT subject_id, indicator, source, recorded_by, recorded_at = (SELECT max(r.rated_at) FROM rating AS r WHERE r.subject_id = l.subject_id) FROM standing_line AS l
	WHERE label LIKE 'effect of coefficient%' ORDER BY subject_id$$, $$VALUES (1::bigint, 'plain', 'expert', NULL, true), (3, 'wide', 'expert', NULL, true), (6, 'trim', 'expert', NULL, true)$$,
	'which rests on the experts, nobody sees on whom');
SELECT is_empty($$SELECT subject_id FROM standing JOIN (SELECT subject_id, sum(points) AS points FROM standing_line WHERE period_id = 2025000 GROUP BY 1) AS l USING (subject_id)
	WHERE period_id = 2025000 AND score IS DISTINCT FROM points$$, 'the lines add up');
SELECT results_eq($$SELECT subject, experts, min_experts, low, high, coefficient, too_few, before, after, effect FROM recognition_effect WHERE subject_id < 10 ORDER BY subject$$,
	$$VALUES ('U1', 3::bigint, 3, 0::numeric, 1::numeric, 0.85::numeric, false, 96::numeric, 81.6::numeric, -14.4::numeric), ('U2', 2, 3, 0, 1, 1, true, 96, 96, 0),
		('U3', 3, 3, 0.8, 1.2, 1.14, false, 96, 100, 4), ('U4', 2, 3, 0.8, 1.2, 1, true, 96, 96, 0), ('U5', 0, 3, 0.8, 1.2, 1, true, 96, 96, 0),
		('U6', 5, 5, 0.8, 1.2, 1.104, false, 96, 100, 4), ('U7', 2, 5, 0.8, 1.2, 1, true, 96, 96, 0)$$, 'who was judged by too few is flagged');
SELECT results_eq($$SELECT subject_id, f.flag, f.value FROM participant_evaluation, perfeval.flags(result) AS f WHERE period_id = 2025000 AND subject_id < 10 ORDER BY 1$$,
	$$SELECT u, 'imputed', 1::numeric FROM unnest('{2,4,5,7}'::bigint[]) AS u$$, 'in the result too');
SELECT results_eq($$SELECT subject, provisional, coverage FROM standing WHERE subject IN ('U2', 'U5') ORDER BY 1$$, $$VALUES ('U2', true, 0.5), ('U5', true, 0.5)$$, 'which is provisional');
SELECT results_eq('SELECT subject_id, item, experts, min_experts, coefficient, too_few FROM recognition_reading WHERE (subject_id, item) IN ((1, 21), (2, 21), (6, 23)) ORDER BY 1',
	'VALUES (1::bigint, 21, 3::bigint, 3, 0.85, false), (2, 21, 2, 3, NULL, true), (6, 23, 5, 5, 1.104, false)', 'as readings');

-- A rule for an indicator that has readings of its own says nothing of it.
INSERT INTO indicator (item, code, name) VALUES (30, 'other', 'Another');
INSERT INTO recognition_rule (item, difficulty_item, precision_item, difficulty_share, low, high, drop_each, min_experts) VALUES (30, 11, 12, 0.5, 0, 1, 0, 1);
SELECT is_empty('SELECT subject_id FROM fresh_reading WHERE item = 30 UNION ALL SELECT subject_id FROM recognition_reading WHERE item = 30 UNION ALL
	SELECT subject_id FROM rating_reading_as_of(NULL, 2025000) WHERE item = 30', 'what is no coefficient gets none');

-- ---- who and what counts

SELECT throws_ok($$CALL rate('U5', 'difficulty', 'expert', 'E1', 100.1, '2025')$$, '22003', NULL, 'a mark above 100 is refused');
SELECT throws_ok($$CALL rate('U5', 'precision', 'expert', 'E1', -0.1, '2025')$$, '22003', NULL, 'and one below 0');
SELECT lives_ok($$CALL rate('U5', 'precision', 'office', 'E1', 101, '2025')$$, 'but not of what no coefficient rests on');
CREATE TEMP TABLE staging (subject text, indicator text, rater text, period text, value text);
INSERT INTO staging VALUES ('U5', 'precision', 'E4', '2025', '100.5'), ('U5', 'precision by others', 'E4', '2025', '100.5');
SELECT results_eq('SELECT row_no, value, reason FROM check_ratings(''staging'')', $$VALUES (1::bigint, '100.5', 'is not between 0 and 100, as difficulty and precision of goals are')$$, 'nor are they loaded');
SELECT throws_like($$CALL record_reading('U5', 'wide', '2025', 1.1)$$, 'indicator ''wide'' has no readings of its own%', 'a coefficient is not entered by hand');
-- What came in past the procedure counts no more than it says.
INSERT INTO rating (subject_id, period_id, criterion, rater_role, rater_id, value)
SELECT 5, 2025000, c, 'expert', 100 + e, v FROM (VALUES (1, 90, 80), (2, 100, 90), (3, 80, 170)) AS m (e, d, p), LATERAL (VALUES ('difficulty', d), ('precision', p)) AS x (c, v);
SELECT results_eq($$SELECT experts, too_few FROM recognition_effect WHERE subject = 'U5'$$, 'VALUES (2::bigint, true)', 'a mark beyond 100 counts for nothing');
SELECT clock_timestamp() AS of_two \gset
CALL rate('U4', 'difficulty', 'expert', 'E3', 100, '2025');
SELECT results_eq($$SELECT experts, too_few FROM recognition_effect WHERE subject = 'U4'$$, 'VALUES (2::bigint, true)', 'who has rated the difficulty alone says nothing yet');
CALL rate('U4', 'precision', 'expert', 'E3', 30, '2025');
CALL rate('U4', 'precision', 'expert', 'E3', 90, '2025');
SELECT results_eq($$SELECT experts, coefficient, effect FROM recognition_effect WHERE subject = 'U4'$$, 'VALUES (3::bigint, 1.14, 4::numeric)', 'an expert''s last word counts');
CREATE TEMP TABLE before AS SELECT * FROM standing;
CALL fold();
SELECT set_eq('SELECT * FROM standing', 'SELECT * FROM before', 'folding changes no answer');

-- ---- kept with a run, and worked out as it was known

SELECT set_eq('SELECT * FROM standing_as_of(period_id => 2025000)', 'SELECT * FROM standing WHERE period_id = 2025000', 'the facts say the same');
SELECT results_eq(format('SELECT score, coefficient FROM standing_as_of(known => %L, period_id => 2025000) WHERE subject_id = 4', :'of_two'),
	'VALUES (96::numeric, NULL::numeric)', 'also of what was known before the third expert');
CALL assess('goals', '2025') \gset
CALL rate('U1', 'precision', 'expert', 'E3', 0, '2025');
SELECT is((SELECT coefficient FROM standing WHERE subject = 'U1'), 0.7, 'an expert thinks again');
CALL rerun(:run_id) \gset frozen_
CALL rerun(:run_id, from_facts => true) \gset facts_
SELECT is((SELECT count(DISTINCT hash) FROM run), 1::bigint, 'a run is worked out again as it was, from its cards and from the facts');
SELECT results_eq(format('SELECT subject, coefficient, score FROM result WHERE run_id = %s AND subject IN (%L, %L) ORDER BY 1', :facts_new_run, 'U1', 'U4'),
	$$VALUES ('U1', 0.85, 81.6), ('U4', 1.14, 100::numeric)$$, 'with the coefficients of then');
SELECT results_eq(format('SELECT subject_id, points FROM result_line WHERE run_id = %s AND label LIKE %L ORDER BY 1', :run_id, 'effect of coefficient%'),
	'VALUES (1::bigint, -14.4), (3, 4), (4, 4), (6, 4)', 'and their effects as lines');

-- ---- experts who judge quarter by quarter: the year has the mean

INSERT INTO scheme_version (scheme_id, number, in_force_from, period_kinds, round_at, round_digits, round_mode, rank_basis, ties, tie_chain)
SELECT 1, 2, '2025-02-01', '{quarter}', 'final', 2, 'half_up', 'unrounded', 'expand', '{}';
SELECT format('CALL rate(%L, %L, %L, %L, %s, %L)', 'C1', c, 'expert', 'E' || e, v, '2025Q' || q)
FROM (VALUES (1, 1, 40, 40), (1, 2, 50, 50), (1, 3, 60, 60), (2, 1, 90, 90), (2, 2, 90, 90), (2, 3, 90, 90), (3, 1, 0, 0)) AS m (q, e, d, p),
	LATERAL (VALUES ('difficulty', d), ('precision', p)) AS x (c, v) \gexec
SELECT results_eq($$SELECT coefficient, experts FROM recognition_effect WHERE subject = 'C1' AND period_id = 2025000$$, 'VALUES (1.08, 3::bigint)',
	'1 and 1.16 of two quarters, the third had too few experts');
-- What is said of the whole year goes before.
INSERT INTO said
SELECT 'C' || i, e, d + x, p + x
FROM (VALUES (1, 50, 50), (2, 55, 45), (3, 40, 50), (4, 60, 50), (5, 70, 70), (6, 60, 60), (7, 45, 45), (8, 90, 80)) AS v (i, d, p),
	(VALUES (1, -10), (2, 0), (3, 10)) AS w (e, x);
SELECT format('CALL rate(%L, %L, %L, %L, %s, %L)', unit, c, 'expert', 'E' || expert, v, '2025')
FROM said, LATERAL (VALUES ('difficulty', difficulty), ('precision', precision)) AS m (c, v) WHERE unit ~ 'C' \gexec

-- ---- a small unit with sensible, well-done goals scores as high as a large one

INSERT INTO reading (subject_id, period_id, item, value)
SELECT 10 + i, 2025000, 1, (ARRAY[97, 95, 94, 92, 88, 87, 85, 86])[i] FROM generate_series(1, 8) AS i;
SELECT results_eq($$SELECT subject, base_score, coefficient, score, rank FROM standing WHERE group_code = 'city' ORDER BY rank$$,
	$$VALUES ('C8', 86::numeric, 1.14::numeric, 98.04::numeric, 1::bigint), ('C1', 97, 1, 97, 2), ('C5', 88, 1.08, 95.04, 3), ('C2', 95, 1, 95, 4), ('C4', 92, 1.02, 93.84, 5),
		('C3', 94, 0.98, 92.12, 6), ('C6', 87, 1.04, 90.48, 7), ('C7', 85, 0.98, 83.3, 8)$$, 'nine people whose goals convinced are before three hundred');
SELECT results_eq($$SELECT measure, n, base, before, after, reason FROM size_effect WHERE group_code = 'city' AND period_id = 2025000 ORDER BY measure$$,
	$$VALUES ('headcount', 8::bigint, 0.9788, 0.9788, 0.3944, NULL), ('posts', 8, NULL, NULL, NULL, 'one_size')$$, 'size predicted the score, and does so hardly any more');
SELECT results_eq($$SELECT DISTINCT group_code, n, before, reason FROM size_effect WHERE group_code <> 'city' AND period_id = 2025000 ORDER BY 1$$,
	$$VALUES ('plain', 0::bigint, NULL::numeric, 'too_few'), ('trim', 0, NULL, 'too_few'), ('wide', 0, NULL, 'too_few')$$, 'of units without a size it says so');
INSERT INTO subject_state (subject_id, valid_from, headcount) SELECT i, '1900-01-01', i FROM generate_series(3, 5) AS i;
SELECT results_eq($$SELECT n, base, before, after, reason FROM size_effect WHERE group_code = 'wide' AND measure = 'headcount' AND period_id = 2025000$$,
	$$VALUES (3::bigint, NULL::numeric, NULL::numeric, -0.866, 'one_score')$$, 'and where all had one score before');

-- ---- who sees it

CREATE ROLE "perfeval recognition unit";
CREATE ROLE "perfeval recognition expert";
CALL grant_role('perfeval recognition unit', 'unit', 'C8');
CALL grant_role('perfeval recognition expert', 'rater', 'E1');
SET ROLE "perfeval recognition unit";
SELECT results_eq('SELECT DISTINCT subject, coefficient FROM recognition_effect', $$VALUES ('C8', 1.14)$$, 'a unit sees what was thought of its own goals');
SELECT results_eq('SELECT DISTINCT subject_id FROM recognition_reading', 'VALUES (18::bigint)', 'as readings too');
SELECT is_empty('SELECT * FROM rating', 'not by whom');
SELECT results_eq($$SELECT group_code, measure, n, after, withheld FROM size_effect WHERE group_code IN ('city', 'wide') AND period_id = 2025000 ORDER BY 1, 2$$,
	$$VALUES ('city', 'headcount', 8::bigint, 0.3944, false), ('city', 'posts', 8, NULL, false), ('wide', 'headcount', NULL, NULL, true), ('wide', 'posts', 0, NULL, false)$$,
	'and what size does in groups of enough others');
SET ROLE "perfeval recognition expert";
CALL rate('C8', 'precision', 'expert', 'E1', 80, '2025');
SELECT is((SELECT count(*) FROM rating WHERE rater_id <> 101), 0::bigint, 'an expert rates, and sees its own marks alone');
SELECT is_empty('SELECT * FROM recognition_effect', 'and no coefficients');
RESET ROLE;
SELECT is((SELECT coefficient FROM standing WHERE subject = 'C8'), 1.1466666666666667, 'the mark counts');

-- ---- elsewhere

DROP OWNED BY "perfeval recognition unit", "perfeval recognition expert";
DROP ROLE "perfeval recognition unit", "perfeval recognition expert";
SELECT set_config('search_path', 'public', false) AS path \gset
CALL perfeval.drop_workspace(:'workspace', :'workspace', force => true);
CALL perfeval.create_workspace(:'workspace', time_zone => 'Asia/Shanghai');
SET search_path = :"workspace", public;
CALL import_scheme(:'document') \gset
SELECT results_eq('TABLE recognition_rule ORDER BY item', 'VALUES (21, 11, 12, 0.5, 0::numeric, 1::numeric, 0, 3), (22, 11, 12, 0.5, 0.8, 1.2, 0, 3), (23, 11, 12, 0.6, 0.8, 1.2, 1, 5)',
	'the rules go with the document');
SELECT is(export_scheme('goals'), :'document'::jsonb, 'which is the same there');
UPDATE recognition_rule SET high = 1.5 WHERE item = 22;
SELECT throws_like(format('CALL import_scheme(%L)', :'document'), '%indicator 22 has another rule of recognition%', 'another rule of the same item is not taken for it');

SELECT set_config('search_path', 'public', false) AS path \gset
CALL perfeval.drop_workspace(:'workspace', :'workspace');
SELECT * FROM finish();
