/*
 * plan_flat.c
 *	  Sums of sums as one sum over their leaves; see plan_flat.h.
 */
#include "plan_flat.h"

#include <string.h>

/* A sum on its way. */
typedef struct Draft
{
	PeReady    *ready;
	bool	   *absorbed;		/* nodes that went into a sum above */
	PeFlatLeaf *leaves[PE_NSHAPES];
	int32_t		n[PE_NSHAPES];
	uint64_t	constant;
	int32_t    *others;
	uint64_t   *multipliers;
	int32_t		nothers;
} Draft;

static PeInt128
on_line(const PeSegment *line, int64_t x)
{
	return line->a + (PeInt128) line->c * x;
}

static bool
fits(PeInt128 number)
{
	return number < INT64_MAX && number > -INT64_MAX;
}

/*
 * One line that goes up or down, and constants before and after that it would
 * leave behind: then it is that line within bounds.
 */
static bool
as_line(const PePlanLeaf *leaf, int64_t lowest, int64_t highest, PeFlatLeaf *flat)
{
	const PeSegment *segments = leaf->segments;
	const PeSegment *line = segments;
	PeInt128	bound[2] = {-INT64_MAX, INT64_MAX};
	int32_t		n = 1;

	while (n < leaf->room && segments[n].last > segments[n - 1].last)
		n++;
	while (line < segments + n - 1 && line->c == 0)
		line++;
	if (!fits(on_line(line, lowest)) || !fits(on_line(line, highest)))
		return false;
	for (int32_t i = 0; i < n; i++)
	{
		const PeSegment *other = &segments[i];
		bool		before = other < line;
		bool		above = before == (line->c < 0);
		int64_t		near;		/* its end at the line, and what is next to it there */
		int64_t		far;

		if (other == line)
			continue;
		near = before ? other->last : other[-1].last + 1;
		far = before ? near + 1 : near - 1;
		if (other->c != 0 || other < line - 1 || other > line + 1 ||
			(above ? on_line(line, near) < other->a || on_line(line, far) > other->a :
			 on_line(line, near) > other->a || on_line(line, far) < other->a))
			return false;
		bound[above] = other->a;
	}
	flat->a = line->a;
	flat->c = line->c;
	flat->low = (int64_t) bound[0];
	flat->high = (int64_t) bound[1];
	return true;
}

/* The leaf in one of the shapes; false: it has none. */
static bool
shape_leaf(const PePlanLeaf *leaf, PeFlatLeaf *flat, PeShape *shape)
{
	int64_t		farthest;

	memset(flat, 0, sizeof(*flat));
	flat->item = leaf->item;
	flat->scale = leaf->scale;
	flat->lowest = leaf->lowest;
	flat->range = (uint64_t) leaf->highest - (uint64_t) leaf->lowest;
	flat->segments = leaf->segments;
	if (leaf->stairs != 0)
	{
		*shape = PE_SHAPE_STAIRS;
		flat->origin = leaf->origin;
		flat->sign = leaf->stairs;
		flat->part = leaf->part ? leaf->step - 1 : 0;
		flat->per_step = leaf->per_step;
		farthest = (leaf->stairs > 0 ? leaf->highest - leaf->origin :
					leaf->origin - leaf->lowest) + flat->part;
		return leaf->per_step != 0 && farthest >= 0 && farthest <= UINT32_MAX &&
			as_line(leaf, 0, farthest / leaf->step, flat);
	}
	*shape = PE_SHAPE_LINE;
	if (as_line(leaf, leaf->lowest, leaf->highest, flat))
		return true;
	*shape = leaf->room == PE_FEW_SEGMENTS ? PE_SHAPE_FEW : PE_SHAPE_SOME;
	return leaf->room <= PE_SOME_SEGMENTS;
}

/* Puts a list's children into the draft; false: they are not all such leaves. */
static bool
collect_list(Draft *draft, const PePlan *plan)
{
	for (int32_t i = 0; i < plan->n; i++)
	{
		const PePlan *child = &draft->ready->plans[plan->children[i]];
		PeFlatLeaf	leaf;
		PeShape		shape;

		if (child->kind != PE_PLAN_LEAF || child->rounds || plan->caps[i] < 0 ||
			!shape_leaf(child->leaf, &leaf, &shape))
			return false;
		leaf.multiplier = (uint64_t) plan->multipliers[i];
		leaf.cap = plan->caps[i] < INT64_MAX ? (int64_t) plan->caps[i] : INT64_MAX;
		draft->leaves[shape][draft->n[shape]++] = leaf;
	}
	for (int32_t i = 0; i < plan->n; i++)
		draft->absorbed[plan->children[i]] = true;
	return true;
}

/* Puts the node's children into the draft, as often as `multiplier` says. */
static void
collect(Draft *draft, const PePlan *plan, uint64_t multiplier)
{
	for (int32_t i = 0; i < plan->n; i++)
	{
		int32_t		index = plan->children[i];
		const PePlan *child = &draft->ready->plans[index];
		uint64_t	product = multiplier * (uint64_t) plan->multipliers[i];
		PeFlatLeaf	leaf;
		PeShape		shape;

		draft->absorbed[index] = true;
		if (child->kind == PE_PLAN_SUM && !child->rounds)
			collect(draft, child, product);
		else if (child->kind == PE_PLAN_CONSTANT && !child->rounds)
			draft->constant += product * (uint64_t) child->low;
		else if (child->kind == PE_PLAN_LEAF && !child->rounds &&
				 shape_leaf(child->leaf, &leaf, &shape))
		{
			leaf.multiplier = product;
			draft->leaves[shape][draft->n[shape]++] = leaf;
		}
		else
		{
			draft->absorbed[index] = false;
			draft->others[draft->nothers] = index;
			draft->multipliers[draft->nothers++] = product;
		}
	}
}

static void
make_flat(PeArena *arena, Draft *draft, PeFlat *flat)
{
	const PePlan *plan = &draft->ready->plans[flat->node];
	PeFlatLeaf *leaves;
	int32_t		n = 0;

	memset(draft->n, 0, sizeof(draft->n));
	draft->constant = 0;
	draft->nothers = 0;
	flat->is_list = plan->kind == PE_PLAN_LIST && fits(plan->bound) &&
		collect_list(draft, plan);
	flat->is_sum = (plan->kind == PE_PLAN_SUM || plan->kind == PE_PLAN_CLAMP) &&
		fits(plan->bound);
	if (flat->is_sum)
		collect(draft, plan, 1);
	if (!flat->is_sum && !flat->is_list)
		return;
	for (int shape = 0; shape < PE_NSHAPES; shape++)
		n += draft->n[shape];
	leaves = pe_alloc(arena, sizeof(PeFlatLeaf) * (size_t) n);
	flat->leaves = leaves;
	n = 0;
	for (int shape = 0; shape < PE_NSHAPES; shape++)
	{
		if (draft->n[shape] > 0)
			memcpy(leaves + n, draft->leaves[shape],
				   sizeof(PeFlatLeaf) * (size_t) draft->n[shape]);
		n += draft->n[shape];
		flat->end[shape] = n;
	}
	flat->constant = draft->constant;
	flat->others = draft->others;
	flat->multipliers = draft->multipliers;
	flat->nothers = draft->nothers;
	/* each child is one node's, so the rest has room */
	draft->others += draft->nothers;
	draft->multipliers += draft->nothers;
}

/* The steps of a rubric whose tree has plans for all of its nodes. */
void
pe_make_flat(PeArena *arena, PeReady *ready)
{
	const PeRubricHeader *header = ready->rubric.header;
	size_t		tree = (size_t) (header->nnodes - header->nlimits);
	PeFlat	   *flats = pe_alloc(arena, sizeof(PeFlat) * tree);
	Draft		draft;
	size_t		n = 0;

	draft.ready = ready;
	draft.absorbed = pe_alloc(arena, sizeof(bool) * tree);
	memset(draft.absorbed, false, sizeof(bool) * tree);
	for (int shape = 0; shape < PE_NSHAPES; shape++)
		draft.leaves[shape] = pe_alloc(arena, sizeof(PeFlatLeaf) * tree);
	draft.others = pe_alloc(arena, sizeof(int32_t) * tree);
	draft.multipliers = pe_alloc(arena, sizeof(uint64_t) * tree);

	/* from the root down; in the order of evaluation, which is the other way round */
	for (size_t i = tree; i-- > 0;)
	{
		const PePlan *plan = &ready->plans[i];
		PeFlat	   *flat = &flats[tree - 1 - n];

		if (draft.absorbed[i])
			continue;
		memset(flat, 0, sizeof(*flat));
		flat->node = (int32_t) i;
		make_flat(arena, &draft, flat);
		if (!flat->is_sum && plan->leaves)
			for (int32_t j = 0; j < plan->n; j++)
				draft.absorbed[plan->children[j]] = true;
		n++;
	}
	ready->flats = flats + tree - n;
	ready->nflats = (int32_t) n;
}

/* The reading in the leaf's scale; false: the leaf is not made for it. */
static inline __attribute__((always_inline)) bool
read_x(const PeCard *card, const PeFlatLeaf *leaf, int64_t *x)
{
	int64_t		index = (int64_t) leaf->item - card->first;
	int32_t		down = leaf->scale - (int32_t) (uint8_t) card->tags[index];
	int32_t		number;

	if (down < 0)
		return false;			/* a status, or too many decimals */
	memcpy(&number, card->numbers + 4 * index, 4);
	*x = number * pe_pow10_64[down];
	return (uint64_t) *x - (uint64_t) leaf->lowest <= leaf->range;
}

static inline __attribute__((always_inline)) int64_t
line_at(const PeFlatLeaf *leaf, int64_t x)
{
	int64_t		y = leaf->a + leaf->c * x;

	y = y > leaf->high ? leaf->high : y;
	return y < leaf->low ? leaf->low : y;
}

static inline __attribute__((always_inline)) int64_t
segment_at(const PeFlatLeaf *leaf, int32_t room, int64_t x)
{
	const PeSegment *segment = leaf->segments;
	int32_t		at = 0;

	/* which of some is not worth the guesses of the processor's that a loop takes */
	for (int32_t i = 0; i < room - 1; i++)
		at += x > segment[i].last;
	segment += at;
	return segment->a + segment->c * x;
}

/* The leaves of one shape; the compiler makes a loop of its own for each. */
static inline __attribute__((always_inline)) bool
add_leaves(const PeCard *card, const PeFlat *flat, PeShape shape, bool is_list,
		   uint64_t *sum)
{
	const PeFlatLeaf *leaf = flat->leaves + (shape > 0 ? flat->end[shape - 1] : 0);
	const PeFlatLeaf *end = flat->leaves + flat->end[shape];
	uint64_t	total = *sum;

	for (; leaf < end; leaf++)
	{
		int64_t		x;
		uint64_t	part;

		if (!read_x(card, leaf, &x))
			return false;
		if (shape == PE_SHAPE_STAIRS)
		{
			x = (x - leaf->origin) * leaf->sign;
			x = (x < 0 ? 0 : x) + leaf->part;
			/* exact for 32 bits, and many times faster than a division */
			x = (int64_t) (((unsigned __int128) leaf->per_step * (uint64_t) x) >> 64);
		}
		part = leaf->multiplier *
			(uint64_t) (shape <= PE_SHAPE_STAIRS ? line_at(leaf, x) :
						segment_at(leaf, shape == PE_SHAPE_FEW ? PE_FEW_SEGMENTS :
								   PE_SOME_SEGMENTS, x));
		if (is_list)
			part = (int64_t) part > leaf->cap ? (uint64_t) leaf->cap : part;
		total += part;
	}
	*sum = total;
	return true;
}

bool
pe_run_flat(const PeEvaluation *e, const PeFlat *flat, int64_t *sum)
{
	const PeCard *card = e->card;
	uint64_t	total = flat->constant;
	bool		done;

	if (flat->is_list)
		done = add_leaves(card, flat, PE_SHAPE_LINE, true, &total) &&
			add_leaves(card, flat, PE_SHAPE_STAIRS, true, &total) &&
			add_leaves(card, flat, PE_SHAPE_FEW, true, &total) &&
			add_leaves(card, flat, PE_SHAPE_SOME, true, &total);
	else
		done = add_leaves(card, flat, PE_SHAPE_LINE, false, &total) &&
			add_leaves(card, flat, PE_SHAPE_STAIRS, false, &total) &&
			add_leaves(card, flat, PE_SHAPE_FEW, false, &total) &&
			add_leaves(card, flat, PE_SHAPE_SOME, false, &total);
	for (int32_t i = 0; i < flat->nothers; i++)
		total += flat->multipliers[i] *
			(uint64_t) e->results[flat->others[i]].value.num;
	*sum = (int64_t) total;
	return done;
}
