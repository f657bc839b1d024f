-- Each published rule done wrongly in one place, so that the comparison shows
-- that it can fail, and each answer reached by a second way.  Over the views of
-- demo/real.sql; prints name|equal|compared.
SET search_path = demo_real;

-- Hospitals ------------------------------------------------------------------

SELECT 'four domains', count(*) FILTER (WHERE round(total, 12) = published_total), count(*)
FROM hvbp_total JOIN hvbp_hospital USING (facility_id) WHERE domains = 4;

SELECT 'three domains', count(*) FILTER (WHERE round(total, 12) = published_total), count(*)
FROM hvbp_total JOIN hvbp_hospital USING (facility_id) WHERE domains = 3;

-- at full length the two steps may be taken apart: no total is so near a tie
SELECT 'domains first', count(*) FILTER (WHERE round(total, 12) = published_total), count(*)
FROM (SELECT facility_id, perfeval.weighted_score(score, 25, 'renormalize:0.75') AS total
      FROM hvbp_domain_score GROUP BY facility_id) AS t
JOIN hvbp_hospital USING (facility_id);

SELECT 'domains rounded first', count(*) FILTER (WHERE round(total, 12) = published_total), count(*)
FROM (SELECT facility_id, perfeval.weighted_score(round(score, 12), 25, 'renormalize:0.75') AS total
      FROM hvbp_domain_score GROUP BY facility_id) AS t
JOIN hvbp_hospital USING (facility_id);

SELECT 'weighted domains rounded first', count(*) FILTER (WHERE total = published_total), count(*)
FROM (SELECT facility_id, sum(round(weighted, 12)) AS total
      FROM hvbp_domain_score GROUP BY facility_id) AS t
JOIN hvbp_hospital USING (facility_id);

SELECT 'no total without a domain', count(*) FILTER (WHERE round(total, 12) = published_total), count(*)
FROM (SELECT facility_id, perfeval.weighted_score(points, weight, 'strict') AS total
      FROM hvbp_part GROUP BY facility_id) AS t
JOIN hvbp_hospital USING (facility_id);

-- with one more domain taken away, a hospital with three has no total any more
SELECT 'two domains', count(t.total), count(*)
FROM (SELECT facility_id, perfeval.weighted_score(CASE domain WHEN 'person_community' THEN NULL ELSE points END,
                                                  weight, 'renormalize:0.75') AS total
      FROM hvbp_part GROUP BY facility_id) AS t
JOIN hvbp_domain_score s USING (facility_id)
JOIN hvbp_total o USING (facility_id)
WHERE s.domain = 'person_community' AND s.score IS NOT NULL AND o.domains = 3;

SELECT 'steps counted when complete', count(*) FILTER (WHERE points = published_achievement), count(*)
FROM hvbp_reading JOIN hvbp_rate USING (facility_id, measure)
CROSS JOIN LATERAL (SELECT CASE WHEN performance < threshold THEN 0
    ELSE perfeval.score_threshold(9 * performance, 9 * benchmark, 10, 1,
                                  benchmark - threshold, 'floor') END) AS p(points)
WHERE published_achievement IS NOT NULL;

-- the engine's own "lower is better" against turning the sign
SELECT 'lower is better', count(*) FILTER (WHERE points = published_achievement), count(*)
FROM hvbp_rate JOIN hvbp_measure USING (measure)
CROSS JOIN LATERAL (SELECT CASE WHEN performance_rate > achievement_threshold THEN 0
    ELSE perfeval.score_threshold(9 * performance_rate, 9 * benchmark, 10, 1,
                                  achievement_threshold - benchmark, 'ceil', 0, better) END) AS p(points)
WHERE better = 'lower' AND published_achievement IS NOT NULL;

-- a state of each domain, stored as text, merged
SELECT 'merged from domains', count(*) FILTER (WHERE merged IS NOT DISTINCT FROM total), count(*)
FROM (SELECT facility_id, perfeval.weighted_score_merge(state::text::perfeval.weighted_score_state) AS merged
      FROM (SELECT facility_id, perfeval.weighted_score_state(points, weight, 'renormalize:0.75') AS state
            FROM hvbp_part GROUP BY facility_id, domain) AS s
      GROUP BY facility_id) AS m
JOIN hvbp_total USING (facility_id);

-- tiers: the place of the first of equals against the quota's seats
SELECT 'tiers by place', count(*) FILTER (WHERE tier = CASE WHEN rank <= seats[1] THEN 1
                                                            WHEN rank <= seats[1] + seats[2] THEN 2
                                                            ELSE 3 END), count(*)
FROM hvbp_standing
JOIN (SELECT state, perfeval.tier_quota(count(*)::int, '{0.2, 0.7, 0.1}') AS seats
      FROM hvbp_hospital GROUP BY state) AS q USING (state);

-- with every tie broken, each state fills its seats, none over and none under
SELECT 'states with full seats', count(*) FILTER (WHERE tiers = seats), count(*)
FROM (SELECT state, perfeval.tier_quota(count(*)::int, '{0.2, 0.7, 0.1}') AS seats,
             ARRAY[count(*) FILTER (WHERE tier = 1), count(*) FILTER (WHERE tier = 2),
                   count(*) FILTER (WHERE tier = 3)]::int[] AS tiers
      FROM (SELECT state, perfeval.forced_distribution(total, '{0.2, 0.7, 0.1}')
                          OVER (PARTITION BY state ORDER BY facility_id) AS tier
            FROM hvbp_total JOIN hvbp_hospital USING (facility_id)) AS t
      GROUP BY state) AS s;

-- seats worked out elsewhere give the same tiers
SELECT 'tiers by seats', count(*) FILTER (WHERE tier = by_seats), count(*)
FROM (SELECT s.tier, perfeval.tier_by_seats(s.total, q.seats) OVER (PARTITION BY state) AS by_seats
      FROM hvbp_standing s
      JOIN (SELECT state, perfeval.tier_quota(count(*)::int, '{0.2, 0.7, 0.1}') AS seats
            FROM hvbp_hospital GROUP BY state) AS q USING (state)) AS t;

-- The other sets -------------------------------------------------------------

SELECT 'straight line by threshold', count(*) FILTER (WHERE points = published_achievement), count(*)
FROM snf_facility CROSS JOIN snf_standard
CROSS JOIN LATERAL (SELECT 1 - performance_rsrr) AS r(x)
CROSS JOIN LATERAL (SELECT round(perfeval.score_threshold(x, benchmark, 95, 90, benchmark - threshold), 5)) AS p(points)
WHERE x >= threshold AND x < benchmark;

SELECT 'without the cap', count(*) FILTER (WHERE uncapped = published_overall), count(*)
FROM nursing_home_rating JOIN nursing_home USING (ccn);

SELECT 'three times a rounded mean', count(*) FILTER (WHERE 3 * difficulty * mean = published_points), count(*)
FROM tokyo_dive
CROSS JOIN LATERAL (SELECT perfeval.trimmed_mean(mark, 2)
                    FROM unnest(ARRAY[j1, j2, j3, j4, j5, j6, j7]) AS mark) AS m(mean);

SELECT 'components rounded after adding', count(*) FILTER (WHERE total = published_components), count(*)
FROM (SELECT performance_id, round(sum(score * factor), 2) AS total
      FROM skating_component_score GROUP BY 1) AS t
JOIN skating_performance USING (performance_id);

SELECT 'no rounding inside', count(*) FILTER (WHERE total = published_components), count(*)
FROM (SELECT performance_id, round(sum(panel_mean * factor), 2) AS total
      FROM skating_component_score GROUP BY 1) AS t
JOIN skating_performance USING (performance_id);

SELECT 'ranks without the tie break', count(*) FILTER (WHERE rank = published_rank), count(*)
FROM (SELECT performance_id, rank() OVER (PARTITION BY competition, program ORDER BY total DESC) AS rank
      FROM skating_standing) AS s
JOIN skating_performance USING (performance_id);

SELECT 'missing parts left out', count(*) FILTER (WHERE final = (expected ->> 'final_score')::numeric), count(*)
FROM (SELECT id, round(perfeval.weighted_score(mark, 1, 'renormalize'), 3) AS final
      FROM appraisal_part GROUP BY id) AS s
JOIN appraisal_case USING (id);

-- the same means with a half rounded to the even digit
SELECT 'half to even', count(*) FILTER (WHERE published_score = score - CASE
           WHEN score - mean = 0.05 AND score * 10 % 2 = 1 THEN 0.1 ELSE 0 END), count(*)
FROM freedom_score JOIN freedom_country USING (country);

SELECT 'misses that end in 5', count(*) FILTER (WHERE score - mean = 0.05), count(*)
FROM freedom_score JOIN freedom_country USING (country) WHERE score <> published_score;

SELECT 'country scores within 0.1', count(*) FILTER (WHERE abs(score - published_score) <= 0.1), count(*)
FROM freedom_score JOIN freedom_country USING (country);

SELECT 'world ranks by published score', count(*) FILTER (WHERE rank = published_world_rank), count(*)
FROM (SELECT published_world_rank, rank() OVER (ORDER BY published_score DESC) AS rank
      FROM freedom_score JOIN freedom_country USING (country)) AS s;

SELECT 'university totals off by 0.1', count(*) FILTER (WHERE abs(total - published_total) = 0.1), count(*)
FROM university_score JOIN university USING (id) WHERE NOT incomplete AND total <> published_total;

SELECT 'university totals off by 0.1, missing', count(*) FILTER (WHERE abs(total - published_total) = 0.1), count(*)
FROM university_score JOIN university USING (id) WHERE incomplete AND total <> published_total;

SELECT 'hidden income', count(*) FILTER (WHERE total IS NULL), count(*)
FROM university_score JOIN university USING (id) WHERE incomplete AND year > 2011;
