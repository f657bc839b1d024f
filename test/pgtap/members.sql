-- What holds for every member of the extension.
\set ON_ERROR_STOP 1
BEGIN;
CREATE TEMP VIEW member AS
SELECT classid, objid, pg_describe_object(classid, objid, 0) AS name FROM pg_depend d
JOIN pg_extension e ON refclassid = 'pg_extension'::regclass AND e.oid = refobjid AND extname = 'perfeval' WHERE deptype = 'e'
-- array types are members from 17 on, and go without saying
AND NOT (classid = 'pg_type'::regclass AND EXISTS (SELECT FROM pg_type t WHERE t.oid = objid AND typcategory = 'A'));
CREATE TEMP VIEW routine AS SELECT p.*, name FROM pg_proc p JOIN member ON classid = 'pg_proc'::regclass AND objid = p.oid;

-- What makes and lists workspaces reads catalogs and makes schemas; the engine does not.
CREATE TEMP VIEW engine AS SELECT * FROM routine WHERE proname NOT IN ('workspaces', 'all_standings', 'create_workspace', 'upgrade_workspace', 'drop_workspace');

SELECT plan((SELECT count(*)::int FROM member) + 19);

SELECT isnt(coalesce(obj_description(objid, classid::regclass::text), ''), '', 'comment on ' || name) FROM member ORDER BY name;
SELECT isnt(obj_description('perfeval'::regnamespace, 'pg_namespace'), NULL, 'comment on the schema');
SELECT isnt(obj_description((SELECT oid FROM pg_extension WHERE extname = 'perfeval'), 'pg_extension'), NULL, 'comment on the extension');

SELECT set_eq($$SELECT DISTINCT classid::regclass::text FROM member$$, ARRAY['pg_proc', 'pg_type', 'pg_operator', 'pg_cast', 'pg_opclass', 'pg_opfamily'], 'functions, types, operators and casts are all there is');
SELECT is_empty($$SELECT name FROM routine WHERE pronamespace <> 'perfeval'::regnamespace
	UNION ALL SELECT name FROM pg_type t JOIN member ON classid = 'pg_type'::regclass AND objid = t.oid WHERE typnamespace <> 'perfeval'::regnamespace
	UNION ALL SELECT name FROM pg_operator o JOIN member ON classid = 'pg_operator'::regclass AND objid = o.oid WHERE oprnamespace <> 'perfeval'::regnamespace
	UNION ALL SELECT name FROM pg_opclass c JOIN member ON classid = 'pg_opclass'::regclass AND objid = c.oid WHERE opcnamespace <> 'perfeval'::regnamespace
	UNION ALL SELECT name FROM pg_opfamily f JOIN member ON classid = 'pg_opfamily'::regclass AND objid = f.oid WHERE opfnamespace <> 'perfeval'::regnamespace$$, 'all live in schema perfeval');
SELECT is_empty($$SELECT name FROM pg_operator o JOIN member ON classid = 'pg_operator'::regclass AND objid = o.oid WHERE oprcode NOT IN (SELECT oid FROM routine)
	UNION ALL SELECT name FROM pg_cast c JOIN member ON classid = 'pg_cast'::regclass AND objid = c.oid WHERE castmethod <> 'f' OR castfunc NOT IN (SELECT oid FROM routine)
	UNION ALL SELECT name FROM pg_amproc JOIN pg_opfamily f ON f.oid = amprocfamily JOIN member ON classid = 'pg_opfamily'::regclass AND objid = f.oid WHERE amproc NOT IN (SELECT oid FROM routine)$$, 'operators, casts and operator classes call members');
SELECT is_empty($$SELECT name FROM pg_operator o JOIN member ON classid = 'pg_operator'::regclass AND objid = o.oid JOIN pg_proc p ON p.oid = oprcode WHERE NOT proisstrict$$, 'operators are strict');
SELECT is_empty($$SELECT opcname FROM pg_opclass c JOIN member ON classid = 'pg_opclass'::regclass AND objid = c.oid WHERE NOT amvalidate(c.oid)$$, 'operator classes are whole');
SELECT is((SELECT format('%s %s', extnamespace::regnamespace, extrelocatable) FROM pg_extension WHERE extname = 'perfeval'), 'perfeval f', 'and the extension stays there');
SELECT is_empty($$SELECT name FROM engine WHERE provolatile <> 'i'$$, 'all of the engine are IMMUTABLE');
SELECT is_empty($$SELECT name FROM engine WHERE proparallel <> 's'$$, 'all of the engine are PARALLEL SAFE');
SELECT is_empty($$SELECT name FROM routine r WHERE prokind = 'f' AND NOT proisstrict AND proargtypes[0] IN ('perfeval.scorecard'::regtype, 'perfeval.rubric'::regtype)
	AND NOT EXISTS (SELECT FROM pg_aggregate WHERE r.oid IN (aggtransfn, aggcombinefn, aggfinalfn))$$, 'functions of a card or a rubric are STRICT');
SELECT is_empty($$SELECT name FROM routine WHERE prosecdef$$, 'none is SECURITY DEFINER');
SELECT set_eq($$SELECT proname FROM routine WHERE prokind <> 'a' AND prolang <> (SELECT oid FROM pg_language WHERE lanname = 'c')$$, ARRAY['rubric_rows', 'rubric_diff', 'workspace_files', 'workspaces', 'all_standings', 'create_workspace', 'upgrade_workspace', 'drop_workspace']::name[], 'all but these are in C');
SELECT is_empty($$SELECT name FROM routine WHERE prokind = 'p' AND prolang <> (SELECT oid FROM pg_language WHERE lanname = 'plpgsql')$$, 'procedures are in plpgsql');
SELECT is_empty($$SELECT name FROM routine WHERE (proconfig[1] = 'search_path=pg_catalog, pg_temp') IS DISTINCT FROM (CASE WHEN prolang <> (SELECT oid FROM pg_language WHERE lanname = 'c') AND prokind <> 'a' THEN true END)$$, 'those not in C fix their search path');
SELECT is_empty($$SELECT name FROM engine WHERE cardinality(proconfig) > 1$$, 'and none of the engine changes another setting');
SELECT is_empty($$SELECT name FROM routine WHERE NOT has_function_privilege('pg_monitor', oid, 'EXECUTE')$$, 'everyone may execute all');
SELECT is_empty($$SELECT name FROM member WHERE classid = 'pg_type'::regclass AND NOT has_type_privilege('pg_monitor', objid, 'USAGE')$$, 'everyone may use the types');
SELECT ok((SELECT 'U' = ANY (SELECT left(privilege_type, 1) FROM aclexplode(nspacl) WHERE grantee = 0 AND privilege_type = 'USAGE')), 'PUBLIC has USAGE on the schema') FROM pg_namespace WHERE nspname = 'perfeval';
SELECT * FROM finish();
ROLLBACK;
