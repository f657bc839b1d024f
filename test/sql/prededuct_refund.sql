\set ECHO none
\getenv testdir PG_ABS_SRCDIR
\i :testdir/include/setup.sql
\set ECHO all
-- 2 points held back, cap 0.80: what comes back, and what stays deducted.
SELECT effect, rectified, refund, effective - refund AS residual
FROM (VALUES ('full', 2, 1), ('full', 2, 0.625), ('full', 2, 0), ('half', 1, 1), ('exempt', 0, 1)) v(effect, effective, rectified),
	prededuct_refund(2, rectified, effect) AS refund;

SELECT what, got, got::text IS NOT DISTINCT FROM want AS ok FROM (VALUES
	('effect full by default', prededuct_refund(2, 1), '1.6'),
	('another cap', prededuct_refund(2, 1, 'full', 0.5), '1'),
	('cap 1', prededuct_refund(2, 1, cap => 1), '2'),
	('cap 0', prededuct_refund(2, 1, cap => 0), '0'),
	('half of an odd amount', prededuct_refund(0.25, 1, 'half'), '0.1'),
	('many places', prededuct_refund(0.33, 0.333, 'half', 0.777), '0.042692265'),
	('no points', prededuct_refund(0.00, 1), '0'),
	('points NULL', prededuct_refund(NULL, 1), NULL),
	('rectified NULL', prededuct_refund(2, NULL), NULL)
) v(what, got, want);

-- Notice on 30 November, three months: the last day of February counts, the day after does not.
SELECT notice, accepted, prededuct_refund(2, 1, 'full', 0.80, notice, accepted) AS refund
FROM (VALUES (date '2025-11-30', date '2025-11-30'), ('2025-11-30', '2025-12-15'), ('2025-11-30', '2026-02-28'), ('2025-11-30', '2026-03-01'),
	('2023-11-30', '2024-02-29'), ('2023-11-30', '2024-03-01'), ('2025-11-30', NULL)) v(notice, accepted);

SELECT what, got, got::text IS NOT DISTINCT FROM want AS ok FROM (VALUES
	('term of a month, on the day', prededuct_refund(2, 1, 'full', 0.80, '2026-01-31', '2026-02-28', '1 month'), '1.6'),
	('term of a month, a day late', prededuct_refund(2, 1, 'full', 0.80, '2026-01-31', '2026-03-01', '1 month'), '0'),
	('term of days', prededuct_refund(2, 1, 'half', 0.80, '2026-01-31', '2026-02-10', '10 days'), '0.8'),
	('no time at all, same day', prededuct_refund(2, 1, 'full', 0.80, '2026-01-31', '2026-01-31', '0'), '1.6'),
	('no time at all, next day', prededuct_refund(2, 1, 'full', 0.80, '2026-01-31', '2026-02-01', '0'), '0'),
	('term ends at noon, that day', prededuct_refund(2, 1, 'full', 0.80, '2026-01-31', '2026-02-01', '1 day 12 hours'), '1.6'),
	('term ends at noon, next day', prededuct_refund(2, 1, 'full', 0.80, '2026-01-31', '2026-02-02', '1 day 12 hours'), '0'),
	('exempt, in time', prededuct_refund(2, 1, 'exempt', 0.80, '2025-11-30', '2026-02-28'), '0'),
	('points NULL, late', prededuct_refund(NULL, 1, 'full', 0.80, '2025-11-30', '2026-05-01'), NULL)
) v(what, got, want);

-- Very long numbers.
SELECT length(prededuct_refund(n, 1)::text) AS length, prededuct_refund(tiny, 1, cap => 1) = tiny AS exact
FROM (SELECT repeat('9', 100000)::numeric, ('0.' || repeat('0', 15999) || '1')::numeric) AS t(n, tiny);

-- Refused.
\a\t
SELECT pg_temp.answer(call) FROM unnest(ARRAY[
	$$prededuct_refund(-1, 1)$$,
	$$prededuct_refund(2, 1.61 / 1.6)$$,
	$$prededuct_refund(2, -0.01)$$,
	$$prededuct_refund(2, 1, 'full', 1.01)$$,
	$$prededuct_refund(2, 1, 'full', -0.5)$$,
	$$prededuct_refund(2, 1, 'quarter')$$,
	$$prededuct_refund(2, 1, 'FULL')$$,
	$$prededuct_refund(2, 1, NULL)$$,
	$$prededuct_refund(2, 1, 'full', NULL)$$,
	$$prededuct_refund('NaN', 1)$$,
	$$prededuct_refund('Infinity', 1)$$,
	$$prededuct_refund(2, 'NaN')$$,
	$$prededuct_refund(2, 1, 'full', 'NaN')$$,
	$$prededuct_refund(2, 1, 'full', 0.80, NULL, '2026-02-28')$$,
	$$prededuct_refund(2, 1, 'full', 0.80, '2025-11-30', '2025-11-29')$$,
	$$prededuct_refund(2, 1, 'full', 0.80, '2025-11-30', '2026-02-28', NULL)$$,
	$$prededuct_refund(2, 1, 'full', 0.80, '2025-11-30', '2026-02-28', '-1 month')$$,
	$$prededuct_refund(2, 1, 'full', 0.80, '2025-11-30', 'infinity')$$,
	$$prededuct_refund(2, 1, 'full', 0.80, '-infinity', '2026-02-28')$$,
	$$prededuct_refund(2, 1, 'full', 0.80, '2025-11-30', '2026-02-28', '100000000 years')$$
]) AS call;
