-- Standings: who asks sees what it may see of the ranks that were worked out among all.

CREATE OR REPLACE VIEW @workspace@.standing WITH (security_barrier = true) AS
SELECT r.scheme_id, r.period_id, r.group_id, r.subject_id, r.version_id,
	sc.code AS scheme, p.code AS period, g.code AS group_code, g.label AS group_label,
	su.code AS subject, su.name AS subject_name, su.name_zh AS subject_name_zh,
	r.base_score, r.coefficient, r.deductions, r.bonus, r.score, r.basis AS rank_basis, r.rank, r.group_size,
	r.tier, t.code AS tier_code, t.label AS tier_label, t.label_zh AS tier_label_zh,
	CASE WHEN r.tier IS NOT NULL THEN coalesce(r.tier > r.quota_tier, true) END AS tier_capped, r.eligible, r.coverage, coalesce(n.pending, 0) AS pending_events,
	r.ends_on >= (SELECT @workspace@.today()) OR coalesce(r.coverage < 1, true) OR n.pending IS NOT NULL AS provisional,
	r.quota_tier, r.dense_rank, r.fractional_rank, r.linkage_cap, r.promoted, r.lot
FROM @workspace@.tiered AS r
	LEFT JOIN @workspace@.tier AS t ON t.version_id = r.version_id AND t.tier = r.tier
	LEFT JOIN @workspace@.scheme AS sc ON sc.scheme_id = r.scheme_id
	LEFT JOIN @workspace@.period AS p ON p.period_id = r.period_id
	LEFT JOIN @workspace@.subject_group AS g ON g.group_id = r.group_id
	LEFT JOIN @workspace@.subject AS su ON su.subject_id = r.subject_id
	LEFT JOIN (SELECT e.subject_id, pp.period_id, count(*) AS pending
	           FROM @workspace@.decided_event AS e JOIN @workspace@.period_part AS pp ON pp.part_id = e.period_id
	           WHERE e.decision = 'pending' GROUP BY e.subject_id, pp.period_id) AS n
		ON n.subject_id = r.subject_id AND n.period_id = r.period_id
-- Ranks are worked out among all of a group; then each sees what it may see.
WHERE (SELECT @workspace@.sees_all()) OR r.subject_id IN (SELECT unnest(@workspace@.visible_subjects()));
COMMENT ON VIEW @workspace@.standing IS 'live standings: scores, ranks and tiers (实时考核结果)';
COMMENT ON COLUMN @workspace@.standing.scheme_id IS 'scheme (方案编号)';
COMMENT ON COLUMN @workspace@.standing.period_id IS 'period (周期编号)';
COMMENT ON COLUMN @workspace@.standing.group_id IS 'group (分组编号)';
COMMENT ON COLUMN @workspace@.standing.subject_id IS 'subject (考核对象编号)';
COMMENT ON COLUMN @workspace@.standing.version_id IS 'version of the scheme (方案版本)';
COMMENT ON COLUMN @workspace@.standing.scheme IS 'code of the scheme (方案)';
COMMENT ON COLUMN @workspace@.standing.period IS 'code of the period (周期)';
COMMENT ON COLUMN @workspace@.standing.group_code IS 'code of the group (分组代码)';
COMMENT ON COLUMN @workspace@.standing.group_label IS 'name of the group (分组)';
COMMENT ON COLUMN @workspace@.standing.subject IS 'code of the subject (考核对象代码)';
COMMENT ON COLUMN @workspace@.standing.subject_name IS 'name of the subject (考核对象)';
COMMENT ON COLUMN @workspace@.standing.subject_name_zh IS 'Chinese name of the subject (考核对象中文名)';
COMMENT ON COLUMN @workspace@.standing.base_score IS 'points of part base (基础分)';
COMMENT ON COLUMN @workspace@.standing.coefficient IS 'coefficient that multiplies it (评价系数)';
COMMENT ON COLUMN @workspace@.standing.deductions IS 'points of part deductions, negative (扣分)';
COMMENT ON COLUMN @workspace@.standing.bonus IS 'points of part bonus (加分)';
COMMENT ON COLUMN @workspace@.standing.score IS 'final score (得分)';
COMMENT ON COLUMN @workspace@.standing.rank_basis IS 'number that ranks look at (排名依据)';
COMMENT ON COLUMN @workspace@.standing.rank IS 'rank in the group, equal scores equal ranks (位次)';
COMMENT ON COLUMN @workspace@.standing.group_size IS 'members of the group with a score (组内参评数)';
COMMENT ON COLUMN @workspace@.standing.tier IS 'tier, 1 is the best; after vetoes and limits (等次号)';
COMMENT ON COLUMN @workspace@.standing.tier_code IS 'code of the tier (等次代码)';
COMMENT ON COLUMN @workspace@.standing.tier_label IS 'name of the tier (等次)';
COMMENT ON COLUMN @workspace@.standing.tier_label_zh IS 'Chinese name of the tier (等次中文名)';
COMMENT ON COLUMN @workspace@.standing.tier_capped IS 'it has a lower tier than by quota: a veto, limit, linkage or cut keeps it there, or a promotion has taken its seat (等次受限)';
COMMENT ON COLUMN @workspace@.standing.eligible IS 'no limit makes it ineligible (是否具备资格)';
COMMENT ON COLUMN @workspace@.standing.coverage IS 'share of the readings asked for that are there (数据完备率)';
COMMENT ON COLUMN @workspace@.standing.pending_events IS 'events that are not decided (未决事件数)';
COMMENT ON COLUMN @workspace@.standing.provisional IS 'the period is not over, readings are missing or events not decided (是否暂定)';
COMMENT ON COLUMN @workspace@.standing.quota_tier IS 'tier before vetoes, limits, linkages and cuts (名额等次)';
COMMENT ON COLUMN @workspace@.standing.dense_rank IS 'rank that counts equal scores once (密集位次)';
COMMENT ON COLUMN @workspace@.standing.fractional_rank IS 'mean of the ranks that equal scores share (平均位次)';
COMMENT ON COLUMN @workspace@.standing.linkage_cap IS 'best tier that linkages and grades of shorter periods allow (挂钩最高可得等次)';
COMMENT ON COLUMN @workspace@.standing.promoted IS 'tier that a linkage lifts it to (挂钩提升至等次)';
COMMENT ON COLUMN @workspace@.standing.lot IS 'lot that decides between equal scores, the lower first (同分签序)';

CREATE OR REPLACE VIEW @workspace@.standing_part WITH (security_barrier = true) AS
SELECT r.scheme_id, r.period_id, r.group_id, r.subject_id, r.version_id, n.node, n.part, n.spec ->> 'label' AS label,
	perfeval.scorecard_value(r.result, n.node) AS points,
	perfeval.scorecard_status(r.result, n.node) AS status
FROM @workspace@.participant_result AS r
	JOIN @workspace@.group_node AS n ON n.version_id = r.version_id AND n.group_id = r.group_id AND n.part IS NOT NULL
WHERE (SELECT @workspace@.sees_all()) OR r.subject_id IN (SELECT unnest(@workspace@.visible_subjects()));
COMMENT ON VIEW @workspace@.standing_part IS 'points of each part of a score (得分组成)';
COMMENT ON COLUMN @workspace@.standing_part.scheme_id IS 'scheme (方案编号)';
COMMENT ON COLUMN @workspace@.standing_part.period_id IS 'period (周期编号)';
COMMENT ON COLUMN @workspace@.standing_part.group_id IS 'group (分组编号)';
COMMENT ON COLUMN @workspace@.standing_part.subject_id IS 'subject (考核对象编号)';
COMMENT ON COLUMN @workspace@.standing_part.version_id IS 'version of the scheme (方案版本)';
COMMENT ON COLUMN @workspace@.standing_part.node IS 'node of the rubric (节点号)';
COMMENT ON COLUMN @workspace@.standing_part.part IS 'part (组成)';
COMMENT ON COLUMN @workspace@.standing_part.label IS 'name (名称)';
COMMENT ON COLUMN @workspace@.standing_part.points IS 'points (得分)';
COMMENT ON COLUMN @workspace@.standing_part.status IS 'ok, missing, not_applicable, exempt or error (状态)';

-- What somebody who corrects a reading looks at next. Planning the view takes
-- longer than answering for a group, so it is planned once a session, whatever
-- the arguments. It shows what the view shows to whoever asks.
CREATE OR REPLACE FUNCTION @workspace@.group_standing(period_id integer, group_id integer)
RETURNS TABLE (scheme_id integer, subject_id bigint, score numeric, rank bigint, tier integer)
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp
SET plan_cache_mode = force_generic_plan
SET jit = off
AS $$
BEGIN
	RETURN QUERY SELECT s.scheme_id, s.subject_id, s.score, s.rank, s.tier
	FROM @workspace@.standing AS s WHERE s.period_id = $1 AND s.group_id = $2;
END
$$;
COMMENT ON FUNCTION @workspace@.group_standing(integer, integer) IS
	'scores, ranks and tiers of one group, quickly, again and again (分组实时排名)';
