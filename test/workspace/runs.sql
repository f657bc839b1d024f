-- Runs: what is frozen is what stands; the same inputs come to the same bits,
-- whatever happens later; guards; two runs and a trial version explained line by
-- line, the differences adding up exactly.
\set ON_ERROR_STOP 1
\set workspace '考核 "it''s" 50%, runs'
SET client_min_messages = warning;
DROP SCHEMA IF EXISTS :"workspace" CASCADE;
SELECT format('DROP OWNED BY %I CASCADE', rolname) FROM pg_roles WHERE rolname LIKE 'perfeval_runs_%' \gexec
SELECT format('DROP ROLE %I', rolname) FROM pg_roles WHERE rolname LIKE 'perfeval_runs_%' \gexec
CREATE ROLE perfeval_runs_operator;
CREATE ROLE perfeval_runs_auditor;
CREATE ROLE perfeval_runs_unit;
SELECT public.plan(105);

-- ---- a workspace with everything that a result can depend on

CALL perfeval.create_workspace(:'workspace', time_zone => 'Asia/Shanghai');
SET search_path = :"workspace", perfeval, public;
CALL add_year(2025, 'month');
CALL add_year(2026, 'month');
INSERT INTO "grouping" (grouping_id, code, label) VALUES (1, 'kind', 'Kind'), (2, 'other', 'Other');
INSERT INTO subject_group (group_id, grouping_id, code, label, label_zh) VALUES
	(1, 1, 'a|b', 'Services', '服务'), (2, 1, '乙', 'Party', '党群'), (3, 1, 'none', 'Nobody', NULL), (4, 2, 'x', 'X', NULL);
INSERT INTO subject (subject_id, code, name, name_zh, kind)
SELECT i, 'S' || i, 'Unit | ' || i, '单位' || i, 'institution' FROM generate_series(1, 60) AS i;
INSERT INTO subject (subject_id, code, name, kind) VALUES (90, 'OFF', 'Office', 'department'), (91, 'R1', 'Rater', 'person'), (92, 'R2', 'Rater', 'person');
INSERT INTO group_member (subject_id, grouping_id, group_id) SELECT i, 1, CASE WHEN i % 3 = 0 THEN 2 ELSE 1 END FROM generate_series(1, 60) AS i;
INSERT INTO group_member (subject_id, grouping_id, group_id) SELECT i, 2, 4 FROM generate_series(1, 10) AS i;
INSERT INTO indicator (item, code, name, name_zh, fact, roll_up, criterion, rater_role, pending_of) VALUES
	(1, 'sum', 'Done', '办结', 'reading', 'sum', NULL, NULL, NULL), (2, 'mean', 'Rate', '比率', 'reading', 'mean', NULL, NULL, NULL),
	(3, 'last', 'Level', '水平', 'reading', 'last', NULL, NULL, NULL), (4, 'max', 'Peak', '峰值', 'reading', 'max', NULL, NULL, NULL),
	(5, 'notice', 'Notices', '通报', 'event', 'sum', NULL, NULL, NULL), (6, 'accident', 'Accidents', '事故', 'event', 'sum', NULL, NULL, NULL),
	(7, 'rated', 'Rated', '民主评议', 'rating', 'none', 'conduct', 'peer', NULL), (8, 'factor', 'Factor', '系数', 'reading', 'last', NULL, NULL, NULL),
	(9, 'notice?', 'Notices not decided', '待定通报', 'event', 'sum', NULL, NULL, 5), (10, 'spare', 'In no scheme', '备用', 'reading', 'sum', NULL, NULL, NULL);
INSERT INTO posting_right (item, office_id) VALUES (5, 90), (6, 90);
INSERT INTO scheme (scheme_id, code, label, grouping_id) VALUES (1, 'year', 'Year', 1), (2, 'plain', 'Plain', 2);
INSERT INTO scheme_version (scheme_id, number, in_force_from, round_at, round_digits, round_mode, rank_basis, capped_seat, ties, tie_chain, parameters)
VALUES (1, 1, '2025-01-01', 'final', 2, 'half_up', 'unrounded', 'kept', 'contract', '{12,13}', '{"top": null}'),
	(2, 1, '2025-01-01', 'none', NULL, NULL, NULL, 'kept', 'expand', '{}', '{}');
INSERT INTO node (version_id, group_id, node, parent, position, part, spec)
SELECT v.version_id, v.group_id, v.node, v.parent, v.position, v.part, v.spec::jsonb
FROM (VALUES
	(1, NULL::integer, 0, NULL::integer, 1, NULL, '{"rule": "sum", "missing": "strict"}'),
	(1, NULL, 1, 0, 1, NULL, '{"rule": "coefficient", "coefficient": {"item": 8}, "low": 0.5, "high": 1.5, "max_points": null}'),
	(1, NULL, 10, 1, 1, 'base', '{"rule": "weighted_mean", "missing": "renormalize", "label": "Base"}'),
	(1, NULL, 11, 10, 1, NULL, '{"rule": "given", "item": 1, "weight": 30, "min": 0, "max": 1000, "label": "Done"}'),
	(1, NULL, 12, 10, 2, NULL, '{"rule": "threshold", "item": 2, "target": 80, "full_points": 100, "penalty": 2, "step": 1, "mode": "linear", "min_points": 0, "better": "higher", "weight": 40, "label": "Rate"}'),
	(1, NULL, 13, 10, 3, NULL, '{"rule": "normalise", "method": "minmax", "item": 3, "low": 0, "high": {"parameter": "top"}, "full_points": 100, "weight": 30, "clamp": "yes", "label": "Level"}'),
	(1, 2, 11, 10, 1, NULL, '{"rule": "given", "item": 1, "weight": 20, "min": 0, "max": 1000, "label": "Done"}'),
	(1, 2, 13, 10, 3, NULL, '{"rule": "given", "item": 4, "weight": 30, "min": 0, "max": 100, "label": "Peak"}'),
	(1, 2, 14, 10, 4, NULL, '{"rule": "given", "item": 7, "weight": 10, "min": 0, "max": 100, "label": "Rated"}'),
	(1, NULL, 20, 0, 2, 'deductions', '{"rule": "deductions", "cap_total": 6, "missing": "zero"}'),
	(1, NULL, 21, 20, 1, NULL, '{"rule": "given", "item": 5, "min": 0, "max": null, "label": "Notices"}'),
	(1, NULL, 90, NULL, 1, NULL, '{"rule": "limit", "item": 6, "ge": 1, "effect": "cap_tier", "tier": 3, "label": "Accident"}'),
	(1, NULL, 91, NULL, 2, NULL, '{"rule": "limit", "item": 6, "ge": 3, "effect": "zero_score", "label": "Three accidents"}'),
	(2, NULL, 0, NULL, 1, NULL, '{"rule": "weighted_mean", "missing": "strict"}'),
	(2, NULL, 1, 0, 1, NULL, '{"rule": "given", "item": 1, "weight": 0.4, "min": null, "max": null}'),
	(2, NULL, 2, 0, 2, NULL, '{"rule": "given", "item": 2, "weight": 0.6, "min": null, "max": null}')) AS v (version_id, group_id, node, parent, position, part, spec);
INSERT INTO tier (version_id, tier, code, label, label_zh, share, bound, preference, coefficient) VALUES
	(1, 1, 'A', 'top', '一等', 0.2, 'exact', 2, 1.2), (1, 2, 'B', 'middle', '二等', 0.7, 'exact', 1, 1), (1, 3, 'C', 'bottom', '三等', 0.1, 'at_most', 3, 0.8);
CALL seal_version(1);
CALL seal_version(2);
CALL set_group_parameters(1, 'a|b', '2025', '{"top": 50}');
CALL set_group_parameters(1, '乙', '2025', '{"top": 60}');
CALL set_group_parameters(1, 'none', '2025', '{"top": 60}');

-- Readings by the month and for the year; unit 59 has none, unit 58 lacks some.
INSERT INTO reading (subject_id, period_id, item, value)
SELECT s, 2025020 + m, i, (s * 7919 + m * 31 + i * 104729) % 1000 / 10.0
FROM generate_series(1, 57) AS s, generate_series(1, 12) AS m, generate_series(1, 4) AS i;
CALL fold();
INSERT INTO reading (subject_id, period_id, item, value)
SELECT s, 2025000, 8, 0.4 + s % 13 / 10.0 FROM generate_series(1, 40) AS s;
INSERT INTO reading (subject_id, period_id, item, value) SELECT s, 2025020 + m, 10, s * m FROM generate_series(1, 40) AS s, generate_series(1, 3) AS m;
INSERT INTO reading (subject_id, period_id, item, value) VALUES (58, 2025021, 2, 77), (57, 2025000, 1, 5), (56, 2025022, 3, 12.5);
INSERT INTO reading (subject_id, period_id, item, status) VALUES (55, 2025000, 2, 'exempt'), (54, 2025000, 3, 'missing');
INSERT INTO event (subject_id, event_id, period_id, item, office_id, occurred_on, quantity, decision)
SELECT s, 5000 + s, 2025020 + 1 + s % 12, CASE WHEN s % 10 = 0 THEN 6 ELSE 5 END, 90, make_date(2025, 1 + s % 12, 5), CASE s WHEN 30 THEN 3 ELSE s % 4 + 0.5 END,
	CASE s % 5 WHEN 1 THEN 'pending' WHEN 2 THEN 'rejected' ELSE 'valid' END
FROM generate_series(1, 50) AS s;
INSERT INTO rating (subject_id, period_id, criterion, rater_role, rater_id, value)
SELECT s, 2025000, 'conduct', 'peer', r, (s * 17 + r * 5) % 100 FROM generate_series(3, 60, 3) AS s, generate_series(91, 92) AS r;
INSERT INTO rating (subject_id, period_id, criterion, rater_role, rater_id, value) SELECT s, 2025000, 'conduct', 'self', 91, 90 FROM generate_series(1, 10) AS s;

-- ---- what is frozen is what stands

CREATE TEMP VIEW frozen AS
SELECT u.scheme_id, u.period_id, r.group_id, r.subject_id, u.version_id, s.code AS scheme, p.code AS period, g.code AS group_code, g.label AS group_label,
	r.subject, r.subject_name, r.subject_name_zh, r.base_score, r.coefficient, r.deductions, r.bonus, r.score, r.rank_basis, r.rank, r.group_size,
	r.tier, t.code AS tier_code, t.label AS tier_label, t.label_zh AS tier_label_zh, r.quota_tier <> r.tier AS tier_capped,
	r.eligible, r.coverage, r.pending_events, r.quota_tier, r.linkage_cap, r.promoted, r.lot, r.run_id
FROM result AS r JOIN run AS u USING (run_id) JOIN scheme AS s USING (scheme_id) JOIN period AS p USING (period_id)
	JOIN run_group AS g USING (run_id, group_id) LEFT JOIN run_tier AS t ON t.run_id = r.run_id AND t.tier = r.tier;
CREATE FUNCTION pg_temp.unlike(run_id integer) RETURNS bigint LANGUAGE sql AS $$
	SELECT count(*) FROM (
		(SELECT to_jsonb(f) - 'run_id' FROM frozen AS f WHERE f.run_id = $1 EXCEPT ALL
		 SELECT to_jsonb(s) - '{provisional,dense_rank,fractional_rank}'::text[] FROM standing AS s JOIN run AS u USING (scheme_id, period_id) WHERE u.run_id = $1)
		UNION ALL
		(SELECT to_jsonb(s) - '{provisional,dense_rank,fractional_rank}'::text[] FROM standing AS s JOIN run AS u USING (scheme_id, period_id) WHERE u.run_id = $1 EXCEPT ALL
		 SELECT to_jsonb(f) - 'run_id' FROM frozen AS f WHERE f.run_id = $1)) AS x $$;
CREATE FUNCTION pg_temp.code(statement text) RETURNS text LANGUAGE plpgsql AS $$
BEGIN EXECUTE statement; RETURN 'done'; EXCEPTION WHEN OTHERS THEN RETURN SQLSTATE || ' ' || SQLERRM; END $$;
CREATE FUNCTION pg_temp.hash(run_id integer) RETURNS text LANGUAGE sql AS $$ SELECT hash FROM run WHERE run_id = $1 $$;

CALL assess('year', '2025', 'first') \gset y1_
SELECT is(pg_temp.unlike(:y1_run_id), 0::bigint, 'a run is the standings of its moment, column by column');
SELECT results_eq(format('SELECT subjects, state, purpose, (SELECT count(*) FROM run_group AS g WHERE g.run_id = r.run_id),
	(SELECT count(*) FROM run_tier AS g WHERE g.run_id = r.run_id) FROM run AS r WHERE run_id = %s', :y1_run_id),
	$$VALUES (60::bigint, 'draft', 'assessment', 3::bigint, 3::bigint)$$, 'groups without members have their rubric in it');
SELECT ok((SELECT bool_or(score IS NULL) AND bool_or(tier > quota_tier) AND bool_or(score = 0) AND bool_or(coefficient IS NULL) AND bool_or(pending_events > 0)
	AND bool_or(coverage < 1) FROM result WHERE run_id = :y1_run_id), 'it has all that can happen: no score, vetoes, gaps, open events');
SELECT is_empty(format($$SELECT subject_id FROM result AS r, LATERAL explain(r.card::scorecard, (SELECT g.document::rubric FROM run_group AS g
	WHERE g.run_id = r.run_id AND g.group_id = r.group_id)) AS e WHERE run_id = %s GROUP BY subject_id, score HAVING sum(e.points) IS DISTINCT FROM score$$,
	:y1_run_id), 'its cards explain its scores');
SELECT results_eq(format('SELECT min(line_no), max(line_no), count(DISTINCT line_no) FROM result WHERE run_id = %s', :y1_run_id),
	'VALUES (8::bigint, 67::bigint, 60::bigint)', 'lines are numbered behind the head');
SELECT is((SELECT r.hash FROM result AS r WHERE run_id = :y1_run_id ORDER BY line_no DESC LIMIT 1), pg_temp.hash(:y1_run_id), 'its hash is that of the last line');
SELECT is((SELECT max(chain) FROM (SELECT chain(x.line, (SELECT head FROM run WHERE run_id = :y1_run_id)) OVER (ORDER BY x.line_no), x.line_no
	FROM (SELECT r.line_no, result_line_text(r, u.salt, '2025', g.code, u.digits) AS line FROM result AS r JOIN run AS u USING (run_id)
	      JOIN run_group AS g USING (run_id, group_id) WHERE run_id = :y1_run_id) AS x ORDER BY 2 DESC LIMIT 1) AS z), pg_temp.hash(:y1_run_id),
	'the hashes are a chain of the lines');

CALL assess('plain', '2025') \gset p1_
SELECT is(pg_temp.unlike(:p1_run_id), 0::bigint, 'a scheme without tiers, roundings, chain: as it stands');
SELECT is((SELECT count(*) FROM result WHERE run_id = :p1_run_id AND tier IS NULL AND quota_tier IS NULL), 10::bigint, 'no tiers at all');
CALL assess('plain', '2026') \gset p2_
SELECT results_eq(format('SELECT subjects, hash <> head FROM run WHERE run_id = %s', :p2_run_id), 'VALUES (10::bigint, true)', 'a period without facts');
UPDATE group_member SET valid_from = '2025-03-01' WHERE grouping_id = 2;
CALL assess('plain', '2025-01') \gset p3_
SELECT results_eq(format('SELECT subjects, hash = head FROM run WHERE run_id = %s', :p3_run_id), 'VALUES (0::bigint, true)', 'a period without subjects');
CALL assess('year', '2025-03') \gset m3_
SELECT is(pg_temp.unlike(:m3_run_id), 0::bigint, 'a month of the same scheme');
SELECT isnt((SELECT document FROM run_group WHERE run_id = :m3_run_id AND group_id = 1), (SELECT document FROM run_group WHERE run_id = :y1_run_id AND group_id = 1),
	'with parameters of its own');
CALL assess('year', '2025Q1+') \gset q1_
SELECT is(pg_temp.unlike(:q1_run_id), 0::bigint, 'a cumulative quarter');
SELECT matches(pg_temp.code($$CALL assess('year', '2024')$$), '^P0002', 'no such period');
SELECT matches(pg_temp.code($$CALL assess('yeer', '2025')$$), '^P0002', 'no such scheme');
SELECT matches(pg_temp.code('SELECT find_run(NULL)'), '^P0002 there is no run NULL', 'no such run');

-- ---- assessed again

CALL assess('year', '2025', 'again') \gset y2_
SELECT is(:y2_run_id, :y1_run_id, 'nothing changed: the last run again');
SELECT is((SELECT count(*) FROM run WHERE scheme_id = 1 AND period_id = 2025000), 1::bigint, 'and no other one');
CALL fold();
CALL assess('year', '2025') \gset y2_
SELECT is(:y2_run_id, :y1_run_id, 'folding changes nothing');
BEGIN ISOLATION LEVEL REPEATABLE READ;
SELECT matches(pg_temp.code($$CALL assess('year', '2025')$$), '^25000 runs are made .* READ COMMITTED', 'in other isolation levels it is refused');
COMMIT;
INSERT INTO reading (subject_id, period_id, item, value) VALUES (7, 2025023, 2, 99);
CALL assess('year', '2025', 'corrected') \gset y2_
SELECT results_eq('SELECT run_id, state, superseded_by FROM run WHERE scheme_id = 1 AND period_id = 2025000 ORDER BY run_id',
	format($$VALUES (%s, 'draft', %s), (%s, 'draft', NULL)$$, :y1_run_id, :y2_run_id, :y2_run_id), 'a correction makes another run, the draft gives way');
SELECT results_eq(format('SELECT subject_id, change FROM diff_results(%s, %s) WHERE change NOT IN (''same'', ''rank'', ''tier'')', :y1_run_id, :y2_run_id),
	$$VALUES (7::bigint, 'score')$$, 'one score differs');
CALL publish(:y2_run_id, 0) \gset
CALL assess('year', '2025') \gset y3_
SELECT is(:y3_run_id, :y2_run_id, 'nothing changed since what was published: it again');

-- ---- two runs, line by line

SELECT results_eq(format($$SELECT path, label, change, reading_before IS DISTINCT FROM reading_after, sign(difference) FROM diff_runs(%s, %s, 'S7') WHERE label = 'Rate'$$,
	:y1_run_id, :y2_run_id), $$VALUES ('/1/1/2', 'Rate', 'changed', true, 1::numeric)$$, 'the corrected line is named');
SELECT is((SELECT sum(difference) FROM diff_runs(:y1_run_id, :y2_run_id, 'S7')), (SELECT difference FROM diff_results(:y1_run_id, :y2_run_id, 'S7')),
	'the differences add up');
SELECT is_empty(format('SELECT * FROM diff_runs(%s, %s)', :y2_run_id, :y2_run_id), 'a run differs from itself in nothing');
SELECT is((SELECT sum(difference) FROM diff_runs(:y2_run_id, :y1_run_id)), (SELECT - sum(difference) FROM diff_runs(:y1_run_id, :y2_run_id)), 'and back');
SELECT matches(pg_temp.code(format('SELECT * FROM diff_runs(%s, %s)', :y1_run_id, :p1_run_id)), '^22023 .* are of two schemes', 'schemes are not mixed');
SELECT matches(pg_temp.code('SELECT * FROM diff_runs(1, 999)'), '^P0002', 'no such run');

CREATE FUNCTION pg_temp.unexplained(a integer, b integer) RETURNS bigint LANGUAGE sql AS $$
	SELECT count(*) FROM diff_results($1, $2) AS d LEFT JOIN (SELECT subject_id, sum(difference) AS difference FROM diff_runs($1, $2) GROUP BY subject_id) AS l
		USING (subject_id)
	WHERE d.difference IS DISTINCT FROM coalesce(l.difference, 0) $$;
SELECT is(pg_temp.unexplained(:q1_run_id, :y1_run_id), 0::bigint, 'of two periods too');
-- Random changes of facts and members, twelve times; every difference is explained.
CREATE TEMP TABLE round (run_id integer, unlike bigint, unexplained bigint, corrected text, unscored bigint);
CREATE PROCEDURE pg_temp.changes(rounds integer, seed float8) LANGUAGE plpgsql AS $$
DECLARE
	made integer;
	last integer;
	whose text;
	given bigint;
BEGIN
	PERFORM setseed(seed);
	FOR round IN 1..rounds LOOP
		INSERT INTO reading (subject_id, period_id, item, value, status)
		SELECT x.s, CASE WHEN x.r < 0.3 THEN 2026000 ELSE 2026021 + x.m END, x.i, CASE WHEN x.r > 0.15 THEN (random() * 1000)::integer / 10.0 END,
			CASE WHEN x.r > 0.15 THEN NULL WHEN x.r > 0.1 THEN 'exempt' WHEN x.r > 0.05 THEN 'not_applicable' ELSE 'missing' END
		FROM (SELECT 1 + (random() * 59)::integer AS s, (random() * 11)::integer AS m, 1 + (random() * 3)::integer AS i, random() AS r
		      FROM generate_series(1, 40)) AS x;
		INSERT INTO event (subject_id, period_id, item, office_id, occurred_on, quantity, decision)
		SELECT 1 + (random() * 59)::integer, 2026021, 5 + (random() < 0.2)::integer, 90, '2026-01-05', 1 + (random() * 2)::integer,
			(ARRAY['valid', 'pending', 'rejected'])[1 + (random() * 2)::integer] FROM generate_series(1, 3);
		UPDATE group_member SET group_id = CASE WHEN random() < 0.5 THEN 2 WHEN random() < 0.7 THEN 1 END
		WHERE grouping_id = 1 AND subject_id = 1 + (random() * 29)::integer;
		UPDATE group_member SET group_id = 2 WHERE grouping_id = 1 AND group_id IS NULL AND random() < 0.5;
		IF round % 3 = 0 THEN
			CALL fold();
		END IF;
		last := made;
		made := NULL;
		CALL assess('year', '2026', 'round ' || round, made);
		IF random() < 0.5 AND EXISTS (SELECT FROM result AS r WHERE r.run_id = made AND r.score IS NOT NULL) THEN
			SELECT r.subject INTO whose FROM result AS r WHERE r.run_id = made AND r.score IS NOT NULL ORDER BY r.hash LIMIT 1;
			CALL adjust(made, whose, round / 4.0, 'example', adjustment_id => given);
		END IF;
		INSERT INTO round SELECT made, pg_temp.unlike(made), CASE WHEN round > 1 THEN pg_temp.unexplained(last, made) + pg_temp.unexplained(made, last) END,
			NULL, (SELECT count(*) FROM result AS r WHERE r.run_id = made AND r.score IS NULL);
	END LOOP;
END $$;
CALL set_group_parameters(1, 'a|b', '2026', '{"top": 50}');
INSERT INTO reading (subject_id, period_id, item, value)
SELECT s, 2026021, i, (s * 7919 + i * 104729) % 1000 / 10.0 FROM generate_series(1, 55) AS s, generate_series(1, 4) AS i
UNION ALL SELECT s, 2026000, 8, 0.5 + s % 10 / 10.0 FROM generate_series(1, 50) AS s;
CALL pg_temp.changes(12, 0.42);
SELECT results_eq('SELECT count(*), count(DISTINCT run_id), sum(unlike), sum(unexplained) FROM round', 'VALUES (12::bigint, 12::bigint, 0::numeric, 0::numeric)',
	'whatever changes: the standings are frozen, and every difference is explained');
SELECT ok((SELECT bool_or(unscored > 0) FROM round) AND EXISTS (SELECT FROM adjustment), 'subjects without a score and adjustments among them');
CREATE TEMP VIEW pair AS SELECT run_id AS a, lead(run_id) OVER (ORDER BY run_id) AS b FROM round;
SELECT set_has('SELECT d.change FROM pair, diff_results(a, b) AS d WHERE b IS NOT NULL',
	$$VALUES ('added'), ('removed'), ('score'), ('rank'), ('same')$$, 'subjects of one of the runs only are shown');
SELECT set_has('SELECT d.change FROM pair, diff_runs(a, b) AS d WHERE b IS NOT NULL',
	$$VALUES ('added'), ('removed'), ('changed')$$, 'so are their lines');
SELECT is_empty($$SELECT d.* FROM pair, diff_runs(a, b) AS d WHERE b IS NOT NULL AND d.label LIKE 'not split%'$$,
	'nothing is left that no line explains');

-- ---- the year is made final; then everything changes

CALL adjust(:y2_run_id, 'S8', 1.25, 'an award was overlooked', 'minutes') \gset
SELECT results_eq(format($$SELECT change, label, difference, reason FROM diff_runs(%s, %s, 'S8')$$, :y1_run_id, :y2_run_id),
	$$VALUES ('added', 'adjustment 调整', 1.25, 'an award was overlooked')$$, 'an adjustment is a line');
CALL finalize(:y2_run_id) \gset
CREATE TEMP TABLE kept AS SELECT * FROM result WHERE run_id = :y2_run_id;
SELECT matches(pg_temp.code($$CALL assess('year', '2025')$$), '^55000 .* is final', 'what is final is not assessed again');
CALL rerun(:y2_run_id, reason => 'at once') \gset r1_
CALL rerun(:y2_run_id, true) \gset r2_
SELECT is(array_agg(same ORDER BY run_id), '{t,t}', 'worked out again from cards and from facts: the same hash') FROM rerun_status;

-- 1,000 corrections, all names and labels, members, events, ratings, parameters, a newer version, a newer extension; settings,
-- an indicator of what had been rated before, another way to sum up what no scheme looks at, a month that is made part of the year.
UPDATE workspace SET roll_up_digits = 1;
INSERT INTO indicator (item, code, name, fact, criterion, rater_role) VALUES (11, 'self', 'Rated by itself', 'rating', 'conduct', 'self');
UPDATE indicator SET roll_up = 'mean' WHERE item = 10;
INSERT INTO reading (subject_id, period_id, item, value, recorded_at) VALUES (9, 2026021, 2, 99, '2025-01-01');
INSERT INTO period_part (period_id, part_id) VALUES (2025000, 2026021);
SELECT setseed(0.7);
INSERT INTO reading (subject_id, period_id, item, value)
SELECT 1 + (random() * 59)::integer, CASE WHEN i % 10 = 0 THEN 2025000 ELSE 2025021 + (random() * 11)::integer END, 1 + (random() * 3)::integer, (random() * 1000)::integer / 10.0
FROM generate_series(1, 1000) AS i;
INSERT INTO event_decision (subject_id, event_id, decision) SELECT subject_id, event_id, 'rejected' FROM event_state WHERE decision = 'valid' AND subject_id % 2 = 0;
INSERT INTO event (subject_id, period_id, item, office_id, occurred_on, decision) SELECT s, 2025021, 6, 90, '2025-01-06', 'valid' FROM generate_series(1, 20) AS s;
INSERT INTO rating (subject_id, period_id, criterion, rater_role, rater_id, value) SELECT 3 * s, 2025000, 'conduct', 'peer', 91, 1 FROM generate_series(1, 10) AS s;
UPDATE subject SET name = 'renamed ' || name, name_zh = NULL;
UPDATE subject_group SET label = label || '!', label_zh = NULL;
UPDATE scheme SET label = label || '!';
DELETE FROM group_member WHERE grouping_id = 1 AND subject_id = 20;
UPDATE group_member SET group_id = 3 - group_id WHERE grouping_id = 1 AND group_id IN (1, 2) AND subject_id % 7 = 0;
CALL set_group_parameters(1, 'a|b', '2025', '{"top": 99}');
CALL new_version('year', 1, '2025-06-01') \gset v2_
UPDATE node SET spec = spec || '{"weight": 20}' WHERE version_id = :v2_version_id AND node = 12;
UPDATE node SET spec = spec || '{"weight": 40}' WHERE version_id = :v2_version_id AND node = 11;
UPDATE node SET spec = spec || '{"weight": 50}' WHERE version_id = :v2_version_id AND node = 11 AND group_id = 2;
UPDATE node SET spec = spec || '{"weight": 40}' WHERE version_id = :v2_version_id AND node = 13 AND group_id IS NULL;
UPDATE node SET spec = spec || '{"weight": 20}' WHERE version_id = :v2_version_id AND node = 13 AND group_id = 2;
UPDATE tier SET label = 'excellent', share = 0.3 WHERE version_id = :v2_version_id AND tier = 1;
UPDATE tier SET share = 0.6 WHERE version_id = :v2_version_id AND tier = 2;
CALL perfeval.upgrade_workspace(:'workspace');
SELECT pg_sleep(0.01);

CALL rerun(:y2_run_id) \gset r3_
CALL rerun(:y2_run_id, true) \gset r4_
CALL rerun(:r4_new_run) \gset r5_
SELECT results_eq('SELECT rerun_of, from_facts, same, subjects FROM rerun_status ORDER BY run_id',
	format('VALUES (%1$s, false, true, 60::bigint), (%1$s, true, true, 60), (%1$s, false, true, 60), (%1$s, true, true, 60), (%1$s, false, true, 60)', :y2_run_id),
	'after all that: the same bits, also when the rerun is worked out again');
SELECT results_eq(format('SELECT (to_jsonb(r) - ''run_id'')::text COLLATE "C" FROM result AS r WHERE run_id = %s ORDER BY 1', :r4_new_run),
	'SELECT (to_jsonb(r) - ''run_id'')::text COLLATE "C" FROM kept AS r ORDER BY 1', 'and the same rows');
SELECT is((SELECT array_agg(DISTINCT known_at) FROM run WHERE :y2_run_id IN (run_id, rerun_of)), ARRAY[(SELECT known_at FROM run WHERE run_id = :y2_run_id)],
	'known at the same time');
SELECT isnt((SELECT string_agg(score::text, ' ' ORDER BY subject_id) FROM standing WHERE scheme_id = 1 AND period_id = 2025000),
	(SELECT string_agg(score::text, ' ' ORDER BY subject_id) FROM kept), 'though what stands now is something else');
SELECT is(pg_temp.unexplained(:y2_run_id, :r4_new_run), 0::bigint, 'the adjustment is a difference between a run and its rerun');
SELECT results_eq(format('SELECT label, difference FROM diff_runs(%s, %s)', :r4_new_run, :y2_run_id), $$VALUES ('adjustment 调整', 1.25)$$, 'and the only one');
SELECT is(pg_temp.code('DELETE FROM period_part WHERE period_id = 2025000 AND part_id = 2025021'), '55000 period 2025000 has been assessed: it keeps its part 2025021',
	'an assessed period keeps its parts');
SELECT is(pg_temp.code('UPDATE period SET rolls_up = false WHERE period_id = 2025000'), '55000 period "2025" has been assessed: its code and days cannot be changed', 'and goes on to roll up');
SELECT is(pg_temp.code('UPDATE period SET ends_on = ends_on + 1 WHERE period_id = 2025021'), '55000 period "2025-01" has been assessed: its code and days cannot be changed', 'as its parts keep their days');
-- A fact that says it had been there: a rerun from the facts shows it.
INSERT INTO reading (subject_id, period_id, item, value, recorded_at) SELECT 7, 2025000, 2, 3, known_at FROM run WHERE run_id = :y2_run_id;
CALL rerun(:y2_run_id, true, 'an older fact has come up') \gset r6_
CALL rerun(:y2_run_id) \gset r7_
SELECT results_eq(format('SELECT same, reason FROM rerun_status WHERE run_id >= %s ORDER BY run_id', :r6_new_run),
	$$VALUES (false, 'an older fact has come up'), (true, NULL)$$, 'what does not come out the same is said, and does not stick');
SELECT set_eq(format($$SELECT subject FROM diff_results(%s, %s) WHERE change = 'score'$$, :r7_new_run, :r6_new_run), $$VALUES ('S7')$$, 'and where');
SELECT is(pg_temp.unexplained(:r7_new_run, :r6_new_run), 0::bigint, 'and why');
SELECT matches(pg_temp.code(format('CALL publish(%s)', :r6_new_run)), '^55000 .* is a rerun', 'reruns are not published');
SELECT matches(pg_temp.code('CALL rerun(999)'), '^P0002', 'no such run to repeat');

-- ---- a version that is tried

CREATE FUNCTION pg_temp.unsplit(version_id integer, run_id integer, period text) RETURNS bigint LANGUAGE sql AS $$
	SELECT count(*) FROM backtest($1, $2, $3) AS d LEFT JOIN (SELECT subject_id, sum(difference) AS difference FROM backtest_lines($1, $2, $3) GROUP BY subject_id) AS l
		USING (subject_id)
	WHERE d.difference IS DISTINCT FROM coalesce(l.difference, 0) $$;
SELECT max(run_id) AS last FROM run \gset
SELECT is((SELECT count(*) FROM backtest(1, NULL, '2025-03') WHERE moved), 0::bigint, 'the version in force moves nobody, on a period');
SELECT is((SELECT count(*) FROM backtest_lines(1, NULL, '2025-03')), 0::bigint, 'and no line');
SELECT is((SELECT count(*) FROM backtest(2, :p1_run_id) WHERE moved), 0::bigint, 'nor on a run, without tiers');
SELECT is((SELECT count(*) FROM backtest(2, :p3_run_id)), 0::bigint, 'nor on a run of nobody');
SELECT ok((SELECT count(*) > 20 FROM backtest(:v2_version_id, :y2_run_id) WHERE moved), 'a draft moves many');
SELECT is(pg_temp.unsplit(:v2_version_id, :y2_run_id, NULL), 0::bigint, 'every mover''s change is split, on a run');
SELECT is(pg_temp.unsplit(:v2_version_id, NULL, '2025'), 0::bigint, 'and on a period');
SELECT is(pg_temp.unsplit(:v2_version_id, NULL, '2025-05'), 0::bigint, 'on a month');
SELECT is((SELECT max(run_id) FROM run), :last, 'nothing is kept');
SELECT results_eq(format($$SELECT DISTINCT path, rule_change FROM backtest_lines(%s, %s) WHERE label = 'Rate' AND weight_before + weight_after = 60 ORDER BY 1, 2$$,
	:v2_version_id, :y2_run_id), $$VALUES ('/1/1/2', 'weight 40 -> 20; /1/1/1: weight 20 -> 50; /1/1/3: weight 30 -> 20'),
		('/1/1/2', 'weight 40 -> 20; /1/1/1: weight 30 -> 40; /1/1/3: weight 30 -> 40')$$, 'what was changed stands there in words');
CALL seal_version(:v2_version_id);
CALL set_group_parameters(:v2_version_id, 'a|b', '2025', '{"top": 99}');
SELECT set_eq(format($$SELECT subject_id, score_after, rank_after, tier_after FROM backtest(%s, NULL, '2025')$$, :v2_version_id),
	'SELECT subject_id, score, rank, tier FROM standing WHERE scheme_id = 1 AND period_id = 2025000', 'a trial of what is in force is what stands');
SELECT is((SELECT count(*) FROM backtest(:v2_version_id, NULL, '2025') WHERE moved), 0::bigint, 'and moves nobody');
SELECT matches(pg_temp.code('SELECT * FROM backtest(1)'), '^22023 a backtest takes a run or a period', 'a trial needs facts');
SELECT matches(pg_temp.code('SELECT * FROM backtest(999, 1)'), '^P0002', 'and a version');
SELECT matches(pg_temp.code(format('SELECT * FROM backtest(2, %s)', :y2_run_id)), '^22023 .* is no version of the scheme', 'of the same scheme');

-- ---- guards, for the owner too

SELECT matches(pg_temp.code(statement), '^55000', statement)
FROM unnest(ARRAY['UPDATE result SET score = 100', 'DELETE FROM result', 'UPDATE run_group SET label = ''x''', 'DELETE FROM run_group', 'UPDATE run_tier SET share = 0',
	'DELETE FROM run_tier', 'UPDATE final_result SET tier = 1', 'DELETE FROM final_result', 'UPDATE publication SET place = ''x''', 'DELETE FROM publication',
	'UPDATE chain_link SET line = ''x''', 'DELETE FROM chain_link', 'DELETE FROM adjustment', 'UPDATE run SET hash = ''x''', 'UPDATE run SET salt = ''x''',
	'UPDATE run SET state = ''draft'' WHERE state = ''final''', 'UPDATE run SET state = ''final''', 'UPDATE run SET superseded_by = NULL', 'DELETE FROM run',
	'UPDATE run SET discarded_at = now()', 'TRUNCATE run CASCADE', 'TRUNCATE result CASCADE', 'TRUNCATE final_result', 'TRUNCATE act', 'DELETE FROM act',
	'UPDATE scheme SET code = code || ''x''', 'UPDATE period SET ends_on = ends_on + 1 WHERE period_id = 2025000']) AS statement;
SELECT is(pg_temp.code('UPDATE scheme SET label = ''x'''), 'done', 'labels may change');
SELECT is(pg_temp.code('DELETE FROM subject WHERE subject_id = 7'), '23503 subject "S7" has results: it cannot be deleted', 'a subject with results stays');

-- ---- what is not wanted any more

SELECT matches(pg_temp.code(format('CALL discard_run(%s)', :y2_run_id)), '^55000 .* it is final', 'what is final stays');
SELECT matches(pg_temp.code(format('CALL discard_run(%s)', (SELECT max(run_id) FROM round))), '^55000 .* the draft in hand', 'so does the draft in hand');
SELECT matches(pg_temp.code(format('CALL discard_run(%s)', (SELECT run_id FROM adjustment JOIN run USING (run_id) WHERE superseded_by IS NOT NULL LIMIT 1))),
	'^55000 .* refer to it', 'and what was adjusted');
CALL discard_run(:r6_new_run, 'an error');
CALL discard_run(:y1_run_id, 'superseded');
SELECT is_empty(format('SELECT FROM result WHERE run_id IN (%1$s, %2$s) UNION ALL SELECT FROM run WHERE run_id IN (%1$s, %2$s)', :y1_run_id, :r6_new_run),
	'a rerun and a draft that gave way are gone');
SELECT results_eq('SELECT verb, reason FROM act ORDER BY act_id DESC LIMIT 2', $$VALUES ('discard_run', 'superseded'), ('discard_run', 'an error')$$, 'not without a trace');

-- ---- who may

CALL grant_role('perfeval_runs_operator', 'operator');
CALL grant_role('perfeval_runs_auditor', 'auditor');
CALL grant_role('perfeval_runs_unit', 'unit', 'S7');
SELECT set_config('test.run', :'y2_run_id', false) \g /dev/null
CREATE FUNCTION pg_temp.tries(role text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	run text := current_setting('test.run');
	said text[] := '{}';
	statement text;
BEGIN
	PERFORM set_config('role', role, true);
	FOREACH statement IN ARRAY ARRAY[format('CALL rerun(%s)', run), format('SELECT * FROM diff_runs(%1$s, %1$s)', run), format('SELECT * FROM diff_results(%1$s, %1$s)', run),
		format('SELECT * FROM backtest(1, %s)', run), format('SELECT * FROM backtest_lines(1, %s)', run), format('CALL discard_run(%s)', run),
		'CALL assess(''year'', ''2025-07'')', 'SELECT 1 / (SELECT count(*) FROM rerun_status)', 'SELECT freeze_results(1)']
	LOOP
		BEGIN EXECUTE statement; said := said || 'done'::text; EXCEPTION WHEN OTHERS THEN said := said || SQLSTATE::text; END;
	END LOOP;
	PERFORM set_config('role', 'none', true);
	RETURN array_to_string(said, ' ');
END $$;
SELECT is(pg_temp.tries('perfeval_runs_operator'), 'done done done done done 55000 done done 42501', 'an operator');
SELECT is(pg_temp.tries('perfeval_runs_auditor'), 'done done done done done 42501 42501 done 42501', 'an auditor assesses nothing');
SELECT is(pg_temp.tries('perfeval_runs_unit'), '42501 42501 42501 42501 42501 42501 42501 22012 42501', 'a unit does none of it');

RESET search_path;
CALL perfeval.drop_workspace(:'workspace', :'workspace', force => true);
DROP OWNED BY perfeval_runs_operator, perfeval_runs_auditor, perfeval_runs_unit;
DROP ROLE perfeval_runs_operator, perfeval_runs_auditor, perfeval_runs_unit;
SELECT * FROM finish();
