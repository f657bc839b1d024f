\set ECHO none
\getenv testdir PG_ABS_SRCDIR
\i :testdir/include/setup.sql
\set ECHO all
-- Ranks: competition, dense, fractional.
SELECT score, rank() OVER w AS competition, dense_rank() OVER w AS dense, trim_scale(rank() OVER w + (count(*) OVER (PARTITION BY score) - 1) / 2.0) AS fractional
FROM (VALUES (95), (95), (90)) v(score) WINDOW w AS (ORDER BY score DESC);

-- 95, 95, 90 with one top seat. The chain is key-work score, then fewer deductions.
SELECT score, key_work, tier_by_seats(score, '{1,2}') OVER () AS expand, tier_by_seats(score, '{1,2}', 'contract') OVER () AS contract, tier_by_seats(score, '{1,2}', 'middle') OVER () AS middle,
	tier_by_seats(score, '{1,2}', 'error') OVER (ORDER BY key_work DESC, deductions) AS chain
FROM (VALUES (95, 40, 2), (95, 40, 1), (90, 50, 0)) v(score, key_work, deductions) ORDER BY score DESC, deductions;

-- Tiers of a list of scores, in the order of the list.
CREATE FUNCTION pg_temp.tiers(scores numeric[], shares numeric[], ties text, bounds text[] DEFAULT NULL) RETURNS int[] LANGUAGE sql AS $$
	SELECT array_agg(tier ORDER BY place) FROM (SELECT place, forced_distribution(score, shares, ties, bounds => bounds) OVER () FROM unnest(scores) WITH ORDINALITY u(score, place)) t(place, tier)
$$;
CREATE FUNCTION pg_temp.tiers_by_seats(scores numeric[], seats int[], ties text) RETURNS int[] LANGUAGE sql AS $$
	SELECT array_agg(tier ORDER BY place) FROM (SELECT place, tier_by_seats(score, seats, ties) OVER () FROM unnest(scores) WITH ORDINALITY u(score, place)) t(place, tier)
$$;
SELECT what, ties, pg_temp.tiers(scores, '{0.2,0.7,0.1}', ties) AS tiers
FROM (VALUES ('ten equal, seats 2/7/1', array_fill(80, ARRAY[10])::numeric[]), ('95, 95, 90, 80, seats 1/3/0', '{95,95,90,80}'), ('no tie', '{1,5,3,2,4}'), ('written with other zeros', '{90.0,90,90.00,1}')) v(what, scores),
	unnest(ARRAY['expand', 'contract', 'middle']) WITH ORDINALITY t(ties, no) ORDER BY what COLLATE "C", no;

-- The middle of a tie is the larger of the tiers it spans, the better if equal.
SELECT scores, seats, pg_temp.tiers_by_seats(scores, seats, 'expand') AS expand, pg_temp.tiers_by_seats(scores, seats, 'contract') AS contract, pg_temp.tiers_by_seats(scores, seats, 'middle') AS middle
FROM (VALUES ('{90,80,80,70}'::numeric[], '{2,2}'::int[]), ('{90,80,80,70,60}', '{2,3}'), ('{90,80,80,70,60}', '{3,2}'), ('{90,80,80,80,80}', '{1,1,3}'), ('{90,80,80,80,80}', '{2,2,1}'), ('{90,80,80,80,80}', '{2,0,3}'),
	('{90,90,80,80}', '{0,1,3}'), ('{90,90,80,80}', '{4,0,0}'), ('{90,90,80,80}', '{0,0,4}')) v(scores, seats);

-- The cut below an at_most tier contracts, whatever the policy; what is left of the tie follows the policy.
SELECT what, bounds, ties, pg_temp.tiers(scores, '{0.2,0.7,0.1}', ties, bounds) AS tiers
FROM (VALUES (1, 'two share the top seat', '{95,95,90,80,70}'::numeric[], '{at_most,exact,exact}'::text[]), (2, 'ten equal', array_fill(80, ARRAY[10])::numeric[], '{at_most,exact,exact}'),
	(3, 'two at the bottom', '{9,8,7,6,5,4,3,2,1,1}', '{exact,exact,at_most}')) v(no, what, scores, bounds), unnest(ARRAY['expand', 'contract', 'middle']) WITH ORDINALITY t(ties, place) ORDER BY no, place;
SELECT pg_temp.tiers('{95,95,90,80,70}', '{0.2,0.7,0.1}', 'error', '{at_most,exact,exact}') AS no_error_at_that_cut;

-- NULL is unranked and takes no seat; empty and one-row partitions; all NULL.
SELECT pg_temp.tiers('{NULL,95,NULL,90,85,80,75,NULL}', '{0.2,0.7,0.1}', 'expand') AS with_null, pg_temp.tiers('{NULL,NULL}', '{0.2,0.7,0.1}', 'expand') AS only_null,
	pg_temp.tiers('{50}', '{0.2,0.7,0.1}', 'expand') AS one_row, pg_temp.tiers('{50}', '{1}', 'expand') AS one_tier, pg_temp.tiers('{}', '{0.2,0.7,0.1}', 'expand') AS no_row,
	pg_temp.tiers_by_seats('{NULL,5,NULL,4}', '{1,1}', 'expand') AS by_seats, pg_temp.tiers_by_seats('{NULL}', '{0,0}', 'expand') AS by_no_seats;

-- rank_by_score: as core's rank, but for NULL; short, long and very long scores. ORDER BY parts equal scores only.
CREATE FUNCTION pg_temp.ranks(scores numeric[]) RETURNS bigint[] LANGUAGE sql AS $$
	SELECT array_agg(rank ORDER BY place) FROM (SELECT place, rank_by_score(score) OVER () FROM unnest(scores) WITH ORDINALITY u(score, place)) t(place, rank)
$$;
SELECT scores, pg_temp.ranks(scores) AS ranks FROM unnest(ARRAY['{80,95.0,95,NULL,7}', '{NULL,NULL}', '{5}', '{-1,0,-1.5}', '{}']) u(text), LATERAL (SELECT text::numeric[]) v(scores);
SELECT what, count(*) FILTER (WHERE rank_by_score IS DISTINCT FROM CASE WHEN score IS NOT NULL THEN rank END) AS wrong, max(rank_by_score) FROM (
	SELECT what, score, rank() OVER (PARTITION BY what, g ORDER BY score DESC NULLS LAST), rank_by_score(score) OVER (PARTITION BY what, g)
	FROM generate_series(1, 2000) i, LATERAL (VALUES ('short', round(i * 7919 % 1000 / 7.0, 2)), ('30 decimals', round((i * 7919 % 1000)::numeric / 7, 30)), ('28 to 31 decimals', round((i * 7919 % 1000)::numeric / 7, 28 + i % 4)),
		('large', i * 7919 % 1000 * ('1e' || 4 + i % 10)::numeric), ('very long', i * 7919 % 1000 * ('1e' || 20 - i % 60)::numeric), ('negative', -round((i * 7919 % 1000)::numeric / 3, 30)), ('some missing', nullif(i * 7919 % 1000, i % 10 * 100))) v(what, score), LATERAL (SELECT i % 3) u(g)) t
GROUP BY what ORDER BY what COLLATE "C";
SELECT count(*) FILTER (WHERE by_score IS DISTINCT FROM by_core) AS wrong, count(DISTINCT by_score) AS ranks FROM (
	SELECT rank() OVER (PARTITION BY g ORDER BY score DESC, key DESC, second) AS by_core, rank_by_score(score) OVER (PARTITION BY g ORDER BY key DESC, second) AS by_score
	FROM generate_series(1, 3000) i, LATERAL (SELECT i % 3, i * 7919 % 100, i / 300 % 5, nullif(i / 7 % 3, 0)) v(g, score, key, second)) t;

-- Preference and carry go to the quota.
SELECT score, forced_distribution(score, '{0.2,0.7,0.1}') OVER () AS by_default, forced_distribution(score, '{0.2,0.7,0.1}', preference => '{1,2,3}') OVER () AS top_first,
	forced_distribution(score, '{0.2,0.7,0.1}', 'expand', NULL, '{0.6,-0.4,-0.2}') OVER () AS with_carry FROM (VALUES (90), (80)) v(score) ORDER BY score DESC;

-- Pooling: groups of 3, 4, 3; seats of the pool, placed by score.
SELECT g, array_agg(tier ORDER BY score DESC) FROM (
	SELECT g, score, tier_by_seats(score, seats) OVER () AS tier FROM (SELECT i % 3 AS g, 60 + i * 7 % 11 AS score FROM generate_series(0, 9) i) s, tier_quota(10, '{0.2,0.7,0.1}') seats) t GROUP BY g ORDER BY g;

-- Subjects with many ties and NULLs in 20 groups: the same tiers from any ORDER BY of the score, and as ranks say. Frames do not matter.
CREATE TEMP TABLE subject AS SELECT i, i % 20 AS g, CASE WHEN i % 17 <> 0 THEN round((i * 7919 % 1000)::numeric / (5 + i % 20), i % 3) END AS score FROM generate_series(1, 3000) i;
CREATE TEMP VIEW by_rank AS
SELECT i, CASE WHEN score IS NOT NULL THEN 1 + (first > a[1])::int + (first > a[1] + a[2])::int END AS expand, CASE WHEN score IS NOT NULL THEN 1 + (last > a[1])::int + (last > a[1] + a[2])::int END AS contract
FROM (SELECT i, score, rank() OVER s AS first, rank() OVER s + count(*) OVER (PARTITION BY g, score) - 1 AS last, tier_quota(count(score) OVER (PARTITION BY g)::int, '{0.2,0.7,0.1}') AS a
	FROM subject WINDOW s AS (PARTITION BY g ORDER BY score DESC NULLS LAST)) t;
SELECT count(*) AS rows, count(*) FILTER (WHERE plain = expand) AS plain, count(*) FILTER (WHERE upwards = expand) AS upwards, count(*) FILTER (WHERE downwards = expand) AS downwards,
	count(*) FILTER (WHERE framed = expand) AS framed, count(*) FILTER (WHERE contracted = contract) AS contracted, count(*) FILTER (WHERE by_seats = expand) AS by_seats
FROM by_rank JOIN (
	SELECT i, forced_distribution(score, '{0.2,0.7,0.1}') OVER g AS plain, forced_distribution(score, '{0.2,0.7,0.1}') OVER (g ORDER BY score) AS upwards,
		forced_distribution(score, '{0.2,0.7,0.1}') OVER (g ORDER BY score DESC) AS downwards, forced_distribution(score, '{0.2,0.7,0.1}') OVER (g ROWS BETWEEN CURRENT ROW AND 1 FOLLOWING) AS framed,
		forced_distribution(score, '{0.2,0.7,0.1}', 'contract') OVER g AS contracted, tier_by_seats(score, seats) OVER g AS by_seats
	FROM subject JOIN (SELECT g, tier_quota(count(score)::int, '{0.2,0.7,0.1}') FROM subject GROUP BY g) q(g, seats) USING (g) WINDOW g AS (PARTITION BY g)) t USING (i) WHERE expand IS NOT NULL;
SELECT count(*) AS rows, count(tier) AS tiers FROM (SELECT forced_distribution(score, '{0.2,0.7,0.1}') OVER (PARTITION BY g) FROM subject WHERE score IS NULL) t(tier);

-- With a chain that leaves no tie the seats are met exactly; arguments may differ between partitions.
SELECT shares, tiers, count(*) AS groups FROM (
	SELECT shares, tier_quota(count(score)::int, shares) = ARRAY[count(*) FILTER (WHERE tier = 1), count(*) FILTER (WHERE tier = 2), count(*) FILTER (WHERE tier = 3)]::int[]
	FROM (SELECT g, score, shares, forced_distribution(score, shares, 'error') OVER (PARTITION BY g ORDER BY i) AS tier FROM subject, LATERAL (SELECT CASE WHEN g < 10 THEN '{0.2,0.7,0.1}' ELSE '{0.25,0.5,0.25}' END::numeric[]) s(shares)) t
	GROUP BY g, shares) u(shares, tiers) GROUP BY shares, tiers ORDER BY shares;

-- The same with a row as the rule, which a subquery finds: for two rows of a partition. Without a rule there are no tiers.
CREATE TEMP SEQUENCE looked_up;
CREATE TEMP TABLE rule AS SELECT nextval('looked_up') AS more, v.* FROM (VALUES
	(0, '{0.2,0.7,0.1}'::numeric[], 'expand', NULL::int[], NULL::numeric[], NULL::text[]),
	(1, '{0.25,0.5,0.25}', 'contract', '{3,2,1}', NULL, NULL),
	(2, '{0.3,0.7}', 'middle', NULL, '{0,0}', '{at_most,exact}')) AS v (g, shares, ties, preference, carry, bounds);
SELECT count(*), count(by_rule), count(*) FILTER (WHERE by_rule IS DISTINCT FROM by_arguments) AS wrong FROM (
	SELECT forced_distribution(score, shares, ties, preference, carry, bounds) OVER w AS by_arguments,
		tier_by_rule(score, (SELECT r FROM rule r WHERE r.g = s.g % 3 AND nextval('looked_up') > 0)) OVER w AS by_rule
	FROM subject s JOIN rule q ON q.g = s.g % 3 WINDOW w AS (PARTITION BY s.g)) t;
SELECT currval('looked_up') - 3 <= 2 * 3 * count(DISTINCT g) AS by_two_rows_of_a_partition FROM subject;
SELECT count(*), count(tier) FROM (SELECT tier_by_rule(score, (SELECT r FROM rule r WHERE r.g = -1)) OVER () AS tier FROM subject) t;

-- Very long numbers; differences in the last place.
SELECT array_agg(tier ORDER BY i) AS long FROM (SELECT i, tier_by_seats(score, '{1,2,1}') OVER ()
	FROM (SELECT repeat('9', 100000)::numeric, ('0.' || repeat('0', 15999) || '1')::numeric) AS t(nines, tiny), LATERAL (VALUES (1, nines - tiny), (2, nines), (3, tiny), (4, 0)) v(i, score)) t(i, tier);

-- Many tiers and many ties cost no more than the rows do.
SET statement_timeout = '20s';
SELECT count(*), min(tier), max(tier), bool_and(tier = 2 * ((i + 1) / 2) - 1) AS expanded
FROM (SELECT i, tier_by_seats(-(i + 1) / 2, (SELECT array_agg(1) FROM generate_series(1, 40000))) OVER () AS tier
	FROM generate_series(1, 40000) AS i) q;
RESET statement_timeout;

-- Refused.
\a\t
SELECT pg_temp.answer(call || CASE WHEN call LIKE '%OVER%' THEN '' ELSE ' OVER () FROM (VALUES (95, 1), (95, 2), (80, 1)) v(x, i)' END) FROM unnest(ARRAY[
	$$forced_distribution(x, '{0.2,0.7,0.09}')$$,
	$$forced_distribution(x, '{0.2,0.9,-0.1}')$$,
	$$forced_distribution(x, '{}')$$,
	$$forced_distribution(x, NULL)$$,
	$$forced_distribution(x, '{0.2,NULL,0.1}')$$,
	$$forced_distribution(x, '{0.2,NaN,0.1}')$$,
	$$forced_distribution(x, '{{0.2,0.7,0.1}}')$$,
	$$forced_distribution(x, '{0.4,0.6}', 'error')$$,
	$$forced_distribution(x, '{0.4,0.6}', 'first')$$,
	$$forced_distribution(x, '{0.4,0.6}', 'Expand')$$,
	$$forced_distribution(x, '{0.4,0.6}', NULL)$$,
	$$forced_distribution(x, '{0.4,0.6}', 'expand', '{1,1}')$$,
	$$forced_distribution(x, '{0.4,0.6}', carry => '{0.2,-0.1}')$$,
	$$forced_distribution(x, '{0.4,0.6}', bounds => '{atmost,exact}')$$,
	$$forced_distribution(x, '{0.4,0.6}', bounds => '{at_most,at_most}')$$,
	$$forced_distribution(NULLIF('NaN', i::text)::numeric, '{0.4,0.6}')$$,
	$$forced_distribution(x * 'Infinity'::numeric, '{0.4,0.6}')$$,
	$$forced_distribution(x, ARRAY[i * 0.1, 1 - i * 0.1])$$,
	$$forced_distribution(x, '{0.4,0.6}', CASE i WHEN 1 THEN 'expand' ELSE 'contract' END)$$,
	$$forced_distribution(x, '{0.4,0.6}', 'expand', ARRAY[i, 3 - i])$$,
	$$forced_distribution(x, '{0.4,0.6}', 'expand', NULL, ARRAY[i * 0.1, -i * 0.1])$$,
	$$forced_distribution(x, '{0.4,0.6}', 'expand', NULL, NULL, CASE i WHEN 1 THEN '{exact,exact}' ELSE '{at_most,exact}' END::text[])$$,
	$$forced_distribution(x, '{0.4,0.6}', 'expand', NULL, NULL, CASE i WHEN 1 THEN '{exact,exact}' END::text[])$$,
	$$tier_by_rule(x, ROW('{1}'::numeric[], 'expand'))$$,
	$$tier_by_rule(x, (SELECT r FROM (SELECT '{1}'::numeric[] AS shares) r))$$,
	$$tier_by_rule(x, (SELECT r FROM (SELECT 1 AS shares, 'expand' AS ties) r))$$,
	$$tier_by_rule(x, (SELECT r FROM (SELECT '{1}'::numeric[] AS shares, 'Expand' AS ties) r))$$,
	$$tier_by_rule(x, (SELECT r FROM (SELECT '{1}'::numeric[] AS shares, NULL::text AS ties) r))$$,
	$$tier_by_rule(x, (SELECT r FROM (SELECT NULL::numeric[] AS shares, 'expand' AS ties) r))$$,
	$$tier_by_rule(x, (SELECT r FROM (SELECT '{0.4,0.5}'::numeric[] AS shares, 'expand' AS ties) r))$$,
	$$tier_by_rule(x, (SELECT r FROM (SELECT '{1}'::numeric[] AS shares, 'expand' AS ties, '{1}' AS preference) r))$$,
	$$tier_by_rule(x, (SELECT r FROM (SELECT '{1}'::numeric[] AS shares, 'expand' AS ties, x) r))$$,
	$$tier_by_rule(x, (SELECT r FROM (SELECT '{1}'::numeric[] AS shares, 'expand' AS ties) r WHERE x = 95))$$,
	$$tier_by_rule(NULLIF('NaN', i::text)::numeric, ROW(1))$$,
	$$rank_by_score(NULLIF('NaN', i::text)::numeric)$$,
	$$tier_by_seats(x, '{1,1}')$$,
	$$tier_by_seats(x, '{1,3}')$$,
	$$tier_by_seats(x, '{4,-1}')$$,
	$$tier_by_seats(x, '{}')$$,
	$$tier_by_seats(x, NULL)$$,
	$$tier_by_seats(x, '{3,NULL}')$$,
	$$tier_by_seats(x, '{{1,2}}')$$,
	$$tier_by_seats(x, '{2147483647,2147483647,5}')$$,
	$$tier_by_seats(x, '{1,2}', 'error')$$,
	$$tier_by_seats(x, '{1,2}', 'last')$$,
	$$tier_by_seats(x, '{1,2}', NULL)$$,
	$$tier_by_seats(x, ARRAY[i, 3 - i])$$,
	$$tier_by_seats(NULLIF('NaN', i::text)::numeric, '{1,2}')$$,
	$$tier_by_seats(x, '{1,2}', 'error') OVER (ORDER BY x) FROM (VALUES (95, 1), (95, 2), (80, 1)) v(x, i)$$
]) AS call;
