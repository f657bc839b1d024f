-- The same view over all workspaces. To read a view is to run what its owner
-- wrote: so only the workspaces of one owner are read, by default one's own.

CREATE FUNCTION @extschema@.all_standings(period_code text DEFAULT NULL, owner text DEFAULT current_user,
	OUT workspace text, OUT scheme text, OUT period text, OUT group_code text, OUT group_label text,
	OUT subject text, OUT subject_name text, OUT subject_name_zh text, OUT base_score numeric, OUT coefficient numeric,
	OUT deductions numeric, OUT bonus numeric, OUT score numeric, OUT rank bigint, OUT group_size bigint,
	OUT tier integer, OUT tier_code text, OUT tier_label text, OUT tier_label_zh text, OUT coverage numeric, OUT provisional boolean)
RETURNS SETOF record
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	name text;
	asked integer;
BEGIN
	FOR name IN
		SELECT w.name FROM @extschema@.workspaces() AS w
		WHERE w.owner = all_standings.owner AND has_schema_privilege(w.name, 'USAGE')
			AND has_table_privilege(to_regclass(format('%I.standing', w.name)), 'SELECT')
			AND has_table_privilege(to_regclass(format('%I.period', w.name)), 'SELECT')
	LOOP
		EXECUTE format('SELECT p.period_id FROM %I.period AS p WHERE p.code = $1', name) INTO asked USING period_code;
		CONTINUE WHEN asked IS NULL AND period_code IS NOT NULL;
		RETURN QUERY EXECUTE format('SELECT $1, s.scheme, s.period, s.group_code, s.group_label, s.subject, s.subject_name, s.subject_name_zh,
				s.base_score, s.coefficient, s.deductions, s.bonus, s.score, s.rank, s.group_size,
				s.tier, s.tier_code, s.tier_label, s.tier_label_zh, s.coverage, s.provisional
			FROM %I.standing AS s WHERE $2 IS NULL OR s.period_id = $2', name) USING name, asked;
	END LOOP;
END
$$;
COMMENT ON FUNCTION @extschema@.all_standings(text, text) IS
	'live standings of all workspaces of an owner that the caller may read (各工作区考核结果)';
