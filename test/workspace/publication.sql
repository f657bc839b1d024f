-- The life of a result after it was assessed: the scheme published when the year begins, results on display, objections and
-- their clocks, adjustments, a second publication, the final one; who sees what of it, and each refusal. What day it is,
-- is what setting test.today says.
\set workspace '公示 "it''s" 50%'
SET client_min_messages = warning;
DROP SCHEMA IF EXISTS :"workspace" CASCADE;
SELECT format('DROP OWNED BY %I CASCADE', rolname) FROM pg_roles WHERE rolname LIKE 'perfeval_publication_%' \gexec
SELECT format('DROP ROLE %I', rolname) FROM pg_roles WHERE rolname LIKE 'perfeval_publication_%' \gexec
CALL perfeval.create_workspace(:'workspace', time_zone => 'Asia/Shanghai');
SET search_path = :"workspace", perfeval, public;
CREATE OR REPLACE FUNCTION today() RETURNS date LANGUAGE sql STABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
	AS $$ SELECT coalesce(nullif(current_setting('test.today', true), '')::date, current_date) $$;
-- What a statement is refused with; that there is no hint is told, too.
CREATE FUNCTION pg_temp.refused(statement text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	hint text;
	message text;
BEGIN
	EXECUTE statement;
	RETURN 'not refused';
EXCEPTION WHEN OTHERS THEN
	GET STACKED DIAGNOSTICS hint = PG_EXCEPTION_HINT, message = MESSAGE_TEXT;
	RETURN SQLSTATE || ' ' || message || CASE WHEN hint = '' THEN ' (no hint)' ELSE '' END;
END $$;
SELECT plan(166);

-- ---- six units and one without readings in group a, two in group b; a bureau supervises two of them

SET test.today = '2024-12-30';
CALL add_year(2025, 'month');
INSERT INTO "grouping" (grouping_id, code, label) VALUES (1, 'g', 'G');
INSERT INTO subject_group (group_id, grouping_id, code, label, label_zh) VALUES (1, 1, 'a', 'A', '甲'), (2, 1, 'b', 'B', '乙');
CALL add_subject('D', 'Bureau', '局', 'department');
SELECT format('CALL add_subject(%L, %L, %L, ''institution'', %L)', u, 'Unit ' || u, '单位' || u, CASE WHEN u IN ('U4', 'V1') THEN 'D' END)
FROM unnest('{U1,U2,U3,U4,U5,U6,U7,V1,V2}'::text[]) AS u \gexec
CALL refresh_tree();
INSERT INTO group_member (subject_id, grouping_id, group_id) SELECT subject_id, 1, CASE WHEN code LIKE 'U%' THEN 1 ELSE 2 END FROM subject WHERE code <> 'D';
INSERT INTO indicator (item, code, name, name_zh, fact, roll_up) VALUES (101, 'ful', 'Fulfilment', '履行率', 'reading', 'mean'),
	(102, 'srv', 'Service', '服务', 'reading', 'mean'), (103, 'cmp', 'Complaints', '投诉', 'event', 'sum'), (104, 'acc', 'Accidents', '事故', 'event', 'sum');
INSERT INTO posting_right SELECT i.item, s.subject_id FROM indicator AS i, subject AS s WHERE i.fact = 'event' AND s.code = 'D';
INSERT INTO scheme (scheme_id, code, label, label_zh, grouping_id) VALUES (1, 'city', 'City', '市', 1), (2, 'rounded', 'City, by rounded scores', '按舍入得分', 1);
INSERT INTO scheme_version (version_id, scheme_id, number, in_force_from, round_at, round_digits, round_mode, rank_basis, capped_seat, ties, tie_chain) VALUES
	(1, 1, 1, '2025-01-01', 'final', 2, 'half_up', 'unrounded', 'kept', 'expand', '{}'), (2, 2, 1, '2025-01-01', 'final', 2, 'half_up', 'rounded', 'kept', 'expand', '{}'),
	(3, 1, 2, '2026-01-01', 'final', 2, 'half_up', 'unrounded', 'kept', 'expand', '{}');
INSERT INTO node (version_id, node, parent, position, part, spec)
SELECT v, n.* FROM generate_series(1, 2) AS v, (VALUES
	(0, NULL, 1, NULL, '{"rule": "sum", "missing": "strict"}'::jsonb),
	(1, 0, 1, 'base', '{"rule": "weighted_mean", "missing": "strict"}'),
	(11, 1, 1, NULL, '{"rule": "given", "item": 101, "weight": 0.6, "min": 0, "max": 100, "label": "Fulfilment 履行率"}'),
	(12, 1, 2, NULL, '{"rule": "given", "item": 102, "weight": 0.4, "min": 0, "max": 100}'),
	(2, 0, 2, 'deductions', '{"rule": "deductions", "missing": "zero", "cap_total": null}'),
	(21, 2, 1, NULL, '{"rule": "awards", "item": 103, "points": 2, "cap_award": null, "cap_kind": null, "cap": 5}'),
	(90, NULL, 1, NULL, '{"rule": "limit", "item": 104, "ge": 1, "effect": "cap_tier", "tier": 3}')) AS n (node, parent, position, part, spec);
INSERT INTO tier (version_id, tier, code, label, label_zh, share, bound, preference, coefficient)
SELECT v, t.* FROM generate_series(1, 2) AS v, (VALUES (1, 'A', 'top', '一等', 0.34, 'exact', 1, 1.1), (2, 'B', 'middle', '二等', 0.5, 'exact', 2, 1), (3, 'C', 'low', '三等', 0.16, 'exact', 3, 0.9))
	AS t (tier, code, label, label_zh, share, bound, preference, coefficient);
CALL seal_version(1);
CALL seal_version(2);
-- The holidays around the National Day of 2025, with make-up days.
INSERT INTO calendar (day, working, label)
SELECT d::date, false, '国庆节、中秋节' FROM generate_series('2025-10-01'::timestamp, '2025-10-08', '1 day') AS d
UNION ALL VALUES (date '2025-09-28', true, '调休'), ('2025-10-11', true, '调休'), ('2025-01-01', false, '元旦');

CREATE ROLE perfeval_publication_operator;
CREATE ROLE perfeval_publication_clerk IN ROLE perfeval_publication_operator;
CREATE ROLE perfeval_publication_auditor;
CREATE ROLE perfeval_publication_viewer;
CREATE ROLE perfeval_publication_u2;
CREATE ROLE perfeval_publication_u2_person IN ROLE perfeval_publication_u2;
CREATE ROLE perfeval_publication_u3;
CREATE ROLE perfeval_publication_bureau;
CREATE ROLE perfeval_publication_stranger;
CALL grant_role('perfeval_publication_operator', 'operator');
CALL grant_role('perfeval_publication_auditor', 'auditor');
CALL grant_role('perfeval_publication_viewer', 'viewer');
CALL grant_role('perfeval_publication_u2', 'unit', 'U2');
CALL grant_role('perfeval_publication_u3', 'unit', 'U3');
CALL grant_role('perfeval_publication_bureau', 'supervising', 'D');

-- ---- the scheme is published before the year begins (双公开)

SET ROLE perfeval_publication_operator;
SELECT is(pg_temp.refused('CALL publish_version(3)'), '55000 version 2 of scheme "city" is not sealed', 'a draft is not published');
SELECT is(pg_temp.refused('CALL publish_version(99)'), 'P0002 there is no version_id 99', 'nor what is not there');
SELECT is(pg_temp.refused('CALL publish_version(NULL)'), 'P0002 there is no version_id NULL', 'nor NULL');
SELECT is(pg_temp.refused($$CALL publish_version(1, published_from => 'infinity')$$), '22008 nothing is on display from infinity to no end', 'not for ever and a day');
SELECT is(pg_temp.refused($$CALL publish_version(1, published_to => '-infinity')$$), '22008 nothing is on display from 2024-12-30 to -infinity', 'nor to the day before time');
SELECT is(pg_temp.refused($$CALL publish_version(1, published_from => '2026-12-31')$$), '22008 nothing is on display from 2026-12-31 to no end', 'nor in two years');
SELECT is(pg_temp.refused($$CALL publish_version(1, published_from => '2025-01-02', published_to => '2025-01-01')$$),
	'22023 the last day on display, 2025-01-01, is before the first, 2025-01-02', 'nor backwards');
SET ROLE perfeval_publication_viewer;
SELECT is(pg_temp.refused('CALL publish_version(1)'), '42501 role "perfeval_publication_viewer" may not publish', 'nor by everybody');
SET ROLE perfeval_publication_operator;
BEGIN;
CALL publish_version(1, 'www.example.gov.cn', 'scheme of the year 年初公开', '2024-12-31') \gset first_
SELECT is((SELECT count(*) FROM pg_locks WHERE pid = pg_backend_pid() AND locktype = 'advisory' AND classid = 1886676583 AND granted), 1::bigint,
	'one link of the chain at a time');
COMMIT;
CALL publish_version(1, 'elsewhere') \gset again_
SELECT is(:again_publication_id, :first_publication_id, 'it is published once');
SET ROLE perfeval_publication_viewer;
SELECT is_empty('TABLE published_scheme', 'nobody sees it the day before');
SELECT is_empty('TABLE publication_status', 'nor that it will be');
SET test.today = '2024-12-31';
SELECT results_eq($$SELECT scheme, label_zh, number, in_force_from, published_from, place, document::jsonb -> 'tiers' -> 0 ->> 'label_zh' FROM published_scheme$$,
	$$VALUES ('city', '市', 1, date '2025-01-01', date '2024-12-31', 'www.example.gov.cn', '一等')$$, 'then everybody with a grant sees all of it, before it is in force');
SELECT results_eq('SELECT kind, scheme, version, state, takes_objections, published_by, publish_by, days_late FROM publication_status',
	$$VALUES ('scheme', 'city', 1, 'on display', false, NULL, date '2025-01-01', 0)$$, 'and that it is on display, in time');
SELECT is((SELECT hash FROM published_scheme), (SELECT hash FROM scheme_version WHERE version_id = 1), 'with the hash of what was sealed');
RESET ROLE;
SELECT is((SELECT count(*) FROM act WHERE verb = 'publish_version'), 1::bigint, 'what changed nothing leaves no trace');

-- ---- August is assessed in September, and put on display

SET test.today = '2025-09-24';
UPDATE workspace SET publish_within = 15;
-- U1 93, U2 92.4, U3 92, U4 87.22, U5 87.222, U6 99 with a veto, U7 nothing; V1 80 - 2, V2 70.
INSERT INTO reading (subject_id, period_id, item, value, evidence)
SELECT s.subject_id, 2025028, r.item, r.value, r.evidence
FROM (VALUES ('U1', 101, 95, 'report 1'), ('U1', 102, 90, NULL), ('U2', 101, 94, NULL), ('U2', 102, 90, NULL), ('U3', 101, 90, NULL), ('U3', 102, 95, NULL),
	('U4', 101, 85, NULL), ('U4', 102, 90.55, NULL), ('U5', 101, 85.01, NULL), ('U5', 102, 90.54, NULL), ('U6', 101, 99, NULL), ('U6', 102, 99, NULL),
	('V1', 101, 80, NULL), ('V1', 102, 80, NULL), ('V2', 101, 70, NULL), ('V2', 102, 70, NULL)) AS r (unit, item, value, evidence)
	JOIN subject AS s ON s.code = r.unit;
INSERT INTO event (subject_id, period_id, item, office_id, occurred_on, decision, evidence)
SELECT s.subject_id, 2025028, e.item, d.subject_id, '2025-08-14', 'valid', e.evidence
FROM (VALUES ('U6', 104, 'minutes 1'), ('V1', 103, 'letter 7')) AS e (unit, item, evidence) JOIN subject AS s ON s.code = e.unit JOIN subject AS d ON d.code = 'D';
SET ROLE perfeval_publication_operator;
CALL assess('city', '2025-08', 'August') \gset
CALL assess('rounded', '2025-08', 'August') \gset rounded_
SELECT results_eq(format('SELECT subject, score, rank, tier, final, state FROM run_result WHERE run_id = %s ORDER BY group_id, rank', :run_id),
	$$VALUES ('U6', 99.00, 1::bigint, 3, false, 'draft'), ('U1', 93.00, 2, 1, false, 'draft'), ('U2', 92.40, 3, 2, false, 'draft'), ('U3', 92.00, 4, 2, false, 'draft'),
		('U5', 87.22, 5, 2, false, 'draft'), ('U4', 87.22, 6, 3, false, 'draft'), ('U7', NULL, NULL, NULL, false, 'draft'), ('V1', 78.00, 1, 1, false, 'draft'), ('V2', 70.00, 2, 2, false, 'draft')$$,
	'operators see drafts');
SELECT results_eq(format('SELECT subject, flags FROM run_result WHERE run_id = %s AND flags IS NOT NULL', :run_id), $$VALUES ('U6', 'cap_tier')$$, 'and what is to be said of them');
SELECT results_eq(format('SELECT subject, rank FROM run_result WHERE run_id = %s AND rank > 3 ORDER BY group_id, rank, subject', :rounded_run_id),
	$$VALUES ('U3', 4::bigint), ('U4', 5), ('U5', 5)$$, 'ranked by what is rounded, the last two are level');
SET ROLE perfeval_publication_u2;
SELECT is_empty('SELECT FROM run_result', 'units do not');
SELECT is_empty('SELECT FROM result_line', 'nor their lines');
SELECT is_empty('SELECT FROM league_table', 'there is no league table yet');
SELECT is_empty('SELECT FROM run_status', 'nor a run');
SELECT is_empty('SELECT FROM audit_trail', 'and what others did is not theirs to see');
SELECT is(pg_temp.refused(format('CALL publish(%s)', :run_id)), '42501 role "perfeval_publication_u2" may not publish', 'nor do they publish');
SELECT is(pg_temp.refused(format('CALL raise_objection(%s, ''U2'', ''Too low.'')', :run_id)),
	format('P0002 there is no run %s', :run_id), 'what is not on display is not contested, nor told of');
SET ROLE perfeval_publication_stranger;
SELECT is(pg_temp.refused(format('SELECT FROM %I.league_table', :'workspace')) ~ '^42501 permission denied', true, 'without a grant nothing is seen');

SET ROLE perfeval_publication_operator;
SELECT is(pg_temp.refused('CALL publish(NULL)'), 'P0002 there is no run NULL', 'NULL is not published');
SELECT is(pg_temp.refused('CALL publish(999)'), 'P0002 there is no run 999', 'nor a run that is not there');
SELECT is(pg_temp.refused(format('CALL publish(%s, -1)', :run_id)), '22003 objections cannot be taken for -1 working days', 'not less than no days');
SELECT is(pg_temp.refused(format('CALL publish(%s, NULL)', :run_id)), '22003 objections cannot be taken for NULL working days', 'not NULL');
SELECT is(pg_temp.refused(format('CALL publish(%s, 366)', :run_id)), '22003 objections cannot be taken for 366 working days', 'not more than a year');
SELECT is(pg_temp.refused(format('CALL publish(%s, 6, published_to => ''2025-09-30'')', :run_id)),
	format('22023 run %s (scheme "city", period 2025-08) would be on display until 2025-09-30 only, but can be contested until 2025-10-09', :run_id), 'what can be contested is on display');
SELECT is(pg_temp.refused(format('CALL publish(%s, 0, published_from => ''2025-07-31'')', :run_id)),
	format('22023 run %s (scheme "city", period 2025-08) cannot have been published on 2025-07-31: the period had not begun', :run_id), 'not before there was anything to assess');
SELECT is(pg_temp.refused(format('CALL publish(%s, 0, published_from => ''-infinity'')', :run_id)), '22008 nothing is on display from -infinity to no end', 'nor at the beginning of time');
-- For the day after tomorrow.
CALL publish(:run_id, 5, 'notice board 公示栏', 'preliminary', published_from => '2025-09-26') \gset
CALL publish(:run_id, 20) \gset again_
SELECT is(:again_publication_id, :publication_id, 'it is published once');
SELECT results_eq('SELECT published_from, published_to, objections_until FROM publication WHERE kind = ''preliminary''',
	$$VALUES (date '2025-09-26', date '2025-10-10', date '2025-10-10')$$, 'five working days, across eight holidays and a Sunday that is worked');
SELECT results_eq('SELECT kind, state, takes_objections, publish_by, days_late FROM publication_status WHERE run_id IS NOT NULL',
	$$VALUES ('preliminary', 'announced', false, date '2025-09-19', 5)$$, 'announced; five days late');
SET ROLE perfeval_publication_u2;
SELECT is_empty('SELECT FROM run_result', 'before that day a unit does not see it');
SELECT throws_ok($$SELECT * FROM feedback_sheet('U2', '2025-08')$$, 'P0002', 'there is no result of ''U2'' in period ''2025-08''', 'nor has it a feedback sheet');
SELECT is_empty('SELECT FROM league_table', 'nor anybody');
SELECT is(pg_temp.refused(format('CALL raise_objection(%s, ''U2'', ''Too low.'')', :run_id)),
	format('P0002 there is no run %s', :run_id), 'nor contests it');
SELECT is_empty('SELECT FROM publication', 'nor reads of it');
SELECT is_empty($$SELECT FROM lateness WHERE state IS NOT NULL OR assessed_at IS NOT NULL OR published_on IS NOT NULL$$, 'nor that there is a draft of another scheme');
SET ROLE perfeval_publication_operator;
SELECT is(pg_temp.refused(format('CALL finalize(%s)', :run_id)), format('55000 run %s (scheme "city", period 2025-08) is on display from 2025-09-26 on', :run_id), 'nor can it become final');

SET test.today = '2025-09-26';
SET ROLE perfeval_publication_u2;
SELECT results_eq('SELECT subject, score, rank, group_size, tier_label_zh, tier_coefficient, state FROM run_result', $$VALUES ('U2', 92.40, 3::bigint, 6::bigint, '二等', 1.0, 'published')$$,
	'on that day a unit sees itself, with its true rank');
SELECT results_eq('SELECT line_no, path, reading, points FROM result_line ORDER BY line_no', $$VALUES (1::bigint, '/', NULL::numeric, NULL::numeric), (2, '/1', NULL, NULL), (3, '/1/1', 94, 56.4),
	(4, '/1/2', 90, 36), (5, '/2', NULL, NULL), (6, '/2/1', 0, 0), (7, '/limits/1', 0, NULL)$$, 'and its lines');
SELECT is((SELECT count(*) FROM league_table), 8::bigint, 'and the league table');
SELECT results_eq($$SELECT line_no, title, value FROM feedback_sheet('U2', '2025-08') WHERE section = 'result'$$, $$VALUES (1::bigint, 'Score 得分', '92.4'), (2, 'Rank 位次', '3 / 6'), (3, 'Tier 等次', 'middle'), (4, 'State 状态', 'published')$$,
	'S4.20: its feedback sheet says what it came to');
SELECT results_eq($$SELECT line_no, points FROM feedback_sheet('U2', '2025-08', 'city') WHERE section = 'line'$$, 'SELECT line_no, points FROM result_line ORDER BY line_no', 'with its lines');
SELECT throws_ok($$SELECT * FROM feedback_sheet('U4', '2025-08')$$, 'P0002', NULL, 'and nobody else''s');
SET ROLE perfeval_publication_bureau;
SELECT results_eq('SELECT subject, rank FROM run_result ORDER BY subject', $$VALUES ('U4', 6::bigint), ('V1', 1)$$, 'a bureau sees those that it supervises');
SELECT results_eq($$SELECT subject, points, source, evidence FROM result_line JOIN run_result USING (run_id, subject_id) WHERE points < 0$$,
	$$VALUES ('V1', -2::numeric, 'D', 'letter 7')$$, 'with what the deduction rests on');
SELECT results_eq($$SELECT line_no, points, note, evidence FROM feedback_sheet('V1', '2025-08') WHERE section = 'problem'$$, $$VALUES (1::bigint, -2::numeric, 'points were taken 扣分', 'letter 7')$$,
	'a problem is said once, with the line that it stems from');
SELECT results_eq($$SELECT title, value, note FROM feedback_sheet('V1', '2025-08') WHERE section = 'tier'$$,
	$$SELECT cause, concat_ws(' -> ', tier_before, tier_after), cause_zh FROM run_tier_cause JOIN subject USING (subject_id) WHERE code = 'V1' ORDER BY line_no$$, 'and what put it into its tier');
SET ROLE perfeval_publication_viewer;
SELECT is_empty('SELECT FROM run_result', 'a viewer sees no results with all their parts');
SELECT results_eq($$SELECT group_code, rank, subject_name_zh, score, tier_code, provisional FROM league_table WHERE period = '2025-08' AND scheme = 'city'$$,
	$$VALUES ('a', 1::bigint, '单位U6', 99.00, 'C', true), ('a', 2, '单位U1', 93.00, 'A', true), ('a', 3, '单位U2', 92.40, 'B', true), ('a', 4, '单位U3', 92.00, 'B', true), ('a', 5, '单位U5', 87.22, 'B', true),
		('a', 6, '单位U4', 87.22, 'C', true), ('b', 1, '单位V1', 78.00, 'A', true), ('b', 2, '单位V2', 70.00, 'B', true)$$, 'but the league table, in its order');
SELECT results_eq('SELECT state, current, subjects, groups, assessed_by, reason, open_objections FROM run_status', $$VALUES ('published', true, 9::bigint, 2::bigint, NULL, NULL, 0::bigint)$$,
	'and that there is a run, not who made it');
RESET ROLE;
CREATE TEMP TABLE as_assessed AS SELECT * FROM result;

-- ---- objections

SET ROLE perfeval_publication_u2;
SELECT is(pg_temp.refused(format('CALL raise_objection(%s, ''U3'', ''Too high.'')', :run_id)), '42501 role "perfeval_publication_u2" may not raise an objection', 'a unit does not speak for another');
SELECT is(pg_temp.refused(format('CALL raise_objection(%s, ''U9'', ''Too high.'')', :run_id)), '42501 role "perfeval_publication_u2" may not raise an objection', 'nor for nobody');
SELECT is(pg_temp.refused('CALL raise_objection(999, ''U2'', ''Too low.'')'), 'P0002 there is no run 999', 'not to no run');
SELECT is(pg_temp.refused(format('CALL raise_objection(%s, ''U2'', '' '')', :run_id)), '22004 an objection needs a statement', 'not without a word');
SELECT is(pg_temp.refused(format('CALL raise_objection(%s, ''U2'', NULL)', :run_id)), '22004 an objection needs a statement', 'nor with NULL');
SELECT is(pg_temp.refused(format('CALL raise_objection(%s, ''U2'', ''Too low.'', node => 13)', :run_id)), 'P0002 the rubric of subject ''U2'' has no node 13', 'nor to a node that is not there');
CALL raise_objection(:run_id, 'U2', 'The visits of July count.', 'file 12', node => 11) \gset u2_
CALL raise_objection(:run_id, 'U2', 'The visits of July count.', 'file 12', node => 11) \gset again_
SELECT is(:again_objection_id, :u2_objection_id, 'the same once more is the same objection');
CALL raise_objection(:run_id, 'U2', 'And something else.') \gset other_
SET ROLE perfeval_publication_u3;
CALL raise_objection(:run_id, 'U3', 'Ninety-five is wrong.', node => 12) \gset u3_
SELECT results_eq('SELECT subject, path, statement, raised_by, due_on, state, days_left, overdue FROM objection_status',
	$$VALUES ('U3', '/1/2', 'Ninety-five is wrong.', 'perfeval_publication_u3', date '2025-10-16', 'open', 10, false)$$,
	'ten working days, across the holidays, with their make-up days; a unit sees its own');
SELECT is(pg_temp.refused(format('CALL withdraw_objection(%s)', :u2_objection_id)), '42501 role "perfeval_publication_u3" may not withdraw this objection', 'another unit does not withdraw it');
SET ROLE perfeval_publication_bureau;
CALL raise_objection(:run_id, 'U4', 'For our unit.') \gset bureau_
SELECT is((SELECT string_agg(subject, ',') FROM objection_status), 'U4', 'a bureau objects for those it supervises, and sees theirs');
SET ROLE perfeval_publication_viewer;
SELECT is(pg_temp.refused(format('CALL raise_objection(%s, ''U2'', ''Too low.'')', :run_id)), '42501 role "perfeval_publication_viewer" may not raise an objection', 'a viewer does not object');
SELECT is_empty('SELECT FROM objection_status', 'nor see what others said');
SET ROLE perfeval_publication_operator;
SELECT is(pg_temp.refused(format('CALL withdraw_objection(%s)', :u2_objection_id)),
	format('42501 objection %s was raised by "perfeval_publication_u2", not by "perfeval_publication_operator"', :u2_objection_id), 'nor does the office make an objection disappear');
SELECT is(pg_temp.refused('CALL withdraw_objection(0)'), 'P0002 there is no objection 0', 'what is not there is not withdrawn');
SET ROLE perfeval_publication_u2_person;
CALL withdraw_objection(:other_objection_id, 'settled by telephone');
CALL withdraw_objection(:other_objection_id);
SET ROLE perfeval_publication_auditor;
SELECT results_eq(format('SELECT state, answer, answered_by FROM objection_status WHERE objection_id = %s', :other_objection_id),
	$$VALUES ('withdrawn', 'settled by telephone', 'perfeval_publication_u2_person')$$, 'who raised it withdraws it: whoever acts as that role');
SELECT is(pg_temp.refused(format('CALL answer_objection(%s, ''upheld'', ''Yes.'')', :u2_objection_id)), '42501 role "perfeval_publication_auditor" may not answer an objection', 'an auditor answers none');
SET ROLE perfeval_publication_operator;
SELECT is(pg_temp.refused('CALL answer_objection(0, ''upheld'', ''Yes.'')'), 'P0002 there is no objection 0', 'no answer to what is not there');
SELECT is(pg_temp.refused(format('CALL answer_objection(%s, ''maybe'', ''Yes.'')', :u2_objection_id)), '22023 an objection cannot be answered as ''maybe''', 'upheld or rejected');
SELECT is(pg_temp.refused(format('CALL answer_objection(%s, ''withdrawn'', ''Yes.'')', :u2_objection_id)), '22023 an objection cannot be answered as ''withdrawn''', 'not withdrawn by those who answer');
SELECT is(pg_temp.refused(format('CALL answer_objection(%s, NULL, ''Yes.'')', :u2_objection_id)), '22023 an objection cannot be answered as NULL', 'not NULL');
SELECT is(pg_temp.refused(format('CALL answer_objection(%s, ''rejected'', '' '')', :u2_objection_id)), '22004 an objection that is rejected needs an answer', 'with reasons');
SELECT is(pg_temp.refused(format('CALL answer_objection(%s, ''rejected'', ''No.'', %s)', :u2_objection_id, :run_id)), '22023 an objection that is rejected has no corrected run', 'and nothing is corrected then');
SELECT is(pg_temp.refused(format('CALL answer_objection(%s, ''upheld'', ''Yes.'', %s)', :u2_objection_id, :run_id)),
	format('22023 run %1$s (scheme "city", period 2025-08) does not correct what objection %2$s contests: run %1$s (scheme "city", period 2025-08)', :run_id, :u2_objection_id), 'a run does not correct itself');
SELECT is(pg_temp.refused(format('CALL answer_objection(%s, ''upheld'', ''Yes.'', %s)', :u2_objection_id, :rounded_run_id)) ~ '^22023 run .* does not correct', true, 'nor a run of another scheme');
SELECT is(pg_temp.refused(format('CALL answer_objection(%s, ''rejected'', ''No.'')', :other_objection_id)), format('55000 objection %s is withdrawn already', :other_objection_id), 'what is withdrawn needs no answer');
CALL answer_objection(:bureau_objection_id, 'rejected', 'The numbers are right.');
CALL answer_objection(:bureau_objection_id, 'rejected', 'The numbers are right.');
SELECT is(pg_temp.refused(format('CALL answer_objection(%s, ''upheld'', ''Or not.'')', :bureau_objection_id)), format('55000 objection %s is rejected already', :bureau_objection_id), 'there is one answer');
SET ROLE perfeval_publication_bureau;
SELECT is(pg_temp.refused(format('CALL withdraw_objection(%s)', :bureau_objection_id)), format('55000 objection %s is answered already', :bureau_objection_id), 'and what is answered is not withdrawn');
RESET ROLE;
SELECT is(pg_temp.refused(format('UPDATE objection SET statement = ''well'' WHERE objection_id = %s', :u2_objection_id)),
	format('55000 objection %s is not changed or deleted: it is open', :u2_objection_id), 'the owner does not put words into mouths');
SELECT is(pg_temp.refused(format('UPDATE objection SET answer = ''well'' WHERE objection_id = %s', :bureau_objection_id)),
	format('55000 objection %s is not changed or deleted: it is rejected', :bureau_objection_id), 'nor change an answer');
SELECT is(pg_temp.refused(format('DELETE FROM objection WHERE objection_id = %s', :u2_objection_id)),
	format('55000 objection %s is not changed or deleted: it is open', :u2_objection_id), 'nor delete an objection');
SELECT is(pg_temp.refused('TRUNCATE objection') ~ '^55000 ', true, 'nor all of them');

-- ---- adjustments

SET ROLE perfeval_publication_u2;
SELECT is(pg_temp.refused(format('CALL adjust(%s, ''U2'', 1, ''ours'')', :run_id)), '42501 role "perfeval_publication_u2" may not adjust', 'a unit does not adjust itself');
SET ROLE perfeval_publication_operator;
SELECT is(pg_temp.refused(format('CALL adjust(%s, ''U2'', %s, ''x'')', :run_id, p)), format('22003 an adjustment cannot be %s points', p), 'not ' || p)
FROM unnest('{0,0.001,1000000000000,-1000000000000}'::text[]) AS p;
SELECT is(pg_temp.refused(format('CALL adjust(%s, ''U2'', %L, ''x'')', :run_id, p)), format('22003 an adjustment cannot be %s points', p), 'not ' || p)
FROM unnest('{NaN,Infinity,-Infinity}'::text[]) AS p;
SELECT is(pg_temp.refused(format('CALL adjust(%s, ''U2'', NULL, ''x'')', :run_id)), '22003 an adjustment cannot be NULL points', 'not NULL');
SELECT is(pg_temp.refused(format('CALL adjust(%s, ''U2'', 1, '''')', :run_id)), '22004 an adjustment needs a reason', 'not for nothing');
SELECT is(pg_temp.refused(format('CALL adjust(%s, ''U7'', 1, ''x'')', :run_id)), format('P0002 subject ''U7'' has no score in run %s (scheme "city", period 2025-08)', :run_id), 'not of what there is none');
SELECT is(pg_temp.refused(format('CALL adjust(%s, ''U9'', 1, ''x'')', :run_id)), 'P0002 there is no subject ''U9''', 'not of nobody');
SELECT is(pg_temp.refused('CALL adjust(999, ''U2'', 1, ''x'')'), 'P0002 there is no run 999', 'not in no run');
SELECT is(pg_temp.refused(format('CALL adjust(%s, ''U2'', 1, ''x'', objection_id => %s)', :run_id, :u3_objection_id)),
	format('22023 objection %s is not about subject ''U2'' in run %s (scheme "city", period 2025-08)', :u3_objection_id, :run_id), 'not for what another said');
SELECT is(pg_temp.refused(format('CALL adjust(%s, ''U4'', 1, ''x'', objection_id => %s)', :run_id, :bureau_objection_id)),
	format('55000 objection %s is rejected: nothing is adjusted for it', :bureau_objection_id), 'nor for what was rejected');

CALL adjust(:run_id, 'U2', 0.7, 'visits of July', 'file 12', :u2_objection_id) \gset u2_
CALL adjust(:run_id, 'U2', 0.7, 'visits of July', 'file 12', :u2_objection_id) \gset again_
SELECT is(:again_adjustment_id, :u2_adjustment_id, 'the same once more is the same adjustment');
CALL answer_objection(:u2_objection_id, 'upheld', 'Seven tenths of a point.');
CALL adjust(:run_id, 'U4', 0.01, 'a hundredth') \gset u4_
CALL adjust(:run_id, 'U6', 0.5, 'a veto stays one') \gset u6_
CALL adjust(:rounded_run_id, 'U4', 0.01, 'a hundredth') \gset rounded_
-- U2 93.1 is before U1 93 and takes its seat in the first tier; U4 87.23 is before U5 87.222; U6 stays in the last tier.
SELECT results_eq(format('SELECT subject, assessed_score, adjustment, score, assessed_rank, rank, assessed_tier, tier, tier_capped FROM run_result WHERE run_id = %s AND group_id = 1 AND rank IS NOT NULL ORDER BY rank', :run_id),
	$$VALUES ('U6', 99.00, 0.5, 99.50, 1::bigint, 1::bigint, 3, 3, true), ('U2', 92.40, 0.7, 93.10, 3, 2, 2, 1, false), ('U1', 93.00, 0, 93.00, 2, 3, 1, 2, false), ('U3', 92.00, 0, 92.00, 4, 4, 2, 2, false),
		('U4', 87.22, 0.01, 87.23, 6, 5, 3, 2, false), ('U5', 87.22, 0, 87.22, 5, 6, 2, 3, false)$$, 'ranks and tiers of the group follow; a veto stays');
SELECT results_eq(format('SELECT subject, score, rank FROM run_result WHERE run_id = %s AND rank > 3 AND group_id = 1 ORDER BY rank', :rounded_run_id),
	$$VALUES ('U3', 92.00, 4::bigint), ('U4', 87.23, 5), ('U5', 87.22, 6)$$, 'by rounded scores as well');
SELECT is_empty(format('SELECT a.subject_id FROM adjusted_result AS a JOIN result AS r USING (subject_id, run_id) WHERE a.run_id = %s AND r.group_id = 2', :run_id), 'the other group is as it was');
SET ROLE perfeval_publication_u2;
SELECT results_eq('SELECT line_no, kind, points, note, evidence, recorded_by FROM result_line WHERE line_no > 7',
	$$VALUES (8::bigint, 'adjustment', 0.7, 'visits of July', 'file 12', 'perfeval_publication_operator')$$, 'the adjustment is a line of its own, with reason, evidence and name');
SELECT is((SELECT adjustment FROM objection_status WHERE state = 'upheld'), 0.7, 'and beside the objection that it answers');

SET ROLE perfeval_publication_operator;
SELECT is(pg_temp.refused('CALL cancel_adjustment(0, ''x'')'), 'P0002 there is no adjustment 0', 'nothing is taken back that is not there');
SELECT is(pg_temp.refused(format('CALL cancel_adjustment(%s, '''')', :u4_adjustment_id)), '22004 taking back an adjustment needs a reason', 'nor without a reason');
CALL cancel_adjustment(:u4_adjustment_id, 'wrong row') \gset
CALL cancel_adjustment(:u4_adjustment_id, 'wrong row') \gset again_
SELECT is(:again_cancelled_by, :cancelled_by, 'it is taken back once');
SELECT is(pg_temp.refused(format('CALL cancel_adjustment(%s, ''x'')', :cancelled_by)), format('22023 adjustment %s takes back another one, and is not taken back itself', :cancelled_by), 'and that is not taken back');
SELECT results_eq(format($$SELECT subject, adjustment, score, rank FROM run_result WHERE run_id = %s AND subject IN ('U4', 'U5') ORDER BY rank$$, :run_id),
	$$VALUES ('U5', 0::numeric, 87.22, 5::bigint), ('U4', 0, 87.22, 6)$$, 'the ranks are those from before');
SELECT results_eq(format('SELECT line_no, points, note, cancels = %s FROM result_line AS l JOIN subject USING (subject_id) WHERE run_id = %s AND code = ''U4'' AND l.kind = ''adjustment'' ORDER BY line_no', :u4_adjustment_id, :run_id),
	$$VALUES (8::bigint, 0.01, 'a hundredth', NULL), (9, -0.01, 'wrong row', true)$$, 'both lines are there');
CALL adjust(:run_id, 'U4', 0.01, 'a hundredth') \gset anew_
SELECT isnt(:anew_adjustment_id, :u4_adjustment_id, 'what was taken back can be given anew');
CALL cancel_adjustment(:anew_adjustment_id, 'or not') \gset
RESET ROLE;
SELECT is(pg_temp.refused(format('%s adjustment%s', v, w)) ~ '^55000 ', true, 'the owner does not ' || v || ' an adjustment')
FROM (VALUES ('UPDATE', ' SET points = 9'), ('DELETE FROM', ''), ('TRUNCATE', ' CASCADE')) AS x (v, w);
CREATE TEMP VIEW sums AS SELECT r.run_id, r.subject, r.score, sum(l.points) AS points
FROM run_result AS r LEFT JOIN result_line AS l ON l.run_id = r.run_id AND l.subject_id = r.subject_id GROUP BY r.run_id, r.subject_id, r.subject, r.score;
SELECT is_empty('SELECT * FROM sums WHERE points IS DISTINCT FROM score', 'all lines of each result add up to its score');
SELECT set_eq('TABLE result', 'TABLE as_assessed', 'the results themselves are as they were assessed');

-- ---- the clocks run in working days

SET session_replication_role = replica;
UPDATE objection SET raised_at = '2025-09-26 10:00+08';
UPDATE objection SET answered_at = '2025-10-17 10:00+08' WHERE answered_at IS NOT NULL;
RESET session_replication_role;
SET ROLE perfeval_publication_auditor;
SET test.today = '2025-10-09';
SELECT results_eq(format('SELECT days_taken, days_left, overdue, late FROM objection_status WHERE objection_id = %s', :u3_objection_id), 'VALUES (4, 6, false, false)', 'after the holidays four days have gone');
SELECT results_eq('SELECT takes_objections, days_left, state FROM publication_status WHERE run_id IS NOT NULL', $$VALUES (true, 1, 'on display')$$, 'and one is left to object');
SET test.today = '2025-10-16';
SELECT results_eq(format('SELECT days_taken, days_left, overdue, late FROM objection_status WHERE objection_id = %s', :u3_objection_id), 'VALUES (10, 0, false, false)', 'the tenth day');
SET test.today = '2025-10-20';
SELECT results_eq(format('SELECT days_taken, days_left, overdue, late FROM objection_status WHERE objection_id = %s', :u3_objection_id), 'VALUES (12, -2, true, true)', 'two days over');
SELECT results_eq(format('SELECT days_taken, days_left, overdue, late FROM objection_status WHERE objection_id = %s', :bureau_objection_id), 'VALUES (11, NULL::integer, false, true)', 'answered a day late');
SELECT results_eq(format('SELECT objections, open_objections, overdue_objections, adjustments FROM run_status WHERE run_id = %s', :run_id), 'VALUES (4::bigint, 1::bigint, 1::bigint, 6::bigint)', 'run_status counts them');
SELECT results_eq($$SELECT module, rows, open FROM module_status WHERE module IN ('runs', 'publications', 'objections') ORDER BY position$$,
	$$VALUES ('runs', 2::bigint, 2::bigint), ('publications', 2, 1), ('objections', 4, 1)$$, 'so does the board');
SELECT results_eq($$SELECT scheme, state, published_on, finalized_on, publish_by, days_late FROM lateness WHERE period = '2025-08' ORDER BY scheme$$,
	$$VALUES ('city', 'published', date '2025-09-26', NULL::date, date '2025-09-19', 5), ('rounded', 'draft', NULL, NULL, date '2025-09-19', 17)$$, 'and what is late is told');
SET ROLE perfeval_publication_u3;
SELECT is(pg_temp.refused(format('CALL raise_objection(%s, ''U3'', ''Late.'')', :run_id)),
	format('55000 run %s (scheme "city", period 2025-08) takes objections from 2025-09-26 until 2025-10-10', :run_id), 'after the last day there are no more objections');

-- ---- U3 was right: the fact is corrected, assessed and published again

RESET ROLE;
INSERT INTO reading (subject_id, period_id, item, value, evidence) SELECT subject_id, 2025028, 102, 96, 'recount' FROM subject WHERE code = 'U3';
SET ROLE perfeval_publication_operator;
SELECT is(pg_temp.refused(format('CALL finalize(%s)', :run_id)), format('55000 run %s (scheme "city", period 2025-08) cannot become final: objections without an answer: 1', :run_id),
	'not final while an objection is open');
CALL assess('city', '2025-08', 'recount') \gset second_
CALL rerun(:run_id) \gset
SELECT is(pg_temp.refused(format('CALL publish(%s)', :new_run)), format('55000 run %s (scheme "city", period 2025-08) cannot be published: it is a rerun', :new_run), 'a rerun is not published');
SELECT is(pg_temp.refused(format('CALL adjust(%s, ''U2'', 1, ''x'')', :new_run)), format('55000 run %s (scheme "city", period 2025-08) cannot be adjusted: it is a rerun', :new_run), 'nor adjusted');
CALL carry_adjustments(:run_id, :second_run_id) \gset
CALL publish(:second_run_id, 3, 'notice board 公示栏', 'corrected', published_from => '2025-10-22') \gset second_
SET ROLE perfeval_publication_viewer;
SELECT is((SELECT DISTINCT run_id FROM league_table), :run_id, 'until its day the first one counts');
SET test.today = '2025-10-22';
SELECT results_eq('SELECT DISTINCT run_id, published_from FROM league_table', format('VALUES (%s, date ''2025-10-22'')', :second_run_id), 'then the second one does');
SELECT results_eq('SELECT run_id, superseded_by, state FROM publication_status WHERE kind = ''preliminary'' ORDER BY publication_id',
	format($$VALUES (%s, %s, 'superseded'), (%s, NULL, 'on display')$$, :run_id, :second_run_id, :second_run_id), 'and the first is superseded');
SET ROLE perfeval_publication_u3;
SELECT results_eq('SELECT run_id, score, rank, superseded_by FROM run_result ORDER BY run_id',
	format('VALUES (%s, 92.00, 4::bigint, %s), (%s, 92.40, 4, NULL)', :run_id, :second_run_id, :second_run_id), 'its unit sees both');
SET ROLE perfeval_publication_operator;
CALL answer_objection(:u3_objection_id, 'upheld', 'Counted anew.', :second_run_id);
SELECT is(pg_temp.refused(format('CALL %s', c)), format('55000 run %s (scheme "city", period 2025-08) %s it is superseded by run %s', :run_id, w, :second_run_id), 'the first run: ' || c)
FROM (VALUES (format('publish(%s)', :run_id), 'cannot be published:'), (format('adjust(%s, ''U2'', 1, ''x'')', :run_id), 'cannot be adjusted:'),
	(format('raise_objection(%s, ''U2'', ''x'')', :run_id), 'takes no objections:'), (format('finalize(%s)', :run_id), 'cannot become final:')) AS x (c, w);

-- ---- final

SELECT is(pg_temp.refused(format('CALL finalize(%s)', :second_run_id)), format('55000 run %s (scheme "city", period 2025-08) takes objections until 2025-10-27', :second_run_id), 'not while objections are taken');
SET test.today = '2025-10-28';
CALL finalize(:second_run_id, 'minutes 12', 'www.example.gov.cn') \gset
SELECT is(pg_temp.refused(format('CALL adjust(%s, ''U2'', 1, ''x'')', :second_run_id)), format('55000 run %s (scheme "city", period 2025-08) cannot be adjusted: it is final', :second_run_id), 'what is final is not adjusted');
SELECT is(pg_temp.refused(format('CALL cancel_adjustment(%s, ''x'')', adjustment_id)), format('55000 run %s (scheme "city", period 2025-08) cannot be adjusted: it is final', :second_run_id), 'nor are adjustments taken back')
FROM result_line WHERE run_id = :second_run_id AND kind = 'adjustment' ORDER BY adjustment_id LIMIT 1;
SELECT is(pg_temp.refused(format('CALL raise_objection(%s, ''U2'', ''x'')', :second_run_id)), format('55000 run %s (scheme "city", period 2025-08) takes no objections: it is final', :second_run_id), 'nor contested');
SET ROLE perfeval_publication_viewer;
SELECT results_eq('SELECT rank, subject, score, adjustment, tier_code, provisional FROM league_table WHERE group_code = ''a''',
	$$VALUES (1::bigint, 'U6', 99.50, 0.5, 'C', false), (2, 'U2', 93.10, 0.7, 'A', false), (3, 'U1', 93.00, 0, 'B', false), (4, 'U3', 92.40, 0, 'B', false), (5, 'U5', 87.22, 0, 'B', false), (6, 'U4', 87.22, 0, 'C', false)$$,
	'the last word on August');
RESET ROLE;
SELECT is_empty('SELECT * FROM sums WHERE points IS DISTINCT FROM score', 'lines still add up');
SELECT set_eq(format('SELECT * FROM result WHERE run_id IN (%s, %s)', :run_id, :rounded_run_id), 'TABLE as_assessed', 'and what was assessed is as it was');
SET ROLE perfeval_publication_auditor;
SELECT is((SELECT string_agg(verb, ',' ORDER BY act_id) FROM audit_trail WHERE verb ~ 'publish|objection|adjust|finalize'),
	'publish_version,publish,raise_objection,raise_objection,raise_objection,raise_objection,withdraw_objection,answer_objection,adjust,answer_objection,adjust,adjust,adjust,'
	|| 'cancel_adjustment,adjust,cancel_adjustment,carry_adjustments,publish,answer_objection,finalize', 'the trail has each step, once');
RESET ROLE;
SET test.today = '2025-11-03';
UPDATE workspace SET answer_within = 3;
SET ROLE perfeval_publication_clerk;
CALL publish(:rounded_run_id, 2) \gset
CALL raise_objection(:rounded_run_id, 'V2', 'By telephone.') \gset clerk_
SELECT is((SELECT due_on FROM objection_status WHERE objection_id = :clerk_objection_id), date '2025-11-06', 'the term is the workspace''s');
CALL withdraw_objection(:clerk_objection_id);
SELECT is((SELECT state FROM objection_status WHERE objection_id = :clerk_objection_id), 'withdrawn', 'who took it down can withdraw it');
RESET ROLE;

-- ---- what was corrected, or adjusted in a draft, is not lost on the way

SET ROLE perfeval_publication_operator;
CALL raise_objection(:rounded_run_id, 'U3', 'A recount.') \gset recount_
CALL assess('rounded', '2025-08', 'recount') \gset draft_
CALL adjust(:draft_run_id, 'U3', -1, 'late report') \gset
CALL answer_objection(:recount_objection_id, 'upheld', 'Counted anew.', :draft_run_id);
SET test.today = '2025-11-06';
SELECT is(pg_temp.refused(format('CALL finalize(%s)', :rounded_run_id)), format('55000 run %s (scheme "rounded", period 2025-08) cannot become final: an objection was upheld, and run %s corrects it',
	:rounded_run_id, :draft_run_id), 'what was found to be wrong does not become final');
RESET ROLE;
INSERT INTO reading (subject_id, period_id, item, value, evidence) SELECT subject_id, 2025028, 102, 71, 'recount' FROM subject WHERE code = 'U1';
SET ROLE perfeval_publication_operator;
CALL assess('rounded', '2025-08', 'another recount') \gset next_
SELECT is(pg_temp.refused(format('CALL publish(%s)', :next_run_id)), format('55000 run %s (scheme "rounded", period 2025-08) would leave adjustments of run %s behind: U3 -1',
	:next_run_id, :draft_run_id), 'nor is the adjustment of a draft left behind');
CALL carry_adjustments(:draft_run_id, :next_run_id) \gset
CALL carry_adjustments(:rounded_run_id, :next_run_id) \gset published_
SELECT is(ARRAY[:carried, :published_carried], '{1,1}', 'both are carried over, that of the draft and that of the published run');
CALL publish(:next_run_id, 0) \gset
CALL finalize(:next_run_id) \gset
SELECT is((SELECT state FROM run_status WHERE run_id = :next_run_id), 'final', 'a run assessed since becomes final');
RESET ROLE;

-- ---- what is announced for tomorrow leaves what is on display today as it is

INSERT INTO reading (subject_id, period_id, item, value) SELECT subject_id, 2025029, 101, 80 FROM subject WHERE code IN ('U1', 'U2', 'U3');
SET ROLE perfeval_publication_operator;
CALL assess('rounded', '2025-09') \gset shown_
CALL publish(:shown_run_id, 10) \gset
RESET ROLE;
INSERT INTO reading (subject_id, period_id, item, value) SELECT subject_id, 2025029, 101, 81 FROM subject WHERE code = 'U3';
SET ROLE perfeval_publication_operator;
CALL assess('rounded', '2025-09', 'corrected') \gset
CALL publish(:run_id, 10, published_from => '2025-11-07') \gset
SET ROLE perfeval_publication_u2;
SELECT results_eq($$SELECT run_id, current, superseded_by FROM run_status WHERE period = '2025-09'$$, format('VALUES (%s, true, NULL::integer)', :shown_run_id), 'it counts, and nothing has taken its place');
SELECT results_eq($$SELECT run_id, superseded_by FROM run_result WHERE period = '2025-09'$$, format('VALUES (%s, NULL::integer)', :shown_run_id), 'its results too');
SELECT results_eq($$SELECT run_id, state, superseded_by, takes_objections FROM publication_status WHERE period = '2025-09'$$,
	format('VALUES (%s, %L, NULL::integer, true)', :shown_run_id, 'on display'), 'it is on display, and takes objections');
CALL raise_objection(:shown_run_id, 'U2', 'Too low.') \gset
SET test.today = '2025-11-07';
SELECT results_eq($$SELECT run_id, current, superseded_by FROM run_status WHERE period = '2025-09' ORDER BY run_id$$,
	format('VALUES (%s, false, %s), (%2$s, true, NULL)', :shown_run_id, :run_id), 'the next day the other one counts');
SELECT is(pg_temp.refused(format('CALL raise_objection(%s, ''U2'', ''Still too low.'')', :shown_run_id)),
	format('55000 run %s (scheme "rounded", period 2025-09) takes no objections: it is superseded by run %s', :shown_run_id, :run_id), 'and takes the objections');
SET ROLE perfeval_publication_operator;
SELECT is(pg_temp.refused(format('CALL finalize(%s)', :run_id)), format('55000 run %s (scheme "rounded", period 2025-09) cannot become final: objections without an answer: 1', :run_id), 'that of the day before is to be answered');
RESET ROLE;

-- ---- a question about one run, group or subject is asked of their rows alone

CREATE FUNCTION pg_temp.plan(question text) RETURNS jsonb LANGUAGE plpgsql AS $$ DECLARE plan jsonb; BEGIN EXECUTE 'EXPLAIN (FORMAT json) ' || question INTO plan; RETURN plan; END $$;
SELECT ok((SELECT count(*) > 0 AND bool_and(c.cond ~ 'run_id = 1' AND c.cond ~ x.wanted)
	FROM jsonb_path_query(pg_temp.plan('SELECT * FROM ' || x.question), 'strict $.** ? (@."Relation Name" == "result" && @."Alias" == "r")') AS n,
		LATERAL (SELECT concat_ws(' ', n ->> 'Index Cond', n ->> 'Filter', n ->> 'Recheck Cond') AS cond) AS c), x.question)
FROM (VALUES ('run_result WHERE run_id = 1 AND group_id = 2', 'group_id = 2'), ('run_result WHERE run_id = 1 AND subject_id = 2', 'subject_id = .?2'),
	('result_line WHERE run_id = 1 AND subject_id = 2', 'subject_id = .?2'), ('result_line WHERE run_id = 1 AND group_id = 2', 'group_id = 2')) AS x (question, wanted);

SELECT * FROM finish();
CALL perfeval.drop_workspace(:'workspace', :'workspace', force => true);
SELECT format('DROP OWNED BY %I CASCADE', rolname) FROM pg_roles WHERE rolname LIKE 'perfeval_publication_%' \gexec
SELECT format('DROP ROLE %I', rolname) FROM pg_roles WHERE rolname LIKE 'perfeval_publication_%' \gexec
