-- What the experts of a participant come to, beside its panels. Where no scheme
-- has such a coefficient nothing is looked at.
CREATE OR REPLACE VIEW @workspace@.recognition_value AS
SELECT m.group_id, m.period_id, m.part_id, m.subject_id, m.item,
	perfeval.recognition_coefficient(m.difficulty, m.precision, q.low, q.high, q.drop_each, q.difficulty_share)
		FILTER (WHERE m.experts >= q.min_experts) AS value
FROM (SELECT p.group_id, p.period_id, p.part_id, p.subject_id, r.item, r.difficulty, r.precision,
          count(*) OVER (PARTITION BY p.group_id, p.period_id, p.part_id, p.subject_id, r.item) AS experts
      FROM @workspace@.participant_part AS p
          JOIN @workspace@.recognition_mark AS r ON r.subject_id = p.subject_id AND r.period_id = p.part_id
      WHERE EXISTS (SELECT FROM @workspace@.recognition_rule)) AS m
	JOIN @workspace@.recognition_rule AS q ON q.item = m.item
GROUP BY m.group_id, m.period_id, m.part_id, m.subject_id, m.item, q.item;
COMMENT ON VIEW @workspace@.recognition_value IS 'coefficients of recognition of a participant (参评对象认同系数)';
