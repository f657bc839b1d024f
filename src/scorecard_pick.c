/*
 * scorecard_pick.c
 *	  Cards by a list of items: their part of a card, and how much of them it
 *	  has observed.
 */
#include "perfeval.h"

#include "lib/qunique.h"
#include "miscadmin.h"

#include "scorecard.h"

static int
by_number(const void *a, const void *b)
{
	int32		x = *(const int32 *) a;
	int32		y = *(const int32 *) b;

	/* lists may be long */
	CHECK_FOR_INTERRUPTS();
	return x < y ? -1 : x > y;
}

/* Sorts the items, each once; gives how many there are. */
int32
pe_items_sort(int32 *items, int32 n)
{
	qsort(items, (size_t) n, sizeof(int32), by_number);
	return (int32) qunique(items, (size_t) n, sizeof(int32), by_number);
}

/*
 * The items of argument 1, sorted, each once.  A list that is so already, as
 * most are, is read where it lies.
 */
static const int32 *
arg_items(FunctionCallInfo fcinfo, int32 *n)
{
	ArrayType  *array = PG_GETARG_ARRAYTYPE_P(1);
	/* ARR_DATA_PTR, but for its mix of signs */
	Size		header = ARR_HASNULL(array) ? (Size) array->dataoffset :
		ARR_OVERHEAD_NONULLS(ARR_NDIM(array));
	const int32 *given = (const int32 *) ((const char *) array + header);
	int32	   *items;

	pe_check_list(array, "items",
				  "Give the numbers of items as a plain list, as in '{101,102}'.");
	*n = ArrayGetNItems(ARR_NDIM(array), ARR_DIMS(array));
	for (int32 i = 1;; i++)
	{
		if (i >= *n)
			return given;
		if (given[i] <= given[i - 1])
			break;
	}
	items = palloc(sizeof(int32) * (Size) *n);
	memcpy(items, given, sizeof(int32) * (Size) *n);
	*n = pe_items_sort(items, *n);
	return items;
}

/*
 * scorecard_pick(card, items int[]) -> scorecard
 *
 * The card's entries of these items.
 */
PG_FUNCTION_INFO_V1(scorecard_pick);
Datum
scorecard_pick(PG_FUNCTION_ARGS)
{
	PeCard		card;
	int32		nitems;
	const int32 *items = arg_items(fcinfo, &nitems);
	PeEntry    *entries;
	int32		n = 0;

	pe_card_get(PG_GETARG_DATUM(0), &card);
	entries = palloc(sizeof(PeEntry) * (Size) Max(Min(nitems, card.n), 1));
	for (int32 i = 0; i < nitems; i++)
	{
		int32		index = pe_card_find(&card, items[i]);

		CHECK_FOR_INTERRUPTS();
		if (index >= 0)
			pe_card_entry(&card, index, &entries[n++]);
	}
	PG_RETURN_POINTER(pe_card_pack(entries, n));
}

/*
 * coverage(card, items int[]) -> numeric
 *
 * The share of these items that the card has a number of, to 4 decimals.  What
 * is exempt or not applicable is not asked for; NULL if nothing is.
 */
PG_FUNCTION_INFO_V1(coverage);
Datum
coverage(PG_FUNCTION_ARGS)
{
	PE_ARENA(arena);
	PeCard		card;
	int32		nitems;
	const int32 *items = arg_items(fcinfo, &nitems);
	int64		asked = nitems;
	int64		observed = 0;
	PeEntry		share = {.status = PE_OK, .scale = 4};

	pe_card_get(PG_GETARG_DATUM(0), &card);
	for (int32 i = 0; i < nitems; i++)
	{
		int32		index = pe_card_find(&card, items[i]);
		PeEntry		entry;

		CHECK_FOR_INTERRUPTS();
		if (index < 0)
			continue;
		pe_card_entry(&card, index, &entry);
		observed += entry.status == PE_OK;
		asked -= entry.status == PE_EXEMPT || entry.status == PE_NOT_APPLICABLE;
	}
	if (asked == 0)
		PG_RETURN_NULL();
	/* half away from zero */
	share.number = (20000 * observed + asked) / (2 * asked);
	pe_entry_normalize(&share);
	return PE_DEC_DATUM(&arena, pe_entry_dec(&arena, &share));
}
