-- Human Development Index 1990 to 2021: a geometric mean, ranks by what is
-- published rounded.
CREATE TEMP TABLE country_year (
	iso3 text, country text, region text, tier text, published_rank int, year int, hdi numeric,
	life_expectancy numeric, expected_schooling numeric, mean_schooling numeric, income numeric
);
\set into country_year
\set file hdi-hdr2021-22/hdi_1990_2021.csv
\ir ../../demo/real/load.sql

CREATE TEMP TABLE card AS
SELECT iso3, year, scorecard_agg(item, value) AS card
FROM country_year
CROSS JOIN LATERAL (VALUES (1, life_expectancy), (2, expected_schooling), (3, mean_schooling), (4, income)) AS v (item, value)
GROUP BY iso3, year;

\set name hdi
\ir read.sql
CREATE TEMP TABLE result AS SELECT iso3, year, evaluate(card, :'text'::rubric) AS result FROM card;

SELECT 'index', count(*) FILTER (WHERE result -> 0 = hdi), count(*)
FROM country_year JOIN result USING (iso3, year)
WHERE num_nulls(hdi, life_expectancy, expected_schooling, mean_schooling, income) = 0;

SELECT 'no index without a part', count(*) FILTER (WHERE scorecard_status(result, 0) = 'missing'), count(*)
FROM country_year JOIN result USING (iso3, year)
WHERE num_nulls(life_expectancy, expected_schooling, mean_schooling, income) > 0;

SELECT 'ranks by the rounded index', count(*) FILTER (WHERE rank = published_rank), count(*)
FROM (SELECT published_rank, rank() OVER (ORDER BY rank_basis(result) DESC)
      FROM country_year JOIN result USING (iso3, year)
      WHERE year = 2021 AND published_rank IS NOT NULL) AS r;

-- The rubric with the other basis: ranks that were not published.
SELECT 'ranks by the unrounded index', count(*) FILTER (WHERE rank = published_rank), count(*)
FROM (SELECT published_rank,
             rank() OVER (ORDER BY rank_basis(evaluate(card, replace(:'text', '"rank_basis": "rounded"',
                                                                     '"rank_basis": "unrounded"')::rubric)) DESC)
      FROM country_year JOIN card USING (iso3, year)
      WHERE year = 2021 AND published_rank IS NOT NULL) AS r;
