-- The year to its end: assessed, published, contested, adjusted, final, worked out again after later corrections;
-- and what a unit sees of it by a role of its own.

SET search_path = pg_catalog, :"workspace", :"office", pg_temp;

\echo
\echo '--- The year is assessed 考核定格 and published with its scheme (双公开): CALL publish_version(...), assess(''units'', ''2025''), publish(...)'
CALL publish_version(:version, place => 'www.example.gov.cn', published_from => '2025-01-06') \gset year_
CALL assess('units', '2025', 'the year 2025') \gset year_
CALL publish(:year_run_id, 0, 'www.example.gov.cn') \gset year_
SELECT format('    run %s: %s results of %s groups, each with the readings, rules and points that it rests on; %s, hash %s...', run_id, subjects, groups,
              state, left(hash, 16))
FROM run_status WHERE run_id = :year_run_id
:say

\echo
\echo '--- An objection 异议 of U295 is upheld: half a point, an adjustment 调整 of its own; the ranks of its group follow'
CALL raise_objection(:year_run_id, 'U295', 'The flood exercise of November was ours.', 'file 2025-311') \gset year_
CALL adjust(:year_run_id, 'U295', 0.50, 'flood exercise of November 防汛演练', 'minutes 12', :year_objection_id) \gset year_
CALL answer_objection(:year_objection_id, 'upheld', 'half a point for the exercise');
SELECT subject, subject_name_zh || ' ' || subject_name AS unit, assessed_score AS assessed, assessed_rank AS rank_then, nullif(adjustment, 0) AS adjustment,
       score, rank, tier_label_zh AS tier
FROM run_result WHERE run_id = :year_run_id AND rank <> assessed_rank ORDER BY group_id, rank;
\echo '    Its lines: SELECT ... FROM result_line; those of the rules as they were assessed, then the adjustment'
SELECT CASE kind WHEN 'rule' THEN count(*) || ' lines of rules 细则' ELSE min(note) END AS line, min(evidence) FILTER (WHERE kind = 'adjustment') AS evidence,
       sum(points) AS points
FROM result_line WHERE run_id = :year_run_id AND subject_id = find_subject('U295') AND points IS NOT NULL
GROUP BY kind, adjustment_id ORDER BY kind DESC, adjustment_id;

\echo '--- Final 定稿: CALL finalize(...); nothing of it changes any more, and the head of the chain, kept elsewhere, proves that'
CALL finalize(:year_run_id, 'meeting of the assessment board', 'www.example.gov.cn') \gset year_
SELECT format('    run %s final: %s lines, the last with hash %s...; chain head 存证链末端: link %s, %s...', :year_run_id,
              (SELECT count(*) FROM final_result WHERE run_id = :year_run_id), left(:'year_final_hash', 16), link_no, left(hash, 16))
FROM chain_head
:say

\echo
\echo '--- A year on: 1,000 corrections of the old year come in, and the final run is worked out again 重算, CALL rerun(...)'
CREATE TABLE :"office".late AS
SELECT subject, period, indicator, (value::integer + 1)::text AS value
FROM monthly WHERE indicator = 'errors' ORDER BY pick('late/' || subject || period, 1000000), subject, period LIMIT 1000;
CALL load('late', source => 'platform');
UPDATE monthly AS m SET value = l.value FROM late AS l WHERE (l.subject, l.period, l.indicator) = (m.subject, m.period, m.indicator);
CALL rerun(:year_run_id) \gset frozen_
CALL rerun(:year_run_id, from_facts => true) \gset facts_
SELECT what, count(*) AS units, count(*) FILTER (WHERE a.score = r.score) AS equal_scores, count(*) FILTER (WHERE a.rank = r.rank) AS equal_ranks,
       left(max(u.hash), 16) || '...' AS hash
FROM (SELECT 1 AS no, 'as assessed, run ' || :year_run_id AS what, :year_run_id AS run_id, subject_id, score, rank FROM result WHERE run_id = :year_run_id
      UNION ALL SELECT 2, 'live standings now', NULL, subject_id, score, rank FROM standing WHERE period_id = 2025000
      UNION ALL SELECT 3, 'from its frozen inputs', :frozen_new_run, subject_id, score, rank FROM result WHERE run_id = :frozen_new_run
      UNION ALL SELECT 4, 'from the facts as known then', :facts_new_run, subject_id, score, rank FROM result WHERE run_id = :facts_new_run) AS a
JOIN result AS r ON r.run_id = :year_run_id AND r.subject_id = a.subject_id LEFT JOIN run AS u ON u.run_id = a.run_id
GROUP BY no, what ORDER BY no;

-- A role of the unit's. Roles are the server's, not the database's: it stays.
SELECT rolsuper OR rolcreaterole AS may_create_role FROM pg_roles WHERE rolname = current_user \gset
\if :may_create_role
SELECT 'CREATE ROLE perfeval_demo_unit ROLE CURRENT_USER' WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'perfeval_demo_unit') \gexec
CALL grant_role('perfeval_demo_unit', 'unit', 'U295');
\echo '--- What a unit sees by a role of its own: CALL grant_role(''perfeval_demo_unit'', ''unit'', ''U295''); SET ROLE perfeval_demo_unit'
SET ROLE perfeval_demo_unit;
SELECT 'standing, live' AS view, count(*) AS rows, count(DISTINCT subject) AS units, max(score) FILTER (WHERE subject = 'U295') AS score,
       max(rank) FILTER (WHERE subject = 'U295') AS its_rank, max(group_size) FILTER (WHERE subject = 'U295') AS of
FROM standing WHERE period_id = 2025000
UNION ALL SELECT 'run_result', count(*), count(DISTINCT subject), max(score) FILTER (WHERE subject = 'U295'), max(rank) FILTER (WHERE subject = 'U295'),
       max(group_size) FILTER (WHERE subject = 'U295') FROM run_result WHERE period_id = 2025000
UNION ALL SELECT 'result_line', count(*), count(DISTINCT subject_id), sum(points), NULL, NULL FROM result_line WHERE period_id = 2025000
UNION ALL SELECT 'league_table, published', count(*), count(DISTINCT subject), max(score) FILTER (WHERE subject = 'U295'),
       max(rank) FILTER (WHERE subject = 'U295'), max(group_size) FILTER (WHERE subject = 'U295') FROM league_table WHERE period_id = 2025000;
RESET ROLE;
\else
\echo 'A unit sees itself alone, with its true rank; this user may not create the role that would show it.'
\endif
