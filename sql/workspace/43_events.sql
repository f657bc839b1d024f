-- Events: what happened, posted by the office that may, decided, and counted
-- once it is valid. A tolerated one (容错) cancels its deduction.

-- The number that the office gave it keeps an event from being posted twice.
ALTER TABLE @workspace@.event ADD COLUMN IF NOT EXISTS reference text CHECK (reference <> '');
CREATE UNIQUE INDEX IF NOT EXISTS event_reference ON @workspace@.event (subject_id, item, reference);
COMMENT ON COLUMN @workspace@.event.reference IS 'number of the case in the office''s files (案件编号)';

CREATE OR REPLACE FUNCTION @workspace@.period_of(day date) RETURNS integer
LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
	SELECT p.period_id FROM @workspace@.period AS p
	WHERE NOT p.cumulative AND $1 BETWEEN p.starts_on AND p.ends_on
	ORDER BY p.ends_on - p.starts_on, p.period_id
	LIMIT 1
$$;
COMMENT ON FUNCTION @workspace@.period_of(date) IS 'the shortest period that a day is in (日期所在最短周期)';

-- Why an office may not post events of an indicator, or NULL.
CREATE OR REPLACE FUNCTION @workspace@.posting_obstacle(item integer, office_id bigint) RETURNS text
LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
	SELECT CASE
		WHEN i.fact <> 'event' THEN 'indicator ' || i.code || ' is not counted from events'
		WHEN i.negative_list AND i.owner_id <> $2 THEN 'indicator ' || i.code || ' is on the negative list: its owner alone may post events of it'
		WHEN NOT EXISTS (SELECT FROM @workspace@.posting_right AS r WHERE r.item = $1 AND r.office_id = $2)
			THEN 'the office has no right to post events of indicator ' || i.code END
	FROM @workspace@.indicator AS i WHERE i.item = $1
$$;
COMMENT ON FUNCTION @workspace@.posting_obstacle(integer, bigint) IS
	'why an office may not post events of an indicator; NULL if it may (不可登记的原因)';

-- Whether somebody may know of an event: as its row policy says, but of the role
-- that acts, whoever's rights a procedure has.
CREATE OR REPLACE FUNCTION @workspace@.sees_event(role_name text, event_id bigint) RETURNS boolean
LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
	SELECT EXISTS (
		SELECT FROM @workspace@.event AS e JOIN @workspace@.indicator AS i ON i.item = e.item
		WHERE e.event_id = $2 AND (@workspace@.has_kind($1, '{operator,auditor}') OR @workspace@.has_kind($1, '{office}', e.office_id)
			OR @workspace@.has_kind($1, '{office}', i.owner_id) OR @workspace@.has_kind($1, '{unit,supervising}', e.subject_id)))
$$;
COMMENT ON FUNCTION @workspace@.sees_event(text, bigint) IS 'whether a role may know of an event (是否可知悉事件)';

CREATE OR REPLACE PROCEDURE @workspace@.allow_posting(indicator text, office text DEFAULT NULL)
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	actor constant text := @workspace@.require('allow posting', '{operator}');
	about @workspace@.indicator;
	allowed bigint;
BEGIN
	SELECT * INTO about FROM @workspace@.indicator AS i WHERE i.item = @workspace@.find_indicator(indicator);
	allowed := CASE WHEN office IS NULL THEN about.owner_id ELSE @workspace@.find_subject(office) END;
	IF about.fact <> 'event' THEN
		RAISE EXCEPTION 'indicator "%" is not counted from events', about.code
			USING ERRCODE = 'object_not_in_prerequisite_state', HINT = 'Events can be posted where column fact of indicator says event.';
	ELSIF allowed IS NULL THEN
		RAISE EXCEPTION 'indicator "%" has no owner', about.code
			USING ERRCODE = 'object_not_in_prerequisite_state', HINT = 'Name the office that may post its events.';
	ELSIF about.negative_list AND allowed <> about.owner_id THEN
		RAISE EXCEPTION 'indicator "%" is on the negative list: no office but its owner may post events of it', about.code
			USING ERRCODE = 'insufficient_privilege',
				HINT = (SELECT 'Its owner is ' || s.code || ' ' || s.name || '.' FROM @workspace@.subject AS s WHERE s.subject_id = about.owner_id);
	END IF;
	INSERT INTO @workspace@.posting_right (item, office_id) VALUES (about.item, allowed) ON CONFLICT DO NOTHING;
	PERFORM @workspace@.record_act('allow_posting', about.code, NULL, jsonb_build_object('office', (SELECT s.code FROM @workspace@.subject AS s WHERE s.subject_id = allowed)));
END
$$;
COMMENT ON PROCEDURE @workspace@.allow_posting(text, text) IS
	'lets an office, the owner unless another is named, post events of an indicator (授予登记权限)';

CREATE OR REPLACE PROCEDURE @workspace@.post_event(subject text, indicator text, office text, occurred_on date,
	quantity numeric DEFAULT 1, evidence text DEFAULT NULL, decision text DEFAULT 'pending', period text DEFAULT NULL,
	note text DEFAULT NULL, reference text DEFAULT NULL, INOUT event_id bigint DEFAULT NULL)
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
#variable_conflict use_column
DECLARE
	actor constant text := @workspace@.require('post events', '{office,operator}', (SELECT s.subject_id FROM @workspace@.subject AS s WHERE s.code = office));
	whose constant bigint := @workspace@.find_subject(subject);
	about constant integer := @workspace@.find_indicator(indicator);
	poster constant bigint := @workspace@.find_subject(office);
	in_period constant integer := CASE WHEN period IS NULL THEN @workspace@.period_of(occurred_on) ELSE @workspace@.find_period(period) END;
	obstacle constant text := @workspace@.posting_obstacle(about, poster);
	known record;
BEGIN
	-- An office that only posts does not decide.
	IF decision <> 'pending' THEN
		PERFORM @workspace@.require('decide events of indicator ' || indicator, '{office,operator}',
			(SELECT i.owner_id FROM @workspace@.indicator AS i WHERE i.item = about));
	END IF;
	IF obstacle IS NOT NULL THEN
		RAISE EXCEPTION '%', obstacle
			USING ERRCODE = 'insufficient_privilege',
				DETAIL = format('The office is %s.', office),
				HINT = coalesce((SELECT 'These may: ' || string_agg(s.code, ', ' ORDER BY s.code) || '.'
				                 FROM @workspace@.posting_right AS r JOIN @workspace@.subject AS s ON s.subject_id = r.office_id
				                 WHERE r.item = about AND @workspace@.posting_obstacle(about, r.office_id) IS NULL),
					'No office may yet: allow_posting gives the right.');
	ELSIF occurred_on IS NULL OR NOT isfinite(occurred_on) THEN
		RAISE EXCEPTION 'an event cannot have happened on %', coalesce(occurred_on::text, 'NULL') USING ERRCODE = 'invalid_parameter_value';
	ELSIF in_period IS NULL THEN
		RAISE EXCEPTION 'there is no period with day %', occurred_on
			USING ERRCODE = 'no_data_found', HINT = 'add_year makes the periods of a year.';
	ELSIF decision IS NULL OR decision NOT IN ('pending', 'valid', 'rejected', 'tolerated') THEN
		RAISE EXCEPTION 'an event cannot be decided as %', coalesce(quote_literal(decision), 'NULL')
			USING ERRCODE = 'invalid_parameter_value', HINT = 'It may be pending, valid, rejected or tolerated.';
	ELSIF quantity IS NULL OR NOT (quantity > -1e12 AND quantity < 1e12 AND min_scale(quantity) <= 12) THEN
		RAISE EXCEPTION 'an event cannot have quantity %', coalesce(quantity::text, 'NULL')
			USING ERRCODE = 'numeric_value_out_of_range', HINT = 'A quantity has up to 12 digits before and after the point.';
	END IF;
	INSERT INTO @workspace@.event AS e (subject_id, period_id, item, office_id, occurred_on, quantity, decision, evidence, note, reference, posted_by)
	VALUES (whose, in_period, about, poster, $4, $5, $7, $6, $9, $10, actor)
	ON CONFLICT (subject_id, item, reference) DO NOTHING
	RETURNING e.event_id INTO event_id;
	IF event_id IS NULL THEN
		SELECT e.event_id, e.period_id = in_period AND e.occurred_on = $4 AND e.quantity = $5 AS same,
			@workspace@.sees_event(actor, e.event_id) AS seen INTO known
		FROM @workspace@.event AS e WHERE e.subject_id = whose AND e.item = about AND e.reference = $10;
		IF NOT known.seen THEN
			-- Neither its number nor whether it is the same is for those who do not see it.
			RAISE EXCEPTION 'reference "%" is not free', reference
				USING ERRCODE = 'unique_violation', HINT = 'Post it under another reference, or ask the office that owns the indicator.';
		ELSIF NOT known.same THEN
			RAISE EXCEPTION 'an event with reference "%" was posted already, and it is not the same', reference
				USING ERRCODE = 'unique_violation', HINT = format('Reject event %s with decide_event and post it under another reference.', known.event_id);
		END IF;
		event_id := known.event_id;
		RETURN;
	END IF;
	PERFORM @workspace@.record_act('post_event', subject, $9, jsonb_strip_nulls(jsonb_build_object('event_id', event_id, 'indicator', indicator, 'office', office, 'quantity', $5, 'decision', $7)));
END
$$;
COMMENT ON PROCEDURE @workspace@.post_event(text, text, text, date, numeric, text, text, text, text, text, bigint) IS
	'posts an event in the shortest period of its day or the one named; again under the same reference it changes nothing (登记事件)';

CREATE OR REPLACE PROCEDURE @workspace@.decide_event(event_id bigint, decision text, reason text DEFAULT NULL)
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
-- Who may not know of the event is told the same as of one that is not there.
DECLARE
	actor constant text := @workspace@.require('decide this event', '{office,operator}', (
		SELECT i.owner_id FROM @workspace@.event AS e JOIN @workspace@.indicator AS i ON i.item = e.item
		WHERE e.event_id = $1 AND @workspace@.sees_event(@workspace@.actor(), $1)));
	about record;
BEGIN
	IF decision IS NULL OR decision NOT IN ('pending', 'valid', 'rejected', 'tolerated') THEN
		RAISE EXCEPTION 'an event cannot be decided as %', coalesce(quote_literal(decision), 'NULL')
			USING ERRCODE = 'invalid_parameter_value', HINT = 'It may be pending, valid, rejected or tolerated.';
	ELSIF decision IN ('rejected', 'tolerated') AND coalesce(btrim(reason), '') = '' THEN
		RAISE EXCEPTION 'an event that is % needs a reason', decision USING ERRCODE = 'null_value_not_allowed';
	END IF;
	SELECT e.subject_id INTO about FROM @workspace@.event AS e WHERE e.event_id = $1;
	IF about.subject_id IS NULL THEN
		RAISE EXCEPTION 'there is no event %', coalesce($1::text, 'NULL')
			USING ERRCODE = 'no_data_found', HINT = 'View event_state lists them.';
	END IF;
	INSERT INTO @workspace@.event_decision (subject_id, event_id, decision, reason, decided_at, decided_by)
	SELECT about.subject_id, $1, $2, $3, clock_timestamp(), actor
	FROM @workspace@.decided_event AS s
	WHERE s.subject_id = about.subject_id AND s.event_id = $1 AND s.decision <> $2;
	IF NOT FOUND THEN
		RETURN;
	END IF;
	PERFORM @workspace@.record_act('decide_event', (SELECT s.code FROM @workspace@.subject AS s WHERE s.subject_id = about.subject_id), $3, jsonb_build_object('event_id', $1, 'decision', $2));
END
$$;
COMMENT ON PROCEDURE @workspace@.decide_event(bigint, text, text) IS
	'decides an event: valid counts, pending is shown, rejected and tolerated count no more (认定事件)';

-- ---- many at once

CREATE OR REPLACE FUNCTION @workspace@.stage_events(staging regclass) RETURNS void
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
SET datestyle = ISO
SET extra_float_digits = 1
SET synchronize_seqscans = off
SET client_min_messages = warning
AS $$
DECLARE
	there text[];
	query text;
BEGIN
	SELECT * INTO there, query FROM @workspace@.staging_query(staging,
		'{row_no,line,subject,item,indicator,office,occurred_on,quantity,decision,period,evidence,note,assist_note,reference}');
	IF NOT '{subject,office,occurred_on}' <@ there OR NOT '{item,indicator}' && there OR '{item,indicator}' <@ there OR '{row_no,line}' <@ there THEN
		RAISE EXCEPTION 'staging table % lacks columns, or has two for one thing', staging
			USING ERRCODE = 'undefined_column', HINT = 'It needs subject, one of item or indicator, office and occurred_on; it may have one of row_no or line.';
	END IF;
	DROP TABLE IF EXISTS pg_temp.perfeval_event, pg_temp.perfeval_mistake;
	EXECUTE 'CREATE TEMP TABLE perfeval_event AS
		SELECT t.*, coalesce(t.indicator, t.item) AS about,
			CASE WHEN @workspace:literal@.is_day(t.occurred_on) THEN t.occurred_on::date END AS day,
			CASE WHEN t.quantity IS NULL THEN 1
				WHEN t.quantity ~ ''^[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)$'' AND length(t.quantity) <= 200 THEN t.quantity::numeric END AS number
		FROM (' || query || ') AS t';
	ALTER TABLE pg_temp.perfeval_event ADD subject_id bigint, ADD office_id bigint, ADD about_item integer, ADD meanings bigint,
		ADD period_id integer, ADD obstacle text, ADD twins text;
	UPDATE pg_temp.perfeval_event AS e
	SET subject_id = s.subject_id, office_id = o.subject_id, about_item = CASE WHEN a.meanings = 1 THEN a.item END, meanings = a.meanings,
		period_id = CASE WHEN f.period IS NULL THEN d.period_id ELSE p.period_id END,
		obstacle = CASE WHEN a.meanings = 1 AND o.subject_id IS NOT NULL THEN r.obstacle END
	FROM pg_temp.perfeval_event AS f
		LEFT JOIN @workspace@.subject AS s ON s.code = f.subject
		LEFT JOIN @workspace@.subject AS o ON o.code = f.office
		LEFT JOIN @workspace@.indicator_alias AS a ON a.alias = f.about
		LEFT JOIN @workspace@.period AS p ON p.code = f.period
		LEFT JOIN (SELECT x.day, @workspace@.period_of(x.day) AS period_id
		           FROM (SELECT DISTINCT y.day FROM pg_temp.perfeval_event AS y) AS x) AS d ON d.day = f.day
		LEFT JOIN (SELECT x.about, x.office, @workspace@.posting_obstacle(z.item, q.subject_id) AS obstacle
		           FROM (SELECT DISTINCT y.about, y.office FROM pg_temp.perfeval_event AS y) AS x
		               JOIN @workspace@.indicator_alias AS z ON z.alias = x.about
		               JOIN @workspace@.subject AS q ON q.code = x.office) AS r ON r.about = f.about AND r.office = f.office
	WHERE f.place = e.place;
	UPDATE pg_temp.perfeval_event AS e
	SET twins = w.twins
	FROM (SELECT x.subject_id, x.about_item, x.reference, string_agg(x.no::text, ', ' ORDER BY x.no) AS twins
	      FROM pg_temp.perfeval_event AS x
	      WHERE x.reference IS NOT NULL
	      GROUP BY x.subject_id, x.about_item, x.reference HAVING count(*) > 1) AS w
	WHERE w.subject_id = e.subject_id AND w.about_item = e.about_item AND w.reference = e.reference;
	CREATE TEMP TABLE perfeval_mistake AS
	SELECT row_number() OVER () AS mistake_no, p.* FROM @workspace@.staged_event_problem() AS p;
END
$$;
COMMENT ON FUNCTION @workspace@.stage_events(regclass) IS 'support function of load_events (暂存事件)';

CREATE OR REPLACE FUNCTION @workspace@.staged_event_problem(OUT place bigint, OUT row_no bigint, OUT column_name text, OUT value text, OUT reason text,
	OUT row_data jsonb)
RETURNS SETOF record
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
	RETURN QUERY
	SELECT e.place, e.no, p.column_name, p.value, p.reason, to_jsonb(e.row_data)
	FROM pg_temp.perfeval_event AS e
		LEFT JOIN @workspace@.event AS k ON k.subject_id = e.subject_id AND k.item = e.about_item AND k.reference = e.reference,
		LATERAL (VALUES
			(1, e.subject_id IS NULL, 'subject', e.subject, 'is no code of a subject'),
			(2, e.about_item IS NULL, 'indicator', e.about, CASE WHEN e.meanings > 1 THEN 'is the name of several indicators: use the code'
				ELSE 'is no code, number or name of an indicator' END),
			(3, e.office_id IS NULL, 'office', e.office, 'is no code of a subject'),
			(4, e.obstacle IS NOT NULL, 'office', e.office, e.obstacle),
			(5, e.day IS NULL, 'occurred_on', e.occurred_on, 'is no day such as 2025-12-31'),
			(6, e.period_id IS NULL AND e.period IS NOT NULL, 'period', e.period, 'is no code of a period'),
			(7, e.period_id IS NULL AND e.period IS NULL AND e.day IS NOT NULL, 'occurred_on', e.occurred_on, 'is in no period'),
			(8, e.number IS NULL, 'quantity', e.quantity, 'is not a number'),
			(9, NOT (e.number > -1e12 AND e.number < 1e12 AND min_scale(e.number) <= 12), 'quantity', e.quantity,
				'has more than 12 digits before or after the point'),
			(10, e.decision NOT IN ('pending', 'valid', 'rejected', 'tolerated'), 'decision', e.decision,
				'is no decision: pending, valid, rejected or tolerated'),
			(11, e.twins IS NOT NULL, 'reference', e.reference, 'stands for this subject and indicator in rows ' || e.twins),
			(12, (k.period_id, k.occurred_on, k.quantity) IS DISTINCT FROM (e.period_id, e.day, e.number) AND k.event_id IS NOT NULL,
				'reference', e.reference, 'was posted already, and it is not the same')
		) AS p (n, holds, column_name, value, reason)
	WHERE p.holds
	ORDER BY e.no, e.place, p.n;
END
$$;
COMMENT ON FUNCTION @workspace@.staged_event_problem() IS 'support function of load_events: what is wrong (暂存事件错误清单)';

CREATE OR REPLACE FUNCTION @workspace@.check_events(staging regclass, OUT row_no bigint, OUT column_name text, OUT value text, OUT reason text)
RETURNS SETOF record
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
	PERFORM @workspace@.stage_events(staging);
	RETURN QUERY SELECT * FROM @workspace@.list_mistakes();
	DROP TABLE pg_temp.perfeval_event, pg_temp.perfeval_mistake;
END
$$;
COMMENT ON FUNCTION @workspace@.check_events(regclass) IS 'every mistake that load_events would find (事件装载前检查)';

CREATE OR REPLACE PROCEDURE @workspace@.load_events(staging regclass, on_error text DEFAULT 'refuse')
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	rejecting constant boolean := @workspace@.rejects_mistakes(on_error);
	load bigint;
	posted bigint;
	said text;
BEGIN
	PERFORM @workspace@.stage_events(staging);
	load := @workspace@.open_load('events', staging, rejecting, (
		SELECT count(*) FROM pg_temp.perfeval_event AS e WHERE e.place NOT IN (SELECT m.place FROM pg_temp.perfeval_mistake AS m)));
	INSERT INTO @workspace@.event (subject_id, period_id, item, office_id, occurred_on, quantity, decision, evidence, note, assist_note, reference)
	SELECT e.subject_id, e.period_id, e.about_item, e.office_id, e.day, e.number, coalesce(e.decision, 'pending'), e.evidence, e.note,
		e.assist_note, e.reference
	FROM pg_temp.perfeval_event AS e
	WHERE e.place NOT IN (SELECT m.place FROM pg_temp.perfeval_mistake AS m)
	ORDER BY e.no
	ON CONFLICT (subject_id, item, reference) DO NOTHING;
	GET DIAGNOSTICS posted = ROW_COUNT;
	said := @workspace@.close_load(load, 'events posted', posted);
	DROP TABLE pg_temp.perfeval_event;
	RAISE NOTICE '%', said;
END
$$;
COMMENT ON PROCEDURE @workspace@.load_events(regclass, text) IS
	'posts the events of a staging table: subject, indicator, office, occurred_on and more (装载事件)';
