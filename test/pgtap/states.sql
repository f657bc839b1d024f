-- Aggregate states: what a distributed engine and a roll-up table need of them.
\set ON_ERROR_STOP 1
BEGIN;
CREATE TEMP VIEW aggregate AS
SELECT p.oid::regprocedure::text AS name, p.proname, p.pronargs, a.* FROM pg_aggregate a JOIN pg_proc p ON p.oid = aggfnoid
JOIN pg_depend d ON d.classid = 'pg_proc'::regclass AND d.objid = p.oid AND d.deptype = 'e'
JOIN pg_extension e ON refclassid = 'pg_extension'::regclass AND e.oid = refobjid AND extname = 'perfeval';
CREATE TEMP VIEW state_type AS SELECT DISTINCT t.* FROM pg_type t JOIN aggregate ON aggtranstype = t.oid;

SELECT plan(50);

SELECT cmp_ok((SELECT count(*) FROM aggregate), '>=', 37::bigint, 'the lint sees the aggregates');
SELECT is_empty($$SELECT name FROM aggregate JOIN pg_type t ON t.oid = aggtranstype WHERE typtype = 'p'$$, 'no state is of a pseudo-type');
SELECT is_empty($$SELECT name FROM aggregate WHERE aggmtranstype <> 0 AND (SELECT typtype FROM pg_type WHERE oid = aggmtranstype) = 'p'$$, 'nor a moving one');
SELECT is_empty($$SELECT name FROM aggregate WHERE aggcombinefn = 0$$, 'all have a combine function');
SELECT is_empty($$SELECT name FROM aggregate WHERE pronargs = 0$$, 'all have an argument');
SELECT is_empty($$SELECT name FROM aggregate WHERE aggkind <> 'n'$$, 'all are plain aggregates, without ORDER BY inside');
SELECT is_empty($$SELECT name FROM aggregate WHERE aggfinalmodify <> 'r' OR aggmfinalmodify <> 'r'$$, 'no final function changes its state');
SELECT is_empty($$SELECT name FROM aggregate WHERE agginitval IS NOT NULL$$, 'a group without rows has no state');
SELECT is_empty($$
	SELECT name FROM aggregate WHERE proname !~ '_(state|merge)$' AND proname <> 'compile_rubric' AND NOT (EXISTS (
		SELECT FROM aggregate s WHERE s.proname = aggregate.proname || '_state' AND s.pronargs = aggregate.pronargs AND s.aggtransfn = aggregate.aggtransfn) AND EXISTS (
		SELECT FROM aggregate m WHERE m.proname = aggregate.proname || '_merge' AND m.aggtranstype = aggregate.aggtranstype AND m.aggfinalfn = aggregate.aggfinalfn))
$$, 'each comes with _state and _merge, but the one over the rows of a scheme');
SELECT set_eq('SELECT typname FROM state_type', ARRAY['weighted_score_state', 'trimmed_mean_state', 'recognition_coefficient_state', 'scorecard_agg_state', 'scorecard_latest_state', 'scorecard_accumulate_state', '_jsonb']::name[], 'the state types');
SELECT is_empty($$SELECT typname FROM state_type WHERE 0 IN (typinput, typoutput, typreceive, typsend)$$, 'have text and binary input and output');
SELECT is_empty($$SELECT typname FROM state_type WHERE typname <> '_jsonb' AND (typlen <> -1 OR typalign <> 'd')$$, 'have any length, aligned for 64 bits');

-- States of every shape, from every policy: rows 1 to 60 are small, then come long numbers and long lists.
CREATE TEMP TABLE input AS
SELECT i, CASE WHEN i % 7 <> 0 THEN round((i * 7919 % 100000)::numeric * 0.001, i % 4) * CASE WHEN i > 60 THEN 1e40 ELSE 1 END END AS x, round((i * 104729 % 1000)::numeric * 0.01, i % 3) AS w, i % 101 AS percent
FROM generate_series(1, 3000) i;
CREATE TEMP TABLE states (what text, w perfeval.weighted_score_state, t perfeval.trimmed_mean_state, r perfeval.recognition_coefficient_state);
CREATE TEMP TABLE policy (policy text, drop_each int);
INSERT INTO policy VALUES ('renormalize', 0), ('zero', 1), ('strict', 2), ('renormalize:0.50', 3), ('impute:-60.5', 1000), ('impute:1' || repeat('0', 60), 0);
INSERT INTO states
SELECT format('%s, %s, %s', rows, policy, drop_each), perfeval.weighted_score_state(x, w, policy), perfeval.trimmed_mean_state(x, drop_each), perfeval.recognition_coefficient_state(percent, percent, 0.8, 1.20, drop_each, 0.3)
FROM input, (VALUES (1), (7), (60), (3000)) r(rows), policy WHERE i <= rows GROUP BY rows, policy, drop_each;
INSERT INTO states SELECT 'all missing', perfeval.weighted_score_state(NULL, 3.50, 'zero'), perfeval.trimmed_mean_state(NULL), perfeval.recognition_coefficient_state(NULL, 1, 0, 1);

SELECT is((SELECT count(w) FROM states), 25::bigint, 'states of every shape');
SELECT is_empty($$SELECT what FROM states WHERE w::text::perfeval.weighted_score_state::text <> w::text$$, 'weighted_score: text gives the same state');
SELECT is_empty($$SELECT what FROM states WHERE t::text::perfeval.trimmed_mean_state::text <> t::text$$, 'trimmed_mean: text gives the same state');
SELECT is_empty($$SELECT what FROM states WHERE r::text::perfeval.recognition_coefficient_state::text <> r::text$$, 'recognition_coefficient: text gives the same state');
SELECT is_empty($$SELECT what FROM states WHERE perfeval.weighted_score_state_send(w::text::perfeval.weighted_score_state) <> perfeval.weighted_score_state_send(w)$$, 'weighted_score: and the same binary form');
SELECT is_empty($$SELECT what FROM states WHERE perfeval.trimmed_mean_state_send(t::text::perfeval.trimmed_mean_state) <> perfeval.trimmed_mean_state_send(t)$$, 'trimmed_mean: and the same binary form');
SELECT is_empty($$SELECT what FROM states WHERE perfeval.recognition_coefficient_state_send(r::text::perfeval.recognition_coefficient_state) <> perfeval.recognition_coefficient_state_send(r)$$, 'recognition_coefficient: and the same binary form');

-- A stored state answers as its rows do, as often as it is asked, and is not changed by it.
PREPARE weighted_states AS SELECT perfeval.weighted_score_merge(w)::text FROM states WHERE what LIKE '3000%' GROUP BY what ORDER BY what;
PREPARE weighted_rows AS SELECT perfeval.weighted_score(x, w, policy)::text FROM input, policy GROUP BY policy, drop_each ORDER BY format('3000, %s, %s', policy, drop_each);
PREPARE trimmed_states AS SELECT perfeval.trimmed_mean_merge(t)::text FROM states WHERE what LIKE '3000%' GROUP BY what ORDER BY what;
PREPARE trimmed_rows AS SELECT perfeval.trimmed_mean(x, drop_each)::text FROM input, policy GROUP BY policy, drop_each ORDER BY format('3000, %s, %s', policy, drop_each);
PREPARE recognition_states AS SELECT perfeval.recognition_coefficient_merge(r)::text FROM states WHERE what LIKE '3000%' GROUP BY what ORDER BY what;
PREPARE recognition_rows AS SELECT perfeval.recognition_coefficient(percent, percent, 0.8, 1.20, drop_each, 0.3)::text FROM input, policy GROUP BY policy, drop_each ORDER BY format('3000, %s, %s', policy, drop_each);
CREATE TEMP TABLE before AS SELECT what, w::text, t::text, r::text FROM states;
SELECT results_eq('weighted_states', 'weighted_rows', 'weighted_score: a state answers as its rows');
SELECT results_eq('weighted_states', 'weighted_rows', 'and again');
SELECT results_eq('trimmed_states', 'trimmed_rows', 'trimmed_mean: a state answers as its rows');
SELECT results_eq('trimmed_states', 'trimmed_rows', 'and again');
SELECT results_eq('recognition_states', 'recognition_rows', 'recognition_coefficient: a state answers as its rows');
SELECT results_eq('recognition_states', 'recognition_rows', 'and again');
SELECT is_empty($$SELECT what FROM states JOIN before USING (what) WHERE (states.w::text, states.t::text, states.r::text) IS DISTINCT FROM (before.w, before.t, before.r)$$, 'the states are as they were');

-- Weighing a state twice: the same value is handed to the merge again and again.
SELECT is((SELECT perfeval.weighted_score_merge(s) FROM (SELECT perfeval.weighted_score_state(x, 1) FROM (VALUES (3), (4)) v(x)) t(s), generate_series(1, 3)), 3.5, 'weighted_score: one state merged three times');
SELECT is((SELECT perfeval.trimmed_mean_merge(s) FROM (SELECT perfeval.trimmed_mean_state(x, 2) FROM (VALUES (3), (4), (8)) v(x)) t(s), generate_series(1, 3)), 4.6, 'trimmed_mean: 3, 3, 3, 4, 4, 4, 8, 8, 8 without two at each end');
SELECT is((SELECT perfeval.recognition_coefficient_merge(s) FROM (SELECT perfeval.recognition_coefficient_state(d, d, 0, 1, 2) FROM (VALUES (30), (40), (80)) v(d)) t(s), generate_series(1, 3)), 0.46, 'recognition_coefficient: the same in percent');

-- Two aggregates over the same rows share one state; a window gives one state per row while it goes on.
SELECT results_eq($$SELECT perfeval.weighted_score(x, w)::text, perfeval.weighted_score_state(x, w)::text FROM input$$,
	$$SELECT (SELECT perfeval.weighted_score(x, w)::text FROM input), (SELECT perfeval.weighted_score_state(x, w)::text FROM input)$$, 'score and state at once');
SELECT results_eq($$SELECT perfeval.trimmed_mean(x)::text, perfeval.trimmed_mean_state(x)::text FROM input$$,
	$$SELECT (SELECT perfeval.trimmed_mean(x)::text FROM input), (SELECT perfeval.trimmed_mean_state(x)::text FROM input)$$, 'mean and state at once');
SELECT is_empty($$SELECT i FROM (SELECT i, perfeval.weighted_score_state(x, w) OVER f, perfeval.trimmed_mean_state(x, 0) OVER f, perfeval.recognition_coefficient_state(percent, percent, 0, 1) OVER f FROM input WHERE i BETWEEN 50 AND 70
		WINDOW f AS (ORDER BY i)) s(i, w, t, r)
	WHERE (w::text, t::text, r::text) <> (SELECT perfeval.weighted_score_state(x, n.w)::text, perfeval.trimmed_mean_state(x, 0)::text, perfeval.recognition_coefficient_state(percent, percent, 0, 1)::text
		FROM input n WHERE n.i BETWEEN 50 AND s.i)$$, 'a state for every row of a window');

-- States of cards: two cards' worth of every status and width, one and many periods, none.
CREATE TEMP TABLE card AS
SELECT unit, period, timestamptz '2025-01-31' + period * interval '1 month' AS at, perfeval.scorecard_agg(item, CASE status WHEN 'ok' THEN x WHEN 'error' THEN item END, status) AS card
FROM (SELECT i % 5 AS unit, i / 100 AS period, i / 5 % 20 * (1 + i % 5 * 9000) AS item, round((i * 7919 % 100000)::numeric * 0.001, i % 4) * CASE WHEN i % 5 = 4 THEN 1e25 ELSE 1 END AS x,
	(ARRAY['ok', 'ok', 'ok', 'missing', 'ok', 'exempt', 'not_applicable', 'ok', 'error'])[1 + (i * 7 + i / 100) % 9] AS status FROM generate_series(0, 2499) i) r GROUP BY unit, period;
CREATE TEMP TABLE card_states AS
SELECT unit, period % parts AS part, parts, perfeval.scorecard_sum_state(card) AS total, perfeval.scorecard_mean_state(card, unit, (ARRAY['half_up', 'half_even', 'floor', 'ceil'])[1 + unit % 4]) AS mean, perfeval.scorecard_min_state(card) AS low, perfeval.scorecard_max_state(card) AS high, perfeval.scorecard_last_state(card, at) AS latest
FROM card, unnest(ARRAY[1, 3, 25]) parts GROUP BY unit, parts, period % parts;
INSERT INTO card_states (unit, parts, total, mean, low, high, latest) SELECT 9, 1, perfeval.scorecard_sum_state('{}'), perfeval.scorecard_mean_state('{}', 38, 'ceil'), perfeval.scorecard_min_state('{}'), perfeval.scorecard_max_state('{}'), perfeval.scorecard_last_state('{"1": "exempt"}', '0044-03-15 BC');
CREATE TEMP VIEW card_state AS SELECT unit, part, parts, what, state FROM card_states, LATERAL (VALUES ('sum', total), ('mean', mean), ('min', low), ('max', high), ('last', latest)) v(what, state);
SELECT is((SELECT count(state) FROM card_state), (5 * 29 + 1) * 5::bigint, 'states of cards of every shape');
SELECT is_empty($$SELECT unit, part, what FROM card_state WHERE state::text::perfeval.scorecard_accumulate_state::text <> state::text$$, 'cards over periods: text gives the same state');
SELECT is_empty($$SELECT unit, part, what FROM card_state WHERE perfeval.scorecard_accumulate_state_send(state::text::perfeval.scorecard_accumulate_state) <> perfeval.scorecard_accumulate_state_send(state)$$, 'and the same binary form');
PREPARE card_states_answer AS SELECT unit, perfeval.scorecard_sum_merge(total)::text, perfeval.scorecard_mean_merge(mean)::text, perfeval.scorecard_min_merge(low)::text, perfeval.scorecard_max_merge(high)::text, perfeval.scorecard_last_merge(latest)::text FROM card_states WHERE unit < 9 GROUP BY parts, unit ORDER BY parts, unit;
PREPARE card_rows_answer AS SELECT unit, perfeval.scorecard_sum(card)::text, perfeval.scorecard_mean(card, unit, (ARRAY['half_up', 'half_even', 'floor', 'ceil'])[1 + unit % 4])::text, perfeval.scorecard_min(card)::text, perfeval.scorecard_max(card)::text, perfeval.scorecard_last(card, at)::text FROM card, unnest(ARRAY[1, 3, 25]) parts GROUP BY parts, unit ORDER BY parts, unit;
CREATE TEMP TABLE card_states_before AS SELECT unit, part, parts, what, state::text FROM card_state;
SELECT results_eq('card_states_answer', 'card_rows_answer', 'cards over periods: states answer as the cards do');
SELECT results_eq('card_states_answer', 'card_rows_answer', 'and again');
SELECT bag_eq('SELECT unit, part, parts, what, state::text FROM card_state', 'SELECT unit, part, parts, what, state FROM card_states_before', 'the states are as they were');
SELECT is((SELECT perfeval.scorecard_sum_merge(s)::text || perfeval.scorecard_sum_merge(s)::text FROM (SELECT perfeval.scorecard_sum_state(c::perfeval.scorecard) FROM (VALUES ('{"1": 3, "2": "exempt"}'), ('{"1": 4.5}')) v(c)) t(s), generate_series(1, 3)), repeat('{"1": 22.5, "2": "exempt"}', 2), 'one state merged three times');

-- Rows to cards: the same.
CREATE TEMP TABLE agg_state AS SELECT unit, period, part, perfeval.scorecard_agg_state(item, coalesce(value, code), status) AS state FROM (SELECT unit, period, i.*, i.item % 3 AS part FROM card, perfeval.items(card) i) r GROUP BY unit, period, part;
SELECT is_empty($$SELECT unit, period FROM agg_state WHERE state::text::perfeval.scorecard_agg_state::text <> state::text OR perfeval.scorecard_agg_state_send(state::text::perfeval.scorecard_agg_state) <> perfeval.scorecard_agg_state_send(state)$$, 'scorecard_agg: text and binary give the same state');
SELECT results_eq('SELECT unit, period, perfeval.scorecard_agg_merge(state)::text FROM agg_state GROUP BY 1, 2 ORDER BY 1, 2', 'SELECT unit, period, card::text FROM card ORDER BY 1, 2', 'scorecard_agg: states answer as the rows do');
-- Readings to cards: parts, text and binary, rows in any order, two workers.
CREATE FUNCTION pg_temp.plan_of(query text) RETURNS text LANGUAGE plpgsql AS $$ DECLARE line text; plan text := ''; BEGIN FOR line IN EXECUTE 'EXPLAIN (COSTS OFF) ' || query LOOP plan := plan || line || E'\n'; END LOOP; RETURN plan; END $$;
CREATE TABLE latest_row WITH (parallel_workers = 2) AS SELECT i % 7 AS unit, i / 7 % 40 AS item, nullif(i * 7919 % 100000, 3) * 0.01 AS value, CASE WHEN i * 7919 % 100000 = 3 THEN 'exempt' END AS status,
	CASE WHEN i % 911 = 0 THEN 'infinity' ELSE timestamptz '2025-01-01 UTC' + i * 31337 % 1000 * interval '1 hour' END AS at, CASE WHEN i % 2 = 0 THEN -i ELSE i END::bigint AS n FROM generate_series(1, 20000) i;
ANALYZE latest_row;
PREPARE latest_by_hand AS SELECT unit, perfeval.scorecard_agg(item, value, status)::text FROM (SELECT DISTINCT ON (unit, item) * FROM latest_row ORDER BY unit, item, at DESC, n DESC) r GROUP BY unit ORDER BY unit;
SELECT results_eq('SELECT unit, perfeval.scorecard_latest(item, value, status, at, n)::text FROM latest_row GROUP BY unit ORDER BY unit', 'latest_by_hand', 'scorecard_latest: as by hand');
CREATE TEMP TABLE latest_state AS SELECT unit, item % 3 + n % 2 AS part, perfeval.scorecard_latest_state(item, value, status, at, n) AS state FROM latest_row GROUP BY 1, 2;
SELECT is_empty($$SELECT unit, part FROM latest_state WHERE state::text::perfeval.scorecard_latest_state::text <> state::text OR perfeval.scorecard_latest_state_send(state::text::perfeval.scorecard_latest_state) <> perfeval.scorecard_latest_state_send(state)$$, 'scorecard_latest: text and binary give the same state');
SELECT results_eq('SELECT unit, perfeval.scorecard_latest_merge(state)::text FROM latest_state GROUP BY unit ORDER BY unit', 'latest_by_hand', 'scorecard_latest: states answer as the rows do');
SELECT results_eq('SELECT unit, perfeval.scorecard_latest_merge(state)::text FROM latest_state GROUP BY unit ORDER BY unit', 'latest_by_hand', 'and again');
SELECT results_eq($$SELECT unit, (SELECT perfeval.scorecard_latest_state(item, value, status, at, n ORDER BY hashint8(n + k)) FROM latest_row r WHERE r.unit = u.unit)::text FROM generate_series(0, 6) u(unit), generate_series(1, 3) k ORDER BY unit$$,
	$$SELECT unit, perfeval.scorecard_latest_state(item, value, status, at, n)::text FROM latest_row, generate_series(1, 3) k GROUP BY unit, k ORDER BY unit$$, 'scorecard_latest: rows in any order give the same state');
SELECT results_eq($$SELECT unit, perfeval.scorecard_latest_state(item, value, status, at, n)::text, perfeval.scorecard_latest(item, value, status, at, n)::text FROM latest_row WHERE unit = 3 GROUP BY unit$$,
	$$SELECT unit, (SELECT perfeval.scorecard_latest_state(item, value, status, at, n)::text FROM latest_row WHERE unit = 3), perfeval.scorecard_latest(item, value, status, at, n)::text FROM latest_row WHERE unit = 3 GROUP BY unit$$, 'card and state at once');
SET LOCAL parallel_setup_cost = 0;
SET LOCAL parallel_tuple_cost = 0;
SET LOCAL min_parallel_table_scan_size = 0;
SET LOCAL max_parallel_workers_per_gather = 2;
SELECT matches(pg_temp.plan_of('SELECT unit, perfeval.scorecard_latest(item, value, status, at, n)::text FROM latest_row GROUP BY unit'), 'Partial (Hash|Group)?Aggregate', 'scorecard_latest: the plan is parallel');
SELECT results_eq('SELECT unit, perfeval.scorecard_latest(item, value, status, at, n)::text FROM latest_row GROUP BY unit ORDER BY unit', 'latest_by_hand', 'scorecard_latest: two workers give the same');
RESET max_parallel_workers_per_gather;
SELECT is_empty($$SELECT unit, period FROM (SELECT unit, period, perfeval.scorecard_sum_state(card) OVER w AS s, perfeval.scorecard_sum(card) OVER w AS c FROM card WINDOW w AS (PARTITION BY unit ORDER BY period)) t
	WHERE s::text <> (SELECT perfeval.scorecard_sum_state(card)::text FROM card n WHERE n.unit = t.unit AND n.period <= t.period) OR c OPERATOR(perfeval.<>) (SELECT perfeval.scorecard_sum(card) FROM card n WHERE n.unit = t.unit AND n.period <= t.period)$$, 'a state of cards for every row of a window');
SELECT * FROM finish();
ROLLBACK;
