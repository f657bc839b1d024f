-- Nursing homes: the CMS five-star rating, a grade with a bonus, a deduction
-- and a cap.  950 homes of small states.

CREATE TABLE nursing_home (
    ccn                          text PRIMARY KEY,
    state                        text NOT NULL,
    health_inspection_rating     int NOT NULL,
    staffing_rating              int NOT NULL,
    qm_rating                    int NOT NULL,
    published_overall            int NOT NULL,
    weighted_health_survey_score numeric,
    reported_incidents           int,
    substantiated_complaints     int,
    fines                        int,
    penalties                    int
);
\set into nursing_home
\set file cms-nursing-home-sample/nursing_home_sample.csv
\ir load.sql

-- Start from the health inspection; one star up for staffing of 4 or 5 that is
-- better than the inspection, one down for staffing of 1; one up for quality
-- measures of 5, one down for 1; after each step between 1 and 5.  A home whose
-- inspection has one star gets two at most, whatever the rest says.
CREATE VIEW nursing_home_rating AS
SELECT ccn, uncapped,
       CASE health_inspection_rating WHEN 1 THEN least(2, uncapped) ELSE uncapped END AS overall
FROM nursing_home
CROSS JOIN LATERAL (SELECT
    perfeval.score_bands(staffing_rating, '{2, 4}',
                         ARRAY[-1, 0, (staffing_rating > health_inspection_rating)::int]),
    perfeval.score_bands(qm_rating, '{2, 5}', '{-1, 0, 1}')) AS a(staffing, quality)
CROSS JOIN LATERAL (SELECT greatest(1, least(5, health_inspection_rating + staffing))) AS b(with_staffing)
CROSS JOIN LATERAL (SELECT greatest(1, least(5, with_staffing + quality))) AS c(uncapped);

CREATE VIEW nursing_home_comparison AS
SELECT 1 AS step, 'overall ratings' AS stage, ccn AS item,
       overall AS computed, published_overall::numeric AS published
FROM nursing_home_rating JOIN nursing_home USING (ccn);
