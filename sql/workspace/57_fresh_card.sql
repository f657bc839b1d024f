-- What comes on top of a participant's cards, kind by kind: a panel's mean goes
-- before events, events before readings of the tail. The group is part of it,
-- and each kind is joined to the participants where it is read, so that a
-- question about one group looks at that group's rows alone.
CREATE OR REPLACE VIEW @workspace@.fresh_reading AS
SELECT m.group_id, m.period_id, m.part_id, m.subject_id, t.item, t.value, t.status, 1 AS precedence, t.recorded_at, t.reading_id
FROM @workspace@.participant_part AS m
	JOIN @workspace@.reading_tail AS t ON t.subject_id = m.subject_id AND t.period_id = m.part_id
WHERE (t.recorded_at > (SELECT k.folded_to FROM @workspace@.fold_mark AS k) OR NOT EXISTS (
		SELECT FROM @workspace@.reading_history AS later
		WHERE later.subject_id = m.subject_id AND later.period_id = m.part_id AND later.item = t.item
			AND (later.recorded_at, later.reading_id) > (t.recorded_at, t.reading_id)))
UNION ALL
SELECT m.group_id, m.period_id, m.part_id, m.subject_id, x.item, sum(e.quantity), NULL, 2, NULL, NULL
FROM @workspace@.participant_part AS m
	JOIN @workspace@.decided_event AS e ON e.subject_id = m.subject_id AND e.period_id = m.part_id
	LEFT JOIN @workspace@.indicator AS i ON i.pending_of = e.item,
	LATERAL (SELECT CASE e.decision WHEN 'valid' THEN e.item WHEN 'pending' THEN i.item END AS item) AS x
WHERE x.item IS NOT NULL
GROUP BY m.group_id, m.period_id, m.part_id, m.subject_id, x.item
UNION ALL
SELECT r.group_id, r.period_id, r.part_id, r.subject_id, r.item, r.value, NULL, 3, NULL, NULL
FROM @workspace@.panel_reading AS r
UNION ALL
SELECT r.group_id, r.period_id, r.part_id, r.subject_id, r.item, r.value, NULL, 3, NULL, NULL
FROM @workspace@.recognition_value AS r;
COMMENT ON VIEW @workspace@.fresh_reading IS 'readings that come on top of the cards (计分卡之外的读数)';
COMMENT ON COLUMN @workspace@.fresh_reading.group_id IS 'group (分组)';
COMMENT ON COLUMN @workspace@.fresh_reading.period_id IS 'period (周期)';
COMMENT ON COLUMN @workspace@.fresh_reading.part_id IS 'the period itself or a part of it (组成周期)';
COMMENT ON COLUMN @workspace@.fresh_reading.subject_id IS 'whose (考核对象)';
COMMENT ON COLUMN @workspace@.fresh_reading.item IS 'indicator (指标编号)';
COMMENT ON COLUMN @workspace@.fresh_reading.value IS 'exact value (数值)';
COMMENT ON COLUMN @workspace@.fresh_reading.status IS 'in place of a value (状态)';
COMMENT ON COLUMN @workspace@.fresh_reading.precedence IS 'of several for one item the higher counts (优先级)';
COMMENT ON COLUMN @workspace@.fresh_reading.recorded_at IS 'of readings: the later counts (记录时间)';
COMMENT ON COLUMN @workspace@.fresh_reading.reading_id IS 'of readings of one time: the higher counts (编号)';

-- Facts of a higher precedence are taken as readings from beyond the end of
-- time: no reading is recorded there. Columns are named in the order that they
-- have above: then the planner needs no step that puts them in another.
CREATE OR REPLACE VIEW @workspace@.fresh_card AS
SELECT r.group_id, r.period_id, r.part_id, r.subject_id,
	perfeval.scorecard_latest(r.item, r.value, r.status, CASE WHEN r.precedence > 1 THEN 'infinity' ELSE r.recorded_at END,
		CASE WHEN r.precedence > 1 THEN r.precedence ELSE r.reading_id END) AS card
FROM @workspace@.fresh_reading AS r
GROUP BY r.group_id, r.period_id, r.part_id, r.subject_id;
COMMENT ON VIEW @workspace@.fresh_card IS 'what comes on top of the cards (计分卡之外的读数，按对象)';
COMMENT ON COLUMN @workspace@.fresh_card.group_id IS 'group (分组)';
COMMENT ON COLUMN @workspace@.fresh_card.period_id IS 'period (周期)';
COMMENT ON COLUMN @workspace@.fresh_card.part_id IS 'the period itself or a part of it (组成周期)';
COMMENT ON COLUMN @workspace@.fresh_card.subject_id IS 'whose (考核对象)';
COMMENT ON COLUMN @workspace@.fresh_card.card IS 'the readings (计分卡)';
