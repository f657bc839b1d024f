-- Rubrics from rows and back, so that schemes can live in tables.

CREATE FUNCTION @extschema@.reweight(rubric @extschema@.rubric, node integer, weight numeric)
RETURNS @extschema@.rubric
AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 1000;
COMMENT ON FUNCTION @extschema@.reweight(@extschema@.rubric, integer, numeric) IS
	'the rubric with another weight for a node (调整权重)';

CREATE FUNCTION @extschema@.with_parameters(rubric @extschema@.rubric, parameters jsonb)
RETURNS @extschema@.rubric
AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 1000;
COMMENT ON FUNCTION @extschema@.with_parameters(@extschema@.rubric, jsonb) IS
	'the rubric with values for parameters of the group (代入组参数)';

CREATE FUNCTION @extschema@.compile_rubric_final(rows jsonb[])
RETURNS @extschema@.rubric
AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 1000;
COMMENT ON FUNCTION @extschema@.compile_rubric_final(jsonb[]) IS
	'result of aggregate compile_rubric';

CREATE AGGREGATE @extschema@.compile_rubric("row" jsonb) (
	SFUNC = pg_catalog.array_append,
	STYPE = jsonb[],
	FINALFUNC = @extschema@.compile_rubric_final,
	COMBINEFUNC = pg_catalog.array_cat,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE @extschema@.compile_rubric(jsonb) IS
	'a rubric from rows, one for each node (由明细行编译评分细则)';

CREATE FUNCTION @extschema@.rubric_rows(rubric @extschema@.rubric,
	OUT node integer, OUT parent integer, OUT "position" integer, OUT path text, OUT spec jsonb)
RETURNS SETOF record
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE COST 1000 ROWS 100
SET search_path = pg_catalog, pg_temp
AS $$
	WITH RECURSIVE document AS (
		SELECT @extschema@.jsonb($1) AS body
	), tree AS (
		SELECT (body -> 'root' ->> 'node')::integer AS node, NULL::integer AS parent,
			NULL::integer AS "position", '/' AS path, body -> 'root' AS body,
			ARRAY[1, 0] AS place
		FROM document
		UNION ALL
		SELECT (child.body ->> 'node')::integer, tree.node, child.n::integer,
			CASE tree.path WHEN '/' THEN '' ELSE tree.path END || '/' || child.n,
			child.body, tree.place || child.n::integer
		FROM tree,
			LATERAL jsonb_array_elements(tree.body -> 'children') WITH ORDINALITY AS child(body, n)
	), "row" AS (
		SELECT node, parent, "position", path, body - 'children' AS body, place
		FROM tree
		UNION ALL
		SELECT (lim.body ->> 'node')::integer, NULL, lim.n::integer, '/limits/' || lim.n,
			lim.body, ARRAY[2, lim.n::integer]
		FROM document,
			LATERAL jsonb_array_elements(document.body -> 'limits') WITH ORDINALITY AS lim(body, n)
		UNION ALL
		SELECT NULL, NULL, NULL, NULL, body - 'root' - 'limits', ARRAY[0]
		FROM document
	)
	SELECT node, parent, "position", path,
		jsonb_strip_nulls(jsonb_build_object('parent', parent, 'position', "position")) || body
	FROM "row"
	ORDER BY place
$$;
COMMENT ON FUNCTION @extschema@.rubric_rows(@extschema@.rubric) IS
	'a rubric as rows, which compile_rubric puts together again (评分细则拆成明细行)';

CREATE FUNCTION @extschema@.rubric_diff(a @extschema@.rubric, b @extschema@.rubric,
	OUT node integer, OUT path text, OUT change text, OUT key text, OUT before jsonb, OUT after jsonb)
RETURNS SETOF record
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE COST 10000 ROWS 10
SET search_path = pg_catalog, pg_temp
AS $$
	WITH old AS (
		SELECT coalesce(o.node, -1) AS id, o.* FROM @extschema@.rubric_rows($1) AS o
	), new AS (
		SELECT coalesce(n.node, -1) AS id, n.* FROM @extschema@.rubric_rows($2) AS n
	), pair AS (
		SELECT id, old.spec AS old, new.spec AS new, coalesce(new.path, old.path) AS path
		FROM old FULL JOIN new USING (id)
	)
	SELECT nullif(pair.id, -1), pair.path,
		CASE WHEN pair.old IS NULL THEN 'added' WHEN pair.new IS NULL THEN 'removed' ELSE 'changed' END,
		entry.key, entry.before, entry.after
	FROM pair,
		LATERAL (
			SELECT NULL::text AS key, pair.old AS before, pair.new AS after
			WHERE pair.old IS NULL OR pair.new IS NULL
			UNION ALL
			SELECT key, o.value, n.value
			FROM jsonb_each(pair.old) AS o FULL JOIN jsonb_each(pair.new) AS n USING (key)
			WHERE pair.old IS NOT NULL AND pair.new IS NOT NULL AND o.value IS DISTINCT FROM n.value
		) AS entry
	ORDER BY pair.id, entry.key COLLATE "C"
$$;
COMMENT ON FUNCTION @extschema@.rubric_diff(@extschema@.rubric, @extschema@.rubric) IS
	'what differs between two rubrics, setting by setting (评分细则对比)';
