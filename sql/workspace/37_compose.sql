-- 1 + N: an outline with slots, and special rules that fill them, composed into
-- one version. The root of special rules takes the slot's place: it brings rule
-- and settings, and what the outline states there (weight, label, caps) goes
-- before its own.

CREATE OR REPLACE PROCEDURE @workspace@.compose_version(outline integer, scheme text, specials integer[],
	INOUT version_id integer DEFAULT NULL)
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	actor constant text := @workspace@.require('compose versions', '{operator}');
	target @workspace@.scheme;
	framework @workspace@.scheme_version;
	special @workspace@.scheme_version;
	source integer;
	root integer;
	roots integer;
	taken text;
	place integer;
	places integer;
	found record;
BEGIN
	SELECT s.* INTO target FROM @workspace@.scheme AS s WHERE s.code = $2 FOR UPDATE;
	IF target.scheme_id IS NULL THEN
		RAISE EXCEPTION 'there is no scheme %', coalesce(quote_literal($2), 'NULL')
			USING ERRCODE = 'no_data_found', HINT = 'Add it to table scheme.';
	END IF;
	-- The parts stay as they are meanwhile.
	PERFORM FROM @workspace@.scheme_version AS v WHERE v.version_id = $1 OR v.version_id = ANY ($3) ORDER BY v.version_id FOR SHARE;
	FOREACH source IN ARRAY $1 || $3 LOOP
		IF NOT EXISTS (SELECT FROM @workspace@.scheme_version AS v JOIN @workspace@.scheme AS s ON s.scheme_id = v.scheme_id
		               WHERE v.version_id = source AND s.grouping_id = target.grouping_id) THEN
			RAISE EXCEPTION '% does not compare within the grouping of scheme "%"',
				coalesce(@workspace@.version_name(source), 'version_id ' || coalesce(source::text, 'NULL')), $2
				USING ERRCODE = 'invalid_parameter_value', HINT = 'Outline, special rules and the scheme need the same grouping.';
		END IF;
	END LOOP;
	SELECT v.* INTO framework FROM @workspace@.scheme_version AS v WHERE v.version_id = $1;

	-- A number is one node: of the outline, or of one set of special rules.
	SELECT count(*) AS numbers, string_agg(c.line, E'\n' ORDER BY c.node) FILTER (WHERE c.n <= 20) AS lines,
		min(c.line) FILTER (WHERE c.n = 1) AS first INTO found
	FROM (SELECT x.node, row_number() OVER (ORDER BY x.node) AS n,
	          format('node %s stands in %s', x.node, string_agg(@workspace@.version_name(x.version_id), ' and in ' ORDER BY x.place)) AS line
	      FROM (SELECT DISTINCT n.node, n.version_id, array_position($1 || $3, n.version_id) AS place
	            FROM @workspace@.node AS n
	            WHERE n.version_id = $1
	                OR n.version_id = ANY ($3) AND (n.parent IS NOT NULL OR n.spec ? 'effect')) AS x
	      GROUP BY x.node HAVING count(*) > 1) AS c;
	IF found.numbers > 0 THEN
		RAISE EXCEPTION '%', found.first
			USING ERRCODE = 'unique_violation', DETAIL = found.lines, HINT = 'Number the nodes of one of them anew.';
	END IF;

	INSERT INTO @workspace@.scheme_version AS v (scheme_id, number, based_on, in_force_from, period_kinds, quorum, round_at, round_digits,
		round_mode, rank_basis, ties, tie_chain, max_indicators, common_limit, capped_seat, promotion_consumes, carry_over, parameters,
		drafted_by)
	SELECT target.scheme_id, coalesce(max(n.number), 0) + 1,
		(SELECT l.version_id FROM @workspace@.scheme_version AS l WHERE l.scheme_id = target.scheme_id ORDER BY l.number DESC LIMIT 1),
		framework.in_force_from, framework.period_kinds, framework.quorum, framework.round_at, framework.round_digits,
		framework.round_mode, framework.rank_basis, framework.ties, framework.tie_chain, framework.max_indicators, framework.common_limit,
		framework.capped_seat, framework.promotion_consumes, framework.carry_over,
		framework.parameters, actor
	FROM @workspace@.scheme_version AS n WHERE n.scheme_id = target.scheme_id
	RETURNING v.version_id INTO version_id;
	CALL @workspace@.copy_parts($1, version_id);
	DELETE FROM @workspace@.version_part AS p WHERE p.version_id = $4;
	INSERT INTO @workspace@.version_part (version_id, slot, part_id, hash) VALUES ($4, '', $1, @workspace@.document_hash($1));

	FOREACH source IN ARRAY coalesce($3, '{}') LOOP
		SELECT v.* INTO special FROM @workspace@.scheme_version AS v WHERE v.version_id = source;
		SELECT count(DISTINCT n.node), min(n.node), min(n.slot) INTO roots, root, taken
		FROM @workspace@.node AS n WHERE n.version_id = source AND n.parent IS NULL AND NOT n.spec ? 'effect';
		SELECT count(DISTINCT n.node), min(n.node) INTO places, place
		FROM @workspace@.node AS n WHERE n.version_id = $4 AND n.slot = taken;
		IF roots <> 1 OR taken IS NULL THEN
			RAISE EXCEPTION '% has no root that names the slot it is made for', @workspace@.version_name(source)
				USING ERRCODE = 'invalid_parameter_value', HINT = 'Set node.slot of its one root.';
		ELSIF places <> 1 THEN
			RAISE EXCEPTION 'no slot "%" is free in %', taken, @workspace@.version_name($1)
				USING ERRCODE = 'invalid_parameter_value', HINT = 'An outline has each slot once, and one set of special rules fills it.';
		END IF;
		SELECT min(n.node) AS node INTO found FROM @workspace@.node AS n
		WHERE n.version_id = source AND (jsonb_path_exists(n.spec, 'strict $.**.node ? (@ == $root)', jsonb_build_object('root', root), true)
			OR n.spec ->> 'expression' ~ ('node *[(] *' || root || ' *[)]'));
		IF found.node IS NOT NULL THEN
			RAISE EXCEPTION 'node % of % looks at its root, which becomes another node', found.node, @workspace@.version_name(source)
				USING ERRCODE = 'invalid_parameter_value', HINT = format('Say it in the outline, about node %s.', place);
		END IF;

		-- A slot or a root of one group stays of that group.
		INSERT INTO @workspace@.node (version_id, group_id, node, parent, position, part, slot, spec, weight_min, weight_max)
		SELECT $4, coalesce(s.group_id, r.group_id), s.node, s.parent, s.position, coalesce(s.part, r.part), NULL, r.spec || s.spec,
			s.weight_min, s.weight_max
		FROM @workspace@.node AS s
			JOIN @workspace@.node AS r ON r.version_id = source AND r.node = root AND r.parent IS NULL
				AND (s.group_id IS NULL OR r.group_id IS NULL OR s.group_id = r.group_id)
		WHERE s.version_id = $4 AND s.node = place AND s.slot = taken AND coalesce(s.group_id, r.group_id) IS DISTINCT FROM s.group_id;
		UPDATE @workspace@.node AS s SET spec = r.spec || s.spec, part = coalesce(s.part, r.part), slot = NULL
		FROM @workspace@.node AS r
		WHERE r.version_id = source AND r.node = root AND r.parent IS NULL
			AND (r.group_id = s.group_id OR r.group_id IS NULL AND (s.group_id IS NULL OR NOT EXISTS (
				SELECT FROM @workspace@.node AS own WHERE own.version_id = source AND own.node = root AND own.group_id = s.group_id)))
			AND s.version_id = $4 AND s.node = place AND s.slot = taken;
		INSERT INTO @workspace@.node (version_id, group_id, node, parent, position, part, slot, spec, weight_min, weight_max)
		SELECT $4, n.group_id, n.node, CASE n.parent WHEN root THEN place ELSE n.parent END, n.position, n.part, n.slot, n.spec,
			n.weight_min, n.weight_max
		FROM @workspace@.node AS n WHERE n.version_id = source AND (n.parent IS NOT NULL OR n.spec ? 'effect');

		SELECT e.key INTO found FROM jsonb_each(special.parameters) AS e
			JOIN @workspace@.scheme_version AS v ON v.version_id = $4 AND v.parameters -> e.key <> e.value LIMIT 1;
		IF found.key IS NOT NULL THEN
			RAISE EXCEPTION 'parameter "%" of % has another value in the outline or other special rules', found.key, @workspace@.version_name(source)
				USING ERRCODE = 'invalid_parameter_value', HINT = 'Give one of them another name.';
		END IF;
		UPDATE @workspace@.scheme_version AS v SET parameters = v.parameters || special.parameters
		WHERE v.version_id = $4 AND special.parameters <> '{}';

		SELECT r.criterion, r.role INTO found FROM @workspace@.rater_role AS r
			JOIN @workspace@.rater_role AS h ON h.version_id = $4 AND h.criterion = r.criterion
		WHERE r.version_id = source LIMIT 1;
		IF found.criterion IS NOT NULL THEN
			RAISE EXCEPTION 'raters of criterion "%" are stated by % and by the outline or other special rules', found.criterion,
				@workspace@.version_name(source) USING ERRCODE = 'unique_violation', HINT = 'State them once.';
		END IF;
		INSERT INTO @workspace@.rater_role (version_id, criterion, role, weight, position, label)
		SELECT $4, r.criterion, r.role, r.weight, r.position, r.label FROM @workspace@.rater_role AS r WHERE r.version_id = source;

		SELECT l.rule INTO found FROM @workspace@.linkage_rule AS l
			JOIN @workspace@.linkage_rule AS h ON h.version_id = $4 AND h.rule = l.rule
		WHERE l.version_id = source LIMIT 1;
		IF found.rule IS NOT NULL THEN
			RAISE EXCEPTION 'linkage % is stated by % and by the outline or other special rules', found.rule, @workspace@.version_name(source)
				USING ERRCODE = 'unique_violation', HINT = 'Give one of them another number.';
		END IF;
		INSERT INTO @workspace@.linkage_rule (version_id, rule, kind, department_scheme_id, grades, tier, item, label, label_zh)
		SELECT $4, l.rule, l.kind, l.department_scheme_id, l.grades, l.tier, l.item, l.label, l.label_zh
		FROM @workspace@.linkage_rule AS l WHERE l.version_id = source;

		INSERT INTO @workspace@.weight_profile (version_id, profile, node, weight)
		SELECT $4, w.profile, w.node, w.weight FROM @workspace@.weight_profile AS w WHERE w.version_id = source AND w.node <> root;
		SELECT g.code INTO found FROM @workspace@.group_profile AS p
			JOIN @workspace@.group_profile AS h ON h.version_id = $4 AND h.group_id = p.group_id AND h.profile <> p.profile
			JOIN @workspace@.subject_group AS g ON g.group_id = p.group_id
		WHERE p.version_id = source LIMIT 1;
		IF found.code IS NOT NULL THEN
			RAISE EXCEPTION 'group "%" has another weight profile in % than in the outline or other special rules', found.code,
				@workspace@.version_name(source) USING ERRCODE = 'invalid_parameter_value', HINT = 'A group has one profile in all of them.';
		END IF;
		INSERT INTO @workspace@.group_profile (version_id, group_id, profile)
		SELECT $4, p.group_id, p.profile FROM @workspace@.group_profile AS p WHERE p.version_id = source
		ON CONFLICT DO NOTHING;

		INSERT INTO @workspace@.version_part (version_id, slot, part_id, hash) VALUES ($4, taken, source, @workspace@.document_hash(source));
	END LOOP;
	PERFORM @workspace@.record_act('compose_version', @workspace@.version_name(version_id), NULL, jsonb_build_object('version_id', version_id, 'outline', $1, 'specials', $3));
END
$$;
COMMENT ON PROCEDURE @workspace@.compose_version(integer, text, integer[], integer) IS
	'makes a draft of an outline and the special rules for its slots; gives its version_id (1+N 合成方案)';
