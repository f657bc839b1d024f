-- Sealing: from then on a version is what it is.

CREATE OR REPLACE PROCEDURE @workspace@.seal_version(version_id integer)
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	version @workspace@.scheme_version;
	grp record;
	compiled perfeval.rubric;
	counts integer[];
	found record;
	n integer := 0;
BEGIN
	SELECT v.* INTO version FROM @workspace@.scheme_version AS v WHERE v.version_id = $1 FOR UPDATE;
	IF version.version_id IS NULL THEN
		RAISE EXCEPTION 'there is no version %', coalesce($1::text, 'NULL') USING ERRCODE = 'no_data_found';
	ELSIF version.state = 'sealed' THEN
		RAISE EXCEPTION 'version % is sealed already', $1 USING ERRCODE = 'object_not_in_prerequisite_state';
	END IF;

	FOR grp IN SELECT DISTINCT n.group_id, g.code FROM @workspace@.group_node AS n
			JOIN @workspace@.subject_group AS g ON g.group_id = n.group_id
			WHERE n.version_id = $1 ORDER BY n.group_id LOOP
		compiled := @workspace@.draft_rubric($1, grp.group_id);
		FOR found IN SELECT l.* FROM perfeval.lint(compiled) AS l LOOP
			IF found.severity <> 'warning' THEN
				RAISE EXCEPTION 'group % of version % cannot be sealed: % %', grp.code, $1, coalesce(found.path || ':', ''), found.message
					USING ERRCODE = 'check_violation', HINT = coalesce(found.hint, 'State it in the node.');
			END IF;
			n := n + 1;
			INSERT INTO @workspace@.version_finding (version_id, finding_no, severity, group_id, path, code, message, hint)
			VALUES ($1, n, found.severity, grp.group_id, found.path, found.code, found.message, found.hint);
		END LOOP;
		counts := ARRAY(SELECT i.item FROM @workspace@.indicator AS i
		                WHERE i.fact = 'event' AND i.item = ANY (perfeval.rubric_items(compiled)) ORDER BY i.item);
		INSERT INTO @workspace@.group_rubric (version_id, group_id, document, hash, items, event_items, base_node, deduction_node,
			bonus_node, coefficient_item, has_limits, compiled, no_events)
		SELECT $1, grp.group_id, compiled::text, encode(sha256(convert_to(compiled::text, 'UTF8')), 'hex'),
			perfeval.rubric_items(compiled), counts,
			min(x.node) FILTER (WHERE x.part = 'base'), min(x.node) FILTER (WHERE x.part = 'deductions'),
			min(x.node) FILTER (WHERE x.part = 'bonus'),
			min((x.spec -> 'coefficient' ->> 'item')::integer) FILTER (WHERE x.part = 'coefficient'),
			coalesce(bool_or(x.spec ? 'effect'), false), compiled,
			CASE WHEN counts <> '{}' THEN (SELECT perfeval.scorecard_agg(c, 0) FROM unnest(counts) AS c) END
		FROM @workspace@.group_node AS x
		WHERE x.version_id = $1 AND x.group_id = grp.group_id;
	END LOOP;

	UPDATE @workspace@.scheme_version AS v
	SET state = 'sealed', sealed_at = now(), sealed_by = session_user,
		hash = (SELECT encode(sha256(convert_to(string_agg(r.group_id || ' ' || r.hash, E'\n' ORDER BY r.group_id), 'UTF8')), 'hex')
		        FROM @workspace@.group_rubric AS r WHERE r.version_id = $1)
	WHERE v.version_id = $1;
END
$$;
COMMENT ON PROCEDURE @workspace@.seal_version(integer) IS
	'compiles a version, one rubric for each group, and seals it (方案封版)';
