-- Grades of departments: taken from their own assessment, or entered as awards.

-- Tiers of a run without what linkages did: so departments that are units of
-- others, and others of them, give each other no grades in a circle.
CREATE OR REPLACE FUNCTION @workspace@.unlinked_tier(run_id integer)
RETURNS TABLE (subject_id bigint, tier integer)
LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
	SELECT x.subject_id, coalesce(c.tier, x.place[6])
	FROM (SELECT r.subject_id, perfeval.place_by_rule(CASE WHEN a.run_id IS NOT NULL THEN a.rank_basis ELSE r.rank_basis END,
	              (SELECT q FROM @workspace@.run_rule AS q WHERE q.run_id = $1 AND q.group_id = r.group_id),
	              greatest(perfeval.tier_cap(o.outcome), e.tier), NULL)
	          OVER (PARTITION BY r.group_id ORDER BY perfeval.scorecard_value(o.outcome, g.tie_nodes[1]) DESC NULLS LAST,
	              perfeval.scorecard_value(o.outcome, g.tie_nodes[2]) DESC NULLS LAST,
	              perfeval.scorecard_value(o.outcome, g.tie_nodes[3]) DESC NULLS LAST, r.lot) AS place
	      FROM @workspace@.result AS r
	          JOIN @workspace@.run AS u ON u.run_id = r.run_id
	          JOIN @workspace@.run_group AS g ON g.run_id = r.run_id AND g.group_id = r.group_id
	          CROSS JOIN LATERAL (SELECT r.outcome::perfeval.scorecard AS outcome OFFSET 0) AS o
	          LEFT JOIN @workspace@.adjusted_result AS a ON a.subject_id = r.subject_id AND a.run_id = r.run_id
	          LEFT JOIN @workspace@.grade_effect AS e ON e.subject_id = r.subject_id AND e.scheme_id = u.scheme_id AND e.period_id = u.period_id
	              AND e.applied_at <= u.known_at AND (e.withdrawn_at > u.known_at OR e.withdrawn_at IS NULL)
	      WHERE r.run_id = $1) AS x
		LEFT JOIN @workspace@.calibration_now AS c ON c.subject_id = x.subject_id AND c.run_id = $1
$$;
COMMENT ON FUNCTION @workspace@.unlinked_tier(integer) IS 'tiers of a run after vetoes and limits and what a panel decided, without linkages (挂钩前等次)';

CREATE OR REPLACE PROCEDURE @workspace@.take_grades(run_id integer, INOUT taken bigint DEFAULT NULL)
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
#variable_conflict use_column
DECLARE
	actor constant text := @workspace@.require('take grades', '{operator}');
	this @workspace@.run;
	wrong text;
BEGIN
	PERFORM @workspace@.lock_runs();
	this := @workspace@.find_run($1);
	wrong := CASE WHEN this.superseded_by IS NOT NULL THEN 'superseded by run ' || this.superseded_by
		WHEN this.purpose <> 'assessment' THEN 'a rerun' WHEN this.state = 'draft' THEN 'a draft' END;
	IF wrong IS NOT NULL THEN
		RAISE EXCEPTION '% gives no grades: it is %', @workspace@.run_name($1), wrong
			USING ERRCODE = 'object_not_in_prerequisite_state', HINT = 'CALL publish first: what is not published shows in nothing else.';
	END IF;
	-- Once for a run, unless it has been adjusted since: an award that came after it stays the last word.
	-- Of two grades one is the later, whatever the clock does.
	INSERT INTO @workspace@.department_grade (subject_id, scheme_id, period_id, grade, origin, run_id, graded_at, graded_by)
	SELECT t.subject_id, this.scheme_id, this.period_id, t.tier, 'run', $1, greatest(clock_timestamp(), l.graded_at + interval '1 microsecond'), actor
	FROM @workspace@.unlinked_tier($1) AS t
		LEFT JOIN LATERAL (
			SELECT max(g.graded_at) AS graded_at FROM @workspace@.department_grade AS g
			WHERE g.subject_id = t.subject_id AND g.scheme_id = this.scheme_id AND g.period_id = this.period_id) AS l ON true
		LEFT JOIN LATERAL (
			SELECT g.grade_id, g.grade FROM @workspace@.department_grade AS g
			WHERE g.subject_id = t.subject_id AND g.run_id = $1 ORDER BY g.graded_at DESC, g.grade_id DESC LIMIT 1) AS had ON true
	WHERE (t.tier IS NOT NULL OR l.graded_at IS NOT NULL) AND (had.grade_id IS NULL OR had.grade IS DISTINCT FROM t.tier)
	ORDER BY t.subject_id;
	GET DIAGNOSTICS taken = ROW_COUNT;
	PERFORM @workspace@.record_act('take_grades', @workspace@.run_name($1), NULL, jsonb_build_object('run_id', $1, 'taken', taken));
END
$$;
COMMENT ON PROCEDURE @workspace@.take_grades(integer, bigint) IS
	'takes the tiers of a published run of departments as their grades, from which linkages follow; gives how many are new (取用部门等次)';

CREATE OR REPLACE PROCEDURE @workspace@.award_grade(department text, scheme text, period text, grade integer, evidence text,
	reason text DEFAULT NULL, INOUT grade_id bigint DEFAULT NULL)
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
#variable_conflict use_column
DECLARE
	actor constant text := @workspace@.require('award grades', '{operator}');
	whose constant bigint := @workspace@.find_subject($1);
	of_scheme constant integer := @workspace@.find_scheme($2);
	of_period constant integer := @workspace@.find_period($3);
	tiers integer;
	last @workspace@.department_grade;
BEGIN
	PERFORM @workspace@.lock_runs();
	SELECT max(t.tier) INTO tiers
	FROM @workspace@.version_in_force AS f JOIN @workspace@.tier AS t ON t.version_id = f.version_id
	WHERE f.scheme_id = of_scheme AND f.period_id = of_period;
	IF $4 < 1 OR $4 > tiers THEN
		RAISE EXCEPTION 'scheme "%" has no tier %', $2, $4
			USING ERRCODE = 'numeric_value_out_of_range', HINT = CASE WHEN tiers IS NULL THEN 'Grades count from 1, the best.' ELSE format('Give 1, the best, to %s.', tiers) END;
	ELSIF coalesce(btrim($5), '') = '' THEN
		RAISE EXCEPTION 'a grade that is awarded needs evidence'
			USING ERRCODE = 'null_value_not_allowed', HINT = 'Name the document that says so.';
	END IF;
	SELECT g.* INTO last FROM @workspace@.department_grade AS g
	WHERE g.subject_id = whose AND g.scheme_id = of_scheme AND g.period_id = of_period ORDER BY g.graded_at DESC, g.grade_id DESC LIMIT 1;
	IF (last.origin, last.grade, last.evidence, last.reason) IS NOT DISTINCT FROM ('award', $4, $5, $6) THEN
		grade_id := last.grade_id;
		RAISE NOTICE 'grade % says so already', grade_id;
		RETURN;
	END IF;
	INSERT INTO @workspace@.department_grade AS g (subject_id, scheme_id, period_id, grade, origin, evidence, reason, graded_at, graded_by)
	VALUES (whose, of_scheme, of_period, $4, 'award', $5, $6, greatest(clock_timestamp(), last.graded_at + interval '1 microsecond'), actor)
	RETURNING g.grade_id INTO grade_id;
	PERFORM @workspace@.record_act('award_grade', $1, $6, jsonb_build_object('grade_id', grade_id, 'scheme', $2, 'period', $3, 'grade', $4));
END
$$;
COMMENT ON PROCEDURE @workspace@.award_grade(text, text, text, integer, text, text, bigint) IS
	'enters the grade that a department was awarded, with evidence; NULL: it has none any more (登记部门获奖等次)';

CREATE OR REPLACE TRIGGER guard BEFORE UPDATE OR DELETE ON @workspace@.department_grade
	FOR EACH ROW EXECUTE FUNCTION @workspace@.guard_kept();
CREATE OR REPLACE TRIGGER guard_truncate BEFORE TRUNCATE ON @workspace@.department_grade
	FOR EACH STATEMENT EXECUTE FUNCTION @workspace@.guard_run_truncate();

-- ---- whether what was worked out still stands

CREATE OR REPLACE VIEW @workspace@.linkage_status WITH (security_barrier = true) AS
SELECT f.scheme_id, f.period_id, f.version_id, s.code AS scheme, p.code AS period,
	(SELECT count(*) FROM @workspace@.linkage_rule AS l WHERE l.version_id = f.version_id) AS rules,
	g.departments, e.lifted, e.capped, a.applied_at, a.applied_by,
	coalesce(a.version_id <> f.version_id OR a.grades <> g.grades, g.grades > 0) AS stale,
	CASE WHEN a.applied_at IS NULL AND g.grades > 0 THEN 'departments have grades, and nothing was worked out from them'
	     WHEN a.version_id <> f.version_id THEN 'another version of the scheme is in force since'
	     WHEN a.grades <> g.grades THEN 'grades were entered since'
	     WHEN g.superseded > 0 THEN 'grades rest on a run that another one took the place of' END AS note,
	g.superseded AS superseded_grades
FROM @workspace@.version_in_force AS f
	JOIN @workspace@.scheme AS s ON s.scheme_id = f.scheme_id
	JOIN @workspace@.period AS p ON p.period_id = f.period_id
	LEFT JOIN @workspace@.linkage_application AS a ON a.scheme_id = f.scheme_id AND a.period_id = f.period_id
	CROSS JOIN LATERAL (
		SELECT count(n.grade) AS departments, count(*) FILTER (WHERE r.superseded_by IS NOT NULL) AS superseded,
			(SELECT count(*) FROM @workspace@.department_grade AS k
			 WHERE k.period_id = f.period_id
				AND k.scheme_id IN (SELECT l.department_scheme_id FROM @workspace@.linkage_rule AS l WHERE l.version_id = f.version_id)) AS grades
		FROM @workspace@.department_grade_now AS n LEFT JOIN @workspace@.run AS r ON r.run_id = n.run_id
		WHERE n.period_id = f.period_id
			AND n.scheme_id IN (SELECT l.department_scheme_id FROM @workspace@.linkage_rule AS l WHERE l.version_id = f.version_id)) AS g
	CROSS JOIN LATERAL (
		SELECT count(*) FILTER (WHERE x.effect = 'promote') AS lifted, count(*) FILTER (WHERE x.effect = 'cap') AS capped
		FROM @workspace@.linkage_effect AS x WHERE x.scheme_id = f.scheme_id AND x.period_id = f.period_id AND x.withdrawn_at IS NULL) AS e
WHERE (SELECT @workspace@.sees_all())
	AND (a.applied_at IS NOT NULL OR g.grades > 0)
	AND (a.applied_at IS NOT NULL OR EXISTS (SELECT FROM @workspace@.linkage_rule AS l WHERE l.version_id = f.version_id));
COMMENT ON VIEW @workspace@.linkage_status IS 'linkages of each scheme and period, and whether they are up to date; for those who see all (双向挂钩核算情况)';
COMMENT ON COLUMN @workspace@.linkage_status.scheme_id IS 'scheme of the units (方案编号)';
COMMENT ON COLUMN @workspace@.linkage_status.period_id IS 'period (周期编号)';
COMMENT ON COLUMN @workspace@.linkage_status.version_id IS 'version in force (方案版本)';
COMMENT ON COLUMN @workspace@.linkage_status.scheme IS 'code of the scheme (方案)';
COMMENT ON COLUMN @workspace@.linkage_status.period IS 'code of the period (周期)';
COMMENT ON COLUMN @workspace@.linkage_status.rules IS 'linkages that the version has (规则数)';
COMMENT ON COLUMN @workspace@.linkage_status.departments IS 'departments with a grade (有等次的主管部门数)';
COMMENT ON COLUMN @workspace@.linkage_status.lifted IS 'units that are lifted, unless a veto stands in the way (提升单位数)';
COMMENT ON COLUMN @workspace@.linkage_status.capped IS 'units that are kept from a better tier (受限单位数)';
COMMENT ON COLUMN @workspace@.linkage_status.applied_at IS 'when it was worked out last (最近核算时间)';
COMMENT ON COLUMN @workspace@.linkage_status.applied_by IS 'who did (经办人)';
COMMENT ON COLUMN @workspace@.linkage_status.stale IS 'grades or rules changed since: apply_linkages is to be called (是否须重新核算)';
COMMENT ON COLUMN @workspace@.linkage_status.note IS 'what changed (说明)';
COMMENT ON COLUMN @workspace@.linkage_status.superseded_grades IS 'grades from runs that others took the place of: take_grades takes them anew (所依据批次已被取代的等次数)';
