/*
 * rubric_range.h
 *	  Which values each node of a rubric can take, whatever is read.
 *
 * Interval arithmetic over the rule tree: a range holds every value that its
 * node can have, and may be wider than needed, never narrower.  Where a range
 * is one number, the node is always that number.  Quotients and long products
 * are cut outwards, so that ranges stay short.
 */
#ifndef PE_RUBRIC_RANGE_H
#define PE_RUBRIC_RANGE_H

#include "rubric.h"

/* An end of a range. */
typedef struct PeEnd
{
	int32_t		infinite;		/* -1, 1: without end to that side; 0: x */
	PeDec		x;
} PeEnd;

typedef struct PeRange
{
	PeEnd		low;
	PeEnd		high;
	bool		sure;			/* a number always: never missing, nor an error */
} PeRange;

typedef struct PeRanges
{
	PeArena    *arena;
	const PeRubric *rubric;
	PeRange    *node;			/* by index, as the parent sees it */
} PeRanges;

extern void pe_ranges_open(PeRanges *ranges, PeArena *arena,
						   const PeRubric *rubric);

extern int	pe_end_cmp(PeArena *arena, PeEnd a, PeEnd b);
extern bool pe_range_is_point(PeArena *arena, PeRange range);

/* What a setting can be; its default if it is not stated. */
extern PeRange pe_setting_range(const PeRanges *ranges, const PeNode *node,
								int operand);

/* Is it a number that is known now: a constant, a bound parameter, a default? */
extern bool pe_setting_known(PeArena *arena, const PeRubric *rubric,
							 const PeNode *node, int operand, PeDec *x);

/* Does a value of this range always (1) or never (-1) keep the two bounds? */
extern int	pe_bounds_hold(const PeRanges *ranges, PeRange value,
						   const PeNode *node, int low);

#endif							/* PE_RUBRIC_RANGE_H */
