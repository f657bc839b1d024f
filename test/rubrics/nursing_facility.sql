-- Nursing facilities, CMS value-based purchasing: achievement or improvement,
-- then a logistic curve; its factor was fitted to the published multipliers.
CREATE TEMP TABLE facility (
	ccn text PRIMARY KEY, state text, baseline numeric, performance numeric, achievement numeric,
	improvement numeric, score numeric, national_rank int, multiplier numeric
);
\set into facility
\set file cms-snf-vbp-sample/snf_vbp_fy2025_sample.csv
\ir ../../demo/real/load.sql

\set name nursing_facility
\ir read.sql
CREATE TEMP TABLE result AS
SELECT ccn, evaluate(card, :'text'::rubric) AS result
FROM (SELECT ccn, scorecard_agg(item, value) AS card
      FROM facility CROSS JOIN LATERAL (VALUES (1, performance), (2, baseline)) AS v (item, value)
      GROUP BY ccn) AS c;

SELECT stage, count(*) FILTER (WHERE computed IS NOT DISTINCT FROM published), count(*)
FROM (SELECT *, rank() OVER (ORDER BY result -> 1 DESC) AS place, rank() OVER (ORDER BY national_rank) AS order_of_rank
      FROM facility JOIN result USING (ccn)) AS f
CROSS JOIN LATERAL (VALUES
	('achievement points', result -> 2, achievement),
	('improvement points', result -> 3, improvement),
	('performance scores', result -> 1, score),
	('pay multipliers (within 0.00000001)',
	 CASE WHEN abs(score(result) - multiplier) <= 0.00000001 THEN multiplier END, multiplier),
	('order of the national rank', place, order_of_rank)) AS v (stage, computed, published)
WHERE coalesce(computed, published) IS NOT NULL
GROUP BY stage;
