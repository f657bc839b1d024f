-- Where the figures go, and how two statements are raced.
\set QUIET on
\pset footer off
CREATE EXTENSION IF NOT EXISTS perfeval;
SET client_min_messages = warning;
DROP SCHEMA IF EXISTS bench CASCADE;
CREATE SCHEMA bench;

SELECT version() AS server, current_setting('work_mem') AS work_mem,
       current_setting('shared_buffers') AS shared_buffers, current_setting('jit') AS jit;

CREATE TABLE bench.result (
	line int GENERATED ALWAYS AS IDENTITY, what text, against text,
	ratio numeric, aim text, seconds numeric, against_seconds numeric);

-- Two statements in turn; a first run of each does not count.
CREATE PROCEDURE bench.race(what text, against text, statement text, other text,
                            aim text, runs int)
LANGUAGE plpgsql AS $$
DECLARE
	begun timestamptz;
	mine float8[] := '{}';
	theirs float8[] := '{}';
BEGIN
	FOR run IN 0..runs LOOP
		begun := clock_timestamp();
		EXECUTE statement;
		IF run > 0 THEN
			mine := mine || extract(epoch FROM clock_timestamp() - begun)::float8;
		END IF;
		begun := clock_timestamp();
		EXECUTE other;
		IF run > 0 THEN
			theirs := theirs || extract(epoch FROM clock_timestamp() - begun)::float8;
		END IF;
	END LOOP;
	INSERT INTO bench.result (what, against, ratio, aim, seconds, against_seconds)
	SELECT race.what, race.against,
	       round(percentile_cont(0.5) WITHIN GROUP (ORDER BY m / t)::numeric, 3), race.aim,
	       round(percentile_cont(0.5) WITHIN GROUP (ORDER BY m)::numeric, 4),
	       round(percentile_cont(0.5) WITHIN GROUP (ORDER BY t)::numeric, 4)
	FROM unnest(mine, theirs) AS u (m, t);
END
$$;
