/*
 * severity.c
 *	  Least squares over units and raters; see severity.h.
 *
 * The normal equations of a component, with its first rater held at 0:
 *
 *	  n[i] u[i] + sum of r[j] over the raters of i  =  sum of the marks of i
 *	  n[j] r[j] + sum of u[i] over the units of j   =  sum of the marks of j
 *
 * They are solved in p-adic digits (Dixon): modulo a prime p the units are
 * eliminated and the rest, a matrix over raters, is factored once; then each
 * step gives a digit of every unknown and divides what is left of the right
 * sides by p, over the marks alone.  Numbers never get longer than the answer
 * needs, and fraction-free elimination would carry the digits of a determinant
 * through every step of n^3.
 *
 * The fractions are found from k digits by Euclid's algorithm.  Fractions of a
 * common denominator that satisfy the equations modulo p^k, and are so small
 * that both sides differ by less than p^k, satisfy them: so no bound on the
 * determinant is needed, and simple designs are done after a few digits.
 */
#include "severity.h"

#include <string.h>

/* p = 2^61 - c: sums of eight residues fit 64 bits, products fold quickly. */
#define PRIME_BITS		61
#define PRIME_TOP		(UINT64_C(1) << PRIME_BITS)

static const uint64_t prime_short[] = {1, 31, 45, 229, 259, 283, 339, 391, 403, 465};

typedef struct Field
{
	uint64_t	p;
	uint64_t	c;
} Field;

/* One component; units, raters and marks have numbers of their own in it. */
typedef struct System
{
	PeArena    *arena;
	void		(*check) (void);
	Field		field;
	int32_t		nunits;
	int32_t		nraters;
	const int32_t *start;		/* [nunits + 1]: the first mark of a unit */
	const int32_t *rater;		/* of a mark; 0 is the one held at 0 */
	PeInt128   *unit_rest;		/* right sides, less the digits so far */
	PeInt128   *rater_rest;
	uint64_t   *unit_inverse;	/* 1 / n[i] */
	int32_t    *rater_marks;	/* n[j] */
	int32_t		most_units;		/* of a rater */
	int32_t		unit_lcm_bits;	/* of the lcm of all n[i], at most */
	int			score_bits;		/* of the largest score */
	int32_t		size;			/* nraters - 1 */
	uint64_t   *matrix;			/* [size][size], then its factors */
	int32_t    *pivot;
} System;

static uint64_t
sub_mod(Field f, uint64_t a, uint64_t b)
{
	return a >= b ? a - b : a + f.p - b;
}

static uint64_t
fold(Field f, unsigned __int128 x)
{
	uint64_t	r;

	x = (x & (PRIME_TOP - 1)) + f.c * (x >> PRIME_BITS);
	r = (uint64_t) (x & (PRIME_TOP - 1)) + f.c * (uint64_t) (x >> PRIME_BITS);
	return r >= f.p ? r - f.p : r;
}

static uint64_t
mul_mod(Field f, uint64_t a, uint64_t b)
{
	return fold(f, (unsigned __int128) a * b);
}

static uint64_t
inverse_mod(Field f, uint64_t a)
{
	uint64_t	result = 1;

	for (uint64_t e = f.p - 2; e > 0; e >>= 1)
	{
		if (e & 1)
			result = mul_mod(f, result, a);
		a = mul_mod(f, a, a);
	}
	return result;
}

static uint64_t
residue(Field f, PeInt128 a)
{
	PeInt128	r = a % (PeInt128) f.p;

	return (uint64_t) (r < 0 ? r + (PeInt128) f.p : r);
}

static int
bits_of(unsigned __int128 a)
{
	int			bits = 0;

	for (; a != 0; a >>= 1)
		bits++;
	return bits;
}

/* ---------------------------------------------------------- modulo a prime */

/* The matrix over raters that is left when units are eliminated. */
static void
fill_matrix(System *s)
{
	size_t		size = (size_t) s->size;

	memset(s->matrix, 0, sizeof(uint64_t) * size * size);
	for (int32_t j = 0; j < s->size; j++)
		s->matrix[(size_t) j * size + (size_t) j] = (uint64_t) s->rater_marks[j + 1];
	for (int32_t i = 0; i < s->nunits; i++)
	{
		s->unit_inverse[i] = inverse_mod(s->field,
										 (uint64_t) (s->start[i + 1] - s->start[i]));
		for (int32_t a = s->start[i]; a < s->start[i + 1]; a++)
		{
			uint64_t   *row;

			if (s->rater[a] == 0)
				continue;
			row = s->matrix + (size_t) (s->rater[a] - 1) * size;
			for (int32_t b = s->start[i]; b < s->start[i + 1]; b++)
				if (s->rater[b] > 0)
					row[s->rater[b] - 1] = sub_mod(s->field, row[s->rater[b] - 1],
												   s->unit_inverse[i]);
		}
		s->check();
	}
}

/*
 * P A = L U in place, the pivots of U stored as their inverses.  False: the
 * matrix is singular modulo p.
 */
static bool
factor(System *s)
{
	size_t		size = (size_t) s->size;
	Field		f = s->field;

	for (size_t k = 0; k < size; k++)
	{
		uint64_t   *top = s->matrix + k * size;
		size_t		found = k;

		s->check();
		while (found < size && s->matrix[found * size + k] == 0)
			found++;
		if (found == size)
			return false;
		s->pivot[k] = (int32_t) found;
		if (found != k)
			for (size_t j = 0; j < size; j++)
			{
				uint64_t	swap = top[j];

				top[j] = s->matrix[found * size + j];
				s->matrix[found * size + j] = swap;
			}
		top[k] = inverse_mod(f, top[k]);
		for (size_t i = k + 1; i < size; i++)
		{
			uint64_t   *row = s->matrix + i * size;
			uint64_t	times;

			if (row[k] == 0)
				continue;
			times = row[k] = mul_mod(f, row[k], top[k]);
			times = f.p - times;
			for (size_t j = k + 1; j < size; j++)
				row[j] = fold(f, row[j] + (unsigned __int128) times * top[j]);
		}
	}
	return true;
}

/* x becomes A^-1 x. */
static void
substitute(const System *s, uint64_t *x)
{
	size_t		size = (size_t) s->size;
	Field		f = s->field;

	for (size_t k = 0; k < size; k++)
	{
		size_t		from = (size_t) s->pivot[k];
		uint64_t	swap = x[k];

		x[k] = x[from];
		x[from] = swap;
	}
	/* rows were swapped whole, so L is that of the rows in their last order */
	for (size_t i = 1; i < size; i++)
	{
		const uint64_t *row = s->matrix + i * size;
		uint64_t	sum = 0;

		for (size_t j = 0; j < i; j++)
			sum = fold(f, sum + (unsigned __int128) row[j] * x[j]);
		x[i] = sub_mod(f, x[i], sum);
	}
	for (size_t i = size; i-- > 0;)
	{
		const uint64_t *row = s->matrix + i * size;
		uint64_t	sum = 0;

		for (size_t j = i + 1; j < size; j++)
			sum = fold(f, sum + (unsigned __int128) row[j] * x[j]);
		x[i] = mul_mod(f, sub_mod(f, x[i], sum), row[i]);
	}
}

/* The next digit of all raters; what is left of the right sides. */
static void
next_digit(System *s, uint64_t *digit)
{
	Field		f = s->field;

	for (int32_t j = 0; j < s->size; j++)
		digit[j] = residue(f, s->rater_rest[j + 1]);
	for (int32_t i = 0; i < s->nunits; i++)
	{
		uint64_t	mean = mul_mod(f, residue(f, s->unit_rest[i]), s->unit_inverse[i]);

		for (int32_t a = s->start[i]; a < s->start[i + 1]; a++)
			if (s->rater[a] > 0)
				digit[s->rater[a] - 1] = sub_mod(f, digit[s->rater[a] - 1], mean);
	}
	substitute(s, digit);
	for (int32_t i = 0; i < s->nunits; i++)
	{
		int32_t		n = s->start[i + 1] - s->start[i];
		uint64_t	unit;

		for (int32_t a = s->start[i]; a < s->start[i + 1]; a++)
			if (s->rater[a] > 0)
				s->unit_rest[i] -= (PeInt128) digit[s->rater[a] - 1];
		unit = mul_mod(f, residue(f, s->unit_rest[i]), s->unit_inverse[i]);
		s->unit_rest[i] = (s->unit_rest[i] - (PeInt128) unit * n) / (PeInt128) f.p;
		for (int32_t a = s->start[i]; a < s->start[i + 1]; a++)
			s->rater_rest[s->rater[a]] -= (PeInt128) unit;
	}
	for (int32_t j = 0; j < s->size; j++)
		s->rater_rest[j + 1] = (s->rater_rest[j + 1] -
								(PeInt128) digit[j] * s->rater_marks[j + 1]) / (PeInt128) f.p;
	/* the equation of the first rater follows from the others */
	s->rater_rest[0] = 0;
	s->check();
}

/* -------------------------------------------------- from digits to fractions */

/* A whole number of at most `room` limbs, without leading zeros. */
typedef struct Nat
{
	mp_limb_t  *limb;
	int64_t		n;
} Nat;

static Nat
new_nat(PeArena *arena, int64_t room)
{
	Nat			result = {pe_alloc(arena, sizeof(mp_limb_t) * (size_t) room), 0};

	return result;
}

static int64_t
significant(const mp_limb_t *limb, int64_t n)
{
	while (n > 0 && limb[n - 1] == 0)
		n--;
	return n;
}

static int64_t
nat_bits(Nat a)
{
	return a.n == 0 ? 0 : a.n * 64 - __builtin_clzll(a.limb[a.n - 1]);
}

/* a becomes a * by + plus */
static void
nat_mul_add(Nat *a, mp_limb_t by, mp_limb_t plus)
{
	mp_limb_t	carry = a->n == 0 ? 0 : mpn_mul_1(a->limb, a->limb, a->n, by);

	if (carry != 0)
		a->limb[a->n++] = carry;
	if (a->n == 0)
		carry = plus;
	else
		carry = mpn_add_1(a->limb, a->limb, a->n, plus);
	if (carry != 0)
		a->limb[a->n++] = carry;
}

/* into becomes a * b, which has room for both */
static void
nat_mul(Nat *into, Nat a, Nat b)
{
	into->n = 0;
	if (a.n == 0 || b.n == 0)
		return;
	if (a.n >= b.n)
		mpn_mul(into->limb, a.limb, a.n, b.limb, b.n);
	else
		mpn_mul(into->limb, b.limb, b.n, a.limb, a.n);
	into->n = significant(into->limb, a.n + b.n);
}

static void
nat_copy(Nat *into, Nat a)
{
	if (a.n > 0)
		memcpy(into->limb, a.limb, sizeof(mp_limb_t) * (size_t) a.n);
	into->n = a.n;
}

/* Room to work in for numbers below a modulus of n limbs. */
typedef struct Work
{
	Nat			modulus;
	int64_t		half;			/* bits that a fraction's parts may have */
	Nat			product;
	Nat			quotient;
	Nat			a,
				b,
				c;
	Nat			s,
				t;
} Work;

/*
 * into becomes a * b modulo the modulus, as the nearest to 0: its magnitude,
 * and whether it is negative.
 */
static bool
mul_nearest(Work *w, Nat *into, Nat a, Nat b)
{
	nat_mul(&w->product, a, b);
	if (w->product.n >= w->modulus.n)
	{
		mpn_tdiv_qr(w->quotient.limb, into->limb, 0, w->product.limb, w->product.n,
					w->modulus.limb, w->modulus.n);
		into->n = significant(into->limb, w->modulus.n);
	}
	else
		nat_copy(into, w->product);
	if (nat_bits(*into) < nat_bits(w->modulus) - 1)
		return false;
	/* above a quarter: the other side may be nearer */
	mpn_sub(w->product.limb, w->modulus.limb, w->modulus.n, into->limb, into->n);
	w->product.n = significant(w->product.limb, w->modulus.n);
	if (w->product.n > into->n ||
		(w->product.n == into->n &&
		 mpn_cmp(w->product.limb, into->limb, into->n) >= 0))
		return false;
	nat_copy(into, w->product);
	return true;
}

/*
 * The denominator of the fraction that is x modulo the modulus, by Euclid's
 * algorithm as far as half of the way.
 */
static void
denominator_of(Work *w, Nat x, Nat *den)
{
	nat_copy(&w->a, w->modulus);
	nat_copy(&w->b, x);
	w->s.n = 0;
	w->t.limb[0] = 1;
	w->t.n = 1;
	while (nat_bits(w->b) > w->half)
	{
		int64_t		nq = w->a.n - w->b.n + 1;
		Nat			swap;
		mp_limb_t	carry;

		mpn_tdiv_qr(w->quotient.limb, w->c.limb, 0, w->a.limb, w->a.n,
					w->b.limb, w->b.n);
		w->quotient.n = significant(w->quotient.limb, nq);
		w->c.n = significant(w->c.limb, w->b.n);
		swap = w->a;
		w->a = w->b;
		w->b = w->c;
		w->c = swap;

		/* s, t become t, s + quotient * t; their signs alternate */
		nat_mul(&w->product, w->quotient, w->t);
		if (w->product.n >= w->s.n)
		{
			carry = w->s.n == 0 ? 0 :
				mpn_add(w->product.limb, w->product.limb, w->product.n, w->s.limb, w->s.n);
			if (carry != 0)
				w->product.limb[w->product.n++] = carry;
		}
		swap = w->s;
		w->s = w->t;
		w->t = swap;
		nat_copy(&w->t, w->product);
	}
	nat_copy(den, w->t);
}

static PeDec
nat_to_dec(PeArena *arena, Nat a, bool negative)
{
	PeDec		result = {0};
	Nat			copy;

	if (a.n == 0)
		return result;
	copy = new_nat(arena, a.n);
	nat_copy(&copy, a);
	result.sign = negative ? -1 : 1;
	result.n = copy.n;
	result.limb = copy.limb;
	return result;
}

/*
 * The raters' values from k digits: num[j] / den, raters counted without the
 * first.  False: it takes more digits.
 */
static bool
fractions(const System *s, const uint64_t *digits, int64_t k, PeDec *num, PeDec *den)
{
	PeArena    *arena = s->arena;
	int64_t		room = k + 2;
	Nat		   *value = pe_alloc(arena, sizeof(Nat) * (size_t) s->size);
	Nat			common = new_nat(arena, 2 * room);
	Nat			part = new_nat(arena, room);
	Nat			one = new_nat(arena, room);
	int64_t		longest = 0;
	int64_t		left;
	int64_t		right;
	Work		w;

	w.modulus = new_nat(arena, room);
	w.modulus.limb[0] = 1;
	w.modulus.n = 1;
	for (int64_t i = 0; i < k; i++)
		nat_mul_add(&w.modulus, s->field.p, 0);
	w.half = (nat_bits(w.modulus) - 2) / 2;
	w.product = new_nat(arena, 2 * room);
	w.quotient = new_nat(arena, 2 * room);
	w.a = new_nat(arena, room);
	w.b = new_nat(arena, room);
	w.c = new_nat(arena, room);
	w.s = new_nat(arena, 2 * room);
	w.t = new_nat(arena, 2 * room);

	common.limb[0] = 1;
	common.n = 1;
	for (int32_t j = 0; j < s->size; j++)
	{
		s->check();
		value[j] = new_nat(arena, room);
		for (int64_t i = k; i-- > 0;)
			nat_mul_add(&value[j], s->field.p, digits[i * s->size + j]);
		(void) mul_nearest(&w, &one, value[j], common);
		if (nat_bits(one) <= w.half)
			continue;
		/* the nearest to 0 may be the negative; the denominator is the same */
		denominator_of(&w, one, &part);
		nat_mul(&w.product, common, part);
		if (nat_bits(w.product) > w.half)
			return false;
		nat_copy(&common, w.product);
	}
	for (int32_t j = 0; j < s->size; j++)
	{
		bool		negative = mul_nearest(&w, &one, value[j], common);

		longest = nat_bits(one) > longest ? nat_bits(one) : longest;
		num[j] = nat_to_dec(arena, one, negative);
	}
	*den = nat_to_dec(arena, common, false);

	/*
	 * The equations over raters, times the lcm of n[i] and the denominator:
	 * what stands left and right is below 2 n[j] times lcm times these.
	 */
	left = longest;
	right = nat_bits(common) + s->score_bits;
	return s->unit_lcm_bits + bits_of((unsigned __int128) s->most_units) + 3 +
		(left > right ? left : right) < nat_bits(w.modulus) - 1;
}

/* ------------------------------------------------------------- a component */

/* A copy that outlives the room a component is worked out in. */
static PeDec
keep(PeArena *arena, PeDec a)
{
	mp_limb_t  *limb = pe_alloc(arena, sizeof(mp_limb_t) * (size_t) (a.n + 1));

	if (a.n > 0)
		memcpy(limb, a.limb, sizeof(mp_limb_t) * (size_t) a.n);
	a.limb = limb;
	return a;
}

/* Raters that sum to 0, from the first of them held at 0. */
static PeSeverityStatus
solve(System *s, PeArena *lasting, PeSeverity *result, const int32_t *raters)
{
	PeArena    *arena = s->arena;
	uint64_t   *digits = NULL;
	int64_t		room = 0;
	int64_t		k = 0;
	int64_t		wanted = 2;
	size_t		prime = 0;
	PeDec	   *num = pe_alloc(arena, sizeof(PeDec) * (size_t) s->size);
	PeDec		den;
	PeDec		sum;
	PeDec		count;

	s->matrix = pe_alloc(arena, sizeof(uint64_t) * (size_t) s->size * (size_t) s->size);
	s->pivot = pe_alloc(arena, sizeof(int32_t) * (size_t) s->size);
	s->unit_inverse = pe_alloc(arena, sizeof(uint64_t) * (size_t) s->nunits);
	do
	{
		if (prime == sizeof(prime_short) / sizeof(prime_short[0]))
			return PE_SEVERITY_UNLUCKY;
		s->field.c = prime_short[prime++];
		s->field.p = PRIME_TOP - s->field.c;
		fill_matrix(s);
	} while (!factor(s));

	do
	{
		if (wanted > room)
		{
			uint64_t   *more;

			room = wanted * 2;
			more = pe_alloc(arena, sizeof(uint64_t) * (size_t) (room * s->size));
			if (k > 0)
				memcpy(more, digits, sizeof(uint64_t) * (size_t) (k * s->size));
			digits = more;
		}
		for (; k < wanted; k++)
			next_digit(s, digits + k * s->size);
		wanted += wanted / 2;
	} while (!fractions(s, digits, k, num, &den));

	sum = pe_dec_int(arena, 0);
	for (int32_t j = 0; j < s->size; j++)
		sum = pe_dec_add(arena, sum, num[j]);
	count = pe_dec_int(arena, s->nraters);
	den = keep(lasting, pe_dec_mul(arena, den, count));
	for (int32_t j = 0; j < s->nraters; j++)
	{
		PeSeverity *one = &result[raters[j]];

		one->num = pe_dec_neg(sum);
		if (j > 0)
			one->num = pe_dec_add(arena, one->num, pe_dec_mul(arena, num[j - 1], count));
		one->num = keep(lasting, one->num);
		one->den = den;
		one->estimable = true;
	}
	return PE_SEVERITY_OK;
}

static int32_t
root_of(int32_t *parent, int32_t a)
{
	while (parent[a] != a)
		a = parent[a] = parent[parent[a]];
	return a;
}

/* Components by union of the raters of a unit, the smallest number its root. */
static int32_t
find_components(PeArena *arena, const PeMarks *marks, PeSeverity *result)
{
	int32_t    *parent = pe_alloc(arena, sizeof(int32_t) * ((size_t) marks->nraters + 1));
	int32_t		ncomponents = 0;

	for (int32_t j = 0; j < marks->nraters; j++)
		parent[j] = j;
	for (int32_t m = 1; m < marks->n; m++)
		if (marks->mark[m].unit == marks->mark[m - 1].unit)
		{
			int32_t		a = root_of(parent, marks->mark[m].rater);
			int32_t		b = root_of(parent, marks->mark[m - 1].rater);

			if (a < b)
				parent[b] = a;
			else
				parent[a] = b;
		}
	for (int32_t j = 0; j < marks->nraters; j++)
	{
		int32_t		root = root_of(parent, j);

		result[j].component = root == j ? ncomponents++ : result[root].component;
	}
	return ncomponents;
}

/* How often each rater marked, and whether always the same. */
static void
look_at_raters(PeArena *arena, const PeMarks *marks, PeSeverity *result)
{
	PeInt128   *first = pe_alloc(arena, sizeof(PeInt128) * ((size_t) marks->nraters + 1));

	for (int32_t m = 0; m < marks->n; m++)
	{
		const PeMark *mark = &marks->mark[m];
		PeSeverity *of = &result[mark->rater];

		if (of->nmarks++ == 0)
			first[mark->rater] = mark->score;
		else
			of->constant = (of->constant || of->nmarks == 2) &&
				mark->score == first[mark->rater];
	}
}

/* Where the members of each component begin, by counting. */
static int32_t *
count_up(PeArena *arena, int32_t ncomponents)
{
	int32_t    *at = pe_alloc(arena, sizeof(int32_t) * ((size_t) ncomponents + 2));

	memset(at, 0, sizeof(int32_t) * ((size_t) ncomponents + 2));
	return at;
}

/* Takes the component's raters and marks apart from the others. */
static void
set_up(System *s, const PeMarks *marks, const PeSeverity *result,
	   const int32_t *mark, int32_t nmarks, const int32_t *raters,
	   const int32_t *within)
{
	PeArena    *arena = s->arena;
	size_t		n = (size_t) nmarks;
	int32_t    *start = pe_alloc(arena, sizeof(int32_t) * (n + 1));
	int32_t    *rater = pe_alloc(arena, sizeof(int32_t) * n);
	unsigned char seen[PE_SEVERITY_MAX_RATERS + 1] = {0};
	unsigned __int128 most = 0;
	int32_t		many = 0;		/* bits of all different n[i] */
	int32_t		most_raters = 0;

	s->size = s->nraters - 1;
	s->start = start;
	s->rater = rater;
	s->unit_rest = pe_alloc(arena, sizeof(PeInt128) * n);
	s->rater_rest = pe_alloc(arena, sizeof(PeInt128) * (size_t) s->nraters);
	s->rater_marks = pe_alloc(arena, sizeof(int32_t) * (size_t) s->nraters);
	for (int32_t j = 0; j < s->nraters; j++)
	{
		s->rater_rest[j] = 0;
		s->rater_marks[j] = result[raters[j]].nmarks;
		if (s->rater_marks[j] > s->most_units)
			s->most_units = s->rater_marks[j];
	}
	for (int32_t m = 0; m < nmarks; m++)
	{
		const PeMark *one = &marks->mark[mark[m]];
		unsigned __int128 size = one->score < 0 ? -(unsigned __int128) one->score :
			(unsigned __int128) one->score;

		if (m == 0 || one->unit != marks->mark[mark[m - 1]].unit)
		{
			start[s->nunits] = m;
			s->unit_rest[s->nunits++] = 0;
		}
		rater[m] = within[one->rater];
		s->unit_rest[s->nunits - 1] += one->score;
		s->rater_rest[rater[m]] += one->score;
		most = size > most ? size : most;
	}
	start[s->nunits] = nmarks;
	for (int32_t i = 0; i < s->nunits; i++)
	{
		int32_t		count = start[i + 1] - start[i];

		if (count > most_raters)
			most_raters = count;
		if (!seen[count])
			many += bits_of((unsigned __int128) count);
		seen[count] = 1;
	}
	/* lcm(1..n) is below 4^n */
	s->unit_lcm_bits = many < 2 * most_raters ? many : 2 * most_raters;
	s->score_bits = bits_of(most);
}

PeSeverityStatus
pe_severities(PeArena *arena, const PeMarks *marks, void (*check) (void),
			  PeSeverity *result)
{
	size_t		nraters = (size_t) marks->nraters;
	int32_t    *raters = pe_alloc(arena, sizeof(int32_t) * (nraters + 1));
	int32_t    *within = pe_alloc(arena, sizeof(int32_t) * (nraters + 1));
	int32_t    *mark = pe_alloc(arena, sizeof(int32_t) * ((size_t) marks->n + 1));
	int32_t    *rater_at;
	int32_t    *mark_at;
	int32_t		ncomponents;

	for (size_t j = 0; j < nraters; j++)
		result[j] = (PeSeverity) {0};
	ncomponents = find_components(arena, marks, result);
	look_at_raters(arena, marks, result);

	/* raters and marks by component, in their order */
	rater_at = count_up(arena, ncomponents);
	mark_at = count_up(arena, ncomponents);
	for (int32_t j = 0; j < marks->nraters; j++)
	{
		rater_at[result[j].component + 2]++;
		mark_at[result[j].component + 2] += result[j].nmarks;
	}
	for (int32_t c = 2; c <= ncomponents; c++)
	{
		rater_at[c + 1] += rater_at[c];
		mark_at[c + 1] += mark_at[c];
	}
	for (int32_t j = 0; j < marks->nraters; j++)
		raters[rater_at[result[j].component + 1]++] = j;
	for (int32_t j = 0; j < marks->nraters; j++)
		within[raters[j]] = j - rater_at[result[raters[j]].component];
	for (int32_t m = 0; m < marks->n; m++)
		mark[mark_at[result[marks->mark[m].rater].component + 1]++] = m;

	for (int32_t c = 0; c < ncomponents; c++)
	{
		char		room[8192] __attribute__((aligned(PE_ARENA_ALIGN)));
		PeArena		scratch;
		System		s = {.arena = &scratch, .check = check,
			.nraters = rater_at[c + 1] - rater_at[c]};

		check();
		if (s.nraters > PE_SEVERITY_MAX_RATERS)
		{
			for (int32_t j = rater_at[c]; j < rater_at[c + 1]; j++)
				result[raters[j]].too_large = true;
			continue;
		}
		if (s.nraters == 1)
			continue;
		pe_arena_init(&scratch, room, sizeof(room), arena->grow);
		set_up(&s, marks, result, mark + mark_at[c], mark_at[c + 1] - mark_at[c],
			   raters + rater_at[c], within);
		if (solve(&s, arena, result, raters + rater_at[c]) != PE_SEVERITY_OK)
			return PE_SEVERITY_UNLUCKY;
	}
	return PE_SEVERITY_OK;
}
