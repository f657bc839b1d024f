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
pe_number_text(PeInt128 number, int32_t scale, char *text)
{
	char		buffer[PE_NUMBER_TEXT];
	char	   *end = buffer + sizeof(buffer);
	char	   *start = put_digits(end, number < 0 ? -(unsigned __int128) number
								   : (unsigned __int128) number, scale + 1);
	size_t		whole = (size_t) (end - start) - (size_t) scale;
	char	   *at = text;

	if (number < 0)
		*at++ = '-';
	memcpy(at, start, whole);
	at += whole;
	if (scale > 0)
	{
		*at++ = '.';
		memcpy(at, start + whole, (size_t) scale);
		at += scale;
	}
	return (size_t) (at - text);
}

size_t
pe_entry_text(const PeEntry *entry, char *text)
{
	char	   *at = text;

	*at++ = '"';
	at += pe_number_text(entry->item, 0, at);
	at += put_string(at, "\": ");
	if (entry->status == PE_OK)
		at += pe_number_text(entry->number, entry->scale, at);
	else
	{
		*at++ = '"';
		at += put_string(at, pe_status_name[entry->status]);
		if (entry->status == PE_ERROR)
		{
			*at++ = ':';
			at += pe_number_text(entry->number, 0, at);
		}
		*at++ = '"';
	}
	return (size_t) (at - text);
}

const char *
pe_number_parse(const char **text, PeInt128 *value, uint8_t *decimals)
{
	static const char digits[] = "0123456789";
	const char *at = *text;
	bool		negative = *at == '-';
	unsigned __int128 number = 0;
	size_t		whole;
	size_t		scale;
	size_t		length;
	size_t		last;

	at += negative;
	whole = strspn(at, digits);
	scale = at[whole] == '.' ? strspn(at + whole + 1, digits) : 0;
	length = whole + (scale > 0 ? scale + 1 : 0);
	*text = at;
	if (whole == 0 || (at[whole] == '.' && scale == 0))
		return "";
	/* zeros at the end are no digits to keep */
	last = length;
	while (scale > 0 && at[last - 1] == '0')
	{
		last--;
		scale--;
	}
	if (scale > PE_CARD_MAX_SCALE)
		return "more than 38 decimals";
	for (size_t i = 0; i < last; i++)
	{
		unsigned	digit = (unsigned) (at[i] - '0');

		if (at[i] == '.')
			continue;
		if (number > ((unsigned __int128) PE_CARD_MAX_NUMBER - digit) / 10)
			return "more digits than an entry can hold";
		number = number * 10 + digit;
	}
	*text = at + length;
	*value = negative ? -(PeInt128) number : (PeInt128) number;
	*decimals = (uint8_t) scale;
	return NULL;
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
	const char *problem = pe_number_parse(&parser->at, &entry->number, &entry->scale);

	if (problem)
		return fail(parser, *problem ? problem : "plain decimal or status expected");
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
				fail(&parser, "more than 32767 items");
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
