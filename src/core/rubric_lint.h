/*
 * rubric_lint.h
 *	  What is wrong, odd or left open in a rubric that is valid.
 *
 * An error makes the rubric fail on some readings, or contradicts itself.  A
 * warning is odd, and may be meant.  A choice is a setting that real schemes
 * differ on and that is not stated: its default holds, but a scheme that binds
 * people should say so itself.
 */
#ifndef PE_RUBRIC_LINT_H
#define PE_RUBRIC_LINT_H

#include "rubric.h"

typedef enum PeSeverity
{
	PE_LINT_ERROR,
	PE_LINT_WARNING,
	PE_LINT_CHOICE
} PeSeverity;

typedef struct PeFinding
{
	PeSeverity	severity;
	int32_t		node;			/* index; -1: the document */
	const char *code;
	const char *message;
	const char *hint;
} PeFinding;

/* After so many there is one more, "more", and an end. */
#define PE_LINT_MAX_FINDINGS	1000

extern const char *const pe_severity_name[];

/*
 * The findings: of the document, then of each node in the order of the
 * document, the limits last.  Trusts that the rubric is valid.
 */
extern PeFinding *pe_rubric_lint(PeArena *arena, const PeRubric *rubric,
								 int32_t *n);

#endif							/* PE_RUBRIC_LINT_H */
