/*
 * weighted_score.c
 *	  The weighted mean of the observed scores (加权得分).
 *
 * S = sum(w * x) / sum(w), the same digits as that expression has in SQL:
 * rounded once, half away from zero, to the scale of numeric's division.  The
 * sums are exact, so any order, plan or partition of the rows gives the same
 * bits.
 *
 * A NULL score is missing; what then happens is the policy's business, and is
 * left to the final function: the state keeps the weights of the missing rows
 * apart.  All missing gives NULL under every policy.  A NULL or negative
 * weight, NaN, infinity, weights that count summing to 0, and a policy that
 * changes within the group are errors.
 *
 * Scores and weights below 10^8 with up to 8 decimals are added as 128-bit
 * integers in place; what does not fit goes into decimals of any length behind
 * the fixed part.
 */
#include "perfeval.h"

#include "lib/stringinfo.h"
#include "utils/builtins.h"

#include "numeric_digits.h"
#include "state.h"

#define STATE_TYPE	"weighted_score_state"

/* decimals of the 128-bit sums */
#define W_SCALE		8
#define WX_SCALE	16

typedef enum Policy
{
	POLICY_RENORMALIZE,
	POLICY_ZERO,
	POLICY_STRICT,
	POLICY_COVERAGE,			/* renormalize:<floor> */
	POLICY_IMPUTE				/* impute:<value> */
} Policy;

static const PeKeyword policies[] = {
	{"renormalize", POLICY_RENORMALIZE},
	{"zero", POLICY_ZERO},
	{"strict", POLICY_STRICT},
	/* the placeholders are for the hint: parse_policy() reads these two */
	{"renormalize:<decimal>", POLICY_COVERAGE},
	{"impute:<decimal>", POLICY_IMPUTE},
	{NULL, 0}
};

#define SEEN_OBSERVED	1
#define SEEN_MISSING	2

/* 64 bytes, as there is one for every group. */
typedef struct WeightedState
{
	int32		vl_len_;
	uint8		policy;
	uint8		seen;
	bool		has_rest;		/* a Rest follows */
	uint8		reserved;		/* 0 */
	int16		wx_scale;		/* decimals shown, as numeric's sums have */
	int16		w_scale;
	int16		missing_scale;
	int16		reserved2;		/* 0 */
	PeInt128	wx;				/* sum of weight * score, times 10^16 */
	PeInt128	w;				/* sum of observed weights, times 10^8 */
	PeInt128	missing;		/* sum of missing weights, times 10^8 */
	char		rest[FLEXIBLE_ARRAY_MEMBER];
} WeightedState;

StaticAssertDecl(sizeof(WeightedState) == 64, "one cache line");

/* The policy's number, and what the 128-bit sums do not hold. */
typedef struct Rest
{
	PeDec		parameter;
	PeDec		wx;
	PeDec		w;
	PeDec		missing;
} Rest;

static WeightedState *
new_state(Policy policy)
{
	WeightedState *state = palloc0(sizeof(WeightedState));

	SET_VARSIZE(state, sizeof(WeightedState));
	state->policy = policy;
	return state;
}

static void
get_rest(const WeightedState *state, Rest *rest)
{
	const char *at = state->rest;

	memset(rest, 0, sizeof(*rest));
	if (!state->has_rest)
		return;
	at = pe_unpack(at, &rest->parameter);
	at = pe_unpack(at, &rest->wx);
	at = pe_unpack(at, &rest->w);
	(void) pe_unpack(at, &rest->missing);
}

/* A copy of the state with this rest. */
static WeightedState *
with_rest(const WeightedState *state, const Rest *rest)
{
	Size		size = sizeof(WeightedState) +
		pe_packed_size(rest->parameter) + pe_packed_size(rest->wx) +
		pe_packed_size(rest->w) + pe_packed_size(rest->missing);
	WeightedState *result = palloc(size);
	char	   *at = result->rest;

	memcpy(result, state, sizeof(WeightedState));
	SET_VARSIZE(result, size);
	result->has_rest = true;
	at = pe_pack(at, rest->parameter);
	at = pe_pack(at, rest->wx);
	at = pe_pack(at, rest->w);
	(void) pe_pack(at, rest->missing);
	return result;
}

static inline WeightedState *
get_state(Datum value)
{
	WeightedState *state = (WeightedState *) DatumGetPointer(value);

	if (unlikely(VARATT_IS_EXTENDED(state)))
		state = (WeightedState *) PG_DETOAST_DATUM(value);
	return state;
}

/* The policy, and the number after its colon. */
static Policy
parse_policy(const char *word, PeArena *arena, PeDec *parameter)
{
	static const char coverage[] = "renormalize:";
	static const char impute[] = "impute:";
	PeFields	number = {NULL, word, word};
	Policy		policy;

	memset(parameter, 0, sizeof(*parameter));
	if (pe_take_if(&number, coverage))
		policy = POLICY_COVERAGE;
	else if (pe_take_if(&number, impute))
		policy = POLICY_IMPUTE;
	else
		return pe_keyword(word, "missing policy", policies);

	if (!pe_try_take_dec(&number, arena, parameter) || *number.at)
		pe_unknown_keyword(word, "missing policy", policies);
	if (policy == POLICY_COVERAGE)
		pe_check_between(arena, *parameter, 0, 1, "coverage floor");
	return policy;
}

static void
put_policy(StringInfo text, PeArena *arena, Policy policy, PeDec parameter)
{
	const char *name = policies[policy].name;

	appendBinaryStringInfo(text, name, strcspn(name, "<"));
	if (policy >= POLICY_COVERAGE)
		pe_put_dec(text, arena, parameter);
}

static void
refuse_changed_policy(PeArena *arena, const WeightedState *state,
					  const char *other)
{
	StringInfoData first;
	Rest		rest;

	get_rest(state, &rest);
	initStringInfo(&first);
	put_policy(&first, arena, state->policy, rest.parameter);
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			 errmsg("missing policy changes within a group, from \"%s\" to \"%s\"",
					first.data, pe_text_clipped(other)),
			 errhint("Give the same policy for every row of a group.")));
}

/* The first row's policy: an empty state that has it. */
static WeightedState *
begin_with_policy(Datum value)
{
	PE_ARENA(arena);
	Rest		rest = {0};
	Policy		policy = parse_policy(TextDatumGetCString(value), &arena,
									  &rest.parameter);
	WeightedState *state = new_state(policy);

	if (policy == POLICY_COVERAGE || policy == POLICY_IMPUTE)
		state = with_rest(state, &rest);
	return state;
}

/* Equal to the digits written, as these count for the result's scale. */
static bool
same_parameter(PeArena *arena, PeDec a, PeDec b)
{
	return a.scale == b.scale && pe_dec_cmp(arena, a, b) == 0;
}

/* A later row's policy must be the same. */
static pg_noinline void
check_policy_text(const WeightedState *state, Datum value)
{
	PE_ARENA(arena);
	const char *word = TextDatumGetCString(value);
	Rest		rest;
	PeDec		parameter;
	Policy		policy = parse_policy(word, &arena, &parameter);

	get_rest(state, &rest);
	if (policy != state->policy ||
		!same_parameter(&arena, parameter, rest.parameter))
		refuse_changed_policy(&arena, state, word);
}

static inline void
check_policy(const WeightedState *state, Datum value)
{
	const struct varlena *word = PG_DETOAST_DATUM_PACKED(value);
	const char *name = policies[state->policy].name;

	if (state->policy >= POLICY_COVERAGE ||
		strlen(name) != VARSIZE_ANY_EXHDR(word) ||
		memcmp(name, VARDATA_ANY(word), strlen(name)) != 0)
		check_policy_text(state, value);
}

/* A row that the 128-bit sums cannot take, or a missing score. */
static pg_noinline WeightedState *
add_row(WeightedState *state, FunctionCallInfo fcinfo)
{
	PE_ARENA(arena);
	PeDec		weight = pe_arg_dec(fcinfo, 2, &arena, "weight");
	Rest		rest;

	if (weight.sign < 0)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("weight must not be negative, but is %s",
						pe_dec_text(&arena, weight)),
				 errhint("Score a deduction as a negative score.")));

	if (PG_ARGISNULL(1))
	{
		int64		fixed;
		int			scale;
		PeInt128	sum;

		state->seen |= SEEN_MISSING;
		state->missing_scale = Max(state->missing_scale, weight.scale);
		if (pe_numeric_fixed8(PG_GETARG_DATUM(2), &fixed, &scale) &&
			!__builtin_add_overflow(state->missing, (PeInt128) fixed, &sum))
		{
			state->missing = sum;
			return state;
		}
		get_rest(state, &rest);
		rest.missing = pe_dec_add(&arena, rest.missing, weight);
	}
	else
	{
		PeDec		product = pe_dec_mul(&arena,
										 pe_arg_observed(fcinfo, 1, &arena, "score"),
										 weight);

		state->seen |= SEEN_OBSERVED;
		state->wx_scale = Max(state->wx_scale, product.scale);
		state->w_scale = Max(state->w_scale, weight.scale);
		get_rest(state, &rest);
		rest.wx = pe_dec_add(&arena, rest.wx, product);
		rest.w = pe_dec_add(&arena, rest.w, weight);
	}
	return with_rest(state, &rest);
}

static inline Datum
transition(FunctionCallInfo fcinfo, WeightedState *state)
{
	int64		score,
				weight;
	int			score_scale,
				weight_scale;
	PeInt128	wx,
				w;

	if (likely(!PG_ARGISNULL(1) && !PG_ARGISNULL(2)) &&
		likely(pe_numeric_fixed8(PG_GETARG_DATUM(1), &score, &score_scale)) &&
		likely(pe_numeric_fixed8(PG_GETARG_DATUM(2), &weight, &weight_scale)) &&
		likely(weight >= 0) &&
		likely(!__builtin_add_overflow(state->wx, (PeInt128) score * weight, &wx)) &&
		likely(!__builtin_add_overflow(state->w, (PeInt128) weight, &w)))
	{
		state->wx = wx;
		state->w = w;
		state->seen |= SEEN_OBSERVED;
		if (unlikely(score_scale + weight_scale > state->wx_scale))
			state->wx_scale = score_scale + weight_scale;
		if (unlikely(weight_scale > state->w_scale))
			state->w_scale = weight_scale;
		return PointerGetDatum(state);
	}
	return PointerGetDatum(add_row(state, fcinfo));
}

/* weighted_score(score numeric, weight numeric): the transition */
PG_FUNCTION_INFO_V1(weighted_score_trans);
Datum
weighted_score_trans(PG_FUNCTION_ARGS)
{
	pe_require_aggregate(fcinfo, "weighted_score");
	return transition(fcinfo, PG_ARGISNULL(0) ? new_state(POLICY_RENORMALIZE)
					  : get_state(PG_GETARG_DATUM(0)));
}

/* weighted_score(score numeric, weight numeric, missing text) */
PG_FUNCTION_INFO_V1(weighted_score_missing_trans);
Datum
weighted_score_missing_trans(PG_FUNCTION_ARGS)
{
	WeightedState *state;

	pe_require_aggregate(fcinfo, "weighted_score");
	if (PG_ARGISNULL(3))
		pe_refuse_null("missing policy");
	if (unlikely(PG_ARGISNULL(0)))
		state = begin_with_policy(PG_GETARG_DATUM(3));
	else
	{
		state = get_state(PG_GETARG_DATUM(0));
		check_policy(state, PG_GETARG_DATUM(3));
	}
	return transition(fcinfo, state);
}

static void
refuse_merge(PeArena *arena, const WeightedState *state,
			 const WeightedState *other)
{
	StringInfoData policy;
	Rest		rest;

	get_rest(other, &rest);
	initStringInfo(&policy);
	put_policy(&policy, arena, other->policy, rest.parameter);
	refuse_changed_policy(arena, state, policy.data);
}

/* The sums of two states. */
PG_FUNCTION_INFO_V1(weighted_score_combine);
Datum
weighted_score_combine(PG_FUNCTION_ARGS)
{
	PE_ARENA(arena);
	Datum		result = (Datum) 0;
	WeightedState *state;
	WeightedState *other;
	Rest		rest,
				other_rest;
	PeInt128	wx,
				w,
				missing;

	if (pe_combine_null(fcinfo, "weighted_score", &result))
		return result;

	state = get_state(PG_GETARG_DATUM(0));
	other = get_state(PG_GETARG_DATUM(1));
	if (state->policy != other->policy)
		refuse_merge(&arena, state, other);

	state->seen |= other->seen;
	state->wx_scale = Max(state->wx_scale, other->wx_scale);
	state->w_scale = Max(state->w_scale, other->w_scale);
	state->missing_scale = Max(state->missing_scale, other->missing_scale);
	if (!__builtin_add_overflow(state->wx, other->wx, &wx) &&
		!__builtin_add_overflow(state->w, other->w, &w) &&
		!__builtin_add_overflow(state->missing, other->missing, &missing))
	{
		state->wx = wx;
		state->w = w;
		state->missing = missing;
		if (!other->has_rest)
			return PointerGetDatum(state);
		get_rest(state, &rest);
	}
	else
	{
		get_rest(state, &rest);
		rest.wx = pe_dec_add(&arena, rest.wx,
							 pe_dec_int128(&arena, other->wx, WX_SCALE));
		rest.w = pe_dec_add(&arena, rest.w,
							pe_dec_int128(&arena, other->w, W_SCALE));
		rest.missing = pe_dec_add(&arena, rest.missing,
								  pe_dec_int128(&arena, other->missing, W_SCALE));
	}
	get_rest(other, &other_rest);
	if (!same_parameter(&arena, rest.parameter, other_rest.parameter))
		refuse_merge(&arena, state, other);
	rest.wx = pe_dec_add(&arena, rest.wx, other_rest.wx);
	rest.w = pe_dec_add(&arena, rest.w, other_rest.w);
	rest.missing = pe_dec_add(&arena, rest.missing, other_rest.missing);
	return PointerGetDatum(with_rest(state, &rest));
}

/* A 128-bit sum and its rest, shown with `scale` decimals; it has no more. */
static PeDec
shown_sum(PeArena *arena, PeInt128 fixed, int fixed_scale, PeDec rest, int scale)
{
	PeDec		sum = pe_dec_int128(arena, fixed, fixed_scale);

	if (rest.sign != 0)
		sum = pe_dec_add(arena, sum, rest);
	else if (scale <= fixed_scale)
	{
		int64		zeros = 1;	/* at most 10^WX_SCALE */

		for (; fixed_scale > scale; fixed_scale--)
			zeros *= 10;
		return pe_dec_int128(arena, fixed / zeros, scale);
	}
	return pe_dec_rescale(arena, sum, scale);
}

/* The exact sums, with the decimals that numeric's sums would show. */
static void
get_sums(const WeightedState *state, PeArena *arena, Rest *sums)
{
	get_rest(state, sums);
	sums->wx = shown_sum(arena, state->wx, WX_SCALE, sums->wx, state->wx_scale);
	sums->w = shown_sum(arena, state->w, W_SCALE, sums->w, state->w_scale);
	sums->missing = shown_sum(arena, state->missing, W_SCALE, sums->missing,
							  state->missing_scale);
}

PG_FUNCTION_INFO_V1(weighted_score_final);
Datum
weighted_score_final(PG_FUNCTION_ARGS)
{
	PE_ARENA(arena);
	WeightedState *state;
	Rest		sums;
	PeDec		num,
				den;

	pe_require_aggregate(fcinfo, "weighted_score");
	if (PG_ARGISNULL(0))
		PG_RETURN_NULL();
	state = get_state(PG_GETARG_DATUM(0));
	if (!(state->seen & SEEN_OBSERVED))
		PG_RETURN_NULL();
	if (state->policy == POLICY_STRICT && (state->seen & SEEN_MISSING))
		PG_RETURN_NULL();

	get_sums(state, &arena, &sums);
	num = sums.wx;
	den = sums.w;
	if ((state->seen & SEEN_MISSING) &&
		(state->policy == POLICY_ZERO || state->policy == POLICY_IMPUTE))
	{
		/* sums.parameter is 0 for POLICY_ZERO */
		num = pe_dec_add(&arena, num,
						 pe_dec_mul(&arena, sums.parameter, sums.missing));
		den = pe_dec_add(&arena, den, sums.missing);
	}
	if (den.sign == 0)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("weights sum to 0"),
				 errhint("At least one observed score needs a positive weight.")));
	if (state->policy == POLICY_COVERAGE &&
		pe_dec_cmp(&arena, sums.w,
				   pe_dec_mul(&arena, sums.parameter,
							  pe_dec_add(&arena, sums.w, sums.missing))) < 0)
		PG_RETURN_NULL();

	return PE_DEC_DATUM(&arena,
						pe_dec_div(&arena, num, den,
								   pe_dec_div_scale(&arena, num, den),
								   PE_HALF_UP));
}

/*
 * Text form: (policy,sum of weight * score,sum of observed weights,sum of
 * missing weights), a sum over no rows left empty.
 */
Datum		weighted_score_state_in(PG_FUNCTION_ARGS);
Datum		weighted_score_state_out(PG_FUNCTION_ARGS);

static PeDec
take_weight(PeFields *fields, PeArena *arena)
{
	PeDec		weight = pe_take_dec(fields, arena);

	if (weight.sign < 0)
		pe_malformed(fields, "sum of weights must not be negative");
	if (weight.scale > PE_MAX_SCALE)
		pe_malformed(fields, "too many decimals");
	return weight;
}

PG_FUNCTION_INFO_V1(weighted_score_state_in);
Datum
weighted_score_state_in(PG_FUNCTION_ARGS)
{
	PE_ARENA(arena);
	char	   *text = PG_GETARG_CSTRING(0);
	PeFields	fields = {STATE_TYPE, text, text};
	size_t		length;
	Rest		rest = {0};
	WeightedState *state;

	pe_take(&fields, "(");
	length = strcspn(fields.at, ",");
	state = new_state(parse_policy(pnstrdup(fields.at, length), &arena,
								   &rest.parameter));
	fields.at += length;
	pe_take(&fields, ",");
	if (!pe_take_if(&fields, ",,"))
	{
		if (*fields.at == ',')
			pe_malformed(&fields, "number expected");
		rest.wx = pe_take_dec(&fields, &arena);
		pe_take(&fields, ",");
		rest.w = take_weight(&fields, &arena);
		pe_take(&fields, ",");
		state->seen |= SEEN_OBSERVED;
		state->wx_scale = rest.wx.scale;
		state->w_scale = rest.w.scale;
	}
	if (*fields.at != ')')
	{
		rest.missing = take_weight(&fields, &arena);
		state->seen |= SEEN_MISSING;
		state->missing_scale = rest.missing.scale;
	}
	pe_take(&fields, ")");
	pe_take_end(&fields);
	PG_RETURN_POINTER(with_rest(state, &rest));
}

PG_FUNCTION_INFO_V1(weighted_score_state_out);
Datum
weighted_score_state_out(PG_FUNCTION_ARGS)
{
	PE_ARENA(arena);
	WeightedState *state = get_state(PG_GETARG_DATUM(0));
	StringInfoData text;
	Rest		sums;

	get_sums(state, &arena, &sums);
	initStringInfo(&text);
	appendStringInfoChar(&text, '(');
	put_policy(&text, &arena, state->policy, sums.parameter);
	appendStringInfoChar(&text, ',');
	if (state->seen & SEEN_OBSERVED)
		pe_put_dec(&text, &arena, sums.wx);
	appendStringInfoChar(&text, ',');
	if (state->seen & SEEN_OBSERVED)
		pe_put_dec(&text, &arena, sums.w);
	appendStringInfoChar(&text, ',');
	if (state->seen & SEEN_MISSING)
		pe_put_dec(&text, &arena, sums.missing);
	appendStringInfoChar(&text, ')');
	PG_RETURN_CSTRING(text.data);
}

PE_STATE_BINARY_IO(weighted_score_state);
