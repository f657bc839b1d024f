-- Numbers that depend on the whole group, or on the year, are put into a sealed
-- rubric for one period: whoever comes later moves nobody.

CREATE OR REPLACE PROCEDURE @workspace@.set_group_parameters(version_id integer, group_code text, period text, parameters jsonb)
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	actor constant text := @workspace@.require('set the parameters of groups', '{operator}');
	grp integer;
	rubric perfeval.rubric;
	of_period integer;
BEGIN
	-- An assessment under way has one set of rules from beginning to end.
	PERFORM @workspace@.lock_runs();
	SELECT r.group_id, r.compiled INTO grp, rubric
	FROM @workspace@.group_rubric AS r JOIN @workspace@.subject_group AS g ON g.group_id = r.group_id
	WHERE r.version_id = $1 AND g.code = $2;
	IF grp IS NULL THEN
		RAISE EXCEPTION 'version_id % has no sealed rubric for group %', coalesce($1::text, 'NULL'), coalesce(quote_literal($2), 'NULL')
			USING ERRCODE = 'no_data_found', HINT = 'Seal the version first: CALL seal_version.';
	END IF;
	SELECT p.period_id INTO of_period FROM @workspace@.period AS p WHERE p.code = $3;
	IF of_period IS NULL THEN
		RAISE EXCEPTION 'there is no period %', coalesce(quote_literal($3), 'NULL')
			USING ERRCODE = 'no_data_found', HINT = 'CALL add_year makes the periods of a year.';
	END IF;
	INSERT INTO @workspace@.group_parameter (version_id, group_id, period_id, parameters, compiled, set_by)
	VALUES ($1, grp, of_period, $4, perfeval.with_parameters(rubric, $4), actor)
	ON CONFLICT ON CONSTRAINT group_parameter_pkey DO UPDATE
	SET parameters = excluded.parameters, compiled = excluded.compiled, set_at = now(), set_by = excluded.set_by;
	PERFORM @workspace@.record_act('set_group_parameters', @workspace@.version_name($1), NULL, jsonb_build_object('version_id', $1, 'group', $2, 'period', $3, 'parameters', $4));
END
$$;
COMMENT ON PROCEDURE @workspace@.set_group_parameters(integer, text, text, jsonb) IS
	'states the parameters of a group''s rubric for one period (设定组参数)';
