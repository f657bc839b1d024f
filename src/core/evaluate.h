/*
 * evaluate.h
 *	  A card by a rubric: every node's value, and flags.
 *
 * A rubric is made ready once, for many cards.  An evaluation never fails on
 * data: what cannot be computed is a status, and a flag.
 */
#ifndef PE_EVALUATE_H
#define PE_EVALUATE_H

#include "rational.h"
#include "rubric.h"

/* The limbs that a node's value may have. */
#define PE_NODE_MAX_LIMBS	4096

/* The memory that one evaluation may take; what comes after is too big. */
#define PE_EVALUATION_MAX_BYTES	(256 * 1024 * 1024)

typedef struct PeResult
{
	PeRat		value;			/* of PE_OK */
	int32_t		code;			/* of PE_ERROR */
	uint8_t		status;			/* PeStatus */
} PeResult;

/* A flag raised. */
typedef struct PeRaised
{
	int32_t		node;			/* index */
	int32_t		flag;			/* PeFlag */
	int64_t		value;
} PeRaised;

/* What a rubric's node needs beside its settings. */
typedef struct PeReadyNode
{
	const PeRat *list;			/* cuts or xs */
	const PeRat *points;		/* points or ys of that */
	const int64_t *powers;		/* a geometric mean's weights as whole numbers */
	int32_t		nlist;
	bool		plain;			/* all settings but the value are numbers */
	bool		unbound;		/* its list has a parameter without a value */
	bool		is_leaf;
	bool		rounds;
	uint8_t		digits;			/* if it does */
	uint8_t		mode;
} PeReadyNode;

typedef struct PeReady
{
	PeRubric	rubric;
	const PeRat *constants;
	const PeRat **parameters;	/* NULL: not bound */
	const PeRat **settings;		/* by operand: the number, or NULL */
	const PeOperand **open;		/* by operand: where to look otherwise, or NULL */
	PeReadyNode *nodes;
	const int32_t *by_number;	/* nodes in the order of a result */
	struct PePlan *plans;		/* by node */
	const int32_t *steps;		/* the nodes that a score takes, if all have plans */
	int32_t		nsteps;
	const struct PeFlat *flats; /* the same for cards that hold all items side by side */
	int32_t		nflats;
	int32_t		first_item;		/* of those */
	int32_t		last_item;
	bool		spreads;		/* which are near each other */
	uint8_t		round_at;		/* PeRoundAt, the default put in */
	bool		limits_alone;	/* they look at items and constants only */
	uint8_t		rank_basis;
	uint8_t		digits;
	uint8_t		mode;
	/* room for one evaluation at a time */
	PeResult   *results;
	int64_t    *readings;		/* of a step's leaves */
	PeResult   *stack;			/* of formulas */
} PeReady;

typedef struct PeEvaluation
{
	PeArena    *arena;
	const PeReady *ready;
	const PeCard *card;
	PeResult   *results;		/* by node, after its rounding */
	PeRat	   *unrounded;		/* by node, before it; or NULL: not asked for */
	PeRat		root;			/* before the final rounding */
	int32_t		veto;			/* the limit that zeroed the score, or -1 */
	PeRaised   *raised;
	int32_t		nraised;
	int32_t		room;			/* in raised */
} PeEvaluation;

extern PeReady *pe_rubric_ready(PeArena *arena, const void *rubric);
extern void pe_evaluate(PeEvaluation *e, PeArena *arena, const PeReady *ready,
						const PeCard *card, bool keep_unrounded);
extern void pe_evaluate_brief(PeEvaluation *e, PeArena *arena, const PeReady *ready,
							  const PeCard *card);
extern void pe_evaluate_root(PeEvaluation *e, PeArena *arena,
							 const PeReady *ready, const PeCard *card);
extern int32_t pe_evaluation_max(const PeEvaluation *e);
extern int32_t pe_evaluation_entries(PeEvaluation *e, PeEntry *entries);
extern int32_t pe_evaluation_brief(PeEvaluation *e, PeEntry *entries);
extern void pe_evaluation_score(PeEvaluation *e, PeEntry *entry);
extern void pe_evaluation_rank(PeEvaluation *e, PeEntry *entry);

/* The three parts: leaves, formulas and (evaluate.c) inner nodes. */
extern void pe_leaf(PeEvaluation *e, int32_t index, PeResult *result);
extern void pe_formula(PeEvaluation *e, int32_t index, PeResult *result);
extern void pe_check_size(PeResult *result);
extern void pe_raise(PeEvaluation *e, int32_t node, PeFlag flag, int64_t value);
extern bool pe_holds(PeArena *arena, const PeRat *value, const PeOperand *low,
					 const PeRat *lowest, const PeOperand *high,
					 const PeRat *highest);

/* A value over a plan's denominator as any other. */
extern void pe_settle(const PeEvaluation *e, int32_t index);

/* A setting's number, or NULL. */
static inline const PeRat *
pe_number_of(const PeReady *ready, const PeNode *node, int operand)
{
	return ready->settings[node->operands + operand];
}

static inline void
pe_fail(PeResult *result, PeStatus status, int32_t code)
{
	result->status = (uint8_t) status;
	result->code = code;
}

static inline void
pe_read_item(const PeEvaluation *e, int32_t item, PeResult *result)
{
	int32_t		index = pe_card_find(e->card, item);
	PeEntry		entry;

	if (index < 0)
	{
		pe_fail(result, PE_MISSING, 0);
		return;
	}
	pe_card_entry(e->card, index, &entry);
	result->status = entry.status;
	if (entry.status == PE_OK)
		result->value = pe_rat_small(entry.number, entry.scale);
	else
		result->code = (int32_t) entry.number;
}

/*
 * A setting's number, or NULL if it has none; false, with the status in
 * `result`, if what it refers to has no value.
 */
static inline bool
pe_read(const PeEvaluation *e, int32_t operand, PeRat *room,
		const PeRat **value, PeResult *result)
{
	const PeOperand *open = e->ready->open[operand];
	const PeResult *other;

	*value = e->ready->settings[operand];
	if (open == NULL)
		return true;
	if (open->kind == PE_ITEM)
	{
		pe_read_item(e, open->ref, result);
		*room = result->value;
		*value = room;
		return result->status == PE_OK;
	}
	if (open->kind == PE_NODE)
	{
		pe_settle(e, open->ref);
		other = &e->results[open->ref];
		*value = &other->value;
		if (other->status == PE_OK)
			return true;
		pe_fail(result, (PeStatus) other->status, other->code);
		return false;
	}
	pe_fail(result, PE_ERROR, PE_NO_PARAMETER);
	return false;
}

/* For the explanation: how an inner node takes its children. */
typedef struct PeTaken
{
	bool		settled;		/* false: it has no value */
	const PeRat *fill;			/* what stands for a missing child, or NULL */
} PeTaken;

extern PeTaken pe_take_children(PeEvaluation *e, const PeNode *node,
								PeResult *result);
extern const PeRat *pe_child_value(const PeEvaluation *e, const PeNode *node,
								   const PeTaken *taken, int32_t child);
extern bool pe_has_weights(const PeNode *node);
extern const PeRat *pe_child_weight(const PeReady *ready, int32_t child);
extern bool pe_exact_entry(PeArena *arena, const PeRat *value, PeEntry *entry);
extern bool pe_unrounded_entry(PeArena *arena, const PeRat *value,
							   PeEntry *entry, int32_t *digits);
extern bool pe_shown_entry(PeEvaluation *e, int32_t index,
						   const PeResult *result, PeEntry *entry);

#endif							/* PE_EVALUATE_H */
