-- Whole schemes: six groups with a rubric each (same rules, other weights and
-- targets), 100 indicators, made-up readings. EXAMPLE DATA: nothing in it was
-- ever measured; it comes from :seed alone and is the same everywhere.
RESET ALL;
\set seed 20250101
\set subjects '(:rows::bigint / 100)'
\echo 'Whole schemes: example data, made from a fixed seed'

-- One row for each indicator of each group: all that any contender knows.
-- main indicators go to 12 means (node 201..212), these to 4 (301..304), these
-- to the root's (401); the last 10 are deductions (402) and bonuses (403).
CREATE TABLE bench.indicator (
	group_id int, item int, part text, node int, rule text,
	weight numeric,				-- in the mean; they sum to 100
	target numeric, full_points numeric, penalty numeric, step numeric,
	low numeric, high numeric,	-- of the proportion, or bounds
	cuts numeric[], points numeric[],	-- of bands, curve, words; {met, otherwise}
	cap numeric,				-- of a deduction or bonus
	PRIMARY KEY (group_id, item));
COMMENT ON TABLE bench.indicator IS 'example data of the benchmark';

INSERT INTO bench.indicator (group_id, item, part, node, rule, weight)
SELECT g, i, 'main', 201 + (i - 1) * 12 / 90,
       (ARRAY['threshold linear', 'threshold floor', 'threshold ceil', 'proportional', 'events', 'bands',
              'interpolate', 'ceiling', 'ordinal', 'met', 'given', 'threshold lower'])[1 + (i - 1) % 12],
       5 + (i * 37 + g * 11) % 10
FROM generate_series(1, 6) AS g, generate_series(1, 90) AS i;
INSERT INTO bench.indicator (group_id, item, part, node, rule, cap)
SELECT g, item, part, node, rule, cap
FROM generate_series(1, 6) AS g, (VALUES
	(91, 'deductions', 402, 'given', 2), (92, 'deductions', 402, 'given', 2),
	(93, 'deductions', 402, 'bands', NULL), (94, 'deductions', 402, 'bands', NULL),
	(95, 'deductions', 402, 'met', NULL), (96, 'deductions', 402, 'met', NULL),
	(97, 'bonus', 403, 'given', 1), (98, 'bonus', 403, 'given', 1),
	(99, 'bonus', 403, 'met', NULL), (100, 'bonus', 403, 'met', NULL)) AS v (item, part, node, rule, cap);
-- the last of each mean takes what the others leave of 100
UPDATE bench.indicator AS i SET weight = 100 - (
	SELECT sum(weight) FROM bench.indicator AS o WHERE o.group_id = i.group_id AND o.node = i.node AND o.item < i.item)
WHERE item = (SELECT max(item) FROM bench.indicator AS o WHERE o.group_id = 1 AND o.node = i.node AND part = 'main');

UPDATE bench.indicator AS i SET
	target = CASE rule
		WHEN 'threshold linear' THEN 85 + (g * 3 + item) % 11
		WHEN 'threshold floor' THEN 80 + (g * 5 + item) % 16
		WHEN 'threshold ceil' THEN 75 + (g * 7 + item) % 16
		WHEN 'proportional' THEN 60 + 5 * ((g + item / 12) % 8)
		WHEN 'ceiling' THEN 1 + 0.25 * (g % 3)
		WHEN 'threshold lower' THEN 2 + 0.5 * (g % 4) END,
	full_points = CASE WHEN rule ~ 'threshold|proportional|events|ceiling' THEN 100 END,
	penalty = CASE
		WHEN rule IN ('threshold linear', 'threshold ceil') THEN 2 + (g + item) % 3
		WHEN rule = 'threshold floor' THEN 4 + (g + item) % 3
		WHEN rule = 'events' THEN 10 + 5 * ((g + item) % 3)
		WHEN rule IN ('ceiling', 'threshold lower') THEN 12 + (g + item) % 4 END,
	step = CASE rule WHEN 'threshold floor' THEN 2 WHEN 'threshold ceil' THEN 0.5
		WHEN 'threshold linear' THEN 1 WHEN 'threshold lower' THEN 1 WHEN 'ceiling' THEN 1 END,
	low = CASE
		WHEN rule = 'proportional' OR rule ~ 'threshold|events|ceiling' THEN 0
		WHEN rule = 'met' AND part = 'main' THEN 70 + (g * 3 + item) % 16
		WHEN rule = 'met' AND part = 'bonus' THEN 95
		WHEN rule = 'given' THEN 0 END,
	high = CASE
		WHEN rule = 'proportional' THEN 1.15
		WHEN rule = 'met' AND part = 'deductions' THEN 50 + g
		WHEN rule = 'given' THEN CASE part WHEN 'main' THEN 100 ELSE 5 END END,
	cuts = CASE
		WHEN rule = 'bands' AND part = 'main' THEN ARRAY[58 + g % 3, 70, 80, 88 + g % 4]
		WHEN rule = 'bands' THEN ARRAY[55, 70 + g]
		WHEN rule = 'interpolate' THEN ARRAY[40, 60, 80, 95] END,
	points = CASE
		WHEN rule = 'bands' AND part = 'main' THEN ARRAY[20, 40 + g, 60 + g, 80, 100]
		WHEN rule = 'bands' THEN ARRAY[2, 0.5, 0]
		WHEN rule = 'interpolate' THEN ARRAY[0, 50 + g, 85, 100]
		WHEN rule = 'ordinal' THEN ARRAY[100, 80 + g, 70, 50, 20]
		WHEN rule = 'met' AND part = 'main' THEN ARRAY[100, 40 + g]
		WHEN rule = 'met' AND part = 'deductions' THEN ARRAY[1.5, 0]
		WHEN rule = 'met' THEN ARRAY[1, 0] END
FROM generate_series(1, 6) AS g WHERE g = i.group_id;

-- Above the indicators.
CREATE TABLE bench.inner_node (group_id int, node int, parent int, weight numeric, PRIMARY KEY (group_id, node));
COMMENT ON TABLE bench.inner_node IS 'example data of the benchmark';
INSERT INTO bench.inner_node
SELECT g, 200 + m, 301 + (m - 1) / 3, 25 + (m * 7 + g * 5) % 14
FROM generate_series(1, 6) AS g, generate_series(1, 12) AS m;
INSERT INTO bench.inner_node
SELECT g, 300 + t, 401, 16 + (t * 5 + g * 3) % 13 FROM generate_series(1, 6) AS g, generate_series(1, 4) AS t;
UPDATE bench.inner_node AS n SET weight = 100 - (
	SELECT sum(weight) FROM bench.inner_node AS o WHERE o.group_id = n.group_id AND o.parent = n.parent AND o.node < n.node)
WHERE node IN (203, 206, 209, 212, 304);
DO $$
BEGIN
	ASSERT (SELECT bool_and(s = 100) FROM (SELECT sum(weight) AS s FROM bench.indicator WHERE part = 'main' GROUP BY group_id, node) AS q);
	ASSERT (SELECT bool_and(s = 100) FROM (SELECT sum(weight) AS s FROM bench.inner_node GROUP BY group_id, parent) AS q);
	ASSERT (SELECT min(weight) > 0 FROM bench.indicator WHERE part = 'main') AND (SELECT min(weight) > 0 FROM bench.inner_node);
END
$$;

-- What holds for the whole: caps of the two lists, and the bounds of the score.
CREATE TABLE bench.whole (deduction_cap numeric, bonus_cap numeric, low numeric, high numeric);
INSERT INTO bench.whole VALUES (6, 3, 0, 103);

-- The readings, every one of two decimals. A subject's own level moves the
-- percentages of all of its indicators, so that scores spread.
CREATE FUNCTION bench.chance(subject_id bigint, what int, seed bigint) RETURNS bigint
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN (hashint8extended(subject_id * 1000 + what, seed) & 1048575);	-- of 1048576
CREATE UNLOGGED TABLE bench.scheme_subject AS
SELECT s AS subject_id, (1 + bench.chance(s, 101, :seed) % 6)::int AS group_id
FROM generate_series(1, :subjects) AS s;
CREATE UNLOGGED TABLE bench.scheme_reading AS
SELECT s AS subject_id, k.item, (CASE
		WHEN part = 'main' AND rule = 'events' THEN u * u / 1048576 * 8 / 1048576 * 100
		WHEN part = 'main' AND rule = 'ordinal' THEN (1 + u * 5 / 1048576) * 100
		WHEN rule IN ('ceiling', 'threshold lower') THEN u * 700 / 1048576
		WHEN part = 'deductions' AND rule = 'given' THEN greatest(0, u * 900 / 1048576 - 600)
		WHEN part = 'bonus' AND rule = 'given' THEN greatest(0, u * 500 / 1048576 - 350)
		WHEN rule = 'given' THEN least(10000, 4500 + level * 2500 / 1048576 + u * 3500 / 1048576)
		ELSE 4500 + level * 2500 / 1048576 + u * 4000 / 1048576
	END::numeric / 100)::numeric(5, 2) AS value
FROM generate_series(1, :subjects) AS s, bench.indicator AS k,
	LATERAL (SELECT bench.chance(s, 102, :seed) AS level, bench.chance(s, k.item, :seed) AS u) AS c
WHERE k.group_id = 1
ORDER BY s, k.item;		-- as it comes in subject by subject: the best order for the peers
ALTER TABLE bench.scheme_subject ADD PRIMARY KEY (subject_id);
ALTER TABLE bench.scheme_subject SET (parallel_workers = 2);	-- small, but not to a function with a loop
ALTER TABLE bench.scheme_reading ADD PRIMARY KEY (subject_id, item);
COMMENT ON TABLE bench.scheme_reading IS 'example data of the benchmark: made-up readings';
VACUUM (ANALYZE, FREEZE) bench.indicator, bench.inner_node, bench.scheme_subject, bench.scheme_reading;
