-- Judges as raters in a workspace: the 16 programmes of figure skating 2018 and
-- both Olympic finals of diving. Prints what|equal|compared.
--
--   :workspace   its name
--   :real_data   the folder of the data sets
CALL perfeval.create_workspace(:'workspace', 'Judges 裁判');

CREATE TEMP TABLE performance (performance_id text PRIMARY KEY, competition text, program text, name text, nation text, rank int,
	starting_number int, total numeric, elements numeric, components numeric, deductions numeric);
CREATE TEMP TABLE element (aspect_id text, performance_id text, n int, element text, base numeric,
	r1 numeric, r2 numeric, r3 numeric, r4 numeric, r5 numeric, r6 numeric, r7 numeric, r8 numeric, r9 numeric,
	j1 numeric, j2 numeric, j3 numeric, j4 numeric, j5 numeric, j6 numeric, j7 numeric, j8 numeric, j9 numeric, grade numeric, score numeric);
CREATE TEMP TABLE component (aspect_id text, performance_id text, component text, factor numeric,
	j1 numeric, j2 numeric, j3 numeric, j4 numeric, j5 numeric, j6 numeric, j7 numeric, j8 numeric, j9 numeric, score numeric);
CREATE TEMP TABLE tokyo (round int, final_rank int, diver text, noc text, dive_code text, difficulty numeric,
	j1 numeric, j2 numeric, j3 numeric, j4 numeric, j5 numeric, j6 numeric, j7 numeric,
	points numeric, dive_rank int, total numeric, overall_rank int, behind numeric);
CREATE TEMP TABLE paris (round int, dive_order int, diver_id int, diver text, difficulty numeric,
	j1 numeric, j2 numeric, j3 numeric, j4 numeric, j5 numeric, j6 numeric, j7 numeric, position text, points numeric);
\set into performance
\set file figure-skating-olympics-2018/performances.csv
\ir ../../demo/real/load.sql
\set into element
\set file figure-skating-olympics-2018/elements.csv
\ir ../../demo/real/load.sql
\set into component
\set file figure-skating-olympics-2018/components.csv
\ir ../../demo/real/load.sql
\set into tokyo
\set file diving-olympic-10m/tokyo2020_final_dives.csv
\ir ../../demo/real/load.sql
\set into paris
\set file diving-olympic-10m/paris2024_dives.csv
\ir ../../demo/real/load.sql

SET search_path = :"workspace", pg_catalog, pg_temp;

-- Skating ---------------------------------------------------------------------
-- A performance is what is assessed, a programme is the group within which it is
-- ranked, and a programme's panel has nine judges of its own. Equal totals are
-- decided by the elements in short programmes and by the components in free
-- ones: two schemes with two tie chains.
CALL add_year(2018, 'year');
CREATE TEMP TABLE programme AS
SELECT program, CASE WHEN program ~ 'Short' THEN 'short' ELSE 'free' END AS scheme, min(factor) AS factor,
	(SELECT max(e.n) FROM element AS e JOIN performance AS x USING (performance_id) WHERE x.program = p.program) AS elements
FROM performance AS p JOIN component USING (performance_id)
GROUP BY program;
-- By name the five components stand in one order in every programme.
CREATE TEMP VIEW numbered AS
SELECT *, row_number() OVER (PARTITION BY performance_id ORDER BY component)::int AS n FROM component;

INSERT INTO "grouping" (code, label, label_zh) VALUES ('short', 'Short programmes', '短节目'), ('free', 'Free programmes', '自由滑');
INSERT INTO subject_group (grouping_id, code, label)
SELECT w.grouping_id, p.program, p.program FROM programme AS p JOIN "grouping" AS w ON w.code = p.scheme ORDER BY p.program;
INSERT INTO subject (code, name, kind) SELECT performance_id, name, 'person' FROM performance ORDER BY performance_id;
INSERT INTO subject (code, name, kind)
SELECT p.program || ' J' || j, 'Judge ' || j || ', ' || p.program, 'person' FROM programme AS p, generate_series(1, 9) AS j ORDER BY p.program, j;
INSERT INTO group_member (subject_id, grouping_id, group_id)
SELECT s.subject_id, g.grouping_id, g.group_id
FROM performance AS p JOIN subject AS s ON s.code = p.performance_id JOIN subject_group AS g ON g.code = p.program;

-- The base value of element n is item 100 + n, its grade 200 + n; the mark for
-- component n is item 300 + n. A panel's mean goes without the highest and the
-- lowest of its marks.
INSERT INTO indicator (item, code, name, name_zh, fact, direction, roll_up, criterion, rater_role, drop_each)
SELECT 100 + n, 'base value ' || n, 'base value of element ' || n, '动作' || n || '基础分', 'reading', 'higher', 'none', NULL, NULL, 0
FROM generate_series(1, 13) AS n
UNION ALL
SELECT 200 + n, 'grade ' || n, 'grade of execution of element ' || n, '动作' || n || '执行分', 'rating', 'higher', 'none', 'element ' || n, 'judge', 1
FROM generate_series(1, 13) AS n
UNION ALL
SELECT 300 + n, 'component ' || n, 'component ' || n, '内容分' || n, 'rating', 'higher', 'none', 'component ' || n, 'judge', 1
FROM generate_series(1, 5) AS n
UNION ALL
SELECT 1, 'deduction', 'points taken off by the referee', '裁判长扣分', 'event', 'lower', 'sum', NULL, NULL, 0;

INSERT INTO scheme (code, label, label_zh, grouping_id) SELECT code, label, label_zh, grouping_id FROM "grouping";
INSERT INTO scheme_version (scheme_id, number, in_force_from, period_kinds, round_at, round_digits, round_mode, rank_basis, ties, tie_chain)
SELECT scheme_id, 1, '2018-01-01', '{year}', 'final', 2, 'half_up', 'unrounded', 'expand', CASE code WHEN 'short' THEN '{50}' ELSE '{60}' END::int[]
FROM scheme;
INSERT INTO rater_role (version_id, criterion, role, weight)
SELECT v.version_id, i.criterion, i.rater_role, 1 FROM scheme_version AS v, indicator AS i WHERE i.fact = 'rating';
INSERT INTO node (version_id, node, parent, position, part, spec)
SELECT v.version_id, n.*
FROM scheme_version AS v, (VALUES
	(0, NULL, 1, NULL, jsonb '{"rule": "sum", "missing": "strict"}'),
	(50, 0, 1, 'elements', '{"rule": "sum", "label": "Elements 技术分", "missing": "renormalize"}'),
	(60, 0, 2, 'components', '{"rule": "sum", "label": "Components 内容分", "missing": "strict"}'),
	(70, 0, 3, 'deductions', '{"rule": "deductions", "label": "Deductions 扣分", "cap_total": null, "missing": "zero"}')) AS n;
INSERT INTO node (version_id, node, parent, spec)
SELECT version_id, 71, 70, '{"rule": "awards", "item": 1, "points": 1, "cap_award": null, "cap_kind": null}' FROM scheme_version;
-- As many elements as the programme has; each is rounded, and each component
-- times the programme's factor, before they are added.
INSERT INTO node (version_id, group_id, node, parent, position, spec)
SELECT v.version_id, g.group_id, x.*
FROM programme AS p
	JOIN scheme AS s ON s.code = p.scheme
	JOIN scheme_version AS v USING (scheme_id)
	JOIN subject_group AS g ON g.code = p.program,
	LATERAL (
		SELECT n, 50, n, jsonb_build_object('rule', 'formula', 'label', 'Element ' || n || ': base value and grade; 0 without a grade',
			'expression', format('if(observed(node(%s)), item(%s) + node(%s), 0 * item(%s))', 200 + n, 100 + n, 200 + n, 100 + n))
		FROM generate_series(1, p.elements) AS n
		UNION ALL
		SELECT 200 + n, n, 1, jsonb_build_object('rule', 'panel', 'criterion', 'element ' || n, 'missing', 'strict', 'round', jsonb '{"digits": 2, "mode": "half_up"}')
		FROM generate_series(1, p.elements) AS n
		UNION ALL
		SELECT 300 + n, 60, n, jsonb_build_object('rule', 'coefficient', 'coefficient', p.factor, 'max_points', NULL, 'round', jsonb '{"digits": 2, "mode": "half_up"}')
		FROM generate_series(1, 5) AS n
		UNION ALL
		SELECT 400 + n, 300 + n, 1, jsonb_build_object('rule', 'panel', 'criterion', 'component ' || n, 'missing', 'strict', 'round', jsonb '{"digits": 2, "mode": "half_up"}')
		FROM generate_series(1, 5) AS n
	) AS x (node, parent, position, spec);
CALL seal_version(find_version('short'));
CALL seal_version(find_version('free'));

CREATE TEMP VIEW base_value AS
SELECT performance_id AS subject, '2018' AS period, 'base value ' || n AS indicator, base AS value FROM element;
CALL load('base_value');
INSERT INTO rating (subject_id, period_id, criterion, rater_role, rater_id, value)
SELECT s.subject_id, 2018000, m.criterion, 'judge', j.subject_id, m.value
FROM (SELECT performance_id, 'element ' || n AS criterion, u.*
      FROM element, unnest(ARRAY[j1, j2, j3, j4, j5, j6, j7, j8, j9]) WITH ORDINALITY AS u (value, j) WHERE u.value IS NOT NULL
      UNION ALL
      SELECT performance_id, 'component ' || n, u.*
      FROM numbered, unnest(ARRAY[j1, j2, j3, j4, j5, j6, j7, j8, j9]) WITH ORDINALITY AS u (value, j)) AS m
	JOIN performance AS p USING (performance_id)
	JOIN subject AS s ON s.code = m.performance_id
	JOIN subject AS j ON j.code = p.program || ' J' || m.j;
INSERT INTO subject (code, name, kind) VALUES ('referee', 'Referee', 'institution');
INSERT INTO posting_right (item, office_id) SELECT 1, subject_id FROM subject WHERE code = 'referee';
INSERT INTO event (subject_id, period_id, item, office_id, occurred_on, quantity, decision)
SELECT s.subject_id, 2018000, 1, r.subject_id, '2018-02-17', -p.deductions, 'valid'
FROM performance AS p JOIN subject AS s ON s.code = p.performance_id, subject AS r WHERE r.code = 'referee' AND p.deductions <> 0;
CALL fold();
SELECT format('ANALYZE %s', oid::regclass) FROM pg_class
WHERE relnamespace = quote_ident(:'workspace')::regnamespace AND relkind = 'r' \gexec

SELECT 'skating: judges', count(DISTINCT rater_id), 144 FROM rating;
SELECT 'skating: marks', count(*), 9 * (2144 + 1250) FROM rating;
CREATE TEMP TABLE skated AS SELECT * FROM standing WHERE scheme IN ('short', 'free') AND period = '2018';
SELECT 'skating: totals', count(*) FILTER (WHERE s.score = p.total), count(*)
FROM performance AS p LEFT JOIN skated AS s ON s.subject = p.performance_id;
SELECT 'skating: ranks', count(*) FILTER (WHERE s.rank = p.rank), count(*)
FROM performance AS p LEFT JOIN skated AS s ON s.subject = p.performance_id;
SELECT 'skating: panel grades', count(*) FILTER (WHERE round(r.value, 2) = e.grade AND r.raters = 9), count(*)
FROM element AS e
	JOIN subject AS s ON s.code = e.performance_id
	LEFT JOIN rating_reading AS r ON r.subject_id = s.subject_id AND r.item = 200 + e.n
WHERE e.j1 IS NOT NULL;
SELECT 'skating: panel marks of components', count(*) FILTER (WHERE round(r.value, 2) = c.score AND r.raters = 9), count(*)
FROM numbered AS c
	JOIN subject AS s ON s.code = c.performance_id
	LEFT JOIN rating_reading AS r ON r.subject_id = s.subject_id AND r.item = 300 + c.n;
SELECT 'skating: ' || p.part, count(*) FILTER (WHERE p.points = v.published), count(*)
FROM standing_part AS p
	JOIN subject AS s USING (subject_id)
	JOIN performance AS x ON x.performance_id = s.code,
	LATERAL (SELECT CASE p.part WHEN 'elements' THEN x.elements WHEN 'components' THEN x.components WHEN 'deductions' THEN x.deductions END AS published) AS v
WHERE p.period_id = 2018000
GROUP BY p.part;
SELECT 'skating: explanations that add up', count(*) FILTER (WHERE l.points = k.score), count(*)
FROM skated AS k
	LEFT JOIN (SELECT subject_id, sum(points) AS points FROM standing_line WHERE period_id = 2018000 GROUP BY subject_id) AS l USING (subject_id);
SELECT 'skating: equal totals that the chain decides', count(*), 2
FROM skated AS a JOIN skated AS b USING (group_id, score) WHERE a.subject_id <> b.subject_id AND a.rank <> b.rank;

-- Diving ----------------------------------------------------------------------
-- A round is a month here: first the dive is assessed, then its points are carried
-- to a second scheme, which adds them up over the cumulative months.
CALL add_year(2021, 'month');
CALL add_year(2024, 'month');
CREATE TEMP TABLE dive AS
SELECT 'Tokyo ' || final_rank AS diver, diver AS name, 'Tokyo 2020' AS final, 2021 * 1000 + 20 + round AS period_id, difficulty,
	ARRAY[j1, j2, j3, j4, j5, j6, j7] AS marks, points, dive_rank, total, overall_rank, behind
FROM tokyo
UNION ALL
-- Of Paris neither totals nor ranks come with the data: they are those of the published points.
SELECT 'Paris ' || diver_id, diver, 'Paris 2024', 2024 * 1000 + 20 + round, difficulty,
	ARRAY[j1, j2, j3, j4, j5, j6, j7], points, rank() OVER (PARTITION BY round ORDER BY points DESC), total,
	rank() OVER (PARTITION BY round ORDER BY total DESC), NULL
FROM (SELECT *, sum(points) OVER (PARTITION BY diver_id ORDER BY round) AS total FROM paris) AS p;

INSERT INTO "grouping" (code, label, label_zh) VALUES ('platform', 'Men, 10 m platform', '男子十米台');
INSERT INTO subject_group (grouping_id, code, label)
SELECT w.grouping_id, f, f FROM "grouping" AS w, (VALUES ('Tokyo 2020'), ('Paris 2024')) AS v (f) WHERE w.code = 'platform';
INSERT INTO subject (code, name, kind) SELECT DISTINCT diver, name, 'person' FROM dive ORDER BY diver;
INSERT INTO subject (code, name, kind)
SELECT f || ' J' || j, 'Judge ' || j || ', ' || f, 'person' FROM (VALUES ('Tokyo 2020'), ('Paris 2024')) AS v (f), generate_series(1, 7) AS j;
SELECT format('CALL assign_group(%L, %L, %L, %L)', d.diver, 'platform', g.code, make_date(d.year + g.later, 1, 1))
FROM (SELECT DISTINCT diver, final, period_id / 1000 AS year FROM dive) AS d, LATERAL (VALUES (d.final, 0), (NULL, 1)) AS g (code, later)
ORDER BY d.diver, g.later \gexec
INSERT INTO indicator (item, code, name, name_zh, fact, roll_up, criterion, rater_role, drop_each) VALUES
	(501, 'difficulty', 'degree of difficulty', '难度系数', 'reading', 'none', NULL, NULL, 0),
	(502, 'dive', 'the dive, without the two highest and the two lowest marks', '动作完成分', 'rating', 'none', 'dive', 'judge', 2),
	(503, 'points', 'points of the dive', '动作得分', 'reading', 'sum', NULL, NULL, 0);
INSERT INTO scheme (code, label, label_zh, grouping_id)
SELECT c, l, z, w.grouping_id FROM "grouping" AS w, (VALUES ('dive', 'One dive', '单个动作'), ('total', 'Total so far', '累计得分')) AS v (c, l, z)
WHERE w.code = 'platform';
INSERT INTO scheme_version (scheme_id, number, in_force_from, period_kinds, round_at, round_digits, round_mode, rank_basis, ties, tie_chain)
SELECT scheme_id, 1, '2021-01-01', '{month}', 'final', 2, 'half_up', 'unrounded', 'expand', '{}' FROM scheme WHERE code IN ('dive', 'total');
INSERT INTO rater_role (version_id, criterion, role, weight) VALUES (find_version('dive'), 'dive', 'judge', 1);
-- Marks are half points: three times the mean of the three in the middle has one decimal.
INSERT INTO node (version_id, node, parent, spec)
SELECT find_version(scheme), node, parent, spec
FROM (VALUES
	('dive', 0, NULL, jsonb '{"rule": "coefficient", "coefficient": {"item": 501}, "max_points": null}'),
	('dive', 1, 0, '{"rule": "formula", "label": "sum of the three marks in the middle 中间三分之和", "expression": "3 * node(2)", "round": {"digits": 1, "mode": "half_up"}}'),
	('dive', 2, 1, '{"rule": "panel", "criterion": "dive", "min": 0, "max": 10, "missing": "strict"}'),
	('total', 0, NULL, '{"rule": "given", "item": 503, "min": 0, "max": null}')) AS n (scheme, node, parent, spec);
CALL seal_version(find_version('dive'));
CALL seal_version(find_version('total'));

CREATE TEMP VIEW dive_difficulty AS
SELECT d.diver AS subject, p.code AS period, 'difficulty' AS indicator, d.difficulty AS value FROM dive AS d JOIN period AS p USING (period_id);
CALL load('dive_difficulty');
-- Each mark as its judge gives it.
SELECT format('CALL rate(%L, %L, %L, %L, %s, %L)', d.diver, 'dive', 'judge', d.final || ' J' || m.j, m.value, p.code)
FROM dive AS d JOIN period AS p USING (period_id), unnest(d.marks) WITH ORDINALITY AS m (value, j)
ORDER BY d.period_id, d.diver, m.j \gexec
SELECT format('CALL carry_result(%L, %L, %L)', 'dive', p.code, 'points') FROM period AS p WHERE p.period_id IN (SELECT period_id FROM dive) ORDER BY 1 \gexec
CALL fold();
SELECT format('ANALYZE %s', oid::regclass) FROM pg_class
WHERE relnamespace = quote_ident(:'workspace')::regnamespace AND relkind = 'r' \gexec

CREATE TEMP TABLE dived AS
SELECT d.*, n.score AS own_points, n.rank AS own_rank, t.score AS own_total, t.rank AS own_overall,
	max(t.score) OVER (PARTITION BY d.period_id) - t.score AS own_behind
FROM dive AS d
	LEFT JOIN standing AS n ON n.subject = d.diver AND n.period_id = d.period_id AND n.scheme = 'dive'
	LEFT JOIN standing AS t ON t.subject = d.diver AND t.period_id = d.period_id + 500 AND t.scheme = 'total';
SELECT 'diving: marks given', (SELECT count(*) FROM rating WHERE criterion = 'dive'), count(*) * 7 FROM dive;
SELECT format('diving: %s, %s', final, what), count(*) FILTER (WHERE same), count(*)
FROM dived, LATERAL (VALUES ('points of the dive', own_points = points), ('ranks of the dive', own_rank = dive_rank), ('totals so far', own_total = total),
	('ranks so far', own_overall = overall_rank), ('points behind', own_behind = coalesce(behind, CASE WHEN overall_rank = 1 THEN 0 END))) AS v (what, same)
WHERE final ~ 'Tokyo' OR what <> 'points behind'
GROUP BY final, what;

-- Frozen, a mark changed afterwards, and worked out again from the facts of then.
CALL assess('short', '2018') \gset short_
CALL assess('free', '2018') \gset free_
CALL assess('total', '2021-06+') \gset tokyo_
CALL assess('total', '2024-06+') \gset paris_
SELECT 'runs: totals and ranks', count(*) FILTER (WHERE (r.score, r.rank) = (x.total, x.rank)), count(*)
FROM (SELECT performance_id, total, rank FROM performance
      UNION ALL SELECT diver, total, overall_rank FROM dive WHERE period_id IN (2021026, 2024026)) AS x (code, total, rank)
	LEFT JOIN result AS r ON r.subject = x.code AND r.run_id IN (:short_run_id, :free_run_id, :tokyo_run_id, :paris_run_id);
-- Every judge of the winning short programme of the men gives a grade of -1 for its first element.
SELECT format('CALL rate(%L, %L, %L, %L, %s, %L)', s.code, r.criterion, r.rater_role, j.code, -1, '2018')
FROM rating AS r
	JOIN subject AS s USING (subject_id)
	JOIN subject AS j ON j.subject_id = r.rater_id
	JOIN performance AS p ON p.performance_id = s.code
WHERE p.program = 'Men Single Skating - Short Program' AND p.rank = 1 AND r.criterion = 'element 1'
ORDER BY j.code \gexec
SELECT 'skating: totals that new marks move', count(*) FILTER (WHERE s.score <> k.score), 1
FROM standing AS s JOIN skated AS k USING (scheme_id, period_id, subject_id);
SELECT 'skating: the total that they move', count(*), 1
FROM standing AS s JOIN skated AS k USING (scheme_id, period_id, subject_id)
	JOIN element AS e ON e.performance_id = s.subject AND e.n = 1
WHERE s.score = k.score - e.grade - 1 AND s.score <> k.score;
CALL rerun(:short_run_id) \gset
CALL rerun(:short_run_id, from_facts => true) \gset
CALL rerun(:tokyo_run_id, from_facts => true) \gset
SELECT 'runs: reruns with the hash of the run', count(*) FILTER (WHERE r.hash = y.hash), count(*)
FROM run AS r JOIN run AS y ON y.run_id = r.rerun_of;
