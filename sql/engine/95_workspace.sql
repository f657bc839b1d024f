-- Workspaces: schemas of ordinary tables, views and procedures, which are not
-- members of the extension. Their SQL comes as text from sql/workspace, through
-- workspace_files(), which the build adds after this file.

CREATE FUNCTION @extschema@.workspaces(OUT name text, OUT owner text)
RETURNS SETOF record
LANGUAGE sql STABLE PARALLEL SAFE ROWS 5
SET search_path = pg_catalog, pg_temp
AS $$
	-- Known by the two tables that no workspace is without.
	SELECT n.nspname::text, pg_get_userbyid(n.nspowner)::text
	FROM pg_namespace AS n
		JOIN pg_class AS w ON w.relnamespace = n.oid AND w.relname = 'workspace' AND w.relkind = 'r'
		JOIN pg_class AS u ON u.relnamespace = n.oid AND u.relname = 'upgrade_step' AND u.relkind = 'r'
	WHERE EXISTS (SELECT FROM pg_attribute AS a WHERE a.attrelid = w.oid AND a.attname = 'time_zone' AND NOT a.attisdropped)
		AND EXISTS (SELECT FROM pg_attribute AS a WHERE a.attrelid = u.oid AND a.attname = 'step' AND NOT a.attisdropped)
	ORDER BY n.nspname
$$;
COMMENT ON FUNCTION @extschema@.workspaces() IS
	'the workspaces of this database and their owners (工作区列表)';

CREATE PROCEDURE @extschema@.upgrade_workspace(name text)
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
SET client_min_messages = warning
SET standard_conforming_strings = on
AS $$
DECLARE
	owner text := (SELECT w.owner FROM @extschema@.workspaces() AS w WHERE w.name = $1);
	installed text := (SELECT x.extversion FROM pg_extension AS x WHERE x.extname = 'perfeval');
	number constant text := '^[0-9]+(?:[.][0-9]+)*';
	newest text;
	file record;
	had boolean;
BEGIN
	IF owner IS NULL THEN
		RAISE EXCEPTION 'there is no workspace %', coalesce(quote_literal(name), 'NULL')
			USING ERRCODE = 'invalid_schema_name', HINT = 'SELECT * FROM perfeval.workspaces() lists them.';
	ELSIF owner <> current_user THEN
		-- What comes new must belong to the owner too.
		RAISE EXCEPTION 'workspace "%" belongs to %, and you are %', name, quote_ident(owner), quote_ident(current_user)
			USING ERRCODE = 'insufficient_privilege', HINT = 'Its owner upgrades it: SET ROLE ' || quote_ident(owner) || ' first.';
	END IF;
	EXECUTE format('LOCK TABLE %I.upgrade_step IN SHARE ROW EXCLUSIVE MODE', name);
	EXECUTE format('SELECT u.version FROM %I.upgrade_step AS u
		ORDER BY string_to_array(substring(u.version FROM $1), ''.'')::integer[] DESC NULLS LAST LIMIT 1', name) INTO newest USING number;
	IF string_to_array(substring(newest FROM number), '.')::integer[] > string_to_array(substring(installed FROM number), '.')::integer[] THEN
		RAISE EXCEPTION 'workspace "%" is of version %, and version % of perfeval is installed', name, newest, installed
			USING ERRCODE = 'object_not_in_prerequisite_state', HINT = 'Install the newer version, then ALTER EXTENSION perfeval UPDATE.';
	END IF;

	-- First the steps that the workspace has not had, then all that can be run again.
	FOR file IN
		SELECT f.file, f.body, f.file LIKE 'upgrade/%' AS is_step FROM @extschema@.workspace_files(name) AS f
		ORDER BY f.file LIKE 'upgrade/%' DESC, f.file COLLATE "C"
	LOOP
		IF file.is_step THEN
			EXECUTE format('SELECT EXISTS (SELECT FROM %I.upgrade_step WHERE step = $1)', name) INTO had USING file.file;
			CONTINUE WHEN had;
			EXECUTE format('INSERT INTO %I.upgrade_step (step, version) VALUES ($1, $2)', name) USING file.file, installed;
		END IF;
		EXECUTE file.body;
	END LOOP;
	EXECUTE format('INSERT INTO %I.upgrade_step (step, version) VALUES (''version '' || $1, $1) ON CONFLICT DO NOTHING', name)
		USING installed;
END
$$;
COMMENT ON PROCEDURE @extschema@.upgrade_workspace(text) IS
	'brings a workspace to the installed version, in one transaction (升级工作区)';

CREATE PROCEDURE @extschema@.create_workspace(name text, label text DEFAULT NULL, time_zone text DEFAULT NULL)
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
SET client_min_messages = warning
SET standard_conforming_strings = on
AS $$
DECLARE
	zone text := coalesce(time_zone, current_setting('TimeZone'));
BEGIN
	IF name IS NULL OR name = '' OR octet_length(name) > 63 OR starts_with(name, 'pg_')
		OR name ~ '[$[:cntrl:]]' OR position('@workspace' IN name) > 0
	THEN
		RAISE EXCEPTION 'no workspace can have the name %', coalesce(quote_literal(name), 'NULL')
			USING ERRCODE = 'invalid_name',
				HINT = 'Use 1 to 63 bytes, without dollar signs, line breaks and @workspace, not beginning with pg_.';
	ELSIF EXISTS (SELECT FROM pg_namespace AS n WHERE n.nspname = create_workspace.name) THEN
		RAISE EXCEPTION 'there is a schema "%" already', name
			USING ERRCODE = 'duplicate_schema', HINT = CASE WHEN name IN (SELECT w.name FROM @extschema@.workspaces() AS w)
				THEN 'It is a workspace: upgrade_workspace brings it up to date.' ELSE 'Take another name: a workspace is a schema of its own.' END;
	ELSIF NOT EXISTS (SELECT FROM pg_timezone_names AS z WHERE z.name = zone) THEN
		RAISE EXCEPTION 'there is no time zone "%"', zone
			USING ERRCODE = 'invalid_parameter_value', HINT = 'View pg_timezone_names lists them; Asia/Shanghai is one.';
	END IF;
	EXECUTE format('CREATE SCHEMA %I', name);
	-- Its own record comes first. No step of upgrading is for a new workspace.
	EXECUTE (SELECT f.body FROM @extschema@.workspace_files(name) AS f WHERE f.file = '00_workspace.sql');
	EXECUTE format('INSERT INTO %I.workspace (label, time_zone) VALUES ($1, $2)', name) USING label, zone;
	EXECUTE format('INSERT INTO %I.upgrade_step (step, version)
		SELECT f.file, x.extversion FROM @extschema@.workspace_files($1) AS f, pg_extension AS x
		WHERE f.file LIKE ''upgrade/%%'' AND x.extname = ''perfeval''', name) USING name;
	CALL @extschema@.upgrade_workspace(name);
END
$$;
COMMENT ON PROCEDURE @extschema@.create_workspace(text, text, text) IS
	'makes a workspace: a schema with tables, views and procedures of an assessment (创建工作区)';

CREATE PROCEDURE @extschema@.drop_workspace(name text, confirm text, force boolean DEFAULT false)
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
SET client_min_messages = warning
AS $$
DECLARE
	final bigint := 0;
BEGIN
	IF NOT EXISTS (SELECT FROM @extschema@.workspaces() AS w WHERE w.name = drop_workspace.name) THEN
		RAISE EXCEPTION 'there is no workspace %', coalesce(quote_literal(name), 'NULL')
			USING ERRCODE = 'invalid_schema_name', HINT = 'SELECT * FROM perfeval.workspaces() lists them.';
	ELSIF confirm IS DISTINCT FROM name THEN
		RAISE EXCEPTION 'workspace "%" is not dropped: the confirmation says %', name, coalesce(quote_literal(confirm), 'NULL')
			USING ERRCODE = 'invalid_parameter_value', HINT = 'Repeat the name as second argument. All facts and results in it will be lost.';
	END IF;
	-- A table only: a view of somebody else's could do anything.
	IF EXISTS (SELECT FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace
		WHERE n.nspname = drop_workspace.name AND c.relname = 'run' AND c.relkind = 'r')
	THEN
		EXECUTE format('SELECT count(*) FROM %I.run WHERE state = ''final''', name) INTO final;
	END IF;
	IF final > 0 AND force IS NOT TRUE THEN
		RAISE EXCEPTION 'workspace "%" holds final results of % runs', name, final
			USING ERRCODE = 'object_in_use', HINT = 'Export them first. Then force => true drops them as well.';
	END IF;
	EXECUTE format('DROP SCHEMA %I CASCADE', name);
END
$$;
COMMENT ON PROCEDURE @extschema@.drop_workspace(text, text, boolean) IS
	'drops a workspace with all that is in it (删除工作区)';
