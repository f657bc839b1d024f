/*
 * json.c
 *	  JSON in and text out; see json.h.
 */
#include "json.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A position in the text, and what is wrong there. */
typedef struct Parser
{
	PeArena    *arena;
	const char *text;
	const char *at;
	PeJsonError *error;
	int			depth;
	int32_t		nvalues;
} Parser;

/* The second byte's range tells overlong forms, surrogates and what is over U+10FFFF. */
int
pe_utf8_length(const char *text)
{
	const unsigned char *at = (const unsigned char *) text;
	unsigned char low = 0x80;
	unsigned char high = 0xbf;
	int			length;

	if (at[0] < 0x80)
		return at[0] != 0;
	if (at[0] < 0xc2 || at[0] > 0xf4)
		return 0;
	length = at[0] < 0xe0 ? 2 : at[0] < 0xf0 ? 3 : 4;
	if (at[0] == 0xe0)
		low = 0xa0;
	else if (at[0] == 0xed)
		high = 0x9f;
	else if (at[0] == 0xf0)
		low = 0x90;
	else if (at[0] == 0xf4)
		high = 0x8f;
	if (at[1] < low || at[1] > high)
		return 0;
	for (int i = 2; i < length; i++)
		if ((at[i] & 0xc0) != 0x80)
			return 0;
	return length;
}

static bool
fail(Parser *parser, const char *message)
{
	parser->error->message = message;
	parser->error->at = (size_t) (parser->at - parser->text);
	return false;
}

static void
skip_space(Parser *parser)
{
	parser->at += strspn(parser->at, " \t\r\n");
}

static bool
take(Parser *parser, const char *literal)
{
	size_t		length = strlen(literal);

	if (strncmp(parser->at, literal, length) != 0)
		return false;
	parser->at += length;
	return true;
}

/* Four hexadecimal digits. */
static bool
take_hex(Parser *parser, uint32_t *value)
{
	*value = 0;
	for (int i = 0; i < 4; i++, parser->at++)
	{
		char		c = *parser->at;
		int			digit = c >= '0' && c <= '9' ? c - '0' :
			c >= 'a' && c <= 'f' ? c - 'a' + 10 :
			c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;

		if (digit < 0)
			return fail(parser, "four hexadecimal digits expected after \\u");
		*value = *value * 16 + (uint32_t) digit;
	}
	return true;
}

static char *
put_utf8(char *out, uint32_t c)
{
	if (c < 0x80)
		*out++ = (char) c;
	else
	{
		int			more = c < 0x800 ? 1 : c < 0x10000 ? 2 : 3;

		*out++ = (char) ((0xff00 >> (more + 1)) | (c >> (6 * more)));
		while (more-- > 0)
			*out++ = (char) (0x80 | ((c >> (6 * more)) & 0x3f));
	}
	return out;
}

static bool
take_escape(Parser *parser, char **out)
{
	static const char letters[] = "\"\\/bfnrt";
	static const char meanings[] = "\"\\/\b\f\n\r\t";
	const char *letter;
	uint32_t	c;
	uint32_t	low;

	parser->at++;
	if (take(parser, "u"))
	{
		if (!take_hex(parser, &c))
			return false;
		if (c == 0)
			return fail(parser, "\\u0000 is not allowed");
		if (c >= 0xd800 && c < 0xdc00)
		{
			if (!take(parser, "\\u"))
				return fail(parser, "second half of a surrogate pair expected");
			if (!take_hex(parser, &low))
				return false;
			if (low < 0xdc00 || low > 0xdfff)
				return fail(parser, "second half of a surrogate pair expected");
			c = 0x10000 + ((c - 0xd800) << 10) + (low - 0xdc00);
		}
		else if (c >= 0xdc00 && c <= 0xdfff)
			return fail(parser, "second half of a surrogate pair without the first");
		*out = put_utf8(*out, c);
		return true;
	}
	letter = *parser->at ? strchr(letters, *parser->at) : NULL;
	if (!letter)
		return fail(parser, "unknown escape");
	*(*out)++ = meanings[letter - letters];
	parser->at++;
	return true;
}

/* After the opening quote. */
static bool
take_string(Parser *parser, const char **text, uint32_t *length)
{
	const char *end = parser->at;
	char	   *out;

	/* what is unescaped is no longer than what is written */
	while (*end && *end != '"')
		end += *end == '\\' && end[1] ? 2 : 1;
	*text = out = pe_alloc(parser->arena, (size_t) (end - parser->at) + 1);
	while (*parser->at != '"')
		if (*parser->at == '\\')
		{
			if (!take_escape(parser, &out))
				return false;
		}
		else if ((unsigned char) *parser->at < ' ')
			return fail(parser, *parser->at ? "control character in a string" : "string without an end");
		else
		{
			int			bytes = pe_utf8_length(parser->at);

			if (bytes == 0)
				return fail(parser, "bytes that are not UTF-8");
			memcpy(out, parser->at, (size_t) bytes);
			out += bytes;
			parser->at += bytes;
		}
	parser->at++;
	*out = '\0';
	*length = (uint32_t) (out - *text);
	return true;
}

static size_t
take_digits(Parser *parser)
{
	size_t		n = strspn(parser->at, "0123456789");

	parser->at += n;
	return n;
}

static bool
take_number(Parser *parser, PeJson *value)
{
	const char *start = parser->at;
	char	   *text;

	(void) take(parser, "-");
	if (!take(parser, "0") && take_digits(parser) == 0)
		return fail(parser, "value expected");
	if (take(parser, ".") && take_digits(parser) == 0)
		return fail(parser, "digits expected after the point");
	if (take(parser, "e") || take(parser, "E"))
	{
		if (!take(parser, "+"))
			(void) take(parser, "-");
		if (take_digits(parser) == 0)
			return fail(parser, "digits expected in the exponent");
	}
	value->kind = PE_JSON_NUMBER;
	value->length = (uint32_t) (parser->at - start);
	value->text = text = pe_alloc(parser->arena, value->length + (size_t) 1);
	memcpy(text, start, value->length);
	text[value->length] = '\0';
	return true;
}

static int
by_key(const void *a, const void *b)
{
	return strcmp((*(PeJson *const *) a)->key, (*(PeJson *const *) b)->key);
}

static bool
keys_differ(Parser *parser, const PeJson *object)
{
	const PeJson **members;
	int32_t		n = 0;

	if (object->n < 2)
		return true;
	members = pe_alloc(parser->arena, sizeof(PeJson *) * (size_t) object->n);
	for (const PeJson *member = object->first; member; member = member->next)
		members[n++] = member;
	qsort(members, (size_t) n, sizeof(PeJson *), by_key);
	for (int32_t i = 1; i < n; i++)
		if (by_key(&members[i - 1], &members[i]) == 0)
		{
			PeText		message;

			pe_text_begin(&message, parser->arena);
			pe_text_put(&message, "the object that ends here has the key ");
			pe_text_string(&message, members[i]->key);
			pe_text_put(&message, " twice");
			return fail(parser, pe_text_end(&message));
		}
	return true;
}

static PeJson *take_value(Parser *parser);

/* Elements or members, after the opening bracket. */
static bool
take_members(Parser *parser, PeJson *value, const char *close)
{
	PeJson	  **last = &value->first;
	bool		object = value->kind == PE_JSON_OBJECT;

	if (++parser->depth > PE_JSON_MAX_DEPTH)
		return fail(parser, "nested more than 250 deep");
	skip_space(parser);
	if (!take(parser, close))
		do
		{
			const char *key = NULL;
			uint32_t	length;

			skip_space(parser);
			if (object)
			{
				if (!take(parser, "\""))
					return fail(parser, "key in double quotes expected");
				if (!take_string(parser, &key, &length))
					return false;
				skip_space(parser);
				if (!take(parser, ":"))
					return fail(parser, "colon expected");
			}
			*last = take_value(parser);
			if (!*last)
				return false;
			(*last)->key = key;
			last = &(*last)->next;
			value->n++;
			skip_space(parser);
			if (take(parser, close))
				break;
			if (!take(parser, ","))
				return fail(parser, object ? "comma or closing brace expected"
							: "comma or closing bracket expected");
		} while (true);
	parser->depth--;
	return !object || keys_differ(parser, value);
}

static PeJson *
take_value(Parser *parser)
{
	static const char *const words[] = {"null", "false", "true"};
	PeJson	   *value = pe_alloc(parser->arena, sizeof(PeJson));
	bool		taken;

	memset(value, 0, sizeof(PeJson));
	skip_space(parser);
	if (++parser->nvalues > PE_JSON_MAX_VALUES)
	{
		fail(parser, "more than 4000000 values");
		return NULL;
	}
	for (int kind = PE_JSON_NULL; kind <= PE_JSON_TRUE; kind++)
		if (take(parser, words[kind]))
		{
			value->kind = (uint8_t) kind;
			return value;
		}
	if (take(parser, "\""))
	{
		value->kind = PE_JSON_STRING;
		taken = take_string(parser, &value->text, &value->length);
	}
	else if (take(parser, "["))
	{
		value->kind = PE_JSON_ARRAY;
		taken = take_members(parser, value, "]");
	}
	else if (take(parser, "{"))
	{
		value->kind = PE_JSON_OBJECT;
		taken = take_members(parser, value, "}");
	}
	else
		taken = take_number(parser, value);
	return taken ? value : NULL;
}

PeJson *
pe_json_parse(PeArena *arena, const char *text, PeJsonError *error)
{
	Parser		parser = {arena, text, text, error, 0, 0};
	PeJson	   *value = take_value(&parser);

	skip_space(&parser);
	if (value && *parser.at)
	{
		fail(&parser, "end expected");
		return NULL;
	}
	return value;
}

void
pe_text_begin(PeText *text, PeArena *arena)
{
	*text = (PeText) {arena, NULL, 0, 0};
}

/* Room for so many bytes more. */
static void
text_room(PeText *text, size_t more)
{
	char	   *data;

	if (more <= text->room - text->length)
		return;
	text->room = 2 * text->room + more + 64;
	data = pe_alloc(text->arena, text->room);
	if (text->length > 0)
		memcpy(data, text->data, text->length);
	text->data = data;
}

void
pe_text_bytes(PeText *text, const char *bytes, size_t length)
{
	if (length == 0)
		return;
	text_room(text, length);
	memcpy(text->data + text->length, bytes, length);
	text->length += length;
}

void
pe_text_put(PeText *text, const char *string)
{
	pe_text_bytes(text, string, strlen(string));
}

void
pe_text_vformat(PeText *text, const char *format, va_list arguments)
{
	va_list		again;
	int			length;

	va_copy(again, arguments);
	length = vsnprintf(NULL, 0, format, again);
	va_end(again);
	text_room(text, (size_t) length + 1);
	vsnprintf(text->data + text->length, (size_t) length + 1, format, arguments);
	text->length += (size_t) length;
}

void
pe_text_format(PeText *text, const char *format,...)
{
	va_list		arguments;

	va_start(arguments, format);
	pe_text_vformat(text, format, arguments);
	va_end(arguments);
}

void
pe_text_string(PeText *text, const char *string)
{
	static const char escaped[] = "\"\\\b\f\n\r\t";
	static const char letters[] = "\"\\bfnrt";
	const char *from = string;

	pe_text_bytes(text, "\"", 1);
	for (const char *at = string; *at; at++)
	{
		const char *found;

		if ((unsigned char) *at >= ' ' && *at != '"' && *at != '\\')
			continue;
		pe_text_bytes(text, from, (size_t) (at - from));
		from = at + 1;
		found = strchr(escaped, *at);
		if (found)
			pe_text_format(text, "\\%c", letters[found - escaped]);
		else
			pe_text_format(text, "\\u%04x", (unsigned) *at);
	}
	pe_text_put(text, from);
	pe_text_bytes(text, "\"", 1);
}

char *
pe_text_end(PeText *text)
{
	text_room(text, 1);
	text->data[text->length] = '\0';
	return text->data;
}
