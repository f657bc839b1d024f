/*
 * rubric_read_error.c
 *	  What the reader says of what it refuses: where it stands, what is wrong and
 *	  how to mend it.
 */
#include "rubric_read_parts.h"

#include <string.h>

const PeWhere pe_nowhere = {-1, NULL, NULL, 0};

static void
put_draft_path(PeReader *r, PeText *text, int32_t draft)
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

const char *
pe_read_path(PeReader *r, int32_t draft)
{
	PeText		text;

	pe_text_begin(&text, r->arena);
	put_draft_path(r, &text, draft);
	return pe_text_end(&text);
}

bool
pe_read_fail(PeReader *r, const PeWhere *where, const char *hint, const char *format,...)
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
bool
pe_read_limited(PeReader *r)
{
	r->error->limit = true;
	return false;
}

#define SHOWN_BYTES	40

/* The beginning of a text, in quotes. */
const char *
pe_read_excerpt(PeReader *r, const char *string)
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

const char *
pe_read_shown(PeReader *r, const PeJson *json)
{
	static const char *const kinds[] = {
		[PE_JSON_NULL] = "null", [PE_JSON_FALSE] = "false", [PE_JSON_TRUE] = "true",
		[PE_JSON_ARRAY] = "a list", [PE_JSON_OBJECT] = "an object"
	};

	if (json->kind == PE_JSON_STRING)
		return pe_read_excerpt(r, json->text);
	if (json->kind == PE_JSON_NUMBER && json->length <= 100)
		return json->text;
	return json->kind == PE_JSON_NUMBER ? "a number of too many digits" : kinds[json->kind];
}
