/*
 * trimmed.c
 *	  The state of a trimmed mean; see trimmed.h.
 *
 * The sum of all values less the `drop` lowest and highest is the same in any
 * order of the rows, and two states merge into the state of all their rows.
 */
#include "perfeval.h"

#include "common/int.h"
#include "miscadmin.h"
#include "utils/memutils.h"

#include "numeric_digits.h"
#include "trimmed.h"

/* A state opened for work that need not be fast. */
typedef struct Opened
{
	PeDec		sum;
	int64		kept;
	PeDec	   *low;
	PeDec	   *high;
} Opened;

static inline int64
kept_of(const PeTrimmed *state)
{
	return Min(state->n, (int64) state->drop);
}

static inline PeInt128 *
low_heap(const PeTrimmed *state)
{
	return (PeInt128 *) (state->data + state->parameter_size);
}

static inline PeInt128 *
high_heap(const PeTrimmed *state)
{
	return low_heap(state) + state->room;
}

static Size
narrow_size(Size parameter_size, int64 room)
{
	return offsetof(PeTrimmed, data) + parameter_size +
		2 * sizeof(PeInt128) * room;
}

static void
check_size(Size size)
{
	if (!AllocSizeIsValid(size))
		ereport(ERROR,
				(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
				 errmsg("state of a trimmed mean exceeds %zu bytes",
						(Size) MaxAllocSize),
				 errhint("Drop fewer values.")));
}

PeTrimmed *
pe_trimmed_new(int32 drop, const char *parameters, Size size)
{
	int32		room = Min(drop, 2);
	PeTrimmed  *state = palloc0(narrow_size(size, room));

	SET_VARSIZE(state, narrow_size(size, room));
	state->drop = drop;
	state->room = room;
	state->parameter_size = (int32) size;
	if (size > 0)
		memcpy(state->data, parameters, size);
	return state;
}

PeTrimmed *
pe_trimmed_get(Datum value)
{
	return (PeTrimmed *) PG_DETOAST_DATUM(value);
}

int32
pe_trimmed_drop(FunctionCallInfo fcinfo, int argno)
{
	int32		drop;

	if (PG_ARGISNULL(argno))
		pe_refuse_null("drop_each");
	drop = PG_GETARG_INT32(argno);
	if (drop < 0)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("drop_each must not be negative, but is %d", drop)));
	return drop;
}

void
pe_trimmed_check_drop(const PeTrimmed *state, int32 drop)
{
	if (state->drop != drop)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("drop_each changes within a group, from %d to %d",
						state->drop, drop),
				 errhint("Give the same drop_each for every row of a group.")));
}

/*
 * Heaps.  `sign` 1: the largest on top (of the lowest values); -1: the
 * smallest on top (of the highest).
 */
static inline bool
above(PeInt128 a, PeInt128 b, int sign)
{
	return sign > 0 ? a > b : a < b;
}

static void
heap_append(PeInt128 *heap, int64 count, PeInt128 value, int sign)
{
	int64		at = count;

	while (at > 0 && above(value, heap[(at - 1) / 2], sign))
	{
		heap[at] = heap[(at - 1) / 2];
		at = (at - 1) / 2;
	}
	heap[at] = value;
}

static void
heap_replace_top(PeInt128 *heap, int64 count, PeInt128 value, int sign)
{
	int64		at = 0;

	for (;;)
	{
		int64		child = 2 * at + 1;

		if (child >= count)
			break;
		if (child + 1 < count && above(heap[child + 1], heap[child], sign))
			child++;
		if (!above(heap[child], value, sign))
			break;
		heap[at] = heap[child];
		at = child;
	}
	heap[at] = value;
}

static PeTrimmed *
with_room(const PeTrimmed *state, int64 room)
{
	Size		size = narrow_size(state->parameter_size, room);
	PeTrimmed  *result;
	int64		kept = kept_of(state);

	check_size(size);
	result = palloc0(size);
	memcpy(result, state, offsetof(PeTrimmed, data) + state->parameter_size);
	SET_VARSIZE(result, size);
	result->room = (int32) room;
	memcpy(low_heap(result), low_heap(state), sizeof(PeInt128) * kept);
	memcpy(high_heap(result), high_heap(state), sizeof(PeInt128) * kept);
	return result;
}

/* Counts in 64 bits; only states written by hand get near the end of that. */
static int64
add_counts(int64 a, int64 b)
{
	int64		n;

	if (pg_add_s64_overflow(a, b, &n))
		ereport(ERROR,
				(errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
				 errmsg("trimmed mean of more than 2^63 values")));
	return n;
}

/* The next value, in place; the sum is known not to overflow. */
static PeTrimmed *
add_narrow(PeTrimmed *state, PeInt128 value, int scale, PeInt128 sum)
{
	int64		kept = kept_of(state);
	int64		n = add_counts(state->n, 1);

	if (kept < state->drop)
	{
		if (kept == state->room)
			state = with_room(state, Min((int64) state->drop, 2 * kept));
		heap_append(low_heap(state), kept, value, 1);
		heap_append(high_heap(state), kept, value, -1);
	}
	else if (kept > 0)
	{
		if (value < low_heap(state)[0])
			heap_replace_top(low_heap(state), kept, value, 1);
		if (value > high_heap(state)[0])
			heap_replace_top(high_heap(state), kept, value, -1);
	}
	state->sum = sum;
	state->scale = Max(state->scale, scale);
	state->n = n;
	return state;
}

/*
 * The state's decimals, all at one scale, so that comparing them takes no
 * memory; with room for `more` kept values at each end.
 */
static void
open_state(const PeTrimmed *state, PeArena *arena, int32 scale, int64 more,
		   Opened *opened)
{
	int64		kept = kept_of(state);
	const char *at = state->data + state->parameter_size;

	scale = Max(Max(scale, state->scale), PE_FIXED20_SCALE);
	opened->kept = kept;
	opened->low = pe_alloc(arena, sizeof(PeDec) * (kept + more));
	opened->high = pe_alloc(arena, sizeof(PeDec) * (kept + more));
	if (state->wide)
	{
		at = pe_unpack(at, &opened->sum);
		for (int64 i = 0; i < kept; i++)
			at = pe_unpack(at, &opened->low[i]);
		for (int64 i = 0; i < kept; i++)
			at = pe_unpack(at, &opened->high[i]);
	}
	else
	{
		opened->sum = pe_dec_int128(arena, state->sum, PE_FIXED20_SCALE);
		for (int64 i = 0; i < kept; i++)
		{
			opened->low[i] = pe_dec_int128(arena, low_heap(state)[i],
										   PE_FIXED20_SCALE);
			opened->high[i] = pe_dec_int128(arena, high_heap(state)[i],
											PE_FIXED20_SCALE);
		}
	}
	opened->sum = pe_dec_rescale(arena, opened->sum, scale);
	for (int64 i = 0; i < kept; i++)
	{
		opened->low[i] = pe_dec_rescale(arena, opened->low[i], scale);
		opened->high[i] = pe_dec_rescale(arena, opened->high[i], scale);
	}
}

static PeTrimmed *
pack_wide(const PeTrimmed *state, const Opened *opened)
{
	Size		size = offsetof(PeTrimmed, data) + state->parameter_size +
		pe_packed_size(opened->sum);
	PeTrimmed  *result;
	char	   *at;

	for (int64 i = 0; i < opened->kept; i++)
		size += pe_packed_size(opened->low[i]) + pe_packed_size(opened->high[i]);
	check_size(size);
	result = palloc(size);
	memcpy(result, state, offsetof(PeTrimmed, data) + state->parameter_size);
	SET_VARSIZE(result, size);
	result->wide = true;
	result->room = 0;
	result->sum = 0;
	at = pe_pack(result->data + result->parameter_size, opened->sum);
	for (int64 i = 0; i < opened->kept; i++)
		at = pe_pack(at, opened->low[i]);
	for (int64 i = 0; i < opened->kept; i++)
		at = pe_pack(at, opened->high[i]);
	return result;
}

/*
 * Keeps a value at one end if it belongs there: as the last while there is
 * room, else instead of the one nearest to the middle.  `sign` as for heaps.
 */
static void
keep_wide(PeDec *kept, int64 count, int32 drop, PeArena *arena, PeDec value,
		  int sign)
{
	int64		top = 0;

	CHECK_FOR_INTERRUPTS();
	if (count < drop)
	{
		kept[count] = value;
		return;
	}
	for (int64 i = 1; i < count; i++)
		if (pe_dec_cmp(arena, kept[i], kept[top]) * sign > 0)
			top = i;
	if (count > 0 && pe_dec_cmp(arena, value, kept[top]) * sign < 0)
		kept[top] = value;
}

static void
keep_both(Opened *opened, int32 drop, PeArena *arena, PeDec low, PeDec high)
{
	keep_wide(opened->low, opened->kept, drop, arena, low, 1);
	keep_wide(opened->high, opened->kept, drop, arena, high, -1);
	if (opened->kept < drop)
		opened->kept++;
}

/*
 * The next value, when it or the state is wide.  Every kept value is looked at,
 * which is fine for panels: only more than 16 digits before the point, or more
 * than 20 decimals, come here.
 */
static pg_noinline PeTrimmed *
add_wide(PeTrimmed *state, PeArena *arena, PeDec value)
{
	Opened		opened;
	PeDec		aligned;

	open_state(state, arena, value.scale, 1, &opened);
	aligned = pe_dec_rescale(arena, value, opened.sum.scale);
	keep_both(&opened, state->drop, arena, aligned, aligned);
	opened.sum = pe_dec_add(arena, opened.sum, aligned);
	state->scale = Max(state->scale, value.scale);
	state->n = add_counts(state->n, 1);
	return pack_wide(state, &opened);
}

PeTrimmed *
pe_trimmed_add(PeTrimmed *state, PeArena *arena, PeDec value)
{
	PeInt128	fixed,
				sum;

	if (!state->wide && value.scale <= PE_FIXED20_SCALE &&
		pe_dec_to_int128(pe_dec_rescale(arena, value, PE_FIXED20_SCALE), &fixed) &&
		!__builtin_add_overflow(state->sum, fixed, &sum))
		return add_narrow(state, fixed, value.scale, sum);
	return add_wide(state, arena, value);
}

PeTrimmed *
pe_trimmed_add_numeric(PeTrimmed *state, Datum value)
{
	PeInt128	fixed,
				sum;
	int			scale;

	if (likely(!state->wide && pe_numeric_fixed20(value, &fixed, &scale) &&
			   !__builtin_add_overflow(state->sum, fixed, &sum)))
		return add_narrow(state, fixed, scale, sum);
	else
	{
		PE_ARENA(arena);

		pe_check_observed(value, "value");
		return add_wide(state, &arena,
						pe_numeric_to_dec(&arena, value, "value"));
	}
}

/*
 * The state of both's rows.  What both together drop is among what each of
 * them keeps.
 */
PeTrimmed *
pe_trimmed_merge(PeTrimmed *state, const PeTrimmed *other)
{
	PeInt128	sum;

	pe_trimmed_check_drop(state, other->drop);
	if (!state->wide && !other->wide &&
		!__builtin_add_overflow(state->sum, other->sum, &sum))
	{
		int64		n = add_counts(state->n, other->n);
		int64		others = kept_of(other);
		int64		kept = kept_of(state);
		int64		all = Min(n, (int64) state->drop);

		if (all > state->room)
			state = with_room(state, all);
		for (int64 i = 0; i < others; i++)
		{
			PeInt128	low = low_heap(other)[i];
			PeInt128	high = high_heap(other)[i];

			CHECK_FOR_INTERRUPTS();
			if (kept < all)
			{
				heap_append(low_heap(state), kept, low, 1);
				heap_append(high_heap(state), kept, high, -1);
				kept++;
				continue;
			}
			if (low < low_heap(state)[0])
				heap_replace_top(low_heap(state), kept, low, 1);
			if (high > high_heap(state)[0])
				heap_replace_top(high_heap(state), kept, high, -1);
		}
		state->sum = sum;
		state->scale = Max(state->scale, other->scale);
		state->n = n;
		return state;
	}
	else
	{
		PE_ARENA(arena);
		Opened		mine,
					theirs;

		open_state(state, &arena, other->scale, kept_of(other), &mine);
		open_state(other, &arena, state->scale, 0, &theirs);
		for (int64 i = 0; i < theirs.kept; i++)
			keep_both(&mine, state->drop, &arena, theirs.low[i], theirs.high[i]);
		mine.sum = pe_dec_add(&arena, mine.sum, theirs.sum);
		state->scale = Max(state->scale, other->scale);
		state->n = add_counts(state->n, other->n);
		return pack_wide(state, &mine);
	}
}

/*
 * What is left after dropping: the sum, and how many values that is.  0 values
 * if there were none at all; fewer than it takes is an error.
 */
int64
pe_trimmed_sum(const PeTrimmed *state, PeArena *arena, PeDec *sum)
{
	Opened		opened;

	if (state->n == 0)
		return 0;
	if (state->n <= 2 * (int64) state->drop)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("cannot drop %d at each end of a group of " INT64_FORMAT,
						state->drop, state->n),
				 errhint("A group needs at least " INT64_FORMAT " values, or a smaller drop_each.",
						 2 * (int64) state->drop + 1)));
	open_state(state, arena, 0, 0, &opened);
	*sum = opened.sum;
	for (int64 i = 0; i < opened.kept; i++)
	{
		*sum = pe_dec_sub(arena, *sum, opened.low[i]);
		*sum = pe_dec_sub(arena, *sum, opened.high[i]);
	}
	*sum = pe_dec_rescale(arena, *sum, state->scale);
	return state->n - 2 * (int64) state->drop;
}

static int
ascending(const void *a, const void *b)
{
	const PeDec *x = a;
	const PeDec *y = b;

	CHECK_FOR_INTERRUPTS();
	/* of one scale, so that no arena is needed */
	return pe_dec_cmp(NULL, *x, *y);
}

static void
put_values(StringInfo text, PeArena *arena, PeDec *values, int64 count)
{
	qsort(values, count, sizeof(PeDec), ascending);
	appendStringInfoChar(text, '{');
	for (int64 i = 0; i < count; i++)
	{
		if (i > 0)
			appendStringInfoChar(text, ',');
		pe_put_dec(text, arena, pe_dec_trim(arena, values[i]));
	}
	appendStringInfoChar(text, '}');
}

/* drop,n,sum,{lowest values},{highest values} */
void
pe_trimmed_put(const PeTrimmed *state, PeArena *arena, StringInfo text)
{
	Opened		opened;

	open_state(state, arena, 0, 0, &opened);
	appendStringInfo(text, "%d," INT64_FORMAT ",", state->drop, state->n);
	pe_put_dec(text, arena, pe_dec_rescale(arena, opened.sum, state->scale));
	appendStringInfoChar(text, ',');
	put_values(text, arena, opened.low, opened.kept);
	appendStringInfoChar(text, ',');
	put_values(text, arena, opened.high, opened.kept);
}

static PeDec *
take_values(PeFields *fields, PeArena *arena, int64 count, int32 scale)
{
	PeDec	   *values;

	/* a value takes at least two characters, so a false count costs nothing */
	if (count > (int64) strlen(fields->at))
		pe_malformed(fields, "too few values");
	values = pe_alloc(arena, sizeof(PeDec) * count);
	pe_take(fields, "{");
	for (int64 i = 0; i < count; i++)
	{
		if (i > 0)
			pe_take(fields, ",");
		values[i] = pe_take_dec(fields, arena);
		if (values[i].scale > scale)
			pe_malformed(fields, "value with more decimals than the sum");
		values[i] = pe_dec_rescale(arena, values[i], scale);
		if (i > 0 && pe_dec_cmp(arena, values[i - 1], values[i]) > 0)
			pe_malformed(fields, "values must ascend");
	}
	pe_take(fields, "}");
	return values;
}

PeTrimmed *
pe_trimmed_take(PeFields *fields, PeArena *arena, const char *parameters,
				Size size)
{
	Opened		opened;
	PeTrimmed  *state;
	bool		fits;
	int32		drop = (int32) pe_take_int(fields, PG_INT32_MAX);
	int64		n;
	PeInt128	fixed;

	pe_take(fields, ",");
	n = pe_take_int(fields, PG_INT64_MAX);
	pe_take(fields, ",");
	opened.sum = pe_take_dec(fields, arena);
	opened.kept = Min(n, (int64) drop);
	pe_take(fields, ",");
	opened.low = take_values(fields, arena, opened.kept, opened.sum.scale);
	pe_take(fields, ",");
	opened.high = take_values(fields, arena, opened.kept, opened.sum.scale);
	for (int64 i = 0; i < opened.kept; i++)
		if (pe_dec_cmp(arena, opened.low[i], opened.high[i]) > 0)
			pe_malformed(fields, "a low value is above its high one");
	if (n == 0 && opened.sum.sign != 0)
		pe_malformed(fields, "a sum without values");

	state = pe_trimmed_new(drop, parameters, size);
	state->scale = opened.sum.scale;
	fits = opened.sum.scale <= PE_FIXED20_SCALE &&
		pe_dec_to_int128(pe_dec_rescale(arena, opened.sum, PE_FIXED20_SCALE),
						 &state->sum);
	for (int64 i = 0; fits && i < opened.kept; i++)
		fits = pe_dec_to_int128(pe_dec_rescale(arena, opened.low[i],
											   PE_FIXED20_SCALE), &fixed) &&
			pe_dec_to_int128(pe_dec_rescale(arena, opened.high[i],
											PE_FIXED20_SCALE), &fixed);
	if (!fits)
	{
		state->n = n;
		return pack_wide(state, &opened);
	}
	if (opened.kept > state->room)
		state = with_room(state, opened.kept);
	for (int64 i = 0; i < opened.kept; i++)
	{
		(void) pe_dec_to_int128(pe_dec_rescale(arena, opened.low[i],
											   PE_FIXED20_SCALE), &fixed);
		heap_append(low_heap(state), i, fixed, 1);
		(void) pe_dec_to_int128(pe_dec_rescale(arena, opened.high[i],
											   PE_FIXED20_SCALE), &fixed);
		heap_append(high_heap(state), i, fixed, -1);
	}
	state->n = n;
	return state;
}
