-- What is wrong, odd or left open in a version. Nothing here is decided by a
-- default: an open choice keeps a version from being sealed as an error does.

-- Effective weights of a rubric's leaves: what share of the score each can
-- carry. Lists of deductions and bonuses carry none; below a plain sum full
-- points weigh.
CREATE OR REPLACE FUNCTION @workspace@.leaf_weight(rubric perfeval.rubric, OUT node integer, OUT path text, OUT items integer[], OUT weight numeric)
RETURNS SETOF record
LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
	WITH RECURSIVE "row" AS (
		SELECT r.node, r.parent, r.path, r.spec, r.spec ->> 'rule' AS rule FROM perfeval.rubric_rows($1) AS r
		WHERE r.path IS NOT NULL AND r.path NOT LIKE '/limits/%'
	), factor AS (
		SELECT c.node, c.parent,
			CASE WHEN p.rule IN ('weighted_mean', 'geometric_mean', 'harmonic_mean', 'budget')
			     THEN CASE WHEN jsonb_typeof(c.spec -> 'weight') = 'number' THEN (c.spec ->> 'weight')::numeric ELSE 1 END
			     WHEN c.rule IN ('deductions', 'bonus') THEN 0
			     WHEN jsonb_typeof(c.spec -> 'full_points') = 'number' THEN (c.spec ->> 'full_points')::numeric
			     ELSE 1 END AS share
		FROM "row" AS c JOIN "row" AS p ON p.node = c.parent
	), tree AS (
		SELECT r.node, 1::numeric AS weight FROM "row" AS r WHERE r.parent IS NULL
		UNION ALL
		SELECT f.node, t.weight * f.share / nullif(f.total, 0)
		FROM tree AS t
			JOIN (SELECT x.node, x.parent, x.share, sum(x.share) OVER (PARTITION BY x.parent) AS total FROM factor AS x) AS f
			ON f.parent = t.node
	)
	SELECT r.node, r.path,
		ARRAY(SELECT DISTINCT x.value::text::integer FROM jsonb_path_query(r.spec, 'strict $.**.item') AS x (value) WHERE jsonb_typeof(x.value) = 'number'
		      UNION SELECT x.value::text::integer FROM jsonb_path_query(r.spec, '$.items[*]') AS x (value)
		      UNION SELECT m[1]::integer FROM regexp_matches(r.spec ->> 'expression', 'item *[(] *([0-9]+) *[)]', 'g') AS m),
		t.weight
	FROM "row" AS r JOIN tree AS t ON t.node = r.node
	WHERE NOT EXISTS (SELECT FROM "row" AS c WHERE c.parent = r.node)
$$;
COMMENT ON FUNCTION @workspace@.leaf_weight(perfeval.rubric) IS
	'leaves of a rubric with the share of the score that each can carry (末级节点有效权重)';

CREATE OR REPLACE FUNCTION @workspace@.group_lint(version_id integer, group_id integer,
	OUT severity text, OUT path text, OUT code text, OUT message text, OUT hint text)
RETURNS SETOF record
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
#variable_conflict use_column
DECLARE
	version @workspace@.scheme_version;
	rubric perfeval.rubric;
	items integer[];
	common numeric;
	total numeric;
	gap record;
BEGIN
	SELECT v.* INTO version FROM @workspace@.scheme_version AS v WHERE v.version_id = $1;

	-- What would keep it from being compiled comes first, for a clearer message.
	RETURN QUERY
	SELECT 'error', NULL::text, 'empty_slot', format('nothing fills the slot "%s" of node %s', n.slot, n.node),
		'Put special rules in: CALL compose_version.'
	FROM @workspace@.stated_node AS n
	WHERE n.version_id = $1 AND n.group_id = $2 AND n.slot IS NOT NULL AND n.parent IS NOT NULL
		AND NOT EXISTS (SELECT FROM @workspace@.stated_node AS c WHERE c.version_id = $1 AND c.group_id = $2 AND c.parent = n.node);

	RETURN QUERY
	SELECT 'error', NULL::text, 'no_rule', format('node %s has no rule', n.node), 'State "rule" in its spec.'
	FROM @workspace@.stated_node AS n
	WHERE n.version_id = $1 AND n.group_id = $2 AND n.slot IS NULL AND NOT n.spec ?| '{rule,effect}';

	RETURN QUERY
	SELECT 'error', NULL::text, 'panel_empty', format('node %s is a panel of criterion %s, which has no rater roles', n.node,
		coalesce('"' || (n.spec ->> 'criterion') || '"', 'NULL')), 'Add its roles and their weights to rater_role.'
	FROM @workspace@.stated_node AS n
	WHERE n.version_id = $1 AND n.group_id = $2 AND n.spec ->> 'rule' = 'panel'
		AND NOT EXISTS (SELECT FROM @workspace@.rater_role AS r WHERE r.version_id = $1 AND r.criterion = n.spec ->> 'criterion');

	RETURN QUERY
	SELECT 'error', NULL::text, 'panel_indicator', format('no indicator takes the ratings of criterion "%s" by role "%s"', r.criterion, r.role),
		'Add an indicator with fact ''rating'', this criterion and rater_role.'
	FROM @workspace@.stated_node AS n
		JOIN @workspace@.rater_role AS r ON r.version_id = n.version_id AND r.criterion = n.spec ->> 'criterion'
	WHERE n.version_id = $1 AND n.group_id = $2 AND n.spec ->> 'rule' = 'panel'
		AND NOT EXISTS (SELECT FROM @workspace@.indicator AS i
		                WHERE i.fact = 'rating' AND i.criterion = r.criterion AND i.rater_role = r.role);

	RETURN QUERY
	SELECT 'error', NULL::text, 'part_twice', format('nodes %s are all the part "%s"', string_agg(n.node::text, ', ' ORDER BY n.node), n.part),
		'One node of a tree can be it.'
	FROM @workspace@.stated_node AS n
	WHERE n.version_id = $1 AND n.group_id = $2 AND n.part IN ('base', 'coefficient', 'deductions', 'bonus')
	GROUP BY n.part HAVING count(*) > 1;

	RETURN QUERY
	SELECT 'error', NULL::text, 'part_coefficient', format('node %s is the part "coefficient", but its rule is not one that reads an item', n.node),
		'It has to be a node with "rule": "coefficient" and "coefficient": {"item": ...}.'
	FROM @workspace@.stated_node AS n
	WHERE n.version_id = $1 AND n.group_id = $2 AND n.part = 'coefficient' AND n.spec -> 'coefficient' -> 'item' IS NULL;

	RETURN QUERY
	SELECT 'error', NULL::text, 'weight_range', format('node %s weighs %s; allowed is %s', n.node, coalesce(n.spec ->> 'weight', 'nothing'),
			concat_ws(' and ', n.weight_min || ' or more', n.weight_max || ' or less')),
		'Set another weight, or other bounds.'
	FROM @workspace@.stated_node AS n
	WHERE n.version_id = $1 AND n.group_id = $2 AND (n.weight_min IS NOT NULL OR n.weight_max IS NOT NULL)
		AND (jsonb_typeof(n.spec -> 'weight') = 'number'
			AND (n.spec ->> 'weight')::numeric BETWEEN coalesce(n.weight_min, 0) AND coalesce(n.weight_max, 'Infinity')) IS NOT TRUE;

	BEGIN
		rubric := @workspace@.draft_rubric($1, $2);
	EXCEPTION WHEN invalid_parameter_value OR invalid_text_representation OR program_limit_exceeded OR invalid_binary_representation THEN
		GET STACKED DIAGNOSTICS message = MESSAGE_TEXT, hint = PG_EXCEPTION_HINT;
		severity := 'error';
		code := 'no_rubric';
		hint := nullif(hint, '');
		RETURN NEXT;
		RETURN;
	END;
	items := perfeval.rubric_items(rubric);

	RETURN QUERY SELECT l.severity, l.path, l.code, l.message, l.hint FROM perfeval.lint(rubric) AS l;

	RETURN QUERY
	SELECT x.severity, NULL::text, x.code, format(x.message, u.item, i.code, x.value), x.hint
	FROM unnest(items) AS u (item) LEFT JOIN @workspace@.indicator AS i ON i.item = u.item,
		LATERAL (
			SELECT 'error' AS severity, 'unknown_item' AS code, 'item %s is no indicator' AS message, NULL::text AS value,
				'Add it to indicator.' AS hint WHERE i.item IS NULL
			UNION ALL
			SELECT 'error', 'idle_indicator', 'indicator %s %s is %s', i.state,
				CASE i.state WHEN 'proposed' THEN 'Activate it, or leave it out.' ELSE 'Take another one.' END
			WHERE i.state <> 'active'
			UNION ALL
			SELECT 'error', 'forbidden_tag', 'indicator %s %s has the forbidden tag "%s"', t.tag, f.reason
			FROM @workspace@.indicator_tag AS t JOIN @workspace@.forbidden_tag AS f ON f.tag = t.tag WHERE t.item = i.item
			UNION ALL
			SELECT 'error', 'no_owner', 'indicator %s %s is on the negative list and has no owner', NULL, 'Name the office in indicator.owner_id.'
			WHERE i.negative_list AND i.owner_id IS NULL
			UNION ALL
			SELECT 'error', 'foreign_right', 'an office that does not own it may post negative-list item %s %s: %s', o.code,
				'Delete its row of posting_right.'
			FROM @workspace@.posting_right AS p JOIN @workspace@.subject AS o ON o.subject_id = p.office_id
			WHERE i.negative_list AND p.item = i.item AND p.office_id <> i.owner_id
			UNION ALL
			SELECT 'warning', 'no_right', 'no office may post events of indicator %s %s', NULL, 'Add a row to posting_right.'
			WHERE i.fact = 'event' AND i.pending_of IS NULL
				AND NOT EXISTS (SELECT FROM @workspace@.posting_right AS p WHERE p.item = i.item)
			UNION ALL
			SELECT 'error', 'severity', 'indicator %s %s corrects one that is not a mean of ratings', NULL, 'Name one with fact ''rating'' in severity_of.'
			FROM @workspace@.indicator AS x WHERE x.item = i.severity_of AND x.fact <> 'rating'
			UNION ALL
			SELECT 'error', 'severity_alone', 'indicator %s %s corrects indicator %s, which this version does not look at', x.code,
				'Add a node for that one, or leave the correction out.'
			FROM @workspace@.indicator AS x WHERE x.item = i.severity_of AND x.item <> ALL (items)
			UNION ALL
			SELECT 'warning', 'no_duty', 'indicator %s %s measures no duty', NULL, 'Link it in indicator_duty, or tag it common.'
			WHERE NOT i.negative_list AND i.pending_of IS NULL AND i.severity_of IS NULL
				AND NOT EXISTS (SELECT FROM @workspace@.indicator_duty AS d WHERE d.item = i.item)
				AND NOT EXISTS (SELECT FROM @workspace@.indicator_tag AS t WHERE t.item = i.item AND t.tag = 'common')
		) AS x;

	RETURN QUERY SELECT l.severity, NULL::text, l.code, l.message, l.hint FROM @workspace@.recognition_lint($1, $2, items) AS l;

	SELECT count(*) AS duties, count(DISTINCT d.subject_id) AS subjects,
		string_agg(d.subject || ' ' || d.clause, ', ' ORDER BY d.subject, d.clause) FILTER (WHERE d.n <= 5) AS first INTO gap
	FROM (SELECT o.subject_id, o.code AS subject, d.clause, row_number() OVER (ORDER BY o.code, d.clause) AS n
	      FROM @workspace@.duty AS d JOIN @workspace@.subject AS o ON o.subject_id = d.subject_id
	          JOIN LATERAL (SELECT m.group_id FROM @workspace@.group_member AS m
	                        WHERE m.subject_id = d.subject_id AND m.valid_from <= version.in_force_from
	                            AND m.grouping_id = (SELECT g.grouping_id FROM @workspace@.subject_group AS g WHERE g.group_id = $2)
	                        ORDER BY m.valid_from DESC LIMIT 1) AS m ON m.group_id = $2
	      WHERE d.valid_from <= version.in_force_from AND coalesce(d.valid_to > version.in_force_from, true)
	          AND NOT EXISTS (SELECT FROM @workspace@.indicator_duty AS x WHERE x.duty_id = d.duty_id AND x.item = ANY (items))) AS d;
	IF gap.duties > 0 THEN
		RETURN QUERY SELECT 'warning', NULL::text, 'unmeasured_duty',
			format('no indicator measures these duties: %s%s', gap.first,
				CASE WHEN gap.duties > 5 THEN format(' and %s more, of %s subjects in all', gap.duties - 5, gap.subjects) ELSE '' END),
			'Link indicators to them in indicator_duty.';
	END IF;

	IF cardinality(items) > version.max_indicators THEN
		RETURN QUERY SELECT 'error', NULL::text, 'indicator_count',
			format('%s indicators, and at most %s are allowed', cardinality(items), version.max_indicators), 'Leave some out.';
	END IF;

	IF version.common_limit IS NOT NULL THEN
		SELECT sum(w.weight), sum(w.weight) FILTER (WHERE w.items <> '{}' AND NOT EXISTS (
			SELECT FROM unnest(w.items) AS u (item)
			WHERE NOT EXISTS (SELECT FROM @workspace@.indicator_tag AS t WHERE t.item = u.item AND t.tag = 'common')))
		INTO total, common FROM @workspace@.leaf_weight(rubric) AS w;
		IF round(common / nullif(total, 0), 12) > version.common_limit THEN
			RETURN QUERY SELECT 'error', NULL::text, 'common_share',
				format('common indicators have %s %% of the weight, and at most %s %% are allowed',
					trim_scale(round(100 * common / total, 2)), trim_scale(100 * version.common_limit)),
				'Lower their weights; tag "common" says which they are.';
		END IF;
	END IF;

	RETURN QUERY
	SELECT 'error', NULL::text, 'no_such_tier', format('limit %s caps at tier %s, and there are %s tiers', n.node, n.spec ->> 'tier', t.tiers),
		'Tiers are numbered from 1, the best.'
	FROM @workspace@.stated_node AS n, (SELECT count(*) AS tiers FROM @workspace@.tier AS t WHERE t.version_id = $1) AS t
	WHERE n.version_id = $1 AND n.group_id = $2 AND n.spec ->> 'effect' = 'cap_tier'
		AND jsonb_typeof(n.spec -> 'tier') = 'number' AND (n.spec ->> 'tier')::numeric > t.tiers;

	RETURN QUERY
	SELECT 'error', NULL::text, 'tie_node', format('node %s of the tie chain is not in the tree', u.node), 'Name a node of every group''s tree in tie_chain.'
	FROM unnest(version.tie_chain) AS u (node)
	WHERE NOT EXISTS (SELECT FROM @workspace@.stated_node AS n WHERE n.version_id = $1 AND n.group_id = $2 AND n.node = u.node);

	RETURN QUERY
	SELECT 'error', NULL::text, 'profile_node', format('profile "%s" weighs node %s, which is not in the tree', p.profile, w.node), 'Correct weight_profile.'
	FROM @workspace@.group_profile AS p
		JOIN @workspace@.weight_profile AS w ON w.version_id = p.version_id AND w.profile = p.profile
	WHERE p.version_id = $1 AND p.group_id = $2
		AND NOT EXISTS (SELECT FROM @workspace@.stated_node AS n WHERE n.version_id = $1 AND n.group_id = $2 AND n.node = w.node);
END
$$;
COMMENT ON FUNCTION @workspace@.group_lint(integer, integer) IS
	'findings about the tree of one group (分组检查)';

-- Tiers are the same for all groups. Whether seats can tie, and whether a
-- published cap holds, is tried for all group sizes up to 1000.
CREATE OR REPLACE FUNCTION @workspace@.tier_lint(version_id integer,
	OUT severity text, OUT path text, OUT code text, OUT message text, OUT hint text)
RETURNS SETOF record
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
#variable_conflict use_column
DECLARE
	rule record;
	n integer;
	t record;
BEGIN
	SELECT count(*)::integer AS tiers, max(t.tier) AS last, sum(t.share) AS total, array_agg(t.share ORDER BY t.tier) AS shares,
		array_agg(coalesce(t.bound, 'exact') ORDER BY t.tier) AS bounds, count(t.bound) AS bounded,
		array_agg(t.tier ORDER BY t.preference, t.tier) AS preference, count(t.preference) AS preferred,
		count(DISTINCT t.preference) AS preferences,
		array_agg(t.tier ORDER BY t.tier) AS up, array_agg(t.tier ORDER BY t.tier DESC) AS down,
		min(t.tier) FILTER (WHERE t.cut IS NULL) AS uncut
	INTO rule FROM @workspace@.tier AS t WHERE t.version_id = $1;
	IF rule.tiers = 0 THEN
		RETURN;
	END IF;

	RETURN QUERY
	SELECT 'error', '/tiers/' || t.code, 'tier_cut', x.message, x.hint
	FROM (SELECT y.*, lag(y.cut) OVER (ORDER BY y.tier) AS above FROM @workspace@.tier AS y
	      WHERE y.version_id = $1 AND y.cut IS NOT NULL) AS t,
		LATERAL (SELECT format('tier "%s" is the last one, and has a cut: who is below it would have no tier', t.code) AS message,
		             'Leave it out.' AS hint WHERE t.tier = rule.tiers
		         UNION ALL
		         SELECT format('tier "%s" begins at %s, and a better one at %s', t.code, t.cut, t.above), 'A better tier has a higher cut.'
		         WHERE t.cut >= t.above) AS x
	ORDER BY t.tier;
	-- Tiers by cuts alone.
	IF rule.total = 0 AND rule.last = rule.tiers THEN
		RETURN QUERY
		SELECT 'error', '/tiers/' || t.code, 'tier_cut', format('no tier has a share, and tier "%s" has no cut', t.code),
			'State the lowest score of each tier but the last, or shares.'
		FROM @workspace@.tier AS t WHERE t.version_id = $1 AND t.tier = rule.uncut AND rule.uncut < rule.tiers;
		RETURN;
	END IF;

	RETURN QUERY
	SELECT 'choice', '/tiers/' || t.code, 'tier_bound', format('tier "%s" does not say whether its share is exact, at_most or at_least', t.code),
		'State it in tier.bound.'
	FROM @workspace@.tier AS t WHERE t.version_id = $1 AND t.bound IS NULL AND rule.tiers > 1 ORDER BY t.tier;
	IF rule.last <> rule.tiers THEN
		RETURN QUERY SELECT 'error', '/tiers', 'tier_numbers', format('the %s tiers are numbered up to %s', rule.tiers, rule.last),
			'Number them 1, 2, 3, ..., the best first.';
		RETURN;
	ELSIF rule.total <> 1 THEN
		RETURN QUERY SELECT 'error', '/tiers', 'tier_shares', format('the shares of the tiers sum to %s, not to 1', rule.total), NULL::text;
		RETURN;
	END IF;
	BEGIN
		PERFORM perfeval.tier_quota(g, rule.shares, NULL, NULL, rule.bounds) FROM generate_series(0, 1000) AS g;
	EXCEPTION WHEN data_exception THEN
		GET STACKED DIAGNOSTICS message = MESSAGE_TEXT, hint = PG_EXCEPTION_HINT;
		RETURN QUERY SELECT 'error', '/tiers', 'tier_seats', message, nullif(hint, '');
		RETURN;
	END;

	-- Two orders that are each other's reverse differ exactly where remainders tie.
	SELECT min(g) INTO n FROM generate_series(1, 1000) AS g
	WHERE perfeval.tier_quota(g, rule.shares, rule.up, NULL, rule.bounds) <> perfeval.tier_quota(g, rule.shares, rule.down, NULL, rule.bounds);
	IF rule.preferred < rule.tiers AND (n IS NOT NULL OR rule.preferred > 0) THEN
		RETURN QUERY SELECT 'choice', '/tiers', 'tier_preference',
			coalesce(format('which tier is served first where remainders are equal is not stated; they are in a group of %s', n),
				'some tiers have a preference and some have none'),
			'State the order in tier.preference, 1 for the first.';
	ELSIF rule.preferred > 0 AND rule.preferences < rule.tiers THEN
		RETURN QUERY SELECT 'error', '/tiers', 'tier_preference', 'two tiers have the same preference', 'Give each a number of its own.';
	END IF;

	FOR t IN SELECT x.tier, x.code, x.cap FROM @workspace@.tier AS x WHERE x.version_id = $1 AND x.cap IS NOT NULL ORDER BY x.tier LOOP
		SELECT min(g) INTO n FROM generate_series(1, 1000) AS g
		WHERE (perfeval.tier_quota(g, rule.shares, CASE WHEN rule.preferred = rule.tiers THEN rule.preference END, NULL, rule.bounds))[t.tier]
			> t.cap * g;
		IF n IS NOT NULL THEN
			RETURN QUERY SELECT 'error', '/tiers/' || t.code, 'tier_cap',
				format('tier "%s" is published as at most %s %%, but %s of a group of %s get it', t.code, trim_scale(100 * t.cap),
					(perfeval.tier_quota(n, rule.shares, CASE WHEN rule.preferred = rule.tiers THEN rule.preference END, NULL, rule.bounds))[t.tier], n),
				'Set its bound to at_most, and its share to no more than the cap.';
		END IF;
	END LOOP;

	RETURN QUERY
	SELECT 'warning', '/tiers/' || x.code, 'forced_down', format('members of a small group are forced down into tier "%s" by arithmetic', x.code),
		'Set its bound to at_most.'
	FROM @workspace@.tier AS x WHERE x.version_id = $1 AND x.tier = rule.tiers AND rule.tiers > 1 AND x.bound <> 'at_most' AND x.share > 0;
END
$$;
COMMENT ON FUNCTION @workspace@.tier_lint(integer) IS
	'findings about the tiers of a version (等次检查)';

CREATE OR REPLACE FUNCTION @workspace@.all_findings(version_id integer,
	OUT severity text, OUT group_id integer, OUT path text, OUT code text, OUT message text, OUT hint text)
RETURNS SETOF record
LANGUAGE sql STABLE ROWS 20
SET search_path = pg_catalog, pg_temp
SET jit = off
AS $$
	WITH version AS (
		SELECT v.*, s.grouping_id FROM @workspace@.scheme_version AS v JOIN @workspace@.scheme AS s ON s.scheme_id = v.scheme_id
		WHERE v.version_id = $1
	), grp AS (
		SELECT g.group_id, g.code,
			EXISTS (SELECT FROM @workspace@.node AS n WHERE n.version_id = $1 AND (n.group_id IS NULL OR n.group_id = g.group_id)) AS has_tree
		FROM @workspace@.subject_group AS g JOIN version AS v ON v.grouping_id = g.grouping_id
	), found AS (
		SELECT l.severity, l.path, l.code, l.message, l.hint, min(l.n) AS n, array_agg(DISTINCT h.group_id) AS groups
		FROM grp AS h, LATERAL @workspace@.group_lint($1, h.group_id) WITH ORDINALITY AS l (severity, path, code, message, hint, n)
		WHERE h.has_tree
		GROUP BY l.severity, l.path, l.code, l.message, l.hint
	), tree AS (
		-- What holds in every group is said once.
		SELECT f.severity, u.group_id, f.path, f.code, f.message, f.hint, f.n
		FROM found AS f,
			LATERAL unnest(CASE WHEN cardinality(f.groups) < (SELECT count(*) FROM grp AS x WHERE x.has_tree)
			                    THEN f.groups ELSE '{NULL}' END) AS u (group_id)
	), plain AS (
		SELECT 'error' AS severity, NULL::integer AS group_id, NULL::text AS path, 'no_version' AS code,
			format('there is no version_id %s', coalesce($1::text, 'NULL')) AS message, 'find_version(scheme, number) gives it.' AS hint
		WHERE NOT EXISTS (SELECT FROM version)
		UNION ALL
		SELECT 'error', NULL, NULL, 'no_tree', 'no group has a rule tree', 'Add nodes.'
		FROM version WHERE NOT EXISTS (SELECT FROM grp AS g WHERE g.has_tree)
		UNION ALL
		SELECT 'warning', g.group_id, NULL, 'no_tree', 'this group has no rule tree: its members are not assessed', NULL
		FROM grp AS g WHERE NOT g.has_tree AND EXISTS (SELECT FROM grp AS x WHERE x.has_tree)
		UNION ALL
		SELECT 'error', g.group_id, NULL, 'foreign_group', format('group "%s" belongs to another grouping', g.code), 'Delete its rows.'
		FROM version AS v JOIN @workspace@.subject_group AS g ON g.grouping_id <> v.grouping_id
		WHERE EXISTS (SELECT FROM @workspace@.node AS n WHERE n.version_id = $1 AND n.group_id = g.group_id)
			OR EXISTS (SELECT FROM @workspace@.group_profile AS p WHERE p.version_id = $1 AND p.group_id = g.group_id)
		UNION ALL
		SELECT 'error', NULL, NULL, 'quorum', format('%s offices must agree, but %s are named', v.quorum, r.n), 'Add them to version_reviewer.'
		FROM version AS v, (SELECT count(*) AS n FROM @workspace@.version_reviewer AS r WHERE r.version_id = $1) AS r
		WHERE v.quorum > r.n
		UNION ALL
		SELECT 'error', NULL, NULL, 'no_kinds', 'it assesses no kind of period', 'Name them in period_kinds.'
		FROM version AS v WHERE v.period_kinds = '{}'
		UNION ALL
		SELECT 'warning', NULL, NULL, 'replaces',
			format('version %s, in force from %s, no more assesses any period of the same kinds', o.number, o.in_force_from),
			'If that is not meant, set in_force_from to a later day.'
		FROM version AS v JOIN @workspace@.scheme_version AS o ON o.scheme_id = v.scheme_id
		WHERE v.state <> 'sealed' AND o.state = 'sealed' AND o.period_kinds && v.period_kinds
			AND o.in_force_from >= v.in_force_from AND o.number < v.number
		UNION ALL
		SELECT 'choice', NULL, NULL, 'ties', 'what becomes of equal scores across a cut is not stated', 'Set ties to expand, contract or middle.'
		FROM version AS v WHERE v.ties IS NULL AND (SELECT count(*) FROM @workspace@.tier AS t WHERE t.version_id = $1) > 1
		UNION ALL
		SELECT 'choice', NULL, NULL, 'capped_seat', 'what becomes of the seats of those who are capped is not stated',
			'Set capped_seat to kept, refilled or apart.'
		FROM version AS v
		WHERE v.capped_seat IS NULL AND (SELECT sum(t.share) FROM @workspace@.tier AS t WHERE t.version_id = $1 HAVING count(*) > 1) > 0
			AND (EXISTS (SELECT FROM @workspace@.node AS n WHERE n.version_id = $1 AND n.spec ->> 'effect' = 'cap_tier')
				OR EXISTS (SELECT FROM @workspace@.linkage_rule AS l WHERE l.version_id = $1 AND l.kind = 'cap_all')
				OR EXISTS (SELECT FROM @workspace@.grade_rule AS g WHERE g.version_id = $1))
		UNION ALL
		SELECT 'choice', NULL, NULL, 'promotion_consumes', 'whether a unit that a linkage lifts takes a seat of its group is not stated',
			'Set promotion_consumes to true or false.'
		FROM version AS v
		WHERE v.promotion_consumes IS NULL AND (SELECT sum(t.share) FROM @workspace@.tier AS t WHERE t.version_id = $1 HAVING count(*) > 1) > 0
			AND EXISTS (SELECT FROM @workspace@.linkage_rule AS l WHERE l.version_id = $1 AND l.kind = 'promote_best')
		UNION ALL
		SELECT 'choice', NULL, NULL, 'tie_chain', 'what decides between equal scores is not stated',
			'Set tie_chain to the nodes that are compared, or to an empty array.'
		FROM version AS v WHERE v.tie_chain IS NULL
		UNION ALL
		SELECT 'warning', NULL, NULL, 'idle_profile', format('no group has the weight profile "%s"', w.profile), NULL
		FROM (SELECT DISTINCT w.profile FROM @workspace@.weight_profile AS w WHERE w.version_id = $1) AS w
		WHERE NOT EXISTS (SELECT FROM @workspace@.group_profile AS p WHERE p.version_id = $1 AND p.profile = w.profile)
		UNION ALL
		SELECT 'error', p.group_id, NULL, 'no_profile', format('there is no weight profile "%s"', p.profile), 'Add its weights to weight_profile.'
		FROM @workspace@.group_profile AS p
		WHERE p.version_id = $1
			AND NOT EXISTS (SELECT FROM @workspace@.weight_profile AS w WHERE w.version_id = $1 AND w.profile = p.profile)
		UNION ALL
		SELECT 'warning', NULL, NULL, 'idle_raters', format('no node is a panel of criterion "%s"', r.criterion), NULL
		FROM (SELECT DISTINCT r.criterion FROM @workspace@.rater_role AS r WHERE r.version_id = $1) AS r
		WHERE NOT EXISTS (SELECT FROM @workspace@.node AS n WHERE n.version_id = $1 AND n.spec ->> 'rule' = 'panel' AND n.spec ->> 'criterion' = r.criterion)
		UNION ALL
		SELECT x.severity, NULL, '/linkages/' || l.rule, x.code, x.message, x.hint
		FROM @workspace@.linkage_rule AS l
			JOIN @workspace@.scheme AS d ON d.scheme_id = l.department_scheme_id
			LEFT JOIN @workspace@.indicator AS i ON i.item = l.item
			CROSS JOIN (SELECT count(*) AS tiers FROM @workspace@.tier AS t WHERE t.version_id = $1) AS t
			LEFT JOIN LATERAL (
				-- Departments are graded by the newest version of their scheme, if they are graded by one here.
				SELECT g.version_id, g.number, (SELECT count(*) FROM @workspace@.tier AS k WHERE k.version_id = g.version_id) AS tiers
				FROM @workspace@.scheme_version AS g WHERE g.scheme_id = l.department_scheme_id AND g.state = 'sealed'
				ORDER BY g.number DESC LIMIT 1) AS g ON true,
			LATERAL (
				SELECT 'error' AS severity, 'no_such_tier' AS code, format('linkage %s names tier %s, and there are %s tiers', l.rule, l.tier, t.tiers) AS message,
					'Tiers are numbered from 1, the best.' AS hint WHERE l.tier > t.tiers
				UNION ALL
				SELECT 'error', 'no_such_grade', format('linkage %s takes grade %s of scheme "%s", which has %s tiers', l.rule, array_to_string(l.grades, ', '), d.code, g.tiers),
					'Grades are the tiers of the departments'' own scheme, 1 the best.' WHERE EXISTS (SELECT FROM unnest(l.grades) AS u (grade) WHERE u.grade > g.tiers)
				UNION ALL
				SELECT 'warning', 'idle_linkage', format('linkage %s keeps nobody from anything: tier 1 is the best', l.rule), 'Set its tier to 2 or more.'
				WHERE l.kind = 'cap_all' AND l.tier = 1
				UNION ALL
				SELECT 'error', 'idle_indicator', format('indicator %s, by which linkage %s goes, is %s', i.code, l.rule, i.state),
					CASE i.state WHEN 'proposed' THEN 'Activate it, or leave it out.' ELSE 'Take another one.' END WHERE i.state <> 'active'
				UNION ALL
				SELECT 'error', 'no_direction', format('indicator %s, by which linkage %s goes, does not say whether higher or lower is better', i.code, l.rule),
					'Set its direction.' WHERE i.direction = 'none'
			) AS x
		WHERE l.version_id = $1
		UNION ALL
		SELECT 'warning', NULL, NULL, 'part_changed',
			format('version %s of scheme "%s" has changed since it was put in', v.number, s.code), 'Compose the version again.'
		FROM @workspace@.version_part AS p
			JOIN @workspace@.scheme_version AS v ON v.version_id = p.part_id JOIN @workspace@.scheme AS s ON s.scheme_id = v.scheme_id
		WHERE p.version_id = $1
			AND p.hash <> @workspace@.document_hash(v.version_id)
	)
	SELECT x.severity, x.group_id, x.path, x.code, x.message, x.hint
	FROM (SELECT p.*, 0 AS place, 0::bigint AS n FROM plain AS p
	      UNION ALL SELECT l.severity, NULL, l.path, l.code, l.message, l.hint, 1, l.n
	      FROM @workspace@.tier_lint($1) WITH ORDINALITY AS l (severity, path, code, message, hint, n)
	      UNION ALL SELECT l.severity, NULL, l.path, l.code, l.message, l.hint, 1, 1000 + l.n
	      FROM @workspace@.grade_lint($1) WITH ORDINALITY AS l (severity, path, code, message, hint, n)
	      UNION ALL SELECT t.severity, t.group_id, t.path, t.code, t.message, t.hint, 2, t.n FROM tree AS t) AS x
	ORDER BY array_position('{error,choice,warning}', x.severity), x.group_id NULLS FIRST, x.place, x.n, x.code, x.message
$$;
COMMENT ON FUNCTION @workspace@.all_findings(integer) IS
	'support function of version_lint: all that is to be found in a version (版本检查结果)';

CREATE OR REPLACE FUNCTION @workspace@.version_lint(version_id integer,
	OUT severity text, OUT group_id integer, OUT path text, OUT code text, OUT message text, OUT hint text)
RETURNS SETOF record
LANGUAGE plpgsql STABLE SECURITY DEFINER ROWS 20
SET search_path = pg_catalog, pg_temp
SET jit = off
AS $$
DECLARE
	actor constant text := @workspace@.require('check versions', '{operator,auditor}');
BEGIN
	RETURN QUERY SELECT x.* FROM @workspace@.all_findings($1) AS x;
END
$$;
COMMENT ON FUNCTION @workspace@.version_lint(integer) IS
	'what is wrong, odd or left open in a version: error, choice, warning (方案检查)';
