-- Published scores, worked out again from their own inputs.
--
--   psql -X -v ON_ERROR_STOP=1 -v real_data=DIR -f demo/real.sql
--
-- DIR holds one folder per data set; nothing of it is part of this tree.  Each
-- file under real/ does the same three things for one data set: it makes
-- tables and loads them, writes the publisher's rule as views over them, and
-- ends with a view NAME_comparison that sets each value so worked out beside
-- the published one.  agreement.sql puts these together, report.sql prints.
--
-- Everything goes into the schema demo_real and the workspace demo_hospitals,
-- which a second run drops and makes again.  The scheme of the hospitals is
-- test/rubrics/hvbp.json, found from the top of the tree or in the folder of
-- the variable rubrics.
\set ON_ERROR_STOP on
\set QUIET on
\encoding UTF8

\if :{?real_data}
\else
  \warn 'Where is the data?  psql -v real_data=/path/to/the/folders -f demo/real.sql'
  DO $$ BEGIN RAISE 'the variable real_data is not set'; END $$;
\endif

SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS perfeval;

BEGIN;

-- A schema of the same name that is somebody's own stays untouched.
DO $$
BEGIN
    IF (SELECT coalesce(obj_description(oid, 'pg_namespace'), '') NOT LIKE 'perfeval demo%'
        FROM pg_namespace WHERE nspname = 'demo_real') THEN
        RAISE 'schema "demo_real" exists and is not this demo''s'
            USING HINT = 'Run the demo in another database, or rename that schema.';
    END IF;
END
$$;
DROP SCHEMA IF EXISTS demo_real CASCADE;
CREATE SCHEMA demo_real;
COMMENT ON SCHEMA demo_real IS 'perfeval demo: published scores worked out again';
SET LOCAL search_path = demo_real;

\ir real/hvbp.sql
\ir real/snf.sql
\ir real/nursing_home.sql
\ir real/diving.sql
\ir real/skating.sql
\ir real/apportionment.sql
\ir real/appraisal.sql
\ir real/freedom.sql
\ir real/university.sql
\ir real/agreement.sql

COMMIT;

-- The hospitals again, as a workspace: the same rates as readings, the scheme
-- as one document, and what is asked of it.
\set workspace demo_hospitals
\if :{?rubrics}
\else
  \set rubrics test/rubrics
\endif
\ir real/workspace.sql
\ir real/workspace_report.sql

\ir real/report.sql
