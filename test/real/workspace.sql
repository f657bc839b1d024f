-- The hospitals in a workspace, as demo/real/workspace.sql makes it: prints
-- what|equal|compared. Wants the variables of that file.
\ir ../../demo/real/workspace.sql

SELECT 'findings that are no warnings', count(*) FILTER (WHERE severity <> 'warning'), 0 FROM version_finding;
SELECT 'rubrics, one for each state', count(*), (SELECT count(*) FROM subject_group) FROM group_rubric WHERE compiled IS NOT NULL;

CREATE TEMP TABLE before_folding AS SELECT * FROM standing WHERE period_id = 2024000;
SELECT 'readings loaded, as published', count(*), (SELECT count(baseline) FROM file_rate) + (SELECT count(ssi) FROM file_hospital)
FROM reading_history;
SELECT 'readings in the tail, as published', count(*), (SELECT count(performance) FROM file_rate) FROM reading_tail;
SELECT 'totals from cards and tail', count(*) FILTER (WHERE b.score IS NOT DISTINCT FROM h.total), count(*)
FROM file_hospital AS h LEFT JOIN before_folding AS b ON b.subject = h.facility_id;

CALL fold();
SELECT format('ANALYZE %s', oid::regclass) FROM pg_class
WHERE relnamespace = quote_ident(:'workspace')::regnamespace AND relkind = 'r' \gexec
CREATE TEMP TABLE folded AS SELECT * FROM standing WHERE period_id = 2024000;
SELECT 'totals from the cards', count(*) FILTER (WHERE f.score IS NOT DISTINCT FROM h.total), count(*)
FROM file_hospital AS h LEFT JOIN folded AS f ON f.subject = h.facility_id;
SELECT 'standings that folding left as they were', count(*), (SELECT count(*) FROM folded)
FROM (TABLE before_folding INTERSECT TABLE folded) AS same;
SELECT 'readings left in the tail', count(*), 0 FROM reading_tail;

-- The published totals have 12 decimals, the ranks look at the exact ones.
SELECT 'ranks in the state', count(*) FILTER (WHERE f.rank = h.rank), count(*)
FROM (SELECT facility_id, rank() OVER (PARTITION BY state ORDER BY total DESC) FROM file_hospital) AS h
	JOIN folded AS f ON f.subject = h.facility_id;
SELECT 'tiers in the state', count(*) FILTER (WHERE f.tier = h.tier), count(*)
FROM (SELECT facility_id, perfeval.forced_distribution(total, '{0.2,0.7,0.1}') OVER (PARTITION BY state) AS tier
      FROM file_hospital) AS h
	JOIN folded AS f ON f.subject = h.facility_id;
SELECT p.part || ' domain scores', count(*) FILTER (WHERE round(p.points, 12) IS NOT DISTINCT FROM v.published), count(*)
FROM standing_part AS p
	JOIN subject AS s ON s.subject_id = p.subject_id
	JOIN file_hospital AS h ON h.facility_id = s.code,
	LATERAL (SELECT CASE p.part WHEN 'clinical' THEN h.clinical WHEN 'person' THEN h.person WHEN 'safety' THEN h.safety
		WHEN 'efficiency' THEN h.efficiency END AS published) AS v
WHERE p.period_id = 2024000
GROUP BY p.part;
SELECT 'explanations that add up', count(*) FILTER (WHERE l.points = f.score), count(*)
FROM folded AS f
	LEFT JOIN (SELECT subject_id, sum(points) AS points FROM standing_line WHERE period_id = 2024000 GROUP BY subject_id) AS l
	ON l.subject_id = f.subject_id;

CALL verify();
SELECT 'cards that verify finds wrong', count(*), 0 FROM verify_cards();
CALL rebuild();
SELECT 'cards', count(*), (SELECT count(*) FROM file_hospital) FROM card;
SELECT 'standings that a rebuild left as they were', count(*), (SELECT count(*) FROM folded)
FROM (SELECT * FROM standing WHERE period_id = 2024000 INTERSECT TABLE folded) AS same;

-- One rate corrected, and corrected back: the total follows, the others stay.
CREATE TEMP TABLE corrected AS
SELECT subject_id, item, value FROM reading WHERE item = 107 ORDER BY value, subject_id LIMIT 3;
INSERT INTO reading (subject_id, period_id, item, value, note) SELECT subject_id, 2024000, item, 87.71, 'a slip' FROM corrected;
SELECT 'totals that a correction moves', count(*), (SELECT count(*) FROM corrected)
FROM standing AS n JOIN folded AS f USING (scheme_id, period_id, subject_id)
WHERE n.score > f.score AND n.subject_id IN (SELECT subject_id FROM corrected);
SELECT 'totals that it leaves', count(*) FILTER (WHERE n.score = f.score), count(*)
FROM standing AS n JOIN folded AS f USING (scheme_id, period_id, subject_id)
WHERE n.subject_id NOT IN (SELECT subject_id FROM corrected);
CALL fold();
INSERT INTO reading (subject_id, period_id, item, value, note) SELECT subject_id, 2024000, item, value, 'as published' FROM corrected;
SELECT 'totals corrected back', count(*) FILTER (WHERE n.score = h.total), count(*)
FROM file_hospital AS h LEFT JOIN standing AS n ON n.subject = h.facility_id AND n.period_id = 2024000;
CALL fold();
SELECT 'standings as they were at first', count(*), (SELECT count(*) FROM folded)
FROM (SELECT * FROM standing WHERE period_id = 2024000 INTERSECT TABLE folded) AS same;
CALL verify();
SELECT 'cards that verify finds wrong in the end', count(*), 0 FROM verify_cards();

-- The year as a run: assessed, published, final, and worked out again.
CALL assess('HVBP', '2024', 'fiscal year 2024') \gset year_
SELECT 'totals of the run', count(*) FILTER (WHERE r.score = h.total), count(*)
FROM file_hospital AS h LEFT JOIN result AS r ON r.subject = h.facility_id AND r.run_id = :year_run_id;
SELECT 'ranks and tiers of the run', count(*) FILTER (WHERE (r.rank, r.tier) = (f.rank, f.tier)), count(*)
FROM folded AS f LEFT JOIN result AS r ON r.subject_id = f.subject_id AND r.run_id = :year_run_id;
CALL publish(:year_run_id, 0) \gset year_
CALL finalize(:year_run_id) \gset year_
SELECT 'final totals', count(*) FILTER (WHERE r.score = h.total), count(*)
FROM file_hospital AS h LEFT JOIN (final_result AS r JOIN subject AS s USING (subject_id)) ON s.code = h.facility_id AND r.run_id = :year_run_id;
-- The corrected rates again, now for good: what was final is worked out as it was.
INSERT INTO reading (subject_id, period_id, item, value, note) SELECT subject_id, 2024000, item, 87.71, 'found later' FROM corrected;
CALL fold();
CALL rerun(:year_run_id) \gset frozen_
CALL rerun(:year_run_id, from_facts => true) \gset facts_
SELECT 'reruns with the hash of the run', count(*) FILTER (WHERE r.hash = y.hash), count(*)
FROM run AS r JOIN run AS y ON y.run_id = r.rerun_of;
SELECT 'totals of the reruns', count(*) FILTER (WHERE r.score = h.total), count(*)
FROM unnest(ARRAY[:frozen_new_run, :facts_new_run]) AS n (run_id)
	CROSS JOIN file_hospital AS h LEFT JOIN result AS r ON r.subject = h.facility_id AND r.run_id = n.run_id;
CALL verify();
