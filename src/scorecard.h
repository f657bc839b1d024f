/*
 * scorecard.h
 *	  Scorecards as SQL values.
 */
#ifndef PE_SQL_SCORECARD_H
#define PE_SQL_SCORECARD_H

#include "perfeval.h"

#include "core/scorecard.h"

extern void pe_card_get(Datum value, PeCard *card);
extern struct varlena *pe_card_pack(const PeEntry *entries, int32 n);
extern Numeric pe_entry_to_numeric(const PeEntry *entry);
extern void pe_entry_set(PeEntry *entry, int32 item, Datum value);
extern void pe_row_entry(FunctionCallInfo fcinfo, PeEntry *entry);
extern PeEntry *pe_card_entries(const PeCard *card);
extern PeEntry *pe_card_from_text(PeArena *arena, const char *text,
								  const char *type, int32 *n);
extern char *pe_card_to_text(const PeEntry *entries, int32 n);
extern void pe_duplicate_item(int32 item);
extern int32 pe_items_sort(int32 *items, int32 n);

#endif							/* PE_SQL_SCORECARD_H */
