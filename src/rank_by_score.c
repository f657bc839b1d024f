/*
 * rank_by_score.c
 *	  A score's rank within its partition (名次), as a window function.
 *
 * One more than the number of scores above it, as core's rank() OVER (ORDER BY
 * score DESC NULLS LAST), but without a rank for NULL and without a sort of
 * rows: integers are sorted.  As with forced_distribution, the OVER clause's
 * ORDER BY is the tie-break chain: it only parts rows of equal scores.
 */
#include "perfeval.h"

#include "miscadmin.h"
#include "utils/memutils.h"

#include "window_scores.h"

/* What a partition remembers: the rank of every row, 0 for none. */
typedef struct Ranking
{
	int32	   *rank;
} Ranking;

typedef struct Ranked
{
	PeInt128	key;
	int64		row;
} Ranked;

/* Best first; equal scores stay in the window's order. */
#define ST_SORT sort_ranked
#define ST_ELEMENT_TYPE Ranked
#define ST_COMPARE(a, b) ((a)->key != (b)->key ? ((a)->key > (b)->key ? -1 : 1) : \
						  (a)->row < (b)->row ? -1 : (a)->row > (b)->row)
#define ST_CHECK_FOR_INTERRUPTS
#define ST_SCOPE static
#define ST_DEFINE
#include "lib/sort_template.h"

static int32 *
rank_partition(WindowObject window, MemoryContext keep)
{
	PeScores	scores;
	Ranked	   *ranked;
	int32	   *rank;
	int64		n = 0;

	pe_read_scores(window, CurrentMemoryContext, &scores);
	ranked = MemoryContextAllocHuge(CurrentMemoryContext, sizeof(Ranked) * Max(scores.n, 1));
	rank = MemoryContextAllocHuge(keep, sizeof(int32) * scores.nrows);
	for (int64 row = 0; row < scores.nrows; row++)
	{
		rank[row] = 0;
		if (scores.place[row] == 0)
			continue;
		ranked[n].key = scores.key[n];
		ranked[n++].row = row;
	}
	sort_ranked(ranked, n);
	for (int64 i = 0; i < n; i++)
		rank[ranked[i].row] = i > 0 && ranked[i].key == ranked[i - 1].key &&
			WinRowsArePeers(window, ranked[i - 1].row, ranked[i].row) ?
			rank[ranked[i - 1].row] : (int32) (i + 1);
	pfree(ranked);
	pfree(scores.key);
	pfree(scores.place);
	return rank;
}

/*
 * rank_by_score(score numeric) OVER (...) -> bigint
 */
PG_FUNCTION_INFO_V1(rank_by_score);
Datum
rank_by_score(PG_FUNCTION_ARGS)
{
	WindowObject window = PG_WINDOW_OBJECT();
	Ranking    *partition;
	int32		rank;

	if (!WindowObjectIsValid(window))
		elog(ERROR, "window function called without a window");
	partition = WinGetPartitionLocalMemory(window, sizeof(Ranking));
	if (partition->rank == NULL)
		partition->rank = rank_partition(window, GetMemoryChunkContext(partition));
	rank = partition->rank[WinGetCurrentPosition(window)];
	if (rank == 0)
		PG_RETURN_NULL();
	PG_RETURN_INT64(rank);
}
