/*
 * rubric_lint_parts.h
 *	  What the parts of the lint share: rubric_lint.c goes through the document,
 *	  rubric_lint_prepare.c looks at the whole first, rubric_lint_bands.c at
 *	  lists of points.
 */
#ifndef PE_RUBRIC_LINT_PARTS_H
#define PE_RUBRIC_LINT_PARTS_H

#include "rubric_lint.h"
#include "rubric_range.h"

/* An item that a leaf scores. */
typedef struct PeReading
{
	int32_t		item;
	int32_t		order;			/* of the leaf in the document */
	int32_t		node;
	int32_t		other;			/* node that reads it already */
} PeReading;

typedef struct PeLint
{
	PeArena    *arena;
	const PeRubric *rubric;
	PeRanges	ranges;
	int32_t    *document;		/* nodes in the order of the document */
	int32_t    *order;			/* where each node stands there */
	int32_t    *place;			/* among its parent's children, from 1 */
	int32_t    *outdone;		/* the node that makes it count for nothing, or -1 */
	bool	   *live;			/* can move the score or a limit */
	PeReading  *readings;		/* by item */
	size_t		nreadings;
	PeReading  *again;			/* read twice, in the order of the document */
	size_t		nagain;
	PeFinding  *findings;
	int32_t		n;
} PeLint;

/* rubric_lint.c */
extern const char *pe_lint_text(PeArena *arena, const char *first,...)
			__attribute__((sentinel));
extern const char *pe_lint_number(PeArena *arena, PeDec x);
extern const char *pe_lint_int(PeArena *arena, int64_t x);
extern void pe_lint_find(PeLint *lint, PeSeverity severity, int32_t node,
						 const char *code, const char *message,
						 const char *hint);

/* rubric_lint_prepare.c */
extern void pe_lint_prepare(PeLint *lint);
extern PeRange pe_lint_reading(PeLint *lint, const PeNode *node);

/* rubric_lint_bands.c */
extern void pe_lint_lists(PeLint *lint, int32_t index);

/* Is there room?  Where there is none nothing needs to be worded. */
static inline bool
pe_lint_full(const PeLint *lint)
{
	return lint->n > PE_LINT_MAX_FINDINGS;
}

static inline const PeNode *
pe_lint_node(const PeLint *lint, int32_t index)
{
	return &lint->rubric->nodes[index];
}

static inline const PeOperand *
pe_lint_operand(const PeLint *lint, const PeNode *node, int operand)
{
	return &lint->rubric->operands[node->operands + operand];
}

static inline bool
pe_lint_stated(const PeLint *lint, const PeNode *node, int operand)
{
	return pe_lint_operand(lint, node, operand)->kind != PE_ABSENT;
}

static inline bool
pe_lint_known(const PeLint *lint, const PeNode *node, int operand, PeDec *x)
{
	return pe_setting_known(lint->arena, lint->rubric, node, operand, x);
}

static inline bool
pe_lint_is_zero(const PeLint *lint, const PeNode *node, int operand)
{
	PeDec		x;

	return pe_lint_known(lint, node, operand, &x) && x.sign == 0;
}

static inline bool
pe_lint_is_weighted(const PeNode *node)
{
	return node->rule == PE_RULE_WEIGHTED_MEAN || node->rule == PE_RULE_GEOMETRIC_MEAN ||
		node->rule == PE_RULE_HARMONIC_MEAN || node->rule == PE_RULE_BUDGET;
}

static inline bool
pe_lint_is_list(const PeNode *node)
{
	return node->rule == PE_RULE_DEDUCTIONS || node->rule == PE_RULE_BONUS;
}

#endif							/* PE_RUBRIC_LINT_PARTS_H */
