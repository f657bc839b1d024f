/*
 * rubric_edit.h
 *	  Documents of rubrics made of others, or of rows.
 *
 * All give a document, which is to be compiled; or NULL and the error.
 */
#ifndef PE_RUBRIC_EDIT_H
#define PE_RUBRIC_EDIT_H

#include "rubric_text.h"

/* The same with another weight for a node. */
extern char *pe_rubric_reweight(PeArena *arena, const PeRubric *rubric,
								int32_t number, const char *weight,
								PeRubricError *error);

/* The same with values for parameters: a JSON object of names and numbers. */
extern char *pe_rubric_bind(PeArena *arena, const PeRubric *rubric,
							const char *parameters, PeRubricError *error);

/*
 * From rows: JSON objects of a node's own keys with "node", "parent" (none for
 * the root, and for limits) and "position" among its siblings.  A row without
 * "rule" has the document's own keys.
 */
extern char *pe_rubric_assemble(PeArena *arena, const char *const *rows,
								int32_t nrows, PeRubricError *error);

#endif							/* PE_RUBRIC_EDIT_H */
