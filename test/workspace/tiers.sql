-- From scores to tiers in a workspace: quotas, ranks, ties, cuts, vetoes and linkages (formulas 4.11, 4.13, 4.14), seats that are
-- settled beforehand, lots, and what a run keeps of all that.
\set ON_ERROR_STOP 1
SET client_min_messages = warning;
SET timezone = 'Asia/Shanghai';
SELECT plan(63);

\set workspace '等次 "it''s" 50%'
CALL perfeval.create_workspace(:'workspace', time_zone => 'Asia/Shanghai');
SELECT set_config('search_path', quote_ident(:'workspace') || ', perfeval, public', false);
DO $$ BEGIN FOR y IN 2020 .. 2024 LOOP CALL add_year(y, 'year'); END LOOP; END $$;
INSERT INTO "grouping" (code, label) VALUES ('all', 'All'), ('ten', 'One group of ten'), ('small', 'Small groups');
INSERT INTO subject_group (group_id, grouping_id, code, label) VALUES (1, 1, 'four', 'Four'), (2, 2, 'ten', 'Ten'), (3, 3, 'a', 'A'), (4, 3, 'b', 'B'), (5, 3, 'c', 'C');
INSERT INTO subject (subject_id, code, name, kind) SELECT i, 'U' || i, 'Unit ' || i, 'institution' FROM generate_series(1, 10) AS i;
INSERT INTO subject (subject_id, code, name, kind) VALUES (11, 'B', 'Bureau', 'department');
CALL change_subject('U6', '2000-01-01', 'B');
INSERT INTO group_member (subject_id, grouping_id, group_id) SELECT i, 1, 1 FROM generate_series(1, 4) AS i;
INSERT INTO group_member (subject_id, grouping_id, group_id) SELECT i, 2, 2 FROM generate_series(1, 10) AS i;
INSERT INTO group_member (subject_id, grouping_id, group_id) SELECT i, 3, CASE WHEN i <= 3 THEN 3 WHEN i <= 7 THEN 4 ELSE 5 END FROM generate_series(1, 10) AS i;
INSERT INTO indicator (item, code, name) VALUES (1, 'work', 'Work'), (2, 'accident', 'Major accidents');
INSERT INTO scheme (scheme_id, code, label, grouping_id) VALUES (1, 'kept', 'Capped seats are kept', 2), (2, 'refilled', 'Refilled', 2), (3, 'apart', 'Apart', 2),
	(4, 'carry', 'Seats carry over', 1), (5, 'small', 'Small groups', 3), (6, 'bands', 'Cut points', 2), (7, 'beside', 'Cut beside quota', 2),
	(8, 'bureaus', 'Departments', 1);
INSERT INTO scheme_version (scheme_id, number, in_force_from, round_at, round_digits, round_mode, rank_basis, ties, tie_chain, capped_seat, promotion_consumes, carry_over)
SELECT s, 1, '2020-01-01', 'final', 2, 'half_up', 'unrounded', 'expand', '{}', CASE s WHEN 1 THEN 'kept' WHEN 2 THEN 'refilled' WHEN 3 THEN 'apart' END,
	CASE WHEN s IN (1, 2) THEN s = 2 END, CASE s WHEN 4 THEN true END FROM generate_series(1, 7) AS s;
INSERT INTO node (version_id, node, position, spec) SELECT v, 0, 1, '{"rule": "given", "item": 1, "min": 0, "max": 100}' FROM generate_series(1, 7) AS v;
INSERT INTO node (version_id, node, position, spec) SELECT v, 9, 1, '{"rule": "limit", "label": "Major accident 重大事故", "item": 2, "ge": 1, "effect": "cap_tier", "tier": 3}' FROM generate_series(1, 3) AS v;
INSERT INTO tier (version_id, tier, code, label, share, bound, preference, cut)
SELECT v, t.tier, t.code, t.code, CASE v WHEN 6 THEN 0 ELSE t.share END, CASE v WHEN 6 THEN NULL ELSE 'exact' END, CASE v WHEN 6 THEN NULL ELSE t.preference END,
	CASE WHEN v = 6 OR v = 7 AND tier = 1 THEN t.cut END
FROM generate_series(1, 7) AS v, (VALUES (1, 'A', 0.2, 2, 95.5), (2, 'B', 0.7, 1, 92), (3, 'C', 0.1, 3, NULL)) AS t (tier, code, share, preference, cut);
INSERT INTO linkage_rule (version_id, rule, kind, department_scheme_id, grades, tier, label) VALUES (2, 1, 'promote_best', 8, '{1}', 1, 'Excellent department');
DO $$ BEGIN FOR v IN 1 .. 7 LOOP CALL seal_version(v); END LOOP; END $$;

-- The tiers of a scheme in a year, by subject.
CREATE FUNCTION pg_temp.tiers(of_scheme text, year integer DEFAULT 2020) RETURNS text LANGUAGE sql AS
$$ SELECT string_agg(concat_ws('/', coalesce(rank::text, '-'), coalesce(quota_tier::text, '-'), tier), ' ' ORDER BY subject_id) FROM standing WHERE scheme = $1 AND period_id = $2 * 1000 $$;
CREATE FUNCTION pg_temp.counts(of_scheme text, year integer) RETURNS text LANGUAGE sql AS
$$ SELECT string_agg(n::text, '/' ORDER BY tier) FROM tier_count WHERE scheme_id = find_scheme($1) AND period_id = $2 * 1000 $$;

-- ---- vetoes: the seat is kept, goes on, or the unit stands apart

INSERT INTO reading (subject_id, period_id, item, value) SELECT s, y * 1000, 1, 100 - s FROM generate_series(1, 10) AS s, generate_series(2020, 2024) AS y;
INSERT INTO reading (subject_id, period_id, item, value) SELECT s, 2020000, 2, (s = 1)::integer FROM generate_series(1, 10) AS s;
SELECT is(pg_temp.tiers('kept'), '1/1/3 2/1/1 3/2/2 4/2/2 5/2/2 6/2/2 7/2/2 8/2/2 9/2/2 10/3/3', 'a veto takes the tier and leaves score, rank and seat (4.11)');
SELECT is(pg_temp.tiers('refilled'), '1/1/3 2/1/1 3/2/1 4/2/2 5/2/2 6/2/2 7/2/2 8/2/2 9/2/2 10/3/2', 'or its seat goes to the next, and so on down');
SELECT is(pg_temp.tiers('apart'), '-/-/3 1/1/1 2/1/1 3/2/2 4/2/2 5/2/2 6/2/2 7/2/2 8/2/2 9/3/3', 'or it stands apart, and the quota is of the others');
SELECT is((SELECT concat_ws(' ', score, group_size, tier_capped) FROM standing WHERE scheme = 'apart' AND period_id = 2020000 AND subject_id = 1), '99 9 t', 'with its score');
SELECT is((SELECT string_agg(DISTINCT group_size::text, ' ') FROM standing WHERE scheme = 'kept' AND period_id = 2020000), '10', 'kept: of all');

-- ---- cut points

SELECT is(pg_temp.tiers('bands'), '1/1/1 2/1/1 3/1/1 4/1/1 5/2/2 6/2/2 7/2/2 8/2/2 9/3/3 10/3/3', 'cuts alone make tiers: half-open bands, 92 is in the second (4.14)');
SELECT is(pg_temp.tiers('beside', 2021), '1/1/1 2/1/1 3/2/2 4/2/2 5/2/2 6/2/2 7/2/2 8/2/2 9/2/2 10/3/3', 'a cut beside the quota does nothing to who is above it');
INSERT INTO reading (subject_id, period_id, item, value) VALUES (2, 2021000, 1, 95.1), (3, 2021000, 1, 94.5), (4, 2021000, 1, 95.2), (5, 2021000, 1, 94.2);
SELECT is(pg_temp.tiers('beside', 2021), '1/1/1 3/2/2 4/2/2 2/1/2 5/2/2 6/2/2 7/2/2 8/2/2 9/2/2 10/3/3', 'and below it nobody is in the tier, whatever the quota');
SELECT is((SELECT string_agg(severity || ' ' || code || ' ' || message, '; ' ORDER BY message) FROM version_lint(6) WHERE severity <> 'warning'), NULL, 'cuts alone are complete');
CALL new_version('bands', 1) \gset
UPDATE tier SET cut = CASE tier WHEN 1 THEN 90 WHEN 2 THEN 92 ELSE 10 END WHERE version_id = :version_id;
SELECT matches((SELECT string_agg(message, '; ' ORDER BY message) FROM version_lint(:version_id) WHERE code = 'tier_cut'), 'begins at 92, and a better one at 90.*who is below it would have no tier',
	'cuts descend, and the last tier has none');
UPDATE tier SET cut = NULL WHERE version_id = :version_id;
SELECT matches((SELECT string_agg(message, '; ') FROM version_lint(:version_id) WHERE code = 'tier_cut'), 'no tier has a share, and tier "A" has no cut', 'without shares each tier but the last needs a cut');
CALL discard_version(:version_id);
SELECT is((SELECT export_scheme('beside') #> '{tiers,0,cut}'), '95.5', 'the document has the cut');
SELECT is((SELECT export_scheme('beside') -> 'settings' ?| '{capped_seat,promotion_consumes,carry_over}' OR export_scheme('beside') #> '{tiers,1}' ? 'cut'), false, 'and nothing of what is not stated');
SELECT is((SELECT export_scheme('refilled') -> 'settings' @> '{"capped_seat": "refilled", "promotion_consumes": true}'), true, 'settings are in it');
CALL new_version('refilled', 1) \gset
UPDATE scheme_version SET capped_seat = NULL, promotion_consumes = NULL WHERE version_id = :version_id;
SELECT throws_like(format('CALL seal_version(%s)', :version_id), '%open choices 2', 'a version with vetoes, linkages and quotas has to say what becomes of the seats');
SELECT is((SELECT string_agg(concat_ws(' ', path, key, before, after), '; ') FROM version_diff(2, :version_id)),
	'/settings capped_seat refilled; /settings promotion_consumes true', 'differences of versions name them');
CALL discard_version(:version_id);

-- ---- linkages

INSERT INTO linkage_effect (subject_id, scheme_id, period_id, version_id, rule, effect, tier, department_id, grade_id, cause, applied_at)
SELECT 6, s, 2021000, s, 1, 'promote', 1, 10, 1, 'test', now() FROM generate_series(1, 3) AS s UNION ALL
SELECT x, s, 2022000, s, 2, 'cap', 2, 10, 1, 'test', now() FROM generate_series(1, 2) AS s, generate_series(1, 2) AS x;
SELECT is(pg_temp.counts('kept', 2021), '3/6/1', 'a promoted unit beside the quota: the count exceeds it (4.14)');
SELECT is(pg_temp.tiers('refilled', 2021), '1/1/1 3/2/2 4/2/2 2/1/2 5/2/2 6/2/1 7/2/2 8/2/2 9/2/2 10/3/3', 'or it takes a seat: the lowest of the first tier drops by one');
SELECT is(pg_temp.tiers('refilled', 2022), '1/1/2 2/1/2 3/2/1 4/2/1 5/2/2 6/2/2 7/2/2 8/2/2 9/2/2 10/3/3', 'a poor department keeps its units out of the first tier; its seats go to the next');
SELECT is((SELECT concat_ws(' ', linkage_cap, promoted, tier, tier_capped) FROM standing WHERE scheme = 'refilled' AND period_id = 2021000 AND subject_id = 6), '1 1 f', 'standing shows what lifted it');
-- Rules, linkages and vetoes in any order: settle and place look at sets.
CREATE TEMP TABLE unit AS SELECT s AS id, 100 - s AS score, CASE WHEN s % 7 = 0 THEN 3 WHEN s % 5 = 0 THEN 2 END AS cap, CASE WHEN s % 9 = 0 THEN 1 END AS promoted FROM generate_series(1, 60) AS s;
CREATE FUNCTION pg_temp.settled(seed double precision) RETURNS text LANGUAGE sql AS $$
	SELECT setseed($1);
	SELECT md5(string_agg(id || ':' || place[6], ' ' ORDER BY id))
	FROM (SELECT id, place_by_rule(score, (SELECT q FROM tier_rule AS q WHERE q.version_id = 2), cap, promoted) OVER () AS place
	      FROM (SELECT * FROM unit ORDER BY random()) AS u) AS p $$;
SELECT is((SELECT count(DISTINCT pg_temp.settled(n / 1000.0))::integer FROM generate_series(1, 200) AS n), 1, 'random orders give one result');

-- ---- ranks and lots

INSERT INTO reading (subject_id, period_id, item, value) SELECT s, 2023000, 1, CASE WHEN s <= 4 THEN 95 ELSE 90 - s END FROM generate_series(1, 10) AS s;
SELECT is((SELECT string_agg(concat_ws(' ', rank, dense_rank, fractional_rank), ', ' ORDER BY subject_id) FROM standing WHERE scheme = 'kept' AND period_id = 2023000 AND subject_id IN (1, 4, 5)),
	'1 1 2.5, 1 1 2.5, 5 2 5.0', 'competition, dense and fractional ranks');
SELECT is(pg_temp.counts('kept', 2023), '4/5/1', 'ties at the cut expand');
CALL add_pool('equals', 'Equal units');
DO $$ BEGIN FOR n IN 1 .. 4 LOOP CALL add_pool_member('equals', 'U' || n); END LOOP; END $$;
SELECT throws_like($$CALL take_lots('kept', '2023', 'lots', 'equal')$$, 'draw ''lots'' gives no lots: it is not there', 'lots come from a draw');
CALL open_draw('lots', 'unit', 'equals', take => 4);
SELECT throws_like($$CALL take_lots('kept', '2023', 'lots', 'equal')$$, 'draw ''lots'' gives no lots: it is open', 'that is revealed');
CALL announce_source('lots', 'lottery', clock_timestamp() + interval '1 second');
CALL commit_draw('lots');
SELECT pg_sleep(1.1) \g /dev/null
CALL reveal_draw('lots', 'lots|lottery=04,11,17');
CALL take_lots('kept', '2023', 'lots', 'four at 95, two seats');
SELECT is(pg_temp.counts('kept', 2023), '2/7/1', 'then two of the four get the seats');
SELECT results_eq($$SELECT subject_id, rank FROM standing WHERE scheme = 'kept' AND period_id = 2023000 AND lot IS NOT NULL ORDER BY rank$$,
	$$SELECT s.subject_id, t.ticket_no FROM draw_ticket AS t JOIN subject AS s ON s.code = t.id ORDER BY t.ticket_no$$, 'in the order of their tickets');

-- ---- carry-over: n = 4, 20/70/10, five years (4.13)

CREATE PROCEDURE pg_temp.year_of(y integer) LANGUAGE plpgsql AS $$
DECLARE made integer; published integer; hash text;
BEGIN
	CALL assess('carry', y::text, run_id => made);
	CALL publish(made, 0, publication_id => published);
	CALL finalize(made, final_hash => hash);
END $$;
DO $$ BEGIN FOR y IN 2020 .. 2024 LOOP CALL pg_temp.year_of(y); END LOOP; END $$;
SELECT results_eq($$SELECT period_id / 1000, string_agg(seats::text, '/' ORDER BY tier), string_agg(trim_scale(carried_out)::text, ' ' ORDER BY tier) FROM quota_ledger GROUP BY period_id ORDER BY 1$$,
	$$VALUES (2020, '1/3/0', '-0.2 -0.2 0.4'), (2021, '0/3/1', '0.6 -0.4 -0.2'), (2022, '1/3/0', '0.4 -0.6 0.2'), (2023, '1/2/1', '0.2 0.2 -0.4'), (2024, '1/3/0', '0 0 0')$$,
	'seats and carries of five years');
SELECT is((SELECT string_agg(sum::text, '/' ORDER BY tier) FROM (SELECT tier, sum(seats) FROM quota_ledger GROUP BY tier) AS t), '4/14/2', 'exact over the cycle');

-- ---- small groups together, and merit

SELECT is((SELECT string_agg(n, ' ' ORDER BY group_id) FROM (SELECT group_id, string_agg(n::text, '/' ORDER BY tier) AS n FROM tier_count WHERE scheme_id = 5 AND period_id = 2020000 GROUP BY group_id) AS x),
	'1/2/0 1/3/0 1/2/0', 'small groups by themselves');
SELECT throws_ok($$CALL pool_groups('small', 'x', '{a,b,c}', ' ')$$, '22004', NULL, 'pooling needs a reason');
CALL pool_groups('small', 'together', '{a,b,c}', 'too small');
CALL allot_seats('small', '2020');
SELECT is((SELECT string_agg(sum::text, '/' ORDER BY tier) FROM (SELECT tier, sum(n) FROM tier_count WHERE scheme_id = 5 AND period_id = 2020000 GROUP BY tier) AS x), '2/7/1', 'pooled they have exactly 2/7/1 (4.13)');
SELECT is((SELECT count(*)::integer FROM group_seats AS g, unnest(g.seats, '{0.2,0.7,0.1}'::numeric[]) AS x (seats, share), LATERAL (SELECT sum(s) AS n FROM unnest(g.seats) AS s) AS t
	WHERE g.scheme_id = 5 AND abs(x.seats - t.n * x.share) >= 1), 0, 'and each group is within 1 of its share');
SELECT is((SELECT count(*)::integer FROM generate_series(1, 2000) AS c,
	LATERAL (SELECT array_agg((1 + (c * 7 + g * g * 5 + c / 11 * g) % 9)::bigint) AS scores FROM generate_series(1, 2 + c % 5) AS g) AS k,
	LATERAL (SELECT sum(s) AS n FROM unnest(k.scores) AS s) AS t,
	LATERAL (SELECT array_agg(p.seats[1] ORDER BY p.place) AS one, ARRAY[sum(p.seats[1]), sum(p.seats[2]), sum(p.seats[3])] AS total,
	             bool_and((SELECT sum(x) FROM unnest(p.seats) AS x) = k.scores[p.place]
	                 AND (SELECT bool_and(abs(x.s - k.scores[p.place] * x.share) <= 1 AND x.s >= 0) FROM unnest(p.seats, '{0.2,0.7,0.1}'::numeric[]) AS x (s, share))) AS fits
	         FROM pooled_seats(k.scores, '{0.2,0.7,0.1}', '{2,1,3}', '{exact,exact,exact}') AS p) AS z
	WHERE NOT z.fits OR z.total <> (tier_quota(t.n::integer, '{0.2,0.7,0.1}', '{2,1,3}'))::bigint[]), 0, 'in 2000 pools: totals exact, every group within 1');
SELECT throws_ok($$CALL extend_shares('small', '2020', 'a', '{0.4,0.7,0.1}', 'did well')$$, '22023', NULL, 'shares sum to 1');
SELECT throws_ok($$CALL extend_shares('small', '2020', 'z', '{0.4,0.5,0.1}', 'did well')$$, 'P0002', NULL, 'of a group that is there');
CALL extend_shares('small', '2021', 'a', '{0.7,0.3,0}', 'the department was excellent');
CALL assess('small', '2021') \gset
SELECT is((SELECT string_agg(n::text, '/' ORDER BY tier) FROM (SELECT tier, count(*) AS n FROM result WHERE run_id = :run_id AND group_id = 3 GROUP BY tier) AS x), '2/1', 'merit: two of three');
SELECT is((SELECT concat_ws(' ', shares, seats) FROM run_group WHERE run_id = :run_id AND code = 'a'), '{0.7,0.3,0}', 'a run keeps the shares, and assessing has allotted the seats');

-- ---- what a run keeps

SELECT is_empty('SELECT * FROM verify_runs()', 'runs with carries, pools and merit are proved');
CALL assess('kept', '2023') \gset
CALL award_grade('B', 'bureaus', '2024', 1, 'notice 12') \gset
CALL apply_linkages('refilled', '2024', NULL) \gset
CALL assess('refilled', '2024') \gset
SELECT is_empty('SELECT * FROM verify_runs()', 'and with lots, linkages and vetoes');
CALL rerun(:run_id) \gset
SELECT is((SELECT same FROM rerun_status WHERE run_id = :new_run), true, 'a rerun comes out the same');
SELECT is((SELECT string_agg(line, ' ') FROM export_bundle(:run_id) AS line WHERE line LIKE '%"promoted":1}' OR line LIKE '%"capped_seat":"refilled","promotion_consumes":true}') ~ 'capped_seat.*promoted', true,
	'a bundle says what it was worked out with');

-- ---- what a run rests on, and what rests on it: altered by a superuser, whom no guard stops

CREATE FUNCTION pg_temp.places_after(statement text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE found text;
BEGIN
	SET LOCAL session_replication_role = replica;
	EXECUTE statement;
	SELECT string_agg(DISTINCT place, ', ') INTO found FROM verify_runs();
	RAISE EXCEPTION USING ERRCODE = 'PF002';
EXCEPTION WHEN SQLSTATE 'PF002' THEN
	RETURN found;
END
$$;
SELECT is(pg_temp.places_after(format('UPDATE quota_ledger SET %1$I = %1$I + 1 WHERE period_id = 2021000 AND tier = 2', c)), 'quota_ledger.' || c, 'the ledger of seats: ' || c)
FROM unnest('{scores,share,carried_in,seats,carried_out}'::text[]) AS c;
SELECT alike(pg_temp.places_after(format('UPDATE quota_ledger SET %1$I = %1$I + 100000 WHERE period_id = 2021000 AND tier = 2', c)), '%quota_ledger.' || c || '%', 'and whose it is: ' || c)
FROM unnest('{scheme_id,period_id,group_id,tier,final_run}'::text[]) AS c;
SELECT is(pg_temp.places_after('DELETE FROM quota_ledger WHERE period_id = 2021000 AND tier = 2'), 'quota_ledger.tier', 'a row that is gone');
SELECT is(pg_temp.places_after('INSERT INTO quota_ledger SELECT scheme_id, 2025000, group_id, tier, final_run, scores, share, carried_in, seats, carried_out FROM quota_ledger WHERE period_id = 2021000 AND tier = 2'),
	'quota_ledger.final_run', 'and one too many');
SELECT is(pg_temp.places_after('UPDATE tie_lot SET lot = 5 - lot WHERE period_id = 2023000'), 'tie_lot.lot', 'lots that are others');
SELECT is(pg_temp.places_after('DELETE FROM tie_lot WHERE period_id = 2023000 AND lot = 1'), 'tie_lot.subject_id', 'or gone');
SELECT alike(pg_temp.places_after($$UPDATE draw SET seed_hash = repeat('7', 64)$$), 'draw, draw.seed or draw_member.id', 'a draw whose seed is another');
SELECT alike(pg_temp.places_after($$UPDATE draw_member SET id = 'U9' WHERE id = 'U4'$$), 'draw, draw.seed or draw_member.id', 'or whose pool');
SELECT is(pg_temp.places_after('UPDATE linkage_effect SET tier = 2 WHERE period_id = 2024000'), 'linkage_effect', 'a promotion that was another');
SELECT is(pg_temp.places_after('UPDATE linkage_effect SET withdrawn_at = applied_at + interval ''1 us'' WHERE period_id = 2024000'), 'linkage_effect', 'or was not in force');
SELECT is(pg_temp.places_after('INSERT INTO grade_effect SELECT 3, 2, 2024000, 2, 2, ''x'', ''x'', ''2020-01-01'''), 'linkage_effect or grade_effect', 'a cap that was not there');
SELECT is_empty('SELECT * FROM verify_runs()', 'put back, all is well');
-- Lots that are taken for the next run are none of those that were assessed before.
UPDATE tie_lot SET lot = 5 - lot, recorded_at = clock_timestamp() WHERE period_id = 2023000;
SELECT is_empty('SELECT * FROM verify_runs()', 'lots of later are not those of a run');

SELECT * FROM finish();
CALL perfeval.drop_workspace(:'workspace', :'workspace', force => true);
