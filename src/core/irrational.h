/*
 * irrational.h
 *	  Powers, roots, logarithms and exponentials of exact rationals, rounded
 *	  once and correctly.
 *
 * A rational is num / den with den > 0.  The result is the decimal of `digits`
 * places (0 to PE_IRRATIONAL_MAX_DIGITS) that the true value rounds to, on
 * every machine: approximations narrow it down until only one is left, and
 * where the value may lie on a boundary itself, whole numbers decide.  Nothing
 * is allocated in the arena, whose grow may not return, before MPFR's and GMP's
 * own memory is given back.
 */
#ifndef PE_IRRATIONAL_H
#define PE_IRRATIONAL_H

#include "decimal.h"

/* Exponents p/q in lowest terms; the sum of the weights of a product. */
#define PE_IRRATIONAL_MAX_EXPONENT	10000
#define PE_IRRATIONAL_MAX_DIGITS	100
#define PE_IRRATIONAL_MAX_LIMBS		4096

typedef enum PeIrrational
{
	PE_IRRATIONAL_OK,
	PE_IRRATIONAL_DOMAIN,		/* a root or logarithm of what has none */
	PE_IRRATIONAL_TOO_BIG		/* a limit, or a rounded result of 10^38 or more */
} PeIrrational;

/* A factor of a product: (num/den)^p. */
typedef struct PeFactor
{
	PeDec		num;
	PeDec		den;
	int64_t		p;
} PeFactor;

/*
 * (num/den)^(p/q), q > 0, in any terms.  The limits on p and q come first.  0
 * has positive powers only, and they are 0; numbers below 0 have whole ones.
 */
extern PeIrrational pe_power(PeArena *arena, PeDec num, PeDec den,
							 int64_t p, int64_t q, int32_t digits,
							 PeRound mode, PeDec *result);

/*
 * The q-th root, q > 0, of a product of powers: a geometric mean, with weights
 * for powers and their sum for q.  Factors to the power 0 do not count; a
 * negative one is PE_IRRATIONAL_DOMAIN, a zero makes 0 of the product.
 */
extern PeIrrational pe_power_product(PeArena *arena, const PeFactor *factors,
									 int32_t n, int64_t q, int32_t digits,
									 PeRound mode, PeDec *result);

extern PeIrrational pe_ln(PeArena *arena, PeDec num, PeDec den, int32_t digits,
						  PeRound mode, PeDec *result);

/* The number is at most 200, and at least -200. */
extern PeIrrational pe_exp(PeArena *arena, PeDec num, PeDec den, int32_t digits,
						   PeRound mode, PeDec *result);

#endif							/* PE_IRRATIONAL_H */
