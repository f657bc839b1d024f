-- From facts to tiers, first step: which rubric is in force for whom, and who
-- takes part. The steps after it: what is fresh, what rolls up, scores, ranks and
-- tiers, standings. A frozen run is the same SQL.
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
