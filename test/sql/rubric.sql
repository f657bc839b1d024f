\set ECHO none
\getenv testdir PG_ABS_SRCDIR
\i :testdir/include/setup.sql
-- What compiling a document says: refused with which words, and what would mend it.
CREATE FUNCTION pg_temp.refusal(what text, document text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	message text;
	hint text;
BEGIN
	RETURN what || E'\n    is ' || left(document::rubric::text, 100);
EXCEPTION WHEN OTHERS THEN
	GET STACKED DIAGNOSTICS message = MESSAGE_TEXT, hint = PG_EXCEPTION_HINT;
	RETURN what || E'\n    ' || SQLSTATE || ' ' || right(message, 200) || coalesce(E'\n    HINT: ' || nullif(left(hint, 120), ''), '');
END $$;
CREATE FUNCTION pg_temp.document(root text) RETURNS text LANGUAGE sql IMMUTABLE AS $$ SELECT '{"rubric": 1, "root": ' || root || '}' $$;
\set ECHO all
-- The text form: read in any order, spacing and spelling, written in one.
SELECT input::rubric AS canonical, input::rubric::text = want AS ok
FROM (VALUES
	('{"root": {"points": 1.50, "rule": "constant"}, "rubric": 1}',
		'{"rubric": 1, "root": {"node": 0, "rule": "constant", "points": 1.5}}'),
	(E'\n{"rubric":1.0,\t"root":{"rule":"given","value":{"item":7}}}\r\n',
		'{"rubric": 1, "root": {"node": 0, "rule": "given", "item": 7}}'),
	('{"limits": [{"for": "评优", "item": 1, "gt": 0, "effect": "ineligible"}], "root": {"rule": "given", "item": 1}, "parameters": {"t": null, "b": 0.10}, "rounding": {"rank_basis": "rounded", "mode": "half_even", "digits": 1, "at": "node"}, "label": "二〇二五", "rubric": 1}',
		'{"rubric": 1, "label": "二〇二五", "rounding": {"at": "node", "digits": 1, "mode": "half_even", "rank_basis": "rounded"}, "parameters": {"b": 0.1, "t": null}, "root": {"node": 0, "rule": "given", "item": 1}, "limits": [{"node": 1, "rule": "limit", "item": 1, "gt": 0, "for": "评优", "effect": "ineligible"}]}'),
	-- nodes without a number get the lowest that are free, in the document's order
	('{"rubric": 1, "root": {"rule": "sum", "children": [{"rule": "constant", "points": 1}, {"rule": "sum", "node": 2, "children": [{"rule": "constant", "points": 2}]}, {"rule": "constant", "points": 3, "node": 1}]}, "limits": [{"item": 1, "le": 0, "effect": "zero_score"}]}',
		'{"rubric": 1, "root": {"node": 0, "rule": "sum", "children": [{"node": 3, "rule": "constant", "points": 1}, {"node": 2, "rule": "sum", "children": [{"node": 4, "rule": "constant", "points": 2}]}, {"node": 1, "rule": "constant", "points": 3}]}, "limits": [{"node": 5, "rule": "limit", "item": 1, "le": 0, "effect": "zero_score"}]}'),
	(pg_temp.document('{"children": [{"item": 1, "max": null, "min": 0, "rule": "given", "cap": 3, "weight": 2, "label": "a\"\\\u4e2d\n", "round": {"mode": "ceil", "digits": 0}}], "cap_total": null, "missing": "impute:-0.50", "rule": "deductions"}'),
		'{"rubric": 1, "root": {"node": 0, "rule": "deductions", "missing": "impute:-0.5", "cap_total": null, "children": [{"node": 1, "rule": "given", "label": "a\"\\中\n", "weight": 2, "cap": 3, "round": {"digits": 0, "mode": "ceil"}, "item": 1, "min": 0, "max": null}]}}'),
	(pg_temp.document('{"rule": "given", "item": 1, "round": {"digits": 2}}'),
		'{"rubric": 1, "root": {"node": 0, "rule": "given", "round": {"digits": 2, "mode": "half_up"}, "item": 1}}'),
	(pg_temp.document('{"rule": "ceiling", "item": 7, "per": "每次", "penalty": 3, "full_points": 10, "limit": -0.0}'),
		'{"rubric": 1, "root": {"node": 0, "rule": "ceiling", "limit": 0, "full_points": 10, "penalty": 3, "per": "occurrence", "items": [7]}}')
) v(input, want);

-- Every rule, with its settings in the order of the tables; the Chinese name and words are accepted.
CREATE TABLE rule (n int, zh text, document rubric);
INSERT INTO rule (n, zh, document)
SELECT n, zh, pg_temp.document(root)::rubric FROM (VALUES
	(1, '达标扣分', '{"node": 0, "rule": "threshold", "item": 1, "target": 95, "full_points": 10, "penalty": 2, "step": 1, "min_points": 0, "mode": "floor", "better": "lower"}'),
	(2, '按比例得分', '{"node": 0, "rule": "proportional", "item": 1, "target": {"item": 2}, "full_points": 10, "low": 0, "high": 1.15, "start": 50, "zero_target": "full"}'),
	(3, '超限扣分', '{"node": 0, "rule": "ceiling", "limit": 1, "full_points": 10, "penalty": 3, "step": 1, "min_points": null, "per": "point", "mode": "ceil", "items": [1, 2, 3]}'),
	(4, '按次扣分', '{"node": 0, "rule": "events", "item": 1, "full_points": 10, "penalty": 5, "min_points": null, "pending": {"item": 2}, "count_pending": "yes"}'),
	(5, '按次计分', '{"node": 0, "rule": "awards", "points": 0.5, "cap_award": 1, "cap_kind": 3, "items": [1, 2]}'),
	(6, '分档得分', '{"node": 0, "rule": "bands", "item": 1, "cuts": [60, 80], "points": [0, 5, 10]}'),
	(7, '分档得分', '{"node": 0, "rule": "bands", "item": 1, "ranges": [{"ge": 60, "lt": 80, "points": 5}, {"ge": 80, "points": 10}, {"points": 0}]}'),
	(8, '插值得分', '{"node": 0, "rule": "interpolate", "item": 1, "xs": [0, 10, 11], "ys": [0, 50, 100]}'),
	(9, '等级赋分', '{"node": 0, "rule": "ordinal", "item": 1, "words": [{"word": "很满意", "points": 100}, {"word": "不满意", "points": 0}]}'),
	(10, '达到得分', '{"node": 0, "rule": "met", "item": 1, "gt": 0, "le": 1, "points": 5, "otherwise": -1}'),
	(11, '直接评分', '{"node": 0, "rule": "given", "item": 1, "min": 0, "max": 100}'),
	(12, '基础分', '{"node": 0, "rule": "constant", "points": 100}'),
	(13, '达成或进步', '{"node": 0, "rule": "achievement", "item": 1, "base": {"item": 2}, "threshold": 50, "benchmark": 90, "full_points": 10, "better": "higher"}'),
	(14, '比基期进步', '{"node": 0, "rule": "improvement", "item": 1, "base": {"item": 2}, "rate": 2, "min_points": 0, "max_points": 20, "change": "relative", "better": "higher"}'),
	(15, '时限', '{"node": 0, "rule": "timeliness", "item": 1, "due": {"item": 2}, "grace": 2, "full_points": 10, "penalty": 2, "step": 7, "min_points": 0, "mode": "linear"}'),
	(16, '标准化', '{"node": 0, "rule": "normalise", "item": 1, "low": 0, "high": 40, "full_points": 100, "neutral": 50, "method": "minmax", "clamp": "yes"}'),
	(17, '公式', '{"node": 0, "rule": "formula", "expression": "item(1) / item(2) * 100"}'),
	(18, '加权平均', '{"node": 0, "rule": "weighted_mean", "missing": "renormalize:0.8", "total": 100, "children": [{"node": 1, "rule": "given", "weight": 100, "item": 1}]}'),
	(19, '几何平均', '{"node": 0, "rule": "geometric_mean", "missing": "strict", "children": [{"node": 1, "rule": "given", "item": 1}]}'),
	(20, '调和平均', '{"node": 0, "rule": "harmonic_mean", "missing": "zero", "children": [{"node": 1, "rule": "given", "item": 1}]}'),
	(21, '合计', '{"node": 0, "rule": "sum", "missing": "renormalize", "children": [{"node": 1, "rule": "given", "item": 1}]}'),
	(22, '连乘', '{"node": 0, "rule": "product", "children": [{"node": 1, "rule": "given", "item": 1}]}'),
	(23, '取低', '{"node": 0, "rule": "minimum", "children": [{"node": 1, "rule": "given", "item": 1}]}'),
	(24, '取高', '{"node": 0, "rule": "maximum", "children": [{"node": 1, "rule": "given", "item": 1}]}'),
	(25, '分值分配', '{"node": 0, "rule": "budget", "full_points": 100, "total": 20, "unused": "full", "children": [{"node": 1, "rule": "given", "weight": 20, "item": 1}]}'),
	(26, '扣分项', '{"node": 0, "rule": "deductions", "cap_total": 5, "children": [{"node": 1, "rule": "given", "cap": 3, "item": 1}]}'),
	(27, '加分项', '{"node": 0, "rule": "bonus", "cap_total": 5, "children": [{"node": 1, "rule": "given", "cap": 3, "item": 1}]}'),
	(28, '系数', '{"node": 0, "rule": "coefficient", "coefficient": {"item": 2}, "low": 0.8, "high": 1.2, "max_points": 100, "otherwise": 1, "children": [{"node": 1, "rule": "given", "item": 1}]}'),
	(29, '上下限', '{"node": 0, "rule": "clamp", "low": 0, "high": 105, "children": [{"node": 1, "rule": "given", "item": 1}]}'),
	(30, '基础分', '{"node": 0, "rule": "constant", "points": 1}, "limits": [{"node": 1, "rule": "limit", "item": 1, "ge": 1, "lt": 3, "tier": 3, "effect": "cap_tier"}]')
) v(n, zh, root)
WHERE pg_temp.document(root)::rubric::text = pg_temp.document(root);
SELECT count(*) AS as_written, count(*) FILTER (WHERE regexp_replace(document::text, '("node": 0, "rule": )"\w+"', '\1"' || zh || '"')::rubric = document) AS in_chinese FROM rule;
SELECT count(*) AS words, count(*) FILTER (WHERE replace(document::text, '"' || english || '"', '"' || w.zh || '"')::rubric = document) AS same
FROM (VALUES (1, 'floor', '舍去'), (1, 'lower', '越低越好'), (2, 'full', '满分'), (3, 'ceil', '进一'), (3, 'point', '每点'), (4, 'yes', '是'), (10, 'gt', '超过'), (10, 'gt', '以外'), (10, 'le', '以下'), (10, 'le', '以内'),
	(7, 'ge', '以上'), (7, 'lt', '不满'), (7, 'lt', '不足'), (13, 'higher', '越高越好'), (14, 'relative', '增幅'), (15, 'linear', '按比例'), (25, 'full', '满分')) w(n, english, zh) LEFT JOIN rule USING (n);

-- By way of text, jsonb and bytes a rubric stays the same; jsonb only puts its keys in another order.
SELECT count(*) AS rubrics, count(*) FILTER (WHERE document::text::rubric = document) AS text, count(*) FILTER (WHERE document::jsonb::rubric = document AND document::jsonb = document::text::jsonb AND document::jsonb = jsonb(document) AND rubric(document::jsonb) = document) AS jsonb,
	count(*) FILTER (WHERE rubric_send(document) = '\x01'::bytea || convert_to(document::text, 'UTF8')) AS bytes FROM rule;
SELECT '{"root": {"points": 1.50, "rule": "constant"}, "rubric": 1}'::rubric::jsonb, '{"root": {"rule": "given", "item": 1e1}, "rubric": 1}'::jsonb::rubric;
CREATE TABLE copied (LIKE rule);
\copy rule TO PROGRAM 'cat >"$PG_ABS_BUILDDIR"/results/rubric.binary' (FORMAT binary)
\copy copied FROM PROGRAM 'cat "$PG_ABS_BUILDDIR"/results/rubric.binary' (FORMAT binary)
SELECT count(*) AS copied, count(*) FILTER (WHERE c.document = r.document) AS same FROM copied c JOIN rule r USING (n, zh);
CREATE TABLE bytes (document rubric);
\copy bytes FROM PROGRAM 'printf "PGCOPY\n\377\r\n\0\0\0\0\0\0\0\0\0\0\001\0\0\0\003\002{}\377\377"' (FORMAT binary)
\copy bytes FROM PROGRAM 'printf "PGCOPY\n\377\r\n\0\0\0\0\0\0\0\0\0\0\001\0\0\0\003\001{}\377\377"' (FORMAT binary)
\copy bytes FROM PROGRAM 'printf "PGCOPY\n\377\r\n\0\0\0\0\0\0\0\0\0\0\001\0\0\0\0\377\377"' (FORMAT binary)

-- Equality: of documents, not of spelling. Equal rubrics hash alike, group and join.
SELECT a = b AS eq, a <> b AS ne, rubric_hash(a) = rubric_hash(b) AS hash, rubric_hash_extended(a, 7) = rubric_hash_extended(b, 7) AS hash_extended
FROM (VALUES
	(pg_temp.document('{"rule": "constant", "points": 1.50}'), pg_temp.document('{"points": 1.5, "rule": "基础分", "node": 0}')),
	(pg_temp.document('{"rule": "constant", "points": 1.5}'), pg_temp.document('{"rule": "constant", "points": 1.51}')),
	(pg_temp.document('{"rule": "given", "item": 1}'), pg_temp.document('{"rule": "given", "item": 1, "label": "x"}')),
	-- a default that is stated is not one that is left open
	(pg_temp.document('{"rule": "awards", "items": [1]}'), pg_temp.document('{"rule": "awards", "items": [1], "points": 1}'))
) v(x, y), LATERAL (SELECT x::rubric, y::rubric) r(a, b);
SELECT rubric_hash_extended(document, 0) = rubric_hash_extended(document, 1) AS seed_counts, rubric_hash_extended(document, 0) & 4294967295 = rubric_hash(document)::bigint & 4294967295 AS low_half FROM rule WHERE n = 1;
ANALYZE rule;
INSERT INTO copied SELECT n + 100, zh, document::jsonb::rubric FROM rule WHERE n < 11;
ANALYZE copied;
SELECT copies, count(*) FROM (SELECT document, count(*) AS copies FROM copied GROUP BY document) t GROUP BY copies ORDER BY copies;
EXPLAIN (COSTS OFF) SELECT document, count(*) FROM copied GROUP BY document;
EXPLAIN (COSTS OFF) SELECT count(*) FROM copied a JOIN copied b USING (document);
SELECT count(*) AS hash_join FROM copied a JOIN copied b USING (document);
SELECT count(*) AS both FROM (SELECT document FROM copied WHERE n > 100 INTERSECT SELECT document FROM rule) t;
CREATE INDEX copied_hash ON copied USING hash (document);
SET enable_seqscan = off;
SET enable_bitmapscan = off;
EXPLAIN (COSTS OFF) SELECT n FROM copied WHERE document = '{"rubric": 1, "root": {"rule": "constant", "points": 100}}';
SELECT n FROM copied WHERE document = '{"rubric": 1, "root": {"rule": "constant", "points": 100}}';
RESET enable_seqscan;
RESET enable_bitmapscan;
SELECT pg_temp.answer($$document FROM rule ORDER BY document$$);

-- Stored as it comes, or out of line without compression; any other way works as well.
CREATE TABLE stored (n int, external rubric, extended rubric, main rubric, plain rubric);
SELECT attname, attstorage FROM pg_attribute WHERE attrelid = 'stored'::regclass AND attnum = 2;
ALTER TABLE stored ALTER extended SET STORAGE EXTENDED, ALTER main SET STORAGE MAIN, ALTER plain SET STORAGE PLAIN;
CREATE VIEW large AS SELECT n, pg_temp.document('{"rule": "sum", "children": [' || string_agg(format('{"rule": "given", "item": %s, "label": "第%s项指标"}', i, i), ', ') || ']}')::rubric AS document FROM unnest(ARRAY[1, 20, 50, 1000]) n, generate_series(1, n) i GROUP BY n;
INSERT INTO stored SELECT n, document, document, document, CASE WHEN n < 50 THEN document END FROM large;
SELECT n, pg_column_size(external) > 2000 AS out_of_line, pg_column_size(extended) < pg_column_size(external) * 0.8 AS compressed FROM stored ORDER BY n;
SELECT count(*) AS stored, count(*) FILTER (WHERE external = document AND extended = document AND main = document AND coalesce(plain, document) = document AND external = main AND external::text = document::text AND extended::text = document::text AND rubric_hash(extended) = rubric_hash(document)
	AND main::jsonb = document::jsonb AND rubric_send(external) = rubric_send(document)) AS same FROM stored JOIN large USING (n);

-- The items that a rubric looks at: in every setting that may name one, in lists, limits and formulas.
SELECT n, rubric_items(document) AS items FROM rule WHERE rubric_items(document) <> '{1}' ORDER BY n;
SELECT count(*) AS rubrics, count(*) FILTER (WHERE rubric_items(document) = ARRAY(SELECT DISTINCT i::int FROM regexp_matches(document::text, '(?:"item": |item\(|"items": \[)([0-9, ]+)', 'g') m, regexp_split_to_table(m[1], ', ') i WHERE i <> '' ORDER BY 1)) AS as_written FROM (SELECT document FROM rule UNION ALL SELECT document FROM large) t;
SELECT rubric_items(pg_temp.document(root)::rubric) FROM (VALUES ('{"rule": "constant", "points": 1}'),
	('{"rule": "given", "item": 2147483647}'), ('{"rule": "sum", "children": [{"rule": "given", "item": 9}, {"rule": "given", "item": 0}, {"rule": "given", "item": 9}]}'),
	('{"rule": "coefficient", "coefficient": {"item": 30}, "children": [{"rule": "sum", "children": [{"rule": "threshold", "item": 21, "target": {"item": 20}, "full_points": 1, "penalty": 1}, {"rule": "proportional", "item": 21, "target": 5, "start": {"item": 19}, "full_points": 1}, {"rule": "ceiling", "items": [18, 17, 18], "limit": 1, "full_points": 1, "penalty": 1, "per": "point"}]}]}'),
	('{"rule": "sum", "children": [{"rule": "events", "item": 4, "pending": {"item": 3}, "full_points": 1, "penalty": 1}, {"rule": "timeliness", "item": 4, "due": {"item": 2}, "full_points": 1, "penalty": 1}, {"rule": "improvement", "item": 4, "base": {"item": 1}, "rate": 1}, {"rule": "awards", "items": [16]}]}'),
	('{"rule": "formula", "expression": "if(observed(item(8)), item(7) * 2, coalesce(node(1), item(3)))", "children": [{"rule": "given", "item": 6}]}, "limits": [{"item": 50, "ge": 1, "effect": "zero_score"}, {"value": {"node": 1}, "ge": 60, "effect": "ineligible"}]')) v(root);
-- numbers of nodes, weights and points are no items; a parameter that is bound is a number
SELECT rubric_items(with_parameters('{"rubric": 1, "parameters": {"t": null}, "root": {"node": 0, "rule": "weighted_mean", "total": 77, "children": [{"node": 44, "rule": "met", "weight": 55, "item": 1, "ge": {"parameter": "t"}, "points": 66}]}}', '{"t": 88}')), rubric_items(NULL) IS NULL AS no_rubric;
SELECT count(*) AS stored, count(*) FILTER (WHERE rubric_items(external) = rubric_items(extended) AND cardinality(rubric_items(external)) = n) AS same FROM stored;

-- Limits: what is just within them works, what is beyond is refused.
CREATE FUNCTION pg_temp.wide(n int) RETURNS text LANGUAGE sql AS $$ SELECT pg_temp.document('{"rule": "sum", "children": [' || string_agg(format('{"rule": "given", "item": %s}', i), ', ') || ']}') FROM generate_series(1, n) i $$;
CREATE FUNCTION pg_temp.deep(n int) RETURNS text LANGUAGE sql AS $$ SELECT pg_temp.document(repeat('{"rule": "sum", "children": [', n) || '{"rule": "given", "item": 1}' || repeat(']}', n)) $$;
-- the sum of 1 to 9999
SELECT score(card, rubric), item_count(evaluate(card, rubric)), evaluate(card, rubric) -> 9999 AS last, rubric::text::rubric = rubric AS same FROM (SELECT pg_temp.wide(9999)::rubric, scorecard_agg(i, i) FROM generate_series(1, 9999) i) t(rubric, card);
SELECT cardinality(items) AS items, items = ARRAY(SELECT generate_series(1, 9999)) AS sorted FROM rubric_items(pg_temp.wide(9999)::rubric) items;
SELECT cardinality(items) AS items, items[1] AS first, items[300000] AS last FROM rubric_items((SELECT pg_temp.document('{"rule": "awards", "items": [' || string_agg(i::text, ',' ORDER BY i DESC) || ']}') FROM generate_series(1, 300000) i)::rubric) items;
-- every node in error, each with a flag
SELECT item_count(result), scorecard_status(result, 0), (SELECT count(*) FROM flags(result)) AS flags FROM (SELECT evaluate(scorecard_agg(i, 7, 'error'), pg_temp.wide(9999)::rubric) FROM generate_series(1, 9999) i) t(result);
SELECT score('{"1": 7}', pg_temp.deep(99)::rubric);
SELECT score('{"1": 7}', pg_temp.document(format('{"rule": "formula", "expression": "%sitem(1)%s"}', repeat('(', 99), repeat(')', 99)))::rubric);
SELECT score('{}', pg_temp.document(format('{"rule": "constant", "points": %s}', n))::rubric) IS NOT NULL AS taken, score('{}', pg_temp.document(format('{"rule": "constant", "round": {"digits": 30}, "points": %s}', n))::rubric)
FROM unnest(ARRAY['170141183460469231731687303715884105727', '-170141183460469231731687303715884105727', '1.70141183460469231731687303715884105727']) n;
\a\t
SELECT pg_temp.refusal(what, document) FROM (VALUES ('10,001 nodes', pg_temp.wide(10000)), ('101 levels', pg_temp.deep(100)), ('a million levels', pg_temp.deep(1000000)),
	('a formula of 1,001 levels', pg_temp.document(format('{"rule": "formula", "expression": "%s1%s"}', repeat('(', 1000), repeat(')', 1000)))),
	('a stack of 257', pg_temp.document(format('{"rule": "formula", "expression": "min(%s1)"}', repeat('1, ', 256)))),
	('2^127', pg_temp.document('{"rule": "constant", "points": 170141183460469231731687303715884105728}')),
	('39 decimals', pg_temp.document('{"rule": "constant", "points": 0.000000000000000000000000000000000000001}')),
	('69 MB', pg_temp.document('{"rule": "constant", "points": 1, "label": "' || repeat('长', 23000000) || '"}'))) v(what, document);

-- Refused: the document.
SELECT pg_temp.refusal(document, document) FROM unnest(ARRAY[
	'', 'x', '[]', '1', 'null', '{', '{} {}', '{"rubric": 1,}', '{"rubric" 1}', '{"rubric": 1, "rubric": 1}', '{"rubric": 1, "root": {"rule": "constant", "points": 01}}', E'{"label": "\x01"}', '{"label": "\ud800"}',
	'{}', '{"root": {"rule": "constant", "points": 1}}', '{"rubric": 1}', '{"rubric": 2, "root": {"rule": "constant", "points": 1}}', '{"rubric": "1", "root": {}}', '{"rubric": 1, "root": null}', '{"rubric": 1, "root": [{"rule": "constant", "points": 1}]}',
	'{"rubric": 1, "root": {"rule": "constant", "points": 1}, "Label": "x"}', '{"rubric": 1, "root": {"rule": "constant", "points": 1}, "label": 7}',
	'{"rubric": 1, "root": {"rule": "constant", "points": 1}, "rounding": {"at": "end"}}', '{"rubric": 1, "root": {"rule": "constant", "points": 1}, "rounding": {"digits": 31}}', '{"rubric": 1, "root": {"rule": "constant", "points": 1}, "rounding": {"digits": 1.5}}', '{"rubric": 1, "root": {"rule": "constant", "points": 1}, "rounding": {"mode": "up"}}', '{"rubric": 1, "root": {"rule": "constant", "points": 1}, "rounding": {"decimals": 2}}', '{"rubric": 1, "root": {"rule": "constant", "points": 1}, "rounding": {"rank_basis": "score"}}',
	'{"rubric": 1, "root": {"rule": "constant", "points": {"parameter": "t"}}, "parameters": {"T": 1}}', '{"rubric": 1, "root": {"rule": "constant", "points": 1}, "parameters": {"t": "1"}}', '{"rubric": 1, "root": {"rule": "constant", "points": 1}, "parameters": {"": 1}}',
	'{"rubric": 1, "root": {"rule": "constant", "points": 1}, "limits": {"item": 1}}', '{"rubric": 1, "root": {"rule": "constant", "points": 1}, "limits": [{"rule": "given", "item": 1}]}', '{"rubric": 1, "root": {"rule": "limit", "item": 1, "ge": 1, "effect": "zero_score"}}'
]) AS document;
-- Refused: a node, named by its path.
SELECT pg_temp.refusal(node, pg_temp.document(format('{"rule": "sum", "children": [{"rule": "constant", "points": 1}, %s]}', node))) FROM unnest(ARRAY[
	'{}', '{"rule": "总分"}', '{"rule": 1}', '{"rule": "constant"}', '{"rule": "constant", "points": null}', '{"rule": "constant", "points": "5"}', '{"rule": "constant", "points": 1e2}', '{"rule": "constant", "points": true}', '{"rule": "constant", "points": {"item": 3}}', '{"rule": "constant", "points": 5, "weigth": 2}',
	'{"rule": "constant", "points": 5, "item": 2}', '{"rule": "constant", "points": 5, "node": 0}', '{"rule": "constant", "points": 5, "node": 10000000}', '{"rule": "constant", "points": 5, "node": 1.5}', '{"rule": "constant", "points": 5, "weight": -1}', '{"rule": "constant", "points": 5, "cap": 1}', '{"rule": "constant", "points": 5, "missing": "zero"}', '{"rule": "constant", "points": 5, "children": [{"rule": "constant", "points": 1}]}',
	'{"rule": "constant", "points": 5, "round": 2}', '{"rule": "constant", "points": 5, "round": {}}', '{"rule": "constant", "points": 5, "round": {"digits": -1}}', '{"rule": "constant", "points": 5, "round": {"digits": 1, "mode": "down"}}',
	'{"rule": "given", "item": -1}', '{"rule": "given", "item": 2147483648}', '{"rule": "given", "item": 1, "value": 2}', '{"rule": "given", "value": {"items": 2}}', '{"rule": "given", "value": {"item": 2, "node": 3}}', '{"rule": "given", "value": {"node": 77}}', '{"rule": "given", "item": 1, "min": 5, "max": 4}',
	'{"rule": "threshold", "item": 1, "target": 95, "full_points": 10, "penalty": -2}', '{"rule": "threshold", "item": 1, "target": 95, "full_points": 10, "penalty": 2, "step": 0}', '{"rule": "threshold", "item": 1, "target": 95, "full_points": 10, "penalty": 2, "min_points": 11}', '{"rule": "threshold", "item": 1, "target": 95, "full_points": -1, "penalty": 2}', '{"rule": "threshold", "item": 1, "target": 95, "full_points": 10, "penalty": 2, "mode": "up"}', '{"rule": "threshold", "target": 95, "full_points": 10, "penalty": 2}',
	'{"rule": "proportional", "item": 1, "target": 50, "start": 50, "full_points": 10}', '{"rule": "proportional", "item": 1, "target": 50, "low": 2, "full_points": 10}', '{"rule": "achievement", "item": 1, "threshold": 50, "benchmark": 50}', '{"rule": "achievement", "item": 1, "threshold": 50, "benchmark": 90, "better": "lower"}', '{"rule": "achievement", "item": 1, "threshold": 50, "benchmark": 90, "full_points": 0.5}',
	'{"rule": "ceiling", "limit": 1, "full_points": 10, "penalty": 3, "items": [1]}', '{"rule": "ceiling", "limit": 1, "full_points": 10, "penalty": 3, "per": "point", "items": []}', '{"rule": "awards", "item": 1, "items": [1]}', '{"rule": "awards", "items": ["1"]}',
	'{"rule": "bands", "item": 1, "cuts": [60, 60], "points": [1, 2, 3]}', '{"rule": "bands", "item": 1, "cuts": [60], "points": [1]}', '{"rule": "bands", "item": 1, "cuts": [60]}', '{"rule": "bands", "item": 1, "cuts": [60], "points": [1, 2], "ranges": []}', '{"rule": "bands", "item": 1, "ranges": [{"ge": 3, "gt": 3, "points": 1}]}', '{"rule": "bands", "item": 1, "ranges": [{"ge": 80, "lt": 60, "points": 1}]}', '{"rule": "bands", "item": 1, "ranges": [{"ge": 60}]}', '{"rule": "bands", "item": 1}',
	'{"rule": "interpolate", "item": 1, "xs": [10, 0], "ys": [0, 1]}', '{"rule": "interpolate", "item": 1, "xs": [0, 10], "ys": [0]}', '{"rule": "interpolate", "item": 1, "xs": [], "ys": []}', '{"rule": "ordinal", "item": 1, "words": []}', '{"rule": "ordinal", "item": 1, "words": [{"points": 1}]}', '{"rule": "ordinal", "item": 1, "words": [{"word": "好"}]}',
	'{"rule": "met", "item": 1, "points": 5}', '{"rule": "met", "item": 1, "ge": 5, "le": 4, "points": 5}', '{"rule": "met", "item": 1, "ge": 5, "以上": 4, "points": 5}', '{"rule": "normalise", "item": 1}', '{"rule": "normalise", "item": 1, "method": "minmax", "low": 1}', '{"rule": "normalise", "item": 1, "method": "zscore", "mean": 1, "deviation": 1, "high": 2}',
	'{"rule": "formula", "expression": "item(1) +"}', '{"rule": "formula", "expression": "item(1) > 2"}', '{"rule": "formula", "expression": "node(9)"}', '{"rule": "formula", "expression": "parameter(t)"}', '{"rule": "formula", "expression": "power(2, 3)"}', '{"rule": "formula", "expression": ""}',
	'{"rule": "sum"}', '{"rule": "sum", "children": []}', '{"rule": "sum", "children": {}}', '{"rule": "sum", "missing": "skip", "children": [{"rule": "given", "item": 1}]}', '{"rule": "weighted_mean", "missing": "renormalize:1.1", "children": [{"rule": "given", "item": 1}]}', '{"rule": "weighted_mean", "missing": "impute", "children": [{"rule": "given", "item": 1}]}', '{"rule": "weighted_mean", "missing": null, "children": [{"rule": "given", "item": 1}]}', '{"rule": "weighted_mean", "missing": "zero:1", "children": [{"rule": "given", "item": 1}]}',
	'{"rule": "geometric_mean", "children": [{"rule": "given", "item": 1}]}', '{"rule": "geometric_mean", "round": {"digits": 2}, "children": [{"rule": "given", "weight": 10000, "item": 1}, {"rule": "given", "item": 2}]}', '{"rule": "geometric_mean", "round": {"digits": 2}, "children": [{"rule": "given", "weight": 123456789012345678901234567890123456789, "item": 1}, {"rule": "given", "weight": 12345678901234567890123456789012345678.9, "item": 2}]}', '{"rule": "geometric_mean", "round": {"digits": 2}, "children": [{"rule": "given", "weight": {"parameter": "w"}, "item": 1}]}',
	'{"rule": "coefficient", "coefficient": 1, "children": [{"rule": "given", "item": 1}, {"rule": "given", "item": 2}]}', '{"rule": "coefficient", "coefficient": -1, "children": [{"rule": "given", "item": 1}]}', '{"rule": "clamp", "children": [{"rule": "given", "item": 1}]}', '{"rule": "clamp", "low": 2, "high": 1, "children": [{"rule": "given", "item": 1}]}'
]) AS node;
-- Refused: numbers and references that do not fit together.
SELECT pg_temp.refusal(document, document) FROM unnest(ARRAY[
	pg_temp.document('{"rule": "given", "node": 1, "item": 1}'),
	pg_temp.document('{"rule": "sum", "children": [{"rule": "given", "node": 3, "item": 1}, {"rule": "given", "node": 3, "item": 2}]}'),
	pg_temp.document('{"rule": "given", "value": {"node": 0}}'),
	pg_temp.document('{"rule": "sum", "children": [{"rule": "given", "value": {"node": 0}}]}'),
	pg_temp.document('{"rule": "sum", "children": [{"rule": "formula", "expression": "node(2)"}, {"rule": "given", "value": {"node": 3}}, {"rule": "threshold", "item": 1, "target": {"node": 1}, "full_points": 1, "penalty": 1}]}'),
	'{"rubric": 1, "root": {"rule": "given", "value": {"node": 1}}, "limits": [{"item": 1, "ge": 1, "effect": "zero_score"}]}',
	'{"rubric": 1, "root": {"rule": "given", "item": 1}, "limits": [{"item": 1, "ge": 1, "effect": "zero_score"}, {"item": 1, "effect": "zero_score"}]}',
	'{"rubric": 1, "root": {"rule": "given", "item": 1}, "limits": [{"item": 1, "ge": 1}]}',
	'{"rubric": 1, "root": {"rule": "given", "item": 1}, "limits": [{"item": 1, "ge": 1, "effect": "cap_tier"}]}',
	'{"rubric": 1, "root": {"rule": "given", "item": 1}, "limits": [{"item": 1, "ge": 1, "effect": "cap_tier", "tier": 1.5}]}',
	'{"rubric": 1, "root": {"rule": "given", "item": 1}, "limits": [{"item": 1, "ge": 1, "effect": "zero_score", "tier": 1}]}',
	'{"rubric": 1, "root": {"rule": "given", "item": 1}, "limits": [{"item": 1, "ge": 1, "effect": "zero_score", "for": "评优"}]}',
	'{"rubric": 1, "root": {"rule": "given", "item": 1}, "limits": [{"item": 1, "ge": 1, "effect": "zero_score", "weight": 2}]}'
]) AS document;
SELECT pg_temp.answer($$'{"rubric": 1}'::jsonb::rubric$$);

-- A stored rubric that is damaged is found out, by whatever looks at it.
CREATE CAST (bytea AS rubric) WITHOUT FUNCTION;
CREATE CAST (rubric AS bytea) WITHOUT FUNCTION;
CREATE FUNCTION pg_temp.state(call text) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
	EXECUTE 'SELECT ' || call;
	RETURN 'taken';
EXCEPTION WHEN OTHERS THEN
	RETURN SQLSTATE;
END $$;
CREATE TABLE forged AS SELECT n, document::bytea AS good, octet_length(document::bytea) AS size FROM rule;
SELECT count(*) AS good FROM forged JOIN rule USING (n) WHERE good::rubric = document AND good::rubric::text = document::text;
SELECT answer, count(*) FROM (SELECT pg_temp.state(format('%L::bytea::rubric::text', set_byte(good, at, get_byte(good, at) # (1 << at % 8)))) FROM forged, generate_series(0, size - 1) at WHERE n IN (1, 7, 17, 28)) t(answer) GROUP BY 1;
SELECT answer, count(*) FROM (SELECT pg_temp.state(format('%L::bytea::rubric::text', substr(good, 1, size - cut))) FROM forged, unnest(ARRAY[1, 7, 8, 100, size]) cut WHERE cut <= size) t(answer) GROUP BY 1;
SELECT answer, count(*) FROM (SELECT pg_temp.state(format('%L::bytea::rubric::text', good || '\x00'::bytea)) FROM forged) t(answer) GROUP BY 1;
SELECT pg_temp.answer(call) FROM unnest(ARRAY[
	$$''::bytea::rubric$$,
	$$score('{}', 'x'::bytea::rubric)$$,
	$$evaluate('{}', repeat('x', 100)::bytea::rubric)$$,
	$$count(*) FROM explain('{}', repeat('x', 100)::bytea::rubric)$$,
	$$count(*) FROM lint(repeat('x', 100)::bytea::rubric)$$,
	$$reweight(repeat('x', 100)::bytea::rubric, 1, 1)$$,
	$$rubric_items(repeat('x', 100)::bytea::rubric)$$,
	$$repeat('x', 100)::bytea::rubric::jsonb$$,
	$$rubric_send(repeat('x', 100)::bytea::rubric)$$
]) AS call;
\a\t
DROP CAST (bytea AS rubric);
DROP CAST (rubric AS bytea);
DROP TABLE rule, copied, bytes, stored, forged CASCADE;
DROP VIEW large;
