/*
 * plan_flat.h
 *	  Sums of sums as one sum over their leaves, for the score alone.
 *
 * Where no node in between rounds or clamps, a leaf's number goes into the
 * topmost sum with the product of the multipliers on its way.  Products and
 * sums are modulo 2^64: the topmost sum is known to fit, so what they lose does
 * not count.  Leaves of one shape stand side by side, and take no branches.
 * Lists of leaves with caps are done alike, each as a step of its own.
 *
 * For cards that hold all of the items side by side, in 4 bytes each.  A
 * reading that is missing counts as nothing first; then the means of leaves
 * that lack one are put right, each for itself.
 */
#ifndef PE_PLAN_FLAT_H
#define PE_PLAN_FLAT_H

#include "plan.h"

/* How many lines a leaf is made of, at most. */
typedef enum PeShape
{
	PE_SHAPE_THREE,				/* one within bounds, mostly */
	PE_SHAPE_FIVE,
	PE_SHAPE_EIGHT,
	PE_NSHAPES
} PeShape;

/*
 * The leaves of a shape.  Up to and with x = its last one a line holds, then
 * the next one; a and c are multiplied with what the leaf is multiplied with.
 */
typedef struct PeFlatLines
{
	int32_t		first;			/* of these leaves, among the step's */
	int32_t		n;
	const int64_t *last;		/* a column for each line but the last one */
	const uint64_t *a;			/* a column for each line */
	const uint64_t *c;
} PeFlatLines;

/* A leaf whose readings are counted in steps. */
typedef struct PeFlatStairs
{
	int32_t		leaf;
	int64_t		origin;
	int64_t		sign;			/* 1, or -1: downwards */
	int64_t		part;			/* what makes a part of a step whole */
	uint64_t	per_step;
} PeFlatStairs;

/* A node whose leaves went into a sum above, and what they were multiplied with. */
typedef struct PeFlatMean
{
	int32_t		node;
	int64_t		multiplier;
} PeFlatMean;

/* What else becomes of a missing reading. */
enum PeFlatMissing
{
	PE_FLAT_UNUSUAL = -2,
	PE_FLAT_NOTHING = -1		/* nothing */
};

/*
 * A step towards the score: a sum or list of leaves, or a node by its own plan.
 * The columns have a value for each leaf.
 */
typedef struct PeFlat
{
	int32_t		node;
	bool		is_sum;
	bool		is_list;
	uint64_t	constant;
	int32_t		n;				/* leaves */
	const int32_t *items;
	const uint8_t *scales;
	const int64_t *lowest;		/* x it was made for */
	const uint64_t *range;		/* from there to the highest */
	const uint64_t *at_lowest;	/* what it comes to there */
	const int64_t *caps;		/* of a list: what its products are at most */
	const int32_t *mean_of;		/* index of what lacks it, or PeFlatMissing */
	const PeFlatStairs *stairs;
	int32_t		nstairs;
	PeFlatLines lines[PE_NSHAPES];
	const PeFlatMean *means;
	int32_t		nothers;		/* children that are steps of their own */
	const int32_t *others;
	const uint64_t *multipliers;
} PeFlat;

extern void pe_make_flat(PeArena *arena, PeReady *ready);
extern bool pe_run_flat(const PeEvaluation *e, const PeFlat *flat, bool *gaps,
						PeInt128 *number, int64_t *over);

#endif							/* PE_PLAN_FLAT_H */
