-- Every point of a score, line by line, each with the fact that it rests on.

-- The fact behind each reading of a participant: of those that count the one
-- for the period itself, else the last one that rolls up to it. A parameter
-- that is NULL restricts nothing.
CREATE OR REPLACE FUNCTION @workspace@.counting_fact_as_of(valid date, known timestamptz, of_period integer, of_group integer, of_subject bigint)
RETURNS TABLE (group_id integer, period_id integer, subject_id bigint, item integer, source text, evidence text,
	recorded_by text, recorded_at timestamptz)
LANGUAGE sql STABLE PARALLEL SAFE
BEGIN ATOMIC
	SELECT DISTINCT ON (f.group_id, f.period_id, f.subject_id, f.item)
		f.group_id, f.period_id, f.subject_id, f.item, f.source, f.evidence, f.recorded_by, f.recorded_at
	FROM (SELECT m.group_id, m.period_id, m.subject_id, m.part_id, m.ends_on, r.item, 1 AS precedence, s.code AS source, r.evidence,
	          r.recorded_by, r.recorded_at, r.reading_id AS fact_id
	      FROM @workspace@.participant_part_as_of($1, $3, $4, $5) AS m
	          JOIN @workspace@.reading AS r ON r.subject_id = m.subject_id AND r.period_id = m.part_id
	          LEFT JOIN @workspace@.source AS s ON s.source_id = r.source_id
	      WHERE ($2 IS NULL OR r.recorded_at <= $2)
	          AND ($1 IS NULL OR (r.valid_from <= $1 OR r.valid_from IS NULL) AND (r.valid_to > $1 OR r.valid_to IS NULL))
	      UNION ALL
	      SELECT m.group_id, m.period_id, m.subject_id, m.part_id, m.ends_on, x.item, 2, o.code, e.evidence, e.posted_by, e.posted_at, e.event_id
	      FROM @workspace@.participant_part_as_of($1, $3, $4, $5) AS m
	          JOIN @workspace@.event_state_as_of($1, $2, $3) AS e ON e.subject_id = m.subject_id AND e.period_id = m.part_id
	          LEFT JOIN @workspace@.indicator AS i ON i.pending_of = e.item
	          LEFT JOIN @workspace@.subject AS o ON o.subject_id = e.office_id,
	          LATERAL (SELECT CASE e.decision WHEN 'valid' THEN e.item WHEN 'pending' THEN i.item END AS item) AS x
	      WHERE x.item IS NOT NULL
	      UNION ALL
	      SELECT m.group_id, m.period_id, m.subject_id, m.part_id, m.ends_on, x.item, 3, g.rater_role, NULL, NULL, g.rated_at, g.rating_id
	      FROM @workspace@.participant_part_as_of($1, $3, $4, $5) AS m
	          JOIN @workspace@.counted_rating_as_of($2, $3) AS g ON g.subject_id = m.subject_id AND g.period_id = m.part_id
	          JOIN @workspace@.indicator AS i ON i.criterion = g.criterion AND i.rater_role = g.rater_role AND i.fact = 'rating',
	          LATERAL (SELECT i.item UNION ALL SELECT q.item FROM @workspace@.recognition_rule AS q WHERE i.item IN (q.difficulty_item, q.precision_item)) AS x
	      WHERE i.min_raters = 1) AS f
		JOIN @workspace@.indicator AS i ON i.item = f.item
	ORDER BY f.group_id, f.period_id, f.subject_id, f.item, f.part_id = f.period_id DESC,
		CASE WHEN i.roll_up = 'last' THEN f.ends_on END DESC, f.precedence DESC, f.recorded_at DESC, f.fact_id DESC;
END;
COMMENT ON FUNCTION @workspace@.counting_fact_as_of(date, timestamptz, integer, integer, bigint) IS
	'the fact that each reading of a participant rests on (读数的事实依据)';

-- The same of the facts as they are. A view of its own, as a function in a view
-- would read the facts with the rights of whoever asks.
CREATE OR REPLACE VIEW @workspace@.counting_fact AS
SELECT DISTINCT ON (f.group_id, f.period_id, f.subject_id, f.item)
	f.group_id, f.period_id, f.subject_id, f.item, f.source, f.evidence, f.recorded_by, f.recorded_at
FROM (SELECT m.group_id, m.period_id, m.subject_id, m.part_id, r.item, 1 AS precedence, s.code AS source, r.evidence,
          r.recorded_by, r.recorded_at, r.reading_id AS fact_id
      FROM @workspace@.participant_part AS m
          JOIN @workspace@.reading AS r ON r.subject_id = m.subject_id AND r.period_id = m.part_id
          LEFT JOIN @workspace@.source AS s ON s.source_id = r.source_id
      UNION ALL
      SELECT m.group_id, m.period_id, m.subject_id, m.part_id, x.item, 2, o.code, e.evidence, e.posted_by, e.posted_at, e.event_id
      FROM @workspace@.participant_part AS m
          JOIN @workspace@.decided_event AS e ON e.subject_id = m.subject_id AND e.period_id = m.part_id
          LEFT JOIN @workspace@.indicator AS i ON i.pending_of = e.item
          LEFT JOIN @workspace@.subject AS o ON o.subject_id = e.office_id,
          LATERAL (SELECT CASE e.decision WHEN 'valid' THEN e.item WHEN 'pending' THEN i.item END AS item) AS x
      WHERE x.item IS NOT NULL
      UNION ALL
      SELECT m.group_id, m.period_id, m.subject_id, m.part_id, x.item, 3, g.rater_role, NULL, NULL, g.rated_at, g.rating_id
      FROM @workspace@.participant_part AS m
          JOIN @workspace@.counted_rating AS g ON g.subject_id = m.subject_id AND g.period_id = m.part_id
          JOIN @workspace@.indicator AS i ON i.criterion = g.criterion AND i.rater_role = g.rater_role AND i.fact = 'rating',
          LATERAL (SELECT i.item UNION ALL SELECT q.item FROM @workspace@.recognition_rule AS q WHERE i.item IN (q.difficulty_item, q.precision_item)) AS x
      WHERE i.min_raters = 1) AS f
	JOIN @workspace@.indicator AS i ON i.item = f.item
	JOIN @workspace@.period AS p ON p.period_id = f.part_id
ORDER BY f.group_id, f.period_id, f.subject_id, f.item, f.part_id = f.period_id DESC,
	CASE WHEN i.roll_up = 'last' THEN p.ends_on END DESC, f.precedence DESC, f.recorded_at DESC, f.fact_id DESC;
COMMENT ON VIEW @workspace@.counting_fact IS 'the fact that each reading of a participant rests on (读数的事实依据)';

CREATE OR REPLACE VIEW @workspace@.standing_line WITH (security_barrier = true) AS
SELECT c.scheme_id, c.period_id, c.group_id, c.subject_id, c.version_id, e.line_no, e.node, e.parent, e.path, e.label,
	e.reading, e.rule, e.raw_points, e.weight, e.points, e.status, e.note,
	i.item, i.code AS indicator, i.name AS indicator_name, i.name_zh AS indicator_name_zh,
	f.source, f.evidence, f.recorded_by, f.recorded_at
FROM @workspace@.participant_card AS c
	CROSS JOIN LATERAL perfeval.explain(c.card, c.rubric) WITH ORDINALITY
		AS e (node, parent, path, label, reading, rule, raw_points, weight, points, status, note, line_no)
	LEFT JOIN @workspace@.sealed_node AS n ON n.version_id = c.version_id AND n.group_id = c.group_id AND n.node = e.node
	LEFT JOIN @workspace@.indicator AS i ON i.item = n.item
	LEFT JOIN @workspace@.counting_fact AS f
		ON f.group_id = c.group_id AND f.period_id = c.period_id AND f.subject_id = c.subject_id AND f.item = i.item
WHERE (SELECT @workspace@.sees_all()) OR c.subject_id IN (SELECT unnest(@workspace@.visible_subjects()));
COMMENT ON VIEW @workspace@.standing_line IS 'lines of each score; their points add up to it (得分明细)';
COMMENT ON COLUMN @workspace@.standing_line.scheme_id IS 'scheme (方案编号)';
COMMENT ON COLUMN @workspace@.standing_line.period_id IS 'period (周期编号)';
COMMENT ON COLUMN @workspace@.standing_line.group_id IS 'group (分组编号)';
COMMENT ON COLUMN @workspace@.standing_line.subject_id IS 'subject (考核对象编号)';
COMMENT ON COLUMN @workspace@.standing_line.version_id IS 'version of the scheme (方案版本)';
COMMENT ON COLUMN @workspace@.standing_line.line_no IS 'number of the line (序号)';
COMMENT ON COLUMN @workspace@.standing_line.node IS 'node of the rubric (节点号)';
COMMENT ON COLUMN @workspace@.standing_line.parent IS 'node above (上级节点)';
COMMENT ON COLUMN @workspace@.standing_line.path IS 'place in the rubric (位置)';
COMMENT ON COLUMN @workspace@.standing_line.label IS 'name (名称)';
COMMENT ON COLUMN @workspace@.standing_line.reading IS 'what was measured (读数)';
COMMENT ON COLUMN @workspace@.standing_line.rule IS 'rule in words (计分规则)';
COMMENT ON COLUMN @workspace@.standing_line.raw_points IS 'points of the node by itself (原始分)';
COMMENT ON COLUMN @workspace@.standing_line.weight IS 'weight (权重)';
COMMENT ON COLUMN @workspace@.standing_line.points IS 'points that it contributes to the score (得分)';
COMMENT ON COLUMN @workspace@.standing_line.status IS 'ok, missing, not_applicable, exempt or error (状态)';
COMMENT ON COLUMN @workspace@.standing_line.note IS 'what was done about a gap (说明)';
COMMENT ON COLUMN @workspace@.standing_line.item IS 'number of the indicator (指标编号)';
COMMENT ON COLUMN @workspace@.standing_line.indicator IS 'code of the indicator (指标代码)';
COMMENT ON COLUMN @workspace@.standing_line.indicator_name IS 'name of the indicator (指标)';
COMMENT ON COLUMN @workspace@.standing_line.indicator_name_zh IS 'Chinese name of the indicator (指标中文名)';
COMMENT ON COLUMN @workspace@.standing_line.source IS 'where the fact comes from: source, posting office or role of the raters (数据来源)';
COMMENT ON COLUMN @workspace@.standing_line.evidence IS 'what proves it (佐证材料)';
COMMENT ON COLUMN @workspace@.standing_line.recorded_by IS 'who recorded it; not shown of ratings (记录人)';
COMMENT ON COLUMN @workspace@.standing_line.recorded_at IS 'when it was recorded (记录时间)';

CREATE OR REPLACE FUNCTION @workspace@.standing_line_as_of(valid date DEFAULT NULL, known timestamptz DEFAULT NULL,
	period_id integer DEFAULT NULL, group_id integer DEFAULT NULL, subject_id bigint DEFAULT NULL)
RETURNS SETOF @workspace@.standing_line
LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
SET plan_cache_mode = force_custom_plan
SET work_mem = '64MB'
SET jit = off
AS $$
DECLARE
	actor constant text := @workspace@.require('see standings of the past', '{operator,auditor}');
BEGIN
	RETURN QUERY
	SELECT c.scheme_id, c.period_id, c.group_id, c.subject_id, c.version_id, e.line_no, e.node, e.parent, e.path, e.label,
		e.reading, e.rule, e.raw_points, e.weight, e.points, e.status, e.note,
		i.item, i.code, i.name, i.name_zh, f.source, f.evidence, f.recorded_by, f.recorded_at
	FROM @workspace@.participant_card_as_of($1, $2, $3, $4, $5) AS c
		CROSS JOIN LATERAL perfeval.explain(c.card, c.rubric) WITH ORDINALITY
			AS e (node, parent, path, label, reading, rule, raw_points, weight, points, status, note, line_no)
		LEFT JOIN @workspace@.sealed_node AS n ON n.version_id = c.version_id AND n.group_id = c.group_id AND n.node = e.node
		LEFT JOIN @workspace@.indicator AS i ON i.item = n.item
		LEFT JOIN @workspace@.counting_fact_as_of($1, $2, $3, $4, $5) AS f
			ON f.group_id = c.group_id AND f.period_id = c.period_id AND f.subject_id = c.subject_id AND f.item = i.item;
END
$$;
COMMENT ON FUNCTION @workspace@.standing_line_as_of(date, timestamptz, integer, integer, bigint) IS
	'lines of scores from what holds on a day (valid) and was known at a time (known); NULL: no limit (历史时点得分明细)';
