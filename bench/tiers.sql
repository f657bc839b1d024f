-- Ranks, quotas, ties, caps and linkages in one statement: place_by_rule against
-- the same by core's window functions alone. 1,000,000 subjects in 10,000 groups
-- of 90 to 110, whatever PERFEVAL_BENCH_ROWS says; of a hundred one is capped at
-- the second tier and one in two hundred at the third, of a thousand one is
-- promoted. Freed seats go on, promotions take seats, ties expand.
CREATE UNLOGGED TABLE bench.member AS
SELECT i AS id, (CASE WHEN h.a % 21 < i % 2 * 21 - 10 THEN i + 1 ELSE i END % 10000)::integer AS grp,
	round(h.a::numeric / 2147483648 * 40 + 60, 1)::numeric(4, 1) AS score, (h.b % 4)::integer AS key,
	CASE WHEN h.c % 100 = 0 THEN 2 WHEN h.c % 200 = 1 THEN 3 END AS cap, CASE WHEN h.c % 1000 = 2 THEN 1 END AS promoted
FROM generate_series(1, 1000000) AS i,
	LATERAL (SELECT abs(hashint8(i)::bigint) AS a, abs(hashint8(i + 1000000000)::bigint) AS b, abs(hashint8(i + 2000000000)::bigint) AS c) AS h;
VACUUM (ANALYZE, FREEZE) bench.member;
CREATE TABLE bench.rule AS
SELECT 1 AS version, '{0.2,0.7,0.1}'::numeric[] AS shares, 'expand' AS ties, '{2,1,3}'::integer[] AS preference,
	'refilled' AS capped_seat, true AS promotion_consumes;

CREATE VIEW bench.placed AS
SELECT id, place[1] AS rank, place[4] AS of, place[5] AS quota_tier, place[6] AS tier
FROM (SELECT id, perfeval.place_by_rule(score, (SELECT r FROM bench.rule AS r WHERE r.version = 1), cap, promoted)
          OVER (PARTITION BY grp ORDER BY key DESC) AS place
      FROM bench.member) AS p;

-- The tier of a tie is that of its first position, so a rank beside the seats is
-- a tier; each step of the settling is a sort of its own.
CREATE VIEW bench.by_windows AS
WITH ranked AS (
	SELECT m.*, rank() OVER (PARTITION BY grp ORDER BY score DESC, key DESC) AS rank, count(*) OVER (PARTITION BY grp) AS of
	FROM bench.member AS m
), quota AS (
	-- Whole parts, and what is left to the largest fractions, the second tier before the first before the third.
	SELECT r.*, CASE WHEN r.rank <= a.seats_1 THEN 1 WHEN r.rank <= a.seats_1 + a.seats_2 THEN 2 ELSE 3 END AS quota_tier
	FROM ranked AS r,
		LATERAL (SELECT r.of - r.of * 2 / 10 - r.of * 7 / 10 - r.of / 10 AS rest, r.of * 2 % 10 AS f1, r.of * 7 % 10 AS f2, r.of % 10 AS f3) AS f,
		LATERAL (SELECT r.of * 2 / 10 + (1 + (f2 >= f1)::integer + (f3 > f1)::integer <= rest)::integer AS seats_1,
		             r.of * 7 / 10 + (1 + (f1 > f2)::integer + (f3 > f2)::integer <= rest)::integer AS seats_2) AS a
), able AS (
	SELECT q.*, cap IS NULL AS is_able,
		rank() OVER (PARTITION BY grp, cap IS NULL ORDER BY score DESC, key DESC) AS able_rank,
		count(*) FILTER (WHERE quota_tier = 1) OVER (PARTITION BY grp) AS seats_1, count(*) FILTER (WHERE quota_tier = 2) OVER (PARTITION BY grp) AS seats_2
	FROM quota AS q
), first AS (
	SELECT a.*, CASE WHEN is_able AND able_rank <= seats_1 THEN 1 ELSE greatest(quota_tier, coalesce(cap, 2)) END AS tier_1 FROM able AS a
), next AS (
	SELECT f.*, tier_1 = 3 AND coalesce(cap, 1) <= 2 AS is_next, count(*) FILTER (WHERE tier_1 = 2) OVER (PARTITION BY grp) AS held_2,
		rank() OVER (PARTITION BY grp, tier_1 = 3 AND coalesce(cap, 1) <= 2 ORDER BY score DESC, key DESC) AS next_rank
	FROM first AS f
), second AS (
	SELECT n.*, CASE WHEN is_next AND held_2 + next_rank - 1 < seats_2 THEN 2 ELSE tier_1 END AS tier_2,
		promoted = 1 AND cap IS NULL AS is_promoted
	FROM next AS n
), risen AS (
	SELECT s.*, CASE WHEN is_promoted THEN 1 ELSE tier_2 END AS tier_3,
		least(count(*) FILTER (WHERE is_promoted AND tier_2 > 1) OVER (PARTITION BY grp),
			count(*) FILTER (WHERE is_promoted OR tier_2 = 1) OVER (PARTITION BY grp) - seats_1) AS leave,
		count(*) OVER (PARTITION BY grp, tier_2 = 1 AND is_promoted IS NOT TRUE ORDER BY score, key) AS from_below
	FROM second AS s
)
SELECT id, rank, of, quota_tier, CASE WHEN tier_3 = 1 AND is_promoted IS NOT TRUE AND from_below <= leave THEN 2 ELSE tier_3 END AS tier
FROM risen;

-- The answers must be the same before their times are compared.
DO $$
BEGIN
	ASSERT NOT EXISTS (SELECT id, rank::bigint, of::bigint, quota_tier, tier FROM bench.placed EXCEPT SELECT id, rank, of, quota_tier, tier FROM bench.by_windows);
	ASSERT (SELECT count(*) = 1000000 AND count(DISTINCT of) > 5 AND bool_or(tier < quota_tier) AND bool_or(tier > quota_tier) FROM bench.placed);
END
$$;
\set placed 'SELECT sum(rank), sum(of), sum(quota_tier), sum(tier) FROM bench.placed'
\set by_windows 'SELECT sum(rank), sum(of), sum(quota_tier), sum(tier) FROM bench.by_windows'
CALL bench.race('place_by_rule, 1,000,000 in 10,000 groups', 'core window functions', :'placed', :'by_windows', '1.5', :runs);
