/*
 * settle.h
 *	  Seats and what becomes of them, for the functions that give tiers.
 */
#ifndef PE_SETTLE_H
#define PE_SETTLE_H

#include "perfeval.h"

#include "tier_quota.h"
#include "window_scores.h"

/* The most tiers that are settled. */
#define PE_MOST_TIERS	1000

/* Seats and how to treat ties; tiers count from 0 here. */
typedef struct PeSeats
{
	int			ntiers;
	int64_t    *seats;
	int64	   *cut;			/* cut[t]: seats of tiers 0 to t */
	const PeBound *bound;		/* or NULL */
	PeTies		ties;
} PeSeats;

/* What a rule is made of: arguments of forced_distribution, fields of a row. */
typedef enum PeRulePart
{
	PE_RULE_SHARES,
	PE_RULE_TIES,
	PE_RULE_PREFERENCE,
	PE_RULE_CARRY,
	PE_RULE_BOUNDS,
	PE_RULE_SEATS,
	PE_RULE_CUTS,
	PE_RULE_CAPPED_SEAT,
	PE_RULE_PROMOTION_CONSUMES,
	PE_RULE_LIMITED,
	PE_RULE_PARTS
} PeRulePart;

/* A row with a score and a tier; tiers count from 1. */
typedef struct PeMember
{
	PeInt128	key;
	int32		row;
	int16		tier;
	int16		cap;			/* 1: none */
	int16		promoted;		/* 0: not */
	bool		was_promoted;
	bool		starts_run;		/* differs from the one before */
} PeMember;

typedef struct PeGroup
{
	PeMember   *member;			/* best first */
	int64		n;
	int			ntiers;
	int64	   *seats;			/* of tiers 1 to ntiers: who has them by quota */
	int64	   *held;
	PeTies		ties;
} PeGroup;

/* forced_distribution.c */
extern bool pe_rule_of_row(WindowObject window, int64 nrows, NullableDatum *part);
extern void pe_seats_of_rule(PeArena *arena, const NullableDatum *part, int64 n, PeSeats *seats);
extern int	pe_tier_at(const PeSeats *seats, int64 position);
extern int	pe_tier_of_tie(WindowObject window, const PeSeats *seats, int64 first, int64 last, int64 row);

/* settle_tier.c */
extern void pe_sort_members(WindowObject window, PeGroup *group);
extern void pe_settle_tiers(PeGroup *group, bool refills, bool consumes);
extern int	pe_row_tier(WindowObject window, int argno, const char *name, int64 row, int ntiers);

#endif							/* PE_SETTLE_H */
