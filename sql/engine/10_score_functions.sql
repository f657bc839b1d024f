-- Rules: one measured value in, points out.

CREATE FUNCTION @extschema@.score_threshold(
	value numeric, target numeric, full_points numeric, penalty numeric,
	step numeric DEFAULT 1, mode text DEFAULT 'linear',
	min_points numeric DEFAULT 0, better text DEFAULT 'higher')
RETURNS numeric
AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION @extschema@.score_threshold(numeric, numeric, numeric, numeric, numeric, text, numeric, text) IS
	'points of a value against a target: penalty for every step short of it; mode linear, floor or ceil; better higher or lower (达标扣分)';

CREATE FUNCTION @extschema@.score_proportional(
	value numeric, target numeric, full_points numeric,
	low numeric DEFAULT 0, high numeric DEFAULT 1)
RETURNS numeric
AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION @extschema@.score_proportional(numeric, numeric, numeric, numeric, numeric) IS
	'full_points times value / target, the share held to low..high; NULL for 0 of 0 (按比例得分)';

CREATE FUNCTION @extschema@.score_events(
	count numeric, full_points numeric, penalty numeric,
	min_points numeric DEFAULT 0)
RETURNS numeric
AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION @extschema@.score_events(numeric, numeric, numeric, numeric) IS
	'full_points less penalty for each valid event, not below min_points (按次扣分)';

CREATE FUNCTION @extschema@.score_bands(
	value numeric, cuts numeric[], points numeric[])
RETURNS numeric
AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION @extschema@.score_bands(numeric, numeric[], numeric[]) IS
	'points of the half-open band [cut, next) that the value falls in; points has one entry more than cuts (分段得分)';

CREATE FUNCTION @extschema@.score_interpolate(
	value numeric, xs numeric[], ys numeric[])
RETURNS numeric
AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION @extschema@.score_interpolate(numeric, numeric[], numeric[]) IS
	'points by straight lines through (xs, ys), level beyond the ends (线性插值得分)';
