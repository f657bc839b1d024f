-- Nursing homes, CMS five-star rating: a bonus, a deduction and a cap.
CREATE TEMP TABLE home (
	ccn text PRIMARY KEY, state text, inspection int, staffing int, quality int, overall numeric,
	survey_score numeric, incidents int, complaints int, fines int, penalties int
);
\set into home
\set file cms-nursing-home-sample/nursing_home_sample.csv
\ir ../../demo/real/load.sql

\set name nursing_home
\ir read.sql
CREATE TEMP TABLE result AS
SELECT ccn, evaluate(card, :'text'::rubric) AS result
FROM (SELECT ccn, scorecard_agg(item, value) AS card
      FROM home CROSS JOIN LATERAL (VALUES (1, inspection), (2, staffing), (3, quality)) AS v (item, value)
      GROUP BY ccn) AS c;

SELECT stage, count(*) FILTER (WHERE computed = overall), count(*)
FROM home JOIN result USING (ccn)
CROSS JOIN LATERAL (VALUES ('overall ratings', result -> 0), ('without the cap', result -> 1)) AS v (stage, computed)
GROUP BY stage;
