/*
 * formula.h
 *	  The formula language of a rubric: text to steps of a stack machine.
 *
 * Lowest precedence first: or, and, not, one comparison (>= > <= < = <>), + and
 * -, * and /, unary -; then numbers, item(n), node(n), parameter(name), calls
 * and parentheses.  Words are written in lower case.  Every value is a number
 * or a truth, known when the formula is compiled; a formula gives a number.
 */
#ifndef PE_FORMULA_H
#define PE_FORMULA_H

#include "rubric.h"

/* How deep parentheses and calls may nest, and how long a program may get. */
#define PE_FORMULA_MAX_DEPTH	100
#define PE_FORMULA_MAX_STEPS	100000

typedef struct PeFormulaError
{
	const char *message;		/* constant, or in the arena */
	size_t		at;				/* byte offset into the text */
} PeFormulaError;

/* What the names in a formula stand for. */
typedef struct PeFormulaNames
{
	void	   *context;
	/* the index of a constant, trimmed; below 0: there is no room */
	int32_t		(*constant) (void *context, PeInt128 number, int32_t scale);
	/* the index of a parameter; below 0: there is none */
	int32_t		(*parameter) (void *context, const char *name, size_t length);
	bool		(*node) (void *context, int32_t number);
} PeFormulaNames;

/*
 * The steps, or NULL and the error.  PE_OP_NODE has the number of its node for
 * an argument; to make an index of it is the caller's.
 */
extern PeStep *pe_formula_compile(PeArena *arena, const char *text,
								  const PeFormulaNames *names, int32_t *nsteps,
								  PeFormulaError *error);

#endif							/* PE_FORMULA_H */
