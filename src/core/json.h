/*
 * json.h
 *	  JSON (RFC 8259) in, as a tree; text out.
 *
 * Strict: UTF-8 without a zero character, every key of an object once, nested
 * 250 deep at most.  Numbers stay text, for decimals are to be read exactly.
 */
#ifndef PE_JSON_H
#define PE_JSON_H

#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>

#include "arena.h"

#define PE_JSON_MAX_DEPTH	250
#define PE_JSON_MAX_VALUES	4000000

typedef enum PeJsonKind
{
	PE_JSON_NULL,
	PE_JSON_FALSE,
	PE_JSON_TRUE,
	PE_JSON_NUMBER,
	PE_JSON_STRING,
	PE_JSON_ARRAY,
	PE_JSON_OBJECT
} PeJsonKind;

typedef struct PeJson PeJson;
struct PeJson
{
	PeJson	   *next;			/* in the same array or object */
	PeJson	   *first;			/* of an array or object, in order */
	const char *key;			/* of a member, ended by a zero */
	const char *text;			/* of a number or string, ended by a zero */
	uint32_t	length;			/* of the text */
	int32_t		n;				/* elements or members */
	uint8_t		kind;			/* PeJsonKind */
	bool		used;			/* for the reader's own book-keeping */
};

typedef struct PeJsonError
{
	const char *message;
	size_t		at;				/* offset into the text */
} PeJsonError;

/* The tree; or NULL with the error.  The text is ended by a zero. */
extern PeJson *pe_json_parse(PeArena *arena, const char *text, PeJsonError *error);

/* Bytes of the character there; 0 if it is none, or the end. */
extern int	pe_utf8_length(const char *at);

/* Text that grows; it has no zero at its end before pe_text_end. */
typedef struct PeText
{
	PeArena    *arena;
	char	   *data;
	size_t		length;
	size_t		room;
} PeText;

extern void pe_text_begin(PeText *text, PeArena *arena);
extern void pe_text_bytes(PeText *text, const char *bytes, size_t length);
extern void pe_text_put(PeText *text, const char *string);
extern void pe_text_format(PeText *text, const char *format,...)
			__attribute__((format(printf, 2, 3)));
extern void pe_text_vformat(PeText *text, const char *format, va_list arguments)
			__attribute__((format(printf, 2, 0)));
/* In quotes and escaped, as jsonb does it. */
extern void pe_text_string(PeText *text, const char *string);
extern char *pe_text_end(PeText *text);

#endif							/* PE_JSON_H */
