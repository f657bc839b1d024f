\set ECHO none
\getenv testdir PG_ABS_SRCDIR
\i :testdir/include/setup.sql
\i :testdir/include/marks.sql
\set ECHO all
-- Experts' difficulty 80, 90, 100 and accuracy 70, 80, 90: r = .75, .85, .95. The score is 96.
SELECT what, c, c::text = want AS ok, difficulty_adjust(96, c) AS adjusted, difficulty_adjust(96, c, 100) AS capped
FROM (VALUES
	('0 to 1', 0::numeric, 1::numeric, 0, 0.5, '0.85'),
	('0.8 to 1.2', 0.8, 1.2, 0, 0.5, '1.14'),
	('0 to 1, one off each end', 0, 1, 1, 0.5, '0.85'),
	('0.8 to 1.2, one off each end', 0.8, 1.2, 1, 0.5, '1.14'),
	('difficulty alone', 0, 1, 0, 1, '0.9'),
	('accuracy alone', 0, 1, 0, 0, '0.8'),
	('difficulty one fourth', 0, 1, 0, 0.25, '0.825'),
	('low = high', 1, 1.00, 0, 0.5, '1'),
	('low = high = 0', 0, 0, 0, 0.5, '0')
) v(what, low, high, drop_each, share, want),
LATERAL (SELECT recognition_coefficient(d, a, low, high, drop_each, share) FROM (VALUES (80, 70), (90, 80), (100, 90)) expert(d, a)) t(c);

-- The forms with fewer arguments; an expert without difficulty or accuracy does not count; no expert: NULL.
SELECT recognition_coefficient(d, a, 0.8, 1.2) AS plain, recognition_coefficient(d, a, 0.8, 1.2, 1) AS trimmed,
	recognition_coefficient(d, a, 0.8, 1.2) FILTER (WHERE false) AS no_row, recognition_coefficient(NULL, a, 0.8, 1.2) AS no_difficulty, recognition_coefficient(d, NULL, 0.8, 1.2, 5) AS no_accuracy
FROM (VALUES (80, 70), (90, 80), (NULL, 5), (100, 90), (5, NULL)) expert(d, a);

-- Not ending: the whole fraction (low * 100m + (high - low) * sum) / 100m is rounded once.
SELECT recognition_coefficient(d, a, 0, 1) AS got, recognition_coefficient(d, a, 0, 1)::text = (245.0 / 300)::text AS ok,
	recognition_coefficient(d, a, 0.8, 1.2)::text = ((0.8 * 300 + 0.4 * 245.0) / 300)::text AS ok2
FROM (VALUES (80, 70), (90, 80), (90, 80)) expert(d, a);

-- The ends of the range.
SELECT recognition_coefficient(0, 0, 0.8, 1.2) AS lowest, recognition_coefficient(100, 100, 0.8, 1.2) AS highest, recognition_coefficient(100.00, 0, 0.8, 1.2) AS middle;

-- 2,000 experts of many shapes, in 7 groups, whatever the way.
CREATE VIEW expert AS SELECT i, g, CASE WHEN x IS NOT NULL OR g = 6 AND i % 2 = 0 THEN percent END AS difficulty, round(100 - percent / 2, i % 5) AS accuracy FROM marks;
CREATE VIEW reference AS
SELECT g, drop_each, pg_temp.rounded_once(0.85 * (100 * m) + 0.33 * s, 100 * m)::text AS answer
FROM (SELECT g, drop_each, max(n) - 2 * drop_each, sum(v) FILTER (WHERE place > drop_each AND place <= n - drop_each) + 0 * sum(v)
	FROM (SELECT g, v, row_number() OVER (PARTITION BY g ORDER BY v), count(*) OVER (PARTITION BY g) FROM expert, LATERAL (SELECT 0.35 * difficulty + 0.65 * accuracy) r(v) WHERE v IS NOT NULL) t(g, v, place, n),
		unnest(ARRAY[0, 1, 40]) drop_each GROUP BY g, drop_each) u(g, drop_each, m, s);
CREATE VIEW own_answer AS
SELECT g, drop_each, recognition_coefficient(difficulty, accuracy, 0.85, 1.18, drop_each, 0.35)::text AS answer FROM expert, unnest(ARRAY[0, 1, 40]) drop_each GROUP BY g, drop_each;
CREATE VIEW difference AS SELECT count(*) AS groups, count(*) FILTER (WHERE o.answer IS NOT DISTINCT FROM r.answer) AS as_reference FROM own_answer o LEFT JOIN reference r USING (g, drop_each);
SELECT * FROM difference;
SELECT g, drop_each, answer FROM own_answer WHERE g > 4 ORDER BY g, drop_each;

-- States: merged from parts by way of their text.
SELECT count(*) AS groups, count(*) FILTER (WHERE m.answer IS NOT DISTINCT FROM o.answer) AS same
FROM (SELECT g, drop_each, recognition_coefficient_merge(s::text::recognition_coefficient_state)::text
	FROM (SELECT g, drop_each, recognition_coefficient_state(difficulty, accuracy, 0.85, 1.18, drop_each, 0.35) FROM expert, unnest(ARRAY[0, 1, 40]) drop_each GROUP BY g, drop_each, i * 31 % 17) part(g, drop_each, s)
	GROUP BY g, drop_each) m(g, drop_each, answer) JOIN own_answer o USING (g, drop_each);
SELECT recognition_coefficient_merge(s) AS of_nulls, recognition_coefficient_merge(s) FILTER (WHERE false) AS of_no_state FROM (VALUES (NULL::recognition_coefficient_state)) v(s);
SELECT recognition_coefficient_merge(s) AS plain, recognition_coefficient_merge(t) AS trimmed
FROM (SELECT recognition_coefficient_state(d, a, 0, 1), recognition_coefficient_state(d, a, 0, 1, 1) FROM (VALUES (80, 70), (90, 80), (100, 90)) expert(d, a) GROUP BY d) v(s, t);

-- A frame that slides: two experts at a time.
SELECT i, recognition_coefficient(d, a, 0, 1) OVER (ORDER BY i ROWS 1 PRECEDING) AS last_two FROM (VALUES (1, 80, 70), (2, NULL, 80), (3, NULL, NULL), (4, 100, 90), (5, 90.50, 80)) expert(i, d, a) ORDER BY i;

-- Very long numbers.
SELECT recognition_coefficient(100 - tiny, 100 - tiny, 0, 1) = 1 - tiny * 0.01 AS tiny, recognition_coefficient(50, 50, n - 1, n + 1) = n AS long
FROM (SELECT repeat('9', 100000)::numeric, ('0.' || repeat('0', 15999) || '1')::numeric) AS t(n, tiny) GROUP BY n, tiny;

-- In two workers.
\set ECHO none
\i :testdir/include/parallel.sql
\set ECHO all
EXPLAIN (COSTS OFF) SELECT recognition_coefficient(percent, percent, 0, 1) FROM marks;
SELECT * FROM difference;

-- Refused. In one process: workers may finish in any order, and some messages name the first row first.
SET max_parallel_workers_per_gather = 0;
\a\t
SELECT pg_temp.answer(call) FROM unnest(ARRAY[
	$$recognition_coefficient(100.01, 50, 0, 1)$$,
	$$recognition_coefficient(-1, 50, 0, 1)$$,
	$$recognition_coefficient(50, 101, 0, 1)$$,
	$$recognition_coefficient(50, -0.01, 0, 1)$$,
	$$recognition_coefficient('NaN', 50, 0, 1)$$,
	$$recognition_coefficient(50, 'Infinity', 0, 1)$$,
	$$recognition_coefficient(50, 50, 'NaN', 1)$$,
	$$recognition_coefficient(50, 50, 0, 'Infinity')$$,
	$$recognition_coefficient(50, 50, -0.1, 1)$$,
	$$recognition_coefficient(50, 50, 1.2, 0.8)$$,
	$$recognition_coefficient(50, 50, NULL, 1)$$,
	$$recognition_coefficient(50, 50, 0, NULL)$$,
	$$recognition_coefficient(50, 50, 0, 1, NULL)$$,
	$$recognition_coefficient(50, 50, 0, 1, 0, NULL)$$,
	$$recognition_coefficient(50, 50, 0, 1, -1)$$,
	$$recognition_coefficient(50, 50, 0, 1, 0, 1.5)$$,
	$$recognition_coefficient(50, 50, 0, 1, 0, -0.5)$$,
	$$recognition_coefficient(50, 50, 0, 1, 0, 'NaN')$$,
	$$recognition_coefficient(d, 50, 0, 1, 1) FROM (VALUES (50), (60)) v(d)$$,
	$$recognition_coefficient(d, 50, l, 1) FROM (VALUES (50, 0), (60, 0.5)) v(d, l)$$,
	$$recognition_coefficient(d, 50, 0, h) FROM (VALUES (50, 1), (60, 1.5)) v(d, h)$$,
	$$recognition_coefficient(d, 50, 0, 1, n) FROM (VALUES (50, 0), (60, 1)) v(d, n)$$,
	$$recognition_coefficient(d, 50, 0, 1, 0, s) FROM (VALUES (50, 0.5), (NULL, 0.6)) v(d, s)$$,
	$$recognition_coefficient_merge(s) FROM (SELECT recognition_coefficient_state(50, 50, 0, 1) UNION ALL SELECT recognition_coefficient_state(50, 50, 0, 1.2)) v(s)$$,
	$$recognition_coefficient_merge(s) FROM (SELECT recognition_coefficient_state(50, 50, 0, 1, 1) UNION ALL SELECT recognition_coefficient_state(60, 50, 0, 1, 1)) v(s)$$,
	$$'x'::recognition_coefficient_state$$,
	$$''::recognition_coefficient_state$$
]) AS call;
\a\t
DROP TABLE marks CASCADE;
