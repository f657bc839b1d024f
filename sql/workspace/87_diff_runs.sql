-- Two runs side by side: what became of each subject, and line by line why. The
-- differences of a subject's lines add up to the difference of its scores.

-- What differs between a card under one rubric and a card under another, either
-- of which may be NULL: lines belong together if they are about the same node
-- and, of a node's effects, about the same one.
CREATE OR REPLACE FUNCTION @workspace@.line_diff(card_before perfeval.scorecard, rubric_before perfeval.rubric,
	card_after perfeval.scorecard, rubric_after perfeval.rubric)
RETURNS TABLE (place bigint, change text, node integer, parent integer, path text, label text, reading_before numeric, reading_after numeric,
	rule_before text, rule_after text, weight_before numeric, weight_after numeric, status_before text, status_after text,
	points_before numeric, points_after numeric, difference numeric, reason text)
LANGUAGE sql STABLE
BEGIN ATOMIC
	SELECT coalesce(n.place, o.place), CASE WHEN o.place IS NULL THEN 'added' WHEN n.place IS NULL THEN 'removed' ELSE 'changed' END,
		node, coalesce(n.parent, o.parent), coalesce(n.path, o.path), coalesce(n.label, o.label), o.reading, n.reading,
		o.rule, n.rule, o.weight, n.weight, o.status, n.status,
		o.points, n.points, coalesce(n.points, 0) - coalesce(o.points, 0),
		CASE WHEN o.place IS NOT NULL AND n.place IS NOT NULL THEN coalesce(nullif(concat_ws('; ',
			CASE WHEN o.reading IS DISTINCT FROM n.reading
			     THEN format('reading %s -> %s', coalesce(o.reading::text, 'none'), coalesce(n.reading::text, 'none')) END,
			CASE WHEN o.rule IS DISTINCT FROM n.rule THEN 'rule' END,
			CASE WHEN o.weight IS DISTINCT FROM n.weight
			     THEN format('weight %s -> %s', coalesce(o.weight::text, 'none'), coalesce(n.weight::text, 'none')) END,
			CASE WHEN o.status IS DISTINCT FROM n.status THEN format('%s -> %s', o.status, n.status) END,
			CASE WHEN o.note IS DISTINCT FROM n.note THEN concat_ws(' -> ', o.note, coalesce(n.note, 'counted')) END), ''), 'other lines') END
	FROM (SELECT e.*, CASE WHEN e.status IS NULL THEN e.label ELSE '' END AS effect
	      FROM perfeval.explain($1, $2) WITH ORDINALITY
	          AS e (node, parent, path, label, reading, rule, raw_points, weight, points, status, note, place)) AS o
		FULL JOIN (SELECT e.*, CASE WHEN e.status IS NULL THEN e.label ELSE '' END AS effect
		           FROM perfeval.explain($3, $4) WITH ORDINALITY
		               AS e (node, parent, path, label, reading, rule, raw_points, weight, points, status, note, place)) AS n USING (node, effect)
	WHERE o.place IS NULL OR n.place IS NULL
		OR (o.reading, o.rule, o.weight, o.points, o.status, o.note) IS DISTINCT FROM (n.reading, n.rule, n.weight, n.points, n.status, n.note);
END;
COMMENT ON FUNCTION @workspace@.line_diff(perfeval.scorecard, perfeval.rubric, perfeval.scorecard, perfeval.rubric) IS
	'lines that differ between two cards and rubrics (明细差异)';

-- Subjects of two runs, with what each run says of them.
CREATE OR REPLACE FUNCTION @workspace@.run_pair(a integer, b integer, whose bigint)
RETURNS TABLE (subject_id bigint, subject text, subject_name text, subject_name_zh text, group_before text, group_after text,
	score_before numeric, score_after numeric, rank_before bigint, rank_after bigint, tier_before integer, tier_after integer,
	in_before boolean, in_after boolean)
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
#variable_conflict use_column
BEGIN
	RETURN QUERY
	SELECT subject_id, coalesce(n.subject, o.subject), coalesce(n.subject_name, o.subject_name), coalesce(n.subject_name_zh, o.subject_name_zh),
		og.code, ng.code, o.score, n.score, o.rank, n.rank, o.tier, n.tier, o.run_id IS NOT NULL, n.run_id IS NOT NULL
	FROM (SELECT r.* FROM @workspace@.result_now AS r WHERE r.run_id = $1 AND ($3 IS NULL OR r.subject_id = $3)) AS o
		FULL JOIN (SELECT r.* FROM @workspace@.result_now AS r WHERE r.run_id = $2 AND ($3 IS NULL OR r.subject_id = $3)) AS n USING (subject_id)
		LEFT JOIN @workspace@.run_group AS og ON og.run_id = o.run_id AND og.group_id = o.group_id
		LEFT JOIN @workspace@.run_group AS ng ON ng.run_id = n.run_id AND ng.group_id = n.group_id;
END
$$;
COMMENT ON FUNCTION @workspace@.run_pair(integer, integer, bigint) IS 'subjects of two runs, side by side (两批次对象对照)';

-- Numbers of nodes mean the same within one scheme only.
CREATE OR REPLACE FUNCTION @workspace@.check_run_pair(a integer, b integer) RETURNS void
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	before constant @workspace@.run := @workspace@.find_run(a);
	after constant @workspace@.run := @workspace@.find_run(b);
BEGIN
	IF before.scheme_id <> after.scheme_id THEN
		RAISE EXCEPTION '% and % are of two schemes', @workspace@.run_name(a), @workspace@.run_name(b)
			USING ERRCODE = 'invalid_parameter_value', HINT = 'Compare runs of one scheme, of whatever period and version.';
	END IF;
END
$$;
COMMENT ON FUNCTION @workspace@.check_run_pair(integer, integer) IS 'refuses runs of two schemes (检查可比性)';

CREATE OR REPLACE FUNCTION @workspace@.diff_results(a integer, b integer, of_subject text DEFAULT NULL)
RETURNS TABLE (subject_id bigint, subject text, subject_name text, subject_name_zh text, change text, group_before text, group_after text,
	score_before numeric, score_after numeric, difference numeric, rank_before bigint, rank_after bigint, tier_before integer, tier_after integer,
	tier_code_before text, tier_code_after text)
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
SET jit = off
AS $$
#variable_conflict use_column
DECLARE
	actor constant text := @workspace@.require('compare runs', '{operator,auditor}');
	whose constant bigint := CASE WHEN $3 IS NOT NULL THEN @workspace@.find_subject($3) END;
BEGIN
	PERFORM @workspace@.check_run_pair(a, b);
	RETURN QUERY
	SELECT p.subject_id, p.subject, p.subject_name, p.subject_name_zh,
		CASE WHEN NOT p.in_before THEN 'added' WHEN NOT p.in_after THEN 'removed'
			WHEN p.score_before IS DISTINCT FROM p.score_after THEN 'score'
			WHEN p.tier_before IS DISTINCT FROM p.tier_after THEN 'tier'
			WHEN p.rank_before IS DISTINCT FROM p.rank_after OR p.group_before <> p.group_after THEN 'rank' ELSE 'same' END,
		p.group_before, p.group_after, p.score_before, p.score_after, coalesce(p.score_after, 0) - coalesce(p.score_before, 0),
		p.rank_before, p.rank_after, p.tier_before, p.tier_after, ot.code, nt.code
	FROM @workspace@.run_pair($1, $2, whose) AS p
		LEFT JOIN @workspace@.run_tier AS ot ON ot.run_id = $1 AND ot.tier = p.tier_before
		LEFT JOIN @workspace@.run_tier AS nt ON nt.run_id = $2 AND nt.tier = p.tier_after
	ORDER BY p.subject COLLATE "C";
END
$$;
COMMENT ON FUNCTION @workspace@.diff_results(integer, integer, text) IS
	'score, rank and tier of each subject in two runs of a scheme; change: added, removed, score, tier, rank or same; no score counts as 0 in the difference (批次结果对比)';

CREATE OR REPLACE FUNCTION @workspace@.diff_runs(a integer, b integer, of_subject text DEFAULT NULL)
RETURNS TABLE (subject_id bigint, subject text, subject_name text, line_no bigint, change text, node integer, path text, label text,
	reading_before numeric, reading_after numeric, rule_before text, rule_after text, weight_before numeric, weight_after numeric,
	status_before text, status_after text, points_before numeric, points_after numeric, difference numeric, reason text)
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
SET plan_cache_mode = force_custom_plan
SET jit = off
AS $$
#variable_conflict use_column
DECLARE
	actor constant text := @workspace@.require('compare runs', '{operator,auditor}');
	whose constant bigint := CASE WHEN $3 IS NOT NULL THEN @workspace@.find_subject($3) END;
BEGIN
	PERFORM @workspace@.check_run_pair(a, b);
	RETURN QUERY
	WITH pair AS MATERIALIZED (
		SELECT p.*, coalesce(p.score_after, 0) - coalesce(p.score_before, 0) AS difference FROM @workspace@.run_pair($1, $2, whose) AS p
	), rule AS MATERIALIZED (
		SELECT g.run_id, g.group_id, g.document::perfeval.rubric AS rubric FROM @workspace@.run_group AS g WHERE g.run_id IN ($1, $2)
	), changed AS MATERIALIZED (
		-- Equal cards under equal rubrics have equal lines.
		SELECT p.subject_id, o.card AS card_before, o.group_id AS group_id_before, n.card AS card_after, n.group_id AS group_id_after
		FROM pair AS p
			LEFT JOIN @workspace@.result AS o ON o.subject_id = p.subject_id AND o.run_id = $1
			LEFT JOIN @workspace@.result AS n ON n.subject_id = p.subject_id AND n.run_id = $2
			LEFT JOIN @workspace@.run_group AS og ON og.run_id = $1 AND og.group_id = o.group_id
			LEFT JOIN @workspace@.run_group AS ng ON ng.run_id = $2 AND ng.group_id = n.group_id
		WHERE p.score_before IS DISTINCT FROM p.score_after OR (o.card, o.outcome, og.document) IS DISTINCT FROM (n.card, n.outcome, ng.document)
	), line AS MATERIALIZED (
		SELECT c.subject_id, 1 AS part, d.*
		FROM changed AS c
			LEFT JOIN rule AS ou ON ou.run_id = $1 AND ou.group_id = c.group_id_before
			LEFT JOIN rule AS nu ON nu.run_id = $2 AND nu.group_id = c.group_id_after
			CROSS JOIN LATERAL @workspace@.line_diff(c.card_before::perfeval.scorecard, ou.rubric, c.card_after::perfeval.scorecard, nu.rubric) AS d
		UNION ALL
		SELECT x.subject_id, 2, x.adjustment_id, CASE WHEN x.run_id = $2 THEN 'added' ELSE 'removed' END, NULL, NULL, NULL,
			'adjustment 调整', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL,
			CASE WHEN x.run_id = $1 THEN x.points END, CASE WHEN x.run_id = $2 THEN x.points END,
			CASE WHEN x.run_id = $2 THEN x.points ELSE - x.points END, x.reason
		FROM @workspace@.adjustment AS x
		WHERE $1 <> $2 AND x.run_id IN ($1, $2) AND (whose IS NULL OR x.subject_id = whose)
	), line_or_rest AS (
		SELECT l.* FROM line AS l
		UNION ALL
		-- Lines have no points where a score cannot be split.
		SELECT c.subject_id, 3, 1, 'changed', NULL, NULL, NULL, 'not split 不可分解', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL,
			c.difference - coalesce(s.difference, 0), NULL
		FROM pair AS c
			LEFT JOIN (SELECT l.subject_id, sum(l.difference) AS difference FROM line AS l GROUP BY l.subject_id) AS s ON s.subject_id = c.subject_id
		WHERE c.difference <> coalesce(s.difference, 0)
	)
	SELECT p.subject_id, p.subject, p.subject_name, row_number() OVER (PARTITION BY p.subject_id ORDER BY l.part, l.place), l.change, l.node, l.path,
		l.label, l.reading_before, l.reading_after, l.rule_before, l.rule_after, l.weight_before, l.weight_after, l.status_before, l.status_after,
		l.points_before, l.points_after, l.difference, l.reason
	FROM line_or_rest AS l JOIN pair AS p ON p.subject_id = l.subject_id
	ORDER BY p.subject COLLATE "C", p.subject_id, l.part, l.place;
END
$$;
COMMENT ON FUNCTION @workspace@.diff_runs(integer, integer, text) IS
	'lines that differ between two runs of a scheme, adjustments among them; the differences of a subject add up to that of its scores, no score counting as 0 (批次明细对比)';
