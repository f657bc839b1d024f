-- The lines of what people did and said, and how links take them in. A link tells
-- their last hash with its own secret, so that nobody finds anything by trying.

CREATE OR REPLACE FUNCTION @workspace@.act_line_text(a @workspace@.act) RETURNS text
LANGUAGE sql STABLE PARALLEL SAFE
RETURN a.act_id::text
	|| '|at=' || @workspace@.chain_time(a.acted_at)
	|| '|actor=' || @workspace@.chain_text(a.actor)
	|| '|login=' || @workspace@.chain_text(a.login)
	|| '|verb=' || @workspace@.chain_text(a.verb)
	|| '|about=' || @workspace@.chain_text(a.about)
	|| '|reason=' || @workspace@.chain_text(a.reason)
	|| '|detail=' || @workspace@.chain_text(a.detail::text);
COMMENT ON FUNCTION @workspace@.act_line_text(@workspace@.act) IS 'line of an act (留痕行)';

-- An objection is said to the end when it is answered or taken back.
CREATE OR REPLACE FUNCTION @workspace@.trail_lines()
RETURNS TABLE (kind text, row_id bigint, line text)
LANGUAGE sql STABLE
BEGIN ATOMIC
	SELECT 'act', a.act_id, 'act|' || @workspace@.act_line_text(a) FROM @workspace@.act AS a
	UNION ALL
	SELECT 'adjustment', a.adjustment_id, 'adjustment|run=' || a.run_id || '|subject=' || a.subject_id || '|' || @workspace@.adjustment_line_text(a, '')
	FROM @workspace@.adjustment AS a
	UNION ALL
	SELECT 'calibration', c.calibration_id, 'calibration|run=' || c.run_id || '|subject=' || c.subject_id || '|' || @workspace@.calibration_line_text(c, '')
	FROM @workspace@.calibration AS c
	UNION ALL
	SELECT 'objection', o.objection_id, 'objection|run=' || o.run_id || '|subject=' || o.subject_id || '|' || @workspace@.objection_line_text(o, '')
	FROM @workspace@.objection AS o WHERE o.state <> 'open';
END;
COMMENT ON FUNCTION @workspace@.trail_lines() IS 'lines of all acts, adjustments, calibrations and answered objections (留痕各行)';

-- Takes in what no link has yet; under the lock of add_link.
CREATE OR REPLACE FUNCTION @workspace@.chain_trail(link_no bigint) RETURNS void
LANGUAGE sql VOLATILE
SET search_path = pg_catalog, pg_temp
AS $$
	INSERT INTO @workspace@.chained_row (kind, row_id, link_no, hash)
	SELECT t.kind, t.row_id, $1, @workspace@.chain(t.line, repeat('0', 64)) OVER (ORDER BY t.kind COLLATE "C", t.row_id)
	FROM @workspace@.trail_lines() AS t
	WHERE NOT EXISTS (SELECT FROM @workspace@.chained_row AS c WHERE c.kind = t.kind AND c.row_id = t.row_id)
$$;
COMMENT ON FUNCTION @workspace@.chain_trail(bigint) IS 'has a link take in the acts, adjustments, calibrations and answered objections that no link has (留痕入链)';

-- Of two neighbours the hash of the first may be what was altered: then the
-- second comes to its own from what the first should have.
CREATE OR REPLACE FUNCTION @workspace@.verify_trail()
RETURNS TABLE (run_id integer, subject_id bigint, place text, message text)
LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp
SET jit = off
AS $$
	WITH row AS (
		SELECT c.kind, c.row_id, c.link_no, c.hash, t.line, coalesce(lag(c.hash) OVER in_order, repeat('0', 64)) AS before,
			lead(c.hash) OVER in_order AS next_hash, lead(t.line) OVER in_order AS next_line
		FROM @workspace@.chained_row AS c LEFT JOIN @workspace@.trail_lines() AS t ON t.kind = c.kind AND t.row_id = c.row_id
		WINDOW in_order AS (PARTITION BY c.link_no ORDER BY c.kind COLLATE "C", c.row_id)
	), checked AS (
		SELECT k.*, k.hash = @workspace@.chain_step(k.before, k.line) AS holds,
			k.hash <> @workspace@.chain_step(k.before, k.line)
				AND k.next_hash = @workspace@.chain_step(@workspace@.chain_step(k.before, k.line), k.next_line) AS is_hash
		FROM row AS k
	), wrong AS (
		SELECT x.* FROM (SELECT c.*, lag(c.is_hash) OVER (PARTITION BY c.link_no ORDER BY c.kind COLLATE "C", c.row_id) AS after_hash FROM checked AS c) AS x
		WHERE x.holds IS NOT TRUE AND x.after_hash IS NOT TRUE
	)
	SELECT NULL::integer, NULL::bigint, CASE WHEN w.is_hash THEN 'chained_row.hash' ELSE w.kind END,
		format('%s %s: %s', w.kind, w.row_id, CASE WHEN w.line IS NULL THEN 'it is not there any more'
			ELSE format('it is not as it was when link %s was made, or one before it is not there', w.link_no) END)
	FROM wrong AS w
	UNION ALL
	SELECT NULL, NULL, 'chained_row.link_no', format('there is no link %s, and %s rows are said to be in it', c.link_no, count(*))
	FROM @workspace@.chained_row AS c
	WHERE NOT EXISTS (SELECT FROM @workspace@.chain_link AS l WHERE l.link_no = c.link_no)
	GROUP BY c.link_no
$$;
COMMENT ON FUNCTION @workspace@.verify_trail() IS
	'acts, adjustments, calibrations and objections that are not as they were when a link took them in; no rows if all are (核对留痕)';
