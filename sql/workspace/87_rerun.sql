-- A past run worked out again: from the inputs that were frozen with it, or from
-- the facts as they were known then. Rules, groups, names and the secret of the
-- pseudonyms are always the run's own, so the same inputs give the same hash,
-- whatever was corrected, renamed or sealed since.

CREATE OR REPLACE PROCEDURE @workspace@.rerun(run_id integer, from_facts boolean DEFAULT false, reason text DEFAULT NULL,
	INOUT new_run integer DEFAULT NULL)
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
SET jit = off
AS $$
#variable_conflict use_column
DECLARE
	actor constant text := @workspace@.require('rerun', '{operator,auditor}');
	this @workspace@.run;
BEGIN
	PERFORM @workspace@.lock_runs();
	this := @workspace@.find_run($1);
	-- A rerun holds nothing of its own: what is repeated is the run that it repeated.
	this := @workspace@.find_run(coalesce(this.rerun_of, this.run_id));
	INSERT INTO @workspace@.run AS n (scheme_id, period_id, version_id, purpose, rerun_of, from_facts, assessed_by, known_at, reason, installed,
		digits, ties, capped_seat, promotion_consumes, roll_up_digits, salt)
	SELECT this.scheme_id, this.period_id, this.version_id, 'rerun', this.run_id, coalesce($2, false), actor, this.known_at, $3, x.extversion,
		this.digits, this.ties, this.capped_seat, this.promotion_consumes, this.roll_up_digits, this.salt
	FROM pg_extension AS x WHERE x.extname = 'perfeval'
	RETURNING n.run_id INTO new_run;
	INSERT INTO @workspace@.run_tier (run_id, tier, code, label, label_zh, share, bound, preference, coefficient, cut)
	SELECT new_run, t.tier, t.code, t.label, t.label_zh, t.share, t.bound, t.preference, t.coefficient, t.cut
	FROM @workspace@.run_tier AS t WHERE t.run_id = this.run_id;
	INSERT INTO @workspace@.run_group (run_id, group_id, code, label, label_zh, document, event_items, items, base_node, deduction_node,
		bonus_node, coefficient_item, tie_nodes, shares, carry, seats)
	SELECT new_run, g.group_id, g.code, g.label, g.label_zh, g.document, g.event_items, g.items, g.base_node, g.deduction_node,
		g.bonus_node, g.coefficient_item, g.tie_nodes, g.shares, g.carry, g.seats
	FROM @workspace@.run_group AS g WHERE g.run_id = this.run_id;
	PERFORM @workspace@.freeze_results(new_run);
	PERFORM @workspace@.record_act('rerun', @workspace@.run_name(this.run_id), $3, (
		SELECT jsonb_build_object('run_id', new_run, 'same', r.hash = this.hash) FROM @workspace@.run AS r WHERE r.run_id = new_run));
END
$$;
COMMENT ON PROCEDURE @workspace@.rerun(integer, boolean, text, integer) IS
	'works a run out again, from its frozen inputs or from the facts as they were known then; view rerun_status says whether it came out the same (重算)';

CREATE OR REPLACE VIEW @workspace@.rerun_status WITH (security_barrier = true) AS
SELECT n.run_id, n.rerun_of, s.code AS scheme, p.code AS period, n.from_facts, n.assessed_at, n.assessed_by, n.reason,
	o.installed AS installed_then, n.installed, n.subjects, n.hash = o.hash AS same, n.hash, o.hash AS hash_then
FROM @workspace@.run AS n
	JOIN @workspace@.run AS o ON o.run_id = n.rerun_of
	JOIN @workspace@.scheme AS s ON s.scheme_id = n.scheme_id
	JOIN @workspace@.period AS p ON p.period_id = n.period_id
WHERE (SELECT @workspace@.sees_all());
COMMENT ON VIEW @workspace@.rerun_status IS 'reruns, and whether they came out the same (重算情况)';
COMMENT ON COLUMN @workspace@.rerun_status.run_id IS 'the rerun (重算批次)';
COMMENT ON COLUMN @workspace@.rerun_status.rerun_of IS 'the run that it repeats (所重算批次)';
COMMENT ON COLUMN @workspace@.rerun_status.scheme IS 'code of the scheme (方案)';
COMMENT ON COLUMN @workspace@.rerun_status.period IS 'code of the period (周期)';
COMMENT ON COLUMN @workspace@.rerun_status.from_facts IS 'from the facts as they were known then, not from the frozen cards (是否由事实重算)';
COMMENT ON COLUMN @workspace@.rerun_status.assessed_at IS 'when (时间)';
COMMENT ON COLUMN @workspace@.rerun_status.assessed_by IS 'who (经办人)';
COMMENT ON COLUMN @workspace@.rerun_status.reason IS 'why (事由)';
COMMENT ON COLUMN @workspace@.rerun_status.installed_then IS 'version of the extension that worked out the run (原扩展版本)';
COMMENT ON COLUMN @workspace@.rerun_status.installed IS 'version of the extension that worked it out again (现扩展版本)';
COMMENT ON COLUMN @workspace@.rerun_status.subjects IS 'how many (参评数)';
COMMENT ON COLUMN @workspace@.rerun_status.same IS 'whether every result came out the same: both hashes are equal (是否一致)';
COMMENT ON COLUMN @workspace@.rerun_status.hash IS 'hash of the rerun (重算散列值)';
COMMENT ON COLUMN @workspace@.rerun_status.hash_then IS 'hash of the run (原散列值)';
