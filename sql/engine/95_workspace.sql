-- Workspaces: schemas of ordinary tables, views and procedures, which are not
-- members of the extension. Their SQL comes as text from sql/workspace.

CREATE FUNCTION @extschema@.workspace_oid(name text)
RETURNS oid
LANGUAGE sql STABLE STRICT PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
	SELECT n.oid
	FROM pg_namespace AS n
		JOIN pg_class AS c ON c.relnamespace = n.oid AND c.relname = 'upgrade_step' AND c.relkind = 'r'
	WHERE n.nspname = $1 AND obj_description(n.oid, 'pg_namespace') LIKE 'perfeval workspace%'
$$;
COMMENT ON FUNCTION @extschema@.workspace_oid(text) IS
	'the schema of a workspace, or NULL if there is none of that name (工作区模式)';

CREATE PROCEDURE @extschema@.run_workspace_files(name text, steps boolean)
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
SET client_min_messages = warning
AS $$
DECLARE
	quoted text := quote_ident(name);
	version text := (SELECT x.extversion FROM pg_extension AS x WHERE x.extname = 'perfeval');
	file record;
	had boolean;
BEGIN
	-- First the steps that the workspace has not had, then all that can be run again.
	FOR file IN
		SELECT f.file, f.body, f.file LIKE 'upgrade/%' AS is_step FROM @extschema@.workspace_files() AS f
		ORDER BY f.file LIKE 'upgrade/%' DESC, f.file COLLATE "C"
	LOOP
		IF file.is_step THEN
			CONTINUE WHEN NOT steps;
			EXECUTE format('SELECT EXISTS (SELECT FROM %I.upgrade_step WHERE step = $1)', name) INTO had USING file.file;
			CONTINUE WHEN had;
		END IF;
		EXECUTE replace(replace(file.body, '@workspace@', quoted),
			'@workspace:literal@', replace(quoted, '''', ''''''));
	END LOOP;
	EXECUTE format('INSERT INTO %I.upgrade_step (step, version)
		SELECT f.file, $1 FROM @extschema@.workspace_files() AS f WHERE f.file LIKE ''upgrade/%%''
		UNION ALL SELECT ''version '' || $1, $1
		ON CONFLICT DO NOTHING', name) USING version;
END
$$;
COMMENT ON PROCEDURE @extschema@.run_workspace_files(text, boolean) IS
	'support procedure of create_workspace and upgrade_workspace';

CREATE PROCEDURE @extschema@.create_workspace(name text, label text DEFAULT NULL, time_zone text DEFAULT NULL)
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	zone text := coalesce(time_zone, current_setting('TimeZone'));
BEGIN
	IF name IS NULL OR name = '' OR octet_length(name) > 63 OR position('$' IN name) > 0 OR name LIKE 'pg\_%' THEN
		RAISE EXCEPTION 'no workspace can have the name %', coalesce(quote_literal(name), 'NULL')
			USING ERRCODE = 'invalid_name',
				HINT = 'Use 1 to 63 bytes, without a dollar sign, not beginning with pg_.';
	END IF;
	IF NOT EXISTS (SELECT FROM pg_timezone_names AS z WHERE z.name = zone) THEN
		RAISE EXCEPTION 'there is no time zone "%"', zone
			USING ERRCODE = 'invalid_parameter_value', HINT = 'View pg_timezone_names lists them; Asia/Shanghai is one.';
	END IF;
	EXECUTE format('CREATE SCHEMA %I', name);
	CALL @extschema@.run_workspace_files(name, false);
	EXECUTE format('INSERT INTO %I.workspace (label, time_zone) VALUES ($1, $2)', name) USING label, zone;
END
$$;
COMMENT ON PROCEDURE @extschema@.create_workspace(text, text, text) IS
	'makes a workspace: a schema with tables, views and procedures of an assessment (创建工作区)';

CREATE PROCEDURE @extschema@.upgrade_workspace(name text)
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
	IF @extschema@.workspace_oid(name) IS NULL THEN
		RAISE EXCEPTION 'there is no workspace %', coalesce(quote_literal(name), 'NULL')
			USING ERRCODE = 'invalid_schema_name';
	END IF;
	CALL @extschema@.run_workspace_files(name, true);
END
$$;
COMMENT ON PROCEDURE @extschema@.upgrade_workspace(text) IS
	'brings a workspace to the installed version, in one transaction (升级工作区)';

CREATE PROCEDURE @extschema@.drop_workspace(name text, confirm text, force boolean DEFAULT false)
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	final bigint;
BEGIN
	IF @extschema@.workspace_oid(name) IS NULL THEN
		RAISE EXCEPTION 'there is no workspace %', coalesce(quote_literal(name), 'NULL')
			USING ERRCODE = 'invalid_schema_name';
	END IF;
	IF confirm IS DISTINCT FROM name THEN
		RAISE EXCEPTION 'workspace "%" is not dropped: the confirmation says %', name, coalesce(quote_literal(confirm), 'NULL')
			USING ERRCODE = 'invalid_parameter_value', HINT = 'Repeat the name as second argument. All facts and results in it will be lost.';
	END IF;
	EXECUTE format('SELECT count(*) FROM %I.run WHERE state = ''final''', name) INTO final;
	IF final > 0 AND force IS NOT TRUE THEN
		RAISE EXCEPTION 'workspace "%" holds final results of % runs', name, final
			USING ERRCODE = 'object_in_use', HINT = 'Export them first. Then force => true drops them as well.';
	END IF;
	EXECUTE format('DROP SCHEMA %I CASCADE', name);
END
$$;
COMMENT ON PROCEDURE @extschema@.drop_workspace(text, text, boolean) IS
	'drops a workspace with all that is in it (删除工作区)';
