/*
 * window_scores.c
 *	  Reads the scores of a window's partition; see window_scores.h.
 */
#include "window_scores.h"

#include "miscadmin.h"
#include "utils/fmgrprotos.h"
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
by_value(const void *a, const void *b)
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

	qsort(score, scores->n, sizeof(LongScore), by_value);
	for (int64 i = 0; i < scores->n; i++)
	{
		if (i > 0 && by_value(&score[i - 1], &score[i]) != 0)
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
