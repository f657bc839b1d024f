-- Sealing: from then on a version is what it is.

CREATE OR REPLACE FUNCTION @workspace@.version_name(version_id integer) RETURNS text
LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
	SELECT format('version %s of scheme "%s"', v.number, s.code)
	FROM @workspace@.scheme_version AS v JOIN @workspace@.scheme AS s ON s.scheme_id = v.scheme_id
	WHERE v.version_id = $1
$$;
COMMENT ON FUNCTION @workspace@.version_name(integer) IS
	'what messages call a version (方案版本名称)';

-- Whoever changes a version's state or reads it as a whole holds its row: the
-- guards of its parts share that lock, so that nothing is edited meanwhile.
CREATE OR REPLACE FUNCTION @workspace@.lock_version(version_id integer) RETURNS @workspace@.scheme_version
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	version @workspace@.scheme_version;
BEGIN
	-- In the other levels an edit that was committed while we waited would not be seen.
	IF current_setting('transaction_isolation') NOT IN ('read committed', 'read uncommitted') THEN
		RAISE EXCEPTION 'versions change their state in READ COMMITTED transactions only'
			USING ERRCODE = 'invalid_transaction_state', HINT = 'Begin the transaction without REPEATABLE READ or SERIALIZABLE.';
	END IF;
	SELECT v.* INTO version FROM @workspace@.scheme_version AS v WHERE v.version_id = $1 FOR UPDATE;
	IF version.version_id IS NULL THEN
		RAISE EXCEPTION 'there is no version_id %', coalesce($1::text, 'NULL')
			USING ERRCODE = 'no_data_found', HINT = 'find_version(scheme, number) gives it.';
	END IF;
	RETURN version;
END
$$;
COMMENT ON FUNCTION @workspace@.lock_version(integer) IS
	'support function: a version, locked to the end of the transaction (锁定方案版本)';

CREATE OR REPLACE FUNCTION @workspace@.version_hash(version_id integer, document text) RETURNS text
LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
	SELECT encode(sha256(convert_to($2 || coalesce(string_agg(E'\n' || g.code || ' ' || r.hash, '' ORDER BY g.code COLLATE "C"), ''), 'UTF8')), 'hex')
	FROM @workspace@.group_rubric AS r JOIN @workspace@.subject_group AS g ON g.group_id = r.group_id
	WHERE r.version_id = $1
$$;
COMMENT ON FUNCTION @workspace@.version_hash(integer, text) IS
	'sha256 of a document and of the hashes of a version''s rubrics, a line each (方案版本散列值)';

CREATE OR REPLACE PROCEDURE @workspace@.seal_version(version_id integer)
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
SET jit = off
AS $$
DECLARE
	actor constant text := @workspace@.require('seal versions', '{operator}');
	version @workspace@.scheme_version := @workspace@.lock_version($1);
	name text := @workspace@.version_name($1);
	body text;
	found record;
	grp record;
	compiled perfeval.rubric;
	counts integer[];
BEGIN
	-- An assessment under way has one set of rules from beginning to end.
	PERFORM @workspace@.lock_runs();
	IF version.state = 'sealed' THEN
		RAISE EXCEPTION '% is sealed already', name
			USING ERRCODE = 'object_not_in_prerequisite_state', HINT = 'Make a new version: CALL new_version.';
	ELSIF version.state = 'draft' AND version.quorum > 0 THEN
		RAISE EXCEPTION '% has not been reviewed', name
			USING ERRCODE = 'object_not_in_prerequisite_state',
				DETAIL = format('%s of the offices in version_reviewer must agree to it as it is.', version.quorum),
				HINT = 'CALL review_version for each office.';
	END IF;

	-- How the indicators are worked out must not change meanwhile either.
	PERFORM FROM @workspace@.indicator AS i
	WHERE i.item IN (SELECT x.item FROM @workspace@.version_item AS x WHERE x.version_id = $1) ORDER BY i.item FOR SHARE;
	DELETE FROM @workspace@.version_finding AS f WHERE f.version_id = $1;
	DELETE FROM @workspace@.group_rubric AS r WHERE r.version_id = $1;
	INSERT INTO @workspace@.version_finding (version_id, finding_no, severity, group_id, path, code, message, hint)
	SELECT $1, l.n, l.severity, l.group_id, l.path, l.code, l.message, l.hint
	FROM @workspace@.all_findings($1) WITH ORDINALITY AS l (severity, group_id, path, code, message, hint, n);

	SELECT count(*) FILTER (WHERE f.severity = 'error') AS errors, count(*) FILTER (WHERE f.severity = 'choice') AS choices,
		string_agg(format('%s: %s%s', f.severity, coalesce('group ' || g.code || ': ', '') || coalesce(f.path || ': ', ''), f.message),
			E'\n' ORDER BY f.finding_no) FILTER (WHERE f.place <= 20) AS lines
	INTO found
	FROM (SELECT x.*, row_number() OVER (ORDER BY x.finding_no) AS place
	      FROM @workspace@.version_finding AS x WHERE x.version_id = $1 AND x.severity <> 'warning') AS f
		LEFT JOIN @workspace@.subject_group AS g ON g.group_id = f.group_id;
	IF found.errors + found.choices > 0 THEN
		RAISE EXCEPTION '% cannot be sealed: errors %, open choices %', name, found.errors, found.choices
			USING ERRCODE = 'check_violation',
				DETAIL = found.lines || CASE WHEN found.errors + found.choices > 20
				         THEN format(E'\nand %s more', found.errors + found.choices - 20) ELSE '' END,
				HINT = format('SELECT * FROM version_lint(%s) lists them with ways out.', $1);
	END IF;

	FOR grp IN SELECT DISTINCT n.group_id FROM @workspace@.group_node AS n WHERE n.version_id = $1 ORDER BY n.group_id LOOP
		compiled := @workspace@.draft_rubric($1, grp.group_id);
		counts := ARRAY(SELECT i.item FROM @workspace@.indicator AS i
		                WHERE i.fact = 'event' AND i.item = ANY (perfeval.rubric_items(compiled)) ORDER BY i.item);
		INSERT INTO @workspace@.group_rubric (version_id, group_id, document, hash, items, event_items, base_node, deduction_node,
			bonus_node, coefficient_item, has_limits, tie_nodes, compiled, no_events)
		SELECT $1, grp.group_id, compiled::text, encode(sha256(convert_to(compiled::text, 'UTF8')), 'hex'),
			perfeval.rubric_items(compiled), counts,
			min(x.node) FILTER (WHERE x.part = 'base'), min(x.node) FILTER (WHERE x.part = 'deductions'),
			min(x.node) FILTER (WHERE x.part = 'bonus'),
			min((x.spec -> 'coefficient' ->> 'item')::integer) FILTER (WHERE x.part = 'coefficient'),
			coalesce(bool_or(x.spec ? 'effect'), false), nullif(version.tie_chain, '{}'), compiled, @workspace@.event_card(counts)
		FROM @workspace@.group_node AS x
		WHERE x.version_id = $1 AND x.group_id = grp.group_id;
	END LOOP;
	CALL @workspace@.fill_sealed_node();

	body := @workspace@.version_document($1)::text;
	UPDATE @workspace@.scheme_version AS v
	SET state = 'sealed', sealed_at = now(), sealed_by = actor, document = body,
		hash = @workspace@.version_hash($1, body)
	WHERE v.version_id = $1;
	PERFORM @workspace@.analyze_changed();
	PERFORM @workspace@.record_act('seal_version', name, NULL, jsonb_build_object('version_id', $1));
END
$$;
COMMENT ON PROCEDURE @workspace@.seal_version(integer) IS
	'compiles a version, one rubric for each group, and seals it (方案封版)';

-- Derived columns, of the extension's types, can be lost with it and made again.
CREATE OR REPLACE FUNCTION @workspace@.event_card(items integer[]) RETURNS perfeval.scorecard
LANGUAGE sql IMMUTABLE
SET search_path = pg_catalog, pg_temp
AS $$ SELECT perfeval.scorecard_agg(u.item, 0) FROM unnest($1) AS u (item) $$;
COMMENT ON FUNCTION @workspace@.event_card(integer[]) IS
	'a card with 0 for each item, NULL without items (零事件计分卡)';

CREATE OR REPLACE PROCEDURE @workspace@.recompile_rubrics()
LANGUAGE sql
SET search_path = pg_catalog, pg_temp
AS $$
	UPDATE @workspace@.group_rubric AS r
	SET compiled = r.document::perfeval.rubric, no_events = @workspace@.event_card(r.event_items)
	WHERE r.compiled IS NULL;
	UPDATE @workspace@.group_parameter AS p
	SET compiled = perfeval.with_parameters(r.compiled, p.parameters)
	FROM @workspace@.group_rubric AS r
	WHERE r.version_id = p.version_id AND r.group_id = p.group_id AND p.compiled IS NULL;
$$;
COMMENT ON PROCEDURE @workspace@.recompile_rubrics() IS
	'makes the compiled form of sealed rubrics again from their documents, where it is gone (重新编译细则)';

CALL @workspace@.recompile_rubrics();

-- A document that an altered byte broke is compared as a text.
CREATE OR REPLACE FUNCTION @workspace@.json_or_text(document text) RETURNS jsonb
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
	RETURN document::jsonb;
EXCEPTION WHEN data_exception THEN
	RETURN jsonb_build_object('text', document);
END
$$;
COMMENT ON FUNCTION @workspace@.json_or_text(text) IS 'a document, or what is left of one as a text (解析文档)';

-- Guards and grants stop mistakes; what somebody did in spite of them is found.
CREATE OR REPLACE FUNCTION @workspace@.verify_schemes(OUT version_id integer, OUT place text, OUT message text)
RETURNS SETOF record
LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp
SET jit = off
AS $$
	WITH sealed AS MATERIALIZED (
		SELECT v.version_id, v.hash, v.document, @workspace@.json_or_text(v.document) AS then, @workspace@.version_document(v.version_id) AS now
		FROM @workspace@.scheme_version AS v WHERE v.state = 'sealed'
	)
	SELECT v.version_id, '/', 'the hash is not that of document and rubrics'
	FROM sealed AS v
	WHERE v.hash <> @workspace@.version_hash(v.version_id, v.document)
	UNION ALL
	SELECT r.version_id, '/rubrics/' || g.code,
		CASE WHEN r.hash <> encode(sha256(convert_to(r.document, 'UTF8')), 'hex') THEN 'the hash is not that of the rubric'
		     ELSE 'the compiled rubric is not the document' END
	FROM @workspace@.group_rubric AS r JOIN @workspace@.subject_group AS g ON g.group_id = r.group_id
	WHERE r.hash <> encode(sha256(convert_to(r.document, 'UTF8')), 'hex') OR r.compiled::text <> r.document
	UNION ALL
	SELECT v.version_id, '/state', 'it was sealed, and is ' || v.state
	FROM @workspace@.scheme_version AS v WHERE v.hash IS NOT NULL AND v.state <> 'sealed'
	UNION ALL
	SELECT n.version_id, '/nodes', format('node %s is of a group that is not there', n.node)
	FROM @workspace@.node AS n
	WHERE n.group_id IS NOT NULL AND NOT EXISTS (SELECT FROM @workspace@.subject_group AS g WHERE g.group_id = n.group_id)
	UNION ALL
	-- What sealing read out of the rubric, so that it need not be looked for again.
	SELECT r.version_id, '/rubrics/' || g.code || '/' || d.key, 'it is not what the rubric says'
	FROM @workspace@.group_rubric AS r
		JOIN @workspace@.subject_group AS g ON g.group_id = r.group_id
		JOIN @workspace@.scheme_version AS v ON v.version_id = r.version_id
		CROSS JOIN LATERAL (
			SELECT perfeval.rubric_items(r.compiled) AS items, nullif(v.tie_chain, '{}') AS tie_nodes,
				min(x.node) FILTER (WHERE x.part = 'base') AS base_node, min(x.node) FILTER (WHERE x.part = 'deductions') AS deduction_node,
				min(x.node) FILTER (WHERE x.part = 'bonus') AS bonus_node,
				min((x.spec -> 'coefficient' ->> 'item')::integer) FILTER (WHERE x.part = 'coefficient') AS coefficient_item,
				coalesce(bool_or(x.spec ? 'effect'), false) AS has_limits
			FROM @workspace@.group_node AS x WHERE x.version_id = r.version_id AND x.group_id = r.group_id) AS n
		CROSS JOIN LATERAL (SELECT ARRAY(SELECT i.item FROM @workspace@.indicator AS i WHERE i.fact = 'event' AND i.item = ANY (n.items) ORDER BY i.item) AS items) AS e
		CROSS JOIN LATERAL (VALUES ('items', r.items::text, n.items::text), ('event_items', r.event_items::text, e.items::text),
			('base_node', r.base_node::text, n.base_node::text), ('deduction_node', r.deduction_node::text, n.deduction_node::text),
			('bonus_node', r.bonus_node::text, n.bonus_node::text), ('coefficient_item', r.coefficient_item::text, n.coefficient_item::text),
			('has_limits', r.has_limits::text, n.has_limits::text), ('tie_nodes', r.tie_nodes::text, n.tie_nodes::text),
			('no_events', r.no_events::text, @workspace@.event_card(e.items)::text)) AS d (key, has, said)
	WHERE d.has IS DISTINCT FROM d.said
	UNION ALL
	SELECT v.version_id, '/' || k.key, 'the rows are not those that were sealed'
	FROM sealed AS v, unnest('{settings,parameters,tiers,nodes,profiles,raters,linkages,grades}'::text[]) AS k (key)
	WHERE v.then -> k.key IS DISTINCT FROM v.now -> k.key
	ORDER BY 1, 2
$$;
COMMENT ON FUNCTION @workspace@.verify_schemes() IS
	'sealed versions that are no longer as they were sealed; no rows: all are (封版完整性核查)';
