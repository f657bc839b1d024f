-- Panels: who is to rate whom, in which role, for periods of which kind; which
-- marks are missing, how far each panel is, and what its roles say side by side.

CREATE TABLE IF NOT EXISTS @workspace@.rater_assignment (
	subject_id bigint NOT NULL REFERENCES @workspace@.subject,
	criterion text NOT NULL,
	rater_role text NOT NULL,
	rater_id bigint NOT NULL REFERENCES @workspace@.subject,
	period_kind text NOT NULL CHECK (period_kind IN ('year', 'half_year', 'quarter', 'month', 'week')),
	valid_from date NOT NULL CHECK (isfinite(valid_from)),
	valid_to date CHECK (isfinite(valid_to) AND valid_to > valid_from),
	PRIMARY KEY (subject_id, criterion, rater_role, rater_id, period_kind, valid_from)
);
CREATE INDEX IF NOT EXISTS rater_assignment_panel ON @workspace@.rater_assignment (criterion, rater_role);
COMMENT ON TABLE @workspace@.rater_assignment IS 'who is to rate whom (评分任务分配)';
COMMENT ON COLUMN @workspace@.rater_assignment.subject_id IS 'who is rated (考核对象)';
COMMENT ON COLUMN @workspace@.rater_assignment.criterion IS 'what is rated (评价内容)';
COMMENT ON COLUMN @workspace@.rater_assignment.rater_role IS 'role of the rater (评价主体)';
COMMENT ON COLUMN @workspace@.rater_assignment.rater_id IS 'rater (评分人)';
COMMENT ON COLUMN @workspace@.rater_assignment.period_kind IS 'rates once in each period of this kind (周期种类)';
COMMENT ON COLUMN @workspace@.rater_assignment.valid_from IS 'rates in periods that end on this day or later (起始日期)';
COMMENT ON COLUMN @workspace@.rater_assignment.valid_to IS 'and before this one; NULL: open (终止日期)';

CREATE OR REPLACE VIEW @workspace@.assigned_rater AS
SELECT a.subject_id, a.criterion, a.rater_role, a.rater_id, p.period_id
FROM @workspace@.rater_assignment AS a
	JOIN @workspace@.period AS p ON p.kind = a.period_kind AND NOT p.cumulative
		AND p.ends_on >= a.valid_from AND (p.ends_on < a.valid_to OR a.valid_to IS NULL);
COMMENT ON VIEW @workspace@.assigned_rater IS 'who is to rate whom in which period (各周期评分任务)';

CREATE OR REPLACE VIEW @workspace@.rater_due AS
SELECT DISTINCT a.subject_id, a.criterion, a.rater_role, a.rater_id, a.period_id,
	EXISTS (SELECT FROM @workspace@.recused_rater AS q
	        WHERE q.subject_id = a.subject_id AND q.rater_id = a.rater_id AND q.period_id = a.period_id) AS recused
FROM @workspace@.assigned_rater AS a;
COMMENT ON VIEW @workspace@.rater_due IS 'which marks are to be given in which period (应评情况)';

-- What keeps a mark from being given, and the way out; no row if nothing does.
-- Where somebody has been assigned to a panel, only those assigned rate in it.
-- rate asks it of one mark, load_ratings of all at once: it has the form that is
-- planned as part of the query that asks. What is NULL is unknown, and not looked at.
CREATE OR REPLACE FUNCTION @workspace@.rating_obstacle(subject_id bigint, rater_id bigint, item integer, period_id integer, value numeric)
RETURNS TABLE (rule integer, column_name text, obstacle text, way_out text)
LANGUAGE sql STABLE
BEGIN ATOMIC
	SELECT o.rule, o.column_name, o.obstacle, o.way_out
	FROM (SELECT i.item, i.criterion, i.rater_role, d.period_id, coalesce(p.kind = 'self', i.rater_role = 'self') AS is_self,
	          p.valid_from > d.ends_on OR p.valid_to <= d.ends_on AS is_out
	      FROM (VALUES ($3, $4)) AS a (item, period_id)
	          LEFT JOIN @workspace@.indicator AS i ON i.item = a.item
	          LEFT JOIN @workspace@.period AS d ON d.period_id = a.period_id
	          LEFT JOIN @workspace@.panel_role AS p ON p.role = i.rater_role) AS x
		CROSS JOIN LATERAL (VALUES
			(1, ($5 > -1e12 AND $5 < 1e12 AND min_scale($5) <= 12) IS NOT TRUE, 'value', 'has more than 12 digits before or after the point',
				'A mark has up to 12 digits before and after the point.'),
			(2, $5 NOT BETWEEN 0 AND 100 AND EXISTS (SELECT FROM @workspace@.recognition_rule AS q WHERE x.item IN (q.difficulty_item, q.precision_item)),
				'value', 'is not between 0 and 100, as difficulty and precision of goals are', 'Difficulty and precision of goals are rated from 0 to 100.'),
			(3, x.is_self AND $1 <> $2, 'rater', 'in role ' || quote_literal(x.rater_role) || ' a subject rates itself and nobody else',
				'Roles of kind self are for that: role ''self'', or those that panel_role says so of.'),
			(4, NOT x.is_self AND $1 = $2, 'rater', 'nobody rates itself in role ' || quote_literal(x.rater_role),
				'Roles of kind self are for that: role ''self'', or those that panel_role says so of.'),
			(5, x.is_out, 'rater', 'role ' || quote_literal(x.rater_role) || ' does not rate in this period',
				'Table panel_role says from when to when it does.'),
			(6, EXISTS (SELECT FROM @workspace@.recused_rater AS q WHERE q.subject_id = $1 AND q.rater_id = $2 AND q.period_id = x.period_id),
				'rater', 'the rater is recused from rating this subject', 'CALL readmit_rater takes a recusal back.'),
			(7, $1 IS NOT NULL AND $2 IS NOT NULL AND x.period_id IS NOT NULL
				AND EXISTS (SELECT FROM @workspace@.rater_assignment AS a WHERE a.criterion = x.criterion AND a.rater_role = x.rater_role)
				AND NOT EXISTS (SELECT FROM @workspace@.assigned_rater AS a
					WHERE a.subject_id = $1 AND a.rater_id = $2 AND a.criterion = x.criterion AND a.rater_role = x.rater_role AND a.period_id = x.period_id),
				'rater', 'the rater is not assigned to rate this subject in this period',
				'CALL assign_raters assigns one; this panel has assignments, so nobody else rates in it.')
		) AS o (rule, holds, column_name, obstacle, way_out)
	WHERE o.holds;
END;
COMMENT ON FUNCTION @workspace@.rating_obstacle(bigint, bigint, integer, integer, numeric) IS
	'why a rater may not give a mark, and the way out; no row if it may (不可打分的原因)';

CREATE OR REPLACE PROCEDURE @workspace@.assign_raters(raters text[], subjects text[], criterion text, rater_role text,
	period_kind text DEFAULT 'year', valid_from date DEFAULT NULL, valid_to date DEFAULT NULL, period text DEFAULT NULL)
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
#variable_conflict use_column
DECLARE
	actor constant text := @workspace@.require('assign raters', '{operator}');
	kind text := $5;
	since date := coalesce($6, @workspace@.today());
	until date := $7;
	is_self constant boolean := coalesce((SELECT p.kind = 'self' FROM @workspace@.panel_role AS p WHERE p.role = $4), $4 = 'self');
	changed bigint;
BEGIN
	IF $8 IS NOT NULL THEN
		SELECT p.kind, p.ends_on, p.ends_on + 1 INTO kind, since, until FROM @workspace@.period AS p WHERE p.period_id = @workspace@.find_period($8);
	END IF;
	IF NOT EXISTS (SELECT FROM @workspace@.indicator AS i WHERE i.fact = 'rating' AND i.criterion = $3 AND i.rater_role = $4) THEN
		RAISE EXCEPTION 'no indicator is the mean of ratings of % by %', coalesce(quote_literal($3), 'NULL'), coalesce(quote_literal($4), 'NULL')
			USING ERRCODE = 'no_data_found', HINT = 'Table indicator has those with fact ''rating''; add one.';
	ELSIF kind IS NULL OR kind NOT IN ('year', 'half_year', 'quarter', 'month', 'week') THEN
		RAISE EXCEPTION 'there are no periods of kind %', coalesce(quote_literal(kind), 'NULL')
			USING ERRCODE = 'invalid_parameter_value', HINT = 'Raters may rate each year, half_year, quarter, month or week.';
	ELSIF NOT (isfinite(since) AND coalesce(isfinite(until) AND until > since, true)) THEN
		RAISE EXCEPTION 'raters cannot be assigned from % to %', since, until
			USING ERRCODE = 'invalid_parameter_value', HINT = 'valid_to is the day from which they rate no more.';
	ELSIF NOT is_self AND $1 IS NULL THEN
		RAISE EXCEPTION 'no raters are named' USING ERRCODE = 'null_value_not_allowed', HINT = 'Subjects are their own raters in roles of kind self alone.';
	END IF;
	INSERT INTO @workspace@.rater_assignment AS a (subject_id, criterion, rater_role, rater_id, period_kind, valid_from, valid_to)
	SELECT DISTINCT s.subject_id, $3, $4, r.rater_id, kind, since, until
	FROM (SELECT @workspace@.find_subject(x) AS subject_id FROM unnest($2) AS x) AS s,
		LATERAL (SELECT s.subject_id AS rater_id WHERE is_self
		         UNION ALL
		         SELECT @workspace@.find_subject(x) FROM unnest($1) AS x WHERE NOT is_self) AS r
	WHERE is_self OR r.rater_id <> s.subject_id
	ON CONFLICT (subject_id, criterion, rater_role, rater_id, period_kind, valid_from) DO UPDATE SET valid_to = excluded.valid_to
	WHERE a.valid_to IS DISTINCT FROM excluded.valid_to;
	GET DIAGNOSTICS changed = ROW_COUNT;
	IF changed > 0 THEN
		PERFORM @workspace@.record_act('assign_raters', $3, NULL, jsonb_strip_nulls(jsonb_build_object(
			'rater_role', $4, 'raters', $1, 'subjects', $2, 'period_kind', kind, 'valid_from', since, 'valid_to', until)));
	END IF;
END
$$;
COMMENT ON PROCEDURE @workspace@.assign_raters(text[], text[], text, text, text, date, date, text) IS
	'each of these raters is to rate each of these subjects, once in each period of a kind, or in one period; nobody rates itself but in role self (分配评分任务)';

CREATE OR REPLACE PROCEDURE @workspace@.unassign_raters(raters text[], subjects text[], criterion text, rater_role text, from_day date DEFAULT NULL)
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
#variable_conflict use_column
DECLARE
	actor constant text := @workspace@.require('take raters off a panel', '{operator}');
	since constant date := coalesce($5, @workspace@.today());
	by_whom constant bigint[] := ARRAY(SELECT @workspace@.find_subject(x) FROM unnest($1) AS x);
	whose constant bigint[] := ARRAY(SELECT @workspace@.find_subject(x) FROM unnest($2) AS x);
	dropped bigint;
	ended bigint;
BEGIN
	DELETE FROM @workspace@.rater_assignment AS a
	WHERE a.subject_id = ANY (whose) AND a.rater_id = ANY (by_whom) AND a.criterion = $3 AND a.rater_role = $4 AND a.valid_from >= since;
	GET DIAGNOSTICS dropped = ROW_COUNT;
	UPDATE @workspace@.rater_assignment AS a SET valid_to = since
	WHERE a.subject_id = ANY (whose) AND a.rater_id = ANY (by_whom) AND a.criterion = $3 AND a.rater_role = $4
		AND (a.valid_to > since OR a.valid_to IS NULL);
	GET DIAGNOSTICS ended = ROW_COUNT;
	IF dropped + ended = 0 THEN
		RAISE EXCEPTION 'none of these raters is assigned to any of these subjects for % by %', coalesce(quote_literal($3), 'NULL'), coalesce(quote_literal($4), 'NULL')
			USING ERRCODE = 'no_data_found', HINT = 'Table rater_assignment lists who is to rate whom.';
	END IF;
	PERFORM @workspace@.record_act('unassign_raters', $3, NULL, jsonb_build_object('rater_role', $4, 'raters', $1, 'subjects', $2, 'from_day', since));
END
$$;
COMMENT ON PROCEDURE @workspace@.unassign_raters(text[], text[], text, text, date) IS
	'from a day on these raters rate these subjects no more (撤销评分任务)';

-- Names of raters are for those who see all, and for themselves.
CREATE OR REPLACE VIEW @workspace@.missing_rating WITH (security_barrier = true) AS
SELECT d.period_id, p.code AS period, d.subject_id, s.code AS subject, s.name AS subject_name, s.name_zh AS subject_name_zh,
	d.criterion, d.rater_role, l.label AS role_label, l.label_zh AS role_label_zh,
	d.rater_id, r.code AS rater, r.name AS rater_name, r.name_zh AS rater_name_zh, p.ends_on, p.ends_on < (SELECT @workspace@.today()) AS overdue
FROM @workspace@.rater_due AS d
	JOIN @workspace@.period AS p ON p.period_id = d.period_id
	JOIN @workspace@.subject AS s ON s.subject_id = d.subject_id
	JOIN @workspace@.subject AS r ON r.subject_id = d.rater_id
	LEFT JOIN @workspace@.panel_role AS l ON l.role = d.rater_role
WHERE NOT d.recused AND p.starts_on <= (SELECT @workspace@.today())
	AND NOT EXISTS (
		SELECT FROM @workspace@.counted_rating AS c
		WHERE c.subject_id = d.subject_id AND c.period_id = d.period_id AND c.criterion = d.criterion AND c.rater_role = d.rater_role
			AND c.rater_id = d.rater_id)
	AND ((SELECT @workspace@.sees_all()) OR d.rater_id = ANY ((SELECT @workspace@.granted_subjects('rater'))::bigint[]));
COMMENT ON VIEW @workspace@.missing_rating IS 'marks that are to be given and are not there, of periods that have begun (缺失打分)';
COMMENT ON COLUMN @workspace@.missing_rating.period_id IS 'period (周期编号)';
COMMENT ON COLUMN @workspace@.missing_rating.period IS 'code of the period (周期)';
COMMENT ON COLUMN @workspace@.missing_rating.subject_id IS 'who is to be rated (考核对象编号)';
COMMENT ON COLUMN @workspace@.missing_rating.subject IS 'code of the subject (考核对象代码)';
COMMENT ON COLUMN @workspace@.missing_rating.subject_name IS 'name of the subject (考核对象)';
COMMENT ON COLUMN @workspace@.missing_rating.subject_name_zh IS 'Chinese name of the subject (考核对象中文名)';
COMMENT ON COLUMN @workspace@.missing_rating.criterion IS 'what is to be rated (评价内容)';
COMMENT ON COLUMN @workspace@.missing_rating.rater_role IS 'role of the rater (评价主体代码)';
COMMENT ON COLUMN @workspace@.missing_rating.role_label IS 'name of the role (评价主体)';
COMMENT ON COLUMN @workspace@.missing_rating.role_label_zh IS 'Chinese name of the role (评价主体中文名)';
COMMENT ON COLUMN @workspace@.missing_rating.rater_id IS 'rater (评分人编号)';
COMMENT ON COLUMN @workspace@.missing_rating.rater IS 'code of the rater (评分人代码)';
COMMENT ON COLUMN @workspace@.missing_rating.rater_name IS 'name of the rater (评分人)';
COMMENT ON COLUMN @workspace@.missing_rating.rater_name_zh IS 'Chinese name of the rater (评分人中文名)';
COMMENT ON COLUMN @workspace@.missing_rating.ends_on IS 'last day of the period (周期末日)';
COMMENT ON COLUMN @workspace@.missing_rating.overdue IS 'the period is over (是否逾期)';

-- For those who see all: how many have rated and when would tell others who did.
CREATE OR REPLACE VIEW @workspace@.panel_progress WITH (security_barrier = true) AS
SELECT x.period_id, p.code AS period, x.subject_id, s.code AS subject, s.name AS subject_name, s.name_zh AS subject_name_zh,
	i.item, i.code AS indicator, x.criterion, x.rater_role, sum(x.due) AS assigned, sum(x.given) AS given, sum(x.missing) AS missing,
	sum(x.recused) AS recused, i.min_raters, e.raters AS released_raters, e.released_at, min(h.raters) AS changed
FROM (SELECT d.subject_id, d.period_id, d.criterion, d.rater_role, (NOT d.recused)::integer AS due, 0 AS given,
          (NOT d.recused AND c.rating_id IS NULL)::integer AS missing, d.recused::integer AS recused
      FROM @workspace@.rater_due AS d
          LEFT JOIN @workspace@.counted_rating AS c ON c.subject_id = d.subject_id AND c.period_id = d.period_id AND c.criterion = d.criterion
              AND c.rater_role = d.rater_role AND c.rater_id = d.rater_id
      UNION ALL
      SELECT c.subject_id, c.period_id, c.criterion, c.rater_role, 0, 1, 0, 0
      FROM @workspace@.counted_rating AS c) AS x
	JOIN @workspace@.period AS p ON p.period_id = x.period_id
	JOIN @workspace@.subject AS s ON s.subject_id = x.subject_id
	LEFT JOIN @workspace@.indicator AS i ON i.fact = 'rating' AND i.criterion = x.criterion AND i.rater_role = x.rater_role
	LEFT JOIN @workspace@.released_rating AS e ON e.subject_id = x.subject_id AND e.period_id = x.period_id AND e.item = i.item
	LEFT JOIN @workspace@.release_change AS h ON h.subject_id = x.subject_id AND h.release_id = e.release_id
WHERE (SELECT @workspace@.sees_all()) AND p.starts_on <= (SELECT @workspace@.today())
GROUP BY x.period_id, p.code, x.subject_id, s.code, s.name, s.name_zh, i.item, i.code, i.min_raters, x.criterion, x.rater_role, e.raters, e.released_at;
COMMENT ON VIEW @workspace@.panel_progress IS 'how far each panel is, for operators and auditors (评分进度)';
COMMENT ON COLUMN @workspace@.panel_progress.period_id IS 'period (周期编号)';
COMMENT ON COLUMN @workspace@.panel_progress.period IS 'code of the period (周期)';
COMMENT ON COLUMN @workspace@.panel_progress.subject_id IS 'who is rated (考核对象编号)';
COMMENT ON COLUMN @workspace@.panel_progress.subject IS 'code of the subject (考核对象代码)';
COMMENT ON COLUMN @workspace@.panel_progress.subject_name IS 'name of the subject (考核对象)';
COMMENT ON COLUMN @workspace@.panel_progress.subject_name_zh IS 'Chinese name of the subject (考核对象中文名)';
COMMENT ON COLUMN @workspace@.panel_progress.item IS 'indicator of the criterion and role (指标编号)';
COMMENT ON COLUMN @workspace@.panel_progress.indicator IS 'code of the indicator (指标代码)';
COMMENT ON COLUMN @workspace@.panel_progress.criterion IS 'what is rated (评价内容)';
COMMENT ON COLUMN @workspace@.panel_progress.rater_role IS 'role of the raters (评价主体)';
COMMENT ON COLUMN @workspace@.panel_progress.assigned IS 'raters who are to rate (应评人数)';
COMMENT ON COLUMN @workspace@.panel_progress.given IS 'marks that count, of raters who were not assigned among them (有效打分数)';
COMMENT ON COLUMN @workspace@.panel_progress.missing IS 'assigned raters who have not rated (未评人数)';
COMMENT ON COLUMN @workspace@.panel_progress.recused IS 'assigned raters who are recused (回避人数)';
COMMENT ON COLUMN @workspace@.panel_progress.min_raters IS 'marks that a mean takes at least (最少评分人数)';
COMMENT ON COLUMN @workspace@.panel_progress.released_raters IS 'raters in the mean that is shown, 0: withdrawn, NULL: none was released (已披露评分人数)';
COMMENT ON COLUMN @workspace@.panel_progress.released_at IS 'when it was released (披露时间)';
COMMENT ON COLUMN @workspace@.panel_progress.changed IS 'raters whose marks have changed since (披露后变动人数)';

-- Of what each may see in rating_reading.
CREATE OR REPLACE VIEW @workspace@.panel_comparison WITH (security_barrier = true) AS
SELECT x.period_id, p.code AS period, x.subject_id, s.code AS subject, s.name AS subject_name, s.name_zh AS subject_name_zh, x.criterion,
	x.roles, x.raters, x.internal, x.external, x.grass_roots, x.third_party, x.peer, x.self, x.other,
	x.outside - x.inside AS outside_less_inside
FROM (SELECT r.period_id, r.subject_id, i.criterion, count(r.value) AS roles, sum(r.raters)::bigint AS raters,
          trim_scale(round(avg(r.value) FILTER (WHERE l.kind = 'internal'), 10)) AS internal,
          trim_scale(round(avg(r.value) FILTER (WHERE l.kind = 'external'), 10)) AS external,
          trim_scale(round(avg(r.value) FILTER (WHERE l.kind = 'grass_roots'), 10)) AS grass_roots,
          trim_scale(round(avg(r.value) FILTER (WHERE l.kind = 'third_party'), 10)) AS third_party,
          trim_scale(round(avg(r.value) FILTER (WHERE l.kind = 'peer'), 10)) AS peer,
          trim_scale(round(avg(r.value) FILTER (WHERE l.kind = 'self' OR l.kind IS NULL AND i.rater_role = 'self'), 10)) AS self,
          trim_scale(round(avg(r.value) FILTER (WHERE l.kind IS NULL AND i.rater_role <> 'self'), 10)) AS other,
          trim_scale(round(avg(r.value) FILTER (WHERE l.kind = 'internal'), 10)) AS inside,
          trim_scale(round(avg(r.value) FILTER (WHERE l.kind IN ('external', 'grass_roots', 'third_party')), 10)) AS outside
      FROM @workspace@.rating_reading AS r
          JOIN @workspace@.indicator AS i ON i.item = r.item
          LEFT JOIN @workspace@.panel_role AS l ON l.role = i.rater_role
      GROUP BY r.period_id, r.subject_id, i.criterion) AS x
	JOIN @workspace@.period AS p ON p.period_id = x.period_id
	JOIN @workspace@.subject AS s ON s.subject_id = x.subject_id;
COMMENT ON VIEW @workspace@.panel_comparison IS 'what each kind of rater says, side by side (各类评价主体对照)';
COMMENT ON COLUMN @workspace@.panel_comparison.period_id IS 'period (周期编号)';
COMMENT ON COLUMN @workspace@.panel_comparison.period IS 'code of the period (周期)';
COMMENT ON COLUMN @workspace@.panel_comparison.subject_id IS 'who is rated (考核对象编号)';
COMMENT ON COLUMN @workspace@.panel_comparison.subject IS 'code of the subject (考核对象代码)';
COMMENT ON COLUMN @workspace@.panel_comparison.subject_name IS 'name of the subject (考核对象)';
COMMENT ON COLUMN @workspace@.panel_comparison.subject_name_zh IS 'Chinese name of the subject (考核对象中文名)';
COMMENT ON COLUMN @workspace@.panel_comparison.criterion IS 'what is rated (评价内容)';
COMMENT ON COLUMN @workspace@.panel_comparison.roles IS 'roles with a mean (有均值的评价主体数)';
COMMENT ON COLUMN @workspace@.panel_comparison.raters IS 'raters in them (评分人数)';
COMMENT ON COLUMN @workspace@.panel_comparison.internal IS 'mean of the means of internal roles (内部评价)';
COMMENT ON COLUMN @workspace@.panel_comparison.external IS 'of external ones (外部评价)';
COMMENT ON COLUMN @workspace@.panel_comparison.grass_roots IS 'of the grass roots (基层评价)';
COMMENT ON COLUMN @workspace@.panel_comparison.third_party IS 'of third parties (第三方评价)';
COMMENT ON COLUMN @workspace@.panel_comparison.peer IS 'of peers (互评)';
COMMENT ON COLUMN @workspace@.panel_comparison.self IS 'of itself (自评)';
COMMENT ON COLUMN @workspace@.panel_comparison.other IS 'of roles that panel_role does not say the kind of (其他)';
COMMENT ON COLUMN @workspace@.panel_comparison.outside_less_inside IS 'mean of external, grass-roots and third-party roles less that of internal ones (外部与内部评价之差)';
