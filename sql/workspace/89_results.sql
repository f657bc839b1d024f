-- What people and programs read of runs: results as they stand with their
-- adjustments, the lines that they are made of, what is published, what is
-- contested, who did what. Drafts are for those who see all; a unit sees its own
-- results once they are on display, and everybody with a grant what is published.

-- Runs that are on display, and which of them counts: the one published last, or
-- the final one. One that was published for a later day does not count yet: until
-- then the one that it takes the place of is shown as if there were no other.
CREATE OR REPLACE VIEW @workspace@.run_on_display AS
SELECT r.run_id, r.scheme_id, r.period_id, r.version_id, r.state, p.publication_id, p.published_from, p.published_to, p.objections_until,
	row_number() OVER (PARTITION BY r.scheme_id, r.period_id ORDER BY r.state = 'final' DESC, p.publication_id DESC) = 1 AS current
FROM @workspace@.publication AS p JOIN @workspace@.run AS r ON r.run_id = p.run_id
WHERE p.kind = 'preliminary' AND p.published_from <= (SELECT @workspace@.today());
COMMENT ON VIEW @workspace@.run_on_display IS 'runs that were published, and which of each scheme and period counts (已公示批次)';
COMMENT ON COLUMN @workspace@.run_on_display.run_id IS 'run (批次)';
COMMENT ON COLUMN @workspace@.run_on_display.scheme_id IS 'scheme (方案编号)';
COMMENT ON COLUMN @workspace@.run_on_display.period_id IS 'period (周期编号)';
COMMENT ON COLUMN @workspace@.run_on_display.version_id IS 'version of the scheme (方案版本)';
COMMENT ON COLUMN @workspace@.run_on_display.state IS 'published or final (状态)';
COMMENT ON COLUMN @workspace@.run_on_display.publication_id IS 'publication (公布记录)';
COMMENT ON COLUMN @workspace@.run_on_display.published_from IS 'first day on display (公示起始日)';
COMMENT ON COLUMN @workspace@.run_on_display.published_to IS 'last day on display (公示截止日)';
COMMENT ON COLUMN @workspace@.run_on_display.objections_until IS 'last day for objections (异议截止日)';
COMMENT ON COLUMN @workspace@.run_on_display.current IS 'it counts: no later one is on display (是否现行)';

-- Results with their adjustments. What is final is read from the final lines.
CREATE OR REPLACE VIEW @workspace@.result_now AS
SELECT r.run_id, r.group_id, r.subject_id, r.line_no, r.subject, r.subject_name, r.subject_name_zh,
	r.base_score, r.coefficient, r.deductions, r.bonus, r.score AS assessed_score, r.rank AS assessed_rank, r.tier AS assessed_tier,
	coalesce(f.adjustment, a.adjustment, 0) AS adjustment,
	CASE WHEN f.run_id IS NOT NULL THEN f.score WHEN a.run_id IS NOT NULL THEN a.score ELSE r.score END AS score,
	CASE WHEN a.run_id IS NOT NULL THEN a.rank_basis ELSE r.rank_basis END AS rank_basis,
	CASE WHEN f.run_id IS NOT NULL THEN f.rank WHEN a.run_id IS NOT NULL THEN a.rank ELSE r.rank END AS rank,
	r.group_size,
	CASE WHEN a.run_id IS NOT NULL THEN a.quota_tier ELSE r.quota_tier END AS quota_tier,
	CASE WHEN f.run_id IS NOT NULL THEN f.tier WHEN c.run_id IS NOT NULL THEN c.tier WHEN a.run_id IS NOT NULL THEN a.tier ELSE r.tier END AS tier,
	r.eligible, r.coverage, r.pending_events,
	CASE WHEN a.run_id IS NOT NULL THEN a.tier ELSE r.tier END AS uncalibrated_tier, c.run_id IS NOT NULL AS calibrated
FROM @workspace@.result AS r
	LEFT JOIN @workspace@.adjusted_result AS a ON a.subject_id = r.subject_id AND a.run_id = r.run_id
	LEFT JOIN @workspace@.final_result AS f ON f.subject_id = r.subject_id AND f.run_id = r.run_id
	LEFT JOIN @workspace@.calibration_now AS c ON c.subject_id = r.subject_id AND c.run_id = r.run_id;
COMMENT ON VIEW @workspace@.result_now IS 'results of runs, with their adjustments (含调整的结果)';
COMMENT ON COLUMN @workspace@.result_now.run_id IS 'run (批次)';
COMMENT ON COLUMN @workspace@.result_now.group_id IS 'group (分组编号)';
COMMENT ON COLUMN @workspace@.result_now.subject_id IS 'subject (考核对象编号)';
COMMENT ON COLUMN @workspace@.result_now.line_no IS 'number of its line in the run''s chain (链行号)';
COMMENT ON COLUMN @workspace@.result_now.subject IS 'code of the subject then (考核对象代码)';
COMMENT ON COLUMN @workspace@.result_now.subject_name IS 'name then (考核对象)';
COMMENT ON COLUMN @workspace@.result_now.subject_name_zh IS 'Chinese name then (考核对象中文名)';
COMMENT ON COLUMN @workspace@.result_now.base_score IS 'points of part base (基础分)';
COMMENT ON COLUMN @workspace@.result_now.coefficient IS 'coefficient that multiplies it (评价系数)';
COMMENT ON COLUMN @workspace@.result_now.deductions IS 'points of part deductions, negative (扣分)';
COMMENT ON COLUMN @workspace@.result_now.bonus IS 'points of part bonus (加分)';
COMMENT ON COLUMN @workspace@.result_now.assessed_score IS 'score as assessed (考核得分)';
COMMENT ON COLUMN @workspace@.result_now.assessed_rank IS 'rank as assessed (考核位次)';
COMMENT ON COLUMN @workspace@.result_now.assessed_tier IS 'tier as assessed (考核等次号)';
COMMENT ON COLUMN @workspace@.result_now.adjustment IS 'points of its adjustments (调整分值)';
COMMENT ON COLUMN @workspace@.result_now.score IS 'score with them (得分)';
COMMENT ON COLUMN @workspace@.result_now.rank_basis IS 'number that ranks look at (排名依据)';
COMMENT ON COLUMN @workspace@.result_now.rank IS 'rank in the group (位次)';
COMMENT ON COLUMN @workspace@.result_now.group_size IS 'members of the group with a score (组内参评数)';
COMMENT ON COLUMN @workspace@.result_now.quota_tier IS 'tier before vetoes and limits (名额等次)';
COMMENT ON COLUMN @workspace@.result_now.tier IS 'tier (等次号)';
COMMENT ON COLUMN @workspace@.result_now.eligible IS 'no limit makes it ineligible (是否具备资格)';
COMMENT ON COLUMN @workspace@.result_now.coverage IS 'share of the readings asked for that were there (数据完备率)';
COMMENT ON COLUMN @workspace@.result_now.pending_events IS 'events that were not decided (未决事件数)';
COMMENT ON COLUMN @workspace@.result_now.uncalibrated_tier IS 'tier without calibration (校准前等次号)';
COMMENT ON COLUMN @workspace@.result_now.calibrated IS 'a panel put it into its tier (是否经校准)';

CREATE OR REPLACE VIEW @workspace@.run_result WITH (security_barrier = true) AS
SELECT r.run_id, r.group_id, r.subject_id, u.scheme_id, u.period_id, u.version_id,
	sc.code AS scheme, p.code AS period, g.code AS group_code, g.label AS group_label, g.label_zh AS group_label_zh,
	r.subject, r.subject_name, r.subject_name_zh, r.base_score, r.coefficient, r.deductions, r.bonus,
	r.assessed_score, r.assessed_rank, r.assessed_tier, r.adjustment, r.score, r.rank_basis, r.rank, r.group_size,
	r.tier, t.code AS tier_code, t.label AS tier_label, t.label_zh AS tier_label_zh, t.coefficient AS tier_coefficient,
	r.quota_tier, r.quota_tier <> r.uncalibrated_tier AS tier_capped, r.eligible, r.coverage, r.pending_events,
	u.state, u.state = 'final' AS final,
	CASE WHEN u.run_id <> ALL (ARRAY(SELECT d.run_id FROM @workspace@.run_on_display AS d WHERE d.current)) THEN u.superseded_by END AS superseded_by, u.purpose,
	(SELECT string_agg(DISTINCT f.flag, ', ' ORDER BY f.flag)
	 FROM @workspace@.result AS x CROSS JOIN LATERAL perfeval.flags(x.outcome::perfeval.scorecard) AS f
	 WHERE x.subject_id = r.subject_id AND x.run_id = r.run_id) AS flags,
	r.uncalibrated_tier, r.calibrated
FROM @workspace@.result_now AS r
	JOIN @workspace@.run AS u ON u.run_id = r.run_id
	JOIN @workspace@.run_group AS g ON g.run_id = r.run_id AND g.group_id = r.group_id
	LEFT JOIN @workspace@.run_tier AS t ON t.run_id = r.run_id AND t.tier = r.tier
	LEFT JOIN @workspace@.scheme AS sc ON sc.scheme_id = u.scheme_id
	LEFT JOIN @workspace@.period AS p ON p.period_id = u.period_id
WHERE (SELECT @workspace@.sees_all())
	OR r.subject_id IN (SELECT unnest(@workspace@.visible_subjects()))
		AND r.run_id = ANY (ARRAY(SELECT d.run_id FROM @workspace@.run_on_display AS d));
COMMENT ON VIEW @workspace@.run_result IS 'results of runs: as assessed, adjusted, ranked (批次结果)';
COMMENT ON COLUMN @workspace@.run_result.run_id IS 'run (批次)';
COMMENT ON COLUMN @workspace@.run_result.group_id IS 'group (分组编号)';
COMMENT ON COLUMN @workspace@.run_result.subject_id IS 'subject (考核对象编号)';
COMMENT ON COLUMN @workspace@.run_result.scheme_id IS 'scheme (方案编号)';
COMMENT ON COLUMN @workspace@.run_result.period_id IS 'period (周期编号)';
COMMENT ON COLUMN @workspace@.run_result.version_id IS 'version of the scheme (方案版本)';
COMMENT ON COLUMN @workspace@.run_result.scheme IS 'code of the scheme (方案)';
COMMENT ON COLUMN @workspace@.run_result.period IS 'code of the period (周期)';
COMMENT ON COLUMN @workspace@.run_result.group_code IS 'code of the group then (分组代码)';
COMMENT ON COLUMN @workspace@.run_result.group_label IS 'name of the group then (分组)';
COMMENT ON COLUMN @workspace@.run_result.group_label_zh IS 'Chinese name of the group then (分组中文名)';
COMMENT ON COLUMN @workspace@.run_result.subject IS 'code of the subject then (考核对象代码)';
COMMENT ON COLUMN @workspace@.run_result.subject_name IS 'name then (考核对象)';
COMMENT ON COLUMN @workspace@.run_result.subject_name_zh IS 'Chinese name then (考核对象中文名)';
COMMENT ON COLUMN @workspace@.run_result.base_score IS 'points of part base (基础分)';
COMMENT ON COLUMN @workspace@.run_result.coefficient IS 'coefficient that multiplies it (评价系数)';
COMMENT ON COLUMN @workspace@.run_result.deductions IS 'points of part deductions, negative (扣分)';
COMMENT ON COLUMN @workspace@.run_result.bonus IS 'points of part bonus (加分)';
COMMENT ON COLUMN @workspace@.run_result.assessed_score IS 'score as assessed (考核得分)';
COMMENT ON COLUMN @workspace@.run_result.assessed_rank IS 'rank as assessed (考核位次)';
COMMENT ON COLUMN @workspace@.run_result.assessed_tier IS 'tier as assessed (考核等次号)';
COMMENT ON COLUMN @workspace@.run_result.adjustment IS 'points of its adjustments, 0 if it has none (调整分值)';
COMMENT ON COLUMN @workspace@.run_result.score IS 'score with them (得分)';
COMMENT ON COLUMN @workspace@.run_result.rank_basis IS 'number that ranks look at (排名依据)';
COMMENT ON COLUMN @workspace@.run_result.rank IS 'rank in the group, equal scores equal ranks (位次)';
COMMENT ON COLUMN @workspace@.run_result.group_size IS 'members of the group with a score (组内参评数)';
COMMENT ON COLUMN @workspace@.run_result.tier IS 'tier, 1 is the best; after vetoes and limits (等次号)';
COMMENT ON COLUMN @workspace@.run_result.tier_code IS 'code of the tier then (等次代码)';
COMMENT ON COLUMN @workspace@.run_result.tier_label IS 'name of the tier then (等次)';
COMMENT ON COLUMN @workspace@.run_result.tier_label_zh IS 'Chinese name of the tier then (等次中文名)';
COMMENT ON COLUMN @workspace@.run_result.tier_coefficient IS 'coefficient of the tier then (等次系数)';
COMMENT ON COLUMN @workspace@.run_result.quota_tier IS 'tier before vetoes and limits (名额等次)';
COMMENT ON COLUMN @workspace@.run_result.tier_capped IS 'a veto or limit keeps it from a better tier (等次受限)';
COMMENT ON COLUMN @workspace@.run_result.eligible IS 'no limit makes it ineligible (是否具备资格)';
COMMENT ON COLUMN @workspace@.run_result.coverage IS 'share of the readings asked for that were there (数据完备率)';
COMMENT ON COLUMN @workspace@.run_result.pending_events IS 'events that were not decided (未决事件数)';
COMMENT ON COLUMN @workspace@.run_result.state IS 'of the run: draft, published or final (批次状态)';
COMMENT ON COLUMN @workspace@.run_result.final IS 'the run is final (是否定稿)';
COMMENT ON COLUMN @workspace@.run_result.superseded_by IS 'run that took the place of this one (取代它的批次)';
COMMENT ON COLUMN @workspace@.run_result.purpose IS 'of the run: assessment or rerun (批次用途)';
COMMENT ON COLUMN @workspace@.run_result.flags IS 'what is to be said beside the points: cap_tier, zero_score, ineligible, pending, imputed, neutral, coverage, error; NULL: nothing (标记)';
COMMENT ON COLUMN @workspace@.run_result.uncalibrated_tier IS 'tier that the rules come to, before a panel''s calibration (校准前等次号)';
COMMENT ON COLUMN @workspace@.run_result.calibrated IS 'a panel put it into its tier (是否经校准)';

-- A barrier, so that a group's rubric is read once and not for every subject.
CREATE OR REPLACE VIEW @workspace@.run_rubric WITH (security_barrier = true) AS
SELECT g.run_id, g.group_id, g.document::perfeval.rubric AS rubric FROM @workspace@.run_group AS g;
COMMENT ON VIEW @workspace@.run_rubric IS 'rubrics of runs (批次评分细则)';

-- The lines of a result, and those of its adjustments after them: all of their
-- points together are the score.
CREATE OR REPLACE VIEW @workspace@.result_line WITH (security_barrier = true) AS
SELECT r.run_id, r.group_id, r.subject_id, u.scheme_id, u.period_id, u.version_id, l.line_no, l.kind, l.node, l.parent, l.path, l.label,
	l.reading, l.rule, l.raw_points, l.weight, l.points, l.status, l.note, l.item, l.indicator, l.indicator_name, l.indicator_name_zh,
	l.source, l.evidence, l.recorded_by, l.recorded_at, l.adjustment_id, l.objection_id, l.cancels, l.calibration_id
FROM @workspace@.result AS r
	JOIN @workspace@.run AS u ON u.run_id = r.run_id
	JOIN @workspace@.run_rubric AS g ON g.run_id = r.run_id AND g.group_id = r.group_id
	CROSS JOIN LATERAL (
		SELECT x.*, row_number() OVER (ORDER BY x.kind <> 'rule', x.kind, x.place) AS line_no
		FROM (SELECT 'rule' AS kind, e.place, e.node, e.parent, e.path, e.label, e.reading, e.rule, e.raw_points, e.weight, e.points,
		          e.status, e.note, i.item, i.code AS indicator, i.name AS indicator_name, i.name_zh AS indicator_name_zh,
		          f.source, f.evidence, f.recorded_by, f.recorded_at, NULL::bigint AS adjustment_id,
		          NULL::bigint AS objection_id, NULL::bigint AS cancels, NULL::bigint AS calibration_id
		      FROM perfeval.explain(r.card::perfeval.scorecard, g.rubric) WITH ORDINALITY
		              AS e (node, parent, path, label, reading, rule, raw_points, weight, points, status, note, place)
		          LEFT JOIN @workspace@.sealed_node AS n ON n.version_id = u.version_id AND n.group_id = r.group_id AND n.node = e.node
		          LEFT JOIN @workspace@.indicator AS i ON i.item = n.item
		          LEFT JOIN LATERAL (
		              -- The fact behind each reading, as counting_fact_as_of has it; looked up for a subject at a time, and in the
		              -- view itself, as a function would read the facts with the rights of whoever asks.
		              SELECT DISTINCT ON (f.item) f.item, f.source, f.evidence, f.recorded_by, f.recorded_at
		              FROM (SELECT k.period_id, k.item, 1 AS precedence, s.code AS source, k.evidence, k.recorded_by, k.recorded_at, k.reading_id AS fact_id
		                    FROM @workspace@.period_part AS pp
		                        JOIN @workspace@.reading AS k ON k.period_id = pp.part_id
		                        LEFT JOIN @workspace@.source AS s ON s.source_id = k.source_id
		                    WHERE pp.period_id = u.period_id AND k.subject_id = r.subject_id AND k.recorded_at <= u.known_at
		                    UNION ALL
		                    SELECT e.period_id, x.item, 2, o.code, e.evidence, e.posted_by, e.posted_at, e.event_id
		                    FROM @workspace@.period_part AS pp
		                        JOIN @workspace@.event AS e ON e.period_id = pp.part_id
		                        LEFT JOIN @workspace@.indicator AS i ON i.pending_of = e.item
		                        LEFT JOIN @workspace@.subject AS o ON o.subject_id = e.office_id,
		                        LATERAL (SELECT coalesce((SELECT d.decision FROM @workspace@.event_decision AS d
		                                     WHERE d.subject_id = e.subject_id AND d.event_id = e.event_id AND d.decided_at <= u.known_at
		                                     ORDER BY d.decided_at DESC, d.decision_id DESC LIMIT 1), e.decision) AS decision) AS d,
		                        LATERAL (SELECT CASE d.decision WHEN 'valid' THEN e.item WHEN 'pending' THEN i.item END AS item) AS x
		                    WHERE pp.period_id = u.period_id AND e.subject_id = r.subject_id AND e.posted_at <= u.known_at AND x.item IS NOT NULL
		                    UNION ALL
		                    SELECT g.period_id, x.item, 3, g.rater_role, NULL, NULL, g.rated_at, g.rating_id
		                    FROM @workspace@.period_part AS pp
		                        JOIN @workspace@.rating AS g ON g.period_id = pp.part_id
		                        JOIN @workspace@.indicator AS i ON i.criterion = g.criterion AND i.rater_role = g.rater_role AND i.fact = 'rating'
		                            AND i.min_raters = 1,
		                        LATERAL (SELECT i.item UNION ALL SELECT q.item FROM @workspace@.recognition_rule AS q WHERE i.item IN (q.difficulty_item, q.precision_item)) AS x
		                    WHERE pp.period_id = u.period_id AND g.subject_id = r.subject_id AND g.rated_at <= u.known_at) AS f
		                  JOIN @workspace@.indicator AS i ON i.item = f.item
		                  JOIN @workspace@.period AS p ON p.period_id = f.period_id
		              ORDER BY f.item, f.period_id = u.period_id DESC, CASE WHEN i.roll_up = 'last' THEN p.ends_on END DESC,
		                  f.precedence DESC, f.recorded_at DESC, f.fact_id DESC) AS f ON f.item = n.item
		      UNION ALL
		      SELECT 'adjustment', a.adjustment_id, NULL, NULL, NULL, 'adjustment 调整', NULL, NULL, NULL, NULL, a.points,
		          'ok', a.reason, NULL, NULL, NULL, NULL, NULL, a.evidence, a.adjusted_by, a.adjusted_at, a.adjustment_id, a.objection_id, a.cancels, NULL
		      FROM @workspace@.adjustment AS a
		      WHERE a.subject_id = r.subject_id AND a.run_id = r.run_id
		      UNION ALL
		      -- A change of tier adds no points.
		      SELECT 'calibration', row_number() OVER (ORDER BY c.calibrated_at, c.calibration_id), NULL, NULL, NULL, 'calibration 等次校准', NULL,
		          format('tier %s -> %s', c.tier_before, coalesce(c.tier::text, 'as the rules come to')), NULL, NULL, 0,
		          'ok', c.reason, NULL, NULL, NULL, NULL, c.panel, c.evidence, c.calibrated_by, c.calibrated_at, NULL, NULL, NULL, c.calibration_id
		      FROM @workspace@.calibration AS c
		      WHERE c.subject_id = r.subject_id AND c.run_id = r.run_id) AS x) AS l
WHERE (SELECT @workspace@.sees_all())
	OR r.subject_id IN (SELECT unnest(@workspace@.visible_subjects()))
		AND r.run_id = ANY (ARRAY(SELECT d.run_id FROM @workspace@.run_on_display AS d));
COMMENT ON VIEW @workspace@.result_line IS 'lines of each result, adjustments and calibrations among them; their points add up to its score (结果明细)';
COMMENT ON COLUMN @workspace@.result_line.run_id IS 'run (批次)';
COMMENT ON COLUMN @workspace@.result_line.group_id IS 'group (分组编号)';
COMMENT ON COLUMN @workspace@.result_line.subject_id IS 'subject (考核对象编号)';
COMMENT ON COLUMN @workspace@.result_line.scheme_id IS 'scheme (方案编号)';
COMMENT ON COLUMN @workspace@.result_line.period_id IS 'period (周期编号)';
COMMENT ON COLUMN @workspace@.result_line.version_id IS 'version of the scheme (方案版本)';
COMMENT ON COLUMN @workspace@.result_line.line_no IS 'number of the line (序号)';
COMMENT ON COLUMN @workspace@.result_line.kind IS 'rule, or after all rules adjustment, then calibration, in the order in which they were made (种类)';
COMMENT ON COLUMN @workspace@.result_line.node IS 'node of the rubric (节点号)';
COMMENT ON COLUMN @workspace@.result_line.parent IS 'node above (上级节点)';
COMMENT ON COLUMN @workspace@.result_line.path IS 'place in the rubric (位置)';
COMMENT ON COLUMN @workspace@.result_line.label IS 'name (名称)';
COMMENT ON COLUMN @workspace@.result_line.reading IS 'what was measured (读数)';
COMMENT ON COLUMN @workspace@.result_line.rule IS 'rule in words (计分规则)';
COMMENT ON COLUMN @workspace@.result_line.raw_points IS 'points of the node by itself (原始分)';
COMMENT ON COLUMN @workspace@.result_line.weight IS 'weight (权重)';
COMMENT ON COLUMN @workspace@.result_line.points IS 'points that it contributes to the score (得分)';
COMMENT ON COLUMN @workspace@.result_line.status IS 'ok, missing, not_applicable, exempt or error (状态)';
COMMENT ON COLUMN @workspace@.result_line.note IS 'what was done about a gap; why it was adjusted or calibrated (说明)';
COMMENT ON COLUMN @workspace@.result_line.item IS 'number of the indicator (指标编号)';
COMMENT ON COLUMN @workspace@.result_line.indicator IS 'code of the indicator (指标代码)';
COMMENT ON COLUMN @workspace@.result_line.indicator_name IS 'name of the indicator (指标)';
COMMENT ON COLUMN @workspace@.result_line.indicator_name_zh IS 'Chinese name of the indicator (指标中文名)';
COMMENT ON COLUMN @workspace@.result_line.source IS 'where the fact comes from: source, posting office or role of the raters; the panel that calibrated (数据来源)';
COMMENT ON COLUMN @workspace@.result_line.evidence IS 'what proves it (佐证材料)';
COMMENT ON COLUMN @workspace@.result_line.recorded_by IS 'who recorded it, or adjusted; not shown of ratings (记录人)';
COMMENT ON COLUMN @workspace@.result_line.recorded_at IS 'when it was recorded or adjusted (记录时间)';
COMMENT ON COLUMN @workspace@.result_line.adjustment_id IS 'adjustment (调整编号)';
COMMENT ON COLUMN @workspace@.result_line.objection_id IS 'objection that the adjustment answers (所答复的异议)';
COMMENT ON COLUMN @workspace@.result_line.cancels IS 'earlier adjustment that it takes back (所撤销的调整)';
COMMENT ON COLUMN @workspace@.result_line.calibration_id IS 'calibration (校准编号)';

CREATE OR REPLACE VIEW @workspace@.league_table WITH (security_barrier = true) AS
SELECT d.scheme_id, d.period_id, r.group_id, sc.code AS scheme, p.code AS period, g.code AS group_code, g.label AS group_label, r.rank,
	r.subject_id, r.subject, r.subject_name, r.subject_name_zh, r.score, r.tier, t.code AS tier_code, t.label AS tier_label,
	t.label_zh AS tier_label_zh, d.state <> 'final' AS provisional,
	r.run_id, g.label_zh AS group_label_zh, r.group_size, r.adjustment, d.published_from,
	dense_rank() OVER (PARTITION BY d.scheme_id, d.period_id, r.group_id ORDER BY r.rank) AS dense_rank,
	r.rank + (count(*) OVER (PARTITION BY d.scheme_id, d.period_id, r.group_id, r.rank) - 1) * 0.5 AS fractional_rank
FROM @workspace@.run_on_display AS d
	JOIN @workspace@.result_now AS r ON r.run_id = d.run_id
	JOIN @workspace@.run_group AS g ON g.run_id = r.run_id AND g.group_id = r.group_id
	LEFT JOIN @workspace@.run_tier AS t ON t.run_id = r.run_id AND t.tier = r.tier
	LEFT JOIN @workspace@.scheme AS sc ON sc.scheme_id = d.scheme_id
	LEFT JOIN @workspace@.period AS p ON p.period_id = d.period_id
WHERE d.current AND r.rank IS NOT NULL AND ((SELECT @workspace@.sees_all()) OR EXISTS (SELECT FROM @workspace@.my_grant))
ORDER BY d.scheme_id, d.period_id, r.group_id, r.rank, r.subject_id;
COMMENT ON VIEW @workspace@.league_table IS 'published results in the order of their ranks: of each scheme and period what counts now (排行榜)';
COMMENT ON COLUMN @workspace@.league_table.scheme_id IS 'scheme (方案编号)';
COMMENT ON COLUMN @workspace@.league_table.period_id IS 'period (周期编号)';
COMMENT ON COLUMN @workspace@.league_table.group_id IS 'group (分组编号)';
COMMENT ON COLUMN @workspace@.league_table.scheme IS 'code of the scheme (方案)';
COMMENT ON COLUMN @workspace@.league_table.period IS 'code of the period (周期)';
COMMENT ON COLUMN @workspace@.league_table.group_code IS 'code of the group then (分组代码)';
COMMENT ON COLUMN @workspace@.league_table.group_label IS 'name of the group then (分组)';
COMMENT ON COLUMN @workspace@.league_table.rank IS 'rank in the group, equal scores equal ranks (位次)';
COMMENT ON COLUMN @workspace@.league_table.subject_id IS 'subject (考核对象编号)';
COMMENT ON COLUMN @workspace@.league_table.subject IS 'code of the subject then (考核对象代码)';
COMMENT ON COLUMN @workspace@.league_table.subject_name IS 'name then (考核对象)';
COMMENT ON COLUMN @workspace@.league_table.subject_name_zh IS 'Chinese name then (考核对象中文名)';
COMMENT ON COLUMN @workspace@.league_table.score IS 'score, with adjustments (得分)';
COMMENT ON COLUMN @workspace@.league_table.tier IS 'tier, 1 is the best (等次号)';
COMMENT ON COLUMN @workspace@.league_table.tier_code IS 'code of the tier then (等次代码)';
COMMENT ON COLUMN @workspace@.league_table.tier_label IS 'name of the tier then (等次)';
COMMENT ON COLUMN @workspace@.league_table.tier_label_zh IS 'Chinese name of the tier then (等次中文名)';
COMMENT ON COLUMN @workspace@.league_table.provisional IS 'published, but not final (是否暂定)';
COMMENT ON COLUMN @workspace@.league_table.run_id IS 'run (批次)';
COMMENT ON COLUMN @workspace@.league_table.group_label_zh IS 'Chinese name of the group then (分组中文名)';
COMMENT ON COLUMN @workspace@.league_table.group_size IS 'members of the group with a score (组内参评数)';
COMMENT ON COLUMN @workspace@.league_table.adjustment IS 'points of adjustments in the score, 0 if it has none (调整分值)';
COMMENT ON COLUMN @workspace@.league_table.published_from IS 'first day on display (公示起始日)';
COMMENT ON COLUMN @workspace@.league_table.dense_rank IS 'rank that counts equal scores once (密集位次)';
COMMENT ON COLUMN @workspace@.league_table.fractional_rank IS 'mean of the ranks that equal scores share (平均位次)';

-- ---- where things are

CREATE OR REPLACE VIEW @workspace@.run_status WITH (security_barrier = true) AS
SELECT r.run_id, r.scheme_id, r.period_id, r.version_id, sc.code AS scheme, p.code AS period, v.number AS version, r.state, r.purpose,
	r.rerun_of, CASE WHEN NOT coalesce(d.current, false) THEN r.superseded_by END AS superseded_by, coalesce(d.current, false) AS current, r.subjects,
	(SELECT count(*) FROM @workspace@.run_group AS g WHERE g.run_id = r.run_id) AS groups,
	r.assessed_at, CASE WHEN (SELECT @workspace@.sees_all()) THEN r.assessed_by END AS assessed_by,
	CASE WHEN (SELECT @workspace@.sees_all()) THEN r.reason END AS reason, r.known_at, r.installed,
	d.published_from, d.objections_until, r.finalized_at,
	(SELECT count(*) FROM @workspace@.adjustment AS a WHERE a.run_id = r.run_id) AS adjustments,
	o.objections, o.open_objections, o.overdue_objections, r.hash, r.final_hash
FROM @workspace@.run AS r
	LEFT JOIN @workspace@.scheme AS sc ON sc.scheme_id = r.scheme_id
	LEFT JOIN @workspace@.period AS p ON p.period_id = r.period_id
	LEFT JOIN @workspace@.scheme_version AS v ON v.version_id = r.version_id
	LEFT JOIN @workspace@.run_on_display AS d ON d.run_id = r.run_id
	CROSS JOIN LATERAL (
		SELECT count(*) AS objections, count(*) FILTER (WHERE x.state = 'open') AS open_objections,
			count(*) FILTER (WHERE x.state = 'open' AND x.due_on < (SELECT @workspace@.today())) AS overdue_objections
		FROM @workspace@.objection AS x WHERE x.run_id = r.run_id) AS o
WHERE (SELECT @workspace@.sees_all()) OR d.run_id IS NOT NULL AND EXISTS (SELECT FROM @workspace@.my_grant);
COMMENT ON VIEW @workspace@.run_status IS 'runs and how far they are (批次进度)';
COMMENT ON COLUMN @workspace@.run_status.run_id IS 'run (批次)';
COMMENT ON COLUMN @workspace@.run_status.scheme_id IS 'scheme (方案编号)';
COMMENT ON COLUMN @workspace@.run_status.period_id IS 'period (周期编号)';
COMMENT ON COLUMN @workspace@.run_status.version_id IS 'version of the scheme (方案版本)';
COMMENT ON COLUMN @workspace@.run_status.scheme IS 'code of the scheme (方案)';
COMMENT ON COLUMN @workspace@.run_status.period IS 'code of the period (周期)';
COMMENT ON COLUMN @workspace@.run_status.version IS 'number of the version within the scheme (版本号)';
COMMENT ON COLUMN @workspace@.run_status.state IS 'draft, published (公示) or final (定稿) (状态)';
COMMENT ON COLUMN @workspace@.run_status.purpose IS 'assessment, or rerun of another run (用途)';
COMMENT ON COLUMN @workspace@.run_status.rerun_of IS 'of a rerun: the run that it repeats (所重算批次)';
COMMENT ON COLUMN @workspace@.run_status.superseded_by IS 'run of the same scheme and period that took its place (取代它的批次)';
COMMENT ON COLUMN @workspace@.run_status.current IS 'on display, and no later one is (是否现行)';
COMMENT ON COLUMN @workspace@.run_status.subjects IS 'how many were assessed (参评数)';
COMMENT ON COLUMN @workspace@.run_status.groups IS 'in how many groups (分组数)';
COMMENT ON COLUMN @workspace@.run_status.assessed_at IS 'when it was made (考核时间)';
COMMENT ON COLUMN @workspace@.run_status.assessed_by IS 'who made it; for those who see all (经办人)';
COMMENT ON COLUMN @workspace@.run_status.reason IS 'why it was made; for those who see all (事由)';
COMMENT ON COLUMN @workspace@.run_status.known_at IS 'what was recorded up to then is in it (数据截止时间)';
COMMENT ON COLUMN @workspace@.run_status.installed IS 'version of the extension that worked it out (扩展版本)';
COMMENT ON COLUMN @workspace@.run_status.published_from IS 'first day on display (公示起始日)';
COMMENT ON COLUMN @workspace@.run_status.objections_until IS 'last day for objections (异议截止日)';
COMMENT ON COLUMN @workspace@.run_status.finalized_at IS 'when it became final (定稿时间)';
COMMENT ON COLUMN @workspace@.run_status.adjustments IS 'how many adjustments it has (调整次数)';
COMMENT ON COLUMN @workspace@.run_status.objections IS 'how many objections were raised (异议数)';
COMMENT ON COLUMN @workspace@.run_status.open_objections IS 'those without an answer (未答复异议数)';
COMMENT ON COLUMN @workspace@.run_status.overdue_objections IS 'those without an answer after their term (逾期未答复异议数)';
COMMENT ON COLUMN @workspace@.run_status.hash IS 'hash of its last line (散列值)';
COMMENT ON COLUMN @workspace@.run_status.final_hash IS 'hash of its last final line (定稿散列值)';

CREATE OR REPLACE VIEW @workspace@.publication_status WITH (security_barrier = true) AS
SELECT b.publication_id, b.kind, b.scheme_id, b.period_id, b.run_id, b.version_id, sc.code AS scheme, v.number AS version, p.code AS period,
	b.published_from, b.published_to, b.objections_until, b.place, b.note, b.hash, b.published_at,
	CASE WHEN (SELECT @workspace@.sees_all()) THEN b.published_by END AS published_by,
	CASE WHEN b.published_from > t.today THEN 'announced' WHEN b.superseded_by IS NOT NULL THEN 'superseded'
		WHEN b.kind = 'preliminary' AND b.state = 'final' THEN 'final'
		WHEN b.published_to < t.today THEN 'over' ELSE 'on display' END AS state,
	b.superseded_by,
	b.kind = 'preliminary' AND b.state = 'published' AND b.superseded_by IS NULL AND b.published_from <= t.today
		AND b.objections_until >= t.today AS takes_objections,
	CASE WHEN b.state = 'published' AND b.superseded_by IS NULL AND b.objections_until >= t.today THEN n.days END AS days_left,
	due.publish_by, CASE WHEN due.publish_by IS NOT NULL THEN greatest(late.days, 0) END AS days_late
FROM (SELECT x.*, coalesce(r.scheme_id, w.scheme_id) AS scheme_id, r.period_id, r.state,
          CASE WHEN NOT coalesce(d.current, false) THEN r.superseded_by END AS superseded_by, coalesce(r.version_id, x.version_id) AS of_version
      FROM @workspace@.publication AS x
          LEFT JOIN @workspace@.run AS r ON r.run_id = x.run_id
          LEFT JOIN @workspace@.run_on_display AS d ON d.run_id = x.run_id
          LEFT JOIN @workspace@.scheme_version AS w ON w.version_id = x.version_id) AS b
	CROSS JOIN (SELECT @workspace@.today() AS today) AS t
	LEFT JOIN @workspace@.scheme AS sc ON sc.scheme_id = b.scheme_id
	LEFT JOIN @workspace@.scheme_version AS v ON v.version_id = b.of_version
	LEFT JOIN @workspace@.period AS p ON p.period_id = b.period_id
	CROSS JOIN LATERAL (
		SELECT CASE b.kind WHEN 'scheme' THEN v.in_force_from
			WHEN 'preliminary' THEN @workspace@.add_working_days(p.ends_on, w.publish_within) END AS publish_by
		FROM @workspace@.workspace AS w) AS due
	LEFT JOIN LATERAL @workspace@.working_day_count(t.today, b.objections_until) AS n ON true
	LEFT JOIN LATERAL @workspace@.working_day_count(due.publish_by, b.published_from) AS late ON true
WHERE (SELECT @workspace@.sees_all()) OR b.published_from <= t.today AND EXISTS (SELECT FROM @workspace@.my_grant);
COMMENT ON VIEW @workspace@.publication_status IS 'what was published, whether it is on display and takes objections (公示进度)';
COMMENT ON COLUMN @workspace@.publication_status.publication_id IS 'number (编号)';
COMMENT ON COLUMN @workspace@.publication_status.kind IS 'scheme (方案公开), preliminary (结果公示) or final (定稿) (种类)';
COMMENT ON COLUMN @workspace@.publication_status.scheme_id IS 'scheme (方案编号)';
COMMENT ON COLUMN @workspace@.publication_status.period_id IS 'period (周期编号)';
COMMENT ON COLUMN @workspace@.publication_status.run_id IS 'run, NULL of a scheme (批次)';
COMMENT ON COLUMN @workspace@.publication_status.version_id IS 'version of a scheme, NULL of a run (方案版本)';
COMMENT ON COLUMN @workspace@.publication_status.scheme IS 'code of the scheme (方案)';
COMMENT ON COLUMN @workspace@.publication_status.version IS 'number of the version within the scheme (版本号)';
COMMENT ON COLUMN @workspace@.publication_status.period IS 'code of the period, NULL of a scheme (周期)';
COMMENT ON COLUMN @workspace@.publication_status.published_from IS 'first day on display (公示起始日)';
COMMENT ON COLUMN @workspace@.publication_status.published_to IS 'last day on display; NULL: it stays (公示截止日)';
COMMENT ON COLUMN @workspace@.publication_status.objections_until IS 'last day for objections (异议截止日)';
COMMENT ON COLUMN @workspace@.publication_status.place IS 'where it can be read (公布载体)';
COMMENT ON COLUMN @workspace@.publication_status.note IS 'remark (备注)';
COMMENT ON COLUMN @workspace@.publication_status.hash IS 'hash of the version or run that was published (所公布内容的散列值)';
COMMENT ON COLUMN @workspace@.publication_status.published_at IS 'when it was entered (登记时间)';
COMMENT ON COLUMN @workspace@.publication_status.published_by IS 'who published it; for those who see all (公布者)';
COMMENT ON COLUMN @workspace@.publication_status.state IS 'announced, on display, over, superseded, or final: of a preliminary result that became so (状态)';
COMMENT ON COLUMN @workspace@.publication_status.superseded_by IS 'run that took the place of this one (取代它的批次)';
COMMENT ON COLUMN @workspace@.publication_status.takes_objections IS 'objections can be raised today (是否受理异议)';
COMMENT ON COLUMN @workspace@.publication_status.days_left IS 'working days left for objections after today (剩余异议工作日)';
COMMENT ON COLUMN @workspace@.publication_status.publish_by IS 'day by which it is to be published: a scheme when it comes into force, results within the workspace''s term; NULL: no term is set (应公示日期)';
COMMENT ON COLUMN @workspace@.publication_status.days_late IS 'working days after that day, 0 if it was in time (公示逾期工作日)';

-- The clock of an objection runs in working days, from the day it was raised to
-- the day it is answered, or today.
CREATE OR REPLACE VIEW @workspace@.objection_status WITH (security_barrier = true) AS
SELECT o.objection_id, o.run_id, r.group_id, o.subject_id, u.scheme_id, u.period_id, sc.code AS scheme, p.code AS period,
	r.subject, r.subject_name, r.subject_name_zh, o.node, n.path, o.statement, o.evidence, o.raised_at, o.raised_by, o.due_on,
	o.state, o.answer, o.answered_at, o.answered_by, o.corrected_run, a.points AS adjustment,
	taken.days AS days_taken, CASE WHEN o.state = 'open' THEN left_over.days END AS days_left,
	o.state = 'open' AND o.due_on < t.today AS overdue,
	coalesce(d.answered_on, t.today) > o.due_on AND o.state <> 'withdrawn' AS late
FROM @workspace@.objection AS o
	JOIN @workspace@.result AS r ON r.subject_id = o.subject_id AND r.run_id = o.run_id
	JOIN @workspace@.run AS u ON u.run_id = o.run_id
	CROSS JOIN (SELECT @workspace@.today() AS today, w.time_zone FROM @workspace@.workspace AS w) AS t
	LEFT JOIN @workspace@.scheme AS sc ON sc.scheme_id = u.scheme_id
	LEFT JOIN @workspace@.period AS p ON p.period_id = u.period_id
	LEFT JOIN @workspace@.sealed_node AS n ON n.version_id = u.version_id AND n.group_id = r.group_id AND n.node = o.node
	-- Carried over to a later run, an adjustment is still one.
	LEFT JOIN (SELECT DISTINCT ON (x.subject_id, x.objection_id) x.subject_id, x.objection_id, sum(x.points) AS points
	           FROM @workspace@.adjustment AS x WHERE x.objection_id IS NOT NULL
	           GROUP BY x.subject_id, x.objection_id, x.run_id ORDER BY x.subject_id, x.objection_id, x.run_id DESC) AS a
		ON a.subject_id = o.subject_id AND a.objection_id = o.objection_id
	CROSS JOIN LATERAL (SELECT (o.raised_at AT TIME ZONE t.time_zone)::date AS raised_on,
		(o.answered_at AT TIME ZONE t.time_zone)::date AS answered_on) AS d
	CROSS JOIN LATERAL @workspace@.working_day_count(d.raised_on, coalesce(d.answered_on, t.today)) AS taken
	CROSS JOIN LATERAL @workspace@.working_day_count(t.today, o.due_on) AS left_over
WHERE (SELECT @workspace@.sees_all()) OR o.subject_id IN (SELECT unnest(@workspace@.visible_subjects()));
COMMENT ON VIEW @workspace@.objection_status IS 'objections, their clocks and their answers (异议办理进度)';
COMMENT ON COLUMN @workspace@.objection_status.objection_id IS 'number (编号)';
COMMENT ON COLUMN @workspace@.objection_status.run_id IS 'run (批次)';
COMMENT ON COLUMN @workspace@.objection_status.group_id IS 'group (分组编号)';
COMMENT ON COLUMN @workspace@.objection_status.subject_id IS 'subject (考核对象编号)';
COMMENT ON COLUMN @workspace@.objection_status.scheme_id IS 'scheme (方案编号)';
COMMENT ON COLUMN @workspace@.objection_status.period_id IS 'period (周期编号)';
COMMENT ON COLUMN @workspace@.objection_status.scheme IS 'code of the scheme (方案)';
COMMENT ON COLUMN @workspace@.objection_status.period IS 'code of the period (周期)';
COMMENT ON COLUMN @workspace@.objection_status.subject IS 'code of the subject then (考核对象代码)';
COMMENT ON COLUMN @workspace@.objection_status.subject_name IS 'name then (考核对象)';
COMMENT ON COLUMN @workspace@.objection_status.subject_name_zh IS 'Chinese name then (考核对象中文名)';
COMMENT ON COLUMN @workspace@.objection_status.node IS 'node that is contested; NULL: the whole (争议节点)';
COMMENT ON COLUMN @workspace@.objection_status.path IS 'its place in the rubric (位置)';
COMMENT ON COLUMN @workspace@.objection_status.statement IS 'what is said against it (异议内容)';
COMMENT ON COLUMN @workspace@.objection_status.evidence IS 'what proves it (佐证材料)';
COMMENT ON COLUMN @workspace@.objection_status.raised_at IS 'when it was raised (提出时间)';
COMMENT ON COLUMN @workspace@.objection_status.raised_by IS 'who raised it (提出人)';
COMMENT ON COLUMN @workspace@.objection_status.due_on IS 'day by which it is to be answered (答复期限)';
COMMENT ON COLUMN @workspace@.objection_status.state IS 'open, upheld, rejected or withdrawn (状态)';
COMMENT ON COLUMN @workspace@.objection_status.answer IS 'the answer (答复)';
COMMENT ON COLUMN @workspace@.objection_status.answered_at IS 'when it was answered (答复时间)';
COMMENT ON COLUMN @workspace@.objection_status.answered_by IS 'who answered (答复人)';
COMMENT ON COLUMN @workspace@.objection_status.corrected_run IS 'run made from corrected facts (复核更正批次)';
COMMENT ON COLUMN @workspace@.objection_status.adjustment IS 'points of the adjustments that answer it (调整分值)';
COMMENT ON COLUMN @workspace@.objection_status.days_taken IS 'working days from the day it was raised to its answer, or to today (已用工作日)';
COMMENT ON COLUMN @workspace@.objection_status.days_left IS 'if it is open: working days left after today, negative if its term is over (剩余工作日)';
COMMENT ON COLUMN @workspace@.objection_status.overdue IS 'open, and its term is over (是否逾期未答复)';
COMMENT ON COLUMN @workspace@.objection_status.late IS 'it was not answered within its term (是否超期)';

CREATE OR REPLACE VIEW @workspace@.audit_trail WITH (security_barrier = true) AS
SELECT a.act_id, a.acted_at, a.actor, a.login, a.verb, a.about, a.reason, a.detail::text AS detail
FROM @workspace@.act AS a
WHERE (SELECT @workspace@.sees_all());
COMMENT ON VIEW @workspace@.audit_trail IS 'who did what, when and why; for operators and auditors (操作留痕)';
COMMENT ON COLUMN @workspace@.audit_trail.act_id IS 'number (编号)';
COMMENT ON COLUMN @workspace@.audit_trail.acted_at IS 'when (时间)';
COMMENT ON COLUMN @workspace@.audit_trail.actor IS 'role that did it (操作角色)';
COMMENT ON COLUMN @workspace@.audit_trail.login IS 'role that had logged in (登录角色)';
COMMENT ON COLUMN @workspace@.audit_trail.verb IS 'procedure (操作)';
COMMENT ON COLUMN @workspace@.audit_trail.about IS 'what it was about (对象)';
COMMENT ON COLUMN @workspace@.audit_trail.reason IS 'why (理由)';
COMMENT ON COLUMN @workspace@.audit_trail.detail IS 'particulars, as JSON (详情)';

CREATE OR REPLACE VIEW @workspace@.published_scheme WITH (security_barrier = true) AS
SELECT p.publication_id, p.version_id, v.scheme_id, s.code AS scheme, s.label, s.label_zh, v.number, v.in_force_from,
	p.published_from, p.published_to, p.published_at, p.place, p.note, v.sealed_at, v.hash, v.document
FROM @workspace@.publication AS p
	JOIN @workspace@.scheme_version AS v ON v.version_id = p.version_id
	JOIN @workspace@.scheme AS s ON s.scheme_id = v.scheme_id
WHERE p.kind = 'scheme'
	AND ((SELECT @workspace@.sees_all()) OR p.published_from <= (SELECT @workspace@.today()) AND EXISTS (SELECT FROM @workspace@.my_grant));
COMMENT ON VIEW @workspace@.published_scheme IS 'schemes that were published, with all their rules (已公开方案)';
COMMENT ON COLUMN @workspace@.published_scheme.publication_id IS 'publication (公布记录)';
COMMENT ON COLUMN @workspace@.published_scheme.version_id IS 'version (方案版本)';
COMMENT ON COLUMN @workspace@.published_scheme.scheme_id IS 'scheme (方案编号)';
COMMENT ON COLUMN @workspace@.published_scheme.scheme IS 'code of the scheme (方案)';
COMMENT ON COLUMN @workspace@.published_scheme.label IS 'name (名称)';
COMMENT ON COLUMN @workspace@.published_scheme.label_zh IS 'Chinese name (中文名称)';
COMMENT ON COLUMN @workspace@.published_scheme.number IS 'number of the version within the scheme (版本号)';
COMMENT ON COLUMN @workspace@.published_scheme.in_force_from IS 'in force from this day on (生效日期)';
COMMENT ON COLUMN @workspace@.published_scheme.published_from IS 'first day on display (公开起始日)';
COMMENT ON COLUMN @workspace@.published_scheme.published_to IS 'last day on display; NULL: it stays (公开截止日)';
COMMENT ON COLUMN @workspace@.published_scheme.published_at IS 'when it was entered (登记时间)';
COMMENT ON COLUMN @workspace@.published_scheme.place IS 'where it can be read (公布载体)';
COMMENT ON COLUMN @workspace@.published_scheme.note IS 'remark (备注)';
COMMENT ON COLUMN @workspace@.published_scheme.sealed_at IS 'when it was sealed (封版时间)';
COMMENT ON COLUMN @workspace@.published_scheme.hash IS 'hash of what was sealed (散列值)';
COMMENT ON COLUMN @workspace@.published_scheme.document IS 'the scheme as it was sealed, as JSON (封版方案全文)';
