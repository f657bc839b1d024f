-- What a new version changes.

-- The parts of a document as objects with a path each; the trees are compared
-- as rubrics.
CREATE OR REPLACE FUNCTION @workspace@.document_part(document jsonb, OUT path text, OUT body jsonb)
RETURNS SETOF record
LANGUAGE sql IMMUTABLE
SET search_path = pg_catalog, pg_temp
AS $$
	SELECT '/settings', $1 -> 'settings'
	UNION ALL SELECT '/parameters', $1 -> 'parameters'
	UNION ALL SELECT '/groups/' || (x.value ->> 'code'), x.value FROM jsonb_array_elements($1 -> 'groups') AS x (value)
	UNION ALL SELECT '/tiers/' || (x.value ->> 'code'), x.value FROM jsonb_array_elements($1 -> 'tiers') AS x (value)
	UNION ALL SELECT '/raters/' || (x.value ->> 'criterion') || '/' || (x.value ->> 'role'), x.value FROM jsonb_array_elements($1 -> 'raters') AS x (value)
	UNION ALL SELECT '/linkages/' || (x.value ->> 'rule'), x.value FROM jsonb_array_elements($1 -> 'linkages') AS x (value)
	UNION ALL SELECT '/reviewers/' || (x.value #>> '{}'), '{}' FROM jsonb_array_elements($1 -> 'reviewers') AS x (value)
	UNION ALL SELECT '/indicators/' || (x.value ->> 'code'), x.value FROM jsonb_array_elements($1 -> 'indicators') AS x (value)
	UNION ALL SELECT '/grades', $1 -> 'grades' WHERE $1 ? 'grades'
$$;
COMMENT ON FUNCTION @workspace@.document_part(jsonb) IS
	'support function of version_diff: settings, tiers, raters, indicators of a document (方案文档组成)';

CREATE OR REPLACE FUNCTION @workspace@.all_differences(a integer, b integer,
	OUT group_code text, OUT path text, OUT node integer, OUT label text, OUT change text, OUT key text, OUT before text, OUT after text)
RETURNS SETOF record
LANGUAGE sql STABLE ROWS 20
SET search_path = pg_catalog, pg_temp
SET jit = off
AS $$
	WITH old AS (
		SELECT p.* FROM @workspace@.document_part(coalesce((SELECT v.document FROM @workspace@.scheme_version AS v WHERE v.version_id = $1)::jsonb,
			@workspace@.version_document(@workspace@.check_version($1)))) AS p
	), new AS (
		SELECT p.* FROM @workspace@.document_part(coalesce((SELECT v.document FROM @workspace@.scheme_version AS v WHERE v.version_id = $2)::jsonb,
			@workspace@.version_document(@workspace@.check_version($2)))) AS p
	), part AS (
		SELECT path, x.key, x.before, x.after,
			CASE WHEN old.body IS NULL THEN 'added' WHEN new.body IS NULL THEN 'removed' ELSE 'changed' END AS change,
			coalesce(new.body, old.body) AS body
		FROM old FULL JOIN new USING (path),
			LATERAL (
				SELECT NULL::text AS key, old.body AS before, new.body AS after WHERE old.body IS NULL OR new.body IS NULL
				UNION ALL
				SELECT key, o.value, n.value FROM jsonb_each(old.body) AS o FULL JOIN jsonb_each(new.body) AS n USING (key)
				WHERE old.body IS NOT NULL AND new.body IS NOT NULL AND o.value IS DISTINCT FROM n.value
			) AS x
	), grp AS (
		SELECT x.group_id, g.code, bool_or(x.version_id = $1) AS in_old, bool_or(x.version_id = $2) AS in_new
		FROM @workspace@.stated_node AS x JOIN @workspace@.subject_group AS g ON g.group_id = x.group_id
		WHERE x.version_id IN ($1, $2) GROUP BY x.group_id, g.code
	), rubric AS (
		SELECT g.group_id, g.code,
			coalesce((SELECT r.document FROM @workspace@.group_rubric AS r WHERE r.version_id = $1 AND r.group_id = g.group_id)::perfeval.rubric,
				@workspace@.draft_rubric($1, g.group_id)) AS old,
			coalesce((SELECT r.document FROM @workspace@.group_rubric AS r WHERE r.version_id = $2 AND r.group_id = g.group_id)::perfeval.rubric,
				@workspace@.draft_rubric($2, g.group_id)) AS new
		FROM grp AS g WHERE g.in_old AND g.in_new
	), tree AS (
		-- What changes in every group is said once. Settings of the document are among the parts.
		SELECT CASE WHEN count(*) < (SELECT count(*) FROM rubric) THEN min(r.code) END AS code, d.path, d.node, d.change, d.key, d.before, d.after,
			array_agg(r.code ORDER BY r.code) AS codes
		FROM rubric AS r, LATERAL perfeval.rubric_diff(r.old, r.new) AS d
		WHERE d.path IS NOT NULL
		GROUP BY d.path, d.node, d.change, d.key, d.before, d.after
	)
	SELECT z.code, z.path, z.node, z.label, z.change, z.key, z.before, z.after
	FROM (
		SELECT NULL::text AS code, p.path, NULL::integer AS node, coalesce(p.body ->> 'label', p.body ->> 'name') AS label,
			p.change, p.key, p.before #>> '{}' AS before, p.after #>> '{}' AS after, 1 AS place
		FROM part AS p
		UNION ALL
		SELECT g.code, '/', NULL, NULL, CASE WHEN g.in_new THEN 'added' ELSE 'removed' END, NULL, NULL, NULL, 2
		FROM grp AS g WHERE g.in_old <> g.in_new
		UNION ALL
		SELECT c.code, t.path, t.node,
			coalesce(t.after ->> 'label', t.before ->> 'label', (SELECT max(n.spec ->> 'label') FROM @workspace@.stated_node AS n
			                                                   WHERE n.version_id = $2 AND n.node = t.node)),
			t.change, t.key, t.before #>> '{}', t.after #>> '{}', 3
		FROM tree AS t, LATERAL unnest(CASE WHEN t.code IS NULL THEN '{NULL}' ELSE t.codes END) AS c (code)
	) AS z
	ORDER BY z.place, z.code COLLATE "C" NULLS FIRST, z.path COLLATE "C", z.key COLLATE "C"
$$;
COMMENT ON FUNCTION @workspace@.all_differences(integer, integer) IS
	'support function of version_diff: all that differs between two versions (版本差异)';

CREATE OR REPLACE FUNCTION @workspace@.version_diff(a integer, b integer,
	OUT group_code text, OUT path text, OUT node integer, OUT label text, OUT change text, OUT key text, OUT before text, OUT after text)
RETURNS SETOF record
LANGUAGE plpgsql STABLE SECURITY DEFINER ROWS 20
SET search_path = pg_catalog, pg_temp
SET jit = off
AS $$
DECLARE
	actor constant text := @workspace@.require('compare versions', '{operator,auditor}');
BEGIN
	RETURN QUERY SELECT x.* FROM @workspace@.all_differences($1, $2) AS x;
END
$$;
COMMENT ON FUNCTION @workspace@.version_diff(integer, integer) IS
	'what differs between two versions: settings, tiers, raters, indicators, and the trees of the groups (方案版本对比)';
