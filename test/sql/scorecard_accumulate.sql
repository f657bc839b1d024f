\set ECHO none
\getenv testdir PG_ABS_SRCDIR
\i :testdir/include/setup.sql
\i :testdir/include/marks.sql
-- total / n rounded once to whole numbers of 10^-digits, in integers.
CREATE FUNCTION pg_temp.mean(total numeric, n bigint, digits int, mode text) RETURNS numeric LANGUAGE sql IMMUTABLE AS $$
	SELECT trim_scale((low + CASE mode WHEN 'floor' THEN 0 WHEN 'ceil' THEN (rest > 0)::int ELSE
		CASE WHEN 2 * rest <> d THEN (2 * rest > d)::int WHEN mode = 'half_up' THEN (total > 0)::int ELSE (low % 2 <> 0)::int END END) / 10::numeric ^ digits)
	FROM (SELECT trunc(total * 10::numeric ^ (scale(total) + digits)), n * trunc(10::numeric ^ scale(total))) f(num, d),
	LATERAL (SELECT div(num, d) - (num % d < 0)::int) q(low), LATERAL (SELECT num - low * d) r(rest)
$$;
\set ECHO all
-- Three quarters: every mix of numbers and statuses. Numbers count, an error wins, then missing, not_applicable, exempt.
CREATE TABLE quarter (q int, at timestamptz, card scorecard);
INSERT INTO quarter VALUES
	(1, '2025-03-31', '{"1": 90, "2": 1.50, "3": "missing", "4": "exempt", "5": "error:7", "6": 5, "8": "not_applicable", "9": 0.1, "11": -3}'),
	(2, '2025-06-30', '{"1": 80.5, "2": "missing", "3": "exempt", "4": "exempt", "5": 3, "6": "exempt", "7": 10, "8": "exempt", "9": 0.2, "10": "not_applicable", "11": 3}'),
	(3, '2025-09-30', '{"1": 70, "2": 2, "3": "not_applicable", "4": "exempt", "5": "error:2", "6": "missing", "8": "exempt", "9": 0.3, "10": "missing", "11": 0}');
SELECT what, got, got::text = want AS ok
FROM (SELECT scorecard_sum(card), scorecard_mean(card, 2, 'half_up'), scorecard_min(card), scorecard_max(card), scorecard_last(card, at) FROM quarter) a(total, mean, low, high, latest),
LATERAL (VALUES
	('sum', total, '{"1": 240.5, "2": 3.5, "3": "missing", "4": "exempt", "5": "error:2", "6": 5, "7": 10, "8": "not_applicable", "9": 0.6, "10": "missing", "11": 0}'),
	('mean', mean, '{"1": 80.17, "2": 1.75, "3": "missing", "4": "exempt", "5": "error:2", "6": 5, "7": 10, "8": "not_applicable", "9": 0.2, "10": "missing", "11": 0}'),
	('min', low, '{"1": 70, "2": 1.5, "3": "missing", "4": "exempt", "5": "error:2", "6": 5, "7": 10, "8": "not_applicable", "9": 0.1, "10": "missing", "11": -3}'),
	('max', high, '{"1": 90, "2": 2, "3": "missing", "4": "exempt", "5": "error:2", "6": 5, "7": 10, "8": "not_applicable", "9": 0.3, "10": "missing", "11": 3}'),
	('last', latest, '{"1": 70, "2": 2, "3": "not_applicable", "4": "exempt", "5": "error:2", "6": "missing", "7": 10, "8": "exempt", "9": 0.3, "10": "missing", "11": 0}')
) v(what, got, want);

-- One card is its own sum, minimum, maximum and last; its mean if the digits are enough. NULL is no card; no card is NULL.
SELECT scorecard_sum(card) = card AS sum, scorecard_mean(card, 2, 'half_even') = card AS mean, scorecard_mean(card, 0, 'floor') AS floor, scorecard_min(card) = card AS min, scorecard_max(card) = card AS max, scorecard_last(card, at) = card AS last FROM quarter GROUP BY card ORDER BY card -> 1;
SELECT what, scorecard_sum(card), scorecard_mean(card, 0, 'ceil') AS scorecard_mean, scorecard_min(card), scorecard_max(card), scorecard_last(card, now()), scorecard_sum_state(card) IS NULL AS no_state
FROM (VALUES ('no card', NULL), ('no card', NULL), ('empty', '{}'), ('empty', NULL), ('one', NULL), ('one', '{"1": 2}')) v(what, text), LATERAL (SELECT text::scorecard) c(card) GROUP BY what ORDER BY what;
SELECT scorecard_sum(card) FILTER (WHERE false) AS sum, scorecard_mean(card, 0, 'ceil') FILTER (WHERE false) AS mean, scorecard_min(card) FILTER (WHERE false) AS min, scorecard_max(card) FILTER (WHERE false) AS max, scorecard_last(card, at) FILTER (WHERE false) AS last FROM quarter;

-- Rounded once, from the exact mean.
SELECT numbers, digits, half_up -> 1 AS half_up, half_even -> 1 AS half_even, floor -> 1 AS floor, ceil -> 1 AS ceil,
	ROW(half_up -> 1, half_even -> 1, floor -> 1, ceil -> 1)::text = want AS ok
FROM (VALUES
	('{1,2}'::numeric[], 0, '(2,2,1,2)'), ('{2,3}', 0, '(3,2,2,3)'), ('{0,1}', 0, '(1,0,0,1)'), ('{0,-1}', 0, '(-1,0,-1,0)'), ('{-1,-2}', 0, '(-2,-2,-2,-1)'), ('{-2,-3}', 0, '(-3,-2,-3,-2)'),
	('{1,0,0}', 2, '(0.33,0.33,0.33,0.34)'), ('{1,1,0}', 2, '(0.67,0.67,0.66,0.67)'), ('{-1,0,0}', 2, '(-0.33,-0.33,-0.34,-0.33)'), ('{-1,-1,0}', 2, '(-0.67,-0.67,-0.67,-0.66)'),
	('{1.005}', 2, '(1.01,1,1,1.01)'), ('{1.015}', 2, '(1.02,1.02,1.01,1.02)'), ('{-1.005}', 2, '(-1.01,-1,-1.01,-1)'), ('{2.50,2.5}', 1, '(2.5,2.5,2.5,2.5)'), ('{10,10}', 0, '(10,10,10,10)'),
	-- next to a tie: rounding twice would go wrong
	('{0.49999999999999999999999999999999999999}', 0, '(0,0,0,1)'), ('{0.50000000000000000000000000000000000001}', 0, '(1,1,0,1)'), ('{1.4999999999999999999}', 0, '(1,1,1,2)'), ('{-2.5000000000000000001}', 0, '(-3,-3,-3,-2)'),
	('{0.24999,0.25}', 1, '(0.2,0.2,0.2,0.3)'), ('{0.3,0.2}', 1, '(0.3,0.2,0.2,0.3)'),
	('{1,1,2}', 20, '(1.33333333333333333333,1.33333333333333333333,1.33333333333333333333,1.33333333333333333334)'),
	('{0.1,0.1,0}', 38, '(0.06666666666666666666666666666666666667,0.06666666666666666666666666666666666667,0.06666666666666666666666666666666666666,0.06666666666666666666666666666666666667)'),
	('{0.00000000000000000000000000000000000001,0}', 38, '(0.00000000000000000000000000000000000001,0,0,0.00000000000000000000000000000000000001)')
) v(numbers, digits, want),
LATERAL (SELECT scorecard_mean(c, digits, 'half_up'), scorecard_mean(c, digits, 'half_even'), scorecard_mean(c, digits, 'floor'), scorecard_mean(c, digits, 'ceil') FROM (SELECT scorecard_agg(1, x) FROM unnest(numbers) WITH ORDINALITY u(x, o) GROUP BY o) t(c)) a(half_up, half_even, floor, ceil);

-- Sums and comparisons of unlike scales and widths.
SELECT numbers, total -> 1 AS sum, total -> 1 = sum AS sum_ok, low -> 1 = min AS min_ok, high -> 1 = max AS max_ok
FROM (VALUES ('{0.1,0.01,0.001}'::numeric[]), ('{9223372036854775807,1}'), ('{-2147483648,-1}'), ('{0.5,0.5}'), ('{1e18,1e-18}'), ('{99999999999999999999999999999999999998,1}'), ('{-0.00000000000000000000000000000000000001,0.00000000000000000000000000000000000003}'), ('{1e30,-1e30,0.001}'), ('{1.1,1.01,1.10}')) v(numbers),
LATERAL (SELECT scorecard_sum(c), scorecard_min(c), scorecard_max(c) FROM (SELECT scorecard_agg(1, x) FROM unnest(numbers) WITH ORDINALITY u(x, o) GROUP BY o) t(c)) a(total, low, high), LATERAL (SELECT sum(x), min(x), max(x) FROM unnest(numbers) x) n;

-- Last: item by item, of the cards that have it; a time given twice is no matter where the entries agree, or a later card settles it.
SELECT what, scorecard_last(card::scorecard, at::timestamptz), scorecard_last(card::scorecard, at::timestamptz)::text = min(want) AS ok
FROM (VALUES
	('other items', '{"1": 1, "2": 1}', '2025-01-01', '{"1": 3, "2": 1, "3": "exempt"}'), ('other items', '{"1": 3}', '2025-03-01', NULL), ('other items', '{"1": 2, "3": "exempt"}', '2025-02-01', NULL),
	('same entry', '{"1": 1.50, "2": 2}', '2025-01-01', '{"1": 1.5, "2": 2, "3": 3}'), ('same entry', '{"1": 1.5, "3": 3}', '2025-01-01', NULL),
	('settled later', '{"1": 1}', '2025-01-01', '{"1": 3}'), ('settled later', '{"1": 2}', '2025-01-01', NULL), ('settled later', '{"1": 3}', '2025-01-01 00:00:00.000001', NULL),
	('settled before', '{"1": 3}', '2025-02-01', '{"1": 3}'), ('settled before', '{"1": 2}', '2025-01-01', NULL), ('settled before', '{"1": 1}', '2025-01-01', NULL),
	('a NULL card', NULL, '2026-01-01', '{"1": 1}'), ('a NULL card', '{"1": 1}', '2025-01-01', NULL),
	('old', '{"1": 1}', '0044-03-15 BC', '{"1": 1}'), ('old', '{"1": 2}', '4713-01-01 BC', NULL)
) v(what, card, at, want) GROUP BY what ORDER BY what;

-- Many cards of 7 subjects, 13 items and 22 periods, of every status, against the same from rows.
CREATE TABLE reading AS
SELECT i % 7 AS g, i / 91 AS period, i / 7 % 13 * (1 + i % 7 * 7000) AS item,
	CASE WHEN i % 89 = 5 THEN i % 11 WHEN i % 12 < 9 AND abs(x) < 1e9 THEN x END AS value,
	CASE WHEN i % 89 = 5 THEN 'error' WHEN i % 12 < 9 AND abs(x) < 1e9 THEN 'ok' WHEN i % 12 < 10 AND i % 13 > 2 THEN 'missing' WHEN i % 12 < 11 THEN 'not_applicable' ELSE 'exempt' END AS status
FROM marks;
CREATE TABLE card AS SELECT g, period, timestamptz '2025-01-01 00:00+00' + period * interval '31 days' AS at, scorecard_agg(item, value, status) AS card FROM reading GROUP BY g, period;
ANALYZE card;
SELECT count(*) AS cards, sum(item_count(card)) AS readings FROM card;
CREATE VIEW by_rows AS
SELECT g, what, '{' || string_agg(format('"%s": %s', item, entry), ', ' ORDER BY item) || '}' AS card
FROM (SELECT g, item, what,
		CASE WHEN what = 'last' THEN (array_agg(CASE status WHEN 'ok' THEN trim_scale(value)::text WHEN 'error' THEN format('"error:%s"', trim_scale(value)) ELSE format('"%s"', status) END ORDER BY period DESC))[1]
		WHEN bool_or(status = 'error') THEN format('"error:%s"', trim_scale(min(value) FILTER (WHERE status = 'error')))
		WHEN NOT bool_or(status = 'ok') THEN CASE WHEN bool_or(status = 'missing') THEN '"missing"' WHEN bool_or(status = 'not_applicable') THEN '"not_applicable"' ELSE '"exempt"' END
		ELSE trim_scale(CASE what WHEN 'sum' THEN sum(value) WHEN 'min' THEN min(value) WHEN 'max' THEN max(value) ELSE pg_temp.mean(sum(value), count(value), 2, what) END)::text END AS entry
	FROM reading, unnest(ARRAY['sum', 'min', 'max', 'half_up', 'half_even', 'floor', 'ceil', 'last']) what GROUP BY g, item, what) t
GROUP BY g, what;
CREATE VIEW own_answer AS
SELECT g, what, got::text AS card
FROM (SELECT g, scorecard_sum(card), scorecard_min(card), scorecard_max(card), scorecard_mean(card, 2, 'half_up'), scorecard_mean(card, 2, 'half_even'), scorecard_mean(card, 2, 'floor'), scorecard_mean(card, 2, 'ceil'), scorecard_last(card, at)
	FROM card GROUP BY g) a(g, s, n, x, u, e, f, c, l), LATERAL (VALUES ('sum', s), ('min', n), ('max', x), ('half_up', u), ('half_even', e), ('floor', f), ('ceil', c), ('last', l)) v(what, got);
CREATE VIEW difference AS SELECT o.what, count(*) AS groups, count(*) FILTER (WHERE o.card = r.card) AS as_rows FROM own_answer o JOIN by_rows r USING (g, what) GROUP BY o.what;
SELECT * FROM difference ORDER BY what;
SELECT what, card FROM own_answer WHERE g = 1 ORDER BY what;
SELECT card FROM own_answer WHERE g = 6 AND what = 'half_even';

-- Any order of cards, and states merged from parts by way of their text.
SELECT count(*) AS groups, count(*) FILTER (WHERE (s, n, x, e, l) IS NOT DISTINCT FROM (SELECT (max(card) FILTER (WHERE what = 'sum'), max(card) FILTER (WHERE what = 'min'), max(card) FILTER (WHERE what = 'max'), max(card) FILTER (WHERE what = 'half_even'), max(card) FILTER (WHERE what = 'last')) FROM own_answer o WHERE o.g = t.g)) AS same
FROM (SELECT g, sign, scorecard_sum(card ORDER BY sign * (period * 13 % 23))::text, scorecard_min(card ORDER BY sign * (period * 13 % 23))::text, scorecard_max(card ORDER BY sign * (period * 13 % 23))::text, scorecard_mean(card, 2, 'half_even' ORDER BY sign * (period * 13 % 23))::text, scorecard_last(card, at ORDER BY sign * (period * 13 % 23))::text
	FROM card, unnest(ARRAY[1, -1]) sign GROUP BY g, sign) t(g, sign, s, n, x, e, l);
CREATE VIEW merged AS
SELECT g, what, got::text AS card
FROM (SELECT g, scorecard_sum_merge(s::text::scorecard_accumulate_state), scorecard_min_merge(n::text::scorecard_accumulate_state), scorecard_max_merge(x), scorecard_mean_merge(u::text::scorecard_accumulate_state), scorecard_mean_merge(e), scorecard_mean_merge(f), scorecard_mean_merge(c::text::scorecard_accumulate_state), scorecard_last_merge(l::text::scorecard_accumulate_state)
	FROM (SELECT g, scorecard_sum_state(card), scorecard_min_state(card), scorecard_max_state(card), scorecard_mean_state(card, 2, 'half_up'), scorecard_mean_state(card, 2, 'half_even'), scorecard_mean_state(card, 2, 'floor'), scorecard_mean_state(card, 2, 'ceil'), scorecard_last_state(card, at)
		FROM card GROUP BY g, period * 7 % 5) part(g, s, n, x, u, e, f, c, l) GROUP BY g) a(g, s, n, x, u, e, f, c, l), LATERAL (VALUES ('sum', s), ('min', n), ('max', x), ('half_up', u), ('half_even', e), ('floor', f), ('ceil', c), ('last', l)) v(what, got);
SELECT count(*) AS groups, count(*) FILTER (WHERE m.card = o.card) AS same FROM merged m JOIN own_answer o USING (g, what);
SELECT scorecard_sum_merge(s) AS of_nulls, scorecard_mean_merge(s) FILTER (WHERE false) AS of_no_state, scorecard_last_merge(s) AS last_of_nulls FROM (VALUES (NULL::scorecard_accumulate_state)) v(s);
-- a time given twice with different entries is known to the state, and settled by a later one
SELECT scorecard_last_merge(s) FROM (SELECT scorecard_last_state(c::scorecard, '2025-01-01'::timestamptz)::text::scorecard_accumulate_state FROM (VALUES ('{"1": 1, "2": 2}'), ('{"1": 3, "2": 2}')) v(c) UNION ALL SELECT scorecard_last_state('{"1": 9}', '2025-01-02')) t(s);

-- A frame that slides, and one that grows.
SELECT q, scorecard_sum(card) OVER (ORDER BY q) -> 1 AS sum, scorecard_mean(card, 1, 'half_even') OVER (ORDER BY q) -> 1 AS mean, scorecard_min(card) OVER (ORDER BY q ROWS 1 PRECEDING) -> 1 AS least_of_two, scorecard_last(card, at) OVER (ORDER BY q) -> 7 AS last, scorecard_status(scorecard_max(card) OVER (ORDER BY q), 3) AS status FROM quarter ORDER BY q;
SELECT count(*) AS rows, count(*) FILTER (WHERE item_count(s) > 0 AND s = (SELECT scorecard_sum(card) FROM card c WHERE c.g = t.g AND c.period BETWEEN t.period - 3 AND t.period)
	AND m = (SELECT scorecard_mean(card, 2, 'half_up') FROM card c WHERE c.g = t.g AND c.period BETWEEN t.period - 3 AND t.period) AND l = (SELECT scorecard_last(card, at) FROM card c WHERE c.g = t.g AND c.period <= t.period)) AS same
FROM (SELECT g, period, scorecard_sum(card) OVER w AS s, scorecard_mean(card, 2, 'half_up') OVER w AS m, scorecard_last(card, at) OVER (PARTITION BY g ORDER BY period) AS l FROM card WINDOW w AS (PARTITION BY g ORDER BY period ROWS 3 PRECEDING)) t;

-- 32,767 items.
CREATE TABLE long AS SELECT q, timestamptz '2025-01-01' + q * interval '1 day' AS at, scorecard_agg(i, i * q) AS card FROM generate_series(1, 3) q, generate_series(1, 32767) i GROUP BY q;
SELECT item_count(s), s -> 1 AS one, s -> 32767 AS the_last, (SELECT sum(value) FROM items(s)) = 6 * 536854528::bigint AS total, m -> 7 AS mean, l = (SELECT card FROM long WHERE q = 3) AS last FROM (SELECT scorecard_sum(card), scorecard_mean(card, 0, 'floor'), scorecard_last(card, at) FROM long) t(s, m, l);

-- In two workers.
\set ECHO none
\i :testdir/include/parallel.sql
\set ECHO all
EXPLAIN (COSTS OFF) SELECT scorecard_mean(card, 2, 'half_up') FROM card;
SELECT sum(groups) AS groups, sum(as_rows) AS as_rows FROM difference;
SELECT count(*) AS groups, count(*) FILTER (WHERE m.card = o.card) AS same FROM merged m JOIN own_answer o USING (g, what);
SELECT scorecard_sum(NULLIF(card, card)) AS all_null, scorecard_sum(card) = (SELECT scorecard_sum(card ORDER BY g, period) FROM card) AS same FROM card;

-- Refused, on one's own: what is named hangs on what comes first.
SET max_parallel_workers_per_gather = 0;
\a\t
SELECT pg_temp.answer(call) FROM unnest(ARRAY[
	$$scorecard_mean(card, NULL, 'floor') FROM quarter$$,
	$$scorecard_mean(card, 2, NULL) FROM quarter$$,
	$$scorecard_mean(NULL, NULL, 'floor')$$,
	$$scorecard_mean(card, -1, 'floor') FROM quarter$$,
	$$scorecard_mean(card, 39, 'floor') FROM quarter$$,
	$$scorecard_mean(card, 2, '') FROM quarter$$,
	$$scorecard_mean(card, 2, 'Floor') FROM quarter$$,
	$$scorecard_mean(card, 2, 'half_down') FROM quarter$$,
	$$scorecard_mean(card, q, 'floor') FROM quarter$$,
	$$scorecard_mean(card, 2, CASE q WHEN 3 THEN 'ceil' ELSE 'floor' END) FROM quarter$$,
	$$scorecard_mean(card, q, 'floor') OVER () FROM quarter$$,
	$$scorecard_last(card, NULL) FROM quarter$$,
	$$scorecard_last(NULL, NULL)$$,
	$$scorecard_last(card, 'infinity') FROM quarter$$,
	$$scorecard_last(card, '-infinity') FROM quarter$$,
	$$scorecard_last(c::scorecard, '2025-01-01 00:00+00') FROM (VALUES ('{"1": 1, "2": 1}'), ('{"1": 1, "2": 1.5}')) v(c)$$,
	$$scorecard_last(c::scorecard, '2025-01-01 00:00+00') FROM (VALUES ('{"3": 1, "7": "missing"}'), ('{"3": 1, "7": "exempt"}')) v(c)$$,
	$$scorecard_last(c::scorecard, '2025-01-01 00:00+00') FROM (VALUES ('{"3": "error:1"}'), ('{"3": "error:2"}')) v(c)$$,
	$$scorecard_last(c::scorecard, '2025-01-01 00:00+00') OVER () FROM (VALUES ('{"1": 1}'), ('{"1": 2}')) v(c)$$,
	$$scorecard_sum(c::scorecard) FROM (VALUES ('{"4": 1, "5": 99999999999999999999999999999999999999}'), ('{"4": 2, "5": 99999999999999999999999999999999999999}')) v(c)$$,
	$$scorecard_sum(c::scorecard) FROM (VALUES ('{"5": -99999999999999999999999999999999999999}'), ('{"5": -99999999999999999999999999999999999999}')) v(c)$$,
	$$scorecard_sum(c::scorecard) FROM (VALUES ('{"5": 10000000000000000000000000000000}'), ('{"5": 0.0000000001}')) v(c)$$,
	$$scorecard_mean(c::scorecard, 2, 'floor') FROM (VALUES ('{"5": 99999999999999999999999999999999999998}'), ('{"5": 0}'), ('{"5": 0}')) v(c)$$,
	$$scorecard_mean(c::scorecard, 30, 'half_up') FROM (VALUES ('{"5": 100000000001}'), ('{"5": 0}'), ('{"5": 0}')) v(c)$$,
	$$scorecard_sum(c) FROM (SELECT card FROM long UNION ALL SELECT '{"0": 1}') t(c)$$,
	$$scorecard_max(c) FROM (SELECT card FROM long UNION ALL SELECT '{"0": 1}') t(c)$$,
	$$scorecard_last_merge(s) FROM (SELECT scorecard_last_state(card, at) FROM long UNION ALL SELECT scorecard_last_state('{"0": 1}', '2025-01-01')) t(s)$$,
	$$scorecard_sum_merge(s) FROM (SELECT scorecard_min_state(card) FROM quarter) t(s)$$,
	$$scorecard_mean_merge(s) FROM (SELECT scorecard_mean_state(card, 2, 'floor') FROM quarter UNION ALL SELECT scorecard_sum_state(card) FROM quarter) t(s)$$,
	$$scorecard_mean_merge(s) FROM (SELECT scorecard_mean_state(card, 2, 'floor') FROM quarter UNION ALL SELECT scorecard_mean_state(card, 2, 'ceil') FROM quarter) t(s)$$,
	$$scorecard_mean_merge(s) FROM (SELECT scorecard_mean_state(card, 2, 'floor') FROM quarter UNION ALL SELECT scorecard_mean_state(card, 3, 'floor') FROM quarter) t(s)$$,
	$$scorecard_last_merge(s) FROM (SELECT scorecard_last_state(c::scorecard, '2025-01-01 00:00+00') FROM (VALUES ('{"1": 1}'), ('{"1": 2}')) v(c) GROUP BY c) t(s)$$,
	$$scorecard_sum(c::scorecard) FROM (VALUES ('{"1": -170141183460469231731687303715884105727}'), ('{"1": -1}')) v(c)$$,
	$$scorecard_sum(c::scorecard) FROM (VALUES ('{"5": 99999999999999999999999999999999999999}'), ('{"5": 99999999999999999999999999999999999999}'), ('{"5": "error:3"}')) v(c)$$,
	$$scorecard_sum(c::scorecard) FROM (VALUES ('{"5": "error:3"}'), ('{"5": 99999999999999999999999999999999999999}'), ('{"5": 99999999999999999999999999999999999999}')) v(c)$$,
	$$scorecard_mean('{"1": 10}', 38, 'half_up')$$,
	$$scorecard_mean('{"1": -99999999999999999999999999999999999999}', 2, 'floor')$$,
	$$scorecard_mean(c, d, 'floor') FROM (VALUES ('{"1": 10}'::scorecard, 2), (NULL, 3)) v(c, d)$$,
	$$scorecard_agg_state(1, 2) FROM generate_series(1, 2)$$,
	$$'x'::scorecard_accumulate_state$$,
	$$''::scorecard_accumulate_state$$
]) AS call;
\a\t
DROP TABLE quarter, reading, card, long CASCADE;
DROP TABLE marks CASCADE;
