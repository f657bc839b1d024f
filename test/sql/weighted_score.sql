\set ECHO none
\getenv testdir PG_ABS_SRCDIR
\i :testdir/include/setup.sql
\i :testdir/include/marks.sql
\set ECHO all
-- The digits are those of core's sum(w*x)/sum(w).
SELECT what, got, got = want AS ok, got::text = core::text AS as_core
FROM (VALUES
	('section by 40/30/30', '{90,80,70}'::numeric[], '{0.4,0.3,0.3}'::numeric[], 81),
	('individual by 60/20/20', '{85,95,60}', '{0.6,0.2,0.2}', 82),
	('total 50/50', '{81,82}', '{0.5,0.5}', 81.5),
	('total 60/40', '{81,82}', '{0.6,0.4}', 81.4),
	('total 55/45', '{81,82}', '{0.55,0.45}', 81.45),
	('raters 40/40/20', '{90,80,70}', '{40,40,20}', 82),
	('60/40 of 88, 92', '{88,92}', '{60,40}', 89.6),
	('30/70 of 95, 80', '{95,80}', '{30,70}', 84.5),
	('4, 9 with weights 1, 3', '{4,9}', '{1,3}', 7.75),
	('mean 100 of 4, prior 80 of 16', '{100,80}', '{4,16}', 84),
	('equal at weights 4/7, 3/7: A', '{90,80}', '{4,3}', 600::numeric / 7),
	('equal at weights 4/7, 3/7: B', '{84,88}', '{4,3}', 600::numeric / 7),
	('one row', '{85.3}', '{2}', 85.3),
	('a weight of 0', '{90,80}', '{0,1.00}', 80),
	('negative scores', '{-90,-80.5}', '{1,1}', -85.25)
) v(what, scores, weights, want),
LATERAL (SELECT weighted_score(x, w), sum(w * x) / sum(w) FROM unnest(scores, weights) u(x, w)) t(got, core);

-- A domain of the hospital scheme is missing: weights 10, 25, 40 of what is left become 40/3, 100/3, 160/3 %.
SELECT domain, weighted_score(CASE WHEN item <> 4 THEN CASE WHEN item = domain THEN 100 ELSE 0 END END, weight) AS percent
FROM (VALUES (1, 10), (2, 25), (3, 40), (4, 25)) w(item, weight), generate_series(1, 3) domain GROUP BY domain ORDER BY domain;

-- The order of rows does not matter: 86.815 in all 120 orders.
WITH RECURSIVE item(i, x, w) AS (VALUES (1, 94.2, 0.25), (2, 86.7, 0.35), (3, 75.5, 0.2), (4, 85.8, 0.1), (5, 92.4, 0.1)),
permutation(p) AS (SELECT ARRAY[i] FROM item UNION ALL SELECT p || i FROM permutation, item WHERE i <> ALL (p))
SELECT got, got = 86.815 AS ok, count(*) AS orders
FROM (SELECT weighted_score(x, w ORDER BY place) FROM permutation, unnest(p) WITH ORDINALITY u(i, place) JOIN item USING (i) WHERE cardinality(p) = 5 GROUP BY p) t(got)
GROUP BY got;

-- Raters 40/40/20, the third role empty, by policy.
SELECT policy, weighted_score(x, w, policy) FROM (VALUES (90, 40), (80, 40), (NULL, 20)) v(x, w),
	unnest(ARRAY['renormalize', 'zero', 'strict', 'impute:60', 'impute:-10.50', 'renormalize:0', 'renormalize:0.8', 'renormalize:0.80000000000000000001', 'renormalize:1']) policy
GROUP BY policy ORDER BY policy COLLATE "C";

-- Nothing missing: every policy gives the same. All missing, or no row: NULL under every policy.
SELECT policy, weighted_score(x, w, policy) AS complete, weighted_score(NULL, w, policy) AS all_missing, weighted_score(NULL, 0, policy) AS of_no_weight,
	weighted_score(x, w, policy) FILTER (WHERE false) AS no_row, weighted_score_state(x, w, policy) FILTER (WHERE false) AS no_state
FROM (VALUES (90, 40), (80, 40), (70, 20)) v(x, w), unnest(ARRAY['renormalize', 'renormalize:1', 'zero', 'strict', 'impute:60']) policy
GROUP BY policy ORDER BY policy COLLATE "C";

-- What is missing has the weight, and what is there has none.
SELECT weighted_score(x, w, 'zero') AS zero, weighted_score(x, w, 'impute:60') AS impute, weighted_score(x, w, 'strict') AS strict FROM (VALUES (90, 0), (NULL, 1)) v(x, w);

-- 2,000 rows of many shapes, in 7 groups: as core, whatever the way.
CREATE VIEW core_answer AS
SELECT g, (sum(w * x) / nullif(sum(w) FILTER (WHERE x IS NOT NULL), 0))::text AS renormalize,
	CASE WHEN count(x) > 0 THEN sum(w * coalesce(x, 0)) / sum(w) END::text AS zero,
	CASE WHEN count(x) > 0 THEN sum(w * coalesce(x, 60.5)) / sum(w) END::text AS impute FROM marks GROUP BY g;
CREATE VIEW own_answer AS
SELECT g, weighted_score(x, w)::text AS renormalize, weighted_score(x, w, 'zero')::text AS zero, weighted_score(x, w, 'impute:60.5')::text AS impute FROM marks GROUP BY g;
SELECT g, renormalize, zero, impute FROM own_answer WHERE g > 4 ORDER BY g;
CREATE VIEW difference AS
SELECT count(*) AS groups, count(*) FILTER (WHERE (o.renormalize, o.zero, o.impute) IS NOT DISTINCT FROM (c.renormalize, c.zero, c.impute)) AS as_core
FROM own_answer o JOIN core_answer c USING (g);
SELECT * FROM difference;
SELECT count(*) AS groups, count(*) FILTER (WHERE up = o.renormalize AND down = o.renormalize) AS same
FROM (SELECT g, weighted_score(x, w ORDER BY x, i)::text AS up, weighted_score(x, w ORDER BY x DESC, i DESC)::text AS down FROM marks GROUP BY g) t JOIN own_answer o USING (g) WHERE o.renormalize IS NOT NULL;

-- States: merged from parts by way of their text.
CREATE VIEW merged AS
SELECT g, weighted_score_merge(r::text::weighted_score_state)::text AS renormalize, weighted_score_merge(z::text::weighted_score_state)::text AS zero,
	weighted_score_merge(i::text::weighted_score_state)::text AS impute
FROM (SELECT g, weighted_score_state(x, w), weighted_score_state(x, w, 'zero'), weighted_score_state(x, w, 'impute:60.5') FROM marks GROUP BY g, i * 31 % 17) part(g, r, z, i)
GROUP BY g;
SELECT count(*) AS groups, count(*) FILTER (WHERE (m.renormalize, m.zero, m.impute) IS NOT DISTINCT FROM (o.renormalize, o.zero, o.impute)) AS same
FROM merged m JOIN own_answer o USING (g);
SELECT weighted_score_merge(s) AS of_nulls, weighted_score_merge(s) FILTER (WHERE false) AS of_no_state FROM (VALUES (NULL::weighted_score_state)) v(s);

-- A frame that slides, and one that grows.
SELECT count(*) AS rows, count(*) FILTER (WHERE got::text IS NOT DISTINCT FROM core::text) AS as_core FROM (
	SELECT weighted_score(x, w + 0.5) OVER f AS got, sum((w + 0.5) * x) OVER f / sum(w + 0.5) FILTER (WHERE x IS NOT NULL) OVER f AS core
	FROM marks WINDOW f AS (PARTITION BY g ORDER BY i ROWS BETWEEN 3 PRECEDING AND 2 FOLLOWING)) t;
SELECT count(*) AS rows, count(*) FILTER (WHERE got::text IS NOT DISTINCT FROM core::text) AS as_core FROM (
	SELECT weighted_score(x, w + 0.5) OVER f AS got, sum((w + 0.5) * x) OVER f / sum(w + 0.5) FILTER (WHERE x IS NOT NULL) OVER f AS core
	FROM marks WINDOW f AS (PARTITION BY g ORDER BY i)) t;
SELECT i, x, w, weighted_score(x, w, 'zero') OVER f AS zero, weighted_score(x, w, 'strict') OVER f AS strict, weighted_score(x, w) OVER (ORDER BY i ROWS BETWEEN 2 FOLLOWING AND 3 FOLLOWING) AS ahead
FROM (VALUES (1, 90, 1), (2, NULL, 1), (3, 80, 3), (4, 70, 1)) v(i, x, w) WINDOW f AS (ORDER BY i ROWS 1 PRECEDING) ORDER BY i;

-- Very long numbers. Like core's division this gives 1,000 decimals at most; core fails on the product of long scores and weights.
SELECT what, weighted_score(x, w) = max(x) AS exact, weighted_score(x, w)::text = (sum(w * x) FILTER (WHERE what <> 'long weights') / sum(w))::text AS as_core
FROM (SELECT repeat('9', 100000)::numeric, ('0.' || repeat('0', 15999) || '1')::numeric) AS t(n, tiny),
LATERAL (VALUES ('itself', n, 1), ('weights', n, 1), ('weights', n, 3), ('long weights', n, n), ('long and tiny', tiny, n), ('tiny weight', 1, tiny), ('tiny both', tiny, tiny)) v(what, x, w)
GROUP BY what ORDER BY what COLLATE "C";
SELECT count(*) AS rows, count(*) FILTER (WHERE got::text = core::text) AS as_core FROM (
	SELECT weighted_score(x, 0.7) OVER f AS got, sum(x * 0.7) OVER f / sum(0.7) OVER f AS core
	FROM (VALUES (1, 1), (2, repeat('9', 1000)::numeric), (3, 1.5), (4, -repeat('9', 1000)::numeric), (5, 1e-500), (6, 2), (7, 3)) v(i, x) WINDOW f AS (ORDER BY i ROWS 1 PRECEDING)) t;

-- In two workers.
\set ECHO none
\i :testdir/include/parallel.sql
\set ECHO all
EXPLAIN (COSTS OFF) SELECT weighted_score(x, w) FROM marks;
SELECT * FROM difference;
SELECT weighted_score(x, w)::text = (sum(w * x) / sum(w) FILTER (WHERE x IS NOT NULL))::text AS as_core, weighted_score(x, w, 'strict') AS strict, weighted_score(NULL, w, 'zero') AS all_missing FROM marks;
SELECT count(*) AS groups, count(*) FILTER (WHERE m.renormalize IS NOT DISTINCT FROM o.renormalize) AS same FROM merged m JOIN own_answer o USING (g);

-- Refused. In one process: workers may finish in any order, and some messages name the first row first.
SET max_parallel_workers_per_gather = 0;
\a\t
SELECT pg_temp.answer(call) FROM unnest(ARRAY[
	$$weighted_score(x, w) FROM (VALUES (90, 1), (80, NULL)) v(x, w)$$,
	$$weighted_score(x, w) FROM (VALUES (90, 1), (NULL, NULL::int)) v(x, w)$$,
	$$weighted_score(x, w) FROM (VALUES (90, 1), (80, -0.5)) v(x, w)$$,
	$$weighted_score(x, w) FROM (VALUES (90, 1), (NULL, -0.5)) v(x, w)$$,
	$$weighted_score(x, w) FROM (VALUES (90, 0), (80, 0)) v(x, w)$$,
	$$weighted_score(x, w) FROM (VALUES (90, 0), (NULL, 1)) v(x, w)$$,
	$$weighted_score(x, w, 'renormalize:0.5') FROM (VALUES (90, 0), (NULL, 1)) v(x, w)$$,
	$$weighted_score('NaN', 1)$$,
	$$weighted_score('Infinity', 1)$$,
	$$weighted_score('-Infinity', 1)$$,
	$$weighted_score(90, 'NaN')$$,
	$$weighted_score(90, 'Infinity')$$,
	$$weighted_score(90, 1, NULL)$$,
	$$weighted_score(90, 1, '')$$,
	$$weighted_score(90, 1, 'Zero')$$,
	$$weighted_score(90, 1, 'ignore')$$,
	$$weighted_score(90, 1, 'strict:1')$$,
	$$weighted_score(90, 1, 'renormalize:1.5')$$,
	$$weighted_score(90, 1, 'renormalize:-0.5')$$,
	$$weighted_score(90, 1, 'renormalize:NaN')$$,
	$$weighted_score(90, 1, 'renormalize:')$$,
	$$weighted_score(90, 1, 'renormalize:half')$$,
	$$weighted_score(90, 1, 'impute')$$,
	$$weighted_score(90, 1, 'impute:')$$,
	$$weighted_score(90, 1, 'impute:sixty')$$,
	$$weighted_score(90, 1, 'impute:NaN')$$,
	$$weighted_score(90, 1, 'impute:Infinity')$$,
	$$weighted_score(x, 1, m) FROM (VALUES (90, 'zero'), (80, 'strict')) v(x, m)$$,
	$$weighted_score(x, 1, m) FROM (VALUES (90, 'zero'), (80, NULL)) v(x, m)$$,
	$$weighted_score(x, 1, m) FROM (VALUES (90, 'impute:60'), (NULL, 'impute:61')) v(x, m)$$,
	$$weighted_score(x, 1, m) OVER () FROM (VALUES (90, 'zero'), (80, 'strict')) v(x, m)$$,
	$$weighted_score(x, w) OVER (ORDER BY x ROWS 1 PRECEDING) FROM (VALUES (90, 0), (80, 0)) v(x, w)$$,
	$$weighted_score_merge(s) FROM (SELECT weighted_score_state(90, 1, 'zero') UNION ALL SELECT weighted_score_state(80, 1, 'strict')) v(s)$$,
	$$weighted_score_merge(s) FROM (SELECT weighted_score_state(90, 1) UNION ALL SELECT weighted_score_state(80, 1, 'renormalize:0.5')) v(s)$$,
	$$weighted_score_merge(s) FROM (SELECT weighted_score_state(90, 0) UNION ALL SELECT weighted_score_state(80, 0)) v(s)$$,
	$$'x'::weighted_score_state$$,
	$$''::weighted_score_state$$
]) AS call;
\a\t
DROP TABLE marks CASCADE;
