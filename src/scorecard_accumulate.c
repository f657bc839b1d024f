/*
 * scorecard_accumulate.c
 *	  Cards of several periods to one: sum, mean, minimum, maximum, last.
 *
 * Item by item, over the cards that have the item.  Numbers count, statuses
 * do not: an item of which no card has a number becomes missing if any card
 * says so, else not_applicable, else exempt.  An error in any card is an error
 * in the result, with the lowest code.  `last` takes an item's entry as it
 * stands from the card with the latest time.
 *
 * The outcome does not hang on the order of the cards, but for a sum that fits
 * 38 digits only at the end; states of parts merge into the state of all.
 */
#include "perfeval.h"

#include "common/int.h"
#include "utils/timestamp.h"

#include "core/card_text.h"
#include "scorecard.h"
#include "state.h"

#define STATE_TYPE	"scorecard_accumulate_state"

typedef enum Kind
{
	KIND_SUM,
	KIND_MEAN,
	KIND_MIN,
	KIND_MAX,
	KIND_LAST
} Kind;

static const char *const kind_name[] = {"sum", "mean", "min", "max", "last"};

static const PeKeyword rounding_modes[] = {
	{"half_up", PE_HALF_UP},
	{"half_even", PE_HALF_EVEN},
	{"floor", PE_FLOOR},
	{"ceil", PE_CEIL},
	{NULL, 0}
};

/* An item so far. */
typedef struct Part
{
	PeEntry		entry;			/* the sum or the chosen number; or a status */
	int64		count;			/* numbers in the sum; for last, the time */
	bool		failed;			/* the sum does not fit; for last: two entries
								 * of that time differ */
} Part;

typedef struct AccumulateState
{
	int32		vl_len_;
	uint8		kind;
	uint8		mode;			/* PeRound of a mean, else 0 */
	uint8		digits;			/* of a mean, else 0 */
	uint8		reserved;		/* 0 */
	int32		n;
	int32		reserved2;		/* 0 */
	Part		part[FLEXIBLE_ARRAY_MEMBER];	/* sorted by item */
} AccumulateState;

/* What the call asks for. */
typedef struct Request
{
	Kind		kind;
	PeRound		mode;
	int			digits;
} Request;

static AccumulateState *
new_state(const Request *request, int32 n)
{
	Size		size = offsetof(AccumulateState, part) + sizeof(Part) * n;
	AccumulateState *state = palloc0(size);

	SET_VARSIZE(state, size);
	state->kind = request->kind;
	state->mode = request->mode;
	state->digits = request->digits;
	state->n = n;
	return state;
}

static AccumulateState *
get_state(Datum value)
{
	return (AccumulateState *) PG_DETOAST_DATUM(value);
}

/* Brings a sum to more decimals; false if it no longer fits. */
static bool
widen(PeEntry *entry, int scale)
{
	for (; entry->scale < scale; entry->scale++)
		if (__builtin_mul_overflow(entry->number, (PeInt128) 10, &entry->number))
			return false;
	return true;
}

static int
compare_numbers(const PeEntry *a, const PeEntry *b)
{
	PE_ARENA(arena);

	if (a->scale == b->scale)
		return a->number < b->number ? -1 : a->number > b->number;
	return pe_dec_cmp(&arena, pe_entry_dec(&arena, a), pe_entry_dec(&arena, b));
}

/* False if the sum does not fit. */
static bool
add_numbers(PeEntry *sum, PeEntry add)
{
	PeEntry		total = *sum;

	if (!widen(&total, add.scale) || !widen(&add, total.scale) ||
		__builtin_add_overflow(total.number, add.number, &total.number) ||
		total.number < -PE_CARD_MAX_NUMBER)
		return false;
	pe_entry_normalize(&total);
	*sum = total;
	return true;
}

/* Whose status counts where there is no number: the later of PE_OK ... */
static int
rank_of(const PeEntry *entry)
{
	switch ((PeStatus) entry->status)
	{
		case PE_EXEMPT:
			return 0;
		case PE_NOT_APPLICABLE:
			return 1;
		case PE_MISSING:
			return 2;
		case PE_OK:
			return 3;
		case PE_ERROR:
			break;
	}
	return 4;
}

/* Adds what is known of the same item. */
static void
join_part(Kind kind, Part *part, const Part *other)
{
	PeEntry    *mine = &part->entry;
	const PeEntry *theirs = &other->entry;
	int			difference;

	if (kind == KIND_LAST)
	{
		/* an error if no later card settles it, and that shows in the end */
		if (part->count < other->count)
			*part = *other;
		else if (part->count == other->count)
			part->failed |= other->failed ||
				mine->status != theirs->status ||
				mine->scale != theirs->scale || mine->number != theirs->number;
		return;
	}

	difference = rank_of(theirs) - rank_of(mine);
	if (difference > 0)
		*part = *other;
	if (difference != 0)
		return;
	if (mine->status == PE_ERROR)
		mine->number = Min(mine->number, theirs->number);
	if (mine->status != PE_OK)
		return;
	if (kind == KIND_SUM || kind == KIND_MEAN)
	{
		/* again in the end: an error entry would come before it */
		part->failed |= other->failed || !add_numbers(mine, *theirs);
		if (pg_add_s64_overflow(part->count, other->count, &part->count))
			ereport(ERROR,
					(errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
					 errmsg("item %d in more than 2^63 cards", mine->item)));
	}
	else
	{
		difference = compare_numbers(theirs, mine);
		if (kind == KIND_MIN ? difference < 0 : difference > 0)
			*mine = *theirs;
	}
}

/*
 * Joins sorted parts into the state: in place if it has all of their items, as
 * the cards of one subject mostly do.
 */
static AccumulateState *
join_parts(AccumulateState *state, const Part *parts, int32 n)
{
	Request		request = {state->kind, state->mode, state->digits};
	AccumulateState *result;
	int32		found = 0;
	int32		at = 0;

	for (int32 i = 0; i < n; i++)
	{
		while (at < state->n && state->part[at].entry.item < parts[i].entry.item)
			at++;
		found += at < state->n && state->part[at].entry.item == parts[i].entry.item;
	}
	if (state->n + n - found > PE_CARD_MAX_ITEMS)
		ereport(ERROR,
				(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
				 errmsg("scorecard of %d items, more than %d",
						state->n + n - found, PE_CARD_MAX_ITEMS)));
	result = found == n ? state : new_state(&request, state->n + n - found);

	at = 0;
	for (int32 i = 0, j = 0; i < state->n || j < n; at++)
	{
		if (j == n || (i < state->n && state->part[i].entry.item < parts[j].entry.item))
		{
			if (result != state)
				result->part[at] = state->part[i];
			i++;
			continue;
		}
		if (i < state->n && state->part[i].entry.item == parts[j].entry.item)
		{
			if (result != state)
				result->part[at] = state->part[i];
			join_part(state->kind, &result->part[at], &parts[j]);
			i++;
		}
		else
			result->part[at] = parts[j];
		j++;
	}
	return result;
}

static void
refuse_kind(const AccumulateState *state, Kind wanted)
{
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			 errmsg("a state of scorecard_%s is none of scorecard_%s",
					kind_name[state->kind], kind_name[wanted])));
}

static void
check_request(const AccumulateState *state, const Request *request)
{
	if (state->kind != request->kind)
		refuse_kind(state, request->kind);
	if (state->mode != request->mode || state->digits != request->digits)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("rounding changes within a group, from %d digits %s to %d digits %s",
						state->digits, rounding_modes[state->mode].name,
						request->digits, rounding_modes[request->mode].name),
				 errhint("Give the same digits and mode for every card of a group.")));
}

static Datum
transition(FunctionCallInfo fcinfo, const Request *request, int64 count)
{
	AccumulateState *state;
	PeCard		card;
	Part	   *parts;

	if (PG_ARGISNULL(1))
	{
		if (PG_ARGISNULL(0))
			PG_RETURN_NULL();
		return PG_GETARG_DATUM(0);
	}
	if (PG_ARGISNULL(0))
		state = new_state(request, 0);
	else
	{
		state = get_state(PG_GETARG_DATUM(0));
		check_request(state, request);
	}
	pe_card_get(PG_GETARG_DATUM(1), &card);
	parts = palloc0(sizeof(Part) * Max(card.n, 1));
	for (int32 i = 0; i < card.n; i++)
	{
		pe_card_entry(&card, i, &parts[i].entry);
		parts[i].count = count;
	}
	PG_RETURN_POINTER(join_parts(state, parts, card.n));
}

#define TRANSITION(name, kind) \
PG_FUNCTION_INFO_V1(name##_trans); \
Datum \
name##_trans(PG_FUNCTION_ARGS) \
{ \
	Request		request = {kind, 0, 0}; \
\
	pe_require_aggregate(fcinfo, #name); \
	return transition(fcinfo, &request, 1); \
} \
extern Datum name##_trans(PG_FUNCTION_ARGS)

/* scorecard_sum(card), scorecard_min(card), scorecard_max(card) */
TRANSITION(scorecard_sum, KIND_SUM);
TRANSITION(scorecard_min, KIND_MIN);
TRANSITION(scorecard_max, KIND_MAX);

/*
 * scorecard_mean(card, digits int, mode text)
 *
 * The mean of an item's numbers, exact and then rounded once to `digits`
 * decimals (0 to 38): half_up (away from zero), half_even, floor or ceil.
 */
PG_FUNCTION_INFO_V1(scorecard_mean_trans);
Datum
scorecard_mean_trans(PG_FUNCTION_ARGS)
{
	Request		request = {KIND_MEAN, 0, 0};

	pe_require_aggregate(fcinfo, "scorecard_mean");
	if (PG_ARGISNULL(2))
		pe_refuse_null("digits");
	request.digits = PG_GETARG_INT32(2);
	if (request.digits < 0 || request.digits > PE_CARD_MAX_SCALE)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("digits must be between 0 and %d, but is %d",
						PE_CARD_MAX_SCALE, request.digits)));
	request.mode = pe_arg_keyword(fcinfo, 3, "mode", rounding_modes);
	return transition(fcinfo, &request, 1);
}

/* scorecard_last(card, at timestamptz) */
PG_FUNCTION_INFO_V1(scorecard_last_trans);
Datum
scorecard_last_trans(PG_FUNCTION_ARGS)
{
	Request		request = {KIND_LAST, 0, 0};

	pe_require_aggregate(fcinfo, "scorecard_last");
	if (PG_ARGISNULL(2))
		pe_refuse_null("at");
	if (TIMESTAMP_NOT_FINITE(PG_GETARG_TIMESTAMPTZ(2)))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("at must be a finite time, not %s",
						timestamptz_to_str(PG_GETARG_TIMESTAMPTZ(2)))));
	return transition(fcinfo, &request, PG_GETARG_TIMESTAMPTZ(2));
}

static Datum
combine(FunctionCallInfo fcinfo, const char *name)
{
	Datum		result = (Datum) 0;
	AccumulateState *state;
	AccumulateState *other;
	Request		request;

	if (pe_combine_null(fcinfo, name, &result))
		return result;
	state = get_state(PG_GETARG_DATUM(0));
	other = get_state(PG_GETARG_DATUM(1));
	request.kind = other->kind;
	request.mode = other->mode;
	request.digits = other->digits;
	check_request(state, &request);
	PG_RETURN_POINTER(join_parts(state, other->part, other->n));
}

PG_FUNCTION_INFO_V1(scorecard_accumulate_combine);
Datum
scorecard_accumulate_combine(PG_FUNCTION_ARGS)
{
	return combine(fcinfo, "scorecard_sum");
}

/* The transitions of the merging aggregates, each for states of its own kind. */
#define MERGE(name, its_kind) \
PG_FUNCTION_INFO_V1(name##_merge_trans); \
Datum \
name##_merge_trans(PG_FUNCTION_ARGS) \
{ \
	pe_require_aggregate(fcinfo, #name "_merge"); \
	if (!PG_ARGISNULL(1) && get_state(PG_GETARG_DATUM(1))->kind != its_kind) \
		refuse_kind(get_state(PG_GETARG_DATUM(1)), its_kind); \
	return combine(fcinfo, #name "_merge"); \
} \
extern Datum name##_merge_trans(PG_FUNCTION_ARGS)

MERGE(scorecard_sum, KIND_SUM);
MERGE(scorecard_mean, KIND_MEAN);
MERGE(scorecard_min, KIND_MIN);
MERGE(scorecard_max, KIND_MAX);
MERGE(scorecard_last, KIND_LAST);

PG_FUNCTION_INFO_V1(scorecard_accumulate_final);
Datum
scorecard_accumulate_final(PG_FUNCTION_ARGS)
{
	PE_ARENA(arena);
	AccumulateState *state;
	PeEntry    *entries;

	pe_require_aggregate(fcinfo, "scorecard_sum");
	if (PG_ARGISNULL(0))
		PG_RETURN_NULL();
	state = get_state(PG_GETARG_DATUM(0));
	entries = palloc(sizeof(PeEntry) * Max(state->n, 1));
	for (int32 i = 0; i < state->n; i++)
	{
		PeEntry    *entry = &entries[i];

		*entry = state->part[i].entry;
		if (state->part[i].failed && state->kind != KIND_LAST)
			ereport(ERROR,
					(errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
					 errmsg("sum of item %d does not fit a scorecard exactly",
							entry->item),
					 errhint("A scorecard holds up to 38 digits. Round the values to what was measured.")));
		if (state->part[i].failed)
			ereport(ERROR,
					(errcode(ERRCODE_CARDINALITY_VIOLATION),
					 errmsg("item %d has two last entries, both of %s",
							entry->item, timestamptz_to_str(state->part[i].count)),
					 errhint("Give each card a time of its own.")));
		if (state->kind == KIND_MEAN && entry->status == PE_OK)
		{
			PeDec		mean = pe_dec_div(&arena, pe_entry_dec(&arena, entry),
										  pe_dec_int(&arena, state->part[i].count),
										  state->digits, state->mode);

			mean = pe_dec_trim(&arena, mean);
			if (!pe_dec_to_int128(mean, &entry->number))
				ereport(ERROR,
						(errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
						 errmsg("mean of item %d does not fit a scorecard at %d digits",
								entry->item, state->digits)));
			entry->scale = (uint8) mean.scale;
		}
	}
	PG_RETURN_POINTER(pe_card_pack(entries, state->n));
}

/*
 * Text form: (kind,digits,mode,{counts},card).  The card holds the sums or the
 * chosen entries; `counts` how many numbers a sum has, or for last the times,
 * in microseconds from 2000-01-01; with "!" where it failed.
 */
PG_FUNCTION_INFO_V1(scorecard_accumulate_state_in);
Datum
scorecard_accumulate_state_in(PG_FUNCTION_ARGS)
{
	PE_ARENA(arena);
	char	   *text = PG_GETARG_CSTRING(0);
	PeFields	fields = {STATE_TYPE, text, text};
	Request		request = {KIND_SUM, 0, 0};
	AccumulateState *state;
	PeEntry    *entries;
	char	   *card;
	const char *counts;
	int32		n;

	pe_take(&fields, "(");
	while (!pe_take_if(&fields, kind_name[request.kind]))
		if (request.kind++ == KIND_LAST)
			pe_malformed(&fields, "sum, mean, min, max or last expected");
	pe_take(&fields, ",");
	request.digits = (int) pe_take_int(&fields, PE_CARD_MAX_SCALE);
	pe_take(&fields, ",");
	while (!pe_take_if(&fields, rounding_modes[request.mode].name))
		if (rounding_modes[++request.mode].name == NULL)
			pe_malformed(&fields, "rounding mode expected");
	if (request.kind != KIND_MEAN && (request.digits != 0 || request.mode != 0))
		pe_malformed(&fields, "only a mean is rounded");
	pe_take(&fields, ",{");
	counts = strchr(fields.at, '}');
	if (counts == NULL || counts[1] != ',')
		pe_malformed(&fields, "counts and a card expected");
	card = pstrdup(counts + 2);
	if (*card == '\0' || card[strlen(card) - 1] != ')')
		pe_malformed(&fields, "card and \")\" expected");
	card[strlen(card) - 1] = '\0';
	entries = pe_card_from_text(&arena, card, "scorecard", &n);

	state = new_state(&request, n);
	for (int32 i = 0; i < n; i++)
	{
		bool		negative;

		if (i > 0)
			pe_take(&fields, ",");
		negative = request.kind == KIND_LAST && pe_take_if(&fields, "-");
		state->part[i].count = pe_take_int(&fields, PG_INT64_MAX);
		if (negative)
			state->part[i].count = -state->part[i].count;
		state->part[i].failed = pe_take_if(&fields, "!");
		if (state->part[i].count == 0 && request.kind != KIND_LAST)
			pe_malformed(&fields, "count of an item must not be 0");
		state->part[i].entry = entries[i];
	}
	pe_take(&fields, "},");
	PG_RETURN_POINTER(state);
}

PG_FUNCTION_INFO_V1(scorecard_accumulate_state_out);
Datum
scorecard_accumulate_state_out(PG_FUNCTION_ARGS)
{
	AccumulateState *state = get_state(PG_GETARG_DATUM(0));
	PeEntry    *entries = palloc(sizeof(PeEntry) * Max(state->n, 1));
	StringInfoData text;

	initStringInfo(&text);
	appendStringInfo(&text, "(%s,%d,%s,{", kind_name[state->kind],
					 state->digits, rounding_modes[state->mode].name);
	for (int32 i = 0; i < state->n; i++)
	{
		entries[i] = state->part[i].entry;
		appendStringInfo(&text, "%s" INT64_FORMAT "%s", i > 0 ? "," : "",
						 state->part[i].count,
						 state->part[i].failed ? "!" : "");
	}
	appendStringInfo(&text, "},%s)", pe_card_to_text(entries, state->n));
	PG_RETURN_CSTRING(text.data);
}

PE_STATE_BINARY_IO(scorecard_accumulate_state);
