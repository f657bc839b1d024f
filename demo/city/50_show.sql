-- What is printed, and what happens meanwhile: December's spreadsheet comes in, a correction, a decision.
-- Every figure is computed from the workspace.

SET search_path = pg_catalog, :"workspace", :"office", pg_temp;

SELECT format('CALL perfeval.create_workspace(''city''): %s departments 部门, %s affiliated units 事业单位 with %s posts 编制, %s groups 考核分组.',
              (SELECT count(*) FROM subject WHERE kind = 'department'), count(*), to_char(sum(s.posts), 'FM999,999'), count(DISTINCT m.group_id))
FROM group_member AS m JOIN subject_state AS s USING (subject_id)
:say
SELECT format('%s %s alone answers for %s units; they meet their like in %s groups: %s.', d.name_zh, d.name, sum(n), count(*),
              string_agg(n || ' x ' || g.label_zh, ', ' ORDER BY g.group_id))
FROM (SELECT s.supervising_id, m.group_id, count(*) AS n, sum(count(*)) OVER (PARTITION BY supervising_id) AS units
      FROM subject_state AS s JOIN group_member AS m USING (subject_id) GROUP BY 1, 2) AS c
JOIN subject AS d ON d.subject_id = c.supervising_id JOIN subject_group AS g USING (group_id)
GROUP BY d.subject_id, c.units ORDER BY c.units DESC, d.subject_id LIMIT 1
:say
SELECT format('Scheme 方案: %s indicators 指标; targets of 100 (key 70, routine 20, dynamic 10), a negative list of %s items, %s kinds of bonus;'
              || E'\nan outline and %s sets of special rules (1+N) composed into version %s, %s, a rubric for each of %s groups (一组一策), sha256 %s...',
              (SELECT count(*) FROM indicator), (SELECT count(*) FROM indicator WHERE negative_list),
              (SELECT count(*) FROM indicator WHERE item BETWEEN 401 AND 499),
              (SELECT count(*) FROM version_part AS p WHERE p.version_id = v.version_id AND slot <> ''), v.number, v.state,
              (SELECT count(*) FROM group_rubric AS r WHERE r.version_id = v.version_id), left(v.hash, 12))
FROM scheme_version AS v WHERE v.version_id = :version
:say
SELECT format('Facts 事实: %s readings, %s events (%s to be decided), %s marks.', (SELECT count(*) FROM reading), count(*),
              count(*) FILTER (WHERE decision = 'pending'), (SELECT count(*) FROM rating))
FROM event_state
:say
\echo

\echo '--- December comes as a spreadsheet 报表: a row for each unit, a column for each indicator (here 5 of 400 rows, 6 of 31 columns)'
SELECT "单位代码", "单位名称", "职责履行率", "协同响应天数", "承诺件按期办结数", "承诺件应办结数"
FROM december WHERE "单位代码" IN ('U001', 'U002', 'U003', 'U004', 'U005') ORDER BY 1;
\echo '    SELECT * FROM check_wide(''december'', ''2025-12''): mistakes, by row and column'
SELECT row_no, column_name, value, reason FROM check_wide('december', '2025-12');
UPDATE december SET "职责履行率" = m.value FROM monthly AS m
WHERE "单位代码" = 'U005' AND m.subject = 'U005' AND m.period = '2025-12' AND m.indicator = 'fulfilment';
UPDATE december SET "协同响应天数" = m.value FROM monthly AS m
WHERE "单位代码" = 'U333' AND m.subject = 'U333' AND m.period = '2025-12' AND m.indicator = 'response';
CALL load_wide('december', '2025-12', source => 'sheet');
SELECT format('    put right, then CALL load_wide(''december'', ''2025-12''): %s readings of 2025-12 are there.', count(*))
FROM reading AS r JOIN period AS p USING (period_id) WHERE p.code = '2025-12'
:say
CALL fold();
SELECT format('ANALYZE %I.%I', :'workspace', relname) FROM pg_class
WHERE relnamespace = quote_ident(:'workspace')::regnamespace AND relkind = 'r' \gexec
\echo

CREATE TEMP TABLE league AS SELECT * FROM standing WHERE period_id = 2025000;
\echo '--- Standings 实时排名 of the year: SELECT ... FROM standing WHERE period_id = find_period(''2025'') (the first three and the last of each group)'
\echo '    base 基础分 x coef 认同系数, at most 100, - less 扣分, + bonus 加分 = score 得分; rank 位次 and tier 等次 inside the group'
SELECT CASE WHEN line = 0 THEN concat(g.label_zh, ' ', g.label, ' (', lines, ' units)')
            ELSE '  ' || l.subject_name_zh || ' ' || l.subject_name END AS unit,
       round(l.base_score, 2) AS base, round(l.coefficient, 3) AS coef, round(nullif(-l.deductions, 0), 2) AS less,
       round(nullif(l.bonus, 0), 2) AS bonus, round(l.score, 2) AS score, l.rank, l.tier_label_zh AS tier,
       CASE WHEN l.tier_capped THEN 'veto 否决' WHEN l.provisional THEN 'provisional 暂定' END AS note
FROM (SELECT group_id, subject_id, row_number() OVER best AS line, count(*) OVER (PARTITION BY group_id) AS lines
      FROM league WINDOW best AS (PARTITION BY group_id ORDER BY rank, subject_id)
      UNION ALL SELECT group_id, NULL, 0, count(*) FROM league GROUP BY group_id) AS o
JOIN subject_group AS g USING (group_id) LEFT JOIN league AS l USING (group_id, subject_id)
WHERE line <= 3 OR line = lines
ORDER BY group_id, line;

\echo '--- The year in periods 周期: one unit by month, quarter, half-year; + is from the year''s begin on (累计)'
SELECT p.code AS period, s.score, s.rank, s.group_size AS of, s.tier_label_zh AS tier, round(s.coverage, 2) AS coverage
FROM period AS p, LATERAL (SELECT * FROM standing AS s WHERE s.period_id = p.period_id AND s.group_id = 4 AND s.subject = 'U131') AS s
WHERE p.code IN ('2025-06', '2025-07', '2025Q2', '2025Q3', '2025H1', '2025-09+', '2025') ORDER BY array_position('{2025-06,2025-07,2025Q2,2025Q3,2025H1,2025-09+,2025}', p.code);

\echo '--- A correction 更正 is a new row, and every table shows it at once: two projects of July had been overlooked'
CREATE TEMP TABLE before AS SELECT * FROM standing WHERE period_id = 2025000 AND group_id = 4;
SELECT clock_timestamp() AS before_correction \gset
INSERT INTO reading (subject_id, period_id, item, value, note)
SELECT subject_id, 2025027, 241, 8, 'two projects of July had been overlooked' FROM subject WHERE code = 'U131';
SELECT s.subject, s.subject_name_zh || ' ' || s.subject_name AS unit, b.score AS score_before, b.rank AS rank_before,
       s.score AS score_now, s.rank AS rank_now
FROM standing AS s JOIN before AS b USING (subject_id)
WHERE s.period_id = 2025000 AND s.group_id = 4 AND s.rank <> b.rank ORDER BY s.rank;
SELECT format('    What was known before it stays: standing_as_of(known => before the correction) has U131 at rank %s.', rank)
FROM standing_as_of(known => :'before_correction', period_id => 2025000, group_id => 4) WHERE subject = 'U131'
:say
\echo

\echo '--- A complaint 投诉 that was open is found valid: it costs half of 15 % of routine work, which is 20 of 100'
DROP TABLE before;
CREATE TEMP TABLE before AS SELECT * FROM standing WHERE period_id = 2025000 AND group_id = 5;
SELECT event_id FROM event_state JOIN subject USING (subject_id) WHERE code = 'U263' AND item = 103 AND decision = 'pending' \gset
CALL decide_event(:event_id, 'valid', 'witnessed');
SELECT s.subject, s.subject_name_zh || ' ' || s.subject_name AS unit, b.score AS score_before, b.rank AS rank_before,
       b.pending_events AS open_before, s.score AS score_now, s.rank AS rank_now, s.pending_events AS open_now
FROM standing AS s JOIN before AS b USING (subject_id)
WHERE s.period_id = 2025000 AND s.group_id = 5 AND s.subject = 'U263';
DROP TABLE before;

DROP TABLE league;
CREATE TEMP TABLE league AS SELECT * FROM standing WHERE period_id = 2025000;
CREATE TEMP TABLE line AS SELECT * FROM standing_line WHERE period_id = 2025000;

-- The unit whose lines are of the most kinds has the most to explain.
SELECT subject_id AS shown_unit FROM league
WHERE deductions < 0 AND bonus > 0 AND coefficient <> 1 AND (SELECT count(*) FROM line WHERE line.subject_id = league.subject_id AND points <> 0) > 15
ORDER BY (SELECT count(*) FROM line WHERE line.subject_id = league.subject_id AND points <> 0) DESC, subject_id LIMIT 1
\gset
\echo '--- One unit, line by line 明细: SELECT ... FROM standing_line WHERE period_id = ...; the points add up to the score, to the last digit'
SELECT format('%s %s, %s, rank %s of %s, tier %s', subject_name_zh, subject_name, group_label, rank, group_size, tier_label_zh)
FROM league WHERE subject_id = :shown_unit
:say
SELECT label, reading, split_part(rule, ':', 1) AS rule, raw_points, weight, points
FROM (SELECT line_no, label, reading, rule, raw_points, weight, points FROM line
      WHERE subject_id = :shown_unit AND points IS NOT NULL AND (points <> 0 OR node < 2000)
      UNION ALL
      SELECT NULL, '合计 sum of the lines', NULL, count(*) || ' lines', NULL, NULL, sum(points) FROM line WHERE subject_id = :shown_unit AND points IS NOT NULL
      UNION ALL
      SELECT NULL, '得分 score in the standings', NULL, NULL, NULL, NULL, score FROM league WHERE subject_id = :shown_unit) AS l
ORDER BY line_no NULLS LAST, label COLLATE "C";

\echo '--- Seats 名额: 20 % tier 1, 70 % tier 2, 10 % tier 3 of each group, in whole units; a veto takes the tier, not the seat'
CREATE TEMP TABLE seat AS
SELECT group_id, count(score)::int AS units, perfeval.tier_quota(count(score)::int, '{0.2,0.7,0.1}') AS seats,
       ARRAY[count(*) FILTER (WHERE tier = 1), count(*) FILTER (WHERE tier = 2), count(*) FILTER (WHERE tier = 3)] AS given,
       count(*) FILTER (WHERE tier_capped) AS vetoed, sum(score) AS scores
FROM league GROUP BY group_id;
SELECT coalesce(g.label_zh || ' ' || g.label, 'together 合计') AS "group", sum(units) AS units,
       concat_ws(' + ', sum(seats[1]), sum(seats[2]), sum(seats[3])) AS seats,
       concat_ws(' + ', sum(given[1]), sum(given[2]), sum(given[3])) AS given, nullif(sum(vetoed), 0) AS vetoed, sum(scores) AS scores
FROM seat JOIN subject_group AS g USING (group_id)
GROUP BY GROUPING SETS ((group_id, g.label_zh, g.label), ())
ORDER BY group_id NULLS LAST;

\echo '--- Heat map 热力图 (unit x indicator), here by group: where most points are lost, in % of full marks'
SELECT g.label_zh || ' ' || g.label AS "group", max(line) FILTER (WHERE place = 1) AS weakest, max(line) FILTER (WHERE place = 2) AS second,
       max(line) FILTER (WHERE place = 3) AS third
FROM (SELECT group_id, format('%s %s %%', indicator_name_zh, round(100 * avg(share))) AS line,
             row_number() OVER (PARTITION BY group_id ORDER BY avg(share), item) AS place
      FROM heatmap WHERE period_id = 2025000 AND item < 300 AND share IS NOT NULL GROUP BY group_id, item, indicator_name_zh) AS h
JOIN subject_group AS g USING (group_id)
GROUP BY group_id, g.label_zh, g.label ORDER BY group_id;

\echo '--- Departments 部门 by their units, weighted by posts'
CREATE TABLE :"office".department_standing AS
SELECT supervising_id, units, groups, posts, round(score, 2) AS score, rank() OVER (ORDER BY score DESC) AS rank,
       perfeval.forced_distribution(score, '{0.2,0.7,0.1}') OVER () AS tier
FROM (SELECT s.supervising_id, count(*) AS units, count(DISTINCT l.group_id) AS groups, sum(s.posts) AS posts,
             perfeval.weighted_score(l.score, s.posts) AS score
      FROM league AS l JOIN subject_state AS s USING (subject_id) GROUP BY s.supervising_id) AS d;
SELECT d.name_zh || ' ' || d.name AS department, l.units, l.groups, l.posts, l.score, l.rank, l.tier
FROM department_standing AS l JOIN subject AS d ON d.subject_id = l.supervising_id
WHERE rank <= 3 OR rank = (SELECT max(rank) FROM department_standing)
ORDER BY rank, d.subject_id;

\echo '--- Pre-deductions 预扣分: what is put right within three months comes back, at most 80 %'
SELECT coalesce(outcome, 'together 合计') AS outcome, count(*) AS entries, count(DISTINCT unit_no) AS units,
       trim_scale(sum(points)) AS noticed, trim_scale(sum(in_force)) AS in_force,
       trim_scale(sum(refund)) AS refunded, trim_scale(sum(kept)) AS kept
FROM ledger_outcome
CROSS JOIN LATERAL (
    SELECT CASE WHEN effect = 'exempt' THEN 1 WHEN refund > 0 AND effect = 'full' THEN 2 WHEN refund > 0 THEN 3
                WHEN acceptance_date IS NOT NULL THEN 4 ELSE 5 END AS place
) AS o
JOIN (VALUES (1, 'exempt 免予扣分'), (2, 'put right 整改返还'), (3, 'put right, half 减半后返还'),
             (4, 'too late 逾期'), (5, 'never accepted 未通过验收')) AS n (place, outcome) USING (place)
GROUP BY GROUPING SETS ((place, outcome), ())
ORDER BY place NULLS LAST;
SELECT format('%s pre-deductions on %s units, %s of which got nothing back and keep the loss'
              || ' (as many as Nantong 南通 published for 2022: 58 and 21).',
              sum(entries), count(*), count(*) FILTER (WHERE in_force > 0 AND refund = 0))
FROM (SELECT count(*) AS entries, sum(in_force) AS in_force, sum(refund) AS refund
      FROM ledger_outcome GROUP BY unit_no) AS l
:say
\echo

-- A pay pool of 60 million yuan (example), shared out by posts x the tier's coefficient, to the last fen.
\echo '--- What the tiers bring 结果运用: a pay pool shared out by posts x coefficient'
CREATE TABLE :"office".pay AS
WITH claim AS (
    SELECT l.subject_id, l.tier, t.coefficient, s.posts, s.posts * t.coefficient AS weight
    FROM league AS l JOIN tier AS t USING (version_id, tier) JOIN subject_state AS s USING (subject_id)
), paid AS (
    SELECT unnest(array_agg(subject_id ORDER BY subject_id)) AS subject_id,
           unnest(perfeval.allocate_amount(60000000.00, array_agg(weight ORDER BY subject_id))) AS yuan
    FROM claim
)
SELECT subject_id, tier, coefficient, posts, yuan FROM claim JOIN paid USING (subject_id);
SELECT tier, coefficient, count(*) AS units, sum(posts) AS posts, sum(yuan) AS yuan, round(sum(yuan) / sum(posts), 2) AS yuan_a_post
FROM pay GROUP BY GROUPING SETS ((tier, coefficient), ())
ORDER BY tier NULLS LAST;

\echo '--- Check 核对'
SELECT format(E'%s units = %s;\nscores %s = %s;\ntiers 1 + 2 + 3: %s given, %s due, %s vetoed;\n'
              'the lines of %s of %s units add up to their score exactly; %s yuan shared out.',
              (SELECT count(*) FROM league), string_agg(units::text, ' + ' ORDER BY group_id),
              (SELECT sum(score) FROM league), string_agg(scores::text, ' + ' ORDER BY group_id),
              concat_ws(' + ', sum(given[1]), sum(given[2]), sum(given[3])),
              concat_ws(' + ', sum(seats[1]), sum(seats[2]), sum(seats[3])), sum(vetoed),
              (SELECT count(*) FROM league
               JOIN (SELECT subject_id, sum(points) AS points FROM line GROUP BY subject_id) AS l USING (subject_id)
               WHERE points = score),
              sum(units),
              (SELECT sum(yuan) FROM pay))
FROM seat
:say
DROP TABLE league, line, seat;
