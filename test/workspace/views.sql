-- Views on standings, their lines and the facts, against values worked out by hand.
\set workspace '考核 "it''s" 50% views'
SET client_min_messages = warning;
DROP SCHEMA IF EXISTS :"workspace" CASCADE;
CALL perfeval.create_workspace(:'workspace', time_zone => 'Asia/Shanghai');
SET search_path = :"workspace", perfeval, public;
SELECT plan(40);

-- Four units in group a, one in b. Base: 60 % fulfilment (given, to 100), 40 % service (95 or more is full, 10 less for each point below).
-- A coefficient multiplies it; complaints take 2 off each, 5 at most; awards add their points, 3 at most.
CALL add_year(2025, 'month');
INSERT INTO "grouping" (grouping_id, code, label) VALUES (1, 'g', 'G');
INSERT INTO subject_group (group_id, grouping_id, code, label, label_zh) VALUES (1, 1, 'a', 'A', '甲'), (2, 1, 'b', 'B', '乙');
INSERT INTO subject (subject_id, code, name, name_zh, kind) VALUES (1, 'U1', 'Unit 1', '单位一', 'institution'), (2, 'U2', 'Unit 2', '单位二', 'institution'),
    (3, 'U3', 'Unit 3', '单位三', 'institution'), (4, 'U4', 'Unit 4', '单位四', 'institution'), (5, 'U5', 'Unit 5', '单位五', 'institution'),
    (90, 'O1', 'Office 1', '一处', 'department'), (91, 'O2', 'Office 2', '二处', 'department');
INSERT INTO group_member (subject_id, grouping_id, group_id) SELECT i, 1, 1 + i / 5 FROM generate_series(1, 5) AS i;
INSERT INTO source (source_id, code, label) VALUES (1, 'bureau', 'Bureau of statistics');
INSERT INTO indicator (item, code, name, name_zh, fact, roll_up, perspective, owner_id, pending_of) VALUES
    (101, 'ful', 'Fulfilment', '履行率', 'reading', 'mean', 'process', 90, NULL), (102, 'srv', 'Service', '服务', 'reading', 'min', 'customer', 91, NULL),
    (103, 'coef', 'Coefficient', '系数', 'reading', 'last', NULL, 90, NULL), (104, 'cmp', 'Complaints', '投诉', 'event', 'sum', 'customer', 90, NULL),
    (105, 'awd', 'Awards', '表彰', 'event', 'sum', NULL, 90, NULL), (106, 'open', 'Open complaints', '未决投诉', 'event', 'sum', NULL, 90, 104),
    (107, 'acc', 'Accidents', '事故', 'event', 'sum', NULL, 90, NULL);
INSERT INTO posting_right VALUES (104, 90), (105, 90), (107, 90);
INSERT INTO scheme (scheme_id, code, label, grouping_id) VALUES (1, 'city', 'City', 1);
INSERT INTO scheme_version (version_id, scheme_id, number, in_force_from, round_at, round_digits, round_mode, rank_basis, capped_seat, ties, tie_chain)
VALUES (1, 1, 1, '2025-01-01', 'final', 2, 'half_up', 'unrounded', 'kept', 'expand', '{}');
INSERT INTO node (version_id, node, parent, position, part, spec) VALUES
    (1, 0, NULL, 1, NULL, '{"rule": "sum", "missing": "strict"}'),
    (1, 1, 0, 1, 'coefficient', '{"rule": "coefficient", "coefficient": {"item": 103}, "low": 0.5, "high": 1.5, "max_points": null, "otherwise": 1}'),
    (1, 2, 1, 1, 'base', '{"rule": "weighted_mean", "missing": "impute:50"}'),
    (1, 11, 2, 1, NULL, '{"rule": "given", "item": 101, "weight": 0.6, "min": 0, "max": 100, "label": "Fulfilment 履行率"}'),
    (1, 12, 2, 2, NULL, '{"rule": "threshold", "item": 102, "weight": 0.4, "target": 95, "full_points": 100, "penalty": 10, "step": 1, "mode": "linear", "min_points": 0, "better": "higher"}'),
    (1, 3, 0, 2, 'deductions', '{"rule": "deductions", "missing": "zero", "cap_total": null}'),
    (1, 31, 3, 1, NULL, '{"rule": "awards", "item": 104, "points": 2, "cap_award": null, "cap_kind": null, "cap": 5}'),
    (1, 4, 0, 3, 'bonus', '{"rule": "bonus", "missing": "zero", "cap_total": 3}'),
    (1, 41, 4, 1, NULL, '{"rule": "awards", "item": 105, "points": 1, "cap_award": null, "cap_kind": null}'),
    (1, 90, NULL, 1, NULL, '{"rule": "limit", "item": 107, "ge": 1, "effect": "cap_tier", "tier": 3}');
INSERT INTO tier (version_id, tier, code, label, label_zh, share, bound, preference) VALUES
    (1, 1, 'A', 'top', '一等', 0.25, 'exact', 1), (1, 2, 'B', 'middle', '二等', 0.5, 'exact', 2), (1, 3, 'C', 'low', '三等', 0.25, 'exact', 3);
CALL seal_version(1);

INSERT INTO reading (subject_id, period_id, item, value, source_id, evidence, recorded_by, recorded_at) VALUES
    (1, 2025001, 101, 90, 1, 'doc 1', 'anna', '2025-07-01 00:00+08'), (1, 2025001, 102, 95, 1, NULL, 'anna', '2025-07-01 00:00+08'), (1, 2025001, 103, 1.1, NULL, NULL, 'anna', '2025-07-01 00:00+08'),
    (2, 2025001, 101, 80, 1, 'doc 2', 'anna', '2025-07-01 00:00+08'), (2, 2025001, 102, 90, 1, NULL, 'anna', '2025-07-01 00:00+08'), (2, 2025001, 103, 1, NULL, NULL, 'anna', '2025-07-01 00:00+08'),
    (3, 2025001, 101, 100, 1, NULL, 'anna', '2025-07-01 00:00+08'), (3, 2025001, 103, 1, NULL, NULL, 'anna', '2025-07-01 00:00+08'),
    (4, 2025001, 101, 70, 1, NULL, 'anna', '2025-07-01 00:00+08'), (4, 2025001, 102, 100, 1, NULL, 'anna', '2025-07-01 00:00+08'), (4, 2025001, 103, 0.9, NULL, NULL, 'anna', '2025-07-01 00:00+08'),
    (2, 2025001, 101, 85, 1, 'doc 3', 'bert', '2025-07-02 00:00+08');
INSERT INTO reading (subject_id, period_id, item, status) VALUES (5, 2025001, 101, 'exempt'), (5, 2025001, 103, 'missing');
INSERT INTO event (subject_id, period_id, item, office_id, occurred_on, quantity, decision, evidence, posted_by) VALUES
    (1, 2025001, 104, 90, '2025-03-01', 1, 'valid', 'letter', 'carl'), (4, 2025001, 104, 90, '2025-03-01', 3, 'valid', NULL, 'carl'),
    (3, 2025001, 104, 90, '2025-03-01', 1, 'pending', NULL, 'carl'), (2, 2025001, 105, 90, '2025-03-01', 4, 'valid', NULL, 'carl'), (3, 2025001, 107, 90, '2025-03-01', 1, 'valid', NULL, 'carl');
ANALYZE;

-- U1: (0.6*90 + 0.4*100) = 94, * 1.1 = 103.4, - 2 = 101.4.   U2: 0.6*85 + 0.4*50 = 71, + 3 of 4 = 74.   U3: 0.6*100 + 0.4*50 = 80; vetoed.
-- U4: 0.6*70 + 40 = 82, * 0.9 = 73.8, - 5 of 6 = 68.8.   U5: exempt and missing: imputed 50, 50.
SELECT results_eq($$ SELECT subject, score, rank, tier, provisional FROM standing WHERE period = '2025H1' ORDER BY group_id, rank $$,
    $$ VALUES ('U1', 101.40, 1::bigint, 1, false), ('U3', 80, 2, 3, true), ('U2', 74, 3, 2, false), ('U4', 68.80, 4, 3, false), ('U5', NULL, NULL, NULL, true) $$, 'the scores are those worked out by hand');

-- ---- lines

SELECT results_eq($$ SELECT path, label, reading, points, item, indicator, indicator_name_zh, source, evidence, recorded_by, recorded_at = '2025-07-01 00:00+08'
        FROM standing_line WHERE period_id = 2025001 AND subject_id = 1 AND (points IS NOT NULL OR item IS NOT NULL) ORDER BY line_no $$,
    $$ VALUES ('/1', NULL, NULL::numeric, NULL::numeric, 103, 'coef', '系数', NULL, NULL, 'anna', true),
        ('/1', 'effect of coefficient (系数)', NULL, 9.4, 103, 'coef', '系数', NULL, NULL, 'anna', true),
        ('/1/1/1', 'Fulfilment 履行率', 90, 54, 101, 'ful', '履行率', 'bureau', 'doc 1', 'anna', true),
        ('/1/1/2', NULL, 95, 40, 102, 'srv', '服务', 'bureau', NULL, 'anna', true),
        ('/2/1', NULL, 1, -2, 104, 'cmp', '投诉', 'O1', 'letter', 'carl', false),
        ('/3/1', NULL, 0, 0, 105, 'awd', '表彰', NULL, NULL, NULL, NULL),
        ('/limits/1', NULL, 0, NULL, 107, 'acc', '事故', NULL, NULL, NULL, NULL) $$, 'each line names its indicator, and the fact that it rests on');
SELECT results_eq($$ SELECT reading, evidence, recorded_by FROM standing_line WHERE period_id = 2025001 AND subject_id = 2 AND item = 101 $$,
    $$ VALUES (85::numeric, 'doc 3', 'bert') $$, 'of two readings the one that counts');
SELECT results_eq($$ SELECT reading, evidence, recorded_by FROM standing_line_as_of(NULL, '2025-07-01 12:00+08', 2025001, NULL, 2) WHERE item = 101 $$,
    $$ SELECT NULL::numeric, NULL, NULL WHERE false $$, 'before the version was sealed there are no lines');
SELECT is((SELECT count(*) FROM standing AS s WHERE s.score IS DISTINCT FROM (SELECT sum(l.points) FROM standing_line AS l
        WHERE l.scheme_id = s.scheme_id AND l.period_id = s.period_id AND l.group_id = s.group_id AND l.subject_id = s.subject_id)), 0::bigint, 'lines add up to the score in every period');
SELECT results_eq($$ SELECT subject, kind, label, points FROM score_composition WHERE period_id = 2025001 AND subject_id IN (2, 4) ORDER BY subject, line_no $$,
    $$ VALUES ('U2', 'addition', 'Fulfilment 履行率', 51::numeric), ('U2', 'addition', '服务', 20), ('U2', 'deduction', 'effect of bonus (加分项)', -1), ('U2', 'addition', '表彰', 4),
        ('U4', 'deduction', 'effect of coefficient (系数)', -8.2), ('U4', 'addition', 'Fulfilment 履行率', 42), ('U4', 'addition', '服务', 40),
        ('U4', 'addition', 'effect of deductions (扣分项)', 1), ('U4', 'deduction', '投诉', -6) $$, 'additions and deductions, as published');
SELECT is((SELECT count(*) FROM standing AS s WHERE coalesce(s.score, 0) <> (SELECT coalesce(sum(l.points), 0) FROM score_composition AS l
        WHERE l.scheme_id = s.scheme_id AND l.period_id = s.period_id AND l.group_id = s.group_id AND l.subject_id = s.subject_id)), 0::bigint, 'they add up to the score in every period');
SELECT results_eq($$ SELECT subject_id, score, imputed_points, imputed_share, gaps FROM imputed_share WHERE period_id = 2025001 ORDER BY subject_id $$,
    $$ VALUES (1::bigint, 101.4, 0::numeric, 0::numeric, 0::bigint), (2, 74, 0, 0, 0), (3, 80, 20, 0.25, 1), (4, 68.8, 0, 0, 0), (5, NULL, 0, NULL, 1) $$, 'points that nobody measured');
SELECT results_eq($$ SELECT perspective, points, max_points, indicators FROM perspective_score WHERE period_id = 2025001 AND subject_id = 1 ORDER BY perspective $$,
    $$ VALUES ('customer', 38::numeric, 40::numeric, 2::bigint), ('process', 54, 60, 1), (NULL, 9.4, NULL, 0) $$, 'perspectives: deductions in theirs, effects in none');
SELECT is((SELECT count(*) FROM (SELECT s.score, sum(p.points) FROM standing AS s JOIN perspective_score AS p USING (scheme_id, period_id, group_id, subject_id)
        GROUP BY scheme_id, period_id, group_id, subject_id, s.score HAVING s.score IS DISTINCT FROM sum(p.points)) AS d), 0::bigint, 'perspectives add up to the score');

-- ---- one group, planned once

SELECT is_empty($$ (SELECT g.period_id, g.group_id, s.* FROM (SELECT DISTINCT period_id, group_id FROM standing) AS g, group_standing(g.period_id, g.group_id) AS s
        EXCEPT ALL SELECT period_id, group_id, scheme_id, subject_id, score, rank, tier FROM standing)
    UNION ALL (SELECT period_id, group_id, scheme_id, subject_id, score, rank, tier FROM standing
        EXCEPT ALL SELECT g.period_id, g.group_id, s.* FROM (SELECT DISTINCT period_id, group_id FROM standing) AS g, group_standing(g.period_id, g.group_id) AS s) $$,
    'group_standing has the rows of standing');
SELECT is((SELECT count(*) FROM group_standing(2025001, 99)), 0::bigint, 'of a group that there is not, none');

-- ---- readings

SELECT results_eq($$ SELECT subject, indicator, reading, status, points, full_points, share FROM heatmap
        WHERE period_id = 2025001 AND group_id = 1 AND indicator IN ('ful', 'srv', 'cmp', 'awd', 'coef') AND subject_id <> 3 ORDER BY subject, item $$,
    $$ VALUES ('U1', 'ful', 90::numeric, 'ok', 90::numeric, 100::numeric, 0.9), ('U1', 'srv', 95, 'ok', 100, 100, 1), ('U1', 'coef', 1.1, 'ok', NULL, NULL, NULL), ('U1', 'cmp', 1, 'ok', 2, 5, 0.6), ('U1', 'awd', 0, 'ok', 0, NULL, 0),
        ('U2', 'ful', 85, 'ok', 85, 100, 0.85), ('U2', 'srv', 90, 'ok', 50, 100, 0.5), ('U2', 'coef', 1, 'ok', NULL, NULL, NULL), ('U2', 'cmp', 0, 'ok', 0, 5, 1), ('U2', 'awd', 4, 'ok', 4, NULL, 1),
        ('U4', 'ful', 70, 'ok', 70, 100, 0.7), ('U4', 'srv', 100, 'ok', 100, 100, 1), ('U4', 'coef', 0.9, 'ok', NULL, NULL, NULL), ('U4', 'cmp', 3, 'ok', 6, 5, -0.2), ('U4', 'awd', 0, 'ok', 0, NULL, 0) $$,
    'heat map: share of full points, of the best where none are stated, of what can be lost');
SELECT results_eq($$ SELECT indicator, subjects, n, missing, lowest, lower_quartile, median, mean, upper_quartile, highest, deviation, full_share
        FROM indicator_statistics WHERE period_id = 2025001 AND group_id = 1 AND item IN (101, 102, 104) ORDER BY item $$,
    $$ VALUES ('ful', 4::bigint, 4::bigint, 0::bigint, 70::numeric, 81.25::float8, 87.5::float8, 86.25, 92.5::float8, 100::numeric, 12.5, 0.25),
        ('srv', 4, 3, 1, 90, 92.5, 95, 95, 97.5, 100, 5, 0.6667),
        ('cmp', 4, 4, 0, 0, 0, 0.5, 1, 1.5, 3, 1.4142135624, 0.5) $$, 'statistics of indicators');
SELECT is((SELECT count(*) FROM (
        SELECT group_id, item, count(value), min(value), max(value), trim_scale(round(avg(value), 10)), trim_scale(round(stddev_samp(value), 10)) FROM (
            SELECT DISTINCT ON (subject_id, item) subject_id, item, value, 1 + subject_id::integer / 5 AS group_id FROM reading WHERE period_id = 2025001 ORDER BY subject_id, item, recorded_at DESC) AS r GROUP BY group_id, item
        EXCEPT SELECT group_id, item, n, lowest, highest, mean, deviation FROM indicator_statistics WHERE period_id = 2025001) AS d), 0::bigint, 'as plain SQL on the readings has them');
SELECT results_eq($$ SELECT group_code, group_label_zh, subjects, n, mean, median, lowest, highest, spread, deviation, coverage FROM group_statistics WHERE period_id = 2025001 ORDER BY group_id $$,
    $$ VALUES ('a', '甲', 4::bigint, 4::bigint, 81.05, 77::float8, 68.8, 101.4, 32.6, 14.3177046578, 0.9583), ('b', '乙', 1, 0, NULL, NULL, NULL, NULL, NULL, NULL, 0.6) $$, 'statistics of groups');
SELECT results_eq($$ SELECT group_id, tier_code, tier_label_zh, share, n FROM tier_count WHERE period_id = 2025001 ORDER BY group_id, tier $$,
    $$ VALUES (1, 'A', '一等', 0.25, 1::bigint), (1, 'B', '二等', 0.5, 1), (1, 'C', '三等', 0.25, 2), (2, 'A', '一等', 0.25, 0), (2, 'B', '二等', 0.5, 0), (2, 'C', '三等', 0.25, 0) $$, 'tiers: a veto adds to the last');
SELECT is_empty('TABLE league_table', 'nothing is published yet');
SELECT results_eq($$ SELECT subject, indicator, owner, owner_name_zh FROM missing_reading WHERE period_id = 2025001 ORDER BY subject, item $$,
    $$ VALUES ('U3', 'srv', 'O2', '二处'), ('U5', 'srv', 'O2', '二处'), ('U5', 'coef', 'O1', '一处') $$, 'who owes what');
SELECT results_eq($$ SELECT group_id, indicator, owner, asked, present, missing, coverage FROM coverage WHERE period_id = 2025001 AND item < 104 ORDER BY group_id, item $$,
    $$ VALUES (1, 'ful', 'O1', 4::bigint, 4::bigint, 0::bigint, 1::numeric), (1, 'srv', 'O2', 4, 3, 1, 0.75), (1, 'coef', 'O1', 4, 4, 0, 1),
        (2, 'ful', 'O1', 0, 0, 0, NULL), (2, 'srv', 'O2', 1, 0, 1, 0), (2, 'coef', 'O1', 1, 0, 1, 0) $$, 'coverage by indicator and owner');

-- ---- history: three months of U1 and U2; the half-year and the year keep their own

INSERT INTO reading (subject_id, period_id, item, value) SELECT s, 2025020 + m, i, v
FROM (VALUES (1, 1, 80), (1, 2, 90), (1, 3, 97), (2, 1, 90), (2, 2, 88), (2, 3, 89)) AS x (s, m, v), (VALUES (101), (102)) AS i (i);
-- U1: 48 + 0, 54 + 20, 58.2 + 40; U2: 54 + 20, 52.8 + 12, 53.4 + 16; the others have none.
SELECT results_eq($$ SELECT period, score, rank, group_size, change, places_gained, position, z_history, z_peers FROM trend WHERE group_id = 1 AND subject_id = 1 AND kind = 'month' AND NOT cumulative ORDER BY ends_on $$,
    $$ VALUES ('2025-01', 48.00, 2::bigint, 2::bigint, NULL::numeric, NULL::bigint, 0::numeric, NULL::numeric, -0.7071),
        ('2025-02', 74.00, 1, 2, 26, 1, 1, NULL, 0.7071), ('2025-03', 98.20, 1, 2, 24.2, 0, 1, 2.0234, 0.7071) $$, 'history of a subject, and its place among its peers');
SELECT results_eq($$ SELECT kind, cumulative, count(*) FROM trend WHERE subject_id = 1 GROUP BY kind, cumulative ORDER BY kind, cumulative $$,
    $$ SELECT kind, cumulative, count(*) FROM standing JOIN period USING (period_id) WHERE subject_id = 1 AND score IS NOT NULL GROUP BY kind, cumulative ORDER BY kind, cumulative $$, 'each kind of period has a history of its own');
-- the mean of 80, 90, 97 and the minimum of them: 0.6 * 89 + 0
SELECT results_eq($$ SELECT period, score FROM standing WHERE subject_id = 1 AND period IN ('2025Q1', '2025-02+', '2025H1') ORDER BY period $$,
    $$ VALUES ('2025-02+', 51.00), ('2025H1', 101.40), ('2025Q1', 53.40) $$, 'single and cumulative periods; what is posted for a period itself goes first');
SELECT is((SELECT count(*) FROM standing AS s WHERE s.score IS DISTINCT FROM (SELECT sum(l.points) FROM standing_line AS l
        WHERE l.scheme_id = s.scheme_id AND l.period_id = s.period_id AND l.group_id = s.group_id AND l.subject_id = s.subject_id)), 0::bigint, 'lines add up to the score in periods that roll up, too');
SELECT results_eq($$ SELECT reading, recorded_at = (SELECT max(recorded_at) FROM reading WHERE subject_id = 1 AND period_id = 2025023) FROM standing_line WHERE period_id = 2025011 AND subject_id = 1 AND item = 101 $$,
    $$ VALUES (89::numeric, true) $$, 'a reading that rolled up rests on the last one recorded');

-- ---- status

SELECT results_eq($$ SELECT period, state, days_taken, days_waiting = today() - ends_on FROM lateness WHERE period IN ('2025H1', '2025Q1') ORDER BY period $$,
    $$ VALUES ('2025H1', NULL, NULL::integer, true), ('2025Q1', NULL, NULL, true) $$, 'nothing was assessed yet');
INSERT INTO run (scheme_id, period_id, version_id, state, assessed_at) VALUES (1, 2025001, 1, 'draft', '2025-07-10 23:00+08'), (1, 2025001, 1, 'published', '2025-08-01 00:00+08');
SELECT results_eq($$ SELECT state, days_taken, days_waiting FROM lateness WHERE period = '2025H1' $$, $$ VALUES ('published', 10, NULL::integer) $$, 'assessed ten days after the end');
SELECT results_eq($$ SELECT module, rows, open, state FROM module_status WHERE module <> 'cards' ORDER BY position $$,
    $$ VALUES ('subjects', 7::bigint, 2::bigint, 'open'), ('periods', 37, 0, 'ready'), ('indicators', 7, 0, 'ready'), ('schemes', 1, 0, 'ready'), ('sources', 1, 0, 'ready'), ('readings', 26, 26, 'open'),
        ('events', 5, 1, 'open'), ('ratings', 0, 0, 'empty'), ('jobs', 0, 0, 'empty'), ('runs', 2, 2, 'open'), ('publications', 0, 0, 'empty'), ('objections', 0, 0, 'empty') $$, 'the board');

-- ---- the views are what BI programs can read, and say what they are

CREATE TEMP VIEW public_view AS
SELECT c.oid, c.relname::text AS view FROM pg_class AS c
WHERE c.relnamespace = (SELECT oid FROM pg_namespace WHERE nspname = :'workspace') AND c.relkind = 'v'
    AND c.relname IN ('standing', 'standing_line', 'standing_part', 'score_composition', 'imputed_share', 'perspective_score', 'heatmap', 'indicator_statistics',
        'group_statistics', 'tier_count', 'trend', 'missing_reading', 'coverage', 'lateness', 'module_status');
SELECT is(count(*), 15::bigint, 'there are fifteen') FROM public_view;
SELECT is_empty($$ SELECT v.view, a.attname, format_type(a.atttypid, a.atttypmod) FROM public_view AS v JOIN pg_attribute AS a ON a.attrelid = v.oid AND a.attnum > 0
    WHERE a.atttypid <> ALL ('{int4,int8,numeric,float8,text,date,timestamptz,bool}'::regtype[]) $$, 'their columns have plain types');
SELECT is_empty($$ SELECT v.view, a.attname FROM public_view AS v JOIN pg_attribute AS a ON a.attrelid = v.oid AND a.attnum > 0
    WHERE coalesce(col_description(v.oid, a.attnum), '') !~ '^[A-Za-z0-9].*[(].*[一-龥].*[)]$' $$, 'each has a comment, in English and Chinese');
SELECT is_empty($$ SELECT v.view FROM public_view AS v WHERE coalesce(obj_description(v.oid, 'pg_class'), '') !~ '[(].*[一-龥].*[)]$' $$, 'and so has each view');
SELECT is_empty($$ SELECT v.view FROM public_view AS v JOIN pg_class AS c ON c.oid = v.oid WHERE v.view <> 'module_status' AND NOT c.reloptions @> '{security_barrier=true}' $$, 'what compares peers is a barrier');

-- a question about one group reads the members of that group alone
CREATE FUNCTION pg_temp.plan(question text) RETURNS jsonb LANGUAGE plpgsql AS $$ DECLARE plan jsonb; BEGIN EXECUTE 'EXPLAIN (FORMAT json) ' || question INTO plan; RETURN plan; END $$;
CREATE FUNCTION pg_temp.scans(plan jsonb, relation text) RETURNS SETOF text LANGUAGE sql AS $$
    SELECT concat_ws(' ', n ->> 'Index Cond', n ->> 'Filter', n ->> 'Recheck Cond')
    FROM jsonb_path_query($1, 'strict $.** ? (@."Relation Name" starts with $r)', jsonb_build_object('r', $2), true) AS n $$;
CREATE TEMP TABLE plan AS
SELECT v.view, pg_temp.plan(format('SELECT * FROM %I WHERE period_id = 2025021 AND group_id = 1', v.view)) AS plan FROM public_view AS v WHERE v.view NOT IN ('lateness', 'module_status', 'trend');
INSERT INTO plan SELECT 'trend', pg_temp.plan('SELECT * FROM trend WHERE group_id = 1 AND kind = $k$month$k$');
SELECT cmp_ok((SELECT min(n) FROM (SELECT (SELECT count(*) FROM pg_temp.scans(p.plan, 'group_member')) AS n FROM plan AS p) AS c), '>', 0::bigint, 'all views look at members');
SELECT is_empty($$ SELECT p.view, s FROM plan AS p, pg_temp.scans(p.plan, 'group_member') AS s WHERE s !~ 'group_id = 1' $$, 'the group goes down to them');
-- (the planner of 17 keeps the look-ups)
SELECT CASE WHEN current_setting('server_version_num')::integer >= 170000 THEN skip('columns that nobody asks for are looked up here', 1)
    ELSE cmp_ok((SELECT count(*) FROM pg_temp.scans(pg_temp.plan('SELECT sum(points) FROM standing_line WHERE period_id = 2025021 AND group_id = 1'), 'reading')), '<',
    (SELECT count(*) FROM pg_temp.scans(pg_temp.plan('SELECT * FROM standing_line WHERE period_id = 2025021 AND group_id = 1'), 'reading')), 'who does not ask where a line comes from does not pay for it') END;

-- ---- two workspaces at once

CREATE SCHEMA "not a workspace";
CREATE VIEW "not a workspace".standing AS SELECT 1 / 0 AS x;
CALL perfeval.create_workspace('考核 "it''s" 50% views 2', time_zone => 'Asia/Shanghai');
SELECT results_eq($$ SELECT workspace, scheme, period, group_code, subject, score, rank, tier_label_zh, provisional FROM perfeval.all_standings('2025H1') WHERE workspace LIKE '%views%' ORDER BY group_code, rank $$,
    $$ SELECT '考核 "it''s" 50% views', scheme, period, group_code, subject, score, rank, tier_label_zh, provisional FROM standing WHERE period = '2025H1' ORDER BY group_code, rank $$,
    'standings of all workspaces; the second has no such period');
SELECT is((SELECT count(*) FROM perfeval.all_standings() WHERE workspace LIKE '%views%'), (SELECT count(*) FROM standing), 'and of all periods');
SELECT is((SELECT count(*) FROM perfeval.all_standings(owner => 'nobody')), 0::bigint, 'none of an owner who has none');
CALL perfeval.drop_workspace('考核 "it''s" 50% views 2', '考核 "it''s" 50% views 2');
DROP SCHEMA "not a workspace" CASCADE;

-- ---- upgrading leaves all as it is

CREATE TEMP TABLE before AS SELECT view, pg_get_viewdef(oid) AS definition FROM public_view;
CALL perfeval.upgrade_workspace(:'workspace');
SELECT is_empty($$ SELECT view FROM before JOIN public_view USING (view) WHERE definition <> pg_get_viewdef(oid) $$, 'an upgrade leaves the views');

DROP SCHEMA :"workspace" CASCADE;
SELECT * FROM finish();
