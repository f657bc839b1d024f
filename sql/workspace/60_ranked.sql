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

-- What counts beside the score, in one row for each subject that has any of it:
-- one join, and where there is nothing next to none.
CREATE OR REPLACE VIEW @workspace@.beside_score AS
SELECT e.scheme_id, e.period_id, e.subject_id,
	max(e.tier) FILTER (WHERE e.effect = 'cap') AS cap,
	max(e.tier) FILTER (WHERE e.effect = 'promote') AS promoted,
	max(e.lot) AS lot
FROM (SELECT l.scheme_id, l.period_id, l.subject_id, l.effect, l.tier, NULL::integer AS lot
      FROM @workspace@.linkage_effect AS l WHERE l.withdrawn_at IS NULL
      UNION ALL
      SELECT g.scheme_id, g.period_id, g.subject_id, 'cap', g.tier, NULL
      FROM @workspace@.grade_effect AS g WHERE g.withdrawn_at IS NULL
      UNION ALL
      SELECT d.scheme_id, d.period_id, d.subject_id, NULL, NULL, d.lot FROM @workspace@.tie_lot AS d) AS e
GROUP BY e.scheme_id, e.period_id, e.subject_id;
COMMENT ON VIEW @workspace@.beside_score IS 'what counts beside the score: linkages, grades of shorter periods, lots (得分以外影响名次等次的事项)';
COMMENT ON COLUMN @workspace@.beside_score.scheme_id IS 'scheme (方案)';
COMMENT ON COLUMN @workspace@.beside_score.period_id IS 'period (周期)';
COMMENT ON COLUMN @workspace@.beside_score.subject_id IS 'whose (考核对象)';
COMMENT ON COLUMN @workspace@.beside_score.cap IS 'best tier that it can get; NULL: any (最高可得等次)';
COMMENT ON COLUMN @workspace@.beside_score.promoted IS 'tier that it is lifted to; NULL: none (提升至等次)';
COMMENT ON COLUMN @workspace@.beside_score.lot IS 'its lot among equals (签序)';

-- One value for the chain of ties, and a rule that is looked up once a group:
-- the fewer and the narrower the columns, the quicker the sort. So what the brief
-- result says is taken from it above the sort, and limits only of groups that
-- have some. Those who stand apart have a tier, and neither rank nor seat. A lot
-- is the last key of ties: who has one goes before who has none.
CREATE OR REPLACE VIEW @workspace@.ranked WITH (security_barrier = true) AS
SELECT r.scheme_id, r.version_id, r.period_id, r.group_id, r.subject_id,
	r.base_score, r.coefficient, r.deductions, r.bonus, r.score, r.basis,
	r.place[1]::bigint AS rank, r.place[4]::bigint AS group_size, r.place[5] AS quota_tier,
	(SELECT cardinality(q.shares) FROM @workspace@.tier_rule AS q WHERE q.version_id = r.version_id) AS tiers,
	r.tier_cap, r.eligible, r.coverage, r.ends_on,
	r.place[6] AS tier, r.place[2]::bigint AS dense_rank, r.place[1] + (r.place[3] - 1) * 0.5 AS fractional_rank,
	r.linkage_cap, r.promoted, r.lot
FROM (SELECT s.scheme_id, s.version_id, s.period_id, s.group_id, s.subject_id,
          s.base_score, s.coefficient, s.deductions, s.bonus, perfeval.score(s.brief) AS score, perfeval.rank_basis(s.brief) AS basis,
          perfeval.tier_cap(s.brief) AS tier_cap, perfeval.eligible(s.brief) AS eligible, s.coverage, s.ends_on,
          n.cap AS linkage_cap, n.promoted, n.lot,
          perfeval.place_by_rule(perfeval.rank_basis(s.brief),
              (SELECT u FROM (SELECT coalesce(g.shares, q.shares) AS shares, q.ties, q.preference, q.bounds, g.carry, g.seats,
                                  q.cuts, q.capped_seat, q.promotion_consumes,
                                  x.has_limits OR EXISTS (
                                      SELECT FROM @workspace@.linkage_effect AS l
                                      WHERE l.scheme_id = s.scheme_id AND l.period_id = s.period_id AND l.withdrawn_at IS NULL
                                      UNION ALL
                                      SELECT FROM @workspace@.grade_effect AS l
                                      WHERE l.scheme_id = s.scheme_id AND l.period_id = s.period_id AND l.withdrawn_at IS NULL) AS limited
                              FROM @workspace@.tier_rule AS q
                                  JOIN @workspace@.group_rubric AS x ON x.version_id = q.version_id AND x.group_id = s.group_id
                                  LEFT JOIN @workspace@.group_seats AS g
                                      ON g.scheme_id = s.scheme_id AND g.period_id = s.period_id AND g.group_id = s.group_id
                              WHERE q.version_id = s.version_id) AS u),
              greatest(perfeval.tier_cap(s.brief), n.cap), n.promoted) OVER standing AS place
      FROM @workspace@.participant_score AS s
          LEFT JOIN @workspace@.beside_score AS n
              ON n.scheme_id = s.scheme_id AND n.period_id = s.period_id AND n.subject_id = s.subject_id
      WINDOW standing AS (PARTITION BY s.group_id, s.period_id, s.scheme_id
          ORDER BY CASE WHEN n.lot IS NULL THEN s.tie_chain ELSE coalesce(s.tie_chain, '{}') || - n.lot::numeric END DESC NULLS LAST)) AS r;
COMMENT ON VIEW @workspace@.ranked IS 'scores with ranks and tiers (得分、排名与等次)';

CREATE OR REPLACE VIEW @workspace@.tiered AS
SELECT x.scheme_id, x.version_id, x.period_id, x.group_id, x.subject_id,
	x.base_score, x.coefficient, x.deductions, x.bonus, x.score, x.basis, x.rank, x.group_size, x.quota_tier, x.tiers,
	x.tier_cap, x.eligible, x.coverage, x.ends_on, x.tier, x.dense_rank, x.fractional_rank, x.linkage_cap, x.promoted, x.lot
FROM @workspace@.ranked AS x;
COMMENT ON VIEW @workspace@.tiered IS 'scores with ranks and tiers (得分、排名与等次)';
