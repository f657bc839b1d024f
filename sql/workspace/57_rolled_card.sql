-- What shorter periods come to.

CREATE OR REPLACE VIEW @workspace@.roll_up_item AS
SELECT coalesce(array_agg(i.item) FILTER (WHERE i.roll_up = 'sum'), '{}') AS sum_items,
	coalesce(array_agg(i.item) FILTER (WHERE i.roll_up = 'mean'), '{}') AS mean_items,
	coalesce(array_agg(i.item) FILTER (WHERE i.roll_up = 'min'), '{}') AS min_items,
	coalesce(array_agg(i.item) FILTER (WHERE i.roll_up = 'max'), '{}') AS max_items,
	coalesce(array_agg(i.item) FILTER (WHERE i.roll_up = 'last'), '{}') AS last_items
FROM @workspace@.indicator AS i;
COMMENT ON VIEW @workspace@.roll_up_item IS 'indicators by how they roll up (按汇总方式归类的指标)';
COMMENT ON COLUMN @workspace@.roll_up_item.sum_items IS 'by sum (求和)';
COMMENT ON COLUMN @workspace@.roll_up_item.mean_items IS 'by mean (求均值)';
COMMENT ON COLUMN @workspace@.roll_up_item.min_items IS 'by minimum (取最小)';
COMMENT ON COLUMN @workspace@.roll_up_item.max_items IS 'by maximum (取最大)';
COMMENT ON COLUMN @workspace@.roll_up_item.last_items IS 'the last one (取最近)';

-- The cards of the shorter periods. A barrier only to be one thing to the full
-- join below: so a period and a group that are asked for come down here too.
CREATE OR REPLACE VIEW @workspace@.part_card WITH (security_barrier = true) AS
SELECT n.group_id, n.period_id, n.part_id, n.subject_id, k.card
FROM @workspace@.participant_part AS n
	JOIN @workspace@.card AS k ON k.subject_id = n.subject_id AND k.period_id = n.part_id
WHERE n.part_id <> n.period_id;
COMMENT ON VIEW @workspace@.part_card IS 'cards of the shorter periods that roll up (组成周期计分卡)';
COMMENT ON COLUMN @workspace@.part_card.group_id IS 'group (分组)';
COMMENT ON COLUMN @workspace@.part_card.period_id IS 'period (周期)';
COMMENT ON COLUMN @workspace@.part_card.part_id IS 'shorter period (组成周期)';
COMMENT ON COLUMN @workspace@.part_card.subject_id IS 'whose (考核对象)';
COMMENT ON COLUMN @workspace@.part_card.card IS 'its card (计分卡)';

-- What shorter periods come to. An item should be posted for one kind of
-- period; what is posted for the period itself goes before what rolls up. What
-- is fresh for the period itself stands beside it: so fresh readings are read
-- once, and a participant who has neither is looked up once. Which items roll up
-- how is found once, where something rolls up.
CREATE OR REPLACE VIEW @workspace@.rolled_card AS
SELECT x.group_id, x.period_id, x.subject_id,
	CASE WHEN x.sums IS NOT NULL THEN
		perfeval.scorecard_merge(x.sums, perfeval.scorecard_merge(x.means,
			perfeval.scorecard_merge(x.mins, perfeval.scorecard_merge(x.maxs, x.lasts)))) END AS card,
	x.fresh
FROM (SELECT m.group_id, m.period_id, m.subject_id,
          perfeval.scorecard_sum(perfeval.scorecard_pick(m.card, (SELECT i.sum_items FROM @workspace@.roll_up_item AS i)))
              FILTER (WHERE m.is_part) AS sums,
          perfeval.scorecard_mean(perfeval.scorecard_pick(m.card, (SELECT i.mean_items FROM @workspace@.roll_up_item AS i)),
              (SELECT w.roll_up_digits FROM @workspace@.workspace AS w), 'half_up') FILTER (WHERE m.is_part) AS means,
          perfeval.scorecard_min(perfeval.scorecard_pick(m.card, (SELECT i.min_items FROM @workspace@.roll_up_item AS i)))
              FILTER (WHERE m.is_part) AS mins,
          perfeval.scorecard_max(perfeval.scorecard_pick(m.card, (SELECT i.max_items FROM @workspace@.roll_up_item AS i)))
              FILTER (WHERE m.is_part) AS maxs,
          perfeval.scorecard_last(perfeval.scorecard_pick(m.card, (SELECT i.last_items FROM @workspace@.roll_up_item AS i)),
              p.ends_on::timestamp AT TIME ZONE 'UTC') FILTER (WHERE m.is_part) AS lasts,
          perfeval.scorecard_last(m.card, p.ends_on::timestamp AT TIME ZONE 'UTC') FILTER (WHERE NOT m.is_part) AS fresh
      FROM (SELECT group_id, period_id, part_id, subject_id, part_id <> period_id AS is_part,
                CASE WHEN f.card IS NULL THEN c.card WHEN c.card IS NULL THEN f.card
                     ELSE perfeval.scorecard_merge(c.card, f.card) END AS card
            FROM @workspace@.part_card AS c
                FULL JOIN @workspace@.fresh_card AS f USING (group_id, period_id, part_id, subject_id)) AS m
          JOIN @workspace@.period AS p ON p.period_id = m.part_id
      GROUP BY m.group_id, m.period_id, m.subject_id) AS x;
COMMENT ON VIEW @workspace@.rolled_card IS 'what goes with the card of a period: shorter periods, rolled up, and fresh readings (短周期汇总与未归并读数)';
COMMENT ON COLUMN @workspace@.rolled_card.group_id IS 'group (分组)';
COMMENT ON COLUMN @workspace@.rolled_card.period_id IS 'period (周期)';
COMMENT ON COLUMN @workspace@.rolled_card.subject_id IS 'whose (考核对象)';
COMMENT ON COLUMN @workspace@.rolled_card.card IS 'the readings of shorter periods (短周期汇总读数)';
COMMENT ON COLUMN @workspace@.rolled_card.fresh IS 'what comes on top of the card of the period itself (本周期未归并读数)';
