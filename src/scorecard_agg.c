/*
 * scorecard_agg.c
 *	  Rows to a scorecard: scorecard_agg(item, value [, status]).
 *
 * One entry a row, in any order; an item that comes twice is an error that
 * names it.  The state holds the entries as they come and is sorted once, in
 * the final function.
 */
#include "perfeval.h"

#include "core/card_text.h"
#include "scorecard.h"
#include "state.h"

#define STATE_TYPE	"scorecard_agg_state"

typedef struct CardState
{
	int32		vl_len_;
	int32		n;
	PeEntry		entry[FLEXIBLE_ARRAY_MEMBER];
} CardState;

static const PeKeyword statuses[] = {
	{"ok", PE_OK},
	{"missing", PE_MISSING},
	{"not_applicable", PE_NOT_APPLICABLE},
	{"exempt", PE_EXEMPT},
	{"error", PE_ERROR},
	{NULL, 0}
};

static int32
room_of(const CardState *state)
{
	return (int32) ((VARSIZE(state) - offsetof(CardState, entry)) / sizeof(PeEntry));
}

/* A state of these entries, with room for more. */
static CardState *
new_state(const PeEntry *entries, int32 n, int32 room)
{
	Size		size = offsetof(CardState, entry) + sizeof(PeEntry) * room;
	CardState  *state = palloc0(size);

	SET_VARSIZE(state, size);
	state->n = n;
	if (n > 0)
		memcpy(state->entry, entries, sizeof(PeEntry) * n);
	return state;
}

static CardState *
get_state(Datum value)
{
	return (CardState *) PG_DETOAST_DATUM(value);
}

/* The state with room for `more` entries, itself if it has it. */
static CardState *
with_room(CardState *state, int32 more)
{
	int32		n = state->n + more;

	if (n > PE_CARD_MAX_ITEMS)
		ereport(ERROR,
				(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
				 errmsg("scorecard of more than %d items", PE_CARD_MAX_ITEMS),
				 errhint("Is there a GROUP BY for the subject and the period?")));
	if (n <= room_of(state))
		return state;
	return new_state(state->entry, state->n,
					 Min(Max(n, 2 * state->n), PE_CARD_MAX_ITEMS));
}

/* A copy of the entries, sorted, each item once. */
static PeEntry *
sorted_entries(const CardState *state)
{
	PeEntry    *entries = palloc(sizeof(PeEntry) * Max(state->n, 1));
	int32		duplicate;

	memcpy(entries, state->entry, sizeof(PeEntry) * state->n);
	if (!pe_entries_sort(entries, state->n, &duplicate))
		pe_duplicate_item(duplicate);
	return entries;
}

/*
 * The entry of a row: arguments 1 to 3 are its item, value and, where there are
 * as many, status.
 */
void
pe_row_entry(FunctionCallInfo fcinfo, PeEntry *entry)
{
	PeStatus	status;

	if (PG_ARGISNULL(1))
		pe_refuse_null("item");
	if (PG_GETARG_INT32(1) < 0)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("item must not be negative, but is %d",
						PG_GETARG_INT32(1))));
	if (PG_NARGS() > 3 && !PG_ARGISNULL(3))
		status = pe_arg_keyword(fcinfo, 3, "status", statuses);
	else
		status = PG_ARGISNULL(2) ? PE_MISSING : PE_OK;

	memset(entry, 0, sizeof(*entry));
	entry->item = PG_GETARG_INT32(1);
	if (!PG_ARGISNULL(2))
		pe_entry_set(entry, entry->item, PG_GETARG_DATUM(2));
	if (status == PE_ERROR)
	{
		if (PG_ARGISNULL(2) || entry->scale > 0 || entry->number < 0 ||
			entry->number > PG_INT32_MAX)
			ereport(ERROR,
					(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
					 errmsg("value of item %d with status \"error\" must be an error code, a whole number from 0 to %d",
							entry->item, PG_INT32_MAX)));
	}
	else if ((status == PE_OK) == PG_ARGISNULL(2))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg(status == PE_OK ? "item %d with status \"%s\" has no value"
						: "item %d with status \"%s\" has a value",
						entry->item, pe_status_name[status]),
				 errhint("Only \"ok\" goes with a value, and \"error\" with its code.")));
	entry->status = (uint8) status;
}

/* scorecard_agg(item int, value numeric [, status text]): the transition */
PG_FUNCTION_INFO_V1(scorecard_agg_trans);
Datum
scorecard_agg_trans(PG_FUNCTION_ARGS)
{
	CardState  *state;
	PeEntry		entry;

	pe_require_aggregate(fcinfo, "scorecard_agg");
	pe_row_entry(fcinfo, &entry);
	state = PG_ARGISNULL(0) ? new_state(NULL, 0, 16)
		: with_room(get_state(PG_GETARG_DATUM(0)), 1);
	state->entry[state->n++] = entry;
	PG_RETURN_POINTER(state);
}

PG_FUNCTION_INFO_V1(scorecard_agg_combine);
Datum
scorecard_agg_combine(PG_FUNCTION_ARGS)
{
	Datum		result = (Datum) 0;
	CardState  *state;
	CardState  *other;

	if (pe_combine_null(fcinfo, "scorecard_agg", &result))
		return result;
	other = get_state(PG_GETARG_DATUM(1));
	state = with_room(get_state(PG_GETARG_DATUM(0)), other->n);
	memcpy(&state->entry[state->n], other->entry, sizeof(PeEntry) * other->n);
	state->n += other->n;
	PG_RETURN_POINTER(state);
}

PG_FUNCTION_INFO_V1(scorecard_agg_final);
Datum
scorecard_agg_final(PG_FUNCTION_ARGS)
{
	CardState  *state;

	pe_require_aggregate(fcinfo, "scorecard_agg");
	if (PG_ARGISNULL(0))
		PG_RETURN_NULL();
	state = get_state(PG_GETARG_DATUM(0));
	PG_RETURN_POINTER(pe_card_pack(sorted_entries(state), state->n));
}

/*
 * The result of scorecard_agg_state: what is stored can be shown, so an item
 * may not come twice here either.
 */
PG_FUNCTION_INFO_V1(scorecard_agg_state_final);
Datum
scorecard_agg_state_final(PG_FUNCTION_ARGS)
{
	CardState  *state;

	pe_require_aggregate(fcinfo, "scorecard_agg_state");
	if (PG_ARGISNULL(0))
		PG_RETURN_NULL();
	state = get_state(PG_GETARG_DATUM(0));
	PG_RETURN_POINTER(new_state(sorted_entries(state), state->n, state->n));
}

/* The text form is the card's. */
PG_FUNCTION_INFO_V1(scorecard_agg_state_in);
Datum
scorecard_agg_state_in(PG_FUNCTION_ARGS)
{
	PE_ARENA(arena);
	int32		n;
	PeEntry    *entries = pe_card_from_text(&arena, PG_GETARG_CSTRING(0),
											STATE_TYPE, &n);

	PG_RETURN_POINTER(new_state(entries, n, n));
}

PG_FUNCTION_INFO_V1(scorecard_agg_state_out);
Datum
scorecard_agg_state_out(PG_FUNCTION_ARGS)
{
	CardState  *state = get_state(PG_GETARG_DATUM(0));

	PG_RETURN_CSTRING(pe_card_to_text(sorted_entries(state), state->n));
}

PE_STATE_BINARY_IO(scorecard_agg_state);
