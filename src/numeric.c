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

#include "core/rational.h"
#include "numeric_digits.h"
#include "scorecard.h"

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

/* A numeric without its digits, for which `groups` is where they go. */
static Numeric
new_numeric(bool negative, int32 scale, int64 weight, int64 ngroups, int16 **groups)
{
	int			header = (scale <= 63 && weight >= -64 && weight <= 63) ? 2 : 4;
	Size		size = VARHDRSZ + header + sizeof(int16) * ngroups;
	struct varlena *result = palloc(size);
	char	   *data = VARDATA(result);

	SET_VARSIZE(result, size);
	if (header == 2)
		*(uint16 *) data = PE_NUMERIC_SHORT | (negative ? 0x2000 : 0) |
			scale << 7 | (weight < 0 ? 0x0040 : 0) | (weight & 0x003F);
	else
	{
		*(uint16 *) data = (negative ? PE_NUMERIC_LONG_NEG : 0) | scale;
		*(int16 *) (data + 2) = (int16) weight;
	}
	*groups = (int16 *) (data + header);
	return (Numeric) result;
}

/* The number of a PE_OK entry, without a detour through limbs. */
Numeric
pe_entry_to_numeric(const PeEntry *entry)
{
	unsigned __int128 rest = entry->number < 0 ? -(unsigned __int128) entry->number :
		(unsigned __int128) entry->number;
	int16		group[12];		/* 39 digits, and two groups that are not full */
	int			first = lengthof(group);
	int			last = lengthof(group);
	int			part = entry->scale % 4;
	int			weight = -(entry->scale + 3) / 4;	/* of what comes last */
	int16	   *groups;
	Numeric		result;

	/* what the last group has of the number, so that the others are whole */
	if (part > 0)
	{
		group[--first] = (int16) ((uint64) (rest % (uint64) pe_pow10_64[part]) *
								  (uint64) pe_pow10_64[4 - part]);
		rest /= (uint64) pe_pow10_64[part];
	}
	while (rest >> 64 != 0)
	{
		uint64		chunk = (uint64) (rest % (uint64) pe_group_power[4]);

		rest /= (uint64) pe_group_power[4];
		for (int i = 0; i < 4; i++, chunk /= 10000)
			group[--first] = (int16) (chunk % 10000);
	}
	for (uint64 chunk = (uint64) rest; chunk != 0; chunk /= 10000)
		group[--first] = (int16) (chunk % 10000);

	weight += lengthof(group) - 1 - first;
	while (last > first && group[last - 1] == 0)
		last--;					/* numeric keeps no trailing zeros */
	result = new_numeric(entry->number < 0, entry->scale,
						 last > first ? weight : 0, last - first, &groups);
	memcpy(groups, group + first, sizeof(int16) * (last - first));
	return result;
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
	Numeric		result;

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

	result = new_numeric(value.sign < 0, value.scale, weight, ngroups, &groups);
	at = -lead;
	for (int64 i = 0; i < ngroups; i++)
	{
		int			group = 0;

		for (int j = 0; j < 4; j++, at++)
			group = group * 10 +
				(at >= 0 && at < (int64) ndigits ? digits[at] : 0);
		groups[i] = (int16) group;
	}
	return result;
}
