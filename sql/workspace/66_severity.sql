-- How severe raters are, and what that does to a panel's means. A correction is
-- never part of a mean: an indicator with severity_of is an item of its own, its
-- readings are what apply_severity writes, and a rubric adds it as a line.
--
-- What has a rater's name in it is for those who see all; of a subject there is
-- its correction alone.

-- Marks that are in the means that count: of anonymous panels as they were
-- released, so that a correction tells no more than the mean does.
CREATE OR REPLACE VIEW @workspace@.severity_mark AS
SELECT c.subject_id, c.period_id, i.item, c.rater_id, c.value
FROM @workspace@.counted_rating AS c
	JOIN @workspace@.indicator AS i ON i.fact = 'rating' AND i.criterion = c.criterion AND i.rater_role = c.rater_role
WHERE i.min_raters = 1
UNION ALL
SELECT e.subject_id, e.period_id, e.item, r.rater_id, r.value
FROM @workspace@.released_rating AS e
	CROSS JOIN LATERAL unnest(e.ratings) AS u (rating_id)
	JOIN @workspace@.rating AS r ON r.subject_id = e.subject_id AND r.rating_id = u.rating_id
WHERE e.value IS NOT NULL;
COMMENT ON VIEW @workspace@.severity_mark IS 'marks in the means that count (计入均值的打分)';

-- Least squares over each panel of a period: subjects are the units. A panel of
-- more marks than rater_severity takes has none, nor has a component of too many
-- raters, and says so.
CREATE OR REPLACE VIEW @workspace@.severity_estimate AS
SELECT p.item, p.period_id, s.rater AS rater_id, s.component, max(s.component) OVER (PARTITION BY p.item, p.period_id) AS components,
	s.ratings, s.severity, s.shrunk, s.estimable, s.constant
FROM (SELECT m.item, m.period_id, array_agg(m.subject_id) AS units, array_agg(m.rater_id) AS raters, array_agg(m.value) AS scores,
          count(*) <= 1000000 AS can_be
      FROM @workspace@.severity_mark AS m GROUP BY m.item, m.period_id) AS p
	LEFT JOIN @workspace@.indicator AS c ON c.severity_of = p.item
	CROSS JOIN LATERAL perfeval.rater_severity(CASE WHEN p.can_be THEN p.units ELSE '{}' END, CASE WHEN p.can_be THEN p.raters ELSE '{}' END,
		CASE WHEN p.can_be THEN p.scores ELSE '{}' END, coalesce(c.severity_digits, 6), coalesce(c.severity_shrink, 0)) AS s;
COMMENT ON VIEW @workspace@.severity_estimate IS 'severity of each rater of a panel (各评价人宽严程度估计)';

CREATE OR REPLACE VIEW @workspace@.rater_severity_now WITH (security_barrier = true) AS
SELECT e.period_id, p.code AS period, e.item, i.code AS indicator, i.name AS indicator_name, i.name_zh AS indicator_name_zh, i.criterion, i.rater_role,
	e.rater_id, r.code AS rater, r.name AS rater_name, r.name_zh AS rater_name_zh, e.ratings, e.severity, e.shrunk, e.component, e.components,
	CASE WHEN e.estimable IS NULL THEN 'too many raters in its component' WHEN NOT e.estimable THEN 'not estimable' WHEN e.components > 1 AND e.constant THEN 'within its component, always the same mark'
	     WHEN e.components > 1 THEN 'within its component' WHEN e.constant THEN 'always the same mark' END AS flag
FROM @workspace@.severity_estimate AS e
	JOIN @workspace@.period AS p ON p.period_id = e.period_id
	JOIN @workspace@.indicator AS i ON i.item = e.item
	JOIN @workspace@.subject AS r ON r.subject_id = e.rater_id
WHERE (SELECT @workspace@.sees_all());
COMMENT ON VIEW @workspace@.rater_severity_now IS 'how much higher each rater marks than others mark the same subjects; for those who see all (评价人宽严程度)';
COMMENT ON COLUMN @workspace@.rater_severity_now.period_id IS 'period of the marks (周期编号)';
COMMENT ON COLUMN @workspace@.rater_severity_now.period IS 'code of the period (周期)';
COMMENT ON COLUMN @workspace@.rater_severity_now.item IS 'indicator of the panel (指标编号)';
COMMENT ON COLUMN @workspace@.rater_severity_now.indicator IS 'code of the indicator (指标代码)';
COMMENT ON COLUMN @workspace@.rater_severity_now.indicator_name IS 'name of the indicator (指标)';
COMMENT ON COLUMN @workspace@.rater_severity_now.indicator_name_zh IS 'Chinese name of the indicator (指标中文名)';
COMMENT ON COLUMN @workspace@.rater_severity_now.criterion IS 'what is rated (评价内容)';
COMMENT ON COLUMN @workspace@.rater_severity_now.rater_role IS 'role of the rater (评价主体)';
COMMENT ON COLUMN @workspace@.rater_severity_now.rater_id IS 'rater (评分人编号)';
COMMENT ON COLUMN @workspace@.rater_severity_now.rater IS 'code of the rater (评分人代码)';
COMMENT ON COLUMN @workspace@.rater_severity_now.rater_name IS 'name of the rater (评分人)';
COMMENT ON COLUMN @workspace@.rater_severity_now.rater_name_zh IS 'Chinese name of the rater (评分人中文名)';
COMMENT ON COLUMN @workspace@.rater_severity_now.ratings IS 'marks that are in means (打分数)';
COMMENT ON COLUMN @workspace@.rater_severity_now.severity IS 'above 0: marks higher than others; NULL: nobody else marked a subject of its (宽严值)';
COMMENT ON COLUMN @workspace@.rater_severity_now.shrunk IS 'the same, less for few marks, as the correction takes it (收缩后宽严值)';
COMMENT ON COLUMN @workspace@.rater_severity_now.component IS 'raters of one component can be compared (连通分量)';
COMMENT ON COLUMN @workspace@.rater_severity_now.components IS 'components of the panel (连通分量数)';
COMMENT ON COLUMN @workspace@.rater_severity_now.flag IS 'what to know of it (提示)';

-- ---- corrections

-- What the corrections come to as marks are now: the mean of the marks less the
-- severities of who gave them, less the mean; both trimmed as the panel is.
CREATE OR REPLACE VIEW @workspace@.severity_due AS
SELECT u.subject_id, u.period_id, u.item,
	CASE WHEN u.obstacle IS NULL THEN round((u.sum_adjusted - u.sum_raw) / (u.raters - 2 * u.drop_each), u.digits) END AS value,
	coalesce(u.obstacle, format('component %s of %s, marks: %s', u.component, u.components, u.raters)
		|| CASE WHEN u.components > 1 THEN '; comparable within it alone (仅连通分量内可比)' ELSE '' END) AS evidence,
	u.components, u.obstacle
FROM (SELECT k.subject_id, k.period_id, c.item, c.severity_digits AS digits, k.drop_each, k.raters, max(k.component) AS component, max(k.components) AS components,
          CASE WHEN bool_or(k.component IS NULL) THEN 'the panel has too many marks to tell the severity of raters (打分过多，未修正)'
               WHEN bool_or(k.estimable IS NULL) THEN 'too many raters are connected to tell their severity (评价人过多，未修正)'
               WHEN max(k.components) > 1 AND c.severity_disconnected = 'refuse'
               THEN format('refused: raters and subjects fall into %s components that cannot be compared (评价人与对象不连通，未修正)', max(k.components))
               WHEN NOT bool_and(k.estimable) THEN 'not estimable: its rater marks nobody that others mark (宽严无法估计，未修正)'
               WHEN k.raters <= 2 * k.drop_each THEN 'too few raters to trim (评价人不足，未修正)' END AS obstacle,
          sum(k.value - k.shrunk) FILTER (WHERE k.place_adjusted > k.drop_each AND k.place_adjusted <= k.raters - k.drop_each) AS sum_adjusted,
          sum(k.value) FILTER (WHERE k.place > k.drop_each AND k.place <= k.raters - k.drop_each) AS sum_raw
      FROM (SELECT m.subject_id, m.period_id, m.item, m.value, e.component, e.components, e.estimable, e.shrunk, x.drop_each,
                count(*) OVER (PARTITION BY m.subject_id, m.period_id, m.item) AS raters,
                row_number() OVER (PARTITION BY m.subject_id, m.period_id, m.item ORDER BY m.value, m.rater_id) AS place,
                row_number() OVER (PARTITION BY m.subject_id, m.period_id, m.item ORDER BY m.value - e.shrunk, m.rater_id) AS place_adjusted
            FROM @workspace@.severity_mark AS m
                JOIN @workspace@.indicator AS x ON x.item = m.item
                LEFT JOIN @workspace@.severity_estimate AS e ON e.item = m.item AND e.period_id = m.period_id AND e.rater_id = m.rater_id) AS k
          JOIN @workspace@.indicator AS c ON c.severity_of = k.item
      GROUP BY k.subject_id, k.period_id, c.item, c.severity_digits, c.severity_disconnected, k.drop_each, k.raters) AS u;
COMMENT ON VIEW @workspace@.severity_due IS 'corrections as marks are now (应有的宽严修正)';

CREATE OR REPLACE VIEW @workspace@.severity_reading AS
SELECT DISTINCT ON (r.subject_id, r.period_id, r.item) r.subject_id, r.period_id, r.item, r.value, r.status, r.evidence, r.recorded_at
FROM @workspace@.indicator AS c
	JOIN @workspace@.reading AS r ON r.item = c.item
WHERE c.severity_of IS NOT NULL
ORDER BY r.subject_id, r.period_id, r.item, r.recorded_at DESC, r.reading_id DESC;
COMMENT ON VIEW @workspace@.severity_reading IS 'corrections as they were written last (已登记的宽严修正)';

-- What apply_severity would write. A correction that there is no ground for any
-- more goes missing.
CREATE OR REPLACE VIEW @workspace@.severity_change AS
SELECT coalesce(d.subject_id, r.subject_id) AS subject_id, coalesce(d.period_id, r.period_id) AS period_id, coalesce(d.item, r.item) AS item,
	d.value, coalesce(d.evidence, 'no marks any more (已无打分)') AS evidence
FROM @workspace@.severity_due AS d
	FULL JOIN @workspace@.severity_reading AS r ON r.subject_id = d.subject_id AND r.period_id = d.period_id AND r.item = d.item
WHERE (d.value, coalesce(d.evidence, 'no marks any more (已无打分)'), CASE WHEN d.value IS NULL THEN 'missing' END) IS DISTINCT FROM (r.value, r.evidence, r.status);
COMMENT ON VIEW @workspace@.severity_change IS 'corrections that are not as marks are now (待更新的宽严修正)';

CREATE OR REPLACE PROCEDURE @workspace@.apply_severity(period text, INOUT corrected bigint DEFAULT NULL)
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
SET jit = off
SET plan_cache_mode = force_custom_plan
AS $$
DECLARE
	actor constant text := @workspace@.require('correct the severity of raters', '{operator}');
	of_period constant integer := @workspace@.find_period($1);
	wrong record;
	part integer;
	changed bigint;
	refused bigint := 0;
BEGIN
	SELECT c.code, x.code AS target, x.fact INTO wrong
	FROM @workspace@.indicator AS c JOIN @workspace@.indicator AS x ON x.item = c.severity_of WHERE x.fact <> 'rating' LIMIT 1;
	IF FOUND THEN
		RAISE EXCEPTION 'indicator "%" corrects "%", which is no mean of ratings but of fact %', wrong.code, wrong.target, wrong.fact
			USING ERRCODE = 'object_not_in_prerequisite_state', HINT = 'Name an indicator with fact ''rating'' in severity_of.';
	END IF;
	LOCK TABLE @workspace@.rating_release IN SHARE ROW EXCLUSIVE MODE;
	INSERT INTO @workspace@.source (code, label, label_zh, kind) VALUES ('severity', 'Severity of raters', '评价人宽严修正', 'scheme') ON CONFLICT (code) DO NOTHING;
	corrected := 0;
	-- Period by period, so that each question is about the marks of one.
	FOR part IN SELECT pp.part_id FROM @workspace@.period_part AS pp WHERE pp.period_id = of_period ORDER BY pp.part_id LOOP
		INSERT INTO @workspace@.reading (subject_id, period_id, item, value, status, source_id, evidence, recorded_at, recorded_by)
		SELECT c.subject_id, c.period_id, c.item, c.value, CASE WHEN c.value IS NULL THEN 'missing' END,
			(SELECT s.source_id FROM @workspace@.source AS s WHERE s.code = 'severity'), c.evidence, clock_timestamp(), actor
		FROM @workspace@.severity_change AS c WHERE c.period_id = part;
		GET DIAGNOSTICS changed = ROW_COUNT;
		corrected := corrected + changed;
		refused := refused + (SELECT count(*) FROM @workspace@.severity_due AS d WHERE d.period_id = part AND d.obstacle IS NOT NULL);
	END LOOP;
	IF refused > 0 THEN
		RAISE NOTICE '% means are not corrected: view severity_status says why', refused;
	END IF;
	IF corrected > 0 THEN
		PERFORM @workspace@.record_act('apply_severity', $1, NULL, jsonb_build_object('corrected', corrected, 'not_corrected', refused));
	END IF;
END
$$;
COMMENT ON PROCEDURE @workspace@.apply_severity(text, bigint) IS
	'writes the corrections for the severity of raters of a period and its parts, those that changed (应用宽严修正)';

-- A run does not rest on corrections of marks that are not those of its means.
CREATE OR REPLACE FUNCTION @workspace@.check_severity(of_scheme integer, of_period integer) RETURNS void
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp
SET plan_cache_mode = force_custom_plan
SET jit = off
AS $$
DECLARE
	corrections constant integer[] := ARRAY(
		SELECT DISTINCT c.item FROM @workspace@.rubric_in_force AS r JOIN @workspace@.indicator AS c ON c.item = ANY (r.items)
		WHERE r.scheme_id = $1 AND r.period_id = $2 AND c.severity_of IS NOT NULL);
	part integer;
	stale bigint := 0;
BEGIN
	IF corrections = '{}' THEN
		RETURN;
	END IF;
	FOR part IN SELECT pp.part_id FROM @workspace@.period_part AS pp WHERE pp.period_id = $2 LOOP
		stale := stale + (SELECT count(*) FROM @workspace@.severity_change AS c WHERE c.period_id = part AND c.item = ANY (corrections));
	END LOOP;
	IF stale > 0 THEN
		RAISE EXCEPTION 'severity corrections of scheme "%" in period % are not what the marks come to: subjects concerned %',
				(SELECT s.code FROM @workspace@.scheme AS s WHERE s.scheme_id = $1), (SELECT p.code FROM @workspace@.period AS p WHERE p.period_id = $2), stale
			USING ERRCODE = 'object_not_in_prerequisite_state', HINT = 'CALL apply_severity first; view severity_status says what changed.';
	END IF;
END
$$;
COMMENT ON FUNCTION @workspace@.check_severity(integer, integer) IS 'refuses corrections that are not up to date (检查宽严修正是否最新)';

CREATE OR REPLACE VIEW @workspace@.severity_status WITH (security_barrier = true) AS
SELECT x.period_id, p.code AS period, x.item, c.code AS indicator, c.name AS indicator_name, c.name_zh AS indicator_name_zh, t.code AS corrects,
	c.severity_disconnected AS on_disconnected, max(x.components) AS components, count(*) FILTER (WHERE x.value IS NOT NULL) AS corrected,
	count(*) FILTER (WHERE x.obstacle IS NOT NULL) AS not_corrected, min(x.obstacle) AS reason,
	count(*) FILTER (WHERE x.stale) AS stale, max(x.recorded_at) AS applied_at
FROM (SELECT coalesce(d.period_id, r.period_id) AS period_id, coalesce(d.item, r.item) AS item, d.components, d.value, d.obstacle, r.recorded_at,
          (d.value, coalesce(d.evidence, 'no marks any more (已无打分)'), CASE WHEN d.value IS NULL THEN 'missing' END)
              IS DISTINCT FROM (r.value, r.evidence, r.status) AS stale
      FROM @workspace@.severity_due AS d
          FULL JOIN @workspace@.severity_reading AS r ON r.subject_id = d.subject_id AND r.period_id = d.period_id AND r.item = d.item) AS x
	JOIN @workspace@.period AS p ON p.period_id = x.period_id
	JOIN @workspace@.indicator AS c ON c.item = x.item
	JOIN @workspace@.indicator AS t ON t.item = c.severity_of
WHERE (SELECT @workspace@.sees_all())
GROUP BY x.period_id, p.code, x.item, c.code, c.name, c.name_zh, t.code, c.severity_disconnected;
COMMENT ON VIEW @workspace@.severity_status IS 'corrections of each panel, why there is none, and whether they are up to date; for those who see all (宽严修正情况)';
COMMENT ON COLUMN @workspace@.severity_status.period_id IS 'period of the marks (周期编号)';
COMMENT ON COLUMN @workspace@.severity_status.period IS 'code of the period (周期)';
COMMENT ON COLUMN @workspace@.severity_status.item IS 'indicator with the correction (修正指标编号)';
COMMENT ON COLUMN @workspace@.severity_status.indicator IS 'its code (修正指标代码)';
COMMENT ON COLUMN @workspace@.severity_status.indicator_name IS 'its name (修正指标)';
COMMENT ON COLUMN @workspace@.severity_status.indicator_name_zh IS 'its Chinese name (修正指标中文名)';
COMMENT ON COLUMN @workspace@.severity_status.corrects IS 'code of the indicator that it corrects (被修正指标代码)';
COMMENT ON COLUMN @workspace@.severity_status.on_disconnected IS 'refuse or within (不连通时的处理)';
COMMENT ON COLUMN @workspace@.severity_status.components IS 'connected components of raters and subjects (连通分量数)';
COMMENT ON COLUMN @workspace@.severity_status.corrected IS 'subjects whose mean is corrected (已修正对象数)';
COMMENT ON COLUMN @workspace@.severity_status.not_corrected IS 'subjects whose mean cannot be (未修正对象数)';
COMMENT ON COLUMN @workspace@.severity_status.reason IS 'why not; of several reasons one (未修正原因)';
COMMENT ON COLUMN @workspace@.severity_status.stale IS 'subjects for whom apply_severity is to be called (待更新对象数)';
COMMENT ON COLUMN @workspace@.severity_status.applied_at IS 'last correction that was written (最近登记时间)';
