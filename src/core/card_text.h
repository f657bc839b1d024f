/*
 * card_text.h
 *	  The text form of a scorecard: a JSON object.
 *
 *		{"101": 95.5, "102": "missing", "103": "error:7"}
 *
 * Written in the order of the items, with plain decimals and the spacing of
 * jsonb.  Read in any order and spacing, each item once.
 */
#ifndef PE_CARD_TEXT_H
#define PE_CARD_TEXT_H

#include "scorecard.h"

/* The longest entry's text, with its separator. */
#define PE_CARD_ENTRY_TEXT	80

typedef struct PeCardError
{
	const char *message;
	size_t		at;				/* offset into the text */
} PeCardError;

/* Sorts by item; false, with the item in `duplicate`, if one comes twice. */
extern bool pe_entries_sort(PeEntry *entries, int32_t n, int32_t *duplicate);

/* Writes at most PE_CARD_ENTRY_TEXT bytes; gives how many. */
extern size_t pe_entry_text(const PeEntry *entry, char *text);

/*
 * A plain decimal as entries hold it.  Writing takes at most PE_NUMBER_TEXT
 * bytes and gives how many.  Reading leaves `text` behind the number, which is
 * trimmed, and gives NULL; or, with `text` at it, what is wrong: "" if that is
 * no plain decimal at all.
 */
#define PE_NUMBER_TEXT		48

extern size_t pe_number_text(PeInt128 number, int32_t scale, char *text);
extern const char *pe_number_parse(const char **text, PeInt128 *value,
								   uint8_t *decimals);

/* The entries, sorted; or NULL with the error. */
extern PeEntry *pe_card_parse(PeArena *arena, const char *text, int32_t *n,
							  PeCardError *error);

#endif							/* PE_CARD_TEXT_H */
