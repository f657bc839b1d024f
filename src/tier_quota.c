/*
 * tier_quota.c
 *	  Whole seats from shares (名额), what is carried over, and money by weight.
 *
 * The rule stands in core/quota.h.
 */
#include "perfeval.h"

#include "catalog/pg_type.h"
#include "utils/builtins.h"

#include "tier_quota.h"

static const PeKeyword bounds[] = {
	{"exact", PE_EXACT},
	{"at_most", PE_AT_MOST},
	{"at_least", PE_AT_LEAST},
	{NULL, 0}
};

static void
check_length(const char *name, int length, const char *of, int expected)
{
	if (length != expected)
		ereport(ERROR,
				(errcode(ERRCODE_ARRAY_SUBSCRIPT_ERROR),
				 errmsg("%s must have one entry for each of %d %s, but has %d",
						name, expected, of, length)));
}

static void
check_not_negative(PeArena *arena, const PeDec *values, int count,
				   const char *name)
{
	for (int i = 0; i < count; i++)
		if (values[i].sign < 0)
			ereport(ERROR,
					(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
					 errmsg("%s must not be negative, but %s[%d] is %s", name,
							name, i + 1, pe_dec_text(arena, values[i]))));
}

/*
 * All are brought to one scale, so a single long one would make all of them
 * long.
 */
static void
check_size(const PeDec *values, int count, const char *name)
{
	int32		scale = 0;

	for (int i = 0; i < count; i++)
		scale = Max(scale, values[i].scale);
	if ((int64) count * scale > 10000000)
		ereport(ERROR,
				(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
				 errmsg("%d %s of up to %d decimals are too many digits",
						count, name, scale),
				 errhint("Round them to fewer decimals.")));
}

static PeDec
sum_of(PeArena *arena, const PeDec *values, int count)
{
	PeDec		sum = pe_dec_int(arena, 0);

	for (int i = 0; i < count; i++)
		sum = pe_dec_add(arena, sum, values[i]);
	return sum;
}

/* A list of all tiers (from 1), as indexes (from 0). */
static int *
preference_order(Datum value, PeArena *arena, int ntiers, const char *noun)
{
	Datum	   *elements;
	int			count;
	int		   *order = pe_alloc(arena, sizeof(int) * Max(ntiers, 1));
	bool	   *seen = palloc0(sizeof(bool) * Max(ntiers, 1));

	pe_array(value, "preference", INT4OID, &elements, &count);
	check_length("preference", count, noun, ntiers);
	for (int i = 0; i < count; i++)
	{
		int32		tier = DatumGetInt32(elements[i]);

		if (tier < 1 || tier > ntiers || seen[tier - 1])
			ereport(ERROR,
					(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
					 errmsg("preference must name each of %d %s once, but preference[%d] is %d",
							ntiers, noun, i + 1, tier),
					 errhint("List their numbers in the order in which equal remainders are served.")));
		seen[tier - 1] = true;
		order[i] = tier - 1;
	}
	return order;
}

/*
 * Tiers by share: the shares sum to exactly 1; equal remainders go to the
 * second-lowest tier first, then upwards, the lowest last, unless a preference
 * says otherwise.
 */
void
pe_quota_scheme(PeArena *arena, const NullableDatum *shares,
				const NullableDatum *preference, const NullableDatum *carry,
				const NullableDatum *tier_bounds, PeQuota *quota)
{
	PeDec	   *weight;
	PeDec		sum;
	int			k;

	if (shares->isnull)
		pe_refuse_null("shares");
	weight = pe_array_decs(shares->value, "shares", arena, &k);
	check_not_negative(arena, weight, k, "shares");
	check_size(weight, k, "shares");
	sum = sum_of(arena, weight, k);
	if (pe_dec_cmp(arena, sum, pe_dec_int(arena, 1)) != 0)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("shares must sum to exactly 1, but sum to %s",
						pe_dec_text(arena, sum)),
				 pe_dec_cmp(arena, sum, pe_dec_int(arena, 100)) == 0 ?
				 errhint("Give percentages as shares: 0.20 for 20 %%.") :
				 errhint("For shares that are no decimals, such as 1/6, use seat_quota() with whole weights.")));
	memset(quota, 0, sizeof(*quota));
	quota->ntiers = k;
	quota->weight = weight;

	if (!preference->isnull)
		quota->preference = preference_order(preference->value, arena, k, "tiers");
	else
	{
		int		   *order = pe_alloc(arena, sizeof(int) * k);

		for (int i = 0; i < k; i++)
			order[i] = i == k - 1 ? k - 1 : k - 2 - i;
		quota->preference = order;
	}

	if (!tier_bounds->isnull)
	{
		PeBound    *bound = pe_alloc(arena, sizeof(PeBound) * k);
		Datum	   *elements;
		int			count;

		pe_array(tier_bounds->value, "bounds", TEXTOID, &elements, &count);
		check_length("bounds", count, "tiers", k);
		for (int i = 0; i < k; i++)
			bound[i] = pe_keyword(TextDatumGetCString(elements[i]), "bound",
								  bounds);
		quota->bound = bound;
	}

	if (!carry->isnull)
	{
		int			count;
		PeDec	   *value = pe_array_decs(carry->value, "carry", arena, &count);

		check_length("carry", count, "tiers", k);
		check_size(value, k, "carries");
		sum = sum_of(arena, value, k);
		if (sum.sign != 0)
			ereport(ERROR,
					(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
					 errmsg("carry must sum to 0, but sums to %s",
							pe_dec_text(arena, sum)),
					 errhint("Use what tier_carry() gave for the period before.")));
		for (int i = 0; i < k; i++)
			if (value[i].sign != 0 && (weight[i].sign == 0 ||
									   (quota->bound && quota->bound[i] != PE_EXACT)))
				ereport(ERROR,
						(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						 errmsg("a %s carries nothing, but carry[%d] is %s",
								weight[i].sign == 0 ? "tier without a share" : "bounded tier",
								i + 1, pe_dec_text(arena, value[i])),
						 errhint("Settle what a tier carries before bounding or closing it.")));
		quota->carry = value;
	}
}

void
pe_quota_seats(PeArena *arena, const PeQuota *quota, int64_t *seats,
			   PeDec *carry_out)
{
	switch (pe_quota(arena, quota, seats, carry_out))
	{
		case PE_QUOTA_OK:
			break;
		case PE_QUOTA_NO_EXACT_TIER:
			ereport(ERROR,
					(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
					 errmsg("bounds leave no exact tier with a share"),
					 errhint("At least one tier with a share must be \"exact\", to take what the bounded tiers leave.")));
			break;
		case PE_QUOTA_BOUNDS_EXCEED:
			ereport(ERROR,
					(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
					 errmsg("bounded tiers claim more than the " INT64_FORMAT " seats there are",
							(int64) quota->n),
					 errhint("Make fewer tiers \"at_least\".")));
			break;
		case PE_QUOTA_CARRY_TOO_LARGE:
			ereport(ERROR,
					(errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
					 errmsg("carry claims more than 2^63 seats"),
					 errhint("Use what tier_carry() gave for the period before.")));
			break;
	}
}

/* Seats and carry from the SQL arguments; false for a NULL n. */
static bool
tier_seats(FunctionCallInfo fcinfo, PeArena *arena, PeQuota *quota,
		   int64_t **seats, PeDec **carry)
{
	if (PG_ARGISNULL(0))
		return false;
	pe_quota_scheme(arena, &fcinfo->args[1], &fcinfo->args[2],
					&fcinfo->args[3], &fcinfo->args[4], quota);
	quota->n = PG_GETARG_INT32(0);
	if (quota->n < 0)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("n must not be negative, but is %d",
						PG_GETARG_INT32(0))));
	*seats = pe_alloc(arena, sizeof(int64_t) * quota->ntiers);
	if (carry)
		*carry = pe_alloc(arena, sizeof(PeDec) * quota->ntiers);
	pe_quota_seats(arena, quota, *seats, carry ? *carry : NULL);
	return true;
}

/*
 * tier_quota(n int, shares numeric[], preference int[] = NULL,
 *			  carry numeric[] = NULL, bounds text[] = NULL) -> int[]
 *
 * n >= 0 seats over tiers by share, best tier first.  Source: largest
 * remainder (Hamilton).  NULL n gives NULL.
 */
PG_FUNCTION_INFO_V1(tier_quota);
Datum
tier_quota(PG_FUNCTION_ARGS)
{
	PE_ARENA(arena);
	PeQuota		quota;
	int64_t    *seats;
	Datum	   *elements;

	if (!tier_seats(fcinfo, &arena, &quota, &seats, NULL))
		PG_RETURN_NULL();
	elements = palloc(sizeof(Datum) * quota.ntiers);
	for (int i = 0; i < quota.ntiers; i++)
		elements[i] = Int32GetDatum((int32) seats[i]);
	PG_RETURN_ARRAYTYPE_P(construct_array(elements, quota.ntiers, INT4OID,
										  sizeof(int32), true, TYPALIGN_INT));
}

/*
 * tier_carry(same arguments) -> numeric[]
 *
 * What tier_quota leaves for next time: each tier's claim less its seats.
 * Sums to 0; 0 for a bounded tier.
 */
PG_FUNCTION_INFO_V1(tier_carry);
Datum
tier_carry(PG_FUNCTION_ARGS)
{
	PE_ARENA(arena);
	PeQuota		quota;
	int64_t    *seats;
	PeDec	   *carry;

	if (!tier_seats(fcinfo, &arena, &quota, &seats, &carry))
		PG_RETURN_NULL();
	return pe_dec_array(&arena, carry, quota.ntiers);
}

/* Any weights >= 0 with a sum > 0; the earlier entry is served first. */
static void
weights_scheme(FunctionCallInfo fcinfo, PeArena *arena, PeQuota *quota)
{
	PeDec	   *weight;
	int		   *order;
	int			k;

	if (PG_ARGISNULL(1))
		pe_refuse_null("weights");
	weight = pe_array_decs(PG_GETARG_DATUM(1), "weights", arena, &k);
	check_not_negative(arena, weight, k, "weights");
	check_size(weight, k, "weights");
	if (sum_of(arena, weight, k).sign == 0)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("weights must not all be 0"),
				 errhint("At least one weight must be positive.")));
	order = pe_alloc(arena, sizeof(int) * k);
	for (int i = 0; i < k; i++)
		order[i] = i;
	memset(quota, 0, sizeof(*quota));
	quota->ntiers = k;
	quota->weight = weight;
	quota->preference = order;
}

/*
 * seat_quota(seats bigint, weights numeric[], preference int[] = NULL)
 *	 -> bigint[]
 *
 * The same routine over weights of any sum: head-counts, 1/6 as 1 of 6.  Equal
 * remainders go to the earlier entry, unless a preference says otherwise.
 */
PG_FUNCTION_INFO_V1(seat_quota);
Datum
seat_quota(PG_FUNCTION_ARGS)
{
	PE_ARENA(arena);
	PeQuota		quota;
	int64_t    *seats;
	Datum	   *elements;

	if (PG_ARGISNULL(0))
		PG_RETURN_NULL();
	weights_scheme(fcinfo, &arena, &quota);
	if (!PG_ARGISNULL(2))
		quota.preference = preference_order(PG_GETARG_DATUM(2), &arena,
											quota.ntiers, "weights");
	quota.n = PG_GETARG_INT64(0);
	if (quota.n < 0)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("seats must not be negative, but is " INT64_FORMAT,
						(int64) quota.n)));
	seats = pe_alloc(&arena, sizeof(int64_t) * quota.ntiers);
	pe_quota_seats(&arena, &quota, seats, NULL);
	elements = palloc(sizeof(Datum) * quota.ntiers);
	for (int i = 0; i < quota.ntiers; i++)
		elements[i] = Int64GetDatum(seats[i]);
	PG_RETURN_ARRAYTYPE_P(construct_array(elements, quota.ntiers, INT8OID,
										  sizeof(int64), FLOAT8PASSBYVAL,
										  TYPALIGN_DOUBLE));
}

/*
 * allocate_amount(amount numeric, weights numeric[], scale int = 2)
 *	 -> numeric[]
 *
 * Money split by weight without losing a cent: whole units of 10^-scale by
 * largest remainder, equal ones to the earlier entry.  A negative amount is
 * split as its opposite.  `amount` may not have more decimals than `scale`
 * (0 to 1000), and its units must be below 2^63.
 */
PG_FUNCTION_INFO_V1(allocate_amount);
Datum
allocate_amount(PG_FUNCTION_ARGS)
{
	PE_ARENA(arena);
	PeQuota		quota;
	PeDec		amount,
				units;
	PeDec	   *part;
	int64_t    *seats;
	int32		scale;
	int32		sign;

	if (PG_ARGISNULL(0))
		PG_RETURN_NULL();
	amount = pe_arg_dec(fcinfo, 0, &arena, "amount");
	weights_scheme(fcinfo, &arena, &quota);
	if (PG_ARGISNULL(2))
		pe_refuse_null("scale");
	scale = PG_GETARG_INT32(2);
	if (scale < 0 || scale > 1000)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("scale must be between 0 and 1000, but is %d", scale)));
	units = pe_dec_rescale(&arena, amount, scale);
	if (pe_dec_cmp(&arena, units, amount) != 0)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("amount %s has more than %d decimals",
						pe_dec_text(&arena, amount), scale),
				 errhint("Round the amount first, or give a larger scale.")));
	sign = units.sign;
	if (sign < 0)
		units = pe_dec_neg(units);
	if (!pe_dec_to_int64(units, &quota.n))
		ereport(ERROR,
				(errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
				 errmsg("amount %s is out of range at scale %d",
						pe_dec_text(&arena, amount), scale),
				 errhint("An amount may have at most 2^63 - 1 units of the smallest decimal.")));
	seats = pe_alloc(&arena, sizeof(int64_t) * quota.ntiers);
	pe_quota_seats(&arena, &quota, seats, NULL);
	part = pe_alloc(&arena, sizeof(PeDec) * quota.ntiers);
	for (int i = 0; i < quota.ntiers; i++)
		part[i] = pe_dec_int128(&arena, sign < 0 ? -(PeInt128) seats[i] : seats[i],
								scale);
	return pe_dec_array(&arena, part, quota.ntiers);
}
