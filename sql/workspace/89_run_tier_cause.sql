-- Why the tier of a frozen result is what it is: the same lines as tier_cause has of
-- live ones, and the panel's calibrations after them.

CREATE OR REPLACE VIEW @workspace@.run_tier_cause WITH (security_barrier = true) AS
SELECT s.run_id, s.scheme_id, s.period_id, s.group_id, s.subject_id, s.version_id,
	row_number() OVER (PARTITION BY s.run_id, s.subject_id ORDER BY c.step, c.node, c.rule) AS line_no,
	c.kind, c.rule, c.node, c.item, c.cause, c.cause_zh, c.evidence, c.tier_before, c.tier_after, s.tier_now AS tier
FROM (SELECT x.*, k.tiers, k.cut, k.cut_tier, o.open_tier, o.best_tier, p.capped_tier,
          CASE WHEN x.promoted >= o.best_tier THEN least(p.capped_tier, x.promoted) ELSE p.capped_tier END AS lifted_tier
      FROM (SELECT r.run_id, u.scheme_id, u.period_id, r.group_id, r.subject_id, u.version_id, u.known_at, r.rank, r.group_size, r.rank_basis AS basis,
                r.quota_tier, r.uncalibrated_tier AS tier, r.tier AS tier_now, b.promoted, b.linkage_cap, b.outcome::perfeval.scorecard AS outcome,
                perfeval.tier_cap(b.outcome::perfeval.scorecard) AS tier_cap
            FROM @workspace@.result_now AS r
                JOIN @workspace@.result AS b ON b.subject_id = r.subject_id AND b.run_id = r.run_id
                JOIN @workspace@.run AS u ON u.run_id = r.run_id
            WHERE (SELECT @workspace@.sees_all())
                OR r.subject_id IN (SELECT unnest(@workspace@.visible_subjects()))
                    AND r.run_id = ANY (ARRAY(SELECT d.run_id FROM @workspace@.run_on_display AS d))) AS x,
	LATERAL (
		SELECT coalesce(max(t.tier) FILTER (WHERE t.cut > x.basis), 0) + 1 AS cut_tier, max(t.tier) AS tiers,
			(array_agg(t.cut ORDER BY t.tier DESC) FILTER (WHERE t.cut > x.basis))[1] AS cut
		FROM @workspace@.run_tier AS t WHERE t.run_id = x.run_id) AS k,
	LATERAL (SELECT CASE WHEN x.rank IS NOT NULL AND x.tier IS NOT NULL THEN greatest(x.quota_tier, k.cut_tier) END AS open_tier,
		least(greatest(x.tier_cap, x.linkage_cap, 1), k.tiers) AS best_tier) AS o,
	LATERAL (SELECT greatest(o.open_tier, o.best_tier) AS capped_tier) AS p) AS s
	CROSS JOIN LATERAL (
			SELECT 1 AS step, 'quota' AS kind, 'quota' AS rule, NULL::integer AS node, NULL::integer AS item,
				format('rank %s of %s', s.rank, s.group_size) AS cause, format('第%s名，共%s名', s.rank, s.group_size) AS cause_zh,
				NULL::text AS evidence, NULL::integer AS tier_before, s.quota_tier AS tier_after
			WHERE s.quota_tier IS NOT NULL
			UNION ALL
			SELECT 2, 'cut', 'cut', NULL, NULL, format('%s is below %s, the lowest score of tier %s', trim_scale(s.basis), trim_scale(s.cut), s.cut_tier - 1),
				format('%s低于第%s等次分数线%s', trim_scale(s.basis), s.cut_tier - 1, trim_scale(s.cut)), NULL, s.quota_tier, s.open_tier
			WHERE s.cut IS NOT NULL AND s.open_tier IS NOT NULL
			UNION ALL
			-- vetoes and limits: each by itself, whatever the others do
			SELECT 3, 'veto', coalesce(n.path, 'node ' || f.node), f.node, n.item,
				coalesce(g.spec ->> 'label', f.meaning) || CASE f.flag WHEN 'cap_tier' THEN ': no better tier than ' || f.value
					WHEN 'zero_score' THEN ': the score is 0' ELSE ': not eligible' END,
				coalesce(g.spec ->> 'label', f.meaning) || CASE f.flag WHEN 'cap_tier' THEN '：等次不得高于' || f.value
					WHEN 'zero_score' THEN '：得分为0' ELSE '：不具备资格' END,
				(SELECT y.evidence
				 FROM (SELECT e.evidence, e.posted_at AS at FROM @workspace@.event AS e JOIN @workspace@.period_part AS pp ON pp.part_id = e.period_id
				       WHERE pp.period_id = s.period_id AND e.subject_id = s.subject_id AND e.item = n.item AND e.posted_at <= s.known_at
				       UNION ALL
				       SELECT k.evidence, k.recorded_at FROM @workspace@.reading AS k JOIN @workspace@.period_part AS pp ON pp.part_id = k.period_id
				       WHERE pp.period_id = s.period_id AND k.subject_id = s.subject_id AND k.item = n.item AND k.recorded_at <= s.known_at) AS y
				 WHERE y.evidence IS NOT NULL ORDER BY y.at DESC LIMIT 1),
				CASE f.flag WHEN 'cap_tier' THEN s.open_tier END,
				CASE f.flag WHEN 'cap_tier' THEN greatest(s.open_tier, least(f.value::integer, s.tiers)) END
			FROM perfeval.flags(s.outcome) AS f
				LEFT JOIN @workspace@.sealed_node AS n ON n.version_id = s.version_id AND n.group_id = s.group_id AND n.node = f.node
				LEFT JOIN @workspace@.node AS g ON g.version_id = s.version_id AND g.node = f.node AND (g.group_id = s.group_id
					OR g.group_id IS NULL AND NOT EXISTS (SELECT FROM @workspace@.node AS o WHERE o.version_id = s.version_id AND o.group_id = s.group_id AND o.node = f.node))
			WHERE f.flag IN ('cap_tier', 'zero_score', 'ineligible')
			UNION ALL
			-- A lift comes after all caps, and cannot go above them.
			SELECT CASE l.effect WHEN 'cap' THEN 4 ELSE 6 END, 'linkage', 'linkage ' || l.rule, NULL, i.item,
				l.cause || CASE WHEN l.effect = 'promote' AND l.tier < s.best_tier THEN '; a cap stands in its way' ELSE '' END,
				l.cause_zh || CASE WHEN l.effect = 'promote' AND l.tier < s.best_tier THEN '；因等次受限未予提升' ELSE '' END,
				(SELECT coalesce(d.evidence, 'run ' || d.run_id) FROM @workspace@.department_grade AS d
				 WHERE d.subject_id = l.department_id AND d.grade_id = l.grade_id),
				CASE l.effect WHEN 'cap' THEN s.open_tier ELSE s.capped_tier END,
				CASE WHEN l.effect = 'cap' THEN greatest(s.open_tier, least(l.tier, s.tiers))
				     WHEN l.tier < s.best_tier THEN s.capped_tier ELSE least(s.capped_tier, l.tier) END
			FROM @workspace@.linkage_effect AS l
				LEFT JOIN @workspace@.linkage_rule AS i ON i.version_id = l.version_id AND i.rule = l.rule
			WHERE l.subject_id = s.subject_id AND l.scheme_id = s.scheme_id AND l.period_id = s.period_id AND l.applied_at <= s.known_at AND (l.withdrawn_at > s.known_at OR l.withdrawn_at IS NULL)
			UNION ALL
			SELECT 5, 'grade', 'grades', NULL, NULL, e.cause, e.cause_zh, NULL, s.open_tier, greatest(s.open_tier, least(e.tier, s.tiers))
			FROM @workspace@.grade_effect AS e
			WHERE e.subject_id = s.subject_id AND e.scheme_id = s.scheme_id AND e.period_id = s.period_id AND e.applied_at <= s.known_at AND (e.withdrawn_at > s.known_at OR e.withdrawn_at IS NULL)
			UNION ALL
			SELECT 7, 'seat', 'seat', NULL, NULL,
				CASE WHEN s.tier < s.lifted_tier THEN 'a seat became free in a better tier' ELSE 'a unit that was lifted took the seat' END,
				CASE WHEN s.tier < s.lifted_tier THEN '上一等次名额空出，依次递补' ELSE '名额由被提升单位占用' END, NULL, s.lifted_tier, s.tier
			WHERE s.tier <> s.lifted_tier
			UNION ALL
			SELECT 7 + row_number() OVER (ORDER BY a.calibrated_at, a.calibration_id)::integer, 'calibration', a.panel, NULL, NULL, a.reason, a.reason, a.evidence,
				a.tier_before, coalesce(a.tier, s.tier)
			FROM @workspace@.calibration AS a WHERE a.subject_id = s.subject_id AND a.run_id = s.run_id
		) AS c;
COMMENT ON VIEW @workspace@.run_tier_cause IS 'why the tier of each result of a run is what it is, step by step (批次等次成因)';
COMMENT ON COLUMN @workspace@.run_tier_cause.run_id IS 'run (批次)';
COMMENT ON COLUMN @workspace@.run_tier_cause.scheme_id IS 'scheme (方案编号)';
COMMENT ON COLUMN @workspace@.run_tier_cause.period_id IS 'period (周期编号)';
COMMENT ON COLUMN @workspace@.run_tier_cause.group_id IS 'group (分组编号)';
COMMENT ON COLUMN @workspace@.run_tier_cause.subject_id IS 'subject (考核对象编号)';
COMMENT ON COLUMN @workspace@.run_tier_cause.version_id IS 'version of the scheme (方案版本)';
COMMENT ON COLUMN @workspace@.run_tier_cause.line_no IS 'number of the line (序号)';
COMMENT ON COLUMN @workspace@.run_tier_cause.kind IS 'quota, cut, veto, linkage, grade, seat or calibration (种类)';
COMMENT ON COLUMN @workspace@.run_tier_cause.rule IS 'what does it: place of a limit in the rubric, number of a linkage, or the panel (规则)';
COMMENT ON COLUMN @workspace@.run_tier_cause.node IS 'node of a veto or limit (节点号)';
COMMENT ON COLUMN @workspace@.run_tier_cause.item IS 'indicator that it looks at (指标编号)';
COMMENT ON COLUMN @workspace@.run_tier_cause.cause IS 'why, in words (原因)';
COMMENT ON COLUMN @workspace@.run_tier_cause.cause_zh IS 'why, in Chinese (中文原因)';
COMMENT ON COLUMN @workspace@.run_tier_cause.evidence IS 'what proves it (佐证材料)';
COMMENT ON COLUMN @workspace@.run_tier_cause.tier_before IS 'tier before this step; NULL: none yet (之前等次号)';
COMMENT ON COLUMN @workspace@.run_tier_cause.tier_after IS 'tier after it (之后等次号)';
COMMENT ON COLUMN @workspace@.run_tier_cause.tier IS 'tier in the end (最终等次号)';
