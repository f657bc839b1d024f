-- The weighted mean of the observed scores.

CREATE TYPE @extschema@.weighted_score_state;

CREATE FUNCTION @extschema@.weighted_score_state_in(cstring)
RETURNS @extschema@.weighted_score_state
AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION @extschema@.weighted_score_state_in(cstring) IS
	'text input of type weighted_score_state';

CREATE FUNCTION @extschema@.weighted_score_state_out(@extschema@.weighted_score_state)
RETURNS cstring
AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION @extschema@.weighted_score_state_out(@extschema@.weighted_score_state) IS
	'text output of type weighted_score_state';

CREATE FUNCTION @extschema@.weighted_score_state_recv(internal)
RETURNS @extschema@.weighted_score_state
AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION @extschema@.weighted_score_state_recv(internal) IS
	'binary input of type weighted_score_state';

CREATE FUNCTION @extschema@.weighted_score_state_send(@extschema@.weighted_score_state)
RETURNS bytea
AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION @extschema@.weighted_score_state_send(@extschema@.weighted_score_state) IS
	'binary output of type weighted_score_state';

CREATE TYPE @extschema@.weighted_score_state (
	INPUT = @extschema@.weighted_score_state_in,
	OUTPUT = @extschema@.weighted_score_state_out,
	RECEIVE = @extschema@.weighted_score_state_recv,
	SEND = @extschema@.weighted_score_state_send,
	ALIGNMENT = double,
	STORAGE = extended
);
COMMENT ON TYPE @extschema@.weighted_score_state IS
	'sums of a weighted_score: policy, weighted scores, observed weights, missing weights (加权得分的中间状态)';

CREATE FUNCTION @extschema@.weighted_score_trans(state @extschema@.weighted_score_state, score numeric, weight numeric)
RETURNS @extschema@.weighted_score_state
AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION @extschema@.weighted_score_trans(@extschema@.weighted_score_state, numeric, numeric) IS
	'transition of aggregate weighted_score';

CREATE FUNCTION @extschema@.weighted_score_trans(state @extschema@.weighted_score_state, score numeric, weight numeric, missing text)
RETURNS @extschema@.weighted_score_state
AS 'MODULE_PATHNAME', 'weighted_score_missing_trans' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION @extschema@.weighted_score_trans(@extschema@.weighted_score_state, numeric, numeric, text) IS
	'transition of aggregate weighted_score';

CREATE FUNCTION @extschema@.weighted_score_combine(state @extschema@.weighted_score_state, other @extschema@.weighted_score_state)
RETURNS @extschema@.weighted_score_state
AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION @extschema@.weighted_score_combine(@extschema@.weighted_score_state, @extschema@.weighted_score_state) IS
	'combination of two states of aggregate weighted_score';

CREATE FUNCTION @extschema@.weighted_score_final(state @extschema@.weighted_score_state)
RETURNS numeric
AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION @extschema@.weighted_score_final(@extschema@.weighted_score_state) IS
	'result of aggregate weighted_score';

CREATE AGGREGATE @extschema@.weighted_score(score numeric, weight numeric) (
	SFUNC = @extschema@.weighted_score_trans,
	STYPE = @extschema@.weighted_score_state,
	SSPACE = 64,
	FINALFUNC = @extschema@.weighted_score_final,
	COMBINEFUNC = @extschema@.weighted_score_combine,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE @extschema@.weighted_score(numeric, numeric) IS
	'weighted mean of the observed scores; missing: renormalize, renormalize:<floor>, zero, strict or impute:<value> (加权得分)';

CREATE AGGREGATE @extschema@.weighted_score(score numeric, weight numeric, missing text) (
	SFUNC = @extschema@.weighted_score_trans,
	STYPE = @extschema@.weighted_score_state,
	SSPACE = 64,
	FINALFUNC = @extschema@.weighted_score_final,
	COMBINEFUNC = @extschema@.weighted_score_combine,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE @extschema@.weighted_score(numeric, numeric, text) IS
	'weighted mean of the observed scores; missing: renormalize, renormalize:<floor>, zero, strict or impute:<value> (加权得分)';

CREATE AGGREGATE @extschema@.weighted_score_state(score numeric, weight numeric) (
	SFUNC = @extschema@.weighted_score_trans,
	STYPE = @extschema@.weighted_score_state,
	SSPACE = 64,
	COMBINEFUNC = @extschema@.weighted_score_combine,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE @extschema@.weighted_score_state(numeric, numeric) IS
	'the state of weighted_score, to store and merge later (加权得分，中间状态)';

CREATE AGGREGATE @extschema@.weighted_score_state(score numeric, weight numeric, missing text) (
	SFUNC = @extschema@.weighted_score_trans,
	STYPE = @extschema@.weighted_score_state,
	SSPACE = 64,
	COMBINEFUNC = @extschema@.weighted_score_combine,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE @extschema@.weighted_score_state(numeric, numeric, text) IS
	'the state of weighted_score, to store and merge later (加权得分，中间状态)';

CREATE AGGREGATE @extschema@.weighted_score_merge(state @extschema@.weighted_score_state) (
	SFUNC = @extschema@.weighted_score_combine,
	STYPE = @extschema@.weighted_score_state,
	SSPACE = 64,
	FINALFUNC = @extschema@.weighted_score_final,
	COMBINEFUNC = @extschema@.weighted_score_combine,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE @extschema@.weighted_score_merge(@extschema@.weighted_score_state) IS
	'weighted_score of all rows behind the states (加权得分，合并)';
