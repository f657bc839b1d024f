/*
 * decimal.h
 *	  Exact decimals of any length.
 *
 * A PeDec is sign * limbs * 10^-scale.  `scale` is also the number of decimals
 * shown, as numeric's dscale: 8.5 and 8.50 are equal and differ in scale.
 * Sums and differences take the larger scale, products the sum of the scales,
 * as numeric's arithmetic does.  Values are immutable; their limbs live in an
 * arena.  The limb arithmetic is GMP's mpn layer, which works on memory of the
 * caller's.
 */
#ifndef PE_DECIMAL_H
#define PE_DECIMAL_H

#include <stdbool.h>
#include <stdint.h>
#include <gmp.h>

#include "arena.h"

/* 8-byte alignment, so that it can stand in memory that is not 16-aligned. */
typedef __int128 PeInt128 __attribute__((aligned(8)));

typedef struct PeDec
{
	int32_t		sign;			/* -1, 0, 1 */
	int32_t		scale;			/* >= 0 */
	int64_t		n;				/* limbs used; 0 for zero */
	const mp_limb_t *limb;
} PeDec;

typedef enum PeRound
{
	PE_HALF_UP,					/* half away from zero */
	PE_HALF_EVEN,
	PE_FLOOR,
	PE_CEIL
} PeRound;

/* The most decimals that numeric can show. */
#define PE_MAX_SCALE	16383

extern PeDec pe_dec_int(PeArena *arena, int64_t value);
extern PeDec pe_dec_int128(PeArena *arena, PeInt128 value, int32_t scale);
extern PeDec pe_dec_digits(PeArena *arena, bool negative,
						   const unsigned char *digits, size_t ndigits,
						   int32_t scale);
extern PeDec pe_dec_groups(PeArena *arena, bool negative,
						   const char *groups, int ngroups,
						   int weight, int32_t scale);

extern PeDec pe_dec_neg(PeDec a);
extern PeDec pe_dec_add(PeArena *arena, PeDec a, PeDec b);
extern PeDec pe_dec_sub(PeArena *arena, PeDec a, PeDec b);
extern PeDec pe_dec_mul(PeArena *arena, PeDec a, PeDec b);
extern int	pe_dec_cmp(PeArena *arena, PeDec a, PeDec b);

extern PeDec pe_dec_trim(PeArena *arena, PeDec a);
extern PeDec pe_dec_rescale(PeArena *arena, PeDec a, int32_t scale);
extern PeDec pe_dec_div(PeArena *arena, PeDec num, PeDec den,
						int32_t scale, PeRound mode);
extern int32_t pe_dec_div_scale(PeArena *arena, PeDec num, PeDec den);
extern PeDec pe_dec_quotient(PeArena *arena, PeDec num, PeDec den);

extern bool pe_dec_to_int64(PeDec a, int64_t *value);
extern bool pe_dec_to_int128(PeDec a, PeInt128 *value);
extern unsigned char *pe_dec_to_digits(PeArena *arena, PeDec a, size_t *ndigits);

#endif							/* PE_DECIMAL_H */
