/*
 * Seats sum to n and are not negative, carry sums to 0, for any weights,
 * carry, bounds and preference.
 */
#include "lib/fuzz.h"
#include "quota.h"

#define MOST_TIERS	12

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	Input		input = {data, size};
	PeArena		arena;
	char		buffer[2048] __attribute__((aligned(PE_ARENA_ALIGN)));
	PeDec		weight[MOST_TIERS];
	PeDec		carry[MOST_TIERS];
	PeDec		carry_out[MOST_TIERS];
	PeBound		bound[MOST_TIERS];
	int			preference[MOST_TIERS];
	int64_t		seats[MOST_TIERS];
	PeQuota		quota = {0};
	PeDec		total;
	PeDec		sum;
	__int128	given = 0;
	uint64_t	n = 0;

	pe_arena_init(&arena, buffer, sizeof(buffer), piece);
	quota.ntiers = take_byte(&input) % MOST_TIERS + 1;
	for (int i = 0; i < 8; i++)
		n = n << 8 | take_byte(&input);
	quota.n = (int64_t) (n >> (1 + take_byte(&input) % 63));
	total = pe_dec_int(&arena, 0);
	sum = total;
	for (int t = 0; t < quota.ntiers; t++)
	{
		uint8_t		shape = take_byte(&input);
		int			other = take_byte(&input) % (t + 1);

		weight[t] = take_dec(&input, &arena);
		if (weight[t].sign < 0)
			weight[t] = pe_dec_neg(weight[t]);
		total = pe_dec_add(&arena, total, weight[t]);
		bound[t] = (PeBound) (shape % 3);
		preference[t] = preference[other];
		preference[other] = t;
		/* bounded tiers and those without a share carry nothing */
		carry[t] = pe_dec_int(&arena, 0);
		if (bound[t] == PE_EXACT && weight[t].sign > 0 && shape & 64)
			carry[t] = pe_dec_int128(&arena, (PeInt128) take_byte(&input) - 128, 2);
		sum = pe_dec_add(&arena, sum, carry[t]);
	}
	for (int t = 0; t < quota.ntiers && sum.sign != 0; t++)
		if (bound[t] == PE_EXACT && weight[t].sign > 0)
		{
			carry[t] = pe_dec_sub(&arena, carry[t], sum);
			sum = pe_dec_int(&arena, 0);
		}
	quota.weight = weight;
	quota.carry = carry;
	quota.bound = take_byte(&input) & 1 ? bound : NULL;
	quota.preference = preference;
	if (total.sign > 0 && sum.sign == 0 &&
		pe_quota(&arena, &quota, seats, carry_out) == PE_QUOTA_OK)
	{
		sum = pe_dec_int(&arena, 0);
		for (int t = 0; t < quota.ntiers; t++)
		{
			CLAIM(seats[t] >= 0);
			given += seats[t];
			/* what does not terminate cannot be summed to 0 exactly */
			sum = pe_dec_add(&arena, sum, carry_out[t]);
			CLAIM(weight[t].sign > 0 || seats[t] == 0);
		}
		CLAIM(given == quota.n);
		CLAIM(sum.scale > 15 || sum.sign == 0);
	}
	free_pieces();
	return 0;
}
