\set ECHO none
\getenv testdir PG_ABS_SRCDIR
\i :testdir/include/setup.sql
\set ECHO all
SELECT what, got, got::text IS NOT DISTINCT FROM want AS ok FROM (VALUES
	('17 of 20', score_proportional(17, 20, 10), '8.5'),
	('23 of 20, cap 1', score_proportional(23, 20, 10), '10'),
	('23 of 20, cap 1.15', score_proportional(23, 20, 10, 0, 1.15), '11.5'),
	('24 of 20, cap 1.15', score_proportional(24, 20, 10, high => 1.15), '11.5'),
	('0 of 0: not applicable', score_proportional(0, 0, 10), NULL),
	('0.00 of 0.0: not applicable', score_proportional(0.00, 0.0, 10), NULL),
	('lower is better, (U-x)/(U-L), U 8, L 3, x 4', score_proportional(8 - 4, 8 - 3, 10), '8'),
	('start value 50, target 100, x 75', score_proportional(75 - 50, 100 - 50, 1), '0.5'),
	('below the start value', score_proportional(45 - 50, 100 - 50, 10), '0'),
	('expenditure 42 % at 6/12 of the year', score_proportional(42, 50, 100), '84'),
	('expenditure ahead of schedule', score_proportional(60, 50, 100), '100'),
	('what is left of 1000/500 after 845.76/600', score_proportional(845.76 * 500, 1000 * 600, 1), '0.7048'),
	('1 of 3', score_proportional(1, 3, 10), '3.3333333333333333'),
	('low above 0', score_proportional(1, 10, 10, 0.25), '2.5'),
	('low below 0', score_proportional(-5, 10, 10, -1), '-5'),
	('low = high', score_proportional(5, 10, 10, 0.7, 0.7), '7'),
	('high not reached by a hair', score_proportional(1 - 1e-30, 1, 10), '9.99999999999999999999999999999'),
	('full points 0', score_proportional(5, 7, 0), '0'),
	('full points below 0', score_proportional(1, 4, -10), '-2.5'),
	('value NULL', score_proportional(NULL, 20, 10), NULL),
	('target NULL', score_proportional(17, NULL, 10), NULL)
) v(what, got, want);

-- The reduction of the published case: 29.52 %.
SELECT 1 - score_proportional(845.76 * 500, 1000 * 600, 1) AS reduction;

-- Very long numbers.
SELECT score_proportional(nines, nines, 10) AS all_of_it, score_proportional(1, nines, nines) AS one_part, score_proportional(nines, 1, 10) AS capped,
	length(score_proportional(nines, 1, 1, 0, nines)::text) AS digits
FROM (SELECT repeat('9', 100000)::numeric) AS t(nines);
SELECT score_proportional(tiny, tiny, 10) AS all_of_it, score_proportional(tiny, 2 * tiny, 10) AS half, score_proportional(1, tiny, 10) AS capped
FROM (SELECT ('0.' || repeat('0', 15999) || '1')::numeric) AS t(tiny);

-- Refused.
\a\t
SELECT pg_temp.answer(call) FROM unnest(ARRAY[
	$$score_proportional(5, 0, 10)$$,
	$$score_proportional(-5, 0, 10)$$,
	$$score_proportional(75 - 50, 50 - 50, 1)$$,
	$$score_proportional(5, -1, 10)$$,
	$$score_proportional(0, -1, 10)$$,
	$$score_proportional(5, 10, 10, 1, 0.5)$$,
	$$score_proportional('NaN', 20, 10)$$,
	$$score_proportional('Infinity', 20, 10)$$,
	$$score_proportional(5, 'NaN', 10)$$,
	$$score_proportional(5, '-Infinity', 10)$$,
	$$score_proportional(5, 20, 'NaN')$$,
	$$score_proportional(5, 20, 10, '-Infinity')$$,
	$$score_proportional(5, 20, 10, 0, 'Infinity')$$,
	$$score_proportional(5, 20, NULL)$$,
	$$score_proportional(5, 20, 10, NULL)$$,
	$$score_proportional(5, 20, 10, 0, NULL)$$
]) AS call;
