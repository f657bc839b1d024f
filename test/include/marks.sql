-- Marks of many shapes, the same in every run: 2,000 rows in 7 groups; NULL and negative scores, zero weights, trailing zeros,
-- numbers too long for machine words, and one group without any score. i gives the row order.
CREATE TABLE marks AS
SELECT i, i % 7 AS g,
	CASE WHEN i % 7 = 6 OR i % 11 = 0 THEN NULL
		WHEN i % 197 = 0 THEN (i || '000000000000000000000000000000.' || i)::numeric
		WHEN i % 5 = 0 THEN -round((i * 7919 % 100000)::numeric * 0.001, 3 + i % 9)
		ELSE round((i * 7919 % 100000)::numeric * 0.001, i % 4) END AS x,
	CASE WHEN i % 13 = 0 THEN 0
		WHEN i % 211 = 0 THEN (i || '00000000000000000000.50')::numeric
		ELSE round((i * 104729 % 1000)::numeric * 0.01, i % 3) END AS w,
	round((i * 7919 % 10001)::numeric * 0.01, i % 4) AS percent
FROM generate_series(1, 2000) i;
ANALYZE marks;
