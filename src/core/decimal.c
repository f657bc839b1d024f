/*
 * decimal.c
 *	  Exact decimals of any length; see decimal.h.
 */
#include "decimal.h"

#include <assert.h>
#include <string.h>

/* 10^19 and 5^27 are the largest powers in a limb. */
#define POW10_LIMB_MAX	19
#define POW5_LIMB_MAX	27
#define POW5_LIMB		UINT64_C(7450580596923828125)

_Static_assert(sizeof(mp_limb_t) == 8 && GMP_NAIL_BITS == 0,
			   "perfeval needs 64-bit limbs without nails");

static const uint64_t pow10_limb[POW10_LIMB_MAX + 1] = {
	UINT64_C(1), UINT64_C(10), UINT64_C(100), UINT64_C(1000), UINT64_C(10000),
	UINT64_C(100000), UINT64_C(1000000), UINT64_C(10000000),
	UINT64_C(100000000), UINT64_C(1000000000), UINT64_C(10000000000),
	UINT64_C(100000000000), UINT64_C(1000000000000),
	UINT64_C(10000000000000), UINT64_C(100000000000000),
	UINT64_C(1000000000000000), UINT64_C(10000000000000000),
	UINT64_C(100000000000000000), UINT64_C(1000000000000000000),
	UINT64_C(10000000000000000000)
};

/* A magnitude: limbs without sign or scale. */
typedef struct Mag
{
	int64_t		n;
	const mp_limb_t *limb;
} Mag;

static mp_limb_t *
new_limbs(PeArena *arena, int64_t n)
{
	return pe_alloc(arena, (size_t) n * sizeof(mp_limb_t));
}

static int64_t
significant(const mp_limb_t *limb, int64_t n)
{
	while (n > 0 && limb[n - 1] == 0)
		n--;
	return n;
}

static PeDec
make_dec(int32_t sign, int32_t scale, const mp_limb_t *limb, int64_t n)
{
	PeDec		result;

	n = significant(limb, n);
	result.sign = n == 0 ? 0 : sign;
	result.scale = scale;
	result.n = n;
	result.limb = limb;
	return result;
}

static Mag
mag_of(PeDec a)
{
	Mag			result = {a.n, a.limb};

	return result;
}

static Mag
mag_mul(PeArena *arena, Mag a, Mag b)
{
	mp_limb_t  *limb;
	Mag			result;

	if (a.n == 0 || b.n == 0)
		return (Mag) {0, NULL};
	limb = new_limbs(arena, a.n + b.n);
	if (a.n >= b.n)
		mpn_mul(limb, a.limb, a.n, b.limb, b.n);
	else
		mpn_mul(limb, b.limb, b.n, a.limb, a.n);
	result.limb = limb;
	result.n = significant(limb, a.n + b.n);
	return result;
}

/* base^exponent, where base^step = power fits a limb */
static Mag
mag_power(PeArena *arena, uint64_t base, uint64_t power, int step,
		  int64_t exponent)
{
	mp_limb_t  *limb = new_limbs(arena, 1);
	Mag			square;
	Mag			result;
	int64_t		chunks = exponent / step;

	limb[0] = 1;
	for (int64_t i = exponent % step; i > 0; i--)
		limb[0] *= base;
	result = (Mag) {1, limb};

	limb = new_limbs(arena, 1);
	limb[0] = power;
	square = (Mag) {1, limb};
	while (chunks > 0)
	{
		if (chunks & 1)
			result = mag_mul(arena, result, square);
		chunks >>= 1;
		if (chunks > 0)
			square = mag_mul(arena, square, square);
	}
	return result;
}

static Mag
mag_pow10(PeArena *arena, int64_t exponent)
{
	return mag_power(arena, 10, pow10_limb[POW10_LIMB_MAX], POW10_LIMB_MAX,
					 exponent);
}

static Mag
mag_scale_up(PeArena *arena, Mag a, int64_t exponent)
{
	mp_limb_t  *limb;
	int64_t		n;

	if (exponent == 0 || a.n == 0)
		return a;
	if (exponent > POW10_LIMB_MAX)
		return mag_mul(arena, a, mag_pow10(arena, exponent));
	limb = new_limbs(arena, a.n + 1);
	limb[a.n] = mpn_mul_1(limb, a.limb, a.n, pow10_limb[exponent]);
	n = significant(limb, a.n + 1);
	return (Mag) {n, limb};
}

/* quotient and remainder of a / b; the remainder may be asked for as NULL */
static Mag
mag_div(PeArena *arena, Mag a, Mag b, Mag *remainder)
{
	mp_limb_t  *q;
	mp_limb_t  *r;
	Mag			result;

	assert(b.n > 0);
	if (a.n < b.n)
	{
		if (remainder)
			*remainder = a;
		return (Mag) {0, NULL};
	}
	q = new_limbs(arena, a.n - b.n + 1);
	r = new_limbs(arena, b.n);
	mpn_tdiv_qr(q, r, 0, a.limb, a.n, b.limb, b.n);
	if (remainder)
		*remainder = (Mag) {significant(r, b.n), r};
	result.limb = q;
	result.n = significant(q, a.n - b.n + 1);
	return result;
}

static int
mag_cmp(Mag a, Mag b)
{
	if (a.n != b.n)
		return a.n < b.n ? -1 : 1;
	return a.n == 0 ? 0 : mpn_cmp(a.limb, b.limb, a.n);
}

/* Twice a against b: is a remainder a below, at or above half of b? */
static int
mag_cmp_half(PeArena *arena, Mag a, Mag b)
{
	mp_limb_t  *limb;

	if (a.n == 0)
		return -1;
	limb = new_limbs(arena, a.n + 1);
	limb[a.n] = mpn_lshift(limb, a.limb, a.n, 1);
	return mag_cmp((Mag) {significant(limb, a.n + 1), limb}, b);
}

/* Does rounding take the magnitude of a cut-off quotient one up? */
static bool
rounds_away(PeArena *arena, Mag quotient, Mag remainder, Mag divisor,
			int32_t sign, PeRound mode)
{
	int			half;

	switch (mode)
	{
		case PE_FLOOR:
			return remainder.n > 0 && sign < 0;
		case PE_CEIL:
			return remainder.n > 0 && sign > 0;
		case PE_HALF_UP:
		case PE_HALF_EVEN:
			break;
	}
	half = mag_cmp_half(arena, remainder, divisor);
	if (half == 0 && mode == PE_HALF_EVEN)
		return quotient.n > 0 && (quotient.limb[0] & 1);
	return half >= 0;
}

/*
 * Takes the factor out of a as often as it goes, at most `most` times, and
 * counts.  Large powers first, so that 10^100000 costs thousands of steps and
 * not millions.
 */
static Mag
mag_strip(PeArena *arena, Mag a, uint64_t factor, uint64_t power, int step,
		  int64_t most, int64_t *count)
{
	mp_limb_t  *work;
	mp_limb_t  *quotient;

	*count = 0;
	if (a.n == 0 || most <= 0)
		return a;
	if (mpn_mod_1(a.limb, a.n, factor) != 0)
		return a;
	work = new_limbs(arena, a.n);
	quotient = new_limbs(arena, a.n);
	memcpy(work, a.limb, (size_t) a.n * sizeof(mp_limb_t));
	for (int pass = 0; pass < 2; pass++)
	{
		uint64_t	divisor = pass == 0 ? power : factor;
		int			gain = pass == 0 ? step : 1;

		while (*count + gain <= most &&
			   mpn_divrem_1(quotient, 0, work, a.n, divisor) == 0)
		{
			mp_limb_t  *swap = work;

			work = quotient;
			quotient = swap;
			a.n = significant(work, a.n);
			*count += gain;
		}
	}
	return (Mag) {a.n, work};
}

PeDec
pe_dec_int128(PeArena *arena, PeInt128 value, int32_t scale)
{
	mp_limb_t  *limb = new_limbs(arena, 2);
	unsigned __int128 magnitude = value < 0 ? -(unsigned __int128) value
		: (unsigned __int128) value;

	limb[0] = (mp_limb_t) magnitude;
	limb[1] = (mp_limb_t) (magnitude >> 64);
	return make_dec(value < 0 ? -1 : 1, scale, limb, 2);
}

PeDec
pe_dec_int(PeArena *arena, int64_t value)
{
	return pe_dec_int128(arena, value, 0);
}

/* From decimal digits (0 to 9, most significant first). */
PeDec
pe_dec_digits(PeArena *arena, bool negative, const unsigned char *digits,
			  size_t ndigits, int32_t scale)
{
	mp_limb_t  *limb;

	while (ndigits > 0 && digits[0] == 0)
	{
		digits++;
		ndigits--;
	}
	if (ndigits == 0)
		return make_dec(0, scale, NULL, 0);
	/* 19 digits always fit a limb */
	limb = new_limbs(arena, (int64_t) (ndigits / 19 + 2));
	return make_dec(negative ? -1 : 1, scale, limb,
					mpn_set_str(limb, digits, ndigits, 10));
}

/*
 * From base-10000 digits as numeric stores them: 16-bit numbers at any
 * alignment, the first of weight 10000^weight.  Digits after `scale` decimals
 * are zero in a well-formed numeric.
 */
PeDec
pe_dec_groups(PeArena *arena, bool negative, const char *groups, int ngroups,
			  int weight, int32_t scale)
{
	int64_t		have = 4 * ((int64_t) ngroups - 1 - weight);	/* decimals */
	PeDec		result;

	if (ngroups == 0)
		return make_dec(0, scale, NULL, 0);
	if (ngroups <= 9)
	{
		PeInt128	value = 0;

		for (int i = 0; i < ngroups; i++)
		{
			uint16_t	group;

			memcpy(&group, groups + 2 * i, sizeof(group));
			value = value * 10000 + group;
		}
		result = pe_dec_int128(arena, negative ? -value : value, scale);
	}
	else
	{
		size_t		ndigits = (size_t) ngroups * 4;
		unsigned char *digits = pe_alloc(arena, ndigits);

		for (int i = 0; i < ngroups; i++)
		{
			uint16_t	group;

			memcpy(&group, groups + 2 * i, sizeof(group));
			digits[4 * i] = (unsigned char) (group / 1000);
			digits[4 * i + 1] = (unsigned char) (group / 100 % 10);
			digits[4 * i + 2] = (unsigned char) (group / 10 % 10);
			digits[4 * i + 3] = (unsigned char) (group % 10);
		}
		result = pe_dec_digits(arena, negative, digits, ndigits, scale);
	}
	if (have < scale)
	{
		Mag			up = mag_scale_up(arena, mag_of(result), scale - have);

		return make_dec(result.sign, scale, up.limb, up.n);
	}
	result.scale = (int32_t) have;
	return have > scale ? pe_dec_rescale(arena, result, scale) : result;
}

PeDec
pe_dec_neg(PeDec a)
{
	a.sign = -a.sign;
	return a;
}

PeDec
pe_dec_add(PeArena *arena, PeDec a, PeDec b)
{
	int32_t		scale = a.scale > b.scale ? a.scale : b.scale;
	Mag			x = mag_scale_up(arena, mag_of(a), scale - a.scale);
	Mag			y = mag_scale_up(arena, mag_of(b), scale - b.scale);
	mp_limb_t  *limb;
	int32_t		sign = a.sign;

	if (y.n == 0)
		return make_dec(a.sign, scale, x.limb, x.n);
	if (x.n == 0)
		return make_dec(b.sign, scale, y.limb, y.n);
	if (mag_cmp(x, y) < 0)
	{
		Mag			swap = x;

		x = y;
		y = swap;
		sign = b.sign;
	}
	limb = new_limbs(arena, x.n + 1);
	if (a.sign == b.sign)
		limb[x.n] = mpn_add(limb, x.limb, x.n, y.limb, y.n);
	else
	{
		mpn_sub(limb, x.limb, x.n, y.limb, y.n);
		limb[x.n] = 0;
	}
	return make_dec(sign, scale, limb, x.n + 1);
}

PeDec
pe_dec_sub(PeArena *arena, PeDec a, PeDec b)
{
	return pe_dec_add(arena, a, pe_dec_neg(b));
}

PeDec
pe_dec_mul(PeArena *arena, PeDec a, PeDec b)
{
	Mag			product = mag_mul(arena, mag_of(a), mag_of(b));

	return make_dec(a.sign * b.sign, a.scale + b.scale, product.limb, product.n);
}

int
pe_dec_cmp(PeArena *arena, PeDec a, PeDec b)
{
	int32_t		scale = a.scale > b.scale ? a.scale : b.scale;
	int			result;

	if (a.sign != b.sign)
		return a.sign < b.sign ? -1 : 1;
	result = mag_cmp(mag_scale_up(arena, mag_of(a), scale - a.scale),
					 mag_scale_up(arena, mag_of(b), scale - b.scale));
	return a.sign < 0 ? -result : result;
}

/* The same value without trailing zeros after the point. */
PeDec
pe_dec_trim(PeArena *arena, PeDec a)
{
	int64_t		count;
	Mag			stripped;

	if (a.n == 0)
		return make_dec(0, 0, NULL, 0);
	stripped = mag_strip(arena, mag_of(a), 10, pow10_limb[POW10_LIMB_MAX],
						 POW10_LIMB_MAX, a.scale, &count);
	return make_dec(a.sign, a.scale - (int32_t) count, stripped.limb,
					stripped.n);
}

/*
 * num / den to `scale` decimals, rounded once; den is not zero.
 */
PeDec
pe_dec_div(PeArena *arena, PeDec num, PeDec den, int32_t scale, PeRound mode)
{
	int64_t		shift = (int64_t) scale + den.scale - num.scale;
	Mag			n = mag_of(num);
	Mag			d = mag_of(den);
	Mag			remainder;
	Mag			quotient;
	int32_t		sign = num.sign * den.sign;

	if (shift >= 0)
		n = mag_scale_up(arena, n, shift);
	else
		d = mag_scale_up(arena, d, -shift);
	quotient = mag_div(arena, n, d, &remainder);

	if (rounds_away(arena, quotient, remainder, d, sign, mode))
	{
		mp_limb_t  *limb = new_limbs(arena, quotient.n + 1);

		if (quotient.n == 0)
			limb[0] = 1;
		else
			limb[quotient.n] = mpn_add_1(limb, quotient.limb, quotient.n, 1);
		quotient.limb = limb;
		quotient.n++;
	}
	return make_dec(sign, scale, quotient.limb, quotient.n);
}

/* The value shown to `scale` decimals, rounded half away from zero. */
PeDec
pe_dec_rescale(PeArena *arena, PeDec a, int32_t scale)
{
	Mag			up;

	if (scale < a.scale)
		return pe_dec_div(arena, a, pe_dec_int(arena, 1), scale, PE_HALF_UP);
	up = mag_scale_up(arena, mag_of(a), scale - a.scale);
	return make_dec(a.sign, scale, up.limb, up.n);
}

/* Weight and value of the first nonzero base-10000 digit, as numeric has it. */
static void
leading_group(PeArena *arena, PeDec a, int64_t *weight, int *group)
{
	size_t		ndigits;
	unsigned char *digits = pe_dec_to_digits(arena, a, &ndigits);
	int64_t		exponent = (int64_t) ndigits - 1 - a.scale;
	int			take;

	*weight = 0;
	*group = 0;
	if (ndigits == 0)
		return;
	*weight = exponent >= 0 ? exponent / 4 : -((3 - exponent) / 4);
	take = (int) (exponent - *weight * 4) + 1;
	for (int i = 0; i < take; i++)
		*group = *group * 10 + (i < (int) ndigits ? digits[i] : 0);
}

/*
 * The number of decimals that numeric's division gives num / den: at least 16
 * significant digits, at least the decimals of either side, at most 1000
 * (select_div_scale in PostgreSQL's numeric.c).
 */
int32_t
pe_dec_div_scale(PeArena *arena, PeDec num, PeDec den)
{
	int64_t		num_weight,
				den_weight,
				scale;
	int			num_group,
				den_group;

	leading_group(arena, num, &num_weight, &num_group);
	leading_group(arena, den, &den_weight, &den_group);
	scale = 16 - 4 * (num_weight - den_weight - (num_group <= den_group ? 1 : 0));
	if (scale < num.scale)
		scale = num.scale;
	if (scale < den.scale)
		scale = den.scale;
	if (scale < 0)
		scale = 0;
	return scale > 1000 ? 1000 : (int32_t) scale;
}

/*
 * num / den as a result: all digits where the quotient terminates, else
 * rounded once, half away from zero, to the scale of numeric's division.
 *
 * A fraction terminates if the denominator without its factors 2 and 5 divides
 * the numerator.
 */
PeDec
pe_dec_quotient(PeArena *arena, PeDec num, PeDec den)
{
	int64_t		twos,
				fives,
				places;
	Mag			rest;
	Mag			remainder;
	Mag			exact;

	if (num.n == 0)
		return make_dec(0, 0, NULL, 0);
	if (den.n == 1 && den.limb[0] == 1 && den.scale == 0 &&
		num.scale <= PE_MAX_SCALE)
	{
		PeDec		trimmed = pe_dec_trim(arena, num);

		trimmed.sign *= den.sign;
		return trimmed;
	}

	rest = mag_of(den);
	rest = mag_strip(arena, rest, 5, POW5_LIMB, POW5_LIMB_MAX, INT64_MAX / 2,
					 &fives);
	twos = (int64_t) mpn_scan1(rest.limb, 0);
	if (twos > 0)
	{
		int64_t		whole = twos / 64;
		mp_limb_t  *limb = new_limbs(arena, rest.n - whole);

		if (twos % 64)
			mpn_rshift(limb, rest.limb + whole, rest.n - whole,
					   (unsigned) (twos % 64));
		else
			memcpy(limb, rest.limb + whole,
				   (size_t) (rest.n - whole) * sizeof(mp_limb_t));
		rest = (Mag) {significant(limb, rest.n - whole), limb};
	}

	exact = mag_div(arena, mag_of(num), rest, &remainder);
	if (remainder.n == 0)
	{
		int64_t		scale;
		PeDec		result;

		places = twos > fives ? twos : fives;
		exact = mag_mul(arena, exact, mag_power(arena, 2, UINT64_C(1) << 63, 63,
												places - twos));
		exact = mag_mul(arena, exact, mag_power(arena, 5, POW5_LIMB,
												POW5_LIMB_MAX, places - fives));
		scale = (int64_t) num.scale - den.scale + places;
		if (scale < 0)
		{
			exact = mag_scale_up(arena, exact, -scale);
			scale = 0;
		}
		result = make_dec(num.sign * den.sign, (int32_t) scale, exact.limb,
						  exact.n);
		result = pe_dec_trim(arena, result);
		if (result.scale <= PE_MAX_SCALE)
			return result;
	}
	return pe_dec_div(arena, num, den, pe_dec_div_scale(arena, num, den),
					  PE_HALF_UP);
}

/* The unscaled number, if it fits. */
bool
pe_dec_to_int128(PeDec a, PeInt128 *value)
{
	unsigned __int128 magnitude = 0;

	if (a.n > 2 || (a.n == 2 && a.limb[1] >> 63))
		return false;
	if (a.n > 0)
		magnitude = a.limb[0];
	if (a.n > 1)
		magnitude |= (unsigned __int128) a.limb[1] << 64;
	*value = a.sign < 0 ? -(PeInt128) magnitude : (PeInt128) magnitude;
	return true;
}

/* The same in 64 bits. */
bool
pe_dec_to_int64(PeDec a, int64_t *value)
{
	PeInt128	wide;

	if (!pe_dec_to_int128(a, &wide) || wide > INT64_MAX || wide < INT64_MIN)
		return false;
	*value = (int64_t) wide;
	return true;
}

/* The digits of the unscaled number, most significant first; none for zero. */
unsigned char *
pe_dec_to_digits(PeArena *arena, PeDec a, size_t *ndigits)
{
	unsigned char *digits;
	mp_limb_t  *work;
	PeInt128	small;

	*ndigits = 0;
	if (a.n == 0)
		return NULL;
	if (pe_dec_to_int128(a, &small))
	{
		unsigned __int128 rest = small < 0 ? -(unsigned __int128) small
			: (unsigned __int128) small;
		unsigned char *at;

		digits = pe_alloc(arena, 40);
		at = digits + 40;
		while (rest > 0)
		{
			uint64_t	chunk;
			int			want = 19;

			/* two divisions of 128 bits at most; the rest in 64 bits */
			if (rest > UINT64_MAX)
			{
				chunk = (uint64_t) (rest % pow10_limb[POW10_LIMB_MAX]);
				rest /= pow10_limb[POW10_LIMB_MAX];
			}
			else
			{
				chunk = (uint64_t) rest;
				rest = 0;
				want = 0;
			}
			for (; want > 0 || chunk > 0; want--)
			{
				*--at = (unsigned char) (chunk % 10);
				chunk /= 10;
			}
		}
		*ndigits = (size_t) (digits + 40 - at);
		return at;
	}

	/* mpn_get_str destroys its input and may write a leading zero */
	work = new_limbs(arena, a.n + 1);
	memcpy(work, a.limb, (size_t) a.n * sizeof(mp_limb_t));
	digits = pe_alloc(arena, (size_t) a.n * 20 + 2);
	*ndigits = mpn_get_str(digits, 10, work, a.n);
	while (*ndigits > 0 && digits[0] == 0)
	{
		digits++;
		(*ndigits)--;
	}
	return digits;
}
