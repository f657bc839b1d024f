/*
 * scorecard.h
 *	  A scorecard (计分卡): a sorted map from item number to exact decimal or
 *	  status, packed, and read where it lies.
 *
 * A card is a header, then three columns of `n` entries: item numbers, numbers
 * and tags.  Each column is as wide as the card needs and no wider, trailing
 * zeros are taken off, so a set of readings has one packed form: equal cards
 * are equal byte for byte.
 *
 *	item	0 bytes: first, first + 1, ...	(no column)
 *			2 bytes: less the first
 *			4 bytes: as it is
 *	number	4, 8 or 16 bytes: the unscaled value; an error's code
 *	tag		1 byte: the scale, 0 to 38, or 0x80 + a status
 *
 * A hundred indicators of two decimals, numbered without gaps, take 5 bytes
 * each.  Columns need no alignment.
 */
#ifndef PE_SCORECARD_H
#define PE_SCORECARD_H

#include "decimal.h"

#define PE_CARD_VERSION		1
/* Twice the nodes of a rubric: a result may have flags beside them. */
#define PE_CARD_MAX_ITEMS	32767
#define PE_CARD_MAX_SCALE	38

/* Numbers are symmetric: the one below -MAX is none. */
#define PE_CARD_MAX_NUMBER	((PeInt128) (~(unsigned __int128) 0 >> 1))

/* What an entry is, if it is not a number. */
typedef enum PeStatus
{
	PE_OK,
	PE_MISSING,
	PE_NOT_APPLICABLE,
	PE_EXEMPT,
	PE_ERROR
} PeStatus;

/* An entry, unpacked. */
typedef struct PeEntry
{
	int32_t		item;			/* >= 0 */
	uint8_t		status;			/* PeStatus */
	uint8_t		scale;			/* of a PE_OK entry */
	PeInt128	number;			/* unscaled; the code of PE_ERROR, else 0 */
} PeEntry;

/* A card as the reader sees it. */
typedef struct PeCard
{
	int32_t		n;
	int32_t		first;			/* the lowest item; 0 for an empty card */
	uint8_t		item_width;
	uint8_t		number_width;
	const char *items;
	const char *numbers;
	const char *tags;
} PeCard;

extern const char *const pe_status_name[];

extern void pe_entry_normalize(PeEntry *entry);
extern uint8_t pe_entry_tag(const PeEntry *entry);
extern bool pe_entry_set_tag(PeEntry *entry, uint8_t tag);
extern PeDec pe_entry_dec(PeArena *arena, const PeEntry *entry);

/* Writing: entries sorted by item, each item once. */
extern size_t pe_card_size(const PeEntry *entries, int32_t n);
extern void pe_card_write(char *data, const PeEntry *entries, int32_t n);

/* Reading.  pe_card_open trusts its input, pe_card_valid does not. */
extern bool pe_card_valid(const char *data, size_t size);
extern void pe_card_open(PeCard *card, const char *data);
extern void pe_card_entry(const PeCard *card, int32_t index, PeEntry *entry);
extern int32_t pe_card_find(const PeCard *card, int32_t item);
extern bool pe_card_has_all(const PeCard *card, const PeCard *few);

/* Writing over: `few` has items that the card has, numbers of both 4 bytes wide. */
extern void pe_card_overlay(char *data, const PeCard *few);

/* The bytes that an item takes in a card spread out. */
#define PE_SPREAD_BYTES		5
extern void pe_card_spread(const PeCard *card, int32_t first, int32_t last,
						   char *room, PeCard *spread);

#endif							/* PE_SCORECARD_H */
