-- Cards go with DROP EXTENSION ... CASCADE. When their column is there again,
-- they are made again from the readings, which are kept in core types; rubrics
-- were before, from their documents.

SELECT @workspace@.lock_cards();

UPDATE @workspace@.card AS c
SET card = x.card
FROM (SELECT r.subject_id, r.period_id, perfeval.scorecard_agg(r.item, r.value, r.status) AS card
      FROM (SELECT DISTINCT ON (h.subject_id, h.period_id, h.item) h.subject_id, h.period_id, h.item, h.value, h.status
            FROM @workspace@.reading_history AS h
            WHERE EXISTS (SELECT FROM @workspace@.card AS gone WHERE gone.card IS NULL)
            ORDER BY h.subject_id, h.period_id, h.item, h.recorded_at DESC, h.reading_id DESC) AS r
      GROUP BY r.subject_id, r.period_id) AS x
WHERE c.card IS NULL AND x.subject_id = c.subject_id AND x.period_id = c.period_id;
