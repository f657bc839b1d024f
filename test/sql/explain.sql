\set ECHO none
\getenv testdir PG_ABS_SRCDIR
\i :testdir/include/setup.sql
CREATE FUNCTION pg_temp.rubric(root text, rest text DEFAULT '"rounding": {"digits": 2}') RETURNS rubric LANGUAGE sql IMMUTABLE AS $$ SELECT ('{"rubric": 1, ' || rest || ', "root": ' || root || '}')::rubric $$;
-- The lines that have points, or a note: where, the effect, how many, why.
CREATE FUNCTION pg_temp.lines(card scorecard, rubric rubric) RETURNS text LANGUAGE sql AS $$
	SELECT string_agg(concat_ws(' ', path, substring(label FROM '^effect of (\w+)'), points, '(' || note || ')'), ', ' ORDER BY n) FROM explain(card, rubric) WITH ORDINALITY e(node, parent, path, label, reading, rule, raw_points, weight, points, status, note, n)
	WHERE points IS NOT NULL OR note IS NOT NULL
$$;
\set ECHO all
-- A city's scheme. Basic points 0.6 * (0.5 * 85 + 0.5 * 70) + 0.4 * 87.33 = 81.432; off min(3, 4) + 3, held to 5; on top 2 + 3, held to 3: 79.432.
CREATE TABLE city AS SELECT '{"rubric": 1, "label": "城市管理考核", "root": {"rule": "clamp", "low": 0, "high": 105, "label": "总分", "children": [{"rule": "sum", "children": [
	{"rule": "weighted_mean", "label": "基础分", "children": [
		{"rule": "weighted_mean", "label": "市容", "weight": 60, "children": [{"rule": "threshold", "label": "道路清扫率", "weight": 50, "item": 101, "target": 95, "full_points": 100, "penalty": 10}, {"rule": "events", "label": "投诉", "weight": 50, "item": 102, "full_points": 100, "penalty": 15}]},
		{"rule": "given", "label": "公众评议", "weight": 40, "item": 103}]},
	{"rule": "deductions", "label": "扣分", "cap_total": 5, "children": [{"rule": "given", "label": "通报批评", "cap": 3, "item": 104}, {"rule": "given", "label": "媒体曝光", "item": 105}]},
	{"rule": "bonus", "label": "加分", "cap_total": 3, "children": [{"rule": "awards", "label": "表彰", "items": [106, 107]}]}]}]},
	"limits": [{"label": "安全事故", "item": 108, "ge": 1, "effect": "zero_score"}]}'::rubric AS rubric, '{"101": 93.5, "102": 2, "103": 87.33, "104": 4, "105": 3, "106": 2, "107": 3, "108": 0}'::scorecard AS card;
SELECT e.* FROM city, explain(card, rubric) e;
SELECT score(card, rubric), sum(points) AS lines FROM city, explain(card, rubric) GROUP BY card, rubric;
-- without a review the basic points are the other part's; with an accident nothing is left
SELECT pg_temp.lines(card || '{"103": "missing"}', rubric) FROM city;
SELECT score(card || '{"108": 2}', rubric), pg_temp.lines(card || '{"108": 2}', rubric) FROM city;

-- What a node does beyond its children is a line of its own.
CREATE TABLE example (what text, root text, card scorecard, want text);
INSERT INTO example VALUES
	('coefficient', '{"rule": "coefficient", "coefficient": {"item": 2}, "children": [{"rule": "given", "item": 1}]}', '{"1": 96, "2": 0.85}', '/ coefficient -14.4, /1 96'),
	('coefficient, capped', '{"rule": "coefficient", "coefficient": {"item": 2}, "max_points": 100, "children": [{"rule": "given", "item": 1}]}', '{"1": 96, "2": 1.14}', '/ coefficient 4, /1 96'),
	('coefficient of 1', '{"rule": "coefficient", "coefficient": 1, "children": [{"rule": "given", "item": 1}]}', '{"1": 96}', '/1 96'),
	('clamp', '{"rule": "clamp", "low": 0, "high": 100, "children": [{"rule": "sum", "children": [{"rule": "given", "item": 1}, {"rule": "given", "item": 2}]}]}', '{"1": 96, "2": 8.5}', '/ clamp -4.5, /1/1 96, /1/2 8.5'),
	('deductions', '{"rule": "deductions", "cap_total": 5, "children": [{"rule": "given", "cap": 3, "item": 1}, {"rule": "given", "item": 2}]}', '{"1": 4, "2": 3}', '/ deductions 2, /1 -4, /2 -3'),
	('bonus', '{"rule": "bonus", "children": [{"rule": "given", "cap": 3, "item": 1}, {"rule": "given", "item": 2}]}', '{"1": 4, "2": 3}', '/ bonus -1, /1 4, /2 3'),
	-- the mean of (4, 9) by 1:3 is 7.75
	('geometric_mean', '{"rule": "geometric_mean", "children": [{"rule": "given", "item": 1}, {"rule": "given", "weight": 3, "item": 2}]}', '{"1": 4, "2": 9}', '/ geometric_mean -0.4, /1 1, /2 6.75'),
	('harmonic_mean', '{"rule": "harmonic_mean", "children": [{"rule": "given", "item": 1}, {"rule": "given", "weight": 3, "item": 2}]}', '{"1": 4, "2": 9}', '/ harmonic_mean -0.89, /1 1, /2 6.75'),
	('product', '{"rule": "product", "children": [{"rule": "given", "item": 1}, {"rule": "given", "item": 2}]}', '{"1": 4, "2": 9}', '/ product 29.5, /1 2, /2 4.5'),
	('minimum', '{"rule": "minimum", "children": [{"rule": "given", "item": 1}, {"rule": "given", "item": 2}]}', '{"1": 4, "2": 9}', '/ minimum -2.5, /1 2, /2 4.5'),
	('maximum', '{"rule": "maximum", "children": [{"rule": "given", "item": 1}, {"rule": "given", "item": 2}]}', '{"1": 4, "2": 9}', '/ maximum 2.5, /1 2, /2 4.5'),
	('budget', '{"rule": "budget", "children": [{"rule": "given", "weight": 10, "item": 1}, {"rule": "given", "weight": 5, "item": 2}]}', '{"1": 80, "2": 100}', '/1 8, /2 5'),
	('rounding within', '{"rule": "sum", "children": [{"rule": "sum", "round": {"digits": 1}, "children": [{"rule": "given", "item": 1}, {"rule": "given", "item": 1}, {"rule": "given", "item": 1}]}, {"rule": "given", "item": 1, "round": {"digits": 1}}]}', '{"1": 1.25}', '/1 rounding 0.05, /1/1 1.25, /1/2 1.25, /1/3 1.25, /2 1.3'),
	('rounding and an effect', '{"rule": "sum", "children": [{"rule": "maximum", "round": {"digits": 0}, "children": [{"rule": "given", "item": 1}, {"rule": "given", "item": 2}]}]}', '{"1": 4.2, "2": 8.8}', '/1 maximum 2.3, /1 rounding 0.2, /1/1 2.1, /1/2 4.4'),
	('a factor below', '{"rule": "weighted_mean", "children": [{"rule": "bonus", "cap_total": 2, "children": [{"rule": "given", "item": 1}]}, {"rule": "given", "weight": 3, "item": 1}]}', '{"1": 10}', '/1 bonus -2, /1/1 2.5, /2 7.5'),
	('formula', '{"rule": "sum", "children": [{"rule": "formula", "expression": "node(8) * 2", "children": [{"rule": "given", "node": 8, "item": 1}]}, {"rule": "constant", "points": 1}]}', '{"1": 10}', '/1 20, /1/1 (counts through the node above), /2 1'),
	-- what does not come out even goes to the largest rests, earlier lines first
	('thirds', '{"rule": "weighted_mean", "children": [{"rule": "given", "item": 1}, {"rule": "given", "item": 1}, {"rule": "given", "item": 1}]}', '{"1": 10}', '/1 3.34, /2 3.33, /3 3.33'),
	('sevenths', '{"rule": "weighted_mean", "children": [{"rule": "given", "item": 1}, {"rule": "given", "weight": 2, "item": 1}, {"rule": "given", "weight": 4, "item": 1}]}', '{"1": 100}', '/1 14.29, /2 28.57, /3 57.14'),
	('thirds taken off', '{"rule": "deductions", "children": [{"rule": "weighted_mean", "children": [{"rule": "given", "item": 1}, {"rule": "given", "item": 2}, {"rule": "given", "item": 2}]}]}', '{"1": 10, "2": 5}', '/1/1 -3.33, /1/2 -1.67, /1/3 -1.67'),
	('no digits', '{"rule": "sum", "round": {"digits": 0, "mode": "ceil"}, "children": [{"rule": "given", "item": 1}, {"rule": "given", "item": 2}, {"rule": "given", "item": 3}]}', '{"1": 1.2, "2": 1.3, "3": 1.1}', '/1 1, /2 2, /3 1'),
	-- gaps: left out, or filled in on a line of their own
	('missing', '{"rule": "weighted_mean", "children": [{"rule": "given", "item": 1}, {"rule": "given", "item": 2}, {"rule": "given", "item": 3}]}', '{"1": 10, "2": "exempt"}', '/1 10, /2 (left out), /3 (left out)'),
	('zero', '{"rule": "weighted_mean", "missing": "zero", "children": [{"rule": "given", "item": 1}, {"rule": "given", "item": 2}]}', '{"1": 10}', '/1 5, /2 0 (counted as 0)'),
	('impute', '{"rule": "weighted_mean", "missing": "impute:7.5", "children": [{"rule": "given", "item": 1}, {"rule": "sum", "children": [{"rule": "given", "item": 2}]}]}', '{"1": 10, "2": "error:4"}', '/1 5, /2 3.75 (error 4; counted as 7.5), /2/1 (error 4; counts through the node above)'),
	('unused points', '{"rule": "budget", "unused": "full", "children": [{"rule": "given", "weight": 15, "item": 1}, {"rule": "given", "weight": 5, "item": 2}]}', '{"1": 80, "2": "exempt"}', '/1 12, /2 5 (counted as 100)'),
	('points cut', '{"rule": "budget", "unused": "zero", "children": [{"rule": "given", "weight": 15, "item": 1}, {"rule": "given", "weight": 5, "item": 2}]}', '{"1": 80, "2": "exempt"}', '/1 12, /2 0 (counted as 0)'),
	('an error', '{"rule": "sum", "missing": "renormalize", "children": [{"rule": "events", "item": 1, "full_points": 10, "penalty": 1}, {"rule": "given", "item": 2}]}', '{"1": 1.5, "2": 3}', '/1 (error 9001; left out), /2 3'),
	('nothing to take off', '{"rule": "sum", "children": [{"rule": "given", "item": 1}, {"rule": "deductions", "children": [{"rule": "given", "item": 2}]}]}', '{"1": 3}', '/1 3, /2/1 0 (counted as 0)');
SELECT what, pg_temp.lines(card, pg_temp.rubric(root)) AS lines, pg_temp.lines(card, pg_temp.rubric(root)) = want AS ok, (SELECT sum(points) FROM explain(card, pg_temp.rubric(root))) = score(card, pg_temp.rubric(root)) AS adds_up FROM example;
-- as many digits as there are, where nothing is rounded
SELECT pg_temp.lines('{"1": 10, "2": 0.000001}', pg_temp.rubric('{"rule": "weighted_mean", "children": [{"rule": "given", "item": 1}, {"rule": "given", "item": 1}, {"rule": "given", "item": 2}]}', '"rounding": {"at": "none"}')) AS lines;
SELECT pg_temp.lines('{"1": 1.25}', pg_temp.rubric('{"rule": "sum", "children": [{"rule": "sum", "children": [{"rule": "given", "item": 1}, {"rule": "given", "item": 1}, {"rule": "given", "item": 1}]}]}', format('"rounding": {"at": "%s", "digits": 1}', at))) AS lines, at, want
FROM (VALUES ('indicator', '/1/1 1.3, /1/2 1.3, /1/3 1.3'), ('node', '/1/1 1.3, /1/2 1.3, /1/3 1.3'), ('final', '/1/1 1.3, /1/2 1.3, /1/3 1.2'), ('none', '/1/1 1.25, /1/2 1.25, /1/3 1.25')) v(at, want);

-- No score, no points; the lines still say why.
SELECT path, reading, raw_points, points, status, note FROM explain('{"1": 5, "3": "error:7"}', pg_temp.rubric('{"rule": "weighted_mean", "missing": "strict", "children": [{"rule": "given", "item": 1}, {"rule": "given", "item": 2}, {"rule": "given", "item": 3}]}'));
-- Limits come last; the first that is struck takes the score away.
SELECT path, label, points, status, note FROM explain('{"1": 80, "2": 2}', pg_temp.rubric('{"rule": "sum", "children": [{"rule": "given", "item": 1}, {"rule": "constant", "points": 10.005}]}', '"limits": [{"item": 2, "ge": 3, "effect": "zero_score"}, {"item": 2, "ge": 1, "effect": "cap_tier", "tier": 2}, {"item": 2, "gt": 1, "effect": "zero_score"}, {"item": 2, "gt": 0, "effect": "zero_score"}, {"item": 3, "gt": 0, "effect": "ineligible"}]'));
-- Readings: of a leaf with one, be it an item or another node. Every rule in words.
SELECT path, reading, rule FROM explain('{"1": 2, "2": 5, "7": 1.5}', pg_temp.rubric('{"rule": "sum", "children": [{"rule": "given", "item": 1, "min": null, "max": 10}, {"rule": "threshold", "value": {"node": 1}, "target": {"item": 2}, "full_points": {"parameter": "满分"}, "penalty": 2, "mode": "ceil", "better": "lower"},
	{"rule": "ceiling", "limit": 1, "full_points": 10, "penalty": 3, "per": "point", "items": [7]}, {"rule": "ceiling", "limit": 1, "full_points": 10, "penalty": 3, "per": "point", "items": [1, 2]}, {"rule": "bands", "item": 2, "cuts": [3, 4], "points": [0, 5, 10]}, {"rule": "bands", "item": 2, "ranges": [{"ge": 4, "lt": 6, "points": 1}, {"points": 0}]}, {"rule": "interpolate", "item": 1, "xs": [0, 10], "ys": [0, 5]}, {"rule": "ordinal", "item": 1, "words": [{"word": "好", "points": 10}, {"word": "差", "points": 0}]},
	{"rule": "met", "item": 1, "gt": 1, "le": 2, "points": 5}, {"rule": "constant", "points": 1}, {"rule": "formula", "expression": "item(1) * 2"}, {"rule": "weighted_mean", "total": 100, "missing": "zero", "children": [{"rule": "given", "item": 1}]}, {"rule": "deductions", "cap_total": null, "children": [{"rule": "given", "item": 2}]}]}', '"parameters": {"满分": 10}'));
-- wherever a set may stand
SELECT explain('{"1": 5}', pg_temp.rubric('{"rule": "given", "item": 1}'));
SELECT (explain('{"1": 5}', pg_temp.rubric('{"rule": "given", "item": 1}'))).points;
SELECT path, points, n FROM ROWS FROM (explain('{"1": 5}', pg_temp.rubric('{"rule": "given", "item": 1}')), generate_series(1, 2)) AS e(node, parent, path, label, reading, rule, raw_points, weight, points, status, note, n);
SELECT count(*) AS nothing FROM explain(NULL, (SELECT rubric FROM city));

-- The lines add up, whatever the tree, the rounding and the card.
CREATE TABLE many AS SELECT i, scorecard_agg(item, CASE WHEN (i * item) % 13 = 0 THEN NULL ELSE round((i * item * 7919 % 10007) * 0.013, i % 5) END) AS card FROM generate_series(1, 40) i, generate_series(101, 108) item GROUP BY i;
CREATE TABLE tree AS
SELECT at, digits, mode, inner_rule, policy, pg_temp.rubric(format('{"rule": "weighted_mean", "missing": "%s", "children": [{"rule": "%s", "weight": 0.7, %s"children": [{"rule": "given", "weight": 3, "item": 101}, {"rule": "threshold", "item": 102, "target": 70, "full_points": 100, "penalty": 1.7, "min_points": null}, {"rule": "given", "weight": 4, "item": 103}]}, {"rule": "coefficient", "weight": 1.1, "coefficient": 1.07, "max_points": 80, "children": [{"rule": "sum", "children": [{"rule": "given", "item": 104}, {"rule": "deductions", "cap_total": 10, "children": [{"rule": "given", "item": 105, "cap": 3}, {"rule": "given", "item": 106}]}]}]}, {"rule": "clamp", "low": 10, "high": 90, "children": [{"rule": "given", "item": 107}]}]}',
	policy, inner_rule, CASE inner_rule WHEN 'geometric_mean' THEN '"round": {"digits": 3}, ' ELSE '' END), format('"rounding": {"at": "%s", "digits": %s, "mode": "%s"}, "limits": [{"item": 108, "ge": 50, "effect": "zero_score"}]', at, digits, mode)) AS rubric
FROM unnest(ARRAY['none', 'indicator', 'node', 'final']) at, unnest(ARRAY[0, 2, 7]) digits, unnest(ARRAY['half_up', 'floor', 'ceil']) mode, unnest(ARRAY['weighted_mean', 'geometric_mean', 'harmonic_mean', 'product', 'minimum', 'maximum', 'budget', 'bonus', 'sum']) inner_rule, unnest(ARRAY['zero', 'renormalize', 'impute:33']) policy
WHERE (at, digits) <> ('none', 7);
SELECT count(*) AS scores, count(*) FILTER (WHERE total IS NOT DISTINCT FROM score) AS add_up, count(*) FILTER (WHERE veto AND score = 0) > 0 AS vetoes
FROM (SELECT score(card, rubric), (SELECT sum(points) FROM explain(card, rubric)) AS total, EXISTS (SELECT FROM explain(card, rubric) WHERE note = 'struck') AS veto FROM many, tree WHERE i % 4 = 1) t;
DROP TABLE city, example, many, tree;
-- Fractions of 250,000 bits each, without a factor in common: too long to be added up, yet the lines make the score.
CREATE FUNCTION pg_temp.chain(p bigint, levels int) RETURNS text LANGUAGE sql AS $$
	SELECT repeat('{"rule": "formula", "children": [', levels) || format('{"rule": "formula", "node": %s, "expression": "1/%s"}', p % 100000 * 20, p)
		|| string_agg(format('], "node": %s, "expression": "node(%s)*node(%s)"}', p % 100000 * 20 + k, p % 100000 * 20 + k - 1, p % 100000 * 20 + k - 1), '' ORDER BY k)
	FROM generate_series(1, levels) k
$$;
WITH r AS (
	SELECT format('{"rubric": 1, "root": {"rule": "sum", "children": [{"rule": "minimum", "children": [%s]}, {"rule": "constant", "points": 7}]}}',
		string_agg(format('{"rule": "formula", "expression": "%s + node(%s)", "children": [%s]}', k, p % 100000 * 20 + 12, pg_temp.chain(p, 12)), ','))::rubric AS rubric
	FROM unnest(ARRAY[2305843009213693951, 2305843009213693921, 2305843009213693907, 2305843009213693723, 2305843009213693693, 2305843009213693669, 2305843009213693613, 2305843009213693561, 2305843009213693493, 2305843009213693487, 2305843009213693481, 2305843009213693357, 2305843009213693313, 2305843009213693211, 2305843009213693199, 2305843009213693157, 2305843009213693123, 2305843009213693111, 2305843009213693057, 2305843009213693033]) WITH ORDINALITY AS prime(p, k)
) SELECT score('{}', rubric), (SELECT sum(points) FROM explain('{}', rubric)) FROM r;
-- A reading that is another node is shown as that node is, whatever rounds here.
SELECT path, reading, raw_points FROM explain('{"1": 1}', '{"rubric": 1, "root": {"rule": "sum", "children": [{"rule": "formula", "expression": "item(1)/3"}, {"rule": "given", "value": {"node": 1}, "round": {"digits": 1}}]}}');
