/*
 * rubric_text.h
 *	  The text form of a rubric: a JSON document in UTF-8.
 *
 *		{"rubric": 1, "root": {"rule": "weighted_mean", "children": [
 *			{"rule": "threshold", "weight": 30, "item": 101, "target": 95, ...}, ...]}}
 *
 * Read in any order of keys and spacing; written in one order, with plain
 * decimals and the spacing of jsonb.  What is read from a text that was written
 * is the same rubric, byte for byte.
 */
#ifndef PE_RUBRIC_TEXT_H
#define PE_RUBRIC_TEXT_H

#include "json.h"
#include "rubric.h"

typedef struct PeRubricError
{
	const char *message;		/* with the node's path and the key */
	const char *hint;			/* how to mend it */
	size_t		at;				/* byte of the text, from 1, if that is no JSON; else 0 */
	bool		limit;			/* it passes a limit */
} PeRubricError;

/* The rubric, checked; or NULL with the error.  The text is ended by a zero. */
extern PeRubricHeader *pe_rubric_parse(PeArena *arena, const char *text,
									   PeRubricError *error);

/* Of a valid rubric; ended by a zero that is not counted. */
extern char *pe_rubric_write(PeArena *arena, const PeRubric *rubric, size_t *length);

/*
 * Is a valid rubric the very one that its text gives?  Then equal rubrics are
 * equal bytes, and formulas do what they say.
 */
extern bool pe_rubric_canonical(PeArena *arena, const PeRubric *rubric);

/* "/", "/1/2", "/limits/1": children and limits are counted from 1. */
extern char *pe_node_path(PeArena *arena, const PeRubric *rubric, int32_t index);

/*
 * A plain decimal and nothing else, as a constant.  NULL, or what is wrong with
 * it, to be put behind "must be".
 */
extern const char *pe_constant_parse(const char *text, PeConstant *constant);
extern void pe_constant_put(PeText *text, const PeConstant *constant);

/* Is a "rule" that of a limit? */
extern bool pe_says_limit(const PeJson *rule);

#endif							/* PE_RUBRIC_TEXT_H */
