-- Participant and rubric, with all readings in one card. This view and the next
-- two are barriers so that each works out its columns once, below the sort of
-- the ranks; comparisons of numbers go through.
CREATE OR REPLACE VIEW @workspace@.participant_card WITH (security_barrier = true) AS
SELECT r.scheme_id, r.version_id, m.period_id, m.group_id, m.subject_id, r.rubric,
	CASE WHEN r.no_events IS NULL THEN x.card ELSE perfeval.scorecard_merge(r.no_events, x.card) END AS card,
	r.items, r.base_node, r.deduction_node, r.bonus_node, r.coefficient_item, r.has_limits, r.ends_on, r.tie_nodes
FROM @workspace@.rubric_in_force AS r
	JOIN @workspace@.participant AS m ON m.group_id = r.group_id AND m.period_id = r.period_id
	LEFT JOIN @workspace@.card AS c ON c.subject_id = m.subject_id AND c.period_id = m.period_id
	LEFT JOIN @workspace@.rolled_card AS u ON u.group_id = m.group_id AND u.period_id = m.period_id
		AND u.subject_id = m.subject_id,
	-- All of this becomes one expression, so it is put such that nothing is merged twice.
	LATERAL (SELECT CASE WHEN u.fresh IS NULL THEN coalesce(c.card, '{}') WHEN c.card IS NULL THEN u.fresh
	                     ELSE perfeval.scorecard_merge(c.card, u.fresh) END AS card) AS o,
	LATERAL (SELECT CASE WHEN u.card IS NULL THEN o.card ELSE perfeval.scorecard_merge(u.card, o.card) END AS card) AS x;
COMMENT ON VIEW @workspace@.participant_card IS 'participants with rubric and all readings (参评对象计分卡)';

CREATE OR REPLACE VIEW @workspace@.participant_result WITH (security_barrier = true) AS
SELECT c.scheme_id, c.version_id, c.period_id, c.group_id, c.subject_id,
	perfeval.evaluate_brief(c.card, c.rubric) AS brief,
	perfeval.evaluate(c.card, c.rubric) AS result,
	perfeval.coverage(c.card, c.items) AS coverage,
	perfeval.scorecard_value(c.card, c.coefficient_item) AS coefficient,
	c.base_node, c.deduction_node, c.bonus_node, c.has_limits, c.ends_on, c.tie_nodes,
	CASE WHEN c.tie_nodes IS NOT NULL THEN perfeval.evaluate(c.card, c.rubric) END AS tie_result
FROM @workspace@.participant_card AS c;
COMMENT ON VIEW @workspace@.participant_result IS 'participants with results (参评对象评分结果)';

CREATE OR REPLACE VIEW @workspace@.participant_score WITH (security_barrier = true) AS
SELECT r.scheme_id, r.version_id, r.period_id, r.group_id, r.subject_id, perfeval.score(r.brief) AS score,
	perfeval.rank_basis(r.brief) AS basis, r.coverage, r.coefficient,
	perfeval.scorecard_value(r.result, r.base_node) AS base_score,
	perfeval.scorecard_value(r.result, r.deduction_node) AS deductions,
	perfeval.scorecard_value(r.result, r.bonus_node) AS bonus,
	CASE WHEN r.has_limits THEN perfeval.tier_cap(r.brief) END AS tier_cap,
	CASE WHEN r.has_limits THEN perfeval.eligible(r.brief) ELSE true END AS eligible,
	r.ends_on,
	perfeval.scorecard_value(r.tie_result, r.tie_nodes[1]) AS tie_1,
	perfeval.scorecard_value(r.tie_result, r.tie_nodes[2]) AS tie_2,
	perfeval.scorecard_value(r.tie_result, r.tie_nodes[3]) AS tie_3,
	CASE WHEN r.tie_nodes IS NOT NULL THEN ARRAY[
		coalesce(perfeval.scorecard_value(r.tie_result, r.tie_nodes[1]), '-Infinity'),
		coalesce(perfeval.scorecard_value(r.tie_result, r.tie_nodes[2]), '-Infinity'),
		coalesce(perfeval.scorecard_value(r.tie_result, r.tie_nodes[3]), '-Infinity')] END AS tie_chain,
	r.brief
FROM @workspace@.participant_result AS r;
COMMENT ON VIEW @workspace@.participant_score IS 'participants with scores (参评对象得分)';
