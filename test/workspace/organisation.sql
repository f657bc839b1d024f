-- Subjects, the tree, groups, working days and periods.
\set ON_ERROR_STOP 1
SET client_min_messages = warning;
CALL perfeval.create_workspace('组织 "it''s" 50%', time_zone => 'Asia/Shanghai');
SET search_path = "组织 ""it's"" 50%", public;
SELECT plan(67);

-- ---- subjects (S0.02, S0.03)

CALL add_subject('GOV', 'City government', '市政府', 'department');
CALL add_subject('DEV', 'Development bureau', '发展局', 'department', 'GOV', '2020-01-01', 80, 90, 'economic');
CALL add_subject('LAW', 'Enforcement bureau', '执法局', 'department', 'GOV');
CALL add_subject('U1', 'Investment centre', '投资中心', 'institution', 'DEV', '2021-01-01', 12, 15);
CALL add_subject('U2', 'Service hall', '服务大厅', 'institution', 'DEV', '2021-01-01');
CALL add_subject('U3', 'Inspection team', '稽查队', 'institution', 'DEV', '2021-01-01');
CALL add_subject('U4', 'Advice centre', '咨询中心', 'institution', 'DEV', '2021-01-01');
SELECT results_eq('SELECT subject, supervising, headcount, posts FROM subject_now ORDER BY subject_id LIMIT 2', $$VALUES ('GOV', NULL, NULL::int, NULL::int), ('DEV', 'GOV', 80, 90)$$, 'add_subject: the subject and its first state');
CALL add_subject('U1', 'Investment centre', '投资中心', 'institution', 'DEV', '2021-01-01', 12, 15);
SELECT is((SELECT count(*) FROM subject), 7::bigint, 'again with the same words changes nothing');
SELECT throws_ok($$CALL add_subject('U1', 'Investment centre', '投资中心', 'institution', 'LAW', '2021-01-01', 12, 15)$$, '23505', 'there is a subject "U1" already, and it is not the same', 'other words are refused');
SELECT throws_ok($$CALL add_subject('U9', 'X', NULL, 'institution', 'NOBODY')$$, 'P0002', $$there is no subject 'NOBODY'$$, 'nobody supervises');
SELECT throws_ok($$CALL add_subject('U9', 'X', NULL, 'club')$$, '23514', NULL, 'a kind that there is not');
SELECT throws_ok($$SELECT find_subject(NULL)$$, 'P0002', 'there is no subject NULL', 'no code');

CALL change_subject('U4', '2024-03-01', supervising => 'LAW');
CALL change_subject('U4', '2024-06-01', headcount => 9);
CALL change_subject('U4', '2024-07-01', headcount => 9);
SELECT results_eq($$SELECT valid_from, supervising_id, headcount FROM subject_state WHERE subject_id = find_subject('U4') ORDER BY 1$$,
	$$VALUES ('2021-01-01'::date, find_subject('DEV'), NULL::int), ('2024-03-01', find_subject('LAW'), NULL), ('2024-06-01', find_subject('LAW'), 9)$$, 'change_subject: what is not said stays, what is no change is no row');
SELECT throws_ok($$CALL change_subject('U4', '2020-01-01', headcount => 9)$$, '22023', 'subject "U4" cannot change on 2020-01-01', 'not before it exists');
SELECT throws_ok($$CALL change_subject('U4', NULL, headcount => 9)$$, '22023', 'subject "U4" cannot change on NULL', 'nor on no day');
SELECT throws_ok($$CALL change_subject('U4', 'infinity', headcount => 9)$$, '22023', NULL, 'nor at the end of days');

-- ---- the tree

SELECT is((SELECT count(*) FROM organisation_lint WHERE code = 'stale_tree'), 7::bigint, 'the tree is not there yet');
CALL refresh_tree();
SELECT is_empty('SELECT * FROM organisation_lint', 'refresh_tree: now it is');
SELECT results_eq($$SELECT s.code, t.depth, t.valid_from, t.valid_to FROM subject_tree t JOIN subject s ON s.subject_id = t.ancestor_id WHERE t.subject_id = find_subject('U4') ORDER BY t.valid_from, t.depth, s.code$$,
	$$VALUES ('U4', 0, '2021-01-01'::date, NULL::date), ('DEV', 1, '2021-01-01', '2024-03-01'), ('GOV', 2, '2021-01-01', '2024-03-01'), ('LAW', 1, '2024-03-01', NULL), ('GOV', 2, '2024-03-01', NULL)$$, 'with the days from which to which it holds');
SELECT results_eq($$SELECT s.code FROM subject_tree t JOIN subject s USING (subject_id) WHERE t.ancestor_id = find_subject('DEV') AND t.valid_from <= '2024-02-29' AND (t.valid_to IS NULL OR t.valid_to > '2024-02-29') ORDER BY 1$$, $$VALUES ('DEV'), ('U1'), ('U2'), ('U3'), ('U4')$$, 'all below a bureau on a day');
CREATE TEMP TABLE before AS SELECT xmin::text AS by, * FROM subject_tree;
CALL refresh_tree();
SELECT is_empty('SELECT xmin::text AS by, * FROM subject_tree EXCEPT TABLE before', 'refresh_tree again writes nothing');
CALL change_subject('GOV', '2025-01-01', supervising => 'U1');
SELECT throws_ok('CALL refresh_tree()', '23514', 'subjects answer to themselves from 2025-01-01 on: GOV -> U1 -> DEV -> GOV', 'a circle is an error that names the path');
SELECT is_empty('SELECT xmin::text AS by, * FROM subject_tree EXCEPT TABLE before', 'and leaves the tree as it was');
CALL change_subject('GOV', '2025-01-01', supervising => '');
CALL refresh_tree();
SELECT is_empty('SELECT * FROM organisation_lint', 'an empty code: nobody supervises any more');
SELECT throws_ok($$INSERT INTO subject_state (subject_id, valid_from, supervising_id) VALUES (1, '2030-01-01', 1)$$, '23514', NULL, 'nobody supervises itself');

-- ---- groups, apart from the tree

INSERT INTO "grouping" (code, label, label_zh) VALUES ('service', 'by service attribute', '服务属性');
INSERT INTO subject_group (grouping_id, code, label, label_zh) SELECT 1, code, label, zh FROM (VALUES ('eco', 'Economic development', '经济发展服务类'), ('ent', 'Services to enterprises and people', '服务企业群众类'), ('law', 'Enforcement', '行政执法类')) v(code, label, zh);
CALL assign_group('U1', 'service', 'eco');
CALL assign_group('U2', 'service', 'ent');
CALL assign_group('U3', 'service', 'law');
SELECT results_eq('SELECT code, subject FROM organisation_lint', $$VALUES ('no_group', 'U4')$$, 'lint: one of the kind is in no group');
CALL assign_group('U4', 'service', 'eco', '2022-01-01');
CALL change_subject('U4', '2025-01-01', supervising => 'DEV');
CALL refresh_tree();
SELECT is_empty('SELECT * FROM organisation_lint', 'now it is');
SELECT results_eq($$SELECT group_code, count(*), min(subject) FROM units_by_group WHERE supervising = 'DEV' GROUP BY 1 ORDER BY 1$$, $$VALUES ('eco', 2::bigint, 'U1'), ('ent', 1, 'U2'), ('law', 1, 'U3')$$, 'the four units of a bureau sit in three groups');
CALL assign_group('U4', 'service', 'eco', '2023-01-01');
SELECT is((SELECT count(*) FROM group_member WHERE subject_id = find_subject('U4')), 1::bigint, 'assign_group: no change is no row');
CALL assign_group('U4', 'service', 'law', '2099-01-01');
SELECT is((SELECT group_code FROM units_by_group WHERE subject = 'U4'), 'eco', 'what begins later does not hold yet');
CALL assign_group('U4', 'service', NULL, '2024-01-01');
SELECT is_empty($$SELECT FROM units_by_group WHERE subject = 'U4'$$, 'NULL: in no group any more');
SELECT throws_ok($$CALL assign_group('U4', 'party', 'eco')$$, 'P0002', $$there is no grouping 'party'$$, 'a grouping that there is not');
SELECT throws_ok($$CALL assign_group('U4', 'service', 'xxx')$$, 'P0002', 'grouping "service" has no group "xxx"', 'a group that there is not');
SELECT throws_ok($$CALL assign_group('U4', 'service', 'eco', NULL)$$, '22023', NULL, 'no day');
SELECT throws_ok($$INSERT INTO group_member (subject_id, grouping_id, group_id) VALUES (1, 1, 99)$$, '23503', NULL, 'nor by INSERT');
CALL assign_group('U4', 'service', 'eco', '2024-01-01');

-- ---- mergers

CALL add_subject('U5', 'New centre', '新中心', 'institution', 'DEV', '2025-06-01');
CALL assign_group('U5', 'service', 'eco', '2025-06-01');
CALL merge_subjects('{U1,U4}', 'U5', '2025-06-01', true, '市编发〔2025〕8号');
CALL refresh_tree();
SELECT results_eq('SELECT p.code, n.code, x.kind, on_day, inherits_results FROM succession x JOIN subject p ON p.subject_id = predecessor_id JOIN subject n ON n.subject_id = successor_id ORDER BY 1',
	$$VALUES ('U1', 'U5', 'merger', '2025-06-01'::date, true), ('U4', 'U5', 'merger', '2025-06-01', true)$$, 'merge_subjects records who comes after whom');
SELECT results_eq($$SELECT code, valid_to FROM subject WHERE valid_to IS NOT NULL ORDER BY 1$$, $$VALUES ('U1', '2025-06-01'::date), ('U4', '2025-06-01')$$, 'and closes them');
SELECT results_eq($$SELECT group_id, valid_from FROM group_member WHERE subject_id = find_subject('U4') ORDER BY valid_from DESC LIMIT 1$$, $$VALUES (NULL::int, '2025-06-01'::date)$$, 'they leave their groups, also those they were to join');
SELECT is((SELECT max(valid_to) FROM subject_tree WHERE subject_id = find_subject('U1')), '2025-06-01'::date, 'and the tree');
SELECT is_empty('SELECT * FROM organisation_lint', 'and nothing is odd about it');
CALL merge_subjects('{U1,U4}', 'U5', '2025-06-01', true, '市编发〔2025〕8号');
SELECT is((SELECT count(*) FROM succession), 2::bigint, 'again changes nothing');
CALL merge_subjects('{U2,U3}', 'U3', '2025-07-01');
SELECT results_eq($$SELECT s.code FROM subject s WHERE valid_to = '2025-07-01'$$, $$VALUES ('U2')$$, 'one of them may go on');
SELECT throws_ok($$CALL merge_subjects('{U3}', 'U3', '2025-07-01')$$, '22023', $$nothing is merged into subject 'U3'$$, 'but not alone');
CALL record_succession('U2', 'U5', 'transfer', '2025-07-01', document => 'staff of the hall');
SELECT throws_ok($$CALL record_succession('U2', 'U5', 'marriage', '2025-07-01')$$, '22023', $$there are no successions of kind 'marriage'$$, 'a kind that there is not');
SELECT throws_ok($$CALL record_succession('U5', 'U5', 'split', '2025-07-01')$$, '22023', 'subject "U5" cannot succeed itself', 'itself');
SELECT throws_ok($$CALL close_subject('U1', '2025-07-01')$$, '55000', 'subject "U1" is closed from 2025-06-01 on already', 'close_subject: once');
SELECT throws_ok($$CALL close_subject('U3', '1999-01-01')$$, '22023', 'subject "U3" cannot be closed on 1999-01-01', 'not before its first day');
UPDATE group_member SET group_id = 1 WHERE subject_id = find_subject('U1');
CALL close_subject('DEV', '2025-08-01');
CALL refresh_tree();
SELECT results_eq('SELECT code, subject FROM organisation_lint ORDER BY 1, 2', $$VALUES ('closed_in_group', 'U1'), ('closed_supervisor', 'U3'), ('closed_supervisor', 'U5')$$, 'lint: closed in a group, supervised by a closed one');

-- ---- working days (S1.09: ten of them to answer an objection)

CALL set_days('2025-09-26', '2025-10-08', false, '国庆节、中秋节');
CALL set_days('2025-09-26', '2025-09-30', NULL);
CALL set_days('2025-09-28', '2025-09-28', true, '调休');
CALL set_days('2025-10-11', '2025-10-11', false);
CALL set_days('2025-10-11', '2025-10-11', true, '调休');
CALL set_days('2025-10-11', '2025-10-11', true, '调休');
SELECT results_eq('SELECT min(day), max(day), count(*), count(*) FILTER (WHERE working), count(DISTINCT label) FROM calendar', $$VALUES ('2025-09-28'::date, '2025-10-11'::date, 10::bigint, 2::bigint, 2::bigint)$$, 'days are set, set anew and taken back');
SELECT is((SELECT count(*) FROM audit_trail WHERE verb = 'set_days'), 5::bigint, 'with a trace of each change');
SELECT throws_ok($$CALL set_days('2025-10-02', '2025-10-01', false)$$, '22008', NULL, 'not from a later day to an earlier one');
SELECT throws_ok($$CALL set_days('2025-01-01', 'infinity', false)$$, '22008', NULL, 'nor for ever');
SELECT throws_ok($$CALL set_days(NULL, '2025-10-01', false)$$, '22008', NULL, 'nor from no day');
SELECT is(add_working_days('2025-09-26', 10), '2025-10-16'::date, 'ten working days over the long holiday, with its make-up days');
SELECT results_eq($$SELECT add_working_days('2025-09-30', 1), add_working_days('2025-10-09', -1), add_working_days('2025-10-04', 0), add_working_days('2025-10-04', -2)$$, $$VALUES ('2025-10-09'::date, '2025-09-30'::date, '2025-10-04'::date, '2025-09-29'::date)$$, 'one after, one before, none, two before');
SELECT results_eq($$SELECT is_working_day('2025-09-28'), is_working_day('2025-10-08'), is_working_day('2025-10-09'), is_working_day('2025-10-12'), is_working_day(NULL)$$, 'VALUES (true, false, true, false, NULL::boolean)', 'is_working_day');
SELECT is_empty($$SELECT a, b FROM (SELECT date '2025-09-20' + i, date '2025-09-20' + j FROM generate_series(0, 30) i, generate_series(0, 30) j) v(a, b)
	WHERE working_days_between(a, b) <> CASE WHEN a <= b THEN (SELECT count(*) FROM generate_series(a + 1, b, '1 day') d WHERE is_working_day(d::date))
		ELSE -(SELECT count(*) FROM generate_series(b, a - 1, '1 day') d WHERE is_working_day(d::date)) END$$, 'working_days_between counts as one by one');
SELECT is_empty($$SELECT d, n FROM generate_series(date '2025-09-15', '2025-10-20', '1 day') d, generate_series(-15, 15) n WHERE n <> 0 AND working_days_between(d::date, add_working_days(d::date, n)) <> n$$, 'and is the way back of add_working_days');
SELECT is(working_days_between(add_working_days('2025-01-01', -100000), '2025-01-01'), 100000, 'over centuries');
SELECT throws_ok($$SELECT add_working_days('2025-01-01', -2147483648)$$, '22003', NULL, 'not over all of history');
SELECT throws_ok($$SELECT add_working_days('infinity', 1)$$, '22003', NULL, 'nor after the end of days');

-- ---- periods

SELECT throws_ok($$CALL add_year(2025, 'day')$$, '22023', $$there are no periods of kind 'day'$$, 'add_year: a kind that there is not');
SELECT throws_ok($$CALL add_year(NULL)$$, '22003', 'year NULL is out of range', 'no year');
CALL add_year(2024, 'week');
CALL add_year(2020, 'week');
CALL add_year(2025, 'year');
CALL add_year(2025, 'month');
CREATE TEMP TABLE month_before AS SELECT * FROM period_part WHERE period_id / 1000 = 2025;
CALL add_year(2025, 'week');
CALL add_year(2025, 'quarter');
CALL add_year(2026, 'week');
CREATE FUNCTION pg_temp.parts(whole text, of_kind text) RETURNS text LANGUAGE sql AS
	$$ SELECT string_agg(p.code, ' ' ORDER BY p.period_id) FROM period w JOIN period_part pp USING (period_id) JOIN period p ON p.period_id = pp.part_id WHERE w.code = whole AND p.kind = of_kind AND p.period_id <> w.period_id $$;
SELECT results_eq($$SELECT kind, cumulative, count(*) FROM period WHERE period_id / 1000 = 2025 GROUP BY 1, 2 ORDER BY min(period_id)$$,
	$$VALUES ('year', false, 1::bigint), ('half_year', false, 2), ('quarter', false, 4), ('month', false, 12), ('week', false, 52), ('half_year', true, 2), ('quarter', true, 4), ('month', true, 12), ('week', true, 52)$$, 'a year, extended down to its weeks');
SELECT is_empty('TABLE month_before EXCEPT TABLE period_part', 'what was part before still is');
SELECT is((SELECT string_agg(code || ' ' || starts_on || ' ' || ends_on, ', ' ORDER BY starts_on) FROM period WHERE kind = 'week' AND NOT cumulative AND (starts_on, ends_on) OVERLAPS (date '2024-12-20', date '2025-01-10')),
	'2024-W51 2024-12-16 2024-12-22, 2024-W52 2024-12-23 2024-12-29, 2025-W01 2024-12-30 2025-01-05, 2025-W02 2025-01-06 2025-01-12', 'weeks that straddle a year''s end belong to one year');
SELECT is(pg_temp.parts('2024-12', 'week') || ' | ' || pg_temp.parts('2025-01', 'week') || ' | ' || pg_temp.parts('2025Q4', 'month') || ' | ' || pg_temp.parts('2026-01', 'week'),
	'2024-W49 2024-W50 2024-W51 2024-W52 | 2025-W01 2025-W02 2025-W03 2025-W04 2025-W05 | 2025-10 2025-11 2025-12 | 2026-W01 2026-W02 2026-W03 2026-W04 2026-W05', 'a week''s Thursday says which month it is part of');
SELECT is(pg_temp.parts('2025-W02+', 'week') || ' | ' || pg_temp.parts('2025-03+', 'month') || ' | ' || pg_temp.parts('2025Q3+', 'quarter') || ' | ' || pg_temp.parts('2025H2+', 'half_year'),
	'2025-W01 2025-W02 | 2025-01 2025-02 2025-03 | 2025Q1 2025Q2 2025Q3 | 2025H1 2025H2', 'cumulative periods have those of their kind as parts');
SELECT is((SELECT starts_on || ' ' || ends_on FROM period WHERE code = '2020-W53+'), '2019-12-30 2021-01-03', 'those of weeks go from the first week on');
-- each week is part of exactly one month, quarter, half-year and year
SELECT is_empty($$SELECT w.code, k.kind FROM period w CROSS JOIN (VALUES ('month'), ('quarter'), ('half_year'), ('year')) k(kind) WHERE w.kind = 'week' AND NOT w.cumulative
	AND (SELECT count(*) FROM period_part pp JOIN period p ON p.period_id = pp.period_id WHERE pp.part_id = w.period_id AND p.kind = k.kind AND NOT p.cumulative) <> 1$$, 'each week is part of one month, one quarter, one half-year, one year');
SELECT is_empty('SELECT code FROM period p WHERE NOT EXISTS (SELECT FROM period_part pp WHERE (pp.period_id, pp.part_id) = (p.period_id, p.period_id))
	UNION ALL SELECT code FROM period p WHERE rolls_up <> EXISTS (SELECT FROM period_part pp WHERE pp.period_id = p.period_id AND pp.part_id <> p.period_id)', 'each is part of itself, and rolls up if it has others');
SELECT isnt(to_regclass('reading_history_2025'), NULL, 'a year has a partition of its own');

-- ---- classes of people, each with a tree of its own (S1.03)

INSERT INTO "grouping" (grouping_id, code, label, label_zh) VALUES (9, 'class', 'by class of post', '人员类别');
INSERT INTO subject_group (group_id, grouping_id, code, label, label_zh) VALUES
	(91, 9, 'operating', 'Heads of subsidiaries', '二级单位负责人'), (92, 9, 'functional', 'Heads of functions', '职能部门负责人'), (93, 9, 'staff', 'Staff', '普通职工');
CALL add_subject('P1', 'Subsidiary''s head', '二级单位负责人甲', 'person', 'GOV');
CALL add_subject('P2', 'Function''s head', '职能负责人乙', 'person', 'GOV');
CALL add_subject('P3', 'Clerk', '职工丙', 'person', 'GOV');
CALL assign_group('P1', 'class', 'operating');
CALL assign_group('P2', 'class', 'functional');
CALL assign_group('P3', 'class', 'staff');
INSERT INTO indicator (item, code, name, name_zh) VALUES (1, 'KPI', 'Operating indicator', '经营指标'), (2, 'EFF', 'Effect of management', '管理效能'), (3, 'RES', 'Results', '工作实绩'), (4, 'ABI', 'Ability', '能力素质');
INSERT INTO scheme (scheme_id, code, label, grouping_id) VALUES (1, 'people', 'People', 9);
INSERT INTO scheme_version (version_id, scheme_id, number, in_force_from, round_at, round_digits, round_mode, rank_basis, ties, tie_chain)
VALUES (1, 1, 1, '2025-01-01', 'final', 2, 'half_up', 'unrounded', 'expand', '{0}');
INSERT INTO node (version_id, group_id, node, parent, position, spec) VALUES
	(1, 91, 0, NULL, 1, '{"rule": "given", "item": 1, "min": 0, "max": 100}'), (1, 92, 0, NULL, 1, '{"rule": "given", "item": 2, "min": 0, "max": 100}'),
	(1, 93, 0, NULL, 1, '{"rule": "weighted_mean", "missing": "strict"}'),
	(1, 93, 1, 0, 1, '{"rule": "given", "item": 3, "weight": 0.7, "min": 0, "max": 100}'), (1, 93, 2, 0, 2, '{"rule": "given", "item": 4, "weight": 0.3, "min": 0, "max": 100}');
INSERT INTO tier (version_id, tier, code, label, share, bound) VALUES (1, 1, 'all', 'all', 1, 'exact');
CALL seal_version(1);
INSERT INTO reading (subject_id, period_id, item, value)
SELECT s.subject_id, 2025021, i, 60 + 10 * i FROM subject AS s, generate_series(1, 4) AS i WHERE s.code LIKE 'P_';
SELECT results_eq($$SELECT subject, group_code, score FROM standing WHERE period = '2025-01' ORDER BY subject$$,
	$$VALUES ('P1', 'operating', 70::numeric), ('P2', 'functional', 80), ('P3', 'staff', 93)$$, 'heads by their indicator, staff by results 70 and ability 30');

SELECT * FROM finish();
RESET search_path;
CALL perfeval.drop_workspace('组织 "it''s" 50%', '组织 "it''s" 50%');
