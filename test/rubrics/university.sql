-- World university rankings: the weights of a year are parameters.  Indicators
-- are published with one decimal, so a total can be off by 0.1.
CREATE TEMP TABLE university (
	id int GENERATED ALWAYS AS IDENTITY, year int, rank text, university text, country text,
	teaching numeric, international numeric, research numeric, citations numeric, income numeric, total numeric
);
\set into 'university (year, rank, university, country, teaching, international, research, citations, income, total)'
\set file times-higher-education/times_2011_2016.csv
\ir ../../demo/real/load.sql

\set name university
\ir read.sql
CREATE TEMP TABLE scheme AS
SELECT first_year, last_year, (:'text'::jsonb || jsonb_build_object('parameters', parameters))::text::rubric AS rubric
FROM (VALUES
	(2011, 2011, '{"teaching": 0.3, "international": 0.05, "research": 0.3, "citations": 0.325, "income": 0.025}'::jsonb),
	(2012, 2016, '{"teaching": 0.3, "international": 0.075, "research": 0.3, "citations": 0.3, "income": 0.025}')
) AS v (first_year, last_year, parameters);

CREATE TEMP TABLE result AS
SELECT id, evaluate(card, rubric) AS result
FROM (SELECT id, year, scorecard_agg(item::int, value) AS card
      FROM university
      CROSS JOIN unnest(ARRAY[teaching, international, research, citations, income]) WITH ORDINALITY AS u (value, item)
      GROUP BY id, year) AS c
JOIN scheme ON year BETWEEN first_year AND last_year;

-- From 2012 on an income that is not shown was counted all the same, so that
-- nobody else can work out such a total.
SELECT stage, count(*) FILTER (WHERE abs(score(result) - total) <= tolerance), count(*)
FROM university JOIN result USING (id)
CROSS JOIN LATERAL (SELECT num_nulls(teaching, international, research, citations, income)) AS n (missing)
CROSS JOIN LATERAL (VALUES
	('totals', 0, missing = 0),
	('totals within 0.1', 0.1, missing = 0),
	('totals, some missing (2011)', 0, missing > 0 AND year = 2011)) AS v (stage, tolerance, compared)
WHERE total IS NOT NULL AND compared
GROUP BY stage;
