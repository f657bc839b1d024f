/*
 * evaluate_leaf.c
 *	  The leaves of a rubric: a reading in, points out.
 *
 * Definitions: formulas 4.1 to 4.8.  The rules that SQL has as functions of
 * their own are in rules.c.
 */
#include "evaluate.h"
#include "rules.h"

/* More operands than any leaf has beside its list. */
#define MOST	16

_Static_assert(PE_NO_END <= MOST && PE_TI_END <= MOST && PE_TH_END <= MOST,
			   "MOST holds a leaf's operands");

/* One leaf at work. */
typedef struct Leaf
{
	PeEvaluation *e;
	PeArena    *arena;
	const PeNode *node;
	const PeReadyNode *ready;
	int32_t		index;
	const PeRat *const *at;		/* settings by operand; NULL: none */
	const PeRat *value;			/* the reading */
	PeResult   *result;
} Leaf;

static const PeRat half = {5, 1, 1, NULL};

static void
give(Leaf *leaf, PeRat points)
{
	leaf->result->status = PE_OK;
	leaf->result->value = points;
}

static void
give_fraction(Leaf *leaf, PeFraction points)
{
	give(leaf, pe_fraction_divide(leaf->arena, &points));
}

static void
fail(Leaf *leaf, int32_t code)
{
	pe_fail(leaf->result, PE_ERROR, code);
}

static int
choice(const Leaf *leaf, int which, int otherwise)
{
	return leaf->node->choice[which] ? leaf->node->choice[which] : otherwise;
}

static PeStepMode
step_mode(const Leaf *leaf, int otherwise)
{
	return (PeStepMode) (choice(leaf, 0, otherwise) - PE_LINEAR);
}

static PeRat
held(PeArena *arena, PeRat points, const PeRat *low, const PeRat *high)
{
	if (high && pe_rat_cmp(arena, &points, high) > 0)
		points = *high;
	if (low && pe_rat_cmp(arena, &points, low) < 0)
		points = *low;
	return points;
}

/* Is the value within a lower and an upper bound, either of which may lack? */
bool
pe_holds(PeArena *arena, const PeRat *value, const PeOperand *low,
		 const PeRat *lowest, const PeOperand *high, const PeRat *highest)
{
	int			order;

	if (low->bound != PE_BOUND_NONE)
	{
		order = pe_rat_cmp(arena, value, lowest);
		if (order < 0 || (order == 0 && low->bound == PE_BOUND_GT))
			return false;
	}
	if (high->bound != PE_BOUND_NONE)
	{
		order = pe_rat_cmp(arena, value, highest);
		if (order > 0 || (order == 0 && high->bound == PE_BOUND_LT))
			return false;
	}
	return true;
}

/* The same for two operands of the leaf. */
static bool
value_holds(const Leaf *leaf, int low, int high)
{
	const PeOperand *operands = leaf->e->ready->rubric.operands + leaf->node->operands;

	return pe_holds(leaf->arena, leaf->value, &operands[low], leaf->at[low],
					&operands[high], leaf->at[high]);
}

static bool
is_count(PeArena *arena, const PeRat *value)
{
	return pe_rat_sign(value) >= 0 && pe_rat_is_whole(arena, value);
}

static void
threshold(Leaf *leaf)
{
	PePenalty	rule = {
		leaf->at[PE_TH_FULL], leaf->at[PE_TH_PENALTY], leaf->at[PE_TH_STEP],
		leaf->at[PE_TH_MIN], step_mode(leaf, PE_LINEAR)
	};

	/* a target may be another node, which need not be a decimal */
	give_fraction(leaf, pe_score_threshold(leaf->arena, leaf->value,
										   leaf->at[PE_TH_TARGET], &rule,
										   choice(leaf, 1, PE_HIGHER) == PE_LOWER));
}

static void
proportional(Leaf *leaf)
{
	const PeRat *start = leaf->at[PE_PR_START];
	const PeRat *full = leaf->at[PE_PR_FULL];
	PeRat		value = *leaf->value;
	PeRat		target = *leaf->at[PE_PR_TARGET];

	if (start)
	{
		value = pe_rat_sub(leaf->arena, &value, start);
		target = pe_rat_sub(leaf->arena, &target, start);
		if (pe_rat_sign(&target) == 0)
		{
			fail(leaf, PE_ZERO_RANGE);
			return;
		}
		if (pe_rat_sign(&target) < 0)
		{
			value = pe_rat_neg(leaf->arena, &value);
			target = pe_rat_neg(leaf->arena, &target);
		}
	}
	else if (pe_rat_sign(&target) == 0 && pe_rat_sign(&value) == 0)
	{
		if (choice(leaf, 0, PE_ZERO_NOT_APPLICABLE) == PE_ZERO_FULL)
			give(leaf, *full);
		else
			pe_fail(leaf->result, PE_NOT_APPLICABLE, 0);
		return;
	}
	else if (pe_rat_sign(&target) <= 0)
	{
		fail(leaf, PE_BAD_TARGET);
		return;
	}
	give_fraction(leaf, pe_score_proportional(leaf->arena, &value, &target, full,
											  leaf->at[PE_PR_LOW],
											  leaf->at[PE_PR_HIGH]));
}

/* How the items of a list stand: are there observed ones, is one in error? */
static bool
next_item(Leaf *leaf, int32_t *at, PeResult *reading, PeResult *worst)
{
	const PeReady *ready = leaf->e->ready;
	int32_t		end = leaf->node->operands + leaf->node->noperands;

	while (*at < end)
	{
		pe_read_item(leaf->e, ready->rubric.operands[(*at)++].ref, reading);
		if (reading->status == PE_OK)
			return true;
		if (worst->status != PE_ERROR &&
			(reading->status == PE_ERROR || reading->status == PE_MISSING))
			*worst = *reading;
	}
	return false;
}

static void
ceiling(Leaf *leaf)
{
	PeArena    *arena = leaf->arena;
	bool		per_occurrence = choice(leaf, 0, PE_PER_OCCURRENCE) == PE_PER_OCCURRENCE;
	PeStepMode	mode = (PeStepMode) (choice(leaf, 1, PE_LINEAR) - PE_LINEAR);
	PeRat		steps = pe_rat_int(0);
	PeRat		one = pe_rat_int(1);
	PeRat		miss;
	PeResult	reading,
				worst;
	int32_t		at = leaf->node->operands + PE_CE_END;
	bool		observed = false;

	pe_fail(&worst, PE_NOT_APPLICABLE, 0);
	while (next_item(leaf, &at, &reading, &worst))
	{
		observed = true;
		miss = pe_rat_sub(arena, &reading.value, leaf->at[PE_CE_LIMIT]);
		if (pe_rat_sign(&miss) <= 0)
			continue;
		miss = per_occurrence ? one : pe_steps(arena, &miss, leaf->at[PE_CE_STEP], mode);
		steps = pe_rat_add(arena, &steps, &miss);
	}
	if (worst.status == PE_ERROR || !observed)
		pe_fail(leaf->result, (PeStatus) worst.status, worst.code);
	else
		give_fraction(leaf, pe_score_events(arena, &steps, leaf->at[PE_CE_FULL],
											leaf->at[PE_CE_PENALTY],
											leaf->at[PE_CE_MIN]));
}

static void
events(Leaf *leaf)
{
	const PeRat *pending = leaf->at[PE_EV_PENDING];
	PeRat		count = *leaf->value;

	if (!is_count(leaf->arena, &count) ||
		(pending && !is_count(leaf->arena, pending)))
	{
		fail(leaf, PE_BAD_COUNT);
		return;
	}
	if (pending && pe_rat_sign(pending) > 0)
	{
		int64_t		number;

		if (!pe_dec_to_int64(pe_dec_rescale(leaf->arena,
											pe_rat_to_dec(leaf->arena, pending), 0),
							 &number))
		{
			fail(leaf, PE_BAD_COUNT);
			return;
		}
		pe_raise(leaf->e, leaf->index, PE_FLAG_PENDING, number);
		if (choice(leaf, 0, PE_PENDING_NOT) == PE_PENDING_COUNTED)
			count = pe_rat_add(leaf->arena, &count, pending);
	}
	give_fraction(leaf, pe_score_events(leaf->arena, &count, leaf->at[PE_EV_FULL],
										leaf->at[PE_EV_PENALTY],
										leaf->at[PE_EV_MIN]));
}

static void
awards(Leaf *leaf)
{
	PeRat		sum = pe_rat_int(0);
	PeRat		award;
	PeResult	reading,
				worst;
	int32_t		at = leaf->node->operands + PE_AW_END;
	bool		negative = false;

	pe_fail(&worst, PE_NOT_APPLICABLE, 0);
	while (next_item(leaf, &at, &reading, &worst))
	{
		if (pe_rat_sign(&reading.value) < 0)
		{
			/* an earlier error goes first */
			negative = worst.status != PE_ERROR;
			if (negative)
				break;
			continue;
		}
		award = pe_rat_mul(leaf->arena, leaf->at[PE_AW_POINTS], &reading.value);
		award = held(leaf->arena, award, NULL, leaf->at[PE_AW_CAP_AWARD]);
		sum = pe_rat_add(leaf->arena, &sum, &award);
	}
	if (negative)
		fail(leaf, PE_BAD_COUNT);
	else if (worst.status == PE_ERROR)
		pe_fail(leaf->result, PE_ERROR, worst.code);
	else
		give(leaf, held(leaf->arena, sum, NULL, leaf->at[PE_AW_CAP_KIND]));
}

static void
bands(Leaf *leaf)
{
	const PeReady *ready = leaf->e->ready;
	const PeOperand *operands = ready->rubric.operands;
	int32_t		at = leaf->node->operands + PE_BA_END;
	int32_t		end = leaf->node->operands + leaf->node->noperands;

	if (leaf->node->choice[1] == 0)
	{
		give(leaf, leaf->ready->points[pe_score_bands(leaf->arena, leaf->value,
													  leaf->ready->list,
													  leaf->ready->nlist)]);
		return;
	}
	for (; at < end; at += 3)
		if (pe_holds(leaf->arena, leaf->value,
					 &operands[at], ready->settings[at],
					 &operands[at + 1], ready->settings[at + 1]))
		{
			give(leaf, *ready->settings[at + 2]);
			return;
		}
	fail(leaf, PE_NO_BAND);
}

static void
ordinal(Leaf *leaf)
{
	int32_t		first = leaf->node->operands + PE_OR_END;
	int32_t		words = (leaf->node->noperands - PE_OR_END) / 2;
	PeRat		last = pe_rat_int(words);

	if (pe_rat_sign(leaf->value) <= 0 ||
		!pe_rat_is_whole(leaf->arena, leaf->value) ||
		pe_rat_cmp(leaf->arena, leaf->value, &last) > 0)
	{
		fail(leaf, PE_NO_WORD);
		return;
	}
	last = pe_rat_round(leaf->arena, leaf->value, 0, PE_FLOOR);
	give(leaf, *leaf->e->ready->settings[first + 2 * ((int32_t) last.num - 1) + 1]);
}

static void
given(Leaf *leaf)
{
	const PeRat *min = leaf->at[PE_GI_MIN];
	const PeRat *max = leaf->at[PE_GI_MAX];

	if ((min && pe_rat_cmp(leaf->arena, leaf->value, min) < 0) ||
		(max && pe_rat_cmp(leaf->arena, leaf->value, max) > 0))
		fail(leaf, PE_OUT_OF_BOUNDS);
	else
		give(leaf, *leaf->value);
}

/* Half up to a whole number: factor * part / whole + more */
static PeRat
credit(PeArena *arena, const PeRat *factor, PeRat part, PeRat entire, const PeRat *more)
{
	PeRat		result;

	part = pe_rat_mul(arena, factor, &part);
	result = pe_rat_div(arena, &part, &entire);
	result = pe_rat_add(arena, &result, more);
	return pe_rat_round(arena, &result, 0, PE_HALF_UP);
}

/* The better of achievement and improvement, in whole points: formulas 4.8. */
static void
achievement(Leaf *leaf)
{
	PeArena    *arena = leaf->arena;
	bool		lower = choice(leaf, 0, PE_HIGHER) == PE_LOWER;
	const PeRat *full = leaf->at[PE_AC_FULL];
	PeRat		one = pe_rat_int(1);
	PeRat		zero = pe_rat_int(0);
	PeRat		most = pe_rat_sub(arena, full, &one);
	PeRat		minus_half = pe_rat_neg(arena, &half);
	PeRat		x = *leaf->value;
	PeRat		t = *leaf->at[PE_AC_THRESHOLD];
	PeRat		b = *leaf->at[PE_AC_BENCHMARK];
	PeRat		achieved;
	PeRat		improved = zero;

	if (lower)
	{
		x = pe_rat_neg(arena, &x);
		t = pe_rat_neg(arena, &t);
		b = pe_rat_neg(arena, &b);
	}
	if (pe_rat_cmp(arena, &x, &b) >= 0)
		achieved = *full;
	else if (pe_rat_cmp(arena, &x, &t) < 0)
		achieved = zero;
	else
		achieved = credit(arena, &most, pe_rat_sub(arena, &x, &t),
						  pe_rat_sub(arena, &b, &t), &half);

	if (leaf->at[PE_AC_BASE])
	{
		PeRat		base = *leaf->at[PE_AC_BASE];

		if (lower)
			base = pe_rat_neg(arena, &base);
		if (pe_rat_cmp(arena, &x, &base) <= 0)
			improved = zero;
		else if (pe_rat_cmp(arena, &x, &b) >= 0)
			improved = most;
		else
			improved = held(arena,
							credit(arena, full, pe_rat_sub(arena, &x, &base),
								   pe_rat_sub(arena, &b, &base), &minus_half),
							&zero, &most);
	}
	give(leaf, pe_rat_cmp(arena, &achieved, &improved) >= 0 ? achieved : improved);
}

static void
improvement(Leaf *leaf)
{
	const PeRat *base = leaf->at[PE_IM_BASE];
	PeRat		gain = choice(leaf, 1, PE_HIGHER) == PE_LOWER ?
		pe_rat_sub(leaf->arena, base, leaf->value) :
		pe_rat_sub(leaf->arena, leaf->value, base);

	if (choice(leaf, 0, PE_ABSOLUTE) == PE_RELATIVE)
	{
		if (pe_rat_sign(base) == 0)
		{
			fail(leaf, PE_ZERO_RANGE);
			return;
		}
		gain = pe_rat_div(leaf->arena, &gain, base);
	}
	gain = pe_rat_mul(leaf->arena, leaf->at[PE_IM_RATE], &gain);
	give(leaf, held(leaf->arena, gain, leaf->at[PE_IM_MIN], leaf->at[PE_IM_MAX]));
}

static void
timeliness(Leaf *leaf)
{
	PeRat		late = pe_rat_sub(leaf->arena, leaf->value, leaf->at[PE_TI_DUE]);
	PePenalty	rule = {
		leaf->at[PE_TI_FULL], leaf->at[PE_TI_PENALTY], leaf->at[PE_TI_STEP],
		leaf->at[PE_TI_MIN], step_mode(leaf, PE_STEPS_UP)
	};

	late = pe_rat_sub(leaf->arena, &late, leaf->at[PE_TI_GRACE]);
	give_fraction(leaf, pe_score_miss(leaf->arena, &late, &rule));
}

static void
normalise(Leaf *leaf)
{
	PeArena    *arena = leaf->arena;
	const PeRat *full = leaf->at[PE_NO_FULL];
	PeRat		zero = pe_rat_int(0);
	PeRat		from = zero;
	PeRat		range;
	PeRat		points;
	int			method = choice(leaf, 0, PE_MINMAX);

	if (method == PE_ZSCORE)
	{
		from = *leaf->at[PE_NO_MEAN];
		range = *leaf->at[PE_NO_DEVIATION];
	}
	else if (method == PE_PERCENT_OF_MAX)
		range = *leaf->at[PE_NO_HIGH];
	else
	{
		from = *leaf->at[PE_NO_LOW];
		range = pe_rat_sub(arena, leaf->at[PE_NO_HIGH], &from);
	}
	if (pe_rat_sign(&range) == 0)
	{
		pe_raise(leaf->e, leaf->index, PE_FLAG_NEUTRAL, 1);
		give(leaf, *leaf->at[PE_NO_NEUTRAL]);
		return;
	}
	points = pe_rat_sub(arena, leaf->value, &from);
	points = pe_rat_div(arena, &points, &range);
	if (method == PE_ZSCORE)
	{
		/* T = 50 + 10 z, of 100 */
		PeRat		tenth = pe_rat_small(1, 1);

		points = pe_rat_mul(arena, &points, &tenth);
		points = pe_rat_add(arena, &points, &half);
	}
	points = pe_rat_mul(arena, &points, full);
	if (choice(leaf, 1, PE_PENDING_NOT) == PE_PENDING_COUNTED)
		points = held(arena, points, &zero, full);
	give(leaf, points);
}

static void
limit(Leaf *leaf)
{
	static const PeFlag flag[] = {
		[PE_CAP_TIER] = PE_FLAG_CAP_TIER,
		[PE_ZERO_SCORE] = PE_FLAG_ZERO_SCORE,
		[PE_INELIGIBLE] = PE_FLAG_INELIGIBLE
	};
	int			effect = leaf->node->choice[0];
	bool		struck = value_holds(leaf, PE_LM_LOW, PE_LM_HIGH);

	if (struck)
		pe_raise(leaf->e, leaf->index, flag[effect],
				 effect == PE_CAP_TIER ? (int64_t) leaf->at[PE_LM_TIER]->num : 1);
	give(leaf, pe_rat_int(struck));
}

/* May this setting be without a value? */
static bool
optional(const PeNode *node, int operand)
{
	return (node->rule == PE_RULE_ACHIEVEMENT && operand == PE_AC_BASE) ||
		(node->rule == PE_RULE_EVENTS && operand == PE_EV_PENDING);
}

void
pe_leaf(PeEvaluation *e, int32_t index, PeResult *result)
{
	const PeNode *node = &e->ready->rubric.nodes[index];
	Leaf		leaf = {
		.e = e, .arena = e->arena, .node = node,
		.ready = &e->ready->nodes[index], .index = index, .result = result
	};
	const PeRat *local[MOST];
	PeRat		room[MOST];

	if (leaf.ready->plain)
	{
		if (!pe_read(e, node->operands + PE_VALUE, room, &leaf.value, result))
			return;
		leaf.at = e->ready->settings + node->operands;
	}
	else
	{
		int			n = PE_NCOMMON + pe_rule_info[node->rule].noperands;

		for (int i = PE_NCOMMON; i < n; i++)
			if (!pe_read(e, node->operands + i, &room[i], &local[i], result))
			{
				if (!optional(node, i))
					return;
				local[i] = NULL;
			}
		leaf.at = local;
		leaf.value = local[PE_VALUE];
	}

	if (leaf.ready->unbound)
	{
		fail(&leaf, PE_NO_PARAMETER);
		return;
	}
	switch ((PeRule) node->rule)
	{
		case PE_RULE_THRESHOLD:
			threshold(&leaf);
			break;
		case PE_RULE_PROPORTIONAL:
			proportional(&leaf);
			break;
		case PE_RULE_CEILING:
			ceiling(&leaf);
			break;
		case PE_RULE_EVENTS:
			events(&leaf);
			break;
		case PE_RULE_AWARDS:
			awards(&leaf);
			break;
		case PE_RULE_BANDS:
			bands(&leaf);
			break;
		case PE_RULE_INTERPOLATE:
			give_fraction(&leaf, pe_score_interpolate(leaf.arena, leaf.value,
													  leaf.ready->list,
													  leaf.ready->points,
													  leaf.ready->nlist));
			break;
		case PE_RULE_ORDINAL:
			ordinal(&leaf);
			break;
		case PE_RULE_MET:
			give(&leaf, *leaf.at[value_holds(&leaf, PE_ME_LOW, PE_ME_HIGH) ?
								 PE_ME_POINTS : PE_ME_OTHERWISE]);
			break;
		case PE_RULE_GIVEN:
			given(&leaf);
			break;
		case PE_RULE_CONSTANT:
			give(&leaf, *leaf.at[PE_CO_POINTS]);
			break;
		case PE_RULE_ACHIEVEMENT:
			achievement(&leaf);
			break;
		case PE_RULE_IMPROVEMENT:
			improvement(&leaf);
			break;
		case PE_RULE_TIMELINESS:
			timeliness(&leaf);
			break;
		case PE_RULE_NORMALISE:
			normalise(&leaf);
			break;
		case PE_RULE_LIMIT:
			limit(&leaf);
			break;
		default:
			/* formulas and inner nodes are no leaves */
			break;
	}
}
