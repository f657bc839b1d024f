-- Seats and money by share.

CREATE FUNCTION @extschema@.tier_quota(
	n integer, shares numeric[], preference integer[] DEFAULT NULL,
	carry numeric[] DEFAULT NULL, bounds text[] DEFAULT NULL)
RETURNS integer[]
AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION @extschema@.tier_quota(integer, numeric[], integer[], numeric[], text[]) IS
	'whole seats per tier by largest remainder; bounds exact, at_most or at_least (等次名额)';

CREATE FUNCTION @extschema@.tier_carry(
	n integer, shares numeric[], preference integer[] DEFAULT NULL,
	carry numeric[] DEFAULT NULL, bounds text[] DEFAULT NULL)
RETURNS numeric[]
AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION @extschema@.tier_carry(integer, numeric[], integer[], numeric[], text[]) IS
	'what tier_quota leaves for the next period: claim less seats, per tier (名额结转)';

CREATE FUNCTION @extschema@.seat_quota(
	seats bigint, weights numeric[], preference integer[] DEFAULT NULL)
RETURNS bigint[]
AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION @extschema@.seat_quota(bigint, numeric[], integer[]) IS
	'whole seats by largest remainder over weights of any sum, equal remainders to the earlier entry (按权重分配名额)';

CREATE FUNCTION @extschema@.allocate_amount(
	amount numeric, weights numeric[], scale integer DEFAULT 2)
RETURNS numeric[]
AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION @extschema@.allocate_amount(numeric, numeric[], integer) IS
	'an amount split by weight without losing a cent, residual units by largest remainder (按权重分配金额)';
