/*
 * rubric_read.c
 *	  Reads the text form of a rubric; see rubric_text.h.
 *
 * The document becomes drafts, in its own order: nodes are collected and
 * numbered, then each one's settings are read by its rule's table, then the
 * drafts are put in the order of evaluation and laid out.  What the settings
 * must be beyond their form is looked at last, on the rubric itself.
 */
#include "rubric_read_parts.h"

#include <stdlib.h>
#include <string.h>

static int
by_name(const void *a, const void *b)
{
	return strcmp((*(PeJson *const *) a)->key, (*(PeJson *const *) b)->key);
}

static bool
read_parameters(PeReader *r, const PeJson *json)
{
	PeWhere		where = {-1, "parameters", NULL, 0};
	int32_t		n = 0;

	if (!pe_read_is_kind(r, &where, json, PE_JSON_OBJECT))
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
			return pe_read_fail(r, &where, "Write \"parameters\": {\"name\": 1, ...}.", "has an empty name");
		r->bindings[i] = (PeParameter) {(int32_t) r->text.length, -1};
		pe_text_bytes(&r->text, parameter->key, strlen(parameter->key) + 1);
		if (parameter->kind == PE_JSON_NULL)
			continue;
		problem = parameter->kind == PE_JSON_NUMBER ? pe_constant_parse(parameter->text, &constant)
			: "a number or null";
		if (problem)
			return pe_read_fail(r, &where, "Write a plain decimal, or null if it is bound later.",
								"must have %s for %s, but has %s", problem,
								pe_read_excerpt(r, parameter->key), pe_read_shown(r, parameter));
		r->bindings[i].constant = pe_read_add_constant(r, &constant);
	}
	return true;
}

int32_t
pe_read_find_parameter(const PeReader *r, const char *name, size_t length)
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

static bool
read_rounding(PeReader *r, PeJson *json)
{
	static const char hint[] = "The keys of \"rounding\" are: at, digits, mode, rank_basis.";
	PeRubricHeader *header = &r->header;
	PeWhere		where = {-1, "rounding", NULL, 0};
	PeJson	   *at;
	PeJson	   *digits;
	PeJson	   *mode;
	PeJson	   *rank_basis;
	uint8_t		value = 0;

	if (!pe_read_is_kind(r, &where, json, PE_JSON_OBJECT))
		return false;
	at = pe_read_member(json, "at");
	digits = pe_read_member(json, "digits");
	mode = pe_read_member(json, "mode");
	rank_basis = pe_read_member(json, "rank_basis");
	if (!pe_read_all_used(r, &where, json, hint))
		return false;
	where.key = "rounding\": \"at";
	if (at && !pe_read_name(r, &where, at, pe_round_at_name, PE_ROUND_AT_NONE, PE_ROUND_AT_FINAL,
							&header->round_at))
		return false;
	where.key = "rounding\": \"digits";
	if (digits && !pe_read_digits(r, &where, digits, &header->digits))
		return false;
	where.key = "rounding\": \"mode";
	if (mode)
	{
		if (!pe_read_name(r, &where, mode, pe_round_name, PE_HALF_UP, PE_CEIL, &value))
			return false;
		header->mode = (uint8_t) (value + 1);
	}
	where.key = "rounding\": \"rank_basis";
	return !rank_basis || pe_read_name(r, &where, rank_basis, pe_rank_basis_name, PE_RANK_UNROUNDED,
									   PE_RANK_ROUNDED, &header->rank_basis);
}

static bool
read_document(PeReader *r, PeJson *document)
{
	static const char hint[] = "The document's keys are: rubric, label, rounding, parameters, root, limits.";
	PeWhere		where = {-1, NULL, NULL, 0};
	PeJson	   *version;
	PeJson	   *label;
	PeJson	   *rounding;
	PeJson	   *parameters;
	PeJson	   *root;
	PeJson	   *limits;
	int32_t		value;

	if (document->kind != PE_JSON_OBJECT)
		return pe_read_fail(r, &where, "Write {\"rubric\": 1, \"root\": {...}}.",
							"a rubric must be an object in braces, but is %s", pe_read_shown(r, document));
	version = pe_read_member(document, "rubric");
	label = pe_read_member(document, "label");
	rounding = pe_read_member(document, "rounding");
	parameters = pe_read_member(document, "parameters");
	root = pe_read_member(document, "root");
	limits = pe_read_member(document, "limits");
	for (const PeJson *at = document->first; at; at = at->next)
		if (!at->used)
			return pe_read_fail(r, &where, hint, "the document has an unknown key %s", pe_read_excerpt(r, at->key));
	where.key = "rubric";
	if (!version)
		return pe_read_fail(r, &where, "Begin the document with \"rubric\": 1, the version of its form.", "is required");
	if (!pe_read_whole(r, &where, version, PE_RUBRIC_VERSION, PE_RUBRIC_VERSION, &value))
		return false;
	where.key = "label";
	if (label && !pe_read_text(r, &where, label, true, &r->header.label))
		return false;
	if ((rounding && !read_rounding(r, rounding)) || (parameters && !read_parameters(r, parameters)))
		return false;
	where.key = "root";
	if (!root)
		return pe_read_fail(r, &where, "Write \"root\": {\"rule\": ...}, the node whose points are the score.", "is required");
	if (!pe_read_collect(r, root, -1, 1, 1, false))
		return false;
	where.key = "limits";
	if (limits && !pe_read_is_kind(r, &where, limits, PE_JSON_ARRAY))
		return false;
	for (PeJson *at = limits ? limits->first : NULL; at; at = at->next)
		if (!pe_read_collect(r, at, -1, ++r->header.nlimits, 1, true))
			return false;
	if (!pe_read_number_nodes(r))
		return false;
	for (int32_t i = 0; i < r->ndrafts; i++)
		if (!pe_read_settings(r, i))
			return false;
	return pe_read_order_nodes(r);
}

/* How to state what is required, where a setting cannot say it itself. */
static const char *
required_hint(PeReader *r, const PeSetting *setting)
{
	PeText		text;

	switch (setting->kind)
	{
		case PE_SETTING_CHOICE:
			return pe_read_words_hint(r, setting->words);
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
check(PeReader *r, const PeRubricHeader *data)
{
	PeRubric	rubric;
	PeFault		fault;
	PeWhere		where = {0, NULL, NULL, 0};
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
	return pe_read_fail(r, &where, fault.hint, "%.*s%s%s",
						(int) (hole ? hole - fault.problem : (ptrdiff_t) strlen(fault.problem)),
						fault.problem, number, hole ? hole + 2 : "");
}

static PeRubricHeader *
parse(PeArena *arena, const char *text, PeRubricError *error)
{
	PeReader	r = {.arena = arena, .error = error};
	PeRubricHeader *data;
	PeJsonError json_error = {NULL, 0};
	PeJson	   *document;

	r.header.digits = PE_NOT_ROUNDED;
	if (strlen(text) > PE_RUBRIC_MAX_BYTES)
	{
		pe_read_fail(&r, &pe_nowhere, "Take nodes and texts out, or split the rubric.",
					 "the document is larger than 64 MB");
		pe_read_limited(&r);
		return NULL;
	}
	document = pe_json_parse(arena, text, &json_error);
	if (!document)
	{
		PeText		hint;

		pe_text_begin(&hint, arena);
		pe_text_format(&hint, "Mend it at byte %zu, before %s.", json_error.at + 1,
					   text[json_error.at] ? pe_read_excerpt(&r, text + json_error.at) : "the end");
		pe_read_fail(&r, &pe_nowhere, pe_text_end(&hint), "the document is not JSON: %s", json_error.message);
		error->at = json_error.at + 1;
		return NULL;
	}
	pe_text_begin(&r.text, arena);
	pe_text_bytes(&r.text, "", 1);
	if (!read_document(&r, document))
		return NULL;
	data = pe_read_lay_out(&r);
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
		PeReader	r = {.arena = arena, .error = error};
		PeRubric	rubric;
		size_t		length;

		pe_rubric_open(&rubric, data);
		if (!parse(arena, pe_rubric_write(arena, &rubric, &length), error))
		{
			pe_read_fail(&r, &pe_nowhere, "Take nodes and texts out, or split the rubric.",
						 "the document is larger than 64 MB, or has more than %d values, when written out",
						 PE_JSON_MAX_VALUES);
			pe_read_limited(&r);
			return NULL;
		}
	}
	return data;
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
