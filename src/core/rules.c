/*
 * rules.c
 *	  Scoring rules; see rules.h.
 *
 * Each rule is one fraction, so that it is rounded at most once.
 */
#include "rules.h"

/* What needs no division: over 1. */
static PeFraction
whole(PeRat points)
{
	PeFraction	result = {points, pe_rat_int(1)};

	return result;
}

static PeFraction
at_least(PeArena *arena, PeRat points, const PeRat *min_points)
{
	if (min_points && pe_rat_cmp(arena, &points, min_points) < 0)
		points = *min_points;
	return whole(points);
}

/*
 * A distance in steps: as it is, cut down or rounded up to whole steps.
 * Requires step > 0.
 */
PeRat
pe_steps(PeArena *arena, const PeRat *miss, const PeRat *step, PeStepMode mode)
{
	PeRat		steps = pe_rat_div(arena, miss, step);

	if (mode == PE_STEP_LINEAR)
		return steps;
	return pe_rat_round(arena, &steps, 0,
						mode == PE_STEP_FLOOR ? PE_FLOOR : PE_CEIL);
}

/*
 * P = max(min_points, full_points - penalty * k), where k is how far the value
 * misses its aim, in steps.  Requires step > 0, penalty >= 0.
 */
PeFraction
pe_score_miss(PeArena *arena, const PeRat *miss, const PePenalty *rule)
{
	PeRat		loss;
	PeFraction	points;

	if (pe_rat_sign(miss) <= 0)
		return whole(*rule->full_points);

	if (rule->mode == PE_STEP_LINEAR)
	{
		/* full - penalty * miss / step, over the one denominator */
		loss = pe_rat_mul(arena, rule->penalty, miss);
		points.num = pe_rat_mul(arena, rule->full_points, rule->step);
		points.num = pe_rat_sub(arena, &points.num, &loss);
		points.den = *rule->step;
		if (rule->min_points)
		{
			PeRat		least = pe_rat_mul(arena, rule->min_points, rule->step);

			if (pe_rat_cmp(arena, &points.num, &least) < 0)
				return whole(*rule->min_points);
		}
		return points;
	}

	loss = pe_steps(arena, miss, rule->step, rule->mode);
	loss = pe_rat_mul(arena, rule->penalty, &loss);
	return at_least(arena, pe_rat_sub(arena, rule->full_points, &loss),
					rule->min_points);
}

/* The loss for missing a target. */
PeFraction
pe_score_threshold(PeArena *arena, const PeRat *value, const PeRat *target,
				   const PePenalty *rule, bool lower_is_better)
{
	PeRat		miss = lower_is_better ? pe_rat_sub(arena, value, target)
		: pe_rat_sub(arena, target, value);

	return pe_score_miss(arena, &miss, rule);
}

/*
 * P = full_points * clamp(value / target, low, high).
 * Requires target > 0, low <= high.
 */
PeFraction
pe_score_proportional(PeArena *arena, const PeRat *value, const PeRat *target,
					  const PeRat *full_points, const PeRat *low,
					  const PeRat *high)
{
	PeRat		bound = pe_rat_mul(arena, low, target);
	PeFraction	points;

	if (pe_rat_cmp(arena, value, &bound) <= 0)
		return whole(pe_rat_mul(arena, full_points, low));
	bound = pe_rat_mul(arena, high, target);
	if (pe_rat_cmp(arena, value, &bound) >= 0)
		return whole(pe_rat_mul(arena, full_points, high));
	points.num = pe_rat_mul(arena, full_points, value);
	points.den = *target;
	return points;
}

/* P = max(min_points, full_points - penalty * count). */
PeFraction
pe_score_events(PeArena *arena, const PeRat *count, const PeRat *full_points,
				const PeRat *penalty, const PeRat *min_points)
{
	PeRat		loss = pe_rat_mul(arena, penalty, count);

	return at_least(arena, pe_rat_sub(arena, full_points, &loss), min_points);
}

/*
 * The band of half-open bands [cut, next): how many cuts the value has reached.
 * Requires ascending cuts.
 */
int
pe_score_bands(PeArena *arena, const PeRat *value, const PeRat *cuts, int ncuts)
{
	int			low = 0;
	int			high = ncuts;

	while (low < high)
	{
		int			middle = low + (high - low) / 2;

		if (pe_rat_cmp(arena, &cuts[middle], value) <= 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/*
 * Piecewise linear through (xs, ys), level beyond the ends.
 * Requires n >= 1 and ascending xs.
 */
PeFraction
pe_score_interpolate(PeArena *arena, const PeRat *value, const PeRat *xs,
					 const PeRat *ys, int n)
{
	int			reached = pe_score_bands(arena, value, xs, n);
	PeRat		run,
				rise,
				level;
	PeFraction	points;

	if (reached == 0)
		return whole(ys[0]);
	if (reached == n)
		return whole(ys[n - 1]);

	/* (y0 * (x1 - x0) + (x - x0) * (y1 - y0)) / (x1 - x0) */
	run = pe_rat_sub(arena, &xs[reached], &xs[reached - 1]);
	level = pe_rat_sub(arena, &ys[reached], &ys[reached - 1]);
	rise = pe_rat_sub(arena, value, &xs[reached - 1]);
	rise = pe_rat_mul(arena, &rise, &level);
	level = pe_rat_mul(arena, &ys[reached - 1], &run);
	points.num = pe_rat_add(arena, &level, &rise);
	points.den = run;
	return points;
}

/* min(cap, score * coefficient) */
PeDec
pe_difficulty_adjust(PeArena *arena, PeDec score, PeDec coefficient,
					 const PeDec *cap)
{
	PeDec		adjusted = pe_dec_mul(arena, score, coefficient);

	if (cap && pe_dec_cmp(arena, adjusted, *cap) > 0)
		adjusted = *cap;
	return pe_dec_quotient(arena, adjusted, pe_dec_int(arena, 1));
}

/* cap * rectified * effective points */
PeDec
pe_prededuct_refund(PeArena *arena, PeDec points, PeDec rectified,
					PeEffect effect, PeDec cap)
{
	PeDec		refund;

	if (effect == PE_EFFECT_EXEMPT)
		return pe_dec_int(arena, 0);
	refund = pe_dec_mul(arena, pe_dec_mul(arena, cap, rectified), points);
	if (effect == PE_EFFECT_HALF)
		return pe_dec_quotient(arena, refund, pe_dec_int(arena, 2));
	return pe_dec_quotient(arena, refund, pe_dec_int(arena, 1));
}
