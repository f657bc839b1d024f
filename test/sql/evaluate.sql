\set ECHO none
\getenv testdir PG_ABS_SRCDIR
\i :testdir/include/setup.sql
-- "90 missing 70" is the card of items 1, 2, 3.
CREATE FUNCTION pg_temp.card(readings text) RETURNS scorecard LANGUAGE sql IMMUTABLE AS $$
	SELECT ('{' || coalesce(string_agg(format('"%s": %s', n, CASE WHEN x ~ '^[a-z]' THEN '"' || x || '"' ELSE x END), ', '), '') || '}')::scorecard FROM unnest(string_to_array(nullif(readings, ''), ' ')) WITH ORDINALITY u(x, n)
$$;
CREATE FUNCTION pg_temp.rubric(root text, rest text DEFAULT '"rounding": {"at": "none"}') RETURNS rubric LANGUAGE sql IMMUTABLE AS $$ SELECT ('{"rubric": 1, ' || rest || ', "root": ' || root || '}')::rubric $$;
-- The score, or the status in its place.
CREATE FUNCTION pg_temp.root(readings text, rubric rubric) RETURNS text LANGUAGE sql AS $$ SELECT evaluate(pg_temp.card(readings), rubric)::jsonb ->> '0' $$;
CREATE FUNCTION pg_temp.flags(readings text, rubric rubric) RETURNS text LANGUAGE sql AS $$ SELECT string_agg(format('%s %s %s', node, flag, value), ', ') FROM flags(evaluate(pg_temp.card(readings), rubric)) $$;
\set ECHO all
-- A result is a card: the root is item 0, and what ranks look at and the flags have items far from the nodes'.
SELECT evaluate('{"1": 90, "2": 80, "3": 72}', rubric) AS result, score('{"1": 90, "2": 80, "3": 72}', rubric), rank_basis('{"1": 90, "2": 80, "3": 72}', rubric)
FROM (VALUES ('{"rubric": 1, "root": {"rule": "weighted_mean", "children": [{"rule": "given", "item": 1}, {"rule": "given", "item": 2}, {"rule": "given", "item": 3}]}}'::rubric)) v(rubric);
SELECT evaluate('{"1": 90, "2": "missing", "3": "error:7", "4": 1}', rubric) AS result
FROM (VALUES ('{"rubric": 1, "root": {"rule": "sum", "missing": "zero", "children": [{"rule": "given", "node": 7, "item": 1}, {"rule": "sum", "children": [{"rule": "given", "item": 2}]}, {"rule": "given", "item": 3}]}, "limits": [{"item": 4, "ge": 1, "effect": "cap_tier", "tier": 3}]}'::rubric)) v(rubric);
SELECT score('{"0": 1.5, "2000000000": 1.49}'), rank_basis('{"0": 1.5, "2000000000": 1.49}'), rank_basis('{"0": 1.5}') AS rounded, score('{"0": "missing"}') AS missing, score('{}') AS no_result, rank_basis('{"0": "exempt"}') AS exempt;
SELECT score(NULL, '{"rubric": 1, "root": {"rule": "constant", "points": 1}}') IS NULL AS no_card, evaluate('{}', NULL) IS NULL AS no_rubric, rank_basis('{}', NULL) IS NULL AS neither, score(NULL::scorecard) IS NULL AS no_result, (SELECT count(*) FROM flags(NULL)) AS no_flags;
SELECT f.* FROM (VALUES (pg_temp.card('1 error:4 5'))) v(card), flags(evaluate(card, '{"rubric": 1, "root": {"rule": "sum", "children": [{"rule": "events", "item": 1, "pending": {"item": 3}, "full_points": 10, "penalty": 1}, {"rule": "constant", "points": {"parameter": "t"}}, {"rule": "given", "item": 2}, {"rule": "normalise", "item": 1, "method": "minmax", "low": 2, "high": 2}, {"rule": "sum", "missing": "impute:1", "children": [{"rule": "given", "item": 1}, {"rule": "given", "item": 9}]}, {"rule": "weighted_mean", "missing": "renormalize:0.6", "children": [{"rule": "given", "item": 1}, {"rule": "given", "item": 9}]}]}, "parameters": {"t": null}, "limits": [{"item": 1, "ge": 1, "effect": "cap_tier", "tier": 2}, {"item": 1, "ge": 1, "effect": "zero_score"}, {"item": 1, "ge": 1, "effect": "ineligible", "for": "评优"}]}')) f;

-- 4.1 Threshold with step deduction: 95, full 10, 2 off for each step of 1.
SELECT mode, count(*) AS vectors, count(*) FILTER (WHERE pg_temp.root(x, pg_temp.rubric(format('{"rule": "threshold", "item": 1, "target": 95, "full_points": 10, "penalty": 2, "mode": "%s"}', mode))) = want) AS ok
FROM (VALUES ('linear', '10 9.8 8 5 0 0'), ('floor', '10 10 8 6 0 0'), ('ceil', '10 8 8 4 0 0')) v(mode, wants), unnest(string_to_array('95 94.9 94 92.5 90 89', ' '), string_to_array(wants, ' ')) u(x, want) GROUP BY mode ORDER BY mode;
-- One rule after another: settings, readings, the points or the status.
CREATE TABLE vector (section text, root text, readings text, want text);
INSERT INTO vector
SELECT section, root, trim(split_part(line, '->', 1)), trim(split_part(line, '->', 2))
FROM (VALUES
	('4.1 no floor', '{"rule": "threshold", "item": 1, "target": 95, "full_points": 10, "penalty": 2, "min_points": null}', '89 -> -2; 100 -> 10; missing -> missing; exempt -> exempt; error:7 -> error:7; -> missing'),
	('4.1 lower is better', '{"rule": "threshold", "item": 1, "target": {"item": 2}, "full_points": 10, "penalty": 2, "step": 0.5, "better": "lower"}', '96.25 95 -> 5; 95 95 -> 10; 100 95 -> 0; 96 missing -> missing; exempt missing -> exempt'),
	('4.2', '{"rule": "proportional", "item": 1, "target": {"item": 2}, "full_points": 10}', '17 20 -> 8.5; 23 20 -> 10; 0 0 -> not_applicable; 1 0 -> error:9003; 1 -1 -> error:9003; 5 missing -> missing'),
	('4.2 cap', '{"rule": "proportional", "item": 1, "target": 20, "full_points": 10, "high": 1.15}', '23 -> 11.5; 24 -> 11.5; -1 -> 0'),
	('4.2 zero target full', '{"rule": "proportional", "item": 1, "target": {"item": 2}, "full_points": 10, "high": 2, "zero_target": "full"}', '0 0 -> 10; 1 0 -> error:9003'),
	('4.2 start', '{"rule": "proportional", "item": 1, "target": {"item": 2}, "start": {"item": 3}, "full_points": 10}', '75 100 50 -> 5; 75 100 100 -> error:9004; 40 20 50 -> 3.333333333333333333333333333333; 10 20 50 -> 10'),
	('4.3', '{"rule": "events", "item": 1, "full_points": 10, "penalty": 5}', '0 -> 10; 1 -> 5; 2 -> 0; 3 -> 0; -1 -> error:9001; 1.5 -> error:9001'),
	('4.3 no floor', '{"rule": "events", "item": 1, "full_points": 10, "penalty": 5, "min_points": null, "pending": {"item": 2}}', '3 -> -5; 1 2 -> 5; 1 0.5 -> error:9001; 1 missing -> 5'),
	('4.3 pending counts', '{"rule": "events", "item": 1, "full_points": 10, "penalty": 5, "min_points": null, "pending": {"item": 2}, "count_pending": "yes"}', '1 2 -> -5; 1 exempt -> 5'),
	('4.3 by kind', '{"rule": "bonus", "children": [{"rule": "awards", "items": [1, 2], "cap_kind": 1}, {"rule": "awards", "items": [3], "cap_kind": 1}, {"rule": "awards", "items": [4], "cap_kind": 1}, {"rule": "awards", "items": [5], "cap_kind": 1}]}', '0.6 0.7 1 missing 3 -> 3; -> 0'),
	('4.3 by award', '{"rule": "bonus", "children": [{"rule": "awards", "items": [1, 2, 3, 4, 5], "cap_award": 1}]}', '0.6 0.7 1 missing 3 -> 3.3; 1 -1 -> 0'),
	('awards', '{"rule": "awards", "items": [1, 2], "points": 2, "cap_award": 1, "cap_kind": 1.5}', '0.2 0.3 -> 1; 0.3 5 -> 1.5; 1 -1 -> error:9001; 0.1 error:7 -> error:7; exempt missing -> 0; missing 0.4 -> 0.8'),
	('4.3 total', '{"rule": "bonus", "cap_total": 2, "children": [{"rule": "awards", "items": [1, 2, 3, 4, 5], "cap_award": 1, "points": 0.5}]}', '0.6 0.7 1 missing 3 -> 2; 0.6 -> 0.3'),
	('4.4 per occurrence', '{"rule": "ceiling", "limit": 1, "full_points": 10, "penalty": 3, "per": "occurrence", "items": [1, 2, 3, 4]}', '0.8 1.0 1.2 2.5 -> 4; 0.8 missing -> 10; 9 9 9 9 -> 0'),
	('4.4 per point', '{"rule": "ceiling", "limit": 1, "full_points": 10, "penalty": 3, "per": "point", "items": [1, 2, 3, 4]}', '0.8 1.0 1.2 2.5 -> 4.9; exempt missing -> missing; exempt exempt exempt not_applicable -> not_applicable; 5 error:4 error:3 -> error:4'),
	('4.4 ceil', '{"rule": "ceiling", "limit": 1, "full_points": 10, "penalty": 3, "per": "point", "mode": "ceil", "items": [1, 2, 3, 4]}', '0.8 1.0 1.2 2.5 -> 1'),
	('4.4 floor', '{"rule": "ceiling", "limit": 1, "full_points": 10, "penalty": 3, "per": "point", "mode": "floor", "items": [1, 2, 3, 4]}', '0.8 1.0 1.2 2.5 -> 7'),
	('cuts', '{"rule": "bands", "item": 1, "cuts": [3.33, 3.34], "points": [1, 2, 3]}', '3.3299 -> 1; 3.33 -> 2; 3.335 -> 2; 3.34 -> 3'),
	('4.7 gates', '{"rule": "bands", "item": 1, "ranges": [{"gt": 100000000, "points": 2}, {"ge": 5000000, "le": 100000000, "points": 1}]}', '4999999.99 -> error:9005; 5000000 -> 1; 100000000 -> 1; 100000000.01 -> 2'),
	('4.7 else', '{"rule": "bands", "item": 1, "ranges": [{"gt": 100000000, "points": 2}, {"ge": 5000000, "points": 1}, {"points": 0}]}', '4999999.99 -> 0; 100000000 -> 1'),
	('4.7 progress', '{"rule": "proportional", "item": 1, "target": {"item": 2}, "full_points": 100}', '42 50 -> 84; 0 0 -> not_applicable'),
	('4.7 reduction', '{"rule": "formula", "expression": "1 - (item(1) / item(2)) / (item(3) / item(4))"}', '845.76 600 1000 500 -> 0.2952; 845.76 0 1000 500 -> error:9004; 1 missing exempt -> missing'),
	('4.8 minmax', '{"rule": "normalise", "method": "minmax", "item": 1, "low": 10, "high": 40}', '10 -> 0; 20 -> 33.333333333333333333333333333333; 40 -> 100; 70 -> 200'),
	('4.8 goalposts', '{"rule": "normalise", "method": "minmax", "item": 1, "low": 10, "high": 40, "clamp": "yes"}', '70 -> 100; 0 -> 0; 25 -> 50'),
	('4.8 lower is better', '{"rule": "normalise", "method": "minmax", "item": 1, "low": 40, "high": 10}', '10 -> 100; 25 -> 50'),
	('4.8 T score', '{"rule": "normalise", "method": "zscore", "item": 1, "mean": 20, "deviation": 4}', '30 -> 75; 20 -> 50; 10 -> 25'),
	('4.8 distance', '{"rule": "normalise", "method": "distance", "item": 1, "low": 10, "high": 50, "full_points": 1}', '20 -> 0.25'),
	('4.8 percent of max', '{"rule": "normalise", "method": "percent_of_max", "item": 1, "high": 80}', '20 -> 25'),
	('4.8 no range', '{"rule": "normalise", "method": "minmax", "item": 1, "low": 3, "high": 3}', '7 -> 50; missing -> missing'),
	('4.8 no deviation', '{"rule": "normalise", "method": "zscore", "item": 1, "mean": 1, "deviation": 0, "neutral": 60}', '7 -> 60'),
	('4.8 achievement', '{"rule": "achievement", "item": 1, "base": {"item": 2}, "threshold": 50, "benchmark": 90}', '50 40 -> 2; 55 40 -> 3; 70 40 -> 6; 90 40 -> 10; 49 40 -> 1; 49 60 -> 0; 50 missing -> 1; 55 -> 2; 70 -> 5; 90 95 -> 10; missing 40 -> missing'),
	('4.8 achievement, lower', '{"rule": "achievement", "item": 1, "base": {"item": 2}, "threshold": -50, "benchmark": -90, "better": "lower"}', '-50 -40 -> 2; -55 -40 -> 3; -70 -40 -> 6; -90 -40 -> 10; -49 -> 0'),
	('4.8 decile', '{"rule": "interpolate", "item": 1, "xs": [24, 36], "ys": [4, 5], "round": {"digits": 4}}', '26 -> 4.1667; 20 -> 4; 40 -> 5'),
	('4.8 equal credit', '{"rule": "improvement", "item": 1, "base": {"item": 2}, "rate": 0.5}', '90 60 -> 15; 60 90 -> 0; 20 10 -> 5'),
	('relative', '{"rule": "improvement", "item": 1, "base": {"item": 2}, "rate": 10, "change": "relative", "better": "lower", "max_points": 5}', '80 100 -> 2; 0 100 -> 5; 80 0 -> error:9004; 80 missing -> missing'),
	('ordinal', '{"rule": "ordinal", "item": 1, "words": [{"word": "好", "points": 100}, {"word": "中", "points": 60}, {"word": "差", "points": 0}]}', '1 -> 100; 3 -> 0; 4 -> error:9006; 0 -> error:9006; 1.5 -> error:9006'),
	('met', '{"rule": "met", "item": 1, "gt": 2, "le": 3, "points": 5, "otherwise": -1}', '3 -> 5; 3.1 -> -1; 2 -> -1; 2.0001 -> 5'),
	('given', '{"rule": "given", "item": 1, "min": 0, "max": 10}', '0 -> 0; 10 -> 10; 10.1 -> error:9002; -1 -> error:9002'),
	('timeliness', '{"rule": "timeliness", "item": 1, "due": {"item": 2}, "grace": 2, "full_points": 10, "penalty": 2}', '5 5 -> 10; 7 5 -> 10; 7.5 5 -> 8; 9.5 5 -> 4; 20 5 -> 0'),
	('4.5 section', '{"rule": "weighted_mean", "children": [{"rule": "given", "weight": 0.4, "item": 1}, {"rule": "given", "weight": 0.3, "item": 2}, {"rule": "given", "weight": 0.3, "item": 3}]}', '90 80 70 -> 81'),
	('4.5 individual', '{"rule": "weighted_mean", "children": [{"rule": "given", "weight": 0.6, "item": 1}, {"rule": "given", "weight": 0.2, "item": 2}, {"rule": "given", "weight": 0.2, "item": 3}]}', '85 95 60 -> 82'),
	('4.5 total', '{"rule": "weighted_mean", "children": [{"rule": "given", "weight": 55, "item": 1}, {"rule": "given", "weight": 45, "item": 2}]}', '81 82 -> 81.45'),
	('4.5 panel', '{"rule": "weighted_mean", "children": [{"rule": "given", "weight": 30, "item": 1}, {"rule": "given", "weight": 70, "item": 2}]}', '95 80 -> 84.5'),
	('4.5 no weight', '{"rule": "weighted_mean", "children": [{"rule": "given", "weight": 0, "item": 1}, {"rule": "given", "weight": 0, "item": 2}]}', '1 2 -> error:9008; exempt 2 -> error:9008'),
	('4.9 geometric', '{"rule": "geometric_mean", "round": {"digits": 6}, "children": [{"rule": "given", "weight": 1, "item": 1}, {"rule": "given", "weight": 3, "item": 2}]}', '4 9 -> 7.348469; 0 9 -> 0; -1 9 -> error:9009; missing 9 -> 9'),
	('4.9 harmonic', '{"rule": "harmonic_mean", "round": {"digits": 6}, "children": [{"rule": "given", "weight": 1, "item": 1}, {"rule": "given", "weight": 3, "item": 2}]}', '4 9 -> 6.857143; 0 9 -> 0; -1 9 -> error:9009'),
	('product', '{"rule": "product", "children": [{"rule": "given", "item": 1}, {"rule": "given", "item": 2}]}', '4 9 -> 36; 4 missing -> missing; 4 exempt -> 4'),
	('minimum', '{"rule": "minimum", "children": [{"rule": "given", "item": 1}, {"rule": "given", "item": 2}]}', '4 9 -> 4; exempt 9 -> 9'),
	('maximum', '{"rule": "maximum", "children": [{"rule": "given", "item": 1}, {"rule": "given", "item": 2}]}', '4 9 -> 9'),
	('4.6', '{"rule": "coefficient", "coefficient": {"item": 2}, "low": 0.8, "high": 1.2, "max_points": 100, "children": [{"rule": "given", "item": 1}]}', '96 0.85 -> 81.6; 96 1.14 -> 100; 50 1.14 -> 57; 96 1.21 -> error:9002; 96 missing -> missing; exempt 1 -> exempt'),
	('4.6 uncapped', '{"rule": "coefficient", "coefficient": {"item": 2}, "otherwise": 1, "children": [{"rule": "given", "item": 1}]}', '96 1.14 -> 109.44; 96 missing -> 96; 96 error:3 -> error:3'),
	('budget, scaled', '{"rule": "budget", "children": [{"rule": "given", "weight": 10, "item": 1}, {"rule": "given", "weight": 5, "item": 2}, {"rule": "given", "weight": 5, "item": 3}]}', '80 100 exempt -> 17.333333333333333333333333333333; 80 100 60 -> 16; 80 100 missing -> 17.333333333333333333333333333333'),
	('budget, full', '{"rule": "budget", "unused": "full", "children": [{"rule": "given", "weight": 10, "item": 1}, {"rule": "given", "weight": 5, "item": 2}, {"rule": "given", "weight": 5, "item": 3}]}', '80 100 exempt -> 18; exempt exempt exempt -> exempt'),
	('budget, zero', '{"rule": "budget", "unused": "zero", "children": [{"rule": "given", "weight": 10, "item": 1}, {"rule": "given", "weight": 5, "item": 2}, {"rule": "given", "weight": 5, "item": 3}]}', '80 100 exempt -> 13'),
	-- base, deductions (one kind held to 3, all to 5), bonus (held to 6), then 0 to 105
	('order', '{"rule": "clamp", "low": 0, "high": 105, "children": [{"rule": "sum", "children": [{"rule": "given", "item": 1}, {"rule": "deductions", "cap_total": 5, "children": [{"rule": "given", "cap": 3, "item": 2}, {"rule": "given", "item": 3}]}, {"rule": "bonus", "children": [{"rule": "given", "cap": 6, "item": 4}]}]}]}', '90 4 1 2 -> 88; 90 4 9 -> 85; 102 0 0 9 -> 105; 1 4 4 -> 0; 90 -> 90; missing 1 1 1 -> missing'),
	-- held first, the bonus on top
	('order, bonus last', '{"rule": "sum", "children": [{"rule": "clamp", "low": 0, "high": 100, "children": [{"rule": "sum", "children": [{"rule": "given", "item": 1}, {"rule": "deductions", "children": [{"rule": "given", "item": 2}]}]}]}, {"rule": "bonus", "cap_total": 5, "children": [{"rule": "given", "item": 3}]}]}', '102 0 9 -> 105; 1 4 3 -> 3; 98 4 9 -> 99'),
	('a node twice', '{"rule": "sum", "children": [{"rule": "given", "item": 1, "node": 5}, {"rule": "threshold", "value": {"node": 5}, "target": 80, "full_points": 10, "penalty": 1}]}', '75 -> 80; missing -> missing'),
	('formula with children', '{"rule": "formula", "expression": "node(7) * 2 + coalesce(node(8), 1)", "children": [{"rule": "given", "node": 7, "item": 1}, {"rule": "given", "node": 8, "item": 2}]}', '4.5 3 -> 12; 4.5 -> 10; missing 3 -> missing'),
	('formula', '{"rule": "formula", "expression": "if(observed(item(2)), power(item(1), 0.5, 4), round(item(1) / 3, 1, ceil))"}', '2 1 -> 1.4142; 2 -> 0.7'),
	('formula errors', '{"rule": "formula", "expression": "sqrt(item(1), 2) + ln(item(2), 4) + exp(item(3), 2)"}', '4 1 0 -> 3; -1 1 0 -> error:9009; 4 0 0 -> error:9009; 4 1 201 -> error:9010; 4 1 not_applicable -> not_applicable'),
	('too big', '{"rule": "product", "children": [{"rule": "given", "item": 1}, {"rule": "given", "item": 1}, {"rule": "given", "item": 2}]}', '1000000000000000000000 1 -> error:9010; 1000000000000000000000 0.00001 -> 10000000000000000000000000000000000000')
) v(section, root, lines), regexp_split_to_table(lines, ';') line;
SELECT section, count(*) AS vectors, count(*) FILTER (WHERE pg_temp.root(readings, pg_temp.rubric(root)) = want) AS ok, string_agg(format('%s gives %s, not %s', readings, pg_temp.root(readings, pg_temp.rubric(root)), want), '; ') FILTER (WHERE pg_temp.root(readings, pg_temp.rubric(root)) IS DISTINCT FROM want) AS wrong
FROM vector GROUP BY section ORDER BY section COLLATE "C";
-- score() and rank_basis() of a card are those of its result
SELECT count(*) AS vectors, count(*) FILTER (WHERE score(card, rubric) IS NOT DISTINCT FROM score(result) AND rank_basis(card, rubric) IS NOT DISTINCT FROM rank_basis(result) AND score(result)::text IS NOT DISTINCT FROM substring(want FROM '^[-0-9].*') AND scorecard_status(result, 0) = substring(CASE WHEN want ~ '^[-0-9]' THEN 'ok' ELSE want END FROM '^\w+')) AS same
FROM (SELECT want, card, rubric, evaluate(card, rubric) AS result FROM vector, LATERAL (SELECT pg_temp.card(readings), pg_temp.rubric(root)) l(card, rubric)) t;

-- Policies for what has no value, over weights 40, 40, 20. What nobody owes counts under none of them. A mean leaves out what is missing if nothing is said, a sum does not.
CREATE TABLE policy AS
SELECT n, missing, pg_temp.rubric(format('{"rule": "%s", %s"children": [{"rule": "given", "weight": 40, "item": 1}, {"rule": "given", "weight": 40, "item": 2}, {"rule": "given", "weight": 20, "item": 3}]}', rule, coalesce('"missing": "' || missing || '", ', ''))) AS rubric, rule
FROM unnest(ARRAY[NULL, 'strict', 'zero', 'renormalize', 'renormalize:0.8', 'renormalize:0.81', 'impute:70']) WITH ORDINALITY u(missing, n), (VALUES ('weighted_mean'), ('sum'), ('deductions')) r(rule);
SELECT missing, pg_temp.root('90 80 70', rubric) AS "all", pg_temp.root('90 80', rubric) AS no_third, pg_temp.root('90 80 exempt', rubric) AS exempt, pg_temp.root('90 80 error:4', rubric) AS error, pg_temp.root('missing error:4', rubric) AS none, pg_temp.root('', rubric) AS empty,
	pg_temp.root('exempt not_applicable exempt', rubric) AS not_owed, pg_temp.root('exempt exempt exempt', rubric) AS exempted, pg_temp.flags('90 80', rubric) AS flags FROM policy WHERE rule = 'weighted_mean' ORDER BY n;
SELECT missing, pg_temp.root('9 8', rubric) AS no_third, pg_temp.root('9 exempt', rubric) AS one, pg_temp.root('', rubric) AS empty, pg_temp.root('exempt exempt exempt', rubric) AS exempted, pg_temp.flags('9 8', rubric) AS flags FROM policy WHERE rule = 'sum' ORDER BY n;
-- nothing to take off is nothing taken off
SELECT missing, pg_temp.root('9 8', rubric) AS no_third, pg_temp.root('', rubric) AS empty, pg_temp.root('exempt exempt exempt', rubric) AS exempted, pg_temp.root('9 8 error:4', rubric) AS error, pg_temp.flags('9 8', rubric) AS flags FROM policy WHERE rule = 'deductions' ORDER BY n;

-- Rounding: where, how far and how.
SELECT at, child, pg_temp.root('84.445', pg_temp.rubric(format('{"rule": "sum", "children": [{"rule": "sum", %s"children": [{"rule": "given", "item": 1}]}]}', child), format('"rounding": {"at": "%s", "digits": 1}', at))) AS result, want
FROM (VALUES ('final', '', '84.4'), ('final', '"round": {"digits": 2}, ', '84.5'), ('none', '', '84.445'), ('none', '"round": {"digits": 2}, ', '84.45'), ('node', '"round": {"digits": 2}, ', '84.4'), ('indicator', '"round": {"digits": 2}, ', '84.4')) v(at, child, want);
SELECT mode, pg_temp.root('1.25', pg_temp.rubric('{"rule": "sum", "children": [{"rule": "given", "item": 1}, {"rule": "given", "item": 1}, {"rule": "given", "item": 1}, {"rule": "given", "item": 1}]}', format('"rounding": {"at": "%s", "digits": 1, "mode": "%s"}', at, mode))) AS result, at, want
FROM (VALUES ('half_up', 'indicator', '5.2'), ('ceil', 'indicator', '5.2'), ('half_even', 'indicator', '4.8'), ('floor', 'indicator', '4.8'), ('half_up', 'node', '5.2'), ('floor', 'node', '4.8'), ('half_even', 'final', '5'), ('floor', 'none', '5')) v(mode, at, want);
SELECT mode, pg_temp.root('2.5', rubric) AS up, pg_temp.root('-2.5', rubric) AS down, pg_temp.root('3.5', rubric) AS odd FROM (SELECT mode, pg_temp.rubric('{"rule": "given", "item": 1}', format('"rounding": {"digits": 0, "mode": "%s"}', mode)) FROM unnest(ARRAY['half_up', 'half_even', 'floor', 'ceil']) mode) t(mode, rubric);
-- 3.749565 is not 3.75, but rounds to it: which of them cuts look at is the rubric's to say
SELECT rank_basis, evaluate('{"1": 3.749565}', rubric) AS result, score('{"1": 3.749565}', rubric), rank_basis('{"1": 3.749565}', rubric), rank_basis('{"1": 3.749565}', rubric) >= 3.75 AS passes
FROM (SELECT b, pg_temp.rubric('{"rule": "given", "item": 1}', format('"rounding": {"digits": 2%s}', b)) FROM unnest(ARRAY['', ', "rank_basis": "unrounded"', ', "rank_basis": "rounded"']) b) t(rank_basis, rubric);
SELECT evaluate('{"1": 10, "2": 5}', pg_temp.rubric('{"rule": "weighted_mean", "children": [{"rule": "given", "item": 1}, {"rule": "given", "weight": 2, "item": 2}]}', '"rounding": {"digits": 1}')) AS thirds, evaluate('{"1": 2, "2": 1}', pg_temp.rubric('{"rule": "geometric_mean", "children": [{"rule": "given", "item": 1}, {"rule": "given", "item": 2}]}', '"rounding": {"digits": 3, "mode": "ceil"}')) AS root;
-- inner nodes are shown at the document's digits, or at their own, and go on as they are
SELECT evaluate('{"1": 10.555}', pg_temp.rubric('{"rule": "sum", "children": [{"rule": "given", "item": 1}, {"rule": "given", "item": 1, "round": {"digits": 0, "mode": "floor"}}, {"rule": "given", "item": 1}]}', '"rounding": {"digits": 1}')) AS result;
-- 4.5: the same in all orders, where floating point differs
SELECT count(DISTINCT score('{"1": 94.2, "2": 86.7, "3": 75.5, "4": 85.8, "5": 92.4}', pg_temp.rubric('{"rule": "weighted_mean", "children": [' || children || ']}'))) AS scores, min(pg_temp.root('94.2 86.7 75.5 85.8 92.4', pg_temp.rubric('{"rule": "weighted_mean", "children": [' || children || ']}'))) AS score, count(*) AS orders
FROM (SELECT string_agg(format('{"rule": "given", "weight": %s, "item": %s}', (ARRAY[0.25, 0.35, 0.2, 0.1, 0.1])[i], i), ', ' ORDER BY o) FROM generate_series(1, 5) a, generate_series(1, 5) b, generate_series(1, 5) c, generate_series(1, 5) d, LATERAL (SELECT ARRAY[a, b, c, d, 15 - a - b - c - d]) p(p), unnest(p) WITH ORDINALITY u(i, o)
	WHERE (SELECT count(DISTINCT x) FROM unnest(ARRAY[a, b, c, d]) x) = 4 GROUP BY p) t(children);

-- 4.11 Limits beside the tree: all are looked at, none stops another.
CREATE TABLE veto AS SELECT pg_temp.rubric('{"rule": "given", "item": 1}', '"limits": [{"item": 2, "ge": 1, "effect": "cap_tier", "tier": 3}, {"item": 2, "gt": 1, "effect": "zero_score"}, {"value": {"node": 0}, "lt": 60, "effect": "ineligible", "for": "评优"}, {"item": 3, "ge": 5, "lt": 7, "effect": "cap_tier", "tier": 4}]') AS rubric;
SELECT readings, score(pg_temp.card(readings), rubric), rank_basis(pg_temp.card(readings), rubric), evaluate(pg_temp.card(readings), rubric) -> 1 AS first, evaluate(pg_temp.card(readings), rubric) -> 4 AS fourth, pg_temp.flags(readings, rubric) AS flags
FROM veto, unnest(ARRAY['90 0 0', '90 1 5', '90 2 6.99', '90 2 7', 'missing 2 0', '50.555 0 0', '50.555 2 0', '90 missing error:4']) readings;
-- the worst cap holds, in whatever order
SELECT max(value) AS tier FROM veto, flags(evaluate('{"1": 90, "2": 1, "3": 5}', rubric)) WHERE flag = 'cap_tier';
SELECT readings, tier_cap(result), eligible(result) FROM veto, unnest(ARRAY['90 0 0', '90 1 5', '90 1 0', '90 0 5', 'missing 2 0', '50.555 0 0', '50.555 2 6', '90 missing error:4', '']) readings, LATERAL (SELECT evaluate(pg_temp.card(readings), rubric)) e(result);
-- both as the flags say, in results that hold all kinds of them
SELECT count(*) AS results, count(DISTINCT tier_cap(result)) AS caps, count(*) FILTER (WHERE NOT eligible(result)) AS not_eligible, count(*) FILTER (WHERE tier_cap(result) IS NOT DISTINCT FROM (SELECT max(value) FROM flags(result) WHERE flag = 'cap_tier') AND eligible(result) = NOT EXISTS (SELECT FROM flags(result) WHERE flag = 'ineligible')) AS as_flags
FROM (SELECT evaluate(pg_temp.card(concat_ws(' ', a, b, c)), pg_temp.rubric('{"rule": "sum", "missing": "impute:1", "children": [{"rule": "events", "item": 1, "pending": {"item": 3}, "full_points": 10, "penalty": 1}, {"rule": "normalise", "item": 1, "method": "minmax", "low": 2, "high": 2}, {"rule": "given", "item": 2}, {"rule": "given", "item": 9}]}',
	'"limits": [{"node": 9999999, "item": 1, "ge": 1, "effect": "cap_tier", "tier": 4}, {"item": 2, "ge": 1, "effect": "cap_tier", "tier": 2}, {"item": 3, "ge": 1, "effect": "cap_tier", "tier": 2147483647}, {"item": 2, "ge": 2, "effect": "zero_score"}, {"item": 1, "gt": 1, "effect": "ineligible", "for": "评优"}, {"item": 3, "gt": 1, "effect": "ineligible"}]')) AS result
	FROM unnest(ARRAY['0', '1', '1.5', '2', 'missing', 'error:4', 'exempt']) a, unnest(ARRAY['0', '1', '2', 'missing', 'error:5']) b, unnest(ARRAY['0', '1', '2', 'not_applicable']) c) t;
-- the brief result holds of the whole one what standings need
SELECT evaluate_brief(pg_temp.card('50.555 1 5'), rubric) AS brief, evaluate_brief('{}', rubric) AS nothing, evaluate_brief('{"1": 3.749565, "2": 0, "3": 0}', rubric) AS unrounded FROM veto;
SELECT count(*) AS results, count(*) FILTER (WHERE scorecard_pick(whole, (SELECT array_agg(item) FROM items(brief))) = brief AND (score(brief), rank_basis(brief), tier_cap(brief), eligible(brief)) IS NOT DISTINCT FROM (score(whole), rank_basis(whole), tier_cap(whole), eligible(whole))) AS alike
FROM (SELECT evaluate_brief(card, rubric), evaluate(card, rubric) FROM (SELECT pg_temp.card(concat_ws(' ', a, b, c)), pg_temp.rubric(format('{"rule": "%s", "children": [{"rule": "given", "item": 1, "weight": 1}, {"rule": "given", "item": 2, "weight": 2}]}', rule), format('"limits": [{"item": 1, "ge": 1, "effect": "cap_tier", "tier": 4}, {"value": %s, "ge": 2, "effect": "%s"}, {"item": 3, "gt": 1, "effect": "ineligible"}]', value, effect))
	FROM unnest(ARRAY['0', '1', '1.555', 'missing', 'error:4']) a, unnest(ARRAY['0', '1', '2.5', 'missing']) b, unnest(ARRAY['0', '2', 'exempt']) c, unnest(ARRAY['sum', 'weighted_mean', 'minimum']) rule, unnest(ARRAY['zero_score", "label": "veto', 'ineligible']) effect, unnest(ARRAY['{"item": 2}', '{"node": 0}']) value) i(card, rubric)) t(brief, whole);
-- of cards that no evaluation made: what is no flag, or no tier, is passed over
SELECT card, tier_cap(card), eligible(card)
FROM (VALUES ('{}'::scorecard), ('{"0": 90}'), ('{"3": 4, "5": 1, "1029999999": 3, "1040000000": 5, "1049999999": 1, "1060000000": 1}'), ('{"1030000000": 1, "1050000000": 1}'), ('{"1039999999": 2, "1059999999": 0}'),
	('{"1030000001": "missing", "1050000001": "missing"}'), ('{"1030000001": 3, "1030000002": 7, "1030000003": 5, "2000000000": 1}'), ('{"1030000001": 2.5, "1030000002": 0, "1030000003": -1}'), ('{"1030000001": 2147483647}'), ('{"1030000001": 2147483648, "1030000002": 99999999999999999999999999999999999999}'), (NULL)) v(card);

-- Nothing raises on data: whatever a card holds, there is a status.
SELECT count(*) AS evaluations, count(DISTINCT scorecard_status(result, 0)) AS statuses, count(*) FILTER (WHERE scorecard_status(result, 0) = 'error') > 0 AS errors
FROM (SELECT evaluate(('{"1": ' || a || ', "2": ' || b || '}')::scorecard, pg_temp.rubric(root)) AS result FROM (SELECT DISTINCT root FROM vector) v,
	(VALUES ('99999999999999999999999999999999999999'), ('-0.00000000000000000000000000000000000001'), ('0'), ('"missing"'), ('"error:2147483647"'), ('"not_applicable"')) x(a), (VALUES ('0'), ('-99999999999999999999999999999999999999'), ('0.00000000000000000000000000000000000001'), ('"exempt"')) y(b)) t;

-- A rubric sees no more of a card than its items.
SELECT count(*) AS results, count(*) FILTER (WHERE evaluate(scorecard_pick(card || '{"0": 3, "7000": "error:5"}', rubric_items(rubric)), rubric) = evaluate(card, rubric)) AS same FROM vector, LATERAL (SELECT pg_temp.card(readings), pg_temp.rubric(root)) l(card, rubric);

-- Many rubrics in one query, more than are kept ready at a time; six groups joined; in line and out of line.
CREATE TABLE scheme (n int, pad text, rubric rubric);
INSERT INTO scheme SELECT n, 'x', pg_temp.rubric(format('{"rule": "weighted_mean", "children": [{"rule": "given", "weight": %s, "item": 1}, {"rule": "given", "item": 2}]}', n)) FROM generate_series(1, 80) n;
INSERT INTO scheme SELECT 100 + n, 'x', pg_temp.rubric('{"rule": "sum", "children": [' || string_agg(format('{"rule": "given", "item": %s, "label": "%s"}', 1 + i % 2, n * i), ', ') || ']}') FROM generate_series(1, 40) n, generate_series(1, 100) i GROUP BY n;
CREATE TABLE unit AS SELECT i, i % 6 AS g, scorecard_agg(item, round((i * 7919 % 10000) * 0.01 * item, 2)) AS card FROM generate_series(1, 600) i, generate_series(1, 2) item GROUP BY i;
ANALYZE unit;
ANALYZE scheme;
SELECT count(*) FILTER (WHERE pg_column_size(rubric) > 2000) AS out_of_line, count(*) FILTER (WHERE pg_column_size(rubric) < 2000) AS in_line FROM scheme;
SELECT count(*) AS evaluations, count(*) FILTER (WHERE score(card, rubric) = CASE WHEN n > 100 THEN (card -> 1) * 50 + (card -> 2) * 50 ELSE round(((card -> 1) * n + (card -> 2))::numeric(60, 40) / (n + 1), 30) END) AS ok FROM unit, scheme WHERE i <= 100;
SELECT count(*) AS evaluations, count(*) FILTER (WHERE score(card, rubric) = CASE WHEN n > 100 THEN (card -> 1) * 50 + (card -> 2) * 50 ELSE round(((card -> 1) * n + (card -> 2))::numeric(60, 40) / (n + 1), 30) END) AS ok FROM scheme, unit WHERE i <= 100 AND n % 20 < 3;
CREATE VIEW six_groups AS SELECT i, n, score(card, rubric) AS score, evaluate(card, rubric) AS result FROM unit JOIN scheme ON n = 100 + g OR n = 1 + g;
SELECT n, count(*), sum(score), md5(string_agg(result::text, ' ' ORDER BY i)) = md5(string_agg(evaluate(card, (SELECT rubric FROM scheme s WHERE s.n = six_groups.n))::text, ' ' ORDER BY i)) AS same FROM six_groups JOIN unit USING (i) GROUP BY n ORDER BY n;
-- a constant in the query, a prepared one, and one in a loop
SELECT sum(score(card, '{"rubric": 1, "root": {"rule": "sum", "children": [{"rule": "given", "item": 1}, {"rule": "given", "item": 2}]}}')) = sum((card -> 1) + (card -> 2)) AS constant FROM unit;
PREPARE scored(rubric) AS SELECT sum(score(card, $1)) FROM unit;
EXECUTE scored('{"rubric": 1, "root": {"rule": "constant", "points": 2}}');
EXECUTE scored('{"rubric": 1, "root": {"rule": "constant", "points": 3}}');
DO $$
DECLARE
	held rubric;
	card scorecard;
	total numeric := 0;
BEGIN
	FOR round IN 1..3 LOOP
		FOR held, card IN SELECT s.rubric, u.card FROM scheme s, unit u WHERE n IN (1, 101) AND i <= 50 ORDER BY i, n LOOP
			total := total + score(card, held) + rank_basis(evaluate(card, held));
		END LOOP;
	END LOOP;
	IF total <> 6 * (SELECT sum(score(u.card, s.rubric)) FROM scheme s, unit u WHERE n IN (1, 101) AND i <= 50) THEN
		RAISE 'loop gives %', total;
	END IF;
END $$;
-- changed between two calls of one plan, in line and out of line: the new one counts
CREATE FUNCTION pg_temp.now(which int) RETURNS numeric LANGUAGE plpgsql AS $$ BEGIN RETURN (SELECT score('{"1": 1, "2": 3}', rubric) FROM scheme WHERE n = which); END $$;
SELECT pg_temp.now(1) AS in_line, pg_temp.now(101) AS out_of_line;
UPDATE scheme SET rubric = replace(rubric::text, '"item": 2', '"item": 1')::rubric WHERE n IN (1, 101);
SELECT pg_temp.now(1) AS in_line, pg_temp.now(101) AS out_of_line;
UPDATE scheme SET rubric = (SELECT rubric FROM scheme WHERE n = 102) WHERE n IN (1, 101);
SELECT pg_temp.now(1) AS in_line, pg_temp.now(101) AS out_of_line;
DO $$
DECLARE
	held rubric;
	points numeric[] = '{}';
BEGIN
	FOR weight IN 1..40 LOOP
		UPDATE scheme SET rubric = reweight(rubric, 1, weight) WHERE n = 3;
		SELECT rubric INTO held FROM scheme WHERE n = 3;
		points := points || round(score('{"1": 1, "2": 2}', held) * (weight + 1), 10);
	END LOOP;
	-- (weight + 2) / (weight + 1)
	IF points <> (SELECT array_agg((weight + 2)::numeric) FROM generate_series(1, 40) weight) THEN
		RAISE 'reweighed: %', points;
	END IF;
END $$;

-- Serial, in two workers, and by rows in another order: the same results, to the last byte.
CREATE TABLE serial AS SELECT i, g, evaluate(card, rubric) AS result FROM unit JOIN scheme ON n = 2 + g OR n = 102 + g;
SELECT count(*) AS results, md5(string_agg(result::text, ' ' ORDER BY i, result::text)) = (SELECT md5(string_agg(result::text, ' ' ORDER BY i, result::text)) FROM (SELECT i, evaluate(card, rubric) AS result FROM (SELECT * FROM unit ORDER BY i * 7919 % 601) u JOIN scheme ON n = 2 + g OR n = 102 + g) t) AS reordered FROM serial;
\set ECHO none
\i :testdir/include/parallel.sql
\set ECHO all
EXPLAIN (COSTS OFF) SELECT count(*) FROM unit WHERE score(card, '{"rubric": 1, "root": {"rule": "given", "item": 1}}') > 50;
SELECT count(*) = (SELECT count(*) FROM unit WHERE card -> 1 > 50) AS same FROM unit WHERE score(card, '{"rubric": 1, "root": {"rule": "given", "item": 1}}') > 50;
SET enable_hashjoin = off;
SET enable_mergejoin = off;
SELECT count(*) AS results, count(*) FILTER (WHERE s.result IS NOT NULL) AS same FROM (SELECT i, evaluate(card, rubric) AS result FROM unit JOIN scheme ON n = 2 + g OR n = 102 + g) p LEFT JOIN serial s ON s.i = p.i AND s.result = p.result;
DROP TABLE vector, policy, veto, scheme, unit, serial CASCADE;
-- Where 30 digits are too many for the mean, ranks look at the score.
SELECT score('{}', r), rank_basis('{}', r) FROM (SELECT '{"rubric": 1, "rounding": {"digits": 0, "mode": "floor"}, "root": {"rule": "geometric_mean", "children": [{"rule": "formula", "expression": "100000000000000000000000000000000000000 - 1/10000000000000000000000000000000"}]}}'::rubric) AS v(r);
-- Readings that are missing, not applicable or exempt, here and there: the score alone, the score of the whole result and
-- the sum of the explanation's lines are worked out in three ways, and are one number. Then the means by hand.
CREATE TABLE gap AS
SELECT i, (SELECT scorecard_agg(item, CASE WHEN status IS NULL THEN ((i * 7919 + item * 104729) % 10001) / 100.0 END, status)
	FROM (SELECT item, CASE (i * 31 + item * item * 17 + i / item) % 13 WHEN 0 THEN 'missing' WHEN 5 THEN 'exempt' WHEN 9 THEN 'not_applicable' END AS status
		FROM generate_series(1, 12) AS item WHERE (i * 5 + item * 3 + i / 7) % 11 > 1) AS q) AS card
FROM generate_series(1, 1000) AS i;
CREATE TABLE plan AS
SELECT p, replace(replace('{"rubric": 1, "rounding": {"digits": 6}, "root": {"rule": "clamp", "low": -5, "high": 99, "children": [{"rule": "sum", "node": 20, "missing": "zero", "children": [
	{"rule": "weighted_mean", "node": 21, "missing": "renormalize:0.3", "children": [
		{"rule": "weighted_mean", "node": 22, "weight": 31, "missing": "POLICY", "children": [{"rule": "given", "item": 1, "weight": 7}, {"rule": "given", "item": 2, "weight": 5}, {"rule": "threshold", "item": 3, "target": 80, "full_points": 100, "penalty": 3, "step": 7, "weight": 11}]},
		{"rule": "budget", "node": 23, "weight": 47, "missing": "POLICY", "full_points": 9, "unused": "UNUSED", "children": [{"rule": "given", "item": 4, "weight": 70}, {"rule": "bands", "item": 5, "cuts": [30, 60], "points": [0, 50, 90], "weight": 20}, {"rule": "proportional", "item": 6, "target": 70, "full_points": 10, "weight": 10}]},
		{"rule": "weighted_mean", "node": 24, "weight": 13, "missing": "POLICY", "children": [{"rule": "given", "item": 7, "weight": 0.3}, {"rule": "given", "item": 8, "weight": 0.7}]}]},
	{"rule": "deductions", "node": 25, "missing": "zero", "cap_total": 6, "children": [{"rule": "met", "item": 9, "ge": 50, "points": 4.5}, {"rule": "ceiling", "items": [10], "limit": 20, "full_points": 3, "penalty": 0.1, "per": "point"}]},
	{"rule": "bonus", "node": 26, "missing": "renormalize", "children": [{"rule": "awards", "items": [11], "points": 0.01, "cap_kind": 0.7}, {"rule": "given", "item": 12, "cap": 1.3}]}]}]}}', 'POLICY', p), 'UNUSED', u)::rubric AS rubric
FROM (VALUES ('renormalize', 'scale'), ('renormalize:0.6', 'zero'), ('zero', 'full'), ('strict', 'scale'), ('impute:50', 'scale')) AS v(p, u);
SELECT p, count(*) AS cards, count(short) AS scores, count(*) FILTER (WHERE short IS NOT DISTINCT FROM whole AND whole IS NOT DISTINCT FROM lines) AS the_same,
	count(*) FILTER (WHERE basis IS NOT DISTINCT FROM rank_basis(evaluate(card, rubric))) AS same_basis, sum(short)
FROM (SELECT p, card, rubric, score(card, rubric) AS short, rank_basis(card, rubric) AS basis, score(evaluate(card, rubric)) AS whole,
		(SELECT trim_scale(sum(points)) FROM explain(card, rubric)) AS lines
	FROM gap, plan OFFSET 0) AS q GROUP BY p ORDER BY p;
SELECT count(*) AS cards, count(*) FILTER (WHERE score(card, rubric) IS DISTINCT FROM trim_scale(round(sum / nullif(weights, 0), 6))) AS wrong
FROM gap, (SELECT '{"rubric": 1, "rounding": {"digits": 6}, "root": {"rule": "weighted_mean", "missing": "renormalize", "children": [{"rule": "given", "item": 1, "weight": 3}, {"rule": "given", "item": 5, "weight": 7}, {"rule": "given", "item": 9, "weight": 11}]}}'::rubric AS rubric) AS r,
	LATERAL (SELECT sum(value * weight) AS sum, sum(weight) FILTER (WHERE value IS NOT NULL) AS weights
		FROM (VALUES (1, 3), (5, 7), (9, 11)) AS v(item, weight), LATERAL (SELECT card -> item AS value) AS c) AS h;
DROP TABLE gap, plan;
