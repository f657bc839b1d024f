/*
 * forced_distribution.c
 *	  Scores to tiers by seats (强制分布), as window functions.
 *
 * The seats are filled from the highest score down.  The cuts between the
 * tiers are found by selection over the partition's scores, whatever order
 * its rows come in; the window's ORDER BY only breaks ties.  Equal scores that
 * the ORDER BY does not tell apart either are a tie, and if a cut falls inside
 * one, the tie goes whole to the tier of its first position (expand), of its
 * last (contract), to the larger of the tiers that it spans, the better of
 * equal ones (middle), or is refused (error).  The cut below an at_most tier
 * always contracts.  The later cuts do not move.
 *
 * Higher scores are better; NULL scores get NULL and no seat.  The other
 * arguments hold for the partition and may not change within it.
 */
#include "perfeval.h"

#include "catalog/pg_type.h"
#include "miscadmin.h"
#include "port/pg_bitutils.h"
#include "utils/builtins.h"
#include "utils/fmgrprotos.h"
#include "utils/memutils.h"
#include "windowapi.h"

#include "tier_quota.h"
#include "window_scores.h"

typedef enum Ties
{
	TIES_EXPAND,
	TIES_CONTRACT,
	TIES_MIDDLE,
	TIES_ERROR
} Ties;

static const PeKeyword ties_policies[] = {
	{"expand", TIES_EXPAND},
	{"contract", TIES_CONTRACT},
	{"middle", TIES_MIDDLE},
	{"error", TIES_ERROR},
	{NULL, 0}
};

/* What a partition remembers: the tier of every row, 0 for none. */
typedef struct Distribution
{
	uint16	   *tier;
} Distribution;

/* The seats and how to treat ties. */
typedef struct Seats
{
	int			ntiers;
	int64_t    *seats;
	int64	   *cut;			/* cut[t]: seats of tiers 0 to t */
	const PeBound *bound;		/* or NULL */
	Ties		ties;
} Seats;

static int
descending(const void *a, const void *b)
{
	PeInt128	x = *(const PeInt128 *) a;
	PeInt128	y = *(const PeInt128 *) b;

	return x > y ? -1 : x < y;
}

static inline PeInt128
median(PeInt128 a, PeInt128 b, PeInt128 c)
{
	if (a < b)
		return b < c ? b : (a < c ? c : a);
	return a < c ? a : (b < c ? c : b);
}

/*
 * Moves the keys of [low, high) so that each wanted position holds what it
 * would hold if they were sorted, the highest first.  Quickselect for several
 * positions at once, with a bound on bad luck.
 */
static void
select_positions(PeInt128 *key, int64 low, int64 high, const int64 *wanted,
				 int nwanted, int depth)
{
	while (nwanted > 0 && high - low > 1)
	{
		int64		middle = low + (high - low) / 2;
		int64		above = low;	/* [low, above) > pivot */
		int64		below = high;	/* [below, high) < pivot */
		int			left = 0;
		int			right;
		PeInt128	pivot;

		CHECK_FOR_INTERRUPTS();
		if (high - low <= 16)
		{
			for (int64 i = low + 1; i < high; i++)
			{
				PeInt128	current = key[i];
				int64		at = i;

				for (; at > low && key[at - 1] < current; at--)
					key[at] = key[at - 1];
				key[at] = current;
			}
			return;
		}
		if (depth == 0)
		{
			qsort(key + low, high - low, sizeof(PeInt128), descending);
			return;
		}
		pivot = median(key[low], key[middle], key[high - 1]);
		for (int64 i = low; i < below;)
		{
			PeInt128	current = key[i];

			if (current > pivot)
			{
				key[i++] = key[above];
				key[above++] = current;
			}
			else if (current < pivot)
			{
				key[i] = key[--below];
				key[below] = current;
			}
			else
				i++;
		}
		while (left < nwanted && wanted[left] < above)
			left++;
		for (right = left; right < nwanted && wanted[right] < below;)
			right++;
		depth--;
		select_positions(key, low, above, wanted, left, depth);
		wanted += right;
		nwanted -= right;
		low = below;
	}
}

/* The tier of a position, from 0. */
static int
tier_at(const Seats *seats, int64 position)
{
	int			low = 0;
	int			high = seats->ntiers - 1;

	while (low < high)
	{
		int			middle = low + (high - low) / 2;

		if (seats->cut[middle] <= position)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/* The one tier of a tie that spans the positions first to last. */
static int
tier_of_tie(WindowObject window, const Seats *seats, int64 first, int64 last,
			int64 row)
{
	int			best = tier_at(seats, first);
	int			worst = tier_at(seats, last);
	int			tier;

	/* no tie comes up into a tier that may have at most its seats */
	for (int t = best; seats->bound && t < worst; t++)
		if (seats->bound[t] == PE_AT_MOST)
			best = tier_at(seats, seats->cut[t]);
	tier = best;
	switch (seats->ties)
	{
		case TIES_EXPAND:
			break;
		case TIES_CONTRACT:
			tier = worst;
			break;
		case TIES_MIDDLE:
			for (int t = best; t <= worst; t++)
				if (seats->seats[t] > seats->seats[tier])
					tier = t;
			break;
		case TIES_ERROR:
			if (best < worst)
			{
				bool		isnull,
							isout;
				Datum		score = WinGetFuncArgInPartition(window, 0, row,
															 WINDOW_SEEK_HEAD,
															 false, &isnull,
															 &isout);

				ereport(ERROR,
						(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						 errmsg(INT64_FORMAT " rows tie at score %s across the cut below tier %d",
								last - first + 1,
								pe_numeric_text(DatumGetNumeric(score)),
								best + 1),
						 errhint("Break ties with ORDER BY in the window, or use \"expand\", \"contract\" or \"middle\".")));
			}
			break;
	}
	return tier;
}

/*
 * The rows of one score that a cut falls into, in window order: their
 * positions begin at `first`.  Rows that ORDER BY tells apart take their
 * positions one after the other; a run of peers across a cut is a tie.
 */
static void
place_equal_scores(WindowObject window, const Seats *seats, PeScores *scores,
				   const int64 *row, int64 nrows, int64 first)
{
	int			best = tier_at(seats, first);
	int			worst = tier_at(seats, first + nrows - 1);

	for (int64 i = 0, t = best; i < nrows; i++)
	{
		while (seats->cut[t] <= first + i)
			t++;
		scores->place[row[i]] = t + 1;
	}

	for (int t = best; t < worst; t++)
	{
		int64		at = seats->cut[t] - first; /* first row after the cut */
		int64		start,
					end;
		int64		outside;
		int			tier;

		if (at <= 0 || at >= nrows ||
			(t > 0 && seats->cut[t] == seats->cut[t - 1]) ||
			!WinRowsArePeers(window, row[at - 1], row[at]))
			continue;

		/* peers are neighbours: search for the ends of the run */
		start = at - 1;
		outside = -1;
		if (WinRowsArePeers(window, row[0], row[at]))
			start = 0;
		while (start - outside > 1 && start > 0)
		{
			int64		middle = outside + (start - outside) / 2;

			if (WinRowsArePeers(window, row[middle], row[at]))
				start = middle;
			else
				outside = middle;
		}
		end = at;
		outside = nrows;
		if (WinRowsArePeers(window, row[nrows - 1], row[at]))
			end = nrows - 1;
		while (outside - end > 1 && end < nrows - 1)
		{
			int64		middle = end + (outside - end) / 2;

			if (WinRowsArePeers(window, row[middle], row[at]))
				end = middle;
			else
				outside = middle;
		}
		tier = tier_of_tie(window, seats, first + start, first + end, row[at]);
		for (int64 i = start; i <= end; i++)
			scores->place[row[i]] = tier + 1;
		/* the other cuts in this run are settled with it */
		while (seats->cut[t + 1] - first <= end)
			t++;
		CHECK_FOR_INTERRUPTS();
	}
}

/* The first boundary (they descend) that a key reaches, or ncuts. */
static int
boundary_of(const PeInt128 *boundary, int ncuts, PeInt128 key)
{
	int			low = 0;
	int			high = ncuts;

	while (low < high)
	{
		int			middle = low + (high - low) / 2;

		if (key < boundary[middle])
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/* Fills scores->place. */
static void
distribute(WindowObject window, const Seats *seats, PeScores *scores)
{
	int			ncuts = 0;
	int64	   *wanted = palloc(sizeof(int64) * seats->ntiers);
	PeInt128   *boundary = palloc(sizeof(PeInt128) * seats->ntiers);
	int64	   *above = palloc0(sizeof(int64) * seats->ntiers);
	int64	   *equal = palloc0(sizeof(int64) * seats->ntiers);
	int		   *upto = palloc(sizeof(int) * (seats->ntiers + 1));
	int64	   *at = palloc(sizeof(int64) * seats->ntiers);
	int64	   *row_of;
	int64		total = 0;
	PeInt128   *sorted;
	int			base;

	if (scores->n == 0)
		return;

	/* the last position of each tier that has seats, but for the last tier */
	base = tier_at(seats, 0);
	for (int t = base; seats->cut[t] < scores->n; t++)
		if (ncuts == 0 || wanted[ncuts - 1] != seats->cut[t] - 1)
			wanted[ncuts++] = seats->cut[t] - 1;
	sorted = MemoryContextAllocHuge(CurrentMemoryContext,
									sizeof(PeInt128) * scores->n);
	memcpy(sorted, scores->key, sizeof(PeInt128) * scores->n);
	select_positions(sorted, 0, scores->n, wanted, ncuts,
					 2 * (pg_leftmost_one_pos64(scores->n) + 1));

	/* the scores at the cuts, each once, and the tier of what is below each */
	upto[0] = base;
	for (int i = 0, kept = 0;; i++)
	{
		if (i == ncuts)
		{
			ncuts = kept;
			break;
		}
		if (kept == 0 || boundary[kept - 1] != sorted[wanted[i]])
			boundary[kept++] = sorted[wanted[i]];
		upto[kept] = tier_at(seats, wanted[i] + 1);
	}
	pfree(sorted);

	for (int64 row = 0, i = 0; row < scores->nrows; row++)
	{
		PeInt128	key;
		int			c;

		if (scores->place[row] == 0)
			continue;
		if (row % 4096 == 0)
			CHECK_FOR_INTERRUPTS();
		key = scores->key[i++];
		c = boundary_of(boundary, ncuts, key);
		scores->place[row] = upto[c] + 1;
		if (c < ncuts)
		{
			if (key == boundary[c])
				equal[c]++;
			else
				above[c]++;
		}
	}

	/* the rows of boundary scores that a cut falls into, by boundary */
	for (int c = 0; c < ncuts; c++)
	{
		above[c] += c > 0 ? above[c - 1] + equal[c - 1] : 0;
		at[c] = -1;
		if (tier_at(seats, above[c]) != tier_at(seats, above[c] + equal[c] - 1))
		{
			at[c] = total;
			total += equal[c];
		}
	}
	if (total == 0)
		return;
	row_of = MemoryContextAllocHuge(CurrentMemoryContext, sizeof(int64) * total);
	for (int64 row = 0, i = 0; row < scores->nrows; row++)
	{
		PeInt128	key;
		int			c;

		if (scores->place[row] == 0)
			continue;
		key = scores->key[i++];
		c = boundary_of(boundary, ncuts, key);
		if (c < ncuts && key == boundary[c] && at[c] >= 0)
			row_of[at[c]++] = row;
	}
	for (int c = 0; c < ncuts; c++)
		if (at[c] >= 0)
			place_equal_scores(window, seats, scores,
							   row_of + at[c] - equal[c], equal[c], above[c]);
}

/* Reads the partition and settles the tier of all of its rows. */
static uint16 *
settle_partition(FunctionCallInfo fcinfo, WindowObject window,
				 MemoryContext keep, bool by_seats)
{
	PE_ARENA(arena);
	PeScores	scores;
	Seats		seats;
	NullableDatum ties;
	NullableDatum arg[4];
	PeQuota		quota = {0};

	memset(&seats, 0, sizeof(seats));
	pe_read_scores(window, keep, &scores);
	arg[0] = pe_partition_arg(fcinfo, window, 1, by_seats ? "seats" : "shares",
						   scores.nrows);
	ties = pe_partition_arg(fcinfo, window, 2, "ties", scores.nrows);
	if (ties.isnull)
		pe_refuse_null("ties");
	seats.ties = pe_keyword(TextDatumGetCString(ties.value), "ties policy",
							ties_policies);

	if (by_seats)
	{
		Datum	   *elements;
		int64		total = 0;

		if (arg[0].isnull)
			pe_refuse_null("seats");
		pe_array(arg[0].value, "seats", INT4OID, &elements, &seats.ntiers);
		seats.seats = palloc(sizeof(int64_t) * Max(seats.ntiers, 1));
		for (int t = 0; t < seats.ntiers; t++)
		{
			seats.seats[t] = DatumGetInt32(elements[t]);
			if (seats.seats[t] < 0)
				ereport(ERROR,
						(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						 errmsg("seats must not be negative, but seats[%d] is " INT64_FORMAT,
								t + 1, (int64) seats.seats[t])));
			total += seats.seats[t];
		}
		if (total != scores.n)
			ereport(ERROR,
					(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
					 errmsg("seats sum to " INT64_FORMAT ", but the partition has " INT64_FORMAT " scores",
							total, scores.n),
					 errhint("Work the seats out for the rows that have a score.")));
	}
	else
	{
		arg[1] = pe_partition_arg(fcinfo, window, 3, "preference", scores.nrows);
		arg[2] = pe_partition_arg(fcinfo, window, 4, "carry", scores.nrows);
		arg[3] = pe_partition_arg(fcinfo, window, 5, "bounds", scores.nrows);
		pe_quota_scheme(&arena, &arg[0], &arg[1], &arg[2], &arg[3], &quota);
		quota.n = scores.n;
		seats.ntiers = quota.ntiers;
		seats.bound = quota.bound;
		seats.seats = palloc(sizeof(int64_t) * seats.ntiers);
		pe_quota_seats(&arena, &quota, seats.seats, NULL);
	}
	if (seats.ntiers > PG_UINT16_MAX - 1)
		ereport(ERROR,
				(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
				 errmsg("more than %d tiers", PG_UINT16_MAX - 1)));
	seats.cut = palloc(sizeof(int64) * seats.ntiers);
	for (int t = 0; t < seats.ntiers; t++)
		seats.cut[t] = seats.seats[t] + (t > 0 ? seats.cut[t - 1] : 0);

	distribute(window, &seats, &scores);
	return scores.place;
}

static Datum
tier_of_row(FunctionCallInfo fcinfo, bool by_seats)
{
	WindowObject window = PG_WINDOW_OBJECT();
	Distribution *partition;
	uint16		tier;

	if (!WindowObjectIsValid(window))
		elog(ERROR, "window function called without a window");
	partition = WinGetPartitionLocalMemory(window, sizeof(Distribution));
	if (partition->tier == NULL)
		partition->tier = settle_partition(fcinfo, window,
										   GetMemoryChunkContext(partition),
										   by_seats);
	tier = partition->tier[WinGetCurrentPosition(window)];
	if (tier == 0)
		PG_RETURN_NULL();
	PG_RETURN_INT32(tier);
}

/*
 * forced_distribution(score numeric, shares numeric[], ties text = 'expand',
 *					   preference int[] = NULL, carry numeric[] = NULL,
 *					   bounds text[] = NULL) OVER (...) -> int
 *
 * The tier, 1 the best, with as many seats as tier_quota() gives for the
 * number of scores in the partition.
 */
PG_FUNCTION_INFO_V1(forced_distribution);
Datum
forced_distribution(PG_FUNCTION_ARGS)
{
	return tier_of_row(fcinfo, false);
}

/*
 * tier_by_seats(score numeric, seats int[], ties text = 'expand') OVER (...)
 *	 -> int
 *
 * The same from seats worked out elsewhere, which must sum to the number of
 * scores in the partition.
 */
PG_FUNCTION_INFO_V1(tier_by_seats);
Datum
tier_by_seats(PG_FUNCTION_ARGS)
{
	return tier_of_row(fcinfo, true);
}
