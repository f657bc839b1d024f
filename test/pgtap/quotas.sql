-- What quotas keep to, whatever the shares: 100,000 generated periods of generated groups. Seats are never below 0 and sum to
-- n; what is carried sums to 0 and stays above -1; and over a full cycle, when each tier's claims come to whole seats, each
-- has had exactly those. Of every third group the bottom tier is bounded, and carries nothing.
\set ON_ERROR_STOP 1
\getenv seed PERFEVAL_SEED
\if :{?seed}
\else
\set seed 20250101
\endif
\echo '#' quotas: PERFEVAL_SEED=:seed
BEGIN;
SET LOCAL search_path = perfeval, public;
SELECT plan(9);
SELECT setseed((:seed % 1000000) / 1000000.0) AS seeded \gset

CREATE TEMP TABLE period_of_group (grp integer, period integer, n integer, shares numeric[], bounds text[], whole integer,
	carried_in numeric[], seats integer[], carried_out numeric[]);
DO $$
DECLARE
	left_over integer := 100000;
	grp integer := 0;
	whole integer;
	tiers integer;
	parts integer[];
	shares numeric[];
	preference integer[];
	bounds text[];
	carry numeric[];
	seats integer[];
	carried numeric[];
	n integer;
	total integer;
BEGIN
	WHILE left_over > 0 LOOP
		grp := grp + 1;
		whole := (ARRAY[4, 5, 8, 10, 20, 25, 40, 50, 100])[1 + floor(random() * 9)::integer];
		tiers := 2 + floor(random() * 5)::integer;
		-- whole parts dealt to tiers at random: shares are exact decimals that sum to 1
		parts := array_fill(0, ARRAY[tiers]);
		FOR i IN 1..whole LOOP
			n := 1 + floor(random() * random() * tiers)::integer;
			parts[n] := parts[n] + 1;
		END LOOP;
		SELECT array_agg(trim_scale(p::numeric / whole) ORDER BY o) INTO shares FROM unnest(parts) WITH ORDINALITY AS u (p, o);
		SELECT array_agg(t ORDER BY random()) INTO preference FROM generate_series(1, tiers) AS t;
		bounds := CASE WHEN random() < 0.33 AND parts[1] > 0 THEN array_fill('exact'::text, ARRAY[tiers - 1]) || '{at_most}'::text[] END;
		carry := NULL;
		total := 0;
		FOR period IN 1..10 LOOP
			-- the last period makes the cycle full
			n := CASE WHEN period < 10 THEN floor(random() * random() * 30)::integer ELSE (whole - total % whole) % whole END;
			total := total + n;
			seats := tier_quota(n, shares, preference, carry, bounds);
			carried := tier_carry(n, shares, preference, carry, bounds);
			INSERT INTO period_of_group VALUES (grp, period, n, shares, bounds, whole, carry, seats, carried);
			carry := carried;
			left_over := left_over - 1;
		END LOOP;
	END LOOP;
END
$$;

SELECT cmp_ok(count(*), '>=', 100000::bigint, 'cases') FROM period_of_group;
SELECT cmp_ok(count(*) FILTER (WHERE bounds IS NOT NULL), '>', 10000::bigint, 'some with a bound') FROM period_of_group;
SELECT is_empty('SELECT * FROM period_of_group WHERE 0 > ANY (seats)', 'seats are never below 0');
SELECT is_empty('SELECT * FROM period_of_group WHERE n <> (SELECT sum(s) FROM unnest(seats) AS s)', 'seats sum to n');
SELECT is_empty('SELECT * FROM period_of_group WHERE 0 <> (SELECT sum(c) FROM unnest(carried_out) AS c)', 'what is carried sums to 0');
SELECT is_empty('SELECT * FROM period_of_group WHERE -1 >= ANY (carried_out)', 'and stays above -1');
SELECT is_empty($$SELECT p.*, t FROM period_of_group AS p, generate_series(1, cardinality(shares)) AS t
	WHERE bounds IS NULL AND carried_out[t] <> n * shares[t] + coalesce(carried_in[t], 0) - seats[t]$$, 'it is the claim less the seats');
SELECT is_empty($$SELECT grp, t, sum(seats[t]), sum(n * shares[t]) FROM period_of_group, generate_series(1, cardinality(shares)) AS t
	WHERE bounds IS NULL GROUP BY grp, t HAVING sum(seats[t]) <> sum(n * shares[t])$$, 'over a full cycle each tier has had exactly its share');
SELECT is_empty($$SELECT * FROM period_of_group
	WHERE bounds IS NOT NULL AND (seats[cardinality(seats)] > n * shares[cardinality(shares)] OR carried_out[cardinality(shares)] <> 0)$$,
	'at most is never more, and carries nothing');
SELECT * FROM finish();
ROLLBACK;
