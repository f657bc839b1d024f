/*
 * recognition.c
 *	  Experts' recognition coefficient (认同度评价系数).
 *
 * Each expert rates the difficulty D and the accuracy A of a unit's targets, 0
 * to 100.  With r = the trimmed mean of (s * D + (1 - s) * A) / 100, where s is
 * difficulty_share, the coefficient is low + (high - low) * r; one fraction,
 * rounded at most once.  An expert without both ratings does not count.  No
 * expert gives NULL; too few to drop, ratings outside 0..100, bounds that are
 * not 0 <= low <= high, a share outside 0..1, and settings that change within
 * the group are errors.
 */
#include "perfeval.h"

#include "trimmed.h"

#define STATE_TYPE	"recognition_coefficient_state"

/*
 * The settings, kept in the state as the trimmed mean's parameters: without
 * trailing zeros, and apart from them the most decimals that each was given
 * with, which count for the result's scale.
 */
typedef struct Settings
{
	PeDec		low;
	PeDec		high;
	PeDec		share;
} Settings;

typedef struct Decimals
{
	int32		low;
	int32		high;
	int32		share;
	int32		reserved;		/* 0 */
} Decimals;

static Decimals *
decimals_of(const PeTrimmed *state)
{
	return (Decimals *) state->data;
}

static void
get_settings(const PeTrimmed *state, Settings *settings)
{
	const char *at = state->data + sizeof(Decimals);

	at = pe_unpack(at, &settings->low);
	at = pe_unpack(at, &settings->high);
	(void) pe_unpack(at, &settings->share);
}

/* The settings as given, with their decimals. */
static void
get_shown_settings(const PeTrimmed *state, PeArena *arena, Settings *settings)
{
	const Decimals *decimals = decimals_of(state);

	get_settings(state, settings);
	settings->low = pe_dec_rescale(arena, settings->low, decimals->low);
	settings->high = pe_dec_rescale(arena, settings->high, decimals->high);
	settings->share = pe_dec_rescale(arena, settings->share, decimals->share);
}

static PeTrimmed *
new_state(PeArena *arena, const Settings *given, int32 drop)
{
	PeDec		low = pe_dec_trim(arena, given->low);
	PeDec		high = pe_dec_trim(arena, given->high);
	PeDec		share = pe_dec_trim(arena, given->share);
	Decimals	decimals = {given->low.scale, given->high.scale,
	given->share.scale, 0};
	Size		size = sizeof(Decimals) + pe_packed_size(low) +
		pe_packed_size(high) + pe_packed_size(share);
	char	   *parameters = palloc(size);
	char	   *at = parameters + sizeof(Decimals);

	if (given->low.sign < 0 || pe_dec_cmp(arena, low, high) > 0)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("bounds of the coefficient must satisfy 0 <= low <= high, but low is %s and high is %s",
						pe_dec_text(arena, given->low),
						pe_dec_text(arena, given->high))));
	pe_check_between(arena, given->share, 0, 1, "difficulty_share");
	memcpy(parameters, &decimals, sizeof(decimals));
	at = pe_pack(at, low);
	at = pe_pack(at, high);
	(void) pe_pack(at, share);
	return pe_trimmed_new(drop, parameters, size);
}

static void
check_unchanged(PeArena *arena, PeDec first, PeDec other, const char *name)
{
	if (pe_dec_cmp(arena, first, other) != 0)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("%s changes within a group, from %s to %s", name,
						pe_dec_text(arena, first), pe_dec_text(arena, other)),
				 errhint("Give the same %s for every expert of a group.",
						 name)));
}

/* Other rows' settings: the same values, perhaps with more decimals. */
static void
join_settings(PeTrimmed *state, PeArena *arena, const Settings *other)
{
	Decimals   *decimals = decimals_of(state);
	Settings	first;

	get_settings(state, &first);
	check_unchanged(arena, first.low, other->low, "low");
	check_unchanged(arena, first.high, other->high, "high");
	check_unchanged(arena, first.share, other->share, "difficulty_share");
	decimals->low = Max(decimals->low, other->low.scale);
	decimals->high = Max(decimals->high, other->high.scale);
	decimals->share = Max(decimals->share, other->share.scale);
}

static PeDec
arg_rating(FunctionCallInfo fcinfo, int argno, PeArena *arena, const char *name)
{
	PeDec		rating = pe_arg_observed(fcinfo, argno, arena, name);

	pe_check_between(arena, rating, 0, 100, name);
	return rating;
}

/*
 * recognition_coefficient(difficulty, accuracy, low, high
 *						   [, drop_each = 0 [, difficulty_share = 0.5]])
 */
PG_FUNCTION_INFO_V1(recognition_coefficient_trans);
Datum
recognition_coefficient_trans(PG_FUNCTION_ARGS)
{
	PE_ARENA(arena);
	Settings	settings;
	PeTrimmed  *state;
	int32		drop = 0;
	PeDec		difficulty = {0};
	PeDec		accuracy = {0};
	PeDec		rest;

	pe_require_aggregate(fcinfo, "recognition_coefficient");
	if (!PG_ARGISNULL(1))
		difficulty = arg_rating(fcinfo, 1, &arena, "difficulty");
	if (!PG_ARGISNULL(2))
		accuracy = arg_rating(fcinfo, 2, &arena, "accuracy");
	settings.low = pe_arg_dec(fcinfo, 3, &arena, "low");
	settings.high = pe_arg_dec(fcinfo, 4, &arena, "high");
	if (PG_NARGS() > 5)
		drop = pe_trimmed_drop(fcinfo, 5);
	if (PG_NARGS() > 6)
		settings.share = pe_arg_dec(fcinfo, 6, &arena, "difficulty_share");
	else
		settings.share = pe_dec_int128(&arena, 5, 1);

	if (PG_ARGISNULL(0))
		state = new_state(&arena, &settings, drop);
	else
	{
		state = pe_trimmed_get(PG_GETARG_DATUM(0));
		pe_trimmed_check_drop(state, drop);
		join_settings(state, &arena, &settings);
	}
	if (PG_ARGISNULL(1) || PG_ARGISNULL(2))
		PG_RETURN_POINTER(state);

	get_settings(state, &settings);
	rest = pe_dec_sub(&arena, pe_dec_int(&arena, 1), settings.share);
	difficulty = pe_dec_mul(&arena, settings.share, difficulty);
	accuracy = pe_dec_mul(&arena, rest, accuracy);
	PG_RETURN_POINTER(pe_trimmed_add(state, &arena,
									 pe_dec_add(&arena, difficulty, accuracy)));
}

PG_FUNCTION_INFO_V1(recognition_coefficient_combine);
Datum
recognition_coefficient_combine(PG_FUNCTION_ARGS)
{
	PE_ARENA(arena);
	Datum		result = (Datum) 0;
	PeTrimmed  *state;
	PeTrimmed  *other;
	Settings	settings;

	if (pe_combine_null(fcinfo, "recognition_coefficient", &result))
		return result;
	state = pe_trimmed_get(PG_GETARG_DATUM(0));
	other = pe_trimmed_get(PG_GETARG_DATUM(1));
	get_shown_settings(other, &arena, &settings);
	join_settings(state, &arena, &settings);
	PG_RETURN_POINTER(pe_trimmed_merge(state, other));
}

PG_FUNCTION_INFO_V1(recognition_coefficient_final);
Datum
recognition_coefficient_final(PG_FUNCTION_ARGS)
{
	PE_ARENA(arena);
	PeTrimmed  *state;
	Settings	settings;
	PeDec		sum,
				den,
				num;
	int64		left;

	pe_require_aggregate(fcinfo, "recognition_coefficient");
	if (PG_ARGISNULL(0))
		PG_RETURN_NULL();
	state = pe_trimmed_get(PG_GETARG_DATUM(0));
	left = pe_trimmed_sum(state, &arena, &sum);
	if (left == 0)
		PG_RETURN_NULL();
	/* the state's sum has the share without its trailing zeros */
	get_settings(state, &settings);
	sum = pe_dec_rescale(&arena, sum, sum.scale + decimals_of(state)->share -
						 settings.share.scale);
	get_shown_settings(state, &arena, &settings);

	/* (low * 100 m + (high - low) * sum) / (100 m) */
	den = pe_dec_mul(&arena, pe_dec_int(&arena, 100), pe_dec_int(&arena, left));
	num = pe_dec_add(&arena, pe_dec_mul(&arena, settings.low, den),
					 pe_dec_mul(&arena,
								pe_dec_sub(&arena, settings.high, settings.low),
								sum));
	return PE_DEC_DATUM(&arena, pe_dec_quotient(&arena, num, den));
}

/*
 * Text form: (low,high,difficulty_share,drop_each,n,sum,{lowest},{highest}),
 * the values being those of share * D + (1 - share) * A.
 */
PG_FUNCTION_INFO_V1(recognition_coefficient_state_in);
Datum
recognition_coefficient_state_in(PG_FUNCTION_ARGS)
{
	PE_ARENA(arena);
	char	   *text = PG_GETARG_CSTRING(0);
	PeFields	fields = {STATE_TYPE, text, text};
	Settings	settings;
	PeTrimmed  *state;

	pe_take(&fields, "(");
	settings.low = pe_take_dec(&fields, &arena);
	pe_take(&fields, ",");
	settings.high = pe_take_dec(&fields, &arena);
	pe_take(&fields, ",");
	settings.share = pe_take_dec(&fields, &arena);
	pe_take(&fields, ",");
	state = new_state(&arena, &settings, 0);
	state = pe_trimmed_take(&fields, &arena, state->data, state->parameter_size);
	pe_take(&fields, ")");
	pe_take_end(&fields);
	PG_RETURN_POINTER(state);
}

PG_FUNCTION_INFO_V1(recognition_coefficient_state_out);
Datum
recognition_coefficient_state_out(PG_FUNCTION_ARGS)
{
	PE_ARENA(arena);
	PeTrimmed  *state = pe_trimmed_get(PG_GETARG_DATUM(0));
	StringInfoData text;
	Settings	settings;

	get_shown_settings(state, &arena, &settings);
	initStringInfo(&text);
	appendStringInfoChar(&text, '(');
	pe_put_dec(&text, &arena, settings.low);
	appendStringInfoChar(&text, ',');
	pe_put_dec(&text, &arena, settings.high);
	appendStringInfoChar(&text, ',');
	pe_put_dec(&text, &arena, settings.share);
	appendStringInfoChar(&text, ',');
	pe_trimmed_put(state, &arena, &text);
	appendStringInfoChar(&text, ')');
	PG_RETURN_CSTRING(text.data);
}

PE_STATE_BINARY_IO(recognition_coefficient_state);
