/*
 * Any bytes are refused, or are the one packed form of the entries that are
 * read from them.
 */
#include "lib/fuzz.h"
#include "scorecard.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char	   *bytes = piece(size);
	PeEntry    *entries;
	PeCard		card;
	char	   *again;

	memcpy(bytes, data, size);
	if (pe_card_valid(bytes, size))
	{
		pe_card_open(&card, bytes);
		entries = piece(sizeof(PeEntry) * (size_t) (card.n + 1));
		for (int32_t i = 0; i < card.n; i++)
		{
			pe_card_entry(&card, i, &entries[i]);
			CLAIM(pe_card_find(&card, entries[i].item) == i);
		}
		CLAIM(pe_card_size(entries, card.n) == size);
		again = piece(size);
		pe_card_write(again, entries, card.n);
		CLAIM(memcmp(again, bytes, size) == 0);
	}
	free_pieces();
	return 0;
}
