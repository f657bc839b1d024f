/*
 * numeric_digits.h
 *	  numeric's stored form, read in place.
 *
 * numeric.c keeps its struct to itself, but the bytes are an on-disk format
 * that has stood since 9.1: a 16-bit header (short: sign, 6 bits of scale, 7 of
 * weight; long: sign and 14 bits of scale, then a 16-bit weight; or a special
 * value), then base-10000 digits, the first of weight 10000^weight, without
 * leading or trailing zero digits.  Reading it here saves a copy and a parse
 * for every row of an aggregate.  A datum with a one-byte length header is not
 * aligned, hence the memcpy.
 */
#ifndef PE_NUMERIC_DIGITS_H
#define PE_NUMERIC_DIGITS_H

#include "postgres.h"

#include "compat.h"
#include "core/decimal.h"

#define PE_NUMERIC_FORM		0xC000
#define PE_NUMERIC_LONG_NEG	0x4000
#define PE_NUMERIC_SHORT	0x8000
#define PE_NUMERIC_SPECIAL	0xC000

typedef struct PeNumericDigits
{
	bool		negative;
	int			weight;
	int			scale;
	int			ngroups;
	const char *groups;
} PeNumericDigits;

/* False for NaN and the infinities. */
static inline bool
pe_numeric_digits(const char *data, size_t length, PeNumericDigits *digits)
{
	uint16		header;

	memcpy(&header, data, sizeof(header));
	if ((header & PE_NUMERIC_FORM) == PE_NUMERIC_SHORT)
	{
		digits->negative = (header & 0x2000) != 0;
		digits->scale = (header & 0x1F80) >> 7;
		digits->weight = (header & 0x003F) - (header & 0x0040);
		digits->groups = data + sizeof(uint16);
	}
	else if ((header & PE_NUMERIC_FORM) == PE_NUMERIC_SPECIAL)
		return false;
	else
	{
		int16		weight;

		memcpy(&weight, data + sizeof(uint16), sizeof(weight));
		digits->negative = (header & PE_NUMERIC_FORM) == PE_NUMERIC_LONG_NEG;
		digits->scale = header & 0x3FFF;
		digits->weight = weight;
		digits->groups = data + 2 * sizeof(uint16);
	}
	digits->ngroups = (int) ((data + length - digits->groups) / sizeof(uint16));
	return true;
}

static const int64 pe_group_power[5] = {1, 10000, 100000000,
INT64CONST(1000000000000), INT64CONST(10000000000000000)};

static inline int64
pe_group(const char *data)
{
	int16		group;

	memcpy(&group, data, sizeof(group));
	return group;
}

/*
 * A value of at most two digits (of base 10000) before the point and two after
 * it, times 10^8.  False: it does not fit, is not finite, or is not in line.
 */
static inline bool
pe_numeric_fixed8(Datum value, int64 *fixed, int *scale)
{
	const struct varlena *datum = (const struct varlena *) DatumGetPointer(value);
	const char *data;
	uint16		header;
	uint32		ngroups;
	int			weight;
	int			up;
	int64		result = 0;

	/* ordinary scores are short, both in length header and in format */
	if (VARATT_IS_1B(datum) && !VARATT_IS_1B_E(datum))
	{
		data = VARDATA_1B(datum);
		ngroups = ((uint32) VARSIZE_1B(datum) - VARHDRSZ_SHORT - 2) >> 1;
	}
	else if (VARATT_IS_4B_U(datum))
	{
		data = VARDATA(datum);
		ngroups = ((uint32) VARSIZE(datum) - VARHDRSZ - 2) >> 1;
	}
	else
		return false;
	memcpy(&header, data, sizeof(header));
	weight = ((int8) (header << 1)) >> 1;	/* seven bits with sign */
	up = 3 - (int) ngroups + weight;	/* groups short of 8 decimals */
	if ((header & PE_NUMERIC_FORM) != PE_NUMERIC_SHORT || weight > 1 || up < 0)
		return false;
	data += sizeof(header);
	/* without a loop: this is what a row costs */
	switch (ngroups)
	{
		case 4:
			result = pe_group(data) * INT64CONST(1000000000000);
			data += sizeof(int16);
			/* FALLTHROUGH */
		case 3:
			result += pe_group(data) * INT64CONST(100000000);
			data += sizeof(int16);
			/* FALLTHROUGH */
		case 2:
			result += pe_group(data) * 10000;
			data += sizeof(int16);
			/* FALLTHROUGH */
		case 1:
			result += pe_group(data);
			result *= pe_group_power[up];
	}
	*scale = (header & 0x1F80) >> 7;
	*fixed = (header & 0x2000) ? -result : result;
	return true;
}

/*
 * The same with up to five digits after the point, times 10^20, below 10^16:
 * what a quotient of ordinary scores needs.
 */
#define PE_FIXED20_SCALE	20

static inline bool
pe_numeric_fixed20(Datum value, PeInt128 *fixed, int *scale)
{
	const struct varlena *datum = (const struct varlena *) DatumGetPointer(value);
	PeNumericDigits digits;
	PeInt128	result = 0;
	int			up;

	if (VARATT_IS_EXTERNAL(datum) || VARATT_IS_COMPRESSED(datum) ||
		!pe_numeric_digits(VARDATA_ANY(datum), VARSIZE_ANY_EXHDR(datum), &digits))
		return false;
	/* 16 digits before the point at most: below 10^16 * 10^20 < 2^127 */
	if (digits.weight > 3 || digits.ngroups - 1 - digits.weight > 5)
		return false;
	for (int i = 0; i < digits.ngroups; i++)
		result = result * 10000 + pe_group(digits.groups + 2 * i);
	if (digits.ngroups > 0)
	{
		for (up = 6 - digits.ngroups + digits.weight; up > 4; up -= 4)
			result *= pe_group_power[4];
		result *= pe_group_power[up];
	}
	*scale = digits.scale;
	*fixed = digits.negative ? -result : result;
	return true;
}

/*
 * Times 10^30, below 10^8: a quotient to as many decimals as ranks look at.
 */
static inline bool
pe_numeric_fixed30(Datum value, PeInt128 *fixed)
{
	const struct varlena *datum = (const struct varlena *) DatumGetPointer(value);
	PeNumericDigits digits;
	PeInt128	result = 0;
	int			up;				/* groups short of 28 decimals */

	if (VARATT_IS_EXTERNAL(datum) || VARATT_IS_COMPRESSED(datum) ||
		!pe_numeric_digits(VARDATA_ANY(datum), VARSIZE_ANY_EXHDR(datum), &digits))
		return false;
	up = 8 - digits.ngroups + digits.weight;
	if (digits.weight > 1 || up < -1)
		return false;
	for (int i = 0; i < digits.ngroups - (up < 0); i++)
		result = result * 10000 + pe_group(digits.groups + 2 * i);
	if (digits.ngroups > 0)
		for (; up > 0; up -= Min(up, 4))
			result *= pe_group_power[Min(up, 4)];
	result *= 100;
	if (up < 0)
	{
		int64		group = pe_group(digits.groups + 2 * (digits.ngroups - 1));

		if (group % 100 != 0)
			return false;
		result += group / 100;
	}
	*fixed = digits.negative ? -result : result;
	return true;
}

#endif							/* PE_NUMERIC_DIGITS_H */
