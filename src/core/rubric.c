/*
 * rubric.c
 *	  A rubric where it lies: its parts, its checksum, and whether it is one;
 *	  see rubric.h.
 */
#include "rubric.h"
#include "card_text.h"
#include "json.h"

#include <stdlib.h>
#include <string.h>

enum { CONSTANTS, OPERANDS, PARAMETERS, CODE, NODES, CHILDREN, TEXT, END, NPARTS };

/* Where the parts begin, the last the end of all. */
static void
parts(const PeRubricHeader *header, size_t at[NPARTS])
{
	const size_t sizes[] = {
		[CONSTANTS] = sizeof(PeConstant) * (size_t) header->nconstants,
		[OPERANDS] = sizeof(PeOperand) * (size_t) header->noperands,
		[PARAMETERS] = sizeof(PeParameter) * (size_t) header->nparameters,
		[CODE] = sizeof(PeStep) * (size_t) header->ncode,
		[NODES] = sizeof(PeNode) * (size_t) header->nnodes,
		[CHILDREN] = sizeof(int32_t) * (size_t) header->nchildren,
	};

	at[0] = sizeof(PeRubricHeader);
	for (int part = 0; part < TEXT; part++)
		at[part + 1] = at[part] + ((sizes[part] + 7) & ~(size_t) 7);
	at[END] = at[TEXT] + (size_t) header->ntext;
}

size_t
pe_rubric_size(const PeRubricHeader *header)
{
	size_t		at[NPARTS];

	parts(header, at);
	return at[END];
}

void
pe_rubric_open(PeRubric *rubric, const void *data)
{
	const char *bytes = data;
	size_t		at[NPARTS];

	rubric->header = data;
	parts(rubric->header, at);
	rubric->constants = (const PeConstant *) (bytes + at[CONSTANTS]);
	rubric->operands = (const PeOperand *) (bytes + at[OPERANDS]);
	rubric->parameters = (const PeParameter *) (bytes + at[PARAMETERS]);
	rubric->code = (const PeStep *) (bytes + at[CODE]);
	rubric->nodes = (const PeNode *) (bytes + at[NODES]);
	rubric->children = (const int32_t *) (bytes + at[CHILDREN]);
	rubric->text = bytes + at[TEXT];
}

/* CRC-32C, by half bytes. */
uint32_t
pe_rubric_crc(const void *data, size_t size)
{
	static const uint32_t table[16] = {
		0x00000000, 0x105ec76f, 0x20bd8ede, 0x30e349b1,
		0x417b1dbc, 0x5125dad3, 0x61c69362, 0x7198540d,
		0x82f63b78, 0x92a8fc17, 0xa24bb5a6, 0xb21572c9,
		0xc38d26c4, 0xd3d3e1ab, 0xe330a81a, 0xf36e6f75
	};
	const unsigned char *bytes = data;
	uint32_t	crc = 0xffffffff;

	for (size_t i = sizeof(crc); i < size; i++)
	{
		crc ^= bytes[i];
		crc = (crc >> 4) ^ table[crc & 15];
		crc = (crc >> 4) ^ table[crc & 15];
	}
	return ~crc;
}

/*
 * Settings
 */

static const PeSetting common[PE_NCOMMON] = {
	[PE_OPERAND_WEIGHT] = {"weight", PE_SETTING_NUMBER, 0, 0, PE_NOT_NEGATIVE, "1", NULL},
	[PE_OPERAND_CAP] = {"cap", PE_SETTING_NUMBER, 0, 0, PE_NOT_NEGATIVE, NULL, NULL},
	[PE_OPERAND_MISSING] = {"missing", PE_SETTING_NUMBER, 0, 0, PE_ANY_SIGN, NULL, NULL},
};

int
pe_setting_width(const PeSetting *setting)
{
	if (setting->kind == PE_SETTING_CHOICE || setting->kind >= PE_SETTING_ITEMS)
		return 0;
	return setting->kind == PE_SETTING_BOUNDS ? 2 : 1;
}

/* The setting that an operand belongs to; a list's, for what follows the others. */
const PeSetting *
pe_operand_setting(int rule, int32_t operand)
{
	const PeSetting *setting = pe_rule_info[rule].settings;
	int32_t		at = PE_NCOMMON;

	if (operand < PE_NCOMMON)
		return &common[operand];
	while (setting->key && setting->kind < PE_SETTING_ITEMS &&
		   operand >= at + pe_setting_width(setting))
		at += pe_setting_width(setting++);
	return setting;
}

static unsigned __int128
power_of_ten(int32_t n)
{
	unsigned __int128 power = 1;

	while (n-- > 0)
		power *= 10;
	return power;
}

/* Whole parts first, so that nothing overflows. */
int
pe_constant_cmp(const PeConstant *a, const PeConstant *b)
{
	PeInt128	x = a->number;
	PeInt128	y = b->number;

	if (a->scale != b->scale)
	{
		PeInt128	a_unit = (PeInt128) power_of_ten(a->scale);
		PeInt128	b_unit = (PeInt128) power_of_ten(b->scale);

		x = a->number / a_unit;
		y = b->number / b_unit;
		if (x == y)
		{
			x = a->number % a_unit * (PeInt128) power_of_ten(PE_CARD_MAX_SCALE - a->scale);
			y = b->number % b_unit * (PeInt128) power_of_ten(PE_CARD_MAX_SCALE - b->scale);
		}
	}
	return x < y ? -1 : x > y;
}

/*
 * What a rubric's settings must be, beyond their form
 */



static const PeConstant zero = {0, 0, 0};
static const PeConstant one = {1, 0, 0};

/* Only ever false. */
static bool
blame(PeFault *fault, const PeSetting *setting, const PeConstant *number,
	  const char *problem, const char *hint)
{
	fault->setting = setting;
	fault->problem = problem;
	fault->hint = hint;
	fault->number[0] = '\0';
	if (number)
		fault->number[pe_number_text(number->number, number->scale, fault->number)] = '\0';
	return false;
}

/* An operand's number, if it has one: a parameter may have been bound. */
static const PeConstant *
number_of(const PeRubric *rubric, const PeOperand *operand)
{
	int32_t		bound;

	if (operand->kind == PE_CONSTANT)
		return &rubric->constants[operand->ref];
	if (operand->kind != PE_PARAMETER)
		return NULL;
	bound = rubric->parameters[operand->ref].constant;
	return bound < 0 ? NULL : &rubric->constants[bound];
}

/* The number of a setting, if it is known already: stated or by default. */
static bool
known(const PeRubric *rubric, const PeNode *node, int32_t operand, PeConstant *number)
{
	const PeOperand *at = &rubric->operands[node->operands + operand];
	const PeSetting *setting = pe_operand_setting(node->rule, operand);
	const char *text = setting->otherwise;
	uint8_t		scale;

	if (number_of(rubric, at))
	{
		*number = *number_of(rubric, at);
		return true;
	}
	if (at->kind != PE_ABSENT || !setting->key || !text ||
		pe_number_parse(&text, &number->number, &scale))
		return false;
	number->scale = scale;
	return true;
}

static bool
check_sign(const PeSetting *setting, const PeConstant *number, PeFault *fault)
{
	if (setting->sign == PE_NOT_NEGATIVE && number->number < 0)
		return blame(fault, setting, number, "must not be negative, but is %s",
					 "Write it without a sign: the rule knows what it takes off.");
	if (setting->sign == PE_POSITIVE && number->number <= 0)
		return blame(fault, setting, number, "must be above 0, but is %s",
					 "Write a number above 0.");
	return true;
}

/* Two bounds that some number lies between. */
static bool
check_bounds(const PeRubric *rubric, const PeOperand *low, const PeOperand *high, PeFault *fault)
{
	const PeConstant *lowest = number_of(rubric, low);
	const PeConstant *highest = number_of(rubric, high);
	int			order;

	if (lowest == NULL || highest == NULL)
		return true;
	order = pe_constant_cmp(lowest, highest);
	if (order > 0 || (order == 0 && (low->bound == PE_BOUND_GT || high->bound == PE_BOUND_LT)))
		return blame(fault, NULL, lowest,
					 "there is no number between the bounds, the lower being %s",
					 "Put the smaller bound under ge or gt, the larger under le or lt.");
	return true;
}

static bool
check_list(const PeRubric *rubric, const PeNode *node, const PeSetting *setting, PeFault *fault)
{
	const PeOperand *list = &rubric->operands[node->operands + PE_NCOMMON +
											  pe_rule_info[node->rule].noperands];
	int32_t		n = node->noperands - PE_NCOMMON - pe_rule_info[node->rule].noperands;
	const PeConstant *last = NULL;
	bool		curve = setting->kind == PE_SETTING_CURVE;

	if (n == 0)
		return blame(fault, setting, NULL, "is required, with one element at least", NULL);
	if (setting->kind == PE_SETTING_BANDS && node->choice[1])
	{
		for (int32_t i = 0; i < n; i += 3)
			if (!check_bounds(rubric, &list[i], &list[i + 1], fault))
				return false;
	}
	else if (setting->kind == PE_SETTING_BANDS || curve)
		/* x, y, x, y, ... or points, cut, points, ..., points */
		for (int32_t i = curve ? 0 : 1; i < n; i += 2)
		{
			const PeConstant *next = number_of(rubric, &list[i]);

			if (next == NULL)
				continue;
			if (last && pe_constant_cmp(last, next) >= 0)
				return blame(fault, NULL, next, curve ? "\"xs\" must ascend, but %s is not above the one before it"
							 : "\"cuts\" must ascend, but %s is not above the one before it",
							 "Write them from the smallest to the largest, each once.");
			last = next;
		}
	return true;
}

/* Settings that must not be turned round. */
static const struct
{
	uint8_t		rule;
	uint8_t		low;
	uint8_t		high;
	const char *problem;
}			ordered[] = {
	{PE_RULE_THRESHOLD, PE_TH_MIN, PE_TH_FULL, "is %s, above \"full_points\""},
	{PE_RULE_CEILING, PE_CE_MIN, PE_CE_FULL, "is %s, above \"full_points\""},
	{PE_RULE_EVENTS, PE_EV_MIN, PE_EV_FULL, "is %s, above \"full_points\""},
	{PE_RULE_TIMELINESS, PE_TI_MIN, PE_TI_FULL, "is %s, above \"full_points\""},
	{PE_RULE_IMPROVEMENT, PE_IM_MIN, PE_IM_MAX, "is %s, above \"max_points\""},
	{PE_RULE_PROPORTIONAL, PE_PR_LOW, PE_PR_HIGH, "is %s, above \"high\""},
	{PE_RULE_COEFFICIENT, PE_CF_LOW, PE_CF_HIGH, "is %s, above \"high\""},
	{PE_RULE_CLAMP, PE_CL_LOW, PE_CL_HIGH, "is %s, above \"high\""},
	{PE_RULE_GIVEN, PE_GI_MIN, PE_GI_MAX, "is %s, above \"max\""},
};

/* What each method of normalise needs; it takes no more. */
static const uint8_t normalise_needs[][2] = {
	[PE_MINMAX] = {PE_NO_LOW, PE_NO_HIGH},
	[PE_ZSCORE] = {PE_NO_MEAN, PE_NO_DEVIATION},
	[PE_DISTANCE] = {PE_NO_LOW, PE_NO_HIGH},
	[PE_PERCENT_OF_MAX] = {PE_NO_HIGH, PE_NO_HIGH},
};

/* Euclid's, in few steps if the quotient is of small numbers. */
static unsigned __int128
divisor(unsigned __int128 a, unsigned __int128 b)
{
	while (b > 0)
	{
		unsigned __int128 rest = a % b;

		a = b;
		b = rest;
	}
	return a;
}

/*
 * Weights are exponents: as whole numbers without a common factor they sum to
 * 10000 at most, or the root could not be taken.  With a / b the ratio of each
 * weight to the first in lowest terms, that sum is lcm(b) * sum(a / b).
 */
#define MOST_WEIGHTS	10000

static bool
small_weights(const PeRubric *rubric, const PeNode *node)
{
	PeConstant	first = zero;
	uint64_t	multiple = 1;	/* lcm of the b so far */
	uint64_t	sum = 0;		/* times that */
	int32_t		scale = 0;

	/* they are going to be brought to one scale */
	for (int pass = 0; pass < 2; pass++)
		for (int32_t i = 0; i < node->nchildren; i++)
		{
			PeConstant	weight = zero;

			(void) known(rubric, &rubric->nodes[rubric->children[node->children + i]],
						 PE_OPERAND_WEIGHT, &weight);
			if (pass == 0 && weight.scale > scale)
				scale = weight.scale;
			if (pass == 1 && weight.number >
				PE_CARD_MAX_NUMBER / (PeInt128) power_of_ten(scale - weight.scale))
				return false;
		}

	for (int32_t i = 0; i < node->nchildren; i++)
	{
		const PeNode *child = &rubric->nodes[rubric->children[node->children + i]];
		PeConstant	weight = zero;
		unsigned __int128 a,
					b,
					factor;

		(void) known(rubric, child, PE_OPERAND_WEIGHT, &weight);
		if (weight.number == 0)
			continue;
		if (first.number == 0)
			first = weight;
		a = (unsigned __int128) weight.number;
		b = (unsigned __int128) first.number;
		factor = divisor(a, b);
		a /= factor;
		b /= factor;
		/* bring the scales together, by factors of ten in lowest terms */
		for (int32_t more = first.scale - weight.scale; more != 0; more += more > 0 ? -1 : 1)
		{
			unsigned __int128 *up = more > 0 ? &a : &b;
			unsigned __int128 *down = more > 0 ? &b : &a;

			factor = divisor(10, *down);
			*down /= factor;
			if (*up > (unsigned __int128) PE_CARD_MAX_NUMBER / 10)
				return false;
			*up *= 10 / factor;
		}
		if (a > MOST_WEIGHTS || b > MOST_WEIGHTS)
			return false;
		factor = b / divisor(multiple, b);
		multiple *= (uint64_t) factor;
		sum = sum * (uint64_t) factor + (uint64_t) a * (multiple / (uint64_t) b);
		/* neither gets smaller again */
		if (multiple > MOST_WEIGHTS || sum > MOST_WEIGHTS)
			return false;
	}
	return true;
}

static bool
check_geometric_mean(const PeRubric *rubric, int32_t index, PeFault *fault)
{
	const PeRubricHeader *header = rubric->header;
	const PeNode *node = &rubric->nodes[index];
	bool		at_root = index == header->root &&
		(header->round_at == PE_ROUND_AT_UNSTATED || header->round_at == PE_ROUND_AT_FINAL);

	if (node->digits == PE_NOT_ROUNDED && !at_root && header->round_at != PE_ROUND_AT_NODE)
		return blame(fault, NULL, NULL, "a geometric_mean has to be rounded, for roots have no end",
					 "Add \"round\": {\"digits\": 4}, for instance.");
	for (int32_t i = 0; i < node->nchildren; i++)
	{
		const PeNode *child = &rubric->nodes[rubric->children[node->children + i]];
		PeConstant	weight;

		if (!known(rubric, child, PE_OPERAND_WEIGHT, &weight))
			return blame(fault, NULL, NULL,
						 "the children of a geometric_mean need weights that are numbers",
						 "Write the weights out; they are the exponents of the mean.");
	}
	if (!small_weights(rubric, node))
		return blame(fault, NULL, NULL,
					 "the weights under a geometric_mean, as whole numbers without a common factor, sum to more than 10000",
					 "Use weights of fewer digits.");
	return true;
}

/* What only some rules ask. */
static bool
check_rule(const PeRubric *rubric, int32_t index, PeFault *fault)
{
	const PeNode *node = &rubric->nodes[index];
	const PeOperand *operands = &rubric->operands[node->operands];
	PeConstant	a;
	PeConstant	b;

	for (size_t i = 0; i < sizeof(ordered) / sizeof(ordered[0]); i++)
		if (ordered[i].rule == node->rule &&
			known(rubric, node, ordered[i].low, &a) &&
			known(rubric, node, ordered[i].high, &b) && pe_constant_cmp(&a, &b) > 0)
			return blame(fault, pe_operand_setting(node->rule, ordered[i].low), &a,
						 ordered[i].problem,
						 "State both so that the first is not above the second; what is left out has its default.");
	switch (node->rule)
	{
		case PE_RULE_PROPORTIONAL:
			if (known(rubric, node, PE_PR_START, &a) && known(rubric, node, PE_PR_TARGET, &b) &&
				pe_constant_cmp(&a, &b) == 0)
				return blame(fault, pe_operand_setting(node->rule, PE_PR_START), &a,
							 "is %s, as \"target\"",
							 "Start where the points begin, away from the target, or leave it out.");
			break;
		case PE_RULE_ACHIEVEMENT:
			if (known(rubric, node, PE_AC_FULL, &a) && pe_constant_cmp(&a, &one) < 0)
				return blame(fault, pe_operand_setting(node->rule, PE_AC_FULL), &a,
							 "must be 1 or more, but is %s", "Points go from 0 to it in whole steps.");
			if (known(rubric, node, PE_AC_THRESHOLD, &a) && known(rubric, node, PE_AC_BENCHMARK, &b))
			{
				bool		lower = node->choice[0] == PE_LOWER;
				int			order = pe_constant_cmp(&b, &a);

				if (lower ? order >= 0 : order <= 0)
					return blame(fault, pe_operand_setting(node->rule, PE_AC_BENCHMARK), &b,
								 lower ? "must lie below \"threshold\" where lower is better, but is %s"
								 : "must lie above \"threshold\" where higher is better, but is %s",
								 "The benchmark earns full points, the threshold the first of them; \"better\" says which way.");
			}
			break;
		case PE_RULE_NORMALISE:
			for (int32_t i = PE_NO_LOW; i <= PE_NO_DEVIATION; i++)
			{
				const uint8_t *needs = normalise_needs[node->choice[0]];
				bool		needed = needs[0] == i || needs[1] == i;

				if (needed != (operands[i].kind != PE_ABSENT))
					return blame(fault, pe_operand_setting(node->rule, i), NULL,
								 needed ? "is what this method needs" : "has no part in this method",
								 "minmax and distance take low and high, zscore mean and deviation, percent_of_max high.");
			}
			break;
		case PE_RULE_MET:
			return check_bounds(rubric, &operands[PE_ME_LOW], &operands[PE_ME_HIGH], fault);
		case PE_RULE_LIMIT:
			if ((node->choice[0] == PE_CAP_TIER) != (operands[PE_LM_TIER].kind != PE_ABSENT))
				return blame(fault, pe_operand_setting(node->rule, PE_LM_TIER), NULL,
							 node->choice[0] == PE_CAP_TIER ? "is what cap_tier needs"
							 : "has no part in this effect",
							 "Only \"effect\": \"cap_tier\" names the best \"tier\" left, as a whole number from 1.");
			if (known(rubric, node, PE_LM_TIER, &a) && (a.scale > 0 || a.number > INT32_MAX))
				return blame(fault, pe_operand_setting(node->rule, PE_LM_TIER), &a,
							 "must be a whole number below 2^31, but is %s", "Tiers are counted from 1, the best.");
			if (node->choice[0] != PE_INELIGIBLE && operands[PE_LM_FOR].kind != PE_ABSENT)
				return blame(fault, pe_operand_setting(node->rule, PE_LM_FOR), NULL,
							 "has no part in this effect",
							 "Only \"effect\": \"ineligible\" says what \"for\".");
			return check_bounds(rubric, &operands[PE_LM_LOW], &operands[PE_LM_HIGH], fault);
		case PE_RULE_CLAMP:
			if (operands[PE_CL_LOW].kind <= PE_NONE && operands[PE_CL_HIGH].kind <= PE_NONE)
				return blame(fault, NULL, NULL, "a clamp needs \"low\" or \"high\"",
							 "State the bound that the points are held to.");
			break;
		case PE_RULE_GEOMETRIC_MEAN:
			return check_geometric_mean(rubric, index, fault);
		default:
			break;
	}
	return true;
}

static bool
check_node(const PeRubric *rubric, int32_t index, PeFault *fault)
{
	const PeNode *node = &rubric->nodes[index];
	const PeRuleInfo *info = &pe_rule_info[node->rule];
	const PeOperand *operand = &rubric->operands[node->operands];
	const PeConstant *number;
	int			parent = node->parent < 0 ? PE_NRULES : rubric->nodes[node->parent].rule;
	int			choice = 0;

	fault->node = index;
	if (node->nchildren < info->min_children || node->nchildren > info->max_children)
		return blame(fault, NULL, NULL,
					 info->max_children == 0 ? "this rule has no \"children\""
					 : info->max_children == 1 ? "this rule has one child"
					 : "this rule needs \"children\"",
					 info->max_children == 0 ? "Take them out, or use a rule that combines them, as sum."
					 : "Write \"children\": [{\"rule\": ...}, ...].");
	if (operand[PE_OPERAND_CAP].kind != PE_ABSENT &&
		parent != PE_RULE_DEDUCTIONS && parent != PE_RULE_BONUS)
		return blame(fault, &common[PE_OPERAND_CAP], NULL,
					 "is only for the children of deductions and bonus",
					 "Elsewhere put a clamp with \"high\" around the node.");
	if (node->missing != PE_MISSING_UNSTATED && !info->policy)
		return blame(fault, &common[PE_OPERAND_MISSING], NULL,
					 "is only for rules that combine many children",
					 "Take it out; the node's status is that of what it looks at.");
	number = number_of(rubric, &operand[PE_OPERAND_MISSING]);
	if (node->missing == PE_MISSING_RENORMALIZE && number &&
		(pe_constant_cmp(number, &zero) < 0 || pe_constant_cmp(number, &one) > 0))
		return blame(fault, &common[PE_OPERAND_MISSING], number,
					 "must have a floor from 0 to 1, but has %s",
					 "The floor is the share of the weights that has to be observed, as renormalize:0.6.");
	for (int32_t i = 0; i < PE_NCOMMON; i++, operand++)
		if (number_of(rubric, operand) &&
			!check_sign(&common[i], number_of(rubric, operand), fault))
			return false;
	for (const PeSetting *setting = info->settings; setting->key; setting++)
	{
		if (setting->kind >= PE_SETTING_ITEMS)
		{
			if (!check_list(rubric, node, setting, fault))
				return false;
		}
		else if (setting->kind == PE_SETTING_CHOICE)
		{
			if (node->choice[choice++] == 0 && setting->required)
				return blame(fault, setting, NULL, "is required", NULL);
		}
		else if (setting->kind == PE_SETTING_BOUNDS)
		{
			if (operand[0].kind == PE_ABSENT && operand[1].kind == PE_ABSENT)
				return blame(fault, NULL, NULL, "a bound is required: ge, gt, le or lt",
							 "At most one lower and one upper bound, as \"ge\": 60, \"lt\": 80.");
		}
		else if (operand->kind == PE_ABSENT && setting->required)
			return blame(fault, setting, NULL, "is required", NULL);
		else if (number_of(rubric, operand) &&
				 !check_sign(setting, number_of(rubric, operand), fault))
			return false;
		operand += pe_setting_width(setting);
	}
	return check_rule(rubric, index, fault);
}

/*
 * The checks that the document's reader and the bytes' share: does each node's
 * rule have the settings it can work with?  Parameters count as the numbers
 * that they are bound to.
 */
bool
pe_rubric_check(const PeRubric *rubric, PeFault *fault)
{
	for (int32_t i = 0; i < rubric->header->nnodes; i++)
		if (!check_node(rubric, i, fault))
			return false;
	return true;
}

/*
 * The form of bytes that nobody vouches for
 */

#define NUMBERS		(1 << PE_CONSTANT | 1 << PE_PARAMETER)
#define REFERENCES	(1 << PE_ITEM | 1 << PE_NODE)

/* A text of one character at least, that begins there. */
static bool
is_text(const PeRubric *rubric, int32_t at)
{
	return at > 0 && at < rubric->header->ntext &&
		rubric->text[at - 1] == '\0' && rubric->text[at] != '\0';
}

/* Nodes look at nodes of the tree that are evaluated before them. */
static bool
may_see(const PeRubric *rubric, int32_t index, int32_t other)
{
	return other >= 0 && other < index && other <= rubric->header->root;
}

static bool
valid_operand(const PeRubric *rubric, int32_t index, const PeOperand *operand, int kinds)
{
	const PeRubricHeader *header = rubric->header;

	if (operand->reserved != 0 || operand->kind > PE_TEXT || !(kinds >> operand->kind & 1))
		return false;
	switch (operand->kind)
	{
		case PE_CONSTANT:
			return operand->ref >= 0 && operand->ref < header->nconstants;
		case PE_ITEM:
			return operand->ref >= 0;
		case PE_NODE:
			return may_see(rubric, index, operand->ref);
		case PE_PARAMETER:
			return operand->ref >= 0 && operand->ref < header->nparameters;
		case PE_TEXT:
			return is_text(rubric, operand->ref);
		default:
			return operand->ref == 0;
	}
}

static bool
valid_plain(const PeRubric *rubric, int32_t index, const PeOperand *operand, int kinds)
{
	return valid_operand(rubric, index, operand, kinds) && operand->bound == PE_BOUND_NONE;
}

static bool
valid_bound(const PeRubric *rubric, int32_t index, const PeOperand *operand, PeBoundary first)
{
	if (!valid_operand(rubric, index, operand, NUMBERS | 1 << PE_ABSENT))
		return false;
	return operand->kind == PE_ABSENT ? operand->bound == PE_BOUND_NONE
		: operand->bound == first || operand->bound == first + 1;
}

static bool
valid_bounds(const PeRubric *rubric, int32_t index, const PeOperand *operands)
{
	return valid_bound(rubric, index, &operands[0], PE_BOUND_GE) &&
		valid_bound(rubric, index, &operands[1], PE_BOUND_LE);
}

static bool
valid_list(const PeRubric *rubric, int32_t index, int kind, bool ranges,
		   const PeOperand *list, int32_t n)
{
	if (kind == PE_SETTING_BANDS && ranges)
	{
		for (int32_t i = 0; i + 2 < n; i += 3)
			if (!valid_bounds(rubric, index, &list[i]) ||
				!valid_plain(rubric, index, &list[i + 2], NUMBERS))
				return false;
		return n % 3 == 0;
	}
	for (int32_t i = 0; i < n; i++)
		if (!valid_plain(rubric, index, &list[i],
						 kind == PE_SETTING_ITEMS ? 1 << PE_ITEM :
						 kind == PE_SETTING_WORDS && i % 2 == 0 ? 1 << PE_TEXT : NUMBERS))
			return false;
	return kind == PE_SETTING_ITEMS || n % 2 == (kind == PE_SETTING_BANDS);
}

/* What an operation takes and gives. */
typedef enum ArgKind
{
	ARG_NONE,
	ARG_CONSTANT,
	ARG_ITEM,
	ARG_NODE,
	ARG_PARAMETER,
	ARG_COUNT,
	ARG_ROUNDING
} ArgKind;

static const struct
{
	uint8_t		arg;			/* ArgKind */
	uint8_t		takes;			/* how many, unless the arg says */
	bool		truths;			/* that it takes; if: the first only */
	bool		truth;			/* that it gives */
}			operations[PE_NOPS] = {
	[PE_OP_CONSTANT] = {ARG_CONSTANT, 0, false, false},
	[PE_OP_ITEM] = {ARG_ITEM, 0, false, false},
	[PE_OP_NODE] = {ARG_NODE, 0, false, false},
	[PE_OP_PARAMETER] = {ARG_PARAMETER, 0, false, false},
	[PE_OP_NEGATE] = {ARG_NONE, 1, false, false},
	[PE_OP_ADD] = {ARG_NONE, 2, false, false},
	[PE_OP_SUBTRACT] = {ARG_NONE, 2, false, false},
	[PE_OP_MULTIPLY] = {ARG_NONE, 2, false, false},
	[PE_OP_DIVIDE] = {ARG_NONE, 2, false, false},
	[PE_OP_MIN] = {ARG_COUNT, 0, false, false},
	[PE_OP_MAX] = {ARG_COUNT, 0, false, false},
	[PE_OP_CLAMP] = {ARG_NONE, 3, false, false},
	[PE_OP_ABS] = {ARG_NONE, 1, false, false},
	[PE_OP_ROUND] = {ARG_ROUNDING, 1, false, false},
	[PE_OP_POWER] = {ARG_ROUNDING, 2, false, false},
	[PE_OP_LN] = {ARG_ROUNDING, 1, false, false},
	[PE_OP_EXP] = {ARG_ROUNDING, 1, false, false},
	[PE_OP_IF] = {ARG_NONE, 3, true, false},
	[PE_OP_COALESCE] = {ARG_COUNT, 0, false, false},
	[PE_OP_OBSERVED] = {ARG_NONE, 1, false, true},
	[PE_OP_GE] = {ARG_NONE, 2, false, true},
	[PE_OP_GT] = {ARG_NONE, 2, false, true},
	[PE_OP_LE] = {ARG_NONE, 2, false, true},
	[PE_OP_LT] = {ARG_NONE, 2, false, true},
	[PE_OP_EQ] = {ARG_NONE, 2, false, true},
	[PE_OP_NE] = {ARG_NONE, 2, false, true},
	[PE_OP_AND] = {ARG_NONE, 2, true, true},
	[PE_OP_OR] = {ARG_NONE, 2, true, true},
	[PE_OP_NOT] = {ARG_NONE, 1, true, true},
};

static bool
valid_arg(const PeRubric *rubric, int32_t index, const PeStep *step)
{
	const PeRubricHeader *header = rubric->header;

	switch (operations[step->op].arg)
	{
		case ARG_CONSTANT:
			return step->arg >= 0 && step->arg < header->nconstants;
		case ARG_ITEM:
			return step->arg >= 0;
		case ARG_NODE:
			return may_see(rubric, index, step->arg);
		case ARG_PARAMETER:
			return step->arg >= 0 && step->arg < header->nparameters;
		case ARG_COUNT:
			return step->arg >= 1 && step->arg <= PE_MAX_STACK;
		case ARG_ROUNDING:
			return step->arg >= 0 && step->arg <= PE_MAX_DIGITS * 4 + PE_CEIL;
		default:
			return step->arg == 0;
	}
}

/* Every step finds what it takes, and one number is left. */
static bool
valid_code(const PeRubric *rubric, int32_t index, const PeStep *code, int32_t n)
{
	bool		truth[PE_MAX_STACK];
	int32_t		depth = 0;

	for (const PeStep *step = code; step < code + n; step++)
	{
		int32_t		takes;

		if (step->op < 0 || step->op >= PE_NOPS || !valid_arg(rubric, index, step))
			return false;
		takes = operations[step->op].arg == ARG_COUNT ? step->arg : operations[step->op].takes;
		if (takes > depth)
			return false;
		depth -= takes;
		for (int32_t i = 0; i < takes; i++)
			if (truth[depth + i] != (operations[step->op].truths && (step->op != PE_OP_IF || i == 0)))
				return false;
		if (depth == PE_MAX_STACK)
			return false;
		truth[depth++] = operations[step->op].truth;
	}
	return depth == 1 && !truth[0];
}

/* A node's form, given that its operands, children and code are inside. */
static bool
valid_node(const PeRubric *rubric, int32_t index)
{
	const PeNode *node = &rubric->nodes[index];
	const PeRuleInfo *info = &pe_rule_info[node->rule];
	const PeOperand *operand = &rubric->operands[node->operands];
	bool		limit = index > rubric->header->root;
	int32_t		nlist = node->noperands - PE_NCOMMON - info->noperands;
	int			missing_kinds = node->missing == PE_MISSING_IMPUTE ? 1 << PE_CONSTANT :
		node->missing == PE_MISSING_RENORMALIZE ? 1 << PE_CONSTANT | 1 << PE_ABSENT : 1 << PE_ABSENT;
	int			common_kinds = limit ? 1 << PE_ABSENT : NUMBERS | 1 << PE_ABSENT;
	int			choice = 0;

	if (limit != (node->rule == PE_RULE_LIMIT) || node->reserved != 0 ||
		node->missing > PE_MISSING_IMPUTE ||
		(node->label != 0 && !is_text(rubric, node->label)) ||
		(node->digits == PE_NOT_ROUNDED ? node->mode != 0
		 : limit || node->digits > PE_MAX_DIGITS || node->mode > PE_CEIL) ||
		!valid_plain(rubric, index, &operand[PE_OPERAND_WEIGHT], common_kinds) ||
		!valid_plain(rubric, index, &operand[PE_OPERAND_CAP], common_kinds) ||
		!valid_plain(rubric, index, &operand[PE_OPERAND_MISSING], missing_kinds))
		return false;
	operand += PE_NCOMMON;
	for (const PeSetting *setting = info->settings; setting->key; setting++)
	{
		int			kinds = 1 << PE_ABSENT | (setting->nullable ? 1 << PE_NONE : 0);
		int			words = 0;

		switch (setting->kind)
		{
			case PE_SETTING_CHOICE:
				while (setting->words[words].word)
					words++;
				if (node->choice[choice++] > words)
					return false;
				continue;
			case PE_SETTING_BOUNDS:
				if (!valid_bounds(rubric, index, operand))
					return false;
				break;
			case PE_SETTING_NUMBER:
			case PE_SETTING_OPERAND:
				kinds |= setting->kind == PE_SETTING_NUMBER ? NUMBERS : NUMBERS | REFERENCES;
				if (!valid_plain(rubric, index, operand, kinds))
					return false;
				break;
			case PE_SETTING_TEXT:
			case PE_SETTING_FORMULA:
				if (!valid_plain(rubric, index, operand, 1 << PE_ABSENT | 1 << PE_TEXT))
					return false;
				break;
			default:
				if (!valid_list(rubric, index, setting->kind, node->choice[1], operand, nlist))
					return false;
				nlist = 0;
				/* bands have no choices and mark their ranges there */
				if (setting->kind == PE_SETTING_BANDS)
				{
					if (node->choice[0] != 0 || node->choice[1] > 1)
						return false;
					choice = PE_NCHOICES;
				}
				continue;
		}
		operand += pe_setting_width(setting);
	}
	for (; choice < PE_NCHOICES; choice++)
		if (node->choice[choice] != 0)
			return false;
	return nlist == 0 &&
		(node->rule == PE_RULE_FORMULA
		 ? valid_code(rubric, index, &rubric->code[node->code], node->ncode) : node->ncode == 0);
}

static bool
valid_header(const PeRubricHeader *header)
{
	return header->version == PE_RUBRIC_VERSION && header->reserved == 0 &&
		header->round_at <= PE_ROUND_AT_FINAL && header->rank_basis <= PE_RANK_ROUNDED &&
		(header->digits <= PE_MAX_DIGITS || header->digits == PE_NOT_ROUNDED) &&
		header->mode <= PE_CEIL + 1 &&
		header->nnodes > 0 && header->nnodes <= PE_RUBRIC_MAX_NODES &&
		header->nlimits >= 0 && header->nlimits < header->nnodes &&
		header->root == header->nnodes - header->nlimits - 1 &&
		header->nchildren == header->root &&
		header->noperands >= 0 && header->nconstants >= 0 &&
		header->nparameters >= 0 && header->ncode >= 0 && header->ntext > 0;
}

/* The text, constants and parameters; and nothing hides in the gaps. */
static bool
valid_pools(const PeRubric *rubric)
{
	const PeRubricHeader *header = rubric->header;
	const char *end = rubric->text + header->ntext;
	const char *name = "";

	for (const char *at = (const char *) (rubric->nodes + header->nnodes);
		 at < (const char *) rubric->children; at++)
		if (*at)
			return false;
	for (const char *at = (const char *) (rubric->children + header->nchildren);
		 at < rubric->text; at++)
		if (*at)
			return false;
	if (rubric->text[0] || end[-1])
		return false;
	for (const char *at = rubric->text; at < end; at++)
		if (*at)
		{
			int			length = pe_utf8_length(at);

			if (length == 0)
				return false;
			at += length - 1;
		}
	for (int32_t i = 0; i < header->nconstants; i++)
	{
		const PeConstant *constant = &rubric->constants[i];

		if (constant->reserved != 0 || constant->scale < 0 || constant->scale > PE_CARD_MAX_SCALE ||
			constant->number < -PE_CARD_MAX_NUMBER ||
			(constant->scale > 0 && constant->number % 10 == 0))
			return false;
	}
	for (int32_t i = 0; i < header->nparameters; i++)
	{
		const PeParameter *parameter = &rubric->parameters[i];

		if (!is_text(rubric, parameter->name) || parameter->constant < -1 ||
			parameter->constant >= header->nconstants ||
			strcmp(name, rubric->text + parameter->name) >= 0)
			return false;
		name = rubric->text + parameter->name;
	}
	return header->label == 0 || is_text(rubric, header->label);
}

static int
by_number(const void *a, const void *b)
{
	int32_t		x = *(const int32_t *) a;
	int32_t		y = *(const int32_t *) b;

	return x < y ? -1 : x > y;
}

/*
 * Each node's parts follow those of the node before it, so that none is
 * anybody else's and all are somebody's; the children make one tree.
 */
static bool
valid_tree(const PeRubric *rubric)
{
	const PeRubricHeader *header = rubric->header;
	int32_t		numbers[PE_RUBRIC_MAX_NODES];
	uint8_t		depth[PE_RUBRIC_MAX_NODES] = {0};
	int32_t		operands = 0;
	int32_t		children = 0;
	int32_t		code = 0;

	for (int32_t i = 0; i < header->nnodes; i++)
	{
		const PeNode *node = &rubric->nodes[i];

		if (node->rule >= PE_NRULES || (i == header->root) != (node->number == 0) ||
			node->number < 0 || node->number > PE_MAX_NODE_NUMBER ||
			(i >= header->root ? node->parent != -1
			 : node->parent <= i || node->parent > header->root) ||
			node->operands != operands || node->children != children || node->code != code ||
			node->noperands < PE_NCOMMON + pe_rule_info[node->rule].noperands ||
			node->noperands > header->noperands - operands ||
			node->nchildren < 0 || node->nchildren > header->nchildren - children ||
			node->ncode < 0 || node->ncode > header->ncode - code)
			return false;
		operands += node->noperands;
		children += node->nchildren;
		code += node->ncode;
		for (int32_t j = node->children; j < children; j++)
		{
			int32_t		child = rubric->children[j];

			if (child < 0 || child >= i || rubric->nodes[child].parent != i || depth[child])
				return false;
			depth[child] = 1;
		}
		numbers[i] = node->number;
	}
	if (operands != header->noperands || children != header->nchildren || code != header->ncode)
		return false;
	depth[header->root] = 1;
	for (int32_t i = header->root - 1; i >= 0; i--)
	{
		depth[i] = (uint8_t) (depth[rubric->nodes[i].parent] + 1);
		if (depth[i] > PE_RUBRIC_MAX_DEPTH)
			return false;
	}
	qsort(numbers, (size_t) header->nnodes, sizeof(int32_t), by_number);
	for (int32_t i = 1; i < header->nnodes; i++)
		if (numbers[i - 1] == numbers[i])
			return false;
	return true;
}

/*
 * May every reader trust these bytes?  Nothing is looked at before it is known
 * to be inside.
 */
bool
pe_rubric_valid(const void *data, size_t size)
{
	const PeRubricHeader *header = data;
	PeRubric	rubric;
	PeFault		fault;

	if (size < sizeof(PeRubricHeader) || size > PE_RUBRIC_MAX_BYTES ||
		header->size < 0 || (size_t) header->size != size || !valid_header(header) ||
		pe_rubric_size(header) != size || header->crc != pe_rubric_crc(data, size))
		return false;
	pe_rubric_open(&rubric, data);
	if (!valid_pools(&rubric) || !valid_tree(&rubric))
		return false;
	for (int32_t i = 0; i < header->nnodes; i++)
		if (!valid_node(&rubric, i))
			return false;
	return pe_rubric_check(&rubric, &fault);
}
