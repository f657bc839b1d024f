/*
 * What pe_severities finds satisfies the normal equations exactly, and sums to
 * 0 in each component; pe_agreement goes through whatever the marks.
 */
#include "lib/fuzz.h"
#include "agreement.h"

#define MOST_RATERS	9
#define MOST_UNITS	12

static void
nothing(void)
{
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	Input		input = {data, size};
	PeArena		arena;
	char		buffer[2048] __attribute__((aligned(PE_ARENA_ALIGN)));
	PeMark	   *mark = piece(sizeof(PeMark) * MOST_UNITS * MOST_RATERS);
	int32_t		number[MOST_RATERS];
	bool		used[MOST_RATERS] = {false};
	PeMarks		marks = {0};
	PeSeverity	severity[MOST_RATERS];
	PeAgreement agreement[PE_AGREEMENT_STATISTICS];
	PeRat		zero = pe_rat_int(0);
	int			shape = take_byte(&input);

	pe_arena_init(&arena, buffer, sizeof(buffer), piece);
	marks.mark = mark;
	while (input.left > 0 && marks.nunits < MOST_UNITS)
	{
		uint8_t		who = take_byte(&input);
		int32_t		before = marks.n;

		for (int j = 0; j < MOST_RATERS - 1; j++)
			if (who & 1 << j)
			{
				PeInt128	score = take_byte(&input);

				/* plain marks, or as long as they may be */
				for (int i = 0; shape & 1 && i < 11; i++)
					score = score * 256 + take_byte(&input);
				mark[marks.n].score = shape & 2 && score & 1 ? -score : score;
				mark[marks.n].unit = marks.nunits;
				mark[marks.n++].rater = j;
				used[j] = true;
			}
		marks.nunits += marks.n > before;
	}
	for (int j = 0; j < MOST_RATERS; j++)
		if (used[j])
			number[j] = marks.nraters++;
	for (int32_t m = 0; m < marks.n; m++)
		mark[m].rater = number[mark[m].rater];

	CLAIM(pe_severities(&arena, &marks, nothing, severity) == PE_SEVERITY_OK);
	for (int c = 0; c < marks.nraters; c++)
	{
		PeRat		sum = zero;

		for (int j = 0; j < marks.nraters; j++)
			if (severity[j].component == c && severity[j].estimable)
			{
				PeRat		num = pe_rat_dec(&arena, severity[j].num);
				PeRat		den = pe_rat_dec(&arena, severity[j].den);

				num = pe_rat_div(&arena, &num, &den);
				sum = pe_rat_add(&arena, &sum, &num);
			}
		CLAIM(pe_rat_sign(&sum) == 0 && !pe_rat_is_too_big(&sum));
	}
	for (int j = 0; j < marks.nraters; j++)
	{
		PeRat		left = zero;	/* residuals of the rater's marks */
		int32_t		count = 0;

		for (int32_t first = 0, next; first < marks.n; first = next)
		{
			PeRat		rest = zero;	/* of the unit, less severities */
			PeRat		own = zero;
			PeRat		n;
			bool		is_own = false;

			for (next = first; next < marks.n && mark[next].unit == mark[first].unit; next++)
			{
				const PeSeverity *of = &severity[mark[next].rater];
				PeRat		score = pe_rat_dec(&arena, pe_dec_int128(&arena, mark[next].score, 0));

				CLAIM(of->component == severity[mark[first].rater].component);
				CLAIM(next == first || of->estimable);
				if (of->estimable)
				{
					PeRat		num = pe_rat_dec(&arena, of->num);
					PeRat		den = pe_rat_dec(&arena, of->den);

					num = pe_rat_div(&arena, &num, &den);
					score = pe_rat_sub(&arena, &score, &num);
				}
				rest = pe_rat_add(&arena, &rest, &score);
				if (mark[next].rater == j)
				{
					own = score;
					is_own = true;
				}
			}
			if (!is_own)
				continue;
			count++;
			n = pe_rat_int(next - first);
			rest = pe_rat_div(&arena, &rest, &n);
			own = pe_rat_sub(&arena, &own, &rest);
			left = pe_rat_add(&arena, &left, &own);
		}
		CLAIM(count == severity[j].nmarks);
		CLAIM(pe_rat_sign(&left) == 0 && !pe_rat_is_too_big(&left));
	}

	pe_agreement(&arena, &marks, nothing, agreement);
	for (int s = 0; s < PE_AGREEMENT_STATISTICS; s++)
		if (agreement[s].reason == PE_AGREEMENT_OK)
		{
			PeRat		one = pe_rat_int(1);

			CLAIM(!pe_rat_is_too_big(&agreement[s].value));
			CLAIM(pe_rat_cmp(&arena, &agreement[s].value, &one) <= 0);
		}
	free_pieces();
	return 0;
}
