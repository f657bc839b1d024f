/*
 * rubric_read_operand.c
 *	  What settings are made of: numbers, references, bounds, lists of points and
 *	  formulas, each as operands of its node.
 */
#include "rubric_read_parts.h"
#include "formula.h"

#include <string.h>

PeOperand *
pe_read_add_operand(PeReader *r)
{
	PeOperand  *operand;

	r->operands = pe_read_grow(r, r->operands, r->noperands, &r->room_operands, sizeof(PeOperand));
	operand = &r->operands[r->noperands++];
	*operand = (PeOperand) {PE_ABSENT, PE_BOUND_NONE, 0, 0};
	return operand;
}

/* {"item": n}, {"node": n}, {"parameter": "name"} */
static bool
read_reference(PeReader *r, const PeWhere *where, PeJson *json, bool references, PeOperand *operand)
{
	PeJson	   *at = json->first;
	const char *name = json->n == 1 ? at->key : "";

	if (strcmp(name, "parameter") == 0)
	{
		if (at->kind != PE_JSON_STRING)
			return pe_read_fail(r, where, "Write {\"parameter\": \"name\"}.",
								"must have a parameter's name in double quotes, but has %s", pe_read_shown(r, at));
		operand->kind = PE_PARAMETER;
		operand->ref = pe_read_find_parameter(r, at->text, at->length);
		return operand->ref >= 0 ||
			pe_read_fail(r, where,
						 "Declare it in the document's \"parameters\", with null if it is bound later.",
						 "refers to the parameter %s, which is not declared", pe_read_excerpt(r, at->text));
	}
	if (references && strcmp(name, "item") == 0)
	{
		operand->kind = PE_ITEM;
		return pe_read_whole(r, where, at, 0, INT32_MAX, &operand->ref);
	}
	if (references && strcmp(name, "node") == 0)
	{
		int32_t		number;

		if (!pe_read_whole(r, where, at, 0, PE_MAX_NODE_NUMBER, &number))
			return false;
		operand->kind = PE_NODE;
		operand->ref = pe_read_find_number(r, number);
		if (operand->ref < 0)
			return pe_read_fail(r, where, "Give the node that is meant this number, as its \"node\".",
								"refers to node %d, which there is not", (int) number);
		return operand->ref <= r->header.root ||
			pe_read_fail(r, where, "A limit has no points; refer to what it looks at.",
						 "refers to node %d, which is a limit", (int) number);
	}
	return pe_read_fail(r, where, references ? "Write a number, {\"item\": n}, {\"node\": n} or {\"parameter\": \"name\"}."
						: "Write a number, or {\"parameter\": \"name\"}.",
						references ? "must have one key, item, node or parameter"
						: "must be a number or have one key, parameter");
}

/* A setting's operand: one always, absent if the key is. */
bool
pe_read_operand(PeReader *r, const PeWhere *where, PeJson *json, bool references, bool nullable,
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
				return pe_read_fail(r, where, "Leave the key out for its default, if it has one.",
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
			if (!pe_read_constant(r, where, json, &operand.ref))
				return false;
		}
	}
	*pe_read_add_operand(r) = operand;
	return true;
}

/* Lower bounds, then upper ones. */
static const struct
{
	const char *key;
	PeBoundary	bound;
}			bound_keys[] = {
	{"ge", PE_BOUND_GE}, {"以上", PE_BOUND_GE},
	{"gt", PE_BOUND_GT}, {"超过", PE_BOUND_GT}, {"以外", PE_BOUND_GT},
	{"le", PE_BOUND_LE}, {"以下", PE_BOUND_LE}, {"以内", PE_BOUND_LE},
	{"lt", PE_BOUND_LT}, {"不满", PE_BOUND_LT}, {"不足", PE_BOUND_LT},
};

bool
pe_read_bounds(PeReader *r, const PeWhere *where, PeJson *object)
{
	PeJson	   *found[2] = {NULL, NULL};
	PeBoundary	bounds[2] = {PE_BOUND_NONE, PE_BOUND_NONE};

	for (size_t i = 0; i < sizeof(bound_keys) / sizeof(bound_keys[0]); i++)
	{
		PeJson	   *at = pe_read_member(object, bound_keys[i].key);
		int			side = bound_keys[i].bound >= PE_BOUND_LE;

		if (at && found[side])
			return pe_read_fail(r, where, "Take one of them out.", "has two %s bounds, \"%s\" and \"%s\"",
								side ? "upper" : "lower", found[side]->key, at->key);
		if (at)
		{
			found[side] = at;
			bounds[side] = bound_keys[i].bound;
		}
	}
	for (int side = 0; side < 2; side++)
	{
		PeWhere		there = *where;

		if (found[side])
			there.key = found[side]->key;
		if (!pe_read_operand(r, &there, found[side], false, false, bounds[side]))
			return false;
	}
	return true;
}

/* An element of a list of objects, which must have "points". */
static bool
read_points(PeReader *r, PeWhere where, PeJson *object, const char *hint)
{
	PeJson	   *points = pe_read_member(object, "points");

	if (!points)
		return pe_read_fail(r, &where, hint, "needs \"points\"");
	if (!pe_read_all_used(r, &where, object, hint))
		return false;
	where.key = "points";
	return pe_read_operand(r, &where, points, false, false, PE_BOUND_NONE);
}

bool
pe_read_items(PeReader *r, int32_t draft, PeJson *object)
{
	PeJson	   *items = pe_read_member(object, "items");
	PeJson	   *item = pe_read_member(object, "item");
	PeWhere		where = {draft, NULL, NULL, 0};

	if (items && item)
		return pe_read_fail(r, &where, "Take \"item\" out.", "has both \"item\" and \"items\"");
	where.key = items ? "items" : "item";
	if (items && !pe_read_is_list(r, &where, items))
		return false;
	if (items)
		where = (PeWhere) {draft, NULL, "items", 0};
	for (PeJson *at = items ? items->first : item; at; at = items ? at->next : NULL)
	{
		int32_t		number;

		where.place++;
		if (!pe_read_whole(r, &where, at, 0, INT32_MAX, &number))
			return false;
		*pe_read_add_operand(r) = (PeOperand) {PE_ITEM, PE_BOUND_NONE, 0, number};
	}
	return true;
}

/* Two lists by turns, the second longer by `more`: x, y, x, y, or points, cut, points. */
bool
pe_read_pairs(PeReader *r, int32_t draft, PeJson *object, const char *first, const char *second,
			  int32_t more)
{
	const char *const keys[2] = {first, second};
	PeJson	   *lists[2] = {pe_read_member(object, first), pe_read_member(object, second)};
	PeJson	   *at[2] = {NULL, NULL};
	PeWhere		where = {draft, NULL, NULL, 0};
	int32_t		n;

	if (!lists[0] && !lists[1])
		return true;
	for (int i = 0; i < 2; i++)
	{
		where.key = keys[i];
		if (!lists[i])
			return pe_read_fail(r, &where, "The two lists go together.", "is required beside \"%s\"", keys[1 - i]);
		if (!pe_read_is_kind(r, &where, lists[i], PE_JSON_ARRAY) ||
			((i == 1 || more == 0) && !pe_read_is_list(r, &where, lists[i])))
			return false;
		at[i] = lists[i]->first;
	}
	if (lists[1]->n != lists[0]->n + more)
		return pe_read_fail(r, &where, more ? "There is one more of the points than of the cuts: below the first cut, between them, above the last."
							: "Each x has its y.",
							"has %d elements for %d of \"%s\"", (int) lists[1]->n, (int) lists[0]->n, first);
	n = lists[0]->n + lists[1]->n;
	for (int32_t i = 0; i < n; i++)
	{
		int			which = (i + more) % 2;

		where = (PeWhere) {draft, NULL, keys[which], i / 2 + 1};
		if (!pe_read_operand(r, &where, at[which], false, false, PE_BOUND_NONE))
			return false;
		at[which] = at[which]->next;
	}
	return true;
}

bool
pe_read_ranges(PeReader *r, int32_t draft, const PeJson *ranges)
{
	static const char hint[] = "Write {\"ge\": 60, \"lt\": 80, \"points\": 3}; without bounds it holds everything else.";
	PeWhere		where = {draft, "ranges", NULL, 0};

	if (!pe_read_is_list(r, &where, ranges))
		return false;
	where = (PeWhere) {draft, NULL, "ranges", 0};
	for (PeJson *at = ranges->first; at; at = at->next)
	{
		where.place++;
		if (!pe_read_is_kind(r, &where, at, PE_JSON_OBJECT) || !pe_read_bounds(r, &where, at) ||
			!read_points(r, where, at, hint))
			return false;
	}
	return true;
}

bool
pe_read_words(PeReader *r, int32_t draft, PeJson *object)
{
	static const char hint[] = "Write {\"word\": \"...\", \"points\": 100}.";
	PeJson	   *words = pe_read_member(object, "words");
	PeWhere		where = {draft, "words", NULL, 0};

	if (!words)
		return true;
	if (!pe_read_is_list(r, &where, words))
		return false;
	for (PeJson *at = words->first; at; at = at->next)
	{
		PeOperand	operand = {PE_TEXT, PE_BOUND_NONE, 0, 0};
		PeJson	   *word;

		where = (PeWhere) {draft, NULL, "words", where.place + 1};
		if (!pe_read_is_kind(r, &where, at, PE_JSON_OBJECT))
			return false;
		word = pe_read_member(at, "word");
		if (!word)
			return pe_read_fail(r, &where, hint, "needs \"word\"");
		where.key = "word";
		if (!pe_read_text(r, &where, word, false, &operand.ref))
			return false;
		*pe_read_add_operand(r) = operand;
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

	return pe_read_add_constant(context, &constant);
}

static int32_t
formula_parameter(void *context, const char *name, size_t length)
{
	return pe_read_find_parameter(context, name, length);
}

static bool
formula_node(void *context, int32_t number)
{
	const PeReader *r = context;
	int32_t		draft = pe_read_find_number(r, number);

	return draft >= 0 && draft <= r->header.root;
}

bool
pe_read_formula(PeReader *r, const PeWhere *where, const PeJson *json)
{
	PeDraft	   *draft = &r->drafts[where->draft];
	PeFormulaNames names = {r, formula_constant, formula_parameter, formula_node};
	PeFormulaError error = {NULL, 0};
	PeOperand	operand = {PE_TEXT, PE_BOUND_NONE, 0, 0};

	if (!pe_read_text(r, where, json, false, &operand.ref))
		return false;
	*pe_read_add_operand(r) = operand;
	draft->steps = pe_formula_compile(r->arena, json->text, &names, &draft->node.ncode, &error);
	if (!draft->steps)
		return pe_read_fail(r, where,
							"Formulas have numbers, item(n), node(n), parameter(name), + - * /, comparisons, and, or, not, min, max, clamp, abs, round, floor, ceil, power, sqrt, ln, exp, if, coalesce, observed.",
							"is no formula: %s, at byte %zu, before %s", error.message, error.at + 1,
							error.at < json->length ? pe_read_excerpt(r, json->text + error.at) : "the end");
	for (int32_t i = 0; i < draft->node.ncode; i++)
		if (draft->steps[i].op == PE_OP_NODE)
			draft->steps[i].arg = pe_read_find_number(r, draft->steps[i].arg);
	return true;
}
