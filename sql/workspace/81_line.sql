-- The lines that the chains are made of: what stands in which place, doc/proof.md
-- has them in words. Names, and what people wrote, stand in them as hashes.

-- ---- a run: head and results

-- Pseudonyms are made with a secret for each subject, so that nobody can find
-- out names by trying them. A bundle with names tells a subject's secret.
CREATE OR REPLACE FUNCTION @workspace@.identity(nonce text, subject text, name text, name_zh text) RETURNS text
LANGUAGE sql STABLE PARALLEL SAFE
RETURN @workspace@.digest($1 || '|' || @workspace@.chain_text($2) || '|' || @workspace@.chain_text($3) || '|' || @workspace@.chain_text($4));
COMMENT ON FUNCTION @workspace@.identity(text, text, text, text) IS 'pseudonym of a subject (假名)';

CREATE OR REPLACE FUNCTION @workspace@.result_identity(salt text, r @workspace@.result) RETURNS text
LANGUAGE sql STABLE PARALLEL SAFE
RETURN @workspace@.identity(@workspace@.nonce($1, 'subject', r.subject), r.subject, r.subject_name, r.subject_name_zh);
COMMENT ON FUNCTION @workspace@.result_identity(text, @workspace@.result) IS 'pseudonym of a result''s subject (结果的假名)';

-- Scheme, tiers, groups: the first lines. No backslash stands here, as this text is
-- read anew in each session, whatever standard_conforming_strings says there.
CREATE OR REPLACE FUNCTION @workspace@.run_head(run_id integer)
RETURNS TABLE (line_no bigint, line text)
LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
	SELECT n.line_no, n.line_no || '|' || n.body
	FROM (SELECT row_number() OVER (ORDER BY x.place, x.tier, x.code COLLATE "C") AS line_no, x.body
	      FROM (SELECT 1 AS place, 0 AS tier, '' AS code,
	                'run|' || @workspace@.chain_text(s.code) || '|' || v.number || '|' || @workspace@.chain_text(v.hash)
	                || '|' || @workspace@.chain_text(p.code) || '|' || @workspace@.chain_date(p.starts_on) || '|' || @workspace@.chain_date(p.ends_on)
	                || '|' || @workspace@.chain_text(r.digits::text) || '|' || @workspace@.chain_text(r.ties)
	                -- What came later stands in a line only where it is used: so old lines hold.
	                || coalesce('|capped_seat=' || r.capped_seat, '')
	                || coalesce('|promotion_consumes=' || r.promotion_consumes::text, '')
	                || coalesce('|roll_up_digits=' || r.roll_up_digits::text, '') AS body
	            FROM @workspace@.run AS r
	                JOIN @workspace@.scheme AS s ON s.scheme_id = r.scheme_id
	                JOIN @workspace@.scheme_version AS v ON v.version_id = r.version_id
	                JOIN @workspace@.period AS p ON p.period_id = r.period_id
	            WHERE r.run_id = $1
	            UNION ALL
	            SELECT 2, t.tier, '', 'tier|' || t.tier || '|' || @workspace@.chain_text(t.code) || '|' || @workspace@.chain_text(t.label)
	                || '|' || @workspace@.chain_text(t.label_zh) || '|' || @workspace@.chain_number(t.share) || '|' || t.bound
	                || '|' || @workspace@.chain_text(t.preference::text) || '|' || @workspace@.chain_number(t.coefficient)
	                || CASE WHEN t.cut IS NOT NULL THEN '|cut=' || @workspace@.chain_number(t.cut) ELSE '' END
	            FROM @workspace@.run_tier AS t WHERE t.run_id = $1
	            UNION ALL
	            SELECT 3, 0, g.code, 'group|' || @workspace@.chain_text(g.code) || '|' || @workspace@.chain_text(g.label)
	                || '|' || @workspace@.chain_text(g.label_zh) || '|' || @workspace@.digest(g.document)
	                || '|' || array_to_string(g.items, ',') || '|' || array_to_string(g.event_items, ',')
	                || '|' || @workspace@.chain_text(g.base_node::text) || '|' || @workspace@.chain_text(g.deduction_node::text)
	                || '|' || @workspace@.chain_text(g.bonus_node::text) || '|' || @workspace@.chain_text(g.coefficient_item::text)
	                || '|' || @workspace@.chain_text(array_to_string(g.tie_nodes, ','))
	                || coalesce('|shares=' || @workspace@.chain_numbers(g.shares), '') || coalesce('|carry=' || @workspace@.chain_numbers(g.carry), '')
	                || coalesce('|seats=' || array_to_string(g.seats, ','), '')
	            FROM @workspace@.run_group AS g WHERE g.run_id = $1) AS x) AS n
$$;
COMMENT ON FUNCTION @workspace@.run_head(integer) IS 'lines about scheme, tiers and groups of a run (批次链表头行)';

CREATE OR REPLACE FUNCTION @workspace@.run_head_hash(run_id integer, OUT lines bigint, OUT hash text)
LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
	SELECT count(*), (array_agg(c.hash ORDER BY c.line_no DESC))[1]
	FROM (SELECT h.line_no, @workspace@.chain(h.line, repeat('0', 64)) OVER (ORDER BY h.line_no) AS hash
	      FROM @workspace@.run_head($1) AS h) AS c
$$;
COMMENT ON FUNCTION @workspace@.run_head_hash(integer) IS 'how many first lines a run has, and the hash of the last of them (批次链表头散列)';

CREATE OR REPLACE FUNCTION @workspace@.result_line_text(r @workspace@.result, salt text, period text, group_code text, digits integer) RETURNS text
LANGUAGE sql STABLE PARALLEL SAFE
RETURN r.line_no::text
	|| '|' || @workspace@.result_identity($2, r)
	|| '|' || @workspace@.chain_text($3)
	|| '|' || @workspace@.chain_number(r.score, $5)
	|| '|tier=' || coalesce(r.tier::text, '\N')
	|| '|rank=' || coalesce(r.rank::text, '\N')
	|| '|of=' || r.group_size::text
	|| '|group=' || @workspace@.chain_text($4)
	|| '|basis=' || @workspace@.chain_number(r.rank_basis)
	|| '|quota=' || coalesce(r.quota_tier::text, '\N')
	|| '|eligible=' || coalesce(r.eligible::text, '\N')
	|| '|base=' || @workspace@.chain_number(r.base_score)
	|| '|coefficient=' || @workspace@.chain_number(r.coefficient)
	|| '|deductions=' || @workspace@.chain_number(r.deductions)
	|| '|bonus=' || @workspace@.chain_number(r.bonus)
	|| '|coverage=' || @workspace@.chain_number(r.coverage)
	|| '|pending=' || r.pending_events::text
	|| '|card=' || @workspace@.digest(r.card)
	|| '|outcome=' || @workspace@.digest(r.outcome)
	|| coalesce('|linkage_cap=' || r.linkage_cap::text, '')
	|| coalesce('|promoted=' || r.promoted::text, '')
	|| coalesce('|lot=' || r.lot::text, '');
COMMENT ON FUNCTION @workspace@.result_line_text(@workspace@.result, text, text, text, integer) IS 'line of a result in its run''s chain (结果链行)';

-- ---- what became of it

CREATE OR REPLACE FUNCTION @workspace@.adjustment_line_text(a @workspace@.adjustment, nonce text) RETURNS text
LANGUAGE sql STABLE PARALLEL SAFE
RETURN a.adjustment_id::text
	|| '|points=' || @workspace@.chain_number(a.points)
	|| '|at=' || @workspace@.chain_time(a.adjusted_at)
	|| '|objection=' || coalesce(a.objection_id::text, '\N')
	|| '|cancels=' || coalesce(a.cancels::text, '\N')
	|| '|by=' || @workspace@.hidden($2, a.adjusted_by)
	|| '|reason=' || @workspace@.hidden($2, a.reason)
	|| '|evidence=' || @workspace@.hidden($2, a.evidence);
COMMENT ON FUNCTION @workspace@.adjustment_line_text(@workspace@.adjustment, text) IS 'line of an adjustment (调整行)';

CREATE OR REPLACE FUNCTION @workspace@.calibration_line_text(c @workspace@.calibration, nonce text) RETURNS text
LANGUAGE sql STABLE PARALLEL SAFE
RETURN c.calibration_id::text
	|| '|from=' || c.tier_before::text
	|| '|tier=' || coalesce(c.tier::text, '\N')
	|| '|at=' || @workspace@.chain_time(c.calibrated_at)
	|| '|by=' || @workspace@.hidden($2, c.calibrated_by)
	|| '|reason=' || @workspace@.hidden($2, c.reason)
	|| '|panel=' || @workspace@.hidden($2, c.panel)
	|| '|evidence=' || @workspace@.hidden($2, c.evidence);
COMMENT ON FUNCTION @workspace@.calibration_line_text(@workspace@.calibration, text) IS 'line of a calibration (校准行)';

CREATE OR REPLACE FUNCTION @workspace@.objection_line_text(o @workspace@.objection, nonce text) RETURNS text
LANGUAGE sql STABLE PARALLEL SAFE
RETURN o.objection_id::text
	|| '|node=' || coalesce(o.node::text, '\N')
	|| '|at=' || @workspace@.chain_time(o.raised_at)
	|| '|due=' || @workspace@.chain_date(o.due_on)
	|| '|state=' || o.state
	|| '|answered=' || @workspace@.chain_time(o.answered_at)
	|| '|corrected_run=' || coalesce(o.corrected_run::text, '\N')
	|| '|by=' || @workspace@.hidden($2, o.raised_by)
	|| '|statement=' || @workspace@.hidden($2, o.statement)
	|| '|evidence=' || @workspace@.hidden($2, o.evidence)
	|| '|answerer=' || @workspace@.hidden($2, o.answered_by)
	|| '|answer=' || @workspace@.hidden($2, o.answer);
COMMENT ON FUNCTION @workspace@.objection_line_text(@workspace@.objection, text) IS 'line of an objection (异议行)';

-- All adjustments and objections of each result that has any.
CREATE OR REPLACE FUNCTION @workspace@.run_afterwards(run_id integer)
RETURNS TABLE (subject_id bigint, adjustment numeric, adjustments text, objections text)
LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
	SELECT x.subject_id, sum(x.points), string_agg(x.line, E'\n' ORDER BY x.id) FILTER (WHERE x.kind = 'adjustment'),
		string_agg(x.line, E'\n' ORDER BY x.id) FILTER (WHERE x.kind = 'objection')
	FROM @workspace@.run AS r,
		LATERAL (SELECT 'adjustment' AS kind, a.subject_id, a.adjustment_id AS id, a.points,
		             @workspace@.adjustment_line_text(a, @workspace@.nonce(r.salt, 'adjustment', a.adjustment_id::text)) AS line
		         FROM @workspace@.adjustment AS a WHERE a.run_id = r.run_id
		         UNION ALL
		         SELECT 'objection', o.subject_id, o.objection_id, NULL,
		             @workspace@.objection_line_text(o, @workspace@.nonce(r.salt, 'objection', o.objection_id::text))
		         FROM @workspace@.objection AS o WHERE o.run_id = r.run_id) AS x
	WHERE r.run_id = $1
	GROUP BY x.subject_id
$$;
COMMENT ON FUNCTION @workspace@.run_afterwards(integer) IS
	'adjustments and objections of a run''s results: points, and the lines of each (批次的调整与异议行)';

-- Calibrations of each result that has any, in the order in which they were made.
CREATE OR REPLACE FUNCTION @workspace@.run_calibrations(run_id integer)
RETURNS TABLE (subject_id bigint, calibrations text)
LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
	SELECT c.subject_id, string_agg(@workspace@.calibration_line_text(c, @workspace@.nonce(r.salt, 'calibration', c.calibration_id::text)), E'\n'
		ORDER BY c.calibrated_at, c.calibration_id)
	FROM @workspace@.run AS r JOIN @workspace@.calibration AS c ON c.run_id = r.run_id
	WHERE r.run_id = $1
	GROUP BY c.subject_id
$$;
COMMENT ON FUNCTION @workspace@.run_calibrations(integer) IS 'lines of a run''s calibrations, for each result that has any (批次的校准行)';

-- What there is none of leaves the line as it was before there was such a thing.
CREATE OR REPLACE FUNCTION @workspace@.final_line_text(f @workspace@.final_result, identity text, period text, digits integer) RETURNS text
LANGUAGE sql STABLE PARALLEL SAFE
RETURN f.line_no::text
	|| '|' || $2
	|| '|' || @workspace@.chain_text($3)
	|| '|' || @workspace@.chain_number(f.score, $4)
	|| '|tier=' || coalesce(f.tier::text, '\N')
	|| '|rank=' || coalesce(f.rank::text, '\N')
	|| '|adjusted=' || @workspace@.chain_number(f.adjustment)
	|| '|adjustments=' || coalesce(@workspace@.digest(f.adjustments), '\N')
	|| '|objections=' || coalesce(@workspace@.digest(f.objections), '\N')
	|| coalesce('|calibrations=' || @workspace@.digest(f.calibrations), '');
COMMENT ON FUNCTION @workspace@.final_line_text(@workspace@.final_result, text, text, integer) IS 'line of a final result (最终结果链行)';

-- ---- the workspace's own chain

-- A run as it stands; what comes with being final is left out before.
CREATE OR REPLACE FUNCTION @workspace@.run_text(r @workspace@.run, final boolean) RETURNS text
LANGUAGE sql STABLE PARALLEL SAFE
RETURN 'run=' || r.run_id::text
	|| '|version=' || r.version_id::text
	|| '|purpose=' || r.purpose
	|| '|rerun_of=' || coalesce(r.rerun_of::text, '\N')
	|| '|from_facts=' || r.from_facts::text
	|| '|known=' || @workspace@.chain_time(r.known_at)
	|| '|assessed=' || @workspace@.chain_time(r.assessed_at)
	|| '|assessor=' || @workspace@.hidden(@workspace@.nonce(r.salt, 'run', r.run_id::text), r.assessed_by)
	|| '|reason=' || @workspace@.hidden(@workspace@.nonce(r.salt, 'run', r.run_id::text), r.reason)
	|| '|installed=' || @workspace@.chain_text(r.installed)
	|| '|subjects=' || coalesce(r.subjects::text, '\N')
	|| '|head=' || @workspace@.chain_text(r.head)
	|| '|results=' || @workspace@.chain_text(r.hash)
	|| '|salt=' || @workspace@.digest(r.salt)
	|| CASE WHEN $2 THEN '|finalized=' || @workspace@.chain_time(r.finalized_at) || '|final=' || @workspace@.chain_text(r.final_hash) ELSE '' END;
COMMENT ON FUNCTION @workspace@.run_text(@workspace@.run, boolean) IS 'what a link says of a run (存证链中的批次)';

-- what: the number of a scheme's version, the period of a run.
CREATE OR REPLACE FUNCTION @workspace@.link_line_text(link_no bigint, nonce text, p @workspace@.publication, scheme text, what text, run text)
RETURNS text
LANGUAGE sql STABLE PARALLEL SAFE
RETURN $1::text
	|| '|' || p.kind
	|| '|' || @workspace@.chain_text($4)
	|| '|' || @workspace@.chain_text($5)
	|| '|' || @workspace@.chain_text(p.hash)
	|| '|from=' || @workspace@.chain_date(p.published_from)
	|| '|to=' || @workspace@.chain_date(p.published_to)
	|| '|until=' || @workspace@.chain_date(p.objections_until)
	|| '|place=' || @workspace@.chain_text(p.place)
	|| '|note=' || @workspace@.chain_text(p.note)
	|| '|by=' || @workspace@.hidden($2, p.published_by)
	|| '|publication=' || p.publication_id::text
	|| '|at=' || @workspace@.chain_time(p.published_at)
	|| coalesce('|' || $6, '');
COMMENT ON FUNCTION @workspace@.link_line_text(bigint, text, @workspace@.publication, text, text, text) IS 'line of a link of the workspace''s chain (存证链行)';

CREATE OR REPLACE FUNCTION @workspace@.link_line(publication_id integer, link_no bigint, nonce text) RETURNS text
LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
	SELECT @workspace@.link_line_text($2, $3, p, s.code, coalesce(t.code, v.number::text), @workspace@.run_text(r, p.kind = 'final'))
		|| coalesce((SELECT '|trail=' || @workspace@.hidden($3, c.hash) FROM @workspace@.chained_row AS c
		             WHERE c.link_no = $2 ORDER BY c.kind COLLATE "C" DESC, c.row_id DESC LIMIT 1), '')
	FROM @workspace@.publication AS p
		LEFT JOIN @workspace@.run AS r ON r.run_id = p.run_id
		LEFT JOIN @workspace@.period AS t ON t.period_id = r.period_id
		LEFT JOIN @workspace@.scheme_version AS v ON v.version_id = p.version_id
		LEFT JOIN @workspace@.scheme AS s ON s.scheme_id = coalesce(r.scheme_id, v.scheme_id)
	WHERE p.publication_id = $1
$$;
COMMENT ON FUNCTION @workspace@.link_line(integer, bigint, text) IS 'the line that a publication has as a link of that number (公布记录的存证链行)';

-- A link for a publication, in the order in which they are made.
CREATE OR REPLACE FUNCTION @workspace@.add_link(publication_id integer) RETURNS text
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	last @workspace@.chain_link;
	secret constant text := @workspace@.digest(gen_random_uuid()::text || gen_random_uuid()::text);
	line text;
	hash text;
BEGIN
	LOCK TABLE @workspace@.chain_link IN SHARE ROW EXCLUSIVE MODE;
	SELECT l.* INTO last FROM @workspace@.chain_link AS l ORDER BY l.link_no DESC LIMIT 1;
	PERFORM @workspace@.chain_trail(coalesce(last.link_no, 0) + 1);
	line := @workspace@.link_line($1, coalesce(last.link_no, 0) + 1, secret);
	hash := @workspace@.chain_step(last.hash, line, repeat('0', 64));
	INSERT INTO @workspace@.chain_link (link_no, publication_id, nonce, line, hash) VALUES (coalesce(last.link_no, 0) + 1, $1, secret, line, hash);
	RETURN hash;
END
$$;
COMMENT ON FUNCTION @workspace@.add_link(integer) IS 'adds a line to the workspace''s chain (添加存证链行)';
