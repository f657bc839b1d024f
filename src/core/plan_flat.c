/*
 * plan_flat.c
 *	  Sums of sums as one sum over their leaves; see plan_flat.h.
 */
#include "plan_flat.h"

#include <string.h>

/*
 * Made for two kinds of processor, where compiler and library can do that; which
 * of them runs is found out when the module is loaded.
 */
#if defined(__x86_64__) && defined(__GLIBC__) && !defined(__clang__)
#define PE_WIDE	__attribute__((target_clones("avx2", "default")))
#else
#define PE_WIDE
#endif

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
	const PePlanLeaf *leaf;
	uint64_t	multiplier;
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

static bool
fits(PeInt128 number)
{
	return number < INT64_MAX && number > -INT64_MAX;
}

/* How many lines a shape has room for. */
static inline __attribute__((always_inline)) int
lines_of(PeShape shape)
{
	return shape == PE_SHAPE_THREE ? 3 : shape == PE_SHAPE_FIVE ? PE_FEW_SEGMENTS : PE_SOME_SEGMENTS;
}

/* The leaf in one of the shapes; false: it has none. */
static bool
shape_leaf(const PePlanLeaf *leaf, int64_t multiplier, Shaped *shaped)
{
	int32_t		n = 1;

	while (n < leaf->room && leaf->segments[n].last > leaf->segments[n - 1].last)
		n++;
	memset(shaped, 0, sizeof(*shaped));
	shaped->leaf = leaf;
	shaped->multiplier = (uint64_t) multiplier;
	while (shaped->shape < PE_NSHAPES && n > lines_of(shaped->shape))
		shaped->shape++;
	if (leaf->stairs != 0)
	{
		int64_t		farthest = (leaf->stairs > 0 ? leaf->highest - leaf->origin :
								leaf->origin - leaf->lowest) + (leaf->part ? leaf->step - 1 : 0);

		if (leaf->per_step == 0 || farthest < 0 || farthest > UINT32_MAX)
			return false;
	}
	return shaped->shape < PE_NSHAPES;
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

/* A reading as a count of steps. */
static inline __attribute__((always_inline)) int64_t
count_steps(const PeFlatStairs *stairs, int64_t x)
{
	x = (x - stairs->origin) * stairs->sign;
	x = (x < 0 ? 0 : x) + stairs->part;
	/* exact for 32 bits, and many times faster than a division */
	return (int64_t) (((unsigned __int128) stairs->per_step * (uint64_t) x) >> 64);
}

/* The leaf's number for x, multiplied. */
static inline __attribute__((always_inline)) uint64_t
number_at(const PeFlatLines *lines, PeShape shape, int32_t i, int64_t x)
{
	/* a sum of comparisons: the processor need not guess which of them holds */
	int64_t		at = 0;

	for (int k = 0; k < lines_of(shape) - 1; k++)
		at += x > lines->last[k * lines->n + i];
	at = at * lines->n + i;
	return lines->a[at] + lines->c[at] * (uint64_t) x;
}

/* The columns of a shape: the last line is repeated. */
static void
lay_lines(PeArena *arena, const Draft *draft, PeShape shape, PeFlatLines *lines)
{
	int64_t    *last;
	uint64_t   *a;
	uint64_t   *c;
	size_t		column;
	int32_t		n = 0;

	for (int32_t i = 0; i < draft->n; i++)
		lines->n += draft->leaves[i].shape == shape;
	column = sizeof(int64_t) * (size_t) lines->n;
	lines->last = last = pe_alloc(arena, column * (size_t) (lines_of(shape) - 1));
	lines->a = a = pe_alloc(arena, column * (size_t) lines_of(shape));
	lines->c = c = pe_alloc(arena, column * (size_t) lines_of(shape));
	for (int32_t i = 0; i < draft->n; i++)
	{
		const Shaped *shaped = &draft->leaves[i];
		const PeSegment *segment = shaped->leaf->segments;

		if (shaped->shape != shape)
			continue;
		for (int k = 0; k < lines_of(shape); k++)
		{
			a[k * lines->n + n] = shaped->multiplier * (uint64_t) segment->a;
			c[k * lines->n + n] = shaped->multiplier * (uint64_t) segment->c;
			if (k + 1 < lines_of(shape))
				last[k * lines->n + n] = segment->last;
			if (k + 1 < shaped->leaf->room && segment[1].last > segment->last)
				segment++;
		}
		n++;
	}
}

/* The draft's leaves, those of a shape side by side. */
static void
lay_out(PeArena *arena, const Draft *draft, PeFlat *flat)
{
	size_t		room = (size_t) draft->n;
	int32_t    *items = pe_alloc(arena, sizeof(int32_t) * room);
	uint8_t    *scales = pe_alloc(arena, room);
	int64_t    *lowest = pe_alloc(arena, sizeof(int64_t) * room);
	uint64_t   *range = pe_alloc(arena, sizeof(uint64_t) * room);
	uint64_t   *at_lowest = pe_alloc(arena, sizeof(uint64_t) * room);
	PeFlatStairs *stairs = pe_alloc(arena, sizeof(PeFlatStairs) * room);
	int64_t    *caps = pe_alloc(arena, sizeof(int64_t) * room);
	int32_t    *mean_of = pe_alloc(arena, sizeof(int32_t) * room);

	flat->items = items;
	flat->scales = scales;
	flat->lowest = lowest;
	flat->range = range;
	flat->at_lowest = at_lowest;
	flat->stairs = stairs;
	flat->caps = caps;
	flat->mean_of = mean_of;
	for (PeShape shape = 0; shape < PE_NSHAPES; shape++)
	{
		PeFlatLines *lines = &flat->lines[shape];

		lines->first = flat->n;
		lay_lines(arena, draft, shape, lines);
		for (int32_t i = 0; i < draft->n; i++)
		{
			const Shaped *shaped = &draft->leaves[i];
			const PePlanLeaf *leaf = shaped->leaf;
			int32_t		n = flat->n;
			int64_t		x = leaf->lowest;

			if (shaped->shape != shape)
				continue;
			if (leaf->stairs != 0)
			{
				PeFlatStairs *steps = &stairs[flat->nstairs++];

				steps->leaf = n;
				steps->origin = leaf->origin;
				steps->sign = leaf->stairs;
				steps->part = leaf->part ? leaf->step - 1 : 0;
				steps->per_step = leaf->per_step;
				x = count_steps(steps, x);
			}
			items[n] = leaf->item;
			scales[n] = leaf->scale;
			lowest[n] = leaf->lowest;
			range[n] = (uint64_t) leaf->highest - (uint64_t) leaf->lowest;
			at_lowest[n] = number_at(lines, shape, n - lines->first, x);
			caps[n] = shaped->cap;
			mean_of[n] = shaped->lacking;
			flat->n++;
		}
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
	ready->readings = pe_alloc(arena, sizeof(int64_t) * tree);
}

/* The reading at `index` in the scale; false: a status, or too many decimals. */
static inline __attribute__((always_inline)) bool
read_x(const char *numbers, const uint8_t *tags, int64_t index, int32_t scale, int64_t *x)
{
	int32_t		down = scale - tags[index];
	int32_t		number;

	if (down < 0)
		return false;
	memcpy(&number, numbers + 4 * index, 4);
	*x = number * pe_pow10_64[down];
	return true;
}

/* Marks what lacks this reading; false: it does not lack it, or more than a gap. */
static __attribute__((noinline)) bool
note_gap(const PeCard *card, const PeFlat *flat, int32_t leaf, Lacks *lacks)
{
	PeEntry		entry;
	int32_t		mean = flat->mean_of[leaf];

	pe_card_entry(card, flat->items[leaf] - card->first, &entry);
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

/*
 * The readings of a sum's leaves.  One that is missing is put in as the lowest,
 * and what that would come to is taken off again.
 */
static bool
read_all(const PeCard *card, const PeFlat *flat, int64_t *xs, uint64_t *sum, Lacks *lacks)
{
	/* of our own, as the compiler cannot know that writing `xs` leaves them as they are */
	const int32_t *items = flat->items;
	const uint8_t *scales = flat->scales;
	const char *numbers = card->numbers;
	const uint8_t *tags = (const uint8_t *) card->tags;
	int64_t		first = card->first;
	size_t		n = (size_t) flat->n;

	for (size_t i = 0; i < n; i++)
	{
		if (read_x(numbers, tags, items[i] - first, scales[i], &xs[i]))
			continue;
		if (!note_gap(card, flat, (int32_t) i, lacks))
			return false;
		xs[i] = flat->lowest[i];
		*sum -= flat->at_lowest[i];
	}
	return true;
}

/* The leaves of one shape; the compiler makes a loop of its own for each. */
static inline __attribute__((always_inline)) uint64_t
sum_lines(const PeFlat *flat, PeShape shape, const int64_t *xs)
{
	const PeFlatLines *lines = &flat->lines[shape];
	const int64_t *last = lines->last;
	const uint64_t *a = lines->a;
	const uint64_t *c = lines->c;
	size_t		n = (size_t) lines->n;
	uint64_t	total = 0;

	xs += lines->first;
	for (size_t i = 0; i < n; i++)
	{
		int64_t		x = xs[i];
		uint64_t	a_here = a[i];
		uint64_t	c_here = c[i];

#pragma GCC unroll 8
		for (size_t k = 1; k < (size_t) lines_of(shape); k++)
		{
			/* no choice that the processor would have to guess */
			uint64_t	past = -(uint64_t) (x > last[(k - 1) * n + i]);

			a_here ^= (a_here ^ a[k * n + i]) & past;
			c_here ^= (c_here ^ c[k * n + i]) & past;
		}
		total += a_here + c_here * (uint64_t) x;
	}
	return total;
}

/* Adds the numbers of a sum's leaves; false: a reading is not what they were made for. */
static PE_WIDE bool
sum_leaves(const PeFlat *flat, int64_t *xs, uint64_t *sum)
{
	uint64_t	outside = 0;
	size_t		n = (size_t) flat->n;

	for (size_t i = 0; i < n; i++)
		outside |= (uint64_t) xs[i] - (uint64_t) flat->lowest[i] > flat->range[i];
	if (outside)
		return false;
	for (int32_t i = 0; i < flat->nstairs; i++)
		xs[flat->stairs[i].leaf] = count_steps(&flat->stairs[i], xs[flat->stairs[i].leaf]);
	*sum += sum_lines(flat, PE_SHAPE_THREE, xs) + sum_lines(flat, PE_SHAPE_FIVE, xs) +
		sum_lines(flat, PE_SHAPE_EIGHT, xs);
	return true;
}

/* A list has few leaves, and each has a cap. */
static inline __attribute__((always_inline)) bool
sum_capped(const PeCard *card, const PeFlat *flat, PeShape shape, const PeFlatStairs **stairs,
		   uint64_t *sum, Lacks *lacks)
{
	const PeFlatLines *lines = &flat->lines[shape];

	for (int32_t i = 0; i < lines->n; i++)
	{
		int32_t		leaf = lines->first + i;
		bool		counted = *stairs < flat->stairs + flat->nstairs && (*stairs)->leaf == leaf;
		int64_t		x;
		int64_t		part;

		if (read_x(card->numbers, (const uint8_t *) card->tags, (int64_t) flat->items[leaf] - card->first,
				   flat->scales[leaf], &x))
		{
			if ((uint64_t) x - (uint64_t) flat->lowest[leaf] > flat->range[leaf])
				return false;
			part = (int64_t) number_at(lines, shape, i, counted ? count_steps(*stairs, x) : x);
			*sum += (uint64_t) (part > flat->caps[leaf] ? flat->caps[leaf] : part);
		}
		else if (!note_gap(card, flat, leaf, lacks))
			return false;
		*stairs += counted;
	}
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
	{
		const PeFlatStairs *stairs = flat->stairs;

		done = true;
		for (PeShape shape = 0; done && shape < PE_NSHAPES; shape++)
			done = sum_capped(card, flat, shape, &stairs, &total, &lacks);
	}
	else
		done = read_all(card, flat, e->ready->readings, &total, &lacks) &&
			sum_leaves(flat, e->ready->readings, &total);
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
