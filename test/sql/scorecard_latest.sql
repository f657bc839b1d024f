\set ECHO none
\getenv testdir PG_ABS_SRCDIR
\i :testdir/include/setup.sql
\set ECHO all
-- Of several readings of an item the latest: by time, then by number. Infinite times are beyond all others.
SELECT what, scorecard_latest(item, value, status, at::timestamptz, n) AS card, scorecard_latest(item, value, status, at::timestamptz, n)::text = min(want) AS ok
FROM (VALUES
	('one each', 3, 1.50, NULL, '2025-01-01', 1::bigint, '{"1": "exempt", "3": 1.5}'), ('one each', 1, NULL, 'exempt', '2025-01-01', 1, NULL),
	('by time', 1, 1, NULL, '2025-01-02', 1, '{"1": 1}'), ('by time', 1, 2, NULL, '2025-01-01', 9, NULL), ('by time', 1, 3, NULL, '2024-01-01', 9, NULL),
	('by number', 1, 1, NULL, '2025-01-01', 1, '{"1": 2}'), ('by number', 1, 2, 'ok', '2025-01-01', 9, NULL), ('by number', 1, 3, NULL, '2025-01-01', -9223372036854775808, NULL),
	('statuses count', 1, 1, NULL, '2025-01-01', 1, '{"1": "missing", "2": "error:7"}'), ('statuses count', 1, NULL, NULL, '2025-01-01', 2, NULL), ('statuses count', 2, 7, 'error', '2025-01-01', 2, NULL),
	('infinite', 1, 1, NULL, 'infinity', 2, '{"1": 1, "2": 5}'), ('infinite', 1, 2, NULL, 'infinity', 1, NULL), ('infinite', 1, 3, NULL, '2999-01-01', 9, NULL), ('infinite', 2, 4, NULL, '-infinity', 9, NULL), ('infinite', 2, 5, NULL, '4713-01-01 BC', 9, NULL),
	('the same twice', 1, 1.5, NULL, '2025-01-01', 1, '{"1": 1.5}'), ('the same twice', 1, 1.50, 'ok', '2025-01-01', 1, NULL),
	('settled later', 1, 1, NULL, '2025-01-01', 1, '{"1": 3}'), ('settled later', 1, 2, NULL, '2025-01-01', 1, NULL), ('settled later', 1, 3, NULL, '2025-01-01', 2, NULL)
) v(what, item, value, status, at, n, want) GROUP BY what ORDER BY what;
SELECT scorecard_latest(1, 1, NULL, now(), 1) FILTER (WHERE false) AS no_row, scorecard_latest_state(1, 1, NULL, now(), 1) FILTER (WHERE false) AS no_state, scorecard_latest_merge(NULL) AS of_null;

-- The order of rows does not matter, few items with many readings take little room, and states merge.
CREATE TABLE latest AS
SELECT i % 3 AS g, i % 11 AS item, i * 7 % 1000 * 0.01 AS value, timestamptz '2025-01-01 UTC' + i * 31337 % 997 * interval '1 minute' AS at, i::bigint AS n FROM generate_series(1, 30000) i;
SELECT g, rows, card = (SELECT scorecard_agg(item, value) FROM (SELECT DISTINCT ON (item) * FROM latest l WHERE l.g = s.g ORDER BY item, at DESC, n DESC) d) AS as_by_hand,
	card = (SELECT scorecard_latest(item, value, NULL, at, n ORDER BY at, n) FROM latest l WHERE l.g = s.g) AS upwards,
	card = (SELECT scorecard_latest(item, value, NULL, at, n ORDER BY at DESC, n DESC) FROM latest l WHERE l.g = s.g) AS downwards,
	card = (SELECT scorecard_latest_merge(part) FROM (SELECT scorecard_latest_state(item, value, NULL, at, n)::text::scorecard_latest_state FROM latest l WHERE l.g = s.g GROUP BY n % 7) p(part)) AS merged, pg_column_size(state) < 1000 AS small
FROM (SELECT g, count(*), scorecard_latest(item, value, NULL, at, n), scorecard_latest_state(item, value, NULL, at, n) FROM latest GROUP BY g) s(g, rows, card, state) ORDER BY g;
SELECT count(*) FILTER (WHERE card <> (SELECT scorecard_latest(item, value, NULL, at, n) FROM latest m WHERE m.g = 0 AND m.n <= l.n)) AS differ, count(*) AS of
FROM (SELECT n, scorecard_latest(item, value, NULL, at, n) OVER (ORDER BY n) AS card FROM latest WHERE g = 0 AND n < 300) l;
SELECT item_count(scorecard_latest(i, i, NULL, now(), 1)) AS most FROM generate_series(0, 32766) i;

-- States: text form, and what is no state.
SELECT scorecard_latest_state(item, value, NULL, at::timestamptz, n) AS state
FROM (VALUES (1, 'late', 1.5, '2000-01-01 00:00:00.000001+00', 7::bigint), (1, 'early', 2, '1999-12-31 23:59:59+00', -8), (2, 'disputed', 5, 'infinity', 1), (2, 'disputed', 4.5, 'infinity', 1), (3, 'first', 9, '-infinity', -9223372036854775808)) v(item, what, value, at, n) GROUP BY what ORDER BY what;
SELECT scorecard_latest_merge(s) AS settled FROM (VALUES ('({5!},{1},{"1": 2})'::scorecard_latest_state), ('({5},{2},{"1": 3})'), (NULL)) v(s);
SELECT scorecard_latest_merge('({},{},{})') AS empty;
\pset format unaligned
\pset tuples_only on
SELECT pg_temp.answer(format('%L::scorecard_latest_state', text)) FROM unnest(ARRAY['', '()', '{}', '({},{},{}', '({},{},{})x', '({1},{1},{})', '({},{},{"1": 1})', '({1},{},{"1": 1})', '({1,2},{1},{"1": 1})', '({x},{1},{"1": 1})', '({1.5},{1},{"1": 1})', '({1},{y},{"1": 1})', '({1}, {1},{"1": 1})',
	'({9223372036854775807},{1},{"1": 1})', '({-9223372036854775808},{1},{"1": 1})', '({-220000000000000000},{1},{"1": 1})', '({1},{9223372036854775808},{"1": 1})', '({1},{1},{"1": 1, "1": 2})', '({1},{1},{"1": "late"})', '({infinity!!},{1},{"1": 1})']) text;
SELECT pg_temp.answer(call) FROM unnest(ARRAY[
	$$scorecard_latest(NULL, 1, NULL, now(), 1)$$,
	$$scorecard_latest(-1, 1, NULL, now(), 1)$$,
	$$scorecard_latest(1, 1, NULL, NULL, 1)$$,
	$$scorecard_latest(1, 1, NULL, now(), NULL)$$,
	$$scorecard_latest(1, 1, 'late', now(), 1)$$,
	$$scorecard_latest(1, 1, 'missing', now(), 1)$$,
	$$scorecard_latest(1, NULL, 'ok', now(), 1)$$,
	$$scorecard_latest(1, 'NaN', NULL, now(), 1)$$,
	$$scorecard_latest(1, 1e40, NULL, now(), 1)$$,
	$$scorecard_latest(7, x, NULL, '2025-01-01 00:00+00', 3) FROM generate_series(1, 2) x$$,
	$$scorecard_latest(7, x, NULL, '2025-01-01 00:00+00', 3) OVER () FROM generate_series(1, 2) x$$,
	$$scorecard_latest_merge(s) FROM (VALUES ('({5},{1},{"1": 2})'::scorecard_latest_state), ('({5},{1},{"1": 3})')) v(s)$$,
	$$scorecard_latest_merge('({5!},{1},{"1": 2})')$$,
	$$scorecard_latest(i, i, NULL, now(), 1) FROM generate_series(0, 32767) i$$,
	$$scorecard_latest_trans(NULL, 1, 1, NULL, now(), 1)$$,
	$$scorecard_latest_final(NULL)$$]) call;
