/*
 * harness.h
 *	  TAP, an arena on malloc and fixed-seed random decimals for the core's
 *	  tests.  Included by one program each.
 */
#ifndef HARNESS_H
#define HARNESS_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "decimal.h"

/* Every piece by itself, so that the sanitizer sees each overrun. */
static void **pieces;
static size_t npieces;

static void *
piece(size_t size)
{
	void	   *memory = malloc(size ? size : 1);

	pieces = realloc(pieces, sizeof(void *) * (npieces + 1));
	if (!memory || !pieces)
		abort();
	pieces[npieces++] = memory;
	return memory;
}

static char arena_buffer[512] __attribute__((aligned(PE_ARENA_ALIGN)));
static PeArena arena;

static void
new_case(void)
{
	while (npieces > 0)
		free(pieces[--npieces]);
	pe_arena_init(&arena, arena_buffer, sizeof(arena_buffer), piece);
}

static int	tests;
static int	failures;

static void
report(int ok, const char *what, long cases)
{
	tests++;
	failures += !ok;
	printf("%sok %d - %s (%ld cases)\n", ok ? "" : "not ", tests, what, cases);
}

static int
done(void)
{
	new_case();
	free(pieces);
	printf("1..%d\n", tests);
	return failures != 0;
}

/* xorshift64*, from a printed seed */
static uint64_t random_state;

static void
seed_from(void)
{
	const char *given = getenv("PERFEVAL_SEED");

	random_state = given ? strtoull(given, NULL, 10) : 20250101;
	printf("# PERFEVAL_SEED=%llu\n", (unsigned long long) random_state);
	random_state = random_state * 2 + 1;
}

static uint64_t
draw(uint64_t below)
{
	random_state ^= random_state >> 12;
	random_state ^= random_state << 25;
	random_state ^= random_state >> 27;
	return (random_state * UINT64_C(2685821657736338717)) % below;
}

#endif							/* HARNESS_H */
