/*
 * rater_severity.c
 *	  How severe raters are (评价人宽严程度); the rule stands in core/severity.h.
 */
#include "marks.h"

#include "funcapi.h"
#include "miscadmin.h"
#include "utils/builtins.h"

#define MOST_DIGITS	100

/*
 * rater_severity(units, raters, scores [, digits = 6, shrink = 0])
 *	 -> rows (rater, component, ratings, severity, shrunk, estimable, constant)
 *
 * A severity above 0 is lenient: marks higher than others give the same units.
 * Of a component of too many raters estimable is NULL: nobody has looked.
 * `shrunk` is it times ratings / (ratings + shrink).  Both are rounded once.
 */
PG_FUNCTION_INFO_V1(rater_severity);
Datum
rater_severity(PG_FUNCTION_ARGS)
{
	PE_ARENA(arena);
	ReturnSetInfo *set = (ReturnSetInfo *) fcinfo->resultinfo;
	PeNamedMarks marks;
	PeSeverity *severity;
	int32		digits = pe_arg_digits(fcinfo, 3, MOST_DIGITS);
	PeDec		shrink = pe_arg_dec(fcinfo, 4, &arena, "shrink");

	if (shrink.sign < 0)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("shrink must not be negative, but is %s",
						pe_dec_text(&arena, shrink))));
	pe_arg_marks(fcinfo, &arena, &marks);
	severity = pe_alloc(&arena, sizeof(PeSeverity) * Max(marks.marks.nraters, 1));
	if (pe_severities(&arena, &marks.marks, pe_check_for_interrupts, severity) != PE_SEVERITY_OK)
		ereport(ERROR,
				(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
				 errmsg("this design of raters and units cannot be solved"),
				 errhint("Its number of spanning trees is divisible by ten large primes. Leave a mark out.")));

	InitMaterializedSRF(fcinfo, MAT_SRF_USE_EXPECTED_DESC);
	for (int32 j = 0; j < marks.marks.nraters; j++)
	{
		const PeSeverity *one = &severity[j];
		Datum		values[7];
		bool		nulls[7] = {false};

		CHECK_FOR_INTERRUPTS();
		values[0] = Int64GetDatum(marks.rater[j]);
		values[1] = Int32GetDatum(one->component + 1);
		values[2] = Int32GetDatum(one->nmarks);
		nulls[3] = nulls[4] = !one->estimable;
		if (one->estimable)
		{
			PeDec		num = one->num;
			PeDec		n = pe_dec_int(&arena, one->nmarks);

			num.scale = marks.marks.scale;
			values[3] = PE_DEC_DATUM(&arena, pe_dec_div(&arena, num, one->den, digits, PE_HALF_UP));
			values[4] = PE_DEC_DATUM(&arena,
									 pe_dec_div(&arena, pe_dec_mul(&arena, num, n),
												pe_dec_mul(&arena, one->den,
														   pe_dec_add(&arena, n, shrink)),
												digits, PE_HALF_UP));
		}
		nulls[5] = one->too_large;
		values[5] = BoolGetDatum(one->estimable);
		values[6] = BoolGetDatum(one->constant);
		tuplestore_putvalues(set->setResult, set->setDesc, values, nulls);
	}
	return (Datum) 0;
}
