/*
 * window_scores.h
 *	  The scores of a window's partition, as integers of the same order.
 */
#ifndef PE_WINDOW_SCORES_H
#define PE_WINDOW_SCORES_H

#include "perfeval.h"

#include "windowapi.h"

typedef struct PeScores
{
	int64		nrows;
	int64		n;				/* rows with a score */
	PeInt128   *key;			/* of those, in the order of the rows */
	uint16	   *place;			/* of all rows: 0 without a score, else 1 for now */
} PeScores;

/* What becomes of equal scores across a cut. */
typedef enum PeTies
{
	PE_TIES_EXPAND,
	PE_TIES_CONTRACT,
	PE_TIES_MIDDLE,
	PE_TIES_ERROR
} PeTies;

extern void pe_read_scores(WindowObject window, MemoryContext keep, PeScores *scores);
extern NullableDatum pe_partition_arg(FunctionCallInfo fcinfo, WindowObject window, int argno,
									  const char *name, int64 nrows);
extern PeTies pe_ties(NullableDatum policy);

#endif							/* PE_WINDOW_SCORES_H */
