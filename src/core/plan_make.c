/*
 * plan_make.c
 *	  Makes the plans of a rubric's nodes; see plan.h.
 *
 * A leaf's lines are taken from its rule, by evaluating it at their ends and in
 * between.
 */
#include "plan.h"

#include <string.h>

#include "plan_flat.h"

/* Readings beyond 10^7 go the exact way, as do those of over 6 decimals. */
#define MOST_SCALE		6
#define MOST_WHOLE		7
#define MOST_SEGMENTS	64

static PeInt128
absolute(PeInt128 number)
{
	return number < 0 ? -number : number;
}

static PeInt128
common_divisor(PeInt128 a, PeInt128 b)
{
	while (b != 0)
	{
		PeInt128	rest = a % b;

		a = b;
		b = rest;
	}
	return a < 0 ? -a : a;
}

/* The least common multiple, if it is small enough to go on with. */
static bool
common_multiple(PeInt128 a, PeInt128 b, PeInt128 *result)
{
	return !__builtin_mul_overflow(a / common_divisor(a, b), b, result) &&
		*result < PE_PLAN_LARGEST;
}

/* A rational as numerator and denominator, reduced. */
static bool
as_fraction(const PeRat *value, PeInt128 *num, PeInt128 *den)
{
	PeInt128	common;

	if (value->den <= 0)
		return false;
	*num = value->num;
	*den = value->den;
	for (int32_t i = 0; i < value->scale; i++)
		if (__builtin_mul_overflow(*den, (PeInt128) 10, den))
			return false;
	common = common_divisor(*num, *den);
	*num /= common;
	*den /= common;
	return true;
}

/* Numbers over one denominator, which each has to divide. */
static bool
over(const PeRat *value, PeInt128 den, PeInt128 *number)
{
	PeInt128	num,
				mine;

	return as_fraction(value, &num, &mine) && den % mine == 0 &&
		!__builtin_mul_overflow(num, den / mine, number) &&
		absolute(*number) < PE_PLAN_LARGEST;
}

/* A line, while its numbers are still rationals. */
typedef struct Line
{
	int64_t		last;
	PeRat		a;
	PeRat		c;
} Line;

/* A leaf on its way to a plan; there is one, for all. */
typedef struct Draft
{
	PeArena    *arena;
	const PeReady *ready;
	const PeNode *node;
	int32_t		index;
	PePlan	   *plan;
	PePlanLeaf *leaf;
	bool		counts;			/* readings are whole, and not below 0 */
	int32_t		nbreaks;
	PeRat		breaks[MOST_SEGMENTS];	/* where the line may bend, in x */
	Line		lines[2 * MOST_SEGMENTS + 1];
	char		card[64];		/* of one reading */
} Draft;

static const PeRat *
setting(const Draft *draft, int operand)
{
	return draft->ready->settings[draft->node->operands + operand];
}

static bool
add_break(Draft *draft, PeRat at)
{
	if (draft->nbreaks == MOST_SEGMENTS || at.den <= 0)
		return false;
	draft->breaks[draft->nbreaks++] = at;
	return true;
}

/* x at the plan's scale, if it is on the grid */
static bool
on_grid(const Draft *draft, const PeRat *value, int64_t *x)
{
	PeRat		whole = pe_rat_round(draft->arena, value, draft->leaf->scale, PE_FLOOR);
	PeInt128	number;

	if (whole.den != 1 || pe_rat_cmp(draft->arena, value, &whole) != 0)
		return false;
	number = whole.num;
	for (int32_t i = whole.scale; i < draft->leaf->scale; i++)
		number = absolute(number) > pe_pow10_64[15] ? number : number * 10;
	for (int32_t i = draft->leaf->scale; i < whole.scale; i++)
		number /= 10;
	if (!pe_rat_fits64(number) || absolute(number) > pe_pow10_64[15])
		return false;
	*x = (int64_t) number;
	return true;
}

/* The points for x, by the rule itself. */
static bool
sample(Draft *draft, int64_t x, PeRat *points)
{
	const PePlanLeaf *leaf = draft->leaf;
	PeEntry		entry = {leaf->item, PE_OK, leaf->scale, x};
	PeEvaluation e = {0};
	PeResult	result = {.status = PE_OK};
	PeCard		card;

	if (leaf->stairs != 0)
		entry.number = leaf->origin + (PeInt128) leaf->stairs * x * leaf->step;
	pe_entry_normalize(&entry);
	pe_card_write(draft->card, &entry, 1);
	pe_card_open(&card, draft->card);
	e.arena = draft->arena;
	e.ready = draft->ready;
	e.card = &card;
	pe_leaf(&e, draft->index, &result);
	*points = result.value;
	return result.status == PE_OK && e.nraised == 0 && result.value.den > 0;
}

/* value + more * factor */
static PeRat
moved(PeArena *arena, const PeRat *value, const PeRat *more, const PeRat *factor)
{
	PeRat		product = pe_rat_mul(arena, more, factor);

	return pe_rat_add(arena, value, &product);
}

/* Where a loss of `penalty` a step has eaten the points down to the floor. */
static bool
steps_to_floor(const Draft *draft, const PeRat *full, const PeRat *penalty,
			   const PeRat *least, PeRat *steps)
{
	if (least == NULL || pe_rat_sign(penalty) == 0)
		return false;
	*steps = pe_rat_sub(draft->arena, full, least);
	*steps = pe_rat_div(draft->arena, steps, penalty);
	return true;
}

/* Threshold, timeliness, a ceiling per point: a loss beyond `from`. */
static bool
loss(Draft *draft, PeRat from, int direction, int mode, const PeRat *full,
	 const PeRat *penalty, const PeRat *step, const PeRat *least)
{
	PePlanLeaf *leaf = draft->leaf;
	PeRat		sign = pe_rat_int(direction);
	PeRat		steps;
	bool		floors = steps_to_floor(draft, full, penalty, least, &steps);

	if (mode != PE_LINEAR)
	{
		leaf->stairs = (int8_t) direction;
		leaf->part = mode == PE_STEPS_UP;
		if (!on_grid(draft, &from, &leaf->origin) || !on_grid(draft, step, &leaf->step))
			return false;
		/* 2^64 / 1 is one too large for 64 bits */
		if (leaf->step > 1 && leaf->step <= UINT32_MAX)
			leaf->per_step = UINT64_MAX / (uint64_t) leaf->step + 1;
		return !floors || add_break(draft, steps);
	}
	if (!add_break(draft, from))
		return false;
	if (!floors)
		return true;
	steps = pe_rat_mul(draft->arena, &steps, step);
	return add_break(draft, moved(draft->arena, &from, &steps, &sign));
}

/* Where a + b * share reaches some bounds. */
static bool
reaches(Draft *draft, const PeRat *from, const PeRat *range, const PeRat *bound)
{
	return bound == NULL || add_break(draft, moved(draft->arena, from, range, bound));
}

/* Where the rule's line may bend; false: it is not of lines. */
static bool
find_breaks(Draft *draft)
{
	const PeReady *ready = draft->ready;
	const PeNode *node = draft->node;
	const PeOperand *operands = ready->rubric.operands;
	const PeReadyNode *mine = &ready->nodes[draft->index];
	PeArena    *arena = draft->arena;
	PeRat		zero = pe_rat_int(0);
	PeRat		one = pe_rat_int(1);
	PeRat		from,
				range;
	int32_t		end = node->operands + node->noperands;
	int			direction;

	switch ((PeRule) node->rule)
	{
		case PE_RULE_THRESHOLD:
			direction = node->choice[1] == PE_LOWER ? 1 : -1;
			return loss(draft, *setting(draft, PE_TH_TARGET), direction,
						node->choice[0] ? node->choice[0] : PE_LINEAR,
						setting(draft, PE_TH_FULL), setting(draft, PE_TH_PENALTY),
						setting(draft, PE_TH_STEP), setting(draft, PE_TH_MIN));
		case PE_RULE_TIMELINESS:
			from = pe_rat_add(arena, setting(draft, PE_TI_DUE), setting(draft, PE_TI_GRACE));
			return loss(draft, from, 1, node->choice[0] ? node->choice[0] : PE_STEPS_UP,
						setting(draft, PE_TI_FULL), setting(draft, PE_TI_PENALTY),
						setting(draft, PE_TI_STEP), setting(draft, PE_TI_MIN));
		case PE_RULE_CEILING:
			if (node->choice[0] == PE_PER_OCCURRENCE)
				return add_break(draft, *setting(draft, PE_CE_LIMIT));
			return loss(draft, *setting(draft, PE_CE_LIMIT), 1,
						node->choice[1] ? node->choice[1] : PE_LINEAR,
						setting(draft, PE_CE_FULL), setting(draft, PE_CE_PENALTY),
						setting(draft, PE_CE_STEP), setting(draft, PE_CE_MIN));
		case PE_RULE_PROPORTIONAL:
			from = setting(draft, PE_PR_START) ? *setting(draft, PE_PR_START) : zero;
			range = pe_rat_sub(arena, setting(draft, PE_PR_TARGET), &from);
			return pe_rat_sign(&range) != 0 &&
				reaches(draft, &from, &range, setting(draft, PE_PR_LOW)) &&
				reaches(draft, &from, &range, setting(draft, PE_PR_HIGH));
		case PE_RULE_EVENTS:
			draft->counts = true;
			return setting(draft, PE_EV_PENDING) == NULL &&
				ready->open[node->operands + PE_EV_PENDING] == NULL &&
				(!steps_to_floor(draft, setting(draft, PE_EV_FULL),
								 setting(draft, PE_EV_PENALTY),
								 setting(draft, PE_EV_MIN), &from) ||
				 add_break(draft, from));
		case PE_RULE_AWARDS:
			if (draft->leaf->lowest < 0)
				draft->leaf->lowest = 0;
			for (int operand = PE_AW_CAP_AWARD; operand <= PE_AW_CAP_KIND; operand++)
			{
				if (setting(draft, operand) == NULL)
					continue;
				if (pe_rat_sign(setting(draft, operand)) < 0)
					return false;
				if (pe_rat_sign(setting(draft, PE_AW_POINTS)) == 0)
					return false;
				if (!add_break(draft, pe_rat_div(arena, setting(draft, operand),
												 setting(draft, PE_AW_POINTS))))
					return false;
			}
			return true;
		case PE_RULE_BANDS:
			for (int32_t i = 0; i < mine->nlist; i++)
				if (!add_break(draft, mine->list[i]))
					return false;
			if (node->choice[1] != 0)
				for (int32_t at = node->operands + PE_BA_END; at < end; at++)
					if (operands[at].bound != PE_BOUND_NONE &&
						!add_break(draft, *ready->settings[at]))
						return false;
			return true;
		case PE_RULE_INTERPOLATE:
			for (int32_t i = 0; i < mine->nlist; i++)
				if (!add_break(draft, mine->list[i]))
					return false;
			return true;
		case PE_RULE_ORDINAL:
			draft->counts = true;
			draft->leaf->lowest = 1;
			draft->leaf->highest = (node->noperands - PE_OR_END) / 2;
			for (int64_t k = 1; k <= draft->leaf->highest; k++)
				if (!add_break(draft, pe_rat_int(k)))
					return false;
			return true;
		case PE_RULE_MET:
			for (int operand = PE_ME_LOW; operand <= PE_ME_HIGH; operand++)
				if (setting(draft, operand) && !add_break(draft, *setting(draft, operand)))
					return false;
			return true;
		case PE_RULE_GIVEN:
			if (setting(draft, PE_GI_MIN) &&
				!on_grid(draft, setting(draft, PE_GI_MIN), &draft->leaf->lowest))
				return false;
			if (setting(draft, PE_GI_MAX) &&
				!on_grid(draft, setting(draft, PE_GI_MAX), &draft->leaf->highest))
				return false;
			return true;
		case PE_RULE_IMPROVEMENT:
			/* rate * (x - base) [/ base], held */
			direction = node->choice[1] == PE_LOWER ? -1 : 1;
			range = pe_rat_int(direction);
			if (pe_rat_sign(setting(draft, PE_IM_RATE)) == 0)
				return false;
			range = pe_rat_div(arena, &range, setting(draft, PE_IM_RATE));
			if (node->choice[0] == PE_RELATIVE)
				range = pe_rat_mul(arena, &range, setting(draft, PE_IM_BASE));
			return reaches(draft, setting(draft, PE_IM_BASE), &range, setting(draft, PE_IM_MIN)) &&
				reaches(draft, setting(draft, PE_IM_BASE), &range, setting(draft, PE_IM_MAX));
		case PE_RULE_NORMALISE:
			if (node->choice[1] != PE_PENDING_COUNTED || node->choice[0] == PE_ZSCORE)
				return node->choice[1] != PE_PENDING_COUNTED;
			from = node->choice[0] == PE_PERCENT_OF_MAX ? zero : *setting(draft, PE_NO_LOW);
			range = pe_rat_sub(arena, setting(draft, PE_NO_HIGH), &from);
			return reaches(draft, &from, &range, &zero) && reaches(draft, &from, &range, &one);
		default:
			return false;
	}
}

/* The finest scale among the numbers that readings are compared with. */
static int32_t
grid_scale(const Draft *draft)
{
	int32_t		scale = 2;

	if (draft->node->rule == PE_RULE_EVENTS || draft->node->rule == PE_RULE_ORDINAL)
		return 0;
	for (int32_t i = PE_NCOMMON; i < draft->node->noperands; i++)
	{
		const PeRat *number = setting(draft, i);

		if (number && number->den == 1 && number->scale > scale)
			scale = number->scale;
	}
	return scale;
}

static bool
same_line(PeArena *arena, const Line *line, int64_t x, const PeRat *points)
{
	PeRat		at = pe_rat_int(x);

	at = moved(arena, &line->a, &line->c, &at);
	return pe_rat_cmp(arena, &at, points) == 0;
}

/* The line through the points of x from first to last. */
static bool
find_line(Draft *draft, int64_t first, int64_t last, Line *line)
{
	PeArena    *arena = draft->arena;
	PeRat		low,
				high,
				middle,
				run,
				back;

	if (!sample(draft, first, &low))
		return false;
	line->last = last;
	line->a = low;
	line->c = pe_rat_int(0);
	if (first == last)
		return true;
	if (!sample(draft, last, &high) || !sample(draft, first + (last - first) / 2, &middle))
		return false;
	run = pe_rat_int(last - first);
	line->c = pe_rat_sub(arena, &high, &low);
	line->c = pe_rat_div(arena, &line->c, &run);
	back = pe_rat_int(-first);
	line->a = moved(arena, &low, &line->c, &back);
	return same_line(arena, line, first + (last - first) / 2, &middle);
}

/* The lines between the breaks, and the points at them. */
static int32_t
find_lines(Draft *draft)
{
	PeArena    *arena = draft->arena;
	Line	   *lines = draft->lines;
	const PePlanLeaf *leaf = draft->leaf;
	int64_t		lowest = leaf->stairs ? 0 : leaf->lowest;
	int64_t		highest = leaf->highest;
	int64_t		next;
	int32_t		n = 0;
	bool		alone = false;	/* the last line is of one x */
	PeRat		unit = pe_rat_small(1, 0);

	if (leaf->stairs)
		/* as many steps as the farthest reading makes */
		highest = ((leaf->stairs > 0 ? leaf->highest - leaf->origin :
					leaf->origin - leaf->lowest) + leaf->step - 1) / leaf->step;
	if (highest < lowest)
		return 0;
	next = lowest;

	/* in x: whole numbers at the scale, or steps */
	for (int32_t i = leaf->stairs ? leaf->scale : 0; i < leaf->scale; i++)
		unit.num *= 10;
	for (int32_t i = 0; i < draft->nbreaks; i++)
		draft->breaks[i] = pe_rat_mul(arena, &draft->breaks[i], &unit);
	for (int32_t i = 1; i < draft->nbreaks; i++)
		for (int32_t j = i; j > 0 &&
			 pe_rat_cmp(arena, &draft->breaks[j - 1], &draft->breaks[j]) > 0; j--)
		{
			PeRat		swap = draft->breaks[j];

			draft->breaks[j] = draft->breaks[j - 1];
			draft->breaks[j - 1] = swap;
		}
	for (int32_t i = 0; i <= draft->nbreaks; i++)
	{
		int64_t		last = highest;
		bool		at_break = false;
		PeRat		points;

		if (i < draft->nbreaks)
		{
			PeRat		down = pe_rat_round(arena, &draft->breaks[i], 0, PE_FLOOR);
			PeInt128	whole = down.num;

			if (down.den != 1)
				return 0;
			for (int32_t up = down.scale; up > 0; up--)
				whole /= 10;
			down = pe_rat_small(whole, 0);
			if (whole < lowest)
				continue;		/* before the first x */
			if (whole >= highest)
				continue;
			at_break = pe_rat_cmp(arena, &down, &draft->breaks[i]) == 0;
			last = (int64_t) whole - (at_break ? 1 : 0);
		}
		if (next <= last)
		{
			PeRat		start = pe_rat_int(0);

			if (!find_line(draft, next, last, &lines[n]))
				return 0;
			/* it may hold at the break before it, too */
			if (alone && sample(draft, next - 1, &start) &&
				same_line(arena, &lines[n], next - 1, &start))
				lines[n - 1] = lines[n];
			else
				n++;
			alone = false;
			next = last + 1;
		}
		if (at_break && next == last + 1)
		{
			/* on its own, unless the line before holds there too */
			if (!sample(draft, next, &points))
				return 0;
			alone = n == 0 || !same_line(arena, &lines[n - 1], next, &points);
			if (alone)
				lines[n++] = (Line) {next, points, pe_rat_int(0)};
			else
				lines[n - 1].last = next;
			next++;
		}
	}
	return n;
}

/* A value that may be rounded once more. */
static bool
finish(const PeReady *ready, int32_t index, PePlan *plan, PePlanKind kind)
{
	const PeReadyNode *mine = &ready->nodes[index];

	plan->den = plan->inner;
	if (mine->rounds && index != ready->rubric.header->root)
	{
		PeInt128	rounded;

		plan->rounds = true;
		plan->digits = mine->digits;
		plan->mode = mine->mode;
		if (!pe_plan_round(plan->bound, plan->inner, plan->digits, PE_CEIL, &rounded))
			return false;
		plan->den = pe_pow10_64[plan->digits];
	}
	plan->kind = (uint8_t) kind;
	return true;
}

/* How large a node's number is at most, rounded or not. */
static PeInt128
largest(const PePlan *plan)
{
	PeInt128	rounded = plan->bound;

	if (plan->rounds)
		(void) pe_plan_round(plan->bound, plan->inner, plan->digits, PE_CEIL, &rounded);
	return rounded;
}

/* Puts lines over their common denominator. */
static bool
plan_lines(Draft *draft, int32_t n)
{
	const Line *lines = draft->lines;
	PePlan	   *plan = draft->plan;
	int32_t		room = n <= PE_FEW_SEGMENTS ? PE_FEW_SEGMENTS :
		n <= PE_SOME_SEGMENTS ? PE_SOME_SEGMENTS : n;
	PeSegment  *segments = pe_alloc(draft->arena, sizeof(PeSegment) * (size_t) room);
	PeInt128	den = 1;
	PeInt128	num,
				mine,
				a,
				c;
	int64_t		first = draft->leaf->stairs ? 0 : draft->leaf->lowest;

	for (int32_t i = 0; i < n; i++)
		if (!as_fraction(&lines[i].a, &num, &mine) || !common_multiple(den, mine, &den) ||
			!as_fraction(&lines[i].c, &num, &mine) || !common_multiple(den, mine, &den))
			return false;
	plan->bound = 0;
	for (int32_t i = 0; i < n; i++)
	{
		PeInt128	ends[2];

		if (!over(&lines[i].a, den, &a) || !over(&lines[i].c, den, &c) ||
			!pe_rat_fits64(a) || !pe_rat_fits64(c))
			return false;
		ends[0] = a + c * first;
		ends[1] = a + c * lines[i].last;
		for (int end = 0; end < 2; end++)
			if (absolute(ends[end]) > plan->bound)
				plan->bound = absolute(ends[end]);
		if (absolute(c * first) >= INT64_MAX || absolute(c * lines[i].last) >= INT64_MAX)
			return false;
		segments[i] = (PeSegment) {lines[i].last, (int64_t) a, (int64_t) c};
		first = lines[i].last + 1;
	}
	for (int32_t i = n; i < room; i++)
		segments[i] = segments[n - 1];
	draft->leaf->segments = segments;
	draft->leaf->room = (int16_t) room;
	plan->inner = den;
	return plan->bound < INT64_MAX && finish(draft->ready, draft->index, plan, PE_PLAN_LEAF);
}

static void
plan_leaf(Draft *draft, PeReady *ready, int32_t index, PePlanLeaf *leaf)
{
	const PeNode *node = &ready->rubric.nodes[index];
	const PeRuleInfo *info = &pe_rule_info[node->rule];
	const PeOperand *operand;
	PePlan	   *plan = &ready->plans[index];
	int32_t		n;

	if (node->rule == PE_RULE_CONSTANT)
	{
		const PeRat *points = ready->settings[node->operands + PE_CO_POINTS];
		PeInt128	num;

		if (points == NULL || !as_fraction(points, &num, &plan->inner) ||
			absolute(num) >= INT64_MAX)
			return;
		plan->low = num;
		plan->bound = absolute(num);
		(void) finish(ready, index, plan, PE_PLAN_CONSTANT);
		return;
	}

	/* all settings are numbers, and there is one reading */
	if (node->rule == PE_RULE_CEILING || node->rule == PE_RULE_AWARDS)
	{
		if (node->noperands != PE_NCOMMON + info->noperands + 1)
			return;
		for (int32_t i = PE_NCOMMON; i < node->noperands - 1; i++)
			if (ready->open[node->operands + i])
				return;
		operand = &ready->rubric.operands[node->operands + node->noperands - 1];
		leaf->listed = true;
		leaf->nothing = node->rule == PE_RULE_AWARDS;
	}
	else if (ready->nodes[index].plain && node->rule != PE_RULE_LIMIT)
		operand = &ready->rubric.operands[node->operands + PE_VALUE];
	else
		return;
	if (operand->kind != PE_ITEM || ready->nodes[index].unbound)
		return;

	draft->counts = false;
	draft->nbreaks = 0;
	draft->node = node;
	draft->index = index;
	draft->plan = plan;
	draft->leaf = leaf;
	plan->leaf = leaf;
	leaf->item = operand->ref;
	n = grid_scale(draft);
	if (n > MOST_SCALE)
		return;
	leaf->scale = (uint8_t) n;
	leaf->highest = pe_pow10_64[MOST_WHOLE + n];
	leaf->lowest = -leaf->highest;
	if (!find_breaks(draft))
		return;
	if (draft->counts && leaf->lowest < 0)
		leaf->lowest = 0;
	n = find_lines(draft);
	if (n > 0)
		(void) plan_lines(draft, n);
}

/* Children over one denominator: their multipliers, weights included. */
static bool
plan_children(PeArena *arena, PeReady *ready, int32_t index, bool weights)
{
	const PeNode *node = &ready->rubric.nodes[index];
	const int32_t *children = ready->rubric.children + node->children;
	PePlan	   *plan = &ready->plans[index];
	int64_t    *multipliers = pe_alloc(arena, sizeof(int64_t) * (size_t) node->nchildren);
	PeInt128	common = 1;
	PeInt128	factor;
	PeInt128	num,
				den;
	PeRat		one = pe_rat_int(1);

	for (int32_t i = 0; i < node->nchildren; i++)
	{
		const PePlan *child = &ready->plans[children[i]];
		const PeRat *weight = weights ? pe_child_weight(ready, children[i]) : &one;

		if (child->kind == PE_PLAN_NONE || !as_fraction(weight, &num, &den) ||
			__builtin_mul_overflow(den, child->den, &den) ||
			!common_multiple(common, den, &common))
			return false;
	}
	plan->bound = 0;
	plan->narrow = true;
	for (int32_t i = 0; i < node->nchildren; i++)
	{
		const PePlan *child = &ready->plans[children[i]];
		const PeRat *weight = weights ? pe_child_weight(ready, children[i]) : &one;
		PeInt128	most = largest(child);

		if (!as_fraction(weight, &num, &den) ||
			__builtin_mul_overflow(num, common / (den * child->den), &factor) ||
			!pe_rat_fits64(factor) ||
			__builtin_mul_overflow(most, absolute(factor), &num) ||
			__builtin_add_overflow(plan->bound, num, &plan->bound) ||
			plan->bound >= PE_PLAN_LARGEST)
			return false;
		multipliers[i] = (int64_t) factor;
		if (most >= INT64_MAX)
			plan->narrow = false;
	}
	plan->multipliers = multipliers;
	plan->children = children;
	plan->n = node->nchildren;
	plan->inner = common;
	return true;
}

/* Caps over the plan's denominator, which has to be made to fit them. */
static bool
widen(PePlan *plan, int64_t *multipliers, const PeRat *cap)
{
	PeInt128	num,
				den,
				wider,
				factor;

	if (cap == NULL)
		return true;
	if (!as_fraction(cap, &num, &den) || !common_multiple(plan->inner, den, &wider))
		return false;
	factor = wider / plan->inner;
	if (factor == 1)
		return true;
	for (int32_t i = 0; i < plan->n; i++)
		if (!pe_rat_fits64(factor) ||
			__builtin_mul_overflow(multipliers[i], (int64_t) factor, &multipliers[i]))
			return false;
	plan->inner = wider;
	return !__builtin_mul_overflow(plan->bound, factor, &plan->bound) &&
		plan->bound < PE_PLAN_LARGEST;
}

static bool
plan_list(PeArena *arena, PeReady *ready, int32_t index)
{
	const PeNode *node = &ready->rubric.nodes[index];
	PePlan	   *plan = &ready->plans[index];
	int64_t    *multipliers = (int64_t *) plan->multipliers;
	PeInt128   *caps = pe_alloc(arena, sizeof(PeInt128) * (size_t) node->nchildren);
	const PeRat *total = pe_number_of(ready, node, PE_LI_CAP);

	for (int32_t i = 0; i < plan->n; i++)
		if (!widen(plan, multipliers,
				   pe_number_of(ready, &ready->rubric.nodes[plan->children[i]], PE_OPERAND_CAP)))
			return false;
	if (!widen(plan, multipliers, total))
		return false;
	for (int32_t i = 0; i < plan->n; i++)
	{
		const PeRat *cap = pe_number_of(ready, &ready->rubric.nodes[plan->children[i]], PE_OPERAND_CAP);

		caps[i] = PE_PLAN_LARGEST;
		if (cap && !over(cap, plan->inner, &caps[i]))
			return false;
	}
	plan->caps = caps;
	plan->has_high = total != NULL;
	if (total && !over(total, plan->inner, &plan->high))
		return false;
	plan->has_low = node->rule == PE_RULE_DEDUCTIONS;
	return finish(ready, index, plan, PE_PLAN_LIST);
}

static bool
plan_clamp(PeReady *ready, int32_t index)
{
	const PeNode *node = &ready->rubric.nodes[index];
	PePlan	   *plan = &ready->plans[index];
	int64_t    *multipliers = (int64_t *) plan->multipliers;
	const PeRat *low = pe_number_of(ready, node, PE_CL_LOW);
	const PeRat *high = pe_number_of(ready, node, PE_CL_HIGH);

	if (!widen(plan, multipliers, low) || !widen(plan, multipliers, high))
		return false;
	plan->has_low = low != NULL;
	plan->has_high = high != NULL;
	if ((low && !over(low, plan->inner, &plan->low)) ||
		(high && !over(high, plan->inner, &plan->high)))
		return false;
	/* a bound may lie beyond all that the child can be */
	if (low && absolute(plan->low) > plan->bound)
		plan->bound = absolute(plan->low);
	if (high && absolute(plan->high) > plan->bound)
		plan->bound = absolute(plan->high);
	return finish(ready, index, plan, PE_PLAN_CLAMP);
}

/* sum w x / sum w; a budget with all in use is sum b x / full */
static bool
plan_mean(PeReady *ready, int32_t index, const PeRat *divisor)
{
	PePlan	   *plan = &ready->plans[index];
	int64_t    *multipliers = (int64_t *) plan->multipliers;
	PeInt128	num,
				den,
				common;

	/* times den / num */
	if (divisor == NULL || pe_rat_sign(divisor) <= 0 || !as_fraction(divisor, &num, &den) ||
		__builtin_mul_overflow(plan->inner, num, &plan->inner) ||
		plan->inner >= PE_PLAN_LARGEST || !pe_rat_fits64(den) ||
		__builtin_mul_overflow(plan->bound, den, &plan->bound) || plan->bound >= PE_PLAN_LARGEST)
		return false;
	common = plan->inner;
	for (int32_t i = 0; i < plan->n; i++)
	{
		if (__builtin_mul_overflow(multipliers[i], (int64_t) den, &multipliers[i]))
			return false;
		common = common_divisor(common, multipliers[i]);
	}
	plan->inner /= common;
	plan->bound = plan->bound / common + 1;
	for (int32_t i = 0; i < plan->n; i++)
		multipliers[i] /= (int64_t) common;
	return finish(ready, index, plan, PE_PLAN_SUM);
}

/* The children's weights as whole numbers, and their sum. */
static bool
plan_shares(PeArena *arena, PeReady *ready, int32_t index)
{
	PePlan	   *plan = &ready->plans[index];
	int64_t    *shares = pe_alloc(arena, sizeof(int64_t) * (size_t) plan->n);
	PeInt128	common = 1;
	PeInt128	num,
				den;

	for (int32_t i = 0; i < plan->n; i++)
		if (!as_fraction(pe_child_weight(ready, plan->children[i]), &num, &den) ||
			!common_multiple(common, den, &common))
			return false;
	plan->gaps.total = 0;
	for (int32_t i = 0; i < plan->n; i++)
	{
		if (!over(pe_child_weight(ready, plan->children[i]), common, &num) ||
			!pe_rat_fits64(num) || num < 0 ||
			__builtin_add_overflow(plan->gaps.total, (int64_t) num, &plan->gaps.total))
			return false;
		shares[i] = (int64_t) num;
	}
	plan->gaps.shares = shares;
	return true;
}

/* What becomes of children without a value; some policies are for the exact way. */
static void
plan_gaps(PeArena *arena, PeReady *ready, int32_t index, bool weights)
{
	const PeNode *node = &ready->rubric.nodes[index];
	const PeRat *floor = pe_number_of(ready, node, PE_OPERAND_MISSING);
	PePlanGaps *gaps = &ready->plans[index].gaps;
	PeMissing	policy = pe_missing_policy(node);
	PeInt128	num,
				den;

	if (policy == PE_MISSING_IMPUTE)
		return;
	if (policy == PE_MISSING_RENORMALIZE && floor)
	{
		if (!as_fraction(floor, &num, &den) || !pe_rat_fits64(num) || !pe_rat_fits64(den))
			return;
		gaps->floor = (int64_t) num;
		gaps->floor_of = (int64_t) den;
	}
	if (node->rule == PE_RULE_BUDGET)
		gaps->unused = node->choice[0];
	if (!weights || plan_shares(arena, ready, index))
		gaps->policy = (uint8_t) policy;
}

static void
plan_inner(PeArena *arena, PeReady *ready, int32_t index)
{
	const PeNode *node = &ready->rubric.nodes[index];
	const int32_t *children = ready->rubric.children + node->children;
	bool		weights = node->rule == PE_RULE_WEIGHTED_MEAN || node->rule == PE_RULE_BUDGET;
	bool		done = false;
	PeRat		sum = pe_rat_int(0);

	/* parameters that are not bound make errors */
	for (int32_t i = PE_OPERAND_MISSING; i < node->noperands; i++)
		if (ready->open[node->operands + i])
			return;
	for (int32_t i = 0; i < node->nchildren; i++)
	{
		const PeOperand *const *open = ready->open + ready->rubric.nodes[children[i]].operands;

		if (open[PE_OPERAND_WEIGHT] || open[PE_OPERAND_CAP])
			return;
		sum = pe_rat_add(arena, &sum, pe_child_weight(ready, children[i]));
	}
	if (!plan_children(arena, ready, index, weights))
		return;
	switch ((PeRule) node->rule)
	{
		case PE_RULE_WEIGHTED_MEAN:
			done = plan_mean(ready, index, &sum);
			break;
		case PE_RULE_BUDGET:
			done = pe_rat_sign(&sum) > 0 &&
				plan_mean(ready, index, pe_number_of(ready, node, PE_BU_FULL));
			break;
		case PE_RULE_SUM:
			done = finish(ready, index, &ready->plans[index], PE_PLAN_SUM);
			break;
		case PE_RULE_DEDUCTIONS:
		case PE_RULE_BONUS:
			done = plan_list(arena, ready, index);
			break;
		case PE_RULE_CLAMP:
			done = plan_clamp(ready, index);
			break;
		default:
			break;
	}
	if (done)
		plan_gaps(arena, ready, index, weights);
	else
		ready->plans[index].kind = PE_PLAN_NONE;
}

/* Are the children leaves that stand side by side, and give what they read? */
static bool
of_leaves(const PeReady *ready, const PePlan *plan)
{
	const PePlanLeaf *first = plan->n > 0 ? ready->plans[plan->children[0]].leaf : NULL;

	for (int32_t i = 0; i < plan->n; i++)
	{
		const PePlan *child = &ready->plans[plan->children[i]];

		if (child->kind != PE_PLAN_LEAF || child->rounds || child->leaf != first + i)
			return false;
	}
	return first != NULL;
}

/* The nodes that a score needs, but for leaves that go into a sum. */
static void
plan_root(PeArena *arena, PeReady *ready)
{
	const PeRubricHeader *header = ready->rubric.header;
	bool	   *inlined = pe_alloc(arena, sizeof(bool) * (size_t) header->nnodes);
	int32_t    *steps = pe_alloc(arena, sizeof(int32_t) * (size_t) header->nnodes);
	int32_t		tree = header->nnodes - header->nlimits;
	int32_t		n = 0;
	int32_t		nleaves = 0;

	memset(inlined, false, sizeof(bool) * (size_t) header->nnodes);
	for (int32_t i = tree; i < header->nnodes; i++)
		if (ready->rubric.nodes[i].choice[0] == PE_ZERO_SCORE)
			return;				/* the score hangs on more than the tree */
	for (int32_t i = 0; i < tree; i++)
	{
		PePlan	   *plan = &ready->plans[i];

		if (plan->kind == PE_PLAN_NONE)
			return;
		if (plan->kind <= PE_PLAN_LEAF || !of_leaves(ready, plan))
			continue;
		plan->leaves = true;
		plan->leaf = ready->plans[plan->children[0]].leaf;
		for (int32_t j = 0; j < plan->n; j++)
			inlined[plan->children[j]] = true;
	}
	ready->first_item = INT32_MAX;
	ready->last_item = 0;
	for (int32_t i = 0; i < tree; i++)
	{
		const PePlan *plan = &ready->plans[i];

		if (!inlined[i])
			steps[n++] = i;
		if (plan->kind != PE_PLAN_LEAF)
			continue;
		nleaves++;
		if (plan->leaf->item < ready->first_item)
			ready->first_item = plan->leaf->item;
		if (plan->leaf->item > ready->last_item)
			ready->last_item = plan->leaf->item;
	}
	/* to spread items out is not to take longer than to look at them */
	ready->spreads = nleaves > 0 &&
		(int64_t) ready->last_item - ready->first_item < 4 * (int64_t) nleaves + 64;
	ready->steps = steps;
	ready->nsteps = n;
	pe_make_flat(arena, ready);
}

void
pe_make_plans(PeArena *arena, PeReady *ready)
{
	const PeRubricHeader *header = ready->rubric.header;
	PePlanLeaf *leaves = pe_alloc(arena, sizeof(PePlanLeaf) * (size_t) header->nnodes);
	Draft	   *draft = pe_alloc(arena, sizeof(Draft));

	ready->plans = pe_alloc(arena, sizeof(PePlan) * (size_t) header->nnodes);
	memset(ready->plans, 0, sizeof(PePlan) * (size_t) header->nnodes);
	memset(leaves, 0, sizeof(PePlanLeaf) * (size_t) header->nnodes);
	draft->arena = arena;
	draft->ready = ready;
	for (int32_t i = 0; i < header->nnodes; i++)
		if (ready->rubric.nodes[i].rule == PE_RULE_FORMULA)
			continue;
		else if (ready->nodes[i].is_leaf)
			plan_leaf(draft, ready, i, &leaves[i]);
		else
			plan_inner(arena, ready, i);
	plan_root(arena, ready);
}
