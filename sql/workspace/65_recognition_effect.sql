-- What recognition did to each score.
CREATE OR REPLACE VIEW @workspace@.recognition_effect WITH (security_barrier = true) AS
SELECT e.scheme_id, e.period_id, e.group_id, e.subject_id, s.code AS subject, s.name AS subject_name, s.name_zh AS subject_name_zh,
	n.node, n.item, i.code AS indicator,
	(SELECT count(DISTINCT m.rater_id) FROM @workspace@.recognition_mark AS m JOIN @workspace@.period_part AS pp ON pp.part_id = m.period_id
	 WHERE m.subject_id = e.subject_id AND pp.period_id = e.period_id AND m.item = n.item) AS experts,
	q.min_experts, q.low, q.high, coalesce(v.coefficient, 1) AS coefficient, v.coefficient IS NULL AS too_few,
	v.before, v.after, v.after - v.before AS effect
FROM @workspace@.participant_evaluation AS e
	JOIN @workspace@.sealed_node AS n ON n.version_id = e.version_id AND n.group_id = e.group_id AND n.rule = 'coefficient'
	JOIN @workspace@.recognition_rule AS q ON q.item = n.item
	JOIN @workspace@.sealed_node AS c ON c.version_id = n.version_id AND c.group_id = n.group_id AND c.parent = n.node
	LEFT JOIN @workspace@.indicator AS i ON i.item = n.item
	LEFT JOIN @workspace@.subject AS s ON s.subject_id = e.subject_id,
	LATERAL (SELECT perfeval.scorecard_value(e.card, n.item) AS coefficient, perfeval.scorecard_value(e.result, c.node) AS before,
	             perfeval.scorecard_value(e.result, n.node) AS after) AS v
WHERE (SELECT @workspace@.sees_all()) OR e.subject_id IN (SELECT unnest(@workspace@.visible_subjects()));
COMMENT ON VIEW @workspace@.recognition_effect IS 'what recognition by experts did to each score (认同度影响)';
COMMENT ON COLUMN @workspace@.recognition_effect.scheme_id IS 'scheme (方案编号)';
COMMENT ON COLUMN @workspace@.recognition_effect.period_id IS 'period (周期编号)';
COMMENT ON COLUMN @workspace@.recognition_effect.group_id IS 'group (分组编号)';
COMMENT ON COLUMN @workspace@.recognition_effect.subject_id IS 'subject (考核对象编号)';
COMMENT ON COLUMN @workspace@.recognition_effect.subject IS 'code of the subject (考核对象代码)';
COMMENT ON COLUMN @workspace@.recognition_effect.subject_name IS 'name of the subject (考核对象)';
COMMENT ON COLUMN @workspace@.recognition_effect.subject_name_zh IS 'Chinese name of the subject (考核对象中文名)';
COMMENT ON COLUMN @workspace@.recognition_effect.node IS 'node that the coefficient stands in (节点号)';
COMMENT ON COLUMN @workspace@.recognition_effect.item IS 'indicator of the coefficient (指标编号)';
COMMENT ON COLUMN @workspace@.recognition_effect.indicator IS 'its code (指标代码)';
COMMENT ON COLUMN @workspace@.recognition_effect.experts IS 'experts who have rated both difficulty and precision (专家数)';
COMMENT ON COLUMN @workspace@.recognition_effect.min_experts IS 'how many it takes (最少专家数)';
COMMENT ON COLUMN @workspace@.recognition_effect.low IS 'lowest coefficient (系数下限)';
COMMENT ON COLUMN @workspace@.recognition_effect.high IS 'highest coefficient (系数上限)';
COMMENT ON COLUMN @workspace@.recognition_effect.coefficient IS 'the coefficient that counted (采用系数)';
COMMENT ON COLUMN @workspace@.recognition_effect.too_few IS 'there are too few experts: the coefficient is 1 (专家不足)';
COMMENT ON COLUMN @workspace@.recognition_effect.before IS 'points before it (调整前得分)';
COMMENT ON COLUMN @workspace@.recognition_effect.after IS 'points after it, and after the cap if there is one (调整后得分)';
COMMENT ON COLUMN @workspace@.recognition_effect.effect IS 'what it did: points after it less points before (影响分值)';
