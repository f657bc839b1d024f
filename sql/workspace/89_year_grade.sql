-- Grades of shorter periods and what follows for the longer one. They are read
-- from runs that are on display, published or final, and from nothing else: what
-- nobody has been told yet decides about nobody, and what a year's tier rested
-- on can be looked up later.

-- The periods around an event that their goods are taken for. Its day counts, as
-- far as it is in the period that the event was posted for.
CREATE OR REPLACE VIEW @workspace@.taken_good AS
SELECT g.version_id, e.subject_id, pp.part_id AS period_id, min(q.code) AS taken_in, count(*) AS events
FROM @workspace@.grade_rule AS g
	JOIN @workspace@.decided_event AS e ON e.item = g.taken_by
		AND (e.decision = 'pending' OR e.decision = 'valid' AND g.taken_until = 'rejected')
	JOIN @workspace@.period AS x ON x.period_id = e.period_id
	JOIN @workspace@.period AS q ON q.kind = g.taken_kind AND NOT q.cumulative
		AND least(greatest(e.occurred_on, x.starts_on), x.ends_on) BETWEEN q.starts_on AND q.ends_on
	JOIN @workspace@.period_part AS pp ON pp.period_id = q.period_id
GROUP BY g.version_id, e.subject_id, pp.part_id;
COMMENT ON VIEW @workspace@.taken_good IS 'periods whose goods events take from a subject (被取消良好的周期)';

-- Events are looked up for each good, by its subject: how many there are the
-- planner cannot know, and it would go over all of them for each grade.
CREATE OR REPLACE VIEW @workspace@.graded_period AS
SELECT f.scheme_id, f.period_id AS whole_id, f.version_id, g.source_id, r.period_id, r.run_id, r.state, x.subject_id, x.group_id,
	x.subject, x.subject_name, x.subject_name_zh, x.score, x.tier, coalesce(x.tier <= y.tier, false) AS good, coalesce(x.tier >= z.tier, false) AS fail,
	CASE WHEN x.tier <= y.tier AND EXISTS (SELECT FROM @workspace@.event AS e WHERE e.subject_id = x.subject_id AND e.item = g.taken_by) THEN
		(SELECT min(k.taken_in) FROM @workspace@.taken_good AS k
		 WHERE k.version_id = f.version_id AND k.subject_id = x.subject_id AND k.period_id = r.period_id) END AS taken_in
FROM @workspace@.version_in_force AS f
	JOIN @workspace@.grade_rule AS g ON g.version_id = f.version_id
	JOIN @workspace@.period_part AS pp ON pp.period_id = f.period_id AND pp.part_id <> f.period_id
	JOIN @workspace@.period AS p ON p.period_id = pp.part_id AND p.kind = g.period_kind AND NOT p.cumulative
	JOIN @workspace@.run_on_display AS r ON r.scheme_id = g.source_id AND r.period_id = p.period_id AND r.current
	JOIN @workspace@.result_now AS x ON x.run_id = r.run_id AND x.tier IS NOT NULL
	LEFT JOIN @workspace@.run_tier AS y ON y.run_id = r.run_id AND y.code = g.good
	LEFT JOIN @workspace@.run_tier AS z ON z.run_id = r.run_id AND z.code = g.fail;
COMMENT ON VIEW @workspace@.graded_period IS 'grades of shorter periods, and whether they are good, fail or taken (平时等次)';

CREATE OR REPLACE VIEW @workspace@.month_grade WITH (security_barrier = true) AS
SELECT m.scheme_id, m.whole_id, m.source_id, m.period_id, m.group_id, m.subject_id, m.version_id, m.run_id,
	s.code AS scheme, w.code AS whole, c.code AS source, p.code AS period, m.subject, m.subject_name, m.subject_name_zh,
	m.score, m.tier, t.code AS grade, t.label AS grade_label, t.label_zh AS grade_label_zh, m.state = 'final' AS final, m.good, m.fail,
	m.good AND m.taken_in IS NULL AS counts,
	CASE WHEN m.fail THEN 'a fail closes the best tier' WHEN NOT m.good THEN 'not good'
	     WHEN m.taken_in IS NOT NULL THEN 'good, but taken by an event of ' || m.taken_in ELSE 'good' END AS reason,
	CASE WHEN m.fail THEN '不合格，不得评优' WHEN NOT m.good THEN '未达良好'
	     WHEN m.taken_in IS NOT NULL THEN '良好，因' || m.taken_in || '的预扣分等事件取消' ELSE '计入良好' END AS reason_zh
FROM @workspace@.graded_period AS m
	JOIN @workspace@.run_tier AS t ON t.run_id = m.run_id AND t.tier = m.tier
	JOIN @workspace@.scheme AS s ON s.scheme_id = m.scheme_id
	JOIN @workspace@.scheme AS c ON c.scheme_id = m.source_id
	JOIN @workspace@.period AS w ON w.period_id = m.whole_id
	JOIN @workspace@.period AS p ON p.period_id = m.period_id
WHERE (SELECT @workspace@.sees_all()) OR m.subject_id IN (SELECT unnest(@workspace@.visible_subjects()));
COMMENT ON VIEW @workspace@.month_grade IS 'grades of months, or other shorter periods, and whether they count for the best tier of the longer one (月度等次)';
COMMENT ON COLUMN @workspace@.month_grade.scheme_id IS 'scheme of the longer period (方案编号)';
COMMENT ON COLUMN @workspace@.month_grade.whole_id IS 'the longer period (长周期编号)';
COMMENT ON COLUMN @workspace@.month_grade.source_id IS 'scheme that the grade is from (等次来源方案编号)';
COMMENT ON COLUMN @workspace@.month_grade.period_id IS 'the shorter period (短周期编号)';
COMMENT ON COLUMN @workspace@.month_grade.group_id IS 'group that the grade was got in (分组编号)';
COMMENT ON COLUMN @workspace@.month_grade.subject_id IS 'whose (考核对象编号)';
COMMENT ON COLUMN @workspace@.month_grade.version_id IS 'version whose rule it is (方案版本)';
COMMENT ON COLUMN @workspace@.month_grade.run_id IS 'run that the grade is from (批次)';
COMMENT ON COLUMN @workspace@.month_grade.scheme IS 'code of the scheme of the longer period (方案)';
COMMENT ON COLUMN @workspace@.month_grade.whole IS 'code of the longer period (长周期)';
COMMENT ON COLUMN @workspace@.month_grade.source IS 'code of the scheme that the grade is from (等次来源方案)';
COMMENT ON COLUMN @workspace@.month_grade.period IS 'code of the shorter period (短周期)';
COMMENT ON COLUMN @workspace@.month_grade.subject IS 'code of the subject then (考核对象代码)';
COMMENT ON COLUMN @workspace@.month_grade.subject_name IS 'name then (考核对象)';
COMMENT ON COLUMN @workspace@.month_grade.subject_name_zh IS 'Chinese name then (考核对象中文名)';
COMMENT ON COLUMN @workspace@.month_grade.score IS 'score (得分)';
COMMENT ON COLUMN @workspace@.month_grade.tier IS 'tier, 1 is the best (等次号)';
COMMENT ON COLUMN @workspace@.month_grade.grade IS 'code of the tier (等次代码)';
COMMENT ON COLUMN @workspace@.month_grade.grade_label IS 'name of the tier (等次)';
COMMENT ON COLUMN @workspace@.month_grade.grade_label_zh IS 'Chinese name of the tier (等次中文名)';
COMMENT ON COLUMN @workspace@.month_grade.final IS 'the run is final (是否定稿)';
COMMENT ON COLUMN @workspace@.month_grade.good IS 'it is good or better (是否良好)';
COMMENT ON COLUMN @workspace@.month_grade.fail IS 'it is a fail or worse (是否不合格)';
COMMENT ON COLUMN @workspace@.month_grade.counts IS 'it counts as one of the goods that are needed (是否计入良好次数)';
COMMENT ON COLUMN @workspace@.month_grade.reason IS 'why it does or does not (原因)';
COMMENT ON COLUMN @workspace@.month_grade.reason_zh IS 'why, in Chinese (中文原因)';

-- All who take part in the longer period, those too that were never graded: those
-- who take part and the grades are put together and counted, not joined.
CREATE OR REPLACE VIEW @workspace@.grade_count AS
SELECT c.scheme_id, c.period_id, c.group_id, c.subject_id, c.version_id, g.source_id, g.goods AS goods_needed, g.periods_min, g.tier,
	c.goods, c.taken, c.fails, c.graded,
	@workspace@.eligible_excellent(c.goods, c.fails, c.graded, g.goods, g.periods_min) AS eligible,
	-- What is missing, or what is there if nothing is.
	CASE WHEN @workspace@.eligible_excellent(c.goods, c.fails, c.graded, g.goods, g.periods_min)
	     THEN format('goods %s of %s, fails 0, periods graded %s', c.goods, g.goods, c.graded)
	     ELSE concat_ws('; ', CASE WHEN c.goods < g.goods THEN format('goods %s of %s', c.goods, g.goods) END,
	         CASE WHEN c.goods < g.goods AND c.taken > 0 THEN 'taken by events ' || c.taken END,
	         CASE WHEN c.fails > 0 THEN 'fails ' || c.fails END,
	         CASE WHEN c.graded < g.periods_min THEN format('periods graded %s of %s', c.graded, g.periods_min) END) END AS reason,
	CASE WHEN @workspace@.eligible_excellent(c.goods, c.fails, c.graded, g.goods, g.periods_min)
	     THEN format('良好%s次（须%s次），无不合格，参评%s期', c.goods, g.goods, c.graded)
	     ELSE concat_ws('；', CASE WHEN c.goods < g.goods THEN format('良好%s次，须%s次', c.goods, g.goods) END,
	         CASE WHEN c.goods < g.goods AND c.taken > 0 THEN format('因预扣分等事件取消良好%s次', c.taken) END,
	         CASE WHEN c.fails > 0 THEN format('不合格%s次', c.fails) END,
	         CASE WHEN c.graded < g.periods_min THEN format('参评%s期，须%s期', c.graded, g.periods_min) END) END AS reason_zh
FROM (SELECT x.scheme_id, x.period_id, x.subject_id, max(x.group_id) AS group_id, max(x.version_id) AS version_id, count(x.good) AS graded,
          count(*) FILTER (WHERE x.good AND x.taken_in IS NULL) AS goods, count(*) FILTER (WHERE x.good AND x.taken_in IS NOT NULL) AS taken,
          count(*) FILTER (WHERE x.fail) AS fails
      FROM (SELECT r.scheme_id, r.period_id, m.subject_id, r.group_id, r.version_id, NULL::boolean AS good, NULL::boolean AS fail, NULL::text AS taken_in
            FROM @workspace@.grade_rule AS g
                JOIN @workspace@.rubric_in_force AS r ON r.version_id = g.version_id
                JOIN @workspace@.participant AS m ON m.group_id = r.group_id AND m.period_id = r.period_id
            UNION ALL
            SELECT p.scheme_id, p.whole_id, p.subject_id, NULL, NULL, p.good, p.fail, p.taken_in FROM @workspace@.graded_period AS p) AS x
      GROUP BY x.scheme_id, x.period_id, x.subject_id) AS c
	-- Who was graded and takes no part has no group.
	JOIN @workspace@.grade_rule AS g ON g.version_id = c.version_id;
COMMENT ON VIEW @workspace@.grade_count IS 'goods, fails and graded periods of all who take part in a longer period (平时等次统计)';

CREATE OR REPLACE VIEW @workspace@.year_grade WITH (security_barrier = true) AS
SELECT n.scheme_id, n.period_id, n.group_id, n.subject_id, n.version_id, n.source_id,
	s.code AS scheme, p.code AS period, g.code AS group_code, c.code AS source, u.code AS subject, u.name AS subject_name, u.name_zh AS subject_name_zh,
	n.goods, n.goods_needed, n.taken, n.fails, n.graded, n.periods_min, n.eligible, n.tier AS closed_tier, n.reason, n.reason_zh,
	-- As the tiers of the longer period take it: nothing, where nobody is kept out.
	CASE WHEN n.eligible THEN e.subject_id IS NULL ELSE coalesce((e.version_id, e.tier, e.cause) = (n.version_id, n.tier + 1, n.reason), false) END AS applied
FROM @workspace@.grade_count AS n
	JOIN @workspace@.scheme AS s ON s.scheme_id = n.scheme_id
	JOIN @workspace@.scheme AS c ON c.scheme_id = n.source_id
	JOIN @workspace@.period AS p ON p.period_id = n.period_id
	JOIN @workspace@.subject_group AS g ON g.group_id = n.group_id
	JOIN @workspace@.subject AS u ON u.subject_id = n.subject_id
	LEFT JOIN @workspace@.grade_effect AS e ON e.subject_id = n.subject_id AND e.scheme_id = n.scheme_id AND e.period_id = n.period_id
		AND e.withdrawn_at IS NULL
WHERE (SELECT @workspace@.sees_all()) OR n.subject_id IN (SELECT unnest(@workspace@.visible_subjects()));
COMMENT ON VIEW @workspace@.year_grade IS 'whom grades of months, or other shorter periods, open the best tier of the longer one (年度评优资格)';
COMMENT ON COLUMN @workspace@.year_grade.scheme_id IS 'scheme (方案编号)';
COMMENT ON COLUMN @workspace@.year_grade.period_id IS 'period (周期编号)';
COMMENT ON COLUMN @workspace@.year_grade.group_id IS 'group (分组编号)';
COMMENT ON COLUMN @workspace@.year_grade.subject_id IS 'subject (考核对象编号)';
COMMENT ON COLUMN @workspace@.year_grade.version_id IS 'version whose rule it is (方案版本)';
COMMENT ON COLUMN @workspace@.year_grade.source_id IS 'scheme that the grades are from (等次来源方案编号)';
COMMENT ON COLUMN @workspace@.year_grade.scheme IS 'code of the scheme (方案)';
COMMENT ON COLUMN @workspace@.year_grade.period IS 'code of the period (周期)';
COMMENT ON COLUMN @workspace@.year_grade.group_code IS 'code of the group (分组)';
COMMENT ON COLUMN @workspace@.year_grade.source IS 'code of the scheme that the grades are from (等次来源方案)';
COMMENT ON COLUMN @workspace@.year_grade.subject IS 'code of the subject (考核对象代码)';
COMMENT ON COLUMN @workspace@.year_grade.subject_name IS 'its name (考核对象)';
COMMENT ON COLUMN @workspace@.year_grade.subject_name_zh IS 'its Chinese name (考核对象中文名)';
COMMENT ON COLUMN @workspace@.year_grade.goods IS 'goods that count (计入的良好次数)';
COMMENT ON COLUMN @workspace@.year_grade.goods_needed IS 'how many are needed (须达良好次数)';
COMMENT ON COLUMN @workspace@.year_grade.taken IS 'goods that events took (被取消的良好次数)';
COMMENT ON COLUMN @workspace@.year_grade.fails IS 'fails (不合格次数)';
COMMENT ON COLUMN @workspace@.year_grade.graded IS 'periods graded (参评周期数)';
COMMENT ON COLUMN @workspace@.year_grade.periods_min IS 'how many must have been (最少参评周期数)';
COMMENT ON COLUMN @workspace@.year_grade.eligible IS 'the best tier is open (是否具备评优资格)';
COMMENT ON COLUMN @workspace@.year_grade.closed_tier IS 'tier that is closed to those who are not, with those above it (所限等次)';
COMMENT ON COLUMN @workspace@.year_grade.reason IS 'what is missing, or what is there (原因)';
COMMENT ON COLUMN @workspace@.year_grade.reason_zh IS 'the same in Chinese (中文原因)';
COMMENT ON COLUMN @workspace@.year_grade.applied IS 'the tiers of the period take it so already; else CALL apply_grades (是否已生效)';

CREATE OR REPLACE PROCEDURE @workspace@.apply_grades(scheme text, period text, INOUT kept_out bigint DEFAULT NULL)
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
SET enable_nestloop = off
SET jit = off
AS $$
#variable_conflict use_column
DECLARE
	actor constant text := @workspace@.require('apply grades', '{operator}');
	of_scheme constant integer := @workspace@.find_scheme($1);
	of_period constant integer := @workspace@.find_period($2);
	version integer;
	moment timestamptz;
	due @workspace@.grade_effect[];
	changed bigint;
	gone bigint;
	runs jsonb;
BEGIN
	PERFORM @workspace@.lock_runs();
	SELECT f.version_id INTO version
	FROM @workspace@.version_in_force AS f JOIN @workspace@.grade_rule AS g ON g.version_id = f.version_id
	WHERE f.scheme_id = of_scheme AND f.period_id = of_period;
	-- A version without such a rule that came since opens what was closed.
	IF version IS NULL AND NOT EXISTS (
		SELECT FROM @workspace@.grade_effect AS e WHERE e.scheme_id = of_scheme AND e.period_id = of_period AND e.withdrawn_at IS NULL)
	THEN
		RAISE EXCEPTION 'no rule about grades is in force for scheme "%" in period %', $1, $2
			USING ERRCODE = 'object_not_in_prerequisite_state', HINT = 'Table grade_rule has such rules; they are sealed with a version.';
	ELSIF EXISTS (SELECT FROM @workspace@.run AS r WHERE r.scheme_id = of_scheme AND r.period_id = of_period AND r.state = 'final') THEN
		RAISE EXCEPTION 'scheme "%" has a final run of period %', $1, $2
			USING ERRCODE = 'object_not_in_prerequisite_state', HINT = 'What is final stays.';
	END IF;

	moment := clock_timestamp();
	SELECT array_agg(ROW(n.subject_id, n.scheme_id, n.period_id, n.version_id, n.tier + 1, n.reason, n.reason_zh, moment, NULL)::@workspace@.grade_effect)
	INTO due
	FROM @workspace@.grade_count AS n
	WHERE n.scheme_id = of_scheme AND n.period_id = of_period AND NOT n.eligible;
	UPDATE @workspace@.grade_effect AS e SET withdrawn_at = moment
	WHERE e.scheme_id = of_scheme AND e.period_id = of_period AND e.withdrawn_at IS NULL AND NOT EXISTS (
		SELECT FROM unnest(due) AS d
		WHERE (d.subject_id, d.version_id, d.tier, d.cause, d.cause_zh) = (e.subject_id, e.version_id, e.tier, e.cause, e.cause_zh));
	GET DIAGNOSTICS gone = ROW_COUNT;
	INSERT INTO @workspace@.grade_effect
	SELECT d.* FROM unnest(due) AS d
	ON CONFLICT (subject_id, scheme_id, period_id) WHERE withdrawn_at IS NULL DO NOTHING;
	GET DIAGNOSTICS changed = ROW_COUNT;
	SELECT count(*) INTO kept_out FROM @workspace@.grade_effect AS e
	WHERE e.scheme_id = of_scheme AND e.period_id = of_period AND e.withdrawn_at IS NULL;
	IF changed + gone = 0 THEN
		RETURN;
	END IF;
	SELECT jsonb_object_agg(p.code, x.run_id) INTO runs
	FROM (SELECT DISTINCT m.period_id, m.run_id FROM @workspace@.graded_period AS m WHERE m.scheme_id = of_scheme AND m.whole_id = of_period) AS x
		JOIN @workspace@.period AS p ON p.period_id = x.period_id;
	PERFORM @workspace@.record_act('apply_grades', format('scheme "%s", period %s', $1, $2), NULL,
		jsonb_strip_nulls(jsonb_build_object('kept_out', kept_out, 'runs', runs)));
END
$$;
COMMENT ON PROCEDURE @workspace@.apply_grades(text, text, bigint) IS
	'closes the best tier of a period to those whose grades of shorter ones do not open it, as they are now (平时等次评优限制生效)';

-- Asked by assess: grades that came, or came back, since they were applied would
-- be left out of a run without a word.
CREATE OR REPLACE FUNCTION @workspace@.check_grades(of_scheme integer, of_period integer) RETURNS void
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp
SET jit = off
AS $$
DECLARE
	stale bigint;
BEGIN
	IF NOT EXISTS (SELECT FROM @workspace@.grade_rule) THEN
		RETURN;
	END IF;
	SELECT count(*) INTO stale
	FROM (SELECT n.subject_id, n.version_id, n.tier + 1, n.reason FROM @workspace@.grade_count AS n
	      WHERE n.scheme_id = $1 AND n.period_id = $2 AND NOT n.eligible) AS n (subject_id, version_id, tier, reason)
		FULL JOIN (SELECT x.* FROM @workspace@.grade_effect AS x
		           WHERE x.scheme_id = $1 AND x.period_id = $2 AND x.withdrawn_at IS NULL) AS e ON e.subject_id = n.subject_id
	WHERE (n.version_id, n.tier, n.reason) IS DISTINCT FROM (e.version_id, e.tier, e.cause);
	IF stale > 0 THEN
		RAISE EXCEPTION 'grades of scheme "%" in period % are not applied as they are now: subjects concerned %',
				(SELECT s.code FROM @workspace@.scheme AS s WHERE s.scheme_id = $1), (SELECT p.code FROM @workspace@.period AS p WHERE p.period_id = $2), stale
			USING ERRCODE = 'object_not_in_prerequisite_state', HINT = 'CALL apply_grades first; view year_grade shows whom it concerns.';
	END IF;
END
$$;
COMMENT ON FUNCTION @workspace@.check_grades(integer, integer) IS
	'support function of assess: refuses if grades have changed since they were applied (检查平时等次是否生效)';
