/*
 * tier_quota.h
 *	  Seats per tier, for the functions that hand them out.
 */
#ifndef PE_TIER_QUOTA_H
#define PE_TIER_QUOTA_H

#include "perfeval.h"

#include "core/quota.h"

extern void pe_quota_scheme(PeArena *arena,
							const NullableDatum *shares,
							const NullableDatum *preference,
							const NullableDatum *carry,
							const NullableDatum *bounds, PeQuota *quota);
extern void pe_quota_seats(PeArena *arena, const PeQuota *quota,
						   int64_t *seats, PeDec *carry_out);

#endif							/* PE_TIER_QUOTA_H */
