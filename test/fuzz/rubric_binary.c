/*
 * Any bytes with a right checksum are refused, or are a rubric that can be
 * written, and whose text is read again as one that is written the same.
 *
 * The first byte chooses: the rest is a rubric, or edits of a sample's.
 */
#include "lib/fuzz.h"
#include "../core/lib/rubrics.h"
#include "rubric_text.h"

/* A place, and a byte to put there. */
static void
edit(Input *input, char *bytes, size_t size)
{
	while (input->left > 0)
	{
		size_t		at = (size_t) take_byte(input) << 8;

		at |= take_byte(input);
		bytes[at % size] = (char) take_byte(input);
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	PeArena		arena;
	char		buffer[256] __attribute__((aligned(PE_ARENA_ALIGN)));
	Input		input = {data, size};
	size_t		which = take_byte(&input) % (NSAMPLES + 1);
	PeRubricError error = {0};
	PeRubricHeader *rubric;
	PeRubric	opened;
	size_t		length;
	char	   *text;
	bool		formulas = false;

	pe_arena_init(&arena, buffer, sizeof(buffer), piece);
	if (which < NSAMPLES)
	{
		PeRubricHeader *sample = pe_rubric_parse(&arena, samples[which].document, &error);

		/* its own piece, of the very size */
		size = (size_t) sample->size;
		rubric = piece(size);
		memcpy(rubric, sample, size);
		edit(&input, (char *) rubric, size);
	}
	else
	{
		size = input.left;
		rubric = piece(size);
		if (size > 0)
			memcpy(rubric, input.at, size);
	}
	if (size >= sizeof(PeRubricHeader))
		rubric->crc = pe_rubric_crc(rubric, size);
	if (pe_rubric_valid(rubric, size))
	{
		pe_rubric_open(&opened, rubric);
		for (int32_t i = 0; i < rubric->nnodes; i++)
		{
			CLAIM(*pe_node_path(&arena, &opened, i) == '/');
			formulas |= opened.nodes[i].rule == PE_RULE_FORMULA;
		}
		text = pe_rubric_write(&arena, &opened, &length);
		CLAIM(strlen(text) == length);
		rubric = pe_rubric_parse(&arena, text, &error);
		/* a formula's text may say what its steps do not */
		CLAIM(rubric != NULL || formulas);
		if (rubric)
		{
			pe_rubric_open(&opened, rubric);
			CLAIM(strcmp(pe_rubric_write(&arena, &opened, &length), text) == 0);
			CLAIM(pe_rubric_canonical(&arena, &opened));
		}
	}
	free_pieces();
	return 0;
}
