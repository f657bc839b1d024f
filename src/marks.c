/*
 * marks.c
 *	  Marks of raters for units, from three arrays: units, raters and scores,
 *	  an entry of each for every mark.
 *
 * A NULL score is a mark not given.  A rater marks a unit once: which of two
 * marks counts, or that their mean does, is for the caller to say.
 */
#include "marks.h"

#include "catalog/pg_type.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"

/* A mark before units and raters are numbered from 0. */
typedef struct Entry
{
	int64		unit;
	int64		rater;
	PeInt128	score;
} Entry;

void
pe_check_for_interrupts(void)
{
	CHECK_FOR_INTERRUPTS();
}

static int
by_unit_and_rater(const void *a, const void *b)
{
	const Entry *x = a;
	const Entry *y = b;

	CHECK_FOR_INTERRUPTS();
	if (x->unit != y->unit)
		return x->unit < y->unit ? -1 : 1;
	return x->rater < y->rater ? -1 : x->rater > y->rater;
}

static int
by_value(const void *a, const void *b)
{
	int64		x = *(const int64 *) a;
	int64		y = *(const int64 *) b;

	return x < y ? -1 : x > y;
}

static void
check_count(const char *name, int count, int expected)
{
	if (count != expected)
		ereport(ERROR,
				(errcode(ERRCODE_ARRAY_SUBSCRIPT_ERROR),
				 errmsg("%s must have one entry for each of %d units, but has %d",
						name, expected, count)));
}

/* The scores, whole numbers of 10^-scale. */
static int32
read_scores(Datum array, PeArena *arena, int nunits, Entry *entry, bool **missing)
{
	ArrayType  *scores = DatumGetArrayTypeP(array);
	Datum	   *element;
	PeDec	   *score;
	int			n;
	int32		scale = 0;

	if (ARR_NDIM(scores) > 1)
		ereport(ERROR,
				(errcode(ERRCODE_ARRAY_SUBSCRIPT_ERROR),
				 errmsg("scores must be a one-dimensional array, not one of %d dimensions",
						ARR_NDIM(scores))));
	deconstruct_array(scores, NUMERICOID, -1, false, TYPALIGN_INT, &element, missing, &n);
	check_count("scores", n, nunits);
	score = pe_alloc(arena, sizeof(PeDec) * Max(n, 1));
	for (int i = 0; i < n; i++)
	{
		if ((*missing)[i])
			continue;
		pe_check_observed(element[i], "score");
		score[i] = pe_dec_trim(arena, pe_numeric_to_dec(arena, element[i], "score"));
		scale = Max(scale, score[i].scale);
	}
	for (int i = 0; i < n; i++)
	{
		PeInt128	most = 1;

		if ((*missing)[i])
			continue;
		for (int digit = 0; digit < PE_MARK_MAX_DIGITS; digit++)
			most *= 10;
		if (scale > PE_MARK_MAX_DIGITS || score[i].n > 2 ||
			!pe_dec_to_int128(pe_dec_rescale(arena, score[i], scale), &entry[i].score) ||
			entry[i].score >= most || entry[i].score <= -most)
			ereport(ERROR,
					(errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
					 errmsg("score %s with the %d decimals of the longest has more than %d digits",
							pe_dec_text(arena, score[i]), scale, PE_MARK_MAX_DIGITS),
					 errhint("Round the scores to fewer decimals.")));
	}
	return scale;
}

/* Arguments 0 to 2. */
void
pe_arg_marks(FunctionCallInfo fcinfo, PeArena *arena, PeNamedMarks *result)
{
	static const char *const name[] = {"units", "raters", "scores"};
	Datum	   *unit;
	Datum	   *rater;
	bool	   *missing;
	Entry	   *entry;
	PeMark	   *mark;
	int			nunits;
	int			nraters;
	int			n = 0;

	for (int i = 0; i < 3; i++)
		if (PG_ARGISNULL(i))
			pe_refuse_null(name[i]);
	pe_array(PG_GETARG_DATUM(0), "units", INT8OID, &unit, &nunits);
	pe_array(PG_GETARG_DATUM(1), "raters", INT8OID, &rater, &nraters);
	check_count("raters", nraters, nunits);
	if (nunits > PE_MARKS_MAX)
		ereport(ERROR,
				(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
				 errmsg("%d marks are more than the %d that can be worked out at once",
						nunits, PE_MARKS_MAX),
				 errhint("Work them out by criterion or by group.")));
	entry = pe_alloc(arena, sizeof(Entry) * Max(nunits, 1));
	result->marks.scale = read_scores(PG_GETARG_DATUM(2), arena, nunits, entry, &missing);
	for (int i = 0; i < nunits; i++)
		if (!missing[i])
		{
			entry[n].score = entry[i].score;
			entry[n].unit = DatumGetInt64(unit[i]);
			entry[n++].rater = DatumGetInt64(rater[i]);
		}
	qsort(entry, n, sizeof(Entry), by_unit_and_rater);

	mark = pe_alloc(arena, sizeof(PeMark) * Max(n, 1));
	result->unit = pe_alloc(arena, sizeof(int64) * Max(n, 1));
	result->rater = pe_alloc(arena, sizeof(int64) * Max(n, 1));
	result->marks.mark = mark;
	result->marks.n = n;
	result->marks.nunits = 0;
	result->marks.nraters = 0;
	for (int i = 0; i < n; i++)
		result->rater[i] = entry[i].rater;
	qsort(result->rater, n, sizeof(int64), by_value);
	for (int i = 0; i < n; i++)
		if (i == 0 || result->rater[i] != result->rater[i - 1])
			result->rater[result->marks.nraters++] = result->rater[i];
	for (int i = 0; i < n; i++)
	{
		if (i > 0 && by_unit_and_rater(&entry[i - 1], &entry[i]) == 0)
			ereport(ERROR,
					(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
					 errmsg("rater " INT64_FORMAT " marks unit " INT64_FORMAT " twice",
							entry[i].rater, entry[i].unit),
					 errhint("Give one mark for each rater and unit: the last one, or the mean.")));
		if (i == 0 || entry[i].unit != entry[i - 1].unit)
			result->unit[result->marks.nunits++] = entry[i].unit;
		mark[i].unit = result->marks.nunits - 1;
		mark[i].rater = (int32) ((int64 *) bsearch(&entry[i].rater, result->rater,
												   result->marks.nraters, sizeof(int64),
												   by_value) - result->rater);
		mark[i].score = entry[i].score;
	}
}

int32
pe_arg_digits(FunctionCallInfo fcinfo, int argno, int32 most)
{
	int32		digits;

	if (PG_ARGISNULL(argno))
		pe_refuse_null("digits");
	digits = PG_GETARG_INT32(argno);
	if (digits < 0 || digits > most)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("digits must be between 0 and %d, but is %d", most, digits)));
	return digits;
}
