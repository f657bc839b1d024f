-- What make demo-real prints.
\pset pager off
\pset footer off
\pset border 0
\pset format aligned
\pset null -
SET search_path = demo_real;

\echo
\echo 'Hospitals of Montana: domains and total from the rates, rank and 20/70/10 tier in the state'
\echo '(CMS publishes the total, not the tiers: that quota is an example.  A missing domain leaves its weight to the others.)'
SELECT rank, facility_id AS hospital,
       round(max(score) FILTER (WHERE domain = 'clinical_outcomes'), 2) AS clinical,
       round(max(score) FILTER (WHERE domain = 'person_community'), 2)  AS person,
       round(max(score) FILTER (WHERE domain = 'safety'), 2)            AS safety,
       round(max(score) FILTER (WHERE domain = 'efficiency'), 2)        AS efficiency,
       round(total, 12) AS total, published_total, tier
FROM hvbp_standing
JOIN hvbp_domain_score USING (facility_id)
JOIN hvbp_hospital USING (facility_id, state)
WHERE state = 'MT'
GROUP BY rank, facility_id, total, published_total, tier
ORDER BY rank, hospital;

\echo 'How the first of them came by its points'
SELECT m.domain, measure, achievement_threshold AS threshold, benchmark, better,
       baseline_rate AS baseline, performance_rate AS performance,
       achievement AS ach, improvement AS imp, score
FROM hvbp_points
JOIN hvbp_rate USING (facility_id, measure)
JOIN hvbp_measure m USING (measure)
WHERE facility_id = (SELECT facility_id FROM hvbp_standing WHERE state = 'MT' ORDER BY rank, facility_id LIMIT 1)
ORDER BY m.domain, measure;

\echo 'Tiers in the twelve largest states: seats by the quota, hospitals in the tiers (equal totals across a cut go up)'
SELECT state, count(*) AS hospitals,
       perfeval.tier_quota(count(*)::int, '{0.2, 0.7, 0.1}') AS seats,
       concat_ws('/', count(*) FILTER (WHERE tier = 1), count(*) FILTER (WHERE tier = 2),
                 count(*) FILTER (WHERE tier = 3)) AS in_tiers,
       round(max(total), 2) AS best,
       round(min(total) FILTER (WHERE tier = 1), 2) AS last_of_tier_1,
       round(min(total) FILTER (WHERE tier = 2), 2) AS last_of_tier_2,
       round(min(total), 2) AS lowest
FROM hvbp_standing
GROUP BY state
ORDER BY hospitals DESC, state
LIMIT 12;

\echo 'Diving, Tokyo 2020, men''s 10 m platform, after the last dive'
SELECT rank, diver, noc, round(total, 2) AS total, round(behind, 2) AS behind
FROM tokyo_standing
WHERE round = 6
ORDER BY rank LIMIT 6;

\echo 'Figure skating 2018, ladies'' free skating: the first two have equal totals, so the components decide'
SELECT rank, name, nation, elements, components, deductions, total
FROM skating_standing
WHERE program = 'Ladies Single Skating - Free Skating'
ORDER BY rank LIMIT 6;

\echo 'Totals of all hospitals, by how many of the four domains were observed'
SELECT domains, count(*) AS hospitals,
       count(*) FILTER (WHERE round(total, 12) = published_total) AS equal_to_published
FROM hvbp_total JOIN hvbp_hospital USING (facility_id)
GROUP BY domains
ORDER BY domains DESC;

\pset tuples_only on
\pset format unaligned
\echo 'What was worked out, beside what was published'
WITH stage AS MATERIALIZED (SELECT * FROM agreement)
SELECT text
FROM (SELECT set_no,
             format(E'\n%s\n%s', data_set,
                    string_agg(format('  %s equal to published: %s of %s', stage, equal, compared),
                               E'\n' ORDER BY step)) AS text
      FROM stage
      GROUP BY set_no, data_set
      UNION ALL
      SELECT 100,
             format(E'\nEvery value is equal in %s of %s stages; the other stages start from figures that were\n'
                    'published rounded or counted otherwise, as their lines say.',
                    count(*) FILTER (WHERE equal = compared), count(*))
      FROM stage
      UNION ALL
      SELECT 101,
             format(E'\nHospitals, equal to published: %s.', string_agg(line, ', ' ORDER BY place))
      FROM (SELECT min(step) AS place, format('%s %s of %s', kind, sum(equal), sum(compared)) AS line
            FROM stage,
                 LATERAL (SELECT CASE WHEN stage ~ '^(clinical|person|safety|efficiency) domain' THEN 'domain scores'
                                      WHEN stage ~ '^(achievement|improvement)' THEN stage
                                      WHEN stage ~ '^total' THEN 'totals' END) AS k (kind)
            WHERE set_no = 1 AND kind IS NOT NULL
            GROUP BY kind) AS closing) AS paragraph
ORDER BY set_no;
