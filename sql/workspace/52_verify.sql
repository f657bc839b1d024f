-- Verifying: each card against the readings in the history, sealed versions and
-- runs against their hashes.

-- What the cards of the subjects between two numbers should be. The order is
-- that of the primary key backwards, so the last reading of each item comes
-- first without sorting.
CREATE OR REPLACE FUNCTION @workspace@.rebuilt_cards(first_subject bigint, last_subject bigint)
RETURNS TABLE (subject_id bigint, period_id integer, card perfeval.scorecard)
LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp
SET work_mem = '64MB'
SET jit = off
AS $$
	SELECT l.subject_id, l.period_id, perfeval.scorecard_agg(l.item, l.value, l.status)
	FROM (SELECT DISTINCT ON (h.subject_id, h.period_id, h.item) h.subject_id, h.period_id, h.item, h.value, h.status
	      FROM @workspace@.reading_history AS h
	      WHERE h.subject_id BETWEEN first_subject AND last_subject
	      ORDER BY h.subject_id DESC, h.period_id DESC, h.item DESC, h.recorded_at DESC, h.reading_id DESC) AS l
	GROUP BY l.subject_id, l.period_id
$$;
COMMENT ON FUNCTION @workspace@.rebuilt_cards(bigint, bigint) IS
	'the cards of the subjects between two numbers, from the readings in the history (由历史读数重算的计分卡)';

-- History and cards change together, so any snapshot of the two agrees.
CREATE OR REPLACE FUNCTION @workspace@.verify_cards(
	first_subject bigint DEFAULT '-9223372036854775808', last_subject bigint DEFAULT 9223372036854775807)
RETURNS TABLE (subject_id bigint, period_id integer, difference text, items text)
LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp
SET work_mem = '64MB'
SET jit = off
AS $$
	SELECT coalesce(c.subject_id, r.subject_id), coalesce(c.period_id, r.period_id),
		CASE WHEN c.card IS NULL THEN 'missing' WHEN r.card IS NULL THEN 'extra' ELSE 'differing' END,
		(SELECT string_agg(coalesce(a.item, b.item)::text, ', ' ORDER BY coalesce(a.item, b.item))
		 FROM perfeval.items(coalesce(c.card, '{}')) AS a
			FULL JOIN perfeval.items(coalesce(r.card, '{}')) AS b ON b.item = a.item
		 WHERE (a.item, a.value, a.status) IS DISTINCT FROM (b.item, b.value, b.status))
	FROM (SELECT * FROM @workspace@.card AS x WHERE x.subject_id BETWEEN first_subject AND last_subject) AS c
		FULL JOIN @workspace@.rebuilt_cards(first_subject, last_subject) AS r
			ON r.subject_id = c.subject_id AND r.period_id = c.period_id
	WHERE (c.card OPERATOR(perfeval.=) r.card) IS NOT TRUE
	ORDER BY 1, 2
$$;
COMMENT ON FUNCTION @workspace@.verify_cards(bigint, bigint) IS
	'cards that are not what the readings in the history come to: missing, extra or differing, and in which items; no rows if all is well (核对计分卡)';

-- All of it as a job, cards a batch at a time, runs one by one; an error if
-- anything differs.
CREATE OR REPLACE PROCEDURE @workspace@.verify(batch integer DEFAULT 5000)
LANGUAGE plpgsql
AS $$
DECLARE
	this_job bigint;
	lower bigint := '-9223372036854775808';
	upper bigint;
	wrong bigint := 0;
	found bigint;
	first_found text;
	example text;
	cards_wrong bigint;
	a_run record;
BEGIN
	COMMIT;
	SET LOCAL search_path = pg_catalog, pg_temp;
	IF batch IS NULL OR batch < 1 THEN
		RAISE EXCEPTION 'verify: batches of % cards', coalesce(batch::text, 'NULL')
			USING ERRCODE = 'invalid_parameter_value', HINT = 'Give the number of cards that one step should look at, such as 5000.';
	END IF;
	INSERT INTO @workspace@.job (kind, total) SELECT 'verify', count(*) FROM @workspace@.card
	RETURNING job_id INTO this_job;
	LOOP
		COMMIT;
		SET LOCAL search_path = pg_catalog, pg_temp;
		SELECT max(t.subject_id) INTO upper
		FROM (SELECT c.subject_id FROM @workspace@.card AS c WHERE c.subject_id > lower
		      ORDER BY c.subject_id LIMIT batch) AS t;
		-- After the last card, whatever the history has beyond.
		SELECT count(*), min(format('%s: subject %s, period %s, items %s', v.difference, v.subject_id, v.period_id, v.items))
		INTO found, example
		FROM @workspace@.verify_cards(lower + 1, coalesce(upper, 9223372036854775807)) AS v;
		wrong := wrong + found;
		first_found := coalesce(first_found, example);
		IF upper IS NULL AND (SELECT max(h.recorded_at) FROM @workspace@.reading_history AS h)
			> (SELECT k.folded_to FROM @workspace@.fold_mark AS k)
		THEN
			wrong := wrong + 1;
			first_found := coalesce(first_found, 'fold_mark: the history reaches further');
		END IF;
		EXIT WHEN upper IS NULL;
		UPDATE @workspace@.job AS j
		SET done = (SELECT j.done + count(*) FROM @workspace@.card AS c WHERE c.subject_id > lower AND c.subject_id <= upper),
			position = upper, updated_at = clock_timestamp()
		WHERE j.job_id = this_job;
		lower := upper;
	END LOOP;
	cards_wrong := wrong;
	SELECT count(*), min(format('scheme version %s, %s: %s', v.version_id, v.place, v.message)) INTO found, example FROM @workspace@.verify_schemes() AS v;
	wrong := wrong + found;
	first_found := coalesce(first_found, example);
	-- A run that has been discarded since is passed over.
	FOR a_run IN SELECT r.run_id FROM @workspace@.run AS r UNION ALL SELECT NULL ORDER BY 1 LOOP
		COMMIT;
		SET LOCAL search_path = pg_catalog, pg_temp;
		SELECT count(*), (array_agg(format('run %s, %s: %s', coalesce(v.run_id::text, 'none'), v.place, v.message)))[1] INTO found, example
		FROM (SELECT x.* FROM @workspace@.run AS r, LATERAL @workspace@.verify_run(r.run_id) AS x WHERE r.run_id = a_run.run_id
		      UNION ALL SELECT x.* FROM @workspace@.verify_links() AS x WHERE a_run.run_id IS NULL
		      UNION ALL SELECT x.* FROM @workspace@.verify_leftovers() AS x WHERE a_run.run_id IS NULL
		      UNION ALL SELECT x.* FROM @workspace@.verify_trail() AS x WHERE a_run.run_id IS NULL) AS v;
		wrong := wrong + found;
		first_found := coalesce(first_found, example);
	END LOOP;
	UPDATE @workspace@.job AS j
	SET state = CASE WHEN wrong = 0 THEN 'done' ELSE 'failed' END, total = j.done,
		message = CASE WHEN wrong > 0 THEN format('differences: %s; first %s', wrong, first_found) END,
		updated_at = clock_timestamp(), finished_at = clock_timestamp()
	WHERE j.job_id = this_job;
	COMMIT;
	IF cards_wrong > 0 THEN
		RAISE EXCEPTION 'cards are not what their readings come to, differences: %', cards_wrong
			USING ERRCODE = 'data_corrupted', DETAIL = first_found,
				HINT = 'Function verify_cards lists them. CALL rebuild() makes the cards again.';
	ELSIF wrong > 0 THEN
		RAISE EXCEPTION 'what was sealed or assessed has been altered, findings: %', wrong
			USING ERRCODE = 'data_corrupted', DETAIL = first_found, HINT = 'Functions verify_schemes and verify_runs list all of them.';
	END IF;
END
$$;
COMMENT ON PROCEDURE @workspace@.verify(integer) IS
	'compares all cards, and fold_mark, with the readings in the history, in batches of so many cards, then sealed versions, runs and the chain with their hashes; an error if anything differs (核对)';
