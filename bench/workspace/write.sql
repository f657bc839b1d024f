-- COPY into a workspace against COPY into one plain table with the same
-- columns, defaults, checks, key and foreign keys; then fold until nothing is
-- left in the tail. One pair; run.sh calls it as often as there are to be.
\set name bench_workspace
\set subjects '(:rows::bigint / 100)'
\ir make.sql
CREATE TABLE IF NOT EXISTS bench.written (plain float8, copied float8, folded float8);
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
INSERT INTO bench.written VALUES (:plain, :copied, :folded);

DO $$
BEGIN
	ASSERT NOT EXISTS (SELECT FROM bench_workspace.reading_tail);
	ASSERT (SELECT count(*) FROM bench_workspace.reading) = (SELECT count(*) FROM bench.scheme_reading);
END
$$;
COPY (SELECT) TO :'readings';	-- its room is wanted for other things
