/*
 * agreement.h
 *	  How far raters agree: intraclass correlations, Kendall's W with ties and
 *	  Krippendorff's alpha, as exact fractions.
 *
 * Correlations and W look at the units that every rater has marked, alpha at
 * all that have two marks or more.
 */
#ifndef PE_AGREEMENT_H
#define PE_AGREEMENT_H

#include "rational.h"
#include "severity.h"

typedef enum PeAgreementStatistic
{
	PE_ICC_1,					/* one-way, a single mark */
	PE_ICC_1K,					/* one-way, the mean of k */
	PE_ICC_A1,					/* two-way, absolute agreement */
	PE_ICC_AK,
	PE_ICC_C1,					/* two-way, consistency */
	PE_ICC_CK,
	PE_KENDALL_W,
	PE_ALPHA_NOMINAL,
	PE_ALPHA_ORDINAL,
	PE_ALPHA_INTERVAL,
	PE_ALPHA_RATIO,
	PE_AGREEMENT_STATISTICS
} PeAgreementStatistic;

typedef enum PeAgreementReason
{
	PE_AGREEMENT_OK,
	PE_AGREEMENT_FEW_UNITS,		/* fewer than two that it can look at */
	PE_AGREEMENT_FEW_RATERS,	/* fewer than two */
	PE_AGREEMENT_NO_VARIANCE,	/* its denominator is not above 0 */
	PE_AGREEMENT_NEGATIVE,		/* a mark below 0 has no ratio */
	PE_AGREEMENT_MANY_VALUES	/* too many different marks for ratios */
} PeAgreementReason;

/* Ratios are summed over pairs of different marks. */
#define PE_AGREEMENT_MAX_VALUES	100

typedef struct PeAgreement
{
	PeAgreementReason reason;
	int32_t		nunits;			/* that it looks at */
	int32_t		nmarks;
	PeRat		value;
} PeAgreement;

extern const char *const pe_agreement_name[PE_AGREEMENT_STATISTICS];
extern const char *const pe_agreement_reason[];

extern void pe_agreement(PeArena *arena, const PeMarks *marks, void (*check) (void),
						 PeAgreement result[PE_AGREEMENT_STATISTICS]);

#endif							/* PE_AGREEMENT_H */
