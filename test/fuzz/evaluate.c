/*
 * Any card by any valid rubric: the evaluation ends, its ways agree, its result
 * is a card, and its lines add up to the score.
 *
 * The input chooses a sample rubric, a card and edits of the rubric's bytes.
 */
#include "lib/fuzz.h"
#include "../core/lib/rubrics.h"
#include "explain.h"
#include "rubric_lint.h"
#include "rubric_text.h"
#include "rubric_words.h"

/* Items that the samples read. */
static const int32_t items[] = {1, 2, 3, 4, 5, 6, 7, 8, 9, 101};

#define NITEMS	((int32_t) (sizeof(items) / sizeof(items[0])))

static char *
take_card(Input *input)
{
	PeEntry		entries[NITEMS];
	uint8_t		kind = take_byte(input);
	bool		side_by_side = kind % 2 == 0;
	bool		gaps = kind % 4 == 0;
	int32_t		n = 0;
	char	   *card;

	for (int32_t i = 0; i < NITEMS - side_by_side; i++)
	{
		uint8_t		shape = take_byte(input);
		PeEntry    *entry = &entries[n];

		if (side_by_side)
		{
			/* readings that plans are made for, mostly */
			entry->item = items[i];
			entry->status = shape == 0 ? PE_MISSING : PE_OK;
			if (gaps && shape % 8 == 7)
			{
				/* a gap, of one kind or another */
				if (shape >= 128)
					continue;
				entry->status = PE_MISSING + shape / 8 % 3;
			}
			entry->scale = shape % 4 == 0 ? shape / 4 % 4 : 2;
			entry->number = take_byte(input) * 256 + take_byte(input) - 16384;
			if (shape % 4 == 1)
			{
				/* on a cut, now and then */
				entry->number = entry->number % 256;
				entry->scale = 0;
			}
			if (entry->status != PE_OK || entry->item > 7)
			{
				/* a status, or a count */
				entry->scale = 0;
				entry->number = shape % 4;
			}
			pe_entry_normalize(entry);
			n++;
			continue;
		}
		if (shape % 8 == 0)
			continue;			/* not in the card */
		entry->item = items[i];
		entry->status = shape % 8 == 1 ? PE_OK + shape / 8 % 5 : PE_OK;
		entry->scale = 0;
		entry->number = take_byte(input);
		if (entry->status == PE_OK && shape % 8 > 2)
		{
			entry->number = entry->number * 256 + take_byte(input);
			entry->scale = 2;
		}
		if (entry->status == PE_OK && shape % 8 > 5)
			for (int more = shape / 8 % 16; more > 0; more--)
				if (entry->number < PE_CARD_MAX_NUMBER / 256 - 1)
					entry->number = entry->number * 256 + take_byte(input);
		if (entry->status == PE_OK && shape % 8 > 6)
		{
			entry->scale = take_byte(input) % (PE_CARD_MAX_SCALE + 1);
			entry->number = -entry->number;
		}
		pe_entry_normalize(entry);
		n++;
	}
	card = piece(pe_card_size(entries, n));
	pe_card_write(card, entries, n);
	return card;
}

static bool
same(const PeEntry *a, const PeEntry *b)
{
	return a->status == b->status && a->scale == b->scale && a->number == b->number;
}

static void
check(PeArena *arena, const PeRubricHeader *rubric, const char *packed)
{
	PeReady    *ready = pe_rubric_ready(arena, rubric);
	PeEvaluation e;
	PeCard		card;
	PeEntry		score,
				again,
				rank;
	PeEntry    *entries;
	PeEntry    *brief;
	PeLine	   *lines;
	PeRat		sum = pe_rat_int(0);
	PeRat		whole;
	int32_t		n;
	int32_t		nbrief;
	bool		any = false;
	char	   *result;

	pe_card_open(&card, packed);
	pe_evaluate(&e, arena, ready, &card, false);
	pe_evaluation_score(&e, &score);
	pe_evaluation_rank(&e, &rank);
	entries = piece(sizeof(PeEntry) * (size_t) pe_evaluation_max(&e));
	n = pe_evaluation_entries(&e, entries);
	for (int32_t i = 1; i < n; i++)
		CLAIM(entries[i - 1].item < entries[i].item);
	result = piece(pe_card_size(entries, n));
	pe_card_write(result, entries, n);
	CLAIM(pe_card_valid(result, pe_card_size(entries, n)));
	CLAIM(entries[0].item == 0 && same(&entries[0], &score));

	/* the short way */
	pe_evaluate_root(&e, arena, ready, &card);
	pe_evaluation_score(&e, &again);
	CLAIM(same(&score, &again));
	pe_evaluation_rank(&e, &again);
	CLAIM(same(&rank, &again));

	/* the brief result is part of the whole one */
	pe_evaluate_brief(&e, arena, ready, &card);
	brief = piece(sizeof(PeEntry) * (size_t) (e.nraised + 2));
	nbrief = pe_evaluation_brief(&e, brief);
	for (int32_t i = 0, j = 0; i < nbrief; i++)
	{
		while (j < n && entries[j].item < brief[i].item)
			j++;
		CLAIM(j < n && entries[j].item == brief[i].item && same(&entries[j], &brief[i]));
	}

	/* the exact way, and its lines */
	pe_evaluate(&e, arena, ready, &card, true);
	pe_evaluation_score(&e, &again);
	CLAIM(same(&score, &again));
	lines = pe_explain(&e, &n);
	for (int32_t i = 0; i < n; i++)
	{
		if (!lines[i].has_points)
			continue;
		sum = pe_rat_add(arena, &sum, &lines[i].points);
		any = true;
	}
	CLAIM(any == (score.status == PE_OK));
	whole = pe_rat_small(score.number, score.scale);
	CLAIM(!any || pe_rat_cmp(arena, &sum, &whole) == 0);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	PeArena		arena;
	char		buffer[4096] __attribute__((aligned(PE_ARENA_ALIGN)));
	Input		input = {data, size};
	PeRubricError error = {0};
	PeRubricHeader *sample;
	PeRubricHeader *rubric;
	PeRubric	opened;
	const char *packed;

	pe_arena_init(&arena, buffer, sizeof(buffer), piece);
	sample = pe_rubric_parse(&arena, samples[take_byte(&input) % NSAMPLES].document, &error);
	packed = take_card(&input);
	size = (size_t) sample->size;
	rubric = piece(size);
	memcpy(rubric, sample, size);
	/* few edits, or none: most make the rubric invalid */
	for (int edits = take_byte(&input) % 16 - 8; edits > 0 && input.left > 0; edits--)
	{
		size_t		at = (size_t) take_byte(&input) << 8;

		at |= take_byte(&input);
		((char *) rubric)[at % size] = (char) take_byte(&input);
	}
	rubric->crc = pe_rubric_crc(rubric, size);
	if (pe_rubric_valid(rubric, size))
	{
		int32_t		n;

		check(&arena, rubric, packed);
		pe_rubric_open(&opened, rubric);
		for (int32_t i = 0; i < rubric->nnodes; i++)
			CLAIM(*pe_rule_words(&arena, &opened, i) != '\0');
		CLAIM(pe_rubric_lint(&arena, &opened, &n) != NULL || n == 0);
	}
	free_pieces();
	return 0;
}
