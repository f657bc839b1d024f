/*
 * arguments.c
 *	  Arguments of the SQL-callable functions: checked, with the argument's
 *	  name in every complaint.
 */
#include "perfeval.h"

#include "catalog/pg_type.h"
#include "lib/stringinfo.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"

void
pe_refuse_null(const char *name)
{
	ereport(ERROR,
			(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
			 errmsg("%s must not be NULL", name)));
}

PeDec
pe_arg_dec(FunctionCallInfo fcinfo, int argno, PeArena *arena, const char *name)
{
	if (PG_ARGISNULL(argno))
		pe_refuse_null(name);
	return pe_numeric_to_dec(arena, PG_GETARG_DATUM(argno), name);
}

/* What is measured, not set: here NULL is a way out. */
void
pe_check_observed(Datum value, const char *name)
{
	if (!pe_numeric_is_finite(value))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("%s must be a finite number, not %s", name,
						pe_numeric_text(DatumGetNumeric(value))),
				 errhint("Use NULL for what was not observed.")));
}

PeDec
pe_arg_observed(FunctionCallInfo fcinfo, int argno, PeArena *arena,
				const char *name)
{
	pe_check_observed(PG_GETARG_DATUM(argno), name);
	return pe_numeric_to_dec(arena, PG_GETARG_DATUM(argno), name);
}

void
pe_check_between(PeArena *arena, PeDec value, int low, int high,
				 const char *name)
{
	if (pe_dec_cmp(arena, value, pe_dec_int(arena, low)) < 0 ||
		pe_dec_cmp(arena, value, pe_dec_int(arena, high)) > 0)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("%s must be between %d and %d, but is %s", name, low, high,
						pe_dec_text(arena, value)),
				 high == 1 ? errhint("Give a percentage as a share: 0.80 for 80 %%.") : 0));
}

/* Refuses a word, and lists the right ones. */
void
pe_unknown_keyword(const char *word, const char *name,
				   const PeKeyword *keywords)
{
	StringInfoData hint;

	initStringInfo(&hint);
	for (const PeKeyword *k = keywords; k->name; k++)
		appendStringInfo(&hint, "%s\"%s\"",
						 k == keywords ? "" : (k[1].name ? ", " : " or "),
						 k->name);
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			 errmsg("unrecognized %s: \"%s\"", name, pe_text_clipped(word)),
			 errhint("Use %s.", hint.data)));
}

int
pe_keyword(const char *word, const char *name, const PeKeyword *keywords)
{
	for (const PeKeyword *k = keywords; k->name; k++)
		if (strcmp(k->name, word) == 0)
			return k->value;
	pe_unknown_keyword(word, name, keywords);
	return 0;					/* not reached */
}

int
pe_arg_keyword(FunctionCallInfo fcinfo, int argno, const char *name,
			   const PeKeyword *keywords)
{
	if (PG_ARGISNULL(argno))
		pe_refuse_null(name);
	return pe_keyword(TextDatumGetCString(PG_GETARG_DATUM(argno)), name,
					  keywords);
}

/* A list has one dimension and no NULLs; `hint` may be NULL. */
void
pe_check_list(ArrayType *array, const char *name, const char *hint)
{
	if (ARR_NDIM(array) > 1)
		ereport(ERROR,
				(errcode(ERRCODE_ARRAY_SUBSCRIPT_ERROR),
				 errmsg("%s must be a one-dimensional array, not one of %d dimensions",
						name, ARR_NDIM(array)),
				 hint ? errhint("%s", hint) : 0));
	if (array_contains_nulls(array))
		ereport(ERROR,
				(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
				 errmsg("%s must not contain NULL", name),
				 hint ? errhint("%s", hint) : 0));
}

/* The elements of a list. */
void
pe_array(Datum value, const char *name, Oid element_type, Datum **elements,
		 int *count)
{
	ArrayType  *array = DatumGetArrayTypeP(value);
	int16		length;
	bool		by_value;
	char		align;

	pe_check_list(array, name, NULL);
	get_typlenbyvalalign(element_type, &length, &by_value, &align);
	deconstruct_array(array, element_type, length, by_value, align,
					  elements, NULL, count);
}

/* The same of finite numbers. */
void
pe_array_numerics(Datum value, const char *name, Datum **elements, int *count)
{
	pe_array(value, name, NUMERICOID, elements, count);
	for (int i = 0; i < *count; i++)
		if (!pe_numeric_is_finite((*elements)[i]))
			ereport(ERROR,
					(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
					 errmsg("%s[%d] must be a finite number, not %s", name, i + 1,
							pe_numeric_text(DatumGetNumeric((*elements)[i])))));
}

PeDec *
pe_array_decs(Datum value, const char *name, PeArena *arena, int *count)
{
	Datum	   *elements;
	PeDec	   *result;

	pe_array_numerics(value, name, &elements, count);
	result = pe_alloc(arena, sizeof(PeDec) * Max(*count, 1));
	for (int i = 0; i < *count; i++)
		result[i] = pe_numeric_to_dec(arena, elements[i], name);
	return result;
}

Datum
pe_dec_array(PeArena *arena, const PeDec *values, int count)
{
	Datum	   *elements = palloc(sizeof(Datum) * Max(count, 1));

	for (int i = 0; i < count; i++)
		elements[i] = PE_DEC_DATUM(arena, values[i]);
	return PointerGetDatum(construct_array(elements, count, NUMERICOID, -1,
										   false, TYPALIGN_INT));
}
