/*
 * plan_flat.c
 *	  Sums of sums as one sum over their leaves; see plan_flat.h.
 */
#include "plan_flat.h"

#include <string.h>

/* The means that lack a reading. */
#define MOST_LACKING	32

typedef struct Lacks
{
	int32_t		n;
	int32_t		means[MOST_LACKING];
} Lacks;

/* A leaf on its way. */
typedef struct Shaped
{
	PeFlatLeaf	leaf;
	PeFlatStairs stairs;
	int64_t		cap;
	int32_t		lacking;		/* mean_of */
	PeShape		shape;
} Shaped;

/* A sum or list on its way. */
typedef struct Draft
{
	PeReady    *ready;
	bool	   *absorbed;		/* nodes that went into a sum above */
	Shaped	   *leaves;
	int32_t		n;
	uint64_t	constant;
	PeFlatMean *means;
	int32_t		nmeans;
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
shape_leaf(const PePlanLeaf *leaf, int64_t multiplier, Shaped *shaped)
{
	PeFlatLeaf *flat = &shaped->leaf;
	int64_t		farthest;

	memset(shaped, 0, sizeof(*shaped));
	flat->item = leaf->item;
	flat->scale = leaf->scale;
	flat->lowest = leaf->lowest;
	flat->range = (uint64_t) leaf->highest - (uint64_t) leaf->lowest;
	flat->multiplier = (uint64_t) multiplier;
	if (leaf->stairs != 0)
	{
		PeFlatStairs *stairs = &shaped->stairs;

		shaped->shape = PE_SHAPE_STAIRS;
		stairs->origin = leaf->origin;
		stairs->sign = leaf->stairs;
		stairs->part = leaf->part ? leaf->step - 1 : 0;
		stairs->per_step = leaf->per_step;
		farthest = (leaf->stairs > 0 ? leaf->highest - leaf->origin :
					leaf->origin - leaf->lowest) + stairs->part;
		return leaf->per_step != 0 && farthest >= 0 && farthest <= UINT32_MAX &&
			as_line(leaf, 0, farthest / leaf->step, flat);
	}
	shaped->shape = PE_SHAPE_LINE;
	if (as_line(leaf, leaf->lowest, leaf->highest, flat))
		return true;
	flat->segments = leaf->segments;
	shaped->shape = leaf->room == PE_FEW_SEGMENTS ? PE_SHAPE_FEW : PE_SHAPE_SOME;
	return leaf->room <= PE_SOME_SEGMENTS;
}

/* Puts a list's children into the draft; false: they are not all such leaves. */
static bool
collect_list(Draft *draft, const PePlan *plan)
{
	bool		passes = plan->gaps.policy == PE_MISSING_ZERO ||
		plan->gaps.policy == PE_MISSING_RENORMALIZE;

	for (int32_t i = 0; i < plan->n; i++)
	{
		const PePlan *child = &draft->ready->plans[plan->children[i]];
		Shaped	   *shaped = &draft->leaves[i];

		if (child->kind != PE_PLAN_LEAF || child->rounds || plan->caps[i] < 0 ||
			!shape_leaf(child->leaf, plan->multipliers[i], shaped))
			return false;
		shaped->lacking = passes || child->leaf->nothing ? PE_FLAT_NOTHING : PE_FLAT_UNUSUAL;
		shaped->cap = plan->caps[i] < INT64_MAX ? (int64_t) plan->caps[i] : INT64_MAX;
	}
	for (int32_t i = 0; i < plan->n; i++)
		draft->absorbed[plan->children[i]] = true;
	draft->n = plan->n;
	return true;
}

/*
 * Puts a sum's children into the draft, as often as `multiplier` says, if that
 * is `exact`.
 */
static void
collect_sum(Draft *draft, const PePlan *plan, uint64_t multiplier, bool exact)
{
	int32_t		mean = PE_FLAT_UNUSUAL;

	if (plan->kind == PE_PLAN_SUM && plan->leaves && exact)
	{
		mean = draft->nmeans++;
		draft->means[mean].node = (int32_t) (plan - draft->ready->plans);
		draft->means[mean].multiplier = (int64_t) multiplier;
	}
	for (int32_t i = 0; i < plan->n; i++)
	{
		int32_t		index = plan->children[i];
		const PePlan *child = &draft->ready->plans[index];
		uint64_t	product = multiplier * (uint64_t) plan->multipliers[i];

		draft->absorbed[index] = true;
		if (child->kind == PE_PLAN_SUM && !child->rounds)
		{
			int64_t		unused;

			collect_sum(draft, child, product, exact &&
						!__builtin_mul_overflow((int64_t) multiplier, plan->multipliers[i],
												&unused));
		}
		else if (child->kind == PE_PLAN_CONSTANT && !child->rounds)
			draft->constant += product * (uint64_t) child->low;
		else if (child->kind == PE_PLAN_LEAF && !child->rounds &&
				 shape_leaf(child->leaf, (int64_t) product, &draft->leaves[draft->n]))
			draft->leaves[draft->n++].lacking = child->leaf->nothing ? PE_FLAT_NOTHING : mean;
		else
		{
			draft->absorbed[index] = false;
			draft->others[draft->nothers] = index;
			draft->multipliers[draft->nothers++] = product;
		}
	}
}

/* The draft's leaves, those of a shape side by side. */
static void
lay_out(PeArena *arena, const Draft *draft, PeFlat *flat)
{
	size_t		room = (size_t) draft->n;
	PeFlatLeaf *leaves = pe_alloc(arena, sizeof(PeFlatLeaf) * room);
	PeFlatStairs *stairs = pe_alloc(arena, sizeof(PeFlatStairs) * room);
	int64_t    *caps = pe_alloc(arena, sizeof(int64_t) * room);
	int32_t    *mean_of = pe_alloc(arena, sizeof(int32_t) * room);
	int32_t		nstairs = 0;
	int32_t		n = 0;

	flat->leaves = leaves;
	flat->stairs = stairs;
	flat->caps = caps;
	flat->mean_of = mean_of;
	for (int shape = 0; shape < PE_NSHAPES; shape++)
	{
		for (int32_t i = 0; i < draft->n; i++)
		{
			const Shaped *shaped = &draft->leaves[i];

			if (shaped->shape != (PeShape) shape)
				continue;
			if (shape == PE_SHAPE_STAIRS)
				stairs[nstairs++] = shaped->stairs;
			caps[n] = shaped->cap;
			mean_of[n] = shaped->lacking;
			leaves[n++] = shaped->leaf;
		}
		flat->end[shape] = n;
	}
}

static void
make_step(PeArena *arena, Draft *draft, PeFlat *flat)
{
	const PePlan *plan = &draft->ready->plans[flat->node];

	draft->n = 0;
	draft->constant = 0;
	draft->nmeans = 0;
	draft->nothers = 0;
	if (fits(plan->bound) && plan->kind == PE_PLAN_LIST)
		flat->is_list = collect_list(draft, plan);
	else if (fits(plan->bound) && (plan->kind == PE_PLAN_SUM || plan->kind == PE_PLAN_CLAMP))
	{
		flat->is_sum = true;
		collect_sum(draft, plan, 1, true);
	}
	if (flat->is_sum || flat->is_list)
	{
		lay_out(arena, draft, flat);
		flat->constant = draft->constant;
		flat->means = draft->means;
		flat->others = draft->others;
		flat->multipliers = draft->multipliers;
		flat->nothers = draft->nothers;
		/* each child is one node's, so the rest has room */
		draft->means += draft->nmeans;
		draft->others += draft->nothers;
		draft->multipliers += draft->nothers;
	}
	else if (plan->leaves)
		for (int32_t i = 0; i < plan->n; i++)
			draft->absorbed[plan->children[i]] = true;
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
	draft.leaves = pe_alloc(arena, sizeof(Shaped) * tree);
	draft.means = pe_alloc(arena, sizeof(PeFlatMean) * tree);
	draft.others = pe_alloc(arena, sizeof(int32_t) * tree);
	draft.multipliers = pe_alloc(arena, sizeof(uint64_t) * tree);

	/* from the root down; in the order of evaluation, which is the other way round */
	for (size_t i = tree; i-- > 0;)
	{
		PeFlat	   *flat = &flats[tree - 1 - n];

		if (draft.absorbed[i])
			continue;
		memset(flat, 0, sizeof(*flat));
		flat->node = (int32_t) i;
		make_step(arena, &draft, flat);
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

/* Which of some is not worth the guesses of the processor's that a loop takes. */
static inline __attribute__((always_inline)) int64_t
segment_at(const PeFlatLeaf *leaf, PeShape shape, int64_t x)
{
	const PeSegment *segment = leaf->segments;
	int			at = (x > segment[0].last) + (x > segment[1].last) +
		(x > segment[2].last) + (x > segment[3].last);

	if (shape == PE_SHAPE_SOME)
		at += (x > segment[4].last) + (x > segment[5].last) + (x > segment[6].last);
	return segment[at].a + segment[at].c * x;
}

/* Marks what lacks this reading; false: it does not lack it, or more than a gap. */
static __attribute__((noinline)) bool
note_gap(const PeCard *card, const PeFlat *flat, int32_t leaf, Lacks *lacks)
{
	PeEntry		entry;
	int32_t		mean = flat->mean_of[leaf];

	pe_card_entry(card, flat->leaves[leaf].item - card->first, &entry);
	if (entry.status == PE_OK || entry.status == PE_ERROR)
		return false;
	if (mean < 0)
		return mean == PE_FLAT_NOTHING;
	for (int32_t i = lacks->n; i-- > 0;)
		if (lacks->means[i] == mean)
			return true;
	if (lacks->n == MOST_LACKING)
		return false;
	lacks->means[lacks->n++] = mean;
	return true;
}

/* The leaves of one shape; the compiler makes a loop of its own for each. */
static inline __attribute__((always_inline)) bool
add_leaves(const PeCard *card, const PeFlat *flat, PeShape shape, bool is_list,
		   uint64_t *sum, Lacks *lacks)
{
	int32_t		first = shape > 0 ? flat->end[shape - 1] : 0;
	uint64_t	total = *sum;

	for (int32_t i = first; i < flat->end[shape]; i++)
	{
		const PeFlatLeaf *leaf = &flat->leaves[i];
		int64_t		x,
					y;
		uint64_t	part;

		if (!read_x(card, leaf, &x))
		{
			if (!note_gap(card, flat, i, lacks))
				return false;
			continue;
		}
		if (shape == PE_SHAPE_STAIRS)
		{
			const PeFlatStairs *stairs = &flat->stairs[i - first];

			x = (x - stairs->origin) * stairs->sign;
			x = (x < 0 ? 0 : x) + stairs->part;
			/* exact for 32 bits, and many times faster than a division */
			x = (int64_t) (((unsigned __int128) stairs->per_step * (uint64_t) x) >> 64);
		}
		if (shape == PE_SHAPE_LINE || shape == PE_SHAPE_STAIRS)
			y = line_at(leaf, x);
		else
			y = segment_at(leaf, shape, x);
		part = leaf->multiplier * (uint64_t) y;
		if (is_list && (int64_t) part > flat->caps[i])
			part = (uint64_t) flat->caps[i];
		total += part;
	}
	*sum = total;
	return true;
}

/* What the means that lack something are more than the sum of what they have. */
static bool
add_renormalized(const PeEvaluation *e, const PeFlat *flat, const Lacks *lacks,
				 PeInt128 *sum, int64_t *over)
{
	for (int32_t i = 0; i < lacks->n; i++)
	{
		const PeFlatMean *mean = &flat->means[lacks->means[i]];
		const PePlan *plan = &e->ready->plans[mean->node];
		PeObserved	observed;
		PeStatus	status;
		int64_t		up,
					down;

		if (!pe_observe(e, plan, true, &observed) ||
			!pe_settle_gaps(plan, &observed, false, &status, &up, &down) || status != PE_OK ||
			__builtin_mul_overflow(observed.sum, (PeInt128) mean->multiplier, &observed.sum) ||
			__builtin_mul_overflow(observed.sum, (PeInt128) (up - down), &observed.sum) ||
			!pe_add_over(sum, over, observed.sum, down))
			return false;
	}
	return true;
}

/* What is a step of its own, where bounds do not hold. */
static bool
add_others(const PeEvaluation *e, const PeFlat *flat, PeInt128 *sum, int64_t *over)
{
	for (int32_t i = 0; i < flat->nothers; i++)
	{
		const PeResult *other = &e->results[flat->others[i]];
		PeInt128	part;

		if (other->status != PE_OK ||
			__builtin_mul_overflow(other->value.num, (PeInt128) (int64_t) flat->multipliers[i],
								   &part) ||
			!pe_add_over(sum, over, part, (int64_t) -other->value.den))
			return false;
	}
	return true;
}

/*
 * The step's number over its plan's denominator times `over`.  `gaps` says
 * whether there were any in a step before, and will say so of this one.
 */
bool
pe_run_flat(const PeEvaluation *e, const PeFlat *flat, bool *gaps, PeInt128 *number,
			int64_t *over)
{
	const PeCard *card = e->card;
	uint64_t	total = flat->constant;
	Lacks	lacks;
	bool		done;

	lacks.n = 0;
	*over = 1;
	if (flat->is_list)
		done = add_leaves(card, flat, PE_SHAPE_LINE, true, &total, &lacks) &&
			add_leaves(card, flat, PE_SHAPE_STAIRS, true, &total, &lacks) &&
			add_leaves(card, flat, PE_SHAPE_FEW, true, &total, &lacks) &&
			add_leaves(card, flat, PE_SHAPE_SOME, true, &total, &lacks);
	else
		done = add_leaves(card, flat, PE_SHAPE_LINE, false, &total, &lacks) &&
			add_leaves(card, flat, PE_SHAPE_STAIRS, false, &total, &lacks) &&
			add_leaves(card, flat, PE_SHAPE_FEW, false, &total, &lacks) &&
			add_leaves(card, flat, PE_SHAPE_SOME, false, &total, &lacks);
	*gaps = *gaps || lacks.n > 0;
	if (!done || *gaps)
	{
		*number = (int64_t) total;
		return done && add_renormalized(e, flat, &lacks, number, over) &&
			add_others(e, flat, number, over);
	}
	for (int32_t i = 0; i < flat->nothers; i++)
		total += flat->multipliers[i] *
			(uint64_t) e->results[flat->others[i]].value.num;
	*number = (int64_t) total;
	return true;
}
