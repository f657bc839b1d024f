/*
 * rational.c
 *	  Exact rationals; see rational.h.
 */
#include "rational.h"

#include <string.h>

const int64_t pe_pow10_64[] = {
	1, 10, 100, 1000, 10000, 100000, 1000000, 10000000, 100000000, 1000000000,
	INT64_C(10000000000), INT64_C(100000000000), INT64_C(1000000000000),
	INT64_C(10000000000000), INT64_C(100000000000000),
	INT64_C(1000000000000000), INT64_C(10000000000000000),
	INT64_C(100000000000000000), INT64_C(1000000000000000000)
};

/* num * 10^up, if that fits */
static bool
scaled_up(PeInt128 num, int32_t up, PeInt128 *result)
{
	for (; up > 18; up -= 18)
		if (__builtin_mul_overflow(num, (PeInt128) pe_pow10_64[18], &num))
			return false;
	return !__builtin_mul_overflow(num, (PeInt128) pe_pow10_64[up], result);
}

static uint64_t
gcd64(uint64_t a, uint64_t b)
{
	while (b != 0)
	{
		uint64_t	rest = a % b;

		a = b;
		b = rest;
	}
	return a;
}

static unsigned __int128
magnitude(PeInt128 number)
{
	return number < 0 ? -(unsigned __int128) number : (unsigned __int128) number;
}

/*
 * num / den * 10^-scale in the small form, den > 0: factors of 10 go from the
 * denominator into the scale, the rest is reduced.  False if it does not fit.
 */
static bool
make_small(PeInt128 num, unsigned __int128 den, int32_t scale, PeRat *result)
{
	uint64_t	common;

	if (den >> 63)
		return false;
	if (den == 1)
	{
		/* a decimal keeps its scale */
		if (scale > PE_RAT_MAX_SCALE)
			return false;
	}
	else
	{
		common = gcd64((uint64_t) den, (uint64_t) (magnitude(num) % den));
		num /= (PeInt128) common;
		den /= common;
		for (; den % 2 == 0; den /= 2, scale++)
			if (__builtin_mul_overflow(num, (PeInt128) 5, &num))
				return false;
		for (; den % 5 == 0; den /= 5, scale++)
			if (__builtin_mul_overflow(num, (PeInt128) 2, &num))
				return false;
	}
	if (scale < 0)
	{
		if (scale < -PE_RAT_MAX_SCALE || !scaled_up(num, -scale, &num))
			return false;
		scale = 0;
	}
	for (; scale > PE_RAT_MAX_SCALE && num % 10 == 0; scale--)
		num /= 10;
	if (scale > PE_RAT_MAX_SCALE || num == PE_INT128_MIN)
		return false;
	result->num = num;
	result->den = (int64_t) den;
	result->scale = scale;
	result->big = NULL;
	return true;
}

static PeRat
too_big(void)
{
	PeRat		result = {0, 0, 0, NULL};

	return result;
}

/* A number in limbs; small again where it fits. */
static PeRat
make_big(PeArena *arena, PeDec num, PeDec den)
{
	PeRat		result;
	PeBigRat   *big;
	PeInt128	small_num;
	int64_t		small_den;

	if (num.n > PE_RAT_MAX_LIMBS || den.n > PE_RAT_MAX_LIMBS ||
		num.scale > 20 * PE_RAT_MAX_LIMBS)
		return too_big();
	if (num.n == 0 && num.scale <= PE_RAT_MAX_SCALE)
		return pe_rat_small(0, num.scale);
	if (pe_dec_to_int128(num, &small_num) && pe_dec_to_int64(den, &small_den))
	{
		if (small_den == 1 && num.scale <= PE_RAT_MAX_SCALE)
			return pe_rat_small(small_num, num.scale);
		if (make_small(small_num, (unsigned __int128) small_den, num.scale, &result))
			return result;
	}
	big = pe_alloc(arena, sizeof(PeBigRat));
	big->num = num;
	big->den = den;
	result = too_big();
	result.big = big;
	return result;
}

PeBigRat
pe_rat_big(PeArena *arena, const PeRat *a)
{
	PeBigRat	result;

	if (a->den == 0)
		return *a->big;
	result.num = pe_dec_int128(arena, a->num, a->scale);
	result.den = pe_dec_int(arena, a->den);
	return result;
}

/* num / den, den > 0 */
PeRat
pe_rat_ratio(PeArena *arena, PeInt128 num, PeInt128 den)
{
	PeRat		result;

	if (make_small(num, (unsigned __int128) den, 0, &result))
		return result;
	return make_big(arena, pe_dec_int128(arena, num, 0), pe_dec_int128(arena, den, 0));
}

/* A decimal keeps its scale. */
PeRat
pe_rat_dec(PeArena *arena, PeDec a)
{
	return make_big(arena, a, pe_dec_int(arena, 1));
}

/* The greatest common divisor of two whole numbers above 0. */
static PeDec
common_divisor(PeArena *arena, PeDec a, PeDec b)
{
	mp_bitcnt_t twos_a = mpn_scan1(a.limb, 0);
	mp_bitcnt_t twos_b = mpn_scan1(b.limb, 0);
	mp_bitcnt_t twos = twos_a < twos_b ? twos_a : twos_b;
	mp_limb_t  *x;
	mp_limb_t  *y;
	mp_limb_t  *limb;
	PeDec		result = {1, 0, 0, NULL};
	int64_t		nx,
				ny;

	if (a.n < b.n)
	{
		PeDec		swap = a;

		a = b;
		b = swap;
		twos_b = twos_a;
	}
	x = pe_alloc(arena, (size_t) a.n * sizeof(mp_limb_t));
	y = pe_alloc(arena, (size_t) b.n * sizeof(mp_limb_t));
	limb = pe_alloc(arena, ((size_t) b.n + twos / 64 + 2) * sizeof(mp_limb_t));
	memcpy(x, a.limb, (size_t) a.n * sizeof(mp_limb_t));
	nx = a.n;

	/* one of the two has to be odd */
	ny = b.n - (int64_t) (twos_b / 64);
	if (twos_b % 64)
		mpn_rshift(y, b.limb + twos_b / 64, ny, (unsigned) (twos_b % 64));
	else
		memcpy(y, b.limb + twos_b / 64, (size_t) ny * sizeof(mp_limb_t));
	while (y[ny - 1] == 0)
		ny--;

	memset(limb, 0, (twos / 64) * sizeof(mp_limb_t));
	result.n = mpn_gcd(limb + twos / 64, x, nx, y, ny);
	if (twos % 64)
	{
		mp_limb_t	carry = mpn_lshift(limb + twos / 64, limb + twos / 64,
									   result.n, (unsigned) (twos % 64));

		if (carry)
			limb[(int64_t) (twos / 64) + result.n++] = carry;
	}
	result.n += (int64_t) (twos / 64);
	result.limb = limb;
	return result;
}

static bool
is_one(PeDec a)
{
	return a.n == 1 && a.limb[0] == 1 && a.scale == 0;
}

/* a / b for whole numbers that divide without rest */
static PeDec
divided(PeArena *arena, PeDec a, PeDec b)
{
	return is_one(b) ? a : pe_dec_div(arena, a, b, 0, PE_FLOOR);
}

static PeRat
add_big(PeArena *arena, const PeRat *a, const PeRat *b)
{
	PeBigRat	x = pe_rat_big(arena, a);
	PeBigRat	y = pe_rat_big(arena, b);

	if (!is_one(x.den) || !is_one(y.den))
	{
		PeDec		common = common_divisor(arena, x.den, y.den);
		PeDec		left = divided(arena, y.den, common);
		PeDec		right = divided(arena, x.den, common);

		x.num = pe_dec_mul(arena, x.num, left);
		y.num = pe_dec_mul(arena, y.num, right);
		x.den = pe_dec_mul(arena, x.den, left);
	}
	return make_big(arena, pe_dec_add(arena, x.num, y.num), x.den);
}

PeRat
pe_rat_add_slow(PeArena *arena, const PeRat *a, const PeRat *b)
{
	if (pe_rat_is_too_big(a) || pe_rat_is_too_big(b))
		return too_big();
	if (a->den != 0 && b->den != 0)
	{
		uint64_t	common = a->den == b->den ? (uint64_t) a->den :
			gcd64((uint64_t) a->den, (uint64_t) b->den);
		int32_t		scale = a->scale > b->scale ? a->scale : b->scale;
		PeInt128	x,
					y,
					sum;
		int64_t		den;
		PeRat		result;

		if (scaled_up(a->num, scale - a->scale, &x) &&
			scaled_up(b->num, scale - b->scale, &y) &&
			!__builtin_mul_overflow(x, (PeInt128) (b->den / (int64_t) common), &x) &&
			!__builtin_mul_overflow(y, (PeInt128) (a->den / (int64_t) common), &y) &&
			!__builtin_add_overflow(x, y, &sum) &&
			!__builtin_mul_overflow(a->den, b->den / (int64_t) common, &den) &&
			make_small(sum, (unsigned __int128) den, scale, &result))
			return result;
	}
	return add_big(arena, a, b);
}

PeRat
pe_rat_mul_slow(PeArena *arena, const PeRat *a, const PeRat *b)
{
	PeBigRat	x,
				y;

	if (pe_rat_is_too_big(a) || pe_rat_is_too_big(b))
		return too_big();
	if (a->den != 0 && b->den != 0)
	{
		/* what is common to one's numerator and the other's denominator */
		uint64_t	p = b->den == 1 ? 1 :
			gcd64((uint64_t) b->den, (uint64_t) (magnitude(a->num) % (uint64_t) b->den));
		uint64_t	q = a->den == 1 ? 1 :
			gcd64((uint64_t) a->den, (uint64_t) (magnitude(b->num) % (uint64_t) a->den));
		PeInt128	num;
		int64_t		den;
		PeRat		result;

		if (!__builtin_mul_overflow(a->num / (PeInt128) p, b->num / (PeInt128) q, &num) &&
			!__builtin_mul_overflow(a->den / (int64_t) q, b->den / (int64_t) p, &den) &&
			make_small(num, (unsigned __int128) den, a->scale + b->scale, &result))
			return result;
	}
	x = pe_rat_big(arena, a);
	y = pe_rat_big(arena, b);
	return make_big(arena, pe_dec_mul(arena, x.num, y.num),
					pe_dec_mul(arena, x.den, y.den));
}

/* a / b; b is not 0 */
PeRat
pe_rat_div(PeArena *arena, const PeRat *a, const PeRat *b)
{
	PeBigRat	x,
				y;
	PeDec		num,
				den;

	if (pe_rat_is_too_big(a) || pe_rat_is_too_big(b))
		return too_big();
	if (b->den == 1 && b->num == 1 && b->scale == 0)
		return *a;
	if (a->den != 0 && b->den != 0)
	{
		unsigned __int128 divisor = magnitude(b->num);
		PeInt128	upper = b->num < 0 ? -a->num : a->num;
		PeInt128	below;
		PeRat		result;

		if (divisor >> 63 == 0)
		{
			uint64_t	p = gcd64((uint64_t) divisor, (uint64_t) (magnitude(upper) % divisor));
			uint64_t	q = b->den == 1 ? 1 : gcd64((uint64_t) a->den, (uint64_t) b->den);

			if (!__builtin_mul_overflow(upper / (PeInt128) p, (PeInt128) (b->den / (int64_t) q), &upper) &&
				!__builtin_mul_overflow((PeInt128) (divisor / p), (PeInt128) (a->den / (int64_t) q), &below) &&
				make_small(upper, (unsigned __int128) below, a->scale - b->scale, &result))
				return result;
		}
	}
	x = pe_rat_big(arena, a);
	y = pe_rat_big(arena, b);
	num = pe_dec_mul(arena, x.num, y.den);
	den = pe_dec_mul(arena, x.den, y.num);
	/* the denominator has to be whole and above 0 */
	num.sign *= den.sign;
	den.sign *= den.sign;
	if (den.scale > num.scale)
		num = pe_dec_rescale(arena, num, den.scale);
	num.scale -= den.scale;
	den.scale = 0;
	if (num.n == 0)
		return pe_rat_small(0, 0);
	if (num.n <= PE_RAT_MAX_LIMBS && den.n <= PE_RAT_MAX_LIMBS)
	{
		PeDec		whole = num;
		PeDec		common;

		whole.scale = 0;
		whole.sign = 1;
		common = common_divisor(arena, whole, den);
		whole = divided(arena, whole, common);
		den = divided(arena, den, common);
		whole.sign = num.sign;
		whole.scale = num.scale;
		num = whole;
	}
	return make_big(arena, num, den);
}

int
pe_rat_cmp_slow(PeArena *arena, const PeRat *a, const PeRat *b)
{
	PeRat		difference = pe_rat_sub(arena, a, b);

	return pe_rat_sign(&difference);
}

/*
 * Rounded to `digits` decimals.  What has no more of them is left as it is.
 */
PeRat
pe_rat_round(PeArena *arena, const PeRat *a, int32_t digits, PeRound mode)
{
	PeBigRat	big;

	if (pe_rat_is_too_big(a))
		return *a;
	if (a->den == 1 && a->scale <= digits)
		return *a;
	if (a->den == 1 && a->scale - digits <= 18)
	{
		int64_t		divisor = pe_pow10_64[a->scale - digits];
		PeInt128	quotient;
		int64_t		rest;
		int64_t		away = a->num < 0 ? -1 : 1;

		if (pe_rat_fits64(a->num))
		{
			quotient = (int64_t) a->num / divisor;
			rest = (int64_t) a->num % divisor;
		}
		else
		{
			quotient = a->num / divisor;
			rest = (int64_t) (a->num % divisor);
		}
		rest = rest < 0 ? -rest : rest;
		switch (mode)
		{
			case PE_HALF_UP:
				quotient += 2 * (PeInt128) rest >= divisor ? away : 0;
				break;
			case PE_HALF_EVEN:
				if (2 * (PeInt128) rest > divisor ||
					(2 * (PeInt128) rest == divisor && quotient % 2 != 0))
					quotient += away;
				break;
			case PE_FLOOR:
				quotient -= rest > 0 && away < 0;
				break;
			case PE_CEIL:
				quotient += rest > 0 && away > 0;
				break;
		}
		return pe_rat_small(quotient, digits);
	}
	big = pe_rat_big(arena, a);
	return pe_rat_dec(arena, pe_dec_div(arena, big.num, big.den, digits, mode));
}

/* Is it a decimal?  Then `dec` is that, without trailing zeros. */
bool
pe_rat_terminates(PeArena *arena, const PeRat *a, PeDec *dec)
{
	PeBigRat	big;
	PeDec		back;

	if (pe_rat_is_too_big(a))
		return false;
	if (a->den > 1)
		return false;			/* reduced, and without factors of 10 */
	big = pe_rat_big(arena, a);
	*dec = pe_dec_quotient(arena, big.num, big.den);
	if (a->den == 1)
		return true;
	back = pe_dec_mul(arena, *dec, big.den);
	return pe_dec_cmp(arena, back, big.num) == 0;
}

bool
pe_rat_is_whole(PeArena *arena, const PeRat *a)
{
	PeDec		dec;

	if (a->den == 1 && a->scale <= 18)
		return a->num % pe_pow10_64[a->scale] == 0;
	return pe_rat_terminates(arena, a, &dec) && dec.scale == 0;
}

/* A decimal's PeDec, with its scale. */
PeDec
pe_rat_to_dec(PeArena *arena, const PeRat *a)
{
	return pe_rat_big(arena, a).num;
}

PeRat
pe_fraction_divide(PeArena *arena, const PeFraction *a)
{
	return pe_rat_div(arena, &a->num, &a->den);
}

/* As a result in SQL: see pe_dec_quotient. */
PeDec
pe_fraction_quotient(PeArena *arena, const PeFraction *a)
{
	return pe_dec_quotient(arena, pe_rat_to_dec(arena, &a->num),
						   pe_rat_to_dec(arena, &a->den));
}
