/*
 * evaluate_formula.c
 *	  Runs a formula's program.
 *
 * Every value on the stack has a status, so that what lies in the branch not
 * taken does no harm.  A truth is the number 1 or 0.
 */
#include "evaluate.h"
#include "irrational.h"

/* The first argument without a value decides. */
static bool
all_ok(const PeResult *args, int n, PeResult *result)
{
	for (int i = 0; i < n; i++)
		if (args[i].status != PE_OK)
		{
			*result = args[i];
			return false;
		}
	return true;
}

static void
irrational(PeArena *arena, PeIrrational outcome, PeDec value, PeResult *result)
{
	if (outcome == PE_IRRATIONAL_OK)
		result->value = pe_rat_dec(arena, value);
	else
		pe_fail(result, PE_ERROR, outcome == PE_IRRATIONAL_DOMAIN ?
				PE_BAD_DOMAIN : PE_TOO_BIG);
}

/* x^y to a number of digits */
static void
power(PeArena *arena, const PeRat *x, const PeRat *y, int32_t arg,
	  PeResult *result)
{
	PeBigRat	base = pe_rat_big(arena, x);
	PeDec		value = {0, 0, 0, NULL};
	PeRat		p = *y;
	int64_t		q = y->den;

	/* y = p / q: the power of ten goes into both */
	while (p.den != 0 && p.scale > 0 && p.num % 10 == 0)
	{
		p.num /= 10;
		p.scale--;
	}
	if (p.den == 0 || p.scale > 18 || !pe_rat_fits64(p.num) ||
		__builtin_mul_overflow(q, pe_pow10_64[p.scale], &q))
	{
		pe_fail(result, PE_ERROR, PE_TOO_BIG);
		return;
	}
	irrational(arena, pe_power(arena, base.num, base.den, (int64_t) p.num, q,
							   arg / 4, (PeRound) (arg % 4), &value),
			   value, result);
}

/* Does the comparison hold of x and y? */
static bool
compares(PeArena *arena, PeOp op, const PeRat *x, const PeRat *y)
{
	int			order = pe_rat_cmp(arena, x, y);

	switch (op)
	{
		case PE_OP_GE:
			return order >= 0;
		case PE_OP_GT:
			return order > 0;
		case PE_OP_LE:
			return order <= 0;
		case PE_OP_LT:
			return order < 0;
		case PE_OP_EQ:
			return order == 0;
		default:
			return order != 0;
	}
}

/* One step: takes its arguments from args on, leaves its value there. */
static void
run_step(PeEvaluation *e, const PeStep *step, PeResult *args, int n)
{
	PeArena    *arena = e->arena;
	PeRat		zero = pe_rat_int(0);
	PeResult	result = {.status = PE_OK};
	PeRat	   *x = &args[0].value;
	PeRat	   *y = &args[1].value;
	PeBigRat	big;
	PeDec		value = {0, 0, 0, NULL};

	switch ((PeOp) step->op)
	{
		case PE_OP_IF:
			if (all_ok(args, 1, &result))
				result = pe_rat_sign(x) != 0 ? args[1] : args[2];
			args[0] = result;
			return;
		case PE_OP_COALESCE:
			result = args[0];
			for (int i = 0; i < n; i++)
				if (args[i].status == PE_OK)
				{
					result = args[i];
					break;
				}
			args[0] = result;
			return;
		case PE_OP_OBSERVED:
			result.value = pe_rat_int(args[0].status == PE_OK);
			args[0] = result;
			return;
		default:
			break;
	}
	if (!all_ok(args, n, &result))
	{
		args[0] = result;
		return;
	}
	result.status = PE_OK;
	switch ((PeOp) step->op)
	{
		case PE_OP_NEGATE:
			result.value = pe_rat_neg(arena, x);
			break;
		case PE_OP_ADD:
			result.value = pe_rat_add(arena, x, y);
			break;
		case PE_OP_SUBTRACT:
			result.value = pe_rat_sub(arena, x, y);
			break;
		case PE_OP_MULTIPLY:
			result.value = pe_rat_mul(arena, x, y);
			break;
		case PE_OP_DIVIDE:
			if (pe_rat_sign(y) == 0)
				pe_fail(&result, PE_ERROR, PE_ZERO_RANGE);
			else
				result.value = pe_rat_div(arena, x, y);
			break;
		case PE_OP_MIN:
		case PE_OP_MAX:
			result.value = *x;
			for (int i = 1; i < n; i++)
			{
				int			order = pe_rat_cmp(arena, &args[i].value, &result.value);

				if (step->op == PE_OP_MIN ? order < 0 : order > 0)
					result.value = args[i].value;
			}
			break;
		case PE_OP_CLAMP:
			/* max(low, min(high, x)) */
			result.value = pe_rat_cmp(arena, x, &args[2].value) > 0 ? args[2].value : *x;
			if (pe_rat_cmp(arena, &result.value, y) < 0)
				result.value = *y;
			break;
		case PE_OP_ABS:
			result.value = pe_rat_sign(x) < 0 ? pe_rat_neg(arena, x) : *x;
			break;
		case PE_OP_ROUND:
			result.value = pe_rat_round(arena, x, step->arg / 4,
										(PeRound) (step->arg % 4));
			break;
		case PE_OP_POWER:
			power(arena, x, y, step->arg, &result);
			break;
		case PE_OP_LN:
			big = pe_rat_big(arena, x);
			irrational(arena, pe_ln(arena, big.num, big.den, step->arg / 4,
									(PeRound) (step->arg % 4), &value),
					   value, &result);
			break;
		case PE_OP_EXP:
			big = pe_rat_big(arena, x);
			irrational(arena, pe_exp(arena, big.num, big.den, step->arg / 4,
									 (PeRound) (step->arg % 4), &value),
					   value, &result);
			break;
		case PE_OP_AND:
			result.value = pe_rat_int(pe_rat_sign(x) != 0 && pe_rat_sign(y) != 0);
			break;
		case PE_OP_OR:
			result.value = pe_rat_int(pe_rat_sign(x) != 0 || pe_rat_sign(y) != 0);
			break;
		case PE_OP_NOT:
			result.value = pe_rat_int(pe_rat_cmp(arena, x, &zero) == 0);
			break;
		default:
			result.value = pe_rat_int(compares(arena, (PeOp) step->op, x, y));
			break;
	}
	pe_check_size(&result);
	args[0] = result;
}

void
pe_formula(PeEvaluation *e, int32_t index, PeResult *result)
{
	const PeRubric *rubric = &e->ready->rubric;
	const PeNode *node = &rubric->nodes[index];
	PeResult   *top = e->ready->stack;	/* the first free place */

	for (int32_t i = 0; i < node->ncode; i++)
	{
		const PeStep *step = &rubric->code[node->code + i];
		const PeRat *bound;
		int			n;

		switch ((PeOp) step->op)
		{
			case PE_OP_CONSTANT:
				pe_fail(top, PE_OK, 0);
				(top++)->value = e->ready->constants[step->arg];
				break;
			case PE_OP_ITEM:
				pe_read_item(e, step->arg, top++);
				break;
			case PE_OP_NODE:
				pe_settle(e, step->arg);
				*top++ = e->results[step->arg];
				break;
			case PE_OP_PARAMETER:
				bound = e->ready->parameters[step->arg];
				if (bound)
				{
					pe_fail(top, PE_OK, 0);
					top->value = *bound;
				}
				else
					pe_fail(top, PE_ERROR, PE_NO_PARAMETER);
				top++;
				break;
			default:
				n = pe_op_arguments(step);
				top -= n;
				run_step(e, step, top, n);
				top++;
				break;
		}
	}
	*result = top[-1];
}
