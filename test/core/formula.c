/*
 * Formulas written out from random trees must give the trees' steps; and what
 * is no formula is refused where it goes wrong.
 */
#include "lib/harness.h"
#include "formula.h"

#define CASES		50000
#define ROOM		65536

typedef struct Number
{
	PeInt128	number;
	int32_t		scale;
} Number;

/* What the compiler asked for, and what the tree has. */
static Number asked[ROOM];
static int32_t nasked;
static Number wanted[ROOM];
static int32_t nwanted;
static char text[ROOM * 8];
static size_t length;
static PeStep steps[ROOM];
static int32_t nsteps;
static int	height;
static int	highest;

static int32_t
constant(void *context, PeInt128 number, int32_t scale)
{
	if (nasked == *(int32_t *) context)
		return -1;
	asked[nasked] = (Number) {number, scale};
	return nasked++;
}

static const char *const parameters[] = {"rate", "_x9", "目标值", "two words", "it's", ""};

static int32_t
parameter(void *context, const char *name, size_t size)
{
	(void) context;
	for (int32_t i = 0; i < 6; i++)
		if (strlen(parameters[i]) == size && memcmp(parameters[i], name, size) == 0)
			return i;
	return -1;
}

static bool
node(void *context, int32_t number)
{
	(void) context;
	return number != 13;
}

static PeStep *
compile(const char *formula, int32_t most_constants, int32_t *n, PeFormulaError *error)
{
	PeFormulaNames names = {&most_constants, constant, parameter, node};

	nasked = 0;
	return pe_formula_compile(&arena, formula, &names, n, error);
}

/* Text and steps of a tree. */
static void
put(const char *piece)
{
	static const char *const space[] = {"", " ", "\n", "\t ", "  \r\n"};
	size_t		size = strlen(piece);
	const char *before = space[draw(8) < 6 ? 0 : draw(5)];
	char		last = length > 0 ? text[length - 1] : ' ';
	int			both = ((last >= 'a' && last <= 'z') || (last >= '0' && last <= '9')) &&
		((*piece >= 'a' && *piece <= 'z') || (*piece >= '0' && *piece <= '9'));

	/* words stay apart */
	if (both && !*before)
		before = " ";
	memcpy(text + length, before, strlen(before));
	length += strlen(before);
	memcpy(text + length, piece, size + 1);
	length += size;
}

static void
step(int32_t op, int32_t arg, int pops)
{
	steps[nsteps++] = (PeStep) {op, arg};
	height += 1 - pops;
	if (height > highest)
		highest = height;
}

static void
put_constant(PeInt128 number, int32_t scale)
{
	wanted[nwanted] = (Number) {number, scale};
	step(PE_OP_CONSTANT, nwanted++, 0);
}

/* A number with up to 38 digits, with zeros that do not count on both ends. */
static void
number_leaf(void)
{
	char		out[128];
	char	   *at = out;
	int			whole = (int) draw(draw(4) ? 4 : 20) + 1;
	int			scale = draw(2) ? 0 : (int) draw(draw(4) ? 4 : 18) + 1;
	PeInt128	value = 0;

	for (int i = 0; i < whole; i++)
	{
		*at = (char) ('0' + (int) draw(10));
		value = value * 10 + (*at++ - '0');
	}
	if (scale > 0)
		*at++ = '.';
	for (int i = 0; i < scale; i++)
	{
		*at = (char) ('0' + (int) draw(10));
		value = value * 10 + (*at++ - '0');
	}
	if (scale > 0)
		for (int zeros = (int) draw(50); zeros > 40; zeros--)
			*at++ = '0';
	*at = '\0';
	while (scale > 0 && value % 10 == 0)
	{
		value /= 10;
		scale--;
	}
	put(out);
	put_constant(value, scale);
}

/* ", digits, mode" */
static int32_t
put_rounding(void)
{
	static const char *const modes[] = {"half_up", "half_even", "floor", "ceil"};
	int32_t		digits = (int32_t) draw(31);
	int32_t		mode = (int32_t) draw(4);
	char		out[8];

	put(",");
	snprintf(out, sizeof(out), "%d", digits);
	put(out);
	if (mode != PE_HALF_UP || draw(2))
	{
		put(",");
		put(modes[mode]);
	}
	return digits * 4 + mode;
}

/* Precedences. */
enum { OR, AND, NOT, COMPARISON, SUM, TERM, UNARY, PRIMARY };

static void tree(int truth, int level, int depth);

static void
leaf(void)
{
	static const char *const written[] = {
		"rate", "_x9", "目标值", "'two words'", "'it''s'", "''"
	};
	int			which = (int) draw(6);
	char		out[16];
	int32_t		number = (int32_t) draw(draw(2) ? 10 : PE_MAX_NODE_NUMBER + 1);

	if (which < 3)
	{
		number_leaf();
		return;
	}
	if (number == 13)
		number = PE_MAX_NODE_NUMBER;
	if (which == 3 && draw(8) == 0)
		number = INT32_MAX;
	snprintf(out, sizeof(out), "%d", number);
	put(which == 3 ? "item" : which == 4 ? "node" : "parameter");
	put("(");
	if (which == 5)
	{
		number %= 6;
		put(written[number]);
	}
	else
		put(out);
	put(")");
	step(which == 3 ? PE_OP_ITEM : which == 4 ? PE_OP_NODE : PE_OP_PARAMETER, number, 0);
}

static void
call(int depth)
{
	static const struct
	{
		const char *name;
		int32_t		op;
		int			args;
		int			rounds;
	} functions[] = {
		{"clamp", PE_OP_CLAMP, 3, 0}, {"abs", PE_OP_ABS, 1, 0},
		{"round", PE_OP_ROUND, 1, 1}, {"power", PE_OP_POWER, 2, 1},
		{"ln", PE_OP_LN, 1, 1}, {"exp", PE_OP_EXP, 1, 1},
		{"if", PE_OP_IF, 3, 0}, {"floor", PE_OP_ROUND, 1, 0},
		{"ceil", PE_OP_ROUND, 1, 0}, {"sqrt", PE_OP_POWER, 1, 1},
		{"min", PE_OP_MIN, 0, 0}, {"max", PE_OP_MAX, 0, 0},
		{"coalesce", PE_OP_COALESCE, 0, 0}
	};
	int			which = (int) draw(13);
	int			args = functions[which].args;
	int32_t		arg = 0;

	if (args == 0)
		args = arg = (int32_t) draw(4) + 1;
	put(functions[which].name);
	put("(");
	for (int i = 0; i < args; i++)
	{
		if (i > 0)
			put(",");
		tree(functions[which].op == PE_OP_IF && i == 0, 0, depth - 1);
	}
	if (functions[which].rounds)
		arg = put_rounding();
	put(")");
	if (which == 7)
		arg = PE_FLOOR;
	else if (which == 8)
		arg = PE_CEIL;
	else if (which == 9)
	{
		put_constant(5, 1);
		args = 2;
	}
	step(functions[which].op, arg, args);
}

static void
binary(const char *sign, int32_t op, int truth, int left, int right, int depth)
{
	tree(truth, left, depth - 1);
	put(sign);
	tree(truth, right, depth - 1);
	step(op, 0, 2);
}

/* A tree whose text may stand where `level` is asked for. */
static void
tree(int truth, int level, int depth)
{
	static const char *const comparisons[] = {">=", ">", "<=", "<", "=", "<>"};
	int			what;
	int			close;

	if (truth)
		what = depth <= 0 ? COMPARISON : (int) draw(5);
	else
		what = depth <= 0 ? PRIMARY : SUM + (int) draw(4);
	/* SUM of a truth stands for observed() */
	close = truth ? (what < level && what != SUM) || (level > COMPARISON && what != SUM)
		: what < level;
	close |= draw(10) == 0;
	if (close)
		put("(");
	if (truth)
		switch (what)
		{
			case OR:
				binary("or", PE_OP_OR, 1, OR, AND, depth);
				break;
			case AND:
				binary("and", PE_OP_AND, 1, AND, NOT, depth);
				break;
			case NOT:
				put("not");
				tree(1, NOT, depth - 1);
				step(PE_OP_NOT, 0, 1);
				break;
			case COMPARISON:
				{
					int			which = (int) draw(6);

					binary(comparisons[which], PE_OP_GE + which, 0, SUM, SUM, depth);
				}
				break;
			default:
				put("observed");
				put("(");
				tree(0, 0, depth - 1);
				put(")");
				step(PE_OP_OBSERVED, 0, 1);
		}
	else
		switch (what)
		{
			case SUM:
				if (draw(2))
					binary("+", PE_OP_ADD, 0, SUM, TERM, depth);
				else
					binary("-", PE_OP_SUBTRACT, 0, SUM, TERM, depth);
				break;
			case TERM:
				if (draw(2))
					binary("*", PE_OP_MULTIPLY, 0, TERM, UNARY, depth);
				else
					binary("/", PE_OP_DIVIDE, 0, TERM, UNARY, depth);
				break;
			case UNARY:
				put("-");
				tree(0, UNARY, depth - 1);
				step(PE_OP_NEGATE, 0, 1);
				break;
			default:
				if (depth > 0 && draw(3))
					call(depth);
				else
					leaf();
		}
	if (close)
		put(")");
}

static void
test_trees(void)
{
	int			ok = 1;

	for (int i = 0; i < CASES; i++)
	{
		PeFormulaError error = {NULL, 0};
		PeStep	   *got;
		int32_t		n;
		int			same;

		new_case();
		length = 0;
		nsteps = nwanted = 0;
		height = highest = 0;
		tree(0, 0, (int) draw(i % 100 == 0 ? 9 : 5));
		if (draw(2))
			put("");
		got = compile(text, INT32_MAX, &n, &error);
		same = got && n == nsteps && nasked == nwanted && height == 1 &&
			memcmp(got, steps, sizeof(PeStep) * (size_t) n) == 0;
		for (int32_t j = 0; same && j < nasked; j++)
			same = asked[j].number == wanted[j].number && asked[j].scale == wanted[j].scale;
		if (!same && ok)
			printf("# %s: %s at %zu\n", text, error.message ? error.message : "other steps",
				   error.at);
		ok &= same;
	}
	report(ok, "trees written out give their steps", CASES);
}

static const struct
{
	const char *formula;
	size_t		at;
	const char *message;		/* a part of it */
} refused[] = {
	{"", 0, "operand expected, but the formula ends"},
	{" \n", 2, "operand expected, but the formula ends"},
	{"1 +", 3, "the formula ends"},
	{"1 2", 2, "\"2\" is unexpected"},
	{"(1", 2, "closing parenthesis"},
	{"1)", 1, "\")\" is unexpected"},
	{"foo(1)", 0, "unknown function \"foo\"; known are min, max, clamp, abs, round, floor, ceil, power, sqrt, ln, exp, if, coalesce, observed, item, node, parameter"},
	{"1 + IF(1 > 0, 1, 2)", 4, "unknown function \"IF\""},
	{"rate * 2", 0, "\"rate\" is no operand; a parameter is written parameter(name)"},
	{"min", 0, "\"min\" is written min(x, ...)"},
	{"item（1）", 0, "ASCII"},
	{"abs(1)，2", 6, "is unexpected"},
	{"min()", 4, "min(x, ...)"},
	{"abs()", 4, "abs(x)"},
	{"abs(1, 2)", 5, "abs(x)"},
	{"clamp(1, 2)", 10, "clamp(x, low, high)"},
	{"clamp(1, 2, 3, 4)", 13, "clamp(x, low, high)"},
	{"clamp(1 2, 3)", 8, "\"2\" is unexpected"},
	{"if(1 > 0, 1)", 11, "if(condition, x, y)"},
	{"item(1, 2)", 6, "item(number)"},
	{"round(1)", 7, "round(x, digits [, mode])"},
	{"sqrt(2)", 6, "sqrt(x, digits [, mode])"},
	{"power(2, 3)", 10, "power(x, y, digits [, mode])"},
	{"round(1, 31)", 9, "from 0 to 30"},
	{"round(1, -1)", 9, "from 0 to 30"},
	{"round(1, 1 + 1)", 11, "is unexpected"},
	{"round(1, item(1))", 9, "from 0 to 30"},
	{"round(1, 2, up)", 12, "half_up, half_even, floor or ceil"},
	{"round(1, 2, half_upper)", 12, "half_up, half_even, floor or ceil"},
	{"round(1, 2, ceil, 1)", 16, "round(x, digits [, mode])"},
	{"1.", 0, "digits expected after the point"},
	{".5", 0, "0.5"},
	{"1.5.2", 3, "0.5"},
	{"1e5", 0, "without an exponent"},
	{"2x", 1, "\"x\" is unexpected"},
	{"170141183460469231731687303715884105728", 0, "more digits"},
	{"1 + 0.000000000000000000000000000000000000001", 4, "more than 38 decimals"},
	{"1 > 2", 0, "this one is a condition"},
	{" not observed(1)", 1, "this one is a condition"},
	{"if(1, 2, 3)", 3, "\"if\" takes conditions, and this is a number"},
	{"if(1 > 0, 2, 1 > 0)", 13, "\"if\" takes numbers"},
	{"1 + (2 > 1)", 4, "\"+\" takes numbers"},
	{"(2 > 1) - 1", 0, "\"-\" takes numbers"},
	{"2 * observed(1)", 4, "\"*\" takes numbers"},
	{"-(1 > 2)", 1, "\"-\" takes numbers"},
	{"(1 > 2) = (2 > 1)", 0, "\"=\" takes numbers"},
	{"if(1 > 0 and 2, 3, 4)", 13, "\"and\" takes conditions"},
	{"if(1 or 2 > 1, 3, 4)", 3, "\"or\" takes conditions"},
	{"if(not 2, 3, 4)", 7, "\"not\" takes conditions"},
	{"if(1 < 2 < 3, 4, 5)", 9, "comparisons do not chain"},
	{"if(1 > not 2 > 1, 3, 4)", 7, "into parentheses"},
	{"and 1", 0, "\"and\" is unexpected"},
	{"if(1 == 2, 3, 4)", 5, "equality is \"=\""},
	{"if(1 != 2, 3, 4)", 5, "inequality is \"<>\""},
	{"if(1 > 2 && 2 > 1, 3, 4)", 9, "\"and\", \"or\" and \"not\""},
	{"2 ^ 3", 2, "power(x, y, digits)"},
	{"2 ** 3", 2, "power(x, y, digits)"},
	{"item(-1)", 5, "number of an item"},
	{"item(2147483648)", 5, "from 0 to 2147483647"},
	{"item(1.0)", 5, "number of an item"},
	{"node(10000000)", 5, "from 0 to 9999999"},
	{"node(13)", 5, "there is no node 13"},
	{"parameter()", 10, "name of a parameter"},
	{"parameter(other)", 10, "there is no parameter \"other\""},
	{"parameter('rate)", 10, "not closed"},
	{"parameter('it''s'')", 10, "not closed"},
	{"parameter(two words)", 10, "there is no parameter \"two\""},
	{"1 # 2", 2, "\"#\" is unexpected"},
};

#define NREFUSED	((int) (sizeof(refused) / sizeof(refused[0])))

static int
refuses(const char *formula, int32_t most_constants, size_t at, const char *message)
{
	PeFormulaError error = {NULL, 0};
	int32_t		n;

	new_case();
	if (compile(formula, most_constants, &n, &error) == NULL && n == 0 &&
		error.message && error.at == at && strstr(error.message, message))
		return 1;
	printf("# %.60s: %s at %zu\n", formula, error.message ? error.message : "accepted",
		   error.at);
	return 0;
}

/* `count` times a piece, then the rest. */
static const char *
repeat(int count, const char *piece, const char *middle, const char *after)
{
	char	   *at = text;

	for (int i = 0; i < count; i++)
		at = stpcpy(at, piece);
	at = stpcpy(at, middle);
	for (int i = 0; i < count; i++)
		at = stpcpy(at, after);
	return text;
}

/* min() of so many */
static const char *
arguments(int count)
{
	repeat(count - 1, "1,", "1)", "");
	memmove(text + 4, text, strlen(text) + 1);
	memcpy(text, "min(", 4);
	return text;
}

static int
accepts(const char *formula, int32_t most_constants, int32_t expected)
{
	PeFormulaError error = {NULL, 0};
	int32_t		n;

	new_case();
	if (compile(formula, most_constants, &n, &error) != NULL && n == expected)
		return 1;
	printf("# %.60s: %s at %zu, %d steps\n", formula,
		   error.message ? error.message : "accepted", error.at, n);
	return 0;
}

int
main(void)
{
	int			ok = 1;

	seed_from();
	test_trees();
	for (int i = 0; i < NREFUSED; i++)
		ok &= refuses(refused[i].formula, INT32_MAX, refused[i].at, refused[i].message);
	report(ok, "what is no formula is refused where it goes wrong", NREFUSED);

	ok = accepts(repeat(100, "(", "1", ")"), 10, 1);
	ok &= refuses(repeat(101, "(", "1", ")"), 10, 100, "deeper than 100");
	ok &= accepts(repeat(100, "abs(", "1", ")"), 10, 101);
	ok &= refuses(repeat(101, "abs(", "1", ")"), 10, 400, "deeper than 100");
	ok &= accepts(repeat(49999, "1 +", "1", ""), INT32_MAX, 99999);
	ok &= refuses(repeat(50000, "1 +", "1", ""), INT32_MAX, 150000, "more than 100000 steps");
	ok &= accepts(repeat(60000, "-", "1", ""), 10, 60001);
	ok &= refuses(repeat(100000, "-", "1", ""), 10, 100000, "more than 100000 steps");
	ok &= refuses(repeat(100001, "-", "1", ""), 10, 100001, "more than 100000 steps");
	ok &= refuses(repeat(100001, "not ", "1", ""), 10, 400003, "more than 100000 steps");
	ok &= accepts(arguments(256), INT32_MAX, 257);
	ok &= refuses(arguments(257), INT32_MAX, 516, "more than 256 values");
	ok &= refuses(repeat(200, "1 +", "1", ""), 100, 300, "too many numbers");
	ok &= refuses("sqrt(item(1), 2)", 0, 0, "too many numbers");
	ok &= accepts(repeat(300000, "0", "1", ""), 10, 1);
	ok &= refuses(repeat(300000, "9", "1", ""), 10, 0, "more digits");
	ok &= refuses(repeat(100000, "目", "", ""), 10, 0, "目...\" is no operand");
	report(ok, "limits", 17);
	return done();
}
