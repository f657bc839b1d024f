-- What all data sets have to say for themselves: one row per value that was
-- worked out and compared, and one per stage.

CREATE VIEW comparison AS
SELECT 1 AS set_no, 'Hospitals: CMS value-based purchasing, fiscal year 2024' AS data_set, * FROM hvbp_comparison
UNION ALL SELECT 2, 'Nursing facilities: CMS value-based purchasing, fiscal year 2025, sample', * FROM snf_comparison
UNION ALL SELECT 3, 'Nursing homes: CMS five-star rating, sample', * FROM nursing_home_comparison
UNION ALL SELECT 4, 'Diving: Olympic men''s 10 m platform, 2020 and 2024', * FROM diving_comparison
UNION ALL SELECT 5, 'Figure skating: Olympic Games 2018', * FROM skating_comparison
UNION ALL SELECT 6, 'Apportionment: library vectors, largest remainder', * FROM apportionment_comparison
UNION ALL SELECT 7, 'Appraisal: vectors of Frappe HR', * FROM appraisal_comparison
UNION ALL SELECT 8, 'Countries: Heritage index of economic freedom 2022', * FROM freedom_comparison
UNION ALL SELECT 9, 'Universities: Times Higher Education rankings 2011 to 2016', * FROM university_comparison;

CREATE VIEW agreement AS
SELECT set_no, data_set, step, stage,
       count(*) FILTER (WHERE computed IS NOT DISTINCT FROM published) AS equal,
       count(*) AS compared
FROM comparison
GROUP BY set_no, data_set, step, stage;
