/*
 * rules.h
 *	  Scoring rules: a measured value in, points out, exactly.
 *
 * The callers validate; what each rule requires of its settings stands here.
 * All numbers that go in are decimals.  What comes out is a fraction that has
 * not been divided yet: a function of SQL divides and rounds it once, a rubric
 * goes on with it.
 */
#ifndef PE_RULES_H
#define PE_RULES_H

#include "rational.h"

/* What a part of a step costs: its share, nothing, or a whole step. */
typedef enum PeStepMode
{
	PE_STEP_LINEAR,
	PE_STEP_FLOOR,
	PE_STEP_CEIL
} PeStepMode;

/* What a circumstance leaves of a pre-deduction. */
typedef enum PeEffect
{
	PE_EFFECT_FULL,
	PE_EFFECT_HALF,
	PE_EFFECT_EXEMPT
} PeEffect;

/* A loss of `penalty` for each step short of something. */
typedef struct PePenalty
{
	const PeRat *full_points;
	const PeRat *penalty;
	const PeRat *step;
	const PeRat *min_points;	/* NULL: no floor */
	PeStepMode	mode;
} PePenalty;

extern PeRat pe_steps(PeArena *arena, const PeRat *miss, const PeRat *step,
					  PeStepMode mode);
extern PeFraction pe_score_miss(PeArena *arena, const PeRat *miss,
								const PePenalty *rule);
extern PeFraction pe_score_threshold(PeArena *arena, const PeRat *value,
									 const PeRat *target, const PePenalty *rule,
									 bool lower_is_better);
extern PeFraction pe_score_proportional(PeArena *arena, const PeRat *value,
										const PeRat *target,
										const PeRat *full_points,
										const PeRat *low, const PeRat *high);
extern PeFraction pe_score_events(PeArena *arena, const PeRat *count,
								  const PeRat *full_points,
								  const PeRat *penalty,
								  const PeRat *min_points);
extern int	pe_score_bands(PeArena *arena, const PeRat *value,
						   const PeRat *cuts, int ncuts);
extern PeFraction pe_score_interpolate(PeArena *arena, const PeRat *value,
									   const PeRat *xs, const PeRat *ys, int n);
extern PeDec pe_difficulty_adjust(PeArena *arena, PeDec score,
								  PeDec coefficient, const PeDec *cap);
extern PeDec pe_prededuct_refund(PeArena *arena, PeDec points, PeDec rectified,
								 PeEffect effect, PeDec cap);

#endif							/* PE_RULES_H */
