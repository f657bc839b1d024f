\set ECHO none
\getenv testdir PG_ABS_SRCDIR
\i :testdir/include/setup.sql
\set ECHO all
-- A rubric as rows: the document's settings, the tree from the root down, the limits.
CREATE TABLE scheme (n int, rubric rubric);
INSERT INTO scheme VALUES
	(1, '{"rubric": 1, "label": "考核", "rounding": {"at": "final", "digits": 1}, "parameters": {"t": 95}, "root": {"rule": "sum", "label": "总分", "children": [
		{"rule": "weighted_mean", "total": 100, "children": [{"rule": "threshold", "node": 11, "weight": 60, "item": 101, "target": {"parameter": "t"}, "full_points": 100, "penalty": 2}, {"rule": "bands", "weight": 40, "item": 102, "cuts": [60, 80], "points": [0, 50, 100]}]},
		{"rule": "deductions", "cap_total": null, "children": [{"rule": "given", "item": 103, "cap": 3}]}]}, "limits": [{"item": 104, "ge": 1, "effect": "zero_score"}, {"node": 21, "item": 104, "ge": 2, "effect": "ineligible", "for": "评优"}]}'),
	(2, '{"rubric": 1, "root": {"rule": "constant", "points": 1}}'),
	-- 99 levels, and 10,000 nodes
	(3, ('{"rubric": 1, "root": ' || repeat('{"rule": "sum", "children": [', 99) || '{"rule": "given", "item": 1}' || repeat(']}', 99) || '}')::rubric);
INSERT INTO scheme SELECT 4, ('{"rubric": 1, "root": {"rule": "sum", "children": [' || string_agg(format('{"rule": "given", "node": %s, "item": %s}', i * 7919 % 10007, i), ', ') || ']}}')::rubric FROM generate_series(1, 9999) i;
SELECT r.* FROM scheme, rubric_rows(rubric) r WHERE n = 1;
SELECT n, count(*) AS rows, max(path COLLATE "C") FILTER (WHERE n <> 3) AS last FROM scheme, rubric_rows(rubric) GROUP BY n ORDER BY n;

-- And back, in whatever order the rows come.
CREATE TABLE spec AS SELECT n, o, spec FROM scheme, rubric_rows(rubric) WITH ORDINALITY r(node, parent, "position", path, spec, o);
SELECT n, compiled = rubric AS same FROM (SELECT n, compile_rubric(spec ORDER BY o) FROM spec GROUP BY n) c(n, compiled) JOIN scheme USING (n) ORDER BY n;
SELECT n, compiled = rubric AS same FROM (SELECT n, compile_rubric(spec ORDER BY o * 7919 % 10007) FROM spec GROUP BY n) c(n, compiled) JOIN scheme USING (n) ORDER BY n;
-- a scheme that lives in a table
CREATE TABLE node (node int PRIMARY KEY, parent int REFERENCES node, "position" int, rule text NOT NULL, label text, weight numeric, settings jsonb NOT NULL DEFAULT '{}');
INSERT INTO node VALUES
	(0, NULL, NULL, 'weighted_mean', NULL, NULL, '{"missing": "strict", "round": {"digits": 1}}'),
	(10, 0, 2, 'given', '群众评议', 40.00, '{"item": 102, "max": null}'),
	(20, 0, 1, '达标扣分', '清扫率', 60.00, '{"item": 101, "target": 95, "full_points": 100, "penalty": 2}'),
	(30, NULL, 1, 'limit', '事故', NULL, '{"item": 103, "ge": 1, "effect": "zero_score"}'),
	(40, NULL, 0, 'limit', NULL, NULL, '{"item": 103, "ge": 1, "effect": "cap_tier", "tier": 4}');
SELECT compile_rubric(jsonb_strip_nulls(to_jsonb(n) - 'settings') || settings) AS rubric FROM node n;
SELECT compile_rubric(jsonb_strip_nulls(to_jsonb(n) - 'settings') || settings ORDER BY node DESC) = compile_rubric(jsonb_strip_nulls(to_jsonb(n) - 'settings') || settings ORDER BY label) AS same FROM node n;
SELECT score('{"101": 90, "102": 88}', compile_rubric(jsonb_strip_nulls(to_jsonb(n) - 'settings') || settings)) AS score FROM node n WHERE rule <> 'limit';
-- without a position siblings go by their numbers, without numbers as they come
SELECT compile_rubric(row::jsonb) FROM unnest(ARRAY['{"node": 0, "rule": "sum"}', '{"node": 9, "parent": 0, "rule": "given", "item": 1}', '{"node": 3, "parent": 0, "rule": "given", "item": 2}', '{"parent": 0, "position": null, "rule": "given", "item": 4}', '{"parent": 0, "rule": "given", "item": 3}', '{"rubric": 1, "label": "x"}']) row;
SELECT compile_rubric(NULL) FILTER (WHERE false) IS NULL AS no_rows;
\a\t
SELECT pg_temp.answer(format($$compile_rubric(row::jsonb) FROM unnest(ARRAY[%s]) row$$, rows)) FROM unnest(ARRAY[
	$$NULL$$,
	$$'[1]'$$,
	$$'{"label": "x"}'$$,
	$$'{"node": 0, "rule": "given", "item": 1}', '{"label": "x"}', '{"label": "y"}'$$,
	$$'{"node": 0, "rule": "given", "item": 1}', '{"rubric": 2}'$$,
	$$'{"node": -1, "rule": "given", "item": 1}'$$,
	$$'{"node": 0.5, "rule": "given", "item": 1}'$$,
	$$'{"node": "0", "rule": "given", "item": 1}'$$,
	$$'{"node": 10000000, "rule": "given", "item": 1}'$$,
	$$'{"node": 0, "rule": "sum", "children": [{"rule": "given", "item": 1}]}'$$,
	$$'{"node": 0, "rule": "sum"}'$$,
	$$'{"node": 0, "rule": "given", "item": 1}', '{"node": 1, "rule": "given", "item": 1}'$$,
	$$'{"node": 0, "rule": "sum"}', '{"node": 1, "parent": 0, "rule": "given", "item": 1}', '{"node": 1, "parent": 0, "rule": "given", "item": 1}'$$,
	$$'{"node": 0, "rule": "sum"}', '{"node": 1, "parent": 7, "rule": "given", "item": 1}'$$,
	$$'{"node": 0, "rule": "sum", "parent": 1}', '{"node": 1, "parent": 0, "rule": "sum"}'$$,
	$$'{"node": 0, "rule": "given", "item": 1}', '{"node": 2, "parent": 1, "rule": "sum"}', '{"node": 1, "parent": 2, "rule": "sum"}'$$,
	$$'{"node": 0, "rule": "given", "item": 1}', '{"node": 1, "parent": 0, "rule": "given", "item": 1}'$$,
	$$'{"node": 0, "rule": "sum"}', '{"node": 1, "parent": 0, "rule": "given", "weight": null, "item": 1}'$$,
	$$'{"node": 0, "rule": "sum"}', '{"node": 1, "parent": 0, "rule": "given", "points": 3, "item": 1}'$$
]) AS rows;
SELECT pg_temp.answer($$compile_rubric(jsonb_build_object('node', i, 'parent', nullif(i - 1, -1), 'rule', 'sum')) FROM generate_series(0, 100) i$$);
SELECT pg_temp.answer($$compile_rubric(jsonb_build_object('node', i, 'parent', CASE WHEN i > 0 THEN 0 END, 'rule', 'given', 'item', 1)) FROM generate_series(0, 10001) i$$);
\a\t

-- What differs between two versions.
SELECT d.* FROM scheme, rubric_diff(rubric, replace(replace(rubric::text, '"weight": 60', '"weight": 60.5'), '"penalty": 2', '"penalty": 2, "step": 0.5')::rubric) d WHERE n = 1;
SELECT d.* FROM rubric_diff('{"rubric": 1, "label": "a", "root": {"rule": "sum", "children": [{"rule": "given", "item": 1}, {"rule": "given", "item": 2}, {"rule": "sum", "children": [{"rule": "given", "item": 3, "node": 9}]}]}}',
	'{"rubric": 1, "rounding": {"digits": 1}, "root": {"rule": "sum", "children": [{"rule": "given", "item": 2, "node": 2}, {"rule": "sum", "node": 3, "children": [{"rule": "constant", "points": 5, "node": 4}]}, {"rule": "given", "item": 3, "node": 9}]}, "limits": [{"item": 4, "ge": 1, "effect": "zero_score"}]}') d;
SELECT (SELECT count(*) FROM rubric_diff(rubric, rubric)) AS same, (SELECT count(*) FROM rubric_diff(rubric, NULL)) AS of_null FROM scheme ORDER BY n;

-- What if: another weight, other parameters.
SELECT d.* FROM scheme, rubric_diff(rubric, reweight(rubric, 11, 0.50)) d WHERE n = 1;
SELECT d.* FROM scheme, rubric_diff(rubric, reweight(rubric, 2, 0)) d WHERE n = 1;
SELECT reweight(rubric, 11, 60.00) = rubric AS as_it_was, reweight(reweight(rubric, 11, 1), 11, 60) = rubric AS back, reweight(rubric, NULL, 1) IS NULL AS no_node FROM scheme WHERE n = 1;
SELECT w, score('{"101": 90, "102": 100}', reweight(rubric, 11, w)) FROM scheme, unnest(ARRAY[0, 10, 40, 60, 360]) w WHERE n = 1;
SELECT t, score('{"101": 90, "102": 100}', with_parameters(rubric, jsonb_build_object('t', t))) FROM scheme, unnest(ARRAY[90, 92.5, NULL]) t WHERE n = 1;
SELECT with_parameters('{"rubric": 1, "parameters": {"a": null, "b": 3, "名": 1}, "root": {"rule": "constant", "points": {"parameter": "a"}}}', '{"名": null, "a": 1.50e2}'), with_parameters(rubric, '{}') = rubric AS no_change FROM scheme WHERE n = 2;
\a\t
SELECT pg_temp.answer(call || ' FROM scheme WHERE n = 1') FROM unnest(ARRAY[
	$$reweight(rubric, 7777, 1)$$,
	$$reweight(rubric, -1, 1)$$,
	$$reweight(rubric, 21, 1)$$,
	$$reweight(rubric, 11, -1)$$,
	$$reweight(rubric, 11, 'NaN')$$,
	$$reweight(rubric, 11, 1e39)$$,
	$$reweight(rubric, 11, 1e-39)$$,
	$$with_parameters(rubric, '{"T": 1}')$$,
	$$with_parameters(rubric, '{"t": "1"}')$$,
	$$with_parameters(rubric, '{"t": {"item": 1}}')$$,
	$$with_parameters(rubric, '{"t": 1e39}')$$,
	$$with_parameters(rubric, '[1]')$$,
	$$with_parameters('{"rubric": 1, "parameters": {"high": null}, "root": {"rule": "given", "item": 1, "min": 5, "max": {"parameter": "high"}}}', '{"high": 4}')$$
]) AS call;
\a\t

-- What is wrong, odd or left open.
SELECT l.* FROM lint('{"rubric": 1, "parameters": {"t": null, "u": 1}, "root": {"rule": "weighted_mean", "total": 100, "children": [{"rule": "threshold", "weight": 60, "item": 1, "target": {"parameter": "t"}, "full_points": 10, "penalty": 2},
	{"rule": "bands", "weight": 30, "item": 2, "ranges": [{"gt": 60, "lt": 80, "points": 5}, {"ge": 80, "points": 10}]}]}, "limits": [{"item": 1, "ge": 1, "effect": "zero_score", "label": "否决"}]}') l;
SELECT count(*) AS nothing FROM lint('{"rubric": 1, "rounding": {"at": "final", "digits": 2, "mode": "half_up", "rank_basis": "unrounded"}, "root": {"rule": "given", "item": 1, "min": 0, "max": 100}}');
SELECT severity, code, count(*) FROM scheme, lint(rubric) WHERE n = 4 GROUP BY severity, code ORDER BY severity, code;
SELECT count(*) AS of_null FROM lint(NULL);
-- In two workers.
ANALYZE spec;
\set ECHO none
\i :testdir/include/parallel.sql
\set ECHO all
EXPLAIN (COSTS OFF) SELECT compile_rubric(spec) FROM spec WHERE n = 4;
SELECT compile_rubric(spec) = (SELECT rubric FROM scheme WHERE n = 4) AS same FROM spec WHERE n = 4;
DROP TABLE scheme, spec, node;
