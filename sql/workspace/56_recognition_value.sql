-- What the experts of a participant come to, beside its panels. Where no scheme
-- has such a coefficient nothing is looked at, and as every standing is planned
-- with this, ratings are joined once: an expert counts who has both marks.
CREATE OR REPLACE VIEW @workspace@.recognition_value AS
SELECT m.group_id, m.period_id, m.part_id, m.subject_id, m.item,
	perfeval.recognition_coefficient(m.difficulty, m.precision, m.low, m.high, m.drop_each, m.difficulty_share)
		FILTER (WHERE m.experts >= m.min_experts) AS value
FROM (SELECT x.*, count(*) OVER (PARTITION BY x.group_id, x.period_id, x.part_id, x.subject_id, x.item) AS experts
      FROM (SELECT p.group_id, p.period_id, p.part_id, p.subject_id, q.item, q.low, q.high, q.drop_each, q.difficulty_share, q.min_experts,
                max(r.value) FILTER (WHERE i.item = q.difficulty_item) AS difficulty,
                max(r.value) FILTER (WHERE i.item = q.precision_item) AS precision
            FROM @workspace@.participant_part AS p
                JOIN @workspace@.counted_rating AS r ON r.subject_id = p.subject_id AND r.period_id = p.part_id
                JOIN @workspace@.indicator AS i ON i.criterion = r.criterion AND i.rater_role = r.rater_role AND i.fact = 'rating'
                JOIN @workspace@.recognition_rule AS q ON i.item IN (q.difficulty_item, q.precision_item)
                JOIN @workspace@.indicator AS c ON c.item = q.item AND c.fact = 'recognition'
            WHERE r.value BETWEEN 0 AND 100 AND EXISTS (SELECT FROM @workspace@.recognition_rule)
            GROUP BY p.group_id, p.period_id, p.part_id, p.subject_id, q.item, r.rater_id
            HAVING count(*) = 2) AS x) AS m
GROUP BY m.group_id, m.period_id, m.part_id, m.subject_id, m.item;
COMMENT ON VIEW @workspace@.recognition_value IS 'coefficients of recognition of a participant (参评对象认同系数)';
