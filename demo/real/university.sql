-- Universities: the Times Higher Education rankings of 2011 to 2016, a
-- weighted sum of five indicators that are published with one decimal, so
-- that a total worked out from them can be off by 0.1.

CREATE TABLE university (
    id              int GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    year            int NOT NULL,
    published_rank  text,
    university      text,
    country         text,
    teaching        numeric,
    international   numeric,
    research        numeric,
    citations       numeric,
    income          numeric,
    published_total numeric
);
\set into 'university (year, published_rank, university, country, teaching, international, research, citations, income, published_total)'
\set file times-higher-education/times_2011_2016.csv
\ir load.sql

-- The weights, and what became of a missing indicator: in 2011 it was left out
-- and the others shared its weight; later an income that is not shown was
-- counted all the same, so such a total cannot be worked out from outside.
CREATE TABLE university_rule (
    first_year    int PRIMARY KEY,
    last_year     int NOT NULL,
    teaching      numeric NOT NULL,
    international numeric NOT NULL,
    research      numeric NOT NULL,
    citations     numeric NOT NULL,
    income        numeric NOT NULL,
    missing       text NOT NULL
);
INSERT INTO university_rule VALUES
    (2011, 2011, 0.30, 0.050, 0.30, 0.325, 0.025, 'renormalize'),
    (2012, 2016, 0.30, 0.075, 0.30, 0.300, 0.025, 'strict');
ANALYZE university_rule;

CREATE VIEW university_score AS
SELECT u.id, count(score) < count(*) AS incomplete,
       round(perfeval.weighted_score(score, weight, r.missing), 1) AS total
FROM university u
JOIN university_rule r ON u.year BETWEEN r.first_year AND r.last_year
CROSS JOIN LATERAL (VALUES
    (u.teaching,      r.teaching),
    (u.international, r.international),
    (u.research,      r.research),
    (u.citations,     r.citations),
    (u.income,        r.income)) AS i(score, weight)
WHERE u.published_total IS NOT NULL
GROUP BY u.id;

-- Ranks by the published total; '=39' marks a tie.
CREATE VIEW university_standing AS
SELECT id, year, rank() OVER (PARTITION BY year ORDER BY published_total DESC) AS rank
FROM university
WHERE published_total IS NOT NULL;

CREATE VIEW university_comparison AS
SELECT CASE WHEN incomplete THEN 2 ELSE 1 END AS step,
       CASE WHEN incomplete THEN 'totals (from rounded indicators), some missing (2011)'
            ELSE 'totals (from rounded indicators)' END AS stage,
       year || ' ' || university AS item, total AS computed, published_total AS published
FROM university_score JOIN university USING (id)
WHERE total IS NOT NULL
UNION ALL
SELECT CASE WHEN year < 2016 THEN 3 ELSE 4 END,
       CASE WHEN year < 2016 THEN 'ranks by published total, 2011 to 2015'
            ELSE 'ranks by published total, 2016 (the list is one too low from 108 on)' END,
       year || ' ' || university, rank, ltrim(published_rank, '=')::numeric
FROM university_standing s JOIN university u USING (id, year);
