-- The same schemes as rubrics that state every choice, the same readings as packed cards.
CREATE TABLE bench.rubric_text AS
WITH leaf AS (
	SELECT group_id, item, node, jsonb_strip_nulls(jsonb_build_object(
		'rule', split_part(rule, ' ', 1), 'node', item, 'label', 'example ' || item,
		'weight', weight, 'cap', cap,
		'item', CASE WHEN rule <> 'ceiling' THEN item END,
		'items', CASE WHEN rule = 'ceiling' THEN jsonb_build_array(item) END,
		'limit', CASE WHEN rule = 'ceiling' THEN target END,
		'per', CASE WHEN rule = 'ceiling' THEN 'point' END,
		'target', CASE WHEN rule <> 'ceiling' THEN target END,
		'full_points', full_points, 'penalty', penalty, 'step', step,
		'min_points', CASE WHEN rule ~ 'threshold|events|ceiling' THEN low END,
		'mode', CASE rule WHEN 'threshold linear' THEN 'linear' WHEN 'threshold floor' THEN 'floor' WHEN 'threshold ceil' THEN 'ceil'
			WHEN 'threshold lower' THEN 'linear' WHEN 'ceiling' THEN 'linear' END,
		'better', CASE WHEN rule = 'threshold lower' THEN 'lower' WHEN rule ~ 'threshold' THEN 'higher' END,
		'low', CASE rule WHEN 'proportional' THEN low END, 'high', CASE rule WHEN 'proportional' THEN high END,
		'min', CASE rule WHEN 'given' THEN low END, 'max', CASE rule WHEN 'given' THEN high END,
		'ge', CASE rule WHEN 'met' THEN low END, 'lt', CASE rule WHEN 'met' THEN high END,
		'cuts', CASE rule WHEN 'bands' THEN cuts END,
		'points', CASE rule WHEN 'bands' THEN to_jsonb(points) WHEN 'met' THEN to_jsonb(points[1]) END,
		'otherwise', CASE rule WHEN 'met' THEN points[2] END,
		'xs', CASE rule WHEN 'interpolate' THEN cuts END, 'ys', CASE rule WHEN 'interpolate' THEN points END,
		'words', CASE rule WHEN 'ordinal' THEN (
			SELECT jsonb_agg(jsonb_build_object('word', 'grade ' || k, 'points', p) ORDER BY k)
			FROM unnest(points) WITH ORDINALITY AS u (p, k)) END)) AS doc
	FROM bench.indicator
), middle AS (
	SELECT n.group_id, n.node, n.parent, jsonb_build_object('rule', 'weighted_mean', 'node', n.node, 'missing', 'renormalize',
		'weight', n.weight, 'children', jsonb_agg(leaf.doc ORDER BY leaf.item)) AS doc
	FROM bench.inner_node AS n JOIN leaf USING (group_id, node)
	GROUP BY n.group_id, n.node
), top AS (
	SELECT n.group_id, n.node, jsonb_build_object('rule', 'weighted_mean', 'node', n.node, 'missing', 'renormalize',
		'weight', n.weight, 'children', jsonb_agg(m.doc ORDER BY m.node)) AS doc
	FROM bench.inner_node AS n JOIN middle AS m ON m.group_id = n.group_id AND m.parent = n.node
	GROUP BY n.group_id, n.node
)
SELECT group_id, jsonb_build_object(
	'rubric', 1, 'label', 'example scheme of group ' || group_id,
	'rounding', '{"at": "final", "digits": 2, "mode": "half_up", "rank_basis": "unrounded"}'::jsonb,
	'root', jsonb_build_object('rule', 'clamp', 'low', w.low, 'high', w.high, 'children', jsonb_build_array(
		jsonb_build_object('rule', 'sum', 'node', 400, 'missing', 'strict', 'children', jsonb_build_array(
			jsonb_build_object('rule', 'weighted_mean', 'node', 401, 'missing', 'renormalize',
				'children', (SELECT jsonb_agg(doc ORDER BY node) FROM top WHERE top.group_id = g.group_id)),
			jsonb_build_object('rule', 'deductions', 'node', 402, 'missing', 'zero', 'cap_total', w.deduction_cap,
				'children', (SELECT jsonb_agg(doc ORDER BY item) FROM leaf WHERE leaf.group_id = g.group_id AND node = 402)),
			jsonb_build_object('rule', 'bonus', 'node', 403, 'missing', 'zero', 'cap_total', w.bonus_cap,
				'children', (SELECT jsonb_agg(doc ORDER BY item) FROM leaf WHERE leaf.group_id = g.group_id AND node = 403))))))
	) AS doc
FROM generate_series(1, 6) AS g (group_id), bench.whole AS w;

CREATE TABLE bench.scheme_rubric AS SELECT group_id, doc::text::perfeval.rubric AS rubric FROM bench.rubric_text;
ALTER TABLE bench.scheme_rubric ADD PRIMARY KEY (group_id);
CREATE VIEW bench.packing AS
SELECT s.subject_id, s.group_id, c.card
FROM bench.scheme_subject AS s
	JOIN (SELECT subject_id, perfeval.scorecard_agg(item, value) AS card
	      FROM bench.scheme_reading GROUP BY subject_id) AS c USING (subject_id)
ORDER BY s.subject_id;
CREATE UNLOGGED TABLE bench.scheme_card AS SELECT * FROM bench.packing;
ALTER TABLE bench.scheme_card ADD PRIMARY KEY (subject_id);
ALTER TABLE bench.scheme_card SET (parallel_workers = 2);	-- as many as there are, however few the rows
COMMENT ON TABLE bench.scheme_card IS 'example data of the benchmark: made-up readings';
VACUUM (ANALYZE, FREEZE) bench.scheme_rubric, bench.scheme_card;

CREATE VIEW bench.packed AS
SELECT subject_id, group_id, perfeval.score(card, rubric) AS score
FROM bench.scheme_card JOIN bench.scheme_rubric USING (group_id);
-- A barrier: else the planner carries card and rubric through the sort and works
-- out the score above it, where there are no workers. The score is what ranks
-- look at, rounded as these rubrics say: one evaluation does for both.
CREATE VIEW bench.packed_basis WITH (security_barrier) AS
SELECT subject_id, group_id, perfeval.rank_basis(card, rubric) AS basis
FROM bench.scheme_card JOIN bench.scheme_rubric USING (group_id);
CREATE VIEW bench.packed_standing AS
SELECT subject_id, group_id, round(basis, 2) AS score, basis, perfeval.rank_by_score(basis) OVER w AS rank,
	perfeval.forced_distribution(basis, '{0.20,0.70,0.10}') OVER w AS tier
FROM bench.packed_basis WINDOW w AS (PARTITION BY group_id);
