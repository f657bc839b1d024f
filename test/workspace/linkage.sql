-- Two-way linkage: departments are assessed, their grades taken, and their units lifted or kept down by them,
-- whatever group they are in. Vetoes, calibration, and that each change of a tier shows its cause.
\set ON_ERROR_STOP 1
SET client_min_messages = warning;
DROP SCHEMA IF EXISTS "双向 ""it's"" 50%" CASCADE;
SELECT plan(50);

CALL perfeval.create_workspace('双向 "it''s" 50%', time_zone => 'Asia/Shanghai');
SET search_path = "双向 ""it's"" 50%", perfeval, public;
CALL add_year(2025, 'quarter');

-- Bureau B1 has four units in three groups (S0.03), B2 has three, B3 the rest.
INSERT INTO "grouping" (grouping_id, code, label, label_zh) VALUES (1, 'bureaus', 'Departments', '主管部门'), (2, 'service', 'By service', '服务属性');
INSERT INTO subject_group (group_id, grouping_id, code, label, label_zh) VALUES (1, 1, 'all', 'All departments', '全部部门'),
	(2, 2, 'economy', 'Economic development', '经济发展服务类'), (3, 2, 'business', 'Service to enterprises', '服务企业群众类'), (4, 2, 'law', 'Law enforcement', '行政执法类');
INSERT INTO subject (subject_id, code, name, name_zh, kind) SELECT 900 + i, 'B' || i, 'Bureau ' || i, '局' || i, 'department' FROM generate_series(1, 4) AS i;
INSERT INTO subject (subject_id, code, name, name_zh, kind) SELECT i, 'U' || i, 'Unit ' || i, '单位' || i, 'institution' FROM generate_series(1, 15) AS i;
INSERT INTO subject_state (subject_id, valid_from, supervising_id)
SELECT i, '2020-01-01', CASE WHEN i <= 4 THEN 901 WHEN i <= 7 THEN 902 ELSE 903 END FROM generate_series(1, 15) AS i;
CALL refresh_tree();
INSERT INTO group_member (subject_id, grouping_id, group_id) SELECT 900 + i, 1, 1 FROM generate_series(1, 4) AS i;
INSERT INTO group_member (subject_id, grouping_id, group_id)
SELECT u, 2, CASE WHEN u IN (1, 2, 5, 8, 9) THEN 2 WHEN u IN (3, 6, 10, 13, 14) THEN 3 ELSE 4 END FROM generate_series(1, 15) AS u;
SELECT results_eq($$SELECT group_code, string_agg(subject, ' ' ORDER BY subject) FROM units_by_group WHERE supervising = 'B1' AND grouping_code = 'service' GROUP BY 1 ORDER BY 1$$,
	$$VALUES ('business', 'U3'), ('economy', 'U1 U2'), ('law', 'U4')$$, 'units of one department sit in three groups (S0.03)');

INSERT INTO indicator (item, code, name, name_zh, fact, roll_up, owner_id) VALUES (1, 'work', 'Work done', '履职', 'reading', 'last', NULL),
	(2, 'share', 'Contribution to the department', '对部门的贡献', 'reading', 'last', NULL), (3, 'accident', 'Major accidents', '重大事故', 'event', 'sum', 902),
	(4, 'late', 'Days late', '逾期天数', 'reading', 'sum', NULL);
UPDATE indicator SET direction = 'lower' WHERE item = 4;
CALL allow_posting('accident');
INSERT INTO scheme (code, label, label_zh, grouping_id) VALUES ('bureaus', 'Departments', '部门考核', 1), ('units', 'Units', '事业单位考核', 2);
INSERT INTO scheme_version (scheme_id, number, in_force_from, round_at, round_digits, round_mode, rank_basis, ties, tie_chain, capped_seat, promotion_consumes)
VALUES (1, 1, '2025-01-01', 'final', 2, 'half_up', 'unrounded', 'expand', '{}', 'kept', NULL), (2, 1, '2025-01-01', 'final', 2, 'half_up', 'unrounded', 'expand', '{}', 'refilled', true);
INSERT INTO node (version_id, node, parent, position, spec) SELECT v, n.* FROM (VALUES (1), (2)) AS v (v), (VALUES
	(0, NULL::integer, 1, jsonb '{"rule": "given", "item": 1, "min": 0, "max": 100}'),
	(91, NULL, 1, '{"rule": "limit", "label": "Major accident 重大事故", "item": 3, "ge": 1, "effect": "cap_tier", "tier": 3}')) AS n;
INSERT INTO tier (version_id, tier, code, label, label_zh, share, bound, preference) SELECT v, t.* FROM (VALUES (1), (2)) AS v (v), (VALUES
	(1, 'A', 'first', '一等', 0.2, 'exact', 2), (2, 'B', 'second', '二等', 0.6, 'exact', 1), (3, 'C', 'third', '三等', 0.2, 'at_most', 3)) AS t;
CALL seal_version(1);

-- ---- rules, as part of a version

SELECT ok(NOT version_document(2) ? 'linkages', 'a version without linkages has the document that it had before');
INSERT INTO linkage_rule (version_id, rule, kind, department_scheme_id, grades, tier, item, label, label_zh) VALUES
	(2, 1, 'promote_best', 1, '{1}', 1, 2, 'Excellent department', '部门优秀'), (2, 2, 'cap_all', 1, '{3}', 2, NULL, 'Poor department', '部门较差');
SELECT is(version_document(2) -> 'linkages', '[{"rule": 1, "item": 2, "kind": "promote_best", "tier": 1, "label": "Excellent department", "label_zh": "部门优秀", "grades": [1], "departments": "bureaus"},
	{"rule": 2, "kind": "cap_all", "tier": 2, "label": "Poor department", "label_zh": "部门较差", "grades": [3], "departments": "bureaus"}]', 'linkages stand in the document');
CALL new_version('units', 1, '2026-01-01', NULL) \gset copy_
SELECT is(version_document(:copy_version_id) -> 'linkages', version_document(2) -> 'linkages', 'a version that is copied has them');
UPDATE linkage_rule SET grades = '{1,2}' WHERE version_id = :copy_version_id AND rule = 1;
SELECT results_eq(format('SELECT path, key, before, after FROM version_diff(2, %s) WHERE path <> ''/settings''', :copy_version_id),
	$$VALUES ('/linkages/1', 'grades', '[1]', '[1, 2]')$$, 'a difference is shown');
UPDATE linkage_rule SET grades = '{4}', tier = 4, item = NULL WHERE version_id = :copy_version_id AND rule = 1;
SELECT results_eq(format('SELECT severity, path, code FROM version_lint(%s) WHERE path ~ ''linkages'' ORDER BY 3', :copy_version_id),
	$$VALUES ('error', '/linkages/1', 'no_such_grade'), ('error', '/linkages/1', 'no_such_tier')$$, 'tiers and grades that there are not');
CALL import_scheme(export_scheme('units', 1) || '{"scheme": {"code": "again", "label": "Again"}}', NULL) \gset again_
SELECT is(version_document(:again_version_id) -> 'linkages', version_document(2) -> 'linkages', 'what is exported can be imported');
SELECT throws_ok($$CALL import_scheme(jsonb_set(export_scheme('units', 1), '{linkages,0,departments}', '"nobody"'))$$, 'P0002',
	'/linkages/1: there is no scheme ''nobody''', 'the departments'' scheme has to be there');
CALL discard_version(:copy_version_id);
CALL discard_version(:again_version_id);
CALL seal_version(2);
SELECT throws_ok($$UPDATE linkage_rule SET tier = 2$$, '55000', NULL, 'what is sealed cannot be changed');
SELECT is_empty('SELECT * FROM verify_schemes()', 'and nothing did');

-- ---- the year

INSERT INTO reading (subject_id, period_id, item, value) VALUES (901, 2025000, 1, 95), (902, 2025000, 1, 60), (903, 2025000, 1, 85), (904, 2025000, 1, 80);
INSERT INTO reading (subject_id, period_id, item, value) SELECT u, 2025000, 1, CASE u WHEN 5 THEN 99 WHEN 6 THEN 98 ELSE 70 + u END FROM generate_series(1, 15) AS u;
INSERT INTO reading (subject_id, period_id, item, value) SELECT u, 2025000, 2, CASE u WHEN 4 THEN 12.50 ELSE u END FROM generate_series(1, 4) AS u;
CREATE TEMP TABLE plain AS SELECT subject, tier FROM standing WHERE scheme = 'units';
SELECT set_eq($$SELECT subject FROM plain WHERE tier = 1$$, '{U5,U6,U15}'::text[], 'the quota alone');
SELECT is_empty('SELECT * FROM linkage_status', 'nothing to work out before departments have grades');

CALL assess('bureaus', '2025') \gset bureaus_
SELECT throws_ok(format('CALL take_grades(%s)', :bureaus_run_id), '55000', NULL, 'a draft gives no grades');
CALL publish(:bureaus_run_id, 0);
CALL take_grades(:bureaus_run_id, NULL) \gset
SELECT is(:taken, 4, 'grades of four departments');
CALL take_grades(:bureaus_run_id, NULL) \gset
SELECT is(:taken, 0, 'taken once');
SELECT results_eq('SELECT subject_id, grade FROM department_grade ORDER BY 1', 'VALUES (901::bigint, 1), (902, 2), (903, 2), (904, 2)', 'the tiers of the run');

-- ---- linkages

SELECT results_eq('SELECT scheme, period, rules, departments, lifted, capped, stale, note FROM linkage_status',
	$$VALUES ('units', '2025', 2::bigint, 4::bigint, 0::bigint, 0::bigint, true, 'departments have grades, and nothing was worked out from them')$$, 'grades that nothing follows from yet are told');
SELECT throws_ok($$CALL assess('units', '2025')$$, '55000', 'linkages of scheme "units" in period 2025 are not what grades and contributions come to: units concerned 1',
	'and no run is made without them');
CALL apply_linkages('units', '2025', NULL) \gset
SELECT is(:changed, 1, 'one unit is concerned');
SELECT results_eq('SELECT subject_id, rule, effect, tier, department_id, contribution, cause, cause_zh FROM linkage_effect WHERE withdrawn_at IS NULL',
	$$VALUES (4::bigint, 1, 'promote', 1, 901::bigint, 12.5, 'Excellent department: department B1 has grade 1, and of 4 units it contributed most: 12.5',
		'部门优秀：主管部门局1等次1，4个所属单位中贡献最大：12.5')$$, 'the one of the excellent department that contributed most, in whatever group');
CALL apply_linkages('units', '2025', NULL) \gset
SELECT is(:changed, 0, 'again it changes nothing');
CALL award_grade('B2', 'bureaus', '2025', 3, 'notice 12', 'an inspection') \gset
SELECT results_eq('SELECT stale, note FROM linkage_status', $$VALUES (true, 'grades were entered since')$$, 'an award makes them stale');
CALL take_grades(:bureaus_run_id, NULL) \gset
SELECT is(:taken, 0, 'a run that was taken before does not outdo an award');
CALL apply_linkages('units', '2025', NULL) \gset
SELECT results_eq('SELECT subject_id, effect, tier FROM linkage_effect WHERE rule = 2 AND withdrawn_at IS NULL ORDER BY 1', $$VALUES (5::bigint, 'cap', 2), (6, 'cap', 2), (7, 'cap', 2)$$,
	'all units of the poor department, in three groups');

-- ---- causes

INSERT INTO event (subject_id, period_id, item, office_id, occurred_on, decision, quantity, evidence)
VALUES (9, 2025000, 3, 902, '2025-03-01', 'valid', 1, 'report 9');
CREATE TEMP VIEW cause AS SELECT u.code AS subject, c.kind, c.rule, c.cause, c.evidence, c.tier_before, c.tier_after, c.tier
FROM tier_cause AS c JOIN subject AS u USING (subject_id) WHERE c.scheme_id = 2;
SELECT results_eq($$SELECT * FROM cause WHERE subject IN ('U4', 'U6', 'U9', 'U14', 'U15') ORDER BY subject, kind$$, $$VALUES
	('U14', 'quota', 'quota', 'rank 2 of 5', NULL, NULL::integer, 2, 1), ('U14', 'seat', 'seat', 'a seat became free in a better tier', NULL, 2, 1, 1),
	('U15', 'quota', 'quota', 'rank 1 of 5', NULL, NULL, 1, 2), ('U15', 'seat', 'seat', 'a unit that was lifted took the seat', NULL, 1, 2, 2),
	('U4', 'linkage', 'linkage 1', 'Excellent department: department B1 has grade 1, and of 4 units it contributed most: 12.5', 'run 1', 3, 1, 1),
	('U4', 'quota', 'quota', 'rank 5 of 5', NULL, NULL, 3, 1),
	('U6', 'linkage', 'linkage 2', 'Poor department: department B2 has grade 3, so none of its units can get a better tier than 2', 'notice 12', 1, 2, 2),
	('U6', 'quota', 'quota', 'rank 1 of 5', NULL, NULL, 1, 2),
	('U9', 'quota', 'quota', 'rank 2 of 5', NULL, NULL, 2, 3), ('U9', 'veto', '/limits/1', 'Major accident 重大事故: no better tier than 3', 'report 9', 2, 3, 3)$$,
	'every step to a tier, with its cause and what proves it: lifts and drops, caps and refills, vetoes');
-- The best unit of the excellent department has a veto: it is not lifted, nor is another in its place, and nobody drops.
INSERT INTO event (subject_id, period_id, item, office_id, occurred_on, decision, quantity) VALUES (4, 2025000, 3, 902, '2025-03-01', 'pending', 1) RETURNING event_id \gset
CREATE TEMP TABLE before AS SELECT subject, tier FROM standing WHERE scheme = 'units';
CALL decide_event(:event_id, 'valid');
SELECT results_eq($$SELECT subject, tier FROM standing WHERE scheme = 'units' EXCEPT TABLE before ORDER BY 1$$, $$VALUES ('U15', 1), ('U4', 3)$$, 'a veto stands in the way of a lift');
SELECT ok(bool_or(cause LIKE '%; a cap stands in its way'), 'which is told') FROM cause WHERE subject = 'U4';
CALL decide_event(:event_id, 'tolerated', '容错');
SELECT is_empty($$SELECT subject, tier FROM standing WHERE scheme = 'units' EXCEPT TABLE before$$, 'without it, it is lifted again: the order is of no matter');
-- A department that is a unit itself, capped and lifted by linkages: the grade it gives is without them.
SELECT results_eq(format('SELECT * FROM unlinked_tier(%s) ORDER BY 1', :bureaus_run_id), 'VALUES (901::bigint, 1), (902, 2), (903, 2), (904, 2)', 'tiers before linkages');

-- ---- calibration

CALL assess('units', '2025') \gset units_
SELECT throws_ok(format('CALL calibrate(%s, ''U99'', 1, ''r'', ''p'')', :units_run_id), 'P0002', NULL, 'nobody');
SELECT throws_ok(format('CALL calibrate(%s, ''U13'', 1, '' '', ''p'')', :units_run_id), '22004', 'a calibration needs a reason, and the panel that decided it', 'no reason');
SELECT throws_ok(format('CALL calibrate(%s, ''U13'', 1, ''r'', NULL)', :units_run_id), '22004', 'a calibration needs the panel that decided it', 'no panel');
SELECT throws_ok(format('CALL calibrate(%s, ''U13'', 4, ''r'', ''p'')', :units_run_id), '22003', NULL, 'no such tier');
SELECT throws_ok(format('CALL calibrate(%s, ''U13'', NULL, ''r'', ''p'')', :units_run_id), 'P0002', NULL, 'nothing to take back');
CALL calibrate(:units_run_id, 'U13', 1, 'what the scores do not show', 'calibration panel', 'minutes 3') \gset first_
CALL calibrate(:units_run_id, 'U13', 1, 'what the scores do not show', 'calibration panel', 'minutes 3') \gset again_
SELECT is(:again_calibration_id, :first_calibration_id, 'said twice it is said once');
SELECT results_eq($$SELECT assessed_tier, uncalibrated_tier, tier, calibrated FROM run_result WHERE subject = 'U13'$$, 'VALUES (2, 2, 1, true)', 'before and after are kept');
SELECT results_eq(format('SELECT kind, rule, points, note, source, evidence FROM result_line WHERE run_id = %s AND subject_id = 13 AND kind <> ''rule''', :units_run_id),
	$$VALUES ('calibration', 'tier 2 -> 1', 0::numeric, 'what the scores do not show', 'calibration panel', 'minutes 3')$$, 'a line of its own');
SELECT throws_ok('UPDATE calibration SET tier = 2', '55000', NULL, 'it is not changed');
SELECT throws_ok('DELETE FROM calibration', '55000', NULL, 'nor deleted');
INSERT INTO reading (subject_id, period_id, item, value) VALUES (15, 2025000, 1, 85.5);
CALL assess('units', '2025') \gset next_
SELECT throws_ok(format('CALL calibrate(%s, ''U13'', 2, ''r'', ''p'')', :units_run_id), '55000', NULL, 'a run that another took the place of is not calibrated');
SELECT throws_ok(format('CALL publish(%s, 0)', :next_run_id), '55000', format('run %s (scheme "units", period 2025) would leave calibrations of run %s behind: U13', :next_run_id, :units_run_id), 'no calibration is lost on the way');
CALL carry_calibrations(:units_run_id, :next_run_id, NULL) \gset
SELECT is(:carried, 1, 'carried over');
CALL publish(:next_run_id, 0);
SELECT results_eq($$SELECT tier FROM league_table WHERE subject = 'U13' AND run_id = $$ || :next_run_id, 'VALUES (1)', 'the league table has the calibrated tier');
CALL finalize(:next_run_id);
SELECT results_eq(format('SELECT tier, calibrations IS NOT NULL FROM final_result WHERE run_id = %s AND subject_id = 13', :next_run_id), 'VALUES (1, true)', 'and so has the final result');
SELECT throws_ok(format('CALL calibrate(%s, ''U13'', 2, ''r'', ''p'')', :next_run_id), '55000', format('run %s (scheme "units", period 2025) cannot be adjusted: it is final', :next_run_id), 'what is final stays');
SELECT throws_ok($$CALL apply_linkages('units', '2025')$$, '55000', 'scheme "units" has a final run of period 2025', 'for linkages too');
SELECT is_empty('SELECT * FROM verify_runs()', 'nothing is wrong');
SELECT is_empty(format('SELECT subject_id, kind, rule, cause, tier_before, tier_after FROM run_tier_cause WHERE run_id = %s AND kind <> ''calibration''
	EXCEPT SELECT subject_id, kind, rule, cause, tier_before, tier_after FROM tier_cause WHERE scheme_id = 2', :next_run_id), 'a run shows the causes that live standings show');
SELECT results_eq(format('SELECT rule, cause, evidence, tier_before, tier_after, tier FROM run_tier_cause WHERE run_id = %s AND kind = ''calibration''', :next_run_id),
	$$VALUES ('calibration panel', 'what the scores do not show', 'minutes 3', 2, 1, 1)$$, 'and calibrations');
SELECT results_eq(format('SELECT tier FROM unlinked_tier(%s) WHERE subject_id IN (4, 6, 15) ORDER BY subject_id', :next_run_id), 'VALUES (3), (1), (1)',
	'what linkages did to a department is in no grade of it (cycle guard)');

SELECT * FROM finish();
CALL perfeval.drop_workspace('双向 "it''s" 50%', '双向 "it''s" 50%', force => true);
