-- Raters: how severe they are, how far they agree. An entry of each array for
-- every mark.

CREATE FUNCTION @extschema@.rater_severity(
	units bigint[], raters bigint[], scores numeric[], digits integer DEFAULT 6, shrink numeric DEFAULT 0,
	OUT rater bigint, OUT component integer, OUT ratings integer, OUT severity numeric, OUT shrunk numeric,
	OUT estimable boolean, OUT constant boolean)
RETURNS SETOF record
AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 1000 ROWS 100;
COMMENT ON FUNCTION @extschema@.rater_severity(bigint[], bigint[], numeric[], integer, numeric) IS
	'how much higher raters mark than others mark the same units, by exact least squares on each connected component (评价人宽严程度)';

CREATE FUNCTION @extschema@.rater_agreement(
	units bigint[], raters bigint[], scores numeric[], digits integer DEFAULT 6,
	OUT statistic text, OUT value numeric, OUT unit_count integer, OUT rater_count integer, OUT reason text)
RETURNS SETOF record
AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 1000 ROWS 11;
COMMENT ON FUNCTION @extschema@.rater_agreement(bigint[], bigint[], numeric[], integer) IS
	'agreement of raters: intraclass correlations, Kendall''s W, Krippendorff''s alpha, or why there is none (评价一致性)';
