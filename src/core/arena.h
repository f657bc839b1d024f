/*
 * arena.h
 *	  Bump allocation for the core.
 *
 * The core never frees and never keeps memory: one call's intermediate
 * values live in an arena that the caller owns.  It starts on a buffer of the
 * caller's (usually on the stack, enough for ordinary scores) and asks `grow`
 * for more when numbers get long.  `grow` must not return NULL; in the server
 * it is palloc, so a failed call is cleaned up with its memory context.
 */
#ifndef PE_ARENA_H
#define PE_ARENA_H

#include <stddef.h>

typedef struct PeArena
{
	char	   *next;
	char	   *end;
	void	   *(*grow) (size_t size);
	size_t		grown;			/* bytes asked for so far */
} PeArena;

#define PE_ARENA_ALIGN		8
#define PE_ARENA_CHUNK		8192

static inline void
pe_arena_init(PeArena *arena, void *buffer, size_t size,
			  void *(*grow) (size_t size))
{
	arena->next = buffer;
	arena->end = (char *) buffer + size;
	arena->grow = grow;
	arena->grown = 0;
}

static inline void *
pe_alloc(PeArena *arena, size_t size)
{
	void	   *result;

	size = (size + PE_ARENA_ALIGN - 1) & ~(size_t) (PE_ARENA_ALIGN - 1);
	if (size > (size_t) (arena->end - arena->next))
	{
		/* A long value gets a piece of its own and leaves the chunk alone. */
		if (size > PE_ARENA_CHUNK / 4)
		{
			arena->grown += size;
			return arena->grow(size);
		}
		arena->grown += PE_ARENA_CHUNK;
		arena->next = arena->grow(PE_ARENA_CHUNK);
		arena->end = arena->next + PE_ARENA_CHUNK;
	}
	result = arena->next;
	arena->next += size;
	return result;
}

#endif							/* PE_ARENA_H */
