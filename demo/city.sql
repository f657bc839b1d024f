-- The example city as a workspace: from what offices send to live standings, a line for every point.
--
--   psql -X -v ON_ERROR_STOP=1 -f demo/city.sql
--
-- Makes a workspace "city" and a schema "office" with the offices' files, which a second run drops and
-- makes again. All of it is example data (示例数据): the departments are of the kind every Chinese city has,
-- their units and facts are drawn from a fixed seed, and no real body is meant. The rules and their figures
-- are those of published schemes; what the schemes leave open is marked "example" where it is chosen.
--
--   10_office.sql         what offices have: lists, monthly reports, registers
--   20_organisation.sql   who is assessed: departments, units, duties, groups by service attribute
--   30_scheme.sql         indicators and the scheme, an outline with special rules for each group
--   40_facts.sql          readings, events, marks
--   50_show.sql           the tables that are printed

\set ON_ERROR_STOP 1
\set QUIET 1
\encoding UTF8
\pset pager off
\pset footer off
\pset border 0
\pset format aligned
\pset null ''
\set workspace city
\set office office
-- Ends a query whose answer is a sentence, not a table.
\set say '\\g (tuples_only=on format=unaligned)'

-- Nothing below may depend on how the caller's session is set up.
SET client_min_messages = warning;
SET DateStyle = ISO;
SET search_path = pg_catalog, pg_temp;

CREATE EXTENSION IF NOT EXISTS perfeval;

-- Schemas of these names that are somebody's own stay untouched.
DO $$
BEGIN
    IF EXISTS (SELECT FROM pg_namespace WHERE nspname = 'office'
               AND coalesce(obj_description(oid, 'pg_namespace') NOT LIKE 'perfeval example city%', true)) THEN
        RAISE EXCEPTION 'schema "office" exists and is not of the example city'
            USING HINT = 'Run the demo in another database, or rename that schema.';
    ELSIF EXISTS (SELECT FROM pg_namespace WHERE nspname = 'city')
          AND NOT EXISTS (SELECT FROM pg_namespace WHERE nspname = 'office') THEN
        RAISE EXCEPTION 'schema "city" exists and is not of the example city'
            USING HINT = 'Run the demo in another database, or rename that schema.';
    END IF;
END
$$;
SELECT 'CALL perfeval.drop_workspace(''city'', ''city'', force => true)' FROM pg_namespace WHERE nspname = 'city' \gexec
DROP SCHEMA IF EXISTS office CASCADE;

\echo
\echo '=== EXAMPLE CITY 示例市 2025 === example data 示例数据, drawn from a fixed seed'
\echo
CALL perfeval.create_workspace('city', 'Example city 示例市', 'Asia/Shanghai');
\ir city/10_office.sql
\ir city/20_organisation.sql
\ir city/30_scheme.sql
CALL review_version(:version, 'D05', 'agree');
CALL review_version(:version, 'D13', 'agree');
CALL seal_version(:version);
\ir city/40_facts.sql
\ir city/50_show.sql
\ir city/60_year.sql

RESET search_path;
RESET DateStyle;
RESET client_min_messages;
