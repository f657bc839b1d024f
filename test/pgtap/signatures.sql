-- The contract: every function with its argument names, types and defaults, every operator and cast, and nothing else for the public.
\set ON_ERROR_STOP 1
BEGIN;
CREATE TEMP TABLE wanted (no serial, kind "char", signature text, result text);
INSERT INTO wanted (kind, signature, result) VALUES
	('a', 'weighted_score(score numeric, weight numeric)', 'numeric'),
	('a', 'weighted_score(score numeric, weight numeric, missing text)', 'numeric'),
	('a', 'weighted_score_state(score numeric, weight numeric)', 'weighted_score_state'),
	('a', 'weighted_score_state(score numeric, weight numeric, missing text)', 'weighted_score_state'),
	('a', 'weighted_score_merge(state weighted_score_state)', 'numeric'),
	('a', 'trimmed_mean(value numeric)', 'numeric'),
	('a', 'trimmed_mean(value numeric, drop_each integer)', 'numeric'),
	('a', 'trimmed_mean_state(value numeric)', 'trimmed_mean_state'),
	('a', 'trimmed_mean_state(value numeric, drop_each integer)', 'trimmed_mean_state'),
	('a', 'trimmed_mean_merge(state trimmed_mean_state)', 'numeric'),
	('a', 'recognition_coefficient(difficulty numeric, accuracy numeric, low numeric, high numeric)', 'numeric'),
	('a', 'recognition_coefficient(difficulty numeric, accuracy numeric, low numeric, high numeric, drop_each integer)', 'numeric'),
	('a', 'recognition_coefficient(difficulty numeric, accuracy numeric, low numeric, high numeric, drop_each integer, difficulty_share numeric)', 'numeric'),
	('a', 'recognition_coefficient_state(difficulty numeric, accuracy numeric, low numeric, high numeric)', 'recognition_coefficient_state'),
	('a', 'recognition_coefficient_state(difficulty numeric, accuracy numeric, low numeric, high numeric, drop_each integer)', 'recognition_coefficient_state'),
	('a', 'recognition_coefficient_state(difficulty numeric, accuracy numeric, low numeric, high numeric, drop_each integer, difficulty_share numeric)', 'recognition_coefficient_state'),
	('a', 'recognition_coefficient_merge(state recognition_coefficient_state)', 'numeric'),
	('f', 'rater_severity(units bigint[], raters bigint[], scores numeric[], digits integer DEFAULT 6, shrink numeric DEFAULT 0, OUT rater bigint, OUT component integer, OUT ratings integer, OUT severity numeric, OUT shrunk numeric, OUT estimable boolean, OUT constant boolean)', 'SETOF record'),
	('f', 'rater_agreement(units bigint[], raters bigint[], scores numeric[], digits integer DEFAULT 6, OUT statistic text, OUT value numeric, OUT unit_count integer, OUT rater_count integer, OUT reason text)', 'SETOF record'),
	('f', 'difficulty_adjust(score numeric, coefficient numeric, cap numeric DEFAULT NULL::numeric)', 'numeric'),
	('f', 'score_threshold(value numeric, target numeric, full_points numeric, penalty numeric, step numeric DEFAULT 1, mode text DEFAULT ''linear''::text, min_points numeric DEFAULT 0, better text DEFAULT ''higher''::text)', 'numeric'),
	('f', 'score_proportional(value numeric, target numeric, full_points numeric, low numeric DEFAULT 0, high numeric DEFAULT 1)', 'numeric'),
	('f', 'score_events(count numeric, full_points numeric, penalty numeric, min_points numeric DEFAULT 0)', 'numeric'),
	('f', 'score_bands(value numeric, cuts numeric[], points numeric[])', 'numeric'),
	('f', 'score_interpolate(value numeric, xs numeric[], ys numeric[])', 'numeric'),
	('f', 'tier_quota(n integer, shares numeric[], preference integer[] DEFAULT NULL::integer[], carry numeric[] DEFAULT NULL::numeric[], bounds text[] DEFAULT NULL::text[])', 'integer[]'),
	('f', 'tier_carry(n integer, shares numeric[], preference integer[] DEFAULT NULL::integer[], carry numeric[] DEFAULT NULL::numeric[], bounds text[] DEFAULT NULL::text[])', 'numeric[]'),
	('f', 'seat_quota(seats bigint, weights numeric[], preference integer[] DEFAULT NULL::integer[])', 'bigint[]'),
	('f', 'allocate_amount(amount numeric, weights numeric[], scale integer DEFAULT 2)', 'numeric[]'),
	('w', 'forced_distribution(score numeric, shares numeric[], ties text DEFAULT ''expand''::text, preference integer[] DEFAULT NULL::integer[], carry numeric[] DEFAULT NULL::numeric[], bounds text[] DEFAULT NULL::text[])', 'integer'),
	('w', 'place_by_rule(score numeric, rule record, cap integer DEFAULT NULL::integer, promoted integer DEFAULT NULL::integer)', 'integer[]'),
	('w', 'rank_by_score(score numeric)', 'bigint'),
	('w', 'tier_by_rule(score numeric, rule record)', 'integer'),
	('w', 'tier_by_seats(score numeric, seats integer[], ties text DEFAULT ''expand''::text)', 'integer'),
	('w', 'settle_tier(score numeric, quota_tier integer, tiers integer, cap integer DEFAULT NULL::integer, promoted integer DEFAULT NULL::integer, refill boolean DEFAULT true, consumes_quota boolean DEFAULT true, ties text DEFAULT ''expand''::text)', 'integer'),
	('f', 'prededuct_refund(points numeric, rectified numeric, effect text DEFAULT ''full''::text, cap numeric DEFAULT 0.80)', 'numeric'),
	('f', 'prededuct_refund(points numeric, rectified numeric, effect text, cap numeric, notice_date date, acceptance_date date, term interval DEFAULT ''3 mons''::interval)', 'numeric'),
	('a', 'scorecard_agg(item integer, value numeric)', 'scorecard'),
	('a', 'scorecard_agg(item integer, value numeric, status text)', 'scorecard'),
	('a', 'scorecard_agg_state(item integer, value numeric)', 'scorecard_agg_state'),
	('a', 'scorecard_agg_state(item integer, value numeric, status text)', 'scorecard_agg_state'),
	('a', 'scorecard_agg_merge(state scorecard_agg_state)', 'scorecard'),
	('a', 'scorecard_latest(item integer, value numeric, status text, recorded_at timestamp with time zone, reading_id bigint)', 'scorecard'),
	('a', 'scorecard_latest_state(item integer, value numeric, status text, recorded_at timestamp with time zone, reading_id bigint)', 'scorecard_latest_state'),
	('a', 'scorecard_latest_merge(state scorecard_latest_state)', 'scorecard'),
	('a', 'scorecard_sum(card scorecard)', 'scorecard'),
	('a', 'scorecard_sum_state(card scorecard)', 'scorecard_accumulate_state'),
	('a', 'scorecard_sum_merge(state scorecard_accumulate_state)', 'scorecard'),
	('a', 'scorecard_mean(card scorecard, digits integer, mode text)', 'scorecard'),
	('a', 'scorecard_mean_state(card scorecard, digits integer, mode text)', 'scorecard_accumulate_state'),
	('a', 'scorecard_mean_merge(state scorecard_accumulate_state)', 'scorecard'),
	('a', 'scorecard_min(card scorecard)', 'scorecard'),
	('a', 'scorecard_min_state(card scorecard)', 'scorecard_accumulate_state'),
	('a', 'scorecard_min_merge(state scorecard_accumulate_state)', 'scorecard'),
	('a', 'scorecard_max(card scorecard)', 'scorecard'),
	('a', 'scorecard_max_state(card scorecard)', 'scorecard_accumulate_state'),
	('a', 'scorecard_max_merge(state scorecard_accumulate_state)', 'scorecard'),
	('a', 'scorecard_last(card scorecard, at timestamp with time zone)', 'scorecard'),
	('a', 'scorecard_last_state(card scorecard, at timestamp with time zone)', 'scorecard_accumulate_state'),
	('a', 'scorecard_last_merge(state scorecard_accumulate_state)', 'scorecard'),
	('f', 'scorecard(object jsonb)', 'scorecard'),
	('f', 'jsonb(card scorecard)', 'jsonb'),
	('f', 'scorecard_value(card scorecard, item integer)', 'numeric'),
	('f', 'scorecard_status(card scorecard, item integer)', 'text'),
	('f', 'item_count(card scorecard)', 'integer'),
	('f', 'items(card scorecard, OUT item integer, OUT value numeric, OUT status text, OUT code integer)', 'SETOF record'),
	('f', 'scorecard_merge(a scorecard, b scorecard)', 'scorecard'),
	('f', 'scorecard_pick(card scorecard, items integer[])', 'scorecard'),
	('f', 'coverage(card scorecard, items integer[])', 'numeric'),
	('f', 'rubric(document jsonb)', 'rubric'),
	('f', 'jsonb(rubric rubric)', 'jsonb'),
	('f', 'rubric_items(rubric rubric)', 'integer[]'),
	('f', 'evaluate(card scorecard, rubric rubric)', 'scorecard'),
	('f', 'evaluate_brief(card scorecard, rubric rubric)', 'scorecard'),
	('f', 'score(result scorecard)', 'numeric'),
	('f', 'score(card scorecard, rubric rubric)', 'numeric'),
	('f', 'rank_basis(result scorecard)', 'numeric'),
	('f', 'rank_basis(card scorecard, rubric rubric)', 'numeric'),
	('f', 'flags(result scorecard, OUT node integer, OUT flag text, OUT value numeric, OUT meaning text)', 'SETOF record'),
	('f', 'tier_cap(result scorecard)', 'integer'),
	('f', 'eligible(result scorecard)', 'boolean'),
	('f', 'explain(card scorecard, rubric rubric, OUT node integer, OUT parent integer, OUT path text, OUT label text, OUT reading numeric, OUT rule text, OUT raw_points numeric, OUT weight numeric, OUT points numeric, OUT status text, OUT note text)', 'SETOF record'),
	('f', 'lint(rubric rubric, OUT severity text, OUT path text, OUT code text, OUT message text, OUT hint text)', 'SETOF record'),
	('f', 'reweight(rubric rubric, node integer, weight numeric)', 'rubric'),
	('f', 'with_parameters(rubric rubric, parameters jsonb)', 'rubric'),
	('a', 'compile_rubric("row" jsonb)', 'rubric'),
	('f', 'rubric_rows(rubric rubric, OUT node integer, OUT parent integer, OUT "position" integer, OUT path text, OUT spec jsonb)', 'SETOF record'),
	('f', 'rubric_diff(a rubric, b rubric, OUT node integer, OUT path text, OUT change text, OUT key text, OUT before jsonb, OUT after jsonb)', 'SETOF record'),
	('f', 'workspaces(OUT name text, OUT owner text)', 'SETOF record'),
	('f', 'all_standings(period_code text DEFAULT NULL::text, owner text DEFAULT CURRENT_USER, OUT workspace text, OUT scheme text, OUT period text, OUT group_code text, OUT group_label text, OUT subject text, OUT subject_name text, OUT subject_name_zh text, OUT base_score numeric, OUT coefficient numeric, OUT deductions numeric, OUT bonus numeric, OUT score numeric, OUT rank bigint, OUT group_size bigint, OUT tier integer, OUT tier_code text, OUT tier_label text, OUT tier_label_zh text, OUT coverage numeric, OUT provisional boolean)', 'SETOF record'),
	('f', 'workspace_files(name text, OUT file text, OUT body text)', 'SETOF record'),
	('p', 'create_workspace(IN name text, IN label text DEFAULT NULL::text, IN time_zone text DEFAULT NULL::text)', NULL),
	('p', 'upgrade_workspace(IN name text)', NULL),
	('p', 'drop_workspace(IN name text, IN confirm text, IN force boolean DEFAULT false)', NULL);

SET LOCAL search_path = perfeval, pg_catalog;	-- types of ours without their schema
CREATE TEMP TABLE actual AS
SELECT p.oid, prokind AS kind, format('%s(%s)', proname, pg_get_function_arguments(p.oid)) AS signature, pg_get_function_result(p.oid) AS result
FROM pg_proc p JOIN pg_depend d ON d.classid = 'pg_proc'::regclass AND d.objid = p.oid AND d.deptype = 'e'
JOIN pg_extension e ON d.refclassid = 'pg_extension'::regclass AND e.oid = d.refobjid AND extname = 'perfeval';
RESET search_path;

SELECT plan(7 + count(*)::int) FROM wanted;
SELECT is((SELECT format('%s %s', kind, result) FROM actual WHERE actual.signature = wanted.signature), format('%s %s', kind, result), signature) FROM wanted ORDER BY no;

-- Functions that serve an aggregate, a type, a comparison or an operator class are members too.
SELECT is_empty($$
	SELECT signature FROM actual WHERE signature NOT IN (SELECT signature FROM wanted) AND NOT EXISTS (
		SELECT FROM pg_aggregate WHERE actual.oid IN (aggtransfn, aggcombinefn, aggfinalfn, aggserialfn, aggdeserialfn, aggmtransfn, aggminvtransfn, aggmfinalfn)) AND NOT EXISTS (
		SELECT FROM pg_type WHERE actual.oid IN (typinput, typoutput, typreceive, typsend, typmodin, typmodout)) AND NOT EXISTS (
		SELECT FROM pg_operator WHERE oprcode = actual.oid AND oprresult = 'boolean'::regtype) AND NOT EXISTS (
		SELECT FROM pg_amproc WHERE amproc = actual.oid)
$$, 'no function beyond these and their support');

SET LOCAL search_path = perfeval, pg_catalog;
CREATE TEMP VIEW member AS SELECT d.* FROM pg_depend d JOIN pg_extension e ON refclassid = 'pg_extension'::regclass AND e.oid = refobjid AND extname = 'perfeval' WHERE deptype = 'e';
CREATE TEMP TABLE operator AS SELECT o.*, format('%s %s %s', oprleft::regtype, oprname, oprright::regtype) AS name FROM pg_operator o JOIN member ON classid = 'pg_operator'::regclass AND objid = o.oid;
CREATE TEMP TABLE casting AS SELECT format('%s to %s by %s, %s', castsource::regtype, casttarget::regtype, castfunc::regprocedure, castcontext) AS name FROM pg_cast c JOIN member ON classid = 'pg_cast'::regclass AND objid = c.oid;
CREATE TEMP TABLE class AS SELECT format('%s %s for %s', amname, opcname, opcintype::regtype) AS name, opcdefault FROM pg_opclass c JOIN pg_am a ON a.oid = opcmethod JOIN member ON classid = 'pg_opclass'::regclass AND objid = c.oid;
RESET search_path;
SELECT set_eq('SELECT name FROM operator', ARRAY['scorecard -> integer', 'scorecard || scorecard', 'scorecard = scorecard', 'scorecard <> scorecard', 'scorecard < scorecard', 'scorecard <= scorecard', 'scorecard > scorecard', 'scorecard >= scorecard', 'rubric = rubric', 'rubric <> rubric'], 'the operators');
SELECT set_eq($$SELECT name || ' ' || oprcode::regprocedure FROM operator WHERE oprresult <> 'boolean'::regtype$$, ARRAY['scorecard -> integer perfeval.scorecard_value(perfeval.scorecard,integer)', 'scorecard || scorecard perfeval.scorecard_merge(perfeval.scorecard,perfeval.scorecard)'], 'do what functions of a name do');
SELECT is_empty($$SELECT a.name FROM operator a LEFT JOIN operator c ON c.oid = a.oprcom LEFT JOIN operator n ON n.oid = a.oprnegate
	WHERE a.oprresult = 'boolean'::regtype AND (c.oprcom IS DISTINCT FROM a.oid OR n.oprnegate IS DISTINCT FROM a.oid OR 0 IN (a.oprrest::oid, a.oprjoin::oid))$$, 'comparisons have their mirror images, and estimates');
SELECT set_eq($$SELECT format('%s %s %s', name, oprcanhash, oprcanmerge) FROM operator WHERE oprcanhash OR oprcanmerge$$, ARRAY['scorecard = scorecard t t', 'rubric = rubric t f'], 'equality can be joined by hash, and of scorecards by merge');
SELECT set_eq('SELECT name FROM casting', ARRAY['scorecard to jsonb by jsonb(scorecard), e', 'jsonb to scorecard by scorecard(jsonb), e', 'rubric to jsonb by jsonb(rubric), e', 'jsonb to rubric by rubric(jsonb), e'], 'the casts, none of them implicit');
SELECT set_eq('SELECT name FROM class WHERE opcdefault', ARRAY['btree scorecard_ops for scorecard', 'hash scorecard_hash_ops for scorecard', 'hash rubric_hash_ops for rubric'], 'the operator classes');
SELECT * FROM finish();
ROLLBACK;
