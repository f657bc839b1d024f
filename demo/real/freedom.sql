-- Countries: the Heritage Foundation's Index of Economic Freedom 2022, the
-- mean of twelve factors.  The factors are published with one decimal, so a
-- mean that ends in 5 at the second one may have been rounded from either side.

CREATE TABLE freedom_country (
    country               text PRIMARY KEY,
    region                text NOT NULL,
    published_world_rank  int,
    published_region_rank int,
    published_score       numeric,
    property_rights numeric, judicial_effectiveness numeric, government_integrity numeric,
    tax_burden numeric, government_spending numeric, fiscal_health numeric,
    business_freedom numeric, labor_freedom numeric, monetary_freedom numeric,
    trade_freedom numeric, investment_freedom numeric, financial_freedom numeric
);
\set into freedom_country
\set file heritage-freedom-2022/heritage_2022.csv
\ir load.sql

-- Countries with all factors; the row "World" is an average and no country.
CREATE VIEW freedom_score AS
SELECT country, region, mean, round(mean, 1) AS score
FROM freedom_country
CROSS JOIN LATERAL (
    SELECT perfeval.weighted_score(factor, 1, 'strict')
    FROM unnest(ARRAY[property_rights, judicial_effectiveness, government_integrity,
                      tax_burden, government_spending, fiscal_health,
                      business_freedom, labor_freedom, monetary_freedom,
                      trade_freedom, investment_freedom, financial_freedom]) AS factor) AS m(mean)
WHERE mean IS NOT NULL AND country <> 'World';

-- Ranks follow the mean before it is rounded.
CREATE VIEW freedom_standing AS
SELECT country, region, mean, score,
       rank() OVER (ORDER BY mean DESC) AS world_rank,
       rank() OVER (PARTITION BY region ORDER BY mean DESC) AS region_rank
FROM freedom_score;

CREATE VIEW freedom_comparison AS
SELECT v.step, v.stage, country AS item, v.computed, v.published
FROM freedom_standing JOIN freedom_country USING (country)
CROSS JOIN LATERAL (VALUES
    (1, 'scores (from rounded factors)',       score,       published_score),
    (2, 'world ranks (from rounded factors)',  world_rank,  published_world_rank),
    (3, 'region ranks (from rounded factors)', region_rank, published_region_rank)) AS v(step, stage, computed, published);
