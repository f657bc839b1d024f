-- What a unit is told at the end (反馈单): its result, where the points come from,
-- what went wrong, and what put it into its tier. All of it is read from the
-- results of a run, with the eyes of whoever asks.

CREATE OR REPLACE FUNCTION @workspace@.feedback_sheet(subject text, period text, scheme text DEFAULT NULL)
RETURNS TABLE (run_id integer, scheme_code text, section text, line_no bigint, title text, value text, points numeric, note text, evidence text)
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp
SET jit = off
AS $$
#variable_conflict use_column
DECLARE
	run record;
	found_any boolean := false;
BEGIN
	-- Of each scheme the run that counts: one on display before a draft.
	FOR run IN
		SELECT DISTINCT ON (r.scheme_id) r.*
		FROM @workspace@.run_result AS r
		WHERE r.subject = $1 AND r.period = $2 AND ($3 IS NULL OR r.scheme = $3) AND r.purpose = 'assessment' AND r.superseded_by IS NULL
		ORDER BY r.scheme_id, r.state = 'draft', r.run_id DESC
	LOOP
		found_any := true;
		RETURN QUERY
		SELECT run.run_id, run.scheme, x.section, x.line_no, x.title, x.value, x.points, x.note, x.evidence
		FROM (
			SELECT 1 AS part, 'result'::text AS section, v.n::bigint AS line_no, v.title, v.value, NULL::numeric AS points, v.note, NULL::text AS evidence
			FROM (VALUES (1, 'Score 得分', run.score::text, run.flags),
				(2, 'Rank 位次', run.rank || ' / ' || run.group_size, coalesce(run.group_label_zh, run.group_label)),
				(3, 'Tier 等次', run.tier_label, CASE WHEN run.tier_label_zh <> run.tier_label THEN run.tier_label_zh END),
				(4, 'State 状态', run.state, CASE WHEN run.final THEN 'final 定稿' ELSE 'may change still 尚可变动' END)) AS v (n, title, value, note)
			UNION ALL
			SELECT 2, 'line', l.line_no, coalesce(l.label, l.path), l.reading::text, l.points, l.note, l.evidence
			FROM @workspace@.result_line AS l WHERE l.run_id = run.run_id AND l.subject_id = run.subject_id
			UNION ALL
			-- The largest loss first; what was not measured has lost what it could have given.
			SELECT 3, 'problem', row_number() OVER (ORDER BY l.points NULLS FIRST, l.line_no), coalesce(l.label, l.path), l.reading::text, l.points,
				CASE WHEN l.points < 0 THEN 'points were taken 扣分' ELSE 'no value: ' || l.status || coalesce(', ' || l.note, '') || ' 数据缺失' END, l.evidence
			FROM @workspace@.result_line AS l
			WHERE l.run_id = run.run_id AND l.subject_id = run.subject_id AND (l.points < 0 OR l.status IN ('missing', 'error'))
				-- Of a loss the line that it stems from, not those above it.
				AND NOT EXISTS (SELECT FROM @workspace@.result_line AS k
					WHERE k.run_id = l.run_id AND k.subject_id = l.subject_id AND k.parent = l.node AND (k.points < 0 OR k.status IN ('missing', 'error')))
			UNION ALL
			SELECT 4, 'tier', c.line_no, c.cause, concat_ws(' -> ', c.tier_before, c.tier_after), NULL, c.cause_zh, c.evidence
			FROM @workspace@.run_tier_cause AS c WHERE c.run_id = run.run_id AND c.subject_id = run.subject_id) AS x
		ORDER BY x.part, x.line_no;
	END LOOP;
	IF NOT found_any THEN
		RAISE EXCEPTION 'there is no result of % in period %', coalesce(quote_literal($1), 'NULL'), coalesce(quote_literal($2), 'NULL')
			USING ERRCODE = 'no_data_found', HINT = 'A unit sees its results once they are published; view run_result lists those that can be seen.';
	END IF;
END
$$;
COMMENT ON FUNCTION @workspace@.feedback_sheet(text, text, text) IS
	'what a unit is told of a period: result, lines, problems with the largest loss first, and what put it into its tier (反馈单)';
