/*
 * evaluate_ready.c
 *	  Makes a rubric ready for many cards; see evaluate.h.
 */
#include "evaluate.h"

#include <stdlib.h>
#include <string.h>

#include "plan.h"

/* A rule's default, as the tables write it. */
static PeRat
default_number(const char *text)
{
	int64_t		number = 0;

	for (; *text; text++)
		number = number * 10 + (*text - '0');
	return pe_rat_int(number);
}

/* Fills in the defaults of a node's settings, and sees whether it is plain. */
static void
ready_settings(PeArena *arena, PeReady *ready, int32_t index)
{
	const PeNode *node = &ready->rubric.nodes[index];
	const PeRuleInfo *info = &pe_rule_info[node->rule];
	int32_t		operand = node->operands + PE_NCOMMON;
	bool		plain = info->settings[0].key != NULL &&
		info->settings[0].kind == PE_SETTING_OPERAND &&
		node->rule != PE_RULE_COEFFICIENT;

	for (const PeSetting *setting = info->settings; setting->key; setting++)
	{
		const PeOperand *stated = &ready->rubric.operands[operand];

		if (setting->kind == PE_SETTING_BOUNDS)
		{
			plain = plain && !ready->open[operand] && !ready->open[operand + 1];
			operand += 2;
		}
		else if (setting->kind == PE_SETTING_NUMBER || setting->kind == PE_SETTING_OPERAND)
		{
			if (stated->kind == PE_ABSENT && setting->otherwise)
			{
				PeRat	   *number = pe_alloc(arena, sizeof(PeRat));

				*number = default_number(setting->otherwise);
				ready->settings[operand] = number;
			}
			if (setting != info->settings && ready->open[operand])
				plain = false;
			operand++;
		}
		else if (setting->kind == PE_SETTING_TEXT || setting->kind == PE_SETTING_FORMULA)
			operand++;
	}
	ready->nodes[index].plain = plain;

	/* what is left is the list: numbers, but for parameters without one */
	if (node->rule != PE_RULE_CEILING && node->rule != PE_RULE_AWARDS)
		for (; operand < node->operands + node->noperands; operand++)
			if (ready->open[operand])
				ready->nodes[index].unbound = true;
}

/* Cuts and points, or a curve, as arrays of numbers. */
static void
ready_list(PeArena *arena, PeReady *ready, int32_t index)
{
	const PeNode *node = &ready->rubric.nodes[index];
	bool		curve = node->rule == PE_RULE_INTERPOLATE;
	int32_t		first = node->operands + (curve ? PE_IN_END : PE_BA_END);
	int32_t		length = node->operands + node->noperands - first;
	int32_t		n = length / 2;	/* cuts: one point more */
	PeRat	   *list = pe_alloc(arena, sizeof(PeRat) * (size_t) (n + 1));
	PeRat	   *points = pe_alloc(arena, sizeof(PeRat) * (size_t) (n + 1));

	if (ready->nodes[index].unbound)
		return;
	if (!curve)
		points[0] = *ready->settings[first];
	for (int32_t i = 0; i < n; i++)
	{
		int32_t		pair = first + 2 * i + (curve ? 0 : 1);

		list[i] = *ready->settings[pair];
		points[curve ? i : i + 1] = *ready->settings[pair + 1];
	}
	ready->nodes[index].list = list;
	ready->nodes[index].points = points;
	ready->nodes[index].nlist = n;
}

/* A child's weight in its parent. */
const PeRat *
pe_child_weight(const PeReady *ready, int32_t child)
{
	static const PeRat one = {1, 1, 0, NULL};
	const PeRat *weight = ready->settings[ready->rubric.nodes[child].operands + PE_OPERAND_WEIGHT];

	return weight ? weight : &one;
}

/* Weights as whole numbers: the validity of a rubric sees that they fit. */
static void
ready_powers(PeArena *arena, PeReady *ready, int32_t index)
{
	const PeNode *node = &ready->rubric.nodes[index];
	const int32_t *children = ready->rubric.children + node->children;
	int64_t    *powers = pe_alloc(arena, sizeof(int64_t) * (size_t) node->nchildren);
	int32_t		scale = 0;
	PeInt128	common = 0;

	for (int32_t i = 0; i < node->nchildren; i++)
		if (pe_child_weight(ready, children[i])->scale > scale)
			scale = pe_child_weight(ready, children[i])->scale;
	for (int pass = 0; pass < 2; pass++)
		for (int32_t i = 0; i < node->nchildren; i++)
		{
			PeRat		weight = *pe_child_weight(ready, children[i]);
			PeInt128	whole = weight.num;

			for (int32_t up = weight.scale; up < scale; up++)
				whole *= 10;
			if (pass == 1)
				powers[i] = (int64_t) (common ? whole / common : 0);
			while (pass == 0 && whole != 0)
			{
				PeInt128	rest = common % whole;

				common = whole;
				whole = rest;
			}
		}
	ready->nodes[index].powers = powers;
}

/* Which rounding applies to the node. */
static void
ready_rounding(PeReady *ready, int32_t index)
{
	const PeNode *node = &ready->rubric.nodes[index];
	PeReadyNode *mine = &ready->nodes[index];

	mine->is_leaf = node->nchildren == 0;
	mine->digits = ready->digits;
	mine->mode = ready->mode;
	if (node->digits != PE_NOT_ROUNDED)
	{
		mine->rounds = true;
		mine->digits = node->digits;
		mine->mode = node->mode;
	}
	else if (node->rule == PE_RULE_LIMIT)
		mine->rounds = false;
	else
		mine->rounds = ready->round_at == PE_ROUND_AT_NODE ||
			(ready->round_at == PE_ROUND_AT_INDICATOR && mine->is_leaf) ||
			(ready->round_at == PE_ROUND_AT_FINAL && index == ready->rubric.header->root);
}

typedef struct Numbered
{
	int32_t		number;
	int32_t		index;
} Numbered;

static int
by_number(const void *a, const void *b)
{
	int32_t		x = ((const Numbered *) a)->number;
	int32_t		y = ((const Numbered *) b)->number;

	return x < y ? -1 : x > y;
}

/* Results are sorted by the nodes' numbers. */
static void
ready_order(PeArena *arena, PeReady *ready)
{
	int32_t		n = ready->rubric.header->nnodes;
	Numbered   *nodes = pe_alloc(arena, sizeof(Numbered) * (size_t) n);
	int32_t    *order = pe_alloc(arena, sizeof(int32_t) * (size_t) n);

	for (int32_t i = 0; i < n; i++)
		nodes[i] = (Numbered) {ready->rubric.nodes[i].number, i};
	qsort(nodes, (size_t) n, sizeof(Numbered), by_number);
	for (int32_t i = 0; i < n; i++)
		order[i] = nodes[i].index;
	ready->by_number = order;
}

/* Whether all limits look at items and constants, which need no other node. */
static bool
limits_stand_alone(const PeRubric *rubric)
{
	const PeRubricHeader *header = rubric->header;

	for (int32_t i = header->nnodes - header->nlimits; i < header->nnodes; i++)
	{
		const PeNode *node = &rubric->nodes[i];

		for (int32_t j = 0; j < node->noperands; j++)
			if (rubric->operands[node->operands + j].kind == PE_NODE)
				return false;
	}
	return true;
}

/*
 * Makes a valid rubric ready; it and the arena's memory must stay.
 */
PeReady *
pe_rubric_ready(PeArena *arena, const void *data)
{
	PeReady    *ready = pe_alloc(arena, sizeof(PeReady));
	const PeRubricHeader *header;
	PeRat	   *constants;
	bool		formulas = false;

	memset(ready, 0, sizeof(PeReady));
	pe_rubric_open(&ready->rubric, data);
	header = ready->rubric.header;
	ready->round_at = header->round_at ? header->round_at : PE_ROUND_AT_FINAL;
	ready->limits_alone = limits_stand_alone(&ready->rubric);
	ready->rank_basis = header->rank_basis ? header->rank_basis : PE_RANK_UNROUNDED;
	ready->digits = header->digits != PE_NOT_ROUNDED ? header->digits : 2;
	ready->mode = header->mode ? header->mode - 1 : PE_HALF_UP;

	constants = pe_alloc(arena, sizeof(PeRat) * (size_t) header->nconstants);
	for (int32_t i = 0; i < header->nconstants; i++)
		constants[i] = pe_rat_small(ready->rubric.constants[i].number,
									ready->rubric.constants[i].scale);
	ready->constants = constants;
	ready->parameters = pe_alloc(arena, sizeof(PeRat *) * (size_t) header->nparameters);
	for (int32_t i = 0; i < header->nparameters; i++)
	{
		int32_t		bound = ready->rubric.parameters[i].constant;

		ready->parameters[i] = bound < 0 ? NULL : &constants[bound];
	}
	ready->settings = pe_alloc(arena, sizeof(PeRat *) * (size_t) header->noperands);
	ready->open = pe_alloc(arena, sizeof(PeOperand *) * (size_t) header->noperands);
	for (int32_t i = 0; i < header->noperands; i++)
	{
		const PeOperand *operand = &ready->rubric.operands[i];

		ready->settings[i] = NULL;
		ready->open[i] = NULL;
		if (operand->kind == PE_CONSTANT)
			ready->settings[i] = &constants[operand->ref];
		else if (operand->kind == PE_PARAMETER && ready->parameters[operand->ref])
			ready->settings[i] = ready->parameters[operand->ref];
		else if (operand->kind == PE_ITEM || operand->kind == PE_NODE ||
				 operand->kind == PE_PARAMETER)
			ready->open[i] = operand;
	}
	ready->nodes = pe_alloc(arena, sizeof(PeReadyNode) * (size_t) header->nnodes);
	memset(ready->nodes, 0, sizeof(PeReadyNode) * (size_t) header->nnodes);
	for (int32_t i = 0; i < header->nnodes; i++)
	{
		const PeNode *node = &ready->rubric.nodes[i];

		ready_settings(arena, ready, i);
		ready_rounding(ready, i);
		if (node->rule == PE_RULE_INTERPOLATE ||
			(node->rule == PE_RULE_BANDS && node->choice[1] == 0))
			ready_list(arena, ready, i);
		else if (node->rule == PE_RULE_GEOMETRIC_MEAN)
			ready_powers(arena, ready, i);
		else if (node->rule == PE_RULE_FORMULA)
			formulas = true;
	}
	ready->results = pe_alloc(arena, sizeof(PeResult) * (size_t) header->nnodes);
	if (formulas)
		ready->stack = pe_alloc(arena, sizeof(PeResult) * (PE_MAX_STACK + 1));
	ready_order(arena, ready);
	pe_make_plans(arena, ready);
	return ready;
}
