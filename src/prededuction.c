/*
 * prededuction.c
 *	  What rectification gives back of points deducted beforehand (预扣分返还).
 *
 * refund = cap * rectified * effective points, where the effective points are
 * all of them, half (减半扣分) or none (免予扣分).  With dates: nothing unless
 * the rectification was accepted by notice + term, that day included.
 */
#include "perfeval.h"

#include "utils/builtins.h"
#include "utils/date.h"
#include "utils/fmgrprotos.h"
#include "utils/timestamp.h"

#include "core/rules.h"

static const PeKeyword effects[] = {
	{"full", PE_EFFECT_FULL},
	{"half", PE_EFFECT_HALF},
	{"exempt", PE_EFFECT_EXEMPT},
	{NULL, 0}
};

/* The refund of arguments 0 to 3; false: points or rectified not observed. */
static bool
refund(FunctionCallInfo fcinfo, PeArena *arena, PeDec *result)
{
	PeDec		points,
				rectified,
				cap;
	PeEffect	effect;

	if (PG_ARGISNULL(0) || PG_ARGISNULL(1))
		return false;
	points = pe_arg_observed(fcinfo, 0, arena, "points");
	rectified = pe_arg_observed(fcinfo, 1, arena, "rectified");
	effect = pe_arg_keyword(fcinfo, 2, "effect", effects);
	cap = pe_arg_dec(fcinfo, 3, arena, "cap");
	pe_check_between(arena, rectified, 0, 1, "rectified");
	pe_check_between(arena, cap, 0, 1, "cap");
	if (points.sign < 0)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("points must not be negative, but is %s",
						pe_dec_text(arena, points)),
				 errhint("Give the deducted points as a positive number.")));
	*result = pe_prededuct_refund(arena, points, rectified, effect, cap);
	return true;
}

/*
 * prededuct_refund(points, rectified, effect = 'full', cap = 0.80)
 *
 * points >= 0; rectified and cap in 0..1; effect full, half or exempt.  NULL
 * points or rectified give NULL.
 */
PG_FUNCTION_INFO_V1(prededuct_refund);
Datum
prededuct_refund(PG_FUNCTION_ARGS)
{
	PE_ARENA(arena);
	PeDec		result;

	if (!refund(fcinfo, &arena, &result))
		PG_RETURN_NULL();
	return PE_DEC_DATUM(&arena, result);
}

static DateADT
finite_date(DateADT date, const char *name)
{
	if (DATE_NOT_FINITE(date))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("%s must be a finite date, not %s", name,
						DatumGetCString(DirectFunctionCall1(date_out,
															DateADTGetDatum(date))))));
	return date;
}

/*
 * prededuct_refund(points, rectified, effect, cap, notice_date,
 *					acceptance_date, term = '3 months')
 *
 * The same, and 0 where the rectification was accepted after notice_date +
 * term or not yet (NULL acceptance_date).  Months as PostgreSQL adds them: 30
 * November + 3 months is the last day of February.
 */
PG_FUNCTION_INFO_V1(prededuct_refund_dated);
Datum
prededuct_refund_dated(PG_FUNCTION_ARGS)
{
	PE_ARENA(arena);
	PeDec		result;
	DateADT		notice,
				accepted;
	Interval   *term;
	Timestamp	deadline;

	if (!refund(fcinfo, &arena, &result))
		PG_RETURN_NULL();
	if (PG_ARGISNULL(4))
		pe_refuse_null("notice_date");
	if (PG_ARGISNULL(6))
		pe_refuse_null("term");
	notice = finite_date(PG_GETARG_DATEADT(4), "notice_date");
	term = PG_GETARG_INTERVAL_P(6);
	if (!PE_INTERVAL_IS_FINITE(term))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("term must be finite"),
				 errhint("Without a deadline, leave the dates out.")));
	if (term->month < 0 || term->day < 0 || term->time < 0)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("no part of term may be negative, but it is %s",
						DatumGetCString(DirectFunctionCall1(interval_out,
															PG_GETARG_DATUM(6))))));
	deadline = DatumGetTimestamp(DirectFunctionCall2(date_pl_interval,
													 PG_GETARG_DATUM(4),
													 PG_GETARG_DATUM(6)));
	if (PG_ARGISNULL(5))
		return PE_DEC_DATUM(&arena, pe_dec_int(&arena, 0));
	accepted = finite_date(PG_GETARG_DATEADT(5), "acceptance_date");
	if (accepted < notice)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("acceptance_date %s is before notice_date %s",
						DatumGetCString(DirectFunctionCall1(date_out,
															PG_GETARG_DATUM(5))),
						DatumGetCString(DirectFunctionCall1(date_out,
															PG_GETARG_DATUM(4))))));
	if (date_cmp_timestamp_internal(accepted, deadline) > 0)
		result = pe_dec_int(&arena, 0);
	return PE_DEC_DATUM(&arena, result);
}
