-- catalog(name): every object of a workspace, a line each, with @ for its name: to compare two workspaces. What DROP
-- EXTENSION ... CASCADE and upgrading change is left out: the order of a table's columns.
CREATE FUNCTION pg_temp.catalog(workspace text) RETURNS SETOF text LANGUAGE sql SET search_path = pg_catalog AS $$
	WITH rel AS (
		SELECT c.* FROM pg_class c WHERE c.relnamespace = quote_ident($1)::regnamespace AND c.relkind IN ('r', 'p', 'v', 'S', 'm', 'f')
	), line AS (
		SELECT format('%s %s %s %s: %s', relkind, relname, relowner::regrole, reloptions, obj_description(oid, 'pg_class')) AS line FROM rel
		UNION ALL SELECT format('column %s.%s %s %s %s %s: %s', relname, attname, format_type(atttypid, atttypmod), attnotnull, attidentity,
				pg_get_expr(adbin, adrelid), col_description(rel.oid, attnum))
			FROM rel JOIN pg_attribute ON attrelid = rel.oid AND attnum > 0 AND NOT attisdropped LEFT JOIN pg_attrdef ON adrelid = rel.oid AND adnum = attnum
		UNION ALL SELECT format('view %s %s', relname, pg_get_viewdef(oid)) FROM rel WHERE relkind = 'v'
		UNION ALL SELECT format('constraint %s.%s %s', relname, conname, pg_get_constraintdef(k.oid)) FROM rel JOIN pg_constraint k ON conrelid = rel.oid
		UNION ALL SELECT pg_get_indexdef(indexrelid) FROM rel JOIN pg_index ON indrelid = rel.oid
		UNION ALL SELECT pg_get_triggerdef(t.oid) FROM rel JOIN pg_trigger t ON tgrelid = rel.oid AND NOT tgisinternal
		UNION ALL SELECT format('%s owner %s: %s', pg_get_functiondef(p.oid), proowner::regrole, obj_description(p.oid, 'pg_proc'))
			FROM pg_proc p WHERE pronamespace = quote_ident($1)::regnamespace AND prokind IN ('f', 'p')
	)
	SELECT replace(replace(line, replace(quote_ident($1), '''', ''''''), '@'), quote_ident($1), '@') FROM line
$$;
