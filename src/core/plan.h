/*
 * plan.h
 *	  The fast way through a rubric: whole numbers over denominators that are
 *	  known beforehand.
 *
 * Most leaves are piecewise linear in their one reading, most inner nodes
 * linear in their children.  Where that holds, a node's value is n / den with
 * a den that hangs on the rubric alone, n a sum of products of whole numbers,
 * and bounds tell beforehand that nothing overflows.  What a plan was not made
 * for (a missing reading, more decimals than foreseen) goes the exact way of
 * evaluate.c, node by node; both give the same number.
 *
 * The lines of a leaf are taken from the rule itself, by evaluating it.
 */
#ifndef PE_PLAN_H
#define PE_PLAN_H

#include "evaluate.h"

/* A value that is num over the plan's denominator has this for its den. */
#define PE_PLANNED	(-1)

/* Numbers stay below this, so that sums of two do not overflow. */
#define PE_PLAN_LARGEST		((PeInt128) 1 << 126)

typedef enum PePlanKind
{
	PE_PLAN_NONE,
	PE_PLAN_CONSTANT,
	PE_PLAN_LEAF,
	PE_PLAN_SUM,				/* sum of multiplier * child */
	PE_PLAN_LIST,				/* the same with caps */
	PE_PLAN_CLAMP
} PePlanKind;

/* Up to and with x = last: n = a + c * x */
typedef struct PeSegment
{
	int64_t		last;
	int64_t		a;
	int64_t		c;
} PeSegment;

/* As many segments are searched without a loop; a leaf has at least the few. */
#define PE_FEW_SEGMENTS		5
#define PE_SOME_SEGMENTS	8

/* What runs for every reading, and therefore small. */
typedef struct PePlanLeaf
{
	int32_t		item;
	uint8_t		scale;			/* of x, a reading as a whole number */
	int8_t		stairs;			/* 0, or x counts steps: below (-1) or above (1) origin */
	bool		part;			/* parts of steps count whole */
	int16_t		room;			/* segments, the last one repeated */
	int64_t		lowest;			/* x it was made for */
	int64_t		highest;
	int64_t		origin;
	int64_t		step;
	uint64_t	per_step;		/* 2^64 / step, rounded up; 0: step is too long for that */
	const PeSegment *segments;
} PePlanLeaf;

typedef struct PePlan
{
	uint8_t		kind;			/* PePlanKind */
	bool		rounds;
	bool		narrow;			/* children fit 64 bits */
	bool		leaves;			/* children are leaves that do not round */
	uint8_t		digits;
	uint8_t		mode;
	int32_t		n;				/* children */
	PePlanLeaf *leaf;			/* a leaf's own; of an inner node of leaves, the first's */
	const int32_t *children;
	const int64_t *multipliers;
	const PeInt128 *caps;		/* of a list's children */
	PeInt128	low;			/* of a clamp; a constant's number */
	PeInt128	high;			/* of a clamp; cap of a list */
	bool		has_low;		/* of a list: it is one of deductions */
	bool		has_high;
	PeInt128	inner;			/* the denominator before rounding */
	PeInt128	den;			/* after it */
	PeInt128	bound;			/* no larger than this, either way */
} PePlan;

extern void pe_make_plans(PeArena *arena, PeReady *ready);
extern bool pe_run_plan(PeEvaluation *e, int32_t index);
extern bool pe_run_root(PeEvaluation *e);
extern bool pe_plan_round(PeInt128 number, PeInt128 den, PeInt128 bound,
						  int32_t digits, PeRound mode, PeInt128 *rounded);

#endif							/* PE_PLAN_H */
