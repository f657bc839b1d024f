/*
 * scorecard_latest.c
 *	  Readings to a scorecard, of several readings of an item the latest:
 *	  scorecard_latest(item, value, status, recorded_at, reading_id).
 *
 * The latest is the one of the latest time, and of one time the one with the
 * highest number.  Two that are of one time and number and differ are an error,
 * if no later reading settles it.  So the order of rows does not matter, and
 * states of parts merge into the state of all.
 *
 * The state holds the readings as they come.  Where it is full, those that a
 * later one has superseded are taken out before it grows.
 */
#include "perfeval.h"

#include "miscadmin.h"
#include "utils/timestamp.h"

#include "core/card_text.h"
#include "scorecard.h"
#include "state.h"

#define STATE_TYPE	"scorecard_latest_state"

#define FIRST_ROOM	8

typedef struct Reading
{
	PeEntry		entry;
	TimestampTz at;
	int64		id;
	bool		disputed;		/* another of this time and number differs */
} Reading;

typedef struct LatestState
{
	int32		vl_len_;
	int32		n;
	Reading		reading[FLEXIBLE_ARRAY_MEMBER];
} LatestState;

static LatestState *
new_state(int32 room)
{
	Size		size = offsetof(LatestState, reading) + sizeof(Reading) * room;
	LatestState *state = palloc0(size);

	SET_VARSIZE(state, size);
	return state;
}

static LatestState *
get_state(Datum value)
{
	return (LatestState *) PG_DETOAST_DATUM(value);
}

/* Whether two readings of an item differ in more than time and number. */
static bool
differs(const Reading *a, const Reading *b)
{
	return a->entry.status != b->entry.status || a->entry.scale != b->entry.scale ||
		a->entry.number != b->entry.number;
}

/*
 * Adds what is known of the same item.  Of readings in dispute, one is shown
 * whatever order they came in.
 */
static void
join_reading(Reading *latest, const Reading *other)
{
	if (other->at != latest->at ? other->at > latest->at : other->id > latest->id)
		*latest = *other;
	else if (other->at == latest->at && other->id == latest->id &&
			 (latest->disputed || other->disputed || differs(latest, other)))
	{
		if (other->entry.status != latest->entry.status ?
			other->entry.status < latest->entry.status :
			other->entry.scale != latest->entry.scale ?
			other->entry.scale < latest->entry.scale :
			other->entry.number < latest->entry.number)
			*latest = *other;
		latest->disputed = true;
	}
}

/* Where a reading is, by its item. */
typedef struct Place
{
	int32		item;
	int32		index;
} Place;

static int
by_item(const void *a, const void *b)
{
	int32		x = ((const Place *) a)->item;
	int32		y = ((const Place *) b)->item;

	CHECK_FOR_INTERRUPTS();
	return x < y ? -1 : x > y;
}

/* The latest reading of each item, in the order of items; how many. */
static Reading *
settle(const LatestState *state, int32 *n)
{
	Place	   *places = palloc(sizeof(Place) * Max(state->n, 1));
	Reading    *latest = palloc(sizeof(Reading) * Max(state->n, 1));
	int32		kept = 0;

	for (int32 i = 0; i < state->n; i++)
	{
		places[i].item = state->reading[i].entry.item;
		places[i].index = i;
	}
	qsort(places, state->n, sizeof(Place), by_item);
	for (int32 i = 0; i < state->n; i++)
	{
		const Reading *reading = &state->reading[places[i].index];

		if (kept > 0 && latest[kept - 1].entry.item == reading->entry.item)
			join_reading(&latest[kept - 1], reading);
		else
			latest[kept++] = *reading;
	}
	pfree(places);
	if (kept > PE_CARD_MAX_ITEMS)
		ereport(ERROR,
				(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
				 errmsg("scorecard of more than %d items", PE_CARD_MAX_ITEMS),
				 errhint("Is there a GROUP BY for the subject and the period?")));
	*n = kept;
	return latest;
}

/* The state with room for `more` readings, itself if it has it. */
static LatestState *
with_room(LatestState *state, int32 more)
{
	Size		room = (VARSIZE(state) - offsetof(LatestState, reading)) / sizeof(Reading);
	Reading    *latest;
	int32		n;

	if ((Size) state->n + more <= room)
		return state;
	latest = settle(state, &n);
	/* half of it free at least, else this would come again too soon */
	if (2 * ((Size) n + more) > room)
		state = new_state(2 * (n + more));
	memcpy(state->reading, latest, sizeof(Reading) * n);
	state->n = n;
	pfree(latest);
	return state;
}

/*
 * scorecard_latest(item int, value numeric, status text,
 *					recorded_at timestamptz, reading_id bigint): the transition
 */
PG_FUNCTION_INFO_V1(scorecard_latest_trans);
Datum
scorecard_latest_trans(PG_FUNCTION_ARGS)
{
	LatestState *state;
	Reading		reading = {0};

	pe_require_aggregate(fcinfo, "scorecard_latest");
	pe_row_entry(fcinfo, &reading.entry);
	if (PG_ARGISNULL(4))
		pe_refuse_null("recorded_at");
	if (PG_ARGISNULL(5))
		pe_refuse_null("reading_id");
	reading.at = PG_GETARG_TIMESTAMPTZ(4);
	reading.id = PG_GETARG_INT64(5);
	state = PG_ARGISNULL(0) ? new_state(FIRST_ROOM)
		: with_room(get_state(PG_GETARG_DATUM(0)), 1);
	state->reading[state->n++] = reading;
	PG_RETURN_POINTER(state);
}

PG_FUNCTION_INFO_V1(scorecard_latest_combine);
Datum
scorecard_latest_combine(PG_FUNCTION_ARGS)
{
	Datum		result = (Datum) 0;
	LatestState *state;
	LatestState *other;

	if (pe_combine_null(fcinfo, "scorecard_latest", &result))
		return result;
	other = get_state(PG_GETARG_DATUM(1));
	state = with_room(get_state(PG_GETARG_DATUM(0)), other->n);
	memcpy(&state->reading[state->n], other->reading, sizeof(Reading) * other->n);
	state->n += other->n;
	PG_RETURN_POINTER(state);
}

PG_FUNCTION_INFO_V1(scorecard_latest_final);
Datum
scorecard_latest_final(PG_FUNCTION_ARGS)
{
	Reading    *latest;
	PeEntry    *entries;
	int32		n;

	pe_require_aggregate(fcinfo, "scorecard_latest");
	if (PG_ARGISNULL(0))
		PG_RETURN_NULL();
	latest = settle(get_state(PG_GETARG_DATUM(0)), &n);
	entries = palloc(sizeof(PeEntry) * Max(n, 1));
	for (int32 i = 0; i < n; i++)
	{
		const Reading *reading = &latest[i];

		if (reading->disputed)
			ereport(ERROR,
					(errcode(ERRCODE_CARDINALITY_VIOLATION),
					 errmsg("item %d has two latest readings, both of %s and number " INT64_FORMAT,
							reading->entry.item, timestamptz_to_str(reading->at), reading->id),
					 errhint("Give each reading a number of its own.")));
		entries[i] = reading->entry;
	}
	PG_RETURN_POINTER(pe_card_pack(entries, n));
}

PG_FUNCTION_INFO_V1(scorecard_latest_state_final);
Datum
scorecard_latest_state_final(PG_FUNCTION_ARGS)
{
	LatestState *state;
	Reading    *latest;
	int32		n;

	pe_require_aggregate(fcinfo, "scorecard_latest_state");
	if (PG_ARGISNULL(0))
		PG_RETURN_NULL();
	latest = settle(get_state(PG_GETARG_DATUM(0)), &n);
	state = new_state(n);
	memcpy(state->reading, latest, sizeof(Reading) * n);
	state->n = n;
	PG_RETURN_POINTER(state);
}

/* A whole number of int64's range. */
static int64
take_signed(PeFields *fields)
{
	if (pe_take_if(fields, "-9223372036854775808"))
		return PG_INT64_MIN;
	return pe_take_if(fields, "-") ? -pe_take_int(fields, PG_INT64_MAX)
		: pe_take_int(fields, PG_INT64_MAX);
}

/*
 * Text form: ({times},{numbers},card).  Times are microseconds from 2000-01-01,
 * or infinity or -infinity; with "!" where readings of one time and number
 * differ.
 */
PG_FUNCTION_INFO_V1(scorecard_latest_state_in);
Datum
scorecard_latest_state_in(PG_FUNCTION_ARGS)
{
	PE_ARENA(arena);
	char	   *text = PG_GETARG_CSTRING(0);
	PeFields	fields = {STATE_TYPE, text, text};
	const char *card_at = strchr(text, '{');
	LatestState *state;
	PeEntry    *entries;
	char	   *card;
	int32		n;

	/* the card is behind the second "},", and says how many there are */
	for (int i = 0; i < 2 && card_at; i++)
		if ((card_at = strstr(card_at, "},")) != NULL)
			card_at += 2;
	if (card_at == NULL)
		pe_malformed(&fields, "times, numbers and a card expected");
	card = pstrdup(card_at);
	if (*card == '\0' || card[strlen(card) - 1] != ')')
		pe_malformed(&fields, "card and \")\" expected");
	card[strlen(card) - 1] = '\0';
	entries = pe_card_from_text(&arena, card, "scorecard", &n);

	state = new_state(n);
	state->n = n;
	pe_take(&fields, "({");
	for (int32 i = 0; i < n; i++)
	{
		Reading    *reading = &state->reading[i];

		if (i > 0)
			pe_take(&fields, ",");
		reading->entry = entries[i];
		if (pe_take_if(&fields, "infinity"))
			reading->at = DT_NOEND;
		else if (pe_take_if(&fields, "-infinity"))
			reading->at = DT_NOBEGIN;
		else
		{
			reading->at = take_signed(&fields);
			if (!IS_VALID_TIMESTAMP(reading->at))
				pe_malformed(&fields, "time out of range");
		}
		reading->disputed = pe_take_if(&fields, "!");
	}
	pe_take(&fields, "},{");
	for (int32 i = 0; i < n; i++)
	{
		if (i > 0)
			pe_take(&fields, ",");
		state->reading[i].id = take_signed(&fields);
	}
	pe_take(&fields, "},");
	PG_RETURN_POINTER(state);
}

PG_FUNCTION_INFO_V1(scorecard_latest_state_out);
Datum
scorecard_latest_state_out(PG_FUNCTION_ARGS)
{
	int32		n;
	const Reading *latest = settle(get_state(PG_GETARG_DATUM(0)), &n);
	PeEntry    *entries = palloc(sizeof(PeEntry) * Max(n, 1));
	StringInfoData text;

	initStringInfo(&text);
	appendStringInfoString(&text, "({");
	for (int32 i = 0; i < n; i++)
	{
		const Reading *reading = &latest[i];

		entries[i] = reading->entry;
		if (i > 0)
			appendStringInfoChar(&text, ',');
		if (TIMESTAMP_IS_NOEND(reading->at))
			appendStringInfoString(&text, "infinity");
		else if (TIMESTAMP_IS_NOBEGIN(reading->at))
			appendStringInfoString(&text, "-infinity");
		else
			appendStringInfo(&text, INT64_FORMAT, reading->at);
		if (reading->disputed)
			appendStringInfoChar(&text, '!');
	}
	appendStringInfoString(&text, "},{");
	for (int32 i = 0; i < n; i++)
		appendStringInfo(&text, "%s" INT64_FORMAT, i > 0 ? "," : "", latest[i].id);
	appendStringInfo(&text, "},%s)", pe_card_to_text(entries, n));
	PG_RETURN_CSTRING(text.data);
}

PE_STATE_BINARY_IO(scorecard_latest_state);
