-- A version as one JSON document, in which groups, offices and sources go by
-- their codes. It is canonical: the same scheme gives the same text, whatever
-- the order in which its rows were written.

CREATE OR REPLACE VIEW @workspace@.version_item WITH (security_invoker = true) AS
SELECT n.version_id, u.item::integer AS item
FROM @workspace@.node AS n,
	LATERAL (SELECT x.value::text AS item FROM jsonb_path_query(n.spec, 'strict $.**.item') AS x (value)
	         UNION ALL SELECT x.value::text FROM jsonb_path_query(n.spec, '$.items[*]') AS x (value)
	         UNION ALL SELECT m[1] FROM regexp_matches(n.spec ->> 'expression', 'item *\( *([0-9]+) *\)', 'g') AS m) AS u
WHERE u.item ~ '^[0-9]{1,9}$'
UNION
SELECT r.version_id, i.item
FROM @workspace@.rater_role AS r
	JOIN @workspace@.indicator AS i ON i.fact = 'rating' AND i.criterion = r.criterion AND i.rater_role = r.role;
COMMENT ON VIEW @workspace@.version_item IS 'items that a version names (方案涉及指标)';
COMMENT ON COLUMN @workspace@.version_item.version_id IS 'version (方案版本)';
COMMENT ON COLUMN @workspace@.version_item.item IS 'indicator (指标编号)';

CREATE OR REPLACE FUNCTION @workspace@.version_document(version_id integer) RETURNS jsonb
LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
	SELECT jsonb_build_object('perfeval_scheme', 1,
		'scheme', jsonb_strip_nulls(jsonb_build_object('code', s.code, 'label', s.label, 'label_zh', s.label_zh)),
		'grouping', (SELECT jsonb_strip_nulls(jsonb_build_object('code', p.code, 'label', p.label, 'label_zh', p.label_zh))
		             FROM @workspace@.grouping AS p WHERE p.grouping_id = s.grouping_id),
		'settings', jsonb_strip_nulls(jsonb_build_object('in_force_from', v.in_force_from, 'period_kinds', v.period_kinds,
			'quorum', v.quorum, 'round_at', v.round_at, 'round_digits', v.round_digits, 'round_mode', v.round_mode,
			'rank_basis', v.rank_basis, 'ties', v.ties, 'tie_chain', v.tie_chain, 'max_indicators', v.max_indicators,
			'common_limit', v.common_limit, 'note', v.note)),
		'parameters', v.parameters,
		'groups', coalesce((
			SELECT jsonb_agg(jsonb_strip_nulls(jsonb_build_object('code', g.code, 'label', g.label, 'label_zh', g.label_zh,
				'profile', p.profile)) ORDER BY g.code COLLATE "C")
			FROM @workspace@.subject_group AS g
				LEFT JOIN @workspace@.group_profile AS p ON p.version_id = v.version_id AND p.group_id = g.group_id
			WHERE g.grouping_id = s.grouping_id), '[]'),
		'tiers', coalesce((
			SELECT jsonb_agg(jsonb_strip_nulls(jsonb_build_object('tier', t.tier, 'code', t.code, 'label', t.label,
				'label_zh', t.label_zh, 'share', t.share, 'bound', t.bound, 'preference', t.preference, 'cap', t.cap,
				'coefficient', t.coefficient)) ORDER BY t.tier)
			FROM @workspace@.tier AS t WHERE t.version_id = v.version_id), '[]'),
		'nodes', coalesce((
			SELECT jsonb_agg(jsonb_strip_nulls(jsonb_build_object('node', n.node, 'group', g.code, 'parent', n.parent,
				'position', n.position, 'part', n.part, 'slot', n.slot)) || jsonb_build_object('spec', n.spec)
				ORDER BY n.node, g.code COLLATE "C" NULLS FIRST)
			FROM @workspace@.node AS n LEFT JOIN @workspace@.subject_group AS g ON g.group_id = n.group_id
			WHERE n.version_id = v.version_id), '[]'),
		'profiles', coalesce((
			SELECT jsonb_agg(jsonb_build_object('profile', w.profile, 'node', w.node, 'weight', w.weight)
				ORDER BY w.profile COLLATE "C", w.node)
			FROM @workspace@.weight_profile AS w WHERE w.version_id = v.version_id), '[]'),
		'raters', coalesce((
			SELECT jsonb_agg(jsonb_strip_nulls(jsonb_build_object('criterion', r.criterion, 'role', r.role, 'weight', r.weight,
				'position', r.position, 'label', r.label)) ORDER BY r.criterion COLLATE "C", r.position, r.role COLLATE "C")
			FROM @workspace@.rater_role AS r WHERE r.version_id = v.version_id), '[]'),
		'reviewers', coalesce((
			SELECT jsonb_agg(o.code ORDER BY o.code COLLATE "C")
			FROM @workspace@.version_reviewer AS r JOIN @workspace@.subject AS o ON o.subject_id = r.office_id
			WHERE r.version_id = v.version_id), '[]'),
		'indicators', coalesce((
			SELECT jsonb_agg(jsonb_strip_nulls(jsonb_build_object('item', i.item, 'code', i.code, 'name', i.name,
				'name_zh', i.name_zh, 'fact', i.fact, 'unit', i.unit, 'direction', i.direction, 'roll_up', i.roll_up,
				'owner', o.code, 'source', c.code, 'perspective', i.perspective, 'negative_list', nullif(i.negative_list, false),
				'criterion', i.criterion, 'rater_role', i.rater_role, 'drop_each', nullif(i.drop_each, 0),
				'pending_of', i.pending_of, 'description', i.description,
				'tags', (SELECT jsonb_agg(t.tag ORDER BY t.tag COLLATE "C") FROM @workspace@.indicator_tag AS t WHERE t.item = i.item),
				'standards', (SELECT jsonb_agg(d.code ORDER BY d.code COLLATE "C")
				              FROM @workspace@.indicator_standard AS x JOIN @workspace@.standard AS d ON d.standard_id = x.standard_id
				              WHERE x.item = i.item))) ORDER BY i.item)
			FROM @workspace@.indicator AS i
				LEFT JOIN @workspace@.subject AS o ON o.subject_id = i.owner_id
				LEFT JOIN @workspace@.source AS c ON c.source_id = i.source_id
			WHERE i.item IN (SELECT x.item FROM @workspace@.version_item AS x WHERE x.version_id = v.version_id)), '[]'))
	FROM @workspace@.scheme_version AS v JOIN @workspace@.scheme AS s ON s.scheme_id = v.scheme_id
	WHERE v.version_id = $1
$$;
COMMENT ON FUNCTION @workspace@.version_document(integer) IS
	'a version''s document as its rows stand now (按现有内容生成方案文档)';

CREATE OR REPLACE FUNCTION @workspace@.document_hash(version_id integer) RETURNS text
LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
	SELECT encode(sha256(convert_to(coalesce(v.document, @workspace@.version_document($1)::text), 'UTF8')), 'hex')
	FROM @workspace@.scheme_version AS v WHERE v.version_id = $1
$$;
COMMENT ON FUNCTION @workspace@.document_hash(integer) IS
	'sha256 of a version''s document, as it was sealed or as its rows stand now (方案文档散列值)';

CREATE OR REPLACE FUNCTION @workspace@.find_version(scheme text, number integer DEFAULT NULL) RETURNS integer
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	found integer;
BEGIN
	SELECT v.version_id INTO found
	FROM @workspace@.scheme_version AS v JOIN @workspace@.scheme AS s ON s.scheme_id = v.scheme_id
	WHERE s.code = $1 AND ($2 IS NULL OR v.number = $2)
	ORDER BY v.number DESC LIMIT 1;
	IF found IS NOT NULL THEN
		RETURN found;
	ELSIF NOT EXISTS (SELECT FROM @workspace@.scheme AS s WHERE s.code = $1) THEN
		RAISE EXCEPTION 'there is no scheme %', coalesce(quote_literal($1), 'NULL')
			USING ERRCODE = 'no_data_found', HINT = 'Table scheme has their codes.';
	END IF;
	RAISE EXCEPTION 'scheme % has no version%', quote_literal($1), coalesce(' ' || $2, '')
		USING ERRCODE = 'no_data_found', HINT = 'Table scheme_version lists them; new_version makes one.';
END
$$;
COMMENT ON FUNCTION @workspace@.find_version(text, integer) IS
	'version_id of a scheme''s version of that number, by default of the newest (查找方案版本)';

CREATE OR REPLACE FUNCTION @workspace@.export_scheme(scheme text, number integer DEFAULT NULL) RETURNS jsonb
LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
	SELECT coalesce(v.document::jsonb, @workspace@.version_document(v.version_id))
	FROM @workspace@.scheme_version AS v WHERE v.version_id = @workspace@.find_version($1, $2)
$$;
COMMENT ON FUNCTION @workspace@.export_scheme(text, integer) IS
	'a version as one JSON document, a sealed one as it was sealed (导出方案)';
