/*
 * scorecard.c
 *	  The type scorecard (计分卡): a subject's readings of a period, or the
 *	  results of a rubric's nodes, as one value.
 *
 * An entry is an exact decimal of up to 38 digits, without trailing zeros, or a
 * status.  What does not fit exactly is refused, never rounded.  A card holds
 * up to 32,767 items, numbered from 0.
 */
#include "perfeval.h"

#include "access/htup_details.h"
#include "common/hashfn.h"
#include "funcapi.h"
#include "libpq/pqformat.h"
#include "utils/builtins.h"
#include "utils/fmgrprotos.h"
#include "utils/jsonb.h"

#include "core/card_text.h"
#include "numeric_digits.h"
#include "scorecard.h"

/* The card where it lies: no copy, unless it was compressed or out of line. */
void
pe_card_get(Datum value, PeCard *card)
{
	pe_card_open(card, VARDATA_ANY(PG_DETOAST_DATUM_PACKED(value)));
}

struct varlena *
pe_card_pack(const PeEntry *entries, int32 n)
{
	Size		size = VARHDRSZ + pe_card_size(entries, n);
	struct varlena *result = palloc(size);

	SET_VARSIZE(result, size);
	pe_card_write(VARDATA(result), entries, n);
	return result;
}

/* An entry with a number, which must fit exactly. */
void
pe_entry_set(PeEntry *entry, int32 item, Datum value)
{
	static const int64 power[] = {1, 10, 100, 1000, 10000, 100000, 1000000,
	10000000, 100000000};
	int64		fixed;
	int			scale;

	entry->item = item;
	entry->status = PE_OK;
	if (likely(pe_numeric_fixed8(value, &fixed, &scale) && scale <= 8))
	{
		entry->number = fixed / power[8 - scale];
		entry->scale = (uint8) scale;
	}
	else
	{
		PE_ARENA(arena);
		PeDec		dec;

		pe_check_observed(value, psprintf("value of item %d", item));
		dec = pe_dec_trim(&arena, pe_numeric_to_dec(&arena, value, "value"));
		if (dec.scale > PE_CARD_MAX_SCALE ||
			!pe_dec_to_int128(dec, &entry->number))
			ereport(ERROR,
					(errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
					 errmsg("value of item %d does not fit a scorecard exactly: %s",
							item, pe_dec_text(&arena, dec)),
					 errhint("A scorecard holds up to 38 digits. Round the value to what was measured.")));
		entry->scale = (uint8) dec.scale;
	}
	pe_entry_normalize(entry);
}

PeEntry *
pe_card_entries(const PeCard *card)
{
	PeEntry    *entries = palloc(sizeof(PeEntry) * Max(card->n, 1));

	for (int32 i = 0; i < card->n; i++)
		pe_card_entry(card, i, &entries[i]);
	return entries;
}

void
pe_duplicate_item(int32 item)
{
	ereport(ERROR,
			(errcode(ERRCODE_CARDINALITY_VIOLATION),
			 errmsg("item %d comes twice", item),
			 errhint("A scorecard has one entry for an item: choose one, or merge cards with scorecard_merge().")));
}

PeEntry *
pe_card_from_text(PeArena *arena, const char *text, const char *type, int32 *n)
{
	PeCardError error;
	PeEntry    *entries = pe_card_parse(arena, text, n, &error);

	if (entries == NULL)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_TEXT_REPRESENTATION),
				 errmsg("invalid input syntax for type %s: \"%s\"", type,
						pe_text_clipped(text)),
				 errdetail("At byte %zu: %s.", error.at + 1, error.message),
				 errhint("Write {\"item\": number, \"item\": \"status\"}, as in {\"101\": 95.5, \"102\": \"missing\"}.")));
	return entries;
}

/* In jsonb's spacing and order. */
char *
pe_card_to_text(const PeEntry *entries, int32 n)
{
	char	   *text = palloc((Size) Max(n, 1) * (PE_CARD_ENTRY_TEXT + 2) + 3);
	char	   *at = text;

	*at++ = '{';
	for (int32 i = 0; i < n; i++)
	{
		if (i > 0)
		{
			*at++ = ',';
			*at++ = ' ';
		}
		at += pe_entry_text(&entries[i], at);
	}
	*at++ = '}';
	*at = '\0';
	return text;
}

PG_FUNCTION_INFO_V1(scorecard_in);
Datum
scorecard_in(PG_FUNCTION_ARGS)
{
	PE_ARENA(arena);
	int32		n;
	PeEntry    *entries = pe_card_from_text(&arena, PG_GETARG_CSTRING(0),
											"scorecard", &n);

	PG_RETURN_POINTER(pe_card_pack(entries, n));
}

PG_FUNCTION_INFO_V1(scorecard_out);
Datum
scorecard_out(PG_FUNCTION_ARGS)
{
	PeCard		card;

	pe_card_get(PG_GETARG_DATUM(0), &card);
	PG_RETURN_CSTRING(pe_card_to_text(pe_card_entries(&card), card.n));
}

/*
 * Binary form, in network byte order: version (1 byte), number width (1: 4, 8
 * or 16), n (4), then for each entry item (4), tag (1), number (width).
 */
PG_FUNCTION_INFO_V1(scorecard_send);
Datum
scorecard_send(PG_FUNCTION_ARGS)
{
	StringInfoData message;
	PeCard		card;

	pe_card_get(PG_GETARG_DATUM(0), &card);
	pq_begintypsend(&message);
	pq_sendbyte(&message, PE_CARD_VERSION);
	pq_sendbyte(&message, card.number_width);
	pq_sendint32(&message, card.n);
	for (int32 i = 0; i < card.n; i++)
	{
		PeEntry		entry;

		pe_card_entry(&card, i, &entry);
		pq_sendint32(&message, entry.item);
		pq_sendbyte(&message, pe_entry_tag(&entry));
		if (card.number_width == 4)
			pq_sendint32(&message, (uint32) entry.number);
		else
		{
			if (card.number_width == 16)
				pq_sendint64(&message, (uint64) (entry.number >> 64));
			pq_sendint64(&message, (uint64) entry.number);
		}
	}
	PG_RETURN_BYTEA_P(pq_endtypsend(&message));
}

static void
refuse_binary(const char *why)
{
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_BINARY_REPRESENTATION),
			 errmsg("invalid binary form of a scorecard: %s", why)));
}

PG_FUNCTION_INFO_V1(scorecard_recv);
Datum
scorecard_recv(PG_FUNCTION_ARGS)
{
	StringInfo	message = (StringInfo) PG_GETARG_POINTER(0);
	int			version = pq_getmsgbyte(message);
	int			width = pq_getmsgbyte(message);
	int32		n = (int32) pq_getmsgint(message, 4);
	PeEntry    *entries;
	struct varlena *result;

	if (version != PE_CARD_VERSION)
		refuse_binary(psprintf("unknown version %d", version));
	if (width != 4 && width != 8 && width != 16)
		refuse_binary(psprintf("number width %d", width));
	if (n < 0 || n > PE_CARD_MAX_ITEMS)
		refuse_binary(psprintf("%d items", n));
	entries = palloc(sizeof(PeEntry) * Max(n, 1));
	for (int32 i = 0; i < n; i++)
	{
		PeEntry    *entry = &entries[i];

		entry->item = (int32) pq_getmsgint(message, 4);
		if (!pe_entry_set_tag(entry, (uint8) pq_getmsgbyte(message)))
			refuse_binary(psprintf("tag of item %d", entry->item));
		if (width == 4)
			entry->number = (int32) pq_getmsgint(message, 4);
		else
		{
			int64		high = width == 16 ? pq_getmsgint64(message) : 0;
			uint64		low = (uint64) pq_getmsgint64(message);

			entry->number = width == 16 ?
				(PeInt128) (((unsigned __int128) (uint64) high << 64) | low) :
				(PeInt128) (int64) low;
		}
		if (entry->item < 0 || (i > 0 && entry->item <= entries[i - 1].item))
			refuse_binary("items must ascend from 0");
	}
	pq_getmsgend(message);

	result = pe_card_pack(entries, n);
	if (!pe_card_valid(VARDATA(result), VARSIZE(result) - VARHDRSZ))
		refuse_binary("numbers with trailing zeros, or statuses with numbers");
	PG_RETURN_POINTER(result);
}

/* jsonb(card): the text form is a JSON object already */
PG_FUNCTION_INFO_V1(scorecard_to_jsonb);
Datum
scorecard_to_jsonb(PG_FUNCTION_ARGS)
{
	return DirectFunctionCall1(jsonb_in,
							   DirectFunctionCall1(scorecard_out,
												   PG_GETARG_DATUM(0)));
}

/* scorecard(jsonb) */
PG_FUNCTION_INFO_V1(scorecard_from_jsonb);
Datum
scorecard_from_jsonb(PG_FUNCTION_ARGS)
{
	return DirectFunctionCall1(scorecard_in,
							   DirectFunctionCall1(jsonb_out,
												   PG_GETARG_DATUM(0)));
}

/* The entry of argument 1's item in argument 0's card; false if it is absent. */
static bool
arg_entry(FunctionCallInfo fcinfo, PeEntry *entry)
{
	PeCard		card;
	int32		index;

	pe_card_get(PG_GETARG_DATUM(0), &card);
	index = pe_card_find(&card, PG_GETARG_INT32(1));
	if (index < 0)
		return false;
	pe_card_entry(&card, index, entry);
	return true;
}

/*
 * scorecard_value(card, item int) -> numeric, operator ->
 *
 * The item's number; NULL if it has none, be it absent or a status.
 */
PG_FUNCTION_INFO_V1(scorecard_value);
Datum
scorecard_value(PG_FUNCTION_ARGS)
{
	PeEntry		entry;

	if (!arg_entry(fcinfo, &entry) || entry.status != PE_OK)
		PG_RETURN_NULL();
	return NumericGetDatum(pe_entry_to_numeric(&entry));
}

/*
 * scorecard_status(card, item int) -> text
 *
 * ok, missing, not_applicable, exempt or error; NULL if the item is absent.
 */
PG_FUNCTION_INFO_V1(scorecard_status);
Datum
scorecard_status(PG_FUNCTION_ARGS)
{
	PeEntry		entry;

	if (!arg_entry(fcinfo, &entry))
		PG_RETURN_NULL();
	PG_RETURN_TEXT_P(cstring_to_text(pe_status_name[entry.status]));
}

/* item_count(card) -> int */
PG_FUNCTION_INFO_V1(item_count);
Datum
item_count(PG_FUNCTION_ARGS)
{
	PeCard		card;

	pe_card_get(PG_GETARG_DATUM(0), &card);
	PG_RETURN_INT32(card.n);
}

/*
 * items(card) -> rows (item int, value numeric, status text, code int)
 *
 * In the order of the items; `value` of ok ones, `code` of errors.
 */
PG_FUNCTION_INFO_V1(items);
Datum
items(PG_FUNCTION_ARGS)
{
	FuncCallContext *context;
	PeEntry		entry;
	Datum		values[4];
	bool		nulls[4] = {false, true, false, true};

	if (SRF_IS_FIRSTCALL())
	{
		MemoryContext caller;
		PeCard	   *card;

		context = SRF_FIRSTCALL_INIT();
		caller = MemoryContextSwitchTo(context->multi_call_memory_ctx);
		card = palloc(sizeof(PeCard));
		pe_card_get(PointerGetDatum(PG_DETOAST_DATUM_COPY(PG_GETARG_DATUM(0))),
					card);
		context->user_fctx = card;
		if (get_call_result_type(fcinfo, NULL, &context->tuple_desc) != TYPEFUNC_COMPOSITE)
			elog(ERROR, "return type must be a row type");
		context->tuple_desc = BlessTupleDesc(context->tuple_desc);
		MemoryContextSwitchTo(caller);
	}
	context = SRF_PERCALL_SETUP();
	if (context->call_cntr >= (uint64) ((PeCard *) context->user_fctx)->n)
		SRF_RETURN_DONE(context);

	pe_card_entry(context->user_fctx, (int32) context->call_cntr, &entry);
	values[0] = Int32GetDatum(entry.item);
	values[2] = CStringGetTextDatum(pe_status_name[entry.status]);
	if (entry.status == PE_OK)
	{
		values[1] = NumericGetDatum(pe_entry_to_numeric(&entry));
		nulls[1] = false;
	}
	else if (entry.status == PE_ERROR)
	{
		values[3] = Int32GetDatum((int32) entry.number);
		nulls[3] = false;
	}
	SRF_RETURN_NEXT(context,
					HeapTupleGetDatum(heap_form_tuple(context->tuple_desc,
													  values, nulls)));
}

/*
 * scorecard_merge(a, b) -> scorecard, operator ||
 *
 * The entries of both; for an item in both, b's.
 */
PG_FUNCTION_INFO_V1(scorecard_merge);
Datum
scorecard_merge(PG_FUNCTION_ARGS)
{
	struct varlena *first = PG_DETOAST_DATUM_PACKED(PG_GETARG_DATUM(0));
	struct varlena *second = PG_DETOAST_DATUM_PACKED(PG_GETARG_DATUM(1));
	PeCard		a,
				b;
	PeEntry    *entries;
	int32		i = 0,
				j = 0,
				n = 0;

	pe_card_open(&a, VARDATA_ANY(first));
	pe_card_open(&b, VARDATA_ANY(second));
	if (pe_card_has_all(&b, &a))
		PG_RETURN_POINTER(second);
	/* corrections of ordinary readings: in a copy, nothing is unpacked */
	if (a.number_width == 4 && b.number_width == 4 && pe_card_has_all(&a, &b))
	{
		Size		size = VARSIZE_ANY_EXHDR(first);
		struct varlena *result = palloc(VARHDRSZ + size);

		SET_VARSIZE(result, VARHDRSZ + size);
		memcpy(VARDATA(result), VARDATA_ANY(first), size);
		pe_card_overlay(VARDATA(result), &b);
		PG_RETURN_POINTER(result);
	}
	entries = palloc(sizeof(PeEntry) * Max(a.n + b.n, 1));
	while (i < a.n || j < b.n)
	{
		PeEntry		left,
					right;

		if (i < a.n)
			pe_card_entry(&a, i, &left);
		if (j < b.n)
			pe_card_entry(&b, j, &right);
		if (j == b.n || (i < a.n && left.item < right.item))
		{
			entries[n++] = left;
			i++;
			continue;
		}
		if (i < a.n && left.item == right.item)
			i++;
		entries[n++] = right;
		j++;
	}
	if (n > PE_CARD_MAX_ITEMS)
		ereport(ERROR,
				(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
				 errmsg("scorecard of %d items, more than %d", n,
						PE_CARD_MAX_ITEMS)));
	PG_RETURN_POINTER(pe_card_pack(entries, n));
}

/*
 * Equal cards are equal bytes; beyond that the order has no meaning, but it is
 * one, as DISTINCT, GROUP BY and indexes want.
 */
static int
compare(FunctionCallInfo fcinfo)
{
	struct varlena *a = PG_DETOAST_DATUM_PACKED(PG_GETARG_DATUM(0));
	struct varlena *b = PG_DETOAST_DATUM_PACKED(PG_GETARG_DATUM(1));
	Size		m = VARSIZE_ANY_EXHDR(a);
	Size		n = VARSIZE_ANY_EXHDR(b);
	int			result = memcmp(VARDATA_ANY(a), VARDATA_ANY(b), Min(m, n));

	/* sorts and index scans call this without giving memory back */
	PG_FREE_IF_COPY(a, 0);
	PG_FREE_IF_COPY(b, 1);
	return result != 0 ? (result < 0 ? -1 : 1) : (m < n ? -1 : m > n);
}

#define COMPARISON(name, condition) \
PG_FUNCTION_INFO_V1(name); \
Datum \
name(PG_FUNCTION_ARGS) \
{ \
	PG_RETURN_BOOL(compare(fcinfo) condition); \
} \
extern Datum name(PG_FUNCTION_ARGS)

COMPARISON(scorecard_eq, == 0);
COMPARISON(scorecard_ne, != 0);
COMPARISON(scorecard_lt, < 0);
COMPARISON(scorecard_le, <= 0);
COMPARISON(scorecard_gt, > 0);
COMPARISON(scorecard_ge, >= 0);

PG_FUNCTION_INFO_V1(scorecard_cmp);
Datum
scorecard_cmp(PG_FUNCTION_ARGS)
{
	PG_RETURN_INT32(compare(fcinfo));
}

PG_FUNCTION_INFO_V1(scorecard_hash);
Datum
scorecard_hash(PG_FUNCTION_ARGS)
{
	struct varlena *card = PG_DETOAST_DATUM_PACKED(PG_GETARG_DATUM(0));
	Datum		result;

	result = hash_any((const unsigned char *) VARDATA_ANY(card),
					  (int) VARSIZE_ANY_EXHDR(card));
	PG_FREE_IF_COPY(card, 0);
	return result;
}

PG_FUNCTION_INFO_V1(scorecard_hash_extended);
Datum
scorecard_hash_extended(PG_FUNCTION_ARGS)
{
	struct varlena *card = PG_DETOAST_DATUM_PACKED(PG_GETARG_DATUM(0));
	Datum		result;

	result = hash_any_extended((const unsigned char *) VARDATA_ANY(card),
							   (int) VARSIZE_ANY_EXHDR(card),
							   (uint64) PG_GETARG_INT64(1));
	PG_FREE_IF_COPY(card, 0);
	return result;
}
