-- Nursing facilities: CMS Skilled Nursing Facility Value-Based Purchasing,
-- fiscal year 2025, a sample of states.  Two per cent of the pay is withheld
-- from each and given back by score.  The rule in law is 42 CFR 413.338.

CREATE TABLE snf_facility (
    ccn                   text PRIMARY KEY,
    state                 text NOT NULL,
    baseline_rsrr         numeric,
    performance_rsrr      numeric NOT NULL,
    published_achievement numeric,
    published_improvement numeric,
    published_score       numeric,
    national_rank         int,
    published_multiplier  numeric
);
\set into snf_facility
\set file cms-snf-vbp-sample/snf_vbp_fy2025_sample.csv
\ir load.sql

CREATE TABLE snf_standard (threshold numeric, benchmark numeric);
INSERT INTO snf_standard VALUES (0.79139, 0.82912);
ANALYZE snf_standard;

-- x and y are the shares of patients who were not readmitted, now and in the
-- baseline period.  Achievement runs in a straight line from 5 points at the
-- threshold to 95 just below the benchmark; improvement is
-- 10 (10 (x - y) / (b - y) - 0.5), which is 95 points less 100 for the whole
-- way from the baseline to the benchmark.
CREATE VIEW snf_points AS
SELECT ccn, achievement, improvement, greatest(achievement, improvement) AS score
FROM snf_facility
CROSS JOIN snf_standard
CROSS JOIN LATERAL (SELECT 1 - performance_rsrr, 1 - baseline_rsrr) AS r(x, y)
CROSS JOIN LATERAL (SELECT
    CASE WHEN x >= benchmark THEN 100
         WHEN x < threshold  THEN 0
         ELSE round(perfeval.score_interpolate(x, ARRAY[threshold, benchmark], '{5, 95}'), 5)
    END,
    CASE WHEN y IS NULL      THEN NULL
         WHEN x <= y         THEN 0
         WHEN x >= benchmark THEN 90
         ELSE round(least(90, perfeval.score_threshold(x, benchmark, 95, 100, benchmark - y)), 5)
    END) AS p(achievement, improvement);

-- What comes back is a logistic curve, core's exp() on numeric and nothing of
-- ours; its factor k was fitted to the published values.  The published rank
-- counts the whole country, so only its order can be seen in a sample.
CREATE VIEW snf_standing AS
SELECT ccn, score,
       0.98 + 0.03832212 / (1 + exp(-0.1 * (score - 50))) AS multiplier,
       rank() OVER (ORDER BY score DESC) AS rank
FROM snf_points;

CREATE VIEW snf_comparison AS
SELECT v.step, v.stage, ccn AS item, v.computed, v.published
FROM snf_points p
JOIN snf_standing USING (ccn)
JOIN (SELECT *, rank() OVER (ORDER BY national_rank) AS published_order FROM snf_facility) AS f USING (ccn)
CROSS JOIN LATERAL (VALUES
    (1, 'achievement points', achievement, published_achievement),
    (2, 'improvement points', improvement, published_improvement),
    (3, 'performance scores', p.score,     published_score),
    (4, 'pay multipliers (within 0.00000001)',
        CASE WHEN abs(multiplier - published_multiplier) <= 0.00000001
             THEN published_multiplier ELSE multiplier END, published_multiplier),
    (5, 'order of the national rank', rank, published_order)) AS v(step, stage, computed, published)
WHERE coalesce(v.computed, v.published) IS NOT NULL;
