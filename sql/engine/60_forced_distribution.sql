-- Scores to tiers.

CREATE FUNCTION @extschema@.forced_distribution(
	score numeric, shares numeric[], ties text DEFAULT 'expand',
	preference integer[] DEFAULT NULL, carry numeric[] DEFAULT NULL,
	bounds text[] DEFAULT NULL)
RETURNS integer
AS 'MODULE_PATHNAME' LANGUAGE C WINDOW IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION @extschema@.forced_distribution(numeric, numeric[], text, integer[], numeric[], text[]) IS
	'tier of a score within its partition, 1 the best, by shares; ties expand, contract, middle or error; ORDER BY breaks ties (强制分布)';

CREATE FUNCTION @extschema@.tier_by_seats(
	score numeric, seats integer[], ties text DEFAULT 'expand')
RETURNS integer
AS 'MODULE_PATHNAME' LANGUAGE C WINDOW IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION @extschema@.tier_by_seats(numeric, integer[], text) IS
	'tier of a score within its partition by seats worked out elsewhere (按名额定等次)';

CREATE FUNCTION @extschema@.tier_by_rule(score numeric, rule record)
RETURNS integer
AS 'MODULE_PATHNAME' LANGUAGE C WINDOW IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION @extschema@.tier_by_rule(numeric, record) IS
	'tier of a score within its partition by a row with shares and ties, looked up once a partition (按规则行定等次)';

CREATE FUNCTION @extschema@.rank_by_score(score numeric)
RETURNS bigint
AS 'MODULE_PATHNAME' LANGUAGE C WINDOW IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION @extschema@.rank_by_score(numeric) IS
	'rank of a score within its partition, the highest first; ORDER BY only parts equal ones; NULL has none (名次)';

CREATE FUNCTION @extschema@.settle_tier(
	score numeric, quota_tier integer, tiers integer, cap integer DEFAULT NULL,
	promoted integer DEFAULT NULL, refill boolean DEFAULT true,
	consumes_quota boolean DEFAULT true, ties text DEFAULT 'expand')
RETURNS integer
AS 'MODULE_PATHNAME' LANGUAGE C WINDOW IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION @extschema@.settle_tier(numeric, integer, integer, integer, integer, boolean, boolean, text) IS
	'tier of a score after caps, refill of the seats that they free, promotions and the drops that these cause (等次核定)';

CREATE FUNCTION @extschema@.place_by_rule(
	score numeric, rule record, cap integer DEFAULT NULL, promoted integer DEFAULT NULL)
RETURNS integer[]
AS 'MODULE_PATHNAME' LANGUAGE C WINDOW IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION @extschema@.place_by_rule(numeric, record, integer, integer) IS
	'rank, dense rank, how many share it, how many are ranked, tier by quota and tier of a score within its partition, by a row looked up once a partition (名次与等次)';
