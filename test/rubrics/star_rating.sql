-- Medicare star ratings, Part C.  The reward looks at percentiles of all rated
-- contracts, so a first pass gives mean and variance of each contract, and the
-- second has the percentiles as parameters of the group.
CREATE TEMP TABLE measure (
	n int GENERATED ALWAYS AS IDENTITY, measure_id text, part text, domain_id text, name text,
	part_weight numeric, overall_weight numeric, higher_is_better int
);
CREATE TEMP TABLE star (contract_id text, measure_id text, type text, value numeric, stars numeric);
CREATE TEMP TABLE domain_star (contract_id text, domain_id text, stars numeric);
CREATE TEMP TABLE summary (contract_id text, type text, stars numeric);
CREATE TEMP TABLE adjustment (contract_id text, type text, fac text, cai numeric);
\set into 'measure (measure_id, part, domain_id, name, part_weight, overall_weight, higher_is_better)'
\set file cms-star-ratings-2020-partc/measures.csv
\ir ../../demo/real/load.sql
\set into star
\set file cms-star-ratings-2020-partc/measure_stars.csv
\ir ../../demo/real/load.sql
\set into domain_star
\set file cms-star-ratings-2020-partc/domain_stars.csv
\ir ../../demo/real/load.sql
\set into summary
\set file cms-star-ratings-2020-partc/summary_stars.csv
\ir ../../demo/real/load.sql
\set into adjustment
\set file cms-star-ratings-2020-partc/cai.csv
\ir ../../demo/real/load.sql

-- Items: 1 to 33 the published stars of the measures (those of surveys do not
-- always follow the cut points), 101 to 133 their values, 201 the adjustment.
CREATE TEMP TABLE card AS
SELECT contract_id, scorecard_agg(item, value) AS card
FROM (SELECT contract_id, n, stars FROM star JOIN measure USING (measure_id)
      UNION ALL
      SELECT contract_id, 100 + n, value FROM star JOIN measure USING (measure_id)
      UNION ALL
      SELECT contract_id, 201, cai FROM adjustment) AS reading (contract_id, item, value)
GROUP BY contract_id;

\set name star_rating
\ir read.sql
CREATE TEMP TABLE first_pass AS SELECT contract_id, evaluate(card, :'text'::rubric) AS result FROM card;

SELECT :'text'::jsonb || jsonb_build_object('parameters', jsonb_build_object(
           'mean_65', percentile_disc(0.65) WITHIN GROUP (ORDER BY result -> 50),
           'mean_85', percentile_disc(0.85) WITHIN GROUP (ORDER BY result -> 50),
           'variance_30', percentile_disc(0.30) WITHIN GROUP (ORDER BY result -> 51),
           'variance_70', percentile_disc(0.70) WITHIN GROUP (ORDER BY result -> 51))) AS text
FROM first_pass JOIN summary USING (contract_id) \gset

CREATE TEMP TABLE result AS SELECT contract_id, evaluate(card, :'text'::rubric) AS result FROM card;

SELECT 'measure stars by the cut points', count(*) FILTER (WHERE result -> (100 + n) = stars), count(*)
FROM star JOIN measure USING (measure_id) JOIN result USING (contract_id)
WHERE value IS NOT NULL;

SELECT 'domain stars', count(*) FILTER (WHERE result -> (200 + right(domain_id, 1)::int) = stars), count(*)
FROM domain_star JOIN result USING (contract_id);

SELECT stage, count(*) FILTER (WHERE computed = stars), count(*)
FROM summary JOIN result USING (contract_id)
CROSS JOIN LATERAL (VALUES
	('summary by the mean alone', result -> 61),
	('summary with the reward', result -> 62),
	('summary with reward and adjustment', score(result))) AS v (stage, computed)
GROUP BY stage;

-- Without percentiles the reward is an error, and so is the summary; what does
-- not look at them is there.
SELECT 'an error without parameters', count(*) FILTER (WHERE scorecard_status(result, 53) = 'error' AND score(result) IS NULL
                                                         AND result -> 61 IS NOT NULL), count(*)
FROM first_pass JOIN summary USING (contract_id);
