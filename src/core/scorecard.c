/*
 * scorecard.c
 *	  Packed scorecards; see scorecard.h.
 */
#include "scorecard.h"

#include <string.h>

/* The header's bytes, numbers in the machine's byte order. */
typedef struct Header
{
	uint8_t		version;
	uint8_t		item_width;
	uint8_t		number_width;
	uint8_t		reserved;		/* 0 */
	int32_t		n;
	int32_t		first;
} Header;

_Static_assert(sizeof(Header) == 12, "the header has no holes");

#define TAG_STATUS	0x80

const char *const pe_status_name[] = {
	"ok", "missing", "not_applicable", "exempt", "error"
};

/* Takes trailing zeros off, so that equal values look equal. */
void
pe_entry_normalize(PeEntry *entry)
{
	if (entry->status != PE_OK)
	{
		entry->scale = 0;
		if (entry->status != PE_ERROR)
			entry->number = 0;
	}
	else if (entry->number == 0)
		entry->scale = 0;
	else if (entry->number == (int64_t) entry->number)
	{
		int64_t		number = (int64_t) entry->number;

		for (; entry->scale > 0 && number % 10 == 0; entry->scale--)
			number /= 10;
		entry->number = number;
	}
	else
		for (; entry->scale > 0 && entry->number % 10 == 0; entry->scale--)
			entry->number /= 10;
}

uint8_t
pe_entry_tag(const PeEntry *entry)
{
	return entry->status == PE_OK ? entry->scale
		: (uint8_t) (TAG_STATUS + entry->status);
}

/* False for a byte that is no tag. */
bool
pe_entry_set_tag(PeEntry *entry, uint8_t tag)
{
	entry->status = tag < TAG_STATUS ? PE_OK : (uint8_t) (tag - TAG_STATUS);
	entry->scale = tag < TAG_STATUS ? tag : 0;
	return entry->scale <= PE_CARD_MAX_SCALE && entry->status <= PE_ERROR &&
		tag != TAG_STATUS;
}

/* The number of a PE_OK entry. */
PeDec
pe_entry_dec(PeArena *arena, const PeEntry *entry)
{
	return pe_dec_int128(arena, entry->number, entry->scale);
}

static int
item_width(const PeEntry *entries, int32_t n)
{
	int64_t		span;

	if (n == 0)
		return 0;
	span = (int64_t) entries[n - 1].item - entries[0].item;
	return span == n - 1 ? 0 : span <= UINT16_MAX ? 2 : 4;
}

static int
number_width(const PeEntry *entries, int32_t n)
{
	int			width = 4;

	for (int32_t i = 0; i < n; i++)
	{
		PeInt128	number = entries[i].number;

		if (number != (int64_t) number)
			return 16;
		if (number != (int32_t) number)
			width = 8;
	}
	return width;
}

size_t
pe_card_size(const PeEntry *entries, int32_t n)
{
	return sizeof(Header) +
		(size_t) n * (size_t) (item_width(entries, n) + number_width(entries, n) + 1);
}

void
pe_card_write(char *data, const PeEntry *entries, int32_t n)
{
	Header		header = {0};
	char	   *items = data + sizeof(Header);
	char	   *numbers;
	char	   *tags;

	header.version = PE_CARD_VERSION;
	header.item_width = (uint8_t) item_width(entries, n);
	header.number_width = (uint8_t) number_width(entries, n);
	header.n = n;
	header.first = n > 0 ? entries[0].item : 0;
	memcpy(data, &header, sizeof(header));
	numbers = items + (size_t) n * header.item_width;
	tags = numbers + (size_t) n * header.number_width;

	for (int32_t i = 0; i < n; i++)
	{
		const PeEntry *entry = &entries[i];
		uint16_t	offset = (uint16_t) (entry->item - header.first);
		int32_t		narrow = (int32_t) entry->number;
		int64_t		middle = (int64_t) entry->number;

		if (header.item_width == 2)
			memcpy(items + 2 * (size_t) i, &offset, 2);
		else if (header.item_width == 4)
			memcpy(items + 4 * (size_t) i, &entry->item, 4);
		if (header.number_width == 4)
			memcpy(numbers + 4 * (size_t) i, &narrow, 4);
		else if (header.number_width == 8)
			memcpy(numbers + 8 * (size_t) i, &middle, 8);
		else
			memcpy(numbers + 16 * (size_t) i, &entry->number, 16);
		tags[i] = (char) pe_entry_tag(entry);
	}
}

void
pe_card_open(PeCard *card, const char *data)
{
	Header		header;

	memcpy(&header, data, sizeof(header));
	card->n = header.n;
	card->first = header.first;
	card->item_width = header.item_width;
	card->number_width = header.number_width;
	card->items = data + sizeof(Header);
	card->numbers = card->items + (size_t) header.n * header.item_width;
	card->tags = card->numbers + (size_t) header.n * header.number_width;
}

static int32_t
item_at(const PeCard *card, int32_t index)
{
	uint16_t	offset;
	int32_t		item;

	if (card->item_width == 0)
		return card->first + index;
	if (card->item_width == 2)
	{
		memcpy(&offset, card->items + 2 * (size_t) index, 2);
		/* may wrap in bytes that are no card, which pe_card_valid sees */
		return (int32_t) ((uint32_t) card->first + offset);
	}
	memcpy(&item, card->items + 4 * (size_t) index, 4);
	return item;
}

void
pe_card_entry(const PeCard *card, int32_t index, PeEntry *entry)
{
	int32_t		narrow;
	int64_t		middle;

	entry->item = item_at(card, index);
	if (card->number_width == 4)
	{
		memcpy(&narrow, card->numbers + 4 * (size_t) index, 4);
		entry->number = narrow;
	}
	else if (card->number_width == 8)
	{
		memcpy(&middle, card->numbers + 8 * (size_t) index, 8);
		entry->number = middle;
	}
	else
		memcpy(&entry->number, card->numbers + 16 * (size_t) index, 16);
	(void) pe_entry_set_tag(entry, (uint8_t) card->tags[index]);
}

/* The entry's index, or -1. */
int32_t
pe_card_find(const PeCard *card, int32_t item)
{
	int32_t		low = 0;
	int32_t		high = card->n;

	if (card->item_width == 0)
	{
		int64_t		index = (int64_t) item - card->first;

		return index >= 0 && index < card->n ? (int32_t) index : -1;
	}
	while (low < high)
	{
		int32_t		middle = low + (high - low) / 2;
		int32_t		found = item_at(card, middle);

		if (found == item)
			return middle;
		if (found < item)
			low = middle + 1;
		else
			high = middle;
	}
	return -1;
}

/* Whether the card has every item of the other one. */
bool
pe_card_has_all(const PeCard *card, const PeCard *few)
{
	if (few->n > card->n)
		return false;
	for (int32_t i = 0; i < few->n; i++)
		if (pe_card_find(card, item_at(few, i)) < 0)
			return false;
	return true;
}

/* The narrowest numbers stay so, whichever they are. */
void
pe_card_overlay(char *data, const PeCard *few)
{
	PeCard		card;

	pe_card_open(&card, data);
	for (int32_t i = 0; i < few->n; i++)
	{
		size_t		index = (size_t) pe_card_find(&card, item_at(few, i));

		memcpy(data + (card.numbers - data) + 4 * index, few->numbers + 4 * (size_t) i, 4);
		data[(size_t) (card.tags - data) + index] = few->tags[i];
	}
}

/* How many entries from this one on have items side by side. */
static int32_t
run_length(const PeCard *card, int32_t index)
{
	int32_t		item = item_at(card, index);
	int32_t		most = card->n - index;
	int32_t		low = 1;		/* so many have */
	int32_t		high = 2;

	if (item_at(card, card->n - 1) - item == most - 1)
		return most;
	while (high < most && item_at(card, index + high - 1) - item == high - 1)
	{
		low = high;
		high *= 2;
	}
	high = high < most ? high : most;
	while (low + 1 < high)
	{
		int32_t		middle = low + (high - low) / 2;

		if (item_at(card, index + middle - 1) - item == middle - 1)
			low = middle;
		else
			high = middle;
	}
	return low;
}

/*
 * The items from `first` to `last` side by side, those that the card does not
 * have as missing.  For numbers of 4 bytes.
 */
void
pe_card_spread(const PeCard *card, int32_t first, int32_t last, char *room,
			   PeCard *spread)
{
	int32_t		n = last - first + 1;
	char	   *tags = room + 4 * (size_t) n;
	int32_t		index = 0;
	int32_t		high = card->n;

	while (index < high)
	{
		int32_t		middle = index + (high - index) / 2;

		if (item_at(card, middle) < first)
			index = middle + 1;
		else
			high = middle;
	}
	memset(tags, TAG_STATUS + PE_MISSING, (size_t) n);
	while (index < card->n)
	{
		int32_t		to = item_at(card, index) - first;
		int32_t		length;

		if (to >= n)
			break;
		length = run_length(card, index);
		if (length > n - to)
			length = n - to;
		memcpy(room + 4 * (size_t) to, card->numbers + 4 * (size_t) index, 4 * (size_t) length);
		memcpy(tags + to, card->tags + index, (size_t) length);
		index += length;
	}
	*spread = (PeCard) {n, first, 0, 4, room, room, tags};
}

/*
 * Is this what pe_card_write makes of some entries?  Then every reader may
 * trust it, and equal cards are equal bytes.
 */
bool
pe_card_valid(const char *data, size_t size)
{
	Header		header;
	PeCard		card;
	PeEntry		entry;
	PeEntry		normal;
	int32_t		item = -1;
	int			width = 4;

	if (size < sizeof(Header))
		return false;
	memcpy(&header, data, sizeof(header));
	if (header.version != PE_CARD_VERSION || header.reserved != 0 ||
		header.n < 0 || header.n > PE_CARD_MAX_ITEMS || header.first < 0 ||
		(header.item_width != 0 && header.item_width != 2 && header.item_width != 4) ||
		(header.number_width != 4 && header.number_width != 8 && header.number_width != 16) ||
		size != sizeof(Header) + (size_t) header.n *
		(size_t) (header.item_width + header.number_width + 1) ||
		(header.n == 0 && (header.first != 0 || header.item_width != 0)) ||
		(header.item_width == 0 && header.n > 0 && header.first > INT32_MAX - (header.n - 1)))
		return false;
	pe_card_open(&card, data);
	for (int32_t i = 0; i < card.n; i++)
	{
		pe_card_entry(&card, i, &entry);
		if (!pe_entry_set_tag(&entry, (uint8_t) card.tags[i]))
			return false;
		if (entry.item <= item)
			return false;
		item = entry.item;
		if (i == 0 && item != card.first)
			return false;
		normal = entry;
		pe_entry_normalize(&normal);
		if (normal.number != entry.number || normal.scale != entry.scale ||
			entry.number < -PE_CARD_MAX_NUMBER ||
			(entry.status == PE_ERROR && (entry.number < 0 || entry.number > INT32_MAX)))
			return false;
		if (entry.number != (int64_t) entry.number)
			width = 16;
		else if (entry.number != (int32_t) entry.number && width < 8)
			width = 8;
	}
	if (width != card.number_width)
		return false;
	if (card.n > 0)
	{
		int64_t		span = (int64_t) item - card.first;

		return card.item_width == (span == card.n - 1 ? 0 : span <= UINT16_MAX ? 2 : 4);
	}
	return true;
}
