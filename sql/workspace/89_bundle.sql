-- A run as a text that stands on its own: whoever has it can work out every
-- score, rank and hash again without the extension (doc/proof.md has the form,
-- test/verifier a program). JSON Lines; keys in a fixed order, no blanks;
-- decimals are texts, written as in the lines that are hashed.

-- Keys that came later are there only where there is something to say, after the
-- others: so what was exported before is still written the same way.
CREATE OR REPLACE FUNCTION @workspace@.bundle_record(record json, more json) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN left($1::text, - length(',"more":}') - length($2::text)) || CASE WHEN $2::text = '{}' THEN '' ELSE ',' || btrim($2::text, '{}') END || '}';
COMMENT ON FUNCTION @workspace@.bundle_record(json, json) IS 'a record of a bundle, the last key of which are those that came later (存证包记录)';

-- Scheme, run, tiers, groups: what the run's first lines are made of.
CREATE OR REPLACE FUNCTION @workspace@.bundle_head(run_id integer, names boolean) RETURNS SETOF text
LANGUAGE sql STABLE
BEGIN ATOMIC
	SELECT row_to_json(x)::text
	FROM (SELECT 1 AS perfeval_bundle, $2 AS names, r.state FROM @workspace@.run AS r WHERE r.run_id = $1) AS x
	UNION ALL
	SELECT row_to_json(x)::text
	FROM (SELECT s.code AS scheme, v.number AS version, v.hash, v.document
	      FROM @workspace@.run AS r JOIN @workspace@.scheme AS s ON s.scheme_id = r.scheme_id
	          JOIN @workspace@.scheme_version AS v ON v.version_id = r.version_id
	      WHERE r.run_id = $1) AS x
	UNION ALL
	SELECT @workspace@.bundle_record(row_to_json(x), x.more)
	FROM (SELECT r.run_id AS run, p.code AS period, @workspace@.chain_date(p.starts_on) AS starts_on, @workspace@.chain_date(p.ends_on) AS ends_on,
	          r.digits, r.ties, h.hash, r.version_id AS version, r.purpose, r.rerun_of, r.from_facts, @workspace@.chain_time(r.known_at) AS known,
	          @workspace@.chain_time(r.assessed_at) AS assessed, @workspace@.hidden(n.nonce, r.assessed_by) AS assessor, @workspace@.hidden(n.nonce, r.reason) AS reason,
	          r.installed, r.subjects, r.head, r.hash AS results, @workspace@.digest(r.salt) AS salt,
	          CASE WHEN r.state = 'final' THEN @workspace@.chain_time(r.finalized_at) END AS finalized, r.final_hash AS final,
	          @workspace@.digest(@workspace@.run_text(r, r.state = 'final')) AS record,
	          CASE WHEN $2 THEN (SELECT row_to_json(t) FROM (SELECT n.nonce, r.assessed_by AS assessor, r.reason) AS t) END AS told,
	          json_strip_nulls(json_build_object('capped_seat', r.capped_seat, 'promotion_consumes', r.promotion_consumes,
	              'roll_up_digits', r.roll_up_digits)) AS more
	      FROM @workspace@.run AS r JOIN @workspace@.period AS p ON p.period_id = r.period_id,
	          LATERAL (SELECT @workspace@.nonce(r.salt, 'run', r.run_id::text) AS nonce) AS n,
	          LATERAL (SELECT @workspace@.chain_step(NULL, l.line, repeat('0', 64)) AS hash FROM @workspace@.run_head(r.run_id) AS l WHERE l.line_no = 1) AS h
	      WHERE r.run_id = $1) AS x
	UNION ALL
	SELECT @workspace@.bundle_record(row_to_json(x), x.more)
	FROM (SELECT t.tier, t.code, t.label, t.label_zh, @workspace@.chain_number(t.share) AS share, t.bound, t.preference,
	          CASE WHEN t.coefficient IS NOT NULL THEN @workspace@.chain_number(t.coefficient) END AS coefficient, h.hash,
	          json_strip_nulls(json_build_object('cut', CASE WHEN t.cut IS NOT NULL THEN @workspace@.chain_number(t.cut) END)) AS more
	      FROM @workspace@.run_tier AS t
	          JOIN (SELECT l.line_no, @workspace@.chain(l.line, repeat('0', 64)) OVER (ORDER BY l.line_no) AS hash FROM @workspace@.run_head($1) AS l) AS h
	          ON h.line_no = 1 + (SELECT count(*) FROM @workspace@.run_tier AS b WHERE b.run_id = $1 AND b.tier <= t.tier)
	      WHERE t.run_id = $1 ORDER BY t.tier) AS x
	UNION ALL
	SELECT @workspace@.bundle_record(row_to_json(x), x.more)
	FROM (SELECT g.code AS group, g.label, g.label_zh, g.items, g.event_items, g.base_node, g.deduction_node, g.bonus_node, g.coefficient_item, g.tie_nodes,
	          s.hash AS sealed, CASE WHEN s.document <> g.document THEN s.document END AS sealed_document, g.document, h.hash,
	          json_strip_nulls(json_build_object('shares', @workspace@.chain_numbers(g.shares), 'carry', @workspace@.chain_numbers(g.carry),
	              'seats', g.seats)) AS more
	      FROM @workspace@.run_group AS g
	          JOIN @workspace@.run AS r ON r.run_id = g.run_id
	          LEFT JOIN @workspace@.group_rubric AS s ON s.version_id = r.version_id AND s.group_id = g.group_id
	          JOIN (SELECT l.line_no, @workspace@.chain(l.line, repeat('0', 64)) OVER (ORDER BY l.line_no) AS hash FROM @workspace@.run_head($1) AS l) AS h
	          ON h.line_no = 1 + (SELECT count(*) FROM @workspace@.run_tier AS b WHERE b.run_id = $1)
	              + (SELECT count(*) FROM @workspace@.run_group AS b WHERE b.run_id = $1 AND b.code COLLATE "C" <= g.code COLLATE "C")
	      WHERE g.run_id = $1 ORDER BY g.code COLLATE "C") AS x;
END;
COMMENT ON FUNCTION @workspace@.bundle_head(integer, boolean) IS 'lines of a bundle: scheme, run, tiers, groups (存证包表头行)';

CREATE OR REPLACE FUNCTION @workspace@.bundle_results(run_id integer, names boolean) RETURNS SETOF text
LANGUAGE sql STABLE
BEGIN ATOMIC
	SELECT @workspace@.bundle_record(row_to_json(x), x.more)
	FROM (SELECT r.line_no AS subject, @workspace@.result_identity(u.salt, r) AS identity, g.code AS group,
	          CASE WHEN r.score IS NOT NULL THEN @workspace@.chain_number(r.score, u.digits) END AS score, r.tier, r.rank, r.group_size AS of,
	          CASE WHEN r.rank_basis IS NOT NULL THEN @workspace@.chain_number(r.rank_basis) END AS basis, r.quota_tier AS quota, r.eligible,
	          CASE WHEN r.base_score IS NOT NULL THEN @workspace@.chain_number(r.base_score) END AS base,
	          CASE WHEN r.coefficient IS NOT NULL THEN @workspace@.chain_number(r.coefficient) END AS coefficient,
	          CASE WHEN r.deductions IS NOT NULL THEN @workspace@.chain_number(r.deductions) END AS deductions,
	          CASE WHEN r.bonus IS NOT NULL THEN @workspace@.chain_number(r.bonus) END AS bonus,
	          CASE WHEN r.coverage IS NOT NULL THEN @workspace@.chain_number(r.coverage) END AS coverage,
	          r.pending_events AS pending, r.card, r.outcome, r.hash,
	          CASE WHEN $2 THEN (SELECT row_to_json(t) FROM (SELECT @workspace@.nonce(u.salt, 'subject', r.subject) AS nonce, r.subject AS code,
	              r.subject_name AS name, r.subject_name_zh AS name_zh) AS t) END AS told,
	          json_strip_nulls(json_build_object('linkage_cap', r.linkage_cap, 'promoted', r.promoted, 'lot', r.lot)) AS more
	      FROM @workspace@.run AS u
	          JOIN @workspace@.result AS r ON r.run_id = u.run_id
	          LEFT JOIN @workspace@.run_group AS g ON g.run_id = r.run_id AND g.group_id = r.group_id
	      WHERE u.run_id = $1 AND r.run_id = $1
	      ORDER BY r.line_no) AS x;
END;
COMMENT ON FUNCTION @workspace@.bundle_results(integer, boolean) IS 'lines of a bundle: subjects (存证包结果行)';

-- Adjustments, calibrations, final results, and the workspace's chain up to the run's last link.
CREATE OR REPLACE FUNCTION @workspace@.bundle_afterwards(run_id integer, names boolean) RETURNS SETOF text
LANGUAGE sql STABLE
BEGIN ATOMIC
	SELECT row_to_json(x)::text
	FROM (SELECT a.adjustment_id AS adjustment, @workspace@.result_identity(u.salt, r) AS identity, @workspace@.chain_number(a.points) AS points,
	          @workspace@.chain_time(a.adjusted_at) AS at, a.objection_id AS objection, a.cancels, @workspace@.hidden(n.nonce, a.adjusted_by) AS by,
	          @workspace@.hidden(n.nonce, a.reason) AS reason, @workspace@.hidden(n.nonce, a.evidence) AS evidence,
	          @workspace@.digest(@workspace@.adjustment_line_text(a, n.nonce)) AS hash,
	          CASE WHEN $2 THEN (SELECT row_to_json(t) FROM (SELECT n.nonce, a.adjusted_by AS by, a.reason, a.evidence) AS t) END AS told
	      FROM @workspace@.run AS u
	          JOIN @workspace@.adjustment AS a ON a.run_id = u.run_id
	          JOIN @workspace@.result AS r ON r.run_id = a.run_id AND r.subject_id = a.subject_id,
	          LATERAL (SELECT @workspace@.nonce(u.salt, 'adjustment', a.adjustment_id::text) AS nonce) AS n
	      WHERE u.run_id = $1
	      ORDER BY a.adjustment_id) AS x
	UNION ALL
	SELECT row_to_json(x)::text
	FROM (SELECT c.calibration_id AS calibration, @workspace@.result_identity(u.salt, r) AS identity, c.tier_before AS "from", c.tier,
	          @workspace@.chain_time(c.calibrated_at) AS at, @workspace@.hidden(n.nonce, c.calibrated_by) AS by,
	          @workspace@.hidden(n.nonce, c.reason) AS reason, @workspace@.hidden(n.nonce, c.panel) AS panel, @workspace@.hidden(n.nonce, c.evidence) AS evidence,
	          @workspace@.digest(@workspace@.calibration_line_text(c, n.nonce)) AS hash,
	          CASE WHEN $2 THEN (SELECT row_to_json(t) FROM (SELECT n.nonce, c.calibrated_by AS by, c.reason, c.panel, c.evidence) AS t) END AS told
	      FROM @workspace@.run AS u
	          JOIN @workspace@.calibration AS c ON c.run_id = u.run_id
	          JOIN @workspace@.result AS r ON r.run_id = c.run_id AND r.subject_id = c.subject_id,
	          LATERAL (SELECT @workspace@.nonce(u.salt, 'calibration', c.calibration_id::text) AS nonce) AS n
	      WHERE u.run_id = $1
	      ORDER BY r.line_no, c.calibrated_at, c.calibration_id) AS x
	UNION ALL
	SELECT row_to_json(x)::text
	FROM (SELECT f.line_no AS final, @workspace@.result_identity(u.salt, r) AS identity,
	          CASE WHEN f.score IS NOT NULL THEN @workspace@.chain_number(f.score, u.digits) END AS score, f.tier, f.rank,
	          @workspace@.chain_number(f.adjustment) AS adjusted, f.objections, f.hash
	      FROM @workspace@.run AS u
	          JOIN @workspace@.final_result AS f ON f.run_id = u.run_id
	          JOIN @workspace@.result AS r ON r.run_id = f.run_id AND r.subject_id = f.subject_id
	      WHERE u.run_id = $1 AND f.run_id = $1 AND r.run_id = $1
	      ORDER BY f.line_no) AS x
	UNION ALL
	SELECT row_to_json(x)::text
	FROM (SELECT l.link_no AS link, l.line, l.hash,
	          CASE WHEN $2 AND (p.run_id = u.run_id OR p.version_id = u.version_id)
	               THEN (SELECT row_to_json(t) FROM (SELECT l.nonce, p.published_by AS by) AS t) END AS told
	      FROM @workspace@.run AS u
	          CROSS JOIN @workspace@.chain_link AS l
	          LEFT JOIN @workspace@.publication AS p ON p.publication_id = l.publication_id
	      WHERE u.run_id = $1 AND l.link_no <= (
	          SELECT max(k.link_no) FROM @workspace@.chain_link AS k JOIN @workspace@.publication AS q ON q.publication_id = k.publication_id
	          WHERE q.run_id = u.run_id OR q.version_id = u.version_id)
	      ORDER BY l.link_no) AS x;
END;
COMMENT ON FUNCTION @workspace@.bundle_afterwards(integer, boolean) IS 'lines of a bundle: adjustments, calibrations, final results, links (存证包后续行)';

-- The last line has the hash of the chain that all lines before it make.
CREATE OR REPLACE FUNCTION @workspace@.export_bundle(run_id integer, names boolean DEFAULT true) RETURNS SETOF text
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
SET work_mem = '64MB'
SET max_parallel_workers_per_gather = 0
SET enable_nestloop = off
SET jit = off
SET plan_cache_mode = force_custom_plan
AS $$
DECLARE
	actor constant text := @workspace@.require('export a bundle', '{operator,auditor}');
	this constant @workspace@.run := @workspace@.find_run($1);
	with_names constant boolean := coalesce($2, false);
	line text;
	lines bigint := 0;
	hash text := repeat('0', 64);
BEGIN
	FOR line IN
		SELECT h FROM @workspace@.bundle_head(this.run_id, with_names) AS h
		UNION ALL
		SELECT r FROM @workspace@.bundle_results(this.run_id, with_names) AS r
		UNION ALL
		SELECT a FROM @workspace@.bundle_afterwards(this.run_id, with_names) AS a
	LOOP
		RETURN NEXT line;
		lines := lines + 1;
		hash := @workspace@.chain_step(hash, line);
	END LOOP;
	RETURN NEXT format('{"end":%s,"hash":"%s"}', lines, hash);
END
$$;
COMMENT ON FUNCTION @workspace@.export_bundle(integer, boolean) IS
	'a run with its scheme, cards, results and the chain as lines of JSON that can be checked without the extension; names => false leaves out what people are called and wrote (导出存证包)';
