\set ECHO none
\getenv testdir PG_ABS_SRCDIR
\i :testdir/include/setup.sql
\set ECHO all
-- Target 95, full 10, penalty 2, step 1.
SELECT x, score_threshold(x, 95, 10, 2) AS linear,
	score_threshold(x, 95, 10, 2, 1, 'floor') AS floor,
	score_threshold(x, 95, 10, 2, 1, 'ceil') AS ceil
FROM (VALUES (96), (95), (94.9), (94), (92.5), (90), (89)) v(x);

-- Lower is better; a floor above zero; no floor.
SELECT x, score_threshold(x, 5, 10, 2, better => 'lower') AS lower,
	score_threshold(x, 5, 10, 2, min_points => 3, better => 'lower') AS at_least_3,
	score_threshold(x, 5, 10, 2, min_points => NULL, better => 'lower') AS no_floor
FROM (VALUES (4), (5), (6.5), (9), (20)) v(x);

-- Ceiling "at most 1 %, 3 points off for what is over": monthly rates 0.8, 1.0, 1.2, 2.5 %, as deductions.
SELECT mode, -sum(score_threshold(rate, 1, 0, 3, 1, mode, NULL, 'lower')) AS deduction, want
FROM (VALUES (0.8), (1.0), (1.2), (2.5)) month(rate), (VALUES ('linear', 5.1), ('ceil', 9), ('floor', 3)) m(mode, want)
GROUP BY mode, want ORDER BY want;

-- Other steps: results that do not end, results that end late, comparison before rounding.
SELECT what, got, got::text IS NOT DISTINCT FROM want AS ok FROM (VALUES
	('step 3', score_threshold(94, 95, 10, 2, 3), '9.3333333333333333'),
	('step 3, rounded up', score_threshold(94, 95, 10, 1, 3), '9.6666666666666667'),
	('step 3, the points come out even', score_threshold(92, 95, 10, 2, 3), '8'),
	('step 1024', score_threshold(0, 1, 1, 1, 1024), '0.9990234375'),
	('step 0.01, floor', score_threshold(94.71, 95, 100, 1, 0.01, 'floor'), '71'),
	('step 0.01, ceil', score_threshold(94.71, 95, 100, 1, 0.01, 'ceil'), '71'),
	('just short of the target, ceil', score_threshold(94.99999999999999999999999999, 95, 10, 2, 1, 'ceil'), '8'),
	('just short of the target, linear', score_threshold(94.99999999999999999999999999, 95, 10, 2), '9.99999999999999999999999998'),
	('floor of points above the exact value', score_threshold(94, 95, 10, 2, 3, min_points => 9.3333333333333334), '9.3333333333333334'),
	('full points below zero', score_threshold(94, 95, -1, 2, min_points => -2), '-2'),
	('penalty 0', score_threshold(1, 95, 10.0, 0), '10'),
	('negative values', score_threshold(-7, -5, 10, 2), '6'),
	('value NULL', score_threshold(NULL, 95, 10, 2), NULL),
	('target NULL', score_threshold(94, NULL, 10, 2), NULL)
) v(what, got, want);

-- Very long numbers.
SELECT score_threshold(0, repeat('9', 100000)::numeric, 10, 2) AS far_below,
	score_threshold(repeat('9', 100000)::numeric, 0, 10, 2) AS far_above,
	length(score_threshold(0, repeat('9', 100000)::numeric, 10, 2, min_points => NULL)::text) AS digits,
	score_threshold(94, 95, 10, 2, repeat('9', 100000)::numeric, 'ceil') AS one_huge_step;
SELECT trim_scale(10 - got) = 2 * tiny AS exact
FROM (SELECT score_threshold(95 - tiny, 95, 10, 2), tiny FROM (SELECT ('0.' || repeat('0', 15999) || '1')::numeric) AS t(tiny)) AS s(got, tiny);

-- Refused.
\a\t
SELECT pg_temp.answer(call) FROM unnest(ARRAY[
	$$score_threshold('NaN', 95, 10, 2)$$,
	$$score_threshold('Infinity', 95, 10, 2)$$,
	$$score_threshold('-Infinity', 95, 10, 2)$$,
	$$score_threshold(90, 'NaN', 10, 2)$$,
	$$score_threshold(90, 'Infinity', 10, 2)$$,
	$$score_threshold(90, 95, 'NaN', 2)$$,
	$$score_threshold(90, 95, 10, 'Infinity')$$,
	$$score_threshold(90, 95, 10, 2, 'NaN')$$,
	$$score_threshold(90, 95, 10, 2, min_points => '-Infinity')$$,
	$$score_threshold(90, 95, NULL, 2)$$,
	$$score_threshold(90, 95, 10, NULL)$$,
	$$score_threshold(90, 95, 10, 2, NULL)$$,
	$$score_threshold(90, 95, 10, 2, 1, NULL)$$,
	$$score_threshold(90, 95, 10, 2, better => NULL)$$,
	$$score_threshold(90, 95, 10, -2)$$,
	$$score_threshold(90, 95, 10, 2, 0)$$,
	$$score_threshold(90, 95, 10, 2, -1)$$,
	$$score_threshold(90, 95, 10, 2, min_points => 11)$$,
	$$score_threshold(90, 95, 10, 2, 1, 'round')$$,
	$$score_threshold(90, 95, 10, 2, 1, 'Linear')$$,
	$$score_threshold(90, 95, 10, 2, 1, '')$$,
	$$score_threshold(90, 95, 10, 2, better => 'less')$$
]) AS call;
