-- Who may read and call what. Run again at every upgrade: views that went with
-- DROP EXTENSION ... CASCADE lost their grants, and policies may be new.
--
-- Nobody but the owner may change anything: what others change, they change with
-- procedures, which ask who they are. All that has been granted anything may read
-- the same relations; which rows, is said by policies and in the views.

CREATE OR REPLACE FUNCTION @workspace@.readable_relations() RETURNS text[]
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN ARRAY[
	-- what everybody may know: organisation, calendar, indicators, what was published
	'workspace', 'calendar', 'period', 'period_part', 'duty', 'grouping', 'subject_group', 'succession', 'supervision',
	'indicator', 'recognition_rule', 'indicator_duty', 'indicator_standard', 'indicator_tag', 'indicator_alias', 'forbidden_tag', 'standard', 'source', 'posting_right',
	'publication', 'chain_link', 'chain_head', 'published_run', 'my_grant', 'my_subject', 'my_version', 'lateness',
	-- rows by policy, or by what the view says
	'subject', 'subject_state', 'subject_tree', 'group_member', 'subject_now', 'subject_alias', 'units_by_group',
	'scheme', 'scheme_version', 'node', 'weight_profile', 'group_profile', 'tier', 'rater_role', 'linkage_rule', 'version_part', 'version_reviewer',
	'version_review', 'version_finding', 'group_rubric', 'group_parameter', 'sealed_node', 'version_status', 'version_item', 'version_in_force',
	'reading', 'event', 'event_decision', 'event_state', 'event_reading', 'rating', 'rating_state', 'rating_reading', 'recognition_reading', 'panel_role', 'missing_rating', 'panel_progress', 'panel_comparison', 'survey_tracking', 'card',
	'rater_severity_now', 'severity_status', 'rater_agreement', 'rater_monitor',
	'run_group', 'run_tier', 'result', 'adjustment', 'calibration', 'adjusted_result', 'objection', 'final_result',
	-- rows by what the view says
	'group_seats', 'quota_ledger', 'quota_pool', 'merit_share', 'tie_lot',
	'standing', 'standing_part', 'standing_line', 'score_composition', 'imputed_share', 'perspective_score', 'heatmap',
	'indicator_statistics', 'group_statistics', 'size_effect', 'recognition_effect', 'tier_count', 'trend', 'missing_reading', 'coverage', 'module_status',
	'health', 'job_progress', 'organisation_lint', 'source_freshness', 'source_conflict', 'load_record', 'reject',
	'department_grade', 'linkage_status', 'tier_cause', 'run_tier_cause',
	'pool_now', 'draw_status', 'draw_result', 'draw_ticket', 'draw_line',
	'run_result', 'result_line', 'league_table', 'run_status', 'rerun_status', 'publication_status', 'objection_status', 'audit_trail', 'published_scheme',
	-- grades of shorter periods
	'grade_rule', 'month_grade', 'year_grade'
];
COMMENT ON FUNCTION @workspace@.readable_relations() IS 'tables and views that roles with a grant may read (可读对象清单)';

CREATE OR REPLACE FUNCTION @workspace@.callable_routines() RETURNS text[]
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN ARRAY[
	-- what views and policies ask
	'today', 'sees_all', 'visible_subjects', 'granted_subjects', 'visible_runs', 'visible_versions', 'min_group', 'is_enough',
	'is_agreed', 'is_working_day', 'add_working_days', 'working_days_between', 'working_day_count', 'period_of', 'json_number', 'node_item', 'eligible_excellent', 'to_be_meant', 'round_mean',
	-- what a draw's record says, worked out from its text alone
	'draw_record', 'verify_record', 'drawn', 'draw_tickets', 'draw_candidates', 'first_full_matching', 'record_lines', 'draw_hash', 'pool_hash',
	'draw_algorithm', 'check_ids', 'check_seed', 'is_composed',
	-- what looks up, and reads with the rights of whoever asks
	'feedback_sheet', 'find_subject', 'find_indicator', 'find_period', 'find_scheme', 'find_source', 'find_version', 'last_run', 'group_standing', 'check_version', 'version_document', 'grade_document',
	'document_hash', 'export_scheme', 'version_name'
];
COMMENT ON FUNCTION @workspace@.callable_routines() IS
	'functions that roles with a grant may call, besides the procedures that ask who calls them (可执行函数清单)';

-- For all roles at once, those left out that have the rights already, as members
-- of another: a table can hold the rights of some hundreds of roles only.
CREATE OR REPLACE PROCEDURE @workspace@.grant_access()
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
	relations regclass[] := ARRAY(SELECT c.oid::regclass FROM pg_class AS c
		WHERE c.relnamespace = '@workspace:literal@'::regnamespace AND c.relkind IN ('r', 'p', 'v')
			AND c.relname = ANY (@workspace@.readable_relations()) ORDER BY c.relname);
	routines regprocedure[] := ARRAY(SELECT p.oid::regprocedure FROM pg_proc AS p
		WHERE p.pronamespace = '@workspace:literal@'::regnamespace
			AND (p.proname = ANY (@workspace@.callable_routines()) OR p.prosecdef AND p.prorettype <> 'trigger'::regtype) ORDER BY p.proname);
	grantees text;
BEGIN
	SELECT string_agg(DISTINCT quote_ident(g.role_name), ', ') INTO grantees
	FROM (SELECT DISTINCT x.role_name, x.role_id FROM @workspace@.role_grant AS x) AS g
	WHERE EXISTS (SELECT FROM unnest(relations) AS r (name) WHERE NOT has_table_privilege(g.role_id, r.name, 'SELECT'))
		OR EXISTS (SELECT FROM unnest(routines) AS r (name) WHERE NOT has_function_privilege(g.role_id, r.name, 'EXECUTE'));
	IF grantees IS NOT NULL THEN
		EXECUTE 'GRANT SELECT ON ' || array_to_string(relations, ', ') || ' TO ' || grantees;
		EXECUTE 'GRANT EXECUTE ON ROUTINE ' || array_to_string(routines, ', ') || ' TO ' || grantees;
	END IF;
END
$$;
COMMENT ON PROCEDURE @workspace@.grant_access() IS
	'gives all roles with a grant the rights on what they may read and call; grant_role and upgrades call it (补授权限)';

REVOKE ALL ON ALL TABLES IN SCHEMA @workspace@ FROM PUBLIC;
REVOKE ALL ON ALL SEQUENCES IN SCHEMA @workspace@ FROM PUBLIC;
REVOKE ALL ON ALL ROUTINES IN SCHEMA @workspace@ FROM PUBLIC;

-- Row security. The owner and its members are not held by it, so that a dump by
-- the owner has everything; views with the owner's rights filter by themselves.
DO $$
DECLARE
	own constant text := 'subject_id = ANY ((SELECT @workspace:literal@.visible_subjects())::bigint[])';
	published constant text := ' AND run_id = ANY ((SELECT @workspace:literal@.visible_runs())::integer[])';
	office constant text := '(SELECT @workspace:literal@.granted_subjects(''office''))::bigint[]';
	rater constant text := '(SELECT @workspace:literal@.granted_subjects(''rater''))::bigint[]';
	owned constant text := 'item IN (SELECT i.item FROM @workspace:literal@.indicator AS i WHERE i.owner_id = ANY (' || office || '))';
	version constant text := 'version_id = ANY ((SELECT @workspace:literal@.visible_versions())::integer[])';
	rule record;
BEGIN
	FOR rule IN
		SELECT x.name, x.seen FROM (VALUES
			-- Persons are not for everybody; other subjects are.
			('subject', 'kind <> ''person'' OR ' || own || ' OR subject_id = ANY (' || rater || ')'),
			('subject_state', 'subject_id IN (SELECT s.subject_id FROM @workspace:literal@.subject AS s)'),
			('subject_tree', 'subject_id IN (SELECT s.subject_id FROM @workspace:literal@.subject AS s)'),
			('group_member', own),
			-- facts
			('reading', own || ' OR ' || owned),
			('event', own || ' OR office_id = ANY (' || office || ') OR ' || owned),
			('event_decision', '(subject_id, event_id) IN (SELECT e.subject_id, e.event_id FROM @workspace:literal@.event AS e)'),
			-- A rater sees its own ratings. Who rated it, the rated never see.
			('rating', 'rater_id = ANY (' || rater || ')'),
			('card', own),
			('department_grade', own),
			-- schemes that are published, or to be reviewed
			('scheme_version', version), ('node', version), ('weight_profile', version), ('group_profile', version), ('tier', version),
			('rater_role', version), ('linkage_rule', version), ('version_part', version), ('version_reviewer', version), ('version_review', version),
			('grade_rule', version), ('version_finding', version), ('group_rubric', version), ('group_parameter', version), ('sealed_node', version),
			-- results, once they are published
			('run_group', 'true' || published), ('run_tier', 'true' || published),
			('result', own || published), ('adjustment', own || published), ('calibration', own || published), ('adjusted_result', own || published),
			('final_result', own || published), ('objection', own),
			-- for those who see all: what is on display, and not who put it there, is in publication_status
			('publication', 'false'), ('load_record', 'false'), ('reject', 'false'),
			('group_seats', 'false'), ('quota_ledger', 'false'), ('quota_pool', 'false'), ('merit_share', 'false'), ('tie_lot', 'false')
		) AS x (name, seen)
	LOOP
		EXECUTE 'DROP POLICY IF EXISTS visible ON @workspace:literal@.' || quote_ident(rule.name);
		EXECUTE 'CREATE POLICY visible ON @workspace:literal@.' || quote_ident(rule.name)
			|| ' FOR SELECT USING ((SELECT @workspace:literal@.sees_all()) OR ' || rule.seen || ')';
		EXECUTE 'ALTER TABLE @workspace:literal@.' || quote_ident(rule.name) || ' ENABLE ROW LEVEL SECURITY';
	END LOOP;
END
$$;

CALL @workspace@.grant_access();
