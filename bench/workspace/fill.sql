-- The workspace with the same readings, by load: for what is measured in it.
\set subjects '(:rows::bigint / 100)'
\set name bench_workspace
\ir make.sql
CREATE UNLOGGED TABLE bench.staging AS
SELECT 'S' || subject_id AS subject, '2025' AS period, 'I' || item AS indicator, value::text AS value FROM bench.scheme_reading;
ANALYZE bench.staging;
CALL bench_workspace.load('bench.staging');
DROP TABLE bench.staging;
