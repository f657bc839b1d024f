/*
 * The core's decimals against GMP's own rationals.
 */
#include "lib/harness.h"

#define CASES	50000

static PeDec
draw_dec(int most_digits, int most_scale)
{
	unsigned char digits[400];
	size_t		n = draw((uint64_t) most_digits) + 1;

	for (size_t i = 0; i < n; i++)
		digits[i] = (unsigned char) (draw(4) == 0 ? 0 : draw(10));
	return pe_dec_digits(&arena, draw(2), digits, n,
						 (int32_t) draw((uint64_t) most_scale + 1));
}

static void
to_rational(mpq_t result, PeDec a)
{
	mpz_import(mpq_numref(result), (size_t) a.n, -1, sizeof(mp_limb_t), 0, 0,
			   a.limb);
	if (a.sign < 0)
		mpz_neg(mpq_numref(result), mpq_numref(result));
	mpz_ui_pow_ui(mpq_denref(result), 10, (unsigned long) a.scale);
	mpq_canonicalize(result);
}

static int
same(PeDec a, mpq_t expected)
{
	mpq_t		value;
	int			result;

	mpq_init(value);
	to_rational(value, a);
	result = mpq_equal(value, expected);
	mpq_clear(value);
	return result;
}

/* floor(q * 10^scale + 1/2) of the absolute value, and the like */
static void
rounded(mpq_t result, mpq_t value, int32_t scale, PeRound mode)
{
	mpz_t		power;

	mpz_init(power);
	mpz_ui_pow_ui(power, 10, (unsigned long) scale);
	mpz_mul(mpq_numref(result), mpq_numref(value), power);
	mpz_set(mpq_denref(result), mpq_denref(value));
	if (mode == PE_HALF_UP || mode == PE_HALF_EVEN)
	{
		int			negative = mpz_sgn(mpq_numref(result)) < 0;
		int			tie;

		mpz_abs(mpq_numref(result), mpq_numref(result));
		mpz_mul_2exp(mpq_numref(result), mpq_numref(result), 1);
		mpz_add(mpq_numref(result), mpq_numref(result), mpq_denref(result));
		mpz_mul_2exp(mpq_denref(result), mpq_denref(result), 1);
		tie = mpz_divisible_p(mpq_numref(result), mpq_denref(result));
		mpz_fdiv_q(mpq_numref(result), mpq_numref(result), mpq_denref(result));
		if (tie && mode == PE_HALF_EVEN && mpz_odd_p(mpq_numref(result)))
			mpz_sub_ui(mpq_numref(result), mpq_numref(result), 1);
		if (negative)
			mpz_neg(mpq_numref(result), mpq_numref(result));
	}
	else if (mode == PE_FLOOR)
		mpz_fdiv_q(mpq_numref(result), mpq_numref(result), mpq_denref(result));
	else
		mpz_cdiv_q(mpq_numref(result), mpq_numref(result), mpq_denref(result));
	mpz_set(mpq_denref(result), power);
	mpq_canonicalize(result);
	mpz_clear(power);
}

static int
terminates(mpq_t value)
{
	mpz_t		rest;
	mpz_t		factor;
	int			result;

	mpz_init_set(rest, mpq_denref(value));
	mpz_init_set_ui(factor, 2);
	mpz_remove(rest, rest, factor);
	mpz_set_ui(factor, 5);
	mpz_remove(rest, rest, factor);
	result = mpz_cmp_ui(rest, 1) == 0;
	mpz_clears(rest, factor, NULL);
	return result;
}

int
main(void)
{
	int			ok[8];
	static const char *const what[8] = {
		"addition", "subtraction", "multiplication", "comparison",
		"rounded division", "quotient: exact where it terminates, else rounded",
		"digits and trimming round-trip", "128-bit conversion"
	};
	mpq_t		x,
				y,
				z;

	mpq_inits(x, y, z, NULL);
	for (int i = 0; i < 8; i++)
		ok[i] = 1;
	seed_from();
	for (int i = 0; i < CASES; i++)
	{
		/* short ones mostly, as scores are; now and then past two limbs */
		int			digits = i % 4 == 0 ? 120 : 18;
		PeDec		a,
					b,
					c;
		PeRound		mode = (PeRound) draw(4);
		int32_t		scale = (int32_t) draw(30);
		unsigned char *text;
		size_t		ndigits;
		PeInt128	wide;

		new_case();
		a = draw_dec(digits, 24);
		b = draw_dec(digits, 24);
		if (i % 4 == 1)
		{
			/* ties, which a quotient of random numbers hardly meets */
			a = draw_dec(4, 3);
			b = pe_dec_int(&arena, (int64_t) draw(2) + 1);
			scale = (int32_t) draw(4);
		}
		to_rational(x, a);
		to_rational(y, b);

		mpq_add(z, x, y);
		ok[0] &= same(pe_dec_add(&arena, a, b), z);
		mpq_sub(z, x, y);
		ok[1] &= same(pe_dec_sub(&arena, a, b), z);
		mpq_mul(z, x, y);
		ok[2] &= same(pe_dec_mul(&arena, a, b), z);
		ok[3] &= (pe_dec_cmp(&arena, a, b) > 0) == (mpq_cmp(x, y) > 0) &&
			(pe_dec_cmp(&arena, a, b) < 0) == (mpq_cmp(x, y) < 0);
		if (b.sign != 0)
		{
			mpq_div(z, x, y);
			rounded(z, z, scale, mode);
			ok[4] &= same(pe_dec_div(&arena, a, b, scale, mode), z);

			/* a product over b terminates; a over b seldom does */
			mpq_div(z, x, y);
			c = pe_dec_quotient(&arena, a, b);
			if (!terminates(z))
				rounded(z, z, pe_dec_div_scale(&arena, a, b), PE_HALF_UP);
			ok[5] &= same(c, z);
			c = pe_dec_quotient(&arena, pe_dec_mul(&arena, a, b), b);
			ok[5] &= same(c, x) && c.scale <= a.scale;
		}
		text = pe_dec_to_digits(&arena, a, &ndigits);
		ok[6] &= same(pe_dec_digits(&arena, a.sign < 0, text, ndigits, a.scale), x) &&
			same(pe_dec_trim(&arena, a), x) &&
			same(pe_dec_rescale(&arena, a, a.scale + 7), x);
		if (pe_dec_to_int128(a, &wide))
			ok[7] &= same(pe_dec_int128(&arena, wide, a.scale), x);
	}
	for (int i = 0; i < 8; i++)
		report(ok[i], what[i], CASES);
	mpq_clears(x, y, z, NULL);
	return done();
}
