-- A subject's readings, or a rubric's results, as one value.

CREATE TYPE @extschema@.scorecard;

CREATE FUNCTION @extschema@.scorecard_in(cstring)
RETURNS @extschema@.scorecard
AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION @extschema@.scorecard_in(cstring) IS
	'text input of type scorecard';

CREATE FUNCTION @extschema@.scorecard_out(@extschema@.scorecard)
RETURNS cstring
AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION @extschema@.scorecard_out(@extschema@.scorecard) IS
	'text output of type scorecard';

CREATE FUNCTION @extschema@.scorecard_recv(internal)
RETURNS @extschema@.scorecard
AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION @extschema@.scorecard_recv(internal) IS
	'binary input of type scorecard';

CREATE FUNCTION @extschema@.scorecard_send(@extschema@.scorecard)
RETURNS bytea
AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION @extschema@.scorecard_send(@extschema@.scorecard) IS
	'binary output of type scorecard';

CREATE TYPE @extschema@.scorecard (
	INPUT = @extschema@.scorecard_in,
	OUTPUT = @extschema@.scorecard_out,
	RECEIVE = @extschema@.scorecard_recv,
	SEND = @extschema@.scorecard_send,
	ALIGNMENT = int4,
	STORAGE = external
);
COMMENT ON TYPE @extschema@.scorecard IS
	'sorted map from item number to exact decimal or status, packed (计分卡)';

CREATE FUNCTION @extschema@.jsonb(card @extschema@.scorecard)
RETURNS jsonb
AS 'MODULE_PATHNAME', 'scorecard_to_jsonb' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION @extschema@.jsonb(@extschema@.scorecard) IS
	'a scorecard as a JSON object (计分卡转 JSON)';

CREATE FUNCTION @extschema@.scorecard(object jsonb)
RETURNS @extschema@.scorecard
AS 'MODULE_PATHNAME', 'scorecard_from_jsonb' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION @extschema@.scorecard(jsonb) IS
	'a JSON object as a scorecard (JSON 转计分卡)';

CREATE CAST (@extschema@.scorecard AS jsonb)
	WITH FUNCTION @extschema@.jsonb(@extschema@.scorecard);
COMMENT ON CAST (@extschema@.scorecard AS jsonb) IS
	'a scorecard as a JSON object (计分卡转 JSON)';

CREATE CAST (jsonb AS @extschema@.scorecard)
	WITH FUNCTION @extschema@.scorecard(jsonb);
COMMENT ON CAST (jsonb AS @extschema@.scorecard) IS
	'a JSON object as a scorecard (JSON 转计分卡)';

CREATE FUNCTION @extschema@.scorecard_value(card @extschema@.scorecard, item integer)
RETURNS numeric
AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION @extschema@.scorecard_value(@extschema@.scorecard, integer) IS
	'the number of an item; NULL if it is absent or a status (计分卡取值)';

CREATE FUNCTION @extschema@.scorecard_status(card @extschema@.scorecard, item integer)
RETURNS text
AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION @extschema@.scorecard_status(@extschema@.scorecard, integer) IS
	'the status of an item: ok, missing, not_applicable, exempt or error; NULL if it is absent (计分卡取状态)';

CREATE FUNCTION @extschema@.item_count(card @extschema@.scorecard)
RETURNS integer
AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION @extschema@.item_count(@extschema@.scorecard) IS
	'how many items a scorecard has (计分卡条目数)';

CREATE FUNCTION @extschema@.items(card @extschema@.scorecard, OUT item integer, OUT value numeric, OUT status text, OUT code integer)
RETURNS SETOF record
AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE
ROWS 100;
COMMENT ON FUNCTION @extschema@.items(@extschema@.scorecard) IS
	'the entries of a scorecard as rows (计分卡明细)';

CREATE FUNCTION @extschema@.scorecard_merge(a @extschema@.scorecard, b @extschema@.scorecard)
RETURNS @extschema@.scorecard
AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION @extschema@.scorecard_merge(@extschema@.scorecard, @extschema@.scorecard) IS
	'the entries of both scorecards; for an item in both, the second one''s (计分卡合并)';

CREATE FUNCTION @extschema@.scorecard_pick(card @extschema@.scorecard, items integer[])
RETURNS @extschema@.scorecard
AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION @extschema@.scorecard_pick(@extschema@.scorecard, integer[]) IS
	'the entries of a scorecard that are of these items (计分卡选取)';

CREATE FUNCTION @extschema@.coverage(card @extschema@.scorecard, items integer[])
RETURNS numeric
AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION @extschema@.coverage(@extschema@.scorecard, integer[]) IS
	'share of these items that a scorecard has a number of, without those that are exempt or not applicable (数据覆盖率)';

CREATE OPERATOR @extschema@.-> (
	LEFTARG = @extschema@.scorecard,
	RIGHTARG = integer,
	FUNCTION = @extschema@.scorecard_value
);
COMMENT ON OPERATOR @extschema@.-> (@extschema@.scorecard, integer) IS
	'the number of an item (计分卡取值)';

CREATE OPERATOR @extschema@.|| (
	LEFTARG = @extschema@.scorecard,
	RIGHTARG = @extschema@.scorecard,
	FUNCTION = @extschema@.scorecard_merge
);
COMMENT ON OPERATOR @extschema@.|| (@extschema@.scorecard, @extschema@.scorecard) IS
	'the entries of both scorecards, the second one first (计分卡合并)';

CREATE FUNCTION @extschema@.scorecard_eq(a @extschema@.scorecard, b @extschema@.scorecard)
RETURNS boolean
AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION @extschema@.scorecard_eq(@extschema@.scorecard, @extschema@.scorecard) IS
	'implementation of a comparison: equal';

CREATE FUNCTION @extschema@.scorecard_ne(a @extschema@.scorecard, b @extschema@.scorecard)
RETURNS boolean
AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION @extschema@.scorecard_ne(@extschema@.scorecard, @extschema@.scorecard) IS
	'implementation of a comparison: not equal';

CREATE FUNCTION @extschema@.scorecard_lt(a @extschema@.scorecard, b @extschema@.scorecard)
RETURNS boolean
AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION @extschema@.scorecard_lt(@extschema@.scorecard, @extschema@.scorecard) IS
	'implementation of a comparison: before, in the order of indexes';

CREATE FUNCTION @extschema@.scorecard_le(a @extschema@.scorecard, b @extschema@.scorecard)
RETURNS boolean
AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION @extschema@.scorecard_le(@extschema@.scorecard, @extschema@.scorecard) IS
	'implementation of a comparison: before or equal';

CREATE FUNCTION @extschema@.scorecard_gt(a @extschema@.scorecard, b @extschema@.scorecard)
RETURNS boolean
AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION @extschema@.scorecard_gt(@extschema@.scorecard, @extschema@.scorecard) IS
	'implementation of a comparison: after';

CREATE FUNCTION @extschema@.scorecard_ge(a @extschema@.scorecard, b @extschema@.scorecard)
RETURNS boolean
AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION @extschema@.scorecard_ge(@extschema@.scorecard, @extschema@.scorecard) IS
	'implementation of a comparison: after or equal';

CREATE FUNCTION @extschema@.scorecard_cmp(a @extschema@.scorecard, b @extschema@.scorecard)
RETURNS integer
AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION @extschema@.scorecard_cmp(@extschema@.scorecard, @extschema@.scorecard) IS
	'btree comparison of scorecards';

CREATE FUNCTION @extschema@.scorecard_hash(card @extschema@.scorecard)
RETURNS integer
AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION @extschema@.scorecard_hash(@extschema@.scorecard) IS
	'hash of a scorecard';

CREATE FUNCTION @extschema@.scorecard_hash_extended(card @extschema@.scorecard, seed bigint)
RETURNS bigint
AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION @extschema@.scorecard_hash_extended(@extschema@.scorecard, bigint) IS
	'64-bit hash of a scorecard';

CREATE OPERATOR @extschema@.= (
	LEFTARG = @extschema@.scorecard,
	RIGHTARG = @extschema@.scorecard,
	FUNCTION = @extschema@.scorecard_eq,
	COMMUTATOR = OPERATOR(@extschema@.=),
	NEGATOR = OPERATOR(@extschema@.<>),
	RESTRICT = pg_catalog.eqsel,
	JOIN = pg_catalog.eqjoinsel,
	HASHES,
	MERGES
);
COMMENT ON OPERATOR @extschema@.= (@extschema@.scorecard, @extschema@.scorecard) IS
	'same entries';

CREATE OPERATOR @extschema@.<> (
	LEFTARG = @extschema@.scorecard,
	RIGHTARG = @extschema@.scorecard,
	FUNCTION = @extschema@.scorecard_ne,
	COMMUTATOR = OPERATOR(@extschema@.<>),
	NEGATOR = OPERATOR(@extschema@.=),
	RESTRICT = pg_catalog.neqsel,
	JOIN = pg_catalog.neqjoinsel
);
COMMENT ON OPERATOR @extschema@.<> (@extschema@.scorecard, @extschema@.scorecard) IS
	'different entries';

CREATE OPERATOR @extschema@.< (
	LEFTARG = @extschema@.scorecard,
	RIGHTARG = @extschema@.scorecard,
	FUNCTION = @extschema@.scorecard_lt,
	COMMUTATOR = OPERATOR(@extschema@.>),
	NEGATOR = OPERATOR(@extschema@.>=),
	RESTRICT = pg_catalog.scalarltsel,
	JOIN = pg_catalog.scalarltjoinsel
);
COMMENT ON OPERATOR @extschema@.< (@extschema@.scorecard, @extschema@.scorecard) IS
	'before, in the order of indexes';

CREATE OPERATOR @extschema@.<= (
	LEFTARG = @extschema@.scorecard,
	RIGHTARG = @extschema@.scorecard,
	FUNCTION = @extschema@.scorecard_le,
	COMMUTATOR = OPERATOR(@extschema@.>=),
	NEGATOR = OPERATOR(@extschema@.>),
	RESTRICT = pg_catalog.scalarlesel,
	JOIN = pg_catalog.scalarlejoinsel
);
COMMENT ON OPERATOR @extschema@.<= (@extschema@.scorecard, @extschema@.scorecard) IS
	'before or equal';

CREATE OPERATOR @extschema@.> (
	LEFTARG = @extschema@.scorecard,
	RIGHTARG = @extschema@.scorecard,
	FUNCTION = @extschema@.scorecard_gt,
	COMMUTATOR = OPERATOR(@extschema@.<),
	NEGATOR = OPERATOR(@extschema@.<=),
	RESTRICT = pg_catalog.scalargtsel,
	JOIN = pg_catalog.scalargtjoinsel
);
COMMENT ON OPERATOR @extschema@.> (@extschema@.scorecard, @extschema@.scorecard) IS
	'after';

CREATE OPERATOR @extschema@.>= (
	LEFTARG = @extschema@.scorecard,
	RIGHTARG = @extschema@.scorecard,
	FUNCTION = @extschema@.scorecard_ge,
	COMMUTATOR = OPERATOR(@extschema@.<=),
	NEGATOR = OPERATOR(@extschema@.<),
	RESTRICT = pg_catalog.scalargesel,
	JOIN = pg_catalog.scalargejoinsel
);
COMMENT ON OPERATOR @extschema@.>= (@extschema@.scorecard, @extschema@.scorecard) IS
	'after or equal';

CREATE OPERATOR CLASS @extschema@.scorecard_ops
	DEFAULT FOR TYPE @extschema@.scorecard USING btree AS
	OPERATOR 1 @extschema@.<,
	OPERATOR 2 @extschema@.<=,
	OPERATOR 3 @extschema@.=,
	OPERATOR 4 @extschema@.>=,
	OPERATOR 5 @extschema@.>,
	FUNCTION 1 @extschema@.scorecard_cmp(@extschema@.scorecard, @extschema@.scorecard);
COMMENT ON OPERATOR CLASS @extschema@.scorecard_ops USING btree IS
	'equality of scorecards, and an order for indexes';
COMMENT ON OPERATOR FAMILY @extschema@.scorecard_ops USING btree IS
	'equality of scorecards, and an order for indexes';

CREATE OPERATOR CLASS @extschema@.scorecard_hash_ops
	DEFAULT FOR TYPE @extschema@.scorecard USING hash AS
	OPERATOR 1 @extschema@.=,
	FUNCTION 1 @extschema@.scorecard_hash(@extschema@.scorecard),
	FUNCTION 2 @extschema@.scorecard_hash_extended(@extschema@.scorecard, bigint);
COMMENT ON OPERATOR CLASS @extschema@.scorecard_hash_ops USING hash IS
	'equality of scorecards';
COMMENT ON OPERATOR FAMILY @extschema@.scorecard_hash_ops USING hash IS
	'equality of scorecards';

CREATE TYPE @extschema@.scorecard_agg_state;

CREATE FUNCTION @extschema@.scorecard_agg_state_in(cstring)
RETURNS @extschema@.scorecard_agg_state
AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION @extschema@.scorecard_agg_state_in(cstring) IS
	'text input of type scorecard_agg_state';

CREATE FUNCTION @extschema@.scorecard_agg_state_out(@extschema@.scorecard_agg_state)
RETURNS cstring
AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION @extschema@.scorecard_agg_state_out(@extschema@.scorecard_agg_state) IS
	'text output of type scorecard_agg_state';

CREATE FUNCTION @extschema@.scorecard_agg_state_recv(internal)
RETURNS @extschema@.scorecard_agg_state
AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION @extschema@.scorecard_agg_state_recv(internal) IS
	'binary input of type scorecard_agg_state';

CREATE FUNCTION @extschema@.scorecard_agg_state_send(@extschema@.scorecard_agg_state)
RETURNS bytea
AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION @extschema@.scorecard_agg_state_send(@extschema@.scorecard_agg_state) IS
	'binary output of type scorecard_agg_state';

CREATE TYPE @extschema@.scorecard_agg_state (
	INPUT = @extschema@.scorecard_agg_state_in,
	OUTPUT = @extschema@.scorecard_agg_state_out,
	RECEIVE = @extschema@.scorecard_agg_state_recv,
	SEND = @extschema@.scorecard_agg_state_send,
	ALIGNMENT = double,
	STORAGE = extended
);
COMMENT ON TYPE @extschema@.scorecard_agg_state IS
	'entries of a scorecard_agg as they come (计分卡的中间状态)';

CREATE FUNCTION @extschema@.scorecard_agg_trans(state @extschema@.scorecard_agg_state, item integer, value numeric)
RETURNS @extschema@.scorecard_agg_state
AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION @extschema@.scorecard_agg_trans(@extschema@.scorecard_agg_state, integer, numeric) IS
	'transition of aggregate scorecard_agg';

CREATE FUNCTION @extschema@.scorecard_agg_trans(state @extschema@.scorecard_agg_state, item integer, value numeric, status text)
RETURNS @extschema@.scorecard_agg_state
AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION @extschema@.scorecard_agg_trans(@extschema@.scorecard_agg_state, integer, numeric, text) IS
	'transition of aggregate scorecard_agg';

CREATE FUNCTION @extschema@.scorecard_agg_combine(state @extschema@.scorecard_agg_state, other @extschema@.scorecard_agg_state)
RETURNS @extschema@.scorecard_agg_state
AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION @extschema@.scorecard_agg_combine(@extschema@.scorecard_agg_state, @extschema@.scorecard_agg_state) IS
	'combination of two states of aggregate scorecard_agg';

CREATE FUNCTION @extschema@.scorecard_agg_final(state @extschema@.scorecard_agg_state)
RETURNS @extschema@.scorecard
AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION @extschema@.scorecard_agg_final(@extschema@.scorecard_agg_state) IS
	'result of aggregate scorecard_agg';

CREATE FUNCTION @extschema@.scorecard_agg_state_final(state @extschema@.scorecard_agg_state)
RETURNS @extschema@.scorecard_agg_state
AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION @extschema@.scorecard_agg_state_final(@extschema@.scorecard_agg_state) IS
	'result of aggregate scorecard_agg_state';

CREATE AGGREGATE @extschema@.scorecard_agg(item integer, value numeric) (
	SFUNC = @extschema@.scorecard_agg_trans,
	STYPE = @extschema@.scorecard_agg_state,
	SSPACE = 1024,
	FINALFUNC = @extschema@.scorecard_agg_final,
	COMBINEFUNC = @extschema@.scorecard_agg_combine,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE @extschema@.scorecard_agg(integer, numeric) IS
	'rows of item and value, or status, to one scorecard (汇成计分卡)';

CREATE AGGREGATE @extschema@.scorecard_agg(item integer, value numeric, status text) (
	SFUNC = @extschema@.scorecard_agg_trans,
	STYPE = @extschema@.scorecard_agg_state,
	SSPACE = 1024,
	FINALFUNC = @extschema@.scorecard_agg_final,
	COMBINEFUNC = @extschema@.scorecard_agg_combine,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE @extschema@.scorecard_agg(integer, numeric, text) IS
	'rows of item and value, or status, to one scorecard (汇成计分卡)';

CREATE AGGREGATE @extschema@.scorecard_agg_state(item integer, value numeric) (
	SFUNC = @extschema@.scorecard_agg_trans,
	STYPE = @extschema@.scorecard_agg_state,
	SSPACE = 1024,
	FINALFUNC = @extschema@.scorecard_agg_state_final,
	COMBINEFUNC = @extschema@.scorecard_agg_combine,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE @extschema@.scorecard_agg_state(integer, numeric) IS
	'the state of scorecard_agg, to store and merge later (汇成计分卡，中间状态)';

CREATE AGGREGATE @extschema@.scorecard_agg_state(item integer, value numeric, status text) (
	SFUNC = @extschema@.scorecard_agg_trans,
	STYPE = @extschema@.scorecard_agg_state,
	SSPACE = 1024,
	FINALFUNC = @extschema@.scorecard_agg_state_final,
	COMBINEFUNC = @extschema@.scorecard_agg_combine,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE @extschema@.scorecard_agg_state(integer, numeric, text) IS
	'the state of scorecard_agg, to store and merge later (汇成计分卡，中间状态)';

CREATE AGGREGATE @extschema@.scorecard_agg_merge(state @extschema@.scorecard_agg_state) (
	SFUNC = @extschema@.scorecard_agg_combine,
	STYPE = @extschema@.scorecard_agg_state,
	SSPACE = 1024,
	FINALFUNC = @extschema@.scorecard_agg_final,
	COMBINEFUNC = @extschema@.scorecard_agg_combine,
	PARALLEL = SAFE
);
COMMENT ON AGGREGATE @extschema@.scorecard_agg_merge(@extschema@.scorecard_agg_state) IS
	'scorecard_agg of all rows behind the states (汇成计分卡，合并)';
