-- Cards go with DROP EXTENSION ... CASCADE. When their column is there again,
-- they are made again from the readings, which are kept in core types; rubrics
-- were before, from their documents.

SELECT @workspace@.lock_cards();

SELECT @workspace@.rebuild_batch('-9223372036854775808', 9223372036854775807)
WHERE EXISTS (SELECT FROM @workspace@.card AS c WHERE c.card IS NULL);
