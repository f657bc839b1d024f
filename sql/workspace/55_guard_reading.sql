-- Guards of the write path: they refuse, and never compute.

CREATE OR REPLACE FUNCTION @workspace@.guard_reading() RETURNS trigger
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
	RAISE EXCEPTION 'readings are not changed or deleted'
		USING ERRCODE = 'object_not_in_prerequisite_state',
			DETAIL = format('Subject %s, period %s, indicator %s.', OLD.subject_id, OLD.period_id, OLD.item),
			HINT = 'Insert the right one: of the readings for one subject, period and indicator the one recorded last counts; status ''missing'' takes one back.';
END
$$;
COMMENT ON FUNCTION @workspace@.guard_reading() IS 'guard of readings: append only (读数只增不改)';
-- What never scores may change.
CREATE OR REPLACE TRIGGER guard_reading
	BEFORE UPDATE OF subject_id, period_id, item, value, status, valid_from, valid_to, recorded_at, recorded_by, source_id,
		evidence, note, reading_id, folded
	ON @workspace@.reading FOR EACH ROW EXECUTE FUNCTION @workspace@.guard_reading();
CREATE OR REPLACE TRIGGER guard_history BEFORE DELETE ON @workspace@.reading_history
	FOR EACH ROW EXECUTE FUNCTION @workspace@.guard_reading();

CREATE OR REPLACE FUNCTION @workspace@.guard_indicator_count() RETURNS trigger
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
	IF (SELECT count(*) FROM @workspace@.indicator) > 32767 THEN
		RAISE EXCEPTION 'more than 32767 indicators'
			USING ERRCODE = 'program_limit_exceeded', HINT = 'A scorecard holds no more items. Make another workspace for the rest.';
	END IF;
	RETURN NULL;
END
$$;
COMMENT ON FUNCTION @workspace@.guard_indicator_count() IS 'guard of indicators: as many as a scorecard can hold (指标数上限)';
CREATE OR REPLACE TRIGGER guard_indicator_count AFTER INSERT ON @workspace@.indicator
	FOR EACH STATEMENT EXECUTE FUNCTION @workspace@.guard_indicator_count();
