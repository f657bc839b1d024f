-- How far an assessment is: what is missing and who owes it, what is late, what
-- there is at all.

CREATE OR REPLACE VIEW @workspace@.missing_reading WITH (security_barrier = true) AS
SELECT p.scheme_id, p.period_id, p.group_id, p.subject_id, s.code AS subject, s.name AS subject_name, s.name_zh AS subject_name_zh,
	p.item, i.code AS indicator, i.name AS indicator_name, i.name_zh AS indicator_name_zh,
	o.code AS owner, o.name AS owner_name, o.name_zh AS owner_name_zh
FROM @workspace@.participant_item AS p
	LEFT JOIN @workspace@.subject AS s ON s.subject_id = p.subject_id
	LEFT JOIN @workspace@.indicator AS i ON i.item = p.item
	LEFT JOIN @workspace@.subject AS o ON o.subject_id = i.owner_id
WHERE p.status IN ('missing', 'error')
	AND ((SELECT @workspace@.sees_all()) OR p.subject_id IN (SELECT unnest(@workspace@.visible_subjects()))
		OR i.owner_id = ANY ((SELECT @workspace@.granted_subjects('office'))::bigint[]));
COMMENT ON VIEW @workspace@.missing_reading IS 'readings that are asked for and not there, and who owes them (缺失读数)';
COMMENT ON COLUMN @workspace@.missing_reading.scheme_id IS 'scheme (方案编号)';
COMMENT ON COLUMN @workspace@.missing_reading.period_id IS 'period (周期编号)';
COMMENT ON COLUMN @workspace@.missing_reading.group_id IS 'group (分组编号)';
COMMENT ON COLUMN @workspace@.missing_reading.subject_id IS 'subject (考核对象编号)';
COMMENT ON COLUMN @workspace@.missing_reading.subject IS 'code of the subject (考核对象代码)';
COMMENT ON COLUMN @workspace@.missing_reading.subject_name IS 'name of the subject (考核对象)';
COMMENT ON COLUMN @workspace@.missing_reading.subject_name_zh IS 'Chinese name of the subject (考核对象中文名)';
COMMENT ON COLUMN @workspace@.missing_reading.item IS 'number of the indicator (指标编号)';
COMMENT ON COLUMN @workspace@.missing_reading.indicator IS 'code of the indicator (指标代码)';
COMMENT ON COLUMN @workspace@.missing_reading.indicator_name IS 'name of the indicator (指标)';
COMMENT ON COLUMN @workspace@.missing_reading.indicator_name_zh IS 'Chinese name of the indicator (指标中文名)';
COMMENT ON COLUMN @workspace@.missing_reading.owner IS 'code of the office that owes it: the owner of the indicator (责任单位代码)';
COMMENT ON COLUMN @workspace@.missing_reading.owner_name IS 'name of that office (责任单位)';
COMMENT ON COLUMN @workspace@.missing_reading.owner_name_zh IS 'Chinese name of that office (责任单位中文名)';

CREATE OR REPLACE VIEW @workspace@.coverage WITH (security_barrier = true) AS
SELECT a.scheme_id, a.period_id, a.group_id, a.item, i.code AS indicator, i.name AS indicator_name, i.name_zh AS indicator_name_zh,
	o.code AS owner, o.name AS owner_name, o.name_zh AS owner_name_zh,
	CASE WHEN w.shown THEN a.asked END AS asked, CASE WHEN w.shown THEN a.present END AS present,
	CASE WHEN w.shown THEN a.asked - a.present END AS missing,
	CASE WHEN w.shown THEN trim_scale(round(a.present::numeric / nullif(a.asked, 0), 4)) END AS coverage, NOT w.shown AS withheld
FROM (SELECT p.scheme_id, p.period_id, p.group_id, p.item,
          count(*) FILTER (WHERE p.status NOT IN ('not_applicable', 'exempt')) AS asked, count(p.reading) AS present,
          count(*) FILTER (WHERE p.subject_id NOT IN (SELECT unnest(@workspace@.visible_subjects()))) AS others
      FROM @workspace@.participant_item AS p
      GROUP BY p.scheme_id, p.period_id, p.group_id, p.item) AS a
	LEFT JOIN @workspace@.indicator AS i ON i.item = a.item
	LEFT JOIN @workspace@.subject AS o ON o.subject_id = i.owner_id,
	LATERAL (SELECT @workspace@.is_enough(a.others, (SELECT @workspace@.min_group()))
		OR coalesce(i.owner_id = ANY ((SELECT @workspace@.granted_subjects('office'))::bigint[]), false) AS shown) AS w;
COMMENT ON VIEW @workspace@.coverage IS 'how complete the readings of each indicator are (数据完备率)';
COMMENT ON COLUMN @workspace@.coverage.scheme_id IS 'scheme (方案编号)';
COMMENT ON COLUMN @workspace@.coverage.period_id IS 'period (周期编号)';
COMMENT ON COLUMN @workspace@.coverage.group_id IS 'group (分组编号)';
COMMENT ON COLUMN @workspace@.coverage.item IS 'number of the indicator (指标编号)';
COMMENT ON COLUMN @workspace@.coverage.indicator IS 'code of the indicator (指标代码)';
COMMENT ON COLUMN @workspace@.coverage.indicator_name IS 'name of the indicator (指标)';
COMMENT ON COLUMN @workspace@.coverage.indicator_name_zh IS 'Chinese name of the indicator (指标中文名)';
COMMENT ON COLUMN @workspace@.coverage.owner IS 'code of the office that owes it: the owner of the indicator (责任单位代码)';
COMMENT ON COLUMN @workspace@.coverage.owner_name IS 'name of that office (责任单位)';
COMMENT ON COLUMN @workspace@.coverage.owner_name_zh IS 'Chinese name of that office (责任单位中文名)';
COMMENT ON COLUMN @workspace@.coverage.asked IS 'readings asked for: all but those exempt or not applicable (应有个数)';
COMMENT ON COLUMN @workspace@.coverage.present IS 'those with a number (已有个数)';
COMMENT ON COLUMN @workspace@.coverage.missing IS 'those without (缺失个数)';
COMMENT ON COLUMN @workspace@.coverage.coverage IS 'present of asked (完备率)';
COMMENT ON COLUMN @workspace@.coverage.withheld IS 'it is of too few others; the office that owns the indicator sees it (是否因组小不予披露)';

-- Results that come next August are too late to change anything. Drafts, and what
-- is announced for a later day, are for those who see all.
CREATE OR REPLACE VIEW @workspace@.lateness WITH (security_barrier = true) AS
SELECT f.scheme_id, f.period_id, s.code AS scheme, p.code AS period, p.ends_on, r.state, r.assessed_at,
	(r.assessed_at AT TIME ZONE w.time_zone)::date - p.ends_on AS days_taken,
	CASE WHEN r.assessed_at IS NULL THEN w.today - p.ends_on END AS days_waiting,
	b.published_from AS published_on, (r.finalized_at AT TIME ZONE w.time_zone)::date AS finalized_on, d.publish_by,
	CASE WHEN d.publish_by IS NOT NULL THEN greatest(n.days, 0) END AS days_late
FROM @workspace@.version_in_force AS f
	CROSS JOIN (SELECT x.time_zone, x.publish_within, @workspace@.today() AS today FROM @workspace@.workspace AS x) AS w
	JOIN @workspace@.scheme AS s ON s.scheme_id = f.scheme_id
	JOIN @workspace@.period AS p ON p.period_id = f.period_id AND p.ends_on < w.today
	LEFT JOIN (SELECT x.scheme_id, x.period_id, min(x.assessed_at) AS assessed_at,
	               CASE WHEN bool_or(x.state = 'final') THEN 'final' WHEN bool_or(x.state = 'published') THEN 'published' ELSE 'draft' END AS state,
	               max(x.finalized_at) AS finalized_at
	           FROM @workspace@.run AS x
	           WHERE x.purpose = 'assessment'
	               AND ((SELECT @workspace@.sees_all()) OR EXISTS (SELECT FROM @workspace@.publication AS y
	                   WHERE y.run_id = x.run_id AND y.kind = 'preliminary' AND y.published_from <= (SELECT @workspace@.today())))
	           GROUP BY x.scheme_id, x.period_id) AS r
	ON r.scheme_id = f.scheme_id AND r.period_id = f.period_id
	LEFT JOIN (SELECT x.scheme_id, x.period_id, min(y.published_from) AS published_from
	           FROM @workspace@.run AS x JOIN @workspace@.publication AS y ON y.run_id = x.run_id AND y.kind = 'preliminary'
	           WHERE (SELECT @workspace@.sees_all()) OR y.published_from <= (SELECT @workspace@.today())
	           GROUP BY x.scheme_id, x.period_id) AS b
	ON b.scheme_id = f.scheme_id AND b.period_id = f.period_id
	CROSS JOIN LATERAL (SELECT @workspace@.add_working_days(p.ends_on, w.publish_within) AS publish_by) AS d
	LEFT JOIN LATERAL @workspace@.working_day_count(d.publish_by, coalesce(b.published_from, w.today)) AS n ON true;
COMMENT ON VIEW @workspace@.lateness IS 'how long after a period its assessment came, or that it has not come yet (考核时效)';
COMMENT ON COLUMN @workspace@.lateness.scheme_id IS 'scheme (方案编号)';
COMMENT ON COLUMN @workspace@.lateness.period_id IS 'period (周期编号)';
COMMENT ON COLUMN @workspace@.lateness.scheme IS 'code of the scheme (方案)';
COMMENT ON COLUMN @workspace@.lateness.period IS 'code of the period (周期)';
COMMENT ON COLUMN @workspace@.lateness.ends_on IS 'last day of the period (周期末日)';
COMMENT ON COLUMN @workspace@.lateness.state IS 'how far its furthest run is: draft, published or final; NULL: there is none (状态)';
COMMENT ON COLUMN @workspace@.lateness.assessed_at IS 'when it was assessed first (首次考核时间)';
COMMENT ON COLUMN @workspace@.lateness.days_taken IS 'days from the period''s end to that (历时天数)';
COMMENT ON COLUMN @workspace@.lateness.days_waiting IS 'if it was not: days since the period''s end (已等待天数)';
COMMENT ON COLUMN @workspace@.lateness.published_on IS 'first day on which its results were on display (首次公示日)';
COMMENT ON COLUMN @workspace@.lateness.finalized_on IS 'day on which they became final (定稿日)';
COMMENT ON COLUMN @workspace@.lateness.publish_by IS 'day by which they are to be published; NULL: no term is set (应公示日期)';
COMMENT ON COLUMN @workspace@.lateness.days_late IS 'working days after that day until they were, or until today (公示逾期工作日)';

-- A board for whoever looks in the morning. Numbers of readings in the history
-- are the server's estimates, as counting them takes long.
CREATE OR REPLACE VIEW @workspace@.module_status WITH (security_barrier = true) AS
SELECT m.position, m.module, m.module_zh, m.rows, m.open, m.last_at,
	CASE WHEN m.rows = 0 THEN 'empty' WHEN m.open > 0 THEN 'open' ELSE 'ready' END AS state, m.open_means
FROM (
	SELECT 1 AS position, 'subjects' AS module, '考核对象' AS module_zh, count(*) AS rows,
		count(*) FILTER (WHERE NOT EXISTS (SELECT FROM @workspace@.group_member AS g WHERE g.subject_id = s.subject_id)) AS open,
		NULL::timestamptz AS last_at, 'subjects in no group' AS open_means
	FROM @workspace@.subject AS s
	UNION ALL
	SELECT 2, 'periods', '考核周期', count(*), count(*) FILTER (WHERE p.ends_on >= (SELECT @workspace@.today())), NULL, 'periods that are not over'
	FROM @workspace@.period AS p
	UNION ALL
	SELECT 3, 'indicators', '指标库', count(*), count(*) FILTER (WHERE i.state = 'proposed'), NULL, 'proposed ones'
	FROM @workspace@.indicator AS i
	UNION ALL
	SELECT 4, 'schemes', '方案', count(*), count(*) FILTER (WHERE v.state <> 'sealed'), max(coalesce(v.sealed_at, v.drafted_at)), 'versions that are not sealed'
	FROM @workspace@.scheme_version AS v
	UNION ALL
	SELECT 5, 'sources', '数据来源', count(*), 0, NULL, NULL FROM @workspace@.source AS s
	UNION ALL
	SELECT 6, 'readings', '指标读数',
		(SELECT count(*) FROM @workspace@.reading_tail)
			+ (SELECT coalesce(sum(greatest(c.reltuples, 0)), 0)::bigint
			   FROM pg_catalog.pg_partition_tree('@workspace:literal@.reading_history') AS h
			       JOIN pg_catalog.pg_class AS c ON c.oid = h.relid AND h.isleaf),
		(SELECT count(*) FROM @workspace@.reading_tail), (SELECT max(t.recorded_at) FROM @workspace@.reading_tail AS t), 'readings that are not folded'
	UNION ALL
	SELECT 7, 'events', '扣分加分事件', count(*), count(*) FILTER (WHERE e.decision = 'pending'), max(e.posted_at), 'events that are not decided'
	FROM @workspace@.decided_event AS e
	UNION ALL
	SELECT 8, 'ratings', '评价打分', count(*), 0, max(r.rated_at), NULL FROM @workspace@.rating AS r
	UNION ALL
	SELECT 9, 'cards', '计分卡', (SELECT greatest(c.reltuples, 0)::bigint FROM pg_catalog.pg_class AS c WHERE c.oid = '@workspace:literal@.card'::regclass),
		0, (SELECT max(j.finished_at) FROM @workspace@.job AS j WHERE j.kind = 'fold'), NULL
	UNION ALL
	SELECT 10, 'jobs', '批处理作业', count(*), count(*) FILTER (WHERE j.state <> 'done'), max(j.updated_at), 'jobs that run, failed or were cancelled'
	FROM @workspace@.job_progress AS j
	UNION ALL
	SELECT 11, 'runs', '考核批次', count(*),
		count(*) FILTER (WHERE r.state <> 'final' AND r.purpose = 'assessment' AND r.superseded_by IS NULL), max(r.assessed_at),
		'runs that are not final, nor superseded'
	FROM @workspace@.run AS r
	UNION ALL
	SELECT 12, 'publications', '公示公开', count(*),
		count(*) FILTER (WHERE b.kind = 'preliminary' AND r.state = 'published' AND r.superseded_by IS NULL), max(b.published_at),
		'results that are published and not final'
	FROM @workspace@.publication AS b LEFT JOIN @workspace@.run AS r ON r.run_id = b.run_id
	UNION ALL
	SELECT 13, 'objections', '异议申诉', count(*), count(*) FILTER (WHERE o.state = 'open'), max(coalesce(o.answered_at, o.raised_at)),
		'objections without an answer'
	FROM @workspace@.objection AS o
) AS m
WHERE (SELECT @workspace@.sees_all());
COMMENT ON VIEW @workspace@.module_status IS 'status board: what there is of everything, and what is open (运行状态)';
COMMENT ON COLUMN @workspace@.module_status.position IS 'order (次序)';
COMMENT ON COLUMN @workspace@.module_status.module IS 'part of the workspace (模块)';
COMMENT ON COLUMN @workspace@.module_status.module_zh IS 'its Chinese name (模块中文名)';
COMMENT ON COLUMN @workspace@.module_status.rows IS 'how many there are; readings of the history and cards as the server estimates (数量)';
COMMENT ON COLUMN @workspace@.module_status.open IS 'how many wait for something (待办数)';
COMMENT ON COLUMN @workspace@.module_status.last_at IS 'last change, where that is known (最近变动时间)';
COMMENT ON COLUMN @workspace@.module_status.state IS 'empty, open or ready (状态)';
COMMENT ON COLUMN @workspace@.module_status.open_means IS 'what open counts (待办含义)';
