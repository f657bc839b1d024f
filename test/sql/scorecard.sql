\set ECHO none
\getenv testdir PG_ABS_SRCDIR
\i :testdir/include/setup.sql
\i :testdir/include/marks.sql
-- What reading a text as a card says, with the place of the fault.
CREATE FUNCTION pg_temp.reading(input text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	message text;
	detail text;
	hint text;
BEGIN
	RETURN left(input, 60) || ' is ' || left(input::scorecard::text, 60);
EXCEPTION WHEN OTHERS THEN
	GET STACKED DIAGNOSTICS message = MESSAGE_TEXT, detail = PG_EXCEPTION_DETAIL, hint = PG_EXCEPTION_HINT;
	RETURN left(input, 60) || E'\n    ' || SQLSTATE || ' ' || left(message, 140) || E'\n    ' || detail;
END $$;
\set ECHO all
-- The text form is a JSON object: read in any order and spacing, written in the order of the items, plain and short.
SELECT input, input::scorecard AS card, input::scorecard::text = want AS ok
FROM (VALUES
	('{}', '{}'),
	(E' {\t}\n', '{}'),
	('{"101": 95.5, "102": "missing", "103": "error:7"}', '{"101": 95.5, "102": "missing", "103": "error:7"}'),
	('{"3":1,"1":2,"2":3}', '{"1": 2, "2": 3, "3": 1}'),
	(E'\n{ "2" : 1 ,\r\n\t"1" : "exempt" }\n', '{"1": "exempt", "2": 1}'),
	('{"0": 0, "2147483647": -1}', '{"0": 0, "2147483647": -1}'),
	('{"1": 95.50, "2": 100.00, "3": 0.00, "4": -0, "5": -0.0, "6": 10}', '{"1": 95.5, "2": 100, "3": 0, "4": 0, "5": 0, "6": 10}'),
	('{"1": -0.01, "2": 0.10, "3": -12.340}', '{"1": -0.01, "2": 0.1, "3": -12.34}'),
	('{"1": "missing", "2": "not_applicable", "3": "exempt", "4": "error:0", "5": "error:2147483647"}', '{"1": "missing", "2": "not_applicable", "3": "exempt", "4": "error:0", "5": "error:2147483647"}'),
	('{"1": 2147483647, "2": 2147483648}', '{"1": 2147483647, "2": 2147483648}'),
	('{"1": -2147483648, "2": -2147483649}', '{"1": -2147483648, "2": -2147483649}'),
	('{"1": 9223372036854775807, "2": -9223372036854775808}', '{"1": 9223372036854775807, "2": -9223372036854775808}'),
	('{"1": 9223372036854775808, "2": -9223372036854775809}', '{"1": 9223372036854775808, "2": -9223372036854775809}'),
	('{"1": 99999999999999999999999999999999999999, "2": -0.99999999999999999999999999999999999999}', '{"1": 99999999999999999999999999999999999999, "2": -0.99999999999999999999999999999999999999}'),
	('{"1": 0.00000000000000000000000000000000000001}', '{"1": 0.00000000000000000000000000000000000001}'),
	('{"1": 9876543210987654321.0123456789012345678}', '{"1": 9876543210987654321.0123456789012345678}'),
	-- zeros at the end are no digits to keep, however many
	('{"1": 1.' || repeat('0', 60) || '}', '{"1": 1}'),
	('{"1": 0.1' || repeat('0', 60) || '}', '{"1": 0.1}')
) v(input, want);

-- What was put in comes out again: a card of many widths, gaps and statuses by way of text, jsonb and bytes.
CREATE TABLE entry (subject int, item int, value numeric, status text, code int);
INSERT INTO entry
SELECT s, item, CASE status WHEN 'ok' THEN trim_scale((CASE s % 4 WHEN 0 THEN 1 WHEN 1 THEN 1e6 WHEN 2 THEN 1e14 ELSE 1e30 END * (i * 7919 % 20001 - 10000) / 10 ^ (i % 9))::numeric) END,
	status, CASE status WHEN 'error' THEN i * s END
FROM generate_series(0, 39) s, generate_series(1, 50) i,
LATERAL (SELECT CASE s % 3 WHEN 0 THEN 100 + i WHEN 1 THEN i * 40 ELSE i * 2000003 END, (ARRAY['ok', 'ok', 'ok', 'missing', 'ok', 'not_applicable', 'ok', 'exempt', 'ok', 'error'])[1 + (i * 7 + s) % 10]) l(item, status)
WHERE i % (s + 1) < 40;
ANALYZE entry;
CREATE TABLE packed AS SELECT subject, scorecard_agg(item, coalesce(value, code), status) AS card FROM entry GROUP BY subject;
ANALYZE packed;
SELECT count(*) AS cards, count(*) FILTER (WHERE card::text::scorecard = card AND card::text::scorecard::text = card::text) AS text, count(*) FILTER (WHERE card::jsonb::scorecard = card AND card::jsonb = card::text::jsonb) AS jsonb
FROM packed;
-- each entry's text is jsonb's own; only the order differs, where jsonb puts short keys first
SELECT count(*) AS cards, count(*) FILTER (WHERE replace(card::text, ' ', '') = (SELECT '{' || string_agg(to_jsonb(item::text)::text || ':' || coalesce(to_jsonb(value), to_jsonb(status || coalesce(':' || code, '')))::text, ',' ORDER BY item) || '}' FROM entry e WHERE e.subject = p.subject)) AS by_hand FROM packed p;
SELECT '{"10": 1.50, "9": "missing", "100": 2}'::scorecard::jsonb, '{"10": 1.50, "9": "missing", "100": 2, "2": 1e3}'::jsonb::scorecard, '{"7": 1}'::text::scorecard, jsonb('{"7": "exempt"}'::scorecard), scorecard('{"7": "exempt"}'::jsonb);
SELECT subject, left(card::text, 90) AS card FROM packed WHERE subject IN (0, 5, 11) ORDER BY subject;

-- items() gives back the rows, in the order of the items.
SELECT count(*) AS rows, count(*) FILTER (WHERE (e.value, e.status, e.code) IS NOT DISTINCT FROM (i.value, i.status, i.code) AND e.value::text IS NOT DISTINCT FROM i.value::text) AS same
FROM entry e FULL JOIN (SELECT subject, (items(card)).* FROM packed) i USING (subject, item);
SELECT * FROM items('{"9": 3.10, "7": "missing", "8": "error:12", "10": "not_applicable", "3": "exempt"}');
SELECT count(*) AS rows_of_an_empty_card FROM items('{}');
SELECT count(*) AS in_order FROM (SELECT item, lag(item) OVER (PARTITION BY subject ORDER BY o) AS before FROM packed, items(card) WITH ORDINALITY i(item, value, status, code, o)) t WHERE item > coalesce(before, -1);
SELECT item, item_count(card), value FROM (VALUES ('{"1": 5, "2": 6}'::scorecard), (NULL), ('{}')) v(card) LEFT JOIN items(card) ON true;

-- One item: its number, or NULL for a status and for an item that is not there.
SELECT item, card -> item AS value, scorecard_value(card, item) AS same, scorecard_status(card, item) AS status
FROM (VALUES ('{"0": 7.25, "2": "missing", "3": "not_applicable", "4": "exempt", "5": "error:3", "70000": -0.001, "2147483647": 1}'::scorecard)) v(card), unnest(ARRAY[0, 1, 2, 3, 4, 5, 6, 69999, 70000, 70001, 2147483647, -1, -2147483648]) item;
SELECT count(*) AS asked, count(*) FILTER (WHERE card -> item IS NOT DISTINCT FROM value AND scorecard_status(card, item) IS NOT DISTINCT FROM status) AS as_rows
FROM packed p CROSS JOIN LATERAL (SELECT DISTINCT u FROM entry e, unnest(ARRAY[e.item - 1, e.item, e.item + 1]) u WHERE e.subject = p.subject) asked(item) LEFT JOIN entry USING (subject, item);
SELECT subject, item_count(card) = (SELECT count(*) FROM entry e WHERE e.subject = p.subject) AS ok FROM packed p WHERE subject < 3 ORDER BY 1;
SELECT NULL::scorecard -> 1 AS of_no_card, '{"1": 2}'::scorecard -> NULL::int AS no_item, scorecard_status(NULL, 1) AS no_status, item_count(NULL) AS no_count, NULL::scorecard || '{}' AS no_merge, item_count('{}') AS none;

-- Merged: what the second has wins, be it a status; the first gives the rest.
SELECT a, b, a || b AS merged, (a || b)::text = want AS ok, scorecard_merge(a, b) = a || b AS same
FROM (VALUES
	('{}'::scorecard, '{}'::scorecard, '{}'),
	('{"1": 1}', '{}', '{"1": 1}'),
	('{}', '{"1": 1}', '{"1": 1}'),
	('{"1": 1, "3": 3}', '{"2": 2, "4": 4}', '{"1": 1, "2": 2, "3": 3, "4": 4}'),
	('{"1": 1, "2": 2, "3": 3}', '{"2": "missing", "3": 0}', '{"1": 1, "2": "missing", "3": 0}'),
	('{"1": "error:4"}', '{"1": 5}', '{"1": 5}'),
	('{"5": 1}', '{"1": 99999999999999999999999999999999999999}', '{"1": 99999999999999999999999999999999999999, "5": 1}'),
	('{"1": 99999999999999999999999999999999999999}', '{"1": 1}', '{"1": 1}'),
	('{"0": 1}', '{"2147483647": 2}', '{"0": 1, "2147483647": 2}')
) v(a, b, want);
-- the packed form of a result does not tell where it came from
SELECT '{"1": 99999999999999999999999999999999999999, "70000": 2}'::scorecard || '{"1": 1, "70000": 3}' = '{"1": 1, "70000": 3}' AS narrow_again, ('{"1": 1, "2": 2}'::scorecard || '{"3": 3}')::text::scorecard = '{"1": 1, "2": 2}'::scorecard || '{"3": 3}' AS same;
SELECT count(*) AS pairs, count(*) FILTER (WHERE a.card || b.card = (SELECT scorecard_agg(item, coalesce(value, code), status) FROM (SELECT DISTINCT ON (item) * FROM entry e WHERE e.subject IN (a.subject, b.subject) ORDER BY item, e.subject = b.subject DESC) t)) AS as_rows
FROM packed a, packed b WHERE a.subject % 5 = 0 AND b.subject % 7 = 1;

-- Picked: the entries of some items, in whatever order and however often they are asked for.
SELECT items, scorecard_pick(card, items) AS picked, coverage(card, items)
FROM (VALUES ('{"0": 7.25, "2": "missing", "3": "not_applicable", "4": "exempt", "5": "error:3", "70000": -0.001, "2147483647": 1}'::scorecard)) v(card),
	(VALUES ('{}'::int[]), ('{0}'), ('{70000,0,70000,0}'), ('{5,4,3,2}'), ('{0,2,3}'), ('{3,4}'), ('{4,3,4,4}'), ('{4,1}'), ('{1,6,69999}'), ('{6,6,6,0}'), ('{-1,-2147483648,2147483647}'), ('[7:8]={4,5}'), ('{0,2,3,4,5,70000,2147483647}'), ('{0,1,2,5,6,7,8,9,70000,2147483647}')) i(items);
SELECT scorecard_pick('{}', '{}') AS nothing, scorecard_pick('{}', '{1,2}') AS of_an_empty_card, coverage('{}', '{1,2}') AS none_of_two, coverage('{}', '{}') IS NULL AS not_asked,
	scorecard_pick(NULL, '{1}') IS NULL AND scorecard_pick('{"1": 1}', NULL) IS NULL AND coverage(NULL, '{1}') IS NULL AND coverage('{"1": 1}', NULL) IS NULL AS nulls;
-- the packed form does not tell what else was in the card
SELECT scorecard_pick('{"1": 99999999999999999999999999999999999999, "2": 1, "3": 4, "70000": 2}', '{3,2}') = '{"2": 1, "3": 4}' AS narrow_again, pg_column_size(scorecard_pick(card, '{2,3}')) = pg_column_size('{"2": 1, "3": 4}'::scorecard) AS size FROM (VALUES ('{"1": 99999999999999999999999999999999999999, "2": 1, "3": 4, "70000": 2}'::scorecard)) v(card);
-- half away from zero, and no zeros at the end
SELECT coverage('{"1": 5}', ARRAY(SELECT generate_series(1, n))) AS one_of_n, n FROM unnest(ARRAY[1, 2, 3, 8, 32, 96, 160, 20000, 20001]) n;
SELECT count(*) AS shares, count(*) FILTER (WHERE coverage(scorecard_agg, ARRAY(SELECT generate_series(1, n)))::text = trim_scale(round(k::numeric(40, 20) / n, 4))::text) AS ok
FROM generate_series(1, 100) n, LATERAL (SELECT k, scorecard_agg(i, CASE WHEN i <= k THEN 7 END) FROM generate_series(0, n) k, generate_series(1, n) i GROUP BY k) t;
-- as from the rows, of all cards; asked in order and not
SELECT count(*) AS asked, count(*) FILTER (WHERE scorecard_pick(card, items) = picked AND scorecard_pick(card, mixed) = picked) AS picked, count(*) FILTER (WHERE coverage(card, items) IS NOT DISTINCT FROM share AND coverage(card, mixed) IS NOT DISTINCT FROM share) AS coverage
FROM packed p, generate_series(1, 7) k,
LATERAL (SELECT array_agg(item ORDER BY item), array_agg(item ORDER BY item * 7919::bigint % 1009) || min(item) FROM (SELECT item + i % 2 AS item FROM entry e, generate_series(0, 1) i WHERE e.subject = p.subject AND (item + i) % k = 0) u) l(items, mixed),
LATERAL (SELECT coalesce(scorecard_agg(item, coalesce(value, code), status), '{}') FROM entry e WHERE e.subject = p.subject AND item = ANY (items)) a(picked),
LATERAL (SELECT trim_scale(round(count(value) / nullif(count(*) FILTER (WHERE status IS NULL OR status NOT IN ('exempt', 'not_applicable')), 0)::numeric(40, 20), 4)) FROM (SELECT DISTINCT unnest(items)) d(item) LEFT JOIN (SELECT * FROM entry e WHERE e.subject = p.subject) e USING (item)) s(share)
WHERE items IS NOT NULL;

-- Equality: of entries, not of spelling. Equal cards hash alike.
SELECT a = b AS eq, a <> b AS ne, a < b OR a > b AS apart, a <= b AND a >= b AS together, scorecard_hash(a) = scorecard_hash(b) AS hash, scorecard_hash_extended(a, 7) = scorecard_hash_extended(b, 7) AS hash_extended, scorecard_cmp(a, b) = 0 AS cmp
FROM (VALUES
	('{"1": 1.50, "2": 0}'::scorecard, '{"2": -0.00, "1": 1.5}'::scorecard),
	('{}', '{}'),
	('{"1": 1}', '{"1": 2}'),
	('{"1": 1}', '{"2": 1}'),
	('{"1": 1}', '{"1": 0.1}'),
	('{"1": 0}', '{"1": "missing"}'),
	('{"1": "missing"}', '{"1": "exempt"}'),
	('{"1": "error:1"}', '{"1": "error:2"}'),
	('{"1": "error:1"}', '{"1": 1}'),
	('{"1": 1}', '{}'),
	('{"1": 1}', '{"1": 1, "2": 1}')
) v(a, b);
SELECT scorecard_hash_extended(card, 0) = scorecard_hash_extended(card, 1) AS seed_counts, scorecard_hash_extended(card, 0) & 4294967295 = scorecard_hash(card)::bigint & 4294967295 AS low_half FROM packed WHERE subject = 1;
-- a total order
SELECT count(*) AS triples, count(*) FILTER (WHERE scorecard_cmp(a.card, b.card) = -scorecard_cmp(b.card, a.card) AND NOT (a.card < b.card AND b.card < c.card AND NOT a.card < c.card) AND (a.card = b.card) = (a.subject = b.subject)) AS ordered
FROM packed a, packed b, packed c WHERE greatest(a.subject, b.subject, c.subject) < 25;

CREATE TABLE twice AS SELECT subject, card FROM packed UNION ALL SELECT subject + 100, card::text::scorecard FROM packed WHERE subject < 10;
ANALYZE twice;
SELECT count(*) AS rows, count(DISTINCT card) AS cards FROM twice;
SET enable_sort = off;
EXPLAIN (COSTS OFF) SELECT card, count(*) FROM twice GROUP BY card;
SELECT copies, count(*) FROM (SELECT card, count(*) AS copies FROM twice GROUP BY card) t GROUP BY copies ORDER BY copies;
RESET enable_sort;
SET enable_hashagg = off;
EXPLAIN (COSTS OFF) SELECT card, count(*) FROM twice GROUP BY card;
SELECT copies, count(*) FROM (SELECT card, count(*) AS copies FROM twice GROUP BY card) t GROUP BY copies ORDER BY copies;
SELECT count(*) FROM (SELECT card FROM twice INTERSECT SELECT card FROM packed WHERE subject > 4) t;
RESET enable_hashagg;
SET enable_mergejoin = off;
SET enable_nestloop = off;
EXPLAIN (COSTS OFF) SELECT count(*) FROM twice a JOIN twice b USING (card);
SELECT count(*) AS hash_join FROM twice a JOIN twice b USING (card);
RESET enable_mergejoin;
SET enable_hashjoin = off;
EXPLAIN (COSTS OFF) SELECT count(*) FROM twice a JOIN twice b USING (card);
SELECT count(*) AS merge_join FROM twice a JOIN twice b USING (card);
RESET enable_hashjoin;
RESET enable_nestloop;
SET enable_seqscan = off;
SET enable_bitmapscan = off;
CREATE UNIQUE INDEX packed_card ON packed (card);
EXPLAIN (COSTS OFF) SELECT subject FROM packed WHERE card = '{"1": 1}';
SELECT count(*) AS found FROM twice t WHERE subject >= 100 AND (SELECT subject FROM packed WHERE card = t.card) = subject - 100;
INSERT INTO packed VALUES (-1, '{"1": 1.5}'), (-2, '{"1": 1.50}');
INSERT INTO packed VALUES (-1, '{"1": 1.5}'), (-2, '{"1": 1.50}') ON CONFLICT (card) DO NOTHING RETURNING *;
DELETE FROM packed WHERE subject < 0;
DROP INDEX packed_card;
CREATE INDEX packed_hash ON packed USING hash (card);
EXPLAIN (COSTS OFF) SELECT subject FROM packed WHERE card = '{"1": 1}';
SELECT count(*) AS found FROM twice t WHERE subject >= 100 AND (SELECT subject FROM packed WHERE card = t.card) = subject - 100;
RESET enable_seqscan;
RESET enable_bitmapscan;
CREATE TABLE hashed (card scorecard) PARTITION BY HASH (card);
CREATE TABLE hashed0 PARTITION OF hashed FOR VALUES WITH (MODULUS 2, REMAINDER 0);
CREATE TABLE hashed1 PARTITION OF hashed FOR VALUES WITH (MODULUS 2, REMAINDER 1);
INSERT INTO hashed SELECT card FROM twice;
SELECT count(*) AS rows, (SELECT count(*) FROM hashed0) > 0 AND (SELECT count(*) FROM hashed1) > 0 AS both, (SELECT count(*) FROM (SELECT card FROM hashed0 INTERSECT SELECT card FROM hashed1) t) AS shared FROM hashed;

-- Sizes: two decimals take at most 9 bytes each beside a small header: 5 with items in a row, 7 with gaps, 9 with wide ones.
SELECT gap, most, item_count(card), size, size - 16 <= 9 * item_count(card) AS ok
FROM (VALUES (1, 99.99), (1, 20000000.55), (37, 99.99), (650, 99.99), (1000000, 99.99)) v(gap, most),
LATERAL (SELECT scorecard_agg(100 + i * gap, most - i * 0.01) FROM generate_series(1, 100) i) c(card), pg_column_size(card) size;
SELECT pg_column_size('{}'::scorecard) AS empty, pg_column_size('{"1": 99.99}'::scorecard) AS one;
-- the widest card: 16 bytes for a number, 4 for an item
SELECT pg_column_size(card) - 16 = 100 * (16 + 4 + 1) AS ok FROM (SELECT scorecard_agg(i * 1000000, 99999999999999999999.01) FROM generate_series(1, 100) i) t(card);

-- Stored in every way: in line with a short header, out of line, compressed; asked without change.
CREATE TABLE stored (subject int, external scorecard, extended scorecard, main scorecard, plain scorecard);
SELECT attname, attstorage FROM pg_attribute WHERE attrelid = 'stored'::regclass AND attnum = 2;
ALTER TABLE stored ALTER extended SET STORAGE EXTENDED, ALTER main SET STORAGE MAIN, ALTER plain SET STORAGE PLAIN;
CREATE TABLE large AS SELECT s AS subject, scorecard_agg(i * s, CASE WHEN i % 9 > 0 THEN i % 10 END) AS card FROM generate_series(1, 5) s, generate_series(1, 700 * s) i GROUP BY s;
INSERT INTO large SELECT -s, scorecard_agg(i * 7, CASE WHEN i % 2 > 0 THEN i * s * 0.01 END) FROM generate_series(1, 20) s, generate_series(1, s) i GROUP BY s;
INSERT INTO stored SELECT subject, card, card, card, CASE WHEN subject < 2 THEN card END FROM large;
SELECT count(*) AS rows, count(*) FILTER (WHERE pg_column_size(external) < 127) AS short, count(*) FILTER (WHERE pg_column_size(external) > 8000) AS out_of_line, count(*) FILTER (WHERE pg_column_size(extended) < pg_column_size(external) / 2) AS compressed FROM stored;
SELECT count(*) AS stored, count(*) FILTER (WHERE external = card AND extended = card AND main = card AND coalesce(plain, card) = card AND scorecard_hash(extended) = scorecard_hash(card)
	AND scorecard_pick(extended, '{697,7}') = scorecard_pick(card, '{7,697}') AND coverage(external, '{7,14,697}') = coverage(card, '{697,14,7}')
	AND external -> 7 IS NOT DISTINCT FROM card -> 7 AND extended -> 697 IS NOT DISTINCT FROM card -> 697 AND main || '{"1": 1}' = card || '{"1": 1}' AND scorecard_status(plain, 14) IS NOT DISTINCT FROM CASE WHEN plain IS NOT NULL THEN scorecard_status(card, 14) END
	AND (SELECT count(*) = item_count(card) FROM items(external)) AND extended::text = card::text AND main::jsonb = card::jsonb AND external || extended = main) AS same
FROM stored s JOIN large c USING (subject);
SELECT count(*) AS groups FROM (SELECT external FROM stored GROUP BY external) t;

-- Rows to a card. Without a status a value is ok and NULL is missing; with one the two must go together.
SELECT scorecard_agg(item, value) AS two, scorecard_agg(item, value, status) AS three, scorecard_agg(item, value) FILTER (WHERE false) AS no_row, scorecard_agg_state(item, value) FILTER (WHERE false) AS no_state
FROM (VALUES (3, 95.50, NULL), (1, NULL, NULL), (2, 0, 'ok')) v(item, value, status);
SELECT scorecard_agg(item, value, status) FROM (VALUES (7, 12, 'error'), (6, 0.0, 'error'), (5, NULL, 'exempt'), (4, NULL, 'not_applicable'), (3, NULL, 'missing'), (2, NULL, NULL), (1, 1.0, 'ok'), (0, -1.0, NULL)) v(item, value, status);
SELECT scorecard_agg(item, value) FROM (VALUES (1, 99999999999999999999999999999999999999), (2, 1e-38), (3, -99999999999999999999999999999999999999e-38), (4, 1e37), (5, 123456789.123456789), (6, 99999999.99999999), (7, 100000000)) v(item, value);
SELECT scorecard_agg(1, v)::text AS digits FROM unnest(ARRAY['1.000000000000000000000000000000000000000000000000', '0.1000000000000000000000000000000000000000000000', '-0.00', '1e10', '12345678901234567890']::numeric[]) v GROUP BY v ORDER BY v;

-- Groups as items() gives them back; any order of rows, any division into states, any way of the states.
CREATE VIEW own_answer AS SELECT g, scorecard_agg(i, x)::text AS card FROM marks WHERE abs(x) < 1e9 OR x IS NULL GROUP BY g;
CREATE VIEW by_hand AS SELECT g, '{' || string_agg('"' || i || '": ' || coalesce(trim_scale(x)::text, '"missing"'), ', ' ORDER BY i) || '}' AS card FROM marks WHERE abs(x) < 1e9 OR x IS NULL GROUP BY g;
CREATE VIEW difference AS SELECT count(*) AS groups, count(*) FILTER (WHERE o.card = h.card) AS same FROM own_answer o JOIN by_hand h USING (g);
SELECT * FROM difference;
SELECT g, left(card, 100) AS card, right(card, 30) AS ends FROM own_answer WHERE g > 4 ORDER BY g;
SELECT count(*) AS groups, count(*) FILTER (WHERE up = o.card AND down = o.card AND mixed = o.card) AS same
FROM (SELECT g, scorecard_agg(i, x ORDER BY i)::text AS up, scorecard_agg(i, x ORDER BY i DESC)::text AS down, scorecard_agg(i, x ORDER BY i * 7919 % 1009, i)::text AS mixed FROM marks WHERE abs(x) < 1e9 OR x IS NULL GROUP BY g) t JOIN own_answer o USING (g);
CREATE VIEW merged AS
SELECT g, scorecard_agg_merge(s::text::scorecard_agg_state)::text AS by_text, scorecard_agg_merge(s)::text AS card
FROM (SELECT g, scorecard_agg_state(i, x) FROM marks WHERE abs(x) < 1e9 OR x IS NULL GROUP BY g, i * 31 % 17) part(g, s) GROUP BY g;
SELECT count(*) AS groups, count(*) FILTER (WHERE m.card = o.card AND m.by_text = o.card) AS same FROM merged m JOIN own_answer o USING (g);
SELECT scorecard_agg_merge(s) AS of_nulls, scorecard_agg_merge(s) FILTER (WHERE false) AS of_no_state FROM (VALUES (NULL::scorecard_agg_state)) v(s);
SELECT s FROM (SELECT scorecard_agg_state(item, value, status) FROM (VALUES (2, 1.50, NULL), (1, 7, 'error'), (3, NULL, 'exempt')) v(item, value, status)) t(s);

-- A frame that slides, and one that grows: each row sees its own card.
SELECT i, scorecard_agg(i, x) OVER (ORDER BY i) AS grows, scorecard_agg(i, x) OVER (ORDER BY i ROWS 1 PRECEDING) AS slides, scorecard_agg(i, x) OVER (ORDER BY i ROWS BETWEEN 2 FOLLOWING AND 3 FOLLOWING) AS ahead
FROM (VALUES (4, 90.5), (2, NULL), (3, 80), (1, 70)) v(i, x) ORDER BY i;
SELECT count(*) AS rows, count(*) FILTER (WHERE card::text = (SELECT '{' || string_agg('"' || m.i || '": ' || coalesce(trim_scale(m.x)::text, '"missing"'), ', ' ORDER BY m.i) || '}' FROM marks m WHERE m.g = t.g AND m.i BETWEEN t.i - 21 AND t.i)) AS ok
FROM (SELECT g, i, scorecard_agg(i, x) OVER (PARTITION BY g ORDER BY i ROWS 3 PRECEDING) AS card FROM marks WHERE i < 190) t;

-- 32,767 items are a card, in whatever way it is made; 32,768 are none.
CREATE TABLE limits AS SELECT scorecard_agg(i, i * 0.01) AS card, scorecard_agg_state(i, i * 0.01) AS state FROM generate_series(1, 32767) i;
SELECT item_count(card), card -> 1 AS first, card -> 32767 AS last, card -> 32768 AS beyond, card::text::scorecard = card AS text, card::jsonb::scorecard = card AS jsonb, card || card = card AS merged,
	card || '{"5000": "exempt"}' <> card AS changed, (SELECT sum(value) FROM items(card)) AS total, (SELECT scorecard_agg(item, value) = card FROM items(card)) AS again, pg_column_size(card) AS size FROM limits;
-- more items than a card can have, from the last to the first, and each of them twice
SELECT scorecard_pick(card, items) = card AS picked, scorecard_pick(card, items || items) = card AS twice, coverage(card, items), coverage(card, items || items) AS coverage_of_twice, scorecard_pick(card, '{32768,32767,1}') AS few FROM limits, LATERAL (SELECT array_agg(i ORDER BY i DESC) FROM generate_series(-100000, 900000) i) l(items);
SELECT scorecard_agg_merge(state) = min(card::text)::scorecard AS merged, scorecard_agg_merge(state::text::scorecard_agg_state) = min(card::text)::scorecard AS by_text FROM limits;

-- In two workers.
\set ECHO none
\i :testdir/include/parallel.sql
\set ECHO all
EXPLAIN (COSTS OFF) SELECT scorecard_agg(i, x) FROM marks;
SELECT * FROM difference;
SELECT count(*) AS groups, count(*) FILTER (WHERE m.card = o.card) AS same FROM merged m JOIN own_answer o USING (g);
SELECT scorecard_agg(i, x) = (SELECT scorecard_agg(i, x ORDER BY i) FROM marks WHERE abs(x) < 1e9) AS same FROM marks WHERE abs(x) < 1e9;
SELECT count(*) AS cards, count(DISTINCT card) AS distinct_cards, sum(card -> 107) = (SELECT sum(value) FROM entry WHERE item = 107) AS summed FROM packed;

-- Refused: texts that are no card.
\a\t
SELECT pg_temp.reading(input) FROM unnest(ARRAY[
	'', 'x', '[]', '[1]', 'null', '{', '}', '{}}', '{} {}', '{"1": 1', '{"1": 1,}', '{,}', '{"1": 1 "2": 2}', '{"1" 1}', '{"1"}', '{1: 1}', '{"": 1}', '{"a": 1}', '{"-1": 1}', '{"+1": 1}', '{"1.0": 1}', '{" 1": 1}', '{"1 ": 1}', '{"2147483648": 1}', '{"99999999999999999999": 1}',
	'{"1": }', '{"1": nil}', '{"1": true}', '{"1": []}', '{"1": {}}', '{"1": +1}', '{"1": .5}', '{"1": 5.}', '{"1": -}', '{"1": --1}', '{"1": 1e2}', '{"1": 0x1}', '{"1": 1_000}', '{"1": NaN}', '{"1": Infinity}', '{"1": "1"}', '{"1": ""}',
	'{"1": "ok"}', '{"1": "Missing"}', '{"1": "missing "}', '{"1": "missing:1"}', '{"1": "error"}', '{"1": "error:"}', '{"1": "error:-1"}', '{"1": "error:1.5"}', '{"1": "error:2147483648"}', '{"1": "error:7 "}', '{"1": "exempt}',
	'{"1": 0.000000000000000000000000000000000000001}', '{"1": 1000000000000000000000000000000000000000}', '{"1": 10000000000.00000000000000000000000000001}', '{"1": 1, "2": 2, "1": 3}', '{"1": 1, "2": "计分卡"}'
]) AS input;
SELECT pg_temp.reading('{' || string_agg('"' || i || '": 1', ',') || '}') FROM generate_series(1, 32768) i;
-- Refused: values, items and statuses.
SELECT pg_temp.answer(call) FROM unnest(ARRAY[
	$$scorecard_agg(NULL, 1)$$,
	$$scorecard_agg(-1, 1)$$,
	$$scorecard_agg(7, 'NaN')$$,
	$$scorecard_agg(7, 'Infinity')$$,
	$$scorecard_agg(7, '-Infinity')$$,
	$$scorecard_agg(7, 1e-39)$$,
	$$scorecard_agg(7, 1e39)$$,
	$$scorecard_agg(7, -200000000000000000000000000000000000000)$$,
	$$scorecard_agg(7, 1::numeric(60, 45) / 3)$$,
	$$scorecard_agg(7, 98765432109876543210.1234567890123456789)$$,
	$$scorecard_agg(i, 1) FROM (VALUES (1), (9), (5), (9), (7), (7)) v(i)$$,
	$$scorecard_agg(i % 5000 + 1, i) FROM generate_series(0, 9999) i$$,
	$$scorecard_agg(1, NULL) FROM generate_series(1, 2)$$,
	$$scorecard_agg(i, 1) FROM generate_series(1, 32768) i$$,
	$$scorecard_agg(1, 2, 'OK')$$,
	$$scorecard_agg(1, 2, '')$$,
	$$scorecard_agg(1, 2, 'late')$$,
	$$scorecard_agg(1, 2, 'missing')$$,
	$$scorecard_agg(1, 2, 'not_applicable')$$,
	$$scorecard_agg(1, 2, 'exempt')$$,
	$$scorecard_agg(1, NULL, 'ok')$$,
	$$scorecard_agg(1, NULL, 'error')$$,
	$$scorecard_agg(1, 1.5, 'error')$$,
	$$scorecard_agg(1, -1, 'error')$$,
	$$scorecard_agg(1, 2147483648, 'error')$$,
	$$scorecard_agg(1, 'NaN', 'error')$$,
	$$scorecard_agg(-1, NULL, 'exempt')$$,
	$$scorecard_agg(i, 1) OVER (ORDER BY o) FROM (VALUES (1, 1), (2, 2), (1, 3)) v(i, o)$$,
	$$scorecard_agg_merge(s) FROM (SELECT scorecard_agg_state(1, 1) UNION ALL SELECT scorecard_agg_state(1, 1)) v(s)$$,
	$$scorecard_agg_merge(s) FROM (SELECT scorecard_agg_state(i, 1) FROM generate_series(1, 32768) i GROUP BY i % 2) v(s)$$,
	$$card || '{"0": 1}' FROM limits$$,
	$$item_count('{"1": 1}' || card) FROM limits$$,
	$$scorecard_merge('{"40000": 1}', card) FROM limits$$,
	$$scorecard_pick('{"1": 1}', '{1,NULL}')$$,
	$$scorecard_pick('{}', '{NULL}')$$,
	$$scorecard_pick('{"1": 1}', '{{1},{2}}')$$,
	$$coverage('{"1": 1}', '{NULL,1}')$$,
	$$coverage('{"1": 1}', '{{1,2},{3,4}}')$$,
	$$coverage('{"1": 1}', '{{{1}}}')$$,
	$$'{"1": null}'::jsonb::scorecard$$,
	$$'{"1": 1e40}'::jsonb::scorecard$$,
	$$'{"a": 1}'::jsonb::scorecard$$,
	$$'[1, 2]'::jsonb::scorecard$$,
	$$'"x"'::jsonb::scorecard$$,
	$$'{"1": 1, "01": 2}'::jsonb::scorecard$$,
	$$'x'::scorecard_agg_state$$,
	$$''::scorecard_agg_state$$,
	$$'{"1": 1, "1": 1}'::scorecard_agg_state$$
]) AS call;
\a\t
-- Merging is that of jsonb, for cards of few and many items, narrow and wide numbers, with items of both or of one.
CREATE FUNCTION pg_temp.some_card(seed int, n int, span int, wide int) RETURNS scorecard LANGUAGE sql AS $$
	SELECT coalesce(scorecard_agg(item, CASE WHEN h % 7 > 0 THEN (h % 20011 - 9999) * 0.01 * 10::numeric ^ wide END, CASE WHEN h % 7 = 0 THEN (ARRAY['missing', 'exempt', 'not_applicable'])[1 + h % 3] END), '{}')
	FROM (SELECT i * (seed * 7919 % 97 + 1) % span AS item, min((i * seed)::bigint * 31337 % 100003)::int AS h FROM generate_series(1, n) i GROUP BY 1) e $$;
SELECT count(*), count(*) FILTER (WHERE (a || b)::jsonb <> a::jsonb || b::jsonb) AS wrong, count(*) FILTER (WHERE (a || b)::text::scorecard <> a || b) AS odd,
	count(*) FILTER (WHERE item_count(a || b) = item_count(a)) > 300 AS over, count(*) FILTER (WHERE item_count(a || b) = item_count(b)) > 100 AS instead
FROM (SELECT pg_temp.some_card(s, s % 13, 20 * (1 + s % 3 * 10000), s % 4 / 3 * 9), pg_temp.some_card(s + 1000, s % 5, 20 * (1 + s % 3 * 10000), s % 8 / 7 * 20) FROM generate_series(1, 700) s
	UNION ALL SELECT pg_temp.some_card(s, 300, 20, 0), pg_temp.some_card(s + 1, s % 30, 20, s % 3 / 2 * 9) FROM generate_series(1, 300) s) c(a, b);
DROP TABLE entry, packed, twice, hashed, stored, large, limits CASCADE;
DROP TABLE marks CASCADE;
