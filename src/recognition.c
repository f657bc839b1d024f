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

/* The settings, kept in the state as the trimmed mean's parameters. */
typedef struct Settings
{
	PeDec		low;
	PeDec		high;
	PeDec		share;
} Settings;

static void
check_settings(PeArena *arena, const Settings *settings)
{
	if (settings->low.sign < 0 ||
		pe_dec_cmp(arena, settings->low, settings->high) > 0)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("bounds of the coefficient must satisfy 0 <= low <= high, but low is %s and high is %s",
						pe_dec_text(arena, settings->low),
						pe_dec_text(arena, settings->high))));
	if (settings->share.sign < 0 ||
		pe_dec_cmp(arena, settings->share, pe_dec_int(arena, 1)) > 0)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("difficulty_share must be between 0 and 1, but is %s",
						pe_dec_text(arena, settings->share))));
}

static PeDec
take_parameter(PeFields *fields, PeArena *arena)
{
	PeDec		value = pe_take_dec(fields, arena);

	pe_take(fields, ",");
	return pe_dec_trim(arena, value);
}

static PeTrimmed *
new_state(const Settings *settings, int32 drop)
{
	Size		size = pe_packed_size(settings->low) +
		pe_packed_size(settings->high) + pe_packed_size(settings->share);
	char	   *parameters = palloc(size);
	char	   *at = parameters;

	at = pe_pack(at, settings->low);
	at = pe_pack(at, settings->high);
	(void) pe_pack(at, settings->share);
	return pe_trimmed_new(drop, parameters, size);
}

static void
get_settings(const PeTrimmed *state, Settings *settings)
{
	const char *at = state->data;

	at = pe_unpack(at, &settings->low);
	at = pe_unpack(at, &settings->high);
	(void) pe_unpack(at, &settings->share);
}

static void
check_unchanged(PeArena *arena, const PeTrimmed *state,
				const Settings *settings)
{
	Settings	first;

	get_settings(state, &first);
	if (pe_dec_cmp(arena, first.low, settings->low) != 0 ||
		pe_dec_cmp(arena, first.high, settings->high) != 0 ||
		pe_dec_cmp(arena, first.share, settings->share) != 0)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("low, high or difficulty_share changes within a group"),
				 errhint("Give the same bounds and share for every expert of a group.")));
}

/* A rating, between 0 and 100. */
static PeDec
arg_rating(FunctionCallInfo fcinfo, int argno, PeArena *arena, const char *name)
{
	PeDec		rating = pe_arg_dec(fcinfo, argno, arena, name);

	if (rating.sign < 0 || pe_dec_cmp(arena, rating, pe_dec_int(arena, 100)) > 0)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("%s must be between 0 and 100, but is %s", name,
						pe_dec_text(arena, rating))));
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
	PeDec		mixed;

	pe_require_aggregate(fcinfo, "recognition_coefficient");
	/* trimmed, so that 1.0 and 1.00 are the same setting */
	settings.low = pe_dec_trim(&arena, pe_arg_dec(fcinfo, 3, &arena, "low"));
	settings.high = pe_dec_trim(&arena, pe_arg_dec(fcinfo, 4, &arena, "high"));
	if (PG_NARGS() > 5)
		drop = pe_trimmed_drop(fcinfo, 5);
	if (PG_NARGS() > 6)
		settings.share = pe_dec_trim(&arena, pe_arg_dec(fcinfo, 6, &arena,
														"difficulty_share"));
	else
		settings.share = pe_dec_int128(&arena, 5, 1);

	if (PG_ARGISNULL(0))
	{
		check_settings(&arena, &settings);
		state = new_state(&settings, drop);
	}
	else
	{
		state = pe_trimmed_get(PG_GETARG_DATUM(0));
		pe_trimmed_check_drop(state, drop);
		check_unchanged(&arena, state, &settings);
	}
	if (PG_ARGISNULL(1) || PG_ARGISNULL(2))
		PG_RETURN_POINTER(state);

	mixed = pe_dec_mul(&arena, settings.share,
					   arg_rating(fcinfo, 1, &arena, "difficulty"));
	mixed = pe_dec_add(&arena, mixed,
					   pe_dec_mul(&arena,
								  pe_dec_sub(&arena, pe_dec_int(&arena, 1),
											 settings.share),
								  arg_rating(fcinfo, 2, &arena, "accuracy")));
	PG_RETURN_POINTER(pe_trimmed_add(state, &arena, mixed));
}

PG_FUNCTION_INFO_V1(recognition_coefficient_combine);
Datum
recognition_coefficient_combine(PG_FUNCTION_ARGS)
{
	PE_ARENA(arena);
	PeTrimmed  *state;
	PeTrimmed  *other;
	Settings	settings;

	pe_require_aggregate(fcinfo, "recognition_coefficient");
	if (PG_ARGISNULL(1))
	{
		if (PG_ARGISNULL(0))
			PG_RETURN_NULL();
		return PG_GETARG_DATUM(0);
	}
	if (PG_ARGISNULL(0))
		return PointerGetDatum(PG_DETOAST_DATUM_COPY(PG_GETARG_DATUM(1)));
	state = pe_trimmed_get(PG_GETARG_DATUM(0));
	other = pe_trimmed_get(PG_GETARG_DATUM(1));
	get_settings(other, &settings);
	check_unchanged(&arena, state, &settings);
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
	get_settings(state, &settings);

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
	settings.low = take_parameter(&fields, &arena);
	settings.high = take_parameter(&fields, &arena);
	settings.share = take_parameter(&fields, &arena);
	check_settings(&arena, &settings);
	state = new_state(&settings, 0);
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

	get_settings(state, &settings);
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
