\set ECHO none
\getenv testdir PG_ABS_SRCDIR
\i :testdir/include/setup.sql
\set ECHO all
-- Number rules: a result is exact, or rounded once; nothing is rounded on the way; cut points see the unrounded value.

-- Double rounding: 84.445 is 84.4 in one step, 84.5 by way of two places.
SELECT got, round(got, 1) AS one_step, round(round(got, 2), 1) AS two_steps
FROM (SELECT weighted_score(x, 1) FROM (VALUES (84.44), (84.45)) v(x)) AS t(got);

-- Rounding line by line: four lines of 1.25 at one place.
SELECT sum(line) AS exact, sum(round(line, 1)) AS half_up, sum(ceil(line * 10) / 10) AS ceil, sum(floor(line * 10) / 10) AS floor
FROM (SELECT score_threshold(95 - n * 0, 95, 1.25, 2) FROM generate_series(1, 4) n) AS t(line);

-- Rounding before the cut.
SELECT score_bands(3.749565, '{3.75}', '{3.5,4}') AS unrounded, score_bands(round(3.749565, 2), '{3.75}', '{3.5,4}') AS rounded;

-- Decimal floors: 0.29 in steps of 0.01 is 29 steps; binary floating point says 28.
SELECT floor(0.29::float8 * 100) AS float8, -score_threshold(0, 0.29, 0, 1, 0.01, 'floor', NULL) AS steps;

-- A terminating result keeps its digits and no trailing zeros; another one is rounded half away from zero.
SELECT what, got, got::text IS NOT DISTINCT FROM want AS ok FROM (VALUES
	('17/20 of 10', score_proportional(17, 20, 10), '8.5'),
	('17.00/20.000 of 10.0000', score_proportional(17.00, 20.000, 10.0000), '8.5'),
	('a whole number', score_proportional(20, 20, 10.00), '10'),
	('zero', score_proportional(0.000, 20, 10), '0'),
	('1/3 of 10', score_proportional(1, 3, 10), '3.3333333333333333'),
	('2/3 of 10', score_proportional(2, 3, 10), '6.6666666666666667'),
	('-2/3 of 10', score_proportional(-2, 3, 10, -1), '-6.6666666666666667'),
	('1/1024', score_proportional(1, 1024, 1), '0.0009765625'),
	('1/2^60', score_proportional(1, 1152921504606846976, 1), '0.000000000000000000867361737988403547205962240695953369140625'),
	('product', difficulty_adjust(85.50, 1.20), '102.6'),
	('20 places', difficulty_adjust(0.0123456789, 0.0123456789), '0.00015241578750190521')
) v(what, got, want);

-- The scale of a rounded result is core's for the whole fraction.
SELECT n, d, score_proportional(n, d, 10, high => 1e40)::text = (10 * n / d)::text AS as_core
FROM (VALUES (1.0, 3), (1, 0.00000000000000000007), (0.0000000000000000000000001, 7), (123456789012345678901234567890, 1234567890123456789012345678907),
	(1, 30000000000000000000000000000001), (0.10, 0.7000000000000000000000000)) v(n, d);

-- numeric shows 16383 decimals: a product of more is rounded like a quotient.
SELECT scale(difficulty_adjust(('0.' || repeat('0', 16382) || '1')::numeric, 2)) AS fits,
	scale(difficulty_adjust(('0.' || repeat('0', 16382) || '1')::numeric, 1.5)) AS does_not,
	difficulty_adjust(1 + ('0.' || repeat('0', 16382) || '1')::numeric, 1.5) = 1.5 AS rounded;

-- Long values do not flood the error message.
\a\t
SELECT pg_temp.answer(call) FROM unnest(ARRAY[
	$$score_events(-repeat('9', 100000)::numeric, 10, 5)$$,
	$$difficulty_adjust(96, -('0.' || repeat('0', 15999) || '1')::numeric)$$,
	$$prededuct_refund(2, 1, repeat('x', 100000))$$
]) AS call;
