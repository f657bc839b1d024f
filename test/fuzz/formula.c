/*
 * Any text is refused with a message and a place in it, or is a program that
 * keeps to its types and its stack.
 */
#include "lib/fuzz.h"
#include "formula.h"

/* How many constants the program was promised. */
typedef struct Names
{
	int32_t		nconstants;
	int32_t		nnodes;
} Names;

static int32_t
constant(void *context, PeInt128 number, int32_t scale)
{
	Names	   *names = context;

	CLAIM(number >= 0 && number <= PE_CARD_MAX_NUMBER && scale >= 0 &&
		  scale <= PE_CARD_MAX_SCALE && (scale == 0 || number % 10 != 0));
	return names->nconstants == 1000 ? -1 : names->nconstants++;
}

static int32_t
parameter(void *context, const char *name, size_t length)
{
	/* looks at all of it */
	(void) context;
	return memchr(name, 'x', length) ? (int32_t) length : -1;
}

static bool
node(void *context, int32_t number)
{
	Names	   *names = context;

	CLAIM(number >= 0 && number <= PE_MAX_NODE_NUMBER);
	names->nnodes++;
	return number % 2 == 0;
}

/* The types of all that a step takes and leaves: n, t; or one n and count. */
static void
follow(const PeStep *steps, int32_t n, const Names *names)
{
	static const char *const takes[PE_NOPS] = {
		"", "", "", "", "n", "nn", "nn", "nn", "nn", "*", "*", "nnn", "n", "n",
		"nn", "n", "n", "tnn", "*", "n", "nn", "nn", "nn", "nn", "nn", "nn",
		"tt", "tt", "t"
	};
	char		stack[PE_MAX_STACK];
	int32_t		height = 0;
	int32_t		nconstants = 0;

	for (int32_t i = 0; i < n; i++)
	{
		int32_t		op = steps[i].op;
		int32_t		arg = steps[i].arg;
		int32_t		count;

		CLAIM(op >= 0 && op < PE_NOPS);
		count = takes[op][0] == '*' ? arg : (int32_t) strlen(takes[op]);
		CLAIM(count <= height && (count > 0 || op <= PE_OP_PARAMETER));
		height -= count;
		for (int32_t j = 0; j < count; j++)
			CLAIM(stack[height + j] == (takes[op][0] == '*' ? 'n' : takes[op][j]));
		CLAIM(height < PE_MAX_STACK);
		stack[height++] = op >= PE_OP_OBSERVED ? 't' : 'n';
		switch (op)
		{
			case PE_OP_CONSTANT:
				CLAIM(arg == nconstants++);
				break;
			case PE_OP_ITEM:
				CLAIM(arg >= 0);
				break;
			case PE_OP_NODE:
				CLAIM(arg >= 0 && arg % 2 == 0);
				break;
			case PE_OP_PARAMETER:
				CLAIM(arg > 0);
				break;
			case PE_OP_MIN:
			case PE_OP_MAX:
			case PE_OP_COALESCE:
				break;
			case PE_OP_ROUND:
			case PE_OP_POWER:
			case PE_OP_LN:
			case PE_OP_EXP:
				CLAIM(arg >= 0 && arg <= PE_MAX_DIGITS * 4 + PE_CEIL);
				break;
			default:
				CLAIM(arg == 0);
		}
	}
	CLAIM(height == 1 && stack[0] == 'n' && nconstants == names->nconstants);
}

/* Words instead of bytes, so that more of the input means something. */
static const char *const words[] = {
	"1", "2.50", "0", "item(7)", "node(4)", "node(3)", "parameter(x)",
	"parameter('x''y')", "(", "(", ")", ")", ",", ",", "+", "-", "*", "/",
	">=", "<", "=", "<>", " and ", " or ", " not ", "min(", "max(", "clamp(",
	"abs(", "round(", "floor(", "ceil(", "power(", "sqrt(", "ln(", "exp(",
	"if(", "coalesce(", "observed(", ", 2)", ", 0, half_even)", ", 3, floor)",
	"1 > 2", "observed(item(1))", " ", "if(1 = 1,", "if(item(1) < 2, 3, 4)",
	"sqrt(2, 3)", "x", "''", "1e", ".", "=="
};

#define NWORDS	(sizeof(words) / sizeof(words[0]))

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	PeArena		arena;
	char		buffer[256] __attribute__((aligned(PE_ARENA_ALIGN)));
	char	   *text = piece(32 * size + 1);
	Names		context = {0, 0};
	PeFormulaNames names = {&context, constant, parameter, node};
	PeFormulaError error = {NULL, 0};
	PeStep	   *steps;
	int32_t		n;

	pe_arena_init(&arena, buffer, sizeof(buffer), piece);
	text[0] = '\0';
	if (size > 0 && data[0] % 2 == 0)
	{
		memcpy(text, data + 1, size - 1);
		text[size - 1] = '\0';
	}
	else
		for (size_t i = 1, at = 0; i < size; i++)
		{
			strcpy(text + at, words[data[i] % NWORDS]);
			at += strlen(text + at);
		}
	/* of the very size */
	text = strcpy(piece(strlen(text) + 1), text);
	steps = pe_formula_compile(&arena, text, &names, &n, &error);
	if (steps == NULL)
		CLAIM(n == 0 && error.message != NULL && error.at <= strlen(text));
	else
		follow(steps, n, &context);
	free_pieces();
	return 0;
}
