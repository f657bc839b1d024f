-- A version as one JSON document, in which groups, offices and sources go by
-- their codes. It is canonical: the same scheme gives the same text, whatever
-- the order in which its rows were written.

CREATE OR REPLACE VIEW @workspace@.version_item WITH (security_invoker = true) AS
WITH named AS (
	SELECT n.version_id, u.item::integer AS item
	FROM @workspace@.node AS n,
		LATERAL (SELECT x.value::text AS item FROM jsonb_path_query(n.spec, 'strict $.**.item') AS x (value)
		         UNION ALL SELECT x.value::text FROM jsonb_path_query(n.spec, '$.items[*]') AS x (value)
		         UNION ALL SELECT m[1] FROM regexp_matches(n.spec ->> 'expression', 'item *[(] *([0-9]+) *[)]', 'g') AS m) AS u
	WHERE u.item ~ '^[0-9]{1,9}$'
	UNION
	SELECT r.version_id, i.item
	FROM @workspace@.rater_role AS r
		JOIN @workspace@.indicator AS i ON i.fact = 'rating' AND i.criterion = r.criterion AND i.rater_role = r.role
)
SELECT n.version_id, n.item FROM named AS n
UNION
-- What experts rate for a coefficient of recognition is named with it.
SELECT n.version_id, u.item
FROM named AS n
	JOIN @workspace@.recognition_rule AS q ON q.item = n.item,
	LATERAL (VALUES (q.difficulty_item), (q.precision_item)) AS u (item)
UNION
SELECT g.version_id, g.taken_by FROM @workspace@.grade_rule AS g WHERE g.taken_by IS NOT NULL
UNION
SELECT l.version_id, l.item FROM @workspace@.linkage_rule AS l WHERE l.item IS NOT NULL;
COMMENT ON VIEW @workspace@.version_item IS 'items that a version names (方案涉及指标)';
COMMENT ON COLUMN @workspace@.version_item.version_id IS 'version (方案版本)';
COMMENT ON COLUMN @workspace@.version_item.item IS 'indicator (指标编号)';

-- Many small queries over small tables: compiling them would take longer.
CREATE OR REPLACE FUNCTION @workspace@.version_document(version_id integer) RETURNS jsonb
LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp
SET jit = off
AS $$
	SELECT jsonb_build_object('perfeval_scheme', 1,
		'scheme', jsonb_strip_nulls(jsonb_build_object('code', s.code, 'label', s.label, 'label_zh', s.label_zh)),
		'grouping', (SELECT jsonb_strip_nulls(jsonb_build_object('code', p.code, 'label', p.label, 'label_zh', p.label_zh))
		             FROM @workspace@.grouping AS p WHERE p.grouping_id = s.grouping_id),
		'settings', jsonb_strip_nulls(jsonb_build_object('in_force_from', v.in_force_from, 'period_kinds', v.period_kinds,
			'quorum', v.quorum, 'round_at', v.round_at, 'round_digits', v.round_digits, 'round_mode', v.round_mode,
			'rank_basis', v.rank_basis, 'ties', v.ties, 'tie_chain', v.tie_chain, 'max_indicators', v.max_indicators,
			'common_limit', v.common_limit, 'capped_seat', v.capped_seat, 'promotion_consumes', v.promotion_consumes,
			'carry_over', v.carry_over, 'note', v.note)),
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
				'coefficient', t.coefficient, 'cut', t.cut)) ORDER BY t.tier)
			FROM @workspace@.tier AS t WHERE t.version_id = v.version_id), '[]'),
		'nodes', coalesce((
			SELECT jsonb_agg(jsonb_strip_nulls(jsonb_build_object('node', n.node, 'group', g.code, 'parent', n.parent,
				'position', n.position, 'part', n.part, 'slot', n.slot, 'weight_min', n.weight_min, 'weight_max', n.weight_max)) || jsonb_build_object('spec', n.spec)
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
				'criterion', i.criterion, 'rater_role', i.rater_role, 'drop_each', nullif(i.drop_each, 0), 'min_raters', nullif(i.min_raters, 1),
				'mean_digits', i.mean_digits, 'mean_mode', i.mean_mode,
				'pending_of', i.pending_of, 'severity_of', i.severity_of, 'severity_digits', i.severity_digits,
				'severity_shrink', i.severity_shrink, 'severity_disconnected', i.severity_disconnected, 'description', i.description,
				'recognition', (SELECT jsonb_build_object('difficulty_item', q.difficulty_item, 'precision_item', q.precision_item,
				                    'difficulty_share', q.difficulty_share, 'low', q.low, 'high', q.high, 'drop_each', q.drop_each,
				                    'min_experts', q.min_experts)
				                FROM @workspace@.recognition_rule AS q WHERE q.item = i.item),
				'tags', (SELECT jsonb_agg(t.tag ORDER BY t.tag COLLATE "C") FROM @workspace@.indicator_tag AS t WHERE t.item = i.item),
				'standards', (SELECT jsonb_agg(d.code ORDER BY d.code COLLATE "C")
				              FROM @workspace@.indicator_standard AS x JOIN @workspace@.standard AS d ON d.standard_id = x.standard_id
				              WHERE x.item = i.item))) ORDER BY i.item)
			FROM @workspace@.indicator AS i
				LEFT JOIN @workspace@.subject AS o ON o.subject_id = i.owner_id
				LEFT JOIN @workspace@.source AS c ON c.source_id = i.source_id
			WHERE i.item IN (SELECT x.item FROM @workspace@.version_item AS x WHERE x.version_id = v.version_id)), '[]'),
		'sources', coalesce((
			SELECT jsonb_agg(jsonb_strip_nulls(jsonb_build_object('code', c.code, 'label', c.label, 'label_zh', c.label_zh, 'kind', c.kind))
				ORDER BY c.code COLLATE "C")
			FROM @workspace@.source AS c
			WHERE c.source_id IN (SELECT i.source_id FROM @workspace@.version_item AS x JOIN @workspace@.indicator AS i ON i.item = x.item
			                      WHERE x.version_id = v.version_id)), '[]'),
		'standards', coalesce((
			SELECT jsonb_agg(jsonb_strip_nulls(jsonb_build_object('code', d.code, 'title', d.title, 'edition', d.edition))
				ORDER BY d.code COLLATE "C")
			FROM @workspace@.standard AS d
			WHERE d.standard_id IN (SELECT y.standard_id FROM @workspace@.version_item AS x JOIN @workspace@.indicator_standard AS y ON y.item = x.item
			                        WHERE x.version_id = v.version_id)), '[]'))
		|| @workspace@.grade_document(v.version_id)
		-- Not there if there are none, as in documents that were sealed before there were linkages.
		|| coalesce((
			SELECT jsonb_build_object('linkages', jsonb_agg(jsonb_strip_nulls(jsonb_build_object('rule', l.rule, 'kind', l.kind,
				'departments', d.code, 'grades', l.grades, 'tier', l.tier, 'item', l.item, 'label', l.label, 'label_zh', l.label_zh)) ORDER BY l.rule))
			FROM @workspace@.linkage_rule AS l JOIN @workspace@.scheme AS d ON d.scheme_id = l.department_scheme_id
			WHERE l.version_id = v.version_id HAVING count(*) > 0), '{}')
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

CREATE OR REPLACE FUNCTION @workspace@.check_version(version_id integer) RETURNS integer
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
	IF NOT EXISTS (SELECT FROM @workspace@.scheme_version AS v WHERE v.version_id = $1) THEN
		RAISE EXCEPTION 'there is no version_id %', coalesce($1::text, 'NULL')
			USING ERRCODE = 'no_data_found', HINT = 'find_version(scheme, number) gives it.';
	END IF;
	RETURN $1;
END
$$;
COMMENT ON FUNCTION @workspace@.check_version(integer) IS
	'the version_id itself, if there is such a version (检查版本编号)';

CREATE OR REPLACE FUNCTION @workspace@.find_scheme(code text) RETURNS integer
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	found constant integer := (SELECT s.scheme_id FROM @workspace@.scheme AS s WHERE s.code = $1);
BEGIN
	IF found IS NULL THEN
		RAISE EXCEPTION 'there is no scheme %', coalesce(quote_literal($1), 'NULL')
			USING ERRCODE = 'no_data_found', HINT = 'Table scheme has their codes.';
	END IF;
	RETURN found;
END
$$;
COMMENT ON FUNCTION @workspace@.find_scheme(text) IS 'number of the scheme with a code, or an error (按代码查方案)';

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
	END IF;
	PERFORM @workspace@.find_scheme($1);
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

CREATE OR REPLACE FUNCTION @workspace@.check_keys(value jsonb, needed text[], optional text[]) RETURNS void
LANGUAGE plpgsql IMMUTABLE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	key text;
BEGIN
	IF jsonb_typeof(value) IS DISTINCT FROM 'object' THEN
		RAISE EXCEPTION 'an object is needed, not a value of type %', coalesce(jsonb_typeof(value), 'null') USING ERRCODE = 'invalid_parameter_value';
	END IF;
	SELECT k INTO key FROM unnest(needed) AS k WHERE value -> k IS NULL OR jsonb_typeof(value -> k) = 'null' LIMIT 1;
	IF key IS NOT NULL THEN
		RAISE EXCEPTION '"%" is missing', key USING ERRCODE = 'invalid_parameter_value';
	END IF;
	SELECT k INTO key FROM jsonb_object_keys(value) AS k WHERE k <> ALL (needed || optional) LIMIT 1;
	IF key IS NOT NULL THEN
		RAISE EXCEPTION 'unknown key "%"', key
			USING ERRCODE = 'invalid_parameter_value', HINT = format('The keys are %s.', array_to_string(needed || optional, ', '));
	END IF;
END
$$;
COMMENT ON FUNCTION @workspace@.check_keys(jsonb, text[], text[]) IS
	'support function of import_scheme: refuses keys that are missing or unknown (检查键名)';

-- What the workspace has already is taken as it is, if it is the same thing:
-- groups, standards and sources by code, indicators by number and code. Offices
-- have to be there.
CREATE OR REPLACE PROCEDURE @workspace@.import_scheme(document jsonb, INOUT version_id integer DEFAULT NULL)
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	actor constant text := @workspace@.require('import schemes', '{operator}');
	place text := '/';
	lists text[] := '{groups,tiers,nodes,profiles,raters,linkages,reviewers,indicators,sources,standards}';
	settings jsonb := $1 -> 'settings';
	list text;
	entry record;
	of_grouping integer;
	of_scheme integer;
	grp integer;
	said text;
	way_out text;
	sqlstate_was text;
BEGIN
	BEGIN
		PERFORM @workspace@.check_keys($1, '{perfeval_scheme,scheme,grouping,settings,groups,nodes}',
			'{parameters,tiers,profiles,raters,linkages,reviewers,indicators,sources,standards,grades}');
		place := '/perfeval_scheme';
		IF $1 -> 'perfeval_scheme' <> '1' THEN
			RAISE EXCEPTION 'form % of the document is not known', $1 -> 'perfeval_scheme'
				USING ERRCODE = 'invalid_parameter_value', HINT = 'This version reads form 1.';
		END IF;
		FOREACH list IN ARRAY lists LOOP
			place := '/' || list;
			IF jsonb_typeof($1 -> list) <> 'array' THEN
				RAISE EXCEPTION 'a list is needed, not a value of type %', jsonb_typeof($1 -> list) USING ERRCODE = 'invalid_parameter_value';
			END IF;
		END LOOP;

		place := '/grouping';
		PERFORM @workspace@.check_keys($1 -> 'grouping', '{code,label}', '{label_zh}');
		INSERT INTO @workspace@.grouping (code, label, label_zh)
		VALUES ($1 #>> '{grouping,code}', $1 #>> '{grouping,label}', $1 #>> '{grouping,label_zh}')
		ON CONFLICT (code) DO NOTHING;
		SELECT g.grouping_id INTO of_grouping FROM @workspace@.grouping AS g WHERE g.code = $1 #>> '{grouping,code}';

		FOR entry IN SELECT e.value, e.n FROM jsonb_array_elements($1 -> 'groups') WITH ORDINALITY AS e (value, n) LOOP
			place := '/groups/' || entry.n;
			PERFORM @workspace@.check_keys(entry.value, '{code,label}', '{label_zh,profile}');
			INSERT INTO @workspace@.subject_group (grouping_id, code, label, label_zh)
			VALUES (of_grouping, entry.value ->> 'code', entry.value ->> 'label', entry.value ->> 'label_zh')
			ON CONFLICT (grouping_id, code) DO NOTHING;
		END LOOP;

		FOR entry IN SELECT e.value, e.n FROM jsonb_array_elements($1 -> 'sources') WITH ORDINALITY AS e (value, n) LOOP
			place := '/sources/' || entry.n;
			PERFORM @workspace@.check_keys(entry.value, '{code,label,kind}', '{label_zh}');
			INSERT INTO @workspace@.source (code, label, label_zh, kind)
			VALUES (entry.value ->> 'code', entry.value ->> 'label', entry.value ->> 'label_zh', entry.value ->> 'kind')
			ON CONFLICT (code) DO NOTHING;
		END LOOP;
		FOR entry IN SELECT e.value, e.n FROM jsonb_array_elements($1 -> 'standards') WITH ORDINALITY AS e (value, n) LOOP
			place := '/standards/' || entry.n;
			PERFORM @workspace@.check_keys(entry.value, '{code,title}', '{edition}');
			INSERT INTO @workspace@.standard (code, title, edition)
			VALUES (entry.value ->> 'code', entry.value ->> 'title', entry.value ->> 'edition')
			ON CONFLICT (code) DO NOTHING;
		END LOOP;
		FOR entry IN SELECT e.value, e.n FROM jsonb_array_elements($1 -> 'indicators') WITH ORDINALITY AS e (value, n) LOOP
			place := '/indicators/' || entry.n;
			CALL @workspace@.import_indicator(entry.value);
		END LOOP;
		FOR entry IN SELECT e.value, e.n FROM jsonb_array_elements($1 -> 'indicators') WITH ORDINALITY AS e (value, n)
			WHERE e.value ? 'pending_of' OR e.value ? 'severity_of'
		LOOP
			-- Only now are all of them there.
			place := '/indicators/' || entry.n;
			UPDATE @workspace@.indicator AS i SET pending_of = (entry.value ->> 'pending_of')::integer
			WHERE i.item = (entry.value ->> 'item')::integer AND i.pending_of IS DISTINCT FROM (entry.value ->> 'pending_of')::integer;
			UPDATE @workspace@.indicator AS i SET severity_of = (entry.value ->> 'severity_of')::integer,
				severity_digits = (entry.value ->> 'severity_digits')::integer, severity_shrink = (entry.value ->> 'severity_shrink')::numeric,
				severity_disconnected = entry.value ->> 'severity_disconnected'
			WHERE i.item = (entry.value ->> 'item')::integer AND i.severity_of IS DISTINCT FROM (entry.value ->> 'severity_of')::integer;
		END LOOP;
		FOR entry IN SELECT e.value, e.n FROM jsonb_array_elements($1 -> 'indicators') WITH ORDINALITY AS e (value, n)
			WHERE e.value ? 'recognition'
		LOOP
			place := '/indicators/' || entry.n || '/recognition';
			PERFORM @workspace@.import_recognition((entry.value ->> 'item')::integer, entry.value -> 'recognition');
		END LOOP;

		place := '/scheme';
		PERFORM @workspace@.check_keys($1 -> 'scheme', '{code,label}', '{label_zh}');
		INSERT INTO @workspace@.scheme (code, label, label_zh, grouping_id)
		VALUES ($1 #>> '{scheme,code}', $1 #>> '{scheme,label}', $1 #>> '{scheme,label_zh}', of_grouping)
		ON CONFLICT (code) DO NOTHING;
		SELECT s.scheme_id, s.grouping_id INTO of_scheme, grp FROM @workspace@.scheme AS s
		WHERE s.code = $1 #>> '{scheme,code}' FOR UPDATE;
		IF grp <> of_grouping THEN
			RAISE EXCEPTION 'scheme "%" compares within another grouping here', $1 #>> '{scheme,code}'
				USING ERRCODE = 'invalid_parameter_value', HINT = 'Give the scheme another code in the document.';
		END IF;

		place := '/settings';
		PERFORM @workspace@.check_keys(settings, '{in_force_from}',
			'{period_kinds,quorum,round_at,round_digits,round_mode,rank_basis,ties,tie_chain,max_indicators,common_limit,capped_seat,promotion_consumes,carry_over,note}');
		INSERT INTO @workspace@.scheme_version AS v (scheme_id, number, in_force_from, period_kinds, quorum, round_at, round_digits,
			round_mode, rank_basis, ties, tie_chain, max_indicators, common_limit, capped_seat, promotion_consumes, carry_over,
			parameters, note, drafted_by)
		VALUES (of_scheme, (SELECT coalesce(max(x.number), 0) + 1 FROM @workspace@.scheme_version AS x WHERE x.scheme_id = of_scheme),
			(settings ->> 'in_force_from')::date,
			CASE WHEN settings ? 'period_kinds' THEN ARRAY(SELECT jsonb_array_elements_text(settings -> 'period_kinds'))
			     ELSE '{year,half_year,quarter,month,week}' END,
			coalesce((settings ->> 'quorum')::integer, 0), settings ->> 'round_at', (settings ->> 'round_digits')::integer,
			settings ->> 'round_mode', settings ->> 'rank_basis', settings ->> 'ties',
			CASE WHEN settings ? 'tie_chain' THEN ARRAY(SELECT x::integer FROM jsonb_array_elements_text(settings -> 'tie_chain') AS x) END,
			(settings ->> 'max_indicators')::integer, (settings ->> 'common_limit')::numeric,
			settings ->> 'capped_seat', (settings ->> 'promotion_consumes')::boolean, (settings ->> 'carry_over')::boolean,
			coalesce($1 -> 'parameters', '{}'), settings ->> 'note', actor)
		RETURNING v.version_id INTO version_id;

		FOR entry IN SELECT e.value, e.n FROM jsonb_array_elements($1 -> 'groups') WITH ORDINALITY AS e (value, n) WHERE e.value ? 'profile' LOOP
			place := '/groups/' || entry.n;
			INSERT INTO @workspace@.group_profile AS p (version_id, group_id, profile)
			SELECT $2, g.group_id, entry.value ->> 'profile'
			FROM @workspace@.subject_group AS g WHERE g.grouping_id = of_grouping AND g.code = entry.value ->> 'code';
		END LOOP;
		FOR entry IN SELECT e.value, e.n FROM jsonb_array_elements($1 -> 'tiers') WITH ORDINALITY AS e (value, n) LOOP
			place := '/tiers/' || entry.n;
			PERFORM @workspace@.check_keys(entry.value, '{tier,code,label,share}', '{label_zh,bound,preference,cap,coefficient,cut}');
			INSERT INTO @workspace@.tier AS t (version_id, tier, code, label, label_zh, share, bound, preference, cap, coefficient, cut)
			VALUES ($2, (entry.value ->> 'tier')::integer, entry.value ->> 'code', entry.value ->> 'label', entry.value ->> 'label_zh',
				(entry.value ->> 'share')::numeric, entry.value ->> 'bound', (entry.value ->> 'preference')::integer,
				(entry.value ->> 'cap')::numeric, (entry.value ->> 'coefficient')::numeric, (entry.value ->> 'cut')::numeric);
		END LOOP;
		FOR entry IN SELECT e.value, e.n FROM jsonb_array_elements($1 -> 'nodes') WITH ORDINALITY AS e (value, n) LOOP
			place := '/nodes/' || entry.n;
			PERFORM @workspace@.check_keys(entry.value, '{node,spec}', '{group,parent,position,part,slot,weight_min,weight_max}');
			IF jsonb_typeof(entry.value -> 'spec') <> 'object' THEN
				RAISE EXCEPTION 'the spec of node % is no object', entry.value ->> 'node' USING ERRCODE = 'invalid_parameter_value',
					HINT = 'It is rule and settings as in a rubric, such as {"rule": "given", "item": 1}.';
			END IF;
			grp := NULL;
			IF entry.value ? 'group' THEN
				SELECT g.group_id INTO grp FROM @workspace@.subject_group AS g
				WHERE g.grouping_id = of_grouping AND g.code = entry.value ->> 'group';
				IF grp IS NULL THEN
					RAISE EXCEPTION 'there is no group "%"', entry.value ->> 'group'
						USING ERRCODE = 'invalid_parameter_value', HINT = 'Name it in "groups".';
				END IF;
			END IF;
			INSERT INTO @workspace@.node (version_id, group_id, node, parent, position, part, slot, spec, weight_min, weight_max)
			VALUES ($2, grp, (entry.value ->> 'node')::integer, (entry.value ->> 'parent')::integer,
				coalesce((entry.value ->> 'position')::integer, 1), entry.value ->> 'part', entry.value ->> 'slot', entry.value -> 'spec',
				(entry.value ->> 'weight_min')::numeric, (entry.value ->> 'weight_max')::numeric);
		END LOOP;
		FOR entry IN SELECT e.value, e.n FROM jsonb_array_elements($1 -> 'profiles') WITH ORDINALITY AS e (value, n) LOOP
			place := '/profiles/' || entry.n;
			PERFORM @workspace@.check_keys(entry.value, '{profile,node,weight}', '{}');
			INSERT INTO @workspace@.weight_profile (version_id, profile, node, weight)
			VALUES ($2, entry.value ->> 'profile', (entry.value ->> 'node')::integer, (entry.value ->> 'weight')::numeric);
		END LOOP;
		FOR entry IN SELECT e.value, e.n FROM jsonb_array_elements($1 -> 'raters') WITH ORDINALITY AS e (value, n) LOOP
			place := '/raters/' || entry.n;
			PERFORM @workspace@.check_keys(entry.value, '{criterion,role,weight}', '{position,label}');
			INSERT INTO @workspace@.rater_role (version_id, criterion, role, weight, position, label)
			VALUES ($2, entry.value ->> 'criterion', entry.value ->> 'role', (entry.value ->> 'weight')::numeric,
				coalesce((entry.value ->> 'position')::integer, 1), entry.value ->> 'label');
		END LOOP;
		FOR entry IN SELECT e.value, e.n FROM jsonb_array_elements($1 -> 'linkages') WITH ORDINALITY AS e (value, n) LOOP
			place := '/linkages/' || entry.n;
			PERFORM @workspace@.check_keys(entry.value, '{rule,kind,departments,grades,tier,label}', '{item,label_zh}');
			IF jsonb_typeof(entry.value -> 'grades') <> 'array' THEN
				RAISE EXCEPTION 'a list of grades is needed, not a value of type %', jsonb_typeof(entry.value -> 'grades') USING ERRCODE = 'invalid_parameter_value';
			END IF;
			INSERT INTO @workspace@.linkage_rule (version_id, rule, kind, department_scheme_id, grades, tier, item, label, label_zh)
			VALUES ($2, (entry.value ->> 'rule')::integer, entry.value ->> 'kind', @workspace@.find_scheme(entry.value ->> 'departments'),
				ARRAY(SELECT x::integer FROM jsonb_array_elements_text(entry.value -> 'grades') AS x), (entry.value ->> 'tier')::integer,
				(entry.value ->> 'item')::integer, entry.value ->> 'label', entry.value ->> 'label_zh');
		END LOOP;
		FOR entry IN SELECT e.value #>> '{}' AS code, e.n FROM jsonb_array_elements($1 -> 'reviewers') WITH ORDINALITY AS e (value, n) LOOP
			place := '/reviewers/' || entry.n;
			INSERT INTO @workspace@.version_reviewer (version_id, office_id) VALUES ($2, @workspace@.find_office(entry.code));
		END LOOP;
		IF $1 ? 'grades' THEN
			place := '/grades';
			CALL @workspace@.import_grades($1 -> 'grades', version_id);
		END IF;
	EXCEPTION WHEN OTHERS THEN
		GET STACKED DIAGNOSTICS said = MESSAGE_TEXT, way_out = PG_EXCEPTION_HINT, sqlstate_was = RETURNED_SQLSTATE;
		IF way_out = '' THEN
			RAISE EXCEPTION '%: %', place, said USING ERRCODE = sqlstate_was;
		END IF;
		RAISE EXCEPTION '%: %', place, said USING ERRCODE = sqlstate_was, HINT = way_out;
	END;
	PERFORM @workspace@.record_act('import_scheme', @workspace@.version_name(version_id), NULL, jsonb_build_object('version_id', version_id));
END
$$;
COMMENT ON PROCEDURE @workspace@.import_scheme(jsonb, integer) IS
	'makes a draft of a document of export_scheme, with the indicators and groups that are not there yet (导入方案)';

CREATE OR REPLACE FUNCTION @workspace@.find_office(code text) RETURNS bigint
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	office bigint := (SELECT s.subject_id FROM @workspace@.subject AS s WHERE s.code = $1);
BEGIN
	IF office IS NULL AND $1 IS NOT NULL THEN
		RAISE EXCEPTION 'there is no subject %', quote_literal($1)
			USING ERRCODE = 'no_data_found', HINT = 'Offices have to be in table subject first.';
	END IF;
	RETURN office;
END
$$;
COMMENT ON FUNCTION @workspace@.find_office(text) IS
	'subject_id of the office of that code; NULL of NULL (查找单位)';

CREATE OR REPLACE PROCEDURE @workspace@.import_indicator(entry jsonb)
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	had jsonb;
	wanted jsonb;
	key text;
	origin integer;
BEGIN
	PERFORM @workspace@.check_keys($1, '{item,code,name,fact,direction,roll_up}',
		'{name_zh,unit,owner,source,perspective,negative_list,criterion,rater_role,drop_each,min_raters,mean_digits,mean_mode,pending_of,severity_of,severity_digits,severity_shrink,severity_disconnected,description,recognition,tags,standards}');
	SELECT to_jsonb(i) INTO had FROM @workspace@.indicator AS i
	WHERE i.item = ($1 ->> 'item')::integer OR i.code = $1 ->> 'code' ORDER BY i.item = ($1 ->> 'item')::integer DESC LIMIT 1;
	IF had IS NOT NULL THEN
		wanted := '{"negative_list": false, "drop_each": 0, "min_raters": 1, "mean_digits": null, "mean_mode": null, "unit": null, "criterion": null, "rater_role": null, "pending_of": null,
			"severity_of": null, "severity_digits": null, "severity_shrink": null, "severity_disconnected": null}' || $1;
		FOREACH key IN ARRAY '{item,code,fact,unit,direction,roll_up,negative_list,criterion,rater_role,drop_each,min_raters,mean_digits,mean_mode,pending_of,severity_of,severity_digits,severity_shrink,severity_disconnected}'::text[] LOOP
			IF had -> key <> wanted -> key THEN
				RAISE EXCEPTION 'there is an indicator % "%" with another %: %', had -> 'item', had ->> 'code', key, coalesce(had ->> key, 'NULL')
					USING ERRCODE = 'invalid_parameter_value', HINT = 'Give the indicator of the document another item and code.';
			END IF;
		END LOOP;
		RETURN;
	END IF;
	IF $1 ? 'source' THEN
		SELECT s.source_id INTO origin FROM @workspace@.source AS s WHERE s.code = $1 ->> 'source';
		IF origin IS NULL THEN
			RAISE EXCEPTION 'there is no source "%"', $1 ->> 'source' USING ERRCODE = 'invalid_parameter_value', HINT = 'Name it in "sources".';
		END IF;
	END IF;
	INSERT INTO @workspace@.indicator (item, code, name, name_zh, fact, unit, direction, roll_up, owner_id, source_id, perspective,
		negative_list, criterion, rater_role, drop_each, min_raters, mean_digits, mean_mode, description)
	VALUES (($1 ->> 'item')::integer, $1 ->> 'code', $1 ->> 'name', $1 ->> 'name_zh', $1 ->> 'fact', $1 ->> 'unit', $1 ->> 'direction',
		$1 ->> 'roll_up', @workspace@.find_office($1 ->> 'owner'), origin, $1 ->> 'perspective',
		coalesce(($1 ->> 'negative_list')::boolean, false), $1 ->> 'criterion', $1 ->> 'rater_role',
		coalesce(($1 ->> 'drop_each')::integer, 0), coalesce(($1 ->> 'min_raters')::integer, 1),
		($1 ->> 'mean_digits')::integer, $1 ->> 'mean_mode', $1 ->> 'description');
	INSERT INTO @workspace@.indicator_tag (item, tag)
	SELECT ($1 ->> 'item')::integer, t FROM jsonb_array_elements_text($1 -> 'tags') AS t;
	INSERT INTO @workspace@.indicator_standard (item, standard_id)
	SELECT ($1 ->> 'item')::integer, d.standard_id
	FROM jsonb_array_elements_text($1 -> 'standards') AS c JOIN @workspace@.standard AS d ON d.code = c;
END
$$;
COMMENT ON PROCEDURE @workspace@.import_indicator(jsonb) IS
	'support procedure of import_scheme: one indicator (导入指标)';
