-- What the nodes of sealed rubrics read and what they are worth, so that no view
-- has to take rubrics apart. Derived: rubric_node works it out from a rubric.

CREATE TABLE IF NOT EXISTS @workspace@.sealed_node (
	version_id integer NOT NULL,
	group_id integer NOT NULL,
	node integer NOT NULL,
	parent integer,
	path text NOT NULL,
	rule text NOT NULL,
	item integer,
	full_points numeric,
	max_points numeric,
	takes_off boolean NOT NULL,
	PRIMARY KEY (version_id, group_id, node),
	FOREIGN KEY (version_id, group_id) REFERENCES @workspace@.group_rubric ON DELETE CASCADE
);
COMMENT ON TABLE @workspace@.sealed_node IS 'nodes of sealed rubrics, what they read and are worth; derived (封版节点)';
COMMENT ON COLUMN @workspace@.sealed_node.version_id IS 'version (方案版本)';
COMMENT ON COLUMN @workspace@.sealed_node.group_id IS 'group (分组)';
COMMENT ON COLUMN @workspace@.sealed_node.node IS 'number in the rubric (节点号)';
COMMENT ON COLUMN @workspace@.sealed_node.parent IS 'node above (上级节点)';
COMMENT ON COLUMN @workspace@.sealed_node.path IS 'place in the rubric (位置)';
COMMENT ON COLUMN @workspace@.sealed_node.rule IS 'rule (计分规则)';
COMMENT ON COLUMN @workspace@.sealed_node.item IS 'the item that it reads, NULL if none or many (所读指标)';
COMMENT ON COLUMN @workspace@.sealed_node.full_points IS 'of a leaf: the most it can have by itself, of a deduction the most it takes off; NULL: no limit (满分)';
COMMENT ON COLUMN @workspace@.sealed_node.max_points IS 'of a leaf: the most it can add to the score, if all above it only weigh and add (最高贡献分)';
COMMENT ON COLUMN @workspace@.sealed_node.takes_off IS 'whether its points are taken off (是否扣分)';

-- The one item that a node reads.
CREATE OR REPLACE FUNCTION @workspace@.node_item(spec jsonb) RETURNS integer
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN coalesce(spec ->> 'item', spec -> 'value' ->> 'item', spec -> 'coefficient' ->> 'item',
	CASE WHEN jsonb_array_length(spec -> 'items') = 1 THEN spec -> 'items' ->> 0 END)::integer;
COMMENT ON FUNCTION @workspace@.node_item(jsonb) IS 'the item that a node reads, NULL if none or many (节点所读指标)';

-- A setting that may be a number, or a parameter that nobody knows here.
CREATE OR REPLACE FUNCTION @workspace@.json_number(setting jsonb) RETURNS numeric
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN CASE WHEN jsonb_typeof(setting) = 'number' THEN (setting #>> '{}')::numeric END;
COMMENT ON FUNCTION @workspace@.json_number(jsonb) IS 'the number that a setting is, else NULL (数值)';

CREATE OR REPLACE FUNCTION @workspace@.rubric_node(rubric perfeval.rubric)
RETURNS TABLE (node integer, parent integer, path text, rule text, item integer, full_points numeric, max_points numeric, takes_off boolean)
LANGUAGE sql IMMUTABLE
SET search_path = pg_catalog, pg_temp
AS $$
	WITH RECURSIVE rows AS (
		SELECT r.node, r.parent, r.path, r.spec, r.spec ->> 'rule' AS rule,
			coalesce(@workspace@.json_number(r.spec -> 'weight'), CASE WHEN NOT r.spec ? 'weight' THEN 1 END) AS weight
		FROM perfeval.rubric_rows($1) AS r
		WHERE r.node IS NOT NULL
	), leaf AS (
		SELECT r.node,
			CASE r.rule
				WHEN 'proportional' THEN @workspace@.json_number(r.spec -> 'full_points') * coalesce(@workspace@.json_number(r.spec -> 'high'), 1)
				WHEN 'achievement' THEN coalesce(@workspace@.json_number(r.spec -> 'full_points'), 10)
				WHEN 'normalise' THEN CASE WHEN r.spec ->> 'method' <> 'zscore' OR r.spec ->> 'clamp' = 'yes'
				                           THEN coalesce(@workspace@.json_number(r.spec -> 'full_points'), 100) END
				WHEN 'bands' THEN (SELECT max(coalesce(@workspace@.json_number(x -> 'points'), @workspace@.json_number(x)))
				                   FROM jsonb_array_elements(coalesce(r.spec -> 'ranges', r.spec -> 'points')) AS x)
				WHEN 'interpolate' THEN (SELECT max(@workspace@.json_number(y)) FROM jsonb_array_elements(r.spec -> 'ys') AS y)
				WHEN 'ordinal' THEN (SELECT max(@workspace@.json_number(w -> 'points')) FROM jsonb_array_elements(r.spec -> 'words') AS w)
				WHEN 'met' THEN greatest(@workspace@.json_number(r.spec -> 'points'), coalesce(@workspace@.json_number(r.spec -> 'otherwise'), 0))
				WHEN 'given' THEN @workspace@.json_number(r.spec -> 'max')
				WHEN 'constant' THEN @workspace@.json_number(r.spec -> 'points')
				WHEN 'awards' THEN least(@workspace@.json_number(r.spec -> 'cap_kind'),
					@workspace@.json_number(r.spec -> 'cap_award') * coalesce(jsonb_array_length(r.spec -> 'items'), 1))
				WHEN 'improvement' THEN @workspace@.json_number(r.spec -> 'max_points')
				WHEN 'formula' THEN NULL
				ELSE @workspace@.json_number(r.spec -> 'full_points')
			END AS points
		FROM rows AS r
		WHERE r.rule <> 'limit' AND NOT EXISTS (SELECT FROM rows AS c WHERE c.parent = r.node)
	), tree (node, rule, spec, factor, takes_off) AS (
		-- What a point of a node is in points of the score; NULL below a node that
		-- does more than weigh and add.
		SELECT r.node, r.rule, r.spec, 1::numeric, false FROM rows AS r WHERE r.node = 0
		UNION ALL
		SELECT r.node, r.rule, r.spec, t.factor * CASE t.rule
				WHEN 'weighted_mean' THEN r.weight / nullif((SELECT sum(s.weight) FROM rows AS s WHERE s.parent = t.node), 0)
				WHEN 'budget' THEN r.weight / coalesce(@workspace@.json_number(t.spec -> 'full_points'), 100)
				WHEN 'deductions' THEN 0
				WHEN 'sum' THEN 1 WHEN 'bonus' THEN 1 WHEN 'coefficient' THEN 1 WHEN 'clamp' THEN 1
			END, t.takes_off OR t.rule = 'deductions'
		FROM tree AS t JOIN rows AS r ON r.parent = t.node
	)
	SELECT r.node, r.parent, r.path, r.rule, @workspace@.node_item(r.spec), x.points, trim_scale(round(t.factor * x.points, 10)), coalesce(t.takes_off, false)
	FROM rows AS r
		LEFT JOIN tree AS t ON t.node = r.node
		LEFT JOIN leaf AS l ON l.node = r.node,
		LATERAL (SELECT CASE WHEN l.node IS NOT NULL THEN least(l.points, @workspace@.json_number(r.spec -> 'cap')) END AS points) AS x
$$;
COMMENT ON FUNCTION @workspace@.rubric_node(perfeval.rubric) IS
	'nodes of a rubric, what they read and are worth (细则节点)';

CREATE OR REPLACE PROCEDURE @workspace@.fill_sealed_node()
LANGUAGE sql
SET search_path = pg_catalog, pg_temp
AS $$
	INSERT INTO @workspace@.sealed_node (version_id, group_id, node, parent, path, rule, item, full_points, max_points, takes_off)
	SELECT g.version_id, g.group_id, n.node, n.parent, n.path, n.rule, n.item, n.full_points, n.max_points, n.takes_off
	FROM @workspace@.group_rubric AS g CROSS JOIN LATERAL @workspace@.rubric_node(g.document::perfeval.rubric) AS n
	WHERE NOT EXISTS (SELECT FROM @workspace@.sealed_node AS s WHERE s.version_id = g.version_id AND s.group_id = g.group_id);
$$;
COMMENT ON PROCEDURE @workspace@.fill_sealed_node() IS
	'adds the nodes of rubrics that were sealed and have none yet; sealing calls it (补充封版节点)';

CALL @workspace@.fill_sealed_node();
