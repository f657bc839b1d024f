-- From nodes to rubrics.

-- The nodes of each group's tree: its own before those for all, weights of its
-- profile before those of the nodes.
CREATE OR REPLACE VIEW @workspace@.stated_node AS
SELECT n.version_id, n.group_id, n.node, n.parent, n.position, n.part, n.slot,
	n.spec || coalesce((SELECT jsonb_build_object('weight', w.weight)
	                    FROM @workspace@.group_profile AS p
	                        JOIN @workspace@.weight_profile AS w ON w.version_id = p.version_id AND w.profile = p.profile
	                    WHERE p.version_id = n.version_id AND p.group_id = n.group_id AND w.node = n.node), '{}') AS spec,
	n.weight_min, n.weight_max
FROM (SELECT DISTINCT ON (v.version_id, g.group_id, n.node)
          v.version_id, g.group_id, n.node, n.parent, n.position, n.part, n.slot, n.spec,
          n.weight_min, n.weight_max
      FROM @workspace@.scheme_version AS v
          JOIN @workspace@.scheme AS s ON s.scheme_id = v.scheme_id
          JOIN @workspace@.subject_group AS g ON g.grouping_id = s.grouping_id
          JOIN @workspace@.node AS n ON n.version_id = v.version_id AND (n.group_id = g.group_id OR n.group_id IS NULL)
      ORDER BY v.version_id, g.group_id, n.node, n.group_id NULLS LAST) AS n;
COMMENT ON VIEW @workspace@.stated_node IS 'nodes of each group as they were stated (各分组评分节点)';
COMMENT ON COLUMN @workspace@.stated_node.version_id IS 'version (方案版本)';
COMMENT ON COLUMN @workspace@.stated_node.group_id IS 'group (分组)';
COMMENT ON COLUMN @workspace@.stated_node.node IS 'number in the rubric (节点号)';
COMMENT ON COLUMN @workspace@.stated_node.parent IS 'node above (上级节点)';
COMMENT ON COLUMN @workspace@.stated_node.position IS 'order among its siblings (次序)';
COMMENT ON COLUMN @workspace@.stated_node.part IS 'part that standing shows (得分组成)';
COMMENT ON COLUMN @workspace@.stated_node.slot IS 'slot for special rules (专项规则插口)';
COMMENT ON COLUMN @workspace@.stated_node.spec IS 'rule and settings (规则与参数)';
COMMENT ON COLUMN @workspace@.stated_node.weight_min IS 'lowest weight that is allowed (权重下限)';
COMMENT ON COLUMN @workspace@.stated_node.weight_max IS 'highest weight that is allowed (权重上限)';

-- Panels expanded: whatever the number of raters, a role has its weight. The
-- roles of panel 15 are nodes 1501, 1502, ...
CREATE OR REPLACE VIEW @workspace@.group_node AS
SELECT n.version_id, n.group_id, n.node, n.parent, n.position, n.part, n.slot,
	CASE WHEN n.spec ->> 'rule' = 'panel'
	     THEN n.spec - '{criterion,min,max}'::text[] || '{"rule": "weighted_mean"}'
	     WHEN n.spec ? 'effect' AND NOT n.spec ? 'rule' THEN n.spec || '{"rule": "limit"}'
	     ELSE n.spec END AS spec
FROM @workspace@.stated_node AS n
UNION ALL
SELECT n.version_id, n.group_id, 100 * n.node + r.place, n.node, r.place, NULL, NULL,
	jsonb_build_object('rule', 'given', 'item', i.item, 'weight', r.weight, 'label', coalesce(r.label, r.role))
		|| CASE WHEN n.spec ? 'min' THEN jsonb_build_object('min', n.spec -> 'min') ELSE '{}' END
		|| CASE WHEN n.spec ? 'max' THEN jsonb_build_object('max', n.spec -> 'max') ELSE '{}' END
FROM @workspace@.stated_node AS n
	JOIN (SELECT x.version_id, x.criterion, x.role, x.weight, x.label,
	          row_number() OVER (PARTITION BY x.version_id, x.criterion ORDER BY x.position, x.role COLLATE "C")::integer AS place
	      FROM @workspace@.rater_role AS x) AS r ON r.version_id = n.version_id AND r.criterion = n.spec ->> 'criterion'
	JOIN @workspace@.indicator AS i ON i.fact = 'rating' AND i.criterion = r.criterion AND i.rater_role = r.role
WHERE n.spec ->> 'rule' = 'panel';
COMMENT ON VIEW @workspace@.group_node IS 'rule tree of each group of a version, panels expanded (各分组规则树)';
COMMENT ON COLUMN @workspace@.group_node.version_id IS 'version (方案版本)';
COMMENT ON COLUMN @workspace@.group_node.group_id IS 'group (分组)';
COMMENT ON COLUMN @workspace@.group_node.node IS 'number in the rubric (节点号)';
COMMENT ON COLUMN @workspace@.group_node.parent IS 'node above (上级节点)';
COMMENT ON COLUMN @workspace@.group_node.position IS 'order among its siblings (次序)';
COMMENT ON COLUMN @workspace@.group_node.part IS 'part that standing shows (得分组成)';
COMMENT ON COLUMN @workspace@.group_node.slot IS 'slot for special rules (专项规则插口)';
COMMENT ON COLUMN @workspace@.group_node.spec IS 'rule and settings (规则与参数)';

CREATE OR REPLACE FUNCTION @workspace@.draft_rubric(version_id integer, group_id integer)
RETURNS perfeval.rubric
LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
	SELECT perfeval.compile_rubric(r.spec)
	FROM (
		SELECT jsonb_strip_nulls(jsonb_build_object('rubric', 1,
			'label', (SELECT coalesce(s.label_zh || ' ', '') || s.label || ': ' || coalesce(g.label_zh || ' ', '') || g.label
			          FROM @workspace@.subject_group AS g WHERE g.group_id = $2),
			'rounding', nullif(jsonb_strip_nulls(jsonb_build_object('at', v.round_at, 'digits', v.round_digits,
				'mode', v.round_mode, 'rank_basis', v.rank_basis)), '{}')))
			|| CASE WHEN v.parameters = '{}' THEN '{}' ELSE jsonb_build_object('parameters', v.parameters) END AS spec
		FROM @workspace@.scheme_version AS v JOIN @workspace@.scheme AS s ON s.scheme_id = v.scheme_id
		WHERE v.version_id = $1
		UNION ALL
		SELECT jsonb_strip_nulls(jsonb_build_object('node', n.node, 'parent', n.parent, 'position', n.position)) || n.spec
		FROM @workspace@.group_node AS n
		WHERE n.version_id = $1 AND n.group_id = $2
	) AS r
$$;
COMMENT ON FUNCTION @workspace@.draft_rubric(integer, integer) IS
	'the rubric of a group as its nodes stand now (按现有节点编译细则)';
