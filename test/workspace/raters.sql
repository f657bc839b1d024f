-- Raters: roles and their weights by class of subject, periods, panels, recusals, anonymity, many at once, questionnaires.
\set workspace '评价 "it''s" 50%'
SET client_min_messages = warning;
SET jit = off;
DROP SCHEMA IF EXISTS :"workspace" CASCADE;
SELECT format('DROP OWNED BY %I CASCADE', rolname) FROM pg_roles WHERE rolname LIKE 'perfeval raters %' \gexec
SELECT format('DROP ROLE %I', rolname) FROM pg_roles WHERE rolname LIKE 'perfeval raters %' \gexec
SELECT format('CREATE ROLE %I', 'perfeval raters ' || kind) FROM unnest('{operator,unit,rater,peer}'::text[]) AS kind \gexec
SELECT public.plan(106);
CALL perfeval.create_workspace(:'workspace', time_zone => 'Asia/Shanghai');
SET search_path = :"workspace", perfeval, public;
CREATE FUNCTION hint(command text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE said text; BEGIN EXECUTE command; RETURN 'none'; EXCEPTION WHEN OTHERS THEN GET STACKED DIAGNOSTICS said = PG_EXCEPTION_HINT; RETURN said; END $$;

-- ---- classes of subjects, each with a tree of its own

CALL add_year(2025, 'week');
SELECT format('CALL add_year(%s, %L)', y, 'year') FROM generate_series(2020, 2024) AS y \gexec
INSERT INTO subject (subject_id, code, name, kind) SELECT i, 'H' || i, 'Head ' || i, 'person' FROM generate_series(1, 3) AS i;
INSERT INTO subject (subject_id, code, name, kind) VALUES (11, 'C1', 'Clerk', 'person'), (12, 'W1', 'Window', 'institution'), (13, 'W2', 'Other window', 'institution'),
	(14, 'SUB', 'Head of a subsidiary', 'person'), (15, 'FUN', 'Functional head', 'person'), (16, 'ORD', 'Ordinary staff', 'person'),
	(51, 'SUP', 'Superior', 'person'), (52, 'LIC', 'Leader in charge', 'person'), (53, 'SEC', 'Section head', 'person'),
	(61, 'T1', 'Member 1', 'person'), (62, 'T2', 'Member 2', 'person'), (63, 'T3', 'Member 3', 'person');
INSERT INTO subject (subject_id, code, name, kind) SELECT 100 + i, 'P' || i, 'Citizen ' || i, 'person' FROM generate_series(1, 9) AS i;
INSERT INTO subject (subject_id, code, name, kind) SELECT 200 + i, 'F' || i, 'Firm ' || i, 'institution' FROM generate_series(1, 27) AS i;
INSERT INTO subject (subject_id, code, name, kind) SELECT 300 + i, 'X' || i, 'County ' || i, 'department' FROM generate_series(1, 4) AS i;
INSERT INTO "grouping" (grouping_id, code, label) VALUES (1, 'post', 'Post'), (2, 'county', 'County');
INSERT INTO subject_group (group_id, grouping_id, code, label, label_zh) VALUES (1, 1, 'strict', 'Heads', '中层'), (2, 1, 'zero', 'Heads, an empty role is 0', '中层'),
	(3, 1, 'renormalize', 'Heads, an empty role is left out', '中层'), (4, 1, 'staff', 'Staff', '职工'), (5, 1, 'window', 'Windows', '窗口'),
	(6, 1, 'subsidiary', 'Heads of subsidiaries', '二级单位负责人'), (7, 1, 'functional', 'Functional heads', '职能部门负责人'), (8, 1, 'ordinary', 'Ordinary staff', '普通员工'),
	(9, 2, 'county', 'Counties', '县区');
INSERT INTO group_member (subject_id, grouping_id, group_id) VALUES (1, 1, 1), (2, 1, 2), (3, 1, 3), (11, 1, 4), (12, 1, 5), (13, 1, 5), (14, 1, 6), (15, 1, 7), (16, 1, 8),
	(301, 2, 9), (302, 2, 9), (303, 2, 9), (304, 2, 9);
INSERT INTO indicator (item, code, name, fact, criterion, rater_role, roll_up) VALUES
	(11, 'head1', 'Superior of heads', 'rating', 'head', 'superior', 'last'), (12, 'head2', 'Leader in charge of heads', 'rating', 'head', 'leader', 'last'),
	(13, 'head3', 'Team of heads', 'rating', 'head', 'team', 'last'),
	(21, 'staff1', 'Leader in charge of staff', 'rating', 'staff', 'leader', 'last'), (22, 'staff2', 'Section head of staff', 'rating', 'staff', 'section_head', 'last'),
	(31, 'self', 'Itself', 'rating', 'service', 'self', 'mean'),
	(41, 'ability', 'Ability', 'rating', 'ability', 'leader', 'last'), (42, 'manage', 'Effectiveness of management', 'rating', 'management', 'superior', 'last');
INSERT INTO indicator (item, code, name, fact, criterion, rater_role, roll_up, min_raters) VALUES (32, 'public', 'The public', 'rating', 'service', 'public', 'mean', 3);
INSERT INTO indicator (item, code, name, roll_up) VALUES (43, 'kpi', 'Operating KPI', 'last'), (44, 'results', 'Results', 'last');
INSERT INTO indicator (item, code, name, fact, criterion, rater_role, drop_each) VALUES
	(51, 'leaders', 'Leaders', 'rating', 'year', 'leaders', 0), (52, 'cadres', 'Cadres', 'rating', 'year', 'cadres', 0), (53, 'deputies', 'Deputies', 'rating', 'year', 'deputies', 0),
	(54, 'cppcc', 'CPPCC members', 'rating', 'year', 'cppcc', 0), (55, 'township', 'Township heads', 'rating', 'year', 'township', 0), (56, 'firms', 'Consulting firms', 'rating', 'year', 'firm', 1);
INSERT INTO indicator (item, code, name, name_zh, roll_up) VALUES (61, 'satisfaction', 'Satisfaction', '满意度', 'last');
INSERT INTO panel_role (role, kind, label, label_zh, valid_from) VALUES ('leaders', 'internal', 'Leaders', '领导', NULL), ('cadres', 'internal', 'Cadres', '干部', NULL),
	('deputies', 'external', 'Deputies', '人大代表', NULL), ('cppcc', 'external', 'CPPCC members', '政协委员', NULL), ('township', 'grass_roots', 'Township heads', '乡镇负责人', '2022-01-01'),
	('firm', 'third_party', 'Consulting firms', '第三方机构', NULL), ('public', 'external', 'The public', '服务对象', NULL);
INSERT INTO scheme (scheme_id, code, label, grouping_id) VALUES (1, 'post', 'Posts', 1), (2, 'county', 'Counties', 2);
INSERT INTO scheme_version (version_id, scheme_id, number, in_force_from, period_kinds, round_at, round_digits, round_mode, rank_basis, ties, tie_chain) VALUES
	(1, 1, 1, '2025-01-01', '{month,week}', 'none', NULL, NULL, 'unrounded', 'expand', '{}'),
	(2, 2, 1, '2020-01-01', '{year}', 'none', NULL, NULL, 'unrounded', 'expand', '{}'), (3, 2, 2, '2022-01-01', '{year}', 'none', NULL, NULL, 'unrounded', 'expand', '{}');
INSERT INTO node (version_id, group_id, node, parent, position, part, spec) VALUES
	(1, NULL, 0, NULL, 1, NULL, '{"rule": "sum", "missing": "strict"}'),
	(1, 1, 1, 0, 1, 'panel', '{"rule": "panel", "criterion": "head", "min": 0, "max": 100, "missing": "strict"}'),
	(1, 2, 1, 0, 1, 'panel', '{"rule": "panel", "criterion": "head", "min": 0, "max": 100, "missing": "zero"}'),
	(1, 3, 1, 0, 1, 'panel', '{"rule": "panel", "criterion": "head", "min": 0, "max": 100, "missing": "renormalize"}'),
	(1, 4, 1, 0, 1, 'panel', '{"rule": "panel", "criterion": "staff", "min": 0, "max": 100, "missing": "strict"}'),
	(1, 5, 1, 0, 1, 'panel', '{"rule": "panel", "criterion": "service", "min": 0, "max": 100, "missing": "strict"}'),
	(1, 6, 1, 0, 1, 'kpi', '{"rule": "given", "item": 43, "min": 0, "max": 100}'),
	(1, 7, 1, 0, 1, 'panel', '{"rule": "panel", "criterion": "management", "min": 0, "max": 100, "missing": "strict"}'),
	(1, 8, 1, 0, 1, 'year', '{"rule": "weighted_mean", "missing": "strict"}'),
	(1, 8, 2, 1, 1, 'results', '{"rule": "given", "item": 44, "weight": 0.7, "min": 0, "max": 100}'),
	(1, 8, 3, 1, 2, 'ability', '{"rule": "panel", "criterion": "ability", "weight": 0.3, "min": 0, "max": 100, "missing": "strict"}'),
	(2, NULL, 0, NULL, 1, NULL, '{"rule": "panel", "criterion": "year", "min": 0, "max": 100, "missing": "renormalize"}'),
	(3, NULL, 0, NULL, 1, NULL, '{"rule": "panel", "criterion": "year", "min": 0, "max": 100, "missing": "renormalize"}');
INSERT INTO rater_role (version_id, criterion, role, weight, position, label) VALUES
	(1, 'head', 'superior', 0.4, 1, 'superior 上级领导'), (1, 'head', 'leader', 0.4, 2, 'leader in charge 分管领导'), (1, 'head', 'team', 0.2, 3, 'team 班子成员'),
	(1, 'staff', 'leader', 0.6, 1, 'leader in charge 分管领导'), (1, 'staff', 'section_head', 0.4, 2, 'section head 科室负责人'),
	(1, 'service', 'self', 0.3, 1, 'itself 自评'), (1, 'service', 'public', 0.7, 2, 'the public 服务对象'),
	(1, 'ability', 'leader', 1, 1, NULL), (1, 'management', 'superior', 1, 1, NULL),
	(2, 'year', 'leaders', 0.4, 1, NULL), (2, 'year', 'cadres', 0.2, 2, NULL), (2, 'year', 'deputies', 0.2, 3, NULL), (2, 'year', 'cppcc', 0.2, 4, NULL),
	(3, 'year', 'leaders', 0.3, 1, NULL), (3, 'year', 'cadres', 0.2, 2, NULL), (3, 'year', 'deputies', 0.2, 3, NULL), (3, 'year', 'cppcc', 0.1, 4, NULL), (3, 'year', 'township', 0.2, 5, NULL);
INSERT INTO tier (version_id, tier, code, label, share, bound) SELECT v, 1, 'A', 'all', 1, 'exact' FROM generate_series(1, 3) AS v;
SELECT is_empty($$SELECT v, l.code, l.message FROM generate_series(1, 3) AS v, version_lint(v) AS l WHERE l.severity <> 'warning'$$, 'nothing keeps the versions from being sealed');
CALL seal_version(1);
CALL seal_version(2);
CALL seal_version(3);
CREATE FUNCTION score(whose text, of_period text DEFAULT '2025-03') RETURNS numeric LANGUAGE sql AS $$ SELECT trim_scale(score) FROM standing WHERE period = of_period AND subject = whose $$;

-- ---- S3.05, S3.06, S1.03: weights of roles

CALL rate('H1', 'head', 'superior', 'SUP', 90, '2025-03');
CALL rate('H1', 'head', 'leader', 'LIC', 80, '2025-03');
CALL rate('H1', 'head', 'team', 'T1', 60, '2025-03');
CALL rate('H1', 'head', 'team', 'T2', 70, '2025-03');
CALL rate('H1', 'head', 'team', 'T3', 80, '2025-03');
SELECT is(score('H1'), 82::numeric, 'S3.05: superior 90 × 40 %, leader in charge 80 × 40 %, team 70 × 20 %, however many of the team there are');
CALL rate('H2', 'head', 'superior', 'SUP', 90, '2025-03');
CALL rate('H2', 'head', 'leader', 'LIC', 80, '2025-03');
CALL rate('H3', 'head', 'superior', 'SUP', 90, '2025-03');
CALL rate('H3', 'head', 'leader', 'LIC', 80, '2025-03');
SELECT is(score('H2'), 68::numeric, 'an empty role is 0');
SELECT is(score('H3'), 85::numeric, 'or is left out');
SELECT is(score('H1', '2025-04'), NULL, 'or there is no score');
CALL rate('H1', 'head', 'superior', 'SUP', 90, '2025-04');
CALL rate('H1', 'head', 'leader', 'LIC', 80, '2025-04');
SELECT is(score('H1', '2025-04'), NULL, 'even if the others have rated');
CALL rate('C1', 'staff', 'leader', 'LIC', 88, '2025-03');
CALL rate('C1', 'staff', 'section_head', 'SEC', 92, '2025-03');
SELECT is(score('C1'), 89.6, 'S3.06: leader in charge 88 × 60 %, section head 92 × 40 %');
CALL record_reading('SUB', 'kpi', '2025-03', 91.5) \gset
CALL rate('FUN', 'management', 'superior', 'SUP', 87, '2025-03');
CALL record_reading('ORD', 'results', '2025-03', 90) \gset
CALL rate('ORD', 'ability', 'leader', 'LIC', 80, '2025-03');
SELECT is(ARRAY[score('SUB'), score('FUN'), score('ORD')], '{91.5,87,87}', 'S1.03: heads of subsidiaries by KPI, functional heads by management, ordinary staff 70 % results and 30 % ability');
SELECT results_eq($$SELECT label, weight, reading FROM standing_line WHERE period_id = 2025023 AND subject_id = 1 AND item IS NOT NULL ORDER BY line_no$$,
	$$VALUES ('superior 上级领导', 0.4, 90::numeric), ('leader in charge 分管领导', 0.4, 80), ('team 班子成员', 0.2, 70)$$, 'each role is a line');

-- ---- S3.07: self 30 % and public 70 %, weeks rolled into the month

SELECT format('CALL rate(''W1'', ''service'', ''self'', ''W1'', %s, ''2025-W%s'')', 94 + n % 3, 9 + n) FROM generate_series(1, 4) AS n \gexec
CREATE TABLE weekly (subject text, indicator text, rater text, period text, value text);
INSERT INTO weekly SELECT 'W1', 'public', 'P' || r, '2025-W' || 9 + w, m
FROM (VALUES (1, '{70,80,90}'::text[]), (2, '{78,79,80}'), (3, '{80,81,82}'), (4, '{60,80,100}')) AS x (w, marks), unnest(marks) WITH ORDINALITY AS u (m, r);
CALL load_ratings('weekly');
SELECT is(score('W1'), NULL, 'what the public says counts once it is released');
CALL release_ratings('2025-03') \gset
SELECT is(:released, 4, 'all weeks of the month at once');
SELECT results_eq('SELECT period_id, value, raters FROM rating_reading WHERE item = 32 ORDER BY period_id',
	'VALUES (2025110, 80::numeric, 3::bigint), (2025111, 79, 3), (2025112, 81, 3), (2025113, 80, 3)', 'each week has a mean');
SELECT is(ARRAY[score('W1', '2025-W11'), score('W1')], ARRAY[0.3 * 96 + 0.7 * 79, 84.5], 'S3.07: self 95 × 30 %, public 80 × 70 %: weekly and monthly linked');
SELECT results_eq($$SELECT DISTINCT indicator, recorded_by FROM standing_line WHERE period_id = 2025023 AND subject_id = 12 AND item IS NOT NULL ORDER BY 1$$,
	$$VALUES ('public', 'release_ratings'), ('self', NULL)$$, 'no line says who rated');
CALL release_ratings('2025') \gset
SELECT is(:released, 0, 'nothing more to release');
CALL fold();
SELECT is(score('W1'), 84.5, 'a mean that was released is a reading: folded, it stays what it is');
SELECT throws_ok($$CALL record_reading('W1', 'public', '2025-03', 99)$$, '55000', NULL, 'nobody writes one by hand');
SELECT throws_ok($$UPDATE indicator SET min_raters = 1 WHERE item = 32$$, '55000', NULL, 'how many raters a mean takes does not change under a sealed version');

-- ---- who may rate whom

SELECT throws_ok($$CALL rate('W1', 'service', 'self', 'W2', 90, '2025-03')$$, '42501', 'in role ''self'' a subject rates itself and nobody else', 'in role self nobody rates another');
SELECT throws_ok($$CALL rate('H1', 'head', 'leader', 'H1', 90, '2025-03')$$, '42501', 'nobody rates itself in role ''leader''', 'in no other role anybody itself');
SELECT is(hint($$CALL rate('H1', 'head', 'leader', 'H1', 90, '2025-03')$$), 'Roles of kind self are for that: role ''self'', or those that panel_role says so of.', 'with a way out');
CALL assign_raters('{T1,T2,T3}', '{H1,H2}', 'head', 'team', 'month', '2025-03-01', '2025-05-01');
CALL assign_raters('{T1,T2,T3}', '{H1,H2}', 'head', 'team', 'month', '2025-03-01', '2025-05-01');
CALL assign_raters(NULL, '{W1,W2}', 'service', 'self', period => '2025-W10');
CALL assign_raters('{H1,H2}', '{H1,H2}', 'head', 'superior', period => '2025-03');
SELECT results_eq($$SELECT subject_id, rater_id FROM rater_assignment WHERE criterion = 'head' AND rater_role = 'superior' ORDER BY 1$$, 'VALUES (1::bigint, 2::bigint), (2, 1)', 'each of the others, nobody itself');
CALL unassign_raters('{H1,H2}', '{H1,H2}', 'head', 'superior', '2025-01-01');
SELECT is((SELECT count(*) FROM act WHERE verb = 'assign_raters'), 3::bigint, 'an assignment again says nothing new');
SELECT results_eq($$SELECT period, subject, rater FROM missing_rating WHERE criterion = 'head' ORDER BY 1, 2, 3$$,
	$$SELECT p, h, t FROM unnest('{2025-03,2025-04}'::text[]) AS p, unnest('{H1,H2}'::text[]) AS h, unnest('{T1,T2,T3}'::text[]) AS t WHERE h = 'H2' OR p = '2025-04' ORDER BY 1, 2, 3$$,
	'who was to rate and has not');
SELECT results_eq($$SELECT subject, rater, rater_name, period, overdue FROM missing_rating WHERE rater_role = 'self'$$, $$VALUES ('W2', 'W2', 'Other window', '2025-W10', true)$$, 'of one week too');
SELECT throws_ok($$CALL rate('H2', 'head', 'team', 'SEC', 90, '2025-03')$$, '42501', 'the rater is not assigned to rate this subject in this period', 'a panel with assignments is closed');
SELECT throws_ok($$CALL rate('H3', 'head', 'team', 'T1', 90, '2025-03')$$, '42501', 'the rater is not assigned to rate this subject in this period', 'for each subject');
SELECT throws_ok($$CALL rate('H2', 'head', 'team', 'T1', 90, '2025-05')$$, '42501', 'the rater is not assigned to rate this subject in this period', 'and period');
CALL rate('H2', 'head', 'team', 'T1', 70, '2025-03');
SELECT is(score('H2'), 82::numeric, 'who is assigned rates');
CALL unassign_raters('{T3}', '{H1,H2}', 'head', 'team', '2025-04-01');
SELECT results_eq($$SELECT period, subject, rater FROM missing_rating WHERE rater = 'T3'$$, $$VALUES ('2025-03', 'H2', 'T3')$$, 'from a day on no more');
SELECT throws_ok($$CALL unassign_raters('{T3}', '{H3}', 'head', 'team')$$, 'P0002', NULL, 'only who was assigned');
SELECT throws_ok($$CALL assign_raters('{T3}', '{H3}', 'head', 'nobody')$$, 'P0002', 'no indicator is the mean of ratings of ''head'' by ''nobody''', 'to a panel that there is');
SELECT throws_ok($$CALL assign_raters('{T3}', '{H3}', 'head', 'team', 'day')$$, '22023', 'there are no periods of kind ''day''', 'for periods that there are');
SELECT throws_ok($$CALL assign_raters('{T3}', '{H3}', 'head', 'team', 'month', '2025-02-01', '2025-02-01')$$, '22023', NULL, 'for some time');
SELECT throws_ok($$CALL assign_raters(NULL, '{H3}', 'head', 'team')$$, '22004', 'no raters are named', 'by somebody');
SELECT results_eq($$SELECT subject, assigned, given, missing, recused, min_raters FROM panel_progress WHERE period = '2025-03' AND criterion = 'head' AND rater_role = 'team' ORDER BY 1$$,
	$$VALUES ('H1', 3::bigint, 3::bigint, 0::bigint, 0::bigint, 1), ('H2', 3, 1, 2, 0, 1)$$, 'how far each panel is');

-- ---- recusals

CREATE TABLE kept (at timestamptz, subject_id bigint, score numeric);
CREATE PROCEDURE keep() LANGUAGE plpgsql AS $$ BEGIN COMMIT;
	INSERT INTO kept SELECT (SELECT clock_timestamp()), subject_id, score FROM standing WHERE scheme_id = 1 AND period_id IN (2025023, 2025024); COMMIT; END $$;
CREATE FUNCTION forgotten() RETURNS bigint LANGUAGE sql AS $$
	SELECT count(*) FROM (SELECT DISTINCT at FROM kept) AS k, LATERAL (
		(SELECT s.subject_id, s.score FROM standing_as_of(NULL, k.at) AS s WHERE s.scheme_id = 1 AND s.period_id IN (2025023, 2025024)
		 EXCEPT ALL SELECT x.subject_id, x.score FROM kept AS x WHERE x.at = k.at)
		UNION ALL
		(SELECT x.subject_id, x.score FROM kept AS x WHERE x.at = k.at
		 EXCEPT ALL SELECT s.subject_id, s.score FROM standing_as_of(NULL, k.at) AS s WHERE s.scheme_id = 1 AND s.period_id IN (2025023, 2025024))) AS d $$;
CALL keep();
CALL assess('post', '2025-03') \gset first_
CALL recuse_rater('T1', 'H1', 'brother', '2025-03-15', '2025-04-01');
CALL recuse_rater('T1', 'H1', 'brother', '2025-03-15', '2025-04-01');
SELECT is((SELECT count(*) FROM rater_recusal), 1::bigint, 'the same again is none');
SELECT is(score('H1'), 83::numeric, 'what a recused rater said before counts no more: 90, 80 and (70 + 80) / 2');
SELECT is((SELECT raters FROM rating_reading WHERE subject_id = 1 AND period_id = 2025023 AND item = 13), 2::bigint, 'in no view');
SELECT is_empty($$SELECT FROM rating_state WHERE subject_id = 1 AND period_id = 2025023 AND rater_id = 61$$, 'as a mark that counts');
SELECT throws_ok($$CALL rate('H1', 'head', 'team', 'T1', 90, '2025-03')$$, '42501', 'the rater is recused from rating this subject', 'nor may it rate again');
SELECT is(hint($$CALL rate('H1', 'head', 'team', 'T1', 90, '2025-03')$$), 'CALL readmit_rater takes a recusal back.', 'with a way out');
INSERT INTO rating (subject_id, period_id, criterion, rater_role, rater_id, value) VALUES (1, 2025023, 'head', 'team', 61, 0);
SELECT is(score('H1'), 83::numeric, 'if it gets past that, it does not count');
SELECT lives_ok($$CALL rate('H1', 'head', 'team', 'T1', 75, '2025-04')$$, 'periods after the conflict are free of it');
SELECT results_eq($$SELECT assigned, given, missing, recused FROM panel_progress WHERE period = '2025-03' AND subject = 'H1' AND item = 13$$, 'VALUES (2::bigint, 2::bigint, 0::bigint, 1::bigint)', 'it is not to be asked');
CALL keep();
CALL assess('post', '2025-03') \gset second_
CALL readmit_rater('T1', 'H1', 'not his brother');
DELETE FROM rating WHERE subject_id = 1 AND rater_id = 61 AND value = 0;
SELECT is(score('H1'), 82::numeric, 'taken back, its marks count again');
CALL keep();
SELECT results_eq($$SELECT from_day, to_day, reason FROM rater_recusal ORDER BY recusal_id$$, $$VALUES ('2025-03-15'::date, '2025-04-01'::date, 'brother'), (NULL, NULL, 'not his brother')$$, 'nothing is forgotten');
SELECT throws_ok($$CALL readmit_rater('T1', 'H1', 'again')$$, '55000', NULL, 'who is not recused is not readmitted');
SELECT throws_ok($$CALL recuse_rater('T1', 'H1', ' ')$$, '22004', 'a recusal needs a reason', 'a reason is needed');
SELECT throws_ok($$CALL readmit_rater('T1', 'H1', NULL)$$, '22004', 'taking back a recusal needs a reason', 'for both');
SELECT throws_ok($$CALL recuse_rater('T1', 'H1', 'x', '2025-03-15', '2025-03-15')$$, '22023', NULL, 'a conflict lasts some time');
SELECT is(forgotten(), 0::bigint, 'as_of: each time knows its own recusals');
CALL rerun(:first_run_id, true) \gset third_
CALL rerun(:second_run_id, true) \gset fourth_
SELECT is((SELECT array_agg(same) FROM rerun_status), '{t,t}', 'runs before and after it come out the same from the facts');

-- ---- anonymity: k = 3

CALL grant_role('perfeval raters operator', 'operator');
CALL grant_role('perfeval raters unit', 'unit', 'W1');
CALL grant_role('perfeval raters peer', 'unit', 'W2');
CALL grant_role('perfeval raters rater', 'rater', 'T2');
-- All that a role can see, relation by relation.
CREATE TABLE relation AS SELECT unnest(readable_relations()) AS name;
CREATE FUNCTION look(relations text[]) RETURNS TABLE (name text, digest text) LANGUAGE plpgsql AS $$
BEGIN
	FOREACH name IN ARRAY relations LOOP
		EXECUTE format('SELECT md5(coalesce(string_agg(x::text, E''\n'' ORDER BY x::text COLLATE "C"), '''')) FROM %I AS x', name) INTO digest;
		RETURN NEXT;
	END LOOP;
END $$;
CREATE TABLE seen (n integer, who text, name text, digest text);
GRANT SELECT ON relation TO "perfeval raters unit", "perfeval raters peer";
GRANT INSERT, SELECT ON seen TO "perfeval raters unit", "perfeval raters peer";
GRANT EXECUTE ON FUNCTION look(text[]) TO "perfeval raters unit", "perfeval raters peer";
CREATE PROCEDURE looks(n integer) LANGUAGE plpgsql AS $$
DECLARE who text;
BEGIN
	FOREACH who IN ARRAY '{unit,peer}'::text[] LOOP
		EXECUTE format('SET LOCAL ROLE %I', 'perfeval raters ' || who);
		INSERT INTO seen SELECT looks.n, who, l.* FROM look(ARRAY(SELECT r.name FROM relation AS r)) AS l;
		RESET ROLE;
	END LOOP;
END $$;
SELECT format('CALL assign_raters(NULL, ''{W1}'', ''service'', ''self'', period => %L)', code) FROM period WHERE code IN ('2025-04', '2025-05') \gexec
CALL rate('W1', 'service', 'self', 'W1', 100, '2025-04');
CALL rate('W1', 'service', 'public', 'P1', 90, '2025-04');
CALL rate('W1', 'service', 'public', 'P2', 80, '2025-04');
CALL release_ratings('2025-04') \gset
SELECT is(:released, 0, 'two marks are no mean');
SELECT is(score('W1', '2025-04'), NULL, 'nor a score');
CALL rate('W1', 'service', 'public', 'P3', 70, '2025-04');
CALL release_ratings('2025-04') \gset
SELECT is(score('W1', '2025-04'), 86::numeric, 'three are: 100 × 30 % + 80 × 70 %');
CALL keep();
CALL looks(1);
CALL rate('W1', 'service', 'public', 'P4', 10, '2025-04');
CALL looks(2);
CALL release_ratings('2025-04') \gset
SELECT is(:released, 0, 'a fourth changes nothing');
CALL looks(3);
CALL rate('W1', 'service', 'public', 'P1', 20, '2025-04');
CALL release_ratings('2025-04') \gset
CALL looks(4);
SELECT is(score('W1', '2025-04'), 86::numeric, 'nor two, the old mean stays');
SELECT is((SELECT count(DISTINCT name) FROM seen WHERE n = 4), (SELECT count(*) FROM relation), 'all relations that units may read were looked at');
SELECT is_empty($$SELECT who, name FROM seen GROUP BY 1, 2 HAVING count(DISTINCT digest) > 1$$, 'and in none of them anybody sees a difference');
SELECT results_eq($$SELECT given, min_raters, released_raters, changed FROM panel_progress WHERE subject = 'W1' AND period = '2025-04' AND item = 32$$, 'VALUES (4::bigint, 3, 3, 2::bigint)', 'operators see how many have changed');
SET ROLE "perfeval raters operator";
SELECT is((SELECT score FROM standing WHERE period = '2025-04' AND subject = 'W1'), 86::numeric, 'the score is the same for them');
RESET ROLE;
CALL rate('W1', 'service', 'public', 'P5', 60, '2025-04');
SET ROLE "perfeval raters operator";
CALL release_ratings('2025-04') \gset
RESET ROLE;
SELECT results_eq($$SELECT value, raters FROM rating_reading WHERE period_id = 2025024 AND item = 32$$, 'VALUES (48::numeric, 5::bigint)', 'three changes are shown: (20 + 80 + 70 + 10 + 60) / 5');
CALL keep();
CALL rate('W1', 'service', 'public', 'P4', 15, '2025-04');
CALL rate('W1', 'service', 'public', 'P5', 65, '2025-04');
CALL recuse_rater('P2', 'W1', 'works there', '2025-04-01', '2025-05-01');
SELECT is(score('W1', '2025-04'), NULL, 'a mean with the mark of a recused rater is withdrawn at once');
SELECT results_eq($$SELECT value, raters FROM rating_reading WHERE period_id = 2025024 AND item = 32$$, 'VALUES (NULL::numeric, 0::bigint)', 'in all views');
CALL keep();
CALL release_ratings('2025-04') \gset
SELECT results_eq($$SELECT value, raters FROM rating_reading WHERE period_id = 2025024 AND item = 32$$, 'VALUES (42.5, 4::bigint)', 'three changes, it among them, are shown anew: (20 + 70 + 15 + 65) / 4');
CALL keep();
SELECT is(forgotten(), 0::bigint, 'as_of: each time knows its own releases');
CALL fold();
SELECT is(forgotten(), 0::bigint, 'folded too');
SELECT is_empty('SELECT * FROM verify_cards()', 'cards are what facts make them');

-- Whatever raters do, two looks differ in the marks of three, or in none.
CREATE PROCEDURE play(steps integer) LANGUAGE plpgsql AS $$
DECLARE released bigint;
BEGIN
	PERFORM setseed(0.42);
	FOR step IN 1 .. steps LOOP
		CALL rate('W2', 'service', 'public', 'P' || 1 + floor(random() * 7)::integer, 60 + 10 * floor(random() * 3)::integer, '2025-05');
		COMMIT;
		IF step % 60 = 59 THEN
			CALL recuse_rater('P' || step % 7 + 1, 'W2', 'by lot', '2025-05-01', '2025-06-01');
			CALL readmit_rater('P' || step % 7 + 1, 'W2', 'by lot');
			COMMIT;
		END IF;
		CALL release_ratings('2025-05', released);
		COMMIT;
	END LOOP;
END $$;
CALL play(240);
CREATE TEMP VIEW shown AS SELECT e.release_id, e.value, r.rater_id, r.value AS mark FROM rating_release AS e JOIN rating AS r ON r.subject_id = e.subject_id AND r.rating_id = ANY (e.ratings)
	WHERE e.subject_id = 13 AND e.period_id = 2025025 AND e.value IS NOT NULL;
SELECT cmp_ok((SELECT count(DISTINCT release_id) FROM shown), '>=', 20::bigint, 'raters at random: many releases');
SELECT is_empty('SELECT release_id FROM shown GROUP BY release_id, value HAVING value <> round(avg(mark), 16) OR count(*) < 3 OR count(DISTINCT rater_id) < count(*)', 'each is the mean of three or more');
SELECT is_empty($$SELECT a.release_id, b.release_id
	FROM (SELECT DISTINCT release_id FROM shown) AS a, (SELECT DISTINCT release_id FROM shown) AS b, generate_series(101, 107) AS rater
		LEFT JOIN LATERAL (SELECT mark FROM shown WHERE shown.release_id = a.release_id AND shown.rater_id = rater) AS x ON true
		LEFT JOIN LATERAL (SELECT mark FROM shown WHERE shown.release_id = b.release_id AND shown.rater_id = rater) AS y ON true
	WHERE a.release_id < b.release_id GROUP BY 1, 2
	HAVING count(*) FILTER (WHERE x.mark IS DISTINCT FROM y.mark) BETWEEN 1 AND 2$$, 'no two of them differ in the marks of one or two');
BEGIN ISOLATION LEVEL REPEATABLE READ;
SELECT throws_ok($$CALL release_ratings('2025-05')$$, '25000', NULL, 'nor does an old snapshot release');
ROLLBACK;

-- ---- what raters see and do

SET ROLE "perfeval raters rater";
SELECT results_eq('SELECT subject, period, rater FROM missing_rating ORDER BY 2, 1', $$VALUES ('H2', '2025-03', 'T2'), ('H1', '2025-04', 'T2'), ('H2', '2025-04', 'T2')$$, 'a rater sees whom it is to rate, and nobody else''s duties');
SELECT is_empty('SELECT FROM panel_progress', 'nor how far others are');
CALL rate('H2', 'head', 'team', 'T2', 60, '2025-03');
SELECT is((SELECT count(*) FROM missing_rating), 2::bigint, 'it rates');
CALL recuse_rater('T2', 'H2', 'my cousin', '2025-03-01');
SELECT throws_ok($$CALL rate('H2', 'head', 'team', 'T2', 60, '2025-04')$$, '42501', 'the rater is recused from rating this subject', 'or recuses itself');
SELECT throws_ok($$CALL readmit_rater('T2', 'H2', 'no cousin')$$, '42501', NULL, 'which an operator alone takes back');
SELECT throws_ok($$CALL recuse_rater('T3', 'H2', 'his cousin')$$, '42501', NULL, 'and nobody recuses others');
SELECT throws_ok($$CALL release_ratings('2025-05')$$, '42501', NULL, 'nor releases');
RESET ROLE;

-- ---- S2.04, S4.19, S0.21: many at once, by the year, side by side

CREATE TABLE marks (row_no text, subject text, criterion text, rater_role text, rater text, value text, period text, note text);
INSERT INTO marks SELECT n, 'X' || x, 'year', 'firm', 'F' || f, 60 + f + y - 2021 - x, y, NULL
FROM (SELECT row_number() OVER (ORDER BY y, x, f) AS n, y, x, f FROM generate_series(2021, 2023) AS y, generate_series(1, 4) AS x, generate_series(1, 27) AS f) AS g;
INSERT INTO marks SELECT 1000 + row_number() OVER (), 'X' || x, 'year', r.role, r.rater, r.mark + x, y, NULL
FROM generate_series(2021, 2023) AS y, generate_series(1, 4) AS x, (VALUES ('leaders', 'SUP', 90), ('cadres', 'LIC', 80), ('cadres', 'SEC', 80), ('deputies', 'T1', 85), ('cppcc', 'T2', 75), ('township', 'T3', 70)) AS r (role, rater, mark)
WHERE y > 2021 OR r.role <> 'township';
SELECT is_empty($$SELECT * FROM check_ratings('marks')$$, 'nothing is wrong');
CALL load_ratings('marks');
SELECT results_eq('SELECT form, written, unchanged, rejected FROM load_record ORDER BY load_id DESC LIMIT 1', $$VALUES ('ratings', 392::bigint, 0::bigint, 0::bigint)$$, 'all are entered');
SELECT is(ARRAY[score('X1', '2021'), score('X1', '2022')], '{85,82.5}', 'S4.19: leaders, cadres, deputies, CPPCC members; from 2022 on township heads too, by the newer version');
SELECT throws_ok($$CALL rate('X1', 'year', 'township', 'T3', 70, '2021')$$, '42501', 'role ''township'' does not rate in this period', 'not before');
SELECT results_eq($$SELECT period, internal, external, grass_roots, third_party, raters, outside_less_inside FROM panel_comparison WHERE subject = 'X2' ORDER BY period$$,
	$$VALUES ('2021', 87::numeric, 82::numeric, NULL::numeric, 72::numeric, 32::bigint, trim_scale(round((87 + 77 + 72) / 3.0, 10)) - 87), ('2022', 87, 82, 72, 73, 33, 77.25 - 87), ('2023', 87, 82, 72, 74, 33, 77.5 - 87)$$,
	'S2.04, S0.21: 27 firms beside those inside, year by year; the highest and the lowest mark do not count');
INSERT INTO marks VALUES ('2001', 'X1', 'year', 'township', 'T3', '70', '2021', NULL), ('2002', 'X9', 'year', 'nobody', 'T9', 'much', '1999', NULL), ('2003', 'X1', 'year', 'firm', 'F1', '1', '2022', NULL),
	('2004', 'X1', 'year', 'leaders', 'X1', '1e3', '2022', NULL), ('2005', 'X1', 'year', 'leaders', 'LIC', NULL, '2022', NULL), ('2006', 'X1', 'year', 'leaders', 'F1', '1000000000000', '2022', 'fine');
SELECT results_eq($$SELECT row_no, column_name, value, reason FROM check_ratings('marks') WHERE row_no > 2000$$, $$VALUES (2001::bigint, 'rater', 'T3', 'role ''township'' does not rate in this period'),
	(2002, 'subject', 'X9', 'is no code of a subject'), (2002, 'criterion', 'year by nobody', 'is of no indicator'), (2002, 'rater', 'T9', 'is no code of a subject'), (2002, 'period', '1999', 'is no code of a period'), (2002, 'value', 'much', 'is not a number'),
	(2003, 'rater', 'F1', 'has this subject, indicator and period in rows 109, 2003'), (2004, 'value', '1e3', 'is not a number'), (2004, 'rater', 'X1', 'nobody rates itself in role ''leaders'''),
	(2005, 'value', NULL, 'there is none'), (2006, 'value', '1000000000000', 'has more than 12 digits before or after the point')$$, 'each mistake by row and column');
SELECT throws_like($$CALL load_ratings('marks')$$, '%.marks has 12 mistakes in 7 rows: nothing was loaded', 'all or nothing');
UPDATE marks SET value = '99' WHERE row_no = '5';
CALL load_ratings('marks', 'reject');
SELECT results_eq('SELECT written, unchanged, rejected FROM load_record ORDER BY load_id DESC LIMIT 1', 'VALUES (1::bigint, 390::bigint, 12::bigint)', 'or what is right and new');
SELECT throws_like($$CALL load_ratings('indicator')$$, '%columns that mean nothing here%', 'columns are checked');
SELECT throws_like($$CALL load_ratings('marks', 'what')$$, '%on_error cannot be ''what''', 'so is on_error');

-- ---- decimals of a mean: said by the indicator, rounded once

INSERT INTO indicator (item, code, name, fact, criterion, rater_role, mean_digits, mean_mode) VALUES
	(71, 'jury', 'Jury', 'rating', 'jury', 'jury', 2, 'half_up'), (72, 'even', 'Jury, to even', 'rating', 'jury', 'even', 2, 'half_even');
INSERT INTO rating (subject_id, period_id, criterion, rater_role, rater_id, value)
SELECT 301, 2025000, 'jury', r, 51 + n, 85.12 + n / 100.0 FROM unnest('{jury,even}'::text[]) AS r, generate_series(0, 1) AS n;
SELECT results_eq('SELECT item, value FROM rating_reading WHERE item IN (71, 72) ORDER BY 1', 'VALUES (71, 85.13), (72, 85.12)', 'a tie goes where it is said');
SELECT results_eq('SELECT item, value FROM rating_reading_as_of(NULL, 2025000) WHERE item IN (71, 72) ORDER BY 1', 'VALUES (71, 85.13), (72, 85.12)', 'as of a time too');
SELECT is(ARRAY(SELECT round_mean(v, 1, m) FROM (VALUES (-0.25), (0.25), (0.35), (2.0)) AS x (v), unnest('{half_up,half_even,floor,ceil}'::text[]) WITH ORDINALITY AS y (m, n) ORDER BY v, n),
	'{-0.3,-0.2,-0.3,-0.2, 0.3,0.2,0.2,0.3, 0.4,0.4,0.3,0.4, 2,2,2,2}', 'the four modes');
SELECT is((SELECT round_mean(trimmed_mean(to_be_meant(v, 11), 0), 11, 'half_up') FROM unnest('{100000000000.000000000005,100000000000.000000000005,100000000000.000000000004}'::numeric[]) AS v),
	100000000000::numeric, 'it is rounded once, from the marks');
SELECT is((SELECT round(trimmed_mean(v, 0), 11) FROM unnest('{100000000000.000000000005,100000000000.000000000005,100000000000.000000000004}'::numeric[]) AS v),
	100000000000.00000000001, 'and not from a mean that was rounded');
SELECT throws_ok('UPDATE indicator SET mean_digits = 2 WHERE item = 61', '23514', NULL, 'place and mode are said together');
SELECT throws_ok($$UPDATE indicator SET mean_digits = 2, mean_mode = 'half_up' WHERE item = 32$$, '55000', NULL, 'and not under a sealed version');
DELETE FROM rating WHERE criterion = 'jury';
DELETE FROM indicator WHERE item IN (71, 72);

-- ---- S0.21: questionnaires

INSERT INTO source (code, label, kind) VALUES ('poll', 'Polling firm', 'survey');
CREATE TABLE answers (subject text, indicator text, period text, answer text, answers text);
INSERT INTO answers VALUES ('X1', '满意度', '2021', '80', '2'), ('X1', '满意度', '2021', '90', NULL), ('X1', 'satisfaction', '2021', '90', '1'), ('X2', '61', '2021', '75.5', '1');
CALL load_survey('answers', source => 'poll');
CREATE TABLE polls (line text, subject text, item text, period text, n text, mean text, variance text);
INSERT INTO polls VALUES ('1', 'X1', '61', '2022', '400', '88', '100'), ('2', 'X1', '61', '2023', '400', '88.5', '100');
CALL load_survey('polls', source => 'poll');
CALL load_survey('polls', source => 'poll');
SELECT results_eq('SELECT form, written, unchanged FROM load_record ORDER BY load_id DESC LIMIT 1', $$VALUES ('survey', 0::bigint, 2::bigint)$$, 'the same results again are none');
SELECT results_eq($$SELECT period, n, mean, round(variance, 4), round(standard_error::numeric, 4), change, round(z::numeric, 4) FROM survey_tracking WHERE subject = 'X1' ORDER BY period$$,
	$$VALUES ('2021', 4::bigint, 85::numeric, 33.3333, 2.8868, NULL::numeric, NULL::numeric), ('2022', 400, 88, 100.0000, 0.5000, 3, 1.0240), ('2023', 400, 88.5, 100.0000, 0.5000, 0.5, 0.7071)$$,
	'n, mean and variance by the year, and whether a change is more than chance');
SELECT results_eq($$SELECT variance, standard_error, z FROM survey_tracking WHERE subject = 'X2'$$, 'VALUES (NULL::numeric, NULL::float8, NULL::float8)', 'one answer has no variance');
SELECT results_eq($$SELECT value, evidence, source_id = find_source('poll') FROM reading WHERE subject_id = 301 AND item = 61 ORDER BY period_id$$,
	$$VALUES (85::numeric, 'mean of 4 answers', true), (88, 'mean of 400 answers', true), (88.5, 'mean of 400 answers', true)$$, 'the means are readings');
UPDATE indicator SET mean_digits = 1, mean_mode = 'floor' WHERE item = 61;
CREATE TEMP TABLE thirds (subject text, indicator text, period text, answer text);
INSERT INTO thirds VALUES ('X4', '61', '2020', '2'), ('X4', '61', '2020', '2'), ('X4', '61', '2020', '1.9');
CALL load_survey('thirds');
SELECT is((SELECT mean FROM survey_result WHERE subject_id = 304 AND period_id = 2020000), 1.9, 'the mean of answers is rounded as its indicator says');
SELECT is((SELECT value FROM reading WHERE subject_id = 304 AND item = 61), 1.9, 'and read so');
UPDATE indicator SET min_raters = 5 WHERE item = 61;
INSERT INTO polls VALUES ('3', 'X9', '61', '2023', '9', '1', '1'), ('4', 'X2', '61', '2023', '0', '1', '1'), ('5', 'X2', '61', '2023', '9', 'x', '1'), ('6', 'X2', '61', '2023', '9', '1', '-1'), ('7', 'X2', 'public', '2023', '9', '1', '1'),
	('8', 'X3', '61', '2023', '4', '1', '1'), ('9', 'X4', '61', '2023', '9', '1', '1'), ('10', 'X4', '61', '2023', '9', '2', '1'), ('11', 'X2', '61', '9999', '9', '1', '1');
SELECT results_eq($$SELECT row_no, column_name, value, reason FROM check_survey('polls')$$, $$VALUES (3::bigint, 'subject', 'X9', 'is no code of a subject'), (4, 'n', '0', 'is no count of answers'),
	(5, 'mean', 'x', 'is not a number of up to 12 digits before and after the point'), (6, 'variance', '-1', 'is no variance: a number not below 0, to be left out for one answer'),
	(7, 'indicator', 'public', 'is no code, number or name of one indicator that has readings'), (8, 'subject', 'X3', 'has 4 answers, and a mean takes 5'),
	(9, 'subject', 'X4', 'has this indicator and period in 2 rows'), (10, 'subject', 'X4', 'has this indicator and period in 2 rows'), (11, 'period', '9999', 'is no code of a period')$$, 'each mistake by row and column');
SELECT throws_like($$CALL load_survey('polls')$$, '%.polls has 9 mistakes in 9 rows: nothing was loaded', 'all or nothing');
CALL load_survey('polls', 'reject');
SELECT throws_like($$CALL load_survey('marks')$$, '%columns that mean nothing here%', 'columns are checked');

SELECT * FROM public.finish();
CALL perfeval.drop_workspace(:'workspace', :'workspace');
SELECT format('DROP OWNED BY %I CASCADE', rolname) FROM pg_roles WHERE rolname LIKE 'perfeval raters %' \gexec
SELECT format('DROP ROLE %I', rolname) FROM pg_roles WHERE rolname LIKE 'perfeval raters %' \gexec
