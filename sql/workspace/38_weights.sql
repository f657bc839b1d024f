-- Weights from importance and difficulty (大事要事难事赋高分): a proposal that
-- people look at, and then apply to a draft.

CREATE OR REPLACE FUNCTION @workspace@.propose_weights(version_id integer, parent integer, judgements jsonb,
	digits integer DEFAULT 2, group_code text DEFAULT NULL,
	OUT node integer, OUT label text, OUT importance numeric, OUT difficulty numeric, OUT weight numeric)
RETURNS SETOF record
LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
#variable_conflict use_column
DECLARE
	actor constant text := @workspace@.require('propose weights', '{operator}');
	total numeric;
	nodes integer[];
	labels text[];
	grades numeric[];
	hard numeric[];
	shares numeric[];
	odd text;
BEGIN
	IF $5 IS NOT NULL AND NOT EXISTS (
		SELECT FROM @workspace@.scheme_version AS v JOIN @workspace@.scheme AS s ON s.scheme_id = v.scheme_id
			JOIN @workspace@.subject_group AS g ON g.grouping_id = s.grouping_id
		WHERE v.version_id = $1 AND g.code = $5)
	THEN
		RAISE EXCEPTION 'there is no group % in version_id %', quote_literal($5), $1 USING ERRCODE = 'no_data_found';
	END IF;

	-- The children for all groups, or those of one group's tree.
	WITH tree AS (
		SELECT n.node, n.parent, n.position, n.spec FROM @workspace@.node AS n WHERE $5 IS NULL AND n.version_id = $1 AND n.group_id IS NULL
		UNION ALL
		SELECT n.node, n.parent, n.position, n.spec FROM @workspace@.stated_node AS n JOIN @workspace@.subject_group AS g ON g.group_id = n.group_id
		WHERE n.version_id = $1 AND g.code = $5
	)
	SELECT (SELECT CASE WHEN jsonb_typeof(p.spec -> 'total') = 'number' THEN (p.spec ->> 'total')::numeric
	                    WHEN p.spec ->> 'rule' IN ('budget', '分值分配') THEN 100 ELSE 1 END FROM tree AS p WHERE p.node = $2),
		array_agg(c.node ORDER BY c.position, c.node), array_agg(c.spec ->> 'label' ORDER BY c.position, c.node)
	INTO total, nodes, labels FROM tree AS c WHERE c.parent = $2;
	IF total IS NULL OR nodes IS NULL THEN
		RAISE EXCEPTION 'node % of version_id % has no children%', coalesce($2::text, 'NULL'), coalesce($1::text, 'NULL'),
			CASE WHEN $5 IS NULL THEN ' that stand in all groups' ELSE '' END
			USING ERRCODE = 'no_data_found', HINT = 'Name the node above them; give group_code if the tree is a group''s own.';
	END IF;

	IF jsonb_typeof($3) IS DISTINCT FROM 'array' THEN
		RAISE EXCEPTION 'judgements are a list of {"node": ..., "importance": ..., "difficulty": ...}' USING ERRCODE = 'invalid_parameter_value',
			HINT = 'jsonb_agg(t) makes it of a table t.';
	END IF;
	SELECT string_agg(x.what, '; ') INTO odd
	FROM (SELECT format('node %s is judged %s times', u.node, count(j.node)) AS what
	      FROM unnest(nodes) AS u (node)
	          LEFT JOIN jsonb_to_recordset($3) AS j (node integer, importance numeric, difficulty numeric)
	          ON j.node = u.node AND j.importance >= 0 AND j.difficulty >= 0 AND j.importance < 'Infinity' AND j.difficulty < 'Infinity'
	      GROUP BY u.node HAVING count(j.node) <> 1
	      UNION ALL
	      SELECT format('node %s is not below node %s', coalesce(j.node::text, 'NULL'), $2)
	      FROM jsonb_to_recordset($3) AS j (node integer) WHERE j.node = ANY (nodes) IS NOT TRUE) AS x;
	IF odd IS NOT NULL THEN
		RAISE EXCEPTION 'judgements do not fit the tree: %', odd
			USING ERRCODE = 'invalid_parameter_value', HINT = 'Each child needs one, with importance and difficulty of 0 or more.';
	END IF;
	SELECT array_agg(j.importance ORDER BY u.n), array_agg(j.difficulty ORDER BY u.n),
		perfeval.allocate_amount(total, array_agg(j.importance * j.difficulty ORDER BY u.n), $4)
	INTO grades, hard, shares
	FROM unnest(nodes) WITH ORDINALITY AS u (node, n)
		JOIN jsonb_to_recordset($3) AS j (node integer, importance numeric, difficulty numeric) ON j.node = u.node;
	RETURN QUERY SELECT u.* FROM unnest(nodes, labels, grades, hard, shares) AS u;
END
$$;
COMMENT ON FUNCTION @workspace@.propose_weights(integer, integer, jsonb, integer, text) IS
	'weights for a node''s children by importance and difficulty, which sum exactly to its total; a proposal (权重建议)';

CREATE OR REPLACE PROCEDURE @workspace@.apply_weights(version_id integer, weights jsonb, profile text DEFAULT NULL, group_code text DEFAULT NULL)
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	actor constant text := @workspace@.require('apply weights', '{operator}');
	missing text;
BEGIN
	IF jsonb_typeof($2) IS DISTINCT FROM 'object' THEN
		RAISE EXCEPTION 'weights are an object of nodes and weights' USING ERRCODE = 'invalid_parameter_value',
			HINT = 'jsonb_object_agg(node, weight) makes it of a proposal.';
	ELSIF $3 IS NOT NULL AND $4 IS NOT NULL THEN
		RAISE EXCEPTION 'weights go to a profile or to a group''s nodes, not to both' USING ERRCODE = 'invalid_parameter_value';
	END IF;
	SELECT string_agg(w.key, ', ') INTO missing FROM jsonb_each_text($2) AS w
	WHERE NOT EXISTS (SELECT FROM @workspace@.node AS n LEFT JOIN @workspace@.subject_group AS g ON g.group_id = n.group_id
	                  WHERE n.version_id = $1 AND n.node::text = w.key AND ($3 IS NOT NULL OR g.code IS NOT DISTINCT FROM $4));
	IF missing IS NOT NULL THEN
		RAISE EXCEPTION 'nodes % are not in version_id %', missing, coalesce($1::text, 'NULL') USING ERRCODE = 'no_data_found';
	END IF;
	IF $3 IS NOT NULL THEN
		INSERT INTO @workspace@.weight_profile AS p (version_id, profile, node, weight)
		SELECT $1, $3, w.key::integer, w.value::numeric FROM jsonb_each_text($2) AS w
		ON CONFLICT ON CONSTRAINT weight_profile_pkey DO UPDATE SET weight = excluded.weight;
	ELSE
		UPDATE @workspace@.node AS n SET spec = n.spec || jsonb_build_object('weight', w.value::numeric)
		FROM jsonb_each_text($2) AS w
		WHERE n.version_id = $1 AND n.node::text = w.key
			AND n.group_id IS NOT DISTINCT FROM (
				SELECT g.group_id FROM @workspace@.subject_group AS g
					JOIN @workspace@.scheme AS s ON s.grouping_id = g.grouping_id
					JOIN @workspace@.scheme_version AS v ON v.scheme_id = s.scheme_id AND v.version_id = $1
				WHERE g.code = $4);
	END IF;
	PERFORM @workspace@.record_act('apply_weights', @workspace@.version_name($1), NULL, jsonb_strip_nulls(jsonb_build_object('version_id', $1, 'weights', $2, 'profile', $3, 'group', $4)));
END
$$;
COMMENT ON PROCEDURE @workspace@.apply_weights(integer, jsonb, text, text) IS
	'sets weights of a draft''s nodes, of one group''s own nodes or of a weight profile (采用权重)';
