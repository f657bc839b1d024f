/*
 * place_by_rule.c
 *	  All of a standing in one pass (名次与等次): ranks, tiers by quota or by
 *	  cuts, limits, refill, promotions and drops, by a rule that is a row.
 *
 * What rank_by_score, tier_by_rule and settle_tier do one by one, each with a
 * reading of the partition of its own.  The rule says how:
 *
 *	 shares, ties, preference, carry, bounds, seats	as in tier_by_rule
 *	 cuts		lowest score of each tier, or NULL: who is below it is in no such
 *				tier or better one.  With shares that are all 0 the cuts alone
 *				give the tiers.
 *	 capped_seat	what becomes of the seats of who is capped: `kept` (the
 *				default) by nobody else, `refilled` by the next, or `apart`: who
 *				is capped at the lowest tier has no rank and no seat
 *	 promotion_consumes	whether promotions take seats (default: no)
 */
#include "perfeval.h"

#include "catalog/pg_type.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/fmgrprotos.h"
#include "utils/memutils.h"

#include "settle.h"

typedef enum CappedSeat
{
	KEPT,
	REFILLED,
	APART
} CappedSeat;

static const PeKeyword capped_seats[] = {
	{"kept", KEPT}, {"refilled", REFILLED}, {"apart", APART}, {NULL, 0}
};

/* What is given for a row, in this order. */
typedef struct Place
{
	int32		rank;
	int32		dense_rank;
	int32		tied;			/* how many have this rank */
	int32		ranked;			/* how many have any */
	int32		quota_tier;
	int32		tier;
} Place;

#define NFIELDS	((int) (sizeof(Place) / sizeof(int32)))

typedef struct Places
{
	Place	   *place;
} Places;

/* How many of the group, best first, reach a score. */
static int64
reach(WindowObject window, const PeGroup *group, Datum score)
{
	int64		low = 0;
	int64		high = group->n;

	while (low < high)
	{
		int64		middle = low + (high - low) / 2;
		bool		isnull,
					isout;
		Datum		value = WinGetFuncArgInPartition(window, 0, group->member[middle].row,
													 WINDOW_SEEK_HEAD, false, &isnull, &isout);

		if (DatumGetInt32(DirectFunctionCall2(numeric_cmp, value, score)) >= 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/* The best tier that each may have by its score: its tier, if cuts alone count. */
static void
apply_cuts(WindowObject window, PeGroup *group, NullableDatum cuts, bool alone)
{
	Datum	   *cut;
	bool	   *isnull;
	int			ncuts;
	int64		end = group->n;

	if (!cuts.isnull)
	{
		ArrayType  *array = DatumGetArrayTypeP(cuts.value);

		deconstruct_array(array, NUMERICOID, -1, false, TYPALIGN_INT, &cut, &isnull, &ncuts);
		if (ARR_NDIM(array) != 1 || ncuts != group->ntiers)
			ereport(ERROR,
					(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
					 errmsg("cuts are for %d tiers, and there are %d", ncuts, group->ntiers),
					 errhint("Give a cut or NULL for each tier.")));
		for (int t = group->ntiers - 1; t > 0 && end > 0; t--)
			if (!isnull[t - 1])
			{
				int64		first = reach(window, group, cut[t - 1]);

				for (int64 i = first; i < end; i++)
				{
					PeMember   *m = &group->member[i];

					if (alone)
						m->tier = t + 1;
					else
						m->cap = Max(m->cap, t + 1);
				}
				end = Min(end, first);
			}
	}
	for (int64 i = 0; alone && i < end; i++)
		group->member[i].tier = 1;
}

/* Tiers by seats: those of one run stay together. */
static void
seat(WindowObject window, PeGroup *group, const PeSeats *seats)
{
	int64		next;

	for (int64 first = 0, t = 0; first < group->n; first = next)
	{
		int			tier;

		for (next = first + 1; next < group->n && !group->member[next].starts_run;)
			next++;
		while (seats->cut[t] <= first)
			t++;
		tier = t;
		if (seats->cut[t] < next)
			tier = pe_tier_of_tie(window, seats, first, next - 1, group->member[first].row);
		for (int64 i = first; i < next; i++)
			group->member[i].tier = tier + 1;
	}
}

/* Whether all shares are 0. */
static bool
no_shares(NullableDatum shares, int *ntiers)
{
	Datum	   *share;

	if (shares.isnull)
		pe_refuse_null("shares");
	pe_array_numerics(shares.value, "shares", &share, ntiers);
	for (int t = 0; t < *ntiers; t++)
		if (DatumGetInt32(DirectFunctionCall2(numeric_cmp, share[t],
											  DirectFunctionCall1(int4_numeric, Int32GetDatum(0)))) != 0)
			return false;
	return true;
}

static Place *
place_partition(FunctionCallInfo fcinfo, WindowObject window, MemoryContext keep)
{
	PE_ARENA(arena);
	PeScores	scores;
	PeGroup		group = {0};
	NullableDatum part[PE_RULE_PARTS];
	bool		has_rule;
	bool		by_cuts = false;
	bool		limited = false;
	bool		any = false;	/* is capped or promoted */
	CappedSeat	capped_seat = KEPT;
	Place	   *place;
	int32		dense = 0;
	int64		next;

	pe_read_scores(window, CurrentMemoryContext, &scores);
	has_rule = pe_rule_of_row(window, scores.nrows, part);
	if (has_rule)
	{
		limited = part[PE_RULE_LIMITED].isnull || DatumGetBool(part[PE_RULE_LIMITED].value);
		by_cuts = no_shares(part[PE_RULE_SHARES], &group.ntiers);
		if (group.ntiers > PE_MOST_TIERS)
			ereport(ERROR,
					(errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
					 errmsg("there cannot be %d tiers", group.ntiers),
					 errhint("Give 1 to %d.", PE_MOST_TIERS)));
		group.ties = pe_ties(part[PE_RULE_TIES]);
		if (!part[PE_RULE_CAPPED_SEAT].isnull)
			capped_seat = pe_keyword(TextDatumGetCString(part[PE_RULE_CAPPED_SEAT].value),
									 "way of capped seats", capped_seats);
	}
	place = MemoryContextAllocExtended(keep, sizeof(Place) * scores.nrows,
									   MCXT_ALLOC_HUGE | MCXT_ALLOC_ZERO);
	group.member = MemoryContextAllocHuge(CurrentMemoryContext,
										  sizeof(PeMember) * Max(scores.n, 1));
	for (int64 row = 0, at = 0; row < scores.nrows; row++)
	{
		PeMember   *m = &group.member[group.n];

		if (scores.place[row] == 0)
			continue;
		m->key = scores.key[at++];
		m->row = row;
		m->tier = 0;
		m->cap = 1;
		m->promoted = 0;
		m->was_promoted = false;
		if (limited)
		{
			m->cap = Max(pe_row_tier(window, 2, "cap", row, group.ntiers), 1);
			if (capped_seat == APART && m->cap == group.ntiers && group.ntiers > 1)
			{
				place[row].tier = group.ntiers;
				continue;
			}
			any |= m->cap > 1;
		}
		group.n++;
		if (row % 4096 == 0)
			CHECK_FOR_INTERRUPTS();
	}
	/* What is the same in all rows is looked at once; as a rule it is no promotion. */
	if (limited && group.n > 0 &&
		(!get_fn_expr_arg_stable(fcinfo->flinfo, 3) ||
		 pe_row_tier(window, 3, "promoted", group.member[0].row, group.ntiers) > 0))
		for (int64 i = 0; i < group.n; i++)
		{
			group.member[i].promoted = pe_row_tier(window, 3, "promoted", group.member[i].row, group.ntiers);
			any |= group.member[i].promoted > 0;
		}
	pe_sort_members(window, &group);

	if (has_rule)
	{
		if (!by_cuts)
		{
			PeSeats		seats;

			memset(&seats, 0, sizeof(seats));
			seats.ties = group.ties;
			pe_seats_of_rule(&arena, part, group.n, &seats);
			seat(window, &group, &seats);
		}
		if (by_cuts || !part[PE_RULE_CUTS].isnull)
		{
			apply_cuts(window, &group, part[PE_RULE_CUTS], by_cuts);
			any |= !by_cuts;
		}
	}
	for (int64 first = 0; first < group.n; first = next)
	{
		dense++;
		for (next = first + 1; next < group.n && !group.member[next].starts_run;)
			next++;
		for (int64 i = first; i < next; i++)
		{
			Place	   *p = &place[group.member[i].row];

			p->rank = first + 1;
			p->dense_rank = dense;
			p->tied = next - first;
			p->quota_tier = p->tier = group.member[i].tier;
		}
	}
	if (any)
	{
		group.seats = palloc0(sizeof(int64) * (group.ntiers + 1));
		group.held = palloc0(sizeof(int64) * (group.ntiers + 1));
		for (int64 i = 0; i < group.n; i++)
			group.held[group.member[i].tier]++;
		memcpy(group.seats, group.held, sizeof(int64) * (group.ntiers + 1));
		pe_settle_tiers(&group, capped_seat == REFILLED,
				  !part[PE_RULE_PROMOTION_CONSUMES].isnull && DatumGetBool(part[PE_RULE_PROMOTION_CONSUMES].value));
		for (int64 i = 0; i < group.n; i++)
			place[group.member[i].row].tier = group.member[i].tier;
	}
	for (int64 row = 0; row < scores.nrows; row++)
		place[row].ranked = group.n;

	pfree(group.member);
	pfree(scores.key);
	pfree(scores.place);
	return place;
}

/*
 * place_by_rule(score numeric, rule record, cap int = NULL, promoted int = NULL)
 *	 OVER (PARTITION BY group [ORDER BY tie-break chain]) -> int[]
 *
 * {rank, dense rank, how many have this rank, how many have any, tier by quota,
 * tier}, NULL for what a row does not have: no rank without a score, no tier
 * without a rule.  The fractional rank is rank + (how many have it - 1) / 2.
 * cap and promoted are those of settle_tier.  A row may be NULL for a rule.
 */
PG_FUNCTION_INFO_V1(place_by_rule);
Datum
place_by_rule(PG_FUNCTION_ARGS)
{
	WindowObject window = PG_WINDOW_OBJECT();
	Places	   *partition;
	const int32 *field;
	Datum		value[NFIELDS];
	bool		isnull[NFIELDS];
	int			length = NFIELDS;
	int			start = 1;

	if (!WindowObjectIsValid(window))
		elog(ERROR, "window function called without a window");
	partition = WinGetPartitionLocalMemory(window, sizeof(Places));
	if (partition->place == NULL)
		partition->place = place_partition(fcinfo, window, GetMemoryChunkContext(partition));
	field = (const int32 *) &partition->place[WinGetCurrentPosition(window)];

	for (int i = 0; i < NFIELDS; i++)
	{
		value[i] = Int32GetDatum(field[i]);
		isnull[i] = field[i] == 0 && i != 3;
	}
	PG_RETURN_ARRAYTYPE_P(construct_md_array(value, isnull, 1, &length, &start, INT4OID,
											 sizeof(int32), true, TYPALIGN_INT));
}
