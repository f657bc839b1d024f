-- Statistics of indicators and groups. Medians and quartiles are float8; what
-- scores, ranks and tiers rest on is not looked at here.
--
-- Whoever does not see all gets a statistic only if it is of at least min_group
-- subjects that it does not see: else it could take its own off, and know them.

-- Each participant's readings, one row for each item that the rubric asks for,
-- with the points of the first node that reads this item alone. A barrier, so
-- that each card is evaluated once and only where somebody asks for points.
CREATE OR REPLACE VIEW @workspace@.participant_evaluation WITH (security_barrier = true) AS
SELECT c.scheme_id, c.version_id, c.period_id, c.group_id, c.subject_id, c.items, c.card, perfeval.evaluate(c.card, c.rubric) AS result
FROM @workspace@.participant_card AS c;
COMMENT ON VIEW @workspace@.participant_evaluation IS 'participants with readings and results (参评对象读数与评分)';

CREATE OR REPLACE VIEW @workspace@.participant_item WITH (security_barrier = true) AS
SELECT e.scheme_id, e.version_id, e.period_id, e.group_id, e.subject_id, x.item,
	perfeval.scorecard_value(e.card, x.item) AS reading, coalesce(perfeval.scorecard_status(e.card, x.item), 'missing') AS status,
	n.node, perfeval.scorecard_value(e.result, n.node) AS points, n.full_points, n.takes_off
FROM @workspace@.participant_evaluation AS e
	CROSS JOIN LATERAL unnest(e.items) AS x (item)
	LEFT JOIN (SELECT DISTINCT ON (s.version_id, s.group_id, s.item) s.version_id, s.group_id, s.item, s.node, s.full_points, s.takes_off
	           FROM @workspace@.sealed_node AS s
	           WHERE s.item IS NOT NULL AND s.rule NOT IN ('coefficient', 'limit')
	           ORDER BY s.version_id, s.group_id, s.item, s.node) AS n
	ON n.version_id = e.version_id AND n.group_id = e.group_id AND n.item = x.item;
COMMENT ON VIEW @workspace@.participant_item IS 'participants and items, with readings and points (参评对象各指标读数与得分)';

-- 1 is always the good end: of what takes off it means that nothing was.
CREATE OR REPLACE VIEW @workspace@.heatmap WITH (security_barrier = true) AS
SELECT x.scheme_id, x.period_id, x.group_id, x.subject_id, s.code AS subject, s.name AS subject_name, s.name_zh AS subject_name_zh,
	x.item, i.code AS indicator, i.name AS indicator_name, i.name_zh AS indicator_name_zh, x.reading, x.status, x.points, x.full_points,
	trim_scale(round(CASE WHEN x.takes_off THEN 1 - CASE WHEN x.points = 0 THEN 0 ELSE x.points / nullif(x.best, 0) END
	           ELSE x.points / nullif(x.best, 0) END, 4)) AS share
FROM (SELECT p.*, coalesce(p.full_points, CASE WHEN @workspace@.is_enough(count(p.points) FILTER (WHERE p.subject_id NOT IN (SELECT unnest(@workspace@.visible_subjects()))) OVER peers, (SELECT @workspace@.min_group()))
          THEN max(p.points) OVER peers END) AS best
      FROM @workspace@.participant_item AS p
      WINDOW peers AS (PARTITION BY p.group_id, p.period_id, p.scheme_id, p.item)) AS x
	LEFT JOIN @workspace@.subject AS s ON s.subject_id = x.subject_id
	LEFT JOIN @workspace@.indicator AS i ON i.item = x.item
WHERE (SELECT @workspace@.sees_all()) OR x.subject_id IN (SELECT unnest(@workspace@.visible_subjects()));
COMMENT ON VIEW @workspace@.heatmap IS 'subjects by indicators: what was measured and how good it is (热力图)';
COMMENT ON COLUMN @workspace@.heatmap.scheme_id IS 'scheme (方案编号)';
COMMENT ON COLUMN @workspace@.heatmap.period_id IS 'period (周期编号)';
COMMENT ON COLUMN @workspace@.heatmap.group_id IS 'group (分组编号)';
COMMENT ON COLUMN @workspace@.heatmap.subject_id IS 'subject (考核对象编号)';
COMMENT ON COLUMN @workspace@.heatmap.subject IS 'code of the subject (考核对象代码)';
COMMENT ON COLUMN @workspace@.heatmap.subject_name IS 'name of the subject (考核对象)';
COMMENT ON COLUMN @workspace@.heatmap.subject_name_zh IS 'Chinese name of the subject (考核对象中文名)';
COMMENT ON COLUMN @workspace@.heatmap.item IS 'number of the indicator (指标编号)';
COMMENT ON COLUMN @workspace@.heatmap.indicator IS 'code of the indicator (指标代码)';
COMMENT ON COLUMN @workspace@.heatmap.indicator_name IS 'name of the indicator (指标)';
COMMENT ON COLUMN @workspace@.heatmap.indicator_name_zh IS 'Chinese name of the indicator (指标中文名)';
COMMENT ON COLUMN @workspace@.heatmap.reading IS 'what was measured (读数)';
COMMENT ON COLUMN @workspace@.heatmap.status IS 'ok, missing, not_applicable, exempt or error (读数状态)';
COMMENT ON COLUMN @workspace@.heatmap.points IS 'points of the indicator''s own node, before weights (单项得分)';
COMMENT ON COLUMN @workspace@.heatmap.full_points IS 'the most it can have, if stated (满分)';
COMMENT ON COLUMN @workspace@.heatmap.share IS 'points as a share of full points, or of the highest in the group, unless that is withheld; 1 is good (得分率)';

CREATE OR REPLACE VIEW @workspace@.indicator_statistics WITH (security_barrier = true) AS
SELECT a.scheme_id, a.period_id, a.group_id, a.item, i.code AS indicator, i.name AS indicator_name, i.name_zh AS indicator_name_zh,
	a.subjects, CASE WHEN w.shown THEN a.n END AS n, CASE WHEN w.shown THEN a.missing END AS missing,
	CASE WHEN w.shown THEN a.lowest END AS lowest, CASE WHEN w.shown THEN a.quartiles[1] END AS lower_quartile,
	CASE WHEN w.shown THEN a.quartiles[2] END AS median, CASE WHEN w.shown THEN a.mean END AS mean,
	CASE WHEN w.shown THEN a.quartiles[3] END AS upper_quartile, CASE WHEN w.shown THEN a.highest END AS highest,
	CASE WHEN w.shown THEN a.deviation END AS deviation, CASE WHEN w.shown THEN a.full_share END AS full_share, NOT w.shown AS withheld
FROM (SELECT p.scheme_id, p.period_id, p.group_id, p.item, count(*) AS subjects, count(p.reading) AS n,
          count(*) FILTER (WHERE p.status IN ('missing', 'error')) AS missing,
          min(p.reading) AS lowest, max(p.reading) AS highest,
          percentile_cont('{0.25,0.5,0.75}'::float8[]) WITHIN GROUP (ORDER BY p.reading::float8) AS quartiles,
          trim_scale(round(avg(p.reading), 10)) AS mean, trim_scale(round(stddev_samp(p.reading), 10)) AS deviation,
          trim_scale(round(avg(CASE WHEN p.takes_off THEN (p.points = 0)::integer ELSE (p.points >= p.full_points)::integer END), 4)) AS full_share,
          count(*) FILTER (WHERE p.subject_id NOT IN (SELECT unnest(@workspace@.visible_subjects()))) AS others,
          count(p.reading) FILTER (WHERE p.subject_id NOT IN (SELECT unnest(@workspace@.visible_subjects()))) AS other_readings
      FROM @workspace@.participant_item AS p
      GROUP BY p.scheme_id, p.period_id, p.group_id, p.item) AS a
	LEFT JOIN @workspace@.indicator AS i ON i.item = a.item,
	LATERAL (SELECT @workspace@.is_enough(a.others, (SELECT @workspace@.min_group())) AND @workspace@.is_enough(a.other_readings, (SELECT @workspace@.min_group())) AS shown) AS w;
COMMENT ON VIEW @workspace@.indicator_statistics IS 'readings of each indicator over a group (指标统计)';
COMMENT ON COLUMN @workspace@.indicator_statistics.scheme_id IS 'scheme (方案编号)';
COMMENT ON COLUMN @workspace@.indicator_statistics.period_id IS 'period (周期编号)';
COMMENT ON COLUMN @workspace@.indicator_statistics.group_id IS 'group (分组编号)';
COMMENT ON COLUMN @workspace@.indicator_statistics.item IS 'number of the indicator (指标编号)';
COMMENT ON COLUMN @workspace@.indicator_statistics.indicator IS 'code of the indicator (指标代码)';
COMMENT ON COLUMN @workspace@.indicator_statistics.indicator_name IS 'name of the indicator (指标)';
COMMENT ON COLUMN @workspace@.indicator_statistics.indicator_name_zh IS 'Chinese name of the indicator (指标中文名)';
COMMENT ON COLUMN @workspace@.indicator_statistics.subjects IS 'members of the group (参评数)';
COMMENT ON COLUMN @workspace@.indicator_statistics.n IS 'those with a number (有读数的个数)';
COMMENT ON COLUMN @workspace@.indicator_statistics.missing IS 'those without a reading that are not exempt (缺失个数)';
COMMENT ON COLUMN @workspace@.indicator_statistics.lowest IS 'lowest reading (最小值)';
COMMENT ON COLUMN @workspace@.indicator_statistics.lower_quartile IS 'a quarter is below it (下四分位数)';
COMMENT ON COLUMN @workspace@.indicator_statistics.median IS 'half is below it (中位数)';
COMMENT ON COLUMN @workspace@.indicator_statistics.mean IS 'mean (均值)';
COMMENT ON COLUMN @workspace@.indicator_statistics.upper_quartile IS 'three quarters are below it (上四分位数)';
COMMENT ON COLUMN @workspace@.indicator_statistics.highest IS 'highest reading (最大值)';
COMMENT ON COLUMN @workspace@.indicator_statistics.deviation IS 'standard deviation of the sample (标准差)';
COMMENT ON COLUMN @workspace@.indicator_statistics.full_share IS 'share of those with full points, where they are stated, or with nothing taken off (满分率)';
COMMENT ON COLUMN @workspace@.indicator_statistics.withheld IS 'it is of too few others, so only their number is shown (是否因组小不予披露)';

CREATE OR REPLACE VIEW @workspace@.group_statistics WITH (security_barrier = true) AS
SELECT a.scheme_id, a.period_id, a.group_id, g.code AS group_code, g.label AS group_label, g.label_zh AS group_label_zh,
	a.subjects, CASE WHEN w.shown THEN a.n END AS n, CASE WHEN w.shown THEN a.mean END AS mean, CASE WHEN w.shown THEN a.median END AS median,
	CASE WHEN w.shown THEN a.lowest END AS lowest, CASE WHEN w.shown THEN a.highest END AS highest,
	CASE WHEN w.shown THEN a.highest - a.lowest END AS spread, CASE WHEN w.shown THEN a.deviation END AS deviation,
	CASE WHEN w.shown THEN a.coverage END AS coverage, NOT w.shown AS withheld
FROM (SELECT r.scheme_id, r.period_id, r.group_id, count(*) AS subjects, count(r.score) AS n,
          trim_scale(round(avg(r.score), 10)) AS mean, percentile_cont(0.5) WITHIN GROUP (ORDER BY r.score::float8) AS median,
          min(r.score) AS lowest, max(r.score) AS highest, trim_scale(round(stddev_samp(r.score), 10)) AS deviation,
          trim_scale(round(avg(r.coverage), 4)) AS coverage,
          count(*) FILTER (WHERE r.subject_id NOT IN (SELECT unnest(@workspace@.visible_subjects()))) AS others,
          count(r.score) FILTER (WHERE r.subject_id NOT IN (SELECT unnest(@workspace@.visible_subjects()))) AS other_scores
      FROM @workspace@.participant_score AS r
      GROUP BY r.scheme_id, r.period_id, r.group_id) AS a
	LEFT JOIN @workspace@.subject_group AS g ON g.group_id = a.group_id,
	LATERAL (SELECT @workspace@.is_enough(a.others, (SELECT @workspace@.min_group())) AND @workspace@.is_enough(a.other_scores, (SELECT @workspace@.min_group())) AS shown) AS w;
COMMENT ON VIEW @workspace@.group_statistics IS 'scores of each group (分组统计)';
COMMENT ON COLUMN @workspace@.group_statistics.scheme_id IS 'scheme (方案编号)';
COMMENT ON COLUMN @workspace@.group_statistics.period_id IS 'period (周期编号)';
COMMENT ON COLUMN @workspace@.group_statistics.group_id IS 'group (分组编号)';
COMMENT ON COLUMN @workspace@.group_statistics.group_code IS 'code of the group (分组代码)';
COMMENT ON COLUMN @workspace@.group_statistics.group_label IS 'name of the group (分组)';
COMMENT ON COLUMN @workspace@.group_statistics.group_label_zh IS 'Chinese name of the group (分组中文名)';
COMMENT ON COLUMN @workspace@.group_statistics.subjects IS 'members of the group (参评数)';
COMMENT ON COLUMN @workspace@.group_statistics.n IS 'those with a score (有得分的个数)';
COMMENT ON COLUMN @workspace@.group_statistics.mean IS 'mean score (平均分)';
COMMENT ON COLUMN @workspace@.group_statistics.median IS 'half is below it (中位数)';
COMMENT ON COLUMN @workspace@.group_statistics.lowest IS 'lowest score (最低分)';
COMMENT ON COLUMN @workspace@.group_statistics.highest IS 'highest score (最高分)';
COMMENT ON COLUMN @workspace@.group_statistics.spread IS 'highest less lowest (极差)';
COMMENT ON COLUMN @workspace@.group_statistics.deviation IS 'standard deviation of the sample (标准差)';
COMMENT ON COLUMN @workspace@.group_statistics.coverage IS 'mean share of the readings asked for that are there (平均数据完备率)';
COMMENT ON COLUMN @workspace@.group_statistics.withheld IS 'it is of too few others, so only their number is shown (是否因组小不予披露)';

CREATE OR REPLACE VIEW @workspace@.tier_count WITH (security_barrier = true) AS
SELECT r.scheme_id, r.period_id, r.group_id, t.tier, t.code AS tier_code, t.label AS tier_label, t.label_zh AS tier_label_zh,
	t.share, CASE WHEN w.shown THEN coalesce(c.n, 0) END AS n, NOT w.shown AS withheld
FROM @workspace@.rubric_in_force AS r
	JOIN @workspace@.tier AS t ON t.version_id = r.version_id
	LEFT JOIN (SELECT s.scheme_id, s.period_id, s.group_id, s.tier, count(*) AS n
	           FROM @workspace@.tiered AS s GROUP BY s.scheme_id, s.period_id, s.group_id, s.tier) AS c
	ON c.scheme_id = r.scheme_id AND c.period_id = r.period_id AND c.group_id = r.group_id AND c.tier = t.tier
	LEFT JOIN (SELECT m.period_id, m.group_id, count(*) AS n
	           FROM @workspace@.participant AS m WHERE m.subject_id NOT IN (SELECT unnest(@workspace@.visible_subjects()))
	           GROUP BY m.period_id, m.group_id) AS o
	ON o.period_id = r.period_id AND o.group_id = r.group_id,
	LATERAL (SELECT @workspace@.is_enough(coalesce(o.n, 0), (SELECT @workspace@.min_group())) AS shown) AS w;
COMMENT ON VIEW @workspace@.tier_count IS 'how many of a group are in each tier (各等次数量)';
COMMENT ON COLUMN @workspace@.tier_count.scheme_id IS 'scheme (方案编号)';
COMMENT ON COLUMN @workspace@.tier_count.period_id IS 'period (周期编号)';
COMMENT ON COLUMN @workspace@.tier_count.group_id IS 'group (分组编号)';
COMMENT ON COLUMN @workspace@.tier_count.tier IS 'tier, 1 is the best (等次号)';
COMMENT ON COLUMN @workspace@.tier_count.tier_code IS 'code of the tier (等次代码)';
COMMENT ON COLUMN @workspace@.tier_count.tier_label IS 'name of the tier (等次)';
COMMENT ON COLUMN @workspace@.tier_count.tier_label_zh IS 'Chinese name of the tier (等次中文名)';
COMMENT ON COLUMN @workspace@.tier_count.share IS 'share of the group that the scheme gives it (规定比例)';
COMMENT ON COLUMN @workspace@.tier_count.n IS 'members in it, after vetoes and limits (数量)';
COMMENT ON COLUMN @workspace@.tier_count.withheld IS 'the group is of too few others, so no number is shown (是否因组小不予披露)';

-- A subject's periods of one kind in one group, in their order. The window
-- within keeps the planner from turning the periods into a join: so it asks for
-- the standings of one period after the other, of the group asked for alone.
CREATE OR REPLACE VIEW @workspace@.trend WITH (security_barrier = true) AS
SELECT t.scheme_id, t.group_id, t.subject_id, t.kind, t.cumulative, t.period_id, t.period, t.ends_on, t.score, t.rank, t.group_size,
	t.score - lag(t.score) OVER history AS change,
	lag(t.rank) OVER history - t.rank AS places_gained,
	trim_scale(round((t.group_size - t.rank)::numeric / nullif(t.group_size - 1, 0), 4)) AS position,
	trim_scale(round((t.score - avg(t.score) OVER before) / nullif(stddev_samp(t.score) OVER before, 0), 4)) AS z_history,
	trim_scale(round((t.score - t.mean) / nullif(CASE WHEN @workspace@.is_enough(t.others, (SELECT @workspace@.min_group())) THEN t.deviation END, 0), 4)) AS z_peers
FROM (SELECT p.kind, p.cumulative, p.period_id, p.code AS period, p.ends_on,
          r.scheme_id, r.group_id, r.subject_id, r.score, r.rank, r.group_size, r.mean, r.deviation, r.others
      FROM @workspace@.period AS p,
          LATERAL (SELECT x.scheme_id, x.period_id, x.group_id, x.subject_id, x.score, x.rank, x.group_size,
                       avg(x.score) OVER peers AS mean, stddev_samp(x.score) OVER peers AS deviation,
                       count(x.score) FILTER (WHERE x.subject_id NOT IN (SELECT unnest(@workspace@.visible_subjects()))) OVER peers AS others
                   FROM @workspace@.ranked AS x
                   WHERE x.period_id = p.period_id
                   WINDOW peers AS (PARTITION BY x.group_id, x.period_id, x.scheme_id)) AS r
      WHERE r.score IS NOT NULL) AS t
WHERE (SELECT @workspace@.sees_all()) OR t.subject_id IN (SELECT unnest(@workspace@.visible_subjects()))
WINDOW history AS (PARTITION BY t.scheme_id, t.group_id, t.subject_id, t.kind, t.cumulative ORDER BY t.ends_on),
	before AS (PARTITION BY t.scheme_id, t.group_id, t.subject_id, t.kind, t.cumulative ORDER BY t.ends_on
		ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING);
COMMENT ON VIEW @workspace@.trend IS 'a subject''s own history, and where it stands among its peers (趋势)';
COMMENT ON COLUMN @workspace@.trend.scheme_id IS 'scheme (方案编号)';
COMMENT ON COLUMN @workspace@.trend.group_id IS 'group (分组编号)';
COMMENT ON COLUMN @workspace@.trend.subject_id IS 'subject (考核对象编号)';
COMMENT ON COLUMN @workspace@.trend.kind IS 'year, half_year, quarter, month or week (周期种类)';
COMMENT ON COLUMN @workspace@.trend.cumulative IS 'whether it counts from the begin of the year on (是否累计)';
COMMENT ON COLUMN @workspace@.trend.period_id IS 'period (周期编号)';
COMMENT ON COLUMN @workspace@.trend.period IS 'code of the period (周期)';
COMMENT ON COLUMN @workspace@.trend.ends_on IS 'last day of the period (周期末日)';
COMMENT ON COLUMN @workspace@.trend.score IS 'final score (得分)';
COMMENT ON COLUMN @workspace@.trend.rank IS 'rank in the group, equal scores equal ranks (位次)';
COMMENT ON COLUMN @workspace@.trend.group_size IS 'members of the group with a score (组内参评数)';
COMMENT ON COLUMN @workspace@.trend.change IS 'score less that of the period of its kind before (较上期增减)';
COMMENT ON COLUMN @workspace@.trend.places_gained IS 'places up since the period before, negative if down (进位)';
COMMENT ON COLUMN @workspace@.trend.position IS 'share of its peers that it does better than (同组相对位置)';
COMMENT ON COLUMN @workspace@.trend.z_history IS 'distance from the mean of all its earlier periods, in their standard deviations (与自身历史比较)';
COMMENT ON COLUMN @workspace@.trend.z_peers IS 'distance from the mean of its group, in standard deviations, unless there are too few others (与同组比较)';
