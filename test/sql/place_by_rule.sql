-- All of a standing in one pass (formulas 4.11, 4.13, 4.14).
SET search_path = perfeval, public;
\pset null NULL
\set SHOW_CONTEXT never
CREATE TEMP TABLE rule AS
SELECT '{0.2,0.7,0.1}'::numeric[] AS shares, 'expand'::text AS ties, NULL::integer[] AS preference, NULL::numeric[] AS carry,
	NULL::text[] AS bounds, NULL::integer[] AS seats, NULL::numeric[] AS cuts, NULL::text AS capped_seat, NULL::boolean AS promotion_consumes;
CREATE TEMP TABLE unit (name text, score numeric, cap integer, promoted integer, work numeric);
INSERT INTO unit VALUES ('a', 95, NULL, NULL, 1), ('b', 95, NULL, NULL, 2), ('c', 90, NULL, NULL, NULL), ('d', 80, NULL, NULL, NULL), ('e', NULL, 1, 1, NULL);
CREATE FUNCTION pg_temp.places() RETURNS text LANGUAGE sql AS $$
	SELECT string_agg(concat_ws(' ', name, array_to_string(place, ',', '-')), '; ' ORDER BY name)
	FROM (SELECT name, place_by_rule(score, (SELECT r FROM rule AS r), cap, promoted) OVER () AS place FROM unit) AS p $$;
-- Rank, dense rank, how many share it, how many are ranked, tier by quota, tier.
SELECT pg_temp.places();
SELECT name, place[1] AS rank, place[2] AS dense_rank, place[1] + (place[3] - 1) * 0.5 AS fractional_rank
FROM (SELECT name, place_by_rule(score, NULL::record) OVER (ORDER BY work) AS place FROM unit) AS p ORDER BY rank, name;
-- ORDER BY is the chain of ties.
SELECT name, place_by_rule(score, (SELECT r FROM rule AS r)) OVER (ORDER BY work DESC NULLS LAST) FROM unit ORDER BY name;
-- A promotion that is the same in all rows is one as well: nobody is below the second tier.
SELECT string_agg(place[5] || '>' || place[6], ' ' ORDER BY x)
FROM (SELECT x, place_by_rule(x, (SELECT r FROM rule AS r), NULL, 2) OVER () AS place FROM generate_series(1, 10) AS x) AS p;
-- Seats count if they are for as many as there are.
UPDATE rule SET seats = '{1,1,2}', ties = 'contract';
SELECT pg_temp.places();
UPDATE rule SET seats = '{1,1,3}';
SELECT pg_temp.places();
-- Nobody below the cut is in the tier or a better one; with no shares, cuts make the tiers, and 3.335 always has one.
UPDATE rule SET seats = NULL, ties = 'expand', shares = '{0.5,0.5,0}', cuts = '{95.5,90,NULL}';
SELECT pg_temp.places();
UPDATE rule SET shares = '{0,0,0}', cuts = '{90,80,NULL}';
SELECT pg_temp.places();
SELECT g, (place_by_rule(g, (SELECT r FROM (SELECT '{0,0,0}'::numeric[] AS shares, 'expand' AS ties, '{3.75,3.335,NULL}'::numeric[] AS cuts) AS r)) OVER ())[6] AS tier
FROM (VALUES (3.749565), (3.75), (3.335), (3.33), (3.334999)) AS v (g) ORDER BY g;
-- A veto: the seat is kept, goes to the next, or the unit stands apart.
UPDATE unit SET cap = 3 WHERE name = 'a';
UPDATE unit SET score = 96 WHERE name = 'a';
UPDATE rule SET shares = '{0.25,0.5,0.25}', cuts = NULL;
SELECT pg_temp.places();
UPDATE rule SET capped_seat = 'refilled';
SELECT pg_temp.places();
UPDATE rule SET capped_seat = 'apart';
SELECT pg_temp.places();
-- A promoted unit takes a seat, or not.
UPDATE unit SET cap = NULL, promoted = CASE name WHEN 'd' THEN 1 END;
SELECT pg_temp.places();
UPDATE rule SET promotion_consumes = true;
SELECT pg_temp.places();
-- Caps and promotions are not looked at where the rule says that there are none.
SELECT place_by_rule(x, (SELECT u FROM (SELECT r.*, limited FROM rule AS r) AS u), 1 + 1 / (x - x % 2), 1 / (x - x % 2)) OVER () AS place
FROM (VALUES (1), (2)) AS v (x), (VALUES (false)) AS w (limited) ORDER BY place;
SELECT place_by_rule(x, (SELECT u FROM (SELECT r.*, limited FROM rule AS r) AS u), 3, NULL) OVER (PARTITION BY limited) AS place, limited
FROM (VALUES (1), (2)) AS v (x), (VALUES (false), (true), (NULL)) AS w (limited) ORDER BY limited, place;

UPDATE rule SET capped_seat = 'taken';
SELECT pg_temp.places();
UPDATE rule SET capped_seat = NULL, cuts = '{1}';
SELECT pg_temp.places();
UPDATE rule SET cuts = NULL, seats = '{1,3}';
SELECT pg_temp.places();
UPDATE rule SET seats = NULL, ties = NULL;
SELECT pg_temp.places();
UPDATE rule SET ties = 'expand', shares = '{0.5,0.6}';
SELECT pg_temp.places();
UPDATE rule SET shares = '{1}';
SELECT place_by_rule(1, (SELECT r FROM rule AS r), 0) OVER ();
SELECT place_by_rule('NaN', (SELECT r FROM rule AS r)) OVER ();
SELECT place_by_rule(1, ROW(1)) OVER ();
SELECT place_by_rule(1, (SELECT r FROM (SELECT '{1}'::numeric[] AS shares, 'expand' AS ties, 1 AS cuts) AS r)) OVER ();
DROP TABLE rule, unit;
