/*
 * explain.c
 *	  The lines of a score; see explain.h.
 *
 * From the root down every node has a factor: what one point of it is worth in
 * the score.  A leaf's line is its points times its factor.  A node that does
 * not add hands its children the factors of a mean and puts the rest on a line
 * of its own, its effect.
 */
#include "explain.h"

#include <stdlib.h>
#include <string.h>

typedef struct Explanation
{
	PeEvaluation *e;
	PeArena    *arena;
	const PeRubric *rubric;
	PeLine	   *lines;
	int32_t		n;
	int32_t		digits;			/* of the score */
	bool		too_big;		/* a line is */
} Explanation;

/* Fractions that are longer are cut to so many digits more than the score has. */
#define MOST_LIMBS		16
#define MORE_DIGITS		40

static PeLine *
add_line(Explanation *x, int32_t node, PeLineKind kind)
{
	PeLine	   *line = &x->lines[x->n++];

	memset(line, 0, sizeof(*line));
	line->node = node;
	line->kind = (uint8_t) kind;
	return line;
}

/*
 * What a value brings into the score.  A long fraction is cut, far behind what
 * is shown, wherever it counts: so the lines still add up, and sums of many
 * such do not grow without bounds.
 */
static PeRat
brought(Explanation *x, const PeRat *factor, const PeRat *value)
{
	PeRat		points = pe_rat_mul(x->arena, factor, value);

	if (points.den == 0 && points.big && points.big->den.n > MOST_LIMBS)
		points = pe_rat_round(x->arena, &points, x->digits + MORE_DIGITS, PE_HALF_UP);
	x->too_big |= pe_rat_is_too_big(&points);
	return points;
}

static void
set_points(PeLine *line, PeRat points)
{
	line->has_points = true;
	line->points = points;
}

/* A line for what is not 0. */
static void
add_effect(Explanation *x, int32_t node, PeLineKind kind, PeRat points)
{
	if (pe_rat_sign(&points) != 0)
		set_points(add_line(x, node, kind), points);
}

/* What a child's point is worth in its parent. */
typedef struct Shares
{
	PeRat		common;			/* the same for all */
	bool		weighted;		/* times the child's weight */
} Shares;

static Shares
shares(Explanation *x, int32_t index, const PeRat *factor, const PeTaken *taken)
{
	PeEvaluation *e = x->e;
	const PeNode *node = &x->rubric->nodes[index];
	const int32_t *children = x->rubric->children + node->children;
	Shares		result = {*factor, false};
	PeRat		weights = pe_rat_int(0);
	PeRat		total = weights;
	PeRat		count;
	int32_t		counted = 0;

	for (int32_t i = 0; i < node->nchildren; i++)
	{
		const PeRat *weight = pe_child_weight(e->ready, children[i]);

		total = pe_rat_add(x->arena, &total, weight);
		if (pe_child_value(e, node, taken, children[i]) == NULL)
			continue;
		counted++;
		weights = pe_rat_add(x->arena, &weights, weight);
	}
	switch ((PeRule) node->rule)
	{
		case PE_RULE_BUDGET:
			weights = pe_rat_mul(x->arena, &weights, pe_number_of(e->ready, node, PE_BU_FULL));
			result.common = pe_rat_mul(x->arena, factor, &total);
			/* FALLTHROUGH */
		case PE_RULE_WEIGHTED_MEAN:
		case PE_RULE_GEOMETRIC_MEAN:
		case PE_RULE_HARMONIC_MEAN:
			result.common = pe_rat_div(x->arena, &result.common, &weights);
			result.weighted = true;
			break;
		case PE_RULE_PRODUCT:
		case PE_RULE_MINIMUM:
		case PE_RULE_MAXIMUM:
			count = pe_rat_int(counted);
			result.common = pe_rat_div(x->arena, factor, &count);
			break;
		case PE_RULE_DEDUCTIONS:
			result.common = pe_rat_neg(x->arena, factor);
			break;
		default:
			break;
	}
	return result;
}

static PeRat
child_factor(const Explanation *x, const Shares *share, int32_t child)
{
	return share->weighted ?
		pe_rat_mul(x->arena, &share->common, pe_child_weight(x->e->ready, child)) :
		share->common;
}

/* Are its children's lines in the score, and not its own? */
static bool
gives_lines(const Explanation *x, int32_t index)
{
	const PeNode *node = &x->rubric->nodes[index];

	return node->nchildren > 0 && node->rule != PE_RULE_FORMULA;
}

/* A node and all below it; `factor` NULL: it does not count. */
static void
visit(Explanation *x, int32_t index, const PeRat *factor, PeNote note)
{
	PeEvaluation *e = x->e;
	const PeNode *node = &x->rubric->nodes[index];
	const int32_t *children = x->rubric->children + node->children;
	const PeResult *result = &e->results[index];
	PeLine	   *line = add_line(x, index, PE_LINE_NODE);
	PeTaken		taken = {true, NULL};
	PeResult	ignored;
	Shares		share;
	PeRat		points;
	int32_t		place;
	/* the root's final rounding is spread over all lines */
	bool		rounds = e->ready->nodes[index].rounds && index != x->rubric->header->root;

	line->note = (uint8_t) note;
	if (result->status != PE_OK)
		factor = NULL;
	if (!gives_lines(x, index))
	{
		if (factor)
			set_points(line, brought(x, factor, &result->value));
		for (int32_t i = 0; i < node->nchildren; i++)
			visit(x, children[i], NULL, PE_NOTE_INPUT);
		return;
	}
	if (factor == NULL)
	{
		for (int32_t i = 0; i < node->nchildren; i++)
			visit(x, children[i], NULL, note == PE_NOTE_NONE ? PE_NOTE_LEFT_OUT : note);
		return;
	}

	if (node->rule != PE_RULE_COEFFICIENT && node->rule != PE_RULE_CLAMP)
		taken = pe_take_children(e, node, &ignored);
	share = shares(x, index, factor, &taken);

	/* what the children bring, to see what is left for an effect */
	points = brought(x, factor, rounds ? &result->value : &e->unrounded[index]);
	for (int32_t i = 0; i < node->nchildren; i++)
	{
		const PeRat *value = pe_child_value(e, node, &taken, children[i]);
		PeRat		part;

		if (value == NULL)
			continue;
		part = child_factor(x, &share, children[i]);
		part = brought(x, &part, value);
		points = pe_rat_sub(x->arena, &points, &part);
	}
	if (rounds)
	{
		PeRat		rounding = pe_rat_sub(x->arena, &result->value, &e->unrounded[index]);

		/* apart from what the node does otherwise */
		rounding = brought(x, factor, &rounding);
		points = pe_rat_sub(x->arena, &points, &rounding);
		add_effect(x, index, PE_LINE_EFFECT, points);
		add_effect(x, index, PE_LINE_ROUNDING, rounding);
	}
	else
		add_effect(x, index, PE_LINE_EFFECT, points);
	x->too_big |= pe_rat_is_too_big(&points);

	for (int32_t i = 0; i < node->nchildren; i++)
	{
		const PeRat *value = pe_child_value(e, node, &taken, children[i]);
		PeRat		part = child_factor(x, &share, children[i]);

		if (value == NULL)
		{
			visit(x, children[i], NULL, PE_NOTE_LEFT_OUT);
			continue;
		}
		if (e->results[children[i]].status == PE_OK)
		{
			visit(x, children[i], &part, PE_NOTE_NONE);
			continue;
		}
		place = x->n;
		visit(x, children[i], NULL, PE_NOTE_INPUT);
		x->lines[place].note = PE_NOTE_FILLED;
		x->lines[place].filled = value;
		set_points(&x->lines[place], brought(x, &part, value));
	}
}

/* A line's part below the unit. */
typedef struct Rest
{
	PeArena    *arena;
	int32_t		line;
	PeRat		rest;
	PeRat		start;			/* its first digits: most differ there, and that takes no memory */
} Rest;

static int
larger_first(const void *a, const void *b)
{
	const Rest *x = a;
	const Rest *y = b;
	int			order = pe_rat_cmp(x->arena, &y->start, &x->start);

	if (order == 0)
		order = pe_rat_cmp(x->arena, &y->rest, &x->rest);
	return order != 0 ? order : x->line < y->line ? -1 : x->line > y->line;
}

/* Rounds the lines so that they add up to the score: by largest remainder. */
static void
round_lines(Explanation *x, const PeRat *score, int32_t digits)
{
	Rest	   *rests = pe_alloc(x->arena, sizeof(Rest) * (size_t) x->n);
	PeRat		left = *score;
	PeRat		unit = pe_rat_small(1, digits);
	int32_t		n = 0;

	for (int32_t i = 0; i < x->n; i++)
	{
		PeLine	   *line = &x->lines[i];
		PeRat		down;

		if (!line->has_points)
			continue;
		down = pe_rat_round(x->arena, &line->points, digits, PE_FLOOR);
		rests[n].arena = x->arena;
		rests[n].line = i;
		rests[n].rest = pe_rat_sub(x->arena, &line->points, &down);
		rests[n].start = pe_rat_round(x->arena, &rests[n].rest,
									  digits + 18 < PE_RAT_MAX_SCALE ? digits + 18 : PE_RAT_MAX_SCALE,
									  PE_FLOOR);
		n++;
		line->points = down;
		left = pe_rat_sub(x->arena, &left, &down);
	}
	if (pe_rat_sign(&left) == 0)
		return;
	qsort(rests, (size_t) n, sizeof(Rest), larger_first);
	for (int32_t i = 0; i < n && pe_rat_sign(&left) > 0; i++)
	{
		PeRat	   *points = &x->lines[rests[i].line].points;

		*points = pe_rat_add(x->arena, points, &unit);
		left = pe_rat_sub(x->arena, &left, &unit);
	}
}

/* How many digits the lines have, as the score. */
static int32_t
score_digits(PeEvaluation *e, const PeEntry *score)
{
	int32_t		root = e->ready->rubric.header->root;
	int32_t		digits = e->ready->rubric.nodes[root].digits;
	PeEntry		exact;

	if (digits != PE_NOT_ROUNDED)
		return digits;
	if (e->ready->round_at != PE_ROUND_AT_NONE)
		return e->ready->digits;
	/* as many as the score was shown with, all of 30 if that is exact */
	if (e->veto < 0 && score->status == PE_OK &&
		pe_unrounded_entry(e->arena, &e->results[root].value, &exact, &digits) &&
		digits >= 0)
		return digits;
	return score->scale > PE_MAX_DIGITS ? score->scale : PE_MAX_DIGITS;
}

PeLine *
pe_explain(PeEvaluation *e, int32_t *n)
{
	const PeRubric *rubric = &e->ready->rubric;
	int32_t		root = rubric->header->root;
	int32_t		nraised = e->nraised;
	PeRat		one = pe_rat_int(1);
	Explanation x = {e, e->arena, rubric, NULL, 0, 0, false};
	PeEntry		score;
	PeRat		sum;
	bool		any = false;

	pe_evaluation_score(e, &score);
	x.digits = score_digits(e, &score);
	x.lines = pe_alloc(e->arena, sizeof(PeLine) * (size_t) (3 * rubric->header->nnodes + 1));
	visit(&x, root, &one, PE_NOTE_NONE);
	for (int32_t i = rubric->header->nnodes - rubric->header->nlimits;
		 i < rubric->header->nnodes; i++)
	{
		PeLine	   *line = add_line(&x, i, PE_LINE_NODE);

		if (e->results[i].status == PE_OK && pe_rat_sign(&e->results[i].value) > 0)
			line->note = PE_NOTE_STRUCK;
		if (i == e->veto)
		{
			PeRat		all = brought(&x, &one, gives_lines(&x, root) ?
									  &e->unrounded[root] : &e->results[root].value);

			add_effect(&x, i, PE_LINE_VETO, pe_rat_neg(e->arena, &all));
		}
	}
	e->nraised = nraised;		/* asking again raised them again */

	*n = x.n;
	if (score.status != PE_OK || x.too_big)
	{
		for (int32_t i = 0; i < x.n; i++)
			x.lines[i].has_points = false;
		return x.lines;
	}
	sum = pe_rat_small(score.number, score.scale);
	for (int32_t i = 0; i < x.n && !any; i++)
		any = x.lines[i].has_points;
	if (!any)
		set_points(&x.lines[0], sum);	/* of empty lists */
	round_lines(&x, &sum, x.digits);
	return x.lines;
}
