/*
 * agreement.c
 *	  Agreement of raters; see agreement.h.
 *
 * All is worked out in whole numbers: none of the statistics depends on the
 * scale of the marks, and alpha of ordinal marks is alpha of their middle
 * ranks.
 */
#include "agreement.h"

#include <stdlib.h>
#include <string.h>

const char *const pe_agreement_name[PE_AGREEMENT_STATISTICS] = {
	"icc_1", "icc_1k", "icc_a1", "icc_ak", "icc_c1", "icc_ck", "kendall_w",
	"alpha_nominal", "alpha_ordinal", "alpha_interval", "alpha_ratio"
};

const char *const pe_agreement_reason[] = {
	NULL, "few_units", "few_raters", "no_variance", "negative_scores", "many_values"
};

/* A sum of squares of 128-bit numbers. */
#define WIDE	5

typedef struct Wide
{
	mp_limb_t	limb[WIDE];
} Wide;

/* A mark by its value: which unit has it, which rater gave it. */
typedef struct Value
{
	PeInt128	score;
	int32_t		unit;
	int32_t		rater;
	int32_t		mark;			/* its place among the marks */
} Value;

/* Where a unit's marks are. */
typedef struct Unit
{
	int32_t		start;
	int32_t		n;
} Unit;

typedef struct Agreement
{
	PeArena    *arena;
	void		(*check) (void);
	const PeMarks *marks;
	int32_t		nunits;
	Unit	   *unit;			/* of two marks or more, by number of marks */
	int32_t		nvalues;		/* marks of these */
	PeAgreement *result;
} Agreement;

static void
add_square(Wide *sum, PeInt128 a)
{
	unsigned __int128 size = a < 0 ? -(unsigned __int128) a : (unsigned __int128) a;
	mp_limb_t	limb[2] = {(mp_limb_t) size, (mp_limb_t) (size >> 64)};
	mp_limb_t	square[WIDE] = {0};

	mpn_sqr(square, limb, 2);
	(void) mpn_add_n(sum->limb, sum->limb, square, WIDE);
}

static PeRat
wide_rat(PeArena *arena, const Wide *a)
{
	PeDec		dec = {1, 0, WIDE, NULL};
	mp_limb_t  *limb = pe_alloc(arena, sizeof(a->limb));

	memcpy(limb, a->limb, sizeof(a->limb));
	dec.limb = limb;
	while (dec.n > 0 && limb[dec.n - 1] == 0)
		dec.n--;
	dec.sign = dec.n > 0;
	return pe_rat_dec(arena, dec);
}

static PeRat
whole(PeArena *arena, PeInt128 a)
{
	return pe_rat_dec(arena, pe_dec_int128(arena, a, 0));
}

static PeRat
times(PeArena *arena, PeRat a, PeRat b)
{
	return pe_rat_mul(arena, &a, &b);
}

static PeRat
plus(PeArena *arena, PeRat a, PeRat b)
{
	return pe_rat_add(arena, &a, &b);
}

static PeRat
minus(PeArena *arena, PeRat a, PeRat b)
{
	return pe_rat_sub(arena, &a, &b);
}

static void
ratio(Agreement *a, PeAgreementStatistic which, PeRat num, PeRat den)
{
	PeAgreement *result = &a->result[which];

	if (result->reason != PE_AGREEMENT_OK)
		return;
	if (pe_rat_sign(&den) <= 0)
		result->reason = PE_AGREEMENT_NO_VARIANCE;
	else
		result->value = pe_rat_div(a->arena, &num, &den);
}

/* --------------------------------------------- units that every rater marked */

/* From sums of squares, all times n k. */
static void
correlations(Agreement *a, int32_t units, PeRat rows, PeRat columns, PeRat total)
{
	PeArena    *arena = a->arena;
	PeRat		n = pe_rat_int(units);
	PeRat		n1 = pe_rat_int(units - 1);
	PeRat		k = pe_rat_int(a->marks->nraters);
	PeRat		k1 = pe_rat_int(a->marks->nraters - 1);
	PeRat		within = minus(arena, total, rows);

	/* mean squares times n k (n - 1) (k - 1) */
	PeRat		mr = times(arena, rows, k1);
	PeRat		mc = times(arena, columns, n1);
	PeRat		me = minus(arena, within, columns);
	PeRat		above = minus(arena, mr, me);
	PeRat		single = plus(arena, mr, times(arena, k1, me));

	ratio(a, PE_ICC_C1, above, single);
	ratio(a, PE_ICC_CK, above, mr);
	ratio(a, PE_ICC_A1, times(arena, n, above),
		  plus(arena, times(arena, n, single), times(arena, k, minus(arena, mc, me))));
	ratio(a, PE_ICC_AK, times(arena, n, above),
		  plus(arena, times(arena, n, mr), minus(arena, mc, me)));

	/* one-way: the same times n once more */
	mr = times(arena, n, mr);
	me = times(arena, n1, within);
	above = minus(arena, mr, me);
	ratio(a, PE_ICC_1, above, plus(arena, mr, times(arena, k1, me)));
	ratio(a, PE_ICC_1K, above, mr);
}

static int
by_rater_and_score(const void *a, const void *b)
{
	const Value *x = a;
	const Value *y = b;

	if (x->rater != y->rater)
		return x->rater < y->rater ? -1 : 1;
	return x->score < y->score ? -1 : x->score > y->score;
}

/* W = 12 S / (m^2 (n^3 - n) - m T), in ranks times two. */
static void
kendall(Agreement *a, int32_t units, Value *value, int32_t nvalues)
{
	PeArena    *arena = a->arena;
	PeInt128	m = a->marks->nraters;
	PeInt128	n = units;
	PeInt128	middle = m * (n + 1);	/* twice the mean of the units' sums */
	PeInt128	tied = 0;
	int64_t    *sum = pe_alloc(arena, sizeof(int64_t) * ((size_t) units + 1));
	Wide		squares = {{0}};

	memset(sum, 0, sizeof(int64_t) * ((size_t) units + 1));
	a->check();
	qsort(value, (size_t) nvalues, sizeof(Value), by_rater_and_score);
	for (int32_t first = 0, next; first < nvalues; first = next)
	{
		int64_t		before = first % units;
		int64_t		t;

		for (next = first + 1; next < nvalues &&
			 by_rater_and_score(&value[first], &value[next]) == 0;)
			next++;
		t = next - first;
		tied += (PeInt128) t * t * t - t;
		for (int32_t i = first; i < next; i++)
			sum[value[i].unit] += 2 * before + t + 1;
	}
	for (int32_t i = 0; i < units; i++)
		add_square(&squares, sum[i] - middle);
	ratio(a, PE_KENDALL_W, times(arena, pe_rat_int(3), wide_rat(arena, &squares)),
		  minus(arena, times(arena, whole(arena, m * m), whole(arena, n * n * n - n)),
				whole(arena, m * tied)));
}

static void
look_at_complete(Agreement *a)
{
	PeArena    *arena = a->arena;
	const PeMarks *marks = a->marks;
	int32_t		k = marks->nraters;
	int32_t		units = 0;
	int32_t		nvalues = 0;
	Value	   *value = pe_alloc(arena, sizeof(Value) * ((size_t) a->nvalues + 1));
	PeInt128   *column = pe_alloc(arena, sizeof(PeInt128) * ((size_t) k + 1));
	PeInt128	all = 0;
	Wide		rows = {{0}};
	Wide		columns = {{0}};
	Wide		squares = {{0}};
	Wide		square = {{0}};
	PeRat		middle;

	memset(column, 0, sizeof(PeInt128) * ((size_t) k + 1));
	for (int32_t u = 0; u < a->nunits; u++)
	{
		PeInt128	row = 0;

		if (a->unit[u].n < k)
			continue;
		for (int32_t i = a->unit[u].start; i < a->unit[u].start + k; i++)
		{
			const PeMark *mark = &marks->mark[i];

			value[nvalues++] = (Value) {mark->score, units, mark->rater, i};
			row += mark->score;
			column[mark->rater] += mark->score;
			add_square(&squares, mark->score);
		}
		add_square(&rows, row);
		all += row;
		units++;
	}
	for (int32_t j = 0; j < k; j++)
		add_square(&columns, column[j]);
	add_square(&square, all);
	for (int s = PE_ICC_1; s <= PE_KENDALL_W; s++)
	{
		a->result[s].nunits = units;
		a->result[s].nmarks = nvalues;
		a->result[s].reason = k < 2 ? PE_AGREEMENT_FEW_RATERS :
			units < 2 ? PE_AGREEMENT_FEW_UNITS : PE_AGREEMENT_OK;
	}
	if (k < 2 || units < 2)
		return;
	middle = wide_rat(arena, &square);
	correlations(a, units,
				 minus(arena, times(arena, pe_rat_int(units), wide_rat(arena, &rows)), middle),
				 minus(arena, times(arena, pe_rat_int(k), wide_rat(arena, &columns)), middle),
				 minus(arena, times(arena, pe_rat_int((int64_t) units * k),
									wide_rat(arena, &squares)), middle));
	kendall(a, units, value, nvalues);
}

/* ------------------------------------------------- units of two marks or more */

/*
 * alpha = 1 - (n - 1) observed / expected, where observed sums differences
 * within units, each over its number of marks less 1, and expected all
 * differences.
 */
static void
alpha(Agreement *a, PeAgreementStatistic which, PeRat observed, PeRat expected)
{
	PeArena    *arena = a->arena;

	ratio(a, which, minus(arena, expected, times(arena, pe_rat_int(a->nvalues - 1), observed)),
		  expected);
}

/* Differences squared: n times the squares less the square of the sum. */
static PeRat
spread(PeArena *arena, PeInt128 n, const Wide *squares, PeInt128 sum)
{
	Wide		square = {{0}};

	add_square(&square, sum);
	return minus(arena, times(arena, whole(arena, n), wide_rat(arena, squares)),
				 wide_rat(arena, &square));
}

static void
alpha_interval(Agreement *a, PeAgreementStatistic which, const PeInt128 *score)
{
	PeArena    *arena = a->arena;
	PeRat		observed = pe_rat_int(0);
	Wide		squares = {{0}};
	PeInt128	sum = 0;

	/* units of as many marks go together: n times their squares less squares of sums */
	for (int32_t first = 0, next; first < a->nunits; first = next)
	{
		int32_t		n = a->unit[first].n;
		Wide		all = {{0}};
		Wide		sums = {{0}};

		a->check();
		for (next = first; next < a->nunits && a->unit[next].n == n; next++)
		{
			PeInt128	unit = 0;

			for (int32_t i = a->unit[next].start; i < a->unit[next].start + n; i++)
			{
				unit += score[i];
				add_square(&all, score[i]);
				add_square(&squares, score[i]);
			}
			add_square(&sums, unit);
			sum += unit;
		}
		{
			PeRat		within = minus(arena, times(arena, pe_rat_int(n), wide_rat(arena, &all)),
									   wide_rat(arena, &sums));
			PeRat		less = pe_rat_int(n - 1);

			observed = plus(arena, observed, pe_rat_div(arena, &within, &less));
		}
	}
	alpha(a, which, observed, spread(arena, a->nvalues, &squares, sum));
}

static int
by_score(const void *a, const void *b)
{
	const Value *x = a;
	const Value *y = b;

	if (x->score != y->score)
		return x->score < y->score ? -1 : 1;
	return x->mark < y->mark ? -1 : x->mark > y->mark;
}

static int
by_number(const void *a, const void *b)
{
	int32_t		x = *(const int32_t *) a;
	int32_t		y = *(const int32_t *) b;

	return x < y ? -1 : x > y;
}

/* `kind` numbers the different marks, of which there are `count[kind]`. */
static void
alpha_nominal(Agreement *a, const int32_t *kind, const int32_t *count, int32_t nkinds)
{
	PeArena    *arena = a->arena;
	PeRat		observed = pe_rat_int(0);
	PeInt128	expected = 0;
	int32_t    *own = pe_alloc(arena, sizeof(int32_t) * ((size_t) a->marks->nraters + 1));

	for (int32_t first = 0, next; first < a->nunits; first = next)
	{
		int32_t		n = a->unit[first].n;
		PeInt128	differ = 0;
		PeRat		within;
		PeRat		less = pe_rat_int(n - 1);

		a->check();
		for (next = first; next < a->nunits && a->unit[next].n == n; next++)
		{
			memcpy(own, kind + a->unit[next].start, sizeof(int32_t) * (size_t) n);
			qsort(own, (size_t) n, sizeof(int32_t), by_number);
			for (int32_t i = 0, same; i < n; i += same)
			{
				for (same = 1; i + same < n && own[i + same] == own[i];)
					same++;
				differ += (PeInt128) same * (n - same);
			}
		}
		within = whole(arena, differ);
		observed = plus(arena, observed, pe_rat_div(arena, &within, &less));
	}
	for (int32_t c = 0; c < nkinds; c++)
		expected += (PeInt128) count[c] * (a->nvalues - count[c]);
	alpha(a, PE_ALPHA_NOMINAL, observed, whole(arena, expected));
}

/* Differences are ((x - y) / (x + y))^2, and 0 between two zeros. */
static void
alpha_ratio(Agreement *a, const int32_t *kind, const int32_t *count,
			const PeInt128 *value, int32_t nkinds)
{
	PeArena    *arena = a->arena;
	PeRat		observed = pe_rat_int(0);
	PeRat		expected = pe_rat_int(0);
	PeRat	   *together;
	int64_t    *pairs;

	if (value[0] < 0)
		a->result[PE_ALPHA_RATIO].reason = PE_AGREEMENT_NEGATIVE;
	else if (nkinds > PE_AGREEMENT_MAX_VALUES)
		a->result[PE_ALPHA_RATIO].reason = PE_AGREEMENT_MANY_VALUES;
	if (a->result[PE_ALPHA_RATIO].reason != PE_AGREEMENT_OK)
		return;
	together = pe_alloc(arena, sizeof(PeRat) * (size_t) (nkinds * nkinds));
	pairs = pe_alloc(arena, sizeof(int64_t) * (size_t) (nkinds * nkinds));
	for (int32_t c = 0; c < nkinds * nkinds; c++)
		together[c] = pe_rat_int(0);
	for (int32_t first = 0, next; first < a->nunits; first = next)
	{
		int32_t		n = a->unit[first].n;
		PeRat		less = pe_rat_int(n - 1);

		memset(pairs, 0, sizeof(int64_t) * (size_t) (nkinds * nkinds));
		for (next = first; next < a->nunits && a->unit[next].n == n; next++)
		{
			int32_t		own[PE_AGREEMENT_MAX_VALUES] = {0};

			a->check();
			for (int32_t i = a->unit[next].start; i < a->unit[next].start + n; i++)
				own[kind[i]]++;
			for (int32_t c = 0; c < nkinds; c++)
				for (int32_t d = 0; own[c] > 0 && d < c; d++)
					pairs[c * nkinds + d] += (int64_t) own[c] * own[d];
		}
		for (int32_t c = 0; c < nkinds * nkinds; c++)
			if (pairs[c] > 0)
			{
				PeRat		some = pe_rat_int(pairs[c]);

				together[c] = plus(arena, together[c], pe_rat_div(arena, &some, &less));
			}
	}
	for (int32_t c = 0; c < nkinds; c++)
		for (int32_t d = 0; d < c; d++)
		{
			PeRat		apart = whole(arena, value[c] - value[d]);
			PeRat		both = whole(arena, value[c] + value[d]);

			a->check();
			apart = pe_rat_div(arena, &apart, &both);
			apart = times(arena, apart, apart);
			observed = plus(arena, observed, times(arena, apart, together[c * nkinds + d]));
			expected = plus(arena, expected,
							times(arena, apart, whole(arena, (PeInt128) count[c] * count[d])));
		}
	alpha(a, PE_ALPHA_RATIO, observed, expected);
}

static void
look_at_pairs(Agreement *a)
{
	PeArena    *arena = a->arena;
	const PeMarks *marks = a->marks;
	size_t		n = (size_t) marks->n + 1;
	Value	   *value = pe_alloc(arena, sizeof(Value) * n);
	PeInt128   *score = pe_alloc(arena, sizeof(PeInt128) * n);
	PeInt128   *rank = pe_alloc(arena, sizeof(PeInt128) * n);
	PeInt128   *distinct = pe_alloc(arena, sizeof(PeInt128) * n);
	int32_t    *kind = pe_alloc(arena, sizeof(int32_t) * n);
	int32_t    *count = pe_alloc(arena, sizeof(int32_t) * n);
	int32_t		nkinds = 0;
	int32_t		nvalues = 0;

	for (int s = PE_ALPHA_NOMINAL; s < PE_AGREEMENT_STATISTICS; s++)
	{
		a->result[s].nunits = a->nunits;
		a->result[s].nmarks = a->nvalues;
		a->result[s].reason = marks->nraters < 2 ? PE_AGREEMENT_FEW_RATERS :
			a->nunits < 2 ? PE_AGREEMENT_FEW_UNITS : PE_AGREEMENT_OK;
	}
	if (marks->nraters < 2 || a->nunits < 2)
		return;
	for (int32_t u = 0; u < a->nunits; u++)
		for (int32_t i = a->unit[u].start; i < a->unit[u].start + a->unit[u].n; i++)
		{
			score[i] = marks->mark[i].score;
			value[nvalues++] = (Value) {score[i], 0, 0, i};
		}
	a->check();
	qsort(value, (size_t) nvalues, sizeof(Value), by_score);
	for (int32_t first = 0, next; first < nvalues; first = next)
	{
		for (next = first; next < nvalues && value[next].score == value[first].score;)
			kind[value[next++].mark] = nkinds;
		for (int32_t i = first; i < next; i++)
			rank[value[i].mark] = (PeInt128) first + next;
		distinct[nkinds] = value[first].score;
		count[nkinds++] = next - first;
	}
	alpha_nominal(a, kind, count, nkinds);
	alpha_interval(a, PE_ALPHA_ORDINAL, rank);
	alpha_interval(a, PE_ALPHA_INTERVAL, score);
	alpha_ratio(a, kind, count, distinct, nkinds);
}

static int
by_size(const void *a, const void *b)
{
	const Unit *x = a;
	const Unit *y = b;

	if (x->n != y->n)
		return x->n < y->n ? -1 : 1;
	return x->start < y->start ? -1 : x->start > y->start;
}

void
pe_agreement(PeArena *arena, const PeMarks *marks, void (*check) (void),
			 PeAgreement result[PE_AGREEMENT_STATISTICS])
{
	Agreement	a = {.arena = arena, .check = check, .marks = marks, .result = result};

	memset(result, 0, sizeof(PeAgreement) * PE_AGREEMENT_STATISTICS);
	a.unit = pe_alloc(arena, sizeof(Unit) * ((size_t) marks->nunits + 1));
	for (int32_t first = 0, next; first < marks->n; first = next)
	{
		for (next = first; next < marks->n &&
			 marks->mark[next].unit == marks->mark[first].unit;)
			next++;
		if (next - first < 2)
			continue;
		a.unit[a.nunits++] = (Unit) {first, next - first};
		a.nvalues += next - first;
	}
	qsort(a.unit, (size_t) a.nunits, sizeof(Unit), by_size);
	look_at_complete(&a);
	look_at_pairs(&a);
}
