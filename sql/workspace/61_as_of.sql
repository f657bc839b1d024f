-- Standings as they were, or would have been: from the facts that hold on a day
-- (valid) and were known here at a time (known). The facts themselves answer,
-- not the cards, as cards only know the present. NULL restricts nothing:
-- standing_as_of(NULL, now()) is standing.
--
-- The first functions are views with parameters: SQL that the planner takes
-- apart, so that a period, group or subject that is asked for goes down to the
-- tables. Their bodies are bound when they are made, whatever the search_path.

CREATE OR REPLACE FUNCTION @workspace@.event_state_as_of(valid date, known timestamptz, of_period integer)
RETURNS TABLE (subject_id bigint, event_id bigint, period_id integer, item integer, office_id bigint, quantity numeric, decision text,
	posted_at timestamptz, posted_by text, evidence text)
LANGUAGE sql STABLE PARALLEL SAFE
BEGIN ATOMIC
	SELECT e.subject_id, e.event_id, e.period_id, e.item, e.office_id, e.quantity, coalesce(d.decision, e.decision),
		e.posted_at, e.posted_by, e.evidence
	FROM @workspace@.event AS e
		LEFT JOIN (SELECT DISTINCT ON (x.subject_id, x.event_id) x.subject_id, x.event_id, x.decision
		           FROM @workspace@.event_decision AS x
		           WHERE $2 IS NULL OR x.decided_at <= $2
		           ORDER BY x.subject_id, x.event_id, x.decided_at DESC, x.decision_id DESC) AS d
		ON d.subject_id = e.subject_id AND d.event_id = e.event_id
	WHERE ($2 IS NULL OR e.posted_at <= $2) AND ($1 IS NULL OR e.occurred_on <= $1)
		AND ($3 IS NULL OR e.period_id IN (SELECT pp.part_id FROM @workspace@.period_part AS pp WHERE pp.period_id = $3));
END;
COMMENT ON FUNCTION @workspace@.event_state_as_of(date, timestamptz, integer) IS
	'events as they stood on a day and were known at a time (历史时点的事件状态)';

CREATE OR REPLACE FUNCTION @workspace@.event_reading_as_of(valid date, known timestamptz, of_period integer)
RETURNS TABLE (subject_id bigint, period_id integer, item integer, value numeric, pending bigint)
LANGUAGE sql STABLE PARALLEL SAFE
BEGIN ATOMIC
	SELECT s.subject_id, s.period_id, s.item, sum(s.quantity) FILTER (WHERE s.decision = 'valid'),
		count(*) FILTER (WHERE s.decision = 'pending')
	FROM @workspace@.event_state_as_of($1, $2, $3) AS s
	GROUP BY s.subject_id, s.period_id, s.item
	UNION ALL
	SELECT s.subject_id, s.period_id, i.item, sum(s.quantity), 0
	FROM @workspace@.event_state_as_of($1, $2, $3) AS s JOIN @workspace@.indicator AS i ON i.pending_of = s.item
	WHERE s.decision = 'pending'
	GROUP BY s.subject_id, s.period_id, i.item;
END;
COMMENT ON FUNCTION @workspace@.event_reading_as_of(date, timestamptz, integer) IS
	'events as readings, as they held on a day and were known at a time (历史时点的事件读数)';

CREATE OR REPLACE FUNCTION @workspace@.rating_reading_as_of(known timestamptz, of_period integer)
RETURNS TABLE (subject_id bigint, period_id integer, item integer, value numeric)
LANGUAGE sql STABLE PARALLEL SAFE
BEGIN ATOMIC
	SELECT r.subject_id, r.period_id, i.item,
		@workspace@.round_mean(perfeval.trimmed_mean(@workspace@.to_be_meant(r.value, i.mean_digits), i.drop_each) FILTER (WHERE r.raters > 2 * i.drop_each),
			i.mean_digits, i.mean_mode)
	FROM (SELECT s.*, count(*) OVER (PARTITION BY s.subject_id, s.period_id, s.criterion, s.rater_role) AS raters
	      FROM @workspace@.counted_rating_as_of($1, $2) AS s) AS r
		JOIN @workspace@.indicator AS i ON i.criterion = r.criterion AND i.rater_role = r.rater_role AND i.fact = 'rating'
	WHERE i.min_raters = 1
	GROUP BY r.subject_id, r.period_id, i.item, i.drop_each, i.mean_digits, i.mean_mode
	UNION ALL
	SELECT r.subject_id, r.period_id, r.item, r.value FROM @workspace@.recognition_reading_as_of($1, $2) AS r;
END;
COMMENT ON FUNCTION @workspace@.rating_reading_as_of(timestamptz, integer) IS
	'ratings as readings, as they were known at a time; means that are released are readings already (历史时点的评价读数)';

-- Who was in which group: on the period's last day, or the given day before it.
CREATE OR REPLACE FUNCTION @workspace@.participant_as_of(valid date, of_period integer, of_group integer, of_subject bigint)
RETURNS TABLE (group_id integer, subject_id bigint, period_id integer)
LANGUAGE sql STABLE PARALLEL SAFE
BEGIN ATOMIC
	SELECT m.group_id, m.subject_id, p.period_id
	FROM @workspace@.group_member AS m
		JOIN @workspace@.period AS p ON m.valid_from <= least($1, p.ends_on) AND (m.valid_to > least($1, p.ends_on) OR m.valid_to IS NULL)
	WHERE m.group_id IS NOT NULL
		AND ($2 IS NULL OR p.period_id = $2) AND ($3 IS NULL OR m.group_id = $3) AND ($4 IS NULL OR m.subject_id = $4);
END;
COMMENT ON FUNCTION @workspace@.participant_as_of(date, integer, integer, bigint) IS
	'who was in which group in a period, on a day (历史时点的参评对象)';

CREATE OR REPLACE FUNCTION @workspace@.participant_part_as_of(valid date, of_period integer, of_group integer, of_subject bigint)
RETURNS TABLE (group_id integer, subject_id bigint, period_id integer, part_id integer, ends_on date)
LANGUAGE sql STABLE PARALLEL SAFE
BEGIN ATOMIC
	SELECT m.group_id, m.subject_id, m.period_id, pp.part_id, p.ends_on
	FROM @workspace@.participant_as_of($1, $2, $3, $4) AS m
		JOIN @workspace@.period_part AS pp ON pp.period_id = m.period_id
		JOIN @workspace@.period AS p ON p.period_id = pp.part_id;
END;
COMMENT ON FUNCTION @workspace@.participant_part_as_of(date, integer, integer, bigint) IS
	'periods that count for a participant of a period, on a day (历史时点的组成周期)';

-- The rubrics that were sealed at the time.
CREATE OR REPLACE FUNCTION @workspace@.rubric_as_of(known timestamptz, of_period integer, of_group integer)
RETURNS TABLE (scheme_id integer, version_id integer, period_id integer, group_id integer, rubric perfeval.rubric, items integer[],
	no_events perfeval.scorecard, base_node integer, deduction_node integer, bonus_node integer, coefficient_item integer,
	has_limits boolean, ends_on date, rolls_up boolean)
LANGUAGE sql STABLE PARALLEL SAFE
BEGIN ATOMIC
	SELECT f.scheme_id, f.version_id, f.period_id, g.group_id, coalesce(q.compiled, g.compiled), g.items, g.no_events,
		g.base_node, g.deduction_node, g.bonus_node, g.coefficient_item, g.has_limits, f.ends_on, f.rolls_up
	FROM (SELECT DISTINCT ON (v.scheme_id, p.period_id) v.scheme_id, v.version_id, p.period_id, p.ends_on, p.rolls_up
	      FROM @workspace@.scheme_version AS v
	          JOIN @workspace@.period AS p ON v.in_force_from <= p.ends_on AND p.kind = ANY (v.period_kinds)
	      WHERE v.state = 'sealed' AND ($1 IS NULL OR v.sealed_at <= $1) AND ($2 IS NULL OR p.period_id = $2)
	      ORDER BY v.scheme_id, p.period_id, v.in_force_from DESC, v.number DESC) AS f
		JOIN @workspace@.group_rubric AS g ON g.version_id = f.version_id
		LEFT JOIN @workspace@.group_parameter AS q
			ON q.version_id = g.version_id AND q.group_id = g.group_id AND q.period_id = f.period_id
			AND ($1 IS NULL OR q.set_at <= $1)
	WHERE $3 IS NULL OR g.group_id = $3;
END;
COMMENT ON FUNCTION @workspace@.rubric_as_of(timestamptz, integer, integer) IS
	'rubrics of groups and periods, of versions sealed at a time (历史时点的适用细则)';

CREATE OR REPLACE FUNCTION @workspace@.participant_card_as_of(valid date, known timestamptz, of_period integer, of_group integer, of_subject bigint)
RETURNS TABLE (scheme_id integer, version_id integer, period_id integer, group_id integer, subject_id bigint, rubric perfeval.rubric,
	card perfeval.scorecard, items integer[], base_node integer, deduction_node integer, bonus_node integer, coefficient_item integer,
	has_limits boolean, ends_on date)
LANGUAGE sql STABLE PARALLEL SAFE
BEGIN ATOMIC
	-- What counted of each item, in the order that live cards have: ratings
	-- before events before readings, of readings the one recorded last. Each kind
	-- is joined to the participants where it is read, as in fresh_reading.
	WITH fact AS (
		SELECT m.group_id, m.subject_id, m.period_id, m.part_id, m.ends_on, r.item, r.value, r.status, 1 AS precedence,
			r.recorded_at, r.reading_id
		FROM @workspace@.participant_part_as_of($1, $3, $4, $5) AS m
			JOIN @workspace@.reading AS r ON r.subject_id = m.subject_id AND r.period_id = m.part_id
		WHERE ($2 IS NULL OR r.recorded_at <= $2)
			AND ($1 IS NULL OR (r.valid_from <= $1 OR r.valid_from IS NULL) AND (r.valid_to > $1 OR r.valid_to IS NULL))
		UNION ALL
		SELECT m.group_id, m.subject_id, m.period_id, m.part_id, m.ends_on, e.item, sum(e.value), NULL, 2, NULL, NULL
		FROM @workspace@.participant_part_as_of($1, $3, $4, $5) AS m
			JOIN @workspace@.event_reading_as_of($1, $2, $3) AS e ON e.subject_id = m.subject_id AND e.period_id = m.part_id
		WHERE e.value IS NOT NULL
		GROUP BY m.group_id, m.subject_id, m.period_id, m.part_id, m.ends_on, e.item
		UNION ALL
		SELECT m.group_id, m.subject_id, m.period_id, m.part_id, m.ends_on, g.item, g.value, NULL, 3, NULL, NULL
		FROM @workspace@.participant_part_as_of($1, $3, $4, $5) AS m
			JOIN @workspace@.rating_reading_as_of($2, $3) AS g ON g.subject_id = m.subject_id AND g.period_id = m.part_id
	), part_card AS (
		SELECT f.group_id, f.subject_id, f.period_id, f.part_id, f.ends_on,
			perfeval.scorecard_latest(f.item, f.value, f.status, coalesce(f.recorded_at, 'infinity'),
				coalesce(f.reading_id, f.precedence)) AS card
		FROM fact AS f
		GROUP BY f.group_id, f.subject_id, f.period_id, f.part_id, f.ends_on
	), own_card AS (
		SELECT c.group_id, c.subject_id, c.period_id, c.card FROM part_card AS c WHERE c.part_id = c.period_id
	), rolled_card AS (
		SELECT x.group_id, x.subject_id, x.period_id,
			perfeval.scorecard_merge(coalesce(x.sums, '{}'), perfeval.scorecard_merge(coalesce(x.means, '{}'),
				perfeval.scorecard_merge(coalesce(x.mins, '{}'), perfeval.scorecard_merge(coalesce(x.maxs, '{}'),
					coalesce(x.lasts, '{}'))))) AS card
		FROM (SELECT c.group_id, c.subject_id, c.period_id,
		          perfeval.scorecard_sum(perfeval.scorecard_pick(c.card, i.sum_items)) AS sums,
		          perfeval.scorecard_mean(perfeval.scorecard_pick(c.card, i.mean_items), w.roll_up_digits, 'half_up') AS means,
		          perfeval.scorecard_min(perfeval.scorecard_pick(c.card, i.min_items)) AS mins,
		          perfeval.scorecard_max(perfeval.scorecard_pick(c.card, i.max_items)) AS maxs,
		          perfeval.scorecard_last(perfeval.scorecard_pick(c.card, i.last_items),
		              c.ends_on::timestamp AT TIME ZONE 'UTC') AS lasts
		      FROM part_card AS c, @workspace@.roll_up_item AS i, @workspace@.workspace AS w
		      WHERE c.part_id <> c.period_id
		      GROUP BY c.group_id, c.subject_id, c.period_id) AS x
	)
	SELECT r.scheme_id, r.version_id, r.period_id, r.group_id, m.subject_id, r.rubric,
		coalesce(perfeval.scorecard_merge(r.no_events, x.card), x.card, r.no_events, '{}'),
		r.items, r.base_node, r.deduction_node, r.bonus_node, r.coefficient_item, r.has_limits, r.ends_on
	FROM @workspace@.rubric_as_of($2, $3, $4) AS r
		JOIN @workspace@.participant_as_of($1, $3, $4, $5) AS m ON m.group_id = r.group_id AND m.period_id = r.period_id
		LEFT JOIN own_card AS o ON o.group_id = m.group_id AND o.subject_id = m.subject_id AND o.period_id = m.period_id
		LEFT JOIN rolled_card AS u ON r.rolls_up AND u.group_id = m.group_id AND u.subject_id = m.subject_id AND u.period_id = m.period_id,
		LATERAL (SELECT coalesce(perfeval.scorecard_merge(u.card, o.card), u.card, o.card) AS card) AS x;
END;
COMMENT ON FUNCTION @workspace@.participant_card_as_of(date, timestamptz, integer, integer, bigint) IS
	'participants with rubric and all readings, from the facts, on a day and at a time of knowledge (历史时点的参评对象计分卡)';

-- Planned with the arguments at hand: NULL and a number ask for different plans.
-- For those who see all: others see their past in runs.
CREATE OR REPLACE FUNCTION @workspace@.standing_as_of(valid date DEFAULT NULL, known timestamptz DEFAULT NULL,
	period_id integer DEFAULT NULL, group_id integer DEFAULT NULL)
RETURNS SETOF @workspace@.standing
LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
SET plan_cache_mode = force_custom_plan
SET work_mem = '64MB'
SET jit = off
AS $$
DECLARE
	actor constant text := @workspace@.require('see standings of the past', '{operator,auditor}');
	-- A period is over, or not, on the day asked about.
	day constant date := least(valid, coalesce(
		(SELECT (known AT TIME ZONE w.time_zone)::date FROM @workspace@.workspace AS w), @workspace@.today()));
BEGIN
	RETURN QUERY
	WITH participant_result AS MATERIALIZED (
		SELECT c.scheme_id, c.version_id, c.period_id, c.group_id, c.subject_id,
			perfeval.evaluate(c.card, c.rubric) AS result, perfeval.coverage(c.card, c.items) AS coverage,
			perfeval.scorecard_value(c.card, c.coefficient_item) AS coefficient,
			c.base_node, c.deduction_node, c.bonus_node, c.ends_on, g.tie_nodes
		FROM @workspace@.participant_card_as_of($1, $2, $3, $4, NULL) AS c
			JOIN @workspace@.group_rubric AS g ON g.version_id = c.version_id AND g.group_id = c.group_id
	), participant_score AS (
		SELECT r.*, perfeval.score(r.result) AS score, perfeval.rank_basis(r.result) AS basis FROM participant_result AS r
	), ranked AS (
		-- Seats, linkages and lots are those that stand now.
		SELECT r.*, l.cap AS linkage_cap, l.promoted, d.lot,
			perfeval.place_by_rule(r.basis,
				(SELECT u FROM (SELECT coalesce(h.shares, q.shares) AS shares, q.ties, q.preference, q.bounds, h.carry, h.seats,
				                    q.cuts, q.capped_seat, q.promotion_consumes
				                FROM @workspace@.tier_rule AS q
				                    LEFT JOIN @workspace@.group_seats AS h
				                        ON h.scheme_id = r.scheme_id AND h.period_id = r.period_id AND h.group_id = r.group_id
				                WHERE q.version_id = r.version_id) AS u),
				greatest(perfeval.tier_cap(r.result), l.cap), l.promoted) OVER standing AS place
		FROM participant_score AS r
			LEFT JOIN @workspace@.linkage_in_force AS l
				ON l.scheme_id = r.scheme_id AND l.period_id = r.period_id AND l.subject_id = r.subject_id
			LEFT JOIN @workspace@.tie_lot AS d
				ON d.scheme_id = r.scheme_id AND d.period_id = r.period_id AND d.subject_id = r.subject_id
		WINDOW standing AS (PARTITION BY r.scheme_id, r.period_id, r.group_id ORDER BY
			perfeval.scorecard_value(r.result, r.tie_nodes[1]) DESC NULLS LAST,
			perfeval.scorecard_value(r.result, r.tie_nodes[2]) DESC NULLS LAST,
			perfeval.scorecard_value(r.result, r.tie_nodes[3]) DESC NULLS LAST, d.lot)
	)
	SELECT r.scheme_id, r.period_id, r.group_id, r.subject_id, r.version_id,
		sc.code, p.code, g.code, g.label, su.code, su.name, su.name_zh,
		perfeval.scorecard_value(r.result, r.base_node), r.coefficient,
		perfeval.scorecard_value(r.result, r.deduction_node), perfeval.scorecard_value(r.result, r.bonus_node),
		r.score, r.basis, r.place[1]::bigint, r.place[4]::bigint,
		r.place[6], t.code, t.label, t.label_zh, CASE WHEN r.place[6] IS NOT NULL THEN coalesce(r.place[6] > r.place[5], true) END,
		perfeval.eligible(r.result), r.coverage, coalesce(n.pending, 0),
		r.ends_on >= day OR coalesce(r.coverage < 1, true) OR n.pending IS NOT NULL,
		r.place[5], r.place[2]::bigint, r.place[1] + (r.place[3] - 1) * 0.5, r.linkage_cap, r.promoted, r.lot
	FROM ranked AS r
		LEFT JOIN @workspace@.tier AS t ON t.version_id = r.version_id AND t.tier = r.place[6]
		LEFT JOIN @workspace@.scheme AS sc ON sc.scheme_id = r.scheme_id
		LEFT JOIN @workspace@.period AS p ON p.period_id = r.period_id
		LEFT JOIN @workspace@.subject_group AS g ON g.group_id = r.group_id
		LEFT JOIN @workspace@.subject AS su ON su.subject_id = r.subject_id
		LEFT JOIN (SELECT e.subject_id, pp.period_id, sum(e.pending)::bigint AS pending
		           FROM @workspace@.event_reading_as_of($1, $2, $3) AS e
		               JOIN @workspace@.period_part AS pp ON pp.part_id = e.period_id
		           WHERE e.pending > 0 GROUP BY e.subject_id, pp.period_id) AS n
			ON n.subject_id = r.subject_id AND n.period_id = r.period_id;
END
$$;
COMMENT ON FUNCTION @workspace@.standing_as_of(date, timestamptz, integer, integer) IS
	'standings from what holds on a day (valid) and was known at a time (known); NULL: no limit (历史时点考核结果)';
