/*
 * rubric_range.c
 *	  Which values each node of a rubric can take; see rubric_range.h.
 */
#include "rubric_range.h"

#include <stdlib.h>

/* Ends longer than this are cut outwards: to fewer decimals, or without end. */
#define MAX_PLACES	60
#define MAX_LIMBS	32

/* Longer formulas are taken for anything. */
#define MAX_STEPS	1000000

/* Ends */

static PeEnd
end_of(PeDec x)
{
	return (PeEnd) {0, x};
}

static PeEnd
infinite(int sign)
{
	return (PeEnd) {sign, {0, 0, 0, NULL}};
}

int
pe_end_cmp(PeArena *arena, PeEnd a, PeEnd b)
{
	if (a.infinite != b.infinite)
		return a.infinite < b.infinite ? -1 : 1;
	return a.infinite ? 0 : pe_dec_cmp(arena, a.x, b.x);
}

/* An end cut outwards, if it is long; `side` is -1 for a low one. */
static PeEnd
cut(PeArena *arena, PeEnd end, int side)
{
	if (end.infinite)
		return end;
	if (end.x.scale > MAX_PLACES)
	{
		end.x = pe_dec_trim(arena, end.x);
		if (end.x.scale > MAX_PLACES)
			end.x = pe_dec_div(arena, end.x, pe_dec_int(arena, 1), MAX_PLACES,
							   side < 0 ? PE_FLOOR : PE_CEIL);
	}
	return end.x.n > MAX_LIMBS ? infinite(side) : end;
}

static int
end_sign(PeEnd end)
{
	return end.infinite ? end.infinite : end.x.sign;
}

/* Nothing times anything is nothing. */
static PeEnd
end_mul(PeArena *arena, PeEnd a, PeEnd b, int side)
{
	int			sign = end_sign(a) * end_sign(b);

	if (sign == 0)
		return end_of(pe_dec_int(arena, 0));
	if (a.infinite || b.infinite)
		return infinite(sign);
	return cut(arena, end_of(pe_dec_mul(arena, a.x, b.x)), side);
}

/* b is not 0 */
static PeEnd
end_div(PeArena *arena, PeEnd a, PeEnd b, int side)
{
	PeDec		x;

	if (b.infinite || end_sign(a) == 0)
		return end_of(pe_dec_int(arena, 0));
	if (a.infinite)
		return infinite(a.infinite * b.x.sign);
	x = pe_dec_div(arena, a.x, b.x, MAX_PLACES, side < 0 ? PE_FLOOR : PE_CEIL);
	return cut(arena, end_of(pe_dec_trim(arena, x)), side);
}

/* Ranges */

static PeRange
anything(void)
{
	return (PeRange) {infinite(-1), infinite(1), false};
}

static PeRange
point(PeDec x)
{
	return (PeRange) {end_of(x), end_of(x), true};
}

static PeRange
whole(PeArena *arena, int64_t x)
{
	return point(pe_dec_int(arena, x));
}

/* 0 and all above it: counts, distances */
static PeRange
not_negative(PeArena *arena)
{
	return (PeRange) {end_of(pe_dec_int(arena, 0)), infinite(1), false};
}

bool
pe_range_is_point(PeArena *arena, PeRange range)
{
	return !range.low.infinite && !range.high.infinite &&
		pe_dec_cmp(arena, range.low.x, range.high.x) == 0;
}

static bool
is_zero(PeRange range)
{
	return !range.low.infinite && !range.high.infinite &&
		range.low.x.sign == 0 && range.high.x.sign == 0;
}

static PeEnd
lower(PeArena *arena, PeEnd a, PeEnd b)
{
	return pe_end_cmp(arena, a, b) <= 0 ? a : b;
}

static PeEnd
upper(PeArena *arena, PeEnd a, PeEnd b)
{
	return pe_end_cmp(arena, a, b) >= 0 ? a : b;
}

/* One or the other. */
static PeRange
hull(PeArena *arena, PeRange a, PeRange b)
{
	return (PeRange) {lower(arena, a.low, b.low), upper(arena, a.high, b.high),
		a.sure && b.sure};
}

static PeRange
least(PeArena *arena, PeRange a, PeRange b)
{
	return (PeRange) {lower(arena, a.low, b.low), lower(arena, a.high, b.high),
		a.sure && b.sure};
}

static PeRange
greatest(PeArena *arena, PeRange a, PeRange b)
{
	return (PeRange) {upper(arena, a.low, b.low), upper(arena, a.high, b.high),
		a.sure && b.sure};
}

static PeRange
negated(PeRange a)
{
	PeEnd		low = a.low;

	a.low = (PeEnd) {-a.high.infinite, pe_dec_neg(a.high.x)};
	a.high = (PeEnd) {-low.infinite, pe_dec_neg(low.x)};
	return a;
}

static PeRange
plus(PeArena *arena, PeRange a, PeRange b)
{
	PeRange		result = {infinite(-1), infinite(1), a.sure && b.sure};

	if (!a.low.infinite && !b.low.infinite)
		result.low = cut(arena, end_of(pe_dec_add(arena, a.low.x, b.low.x)), -1);
	if (!a.high.infinite && !b.high.infinite)
		result.high = cut(arena, end_of(pe_dec_add(arena, a.high.x, b.high.x)), 1);
	return result;
}

static PeRange
minus(PeArena *arena, PeRange a, PeRange b)
{
	return plus(arena, a, negated(b));
}

typedef PeEnd (*Operation) (PeArena *arena, PeEnd a, PeEnd b, int side);

/* The extremes of a product or quotient lie at the corners. */
static PeRange
corners(PeArena *arena, PeRange a, PeRange b, Operation operation)
{
	PeRange		result = {{0}, {0}, a.sure && b.sure};

	for (int i = 0; i < 4; i++)
	{
		PeEnd		x = i & 1 ? a.high : a.low;
		PeEnd		y = i & 2 ? b.high : b.low;
		PeEnd		low = operation(arena, x, y, -1);
		PeEnd		high = operation(arena, x, y, 1);

		result.low = i == 0 ? low : lower(arena, result.low, low);
		result.high = i == 0 ? high : upper(arena, result.high, high);
	}
	return result;
}

static PeRange
times(PeArena *arena, PeRange a, PeRange b)
{
	return corners(arena, a, b, end_mul);
}

static PeRange
over(PeArena *arena, PeRange a, PeRange b)
{
	if (end_sign(b.low) <= 0 && end_sign(b.high) >= 0)
		return anything();
	return corners(arena, a, b, end_div);
}

static PeRange
rounded(PeArena *arena, PeRange a, int32_t digits, PeRound mode)
{
	PeDec		one = pe_dec_int(arena, 1);

	if (!a.low.infinite)
		a.low.x = pe_dec_div(arena, a.low.x, one, digits, mode);
	if (!a.high.infinite)
		a.high.x = pe_dec_div(arena, a.high.x, one, digits, mode);
	return a;
}

/* Settings */

/* A default as text, or NULL; lists have none. */
static const char *
default_of(const PeNode *node, int operand)
{
	const PeSetting *setting = pe_operand_setting(node->rule, operand);

	return setting->key ? setting->otherwise : NULL;
}

bool
pe_setting_known(PeArena *arena, const PeRubric *rubric, const PeNode *node,
				 int operand, PeDec *x)
{
	const PeOperand *setting = &rubric->operands[node->operands + operand];
	const PeConstant *constant;
	const char *text;
	int32_t		ref = setting->ref;

	switch (setting->kind)
	{
		case PE_ABSENT:
			text = default_of(node, operand);
			if (!text)
				return false;
			*x = pe_dec_int(arena, strtol(text, NULL, 10));
			return true;
		case PE_PARAMETER:
			ref = rubric->parameters[ref].constant;
			if (ref < 0)
				return false;
			break;
		case PE_CONSTANT:
			break;
		default:
			return false;
	}
	constant = &rubric->constants[ref];
	*x = pe_dec_int128(arena, constant->number, constant->scale);
	return true;
}

static const PeOperand *
operand_of(const PeRanges *ranges, const PeNode *node, int operand)
{
	return &ranges->rubric->operands[node->operands + operand];
}

PeRange
pe_setting_range(const PeRanges *ranges, const PeNode *node, int operand)
{
	const PeOperand *setting = operand_of(ranges, node, operand);
	PeDec		x;

	if (setting->kind == PE_NODE)
		return ranges->node[setting->ref];
	if (pe_setting_known(ranges->arena, ranges->rubric, node, operand, &x))
		return point(x);
	return anything();
}

/* Is there such a number at all: stated and not null, or a default? */
static bool
has(const PeRanges *ranges, const PeNode *node, int operand)
{
	uint8_t		kind = operand_of(ranges, node, operand)->kind;

	return kind == PE_ABSENT ? default_of(node, operand) != NULL :
		kind != PE_NONE;
}

static PeRange
at_least(const PeRanges *ranges, const PeNode *node, int operand, PeRange a)
{
	return has(ranges, node, operand) ?
		greatest(ranges->arena, a, pe_setting_range(ranges, node, operand)) : a;
}

static PeRange
at_most(const PeRanges *ranges, const PeNode *node, int operand, PeRange a)
{
	return has(ranges, node, operand) ?
		least(ranges->arena, a, pe_setting_range(ranges, node, operand)) : a;
}

int
pe_bounds_hold(const PeRanges *ranges, PeRange value, const PeNode *node,
			   int low)
{
	PeArena    *arena = ranges->arena;
	bool		always = true;

	for (int i = low; i <= low + 1; i++)
	{
		PeRange		bound = pe_setting_range(ranges, node, i);
		uint8_t		kind = operand_of(ranges, node, i)->bound;
		bool		below = kind == PE_BOUND_LE || kind == PE_BOUND_LT;
		bool		strict = kind == PE_BOUND_GT || kind == PE_BOUND_LT;
		int			best,
					worst;

		if (kind == PE_BOUND_NONE)
			continue;
		if (bound.low.infinite || bound.high.infinite)
		{
			always = false;		/* not known yet */
			continue;
		}
		best = below ? pe_end_cmp(arena, bound.high, value.low) :
			pe_end_cmp(arena, value.high, bound.low);
		worst = below ? pe_end_cmp(arena, bound.low, value.high) :
			pe_end_cmp(arena, value.low, bound.high);
		if (best < 0 || (best == 0 && strict))
			return -1;
		if (worst < 0 || (worst == 0 && strict))
			always = false;
	}
	return always ? 1 : 0;
}

/* Rules */

/* How many steps of `step` a distance is; below 0 it is none. */
static PeRange
steps(PeArena *arena, PeRange distance, PeRange step, int mode)
{
	PeRange		zero = whole(arena, 0);
	PeRange		k = over(arena, greatest(arena, distance, zero), step);

	if (mode != PE_LINEAR)
		k = rounded(arena, k, 0, mode == PE_STEPS_DOWN ? PE_FLOOR : PE_CEIL);
	return greatest(arena, k, zero);
}

/* full - penalty * k */
static PeRange
deducted(const PeRanges *ranges, const PeNode *node, int full, int penalty,
		 PeRange k)
{
	PeArena    *arena = ranges->arena;

	return minus(arena, pe_setting_range(ranges, node, full),
				 times(arena, pe_setting_range(ranges, node, penalty), k));
}

/* Operands first, first + step, ...: one of them. */
static PeRange
one_of(const PeRanges *ranges, const PeNode *node, int first, int step)
{
	PeRange		result = anything();

	for (int i = first; i < node->noperands; i += step)
	{
		PeRange		points = pe_setting_range(ranges, node, i);

		result = i == first ? points : hull(ranges->arena, result, points);
	}
	return result;
}

static PeRange
normalised(const PeRanges *ranges, const PeNode *node)
{
	PeArena    *arena = ranges->arena;
	PeRange		zero = whole(arena, 0);
	PeRange		value = pe_setting_range(ranges, node, PE_VALUE);
	PeRange		low = pe_setting_range(ranges, node, PE_NO_LOW);
	PeRange		high = pe_setting_range(ranges, node, PE_NO_HIGH);
	PeRange		full = pe_setting_range(ranges, node, PE_NO_FULL);
	PeRange		neutral = pe_setting_range(ranges, node, PE_NO_NEUTRAL);
	PeRange		range;
	PeRange		points;

	switch (node->choice[0])
	{
		case PE_ZSCORE:
			range = pe_setting_range(ranges, node, PE_NO_DEVIATION);
			if (is_zero(range))
				return neutral;
			points = minus(arena, value, pe_setting_range(ranges, node, PE_NO_MEAN));
			points = over(arena, times(arena, whole(arena, 10), points), range);
			points = plus(arena, whole(arena, 50), points);
			points = over(arena, times(arena, points, full), whole(arena, 100));
			break;
		case PE_PERCENT_OF_MAX:
			range = high;
			if (is_zero(range))
				return neutral;
			points = over(arena, times(arena, full, value), range);
			break;
		default:
			range = minus(arena, high, low);
			if (is_zero(range))
				return neutral;
			points = over(arena, times(arena, full, minus(arena, value, low)), range);
			break;
	}
	if (node->choice[1] == 2)	/* clamp: yes */
		points = least(arena, greatest(arena, points, zero), full);
	/* a range that is not known yet may turn out to be none */
	if (end_sign(range.low) <= 0 && end_sign(range.high) >= 0)
		points = hull(arena, points, neutral);
	return points;
}

static PeRange
proportional(const PeRanges *ranges, const PeNode *node)
{
	PeArena    *arena = ranges->arena;
	PeRange		value = pe_setting_range(ranges, node, PE_VALUE);
	PeRange		target = pe_setting_range(ranges, node, PE_PR_TARGET);
	PeRange		share;

	if (operand_of(ranges, node, PE_PR_START)->kind != PE_ABSENT)
	{
		PeRange		start = pe_setting_range(ranges, node, PE_PR_START);

		value = minus(arena, value, start);
		target = minus(arena, target, start);
	}
	share = at_most(ranges, node, PE_PR_HIGH, over(arena, value, target));
	share = at_least(ranges, node, PE_PR_LOW, share);
	if (node->choice[0] == PE_ZERO_FULL)
		share = hull(arena, share, whole(arena, 1));
	return times(arena, share, pe_setting_range(ranges, node, PE_PR_FULL));
}

static PeRange
improvement(const PeRanges *ranges, const PeNode *node)
{
	PeArena    *arena = ranges->arena;
	PeRange		base = pe_setting_range(ranges, node, PE_IM_BASE);
	PeRange		gain = minus(arena, pe_setting_range(ranges, node, PE_VALUE), base);

	if (node->choice[1] == PE_LOWER)
		gain = negated(gain);
	if (node->choice[0] == PE_RELATIVE)
		gain = over(arena, gain, base);
	gain = times(arena, pe_setting_range(ranges, node, PE_IM_RATE), gain);
	return at_least(ranges, node, PE_IM_MIN,
					at_most(ranges, node, PE_IM_MAX, gain));
}

static PeRange
leaf(const PeRanges *ranges, const PeNode *node)
{
	PeArena    *arena = ranges->arena;
	PeRange		zero = whole(arena, 0);
	PeRange		count = not_negative(arena);
	PeRange		value;
	int			items;

	switch (node->rule)
	{
		case PE_RULE_THRESHOLD:
			value = minus(arena, pe_setting_range(ranges, node, PE_TH_TARGET),
						  pe_setting_range(ranges, node, PE_VALUE));
			if (node->choice[1] == PE_LOWER)
				value = negated(value);
			value = steps(arena, value, pe_setting_range(ranges, node, PE_TH_STEP),
						  node->choice[0] ? node->choice[0] : PE_LINEAR);
			return at_least(ranges, node, PE_TH_MIN,
							deducted(ranges, node, PE_TH_FULL, PE_TH_PENALTY, value));
		case PE_RULE_PROPORTIONAL:
			return proportional(ranges, node);
		case PE_RULE_CEILING:
			items = node->noperands - PE_CE_END;
			if (node->choice[0] == PE_PER_OCCURRENCE)
				count.high = end_of(pe_dec_int(arena, items));
			return at_least(ranges, node, PE_CE_MIN,
							deducted(ranges, node, PE_CE_FULL, PE_CE_PENALTY, count));
		case PE_RULE_EVENTS:
			value = greatest(arena, pe_setting_range(ranges, node, PE_VALUE), zero);
			if (operand_of(ranges, node, PE_EV_PENDING)->kind != PE_ABSENT &&
				node->choice[0] == PE_PENDING_COUNTED)
				value = plus(arena, value, count);
			return at_least(ranges, node, PE_EV_MIN,
							deducted(ranges, node, PE_EV_FULL, PE_EV_PENALTY, value));
		case PE_RULE_AWARDS:
			items = node->noperands - PE_AW_END;
			value = times(arena, pe_setting_range(ranges, node, PE_AW_POINTS), count);
			value = at_most(ranges, node, PE_AW_CAP_AWARD, value);
			value = times(arena, value, whole(arena, items));
			value.low = lower(arena, value.low, zero.low);
			return at_most(ranges, node, PE_AW_CAP_KIND, value);
		case PE_RULE_BANDS:
			return node->choice[1] == 1 ? one_of(ranges, node, PE_BA_END + 2, 3) :
				one_of(ranges, node, PE_BA_END, 2);
		case PE_RULE_INTERPOLATE:
			return one_of(ranges, node, PE_IN_END + 1, 2);
		case PE_RULE_ORDINAL:
			return one_of(ranges, node, PE_OR_END + 1, 2);
		case PE_RULE_MET:
			items = pe_bounds_hold(ranges, pe_setting_range(ranges, node, PE_VALUE),
								   node, PE_ME_LOW);
			if (items > 0)
				return pe_setting_range(ranges, node, PE_ME_POINTS);
			if (items < 0)
				return pe_setting_range(ranges, node, PE_ME_OTHERWISE);
			return hull(arena, pe_setting_range(ranges, node, PE_ME_POINTS),
						pe_setting_range(ranges, node, PE_ME_OTHERWISE));
		case PE_RULE_GIVEN:
			return at_least(ranges, node, PE_GI_MIN,
							at_most(ranges, node, PE_GI_MAX,
									pe_setting_range(ranges, node, PE_VALUE)));
		case PE_RULE_CONSTANT:
			return pe_setting_range(ranges, node, PE_CO_POINTS);
		case PE_RULE_ACHIEVEMENT:
			return hull(arena, zero, pe_setting_range(ranges, node, PE_AC_FULL));
		case PE_RULE_IMPROVEMENT:
			return improvement(ranges, node);
		case PE_RULE_TIMELINESS:
			value = minus(arena, pe_setting_range(ranges, node, PE_VALUE),
						  pe_setting_range(ranges, node, PE_TI_DUE));
			value = minus(arena, value, pe_setting_range(ranges, node, PE_TI_GRACE));
			value = steps(arena, value, pe_setting_range(ranges, node, PE_TI_STEP),
						  node->choice[0] ? node->choice[0] : PE_STEPS_UP);
			return at_least(ranges, node, PE_TI_MIN,
							deducted(ranges, node, PE_TI_FULL, PE_TI_PENALTY, value));
		case PE_RULE_NORMALISE:
			return normalised(ranges, node);
		default:
			return anything();
	}
}

static PeRange
formula(const PeRanges *ranges, const PeNode *node)
{
	PeArena    *arena = ranges->arena;
	const PeRubric *rubric = ranges->rubric;
	PeRange		stack[PE_MAX_STACK];
	int			n = 0;

	if (node->ncode > MAX_STEPS)
		return anything();
	for (int32_t i = node->code; i < node->code + node->ncode; i++)
	{
		const PeStep *step = &rubric->code[i];
		PeRange    *top = n > 0 ? &stack[n - 1] : stack;
		PeEnd		negative;
		int32_t		constant;

		switch (step->op)
		{
			case PE_OP_CONSTANT:
			case PE_OP_PARAMETER:
				constant = step->op == PE_OP_CONSTANT ? step->arg :
					rubric->parameters[step->arg].constant;
				stack[n++] = constant < 0 ? anything() :
					point(pe_dec_int128(arena, rubric->constants[constant].number,
										rubric->constants[constant].scale));
				break;
			case PE_OP_ITEM:
				stack[n++] = anything();
				break;
			case PE_OP_NODE:
				stack[n++] = ranges->node[step->arg];
				break;
			case PE_OP_NEGATE:
				*top = negated(*top);
				break;
			case PE_OP_ADD:
				top[-1] = plus(arena, top[-1], top[0]);
				n--;
				break;
			case PE_OP_SUBTRACT:
				top[-1] = minus(arena, top[-1], top[0]);
				n--;
				break;
			case PE_OP_MULTIPLY:
				top[-1] = times(arena, top[-1], top[0]);
				n--;
				break;
			case PE_OP_DIVIDE:
				top[-1] = over(arena, top[-1], top[0]);
				n--;
				break;
			case PE_OP_MIN:
			case PE_OP_MAX:
			case PE_OP_COALESCE:
				for (int32_t k = 1; k < step->arg; k++)
				{
					top = &stack[n - 1];
					top[-1] = step->op == PE_OP_MIN ? least(arena, top[-1], top[0]) :
						step->op == PE_OP_MAX ? greatest(arena, top[-1], top[0]) :
						hull(arena, top[-1], top[0]);
					n--;
				}
				break;
			case PE_OP_CLAMP:
				top[-2] = greatest(arena, top[-1], least(arena, top[0], top[-2]));
				n -= 2;
				break;
			case PE_OP_ABS:
				if (end_sign(top->low) >= 0)
					break;
				negative = negated(*top).high;
				if (end_sign(top->high) <= 0)
					*top = negated(*top);
				else
				{
					top->high = upper(arena, top->high, negative);
					top->low = end_of(pe_dec_int(arena, 0));
				}
				break;
			case PE_OP_ROUND:
				*top = rounded(arena, *top, step->arg / 4, (PeRound) (step->arg % 4));
				break;
			case PE_OP_POWER:
				top[-1] = anything();
				n--;
				break;
			case PE_OP_LN:
				*top = anything();
				break;
			case PE_OP_EXP:
				*top = not_negative(arena);
				break;
			case PE_OP_IF:
				top[-2] = hull(arena, top[-1], top[0]);
				n -= 2;
				break;
			case PE_OP_OBSERVED:	/* truths are not looked into */
			case PE_OP_NOT:
				*top = anything();
				break;
			case PE_OP_GE:
			case PE_OP_GT:
			case PE_OP_LE:
			case PE_OP_LT:
			case PE_OP_EQ:
			case PE_OP_NE:
				top[-1] = anything();
				n--;
				break;
			case PE_OP_AND:
			case PE_OP_OR:
				n--;
				stack[n - 1] = anything();
				break;
			default:
				return anything();
		}
	}
	return n == 1 ? stack[0] : anything();
}

static const PeNode *
child_of(const PeRanges *ranges, const PeNode *node, int32_t i, PeRange *range)
{
	int32_t		child = ranges->rubric->children[node->children + i];

	*range = ranges->node[child];
	return &ranges->rubric->nodes[child];
}

/* What stands for a child without a value, where the policy fills it in. */
static bool
fills(const PeRanges *ranges, const PeNode *node, PeRange *value)
{
	if (pe_missing_policy(node) == PE_MISSING_IMPUTE)
		*value = pe_setting_range(ranges, node, PE_OPERAND_MISSING);
	else if (pe_missing_policy(node) == PE_MISSING_ZERO)
		*value = whole(ranges->arena, 0);
	else
		return false;
	return true;
}

/* A child's value, or what stands for it; `left_out`: what leaving out is like. */
static PeRange
counted(const PeRanges *ranges, const PeNode *node, PeRange child,
		const PeRange *left_out)
{
	PeRange		filled;

	if (child.sure)
		return child;
	if (left_out)
		child = hull(ranges->arena, child, *left_out);
	if (fills(ranges, node, &filled))
		child = hull(ranges->arena, child, filled);
	return child;
}

/* Means, minimum, maximum, budget: between the children that can count. */
static PeRange
between(const PeRanges *ranges, const PeNode *node)
{
	PeArena    *arena = ranges->arena;
	PeRange		result = anything();
	bool		weighted = node->rule != PE_RULE_MINIMUM && node->rule != PE_RULE_MAXIMUM;
	bool		first = true;

	for (int32_t i = 0; i < node->nchildren; i++)
	{
		PeRange		child;
		const PeNode *it = child_of(ranges, node, i, &child);

		if (weighted && is_zero(pe_setting_range(ranges, it, PE_OPERAND_WEIGHT)))
			continue;
		child = counted(ranges, node, child, NULL);
		result = first ? child : hull(arena, result, child);
		first = false;
	}
	/* a child that is always there holds the minimum below itself */
	for (int32_t i = 0; !weighted && i < node->nchildren; i++)
	{
		PeRange		child;

		(void) child_of(ranges, node, i, &child);
		if (child.sure && node->rule == PE_RULE_MINIMUM)
			result.high = lower(arena, result.high, child.high);
		if (child.sure && node->rule == PE_RULE_MAXIMUM)
			result.low = upper(arena, result.low, child.low);
	}
	return result;
}

static PeRange
budget(const PeRanges *ranges, const PeNode *node)
{
	PeArena    *arena = ranges->arena;
	PeRange		full = pe_setting_range(ranges, node, PE_BU_FULL);
	PeRange		result = between(ranges, node);
	PeRange		total = whole(arena, 0);

	if (node->choice[0] == PE_UNUSED_FULL)
		result = hull(arena, result, full);
	if (node->choice[0] == PE_UNUSED_ZERO)
		result = hull(arena, result, whole(arena, 0));
	for (int32_t i = 0; i < node->nchildren; i++)
	{
		PeRange		child;
		const PeNode *it = child_of(ranges, node, i, &child);

		total = plus(arena, total, pe_setting_range(ranges, it, PE_OPERAND_WEIGHT));
	}
	return over(arena, times(arena, total, result), full);
}

static PeRange
inner(const PeRanges *ranges, const PeNode *node)
{
	PeArena    *arena = ranges->arena;
	bool		product = node->rule == PE_RULE_PRODUCT;
	bool		list = node->rule == PE_RULE_DEDUCTIONS || node->rule == PE_RULE_BONUS;
	PeRange		neutral = whole(arena, product ? 1 : 0);
	PeRange		result = neutral;
	PeRange		child;

	switch (node->rule)
	{
		case PE_RULE_WEIGHTED_MEAN:
		case PE_RULE_GEOMETRIC_MEAN:
		case PE_RULE_HARMONIC_MEAN:
		case PE_RULE_MINIMUM:
		case PE_RULE_MAXIMUM:
			return between(ranges, node);
		case PE_RULE_BUDGET:
			return budget(ranges, node);
		case PE_RULE_COEFFICIENT:
			result = pe_setting_range(ranges, node, PE_CF_COEFFICIENT);
			result = at_most(ranges, node, PE_CF_HIGH,
							 at_least(ranges, node, PE_CF_LOW, result));
			if (has(ranges, node, PE_CF_OTHERWISE))
				result = hull(arena, result, pe_setting_range(ranges, node, PE_CF_OTHERWISE));
			(void) child_of(ranges, node, 0, &child);
			return at_most(ranges, node, PE_CF_MAX, times(arena, result, child));
		case PE_RULE_CLAMP:
			(void) child_of(ranges, node, 0, &child);
			return at_least(ranges, node, PE_CL_LOW,
							at_most(ranges, node, PE_CL_HIGH, child));
		default:
			break;
	}

	/* sum, product, deductions, bonus */
	for (int32_t i = 0; i < node->nchildren; i++)
	{
		const PeNode *it = child_of(ranges, node, i, &child);

		child = counted(ranges, node, child, &neutral);
		if (list)
			child = at_most(ranges, it, PE_OPERAND_CAP, child);
		result = product ? times(arena, result, child) : plus(arena, result, child);
	}
	if (list)
		result = at_most(ranges, node, PE_LI_CAP, result);
	return node->rule == PE_RULE_DEDUCTIONS ? negated(result) : result;
}

/* Is it a number always?  A "no" may be too careful. */
static bool
is_sure(const PeRanges *ranges, const PeNode *node)
{
	const PeRubric *rubric = ranges->rubric;
	bool		lists = node->rule == PE_RULE_DEDUCTIONS || node->rule == PE_RULE_BONUS;
	bool		weighted = node->rule == PE_RULE_WEIGHTED_MEAN || node->rule == PE_RULE_BUDGET;
	bool		some = false;
	bool		all = true;

	for (int32_t i = node->operands; i < node->operands + node->noperands; i++)
	{
		const PeOperand *operand = &rubric->operands[i];

		if (operand->kind == PE_ITEM ||
			(operand->kind == PE_NODE && !ranges->node[operand->ref].sure) ||
			(operand->kind == PE_PARAMETER && rubric->parameters[operand->ref].constant < 0))
			return false;
	}
	for (int32_t i = 0; i < node->nchildren; i++)
	{
		PeRange		child;
		const PeNode *it = child_of(ranges, node, i, &child);

		/* weights that sum to 0 make no mean */
		some |= child.sure &&
			(!weighted || end_sign(pe_setting_range(ranges, it, PE_OPERAND_WEIGHT).low) > 0);
		all &= child.sure;
	}

	switch (node->rule)
	{
		case PE_RULE_PROPORTIONAL:
		case PE_RULE_CEILING:
		case PE_RULE_EVENTS:
		case PE_RULE_AWARDS:
		case PE_RULE_ORDINAL:
		case PE_RULE_GIVEN:
		case PE_RULE_IMPROVEMENT:
			return false;
		case PE_RULE_BANDS:
			return node->choice[1] != 1;
		case PE_RULE_FORMULA:
			for (int32_t i = node->code; i < node->code + node->ncode; i++)
			{
				const PeStep *step = &rubric->code[i];

				if (step->op == PE_OP_ITEM || step->op == PE_OP_DIVIDE ||
					step->op == PE_OP_POWER || step->op == PE_OP_LN ||
					step->op == PE_OP_EXP ||
					(step->op == PE_OP_NODE && !ranges->node[step->arg].sure) ||
					(step->op == PE_OP_PARAMETER &&
					 rubric->parameters[step->arg].constant < 0))
					return false;
			}
			return true;
		case PE_RULE_COEFFICIENT:
		case PE_RULE_GEOMETRIC_MEAN:
		case PE_RULE_HARMONIC_MEAN:
			return false;
		default:
			if (node->nchildren == 0)
				return true;
			if (lists)
				return all || pe_missing_policy(node) != PE_MISSING_STRICT;
			return some && (all || (pe_missing_policy(node) != PE_MISSING_STRICT &&
									(pe_missing_policy(node) != PE_MISSING_RENORMALIZE ||
									 operand_of(ranges, node, PE_OPERAND_MISSING)->kind == PE_ABSENT)));
	}
}

/* The rounding that a node's parent sees. */
static PeRange
as_seen(const PeRanges *ranges, const PeNode *node, bool root, PeRange range)
{
	const PeRubricHeader *header = ranges->rubric->header;
	int32_t		digits = header->digits == PE_NOT_ROUNDED ? 2 : header->digits;
	PeRound		mode = header->mode ? (PeRound) (header->mode - 1) : PE_HALF_UP;
	bool		rounds;

	if (node->digits != PE_NOT_ROUNDED)
		return rounded(ranges->arena, range, node->digits, (PeRound) node->mode);
	switch (header->round_at)
	{
		case PE_ROUND_AT_NONE:
			rounds = false;
			break;
		case PE_ROUND_AT_INDICATOR:
			rounds = node->rule <= PE_RULE_FORMULA && node->nchildren == 0;
			break;
		case PE_ROUND_AT_NODE:
			rounds = true;
			break;
		default:
			rounds = root;
			break;
	}
	return rounds ? rounded(ranges->arena, range, digits, mode) : range;
}

void
pe_ranges_open(PeRanges *ranges, PeArena *arena, const PeRubric *rubric)
{
	int32_t		n = rubric->header->nnodes;

	ranges->arena = arena;
	ranges->rubric = rubric;
	ranges->node = pe_alloc(arena, sizeof(PeRange) * (size_t) (n > 0 ? n : 1));
	for (int32_t i = 0; i < n; i++)
	{
		const PeNode *node = &rubric->nodes[i];
		PeRange		range;

		if (node->rule == PE_RULE_LIMIT)
			range = (PeRange) {end_of(pe_dec_int(arena, 0)),
				end_of(pe_dec_int(arena, 1)), false};
		else
		{
			range = node->rule == PE_RULE_FORMULA ? formula(ranges, node) :
				node->rule < PE_RULE_FORMULA ? leaf(ranges, node) : inner(ranges, node);
			range = as_seen(ranges, node, i == rubric->header->root, range);
		}
		range.sure = is_sure(ranges, node);
		ranges->node[i] = range;
	}
}
