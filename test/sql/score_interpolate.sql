\set ECHO none
\getenv testdir PG_ABS_SRCDIR
\i :testdir/include/setup.sql
\set ECHO all
SELECT x, score_interpolate(x, '{0,50,100}', '{0,80,100}') AS points
FROM (VALUES (-5), (0), (25), (50), (60), (99.95), (100), (120), (NULL)) v(x);

SELECT what, got, got::text IS NOT DISTINCT FROM want AS ok FROM (VALUES
	('decile 4 = [24, 36), q = 26', score_interpolate(26, '{24,36}', '{4,5}'), '4.1666666666666667'),
	('min-max of 10, 20, 40: 10', score_interpolate(10, '{10,40}', '{0,100}'), '0'),
	('min-max of 10, 20, 40: 20', score_interpolate(20, '{10,40}', '{0,100}'), '33.3333333333333333'),
	('min-max of 10, 20, 40: 40', score_interpolate(40, '{10,40}', '{0,100}'), '100'),
	('falling', score_interpolate(4, '{3,8}', '{10,0}'), '8'),
	('one point, below', score_interpolate(1, '{5}', '{7.0}'), '7'),
	('one point, above', score_interpolate(9, '{5}', '{7.0}'), '7'),
	('a flat piece', score_interpolate(1.5, '{1,2}', '{3,3}'), '3'),
	('a segment of 1024', score_interpolate(1, '{0,1024}', '{0,1}'), '0.0009765625'),
	('a segment that does not divide', score_interpolate(-1, '{-3,0}', '{-1,0}'), '-0.33333333333333333333'),
	('other lower bounds', score_interpolate(25, '[0:1]={0,50}', '[7:8]={0,80}'), '40')
) v(what, got, want);

-- Achievement and improvement points: threshold 50, benchmark 90, own base 40; whole numbers, the better counts.
SELECT x, score_interpolate(x, '{50,90}', '{0.5,9.5}') AS raw_a, round(score_interpolate(x, '{50,90}', '{0.5,9.5}')) AS achievement,
	score_interpolate(x, '{40,90}', '{-0.5,9.5}') AS raw_i, least(9, round(score_interpolate(x, '{40,90}', '{-0.5,9.5}'))) AS improvement
FROM (VALUES (50), (55), (70), (90)) v(x);

-- Very long numbers.
SELECT score_interpolate(n, ARRAY[0, 2 * n], '{0,10}') AS middle, score_interpolate(n, '{0,1}', '{0,10}') AS above,
	length(score_interpolate(n, ARRAY[0, 2 * n], ARRAY[0, n - 1])::text) AS digits,
	score_interpolate(1 + tiny, ARRAY[1, 1 + 2 * tiny], '{0,10}') AS tiny_segment
FROM (SELECT repeat('9', 100000)::numeric, ('0.' || repeat('0', 15999) || '1')::numeric) AS t(n, tiny);

-- Refused.
\a\t
SELECT pg_temp.answer(call) FROM unnest(ARRAY[
	$$score_interpolate(5, '{0,10}', '{0}')$$,
	$$score_interpolate(5, '{}', '{}')$$,
	$$score_interpolate(5, '{10,0}', '{0,10}')$$,
	$$score_interpolate(5, '{0,5,5}', '{0,1,2}')$$,
	$$score_interpolate(5, '{0,NULL}', '{0,10}')$$,
	$$score_interpolate(5, '{0,10}', '{NULL,10}')$$,
	$$score_interpolate(5, '{0,Infinity}', '{0,10}')$$,
	$$score_interpolate(5, '{0,10}', '{0,NaN}')$$,
	$$score_interpolate('NaN', '{0,10}', '{0,10}')$$,
	$$score_interpolate('Infinity', '{0,10}', '{0,10}')$$,
	$$score_interpolate(5, NULL, '{0,10}')$$,
	$$score_interpolate(5, '{0,10}', NULL)$$,
	$$score_interpolate(5, '{{0,10}}', '{0,10}')$$,
	$$score_interpolate(5, '{0,10}', '{{0},{10}}')$$
]) AS call;
