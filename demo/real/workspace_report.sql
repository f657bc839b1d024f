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

\echo 'The year as a run: frozen with its inputs and rules, published, final; then the rate is corrected for good, and the run worked out again'
CALL assess('HVBP', '2024', 'fiscal year 2024') \gset year_
CALL publish(:year_run_id, 0, note => 'preliminary') \gset year_
CALL finalize(:year_run_id) \gset year_
INSERT INTO reading (subject_id, period_id, item, value, note) VALUES (:third, 2024000, 121, 0.84816, 'found a year later');
CALL rerun(:year_run_id) \gset frozen_
CALL rerun(:year_run_id, from_facts => true) \gset facts_
SELECT what, count(*) AS hospitals, count(*) FILTER (WHERE a.score = h.total) AS equal_to_published,
       max(a.rank) FILTER (WHERE a.subject_id = :third) AS rank_of_third, left(max(a.hash), 16) || '...' AS hash
FROM (SELECT 1 AS no, 'final run' AS what, subject_id, score, rank, (SELECT hash FROM run WHERE run_id = :year_run_id) AS hash
      FROM final_result WHERE run_id = :year_run_id
      UNION ALL SELECT 2, 'live standings', subject_id, score, rank, NULL FROM standing WHERE period_id = 2024000
      UNION ALL SELECT 3, 'run again, from its frozen inputs', subject_id, score, rank, (SELECT hash FROM run WHERE run_id = :frozen_new_run)
      FROM result WHERE run_id = :frozen_new_run
      UNION ALL SELECT 4, 'run again, from the facts as known then', subject_id, score, rank, (SELECT hash FROM run WHERE run_id = :facts_new_run)
      FROM result WHERE run_id = :facts_new_run) AS a
     JOIN subject AS s USING (subject_id) JOIN file_hospital AS h ON h.facility_id = s.code
GROUP BY no, what ORDER BY no;

\echo 'Proof outside of the database: export_bundle, without names, read by an independent program that works all of it out again'
SELECT hash AS chain_head FROM chain_head \gset
\setenv PERFEVAL_VERIFIER :rubrics/../verifier/verify_bundle.py
\setenv PERFEVAL_HEAD :chain_head
SELECT export_bundle(:year_run_id, names => false)
\g (tuples_only=on format=unaligned) |if command -v python3 >/dev/null; then python3 "$PERFEVAL_VERIFIER" /dev/stdin --head "$PERFEVAL_HEAD"; else cat >/dev/null; echo 'not checked: there is no python3'; fi
