/*
 * The core's quotas: the laws that hold for every case, and the seats against
 * handing them out one by one.
 */
#include "lib/harness.h"
#include "quota.h"

#define CASES		100000
#define MAX_TIERS	8

/*
 * The rule itself: each seat to the tier whose claim it covers least, equal
 * ones by preference.
 */
static void
one_by_one(const PeQuota *quota, int64_t *seats)
{
	PeDec		total = pe_dec_int(&arena, 0);

	for (int t = 0; t < quota->ntiers; t++)
	{
		total = pe_dec_add(&arena, total, quota->weight[t]);
		seats[t] = 0;
	}
	for (int64_t seat = 0; seat < quota->n; seat++)
	{
		int			best = -1;
		PeDec		most = pe_dec_int(&arena, 0);

		for (int i = 0; i < quota->ntiers; i++)
		{
			int			t = quota->preference[i];
			PeDec		open = pe_dec_mul(&arena, pe_dec_int(&arena, quota->n),
										  quota->weight[t]);
			PeDec		less = pe_dec_int(&arena, seats[t]);

			if (quota->carry)
				less = pe_dec_sub(&arena, less, quota->carry[t]);
			open = pe_dec_sub(&arena, open, pe_dec_mul(&arena, less, total));
			if (best < 0 || pe_dec_cmp(&arena, open, most) > 0)
			{
				best = t;
				most = open;
			}
		}
		seats[best]++;
	}
}

/* Shares of a hundredth each, summing to 1. */
static void
draw_shares(PeDec *weight, int ntiers)
{
	int			left = 100;

	for (int t = 0; t < ntiers; t++)
	{
		int			share = t == ntiers - 1 ? left : (int) draw((uint64_t) left + 1);

		weight[t] = pe_dec_int128(&arena, share, 2);
		left -= share;
	}
}

int
main(void)
{
	int			same = 1,
				sums = 1,
				above = 1,
				cycle = 1,
				bounded = 1;
	long		ncycles = 0;

	seed_from();
	for (int i = 0; i < CASES; i++)
	{
		PeDec		weight[MAX_TIERS];
		PeDec		carry[MAX_TIERS];
		PeDec		carry_out[MAX_TIERS];
		PeBound		bound[MAX_TIERS];
		int			preference[MAX_TIERS];
		int64_t		seats[MAX_TIERS];
		int64_t		expected[MAX_TIERS];
		PeQuota		quota = {0};
		int64_t		given = 0;
		PeDec		sum;

		new_case();
		quota.ntiers = (int) draw(MAX_TIERS) + 1;
		quota.n = (int64_t) draw(30);
		quota.weight = weight;
		quota.preference = preference;
		draw_shares(weight, quota.ntiers);
		for (int t = 0; t < quota.ntiers; t++)
		{
			int			other = (int) draw((uint64_t) t + 1);

			preference[t] = preference[other];
			preference[other] = t;
		}
		sum = pe_dec_int(&arena, 0);
		for (int t = 0; t < quota.ntiers; t++)
		{
			carry[t] = t == quota.ntiers - 1 ? pe_dec_neg(sum)
				: pe_dec_int128(&arena, (PeInt128) draw(300) - 99, 2);
			sum = pe_dec_add(&arena, sum, carry[t]);
		}
		if (draw(2))
			quota.carry = carry;

		if (pe_quota(&arena, &quota, seats, carry_out) != PE_QUOTA_OK)
			sums = 0;
		sum = pe_dec_int(&arena, 0);
		for (int t = 0; t < quota.ntiers; t++)
		{
			given += seats[t];
			sums &= seats[t] >= 0;
			sum = pe_dec_add(&arena, sum, carry_out[t]);
		}
		sums &= given == quota.n && sum.sign == 0;
		one_by_one(&quota, expected);
		same &= memcmp(seats, expected, sizeof(int64_t) * (size_t) quota.ntiers) == 0;

		/* bounds: no tier past its own, and what they leave is given out */
		quota.carry = NULL;
		quota.bound = bound;
		for (int t = 0; t < quota.ntiers; t++)
			bound[t] = t == 0 ? PE_EXACT : (PeBound) draw(3);
		if (pe_quota(&arena, &quota, seats, carry_out) == PE_QUOTA_OK)
		{
			given = 0;
			for (int t = 0; t < quota.ntiers; t++)
			{
				PeDec		claim = pe_dec_mul(&arena,
											   pe_dec_int(&arena, quota.n),
											   weight[t]);
				int			cmp = pe_dec_cmp(&arena, pe_dec_int(&arena, seats[t]),
											 claim);

				given += seats[t];
				if (bound[t] == PE_AT_MOST)
					bounded &= cmp <= 0;
				if (bound[t] == PE_AT_LEAST)
					bounded &= cmp >= 0;
				if (bound[t] != PE_EXACT)
					bounded &= carry_out[t].sign == 0;
			}
			bounded &= given == quota.n;
		}

		/* carried over a cycle of 100 n, every tier has had its share */
		if (i % 100 == 0)
		{
			int64_t		so_far[MAX_TIERS] = {0};
			int64_t		n = (int64_t) draw(5) + 1;

			ncycles++;
			quota.bound = NULL;
			quota.n = n;
			for (int year = 0; year < 100; year++)
			{
				quota.carry = year == 0 ? NULL : carry;
				if (pe_quota(&arena, &quota, seats, carry_out) != PE_QUOTA_OK)
					cycle = 0;
				for (int t = 0; t < quota.ntiers; t++)
				{
					carry[t] = carry_out[t];
					so_far[t] += seats[t];
					above &= pe_dec_cmp(&arena, carry[t], pe_dec_int(&arena, -1)) > 0;
				}
			}
			for (int t = 0; t < quota.ntiers; t++)
				cycle &= carry[t].sign == 0 &&
					pe_dec_cmp(&arena, pe_dec_int(&arena, so_far[t]),
							   pe_dec_mul(&arena, pe_dec_int(&arena, 100 * n),
										  weight[t])) == 0;
		}
	}
	report(same, "seats as handed out one by one", CASES);
	report(sums, "seats never below 0 and sum to n, carry sums to 0", CASES);
	report(bounded, "bounded tiers keep their bound and carry nothing", CASES);
	report(above, "carry stays above -1", ncycles);
	report(cycle, "exact over a full cycle", ncycles);
	return done();
}
