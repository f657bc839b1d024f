\set ECHO none
\getenv testdir PG_ABS_SRCDIR
\i :testdir/include/setup.sql
\set ECHO all
-- Full 10, 5 off per event.
SELECT n, score_events(n, 10, 5) AS points, score_events(n, 10, 5, NULL) AS no_floor, score_events(n, 10, 5, 2.50) AS at_least_2_5
FROM generate_series(0, 3) n;

-- Months over a ceiling of 1 %, 3 off each time: rates 0.8, 1.0, 1.2, 2.5 % -> 2 months, 6 points.
SELECT -score_events(count(*) FILTER (WHERE rate > 1), 0, 3, NULL) AS deduction FROM (VALUES (0.8), (1.0), (1.2), (2.5)) month(rate);

-- Bonus caps: kinds (0.6, 0.7), (1), (), (3), at most 1 per kind -> 3; read as per award -> 3.3.
WITH award(kind, raw) AS (VALUES ('a', 0.6), ('a', 0.7), ('b', 1), ('d', 3))
SELECT (SELECT sum(least(1, of_kind)) FROM (SELECT sum(raw) FROM award GROUP BY kind) k(of_kind)) AS per_kind,
	(SELECT sum(least(1, raw)) FROM award) AS per_award,
	greatest(0, least(100 + 4, score_events(1, 100, 5) + (SELECT sum(least(1, of_kind)) FROM (SELECT sum(raw) FROM award GROUP BY kind) k(of_kind)))) AS in_order;

SELECT what, got, got::text IS NOT DISTINCT FROM want AS ok FROM (VALUES
	('a whole number with decimals', score_events(2.00, 10, 1.25), '7.5'),
	('no trailing zeros', score_events(0, 10.00, 5), '10'),
	('more events than bigint holds', score_events(1e25, 10, 5), '0'),
	('the same without a floor', score_events(1e25, 10, 5, NULL), '-49999999999999999999999990'),
	('penalty 0', score_events(7, 10, 0), '10'),
	('floor = full', score_events(7, 10, 5, 10), '10'),
	('count NULL', score_events(NULL, 10, 5), NULL)
) v(what, got, want);

-- Very long numbers.
SELECT score_events(repeat('9', 100000)::numeric, 10, 5) AS points,
	length(score_events(repeat('9', 100000)::numeric, 10, 5, NULL)::text) AS digits,
	10 - score_events(1, 10, ('0.' || repeat('0', 15999) || '1')::numeric) = ('0.' || repeat('0', 15999) || '1')::numeric AS exact;

-- Refused.
\a\t
SELECT pg_temp.answer(call) FROM unnest(ARRAY[
	$$score_events(-1, 10, 5)$$,
	$$score_events(1.5, 10, 5)$$,
	$$score_events('NaN', 10, 5)$$,
	$$score_events('Infinity', 10, 5)$$,
	$$score_events(1, 'NaN', 5)$$,
	$$score_events(1, 'Infinity', 5)$$,
	$$score_events(1, 10, 'NaN')$$,
	$$score_events(1, 10, -5)$$,
	$$score_events(1, 10, 5, 'NaN')$$,
	$$score_events(1, 10, 5, '-Infinity')$$,
	$$score_events(1, 10, 5, 11)$$,
	$$score_events(1, NULL, 5)$$,
	$$score_events(1, 10, NULL)$$
]) AS call;
