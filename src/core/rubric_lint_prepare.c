/*
 * rubric_lint_prepare.c
 *	  What the lint knows before it begins: the order of the document, which
 *	  nodes can move the score, which items are read twice.
 */
#include "rubric_lint_parts.h"

#include <stdlib.h>
#include <string.h>

static void
order_nodes(PeLint *lint)
{
	const PeRubric *rubric = lint->rubric;
	int32_t		nnodes = rubric->header->nnodes;
	int32_t		first_limit = nnodes - rubric->header->nlimits;
	int32_t    *stack = pe_alloc(lint->arena, sizeof(int32_t) * (size_t) nnodes);
	int32_t		depth = 0;
	int32_t		n = 0;

	lint->document = pe_alloc(lint->arena, sizeof(int32_t) * (size_t) nnodes);
	lint->order = pe_alloc(lint->arena, sizeof(int32_t) * (size_t) nnodes);
	lint->place = pe_alloc(lint->arena, sizeof(int32_t) * (size_t) nnodes);
	lint->place[rubric->header->root] = 1;
	stack[depth++] = rubric->header->root;
	while (depth > 0)
	{
		int32_t		index = stack[--depth];
		const PeNode *node = pe_lint_node(lint, index);

		lint->order[index] = n;
		lint->document[n++] = index;
		for (int32_t i = node->nchildren; i > 0; i--)
		{
			int32_t		child = rubric->children[node->children + i - 1];

			lint->place[child] = i;
			stack[depth++] = child;
		}
	}
	for (int32_t i = first_limit; i < nnodes; i++)
	{
		lint->place[i] = i - first_limit + 1;
		lint->order[i] = n;
		lint->document[n++] = i;
	}
}

/* Does the child's value enter into its parent's? */
static bool
enters(const PeLint *lint, const PeNode *parent, int32_t index)
{
	const PeNode *child = pe_lint_node(lint, index);
	PeEnd		low = lint->ranges.node[index].low;

	if (parent->rule == PE_RULE_FORMULA)
		return false;			/* by its steps only */
	if (pe_lint_is_weighted(parent))
		return !pe_lint_is_zero(lint, child, PE_OPERAND_WEIGHT);
	if (pe_lint_is_list(parent) && pe_lint_is_zero(lint, child, PE_OPERAND_CAP))
		return low.infinite || low.x.sign < 0;
	return true;
}

/* From the root and the limits down; a node stands after all it looks at. */
static void
find_live(PeLint *lint)
{
	const PeRubric *rubric = lint->rubric;
	int32_t		nnodes = rubric->header->nnodes;

	lint->live = pe_alloc(lint->arena, sizeof(bool) * (size_t) nnodes);
	memset(lint->live, 0, sizeof(bool) * (size_t) nnodes);
	for (int32_t index = nnodes - 1; index >= 0; index--)
	{
		const PeNode *node = pe_lint_node(lint, index);

		if (index == rubric->header->root || node->rule == PE_RULE_LIMIT)
			lint->live[index] = true;
		if (!lint->live[index])
			continue;
		for (int32_t i = 0; i < node->noperands; i++)
			if (pe_lint_operand(lint, node, i)->kind == PE_NODE)
				lint->live[pe_lint_operand(lint, node, i)->ref] = true;
		for (int32_t i = node->code; i < node->code + node->ncode; i++)
			if (rubric->code[i].op == PE_OP_NODE)
				lint->live[rubric->code[i].arg] = true;
		for (int32_t i = 0; i < node->nchildren; i++)
		{
			int32_t		child = rubric->children[node->children + i];

			if (enters(lint, node, child))
				lint->live[child] = true;
		}
	}
}

/*
 * Under a minimum, a child that is never below another that always has the
 * same value; under a maximum, one that is never above it.
 */
static void
find_outdone(PeLint *lint)
{
	const PeRubric *rubric = lint->rubric;
	PeArena    *arena = lint->arena;
	int32_t		nnodes = rubric->header->nnodes;

	lint->outdone = pe_alloc(arena, sizeof(int32_t) * (size_t) nnodes);
	for (int32_t i = 0; i < nnodes; i++)
		lint->outdone[i] = -1;
	for (int32_t index = 0; index < nnodes; index++)
	{
		const PeNode *node = pe_lint_node(lint, index);
		int			side = node->rule == PE_RULE_MINIMUM ? 1 : -1;
		int32_t		fixed = -1;

		if (node->rule != PE_RULE_MINIMUM && node->rule != PE_RULE_MAXIMUM)
			continue;
		for (int32_t i = 0; i < node->nchildren; i++)
		{
			int32_t		child = rubric->children[node->children + i];
			PeRange		range = lint->ranges.node[child];

			if (range.sure && pe_range_is_point(arena, range) &&
				(fixed < 0 || pe_end_cmp(arena, range.low, lint->ranges.node[fixed].low) * side < 0))
				fixed = child;
		}
		for (int32_t i = 0; fixed >= 0 && i < node->nchildren; i++)
		{
			int32_t		child = rubric->children[node->children + i];
			PeRange		range = lint->ranges.node[child];
			PeEnd		end = side > 0 ? range.low : range.high;

			if (child != fixed &&
				pe_end_cmp(arena, end, lint->ranges.node[fixed].low) * side >= 0)
				lint->outdone[child] = fixed;
		}
	}
}

static int
by_item(const void *a, const void *b)
{
	const PeReading *x = a;
	const PeReading *y = b;

	if (x->item != y->item)
		return x->item < y->item ? -1 : 1;
	return x->order < y->order ? -1 : x->order > y->order;
}

static int
by_order(const void *a, const void *b)
{
	const PeReading *x = a;
	const PeReading *y = b;

	if (x->order != y->order)
		return x->order < y->order ? -1 : 1;
	return x->item < y->item ? -1 : x->item > y->item;
}

/* Which operands are the items that a leaf scores: [first, last). */
static void
scored_items(const PeNode *node, int *first, int *last)
{
	*first = *last = PE_VALUE;
	if (node->rule == PE_RULE_CEILING)
		*first = PE_CE_END;
	else if (node->rule == PE_RULE_AWARDS)
		*first = PE_AW_END;
	else if (node->rule < PE_RULE_FORMULA && node->rule != PE_RULE_CONSTANT)
	{
		*last = PE_VALUE + 1;
		return;
	}
	else
		return;
	*last = node->noperands;
}

static void
collect_readings(PeLint *lint)
{
	size_t		n = 0;
	int32_t		nnodes = lint->rubric->header->nnodes;
	int			first,
				last;

	for (int pass = 0; pass < 2; pass++)
	{
		n = 0;
		for (int32_t index = 0; index < nnodes; index++)
		{
			const PeNode *node = pe_lint_node(lint, index);

			scored_items(node, &first, &last);
			for (int i = first; i < last; i++)
			{
				if (pe_lint_operand(lint, node, i)->kind != PE_ITEM)
					continue;
				if (pass == 1)
					lint->readings[n] = (PeReading) {pe_lint_operand(lint, node, i)->ref,
						lint->order[index], index, -1};
				n++;
			}
		}
		if (pass == 0)
			lint->readings = pe_alloc(lint->arena, sizeof(PeReading) * (n + 1));
	}
	lint->nreadings = n;
	if (n > 1)
		qsort(lint->readings, n, sizeof(PeReading), by_item);

	lint->nagain = 0;
	lint->again = pe_alloc(lint->arena, sizeof(PeReading) * (n + 1));
	for (size_t i = 1, group = 0; i < n; i++)
	{
		PeReading  *reading = &lint->readings[i];

		if (reading->item != lint->readings[group].item)
			group = i;
		else
		{
			/* an item that is listed three times is told once */
			if (lint->nagain > 0 && lint->again[lint->nagain - 1].item == reading->item &&
				lint->again[lint->nagain - 1].node == reading->node)
				continue;
			lint->again[lint->nagain] = *reading;
			lint->again[lint->nagain++].other = lint->readings[group].node;
		}
	}
	if (lint->nagain > 1)
		qsort(lint->again, lint->nagain, sizeof(PeReading), by_order);
}

/*
 * What a limit's reading can be: where leaves read the same item, no more than
 * what they take for a value.
 */
PeRange
pe_lint_reading(PeLint *lint, const PeNode *node)
{
	PeArena    *arena = lint->arena;
	const PeOperand *value = pe_lint_operand(lint, node, PE_VALUE);
	PeRange		range = pe_setting_range(&lint->ranges, node, PE_VALUE);
	size_t		low = 0;
	size_t		high = lint->nreadings;

	if (value->kind != PE_ITEM)
		return range;
	while (low < high)
	{
		size_t		middle = low + (high - low) / 2;

		if (lint->readings[middle].item < value->ref)
			low = middle + 1;
		else
			high = middle;
	}
	/* a few leaves tell; an item that everybody reads must not take long */
	for (size_t i = low; i < low + 16 && i < lint->nreadings &&
		 lint->readings[i].item == value->ref; i++)
	{
		int32_t		index = lint->readings[i].node;
		const PeNode *leaf = pe_lint_node(lint, index);
		PeRange		taken = range;
		PeDec		x;

		switch (leaf->rule)
		{
			case PE_RULE_EVENTS:
			case PE_RULE_AWARDS:
				taken.low = (PeEnd) {0, pe_dec_int(arena, 0)};
				break;
			case PE_RULE_ORDINAL:
				taken.low = (PeEnd) {0, pe_dec_int(arena, 1)};
				taken.high = (PeEnd) {0, pe_dec_int(arena, (leaf->noperands - PE_OR_END) / 2)};
				break;
			case PE_RULE_GIVEN:
				if (pe_lint_known(lint, leaf, PE_GI_MIN, &x))
					taken.low = (PeEnd) {0, x};
				if (pe_lint_known(lint, leaf, PE_GI_MAX, &x))
					taken.high = (PeEnd) {0, x};
				break;
			default:
				break;
		}
		if (pe_end_cmp(arena, taken.low, range.low) > 0)
			range.low = taken.low;
		if (pe_end_cmp(arena, taken.high, range.high) < 0)
			range.high = taken.high;
	}
	return range;
}

void
pe_lint_prepare(PeLint *lint)
{
	order_nodes(lint);
	find_live(lint);
	find_outdone(lint);
	collect_readings(lint);
}
