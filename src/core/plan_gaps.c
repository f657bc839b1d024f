/*
 * plan_gaps.c
 *	  Plans where something is missing; see plan.h.
 *
 * A mean that goes on without some of its children is divided by the weights
 * of the others.  So its denominator, and that of all nodes above it, is a
 * multiple of the planned one; what bounds said beforehand does not hold, and
 * every step looks for overflow.
 */
#include "plan.h"

static int64_t
common_divisor(int64_t a, int64_t b)
{
	while (b != 0)
	{
		int64_t		rest = a % b;

		a = b;
		b = rest;
	}
	return a;
}

/* sum / over + part / part_over; false: too large */
bool
pe_add_over(PeInt128 *sum, int64_t *over, PeInt128 part, int64_t part_over)
{
	if (part_over != *over)
	{
		int64_t		common = common_divisor(*over, part_over);

		if (__builtin_mul_overflow(part, (PeInt128) (*over / common), &part) ||
			__builtin_mul_overflow(*sum, (PeInt128) (part_over / common), sum) ||
			__builtin_mul_overflow(*over, part_over / common, over))
			return false;
	}
	return !__builtin_add_overflow(*sum, part, sum);
}

/* Counts a child's status; false: an error, which is not for a plan. */
static inline bool
count_gap(PeObserved *observed, PeStatus status, int64_t share)
{
	switch (status)
	{
		case PE_MISSING:
			observed->missing++;
			observed->missing_shares += share;
			return true;
		case PE_EXEMPT:
			observed->exempt++;
			observed->excused_shares += share;
			return true;
		case PE_NOT_APPLICABLE:
			observed->not_applicable++;
			observed->excused_shares += share;
			return true;
		default:
			return false;
	}
}

/* The children, from the leaves themselves or from their results. */
bool
pe_observe(const PeEvaluation *e, const PePlan *plan, bool from_leaves,
		   PeObserved *observed)
{
	*observed = (PeObserved) {.over = 1};
	for (int32_t i = 0; i < plan->n; i++)
	{
		int64_t		share = plan->gaps.shares ? plan->gaps.shares[i] : 1;
		int64_t		over = 1;
		PeInt128	part = 0;
		PeStatus	status;

		if (from_leaves)
		{
			int64_t		number;

			status = pe_plan_leaf(e->card, &plan->leaf[i], &number);
			part = number;
		}
		else
		{
			const PeResult *child = &e->results[plan->children[i]];

			status = (PeStatus) child->status;
			if (status == PE_OK)
			{
				if (child->value.den >= 0)
					return false;	/* it went the exact way */
				part = child->value.num;
				over = -child->value.den;
			}
		}
		if (status != PE_OK)
		{
			if (!count_gap(observed, status, share))
				return false;
			continue;
		}
		if (__builtin_mul_overflow(part, (PeInt128) plan->multipliers[i], &part))
			return false;
		if (plan->kind == PE_PLAN_LIST && plan->caps[i] < PE_PLAN_LARGEST)
		{
			PeInt128	cap;

			if (__builtin_mul_overflow(plan->caps[i], (PeInt128) over, &cap))
				return false;
			part = part > cap ? cap : part;
		}
		if (!pe_add_over(&observed->sum, &observed->over, part, over))
			return false;
		observed->n++;
		observed->shares += share;
	}
	return true;
}

/* Do the observed children weigh as much as the policy asks for? */
static bool
covered(const PePlanGaps *gaps, const PeObserved *observed)
{
	return (PeInt128) observed->shares * gaps->floor_of >=
		(PeInt128) (observed->shares + observed->missing_shares) * gaps->floor;
}

/*
 * The node's status, and for PE_OK what its sum is to be multiplied with and
 * divided by.  False: that is for the exact way; so it is with `flags` if there
 * are any to raise.
 */
bool
pe_settle_gaps(const PePlan *plan, const PeObserved *observed, bool flags,
			   PeStatus *status, int64_t *up, int64_t *down)
{
	const PePlanGaps *gaps = &plan->gaps;
	bool		list = plan->kind == PE_PLAN_LIST;
	int64_t		counted = observed->shares;
	int64_t		common;

	*status = PE_OK;
	*up = *down = 1;
	if (observed->n == plan->n)
		return true;
	if (gaps->policy == PE_MISSING_UNSTATED)
		return false;
	if ((observed->n == 0 && !list) ||
		(observed->missing > 0 && gaps->policy == PE_MISSING_STRICT))
	{
		*status = observed->missing > 0 ? PE_MISSING :
			observed->exempt == plan->n ? PE_EXEMPT : PE_NOT_APPLICABLE;
		return true;
	}
	if (observed->missing > 0 && !list)
	{
		if (gaps->policy == PE_MISSING_ZERO)
		{
			if (flags)
				return false;
			counted += observed->missing_shares;
		}
		else if (observed->shares + observed->missing_shares <= 0)
			return false;
		else if (!covered(gaps, observed))
		{
			*status = PE_MISSING;
			return !flags;
		}
	}
	if (gaps->shares == NULL)
		return true;
	if (observed->exempt + observed->not_applicable > 0)
	{
		if (gaps->unused == PE_UNUSED_FULL)
			return false;
		if (gaps->unused == PE_UNUSED_ZERO)
			counted += observed->excused_shares;
	}
	if (counted <= 0)
		return false;
	common = common_divisor(gaps->total, counted);
	*up = gaps->total / common;
	*down = counted / common;
	return true;
}

/* The caps of a list, the bounds of a clamp. */
static bool
hold(const PePlan *plan, PeInt128 *number, int64_t over)
{
	PeInt128	bound;

	if (plan->kind != PE_PLAN_LIST && plan->kind != PE_PLAN_CLAMP)
		return true;
	if (plan->has_high)
	{
		if (__builtin_mul_overflow(plan->high, (PeInt128) over, &bound))
			return false;
		*number = *number > bound ? bound : *number;
	}
	if (!plan->has_low)
		return true;
	if (plan->kind == PE_PLAN_LIST)
		return !__builtin_sub_overflow((PeInt128) 0, *number, number);
	if (__builtin_mul_overflow(plan->low, (PeInt128) over, &bound))
		return false;
	*number = *number < bound ? bound : *number;
	return true;
}

/* The node's value from number / (inner * over): held, and rounded if it is. */
bool
pe_keep_gaps(PeEvaluation *e, int32_t index, PeInt128 number, int64_t over)
{
	const PePlan *plan = &e->ready->plans[index];
	PeResult   *result = &e->results[index];
	PeInt128	den;

	if (!hold(plan, &number, over) || number >= PE_PLAN_LARGEST || number <= -PE_PLAN_LARGEST ||
		__builtin_mul_overflow(plan->inner, (PeInt128) over, &den) || den >= PE_PLAN_LARGEST)
		return false;
	result->status = PE_OK;
	result->value.num = number;
	result->value.den = -over;
	if (!plan->rounds)
		return true;
	result->value.den = PE_PLANNED;
	return pe_plan_round(number, den, plan->digits, (PeRound) plan->mode, &result->value.num);
}

/* A node of which bounds do not hold, or that has no value. */
bool
pe_run_gaps(PeEvaluation *e, int32_t index, bool from_leaves, bool flags)
{
	const PePlan *plan = &e->ready->plans[index];
	PeResult   *result = &e->results[index];
	PeObserved	observed;
	PeStatus	status = PE_OK;
	int64_t		up = 1;
	int64_t		down = 1;

	result->code = 0;
	switch ((PePlanKind) plan->kind)
	{
		case PE_PLAN_NONE:
			return false;
		case PE_PLAN_CONSTANT:
			observed.sum = plan->low;
			observed.over = 1;
			break;
		case PE_PLAN_LEAF:
			status = pe_plan_leaf(e->card, plan->leaf, &down);
			observed.sum = down;
			observed.over = down = 1;
			break;
		default:
			if (!pe_observe(e, plan, from_leaves, &observed) ||
				!pe_settle_gaps(plan, &observed, flags, &status, &up, &down) ||
				__builtin_mul_overflow(observed.sum, (PeInt128) up, &observed.sum) ||
				__builtin_mul_overflow(observed.over, down, &observed.over))
				return false;
			break;
	}
	if (status == PE_OK)
		return pe_keep_gaps(e, index, observed.sum, observed.over);
	result->status = (uint8_t) status;
	return status != PE_ERROR && !flags;
}

/* Every node of a tree that has plans for all. */
bool
pe_run_every(PeEvaluation *e)
{
	const PeRubricHeader *header = e->ready->rubric.header;

	for (int32_t i = 0; i < header->nnodes - header->nlimits; i++)
		if (!pe_run_gaps(e, i, false, false))
			return false;
	return true;
}
