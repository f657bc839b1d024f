/*
 * plan.c
 *	  Runs the plans of a rubric's nodes for a card; see plan.h.
 */
#include "plan.h"

#include <string.h>

#include "plan_flat.h"

/* The leaf's number for the card's reading; false if it is not made for that. */
static inline __attribute__((always_inline)) bool
run_leaf(const PeCard *card, const PePlanLeaf *leaf, int64_t *number)
{
	const PeSegment *segments = leaf->segments;
	int64_t		index = (int64_t) leaf->item - card->first;
	int64_t		x;
	int32_t		narrow;
	uint8_t		tag;

	if (card->item_width != 0)
		index = pe_card_find(card, leaf->item);
	if (index < 0 || index >= card->n)
		return false;
	tag = (uint8_t) card->tags[index];
	if (tag > leaf->scale)
		return false;			/* a status, or too many decimals */
	if (card->number_width == 4)
	{
		memcpy(&narrow, card->numbers + 4 * index, 4);
		x = narrow;
	}
	else
	{
		PeInt128	wide;

		if (card->number_width == 8)
		{
			memcpy(&x, card->numbers + 8 * index, 8);
			wide = x;
		}
		else
			memcpy(&wide, card->numbers + 16 * index, 16);
		if (wide > INT32_MAX || wide < INT32_MIN)
			return false;
		x = (int64_t) wide;
	}
	x *= pe_pow10_64[leaf->scale - tag];
	if (x < leaf->lowest || x > leaf->highest)
		return false;
	if (leaf->stairs != 0)
	{
		x = leaf->stairs > 0 ? x - leaf->origin : leaf->origin - x;
		if (x <= 0)
			x = 0;
		else
		{
			x += leaf->part ? leaf->step - 1 : 0;
			/* exact for 32 bits, and many times faster than a division */
			x = x <= UINT32_MAX && leaf->per_step ?
				(int64_t) (((unsigned __int128) leaf->per_step * (uint64_t) x) >> 64) :
				x / leaf->step;
		}
	}
	/* which of some is not worth the guesses of the processor's that a loop takes */
	if (leaf->room == PE_FEW_SEGMENTS)
		segments += (x > segments[0].last) + (x > segments[1].last) +
			(x > segments[2].last) + (x > segments[3].last);
	else if (leaf->room == PE_SOME_SEGMENTS)
		segments += (x > segments[0].last) + (x > segments[1].last) +
			(x > segments[2].last) + (x > segments[3].last) +
			(x > segments[4].last) + (x > segments[5].last) +
			(x > segments[6].last);
	else
		while (x > segments->last)
			segments++;
	*number = segments->a + segments->c * x;
	return true;
}

/* The same, or the status of the reading; PE_ERROR for what goes another way. */
PeStatus
pe_plan_leaf(const PeCard *card, const PePlanLeaf *leaf, int64_t *number)
{
	PeEntry		entry = {.status = PE_MISSING};
	int32_t		index;

	if (run_leaf(card, leaf, number))
		return PE_OK;
	index = pe_card_find(card, leaf->item);
	if (index >= 0)
		pe_card_entry(card, index, &entry);
	if (entry.status == PE_OK || entry.status == PE_ERROR)
		return PE_ERROR;
	*number = 0;
	if (leaf->nothing)
		return PE_OK;
	return entry.status == PE_EXEMPT && leaf->listed ? PE_NOT_APPLICABLE :
		(PeStatus) entry.status;
}

/* sum of multiplier * child, over leaves that stand side by side */
static inline __attribute__((always_inline)) bool
run_leaves(const PeCard *card, const PePlan *plan, PeInt128 *sum)
{
	PeInt128	total = 0;
	int64_t		number;

	for (int32_t i = 0; i < plan->n; i++)
	{
		if (!run_leaf(card, &plan->leaf[i], &number))
			return false;
		total += (PeInt128) plan->multipliers[i] * number;
	}
	*sum = total;
	return true;
}

/* A child's number; false if it has none over its plan's denominator. */
static inline bool
child_number(const PeResult *results, int32_t child, PeInt128 *number)
{
	*number = results[child].value.num;
	/* in this order: a child without a value has nothing in it */
	return results[child].status == PE_OK && results[child].value.den == PE_PLANNED;
}

static inline bool
run_sum(const PeResult *results, const PePlan *plan, PeInt128 *sum)
{
	PeInt128	total = 0;
	PeInt128	number;

	if (plan->narrow)
		for (int32_t i = 0; i < plan->n; i++)
		{
			if (!child_number(results, plan->children[i], &number))
				return false;
			total += (PeInt128) plan->multipliers[i] * (int64_t) number;
		}
	else
		for (int32_t i = 0; i < plan->n; i++)
		{
			if (!child_number(results, plan->children[i], &number))
				return false;
			total += plan->multipliers[i] * number;
		}
	*sum = total;
	return true;
}

/* A list's number from the sum of its children. */
static inline PeInt128
listed(const PePlan *plan, PeInt128 total)
{
	if (plan->has_high && total > plan->high)
		total = plan->high;
	return plan->has_low ? -total : total;
}

/* The same with caps; from the leaves themselves if `card` is given. */
static inline bool
run_list(const PeCard *card, const PeResult *results, const PePlan *plan, PeInt128 *sum)
{
	PeInt128	total = 0;
	PeInt128	part;
	int64_t		number;

	for (int32_t i = 0; i < plan->n; i++)
	{
		if (card)
		{
			if (!run_leaf(card, &plan->leaf[i], &number))
				return false;
			part = number;
		}
		else if (!child_number(results, plan->children[i], &part))
			return false;
		part *= plan->multipliers[i];
		total += part > plan->caps[i] ? plan->caps[i] : part;
	}
	*sum = listed(plan, total);
	return true;
}

static inline PeInt128
clamped(const PePlan *plan, PeInt128 number)
{
	if (plan->has_high && number > plan->high)
		number = plan->high;
	if (plan->has_low && number < plan->low)
		number = plan->low;
	return number;
}

/* number / den to so many digits, where nothing overflows */
bool
pe_plan_round(PeInt128 number, PeInt128 den, int32_t digits, PeRound mode,
			  PeInt128 *rounded)
{
	PeInt128	quotient;
	PeInt128	rest;
	PeInt128	away = number < 0 ? -1 : 1;

	if (digits > 18 || __builtin_mul_overflow(number, (PeInt128) pe_pow10_64[digits], &number))
		return false;
	if (pe_rat_fits64(number) && pe_rat_fits64(den))
	{
		quotient = (int64_t) number / (int64_t) den;
		rest = (int64_t) number % (int64_t) den;
	}
	else
	{
		quotient = number / den;
		rest = number - quotient * den;
	}
	rest = rest < 0 ? -rest : rest;
	switch (mode)
	{
		case PE_HALF_UP:
			quotient += rest >= den - rest ? away : 0;
			break;
		case PE_HALF_EVEN:
			if (rest > den - rest || (rest == den - rest && quotient % 2 != 0))
				quotient += away;
			break;
		case PE_FLOOR:
			quotient -= rest > 0 && away < 0;
			break;
		case PE_CEIL:
			quotient += rest > 0 && away > 0;
			break;
	}
	*rounded = quotient;
	return true;
}

/* A node's number, without its rounding. */
static inline bool
run(PeEvaluation *e, const PePlan *plan, bool from_leaves, PeInt128 *number)
{
	int64_t		narrow;

	switch ((PePlanKind) plan->kind)
	{
		case PE_PLAN_NONE:
			return false;
		case PE_PLAN_CONSTANT:
			*number = plan->low;
			return true;
		case PE_PLAN_LEAF:
			if (!run_leaf(e->card, plan->leaf, &narrow))
				return false;
			*number = narrow;
			return true;
		case PE_PLAN_SUM:
			return from_leaves ? run_leaves(e->card, plan, number) :
				run_sum(e->results, plan, number);
		case PE_PLAN_LIST:
			return run_list(from_leaves ? e->card : NULL, e->results, plan, number);
		case PE_PLAN_CLAMP:
			if (!(from_leaves ? run_leaves(e->card, plan, number) :
				  run_sum(e->results, plan, number)))
				return false;
			*number = clamped(plan, *number);
			return true;
	}
	return false;
}

static inline void
keep(PeEvaluation *e, int32_t index, const PePlan *plan, PeInt128 number)
{
	PeResult   *result = &e->results[index];

	result->status = PE_OK;
	result->value.den = PE_PLANNED;
	result->value.num = number;
	if (plan->rounds)
		(void) pe_plan_round(number, plan->inner, plan->digits, (PeRound) plan->mode,
							 &result->value.num);
}

static void
keep_root(PeEvaluation *e, int32_t root)
{
	e->root = e->results[root].value;
}

/* The node by its plan, if that was made for what the card holds. */
bool
pe_run_plan(PeEvaluation *e, int32_t index)
{
	const PePlan *plan = &e->ready->plans[index];
	PeInt128	number;

	if (run(e, plan, false, &number))
		keep(e, index, plan, number);
	else if (plan->kind <= PE_PLAN_LEAF || !pe_run_gaps(e, index, false, true))
		return false;
	if (index == e->ready->rubric.header->root)
		keep_root(e, index);
	return true;
}

/* Of cards whose items stand side by side, 4 bytes each. */
static bool
run_flats(PeEvaluation *e)
{
	const PeReady *ready = e->ready;
	bool		gaps = false;

	for (int32_t i = 0; i < ready->nflats; i++)
	{
		const PeFlat *flat = &ready->flats[i];
		const PePlan *plan = &ready->plans[flat->node];
		PeInt128	number;
		int64_t		over;

		if (flat->is_sum || flat->is_list)
		{
			if (!pe_run_flat(e, flat, &gaps, &number, &over))
				return false;
			if (gaps && flat->is_sum)
			{
				if (!pe_keep_gaps(e, flat->node, number, over))
					return false;
				continue;
			}
			number = flat->is_list ? listed(plan, number) :
				plan->kind == PE_PLAN_CLAMP ? clamped(plan, number) : number;
		}
		/* bounds do not hold above a gap */
		else if ((gaps && !plan->leaves) || !run(e, plan, plan->leaves, &number))
		{
			if (!pe_run_gaps(e, flat->node, plan->leaves, false))
				return false;
			gaps = true;
			continue;
		}
		keep(e, flat->node, plan, number);
	}
	return true;
}

/* Of any card that lacks nothing. */
static bool
run_steps(PeEvaluation *e)
{
	const PeReady *ready = e->ready;

	for (int32_t i = 0; i < ready->nsteps; i++)
	{
		const PePlan *plan = &ready->plans[ready->steps[i]];
		PeInt128	number;

		if (!run(e, plan, plan->leaves, &number))
			return false;
		keep(e, ready->steps[i], plan, number);
	}
	return true;
}

/*
 * The root alone, if all of its tree can be had by plan: leaves go straight
 * into their parent's sum.
 */
bool
pe_run_root(PeEvaluation *e)
{
	const PeReady *ready = e->ready;
	const PeCard *card = e->card;
	PeCard		spread;
	bool		done;

	/*
	 * All of the card is going to be read, and it comes from far away.  In a
	 * table's page rows lie from the end to the start: the next card, likely of
	 * the same size, is before this one.
	 */
	for (const char *at = card->tags + card->n; at > card->items - (card->tags + card->n - card->items); at -= 64)
		__builtin_prefetch(at);
	if (ready->nsteps == 0)
		return false;
	if (card->number_width != 4)
		done = run_steps(e) || pe_run_every(e);
	else if (card->item_width == 0 && ready->first_item >= card->first &&
			 (int64_t) ready->last_item - card->first < card->n)
		done = run_flats(e) || pe_run_every(e);
	else if (ready->spreads)
	{
		size_t		size = PE_SPREAD_BYTES * (size_t) (ready->last_item - ready->first_item + 1);

		pe_card_spread(card, ready->first_item, ready->last_item,
					   pe_alloc(e->arena, size), &spread);
		e->card = &spread;
		done = run_flats(e) || pe_run_every(e);
		e->card = card;
	}
	else
		done = run_steps(e) || pe_run_every(e);
	if (done)
		keep_root(e, ready->rubric.header->root);
	return done;
}
