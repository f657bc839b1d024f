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

typedef enum PeShape
{
	PE_SHAPE_LINE,				/* a + c * x, within bounds */
	PE_SHAPE_STAIRS,			/* the same of a count of steps */
	PE_SHAPE_FEW,				/* one of PE_FEW_SEGMENTS lines */
	PE_SHAPE_SOME,				/* one of PE_SOME_SEGMENTS lines */
	PE_NSHAPES
} PeShape;

/* 64 bytes, of which nothing is for some shapes only. */
typedef struct PeFlatLeaf
{
	int32_t		item;
	int32_t		scale;
	int64_t		lowest;			/* x it was made for */
	uint64_t	range;			/* from there to the highest */
	uint64_t	multiplier;
	union
	{
		struct
		{
			int64_t		a;
			int64_t		c;
			int64_t		low;
			int64_t		high;
		};						/* of a line and stairs */
		const PeSegment *segments;	/* of the others */
	};
} PeFlatLeaf;

/* How readings are counted in steps. */
typedef struct PeFlatStairs
{
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

/* A step towards the score: a sum or list of leaves, or a node by its own plan. */
typedef struct PeFlat
{
	int32_t		node;
	bool		is_sum;
	bool		is_list;
	uint64_t	constant;
	const PeFlatLeaf *leaves;	/* by shape */
	const PeFlatStairs *stairs; /* of the leaves of that shape */
	const int64_t *caps;		/* of a list: what its products are at most */
	const int32_t *mean_of;		/* by leaf: index of what lacks it, or PeFlatMissing */
	const PeFlatMean *means;
	int32_t		end[PE_NSHAPES];	/* where each shape's leaves end */
	int32_t		nothers;		/* children that are steps of their own */
	const int32_t *others;
	const uint64_t *multipliers;
} PeFlat;

extern void pe_make_flat(PeArena *arena, PeReady *ready);
extern bool pe_run_flat(const PeEvaluation *e, const PeFlat *flat, bool *gaps,
						PeInt128 *number, int64_t *over);

#endif							/* PE_PLAN_FLAT_H */
