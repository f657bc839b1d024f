/*
 * state.c
 *	  What the aggregates' state types share; see state.h.
 */
#include "perfeval.h"

#include "libpq/pqformat.h"

#include "state.h"

void
pe_outside_aggregate(const char *name)
{
	ereport(ERROR,
			(errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
			 errmsg("support function of aggregate %s called outside an aggregate",
					name),
			 errhint("Call %s() itself.", name)));
}

/*
 * The combinations that need no adding up, true if this is one: no state, the
 * state so far, or a copy of the first one to come, which may be toasted or in
 * somebody else's memory.
 */
bool
pe_combine_null(FunctionCallInfo fcinfo, const char *name, Datum *result)
{
	pe_require_aggregate(fcinfo, name);
	if (!PG_ARGISNULL(0) && !PG_ARGISNULL(1))
		return false;
	fcinfo->isnull = PG_ARGISNULL(0) && PG_ARGISNULL(1);
	if (!PG_ARGISNULL(0))
		*result = PG_GETARG_DATUM(0);
	else if (!PG_ARGISNULL(1))
		*result = PointerGetDatum(PG_DETOAST_DATUM_COPY(PG_GETARG_DATUM(1)));
	return true;
}

/*
 * A decimal behind a state's fixed part: sign, scale, length, limbs.  8-byte
 * aligned, as all of these are.
 */
typedef struct Packed
{
	int32		sign;
	int32		scale;
	int64		n;
	mp_limb_t	limb[FLEXIBLE_ARRAY_MEMBER];
} Packed;

Size
pe_packed_size(PeDec value)
{
	return offsetof(Packed, limb) + sizeof(mp_limb_t) * value.n;
}

char *
pe_pack(char *at, PeDec value)
{
	Packed	   *packed = (Packed *) at;

	packed->sign = value.sign;
	packed->scale = value.scale;
	packed->n = value.n;
	if (value.n > 0)
		memcpy(packed->limb, value.limb, sizeof(mp_limb_t) * value.n);
	return at + pe_packed_size(value);
}

/* The value's limbs stay where they are. */
const char *
pe_unpack(const char *at, PeDec *value)
{
	const Packed *packed = (const Packed *) at;

	value->sign = packed->sign;
	value->scale = packed->scale;
	value->n = packed->n;
	value->limb = packed->limb;
	return at + pe_packed_size(*value);
}

/* All digits, with the value's number of decimals. */
void
pe_put_dec(StringInfo text, PeArena *arena, PeDec value)
{
	size_t		ndigits;
	unsigned char *digits = pe_dec_to_digits(arena, value, &ndigits);
	int64		place = Max((int64) ndigits, (int64) value.scale + 1);

	if (value.sign < 0)
		appendStringInfoChar(text, '-');
	for (; place > 0; place--)
	{
		if (place == value.scale)
			appendStringInfoChar(text, '.');
		appendStringInfoChar(text, place > (int64) ndigits ? '0' :
							 '0' + digits[ndigits - place]);
	}
}

void
pe_malformed(const PeFields *fields, const char *why)
{
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_TEXT_REPRESENTATION),
			 errmsg("invalid input syntax for type %s: \"%s\"", fields->type,
					pe_text_clipped(fields->text)),
			 errdetail("At byte %d: %s.",
					   (int) (fields->at - fields->text) + 1, why),
			 errhint("Use the state that an aggregate gave.")));
}

bool
pe_take_if(PeFields *fields, const char *literal)
{
	size_t		length = strlen(literal);

	if (strncmp(fields->at, literal, length) != 0)
		return false;
	fields->at += length;
	return true;
}

void
pe_take(PeFields *fields, const char *literal)
{
	if (!pe_take_if(fields, literal))
		pe_malformed(fields, psprintf("\"%s\" expected", literal));
}

void
pe_take_end(PeFields *fields)
{
	if (*fields->at)
		pe_malformed(fields, "end expected");
}

/* Digits with an optional sign and point; false if there are none. */
bool
pe_try_take_dec(PeFields *fields, PeArena *arena, PeDec *value)
{
	static const char decimal[] = "0123456789";
	bool		negative = pe_take_if(fields, "-");
	size_t		whole = strspn(fields->at, decimal);
	size_t		decimals = 0;
	unsigned char *digits;

	if (whole > 0 && fields->at[whole] == '.')
		decimals = strspn(fields->at + whole + 1, decimal);
	/* a sum of 2^63 products of two numerics has no more of either */
	if (whole == 0 || whole > 2 * 131072 + 20 || decimals > 2 * PE_MAX_SCALE ||
		(fields->at[whole] == '.' && decimals == 0))
		return false;
	digits = pe_alloc(arena, whole + decimals);
	for (size_t i = 0; i < whole; i++)
		digits[i] = fields->at[i] - '0';
	for (size_t i = 0; i < decimals; i++)
		digits[whole + i] = fields->at[whole + 1 + i] - '0';
	fields->at += whole + (decimals > 0 ? decimals + 1 : 0);
	*value = pe_dec_digits(arena, negative, digits, whole + decimals,
						   (int32) decimals);
	return true;
}

PeDec
pe_take_dec(PeFields *fields, PeArena *arena)
{
	PeDec		value = {0};

	if (!pe_try_take_dec(fields, arena, &value))
		pe_malformed(fields, "plain number of numeric's range expected");
	return value;
}

/* A whole number from 0 to `most`. */
int64
pe_take_int(PeFields *fields, int64 most)
{
	int64		value = 0;

	if (*fields->at < '0' || *fields->at > '9')
		pe_malformed(fields, "whole number expected");
	for (; *fields->at >= '0' && *fields->at <= '9'; fields->at++)
	{
		int			digit = *fields->at - '0';

		if (value > (most - digit) / 10)
			pe_malformed(fields, "number out of range");
		value = value * 10 + digit;
	}
	return value;
}

Datum
pe_state_recv(StringInfo message, PGFunction input)
{
	int			length;
	char	   *text = pq_getmsgtext(message, message->len - message->cursor,
									 &length);

	if (strlen(text) != (size_t) length)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_BINARY_REPRESENTATION),
				 errmsg("invalid byte in the binary form of an aggregate state")));
	return DirectFunctionCall1(input, CStringGetDatum(text));
}

Datum
pe_state_send(Datum state, PGFunction output)
{
	StringInfoData message;
	char	   *text = DatumGetCString(DirectFunctionCall1(output, state));

	pq_begintypsend(&message);
	pq_sendtext(&message, text, strlen(text));
	return PointerGetDatum(pq_endtypsend(&message));
}
