/*
 * quota.h
 *	  Whole seats from shares, by largest remainder.
 *
 * q[t] = n * weight[t] / sum(weight) + carry[t] is a tier's claim.  The n
 * seats go one by one to the tier whose claim least covered is largest, from 0
 * up; equal ones in the order of `preference`.  With claims of 0 or more that
 * is: each tier its whole seats, the rest by largest fraction.  A bounded tier
 * gets floor(q) (at most) or ceil(q) (at least), and hands the difference to
 * the next exact tier with a share below it, for want of one above.  A tier
 * without a share gets no seats.
 *
 * Weights need not sum to 1: money, in its smallest unit, is split the same
 * way over any weights.
 */
#ifndef PE_QUOTA_H
#define PE_QUOTA_H

#include "decimal.h"

typedef enum PeBound
{
	PE_EXACT,
	PE_AT_MOST,
	PE_AT_LEAST
} PeBound;

typedef enum PeQuotaStatus
{
	PE_QUOTA_OK,
	PE_QUOTA_NO_EXACT_TIER,		/* none to take what bounded tiers hand on */
	PE_QUOTA_BOUNDS_EXCEED,		/* bounded tiers claim more than n seats */
	PE_QUOTA_CARRY_TOO_LARGE	/* a claim over 2^63 seats */
} PeQuotaStatus;

typedef struct PeQuota
{
	int64_t		n;				/* seats to give, >= 0 */
	int			ntiers;			/* >= 1 */
	const PeDec *weight;		/* >= 0, sum > 0 */
	const PeDec *carry;			/* sums to 0, 0 for bounded tiers and for those
								 * of weight 0; or NULL */
	const PeBound *bound;		/* or NULL: all exact */
	const int  *preference;		/* tiers (from 0), first served first */
} PeQuota;

/* Fills seats[ntiers] and, unless NULL, carry_out[ntiers]. */
extern PeQuotaStatus pe_quota(PeArena *arena, const PeQuota *quota,
							  int64_t *seats, PeDec *carry_out);

#endif							/* PE_QUOTA_H */
