-- Does the size of a unit still predict its score? Correlations are float8,
-- rounded to four decimals; nothing that scores, ranks or tiers rest on.
--
-- before is the score that each would have if no expert had said anything, so if
-- every coefficient of recognition were 1.
CREATE OR REPLACE VIEW @workspace@.sized_score WITH (security_barrier = true) AS
SELECT c.scheme_id, c.period_id, c.group_id, c.subject_id, t.headcount, t.posts,
	perfeval.scorecard_value(perfeval.evaluate(c.card, c.rubric), c.base_node) AS base,
	perfeval.score(perfeval.evaluate_brief(perfeval.scorecard_pick(c.card, ARRAY(
		SELECT u.item FROM unnest(c.items) AS u (item)
		WHERE u.item NOT IN (SELECT q.item FROM @workspace@.recognition_rule AS q))), c.rubric)) AS before,
	perfeval.score(perfeval.evaluate_brief(c.card, c.rubric)) AS after
FROM @workspace@.participant_card AS c
	LEFT JOIN LATERAL (SELECT s.headcount, s.posts FROM @workspace@.subject_state AS s
	                   WHERE s.subject_id = c.subject_id AND s.valid_from <= c.ends_on
	                   ORDER BY s.valid_from DESC LIMIT 1) AS t ON true;
COMMENT ON VIEW @workspace@.sized_score IS 'participants with size and score, with and without recognition (参评对象规模与得分)';

-- Whoever does not see all gets it of groups with enough others, as all statistics.
CREATE OR REPLACE VIEW @workspace@.size_effect WITH (security_barrier = true) AS
SELECT a.scheme_id, a.period_id, a.group_id, g.code AS group_code, g.label AS group_label, g.label_zh AS group_label_zh, a.measure,
	CASE WHEN w.shown THEN a.n END AS n,
	CASE WHEN w.shown AND a.sizes AND a.bases THEN a.base END AS base,
	CASE WHEN w.shown AND a.sizes AND a.befores THEN a.before END AS before,
	CASE WHEN w.shown AND a.sizes AND a.afters THEN a.after END AS after,
	CASE WHEN NOT w.shown THEN NULL WHEN a.n < 3 THEN 'too_few' WHEN NOT a.sizes THEN 'one_size'
	     WHEN NOT (a.befores AND a.afters) THEN 'one_score' END AS reason,
	NOT w.shown AS withheld
FROM (SELECT x.scheme_id, x.period_id, x.group_id, m.measure, count(m.size) AS n,
          count(m.size) FILTER (WHERE x.subject_id NOT IN (SELECT unnest(@workspace@.visible_subjects()))) AS others,
          count(m.size) >= 3 AND min(m.size) < max(m.size) AS sizes,
          min(m.base) < max(m.base) AS bases, min(m.before) < max(m.before) AS befores, min(m.after) < max(m.after) AS afters,
          trim_scale(round(corr(m.size, m.base)::numeric, 4)) AS base,
          trim_scale(round(corr(m.size, m.before)::numeric, 4)) AS before,
          trim_scale(round(corr(m.size, m.after)::numeric, 4)) AS after
      FROM @workspace@.sized_score AS x,
          LATERAL (SELECT v.measure, CASE WHEN x.after IS NOT NULL THEN v.size END::float8 AS size,
                       CASE WHEN v.size IS NOT NULL THEN x.base END::float8 AS base,
                       CASE WHEN v.size IS NOT NULL THEN x.before END::float8 AS before,
                       CASE WHEN v.size IS NOT NULL THEN x.after END::float8 AS after
                   FROM (VALUES ('headcount', x.headcount), ('posts', x.posts)) AS v (measure, size)) AS m
      GROUP BY x.scheme_id, x.period_id, x.group_id, m.measure) AS a
	LEFT JOIN @workspace@.subject_group AS g ON g.group_id = a.group_id,
	LATERAL (SELECT @workspace@.is_enough(a.others, (SELECT @workspace@.min_group())) AS shown) AS w;
COMMENT ON VIEW @workspace@.size_effect IS 'whether the size of units predicts their scores, before and after recognition (规模与得分的相关性)';
COMMENT ON COLUMN @workspace@.size_effect.scheme_id IS 'scheme (方案编号)';
COMMENT ON COLUMN @workspace@.size_effect.period_id IS 'period (周期编号)';
COMMENT ON COLUMN @workspace@.size_effect.group_id IS 'group (分组编号)';
COMMENT ON COLUMN @workspace@.size_effect.group_code IS 'code of the group (分组代码)';
COMMENT ON COLUMN @workspace@.size_effect.group_label IS 'name of the group (分组)';
COMMENT ON COLUMN @workspace@.size_effect.group_label_zh IS 'Chinese name of the group (分组中文名)';
COMMENT ON COLUMN @workspace@.size_effect.measure IS 'what size means: headcount or posts, on the last day of the period (规模口径)';
COMMENT ON COLUMN @workspace@.size_effect.n IS 'subjects with a size and a score (对象数)';
COMMENT ON COLUMN @workspace@.size_effect.base IS 'correlation of size with the points of part base (规模与基础分相关系数)';
COMMENT ON COLUMN @workspace@.size_effect.before IS 'correlation of size with the score as it would be if each coefficient of recognition were 1 (认同前相关系数)';
COMMENT ON COLUMN @workspace@.size_effect.after IS 'correlation of size with the score (认同后相关系数)';
COMMENT ON COLUMN @workspace@.size_effect.reason IS
	'why there is none: too_few, below 3; one_size, all are of one size; one_score, all have one score (无相关系数的原因)';
COMMENT ON COLUMN @workspace@.size_effect.withheld IS 'of too few others to be shown (是否隐去)';
