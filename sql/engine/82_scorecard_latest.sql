-- Readings to a card, of several readings of an item the latest.

CREATE TYPE @extschema@.scorecard_latest_state;

CREATE FUNCTION @extschema@.scorecard_latest_state_in(cstring)
RETURNS @extschema@.scorecard_latest_state
AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION @extschema@.scorecard_latest_state_in(cstring) IS
	'text input of type scorecard_latest_state';

CREATE FUNCTION @extschema@.scorecard_latest_state_out(@extschema@.scorecard_latest_state)
RETURNS cstring
AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION @extschema@.scorecard_latest_state_out(@extschema@.scorecard_latest_state) IS
	'text output of type scorecard_latest_state';

CREATE FUNCTION @extschema@.scorecard_latest_state_recv(internal)
RETURNS @extschema@.scorecard_latest_state
AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION @extschema@.scorecard_latest_state_recv(internal) IS
	'binary input of type scorecard_latest_state';

CREATE FUNCTION @extschema@.scorecard_latest_state_send(@extschema@.scorecard_latest_state)
RETURNS bytea
AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION @extschema@.scorecard_latest_state_send(@extschema@.scorecard_latest_state) IS
	'binary output of type scorecard_latest_state';

CREATE TYPE @extschema@.scorecard_latest_state (
	INPUT = @extschema@.scorecard_latest_state_in,
	OUTPUT = @extschema@.scorecard_latest_state_out,
	RECEIVE = @extschema@.scorecard_latest_state_recv,
	SEND = @extschema@.scorecard_latest_state_send,
	ALIGNMENT = double,
	STORAGE = extended
);
COMMENT ON TYPE @extschema@.scorecard_latest_state IS
	'the latest reading of each item, with its time and number (最新读数计分卡的中间状态)';

CREATE FUNCTION @extschema@.scorecard_latest_trans(state @extschema@.scorecard_latest_state, item integer, value numeric, status text, recorded_at timestamp with time zone, reading_id bigint)
RETURNS @extschema@.scorecard_latest_state
AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION @extschema@.scorecard_latest_trans(@extschema@.scorecard_latest_state, integer, numeric, text, timestamp with time zone, bigint) IS
	'transition of aggregate scorecard_latest';

CREATE FUNCTION @extschema@.scorecard_latest_combine(state @extschema@.scorecard_latest_state, other @extschema@.scorecard_latest_state)
RETURNS @extschema@.scorecard_latest_state
AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION @extschema@.scorecard_latest_combine(@extschema@.scorecard_latest_state, @extschema@.scorecard_latest_state) IS
	'combination of two states of scorecard_latest';

CREATE FUNCTION @extschema@.scorecard_latest_final(state @extschema@.scorecard_latest_state)
RETURNS @extschema@.scorecard
AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION @extschema@.scorecard_latest_final(@extschema@.scorecard_latest_state) IS
	'result of aggregate scorecard_latest';

CREATE FUNCTION @extschema@.scorecard_latest_state_final(state @extschema@.scorecard_latest_state)
RETURNS @extschema@.scorecard_latest_state
AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION @extschema@.scorecard_latest_state_final(@extschema@.scorecard_latest_state) IS
	'result of aggregate scorecard_latest_state';

CREATE AGGREGATE @extschema@.scorecard_latest(item integer, value numeric, status text, recorded_at timestamp with time zone, reading_id bigint) (
	SFUNC = @extschema@.scorecard_latest_trans,
	STYPE = @extschema@.scorecard_latest_state,
	SSPACE = 1024,
	FINALFUNC = @extschema@.scorecard_latest_final,
	COMBINEFUNC = @extschema@.scorecard_latest_combine,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE @extschema@.scorecard_latest(integer, numeric, text, timestamp with time zone, bigint) IS
	'readings to a scorecard, of each item the latest: the last by time, then by number (最新读数汇成计分卡)';

CREATE AGGREGATE @extschema@.scorecard_latest_state(item integer, value numeric, status text, recorded_at timestamp with time zone, reading_id bigint) (
	SFUNC = @extschema@.scorecard_latest_trans,
	STYPE = @extschema@.scorecard_latest_state,
	SSPACE = 1024,
	FINALFUNC = @extschema@.scorecard_latest_state_final,
	COMBINEFUNC = @extschema@.scorecard_latest_combine,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE @extschema@.scorecard_latest_state(integer, numeric, text, timestamp with time zone, bigint) IS
	'the state of scorecard_latest, to store and merge later (最新读数汇成计分卡，中间状态)';

CREATE AGGREGATE @extschema@.scorecard_latest_merge(state @extschema@.scorecard_latest_state) (
	SFUNC = @extschema@.scorecard_latest_combine,
	STYPE = @extschema@.scorecard_latest_state,
	SSPACE = 1024,
	FINALFUNC = @extschema@.scorecard_latest_final,
	COMBINEFUNC = @extschema@.scorecard_latest_combine,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE @extschema@.scorecard_latest_merge(@extschema@.scorecard_latest_state) IS
	'scorecard_latest of all rows behind the states (最新读数汇成计分卡，合并)';
