/*
 * marks.h
 *	  Marks of raters for units, from three arrays.
 */
#ifndef PE_MARKS_H
#define PE_MARKS_H

#include "perfeval.h"

#include "core/severity.h"

/* The marks with the units' and raters' own numbers, in ascending order. */
typedef struct PeNamedMarks
{
	PeMarks		marks;
	int64	   *unit;
	int64	   *rater;
} PeNamedMarks;

extern void pe_arg_marks(FunctionCallInfo fcinfo, PeArena *arena, PeNamedMarks *marks);
extern int32 pe_arg_digits(FunctionCallInfo fcinfo, int argno, int32 most);
extern void pe_check_for_interrupts(void);

#endif							/* PE_MARKS_H */
