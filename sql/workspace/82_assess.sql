-- Assessing: the live standings of a period, frozen with all that they rest on.

-- The cards of a run's subjects from the facts as they were known at a time. The
-- groups, their rubrics and the settings are the run's own, whatever became of
-- them since. What the rubric does not look at is taken as it was frozen: nothing
-- rests on it, and how it is worked out is not fixed by a seal.
CREATE OR REPLACE FUNCTION @workspace@.run_card_as_of(run_id integer, of_period integer, known timestamptz)
RETURNS TABLE (subject_id bigint, group_id integer, card perfeval.scorecard, pending_events bigint)
LANGUAGE sql STABLE PARALLEL SAFE
BEGIN ATOMIC
	WITH part AS (
		SELECT r.subject_id, pp.part_id, p.ends_on
		FROM @workspace@.result AS r
			JOIN @workspace@.period_part AS pp ON pp.period_id = $2 AND pp.added_at <= $3
			JOIN @workspace@.period AS p ON p.period_id = pp.part_id
		WHERE r.run_id = $1
	), fact AS (
		SELECT m.subject_id, m.part_id, m.ends_on, r.item, r.value, r.status, 1 AS precedence, r.recorded_at, r.reading_id
		FROM part AS m JOIN @workspace@.reading AS r ON r.subject_id = m.subject_id AND r.period_id = m.part_id
		WHERE r.recorded_at <= $3
		UNION ALL
		SELECT m.subject_id, m.part_id, m.ends_on, e.item, sum(e.value), NULL, 2, NULL, NULL
		FROM part AS m JOIN @workspace@.event_reading_as_of(NULL, $3, $2) AS e ON e.subject_id = m.subject_id AND e.period_id = m.part_id
		WHERE e.value IS NOT NULL
		GROUP BY m.subject_id, m.part_id, m.ends_on, e.item
		UNION ALL
		SELECT m.subject_id, m.part_id, m.ends_on, g.item, g.value, NULL, 3, NULL, NULL
		FROM part AS m JOIN @workspace@.rating_reading_as_of($3, $2) AS g ON g.subject_id = m.subject_id AND g.period_id = m.part_id
	), part_card AS (
		SELECT f.subject_id, f.part_id, f.ends_on,
			perfeval.scorecard_latest(f.item, f.value, f.status, coalesce(f.recorded_at, 'infinity'),
				coalesce(f.reading_id, f.precedence)) AS card
		FROM fact AS f
		GROUP BY f.subject_id, f.part_id, f.ends_on
	), rolled_card AS (
		SELECT x.subject_id,
			perfeval.scorecard_merge(coalesce(x.sums, '{}'), perfeval.scorecard_merge(coalesce(x.means, '{}'),
				perfeval.scorecard_merge(coalesce(x.mins, '{}'), perfeval.scorecard_merge(coalesce(x.maxs, '{}'),
					coalesce(x.lasts, '{}'))))) AS card
		FROM (SELECT c.subject_id,
		          perfeval.scorecard_sum(perfeval.scorecard_pick(c.card, i.sum_items)) AS sums,
		          perfeval.scorecard_mean(perfeval.scorecard_pick(c.card, i.mean_items), coalesce(n.roll_up_digits, w.roll_up_digits), 'half_up') AS means,
		          perfeval.scorecard_min(perfeval.scorecard_pick(c.card, i.min_items)) AS mins,
		          perfeval.scorecard_max(perfeval.scorecard_pick(c.card, i.max_items)) AS maxs,
		          perfeval.scorecard_last(perfeval.scorecard_pick(c.card, i.last_items),
		              c.ends_on::timestamp AT TIME ZONE 'UTC') AS lasts
		      FROM part_card AS c, @workspace@.roll_up_item AS i, @workspace@.workspace AS w, @workspace@.run AS n
		      WHERE c.part_id <> $2 AND n.run_id = $1
		      GROUP BY c.subject_id) AS x
	)
	SELECT r.subject_id, r.group_id,
		perfeval.scorecard_merge(perfeval.scorecard_pick(r.card::perfeval.scorecard, z.others),
			perfeval.scorecard_pick(coalesce(perfeval.scorecard_merge(z.card, x.card), x.card, z.card, '{}'), z.items)),
		coalesce(n.pending, 0)
	FROM @workspace@.result AS r
		JOIN (SELECT g.group_id, @workspace@.event_card(g.event_items) AS card, g.items,
		          ARRAY(SELECT i.item FROM @workspace@.indicator AS i WHERE i.item <> ALL (g.items)) AS others
		      FROM @workspace@.run_group AS g WHERE g.run_id = $1) AS z ON z.group_id = r.group_id
		LEFT JOIN part_card AS o ON o.subject_id = r.subject_id AND o.part_id = $2
		LEFT JOIN rolled_card AS u ON u.subject_id = r.subject_id AND (SELECT p.rolls_up FROM @workspace@.period AS p WHERE p.period_id = $2)
		LEFT JOIN (SELECT e.subject_id, count(*) AS pending
		           FROM @workspace@.event_state_as_of(NULL, $3, $2) AS e WHERE e.decision = 'pending' GROUP BY e.subject_id) AS n
			ON n.subject_id = r.subject_id,
		LATERAL (SELECT coalesce(perfeval.scorecard_merge(u.card, o.card), u.card, o.card) AS card) AS x
	WHERE r.run_id = $1;
END;
COMMENT ON FUNCTION @workspace@.run_card_as_of(integer, integer, timestamptz) IS
	'cards of a run''s subjects from the facts as they were known at a time (按历史事实重建批次计分卡)';

-- Scores, ranks and tiers of a run from what it holds: from its cards anew, or
-- from its points; with adjustments or without. The ranks are those of standing.
-- from_facts takes the cards from the facts as they were known then.
CREATE OR REPLACE FUNCTION @workspace@.run_ranked(run_id integer, anew boolean, adjusted boolean, from_facts boolean DEFAULT false,
	of_group integer DEFAULT NULL)
RETURNS TABLE (subject_id bigint, group_id integer, outcome perfeval.scorecard, adjustment numeric, score numeric, rank_basis numeric,
	rank bigint, group_size bigint, quota_tier integer, tier integer, eligible boolean, card perfeval.scorecard, pending_events bigint)
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp
SET plan_cache_mode = force_custom_plan
SET work_mem = '64MB'
SET jit = off
SET enable_nestloop = off
AS $$
#variable_conflict use_column
DECLARE
	this constant @workspace@.run := @workspace@.find_run($1);
BEGIN
	-- How many facts there are for a subject the planner cannot know: without
	-- nested loops the plan is good for many. What is ranked is narrow, cards and
	-- outcomes come back afterwards: windows look at their rows again and again.
	RETURN QUERY
	WITH rule AS MATERIALIZED (
		SELECT g.group_id, g.document::perfeval.rubric AS rubric, g.tie_nodes FROM @workspace@.run_group AS g WHERE g.run_id = $1
	), input AS (
		SELECT r.subject_id, r.group_id, r.card::perfeval.scorecard AS card, r.pending_events, NULL::perfeval.scorecard AS outcome
		FROM @workspace@.result AS r WHERE r.run_id = $1 AND $2 AND NOT $4 AND ($5 IS NULL OR r.group_id = $5)
		UNION ALL
		SELECT r.subject_id, r.group_id, NULL, NULL, r.outcome::perfeval.scorecard
		FROM @workspace@.result AS r WHERE r.run_id = $1 AND NOT $2 AND NOT $4 AND ($5 IS NULL OR r.group_id = $5)
		UNION ALL
		SELECT f.subject_id, f.group_id, f.card, f.pending_events, NULL
		FROM @workspace@.run_card_as_of($1, this.period_id, this.known_at) AS f WHERE $4 AND ($5 IS NULL OR f.group_id = $5)
	), evaluated AS MATERIALIZED (
		SELECT i.subject_id, i.group_id, u.tie_nodes, i.card, i.pending_events, coalesce(i.outcome, perfeval.evaluate(i.card, u.rubric)) AS outcome,
			CASE WHEN $3 THEN a.points END AS adjustment
		FROM input AS i
			JOIN rule AS u ON u.group_id = i.group_id
			LEFT JOIN @workspace@.adjustment_sum AS a ON a.subject_id = i.subject_id AND a.run_id = $1
	), scored AS MATERIALIZED (
		SELECT e.subject_id, e.group_id, perfeval.score(e.outcome) + coalesce(e.adjustment, 0) AS score,
			perfeval.rank_basis(e.outcome) + coalesce(e.adjustment, 0) AS basis,
			perfeval.scorecard_value(e.outcome, e.tie_nodes[1]) AS tie_1, perfeval.scorecard_value(e.outcome, e.tie_nodes[2]) AS tie_2,
			perfeval.scorecard_value(e.outcome, e.tie_nodes[3]) AS tie_3,
			r.lot, greatest(perfeval.tier_cap(e.outcome), r.linkage_cap) AS cap, r.promoted
		FROM evaluated AS e JOIN @workspace@.result AS r ON r.subject_id = e.subject_id AND r.run_id = $1
	), ranked AS MATERIALIZED (
		SELECT s.subject_id, s.score, s.basis,
			perfeval.place_by_rule(s.basis, (SELECT u FROM @workspace@.run_rule AS u WHERE u.run_id = $1 AND u.group_id = s.group_id), s.cap, s.promoted)
				OVER (PARTITION BY s.group_id
				      ORDER BY s.tie_1 DESC NULLS LAST, s.tie_2 DESC NULLS LAST, s.tie_3 DESC NULLS LAST, s.lot) AS place
		FROM scored AS s
	)
	SELECT e.subject_id, e.group_id, e.outcome, e.adjustment, x.score, x.basis, x.place[1]::bigint, x.place[4]::bigint, x.place[5], x.place[6],
		perfeval.eligible(e.outcome), e.card, e.pending_events
	FROM ranked AS x JOIN evaluated AS e ON e.subject_id = x.subject_id;
END
$$;
COMMENT ON FUNCTION @workspace@.run_ranked(integer, boolean, boolean, boolean, integer) IS
	'scores, ranks and tiers of a run or of a group of it from what it holds: evaluated anew or not, with adjustments or not, or from the facts (按冻结数据排名定等)';

-- What sealing kept of a version, as a run's own rows.
CREATE OR REPLACE FUNCTION @workspace@.freeze_rules(run_id integer) RETURNS void
LANGUAGE sql VOLATILE
SET search_path = pg_catalog, pg_temp
AS $$
	INSERT INTO @workspace@.run_tier (run_id, tier, code, label, label_zh, share, bound, preference, coefficient, cut)
	SELECT r.run_id, t.tier, t.code, t.label, t.label_zh, t.share, coalesce(t.bound, 'exact'), t.preference, t.coefficient, t.cut
	FROM @workspace@.run AS r JOIN @workspace@.tier AS t ON t.version_id = r.version_id
	WHERE r.run_id = $1;
	INSERT INTO @workspace@.run_group (run_id, group_id, code, label, label_zh, document, event_items, items, base_node, deduction_node,
		bonus_node, coefficient_item, tie_nodes, shares, carry, seats)
	SELECT r.run_id, g.group_id, s.code, s.label, s.label_zh, f.rubric::text, g.event_items, f.items, f.base_node, f.deduction_node,
		f.bonus_node, f.coefficient_item, f.tie_nodes, q.shares, q.carry, q.seats
	FROM @workspace@.run AS r
		JOIN @workspace@.rubric_in_force AS f ON f.scheme_id = r.scheme_id AND f.period_id = r.period_id
		JOIN @workspace@.group_rubric AS g ON g.version_id = f.version_id AND g.group_id = f.group_id
		JOIN @workspace@.subject_group AS s ON s.group_id = f.group_id
		LEFT JOIN @workspace@.group_seats AS q ON q.scheme_id = r.scheme_id AND q.period_id = r.period_id AND q.group_id = f.group_id
	WHERE r.run_id = $1;
$$;
COMMENT ON FUNCTION @workspace@.freeze_rules(integer) IS 'keeps tiers and rubrics with a run (冻结规则)';

-- What a run is to hold: the live standings, or another run worked out again.
-- outcome is NULL where it is still to be evaluated: that comes after sorting.
CREATE OR REPLACE FUNCTION @workspace@.live_result(of_scheme integer, of_period integer)
RETURNS TABLE (subject_id bigint, group_id integer, subject text, subject_name text, subject_name_zh text, base_score numeric,
	coefficient numeric, deductions numeric, bonus numeric, score numeric, rank_basis numeric, rank bigint, group_size bigint,
	quota_tier integer, tier integer, eligible boolean, coverage numeric, pending_events bigint, card perfeval.scorecard,
	rubric perfeval.rubric, outcome perfeval.scorecard, linkage_cap integer, promoted integer, lot integer)
LANGUAGE sql STABLE
BEGIN ATOMIC
	SELECT s.subject_id, s.group_id, s.subject, s.subject_name, s.subject_name_zh, s.base_score,
		s.coefficient, s.deductions, s.bonus, s.score, s.rank_basis, s.rank, s.group_size,
		s.quota_tier, s.tier, s.eligible, s.coverage, s.pending_events, c.card,
		c.rubric, NULL::perfeval.scorecard, s.linkage_cap, s.promoted, s.lot
	FROM @workspace@.standing AS s
		JOIN @workspace@.participant_card AS c ON c.group_id = s.group_id AND c.subject_id = s.subject_id
	WHERE s.scheme_id = $1 AND s.period_id = $2 AND c.scheme_id = $1 AND c.period_id = $2;
END;
COMMENT ON FUNCTION @workspace@.live_result(integer, integer) IS 'live standings with cards and rubrics, as a run keeps them (实时结果行)';

CREATE OR REPLACE FUNCTION @workspace@.past_result(of_run integer, from_facts boolean)
RETURNS TABLE (subject_id bigint, group_id integer, subject text, subject_name text, subject_name_zh text, base_score numeric,
	coefficient numeric, deductions numeric, bonus numeric, score numeric, rank_basis numeric, rank bigint, group_size bigint,
	quota_tier integer, tier integer, eligible boolean, coverage numeric, pending_events bigint, card perfeval.scorecard,
	rubric perfeval.rubric, outcome perfeval.scorecard, linkage_cap integer, promoted integer, lot integer)
LANGUAGE sql STABLE
BEGIN ATOMIC
	SELECT r.subject_id, r.group_id, r.subject, r.subject_name, r.subject_name_zh, perfeval.scorecard_value(x.outcome, g.base_node),
		perfeval.scorecard_value(x.card, g.coefficient_item), perfeval.scorecard_value(x.outcome, g.deduction_node),
		perfeval.scorecard_value(x.outcome, g.bonus_node), x.score, x.rank_basis, x.rank, x.group_size,
		x.quota_tier, x.tier, x.eligible, perfeval.coverage(x.card, g.items), x.pending_events, x.card,
		NULL::perfeval.rubric, x.outcome, r.linkage_cap, r.promoted, r.lot
	FROM @workspace@.run_ranked($1, true, false, $2) AS x
		JOIN @workspace@.result AS r ON r.subject_id = x.subject_id AND r.run_id = $1
		-- Looked up for each result, as the planner would go over all results for each group.
		CROSS JOIN LATERAL (
			SELECT u.base_node, u.deduction_node, u.bonus_node, u.coefficient_item, u.items
			FROM @workspace@.run_group AS u WHERE u.run_id = $1 AND u.group_id = r.group_id OFFSET 0) AS g;
END;
COMMENT ON FUNCTION @workspace@.past_result(integer, boolean) IS 'a run, worked out again, as another run keeps it (重算结果行)';

-- One pass: rows are sorted while they are narrow, by code of group and subject;
-- then each gets its number, its texts and its hash.
CREATE OR REPLACE FUNCTION @workspace@.freeze_results(run_id integer) RETURNS void
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
SET work_mem = '256MB'
SET jit = off
SET plan_cache_mode = force_custom_plan
AS $$
DECLARE
	this constant @workspace@.run := @workspace@.find_run(run_id);
	head constant record := @workspace@.run_head_hash(run_id);
	period_code constant text := (SELECT p.code FROM @workspace@.period AS p WHERE p.period_id = this.period_id);
	kept bigint;
BEGIN
	-- What is in the results was recorded by the time that this statement began to
	-- see, wherever it waited before.
	WITH moment AS (
		UPDATE @workspace@.run AS r SET known_at = clock_timestamp()
		WHERE r.run_id = this.run_id AND this.rerun_of IS NULL
		RETURNING r.known_at
	)
	INSERT INTO @workspace@.result (subject_id, run_id, group_id, line_no, subject, subject_name, subject_name_zh, base_score, coefficient,
		deductions, bonus, score, rank_basis, rank, group_size, quota_tier, tier, eligible, coverage, pending_events, card, outcome, linkage_cap,
		promoted, lot, hash)
	SELECT (n.r).subject_id, (n.r).run_id, (n.r).group_id, (n.r).line_no, (n.r).subject, (n.r).subject_name, (n.r).subject_name_zh,
		(n.r).base_score, (n.r).coefficient, (n.r).deductions, (n.r).bonus, (n.r).score, (n.r).rank_basis, (n.r).rank, (n.r).group_size,
		(n.r).quota_tier, (n.r).tier, (n.r).eligible, (n.r).coverage, (n.r).pending_events, (n.r).card, (n.r).outcome,
		(n.r).linkage_cap, (n.r).promoted, (n.r).lot,
		@workspace@.chain(@workspace@.result_line_text(n.r, this.salt, period_code, n.code, this.digits), head.hash)
			OVER (ORDER BY n.code, n.subject ROWS UNBOUNDED PRECEDING)
	FROM (SELECT t.code, t.subject, ROW(t.subject_id, this.run_id, t.group_id, t.line_no, t.subject, t.subject_name, t.subject_name_zh,
	          t.base_score, t.coefficient, t.deductions, t.bonus, t.score, t.rank_basis, t.rank, t.group_size, t.quota_tier, t.tier,
	          t.eligible, t.coverage, t.pending_events, t.card_text, t.outcome_text, '', t.linkage_cap, t.promoted, t.lot)::@workspace@.result AS r
	      FROM (SELECT o.*, o.card::text AS card_text, coalesce(o.outcome, perfeval.evaluate(o.card, o.rubric))::text AS outcome_text
	            FROM (SELECT g.code COLLATE "C" AS code, s.subject_id, s.group_id, s.subject COLLATE "C" AS subject, s.subject_name,
	                      s.subject_name_zh, s.base_score, s.coefficient, s.deductions, s.bonus, s.score, s.rank_basis, s.rank, s.group_size,
	                      s.quota_tier, s.tier, s.eligible, s.coverage, s.pending_events, s.card, s.rubric, s.outcome,
	                      s.linkage_cap, s.promoted, s.lot,
	                      head.lines + row_number() OVER (ORDER BY g.code COLLATE "C", s.subject COLLATE "C") AS line_no
	                  FROM (SELECT l.* FROM @workspace@.live_result(this.scheme_id, this.period_id) AS l
	                        WHERE this.rerun_of IS NULL AND (SELECT m.known_at FROM moment AS m) IS NOT NULL
	                        UNION ALL
	                        SELECT p.* FROM @workspace@.past_result(this.rerun_of, this.from_facts) AS p WHERE this.rerun_of IS NOT NULL) AS s
	                      JOIN @workspace@.run_group AS g ON g.run_id = this.run_id AND g.group_id = s.group_id) AS o
	            ORDER BY o.code, o.subject) AS t) AS n;
	GET DIAGNOSTICS kept = ROW_COUNT;
	-- Plans for a run that seems empty take minutes on one that is not.
	IF kept > 1000 THEN
		ANALYZE @workspace@.result;
	END IF;
	UPDATE @workspace@.run AS r
	SET head = head.hash, subjects = kept,
		hash = coalesce((SELECT x.hash FROM @workspace@.result AS x WHERE x.run_id = this.run_id ORDER BY x.line_no DESC LIMIT 1), head.hash)
	WHERE r.run_id = this.run_id;
END
$$;
COMMENT ON FUNCTION @workspace@.freeze_results(integer) IS 'keeps the results with a run, and their hashes (冻结结果)';

CREATE OR REPLACE PROCEDURE @workspace@.assess(scheme text, period text, reason text DEFAULT NULL, INOUT run_id integer DEFAULT NULL)
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
SET jit = off
AS $$
#variable_conflict use_column
DECLARE
	actor constant text := @workspace@.require('assess', '{operator}');
	of_scheme @workspace@.scheme;
	of_period constant integer := @workspace@.find_period(period);
	version integer;
	last @workspace@.run;
	made integer;
BEGIN
	SELECT s.* INTO of_scheme FROM @workspace@.scheme AS s WHERE s.scheme_id = @workspace@.find_scheme($1);
	PERFORM @workspace@.lock_runs();
	SELECT f.version_id INTO version FROM @workspace@.version_in_force AS f
	WHERE f.scheme_id = of_scheme.scheme_id AND f.period_id = of_period;
	IF version IS NULL THEN
		RAISE EXCEPTION 'no sealed version of scheme "%" assesses period %', of_scheme.code, period
			USING ERRCODE = 'object_not_in_prerequisite_state', HINT = 'CALL seal_version; in_force_from and period_kinds say what a version assesses.';
	END IF;
	SELECT r.* INTO last FROM @workspace@.run AS r
	WHERE r.scheme_id = of_scheme.scheme_id AND r.period_id = of_period AND r.purpose = 'assessment' AND r.superseded_by IS NULL
	ORDER BY r.state = 'final' DESC, r.run_id DESC LIMIT 1;
	IF last.state = 'final' THEN
		RAISE EXCEPTION '% is final', @workspace@.run_name(last.run_id)
			USING ERRCODE = 'object_not_in_prerequisite_state', HINT = 'CALL rerun repeats it; what is final stays.';
	END IF;

	PERFORM @workspace@.check_grades(of_scheme.scheme_id, of_period);
	PERFORM @workspace@.check_severity(of_scheme.scheme_id, of_period);
	PERFORM @workspace@.check_linkages(of_scheme.scheme_id, of_period);

	PERFORM @workspace@.settle_seats(of_scheme.scheme_id, of_period, actor);
	-- A run that would be the same as the last one is not kept.
	BEGIN
		INSERT INTO @workspace@.run (scheme_id, period_id, version_id, assessed_by, reason, installed, digits, ties, capped_seat,
			promotion_consumes, roll_up_digits, salt)
		SELECT of_scheme.scheme_id, of_period, version, actor, $3, x.extversion, v.round_digits, v.ties, v.capped_seat, v.promotion_consumes,
			CASE WHEN p.rolls_up THEN w.roll_up_digits END, coalesce(last.salt, @workspace@.digest(gen_random_uuid()::text || gen_random_uuid()::text))
		FROM @workspace@.scheme_version AS v, pg_extension AS x, @workspace@.workspace AS w, @workspace@.period AS p
		WHERE v.version_id = version AND x.extname = 'perfeval' AND p.period_id = of_period
		FOR SHARE OF w
		RETURNING run_id INTO made;
		PERFORM @workspace@.freeze_rules(made);
		PERFORM @workspace@.freeze_results(made);
		IF (SELECT r.hash FROM @workspace@.run AS r WHERE r.run_id = made) = last.hash THEN
			RAISE EXCEPTION USING ERRCODE = 'PF001';
		END IF;
		run_id := made;
	EXCEPTION WHEN SQLSTATE 'PF001' THEN
		run_id := last.run_id;
		RAISE NOTICE 'nothing has changed since %', @workspace@.run_name(last.run_id);
		RETURN;
	END;
	-- A draft gives way to the next one; a published run, when that is published.
	UPDATE @workspace@.run AS r SET superseded_by = made
	WHERE r.scheme_id = of_scheme.scheme_id AND r.period_id = of_period AND r.purpose = 'assessment'
		AND r.state = 'draft' AND r.superseded_by IS NULL AND r.run_id <> made;
	PERFORM @workspace@.record_act('assess', @workspace@.run_name(made), $3, jsonb_build_object('run_id', made));
END
$$;
COMMENT ON PROCEDURE @workspace@.assess(text, text, text, integer) IS
	'freezes the standings of a scheme and period as a run, with inputs and rules; if nothing changed, gives the last run again (考核定格)';
