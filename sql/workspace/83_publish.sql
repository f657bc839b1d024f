-- Publishing: schemes at the start of a year, results before they are final.

-- First and last day on display. NULL for the first is today, for the last no end.
CREATE OR REPLACE FUNCTION @workspace@.check_display(first date, last date) RETURNS void
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
	IF NOT isfinite(first) OR NOT coalesce(isfinite(last), true) OR first > @workspace@.today() + 366 THEN
		RAISE EXCEPTION 'nothing is on display from % to %', first, coalesce(last::text, 'no end')
			USING ERRCODE = 'datetime_field_overflow', HINT = 'Give days of the calendar, the first at most a year from now.';
	ELSIF last < first THEN
		RAISE EXCEPTION 'the last day on display, %, is before the first, %', last, first
			USING ERRCODE = 'invalid_parameter_value', HINT = 'Give published_to after published_from, or NULL.';
	END IF;
END
$$;
COMMENT ON FUNCTION @workspace@.check_display(date, date) IS 'refuses days on which nothing can be on display (检查公示日期)';

CREATE OR REPLACE PROCEDURE @workspace@.publish_version(version_id integer, place text DEFAULT NULL, note text DEFAULT NULL,
	published_from date DEFAULT NULL, published_to date DEFAULT NULL, INOUT publication_id integer DEFAULT NULL)
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
#variable_conflict use_column
DECLARE
	actor constant text := @workspace@.require('publish', '{operator}');
	version @workspace@.scheme_version;
	first constant date := coalesce($4, @workspace@.today());
BEGIN
	-- It adds a link to the chain, as runs do, which comes first: an assessment under way refers to the version.
	PERFORM @workspace@.lock_runs();
	version := @workspace@.lock_version($1);
	IF version.state <> 'sealed' THEN
		RAISE EXCEPTION '% is not sealed', @workspace@.version_name($1)
			USING ERRCODE = 'object_not_in_prerequisite_state', HINT = 'CALL seal_version: what is published cannot change any more.';
	END IF;
	PERFORM @workspace@.check_display(first, $5);
	SELECT p.publication_id INTO publication_id FROM @workspace@.publication AS p WHERE p.version_id = $1 AND p.kind = 'scheme';
	IF publication_id IS NOT NULL THEN
		RAISE NOTICE '% is published already', @workspace@.version_name($1);
		RETURN;
	END IF;
	INSERT INTO @workspace@.publication AS p (kind, version_id, published_by, published_from, published_to, place, note, hash)
	VALUES ('scheme', $1, actor, first, $5, $2, $3, version.hash)
	RETURNING p.publication_id INTO publication_id;
	PERFORM @workspace@.add_link(publication_id);
	PERFORM @workspace@.record_act('publish_version', @workspace@.version_name($1), $3, jsonb_build_object('publication_id', publication_id));
END
$$;
COMMENT ON PROCEDURE @workspace@.publish_version(integer, text, text, date, date, integer) IS
	'publishes a sealed version of a scheme, once (公开方案)';

-- Objections are taken for so many working days, from the first day on display
-- or, if that is entered afterwards, from today on. With none it can become
-- final at once.
CREATE OR REPLACE PROCEDURE @workspace@.publish(run_id integer, objection_days integer DEFAULT 10, place text DEFAULT NULL,
	note text DEFAULT NULL, published_from date DEFAULT NULL, published_to date DEFAULT NULL, INOUT publication_id integer DEFAULT NULL)
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
#variable_conflict use_column
DECLARE
	actor constant text := @workspace@.require('publish', '{operator}');
	this @workspace@.run;
	first constant date := coalesce($5, @workspace@.today());
	until date;
	left_behind text;
	from_run integer;
	wrong text;
BEGIN
	PERFORM @workspace@.lock_runs();
	this := @workspace@.find_run($1);
	SELECT p.publication_id INTO publication_id FROM @workspace@.publication AS p WHERE p.run_id = $1 AND p.kind = 'preliminary';
	IF publication_id IS NOT NULL AND this.superseded_by IS NULL THEN
		RAISE NOTICE '% is published already', @workspace@.run_name($1);
		RETURN;
	END IF;
	wrong := CASE
		WHEN this.purpose <> 'assessment' THEN 'a rerun'
		WHEN this.superseded_by IS NOT NULL THEN 'superseded by run ' || this.superseded_by
		WHEN this.hash IS NULL OR this.subjects = 0 THEN 'empty'
		ELSE (SELECT 'later than run ' || r.run_id || ', which is final' FROM @workspace@.run AS r
		      WHERE r.scheme_id = this.scheme_id AND r.period_id = this.period_id AND r.state = 'final' LIMIT 1) END;
	IF wrong IS NOT NULL THEN
		RAISE EXCEPTION '% cannot be published: it is %', @workspace@.run_name($1), wrong
			USING ERRCODE = 'object_not_in_prerequisite_state', HINT = 'CALL assess, and publish what it gives; what is final stays.';
	ELSIF $2 IS NULL OR $2 NOT BETWEEN 0 AND 365 THEN
		RAISE EXCEPTION 'objections cannot be taken for % working days', coalesce($2::text, 'NULL')
			USING ERRCODE = 'numeric_value_out_of_range', HINT = 'Give 0 to 365 working days.';
	END IF;
	PERFORM @workspace@.check_display(first, $6);
	IF first < (SELECT p.starts_on FROM @workspace@.period AS p WHERE p.period_id = this.period_id) THEN
		RAISE EXCEPTION '% cannot have been published on %: the period had not begun', @workspace@.run_name($1), first
			USING ERRCODE = 'invalid_parameter_value', HINT = 'Give published_from as the first day on display.';
	END IF;
	SELECT string_agg(format('%s %s', a.subject, @workspace@.chain_number(a.points)), ', '), a.from_run INTO left_behind, from_run
	FROM @workspace@.adjustment_left_behind($1) AS a GROUP BY a.from_run ORDER BY a.from_run DESC LIMIT 1;
	IF left_behind IS NOT NULL THEN
		RAISE EXCEPTION '% would leave adjustments of run % behind: %', @workspace@.run_name($1), from_run, left_behind
			USING ERRCODE = 'object_not_in_prerequisite_state',
				HINT = format('CALL carry_adjustments(%s, %s), or adjust anew%s.', from_run, $1,
					CASE WHEN (SELECT r.superseded_by FROM @workspace@.run AS r WHERE r.run_id = from_run) IS NULL
					     THEN ', or CALL cancel_adjustment on run ' || from_run ELSE '; CALL cancel_adjustment takes back what should not count' END);
	END IF;
	SELECT string_agg(a.subject, ', '), a.from_run INTO left_behind, from_run
	FROM @workspace@.calibration_left_behind($1) AS a GROUP BY a.from_run ORDER BY a.from_run DESC LIMIT 1;
	IF left_behind IS NOT NULL THEN
		RAISE EXCEPTION '% would leave calibrations of run % behind: %', @workspace@.run_name($1), from_run, left_behind
			USING ERRCODE = 'object_not_in_prerequisite_state',
				HINT = format('CALL carry_calibrations(%s, %s), or calibrate anew; whom a veto or linkage has shut out since, the panel decides about again.', from_run, $1);
	END IF;
	until := CASE WHEN $2 = 0 THEN first ELSE @workspace@.add_working_days(greatest(first, @workspace@.today()), $2) END;
	IF $6 < until THEN
		RAISE EXCEPTION '% would be on display until % only, but can be contested until %', @workspace@.run_name($1), $6, until
			USING ERRCODE = 'invalid_parameter_value', HINT = 'Give a later published_to, or fewer objection_days.';
	END IF;

	INSERT INTO @workspace@.publication AS p (kind, run_id, published_by, published_from, published_to, objections_until, place, note, hash)
	VALUES ('preliminary', $1, actor, first, coalesce($6, until), until, $3, $4, this.hash)
	RETURNING p.publication_id INTO publication_id;
	UPDATE @workspace@.run AS r SET state = 'published' WHERE r.run_id = $1;
	-- What had been published before gives way.
	UPDATE @workspace@.run AS r SET superseded_by = $1
	WHERE r.scheme_id = this.scheme_id AND r.period_id = this.period_id AND r.purpose = 'assessment'
		AND r.state = 'published' AND r.superseded_by IS NULL AND r.run_id <> $1;
	PERFORM @workspace@.add_link(publication_id);
	PERFORM @workspace@.record_act('publish', @workspace@.run_name($1), $4, jsonb_build_object('run_id', $1, 'publication_id', publication_id));
END
$$;
COMMENT ON PROCEDURE @workspace@.publish(integer, integer, text, text, date, date, integer) IS
	'publishes a run as preliminary, open to objections for so many working days; the one published before gives way (公示)';
