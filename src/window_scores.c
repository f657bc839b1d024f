/*
 * window_scores.c
 *	  Reads the scores and settings of a window's partition; see window_scores.h.
 */
#include "window_scores.h"

#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/datum.h"
#include "utils/fmgrprotos.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"

#include "numeric_digits.h"

/* Rows after which the memory of evaluated scores is given back. */
#define SCRATCH_ROWS	256

/* A score that does not fit 128 bits, with its place among the scores. */
typedef struct LongScore
{
	Numeric		value;
	int64		index;
} LongScore;

static int
compare_scores(const void *a, const void *b)
{
	CHECK_FOR_INTERRUPTS();
	return DatumGetInt32(DirectFunctionCall2(numeric_cmp,
											 NumericGetDatum(((const LongScore *) a)->value),
											 NumericGetDatum(((const LongScore *) b)->value)));
}

/* Keys from scores of any length: their dense rank, the lowest first. */
static void
rank_scores(LongScore *score, PeScores *scores)
{
	PeInt128	rank = 0;

	qsort(score, scores->n, sizeof(LongScore), compare_scores);
	for (int64 i = 0; i < scores->n; i++)
	{
		if (i > 0 && compare_scores(&score[i - 1], &score[i]) != 0)
			rank++;
		scores->key[score[i].index] = rank;
	}
}

/* How scores are brought to integers of the same order, the fastest way first. */
typedef enum Reading
{
	READ_FINE,					/* 30 decimals, below 10^8 */
	READ_LARGE,					/* 20 decimals, below 10^16 */
	READ_ANY					/* by comparing them */
} Reading;

/* The score as a number, if this way of reading suits it. */
static inline bool
read_score(Datum value, Reading reading, PeInt128 *key)
{
	int64		fixed;
	int			scale;

	if (reading == READ_LARGE)
		return pe_numeric_fixed20(value, key, &scale);
	/* the shorter reading suits most scores */
	if (!pe_numeric_fixed8(value, &fixed, &scale))
		return pe_numeric_fixed30(value, key);
	*key = (PeInt128) fixed * INT64CONST(1000000000000) * INT64CONST(10000000000);
	return true;
}

/* Reads the partition's scores; false if they do not all suit. */
static bool
read_scores(WindowObject window, PeScores *scores, Reading reading)
{
	MemoryContext caller = CurrentMemoryContext;
	MemoryContext scratch = caller;
	LongScore  *score = NULL;
	bool		fits = true;

	/* what evaluating the score leaves behind; little in a small partition */
	if (scores->nrows > SCRATCH_ROWS)
		scratch = AllocSetContextCreate(caller, "perfeval score",
										ALLOCSET_SMALL_SIZES);
	MemoryContextSwitchTo(scratch);
	if (reading == READ_ANY)
		score = MemoryContextAllocHuge(caller, sizeof(LongScore) * scores->nrows);
	scores->n = 0;
	for (int64 row = 0; fits && row < scores->nrows; row++)
	{
		bool		isnull,
					isout;
		Datum		value = WinGetFuncArgInPartition(window, 0, row,
													 WINDOW_SEEK_HEAD, false,
													 &isnull, &isout);

		scores->place[row] = !isnull;
		if (!isnull && reading == READ_ANY)
		{
			pe_check_observed(value, "score");
			MemoryContextSwitchTo(caller);
			score[scores->n].value = DatumGetNumericCopy(value);
			score[scores->n].index = scores->n;
			MemoryContextSwitchTo(scratch);
			scores->n++;
		}
		else if (!isnull)
			fits = read_score(value, reading, &scores->key[scores->n++]);
		if (row % SCRATCH_ROWS == 0)
		{
			if (scratch != caller)
				MemoryContextReset(scratch);
			CHECK_FOR_INTERRUPTS();
		}
	}
	MemoryContextSwitchTo(caller);
	if (reading == READ_ANY)
		rank_scores(score, scores);
	if (scratch != caller)
		MemoryContextDelete(scratch);
	return fits;
}

/* The first argument of all rows; `place` is kept in the context `keep`. */
void
pe_read_scores(WindowObject window, MemoryContext keep, PeScores *scores)
{
	scores->nrows = WinGetPartitionRowCount(window);
	/* the executor takes row numbers as int */
	if (scores->nrows > PG_INT32_MAX)
		ereport(ERROR,
				(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
				 errmsg("partition has " INT64_FORMAT " rows, more than %d",
						scores->nrows, PG_INT32_MAX)));
	scores->place = MemoryContextAllocHuge(keep, sizeof(uint16) * scores->nrows);
	scores->key = MemoryContextAllocHuge(CurrentMemoryContext,
										 sizeof(PeInt128) * scores->nrows);
	for (Reading reading = READ_FINE; !read_scores(window, scores, reading);)
		reading++;
}

/* An argument other than the score: the first row's, the same in every row. */
NullableDatum
pe_partition_arg(FunctionCallInfo fcinfo, WindowObject window, int argno,
				 const char *name, int64 nrows)
{
	NullableDatum first;
	int16		length;
	bool		by_value;
	bool		isout;
	MemoryContext scratch;
	MemoryContext caller;

	first.value = WinGetFuncArgInPartition(window, argno, 0, WINDOW_SEEK_HEAD,
										   false, &first.isnull, &isout);
	if (get_fn_expr_arg_stable(fcinfo->flinfo, argno))
		return first;
	get_typlenbyval(get_fn_expr_argtype(fcinfo->flinfo, argno), &length, &by_value);
	if (!first.isnull)
		first.value = datumCopy(first.value, by_value, length);

	scratch = AllocSetContextCreate(CurrentMemoryContext, "perfeval argument",
									ALLOCSET_SMALL_SIZES);
	caller = MemoryContextSwitchTo(scratch);
	for (int64 row = 1; row < nrows; row++)
	{
		bool		isnull;
		Datum		value = WinGetFuncArgInPartition(window, argno, row,
													 WINDOW_SEEK_HEAD, false,
													 &isnull, &isout);

		if (isnull != first.isnull ||
			(!isnull && !datum_image_eq(first.value, value, by_value, length)))
			ereport(ERROR,
					(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
					 errmsg("%s changes within a partition", name),
					 errdetail("Row " INT64_FORMAT " of the partition differs from the first.",
							   row + 1),
					 errhint("Partition by what it depends on.")));
		MemoryContextReset(scratch);
		CHECK_FOR_INTERRUPTS();
	}
	MemoryContextSwitchTo(caller);
	MemoryContextDelete(scratch);
	return first;
}

static const PeKeyword ties_policies[] = {
	{"expand", PE_TIES_EXPAND},
	{"contract", PE_TIES_CONTRACT},
	{"middle", PE_TIES_MIDDLE},
	{"error", PE_TIES_ERROR},
	{NULL, 0}
};

PeTies
pe_ties(NullableDatum policy)
{
	if (policy.isnull)
		pe_refuse_null("ties");
	return pe_keyword(TextDatumGetCString(policy.value), "ties policy", ties_policies);
}
