-- Hospitals: CMS Hospital Value-Based Purchasing, fiscal year 2024.
--
-- A whole scoring pipeline of which each step is published: rates become
-- achievement and improvement points, the better of the two is the score of
-- the measure, measures make four domains, domains make the total.
-- The rule in law is 42 CFR 412.165.

CREATE TABLE hvbp_measure (
    domain                text NOT NULL,
    measure               text PRIMARY KEY,
    achievement_threshold numeric NOT NULL,
    benchmark             numeric NOT NULL,
    floor                 numeric,
    better                text NOT NULL
);

CREATE TABLE hvbp_rate (
    facility_id           text,
    measure               text REFERENCES hvbp_measure,
    baseline_rate         numeric,
    performance_rate      numeric,
    published_achievement numeric,
    published_improvement numeric,
    published_score       numeric,
    PRIMARY KEY (facility_id, measure)
);

CREATE TABLE hvbp_hospital (
    facility_id                  text PRIMARY KEY,
    state                        text NOT NULL,
    combined_ssi_score           numeric,
    published_base               numeric,
    published_consistency        numeric,
    published_clinical           numeric,
    published_clinical_weighted  numeric,
    published_person             numeric,
    published_person_weighted    numeric,
    published_safety             numeric,
    published_safety_weighted    numeric,
    published_efficiency         numeric,
    published_efficiency_weighted numeric,
    published_total              numeric
);

\set into hvbp_measure
\set file cms-hvbp-fy2024/measures.csv
\ir load.sql
\set into hvbp_rate
\set file cms-hvbp-fy2024/points_clinical_outcomes.csv
\ir load.sql
\set file cms-hvbp-fy2024/points_person_community.csv
\ir load.sql
\set file cms-hvbp-fy2024/points_safety.csv
\ir load.sql
\set file cms-hvbp-fy2024/points_efficiency.csv
\ir load.sql
\set into hvbp_hospital
\set file cms-hvbp-fy2024/tps.csv
\ir load.sql

-- The four domains weigh the same.  least_scored is how many measures a
-- hospital needs before the domain counts.
CREATE TABLE hvbp_domain (
    domain       text PRIMARY KEY,
    least_scored int NOT NULL
);
INSERT INTO hvbp_domain VALUES
    ('clinical_outcomes', 2), ('person_community', 1), ('safety', 2), ('efficiency', 1);
ANALYZE hvbp_domain;

-- Rates with their standards, lower-is-better ones turned round by the sign,
-- so that from here on more is better and each formula is written once.
CREATE VIEW hvbp_reading AS
SELECT r.facility_id, m.domain, r.measure,
       side * r.performance_rate      AS performance,
       side * r.baseline_rate         AS baseline,
       side * m.achievement_threshold AS threshold,
       side * m.benchmark             AS benchmark,
       side * m.floor                 AS floor
FROM hvbp_rate r
JOIN hvbp_measure m USING (measure)
CROSS JOIN LATERAL (SELECT CASE m.better WHEN 'higher' THEN 1 ELSE -1 END) AS s(side);

-- Achievement is 1 to 9 points between threshold and benchmark, improvement
-- 0 to 9 between the hospital's own baseline and the benchmark:
--     round(9 (p - t) / (b - t) + 0.5)     round(10 (p - a) / (b - a) - 0.5)
-- Both are full marks less one point for each begun step of distance from the
-- benchmark, a ninth of b - t or a tenth of b - a wide:
--     10 - ceil(9 (b - p) / (b - t))       10 - ceil(10 (b - p) / (b - a))
-- The factor goes to the values and not to the step, because (b - t) / 9 need
-- not have an end as a decimal.  Everything below reads these points, so they
-- are kept.
CREATE MATERIALIZED VIEW hvbp_points AS
SELECT facility_id, domain, measure, achievement, improvement,
       greatest(achievement, improvement) AS score
FROM hvbp_reading
CROSS JOIN LATERAL (SELECT
    CASE WHEN performance < threshold THEN 0
         ELSE perfeval.score_threshold(9 * performance, 9 * benchmark, 10, 1,
                                       benchmark - threshold, 'ceil')
    END,
    CASE WHEN performance IS NULL OR baseline IS NULL THEN NULL   -- least() passes over NULL
         WHEN performance <= baseline  THEN 0
         WHEN performance >= benchmark THEN 9
         ELSE least(9, perfeval.score_threshold(10 * performance, 10 * benchmark, 10, 1,
                                                benchmark - baseline, 'ceil'))
    END) AS p(achievement, improvement);
ANALYZE hvbp_points;

-- Patients' survey: the eight scores, and up to 20 points for consistency by
-- the dimension that is lowest between the floor and the threshold.
CREATE VIEW hvbp_survey AS
SELECT facility_id,
       sum(score) AS base,
       min(perfeval.score_threshold(20 * performance, 20 * threshold, 20, 1,
                                    threshold - floor, 'ceil')) AS consistency
FROM hvbp_reading JOIN hvbp_points USING (facility_id, domain, measure)
WHERE domain = 'person_community'
GROUP BY facility_id
HAVING count(score) = 8;

-- What a domain is made of, in points of 100.
CREATE VIEW hvbp_domain_item AS
SELECT facility_id, domain, measure AS item, 10 * score AS points
FROM hvbp_points
WHERE domain IN ('clinical_outcomes', 'efficiency')
   OR measure IN ('HAI-1', 'HAI-2', 'HAI-5', 'HAI-6')
UNION ALL   -- instead of HAI-3 and HAI-4, whose volume weights are not published
SELECT facility_id, 'safety', 'combined SSI', 10 * combined_ssi_score
FROM hvbp_hospital
UNION ALL
SELECT facility_id, 'person_community', 'survey', base + consistency
FROM hvbp_survey;

-- The parts of a total.  The items of a domain share its weight; 60 divides by
-- 1 to 6, so the shares are whole and nothing has to be rounded on the way.  A
-- domain with too few items is one part that was not observed.
CREATE MATERIALIZED VIEW hvbp_part AS
SELECT h.facility_id, d.domain, i.item, i.points, 60 / coalesce(i.scored, 1) AS weight
FROM hvbp_hospital h
CROSS JOIN hvbp_domain d
LEFT JOIN (SELECT *, count(*) OVER (PARTITION BY facility_id, domain) AS scored
           FROM hvbp_domain_item
           WHERE points IS NOT NULL) AS i
  ON i.facility_id = h.facility_id AND i.domain = d.domain AND i.scored >= d.least_scored;
ANALYZE hvbp_part;

-- A domain by itself, and its contribution to the total: the same weighted
-- mean as the total with the points of the other domains at 0.
CREATE VIEW hvbp_domain_score AS
SELECT p.facility_id, d.domain,
       perfeval.weighted_score(p.points, p.weight) FILTER (WHERE p.domain = d.domain) AS score,
       CASE WHEN count(p.points) FILTER (WHERE p.domain = d.domain) > 0
            THEN perfeval.weighted_score(p.points * (p.domain = d.domain)::int, p.weight,
                                         'renormalize:0.75')
       END AS weighted
FROM hvbp_part p
CROSS JOIN hvbp_domain d
GROUP BY p.facility_id, d.domain;

-- The total: one weighted mean over the parts, with a missing domain left out
-- and at least three of four observed.
CREATE VIEW hvbp_total AS
SELECT facility_id,
       count(DISTINCT domain) FILTER (WHERE points IS NOT NULL) AS domains,
       perfeval.weighted_score(points, weight, 'renormalize:0.75') AS total
FROM hvbp_part
GROUP BY facility_id;

-- Ranks and tiers inside the state.  CMS publishes neither; 20/70/10 is an
-- example quota of ours.
CREATE VIEW hvbp_standing AS
SELECT state, facility_id, domains, total,
       rank() OVER (PARTITION BY state ORDER BY total DESC) AS rank,
       perfeval.forced_distribution(total, '{0.2, 0.7, 0.1}') OVER (PARTITION BY state) AS tier
FROM hvbp_total JOIN hvbp_hospital USING (facility_id);

CREATE VIEW hvbp_comparison AS
SELECT v.step, v.stage, facility_id || ' ' || measure AS item, v.computed, v.published
FROM hvbp_points JOIN hvbp_rate USING (facility_id, measure)
CROSS JOIN LATERAL (VALUES
    (1, 'achievement points', achievement, published_achievement),
    (2, 'improvement points', improvement, published_improvement),
    (3, 'measure scores',     score,       published_score)) AS v(step, stage, computed, published)
WHERE coalesce(v.computed, v.published) IS NOT NULL
UNION ALL
SELECT v.step, v.stage, facility_id, v.computed, v.published
FROM hvbp_hospital LEFT JOIN hvbp_survey USING (facility_id)
CROSS JOIN LATERAL (VALUES
    (4, 'survey base',        base,        published_base),
    (5, 'survey consistency', consistency, published_consistency)) AS v(step, stage, computed, published)
WHERE coalesce(v.computed, v.published) IS NOT NULL
UNION ALL   -- from here on a hospital without a value on both sides agrees too
SELECT v.step + w.step, w.prefix || v.stage, facility_id, round(w.computed, 12), w.published
FROM hvbp_hospital
CROSS JOIN LATERAL (VALUES
    (6, 'clinical_outcomes', 'clinical domain scores',   published_clinical,   published_clinical_weighted),
    (7, 'person_community',  'person domain scores',     published_person,     published_person_weighted),
    (8, 'safety',            'safety domain scores',     published_safety,     published_safety_weighted),
    (9, 'efficiency',        'efficiency domain scores', published_efficiency, published_efficiency_weighted)
  ) AS v(step, domain, stage, score, weighted)
JOIN hvbp_domain_score s USING (facility_id, domain)
CROSS JOIN LATERAL (VALUES
    (0, '',          s.score,    v.score),
    (4, 'weighted ', s.weighted, v.weighted)) AS w(step, prefix, computed, published)
UNION ALL
SELECT 14, 'total performance scores', facility_id, round(total, 12), published_total
FROM hvbp_hospital JOIN hvbp_total USING (facility_id);
