-- Rebuilding: cards and fold_mark made again from the readings in the history,
-- beside readers and writers.

CREATE OR REPLACE FUNCTION @workspace@.rebuild_batch(first_subject bigint, last_subject bigint) RETURNS bigint
LANGUAGE plpgsql VOLATILE
SET search_path = pg_catalog, pg_temp
SET plan_cache_mode = force_custom_plan
AS $$
DECLARE
	count bigint;
BEGIN
	WITH rebuilt AS MATERIALIZED (
		SELECT r.subject_id, r.period_id, r.card FROM @workspace@.rebuilt_cards(first_subject, last_subject) AS r
	), gone AS (
		DELETE FROM @workspace@.card AS c
		WHERE c.subject_id BETWEEN first_subject AND last_subject
			AND NOT EXISTS (SELECT FROM rebuilt AS r WHERE r.subject_id = c.subject_id AND r.period_id = c.period_id)
	), made AS (
		INSERT INTO @workspace@.card (subject_id, period_id, card)
		SELECT r.subject_id, r.period_id, r.card FROM rebuilt AS r
		ON CONFLICT (subject_id, period_id) DO UPDATE SET card = excluded.card
	)
	SELECT pg_catalog.count(*) INTO count FROM rebuilt;
	RETURN count;
END
$$;
COMMENT ON FUNCTION @workspace@.rebuild_batch(bigint, bigint) IS
	'support function of rebuild: the subjects between two numbers, under lock_cards (重建一批)';

CREATE OR REPLACE PROCEDURE @workspace@.rebuild(batch integer DEFAULT 100000, resume boolean DEFAULT true)
LANGUAGE plpgsql
AS $$
DECLARE
	this_job bigint;
	lower bigint := '-9223372036854775808';
	upper bigint;
	made bigint;
BEGIN
	COMMIT;
	SET TRANSACTION ISOLATION LEVEL READ COMMITTED;
	SET LOCAL search_path = pg_catalog, pg_temp;
	IF batch IS NULL OR batch < 1 THEN
		RAISE EXCEPTION 'rebuild: batches of % readings', coalesce(batch::text, 'NULL')
			USING ERRCODE = 'invalid_parameter_value', HINT = 'Give the number of readings that one transaction should look at, such as 100000.';
	END IF;
	INSERT INTO @workspace@.job (kind, total) SELECT 'rebuild', count(*) FROM @workspace@.card
	RETURNING job_id INTO this_job;
	IF resume THEN
		-- Where the last rebuild was cancelled, if it was.
		UPDATE @workspace@.job AS j
		SET done = last.done, position = last.position, message = format('continues job %s', last.job_id)
		FROM (SELECT x.job_id, x.done, x.position, p.state
		      FROM @workspace@.job AS x JOIN @workspace@.job_progress AS p ON p.job_id = x.job_id
		      WHERE x.kind = 'rebuild' AND x.job_id < this_job
		      ORDER BY x.job_id DESC LIMIT 1) AS last
		WHERE j.job_id = this_job AND last.state = 'cancelled' AND last.position IS NOT NULL
		RETURNING j.position INTO upper;
		lower := coalesce(upper, lower);
	END IF;
	LOOP
		COMMIT;
		SET TRANSACTION ISOLATION LEVEL READ COMMITTED;
		SET LOCAL search_path = pg_catalog, pg_temp;
		PERFORM @workspace@.lock_cards();
		-- Whole subjects, about as many as have batch readings; after the last
		-- one, cards that no reading stands behind.
		SELECT max(t.subject_id) INTO upper
		FROM (SELECT h.subject_id FROM @workspace@.reading_history AS h WHERE h.subject_id > lower
		      ORDER BY h.subject_id LIMIT batch) AS t;
		made := @workspace@.rebuild_batch(lower + 1, coalesce(upper, 9223372036854775807));
		IF upper IS NULL THEN
			PERFORM @workspace@.raise_fold_mark((SELECT max(h.recorded_at) FROM @workspace@.reading_history AS h));
			EXIT;
		END IF;
		lower := upper;
		UPDATE @workspace@.job AS j
		SET done = j.done + made, total = greatest(j.total, j.done + made), position = upper, updated_at = clock_timestamp()
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
COMMENT ON PROCEDURE @workspace@.rebuild(integer, boolean) IS
	'makes all cards again from the readings in the history, in batches of so many readings; cancelled, it goes on when called again, unless resume is false (重建计分卡)';
