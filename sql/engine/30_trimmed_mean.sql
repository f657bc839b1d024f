-- The mean after dropping the highest and the lowest values.

CREATE TYPE @extschema@.trimmed_mean_state;

CREATE FUNCTION @extschema@.trimmed_mean_state_in(cstring)
RETURNS @extschema@.trimmed_mean_state
AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION @extschema@.trimmed_mean_state_in(cstring) IS
	'text input of type trimmed_mean_state';

CREATE FUNCTION @extschema@.trimmed_mean_state_out(@extschema@.trimmed_mean_state)
RETURNS cstring
AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION @extschema@.trimmed_mean_state_out(@extschema@.trimmed_mean_state) IS
	'text output of type trimmed_mean_state';

CREATE FUNCTION @extschema@.trimmed_mean_state_recv(internal)
RETURNS @extschema@.trimmed_mean_state
AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION @extschema@.trimmed_mean_state_recv(internal) IS
	'binary input of type trimmed_mean_state';

CREATE FUNCTION @extschema@.trimmed_mean_state_send(@extschema@.trimmed_mean_state)
RETURNS bytea
AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION @extschema@.trimmed_mean_state_send(@extschema@.trimmed_mean_state) IS
	'binary output of type trimmed_mean_state';

CREATE TYPE @extschema@.trimmed_mean_state (
	INPUT = @extschema@.trimmed_mean_state_in,
	OUTPUT = @extschema@.trimmed_mean_state_out,
	RECEIVE = @extschema@.trimmed_mean_state_recv,
	SEND = @extschema@.trimmed_mean_state_send,
	ALIGNMENT = double,
	STORAGE = extended
);
COMMENT ON TYPE @extschema@.trimmed_mean_state IS
	'what a trimmed_mean keeps: drop_each, count, sum, lowest and highest values (去掉最高最低分的平均分的中间状态)';

CREATE FUNCTION @extschema@.trimmed_mean_trans(state @extschema@.trimmed_mean_state, value numeric)
RETURNS @extschema@.trimmed_mean_state
AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION @extschema@.trimmed_mean_trans(@extschema@.trimmed_mean_state, numeric) IS
	'transition of aggregate trimmed_mean';

CREATE FUNCTION @extschema@.trimmed_mean_trans(state @extschema@.trimmed_mean_state, value numeric, drop_each integer)
RETURNS @extschema@.trimmed_mean_state
AS 'MODULE_PATHNAME', 'trimmed_mean_drop_trans' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION @extschema@.trimmed_mean_trans(@extschema@.trimmed_mean_state, numeric, integer) IS
	'transition of aggregate trimmed_mean';

CREATE FUNCTION @extschema@.trimmed_mean_combine(state @extschema@.trimmed_mean_state, other @extschema@.trimmed_mean_state)
RETURNS @extschema@.trimmed_mean_state
AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION @extschema@.trimmed_mean_combine(@extschema@.trimmed_mean_state, @extschema@.trimmed_mean_state) IS
	'combination of two states of aggregate trimmed_mean';

CREATE FUNCTION @extschema@.trimmed_mean_final(state @extschema@.trimmed_mean_state)
RETURNS numeric
AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION @extschema@.trimmed_mean_final(@extschema@.trimmed_mean_state) IS
	'result of aggregate trimmed_mean';

CREATE AGGREGATE @extschema@.trimmed_mean(value numeric) (
	SFUNC = @extschema@.trimmed_mean_trans,
	STYPE = @extschema@.trimmed_mean_state,
	SSPACE = 160,
	FINALFUNC = @extschema@.trimmed_mean_final,
	COMBINEFUNC = @extschema@.trimmed_mean_combine,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE @extschema@.trimmed_mean(numeric) IS
	'mean after dropping the drop_each highest and lowest values (去掉最高最低分的平均分)';

CREATE AGGREGATE @extschema@.trimmed_mean(value numeric, drop_each integer) (
	SFUNC = @extschema@.trimmed_mean_trans,
	STYPE = @extschema@.trimmed_mean_state,
	SSPACE = 160,
	FINALFUNC = @extschema@.trimmed_mean_final,
	COMBINEFUNC = @extschema@.trimmed_mean_combine,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE @extschema@.trimmed_mean(numeric, integer) IS
	'mean after dropping the drop_each highest and lowest values (去掉最高最低分的平均分)';

CREATE AGGREGATE @extschema@.trimmed_mean_state(value numeric) (
	SFUNC = @extschema@.trimmed_mean_trans,
	STYPE = @extschema@.trimmed_mean_state,
	SSPACE = 160,
	COMBINEFUNC = @extschema@.trimmed_mean_combine,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE @extschema@.trimmed_mean_state(numeric) IS
	'the state of trimmed_mean, to store and merge later (去掉最高最低分的平均分，中间状态)';

CREATE AGGREGATE @extschema@.trimmed_mean_state(value numeric, drop_each integer) (
	SFUNC = @extschema@.trimmed_mean_trans,
	STYPE = @extschema@.trimmed_mean_state,
	SSPACE = 160,
	COMBINEFUNC = @extschema@.trimmed_mean_combine,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE @extschema@.trimmed_mean_state(numeric, integer) IS
	'the state of trimmed_mean, to store and merge later (去掉最高最低分的平均分，中间状态)';

CREATE AGGREGATE @extschema@.trimmed_mean_merge(state @extschema@.trimmed_mean_state) (
	SFUNC = @extschema@.trimmed_mean_combine,
	STYPE = @extschema@.trimmed_mean_state,
	SSPACE = 160,
	FINALFUNC = @extschema@.trimmed_mean_final,
	COMBINEFUNC = @extschema@.trimmed_mean_combine,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE @extschema@.trimmed_mean_merge(@extschema@.trimmed_mean_state) IS
	'trimmed_mean of all rows behind the states (去掉最高最低分的平均分，合并)';
