-- A version that may still be a draft, tried on facts that are past: those of a
-- run, or the live ones of a period. Nothing of it is kept.

-- Subjects with their readings and with what counted so far. Readings are all
-- that is known of the subject, so a version may look at others than the last.
CREATE OR REPLACE FUNCTION @workspace@.backtest_input(version_id integer, run_id integer, of_period integer)
RETURNS TABLE (subject_id bigint, subject text, subject_name text, group_id integer, card perfeval.scorecard, card_before perfeval.scorecard,
	rubric_before perfeval.rubric, score_before numeric, rank_before bigint, tier_before integer, tier_code_before text)
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp
SET plan_cache_mode = force_custom_plan
SET work_mem = '64MB'
SET jit = off
AS $$
#variable_conflict use_column
DECLARE
	version constant @workspace@.scheme_version := (SELECT v FROM @workspace@.scheme_version AS v WHERE v.version_id = $1);
BEGIN
	IF $2 IS NOT NULL THEN
		RETURN QUERY
		WITH rule AS MATERIALIZED (
			SELECT g.group_id, g.document::perfeval.rubric AS rubric FROM @workspace@.run_group AS g WHERE g.run_id = $2
		)
		SELECT r.subject_id, r.subject, r.subject_name, r.group_id, x.card, x.card, u.rubric, r.score, r.rank, r.tier, t.code
		FROM @workspace@.result AS r
			JOIN rule AS u ON u.group_id = r.group_id
			LEFT JOIN @workspace@.run_tier AS t ON t.run_id = r.run_id AND t.tier = r.tier,
			LATERAL (SELECT r.card::perfeval.scorecard AS card OFFSET 0) AS x
		WHERE r.run_id = $2;
	ELSE
		RETURN QUERY
		SELECT m.subject_id, s.code, s.name, m.group_id, coalesce(x.card, '{}'), coalesce(perfeval.scorecard_merge(f.no_events, x.card), x.card, f.no_events, '{}'),
			f.rubric, b.score, b.rank, b.tier, b.tier_code
		FROM @workspace@.participant AS m
			JOIN @workspace@.scheme AS c ON c.scheme_id = version.scheme_id AND c.grouping_id = m.grouping_id
			JOIN @workspace@.subject AS s ON s.subject_id = m.subject_id
			LEFT JOIN @workspace@.rubric_in_force AS f ON f.scheme_id = version.scheme_id AND f.period_id = $3 AND f.group_id = m.group_id
			LEFT JOIN (SELECT z.subject_id, z.group_id, z.score, z.rank, z.tier, z.tier_code FROM @workspace@.standing AS z
			           WHERE z.scheme_id = version.scheme_id AND z.period_id = $3) AS b
				ON b.subject_id = m.subject_id AND b.group_id = m.group_id
			LEFT JOIN @workspace@.card AS k ON k.subject_id = m.subject_id AND k.period_id = $3
			LEFT JOIN @workspace@.rolled_card AS u ON u.group_id = m.group_id AND u.period_id = $3 AND u.subject_id = m.subject_id,
			LATERAL (SELECT coalesce(perfeval.scorecard_merge(k.card, u.fresh), k.card, u.fresh) AS own) AS o,
			LATERAL (SELECT coalesce(perfeval.scorecard_merge(u.card, o.own), u.card, o.own) AS card) AS x
		WHERE m.period_id = $3;
	END IF;
END
$$;
COMMENT ON FUNCTION @workspace@.backtest_input(integer, integer, integer) IS
	'subjects with readings and with what counted so far, of a run or of a period (试算输入)';

-- The rubrics of a version, sealed or not, with the parameters of a period.
CREATE OR REPLACE FUNCTION @workspace@.version_rubric(version_id integer, of_period integer)
RETURNS TABLE (group_id integer, rubric perfeval.rubric, no_events perfeval.scorecard)
LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
	SELECT x.group_id, x.rubric, @workspace@.event_card(ARRAY(
		SELECT i.item FROM @workspace@.indicator AS i WHERE i.fact = 'event' AND i.item = ANY (perfeval.rubric_items(x.rubric)) ORDER BY i.item))
	FROM (SELECT g.group_id, CASE WHEN p.parameters IS NOT NULL THEN perfeval.with_parameters(g.document::perfeval.rubric, p.parameters)
	              ELSE g.document::perfeval.rubric END AS rubric
	      FROM @workspace@.group_rubric AS g
	          JOIN @workspace@.scheme_version AS v ON v.version_id = g.version_id AND v.state = 'sealed'
	          LEFT JOIN @workspace@.group_parameter AS p ON p.version_id = g.version_id AND p.group_id = g.group_id AND p.period_id = $2
	      WHERE g.version_id = $1
	      UNION ALL
	      SELECT n.group_id, @workspace@.draft_rubric($1, n.group_id)
	      FROM (SELECT DISTINCT d.group_id FROM @workspace@.group_node AS d WHERE d.version_id = $1) AS n
	      WHERE EXISTS (SELECT FROM @workspace@.scheme_version AS v WHERE v.version_id = $1 AND v.state <> 'sealed')) AS x
$$;
COMMENT ON FUNCTION @workspace@.version_rubric(integer, integer) IS 'rubrics of a version, sealed or not (方案版本细则)';

-- The same ranks and tiers as in standing and in runs.
CREATE OR REPLACE FUNCTION @workspace@.backtest_ranked(version_id integer, run_id integer, of_period integer)
RETURNS TABLE (subject_id bigint, subject text, subject_name text, group_id integer, card_before perfeval.scorecard, rubric_before perfeval.rubric,
	card_after perfeval.scorecard, rubric_after perfeval.rubric, score_before numeric, score_after numeric, rank_before bigint, rank_after bigint,
	tier_before integer, tier_after integer, tier_code_before text, tier_code_after text)
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp
SET plan_cache_mode = force_custom_plan
SET work_mem = '64MB'
SET jit = off
SET enable_nestloop = off
AS $$
#variable_conflict use_column
DECLARE
	version constant @workspace@.scheme_version := (SELECT v FROM @workspace@.scheme_version AS v WHERE v.version_id = $1);
BEGIN
	RETURN QUERY
	WITH rule AS MATERIALIZED (
		SELECT r.* FROM @workspace@.version_rubric($1, $3) AS r
	), evaluated AS MATERIALIZED (
		SELECT i.*, u.rubric AS rubric_after, x.card AS card_after, perfeval.evaluate(x.card, u.rubric) AS outcome
		FROM @workspace@.backtest_input($1, $2, $3) AS i
			LEFT JOIN rule AS u ON u.group_id = i.group_id,
			LATERAL (SELECT CASE WHEN u.group_id IS NOT NULL THEN coalesce(perfeval.scorecard_merge(u.no_events, i.card), i.card) END AS card OFFSET 0) AS x
		WHERE u.group_id IS NOT NULL OR i.score_before IS NOT NULL
	), scored AS MATERIALIZED (
		-- What is ranked is narrow, as in run_ranked. Linkages and lots are those of
		-- the run, or those that stand now; seats are by the version's shares.
		SELECT e.subject_id, e.group_id, perfeval.rank_basis(e.outcome) AS basis, perfeval.scorecard_value(e.outcome, version.tie_chain[1]) AS tie_1,
			perfeval.scorecard_value(e.outcome, version.tie_chain[2]) AS tie_2, perfeval.scorecard_value(e.outcome, version.tie_chain[3]) AS tie_3,
			CASE WHEN $2 IS NULL THEN d.lot ELSE r.lot END AS lot,
			greatest(perfeval.tier_cap(e.outcome), CASE WHEN $2 IS NULL THEN l.cap ELSE r.linkage_cap END) AS cap,
			CASE WHEN $2 IS NULL THEN l.promoted ELSE r.promoted END AS promoted
		FROM evaluated AS e
			LEFT JOIN @workspace@.result AS r ON r.run_id = $2 AND r.subject_id = e.subject_id
			LEFT JOIN @workspace@.linkage_in_force AS l ON l.scheme_id = version.scheme_id AND l.period_id = $3 AND l.subject_id = e.subject_id
			LEFT JOIN @workspace@.tie_lot AS d ON d.scheme_id = version.scheme_id AND d.period_id = $3 AND d.subject_id = e.subject_id
	), placed AS MATERIALIZED (
		SELECT s.subject_id, s.group_id,
			perfeval.place_by_rule(s.basis, (SELECT q FROM @workspace@.tier_rule AS q WHERE q.version_id = $1), s.cap, s.promoted)
				OVER (PARTITION BY s.group_id
				      ORDER BY s.tie_1 DESC NULLS LAST, s.tie_2 DESC NULLS LAST, s.tie_3 DESC NULLS LAST, s.lot) AS place
		FROM scored AS s
	)
	SELECT x.subject_id, x.subject, x.subject_name, x.group_id, x.card_before, x.rubric_before, x.card_after, x.rubric_after,
		x.score_before, perfeval.score(x.outcome), x.rank_before, p.place[1]::bigint, x.tier_before, p.place[6], x.tier_code_before, t.code
	FROM placed AS p
		JOIN evaluated AS x ON x.subject_id = p.subject_id AND x.group_id = p.group_id
		LEFT JOIN @workspace@.tier AS t ON t.version_id = $1 AND t.tier = p.place[6];
END
$$;
COMMENT ON FUNCTION @workspace@.backtest_ranked(integer, integer, integer) IS
	'what a version makes of a run or a period, beside what counted (试算结果)';

-- What is tried on what: the number of the period, NULL arguments refused.
CREATE OR REPLACE FUNCTION @workspace@.check_backtest(version_id integer, run_id integer, period text) RETURNS integer
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	version constant @workspace@.scheme_version := (SELECT v FROM @workspace@.scheme_version AS v WHERE v.version_id = $1);
	this @workspace@.run;
BEGIN
	IF version.version_id IS NULL THEN
		RAISE EXCEPTION 'there is no version_id %', coalesce($1::text, 'NULL')
			USING ERRCODE = 'no_data_found', HINT = 'find_version(scheme, number) gives it.';
	ELSIF ($2 IS NULL) = ($3 IS NULL) THEN
		RAISE EXCEPTION 'a backtest takes a run or a period'
			USING ERRCODE = 'invalid_parameter_value', HINT = 'Give run_id for the facts that were frozen with a run, of_period for those that hold now.';
	ELSIF $2 IS NULL THEN
		RETURN @workspace@.find_period($3);
	END IF;
	this := @workspace@.find_run($2);
	IF this.scheme_id <> version.scheme_id THEN
		RAISE EXCEPTION '% is no version of the scheme of %', @workspace@.version_name($1), @workspace@.run_name($2)
			USING ERRCODE = 'invalid_parameter_value', HINT = 'Numbers of nodes mean the same within one scheme only.';
	END IF;
	RETURN this.period_id;
END
$$;
COMMENT ON FUNCTION @workspace@.check_backtest(integer, integer, text) IS 'period that a backtest is about, or an error (检查试算参数)';

CREATE OR REPLACE FUNCTION @workspace@.backtest(version_id integer, run_id integer DEFAULT NULL, of_period text DEFAULT NULL)
RETURNS TABLE (subject_id bigint, subject text, subject_name text, group_code text, moved boolean, score_before numeric, score_after numeric,
	difference numeric, rank_before bigint, rank_after bigint, tier_before integer, tier_after integer, tier_code_before text, tier_code_after text)
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
SET jit = off
AS $$
#variable_conflict use_column
DECLARE
	actor constant text := @workspace@.require('backtest', '{operator,auditor}');
	about constant integer := @workspace@.check_backtest($1, $2, $3);
BEGIN
	RETURN QUERY
	SELECT b.subject_id, b.subject, b.subject_name, g.code,
		(b.score_before, b.rank_before, b.tier_before) IS DISTINCT FROM (b.score_after, b.rank_after, b.tier_after),
		b.score_before, b.score_after, coalesce(b.score_after, 0) - coalesce(b.score_before, 0),
		b.rank_before, b.rank_after, b.tier_before, b.tier_after, b.tier_code_before, b.tier_code_after
	FROM @workspace@.backtest_ranked($1, $2, about) AS b
		JOIN @workspace@.subject_group AS g ON g.group_id = b.group_id
	ORDER BY g.code COLLATE "C", b.rank_after, b.subject COLLATE "C";
END
$$;
COMMENT ON FUNCTION @workspace@.backtest(integer, integer, text) IS
	'score, rank and tier of each subject, as they counted and as a version of the scheme would have them, on the facts of a run or of a period; nothing is kept (方案试算)';

-- What differs between the rubrics, in words, by node.
CREATE OR REPLACE FUNCTION @workspace@.rule_change(before perfeval.rubric, after perfeval.rubric)
RETURNS TABLE (node integer, words text, shifts boolean)
LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
	SELECT d.node, string_agg(CASE WHEN d.change = 'changed'
			THEN format('%s %s -> %s', d.key, coalesce(d.before #>> '{}', 'none'), coalesce(d.after #>> '{}', 'none')) ELSE d.change END, '; ' ORDER BY d.key COLLATE "C"),
		bool_or(d.change <> 'changed' OR d.key IN ('weight', 'parent'))
	FROM perfeval.rubric_diff($1, $2) AS d
	WHERE d.key IS DISTINCT FROM 'position' AND d.key IS DISTINCT FROM 'label'
	GROUP BY d.node
$$;
COMMENT ON FUNCTION @workspace@.rule_change(perfeval.rubric, perfeval.rubric) IS
	'what differs between two rubrics, in words, node by node; shifts: shares of other nodes change too (细则变化说明)';

CREATE OR REPLACE FUNCTION @workspace@.backtest_lines(version_id integer, run_id integer DEFAULT NULL, of_period text DEFAULT NULL,
	of_subject text DEFAULT NULL)
RETURNS TABLE (subject_id bigint, subject text, subject_name text, line_no bigint, change text, node integer, path text, label text,
	reading numeric, rule_before text, rule_after text, weight_before numeric, weight_after numeric, points_before numeric, points_after numeric,
	difference numeric, rule_change text)
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
SET plan_cache_mode = force_custom_plan
SET jit = off
AS $$
#variable_conflict use_column
DECLARE
	actor constant text := @workspace@.require('backtest', '{operator,auditor}');
	about constant integer := @workspace@.check_backtest($1, $2, $3);
	whose constant bigint := CASE WHEN $4 IS NOT NULL THEN @workspace@.find_subject($4) END;
BEGIN
	RETURN QUERY
	WITH RECURSIVE mover AS MATERIALIZED (
		SELECT b.*, coalesce(b.score_after, 0) - coalesce(b.score_before, 0) AS difference
		FROM @workspace@.backtest_ranked($1, $2, about) AS b
		WHERE whose IS NULL OR b.subject_id = whose
	), pair AS MATERIALIZED (
		SELECT DISTINCT ON (m.group_id) m.group_id, m.rubric_before, m.rubric_after FROM mover AS m
	), own AS MATERIALIZED (
		SELECT p.group_id, c.node, c.words, c.shifts FROM pair AS p, @workspace@.rule_change(p.rubric_before, p.rubric_after) AS c
	), tree AS MATERIALIZED (
		SELECT DISTINCT ON (p.group_id, r.node) p.group_id, r.node, r.parent, r.path
		FROM pair AS p, LATERAL (SELECT a.node, a.parent, a.path, 1 AS place FROM perfeval.rubric_rows(p.rubric_after) AS a
		                         UNION ALL SELECT a.node, a.parent, a.path, 2 FROM perfeval.rubric_rows(p.rubric_before) AS a) AS r
		WHERE r.node IS NOT NULL
		ORDER BY p.group_id, r.node, r.place
	), above (group_id, node, ancestor, parent) AS (
		SELECT t.group_id, t.node, t.node, t.parent FROM tree AS t
		UNION ALL
		SELECT a.group_id, a.node, t.node, t.parent FROM above AS a JOIN tree AS t ON t.group_id = a.group_id AND t.node = a.parent
	), because AS MATERIALIZED (
		-- A line changes with its own rule, with one above it, and with one beside
		-- it, or beside what is above it, that takes from its share; else with the
		-- document's settings, or with nodes elsewhere that it looks at.
		SELECT t.group_id, t.node, coalesce(
			(SELECT string_agg(concat(CASE WHEN o.node <> t.node THEN x.path || ': ' END, o.words), '; ' ORDER BY o.node <> t.node, x.path COLLATE "C")
			 FROM own AS o JOIN tree AS x ON x.group_id = o.group_id AND x.node = o.node
			 WHERE o.group_id = t.group_id
				AND EXISTS (SELECT FROM above AS a WHERE a.group_id = t.group_id AND a.node = t.node
				            AND (a.ancestor = o.node OR o.shifts AND a.parent = x.parent))),
			(SELECT string_agg(concat(x.path || ': ', o.words), '; ' ORDER BY o.node IS NOT NULL, x.path COLLATE "C")
			 FROM own AS o LEFT JOIN tree AS x ON x.group_id = o.group_id AND x.node = o.node WHERE o.group_id = t.group_id)) AS words
		FROM tree AS t
	), line AS MATERIALIZED (
		SELECT m.subject_id, m.group_id, 1 AS part, d.*
		FROM mover AS m, LATERAL @workspace@.line_diff(m.card_before, m.rubric_before, m.card_after, m.rubric_after) AS d
	), line_or_rest AS (
		SELECT l.* FROM line AS l
		UNION ALL
		-- Lines have no points where a score cannot be split.
		SELECT m.subject_id, m.group_id, 2, 1, 'changed', NULL, NULL, NULL, 'not split 不可分解', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL,
			m.difference - coalesce(s.difference, 0), NULL
		FROM mover AS m
			LEFT JOIN (SELECT l.subject_id, sum(l.difference) AS difference FROM line AS l GROUP BY l.subject_id) AS s ON s.subject_id = m.subject_id
		WHERE m.difference <> coalesce(s.difference, 0)
	)
	SELECT m.subject_id, m.subject, m.subject_name, row_number() OVER (PARTITION BY m.subject_id ORDER BY l.part, l.place), l.change, l.node, l.path,
		l.label, coalesce(l.reading_after, l.reading_before), l.rule_before, l.rule_after, l.weight_before, l.weight_after,
		l.points_before, l.points_after, l.difference, w.words
	FROM line_or_rest AS l
		JOIN mover AS m ON m.subject_id = l.subject_id
		LEFT JOIN because AS w ON w.group_id = l.group_id AND w.node = l.node
	ORDER BY m.subject COLLATE "C", m.subject_id, l.part, l.place;
END
$$;
COMMENT ON FUNCTION @workspace@.backtest_lines(integer, integer, text, text) IS
	'lines that a version of the scheme changes, each with the change of rules behind it; the differences of a subject add up to that of its scores (试算明细)';
