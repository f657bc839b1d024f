-- Experts' recognition coefficient.

CREATE TYPE @extschema@.recognition_coefficient_state;

CREATE FUNCTION @extschema@.recognition_coefficient_state_in(cstring)
RETURNS @extschema@.recognition_coefficient_state
AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION @extschema@.recognition_coefficient_state_in(cstring) IS
	'text input of type recognition_coefficient_state';

CREATE FUNCTION @extschema@.recognition_coefficient_state_out(@extschema@.recognition_coefficient_state)
RETURNS cstring
AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION @extschema@.recognition_coefficient_state_out(@extschema@.recognition_coefficient_state) IS
	'text output of type recognition_coefficient_state';

CREATE FUNCTION @extschema@.recognition_coefficient_state_recv(internal)
RETURNS @extschema@.recognition_coefficient_state
AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION @extschema@.recognition_coefficient_state_recv(internal) IS
	'binary input of type recognition_coefficient_state';

CREATE FUNCTION @extschema@.recognition_coefficient_state_send(@extschema@.recognition_coefficient_state)
RETURNS bytea
AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION @extschema@.recognition_coefficient_state_send(@extschema@.recognition_coefficient_state) IS
	'binary output of type recognition_coefficient_state';

CREATE TYPE @extschema@.recognition_coefficient_state (
	INPUT = @extschema@.recognition_coefficient_state_in,
	OUTPUT = @extschema@.recognition_coefficient_state_out,
	RECEIVE = @extschema@.recognition_coefficient_state_recv,
	SEND = @extschema@.recognition_coefficient_state_send,
	ALIGNMENT = double,
	STORAGE = extended
);
COMMENT ON TYPE @extschema@.recognition_coefficient_state IS
	'what a recognition_coefficient keeps: bounds, share and a trimmed mean (认同度评价系数的中间状态)';

CREATE FUNCTION @extschema@.recognition_coefficient_trans(state @extschema@.recognition_coefficient_state, difficulty numeric, accuracy numeric, low numeric, high numeric)
RETURNS @extschema@.recognition_coefficient_state
AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION @extschema@.recognition_coefficient_trans(@extschema@.recognition_coefficient_state, numeric, numeric, numeric, numeric) IS
	'transition of aggregate recognition_coefficient';

CREATE FUNCTION @extschema@.recognition_coefficient_trans(state @extschema@.recognition_coefficient_state, difficulty numeric, accuracy numeric, low numeric, high numeric, drop_each integer)
RETURNS @extschema@.recognition_coefficient_state
AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION @extschema@.recognition_coefficient_trans(@extschema@.recognition_coefficient_state, numeric, numeric, numeric, numeric, integer) IS
	'transition of aggregate recognition_coefficient';

CREATE FUNCTION @extschema@.recognition_coefficient_trans(state @extschema@.recognition_coefficient_state, difficulty numeric, accuracy numeric, low numeric, high numeric, drop_each integer, difficulty_share numeric)
RETURNS @extschema@.recognition_coefficient_state
AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION @extschema@.recognition_coefficient_trans(@extschema@.recognition_coefficient_state, numeric, numeric, numeric, numeric, integer, numeric) IS
	'transition of aggregate recognition_coefficient';

CREATE FUNCTION @extschema@.recognition_coefficient_combine(state @extschema@.recognition_coefficient_state, other @extschema@.recognition_coefficient_state)
RETURNS @extschema@.recognition_coefficient_state
AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION @extschema@.recognition_coefficient_combine(@extschema@.recognition_coefficient_state, @extschema@.recognition_coefficient_state) IS
	'combination of two states of aggregate recognition_coefficient';

CREATE FUNCTION @extschema@.recognition_coefficient_final(state @extschema@.recognition_coefficient_state)
RETURNS numeric
AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION @extschema@.recognition_coefficient_final(@extschema@.recognition_coefficient_state) IS
	'result of aggregate recognition_coefficient';

CREATE AGGREGATE @extschema@.recognition_coefficient(difficulty numeric, accuracy numeric, low numeric, high numeric) (
	SFUNC = @extschema@.recognition_coefficient_trans,
	STYPE = @extschema@.recognition_coefficient_state,
	SSPACE = 256,
	FINALFUNC = @extschema@.recognition_coefficient_final,
	COMBINEFUNC = @extschema@.recognition_coefficient_combine,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE @extschema@.recognition_coefficient(numeric, numeric, numeric, numeric) IS
	'low + (high - low) times the trimmed mean of the experts'' ratings of difficulty and accuracy (认同度评价系数)';

CREATE AGGREGATE @extschema@.recognition_coefficient(difficulty numeric, accuracy numeric, low numeric, high numeric, drop_each integer) (
	SFUNC = @extschema@.recognition_coefficient_trans,
	STYPE = @extschema@.recognition_coefficient_state,
	SSPACE = 256,
	FINALFUNC = @extschema@.recognition_coefficient_final,
	COMBINEFUNC = @extschema@.recognition_coefficient_combine,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE @extschema@.recognition_coefficient(numeric, numeric, numeric, numeric, integer) IS
	'low + (high - low) times the trimmed mean of the experts'' ratings of difficulty and accuracy (认同度评价系数)';

CREATE AGGREGATE @extschema@.recognition_coefficient(difficulty numeric, accuracy numeric, low numeric, high numeric, drop_each integer, difficulty_share numeric) (
	SFUNC = @extschema@.recognition_coefficient_trans,
	STYPE = @extschema@.recognition_coefficient_state,
	SSPACE = 256,
	FINALFUNC = @extschema@.recognition_coefficient_final,
	COMBINEFUNC = @extschema@.recognition_coefficient_combine,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE @extschema@.recognition_coefficient(numeric, numeric, numeric, numeric, integer, numeric) IS
	'low + (high - low) times the trimmed mean of the experts'' ratings of difficulty and accuracy (认同度评价系数)';

CREATE AGGREGATE @extschema@.recognition_coefficient_state(difficulty numeric, accuracy numeric, low numeric, high numeric) (
	SFUNC = @extschema@.recognition_coefficient_trans,
	STYPE = @extschema@.recognition_coefficient_state,
	SSPACE = 256,
	COMBINEFUNC = @extschema@.recognition_coefficient_combine,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE @extschema@.recognition_coefficient_state(numeric, numeric, numeric, numeric) IS
	'the state of recognition_coefficient, to store and merge later (认同度评价系数，中间状态)';

CREATE AGGREGATE @extschema@.recognition_coefficient_state(difficulty numeric, accuracy numeric, low numeric, high numeric, drop_each integer) (
	SFUNC = @extschema@.recognition_coefficient_trans,
	STYPE = @extschema@.recognition_coefficient_state,
	SSPACE = 256,
	COMBINEFUNC = @extschema@.recognition_coefficient_combine,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE @extschema@.recognition_coefficient_state(numeric, numeric, numeric, numeric, integer) IS
	'the state of recognition_coefficient, to store and merge later (认同度评价系数，中间状态)';

CREATE AGGREGATE @extschema@.recognition_coefficient_state(difficulty numeric, accuracy numeric, low numeric, high numeric, drop_each integer, difficulty_share numeric) (
	SFUNC = @extschema@.recognition_coefficient_trans,
	STYPE = @extschema@.recognition_coefficient_state,
	SSPACE = 256,
	COMBINEFUNC = @extschema@.recognition_coefficient_combine,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE @extschema@.recognition_coefficient_state(numeric, numeric, numeric, numeric, integer, numeric) IS
	'the state of recognition_coefficient, to store and merge later (认同度评价系数，中间状态)';

CREATE AGGREGATE @extschema@.recognition_coefficient_merge(state @extschema@.recognition_coefficient_state) (
	SFUNC = @extschema@.recognition_coefficient_combine,
	STYPE = @extschema@.recognition_coefficient_state,
	SSPACE = 256,
	FINALFUNC = @extschema@.recognition_coefficient_final,
	COMBINEFUNC = @extschema@.recognition_coefficient_combine,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE @extschema@.recognition_coefficient_merge(@extschema@.recognition_coefficient_state) IS
	'recognition_coefficient of all rows behind the states (认同度评价系数，合并)';
