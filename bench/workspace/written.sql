-- What write.sql measured, among the other results.
INSERT INTO bench.result (what, against, ratio, aim, seconds, against_seconds)
SELECT v.what, 'COPY into one plain table with the same columns, checks and keys',
	round(percentile_cont(0.5) WITHIN GROUP (ORDER BY v.seconds / w.plain)::numeric, 3), v.aim,
	round(percentile_cont(0.5) WITHIN GROUP (ORDER BY v.seconds)::numeric, 4),
	round(percentile_cont(0.5) WITHIN GROUP (ORDER BY w.plain)::numeric, 4)
FROM bench.written AS w,
	LATERAL (VALUES (1, 'COPY into a workspace', w.copied, '1.1'),
	                (2, 'COPY into a workspace and fold', w.copied + w.folded, '1.6'),
	                (3, 'load from a staging table of texts', w.loaded, '1.6')) AS v (no, what, seconds, aim)
GROUP BY v.no, v.what, v.aim
ORDER BY v.no;
