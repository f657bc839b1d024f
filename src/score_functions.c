/*
 * score_functions.c
 *	  Rules that turn one measured value into points.
 *
 * Common to all: a NULL value (or target) was not observed and gives NULL,
 * before anything else is looked at; a NULL in the rule itself is an error, as
 * are NaN and infinities anywhere.
 * Results are exact and carry no trailing zeros; a quotient that does not
 * terminate is rounded once, half away from zero, to the scale of numeric's
 * division of the whole fraction.
 */
#include "perfeval.h"

#include "core/rules.h"

static const PeKeyword step_modes[] = {
	{"linear", PE_STEP_LINEAR},
	{"floor", PE_STEP_FLOOR},
	{"ceil", PE_STEP_CEIL},
	{NULL, 0}
};

static const PeKeyword directions[] = {
	{"higher", false},
	{"lower", true},
	{NULL, 0}
};

static PeRat
arg_rat(FunctionCallInfo fcinfo, int argno, PeArena *arena, const char *name)
{
	return pe_rat_dec(arena, pe_arg_dec(fcinfo, argno, arena, name));
}

static PeRat
arg_observed(FunctionCallInfo fcinfo, int argno, PeArena *arena,
			 const char *name)
{
	return pe_rat_dec(arena, pe_arg_observed(fcinfo, argno, arena, name));
}

static PeRat *
array_rats(Datum value, const char *name, PeArena *arena, int *count)
{
	PeDec	   *decs = pe_array_decs(value, name, arena, count);
	PeRat	   *result = pe_alloc(arena, sizeof(PeRat) * Max(*count, 1));

	for (int i = 0; i < *count; i++)
		result[i] = pe_rat_dec(arena, decs[i]);
	return result;
}

static const char *
rat_text(PeArena *arena, const PeRat *value)
{
	return pe_dec_text(arena, pe_rat_to_dec(arena, value));
}

/* A rule's fraction as its result: divided and rounded once. */
static Datum
result(PeArena *arena, PeFraction points)
{
	return PE_DEC_DATUM(arena, pe_fraction_quotient(arena, &points));
}

static void
refuse_negative(PeArena *arena, const PeRat *value, const char *name)
{
	if (pe_rat_sign(value) < 0)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("%s must not be negative, but is %s", name,
						rat_text(arena, value))));
}

/* The floor of the points, checked against full_points; NULL: no floor. */
static const PeRat *
arg_min_points(FunctionCallInfo fcinfo, int argno, PeArena *arena,
			   const PeRat *full_points, PeRat *min_points)
{
	if (PG_ARGISNULL(argno))
		return NULL;
	*min_points = arg_rat(fcinfo, argno, arena, "min_points");
	if (pe_rat_cmp(arena, min_points, full_points) > 0)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("min_points %s is above full_points %s",
						rat_text(arena, min_points),
						rat_text(arena, full_points)),
				 errhint("Use NULL for points without a floor.")));
	return min_points;
}

static void
check_ascending(PeArena *arena, const PeRat *values, int count,
				const char *name)
{
	for (int i = 1; i < count; i++)
		if (pe_rat_cmp(arena, &values[i - 1], &values[i]) >= 0)
			ereport(ERROR,
					(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
					 errmsg("%s must ascend, but %s is followed by %s", name,
							rat_text(arena, &values[i - 1]),
							rat_text(arena, &values[i]))));
}

/*
 * score_threshold(value, target, full_points, penalty, step = 1,
 *				   mode = 'linear', min_points = 0, better = 'higher')
 *
 * Full points at the target, `penalty` less for every `step` (> 0) short of
 * it, not below min_points (NULL: no floor).  `mode` says what a part of a
 * step costs: linear its share, floor nothing, ceil a whole step.  `better`:
 * higher or lower.
 */
PG_FUNCTION_INFO_V1(score_threshold);
Datum
score_threshold(PG_FUNCTION_ARGS)
{
	PE_ARENA(arena);
	PeRat		value,
				target,
				full_points,
				penalty,
				step,
				floor_points;
	const PeRat *min_points;
	PePenalty	rule;
	bool		lower_is_better;

	if (PG_ARGISNULL(0) || PG_ARGISNULL(1))
		PG_RETURN_NULL();
	value = arg_observed(fcinfo, 0, &arena, "value");
	target = arg_observed(fcinfo, 1, &arena, "target");
	full_points = arg_rat(fcinfo, 2, &arena, "full_points");
	penalty = arg_rat(fcinfo, 3, &arena, "penalty");
	step = arg_rat(fcinfo, 4, &arena, "step");
	rule.mode = pe_arg_keyword(fcinfo, 5, "mode", step_modes);
	min_points = arg_min_points(fcinfo, 6, &arena, &full_points,
								&floor_points);
	lower_is_better = pe_arg_keyword(fcinfo, 7, "better", directions);
	refuse_negative(&arena, &penalty, "penalty");
	if (pe_rat_sign(&step) <= 0)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("step must be positive, but is %s",
						rat_text(&arena, &step)),
				 errhint("The step is the distance from the target that costs one penalty.")));

	rule.full_points = &full_points;
	rule.penalty = &penalty;
	rule.step = &step;
	rule.min_points = min_points;
	return result(&arena, pe_score_threshold(&arena, &value, &target, &rule,
											 lower_is_better));
}

/*
 * score_proportional(value, target, full_points, low = 0, high = 1)
 *
 * full_points times value / target, the share held to low..high.  A target of
 * 0 that nothing was done for gives NULL (not applicable); a target of 0 with
 * another value, and a negative target, are errors.
 */
PG_FUNCTION_INFO_V1(score_proportional);
Datum
score_proportional(PG_FUNCTION_ARGS)
{
	PE_ARENA(arena);
	PeRat		value,
				target,
				full_points,
				low,
				high;

	if (PG_ARGISNULL(0) || PG_ARGISNULL(1))
		PG_RETURN_NULL();
	value = arg_observed(fcinfo, 0, &arena, "value");
	target = arg_observed(fcinfo, 1, &arena, "target");
	full_points = arg_rat(fcinfo, 2, &arena, "full_points");
	low = arg_rat(fcinfo, 3, &arena, "low");
	high = arg_rat(fcinfo, 4, &arena, "high");
	if (pe_rat_cmp(&arena, &low, &high) > 0)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("low %s is above high %s", rat_text(&arena, &low),
						rat_text(&arena, &high))));
	refuse_negative(&arena, &target, "target");
	if (pe_rat_sign(&target) == 0)
	{
		if (pe_rat_sign(&value) == 0)
			PG_RETURN_NULL();
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("target is 0, but value is %s",
						rat_text(&arena, &value)),
				 errhint("Give a positive target, or NULL for a value that is not to be scored.")));
	}

	return result(&arena, pe_score_proportional(&arena, &value, &target,
												&full_points, &low, &high));
}

/*
 * score_events(count, full_points, penalty, min_points = 0)
 *
 * full_points less `penalty` for each of `count` valid events (a whole number,
 * 0 or more), not below min_points (NULL: no floor).
 */
PG_FUNCTION_INFO_V1(score_events);
Datum
score_events(PG_FUNCTION_ARGS)
{
	PE_ARENA(arena);
	PeRat		count,
				full_points,
				penalty,
				floor_points;
	const PeRat *min_points;

	if (PG_ARGISNULL(0))
		PG_RETURN_NULL();
	count = arg_observed(fcinfo, 0, &arena, "count");
	full_points = arg_rat(fcinfo, 1, &arena, "full_points");
	penalty = arg_rat(fcinfo, 2, &arena, "penalty");
	min_points = arg_min_points(fcinfo, 3, &arena, &full_points,
								&floor_points);
	refuse_negative(&arena, &count, "count");
	refuse_negative(&arena, &penalty, "penalty");
	if (!pe_rat_is_whole(&arena, &count))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("count must be a whole number, but is %s",
						rat_text(&arena, &count)),
				 errhint("For a measured quantity use score_threshold().")));

	return result(&arena, pe_score_events(&arena, &count, &full_points,
										  &penalty, min_points));
}

/*
 * score_bands(value, cuts numeric[], points numeric[])
 *
 * points[1] below cuts[1], points[2] from cuts[1] to below cuts[2], and so on;
 * the last from the last cut up.  Half-open bands leave no hole.  `cuts`
 * ascends, `points` has one entry more and may be anything; the entry is given
 * as it stands.
 */
PG_FUNCTION_INFO_V1(score_bands);
Datum
score_bands(PG_FUNCTION_ARGS)
{
	PE_ARENA(arena);
	PeRat		value;
	PeRat	   *cuts;
	Datum	   *points;
	int			ncuts,
				npoints;

	if (PG_ARGISNULL(0))
		PG_RETURN_NULL();
	value = arg_observed(fcinfo, 0, &arena, "value");
	if (PG_ARGISNULL(1))
		pe_refuse_null("cuts");
	if (PG_ARGISNULL(2))
		pe_refuse_null("points");
	cuts = array_rats(PG_GETARG_DATUM(1), "cuts", &arena, &ncuts);
	pe_array_numerics(PG_GETARG_DATUM(2), "points", &points, &npoints);
	if (npoints != ncuts + 1)
		ereport(ERROR,
				(errcode(ERRCODE_ARRAY_SUBSCRIPT_ERROR),
				 errmsg("%d cuts need %d points, but there are %d", ncuts,
						ncuts + 1, npoints),
				 errhint("The first entry of points is for values below the first cut.")));
	check_ascending(&arena, cuts, ncuts, "cuts");

	return points[pe_score_bands(&arena, &value, cuts, ncuts)];
}

/*
 * score_interpolate(value, xs numeric[], ys numeric[])
 *
 * Piecewise linear through the points (xs, ys), level before the first and
 * after the last.  `xs` ascends; both have the same length, at least 1.
 */
PG_FUNCTION_INFO_V1(score_interpolate);
Datum
score_interpolate(PG_FUNCTION_ARGS)
{
	PE_ARENA(arena);
	PeRat		value;
	PeRat	   *xs,
			   *ys;
	int			nxs,
				nys;

	if (PG_ARGISNULL(0))
		PG_RETURN_NULL();
	value = arg_observed(fcinfo, 0, &arena, "value");
	if (PG_ARGISNULL(1))
		pe_refuse_null("xs");
	if (PG_ARGISNULL(2))
		pe_refuse_null("ys");
	xs = array_rats(PG_GETARG_DATUM(1), "xs", &arena, &nxs);
	ys = array_rats(PG_GETARG_DATUM(2), "ys", &arena, &nys);
	if (nxs == 0 || nxs != nys)
		ereport(ERROR,
				(errcode(ERRCODE_ARRAY_SUBSCRIPT_ERROR),
				 errmsg("xs and ys must have the same length, at least 1, but have %d and %d",
						nxs, nys)));
	check_ascending(&arena, xs, nxs, "xs");

	return result(&arena, pe_score_interpolate(&arena, &value, xs, ys, nxs));
}

/*
 * difficulty_adjust(score, coefficient, cap = NULL)
 *
 * min(cap, score * coefficient); coefficient >= 0; without a cap if NULL.
 */
PG_FUNCTION_INFO_V1(difficulty_adjust);
Datum
difficulty_adjust(PG_FUNCTION_ARGS)
{
	PE_ARENA(arena);
	PeDec		score,
				coefficient,
				cap = {0};
	PeRat		coefficient_rat;

	if (PG_ARGISNULL(0) || PG_ARGISNULL(1))
		PG_RETURN_NULL();
	score = pe_arg_observed(fcinfo, 0, &arena, "score");
	coefficient = pe_arg_dec(fcinfo, 1, &arena, "coefficient");
	if (!PG_ARGISNULL(2))
		cap = pe_arg_dec(fcinfo, 2, &arena, "cap");
	coefficient_rat = pe_rat_dec(&arena, coefficient);
	refuse_negative(&arena, &coefficient_rat, "coefficient");

	return PE_DEC_DATUM(&arena,
						pe_difficulty_adjust(&arena, score, coefficient,
											 PG_ARGISNULL(2) ? NULL : &cap));
}
