/*
 * Any text is refused with a message and a hint, or is a rubric that its
 * written form gives again, byte for byte.
 *
 * What begins with a brace is a text; else the bytes are edits of a sample.
 */
#include "lib/fuzz.h"
#include "../core/lib/rubrics.h"
#include "rubric_text.h"

/* Pieces of documents, put in place of what stands there. */
static const char *const words[] = {
	"{", "}", "[", "]", ",", ":", "\"", "null", "-1", "0", "1e5", "0.001", "{\"item\": 1}",
	"{\"node\": 1}", "{\"node\": 0}", "{\"parameter\": \"t\"}", "\"ge\": 1, ", "\"node\": 3, ",
	"\"weight\": 0.3, ", "\"round\": {\"digits\": 3}, ", "\"children\": [], ",
	"170141183460469231731687303715884105727", "\\u4e2d", "\xe4\xb8\xad",
	"{\"rule\": \"constant\", \"points\": 1}, ", "item(1)", "node(1)", "(", ")", " > ", " - "
};

/* A byte of it names the sample, then come a place, how much to take out and what to put in. */
static char *
edited(const uint8_t *data, size_t size)
{
	Input		input = {data, size};
	const char *sample = samples[take_byte(&input) % NSAMPLES].document;
	char	   *text = piece(strlen(sample) + 1);

	strcpy(text, sample);
	for (int edits = 0; input.left > 0 && edits < 64; edits++)
	{
		size_t		length = strlen(text);
		size_t		at = (size_t) take_byte(&input) << 8;
		size_t		out = take_byte(&input);
		const char *word;
		char	   *next;

		at = (at | out) % (length + 1);
		out = take_byte(&input) % 8;
		if (out > length - at)
			out = length - at;
		word = words[take_byte(&input) % (sizeof(words) / sizeof(words[0]))];
		next = piece(length - out + strlen(word) + 1);
		memcpy(next, text, at);
		strcpy(next + at, word);
		strcat(next, text + at + out);
		text = next;
	}
	return text;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	PeArena		arena;
	char		buffer[256] __attribute__((aligned(PE_ARENA_ALIGN)));
	char	   *text;
	PeRubricError error = {0};
	PeRubricHeader *rubric;

	pe_arena_init(&arena, buffer, sizeof(buffer), piece);
	if (size > 0 && data[0] == '{')
	{
		text = piece(size + 1);
		memcpy(text, data, size);
		text[size] = '\0';
	}
	else
		text = edited(data, size);
	rubric = pe_rubric_parse(&arena, text, &error);
	if (rubric == NULL)
		CLAIM(error.message != NULL && error.hint != NULL && error.at <= strlen(text) + 1);
	else
	{
		PeRubric	opened;

		pe_rubric_open(&opened, rubric);
		CLAIM(pe_rubric_valid(rubric, (size_t) rubric->size));
		CLAIM(pe_rubric_canonical(&arena, &opened));
	}
	free_pieces();
	return 0;
}
