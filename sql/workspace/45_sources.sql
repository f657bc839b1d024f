-- Sources: how fresh they are, where two of them disagree, and what can be
-- pulled from them: a table, a foreign one for instance, or another scheme.

CREATE OR REPLACE VIEW @workspace@.source_freshness WITH (security_invoker = true) AS
SELECT s.source_id, s.code AS source, s.label, s.label_zh, s.kind, o.code AS owner, r.readings, r.last_recorded_at, l.last_loaded_at,
	round(extract(epoch FROM s.max_age) / 86400, 2) AS max_age_days,
	round(extract(epoch FROM now() - greatest(r.last_recorded_at, l.last_loaded_at)) / 86400, 2) AS age_days,
	s.max_age IS NOT NULL AND coalesce(now() - greatest(r.last_recorded_at, l.last_loaded_at) > s.max_age, true) AS stale
FROM @workspace@.source AS s
	LEFT JOIN @workspace@.subject AS o ON o.subject_id = s.owner_id
	LEFT JOIN (SELECT x.source_id, count(*) AS readings, max(x.recorded_at) AS last_recorded_at
	           FROM @workspace@.reading AS x WHERE x.source_id IS NOT NULL GROUP BY x.source_id) AS r ON r.source_id = s.source_id
	LEFT JOIN (SELECT x.source_id, max(x.finished_at) AS last_loaded_at
	           FROM @workspace@.load_record AS x GROUP BY x.source_id) AS l ON l.source_id = s.source_id;
COMMENT ON VIEW @workspace@.source_freshness IS 'how old the last word of each source is; looks at all readings (数据来源时效)';
COMMENT ON COLUMN @workspace@.source_freshness.source_id IS 'number (编号)';
COMMENT ON COLUMN @workspace@.source_freshness.source IS 'code (代码)';
COMMENT ON COLUMN @workspace@.source_freshness.label IS 'name (名称)';
COMMENT ON COLUMN @workspace@.source_freshness.label_zh IS 'Chinese name (中文名称)';
COMMENT ON COLUMN @workspace@.source_freshness.kind IS 'self, office, third_party, platform, survey or scheme (种类)';
COMMENT ON COLUMN @workspace@.source_freshness.owner IS 'office that answers for it (责任单位)';
COMMENT ON COLUMN @workspace@.source_freshness.readings IS 'readings that came from it (读数个数)';
COMMENT ON COLUMN @workspace@.source_freshness.last_recorded_at IS 'when the last of them was recorded (最近读数时间)';
COMMENT ON COLUMN @workspace@.source_freshness.last_loaded_at IS 'when it was last loaded, if only to find nothing new (最近装载时间)';
COMMENT ON COLUMN @workspace@.source_freshness.max_age_days IS 'how old its last word may be, in days (时效天数)';
COMMENT ON COLUMN @workspace@.source_freshness.age_days IS 'how old it is, in days (已过天数)';
COMMENT ON COLUMN @workspace@.source_freshness.stale IS 'it is older than it may be, or there is none (是否过期)';

CREATE OR REPLACE VIEW @workspace@.source_conflict WITH (security_invoker = true) AS
WITH said AS NOT MATERIALIZED (
	SELECT DISTINCT ON (r.subject_id, r.period_id, r.item, r.source_id)
		r.subject_id, r.period_id, r.item, r.source_id, r.value, r.status, r.recorded_at, r.reading_id
	FROM @workspace@.reading AS r
	WHERE r.source_id IS NOT NULL
	ORDER BY r.subject_id, r.period_id, r.item, r.source_id, r.recorded_at DESC, r.reading_id DESC
)
SELECT a.subject_id, a.period_id, a.item, s.code AS subject, p.code AS period, i.code AS indicator, i.name_zh AS indicator_zh,
	n.code AS source, a.value, a.status, a.recorded_at,
	o.code AS other_source, b.value AS other_value, b.status AS other_status, b.recorded_at AS other_recorded_at,
	a.value - b.value AS difference
FROM said AS a
	JOIN said AS b ON b.subject_id = a.subject_id AND b.period_id = a.period_id AND b.item = a.item AND b.source_id <> a.source_id
		AND (b.value, b.status) IS DISTINCT FROM (a.value, a.status)
		AND (b.recorded_at, b.reading_id) < (a.recorded_at, a.reading_id)
	JOIN @workspace@.subject AS s ON s.subject_id = a.subject_id
	JOIN @workspace@.period AS p ON p.period_id = a.period_id
	JOIN @workspace@.indicator AS i ON i.item = a.item
	JOIN @workspace@.source AS n ON n.source_id = a.source_id
	JOIN @workspace@.source AS o ON o.source_id = b.source_id;
COMMENT ON VIEW @workspace@.source_conflict IS 'two sources that say different things of one reading; the later counts (数据来源冲突)';
COMMENT ON COLUMN @workspace@.source_conflict.subject_id IS 'whose (考核对象编号)';
COMMENT ON COLUMN @workspace@.source_conflict.period_id IS 'of which period (周期编号)';
COMMENT ON COLUMN @workspace@.source_conflict.item IS 'of which indicator (指标编号)';
COMMENT ON COLUMN @workspace@.source_conflict.subject IS 'code of the subject (考核对象代码)';
COMMENT ON COLUMN @workspace@.source_conflict.period IS 'code of the period (周期)';
COMMENT ON COLUMN @workspace@.source_conflict.indicator IS 'code of the indicator (指标代码)';
COMMENT ON COLUMN @workspace@.source_conflict.indicator_zh IS 'Chinese name of the indicator (指标)';
COMMENT ON COLUMN @workspace@.source_conflict.source IS 'source of the later one (较晚来源)';
COMMENT ON COLUMN @workspace@.source_conflict.value IS 'what it says last (其数值)';
COMMENT ON COLUMN @workspace@.source_conflict.status IS 'or its status (其状态)';
COMMENT ON COLUMN @workspace@.source_conflict.recorded_at IS 'when (其记录时间)';
COMMENT ON COLUMN @workspace@.source_conflict.other_source IS 'the other source (另一来源)';
COMMENT ON COLUMN @workspace@.source_conflict.other_value IS 'what that one says last (另一数值)';
COMMENT ON COLUMN @workspace@.source_conflict.other_status IS 'or its status (另一状态)';
COMMENT ON COLUMN @workspace@.source_conflict.other_recorded_at IS 'when (另一记录时间)';
COMMENT ON COLUMN @workspace@.source_conflict.difference IS 'value less other value (差值)';

CREATE OR REPLACE FUNCTION @workspace@.source_relation(source text) RETURNS regclass
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	about @workspace@.source;
	found regclass;
BEGIN
	SELECT * INTO about FROM @workspace@.source AS s WHERE s.source_id = @workspace@.find_source(source);
	found := to_regclass(about.relation);
	IF found IS NULL THEN
		RAISE EXCEPTION 'source "%" has no table to pull from: %', source, coalesce(quote_literal(about.relation), 'NULL')
			USING ERRCODE = 'undefined_table', HINT = 'Column relation of source holds its name with the schema, quoted as in SQL.';
	END IF;
	RETURN found;
END
$$;
COMMENT ON FUNCTION @workspace@.source_relation(text) IS 'table that a source can be pulled from, or an error (来源表)';

CREATE OR REPLACE PROCEDURE @workspace@.pull_source(source text, on_error text DEFAULT 'refuse', changed_only boolean DEFAULT true)
LANGUAGE plpgsql
AS $$
BEGIN
	CALL @workspace@.load(@workspace@.source_relation(source), on_error, source, changed_only);
END
$$;
COMMENT ON PROCEDURE @workspace@.pull_source(text, text, boolean) IS
	'loads what is new from the table of a source, in the form of load (拉取数据来源)';

-- Only scores that changed become readings, so it can be called every night. A
-- subject that has no score any more is missing.
CREATE OR REPLACE PROCEDURE @workspace@.carry_result(from_scheme text, from_period text, to_indicator text, to_period text DEFAULT NULL,
	source text DEFAULT NULL)
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
SET jit = off
AS $$
DECLARE
	actor constant text := @workspace@.require('carry results', '{operator}');
	the_scheme integer := (SELECT s.scheme_id FROM @workspace@.scheme AS s WHERE s.code = from_scheme);
	the_period constant integer := @workspace@.find_period(from_period);
	target_period constant integer := @workspace@.find_period(coalesce(to_period, from_period));
	target @workspace@.indicator;
	the_source constant integer := CASE WHEN source IS NOT NULL THEN @workspace@.find_source(source) END;
	carried bigint;
	odd record;
BEGIN
	IF the_scheme IS NULL THEN
		RAISE EXCEPTION 'there is no scheme %', coalesce(quote_literal(from_scheme), 'NULL') USING ERRCODE = 'no_data_found';
	END IF;
	IF NOT EXISTS (SELECT FROM @workspace@.version_in_force AS f WHERE f.scheme_id = the_scheme AND f.period_id = the_period) THEN
		RAISE EXCEPTION 'no sealed version of scheme "%" assesses period %', from_scheme, from_period
			USING ERRCODE = 'object_not_in_prerequisite_state';
	END IF;
	SELECT * INTO target FROM @workspace@.indicator AS i WHERE i.item = @workspace@.find_indicator(to_indicator);
	IF target.fact <> 'reading' THEN
		RAISE EXCEPTION 'indicator "%" has no readings of its own: it comes from facts of kind %', target.code, target.fact
			USING ERRCODE = 'object_not_in_prerequisite_state';
	END IF;
	-- A score that is a reading of its own would be another one each time.
	IF EXISTS (SELECT FROM @workspace@.version_in_force AS f
	               JOIN @workspace@.group_rubric AS g ON g.version_id = f.version_id
	               JOIN @workspace@.period_part AS pp ON pp.period_id = f.period_id
	           WHERE f.scheme_id = the_scheme AND f.period_id = the_period AND pp.part_id = target_period AND target.item = ANY (g.items))
	THEN
		RAISE EXCEPTION 'scheme "%" rests on indicator "%" itself', from_scheme, target.code
			USING ERRCODE = 'invalid_recursion', HINT = 'Carry the result to another indicator, or to a later period.';
	END IF;
	CREATE TEMP TABLE perfeval_carried ON COMMIT DROP AS
	SELECT s.subject_id, s.score FROM @workspace@.participant_score AS s WHERE s.scheme_id = the_scheme AND s.period_id = the_period;
	SELECT c.* INTO odd FROM pg_temp.perfeval_carried AS c
	WHERE NOT (c.score > -1e17 AND c.score < 1e17 AND min_scale(c.score) <= 18) LIMIT 1;
	IF FOUND THEN
		RAISE EXCEPTION 'score % of subject % has more digits than a reading can have', odd.score,
				(SELECT s.code FROM @workspace@.subject AS s WHERE s.subject_id = odd.subject_id)
			USING ERRCODE = 'numeric_value_out_of_range', HINT = 'Readings have 17 digits before the point and 18 after it. Round the scores of the scheme.';
	END IF;
	INSERT INTO @workspace@.reading (subject_id, period_id, item, value, status, source_id, note, recorded_by)
	SELECT c.subject_id, target_period, target.item, c.score, CASE WHEN c.score IS NULL THEN 'missing' END, the_source,
		format('result of scheme %s, period %s', from_scheme, from_period), actor
	FROM pg_temp.perfeval_carried AS c
		LEFT JOIN (SELECT DISTINCT ON (r.subject_id) r.subject_id, r.value, r.status, r.source_id
		           FROM @workspace@.reading AS r
		           WHERE r.period_id = target_period AND r.item = target.item
		           ORDER BY r.subject_id, r.recorded_at DESC, r.reading_id DESC) AS k ON k.subject_id = c.subject_id
	WHERE CASE WHEN c.score IS NOT NULL THEN k.value IS DISTINCT FROM c.score ELSE k.value IS NOT NULL END;
	GET DIAGNOSTICS carried = ROW_COUNT;
	DROP TABLE pg_temp.perfeval_carried;
	RAISE NOTICE '% scores of scheme % carried to indicator %', carried, from_scheme, target.code;
	PERFORM @workspace@.record_act('carry_result', from_scheme, NULL, jsonb_build_object('from_period', from_period, 'to_indicator', to_indicator, 'to_period', coalesce(to_period, from_period), 'scores', carried));
END
$$;
COMMENT ON PROCEDURE @workspace@.carry_result(text, text, text, text, text) IS
	'makes the live scores of a scheme readings of an indicator, those that changed (方案结果结转为指标读数)';
