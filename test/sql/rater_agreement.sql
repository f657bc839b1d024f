\set ECHO none
\getenv testdir PG_ABS_SRCDIR
\i :testdir/include/setup.sql
\set ECHO all
-- Formulas 4.15. Two raters, one of them 10 higher: consistent, but not in agreement.
SELECT * FROM rater_agreement('{1,1,2,2,3,3}', '{1,2,1,2,1,2}', '{90,80,80,70,70,60}');
-- Kendall's W of ranks 123, 123, 321 is 1/9; with ties.
SELECT value, reason FROM rater_agreement('{1,2,3,1,2,3,1,2,3}', '{1,1,1,2,2,2,3,3,3}', '{1,2,3,1,2,3,3,2,1}', 10) WHERE statistic = 'kendall_w';
SELECT value, reason FROM rater_agreement('{1,2,3,1,2,3}', '{1,1,1,2,2,2}', '{1,1,2,1,2,2}', 10) WHERE statistic = 'kendall_w';
-- Krippendorff's alpha 36/41; a unit with one mark changes nothing of it, but is no unit that all have marked.
SELECT * FROM rater_agreement('{1,1,2,2,3,3}', '{1,2,1,2,1,2}', '{1,1,2,2,3,4}', 10);
SELECT * FROM rater_agreement('{1,1,2,2,3,3,4}', '{1,2,1,2,1,2,1}', '{1,1,2,2,3,4,7}', 10);
-- Krippendorff's own example, four coders and twelve units with gaps: .743, .815, .849, .797.
SELECT a.statistic, a.value, a.unit_count FROM (SELECT array_agg(u) AS u, array_agg(r) AS r, array_agg(x) AS x
	FROM unnest('{{1,2,3,3,2,1,4,1,2,NULL,NULL,NULL},{1,2,3,3,2,2,4,1,2,5,NULL,3},{NULL,3,3,3,2,3,4,2,2,5,1,NULL},{1,2,3,3,2,4,4,1,2,5,1,NULL}}'::numeric[]) WITH ORDINALITY AS v(x, o),
		LATERAL (SELECT (o - 1) % 12 AS u, (o - 1) / 12 AS r) AS n) AS m, rater_agreement(u, r, x, 3) AS a WHERE statistic LIKE 'alpha%';
-- Nothing to compare: NULL and the reason, never 1.
SELECT statistic, value, reason FROM rater_agreement('{1,1}', '{1,2}', '{90,80}');
SELECT DISTINCT value, reason FROM rater_agreement('{1,2,3}', '{1,1,1}', '{90,80,70}');
SELECT DISTINCT value, reason FROM rater_agreement('{1,1,2,2}', '{1,2,1,2}', '{90,90,90,90}');
SELECT DISTINCT value, reason FROM rater_agreement('{}', '{}', '{}');
-- Raters who differ, each always the same: no unit stands out.
SELECT statistic, value, reason FROM rater_agreement('{1,1,2,2}', '{1,2,1,2}', '{90,80,90,80}');
-- Opposite marks: no agreement at all.
SELECT statistic, value, reason FROM rater_agreement('{1,1,2,2}', '{1,2,1,2}', '{90,80,80,90}');
-- Ratios: zeros are alike, negative marks have none, and there are at most 100 different ones.
SELECT value, reason FROM rater_agreement('{1,1,2,2}', '{1,2,1,2}', '{0,0,1,3}') WHERE statistic = 'alpha_ratio';
SELECT value, reason FROM rater_agreement('{1,1,2,2}', '{1,2,1,2}', '{-1,0,1,3}') WHERE statistic = 'alpha_ratio';
SELECT n, value, reason FROM (VALUES (100), (101)) v(n), LATERAL (SELECT array_agg(u % 60) AS u, array_agg(u / 60) AS r, array_agg(least(u, n - 1)::numeric) AS x FROM generate_series(0::bigint, 119) u) a, rater_agreement(u, r, x, 12) WHERE statistic = 'alpha_ratio';
-- Errors are those of rater_severity.
\pset format unaligned
\pset tuples_only on
SELECT pg_temp.answer(format('count(*) FROM rater_agreement(%s)', arguments)) FROM (VALUES
	(1, $$'{1,2}', '{1}', '{1,2}'$$), (2, $$'{1,1}', '{1,1}', '{80,90}'$$), (3, $$'{1}', '{1}', '{NaN}'$$), (4, $$'{NULL}', '{1}', '{1}'$$), (5, $$'{1}', '{1}', NULL$$), (6, $$'{1}', '{1}', '{1}', -1$$), (7, $$'{1}', '{1}', '{1}', NULL$$)) AS v(o, arguments) ORDER BY o;
