-- The write path: what may enter a reading, folding, verifying, rebuilding, jobs and health; and that whatever
-- is written, in whatever order, cards and standings are what the readings come to.
\set workspace '写入 "it''s" 50%'
SET client_min_messages = warning;
SET jit = off;
DROP SCHEMA IF EXISTS :"workspace" CASCADE;
SELECT public.plan(70);
CALL perfeval.create_workspace(:'workspace', time_zone => 'Asia/Shanghai');
SET search_path = :"workspace", public;

CALL add_year(2024, 'quarter');
CALL add_year(2025, 'quarter');
INSERT INTO "grouping" VALUES (1, 'g', 'G');
INSERT INTO subject_group VALUES (1, 1, 'a', 'A'), (2, 1, 'b', 'B');
INSERT INTO subject (code, name, kind) SELECT i, i, 'facility' FROM generate_series(1, 12) AS i;
INSERT INTO group_member (subject_id, grouping_id, group_id) SELECT i, 1, 1 + i % 2 FROM generate_series(1, 12) AS i;
INSERT INTO indicator (item, code, name, roll_up)
SELECT i, 'I' || i, 'I' || i, (ARRAY['sum', 'mean', 'min', 'max', 'last'])[1 + i % 5] FROM generate_series(1, 8) AS i;
INSERT INTO scheme VALUES (1, 's', 'S', NULL, 1);
INSERT INTO scheme_version (scheme_id, number, in_force_from, round_at, round_digits, round_mode, rank_basis, tie_chain)
VALUES (1, 1, '2024-01-01', 'final', 2, 'half_up', 'unrounded', '{}');
INSERT INTO node (version_id, node, parent, spec)
SELECT 1, 0, NULL::integer, '{"rule": "weighted_mean", "missing": "renormalize"}'::jsonb
UNION ALL
SELECT 1, i, 0, jsonb_build_object('rule', 'given', 'item', i, 'weight', 0.125, 'min', NULL, 'max', NULL) FROM generate_series(1, 8) AS i;
CALL seal_version(1);

-- What the readings come to, in the tail and in the history, without any card.
CREATE VIEW recomputed AS
SELECT l.subject_id, l.period_id, perfeval.scorecard_agg(l.item, l.value, l.status) AS card
FROM (SELECT DISTINCT ON (subject_id, period_id, item) * FROM reading
      ORDER BY subject_id, period_id, item, recorded_at DESC, reading_id DESC) AS l
GROUP BY l.subject_id, l.period_id;
CREATE VIEW current AS
SELECT subject_id, period_id, coalesce(perfeval.scorecard_merge(c.card, f.card), c.card, f.card) AS card
FROM card AS c FULL JOIN (SELECT subject_id, period_id, perfeval.scorecard_agg(item, value, status) AS card
                          FROM tail_reading GROUP BY subject_id, period_id) AS f USING (subject_id, period_id);
CREATE FUNCTION wrong() RETURNS SETOF text LANGUAGE sql AS $$
	SELECT format('verify: subject %s, period %s, %s %s', v.subject_id, v.period_id, v.difference, v.items) FROM verify_cards() AS v
	UNION ALL
	SELECT format('now: subject %s, period %s', subject_id, period_id) FROM current AS c FULL JOIN recomputed AS r USING (subject_id, period_id)
	WHERE (c.card OPERATOR(perfeval.=) r.card) IS NOT TRUE OR perfeval.scorecard_send(c.card) <> perfeval.scorecard_send(r.card)
$$;

-- ---- what may enter

CREATE FUNCTION refused(columns text, value text, code text, name text) RETURNS text LANGUAGE sql AS $$
	SELECT throws_ok(format('INSERT INTO reading (subject_id, period_id, item, %s) VALUES (1, 2024000, 1, %s)', columns, value), code, NULL, name)
$$;
SELECT refused('value', '''NaN''', '23514', 'no NaN');
SELECT refused('value', '''Infinity''', '23514', 'no infinity');
SELECT refused('value', '''-Infinity''', '23514', 'nor the other');
SELECT refused('value', '1e17', '23514', 'no number of 18 digits');
SELECT refused('value', '-1e17', '23514', 'with any sign');
SELECT refused('value', '1e-19', '23514', 'no 19th decimal');
SELECT refused('value', 'NULL', '23514', 'a value or a status');
SELECT refused('value, status', '1, ''exempt''', '23514', 'and not both');
SELECT refused('status', '''error''', '23514', 'no status that is a result''s');
SELECT refused('value, recorded_at', '1, ''infinity''', '23514', 'no infinite time');
SELECT refused('value, recorded_at', '1, ''-infinity''', '23514', 'in either direction');
SELECT refused('value, recorded_at', '1, now() + interval ''6 minutes''', '23514', 'nothing from the future');
SELECT refused('value, valid_to', '1, ''infinity''', '23514', 'an open end is NULL');
SELECT refused('value, valid_from', '1, ''-infinity''', '23514', 'as is an open beginning');
SELECT refused('value, valid_from, valid_to', '1, ''2024-02-01'', ''2024-02-01''', '23514', 'no empty validity');
SELECT refused('value, source_id', '1, 7', '23503', 'no unknown source');
SELECT throws_ok('INSERT INTO reading (subject_id, period_id, item, value) VALUES (13, 2024000, 1, 1)', '23503', NULL, 'no unknown subject');
SELECT throws_ok('INSERT INTO reading (subject_id, period_id, item, value) VALUES (1, 2023000, 1, 1)', '23503', NULL, 'no unknown period');
SELECT throws_ok('INSERT INTO reading (subject_id, period_id, item, value) VALUES (1, 2024000, 9, 1)', '23503', NULL, 'no unknown indicator');
SELECT throws_ok('INSERT INTO subject (subject_id, code, name, kind) VALUES (0, ''z'', ''z'', ''facility'')', '23514', NULL, 'subjects have numbers from 1 on');
SELECT is((SELECT count(*) FROM reading), 0::bigint, 'so there is nothing');
CALL fold();
SELECT is((SELECT count(*) FROM job), 0::bigint, 'a fold of nothing is no job');

-- The largest and the finest numbers go through cards, sums over a year and standings.
INSERT INTO reading (subject_id, period_id, item, value)
SELECT s, p, i, CASE s WHEN 1 THEN 99999999999999999.999999999999999999 WHEN 2 THEN -99999999999999999.999999999999999999
	WHEN 3 THEN 0.000000000000000001 ELSE 0.000000::numeric(40, 30) END
FROM generate_series(1, 4) AS s, generate_series(2024011, 2024014) AS p, generate_series(1, 8) AS i;
SELECT is_empty('SELECT wrong()', 'extreme numbers in the tail');
SELECT lives_ok('SELECT * FROM standing', 'standings of them');
CALL fold();
SELECT is_empty('SELECT wrong()', 'and in the cards');
SELECT is((SELECT perfeval.scorecard_value(card, 1) FROM card WHERE subject_id = 1 AND period_id = 2024011), 99999999999999999.999999999999999999, 'to the last digit');
SELECT lives_ok('SELECT * FROM standing', 'standings of those');
SELECT is((SELECT count(*) FROM reading_tail), 0::bigint, 'the tail is empty');
SELECT results_eq($$SELECT kind, state, done, total, percent FROM job_progress$$, $$VALUES ('fold', 'done', 128::bigint, 128::bigint, 100.0)$$, 'job_progress tells');
SELECT throws_ok('DELETE FROM subject WHERE subject_id = 1', '23503', NULL, 'a subject with readings in the history stays');
SELECT throws_ok('DELETE FROM period_part WHERE part_id = 2024011; DELETE FROM period WHERE period_id = 2024011', '23503', NULL, 'so does a period');

SELECT throws_ok('UPDATE reading SET value = 1 WHERE subject_id = 1', '55000', NULL, 'readings are not changed');
SELECT throws_ok('DELETE FROM reading WHERE subject_id = 1', '55000', NULL, 'nor deleted once they count');
SELECT lives_ok($$UPDATE reading SET assist_note = 'odd' WHERE subject_id = 1 AND item = 1$$, 'remarks that never score may be');
SELECT throws_ok('INSERT INTO indicator (item, code, name) SELECT i, i, i FROM generate_series(9, 32768) AS i', '54000', 'more than 32767 indicators', 'more indicators than a card holds');
INSERT INTO indicator (item, code, name) SELECT i, i, i FROM generate_series(9, 32767) AS i;
INSERT INTO reading (subject_id, period_id, item, value) SELECT 6, 2024000, i, -i - 0.000000000000000001 FROM generate_series(1, 32767) AS i;
SELECT is_empty('SELECT wrong()', 'as many as it can hold');
CALL fold();
SELECT is_empty('SELECT wrong()', 'and after the fold');

-- ---- the order of readings

INSERT INTO reading (subject_id, period_id, item, value, status, recorded_at, reading_id) VALUES
	(5, 2025000, 1, 2, NULL, '2025-02-01 00:00+00', -9), (5, 2025000, 1, 1, NULL, '2025-01-01 00:00+00', -8),
	(5, 2025000, 2, 1, NULL, '2025-01-01 00:00+00', -7), (5, 2025000, 2, 2, NULL, '2025-01-01 00:00+00', -6),
	(5, 2025000, 3, NULL, 'exempt', '2025-02-01 00:00+00', -5), (5, 2025000, 3, 1, NULL, '2025-01-01 00:00+00', -4),
	(5, 2025000, 4, 2, NULL, '2025-02-01 00:00+00', -3), (5, 2025000, 4, NULL, 'missing', '2025-01-01 00:00+00', -2);
SELECT is((SELECT card::text FROM current WHERE subject_id = 5), '{"1": 2, "2": 2, "3": "exempt", "4": 2}', 'time, then number, whatever the order of rows');
CALL fold();
SELECT is((SELECT card::text FROM card WHERE subject_id = 5), '{"1": 2, "2": 2, "3": "exempt", "4": 2}', 'so says the fold');
INSERT INTO reading (subject_id, period_id, item, value, recorded_at, reading_id) VALUES
	(5, 2025000, 1, 7, '2025-02-01 00:00+00', -10), (5, 2025000, 2, 7, '2025-01-01 00:00+00', -5), (5, 2025000, 3, 7, '2025-01-15 00:00+00', 1),
	(5, 2025000, 4, 7, '2025-03-01 00:00+00', -9);
SELECT is((SELECT card::text FROM current WHERE subject_id = 5), '{"1": 2, "2": 7, "3": "exempt", "4": 7}', 'the history is asked too');
CALL fold();
SELECT is((SELECT card::text FROM card WHERE subject_id = 5), '{"1": 2, "2": 7, "3": "exempt", "4": 7}', 'by the fold as well');
SELECT is_empty('SELECT wrong()', 'and verify agrees');

-- ---- verify and rebuild

UPDATE card SET card = perfeval.scorecard_merge(card, '{"4": 8, "9": "missing"}') WHERE subject_id = 5;
DELETE FROM card WHERE subject_id = 1 AND period_id = 2024011;
INSERT INTO card VALUES (12, 2025000, '{"1": 1}');
UPDATE card SET card = NULL WHERE subject_id = 2 AND period_id = 2024012;
UPDATE fold_mark SET folded_to = '2025-01-01';
SELECT results_eq('SELECT * FROM verify_cards()', $$VALUES (1::bigint, 2024011, 'missing', '1, 2, 3, 4, 5, 6, 7, 8'),
	(2, 2024012, 'missing', '1, 2, 3, 4, 5, 6, 7, 8'), (5, 2025000, 'differing', '4, 9'), (12, 2025000, 'extra', '1')$$, 'verify_cards finds each');
SELECT results_eq('SELECT subject_id FROM verify_cards(3, 7)', 'VALUES (5::bigint)', 'or those of some subjects');
\set ON_ERROR_STOP off
\set VERBOSITY sqlstate
CALL verify(2);
\set failure :LAST_ERROR_SQLSTATE
\set said :LAST_ERROR_MESSAGE
SELECT is(:'failure'::text, 'XX001', 'verify fails');
SELECT is(:'said'::text, 'cards are not what their readings come to, differences: 5', 'and says so');
SELECT is((SELECT message FROM job_progress ORDER BY job_id DESC LIMIT 1),
	'differences: 5; first missing: subject 1, period 2024011, items 1, 2, 3, 4, 5, 6, 7, 8', 'as does its job');
SELECT is((SELECT last_verify_ok FROM health), false, 'and health');

CALL rebuild(0);
SELECT is(:'LAST_ERROR_SQLSTATE'::text, '22023', 'rebuild wants a batch');
CALL fold(-1);
SELECT is(:'LAST_ERROR_MESSAGE'::text, 'fold: batches of -1 rows', 'so does fold');
CALL verify(NULL);
SELECT is(:'LAST_ERROR_MESSAGE'::text, 'verify: batches of NULL cards', 'and verify');
BEGIN;
CALL fold();
ROLLBACK;
SELECT is(:'LAST_ERROR_SQLSTATE'::text, '2D000', 'no fold within a transaction');
BEGIN;
CALL rebuild();
ROLLBACK;
SELECT is(:'LAST_ERROR_SQLSTATE'::text, '2D000', 'no rebuild');

-- A rebuild that is cancelled after its first batches goes on where it was.
CREATE FUNCTION cancel_there() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	IF NEW.position >= 3 THEN RAISE query_canceled; END IF;
	RETURN NULL;
END
$$;
CREATE TRIGGER cancel_there AFTER UPDATE ON job FOR EACH ROW WHEN (NEW.kind = 'rebuild') EXECUTE FUNCTION cancel_there();
CALL rebuild(1);
SELECT is(:'LAST_ERROR_SQLSTATE'::text, '57014', 'a rebuild is cancelled');
DROP TRIGGER cancel_there ON job;
SELECT results_eq('SELECT state, done FROM job_progress ORDER BY job_id DESC LIMIT 1', $$VALUES ('cancelled', 8::bigint)$$, 'job_progress shows it');
SELECT results_eq('SELECT subject_id FROM verify_cards()', 'VALUES (5::bigint), (12)', 'half of it is done');
CALL rebuild(1);
\set ON_ERROR_STOP on
SELECT results_eq($$SELECT kind, state, done, message LIKE 'continues job %' FROM job_progress ORDER BY job_id DESC LIMIT 1$$,
	$$VALUES ('rebuild', 'done', 18::bigint, true)$$, 'the next call does the rest');
SELECT is_empty('SELECT wrong()', 'all cards are right again');
CALL verify(1);
SELECT results_eq($$SELECT kind, state, done, total, message FROM job_progress ORDER BY job_id DESC LIMIT 1$$,
	$$VALUES ('verify', 'done', 18::bigint, 18::bigint, NULL::text)$$, 'verify has nothing to say');
DELETE FROM card;
CALL rebuild(resume => false);
SELECT is_empty('SELECT wrong()', 'from nothing, too');
SELECT results_eq('SELECT tail_rows, cards, last_verify_ok, running_jobs, cancelled_jobs FROM health',
	'VALUES (0::bigint, 18::bigint, true, 0::bigint, 1::bigint)', 'health sums up');
SELECT is_empty($$SELECT c.column_name FROM information_schema.columns AS c
	WHERE c.table_schema = current_schema AND c.table_name IN ('health', 'job_progress')
		AND c.data_type NOT IN ('integer', 'bigint', 'numeric', 'double precision', 'text', 'date', 'timestamp with time zone', 'boolean')$$,
	'in types that any client knows');

-- ---- anything in any order

-- Some steps drawn by lot: inserts (half of them late, some with a status, some at one time), folds of all or of some
-- subjects, rebuilds; after each the cards and what is on top of them must be what the readings come to.
CREATE TABLE found (seed double precision, step integer, wrong text);
CREATE PROCEDURE wander(seed double precision, steps integer) LANGUAGE plpgsql AS $$
DECLARE
	kind integer;
	low bigint;
BEGIN
	PERFORM setseed(seed);
	FOR step IN 1 .. steps LOOP
		kind := random() * 6;
		low := 1 + random() * 11;
		IF kind <= 3 THEN
			INSERT INTO reading (subject_id, period_id, item, value, status, recorded_at)
			SELECT 1 + (random() * 11)::integer, (ARRAY[2024000, 2024011, 2025001, 2025014])[1 + (random() * 3)::integer], 1 + (random() * 7)::integer,
				CASE WHEN x > 0.2 THEN round((x * 100)::numeric, (i % 4)::integer) END,
				CASE WHEN x <= 0.2 THEN (ARRAY['missing', 'exempt', 'not_applicable'])[1 + i % 3] END,
				CASE i % 3 WHEN 0 THEN now() WHEN 1 THEN now() - random() * interval '1 minute' ELSE '2025-06-01' END
			FROM (SELECT i, random() AS x FROM generate_series(1, (1 + random() * 60)::integer) AS i OFFSET 0) AS r;
		ELSIF kind = 4 THEN
			CALL fold((1 + random() * 40)::integer);
		ELSIF kind = 5 THEN
			PERFORM lock_cards();
			PERFORM fold_batch(low, low + 3);
		ELSE
			CALL rebuild((1 + random() * 200)::integer, random() < 0.5);
		END IF;
		COMMIT;
		INSERT INTO found SELECT seed, step, w FROM wrong() AS w;
	END LOOP;
END
$$;
CALL wander(0.1, 30);
SELECT is_empty('SELECT * FROM found WHERE seed = 0.1', 'thirty steps');
CALL wander(-0.7, 30);
SELECT is_empty('SELECT * FROM found WHERE seed = -0.7', 'thirty others');
SELECT extract(epoch FROM clock_timestamp())::bigint % 1000 / 1000.0 AS seed \gset
CALL wander(:seed, 40);
SELECT is_empty('SELECT * FROM found', 'and forty by seed ' || :'seed');
SELECT cmp_ok((SELECT count(*) FROM reading), '>', 500::bigint, 'there were readings');

-- A fold changes no standing, and neither does a parallel plan.
CREATE TABLE before AS SELECT * FROM standing;
SELECT cmp_ok((SELECT count(*) FROM before WHERE score IS NOT NULL), '>', 100::bigint, 'there are standings');
CALL fold(7);
SELECT is_empty('(TABLE before EXCEPT TABLE standing) UNION ALL (TABLE standing EXCEPT TABLE before)', 'the fold changes none');
SET parallel_setup_cost = 0; SET parallel_tuple_cost = 0; SET min_parallel_table_scan_size = 0; SET min_parallel_index_scan_size = 0;
SET max_parallel_workers_per_gather = 2;
SELECT is_empty('(TABLE before EXCEPT TABLE standing) UNION ALL (TABLE standing EXCEPT TABLE before)', 'nor does a parallel plan');
CREATE TABLE serial AS SELECT subject_id, period_id, perfeval.scorecard_send(card) AS bits FROM card;
CALL rebuild(resume => false);
SELECT is_empty('(TABLE serial EXCEPT SELECT subject_id, period_id, perfeval.scorecard_send(card) FROM card) UNION ALL
	(SELECT subject_id, period_id, perfeval.scorecard_send(card) FROM card EXCEPT TABLE serial)', 'a rebuild makes the same bits');
CALL verify();

SET search_path = public;
CALL perfeval.drop_workspace(:'workspace', :'workspace');
SELECT * FROM public.finish();
