-- Ratings: marks that raters give, by criterion and role; and which of them count.

-- What a role is. A role that is not here may be rated in all the same.
CREATE TABLE IF NOT EXISTS @workspace@.panel_role (
	role text PRIMARY KEY CHECK (role <> ''),
	kind text NOT NULL CHECK (kind IN ('internal', 'external', 'grass_roots', 'self', 'peer', 'third_party')),
	label text NOT NULL,
	label_zh text,
	valid_from date CHECK (isfinite(valid_from)),
	valid_to date CHECK (isfinite(valid_to) AND valid_to > valid_from)
);
COMMENT ON TABLE @workspace@.panel_role IS 'roles in which raters rate (评价主体类别)';
COMMENT ON COLUMN @workspace@.panel_role.role IS 'what ratings and indicators call it (代码)';
COMMENT ON COLUMN @workspace@.panel_role.kind IS 'internal, external, grass_roots, self, peer or third_party (种类)';
COMMENT ON COLUMN @workspace@.panel_role.label IS 'name (名称)';
COMMENT ON COLUMN @workspace@.panel_role.label_zh IS 'Chinese name (中文名称)';
COMMENT ON COLUMN @workspace@.panel_role.valid_from IS 'rates in periods that end on this day or later (起始日期)';
COMMENT ON COLUMN @workspace@.panel_role.valid_to IS 'day from which it no more rates (终止日期)';

-- Conflicts of interest. Nothing is updated in place: of the rows for a rater and
-- a subject the one recorded last counts, and one without a day takes it back.
CREATE TABLE IF NOT EXISTS @workspace@.rater_recusal (
	subject_id bigint NOT NULL REFERENCES @workspace@.subject,
	rater_id bigint NOT NULL REFERENCES @workspace@.subject,
	recusal_id bigint NOT NULL DEFAULT nextval('@workspace:literal@.fact_id'),
	from_day date CHECK (isfinite(from_day)),
	to_day date CHECK (isfinite(to_day) AND to_day > from_day),
	reason text NOT NULL CHECK (reason <> ''),
	recorded_at timestamptz NOT NULL DEFAULT clock_timestamp(),
	recorded_by text NOT NULL DEFAULT session_user,
	PRIMARY KEY (subject_id, rater_id, recusal_id)
);
COMMENT ON TABLE @workspace@.rater_recusal IS 'raters who are not to rate a subject; the last row of the two counts (评分回避)';
COMMENT ON COLUMN @workspace@.rater_recusal.subject_id IS 'who is not rated (考核对象)';
COMMENT ON COLUMN @workspace@.rater_recusal.rater_id IS 'by whom (评分人)';
COMMENT ON COLUMN @workspace@.rater_recusal.recusal_id IS 'number (编号)';
COMMENT ON COLUMN @workspace@.rater_recusal.from_day IS 'first day of the conflict; NULL: there is none any more (起始日期)';
COMMENT ON COLUMN @workspace@.rater_recusal.to_day IS 'day from which there is none; NULL: open (终止日期)';
COMMENT ON COLUMN @workspace@.rater_recusal.reason IS 'why (理由)';
COMMENT ON COLUMN @workspace@.rater_recusal.recorded_at IS 'when it became known here (记录时间)';
COMMENT ON COLUMN @workspace@.rater_recusal.recorded_by IS 'who recorded it (记录人)';

-- ---- which marks count, now and as it was known at a time

-- A conflict is one for every period that has a day of it.
CREATE OR REPLACE VIEW @workspace@.recused_rater AS
SELECT q.subject_id, q.rater_id, p.period_id, q.reason
FROM @workspace@.rater_recusal AS q
	JOIN @workspace@.period AS p ON q.from_day <= p.ends_on AND (q.to_day > p.starts_on OR q.to_day IS NULL)
WHERE NOT EXISTS (
	SELECT FROM @workspace@.rater_recusal AS later
	WHERE later.subject_id = q.subject_id AND later.rater_id = q.rater_id
		AND (later.recorded_at, later.recusal_id) > (q.recorded_at, q.recusal_id));
COMMENT ON VIEW @workspace@.recused_rater IS 'whom a rater may not rate in which period (各周期回避情况)';

CREATE OR REPLACE VIEW @workspace@.counted_rating AS
SELECT r.subject_id, r.rating_id, r.period_id, r.criterion, r.rater_role, r.rater_id, r.value, r.rated_at, r.note
FROM @workspace@.rating AS r
WHERE NOT EXISTS (
	SELECT FROM @workspace@.rating AS later
	WHERE later.subject_id = r.subject_id AND later.period_id = r.period_id AND later.criterion = r.criterion
		AND later.rater_role = r.rater_role AND later.rater_id = r.rater_id
		AND (later.rated_at, later.rating_id) > (r.rated_at, r.rating_id))
	AND NOT EXISTS (
		SELECT FROM @workspace@.recused_rater AS q
		WHERE q.subject_id = r.subject_id AND q.rater_id = r.rater_id AND q.period_id = r.period_id);
COMMENT ON VIEW @workspace@.counted_rating IS 'the last mark of each rater who is not recused (有效打分，全部)';

-- The same with a parameter. NULL restricts nothing.
CREATE OR REPLACE FUNCTION @workspace@.counted_rating_as_of(known timestamptz, of_period integer)
RETURNS TABLE (subject_id bigint, rating_id bigint, period_id integer, criterion text, rater_role text, rater_id bigint, value numeric,
	rated_at timestamptz)
LANGUAGE sql STABLE PARALLEL SAFE
BEGIN ATOMIC
	SELECT r.subject_id, r.rating_id, r.period_id, r.criterion, r.rater_role, r.rater_id, r.value, r.rated_at
	FROM (SELECT DISTINCT ON (x.subject_id, x.period_id, x.criterion, x.rater_role, x.rater_id) x.*
	      FROM @workspace@.rating AS x
	      WHERE ($1 IS NULL OR x.rated_at <= $1)
	          AND ($2 IS NULL OR x.period_id IN (SELECT pp.part_id FROM @workspace@.period_part AS pp WHERE pp.period_id = $2))
	      ORDER BY x.subject_id, x.period_id, x.criterion, x.rater_role, x.rater_id, x.rated_at DESC, x.rating_id DESC) AS r
	WHERE NOT EXISTS (
		SELECT FROM (SELECT DISTINCT ON (k.subject_id, k.rater_id) k.*
		             FROM @workspace@.rater_recusal AS k
		             WHERE $1 IS NULL OR k.recorded_at <= $1
		             ORDER BY k.subject_id, k.rater_id, k.recorded_at DESC, k.recusal_id DESC) AS q
			JOIN @workspace@.period AS p ON q.from_day <= p.ends_on AND (q.to_day > p.starts_on OR q.to_day IS NULL)
		WHERE q.subject_id = r.subject_id AND q.rater_id = r.rater_id AND p.period_id = r.period_id);
END;
COMMENT ON FUNCTION @workspace@.counted_rating_as_of(timestamptz, integer) IS
	'marks that counted, as it was known at a time (历史时点的有效打分)';

-- Who rated it the rated never see; a rater sees its own marks.
CREATE OR REPLACE VIEW @workspace@.rating_state WITH (security_barrier = true) AS
SELECT r.subject_id, r.rating_id, r.period_id, r.criterion, r.rater_role, r.rater_id, r.value, r.rated_at, r.note
FROM @workspace@.counted_rating AS r
WHERE (SELECT @workspace@.sees_all()) OR r.rater_id = ANY ((SELECT @workspace@.granted_subjects('rater'))::bigint[]);
COMMENT ON VIEW @workspace@.rating_state IS 'marks that count: the last of each rater who is not recused (有效打分)';
COMMENT ON COLUMN @workspace@.rating_state.subject_id IS 'who is rated (考核对象)';
COMMENT ON COLUMN @workspace@.rating_state.rating_id IS 'number (编号)';
COMMENT ON COLUMN @workspace@.rating_state.period_id IS 'period (周期)';
COMMENT ON COLUMN @workspace@.rating_state.criterion IS 'what is rated (评价内容)';
COMMENT ON COLUMN @workspace@.rating_state.rater_role IS 'role of the rater (评价主体)';
COMMENT ON COLUMN @workspace@.rating_state.rater_id IS 'rater (评分人)';
COMMENT ON COLUMN @workspace@.rating_state.value IS 'mark (打分)';
COMMENT ON COLUMN @workspace@.rating_state.rated_at IS 'when (时间)';
COMMENT ON COLUMN @workspace@.rating_state.note IS 'remark (备注)';

-- ---- means

-- A mean that is rounded where its indicator says is rounded once: its marks have
-- up to 12 decimals and there are less than 10^9 of them, so that a fraction that
-- is no tie of 18 decimals is further from one than the 40th decimal; and as long
-- as the values are, a division's result is.
CREATE OR REPLACE FUNCTION @workspace@.to_be_meant(value numeric, digits integer) RETURNS numeric
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN CASE WHEN digits IS NULL THEN value ELSE round(value, 40) END;
COMMENT ON FUNCTION @workspace@.to_be_meant(numeric, integer) IS 'support function: a value as the mean of an indicator takes it (待求均值的数)';

CREATE OR REPLACE FUNCTION @workspace@.round_mean(mean numeric, digits integer, mode text) RETURNS numeric
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN CASE WHEN digits IS NULL THEN mean
	ELSE trim_scale(CASE mode
		WHEN 'half_up' THEN round(mean, digits)
		WHEN 'half_even' THEN CASE WHEN abs(mean - trunc(mean, digits)) = ('5e-' || digits + 1)::numeric THEN 2 * round(mean / 2, digits) ELSE round(mean, digits) END
		WHEN 'floor' THEN floor(mean * ('1e' || digits)::numeric) * ('1e-' || digits)::numeric
		ELSE ceil(mean * ('1e' || digits)::numeric) * ('1e-' || digits)::numeric END) END;
COMMENT ON FUNCTION @workspace@.round_mean(numeric, integer, text) IS 'support function: a mean as its indicator rounds it (均值舍入)';

-- ---- who may rate

CREATE OR REPLACE PROCEDURE @workspace@.rate(subject text, criterion text, rater_role text, rater text, value numeric, period text,
	note text DEFAULT NULL)
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	actor constant text := @workspace@.require('rate', '{rater}', (SELECT s.subject_id FROM @workspace@.subject AS s WHERE s.code = rater));
	whose constant bigint := @workspace@.find_subject(subject);
	by_whom constant bigint := @workspace@.find_subject(rater);
	in_period constant integer := @workspace@.find_period(period);
	about constant integer := (SELECT i.item FROM @workspace@.indicator AS i WHERE i.fact = 'rating' AND i.criterion = $2 AND i.rater_role = $3);
	stands record;
BEGIN
	IF about IS NULL THEN
		RAISE EXCEPTION 'no indicator is the mean of ratings of % by %', coalesce(quote_literal($2), 'NULL'), coalesce(quote_literal($3), 'NULL')
			USING ERRCODE = 'no_data_found',
				HINT = coalesce((SELECT 'There are ' || string_agg(quote_literal(i.criterion) || ' by ' || quote_literal(i.rater_role), ', ' ORDER BY i.item) || '.'
				                 FROM @workspace@.indicator AS i WHERE i.fact = 'rating'), 'Add one to table indicator.');
	END IF;
	SELECT * INTO stands FROM @workspace@.rating_obstacle(whose, by_whom, about, in_period, $5) AS o ORDER BY o.rule LIMIT 1;
	IF stands.column_name = 'value' THEN
		RAISE EXCEPTION 'a mark for % cannot be %', quote_literal($2), coalesce($5::text, 'NULL')
			USING ERRCODE = 'numeric_value_out_of_range', HINT = stands.way_out;
	ELSIF stands.obstacle IS NOT NULL THEN
		RAISE EXCEPTION '%', stands.obstacle
			USING ERRCODE = 'insufficient_privilege', DETAIL = format('Rater %s, subject %s, period %s.', rater, subject, period), HINT = stands.way_out;
	END IF;
	-- The same mark again says nothing new.
	INSERT INTO @workspace@.rating (subject_id, period_id, criterion, rater_role, rater_id, value, note, rated_by)
	SELECT whose, in_period, $2, $3, by_whom, $5, $7, actor
	WHERE NOT EXISTS (SELECT FROM @workspace@.counted_rating AS r
		WHERE r.subject_id = whose AND r.period_id = in_period AND r.criterion = $2 AND r.rater_role = $3 AND r.rater_id = by_whom
			AND r.value = $5 AND r.note IS NOT DISTINCT FROM $7);
	IF NOT FOUND THEN
		RETURN;
	END IF;
	PERFORM @workspace@.record_act('rate', subject, $7, jsonb_strip_nulls(jsonb_build_object('rater', rater, 'criterion', $2, 'rater_role', $3, 'value', $5, 'period', period)));
END
$$;
COMMENT ON PROCEDURE @workspace@.rate(text, text, text, text, numeric, text, text) IS
	'a rater''s mark; of several the last one counts (评价打分)';

-- ---- recusals

CREATE OR REPLACE PROCEDURE @workspace@.recuse_rater(rater text, subject text, reason text, from_day date DEFAULT NULL, to_day date DEFAULT NULL)
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	actor constant text := @workspace@.require('recuse a rater', '{rater,operator}', (SELECT s.subject_id FROM @workspace@.subject AS s WHERE s.code = $1));
	by_whom constant bigint := @workspace@.find_subject($1);
	whose constant bigint := @workspace@.find_subject($2);
	since constant date := coalesce($4, @workspace@.today());
	last record;
BEGIN
	IF coalesce(btrim($3), '') = '' THEN
		RAISE EXCEPTION 'a recusal needs a reason' USING ERRCODE = 'null_value_not_allowed', HINT = 'Say what the conflict of interest is.';
	ELSIF NOT (isfinite(since) AND coalesce(isfinite($5) AND $5 > since, true)) THEN
		RAISE EXCEPTION 'a conflict of interest cannot last from % to %', since, $5
			USING ERRCODE = 'invalid_parameter_value', HINT = 'to_day is the day from which there is none any more; leave it out while it lasts.';
	END IF;
	PERFORM @workspace@.lock_releases();
	SELECT q.from_day, q.to_day, q.reason INTO last FROM @workspace@.rater_recusal AS q
	WHERE q.subject_id = whose AND q.rater_id = by_whom ORDER BY q.recorded_at DESC, q.recusal_id DESC LIMIT 1;
	IF FOUND AND (last.from_day, last.to_day, last.reason) IS NOT DISTINCT FROM (since, $5, $3) THEN
		RETURN;
	END IF;
	INSERT INTO @workspace@.rater_recusal (subject_id, rater_id, from_day, to_day, reason, recorded_by) VALUES (whose, by_whom, since, $5, $3, actor);
	-- A mean that has its mark in it is shown no longer.
	PERFORM @workspace@.withdraw_releases(whose);
	PERFORM @workspace@.record_act('recuse_rater', $2, $3, jsonb_strip_nulls(jsonb_build_object('rater', $1, 'from_day', since, 'to_day', $5)));
END
$$;
COMMENT ON PROCEDURE @workspace@.recuse_rater(text, text, text, date, date) IS
	'keeps a rater from rating a subject in all periods with a day of the conflict; marks that it gave for them count no more (评分回避)';

CREATE OR REPLACE PROCEDURE @workspace@.readmit_rater(rater text, subject text, reason text)
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	actor constant text := @workspace@.require('readmit a rater', '{operator}');
	by_whom constant bigint := @workspace@.find_subject($1);
	whose constant bigint := @workspace@.find_subject($2);
BEGIN
	IF coalesce(btrim($3), '') = '' THEN
		RAISE EXCEPTION 'taking back a recusal needs a reason' USING ERRCODE = 'null_value_not_allowed', HINT = 'Say why there is no conflict of interest.';
	ELSIF NOT EXISTS (SELECT FROM @workspace@.recused_rater AS q WHERE q.subject_id = whose AND q.rater_id = by_whom) THEN
		RAISE EXCEPTION 'rater % is not recused from rating %', quote_literal($1), quote_literal($2)
			USING ERRCODE = 'object_not_in_prerequisite_state', HINT = 'Table rater_recusal lists who is.';
	END IF;
	INSERT INTO @workspace@.rater_recusal (subject_id, rater_id, reason, recorded_by) VALUES (whose, by_whom, $3, actor);
	PERFORM @workspace@.record_act('readmit_rater', $2, $3, jsonb_build_object('rater', $1));
END
$$;
COMMENT ON PROCEDURE @workspace@.readmit_rater(text, text, text) IS
	'takes a recusal back: the marks that were given count again (撤销回避)';
