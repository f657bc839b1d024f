\set ECHO none
\getenv testdir PG_ABS_SRCDIR
\i :testdir/include/setup.sql
\i :testdir/include/marks.sql
\set ECHO all
SELECT what, got, got::text IS NOT DISTINCT FROM want AS ok
FROM (VALUES
	('one off each end', '{1,2,3,4,100}'::numeric[], 1, '3'),
	('five judges', '{9.5,7.5,8.0,9.0,8.5}', 1, '8.5'),
	('two off each end', '{9.5,7.5,8.0,9.0,8.5}', 2, '8.5'),
	('none off', '{9.5,7.5,8.0,9.0,8.5,8.0}', 0, '8.4166666666666667'),
	('a third', '{1,2,2,3,9}', 1, '2.3333333333333333'),
	('the scale of a dropped value counts', '{1,2,2,3,9.00000000000000000000}', 1, '2.33333333333333333333'),
	('equal values drop one by one', '{5,5,5,5}', 1, '5'),
	('equal extremes', '{1,1,2,9,9}', 1, '4'),
	('NULL is no value', '{1,NULL,2,3,NULL,4,100}', 1, '3'),
	('one value, none off', '{7.50}', 0, '7.5'),
	('three values, one off', '{7,1,4}', 1, '4'),
	('experts .75, .85, .95', '{0.75,0.85,0.95}', 1, '0.85'),
	('negative values', '{-1,-2,-3,-100}', 1, '-2.5'),
	('late end', '{0.0000000000000000000000000000001,0,0,0}', 0, '0.000000000000000000000000000000025'),
	('only NULL', '{NULL,NULL}', 1, NULL),
	('no row', '{}', 1, NULL)
) v(what, list, drop_each, want),
LATERAL (SELECT trimmed_mean(x, drop_each) FROM unnest(list) u(x)) t(got);

-- drop_each is 1 if not said.
SELECT trimmed_mean(x) AS one_off, trimmed_mean(x, 0) AS none_off, trimmed_mean(x, 0) FILTER (WHERE false) AS no_row, trimmed_mean_state(x) FILTER (WHERE false) AS no_state
FROM generate_series(1, 10) x WHERE x <> 9;

-- 2,000 rows of many shapes, in 7 groups: the mean of what is left in the middle, rounded once, whatever the way.
CREATE VIEW reference AS
SELECT g, d, pg_temp.rounded_once(sum(x) FILTER (WHERE place > d AND place <= n - d) + 0 * sum(x), max(n) - 2 * d)::text AS answer
FROM (SELECT g, x, row_number() OVER (PARTITION BY g ORDER BY x) AS place, count(*) OVER (PARTITION BY g) AS n FROM marks WHERE x IS NOT NULL) t, unnest(ARRAY[0, 1, 2, 50]) d
GROUP BY g, d;
CREATE VIEW own_answer AS SELECT g, d, trimmed_mean(x, d)::text AS answer FROM marks, unnest(ARRAY[0, 1, 2, 50]) d GROUP BY g, d;
CREATE VIEW difference AS SELECT count(*) AS groups, count(*) FILTER (WHERE o.answer IS NOT DISTINCT FROM r.answer) AS as_reference FROM own_answer o LEFT JOIN reference r USING (g, d);
SELECT * FROM difference;
SELECT g, d, answer FROM own_answer WHERE g > 4 ORDER BY g, d;
SELECT count(*) AS groups, count(*) FILTER (WHERE up = answer AND down = answer) AS same
FROM (SELECT g, trimmed_mean(x, 2 ORDER BY x)::text AS up, trimmed_mean(x, 2 ORDER BY x DESC)::text AS down FROM marks GROUP BY g) t JOIN own_answer USING (g) WHERE d = 2 AND answer IS NOT NULL;

-- States: merged from parts by way of their text.
CREATE VIEW merged AS
SELECT g, d, trimmed_mean_merge(s::text::trimmed_mean_state)::text AS answer
FROM (SELECT g, d, trimmed_mean_state(x, d) FROM marks, unnest(ARRAY[0, 1, 2, 50]) d GROUP BY g, d, i * 31 % 17) part(g, d, s) GROUP BY g, d;
SELECT count(*) AS groups, count(*) FILTER (WHERE m.answer IS NOT DISTINCT FROM o.answer) AS same FROM merged m JOIN own_answer o USING (g, d);
SELECT trimmed_mean_merge(s) AS of_nulls, trimmed_mean_merge(s) FILTER (WHERE false) AS of_no_state FROM (VALUES (NULL::trimmed_mean_state)) v(s);

-- A frame that slides: five rows, the middle three.
SELECT count(*) AS rows, count(*) FILTER (WHERE got::text = pg_temp.rounded_once(total - low - high, n - 2)::text) AS ok FROM (
	SELECT trimmed_mean(x) OVER f AS got, sum(x) OVER f AS total, min(x) OVER f AS low, max(x) OVER f AS high, count(x) OVER f AS n
	FROM marks WHERE x IS NOT NULL WINDOW f AS (PARTITION BY g ORDER BY i ROWS BETWEEN 2 PRECEDING AND 2 FOLLOWING)) t;
SELECT i, x, trimmed_mean(x, 0) OVER (ORDER BY i ROWS 1 PRECEDING) AS last_two, trimmed_mean(x) OVER (ORDER BY i ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING) AS of_all
FROM (VALUES (1, 90.0), (2, NULL), (3, NULL), (4, 70), (5, 81)) v(i, x) ORDER BY i;

-- Very long numbers.
SELECT trimmed_mean(x) AS in_the_middle, length(trimmed_mean(x, 0)::text) AS digits
FROM (VALUES (7), (repeat('9', 100000)::numeric), (-repeat('9', 100000)::numeric), (8), (0)) v(x);
SELECT trimmed_mean(x) = tiny AS tiny FROM (SELECT ('0.' || repeat('0', 15999) || '1')::numeric) AS t(tiny), LATERAL (VALUES (tiny), (tiny), (-tiny), (1)) v(x) GROUP BY tiny;

-- In two workers.
\set ECHO none
\i :testdir/include/parallel.sql
\set ECHO all
EXPLAIN (COSTS OFF) SELECT trimmed_mean(x, 3) FROM marks;
SELECT * FROM difference;
SELECT trimmed_mean(NULLIF(x, x)) AS all_missing FROM marks;

-- Refused. In one process: workers may finish in any order, and some messages name the first row first.
SET max_parallel_workers_per_gather = 0;
\a\t
SELECT pg_temp.answer(call) FROM unnest(ARRAY[
	$$trimmed_mean(x) FROM (VALUES (1)) v(x)$$,
	$$trimmed_mean(x) FROM (VALUES (1), (2)) v(x)$$,
	$$trimmed_mean(x, 2) FROM (VALUES (1), (2), (3), (4)) v(x)$$,
	$$trimmed_mean(x, 2147483647) FROM (VALUES (1), (2), (3), (4)) v(x)$$,
	$$trimmed_mean(x, -1) FROM (VALUES (1), (2), (3)) v(x)$$,
	$$trimmed_mean(x, -1) FROM (VALUES (NULL::int)) v(x)$$,
	$$trimmed_mean(x, NULL) FROM (VALUES (1), (2), (3)) v(x)$$,
	$$trimmed_mean(x, d) FROM (VALUES (1, 0), (2, 1), (3, 0)) v(x, d)$$,
	$$trimmed_mean(x, d) FROM (VALUES (1, 0), (NULL, 1), (3, 0)) v(x, d)$$,
	$$trimmed_mean(x, d) OVER () FROM (VALUES (1, 0), (2, 1), (3, 0)) v(x, d)$$,
	$$trimmed_mean(x) OVER (ORDER BY x ROWS 1 PRECEDING) FROM (VALUES (1), (2), (3)) v(x)$$,
	$$trimmed_mean('NaN', 0)$$,
	$$trimmed_mean('Infinity', 0)$$,
	$$trimmed_mean('-Infinity', 0)$$,
	$$trimmed_mean_merge(s) FROM (SELECT trimmed_mean_state(1, 0) UNION ALL SELECT trimmed_mean_state(2, 1)) v(s)$$,
	$$trimmed_mean_merge(s) FROM (SELECT trimmed_mean_state(1) UNION ALL SELECT trimmed_mean_state(2)) v(s)$$,
	$$'x'::trimmed_mean_state$$,
	$$''::trimmed_mean_state$$
]) AS call;
\a\t
DROP TABLE marks CASCADE;
