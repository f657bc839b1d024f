-- A run by what people call it: CALL publish(last_run('units', '2025')).

CREATE OR REPLACE FUNCTION @workspace@.last_run(scheme text, period text) RETURNS integer
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
#variable_conflict use_column
DECLARE
	of_scheme constant integer := @workspace@.find_scheme($1);
	of_period constant integer := @workspace@.find_period($2);
	found integer;
BEGIN
	-- The view, not the table: a unit finds what is published, an operator drafts as well.
	SELECT max(r.run_id) INTO found FROM @workspace@.run_status AS r
	WHERE r.scheme_id = of_scheme AND r.period_id = of_period AND r.purpose = 'assessment' AND r.superseded_by IS NULL;
	IF found IS NULL THEN
		RAISE EXCEPTION 'scheme "%" has no run of period %', $1, $2
			USING ERRCODE = 'no_data_found', HINT = 'View run_status lists those that you may see; CALL assess makes one.';
	END IF;
	RETURN found;
END
$$;
COMMENT ON FUNCTION @workspace@.last_run(text, text) IS
	'the run of a scheme and period that no later one has taken the place of, a draft too where the asking role may see it (查最近批次)';
