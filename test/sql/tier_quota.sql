\set ECHO none
\getenv testdir PG_ABS_SRCDIR
\i :testdir/include/setup.sql
\set ECHO all
-- 20/70/10: by default the middle first, then the top, then the bottom; with the top first; with bounds.
SELECT n, tier_quota(n, '{0.2,0.7,0.1}') AS by_default,
	tier_quota(n, '{0.2,0.7,0.1}', '{1,2,3}') AS top_first,
	tier_quota(n, '{0.2,0.7,0.1}', bounds => '{at_most,exact,exact}') AS top_at_most,
	tier_quota(n, '{0.2,0.7,0.1}', bounds => '{at_most,exact,at_most}') AS both_at_most,
	tier_quota(n, '{0.2,0.7,0.1}', bounds => '{at_least,exact,exact}') AS top_at_least
FROM generate_series(0, 12) n;

-- 30/30/30/10 by default (C, B, A, D) and in the order B, C, A, D.
SELECT n, tier_quota(n, '{0.3,0.3,0.3,0.1}') AS by_default, tier_quota(n, '{0.3,0.3,0.3,0.1}', '{2,3,1,4}') AS b_first FROM generate_series(1, 10) n;

-- Monthly goods: 40 % of n, exact and at most.
SELECT string_agg((tier_quota(n, '{0.4,0.6}'))[1]::text, ' ' ORDER BY n) AS exact,
	string_agg((tier_quota(n, '{0.4,0.6}', bounds => '{at_most,exact}'))[1]::text, ' ' ORDER BY n) AS at_most
FROM generate_series(1, 10) n;

-- Last place: 10 % of the posts, rounded down or up.
SELECT posts, tier_quota(posts, '{0.9,0.1}', bounds => '{exact,at_most}') AS floor, tier_quota(posts, '{0.9,0.1}', bounds => '{exact,at_least}') AS ceil FROM (VALUES (25), (4)) v(posts);

-- Four subjects for five years; then one for ten years, with the bottom as it falls and with the bottom at most.
CREATE FUNCTION pg_temp.ledger(n int, shares numeric[], years int, bounds text[] DEFAULT NULL) RETURNS TABLE (year int, seats int[], carry numeric[]) LANGUAGE sql AS $$
	WITH RECURSIVE y AS (
		SELECT 1 AS year, tier_quota(n, shares, NULL, NULL, bounds) AS seats, tier_carry(n, shares, NULL, NULL, bounds) AS carry
		UNION ALL
		SELECT year + 1, tier_quota(n, shares, NULL, carry, bounds), tier_carry(n, shares, NULL, carry, bounds) FROM y WHERE year < years)
	SELECT * FROM y
$$;
SELECT * FROM pg_temp.ledger(4, '{0.2,0.7,0.1}', 5);
SELECT * FROM pg_temp.ledger(1, '{0.2,0.7,0.1}', 10);
SELECT * FROM pg_temp.ledger(1, '{0.2,0.7,0.1}', 10, '{exact,exact,at_most}');
SELECT string_agg(substr('ABCD', array_position(seats, 1), 1), ' ' ORDER BY year) AS tier, (array_agg(carry ORDER BY year))[10:] AS carry_at_the_end FROM pg_temp.ledger(1, '{0.3,0.3,0.3,0.1}', 10);
SELECT n, sum(seats[1]) AS top, sum(seats[2]) AS middle, sum(seats[3]) AS bottom FROM (VALUES (1), (3), (4), (7), (11)) v(n), pg_temp.ledger(n, '{0.2,0.7,0.1}', 10) GROUP BY n ORDER BY n;

-- Shares 1, 8, 42, 1, 42, 6 % for 300 years with 0 to 5 subjects: every seat is given, carries sum to 0, none falls to -1, no seats below 0.
WITH RECURSIVE shares(s) AS (VALUES ('{0.01,0.08,0.42,0.01,0.42,0.06}'::numeric[])),
year AS (
	SELECT 1 AS year, 0 AS n, tier_quota(0, s) AS seats, tier_carry(0, s) AS carry FROM shares
	UNION ALL
	SELECT year + 1, m, tier_quota(m, s, NULL, carry), tier_carry(m, s, NULL, carry) FROM year, shares, LATERAL (SELECT (year * 7919 + year * year * 31) % 6) next(m) WHERE year < 300)
SELECT count(*) AS years, bool_and(n = (SELECT sum(x) FROM unnest(seats) x)) AS all_seats, bool_and(0 = (SELECT sum(x) FROM unnest(carry) x)) AS carry_sums_to_0,
	bool_and(-1 < ALL (carry)) AS carry_above_minus_1, bool_and(0 <= ALL (seats)) AS no_seat_below_0 FROM year;

SELECT what, got::text, got::text IS NOT DISTINCT FROM want AS ok FROM (VALUES
	('groups of 3, 4, 3 pooled', tier_quota(3 + 4 + 3, '{0.2,0.7,0.1}'), '{2,7,1}'),
	('staffing 10+20/40/20/10 of 19', tier_quota(19, '{0.3,0.4,0.2,0.1}'), '{6,7,4,2}'),
	('library 16, 16, 18 of 50, 5 seats, default order', tier_quota(5, '{0.32,0.32,0.36}'), '{1,2,2}'),
	('library, first come first', tier_quota(5, '{0.32,0.32,0.36}', '{1,2,3}'), '{2,1,2}'),
	('a share of 0 is a tier without seats', tier_quota(3, '{0.5,0,0.5}'), '{2,0,1}'),
	('one tier', tier_quota(7, '{1}'), '{7}'),
	('one tier, written 1.00', tier_quota(7, '{1.00}'), '{7}'),
	('thirds as they are written', tier_quota(10, '{0.3333,0.3333,0.3334}'), '{3,3,4}'),
	('as many as int holds', tier_quota(2147483647, '{0.2,0.7,0.1}'), '{429496729,1503238553,214748365}'),
	('a negative q gets no seat', tier_quota(1, '{0.3,0.3,0.3,0.1}', NULL, '{0.2,0.2,0.2,-0.6}'), '{0,0,1,0}'),
	('at_least in the middle, taken from the tier below', tier_quota(4, '{0.3,0.3,0.4}', bounds => '{exact,at_least,exact}'), '{1,2,1}'),
	('at_least at the bottom, taken from above', tier_quota(4, '{0.3,0.3,0.4}', bounds => '{exact,exact,at_least}'), '{1,1,2}'),
	('at_most above two exact tiers: the next one gets it', tier_quota(3, '{0.3,0.3,0.4}', bounds => '{at_most,exact,exact}'), '{0,2,1}'),
	('other lower bounds', tier_quota(10, '[0:2]={0.2,0.7,0.1}', '[5:7]={1,2,3}'), '{2,7,1}'),
	('n NULL', tier_quota(NULL, '{0.2,0.7,0.1}'), NULL)
) v(what, got, want);

SELECT what, got::text, got::text IS NOT DISTINCT FROM want AS ok FROM (VALUES
	('after 2', tier_carry(2, '{0.2,0.7,0.1}'), '{0.4,-0.6,0.2}'),
	('nothing to carry', tier_carry(10, '{0.20,0.70,0.10}'), '{0,0,0}'),
	('n = 0 leaves the carry as it is', tier_carry(0, '{0.2,0.7,0.1}', NULL, '{0.20,-0.2,0}'), '{0.2,-0.2,0}'),
	('n = 0, no carry', tier_carry(0, '{0.2,0.7,0.1}'), '{0,0,0}'),
	('a bounded tier carries nothing', tier_carry(2, '{0.2,0.7,0.1}', bounds => '{at_most,exact,exact}'), '{0,-0.2,0.2}'),
	('both ends bounded', tier_carry(9, '{0.2,0.7,0.1}', bounds => '{at_most,exact,at_most}'), '{0,0,0}'),
	('n NULL', tier_carry(NULL, '{0.2,0.7,0.1}'), NULL)
) v(what, got, want);

-- seat_quota: any weights, bigint seats, the earlier row first.
SELECT what, got::text, got::text IS NOT DISTINCT FROM want AS ok FROM (VALUES
	('library 16, 16, 18, 5 seats', seat_quota(5, '{16,16,18}'), '{2,1,2}'),
	('library, second first', seat_quota(5, '{16,16,18}', '{2,1,3}'), '{1,2,2}'),
	('sixths', seat_quota(7, '{1,2,3}'), '{1,2,4}'),
	('decimal weights', seat_quota(7, '{0.1,0.20,0.3}'), '{1,2,4}'),
	('a weight of 0', seat_quota(3, '{1,0,1}'), '{2,0,1}'),
	('no seats', seat_quota(0, '{1,2}'), '{0,0}'),
	('as many as bigint holds', seat_quota(9223372036854775807, '{1,1}'), '{4611686018427387904,4611686018427387903}'),
	('more weight than bigint holds', seat_quota(10, '{100000000000000000000000000000,100000000000000000000000000001}'), '{5,5}'),
	('seats NULL', seat_quota(NULL, '{1,2}'), NULL)
) v(what, got, want);

-- allocate_amount: money without a cent lost; residual cents by largest remainder, ties to the earlier row.
SELECT what, got::text, got::text IS NOT DISTINCT FROM want AS ok FROM (VALUES
	('100.00 in three', allocate_amount(100.00, '{1,1,1}'), '{33.34,33.33,33.33}'),
	('-100.00 in three', allocate_amount(-100.00, '{1,1,1}'), '{-33.34,-33.33,-33.33}'),
	('written without cents', allocate_amount(100, '{1,1,1}'), '{33.34,33.33,33.33}'),
	('whole units', allocate_amount(100, '{1,1,1}', 0), '{34,33,33}'),
	('three places', allocate_amount(100, '{1,1,1}', 3), '{33.334,33.333,33.333}'),
	('two cents in three', allocate_amount(0.02, '{1,1,1}'), '{0.01,0.01,0.00}'),
	('largest remainder before the earlier row', allocate_amount(0.05, '{16,16,18}'), '{0.02,0.01,0.02}'),
	('weights with a 0', allocate_amount(10, '{3,0,1.0}'), '{7.50,0.00,2.50}'),
	('nothing', allocate_amount(0, '{3,1}'), '{0.00,0.00}'),
	('one row', allocate_amount(12.34, '{0.001}'), '{12.34}'),
	('zeros beyond the scale fit', allocate_amount(1.5000, '{1,1}'), '{0.75,0.75}'),
	('amount NULL', allocate_amount(NULL, '{1,1}'), NULL)
) v(what, got, want);

-- Very long numbers.
SELECT tier_quota(10, ARRAY[1 - tiny, tiny]) AS quota, tier_carry(10, ARRAY[1 - tiny, tiny]) = ARRAY[-10 * tiny, 10 * tiny] AS carry_exact,
	seat_quota(10, ARRAY[nines, nines, nines]) AS long_weights, seat_quota(10, ARRAY[tiny, nines]) AS mixed,
	allocate_amount(92233720368547758.07, ARRAY[nines, nines]) AS largest_amount, allocate_amount(2e-1000, '{1,1}', 1000) = ARRAY[1e-1000, 1e-1000] AS tiny_amount
FROM (SELECT repeat('9', 100000)::numeric, ('0.' || repeat('0', 15999) || '1')::numeric) AS t(nines, tiny);

-- Refused.
\a\t
SELECT pg_temp.answer(call) FROM unnest(ARRAY[
	$$tier_quota(-1, '{0.2,0.7,0.1}')$$,
	$$tier_quota(10, '{0.2,0.7,0.09}')$$,
	$$tier_quota(10, '{0.2,0.7,0.1000000000000000000001}')$$,
	$$tier_quota(10, '{0.2,0.9,-0.1}')$$,
	$$tier_quota(10, '{20,70,10}')$$,
	$$tier_quota(10, '{}')$$,
	$$tier_quota(10, NULL)$$,
	$$tier_quota(10, '{0.2,NULL,0.1}')$$,
	$$tier_quota(10, '{0.2,NaN,0.1}')$$,
	$$tier_quota(10, '{0.2,Infinity,0.1}')$$,
	$$tier_quota(10, '{{0.2,0.7,0.1}}')$$,
	$$tier_quota(10, '{{0.5,0.5},{0,0}}')$$,
	$$tier_quota(10, '{0.2,0.7,0.1}', '{1,2}')$$,
	$$tier_quota(10, '{0.2,0.7,0.1}', '{1,2,2}')$$,
	$$tier_quota(10, '{0.2,0.7,0.1}', '{0,1,2}')$$,
	$$tier_quota(10, '{0.2,0.7,0.1}', '{1,2,4}')$$,
	$$tier_quota(10, '{0.2,0.7,0.1}', '{1,2,NULL}')$$,
	$$tier_quota(10, '{0.2,0.7,0.1}', '{{1,2,3}}')$$,
	$$tier_quota(10, '{0.2,0.7,0.1}', NULL, '{0.2,-0.1,0}')$$,
	$$tier_quota(10, '{0.2,0.7,0.1}', NULL, '{0.2,-0.2}')$$,
	$$tier_quota(10, '{0.2,0.7,0.1}', NULL, '{0.2,-0.2,NULL}')$$,
	$$tier_quota(10, '{0.2,0.7,0.1}', NULL, '{0.2,NaN,0}')$$,
	$$tier_quota(10, '{0.2,0.7,0.1}', NULL, '{{0.2,-0.2,0}}')$$,
	$$tier_quota(10, '{0.2,0.7,0.1}', NULL, '{0.2,-0.2,0}', '{at_most,exact,exact}')$$,
	$$tier_quota(10, '{0.2,0.7,0.1}', NULL, NULL, '{at_most,exact}')$$,
	$$tier_quota(10, '{0.2,0.7,0.1}', NULL, NULL, '{at_most,exact,NULL}')$$,
	$$tier_quota(10, '{0.2,0.7,0.1}', NULL, NULL, '{at_most,exact,atmost}')$$,
	$$tier_quota(10, '{0.2,0.7,0.1}', NULL, NULL, '{At_Most,exact,exact}')$$,
	$$tier_quota(10, '{0.2,0.7,0.1}', NULL, NULL, '{{at_most,exact,exact}}')$$,
	$$tier_quota(10, '{0.2,0.7,0.1}', NULL, NULL, '{at_most,at_most,at_most}')$$,
	$$tier_quota(1, '{0.45,0.45,0.1}', NULL, NULL, '{at_least,at_least,exact}')$$,
	$$tier_carry(-1, '{0.2,0.7,0.1}')$$,
	$$tier_carry(10, '{0.2,0.7,0.09}')$$,
	$$tier_carry(10, '{0.2,0.7,0.1}', NULL, '{0.2,-0.2,0}', '{at_most,exact,exact}')$$,
	$$seat_quota(-1, '{1,2}')$$,
	$$seat_quota(5, '{0,0}')$$,
	$$seat_quota(5, '{1,-1}')$$,
	$$seat_quota(5, '{}')$$,
	$$seat_quota(5, NULL)$$,
	$$seat_quota(5, '{1,NULL}')$$,
	$$seat_quota(5, '{1,NaN}')$$,
	$$seat_quota(5, '{1,Infinity}')$$,
	$$seat_quota(5, '{{1,2}}')$$,
	$$seat_quota(5, '{1,2}', '{1,1}')$$,
	$$cardinality(seat_quota(10, (SELECT array_agg(1.0) FROM generate_series(1, 50000)) || ('0.' || repeat('0', 15999) || '1')::numeric))$$,
	$$tier_quota(3, '{0.5,0,0.5}', NULL, NULL, '{at_most,exact,exact}')$$,
	$$tier_quota(3, '{1,0}', NULL, '{0.5,-0.5}')$$,
	$$tier_quota(3, '{0.5,0.5,0}', NULL, NULL, '{at_most,at_least,exact}')$$,
	$$allocate_amount(100.001, '{1,1}')$$,
	$$allocate_amount(92233720368547758.08, '{1,1}')$$,
	$$allocate_amount(1, '{1,1}', 1000)$$,
	$$allocate_amount('NaN', '{1,1}')$$,
	$$allocate_amount('Infinity', '{1,1}')$$,
	$$allocate_amount(100, '{0,0}')$$,
	$$allocate_amount(100, '{1,-1}')$$,
	$$allocate_amount(100, '{}')$$,
	$$allocate_amount(100, NULL)$$,
	$$allocate_amount(100, '{1,NULL}')$$,
	$$allocate_amount(100, '{1,NaN}')$$,
	$$allocate_amount(100, '{{1,1}}')$$,
	$$allocate_amount(100, '{1,1}', NULL)$$,
	$$allocate_amount(100, '{1,1}', -1)$$,
	$$allocate_amount(100, '{1,1}', 20000)$$
]) AS call;
