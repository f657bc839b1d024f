/*
 * explain.h
 *	  Where a score comes from, line by line.
 *
 * The points of the lines add up to the score, to its last digit.
 */
#ifndef PE_EXPLAIN_H
#define PE_EXPLAIN_H

#include "evaluate.h"

typedef enum PeLineKind
{
	PE_LINE_NODE,				/* a node, in document order */
	PE_LINE_EFFECT,				/* what the node does beyond its children */
	PE_LINE_ROUNDING,			/* what rounding does within the tree */
	PE_LINE_VETO				/* what a limit takes away */
} PeLineKind;

typedef enum PeNote
{
	PE_NOTE_NONE,
	PE_NOTE_FILLED,				/* no value of its own; `filled` counts */
	PE_NOTE_LEFT_OUT,			/* does not count */
	PE_NOTE_INPUT,				/* goes into a formula, or below a filled node */
	PE_NOTE_STRUCK				/* a limit that holds */
} PeNote;

typedef struct PeLine
{
	int32_t		node;			/* index */
	uint8_t		kind;			/* PeLineKind */
	uint8_t		note;			/* PeNote */
	bool		has_points;
	PeRat		points;			/* exact, then rounded so that all add up */
	const PeRat *filled;
} PeLine;

/* After pe_evaluate() with keep_unrounded. */
extern PeLine *pe_explain(PeEvaluation *e, int32_t *n);

#endif							/* PE_EXPLAIN_H */
