-- Making a run final: the last word on each subject becomes a line of a chain
-- that goes on from the run's own hash, and the run a link of the workspace's.

-- What a run's seats come to, tier by tier. Seats that were pooled carry nothing:
-- the pool as a whole has its share.
CREATE OR REPLACE FUNCTION @workspace@.run_ledger(run_id integer)
RETURNS TABLE (group_id integer, tier integer, scores bigint, share numeric, carried_in numeric, seats bigint, carried_out numeric)
LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp
SET jit = off
AS $$
	WITH claim AS (
		SELECT u.group_id, t.n AS tier, c.scores, t.share, coalesce(u.carry[t.n], 0) AS carried_in,
			CASE WHEN x.own THEN u.seats[t.n] ELSE x.seats[t.n] END::bigint AS seats,
			CASE WHEN NOT x.own THEN (perfeval.tier_carry(c.scores::integer, u.shares, u.preference, u.carry, u.bounds))[t.n] ELSE 0 END AS carried_out
		FROM @workspace@.run_rule AS u
			JOIN (SELECT r.group_id, max(r.group_size) AS scores FROM @workspace@.result AS r WHERE r.run_id = $1 GROUP BY r.group_id) AS c
				ON c.group_id = u.group_id
			CROSS JOIN LATERAL (SELECT coalesce((SELECT sum(s) FROM unnest(u.seats) AS s) = c.scores, false) AS own,
			                        perfeval.tier_quota(c.scores::integer, u.shares, u.preference, u.carry, u.bounds) AS seats) AS x
			CROSS JOIN LATERAL unnest(u.shares) WITH ORDINALITY AS t (share, n)
		WHERE u.run_id = $1 AND 0 <> ANY (u.shares)
	)
	SELECT k.group_id, k.tier::integer, k.scores, k.share, k.carried_in, k.seats, k.carried_out FROM claim AS k
$$;
COMMENT ON FUNCTION @workspace@.run_ledger(integer) IS
	'seats of a run''s groups and what they leave for the next period; pooled seats leave nothing (批次名额台账)';

CREATE OR REPLACE PROCEDURE @workspace@.finalize(run_id integer, note text DEFAULT NULL, place text DEFAULT NULL, INOUT final_hash text DEFAULT NULL)
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
SET work_mem = '256MB'
SET enable_nestloop = off
SET jit = off
AS $$
#variable_conflict use_column
DECLARE
	actor constant text := @workspace@.require('finalize', '{operator}');
	this @workspace@.run;
	period_code text;
	first date;
	until date;
	open bigint;
	corrected integer;
	publication integer;
BEGIN
	PERFORM @workspace@.lock_runs();
	this := @workspace@.find_run($1);
	IF this.state = 'final' THEN
		final_hash := this.final_hash;
		RETURN;
	ELSIF this.state <> 'published' OR this.superseded_by IS NOT NULL THEN
		RAISE EXCEPTION '% cannot become final: it is %', @workspace@.run_name($1),
				CASE WHEN this.superseded_by IS NOT NULL THEN 'superseded by run ' || this.superseded_by ELSE 'a draft' END
			USING ERRCODE = 'object_not_in_prerequisite_state', HINT = 'CALL publish first, and take objections.';
	END IF;
	-- Objections to what it took the place of are to be answered, too.
	SELECT count(*) INTO open
	FROM @workspace@.objection AS o JOIN @workspace@.run AS r ON r.run_id = o.run_id
	WHERE r.scheme_id = this.scheme_id AND r.period_id = this.period_id AND o.state = 'open';
	SELECT max(o.corrected_run) INTO corrected
	FROM @workspace@.objection AS o JOIN @workspace@.run AS r ON r.run_id = o.run_id
	WHERE r.scheme_id = this.scheme_id AND r.period_id = this.period_id AND o.state = 'upheld' AND o.corrected_run > $1;
	SELECT p.published_from, p.objections_until INTO first, until FROM @workspace@.publication AS p WHERE p.run_id = $1 AND p.kind = 'preliminary';
	IF open > 0 THEN
		RAISE EXCEPTION '% cannot become final: objections without an answer: %', @workspace@.run_name($1), open
			USING ERRCODE = 'object_not_in_prerequisite_state', HINT = 'CALL answer_objection; view objection_status lists them.';
	ELSIF corrected IS NOT NULL THEN
		RAISE EXCEPTION '% cannot become final: an objection was upheld, and run % corrects it', @workspace@.run_name($1), corrected
			USING ERRCODE = 'object_not_in_prerequisite_state',
				HINT = 'CALL publish for that run, or for one assessed since: what was found to be wrong does not become final.';
	ELSIF @workspace@.today() < first THEN
		RAISE EXCEPTION '% is on display from % on', @workspace@.run_name($1), first
			USING ERRCODE = 'object_not_in_prerequisite_state', HINT = 'It can become final afterwards.';
	ELSIF @workspace@.today() <= until AND until > first THEN
		RAISE EXCEPTION '% takes objections until %', @workspace@.run_name($1), until
			USING ERRCODE = 'object_not_in_prerequisite_state', HINT = 'It can become final the day after.';
	END IF;
	SELECT p.code INTO period_code FROM @workspace@.period AS p WHERE p.period_id = this.period_id;

	INSERT INTO @workspace@.final_result (subject_id, run_id, line_no, adjustment, score, rank, tier, adjustments, objections, hash, calibrations)
	SELECT (x.f).subject_id, (x.f).run_id, (x.f).line_no, (x.f).adjustment, (x.f).score, (x.f).rank, (x.f).tier, (x.f).adjustments, (x.f).objections,
		@workspace@.chain(@workspace@.final_line_text(x.f, x.identity, period_code, this.digits), this.hash) OVER (ORDER BY (x.f).line_no),
		(x.f).calibrations
	FROM (SELECT ROW(r.subject_id, r.run_id, row_number() OVER (ORDER BY r.line_no), coalesce(a.adjustment, 0),
	          CASE WHEN a.run_id IS NULL THEN r.score ELSE a.score END, CASE WHEN a.run_id IS NULL THEN r.rank ELSE a.rank END,
	          coalesce(c.tier, CASE WHEN a.run_id IS NULL THEN r.tier ELSE a.tier END), e.adjustments, e.objections, '',
	          k.calibrations)::@workspace@.final_result AS f,
	          @workspace@.result_identity(this.salt, r) AS identity
	      FROM @workspace@.result AS r
	          LEFT JOIN @workspace@.adjusted_result AS a ON a.subject_id = r.subject_id AND a.run_id = r.run_id
	          LEFT JOIN @workspace@.calibration_now AS c ON c.subject_id = r.subject_id AND c.run_id = r.run_id
	          LEFT JOIN @workspace@.run_afterwards($1) AS e ON e.subject_id = r.subject_id
	          LEFT JOIN @workspace@.run_calibrations($1) AS k ON k.subject_id = r.subject_id
	      WHERE r.run_id = $1) AS x;
	SELECT coalesce((SELECT f.hash FROM @workspace@.final_result AS f WHERE f.run_id = $1 ORDER BY f.line_no DESC LIMIT 1), this.hash) INTO final_hash;
	UPDATE @workspace@.run AS r SET state = 'final', finalized_at = now(), final_hash = $4 WHERE r.run_id = $1;
	INSERT INTO @workspace@.quota_ledger (scheme_id, period_id, group_id, tier, final_run, scores, share, carried_in, seats, carried_out)
	SELECT this.scheme_id, this.period_id, l.group_id, l.tier, $1, l.scores, l.share, l.carried_in, l.seats, l.carried_out
	FROM @workspace@.scheme_version AS v, LATERAL @workspace@.run_ledger($1) AS l
	WHERE v.version_id = this.version_id AND v.carry_over;
	-- A draft that was made since gives way: a period has one final run.
	UPDATE @workspace@.run AS r SET superseded_by = $1
	WHERE r.scheme_id = this.scheme_id AND r.period_id = this.period_id AND r.purpose = 'assessment'
		AND r.state <> 'final' AND r.superseded_by IS NULL;
	INSERT INTO @workspace@.publication AS p (kind, run_id, published_by, published_from, place, note, hash)
	VALUES ('final', $1, actor, @workspace@.today(), $3, $2, $4)
	RETURNING p.publication_id INTO publication;
	PERFORM @workspace@.add_link(publication);
	PERFORM @workspace@.record_act('finalize', @workspace@.run_name($1), $2, jsonb_build_object('run_id', $1, 'final_hash', final_hash));
END
$$;
COMMENT ON PROCEDURE @workspace@.finalize(integer, text, text, text) IS
	'makes a published run final, and a link of the chain (定稿)';

CREATE OR REPLACE VIEW @workspace@.chain_head WITH (security_barrier = true) AS
SELECT l.link_no, l.linked_at, l.hash FROM @workspace@.chain_link AS l ORDER BY l.link_no DESC LIMIT 1;
COMMENT ON VIEW @workspace@.chain_head IS 'the chain''s last hash, to be kept elsewhere as proof (存证链末端散列值)';
COMMENT ON COLUMN @workspace@.chain_head.link_no IS 'number (序号)';
COMMENT ON COLUMN @workspace@.chain_head.linked_at IS 'when (时间)';
COMMENT ON COLUMN @workspace@.chain_head.hash IS 'hash (散列值)';
