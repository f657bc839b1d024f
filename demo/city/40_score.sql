-- The pipeline, one view a step:
--
--   facts -> panel, reading -> mark -> node_score -> base --+
--            expert_rating -> coefficient ------------------+-> score -> standing -> consequence
--            ledger, deduction, bonus ----------------------+
--
-- Nothing is rounded before the end: ranks and tiers look at "final", people at "score".

-- Inside a role the highest and the lowest mark are dropped, then the mean is taken.
CREATE VIEW demo.panel AS
SELECT unit_id, role, perfeval.trimmed_mean(points, 1) AS mean
FROM demo.rating GROUP BY unit_id, role;

-- Every kind of fact becomes readings of items; "fact" says the same for people.
CREATE VIEW demo.reading AS
SELECT unit_id, item, value, target, concat_ws(' / ', trim_scale(value), trim_scale(target)) AS fact
FROM demo.measure
UNION ALL                         -- "over 1 %, -3 each time" counts the months over it; 1 % itself is not over
SELECT unit_id, 'errors', count(*) FILTER (WHERE rate > 1), 1,
       concat(count(*) FILTER (WHERE rate > 1), ' of ', count(*))
FROM demo.error_rate GROUP BY unit_id
UNION ALL                         -- a complaint that is not decided yet does not count
SELECT unit_id, 'complaints', count(complaint_id) FILTER (WHERE valid), NULL,
       concat(count(complaint_id) FILTER (WHERE valid), ' of ', count(complaint_id),
              ', ' || nullif(count(complaint_id) FILTER (WHERE valid IS NULL), 0) || ' open')
FROM demo.unit LEFT JOIN demo.complaint USING (unit_id) GROUP BY unit_id
UNION ALL                         -- a role that gave no marks leaves its weight to the others
SELECT unit_id, 'raters', perfeval.weighted_score(mean, weight, 'renormalize'), 100,
       string_agg(coalesce(trim_scale(mean)::text, '-'), ' ' ORDER BY weight DESC, role COLLATE "C" DESC)
FROM demo.panel JOIN demo.role USING (role) GROUP BY unit_id;

-- The rules, for every unit and item. NULL marks: nothing to do, or not observed; never 0.
CREATE VIEW demo.mark AS
SELECT unit_id, item, value, fact,
       CASE item
           WHEN 'fulfilment' THEN perfeval.score_threshold(value, target, full_marks, 2)
           WHEN 'errors'     THEN perfeval.score_events(value, full_marks, 3)
           WHEN 'complaints' THEN perfeval.score_events(value, full_marks, 5)
           WHEN 'cleanup'    THEN perfeval.score_proportional(value, target, full_marks)
           WHEN 'in_time'    THEN perfeval.score_proportional(value, target, full_marks)
           WHEN 'adopted'    THEN perfeval.score_bands(value, ARRAY[1], ARRAY[0, 10])
           WHEN 'raters'     THEN perfeval.score_proportional(value, target, full_marks)
           WHEN 'response'   THEN perfeval.score_interpolate(value, ARRAY[1, 3, 8], ARRAY[10, 8, 0])
       END AS marks
FROM demo.unit CROSS JOIN demo.item LEFT JOIN demo.reading USING (unit_id, item);

-- Each part of the work out of 100: what has no marks leaves its weight to the rest of its part.
CREATE VIEW demo.node_score AS
SELECT unit_id, node, perfeval.weighted_score(100 * marks / full_marks, weight, 'renormalize') AS score
FROM demo.mark JOIN demo.item USING (item) GROUP BY unit_id, node;

-- A part without any marks is another matter: no base, no score, no rank.
CREATE VIEW demo.base AS
SELECT unit_id, perfeval.weighted_score(n.score, node.weight, 'strict') AS base,
       min(n.score) FILTER (WHERE node = 'key_work') AS key_work
FROM demo.node_score AS n JOIN demo.node USING (node) GROUP BY unit_id;

-- 认同度: seven experts, highest and lowest dropped, between 0.8 and 1.2 (bounds: example). Set yourself
-- hard and precise goals and do them: a small unit can come out ahead of a large one.
CREATE VIEW demo.coefficient AS
SELECT unit_id, perfeval.recognition_coefficient(difficulty, accuracy, 0.8, 1.2, 1) AS coefficient
FROM demo.expert_rating GROUP BY unit_id;

-- 扣分-反馈-整改-返还: what is rectified and accepted within three months of the notice comes back, at most
-- 80 % of it. The points in force (all, half, none) are what a refund without cap would give back.
CREATE VIEW demo.ledger AS
SELECT *, in_force - refund AS kept
FROM (SELECT *, perfeval.prededuct_refund(points, 1, effect, 1) AS in_force,
             perfeval.prededuct_refund(points, rectified, effect, 0.80,
                                       notice_date, acceptance_date, interval '3 months') AS refund
      FROM demo.prededuction) AS entry;

CREATE VIEW demo.deduction AS
SELECT unit_id, '预扣分' AS name_zh, 'pre-deduction ' || item_en AS name_en, entry_no,
       concat(trim_scale(in_force), ' taken, ', trim_scale(refund), ' refunded') AS fact,
       'at most 80 % comes back' AS rule, kept AS points
FROM demo.ledger WHERE in_force > 0
UNION ALL
SELECT unit_id, '编制纪律', 'staffing discipline', NULL, 'found ' || to_char(found, 'YYYY-MM-DD'), '-20 each', 20
FROM demo.violation;

CREATE VIEW demo.bonus AS
SELECT unit_id, kind, name_zh, name_en, least(cap, sum(points)) AS points,
       string_agg(trim_scale(points)::text, ' + ' ORDER BY award_id) AS fact
FROM demo.award JOIN demo.bonus_kind USING (kind) GROUP BY unit_id, kind, name_zh, name_en, cap;

-- The order is part of a scheme: base, coefficient (up to 100), deductions, bonus, then 0 .. 104. A
-- straight line from 0 to 104 is that range, and unlike least and greatest it leaves NULL alone.
CREATE VIEW demo.score AS
SELECT unit_id, base, key_work, coefficient, adjusted, deducted, bonus,
       perfeval.score_interpolate(adjusted - deducted + bonus, ARRAY[0, 104], ARRAY[0, 104]) AS final
FROM demo.base
LEFT JOIN demo.coefficient USING (unit_id)
LEFT JOIN (SELECT unit_id, sum(points) AS minus FROM demo.deduction GROUP BY unit_id) AS d USING (unit_id)
LEFT JOIN (SELECT unit_id, sum(points) AS plus FROM demo.bonus GROUP BY unit_id) AS b USING (unit_id)
CROSS JOIN LATERAL (SELECT perfeval.difficulty_adjust(base, coefficient, 100) AS adjusted,
                           coalesce(minus, 0) AS deducted, coalesce(plus, 0) AS bonus) AS s;

-- Rank and tier inside the group. Equal scores: better key work first; equal there too, they stay together.
CREATE VIEW demo.standing AS
SELECT group_no, unit_id, s.final, round(s.final, 2) AS score,
       CASE WHEN s.final IS NOT NULL
            THEN rank() OVER (PARTITION BY group_no ORDER BY s.final DESC NULLS LAST, s.key_work DESC) END AS rank,
       perfeval.forced_distribution(s.final, t.shares)
           OVER (PARTITION BY group_no ORDER BY s.key_work DESC) AS tier
FROM demo.unit
JOIN demo.score AS s USING (unit_id)
CROSS JOIN (SELECT array_agg(share ORDER BY tier) AS shares FROM demo.tier) AS t;

-- Seats due against tiers given, group by group.
CREATE VIEW demo.seat AS
SELECT group_no, units, perfeval.tier_quota(units, shares) AS seats, given, scores
FROM (SELECT group_no, count(final)::int AS units, sum(score) AS scores,
             ARRAY[count(*) FILTER (WHERE tier = 1), count(*) FILTER (WHERE tier = 2),
                   count(*) FILTER (WHERE tier = 3)]::int[] AS given
      FROM demo.standing GROUP BY group_no) AS g
CROSS JOIN (SELECT array_agg(share ORDER BY tier) AS shares FROM demo.tier) AS t;

-- What a tier brings. The pay pool of 60 million yuan (example) is shared out by posts x coefficient, to
-- the last fen.
CREATE VIEW demo.consequence AS
WITH claim AS (
    SELECT unit_id, tier, coefficient, consequence, posts * coefficient AS weight
    FROM demo.standing JOIN demo.tier USING (tier) JOIN demo.unit USING (unit_id)
), paid AS (
    SELECT unnest(array_agg(unit_id ORDER BY unit_id)) AS unit_id,
           unnest(perfeval.allocate_amount(60000000.00, array_agg(weight ORDER BY unit_id))) AS yuan
    FROM claim
)
SELECT unit_id, tier, coefficient, consequence, yuan FROM claim JOIN paid USING (unit_id);

-- A department by its units, each weighted by its posts (example), and the tiers of departments.
CREATE VIEW demo.department_standing AS
SELECT department_id, units, groups, posts, final, round(final, 2) AS score,
       rank() OVER (ORDER BY final DESC NULLS LAST) AS rank,
       perfeval.forced_distribution(final, shares) OVER () AS tier
FROM (SELECT department_id, count(*) AS units, count(DISTINCT group_no) AS groups, sum(posts) AS posts,
             perfeval.weighted_score(final, posts) AS final
      FROM demo.unit JOIN demo.standing USING (unit_id, group_no) GROUP BY department_id) AS d
CROSS JOIN (SELECT array_agg(share ORDER BY tier) AS shares FROM demo.tier) AS t;

-- Why a unit has its score, in lines whose points add up to "final" exactly: what each item earned, then
-- what the coefficient, the cap, each deduction and each bonus changed. "shown" are the points at two
-- decimals; the residue of rounding goes to the largest remainders, so these add up to "score".
CREATE VIEW demo.score_line AS
WITH item_line AS (                   -- "worth": points of the score that one mark of the item brings
    SELECT unit_id, item_no, i.name_zh, i.name_en, value, fact, rule, marks,
           100 / full_marks * n.weight * i.weight
               / sum(i.weight) FILTER (WHERE marks IS NOT NULL) OVER (PARTITION BY unit_id, node) AS worth
    FROM demo.mark JOIN demo.item AS i USING (item) JOIN demo.node AS n USING (node)
), line (unit_id, step, kind, place, name_zh, name_en, fact, rule, marks, worth, points) AS (
    SELECT unit_id, 1, 'item', item_no, name_zh, name_en, fact, rule, marks, worth, marks * worth
    FROM item_line WHERE marks IS NOT NULL
    UNION ALL
    SELECT unit_id, 1, 'no item', item_no, name_zh, name_en, fact,
           CASE WHEN value IS NULL THEN 'not observed' ELSE 'does not apply' END, NULL, NULL, 0
    FROM item_line WHERE marks IS NULL
    UNION ALL
    SELECT unit_id, 2, 'coefficient', 0, '认同系数', 'recognition', concat('x ', trim_scale(coefficient)),
           'experts, 0.8 to 1.2', NULL, NULL, base * coefficient - base
    FROM demo.score
    UNION ALL
    SELECT unit_id, 3, 'cap', 0, '上限', 'cap', trim_scale(base * coefficient)::text,
           'at most 100', NULL, NULL, adjusted - base * coefficient
    FROM demo.score WHERE adjusted <> base * coefficient
    UNION ALL
    SELECT unit_id, 4, 'deduction', entry_no, name_zh, name_en, fact, rule, NULL, NULL, -points
    FROM demo.deduction
    UNION ALL
    SELECT unit_id, 5, 'bonus', row_number() OVER (PARTITION BY unit_id ORDER BY kind COLLATE "C"),
           name_zh, name_en, fact, 'at most 1 a kind', NULL, NULL, points
    FROM demo.bonus
    UNION ALL
    SELECT unit_id, 6, 'range', 0, '区间', 'range', trim_scale(adjusted - deducted + bonus)::text,
           '0 to 104', NULL, NULL, final - (adjusted - deducted + bonus)
    FROM demo.score WHERE final <> adjusted - deducted + bonus
), floored AS (
    SELECT *, row_number() OVER (PARTITION BY unit_id ORDER BY step, place) AS line_no,
           floor(points * 100) / 100 AS low
    FROM line
)
SELECT unit_id, line_no, kind, name_zh, name_en, fact, rule,
       trim_scale(marks) AS marks, trim_scale(worth) AS worth, trim_scale(points) AS points,
       round(low + (row_number() OVER (PARTITION BY unit_id ORDER BY points - low DESC, line_no)
                    <= 100 * (round(sum(points) OVER u, 2) - sum(low) OVER u))::int / 100.0, 2) AS shown
FROM floored
WINDOW u AS (PARTITION BY unit_id);
