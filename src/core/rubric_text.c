/*
 * rubric_text.c
 *	  The text form of a rubric; see rubric_text.h.
 *
 * The document becomes drafts, in its own order: nodes are collected and
 * numbered, then each one's settings are read by its rule's table, then the
 * drafts are put in the order of evaluation and laid out.  What the settings
 * must be beyond their form is looked at last, on the rubric itself.
 */
#include "rubric_text.h"
#include "card_text.h"
#include "formula.h"

#include <stdlib.h>
#include <string.h>

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

void
pe_constant_put(PeText *text, const PeConstant *constant)
{
	char		number[PE_NUMBER_TEXT];

	pe_text_bytes(text, number, pe_number_text(constant->number, constant->scale, number));
}

/*
 * Reading
 */

/* A node in the order of the document; the limits come after the tree. */
typedef struct Draft
{
	PeJson	   *json;
	PeNode		node;			/* its indexes are those of drafts */
	int32_t		place;			/* among its siblings, from 1 */
	int32_t		index;			/* in the order of evaluation, or one of: */
	int32_t    *children;
	PeStep	   *steps;
} Draft;

#define UNSEEN		(-1)
#define UNDER_WAY	(-2)

typedef struct Numbered
{
	int32_t		number;
	int32_t		draft;
} Numbered;

typedef struct Reader
{
	PeArena    *arena;
	PeRubricError *error;
	PeRubricHeader header;
	Draft	   *drafts;
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
	Numbered   *numbered;		/* by number */
	int32_t    *order;			/* drafts in the order of evaluation */
	PeText		text;
} Reader;

/* What an error is about. */
typedef struct Where
{
	int32_t		draft;			/* -1: none */
	const char *key;			/* or NULL */
	const char *list;			/* that the key, or the thing itself, is in */
	int32_t		place;			/* in the list, from 1 */
} Where;

static const Where nowhere = {-1, NULL, NULL, 0};

/* Room for one element more. */
static void *
one_more(Reader *r, void *elements, int32_t n, int32_t *room, size_t size)
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

static void
put_draft_path(Reader *r, PeText *text, int32_t draft)
{
	int32_t		places[PE_RUBRIC_MAX_DEPTH];
	int			n = 0;

	if (draft > r->header.root)
	{
		pe_text_format(text, "/limits/%d", (int) r->drafts[draft].place);
		return;
	}
	for (; r->drafts[draft].node.parent >= 0; draft = r->drafts[draft].node.parent)
		places[n++] = r->drafts[draft].place;
	if (n == 0)
		pe_text_put(text, "/");
	while (n > 0)
		pe_text_format(text, "/%d", (int) places[--n]);
}

static const char *
draft_path(Reader *r, int32_t draft)
{
	PeText		text;

	pe_text_begin(&text, r->arena);
	put_draft_path(r, &text, draft);
	return pe_text_end(&text);
}

/* Only ever false. */
static bool fail(Reader *r, const Where *where, const char *hint, const char *format,...)
			__attribute__((format(printf, 4, 5)));

static bool
fail(Reader *r, const Where *where, const char *hint, const char *format,...)
{
	PeText		text;
	va_list		arguments;

	pe_text_begin(&text, r->arena);
	if (where->draft >= 0)
	{
		put_draft_path(r, &text, where->draft);
		pe_text_put(&text, ": ");
	}
	if (where->key)
		pe_text_format(&text, where->list ? "\"%s\" of " : "\"%s\" ", where->key);
	if (where->list)
		pe_text_format(&text, "\"%s\" %d ", where->list, (int) where->place);
	va_start(arguments, format);
	pe_text_vformat(&text, format, arguments);
	va_end(arguments);
	r->error->message = pe_text_end(&text);
	r->error->hint = hint;
	r->error->at = 0;
	r->error->limit = false;
	return false;
}

/* What was said is that a limit is passed. */
static bool
limited(Reader *r)
{
	r->error->limit = true;
	return false;
}

#define SHOWN_BYTES	40

/* The beginning of a text, in quotes. */
static const char *
excerpt(Reader *r, const char *string)
{
	char		part[SHOWN_BYTES + 4];
	size_t		n = 0;
	int			bytes;
	PeText		text;

	while (n < SHOWN_BYTES && (bytes = pe_utf8_length(string + n)) > 0)
	{
		memcpy(part + n, string + n, (size_t) bytes);
		n += (size_t) bytes;
	}
	part[n] = '\0';
	pe_text_begin(&text, r->arena);
	pe_text_string(&text, part);
	pe_text_put(&text, string[n] ? "..." : "");
	return pe_text_end(&text);
}

static const char *
shown(Reader *r, const PeJson *json)
{
	static const char *const kinds[] = {
		[PE_JSON_NULL] = "null", [PE_JSON_FALSE] = "false", [PE_JSON_TRUE] = "true",
		[PE_JSON_ARRAY] = "a list", [PE_JSON_OBJECT] = "an object"
	};

	if (json->kind == PE_JSON_STRING)
		return excerpt(r, json->text);
	if (json->kind == PE_JSON_NUMBER && json->length <= 100)
		return json->text;
	return json->kind == PE_JSON_NUMBER ? "a number of too many digits" : kinds[json->kind];
}

/* The member of that key, or NULL. */
static PeJson *
member(PeJson *object, const char *key)
{
	for (PeJson *at = object->first; at; at = at->next)
		if (strcmp(at->key, key) == 0)
		{
			at->used = true;
			return at;
		}
	return NULL;
}

/* Nobody has asked for a key that is not known. */
static bool
all_used(Reader *r, const Where *where, const PeJson *object, const char *hint)
{
	for (const PeJson *at = object->first; at; at = at->next)
		if (!at->used)
			return fail(r, where, hint, "has an unknown key %s", excerpt(r, at->key));
	return true;
}

static bool
is_kind(Reader *r, const Where *where, const PeJson *json, PeJsonKind kind)
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
		fail(r, where, hints[kind], "must be %s, but is %s", kinds[kind], shown(r, json));
}

/* A text of one character at least; its offset in the rubric's. */
static bool
read_text(Reader *r, const Where *where, const PeJson *json, bool may_be_empty, int32_t *at)
{
	*at = 0;
	if (!is_kind(r, where, json, PE_JSON_STRING))
		return false;
	if (json->length == 0)
		return may_be_empty || fail(r, where, "Write what it should say.", "must not be empty");
	*at = (int32_t) r->text.length;
	pe_text_bytes(&r->text, json->text, json->length + (size_t) 1);
	return true;
}

static bool
read_whole(Reader *r, const Where *where, const PeJson *json, int32_t low, int32_t high,
		   int32_t *value)
{
	PeConstant	constant;

	if (json->kind != PE_JSON_NUMBER || pe_constant_parse(json->text, &constant) ||
		constant.scale > 0 || constant.number < low || constant.number > high)
		return fail(r, where, "Write a whole number in that range.",
					"must be a whole number from %d to %d, but is %s",
					(int) low, (int) high, shown(r, json));
	*value = (int32_t) constant.number;
	return true;
}

static int32_t
add_constant(Reader *r, const PeConstant *constant)
{
	r->constants = one_more(r, r->constants, r->nconstants, &r->room_constants, sizeof(PeConstant));
	r->constants[r->nconstants] = *constant;
	return r->nconstants++;
}

static bool
read_constant(Reader *r, const Where *where, const PeJson *json, int32_t *ref)
{
	PeConstant	constant;
	const char *problem;

	if (!is_kind(r, where, json, PE_JSON_NUMBER))
		return false;
	problem = pe_constant_parse(json->text, &constant);
	if (problem)
		return fail(r, where, strstr(problem, "exponent") ? "Write the number out: 1000 for 1e3."
					: "Numbers are kept exactly as they are written; write one that fits.",
					"must be %s, but is %s", problem, shown(r, json));
	*ref = add_constant(r, &constant);
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

static const char *
words_hint(Reader *r, const PeWord *words)
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

static bool
read_word(Reader *r, const Where *where, const PeJson *json, const PeWord *words, uint8_t *choice)
{
	*choice = json->kind == PE_JSON_STRING ? (uint8_t) find_word(words, json->text) : 0;
	return *choice > 0 ||
		fail(r, where, words_hint(r, words), "cannot be %s", shown(r, json));
}

/* One of the names, which begin at `first`; its index. */
static bool
read_name(Reader *r, const Where *where, const PeJson *json, const char *const *names,
		  int first, int last, uint8_t *value)
{
	PeWord		words[8] = {{NULL, NULL}};

	for (int i = first; i <= last; i++)
		words[i - first].word = names[i];
	if (!read_word(r, where, json, words, value))
		return false;
	*value = (uint8_t) (*value - 1 + first);
	return true;
}

static int
by_name(const void *a, const void *b)
{
	return strcmp((*(PeJson *const *) a)->key, (*(PeJson *const *) b)->key);
}

static int32_t
find_parameter(const Reader *r, const char *name, size_t length)
{
	int32_t		low = 0;
	int32_t		high = r->header.nparameters;

	while (low < high)
	{
		int32_t		middle = low + (high - low) / 2;
		const char *key = r->parameters[middle]->key;
		int			order = strncmp(key, name, length);

		if (order == 0 && key[length] == '\0')
			return middle;
		if (order < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return -1;
}

static int
by_number(const void *a, const void *b)
{
	const Numbered *x = a;
	const Numbered *y = b;

	if (x->number != y->number)
		return x->number < y->number ? -1 : 1;
	return x->draft < y->draft ? -1 : x->draft > y->draft;
}

/* The draft of that number, or -1. */
static int32_t
find_number(const Reader *r, int32_t number)
{
	int32_t		low = 0;
	int32_t		high = r->ndrafts;

	while (low < high)
	{
		int32_t		middle = low + (high - low) / 2;

		if (r->numbered[middle].number < number)
			low = middle + 1;
		else
			high = middle;
	}
	return low < r->ndrafts && r->numbered[low].number == number ? r->numbered[low].draft : -1;
}

static PeOperand *
add_operand(Reader *r)
{
	PeOperand  *operand;

	r->operands = one_more(r, r->operands, r->noperands, &r->room_operands, sizeof(PeOperand));
	operand = &r->operands[r->noperands++];
	*operand = (PeOperand) {PE_ABSENT, PE_BOUND_NONE, 0, 0};
	return operand;
}

/* {"item": n}, {"node": n}, {"parameter": "name"} */
static bool
read_reference(Reader *r, const Where *where, PeJson *json, bool references, PeOperand *operand)
{
	PeJson	   *at = json->first;
	const char *name = json->n == 1 ? at->key : "";

	if (strcmp(name, "parameter") == 0)
	{
		if (at->kind != PE_JSON_STRING)
			return fail(r, where, "Write {\"parameter\": \"name\"}.",
						"must have a parameter's name in double quotes, but has %s", shown(r, at));
		operand->kind = PE_PARAMETER;
		operand->ref = find_parameter(r, at->text, at->length);
		return operand->ref >= 0 ||
			fail(r, where,
				 "Declare it in the document's \"parameters\", with null if it is bound later.",
				 "refers to the parameter %s, which is not declared", excerpt(r, at->text));
	}
	if (references && strcmp(name, "item") == 0)
	{
		operand->kind = PE_ITEM;
		return read_whole(r, where, at, 0, INT32_MAX, &operand->ref);
	}
	if (references && strcmp(name, "node") == 0)
	{
		int32_t		number;

		if (!read_whole(r, where, at, 0, PE_MAX_NODE_NUMBER, &number))
			return false;
		operand->kind = PE_NODE;
		operand->ref = find_number(r, number);
		if (operand->ref < 0)
			return fail(r, where, "Give the node that is meant this number, as its \"node\".",
						"refers to node %d, which there is not", (int) number);
		return operand->ref <= r->header.root ||
			fail(r, where, "A limit has no points; refer to what it looks at.",
				 "refers to node %d, which is a limit", (int) number);
	}
	return fail(r, where, references ? "Write a number, {\"item\": n}, {\"node\": n} or {\"parameter\": \"name\"}."
				: "Write a number, or {\"parameter\": \"name\"}.",
				references ? "must have one key, item, node or parameter"
				: "must be a number or have one key, parameter");
}

/* A setting's operand: one always, absent if the key is. */
static bool
read_operand(Reader *r, const Where *where, PeJson *json, bool references, bool nullable,
			 PeBoundary bound)
{
	PeOperand	operand = {PE_ABSENT, PE_BOUND_NONE, 0, 0};

	if (json)
	{
		operand.bound = (uint8_t) bound;
		if (json->kind == PE_JSON_NULL)
		{
			operand.kind = PE_NONE;
			if (!nullable)
				return fail(r, where, "Leave the key out for its default, if it has one.",
							"must not be null");
		}
		else if (json->kind == PE_JSON_OBJECT)
		{
			if (!read_reference(r, where, json, references, &operand))
				return false;
		}
		else
		{
			operand.kind = PE_CONSTANT;
			if (!read_constant(r, where, json, &operand.ref))
				return false;
		}
	}
	*add_operand(r) = operand;
	return true;
}

/* Lower bounds, then upper ones. */
static const struct
{
	const char *key;
	PeBoundary		bound;
}			bound_keys[] = {
	{"ge", PE_BOUND_GE}, {"以上", PE_BOUND_GE},
	{"gt", PE_BOUND_GT}, {"超过", PE_BOUND_GT}, {"以外", PE_BOUND_GT},
	{"le", PE_BOUND_LE}, {"以下", PE_BOUND_LE}, {"以内", PE_BOUND_LE},
	{"lt", PE_BOUND_LT}, {"不满", PE_BOUND_LT}, {"不足", PE_BOUND_LT},
};

static bool
read_bounds(Reader *r, const Where *where, PeJson *object)
{
	PeJson	   *found[2] = {NULL, NULL};
	PeBoundary		bounds[2] = {PE_BOUND_NONE, PE_BOUND_NONE};

	for (size_t i = 0; i < sizeof(bound_keys) / sizeof(bound_keys[0]); i++)
	{
		PeJson	   *at = member(object, bound_keys[i].key);
		int			side = bound_keys[i].bound >= PE_BOUND_LE;

		if (at && found[side])
			return fail(r, where, "Take one of them out.", "has two %s bounds, \"%s\" and \"%s\"",
						side ? "upper" : "lower", found[side]->key, at->key);
		if (at)
		{
			found[side] = at;
			bounds[side] = bound_keys[i].bound;
		}
	}
	for (int side = 0; side < 2; side++)
	{
		Where		there = *where;

		if (found[side])
			there.key = found[side]->key;
		if (!read_operand(r, &there, found[side], false, false, bounds[side]))
			return false;
	}
	return true;
}

/* A list, one element or more. */
static bool
is_list(Reader *r, const Where *where, const PeJson *json)
{
	return is_kind(r, where, json, PE_JSON_ARRAY) &&
		(json->n > 0 || fail(r, where, "Write [...] with one element at least.", "must not be empty"));
}

/* An element of a list of objects, which must have "points". */
static bool
read_points(Reader *r, Where where, PeJson *object, const char *hint)
{
	PeJson	   *points = member(object, "points");

	if (!points)
		return fail(r, &where, hint, "needs \"points\"");
	if (!all_used(r, &where, object, hint))
		return false;
	where.key = "points";
	return read_operand(r, &where, points, false, false, PE_BOUND_NONE);
}

static bool
read_items(Reader *r, int32_t draft, PeJson *object)
{
	PeJson	   *items = member(object, "items");
	PeJson	   *item = member(object, "item");
	Where		where = {draft, NULL, NULL, 0};

	if (items && item)
		return fail(r, &where, "Take \"item\" out.", "has both \"item\" and \"items\"");
	where.key = items ? "items" : "item";
	if (items && !is_list(r, &where, items))
		return false;
	if (items)
		where = (Where) {draft, NULL, "items", 0};
	for (PeJson *at = items ? items->first : item; at; at = items ? at->next : NULL)
	{
		int32_t		number;

		where.place++;
		if (!read_whole(r, &where, at, 0, INT32_MAX, &number))
			return false;
		*add_operand(r) = (PeOperand) {PE_ITEM, PE_BOUND_NONE, 0, number};
	}
	return true;
}

/* Two lists by turns, the second longer by `more`: x, y, x, y, or points, cut, points. */
static bool
read_pairs(Reader *r, int32_t draft, PeJson *object, const char *first, const char *second,
		   int32_t more)
{
	const char *const keys[2] = {first, second};
	PeJson	   *lists[2] = {member(object, first), member(object, second)};
	PeJson	   *at[2] = {NULL, NULL};
	Where		where = {draft, NULL, NULL, 0};
	int32_t		n;

	if (!lists[0] && !lists[1])
		return true;
	for (int i = 0; i < 2; i++)
	{
		where.key = keys[i];
		if (!lists[i])
			return fail(r, &where, "The two lists go together.", "is required beside \"%s\"", keys[1 - i]);
		if (!is_kind(r, &where, lists[i], PE_JSON_ARRAY) ||
			((i == 1 || more == 0) && !is_list(r, &where, lists[i])))
			return false;
		at[i] = lists[i]->first;
	}
	if (lists[1]->n != lists[0]->n + more)
		return fail(r, &where, more ? "There is one more of the points than of the cuts: below the first cut, between them, above the last."
					: "Each x has its y.",
					"has %d elements for %d of \"%s\"", (int) lists[1]->n, (int) lists[0]->n, first);
	n = lists[0]->n + lists[1]->n;
	for (int32_t i = 0; i < n; i++)
	{
		int			which = (i + more) % 2;

		where = (Where) {draft, NULL, keys[which], i / 2 + 1};
		if (!read_operand(r, &where, at[which], false, false, PE_BOUND_NONE))
			return false;
		at[which] = at[which]->next;
	}
	return true;
}

static bool
read_ranges(Reader *r, int32_t draft, const PeJson *ranges)
{
	static const char hint[] = "Write {\"ge\": 60, \"lt\": 80, \"points\": 3}; without bounds it holds everything else.";
	Where		where = {draft, "ranges", NULL, 0};

	if (!is_list(r, &where, ranges))
		return false;
	where = (Where) {draft, NULL, "ranges", 0};
	for (PeJson *at = ranges->first; at; at = at->next)
	{
		where.place++;
		if (!is_kind(r, &where, at, PE_JSON_OBJECT) || !read_bounds(r, &where, at) ||
			!read_points(r, where, at, hint))
			return false;
	}
	return true;
}

static bool
read_words(Reader *r, int32_t draft, PeJson *object)
{
	static const char hint[] = "Write {\"word\": \"...\", \"points\": 100}.";
	PeJson	   *words = member(object, "words");
	Where		where = {draft, "words", NULL, 0};

	if (!words)
		return true;
	if (!is_list(r, &where, words))
		return false;
	for (PeJson *at = words->first; at; at = at->next)
	{
		PeOperand	operand = {PE_TEXT, PE_BOUND_NONE, 0, 0};
		PeJson	   *word;

		where = (Where) {draft, NULL, "words", where.place + 1};
		if (!is_kind(r, &where, at, PE_JSON_OBJECT))
			return false;
		word = member(at, "word");
		if (!word)
			return fail(r, &where, hint, "needs \"word\"");
		where.key = "word";
		if (!read_text(r, &where, word, false, &operand.ref))
			return false;
		*add_operand(r) = operand;
		where.key = NULL;
		if (!read_points(r, where, at, hint))
			return false;
	}
	return true;
}

static int32_t
formula_constant(void *context, PeInt128 number, int32_t scale)
{
	PeConstant	constant = {number, scale, 0};

	return add_constant(context, &constant);
}

static int32_t
formula_parameter(void *context, const char *name, size_t length)
{
	return find_parameter(context, name, length);
}

static bool
formula_node(void *context, int32_t number)
{
	const Reader *r = context;
	int32_t		draft = find_number(r, number);

	return draft >= 0 && draft <= r->header.root;
}

static bool
read_formula(Reader *r, const Where *where, const PeJson *json)
{
	Draft	   *draft = &r->drafts[where->draft];
	PeFormulaNames names = {r, formula_constant, formula_parameter, formula_node};
	PeFormulaError error = {NULL, 0};
	PeOperand	operand = {PE_TEXT, PE_BOUND_NONE, 0, 0};

	if (!read_text(r, where, json, false, &operand.ref))
		return false;
	*add_operand(r) = operand;
	draft->steps = pe_formula_compile(r->arena, json->text, &names, &draft->node.ncode, &error);
	if (!draft->steps)
		return fail(r, where,
					"Formulas have numbers, item(n), node(n), parameter(name), + - * /, comparisons, and, or, not, min, max, clamp, abs, round, floor, ceil, power, sqrt, ln, exp, if, coalesce, observed.",
					"is no formula: %s, at byte %zu, before %s", error.message, error.at + 1,
					error.at < json->length ? excerpt(r, json->text + error.at) : "the end");
	for (int32_t i = 0; i < draft->node.ncode; i++)
		if (draft->steps[i].op == PE_OP_NODE)
			draft->steps[i].arg = find_number(r, draft->steps[i].arg);
	return true;
}

static const PeWord missing_words[] = {
	[PE_MISSING_RENORMALIZE - 1] = {"renormalize", NULL},
	[PE_MISSING_ZERO - 1] = {"zero", NULL},
	[PE_MISSING_STRICT - 1] = {"strict", NULL},
	[PE_MISSING_IMPUTE - 1] = {"impute", NULL},
	{NULL, NULL}
};

/* "renormalize", "renormalize:<floor>", "zero", "strict", "impute:<value>" */
static bool
read_missing(Reader *r, const Where *where, const PeJson *json)
{
	static const char hint[] = "Use one of: renormalize, renormalize:<floor from 0 to 1>, zero, strict, impute:<value>.";
	PeNode	   *node = &r->drafts[where->draft].node;
	PeOperand	operand = {PE_ABSENT, PE_BOUND_NONE, 0, 0};

	if (json)
	{
		size_t		length;

		if (!is_kind(r, where, json, PE_JSON_STRING))
			return false;
		length = strcspn(json->text, ":");
		for (int i = 0; missing_words[i].word; i++)
			if (strlen(missing_words[i].word) == length &&
				memcmp(missing_words[i].word, json->text, length) == 0)
				node->missing = (uint8_t) (i + 1);
		if (json->text[length])
		{
			PeConstant	constant;

			if ((node->missing != PE_MISSING_RENORMALIZE && node->missing != PE_MISSING_IMPUTE) ||
				pe_constant_parse(json->text + length + 1, &constant))
				return fail(r, where, hint, "cannot be %s", shown(r, json));
			operand.kind = PE_CONSTANT;
			operand.ref = add_constant(r, &constant);
		}
		else if (node->missing == PE_MISSING_UNSTATED || node->missing == PE_MISSING_IMPUTE)
			return fail(r, where, hint, "cannot be %s", shown(r, json));
	}
	*add_operand(r) = operand;
	return true;
}

static bool
read_digits(Reader *r, const Where *where, const PeJson *json, uint8_t *digits)
{
	int32_t		value;

	if (!read_whole(r, where, json, 0, PE_MAX_DIGITS, &value))
		return false;
	*digits = (uint8_t) value;
	return true;
}

/* A node's own "round". */
static bool
read_round(Reader *r, int32_t draft, PeJson *json)
{
	static const char hint[] = "Write \"round\": {\"digits\": 2}, and \"mode\" if it is not the document's.";
	PeNode	   *node = &r->drafts[draft].node;
	Where		where = {draft, "round", NULL, 0};
	PeJson	   *digits;
	PeJson	   *mode;

	if (!is_kind(r, &where, json, PE_JSON_OBJECT))
		return false;
	digits = member(json, "digits");
	mode = member(json, "mode");
	if (!digits)
		return fail(r, &where, hint, "needs \"digits\"");
	if (!all_used(r, &where, json, hint))
		return false;
	where = (Where) {draft, "round\": \"digits", NULL, 0};
	if (!read_digits(r, &where, digits, &node->digits))
		return false;
	where.key = "round\": \"mode";
	node->mode = r->header.mode > 0 ? (uint8_t) (r->header.mode - 1) : PE_HALF_UP;
	return !mode || read_name(r, &where, mode, pe_round_name, PE_HALF_UP, PE_CEIL, &node->mode);
}

/* The keys that a node of this rule may have. */
static const char *
keys_hint(Reader *r, int rule)
{
	const PeRuleInfo *info = &pe_rule_info[rule];
	PeText		text;

	pe_text_begin(&text, r->arena);
	pe_text_format(&text, "The keys of %s are: node, rule, label", info->name);
	if (rule != PE_RULE_LIMIT)
		pe_text_put(&text, ", weight, cap, round");
	if (info->policy)
		pe_text_put(&text, ", missing");
	for (const PeSetting *setting = info->settings; setting->key; setting++)
		switch (setting->kind)
		{
			case PE_SETTING_BOUNDS:
				pe_text_put(&text, ", ge, gt, le, lt");
				break;
			case PE_SETTING_BANDS:
				pe_text_put(&text, ", cuts, points, ranges");
				break;
			case PE_SETTING_CURVE:
				pe_text_put(&text, ", xs, ys");
				break;
			default:
				pe_text_format(&text, ", %s", setting->key);
				if (strcmp(setting->key, "value") == 0)
					pe_text_put(&text, " or item");
		}
	pe_text_put(&text, info->max_children > 0 ? ", children." : ".");
	return pe_text_end(&text);
}

/* "value", or in short "item". */
static bool
read_value(Reader *r, int32_t draft, PeJson *object, bool nullable)
{
	PeJson	   *value = member(object, "value");
	PeJson	   *item = member(object, "item");
	PeOperand	operand = {PE_ITEM, PE_BOUND_NONE, 0, 0};
	Where		where = {draft, "value", NULL, 0};

	if (value && item)
		return fail(r, &where, "Take one of them out; \"item\": n is short for \"value\": {\"item\": n}.",
					"stands beside \"item\"");
	if (!item)
		return read_operand(r, &where, value, true, nullable, PE_BOUND_NONE);
	where.key = "item";
	if (!read_whole(r, &where, item, 0, INT32_MAX, &operand.ref))
		return false;
	*add_operand(r) = operand;
	return true;
}

static bool
read_setting(Reader *r, int32_t draft, const PeSetting *setting, uint8_t *choice)
{
	PeJson	   *object = r->drafts[draft].json;
	Where		where = {draft, setting->key, NULL, 0};
	Where		whole = {draft, NULL, NULL, 0};
	PeOperand	text = {PE_TEXT, PE_BOUND_NONE, 0, 0};
	PeJson	   *at;

	switch (setting->kind)
	{
		case PE_SETTING_BOUNDS:
			return read_bounds(r, &whole, object);
		case PE_SETTING_ITEMS:
			return read_items(r, draft, object);
		case PE_SETTING_BANDS:
			at = member(object, "ranges");
			if (!at)
				return read_pairs(r, draft, object, "cuts", "points", 1);
			if (member(object, "cuts") || member(object, "points"))
				return fail(r, &where, "Take \"ranges\" out, or \"cuts\" and \"points\".",
							"stands beside \"cuts\" or \"points\"");
			r->drafts[draft].node.choice[1] = 1;
			return read_ranges(r, draft, at);
		case PE_SETTING_CURVE:
			return read_pairs(r, draft, object, "xs", "ys", 0);
		case PE_SETTING_WORDS:
			return read_words(r, draft, object);
		case PE_SETTING_OPERAND:
			if (strcmp(setting->key, "value") == 0)
				return read_value(r, draft, object, setting->nullable);
			break;
		default:
			break;
	}
	at = member(object, setting->key);
	switch (setting->kind)
	{
		case PE_SETTING_CHOICE:
			return !at || read_word(r, &where, at, setting->words, choice);
		case PE_SETTING_FORMULA:
			if (at)
				return read_formula(r, &where, at);
			add_operand(r);
			return true;
		case PE_SETTING_TEXT:
			if (at && !read_text(r, &where, at, false, &text.ref))
				return false;
			*add_operand(r) = at ? text : (PeOperand) {PE_ABSENT, PE_BOUND_NONE, 0, 0};
			return true;
		default:
			return read_operand(r, &where, at, setting->kind == PE_SETTING_OPERAND,
								setting->nullable, PE_BOUND_NONE);
	}
}

static bool
read_settings(Reader *r, int32_t draft)
{
	PeJson	   *object = r->drafts[draft].json;
	PeNode	   *node = &r->drafts[draft].node;
	const PeRuleInfo *info = &pe_rule_info[node->rule];
	PeJson	   *label = member(object, "label");
	PeJson	   *round = NULL;
	Where		where = {draft, "label", NULL, 0};
	uint8_t		none;
	uint8_t    *choice = node->choice;

	node->operands = r->noperands;
	if (label && !read_text(r, &where, label, true, &node->label))
		return false;
	for (int i = 0; i < PE_NCOMMON; i++)
	{
		/* limits have no part in the points: what they do not ask for is unknown */
		PeJson	   *at = node->rule == PE_RULE_LIMIT ? NULL
			: member(object, pe_operand_setting(node->rule, i)->key);

		where.key = pe_operand_setting(node->rule, i)->key;
		if (i == PE_OPERAND_MISSING ? !read_missing(r, &where, at)
			: !read_operand(r, &where, at, false, false, PE_BOUND_NONE))
			return false;
	}
	if (node->rule != PE_RULE_LIMIT)
		round = member(object, "round");
	if (round && !read_round(r, draft, round))
		return false;
	for (const PeSetting *setting = info->settings; setting->key; setting++)
	{
		bool		is_choice = setting->kind == PE_SETTING_CHOICE;

		if (!read_setting(r, draft, setting, is_choice ? choice : &none))
			return false;
		choice += is_choice;
	}
	node->noperands = r->noperands - node->operands;
	where.key = NULL;
	return all_used(r, &where, object, keys_hint(r, node->rule));
}

static const char *
rules_hint(Reader *r)
{
	PeText		text;

	pe_text_begin(&text, r->arena);
	pe_text_put(&text, "Use one of: ");
	for (int rule = 0; rule < PE_RULE_LIMIT; rule++)
		pe_text_format(&text, "%s%s (%s)", rule ? ", " : "", pe_rule_info[rule].name,
					   pe_rule_info[rule].zh);
	pe_text_put(&text, ".");
	return pe_text_end(&text);
}

bool
pe_says_limit(const PeJson *rule)
{
	const PeRuleInfo *info = &pe_rule_info[PE_RULE_LIMIT];

	return rule->kind == PE_JSON_STRING &&
		(strcmp(rule->text, info->name) == 0 || strcmp(rule->text, info->zh) == 0);
}

static bool
read_rule(Reader *r, const Where *where, const PeJson *json, bool limit, uint8_t *rule)
{
	if (limit)
	{
		*rule = PE_RULE_LIMIT;
		return !json || pe_says_limit(json) ||
			fail(r, where, "Leave \"rule\" out of limits, or write \"limit\".",
				 "must be \"limit\", but is %s", shown(r, json));
	}
	if (!json)
		return fail(r, where, rules_hint(r), "is required");
	if (json->kind == PE_JSON_STRING)
		for (*rule = 0; *rule < PE_RULE_LIMIT; ++*rule)
			if (strcmp(json->text, pe_rule_info[*rule].name) == 0 ||
				strcmp(json->text, pe_rule_info[*rule].zh) == 0)
				return true;
	return fail(r, where, rules_hint(r), "cannot be %s", shown(r, json));
}

/* A node and what is below it; the number of its draft is the number of drafts before. */
static bool
collect(Reader *r, PeJson *json, int32_t parent, int32_t place, int depth, bool limit)
{
	int32_t		index = r->ndrafts;
	Where		where = {index, NULL, NULL, 0};
	PeJson	   *children;
	PeJson	   *number;
	Draft	   *draft;

	if (index == PE_RUBRIC_MAX_NODES)
	{
		where.draft = parent;
		fail(r, &where, "Take nodes out, or split the rubric and hand its points on.",
			 "the rubric has more than %d nodes", PE_RUBRIC_MAX_NODES);
		return limited(r);
	}
	if (depth > PE_RUBRIC_MAX_DEPTH)
	{
		where.draft = parent;
		fail(r, &where, "Take levels out of the tree.",
			 "the tree is more than %d levels deep", PE_RUBRIC_MAX_DEPTH);
		return limited(r);
	}
	r->drafts = one_more(r, r->drafts, index, &r->room_drafts, sizeof(Draft));
	r->ndrafts++;
	draft = &r->drafts[index];
	memset(draft, 0, sizeof(Draft));
	draft->json = json;
	draft->node.parent = parent;
	draft->node.digits = PE_NOT_ROUNDED;
	draft->place = place;
	draft->index = UNSEEN;
	if (!limit)
		r->header.root = index;	/* for the time being: the last of the tree */

	if (!is_kind(r, &where, json, PE_JSON_OBJECT))
		return false;
	where.key = "rule";
	if (!read_rule(r, &where, member(json, "rule"), limit, &draft->node.rule))
		return false;
	where.key = "node";
	number = member(json, "node");
	draft->node.number = index == 0 ? 0 : -1;
	if (number && !read_whole(r, &where, number, index == 0 ? 0 : 1,
							  index == 0 ? 0 : PE_MAX_NODE_NUMBER, &draft->node.number))
		return false;
	where.key = "children";
	children = member(json, "children");
	if (!children)
		return true;
	if (!is_kind(r, &where, children, PE_JSON_ARRAY))
		return false;
	if (pe_rule_info[draft->node.rule].max_children == 0)
		return fail(r, &where, "Take them out, or use a rule that combines them, as sum.",
					"is not for %s, a rule without children", pe_rule_info[draft->node.rule].name);
	draft->node.nchildren = children->n;
	draft->children = pe_alloc(r->arena, sizeof(int32_t) * (size_t) children->n);
	place = 0;
	for (PeJson *at = children->first; at; at = at->next)
	{
		/* drafts move as they grow in number */
		r->drafts[index].children[place++] = r->ndrafts;
		if (!collect(r, at, index, place, depth + 1, false))
			return false;
	}
	return true;
}

/* Nodes without a number get the lowest free ones. */
static bool
number_nodes(Reader *r)
{
	int32_t		n = 0;
	int32_t		stated = 0;
	int32_t		next = 0;

	r->numbered = pe_alloc(r->arena, sizeof(Numbered) * (size_t) r->ndrafts);
	for (int32_t i = 0; i < r->ndrafts; i++)
		if (r->drafts[i].node.number >= 0)
			r->numbered[n++] = (Numbered) {r->drafts[i].node.number, i};
	qsort(r->numbered, (size_t) n, sizeof(Numbered), by_number);
	stated = n;
	for (int32_t i = 1; i < stated; i++)
		if (r->numbered[i - 1].number == r->numbered[i].number)
		{
			Where		where = {r->numbered[i].draft, "node", NULL, 0};

			return fail(r, &where, "Give each node a number of its own, or none.",
						"is %d, which is the number of %s already", (int) r->numbered[i].number,
						draft_path(r, r->numbered[i - 1].draft));
		}
	for (int32_t i = 0, at = 0; i < r->ndrafts; i++)
	{
		if (r->drafts[i].node.number >= 0)
			continue;
		for (; at < stated && r->numbered[at].number == next; at++)
			next++;
		r->drafts[i].node.number = next;
		r->numbered[n++] = (Numbered) {next++, i};
	}
	qsort(r->numbered, (size_t) n, sizeof(Numbered), by_number);
	return true;
}

/* The drafts that one looks at, by turns: children, settings, the formula. */
static int32_t
looks_at(const Reader *r, const Draft *draft, int32_t at)
{
	const PeNode *node = &draft->node;

	if (at < node->nchildren)
		return draft->children[at];
	at -= node->nchildren;
	if (at < node->noperands)
		return r->operands[node->operands + at].kind == PE_NODE ? r->operands[node->operands + at].ref : -1;
	at -= node->noperands;
	return draft->steps[at].op == PE_OP_NODE ? draft->steps[at].arg : -1;
}

/*
 * Depth first, a node after all that it looks at.  The path is kept by hand,
 * for references may make it as long as there are nodes.
 */
static bool
order_nodes(Reader *r)
{
	int32_t    *path = pe_alloc(r->arena, sizeof(int32_t) * (size_t) r->ndrafts);
	int32_t    *at = pe_alloc(r->arena, sizeof(int32_t) * (size_t) r->ndrafts);
	int32_t		n = 0;
	int32_t		done = 0;

	r->order = pe_alloc(r->arena, sizeof(int32_t) * (size_t) r->ndrafts);
	path[n++] = 0;
	at[0] = 0;
	r->drafts[0].index = UNDER_WAY;
	while (n > 0)
	{
		Draft	   *draft = &r->drafts[path[n - 1]];
		int32_t		next;

		if (at[n - 1] == draft->node.nchildren + draft->node.noperands + draft->node.ncode)
		{
			r->order[done] = path[--n];
			draft->index = done++;
			continue;
		}
		next = looks_at(r, draft, at[n - 1]++);
		if (next < 0)
			continue;
		if (r->drafts[next].index == UNDER_WAY)
		{
			Where		where = {path[n - 1], NULL, NULL, 0};

			if (next == path[n - 1])
				return fail(r, &where, "Refer to another node, or to items.", "looks at itself");
			return fail(r, &where, "Points must not depend on themselves; take one of the references out.",
						"looks at node %d (%s), which depends on this node (%s)",
						(int) r->drafts[next].node.number, draft_path(r, next),
						draft_path(r, path[n - 1]));
		}
		if (r->drafts[next].index == UNSEEN)
		{
			r->drafts[next].index = UNDER_WAY;
			path[n] = next;
			at[n++] = 0;
		}
	}
	for (; done < r->ndrafts; done++)
	{
		r->order[done] = done;
		r->drafts[done].index = done;
	}
	return true;
}

/* A constant, and who wants it. */
typedef struct Wanted
{
	PeConstant	constant;
	int32_t		ref;
} Wanted;

static int
by_constant(const void *a, const void *b)
{
	const PeConstant *x = &((const Wanted *) a)->constant;
	const PeConstant *y = &((const Wanted *) b)->constant;

	if (x->scale != y->scale)
		return x->scale < y->scale ? -1 : 1;
	return x->number < y->number ? -1 : x->number > y->number;
}

/* Each constant once, in an order of their own; gives the new index by the old. */
static int32_t *
pool_constants(Reader *r)
{
	int32_t    *index = pe_alloc(r->arena, sizeof(int32_t) * (size_t) r->nconstants);
	Wanted	   *wanted = pe_alloc(r->arena, sizeof(Wanted) * (size_t) r->nconstants);
	int32_t		n = 0;

	for (int32_t i = 0; i < r->nconstants; i++)
		wanted[i] = (Wanted) {r->constants[i], i};
	qsort(wanted, (size_t) r->nconstants, sizeof(Wanted), by_constant);
	for (int32_t i = 0; i < r->nconstants; i++)
	{
		if (i == 0 || by_constant(&wanted[i - 1], &wanted[i]) != 0)
			r->constants[n++] = wanted[i].constant;
		index[wanted[i].ref] = n - 1;
	}
	r->nconstants = n;
	return index;
}

static PeRubricHeader *
lay_out(Reader *r)
{
	int32_t    *constant = pool_constants(r);
	PeRubricHeader *header = &r->header;
	PeRubric	rubric;
	PeNode	   *node;
	PeOperand  *operand;
	PeStep	   *step;
	int32_t    *child;
	size_t		size;
	void	   *data;
	int64_t		ncode = 0;

	for (int32_t i = 0; i < r->ndrafts; i++)
		ncode += r->drafts[i].node.ncode;
	header->version = PE_RUBRIC_VERSION;
	header->nnodes = r->ndrafts;
	header->noperands = r->noperands;
	header->nconstants = r->nconstants;
	header->nchildren = header->root;
	header->ncode = ncode < PE_RUBRIC_MAX_BYTES ? (int32_t) ncode : PE_RUBRIC_MAX_BYTES;
	header->ntext = (int32_t) r->text.length;
	size = pe_rubric_size(header);
	if (size > PE_RUBRIC_MAX_BYTES)
	{
		fail(r, &nowhere, "Take settings out, or split the rubric.",
			 "the rubric is larger than 64 MB when compiled");
		limited(r);
		return NULL;
	}
	header->size = (int32_t) size;
	data = pe_alloc(r->arena, size);
	memset(data, 0, size);
	memcpy(data, header, sizeof(PeRubricHeader));
	pe_rubric_open(&rubric, data);
	if (r->nconstants > 0)
		memcpy((void *) rubric.constants, r->constants, sizeof(PeConstant) * (size_t) r->nconstants);
	memcpy((void *) rubric.text, r->text.data, r->text.length);
	for (int32_t i = 0; i < header->nparameters; i++)
	{
		PeParameter *parameter = (PeParameter *) &rubric.parameters[i];

		*parameter = r->bindings[i];
		if (parameter->constant >= 0)
			parameter->constant = constant[parameter->constant];
	}

	node = (PeNode *) rubric.nodes;
	operand = (PeOperand *) rubric.operands;
	step = (PeStep *) rubric.code;
	child = (int32_t *) rubric.children;
	for (int32_t i = 0; i < r->ndrafts; i++, node++)
	{
		const Draft *draft = &r->drafts[r->order[i]];

		*node = draft->node;
		if (node->parent >= 0)
			node->parent = r->drafts[node->parent].index;
		node->operands = (int32_t) (operand - rubric.operands);
		node->children = (int32_t) (child - rubric.children);
		node->code = (int32_t) (step - rubric.code);
		for (int32_t j = 0; j < node->noperands; j++, operand++)
		{
			*operand = r->operands[draft->node.operands + j];
			if (operand->kind == PE_CONSTANT)
				operand->ref = constant[operand->ref];
			else if (operand->kind == PE_NODE)
				operand->ref = r->drafts[operand->ref].index;
		}
		for (int32_t j = 0; j < node->nchildren; j++)
			*child++ = r->drafts[draft->children[j]].index;
		for (int32_t j = 0; j < node->ncode; j++, step++)
		{
			*step = draft->steps[j];
			if (step->op == PE_OP_CONSTANT)
				step->arg = constant[step->arg];
			else if (step->op == PE_OP_NODE)
				step->arg = r->drafts[step->arg].index;
		}
	}
	return data;
}

/* How to state what is required, where a setting cannot say it itself. */
static const char *
required_hint(Reader *r, const PeSetting *setting)
{
	PeText		text;

	switch (setting->kind)
	{
		case PE_SETTING_CHOICE:
			return words_hint(r, setting->words);
		case PE_SETTING_ITEMS:
			return "Write \"items\": [n, ...] with items of the card.";
		case PE_SETTING_BANDS:
			return "Write \"cuts\": [...] and \"points\": [...], or \"ranges\": [{\"ge\": 60, \"points\": 3}, ...].";
		case PE_SETTING_CURVE:
			return "Write \"xs\": [...] and \"ys\": [...].";
		case PE_SETTING_WORDS:
			return "Write \"words\": [{\"word\": \"...\", \"points\": 100}, ...].";
		case PE_SETTING_FORMULA:
			return "Write \"expression\": \"...\", as in \"item(1) / item(2) * 100\".";
		default:
			break;
	}
	if (strcmp(setting->key, "value") == 0)
		return "Write \"item\": n, or \"value\": {\"item\": n}, {\"node\": n} or a number.";
	pe_text_begin(&text, r->arena);
	pe_text_format(&text, "Add \"%s\": a number%s.", setting->key,
				   setting->kind == PE_SETTING_OPERAND ? ", {\"item\": n}, {\"node\": n} or {\"parameter\": \"name\"}"
				   : " or {\"parameter\": \"name\"}");
	return pe_text_end(&text);
}

static bool
check(Reader *r, const PeRubricHeader *data)
{
	PeRubric	rubric;
	PeFault		fault;
	Where		where = {0, NULL, NULL, 0};
	const char *number;
	const char *hole;

	pe_rubric_open(&rubric, data);
	if (pe_rubric_check(&rubric, &fault))
		return true;
	where.draft = r->order[fault.node];
	if (fault.setting)
		where.key = fault.setting->key;
	if (!fault.hint)
		fault.hint = required_hint(r, fault.setting);
	hole = strstr(fault.problem, "%s");
	number = hole ? fault.number : "";
	return fail(r, &where, fault.hint, "%.*s%s%s",
				(int) (hole ? hole - fault.problem : (ptrdiff_t) strlen(fault.problem)),
				fault.problem, number, hole ? hole + 2 : "");
}

static bool
read_rounding(Reader *r, PeJson *json)
{
	static const char hint[] = "The keys of \"rounding\" are: at, digits, mode, rank_basis.";
	PeRubricHeader *header = &r->header;
	Where		where = {-1, "rounding", NULL, 0};
	PeJson	   *at;
	PeJson	   *digits;
	PeJson	   *mode;
	PeJson	   *rank_basis;
	uint8_t		value = 0;

	if (!is_kind(r, &where, json, PE_JSON_OBJECT))
		return false;
	at = member(json, "at");
	digits = member(json, "digits");
	mode = member(json, "mode");
	rank_basis = member(json, "rank_basis");
	if (!all_used(r, &where, json, hint))
		return false;
	where.key = "rounding\": \"at";
	if (at && !read_name(r, &where, at, pe_round_at_name, PE_ROUND_AT_NONE, PE_ROUND_AT_FINAL,
						 &header->round_at))
		return false;
	where.key = "rounding\": \"digits";
	if (digits && !read_digits(r, &where, digits, &header->digits))
		return false;
	where.key = "rounding\": \"mode";
	if (mode)
	{
		if (!read_name(r, &where, mode, pe_round_name, PE_HALF_UP, PE_CEIL, &value))
			return false;
		header->mode = (uint8_t) (value + 1);
	}
	where.key = "rounding\": \"rank_basis";
	return !rank_basis || read_name(r, &where, rank_basis, pe_rank_basis_name, PE_RANK_UNROUNDED,
									PE_RANK_ROUNDED, &header->rank_basis);
}

static bool
read_parameters(Reader *r, const PeJson *json)
{
	Where		where = {-1, "parameters", NULL, 0};
	int32_t		n = 0;

	if (!is_kind(r, &where, json, PE_JSON_OBJECT))
		return false;
	r->header.nparameters = json->n;
	r->parameters = pe_alloc(r->arena, sizeof(PeJson *) * (size_t) json->n);
	r->bindings = pe_alloc(r->arena, sizeof(PeParameter) * (size_t) json->n);
	for (const PeJson *at = json->first; at; at = at->next)
		r->parameters[n++] = at;
	qsort(r->parameters, (size_t) n, sizeof(PeJson *), by_name);
	for (int32_t i = 0; i < n; i++)
	{
		const PeJson *parameter = r->parameters[i];
		const char *problem;
		PeConstant	constant;

		if (*parameter->key == '\0')
			return fail(r, &where, "Write \"parameters\": {\"name\": 1, ...}.", "has an empty name");
		r->bindings[i] = (PeParameter) {(int32_t) r->text.length, -1};
		pe_text_bytes(&r->text, parameter->key, strlen(parameter->key) + 1);
		if (parameter->kind == PE_JSON_NULL)
			continue;
		problem = parameter->kind == PE_JSON_NUMBER ? pe_constant_parse(parameter->text, &constant)
			: "a number or null";
		if (problem)
			return fail(r, &where, "Write a plain decimal, or null if it is bound later.",
						"must have %s for %s, but has %s", problem,
						excerpt(r, parameter->key), shown(r, parameter));
		r->bindings[i].constant = add_constant(r, &constant);
	}
	return true;
}

static bool
read_document(Reader *r, PeJson *document)
{
	static const char hint[] = "The document's keys are: rubric, label, rounding, parameters, root, limits.";
	Where		where = {-1, NULL, NULL, 0};
	PeJson	   *version;
	PeJson	   *label;
	PeJson	   *rounding;
	PeJson	   *parameters;
	PeJson	   *root;
	PeJson	   *limits;
	int32_t		value;

	if (document->kind != PE_JSON_OBJECT)
		return fail(r, &where, "Write {\"rubric\": 1, \"root\": {...}}.",
					"a rubric must be an object in braces, but is %s", shown(r, document));
	version = member(document, "rubric");
	label = member(document, "label");
	rounding = member(document, "rounding");
	parameters = member(document, "parameters");
	root = member(document, "root");
	limits = member(document, "limits");
	for (const PeJson *at = document->first; at; at = at->next)
		if (!at->used)
			return fail(r, &where, hint, "the document has an unknown key %s", excerpt(r, at->key));
	where.key = "rubric";
	if (!version)
		return fail(r, &where, "Begin the document with \"rubric\": 1, the version of its form.", "is required");
	if (!read_whole(r, &where, version, PE_RUBRIC_VERSION, PE_RUBRIC_VERSION, &value))
		return false;
	where.key = "label";
	if (label && !read_text(r, &where, label, true, &r->header.label))
		return false;
	if ((rounding && !read_rounding(r, rounding)) || (parameters && !read_parameters(r, parameters)))
		return false;
	where.key = "root";
	if (!root)
		return fail(r, &where, "Write \"root\": {\"rule\": ...}, the node whose points are the score.", "is required");
	if (!collect(r, root, -1, 1, 1, false))
		return false;
	where.key = "limits";
	if (limits && !is_kind(r, &where, limits, PE_JSON_ARRAY))
		return false;
	for (PeJson *at = limits ? limits->first : NULL; at; at = at->next)
		if (!collect(r, at, -1, ++r->header.nlimits, 1, true))
			return false;
	if (!number_nodes(r))
		return false;
	for (int32_t i = 0; i < r->ndrafts; i++)
		if (!read_settings(r, i))
			return false;
	return order_nodes(r);
}

static PeRubricHeader *
parse(PeArena *arena, const char *text, PeRubricError *error)
{
	Reader		r = {.arena = arena, .error = error};
	PeRubricHeader *data;
	PeJsonError json_error = {NULL, 0};
	PeJson	   *document;

	r.header.digits = PE_NOT_ROUNDED;
	if (strlen(text) > PE_RUBRIC_MAX_BYTES)
	{
		fail(&r, &nowhere, "Take nodes and texts out, or split the rubric.",
			 "the document is larger than 64 MB");
		limited(&r);
		return NULL;
	}
	document = pe_json_parse(arena, text, &json_error);
	if (!document)
	{
		PeText		hint;

		pe_text_begin(&hint, arena);
		pe_text_format(&hint, "Mend it at byte %zu, before %s.", json_error.at + 1,
					   text[json_error.at] ? excerpt(&r, text + json_error.at) : "the end");
		fail(&r, &nowhere, pe_text_end(&hint), "the document is not JSON: %s", json_error.message);
		error->at = json_error.at + 1;
		return NULL;
	}
	pe_text_begin(&r.text, arena);
	pe_text_bytes(&r.text, "", 1);
	if (!read_document(&r, document))
		return NULL;
	data = lay_out(&r);
	if (!data || !check(&r, data))
		return NULL;
	data->crc = pe_rubric_crc(data, (size_t) data->size);
	return data;
}

/* Documents from here on may pass a limit when they are written out. */
#define LARGE_DOCUMENT	(1024 * 1024)

PeRubricHeader *
pe_rubric_parse(PeArena *arena, const char *text, PeRubricError *error)
{
	PeRubricHeader *data = parse(arena, text, error);

	if (data && strlen(text) > LARGE_DOCUMENT)
	{
		Reader		r = {.arena = arena, .error = error};
		PeRubric	rubric;
		size_t		length;

		pe_rubric_open(&rubric, data);
		if (!parse(arena, pe_rubric_write(arena, &rubric, &length), error))
		{
			fail(&r, &nowhere, "Take nodes and texts out, or split the rubric.",
				 "the document is larger than 64 MB, or has more than %d values, when written out",
				 PE_JSON_MAX_VALUES);
			limited(&r);
			return NULL;
		}
	}
	return data;
}

/*
 * Writing
 */

static void
put_key(PeText *text, const char *key)
{
	if (text->data[text->length - 1] != '{')
		pe_text_put(text, ", ");
	pe_text_string(text, key);
	pe_text_put(text, ": ");
}

static void
put_operand(PeText *text, const PeRubric *rubric, const PeOperand *operand)
{
	switch (operand->kind)
	{
		case PE_CONSTANT:
			pe_constant_put(text, &rubric->constants[operand->ref]);
			break;
		case PE_ITEM:
			pe_text_format(text, "{\"item\": %d}", (int) operand->ref);
			break;
		case PE_NODE:
			pe_text_format(text, "{\"node\": %d}", (int) rubric->nodes[operand->ref].number);
			break;
		case PE_PARAMETER:
			pe_text_put(text, "{\"parameter\": ");
			pe_text_string(text, rubric->text + rubric->parameters[operand->ref].name);
			pe_text_put(text, "}");
			break;
		case PE_TEXT:
			pe_text_string(text, rubric->text + operand->ref);
			break;
		default:
			pe_text_put(text, "null");
			break;
	}
}

static void
put_bounds(PeText *text, const PeRubric *rubric, const PeOperand *operands)
{
	for (int side = 0; side < 2; side++)
		if (operands[side].kind != PE_ABSENT)
		{
			put_key(text, pe_bound_name[operands[side].bound]);
			put_operand(text, rubric, &operands[side]);
		}
}

/* Every `stride`-th operand from the first. */
static void
put_list(PeText *text, const PeRubric *rubric, const char *key, const PeOperand *operands,
		 int32_t first, int32_t n, int32_t stride)
{
	put_key(text, key);
	pe_text_put(text, "[");
	for (int32_t i = first; i < n; i += stride)
	{
		if (i > first)
			pe_text_put(text, ", ");
		if (operands[i].kind == PE_ITEM)
			pe_text_format(text, "%d", (int) operands[i].ref);
		else
			put_operand(text, rubric, &operands[i]);
	}
	pe_text_put(text, "]");
}

static void
put_setting(PeText *text, const PeRubric *rubric, const PeNode *node, const PeSetting *setting,
			const PeOperand *operand, int choice)
{
	int32_t		n = node->noperands - PE_NCOMMON - pe_rule_info[node->rule].noperands;
	int32_t		stride = 3;

	switch (setting->kind)
	{
		case PE_SETTING_CHOICE:
			if (choice > 0)
			{
				put_key(text, setting->key);
				pe_text_string(text, setting->words[choice - 1].word);
			}
			break;
		case PE_SETTING_BOUNDS:
			put_bounds(text, rubric, operand);
			break;
		case PE_SETTING_ITEMS:
			put_list(text, rubric, "items", operand, 0, n, 1);
			break;
		case PE_SETTING_CURVE:
			put_list(text, rubric, "xs", operand, 0, n, 2);
			put_list(text, rubric, "ys", operand, 1, n, 2);
			break;
		case PE_SETTING_BANDS:
			if (node->choice[1] == 0)
			{
				put_list(text, rubric, "cuts", operand, 1, n, 2);
				put_list(text, rubric, "points", operand, 0, n, 2);
				break;
			}
			/* FALLTHROUGH */
		case PE_SETTING_WORDS:
			if (setting->kind == PE_SETTING_WORDS)
				stride = 2;
			put_key(text, setting->key);
			for (int32_t i = 0; i < n; i += stride)
			{
				pe_text_put(text, i == 0 ? "[{" : ", {");
				if (stride == 3)
					put_bounds(text, rubric, &operand[i]);
				else
				{
					put_key(text, "word");
					put_operand(text, rubric, &operand[i]);
				}
				put_key(text, "points");
				put_operand(text, rubric, &operand[i + stride - 1]);
				pe_text_put(text, "}");
			}
			pe_text_put(text, "]");
			break;
		default:
			if (operand->kind == PE_ITEM && strcmp(setting->key, "value") == 0)
			{
				put_key(text, "item");
				pe_text_format(text, "%d", (int) operand->ref);
			}
			else if (operand->kind != PE_ABSENT)
			{
				put_key(text, setting->key);
				put_operand(text, rubric, operand);
			}
			break;
	}
}

static void
put_node(PeText *text, const PeRubric *rubric, int32_t index)
{
	const PeNode *node = &rubric->nodes[index];
	const PeRuleInfo *info = &pe_rule_info[node->rule];
	const PeOperand *operand = &rubric->operands[node->operands];
	const uint8_t *choice = node->choice;

	pe_text_put(text, "{");
	put_key(text, "node");
	pe_text_format(text, "%d", (int) node->number);
	put_key(text, "rule");
	pe_text_string(text, info->name);
	if (node->label)
	{
		put_key(text, "label");
		pe_text_string(text, rubric->text + node->label);
	}
	for (int i = PE_OPERAND_WEIGHT; i <= PE_OPERAND_CAP; i++)
		if (operand[i].kind != PE_ABSENT)
		{
			put_key(text, pe_operand_setting(node->rule, i)->key);
			put_operand(text, rubric, &operand[i]);
		}
	if (node->digits != PE_NOT_ROUNDED)
	{
		put_key(text, "round");
		pe_text_format(text, "{\"digits\": %d, \"mode\": \"%s\"}", node->digits,
					   pe_round_name[node->mode]);
	}
	if (node->missing != PE_MISSING_UNSTATED)
	{
		put_key(text, "missing");
		pe_text_format(text, "\"%s", missing_words[node->missing - 1].word);
		if (operand[PE_OPERAND_MISSING].kind == PE_CONSTANT)
		{
			pe_text_put(text, ":");
			put_operand(text, rubric, &operand[PE_OPERAND_MISSING]);
		}
		pe_text_put(text, "\"");
	}
	operand += PE_NCOMMON;
	for (const PeSetting *setting = info->settings; setting->key; setting++)
	{
		bool		is_choice = setting->kind == PE_SETTING_CHOICE;

		put_setting(text, rubric, node, setting, operand, is_choice ? *choice : 0);
		choice += is_choice;
		operand += pe_setting_width(setting);
	}
	for (int32_t i = 0; i < node->nchildren; i++)
	{
		if (i == 0)
			put_key(text, "children");
		pe_text_put(text, i == 0 ? "[" : ", ");
		put_node(text, rubric, rubric->children[node->children + i]);
	}
	pe_text_put(text, node->nchildren > 0 ? "]}" : "}");
}

char *
pe_rubric_write(PeArena *arena, const PeRubric *rubric, size_t *length)
{
	const PeRubricHeader *header = rubric->header;
	PeText		text;
	char	   *written;

	pe_text_begin(&text, arena);
	pe_text_format(&text, "{\"rubric\": %d", PE_RUBRIC_VERSION);
	if (header->label)
	{
		put_key(&text, "label");
		pe_text_string(&text, rubric->text + header->label);
	}
	if (header->round_at || header->digits != PE_NOT_ROUNDED || header->mode || header->rank_basis)
	{
		put_key(&text, "rounding");
		pe_text_put(&text, "{");
		if (header->round_at)
		{
			put_key(&text, "at");
			pe_text_string(&text, pe_round_at_name[header->round_at]);
		}
		if (header->digits != PE_NOT_ROUNDED)
		{
			put_key(&text, "digits");
			pe_text_format(&text, "%d", header->digits);
		}
		if (header->mode)
		{
			put_key(&text, "mode");
			pe_text_string(&text, pe_round_name[header->mode - 1]);
		}
		if (header->rank_basis)
		{
			put_key(&text, "rank_basis");
			pe_text_string(&text, pe_rank_basis_name[header->rank_basis]);
		}
		pe_text_put(&text, "}");
	}
	if (header->nparameters > 0)
	{
		put_key(&text, "parameters");
		pe_text_put(&text, "{");
		for (int32_t i = 0; i < header->nparameters; i++)
		{
			const PeParameter *parameter = &rubric->parameters[i];

			put_key(&text, rubric->text + parameter->name);
			if (parameter->constant < 0)
				pe_text_put(&text, "null");
			else
				pe_constant_put(&text, &rubric->constants[parameter->constant]);
		}
		pe_text_put(&text, "}");
	}
	put_key(&text, "root");
	put_node(&text, rubric, header->root);
	for (int32_t i = 0; i < header->nlimits; i++)
	{
		if (i == 0)
			put_key(&text, "limits");
		pe_text_put(&text, i == 0 ? "[" : ", ");
		put_node(&text, rubric, header->root + 1 + i);
	}
	pe_text_put(&text, header->nlimits > 0 ? "]}" : "}");
	written = pe_text_end(&text);
	*length = text.length;
	return written;
}

bool
pe_rubric_canonical(PeArena *arena, const PeRubric *rubric)
{
	size_t		length;
	PeRubricError error;
	const PeRubricHeader *again =
		pe_rubric_parse(arena, pe_rubric_write(arena, rubric, &length), &error);

	return again && again->size == rubric->header->size &&
		memcmp(again, rubric->header, (size_t) again->size) == 0;
}

char *
pe_node_path(PeArena *arena, const PeRubric *rubric, int32_t index)
{
	int32_t		places[PE_RUBRIC_MAX_DEPTH];
	int			n = 0;
	PeText		text;

	pe_text_begin(&text, arena);
	if (index > rubric->header->root)
		pe_text_format(&text, "/limits/%d", (int) (index - rubric->header->root));
	else if (index == rubric->header->root)
		pe_text_put(&text, "/");
	for (; index < rubric->header->root; index = rubric->nodes[index].parent)
	{
		const PeNode *parent = &rubric->nodes[rubric->nodes[index].parent];
		int32_t		place = 0;

		while (rubric->children[parent->children + place] != index)
			place++;
		places[n++] = place + 1;
	}
	while (n > 0)
		pe_text_format(&text, "/%d", (int) places[--n]);
	return pe_text_end(&text);
}
