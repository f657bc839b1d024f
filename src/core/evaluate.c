/*
 * evaluate.c
 *	  A card through a rubric: inner nodes and rounding; see evaluate.h.
 */
#include "evaluate.h"

#include <string.h>

#include "irrational.h"
#include "plan.h"

static const PeRat zero = {0, 1, 0, NULL};

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

	if (e->results[index].status == PE_OK && value->den < 0)
		*value = pe_rat_ratio(e->arena, value->num,
							  pe_planned_den(value, e->ready->plans[index].den));
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
		if (finer.status != PE_OK || pe_exact_entry(e->arena, &finer.value, &entry))
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

	if (e->results[root].status != PE_OK)
		return;
	if (pe_plan_round(value->num, pe_planned_den(value, plan->den), mine->digits,
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

/* One node, exactly. */
static void
evaluate_node(PeEvaluation *e, int32_t i, size_t most)
{
	const PeRubricHeader *header = e->ready->rubric.header;
	const PeNode *node = &e->ready->rubric.nodes[i];
	const PeReadyNode *mine = &e->ready->nodes[i];
	PeResult   *result = &e->results[i];

	result->status = PE_OK;
	if (e->arena->grown > most)
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
		return;
	if (e->unrounded)
		e->unrounded[i] = result->value;
	if (node->rule == PE_RULE_GEOMETRIC_MEAN)
		return;					/* rounded where it was computed */
	if (i == header->root)
		e->root = result->value;
	if (mine->rounds)
		result->value = pe_rat_round(e->arena, &result->value, mine->digits,
									 (PeRound) mine->mode);
	if (node->rule == PE_RULE_LIMIT && node->choice[0] == PE_ZERO_SCORE &&
		pe_rat_sign(&result->value) > 0 && e->veto < 0 &&
		e->results[header->root].status == PE_OK)
		e->veto = i;
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
		if (keep_unrounded || !pe_run_plan(e, i))
			evaluate_node(e, i, most);
		else if (i == header->root && ready->nodes[i].rounds)
			round_root(e, i);
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

/* The root and the limits: all that ranks and tiers need. */
void
pe_evaluate_brief(PeEvaluation *e, PeArena *arena, const PeReady *ready,
				  const PeCard *card)
{
	const PeRubricHeader *header = ready->rubric.header;
	size_t		most = arena->grown + PE_EVALUATION_MAX_BYTES;

	if (!ready->limits_alone)
	{
		pe_evaluate(e, arena, ready, card, false);
		return;
	}
	pe_evaluate_root(e, arena, ready, card);
	e->nraised = 0;
	for (int32_t i = header->nnodes - header->nlimits; i < header->nnodes; i++)
		evaluate_node(e, i, most);
}
