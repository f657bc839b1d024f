-- What holds for every object of a workspace, seen from the catalogs, so that new ones are looked at too.
\set ON_ERROR_STOP 1
SET client_min_messages = warning;
DROP SCHEMA IF EXISTS "约定 ""it's"" 50%" CASCADE;
CALL perfeval.create_workspace('约定 "it''s" 50%', time_zone => 'Asia/Shanghai');
CALL "约定 ""it's"" 50%".add_year(2025, 'week');
SET search_path = public, pg_catalog;
CREATE TEMP VIEW rel AS SELECT c.*, c.oid AS reloid, obj_description(c.oid, 'pg_class') AS comment FROM pg_class c WHERE relnamespace = '"约定 ""it''s"" 50%"'::regnamespace;
CREATE TEMP VIEW col AS SELECT rel.relname, rel.relkind, rel.relispartition, attrelid, attname, attnum, atttypid, atttypmod, col_description(attrelid, attnum) AS comment FROM rel JOIN pg_attribute a ON attrelid = reloid AND attnum > 0 AND NOT attisdropped;
CREATE TEMP VIEW routine AS SELECT p.*, p.oid AS prooid, obj_description(p.oid, 'pg_proc') AS comment FROM pg_proc p WHERE pronamespace = '"约定 ""it''s"" 50%"'::regnamespace;
-- Those that hold cards, rubrics or arrays on the way to the views for people.
CREATE TEMP TABLE internal (relname name);
INSERT INTO internal VALUES ('rubric_in_force'), ('roll_up_item'), ('rolled_card'), ('part_card'), ('fresh_card'), ('participant_card'), ('participant_result'), ('participant_score'), ('tier_rule'), ('run_rule'), ('ranked'), ('beside_score'), ('stated_node'), ('group_node'), ('participant_evaluation'), ('participant_item'), ('role_grant'), ('tiered'), ('counting_fact'), ('decided_event'), ('counted_rating'), ('participant'), ('participant_part'), ('fresh_reading'), ('adjustment_sum'), ('run_rubric'), ('run_on_display'), ('result_now'), ('linkage_in_force');
INSERT INTO internal VALUES ('taken_good'), ('graded_period'), ('grade_count');
INSERT INTO internal VALUES ('recused_rater'), ('assigned_rater'), ('rater_due'), ('released_rating'), ('anonymous_rating'), ('release_change'), ('panel_reading');
INSERT INTO internal VALUES ('department_grade_now'), ('calibration_now');
INSERT INTO internal VALUES ('recognition_mark'), ('recognition_value'), ('sized_score');
INSERT INTO internal VALUES ('severity_mark'), ('severity_estimate'), ('severity_due'), ('severity_reading'), ('severity_change');
SELECT plan(33);

-- ---- comments, in English and Chinese

SELECT cmp_ok((SELECT count(*) FROM rel WHERE relkind = 'v'), '>=', 20::bigint, 'the lint sees views');
SELECT cmp_ok((SELECT count(*) FROM routine), '>=', 20::bigint, 'and functions');
CREATE FUNCTION pg_temp.both(comment text) RETURNS boolean LANGUAGE sql AS $$ SELECT coalesce($1 ~ '[a-z]' AND $1 ~ '[\u4e00-\u9fff]', false) $$;
SELECT ok(pg_temp.both(obj_description('"约定 ""it''s"" 50%"'::regnamespace, 'pg_namespace')), 'comment on the schema');
SELECT is_empty($$SELECT relkind, relname FROM rel WHERE relkind IN ('r', 'p', 'v', 'm', 'f') AND NOT pg_temp.both(comment) ORDER BY 2$$, 'comments on tables and views');
SELECT is_empty($$SELECT relname FROM rel WHERE relkind = 'S' AND NOT EXISTS (SELECT FROM pg_depend WHERE objid = reloid AND deptype = 'i') AND NOT pg_temp.both(comment)$$, 'comments on sequences');
SELECT is_empty($$SELECT relname, attname FROM col WHERE relkind IN ('r', 'p', 'f') AND NOT relispartition AND NOT pg_temp.both(comment) ORDER BY 1, 2$$, 'comments on the columns of tables');
SELECT is_empty($$SELECT relname, attname FROM col WHERE relkind IN ('v', 'm') AND relname NOT IN (TABLE internal) AND NOT pg_temp.both(comment) ORDER BY 1, 2$$, 'comments on the columns of views');
SELECT is_empty($$SELECT prooid::regprocedure FROM routine WHERE NOT pg_temp.both(comment) ORDER BY 1$$, 'comments on functions and procedures');

-- ---- functions

-- Those that commit cannot have settings of their own, nor can those that call them. A body that is bound when it is made
-- needs none.
CREATE TEMP TABLE committing AS
WITH RECURSIVE c AS (
	SELECT prooid, proname FROM routine WHERE prosrc ~ '\mCOMMIT *;'
	UNION
	SELECT r.prooid, r.proname FROM routine r JOIN c ON r.prokind = 'p' AND position(format('CALL "约定 ""it''s"" 50%%".%I(', c.proname) IN r.prosrc) > 0
) SELECT * FROM c;
SELECT is_empty($$SELECT prooid::regprocedure FROM routine WHERE prooid NOT IN (SELECT prooid FROM committing) AND prosqlbody IS NULL AND prokind <> 'a' AND NOT coalesce('search_path=pg_catalog, pg_temp' = ANY (proconfig), false)$$, 'functions fix their search path');
SELECT is_empty($$SELECT prooid::regprocedure FROM routine JOIN committing USING (prooid) WHERE prokind <> 'p' OR proconfig IS NOT NULL$$, 'what commits is a procedure without settings of its own');
SELECT is_empty($$SELECT prooid::regprocedure FROM routine WHERE prosrc ~ '\mCOMMIT *;' AND prosrc !~ 'SET LOCAL search_path = pg_catalog, pg_temp'$$, 'and sets the search path in its transactions');
SELECT is_empty($$SELECT prooid::regprocedure FROM routine WHERE prosecdef AND prorettype <> 'trigger'::regtype AND prosrc !~ '\mDECLARE\s+actor constant text := [^;]*\.require\('$$, 'what lends rights asks first who acts');
-- Mergers are made of other verbs; the tree is derived.
SELECT is_empty($$SELECT prooid::regprocedure FROM routine WHERE prosecdef AND prokind = 'p' AND prosrc !~ '\.record_act\(' AND proname NOT IN ('merge_subjects', 'refresh_tree')$$, 'and leaves a trace');
SELECT is_empty($$SELECT prooid::regprocedure FROM routine WHERE prokind <> 'a' AND prolang NOT IN (SELECT oid FROM pg_language WHERE lanname IN ('sql', 'plpgsql'))$$, 'all are in SQL or plpgsql');

-- ---- triggers only refuse

SELECT is_empty($$SELECT tgrelid::regclass, tgname FROM pg_trigger t JOIN routine ON prooid = tgfoid WHERE NOT tgisinternal AND (tgname !~ '^guard' OR proname !~ '^guard'
	OR prosrc ~* '\mNEW\.\w+ *:?= *[^=]*;' AND prosrc ~* '\mNEW\.\w+ *:=' OR prosrc ~* '\m(INSERT INTO|UPDATE|DELETE FROM) +"约定')$$, 'triggers are guards, which change nothing');
SELECT is_empty($$SELECT tgrelid::regclass FROM pg_trigger JOIN rel ON reloid = tgrelid WHERE NOT tgisinternal AND tgfoid NOT IN (SELECT prooid FROM routine)$$, 'and there are no others');

-- ---- views

SELECT is_empty($$SELECT relname, attname, format_type(atttypid, atttypmod) FROM col WHERE relkind IN ('v', 'm') AND relname NOT IN (TABLE internal)
	AND atttypid NOT IN ('int'::regtype, 'bigint'::regtype, 'numeric'::regtype, 'float8'::regtype, 'text'::regtype, 'date'::regtype, 'timestamptz'::regtype, 'boolean'::regtype) ORDER BY 1, 2$$,
	'views for people show types that every client knows');
SELECT is_empty($$SELECT relname FROM rel WHERE relkind = 'v' AND relname NOT IN (TABLE internal) AND relname <> 'version_in_force'
	AND (coalesce(reloptions, '{}') @> '{security_invoker=true}') = (coalesce(reloptions, '{}') @> '{security_barrier=true}')$$,
	'a view for people is the asker''s, or compares peers behind a barrier');
-- It would read with the rights of whoever asks, even there: ranks among what the asker may see.
SELECT is_empty($$SELECT DISTINCT o.relname, i.relname FROM rel o JOIN pg_rewrite w ON w.ev_class = o.reloid
	JOIN pg_depend d ON d.classid = 'pg_rewrite'::regclass AND d.objid = w.oid AND d.refclassid = 'pg_class'::regclass JOIN rel i ON i.reloid = d.refobjid AND i.relkind = 'v'
	WHERE i.reloptions @> '{security_invoker=true}' AND NOT coalesce(o.reloptions @> '{security_invoker=true}', false)$$,
	'a view with the owner''s rights reads none of the asker''s');
-- What works out scores over a group.
SELECT is_empty($$SELECT relname FROM rel WHERE relkind = 'v' AND pg_get_viewdef(reloid) ~ '\mrank\(\)|rank_by_score|forced_distribution|tier_by_rule|evaluate\(' AND NOT coalesce(reloptions, '{}') @> '{security_barrier=true}'$$, 'what ranks or scores is behind a barrier');
SELECT is_empty($$SELECT relname FROM rel WHERE relkind = 'v' AND pg_get_viewdef(reloid) ~* 'WITH RECURSIVE|\m(ROLLUP|CUBE)\M *\('$$, 'no view is recursive');
SELECT is_empty($$SELECT relname FROM internal EXCEPT SELECT relname FROM rel$$, 'the list of internal views is right');

-- ---- who may read and call what

-- What nobody but the owner reads, besides the internal views.
CREATE TEMP TABLE hidden (relname name);
INSERT INTO hidden VALUES ('access_grant'), ('act'), ('chained_row'), ('run'), ('job'), ('fold_mark'), ('upgrade_step'), ('tail_reading'), ('linkage_effect');
INSERT INTO hidden VALUES ('rater_recusal'), ('rater_assignment'), ('rating_release'), ('survey_result');
INSERT INTO hidden VALUES ('linkage_application');
INSERT INTO hidden VALUES ('expert_pool'), ('pool_member'), ('pool_work_unit'), ('draw'), ('draw_source'), ('draw_stratum'), ('recusal'), ('draw_member'), ('draw_place'), ('draw_record_line');
INSERT INTO hidden VALUES ('grade_effect');
CREATE TEMP VIEW readable AS SELECT unnest("约定 ""it's"" 50%".readable_relations())::name AS relname;
SELECT is_empty($$SELECT relname FROM rel WHERE relkind IN ('r', 'p', 'v', 'm', 'f') AND NOT relispartition
	AND relname NOT IN (TABLE readable) AND relname NOT IN (TABLE hidden) AND relname NOT IN (TABLE internal) ORDER BY 1$$, 'each relation is readable or hidden');
SELECT is_empty($$SELECT relname FROM readable WHERE relname NOT IN (SELECT relname FROM rel WHERE NOT relispartition) OR relname IN (TABLE hidden) OR relname IN (TABLE internal)$$,
	'the list of readable relations is right');
-- Their rows are for everybody with a grant; all other tables that can be read have a policy.
SELECT set_eq($$SELECT relname FROM rel JOIN readable USING (relname) WHERE relkind IN ('r', 'p') AND NOT relrowsecurity$$,
	'{workspace,calendar,period,period_part,duty,grouping,subject_group,succession,indicator,recognition_rule,indicator_duty,indicator_standard,indicator_tag,forbidden_tag,standard,source,posting_right,chain_link,scheme,panel_role}'::name[],
	'tables that everybody with a grant may read as a whole');
SELECT is_empty($$SELECT relname FROM rel WHERE relforcerowsecurity$$, 'the owner is not held by row security: a dump has everything');
SELECT is_empty($$SELECT relname, x.privilege_type FROM rel, LATERAL aclexplode(relacl) x WHERE x.grantee = 0$$, 'PUBLIC may read and change nothing');
SELECT is_empty($$SELECT prooid::regprocedure FROM routine WHERE has_function_privilege('public', prooid, 'EXECUTE')$$, 'nor call anything');
SELECT is_empty($$SELECT unnest("约定 ""it's"" 50%".callable_routines()) EXCEPT SELECT proname::text FROM routine$$, 'the list of callable routines is right');

-- ---- keys for a distributed engine

-- Facts: tables of subjects and periods, and what hangs on them.
CREATE TEMP TABLE fact AS
SELECT attrelid FROM col WHERE relkind IN ('r', 'p') AND attname IN ('subject_id', 'period_id') GROUP BY attrelid HAVING count(*) = 2;
INSERT INTO fact SELECT DISTINCT conrelid FROM pg_constraint WHERE contype = 'f' AND confrelid IN (TABLE fact) AND conrelid NOT IN (TABLE fact);
SELECT cmp_ok((SELECT count(*) FROM fact), '>=', 7::bigint, 'the lint sees the tables of facts');
SELECT is_empty($$SELECT indrelid::regclass, indexrelid::regclass FROM pg_index JOIN fact ON attrelid = indrelid WHERE indisunique
	AND (SELECT attname FROM pg_attribute a WHERE a.attrelid = indrelid AND attnum = indkey[0]) <> 'subject_id'$$, 'every key of facts begins with subject_id');
SELECT is_empty($$SELECT conrelid::regclass, conname FROM pg_constraint WHERE contype = 'f' AND conrelid IN (TABLE fact) AND confrelid IN (TABLE fact)
	AND (SELECT attname FROM pg_attribute a WHERE a.attrelid = conrelid AND attnum = conkey[1]) <> 'subject_id'$$, 'foreign keys between facts too');
SELECT is_empty($$SELECT conrelid::regclass, conname FROM pg_constraint JOIN rel ON reloid = conrelid WHERE contype = 'f' AND confrelid IN (TABLE fact) AND conrelid NOT IN (TABLE fact)$$, 'nothing else refers to facts');

SELECT * FROM finish();
DROP VIEW rel, col, routine, readable CASCADE;
CALL perfeval.drop_workspace('约定 "it''s" 50%', '约定 "it''s" 50%');
