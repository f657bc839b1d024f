-- The same schemes without perfeval: views on rows, and a function with a loop.
-- All in exact numeric; divisions only where a setting does not go into a
-- decimal, and rules by number, for text would be compared for every reading.
CREATE TABLE bench.setting AS
SELECT i.group_id, i.item, i.part, i.node,
	array_position(ARRAY['threshold linear', 'threshold floor', 'threshold ceil', 'proportional', 'events', 'bands',
		'interpolate', 'ceiling', 'threshold lower', 'ordinal', 'met', 'given'], rule) AS rule,
	i.weight,
	-- what is left of a weight at the root: decimals, for weights sum to 100
	trim_scale(i.weight / 100 * m.weight / 100 * t.weight / 100) AS share,
	target, full_points, penalty, trim_scale(penalty / step) AS rate, trim_scale(1 / step) AS steps,
	low, high, cuts, points, coalesce(cap, 1000000) AS cap
FROM bench.indicator AS i
	LEFT JOIN bench.inner_node AS m USING (group_id, node)
	LEFT JOIN bench.inner_node AS t ON t.group_id = i.group_id AND t.node = m.parent;
ALTER TABLE bench.setting ADD PRIMARY KEY (group_id, item);
ANALYZE bench.setting;

-- The points of a reading. (In the views it stands as it is: inlined.)
CREATE FUNCTION bench.points_of(value numeric, s bench.setting) RETURNS numeric
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN CASE s.rule
	WHEN 1 THEN CASE WHEN value >= s.target THEN s.full_points ELSE greatest(s.low, s.full_points - s.rate * (s.target - value)) END
	WHEN 2 THEN CASE WHEN value >= s.target THEN s.full_points ELSE greatest(s.low, s.full_points - s.penalty * floor((s.target - value) * s.steps)) END
	WHEN 3 THEN CASE WHEN value >= s.target THEN s.full_points ELSE greatest(s.low, s.full_points - s.penalty * ceil((s.target - value) * s.steps)) END
	WHEN 4 THEN s.full_points * greatest(s.low, least(s.high, value / s.target))
	WHEN 5 THEN greatest(s.low, s.full_points - s.penalty * value)
	WHEN 6 THEN s.points[1 + width_bucket(value, s.cuts)]
	WHEN 7 THEN CASE
		WHEN value <= s.cuts[1] THEN s.points[1]
		WHEN value >= s.cuts[4] THEN s.points[4]
		ELSE s.points[width_bucket(value, s.cuts)]
			+ (s.points[width_bucket(value, s.cuts) + 1] - s.points[width_bucket(value, s.cuts)])
			* (value - s.cuts[width_bucket(value, s.cuts)])
			/ (s.cuts[width_bucket(value, s.cuts) + 1] - s.cuts[width_bucket(value, s.cuts)]) END
	WHEN 8 THEN CASE WHEN value <= s.target THEN s.full_points ELSE greatest(s.low, s.full_points - s.rate * (value - s.target)) END
	WHEN 9 THEN CASE WHEN value <= s.target THEN s.full_points ELSE greatest(s.low, s.full_points - s.rate * (value - s.target)) END
	WHEN 10 THEN s.points[value::int]
	WHEN 11 THEN s.points[CASE WHEN value >= coalesce(s.low, value) AND value < coalesce(s.high, value + 1) THEN 1 ELSE 2 END]
	WHEN 12 THEN CASE WHEN value BETWEEN s.low AND s.high THEN value END
END;

-- Level by level; a reading that is not there is left out of its mean.
CREATE VIEW bench.by_levels AS
WITH leaf AS (
	SELECT r.subject_id, m.group_id, s.part, s.node, s.weight, s.cap, bench.points_of(r.value, s) AS points
	FROM bench.scheme_reading AS r JOIN bench.scheme_subject AS m USING (subject_id)
		JOIN bench.setting AS s ON s.group_id = m.group_id AND s.item = r.item
), middle AS (
	SELECT subject_id, group_id, node,
		CASE WHEN node < 400 THEN sum(weight * points) / sum(weight) ELSE sum(least(points, cap)) END AS points
	FROM leaf GROUP BY subject_id, group_id, node
), top AS (
	SELECT subject_id, group_id, coalesce(n.parent, m.node) AS node,
		CASE WHEN m.node < 400 THEN sum(n.weight * m.points) / sum(n.weight) ELSE sum(m.points) END AS points
	FROM middle AS m LEFT JOIN bench.inner_node AS n USING (group_id, node)
	GROUP BY subject_id, group_id, coalesce(n.parent, m.node), m.node < 400
), root AS (
	SELECT subject_id, group_id,
		sum(n.weight * t.points) FILTER (WHERE t.node < 400) / sum(n.weight) FILTER (WHERE t.node < 400) AS mean,
		sum(t.points) FILTER (WHERE t.node = 402) AS deductions,
		sum(t.points) FILTER (WHERE t.node = 403) AS bonus
	FROM top AS t LEFT JOIN bench.inner_node AS n USING (group_id, node)
	GROUP BY subject_id, group_id
), whole AS (
	SELECT subject_id, group_id,
		least(w.high, greatest(w.low,
			mean - least(w.deduction_cap, coalesce(deductions, 0)) + least(w.bonus_cap, coalesce(bonus, 0)))) AS basis
	FROM root, bench.whole AS w
)
SELECT subject_id, group_id, round(basis, 2) AS score, basis FROM whole;

-- The same in one pass over the readings: each mean a column, the means above
-- expressions of those.
SELECT format('CREATE TABLE bench.inner_weight AS SELECT group_id, %s FROM bench.inner_node GROUP BY group_id',
	string_agg(DISTINCT format('max(weight) FILTER (WHERE node = %1$s) AS w%1$s', node), ', '))
FROM bench.inner_node \gexec
CREATE FUNCTION bench.mean_of(the_parent int) RETURNS text LANGUAGE sql
RETURN (SELECT format('(%s) / nullif(%s, 0)',
		string_agg(format('coalesce(w%1$s * m%1$s, 0)', node), ' + ' ORDER BY node),
		string_agg(format('CASE WHEN m%1$s IS NULL THEN 0 ELSE w%1$s END', node), ' + ' ORDER BY node))
	FROM (SELECT DISTINCT node FROM bench.inner_node WHERE parent = the_parent) AS n);
SELECT format($$
CREATE VIEW bench.by_columns AS
WITH middle AS (
	SELECT r.subject_id, m.group_id, %s,
		sum(least(s.cap, bench.points_of(r.value, s))) FILTER (WHERE s.node = 402) AS deductions,
		sum(least(s.cap, bench.points_of(r.value, s))) FILTER (WHERE s.node = 403) AS bonus
	FROM bench.scheme_reading AS r JOIN bench.scheme_subject AS m USING (subject_id)
		JOIN bench.setting AS s ON s.group_id = m.group_id AND s.item = r.item
	GROUP BY r.subject_id, m.group_id
), top AS (
	SELECT middle.*, %s FROM middle JOIN bench.inner_weight USING (group_id)
), whole AS (
	SELECT subject_id, group_id, least(w.high, greatest(w.low,
		%s - least(w.deduction_cap, coalesce(deductions, 0)) + least(w.bonus_cap, coalesce(bonus, 0)))) AS basis
	FROM top JOIN bench.inner_weight USING (group_id), bench.whole AS w
)
SELECT subject_id, group_id, round(basis, 2) AS score, basis FROM whole$$,
	string_agg(DISTINCT format('sum(s.weight * bench.points_of(r.value, s)) FILTER (WHERE s.node = %1$s)
		/ sum(s.weight) FILTER (WHERE s.node = %1$s) AS m%1$s', node), ', ') FILTER (WHERE node < 300),
	string_agg(DISTINCT format('%s AS m%s', bench.mean_of(node), node), ', ') FILTER (WHERE node > 300),
	bench.mean_of(401))
FROM bench.inner_node \gexec

-- All levels at once, with the weights multiplied beforehand: half the work,
-- and only right where every reading is there.
CREATE VIEW bench.by_shares AS
WITH root AS (
	SELECT r.subject_id, m.group_id,
		sum(s.share * bench.points_of(r.value, s)) FILTER (WHERE s.node < 400) AS mean,
		sum(least(s.cap, bench.points_of(r.value, s))) FILTER (WHERE s.node = 402) AS deductions,
		sum(least(s.cap, bench.points_of(r.value, s))) FILTER (WHERE s.node = 403) AS bonus
	FROM bench.scheme_reading AS r JOIN bench.scheme_subject AS m USING (subject_id)
		JOIN bench.setting AS s ON s.group_id = m.group_id AND s.item = r.item
	GROUP BY r.subject_id, m.group_id
), whole AS (
	SELECT subject_id, group_id,
		least(w.high, greatest(w.low, mean - least(w.deduction_cap, deductions) + least(w.bonus_cap, bonus))) AS basis
	FROM root, bench.whole AS w
)
SELECT subject_id, group_id, round(basis, 2) AS score, basis FROM whole;

-- A function that loops over the readings of one subject.
CREATE FUNCTION bench.loop_basis(the_subject bigint, the_group int) RETURNS numeric
LANGUAGE plpgsql STABLE PARALLEL SAFE AS $$
DECLARE
	r record;
	middle_sum numeric[] := array_fill(0::numeric, '{12}');
	middle_weight numeric[] := array_fill(0::numeric, '{12}');
	top_sum numeric[] := array_fill(0::numeric, '{4}');
	top_weight numeric[] := array_fill(0::numeric, '{4}');
	points numeric := 0;
	weight numeric := 0;
	deductions numeric := 0;
	bonus numeric := 0;
	w bench.whole;
BEGIN
	FOR r IN
		SELECT s.node, s.weight, s.cap, bench.points_of(d.value, s) AS points
		FROM bench.scheme_reading AS d JOIN bench.setting AS s ON s.group_id = the_group AND s.item = d.item
		WHERE d.subject_id = the_subject
	LOOP
		IF r.node < 400 THEN
			middle_sum[r.node - 200] := middle_sum[r.node - 200] + r.weight * r.points;
			middle_weight[r.node - 200] := middle_weight[r.node - 200] + r.weight;
		ELSIF r.node = 402 THEN
			deductions := deductions + least(r.cap, r.points);
		ELSE
			bonus := bonus + least(r.cap, r.points);
		END IF;
	END LOOP;
	FOR r IN SELECT n.node, n.parent, n.weight FROM bench.inner_node AS n WHERE n.group_id = the_group ORDER BY n.node LOOP
		IF r.node < 300 THEN
			IF middle_weight[r.node - 200] > 0 THEN
				top_sum[r.parent - 300] := top_sum[r.parent - 300]
					+ r.weight * middle_sum[r.node - 200] / middle_weight[r.node - 200];
				top_weight[r.parent - 300] := top_weight[r.parent - 300] + r.weight;
			END IF;
		ELSIF top_weight[r.node - 300] > 0 THEN
			points := points + r.weight * top_sum[r.node - 300] / top_weight[r.node - 300];
			weight := weight + r.weight;
		END IF;
	END LOOP;
	SELECT * INTO w FROM bench.whole;
	RETURN least(w.high, greatest(w.low,
		points / weight - least(w.deduction_cap, deductions) + least(w.bonus_cap, bonus)));
END
$$;
CREATE VIEW bench.by_loop AS
SELECT subject_id, group_id, round(bench.loop_basis(subject_id, group_id), 2) AS score FROM bench.scheme_subject;

-- Tiers of 20, 70 and 10 %: seats by largest remainder, equal remainders to the
-- middle, then the top; a tie across a cut goes to the better tier.
CREATE VIEW bench.seat AS
WITH quota AS (
	SELECT group_id, n, tier, n * share AS q, preference
	FROM (SELECT group_id, count(*) AS n FROM bench.scheme_subject GROUP BY group_id) AS g,
		(VALUES (1, 0.20, 2), (2, 0.70, 1), (3, 0.10, 3)) AS t (tier, share, preference)
), seat AS (
	SELECT group_id, tier, floor(q) + (row_number() OVER (PARTITION BY group_id ORDER BY q - floor(q) DESC, preference)
		<= n - sum(floor(q)) OVER (PARTITION BY group_id))::int AS seats
	FROM quota
)
SELECT group_id, sum(seats) FILTER (WHERE tier = 1) AS first_cut, sum(seats) FILTER (WHERE tier < 3) AS second_cut
FROM seat GROUP BY group_id;

CREATE VIEW bench.by_levels_standing AS
SELECT q.*, CASE WHEN rank <= first_cut THEN 1 WHEN rank <= second_cut THEN 2 ELSE 3 END AS tier
FROM (SELECT *, rank() OVER (PARTITION BY group_id ORDER BY basis DESC) FROM bench.by_levels) AS q
	JOIN bench.seat USING (group_id);
CREATE VIEW bench.by_columns_standing AS
SELECT q.*, CASE WHEN rank <= first_cut THEN 1 WHEN rank <= second_cut THEN 2 ELSE 3 END AS tier
FROM (SELECT *, rank() OVER (PARTITION BY group_id ORDER BY basis DESC) FROM bench.by_columns) AS q
	JOIN bench.seat USING (group_id);
CREATE VIEW bench.by_shares_standing AS
SELECT q.*, CASE WHEN rank <= first_cut THEN 1 WHEN rank <= second_cut THEN 2 ELSE 3 END AS tier
FROM (SELECT *, rank() OVER (PARTITION BY group_id ORDER BY basis DESC) FROM bench.by_shares) AS q
	JOIN bench.seat USING (group_id);
CREATE VIEW bench.by_loop_standing AS
WITH scored AS MATERIALIZED (	-- called once, in parallel
	SELECT subject_id, group_id, bench.loop_basis(subject_id, group_id) AS basis FROM bench.scheme_subject
)
SELECT q.*, round(basis, 2) AS score, CASE WHEN rank <= first_cut THEN 1 WHEN rank <= second_cut THEN 2 ELSE 3 END AS tier
FROM (SELECT *, rank() OVER (PARTITION BY group_id ORDER BY basis DESC) FROM scored) AS q
	JOIN bench.seat USING (group_id);

-- Whether contenders say the same. What is computed in floating point has to
-- come within 1e-9 of what ranks look at; its score may then be rounded the other way.
CREATE TABLE bench.expected (subject_id bigint, score numeric, basis numeric, rank bigint, tier int);
CREATE TABLE bench.answer (LIKE bench.expected);
CREATE FUNCTION bench.wrong_answers() RETURNS text LANGUAGE sql AS $$
	SELECT CASE WHEN n = 0 THEN 'equal' WHEN near THEN 'equal to 1e-9, but ' || differ ELSE 'UNEQUAL: ' || differ END
	FROM (SELECT count(*) AS n, bool_and(coalesce(abs(e.basis - a.basis) <= 1e-9, false)) AS near,
			format('%s scores, %s ranks, %s tiers differ', count(*) FILTER (WHERE e.score IS DISTINCT FROM a.score),
				count(*) FILTER (WHERE e.rank IS DISTINCT FROM a.rank), count(*) FILTER (WHERE e.tier IS DISTINCT FROM a.tier)) AS differ
		FROM bench.expected AS e FULL JOIN bench.answer AS a USING (subject_id)
		WHERE (e.score, e.rank, e.tier) IS DISTINCT FROM (a.score, a.rank, a.tier) OR abs(e.basis - a.basis) > 1e-9) AS q
$$;
CREATE PROCEDURE bench.must_agree(contender text) LANGUAGE plpgsql AS $$
DECLARE
	wrong text;
BEGIN
	TRUNCATE bench.answer;
	EXECUTE format('INSERT INTO bench.answer SELECT subject_id, score, basis, rank, tier FROM bench.%I', contender);
	wrong := bench.wrong_answers();
	IF wrong <> 'equal' THEN
		RAISE EXCEPTION '% against by_levels_standing: %', contender, wrong;
	END IF;
END
$$;

-- How long a statement takes, for peers outside of the server, too.
CREATE FUNCTION bench.seconds(statement text) RETURNS float8 LANGUAGE plpgsql AS $$
DECLARE
	begun timestamptz := clock_timestamp();
BEGIN
	EXECUTE statement;
	RETURN extract(epoch FROM clock_timestamp() - begun);
END
$$;
