-- How far the raters of a panel agree (评价一致性), for each scheme that looks at
-- the panel: subjects of all its groups are the units. Statistics, which no score
-- rests on; for those who see all, as few raters or units would tell marks.
CREATE OR REPLACE VIEW @workspace@.rater_agreement WITH (security_barrier = true) AS
SELECT k.scheme_id, s.code AS scheme, k.period_id, p.code AS period, k.part_id, q.code AS part,
	k.item, i.code AS indicator, i.criterion, i.rater_role, l.label AS role_label, l.label_zh AS role_label_zh,
	a.statistic, a.value, a.reason, a.unit_count AS units, a.rater_count AS raters, k.ratings
FROM (SELECT r.scheme_id, m.period_id, m.part_id, x.item, count(*) AS ratings,
          array_agg(c.subject_id) AS units, array_agg(c.rater_id) AS raters, array_agg(c.value) AS scores
      FROM @workspace@.rubric_in_force AS r
          JOIN @workspace@.participant_part AS m ON m.group_id = r.group_id AND m.period_id = r.period_id
          JOIN @workspace@.counted_rating AS c ON c.subject_id = m.subject_id AND c.period_id = m.part_id
          JOIN @workspace@.indicator AS x ON x.fact = 'rating' AND x.criterion = c.criterion AND x.rater_role = c.rater_role AND x.item = ANY (r.items)
      GROUP BY r.scheme_id, m.period_id, m.part_id, x.item
      HAVING count(*) <= 1000000) AS k
	CROSS JOIN LATERAL perfeval.rater_agreement(k.units, k.raters, k.scores, 6) AS a
	JOIN @workspace@.scheme AS s ON s.scheme_id = k.scheme_id
	JOIN @workspace@.period AS p ON p.period_id = k.period_id
	JOIN @workspace@.period AS q ON q.period_id = k.part_id
	JOIN @workspace@.indicator AS i ON i.item = k.item
	LEFT JOIN @workspace@.panel_role AS l ON l.role = i.rater_role
WHERE (SELECT @workspace@.sees_all());
COMMENT ON VIEW @workspace@.rater_agreement IS 'agreement of the raters of each panel, or why there is none to tell; for those who see all (评价一致性)';
COMMENT ON COLUMN @workspace@.rater_agreement.scheme_id IS 'scheme (方案编号)';
COMMENT ON COLUMN @workspace@.rater_agreement.scheme IS 'code of the scheme (方案)';
COMMENT ON COLUMN @workspace@.rater_agreement.period_id IS 'period that is assessed (周期编号)';
COMMENT ON COLUMN @workspace@.rater_agreement.period IS 'code of the period (周期)';
COMMENT ON COLUMN @workspace@.rater_agreement.part_id IS 'period of the marks: the same, or one that rolls up to it (打分周期编号)';
COMMENT ON COLUMN @workspace@.rater_agreement.part IS 'code of that period (打分周期)';
COMMENT ON COLUMN @workspace@.rater_agreement.item IS 'indicator of the panel (指标编号)';
COMMENT ON COLUMN @workspace@.rater_agreement.indicator IS 'code of the indicator (指标代码)';
COMMENT ON COLUMN @workspace@.rater_agreement.criterion IS 'what is rated (评价内容)';
COMMENT ON COLUMN @workspace@.rater_agreement.rater_role IS 'role of the raters (评价主体代码)';
COMMENT ON COLUMN @workspace@.rater_agreement.role_label IS 'name of the role (评价主体)';
COMMENT ON COLUMN @workspace@.rater_agreement.role_label_zh IS 'Chinese name of the role (评价主体中文名)';
COMMENT ON COLUMN @workspace@.rater_agreement.statistic IS 'icc_1, icc_1k, icc_a1, icc_ak, icc_c1, icc_ck, kendall_w, alpha_nominal, alpha_ordinal, alpha_interval or alpha_ratio (统计量)';
COMMENT ON COLUMN @workspace@.rater_agreement.value IS 'to six places; NULL: not defined (值)';
COMMENT ON COLUMN @workspace@.rater_agreement.reason IS 'why it is not: few_units, few_raters, no_variance, negative_scores or many_values (无值原因)';
COMMENT ON COLUMN @workspace@.rater_agreement.units IS 'subjects that it looks at: those that all raters marked, for alpha those with two marks (对象数)';
COMMENT ON COLUMN @workspace@.rater_agreement.raters IS 'raters (评价人数)';
COMMENT ON COLUMN @workspace@.rater_agreement.ratings IS 'marks (打分数)';
