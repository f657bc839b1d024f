/*
 * rater_agreement.c
 *	  How far raters agree (评价一致性); the rule stands in core/agreement.h.
 */
#include "marks.h"

#include "funcapi.h"
#include "utils/builtins.h"

#include "core/agreement.h"

#define MOST_DIGITS	100

/*
 * rater_agreement(units, raters, scores [, digits = 6])
 *	 -> rows (statistic, value, unit_count, rater_count, reason)
 *
 * A statistic that is not defined is NULL, with the reason.
 */
PG_FUNCTION_INFO_V1(rater_agreement);
Datum
rater_agreement(PG_FUNCTION_ARGS)
{
	PE_ARENA(arena);
	ReturnSetInfo *set = (ReturnSetInfo *) fcinfo->resultinfo;
	PeNamedMarks marks;
	PeAgreement result[PE_AGREEMENT_STATISTICS];
	int32		digits = pe_arg_digits(fcinfo, 3, MOST_DIGITS);

	pe_arg_marks(fcinfo, &arena, &marks);
	pe_agreement(&arena, &marks.marks, pe_check_for_interrupts, result);

	InitMaterializedSRF(fcinfo, MAT_SRF_USE_EXPECTED_DESC);
	for (int i = 0; i < PE_AGREEMENT_STATISTICS; i++)
	{
		const PeAgreement *one = &result[i];
		Datum		values[5];
		bool		nulls[5] = {false};

		values[0] = CStringGetTextDatum(pe_agreement_name[i]);
		nulls[1] = one->reason != PE_AGREEMENT_OK;
		if (!nulls[1])
		{
			PeBigRat	value = pe_rat_big(&arena, &one->value);

			values[1] = PE_DEC_DATUM(&arena, pe_dec_div(&arena, value.num, value.den,
														digits, PE_HALF_UP));
		}
		values[2] = Int32GetDatum(one->nunits);
		values[3] = Int32GetDatum(marks.marks.nraters);
		nulls[4] = !nulls[1];
		if (!nulls[4])
			values[4] = CStringGetTextDatum(pe_agreement_reason[one->reason]);
		tuplestore_putvalues(set->setResult, set->setDesc, values, nulls);
	}
	return (Datum) 0;
}
