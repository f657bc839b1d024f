/*
 * severity.h
 *	  How severe raters are, by exact least squares.
 *
 * A mark is x[i][j] = mu + unit[i] + rater[j] + e.  Units and raters are the
 * two sides of a graph in which every mark is an edge; on each of its connected
 * components the raters sum to 0, and nothing can be said between components.
 * A component of one rater says nothing of that rater, and one of too many is
 * left alone: the others are worked out all the same.
 */
#ifndef PE_SEVERITY_H
#define PE_SEVERITY_H

#include "decimal.h"

/* One component is solved as a whole, over a matrix of its raters. */
#define PE_SEVERITY_MAX_RATERS	500

/* Sums of marks must fit 128 bits. */
#define PE_MARKS_MAX			1000000
#define PE_MARK_MAX_DIGITS		30

/* Units and raters are numbered from 0. */
typedef struct PeMark
{
	int32_t		unit;
	int32_t		rater;
	PeInt128	score;			/* below 10^PE_MARK_MAX_DIGITS */
} PeMark;

/* Marks in the order of units, each rater once for a unit. */
typedef struct PeMarks
{
	int32_t		n;				/* at most PE_MARKS_MAX */
	int32_t		nunits;
	int32_t		nraters;
	int32_t		scale;			/* of all scores */
	const PeMark *mark;
} PeMarks;

typedef struct PeSeverity
{
	int32_t		component;		/* from 0, in the order of their first raters */
	int32_t		nmarks;
	bool		constant;		/* several marks, and all the same */
	bool		too_large;		/* its component; nothing was worked out */
	bool		estimable;
	PeDec		num;			/* severity = num / den, den > 0 */
	PeDec		den;
} PeSeverity;

typedef enum PeSeverityStatus
{
	PE_SEVERITY_OK,
	PE_SEVERITY_UNLUCKY			/* all primes divide the determinant */
} PeSeverityStatus;

/* Fills result[nraters]; `check` is called now and then, and may not return. */
extern PeSeverityStatus pe_severities(PeArena *arena, const PeMarks *marks,
									  void (*check) (void),
									  PeSeverity *result);

#endif							/* PE_SEVERITY_H */
