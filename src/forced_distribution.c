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
 * arguments hold for the partition and may not change within it: each row is
 * compared, but for a rule that is looked up.
 */
#include "perfeval.h"

#include "access/htup_details.h"
#include "catalog/pg_type.h"
#include "miscadmin.h"
#include "port/pg_bitutils.h"
#include "utils/builtins.h"
#include "utils/datum.h"
#include "utils/fmgrprotos.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"
#include "utils/typcache.h"
#include "windowapi.h"

#include "settle.h"

/* Where the seats come from. */
typedef enum Origin
{
	BY_SHARES,					/* arguments of the function */
	BY_SEATS,					/* an argument, worked out elsewhere */
	BY_RULE						/* fields of a row */
} Origin;

/* What a partition remembers: the tier of every row, 0 for none. */
typedef struct Distribution
{
	uint16	   *tier;
} Distribution;

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
int
pe_tier_at(const PeSeats *seats, int64 position)
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
int
pe_tier_of_tie(WindowObject window, const PeSeats *seats, int64 first, int64 last,
			int64 row)
{
	int			best = pe_tier_at(seats, first);
	int			worst = pe_tier_at(seats, last);
	int			tier;

	/* no tie comes up into a tier that may have at most its seats */
	for (int t = best; seats->bound && t < worst; t++)
		if (seats->bound[t] == PE_AT_MOST)
			best = pe_tier_at(seats, seats->cut[t]);
	tier = best;
	switch (seats->ties)
	{
		case PE_TIES_EXPAND:
			break;
		case PE_TIES_CONTRACT:
			tier = worst;
			break;
		case PE_TIES_MIDDLE:
			for (int t = best; t <= worst; t++)
				if (seats->seats[t] > seats->seats[tier])
					tier = t;
			break;
		case PE_TIES_ERROR:
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
place_equal_scores(WindowObject window, const PeSeats *seats, PeScores *scores,
				   const int64 *row, int64 nrows, int64 first)
{
	int			best = pe_tier_at(seats, first);
	int			worst = pe_tier_at(seats, first + nrows - 1);

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
		tier = pe_tier_of_tie(window, seats, first + start, first + end, row[at]);
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
distribute(WindowObject window, const PeSeats *seats, PeScores *scores)
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
	base = pe_tier_at(seats, 0);
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
		upto[kept] = pe_tier_at(seats, wanted[i] + 1);
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
		if (pe_tier_at(seats, above[c]) != pe_tier_at(seats, above[c] + equal[c] - 1))
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

/* The seats of an array, and what they sum to. */
static int64
read_seats(NullableDatum array, PeSeats *seats)
{
	Datum	   *elements;
	int64		total = 0;

	if (array.isnull)
		pe_refuse_null("seats");
	pe_array(array.value, "seats", INT4OID, &elements, &seats->ntiers);
	seats->seats = palloc(sizeof(int64_t) * Max(seats->ntiers, 1));
	for (int t = 0; t < seats->ntiers; t++)
	{
		seats->seats[t] = DatumGetInt32(elements[t]);
		if (seats->seats[t] < 0)
			ereport(ERROR,
					(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
					 errmsg("seats must not be negative, but seats[%d] is " INT64_FORMAT,
							t + 1, (int64) seats->seats[t])));
		total += seats->seats[t];
	}
	return total;
}

/* The seats of an argument, which are for as many scores as there are. */
static void
seats_of_array(NullableDatum array, int64 nscores, PeSeats *seats)
{
	int64		total = read_seats(array, seats);

	if (total != nscores)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("seats sum to " INT64_FORMAT ", but the partition has " INT64_FORMAT " scores",
						total, nscores),
				 errhint("Work the seats out for the rows that have a score.")));
}

/* The first five are arguments of forced_distribution, too. */
static const struct
{
	const char *name;
	Oid			type;
}			rule_part[PE_RULE_PARTS] = {
	{"shares", NUMERICARRAYOID}, {"ties", TEXTOID}, {"preference", INT4ARRAYOID},
	{"carry", NUMERICARRAYOID}, {"bounds", TEXTARRAYOID}, {"seats", INT4ARRAYOID},
	{"cuts", NUMERICARRAYOID}, {"capped_seat", TEXTOID}, {"promotion_consumes", BOOLOID},
	{"limited", BOOLOID}
};

/*
 * A rule that is a row, which may have other columns too.  It is looked at in
 * the first row of the partition and in the last one, so that looking it up
 * costs nothing for the others.  False if there is none.
 */
bool
pe_rule_of_row(WindowObject window, int64 nrows, NullableDatum *part)
{
	NullableDatum first;
	NullableDatum last;
	bool		isout;
	HeapTupleHeader row;
	HeapTupleData tuple;
	TupleDesc	desc;
	bool		found[PE_RULE_PARTS] = {false};

	first.value = WinGetFuncArgInPartition(window, 1, 0, WINDOW_SEEK_HEAD,
										   false, &first.isnull, &isout);
	if (!first.isnull)
		first.value = datumCopy(first.value, false, -1);
	last.value = WinGetFuncArgInPartition(window, 1, nrows - 1, WINDOW_SEEK_HEAD,
										  false, &last.isnull, &isout);
	if (first.isnull != last.isnull ||
		(!first.isnull && !datum_image_eq(first.value, last.value, false, -1)))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("rule changes within a partition"),
				 errdetail("That of the last row differs from that of the first."),
				 errhint("Partition by what it depends on.")));
	if (first.isnull)
		return false;

	row = DatumGetHeapTupleHeader(first.value);
	desc = lookup_rowtype_tupdesc(HeapTupleHeaderGetTypeId(row),
								  HeapTupleHeaderGetTypMod(row));
	tuple.t_len = HeapTupleHeaderGetDatumLength(row);
	ItemPointerSetInvalid(&tuple.t_self);
	tuple.t_tableOid = InvalidOid;
	tuple.t_data = row;
	for (int p = 0; p < PE_RULE_PARTS; p++)
	{
		part[p].value = (Datum) 0;
		part[p].isnull = true;
		for (int i = 0; i < desc->natts; i++)
		{
			Form_pg_attribute field = TupleDescAttr(desc, i);

			if (field->attisdropped || strcmp(NameStr(field->attname), rule_part[p].name) != 0)
				continue;
			if (getBaseType(field->atttypid) != rule_part[p].type)
				ereport(ERROR,
						(errcode(ERRCODE_DATATYPE_MISMATCH),
						 errmsg("column \"%s\" of the rule is of type %s, not %s",
								rule_part[p].name, format_type_be(field->atttypid),
								format_type_be(rule_part[p].type))));
			part[p].value = heap_getattr(&tuple, i + 1, desc, &part[p].isnull);
			found[p] = true;
		}
		if (!found[p] && p <= PE_RULE_TIES)
			ereport(ERROR,
					(errcode(ERRCODE_UNDEFINED_COLUMN),
					 errmsg("the rule has no column \"%s\"", rule_part[p].name),
					 errhint("Give a row with shares and ties, and whatever else is wanted.")));
	}
	ReleaseTupleDesc(desc);
	return true;
}

/* Where each tier ends. */
static void
add_up(PeSeats *seats)
{
	if (seats->ntiers > PG_UINT16_MAX - 1)
		ereport(ERROR,
				(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
				 errmsg("more than %d tiers", PG_UINT16_MAX - 1)));
	seats->cut = palloc(sizeof(int64) * seats->ntiers);
	for (int t = 0; t < seats->ntiers; t++)
		seats->cut[t] = seats->seats[t] + (t > 0 ? seats->cut[t - 1] : 0);
}

/*
 * Seats for n scores by a rule: those that it names, if they were worked out
 * for n, else by its shares.
 */
void
pe_seats_of_rule(PeArena *arena, const NullableDatum *part, int64 n, PeSeats *seats)
{
	PeQuota		quota;

	pe_quota_scheme(arena, &part[PE_RULE_SHARES], &part[PE_RULE_PREFERENCE],
					&part[PE_RULE_CARRY], &part[PE_RULE_BOUNDS], &quota);
	seats->bound = quota.bound;
	if (part[PE_RULE_SEATS].isnull || read_seats(part[PE_RULE_SEATS], seats) != n)
	{
		quota.n = n;
		seats->ntiers = quota.ntiers;
		seats->seats = palloc(sizeof(int64_t) * quota.ntiers);
		pe_quota_seats(arena, &quota, seats->seats, NULL);
	}
	else if (seats->ntiers != quota.ntiers)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("the rule has seats for %d tiers and shares for %d",
						seats->ntiers, quota.ntiers)));
	add_up(seats);
}

/* Reads the partition and settles the tier of all of its rows. */
static uint16 *
settle_partition(FunctionCallInfo fcinfo, WindowObject window,
				 MemoryContext keep, Origin origin)
{
	PE_ARENA(arena);
	PeScores	scores;
	PeSeats		seats;
	NullableDatum part[PE_RULE_PARTS];

	memset(&seats, 0, sizeof(seats));
	pe_read_scores(window, keep, &scores);
	if (origin == BY_RULE)
	{
		if (!pe_rule_of_row(window, scores.nrows, part))
		{
			memset(scores.place, 0, sizeof(uint16) * scores.nrows);
			return scores.place;
		}
	}
	else
	{
		for (int p = 0; p < PE_RULE_PARTS; p++)
			part[p].isnull = true;
		for (int p = 0; p <= (origin == BY_SEATS ? PE_RULE_TIES : PE_RULE_BOUNDS); p++)
			part[p] = pe_partition_arg(fcinfo, window, p + 1,
									   p == PE_RULE_SHARES && origin == BY_SEATS ? "seats" : rule_part[p].name,
									   scores.nrows);
	}
	seats.ties = pe_ties(part[PE_RULE_TIES]);
	if (origin == BY_SEATS)
	{
		seats_of_array(part[PE_RULE_SHARES], scores.n, &seats);
		add_up(&seats);
	}
	else
		pe_seats_of_rule(&arena, part, scores.n, &seats);

	distribute(window, &seats, &scores);
	return scores.place;
}

static Datum
tier_of_row(FunctionCallInfo fcinfo, Origin origin)
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
										   origin);
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
	return tier_of_row(fcinfo, BY_SHARES);
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
	return tier_of_row(fcinfo, BY_SEATS);
}

/*
 * tier_by_rule(score numeric, rule record) OVER (...) -> int
 *
 * The same with the arguments of forced_distribution as columns of a row:
 * shares and ties, and preference, carry and bounds where it has them; and
 * seats, which count if they sum to the number of scores in the partition.  It
 * may be a subquery: one row of a partition looks it up for all.
 */
PG_FUNCTION_INFO_V1(tier_by_rule);
Datum
tier_by_rule(PG_FUNCTION_ARGS)
{
	return tier_of_row(fcinfo, BY_RULE);
}
