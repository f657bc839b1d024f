-- The example city: from facts to a league table, with perfeval's functions and nothing else.
--
--   psql -X -v ON_ERROR_STOP=1 -f demo/city.sql
--
-- Everything lives in the schema "demo", which a second run drops and makes again. All of it is
-- example data (示例数据): the departments are of the kind every Chinese city has, their units, facts
-- and scores are drawn from a fixed seed, and no real body is meant. The rules and their figures are
-- those of published schemes; what the schemes leave open is marked "example" where it is chosen.
--
--   10_city.sql    who is assessed: departments, units, functional groups
--   20_facts.sql   what is known about them: measures, events, ratings, the ledger
--   30_rules.sql   the scheme's figures, as rows
--   40_score.sql   the pipeline of views: readings, marks, scores, tiers, consequences
--   50_show.sql    the tables that are printed

\set ON_ERROR_STOP 1
\set QUIET 1
\encoding UTF8
\pset pager off
\pset footer off
\pset border 0
\pset format aligned
\pset null ''

-- Nothing below may depend on how the caller's session is set up: every name is qualified.
SET client_min_messages = warning;
SET DateStyle = ISO;
SET search_path = pg_catalog, pg_temp;

CREATE EXTENSION IF NOT EXISTS perfeval;

BEGIN;

-- A schema of the same name that is somebody's own stays untouched.
DO $$
BEGIN
    IF (SELECT pg_catalog.obj_description(oid, 'pg_namespace') NOT LIKE 'perfeval example city%'
               OR pg_catalog.obj_description(oid, 'pg_namespace') IS NULL
        FROM pg_catalog.pg_namespace WHERE nspname = 'demo') THEN
        RAISE EXCEPTION 'schema "demo" exists and is not the example city'
            USING HINT = 'Run the demo in another database, or rename that schema.';
    END IF;
END
$$;
DROP SCHEMA IF EXISTS demo CASCADE;
CREATE SCHEMA demo;
COMMENT ON SCHEMA demo IS 'perfeval example city 示例市: example data 示例数据 from a fixed seed';

\ir city/10_city.sql
\ir city/20_facts.sql
\ir city/30_rules.sql
\ir city/40_score.sql

COMMIT;

-- So that plans fit the few rows there are; autovacuum would come too late.
ANALYZE demo.subject_group, demo.department, demo.unit, demo.measure, demo.error_rate, demo.complaint, demo.rating,
        demo.expert_rating, demo.award, demo.violation, demo.prededuction, demo.node, demo.item, demo.role, demo.tier,
        demo.bonus_kind;

\ir city/50_show.sql

RESET search_path;
RESET DateStyle;
RESET client_min_messages;
