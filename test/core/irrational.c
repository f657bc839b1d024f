/*
 * Powers, logarithms and exponentials against bounds in whole numbers and
 * against series of our own in fixed point.
 */
#include "lib/harness.h"
#include "irrational.h"

#include <mpfr.h>

#define POWERS		20000
#define PRODUCTS	3000
#define SERIES		3000

/* Bits after the point of the series, and how many of the last may be wrong. */
#define FRACTION	1400
#define DOUBTFUL	400

static const char *const mode_name[] = {"half_up", "half_even", "floor", "ceil"};

static PeDec
from_mpz(mpz_t number, int32_t scale)
{
	size_t		n = mpz_size(number);
	mp_limb_t  *limb = pe_alloc(&arena, (n + 1) * sizeof(mp_limb_t));
	PeDec		result = {mpz_sgn(number), scale, (int64_t) n, limb};

	if (n > 0)
		memcpy(limb, mpz_limbs_read(number), n * sizeof(mp_limb_t));
	return result;
}

static int
is(PeDec a, mpz_t expected, int32_t scale)
{
	mpz_t		view;

	if (a.scale != scale || (a.sign == 0) != (a.n == 0))
		return 0;
	if (a.n == 0)
		return mpz_sgn(expected) == 0;
	return mpz_cmp(mpz_roinit_n(view, a.limb, a.sign < 0 ? -a.n : a.n), expected) == 0;
}

/* Nonzero, of up to so many digits. */
static void
draw_mpz(mpz_t number, int most)
{
	char		text[512];
	int			n = (int) draw((uint64_t) most) + 1;

	text[0] = (char) ('1' + draw(9));
	for (int i = 1; i < n; i++)
		text[i] = (char) (draw(4) ? '0' + (int) draw(10) : '0');
	text[n] = '\0';
	mpz_set_str(number, text, 10);
}

/* The magnitude `low` or one more, by where the value lies between the two. */
static void
choose(mpz_t low, int is_low, int half, PeRound mode, int sign)
{
	int			up;

	if (mode == PE_FLOOR)
		up = sign < 0 && !is_low;
	else if (mode == PE_CEIL)
		up = sign > 0 && !is_low;
	else
		up = half > 0 || (half == 0 && (mode == PE_HALF_UP || mpz_odd_p(low)));
	if (up)
		mpz_add_ui(low, low, 1);
	if (sign < 0)
		mpz_neg(low, low);
}

/* Is it what a result may be? */
static int
too_big(mpz_t number, int32_t digits)
{
	mpz_t		limit;
	int			result;

	mpz_init(limit);
	mpz_ui_pow_ui(limit, 10, (unsigned long) (38 + digits));
	result = mpz_cmpabs(number, limit) >= 0;
	mpz_clear(limit);
	return result;
}

/*
 * The q-th root of num/den times 10^digits: the floor is a root of whole
 * numbers, and what lies beyond it shows when raised to the q-th power.
 */
static void
expected_root(mpz_t result, mpz_t num, mpz_t den, unsigned long q, int sign,
			  int32_t digits, PeRound mode)
{
	mpz_t		scaled;
	mpz_t		power;
	int			is_low;
	int			half;

	mpz_inits(scaled, power, NULL);
	mpz_ui_pow_ui(scaled, 10, (unsigned long) digits * q);
	mpz_mul(scaled, scaled, num);
	mpz_fdiv_q(result, scaled, den);
	mpz_root(result, result, q);
	mpz_pow_ui(power, result, q);
	mpz_mul(power, power, den);
	is_low = mpz_cmp(power, scaled) == 0;
	/* (2 result + 1)^q den against 2^q scaled */
	mpz_mul_2exp(power, result, 1);
	mpz_add_ui(power, power, 1);
	mpz_pow_ui(power, power, q);
	mpz_mul(power, power, den);
	mpz_mul_2exp(scaled, scaled, q);
	half = mpz_cmp(scaled, power);
	choose(result, is_low, half, mode, sign);
	mpz_clears(scaled, power, NULL);
}

static int
check(PeIrrational status, PeDec got, mpz_t expected, int32_t digits,
	  PeRound mode, const char *what)
{
	int			ok;

	if (too_big(expected, digits))
		ok = status == PE_IRRATIONAL_TOO_BIG;
	else
		ok = status == PE_IRRATIONAL_OK && is(got, expected, digits);
	if (!ok)
		gmp_printf("# %s: status %d, digits %d, %s, expected %Zd\n", what,
				   (int) status, digits, mode_name[mode], expected);
	return ok;
}

/* (num/den)^(p/q), handed over with decimal points and in any terms */
static int
power_case(mpz_t num, mpz_t den, int64_t p, int64_t q, int32_t digits,
		   const char *what)
{
	mpz_t		a;
	mpz_t		b;
	mpz_t		expected;
	int64_t		terms = (int64_t) draw(3) + 1;
	int32_t		shift = (int32_t) draw(4);
	int			sign = mpz_sgn(num) < 0 && p % 2 != 0 ? -1 : 1;
	int			ok = 1;
	PeDec		x,
				y;

	mpz_inits(a, b, expected, NULL);
	/* the same number, as num * 10^shift with a scale, or as it is */
	mpz_ui_pow_ui(a, 10, (unsigned long) shift);
	mpz_mul(a, a, num);
	x = from_mpz(a, shift);
	y = from_mpz(den, 0);
	if (draw(2))
	{
		/* num/10^k over den/10^k */
		x = from_mpz(num, shift);
		y = from_mpz(den, shift);
	}
	mpz_abs(a, num);
	mpz_pow_ui(a, a, (unsigned long) llabs(p));
	mpz_pow_ui(b, den, (unsigned long) llabs(p));
	if (p < 0)
		mpz_swap(a, b);
	for (int mode = PE_HALF_UP; mode <= PE_CEIL; mode++)
	{
		PeDec		got = {0, 0, 0, NULL};

		expected_root(expected, a, b, (unsigned long) q, sign, digits, (PeRound) mode);
		ok &= check(pe_power(&arena, x, y, p * terms, q * terms, digits,
							 (PeRound) mode, &got),
					got, expected, digits, (PeRound) mode, what);
	}
	mpz_clears(a, b, expected, NULL);
	return ok;
}

static int64_t
coprime(int64_t p, int64_t q)
{
	int64_t		a = llabs(p);
	int64_t		b = q;

	while (b > 0)
	{
		int64_t		rest = a % b;

		a = b;
		b = rest;
	}
	return a == 1;
}

static void
test_powers(void)
{
	static const int64_t common[][2] = {
		{1, 1}, {2, 1}, {3, 1}, {-1, 1}, {1, 2}, {1, 3}, {2, 3}, {-1, 2},
		{181, 100}, {108, 100}, {1, 12}, {5, 4}
	};
	int			ok[3] = {1, 1, 1};
	mpz_t		num,
				den,
				step;

	mpz_inits(num, den, step, NULL);
	for (int i = 0; i < POWERS; i++)
	{
		int64_t		p = common[i % 12][0];
		int64_t		q = common[i % 12][1];
		int32_t		digits = (int32_t) draw(i % 8 == 0 ? 31 : 6);
		int			which = i % 3;

		new_case();
		if (i % 5 == 0)
			do
			{
				q = (int64_t) draw(i % 100 == 0 ? 1000 : 40) + 1;
				p = (int64_t) draw(i % 100 == 0 ? 1000 : 40) + 1;
				if (draw(4) == 0)
					p = -p;
			} while (!coprime(p, q));
		if (which == 0)
		{
			draw_mpz(num, i % 7 == 0 ? 60 : 6);
			draw_mpz(den, i % 7 == 1 ? 60 : 4);
			if (q == 1 && draw(3) == 0)
				mpz_neg(num, num);
			ok[0] &= power_case(num, den, p, q, digits, "random power");
			continue;
		}
		/* base^(q/p) where base is a decimal, its last digit often a 5: ties */
		draw_mpz(num, draw(2) ? 2 : digits + 2);
		if (draw(2))
		{
			mpz_mul_ui(num, num, 10);
			mpz_add_ui(num, num, 5);
		}
		mpz_ui_pow_ui(den, 10, (unsigned long) (digits + (int) draw(2)));
		if (draw(4) == 0)
			mpz_swap(num, den);
		if (llabs(p) > 1)
		{
			/* then the power is some other decimal, short enough to show */
			mpz_set_ui(num, draw(30) + 1);
			mpz_set_ui(den, (unsigned long) (draw(2) ? 2 : draw(2) ? 4 : 1));
		}
		mpz_pow_ui(num, num, (unsigned long) q);
		mpz_pow_ui(den, den, (unsigned long) q);
		if (which == 2)
		{
			/* off by so little that it does not show at first */
			mpz_ui_pow_ui(step, 10, 10 + draw(150));
			mpz_mul(num, num, step);
			mpz_mul(den, den, step);
			if (draw(2))
				mpz_add_ui(num, num, 1);
			else
				mpz_sub_ui(num, num, 1);
		}
		ok[which] &= power_case(num, den, p, q, digits,
								which == 1 ? "exact power" : "near tie of a power");
	}
	/* the longest exponents */
	for (int i = 0; i < 60; i++)
	{
		int64_t		q = 9000 + (int64_t) draw(1001);
		int64_t		p = i % 2 ? (int64_t) draw(50) + 1 : 9000 + (int64_t) draw(1001);

		new_case();
		mpz_set_ui(num, draw(100000) + 1);
		mpz_set_ui(den, draw(1000) + 1);
		if (i % 3 == 0)
		{
			/* exact: 2 to the p-th */
			mpz_ui_pow_ui(num, 2, (unsigned long) q);
			mpz_set_ui(den, 1);
			p = (int64_t) draw(100) + 1;
		}
		ok[0] &= power_case(num, den, p, q, (int32_t) draw(31), "long exponent");
	}
	mpz_clears(num, den, step, NULL);
	report(ok[0], "powers and roots, in all modes", 4 * (POWERS / 3 + 60));
	report(ok[1], "powers that are decimals or ties", 4 * (POWERS / 3));
	report(ok[2], "powers next to decimals and ties", 4 * (POWERS / 3));
}

static void
test_products(void)
{
	int			ok = 1;
	mpz_t		base,
				under,
				num,
				den,
				a,
				b,
				expected;

	mpz_inits(base, under, num, den, a, b, expected, NULL);
	for (int i = 0; i < PRODUCTS; i++)
	{
		PeFactor	factors[12];
		int32_t		n = (int32_t) draw(i % 10 == 0 ? 12 : 4) + 1;
		int64_t		q = 0;
		int32_t		digits = (int32_t) draw(8);
		int64_t		unit = (int64_t) draw(3) + 1;

		new_case();
		mpz_set_ui(a, 1);
		mpz_set_ui(b, 1);
		for (int32_t j = 0; j < n; j++)
		{
			int64_t		p = (int64_t) draw(i % 50 == 1 ? 300 : 6);

			if (i % 4 == 0 && j % 2 == 1)
			{
				/* the one before upside down: together they are 1 */
				mpz_swap(base, under);
				p = factors[j - 1].p / unit;
			}
			else
			{
				draw_mpz(base, i % 10 == 2 ? 38 : 4);
				mpz_set_ui(under, i % 3 == 0 ? 1 : draw(20) + 1);
			}
			mpz_set(num, base);
			mpz_set(den, under);
			factors[j] = (PeFactor) {from_mpz(num, 0), from_mpz(den, 0), p * unit};
			q += p;
			mpz_pow_ui(num, num, (unsigned long) p);
			mpz_mul(a, a, num);
			mpz_pow_ui(den, den, (unsigned long) p);
			mpz_mul(b, b, den);
		}
		if (q == 0)
			q = 1;
		for (int mode = PE_HALF_UP; mode <= PE_CEIL; mode++)
		{
			PeDec		got = {0, 0, 0, NULL};

			expected_root(expected, a, b, (unsigned long) q, 1, digits, (PeRound) mode);
			ok &= check(pe_power_product(&arena, factors, n, q * unit, digits,
										 (PeRound) mode, &got),
						got, expected, digits, (PeRound) mode, "product");
		}
	}
	report(ok, "roots of products: geometric means", 4 * PRODUCTS);

	/* as many and as long as there can be */
	{
		static PeFactor factors[10000];
		PeDec		got = {0, 0, 0, NULL};

		new_case();
		mpz_set_ui(a, 1);
		mpz_set_ui(b, 1);
		for (int32_t j = 0; j < 10000; j += 2)
		{
			draw_mpz(num, 38);
			mpz_set_ui(den, 1);
			factors[j] = (PeFactor) {from_mpz(num, 36), from_mpz(den, 0), 1};
			factors[j + 1] = (PeFactor) {from_mpz(den, 36), from_mpz(num, 0), 1};
			mpz_mul(a, a, num);
		}
		/* 10^-36 on the average */
		mpz_set_ui(expected, 0);
		ok = check(pe_power_product(&arena, factors, 10000, 10000, 30, PE_FLOOR, &got),
				   got, expected, 30, PE_FLOOR, "long product");
		mpz_set_ui(expected, 1);
		ok &= check(pe_power_product(&arena, factors, 10000, 10000, 36, PE_FLOOR, &got),
					got, expected, 36, PE_FLOOR, "long product");
		ok &= check(pe_power_product(&arena, factors, 10000, 10000, 36, PE_CEIL, &got),
					got, expected, 36, PE_CEIL, "long product");
		/* every other one, to the full weight */
		for (int32_t j = 0; j < 10000; j += 2)
		{
			factors[j].p = 2;
			factors[j + 1].p = 0;
		}
		mpz_ui_pow_ui(b, 10, 36 * 5000);
		expected_root(expected, a, b, 5000, 1, 30, PE_HALF_EVEN);
		ok &= check(pe_power_product(&arena, factors, 10000, 10000, 30, PE_HALF_EVEN, &got),
					got, expected, 30, PE_HALF_EVEN, "long product");
		report(ok, "10000 factors of 38 digits", 4);
	}
	mpz_clears(base, under, num, den, a, b, expected, NULL);
}

/* 2 * atanh(num/den) * 2^FRACTION, |num/den| <= 1/3 */
static void
series_atanh(mpz_t result, mpz_t num, mpz_t den)
{
	mpz_t		term;
	mpz_t		square;
	mpz_t		part;

	mpz_inits(term, square, part, NULL);
	mpz_mul_2exp(term, num, FRACTION + 1);
	mpz_tdiv_q(term, term, den);
	mpz_mul(square, num, num);
	mpz_mul_2exp(square, square, FRACTION);
	mpz_tdiv_q(square, square, den);
	mpz_tdiv_q(square, square, den);
	mpz_set_ui(result, 0);
	for (unsigned long i = 1; mpz_sgn(term) != 0; i += 2)
	{
		mpz_tdiv_q_ui(part, term, i);
		mpz_add(result, result, part);
		mpz_mul(term, term, square);
		mpz_tdiv_q_2exp(term, term, FRACTION);
	}
	mpz_clears(term, square, part, NULL);
}

static void
series_ln(mpz_t result, mpz_t num, mpz_t den)
{
	long		twos = (long) mpz_sizeinbase(num, 2) - (long) mpz_sizeinbase(den, 2);
	mpz_t		a,
				b,
				c;

	mpz_inits(a, b, c, NULL);
	mpz_set_ui(a, 1);
	mpz_set_ui(b, 3);
	series_atanh(c, a, b);
	mpz_mul_si(c, c, twos);
	mpz_set(a, num);
	mpz_set(b, den);
	if (twos > 0)
		mpz_mul_2exp(b, b, (mp_bitcnt_t) twos);
	else
		mpz_mul_2exp(a, a, (mp_bitcnt_t) -twos);
	/* ln(a/b) = 2 atanh((a - b)/(a + b)) */
	mpz_sub(a, a, b);
	mpz_mul_2exp(b, b, 1);
	mpz_add(b, b, a);
	series_atanh(result, a, b);
	mpz_add(result, result, c);
	mpz_clears(a, b, c, NULL);
}

static void
series_exp(mpz_t result, mpz_t num, mpz_t den)
{
	mpz_t		x;
	mpz_t		term;

	mpz_inits(x, term, NULL);
	mpz_abs(x, num);
	mpz_mul_2exp(x, x, FRACTION - 12);
	mpz_tdiv_q(x, x, den);
	mpz_set_ui(term, 0);
	mpz_setbit(term, FRACTION);
	mpz_set_ui(result, 0);
	for (unsigned long i = 1; mpz_sgn(term) != 0; i++)
	{
		mpz_add(result, result, term);
		mpz_mul(term, term, x);
		mpz_tdiv_q_2exp(term, term, FRACTION);
		mpz_tdiv_q_ui(term, term, i);
	}
	for (int i = 0; i < 12; i++)
	{
		mpz_mul(result, result, result);
		mpz_tdiv_q_2exp(result, result, FRACTION);
	}
	if (mpz_sgn(num) < 0)
	{
		mpz_set_ui(term, 0);
		mpz_setbit(term, 2 * FRACTION);
		mpz_tdiv_q(result, term, result);
	}
	mpz_clears(x, term, NULL);
}

/* Rounds number * 2^-FRACTION, which is no decimal; 0: it is too close to one. */
static int
expected_series(mpz_t result, mpz_t number, int32_t digits, PeRound mode)
{
	int			sign = mpz_sgn(number);
	int			sure;
	mpz_t		other;
	mpz_t		rest;

	mpz_inits(other, rest, NULL);
	mpz_ui_pow_ui(other, 10, (unsigned long) digits);
	mpz_mul(rest, other, number);
	mpz_abs(rest, rest);
	/* twice, so that halves are whole */
	mpz_mul_2exp(rest, rest, 1);
	mpz_set(other, rest);
	mpz_fdiv_q_2exp(result, rest, FRACTION);
	mpz_fdiv_r_2exp(rest, rest, FRACTION);
	/* neither next to below nor next to above */
	sure = mpz_sizeinbase(rest, 2) > DOUBTFUL;
	mpz_set_ui(other, 0);
	mpz_setbit(other, FRACTION);
	mpz_sub(other, other, rest);
	sure &= mpz_sizeinbase(other, 2) > DOUBTFUL;
	{
		int			half = mpz_odd_p(result) ? 1 : -1;

		mpz_fdiv_q_2exp(result, result, 1);
		choose(result, 0, half, mode, sign);
	}
	mpz_clears(other, rest, NULL);
	return sure;
}

static void
test_series(void)
{
	int			ok[2][2] = {{1, 1}, {1, 1}};
	long		cases[2][2] = {{0, 0}, {0, 0}};
	mpz_t		num,
				den,
				number,
				expected;

	mpz_inits(num, den, number, expected, NULL);
	for (int i = 0; i < SERIES; i++)
	{
		int			is_exp = i % 2;
		int			near = i / 2 % 2;
		int32_t		digits = (int32_t) draw(i % 8 < 2 ? 31 : 6);
		PeDec		x,
					y;

		new_case();
		if (near)
		{
			/* the inverse of a decimal or a tie, cut off after up to 200 digits */
			draw_mpz(num, digits + 2);
			mpz_ui_pow_ui(den, 10, (unsigned long) digits);
			if (draw(2))
			{
				mpz_mul_2exp(num, num, 1);
				mpz_add_ui(num, num, 1);
				mpz_mul_2exp(den, den, 1);
			}
			if (is_exp)
				series_ln(number, num, den);
			else
			{
				if (draw(2))
					mpz_neg(num, num);
				series_exp(number, num, den);
			}
			mpz_ui_pow_ui(den, 10, 50 + draw(150));
			mpz_mul(num, number, den);
			mpz_fdiv_q_2exp(num, num, FRACTION);
			/* the one above, too */
			mpz_add_ui(num, num, draw(2));
		}
		else
		{
			draw_mpz(num, i % 16 < 2 ? 60 : 6);
			draw_mpz(den, i % 16 == 4 || i % 16 == 5 ? 60 : 6);
			if (i % 16 == 8)
				mpz_add_ui(num, den, 1);	/* next to 1 */
		}
		if (is_exp && mpz_sgn(num) > 0 && draw(2))
			mpz_neg(num, num);
		x = from_mpz(num, 0);
		y = from_mpz(den, 0);
		if (mpz_sgn(num) == 0 || mpz_cmp(num, den) == 0)
			continue;
		if (is_exp)
		{
			mpz_mul_ui(number, den, 200);
			if (mpz_cmpabs(num, number) > 0)
			{
				PeDec		got;

				ok[1][near] &= pe_exp(&arena, x, y, digits, PE_FLOOR, &got) == PE_IRRATIONAL_TOO_BIG;
				continue;
			}
			series_exp(number, num, den);
		}
		else
			series_ln(number, num, den);
		for (int mode = PE_HALF_UP; mode <= PE_CEIL; mode++)
		{
			PeDec		got = {0, 0, 0, NULL};
			PeIrrational status = is_exp ?
				pe_exp(&arena, x, y, digits, (PeRound) mode, &got) :
				pe_ln(&arena, x, y, digits, (PeRound) mode, &got);

			if (!expected_series(expected, number, digits, (PeRound) mode))
			{
				printf("# the series cannot tell\n");
				ok[is_exp][near] = 0;
			}
			ok[is_exp][near] &= check(status, got, expected, digits, (PeRound) mode,
									  is_exp ? "exp" : "ln");
			cases[is_exp][near]++;
		}
	}
	mpz_clears(num, den, number, expected, NULL);
	report(ok[0][0], "logarithms, in all modes", cases[0][0]);
	report(ok[0][1], "logarithms next to decimals and ties", cases[0][1]);
	report(ok[1][0], "exponentials, in all modes", cases[1][0]);
	report(ok[1][1], "exponentials next to decimals and ties", cases[1][1]);
}

/* 1 + 10^-scale or 1 - 10^-scale */
static PeDec
next_to_one(int32_t scale, int sign)
{
	PeDec		step = pe_dec_int(&arena, sign);

	step.scale = scale;
	return pe_dec_add(&arena, pe_dec_int(&arena, 1), step);
}

static int
gives(PeIrrational status, PeDec got, int64_t number, int32_t digits)
{
	int64_t		value;

	return status == PE_IRRATIONAL_OK && got.scale == digits &&
		pe_dec_to_int64(got, &value) && value == number;
}

static PeDec got;

#define POWER_OF(x, p, q, digits, mode) pe_power(&arena, x, one, p, q, digits, mode, &got)
#define LN_OF(x, digits, mode) pe_ln(&arena, x, one, digits, mode, &got)
#define EXP_OF(x, digits, mode) pe_exp(&arena, x, one, digits, mode, &got)

static void
test_limits(void)
{
	int			ok;
	PeDec		one,
				zero,
				two,
				minus,
				longest,
				small;
	mp_limb_t  *limbs;
	PeFactor	factors[2];

	new_case();
	one = pe_dec_int(&arena, 1);
	zero = pe_dec_int(&arena, 0);
	two = pe_dec_int(&arena, 2);
	minus = pe_dec_int(&arena, -8);
	limbs = pe_alloc(&arena, 4097 * sizeof(mp_limb_t));
	memset(limbs, 0x55, 4097 * sizeof(mp_limb_t));
	longest = (PeDec) {1, 0, 4096, limbs};
	small = pe_dec_int(&arena, 1);
	small.scale = 70000;

	ok = POWER_OF(zero, 0, 3, 2, PE_FLOOR) == PE_IRRATIONAL_DOMAIN &&
		POWER_OF(zero, -1, 3, 2, PE_FLOOR) == PE_IRRATIONAL_DOMAIN &&
		gives(POWER_OF(zero, 1, 3, 2, PE_CEIL), got, 0, 2) &&
		POWER_OF(minus, 1, 3, 2, PE_FLOOR) == PE_IRRATIONAL_DOMAIN &&
		gives(POWER_OF(minus, 6, 6, 2, PE_FLOOR), got, -800, 2) &&
		gives(POWER_OF(minus, 0, 6, 1, PE_FLOOR), got, 10, 1) &&
		gives(POWER_OF(minus, -3, 1, 3, PE_FLOOR), got, -2, 3) &&
		gives(POWER_OF(minus, -3, 1, 3, PE_CEIL), got, -1, 3) &&
		gives(POWER_OF(minus, -4, 1, 3, PE_CEIL), got, 1, 3) &&
		LN_OF(zero, 2, PE_FLOOR) == PE_IRRATIONAL_DOMAIN &&
		LN_OF(minus, 2, PE_FLOOR) == PE_IRRATIONAL_DOMAIN;
	report(ok, "where there is no power or logarithm", 11);

	ok = gives(LN_OF(one, 3, PE_CEIL), got, 0, 3) &&
		gives(pe_ln(&arena, longest, longest, 3, PE_FLOOR, &got), got, 0, 3) &&
		gives(EXP_OF(zero, 3, PE_FLOOR), got, 1000, 3) &&
		gives(EXP_OF(pe_dec_int(&arena, -200), 5, PE_CEIL), got, 1, 5) &&
		gives(EXP_OF(pe_dec_int(&arena, -200), 5, PE_HALF_UP), got, 0, 5) &&
		gives(EXP_OF(small, 3, PE_FLOOR), got, 1000, 3) &&
		gives(EXP_OF(small, 3, PE_CEIL), got, 1001, 3) &&
		gives(EXP_OF(pe_dec_neg(small), 3, PE_FLOOR), got, 999, 3) &&
		gives(EXP_OF(pe_dec_neg(small), 3, PE_HALF_EVEN), got, 1000, 3) &&
		gives(LN_OF(next_to_one(70000, 1), 3, PE_FLOOR), got, 0, 3) &&
		gives(LN_OF(next_to_one(70000, 1), 3, PE_CEIL), got, 1, 3) &&
		gives(LN_OF(next_to_one(70000, -1), 3, PE_FLOOR), got, -1, 3) &&
		gives(LN_OF(next_to_one(70000, -1), 3, PE_CEIL), got, 0, 3) &&
		gives(POWER_OF(next_to_one(70000, 1), 1, 3, 3, PE_FLOOR), got, 1000, 3) &&
		gives(POWER_OF(next_to_one(70000, -1), 1, 3, 3, PE_FLOOR), got, 999, 3) &&
		gives(POWER_OF(next_to_one(70000, 1), 181, 100, 3, PE_CEIL), got, 1001, 3) &&
		gives(POWER_OF(longest, -10000, 1, 3, PE_CEIL), got, 1, 3) &&
		gives(POWER_OF(longest, -10000, 1, 3, PE_HALF_UP), got, 0, 3) &&
		gives(POWER_OF(small, 10000, 1, 3, PE_FLOOR), got, 0, 3);
	report(ok, "next to nothing, and next to 1", 19);

	ok = POWER_OF(two, 10001, 1, 2, PE_FLOOR) == PE_IRRATIONAL_TOO_BIG &&
		POWER_OF(two, 1, 10001, 2, PE_FLOOR) == PE_IRRATIONAL_TOO_BIG &&
		gives(POWER_OF(two, 30003, 10001, 2, PE_FLOOR), got, 800, 2) &&
		gives(POWER_OF(two, -INT64_MAX, INT64_MAX, 1, PE_FLOOR), got, 5, 1) &&
		POWER_OF(two, INT64_MIN, INT64_MAX, 1, PE_FLOOR) == PE_IRRATIONAL_TOO_BIG &&
		gives(POWER_OF(two, INT64_MIN, INT64_C(1) << 62, 2, PE_FLOOR), got, 25, 2) &&
		POWER_OF(two, 10000, 1, 2, PE_FLOOR) == PE_IRRATIONAL_TOO_BIG &&
		POWER_OF(two, 127, 1, 2, PE_FLOOR) == PE_IRRATIONAL_TOO_BIG &&
		POWER_OF(two, 126, 1, 30, PE_FLOOR) == PE_IRRATIONAL_OK &&
		POWER_OF(pe_dec_int(&arena, 10), 38, 1, 0, PE_FLOOR) == PE_IRRATIONAL_TOO_BIG &&
		POWER_OF(pe_dec_int(&arena, -10), 37, 1, 0, PE_FLOOR) == PE_IRRATIONAL_OK &&
		POWER_OF(longest, 10000, 1, 2, PE_FLOOR) == PE_IRRATIONAL_TOO_BIG &&
		POWER_OF(longest, 1, 10000, 2, PE_FLOOR) == PE_IRRATIONAL_OK &&
		LN_OF(longest, 2, PE_FLOOR) == PE_IRRATIONAL_OK &&
		EXP_OF(longest, 2, PE_FLOOR) == PE_IRRATIONAL_TOO_BIG &&
		EXP_OF(pe_dec_int(&arena, 201), 2, PE_FLOOR) == PE_IRRATIONAL_TOO_BIG &&
		EXP_OF(pe_dec_int(&arena, -201), 2, PE_FLOOR) == PE_IRRATIONAL_TOO_BIG &&
		EXP_OF(pe_dec_int(&arena, 87), 30, PE_FLOOR) == PE_IRRATIONAL_OK &&
		EXP_OF(pe_dec_int(&arena, 88), 30, PE_FLOOR) == PE_IRRATIONAL_TOO_BIG &&
		LN_OF(two, 101, PE_FLOOR) == PE_IRRATIONAL_TOO_BIG &&
		LN_OF(two, 100, PE_FLOOR) == PE_IRRATIONAL_OK;
	longest.n = 4097;
	small.scale = 80000;
	ok &= POWER_OF(longest, 1, 10000, 2, PE_FLOOR) == PE_IRRATIONAL_TOO_BIG &&
		LN_OF(longest, 2, PE_FLOOR) == PE_IRRATIONAL_TOO_BIG &&
		pe_exp(&arena, one, longest, 2, PE_FLOOR, &got) == PE_IRRATIONAL_TOO_BIG &&
		EXP_OF(small, 2, PE_FLOOR) == PE_IRRATIONAL_TOO_BIG;
	report(ok, "limits", 25);

	factors[0] = (PeFactor) {zero, one, 3};
	factors[1] = (PeFactor) {two, one, 4};
	ok = gives(pe_power_product(&arena, factors, 2, 7, 2, PE_CEIL, &got), got, 0, 2);
	factors[1].num = minus;
	ok &= pe_power_product(&arena, factors, 2, 7, 2, PE_CEIL, &got) == PE_IRRATIONAL_DOMAIN;
	factors[1].p = 0;
	ok &= gives(pe_power_product(&arena, factors, 2, 7, 2, PE_CEIL, &got), got, 0, 2);
	factors[0] = (PeFactor) {two, one, 6000};
	factors[1] = (PeFactor) {two, one, 4000};
	ok &= gives(pe_power_product(&arena, factors, 2, 10000, 2, PE_CEIL, &got), got, 200, 2);
	factors[1].p = 4001;
	ok &= pe_power_product(&arena, factors, 2, 10001, 2, PE_CEIL, &got) == PE_IRRATIONAL_TOO_BIG;
	ok &= gives(pe_power_product(&arena, factors, 0, 1, 2, PE_CEIL, &got), got, 100, 2);
	report(ok, "products of zeros, of negative and of too heavy factors", 6);
}

/* Memory functions as another library may have set them. */
static long others_live;
static long others_calls;

static void *
others_alloc(size_t size)
{
	others_live++;
	others_calls++;
	return malloc(size);
}

static void *
others_realloc(void *memory, size_t old, size_t size)
{
	(void) old;
	others_calls++;
	return realloc(memory, size);
}

static void
others_free(void *memory, size_t size)
{
	(void) size;
	others_live--;
	free(memory);
}

static void
test_memory(void)
{
	int			ok;
	PeDec		one,
				two;
	mpfr_t		theirs;
	void	   *(*alloc) (size_t);
	long		calls;

	new_case();
	one = pe_dec_int(&arena, 1);
	two = pe_dec_int(&arena, 2);
	LN_OF(two, 30, PE_FLOOR);
	mpfr_mp_memory_cleanup();
	mp_set_memory_functions(others_alloc, others_realloc, others_free);
	/* a cache of their memory's, then ours */
	mpfr_init2(theirs, 200);
	mpfr_const_pi(theirs, MPFR_RNDN);
	mpfr_const_log2(theirs, MPFR_RNDN);
	mpfr_clear(theirs);
	ok = others_live > 0;
	ok &= gives(LN_OF(two, 12, PE_FLOOR), got, INT64_C(693147180559), 12);
	ok &= others_live == 0;
	calls = others_calls;
	ok &= gives(EXP_OF(one, 12, PE_FLOOR), got, INT64_C(2718281828459), 12);
	ok &= gives(POWER_OF(two, 1, 2, 12, PE_FLOOR), got, INT64_C(1414213562373), 12);
	ok &= others_calls == calls;
	mp_get_memory_functions(&alloc, NULL, NULL);
	ok &= alloc == others_alloc;
	mp_set_memory_functions(NULL, NULL, NULL);
	ok &= gives(LN_OF(two, 12, PE_FLOOR), got, INT64_C(693147180559), 12);
	report(ok, "memory functions of another library's", 4);
}

int
main(void)
{
	seed_from();
	test_powers();
	test_products();
	test_series();
	test_limits();
	test_memory();
	mpfr_mp_memory_cleanup();
	return done();
}
