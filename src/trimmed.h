/*
 * trimmed.h
 *	  The state of a trimmed mean, for the aggregates that take one.
 */
#ifndef PE_TRIMMED_H
#define PE_TRIMMED_H

#include "state.h"

/*
 * The state as stored.  `low` is a heap of the `drop` lowest values so far,
 * the highest of them on top, and `high` the mirror image, each of `kept`
 * values with room for `room`.  While all values fit 128 bits at 20 decimals
 * they stand behind the parameters and are updated in place; else (wide) the
 * sum and the values follow as packed decimals in no particular order.
 */
typedef struct PeTrimmed
{
	int32		vl_len_;
	bool		wide;
	char		reserved[3];	/* 0 */
	int32		drop;			/* how many to drop at each end */
	int32		scale;			/* most decimals of any value */
	int64		n;				/* values so far */
	int32		room;
	int32		parameter_size; /* bytes of the owner's, behind the fixed part */
	PeInt128	sum;			/* of all values, times 10^20 */
	char		data[FLEXIBLE_ARRAY_MEMBER];
} PeTrimmed;

extern PeTrimmed *pe_trimmed_new(int32 drop, const char *parameters, Size size);
extern PeTrimmed *pe_trimmed_get(Datum value);
extern int32 pe_trimmed_drop(FunctionCallInfo fcinfo, int argno);
extern void pe_trimmed_check_drop(const PeTrimmed *state, int32 drop);
extern PeTrimmed *pe_trimmed_add_numeric(PeTrimmed *state, Datum value);
extern PeTrimmed *pe_trimmed_add(PeTrimmed *state, PeArena *arena, PeDec value);
extern PeTrimmed *pe_trimmed_merge(PeTrimmed *state, const PeTrimmed *other);
extern int64 pe_trimmed_sum(const PeTrimmed *state, PeArena *arena, PeDec *sum);
extern void pe_trimmed_put(const PeTrimmed *state, PeArena *arena,
						   StringInfo text);
extern PeTrimmed *pe_trimmed_take(PeFields *fields, PeArena *arena,
								  const char *parameters, Size size);

#endif							/* PE_TRIMMED_H */
