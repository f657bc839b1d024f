/*
 * evaluate.c
 *	  Inner nodes, rounding and results; see evaluate.h.
 */
#include "evaluate.h"

#include <stdlib.h>
#include <string.h>

#include "card_text.h"
#include "irrational.h"
#include "plan.h"

static const PeRat zero = {0, 1, 0, NULL};

/*
 * Making ready.
 */

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

/*
 * Evaluating.
 */

void
pe_raise(PeEvaluation *e, int32_t node, PeFlag flag, int64_t value)
{
	if (e->nraised == e->room)
	{
		int32_t		room = e->room == 0 ? 16 : 2 * e->room;
		PeRaised   *more = pe_alloc(e->arena, sizeof(PeRaised) * (size_t) room);

		if (e->nraised > 0)
			memcpy(more, e->raised, sizeof(PeRaised) * (size_t) e->nraised);
		e->raised = more;
		e->room = room;
	}
	e->raised[e->nraised++] = (PeRaised) {node, flag, value};
}

/* A node's value has a limit, so that trees cannot make numbers explode. */
void
pe_check_size(PeResult *result)
{
	if (result->status == PE_OK && result->value.den == 0 &&
		(result->value.big == NULL ||
		 result->value.big->num.n > PE_NODE_MAX_LIMBS ||
		 result->value.big->den.n > PE_NODE_MAX_LIMBS))
		pe_fail(result, PE_ERROR, PE_TOO_BIG);
}

void
pe_settle(const PeEvaluation *e, int32_t index)
{
	PeRat	   *value = &e->results[index].value;

	if (e->results[index].status == PE_OK && value->den == PE_PLANNED)
		*value = pe_rat_ratio(e->arena, value->num, e->ready->plans[index].den);
}

static bool
is_list(const PeNode *node)
{
	return node->rule == PE_RULE_DEDUCTIONS || node->rule == PE_RULE_BONUS;
}

/* Do its children's weights count? */
bool
pe_has_weights(const PeNode *node)
{
	return node->rule == PE_RULE_WEIGHTED_MEAN ||
		node->rule == PE_RULE_GEOMETRIC_MEAN ||
		node->rule == PE_RULE_HARMONIC_MEAN ||
		node->rule == PE_RULE_BUDGET;
}

/* Numbers of a node that are parameters without a value. */
static bool
unbound(const PeEvaluation *e, const PeNode *node)
{
	const PeReady *ready = e->ready;
	int32_t		first = node->operands + PE_OPERAND_MISSING;
	int32_t		end = node->operands + node->noperands;

	if (ready->rubric.header->nparameters == 0)
		return false;
	for (int32_t i = first; i < end; i++)
		if (ready->open[i] && ready->open[i]->kind == PE_PARAMETER)
			return true;
	for (int32_t i = 0; i < node->nchildren; i++)
		for (int operand = PE_OPERAND_WEIGHT; operand <= PE_OPERAND_CAP; operand++)
		{
			int32_t		child = ready->rubric.children[node->children + i];

			if (ready->open[ready->rubric.nodes[child].operands + operand])
				return true;
		}
	return false;
}

/* Do the observed children weigh as much as the policy asks for? */
static bool
covered(PeEvaluation *e, const PeNode *node, PeResult *result)
{
	const int32_t *children = e->ready->rubric.children + node->children;
	const PeRat *least = e->ready->settings[node->operands + PE_OPERAND_MISSING];
	PeRat		one = pe_rat_int(1);
	PeRat		observed = zero;
	PeRat		all = zero;

	for (int32_t i = 0; i < node->nchildren; i++)
	{
		const PeResult *child = &e->results[children[i]];
		const PeRat *weight = pe_has_weights(node) ? pe_child_weight(e->ready, children[i]) : &one;

		if (child->status == PE_EXEMPT || child->status == PE_NOT_APPLICABLE)
			continue;
		all = pe_rat_add(e->arena, &all, weight);
		if (child->status == PE_OK)
			observed = pe_rat_add(e->arena, &observed, weight);
	}
	if (pe_rat_sign(&all) == 0)
	{
		pe_fail(result, PE_ERROR, PE_NO_WEIGHT);
		return false;
	}
	if (least == NULL)
		return true;
	all = pe_rat_mul(e->arena, &all, least);
	return pe_rat_cmp(e->arena, &observed, &all) >= 0;
}

/*
 * Has the node a value, and what stands for its missing children?  If not,
 * `result` says why.
 */
PeTaken
pe_take_children(PeEvaluation *e, const PeNode *node, PeResult *result)
{
	const int32_t *children = e->ready->rubric.children + node->children;
	int32_t		index = (int32_t) (node - e->ready->rubric.nodes);
	PeTaken		taken = {true, NULL};
	const PeResult *wrong = NULL;
	int32_t		ok = 0;
	int32_t		missing = 0;
	int32_t		exempt = 0;

	for (int32_t i = 0; i < node->nchildren; i++)
	{
		const PeResult *child = &e->results[children[i]];

		if (child->status == PE_OK)
			ok++;
		else if (child->status == PE_EXEMPT)
			exempt++;
		else if (child->status != PE_NOT_APPLICABLE)
		{
			missing++;
			if (wrong == NULL && child->status == PE_ERROR)
				wrong = child;
		}
	}
	taken.settled = false;
	if (ok < node->nchildren &&
		((ok == 0 && !is_list(node)) || (missing > 0 && pe_missing_policy(node) == PE_MISSING_STRICT)))
	{
		if (missing == 0)
			pe_fail(result, exempt == node->nchildren ? PE_EXEMPT : PE_NOT_APPLICABLE, 0);
		else if (wrong)
			pe_fail(result, PE_ERROR, wrong->code);
		else
			pe_fail(result, PE_MISSING, 0);
		return taken;
	}
	if (unbound(e, node))
	{
		pe_fail(result, PE_ERROR, PE_NO_PARAMETER);
		return taken;
	}
	if (missing > 0)
		switch (pe_missing_policy(node))
		{
			case PE_MISSING_IMPUTE:
				taken.fill = e->ready->settings[node->operands + PE_OPERAND_MISSING];
				break;
			case PE_MISSING_ZERO:
				taken.fill = &zero;
				break;
			default:
				result->status = PE_OK;
				if (!is_list(node) && !covered(e, node, result))
				{
					if (result->status == PE_OK)
					{
						pe_raise(e, index, PE_FLAG_COVERAGE, missing);
						pe_fail(result, PE_MISSING, 0);
					}
					return taken;
				}
				break;
		}
	if (taken.fill && !(is_list(node) && taken.fill == &zero))
		pe_raise(e, index, PE_FLAG_IMPUTED, missing);
	taken.settled = true;
	return taken;
}

/* What a child counts as, or NULL if it does not count. */
const PeRat *
pe_child_value(const PeEvaluation *e, const PeNode *node, const PeTaken *taken,
			   int32_t child)
{
	const PeResult *result = &e->results[child];

	if (result->status == PE_OK)
		return &result->value;
	if (result->status == PE_MISSING || result->status == PE_ERROR)
		return taken->fill;
	if (node->rule == PE_RULE_BUDGET)
	{
		if (node->choice[0] == PE_UNUSED_FULL)
			return e->ready->settings[node->operands + PE_BU_FULL];
		if (node->choice[0] == PE_UNUSED_ZERO)
			return &zero;
	}
	return NULL;
}

/* sum w x / sum w; of a budget: total * sum b x / (full * sum b) */
static void
weighted(PeEvaluation *e, const PeNode *node, const PeTaken *taken, PeResult *result)
{
	PeArena    *arena = e->arena;
	const int32_t *children = e->ready->rubric.children + node->children;
	PeRat		weights = zero;
	PeRat		sum = zero;
	PeRat		total = zero;
	PeRat		part;

	for (int32_t i = 0; i < node->nchildren; i++)
	{
		const PeRat *x = pe_child_value(e, node, taken, children[i]);
		const PeRat *weight = pe_child_weight(e->ready, children[i]);

		if (node->rule == PE_RULE_BUDGET)
			total = pe_rat_add(arena, &total, weight);
		if (x == NULL)
			continue;
		weights = pe_rat_add(arena, &weights, weight);
		part = pe_rat_mul(arena, weight, x);
		sum = pe_rat_add(arena, &sum, &part);
	}
	if (pe_rat_sign(&weights) == 0)
	{
		pe_fail(result, PE_ERROR, PE_NO_WEIGHT);
		return;
	}
	if (node->rule == PE_RULE_BUDGET)
	{
		const PeRat *full = pe_number_of(e->ready, node, PE_BU_FULL);

		/* all budgets in use, which is the rule, is one division less */
		if (pe_rat_cmp(arena, &weights, &total) == 0)
			weights = *full;
		else
		{
			sum = pe_rat_mul(arena, &sum, &total);
			weights = pe_rat_mul(arena, &weights, full);
		}
	}
	result->value = pe_rat_div(arena, &sum, &weights);
}

/* prod x^(w / sum w): the children that count, and the sum of their weights. */
static PeFactor *
geometric_factors(PeEvaluation *e, const PeNode *node, const PeTaken *taken,
				  int32_t *n, int64_t *root)
{
	const int32_t *children = e->ready->rubric.children + node->children;
	const int64_t *powers = e->ready->nodes[node - e->ready->rubric.nodes].powers;
	PeFactor   *factors = pe_alloc(e->arena, sizeof(PeFactor) * (size_t) node->nchildren);

	*n = 0;
	*root = 0;
	for (int32_t i = 0; i < node->nchildren; i++)
	{
		const PeRat *x = pe_child_value(e, node, taken, children[i]);
		PeBigRat	big;

		if (x == NULL || powers[i] == 0)
			continue;
		big = pe_rat_big(e->arena, x);
		factors[(*n)++] = (PeFactor) {big.num, big.den, powers[i]};
		*root += powers[i];
	}
	return factors;
}

/* The root of the product, rounded once to so many digits. */
static void
geometric_root(PeArena *arena, const PeFactor *factors, int32_t n, int64_t root,
			   int32_t digits, PeRound mode, PeResult *result)
{
	PeDec		value = {0, 0, 0, NULL};

	switch (pe_power_product(arena, factors, n, root, digits, mode, &value))
	{
		case PE_IRRATIONAL_OK:
			result->value = pe_rat_dec(arena, value);
			break;
		case PE_IRRATIONAL_DOMAIN:
			pe_fail(result, PE_ERROR, PE_BAD_DOMAIN);
			break;
		case PE_IRRATIONAL_TOO_BIG:
			pe_fail(result, PE_ERROR, PE_TOO_BIG);
			break;
	}
}

/* The value as it is, if an entry can hold that. */
static bool
exact_entry(PeArena *arena, const PeRat *value, PeEntry *entry)
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

static void
geometric(PeEvaluation *e, int32_t index, const PeTaken *taken, PeResult *result)
{
	const PeNode *node = &e->ready->rubric.nodes[index];
	const PeReadyNode *ready = &e->ready->nodes[index];
	PeFactor   *factors;
	PeResult	finer = {.status = PE_OK};
	PeEntry		entry;
	int64_t		root;
	int32_t		n;

	factors = geometric_factors(e, node, taken, &n, &root);
	if (root == 0)
	{
		pe_fail(result, PE_ERROR, PE_NO_WEIGHT);
		return;
	}
	for (int32_t i = 0; i < n; i++)
		if (factors[i].num.sign < 0)
		{
			pe_fail(result, PE_ERROR, PE_BAD_DOMAIN);
			return;
		}
	geometric_root(e->arena, factors, n, root, ready->digits, (PeRound) ready->mode, result);
	e->root = result->value;
	if (result->status != PE_OK || index != e->ready->rubric.header->root ||
		e->ready->rank_basis != PE_RANK_UNROUNDED)
		return;
	/* ranks look at as many digits as a card can hold */
	for (int32_t digits = PE_MAX_DIGITS; digits >= 0; digits--)
	{
		geometric_root(e->arena, factors, n, root, digits, PE_HALF_UP, &finer);
		if (finer.status != PE_OK || exact_entry(e->arena, &finer.value, &entry))
			break;
	}
	if (finer.status == PE_OK)
		e->root = finer.value;
}

/* sum w / sum (w / x) */
static void
harmonic(PeEvaluation *e, const PeNode *node, const PeTaken *taken, PeResult *result)
{
	const int32_t *children = e->ready->rubric.children + node->children;
	PeRat		weights = zero;
	PeRat		sum = zero;
	bool		is_zero = false;

	for (int32_t i = 0; i < node->nchildren; i++)
	{
		const PeRat *x = pe_child_value(e, node, taken, children[i]);
		const PeRat *weight = pe_child_weight(e->ready, children[i]);
		PeRat		part;

		if (x == NULL || pe_rat_sign(weight) == 0)
			continue;
		weights = pe_rat_add(e->arena, &weights, weight);
		if (pe_rat_sign(x) < 0)
		{
			pe_fail(result, PE_ERROR, PE_BAD_DOMAIN);
			return;
		}
		if (pe_rat_sign(x) == 0)
		{
			is_zero = true;
			continue;
		}
		part = pe_rat_div(e->arena, weight, x);
		sum = pe_rat_add(e->arena, &sum, &part);
	}
	if (pe_rat_sign(&weights) == 0)
		pe_fail(result, PE_ERROR, PE_NO_WEIGHT);
	else
		result->value = is_zero ? zero : pe_rat_div(e->arena, &weights, &sum);
}

/* sum, product, minimum, maximum */
static void
combined(PeEvaluation *e, const PeNode *node, const PeTaken *taken, PeResult *result)
{
	PeArena    *arena = e->arena;
	const int32_t *children = e->ready->rubric.children + node->children;
	bool		first = true;

	for (int32_t i = 0; i < node->nchildren; i++)
	{
		const PeRat *x = pe_child_value(e, node, taken, children[i]);

		if (x == NULL)
			continue;
		if (first)
			result->value = *x;
		else if (node->rule == PE_RULE_SUM)
			result->value = pe_rat_add(arena, &result->value, x);
		else if (node->rule == PE_RULE_PRODUCT)
			result->value = pe_rat_mul(arena, &result->value, x);
		else
		{
			int			order = pe_rat_cmp(arena, x, &result->value);

			if (node->rule == PE_RULE_MINIMUM ? order < 0 : order > 0)
				result->value = *x;
		}
		first = false;
		pe_check_size(result);
		if (result->status != PE_OK)
			return;
	}
}

static PeRat
capped(PeArena *arena, PeRat x, const PeRat *cap)
{
	return cap && pe_rat_cmp(arena, &x, cap) > 0 ? *cap : x;
}

/* deductions and bonus: a sum with caps */
static void
listed(PeEvaluation *e, const PeNode *node, const PeTaken *taken, PeResult *result)
{
	PeArena    *arena = e->arena;
	const int32_t *children = e->ready->rubric.children + node->children;
	PeRat		sum = zero;

	for (int32_t i = 0; i < node->nchildren; i++)
	{
		const PeRat *x = pe_child_value(e, node, taken, children[i]);
		PeRat		part;

		if (x == NULL)
			continue;
		part = capped(arena, *x,
					  pe_number_of(e->ready, &e->ready->rubric.nodes[children[i]], PE_OPERAND_CAP));
		sum = pe_rat_add(arena, &sum, &part);
	}
	sum = capped(arena, sum, pe_number_of(e->ready, node, PE_LI_CAP));
	result->value = node->rule == PE_RULE_DEDUCTIONS ? pe_rat_neg(arena, &sum) : sum;
}

static void
coefficient(PeEvaluation *e, int32_t index, const PeRat *x, PeResult *result)
{
	const PeNode *node = &e->ready->rubric.nodes[index];
	const PeRat *low = pe_number_of(e->ready, node, PE_CF_LOW);
	const PeRat *high = pe_number_of(e->ready, node, PE_CF_HIGH);
	const PeRat *otherwise = pe_number_of(e->ready, node, PE_CF_OTHERWISE);
	const PeRat *c;
	PeRat		room;

	if (!pe_read(e, node->operands + PE_CF_COEFFICIENT, &room, &c, result))
	{
		if (otherwise == NULL || result->status == PE_ERROR)
			return;
		result->status = PE_OK;
		c = otherwise;
		pe_raise(e, index, PE_FLAG_IMPUTED, 1);
	}
	if ((low && pe_rat_cmp(e->arena, c, low) < 0) ||
		(high && pe_rat_cmp(e->arena, c, high) > 0))
	{
		pe_fail(result, PE_ERROR, PE_OUT_OF_BOUNDS);
		return;
	}
	result->value = capped(e->arena, pe_rat_mul(e->arena, c, x),
						   pe_number_of(e->ready, node, PE_CF_MAX));
}

static void
inner(PeEvaluation *e, int32_t index, PeResult *result)
{
	const PeNode *node = &e->ready->rubric.nodes[index];
	const int32_t *children = e->ready->rubric.children + node->children;
	const PeResult *only = &e->results[children[0]];
	PeTaken		taken;

	for (int32_t i = 0; i < node->nchildren; i++)
		pe_settle(e, children[i]);
	if (node->rule == PE_RULE_COEFFICIENT || node->rule == PE_RULE_CLAMP)
	{
		if (only->status != PE_OK)
		{
			pe_fail(result, (PeStatus) only->status, only->code);
			return;
		}
		if (unbound(e, node))
		{
			pe_fail(result, PE_ERROR, PE_NO_PARAMETER);
			return;
		}
	}
	else
	{
		taken = pe_take_children(e, node, result);
		if (!taken.settled)
			return;
	}
	result->status = PE_OK;
	switch ((PeRule) node->rule)
	{
		case PE_RULE_WEIGHTED_MEAN:
		case PE_RULE_BUDGET:
			weighted(e, node, &taken, result);
			break;
		case PE_RULE_GEOMETRIC_MEAN:
			geometric(e, index, &taken, result);
			break;
		case PE_RULE_HARMONIC_MEAN:
			harmonic(e, node, &taken, result);
			break;
		case PE_RULE_DEDUCTIONS:
		case PE_RULE_BONUS:
			listed(e, node, &taken, result);
			break;
		case PE_RULE_COEFFICIENT:
			coefficient(e, index, &only->value, result);
			break;
		case PE_RULE_CLAMP:
			result->value = capped(e->arena, only->value, pe_number_of(e->ready, node, PE_CL_HIGH));
			if (pe_number_of(e->ready, node, PE_CL_LOW) &&
				pe_rat_cmp(e->arena, &result->value, pe_number_of(e->ready, node, PE_CL_LOW)) < 0)
				result->value = *pe_number_of(e->ready, node, PE_CL_LOW);
			break;
		default:
			combined(e, node, &taken, result);
			break;
	}
}

/* The final rounding of a root that was planned. */
static void
round_root(PeEvaluation *e, int32_t root)
{
	const PePlan *plan = &e->ready->plans[root];
	const PeReadyNode *mine = &e->ready->nodes[root];
	PeRat	   *value = &e->results[root].value;
	PeInt128	rounded;

	if (pe_plan_round(value->num, plan->den, plan->bound, mine->digits,
					  (PeRound) mine->mode, &rounded))
		*value = pe_rat_small(rounded, mine->digits);
	else
	{
		pe_settle(e, root);
		*value = pe_rat_round(e->arena, value, mine->digits, (PeRound) mine->mode);
	}
}

static void
begin(PeEvaluation *e, PeArena *arena, const PeReady *ready, const PeCard *card)
{
	e->arena = arena;
	e->ready = ready;
	e->card = card;
	e->results = ready->results;
	e->unrounded = NULL;
	e->root = zero;
	e->veto = -1;
	e->raised = NULL;
	e->nraised = 0;
	e->room = 0;
}

/* Every node, in the order of evaluation; `keep_unrounded` for explanations. */
void
pe_evaluate(PeEvaluation *e, PeArena *arena, const PeReady *ready,
			const PeCard *card, bool keep_unrounded)
{
	const PeRubricHeader *header = ready->rubric.header;
	size_t		most = arena->grown + PE_EVALUATION_MAX_BYTES;

	begin(e, arena, ready, card);
	if (keep_unrounded)
		e->unrounded = pe_alloc(arena, sizeof(PeRat) * (size_t) header->nnodes);

	for (int32_t i = 0; i < header->nnodes; i++)
	{
		const PeNode *node = &ready->rubric.nodes[i];
		const PeReadyNode *mine = &ready->nodes[i];
		PeResult   *result = &e->results[i];

		if (!keep_unrounded && pe_run_plan(e, i))
		{
			if (i == header->root && mine->rounds)
				round_root(e, i);
			continue;
		}
		result->status = PE_OK;
		if (arena->grown > most)
			pe_fail(result, PE_ERROR, PE_TOO_BIG);
		else if (node->rule == PE_RULE_FORMULA)
			pe_formula(e, i, result);
		else if (mine->is_leaf)
			pe_leaf(e, i, result);
		else
			inner(e, i, result);

		pe_check_size(result);
		if (result->status == PE_ERROR)
			pe_raise(e, i, PE_FLAG_ERROR, result->code);
		if (result->status != PE_OK)
			continue;
		if (keep_unrounded)
			e->unrounded[i] = result->value;
		if (node->rule == PE_RULE_GEOMETRIC_MEAN)
			continue;			/* rounded where it was computed */
		if (i == header->root)
			e->root = result->value;
		if (mine->rounds)
			result->value = pe_rat_round(arena, &result->value, mine->digits,
										 (PeRound) mine->mode);
		if (node->rule == PE_RULE_LIMIT && node->choice[0] == PE_ZERO_SCORE &&
			pe_rat_sign(&result->value) > 0 && e->veto < 0 &&
			e->results[header->root].status == PE_OK)
			e->veto = i;
	}
}

/* The same for the root alone: a score, or what ranks look at. */
void
pe_evaluate_root(PeEvaluation *e, PeArena *arena, const PeReady *ready,
				 const PeCard *card)
{
	int32_t		root = ready->rubric.header->root;

	begin(e, arena, ready, card);
	if (!pe_run_root(e))
		pe_evaluate(e, arena, ready, card, false);
	else if (ready->nodes[root].rounds)
		round_root(e, root);
}

/*
 * Results.
 */

/*
 * A value as it is, or rounded to as many as 30 decimals; `digits` says to how many,
 * -1 if not at all.
 */
bool
pe_unrounded_entry(PeArena *arena, const PeRat *value, PeEntry *entry,
				   int32_t *digits)
{
	*digits = -1;
	if (exact_entry(arena, value, entry))
		return true;
	for (*digits = PE_MAX_DIGITS; *digits >= 0; --*digits)
	{
		PeRat		shown = pe_rat_round(arena, value, *digits, PE_HALF_UP);

		if (exact_entry(arena, &shown, entry))
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
			fits = exact_entry(e->arena, &result->value, entry);
		else if (ready->round_at == PE_ROUND_AT_NONE)
			fits = pe_unrounded_entry(e->arena, &result->value, entry, &digits);
		else
		{
			PeRat		shown = pe_rat_round(e->arena, &result->value,
											 ready->digits, (PeRound) ready->mode);

			fits = exact_entry(e->arena, &shown, entry);
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
		root.value = zero;
	(void) pe_shown_entry(e, e->ready->rubric.header->root, &root, entry);
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
		if (e->root.den == PE_PLANNED)
			e->root = pe_rat_ratio(e->arena, e->root.num,
								   e->ready->plans[e->ready->rubric.header->root].inner);
		if (!pe_unrounded_entry(e->arena, &e->root, entry, &digits))
			*entry = score;
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

	if (result->status != PE_OK || result->value.den != PE_PLANNED)
		return false;
	entry->item = ready->rubric.nodes[index].number;
	entry->status = PE_OK;
	entry->number = result->value.num;
	if (plan->rounds)
		entry->scale = plan->digits;
	else
	{
		if (ready->round_at == PE_ROUND_AT_NONE ||
			!pe_plan_round(result->value.num, plan->den, plan->bound, ready->digits,
						   (PeRound) ready->mode, &entry->number))
			return false;
		entry->scale = ready->digits;
	}
	pe_entry_normalize(entry);
	return true;
}

/* The result's entries, sorted: nodes, flags, what ranks look at. */
int32_t
pe_evaluation_entries(PeEvaluation *e, PeEntry *entries)
{
	const PeRubric *rubric = &e->ready->rubric;
	int32_t		n = 0;
	int32_t		duplicate;
	PeEntry		rank;

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
	for (int32_t i = 0; i < e->nraised; i++)
	{
		const PeRaised *raised = &e->raised[i];
		PeEntry    *entry = &entries[n++];

		entry->item = PE_FLAG_ITEM + raised->flag * PE_FLAG_STRIDE +
			rubric->nodes[raised->node].number;
		entry->status = PE_OK;
		entry->scale = 0;
		entry->number = raised->value;
	}
	/* a node raises a flag once */
	(void) pe_entries_sort(entries + rubric->header->nnodes, e->nraised, &duplicate);

	pe_evaluation_rank(e, &rank);
	if (rank.status == PE_OK &&
		(rank.number != entries[0].number || rank.scale != entries[0].scale))
		entries[n++] = rank;
	return n;
}
