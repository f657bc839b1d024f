-- What make demo-real prints of the workspace.
\pset pager off
\pset footer off
\pset border 0
\pset format aligned
\pset tuples_only off
\pset null -

\echo
\echo 'The hospitals as a workspace: live standings, straight from the published rates'
CREATE TEMP TABLE first_answer AS SELECT * FROM standing WHERE period = '2024';
CALL fold();
SELECT count(*) AS hospitals, count(*) FILTER (WHERE n.score = h.total) AS equal_to_published,
       (SELECT count(*) FROM reading) AS readings,
       count(*) FILTER (WHERE (n.score, n.rank, n.tier) = (b.score, b.rank, b.tier)) AS same_after_folding
FROM standing AS n JOIN file_hospital AS h ON h.facility_id = n.subject JOIN first_answer AS b USING (scheme_id, period_id, subject_id)
WHERE n.period = '2024';

SELECT group_id AS montana FROM subject_group WHERE code = 'MT' \gset
SELECT rank, subject AS hospital, score, tier_code AS tier, tier_label_zh AS "等次", round(100 * coverage) AS coverage_percent
FROM standing WHERE period_id = 2024000 AND group_id = :montana
ORDER BY rank, subject LIMIT 6;

SELECT subject_id AS third, subject AS third_hospital
FROM standing WHERE period_id = 2024000 AND group_id = :montana ORDER BY rank, subject OFFSET 2 LIMIT 1 \gset
\echo 'Where the points of the third come from: the lines of its score (those of 0 left out) and their sum'
SELECT repeat('  ', depth) || label AS line, reading, points
FROM (SELECT line_no, label, reading, round(points, 12) AS points,
             CASE WHEN path <> '/' THEN length(path) - length(replace(path, '/', '')) ELSE 0 END + (status IS NULL)::int AS depth
      FROM standing_line WHERE period_id = 2024000 AND group_id = :montana AND subject_id = :third
      UNION ALL
      SELECT NULL, 'sum of the lines', NULL, round(sum(points), 12), 0
      FROM standing_line WHERE period_id = 2024000 AND group_id = :montana AND subject_id = :third) AS l
WHERE points IS DISTINCT FROM 0
ORDER BY line_no NULLS LAST;

\echo 'A correction is one more reading, and the next look at the standings has it: hospital' :third_hospital 'spends less, then as published'
CREATE TEMP TABLE step (no int, what text, rank bigint, score numeric, tier text);
CREATE TEMP VIEW now AS
SELECT rank, score, tier_code AS tier FROM standing WHERE period_id = 2024000 AND group_id = :montana AND subject_id = :third;
INSERT INTO step SELECT 1, 'as published', * FROM now;
INSERT INTO reading (subject_id, period_id, item, value, note) VALUES (:third, 2024000, 121, 0.84816, 'what if');
INSERT INTO step SELECT 2, 'MSPB-1 corrected to 0.84816', * FROM now;
INSERT INTO reading (subject_id, period_id, item, value, note)
SELECT :third, 2024000, 121, value, 'as published' FROM reading
WHERE subject_id = :third AND period_id = 2024000 AND item = 121 AND note IS NULL;
INSERT INTO step SELECT 3, 'and corrected back', * FROM now;
SELECT what, rank, score, tier FROM step ORDER BY no;
