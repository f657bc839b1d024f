-- What the raters of a participant come to: within a role the trimmed mean first;
-- the weights of roles are the rubric's. Means that are released (46_release.sql)
-- are readings already. Joined to the participants before it is aggregated, so
-- that a question about one group looks at that group's marks alone.
CREATE OR REPLACE VIEW @workspace@.panel_reading AS
SELECT r.group_id, r.period_id, r.part_id, r.subject_id, i.item,
	@workspace@.round_mean(perfeval.trimmed_mean(@workspace@.to_be_meant(r.value, i.mean_digits), i.drop_each) FILTER (WHERE r.raters > 2 * i.drop_each),
		i.mean_digits, i.mean_mode) AS value
FROM (SELECT m.group_id, m.period_id, m.part_id, m.subject_id, s.criterion, s.rater_role, s.value,
          count(*) OVER (PARTITION BY m.group_id, m.period_id, m.part_id, m.subject_id, s.criterion, s.rater_role) AS raters
      FROM @workspace@.participant_part AS m
          JOIN @workspace@.counted_rating AS s ON s.subject_id = m.subject_id AND s.period_id = m.part_id) AS r
	JOIN @workspace@.indicator AS i ON i.criterion = r.criterion AND i.rater_role = r.rater_role AND i.fact = 'rating'
WHERE i.min_raters = 1
GROUP BY r.group_id, r.period_id, r.part_id, r.subject_id, i.item, i.drop_each, i.mean_digits, i.mean_mode;
COMMENT ON VIEW @workspace@.panel_reading IS 'means of the ratings of a participant, by role (参评对象各评价主体均值)';
COMMENT ON COLUMN @workspace@.panel_reading.group_id IS 'group (分组)';
COMMENT ON COLUMN @workspace@.panel_reading.period_id IS 'period (周期)';
COMMENT ON COLUMN @workspace@.panel_reading.part_id IS 'the period itself or a part of it (组成周期)';
COMMENT ON COLUMN @workspace@.panel_reading.subject_id IS 'whose (考核对象)';
COMMENT ON COLUMN @workspace@.panel_reading.item IS 'indicator of the criterion and role (指标编号)';
COMMENT ON COLUMN @workspace@.panel_reading.value IS 'mean, NULL with too few raters to trim (均值)';
