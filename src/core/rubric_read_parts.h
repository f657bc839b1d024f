/*
 * rubric_read_parts.h
 *	  What the parts of the reader share: rubric_read.c goes through the
 *	  document, rubric_read_nodes.c has the tree, rubric_read_settings.c a node
 *	  of it, rubric_read_operand.c and rubric_read_value.c what settings are
 *	  made of, rubric_read_layout.c the rubric; rubric_read_error.c says no.
 *
 * What returns bool has said no when it is false.
 */
#ifndef PE_RUBRIC_READ_PARTS_H
#define PE_RUBRIC_READ_PARTS_H

#include "rubric_text.h"

/* A node in the order of the document; the limits come after the tree. */
typedef struct PeDraft
{
	PeJson	   *json;
	PeNode		node;			/* its indexes are those of drafts */
	int32_t		place;			/* among its siblings, from 1 */
	int32_t		index;			/* in the order of evaluation */
	int32_t    *children;
	PeStep	   *steps;
} PeDraft;

typedef struct PeNumbered
{
	int32_t		number;
	int32_t		draft;
} PeNumbered;

typedef struct PeReader
{
	PeArena    *arena;
	PeRubricError *error;
	PeRubricHeader header;
	PeDraft    *drafts;
	int32_t		ndrafts;
	int32_t		room_drafts;
	PeConstant *constants;
	int32_t		nconstants;
	int32_t		room_constants;
	PeOperand  *operands;
	int32_t		noperands;
	int32_t		room_operands;
	const PeJson **parameters;	/* by name */
	PeParameter *bindings;		/* of those */
	PeNumbered *numbered;		/* by number */
	int32_t    *order;			/* drafts in the order of evaluation */
	PeText		text;
} PeReader;

/* What an error is about. */
typedef struct PeWhere
{
	int32_t		draft;			/* -1: none */
	const char *key;			/* or NULL */
	const char *list;			/* that the key, or the thing itself, is in */
	int32_t		place;			/* in the list, from 1 */
} PeWhere;

/* rubric_read.c: the parameter of that name, or -1 */
extern int32_t pe_read_find_parameter(const PeReader *r, const char *name, size_t length);

/* rubric_read_nodes.c: in this order, the settings between the last two */
extern bool pe_read_collect(PeReader *r, PeJson *json, int32_t parent, int32_t place, int depth,
							bool limit);
extern bool pe_read_number_nodes(PeReader *r);
extern bool pe_read_order_nodes(PeReader *r);

/* The draft of that number, or -1. */
extern int32_t pe_read_find_number(const PeReader *r, int32_t number);

/* rubric_read_settings.c */
extern bool pe_read_settings(PeReader *r, int32_t draft);

/* rubric_read_layout.c: NULL if it is too large */
extern PeRubricHeader *pe_read_lay_out(PeReader *r);

/* rubric_read_operand.c: each adds the operands of what it reads */
extern PeOperand *pe_read_add_operand(PeReader *r);
extern bool pe_read_operand(PeReader *r, const PeWhere *where, PeJson *json, bool references,
							bool nullable, PeBoundary bound);
extern bool pe_read_formula(PeReader *r, const PeWhere *where, const PeJson *json);
extern bool pe_read_bounds(PeReader *r, const PeWhere *where, PeJson *object);
extern bool pe_read_items(PeReader *r, int32_t draft, PeJson *object);
extern bool pe_read_pairs(PeReader *r, int32_t draft, PeJson *object, const char *first,
						  const char *second, int32_t more);
extern bool pe_read_ranges(PeReader *r, int32_t draft, const PeJson *ranges);
extern bool pe_read_words(PeReader *r, int32_t draft, PeJson *object);

/* rubric_read_value.c */
extern PeJson *pe_read_member(PeJson *object, const char *key);
extern bool pe_read_all_used(PeReader *r, const PeWhere *where, const PeJson *object,
							 const char *hint);
extern bool pe_read_is_kind(PeReader *r, const PeWhere *where, const PeJson *json, PeJsonKind kind);
extern bool pe_read_is_list(PeReader *r, const PeWhere *where, const PeJson *json);
extern bool pe_read_text(PeReader *r, const PeWhere *where, const PeJson *json, bool may_be_empty,
						 int32_t *at);
extern bool pe_read_whole(PeReader *r, const PeWhere *where, const PeJson *json, int32_t low,
						  int32_t high, int32_t *value);
extern bool pe_read_digits(PeReader *r, const PeWhere *where, const PeJson *json, uint8_t *digits);
extern int32_t pe_read_add_constant(PeReader *r, const PeConstant *constant);
extern bool pe_read_constant(PeReader *r, const PeWhere *where, const PeJson *json, int32_t *ref);
extern bool pe_read_word(PeReader *r, const PeWhere *where, const PeJson *json,
						 const PeWord *words, uint8_t *choice);
extern const char *pe_read_words_hint(PeReader *r, const PeWord *words);
extern bool pe_read_name(PeReader *r, const PeWhere *where, const PeJson *json,
						 const char *const *names, int first, int last, uint8_t *value);

/* Room for one element more. */
extern void *pe_read_grow(PeReader *r, void *elements, int32_t n, int32_t *room, size_t size);

/* rubric_read_error.c */
extern const PeWhere pe_nowhere;

/* Only ever false. */
extern bool pe_read_fail(PeReader *r, const PeWhere *where, const char *hint, const char *format,...)
			__attribute__((format(printf, 4, 5)));

/* What was said is that a limit is passed. */
extern bool pe_read_limited(PeReader *r);

extern const char *pe_read_path(PeReader *r, int32_t draft);
extern const char *pe_read_excerpt(PeReader *r, const char *string);
extern const char *pe_read_shown(PeReader *r, const PeJson *json);

#endif							/* PE_RUBRIC_READ_PARTS_H */
