-- The rule tree of one group in one version of a scheme, compiled.

CREATE TYPE @extschema@.rubric;

CREATE FUNCTION @extschema@.rubric_in(cstring)
RETURNS @extschema@.rubric
AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION @extschema@.rubric_in(cstring) IS
	'text input of type rubric';

CREATE FUNCTION @extschema@.rubric_out(@extschema@.rubric)
RETURNS cstring
AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION @extschema@.rubric_out(@extschema@.rubric) IS
	'text output of type rubric';

CREATE FUNCTION @extschema@.rubric_recv(internal)
RETURNS @extschema@.rubric
AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION @extschema@.rubric_recv(internal) IS
	'binary input of type rubric';

CREATE FUNCTION @extschema@.rubric_send(@extschema@.rubric)
RETURNS bytea
AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION @extschema@.rubric_send(@extschema@.rubric) IS
	'binary output of type rubric';

CREATE TYPE @extschema@.rubric (
	INPUT = @extschema@.rubric_in,
	OUTPUT = @extschema@.rubric_out,
	RECEIVE = @extschema@.rubric_recv,
	SEND = @extschema@.rubric_send,
	ALIGNMENT = int4,
	STORAGE = external
);
COMMENT ON TYPE @extschema@.rubric IS
	'a scheme''s rule tree, compiled from a JSON document (评分细则)';

CREATE FUNCTION @extschema@.jsonb(rubric @extschema@.rubric)
RETURNS jsonb
AS 'MODULE_PATHNAME', 'rubric_to_jsonb' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION @extschema@.jsonb(@extschema@.rubric) IS
	'a rubric''s document (评分细则转 JSON)';

CREATE FUNCTION @extschema@.rubric(document jsonb)
RETURNS @extschema@.rubric
AS 'MODULE_PATHNAME', 'rubric_from_jsonb' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION @extschema@.rubric(jsonb) IS
	'a document compiled to a rubric (JSON 转评分细则)';

CREATE CAST (@extschema@.rubric AS jsonb)
	WITH FUNCTION @extschema@.jsonb(@extschema@.rubric);
COMMENT ON CAST (@extschema@.rubric AS jsonb) IS
	'a rubric''s document (评分细则转 JSON)';

CREATE CAST (jsonb AS @extschema@.rubric)
	WITH FUNCTION @extschema@.rubric(jsonb);
COMMENT ON CAST (jsonb AS @extschema@.rubric) IS
	'a document compiled to a rubric (JSON 转评分细则)';

CREATE FUNCTION @extschema@.rubric_items(rubric @extschema@.rubric)
RETURNS integer[]
AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION @extschema@.rubric_items(@extschema@.rubric) IS
	'the items that a rubric looks at, sorted (细则所用指标)';

-- Equal documents are equal bytes, as equal scorecards are.
CREATE FUNCTION @extschema@.rubric_eq(a @extschema@.rubric, b @extschema@.rubric)
RETURNS boolean
AS 'MODULE_PATHNAME', 'scorecard_eq' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION @extschema@.rubric_eq(@extschema@.rubric, @extschema@.rubric) IS
	'implementation of operator =';

CREATE FUNCTION @extschema@.rubric_ne(a @extschema@.rubric, b @extschema@.rubric)
RETURNS boolean
AS 'MODULE_PATHNAME', 'scorecard_ne' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION @extschema@.rubric_ne(@extschema@.rubric, @extschema@.rubric) IS
	'implementation of operator <>';

CREATE FUNCTION @extschema@.rubric_hash(rubric @extschema@.rubric)
RETURNS integer
AS 'MODULE_PATHNAME', 'scorecard_hash' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION @extschema@.rubric_hash(@extschema@.rubric) IS
	'hash of a rubric';

CREATE FUNCTION @extschema@.rubric_hash_extended(rubric @extschema@.rubric, seed bigint)
RETURNS bigint
AS 'MODULE_PATHNAME', 'scorecard_hash_extended' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION @extschema@.rubric_hash_extended(@extschema@.rubric, bigint) IS
	'hash of a rubric, seeded';

CREATE OPERATOR @extschema@.= (
	FUNCTION = @extschema@.rubric_eq,
	LEFTARG = @extschema@.rubric,
	RIGHTARG = @extschema@.rubric,
	COMMUTATOR = OPERATOR(@extschema@.=),
	NEGATOR = OPERATOR(@extschema@.<>),
	RESTRICT = pg_catalog.eqsel,
	JOIN = pg_catalog.eqjoinsel,
	HASHES
);
COMMENT ON OPERATOR @extschema@.= (@extschema@.rubric, @extschema@.rubric) IS
	'the same document';

CREATE OPERATOR @extschema@.<> (
	FUNCTION = @extschema@.rubric_ne,
	LEFTARG = @extschema@.rubric,
	RIGHTARG = @extschema@.rubric,
	COMMUTATOR = OPERATOR(@extschema@.<>),
	NEGATOR = OPERATOR(@extschema@.=),
	RESTRICT = pg_catalog.neqsel,
	JOIN = pg_catalog.neqjoinsel
);
COMMENT ON OPERATOR @extschema@.<> (@extschema@.rubric, @extschema@.rubric) IS
	'not the same document';

CREATE OPERATOR CLASS @extschema@.rubric_hash_ops
	DEFAULT FOR TYPE @extschema@.rubric USING hash AS
	OPERATOR 1 @extschema@.=,
	FUNCTION 1 @extschema@.rubric_hash(@extschema@.rubric),
	FUNCTION 2 @extschema@.rubric_hash_extended(@extschema@.rubric, bigint);
COMMENT ON OPERATOR CLASS @extschema@.rubric_hash_ops USING hash IS
	'equality of rubrics';
COMMENT ON OPERATOR FAMILY @extschema@.rubric_hash_ops USING hash IS
	'equality of rubrics';
