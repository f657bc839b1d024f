/*
 * rubric_rules.c
 *	  The rules that a rubric knows, and the settings of each; see rubric.h.
 *
 * One table for all who have to know: text in and out, lint, explanation.
 */
#include "rubric.h"

#define REQUIRED	1
#define NULLABLE	1

#define NUMBER(key, required, sign, otherwise) \
	{key, PE_SETTING_NUMBER, required, 0, sign, otherwise, NULL}
#define NUMBER_OR_NONE(key, required, sign, otherwise) \
	{key, PE_SETTING_NUMBER, required, NULLABLE, sign, otherwise, NULL}
#define OPERAND(key, required, sign, otherwise) \
	{key, PE_SETTING_OPERAND, required, 0, sign, otherwise, NULL}
#define CHOICE(key, required, otherwise, words) \
	{key, PE_SETTING_CHOICE, required, 0, PE_ANY_SIGN, otherwise, words}
#define OTHER(key, kind, required) \
	{key, kind, required, 0, PE_ANY_SIGN, NULL, NULL}
#define VALUE	OPERAND("value", REQUIRED, PE_ANY_SIGN, NULL)
#define END		{NULL, 0, 0, 0, 0, NULL, NULL}

static const PeWord step_modes[] = {{"linear", "按比例"}, {"floor", "舍去"}, {"ceil", "进一"}, {NULL, NULL}};
static const PeWord directions[] = {{"higher", "越高越好"}, {"lower", "越低越好"}, {NULL, NULL}};
static const PeWord zero_targets[] = {{"not_applicable", "不适用"}, {"full", "满分"}, {NULL, NULL}};
static const PeWord pers[] = {{"occurrence", "每次"}, {"point", "每点"}, {NULL, NULL}};
static const PeWord no_yes[] = {{"no", "否"}, {"yes", "是"}, {NULL, NULL}};
static const PeWord changes[] = {{"absolute", "增量"}, {"relative", "增幅"}, {NULL, NULL}};
static const PeWord methods[] = {{"minmax", NULL}, {"zscore", NULL}, {"distance", NULL}, {"percent_of_max", NULL}, {NULL, NULL}};
static const PeWord unused[] = {{"scale", "折算"}, {"full", "满分"}, {"zero", "零分"}, {NULL, NULL}};
static const PeWord effects[] = {{"cap_tier", NULL}, {"zero_score", NULL}, {"ineligible", NULL}, {NULL, NULL}};

static const PeSetting threshold[] = {
	VALUE,
	OPERAND("target", REQUIRED, PE_ANY_SIGN, NULL),
	NUMBER("full_points", REQUIRED, PE_ANY_SIGN, NULL),
	NUMBER("penalty", REQUIRED, PE_NOT_NEGATIVE, NULL),
	NUMBER("step", 0, PE_POSITIVE, "1"),
	NUMBER_OR_NONE("min_points", 0, PE_ANY_SIGN, "0"),
	CHOICE("mode", 0, "linear", step_modes),
	CHOICE("better", 0, "higher", directions),
	END
};

static const PeSetting proportional[] = {
	VALUE,
	OPERAND("target", REQUIRED, PE_ANY_SIGN, NULL),
	NUMBER("full_points", REQUIRED, PE_ANY_SIGN, NULL),
	NUMBER("low", 0, PE_ANY_SIGN, "0"),
	NUMBER("high", 0, PE_ANY_SIGN, "1"),
	OPERAND("start", 0, PE_ANY_SIGN, NULL),
	CHOICE("zero_target", 0, "not_applicable", zero_targets),
	END
};

static const PeSetting ceiling[] = {
	NUMBER("limit", REQUIRED, PE_ANY_SIGN, NULL),
	NUMBER("full_points", REQUIRED, PE_ANY_SIGN, NULL),
	NUMBER("penalty", REQUIRED, PE_NOT_NEGATIVE, NULL),
	NUMBER("step", 0, PE_POSITIVE, "1"),
	NUMBER_OR_NONE("min_points", 0, PE_ANY_SIGN, "0"),
	CHOICE("per", REQUIRED, NULL, pers),
	CHOICE("mode", 0, "linear", step_modes),
	OTHER("items", PE_SETTING_ITEMS, REQUIRED),
	END
};

static const PeSetting events[] = {
	VALUE,
	NUMBER("full_points", REQUIRED, PE_ANY_SIGN, NULL),
	NUMBER("penalty", REQUIRED, PE_NOT_NEGATIVE, NULL),
	NUMBER_OR_NONE("min_points", 0, PE_ANY_SIGN, "0"),
	OPERAND("pending", 0, PE_ANY_SIGN, NULL),
	CHOICE("count_pending", 0, "no", no_yes),
	END
};

static const PeSetting awards[] = {
	NUMBER("points", 0, PE_NOT_NEGATIVE, "1"),
	NUMBER_OR_NONE("cap_award", 0, PE_NOT_NEGATIVE, NULL),
	NUMBER_OR_NONE("cap_kind", 0, PE_NOT_NEGATIVE, NULL),
	OTHER("items", PE_SETTING_ITEMS, REQUIRED),
	END
};

static const PeSetting bands[] = {
	VALUE,
	OTHER("ranges", PE_SETTING_BANDS, REQUIRED),
	END
};

static const PeSetting interpolate[] = {
	VALUE,
	OTHER("xs", PE_SETTING_CURVE, REQUIRED),
	END
};

static const PeSetting ordinal[] = {
	VALUE,
	OTHER("words", PE_SETTING_WORDS, REQUIRED),
	END
};

static const PeSetting met[] = {
	VALUE,
	OTHER("ge", PE_SETTING_BOUNDS, REQUIRED),
	NUMBER("points", REQUIRED, PE_ANY_SIGN, NULL),
	NUMBER("otherwise", 0, PE_ANY_SIGN, "0"),
	END
};

static const PeSetting given[] = {
	VALUE,
	NUMBER_OR_NONE("min", 0, PE_ANY_SIGN, NULL),
	NUMBER_OR_NONE("max", 0, PE_ANY_SIGN, NULL),
	END
};

static const PeSetting constant[] = {
	NUMBER("points", REQUIRED, PE_ANY_SIGN, NULL),
	END
};

static const PeSetting achievement[] = {
	VALUE,
	OPERAND("base", 0, PE_ANY_SIGN, NULL),
	NUMBER("threshold", REQUIRED, PE_ANY_SIGN, NULL),
	NUMBER("benchmark", REQUIRED, PE_ANY_SIGN, NULL),
	NUMBER("full_points", 0, PE_POSITIVE, "10"),
	CHOICE("better", 0, "higher", directions),
	END
};

static const PeSetting improvement[] = {
	VALUE,
	OPERAND("base", REQUIRED, PE_ANY_SIGN, NULL),
	NUMBER("rate", REQUIRED, PE_NOT_NEGATIVE, NULL),
	NUMBER_OR_NONE("min_points", 0, PE_ANY_SIGN, "0"),
	NUMBER_OR_NONE("max_points", 0, PE_ANY_SIGN, NULL),
	CHOICE("change", 0, "absolute", changes),
	CHOICE("better", 0, "higher", directions),
	END
};

static const PeSetting timeliness[] = {
	VALUE,
	OPERAND("due", 0, PE_ANY_SIGN, "0"),
	NUMBER("grace", 0, PE_NOT_NEGATIVE, "0"),
	NUMBER("full_points", REQUIRED, PE_ANY_SIGN, NULL),
	NUMBER("penalty", REQUIRED, PE_NOT_NEGATIVE, NULL),
	NUMBER("step", 0, PE_POSITIVE, "1"),
	NUMBER_OR_NONE("min_points", 0, PE_ANY_SIGN, "0"),
	CHOICE("mode", 0, "ceil", step_modes),
	END
};

static const PeSetting normalise[] = {
	VALUE,
	NUMBER("low", 0, PE_ANY_SIGN, NULL),
	NUMBER("high", 0, PE_ANY_SIGN, NULL),
	NUMBER("mean", 0, PE_ANY_SIGN, NULL),
	NUMBER("deviation", 0, PE_NOT_NEGATIVE, NULL),
	NUMBER("full_points", 0, PE_POSITIVE, "100"),
	NUMBER("neutral", 0, PE_ANY_SIGN, "50"),
	CHOICE("method", REQUIRED, NULL, methods),
	CHOICE("clamp", 0, "no", no_yes),
	END
};

static const PeSetting formula[] = {
	OTHER("expression", PE_SETTING_FORMULA, REQUIRED),
	END
};

static const PeSetting mean[] = {
	NUMBER("total", 0, PE_POSITIVE, NULL),
	END
};

static const PeSetting nothing[] = {
	END
};

static const PeSetting budget[] = {
	NUMBER("full_points", 0, PE_POSITIVE, "100"),
	NUMBER("total", 0, PE_POSITIVE, NULL),
	CHOICE("unused", 0, "scale", unused),
	END
};

static const PeSetting list[] = {
	NUMBER_OR_NONE("cap_total", 0, PE_NOT_NEGATIVE, NULL),
	END
};

static const PeSetting coefficient[] = {
	OPERAND("coefficient", REQUIRED, PE_NOT_NEGATIVE, NULL),
	NUMBER_OR_NONE("low", 0, PE_NOT_NEGATIVE, NULL),
	NUMBER_OR_NONE("high", 0, PE_NOT_NEGATIVE, NULL),
	NUMBER_OR_NONE("max_points", 0, PE_ANY_SIGN, NULL),
	NUMBER_OR_NONE("otherwise", 0, PE_NOT_NEGATIVE, NULL),
	END
};

static const PeSetting clamp[] = {
	NUMBER_OR_NONE("low", 0, PE_ANY_SIGN, NULL),
	NUMBER_OR_NONE("high", 0, PE_ANY_SIGN, NULL),
	END
};

static const PeSetting limit[] = {
	VALUE,
	OTHER("ge", PE_SETTING_BOUNDS, REQUIRED),
	NUMBER("tier", 0, PE_POSITIVE, NULL),
	OTHER("for", PE_SETTING_TEXT, 0),
	CHOICE("effect", REQUIRED, NULL, effects),
	END
};

#define LEAF(name, zh, settings, end) \
	{name, zh, settings, (end) - PE_NCOMMON, 0, 0, false}
#define MANY(name, zh, settings, end) \
	{name, zh, settings, (end) - PE_NCOMMON, 1, INT16_MAX, true}
#define ONE(name, zh, settings, end) \
	{name, zh, settings, (end) - PE_NCOMMON, 1, 1, false}

const PeRuleInfo pe_rule_info[PE_NRULES] = {
	[PE_RULE_THRESHOLD] = LEAF("threshold", "达标扣分", threshold, PE_TH_END),
	[PE_RULE_PROPORTIONAL] = LEAF("proportional", "按比例得分", proportional, PE_PR_END),
	[PE_RULE_CEILING] = LEAF("ceiling", "超限扣分", ceiling, PE_CE_END),
	[PE_RULE_EVENTS] = LEAF("events", "按次扣分", events, PE_EV_END),
	[PE_RULE_AWARDS] = LEAF("awards", "按次计分", awards, PE_AW_END),
	[PE_RULE_BANDS] = LEAF("bands", "分档得分", bands, PE_BA_END),
	[PE_RULE_INTERPOLATE] = LEAF("interpolate", "插值得分", interpolate, PE_IN_END),
	[PE_RULE_ORDINAL] = LEAF("ordinal", "等级赋分", ordinal, PE_OR_END),
	[PE_RULE_MET] = LEAF("met", "达到得分", met, PE_ME_END),
	[PE_RULE_GIVEN] = LEAF("given", "直接评分", given, PE_GI_END),
	[PE_RULE_CONSTANT] = LEAF("constant", "基础分", constant, PE_CO_END),
	[PE_RULE_ACHIEVEMENT] = LEAF("achievement", "达成或进步", achievement, PE_AC_END),
	[PE_RULE_IMPROVEMENT] = LEAF("improvement", "比基期进步", improvement, PE_IM_END),
	[PE_RULE_TIMELINESS] = LEAF("timeliness", "时限", timeliness, PE_TI_END),
	[PE_RULE_NORMALISE] = LEAF("normalise", "标准化", normalise, PE_NO_END),
	[PE_RULE_FORMULA] = {"formula", "公式", formula, PE_FO_END - PE_NCOMMON, 0, INT16_MAX, false},
	[PE_RULE_WEIGHTED_MEAN] = MANY("weighted_mean", "加权平均", mean, PE_WM_END),
	[PE_RULE_GEOMETRIC_MEAN] = MANY("geometric_mean", "几何平均", mean, PE_WM_END),
	[PE_RULE_HARMONIC_MEAN] = MANY("harmonic_mean", "调和平均", mean, PE_WM_END),
	[PE_RULE_SUM] = MANY("sum", "合计", nothing, PE_NCOMMON),
	[PE_RULE_PRODUCT] = MANY("product", "连乘", nothing, PE_NCOMMON),
	[PE_RULE_MINIMUM] = MANY("minimum", "取低", nothing, PE_NCOMMON),
	[PE_RULE_MAXIMUM] = MANY("maximum", "取高", nothing, PE_NCOMMON),
	[PE_RULE_BUDGET] = MANY("budget", "分值分配", budget, PE_BU_END),
	[PE_RULE_DEDUCTIONS] = MANY("deductions", "扣分项", list, PE_LI_END),
	[PE_RULE_BONUS] = MANY("bonus", "加分项", list, PE_LI_END),
	[PE_RULE_COEFFICIENT] = ONE("coefficient", "系数", coefficient, PE_CF_END),
	[PE_RULE_CLAMP] = ONE("clamp", "上下限", clamp, PE_CL_END),
	[PE_RULE_LIMIT] = LEAF("limit", "一票否决", limit, PE_LM_END),
};

const char *const pe_bound_name[] = {NULL, "ge", "gt", "le", "lt"};
const char *const pe_round_name[] = {"half_up", "half_even", "floor", "ceil"};
const char *const pe_round_at_name[] = {NULL, "none", "indicator", "node", "final"};
const char *const pe_rank_basis_name[] = {NULL, "unrounded", "rounded"};
const char *const pe_flag_name[] = {
	NULL, "error", "coverage", "cap_tier", "zero_score", "ineligible",
	"pending", "neutral", "imputed"
};

const char *const pe_missing_name[] = {NULL, "renormalize", "zero", "strict", "impute"};

/* A list without an entry is 0, but a sum without one of its parts is none. */
PeMissing
pe_missing_policy(const PeNode *node)
{
	if (node->missing != PE_MISSING_UNSTATED)
		return (PeMissing) node->missing;
	switch ((PeRule) node->rule)
	{
		case PE_RULE_DEDUCTIONS:
		case PE_RULE_BONUS:
			return PE_MISSING_ZERO;
		case PE_RULE_SUM:
		case PE_RULE_PRODUCT:
			return PE_MISSING_STRICT;
		default:
			return PE_MISSING_RENORMALIZE;
	}
}

int
pe_op_arguments(const PeStep *step)
{
	switch ((PeOp) step->op)
	{
		case PE_OP_CONSTANT:
		case PE_OP_ITEM:
		case PE_OP_NODE:
		case PE_OP_PARAMETER:
			return 0;
		case PE_OP_MIN:
		case PE_OP_MAX:
		case PE_OP_COALESCE:
			return step->arg;
		case PE_OP_NEGATE:
		case PE_OP_ABS:
		case PE_OP_ROUND:
		case PE_OP_LN:
		case PE_OP_EXP:
		case PE_OP_OBSERVED:
		case PE_OP_NOT:
			return 1;
		case PE_OP_CLAMP:
		case PE_OP_IF:
			return 3;
		default:
			return 2;
	}
}
