-- Standings: live, from facts to tiers. A frozen run is the same SQL.
--
-- Whoever asks, ranks are worked out from the facts of all: so no view on the way
-- to them is the asker's own (security_invoker). They are read by the owner alone.

-- Which version assesses which period: the newest sealed one in force.
CREATE OR REPLACE VIEW @workspace@.version_in_force AS
SELECT v.scheme_id, p.period_id, v.version_id
FROM @workspace@.scheme_version AS v
	JOIN @workspace@.period AS p ON v.in_force_from <= p.ends_on AND p.kind = ANY (v.period_kinds)
WHERE v.state = 'sealed'
	AND NOT EXISTS (
		SELECT FROM @workspace@.scheme_version AS newer
		WHERE newer.scheme_id = v.scheme_id AND newer.state = 'sealed'
			AND newer.in_force_from <= p.ends_on AND p.kind = ANY (newer.period_kinds)
			AND (newer.in_force_from, newer.number) > (v.in_force_from, v.number));
COMMENT ON VIEW @workspace@.version_in_force IS 'which version of a scheme assesses a period (适用版本)';
COMMENT ON COLUMN @workspace@.version_in_force.scheme_id IS 'scheme (方案)';
COMMENT ON COLUMN @workspace@.version_in_force.period_id IS 'period (周期)';
COMMENT ON COLUMN @workspace@.version_in_force.version_id IS 'version (方案版本)';

-- The rubric of each group and period, with the group's parameters if it has any.
CREATE OR REPLACE VIEW @workspace@.rubric_in_force AS
SELECT f.scheme_id, f.period_id, g.group_id, f.version_id,
	coalesce(q.compiled, g.compiled) AS rubric,
	g.items, g.no_events, g.base_node, g.deduction_node, g.bonus_node, g.coefficient_item, g.has_limits,
	s.grouping_id, p.ends_on, p.rolls_up, g.tie_nodes
FROM @workspace@.version_in_force AS f
	JOIN @workspace@.scheme AS s ON s.scheme_id = f.scheme_id
	JOIN @workspace@.period AS p ON p.period_id = f.period_id
	JOIN @workspace@.group_rubric AS g ON g.version_id = f.version_id
	LEFT JOIN @workspace@.group_parameter AS q
		ON q.version_id = g.version_id AND q.group_id = g.group_id AND q.period_id = f.period_id;
COMMENT ON VIEW @workspace@.rubric_in_force IS 'rubric of each group and period (适用细则)';
COMMENT ON COLUMN @workspace@.rubric_in_force.scheme_id IS 'scheme (方案)';
COMMENT ON COLUMN @workspace@.rubric_in_force.period_id IS 'period (周期)';
COMMENT ON COLUMN @workspace@.rubric_in_force.group_id IS 'group (分组)';
COMMENT ON COLUMN @workspace@.rubric_in_force.version_id IS 'version (方案版本)';
COMMENT ON COLUMN @workspace@.rubric_in_force.rubric IS 'compiled rubric (评分细则)';
COMMENT ON COLUMN @workspace@.rubric_in_force.items IS 'items that it looks at (涉及指标)';
COMMENT ON COLUMN @workspace@.rubric_in_force.no_events IS 'a card with 0 for each count of events (零事件计分卡)';
COMMENT ON COLUMN @workspace@.rubric_in_force.base_node IS 'node of the base score (基础分节点)';
COMMENT ON COLUMN @workspace@.rubric_in_force.deduction_node IS 'node of the deductions (扣分节点)';
COMMENT ON COLUMN @workspace@.rubric_in_force.bonus_node IS 'node of the bonus (加分节点)';
COMMENT ON COLUMN @workspace@.rubric_in_force.coefficient_item IS 'item with the coefficient (系数指标)';
COMMENT ON COLUMN @workspace@.rubric_in_force.has_limits IS 'whether there are vetoes or limits (是否有限制项)';
COMMENT ON COLUMN @workspace@.rubric_in_force.grouping_id IS 'way of dividing (分组方式)';
COMMENT ON COLUMN @workspace@.rubric_in_force.ends_on IS 'last day of the period (周期末日)';
COMMENT ON COLUMN @workspace@.rubric_in_force.rolls_up IS 'whether shorter periods roll up to it (是否由短周期汇总)';
COMMENT ON COLUMN @workspace@.rubric_in_force.tie_nodes IS 'nodes that decide between equal scores (并列比较节点)';

-- Who is assessed: the members of a group on the period's last day.
CREATE OR REPLACE VIEW @workspace@.participant AS
SELECT m.grouping_id, m.group_id, m.subject_id, p.period_id
FROM @workspace@.group_member AS m
	JOIN @workspace@.period AS p ON m.valid_from <= p.ends_on AND (m.valid_to > p.ends_on OR m.valid_to IS NULL)
WHERE m.group_id IS NOT NULL;
COMMENT ON VIEW @workspace@.participant IS 'who is in which group in a period (参评对象)';
COMMENT ON COLUMN @workspace@.participant.grouping_id IS 'way of dividing (分组方式)';
COMMENT ON COLUMN @workspace@.participant.group_id IS 'group (分组)';
COMMENT ON COLUMN @workspace@.participant.subject_id IS 'subject (考核对象)';
COMMENT ON COLUMN @workspace@.participant.period_id IS 'period (周期)';


-- The periods whose readings count for a participant: the period itself, and
-- the shorter ones that roll up to it.
CREATE OR REPLACE VIEW @workspace@.participant_part AS
SELECT m.grouping_id, m.group_id, m.period_id, m.subject_id, pp.part_id
FROM @workspace@.participant AS m
	JOIN @workspace@.period_part AS pp ON pp.period_id = m.period_id;
COMMENT ON VIEW @workspace@.participant_part IS 'periods that count for a participant of a period (参评对象的组成周期)';
COMMENT ON COLUMN @workspace@.participant_part.grouping_id IS 'way of dividing (分组方式)';
COMMENT ON COLUMN @workspace@.participant_part.group_id IS 'group (分组)';
COMMENT ON COLUMN @workspace@.participant_part.period_id IS 'period (周期)';
COMMENT ON COLUMN @workspace@.participant_part.subject_id IS 'subject (考核对象)';
COMMENT ON COLUMN @workspace@.participant_part.part_id IS 'the period itself or a part of it (组成周期)';

-- What comes on top of a participant's cards, kind by kind: a panel's mean goes
-- before events, events before readings of the tail. The group is part of it,
-- and each kind is joined to the participants where it is read, so that a
-- question about one group looks at that group's rows alone.
CREATE OR REPLACE VIEW @workspace@.fresh_reading AS
SELECT m.group_id, m.period_id, m.part_id, m.subject_id, t.item, t.value, t.status, 1 AS precedence, t.recorded_at, t.reading_id
FROM @workspace@.participant_part AS m
	JOIN @workspace@.reading_tail AS t ON t.subject_id = m.subject_id AND t.period_id = m.part_id
WHERE (t.recorded_at > (SELECT k.folded_to FROM @workspace@.fold_mark AS k) OR NOT EXISTS (
		SELECT FROM @workspace@.reading_history AS later
		WHERE later.subject_id = t.subject_id AND later.period_id = t.period_id AND later.item = t.item
			AND (later.recorded_at, later.reading_id) > (t.recorded_at, t.reading_id)))
UNION ALL
SELECT m.group_id, m.period_id, m.part_id, m.subject_id, x.item, sum(e.quantity), NULL, 2, NULL, NULL
FROM @workspace@.participant_part AS m
	JOIN @workspace@.decided_event AS e ON e.subject_id = m.subject_id AND e.period_id = m.part_id
	LEFT JOIN @workspace@.indicator AS i ON i.pending_of = e.item,
	LATERAL (SELECT CASE e.decision WHEN 'valid' THEN e.item WHEN 'pending' THEN i.item END AS item) AS x
WHERE x.item IS NOT NULL
GROUP BY m.group_id, m.period_id, m.part_id, m.subject_id, x.item
UNION ALL
SELECT r.group_id, r.period_id, r.part_id, r.subject_id, i.item,
	perfeval.trimmed_mean(r.value, i.drop_each) FILTER (WHERE r.raters > 2 * i.drop_each), NULL, 3, NULL, NULL
FROM (SELECT m.group_id, m.period_id, m.part_id, m.subject_id, s.criterion, s.rater_role, s.value,
          count(*) OVER (PARTITION BY m.group_id, m.period_id, m.part_id, m.subject_id, s.criterion, s.rater_role) AS raters
      FROM @workspace@.participant_part AS m
          JOIN @workspace@.counted_rating AS s ON s.subject_id = m.subject_id AND s.period_id = m.part_id) AS r
	JOIN @workspace@.indicator AS i ON i.criterion = r.criterion AND i.rater_role = r.rater_role AND i.fact = 'rating'
GROUP BY r.group_id, r.period_id, r.part_id, r.subject_id, i.item, i.drop_each;
COMMENT ON VIEW @workspace@.fresh_reading IS 'readings that come on top of the cards (计分卡之外的读数)';
COMMENT ON COLUMN @workspace@.fresh_reading.group_id IS 'group (分组)';
COMMENT ON COLUMN @workspace@.fresh_reading.period_id IS 'period (周期)';
COMMENT ON COLUMN @workspace@.fresh_reading.part_id IS 'the period itself or a part of it (组成周期)';
COMMENT ON COLUMN @workspace@.fresh_reading.subject_id IS 'whose (考核对象)';
COMMENT ON COLUMN @workspace@.fresh_reading.item IS 'indicator (指标编号)';
COMMENT ON COLUMN @workspace@.fresh_reading.value IS 'exact value (数值)';
COMMENT ON COLUMN @workspace@.fresh_reading.status IS 'in place of a value (状态)';
COMMENT ON COLUMN @workspace@.fresh_reading.precedence IS 'of several for one item the higher counts (优先级)';
COMMENT ON COLUMN @workspace@.fresh_reading.recorded_at IS 'of readings: the later counts (记录时间)';
COMMENT ON COLUMN @workspace@.fresh_reading.reading_id IS 'of readings of one time: the higher counts (编号)';

CREATE OR REPLACE VIEW @workspace@.fresh_card AS
SELECT f.group_id, f.period_id, f.part_id, f.subject_id, perfeval.scorecard_agg(f.item, f.value, f.status) AS card
FROM (SELECT DISTINCT ON (r.group_id, r.period_id, r.part_id, r.subject_id, r.item)
          r.group_id, r.period_id, r.part_id, r.subject_id, r.item,
          -- of no use above, but here: columns behind a NULL take long to find
          r.precedence, r.recorded_at, r.reading_id, r.value, r.status
      FROM @workspace@.fresh_reading AS r
      ORDER BY r.group_id, r.period_id, r.part_id, r.subject_id, r.item,
          r.precedence DESC, r.recorded_at DESC, r.reading_id DESC) AS f
GROUP BY f.group_id, f.period_id, f.part_id, f.subject_id;
COMMENT ON VIEW @workspace@.fresh_card IS 'what comes on top of the cards (计分卡之外的读数，按对象)';
COMMENT ON COLUMN @workspace@.fresh_card.group_id IS 'group (分组)';
COMMENT ON COLUMN @workspace@.fresh_card.period_id IS 'period (周期)';
COMMENT ON COLUMN @workspace@.fresh_card.part_id IS 'the period itself or a part of it (组成周期)';
COMMENT ON COLUMN @workspace@.fresh_card.subject_id IS 'whose (考核对象)';
COMMENT ON COLUMN @workspace@.fresh_card.card IS 'the readings (计分卡)';

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

-- Participant and rubric, with all readings in one card. This view and the next
-- two are barriers so that each works out its columns once, below the sort of
-- the ranks; comparisons of numbers go through.
CREATE OR REPLACE VIEW @workspace@.participant_card WITH (security_barrier = true) AS
SELECT r.scheme_id, r.version_id, m.period_id, m.group_id, m.subject_id, r.rubric,
	CASE WHEN r.no_events IS NULL THEN x.card ELSE perfeval.scorecard_merge(r.no_events, x.card) END AS card,
	r.items, r.base_node, r.deduction_node, r.bonus_node, r.coefficient_item, r.has_limits, r.ends_on, r.tie_nodes
FROM @workspace@.rubric_in_force AS r
	JOIN @workspace@.participant AS m ON m.group_id = r.group_id AND m.period_id = r.period_id
	LEFT JOIN @workspace@.card AS c ON c.subject_id = m.subject_id AND c.period_id = m.period_id
	LEFT JOIN @workspace@.rolled_card AS u ON u.group_id = m.group_id AND u.period_id = m.period_id
		AND u.subject_id = m.subject_id,
	-- All of this becomes one expression, so it is put such that nothing is merged twice.
	LATERAL (SELECT CASE WHEN u.fresh IS NULL THEN coalesce(c.card, '{}') WHEN c.card IS NULL THEN u.fresh
	                     ELSE perfeval.scorecard_merge(c.card, u.fresh) END AS card) AS o,
	LATERAL (SELECT CASE WHEN u.card IS NULL THEN o.card ELSE perfeval.scorecard_merge(u.card, o.card) END AS card) AS x;
COMMENT ON VIEW @workspace@.participant_card IS 'participants with rubric and all readings (参评对象计分卡)';

CREATE OR REPLACE VIEW @workspace@.participant_result WITH (security_barrier = true) AS
SELECT c.scheme_id, c.version_id, c.period_id, c.group_id, c.subject_id,
	perfeval.evaluate_brief(c.card, c.rubric) AS brief,
	perfeval.evaluate(c.card, c.rubric) AS result,
	perfeval.coverage(c.card, c.items) AS coverage,
	perfeval.scorecard_value(c.card, c.coefficient_item) AS coefficient,
	c.base_node, c.deduction_node, c.bonus_node, c.has_limits, c.ends_on, c.tie_nodes,
	CASE WHEN c.tie_nodes IS NOT NULL THEN perfeval.evaluate(c.card, c.rubric) END AS tie_result
FROM @workspace@.participant_card AS c;
COMMENT ON VIEW @workspace@.participant_result IS 'participants with results (参评对象评分结果)';

CREATE OR REPLACE VIEW @workspace@.participant_score WITH (security_barrier = true) AS
SELECT r.scheme_id, r.version_id, r.period_id, r.group_id, r.subject_id, perfeval.score(r.brief) AS score,
	perfeval.rank_basis(r.brief) AS basis, r.coverage, r.coefficient,
	perfeval.scorecard_value(r.result, r.base_node) AS base_score,
	perfeval.scorecard_value(r.result, r.deduction_node) AS deductions,
	perfeval.scorecard_value(r.result, r.bonus_node) AS bonus,
	CASE WHEN r.has_limits THEN perfeval.tier_cap(r.brief) END AS tier_cap,
	CASE WHEN r.has_limits THEN perfeval.eligible(r.brief) ELSE true END AS eligible,
	r.ends_on,
	perfeval.scorecard_value(r.tie_result, r.tie_nodes[1]) AS tie_1,
	perfeval.scorecard_value(r.tie_result, r.tie_nodes[2]) AS tie_2,
	perfeval.scorecard_value(r.tie_result, r.tie_nodes[3]) AS tie_3,
	CASE WHEN r.tie_nodes IS NOT NULL THEN ARRAY[
		coalesce(perfeval.scorecard_value(r.tie_result, r.tie_nodes[1]), '-Infinity'),
		coalesce(perfeval.scorecard_value(r.tie_result, r.tie_nodes[2]), '-Infinity'),
		coalesce(perfeval.scorecard_value(r.tie_result, r.tie_nodes[3]), '-Infinity')] END AS tie_chain
FROM @workspace@.participant_result AS r;
COMMENT ON VIEW @workspace@.participant_score IS 'participants with scores (参评对象得分)';

CREATE OR REPLACE VIEW @workspace@.tier_rule AS
SELECT t.version_id, array_agg(t.share ORDER BY t.tier) AS shares,
	CASE WHEN bool_and(t.preference IS NOT NULL) THEN array_agg(t.tier ORDER BY t.preference) END AS preference,
	array_agg(coalesce(t.bound, 'exact') ORDER BY t.tier) AS bounds,
	coalesce(min(v.ties), 'expand') AS ties
FROM @workspace@.tier AS t JOIN @workspace@.scheme_version AS v ON v.version_id = t.version_id
GROUP BY t.version_id;
COMMENT ON VIEW @workspace@.tier_rule IS 'tiers of a version as arguments of forced_distribution (等次规则)';
COMMENT ON COLUMN @workspace@.tier_rule.version_id IS 'version (方案版本)';
COMMENT ON COLUMN @workspace@.tier_rule.shares IS 'shares, best tier first (比例)';
COMMENT ON COLUMN @workspace@.tier_rule.preference IS 'tiers in the order in which remainders are served (余数优先次序)';
COMMENT ON COLUMN @workspace@.tier_rule.bounds IS 'bounds, best tier first (名额约束)';
COMMENT ON COLUMN @workspace@.tier_rule.ties IS 'equal scores across a cut (并列处理)';

-- One value for the chain of ties, and a rule that is looked up once a group:
-- the fewer and the narrower the columns, the quicker the sort.
CREATE OR REPLACE VIEW @workspace@.ranked WITH (security_barrier = true) AS
SELECT s.scheme_id, s.version_id, s.period_id, s.group_id, s.subject_id,
	s.base_score, s.coefficient, s.deductions, s.bonus, s.score, s.basis,
	perfeval.rank_by_score(s.basis) OVER standing AS rank,
	count(s.basis) OVER (PARTITION BY s.group_id, s.period_id, s.scheme_id) AS group_size,
	perfeval.tier_by_rule(s.basis, (SELECT q FROM @workspace@.tier_rule AS q WHERE q.version_id = s.version_id))
		OVER standing AS quota_tier,
	(SELECT cardinality(q.shares) FROM @workspace@.tier_rule AS q WHERE q.version_id = s.version_id) AS tiers,
	s.tier_cap, s.eligible, s.coverage, s.ends_on
FROM @workspace@.participant_score AS s
WINDOW standing AS (PARTITION BY s.group_id, s.period_id, s.scheme_id ORDER BY s.tie_chain DESC NULLS LAST);
COMMENT ON VIEW @workspace@.ranked IS 'scores with ranks and tiers of the quota (得分与排名)';

-- Tiers after vetoes and limits.
CREATE OR REPLACE VIEW @workspace@.tiered AS
SELECT x.*, CASE WHEN x.tier_cap > x.quota_tier
	THEN least(x.tier_cap, (SELECT max(l.tier) FROM @workspace@.tier AS l WHERE l.version_id = x.version_id))
	ELSE x.quota_tier END AS tier
FROM @workspace@.ranked AS x;
COMMENT ON VIEW @workspace@.tiered IS 'scores with ranks and tiers (得分、排名与等次)';

CREATE OR REPLACE VIEW @workspace@.standing WITH (security_barrier = true) AS
SELECT r.scheme_id, r.period_id, r.group_id, r.subject_id, r.version_id,
	sc.code AS scheme, p.code AS period, g.code AS group_code, g.label AS group_label,
	su.code AS subject, su.name AS subject_name, su.name_zh AS subject_name_zh,
	r.base_score, r.coefficient, r.deductions, r.bonus, r.score, r.basis AS rank_basis, r.rank, r.group_size,
	r.tier, t.code AS tier_code, t.label AS tier_label, t.label_zh AS tier_label_zh,
	r.quota_tier <> r.tier AS tier_capped, r.eligible, r.coverage, coalesce(n.pending, 0) AS pending_events,
	r.ends_on >= (SELECT @workspace@.today()) OR coalesce(r.coverage < 1, true) OR n.pending IS NOT NULL AS provisional,
	r.quota_tier
FROM @workspace@.tiered AS r
	LEFT JOIN @workspace@.tier AS t ON t.version_id = r.version_id AND t.tier = r.tier
	LEFT JOIN @workspace@.scheme AS sc ON sc.scheme_id = r.scheme_id
	LEFT JOIN @workspace@.period AS p ON p.period_id = r.period_id
	LEFT JOIN @workspace@.subject_group AS g ON g.group_id = r.group_id
	LEFT JOIN @workspace@.subject AS su ON su.subject_id = r.subject_id
	LEFT JOIN (SELECT e.subject_id, pp.period_id, count(*) AS pending
	           FROM @workspace@.decided_event AS e JOIN @workspace@.period_part AS pp ON pp.part_id = e.period_id
	           WHERE e.decision = 'pending' GROUP BY e.subject_id, pp.period_id) AS n
		ON n.subject_id = r.subject_id AND n.period_id = r.period_id
-- Ranks are worked out among all of a group; then each sees what it may see.
WHERE (SELECT @workspace@.sees_all()) OR r.subject_id IN (SELECT unnest(@workspace@.visible_subjects()));
COMMENT ON VIEW @workspace@.standing IS 'live standings: scores, ranks and tiers (实时考核结果)';
COMMENT ON COLUMN @workspace@.standing.scheme_id IS 'scheme (方案编号)';
COMMENT ON COLUMN @workspace@.standing.period_id IS 'period (周期编号)';
COMMENT ON COLUMN @workspace@.standing.group_id IS 'group (分组编号)';
COMMENT ON COLUMN @workspace@.standing.subject_id IS 'subject (考核对象编号)';
COMMENT ON COLUMN @workspace@.standing.version_id IS 'version of the scheme (方案版本)';
COMMENT ON COLUMN @workspace@.standing.scheme IS 'code of the scheme (方案)';
COMMENT ON COLUMN @workspace@.standing.period IS 'code of the period (周期)';
COMMENT ON COLUMN @workspace@.standing.group_code IS 'code of the group (分组代码)';
COMMENT ON COLUMN @workspace@.standing.group_label IS 'name of the group (分组)';
COMMENT ON COLUMN @workspace@.standing.subject IS 'code of the subject (考核对象代码)';
COMMENT ON COLUMN @workspace@.standing.subject_name IS 'name of the subject (考核对象)';
COMMENT ON COLUMN @workspace@.standing.subject_name_zh IS 'Chinese name of the subject (考核对象中文名)';
COMMENT ON COLUMN @workspace@.standing.base_score IS 'points of part base (基础分)';
COMMENT ON COLUMN @workspace@.standing.coefficient IS 'coefficient that multiplies it (评价系数)';
COMMENT ON COLUMN @workspace@.standing.deductions IS 'points of part deductions, negative (扣分)';
COMMENT ON COLUMN @workspace@.standing.bonus IS 'points of part bonus (加分)';
COMMENT ON COLUMN @workspace@.standing.score IS 'final score (得分)';
COMMENT ON COLUMN @workspace@.standing.rank_basis IS 'number that ranks look at (排名依据)';
COMMENT ON COLUMN @workspace@.standing.rank IS 'rank in the group, equal scores equal ranks (位次)';
COMMENT ON COLUMN @workspace@.standing.group_size IS 'members of the group with a score (组内参评数)';
COMMENT ON COLUMN @workspace@.standing.tier IS 'tier, 1 is the best; after vetoes and limits (等次号)';
COMMENT ON COLUMN @workspace@.standing.tier_code IS 'code of the tier (等次代码)';
COMMENT ON COLUMN @workspace@.standing.tier_label IS 'name of the tier (等次)';
COMMENT ON COLUMN @workspace@.standing.tier_label_zh IS 'Chinese name of the tier (等次中文名)';
COMMENT ON COLUMN @workspace@.standing.tier_capped IS 'a veto or limit keeps it from a better tier (等次受限)';
COMMENT ON COLUMN @workspace@.standing.eligible IS 'no limit makes it ineligible (是否具备资格)';
COMMENT ON COLUMN @workspace@.standing.coverage IS 'share of the readings asked for that are there (数据完备率)';
COMMENT ON COLUMN @workspace@.standing.pending_events IS 'events that are not decided (未决事件数)';
COMMENT ON COLUMN @workspace@.standing.provisional IS 'the period is not over, readings are missing or events not decided (是否暂定)';
COMMENT ON COLUMN @workspace@.standing.quota_tier IS 'tier before vetoes and limits (名额等次)';

CREATE OR REPLACE VIEW @workspace@.standing_part WITH (security_barrier = true) AS
SELECT r.scheme_id, r.period_id, r.group_id, r.subject_id, r.version_id, n.node, n.part, n.spec ->> 'label' AS label,
	perfeval.scorecard_value(r.result, n.node) AS points,
	perfeval.scorecard_status(r.result, n.node) AS status
FROM @workspace@.participant_result AS r
	JOIN @workspace@.group_node AS n ON n.version_id = r.version_id AND n.group_id = r.group_id AND n.part IS NOT NULL
WHERE (SELECT @workspace@.sees_all()) OR r.subject_id IN (SELECT unnest(@workspace@.visible_subjects()));
COMMENT ON VIEW @workspace@.standing_part IS 'points of each part of a score (得分组成)';
COMMENT ON COLUMN @workspace@.standing_part.scheme_id IS 'scheme (方案编号)';
COMMENT ON COLUMN @workspace@.standing_part.period_id IS 'period (周期编号)';
COMMENT ON COLUMN @workspace@.standing_part.group_id IS 'group (分组编号)';
COMMENT ON COLUMN @workspace@.standing_part.subject_id IS 'subject (考核对象编号)';
COMMENT ON COLUMN @workspace@.standing_part.version_id IS 'version of the scheme (方案版本)';
COMMENT ON COLUMN @workspace@.standing_part.node IS 'node of the rubric (节点号)';
COMMENT ON COLUMN @workspace@.standing_part.part IS 'part (组成)';
COMMENT ON COLUMN @workspace@.standing_part.label IS 'name (名称)';
COMMENT ON COLUMN @workspace@.standing_part.points IS 'points (得分)';
COMMENT ON COLUMN @workspace@.standing_part.status IS 'ok, missing, not_applicable, exempt or error (状态)';
