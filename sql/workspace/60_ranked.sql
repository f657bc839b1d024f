-- Ranks and tiers. What makes tiers of scores is place_by_rule alone, for live
-- standings, those of the past, frozen runs and backtests alike; here is where
-- the rule and all that is beside the score come from.

CREATE OR REPLACE VIEW @workspace@.tier_rule AS
SELECT t.version_id, array_agg(t.share ORDER BY t.tier) AS shares,
	CASE WHEN bool_and(t.preference IS NOT NULL) THEN array_agg(t.tier ORDER BY t.preference) END AS preference,
	array_agg(coalesce(t.bound, 'exact') ORDER BY t.tier) AS bounds,
	coalesce(min(v.ties), 'expand') AS ties,
	CASE WHEN count(t.cut) > 0 THEN array_agg(t.cut ORDER BY t.tier) END AS cuts,
	min(v.capped_seat) AS capped_seat, bool_or(v.promotion_consumes) AS promotion_consumes
FROM @workspace@.tier AS t JOIN @workspace@.scheme_version AS v ON v.version_id = t.version_id
GROUP BY t.version_id;
COMMENT ON VIEW @workspace@.tier_rule IS 'tiers of a version as a rule of place_by_rule (等次规则)';
COMMENT ON COLUMN @workspace@.tier_rule.version_id IS 'version (方案版本)';
COMMENT ON COLUMN @workspace@.tier_rule.shares IS 'shares, best tier first (比例)';
COMMENT ON COLUMN @workspace@.tier_rule.preference IS 'tiers in the order in which remainders are served (余数优先次序)';
COMMENT ON COLUMN @workspace@.tier_rule.bounds IS 'bounds, best tier first (名额约束)';
COMMENT ON COLUMN @workspace@.tier_rule.ties IS 'equal scores across a cut (并列处理)';
COMMENT ON COLUMN @workspace@.tier_rule.cuts IS 'lowest scores of the tiers, NULL if none has one (分数线)';
COMMENT ON COLUMN @workspace@.tier_rule.capped_seat IS 'seat of who is kept out of a tier (受限者名额处理)';
COMMENT ON COLUMN @workspace@.tier_rule.promotion_consumes IS 'a promoted subject takes a seat (晋升是否占用名额)';

-- One value for the chain of ties, and a rule that is looked up once a group:
-- the fewer and the narrower the columns, the quicker the sort. Those who stand
-- apart have a tier, and neither rank nor seat. A lot is the last key of ties: who has
-- one goes before who has none.
CREATE OR REPLACE VIEW @workspace@.ranked WITH (security_barrier = true) AS
SELECT r.scheme_id, r.version_id, r.period_id, r.group_id, r.subject_id,
	r.base_score, r.coefficient, r.deductions, r.bonus, r.score, r.basis,
	r.place[1]::bigint AS rank, r.place[4]::bigint AS group_size, r.place[5] AS quota_tier,
	(SELECT cardinality(q.shares) FROM @workspace@.tier_rule AS q WHERE q.version_id = r.version_id) AS tiers,
	r.tier_cap, r.eligible, r.coverage, r.ends_on,
	r.place[6] AS tier, r.place[2]::bigint AS dense_rank, r.place[1] + (r.place[3] - 1) * 0.5 AS fractional_rank,
	r.linkage_cap, r.promoted, r.lot
FROM (SELECT s.scheme_id, s.version_id, s.period_id, s.group_id, s.subject_id,
          s.base_score, s.coefficient, s.deductions, s.bonus, s.score, s.basis, s.tier_cap, s.eligible, s.coverage, s.ends_on,
          l.cap AS linkage_cap, l.promoted, d.lot,
          perfeval.place_by_rule(s.basis,
              (SELECT u FROM (SELECT coalesce(g.shares, q.shares) AS shares, q.ties, q.preference, q.bounds, g.carry, g.seats,
                                  q.cuts, q.capped_seat, q.promotion_consumes
                              FROM @workspace@.tier_rule AS q
                                  LEFT JOIN @workspace@.group_seats AS g
                                      ON g.scheme_id = s.scheme_id AND g.period_id = s.period_id AND g.group_id = s.group_id
                              WHERE q.version_id = s.version_id) AS u),
              greatest(s.tier_cap, l.cap), l.promoted) OVER standing AS place
      FROM @workspace@.participant_score AS s
          LEFT JOIN @workspace@.linkage_in_force AS l
              ON l.scheme_id = s.scheme_id AND l.period_id = s.period_id AND l.subject_id = s.subject_id
          LEFT JOIN @workspace@.tie_lot AS d
              ON d.scheme_id = s.scheme_id AND d.period_id = s.period_id AND d.subject_id = s.subject_id
      WINDOW standing AS (PARTITION BY s.group_id, s.period_id, s.scheme_id
          ORDER BY CASE WHEN d.lot IS NULL THEN s.tie_chain ELSE coalesce(s.tie_chain, '{}') || - d.lot::numeric END DESC NULLS LAST)) AS r;
COMMENT ON VIEW @workspace@.ranked IS 'scores with ranks and tiers (得分、排名与等次)';

CREATE OR REPLACE VIEW @workspace@.tiered AS
SELECT x.scheme_id, x.version_id, x.period_id, x.group_id, x.subject_id,
	x.base_score, x.coefficient, x.deductions, x.bonus, x.score, x.basis, x.rank, x.group_size, x.quota_tier, x.tiers,
	x.tier_cap, x.eligible, x.coverage, x.ends_on, x.tier, x.dense_rank, x.fractional_rank, x.linkage_cap, x.promoted, x.lot
FROM @workspace@.ranked AS x;
COMMENT ON VIEW @workspace@.tiered IS 'scores with ranks and tiers (得分、排名与等次)';
