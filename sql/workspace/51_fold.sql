-- Folding: tail rows into history, and those that count into the cards. It
-- changes no answer, only what asking costs.

CREATE OR REPLACE FUNCTION @workspace@.lock_cards() RETURNS void
LANGUAGE sql VOLATILE
SET search_path = pg_catalog, pg_temp
AS $$ SELECT pg_advisory_xact_lock(1886676582, ('@workspace:literal@'::regnamespace::oid::bigint - 2147483648)::integer) $$;
COMMENT ON FUNCTION @workspace@.lock_cards() IS
	'held by whoever writes cards, to the end of the transaction (计分卡写锁)';

-- One batch: all tail rows of the given subjects, in one statement.
CREATE OR REPLACE FUNCTION @workspace@.fold_batch(first_subject bigint, last_subject bigint) RETURNS bigint
LANGUAGE sql VOLATILE
SET search_path = pg_catalog, pg_temp
AS $$
	WITH counting AS (
		SELECT t.subject_id, t.period_id, perfeval.scorecard_agg(t.item, t.value, t.status) AS card
		FROM @workspace@.tail_reading AS t
		WHERE t.subject_id BETWEEN first_subject AND last_subject
		GROUP BY t.subject_id, t.period_id
	), merged AS (
		INSERT INTO @workspace@.card AS c (subject_id, period_id, card)
		SELECT n.subject_id, n.period_id, n.card FROM counting AS n
		ON CONFLICT (subject_id, period_id)
		DO UPDATE SET card = coalesce(perfeval.scorecard_merge(c.card, excluded.card), excluded.card)
	), moved AS (
		DELETE FROM @workspace@.reading_tail AS t
		WHERE t.subject_id BETWEEN first_subject AND last_subject
		RETURNING t.*
	), kept AS (
		INSERT INTO @workspace@.reading (subject_id, period_id, item, value, status, valid_from, valid_to, recorded_at,
			recorded_by, source_id, evidence, note, assist_note, reading_id, folded)
		SELECT m.subject_id, m.period_id, m.item, m.value, m.status, m.valid_from, m.valid_to, m.recorded_at,
			m.recorded_by, m.source_id, m.evidence, m.note, m.assist_note, m.reading_id, true
		FROM moved AS m
		RETURNING 1
	)
	SELECT count(*) FROM kept
$$;
COMMENT ON FUNCTION @workspace@.fold_batch(bigint, bigint) IS
	'support function of fold: the subjects between two numbers (归并一批)';

CREATE OR REPLACE PROCEDURE @workspace@.fold(batch integer DEFAULT 50000)
LANGUAGE plpgsql
AS $$
DECLARE
	upper bigint;
	lower bigint := -9223372036854775808;
BEGIN
	LOOP
		SET LOCAL search_path = pg_catalog, pg_temp;
		PERFORM @workspace@.lock_cards();
		-- Whole subjects, about as many as have batch rows.
		SELECT max(t.subject_id) INTO upper
		FROM (SELECT x.subject_id FROM @workspace@.reading_tail AS x WHERE x.subject_id > lower
		      ORDER BY x.subject_id LIMIT batch) AS t;
		EXIT WHEN upper IS NULL;
		PERFORM @workspace@.fold_batch(lower + 1, upper);
		lower := upper;
		COMMIT;
	END LOOP;
	COMMIT;
END
$$;
COMMENT ON PROCEDURE @workspace@.fold(integer) IS
	'moves readings from the tail to the history and into the cards (归并读数)';
