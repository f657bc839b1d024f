-- Raters watched: agreement, severity, straight-lining, missing marks; and means corrected for severity in a line of its own.
\set ON_ERROR_STOP 1
SET client_min_messages = warning;
SET timezone = 'America/Lima';
DROP SCHEMA IF EXISTS "监测 ""it's"" 50%" CASCADE;
SELECT plan(57);

CALL perfeval.create_workspace('监测 "it''s" 50%', time_zone => 'Asia/Shanghai');
SET search_path = "监测 ""it's"" 50%", perfeval, public;
CALL add_year(2025, 'quarter');
INSERT INTO "grouping" (grouping_id, code, label) VALUES (1, 'service', 'By service');
INSERT INTO subject_group (group_id, grouping_id, code, label, label_zh) VALUES (1, 1, 'all', 'All', '全部');
INSERT INTO subject (subject_id, code, name, name_zh, kind) SELECT i, 'U' || i, 'Unit ' || i, '单位' || i, 'institution' FROM generate_series(1, 12) i;
INSERT INTO subject (subject_id, code, name, name_zh, kind) SELECT 100 + i, chr(64 + i), 'Rater ' || chr(64 + i), '评分人' || i, 'person' FROM generate_series(1, 8) i;
INSERT INTO group_member (subject_id, grouping_id, group_id) SELECT i, 1, 1 FROM generate_series(1, 3) i;
INSERT INTO indicator (item, code, name, name_zh, fact, criterion, rater_role, roll_up) VALUES (1, 'LEAD', 'Leaders'' view', '领导评价', 'rating', 'quality', 'leader', 'mean');
INSERT INTO indicator (item, code, name, name_zh, roll_up, severity_of, severity_digits, severity_shrink, severity_disconnected)
VALUES (2, 'LEADSEV', 'Severity of leaders', '领导评价宽严修正', 'mean', 1, 4, 0, 'refuse');
INSERT INTO scheme (code, label, label_zh, grouping_id) VALUES ('city', 'City', '全市考核', 1);
INSERT INTO scheme_version (scheme_id, number, in_force_from, round_at, round_digits, round_mode, rank_basis, ties, tie_chain)
VALUES (1, 1, '2025-01-01', 'final', 2, 'half_up', 'unrounded', 'expand', '{}');
INSERT INTO node (version_id, group_id, node, parent, position, spec) VALUES
	(1, NULL, 0, NULL, 1, '{"rule": "sum", "missing": "zero"}'),
	(1, NULL, 1, 0, 1, '{"rule": "given", "item": 1, "min": null, "max": null, "label": "Leaders 领导评价"}'),
	(1, NULL, 2, 0, 2, '{"rule": "given", "item": 2, "min": null, "max": null, "label": "severity correction 评价人宽严修正"}');
INSERT INTO tier (version_id, tier, code, label, label_zh, share, bound, preference) VALUES (1, 1, 'A', 'first', '一等', 0.5, 'at_most', 2), (1, 2, 'B', 'second', '二等', 0.5, 'exact', 1);
CALL seal_version(1);

-- ---- settings are part of the version

SELECT is((SELECT jsonb_agg(e ORDER BY e -> 'item') FROM jsonb_array_elements(export_scheme('city', 1) -> 'indicators') AS e) -> 1,
	'{"item": 2, "code": "LEADSEV", "fact": "reading", "name": "Severity of leaders", "name_zh": "领导评价宽严修正", "roll_up": "mean", "direction": "higher", "severity_of": 1, "severity_digits": 4, "severity_shrink": 0, "severity_disconnected": "refuse"}',
	'a correction stands in the document');
SELECT throws_like($$CALL record_reading('U1', 'LEADSEV', '2025', 1)$$, 'indicator ''LEADSEV'' has no readings that are entered: it corrects the means of ''LEAD''', 'nobody enters one by hand');
SELECT throws_ok('UPDATE indicator SET severity_shrink = 2 WHERE item = 2', '55000', NULL, 'and cannot be changed under a sealed version');
SELECT throws_ok($$INSERT INTO indicator (item, code, name, severity_of) VALUES (3, 'X', 'X', 1)$$, '23514', NULL, 'digits, shrinking and what to do when disconnected have to be said');
SELECT throws_ok($$INSERT INTO indicator (item, code, name, severity_of, severity_digits, severity_shrink, severity_disconnected) VALUES (3, 'X', 'X', 1, 2, 0, 'refuse')$$, '23505', NULL,
	'an indicator is corrected once');
CALL import_scheme(export_scheme('city', 1) || '{"scheme": {"code": "again", "label": "Again"}}', NULL) \gset again_
SELECT is(version_document(:again_version_id) -> 'indicators', version_document(1) -> 'indicators', 'what is exported can be imported');
SELECT throws_ok($$CALL import_scheme(jsonb_set(export_scheme('city', 1), '{indicators,1,severity_shrink}', '3') || '{"scheme": {"code": "other", "label": "Other"}}', NULL)$$, '22023', NULL,
	'but not as another correction');
DELETE FROM node WHERE version_id = :again_version_id AND node = 1;
SELECT results_eq(format('SELECT severity, code FROM version_lint(%s) WHERE code LIKE ''severity%%''', :again_version_id), $$VALUES ('error', 'severity_alone')$$, 'a correction without what it corrects');

-- ---- linked by one subject (formulas 4.16): U3 rises from a tie to the first place

CREATE FUNCTION pg_temp.marks(text) RETURNS void LANGUAGE sql AS $$
	INSERT INTO rating (subject_id, period_id, criterion, rater_role, rater_id, value, rated_at)
	SELECT find_subject(m[1]), 2025000, 'quality', 'leader', find_subject(m[2]), m[3]::numeric, clock_timestamp()
	FROM regexp_matches($1, '(\w+)<(\w+) ([\d.-]+)', 'g') AS m $$;
CREATE FUNCTION pg_temp.scores() RETURNS text LANGUAGE sql AS $$
	SELECT string_agg(format('%s %s %s', subject, score, rank), ', ' ORDER BY subject_id) FROM standing WHERE period_id = 2025000 AND scheme = 'city' $$;
SELECT pg_temp.marks('U1<A 90, U2<A 80, U2<B 70, U3<B 90');
SELECT is(pg_temp.scores(), 'U1 90 1, U2 75 3, U3 90 1', 'raw means: a tie');
SELECT results_eq('SELECT rater, ratings, severity, component, components, flag FROM rater_severity_now ORDER BY 1', $$VALUES ('A', 2, 5.0000, 1, 1, NULL), ('B', 2, -5.0000, 1, 1, NULL)$$, 'severities');
SELECT results_eq('SELECT indicator, corrects, corrected, not_corrected, stale, applied_at IS NULL FROM severity_status', $$VALUES ('LEADSEV', 'LEAD', 3::bigint, 0::bigint, 3::bigint, true)$$, 'what there is to do');
SELECT throws_ok($$CALL assess('city', '2025', 'too early')$$, '55000', NULL, 'a run does not rest on stale corrections');
SELECT clock_timestamp() AS before \gset
CALL apply_severity('2025') \gset
SELECT is(:corrected, 3, 'three corrections are written');
SELECT is(pg_temp.scores(), 'U1 85 2, U2 75 3, U3 95 1', 'and standings follow: 85, 75, 95');
SELECT results_eq($$SELECT label, reading, points, indicator, source, evidence FROM standing_line WHERE scheme_id = 1 AND period_id = 2025000 AND subject_id = 3 AND node > 0 ORDER BY node$$,
	$$VALUES ('Leaders 领导评价', 90.0, 90.0, 'LEAD', 'leader', NULL), ('severity correction 评价人宽严修正', 5.0, 5.0, 'LEADSEV', 'severity', 'component 1 of 1, marks: 1')$$, 'the correction is a line of its own');
SELECT is((SELECT string_agg(format('%s %s', s.code, x.score), ', ' ORDER BY s.code) FROM standing_as_of(known => :'before', period_id => 2025000) AS x JOIN subject AS s USING (subject_id) WHERE x.scheme_id = 1),
	'U1 90, U2 75, U3 90', 'as it was known before: without');
CALL apply_severity('2025') \gset
SELECT is(:corrected, 0, 'again: nothing has changed');
SELECT results_eq('SELECT stale, applied_at IS NULL FROM severity_status', 'VALUES (0::bigint, false)', 'and nothing is to do');
CALL assess('city', '2025', 'corrected', NULL) \gset
SELECT results_eq('SELECT subject_id, score, rank FROM result ORDER BY 1', 'VALUES (1::bigint, 85.00, 2::bigint), (2, 75.00, 3), (3, 95.00, 1)', 'a run has the corrected scores');
SELECT results_eq($$SELECT points FROM result_line WHERE node = 2 ORDER BY subject_id$$, 'VALUES (-5.0), (0.0), (5.0)', 'with their lines');
SELECT pg_temp.marks('U3<A 100');
SELECT results_eq('SELECT stale FROM severity_status', 'VALUES (1::bigint)', 'a mark more: its correction is stale');
SELECT throws_ok($$CALL assess('city', '2025', 'stale')$$, '55000', 'severity corrections of scheme "city" in period 2025 are not what the marks come to: subjects concerned 1', 'and said to be');
CALL rerun(:run_id) \gset
CALL rerun(:run_id, true) \gset facts_
SELECT is((SELECT min(hash) FROM run WHERE run_id IN (:new_run, :facts_new_run) HAVING count(DISTINCT hash) = 1), (SELECT hash FROM run WHERE run_id = :run_id), 'the run is repeated all the same');
CALL apply_severity('2025Q1') \gset
SELECT is(:corrected, 0, 'a quarter has no marks');
CALL apply_severity('2025') \gset
SELECT is(pg_temp.scores(), 'U1 85 2, U2 75 3, U3 95 1', 'A marks U3 10 higher than B, as before');

-- ---- recusal: the mark counts no more, nor does the correction

CALL recuse_rater('A', 'U2', 'brothers', '2025-01-01');
CALL recuse_rater('A', 'U3', 'cousins', '2025-01-01');
SELECT results_eq('SELECT components, not_corrected, reason ~ ''^refused: .* 2 components'', stale FROM severity_status', 'VALUES (2, 3::bigint, true, 3::bigint)', 'nothing links the raters any more: refused');
CALL apply_severity('2025') \gset
SELECT is(pg_temp.scores(), 'U1 90 1, U2 70 3, U3 90 1', 'so that the means stand uncorrected');
SELECT results_eq($$SELECT reading, status, evidence ~ '^refused', points FROM standing_line WHERE scheme_id = 1 AND period_id = 2025000 AND node = 2 ORDER BY subject_id$$,
	'VALUES (NULL::numeric, ''missing'', true, 0.0), (NULL, ''missing'', true, 0.0), (NULL, ''missing'', true, 0.0)', 'and the line says why');
SELECT is((SELECT count(*) FROM act WHERE verb = 'apply_severity'), 3::bigint, 'what was written left a trace');
SELECT results_eq($$SELECT DISTINCT value, reason FROM rater_agreement WHERE period_id = 2025000 AND scheme = 'city'$$, $$VALUES (NULL::numeric, 'few_units')$$, 'two raters with no subject in common do not agree by 1');
CALL readmit_rater('A', 'U2', 'no relatives');
CALL readmit_rater('A', 'U3', 'no relatives');

-- ---- panels of every kind, each in a quarter of its own

INSERT INTO indicator (item, code, name, name_zh, fact, criterion, rater_role, drop_each, min_raters) VALUES
	(10, 'P10', 'Within', '分量内', 'rating', 'c10', 'x', 0, 1), (12, 'P12', 'Shrunk', '收缩', 'rating', 'c12', 'x', 0, 1), (14, 'P14', 'Trimmed', '去头尾', 'rating', 'c14', 'x', 1, 1),
	(16, 'P16', 'Anonymous', '匿名', 'rating', 'c16', 'x', 0, 2), (18, 'P18', 'Many', '人多', 'rating', 'c18', 'x', 0, 1);
INSERT INTO indicator (item, code, name, name_zh, severity_of, severity_digits, severity_shrink, severity_disconnected)
SELECT i.item + 1, i.code || 'S', i.name || ' severity', i.name_zh || '修正', i.item, CASE i.item WHEN 14 THEN 2 ELSE 3 END, CASE i.item WHEN 12 THEN 2 ELSE 0 END, 'within' FROM indicator i WHERE i.item >= 10;
CREATE FUNCTION pg_temp.panel(criterion text, marks text) RETURNS void LANGUAGE sql AS $$
	INSERT INTO rating (subject_id, period_id, criterion, rater_role, rater_id, value, rated_at)
	SELECT find_subject(m[1]), 2025011, $1, 'x', find_subject(m[2]), m[3]::numeric, clock_timestamp() FROM regexp_matches($2, '(\w+)<(\w+) ([\d.-]+)', 'g') AS m $$;
CREATE FUNCTION pg_temp.corrections(of_item integer) RETURNS text LANGUAGE sql AS $$
	SELECT string_agg(format('%s %s', s.code, coalesce(r.value::text, r.status)), ', ' ORDER BY s.subject_id)
	FROM (SELECT DISTINCT ON (subject_id) * FROM reading WHERE item = $1 AND period_id = 2025011 ORDER BY subject_id, recorded_at DESC, reading_id DESC) AS r JOIN subject AS s USING (subject_id) $$;

SELECT pg_temp.panel('c10', 'U1<A 90, U1<B 80, U2<C 70, U2<D 72, U3<E 60'), pg_temp.panel('c12', 'U1<A 90, U2<A 80, U2<B 70, U3<B 90'),
	pg_temp.panel('c14', 'U1<A 90, U1<B 80, U1<C 70, U1<D 60, U2<A 95, U2<B 85, U2<C 77, U2<D 61, U3<A 90, U3<B 50'), pg_temp.panel('c16', 'U1<A 90, U1<B 80, U2<A 80, U2<B 70, U3<A 99');
CALL apply_severity('2025') \gset
SELECT is(pg_temp.corrections(11), 'U1 0.000, U2 0.000, U3 missing', 'within components: each its own zero, and one rater alone says nothing');
SELECT results_eq($$SELECT evidence FROM reading WHERE item = 11 ORDER BY subject_id$$, $$VALUES ('component 1 of 3, marks: 2; comparable within it alone (仅连通分量内可比)'), ('component 2 of 3, marks: 2; comparable within it alone (仅连通分量内可比)'),
	('not estimable: its rater marks nobody that others mark (宽严无法估计，未修正)')$$, 'flagged');
SELECT results_eq($$SELECT rater, severity, component, flag FROM rater_severity_now WHERE indicator = 'P10' ORDER BY 1$$, $$VALUES ('A', 5.000, 1, 'within its component'), ('B', -5.000, 1, 'within its component'),
	('C', -1.000, 2, 'within its component'), ('D', 1.000, 2, 'within its component'), ('E', NULL, 3, 'not estimable')$$, 'severities within components');
SELECT is(pg_temp.corrections(13), 'U1 -2.500, U2 0.000, U3 2.500', 'shrunk by 2 / (2 + 2)');
SELECT results_eq($$SELECT rater, severity, shrunk FROM rater_severity_now WHERE indicator = 'P12' ORDER BY 1$$, $$VALUES ('A', 5.000, 2.500), ('B', -5.000, -2.500)$$, 'both are shown');
SELECT results_eq($$SELECT subject_id, value FROM reading WHERE item = 15 ORDER BY 1$$,
	$$SELECT m.subject_id, CASE WHEN count(*) > 2 THEN round(trimmed_mean(m.value - s.severity) FILTER (WHERE n > 2) - trimmed_mean(m.value) FILTER (WHERE n > 2), 2) END
	  FROM (SELECT *, count(*) OVER (PARTITION BY subject_id) AS n FROM rating WHERE criterion = 'c14') AS m JOIN rater_severity_now AS s ON s.rater_id = m.rater_id AND s.indicator = 'P14' GROUP BY 1 ORDER BY 1$$,
	'trimmed panels: the trimmed mean of corrected marks less the trimmed mean, and none with too few raters');
SELECT is(pg_temp.corrections(17), NULL, 'an anonymous panel has no correction before its mean is released');
CALL release_ratings('2025');
CALL apply_severity('2025') \gset
SELECT is(pg_temp.corrections(17), 'U1 0.000, U2 0.000', 'then of the marks in the mean, and of no other');
SELECT is((SELECT ratings FROM rater_severity_now WHERE indicator = 'P16' AND rater = 'A'), 2, 'the mark that is not released is not looked at');
-- random panels: corrections are what the engine says, and take nothing from the sum over a complete panel
SELECT setseed(0.25);
INSERT INTO rating (subject_id, period_id, criterion, rater_role, rater_id, value) SELECT u, 2025012, 'c10', 'x', r, round((60 + random() * 40)::numeric, 1) FROM generate_series(1, 12) u, generate_series(101, 108) r;
CALL apply_severity('2025Q2') \gset
SELECT is((SELECT count(*) FILTER (WHERE value = 0) FROM reading WHERE item = 11 AND period_id = 2025012), 12::bigint, 'a complete panel needs no correction');
DELETE FROM rating WHERE period_id = 2025012 AND (subject_id + rater_id) % 3 = 0;
CALL apply_severity('2025Q2') \gset
SELECT is_empty($$SELECT m.subject_id FROM rating m JOIN rater_severity_now s ON s.rater_id = m.rater_id AND s.indicator = 'P10' AND s.period_id = m.period_id JOIN reading r ON r.subject_id = m.subject_id AND r.item = 11 AND r.period_id = m.period_id
	WHERE m.period_id = 2025012 AND NOT EXISTS (SELECT FROM reading l WHERE (l.subject_id, l.period_id, l.item) = (r.subject_id, r.period_id, r.item) AND l.reading_id > r.reading_id)
	GROUP BY m.subject_id, r.value HAVING r.value <> round(-avg(s.severity), 3)$$, 'with holes: the mean of the negative severities of its raters');
SELECT isnt((SELECT max(value) FROM reading WHERE item = 11 AND period_id = 2025012), 0.000, 'which is not 0');

-- a panel that is too large for exact least squares says so
INSERT INTO subject (subject_id, code, name, kind) SELECT 1000 + i, 'R' || i, 'R' || i, 'person' FROM generate_series(1, 501) i;
INSERT INTO rating (subject_id, period_id, criterion, rater_role, rater_id, value) SELECT 1, 2025013, 'c18', 'x', 1000 + i, i % 100 FROM generate_series(1, 501) i;
CALL apply_severity('2025Q3') \gset
SELECT results_eq($$SELECT indicator, corrected, not_corrected, reason FROM severity_status WHERE period = '2025Q3'$$,
	$$VALUES ('P18S', 0::bigint, 1::bigint, 'too many raters are connected to tell their severity (评价人过多，未修正)')$$, 'too many raters');
SELECT results_eq($$SELECT DISTINCT component, severity, flag FROM rater_severity_now WHERE period = '2025Q3'$$, $$VALUES (1, NULL::numeric, 'too many raters in its component')$$, 'and stops no view');
INSERT INTO rating (subject_id, period_id, criterion, rater_role, rater_id, value) VALUES (2, 2025013, 'c18', 'x', 101, 70), (2, 2025013, 'c18', 'x', 102, 80);
SELECT results_eq($$SELECT rater, component, severity FROM rater_severity_now WHERE period = '2025Q3' AND component = 1 ORDER BY 1$$, $$VALUES ('A', 1, -5.000), ('B', 1, 5.000)$$, 'nor another component of the panel');

UPDATE indicator SET severity_of = 2 WHERE item = 19;
SELECT throws_ok($$CALL apply_severity('2025')$$, '55000', 'indicator "P18S" corrects "LEADSEV", which is no mean of ratings but of fact reading', 'only means of ratings are corrected');
UPDATE indicator SET severity_of = NULL, severity_digits = NULL, severity_shrink = NULL, severity_disconnected = NULL WHERE item = 19;
SELECT throws_ok($$CALL apply_severity('2030')$$, 'P0002', NULL, 'of periods that there are');

-- ---- agreement

SELECT is_empty($$SELECT * FROM rater_agreement WHERE period_id <> 2025000$$, 'agreement is told of panels that a scheme looks at');
SELECT pg_temp.marks('U1<A 90, U1<B 80, U2<A 80, U2<B 70, U3<A 70, U3<B 60');
SELECT results_eq($$SELECT statistic, value, units, raters, ratings FROM rater_agreement WHERE period_id = 2025000 AND statistic IN ('icc_c1', 'icc_a1', 'alpha_interval', 'kendall_w') ORDER BY 1$$,
	$$VALUES ('alpha_interval', 0.545455, 3, 2, 6::bigint), ('icc_a1', 0.666667, 3, 2, 6), ('icc_c1', 1.000000, 3, 2, 6), ('kendall_w', 1.000000, 3, 2, 6)$$, 'formulas 4.15, from the last marks');

-- ---- straight-lining and missing marks

INSERT INTO panel_role (role, kind, label, label_zh) VALUES ('mass', 'grass_roots', 'Grass roots', '基层');
INSERT INTO indicator (item, code, name, name_zh, fact, criterion, rater_role) VALUES (30, 'MASS', 'Grass roots', '基层评价', 'rating', 'service', 'mass');
CALL assign_raters('{A,B,C,D}', '{U1,U2,U3,U4,U5,U6,U7,U8,U9,U10}', 'service', 'mass', period => '2025');
INSERT INTO rating (subject_id, period_id, criterion, rater_role, rater_id, value)
SELECT i, 2025000, 'service', 'mass', r, CASE r WHEN 101 THEN 100 WHEN 102 THEN CASE i WHEN 1 THEN 80 ELSE 90 END ELSE 60 + i * 3 END
FROM generate_series(1, 10) i, generate_series(101, 103) r WHERE r < 103 OR i <= 4;
SELECT results_eq($$SELECT rater, ratings, mean, spread, usual_mark, usual_share, constant, straight_line, panel_mean, above_panel, assigned, missing FROM rater_monitor WHERE criterion = 'service' ORDER BY 1$$,
	$$VALUES ('A', 10::bigint, 100.000000, 0.000000, 100::numeric, 1.0000, true, true, 90.000000, 10.000000, 10::bigint, 0::bigint),
		('B', 10, 89.000000, 3.000000, 90, 0.9000, false, true, 90.000000, -1.000000, 10, 0),
		('C', 4, 67.500000, 3.354102, 72, 0.2500, false, false, 90.000000, -22.500000, 10, 6),
		('D', 0, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, 10, 10)$$, 'who marks how, and who has not');
UPDATE workspace SET straight_line_share = 1;
SELECT results_eq($$SELECT rater FROM rater_monitor WHERE straight_line ORDER BY 1$$, $$VALUES ('A')$$, 'what is straight-lining the workspace says');
UPDATE workspace SET straight_line_ratings = 11;
SELECT is_empty($$SELECT rater FROM rater_monitor WHERE straight_line$$, 'and from how many marks on');
SELECT is((SELECT count(*) FROM rater_monitor m WHERE m.missing <> (SELECT count(*) FROM missing_rating x WHERE (x.period_id, x.criterion, x.rater_role, x.rater_id) = (m.period_id, m.criterion, m.rater_role, m.rater_id))), 0::bigint,
	'missing marks are those of missing_rating');

-- ---- who sees what

SET client_min_messages = error;
DROP ROLE IF EXISTS perfeval_mon_unit, perfeval_mon_rater, perfeval_mon_auditor;
CREATE ROLE perfeval_mon_unit; CREATE ROLE perfeval_mon_rater; CREATE ROLE perfeval_mon_auditor;
CALL grant_role('perfeval_mon_unit', 'unit', 'U3'); CALL grant_role('perfeval_mon_rater', 'rater', 'A'); CALL grant_role('perfeval_mon_auditor', 'auditor');
CALL apply_severity('2025') \gset
GRANT USAGE ON SCHEMA public TO PUBLIC;
CREATE TEMP TABLE seen (who text, what text, n bigint);
GRANT INSERT ON seen TO PUBLIC;
SET ROLE perfeval_mon_unit;
INSERT INTO seen SELECT 'unit', 'severity', count(*) FROM rater_severity_now UNION ALL SELECT 'unit', 'agreement', count(*) FROM rater_agreement UNION ALL SELECT 'unit', 'monitor', count(*) FROM rater_monitor
	UNION ALL SELECT 'unit', 'status', count(*) FROM severity_status UNION ALL SELECT 'unit', 'line', count(*) FROM standing_line WHERE node = 2 AND period_id = 2025000 AND scheme_id = 1;
SELECT throws_ok($$CALL apply_severity('2025')$$, '42501', NULL, 'a unit may not correct');
SELECT throws_ok($$SELECT * FROM severity_due$$, '42501', NULL, 'nor look behind');
SET ROLE perfeval_mon_rater;
INSERT INTO seen SELECT 'rater', 'severity', count(*) FROM rater_severity_now UNION ALL SELECT 'rater', 'agreement', count(*) FROM rater_agreement UNION ALL SELECT 'rater', 'monitor', count(*) FROM rater_monitor
	UNION ALL SELECT 'rater', 'status', count(*) FROM severity_status;
SELECT throws_ok($$CALL apply_severity('2025')$$, '42501', NULL, 'nor a rater');
SET ROLE perfeval_mon_auditor;
INSERT INTO seen SELECT 'auditor', 'severity', (count(*) > 0)::integer FROM rater_severity_now UNION ALL SELECT 'auditor', 'agreement', (count(*) > 0)::integer FROM rater_agreement UNION ALL SELECT 'auditor', 'monitor', (count(*) > 0)::integer FROM rater_monitor
	UNION ALL SELECT 'auditor', 'status', (count(*) > 0)::integer FROM severity_status;
RESET ROLE;
SELECT results_eq('SELECT who, string_agg(what || '' '' || n, '', '' ORDER BY what) FROM seen GROUP BY who ORDER BY who', $$VALUES ('auditor', 'agreement 1, monitor 1, severity 1, status 1'), ('rater', 'agreement 0, monitor 0, severity 0, status 0'),
	('unit', 'agreement 0, line 1, monitor 0, severity 0, status 0')$$, 'names of raters are for those who see all; a unit sees its own line');

SELECT * FROM finish();
DROP OWNED BY perfeval_mon_unit, perfeval_mon_rater, perfeval_mon_auditor;
DROP ROLE perfeval_mon_unit, perfeval_mon_rater, perfeval_mon_auditor;
SET client_min_messages = warning;
CALL perfeval.drop_workspace('监测 "it''s" 50%', '监测 "it''s" 50%', force => true);
