/*
 * Any text is refused with a message and a place in it, or is a card that
 * keeps its entries through both forms.
 */
#include "lib/fuzz.h"
#include "card_text.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	PeArena		arena;
	char		buffer[256] __attribute__((aligned(PE_ARENA_ALIGN)));
	char	   *text = piece(size + 1);
	PeEntry    *entries;
	PeEntry    *again;
	PeCardError error = {NULL, 0};
	int32_t		n,
				m;

	pe_arena_init(&arena, buffer, sizeof(buffer), piece);
	memcpy(text, data, size);
	text[size] = '\0';
	entries = pe_card_parse(&arena, text, &n, &error);
	if (entries == NULL)
		CLAIM(error.message != NULL && error.at <= strlen(text));
	else
	{
		size_t		packed = pe_card_size(entries, n);
		char	   *card = piece(packed);
		char	   *out = piece((size_t) (n + 1) * (PE_CARD_ENTRY_TEXT + 1) + 2);
		char	   *at = out;

		pe_card_write(card, entries, n);
		CLAIM(pe_card_valid(card, packed));
		*at++ = '{';
		for (int32_t i = 0; i < n; i++)
		{
			if (i > 0)
				*at++ = ',';
			at += pe_entry_text(&entries[i], at);
		}
		*at++ = '}';
		*at = '\0';
		again = pe_card_parse(&arena, out, &m, &error);
		CLAIM(again != NULL && m == n);
		for (int32_t i = 0; i < n; i++)
			CLAIM(again[i].item == entries[i].item &&
				  again[i].status == entries[i].status &&
				  again[i].scale == entries[i].scale &&
				  again[i].number == entries[i].number);
	}
	free_pieces();
	return 0;
}
