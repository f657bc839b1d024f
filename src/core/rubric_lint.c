/*
 * rubric_lint.c
 *	  What is wrong, odd or left open in a rubric; see rubric_lint.h.
 */
#include "rubric_lint_parts.h"

#include <stdarg.h>
#include <string.h>

const char *const pe_severity_name[] = {"error", "warning", "choice"};

/* Text */

/* The strings one after the other, up to a NULL. */
const char *
pe_lint_text(PeArena *arena, const char *first,...)
{
	va_list		list;
	size_t		length = 0;
	char	   *text;
	char	   *at;

	va_start(list, first);
	for (const char *s = first; s; s = va_arg(list, const char *))
		length += strlen(s);
	va_end(list);
	text = pe_alloc(arena, length + 1);
	at = text;
	va_start(list, first);
	for (const char *s = first; s; s = va_arg(list, const char *))
	{
		size_t		part = strlen(s);

		memcpy(at, s, part);
		at += part;
	}
	va_end(list);
	*at = 0;
	return text;
}

const char *
pe_lint_number(PeArena *arena, PeDec x)
{
	PeDec		trimmed = pe_dec_trim(arena, x);
	size_t		n;
	unsigned char *digits = pe_dec_to_digits(arena, trimmed, &n);
	size_t		scale = (size_t) trimmed.scale;
	size_t		whole = n > scale ? n - scale : 0;
	char	   *text = pe_alloc(arena, n + scale + 4);
	char	   *at = text;

	if (trimmed.sign < 0)
		*at++ = '-';
	for (size_t i = 0; i < whole; i++)
		*at++ = (char) ('0' + digits[i]);
	if (whole == 0)
		*at++ = '0';
	if (scale > 0)
	{
		*at++ = '.';
		for (size_t i = n; i < scale; i++)
			*at++ = '0';
		for (size_t i = whole; i < n; i++)
			*at++ = (char) ('0' + digits[i]);
	}
	*at = 0;
	return text;
}

const char *
pe_lint_int(PeArena *arena, int64_t x)
{
	return pe_lint_number(arena, pe_dec_int(arena, x));
}

/* /, /1, /1/2, /limits/1 */
static const char *
path_text(PeLint *lint, int32_t index)
{
	const PeRubric *rubric = lint->rubric;
	const char *path = "";

	if (rubric->nodes[index].rule == PE_RULE_LIMIT)
		return pe_lint_text(lint->arena, "/limits/",
							pe_lint_int(lint->arena, lint->place[index]), NULL);
	for (; index != rubric->header->root; index = rubric->nodes[index].parent)
		path = pe_lint_text(lint->arena, "/",
							pe_lint_int(lint->arena, lint->place[index]), path, NULL);
	return *path ? path : "/";
}

/* Findings */

void
pe_lint_find(PeLint *lint, PeSeverity severity, int32_t node, const char *code,
			 const char *message, const char *hint)
{
	if (pe_lint_full(lint))
		return;
	if (lint->n == PE_LINT_MAX_FINDINGS)
	{
		severity = PE_LINT_WARNING;
		node = -1;
		code = "more";
		message = pe_lint_text(lint->arena, "there are more than ",
							   pe_lint_int(lint->arena, PE_LINT_MAX_FINDINGS),
							   " findings", NULL);
		hint = "Mend these first.";
	}
	lint->findings[lint->n++] = (PeFinding) {severity, node, code, message, hint};
}

/* The document */

static void
open_choice(PeLint *lint, int32_t node, const char *key, const char *holds,
			const char *hint)
{
	if (pe_lint_full(lint))
		return;
	pe_lint_find(lint, PE_LINT_CHOICE, node, "open_choice",
				 pe_lint_text(lint->arena, "\"", key, "\" is not stated: ", holds, NULL), hint);
}

static void
lint_rounding(PeLint *lint)
{
	const PeRubricHeader *header = lint->rubric->header;
	const PeNode *root = pe_lint_node(lint, header->root);
	bool		none = header->round_at == PE_ROUND_AT_NONE;
	bool		root_rounded = root->digits != PE_NOT_ROUNDED ||
		header->round_at == PE_ROUND_AT_UNSTATED ||
		header->round_at == PE_ROUND_AT_FINAL || header->round_at == PE_ROUND_AT_NODE ||
		(header->round_at == PE_ROUND_AT_INDICATOR && root->nchildren == 0);

	if (header->round_at == PE_ROUND_AT_UNSTATED)
		open_choice(lint, -1, "rounding.at", "\"final\" holds",
					"State \"at\" under \"rounding\": \"none\", \"indicator\", \"node\" or \"final\".");
	if (header->digits == PE_NOT_ROUNDED && !none)
		open_choice(lint, -1, "rounding.digits", "2 holds",
					"State \"digits\" under \"rounding\": 0 to 30.");
	if (header->mode == 0 && !none)
		open_choice(lint, -1, "rounding.mode", "\"half_up\" holds",
					"State \"mode\" under \"rounding\": \"half_up\", \"half_even\", \"floor\" or \"ceil\".");
	if (header->rank_basis == PE_RANK_UNSTATED && root_rounded)
		open_choice(lint, -1, "rounding.rank_basis", "\"unrounded\" holds",
					"State \"rank_basis\" under \"rounding\": \"unrounded\" or \"rounded\".");
}

static void
lint_parameters(PeLint *lint)
{
	const PeRubric *rubric = lint->rubric;
	int32_t		n = rubric->header->nparameters;
	int32_t    *user = pe_alloc(lint->arena, sizeof(int32_t) * (size_t) (n + 1));

	for (int32_t i = 0; i < n; i++)
		user[i] = -1;
	for (int32_t at = rubric->header->nnodes - 1; at >= 0; at--)
	{
		const PeNode *node = pe_lint_node(lint, lint->document[at]);

		for (int32_t i = 0; i < node->noperands; i++)
			if (pe_lint_operand(lint, node, i)->kind == PE_PARAMETER)
				user[pe_lint_operand(lint, node, i)->ref] = lint->document[at];
		for (int32_t i = node->code; i < node->code + node->ncode; i++)
			if (rubric->code[i].op == PE_OP_PARAMETER)
				user[rubric->code[i].arg] = lint->document[at];
	}
	for (int32_t i = 0; i < n && !pe_lint_full(lint); i++)
	{
		const char *name = rubric->text + rubric->parameters[i].name;

		if (user[i] < 0)
			pe_lint_find(lint, PE_LINT_WARNING, -1, "unused_parameter",
						 pe_lint_text(lint->arena, "nothing uses the parameter \"", name, "\"", NULL),
						 "Take it out, or write {\"parameter\": \"...\"} where it belongs.");
		else if (rubric->parameters[i].constant < 0)
			pe_lint_find(lint, PE_LINT_WARNING, -1, "unbound_parameter",
						 pe_lint_text(lint->arena, "the parameter \"", name,
									  "\" has no number yet, and ",
									  path_text(lint, user[i]), " uses it", NULL),
						 "Bind it before anything is evaluated: until then each use is an error.");
	}
}

/* Nodes: weights */

static void
lint_place(PeLint *lint, int32_t index)
{
	const PeNode *node = pe_lint_node(lint, index);
	const PeNode *parent = node->parent >= 0 ? pe_lint_node(lint, node->parent) : NULL;

	if (pe_lint_stated(lint, node, PE_OPERAND_WEIGHT) && (!parent || !pe_lint_is_weighted(parent)))
		pe_lint_find(lint, PE_LINT_WARNING, index, "idle_weight",
					 parent ? pe_lint_text(lint->arena, "the rule \"", pe_rule_info[parent->rule].name,
										   "\" above does not look at this weight", NULL) :
					 "the root has no use for a weight",
					 "Take the weight out, or weigh the nodes by a mean or a budget above them.");

	if (parent && !lint->live[index] && lint->live[node->parent])
	{
		if (parent->rule == PE_RULE_FORMULA)
			pe_lint_find(lint, PE_LINT_WARNING, index, "unreachable",
						 "the formula above does not refer to this node, nor does anything else",
						 "Name it in the formula by node(number), or take it out.");
		else
			pe_lint_find(lint, PE_LINT_WARNING, index, "unreachable",
						 pe_lint_is_weighted(parent) ? "its weight is 0: this node never counts" :
						 "its cap is 0: this node never counts",
						 "Give it a share, or take it out.");
	}
	else if (lint->outdone[index] >= 0 && !pe_lint_full(lint))
	{
		PeRange		fixed = lint->ranges.node[lint->outdone[index]];

		pe_lint_find(lint, PE_LINT_WARNING, index, "unreachable",
					 pe_lint_text(lint->arena, "this node never counts: it is never ",
								  parent->rule == PE_RULE_MINIMUM ? "below " : "above ",
								  path_text(lint, lint->outdone[index]), ", which is always ",
								  pe_lint_number(lint->arena, fixed.low.x), NULL),
					 "Check the constant, or take one of the two out.");
	}
}

static void
lint_weights(PeLint *lint, int32_t index)
{
	PeArena    *arena = lint->arena;
	const PeRubric *rubric = lint->rubric;
	const PeNode *node = pe_lint_node(lint, index);
	bool		budget = node->rule == PE_RULE_BUDGET;
	int			total = budget ? PE_BU_TOTAL : PE_WM_TOTAL;
	PeDec		sum = pe_dec_int(arena, 0);
	PeDec		one = pe_dec_int(arena, 1);
	PeDec		hundred = pe_dec_int(arena, 100);
	PeDec		target;
	PeDec		weight;
	int32_t		unstated = 0;
	bool		right;

	for (int32_t i = 0; i < node->nchildren; i++)
	{
		const PeNode *child = pe_lint_node(lint, rubric->children[node->children + i]);

		if (!pe_lint_known(lint, child, PE_OPERAND_WEIGHT, &weight))
			return;				/* not bound yet, which is told elsewhere */
		unstated += !pe_lint_stated(lint, child, PE_OPERAND_WEIGHT);
		sum = pe_dec_add(arena, sum, weight);
	}
	if (pe_lint_stated(lint, node, total))
	{
		if (!pe_lint_known(lint, node, total, &target))
			return;
		right = pe_dec_cmp(arena, sum, target) == 0;
	}
	else if (budget)
	{
		target = hundred;
		right = pe_dec_cmp(arena, sum, target) == 0;
	}
	else
	{
		if (unstated == node->nchildren)
			return;
		right = pe_dec_cmp(arena, sum, one) == 0 || pe_dec_cmp(arena, sum, hundred) == 0;
		/* the one that is nearer by size */
		target = pe_dec_cmp(arena, sum, pe_dec_int(arena, 10)) < 0 ? one : hundred;
	}
	if (right || pe_lint_full(lint))
		return;
	pe_lint_find(lint, PE_LINT_ERROR, index, "weight_sum",
				 pe_lint_text(arena, "weights sum to ", pe_lint_number(arena, sum), ", not to ",
							  pe_lint_number(arena, target),
							  unstated > 0 ? " (" : "", unstated > 0 ? pe_lint_int(arena, unstated) : "",
							  unstated > 0 ? " not stated, taken for 1)" : "", NULL),
				 pe_lint_stated(lint, node, total) ? "Mend the weights, or \"total\"." :
				 "Mend the weights, or state what they sum to as \"total\".");
}

/* A scale that runs downwards, and targets that nothing can reach. */
static void
lint_scale(PeLint *lint, int32_t index)
{
	PeArena    *arena = lint->arena;
	const PeNode *node = pe_lint_node(lint, index);
	const char *low_key = "low";
	const char *high_key = "high";
	PeDec		low;
	PeDec		high;

	if (node->rule == PE_RULE_PROPORTIONAL && !pe_lint_stated(lint, node, PE_PR_START))
	{
		/* 0 may be a group's: zero_target is for that */
		if (pe_lint_known(lint, node, PE_PR_TARGET, &high) && !pe_lint_full(lint) &&
			high.sign <= (pe_lint_operand(lint, node, PE_PR_TARGET)->kind == PE_CONSTANT ? 0 : -1))
			pe_lint_find(lint, PE_LINT_ERROR, index, "bad_target",
						 pe_lint_text(arena, "a share of the target ", pe_lint_number(arena, high),
									  " cannot be taken", NULL),
						 "State a target above 0, or a \"start\" from which the way to it counts.");
		return;
	}
	if (node->rule == PE_RULE_PROPORTIONAL)
	{
		low_key = "start";
		high_key = "target";
		if (!pe_lint_known(lint, node, PE_PR_START, &low) ||
			!pe_lint_known(lint, node, PE_PR_TARGET, &high))
			return;
	}
	else if (node->rule != PE_RULE_NORMALISE ||
			 (node->choice[0] != PE_MINMAX && node->choice[0] != PE_DISTANCE) ||
			 !pe_lint_known(lint, node, PE_NO_LOW, &low) ||
			 !pe_lint_known(lint, node, PE_NO_HIGH, &high))
		return;
	if (pe_dec_cmp(arena, low, high) <= 0 || pe_lint_full(lint))
		return;
	pe_lint_find(lint, PE_LINT_WARNING, index, "reversed_scale",
				 pe_lint_text(arena, "\"", low_key, "\" ", pe_lint_number(arena, low), " is above \"",
							  high_key, "\" ", pe_lint_number(arena, high),
							  ": lower readings score more", NULL),
				 "If lower is better all is well; otherwise exchange the two.");
}

/* Nodes: what they can amount to */

/* Does it look at anything that is not always the same number? */
static bool
reads(const PeLint *lint, const PeNode *node)
{
	const PeRubric *rubric = lint->rubric;

	for (int32_t i = 0; i < node->noperands; i++)
	{
		const PeOperand *operand = pe_lint_operand(lint, node, i);

		if (operand->kind == PE_ITEM ||
			(operand->kind == PE_NODE &&
			 !pe_range_is_point(lint->arena, lint->ranges.node[operand->ref])))
			return true;
	}
	for (int32_t i = node->code; i < node->code + node->ncode; i++)
		if (rubric->code[i].op == PE_OP_ITEM ||
			(rubric->code[i].op == PE_OP_NODE &&
			 !pe_range_is_point(lint->arena, lint->ranges.node[rubric->code[i].arg])))
			return true;
	for (int32_t i = 0; node->rule != PE_RULE_FORMULA && i < node->nchildren; i++)
		if (!pe_range_is_point(lint->arena,
							   lint->ranges.node[rubric->children[node->children + i]]))
			return true;
	return false;
}

static void
lint_values(PeLint *lint, int32_t index)
{
	PeArena    *arena = lint->arena;
	const PeNode *node = pe_lint_node(lint, index);
	const PeNode *parent = node->parent >= 0 ? pe_lint_node(lint, node->parent) : NULL;
	PeRange		range = lint->ranges.node[index];

	if (pe_lint_full(lint))
		return;
	if (pe_range_is_point(arena, range) && reads(lint, node))
		pe_lint_find(lint, PE_LINT_WARNING, index, "no_loss",
					 pe_lint_text(arena, "this node is always ", pe_lint_number(arena, range.low.x),
								  ": no reading can gain or lose a point", NULL),
					 "Check its points, penalty, caps and rounding, or write a \"constant\".");
	if (parent && pe_lint_is_list(parent) && !range.high.infinite && range.high.x.sign <= 0 &&
		(range.low.infinite || range.low.x.sign < 0))
		pe_lint_find(lint, PE_LINT_WARNING, index, "reversed_sign",
					 pe_lint_text(arena, "this node is never above ", pe_lint_number(arena, range.high.x),
								  parent->rule == PE_RULE_DEDUCTIONS ?
								  ": as a deduction it adds points" : ": as a bonus it takes points", NULL),
					 "Under deductions and bonus state points as positive numbers.");
}

static void
lint_again(PeLint *lint, const PeReading *reading)
{
	if (pe_lint_full(lint))
		return;
	pe_lint_find(lint, PE_LINT_WARNING, reading->node, "duplicate_item",
				 reading->other == reading->node ?
				 pe_lint_text(lint->arena, "item ", pe_lint_int(lint->arena, reading->item),
							  " stands twice in its list", NULL) :
				 pe_lint_text(lint->arena, "item ", pe_lint_int(lint->arena, reading->item),
							  " is scored by ", path_text(lint, reading->other), " already", NULL),
				 "If one fact is not to count twice, take one of the two out.");
}

static void
lint_limit(PeLint *lint, int32_t index)
{
	const PeNode *node = pe_lint_node(lint, index);
	int			hold = pe_bounds_hold(&lint->ranges, pe_lint_reading(lint, node),
									  node, PE_LM_LOW);

	if (hold > 0)
		pe_lint_find(lint, PE_LINT_WARNING, index, "always_struck",
					 "the bounds hold for every value: this limit always strikes",
					 "Check the bounds, and the words that include or exclude the number.");
	if (hold < 0)
		pe_lint_find(lint, PE_LINT_WARNING, index, "never_struck",
					 "the bounds hold for no value: this limit never strikes",
					 "Check the bounds, and what the limit reads.");
}

static void
lint_coefficient(PeLint *lint, int32_t index)
{
	const PeNode *node = pe_lint_node(lint, index);
	bool		low = pe_lint_stated(lint, node, PE_CF_LOW);
	bool		high = pe_lint_stated(lint, node, PE_CF_HIGH);

	if (pe_lint_operand(lint, node, PE_CF_COEFFICIENT)->kind != PE_ITEM || (low && high))
		return;
	pe_lint_find(lint, PE_LINT_WARNING, index, "unbounded_coefficient",
				 low ? "the coefficient is a reading without an upper bound" :
				 high ? "the coefficient is a reading without a lower bound" :
				 "the coefficient is a reading without bounds",
				 "State \"low\" and \"high\", or null for none: what is outside becomes an error.");
}

/* Nodes: choices that are left open */

static bool
target_may_be_zero(const PeLint *lint, const PeNode *node)
{
	const PeOperand *target = pe_lint_operand(lint, node, PE_PR_TARGET);

	return !pe_lint_stated(lint, node, PE_PR_START) && target->kind != PE_CONSTANT;
}

static bool
is_per_point(const PeLint *lint, const PeNode *node)
{
	(void) lint;
	return node->choice[0] == PE_PER_POINT;
}

static bool
has_pending(const PeLint *lint, const PeNode *node)
{
	return pe_lint_stated(lint, node, PE_EV_PENDING);
}

static bool
is_ineligible(const PeLint *lint, const PeNode *node)
{
	(void) lint;
	return node->choice[0] == PE_INELIGIBLE;
}

/* Settings that schemes differ on, and when. */
static const struct Choice
{
	uint8_t		rule;
	const char *key;
	bool		(*matters) (const PeLint *lint, const PeNode *node);
}			choices[] = {
	{PE_RULE_THRESHOLD, "min_points", NULL},
	{PE_RULE_THRESHOLD, "mode", NULL},
	{PE_RULE_THRESHOLD, "better", NULL},
	{PE_RULE_PROPORTIONAL, "high", NULL},
	{PE_RULE_PROPORTIONAL, "zero_target", target_may_be_zero},
	{PE_RULE_CEILING, "min_points", NULL},
	{PE_RULE_CEILING, "mode", is_per_point},
	{PE_RULE_EVENTS, "min_points", NULL},
	{PE_RULE_EVENTS, "count_pending", has_pending},
	{PE_RULE_ACHIEVEMENT, "better", NULL},
	{PE_RULE_IMPROVEMENT, "min_points", NULL},
	{PE_RULE_IMPROVEMENT, "max_points", NULL},
	{PE_RULE_IMPROVEMENT, "change", NULL},
	{PE_RULE_IMPROVEMENT, "better", NULL},
	{PE_RULE_TIMELINESS, "min_points", NULL},
	{PE_RULE_TIMELINESS, "mode", NULL},
	{PE_RULE_BUDGET, "unused", NULL},
	{PE_RULE_DEDUCTIONS, "cap_total", NULL},
	{PE_RULE_BONUS, "cap_total", NULL},
	{PE_RULE_COEFFICIENT, "max_points", NULL},
	{PE_RULE_LIMIT, "for", is_ineligible},
};

static bool
left_open(const PeLint *lint, const PeNode *node, const char *key)
{
	for (size_t i = 0; i < sizeof(choices) / sizeof(choices[0]); i++)
		if (choices[i].rule == node->rule && strcmp(choices[i].key, key) == 0)
			return !choices[i].matters || choices[i].matters(lint, node);
	return false;
}

/* What to state: one of the words, a number, a text. */
static const char *
choice_hint(PeLint *lint, const PeSetting *setting)
{
	const char *hint = pe_lint_text(lint->arena, "State \"", setting->key, "\": ", NULL);

	if (setting->kind == PE_SETTING_TEXT)
		return pe_lint_text(lint->arena, hint, "what for.", NULL);
	if (setting->kind != PE_SETTING_CHOICE)
		return pe_lint_text(lint->arena, hint,
							setting->nullable ? "a number, or null for none." : "a number.", NULL);
	for (const PeWord *word = setting->words; word->word; word++)
		hint = pe_lint_text(lint->arena, hint, word == setting->words ? "" :
							word[1].word ? ", " : " or ", "\"", word->word, "\"", NULL);
	return pe_lint_text(lint->arena, hint, ".", NULL);
}

static void
lint_choices(PeLint *lint, int32_t index)
{
	PeArena    *arena = lint->arena;
	const PeNode *node = pe_lint_node(lint, index);
	int			operand = PE_NCOMMON;
	int			choice = 0;

	for (const PeSetting *s = pe_rule_info[node->rule].settings; s->key; s++)
	{
		bool		is_choice = s->kind == PE_SETTING_CHOICE;
		bool		unstated;

		if (s->kind >= PE_SETTING_ITEMS)
			break;
		unstated = is_choice ? node->choice[choice] == 0 : !pe_lint_stated(lint, node, operand);
		if (is_choice)
			choice++;
		else
			operand += s->kind == PE_SETTING_BOUNDS ? 2 : 1;
		if (!unstated || pe_lint_full(lint) || !left_open(lint, node, s->key))
			continue;
		open_choice(lint, index, s->key,
					!s->otherwise ? "there is none" :
					is_choice ? pe_lint_text(arena, "\"", s->otherwise, "\" holds", NULL) :
					pe_lint_text(arena, s->otherwise, " holds", NULL),
					choice_hint(lint, s));
	}
}

/* Is there a child that can be without a value? */
static bool
can_lack(const PeLint *lint, const PeNode *node)
{
	for (int32_t i = 0; i < node->nchildren; i++)
		if (!lint->ranges.node[lint->rubric->children[node->children + i]].sure)
			return true;
	return false;
}

static void
lint_missing(PeLint *lint, int32_t index)
{
	const PeNode *node = pe_lint_node(lint, index);

	if (!pe_rule_info[node->rule].policy || node->missing != PE_MISSING_UNSTATED ||
		!can_lack(lint, node))
		return;
	open_choice(lint, index, "missing",
				pe_lint_text(lint->arena, "\"", pe_missing_name[pe_missing_policy(node)],
							 "\" holds", NULL),
				"State \"missing\": \"renormalize\", \"renormalize:<floor>\", \"zero\", \"strict\" or \"impute:<value>\".");
}

/* Bonuses: a cap for each award, or for each kind? */
static void
lint_bonus_cap(PeLint *lint, int32_t index)
{
	const PeNode *node = pe_lint_node(lint, index);

	if (node->parent < 0 || pe_lint_node(lint, node->parent)->rule != PE_RULE_BONUS ||
		pe_lint_stated(lint, node, PE_OPERAND_CAP) || !lint->ranges.node[index].high.infinite)
		return;
	if (node->rule != PE_RULE_AWARDS)
		open_choice(lint, index, "cap", "there is none",
					"State \"cap\": the most that this bonus adds.");
	else if (!pe_lint_stated(lint, node, PE_AW_CAP_AWARD) && !pe_lint_stated(lint, node, PE_AW_CAP_KIND))
		pe_lint_find(lint, PE_LINT_CHOICE, index, "open_choice",
					 "neither \"cap_award\" nor \"cap_kind\" is stated: there is none",
					 "State \"cap_award\" for a cap on each award, or \"cap_kind\" for one on the kind; null for none.");
}

PeFinding *
pe_rubric_lint(PeArena *arena, const PeRubric *rubric, int32_t *n)
{
	PeLint		lint = {0};
	size_t		next = 0;

	lint.arena = arena;
	lint.rubric = rubric;
	lint.findings = pe_alloc(arena, sizeof(PeFinding) * (PE_LINT_MAX_FINDINGS + 1));
	pe_ranges_open(&lint.ranges, arena, rubric);
	pe_lint_prepare(&lint);

	lint_rounding(&lint);
	lint_parameters(&lint);
	for (int32_t i = 0; i < rubric->header->nnodes && !pe_lint_full(&lint); i++)
	{
		int32_t		index = lint.document[i];

		lint_place(&lint, index);
		lint_scale(&lint, index);
		pe_lint_lists(&lint, index);
		if (pe_lint_node(&lint, index)->rule == PE_RULE_LIMIT)
			lint_limit(&lint, index);
		else
			lint_values(&lint, index);
		for (; next < lint.nagain && lint.again[next].order == i; next++)
			lint_again(&lint, &lint.again[next]);
		if (pe_lint_is_weighted(pe_lint_node(&lint, index)))
			lint_weights(&lint, index);
		if (pe_lint_node(&lint, index)->rule == PE_RULE_COEFFICIENT)
			lint_coefficient(&lint, index);
		lint_choices(&lint, index);
		lint_missing(&lint, index);
		lint_bonus_cap(&lint, index);
	}
	*n = lint.n;
	return lint.findings;
}
