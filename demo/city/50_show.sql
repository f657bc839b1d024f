-- The tables that are printed. Only reads: every figure here is computed from the views.

-- Ends a query whose answer is a sentence, not a table.
\set say '\\g (tuples_only=on format=unaligned)'

\echo
\echo '=== EXAMPLE CITY 示例市 2025 === example data 示例数据, drawn from a fixed seed'
\echo
SELECT format('%s departments 部门 with %s affiliated units 事业单位 and %s posts 编制, in %s functional groups 功能组别.',
              (SELECT count(*) FROM demo.department), count(*), to_char(sum(posts), 'FM999,999'),
              count(DISTINCT group_no))
FROM demo.unit
:say
SELECT format(E'Facts 事实: %s measures, %s monthly error rates, %s complaints (%s valid), %s raters'' marks,\n'
              '%s experts'' opinions, %s awards, %s violations, %s pre-deductions.',
              (SELECT count(*) FROM demo.measure), (SELECT count(*) FROM demo.error_rate),
              (SELECT count(*) FROM demo.complaint), (SELECT count(*) FROM demo.complaint WHERE valid),
              (SELECT count(points) FROM demo.rating), (SELECT count(*) FROM demo.expert_rating),
              (SELECT count(*) FROM demo.award), (SELECT count(*) FROM demo.violation),
              (SELECT count(*) FROM demo.prededuction))
:say
SELECT format('%s %s alone answers for %s units; they meet their like in %s groups: %s.',
              d.name_zh, d.name_en, s.units, s.groups,
              (SELECT string_agg(n || ' x ' || name_zh, ', ' ORDER BY group_no)
               FROM (SELECT group_no, count(*) AS n FROM demo.unit AS u WHERE u.department_id = d.department_id
                     GROUP BY group_no) AS g JOIN demo.subject_group USING (group_no)))
FROM demo.department AS d JOIN demo.department_standing AS s USING (department_id)
ORDER BY s.units DESC, department_id LIMIT 1
:say
\echo

\echo '--- League tables 排行榜: the first three and the last of each group'
\echo '    base 基础分 (duty 40, key work 30, collaboration 30) x coef 认同系数, at most 100, - less 扣分, + bonus 加分'
\echo '    = score 得分; rank 位次 and tier 等次 inside the group, 20/70/10'
SELECT CASE WHEN line = 0 THEN concat(g.name_zh, ' ', g.name_en, ' (', lines, ' units)')
            ELSE '  ' || u.name_zh || ' ' || u.name_en END AS unit,
       round(s.base, 2) AS base, round(s.coefficient, 3) AS coef, round(nullif(s.deducted, 0), 2) AS less,
       round(nullif(s.bonus, 0), 2) AS bonus, l.score, l.rank, l.tier
FROM (SELECT group_no, unit_id, score, rank, tier,
             row_number() OVER best AS line, count(*) OVER (PARTITION BY group_no) AS lines
      FROM demo.standing WINDOW best AS (PARTITION BY group_no ORDER BY rank, unit_id)
      UNION ALL
      SELECT group_no, NULL, NULL, NULL, NULL, 0, units FROM demo.seat) AS l
JOIN demo.subject_group AS g USING (group_no)
LEFT JOIN demo.unit AS u USING (unit_id)
LEFT JOIN demo.score AS s USING (unit_id)
WHERE line <= 3 OR line = lines
ORDER BY l.group_no, line;

\echo '--- Departments 部门 by their units, weighted by posts'
SELECT d.name_zh || ' ' || d.name_en AS department, s.units, s.groups, s.posts, s.score, s.rank, s.tier
FROM demo.department_standing AS s JOIN demo.department AS d USING (department_id)
WHERE rank <= 3 OR rank = (SELECT max(rank) FROM demo.department_standing)
ORDER BY rank, department_id;

\echo '--- Seats 名额: 20 % tier 1, 70 % tier 2, 10 % tier 3 of each group, in whole units'
SELECT coalesce(g.name_zh || ' ' || g.name_en, 'together 合计') AS "group", sum(units) AS units,
       concat_ws(' + ', sum(seats[1]), sum(seats[2]), sum(seats[3])) AS seats,
       concat_ws(' + ', sum(given[1]), sum(given[2]), sum(given[3])) AS given,
       sum(scores) AS scores
FROM demo.seat JOIN demo.subject_group AS g USING (group_no)
GROUP BY GROUPING SETS ((group_no, g.name_zh, g.name_en), ())
ORDER BY group_no NULLS LAST;

-- The unit whose lines are of the most kinds has the most to explain.
SELECT unit_id AS shown_unit FROM demo.score_line
WHERE unit_id IN (SELECT unit_id FROM demo.ledger WHERE refund > 0)
GROUP BY unit_id ORDER BY count(DISTINCT kind) DESC, count(*) DESC, unit_id LIMIT 1
\gset
\echo '--- One unit, line by line 明细: marks x worth = points, which add up to the score to the last digit;'
\echo '    shown are two decimals that add up as well (any other: SELECT * FROM demo.score_line WHERE unit_id = 1)'
SELECT format('%s %s, %s, rank %s of %s, tier %s', u.name_zh, u.name_en, g.name_zh, s.rank,
              (SELECT units FROM demo.seat AS seat WHERE seat.group_no = g.group_no), s.tier)
FROM demo.unit AS u JOIN demo.standing AS s USING (unit_id, group_no) JOIN demo.subject_group AS g USING (group_no)
WHERE unit_id = :shown_unit
:say
SELECT name_zh || ' ' || name_en AS line, fact, rule, marks, worth, points, shown
FROM (SELECT line_no, name_zh, name_en, fact, rule, marks, worth, points, shown
      FROM demo.score_line WHERE unit_id = :shown_unit
      UNION ALL
      SELECT NULL, '合计', 'sum of the lines', NULL, NULL, NULL, NULL, sum(points), sum(shown)
      FROM demo.score_line WHERE unit_id = :shown_unit
      UNION ALL
      SELECT NULL, '得分', 'score in the league', NULL, NULL, NULL, NULL, trim_scale(final), score
      FROM demo.standing WHERE unit_id = :shown_unit) AS l
ORDER BY line_no NULLS LAST, name_en COLLATE "C" DESC;

\echo '--- Pre-deductions 预扣分: what is put right within three months comes back, at most 80 %'
SELECT coalesce(outcome, 'together 合计') AS outcome, count(*) AS entries, count(DISTINCT unit_id) AS units,
       trim_scale(sum(points)) AS noticed, trim_scale(sum(in_force)) AS in_force,
       trim_scale(sum(refund)) AS refunded, trim_scale(sum(kept)) AS kept
FROM demo.ledger
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
      FROM demo.ledger GROUP BY unit_id) AS l
:say
\echo

\echo '--- What the tiers bring 结果运用: a pay pool shared out by posts x coefficient'
SELECT tier, coefficient, count(*) AS units, sum(posts) AS posts, sum(yuan) AS yuan,
       round(sum(yuan) / sum(posts), 2) AS yuan_a_post, consequence
FROM demo.consequence JOIN demo.unit USING (unit_id)
GROUP BY GROUPING SETS ((tier, coefficient, consequence), ())
ORDER BY tier NULLS LAST;

\echo '--- Check 核对'
SELECT format(E'%s units = %s;\nscores %s = %s;\ntiers 1 + 2 + 3: %s given, %s due;\n'
              'the lines of %s of %s units add up to their score exactly; %s yuan shared out.',
              (SELECT count(*) FROM demo.unit), string_agg(units::text, ' + ' ORDER BY group_no),
              (SELECT sum(score) FROM demo.standing), string_agg(scores::text, ' + ' ORDER BY group_no),
              concat_ws(' + ', sum(given[1]), sum(given[2]), sum(given[3])),
              concat_ws(' + ', sum(seats[1]), sum(seats[2]), sum(seats[3])),
              (SELECT count(*) FROM demo.standing
               JOIN (SELECT unit_id, sum(points) AS points, sum(shown) AS shown
                     FROM demo.score_line GROUP BY unit_id) AS l USING (unit_id)
               WHERE points = final AND shown = score),
              sum(units),
              (SELECT sum(yuan) FROM demo.consequence))
FROM demo.seat
:say
