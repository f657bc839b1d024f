-- Seats that are settled before ranking: small groups together, larger shares for
-- merit, what the period before has left, and lots among equals. Tables are in
-- 58_quota.sql.

CREATE OR REPLACE FUNCTION @workspace@.find_group(scheme text, group_code text) RETURNS integer
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	found constant integer := (SELECT g.group_id FROM @workspace@.scheme AS s JOIN @workspace@.subject_group AS g ON g.grouping_id = s.grouping_id
	                           WHERE s.scheme_id = @workspace@.find_scheme($1) AND g.code = $2);
BEGIN
	IF found IS NULL THEN
		RAISE EXCEPTION 'scheme % compares within no group %', quote_literal($1), coalesce(quote_literal($2), 'NULL')
			USING ERRCODE = 'no_data_found', HINT = 'Table subject_group has the groups of its grouping.';
	END IF;
	RETURN found;
END
$$;
COMMENT ON FUNCTION @workspace@.find_group(text, text) IS 'number of a group that a scheme compares within, or an error (查分组)';

-- NULL takes the groups out of their pool.
CREATE OR REPLACE PROCEDURE @workspace@.pool_groups(scheme text, pool text, groups text[], reason text)
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	actor constant text := @workspace@.require('pool groups', '{operator}');
	numbers constant integer[] := ARRAY(SELECT @workspace@.find_group($1, g) FROM unnest($3) AS g);
BEGIN
	IF coalesce(btrim($4), '') = '' THEN
		RAISE EXCEPTION 'pooling groups needs a reason' USING ERRCODE = 'null_value_not_allowed', HINT = 'Say why their seats are worked out together.';
	END IF;
	DELETE FROM @workspace@.quota_pool AS p WHERE p.scheme_id = @workspace@.find_scheme($1) AND p.group_id = ANY (numbers);
	INSERT INTO @workspace@.quota_pool (scheme_id, group_id, pool, reason, pooled_by)
	SELECT @workspace@.find_scheme($1), g, $2, $4, actor FROM unnest(numbers) AS g WHERE $2 IS NOT NULL;
	PERFORM @workspace@.record_act('pool_groups', $1, $4, jsonb_build_object('pool', $2, 'groups', $3));
END
$$;
COMMENT ON PROCEDURE @workspace@.pool_groups(text, text, text[], text) IS
	'has the seats of small groups worked out together; pool NULL: apart again (小组合并计算名额)';

-- NULL shares: those of the version again.
CREATE OR REPLACE PROCEDURE @workspace@.extend_shares(scheme text, period text, group_code text, shares numeric[], reason text)
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
#variable_conflict use_column
DECLARE
	actor constant text := @workspace@.require('extend shares', '{operator}');
	of_scheme constant integer := @workspace@.find_scheme($1);
	of_period constant integer := @workspace@.find_period($2);
	of_group constant integer := @workspace@.find_group($1, $3);
	rule @workspace@.tier_rule;
BEGIN
	IF coalesce(btrim($5), '') = '' THEN
		RAISE EXCEPTION 'other shares need a reason' USING ERRCODE = 'null_value_not_allowed', HINT = 'Say what the department did well.';
	END IF;
	DELETE FROM @workspace@.merit_share AS m WHERE m.scheme_id = of_scheme AND m.period_id = of_period AND m.group_id = of_group;
	IF $4 IS NOT NULL THEN
		SELECT q.* INTO rule FROM @workspace@.tier_rule AS q
			JOIN @workspace@.version_in_force AS f ON f.version_id = q.version_id
		WHERE f.scheme_id = of_scheme AND f.period_id = of_period;
		IF cardinality(rule.shares) IS DISTINCT FROM cardinality($4) THEN
			RAISE EXCEPTION 'scheme % has % tiers in period %, and shares are given for %', quote_literal($1), coalesce(cardinality(rule.shares), 0), $2, cardinality($4)
				USING ERRCODE = 'invalid_parameter_value', HINT = 'Give one share for each tier, the best first.';
		END IF;
		-- Refuses shares that no seats can be given by.
		PERFORM perfeval.tier_quota(1, $4, rule.preference, NULL, rule.bounds);
		INSERT INTO @workspace@.merit_share (scheme_id, period_id, group_id, shares, reason, extended_by)
		VALUES (of_scheme, of_period, of_group, $4, $5, actor);
	END IF;
	PERFORM @workspace@.record_act('extend_shares', $1, $5, jsonb_build_object('period', $2, 'group', $3, 'shares', $4));
END
$$;
COMMENT ON PROCEDURE @workspace@.extend_shares(text, text, text, numeric[], text) IS
	'gives a group other shares in a period, for merit; NULL: those of the version again (按绩扩大比例)';

-- Seats of each of several groups so that the pool as a whole has exactly the
-- seats of its size, and each group is within 1 of its share. Whole parts first;
-- then each group gives what it still has to the tiers that most is left of, the
-- larger fraction before the smaller: the earlier a group, the more it may choose.
CREATE OR REPLACE FUNCTION @workspace@.pooled_seats(scores bigint[], shares numeric[], preference integer[], bounds text[])
RETURNS TABLE (place integer, seats integer[])
LANGUAGE plpgsql IMMUTABLE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	tiers constant integer := cardinality(shares);
	pool constant bigint := (SELECT coalesce(sum(n), 0) FROM unnest(scores) AS n);
	remaining integer[] := perfeval.tier_quota(pool::integer, shares, preference, NULL, bounds);
	own integer[];
	had integer[];
	tier integer;
BEGIN
	FOR t IN 1 .. tiers LOOP
		remaining[t] := remaining[t] - (SELECT coalesce(sum(floor(n * shares[t])), 0) FROM unnest(scores) AS n);
	END LOOP;
	FOR g IN 1 .. cardinality(scores) LOOP
		own := ARRAY(SELECT floor(scores[g] * s)::integer FROM unnest(shares) WITH ORDINALITY AS x (s, n) ORDER BY n);
		had := own;
		FOR one IN 1 .. scores[g] - (SELECT sum(x) FROM unnest(own) AS x) LOOP
			SELECT t INTO tier FROM generate_series(1, tiers) AS t
			WHERE shares[t] > 0
			ORDER BY remaining[t] <= 0, own[t] > had[t], remaining[t] DESC, scores[g] * shares[t] - floor(scores[g] * shares[t]) DESC,
				coalesce(array_position(preference, t), t) LIMIT 1;
			own[tier] := own[tier] + 1;
			remaining[tier] := remaining[tier] - 1;
		END LOOP;
		place := g;
		seats := own;
		RETURN NEXT;
	END LOOP;
END
$$;
COMMENT ON FUNCTION @workspace@.pooled_seats(bigint[], numeric[], integer[], text[]) IS
	'seats of groups of so many scores each, worked out together by controlled rounding (合并名额分配)';

-- What the seats of each group rest on, from pools, merit and the ledger. Whoever
-- assesses calls it too, so that nothing of that is left out.
CREATE OR REPLACE FUNCTION @workspace@.settle_seats(of_scheme integer, of_period integer, actor text) RETURNS void
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
SET plan_cache_mode = force_custom_plan
SET jit = off
AS $$
#variable_conflict use_column
DECLARE
	rule @workspace@.tier_rule;
	carries boolean;
	has_quotas boolean;
	-- Ranks of all are worked out for their sizes only where something is pooled.
	has_pools constant boolean := EXISTS (SELECT FROM @workspace@.quota_pool AS p WHERE p.scheme_id = $1);
BEGIN
	SELECT v.carry_over INTO carries
	FROM @workspace@.version_in_force AS f JOIN @workspace@.scheme_version AS v ON v.version_id = f.version_id
	WHERE f.scheme_id = $1 AND f.period_id = $2;
	SELECT q.* INTO rule FROM @workspace@.tier_rule AS q JOIN @workspace@.version_in_force AS f ON f.version_id = q.version_id
	WHERE f.scheme_id = $1 AND f.period_id = $2;
	has_quotas := rule.version_id IS NOT NULL AND 0 <> ANY (rule.shares);
	WITH pool AS MATERIALIZED (
		SELECT p.pool, p.group_id, p.reason, n.scores, row_number() OVER (PARTITION BY p.pool ORDER BY g.code COLLATE "C") AS place
		FROM @workspace@.quota_pool AS p
			JOIN @workspace@.subject_group AS g ON g.group_id = p.group_id
			JOIN (SELECT r.group_id, max(r.group_size) AS scores FROM @workspace@.ranked AS r
			      WHERE r.scheme_id = $1 AND r.period_id = $2 GROUP BY r.group_id) AS n ON n.group_id = p.group_id
		-- Merit counts before a pool.
		WHERE p.scheme_id = $1 AND has_quotas AND has_pools
			AND NOT EXISTS (SELECT FROM @workspace@.merit_share AS y WHERE y.scheme_id = $1 AND y.period_id = $2 AND y.group_id = p.group_id)
	), pooled AS (
		SELECT p.group_id, s.seats, p.reason
		FROM (SELECT x.pool, array_agg(x.scores ORDER BY x.place) AS scores FROM pool AS x GROUP BY x.pool) AS a
			CROSS JOIN LATERAL @workspace@.pooled_seats(a.scores, rule.shares, rule.preference, rule.bounds) AS s
			JOIN pool AS p ON p.pool = a.pool AND p.place = s.place
	), before AS (
		SELECT DISTINCT ON (l.group_id) l.group_id, l.period_id
		FROM @workspace@.quota_ledger AS l
			JOIN @workspace@.period AS o ON o.period_id = l.period_id
			JOIN @workspace@.period AS p ON p.period_id = $2 AND p.kind = o.kind AND p.cumulative = o.cumulative AND o.ends_on < p.ends_on
		WHERE l.scheme_id = $1 AND carries AND has_quotas
		ORDER BY l.group_id, o.ends_on DESC
	), carried AS (
		SELECT b.group_id, array_agg(l.carried_out ORDER BY l.tier) AS carry
		FROM before AS b JOIN @workspace@.quota_ledger AS l ON l.scheme_id = $1 AND l.period_id = b.period_id AND l.group_id = b.group_id
		GROUP BY b.group_id
		-- A tier that is bounded or closed now carries nothing.
		HAVING count(*) = cardinality(rule.shares) AND bool_or(l.carried_out <> 0)
			AND bool_and(l.carried_out = 0 OR rule.bounds[l.tier] = 'exact' AND rule.shares[l.tier] > 0)
	), said AS MATERIALIZED (
		SELECT group_id, m.shares,
			CASE WHEN p.group_id IS NULL AND NOT EXISTS (SELECT FROM unnest(c.carry, m.shares) AS u (carry, share) WHERE u.carry <> 0 AND u.share = 0)
			     THEN c.carry END AS carry, p.seats, concat_ws('; ', p.reason, m.reason) AS reason
		FROM pooled AS p
			FULL JOIN (SELECT y.group_id, y.shares, y.reason FROM @workspace@.merit_share AS y WHERE y.scheme_id = $1 AND y.period_id = $2) AS m USING (group_id)
			FULL JOIN carried AS c USING (group_id)
	), gone AS (
		DELETE FROM @workspace@.group_seats AS g
		WHERE g.scheme_id = $1 AND g.period_id = $2 AND g.group_id NOT IN (SELECT s.group_id FROM said AS s)
	)
	INSERT INTO @workspace@.group_seats AS g (scheme_id, period_id, group_id, shares, carry, seats, reason, allotted_by)
	SELECT $1, $2, s.group_id, s.shares, s.carry, s.seats, nullif(s.reason, ''), $3 FROM said AS s
	ON CONFLICT (scheme_id, period_id, group_id) DO UPDATE
	SET shares = excluded.shares, carry = excluded.carry, seats = excluded.seats, reason = excluded.reason, allotted_by = excluded.allotted_by,
		allotted_at = clock_timestamp()
	WHERE (g.shares, g.carry, g.seats, g.reason) IS DISTINCT FROM (excluded.shares, excluded.carry, excluded.seats, excluded.reason);
END
$$;
COMMENT ON FUNCTION @workspace@.settle_seats(integer, integer, text) IS 'works out what the seats of the groups rest on (核定分组名额)';

CREATE OR REPLACE PROCEDURE @workspace@.allot_seats(scheme text, period text)
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	actor constant text := @workspace@.require('allot seats', '{operator}');
BEGIN
	PERFORM @workspace@.settle_seats(@workspace@.find_scheme($1), @workspace@.find_period($2), actor);
	PERFORM @workspace@.record_act('allot_seats', $1, NULL, jsonb_build_object('period', $2));
END
$$;
COMMENT ON PROCEDURE @workspace@.allot_seats(text, text) IS
	'works out the seats of pooled groups, shares for merit and what the period before has left, for live standings; assess does, too (核定名额)';

-- Lots are drawn among equals by a draw that anybody can work out again: its
-- tickets in their order, by the codes of the subjects.
CREATE OR REPLACE PROCEDURE @workspace@.take_lots(scheme text, period text, draw text, reason text)
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
#variable_conflict use_column
DECLARE
	actor constant text := @workspace@.require('take lots', '{operator}');
	of_scheme constant integer := @workspace@.find_scheme($1);
	of_period constant integer := @workspace@.find_period($2);
	drawn @workspace@.draw;
	taken bigint;
BEGIN
	-- A run has the lots that were taken before it.
	PERFORM @workspace@.lock_runs();
	SELECT d.* INTO drawn FROM @workspace@.draw AS d WHERE d.label = $3;
	IF drawn.state IS DISTINCT FROM 'drawn' OR drawn.kind NOT IN ('expert', 'unit') THEN
		RAISE EXCEPTION 'draw % gives no lots: it is %', coalesce(quote_literal($3), 'NULL'),
				coalesce(CASE WHEN drawn.state = 'drawn' THEN 'of kind ' || drawn.kind ELSE drawn.state END, 'not there')
			USING ERRCODE = 'object_not_in_prerequisite_state', HINT = 'Draw the subjects that are equal as units, and reveal the draw: view draw_status.';
	ELSIF coalesce(btrim($4), '') = '' THEN
		RAISE EXCEPTION 'lots need a reason' USING ERRCODE = 'null_value_not_allowed', HINT = 'Say between whom they decide.';
	END IF;
	DELETE FROM @workspace@.tie_lot AS t WHERE t.scheme_id = of_scheme AND t.period_id = of_period AND t.draw_id = drawn.draw_id;
	INSERT INTO @workspace@.tie_lot AS t (subject_id, scheme_id, period_id, lot, draw_id, reason, recorded_by)
	SELECT s.subject_id, of_scheme, of_period, k.ticket_no, drawn.draw_id, $4, actor
	FROM @workspace@.draw_ticket AS k JOIN @workspace@.subject AS s ON s.code = k.id
	WHERE k.draw_id = drawn.draw_id
	ON CONFLICT (subject_id, scheme_id, period_id) DO UPDATE
	SET lot = excluded.lot, draw_id = excluded.draw_id, reason = excluded.reason, recorded_by = excluded.recorded_by, recorded_at = clock_timestamp();
	GET DIAGNOSTICS taken = ROW_COUNT;
	IF taken = 0 THEN
		RAISE EXCEPTION 'draw % has no subject of this workspace', quote_literal($3)
			USING ERRCODE = 'no_data_found', HINT = 'Its pool holds the codes of the subjects.';
	END IF;
	PERFORM @workspace@.record_act('take_lots', $1, $4, jsonb_build_object('period', $2, 'draw', $3, 'lots', taken));
END
$$;
COMMENT ON PROCEDURE @workspace@.take_lots(text, text, text, text) IS
	'takes the tickets of a draw as lots between equal scores of a period (同分抽签)';
