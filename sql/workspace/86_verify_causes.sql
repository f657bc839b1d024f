-- What a run took from elsewhere, and what it left for the next period: lots,
-- caps and promotions, the ledger of seats. The run holds lots, caps and
-- promotions in its lines; here is whether their causes still say the same.

-- Rows of the ledger that final runs do not come to. A row is compared as a
-- whole: with the one that is missing and most like it, to say which column.
CREATE OR REPLACE FUNCTION @workspace@.verify_run_ledger(of_run integer)
RETURNS TABLE (run_id integer, subject_id bigint, place text, message text)
LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp
SET jit = off
AS $$
	WITH said AS MATERIALIZED (
		SELECT jsonb_build_object('scheme_id', r.scheme_id, 'period_id', r.period_id, 'final_run', r.run_id) || to_jsonb(l) AS line
		FROM @workspace@.run AS r JOIN @workspace@.scheme_version AS v ON v.version_id = r.version_id,
			LATERAL @workspace@.run_ledger(r.run_id) AS l
		WHERE r.run_id = $1 AND r.state = 'final' AND v.carry_over
	), has AS MATERIALIZED (
		SELECT to_jsonb(q) AS line
		FROM @workspace@.quota_ledger AS q JOIN @workspace@.run AS r ON r.run_id = $1
		WHERE q.final_run = r.run_id OR (q.scheme_id, q.period_id) = (r.scheme_id, r.period_id) AND r.state = 'final'
	), extra AS (
		SELECT h.line FROM has AS h EXCEPT SELECT s.line FROM said AS s
	), missing AS (
		SELECT s.line FROM said AS s EXCEPT SELECT h.line FROM has AS h
	)
	SELECT $1, NULL::bigint, 'quota_ledger.' || coalesce(d.key, 'final_run'),
		format('group %s, tier %s: %s, and it comes to %s', e.line ->> 'group_id', e.line ->> 'tier', coalesce(e.line ->> d.key, 'a row'), coalesce(d.said, 'none'))
	FROM extra AS e
		LEFT JOIN LATERAL (
			SELECT k.key, m.line ->> k.key AS said
			FROM missing AS m, LATERAL (SELECT count(*) AS differences, min(x.key) AS key
			                            FROM jsonb_each(m.line) AS x WHERE x.value <> e.line -> x.key) AS k
			ORDER BY k.differences LIMIT 1) AS d ON true
	UNION ALL
	SELECT $1, NULL, 'quota_ledger.tier', format('group %s, tier %s: its row is not there', m.line ->> 'group_id', m.line ->> 'tier')
	FROM missing AS m
	WHERE NOT EXISTS (SELECT FROM extra)
$$;
COMMENT ON FUNCTION @workspace@.verify_run_ledger(integer) IS
	'rows of the ledger of seats that a final run does not come to; no rows if all is well (核对名额台账)';

-- Lots, caps and promotions that were there when the run was assessed; what was
-- taken or applied since is for other runs.
CREATE OR REPLACE FUNCTION @workspace@.verify_run_causes(of_run integer)
RETURNS TABLE (run_id integer, subject_id bigint, place text, message text)
LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp
SET enable_nestloop = off
SET jit = off
AS $$
	WITH this AS MATERIALIZED (
		SELECT r.* FROM @workspace@.run AS r WHERE r.run_id = $1
	), lot AS MATERIALIZED (
		SELECT r.subject_id, r.subject, r.lot AS had, t.subject_id IS NOT NULL AS is_there, t.lot, t.draw_id
		FROM this AS u JOIN @workspace@.result AS r ON r.run_id = u.run_id
			LEFT JOIN @workspace@.tie_lot AS t ON t.scheme_id = u.scheme_id AND t.period_id = u.period_id AND t.subject_id = r.subject_id
		WHERE r.run_id = $1 AND (r.lot IS NOT NULL OR t.subject_id IS NOT NULL) AND (t.recorded_at <= u.known_at OR t.subject_id IS NULL)
	), cause AS MATERIALIZED (
		SELECT e.subject_id, max(e.tier) FILTER (WHERE e.effect = 'cap') AS cap, max(e.tier) FILTER (WHERE e.effect = 'promote') AS promoted
		FROM (SELECT l.subject_id, l.effect, l.tier
		      FROM this AS u JOIN @workspace@.linkage_effect AS l ON l.scheme_id = u.scheme_id AND l.period_id = u.period_id
		      WHERE l.applied_at <= u.known_at AND (l.withdrawn_at > u.known_at OR l.withdrawn_at IS NULL)
		      UNION ALL
		      SELECT g.subject_id, 'cap', g.tier
		      FROM this AS u JOIN @workspace@.grade_effect AS g ON g.scheme_id = u.scheme_id AND g.period_id = u.period_id
		      WHERE g.applied_at <= u.known_at AND (g.withdrawn_at > u.known_at OR g.withdrawn_at IS NULL)) AS e
		GROUP BY e.subject_id
	)
	SELECT $1, l.subject_id, CASE WHEN l.is_there THEN 'tie_lot.lot' ELSE 'tie_lot.subject_id' END,
		format('subject %s had lot %s, and it is %s', quote_literal(l.subject), coalesce(l.had::text, 'none'), coalesce(l.lot::text, 'none'))
	FROM lot AS l
	WHERE l.had IS DISTINCT FROM l.lot
	UNION ALL
	-- Tickets are worked out from the seed and the pool each time that they are looked at.
	SELECT $1, l.subject_id, 'draw.seed or draw_member.id', format('subject %s had lot %s, and by the draw it is %s', quote_literal(l.subject), l.had, coalesce(k.ticket_no::text, 'none'))
	FROM lot AS l LEFT JOIN @workspace@.draw_ticket AS k ON k.draw_id = l.draw_id AND k.id = l.subject
	WHERE l.had = l.lot AND l.draw_id IS NOT NULL AND k.ticket_no IS DISTINCT FROM l.had
	UNION ALL
	SELECT $1, NULL, 'draw', format('draw %s, from which lots were taken, line %s: %s', quote_literal(d.label), v.line_no, v.message)
	FROM (SELECT DISTINCT l.draw_id FROM lot AS l) AS x
		JOIN @workspace@.draw AS d ON d.draw_id = x.draw_id
		CROSS JOIN LATERAL @workspace@.verify_record((SELECT string_agg(k.line, E'\n' ORDER BY k.line_no) FROM @workspace@.draw_line AS k WHERE k.draw_id = x.draw_id)) AS v
	UNION ALL
	SELECT $1, r.subject_id,
		CASE WHEN r.promoted IS DISTINCT FROM c.promoted THEN 'linkage_effect' ELSE 'linkage_effect or grade_effect' END,
		format('subject %s had cap %s and promotion %s, and by what was in force it is cap %s and promotion %s', quote_literal(r.subject),
			coalesce(r.linkage_cap::text, 'none'), coalesce(r.promoted::text, 'none'), coalesce(c.cap::text, 'none'), coalesce(c.promoted::text, 'none'))
	FROM @workspace@.result AS r LEFT JOIN cause AS c ON c.subject_id = r.subject_id
	WHERE r.run_id = $1 AND (r.linkage_cap, r.promoted) IS DISTINCT FROM (c.cap, c.promoted)
$$;
COMMENT ON FUNCTION @workspace@.verify_run_causes(integer) IS
	'lots, caps and promotions of a run that are not what their draws, linkages and grades say; no rows if all is well (核对签序与挂钩依据)';
