/*
 * rubric_cache.c
 *	  Rubrics made ready, kept for the length of a query.
 *
 * A query hands the same rubrics over again and again, row after row, and
 * mostly as a TOAST pointer: so what was read, checked and made ready stays in
 * fn_extra.  A rubric is known by its bytes, and by each pointer that was seen
 * to lead to them: ten thousand groups with the same rules have one.  The cache
 * is bounded; the rubric that was not asked for the longest goes first.
 */
#include "perfeval.h"

#include "access/detoast.h"
#include "lib/ilist.h"
#include "utils/hsearch.h"
#include "utils/memutils.h"

#include "rubric.h"

#define MOST_BYTES		(64 * 1024 * 1024)
#define MOST_POINTERS	65536
#define RECENT			16

/* The first fields of a rubric's header. */
typedef struct Mark
{
	uint32		crc;
	int32		size;
} Mark;

typedef struct Cached
{
	dlist_node	node;			/* in Cache.used */
	MemoryContext context;		/* holds all of it */
	Size		bytes;
	Mark		mark;
	const PeReady *ready;
	const char *data;
	Size		size;
} Cached;

/* Of rubrics that share a mark, the last loaded. */
typedef struct ByMark
{
	Mark		mark;
	Cached	   *cached;
} ByMark;

typedef struct ByPointer
{
	struct varatt_external pointer;
	Cached	   *cached;
} ByPointer;

typedef struct Cache
{
	MemoryContext context;
	HTAB	   *by_mark;
	HTAB	   *by_pointer;		/* NULL: none seen yet */
	ByPointer	recent[RECENT];	/* by number of the value: mostly it is one of these */
	dlist_head	used;			/* the last used first */
	Size		bytes;
} Cache;

static HTAB *
make_table(Cache *cache, const char *name, Size key, Size entry)
{
	HASHCTL		control = {.keysize = key, .entrysize = entry, .hcxt = cache->context};

	return hash_create(name, 64, &control, HASH_ELEM | HASH_BLOBS | HASH_CONTEXT);
}

static Cache *
make_cache(MemoryContext context)
{
	Cache	   *cache = MemoryContextAllocZero(context, sizeof(Cache));

	cache->context = context;
	cache->by_mark = make_table(cache, "rubrics", sizeof(Mark), sizeof(ByMark));
	dlist_init(&cache->used);
	return cache;
}

static void
forget_pointers(Cache *cache)
{
	if (cache->by_pointer)
		hash_destroy(cache->by_pointer);
	cache->by_pointer = NULL;
	memset(cache->recent, 0, sizeof(cache->recent));
}

static void
forget(Cache *cache, Cached *cached)
{
	ByMark	   *entry = hash_search(cache->by_mark, &cached->mark, HASH_FIND, NULL);

	if (entry && entry->cached == cached)
		hash_search(cache->by_mark, &cached->mark, HASH_REMOVE, NULL);
	/* which of the pointers lead here is not written down */
	forget_pointers(cache);
	dlist_delete(&cached->node);
	cache->bytes -= cached->bytes;
	MemoryContextDelete(cached->context);
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

/* The first bytes of a header; of a damaged rubric, whatever stands there. */
static Mark
mark_of(const char *data, Size size)
{
	Mark		mark = {0};

	memcpy(&mark, data, Min(sizeof(mark), size));
	return mark;
}

static Cached *
load(Cache *cache, struct varlena *value)
{
	MemoryContext context = AllocSetContextCreate(cache->context, "rubric",
												  ALLOCSET_DEFAULT_SIZES);
	MemoryContext caller = MemoryContextSwitchTo(context);
	Cached	   *cached = palloc0(sizeof(Cached));
	PeArena		arena;

	cached->size = VARSIZE_ANY_EXHDR(value);
	cached->data = pe_rubric_bytes(value);
	pe_arena_init(&arena, palloc(PE_ARENA_CHUNK), PE_ARENA_CHUNK, pe_grow);
	cached->ready = pe_rubric_ready(&arena, cached->data);
	MemoryContextSwitchTo(caller);

	while (cache->bytes >= MOST_BYTES)
		forget(cache, dlist_tail_element(Cached, node, &cache->used));
	cached->context = context;
	cached->bytes = MemoryContextMemAllocated(context, true);
	cached->mark = mark_of(cached->data, cached->size);
	((ByMark *) hash_search(cache->by_mark, &cached->mark, HASH_ENTER, NULL))->cached = cached;
	dlist_push_head(&cache->used, &cached->node);
	cache->bytes += cached->bytes;
	return cached;
}

static Cached *
find_or_load(Cache *cache, struct varlena *given)
{
	struct varlena *value = PG_DETOAST_DATUM_PACKED(PointerGetDatum(given));
	const char *data = VARDATA_ANY(value);
	Size		size = VARSIZE_ANY_EXHDR(value);
	Mark		mark = mark_of(data, size);
	ByMark	   *entry = hash_search(cache->by_mark, &mark, HASH_FIND, NULL);
	Cached	   *cached;

	if (entry && entry->cached->size == size && memcmp(entry->cached->data, data, size) == 0)
		cached = entry->cached;
	else
		cached = load(cache, value);
	if (value != given)
		pfree(value);
	return cached;
}

static Cached *
find_pointer(Cache *cache, struct varlena *given)
{
	struct varatt_external pointer;
	ByPointer  *recent;
	ByPointer  *entry;
	Cached	   *cached;

	VARATT_EXTERNAL_GET_POINTER(pointer, given);
	recent = &cache->recent[pointer.va_valueid % RECENT];
	if (recent->cached && memcmp(&recent->pointer, &pointer, sizeof(pointer)) == 0)
		return recent->cached;
	entry = cache->by_pointer ? hash_search(cache->by_pointer, &pointer, HASH_FIND, NULL) : NULL;
	if (entry)
		cached = entry->cached;
	else
	{
		cached = find_or_load(cache, given);
		if (cache->by_pointer && hash_get_num_entries(cache->by_pointer) >= MOST_POINTERS)
			forget_pointers(cache);
		if (cache->by_pointer == NULL)
			cache->by_pointer = make_table(cache, "pointers to rubrics",
										   sizeof(pointer), sizeof(ByPointer));
		entry = hash_search(cache->by_pointer, &pointer, HASH_ENTER, NULL);
		entry->cached = cached;
	}
	*recent = *entry;
	return cached;
}

/* The rubric in an argument that is not NULL, ready. */
const PeReady *
pe_arg_rubric(FunctionCallInfo fcinfo, int argno)
{
	struct varlena *given = (struct varlena *) PG_GETARG_POINTER(argno);
	Cache	   *cache = fcinfo->flinfo->fn_extra;
	Cached	   *cached;

	if (cache == NULL)
		fcinfo->flinfo->fn_extra = cache = make_cache(fcinfo->flinfo->fn_mcxt);
	if (VARATT_IS_EXTERNAL_ONDISK(given))
		cached = find_pointer(cache, given);
	else
		cached = find_or_load(cache, given);
	dlist_move_head(&cache->used, &cached->node);
	return cached->ready;
}
