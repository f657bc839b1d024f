-- Verifying runs: every line made again from its rows, every number from the
-- cards. Each link is checked on its own, against the hash that is kept of the
-- one before, so one altered byte is found where it is. Whoever can rewrite all
-- of a chain is found with a head that was kept elsewhere.

-- Links of the workspace's chain; those of one run only, if one is named.
CREATE OR REPLACE FUNCTION @workspace@.verify_links(of_run integer DEFAULT NULL)
RETURNS TABLE (run_id integer, subject_id bigint, place text, message text)
LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp
SET jit = off
AS $$
	WITH link AS MATERIALIZED (
		SELECT l.link_no, l.line, l.hash, l.linked_at, l.publication_id, p.kind, p.run_id, p.published_at,
			p.publication_id IS NOT NULL AS is_published,
			coalesce(lag(l.hash) OVER in_order, repeat('0', 64)) AS before,
			lead(l.hash) OVER in_order AS next_hash, lead(l.line) OVER in_order AS next_line, row_number() OVER in_order AS place,
			CASE WHEN $1 IS NULL OR p.run_id = $1 THEN @workspace@.link_line(l.publication_id, l.link_no, l.nonce) END AS again
		FROM @workspace@.chain_link AS l LEFT JOIN @workspace@.publication AS p ON p.publication_id = l.publication_id
		WINDOW in_order AS (ORDER BY l.link_no)
	), checked AS (
		SELECT k.*, k.hash = @workspace@.chain_step(k.before, k.line) AS holds,
			lag(k.hash <> @workspace@.chain_step(k.before, k.line)
				AND k.next_hash = @workspace@.chain_step(@workspace@.chain_step(k.before, k.line), k.next_line)) OVER (ORDER BY k.link_no) AS after_hash
		FROM link AS k
	), field AS (
		-- What the line says, and what the rows say. A line that was altered itself speaks for nothing.
		SELECT k.link_no, k.kind, k.run_id, f.n, split_part(coalesce(f.had, f.has), '=', 1) AS name, f.had, f.has
		FROM checked AS k, unnest(string_to_array(k.line, '|'), string_to_array(k.again, '|')) WITH ORDINALITY AS f (had, has, n)
		WHERE k.holds AND f.had IS DISTINCT FROM f.has AND k.again IS NOT NULL
	), first AS (
		SELECT DISTINCT ON (f.link_no) f.*
		FROM field AS f
		ORDER BY f.link_no, f.n > 5 AND f.name IN ('run', 'salt') DESC, f.n
	)
	SELECT k.run_id, NULL::bigint,
		CASE WHEN k.link_no <> k.place AND split_part(k.line, '|', 1) <> k.link_no::text THEN 'chain_link.link_no'
		     WHEN k.next_hash = @workspace@.chain_step(@workspace@.chain_step(k.before, k.line), k.next_line)
		         OR k.next_hash IS NULL AND k.line = k.again THEN 'chain_link.hash'
		     ELSE 'chain_link.line' END,
		format('link %s: its hash is not that of its line and of the hash before', k.link_no)
	FROM checked AS k
	WHERE k.holds IS NOT TRUE AND k.after_hash IS NOT TRUE AND ($1 IS NULL OR k.run_id = $1)
		AND NOT EXISTS (SELECT FROM checked AS x WHERE x.link_no <> k.link_no AND x.link_no <> x.place AND split_part(x.line, '|', 1) <> x.link_no::text)
	UNION ALL
	SELECT f.run_id, NULL,
		CASE WHEN f.n > 5 AND f.name = 'run' AND NOT EXISTS (SELECT FROM @workspace@.run AS r WHERE 'run=' || r.run_id = f.had) THEN 'run.run_id'
		     WHEN f.n > 5 THEN jsonb '{"from": "publication.published_from", "to": "publication.published_to", "until": "publication.objections_until",
				"place": "publication.place", "note": "publication.note", "by": "publication.published_by or chain_link.nonce",
				"publication": "publication.publication_id", "at": "publication.published_at", "run": "publication.run_id", "version": "run.version_id",
				"purpose": "run.purpose", "rerun_of": "run.rerun_of", "from_facts": "run.from_facts", "known": "run.known_at",
				"assessed": "run.assessed_at", "assessor": "run.assessed_by", "reason": "run.reason", "installed": "run.installed",
				"subjects": "run.subjects", "head": "run.head", "results": "run.hash", "salt": "run.salt", "finalized": "run.finalized_at",
				"final": "run.final_hash", "trail": "chained_row"}' ->> f.name
		     WHEN f.n = 1 THEN 'chain_link.link_no' WHEN f.n = 2 THEN 'publication.kind' WHEN f.n = 5 THEN 'publication.hash'
		     WHEN f.kind = 'scheme' THEN 'publication.version_id' WHEN f.n = 3 THEN 'run.scheme_id' ELSE 'run.period_id' END,
		format('link %s says %s, and it is %s', f.link_no, quote_nullable(f.had), quote_nullable(f.has))
	FROM first AS f
	UNION ALL
	SELECT k.run_id, NULL, CASE WHEN k.is_published THEN 'run.run_id' ELSE 'chain_link.publication_id or publication.publication_id' END,
		format('link %s: the %s that it stands for is not there', k.link_no, CASE WHEN k.is_published THEN 'run' ELSE 'publication' END)
	FROM link AS k
	WHERE k.again IS NULL AND ($1 IS NULL OR k.run_id = $1)
	UNION ALL
	SELECT k.run_id, NULL, 'chain_link.linked_at', format('link %s was not made when its publication was', k.link_no)
	FROM link AS k
	WHERE k.linked_at <> k.published_at AND split_part(k.line, '|at=' , 2) LIKE @workspace@.chain_time(k.published_at) || '%'
		AND ($1 IS NULL OR k.run_id = $1)
	UNION ALL
	SELECT p.run_id, NULL, 'publication.publication_id or chain_link.publication_id', format('publication %s has no link', p.publication_id)
	FROM @workspace@.publication AS p
	WHERE NOT EXISTS (SELECT FROM @workspace@.chain_link AS l WHERE l.publication_id = p.publication_id) AND ($1 IS NULL OR p.run_id = $1)
	UNION ALL
	SELECT p.run_id, NULL, CASE p.kind WHEN 'scheme' THEN 'publication.run_id' ELSE 'publication.version_id' END,
		format('publication %s is of a scheme or of a run', p.publication_id)
	FROM @workspace@.publication AS p
	WHERE CASE p.kind WHEN 'scheme' THEN p.run_id ELSE p.version_id END IS NOT NULL AND ($1 IS NULL OR p.run_id = $1)
	UNION ALL
	SELECT p.run_id, NULL, CASE p.kind WHEN 'scheme' THEN 'publication.version_id' ELSE 'publication.hash' END,
		format('publication %s does not have the hash of what was published', p.publication_id)
	FROM @workspace@.publication AS p
		LEFT JOIN @workspace@.scheme_version AS v ON v.version_id = p.version_id
		LEFT JOIN @workspace@.run AS r ON r.run_id = p.run_id
	WHERE p.hash IS DISTINCT FROM CASE p.kind WHEN 'scheme' THEN v.hash WHEN 'preliminary' THEN r.hash WHEN 'final' THEN r.final_hash END
		AND ($1 IS NULL OR p.run_id = $1)
$$;
COMMENT ON FUNCTION @workspace@.verify_links(integer) IS
	'links of the chain that are not what their publications and runs say; no rows if all is well (核对存证链)';

-- A run's own row, and its rules beside those that were sealed.
CREATE OR REPLACE FUNCTION @workspace@.verify_run_rules(of_run integer)
RETURNS TABLE (run_id integer, subject_id bigint, place text, message text)
LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp
SET jit = off
AS $$
	WITH this AS MATERIALIZED (
		SELECT r.*, v.scheme_id AS of_scheme, v.round_digits, v.ties AS said_ties, v.capped_seat AS said_capped_seat,
			v.promotion_consumes AS said_consumes, @workspace@.json_or_text(v.document) AS document,
			h.hash IS NOT DISTINCT FROM r.head AS head_holds,
			(SELECT CASE WHEN bool_or(p.kind = 'final') THEN 'final' WHEN bool_or(p.kind = 'preliminary') THEN 'published' ELSE 'draft' END
			 FROM @workspace@.publication AS p WHERE p.run_id = r.run_id) AS said_state,
			-- A draft gives way to the next assessment, what is published to what is published next, all to what is final.
			CASE WHEN r.purpose = 'assessment' AND r.state <> 'final' THEN
				(SELECT coalesce(CASE r.state WHEN 'draft' THEN min(n.run_id) FILTER (WHERE n.run_id > r.run_id)
				            ELSE (array_agg(n.run_id ORDER BY p.publication_id) FILTER (WHERE p.publication_id > own.publication_id))[1] END,
				        max(n.run_id) FILTER (WHERE n.state = 'final'))
				 FROM @workspace@.run AS n
				     LEFT JOIN @workspace@.publication AS p ON p.run_id = n.run_id AND p.kind = 'preliminary'
				     LEFT JOIN @workspace@.publication AS own ON own.run_id = r.run_id AND own.kind = 'preliminary'
				 WHERE n.scheme_id = r.scheme_id AND n.period_id = r.period_id AND n.purpose = 'assessment' AND n.run_id <> r.run_id) END AS said_superseded
		FROM @workspace@.run AS r
			LEFT JOIN @workspace@.scheme_version AS v ON v.version_id = r.version_id
			CROSS JOIN LATERAL @workspace@.run_head_hash(r.run_id) AS h
		WHERE r.run_id = $1
	), difference AS (
		SELECT 1 AS n, 'run.scheme_id' AS place, 'its version is of another scheme' AS message FROM this AS r WHERE r.of_scheme IS DISTINCT FROM r.scheme_id
		UNION ALL
		SELECT 2, CASE WHEN r.head_holds THEN 'scheme_version.round_digits' ELSE 'run.digits' END, format('decimals %s, and the scheme says %s', r.digits, r.round_digits) FROM this AS r WHERE r.digits IS DISTINCT FROM r.round_digits
		UNION ALL
		SELECT 3, CASE WHEN r.head_holds THEN 'scheme_version.ties' ELSE 'run.ties' END, format('ties %s, and the scheme says %s', r.ties, r.said_ties) FROM this AS r WHERE r.ties IS DISTINCT FROM r.said_ties
		UNION ALL
		SELECT 3, CASE WHEN r.head_holds THEN 'scheme_version.' ELSE 'run.' END || d.key, format('%s is %s, and the scheme says %s', d.key, d.has, d.said)
		FROM this AS r, LATERAL (VALUES ('capped_seat', r.capped_seat, r.said_capped_seat),
			('promotion_consumes', r.promotion_consumes::text, r.said_consumes::text)) AS d (key, has, said)
		WHERE d.has IS DISTINCT FROM d.said
		UNION ALL
		SELECT 4, 'run.state', format('it is %s, and as published it should be %s', r.state, r.said_state) FROM this AS r WHERE r.state <> r.said_state
		UNION ALL
		SELECT 5, 'run.superseded_by', format('superseded by %s, and it should be %s', coalesce(r.superseded_by::text, 'none'), coalesce(r.said_superseded::text, 'none'))
		FROM this AS r WHERE r.superseded_by IS DISTINCT FROM r.said_superseded AND r.state = r.said_state
		UNION ALL
		SELECT 6, 'run.purpose', 'a rerun is of a run, and an assessment of none' FROM this AS r
		WHERE (r.purpose = 'rerun') <> (r.rerun_of IS NOT NULL) OR r.from_facts AND r.purpose <> 'rerun'
		UNION ALL
		SELECT 7, CASE WHEN r.finalized_at IS NULL THEN 'run.final_hash' ELSE 'run.finalized_at' END, 'only a final run has it' FROM this AS r
		WHERE r.said_state <> 'final' AND (r.finalized_at IS NOT NULL OR r.final_hash IS NOT NULL)
		UNION ALL
		SELECT 7, 'run.discarded_at', 'a run that was discarded is not there' FROM this AS r WHERE r.discarded_at IS NOT NULL
		UNION ALL
		-- The first lines have tiers and rubrics: if they come to the head, it is the other side that is not what it was.
		SELECT 8, CASE WHEN (SELECT r.head_holds FROM this AS r) THEN 'scheme_version.document' ELSE 'run_tier.' || coalesce(d.key, 'tier') END,
			format('tier %s: %s, and the scheme says %s', coalesce(t.has ->> 'tier', t.said ->> 'tier'), coalesce(d.has::text, 'nothing'), coalesce(d.said::text, 'nothing'))
		FROM (SELECT to_jsonb(x) - 'run_id' AS has, s.said
		      FROM (SELECT y.* FROM @workspace@.run_tier AS y WHERE y.run_id = $1) AS x
		          FULL JOIN (SELECT '{"bound": "exact"}' || e - 'cap' AS said
		                     FROM this AS r, jsonb_array_elements(r.document -> 'tiers') AS e) AS s ON (s.said ->> 'tier')::integer = x.tier) AS t
			LEFT JOIN LATERAL (
				SELECT coalesce(a.key, b.key) AS key, a.value AS has, b.value AS said
				FROM jsonb_each(jsonb_strip_nulls(t.has)) AS a FULL JOIN jsonb_each(t.said) AS b ON b.key = a.key
				WHERE a.value IS DISTINCT FROM b.value AND t.has IS NOT NULL AND t.said IS NOT NULL LIMIT 1) AS d ON true
		WHERE jsonb_strip_nulls(t.has) IS DISTINCT FROM t.said
		UNION ALL
		SELECT 9, CASE WHEN (SELECT r.head_holds FROM this AS r) AND d.key IS NOT NULL THEN 'group_rubric.' ELSE 'run_group.' END || coalesce(d.key, 'group_id'), format('group %s is not as it was sealed', coalesce(g.has ->> 'code', g.said ->> 'code'))
		FROM (SELECT x.has, s.said
		      FROM (SELECT to_jsonb(y) - '{run_id,label,label_zh,shares,carry,seats}'::text[] || jsonb_build_object('document', @workspace@.json_or_text(y.document) - 'parameters', 'text', y.document) AS has, y.group_id
		            FROM @workspace@.run_group AS y WHERE y.run_id = $1) AS x
		          FULL JOIN (SELECT z.group_id, jsonb_build_object('group_id', z.group_id, 'code', c.code, 'document', @workspace@.json_or_text(z.document) - 'parameters',
		                         'text', z.document, 'event_items', z.event_items, 'items', z.items, 'base_node', z.base_node, 'deduction_node', z.deduction_node,
		                         'bonus_node', z.bonus_node, 'coefficient_item', z.coefficient_item, 'tie_nodes', z.tie_nodes) AS said
		                     FROM this AS r
		                         JOIN @workspace@.group_rubric AS z ON z.version_id = r.version_id
		                         JOIN @workspace@.subject_group AS c ON c.group_id = z.group_id) AS s ON s.group_id = x.group_id) AS g
			LEFT JOIN LATERAL (
				SELECT coalesce(nullif(coalesce(a.key, b.key), 'text'), 'document') AS key
				FROM jsonb_each(g.has) AS a FULL JOIN jsonb_each(g.said) AS b ON b.key = a.key
				WHERE a.value IS DISTINCT FROM b.value AND g.has IS NOT NULL AND g.said IS NOT NULL
					AND (a.key <> 'text' OR NOT g.said ->> 'text' LIKE '%"parameters": %') LIMIT 1) AS d ON true
		WHERE d.key IS NOT NULL OR g.has IS NULL OR g.said IS NULL
	)
	SELECT $1, NULL::bigint, d.place, d.message FROM difference AS d
	UNION ALL
	-- Labels may have changed since, so they are looked at only if something is wrong.
	SELECT $1, NULL, coalesce(x.place, 'run.head'), coalesce(x.message, 'the first lines do not come to the run''s head: names or codes of the scheme, the period or the groups, or parameters of a group')
	FROM this AS r
		LEFT JOIN (SELECT CASE WHEN g.label <> c.label THEN 'run_group.label' ELSE 'run_group.label_zh' END AS place,
		               format('group %s is called %s', g.code, quote_nullable(CASE WHEN g.label <> c.label THEN g.label ELSE g.label_zh END)) AS message
		           FROM @workspace@.run_group AS g JOIN @workspace@.subject_group AS c ON c.group_id = g.group_id
		           WHERE g.run_id = $1 AND (g.label, g.label_zh) IS DISTINCT FROM (c.label, c.label_zh)
		           UNION ALL
		           SELECT 'run_group.' || d.key, format('group %s has %s %s, and now it is %s', g.code, d.key, coalesce(d.has, 'none'), coalesce(d.said, 'none'))
		           FROM this AS r JOIN @workspace@.run_group AS g ON g.run_id = $1
		               LEFT JOIN @workspace@.group_seats AS q ON q.scheme_id = r.scheme_id AND q.period_id = r.period_id AND q.group_id = g.group_id,
		               LATERAL (VALUES ('shares', g.shares::text, q.shares::text), ('carry', g.carry::text, q.carry::text),
		                   ('seats', g.seats::text, q.seats::text)) AS d (key, has, said)
		           WHERE d.has IS DISTINCT FROM d.said
		           UNION ALL
		           SELECT 'run.roll_up_digits', format('means of shorter periods have %s decimals, and now it is %s', coalesce(r.roll_up_digits::text, 'no'), n.digits)
		           FROM this AS r, LATERAL (SELECT CASE WHEN p.rolls_up THEN w.roll_up_digits END AS digits
		               FROM @workspace@.period AS p, @workspace@.workspace AS w WHERE p.period_id = r.period_id) AS n
		           WHERE r.roll_up_digits IS DISTINCT FROM n.digits
		           UNION ALL
		           SELECT 'run_group.document', format('group %s has other parameters', g.code)
		           FROM this AS r JOIN @workspace@.run_group AS g ON g.run_id = $1
		               JOIN @workspace@.group_parameter AS q ON q.version_id = r.version_id AND q.group_id = g.group_id AND q.period_id = r.period_id
		           WHERE q.compiled::text <> g.document) AS x ON true
	WHERE NOT r.head_holds AND NOT EXISTS (SELECT FROM difference AS d WHERE d.place NOT IN ('run.state', 'run.superseded_by', 'run.discarded_at'))
$$;
COMMENT ON FUNCTION @workspace@.verify_run_rules(integer) IS
	'whether a run''s row, tiers and rubrics are what its publications and the sealed version say; no rows if they are (核对批次规则)';

-- Which column of a result it was: with which value in its place does the line
-- come to its hash? What is worked out is known from the card, names from the
-- subject; what remains is the card.
CREATE OR REPLACE FUNCTION @workspace@.altered_column(r @workspace@.result, worked_out jsonb, this @workspace@.run, period text, before text, missing bigint)
RETURNS text
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	candidate record;
	tried @workspace@.result;
	rubric perfeval.rubric;
BEGIN
	BEGIN
		SELECT g.document::perfeval.rubric INTO rubric FROM @workspace@.run_group AS g WHERE g.run_id = r.run_id AND g.group_id = r.group_id;
		worked_out := coalesce(worked_out, '{}') || jsonb_build_object('outcome', perfeval.evaluate(r.card::perfeval.scorecard, rubric)::text);
	EXCEPTION WHEN OTHERS THEN
		RETURN 'result.card';
	END;
	FOR candidate IN
		SELECT c.key, jsonb_build_object(c.key, c.value) AS change, g.code, before AS before
		FROM (SELECT w.key, w.value FROM jsonb_each(worked_out - '{subject_id,run_id,group_id,line_no,card,hash,pending_events}'::text[]) AS w
		      UNION ALL
		      SELECT n.key, n.value FROM @workspace@.subject AS s,
		          jsonb_each(jsonb_build_object('subject', s.code, 'subject_name', s.name, 'subject_name_zh', s.name_zh)) AS n WHERE s.subject_id = r.subject_id) AS c
			LEFT JOIN @workspace@.run_group AS g ON g.run_id = r.run_id AND g.group_id = r.group_id
		UNION ALL
		-- What a run took from elsewhere: none, or what is there now.
		SELECT d.key, jsonb_build_object(d.key, d.value), g.code, before
		FROM @workspace@.run_group AS g
			LEFT JOIN @workspace@.linkage_in_force AS l ON l.scheme_id = this.scheme_id AND l.period_id = this.period_id AND l.subject_id = r.subject_id
			LEFT JOIN @workspace@.tie_lot AS t ON t.scheme_id = this.scheme_id AND t.period_id = this.period_id AND t.subject_id = r.subject_id,
			LATERAL (VALUES ('linkage_cap', NULL), ('promoted', NULL), ('lot', NULL), ('linkage_cap', l.cap), ('promoted', l.promoted), ('lot', t.lot)) AS d (key, value)
		WHERE g.run_id = r.run_id AND g.group_id = r.group_id
		UNION ALL
		SELECT 'group_id', '{}', g.code, before FROM @workspace@.run_group AS g WHERE g.run_id = r.run_id AND g.group_id <> r.group_id
		UNION ALL
		SELECT 'line_no', jsonb_build_object('line_no', missing), g.code,
			coalesce((SELECT x.hash FROM @workspace@.result AS x WHERE x.run_id = r.run_id AND x.line_no = missing - 1), this.head)
		FROM @workspace@.run_group AS g WHERE g.run_id = r.run_id AND g.group_id = r.group_id AND missing IS NOT NULL
	LOOP
		tried := jsonb_populate_record(r, candidate.change);
		IF @workspace@.chain_step(candidate.before, @workspace@.result_line_text(tried, this.salt, period, candidate.code, this.digits)) = r.hash THEN
			RETURN 'result.' || candidate.key;
		END IF;
	END LOOP;
	RETURN CASE WHEN worked_out ->> 'outcome' <> r.outcome THEN 'result.card'
		WHEN EXISTS (SELECT FROM @workspace@.subject AS s WHERE s.subject_id = r.subject_id
			AND (s.code, s.name, s.name_zh) IS NOT DISTINCT FROM (r.subject, r.subject_name, r.subject_name_zh)) THEN 'result.pending_events'
		ELSE 'result.subject, subject_name, subject_name_zh or pending_events' END;
END
$$;
COMMENT ON FUNCTION @workspace@.altered_column(@workspace@.result, jsonb, @workspace@.run, text, text, bigint) IS
	'the column of a result that is not what its hash was made of (定位被改动的列)';

-- What the results should be, from the cards.
CREATE OR REPLACE FUNCTION @workspace@.said_result(run_id integer) RETURNS SETOF @workspace@.result
LANGUAGE sql STABLE
BEGIN ATOMIC
	SELECT x.subject_id, $1, x.group_id, NULL::bigint, x.subject, x.subject_name, x.subject_name_zh, x.base_score, x.coefficient, x.deductions, x.bonus,
		x.score, x.rank_basis, x.rank, x.group_size, x.quota_tier, x.tier, x.eligible, x.coverage, x.pending_events, x.card::text, x.outcome::text, NULL::text,
		x.linkage_cap, x.promoted, x.lot
	FROM @workspace@.past_result($1, false) AS x;
END;
COMMENT ON FUNCTION @workspace@.said_result(integer) IS 'results as the cards come to (应得的结果)';

CREATE OR REPLACE FUNCTION @workspace@.verify_run_results(of_run integer)
RETURNS TABLE (run_id integer, subject_id bigint, place text, message text)
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp
SET plan_cache_mode = force_custom_plan
SET work_mem = '256MB'
SET enable_nestloop = off
SET jit = off
AS $$
#variable_conflict use_column
DECLARE
	this constant @workspace@.run := @workspace@.find_run($1);
	period constant text := (SELECT p.code FROM @workspace@.period AS p WHERE p.period_id = this.period_id);
	lines constant bigint := (SELECT h.lines FROM @workspace@.run_head_hash($1) AS h);
	wrong record;
	row @workspace@.result;
	worked_out jsonb;
	unreadable text;
	col text;
BEGIN
	SELECT count(*) AS lines, count(*) FILTER (WHERE NOT x.holds) AS broken,
		(array_agg(x.subject_id ORDER BY x.line_no) FILTER (WHERE NOT x.holds AND x.after_hash IS NOT TRUE))[:100] AS subjects,
		(array_agg(x.before ORDER BY x.line_no) FILTER (WHERE NOT x.holds AND x.after_hash IS NOT TRUE))[:100] AS before,
		(array_agg(x.is_hash ORDER BY x.line_no) FILTER (WHERE NOT x.holds AND x.after_hash IS NOT TRUE))[:100] AS is_hash,
		min(lines + x.n) FILTER (WHERE x.line_no <> lines + x.n) AS gap,
		(array_agg(x.hash ORDER BY x.line_no DESC))[1] AS last, bool_and(x.holds) AS all_hold
	INTO wrong
	FROM (SELECT h.*, lag(h.is_hash) OVER in_order AS after_hash
	      FROM (SELECT k.*, k.hash = k.comes_to AS holds,
	                k.hash <> k.comes_to AND coalesce(lead(k.hash) OVER in_order = @workspace@.chain_step(k.comes_to, lead(k.line) OVER in_order),
	                    k.comes_to = this.hash) AS is_hash
	            FROM (SELECT l.*, coalesce(l.previous, this.head) AS before, @workspace@.chain_step(l.previous, l.line, this.head) AS comes_to
	                  FROM (SELECT c.*, lag(c.hash) OVER in_order AS previous, row_number() OVER in_order AS n
	                        FROM (SELECT r.subject_id, r.line_no, r.hash, @workspace@.result_line_text(r, this.salt, period, g.code, this.digits) AS line
	                              FROM @workspace@.result AS r LEFT JOIN @workspace@.run_group AS g ON g.run_id = r.run_id AND g.group_id = r.group_id
	                              WHERE r.run_id = $1
	                              OFFSET 0) AS c
	                        WINDOW in_order AS (ORDER BY c.line_no, c.subject_id)) AS l
	                  OFFSET 0) AS k
	            WINDOW in_order AS (ORDER BY k.line_no, k.subject_id)) AS h
	      WINDOW in_order AS (ORDER BY h.line_no, h.subject_id)) AS x;

	IF wrong.lines <> this.subjects THEN
		RETURN QUERY SELECT $1, NULL::bigint, CASE WHEN wrong.gap IS NULL THEN 'run.subjects' ELSE 'result' END,
			format('lines %s, and the run says %s%s', wrong.lines, this.subjects, ': line ' || wrong.gap || ' is missing');
	END IF;
	IF wrong.broken > 1 AND wrong.broken = wrong.lines THEN
		RETURN QUERY SELECT $1, NULL::bigint, 'run.salt', 'no line comes to its hash: the salt, the decimals or the code of the period';
		RETURN;
	END IF;
	IF wrong.broken > 0 THEN
		-- What cannot be read any more is found below, row by row.
		BEGIN
			SELECT jsonb_object_agg(x.subject_id, to_jsonb(x)) INTO worked_out
			FROM @workspace@.said_result($1) AS x WHERE x.subject_id = ANY (wrong.subjects);
		EXCEPTION WHEN OTHERS THEN
			worked_out := NULL;
		END;
		FOR n IN 1 .. cardinality(wrong.subjects) LOOP
			SELECT r.* INTO row FROM @workspace@.result AS r WHERE r.run_id = $1 AND r.subject_id = wrong.subjects[n];
			col := CASE WHEN wrong.is_hash[n] THEN 'result.hash'
				ELSE @workspace@.altered_column(row, worked_out -> row.subject_id::text, this, period, wrong.before[n], wrong.gap) END;
			-- A line whose number was altered leaves others without the one before.
			CONTINUE WHEN wrong.gap IS NOT NULL AND col NOT IN ('result.line_no', 'result.card');
			RETURN QUERY SELECT $1, row.subject_id, col, format('line %s, subject %s: the hash is not that of the line and of the hash before', row.line_no, quote_literal(row.subject));
		END LOOP;
		IF wrong.broken > 100 THEN
			RETURN QUERY SELECT $1, NULL::bigint, 'result', format('lines that do not come to their hash: %s', wrong.broken);
		END IF;
	ELSE
		IF coalesce(wrong.last, this.head) IS DISTINCT FROM this.hash THEN
			RETURN QUERY SELECT $1, NULL::bigint, 'run.hash', 'it is not the hash of the last line';
		END IF;
		BEGIN
			RETURN QUERY
			SELECT $1, x.subject_id, 'result.' || d.key,
				format('line %s, subject %s: %s, and from the card it is %s', r.line_no, quote_literal(r.subject), left(d.has, 60), left(coalesce(d.said, 'nothing'), 60))
			FROM @workspace@.result AS r
				LEFT JOIN @workspace@.said_result($1) AS x ON x.subject_id = r.subject_id
				CROSS JOIN LATERAL (
					SELECT a.key, a.value::text AS has, b.value::text AS said
					FROM jsonb_each(to_jsonb(r) - '{line_no,hash,pending_events}'::text[]) AS a LEFT JOIN jsonb_each(to_jsonb(x)) AS b ON b.key = a.key
					WHERE a.value IS DISTINCT FROM b.value LIMIT 1) AS d
			WHERE r.run_id = $1
				AND (r.outcome, r.base_score, r.coefficient, r.deductions, r.bonus, r.score, r.rank_basis, r.rank, r.group_size, r.quota_tier, r.tier, r.eligible, r.coverage, r.card)
				IS DISTINCT FROM
				(x.outcome, x.base_score, x.coefficient, x.deductions, x.bonus, x.score, x.rank_basis, x.rank, x.group_size, x.quota_tier, x.tier, x.eligible, x.coverage, x.card)
			LIMIT 100;
		EXCEPTION WHEN OTHERS THEN
			unreadable := SQLERRM;
			RETURN QUERY SELECT $1, NULL::bigint, 'run_group.document', 'the results cannot be worked out again: ' || unreadable;
		END;
	END IF;
	-- The number of a subject is in no line; the code is.
	RETURN QUERY SELECT $1, r.subject_id, 'result.subject_id', format('line %s is of subject %s', r.line_no, quote_literal(r.subject))
	FROM @workspace@.result AS r JOIN @workspace@.subject AS s ON s.code = r.subject
	WHERE r.run_id = $1 AND s.subject_id <> r.subject_id;
	RETURN QUERY SELECT $1, r.subject_id, 'result.group_id', format('line %s is of a group that the run does not have', r.line_no)
	FROM @workspace@.result AS r
	WHERE r.run_id = $1 AND NOT EXISTS (SELECT FROM @workspace@.run_group AS g WHERE g.run_id = $1 AND g.group_id = r.group_id);
END
$$;
COMMENT ON FUNCTION @workspace@.verify_run_results(integer) IS
	'results of a run whose line does not come to its hash, or which the card does not come to; no rows if all is well (核对批次结果)';

-- What the last word on each subject should be, as results, adjusted or not, have it.
CREATE OR REPLACE FUNCTION @workspace@.said_final(run_id integer) RETURNS SETOF @workspace@.final_result
LANGUAGE sql STABLE
BEGIN ATOMIC
	SELECT r.subject_id, r.run_id, row_number() OVER (ORDER BY r.line_no), coalesce(a.adjustment, 0),
		CASE WHEN a.subject_id IS NULL THEN r.score ELSE a.score END, CASE WHEN a.subject_id IS NULL THEN r.rank ELSE a.rank END,
		coalesce(c.tier, CASE WHEN a.subject_id IS NULL THEN r.tier ELSE a.tier END), e.adjustments, e.objections, NULL::text, k.calibrations
	FROM @workspace@.result AS r
		LEFT JOIN @workspace@.adjusted_result AS a ON a.subject_id = r.subject_id AND a.run_id = r.run_id
		LEFT JOIN @workspace@.calibration_now AS c ON c.subject_id = r.subject_id AND c.run_id = r.run_id
		LEFT JOIN @workspace@.run_afterwards($1) AS e ON e.subject_id = r.subject_id
		LEFT JOIN @workspace@.run_calibrations($1) AS k ON k.subject_id = r.subject_id
	WHERE r.run_id = $1;
END;
COMMENT ON FUNCTION @workspace@.said_final(integer) IS 'final results as results and adjustments come to (应得的最终结果)';

-- Adjustments and objections beside what the final results kept of them.
CREATE OR REPLACE FUNCTION @workspace@.verify_run_notes(of_run integer)
RETURNS TABLE (run_id integer, subject_id bigint, place text, message text)
LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp
SET enable_nestloop = off
SET jit = off
AS $$
	SELECT $1, n.subject_id,
		CASE WHEN l.had IS NULL OR l.has IS NULL THEN n.kind || '.' || n.kind || '_id'
		     ELSE n.kind || '.' || coalesce((CASE n.kind
		         WHEN 'adjustment' THEN jsonb '{"at": "adjusted_at", "objection": "objection_id", "by": "adjusted_by"}'
		         WHEN 'calibration' THEN jsonb '{"from": "tier_before", "at": "calibrated_at", "by": "calibrated_by"}'
		         ELSE jsonb '{"at": "raised_at", "due": "due_on", "answered": "answered_at", "by": "raised_by", "answerer": "answered_by"}' END) ->> d.name, d.name) END,
		format('%s %s: %s', n.kind, l.id, CASE WHEN l.has IS NULL THEN 'it is not there any more' WHEN l.had IS NULL THEN 'it was not there when the run became final'
			ELSE 'it is not as it was when the run became final' END)
	FROM (SELECT f.subject_id, k.kind, k.had, k.has
	      FROM @workspace@.final_result AS f
	          LEFT JOIN @workspace@.run_afterwards($1) AS e ON e.subject_id = f.subject_id
	          LEFT JOIN @workspace@.run_calibrations($1) AS c ON c.subject_id = f.subject_id,
	          LATERAL (VALUES ('adjustment', f.adjustments, e.adjustments), ('calibration', f.calibrations, c.calibrations),
	              ('objection', f.objections, e.objections)) AS k (kind, had, has)
	      WHERE f.run_id = $1 AND k.had IS DISTINCT FROM k.has
	      ORDER BY f.line_no LIMIT 100) AS n,
		LATERAL (SELECT coalesce(a.id, b.id) AS id, a.line AS had, b.line AS has
		         FROM (SELECT split_part(x, '|', 1) AS id, x AS line FROM string_to_table(n.had, E'\n') AS x) AS a
		             FULL JOIN (SELECT split_part(x, '|', 1) AS id, x AS line FROM string_to_table(n.has, E'\n') AS x) AS b ON b.id = a.id
		         WHERE a.line IS DISTINCT FROM b.line) AS l
		LEFT JOIN LATERAL (
			SELECT split_part(x.had, '=', 1) AS name FROM unnest(string_to_array(l.had, '|'), string_to_array(l.has, '|')) WITH ORDINALITY AS x (had, has, n)
			WHERE x.had IS DISTINCT FROM x.has ORDER BY x.n LIMIT 1) AS d ON true
$$;
COMMENT ON FUNCTION @workspace@.verify_run_notes(integer) IS
	'adjustments, calibrations and objections of a final run that are not as they were when it became final; no rows if all are (核对调整、校准与异议)';

CREATE OR REPLACE FUNCTION @workspace@.verify_run_final(of_run integer)
RETURNS TABLE (run_id integer, subject_id bigint, place text, message text)
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp
SET plan_cache_mode = force_custom_plan
SET work_mem = '256MB'
SET enable_nestloop = off
SET jit = off
AS $$
#variable_conflict use_column
DECLARE
	this constant @workspace@.run := @workspace@.find_run($1);
	period constant text := (SELECT p.code FROM @workspace@.period AS p WHERE p.period_id = this.period_id);
	broken bigint := 0;
BEGIN
	IF this.final_hash IS NOT NULL THEN
		RETURN QUERY
		WITH line AS MATERIALIZED (
			SELECT f AS row, f.subject_id, f.line_no, f.hash, r.subject, i.identity,
				@workspace@.final_line_text(f, i.identity, period, this.digits) AS line
			FROM @workspace@.final_result AS f
				LEFT JOIN @workspace@.result AS r ON r.subject_id = f.subject_id AND r.run_id = f.run_id,
				LATERAL (SELECT @workspace@.result_identity(this.salt, r) AS identity OFFSET 0) AS i
			WHERE f.run_id = $1
		), link AS (
			SELECT l.*, coalesce(lag(l.hash) OVER in_order, this.hash) AS before, lead(l.hash) OVER in_order AS next_hash,
				lead(l.line) OVER in_order AS next_line, row_number() OVER in_order AS n
			FROM line AS l WINDOW in_order AS (ORDER BY l.line_no, l.subject_id)
		), checked AS (
			SELECT k.*, k.hash IS NOT DISTINCT FROM k.comes_to AS holds,
				k.hash <> k.comes_to AND coalesce(k.next_hash = @workspace@.chain_step(k.comes_to, k.next_line), k.comes_to = this.final_hash) AS is_hash
			FROM (SELECT x.*, @workspace@.chain_step(x.before, x.line) AS comes_to FROM link AS x OFFSET 0) AS k
		), wrong AS MATERIALIZED (
			SELECT x.* FROM (SELECT c.*, lag(c.is_hash) OVER (ORDER BY c.line_no, c.subject_id) AS after_hash FROM checked AS c) AS x
			WHERE NOT x.holds AND x.after_hash IS NOT TRUE
			ORDER BY x.line_no LIMIT 100
		), gap AS (
			SELECT min(k.n) AS missing FROM link AS k WHERE k.line_no <> k.n
		)
		SELECT $1, w.subject_id,
			CASE WHEN w.line IS NULL THEN 'final_result.subject_id'
			     WHEN w.is_hash THEN 'final_result.hash'
			     ELSE coalesce(c.place, 'final_result') END,
			format('final line %s, subject %s: %s', w.line_no, coalesce(quote_literal(w.subject), 'none'),
				'the hash is not that of the line and of the hash before')
		FROM wrong AS w CROSS JOIN gap AS g
			LEFT JOIN LATERAL (
				-- With which value in its place does the line come to its hash?
				SELECT 'final_result.' || d.key AS place
				FROM @workspace@.said_final($1) AS s, jsonb_each(to_jsonb(s) || jsonb_build_object('line_no', g.missing)) AS d,
					LATERAL (SELECT jsonb_populate_record(w.row, jsonb_build_object(d.key, d.value)) AS row) AS t
				WHERE s.subject_id = w.subject_id AND d.key NOT IN ('subject_id', 'run_id', 'hash') AND NOT (d.key = 'line_no' AND d.value = 'null')
					AND w.hash = @workspace@.chain_step(
						CASE d.key WHEN 'line_no' THEN coalesce((SELECT p.hash FROM line AS p WHERE p.line_no = g.missing - 1), this.hash) ELSE w.before END,
						@workspace@.final_line_text(t.row, w.identity, period, this.digits))
				LIMIT 1) AS c ON true
		WHERE g.missing IS NULL OR c.place = 'final_result.line_no' OR w.line IS NULL;
		GET DIAGNOSTICS broken = ROW_COUNT;
		RETURN QUERY
		SELECT $1, r.subject_id, 'final_result.subject_id', format('subject %s has no final result', quote_literal(r.subject))
		FROM @workspace@.result AS r
		WHERE r.run_id = $1 AND NOT EXISTS (SELECT FROM @workspace@.final_result AS f WHERE f.subject_id = r.subject_id AND f.run_id = $1) LIMIT 100;
		IF broken = 0 AND coalesce((SELECT f.hash FROM @workspace@.final_result AS f WHERE f.run_id = $1 ORDER BY f.line_no DESC LIMIT 1), this.hash)
			IS DISTINCT FROM this.final_hash
		THEN
			RETURN QUERY SELECT $1, NULL::bigint, 'run.final_hash', 'it is not the hash of the last final line';
		END IF;
	END IF;
	IF broken = 0 THEN
		RETURN QUERY SELECT n.* FROM @workspace@.verify_run_notes($1) AS n;
		GET DIAGNOSTICS broken = ROW_COUNT;
	END IF;
	IF broken = 0 AND (EXISTS (SELECT FROM @workspace@.adjustment AS a WHERE a.run_id = $1) OR EXISTS (SELECT FROM @workspace@.adjusted_result AS a WHERE a.run_id = $1)) THEN
		RETURN QUERY
		SELECT $1, coalesce(a.subject_id, s.subject_id), coalesce('adjusted_result.' || d.key, 'adjusted_result.subject_id'),
			format('subject %s: %s, and it comes to %s', coalesce(a.subject_id, s.subject_id), coalesce(d.has, 'a row'), coalesce(d.said, 'none'))
		FROM (SELECT x.* FROM @workspace@.adjusted_result AS x WHERE x.run_id = $1) AS a
			FULL JOIN (SELECT y.subject_id, y.adjustment, y.score, y.rank_basis, y.rank, y.quota_tier, y.tier FROM @workspace@.run_ranked($1, false, true) AS y
			           WHERE y.group_id IN (SELECT r.group_id FROM @workspace@.adjustment AS j
			               JOIN @workspace@.result AS r ON r.subject_id = j.subject_id AND r.run_id = j.run_id WHERE j.run_id = $1)) AS s ON s.subject_id = a.subject_id
			LEFT JOIN LATERAL (
				SELECT i.key, i.value::text AS has, o.value::text AS said
				FROM jsonb_each(to_jsonb(a) - 'run_id') AS i JOIN jsonb_each(to_jsonb(s)) AS o ON o.key = i.key
				WHERE i.value IS DISTINCT FROM o.value AND a.subject_id IS NOT NULL AND s.subject_id IS NOT NULL LIMIT 1) AS d ON true
		WHERE (a.subject_id, a.adjustment, a.score, a.rank_basis, a.rank, a.quota_tier, a.tier)
			IS DISTINCT FROM (s.subject_id, s.adjustment, s.score, s.rank_basis, s.rank, s.quota_tier, s.tier)
		LIMIT 100;
		GET DIAGNOSTICS broken = ROW_COUNT;
	END IF;
	IF broken = 0 THEN
		RETURN QUERY
		SELECT $1, f.subject_id, 'final_result.' || d.key, format('subject %s: %s, and it comes to %s', s.subject_id, d.has, coalesce(d.said, 'nothing'))
		FROM @workspace@.final_result AS f
			LEFT JOIN @workspace@.said_final($1) AS s ON s.subject_id = f.subject_id
			CROSS JOIN LATERAL (
				SELECT a.key, a.value::text AS has, b.value::text AS said
				FROM jsonb_each(to_jsonb(f) - 'hash') AS a LEFT JOIN jsonb_each(to_jsonb(s)) AS b ON b.key = a.key
				WHERE a.value IS DISTINCT FROM b.value LIMIT 1) AS d
		WHERE f.run_id = $1 AND this.final_hash IS NOT NULL
			AND (f.line_no, f.adjustment, f.score, f.rank, f.tier) IS DISTINCT FROM (s.line_no, s.adjustment, s.score, s.rank, s.tier)
		LIMIT 100;
	END IF;
END
$$;
COMMENT ON FUNCTION @workspace@.verify_run_final(integer) IS
	'final and adjusted results of a run that are not what results and adjustments come to; no rows if all is well (核对最终结果)';

CREATE OR REPLACE FUNCTION @workspace@.verify_run(of_run integer)
RETURNS TABLE (run_id integer, subject_id bigint, place text, message text)
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
#variable_conflict use_column
DECLARE
	rules bigint;
	found bigint;
BEGIN
	RETURN QUERY SELECT v.* FROM @workspace@.verify_run_rules($1) AS v;
	GET DIAGNOSTICS rules = ROW_COUNT;
	-- With the wrong secret, decimals or rules every line would be wrong, which says nothing more.
	IF rules > 0 OR EXISTS (SELECT FROM @workspace@.verify_links($1) AS l WHERE l.place LIKE 'run.%' AND l.place NOT IN ('run.state', 'run.subjects', 'run.hash')) THEN
		RETURN;
	END IF;
	RETURN QUERY SELECT v.* FROM @workspace@.verify_run_results($1) AS v;
	GET DIAGNOSTICS found = ROW_COUNT;
	IF found = 0 THEN
		RETURN QUERY SELECT v.* FROM @workspace@.verify_run_final($1) AS v;
		RETURN QUERY SELECT v.* FROM @workspace@.verify_run_ledger($1) AS v;
		-- A rerun took them from the run that it repeats.
		RETURN QUERY SELECT v.* FROM @workspace@.run AS r, LATERAL @workspace@.verify_run_causes(r.run_id) AS v
		WHERE r.run_id = $1 AND r.purpose = 'assessment';
	END IF;
END
$$;
COMMENT ON FUNCTION @workspace@.verify_run(integer) IS 'all that is wrong with a run itself; no rows if all is well (核对批次)';

-- Rows of runs that are not there, and heads that are in no chain any more.
CREATE OR REPLACE FUNCTION @workspace@.verify_leftovers(heads text[] DEFAULT NULL)
RETURNS TABLE (run_id integer, subject_id bigint, place text, message text)
LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
	SELECT x.run_id, x.subject_id, x.place, 'it belongs to no result of a run'
	FROM (SELECT t.run_id, NULL::bigint AS subject_id, 'run_tier.run_id' AS place, r.run_id IS NOT NULL AS is_there
	      FROM @workspace@.run_tier AS t LEFT JOIN @workspace@.run AS r ON r.run_id = t.run_id
	      UNION ALL
	      SELECT g.run_id, NULL, 'run_group.run_id', r.run_id IS NOT NULL FROM @workspace@.run_group AS g LEFT JOIN @workspace@.run AS r ON r.run_id = g.run_id
	      UNION ALL
	      SELECT p.run_id, NULL, 'publication.run_id', r.run_id IS NOT NULL
	      FROM @workspace@.publication AS p LEFT JOIN @workspace@.run AS r ON r.run_id = p.run_id WHERE p.run_id IS NOT NULL
	      UNION ALL
	      SELECT t.run_id, t.subject_id, 'result.run_id', r.run_id IS NOT NULL FROM @workspace@.result AS t LEFT JOIN @workspace@.run AS r ON r.run_id = t.run_id
	      UNION ALL
	      SELECT t.run_id, t.subject_id, CASE WHEN EXISTS (SELECT FROM @workspace@.result AS s WHERE s.run_id = t.run_id) THEN t.what || '.subject_id' ELSE t.what || '.run_id' END,
	          r.run_id IS NOT NULL
	      FROM (SELECT a.run_id, a.subject_id, 'adjustment' AS what FROM @workspace@.adjustment AS a
	            UNION ALL SELECT a.run_id, a.subject_id, 'adjusted_result' FROM @workspace@.adjusted_result AS a
	            UNION ALL SELECT a.run_id, a.subject_id, 'calibration' FROM @workspace@.calibration AS a
	            UNION ALL SELECT a.run_id, a.subject_id, 'objection' FROM @workspace@.objection AS a
	            UNION ALL SELECT a.run_id, a.subject_id, 'final_result' FROM @workspace@.final_result AS a) AS t
	          LEFT JOIN @workspace@.result AS r ON r.subject_id = t.subject_id AND r.run_id = t.run_id) AS x
	WHERE NOT x.is_there
	UNION ALL
	SELECT q.final_run, NULL, 'quota_ledger.final_run', format('group %s, tier %s: there is no such run', q.group_id, q.tier)
	FROM @workspace@.quota_ledger AS q
	WHERE NOT EXISTS (SELECT FROM @workspace@.run AS r WHERE r.run_id = q.final_run)
	UNION ALL
	SELECT NULL, NULL, 'chain_link', format('no link and no run has the hash %s, which was kept', quote_nullable(h.head))
	FROM unnest($1) AS h (head)
	WHERE NOT EXISTS (SELECT FROM @workspace@.chain_link AS l WHERE l.hash = h.head)
		AND NOT EXISTS (SELECT FROM @workspace@.run AS r WHERE h.head IN (r.hash, r.final_hash))
$$;
COMMENT ON FUNCTION @workspace@.verify_leftovers(text[]) IS
	'rows that belong to no run, and kept heads that no chain has; no rows if all is well (核对遗留行与存证散列)';

CREATE OR REPLACE FUNCTION @workspace@.verify_runs(of_run integer DEFAULT NULL, heads text[] DEFAULT NULL)
RETURNS TABLE (run_id integer, subject_id bigint, place text, message text)
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
#variable_conflict use_column
DECLARE
	actor constant text := @workspace@.require('verify runs', '{operator,auditor}');
	one integer;
BEGIN
	IF $1 IS NOT NULL THEN
		PERFORM @workspace@.find_run($1);
	END IF;
	RETURN QUERY SELECT v.* FROM @workspace@.verify_links($1) AS v;
	FOR one IN SELECT r.run_id FROM @workspace@.run AS r WHERE $1 IS NULL OR r.run_id = $1 ORDER BY r.run_id LOOP
		-- Unless it has been discarded since.
		RETURN QUERY SELECT v.* FROM @workspace@.run AS r, LATERAL @workspace@.verify_run(r.run_id) AS v WHERE r.run_id = one;
	END LOOP;
	RETURN QUERY SELECT v.* FROM @workspace@.verify_leftovers($2) AS v;
	RETURN QUERY SELECT v.* FROM @workspace@.verify_trail() AS v WHERE $1 IS NULL;
END
$$;
COMMENT ON FUNCTION @workspace@.verify_runs(integer, text[]) IS
	'all that was altered in runs, of one or all, and in the chain, and which of the heads that were kept elsewhere is in it no more; no rows if all is well (核对批次与存证链)';
