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
	PeDec		one;
	PeDec		zero;

	pe_arena_init(&arena, buffer, sizeof(buffer), piece);
	one = pe_dec_int(&arena, 1);
	zero = pe_dec_int(&arena, 0);
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
	if (b.sign > 0 && pe_dec_cmp(&arena, zero, c) <= 0)
	{
		PeDec		points;

		points = pe_score_proportional(&arena, a, b, c, zero, one);
		CLAIM(points.sign >= 0 && pe_dec_cmp(&arena, points, c) <= 0);
		for (int mode = PE_STEP_LINEAR; mode <= PE_STEP_CEIL; mode++)
		{
			points = pe_score_threshold(&arena, a, c, c, b, b,
										(PeStepMode) mode, &zero,
										take_byte(&input) & 1);
			CLAIM(points.sign >= 0 && pe_dec_cmp(&arena, points, c) <= 0);
		}
	}

	/* lines stay between their ends, and bands agree with comparison */
	if (pe_dec_cmp(&arena, a, b) < 0)
	{
		PeDec		xs[2] = {a, b};
		PeDec		ys[2] = {zero, one};
		PeDec		y = pe_score_interpolate(&arena, c, xs, ys, 2);

		CLAIM(y.sign >= 0 && pe_dec_cmp(&arena, y, one) <= 0);
		CLAIM(pe_score_bands(&arena, c, xs, 2) ==
			  (pe_dec_cmp(&arena, c, a) >= 0) + (pe_dec_cmp(&arena, c, b) >= 0));
	}
	free_pieces();
	return 0;
}
