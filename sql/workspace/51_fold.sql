-- Folding: tail rows into history, and those that count into the cards. It
-- changes no answer, only what asking costs.
--
-- Whoever writes history and cards keeps five rules; then no reading is lost or
-- counted twice, whatever runs beside it and wherever a crash comes.
--
-- 1. The transaction is READ COMMITTED, and lock_cards() is a statement of its
--    own before: so the snapshot of the next one sees all that was folded.
-- 2. History and cards change in one statement, or at least one transaction.
-- 3. Of several new readings of a subject, period and item the last one counts,
--    in the order (recorded_at, reading_id).
-- 4. It counts only if the history has no later one already.
--
-- 5. What is written to the history raises fold_mark, in the same transaction.
--
-- A bulk load that goes past the tail is therefore, after lock_cards():
--
--   WITH kept AS (
--       INSERT INTO reading (subject_id, ..., folded) SELECT ..., true FROM staging
--       RETURNING *
--   ), latest AS (
--       SELECT DISTINCT ON (k.subject_id, k.period_id, k.item) k.*
--       FROM kept AS k
--       ORDER BY k.subject_id, k.period_id, k.item, k.recorded_at DESC, k.reading_id DESC
--   ), ... counting and merged as in fold_batch
--
-- It has to check what the tail's foreign keys and constraints check, as these
-- do not stand on the history.

CREATE OR REPLACE FUNCTION @workspace@.lock_cards() RETURNS void
LANGUAGE sql VOLATILE
SET search_path = pg_catalog, pg_temp
AS $$ SELECT pg_advisory_xact_lock(1886676582, ('@workspace:literal@'::regnamespace::oid::bigint - 2147483648)::integer) $$;
COMMENT ON FUNCTION @workspace@.lock_cards() IS
	'held by whoever writes cards, to the end of the transaction (计分卡写锁)';

-- One batch: all tail rows of the subjects between two numbers. What the DELETE
-- gives back is what moves and what is counted, so the two cannot differ.
CREATE OR REPLACE FUNCTION @workspace@.fold_batch(first_subject bigint, last_subject bigint) RETURNS bigint
LANGUAGE plpgsql VOLATILE
SET search_path = pg_catalog, pg_temp
SET work_mem = '64MB'
SET jit = off
SET plan_cache_mode = force_custom_plan
AS $$
DECLARE
	count bigint;
	last timestamptz;
BEGIN
	WITH moved AS (
		DELETE FROM @workspace@.reading_tail AS t
		WHERE t.subject_id BETWEEN first_subject AND last_subject
		RETURNING t.*
	), kept AS (
		INSERT INTO @workspace@.reading_history (subject_id, period_id, item, value, status, valid_from, valid_to,
			recorded_at, recorded_by, source_id, evidence, note, assist_note, reading_id, folded)
		SELECT m.subject_id, m.period_id, m.item, m.value, m.status, m.valid_from, m.valid_to,
			m.recorded_at, m.recorded_by, m.source_id, m.evidence, m.note, m.assist_note, m.reading_id, true
		FROM moved AS m
	), latest AS (
		SELECT DISTINCT ON (m.subject_id, m.period_id, m.item)
			m.subject_id, m.period_id, m.item, m.value, m.status, m.recorded_at, m.reading_id
		FROM moved AS m
		ORDER BY m.subject_id, m.period_id, m.item, m.recorded_at DESC, m.reading_id DESC
	), counting AS (
		SELECT t.subject_id, t.period_id, perfeval.scorecard_agg(t.item, t.value, t.status) AS card
		FROM latest AS t
		WHERE NOT EXISTS (
			SELECT FROM @workspace@.reading_history AS later
			WHERE later.subject_id = t.subject_id AND later.period_id = t.period_id AND later.item = t.item
				AND later.subject_id BETWEEN first_subject AND last_subject
				AND (later.recorded_at, later.reading_id) > (t.recorded_at, t.reading_id))
		GROUP BY t.subject_id, t.period_id
	), merged AS (
		INSERT INTO @workspace@.card AS c (subject_id, period_id, card)
		SELECT n.subject_id, n.period_id, n.card FROM counting AS n
		ON CONFLICT (subject_id, period_id)
		DO UPDATE SET card = coalesce(perfeval.scorecard_merge(c.card, excluded.card), excluded.card)
	)
	SELECT pg_catalog.count(*), max(m.recorded_at) INTO count, last FROM moved AS m;
	PERFORM @workspace@.raise_fold_mark(last);
	RETURN count;
END
$$;
COMMENT ON FUNCTION @workspace@.fold_batch(bigint, bigint) IS
	'support function of fold: the subjects between two numbers, under lock_cards (归并一批)';

CREATE OR REPLACE PROCEDURE @workspace@.fold(batch integer DEFAULT 100000)
LANGUAGE plpgsql
AS $$
DECLARE
	this_job bigint;
	lower bigint := '-9223372036854775808';
	upper bigint;
	moved bigint;
BEGIN
	-- Nothing has happened yet; what begins here can choose how it is isolated.
	COMMIT;
	SET TRANSACTION ISOLATION LEVEL READ COMMITTED;
	SET LOCAL search_path = pg_catalog, pg_temp;
	IF batch IS NULL OR batch < 1 THEN
		RAISE EXCEPTION 'fold: batches of % rows', coalesce(batch::text, 'NULL')
			USING ERRCODE = 'invalid_parameter_value', HINT = 'Give the number of rows that one transaction should move, such as 100000.';
	END IF;
	IF NOT EXISTS (SELECT FROM @workspace@.reading_tail) THEN
		RETURN;
	END IF;
	INSERT INTO @workspace@.job (kind, total) SELECT 'fold', count(*) FROM @workspace@.reading_tail
	RETURNING job_id INTO this_job;
	LOOP
		COMMIT;
		SET TRANSACTION ISOLATION LEVEL READ COMMITTED;
		SET LOCAL search_path = pg_catalog, pg_temp;
		PERFORM @workspace@.lock_cards();
		-- Whole subjects, about as many as have batch rows.
		SELECT max(t.subject_id) INTO upper
		FROM (SELECT x.subject_id FROM @workspace@.reading_tail AS x WHERE x.subject_id > lower
		      ORDER BY x.subject_id LIMIT batch) AS t;
		EXIT WHEN upper IS NULL;
		moved := @workspace@.fold_batch(lower + 1, upper);
		lower := upper;
		UPDATE @workspace@.job AS j
		SET done = j.done + moved, total = greatest(j.total, j.done + moved), position = upper, updated_at = clock_timestamp()
		WHERE j.job_id = this_job;
	END LOOP;
	UPDATE @workspace@.job AS j
	SET state = 'done', total = j.done, updated_at = clock_timestamp(), finished_at = clock_timestamp()
	WHERE j.job_id = this_job;
	COMMIT;
	PERFORM @workspace@.analyze_changed();
	COMMIT;
END
$$;
COMMENT ON PROCEDURE @workspace@.fold(integer) IS
	'moves readings from the tail to the history and into the cards, in batches of so many rows; cancelled, it goes on when called again (归并读数)';
