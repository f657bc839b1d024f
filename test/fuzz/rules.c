/*
 * Laws of the rules and of rounding, for any decimals.
 */
#include "lib/fuzz.h"
#include "rules.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	Input		input = {data, size};
	PeArena		arena;
	char		buffer[2048] __attribute__((aligned(PE_ARENA_ALIGN)));
	PeDec		a,
				b,
				c,
				low,
				high;
	PeDec		one,
				dec;
	PeRat		x,
				y,
				z,
				nothing,
				everything;
	PeFraction	points;

	pe_arena_init(&arena, buffer, sizeof(buffer), piece);
	one = pe_dec_int(&arena, 1);
	a = take_dec(&input, &arena);
	b = take_dec(&input, &arena);
	c = take_dec(&input, &arena);

	/* what was added can be taken away, a product divided */
	CLAIM(pe_dec_cmp(&arena, pe_dec_sub(&arena, pe_dec_add(&arena, a, b), b), a) == 0);
	if (b.sign != 0)
	{
		int32_t		scale = take_byte(&input) % 30;

		CLAIM(pe_dec_cmp(&arena, pe_dec_quotient(&arena, pe_dec_mul(&arena, a, b), b), a) == 0);

		/* floor <= quotient <= ceil, one unit apart at most, a half rounds to either */
		low = pe_dec_div(&arena, a, b, scale, PE_FLOOR);
		high = pe_dec_div(&arena, a, b, scale, PE_CEIL);
		CLAIM(pe_dec_cmp(&arena, low, high) <= 0);
		CLAIM(pe_dec_cmp(&arena, pe_dec_sub(&arena, high, low),
						 pe_dec_int128(&arena, 1, scale)) <= 0);
		for (int mode = PE_HALF_UP; mode <= PE_HALF_EVEN; mode++)
		{
			PeDec		rounded = pe_dec_div(&arena, a, b, scale, (PeRound) mode);

			CLAIM(pe_dec_cmp(&arena, rounded, low) == 0 ||
				  pe_dec_cmp(&arena, rounded, high) == 0);
		}
	}

	/* points stay between their bounds */
	x = pe_rat_dec(&arena, a);
	y = pe_rat_dec(&arena, b);
	z = pe_rat_dec(&arena, c);
	nothing = pe_rat_int(0);
	everything = pe_rat_int(1);
	if (b.sign > 0 && c.sign >= 0)
	{
		PePenalty	rule = {&z, &y, &y, &nothing, PE_STEP_LINEAR};

		points = pe_score_proportional(&arena, &x, &y, &z, &nothing, &everything);
		dec = pe_fraction_quotient(&arena, &points);
		CLAIM(dec.sign >= 0 && pe_dec_cmp(&arena, dec, c) <= 0);
		for (int mode = PE_STEP_LINEAR; mode <= PE_STEP_CEIL; mode++)
		{
			rule.mode = (PeStepMode) mode;
			points = pe_score_threshold(&arena, &x, &z, &rule,
										take_byte(&input) & 1);
			dec = pe_fraction_quotient(&arena, &points);
			CLAIM(dec.sign >= 0 && pe_dec_cmp(&arena, dec, c) <= 0);
		}
	}

	/* lines stay between their ends, and bands agree with comparison */
	if (pe_dec_cmp(&arena, a, b) < 0)
	{
		PeRat		xs[2] = {x, y};
		PeRat		ys[2] = {nothing, everything};

		points = pe_score_interpolate(&arena, &z, xs, ys, 2);
		dec = pe_fraction_quotient(&arena, &points);
		CLAIM(dec.sign >= 0 && pe_dec_cmp(&arena, dec, one) <= 0);
		CLAIM(pe_score_bands(&arena, &z, xs, 2) ==
			  (pe_dec_cmp(&arena, c, a) >= 0) + (pe_dec_cmp(&arena, c, b) >= 0));
	}

	/* rationals agree with the decimals they are made of */
	if (b.sign != 0 && c.sign != 0)
	{
		PeRat		p = pe_rat_div(&arena, &x, &y);
		PeRat		q = pe_rat_div(&arena, &z, &y);
		PeRat		sum = pe_rat_add(&arena, &p, &q);
		PeRat		ratio = pe_rat_div(&arena, &p, &q);
		PeRat		back = pe_rat_mul(&arena, &sum, &y);
		int32_t		digits = take_byte(&input) % 30;
		PeRound		mode = (PeRound) (take_byte(&input) % 4);

		x = pe_rat_add(&arena, &x, &z);
		CLAIM(pe_rat_cmp(&arena, &back, &x) == 0);
		back = pe_rat_mul(&arena, &ratio, &z);
		x = pe_rat_dec(&arena, a);
		CLAIM(pe_rat_cmp(&arena, &back, &x) == 0);
		p = pe_rat_round(&arena, &p, digits, mode);
		dec = pe_dec_div(&arena, a, b, digits, mode);
		CLAIM(pe_dec_cmp(&arena, pe_rat_to_dec(&arena, &p), dec) == 0);
		CLAIM(pe_rat_cmp(&arena, &ratio, &everything) ==
			  pe_dec_cmp(&arena, a, c) * (c.sign < 0 ? -1 : 1));
	}
	free_pieces();
	return 0;
}
