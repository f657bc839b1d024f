/*
 * evaluate_result.c
 *	  What an evaluation gives: a score, what ranks look at, a card of results.
 */
#include "evaluate.h"

#include "card_text.h"
#include "plan.h"

_Static_assert(PE_MAX_DIGITS == 30, "quotient_entry divides twice, by what fits");

/* The value as it is, if an entry can hold that. */
bool
pe_exact_entry(PeArena *arena, const PeRat *value, PeEntry *entry)
{
	PeDec		dec;

	entry->number = value->num;
	entry->scale = (uint8_t) value->scale;
	if (value->den == 1)
		return true;
	if (!pe_rat_terminates(arena, value, &dec) || dec.scale > PE_CARD_MAX_SCALE ||
		!pe_dec_to_int128(dec, &entry->number))
		return false;
	entry->scale = (uint8_t) dec.scale;
	return true;
}

/*
 * A value as it is, or rounded to as many as 30 decimals; `digits` says to how many,
 * -1 if not at all.
 */
bool
pe_unrounded_entry(PeArena *arena, const PeRat *value, PeEntry *entry,
				   int32_t *digits)
{
	*digits = -1;
	if (pe_exact_entry(arena, value, entry))
		return true;
	for (*digits = PE_MAX_DIGITS; *digits >= 0; --*digits)
	{
		PeRat		shown = pe_rat_round(arena, value, *digits, PE_HALF_UP);

		if (pe_exact_entry(arena, &shown, entry))
			return true;
	}
	return false;
}

/* A node's entry in the result; false if it is an error only for being too big. */
bool
pe_shown_entry(PeEvaluation *e, int32_t index, const PeResult *result,
			   PeEntry *entry)
{
	const PeReady *ready = e->ready;
	const PeNode *node = &ready->rubric.nodes[index];
	bool		fits = true;
	int32_t		digits;

	entry->item = node->number;
	entry->status = result->status;
	entry->scale = 0;
	entry->number = result->status == PE_ERROR ? result->code : 0;
	if (result->status == PE_OK)
	{
		if (node->digits != PE_NOT_ROUNDED)
			fits = pe_exact_entry(e->arena, &result->value, entry);
		else if (ready->round_at == PE_ROUND_AT_NONE)
			fits = pe_unrounded_entry(e->arena, &result->value, entry, &digits);
		else
		{
			PeRat		shown = pe_rat_round(e->arena, &result->value,
											 ready->digits, (PeRound) ready->mode);

			fits = pe_exact_entry(e->arena, &shown, entry);
		}
		if (!fits)
		{
			entry->status = PE_ERROR;
			entry->number = PE_TOO_BIG;
		}
	}
	pe_entry_normalize(entry);
	return fits;
}

/* Item 0: the score. */
void
pe_evaluation_score(PeEvaluation *e, PeEntry *entry)
{
	int32_t		index = e->ready->rubric.header->root;
	PeResult	root;

	pe_settle(e, index);
	root = e->results[index];
	if (e->veto >= 0)
		root.value = pe_rat_int(0);
	(void) pe_shown_entry(e, e->ready->rubric.header->root, &root, entry);
}

/* The same for larger numbers, a few decimals at a time. */
static bool
long_quotient_entry(PeInt128 number, PeInt128 den, PeEntry *entry)
{
	unsigned __int128 divisor = (unsigned __int128) den;
	unsigned __int128 rest = (unsigned __int128) (number < 0 ? -number : number);
	unsigned __int128 quotient = rest / divisor;
	PeInt128	result = (PeInt128) quotient;
	int32_t		most = 0;		/* decimals that a rest has room for */
	int32_t		left = PE_MAX_DIGITS;

	while (most < 18 && divisor <= (unsigned __int128) PE_PLAN_LARGEST / (uint64_t) pe_pow10_64[most + 1])
		most++;
	if (most < PE_CARD_MAX_SCALE - PE_MAX_DIGITS || quotient >= (uint64_t) pe_pow10_64[8])
		return false;
	rest -= quotient * divisor;
	while (rest != 0 && left > 0)
	{
		int32_t		step = left < most ? left : most;

		rest *= (uint64_t) pe_pow10_64[step];
		quotient = rest / divisor;
		rest -= quotient * divisor;
		result = result * pe_pow10_64[step] + (PeInt128) quotient;
		left -= step;
	}
	/* a card holds a few more decimals, if they are all */
	if (rest != 0 &&
		rest * (uint64_t) pe_pow10_64[PE_CARD_MAX_SCALE - PE_MAX_DIGITS] % divisor == 0)
		return false;
	result += rest >= divisor - rest;
	entry->scale = (uint8_t) (PE_MAX_DIGITS - left);
	entry->number = number < 0 ? -result : result;
	return true;
}

/*
 * number / den as pe_unrounded_entry would give it, by long division in whole
 * numbers; false: that takes more.
 */
static bool
quotient_entry(PeInt128 number, PeInt128 den, PeEntry *entry)
{
	const uint64_t chunk = (uint64_t) pe_pow10_64[PE_MAX_DIGITS / 2];
	unsigned __int128 above,
				middle,
				below;
	uint64_t	divisor = (uint64_t) den;
	uint64_t	magnitude = (uint64_t) (number < 0 ? -number : number);
	PeInt128	result;

	/* with 30 decimals, below 10^38 */
	if (!pe_rat_fits64(number) || !pe_rat_fits64(den))
		return long_quotient_entry(number, den, entry);
	if (magnitude / divisor >= (uint64_t) pe_pow10_64[8])
		return false;
	result = magnitude / divisor;
	entry->scale = 0;
	above = magnitude % divisor;
	if (above != 0)
	{
		/* half of the decimals, and the other half if that is not all */
		middle = above * chunk;
		result = result * (PeInt128) chunk + (PeInt128) (middle / divisor);
		entry->scale = PE_MAX_DIGITS / 2;
		below = middle % divisor * chunk;
		if (below != 0)
		{
			uint64_t	rest = (uint64_t) (below % divisor);

			result = result * (PeInt128) chunk + (PeInt128) (below / divisor);
			entry->scale = PE_MAX_DIGITS;
			/* a card holds a few more decimals, if they are all */
			if (rest != 0 && (unsigned __int128) rest *
				(uint64_t) pe_pow10_64[PE_CARD_MAX_SCALE - PE_MAX_DIGITS] % divisor == 0)
				return false;
			result += rest >= divisor - rest;
		}
	}
	entry->number = number < 0 ? -result : result;
	return true;
}

/* The number that ranks look at. */
void
pe_evaluation_rank(PeEvaluation *e, PeEntry *entry)
{
	PeEntry		score;
	int32_t		digits;

	pe_evaluation_score(e, &score);
	*entry = score;
	entry->item = PE_RANK_ITEM;
	if (e->ready->rank_basis == PE_RANK_UNROUNDED && score.status == PE_OK &&
		e->veto < 0)
	{
		bool		planned = e->root.den < 0;
		PeInt128	den = !planned ? 0 :
			pe_planned_den(&e->root, e->ready->plans[e->ready->rubric.header->root].inner);

		if (!planned || !quotient_entry(e->root.num, den, entry))
		{
			if (planned)
				e->root = pe_rat_ratio(e->arena, e->root.num, den);
			if (!pe_unrounded_entry(e->arena, &e->root, entry, &digits))
				*entry = score;
		}
		pe_entry_normalize(entry);
	}
}

/* How many entries a result may have at most. */
int32_t
pe_evaluation_max(const PeEvaluation *e)
{
	return 2 * e->ready->rubric.header->nnodes + e->nraised + 1;
}

/* The entry of a node that is rounded by its plan, or as it is shown. */
static bool
planned_entry(const PeEvaluation *e, int32_t index, PeEntry *entry)
{
	const PeReady *ready = e->ready;
	const PePlan *plan = &ready->plans[index];
	const PeResult *result = &e->results[index];

	if (result->status != PE_OK || result->value.den >= 0)
		return false;
	entry->item = ready->rubric.nodes[index].number;
	entry->status = PE_OK;
	entry->number = result->value.num;
	if (plan->rounds)
		entry->scale = plan->digits;
	else
	{
		if (ready->round_at == PE_ROUND_AT_NONE ||
			!pe_plan_round(result->value.num, pe_planned_den(&result->value, plan->den),
						   ready->digits, (PeRound) ready->mode, &entry->number))
			return false;
		entry->scale = ready->digits;
	}
	pe_entry_normalize(entry);
	return true;
}

/* Flags and what ranks look at, behind `n` entries of nodes, the root's first. */
static int32_t
add_flags(PeEvaluation *e, PeEntry *entries, int32_t n, bool of_limits)
{
	const PeRubric *rubric = &e->ready->rubric;
	int32_t		nodes = n;
	int32_t		duplicate;
	PeEntry		rank;

	for (int32_t i = 0; i < e->nraised; i++)
	{
		const PeRaised *raised = &e->raised[i];
		PeEntry    *entry = &entries[n];

		if (of_limits && rubric->nodes[raised->node].rule != PE_RULE_LIMIT)
			continue;
		entry->item = PE_FLAG_ITEM + raised->flag * PE_FLAG_STRIDE +
			rubric->nodes[raised->node].number;
		entry->status = PE_OK;
		entry->scale = 0;
		entry->number = raised->value;
		n++;
	}
	/* a node raises a flag once */
	(void) pe_entries_sort(entries + nodes, n - nodes, &duplicate);

	pe_evaluation_rank(e, &rank);
	if (rank.status == PE_OK &&
		(rank.number != entries[0].number || rank.scale != entries[0].scale))
		entries[n++] = rank;
	return n;
}

/* The result's entries, sorted: nodes, flags, what ranks look at. */
int32_t
pe_evaluation_entries(PeEvaluation *e, PeEntry *entries)
{
	const PeRubric *rubric = &e->ready->rubric;
	int32_t		n = 0;

	for (int32_t k = 0; k < rubric->header->nnodes; k++)
	{
		int32_t		i = e->ready->by_number[k];
		PeEntry    *entry = &entries[n++];

		if (i == rubric->header->root)
			pe_evaluation_score(e, entry);
		else if (!planned_entry(e, i, entry))
		{
			pe_settle(e, i);
			(void) pe_shown_entry(e, i, &e->results[i], entry);
		}
		if (entry->status == PE_ERROR && e->results[i].status == PE_OK)
			pe_raise(e, i, PE_FLAG_ERROR, PE_TOO_BIG);
	}
	return add_flags(e, entries, n, false);
}

/* Those that standings need: the root, the flags of limits, what ranks look at. */
int32_t
pe_evaluation_brief(PeEvaluation *e, PeEntry *entries)
{
	pe_evaluation_score(e, &entries[0]);
	return add_flags(e, entries, 1, true);
}
