-- Decathlon and heptathlon: powers, cut down to whole points.  Some results are
-- stored with too few digits or wrongly, so not all totals agree.
CREATE TEMP TABLE decathlon (
	competition text, athlete text, rank int, e1 numeric, e2 numeric, e3 numeric, e4 numeric, e5 numeric,
	e6 numeric, e7 numeric, e8 numeric, e9 numeric, e10 numeric, points numeric
);
CREATE TEMP TABLE heptathlon (
	athlete text, e1 numeric, e2 numeric, e3 numeric, e4 numeric, e5 numeric, e6 numeric, e7 numeric, points numeric
);
\set into decathlon
\set file combined-events-small/decathlon_2004.csv
\ir ../../demo/real/load.sql
\set into heptathlon
\set file combined-events-small/heptathlon_1988.csv
\ir ../../demo/real/load.sql

\set name decathlon
\ir read.sql
SELECT stage, count(*) FILTER (WHERE agrees), count(*)
FROM (SELECT competition, athlete, evaluate(scorecard_agg(item::int, value), :'text'::rubric) AS result
      FROM decathlon
      CROSS JOIN unnest(ARRAY[e1, e2, e3, e4, e5, e6, e7, e8, e9, e10]) WITH ORDINALITY AS u (value, item)
      GROUP BY competition, athlete) AS r
JOIN decathlon USING (competition, athlete)
CROSS JOIN LATERAL (VALUES
	('decathlon totals', score(result) = points),
	('decathlon totals within 4 points', abs(score(result) - points) <= 4)) AS v (stage, agrees)
GROUP BY stage;

\set name heptathlon
\ir read.sql
SELECT 'heptathlon totals', count(*) FILTER (WHERE score(result) = points), count(*)
FROM (SELECT athlete, evaluate(scorecard_agg(item::int, value), :'text'::rubric) AS result
      FROM heptathlon
      CROSS JOIN unnest(ARRAY[e1, e2, e3, e4, e5, e6, e7]) WITH ORDINALITY AS u (value, item)
      GROUP BY athlete) AS r
JOIN heptathlon USING (athlete);
