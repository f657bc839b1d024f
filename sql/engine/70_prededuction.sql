-- Refunds of pre-deducted points.

CREATE FUNCTION @extschema@.prededuct_refund(
	points numeric, rectified numeric,
	effect text DEFAULT 'full', cap numeric DEFAULT 0.80)
RETURNS numeric
AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION @extschema@.prededuct_refund(numeric, numeric, text, numeric) IS
	'points given back of a pre-deduction: cap times rectified share times effective points; effect full, half or exempt (预扣分返还)';

CREATE FUNCTION @extschema@.prededuct_refund(
	points numeric, rectified numeric, effect text, cap numeric,
	notice_date date, acceptance_date date,
	term interval DEFAULT '3 months')
RETURNS numeric
AS 'MODULE_PATHNAME', 'prededuct_refund_dated'
LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION @extschema@.prededuct_refund(numeric, numeric, text, numeric, date, date, interval) IS
	'the refund, 0 unless accepted by notice_date + term, that day included (预扣分返还，限期整改)';
