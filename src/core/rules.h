/*
 * rules.h
 *	  Scoring rules: a measured value in, points out, exactly.
 *
 * The callers validate; what each rule requires of its settings stands here.
 * Results carry no trailing zeros, but for a band's points, which are given
 * back as they are.
 */
#ifndef PE_RULES_H
#define PE_RULES_H

#include "decimal.h"

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

extern PeDec pe_score_threshold(PeArena *arena, PeDec value, PeDec target,
								PeDec full_points, PeDec penalty, PeDec step,
								PeStepMode mode, const PeDec *min_points,
								bool lower_is_better);
extern PeDec pe_score_proportional(PeArena *arena, PeDec value, PeDec target,
								   PeDec full_points, PeDec low, PeDec high);
extern PeDec pe_score_events(PeArena *arena, PeDec count, PeDec full_points,
							 PeDec penalty, const PeDec *min_points);
extern int	pe_score_bands(PeArena *arena, PeDec value, const PeDec *cuts,
						   int ncuts);
extern PeDec pe_score_interpolate(PeArena *arena, PeDec value, const PeDec *xs,
								  const PeDec *ys, int n);
extern PeDec pe_difficulty_adjust(PeArena *arena, PeDec score,
								  PeDec coefficient, const PeDec *cap);
extern PeDec pe_prededuct_refund(PeArena *arena, PeDec points, PeDec rectified,
								 PeEffect effect, PeDec cap);

#endif							/* PE_RULES_H */
