/*
 * Packed cards: what is written is read again, the text form is the same card,
 * and bytes that are no card are refused without being trusted.
 */
#include "lib/harness.h"
#include "card_text.h"

#define CASES		20000
#define MAX_ENTRIES	60

static PeInt128
draw_number(void)
{
	unsigned __int128 number = draw(UINT64_MAX);

	/* every width, and the borders between them */
	switch (draw(6))
	{
		case 0:
			return (PeInt128) draw(20001) - 10000;
		case 1:
			return (PeInt128) draw(3) + INT32_MAX - 1;
		case 2:
			return (PeInt128) INT64_MAX - 1 + draw(3);
		case 3:
			return -(PeInt128) INT64_MAX - draw(3);
		case 4:
			return (PeInt128) (((number << 64) | draw(UINT64_MAX)) >> 1);
		default:
			return (PeInt128) (number >> draw(64)) * (draw(2) ? 1 : -1);
	}
}

static int32_t
draw_entries(PeEntry *entries)
{
	int32_t		n = (int32_t) draw(MAX_ENTRIES + 1);
	int32_t		item = (int32_t) draw(3) * (int32_t) draw(100000);
	uint64_t	gap = draw(3) == 0 ? 1 : draw(2) ? 10 : 20000000;

	for (int32_t i = 0; i < n; i++)
	{
		PeEntry    *entry = &entries[i];

		entry->item = item;
		item += 1 + (int32_t) draw(gap);
		entry->status = (uint8_t) (draw(5) ? PE_OK : draw(5));
		entry->scale = (uint8_t) (entry->status == PE_OK ? draw(PE_CARD_MAX_SCALE + 1) : 0);
		entry->number = entry->status == PE_ERROR ? (PeInt128) draw(1000) : draw_number();
		pe_entry_normalize(entry);
	}
	return n;
}

static int
same_entry(const PeEntry *a, const PeEntry *b)
{
	return a->item == b->item && a->status == b->status &&
		a->scale == b->scale && a->number == b->number;
}

int
main(void)
{
	int			written = 1,
				text_form = 1,
				once = 1,
				refused = 1;
	long		altered = 0;
	long		accepted = 0;

	seed_from();
	for (int i = 0; i < CASES; i++)
	{
		PeEntry		entries[MAX_ENTRIES];
		PeEntry		entry;
		PeEntry    *parsed;
		PeCard		card;
		PeCardError error;
		int32_t		n,
					parsed_n;
		size_t		size;
		char	   *data;
		char	   *text;
		char	   *at;

		new_case();
		n = draw_entries(entries);
		size = pe_card_size(entries, n);
		data = piece(size);
		pe_card_write(data, entries, n);
		written &= pe_card_valid(data, size);
		pe_card_open(&card, data);
		written &= card.n == n;
		for (int32_t j = 0; j < n; j++)
		{
			pe_card_entry(&card, j, &entry);
			written &= same_entry(&entry, &entries[j]);
			written &= pe_card_find(&card, entries[j].item) == j;
			if (j > 0 && entries[j].item - entries[j - 1].item > 1)
				written &= pe_card_find(&card, entries[j].item - 1) == -1;
		}
		written &= pe_card_find(&card, INT32_MAX) == -1 ||
			(n > 0 && entries[n - 1].item == INT32_MAX);

		/* as text in any order, with room for one entry more */
		text = piece((size_t) (n + 1) * (PE_CARD_ENTRY_TEXT + 1) + 3);
		at = text;
		*at++ = '{';
		for (int32_t j = 0; j < n; j++)
		{
			if (j > 0)
				*at++ = ',';
			at += pe_entry_text(&entries[(j + n / 2) % n], at);
		}
		*at++ = '}';
		*at = 0;
		parsed = pe_card_parse(&arena, text, &parsed_n, &error);
		text_form &= parsed != NULL && parsed_n == n;
		for (int32_t j = 0; text_form && j < n; j++)
			text_form &= same_entry(&parsed[j], &entries[j]);
		if (n > 0)
		{
			at[-1] = ',';
			at += pe_entry_text(&entries[draw((uint64_t) n)], at);
			*at++ = '}';
			*at = 0;
			once &= pe_card_parse(&arena, text, &parsed_n, &error) == NULL;
			/* a torn or scribbled text is refused or some card, never a crash */
			text[draw((uint64_t) (at - text))] = "\"{}:,0 9e-.x"[draw(12)];
			text[draw((uint64_t) (at - text))] = 0;
			(void) pe_card_parse(&arena, text, &parsed_n, &error);
		}

		/* altered bytes: refused, or a card like any other */
		for (int k = 0; k < 20; k++)
		{
			size_t		cut = draw(4) ? size : draw(size + 1);
			char	   *copy = piece(cut);

			memcpy(copy, data, cut);
			for (uint64_t flips = draw(3); cut > 0 && flips > 0; flips--)
				copy[draw(cut)] ^= (char) (1 << draw(8));
			altered++;
			if (!pe_card_valid(copy, cut))
				continue;
			accepted++;
			pe_card_open(&card, copy);
			refused &= pe_card_size(entries, 0) <= cut;
			for (int32_t j = 0; j < card.n; j++)
				pe_card_entry(&card, j, &entries[j % MAX_ENTRIES]);
		}
	}
	report(written, "cards are read as written", CASES);
	report(text_form, "the text form is the same card, in any order", CASES);
	report(once, "an item that comes twice is refused", CASES);
	report(refused && accepted < altered, "altered bytes are refused or a card", altered);
	return done();
}
