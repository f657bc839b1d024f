/*
 * settle_tier.c
 *	  From tiers by quota to tiers (等次核定), as a window function: limits,
 *	  refill, promotions and drops, in this order, whatever order rows and
 *	  rules come in.
 *
 * 1. Limits: nobody is in a better tier than its cap.
 * 2. Refill: a seat that a cap has freed goes to the next below who may take
 *	  it, and the seat that is free then to the next after.
 * 3. Promotions: who is promoted moves to that tier, unless its cap forbids it.
 * 4. Drops: if promotions consume quota, and the tier holds more than its
 *	  seats, as many as were promoted into it leave it for the tier below, the
 *	  lowest first, nobody who was promoted among them.
 *
 * A tier's seats are as many as quota gave it.  Equal scores that the window's
 * ORDER BY does not tell apart move together or not at all: with expand, a tie
 * for the last free seat moves up whole; with contract, it stays, and a tie for
 * the last drop leaves whole; with middle, it goes to the tier with more seats,
 * the better of equal ones; with error, it is refused.
 */
#include "perfeval.h"

#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/memutils.h"

#include "settle.h"

typedef struct Settled
{
	uint16	   *tier;			/* of every row, 0 for none */
} Settled;

#define ST_SORT sort_members
#define ST_ELEMENT_TYPE PeMember
#define ST_COMPARE(a, b) ((a)->key != (b)->key ? ((a)->key > (b)->key ? -1 : 1) : \
						  (a)->row < (b)->row ? -1 : (a)->row > (b)->row)
#define ST_CHECK_FOR_INTERRUPTS
#define ST_SCOPE static
#define ST_DEFINE
#include "lib/sort_template.h"

/* Best first; equal scores stay in the window's order, and its peers are a run. */
void
pe_sort_members(WindowObject window, PeGroup *group)
{
	sort_members(group->member, group->n);
	for (int64 i = 0; i < group->n; i++)
		group->member[i].starts_run = i == 0 ||
			group->member[i].key != group->member[i - 1].key ||
			!WinRowsArePeers(window, group->member[i - 1].row, group->member[i].row);
}

static void
move(PeGroup *group, PeMember *member, int tier)
{
	group->held[member->tier]--;
	group->held[tier]++;
	member->tier = tier;
}

/* Whether a tie for the last of something goes whole to the tier `better`. */
static bool
tie_goes_up(const PeGroup *group, int better, int worse, int64 size)
{
	switch (group->ties)
	{
		case PE_TIES_EXPAND:
			return true;
		case PE_TIES_CONTRACT:
			return false;
		case PE_TIES_MIDDLE:
			return group->seats[better] >= group->seats[worse];
		case PE_TIES_ERROR:
			ereport(ERROR,
					(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
					 errmsg(INT64_FORMAT " rows tie across the cut below tier %d",
							size, better),
					 errhint("Break ties with ORDER BY in the window, or use \"expand\", \"contract\" or \"middle\".")));
	}
	return false;
}

/* Free seats of a tier go to the next who may take them. */
static void
refill(PeGroup *group, int tier)
{
	int64		next;

	for (int64 first = 0;
		 first < group->n && group->held[tier] < group->seats[tier];
		 first = next)
	{
		int64		able = 0;
		int			from = 0;

		next = first;
		do
		{
			const PeMember *m = &group->member[next];

			if (m->tier > tier && m->cap <= tier)
			{
				able++;
				from = from == 0 ? m->tier : Min(from, m->tier);
			}
			next++;
		} while (next < group->n && !group->member[next].starts_run);
		if (able == 0)
			continue;
		if (able > group->seats[tier] - group->held[tier] &&
			!tie_goes_up(group, tier, from, able))
			return;
		for (int64 i = first; i < next; i++)
			if (group->member[i].tier > tier && group->member[i].cap <= tier)
				move(group, &group->member[i], tier);
		CHECK_FOR_INTERRUPTS();
	}
}

/* As many leave the tier as came by promotion, if it holds more than its seats. */
static void
drop(PeGroup *group, int tier, int64 came)
{
	int64		leave = Min(came, group->held[tier] - group->seats[tier]);
	int64		end = group->n;

	while (leave > 0 && end > 0)
	{
		int64		first = end - 1;
		int64		able = 0;

		while (!group->member[first].starts_run)
			first--;
		for (int64 i = first; i < end; i++)
			able += group->member[i].tier == tier && !group->member[i].was_promoted;
		if (able > leave && tie_goes_up(group, tier, tier + 1, able))
			return;
		for (int64 i = first; able > 0 && i < end; i++)
			if (group->member[i].tier == tier && !group->member[i].was_promoted)
			{
				move(group, &group->member[i], tier + 1);
				leave--;
			}
		end = first;
		CHECK_FOR_INTERRUPTS();
	}
}

void
pe_settle_tiers(PeGroup *group, bool refills, bool consumes)
{
	int64	   *came = palloc0(sizeof(int64) * (group->ntiers + 1));

	for (int64 i = 0; i < group->n; i++)
		if (group->member[i].tier < group->member[i].cap)
			move(group, &group->member[i], group->member[i].cap);
	for (int t = 1; refills && t < group->ntiers; t++)
		refill(group, t);
	for (int64 i = 0; i < group->n; i++)
	{
		PeMember	   *m = &group->member[i];

		if (m->promoted > 0 && m->promoted >= m->cap && m->promoted <= m->tier)
		{
			m->was_promoted = true;
			if (m->promoted < m->tier)
			{
				move(group, m, m->promoted);
				came[m->promoted]++;
			}
		}
	}
	for (int t = 1; consumes && t < group->ntiers; t++)
		if (came[t] > 0)
			drop(group, t, came[t]);
	pfree(came);
}

/* A tier number of a row: an argument that may be NULL. */
int
pe_row_tier(WindowObject window, int argno, const char *name, int64 row, int ntiers)
{
	bool		isnull,
				isout;
	int32		tier = DatumGetInt32(WinGetFuncArgInPartition(window, argno, row,
															  WINDOW_SEEK_HEAD, false,
															  &isnull, &isout));

	if (isnull)
		return 0;
	if (tier < 1)
		ereport(ERROR,
				(errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
				 errmsg("%s is %d", name, tier),
				 errhint("Tiers count from 1, the best.")));
	return Min(tier, ntiers);
}

static uint16 *
settle_partition(FunctionCallInfo fcinfo, WindowObject window, MemoryContext keep)
{
	PeScores	scores;
	PeGroup		group = {0};
	NullableDatum tiers,
				refills,
				consumes,
				ties;
	int64		at = 0;

	pe_read_scores(window, keep, &scores);
	tiers = pe_partition_arg(fcinfo, window, 2, "tiers", scores.nrows);
	refills = pe_partition_arg(fcinfo, window, 5, "refill", scores.nrows);
	consumes = pe_partition_arg(fcinfo, window, 6, "consumes_quota", scores.nrows);
	ties = pe_partition_arg(fcinfo, window, 7, "ties", scores.nrows);
	if (tiers.isnull)
		pe_refuse_null("tiers");
	if (refills.isnull)
		pe_refuse_null("refill");
	if (consumes.isnull)
		pe_refuse_null("consumes_quota");
	group.ntiers = DatumGetInt32(tiers.value);
	if (group.ntiers < 1 || group.ntiers > PE_MOST_TIERS)
		ereport(ERROR,
				(errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
				 errmsg("there cannot be %d tiers", group.ntiers),
				 errhint("Give 1 to %d.", PE_MOST_TIERS)));
	group.ties = pe_ties(ties);
	group.seats = palloc0(sizeof(int64) * (group.ntiers + 1));
	group.held = palloc0(sizeof(int64) * (group.ntiers + 1));
	group.member = MemoryContextAllocHuge(CurrentMemoryContext,
										  sizeof(PeMember) * Max(scores.n, 1));

	for (int64 row = 0; row < scores.nrows; row++)
	{
		PeMember	   *m = &group.member[group.n];
		int			tier;

		if (scores.place[row] == 0)
			continue;
		m->key = scores.key[at++];
		tier = pe_row_tier(window, 1, "quota_tier", row, group.ntiers);
		scores.place[row] = 0;
		if (tier == 0)
			continue;
		m->row = row;
		m->tier = tier;
		m->cap = Max(pe_row_tier(window, 3, "cap", row, group.ntiers), 1);
		m->promoted = pe_row_tier(window, 4, "promoted", row, group.ntiers);
		m->was_promoted = false;
		group.seats[tier]++;
		group.held[tier]++;
		group.n++;
		if (row % 4096 == 0)
			CHECK_FOR_INTERRUPTS();
	}
	pe_sort_members(window, &group);
	pe_settle_tiers(&group, DatumGetBool(refills.value), DatumGetBool(consumes.value));
	for (int64 i = 0; i < group.n; i++)
		scores.place[group.member[i].row] = group.member[i].tier;

	pfree(group.member);
	pfree(scores.key);
	return scores.place;
}

/*
 * settle_tier(score numeric, quota_tier int, tiers int, cap int = NULL,
 *			   promoted int = NULL, refill boolean = true,
 *			   consumes_quota boolean = true, ties text = 'expand')
 *	 OVER (PARTITION BY group [ORDER BY tie-break chain]) -> int
 *
 * score: higher is better; NULL has no tier.  quota_tier: the tier by quota,
 * 1 the best, NULL: none, and no seat.  tiers: how many there are, 1 to 1000,
 * the same in the whole partition, as are the last three arguments.  cap: the
 * best tier that the row's vetoes and limits allow; promoted: the tier that a
 * linkage lifts it to; numbers beyond tiers mean the lowest.  Formulas 4.11
 * (worst of all caps) and 4.14 (caps, refill, promotions, drops).
 */
PG_FUNCTION_INFO_V1(settle_tier);
Datum
settle_tier(PG_FUNCTION_ARGS)
{
	WindowObject window = PG_WINDOW_OBJECT();
	Settled    *partition;
	uint16		tier;

	if (!WindowObjectIsValid(window))
		elog(ERROR, "window function called without a window");
	partition = WinGetPartitionLocalMemory(window, sizeof(Settled));
	if (partition->tier == NULL)
		partition->tier = settle_partition(fcinfo, window, GetMemoryChunkContext(partition));
	tier = partition->tier[WinGetCurrentPosition(window)];
	if (tier == 0)
		PG_RETURN_NULL();
	PG_RETURN_INT32(tier);
}
