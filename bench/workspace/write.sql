-- COPY into a workspace against COPY into one plain table with the same
-- columns, defaults, checks, key and foreign keys; then fold until nothing is
-- left in the tail; then the same readings from a staging table of texts by
-- load. One round; run.sh calls it as often as there are to be.
\set subjects '(:rows::bigint / 100)'
\set name bench_load
\ir make.sql
\set name bench_workspace
\ir make.sql
CREATE TABLE IF NOT EXISTS bench.written (plain float8, copied float8, folded float8, loaded float8);
SELECT current_setting('data_directory') || '/bench_readings.csv' AS readings \gset
COPY (SELECT subject_id, 2025000, item, value FROM bench.scheme_reading) TO :'readings' (FORMAT csv);

DROP TABLE IF EXISTS bench.plain;
CREATE TABLE bench.plain (LIKE bench_workspace.reading_tail INCLUDING ALL,
	FOREIGN KEY (subject_id) REFERENCES bench_workspace.subject, FOREIGN KEY (period_id) REFERENCES bench_workspace.period,
	FOREIGN KEY (item) REFERENCES bench_workspace.indicator, FOREIGN KEY (source_id) REFERENCES bench_workspace.source);
CHECKPOINT;
SELECT clock_timestamp() AS begun \gset
COPY bench.plain (subject_id, period_id, item, value) FROM :'readings' (FORMAT csv);
SELECT extract(epoch FROM clock_timestamp() - :'begun'::timestamptz) AS plain \gset
DROP TABLE bench.plain;

CHECKPOINT;
SELECT clock_timestamp() AS begun \gset
COPY bench_workspace.reading (subject_id, period_id, item, value) FROM :'readings' (FORMAT csv);
SELECT extract(epoch FROM clock_timestamp() - :'begun'::timestamptz) AS copied \gset
SELECT clock_timestamp() AS begun \gset
CALL bench_workspace.fold();
SELECT extract(epoch FROM clock_timestamp() - :'begun'::timestamptz) AS folded \gset

CREATE UNLOGGED TABLE bench.staging AS
SELECT 'S' || subject_id AS subject, '2025' AS period, 'I' || item AS indicator, value::text AS value FROM bench.scheme_reading;
ANALYZE bench.staging;
CHECKPOINT;
SELECT clock_timestamp() AS begun \gset
CALL bench_load.load('bench.staging');
SELECT extract(epoch FROM clock_timestamp() - :'begun'::timestamptz) AS loaded \gset
DROP TABLE bench.staging;
INSERT INTO bench.written VALUES (:plain, :copied, :folded, :loaded);

DO $$
BEGIN
	ASSERT NOT EXISTS (SELECT FROM bench_workspace.reading_tail);
	ASSERT (SELECT count(*) FROM bench_workspace.reading) = (SELECT count(*) FROM bench.scheme_reading);
	ASSERT NOT EXISTS (SELECT FROM bench_workspace.card AS c FULL JOIN bench_load.card AS l USING (subject_id, period_id)
	                   WHERE (c.card OPERATOR(perfeval.=) l.card) IS NOT TRUE);
END
$$;
CALL perfeval.drop_workspace('bench_load', 'bench_load');
COPY (SELECT) TO :'readings';	-- its room is wanted for other things
