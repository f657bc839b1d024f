-- Index of Economic Freedom 2022: a mean of twelve, ranks by what is not
-- rounded.  The factors are published rounded themselves, so not all agree.
CREATE TEMP TABLE country (
	country text PRIMARY KEY, region text, world_rank int, region_rank int, score numeric,
	f1 numeric, f2 numeric, f3 numeric, f4 numeric, f5 numeric, f6 numeric,
	f7 numeric, f8 numeric, f9 numeric, f10 numeric, f11 numeric, f12 numeric
);
\set into country
\set file heritage-freedom-2022/heritage_2022.csv
\ir ../../demo/real/load.sql

\set name freedom
\ir read.sql
-- The row "World" is an average and no country.
CREATE TEMP TABLE card AS
SELECT country, scorecard_agg(item::int, value) AS card
FROM country
CROSS JOIN unnest(ARRAY[f1, f2, f3, f4, f5, f6, f7, f8, f9, f10, f11, f12]) WITH ORDINALITY AS u (value, item)
WHERE country <> 'World'
GROUP BY country;

CREATE TEMP TABLE result AS SELECT country, evaluate(card, :'text'::rubric) AS result FROM card;

SELECT stage, count(*) FILTER (WHERE computed = published), count(*)
FROM (SELECT *, rank() OVER (ORDER BY rank_basis(result) DESC) AS place,
             rank() OVER (PARTITION BY region ORDER BY rank_basis(result) DESC) AS region_place
      FROM country JOIN result USING (country)
      WHERE score(result) IS NOT NULL) AS c
CROSS JOIN LATERAL (VALUES
	('scores', score(result), score),
	('world ranks', place, world_rank),
	('region ranks', region_place, region_rank)) AS v (stage, computed, published)
GROUP BY stage;

-- The other way with a half.
SELECT 'half to even', count(*) FILTER (WHERE score(card, jsonb_set(:'text'::jsonb, '{rounding,mode}', '"half_even"')::text::rubric) = score), count(*)
FROM country JOIN card USING (country)
WHERE score IS NOT NULL;
