-- Packed scorecards against rows and against jsonb.
RESET ALL;
-- 100 readings of two decimals for each subject, numbered without gaps.
\set subjects '(:rows::bigint / 100)'
CREATE UNLOGGED TABLE bench.reading AS
SELECT s AS subject_id, i AS item,
       ((abs(hashint8(s * 100 + i)) % 10001)::numeric / 100)::numeric(5, 2) AS value
FROM generate_series(1, :subjects) AS s, generate_series(1, 100) AS i;
VACUUM (ANALYZE, FREEZE) bench.reading;

CREATE UNLOGGED TABLE bench.card AS
SELECT subject_id, perfeval.scorecard_agg(item::int, value) AS card FROM bench.reading GROUP BY subject_id;
CREATE UNLOGGED TABLE bench.document AS
SELECT subject_id, jsonb_object_agg(item, value) AS card FROM bench.reading GROUP BY subject_id;
VACUUM (ANALYZE, FREEZE) bench.card, bench.document;

DO $$
BEGIN
	ASSERT (SELECT count(*) = 0 FROM bench.card JOIN bench.document AS d USING (subject_id)
	        WHERE subject_id <= 1000 AND card.card OPERATOR(perfeval.<>) d.card::perfeval.scorecard);
END
$$;

CALL bench.race('scorecard_agg of 100 readings each', 'jsonb_object_agg',
	'SELECT count(c) FROM (SELECT perfeval.scorecard_agg(item::int, value) AS c FROM bench.reading GROUP BY subject_id) AS q',
	'SELECT count(c) FROM (SELECT jsonb_object_agg(item, value) AS c FROM bench.reading GROUP BY subject_id) AS q', '-', :runs);
CALL bench.race('one item of each card', 'the same of jsonb',
	'SELECT sum(perfeval.scorecard_value(card, 57)) FROM bench.card',
	'SELECT sum((card ->> ''57'')::numeric) FROM bench.document', '-', :runs);
CALL bench.race('one item of each card', 'the same of rows',
	'SELECT sum(perfeval.scorecard_value(card, 57)) FROM bench.card',
	'SELECT sum(value) FROM bench.reading WHERE item = 57', '-', :runs);

\echo 'Bytes a reading, tables with their headers'
SELECT round(sum(pg_column_size(card))::numeric / :rows, 2) AS in_the_card,
       round(pg_table_size('bench.card')::numeric / :rows, 2) AS cards,
       round(pg_table_size('bench.reading')::numeric / :rows, 2) AS rows,
       round(pg_table_size('bench.document')::numeric / :rows, 2) AS jsonb
FROM bench.card;
