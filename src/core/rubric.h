/*
 * rubric.h
 *	  A rubric (评分细则): the compiled rule tree of a scheme, flat, and read
 *	  where it lies.
 *
 * A rubric is one piece of memory: a header, then arrays that refer to each
 * other by index.  Nodes stand in the order of evaluation, a node after
 * everything that it looks at, so that there is neither recursion nor a cycle.
 *
 *	nodes		PeNode
 *	operands	PeOperand, each node's settings in the order of its rule's table
 *	constants	PeConstant
 *	children	int32_t, node indexes in document order
 *	code		PeStep, the formulas
 *	text		labels, words, names and formulas, each ended by a zero byte
 *
 * The tables of rules and their settings (rubric_rules.c) are what the reader,
 * the writer, the evaluation, the explanation and the lint go by.
 */
#ifndef PE_RUBRIC_H
#define PE_RUBRIC_H

#include "scorecard.h"

#define PE_RUBRIC_VERSION		1
#define PE_RUBRIC_MAX_NODES		10000
#define PE_RUBRIC_MAX_DEPTH		100
#define PE_RUBRIC_MAX_BYTES		(64 * 1024 * 1024)

/* Nodes are numbered from 0, the root, to this. */
#define PE_MAX_NODE_NUMBER		9999999

/* The most decimals that a rounding can ask for. */
#define PE_MAX_DIGITS			30

typedef enum PeRule
{
	/* leaves */
	PE_RULE_THRESHOLD,
	PE_RULE_PROPORTIONAL,
	PE_RULE_CEILING,
	PE_RULE_EVENTS,
	PE_RULE_AWARDS,
	PE_RULE_BANDS,
	PE_RULE_INTERPOLATE,
	PE_RULE_ORDINAL,
	PE_RULE_MET,
	PE_RULE_GIVEN,
	PE_RULE_CONSTANT,
	PE_RULE_ACHIEVEMENT,
	PE_RULE_IMPROVEMENT,
	PE_RULE_TIMELINESS,
	PE_RULE_NORMALISE,
	PE_RULE_FORMULA,			/* may have children that it refers to */
	/* inner nodes */
	PE_RULE_WEIGHTED_MEAN,
	PE_RULE_GEOMETRIC_MEAN,
	PE_RULE_HARMONIC_MEAN,
	PE_RULE_SUM,
	PE_RULE_PRODUCT,
	PE_RULE_MINIMUM,
	PE_RULE_MAXIMUM,
	PE_RULE_BUDGET,
	PE_RULE_DEDUCTIONS,
	PE_RULE_BONUS,
	PE_RULE_COEFFICIENT,
	PE_RULE_CLAMP,
	/* beside the tree */
	PE_RULE_LIMIT,
	PE_NRULES
} PeRule;

/* What a setting refers to. */
typedef enum PeOperandKind
{
	PE_ABSENT,					/* not stated: the rule's default */
	PE_NONE,					/* stated as null: no floor, no cap */
	PE_CONSTANT,				/* ref: index of a constant */
	PE_ITEM,					/* ref: the card's item */
	PE_NODE,					/* ref: index of a node */
	PE_PARAMETER,				/* ref: index of a parameter */
	PE_TEXT						/* ref: offset into the text */
} PeOperandKind;

/* What a bound includes. */
typedef enum PeBoundary
{
	PE_BOUND_NONE,
	PE_BOUND_GE,				/* 以上 */
	PE_BOUND_GT,				/* 超过 */
	PE_BOUND_LE,				/* 以下 */
	PE_BOUND_LT					/* 不满 */
} PeBoundary;

typedef struct PeOperand
{
	uint8_t		kind;			/* PeOperandKind */
	uint8_t		bound;			/* PeBoundary, where it is one */
	uint16_t	reserved;		/* 0 */
	int32_t		ref;
} PeOperand;

typedef struct PeConstant
{
	PeInt128	number;			/* unscaled, trimmed, as a card's */
	int32_t		scale;
	int32_t		reserved;		/* 0 */
} PeConstant;

/* A parameter of the group: named, and bound or not. */
typedef struct PeParameter
{
	int32_t		name;			/* offset into the text */
	int32_t		constant;		/* index, or -1: not bound yet */
} PeParameter;

/* Policies for children without a value. */
typedef enum PeMissing
{
	PE_MISSING_UNSTATED,
	PE_MISSING_RENORMALIZE,		/* operand PE_OPERAND_MISSING: the floor, or absent */
	PE_MISSING_ZERO,
	PE_MISSING_STRICT,
	PE_MISSING_IMPUTE			/* operand PE_OPERAND_MISSING: the value */
} PeMissing;

/* A node's policy, stated or by default. */
struct PeNode;
extern PeMissing pe_missing_policy(const struct PeNode *node);
extern const char *const pe_missing_name[];

/* Every node's first operands; its rule's follow. */
enum
{
	PE_OPERAND_WEIGHT,			/* of a child in its parent; a budget's points */
	PE_OPERAND_CAP,				/* of a child in a list of deductions or bonuses */
	PE_OPERAND_MISSING,
	PE_NCOMMON
};

#define PE_NCHOICES		2
#define PE_NOT_ROUNDED	0xff

typedef struct PeNode
{
	int32_t		number;			/* item of the result; 0: the root */
	int32_t		parent;			/* index; -1: the root, and limits */
	int32_t		operands;		/* index of the first */
	int32_t		noperands;		/* PE_NCOMMON, the rule's, the list's */
	int32_t		children;		/* index of the first */
	int32_t		nchildren;
	int32_t		code;			/* index of the first step */
	int32_t		ncode;
	int32_t		label;			/* offset into the text; 0: none */
	uint8_t		rule;			/* PeRule */
	uint8_t		missing;		/* PeMissing */
	uint8_t		digits;			/* its own rounding, or PE_NOT_ROUNDED */
	uint8_t		mode;			/* PeRound of that */
	uint8_t		choice[PE_NCHOICES];	/* the rule's: 0 unstated, 1 the first word */
	uint16_t	reserved;		/* 0 */
} PeNode;

/*
 * A formula is a program for a stack machine without jumps: every step takes
 * its arguments from the stack and leaves one value, a number or a truth.
 */
typedef enum PeOp
{
	PE_OP_CONSTANT,				/* arg: index of a constant */
	PE_OP_ITEM,					/* arg: item */
	PE_OP_NODE,					/* arg: index of a node */
	PE_OP_PARAMETER,			/* arg: index of a parameter */
	PE_OP_NEGATE,
	PE_OP_ADD,
	PE_OP_SUBTRACT,
	PE_OP_MULTIPLY,
	PE_OP_DIVIDE,
	PE_OP_MIN,					/* arg: how many arguments */
	PE_OP_MAX,					/* arg: how many arguments */
	PE_OP_CLAMP,				/* (x, low, high) */
	PE_OP_ABS,
	PE_OP_ROUND,				/* arg: digits * 4 + PeRound */
	PE_OP_POWER,				/* (x, y), arg: digits * 4 + PeRound */
	PE_OP_LN,					/* arg: digits * 4 + PeRound */
	PE_OP_EXP,					/* arg: digits * 4 + PeRound */
	PE_OP_IF,					/* (truth, x, y) */
	PE_OP_COALESCE,				/* arg: how many; the first that is observed */
	PE_OP_OBSERVED,				/* (x): truth */
	PE_OP_GE,					/* (x, y): truth */
	PE_OP_GT,
	PE_OP_LE,
	PE_OP_LT,
	PE_OP_EQ,
	PE_OP_NE,
	PE_OP_AND,
	PE_OP_OR,
	PE_OP_NOT,
	PE_NOPS
} PeOp;

typedef struct PeStep
{
	int32_t		op;				/* PeOp */
	int32_t		arg;
} PeStep;

/* How many values a step takes from the stack. */
extern int	pe_op_arguments(const PeStep *step);

/* The deepest stack of a formula. */
#define PE_MAX_STACK	256

typedef enum PeRoundAt
{
	PE_ROUND_AT_UNSTATED,
	PE_ROUND_AT_NONE,
	PE_ROUND_AT_INDICATOR,
	PE_ROUND_AT_NODE,
	PE_ROUND_AT_FINAL
} PeRoundAt;

typedef enum PeRankBasis
{
	PE_RANK_UNSTATED,
	PE_RANK_UNROUNDED,
	PE_RANK_ROUNDED
} PeRankBasis;

typedef struct PeRubricHeader
{
	uint32_t	crc;			/* CRC-32C of all that follows */
	int32_t		size;			/* of the whole, in bytes */
	uint16_t	version;
	uint8_t		round_at;		/* PeRoundAt */
	uint8_t		rank_basis;		/* PeRankBasis */
	uint8_t		digits;			/* PE_NOT_ROUNDED: unstated, 2 */
	uint8_t		mode;			/* 0 unstated, else PeRound + 1 */
	uint16_t	reserved;		/* 0 */
	int32_t		label;			/* offset into the text; 0: none */
	int32_t		root;			/* index of the root */
	int32_t		nnodes;			/* the limits are the last nodes */
	int32_t		nlimits;
	int32_t		noperands;
	int32_t		nconstants;
	int32_t		nparameters;
	int32_t		nchildren;
	int32_t		ncode;
	int32_t		ntext;			/* bytes; the first is a zero */
} PeRubricHeader;

_Static_assert(sizeof(PeRubricHeader) == 56 && sizeof(PeNode) == 44 &&
			   sizeof(PeConstant) == 24 && sizeof(PeOperand) == 8,
			   "the binary form has no holes");

/*
 * A rubric as the reader sees it.  The arrays stand in this order, each at a
 * multiple of 8 bytes: header, constants, operands, parameters, code, nodes,
 * children, text.  The memory must be 8-aligned.
 */
typedef struct PeRubric
{
	const PeRubricHeader *header;
	const PeConstant *constants;
	const PeOperand *operands;
	const PeParameter *parameters;
	const PeStep *code;
	const PeNode *nodes;
	const int32_t *children;
	const char *text;
} PeRubric;

/* How many bytes the header's counts make. */
extern size_t pe_rubric_size(const PeRubricHeader *header);

/* Trusts its input; pe_rubric_valid does not, and that is all that others need ask. */
extern void pe_rubric_open(PeRubric *rubric, const void *data);
extern bool pe_rubric_valid(const void *data, size_t size);
/* Of a whole rubric: what its first field should be. */
extern uint32_t pe_rubric_crc(const void *data, size_t size);

/*
 * The tables.
 */
typedef struct PeWord
{
	const char *word;			/* NULL ends a list */
	const char *zh;				/* accepted too; or NULL */
} PeWord;

typedef enum PeSettingKind
{
	PE_SETTING_NUMBER,			/* a constant or a parameter */
	PE_SETTING_OPERAND,			/* a number, parameter, item or node */
	PE_SETTING_CHOICE,			/* one of `words`; no operand */
	PE_SETTING_TEXT,
	PE_SETTING_BOUNDS,			/* two operands: lower and upper bound, keys ge, gt, le, lt */
	PE_SETTING_FORMULA,			/* a text of its own; no operand but PE_TEXT for it */
	/* lists, the last setting of a rule that has one; their operands follow all others */
	PE_SETTING_ITEMS,			/* "items": [n, ...], or "item": n for one */
	PE_SETTING_BANDS,			/* "cuts" and "points", or "ranges" */
	PE_SETTING_CURVE,			/* "xs" and "ys": x, y, x, y, ... */
	PE_SETTING_WORDS			/* "words": [{"word": "...", "points": n}]: text, points, ... */
} PeSettingKind;

typedef enum PeSign
{
	PE_ANY_SIGN,
	PE_NOT_NEGATIVE,
	PE_POSITIVE
} PeSign;

typedef struct PeSetting
{
	const char *key;			/* NULL ends a list */
	uint8_t		kind;			/* PeSettingKind */
	uint8_t		required;
	uint8_t		nullable;		/* null means: none */
	uint8_t		sign;			/* PeSign of a constant */
	const char *otherwise;		/* the default as text, NULL: none */
	const PeWord *words;		/* of a choice; the default is `otherwise` */
} PeSetting;

typedef struct PeRuleInfo
{
	const char *name;
	const char *zh;
	const PeSetting *settings;
	int16_t		noperands;		/* of the settings, without the list */
	int16_t		min_children;
	int16_t		max_children;	/* 0 for a leaf */
	bool		policy;			/* may state "missing" */
} PeRuleInfo;

/* What is wrong with a node, as pe_rubric_check finds it. */
typedef struct PeFault
{
	int32_t		node;			/* index */
	const PeSetting *setting;	/* or NULL */
	const char *problem;		/* follows the setting's key; %s: the number */
	const char *hint;			/* or NULL: state the setting */
	char		number[48];
} PeFault;

/* Of a rubric in form: can its rules work with their settings? */
extern bool pe_rubric_check(const PeRubric *rubric, PeFault *fault);

/* The setting that a node's operand belongs to, and how many one takes. */
extern const PeSetting *pe_operand_setting(int rule, int32_t operand);
extern int	pe_setting_width(const PeSetting *setting);
extern int	pe_constant_cmp(const PeConstant *a, const PeConstant *b);

extern const PeRuleInfo pe_rule_info[PE_NRULES];
extern const char *const pe_bound_name[];
extern const char *const pe_round_name[];
extern const char *const pe_round_at_name[];
extern const char *const pe_rank_basis_name[];

/*
 * Operands by rule, in the order of the tables.  A leaf's reading comes first.
 */
#define PE_VALUE	PE_NCOMMON

enum { PE_TH_TARGET = PE_VALUE + 1, PE_TH_FULL, PE_TH_PENALTY, PE_TH_STEP, PE_TH_MIN, PE_TH_END };
enum { PE_PR_TARGET = PE_VALUE + 1, PE_PR_FULL, PE_PR_LOW, PE_PR_HIGH, PE_PR_START, PE_PR_END };
enum { PE_CE_LIMIT = PE_NCOMMON, PE_CE_FULL, PE_CE_PENALTY, PE_CE_STEP, PE_CE_MIN, PE_CE_END };
enum { PE_EV_FULL = PE_VALUE + 1, PE_EV_PENALTY, PE_EV_MIN, PE_EV_PENDING, PE_EV_END };
enum { PE_AW_POINTS = PE_NCOMMON, PE_AW_CAP_AWARD, PE_AW_CAP_KIND, PE_AW_END };
enum { PE_BA_END = PE_VALUE + 1 };
enum { PE_IN_END = PE_VALUE + 1 };
enum { PE_OR_END = PE_VALUE + 1 };
enum { PE_ME_LOW = PE_VALUE + 1, PE_ME_HIGH, PE_ME_POINTS, PE_ME_OTHERWISE, PE_ME_END };
enum { PE_GI_MIN = PE_VALUE + 1, PE_GI_MAX, PE_GI_END };
enum { PE_CO_POINTS = PE_NCOMMON, PE_CO_END };
enum { PE_AC_BASE = PE_VALUE + 1, PE_AC_THRESHOLD, PE_AC_BENCHMARK, PE_AC_FULL, PE_AC_END };
enum { PE_IM_BASE = PE_VALUE + 1, PE_IM_RATE, PE_IM_MIN, PE_IM_MAX, PE_IM_END };
enum { PE_TI_DUE = PE_VALUE + 1, PE_TI_GRACE, PE_TI_FULL, PE_TI_PENALTY, PE_TI_STEP, PE_TI_MIN, PE_TI_END };
enum { PE_NO_LOW = PE_VALUE + 1, PE_NO_HIGH, PE_NO_MEAN, PE_NO_DEVIATION, PE_NO_FULL, PE_NO_NEUTRAL, PE_NO_END };
enum { PE_FO_EXPRESSION = PE_NCOMMON, PE_FO_END };
enum { PE_WM_TOTAL = PE_NCOMMON, PE_WM_END };	/* the three means */
enum { PE_BU_FULL = PE_NCOMMON, PE_BU_TOTAL, PE_BU_END };
enum { PE_LI_CAP = PE_NCOMMON, PE_LI_END };		/* deductions, bonus */
enum { PE_CF_COEFFICIENT = PE_NCOMMON, PE_CF_LOW, PE_CF_HIGH, PE_CF_MAX, PE_CF_OTHERWISE, PE_CF_END };
enum { PE_CL_LOW = PE_NCOMMON, PE_CL_HIGH, PE_CL_END };
enum { PE_LM_LOW = PE_VALUE + 1, PE_LM_HIGH, PE_LM_TIER, PE_LM_FOR, PE_LM_END };

/* Choices by rule: which of choice[] and its words, from 1. */
enum { PE_LINEAR = 1, PE_STEPS_DOWN, PE_STEPS_UP };			/* mode */
enum { PE_HIGHER = 1, PE_LOWER };							/* better */
enum { PE_ZERO_NOT_APPLICABLE = 1, PE_ZERO_FULL };			/* zero_target */
enum { PE_PER_OCCURRENCE = 1, PE_PER_POINT };				/* per */
enum { PE_PENDING_NOT = 1, PE_PENDING_COUNTED };			/* count_pending */
enum { PE_ABSOLUTE = 1, PE_RELATIVE };						/* change */
enum { PE_MINMAX = 1, PE_ZSCORE, PE_DISTANCE, PE_PERCENT_OF_MAX };	/* method */
enum { PE_UNUSED_SCALE = 1, PE_UNUSED_FULL, PE_UNUSED_ZERO };	/* unused */
enum { PE_CAP_TIER = 1, PE_ZERO_SCORE, PE_INELIGIBLE };		/* effect */

/* Codes of what goes wrong in an evaluation. */
enum
{
	PE_BAD_COUNT = 9001,		/* a count that is negative or not whole */
	PE_OUT_OF_BOUNDS,			/* outside of the stated range */
	PE_BAD_TARGET,				/* a target below 0, or 0 with something done */
	PE_ZERO_RANGE,				/* a division by 0 */
	PE_NO_BAND,					/* a value between the ranges */
	PE_NO_WORD,					/* not the number of a word */
	PE_NO_PARAMETER,			/* a parameter that is not bound */
	PE_NO_WEIGHT,				/* weights that sum to 0 */
	PE_BAD_DOMAIN,				/* a root or logarithm of what has none */
	PE_TOO_BIG					/* more digits than a scorecard or the limits take */
};

/* Items of a result that are not nodes. */
#define PE_RANK_ITEM		2000000000	/* the number that ranks and cuts look at */
#define PE_FLAG_ITEM		1000000000	/* + PeFlag * PE_FLAG_STRIDE + node */
#define PE_FLAG_STRIDE		10000000

typedef enum PeFlag
{
	PE_FLAG_ERROR = 1,			/* value: the code */
	PE_FLAG_COVERAGE,			/* value: how many children are missing */
	PE_FLAG_CAP_TIER,			/* value: the tier */
	PE_FLAG_ZERO_SCORE,			/* value: 1 */
	PE_FLAG_INELIGIBLE,			/* value: 1 */
	PE_FLAG_PENDING,			/* value: the count */
	PE_FLAG_NEUTRAL,			/* value: 1 */
	PE_FLAG_IMPUTED,			/* value: how many children were filled in */
	PE_NFLAGS
} PeFlag;

extern const char *const pe_flag_name[];

#endif							/* PE_RUBRIC_H */
