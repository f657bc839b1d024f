/*
 * card_text.c
 *	  The text form of a scorecard; see card_text.h.
 */
#include "card_text.h"

#include <stdlib.h>
#include <string.h>

static int
by_item(const void *a, const void *b)
{
	int32_t		x = ((const PeEntry *) a)->item;
	int32_t		y = ((const PeEntry *) b)->item;

	return x < y ? -1 : x > y;
}

bool
pe_entries_sort(PeEntry *entries, int32_t n, int32_t *duplicate)
{
	bool		sorted = true;

	/* most come in order */
	for (int32_t i = 1; sorted && i < n; i++)
		sorted = entries[i - 1].item < entries[i].item;
	if (sorted)
		return true;
	qsort(entries, (size_t) n, sizeof(PeEntry), by_item);
	for (int32_t i = 1; i < n; i++)
		if (entries[i - 1].item == entries[i].item)
		{
			*duplicate = entries[i].item;
			return false;
		}
	return true;
}

/* An unsigned number backwards from `end`; gives where it begins. */
static char *
put_digits(char *end, unsigned __int128 number, int atleast)
{
	for (; number > 0 || atleast > 0; atleast--)
	{
		*--end = (char) ('0' + (int) (number % 10));
		number /= 10;
	}
	return end;
}

static size_t
put_string(char *at, const char *string)
{
	size_t		length = strlen(string);

	memcpy(at, string, length);
	return length;
}

size_t
pe_entry_text(const PeEntry *entry, char *text)
{
	char		buffer[PE_CARD_ENTRY_TEXT];
	char	   *end = buffer + sizeof(buffer);
	char	   *start;
	char	   *at = text;

	*at++ = '"';
	start = put_digits(end, (unsigned __int128) entry->item, 1);
	memcpy(at, start, (size_t) (end - start));
	at += end - start;
	at += put_string(at, "\": ");
	if (entry->status == PE_OK)
	{
		unsigned __int128 number = entry->number < 0 ?
			-(unsigned __int128) entry->number : (unsigned __int128) entry->number;
		int			whole;

		start = put_digits(end, number, entry->scale + 1);
		whole = (int) (end - start) - entry->scale;
		if (entry->number < 0)
			*at++ = '-';
		memcpy(at, start, (size_t) whole);
		at += whole;
		if (entry->scale > 0)
		{
			*at++ = '.';
			memcpy(at, start + whole, entry->scale);
			at += entry->scale;
		}
	}
	else
	{
		*at++ = '"';
		at += put_string(at, pe_status_name[entry->status]);
		if (entry->status == PE_ERROR)
		{
			*at++ = ':';
			start = put_digits(end, (unsigned __int128) entry->number, 1);
			memcpy(at, start, (size_t) (end - start));
			at += end - start;
		}
		*at++ = '"';
	}
	return (size_t) (at - text);
}

/* A position in the text, and what is wrong there. */
typedef struct Parser
{
	const char *text;
	const char *at;
	PeCardError *error;
} Parser;

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

/* A whole number from 0 to 2^31 - 1. */
static bool
take_int(Parser *parser, int32_t *value)
{
	int64_t		number = 0;

	if (*parser->at < '0' || *parser->at > '9')
		return fail(parser, "whole number expected");
	for (; *parser->at >= '0' && *parser->at <= '9'; parser->at++)
	{
		number = number * 10 + (*parser->at - '0');
		if (number > INT32_MAX)
			return fail(parser, "number over 2147483647");
	}
	*value = (int32_t) number;
	return true;
}

static bool
take_decimal(Parser *parser, PeEntry *entry)
{
	static const char digits[] = "0123456789";
	bool		negative = take(parser, "-");
	unsigned __int128 number = 0;
	size_t		whole = strspn(parser->at, digits);
	size_t		scale = parser->at[whole] == '.' ?
		strspn(parser->at + whole + 1, digits) : 0;
	size_t		length = whole + (scale > 0 ? scale + 1 : 0);
	size_t		last;

	if (whole == 0 || (parser->at[whole] == '.' && scale == 0))
		return fail(parser, "plain decimal or status expected");
	/* zeros at the end are no digits to keep */
	last = length;
	while (scale > 0 && parser->at[last - 1] == '0')
	{
		last--;
		scale--;
	}
	if (scale > PE_CARD_MAX_SCALE)
		return fail(parser, "more than 38 decimals");
	for (size_t i = 0; i < last; i++)
	{
		unsigned	digit = (unsigned) (parser->at[i] - '0');

		if (parser->at[i] == '.')
			continue;
		if (number > ((unsigned __int128) PE_CARD_MAX_NUMBER - digit) / 10)
			return fail(parser, "more digits than an entry can hold");
		number = number * 10 + digit;
	}
	parser->at += length;
	entry->number = negative ? -(PeInt128) number : (PeInt128) number;
	entry->scale = (uint8_t) scale;
	entry->status = PE_OK;
	return true;
}

static bool
take_status(Parser *parser, PeEntry *entry)
{
	int32_t		code = 0;

	for (int status = PE_MISSING; status <= PE_ERROR; status++)
		if (take(parser, pe_status_name[status]))
		{
			if (status == PE_ERROR &&
				(!take(parser, ":") || !take_int(parser, &code)))
				return fail(parser, "error code expected");
			if (!take(parser, "\""))
				break;
			entry->status = (uint8_t) status;
			entry->scale = 0;
			entry->number = code;
			return true;
		}
	return fail(parser, "status expected: missing, not_applicable, exempt or error:<code>");
}

static bool
take_entry(Parser *parser, PeEntry *entry)
{
	skip_space(parser);
	if (!take(parser, "\""))
		return fail(parser, "item number in quotes expected");
	if (!take_int(parser, &entry->item))
		return false;
	if (!take(parser, "\""))
		return fail(parser, "item number in quotes expected");
	skip_space(parser);
	if (!take(parser, ":"))
		return fail(parser, "colon expected");
	skip_space(parser);
	if (take(parser, "\""))
		return take_status(parser, entry);
	if (take(parser, "null"))
	{
		/* JSON's word for what was not observed */
		entry->status = PE_MISSING;
		return true;
	}
	return take_decimal(parser, entry);
}

PeEntry *
pe_card_parse(PeArena *arena, const char *text, int32_t *n, PeCardError *error)
{
	Parser		parser = {text, text, error};
	PeEntry    *entries = NULL;
	int32_t		room = 0;
	int32_t		duplicate;

	*n = 0;
	skip_space(&parser);
	if (!take(&parser, "{"))
	{
		fail(&parser, "object expected");
		return NULL;
	}
	skip_space(&parser);
	if (!take(&parser, "}"))
		do
		{
			if (*n == PE_CARD_MAX_ITEMS)
			{
				fail(&parser, "more than 10000 items");
				return NULL;
			}
			if (*n == room)
			{
				PeEntry    *more;

				room = room == 0 ? 64 : 2 * room;
				more = pe_alloc(arena, sizeof(PeEntry) * (size_t) room);
				if (*n > 0)
					memcpy(more, entries, sizeof(PeEntry) * (size_t) *n);
				entries = more;
			}
			if (!take_entry(&parser, &entries[*n]))
				return NULL;
			pe_entry_normalize(&entries[(*n)++]);
			skip_space(&parser);
			if (take(&parser, "}"))
				break;
			if (!take(&parser, ","))
			{
				fail(&parser, "comma or closing brace expected");
				return NULL;
			}
		} while (true);
	skip_space(&parser);
	if (*parser.at)
	{
		fail(&parser, "end expected");
		return NULL;
	}
	if (!pe_entries_sort(entries, *n, &duplicate))
	{
		fail(&parser, "an item comes twice");
		return NULL;
	}
	/* an empty card has entries too, just none */
	return entries ? entries : pe_alloc(arena, sizeof(PeEntry));
}
