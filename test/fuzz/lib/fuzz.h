/*
 * fuzz.h
 *	  What the fuzz targets share: an input to take values from, an arena on
 *	  malloc, and a claim that stops the run.
 */
#ifndef FUZZ_H
#define FUZZ_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "decimal.h"

extern int	LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define CLAIM(condition) \
	do { \
		if (!(condition)) \
		{ \
			fprintf(stderr, "%s:%d: %s\n", __FILE__, __LINE__, #condition); \
			abort(); \
		} \
	} while (0)

typedef struct Input
{
	const uint8_t *at;
	size_t		left;
} Input;

static inline uint8_t
take_byte(Input *input)
{
	if (input->left == 0)
		return 0;
	input->left--;
	return *input->at++;
}

/* Pieces of their own, so that the sanitizer sees each overrun. */
static void *pieces[1 << 20];
static size_t npieces;

static inline void *
piece(size_t size)
{
	void	   *memory = malloc(size ? size : 1);

	CLAIM(memory != NULL && npieces < sizeof(pieces) / sizeof(pieces[0]));
	pieces[npieces++] = memory;
	return memory;
}

static inline void
free_pieces(void)
{
	while (npieces > 0)
		free(pieces[--npieces]);
}

/* A decimal of up to 63 digits. */
static inline PeDec
take_dec(Input *input, PeArena *arena)
{
	uint8_t		shape = take_byte(input);
	unsigned char digits[64];
	size_t		n = shape & 63;

	for (size_t i = 0; i < n; i++)
		digits[i] = take_byte(input) % 10;
	return pe_dec_digits(arena, shape & 64, digits, n,
						 (int32_t) (take_byte(input) % 40));
}

#endif							/* FUZZ_H */
