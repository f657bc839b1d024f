\set ECHO none
\getenv testdir PG_ABS_SRCDIR
\i :testdir/include/setup.sql
\set ECHO all
-- A band begins at its cut and ends before the next one.
SELECT x, score_bands(x, '{60,70,80,90}', '{0,60,70.0,80.00,100}') AS points
FROM (VALUES (-1), (59.99), (60), (69.999999), (70), (80), (89.9), (90), (1000), (NULL)) v(x);

-- No hole: with cuts at 2.5 and 3.34, 3.335 always maps.
SELECT x, score_bands(x, '{2.5,3.34}', '{3,2,1}') AS tier FROM (VALUES (2.499), (2.5), (3.33), (3.335), (3.34)) v(x);

-- Gates for money: "5 million and above" includes the number, "over 100 million" does not, and money has two decimals.
-- 0 none, 1 pre-evaluation, 2 full report.
SELECT amount, score_bands(amount, '{5000000,100000000.01}', '{0,1,2}') AS target_project, score_bands(amount, '{5000000}', '{0,1}') AS other_project
FROM (VALUES (4999999.99), (5000000), (100000000), (100000000.01)) v(amount);

-- The point is given as it was written, by whatever bound the arrays begin with.
SELECT score_bands(75, '{60,80}', '{0.50,1.500,2}') AS scale_kept,
	score_bands(75, '{}', '{5}') AS no_cut,
	score_bands(75, '[0:1]={60,80}', '[5:7]={0,1,2}') AS other_bounds,
	score_bands(75, '{60.000,75.0}', '{1,2,3}') AS on_the_cut;
SELECT score_bands(74.9999999999999999999999, '{75}', '{1,2}') AS just_below, score_bands(x, cuts, points) AS thousand_bands
FROM (SELECT array_agg(c::numeric), array_agg(c::numeric) || 1001.0 FROM generate_series(1, 1000) c) AS a(cuts, points), (VALUES (0), (500), (2000)) v(x);

-- Very long numbers.
SELECT score_bands(n - 1, ARRAY[n], '{1,2}') AS below, score_bands(n, ARRAY[n], '{1,2}') AS on_it,
	score_bands(1 - tiny, '{1}', '{1,2}') AS tiny_below, score_bands(1 + tiny, ARRAY[1, 1 + tiny], '{1,2,3}') AS tiny_above
FROM (SELECT repeat('9', 100000)::numeric, ('0.' || repeat('0', 15999) || '1')::numeric) AS t(n, tiny);

-- Refused.
\a\t
SELECT pg_temp.answer(call) FROM unnest(ARRAY[
	$$score_bands(75, '{60,80}', '{1,2}')$$,
	$$score_bands(75, '{60,80}', '{1,2,3,4}')$$,
	$$score_bands(75, '{60,80}', '{}')$$,
	$$score_bands(75, '{}', '{}')$$,
	$$score_bands(75, '{80,60}', '{1,2,3}')$$,
	$$score_bands(75, '{60,60.0}', '{1,2,3}')$$,
	$$score_bands(75, '{60,NULL}', '{1,2,3}')$$,
	$$score_bands(75, '{60,80}', '{1,NULL,3}')$$,
	$$score_bands(75, '{60,NaN}', '{1,2,3}')$$,
	$$score_bands(75, '{60,Infinity}', '{1,2,3}')$$,
	$$score_bands(75, '{60,80}', '{1,2,NaN}')$$,
	$$score_bands('NaN', '{60,80}', '{1,2,3}')$$,
	$$score_bands('-Infinity', '{60,80}', '{1,2,3}')$$,
	$$score_bands(75, NULL, '{1,2,3}')$$,
	$$score_bands(75, '{60,80}', NULL)$$,
	$$score_bands(75, '{{60,80},{90,100}}', '{1,2,3,4,5}')$$,
	$$score_bands(75, '{60,80}', '{{1,2,3}}')$$
]) AS call;
