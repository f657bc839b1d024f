/*
 * state.h
 *	  What the aggregates' state types share.
 *
 * A state is a named SQL type, so that it can be stored, shipped and merged
 * later.  Its text form is a parenthesised list of fields; the binary form is
 * that text, so that one parser checks both.  In memory a state has a fixed
 * part, updated in place while values are ordinary, and exact decimals of any
 * length behind it where they are not.
 */
#ifndef PE_STATE_H
#define PE_STATE_H

#include "perfeval.h"

#include "lib/stringinfo.h"
#include "nodes/execnodes.h"

/* A position in a state's text. */
typedef struct PeFields
{
	const char *type;			/* the state type's name, for errors */
	const char *text;			/* all of it */
	const char *at;
} PeFields;

extern void pe_outside_aggregate(const char *name);
extern bool pe_combine_null(FunctionCallInfo fcinfo, const char *name,
							Datum *result);

extern Size pe_packed_size(PeDec value);
extern char *pe_pack(char *at, PeDec value);
extern const char *pe_unpack(const char *at, PeDec *value);

extern void pe_put_dec(StringInfo text, PeArena *arena, PeDec value);
extern void pe_malformed(const PeFields *fields, const char *why);
extern void pe_take(PeFields *fields, const char *literal);
extern bool pe_take_if(PeFields *fields, const char *literal);
extern bool pe_try_take_dec(PeFields *fields, PeArena *arena, PeDec *value);
extern PeDec pe_take_dec(PeFields *fields, PeArena *arena);
extern int64 pe_take_int(PeFields *fields, int64 most);
extern void pe_take_end(PeFields *fields);

/*
 * Support functions change their state in place, which only the executor's
 * aggregates allow.
 */
static inline void
pe_require_aggregate(FunctionCallInfo fcinfo, const char *name)
{
	if (unlikely(!fcinfo->context || (!IsA(fcinfo->context, AggState) &&
									  !IsA(fcinfo->context, WindowAggState))))
		pe_outside_aggregate(name);
}

/* The binary I/O functions of a state type. */
#define PE_STATE_BINARY_IO(name) \
PG_FUNCTION_INFO_V1(name##_recv); \
Datum \
name##_recv(PG_FUNCTION_ARGS) \
{ \
	return pe_state_recv((StringInfo) PG_GETARG_POINTER(0), name##_in); \
} \
PG_FUNCTION_INFO_V1(name##_send); \
Datum \
name##_send(PG_FUNCTION_ARGS) \
{ \
	return pe_state_send(PG_GETARG_DATUM(0), name##_out); \
} \
extern Datum name##_in(PG_FUNCTION_ARGS)

extern Datum pe_state_recv(StringInfo message, PGFunction input);
extern Datum pe_state_send(Datum state, PGFunction output);

#endif							/* PE_STATE_H */
