-- Watching raters: who gives nearly everybody the same mark (一律同分), who marks
-- higher or lower, who has not marked.

-- What counts as straight-lining.
ALTER TABLE @workspace@.workspace
	ADD COLUMN IF NOT EXISTS straight_line_share numeric NOT NULL DEFAULT 0.9 CHECK (straight_line_share > 0 AND straight_line_share <= 1),
	ADD COLUMN IF NOT EXISTS straight_line_ratings integer NOT NULL DEFAULT 5 CHECK (straight_line_ratings >= 2);
COMMENT ON COLUMN @workspace@.workspace.straight_line_share IS
	'a rater who gives this share of its marks the same value, or more, is flagged (一律同分判定比例)';
COMMENT ON COLUMN @workspace@.workspace.straight_line_ratings IS 'from so many marks on (一律同分判定最少打分数)';

CREATE OR REPLACE VIEW @workspace@.rater_monitor WITH (security_barrier = true) AS
SELECT k.period_id, p.code AS period, k.criterion, k.rater_role, l.label AS role_label, l.label_zh AS role_label_zh,
	k.rater_id, r.code AS rater, r.name AS rater_name, r.name_zh AS rater_name_zh,
	coalesce(k.ratings, 0) AS ratings, round(k.mean, 6) AS mean, k.spread, k.lowest, k.highest, k.usual_mark, k.usual_count,
	round(k.usual_count / k.ratings::numeric, 4) AS usual_share,
	k.ratings > 1 AND k.lowest = k.highest AS constant,
	k.ratings >= w.straight_line_ratings AND k.usual_count >= w.straight_line_share * k.ratings AS straight_line,
	round(k.panel_mean, 6) AS panel_mean, round(k.mean - k.panel_mean, 6) AS above_panel,
	coalesce(k.due, 0) AS assigned, coalesce(k.missing, 0) AS missing
FROM (SELECT coalesce(g.period_id, d.period_id) AS period_id, coalesce(g.criterion, d.criterion) AS criterion,
          coalesce(g.rater_role, d.rater_role) AS rater_role, coalesce(g.rater_id, d.rater_id) AS rater_id,
          g.ratings, g.mean, g.spread, g.lowest, g.highest, g.usual_mark, g.usual_count, g.panel_mean, d.due, d.missing
      FROM (SELECT v.period_id, v.criterion, v.rater_role, v.rater_id, sum(v.n)::bigint AS ratings, sum(v.value * v.n) / sum(v.n) AS mean,
                round(sqrt(greatest(sum(v.value * v.value * v.n) / sum(v.n) - (sum(v.value * v.n) / sum(v.n)) ^ 2, 0)), 6) AS spread,
                min(v.value) AS lowest, max(v.value) AS highest,
                (array_agg(v.value ORDER BY v.n DESC, v.value DESC))[1] AS usual_mark, max(v.n) AS usual_count,
                sum(sum(v.value * v.n)) OVER panel / sum(sum(v.n)) OVER panel AS panel_mean
            FROM (SELECT c.period_id, c.criterion, c.rater_role, c.rater_id, c.value, count(*) AS n
                  FROM @workspace@.counted_rating AS c GROUP BY c.period_id, c.criterion, c.rater_role, c.rater_id, c.value) AS v
            GROUP BY v.period_id, v.criterion, v.rater_role, v.rater_id
            WINDOW panel AS (PARTITION BY v.period_id, v.criterion, v.rater_role)) AS g
          FULL JOIN (SELECT u.period_id, u.criterion, u.rater_role, u.rater_id, count(*) AS due,
                         count(*) FILTER (WHERE NOT EXISTS (
                             SELECT FROM @workspace@.counted_rating AS c
                             WHERE c.subject_id = u.subject_id AND c.period_id = u.period_id AND c.criterion = u.criterion
                                 AND c.rater_role = u.rater_role AND c.rater_id = u.rater_id)) AS missing
                     FROM @workspace@.rater_due AS u JOIN @workspace@.period AS b ON b.period_id = u.period_id
                     WHERE NOT u.recused AND b.starts_on <= (SELECT @workspace@.today())
                     GROUP BY u.period_id, u.criterion, u.rater_role, u.rater_id) AS d
              ON d.period_id = g.period_id AND d.criterion = g.criterion AND d.rater_role = g.rater_role AND d.rater_id = g.rater_id) AS k
	CROSS JOIN @workspace@.workspace AS w
	JOIN @workspace@.period AS p ON p.period_id = k.period_id
	JOIN @workspace@.subject AS r ON r.subject_id = k.rater_id
	LEFT JOIN @workspace@.panel_role AS l ON l.role = k.rater_role
WHERE (SELECT @workspace@.sees_all());
COMMENT ON VIEW @workspace@.rater_monitor IS 'how each rater marks: mean, spread, its usual mark, what is missing; for those who see all (评价人监测)';
COMMENT ON COLUMN @workspace@.rater_monitor.period_id IS 'period of the marks (周期编号)';
COMMENT ON COLUMN @workspace@.rater_monitor.period IS 'code of the period (周期)';
COMMENT ON COLUMN @workspace@.rater_monitor.criterion IS 'what is rated (评价内容)';
COMMENT ON COLUMN @workspace@.rater_monitor.rater_role IS 'role of the rater (评价主体代码)';
COMMENT ON COLUMN @workspace@.rater_monitor.role_label IS 'name of the role (评价主体)';
COMMENT ON COLUMN @workspace@.rater_monitor.role_label_zh IS 'Chinese name of the role (评价主体中文名)';
COMMENT ON COLUMN @workspace@.rater_monitor.rater_id IS 'rater (评分人编号)';
COMMENT ON COLUMN @workspace@.rater_monitor.rater IS 'code of the rater (评分人代码)';
COMMENT ON COLUMN @workspace@.rater_monitor.rater_name IS 'name of the rater (评分人)';
COMMENT ON COLUMN @workspace@.rater_monitor.rater_name_zh IS 'Chinese name of the rater (评分人中文名)';
COMMENT ON COLUMN @workspace@.rater_monitor.ratings IS 'marks that count (有效打分数)';
COMMENT ON COLUMN @workspace@.rater_monitor.mean IS 'their mean, to six places (平均分)';
COMMENT ON COLUMN @workspace@.rater_monitor.spread IS 'their standard deviation, to six places (标准差)';
COMMENT ON COLUMN @workspace@.rater_monitor.lowest IS 'lowest mark (最低分)';
COMMENT ON COLUMN @workspace@.rater_monitor.highest IS 'highest mark (最高分)';
COMMENT ON COLUMN @workspace@.rater_monitor.usual_mark IS 'mark given most often; of several the highest (最常见打分)';
COMMENT ON COLUMN @workspace@.rater_monitor.usual_count IS 'how often (次数)';
COMMENT ON COLUMN @workspace@.rater_monitor.usual_share IS 'share of all its marks (占比)';
COMMENT ON COLUMN @workspace@.rater_monitor.constant IS 'several marks, and all the same (是否一律同分)';
COMMENT ON COLUMN @workspace@.rater_monitor.straight_line IS 'the same mark to nearly all, as the workspace''s settings say (是否基本同分)';
COMMENT ON COLUMN @workspace@.rater_monitor.panel_mean IS 'mean of all marks of the role for this criterion (该评价主体平均分)';
COMMENT ON COLUMN @workspace@.rater_monitor.above_panel IS 'mean less that; rater_severity_now compares over the same subjects (与平均分之差)';
COMMENT ON COLUMN @workspace@.rater_monitor.assigned IS 'marks that it is to give (应评数)';
COMMENT ON COLUMN @workspace@.rater_monitor.missing IS 'of these not given (缺失数)';
