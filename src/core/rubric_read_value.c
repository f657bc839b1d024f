/*
 * rubric_read_value.c
 *	  Single values of a document: the members of an object, texts, numbers, words.
 */
#include "rubric_read_parts.h"
#include "card_text.h"

#include <string.h>

/* The member of that key, or NULL. */
PeJson *
pe_read_member(PeJson *object, const char *key)
{
	for (PeJson *at = object->first; at; at = at->next)
		if (*at->key == *key && strcmp(at->key, key) == 0)
		{
			at->used = true;
			return at;
		}
	return NULL;
}

/* Nobody has asked for a key that is not known. */
bool
pe_read_all_used(PeReader *r, const PeWhere *where, const PeJson *object, const char *hint)
{
	for (const PeJson *at = object->first; at; at = at->next)
		if (!at->used)
			return pe_read_fail(r, where, hint, "has an unknown key %s", pe_read_excerpt(r, at->key));
	return true;
}

bool
pe_read_is_kind(PeReader *r, const PeWhere *where, const PeJson *json, PeJsonKind kind)
{
	static const char *const kinds[] = {
		[PE_JSON_NUMBER] = "a number",
		[PE_JSON_STRING] = "a text in double quotes",
		[PE_JSON_ARRAY] = "a list in brackets",
		[PE_JSON_OBJECT] = "an object in braces"
	};
	static const char *const hints[] = {
		[PE_JSON_NUMBER] = "Write it as a plain decimal, without quotes.",
		[PE_JSON_STRING] = "Write it as \"...\".",
		[PE_JSON_ARRAY] = "Write it as [...], even for a single one.",
		[PE_JSON_OBJECT] = "Write it as {\"key\": ...}."
	};

	return json->kind == kind ||
		pe_read_fail(r, where, hints[kind], "must be %s, but is %s", kinds[kind], pe_read_shown(r, json));
}

/* A list, one element or more. */
bool
pe_read_is_list(PeReader *r, const PeWhere *where, const PeJson *json)
{
	return pe_read_is_kind(r, where, json, PE_JSON_ARRAY) &&
		(json->n > 0 || pe_read_fail(r, where, "Write [...] with one element at least.", "must not be empty"));
}

/* A text of one character at least; its offset in the rubric's. */
bool
pe_read_text(PeReader *r, const PeWhere *where, const PeJson *json, bool may_be_empty, int32_t *at)
{
	*at = 0;
	if (!pe_read_is_kind(r, where, json, PE_JSON_STRING))
		return false;
	if (json->length == 0)
		return may_be_empty || pe_read_fail(r, where, "Write what it should say.", "must not be empty");
	*at = (int32_t) r->text.length;
	pe_text_bytes(&r->text, json->text, json->length + (size_t) 1);
	return true;
}

bool
pe_read_whole(PeReader *r, const PeWhere *where, const PeJson *json, int32_t low, int32_t high,
			  int32_t *value)
{
	PeConstant	constant;

	if (json->kind != PE_JSON_NUMBER || pe_constant_parse(json->text, &constant) ||
		constant.scale > 0 || constant.number < low || constant.number > high)
		return pe_read_fail(r, where, "Write a whole number in that range.",
							"must be a whole number from %d to %d, but is %s",
							(int) low, (int) high, pe_read_shown(r, json));
	*value = (int32_t) constant.number;
	return true;
}

bool
pe_read_digits(PeReader *r, const PeWhere *where, const PeJson *json, uint8_t *digits)
{
	int32_t		value = 0;

	if (!pe_read_whole(r, where, json, 0, PE_MAX_DIGITS, &value))
		return false;
	*digits = (uint8_t) value;
	return true;
}

const char *
pe_constant_parse(const char *text, PeConstant *constant)
{
	const char *at = text;
	const char *problem;
	uint8_t		scale = 0;

	*constant = (PeConstant) {0, 0, 0};
	problem = pe_number_parse(&at, &constant->number, &scale);
	constant->scale = scale;
	if (!problem)
		return *at ? "a plain decimal without exponent" : NULL;
	return *problem == '\0' ? "a plain decimal" :
		strstr(problem, "decimals") ? "a number of at most 38 decimals"
		: "a number that without its point is below 2^127";
}

void *
pe_read_grow(PeReader *r, void *elements, int32_t n, int32_t *room, size_t size)
{
	void	   *more;

	if (n < *room)
		return elements;
	*room = *room == 0 ? 16 : 2 * *room;
	more = pe_alloc(r->arena, size * (size_t) *room);
	if (n > 0)
		memcpy(more, elements, size * (size_t) n);
	return more;
}

int32_t
pe_read_add_constant(PeReader *r, const PeConstant *constant)
{
	r->constants = pe_read_grow(r, r->constants, r->nconstants, &r->room_constants, sizeof(PeConstant));
	r->constants[r->nconstants] = *constant;
	return r->nconstants++;
}

bool
pe_read_constant(PeReader *r, const PeWhere *where, const PeJson *json, int32_t *ref)
{
	PeConstant	constant;
	const char *problem;

	if (!pe_read_is_kind(r, where, json, PE_JSON_NUMBER))
		return false;
	problem = pe_constant_parse(json->text, &constant);
	if (problem)
		return pe_read_fail(r, where, strstr(problem, "exponent") ? "Write the number out: 1000 for 1e3."
							: "Numbers are kept exactly as they are written; write one that fits.",
							"must be %s, but is %s", problem, pe_read_shown(r, json));
	*ref = pe_read_add_constant(r, &constant);
	return true;
}

/* The index of a word, from 1; 0 if it is none. */
static int
find_word(const PeWord *words, const char *text)
{
	for (int i = 0; words[i].word; i++)
		if (strcmp(words[i].word, text) == 0 || (words[i].zh && strcmp(words[i].zh, text) == 0))
			return i + 1;
	return 0;
}

const char *
pe_read_words_hint(PeReader *r, const PeWord *words)
{
	PeText		text;

	pe_text_begin(&text, r->arena);
	pe_text_put(&text, "Use one of: ");
	for (int i = 0; words[i].word; i++)
	{
		pe_text_format(&text, "%s%s", i ? ", " : "", words[i].word);
		if (words[i].zh)
			pe_text_format(&text, " (%s)", words[i].zh);
	}
	pe_text_put(&text, ".");
	return pe_text_end(&text);
}

bool
pe_read_word(PeReader *r, const PeWhere *where, const PeJson *json, const PeWord *words, uint8_t *choice)
{
	*choice = json->kind == PE_JSON_STRING ? (uint8_t) find_word(words, json->text) : 0;
	return *choice > 0 ||
		pe_read_fail(r, where, pe_read_words_hint(r, words), "cannot be %s", pe_read_shown(r, json));
}

/* One of the names, which begin at `first`; its index. */
bool
pe_read_name(PeReader *r, const PeWhere *where, const PeJson *json, const char *const *names,
			 int first, int last, uint8_t *value)
{
	PeWord		words[8] = {{NULL, NULL}};

	for (int i = first; i <= last; i++)
		words[i - first].word = names[i];
	if (!pe_read_word(r, where, json, words, value))
		return false;
	*value = (uint8_t) (*value - 1 + first);
	return true;
}
