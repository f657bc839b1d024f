-- Ranks and tiers.

CREATE OR REPLACE VIEW @workspace@.tier_rule AS
SELECT t.version_id, array_agg(t.share ORDER BY t.tier) AS shares,
	CASE WHEN bool_and(t.preference IS NOT NULL) THEN array_agg(t.tier ORDER BY t.preference) END AS preference,
	array_agg(coalesce(t.bound, 'exact') ORDER BY t.tier) AS bounds,
	coalesce(min(v.ties), 'expand') AS ties
FROM @workspace@.tier AS t JOIN @workspace@.scheme_version AS v ON v.version_id = t.version_id
GROUP BY t.version_id;
COMMENT ON VIEW @workspace@.tier_rule IS 'tiers of a version as arguments of forced_distribution (等次规则)';
COMMENT ON COLUMN @workspace@.tier_rule.version_id IS 'version (方案版本)';
COMMENT ON COLUMN @workspace@.tier_rule.shares IS 'shares, best tier first (比例)';
COMMENT ON COLUMN @workspace@.tier_rule.preference IS 'tiers in the order in which remainders are served (余数优先次序)';
COMMENT ON COLUMN @workspace@.tier_rule.bounds IS 'bounds, best tier first (名额约束)';
COMMENT ON COLUMN @workspace@.tier_rule.ties IS 'equal scores across a cut (并列处理)';

-- One value for the chain of ties, and a rule that is looked up once a group:
-- the fewer and the narrower the columns, the quicker the sort.
CREATE OR REPLACE VIEW @workspace@.ranked WITH (security_barrier = true) AS
SELECT s.scheme_id, s.version_id, s.period_id, s.group_id, s.subject_id,
	s.base_score, s.coefficient, s.deductions, s.bonus, s.score, s.basis,
	perfeval.rank_by_score(s.basis) OVER standing AS rank,
	count(s.basis) OVER (PARTITION BY s.group_id, s.period_id, s.scheme_id) AS group_size,
	perfeval.tier_by_rule(s.basis, (SELECT q FROM @workspace@.tier_rule AS q WHERE q.version_id = s.version_id))
		OVER standing AS quota_tier,
	(SELECT cardinality(q.shares) FROM @workspace@.tier_rule AS q WHERE q.version_id = s.version_id) AS tiers,
	s.tier_cap, s.eligible, s.coverage, s.ends_on
FROM @workspace@.participant_score AS s
WINDOW standing AS (PARTITION BY s.group_id, s.period_id, s.scheme_id ORDER BY s.tie_chain DESC NULLS LAST);
COMMENT ON VIEW @workspace@.ranked IS 'scores with ranks and tiers of the quota (得分与排名)';

-- Tiers after vetoes and limits.
CREATE OR REPLACE VIEW @workspace@.tiered AS
SELECT x.*, CASE WHEN x.tier_cap > x.quota_tier
	THEN least(x.tier_cap, (SELECT max(l.tier) FROM @workspace@.tier AS l WHERE l.version_id = x.version_id))
	ELSE x.quota_tier END AS tier
FROM @workspace@.ranked AS x;
COMMENT ON VIEW @workspace@.tiered IS 'scores with ranks and tiers (得分、排名与等次)';
