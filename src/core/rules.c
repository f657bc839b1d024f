/*
 * rules.c
 *	  Scoring rules; see rules.h.
 *
 * Each rule is one fraction, and is rounded at most once, where it is divided.
 */
#include "rules.h"

/* A sum or product as a result: a fraction over 1. */
static PeDec
result(PeArena *arena, PeDec points)
{
	return pe_dec_quotient(arena, points, pe_dec_int(arena, 1));
}

static PeDec
at_least(PeArena *arena, PeDec points, const PeDec *min_points)
{
	if (min_points && pe_dec_cmp(arena, points, *min_points) < 0)
		points = *min_points;
	return result(arena, points);
}

/*
 * P = max(min_points, full_points - penalty * k), where k is the distance from
 * the target in steps: as it is, cut down or rounded up to whole steps.
 * Requires step > 0, penalty >= 0.
 */
PeDec
pe_score_threshold(PeArena *arena, PeDec value, PeDec target,
				   PeDec full_points, PeDec penalty, PeDec step,
				   PeStepMode mode, const PeDec *min_points,
				   bool lower_is_better)
{
	PeDec		miss = lower_is_better ? pe_dec_sub(arena, value, target)
		: pe_dec_sub(arena, target, value);
	PeDec		points;

	if (miss.sign <= 0)
		return result(arena, full_points);

	if (mode == PE_STEP_LINEAR)
	{
		/* full - penalty * miss / step, over the one denominator */
		points = pe_dec_sub(arena, pe_dec_mul(arena, full_points, step),
							pe_dec_mul(arena, penalty, miss));
		if (min_points &&
			pe_dec_cmp(arena, points, pe_dec_mul(arena, *min_points, step)) < 0)
			return result(arena, *min_points);
		return pe_dec_quotient(arena, points, step);
	}

	points = pe_dec_div(arena, miss, step, 0,
						mode == PE_STEP_FLOOR ? PE_FLOOR : PE_CEIL);
	points = pe_dec_sub(arena, full_points, pe_dec_mul(arena, penalty, points));
	return at_least(arena, points, min_points);
}

/*
 * P = full_points * clamp(value / target, low, high).
 * Requires target > 0, low <= high.
 */
PeDec
pe_score_proportional(PeArena *arena, PeDec value, PeDec target,
					  PeDec full_points, PeDec low, PeDec high)
{
	PeDec		bound;

	bound = pe_dec_mul(arena, low, target);
	if (pe_dec_cmp(arena, value, bound) <= 0)
		return result(arena, pe_dec_mul(arena, full_points, low));
	bound = pe_dec_mul(arena, high, target);
	if (pe_dec_cmp(arena, value, bound) >= 0)
		return result(arena, pe_dec_mul(arena, full_points, high));
	return pe_dec_quotient(arena, pe_dec_mul(arena, full_points, value), target);
}

/* P = max(min_points, full_points - penalty * count). */
PeDec
pe_score_events(PeArena *arena, PeDec count, PeDec full_points, PeDec penalty,
				const PeDec *min_points)
{
	return at_least(arena,
					pe_dec_sub(arena, full_points,
							   pe_dec_mul(arena, penalty, count)),
					min_points);
}

/*
 * The band of half-open bands [cut, next): how many cuts the value has reached.
 * Requires ascending cuts.
 */
int
pe_score_bands(PeArena *arena, PeDec value, const PeDec *cuts, int ncuts)
{
	int			low = 0;
	int			high = ncuts;

	while (low < high)
	{
		int			middle = low + (high - low) / 2;

		if (pe_dec_cmp(arena, cuts[middle], value) <= 0)
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
PeDec
pe_score_interpolate(PeArena *arena, PeDec value, const PeDec *xs,
					 const PeDec *ys, int n)
{
	int			reached = pe_score_bands(arena, value, xs, n);
	PeDec		run;
	PeDec		rise;

	if (reached == 0)
		return result(arena, ys[0]);
	if (reached == n)
		return result(arena, ys[n - 1]);

	/* (y0 * (x1 - x0) + (x - x0) * (y1 - y0)) / (x1 - x0) */
	run = pe_dec_sub(arena, xs[reached], xs[reached - 1]);
	rise = pe_dec_mul(arena,
					  pe_dec_sub(arena, value, xs[reached - 1]),
					  pe_dec_sub(arena, ys[reached], ys[reached - 1]));
	return pe_dec_quotient(arena,
						   pe_dec_add(arena,
									  pe_dec_mul(arena, ys[reached - 1], run),
									  rise),
						   run);
}

/* min(cap, score * coefficient) */
PeDec
pe_difficulty_adjust(PeArena *arena, PeDec score, PeDec coefficient,
					 const PeDec *cap)
{
	PeDec		adjusted = pe_dec_mul(arena, score, coefficient);

	if (cap && pe_dec_cmp(arena, adjusted, *cap) > 0)
		adjusted = *cap;
	return result(arena, adjusted);
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
	return result(arena, refund);
}
