/*
 * quota.c
 *	  Whole seats from shares, by largest remainder; see quota.h.
 */
#include "quota.h"

#include <stdlib.h>

/* An exact tier's claim, over the common denominator. */
typedef struct Claim
{
	PeDec		fraction;		/* of the claim, times the total weight */
	int64_t		whole;			/* floor of the claim */
	int			tier;
	int			order;			/* place in the order of preference */
	PeArena    *arena;			/* for the comparison */
} Claim;

static int
by_fraction(const void *a, const void *b)
{
	const Claim *x = a;
	const Claim *y = b;
	int			result = pe_dec_cmp(x->arena, y->fraction, x->fraction);

	return result != 0 ? result : x->order - y->order;
}

/* Seats given when each claim goes down by `less` and none below 0. */
static __int128
seats_given(const Claim *claim, int nclaims, int64_t less)
{
	__int128	given = 0;

	for (int i = 0; i < nclaims; i++)
		if (claim[i].whole > less)
			given += claim[i].whole - less;
	return given;
}

/*
 * The exact tiers' n seats.  A seat covers its tier's claim by one, so after
 * the claims are lowered by the same whole number `less` (0 unless a claim is
 * negative) the seats still to give go by fraction.
 */
static void
give_seats(Claim *claim, int nclaims, int64_t n, int64_t *seats)
{
	int64_t		less = 0;
	int64_t		rest;
	int			eligible = 0;

	if (seats_given(claim, nclaims, 0) > n)
	{
		int64_t		high = INT64_MAX;

		/* the smallest number that lowers the claims enough */
		while (less < high)
		{
			int64_t		middle = less + (high - less) / 2;

			if (seats_given(claim, nclaims, middle) > n)
				less = middle + 1;
			else
				high = middle;
		}
	}
	rest = n - (int64_t) seats_given(claim, nclaims, less);
	for (int i = 0; i < nclaims; i++)
	{
		seats[claim[i].tier] = claim[i].whole > less ? claim[i].whole - less : 0;
		if (claim[i].whole >= less)
			claim[eligible++] = claim[i];
	}
	if (rest > 0)
		qsort(claim, (size_t) eligible, sizeof(Claim), by_fraction);
	for (int i = 0; i < rest; i++)
		seats[claim[i].tier]++;
}

static bool
takes_difference(const PeQuota *quota, int tier)
{
	return quota->bound[tier] == PE_EXACT && quota->weight[tier].sign > 0;
}

PeQuotaStatus
pe_quota(PeArena *arena, const PeQuota *quota, int64_t *seats,
		 PeDec *carry_out)
{
	int			k = quota->ntiers;
	PeDec		total = pe_dec_int(arena, 0);
	PeDec		n = pe_dec_int(arena, quota->n);
	PeDec	   *num = pe_alloc(arena, sizeof(PeDec) * (size_t) k);
	Claim	   *claim = pe_alloc(arena, sizeof(Claim) * (size_t) k);
	int		   *order = pe_alloc(arena, sizeof(int) * (size_t) k);
	int			nclaims = 0;
	PeDec		left = n;
	int64_t		left_seats;

	for (int i = 0; i < k; i++)
		order[quota->preference[i]] = i;
	for (int t = 0; t < k; t++)
		total = pe_dec_add(arena, total, quota->weight[t]);
	for (int t = 0; t < k; t++)
	{
		num[t] = pe_dec_mul(arena, n, quota->weight[t]);
		if (quota->carry)
			num[t] = pe_dec_add(arena, num[t],
								pe_dec_mul(arena, quota->carry[t], total));
	}

	/* One scale for all, so that sorting the fractions takes no memory. */
	for (int t = 0; t < k; t++)
		if (num[t].scale > total.scale)
			total = pe_dec_rescale(arena, total, num[t].scale);
	for (int t = 0; t < k; t++)
		num[t] = pe_dec_rescale(arena, num[t], total.scale);

	for (int t = 0; quota->bound && quota->bound[t] != PE_EXACT;)
		if (++t == k)
			return PE_QUOTA_NO_EXACT_TIER;

	/* Bounded tiers first; what they leave or take moves to an exact tier. */
	for (int t = 0; quota->bound && t < k; t++)
	{
		int			to = t + 1;
		PeDec		whole;
		PeDec		difference;

		if (quota->bound[t] == PE_EXACT)
			continue;
		while (to < k && !takes_difference(quota, to))
			to++;
		if (to == k)
			for (to = t - 1; to >= 0 && !takes_difference(quota, to);)
				to--;
		whole = pe_dec_div(arena, num[t], total, 0,
						   quota->bound[t] == PE_AT_MOST ? PE_FLOOR : PE_CEIL);
		(void) pe_dec_to_int64(whole, &seats[t]);	/* at most n */
		left = pe_dec_sub(arena, left, whole);
		difference = pe_dec_sub(arena, num[t], pe_dec_mul(arena, whole, total));
		if (to >= 0)
			num[to] = pe_dec_add(arena, num[to], difference);
		else if (difference.sign != 0)
			return PE_QUOTA_NO_EXACT_TIER;
		if (carry_out)
			carry_out[t] = pe_dec_int(arena, 0);
	}
	if (left.sign < 0)
		return PE_QUOTA_BOUNDS_EXCEED;
	(void) pe_dec_to_int64(left, &left_seats);	/* at most n */

	for (int t = 0; t < k; t++)
	{
		Claim	   *c = &claim[nclaims];
		PeDec		whole;

		if (quota->bound && quota->bound[t] != PE_EXACT)
			continue;
		whole = pe_dec_div(arena, num[t], total, 0, PE_FLOOR);
		if (!pe_dec_to_int64(whole, &c->whole))
			return PE_QUOTA_CARRY_TOO_LARGE;
		c->fraction = pe_dec_sub(arena, num[t],
								 pe_dec_mul(arena, whole, total));
		c->tier = t;
		c->order = order[t];
		c->arena = arena;
		nclaims++;
	}
	give_seats(claim, nclaims, left_seats, seats);

	if (carry_out)
		for (int t = 0; t < k; t++)
			if (!quota->bound || quota->bound[t] == PE_EXACT)
				carry_out[t] = pe_dec_quotient(arena,
											   pe_dec_sub(arena, num[t],
														  pe_dec_mul(arena,
																	 pe_dec_int(arena, seats[t]),
																	 total)),
											   total);
	return PE_QUOTA_OK;
}
