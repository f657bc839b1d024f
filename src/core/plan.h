/*
 * plan.h
 *	  The fast way through a rubric: whole numbers over denominators that are
 *	  known beforehand.
 *
 * Most leaves are piecewise linear in their one reading, most inner nodes
 * linear in their children.  Where that holds, a node's value is n / den with
 * a den that hangs on the rubric alone, n a sum of products of whole numbers,
 * and bounds tell beforehand that nothing overflows.  A mean that goes on
 * without some of its children has a denominator of its own (plan_gaps.c).
 * What a plan was not made for (more decimals than foreseen, an error) goes the
 * exact way of evaluate.c, node by node; both give the same number.
 *
 * The lines of a leaf are taken from the rule itself, by evaluating it.
 */
#ifndef PE_PLAN_H
#define PE_PLAN_H

#include "evaluate.h"

/*
 * A value that is num over the plan's denominator has this for its den; one
 * over a multiple of that has the multiple, below 0.
 */
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
	bool		nothing;		/* a reading that is not there is no award: 0 points */
	bool		listed;			/* reads a list of items, which are not exempt as a whole */
	int16_t		room;			/* segments, the last one repeated */
	int64_t		lowest;			/* x it was made for */
	int64_t		highest;
	int64_t		origin;
	int64_t		step;
	uint64_t	per_step;		/* 2^64 / step, rounded up; 0: step is too long for that */
	const PeSegment *segments;
} PePlanLeaf;

/* What becomes of children without a value. */
typedef struct PePlanGaps
{
	uint8_t		policy;			/* PeMissing; PE_MISSING_UNSTATED: not by plan */
	uint8_t		unused;			/* of a budget */
	const int64_t *shares;		/* of a mean: weights as whole numbers; else NULL */
	int64_t		total;			/* of those */
	int64_t		floor;			/* of the shares there have to be so many */
	int64_t		floor_of;		/* of so many; 0: any will do */
} PePlanGaps;

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
	PePlanGaps	gaps;			/* bounds are for a node that has none */
} PePlan;

/* What an inner node has of its children: sum over (the plan's inner * over). */
typedef struct PeObserved
{
	PeInt128	sum;			/* of multiplier * child */
	int64_t		over;
	int64_t		shares;			/* of the children with a value */
	int64_t		missing_shares;
	int64_t		excused_shares;
	int32_t		n;
	int32_t		missing;
	int32_t		exempt;
	int32_t		not_applicable;
} PeObserved;

extern void pe_make_plans(PeArena *arena, PeReady *ready);
extern bool pe_run_plan(PeEvaluation *e, int32_t index);
extern bool pe_run_root(PeEvaluation *e);
extern PeStatus pe_plan_leaf(const PeCard *card, const PePlanLeaf *leaf,
							 int64_t *number);
extern bool pe_plan_round(PeInt128 number, PeInt128 den, int32_t digits,
						  PeRound mode, PeInt128 *rounded);

/* With gaps (plan_gaps.c). */
extern bool pe_add_over(PeInt128 *sum, int64_t *over, PeInt128 part, int64_t part_over);
extern bool pe_observe(const PeEvaluation *e, const PePlan *plan, bool from_leaves,
					   PeObserved *observed);
extern bool pe_settle_gaps(const PePlan *plan, const PeObserved *observed, bool flags,
						   PeStatus *status, int64_t *up, int64_t *down);
extern bool pe_keep_gaps(PeEvaluation *e, int32_t index, PeInt128 number, int64_t over);
extern bool pe_run_gaps(PeEvaluation *e, int32_t index, bool from_leaves, bool flags);
extern bool pe_run_every(PeEvaluation *e);

/* A value's denominator, which has PE_PLANNED or a multiple for its den. */
static inline PeInt128
pe_planned_den(const PeRat *value, PeInt128 den)
{
	return den * -value->den;
}

#endif							/* PE_PLAN_H */
