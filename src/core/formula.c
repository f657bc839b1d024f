/*
 * formula.c
 *	  The compiler of formulas; see formula.h.
 *
 * Recursive descent.  Steps are put out as their operands end, so that the
 * program is the formula in postfix order; the height of the stack is counted
 * along.  Operators of one kind in a row are loops, only parentheses and calls
 * recurse, and those are counted.
 */
#include "formula.h"

#include <stdio.h>
#include <string.h>

/* FAILED: the error is set, and everything returns. */
typedef enum Type
{
	FAILED,
	NUMBER,
	TRUTH
} Type;

typedef struct Compiler
{
	PeArena    *arena;
	const char *text;
	const char *at;
	const PeFormulaNames *names;
	PeFormulaError *error;
	PeStep	   *steps;
	int32_t		nsteps;
	int32_t		room;
	int32_t		height;			/* of the stack after the last step */
	int32_t		depth;			/* of parentheses and calls */
} Compiler;

typedef struct Function
{
	const char *name;
	const char *usage;
	int16_t		op;
	int16_t		args;			/* how many values; 0: one or more, counted in the step */
	bool		rounds;			/* digits and mode follow the values */
} Function;

static const Function functions[] = {
	{"min", "min(x, ...)", PE_OP_MIN, 0, false},
	{"max", "max(x, ...)", PE_OP_MAX, 0, false},
	{"clamp", "clamp(x, low, high)", PE_OP_CLAMP, 3, false},
	{"abs", "abs(x)", PE_OP_ABS, 1, false},
	{"round", "round(x, digits [, mode])", PE_OP_ROUND, 1, true},
	{"floor", "floor(x)", PE_OP_ROUND, 1, false},
	{"ceil", "ceil(x)", PE_OP_ROUND, 1, false},
	{"power", "power(x, y, digits [, mode])", PE_OP_POWER, 2, true},
	{"sqrt", "sqrt(x, digits [, mode])", PE_OP_POWER, 1, true},
	{"ln", "ln(x, digits [, mode])", PE_OP_LN, 1, true},
	{"exp", "exp(x, digits [, mode])", PE_OP_EXP, 1, true},
	{"if", "if(condition, x, y)", PE_OP_IF, 3, false},
	{"coalesce", "coalesce(x, ...)", PE_OP_COALESCE, 0, false},
	{"observed", "observed(x)", PE_OP_OBSERVED, 1, false},
	/* what they take is no value but a name */
	{"item", "item(number)", PE_OP_ITEM, -1, false},
	{"node", "node(number)", PE_OP_NODE, -1, false},
	{"parameter", "parameter(name)", PE_OP_PARAMETER, -1, false},
};

#define NFUNCTIONS	((int) (sizeof(functions) / sizeof(functions[0])))

/* The longest first, where one begins like another. */
static const struct
{
	const char *symbol;
	int32_t		op;
} comparisons[] = {
	{">=", PE_OP_GE}, {"<=", PE_OP_LE}, {"<>", PE_OP_NE},
	{">", PE_OP_GT}, {"<", PE_OP_LT}, {"=", PE_OP_EQ},
};

#define NCOMPARISONS	((int) (sizeof(comparisons) / sizeof(comparisons[0])))

static Type expression(Compiler *compiler);

static Type
fail_at(Compiler *compiler, const char *at, const char *message)
{
	compiler->error->message = message;
	compiler->error->at = (size_t) (at - compiler->text);
	return FAILED;
}

static Type
fail(Compiler *compiler, const char *message)
{
	return fail_at(compiler, compiler->at, message);
}

/* How much of a piece of the user's text a message shows. */
#define MOST_SHOWN	60

/* The message is `format` with a piece of text and a word or two in it. */
static Type
fail_showing(Compiler *compiler, const char *at, const char *format,
			 const char *piece, size_t length, const char *word)
{
	char		shown[MOST_SHOWN + 4];
	size_t		room = strlen(format) + sizeof(shown) + (word ? strlen(word) : 0);
	char	   *message = pe_alloc(compiler->arena, room);
	bool		cut = length > MOST_SHOWN;

	if (cut)
	{
		/* not within a character */
		length = MOST_SHOWN;
		while (length > 0 && ((unsigned char) piece[length] & 0xc0) == 0x80)
			length--;
	}
	memcpy(shown, piece, length);
	strcpy(shown + length, cut ? "..." : "");
	snprintf(message, room, format, shown, word);
	return fail_at(compiler, at, message);
}

static void
skip_space(Compiler *compiler)
{
	compiler->at += strspn(compiler->at, " \t\r\n");
}

/* Bytes of a name; those past ASCII are letters, so 指标 is a name. */
static bool
name_byte(char byte, bool first)
{
	unsigned char c = (unsigned char) byte;

	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' ||
		c >= 0x80 || (!first && c >= '0' && c <= '9');
}

static size_t
name_length(const char *at)
{
	size_t		length = 0;

	while (name_byte(at[length], length == 0))
		length++;
	return length;
}

static bool
is_word(const char *at, size_t length, const char *word)
{
	return strlen(word) == length && memcmp(at, word, length) == 0;
}

/* Takes a symbol, or a word that does not go on, after spaces. */
static bool
take(Compiler *compiler, const char *symbol)
{
	size_t		length = strlen(symbol);

	skip_space(compiler);
	if (strncmp(compiler->at, symbol, length) != 0)
		return false;
	if (name_byte(symbol[0], true) && name_byte(compiler->at[length], false))
		return false;
	compiler->at += length;
	return true;
}

/* The next thing that cannot stand where it stands. */
static Type
fail_unexpected(Compiler *compiler, const char *expected)
{
	const char *at;
	size_t		length;

	skip_space(compiler);
	at = compiler->at;
	length = name_length(at);
	if (*at == '\0')
		return fail_showing(compiler, at, "%s expected, but the formula ends",
							expected, strlen(expected), NULL);
	/* what other languages write */
	if (strncmp(at, "==", 2) == 0)
		return fail(compiler, "there is no operator \"==\"; equality is \"=\"");
	if (strncmp(at, "!=", 2) == 0)
		return fail(compiler, "there is no operator \"!=\"; inequality is \"<>\"");
	if (strncmp(at, "**", 2) == 0 || *at == '^')
		return fail(compiler, "there is no operator for powers; write power(x, y, digits)");
	if (strncmp(at, "&&", 2) == 0 || strncmp(at, "||", 2) == 0 || *at == '!')
		return fail(compiler, "conditions are joined by \"and\", \"or\" and \"not\"");
	if (*at == '.')
		return fail(compiler, "a number begins with a digit: 0.5");
	if (length == 0)
		length = 1;
	return fail_showing(compiler, at, "\"%s\" is unexpected here; %s expected",
						at, length, expected);
}

static bool
emit(Compiler *compiler, const char *at, int32_t op, int32_t arg)
{
	PeStep		step = {op, arg};

	_Static_assert(PE_FORMULA_MAX_STEPS == 100000 && PE_MAX_STACK == 256,
				   "the messages say so");
	if (compiler->nsteps == PE_FORMULA_MAX_STEPS)
	{
		fail_at(compiler, at, "the formula has more than 100000 steps");
		return false;
	}
	if (compiler->nsteps == compiler->room)
	{
		int32_t		room = compiler->room == 0 ? 32 : 2 * compiler->room;
		PeStep	   *more = pe_alloc(compiler->arena, sizeof(PeStep) * (size_t) room);

		if (compiler->nsteps > 0)
			memcpy(more, compiler->steps, sizeof(PeStep) * (size_t) compiler->nsteps);
		compiler->steps = more;
		compiler->room = room;
	}
	compiler->steps[compiler->nsteps++] = step;
	compiler->height += 1 - pe_op_arguments(&step);
	if (compiler->height > PE_MAX_STACK)
	{
		fail_at(compiler, at, "the formula has more than 256 values open at once; give min, max and coalesce fewer arguments at a time");
		return false;
	}
	return true;
}

/* Does an operand that began at `at` have the type that its place needs? */
static bool
require(Compiler *compiler, const char *at, Type type, Type needed,
		const char *who)
{
	if (type == needed)
		return true;
	if (type == FAILED)
		return false;
	fail_showing(compiler, at, needed == NUMBER ?
				 "\"%s\" takes numbers, and this is a condition; if(..., 1, 0) makes a number of it" :
				 "\"%s\" takes conditions, and this is a number; compare it, as in x <> 0",
				 who, strlen(who), NULL);
	return false;
}

static Type
number(Compiler *compiler)
{
	static const char digits[] = "0123456789";
	const char *start = compiler->at;
	size_t		whole = strspn(start, digits);
	size_t		scale = start[whole] == '.' ? strspn(start + whole + 1, digits) : 0;
	size_t		length = whole + (scale > 0 ? scale + 1 : 0);
	size_t		last = length;
	unsigned __int128 value = 0;
	int32_t		constant;

	if (start[whole] == '.' && scale == 0)
		return fail(compiler, "digits expected after the point");
	compiler->at += length;
	if ((*compiler->at == 'e' || *compiler->at == 'E') &&
		strspn(compiler->at + 1, "+-0123456789") > 0)
		return fail_at(compiler, start, "write the number out, without an exponent");
	if (name_byte(*compiler->at, true) || *compiler->at == '.')
		return fail_unexpected(compiler, "operator");
	/* zeros at the end are no digits to keep */
	while (scale > 0 && start[last - 1] == '0')
	{
		last--;
		scale--;
	}
	if (scale > PE_CARD_MAX_SCALE)
		return fail_at(compiler, start, "the number has more than 38 decimals");
	for (size_t i = 0; i < last; i++)
	{
		unsigned	digit = (unsigned) (start[i] - '0');

		if (start[i] == '.')
			continue;
		if (value > ((unsigned __int128) PE_CARD_MAX_NUMBER - digit) / 10)
			return fail_at(compiler, start, "the number has more digits than a scorecard holds (38)");
		value = value * 10 + digit;
	}
	constant = compiler->names->constant(compiler->names->context,
										 (PeInt128) value, (int32_t) scale);
	if (constant < 0)
		return fail_at(compiler, start, "too many numbers");
	return emit(compiler, start, PE_OP_CONSTANT, constant) ? NUMBER : FAILED;
}

/* A whole number from 0 to `most`, or -1 and nothing taken. */
static int32_t
whole_number(Compiler *compiler, int32_t most)
{
	const char *at;
	int64_t		value = 0;

	skip_space(compiler);
	at = compiler->at;
	if (*at < '0' || *at > '9')
		return -1;
	for (; *at >= '0' && *at <= '9'; at++)
	{
		value = value * 10 + (*at - '0');
		if (value > most)
			return -1;
	}
	if (*at == '.' || name_byte(*at, true))
		return -1;
	compiler->at = at;
	return (int32_t) value;
}

/* name, or 'any text', where '' is one quote */
static Type
parameter(Compiler *compiler)
{
	const char *start;
	const char *name;
	size_t		length;
	int32_t		index;

	skip_space(compiler);
	start = name = compiler->at;
	if (*start == '\'')
	{
		size_t		quoted = 1;
		char	   *copy;

		/* to the quote that is not doubled */
		while (start[quoted] && (start[quoted] != '\'' || start[quoted + 1] == '\''))
			quoted += start[quoted] == '\'' ? 2 : 1;
		if (!start[quoted])
			return fail(compiler, "the quote is not closed");
		copy = pe_alloc(compiler->arena, quoted);
		length = 0;
		for (size_t i = 1; i < quoted; i++)
		{
			copy[length++] = start[i];
			if (start[i] == '\'')
				i++;
		}
		name = copy;
		compiler->at += quoted + 1;
	}
	else
	{
		length = name_length(start);
		if (length == 0)
			return fail(compiler, "name of a parameter expected; what is not of letters, digits and _ is written in single quotes");
		compiler->at += length;
	}
	index = compiler->names->parameter(compiler->names->context, name, length);
	if (index < 0)
		return fail_showing(compiler, start, "there is no parameter \"%s\"; \"parameters\" of the rubric names them",
							name, length, NULL);
	return emit(compiler, start, PE_OP_PARAMETER, index) ? NUMBER : FAILED;
}

/* What item, node and parameter stand for. */
static Type
reference(Compiler *compiler, const Function *function)
{
	const char *start;
	int32_t		value;

	if (function->op == PE_OP_PARAMETER)
		return parameter(compiler);
	skip_space(compiler);
	start = compiler->at;
	if (function->op == PE_OP_ITEM)
	{
		value = whole_number(compiler, INT32_MAX);
		if (value < 0)
			return fail(compiler, "number of an item expected, from 0 to 2147483647");
	}
	else
	{
		_Static_assert(PE_MAX_NODE_NUMBER == 9999999, "the message says so");
		value = whole_number(compiler, PE_MAX_NODE_NUMBER);
		if (value < 0)
			return fail(compiler, "number of a node expected, from 0 to 9999999");
		if (!compiler->names->node(compiler->names->context, value))
			return fail_showing(compiler, start, "there is no node %s", start,
								(size_t) (compiler->at - start), NULL);
	}
	return emit(compiler, start, function->op, value) ? NUMBER : FAILED;
}

/* ", digits" and maybe ", mode"; gives the argument of the step, or -1 */
static int32_t
rounding(Compiler *compiler, const Function *function)
{
	int32_t		digits;
	int32_t		mode = PE_HALF_UP;

	_Static_assert(PE_MAX_DIGITS == 30, "the message says so");
	if (!take(compiler, ","))
	{
		skip_space(compiler);
		fail_showing(compiler, compiler->at, "\"%s\" is written %s",
					 function->name, strlen(function->name), function->usage);
		return -1;
	}
	digits = whole_number(compiler, PE_MAX_DIGITS);
	if (digits < 0)
	{
		fail(compiler, "how many decimals is expected here: a whole number from 0 to 30, written out");
		return -1;
	}
	if (take(compiler, ","))
	{
		size_t		length;

		skip_space(compiler);
		length = name_length(compiler->at);
		while (mode <= PE_CEIL &&
			   !is_word(compiler->at, length, pe_round_name[mode]))
			mode++;
		if (mode > PE_CEIL)
		{
			fail(compiler, "mode of rounding expected: half_up, half_even, floor or ceil");
			return -1;
		}
		compiler->at += length;
	}
	return digits * 4 + mode;
}

/* The step of a function whose values are out. */
static bool
finish_call(Compiler *compiler, const char *start, const Function *function,
			int32_t count)
{
	int32_t		arg = function->args == 0 ? count : 0;

	if (function->rounds && (arg = rounding(compiler, function)) < 0)
		return false;
	if (strcmp(function->name, "floor") == 0)
		arg = PE_FLOOR;
	else if (strcmp(function->name, "ceil") == 0)
		arg = PE_CEIL;
	else if (strcmp(function->name, "sqrt") == 0)
	{
		/* the power of a half */
		int32_t		half = compiler->names->constant(compiler->names->context, 5, 1);

		if (half < 0)
		{
			fail_at(compiler, start, "too many numbers");
			return false;
		}
		if (!emit(compiler, start, PE_OP_CONSTANT, half))
			return false;
	}
	return emit(compiler, start, function->op, arg);
}

static Type
call(Compiler *compiler, const char *start, const Function *function)
{
	int32_t		count = 0;

	if (function->args < 0)
	{
		if (reference(compiler, function) == FAILED)
			return FAILED;
	}
	else if (!take(compiler, ")"))
	{
		do
		{
			const char *at;
			Type		type;

			skip_space(compiler);
			at = compiler->at;
			type = expression(compiler);
			if (!require(compiler, at, type,
						 function->op == PE_OP_IF && count == 0 ? TRUTH : NUMBER,
						 function->name))
				return FAILED;
			count++;
		} while (count != function->args && take(compiler, ","));
		if ((function->args == 0 || count == function->args) &&
			!finish_call(compiler, start, function, count))
			return FAILED;
	}
	else
		compiler->at--;			/* the parenthesis of an empty list */

	skip_space(compiler);
	if (*compiler->at == ',' ||
		(*compiler->at == ')' &&
		 (function->args > 0 ? count != function->args :
		  function->args == 0 && count == 0)))
		return fail_showing(compiler, compiler->at,
							"\"%s\" does not take this many arguments; it is written %s",
							function->name, strlen(function->name), function->usage);
	if (!take(compiler, ")"))
		return fail_unexpected(compiler, function->args == 0 || count < function->args ?
							   "operator, comma or closing parenthesis" :
							   "operator or closing parenthesis");
	return function->op == PE_OP_OBSERVED ? TRUTH : NUMBER;
}

static Type
unknown_function(Compiler *compiler, const char *at, size_t length)
{
	char		list[256];
	size_t		used = 0;

	for (int i = 0; i < NFUNCTIONS; i++)
		used += (size_t) snprintf(list + used, sizeof(list) - used, "%s%s",
								  i > 0 ? ", " : "", functions[i].name);
	return fail_showing(compiler, at, "unknown function \"%s\"; known are %s", at,
						length, list);
}

static Type
primary(Compiler *compiler)
{
	const char *start;
	const Function *function = NULL;
	size_t		length;
	Type		type;

	_Static_assert(PE_FORMULA_MAX_DEPTH == 100, "the message says so");
	skip_space(compiler);
	start = compiler->at;
	if (*start >= '0' && *start <= '9')
		return number(compiler);

	length = name_length(start);
	if (length > 0)
	{
		for (int i = 0; i < NFUNCTIONS && !function; i++)
			if (is_word(start, length, functions[i].name))
				function = &functions[i];
		if (is_word(start, length, "not"))
			return fail(compiler, "put what \"not\" belongs to into parentheses");
		if (is_word(start, length, "and") || is_word(start, length, "or"))
			return fail_unexpected(compiler, "operand");
		compiler->at += length;
		if (!take(compiler, "("))
		{
			if (function)
				return fail_showing(compiler, start, "\"%s\" is written %s", start,
									length, function->usage);
			/* signs that are not ASCII's look like letters of names */
			for (size_t i = 0; i < length; i++)
				if ((unsigned char) start[i] >= 0x80)
					return fail_showing(compiler, start, "\"%s\" is no operand; a parameter is written parameter(name), signs and parentheses are those of ASCII",
										start, length, NULL);
			return fail_showing(compiler, start, "\"%s\" is no operand; a parameter is written parameter(name)",
								start, length, NULL);
		}
		if (!function)
			return unknown_function(compiler, start, length);
	}
	else if (!take(compiler, "("))
		return fail_unexpected(compiler, "operand");

	if (compiler->depth == PE_FORMULA_MAX_DEPTH)
		return fail_at(compiler, start, "the formula nests deeper than 100");
	compiler->depth++;
	if (function)
		type = call(compiler, start, function);
	else
	{
		type = expression(compiler);
		if (type != FAILED && !take(compiler, ")"))
			type = fail_unexpected(compiler, "operator or closing parenthesis");
	}
	compiler->depth--;
	return type;
}

static Type
unary(Compiler *compiler)
{
	int32_t		minuses = 0;
	const char *at;
	Type		type;

	while (take(compiler, "-"))
		if (++minuses > PE_FORMULA_MAX_STEPS)
			return fail(compiler, "the formula has more than 100000 steps");
	skip_space(compiler);
	at = compiler->at;
	type = primary(compiler);
	if (minuses > 0 && !require(compiler, at, type, NUMBER, "-"))
		return FAILED;
	for (; minuses > 0; minuses--)
		if (!emit(compiler, at, PE_OP_NEGATE, 0))
			return FAILED;
	return type;
}

static Type
term(Compiler *compiler)
{
	const char *start;
	Type		type;

	skip_space(compiler);
	start = compiler->at;
	type = unary(compiler);
	while (type != FAILED)
	{
		const char *at;
		bool		times;

		skip_space(compiler);
		/* "**" is nobody's product */
		if (strncmp(compiler->at, "**", 2) == 0)
			return fail_unexpected(compiler, "operator");
		times = take(compiler, "*");
		if (!times && !take(compiler, "/"))
			break;
		if (!require(compiler, start, type, NUMBER, times ? "*" : "/"))
			return FAILED;
		skip_space(compiler);
		at = compiler->at;
		if (!require(compiler, at, unary(compiler), NUMBER, times ? "*" : "/") ||
			!emit(compiler, at, times ? PE_OP_MULTIPLY : PE_OP_DIVIDE, 0))
			return FAILED;
	}
	return type;
}

static Type
sum(Compiler *compiler)
{
	const char *start;
	Type		type;

	skip_space(compiler);
	start = compiler->at;
	type = term(compiler);
	while (type != FAILED)
	{
		const char *at;
		bool		plus = take(compiler, "+");

		if (!plus && !take(compiler, "-"))
			break;
		if (!require(compiler, start, type, NUMBER, plus ? "+" : "-"))
			return FAILED;
		skip_space(compiler);
		at = compiler->at;
		if (!require(compiler, at, term(compiler), NUMBER, plus ? "+" : "-") ||
			!emit(compiler, at, plus ? PE_OP_ADD : PE_OP_SUBTRACT, 0))
			return FAILED;
	}
	return type;
}

/* Which comparison comes here, or -1; nothing is taken. */
static int
comparison_sign(Compiler *compiler)
{
	skip_space(compiler);
	for (int i = 0; i < NCOMPARISONS; i++)
		if (strncmp(compiler->at, comparisons[i].symbol,
					strlen(comparisons[i].symbol)) == 0)
			return i;
	return -1;
}

static Type
comparison(Compiler *compiler)
{
	const char *start;
	const char *at;
	int			sign;
	Type		type;

	skip_space(compiler);
	start = compiler->at;
	type = sum(compiler);
	if (type == FAILED)
		return FAILED;
	sign = comparison_sign(compiler);
	if (strncmp(compiler->at, "==", 2) == 0 || strncmp(compiler->at, "!=", 2) == 0)
		return fail_unexpected(compiler, "operator");
	if (sign < 0)
		return type;
	if (!require(compiler, start, type, NUMBER, comparisons[sign].symbol))
		return FAILED;
	compiler->at += strlen(comparisons[sign].symbol);
	skip_space(compiler);
	at = compiler->at;
	if (!require(compiler, at, sum(compiler), NUMBER, comparisons[sign].symbol) ||
		!emit(compiler, at, comparisons[sign].op, 0))
		return FAILED;
	if (comparison_sign(compiler) >= 0)
		return fail(compiler, "comparisons do not chain; write x < y and y < z");
	return TRUTH;
}

static Type
negation(Compiler *compiler)
{
	int32_t		nots = 0;
	const char *at;
	Type		type;

	while (take(compiler, "not"))
		if (++nots > PE_FORMULA_MAX_STEPS)
			return fail(compiler, "the formula has more than 100000 steps");
	skip_space(compiler);
	at = compiler->at;
	type = comparison(compiler);
	if (nots > 0 && !require(compiler, at, type, TRUTH, "not"))
		return FAILED;
	for (; nots > 0; nots--)
		if (!emit(compiler, at, PE_OP_NOT, 0))
			return FAILED;
	return type;
}

/* Conditions joined by one word, the other's binding closer. */
static Type
joined(Compiler *compiler, const char *word, int32_t op,
	   Type (*operand) (Compiler *))
{
	const char *start;
	Type		type;

	skip_space(compiler);
	start = compiler->at;
	type = operand(compiler);
	while (type != FAILED && take(compiler, word))
	{
		const char *at;

		if (!require(compiler, start, type, TRUTH, word))
			return FAILED;
		skip_space(compiler);
		at = compiler->at;
		if (!require(compiler, at, operand(compiler), TRUTH, word) ||
			!emit(compiler, at, op, 0))
			return FAILED;
	}
	return type;
}

static Type
conjunction(Compiler *compiler)
{
	return joined(compiler, "and", PE_OP_AND, negation);
}

static Type
expression(Compiler *compiler)
{
	return joined(compiler, "or", PE_OP_OR, conjunction);
}

PeStep *
pe_formula_compile(PeArena *arena, const char *text, const PeFormulaNames *names,
				   int32_t *nsteps, PeFormulaError *error)
{
	Compiler	compiler = {
		.arena = arena, .text = text, .at = text, .names = names, .error = error
	};
	Type		type = expression(&compiler);

	*nsteps = 0;
	if (type == FAILED)
		return NULL;
	skip_space(&compiler);
	if (*compiler.at)
	{
		fail_unexpected(&compiler, "operator or the end");
		return NULL;
	}
	if (type == TRUTH)
	{
		compiler.at = text;
		skip_space(&compiler);
		fail(&compiler, "a formula gives a number, and this one is a condition; write if(..., 1, 0)");
		return NULL;
	}
	*nsteps = compiler.nsteps;
	return compiler.steps;
}
