/*
 * numeric.c
 *	  Between PostgreSQL's numeric and the core's decimals.
 */
#include "perfeval.h"

#include <limits.h>

#include "mb/pg_wchar.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/fmgrprotos.h"

#include "numeric_digits.h"

/* An error message need not show more of a number than this. */
#define SHOWN_TEXT	60

void *
pe_grow(size_t size)
{
	CHECK_FOR_INTERRUPTS();
	return MemoryContextAllocHuge(CurrentMemoryContext, size);
}

const char *
pe_text_clipped(const char *text)
{
	size_t		length = strlen(text);

	if (length <= SHOWN_TEXT)
		return text;
	return psprintf("%.*s... (%zu bytes)",
					pg_mbcliplen(text, (int) Min(length, INT_MAX), SHOWN_TEXT),
					text, length);
}

/* The number for an error message. */
const char *
pe_numeric_text(Numeric value)
{
	return pe_text_clipped(DatumGetCString(DirectFunctionCall1(numeric_out,
															   NumericGetDatum(value))));
}

const char *
pe_dec_text(PeArena *arena, PeDec value)
{
	return pe_numeric_text(pe_dec_to_numeric(arena, value));
}

bool
pe_numeric_is_finite(Datum value)
{
	struct varlena *datum = PG_DETOAST_DATUM_PACKED(value);
	PeNumericDigits digits;

	return pe_numeric_digits(VARDATA_ANY(datum), VARSIZE_ANY_EXHDR(datum),
							 &digits);
}

/* The exact value; `name` is the argument's, for the error. */
PeDec
pe_numeric_to_dec(PeArena *arena, Datum value, const char *name)
{
	struct varlena *datum = PG_DETOAST_DATUM_PACKED(value);
	PeNumericDigits digits;

	if (!pe_numeric_digits(VARDATA_ANY(datum), VARSIZE_ANY_EXHDR(datum), &digits))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("%s must be a finite number, not %s", name,
						pe_numeric_text(DatumGetNumeric(value)))));
	return pe_dec_groups(arena, digits.negative, digits.groups, digits.ngroups,
						 digits.weight, digits.scale);
}

/*
 * A numeric of the same value and scale.  Results have at most the 16383
 * decimals that numeric can show; only what an error message shows of an
 * intermediate value is cut to that.
 */
Numeric
pe_dec_to_numeric(PeArena *arena, PeDec value)
{
	unsigned char *digits;
	size_t		ndigits;
	int64		exponent;		/* of the first digit */
	int64		weight;
	int64		lead;			/* zeros that fill up the first group */
	int64		ngroups;
	int64		at;
	int16	   *groups;
	int			header;
	Size		size;
	struct varlena *result;
	char	   *data;

	if (value.scale > PE_MAX_SCALE)
		value = pe_dec_rescale(arena, value, PE_MAX_SCALE);
	digits = pe_dec_to_digits(arena, value, &ndigits);
	exponent = (int64) ndigits - 1 - value.scale;
	while (ndigits > 0 && digits[ndigits - 1] == 0)
		ndigits--;				/* numeric keeps no trailing zeros */
	weight = ngroups = lead = 0;
	if (ndigits > 0)
	{
		weight = exponent >= 0 ? exponent / 4 : -((3 - exponent) / 4);
		lead = 3 - (exponent - 4 * weight);
		ngroups = (lead + (int64) ndigits + 3) / 4;
	}
	if (weight > 32767)
		ereport(ERROR,
				(errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
				 errmsg("result has more than 131072 digits before the decimal point")));

	header = (value.scale <= 63 && weight >= -64 && weight <= 63) ? 2 : 4;
	size = VARHDRSZ + header + sizeof(int16) * ngroups;
	result = palloc(size);
	SET_VARSIZE(result, size);
	data = VARDATA(result);
	if (header == 2)
		*(uint16 *) data = PE_NUMERIC_SHORT | (value.sign < 0 ? 0x2000 : 0) |
			value.scale << 7 | (weight < 0 ? 0x0040 : 0) | (weight & 0x003F);
	else
	{
		*(uint16 *) data = (value.sign < 0 ? PE_NUMERIC_LONG_NEG : 0) | value.scale;
		*(int16 *) (data + 2) = (int16) weight;
	}
	groups = (int16 *) (data + header);
	at = -lead;
	for (int64 i = 0; i < ngroups; i++)
	{
		int			group = 0;

		for (int j = 0; j < 4; j++, at++)
			group = group * 10 +
				(at >= 0 && at < (int64) ndigits ? digits[at] : 0);
		groups[i] = (int16) group;
	}
	return (Numeric) result;
}
