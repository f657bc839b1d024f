\set ECHO none
\getenv testdir PG_ABS_SRCDIR
\i :testdir/include/setup.sql
\set ECHO all
-- Formulas 4.16. Complete: every rater marks every unit.
SELECT * FROM rater_severity('{1,2,1,2}', '{1,1,2,2}', '{90,80,80,70}');
-- Linked by one unit: rater 1 marks units 1 and 2, rater 2 units 2 and 3; what is left when severities are taken off.
CREATE TEMP TABLE mark (unit bigint, rater bigint, score numeric);
INSERT INTO mark VALUES (1, 1, 90), (2, 1, 80), (2, 2, 70), (3, 2, 90);
CREATE FUNCTION severity(digits int DEFAULT 4, shrink numeric DEFAULT 0) RETURNS TABLE (rater bigint, component int, ratings int, severity numeric, shrunk numeric, estimable boolean, constant boolean) LANGUAGE sql AS $$
	SELECT s.* FROM (SELECT array_agg(unit) AS units, array_agg(rater) AS raters, array_agg(score) AS scores FROM mark) AS m,
		rater_severity(m.units, m.raters, m.scores, digits, shrink) AS s
$$;
SELECT * FROM severity();
SELECT unit, avg(score)::numeric(6,2) AS raw, avg(score - severity)::numeric(6,2) AS adjusted FROM mark JOIN severity() USING (rater) GROUP BY unit ORDER BY unit;
-- Shrunk by n / (n + shrink), from the exact severity, rounded once.
SELECT rater, severity, shrunk FROM severity(3, 2);
SELECT rater, severity, shrunk FROM severity(0, 0.5);
-- Not linked: each rater a component of its own, about which nothing can be said.
SELECT * FROM rater_severity('{1,2}', '{1,2}', '{90,80}');
-- Two components: each sums to 0, and says nothing of the other.
SELECT rater, component, severity FROM rater_severity('{1,1,2,2,3}', '{7,9,8,-5,12}', '{90,80,70,75,60}', 2) ORDER BY component, rater;
-- The same mark to all is flagged; a single mark is not a habit.
SELECT rater, ratings, severity, constant FROM rater_severity('{1,2,3,1,2,3,3}', '{1,1,1,2,2,2,3}', '{80,80,80,70,75,90,60}', 3);
-- Fractions: least squares in thirds and twelfths, rounded half away from zero.
SELECT rater, severity FROM rater_severity('{1,1,1,2,2,3,3}', '{1,2,3,1,2,2,3}', '{90.5,80,71,66,70.25,88,90}', 20);
SELECT rater, severity FROM rater_severity('{1,1}', '{1,2}', '{1,0}', 0);
-- The order of the marks, zeros at the end and a constant added change nothing.
SELECT count(DISTINCT r) AS one FROM (SELECT (SELECT string_agg(s::text, ' ') FROM rater_severity(array_agg(unit ORDER BY o), array_agg(rater ORDER BY o), array_agg(score + k ORDER BY o)) AS s) AS r
	FROM (SELECT *, md5(k::text || unit || rater) AS o FROM mark, (VALUES (0), (0.5000), (1e6), (-3.25)) AS v(k)) AS t GROUP BY k) AS q;
-- Marks not given, and none at all.
SELECT * FROM rater_severity('{1,2,1,2,3}', '{1,1,2,2,3}', '{90,80,80,70,NULL}', 1);
SELECT * FROM rater_severity('{}', '{}', '{}');
SELECT * FROM rater_severity('{1}', '{1}', '{NULL}');
-- Errors.
\pset format unaligned
\pset tuples_only on
SELECT pg_temp.answer(format('count(*) FROM rater_severity(%s)', arguments)) FROM (VALUES
	(1, $$'{1,2}', '{1}', '{1,2}'$$), (2, $$'{1,2}', '{1,2}', '{1}'$$), (3, $$'{1,1}', '{1,1}', '{80,90}'$$), (4, $$'{1}', '{1}', '{NaN}'$$), (5, $$'{1}', '{1}', '{Infinity}'$$),
	(6, $$'{NULL}', '{1}', '{1}'$$), (7, $$'{1}', '{NULL}', '{1}'$$), (8, $$NULL, '{1}', '{1}'$$), (9, $$'{1}', '{1}', '{1}', -1$$), (10, $$'{1}', '{1}', '{1}', 101$$), (11, $$'{1}', '{1}', '{1}', NULL$$),
	(12, $$'{1}', '{1}', '{1}', 2, -1$$), (13, $$'{1}', '{1}', '{1}', 2, NULL$$), (14, $$'{1}', '{1}', '{1}', 2, 'NaN'$$), (15, $$'{{1,2},{3,4}}', '{1,2,3,4}', '{1,2,3,4}'$$), (16, $$'{1,2}', '{1,2}', '{{1,2}}'$$),
	(17, $$'{1,2}', '{1,1}', '{1e29,1e-2}'$$), (18, $$'{1}', '{1}', '{1e-31}'$$), (19, $$'{1}', '{1}', '{-1e30}'$$)) AS v(o, arguments) ORDER BY o;
-- Limits: 500 raters in one component, the others are worked out all the same; a million marks.
SELECT component, count(*), count(estimable), count(severity), count(shrunk) FROM (SELECT array_agg(r / 502) u, array_agg(r) r, array_agg(r::numeric) x FROM generate_series(1::bigint, 503) r) a, rater_severity(u, r, x) GROUP BY 1 ORDER BY 1;
SELECT pg_temp.answer($$count(*), max(severity) FROM (SELECT array_agg(1::bigint) u, array_agg(r) r, array_agg(r::numeric) x FROM generate_series(1, 500) r) a, rater_severity(u, r, x)$$);
SELECT pg_temp.answer($$count(*) FROM (SELECT array_agg(r) u, array_agg(1::bigint) r, array_agg(1.5) x FROM generate_series(1, 1000001) r) a, rater_severity(u, r, x)$$);
