-- Working out linkages. A rule looks at grades and contributions, and never at
-- what another rule or a veto does: so the order is of no matter, and it can be
-- done again at any time. Whether a veto stands in the way of a lift is looked at
-- where tiers are settled.

-- What the rules come to as things are now. A unit belongs to the department that
-- supervises it itself on the last day of the period.
CREATE OR REPLACE FUNCTION @workspace@.linkage_due(of_scheme integer, of_period integer) RETURNS SETOF @workspace@.linkage_effect
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp
SET plan_cache_mode = force_custom_plan
SET jit = off
AS $$
#variable_conflict use_column
DECLARE
	version constant integer := (SELECT f.version_id FROM @workspace@.version_in_force AS f WHERE f.scheme_id = $1 AND f.period_id = $2);
	due @workspace@.linkage_effect[];
	tied record;
BEGIN
	IF NOT EXISTS (SELECT FROM @workspace@.linkage_rule AS l WHERE l.version_id = version) THEN
		RETURN;
	END IF;
	WITH hit AS MATERIALIZED (
		SELECT l.rule, l.kind, l.tier, l.item, l.label, l.label_zh, g.subject_id AS department_id, g.grade_id, g.grade
		FROM @workspace@.linkage_rule AS l
			JOIN @workspace@.department_grade_now AS g ON g.scheme_id = l.department_scheme_id AND g.period_id = $2 AND g.grade = ANY (l.grades)
		WHERE l.version_id = version
	), unit AS MATERIALIZED (
		SELECT m.subject_id, s.supervising_id
		FROM @workspace@.group_rubric AS r
			JOIN @workspace@.participant AS m ON m.group_id = r.group_id AND m.period_id = $2
			JOIN @workspace@.period AS p ON p.period_id = m.period_id
			CROSS JOIN LATERAL (
				SELECT t.supervising_id FROM @workspace@.subject_state AS t
				WHERE t.subject_id = m.subject_id AND t.valid_from <= p.ends_on ORDER BY t.valid_from DESC LIMIT 1) AS s
		WHERE r.version_id = version AND s.supervising_id IN (SELECT h.department_id FROM hit AS h)
	), asked AS MATERIALIZED (
		SELECT coalesce(array_agg(u.subject_id), '{}') AS units FROM unit AS u
		WHERE u.supervising_id IN (SELECT h.department_id FROM hit AS h WHERE h.kind = 'promote_best')
	), score AS MATERIALIZED (
		SELECT s.subject_id, s.basis FROM @workspace@.participant_score AS s
		WHERE s.scheme_id = $1 AND s.period_id = $2 AND s.basis IS NOT NULL AND s.subject_id = ANY ((SELECT a.units FROM asked AS a)::bigint[])
	), card AS MATERIALIZED (
		SELECT c.subject_id, c.card FROM @workspace@.participant_card AS c
		WHERE c.scheme_id = $1 AND c.period_id = $2 AND c.subject_id = ANY ((SELECT a.units FROM asked AS a)::bigint[])
	), rival AS (
		-- Of events there are none unless they were posted.
		SELECT h.rule, u.subject_id, u.supervising_id, s.basis, i.direction = 'lower' AS low,
			CASE WHEN h.item IS NULL THEN s.basis
			     ELSE coalesce(perfeval.scorecard_value(c.card, h.item), CASE WHEN i.fact = 'event' THEN 0 END) END AS contribution
		FROM hit AS h
			JOIN unit AS u ON u.supervising_id = h.department_id
			JOIN score AS s ON s.subject_id = u.subject_id
			LEFT JOIN card AS c ON c.subject_id = u.subject_id
			LEFT JOIN @workspace@.indicator AS i ON i.item = h.item
		WHERE h.kind = 'promote_best'
	), best AS (
		SELECT r.*, rank() OVER (PARTITION BY r.rule, r.supervising_id
				ORDER BY CASE WHEN r.low THEN -r.contribution ELSE r.contribution END DESC, r.basis DESC) AS place,
			count(*) OVER (PARTITION BY r.rule, r.supervising_id) AS rivals
		FROM rival AS r WHERE r.contribution IS NOT NULL
	)
	SELECT array_agg(ROW(x.subject_id, $1, $2, version, h.rule, x.effect, h.tier, h.department_id, h.grade_id, x.contribution,
			format('%s: department %s has grade %s', h.label, d.code, h.grade) || x.cause,
			format('%s：主管部门%s等次%s', coalesce(h.label_zh, h.label), coalesce(d.name_zh, d.code), h.grade) || x.cause_zh, NULL, NULL)::@workspace@.linkage_effect
			ORDER BY h.rule, x.subject_id)
	INTO due
	FROM hit AS h
		JOIN @workspace@.subject AS d ON d.subject_id = h.department_id
		CROSS JOIN LATERAL (
			SELECT u.subject_id, 'cap' AS effect, NULL::numeric AS contribution,
				format(', so none of its units can get a better tier than %s', h.tier) AS cause, format('，所属单位等次不得高于%s', h.tier) AS cause_zh
			FROM unit AS u WHERE h.kind = 'cap_all' AND u.supervising_id = h.department_id
			UNION ALL
			SELECT b.subject_id, 'promote', trim_scale(b.contribution), format(', and of %s units it contributed most: %s', b.rivals, trim_scale(b.contribution)),
				format('，%s个所属单位中贡献最大：%s', b.rivals, trim_scale(b.contribution))
			FROM best AS b WHERE h.kind = 'promote_best' AND b.rule = h.rule AND b.supervising_id = h.department_id AND b.place = 1) AS x;

	SELECT e.rule, d.code AS department, string_agg(quote_literal(s.code), ', ' ORDER BY s.code COLLATE "C") AS units
	INTO tied
	FROM unnest(due) AS e
		JOIN @workspace@.subject AS s ON s.subject_id = e.subject_id
		JOIN @workspace@.subject AS d ON d.subject_id = e.department_id
	WHERE e.effect = 'promote'
	GROUP BY e.rule, e.department_id, d.code HAVING count(*) > 1 ORDER BY e.rule, d.code COLLATE "C" LIMIT 1;
	IF tied.rule IS NOT NULL THEN
		RAISE EXCEPTION 'linkage % lifts one unit of department "%", and these contributed the same and have the same score: %',
				tied.rule, tied.department, tied.units
			USING ERRCODE = 'cardinality_violation', HINT = 'Record what tells them apart as readings of the rule''s indicator.';
	END IF;
	RETURN QUERY SELECT e.* FROM unnest(due) AS e;
END
$$;
COMMENT ON FUNCTION @workspace@.linkage_due(integer, integer) IS
	'what linkages come to for a scheme and period as grades, contributions and scores are now (双向挂钩应有结果)';

-- How many grades there are for the rules of a version.
CREATE OR REPLACE FUNCTION @workspace@.linkage_grades(version_id integer, period_id integer) RETURNS bigint
LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
	SELECT count(*) FROM @workspace@.department_grade AS g
	WHERE g.period_id = $2 AND g.scheme_id IN (SELECT l.department_scheme_id FROM @workspace@.linkage_rule AS l WHERE l.version_id = $1)
$$;
COMMENT ON FUNCTION @workspace@.linkage_grades(integer, integer) IS 'how many grades of departments were entered for the rules of a version (已登记部门等次条数)';

CREATE OR REPLACE PROCEDURE @workspace@.apply_linkages(scheme text, period text, INOUT changed bigint DEFAULT NULL)
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
SET jit = off
AS $$
#variable_conflict use_column
DECLARE
	actor constant text := @workspace@.require('apply linkages', '{operator}');
	of_scheme constant integer := @workspace@.find_scheme($1);
	of_period constant integer := @workspace@.find_period($2);
	due @workspace@.linkage_effect[];
	moment timestamptz;
	gone bigint;
	version integer;
BEGIN
	PERFORM @workspace@.lock_runs();
	moment := clock_timestamp();
	version := (SELECT f.version_id FROM @workspace@.version_in_force AS f WHERE f.scheme_id = of_scheme AND f.period_id = of_period);
	IF version IS NULL THEN
		RAISE EXCEPTION 'no sealed version of scheme "%" assesses period %', $1, $2
			USING ERRCODE = 'object_not_in_prerequisite_state', HINT = 'CALL seal_version; in_force_from and period_kinds say what a version assesses.';
	ELSIF EXISTS (SELECT FROM @workspace@.run AS r WHERE r.scheme_id = of_scheme AND r.period_id = of_period AND r.state = 'final') THEN
		RAISE EXCEPTION 'scheme "%" has a final run of period %', $1, $2
			USING ERRCODE = 'object_not_in_prerequisite_state', HINT = 'What is final stays.';
	END IF;
	-- What was in force once stays, so that a run's caps and lifts have their causes later, too.
	due := ARRAY(SELECT d FROM @workspace@.linkage_due(of_scheme, of_period) AS d);
	UPDATE @workspace@.linkage_effect AS e SET withdrawn_at = moment
	WHERE e.scheme_id = of_scheme AND e.period_id = of_period AND e.withdrawn_at IS NULL
		AND NOT EXISTS (SELECT FROM unnest(due) AS d
			WHERE (d.subject_id, d.rule, d.version_id, d.effect, d.tier, d.department_id, d.grade_id, d.cause)
				= (e.subject_id, e.rule, e.version_id, e.effect, e.tier, e.department_id, e.grade_id, e.cause));
	GET DIAGNOSTICS gone = ROW_COUNT;
	INSERT INTO @workspace@.linkage_effect (subject_id, scheme_id, period_id, version_id, rule, effect, tier, department_id, grade_id,
		contribution, cause, cause_zh, applied_at)
	SELECT d.subject_id, d.scheme_id, d.period_id, d.version_id, d.rule, d.effect, d.tier, d.department_id, d.grade_id,
		d.contribution, d.cause, d.cause_zh, moment
	FROM unnest(due) AS d
	ON CONFLICT (subject_id, scheme_id, period_id, rule) WHERE withdrawn_at IS NULL DO NOTHING;
	GET DIAGNOSTICS changed = ROW_COUNT;
	changed := greatest(changed, gone);
	INSERT INTO @workspace@.linkage_application AS a (scheme_id, period_id, version_id, grades, applied_at, applied_by)
	VALUES (of_scheme, of_period, version, @workspace@.linkage_grades(version, of_period), moment, actor)
	ON CONFLICT (scheme_id, period_id) DO UPDATE
	SET version_id = excluded.version_id, grades = excluded.grades, applied_at = excluded.applied_at, applied_by = excluded.applied_by;
	PERFORM @workspace@.analyze_changed();
	PERFORM @workspace@.record_act('apply_linkages', format('scheme "%s", period %s', $1, $2), NULL, jsonb_build_object('changed', changed));
END
$$;
COMMENT ON PROCEDURE @workspace@.apply_linkages(text, text, bigint) IS
	'works out what the grades of supervising departments do to their units; can be called again at any time (核算双向挂钩)';

-- A run is not to rest on linkages of yesterday.
CREATE OR REPLACE FUNCTION @workspace@.check_linkages(of_scheme integer, of_period integer) RETURNS void
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	stale constant bigint := (
		SELECT count(*)
		FROM (SELECT e.* FROM @workspace@.linkage_effect AS e WHERE e.scheme_id = $1 AND e.period_id = $2 AND e.withdrawn_at IS NULL) AS e
			FULL JOIN @workspace@.linkage_due($1, $2) AS d ON d.subject_id = e.subject_id AND d.rule = e.rule
		WHERE (e.effect, e.tier, e.department_id, e.cause) IS DISTINCT FROM (d.effect, d.tier, d.department_id, d.cause));
BEGIN
	IF stale > 0 THEN
		RAISE EXCEPTION 'linkages of scheme "%" in period % are not what grades and contributions come to: units concerned %',
				(SELECT s.code FROM @workspace@.scheme AS s WHERE s.scheme_id = $1), (SELECT p.code FROM @workspace@.period AS p WHERE p.period_id = $2), stale
			USING ERRCODE = 'object_not_in_prerequisite_state', HINT = 'CALL apply_linkages first; view linkage_status says what changed.';
	END IF;
END
$$;
COMMENT ON FUNCTION @workspace@.check_linkages(integer, integer) IS 'refuses linkages that are not up to date (检查双向挂钩是否最新)';
