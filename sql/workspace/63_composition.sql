-- Views of the lines: what a score is made of, seen in other ways. Their points
-- add up to the score, as those of the lines do.

-- The list that is published (加分扣分清单).
CREATE OR REPLACE VIEW @workspace@.score_composition WITH (security_barrier = true) AS
SELECT l.scheme_id, l.period_id, l.group_id, l.subject_id, s.code AS subject, s.name AS subject_name, s.name_zh AS subject_name_zh,
	l.line_no, CASE WHEN l.points < 0 THEN 'deduction' ELSE 'addition' END AS kind,
	coalesce(l.label, l.indicator_name_zh, l.indicator_name, l.path) AS label, l.item, l.reading, l.points, l.evidence
FROM @workspace@.standing_line AS l
	LEFT JOIN @workspace@.subject AS s ON s.subject_id = l.subject_id
WHERE l.points <> 0;
COMMENT ON VIEW @workspace@.score_composition IS 'list of additions and deductions; their sum is the score (加分扣分清单)';
COMMENT ON COLUMN @workspace@.score_composition.scheme_id IS 'scheme (方案编号)';
COMMENT ON COLUMN @workspace@.score_composition.period_id IS 'period (周期编号)';
COMMENT ON COLUMN @workspace@.score_composition.group_id IS 'group (分组编号)';
COMMENT ON COLUMN @workspace@.score_composition.subject_id IS 'subject (考核对象编号)';
COMMENT ON COLUMN @workspace@.score_composition.subject IS 'code of the subject (考核对象代码)';
COMMENT ON COLUMN @workspace@.score_composition.subject_name IS 'name of the subject (考核对象)';
COMMENT ON COLUMN @workspace@.score_composition.subject_name_zh IS 'Chinese name of the subject (考核对象中文名)';
COMMENT ON COLUMN @workspace@.score_composition.line_no IS 'number of the line (序号)';
COMMENT ON COLUMN @workspace@.score_composition.kind IS 'addition or deduction (加分或扣分)';
COMMENT ON COLUMN @workspace@.score_composition.label IS 'name of the line or of its indicator (名称)';
COMMENT ON COLUMN @workspace@.score_composition.item IS 'number of the indicator (指标编号)';
COMMENT ON COLUMN @workspace@.score_composition.reading IS 'what was measured (读数)';
COMMENT ON COLUMN @workspace@.score_composition.points IS 'points that it adds to the score, negative if it takes off (得分)';
COMMENT ON COLUMN @workspace@.score_composition.evidence IS 'what proves it (佐证材料)';

-- Points for gaps: what was put in place of a reading that is missing or wrong.
CREATE OR REPLACE VIEW @workspace@.imputed_share WITH (security_barrier = true) AS
SELECT l.scheme_id, l.period_id, l.group_id, l.subject_id, sum(l.points) AS score,
	coalesce(sum(l.points) FILTER (WHERE l.status IN ('missing', 'error') AND l.points <> 0), 0) AS imputed_points,
	trim_scale(round(coalesce(sum(l.points) FILTER (WHERE l.status IN ('missing', 'error') AND l.points <> 0), 0) / nullif(sum(l.points), 0), 4)) AS imputed_share,
	count(*) FILTER (WHERE l.status IN ('missing', 'error') AND n.item IS NOT NULL AND n.rule NOT IN ('coefficient', 'limit')) AS gaps
FROM @workspace@.standing_line AS l
	LEFT JOIN @workspace@.sealed_node AS n ON n.version_id = l.version_id AND n.group_id = l.group_id AND n.node = l.node
GROUP BY l.scheme_id, l.period_id, l.group_id, l.subject_id;
COMMENT ON VIEW @workspace@.imputed_share IS 'how much of each score nobody measured (推定得分占比)';
COMMENT ON COLUMN @workspace@.imputed_share.scheme_id IS 'scheme (方案编号)';
COMMENT ON COLUMN @workspace@.imputed_share.period_id IS 'period (周期编号)';
COMMENT ON COLUMN @workspace@.imputed_share.group_id IS 'group (分组编号)';
COMMENT ON COLUMN @workspace@.imputed_share.subject_id IS 'subject (考核对象编号)';
COMMENT ON COLUMN @workspace@.imputed_share.score IS 'final score (得分)';
COMMENT ON COLUMN @workspace@.imputed_share.imputed_points IS 'points in place of readings that are missing or wrong (推定得分)';
COMMENT ON COLUMN @workspace@.imputed_share.imputed_share IS 'their share of the score (推定得分占比)';
COMMENT ON COLUMN @workspace@.imputed_share.gaps IS 'lines without a reading, whatever was done about it (缺失项数)';

-- Perspectives of a balanced scorecard. What belongs to none, effects of caps
-- and coefficients among it, is the row without a perspective.
CREATE OR REPLACE VIEW @workspace@.perspective_score WITH (security_barrier = true) AS
SELECT l.scheme_id, l.period_id, l.group_id, l.subject_id, i.perspective, sum(l.points) AS points,
	sum(n.max_points) FILTER (WHERE l.status IN ('ok', 'missing', 'error')) AS max_points,
	count(*) FILTER (WHERE i.perspective IS NOT NULL) AS indicators
FROM @workspace@.standing_line AS l
	LEFT JOIN @workspace@.indicator AS i ON i.item = l.item
	LEFT JOIN @workspace@.sealed_node AS n ON n.version_id = l.version_id AND n.group_id = l.group_id AND n.node = l.node
WHERE l.points IS NOT NULL OR i.perspective IS NOT NULL
GROUP BY l.scheme_id, l.period_id, l.group_id, l.subject_id, i.perspective;
COMMENT ON VIEW @workspace@.perspective_score IS 'points of each perspective of the balanced scorecard (平衡计分卡维度得分)';
COMMENT ON COLUMN @workspace@.perspective_score.scheme_id IS 'scheme (方案编号)';
COMMENT ON COLUMN @workspace@.perspective_score.period_id IS 'period (周期编号)';
COMMENT ON COLUMN @workspace@.perspective_score.group_id IS 'group (分组编号)';
COMMENT ON COLUMN @workspace@.perspective_score.subject_id IS 'subject (考核对象编号)';
COMMENT ON COLUMN @workspace@.perspective_score.perspective IS 'perspective of the indicators, NULL: what belongs to none (维度)';
COMMENT ON COLUMN @workspace@.perspective_score.points IS 'points that it adds to the score (得分)';
COMMENT ON COLUMN @workspace@.perspective_score.max_points IS 'the most it can add, as far as that is stated (最高分)';
COMMENT ON COLUMN @workspace@.perspective_score.indicators IS 'lines of indicators in it (指标数)';
