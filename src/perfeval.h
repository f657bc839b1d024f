/*
 * perfeval.h
 *	  What the SQL-callable functions share.
 */
#ifndef PERFEVAL_H
#define PERFEVAL_H

#include "postgres.h"

#include "fmgr.h"
#include "utils/array.h"
#include "utils/numeric.h"

#include "compat.h"
#include "core/decimal.h"

/* An arena on the stack that goes on in the current memory context. */
#define PE_ARENA(arena) \
	char		arena##_buffer[2048] pg_attribute_aligned(PE_ARENA_ALIGN); \
	PeArena		arena = { \
		arena##_buffer, arena##_buffer + sizeof(arena##_buffer), pe_grow, 0 \
	}

/* One allowed keyword of a text argument. */
typedef struct PeKeyword
{
	const char *name;
	int			value;
} PeKeyword;

extern void *pe_grow(size_t size);

/* numeric.c */
extern bool pe_numeric_is_finite(Datum value);
extern PeDec pe_numeric_to_dec(PeArena *arena, Datum value, const char *name);
extern Numeric pe_dec_to_numeric(PeArena *arena, PeDec value);
extern const char *pe_numeric_text(Numeric value);
extern const char *pe_dec_text(PeArena *arena, PeDec value);
extern const char *pe_text_clipped(const char *text);

/* arguments.c */
extern void pe_refuse_null(const char *name);
extern PeDec pe_arg_dec(FunctionCallInfo fcinfo, int argno, PeArena *arena,
						const char *name);
extern void pe_check_observed(Datum value, const char *name);
extern PeDec pe_arg_observed(FunctionCallInfo fcinfo, int argno,
							 PeArena *arena, const char *name);
extern void pe_check_between(PeArena *arena, PeDec value, int low, int high,
							 const char *name);
extern void pe_unknown_keyword(const char *word, const char *name,
							   const PeKeyword *keywords);
extern int	pe_keyword(const char *word, const char *name,
					   const PeKeyword *keywords);
extern int	pe_arg_keyword(FunctionCallInfo fcinfo, int argno,
						   const char *name, const PeKeyword *keywords);
extern void pe_check_list(ArrayType *array, const char *name, const char *hint);
extern void pe_array(Datum value, const char *name, Oid element_type,
					 Datum **elements, int *count);
extern void pe_array_numerics(Datum value, const char *name,
							  Datum **elements, int *count);
extern PeDec *pe_array_decs(Datum value, const char *name, PeArena *arena,
							int *count);
extern Datum pe_dec_array(PeArena *arena, const PeDec *values, int count);

#define PE_DEC_DATUM(arena, value) \
	NumericGetDatum(pe_dec_to_numeric(arena, value))

#endif							/* PERFEVAL_H */
