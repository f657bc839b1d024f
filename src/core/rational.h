/*
 * rational.h
 *	  Exact rationals: what a rule tree computes with.
 *
 * A PeRat is num / den * 10^-scale.  What fits is kept in 128 and 64 bits;
 * what does not goes on in limbs (`big`), so that no sum or product of a rule
 * is ever rounded.  Decimals have den = 1 and the scale that numeric's
 * arithmetic would give them; other denominators have no factor in common with
 * 10 or the numerator.
 *
 * Numbers beyond PE_RAT_MAX_LIMBS, far over what numeric can hold, are given up:
 * they become "too big", as do all results made of them.
 */
#ifndef PE_RATIONAL_H
#define PE_RATIONAL_H

#include "decimal.h"

#define PE_RAT_MAX_LIMBS	65536

/* A small number's scale, and the largest power of ten in 127 bits. */
#define PE_RAT_MAX_SCALE	38

/* num / den with den a whole number above 0 */
typedef struct PeBigRat
{
	PeDec		num;
	PeDec		den;
} PeBigRat;

typedef struct PeRat
{
	PeInt128	num;			/* above -2^127, so that it can be negated */
	int64_t		den;			/* > 0; 0: see big */
	int32_t		scale;			/* 0 to PE_RAT_MAX_SCALE */
	const PeBigRat *big;		/* if den is 0; NULL: too big */
} PeRat;

/* A fraction that has not been divided: two decimals, den above 0. */
typedef struct PeFraction
{
	PeRat		num;
	PeRat		den;
} PeFraction;

extern PeRat pe_rat_add_slow(PeArena *arena, const PeRat *a, const PeRat *b);
extern PeRat pe_rat_mul_slow(PeArena *arena, const PeRat *a, const PeRat *b);
extern int	pe_rat_cmp_slow(PeArena *arena, const PeRat *a, const PeRat *b);
extern PeRat pe_rat_ratio(PeArena *arena, PeInt128 num, PeInt128 den);
extern PeRat pe_rat_dec(PeArena *arena, PeDec a);
extern PeRat pe_rat_div(PeArena *arena, const PeRat *a, const PeRat *b);
extern PeRat pe_rat_round(PeArena *arena, const PeRat *a, int32_t digits,
						  PeRound mode);
extern bool pe_rat_terminates(PeArena *arena, const PeRat *a, PeDec *dec);
extern PeBigRat pe_rat_big(PeArena *arena, const PeRat *a);
extern bool pe_rat_is_whole(PeArena *arena, const PeRat *a);
extern PeDec pe_rat_to_dec(PeArena *arena, const PeRat *a);
extern PeRat pe_fraction_divide(PeArena *arena, const PeFraction *a);
extern PeDec pe_fraction_quotient(PeArena *arena, const PeFraction *a);

static inline PeRat
pe_rat_small(PeInt128 num, int32_t scale)
{
	PeRat		result;

	result.num = num;
	result.den = 1;
	result.scale = scale;
	result.big = NULL;
	return result;
}

static inline PeRat
pe_rat_int(int64_t value)
{
	return pe_rat_small(value, 0);
}

static inline bool
pe_rat_is_too_big(const PeRat *a)
{
	return a->den == 0 && a->big == NULL;
}

/* -1, 0 or 1; 0 for what is too big */
static inline int
pe_rat_sign(const PeRat *a)
{
	if (a->den == 0)
		return a->big ? a->big->num.sign : 0;
	return a->num < 0 ? -1 : a->num > 0;
}

#define PE_INT128_MIN	((PeInt128) ((unsigned __int128) 1 << 127))

static inline bool
pe_rat_fits64(PeInt128 number)
{
	return number == (int64_t) number;
}

/* 10^n for n from 0 to 18 */
extern const int64_t pe_pow10_64[];

static inline PeRat
pe_rat_neg(PeArena *arena, const PeRat *a)
{
	PeRat		result = *a;

	if (a->den == 0)
	{
		if (a->big)
		{
			PeBigRat   *big = pe_alloc(arena, sizeof(PeBigRat));

			*big = *a->big;
			big->num = pe_dec_neg(big->num);
			result.big = big;
		}
	}
	else
		result.num = -a->num;
	return result;
}

static inline PeRat
pe_rat_add(PeArena *arena, const PeRat *a, const PeRat *b)
{
	if (a->den == 1 && b->den == 1)
	{
		PeInt128	x = a->num;
		PeInt128	y = b->num;
		PeInt128	sum;
		int32_t		scale = a->scale;
		int32_t		up = a->scale - b->scale;

		if (up > 0 && up <= 18 && pe_rat_fits64(y))
			y *= pe_pow10_64[up];
		else if (up < 0 && up >= -18 && pe_rat_fits64(x))
		{
			x *= pe_pow10_64[-up];
			scale = b->scale;
		}
		else if (up != 0)
			return pe_rat_add_slow(arena, a, b);
		if (!__builtin_add_overflow(x, y, &sum) && sum != PE_INT128_MIN)
			return pe_rat_small(sum, scale);
	}
	return pe_rat_add_slow(arena, a, b);
}

static inline PeRat
pe_rat_sub(PeArena *arena, const PeRat *a, const PeRat *b)
{
	PeRat		negative = pe_rat_neg(arena, b);

	return pe_rat_add(arena, a, &negative);
}

static inline PeRat
pe_rat_mul(PeArena *arena, const PeRat *a, const PeRat *b)
{
	int32_t		scale = a->scale + b->scale;

	if (a->den == 1 && b->den == 1 && scale <= PE_RAT_MAX_SCALE &&
		pe_rat_fits64(a->num) && pe_rat_fits64(b->num))
		return pe_rat_small((PeInt128) (int64_t) a->num * (int64_t) b->num, scale);
	return pe_rat_mul_slow(arena, a, b);
}

static inline int
pe_rat_cmp(PeArena *arena, const PeRat *a, const PeRat *b)
{
	if (a->den == 1 && b->den == 1)
	{
		PeInt128	x = a->num;
		PeInt128	y = b->num;
		int32_t		up = a->scale - b->scale;

		if (up > 0 && up <= 18 && pe_rat_fits64(y))
			y *= pe_pow10_64[up];
		else if (up < 0 && up >= -18 && pe_rat_fits64(x))
			x *= pe_pow10_64[-up];
		else if (up != 0)
			return pe_rat_cmp_slow(arena, a, b);
		return x < y ? -1 : x > y;
	}
	return pe_rat_cmp_slow(arena, a, b);
}

#endif							/* PE_RATIONAL_H */
