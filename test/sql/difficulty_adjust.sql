\set ECHO none
\getenv testdir PG_ABS_SRCDIR
\i :testdir/include/setup.sql
\set ECHO all
-- Score 96 with coefficients of 0.85 and 1.14; the effect is its own line: final - score.
SELECT what, got, got::text IS NOT DISTINCT FROM want AS ok, got - 96 AS line FROM (VALUES
	('coefficient 0.85', difficulty_adjust(96, 0.85), '81.6'),
	('coefficient 1.14', difficulty_adjust(96, 1.14), '109.44'),
	('coefficient 1.14, cap 100', difficulty_adjust(96, 1.14, 100), '100'),
	('coefficient 0.85, cap 100.00', difficulty_adjust(96, 0.85, 100.00), '81.6')
) v(what, got, want);

SELECT what, got, got::text IS NOT DISTINCT FROM want AS ok FROM (VALUES
	('cap with zeros', difficulty_adjust(96, 1.14, 100.00), '100'),
	('cap met exactly', difficulty_adjust(50, 2, 100), '100'),
	('coefficient 0', difficulty_adjust(96, 0), '0'),
	('negative score', difficulty_adjust(-5, 2), '-10'),
	('negative cap', difficulty_adjust(5, 2, -3), '-3'),
	('many places', difficulty_adjust(0.12345678901234567890, 1.00000000000000000001), '0.123456789012345678901234567890123456789'),
	('score NULL', difficulty_adjust(NULL, 1.14), NULL),
	('coefficient NULL', difficulty_adjust(96, NULL), NULL)
) v(what, got, want);

-- Very long numbers.
SELECT length(difficulty_adjust(n, 2)::text) AS digits, difficulty_adjust(n, 2, 100) AS capped,
	difficulty_adjust(n, tiny) = n * tiny AS exact, difficulty_adjust(n, n, 100) AS product_too_long_but_capped
FROM (SELECT repeat('9', 100000)::numeric, ('0.' || repeat('0', 15999) || '1')::numeric) AS t(n, tiny);

-- Refused.
\a\t
SELECT pg_temp.answer(call) FROM unnest(ARRAY[
	$$difficulty_adjust(96, -0.1)$$,
	$$difficulty_adjust('NaN', 1)$$,
	$$difficulty_adjust('Infinity', 1)$$,
	$$difficulty_adjust(96, 'NaN')$$,
	$$difficulty_adjust(96, 'Infinity')$$,
	$$difficulty_adjust(96, 1, 'NaN')$$,
	$$difficulty_adjust(96, 1, 'Infinity')$$,
	$$difficulty_adjust(repeat('9', 100000)::numeric, repeat('9', 100000)::numeric)$$
]) AS call;
