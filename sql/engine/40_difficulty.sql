-- Coefficients.

CREATE FUNCTION @extschema@.difficulty_adjust(
	score numeric, coefficient numeric, cap numeric DEFAULT NULL)
RETURNS numeric
AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION @extschema@.difficulty_adjust(numeric, numeric, numeric) IS
	'score times coefficient, not above cap (难度系数调整)';
