/*
 * trimmed_mean.c
 *	  The mean after dropping the highest and the lowest values (去掉最高最低分).
 *
 * NULL values are not observed and do not count.  No value at all gives NULL;
 * n <= 2 * drop_each, a negative, NULL or changing drop_each, NaN and
 * infinities are errors.  The mean is one fraction: exact, or rounded once to
 * the scale of numeric's division.
 */
#include "perfeval.h"

#include "trimmed.h"

/* trimmed_mean(value numeric): drops one at each end */
PG_FUNCTION_INFO_V1(trimmed_mean_trans);
Datum
trimmed_mean_trans(PG_FUNCTION_ARGS)
{
	PeTrimmed  *state;

	pe_require_aggregate(fcinfo, "trimmed_mean");
	state = PG_ARGISNULL(0) ? pe_trimmed_new(1, NULL, 0)
		: pe_trimmed_get(PG_GETARG_DATUM(0));
	if (!PG_ARGISNULL(1))
		state = pe_trimmed_add_numeric(state, PG_GETARG_DATUM(1));
	PG_RETURN_POINTER(state);
}

/* trimmed_mean(value numeric, drop_each int) */
PG_FUNCTION_INFO_V1(trimmed_mean_drop_trans);
Datum
trimmed_mean_drop_trans(PG_FUNCTION_ARGS)
{
	PeTrimmed  *state;
	int32		drop;

	pe_require_aggregate(fcinfo, "trimmed_mean");
	drop = pe_trimmed_drop(fcinfo, 2);
	if (PG_ARGISNULL(0))
		state = pe_trimmed_new(drop, NULL, 0);
	else
	{
		state = pe_trimmed_get(PG_GETARG_DATUM(0));
		pe_trimmed_check_drop(state, drop);
	}
	if (!PG_ARGISNULL(1))
		state = pe_trimmed_add_numeric(state, PG_GETARG_DATUM(1));
	PG_RETURN_POINTER(state);
}

PG_FUNCTION_INFO_V1(trimmed_mean_combine);
Datum
trimmed_mean_combine(PG_FUNCTION_ARGS)
{
	Datum		result = (Datum) 0;

	if (pe_combine_null(fcinfo, "trimmed_mean", &result))
		return result;
	PG_RETURN_POINTER(pe_trimmed_merge(pe_trimmed_get(PG_GETARG_DATUM(0)),
									   pe_trimmed_get(PG_GETARG_DATUM(1))));
}

PG_FUNCTION_INFO_V1(trimmed_mean_final);
Datum
trimmed_mean_final(PG_FUNCTION_ARGS)
{
	PE_ARENA(arena);
	PeDec		sum;
	int64		left;

	pe_require_aggregate(fcinfo, "trimmed_mean");
	if (PG_ARGISNULL(0))
		PG_RETURN_NULL();
	left = pe_trimmed_sum(pe_trimmed_get(PG_GETARG_DATUM(0)), &arena, &sum);
	if (left == 0)
		PG_RETURN_NULL();
	return PE_DEC_DATUM(&arena,
						pe_dec_quotient(&arena, sum, pe_dec_int(&arena, left)));
}

/* Text form: (drop_each,n,sum,{lowest values},{highest values}) */
PG_FUNCTION_INFO_V1(trimmed_mean_state_in);
Datum
trimmed_mean_state_in(PG_FUNCTION_ARGS)
{
	PE_ARENA(arena);
	char	   *text = PG_GETARG_CSTRING(0);
	PeFields	fields = {"trimmed_mean_state", text, text};
	PeTrimmed  *state;

	pe_take(&fields, "(");
	state = pe_trimmed_take(&fields, &arena, NULL, 0);
	pe_take(&fields, ")");
	pe_take_end(&fields);
	PG_RETURN_POINTER(state);
}

PG_FUNCTION_INFO_V1(trimmed_mean_state_out);
Datum
trimmed_mean_state_out(PG_FUNCTION_ARGS)
{
	PE_ARENA(arena);
	StringInfoData text;

	initStringInfo(&text);
	appendStringInfoChar(&text, '(');
	pe_trimmed_put(pe_trimmed_get(PG_GETARG_DATUM(0)), &arena, &text);
	appendStringInfoChar(&text, ')');
	PG_RETURN_CSTRING(text.data);
}

PE_STATE_BINARY_IO(trimmed_mean_state);
