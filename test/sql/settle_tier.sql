\set ECHO none
\getenv testdir PG_ABS_SRCDIR
\i :testdir/include/setup.sql
\set ECHO all
-- Formulas 4.11 and 4.14: caps, refill, promotions, drops.
CREATE TEMP TABLE unit (name text, score numeric, work int, cap int, promoted int);
INSERT INTO unit VALUES ('a', 100, 1), ('b', 95, 2), ('c', 90, 3), ('d', 90, 1), ('e', 85, 1), ('f', 80, 1), ('g', 75, 1), ('h', 70, 1), ('i', 65, 1), ('j', 60, 1);
CREATE FUNCTION settled(refill boolean, consumes boolean, ties text, OUT units text) LANGUAGE sql AS $$
	SELECT string_agg(s.name || s.tier, ' ' ORDER BY s.name)
	FROM (SELECT u.name, settle_tier(u.score, u.quota_tier, 3, u.cap, u.promoted, refill, consumes, ties) OVER () AS tier
	      FROM (SELECT *, forced_distribution(score, '{0.2,0.7,0.1}') OVER () AS quota_tier FROM unit) AS u) AS s
$$;

-- Nothing to settle.
SELECT settled(true, true, 'expand');
-- A veto: the best is in the lowest tier; its seat goes to the next, or to nobody.
UPDATE unit SET cap = 3 WHERE name = 'a';
SELECT settled(true, true, 'contract'), settled(false, true, 'contract');
-- The next are two of one score: together up, or not at all.
SELECT ties, settled(true, true, ties) FROM unnest('{expand,contract,middle}'::text[]) AS ties;
SELECT settled(true, true, 'error');
SELECT string_agg(name || tier, ' ' ORDER BY name) AS chain
FROM (SELECT name, settle_tier(score, quota_tier, 3, cap) OVER (ORDER BY work DESC) AS tier
      FROM (SELECT *, forced_distribution(score, '{0.2,0.7,0.1}') OVER () AS quota_tier FROM unit) AS u) AS s;
-- The department is excellent: its best contributor rises, and the lowest of the first tier drops by one, or the tier has one more.
UPDATE unit SET cap = NULL, promoted = CASE name WHEN 'h' THEN 1 END;
SELECT settled(true, true, 'expand'), settled(true, false, 'expand');
-- Nobody who was promoted drops: with nobody else there, the excess stays.
UPDATE unit SET promoted = 1 WHERE name IN ('a', 'b');
SELECT settled(true, true, 'expand');
-- A cap forbids promotion; a promotion does not lower.
UPDATE unit SET promoted = CASE name WHEN 'a' THEN 2 WHEN 'h' THEN 1 END, cap = CASE name WHEN 'h' THEN 2 END;
SELECT settled(true, true, 'expand');
-- The department is poor: none of its units in the first tier; freed seats go to the next.
UPDATE unit SET promoted = NULL, cap = CASE WHEN name IN ('a', 'b', 'c') THEN 2 END;
SELECT settled(true, true, 'expand');
-- All are capped: the seats stay empty.
UPDATE unit SET cap = 3;
SELECT settled(true, true, 'expand');
-- Tiers beyond the lowest mean the lowest; no score, no tier, no seat.
UPDATE unit SET cap = CASE name WHEN 'a' THEN 99 END, score = CASE WHEN name <> 'j' THEN score END;
SELECT settled(true, true, 'contract');

SELECT settle_tier(1, 1, 0) OVER ();
SELECT settle_tier(1, 1, 1001) OVER ();
SELECT settle_tier(1, 0, 3) OVER ();
SELECT settle_tier(1, 1, 3, 0) OVER ();
SELECT settle_tier(1, 1, 3, NULL, -1) OVER ();
SELECT settle_tier(1, 1, NULL) OVER ();
SELECT settle_tier(1, 1, 3, refill => NULL) OVER ();
SELECT settle_tier(1, 1, 3, ties => 'up') OVER ();
SELECT settle_tier('NaN', 1, 3) OVER ();
SELECT settle_tier(1, 1, n) OVER () FROM (VALUES (2), (3)) AS v (n);
SELECT settle_tier(1, 1, 3, refill => r) OVER () FROM (VALUES (true), (false)) AS v (r);
DROP FUNCTION settled(boolean, boolean, text);
DROP TABLE unit;
