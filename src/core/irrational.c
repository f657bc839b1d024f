/*
 * irrational.c
 *	  Correctly rounded irrational functions; see irrational.h.
 *
 * The value is first approximated with a bound of the error (MPFR rounds every
 * single operation correctly, so that the bounds are a count of operations).
 * If all that lies within the error rounds alike, that is the answer.  If not,
 * a boundary of the rounding lies within, and either
 *
 *	- the value is a power, which can be compared with the boundary exactly, by
 *	  raising both to the same whole power, or
 *	- it is a logarithm or exponential, which is never rational but for ln 1
 *	  and exp 0 (Lindemann), so that more precision separates the two.
 */
#include "irrational.h"

#include <mpfr.h>
#include <string.h>

/* Results have at most this many digits before the point. */
#define MAX_WHOLE_DIGITS	38

/* exp goes this far. */
#define MAX_EXP		200

/* 10^78913 has 4096 limbs. */
#define MAX_SCALE_APART		78913

/*
 * Comparisons by whole numbers stay below this many bits.  No single power
 * that lies on a boundary is kept out: with boundaries of up to 138 digits and
 * q up to 10000 both sides, in lowest terms, take less.  Products of thousands
 * of long numbers may be; precision has to do for them.
 */
#define MAX_EXACT_BITS	(INT64_C(1) << 24)

/* More precision than this is not worth waiting for: numbers of 4096 limbs twice. */
#define MAX_PRECISION	600000

/* Limbs of a result: 10^138 has 459 bits. */
#define RESULT_LIMBS	8

typedef enum Kind
{
	POWER,
	LN,
	EXP
} Kind;

/* What is asked. */
typedef struct Task
{
	Kind		kind;
	const PeFactor *factors;	/* of a power; else one, its p unused */
	int32_t		n;
	int64_t		q;
	int32_t		digits;
	PeRound		mode;			/* of the magnitude: PE_FLOOR is towards 0 */
	int32_t		ln_sign;
} Task;

/* GMP's and MPFR's objects; every one is cleared before anybody returns. */
typedef struct Work
{
	mpfr_t		value;			/* the magnitude * 10^digits */
	mpfr_t		x;
	mpfr_t		y;
	mpz_t		num;
	mpz_t		den;
	mpz_t		ten;			/* 10^digits */
	mpz_t		low;
	mpz_t		high;
	mpz_t		left;
	mpz_t		right;
} Work;

/* GMP's memory functions, which other libraries of the process may have set. */
typedef struct Memory
{
	void	   *(*alloc) (size_t);
	void	   *(*realloc) (void *, size_t, size_t);
	void		(*free) (void *, size_t);
	bool		foreign;
} Memory;

/*
 * MPFR keeps constants from call to call.  In memory of another library's,
 * maybe a memory context's, they would be gone at the next call.
 */
static void
own_memory(Memory *others)
{
	Memory		own;

	mp_get_memory_functions(&others->alloc, &others->realloc, &others->free);
	mp_set_memory_functions(NULL, NULL, NULL);
	mp_get_memory_functions(&own.alloc, &own.realloc, &own.free);
	others->foreign = own.alloc != others->alloc ||
		own.realloc != others->realloc || own.free != others->free;
	if (others->foreign)
	{
		mp_set_memory_functions(others->alloc, others->realloc, others->free);
		mpfr_mp_memory_cleanup();
		mp_set_memory_functions(NULL, NULL, NULL);
	}
}

static void
others_memory(const Memory *others)
{
	if (others->foreign)
	{
		mpfr_mp_memory_cleanup();
		mp_set_memory_functions(others->alloc, others->realloc, others->free);
	}
}

static void
start(Work *work)
{
	mpfr_inits2(MPFR_PREC_MIN, work->value, work->x, work->y, (mpfr_ptr) NULL);
	mpz_inits(work->num, work->den, work->ten, work->low, work->high,
			  work->left, work->right, NULL);
}

static void
finish(Work *work, int64_t precision)
{
	mpfr_clears(work->value, work->x, work->y, (mpfr_ptr) NULL);
	mpz_clears(work->num, work->den, work->ten, work->low, work->high,
			   work->left, work->right, NULL);
	/* constants of ordinary precision are worth keeping */
	if (precision > 4096)
		mpfr_free_cache();
}

/* Short enough?  GMP ends the process when it gets no memory. */
static bool
fits(PeDec num, PeDec den)
{
	int64_t		apart = (int64_t) num.scale - den.scale;

	return num.n <= PE_IRRATIONAL_MAX_LIMBS && den.n <= PE_IRRATIONAL_MAX_LIMBS &&
		apart <= MAX_SCALE_APART && apart >= -MAX_SCALE_APART;
}

/* work->num and work->den: the factor's magnitude in whole numbers. */
static void
load(Work *work, const PeFactor *factor)
{
	mpz_t		view;
	int32_t		apart = factor->den.scale - factor->num.scale;

	mpz_set(work->num, mpz_roinit_n(view, factor->num.limb, factor->num.n));
	mpz_set(work->den, mpz_roinit_n(view, factor->den.limb, factor->den.n));
	if (apart != 0)
	{
		mpz_ui_pow_ui(work->low, 10, (unsigned long) (apart > 0 ? apart : -apart));
		if (apart > 0)
			mpz_mul(work->num, work->num, work->low);
		else
			mpz_mul(work->den, work->den, work->low);
	}
}

/* The same in lowest terms. */
static void
load_reduced(Work *work, const PeFactor *factor)
{
	load(work, factor);
	mpz_gcd(work->low, work->num, work->den);
	if (mpz_cmp_ui(work->low, 1) != 0)
	{
		mpz_divexact(work->num, work->num, work->low);
		mpz_divexact(work->den, work->den, work->low);
	}
}

/* work->x: what is loaded, off by less than 4 * 2^-precision of itself. */
static void
divide(Work *work)
{
	mpfr_set_z(work->x, work->num, MPFR_RNDN);
	mpfr_set_z(work->y, work->den, MPFR_RNDN);
	mpfr_div(work->x, work->x, work->y, MPFR_RNDN);
}

static int
bits(int64_t number)
{
	int			result = 0;

	for (; number > 0; number >>= 1)
		result++;
	return result;
}

/*
 * work->value: the root of the product.  Exponents of 2 are counted apart, for
 * a power of a long number leaves MPFR's range.  Relative error: 4 of every
 * power's base, times the exponent, 2 for the power and the product, all
 * through q, then the root and the scaling, in units of 2^-precision.
 */
static bool
approximate_power(Work *work, const Task *task, int64_t precision, int64_t *error)
{
	int64_t		exponent;
	int64_t		count = 0;
	int64_t		rest;

	/* 1, as all in the loop: from a half to 1, times a power of 2 */
	mpfr_set_ui_2exp(work->value, 1, -1, MPFR_RNDN);
	exponent = 1;
	for (int32_t i = 0; i < task->n; i++)
	{
		const PeFactor *factor = &task->factors[i];

		if (factor->p == 0)
			continue;
		load(work, factor);
		divide(work);
		exponent += mpfr_get_exp(work->x) * factor->p;
		mpfr_set_exp(work->x, 0);
		mpfr_pow_si(work->x, work->x, (long) factor->p, MPFR_RNDN);
		mpfr_mul(work->value, work->value, work->x, MPFR_RNDN);
		exponent += mpfr_get_exp(work->value);
		mpfr_set_exp(work->value, 0);
		count += 4 * (factor->p < 0 ? -factor->p : factor->p) + 4;
	}
	rest = exponent % task->q;
	exponent /= task->q;
	mpfr_set_exp(work->value, rest);
	if (task->q == 2)
		mpfr_sqrt(work->value, work->value, MPFR_RNDN);
	else if (task->q > 2)
		mpfr_rootn_ui(work->value, work->value, (unsigned long) task->q, MPFR_RNDN);
	/* the root is from 1/4 to 2: it makes 2^129 and more */
	if (exponent > 131)
		return false;
	/* far below what any digits show */
	if (exponent < -100000)
		exponent = -100000;
	mpfr_mul_2si(work->value, work->value, (long) exponent, MPFR_RNDN);
	mpfr_mul_z(work->value, work->value, work->ten, MPFR_RNDN);
	*error = mpfr_get_exp(work->value) + bits(count / task->q + 4) - precision;
	return true;
}

/*
 * work->value: the magnitude of the logarithm.  The base's relative error is an
 * absolute one here.
 */
static bool
approximate_ln(Work *work, const Task *task, int64_t precision, int64_t *error)
{
	int64_t		exponent = 2;

	load(work, task->factors);
	divide(work);
	mpfr_log(work->value, work->x, MPFR_RNDN);
	/* next to 1 it may not even get the sign right */
	if (task->ln_sign < 0)
		mpfr_neg(work->value, work->value, MPFR_RNDN);
	if (!mpfr_zero_p(work->value) && mpfr_get_exp(work->value) > exponent)
		exponent = mpfr_get_exp(work->value);
	mpfr_mul_z(work->value, work->value, work->ten, MPFR_RNDN);
	*error = exponent + (int64_t) mpz_sizeinbase(work->ten, 2) + 2 - precision;
	return true;
}

/* work->value: the exponential.  4 * 200 of the base, 2 of the operations. */
static bool
approximate_exp(Work *work, const Task *task, int64_t precision, int64_t *error)
{
	load(work, task->factors);
	divide(work);
	if (task->factors->num.sign < 0)
		mpfr_neg(work->x, work->x, MPFR_RNDN);
	mpfr_exp(work->value, work->x, MPFR_RNDN);
	mpfr_mul_z(work->value, work->value, work->ten, MPFR_RNDN);
	*error = mpfr_get_exp(work->value) + bits(4 * MAX_EXP + 4) - precision;
	return true;
}

static bool
is_half(const Task *task)
{
	return task->mode == PE_HALF_UP || task->mode == PE_HALF_EVEN;
}

/*
 * Does all that is within 2^-guard of work->value round alike?  Then work->left
 * is the rounded number, else the boundary: itself, or for the half modes
 * itself less a half.
 */
static bool
rounds_alike(Work *work, const Task *task, int64_t guard)
{
	/* the true value lies strictly between low and high */
	mpfr_mul_2si(work->value, work->value, (long) guard, MPFR_RNDN);
	mpfr_get_z(work->low, work->value, MPFR_RNDD);
	mpz_add_ui(work->high, work->low, 2);
	mpz_sub_ui(work->low, work->low, 1);
	if (mpz_sgn(work->low) < 0)
		mpz_set_ui(work->low, 0);
	if (is_half(task))
	{
		mpz_set_ui(work->left, 0);
		mpz_setbit(work->left, (mp_bitcnt_t) guard - 1);
		mpz_add(work->low, work->low, work->left);
		mpz_add(work->high, work->high, work->left);
	}
	mpz_fdiv_q_2exp(work->low, work->low, (mp_bitcnt_t) guard);
	mpz_fdiv_q_2exp(work->left, work->high, (mp_bitcnt_t) guard);
	if (mpz_cmp(work->low, work->left) != 0)
		return false;
	if (task->mode == PE_CEIL)
		mpz_add_ui(work->left, work->left, 1);
	return true;
}

/*
 * Compares the power with the boundary in work->left; false: too long for that.
 * Sets work->left to the rounded number.
 */
static bool
round_exactly(Work *work, const Task *task)
{
	bool		half = is_half(task);
	int64_t		total;
	int			cmp;
	mpz_t		boundary;
	mpz_t		num;
	mpz_t		den;

	/* value / scale against boundary / scale, both scaled by 2 for a half */
	mpz_inits(boundary, num, den, NULL);
	mpz_set(boundary, work->left);
	if (half)
	{
		mpz_mul_2exp(boundary, boundary, 1);
		mpz_sub_ui(boundary, boundary, 1);
	}
	total = task->q * (int64_t) (mpz_sizeinbase(boundary, 2) +
								 mpz_sizeinbase(work->ten, 2) + 1);
	for (int32_t i = 0; i < task->n && total <= MAX_EXACT_BITS; i++)
	{
		int64_t		p = task->factors[i].p;

		if (p == 0)
			continue;
		load_reduced(work, &task->factors[i]);
		total += (p < 0 ? -p : p) * (int64_t) (mpz_sizeinbase(work->num, 2) +
											   mpz_sizeinbase(work->den, 2));
	}
	if (total > MAX_EXACT_BITS)
	{
		mpz_clears(boundary, num, den, NULL);
		return false;
	}

	mpz_set(num, work->ten);
	if (half)
		mpz_mul_2exp(num, num, 1);
	mpz_pow_ui(num, num, (unsigned long) task->q);
	mpz_pow_ui(den, boundary, (unsigned long) task->q);
	for (int32_t i = 0; i < task->n; i++)
	{
		int64_t		p = task->factors[i].p;

		if (p == 0)
			continue;
		load_reduced(work, &task->factors[i]);
		mpz_pow_ui(work->num, work->num, (unsigned long) (p < 0 ? -p : p));
		mpz_pow_ui(work->den, work->den, (unsigned long) (p < 0 ? -p : p));
		mpz_mul(num, num, p < 0 ? work->den : work->num);
		mpz_mul(den, den, p < 0 ? work->num : work->den);
	}
	cmp = mpz_cmp(num, den);
	mpz_clears(boundary, num, den, NULL);

	/* the numbers on both sides of the boundary: left - 1 or left, left or left + 1 */
	switch (task->mode)
	{
		case PE_FLOOR:
			if (cmp < 0)
				mpz_sub_ui(work->left, work->left, 1);
			break;
		case PE_CEIL:
			if (cmp > 0)
				mpz_add_ui(work->left, work->left, 1);
			break;
		case PE_HALF_UP:
		case PE_HALF_EVEN:
			if (cmp < 0 ||
				(cmp == 0 && task->mode == PE_HALF_EVEN && mpz_odd_p(work->left)))
				mpz_sub_ui(work->left, work->left, 1);
			break;
	}
	return true;
}

/* work->left: the rounded magnitude, or false: too big. */
static bool
settle(Work *work, const Task *task, int64_t *precision)
{
	int64_t		guard = 32;

	/* enough for what is below 2^60 */
	*precision = 100 + (int64_t) mpz_sizeinbase(work->ten, 2);
	for (;;)
	{
		int64_t		error = 0;
		bool		ok = false;

		if (*precision > MAX_PRECISION)
			return false;
		mpfr_set_prec(work->value, (mpfr_prec_t) *precision);
		mpfr_set_prec(work->x, (mpfr_prec_t) *precision);
		mpfr_set_prec(work->y, (mpfr_prec_t) *precision);
		switch (task->kind)
		{
			case POWER:
				ok = approximate_power(work, task, *precision, &error);
				break;
			case LN:
				ok = approximate_ln(work, task, *precision, &error);
				break;
			case EXP:
				ok = approximate_exp(work, task, *precision, &error);
				break;
		}
		if (!ok)
			return false;
		if (error > -guard)
		{
			/* the exponent may have been one off */
			*precision += error + guard + 2;
			continue;
		}
		if (rounds_alike(work, task, guard) ||
			(task->kind == POWER && round_exactly(work, task)))
			break;
		guard *= 2;
		if (error > -guard)
			*precision += error + guard + 2;
	}
	mpz_ui_pow_ui(work->right, 10, (unsigned long) (MAX_WHOLE_DIGITS + task->digits));
	return mpz_cmp(work->left, work->right) < 0;
}

static PeDec
zero(int32_t digits)
{
	PeDec		result = {0, digits, 0, NULL};

	return result;
}

/* The task for a result of this sign. */
static PeIrrational
solve(PeArena *arena, Task *task, int32_t sign, PeDec *result)
{
	Work		work;
	Memory		others;
	mp_limb_t	limbs[RESULT_LIMBS];
	int64_t		n = 0;
	int64_t		precision = 0;
	bool		ok;

	if (sign < 0 && task->mode == PE_FLOOR)
		task->mode = PE_CEIL;
	else if (sign < 0 && task->mode == PE_CEIL)
		task->mode = PE_FLOOR;

	own_memory(&others);
	start(&work);
	mpz_ui_pow_ui(work.ten, 10, (unsigned long) task->digits);
	ok = settle(&work, task, &precision);
	if (ok)
	{
		n = (int64_t) mpz_size(work.left);
		if (n > 0)
			memcpy(limbs, mpz_limbs_read(work.left), (size_t) n * sizeof(mp_limb_t));
	}
	finish(&work, precision);
	others_memory(&others);

	if (!ok)
		return PE_IRRATIONAL_TOO_BIG;
	*result = zero(task->digits);
	if (n > 0)
	{
		mp_limb_t  *limb = pe_alloc(arena, (size_t) n * sizeof(mp_limb_t));

		memcpy(limb, limbs, (size_t) n * sizeof(mp_limb_t));
		result->sign = sign;
		result->n = n;
		result->limb = limb;
	}
	return PE_IRRATIONAL_OK;
}

static uint64_t
magnitude(int64_t number)
{
	return number < 0 ? -(uint64_t) number : (uint64_t) number;
}

static uint64_t
gcd(uint64_t a, uint64_t b)
{
	while (b > 0)
	{
		uint64_t	rest = a % b;

		a = b;
		b = rest;
	}
	return a;
}

static bool
digits_fit(int32_t digits)
{
	return digits >= 0 && digits <= PE_IRRATIONAL_MAX_DIGITS;
}

PeIrrational
pe_power(PeArena *arena, PeDec num, PeDec den, int64_t p, int64_t q,
		 int32_t digits, PeRound mode, PeDec *result)
{
	uint64_t	common = gcd(magnitude(p), (uint64_t) q);
	int32_t		sign = num.sign;
	PeFactor	factor = {num, den, 0};
	Task		task = {
		.kind = POWER, .factors = &factor, .n = 1, .digits = digits, .mode = mode
	};

	if (magnitude(p) / common > PE_IRRATIONAL_MAX_EXPONENT ||
		(uint64_t) q / common > PE_IRRATIONAL_MAX_EXPONENT || !digits_fit(digits))
		return PE_IRRATIONAL_TOO_BIG;
	/* common divides q and fits an int64_t */
	factor.p = p / (int64_t) common;
	task.q = q / (int64_t) common;
	if (num.sign == 0)
	{
		if (p <= 0)
			return PE_IRRATIONAL_DOMAIN;
		*result = zero(digits);
		return PE_IRRATIONAL_OK;
	}
	if (num.sign < 0)
	{
		if (task.q != 1)
			return PE_IRRATIONAL_DOMAIN;
		sign = factor.p % 2 == 0 ? 1 : -1;
	}
	if (!fits(num, den))
		return PE_IRRATIONAL_TOO_BIG;
	return solve(arena, &task, sign, result);
}

PeIrrational
pe_power_product(PeArena *arena, const PeFactor *factors, int32_t n, int64_t q,
				 int32_t digits, PeRound mode, PeDec *result)
{
	uint64_t	common = (uint64_t) q;
	uint64_t	total = 0;
	bool		nothing = false;
	PeFactor   *reduced;
	Task		task = {
		.kind = POWER, .n = n, .digits = digits, .mode = mode
	};

	for (int32_t i = 0; i < n; i++)
		common = gcd(common, magnitude(factors[i].p));
	if ((uint64_t) q / common > PE_IRRATIONAL_MAX_EXPONENT || !digits_fit(digits))
		return PE_IRRATIONAL_TOO_BIG;
	for (int32_t i = 0; i < n; i++)
	{
		uint64_t	p = magnitude(factors[i].p) / common;

		if (p > PE_IRRATIONAL_MAX_EXPONENT - total)
			return PE_IRRATIONAL_TOO_BIG;
		total += p;
	}
	for (int32_t i = 0; i < n; i++)
	{
		if (factors[i].p == 0)
			continue;
		if (factors[i].num.sign < 0 ||
			(factors[i].num.sign == 0 && factors[i].p < 0))
			return PE_IRRATIONAL_DOMAIN;
		nothing |= factors[i].num.sign == 0;
	}
	if (nothing)
	{
		*result = zero(digits);
		return PE_IRRATIONAL_OK;
	}
	reduced = pe_alloc(arena, sizeof(PeFactor) * ((size_t) n + 1));
	for (int32_t i = 0; i < n; i++)
	{
		if (factors[i].p != 0 && !fits(factors[i].num, factors[i].den))
			return PE_IRRATIONAL_TOO_BIG;
		reduced[i] = factors[i];
		reduced[i].p /= (int64_t) common;
	}
	task.factors = reduced;
	task.q = q / (int64_t) common;
	return solve(arena, &task, 1, result);
}

/* The magnitude of num/den against a whole number. */
static int
compare(PeArena *arena, PeDec num, PeDec den, int64_t number)
{
	num.sign = num.sign == 0 ? 0 : 1;
	return pe_dec_cmp(arena, num, pe_dec_mul(arena, den, pe_dec_int(arena, number)));
}

PeIrrational
pe_ln(PeArena *arena, PeDec num, PeDec den, int32_t digits, PeRound mode,
	  PeDec *result)
{
	PeFactor	factor = {num, den, 1};
	Task		task = {
		.kind = LN, .factors = &factor, .n = 1, .q = 1, .digits = digits, .mode = mode
	};

	if (num.sign <= 0)
		return PE_IRRATIONAL_DOMAIN;
	if (!fits(num, den) || !digits_fit(digits))
		return PE_IRRATIONAL_TOO_BIG;
	task.ln_sign = compare(arena, num, den, 1);
	if (task.ln_sign == 0)
	{
		*result = zero(digits);
		return PE_IRRATIONAL_OK;
	}
	return solve(arena, &task, task.ln_sign, result);
}

PeIrrational
pe_exp(PeArena *arena, PeDec num, PeDec den, int32_t digits, PeRound mode,
	   PeDec *result)
{
	PeFactor	factor = {num, den, 1};
	Task		task = {
		.kind = EXP, .factors = &factor, .n = 1, .q = 1, .digits = digits, .mode = mode
	};

	if (!fits(num, den) || !digits_fit(digits) ||
		compare(arena, num, den, MAX_EXP) > 0)
		return PE_IRRATIONAL_TOO_BIG;
	if (num.sign == 0)
	{
		*result = pe_dec_rescale(arena, pe_dec_int(arena, 1), digits);
		return PE_IRRATIONAL_OK;
	}
	return solve(arena, &task, 1, result);
}
