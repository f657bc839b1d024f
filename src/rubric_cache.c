/*
 * rubric_cache.c
 *	  Rubrics made ready, kept for the length of a query.
 *
 * A query hands the same few rubrics over again and again, row after row, and
 * mostly as a TOAST pointer: so what was read, checked and made ready stays in
 * fn_extra.  A value out of line is known by its pointer, any other by its
 * bytes.  The cache is bounded; the rubric that was not asked for the longest
 * goes first.
 */
#include "perfeval.h"

#include "access/detoast.h"
#include "utils/memutils.h"

#include "rubric.h"

#define MOST_RUBRICS	32
#define MOST_BYTES		(64 * 1024 * 1024)

typedef struct Cached
{
	MemoryContext context;		/* holds all of it; NULL: free */
	const PeReady *ready;
	const char *data;
	Size		size;
	struct varatt_external pointer; /* va_valueid 0: came in line */
	uint64		used;			/* on the cache's clock */
} Cached;

typedef struct Cache
{
	MemoryContext context;
	uint64		clock;
	Size		bytes;
	Cached		rubrics[MOST_RUBRICS];
} Cache;

static void
forget(Cache *cache, Cached *cached)
{
	cache->bytes -= MemoryContextMemAllocated(cached->context, true);
	MemoryContextDelete(cached->context);
	memset(cached, 0, sizeof(*cached));
}

static Cached *
oldest(Cache *cache)
{
	Cached	   *found = NULL;

	for (int i = 0; i < MOST_RUBRICS; i++)
		if (cache->rubrics[i].context &&
			(found == NULL || cache->rubrics[i].used < found->used))
			found = &cache->rubrics[i];
	return found;
}

/* A free place, within the bounds. */
static Cached *
make_room(Cache *cache)
{
	for (;;)
	{
		Cached	   *old = oldest(cache);

		if (old == NULL || cache->bytes < MOST_BYTES)
			for (int i = 0; i < MOST_RUBRICS; i++)
				if (cache->rubrics[i].context == NULL)
					return &cache->rubrics[i];
		forget(cache, old);
	}
}

/* A copy of the value's bytes, checked; aligned, which a varlena's are not. */
void *
pe_rubric_bytes(struct varlena *value)
{
	Size		size = VARSIZE_ANY_EXHDR(value);
	void	   *data = MemoryContextAllocHuge(CurrentMemoryContext, size);

	memcpy(data, VARDATA_ANY(value), size);
	if (!pe_rubric_valid(data, size))
		ereport(ERROR,
				(errcode(ERRCODE_DATA_CORRUPTED),
				 errmsg("a stored rubric of %zu bytes is damaged", size),
				 errhint("Load it again from its text form, or restore it from a backup.")));
	return data;
}

static Cached *
load(Cache *cache, struct varlena *value)
{
	MemoryContext context = AllocSetContextCreate(cache->context, "rubric",
												  ALLOCSET_DEFAULT_SIZES);
	MemoryContext caller = MemoryContextSwitchTo(context);
	Size		size = VARSIZE_ANY_EXHDR(value);
	char	   *data = pe_rubric_bytes(value);
	const PeReady *ready;
	Cached	   *cached;
	PeArena		arena;

	pe_arena_init(&arena, palloc(PE_ARENA_CHUNK), PE_ARENA_CHUNK, pe_grow);
	ready = pe_rubric_ready(&arena, data);
	MemoryContextSwitchTo(caller);
	cached = make_room(cache);
	cached->ready = ready;
	cached->context = context;
	cached->data = data;
	cached->size = size;
	cache->bytes += MemoryContextMemAllocated(context, true);
	return cached;
}

static Cached *
find_pointer(Cache *cache, const struct varatt_external *pointer)
{
	for (int i = 0; i < MOST_RUBRICS; i++)
	{
		Cached	   *cached = &cache->rubrics[i];

		if (cached->context && cached->pointer.va_valueid == pointer->va_valueid &&
			cached->pointer.va_toastrelid == pointer->va_toastrelid &&
			cached->pointer.va_rawsize == pointer->va_rawsize &&
			cached->pointer.va_extinfo == pointer->va_extinfo)
			return cached;
	}
	return NULL;
}

static Cached *
find_bytes(Cache *cache, const char *data, Size size)
{
	for (int i = 0; i < MOST_RUBRICS; i++)
	{
		Cached	   *cached = &cache->rubrics[i];

		if (cached->context && cached->size == size &&
			memcmp(cached->data, data, size) == 0)
			return cached;
	}
	return NULL;
}

/* The rubric in an argument that is not NULL, ready. */
const PeReady *
pe_arg_rubric(FunctionCallInfo fcinfo, int argno)
{
	struct varlena *given = (struct varlena *) PG_GETARG_POINTER(argno);
	struct varatt_external pointer = {0};
	Cache	   *cache = fcinfo->flinfo->fn_extra;
	Cached	   *cached;

	if (cache == NULL)
	{
		cache = MemoryContextAllocZero(fcinfo->flinfo->fn_mcxt, sizeof(Cache));
		cache->context = fcinfo->flinfo->fn_mcxt;
		fcinfo->flinfo->fn_extra = cache;
	}
	if (VARATT_IS_EXTERNAL_ONDISK(given))
	{
		VARATT_EXTERNAL_GET_POINTER(pointer, given);
		cached = find_pointer(cache, &pointer);
		if (cached == NULL)
		{
			struct varlena *value = PG_DETOAST_DATUM_PACKED(PointerGetDatum(given));

			cached = load(cache, value);
			cached->pointer = pointer;
			pfree(value);
		}
	}
	else
	{
		struct varlena *value = PG_DETOAST_DATUM_PACKED(PointerGetDatum(given));

		cached = find_bytes(cache, VARDATA_ANY(value), VARSIZE_ANY_EXHDR(value));
		if (cached == NULL)
			cached = load(cache, value);
		if (value != given)
			pfree(value);
	}
	cached->used = ++cache->clock;
	return cached->ready;
}
