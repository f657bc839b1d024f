-- Cards of several periods to one.

CREATE TYPE @extschema@.scorecard_accumulate_state;

CREATE FUNCTION @extschema@.scorecard_accumulate_state_in(cstring)
RETURNS @extschema@.scorecard_accumulate_state
AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION @extschema@.scorecard_accumulate_state_in(cstring) IS
	'text input of type scorecard_accumulate_state';

CREATE FUNCTION @extschema@.scorecard_accumulate_state_out(@extschema@.scorecard_accumulate_state)
RETURNS cstring
AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION @extschema@.scorecard_accumulate_state_out(@extschema@.scorecard_accumulate_state) IS
	'text output of type scorecard_accumulate_state';

CREATE FUNCTION @extschema@.scorecard_accumulate_state_recv(internal)
RETURNS @extschema@.scorecard_accumulate_state
AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION @extschema@.scorecard_accumulate_state_recv(internal) IS
	'binary input of type scorecard_accumulate_state';

CREATE FUNCTION @extschema@.scorecard_accumulate_state_send(@extschema@.scorecard_accumulate_state)
RETURNS bytea
AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION @extschema@.scorecard_accumulate_state_send(@extschema@.scorecard_accumulate_state) IS
	'binary output of type scorecard_accumulate_state';

CREATE TYPE @extschema@.scorecard_accumulate_state (
	INPUT = @extschema@.scorecard_accumulate_state_in,
	OUTPUT = @extschema@.scorecard_accumulate_state_out,
	RECEIVE = @extschema@.scorecard_accumulate_state_recv,
	SEND = @extschema@.scorecard_accumulate_state_send,
	ALIGNMENT = double,
	STORAGE = extended
);
COMMENT ON TYPE @extschema@.scorecard_accumulate_state IS
	'items of cards put together: kind, rounding, counts and a card (计分卡累计的中间状态)';

CREATE FUNCTION @extschema@.scorecard_accumulate_combine(state @extschema@.scorecard_accumulate_state, other @extschema@.scorecard_accumulate_state)
RETURNS @extschema@.scorecard_accumulate_state
AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION @extschema@.scorecard_accumulate_combine(@extschema@.scorecard_accumulate_state, @extschema@.scorecard_accumulate_state) IS
	'combination of two states of scorecard_sum, _mean, _min, _max or _last';

CREATE FUNCTION @extschema@.scorecard_accumulate_final(state @extschema@.scorecard_accumulate_state)
RETURNS @extschema@.scorecard
AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION @extschema@.scorecard_accumulate_final(@extschema@.scorecard_accumulate_state) IS
	'result of aggregates scorecard_sum, _mean, _min, _max and _last';

CREATE FUNCTION @extschema@.scorecard_sum_trans(state @extschema@.scorecard_accumulate_state, card @extschema@.scorecard)
RETURNS @extschema@.scorecard_accumulate_state
AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION @extschema@.scorecard_sum_trans(@extschema@.scorecard_accumulate_state, @extschema@.scorecard) IS
	'transition of aggregate scorecard_sum';

CREATE FUNCTION @extschema@.scorecard_sum_merge_trans(state @extschema@.scorecard_accumulate_state, other @extschema@.scorecard_accumulate_state)
RETURNS @extschema@.scorecard_accumulate_state
AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION @extschema@.scorecard_sum_merge_trans(@extschema@.scorecard_accumulate_state, @extschema@.scorecard_accumulate_state) IS
	'transition of aggregate scorecard_sum_merge';

CREATE AGGREGATE @extschema@.scorecard_sum(card @extschema@.scorecard) (
	SFUNC = @extschema@.scorecard_sum_trans,
	STYPE = @extschema@.scorecard_accumulate_state,
	SSPACE = 4096,
	FINALFUNC = @extschema@.scorecard_accumulate_final,
	COMBINEFUNC = @extschema@.scorecard_accumulate_combine,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE @extschema@.scorecard_sum(@extschema@.scorecard) IS
	'each item''s sum over the cards (计分卡求和)';

CREATE AGGREGATE @extschema@.scorecard_sum_state(card @extschema@.scorecard) (
	SFUNC = @extschema@.scorecard_sum_trans,
	STYPE = @extschema@.scorecard_accumulate_state,
	SSPACE = 4096,
	COMBINEFUNC = @extschema@.scorecard_accumulate_combine,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE @extschema@.scorecard_sum_state(@extschema@.scorecard) IS
	'the state of scorecard_sum, to store and merge later (计分卡求和，中间状态)';

CREATE AGGREGATE @extschema@.scorecard_sum_merge(state @extschema@.scorecard_accumulate_state) (
	SFUNC = @extschema@.scorecard_sum_merge_trans,
	STYPE = @extschema@.scorecard_accumulate_state,
	SSPACE = 4096,
	FINALFUNC = @extschema@.scorecard_accumulate_final,
	COMBINEFUNC = @extschema@.scorecard_accumulate_combine,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE @extschema@.scorecard_sum_merge(@extschema@.scorecard_accumulate_state) IS
	'scorecard_sum of all cards behind the states (计分卡求和，合并)';

CREATE FUNCTION @extschema@.scorecard_mean_trans(state @extschema@.scorecard_accumulate_state, card @extschema@.scorecard, digits integer, mode text)
RETURNS @extschema@.scorecard_accumulate_state
AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION @extschema@.scorecard_mean_trans(@extschema@.scorecard_accumulate_state, @extschema@.scorecard, integer, text) IS
	'transition of aggregate scorecard_mean';

CREATE FUNCTION @extschema@.scorecard_mean_merge_trans(state @extschema@.scorecard_accumulate_state, other @extschema@.scorecard_accumulate_state)
RETURNS @extschema@.scorecard_accumulate_state
AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION @extschema@.scorecard_mean_merge_trans(@extschema@.scorecard_accumulate_state, @extschema@.scorecard_accumulate_state) IS
	'transition of aggregate scorecard_mean_merge';

CREATE AGGREGATE @extschema@.scorecard_mean(card @extschema@.scorecard, digits integer, mode text) (
	SFUNC = @extschema@.scorecard_mean_trans,
	STYPE = @extschema@.scorecard_accumulate_state,
	SSPACE = 4096,
	FINALFUNC = @extschema@.scorecard_accumulate_final,
	COMBINEFUNC = @extschema@.scorecard_accumulate_combine,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE @extschema@.scorecard_mean(@extschema@.scorecard, integer, text) IS
	'each item''s mean over the cards, rounded once: mode half_up, half_even, floor or ceil (计分卡求平均)';

CREATE AGGREGATE @extschema@.scorecard_mean_state(card @extschema@.scorecard, digits integer, mode text) (
	SFUNC = @extschema@.scorecard_mean_trans,
	STYPE = @extschema@.scorecard_accumulate_state,
	SSPACE = 4096,
	COMBINEFUNC = @extschema@.scorecard_accumulate_combine,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE @extschema@.scorecard_mean_state(@extschema@.scorecard, integer, text) IS
	'the state of scorecard_mean, to store and merge later (计分卡求平均，中间状态)';

CREATE AGGREGATE @extschema@.scorecard_mean_merge(state @extschema@.scorecard_accumulate_state) (
	SFUNC = @extschema@.scorecard_mean_merge_trans,
	STYPE = @extschema@.scorecard_accumulate_state,
	SSPACE = 4096,
	FINALFUNC = @extschema@.scorecard_accumulate_final,
	COMBINEFUNC = @extschema@.scorecard_accumulate_combine,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE @extschema@.scorecard_mean_merge(@extschema@.scorecard_accumulate_state) IS
	'scorecard_mean of all cards behind the states (计分卡求平均，合并)';

CREATE FUNCTION @extschema@.scorecard_min_trans(state @extschema@.scorecard_accumulate_state, card @extschema@.scorecard)
RETURNS @extschema@.scorecard_accumulate_state
AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION @extschema@.scorecard_min_trans(@extschema@.scorecard_accumulate_state, @extschema@.scorecard) IS
	'transition of aggregate scorecard_min';

CREATE FUNCTION @extschema@.scorecard_min_merge_trans(state @extschema@.scorecard_accumulate_state, other @extschema@.scorecard_accumulate_state)
RETURNS @extschema@.scorecard_accumulate_state
AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION @extschema@.scorecard_min_merge_trans(@extschema@.scorecard_accumulate_state, @extschema@.scorecard_accumulate_state) IS
	'transition of aggregate scorecard_min_merge';

CREATE AGGREGATE @extschema@.scorecard_min(card @extschema@.scorecard) (
	SFUNC = @extschema@.scorecard_min_trans,
	STYPE = @extschema@.scorecard_accumulate_state,
	SSPACE = 4096,
	FINALFUNC = @extschema@.scorecard_accumulate_final,
	COMBINEFUNC = @extschema@.scorecard_accumulate_combine,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE @extschema@.scorecard_min(@extschema@.scorecard) IS
	'each item''s lowest number over the cards (计分卡取最小)';

CREATE AGGREGATE @extschema@.scorecard_min_state(card @extschema@.scorecard) (
	SFUNC = @extschema@.scorecard_min_trans,
	STYPE = @extschema@.scorecard_accumulate_state,
	SSPACE = 4096,
	COMBINEFUNC = @extschema@.scorecard_accumulate_combine,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE @extschema@.scorecard_min_state(@extschema@.scorecard) IS
	'the state of scorecard_min, to store and merge later (计分卡取最小，中间状态)';

CREATE AGGREGATE @extschema@.scorecard_min_merge(state @extschema@.scorecard_accumulate_state) (
	SFUNC = @extschema@.scorecard_min_merge_trans,
	STYPE = @extschema@.scorecard_accumulate_state,
	SSPACE = 4096,
	FINALFUNC = @extschema@.scorecard_accumulate_final,
	COMBINEFUNC = @extschema@.scorecard_accumulate_combine,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE @extschema@.scorecard_min_merge(@extschema@.scorecard_accumulate_state) IS
	'scorecard_min of all cards behind the states (计分卡取最小，合并)';

CREATE FUNCTION @extschema@.scorecard_max_trans(state @extschema@.scorecard_accumulate_state, card @extschema@.scorecard)
RETURNS @extschema@.scorecard_accumulate_state
AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION @extschema@.scorecard_max_trans(@extschema@.scorecard_accumulate_state, @extschema@.scorecard) IS
	'transition of aggregate scorecard_max';

CREATE FUNCTION @extschema@.scorecard_max_merge_trans(state @extschema@.scorecard_accumulate_state, other @extschema@.scorecard_accumulate_state)
RETURNS @extschema@.scorecard_accumulate_state
AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION @extschema@.scorecard_max_merge_trans(@extschema@.scorecard_accumulate_state, @extschema@.scorecard_accumulate_state) IS
	'transition of aggregate scorecard_max_merge';

CREATE AGGREGATE @extschema@.scorecard_max(card @extschema@.scorecard) (
	SFUNC = @extschema@.scorecard_max_trans,
	STYPE = @extschema@.scorecard_accumulate_state,
	SSPACE = 4096,
	FINALFUNC = @extschema@.scorecard_accumulate_final,
	COMBINEFUNC = @extschema@.scorecard_accumulate_combine,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE @extschema@.scorecard_max(@extschema@.scorecard) IS
	'each item''s highest number over the cards (计分卡取最大)';

CREATE AGGREGATE @extschema@.scorecard_max_state(card @extschema@.scorecard) (
	SFUNC = @extschema@.scorecard_max_trans,
	STYPE = @extschema@.scorecard_accumulate_state,
	SSPACE = 4096,
	COMBINEFUNC = @extschema@.scorecard_accumulate_combine,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE @extschema@.scorecard_max_state(@extschema@.scorecard) IS
	'the state of scorecard_max, to store and merge later (计分卡取最大，中间状态)';

CREATE AGGREGATE @extschema@.scorecard_max_merge(state @extschema@.scorecard_accumulate_state) (
	SFUNC = @extschema@.scorecard_max_merge_trans,
	STYPE = @extschema@.scorecard_accumulate_state,
	SSPACE = 4096,
	FINALFUNC = @extschema@.scorecard_accumulate_final,
	COMBINEFUNC = @extschema@.scorecard_accumulate_combine,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE @extschema@.scorecard_max_merge(@extschema@.scorecard_accumulate_state) IS
	'scorecard_max of all cards behind the states (计分卡取最大，合并)';

CREATE FUNCTION @extschema@.scorecard_last_trans(state @extschema@.scorecard_accumulate_state, card @extschema@.scorecard, at timestamp with time zone)
RETURNS @extschema@.scorecard_accumulate_state
AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION @extschema@.scorecard_last_trans(@extschema@.scorecard_accumulate_state, @extschema@.scorecard, timestamp with time zone) IS
	'transition of aggregate scorecard_last';

CREATE FUNCTION @extschema@.scorecard_last_merge_trans(state @extschema@.scorecard_accumulate_state, other @extschema@.scorecard_accumulate_state)
RETURNS @extschema@.scorecard_accumulate_state
AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION @extschema@.scorecard_last_merge_trans(@extschema@.scorecard_accumulate_state, @extschema@.scorecard_accumulate_state) IS
	'transition of aggregate scorecard_last_merge';

CREATE AGGREGATE @extschema@.scorecard_last(card @extschema@.scorecard, at timestamp with time zone) (
	SFUNC = @extschema@.scorecard_last_trans,
	STYPE = @extschema@.scorecard_accumulate_state,
	SSPACE = 4096,
	FINALFUNC = @extschema@.scorecard_accumulate_final,
	COMBINEFUNC = @extschema@.scorecard_accumulate_combine,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE @extschema@.scorecard_last(@extschema@.scorecard, timestamp with time zone) IS
	'each item''s entry in the latest card that has it (计分卡取最近)';

CREATE AGGREGATE @extschema@.scorecard_last_state(card @extschema@.scorecard, at timestamp with time zone) (
	SFUNC = @extschema@.scorecard_last_trans,
	STYPE = @extschema@.scorecard_accumulate_state,
	SSPACE = 4096,
	COMBINEFUNC = @extschema@.scorecard_accumulate_combine,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE @extschema@.scorecard_last_state(@extschema@.scorecard, timestamp with time zone) IS
	'the state of scorecard_last, to store and merge later (计分卡取最近，中间状态)';

CREATE AGGREGATE @extschema@.scorecard_last_merge(state @extschema@.scorecard_accumulate_state) (
	SFUNC = @extschema@.scorecard_last_merge_trans,
	STYPE = @extschema@.scorecard_accumulate_state,
	SSPACE = 4096,
	FINALFUNC = @extschema@.scorecard_accumulate_final,
	COMBINEFUNC = @extschema@.scorecard_accumulate_combine,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE @extschema@.scorecard_last_merge(@extschema@.scorecard_accumulate_state) IS
	'scorecard_last of all cards behind the states (计分卡取最近，合并)';
