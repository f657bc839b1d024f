-- One reading at a time, for those who enter data by hand; load takes many.

CREATE OR REPLACE PROCEDURE @workspace@.record_reading(subject text, indicator text, period text, value numeric DEFAULT NULL,
	status text DEFAULT NULL, evidence text DEFAULT NULL, note text DEFAULT NULL, source text DEFAULT NULL,
	valid_from date DEFAULT NULL, valid_to date DEFAULT NULL, INOUT reading_id bigint DEFAULT NULL)
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
#variable_conflict use_column
DECLARE
	actor constant text := @workspace@.require('record readings of this indicator', '{office,operator}', (
		SELECT CASE WHEN count(DISTINCT a.item) = 1 THEN min(i.owner_id) END
		FROM @workspace@.indicator_alias AS a JOIN @workspace@.indicator AS i ON i.item = a.item WHERE a.alias = $2));
	whose constant bigint := @workspace@.find_subject($1);
	about constant integer := @workspace@.find_indicator($2);
	in_period constant integer := @workspace@.find_period($3);
	origin constant integer := CASE WHEN $8 IS NOT NULL THEN @workspace@.find_source($8) END;
	fact constant text := (SELECT i.fact FROM @workspace@.indicator AS i WHERE i.item = about);
	corrects constant text := (SELECT x.code FROM @workspace@.indicator AS i JOIN @workspace@.indicator AS x ON x.item = i.severity_of WHERE i.item = about);
	last record;
BEGIN
	IF fact <> 'reading' THEN
		RAISE EXCEPTION 'indicator % has no readings of its own: it comes from facts of kind %', quote_literal($2), fact
			USING ERRCODE = 'object_not_in_prerequisite_state', HINT = 'CALL post_event or rate.';
	ELSIF corrects IS NOT NULL THEN
		RAISE EXCEPTION 'indicator % has no readings that are entered: it corrects the means of %', quote_literal($2), quote_literal(corrects)
			USING ERRCODE = 'object_not_in_prerequisite_state', HINT = 'CALL apply_severity, which works them out from the marks.';
	ELSIF ($4 IS NULL) = ($5 IS NULL) THEN
		RAISE EXCEPTION 'a reading has a value or a status, not % and %', coalesce($4::text, 'NULL'), coalesce(quote_literal($5), 'NULL')
			USING ERRCODE = 'invalid_parameter_value', HINT = 'Give one of them; status missing takes a reading back.';
	ELSIF $5 NOT IN ('missing', 'not_applicable', 'exempt') THEN
		RAISE EXCEPTION 'a reading cannot have status %', quote_literal($5)
			USING ERRCODE = 'invalid_parameter_value', HINT = 'It may be missing, not_applicable or exempt.';
	ELSIF NOT ($4 > -1e17 AND $4 < 1e17 AND min_scale($4) <= 18) THEN
		RAISE EXCEPTION 'a reading cannot be %', $4
			USING ERRCODE = 'numeric_value_out_of_range', HINT = 'A reading has up to 17 digits before and 18 after the point.';
	ELSIF NOT (coalesce(isfinite($9), true) AND coalesce(isfinite($10), true) AND coalesce($10 > $9, true)) THEN
		RAISE EXCEPTION 'a reading cannot hold from % to %', coalesce($9::text, 'NULL'), coalesce($10::text, 'NULL')
			USING ERRCODE = 'invalid_parameter_value', HINT = 'valid_to is the day from which it no more holds.';
	END IF;
	-- The same again says nothing new.
	SELECT r.* INTO last FROM @workspace@.reading AS r
	WHERE r.subject_id = whose AND r.period_id = in_period AND r.item = about
	ORDER BY r.recorded_at DESC, r.reading_id DESC LIMIT 1;
	IF FOUND AND (last.value, last.status, last.evidence, last.note, last.source_id, last.valid_from, last.valid_to)
		IS NOT DISTINCT FROM ($4, $5, $6, $7, origin, $9, $10)
	THEN
		reading_id := last.reading_id;
		RETURN;
	END IF;
	INSERT INTO @workspace@.reading AS r (subject_id, period_id, item, value, status, evidence, note, source_id, valid_from, valid_to, recorded_by)
	VALUES (whose, in_period, about, $4, $5, $6, $7, origin, $9, $10, actor)
	RETURNING r.reading_id INTO reading_id;
	PERFORM @workspace@.record_act('record_reading', $1, $7, jsonb_strip_nulls(jsonb_build_object(
		'reading_id', reading_id, 'indicator', $2, 'period', $3, 'value', $4, 'status', $5)));
END
$$;
COMMENT ON PROCEDURE @workspace@.record_reading(text, text, text, numeric, text, text, text, text, date, date, bigint) IS
	'records a value or status of a subject; of several the last one counts (录入读数)';
