-- The contract: every function with its argument names, types and defaults, and nothing else for the public.
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
	('w', 'tier_by_seats(score numeric, seats integer[], ties text DEFAULT ''expand''::text)', 'integer'),
	('f', 'prededuct_refund(points numeric, rectified numeric, effect text DEFAULT ''full''::text, cap numeric DEFAULT 0.80)', 'numeric'),
	('f', 'prededuct_refund(points numeric, rectified numeric, effect text, cap numeric, notice_date date, acceptance_date date, term interval DEFAULT ''3 mons''::interval)', 'numeric');

SET LOCAL search_path = perfeval, pg_catalog;	-- types of ours without their schema
CREATE TEMP TABLE actual AS
SELECT p.oid, prokind AS kind, format('%s(%s)', proname, pg_get_function_arguments(p.oid)) AS signature, pg_get_function_result(p.oid) AS result
FROM pg_proc p JOIN pg_depend d ON d.classid = 'pg_proc'::regclass AND d.objid = p.oid AND d.deptype = 'e'
JOIN pg_extension e ON d.refclassid = 'pg_extension'::regclass AND e.oid = d.refobjid AND extname = 'perfeval';
RESET search_path;

SELECT plan(1 + count(*)::int) FROM wanted;
SELECT is((SELECT format('%s %s', kind, result) FROM actual WHERE actual.signature = wanted.signature), format('%s %s', kind, result), signature) FROM wanted ORDER BY no;

-- Functions that serve an aggregate or a type are members too.
SELECT is_empty($$
	SELECT signature FROM actual WHERE signature NOT IN (SELECT signature FROM wanted) AND NOT EXISTS (
		SELECT FROM pg_aggregate WHERE actual.oid IN (aggtransfn, aggcombinefn, aggfinalfn, aggserialfn, aggdeserialfn, aggmtransfn, aggminvtransfn, aggmfinalfn)) AND NOT EXISTS (
		SELECT FROM pg_type WHERE actual.oid IN (typinput, typoutput, typreceive, typsend, typmodin, typmodout))
$$, 'no function beyond these and their support');
SELECT * FROM finish();
ROLLBACK;
