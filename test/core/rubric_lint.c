/*
 * The lint of rubrics: each finding has a rubric that raises it and one, alike,
 * that does not; a whole scheme raises none; and what a node can amount to, as
 * the lint sees it, holds whatever a card says.
 */
#include <stdarg.h>
#include <time.h>

#include "evaluate.h"
#include "rubric_lint.h"
#include "rubric_range.h"
#include "rubric_text.h"

#include "lib/harness.h"

/* Rounding and order are stated, so that only the case itself is found. */
#define STATED "'rounding': {'at': 'final', 'digits': 2, 'mode': 'half_up', 'rank_basis': 'unrounded'}, "

/* Leaves that raise nothing, of items 1 and 2. */
#define PLAIN	"{'rule': 'given', 'item': 1, 'min': 0, 'max': 100}"
#define PLAIN2	"{'rule': 'given', 'item': 2, 'min': 0, 'max': 100}"

#define WEIGHTED(w1, w2, more) \
	"{'rule': 'weighted_mean', 'missing': 'strict'" more ", 'children': [" \
	"{'rule': 'given', 'item': 1, 'weight': " w1 "}, {'rule': 'given', 'item': 2, 'weight': " w2 "}]}"
#define MANY(rule, children) \
	"{'rule': '" rule "', 'missing': 'strict', 'children': [" children "]}"
#define LIST(rule, children) \
	"{'rule': '" rule "', 'missing': 'strict', 'cap_total': 5, 'children': [" children "]}"
#define RANGES(ranges) "{'rule': 'bands', 'item': 1, 'ranges': [" ranges "]}"
#define THRESHOLD(more) \
	"{'rule': 'threshold', 'item': 1, 'target': 95, 'full_points': 10" more "}"
#define WITH_LIMITS(root, limits) "{'rubric': 1, " STATED "'root': " root ", 'limits': [" limits "]}"
#define WITH_PARAMETERS(parameters, root) \
	"{'rubric': 1, " STATED "'parameters': {" parameters "}, 'root': " root "}"

static const struct Case
{
	const char *code;
	const char *raises;
	int32_t		number;			/* of the node it is raised at; -1: the document */
	const char *message;		/* NULL: any */
	const char *does_not;
}			cases[] = {
	/* weights */
	{"weight_sum", WEIGHTED("0.5", "0.45", ""), 0, "weights sum to 0.95, not to 1", WEIGHTED("0.55", "0.45", "")},
	{"weight_sum", WEIGHTED("0.05", "0", ""), 0, "weights sum to 0.05, not to 1", WEIGHTED("1", "0", "")},
	{"weight_sum", WEIGHTED("50", "49.99", ""), 0, "weights sum to 99.99, not to 100", WEIGHTED("50.01", "49.99", "")},
	{"weight_sum", WEIGHTED("1", "1", ""), 0, "weights sum to 2, not to 1", WEIGHTED("1", "1", ", 'total': 2")},
	{"weight_sum", WEIGHTED("50", "50", ", 'total': 90"), 0, "weights sum to 100, not to 90", WEIGHTED("40", "50", ", 'total': 90")},
	{"weight_sum", "{'rule': 'geometric_mean', 'round': {'digits': 2}, 'missing': 'strict', 'children': [{'rule': 'given', 'item': 1, 'weight': 0.5}, {'rule': 'given', 'item': 2}]}",
		0, "weights sum to 1.5, not to 1 (1 not stated, taken for 1)", MANY("harmonic_mean", PLAIN ", " PLAIN2)},
	{"weight_sum", "{'rule': 'budget', 'unused': 'scale', 'missing': 'strict', 'children': [{'rule': 'given', 'item': 1, 'weight': 70}, {'rule': 'given', 'item': 2, 'weight': 20}]}",
		0, "weights sum to 90, not to 100",
	"{'rule': 'budget', 'unused': 'scale', 'missing': 'strict', 'total': 90, 'children': [{'rule': 'given', 'item': 1, 'weight': 70}, {'rule': 'given', 'item': 2, 'weight': 20}]}"},
	{"weight_sum", WITH_PARAMETERS("'w': 0.4", WEIGHTED("{'parameter': 'w'}", "0.5", "")), 0,
		"weights sum to 0.9, not to 1", WITH_PARAMETERS("'w': null", WEIGHTED("{'parameter': 'w'}", "0.5", ""))},
	{"idle_weight", MANY("sum", "{'rule': 'given', 'item': 1, 'weight': 5}"), 1, NULL, MANY("weighted_mean", "{'rule': 'given', 'item': 1, 'weight': 1}")},
	{"idle_weight", "{'rule': 'given', 'item': 1, 'weight': 5}", 0, NULL, "{'rule': 'given', 'item': 1}"},

	/* bands */
	{"band_hole", RANGES("{'le': 3.33, 'points': 1}, {'ge': 3.34, 'points': 2}"), 0, "no range holds values above 3.33 and below 3.34",
	RANGES("{'lt': 3.34, 'points': 1}, {'ge': 3.34, 'points': 2}")},
	{"band_hole", RANGES("{'不满': 60, 'points': 1}, {'超过': 60, 'points': 2}"), 0, "no range holds the value 60",
	RANGES("{'不满': 60, 'points': 1}, {'以上': 60, 'points': 2}")},
	{"band_hole", RANGES("{'gt': 9, 'points': 3}, {'lt': 1, 'points': 1}, {'ge': 2, 'lt': 3, 'points': 2}"), 0,
		"no range holds values from 1 and below 2", RANGES("{'gt': 9, 'points': 3}, {'lt': 1, 'points': 1}, {'points': 2}")},
	{"band_end", RANGES("{'ge': 0, 'lt': 60, 'points': 1}, {'ge': 60, 'points': 2}"), 0, "no range holds values below 0",
	RANGES("{'lt': 60, 'points': 1}, {'ge': 60, 'points': 2}")},
	{"band_end", RANGES("{'lt': 60, 'points': 1}, {'ge': 60, 'le': 100, 'points': 2}"), 0, "no range holds values above 100",
	"{'rule': 'formula', 'expression': 'node(2)', 'children': [{'rule': 'given', 'node': 1, 'item': 1, 'min': 0, 'max': 100}, "
	"{'rule': 'bands', 'node': 2, 'value': {'node': 1}, 'ranges': [{'ge': 0, 'lt': 60, 'points': 1}, {'ge': 60, 'le': 100, 'points': 2}]}]}"},
	{"band_overlap", RANGES("{'le': 60, 'points': 1}, {'ge': 60, 'points': 2}"), 0, "ranges 1 and 2 both hold the value 60: range 1 counts",
	RANGES("{'le': 60, 'points': 1}, {'gt': 60, 'points': 2}")},
	{"band_overlap", RANGES("{'ge': 80, 'points': 2}, {'lt': 90, 'points': 1}"), 0, "ranges 1 and 2 both hold values from 80 and below 90: range 1 counts",
	RANGES("{'ge': 80, 'points': 2}, {'points': 1}")},
	{"band_overlap", RANGES("{'ge': 90, 'points': 2}, {'ge': 60, 'points': 1}, {'points': 0}"), 0, "ranges 1 and 2 both hold values from 90: range 1 counts",
	RANGES("{'ge': 90, 'points': 2}, {'ge': 60, 'lt': 90, 'points': 1}, {'points': 0}")},
	{"band_unreachable", RANGES("{'ge': 60, 'points': 1}, {'ge': 80, 'points': 2}, {'points': 0}"), 0, "range 2 never counts: ranges before it hold all its values",
	RANGES("{'ge': 80, 'points': 2}, {'ge': 60, 'lt': 80, 'points': 1}, {'points': 0}")},
	{"band_unreachable", RANGES("{'ge': 60, 'points': 1}, {'lt': 60, 'points': 2}, {'points': 0}"), 0, "range 3 never counts: ranges before it hold all its values",
	RANGES("{'ge': 60, 'points': 1}, {'le': 50, 'points': 2}, {'points': 0}")},
	{"not_monotonic", RANGES("{'ge': 60, 'lt': 80, 'points': 8}, {'ge': 80, 'points': 5}, {'lt': 60, 'points': 0}"), 0, "the points rise to 8 and then fall to 5",
	RANGES("{'ge': 60, 'lt': 80, 'points': 5}, {'ge': 80, 'points': 8}, {'lt': 60, 'points': 0}")},
	{"not_monotonic", "{'rule': 'bands', 'item': 1, 'cuts': [60, 80], 'points': [5, 0, 8]}", 0, "the points fall to 0 and then rise to 8",
	"{'rule': 'bands', 'item': 1, 'cuts': [60, 80], 'points': [8, 5, 5]}"},
	{"not_monotonic", "{'rule': 'interpolate', 'item': 1, 'xs': [1, 2, 3], 'ys': [0, 1.5, 1]}", 0, "the points rise to 1.5 and then fall to 1",
	"{'rule': 'interpolate', 'item': 1, 'xs': [1, 2, 3], 'ys': [0, 1, 1.5]}"},
	{"not_monotonic", "{'rule': 'ordinal', 'item': 1, 'words': [{'word': '好', 'points': 90}, {'word': '较好', 'points': 100}, {'word': '差', 'points': 0}]}", 0, NULL,
	"{'rule': 'ordinal', 'item': 1, 'words': [{'word': '好', 'points': 100}, {'word': '较好', 'points': 90}, {'word': '差', 'points': 0}]}"},

	/* what contradicts itself */
	{"bad_target", "{'rule': 'proportional', 'item': 1, 'target': -2, 'full_points': 10, 'high': 1, 'zero_target': 'full'}", 0, "a share of the target -2 cannot be taken",
	"{'rule': 'proportional', 'item': 1, 'target': -2, 'start': -5, 'full_points': 10, 'high': 1}"},
	{"reversed_scale", "{'rule': 'proportional', 'item': 1, 'target': 50, 'start': 100, 'full_points': 10, 'high': 1}", 0, "\"start\" 100 is above \"target\" 50: lower readings score more",
	"{'rule': 'proportional', 'item': 1, 'target': 100, 'start': 50, 'full_points': 10, 'high': 1}"},
	{"reversed_scale", "{'rule': 'normalise', 'item': 1, 'method': 'minmax', 'low': 10, 'high': 2}", 0, "\"low\" 10 is above \"high\" 2: lower readings score more",
	"{'rule': 'normalise', 'item': 1, 'method': 'minmax', 'low': 2, 'high': 10}"},
	{"reversed_sign", LIST("deductions", "{'rule': 'bands', 'item': 1, 'cuts': [60], 'points': [-5, 0]}"), 1, "this node is never above 0: as a deduction it adds points",
	LIST("deductions", "{'rule': 'bands', 'item': 1, 'cuts': [60], 'points': [5, 0]}")},
	{"reversed_sign", LIST("bonus", "{'rule': 'bands', 'item': 1, 'cuts': [60], 'points': [-5, -1]}"), 1, "this node is never above -1: as a bonus it takes points",
	LIST("bonus", "{'rule': 'bands', 'item': 1, 'cuts': [60], 'points': [0, 5]}")},

	/* what never counts */
	{"unreachable", "{'rule': 'formula', 'expression': 'node(1) * 2', 'children': [{'rule': 'given', 'node': 1, 'item': 1}, {'rule': 'given', 'node': 2, 'item': 2}]}", 2, NULL,
	"{'rule': 'formula', 'expression': 'node(1) * node(2)', 'children': [{'rule': 'given', 'node': 1, 'item': 1}, {'rule': 'given', 'node': 2, 'item': 2}]}"},
	{"unreachable", WEIGHTED("0", "1", ""), 1, "its weight is 0: this node never counts", WEIGHTED("0.5", "0.5", "")},
	{"unreachable", LIST("bonus", "{'rule': 'met', 'item': 1, 'ge': 1, 'points': 2, 'cap': 0}"), 1, "its cap is 0: this node never counts",
	LIST("bonus", "{'rule': 'met', 'item': 1, 'ge': 1, 'points': 2, 'cap': 1}")},
	{"unreachable", MANY("minimum", "{'rule': 'constant', 'points': 0}, " PLAIN ", " PLAIN2), 2, "this node never counts: it is never below /1, which is always 0",
	MANY("minimum", "{'rule': 'constant', 'points': 100}, " PLAIN ", " PLAIN2)},
	{"unreachable", MANY("maximum", PLAIN ", {'rule': 'constant', 'points': 100}"), 1, "this node never counts: it is never above /2, which is always 100",
	MANY("maximum", PLAIN ", {'rule': 'constant', 'points': 99.9}")},
	{"always_struck", WITH_LIMITS("{'rule': 'events', 'item': 1, 'full_points': 5, 'penalty': 1, 'min_points': 0}", "{'rule': 'limit', 'item': 1, 'ge': 0, 'effect': 'zero_score'}"), 1, NULL,
	WITH_LIMITS("{'rule': 'events', 'item': 1, 'full_points': 5, 'penalty': 1, 'min_points': 0}", "{'rule': 'limit', 'item': 1, 'gt': 0, 'effect': 'zero_score'}")},
	{"always_struck", WITH_LIMITS(PLAIN, "{'rule': 'limit', 'value': {'node': 0}, '以下': 100, 'effect': 'zero_score'}"), 1, NULL,
	WITH_LIMITS(PLAIN, "{'rule': 'limit', 'value': {'node': 0}, '不满': 100, 'effect': 'zero_score'}")},
	{"never_struck", WITH_LIMITS(PLAIN, "{'rule': 'limit', 'value': {'node': 0}, '超过': 100, 'effect': 'zero_score'}"), 1, NULL,
	WITH_LIMITS(PLAIN, "{'rule': 'limit', 'value': {'node': 0}, '以上': 100, 'effect': 'zero_score'}")},
	{"never_struck", WITH_LIMITS(PLAIN, "{'rule': 'limit', 'item': 1, '不满': 0, 'effect': 'zero_score'}"), 1, NULL,
	WITH_LIMITS(PLAIN, "{'rule': 'limit', 'item': 1, '以下': 0, 'effect': 'zero_score'}")},
	{"never_struck", WITH_LIMITS("{'rule': 'ordinal', 'item': 1, 'words': [{'word': '好', 'points': 1}, {'word': '差', 'points': 0}]}", "{'rule': 'limit', 'item': 1, 'ge': 3, 'effect': 'zero_score'}"), 1, NULL,
	WITH_LIMITS("{'rule': 'ordinal', 'item': 1, 'words': [{'word': '好', 'points': 1}, {'word': '差', 'points': 0}]}", "{'rule': 'limit', 'item': 1, 'ge': 2, 'effect': 'zero_score'}")},

	/* what cannot lose a point */
	{"no_loss", THRESHOLD(", 'penalty': 0, 'min_points': 0, 'mode': 'floor', 'better': 'higher'"), 0, "this node is always 10: no reading can gain or lose a point",
	THRESHOLD(", 'penalty': 0.01, 'min_points': 0, 'mode': 'floor', 'better': 'higher'")},
	{"no_loss", THRESHOLD(", 'penalty': 2, 'min_points': 10, 'mode': 'floor', 'better': 'higher'"), 0, NULL,
	THRESHOLD(", 'penalty': 2, 'min_points': 9.99, 'mode': 'floor', 'better': 'higher'")},
	{"no_loss", "{'rule': 'met', 'item': 1, 'ge': 1, 'points': 5, 'otherwise': 5}", 0, NULL, "{'rule': 'met', 'item': 1, 'ge': 1, 'points': 5, 'otherwise': -5}"},
	{"no_loss", "{'rule': 'bands', 'item': 1, 'cuts': [1, 2], 'points': [5, 5, 5.0]}", 0, NULL, "{'rule': 'bands', 'item': 1, 'cuts': [1, 2], 'points': [5, 5, 6]}"},
	{"no_loss", "{'rule': 'timeliness', 'item': 1, 'full_points': 5, 'penalty': 0, 'min_points': null, 'mode': 'ceil'}", 0, NULL,
	"{'rule': 'timeliness', 'item': 1, 'full_points': 5, 'penalty': 1, 'min_points': null, 'mode': 'ceil'}"},
	{"no_loss", "{'rule': 'ceiling', 'items': [1, 2], 'limit': 1, 'full_points': 5, 'penalty': 0, 'per': 'occurrence', 'min_points': null}", 0, NULL,
	"{'rule': 'ceiling', 'items': [1, 2], 'limit': 1, 'full_points': 5, 'penalty': 1, 'per': 'occurrence', 'min_points': null}"},
	{"no_loss", "{'rule': 'clamp', 'low': 60, 'high': 60, 'children': [" PLAIN "]}", 0, NULL, "{'rule': 'clamp', 'low': 60, 'high': 61, 'children': [" PLAIN "]}"},
	{"no_loss", "{'rule': 'clamp', 'low': 100, 'children': [" PLAIN "]}", 0, NULL, "{'rule': 'clamp', 'high': 100, 'children': [" PLAIN "]}"},
	{"no_loss", "{'rule': 'improvement', 'item': 1, 'base': {'item': 2}, 'rate': 0, 'min_points': 0, 'max_points': null, 'change': 'absolute', 'better': 'lower'}", 0, NULL,
	"{'rule': 'improvement', 'item': 1, 'base': {'item': 2}, 'rate': 1, 'min_points': 0, 'max_points': null, 'change': 'absolute', 'better': 'lower'}"},
	{"no_loss", "{'rule': 'awards', 'item': 1, 'points': 0}", 0, NULL, "{'rule': 'awards', 'item': 1, 'points': 0.1}"},
	{"no_loss", "{'rule': 'proportional', 'item': 1, 'target': 20, 'full_points': 10, 'low': 1, 'high': 1}", 0, NULL,
	"{'rule': 'proportional', 'item': 1, 'target': 20, 'full_points': 10, 'low': 0.9, 'high': 1}"},
	{"no_loss", "{'rule': 'normalise', 'item': 1, 'method': 'zscore', 'mean': 5, 'deviation': 0}", 0, "this node is always 50: no reading can gain or lose a point",
	"{'rule': 'normalise', 'item': 1, 'method': 'zscore', 'mean': 5, 'deviation': 1}"},
	{"no_loss", "{'rule': 'met', 'item': 1, 'ge': 1, 'points': 0.4, 'round': {'digits': 0}}", 0, "this node is always 0: no reading can gain or lose a point",
	"{'rule': 'met', 'item': 1, 'ge': 1, 'points': 0.5, 'round': {'digits': 0}}"},
	{"no_loss", "{'rule': 'formula', 'expression': 'min(10, max(10, item(1)))'}", 0, NULL, "{'rule': 'formula', 'expression': 'min(11, max(10, item(1)))'}"},
	{"no_loss", "{'rule': 'formula', 'expression': 'item(1) * 0'}", 0, NULL, "{'rule': 'formula', 'expression': '10 * 2 / 5'}"},

	/* twice, parameters, coefficients */
	{"duplicate_item", MANY("sum", PLAIN ", {'rule': 'sum', 'missing': 'strict', 'children': [" PLAIN "]}"), 3, "item 1 is scored by /1 already",
	MANY("sum", PLAIN ", {'rule': 'sum', 'missing': 'strict', 'children': [" PLAIN2 "]}")},
	{"duplicate_item", "{'rule': 'awards', 'items': [7, 8, 7, 7], 'points': 1}", 0, "item 7 stands twice in its list", "{'rule': 'awards', 'items': [7, 8, 9], 'points': 1}"},
	{"unused_parameter", WITH_PARAMETERS("'x': 5", PLAIN), -1, "nothing uses the parameter \"x\"",
	WITH_PARAMETERS("'x': 5", "{'rule': 'constant', 'points': {'parameter': 'x'}}")},
	{"unbound_parameter", WITH_PARAMETERS("'x': null", MANY("sum", "{'rule': 'formula', 'expression': 'parameter(x)'}")), -1,
		"the parameter \"x\" has no number yet, and /1 uses it", WITH_PARAMETERS("'x': 5", MANY("sum", "{'rule': 'formula', 'expression': 'parameter(x)'}"))},
	{"unbound_parameter", "{'rubric': 1, " STATED "'parameters': {'x': null}, 'root': " PLAIN ", 'limits': [{'rule': 'limit', 'item': 5, 'ge': {'parameter': 'x'}, 'effect': 'zero_score'}]}", -1,
		"the parameter \"x\" has no number yet, and /limits/1 uses it",
	"{'rubric': 1, " STATED "'parameters': {'x': 1}, 'root': " PLAIN ", 'limits': [{'rule': 'limit', 'item': 5, 'ge': {'parameter': 'x'}, 'effect': 'zero_score'}]}"},
	{"unbounded_coefficient", "{'rule': 'coefficient', 'coefficient': {'item': 5}, 'max_points': 100, 'low': 0.8, 'children': [" PLAIN "]}", 0, "the coefficient is a reading without an upper bound",
	"{'rule': 'coefficient', 'coefficient': {'item': 5}, 'max_points': 100, 'low': 0.8, 'high': null, 'children': [" PLAIN "]}"},

	/* open choices */
	{"open_choice", "{'rubric': 1, 'rounding': {'digits': 2, 'mode': 'ceil', 'rank_basis': 'rounded'}, 'root': " PLAIN "}", -1, "\"rounding.at\" is not stated: \"final\" holds",
	"{'rubric': 1, 'rounding': {'at': 'none'}, 'root': " PLAIN "}"},
	{"open_choice", "{'rubric': 1, 'rounding': {'at': 'node', 'mode': 'ceil', 'rank_basis': 'rounded'}, 'root': " PLAIN "}", -1, "\"rounding.digits\" is not stated: 2 holds", PLAIN},
	{"open_choice", "{'rubric': 1, 'rounding': {'at': 'node', 'digits': 2, 'rank_basis': 'rounded'}, 'root': " PLAIN "}", -1, "\"rounding.mode\" is not stated: \"half_up\" holds", PLAIN},
	{"open_choice", "{'rubric': 1, 'rounding': {'at': 'node', 'digits': 2, 'mode': 'ceil'}, 'root': " PLAIN "}", -1, "\"rounding.rank_basis\" is not stated: \"unrounded\" holds", PLAIN},
	{"open_choice", THRESHOLD(", 'penalty': 2, 'min_points': 0, 'better': 'higher'"), 0, "\"mode\" is not stated: \"linear\" holds",
	THRESHOLD(", 'penalty': 2, 'min_points': null, 'mode': 'ceil', 'better': 'higher'")},
	{"open_choice", THRESHOLD(", 'penalty': 2, 'mode': 'floor', 'better': 'higher'"), 0, "\"min_points\" is not stated: 0 holds",
	THRESHOLD(", 'penalty': 2, 'mode': 'floor', 'min_points': -10, 'better': 'higher'")},
	{"open_choice", THRESHOLD(", 'penalty': 2, 'mode': 'floor', 'min_points': 0"), 0, "\"better\" is not stated: \"higher\" holds",
	THRESHOLD(", 'penalty': 2, 'mode': 'floor', 'min_points': 0, 'better': 'lower'")},
	{"open_choice", "{'rule': 'timeliness', 'item': 1, 'full_points': 5, 'penalty': 1, 'min_points': 0}", 0, "\"mode\" is not stated: \"ceil\" holds",
	"{'rule': 'timeliness', 'item': 1, 'full_points': 5, 'penalty': 1, 'min_points': 0, 'mode': 'linear'}"},
	{"open_choice", "{'rule': 'timeliness', 'item': 1, 'full_points': 5, 'penalty': 1, 'mode': 'linear'}", 0, "\"min_points\" is not stated: 0 holds",
	"{'rule': 'timeliness', 'item': 1, 'full_points': 5, 'penalty': 1, 'min_points': 1, 'mode': 'linear'}"},
	{"open_choice", "{'rule': 'ceiling', 'item': 1, 'limit': 1, 'full_points': 5, 'penalty': 3, 'per': 'point', 'min_points': 0}", 0, "\"mode\" is not stated: \"linear\" holds",
	"{'rule': 'ceiling', 'item': 1, 'limit': 1, 'full_points': 5, 'penalty': 3, 'per': 'occurrence', 'min_points': 0}"},
	{"open_choice", "{'rule': 'ceiling', 'item': 1, 'limit': 1, 'full_points': 5, 'penalty': 3, 'per': 'occurrence'}", 0, "\"min_points\" is not stated: 0 holds",
	"{'rule': 'ceiling', 'item': 1, 'limit': 1, 'full_points': 5, 'penalty': 3, 'per': 'point', 'mode': 'ceil', 'min_points': 0}"},
	{"open_choice", "{'rule': 'events', 'item': 1, 'full_points': 5, 'penalty': 3}", 0, "\"min_points\" is not stated: 0 holds",
	"{'rule': 'events', 'item': 1, 'full_points': 5, 'penalty': 3, 'min_points': 0}"},
	{"open_choice", "{'rule': 'events', 'item': 1, 'full_points': 5, 'penalty': 3, 'min_points': 0, 'pending': {'item': 2}}", 0, "\"count_pending\" is not stated: \"no\" holds",
	"{'rule': 'events', 'item': 1, 'full_points': 5, 'penalty': 3, 'min_points': 0, 'pending': {'item': 2}, 'count_pending': 'yes'}"},
	{"open_choice", "{'rule': 'proportional', 'item': 1, 'target': 20, 'full_points': 10}", 0, "\"high\" is not stated: 1 holds",
	"{'rule': 'proportional', 'item': 1, 'target': 20, 'full_points': 10, 'high': 1.15}"},
	{"open_choice", "{'rule': 'proportional', 'item': 1, 'target': {'item': 2}, 'full_points': 10, 'high': 1}", 0, "\"zero_target\" is not stated: \"not_applicable\" holds",
	"{'rule': 'proportional', 'item': 1, 'target': {'item': 2}, 'full_points': 10, 'high': 1, 'start': 5}"},
	{"open_choice", "{'rule': 'improvement', 'item': 1, 'base': 3, 'rate': 2, 'min_points': 0, 'max_points': 5, 'better': 'lower'}", 0, "\"change\" is not stated: \"absolute\" holds",
	"{'rule': 'improvement', 'item': 1, 'base': 3, 'rate': 2, 'min_points': 0, 'max_points': 5, 'better': 'lower', 'change': 'relative'}"},
	{"open_choice", "{'rule': 'improvement', 'item': 1, 'base': 3, 'rate': 2, 'min_points': 0, 'change': 'absolute', 'better': 'lower'}", 0, "\"max_points\" is not stated: there is none",
	"{'rule': 'improvement', 'item': 1, 'base': 3, 'rate': 2, 'min_points': 0, 'max_points': null, 'change': 'absolute', 'better': 'lower'}"},
	{"open_choice", "{'rule': 'improvement', 'item': 1, 'base': 3, 'rate': 2, 'max_points': 5, 'change': 'absolute', 'better': 'lower'}", 0, "\"min_points\" is not stated: 0 holds",
	"{'rule': 'improvement', 'item': 1, 'base': 3, 'rate': 2, 'min_points': null, 'max_points': 5, 'change': 'absolute', 'better': 'lower'}"},
	{"open_choice", "{'rule': 'improvement', 'item': 1, 'base': 3, 'rate': 2, 'min_points': 0, 'max_points': 5, 'change': 'absolute'}", 0, "\"better\" is not stated: \"higher\" holds",
	"{'rule': 'improvement', 'item': 1, 'base': 3, 'rate': 2, 'min_points': 0, 'max_points': 5, 'change': 'absolute', 'better': 'higher'}"},
	{"open_choice", "{'rule': 'achievement', 'item': 1, 'threshold': 50, 'benchmark': 90}", 0, "\"better\" is not stated: \"higher\" holds",
	"{'rule': 'achievement', 'item': 1, 'threshold': 50, 'benchmark': 90, 'better': 'higher'}"},
	{"open_choice", "{'rule': 'minimum', 'children': [" PLAIN "]}", 0, "\"missing\" is not stated: \"renormalize\" holds", "{'rule': 'minimum', 'children': [{'rule': 'constant', 'points': 5}]}"},
	{"open_choice", "{'rule': 'sum', 'children': [" PLAIN "]}", 0, "\"missing\" is not stated: \"strict\" holds", "{'rule': 'sum', 'children': [{'rule': 'constant', 'points': 5}]}"},
	{"open_choice", "{'rule': 'bonus', 'cap_total': 5, 'children': [{'rule': 'met', 'item': 1, 'ge': 1, 'points': 2}]}", 0, "\"missing\" is not stated: \"zero\" holds",
	"{'rule': 'bonus', 'cap_total': 5, 'missing': 'zero', 'children': [{'rule': 'met', 'item': 1, 'ge': 1, 'points': 2}]}"},
	{"open_choice", "{'rule': 'budget', 'missing': 'strict', 'children': [{'rule': 'given', 'item': 1, 'weight': 100}]}", 0, "\"unused\" is not stated: \"scale\" holds",
	"{'rule': 'budget', 'unused': 'zero', 'missing': 'strict', 'children': [{'rule': 'given', 'item': 1, 'weight': 100}]}"},
	{"open_choice", "{'rule': 'deductions', 'missing': 'zero', 'children': [" PLAIN "]}", 0, "\"cap_total\" is not stated: there is none",
	"{'rule': 'deductions', 'missing': 'zero', 'cap_total': null, 'children': [" PLAIN "]}"},
	{"open_choice", LIST("bonus", "{'rule': 'awards', 'item': 1}"), 1, "neither \"cap_award\" nor \"cap_kind\" is stated: there is none",
	LIST("bonus", "{'rule': 'awards', 'item': 1, 'cap_kind': 1}")},
	{"open_choice", LIST("bonus", "{'rule': 'given', 'item': 1}"), 1, "\"cap\" is not stated: there is none",
	LIST("bonus", "{'rule': 'given', 'item': 1, 'cap': 2}, {'rule': 'awards', 'item': 2, 'cap_award': null}")},
	{"open_choice", "{'rule': 'coefficient', 'coefficient': 1.1, 'children': [" PLAIN "]}", 0, "\"max_points\" is not stated: there is none",
	"{'rule': 'coefficient', 'coefficient': 1.1, 'max_points': null, 'children': [" PLAIN "]}"},
	{"open_choice", WITH_LIMITS(PLAIN, "{'rule': 'limit', 'item': 5, 'ge': 1, 'effect': 'ineligible'}"), 1, "\"for\" is not stated: there is none",
	WITH_LIMITS(PLAIN, "{'rule': 'limit', 'item': 5, 'ge': 1, 'effect': 'ineligible', 'for': '评优'}")},
};

/* Nantong: 70/20/10, a list of deductions, four kinds of bonus, a veto. */
static const char nantong[] =
"{'rubric': 1, 'label': '机关绩效', " STATED
"'parameters': {'due': 15},"
"'root': {'rule': 'clamp', 'low': 0, 'high': 104, 'children': ["
" {'rule': 'sum', 'missing': 'strict', 'children': ["
"  {'rule': 'budget', 'unused': 'scale', 'missing': 'renormalize:0.6', 'children': ["
"   {'rule': 'weighted_mean', 'label': '重点', 'weight': 70, 'missing': 'renormalize:0.5', 'children': ["
"    {'rule': 'threshold', 'item': 101, 'target': 95, 'full_points': 100, 'penalty': 2, 'min_points': 0, 'mode': 'linear', 'better': 'higher', 'weight': 0.5},"
"    {'rule': 'proportional', 'item': 102, 'target': {'item': 103}, 'full_points': 100, 'high': 1, 'zero_target': 'not_applicable', 'weight': 0.3},"
"    {'rule': 'bands', 'item': 104, 'ranges': [{'以上': 90, 'points': 100}, {'以上': 60, '不满': 90, 'points': 60}, {'不满': 60, 'points': 0}], 'weight': 0.2}]},"
"   {'rule': 'weighted_mean', 'label': '常规', 'weight': 20, 'missing': 'zero', 'children': ["
"    {'rule': 'timeliness', 'item': 111, 'due': {'parameter': 'due'}, 'full_points': 100, 'penalty': 5, 'min_points': 0, 'mode': 'ceil'},"
"    {'rule': 'ordinal', 'item': 112, 'words': [{'word': '很满意', 'points': 100}, {'word': '满意', 'points': 80}, {'word': '不满意', 'points': 0}]}]},"
"   {'rule': 'given', 'label': '动态', 'weight': 10, 'item': 121, 'min': 0, 'max': 100}]},"
"  {'rule': 'deductions', 'label': '负面清单', 'missing': 'zero', 'cap_total': null, 'children': ["
"   {'rule': 'awards', 'label': '安全生产', 'item': 201, 'points': 0.5, 'cap': 2},"
"   {'rule': 'awards', 'label': '差错', 'items': [202, 203], 'points': 3},"
"   {'rule': 'given', 'label': '编制', 'item': 204, 'min': 0, 'max': 3}]},"
"  {'rule': 'bonus', 'label': '加分', 'missing': 'zero', 'cap_total': 4, 'children': ["
"   {'rule': 'awards', 'items': [301, 302], 'cap_kind': 1}, {'rule': 'awards', 'item': 303, 'cap_kind': 1},"
"   {'rule': 'awards', 'item': 304, 'cap_kind': 1}, {'rule': 'met', 'item': 305, '以上': 2, 'points': 1}]}]}]},"
"'limits': [{'rule': 'limit', 'item': 401, '以上': 1, 'effect': 'cap_tier', 'tier': 4},"
" {'rule': 'limit', 'value': {'node': 0}, '不满': 60, 'effect': 'ineligible', 'for': '评优'}]}";

/* Quotes turned, and a bare node made a document. */
static const char *
document_of(const char *text)
{
	char	   *document = piece(strlen(text) + sizeof(STATED) + 64);
	char	   *at;

	if (strncmp(text, "{'rubric'", 9) == 0)
		strcpy(document, text);
	else
		sprintf(document, "{'rubric': 1, %s'root': %s}", STATED, text);
	for (at = document; *at; at++)
		if (*at == '\'')
			*at = '"';
	return document;
}

static bool
open_text(const char *text, PeRubric *rubric, void **data)
{
	PeRubricError error = {0};
	const char *document = document_of(text);
	PeRubricHeader *header = pe_rubric_parse(&arena, document, &error);

	if (!header)
	{
		printf("# %s\n# %s\n", document, error.message);
		return false;
	}
	*data = header;
	pe_rubric_open(rubric, header);
	return true;
}

static void
said(const PeRubric *rubric, const PeFinding *finding)
{
	printf("# %s, %s at %d: %s\n", finding->code, pe_severity_name[finding->severity],
		   finding->node < 0 ? -1 : rubric->nodes[finding->node].number, finding->message);
}

static PeSeverity
severity_of(const char *code)
{
	static const char *const errors[] = {"weight_sum", "band_hole", "bad_target"};

	for (size_t i = 0; i < sizeof(errors) / sizeof(errors[0]); i++)
		if (strcmp(code, errors[i]) == 0)
			return PE_LINT_ERROR;
	return strcmp(code, "open_choice") == 0 ? PE_LINT_CHOICE : PE_LINT_WARNING;
}

/* How often the code is found; as the case has it, among them? */
static int
found(const char *text, const struct Case *it, bool *as_said)
{
	PeRubric	rubric;
	PeFinding  *findings;
	void	   *data;
	int32_t		n;
	int			count = 0;

	if (!open_text(text, &rubric, &data))
		return -1;
	findings = pe_rubric_lint(&arena, &rubric, &n);
	for (int32_t i = 0; i < n; i++)
	{
		int32_t		number = findings[i].node < 0 ? -1 : rubric.nodes[findings[i].node].number;

		if (strcmp(findings[i].code, it->code) != 0)
			continue;
		count++;
		if (number == it->number && findings[i].severity == severity_of(it->code) &&
			(!it->message || strcmp(findings[i].message, it->message) == 0))
			*as_said = true;
	}
	for (int32_t i = 0; !*as_said && i < n; i++)
		said(&rubric, &findings[i]);
	return count;
}

/*
 * Rubrics at random, as text, and cards for them: no node has a value outside
 * of its range, and one that is sure to have a value has one.
 */
#define RUBRICS		3000
#define CARDS		10
#define ITEMS		8

static char writing[200000];
static size_t written;
static int	done_nodes[200];
static int	ndone;
static int	nnodes;

static void __attribute__((format(printf, 1, 2)))
put(const char *format,...)
{
	va_list		list;

	va_start(list, format);
	written += (size_t) vsnprintf(writing + written, sizeof(writing) - written, format, list);
	va_end(list);
}

static void
put_number(const char *key, int low, int high)
{
	int			number = low * 2 + (int) draw((uint64_t) (high - low) * 2 + 1);

	put(", '%s': %s%d%s", key, number < 0 ? "-" : "", abs(number) / 2, number % 2 ? ".5" : "");
}

static void
put_operand(const char *key)
{
	switch (draw(8))
	{
		case 0:
			put_number(key, -3, 9);
			break;
		case 1:
			put(", '%s': {'parameter': '%s'}", key, draw(4) ? "known" : "unknown");
			break;
		case 2:
			if (ndone > 0)
			{
				put(", '%s': {'node': %d}", key, done_nodes[draw((uint64_t) ndone)]);
				break;
			}
			/* FALLTHROUGH */
		default:
			put(", '%s': {'item': %d}", key, (int) draw(ITEMS) + 1);
			break;
	}
}

static void
put_word(const char *key, const char *words)
{
	const char *word = words;

	if (draw(3) == 0)
		return;
	for (uint64_t skip = draw(3); skip > 0; skip--)
		word = strchr(word, ' ') ? strchr(word, ' ') + 1 : words;
	put(", '%s': '%.*s'", key, (int) strcspn(word, " "), word);
}

/* full points and what is taken off */
static void
put_points(void)
{
	put_number("full_points", 5, 10);
	put_number("penalty", draw(4) ? 1 : 0, draw(4) ? 3 : 1);
	if (draw(2))
		put(", 'min_points': %s", draw(2) ? "null" : draw(2) ? "-2.5" : "4");
}

static void
put_formula(void)
{
	static const char *const texts[] = {
		"item(%d) * 2 - item(%d)", "min(10, item(%d), max(item(%d), -2))",
		"clamp(item(%d), -1, 5) / clamp(item(%d), 1, 3)",
		"abs(clamp(item(%d), -4, 2)) + round(item(%d) / 3, 1)",
		"if(item(%d) > 3, 5, floor(clamp(item(%d), 0, 9)))",
		"coalesce(item(%d), 0 - ceil(abs(item(%d))))",
		"if(not observed(item(%d)) or item(%d) <= 1, 1, 2)",
		"power(abs(item(%d)) + 1, 2, 3) - exp(clamp(item(%d), 0, 2), 2) * parameter(known)",
	};
	int			a = (int) draw(ITEMS) + 1;
	int			b = (int) draw(ITEMS) + 1;

	put(", 'expression': '");
	if (ndone > 0 && draw(3) == 0)
		put("-node(%d) * (node(%d) - %d)", done_nodes[draw((uint64_t) ndone)],
			done_nodes[draw((uint64_t) ndone)], a);
	else
		put(texts[draw(sizeof(texts) / sizeof(texts[0]))], a, b);
	put("'");
}

static void
put_leaf(void)
{
	static const char *const names[] = {
		"threshold", "proportional", "ceiling", "events", "awards", "bands", "bands",
		"interpolate", "ordinal", "met", "given", "constant", "achievement",
		"improvement", "timeliness", "normalise", "formula"
	};
	uint64_t	which = draw(17);

	put("'rule': '%s'", names[which]);
	if (which != 2 && which != 4 && which != 11 && which != 16)
		put_operand("value");
	switch (which)
	{
		case 0:
			put_operand("target");
			put_points();
			put_word("mode", "linear floor ceil");
			put_word("better", "higher lower");
			if (draw(2))
				put(", 'step': 0.3");
			break;
		case 1:
			put_operand("target");
			put_number("full_points", -2, 10);
			put_number("low", -1, 1);
			put_number("high", 1, 2);
			if (draw(2))
				put(", 'start': {'item': 3}");
			put_word("zero_target", "not_applicable full");
			break;
		case 2:
			put(", 'items': [1, 2, 5]");
			put_number("limit", 0, 3);
			put_points();
			put(", 'per': '%s'", draw(2) ? "occurrence" : "point");
			put_word("mode", "linear floor ceil");
			break;
		case 3:
			put_points();
			if (draw(2))
				put_operand("pending");
			put_word("count_pending", "no yes");
			break;
		case 4:
			put(", 'items': [3, 4]");
			if (draw(2))
				put_number("points", 0, 2);
			if (draw(2))
				put_number("cap_award", 0, 3);
			if (draw(2))
				put_number("cap_kind", 0, 3);
			break;
		case 5:
			put(", 'cuts': [1, 4.5], 'points': [0, %d, %d]", (int) draw(3), (int) draw(9) - 2);
			break;
		case 6:
			put(", 'ranges': [{'le': 2, 'points': 3}, {'gt': 5, 'points': 1}%s]",
				draw(2) ? ", {'points': -1}" : "");
			break;
		case 7:
			put(", 'xs': [1, 2, 5], 'ys': [%d, 1, 2]", (int) draw(4));
			break;
		case 8:
			put(", 'words': [{'word': 'a', 'points': 9}, {'word': 'b', 'points': %d}]", (int) draw(2) * 9);
			break;
		case 9:
			put(", '%s': 2", draw(2) ? "gt" : "以上");
			if (draw(2))
				put(", '%s': 4", draw(2) ? "lt" : "le");
			put_number("points", -2, 9);
			put_number("otherwise", -2, 9);
			break;
		case 10:
			if (draw(2))
				put_number("min", -3, 0);
			if (draw(2))
				put_number("max", 0, 9);
			break;
		case 11:
			put_number("points", -2, 9);
			break;
		case 12:
			put(", 'threshold': 2, 'benchmark': 6");
			if (draw(2))
				put_operand("base");
			if (draw(2))
				put_number("full_points", 1, 9);
			break;
		case 13:
			put_operand("base");
			put_number("rate", 0, 3);
			put(", 'min_points': %s, 'max_points': %s", draw(2) ? "null" : "-1", draw(2) ? "null" : "3");
			put_word("change", "absolute relative");
			put_word("better", "higher lower");
			break;
		case 14:
			put_points();
			if (draw(2))
				put_operand("due");
			put_number("grace", 0, 2);
			put_word("mode", "linear floor ceil");
			break;
		case 15:
			if (draw(3) == 0)
				put(", 'method': 'zscore', 'mean': 3, 'deviation': %d", (int) draw(3));
			else if (draw(2))
				put(", 'method': 'percent_of_max', 'high': %d", (int) draw(5) - 1);
			else
				put(", 'method': '%s', 'low': 3, 'high': %d", draw(2) ? "minmax" : "distance", (int) draw(7));
			put_number("full_points", 1, 9);
			put_word("clamp", "no yes");
			break;
		default:
			put_formula();
			break;
	}
}

static void put_node(int depth, bool listed);

static void
put_inner(int depth)
{
	static const char *const names[] = {
		"weighted_mean", "geometric_mean", "harmonic_mean", "sum", "product", "minimum",
		"maximum", "budget", "deductions", "bonus", "coefficient", "clamp"
	};
	uint64_t	which = draw(12);
	uint64_t	n = which < 10 ? draw(4) + 1 : 1;

	put("'rule': '%s'", names[which]);
	if (which == 1)
		put(", 'round': {'digits': 2}");
	if (which < 10 && draw(3))
		put(", 'missing': '%s'", draw(2) ? draw(2) ? "zero" : "strict" :
			draw(2) ? "impute:-1.5" : "renormalize:0.5");
	if (which == 7)
	{
		put_number("full_points", 1, 20);
		put_word("unused", "scale full zero");
	}
	if ((which == 8 || which == 9) && draw(2))
		put_number("cap_total", 0, 3);
	if (which == 10)
	{
		if (draw(2))
			put(", 'coefficient': 1.5");
		else
			put(", 'coefficient': {'item': 6}, 'low': 0.5, 'high': %s%s",
				draw(2) ? "1.5" : "null", draw(2) ? ", 'otherwise': 2" : "");
		if (draw(2))
			put_number("max_points", -1, 9);
	}
	if (which == 11)
	{
		put_number("low", -2, 1);
		put_number("high", 1, 9);
	}
	put(", 'children': [");
	for (uint64_t i = 0; i < n; i++)
	{
		if (i > 0)
			put(", ");
		put_node(depth + 1, which == 8 || which == 9);
	}
	put("]");
}

static void
put_node(int depth, bool listed)
{
	int			number = nnodes++;

	put("{");
	if (depth > 3 || (depth > 0 && draw(2)) || nnodes > 100)
		put_leaf();
	else
		put_inner(depth);
	if (draw(3) == 0)
		put_number("weight", 0, 3);
	if (listed && draw(2))
		put_number("cap", 0, 3);
	put("}");
	done_nodes[ndone++] = number;
}

static char *
draw_card(void)
{
	PeEntry		entries[ITEMS];
	int32_t		n = 0;
	char	   *data;

	for (int32_t item = 1; item <= ITEMS; item++)
	{
		PeEntry    *entry = &entries[n];

		if (draw(8) == 0)
			continue;
		memset(entry, 0, sizeof(*entry));
		entry->item = item;
		entry->status = (uint8_t) (draw(8) ? PE_OK : draw(5));
		if (entry->status == PE_OK)
		{
			entry->scale = draw(2) ? 1 : 0;
			entry->number = (PeInt128) draw(entry->scale ? 80 : 8) - (draw(8) ? 0 : 20);
		}
		else if (entry->status == PE_ERROR)
			entry->number = 7;
		pe_entry_normalize(entry);
		n++;
	}
	data = piece(pe_card_size(entries, n));
	pe_card_write(data, entries, n);
	return data;
}

static bool
within(PeRange range, const PeResult *result)
{
	PeRat		low;
	PeRat		high;

	if (result->status != PE_OK)
		return !range.sure;
	low = pe_rat_dec(&arena, range.low.x);
	high = pe_rat_dec(&arena, range.high.x);
	return (range.low.infinite || pe_rat_cmp(&arena, &low, &result->value) <= 0) &&
		(range.high.infinite || pe_rat_cmp(&arena, &result->value, &high) <= 0);
}

static void
test_ranges(void)
{
	static const char *const at[] = {"none", "indicator", "node", "final"};
	bool		holds = true;
	long		values = 0;
	long		single = 0;

	for (int i = 0; i < RUBRICS && holds; i++)
	{
		PeRubric	rubric;
		PeRanges	ranges;
		PeReady    *ready;
		PeFinding  *findings;
		void	   *data;
		int32_t		n;

		new_case();
		written = 0;
		ndone = nnodes = 0;
		put("{'rubric': 1, 'rounding': {'at': '%s', 'digits': %d}, 'parameters': {'known': 2, 'unknown': null}, 'root': ",
			at[draw(4)], (int) draw(3));
		put_node(0, false);
		put("}");
		if (!open_text(writing, &rubric, &data))
		{
			holds = false;
			break;
		}
		findings = pe_rubric_lint(&arena, &rubric, &n);
		for (int32_t k = 0; k < n; k++)
			holds &= findings[k].message && *findings[k].message && findings[k].hint && *findings[k].hint;
		pe_ranges_open(&ranges, &arena, &rubric);
		for (int32_t k = 0; k < rubric.header->nnodes; k++)
			single += pe_range_is_point(&arena, ranges.node[k]);
		ready = pe_rubric_ready(&arena, data);
		for (int k = 0; k < CARDS && holds; k++)
		{
			PeEvaluation e = {0};
			PeCard		card;

			pe_card_open(&card, draw_card());
			pe_evaluate(&e, &arena, ready, &card, true);
			for (int32_t j = 0; j < rubric.header->nnodes; j++)
			{
				values++;
				if (within(ranges.node[j], &e.results[j]))
					continue;
				holds = false;
				printf("# node %d, %s: status %d\n# %s\n", rubric.nodes[j].number,
					   pe_rule_info[rubric.nodes[j].rule].name, e.results[j].status, document_of(writing));
			}
		}
	}
	report(holds && values > 0 && single > 0, "no value lies outside of its node's range", values);
}

/* As many nodes as there can be: soon, and no more findings than there may be. */
static void
test_large(bool quiet)
{
	size_t		size = 0;
	char	   *text = piece(2000000);
	PeRubric	rubric;
	PeFinding  *findings;
	void	   *data;
	int32_t		n;
	clock_t		begin;
	double		seconds;
	bool		right;

	size += (size_t) sprintf(text, "{'rubric': 1, " STATED "'root': {'rule': 'minimum', 'missing': 'strict', 'children': [");
	for (int i = 1; i < PE_RUBRIC_MAX_NODES; i++)
		size += (size_t) sprintf(text + size, "%s{'rule': 'given', 'item': %d%s}", i > 1 ? ", " : "",
								 quiet ? i : i / 2, quiet ? "" : ", 'weight': 2");
	sprintf(text + size, "]}}");
	if (!open_text(text, &rubric, &data))
	{
		report(0, "a rubric of all the nodes there can be", 1);
		return;
	}
	begin = clock();
	findings = pe_rubric_lint(&arena, &rubric, &n);
	seconds = (double) (clock() - begin) / CLOCKS_PER_SEC;
	printf("# %d findings in %.3f s\n", n, seconds);
	right = quiet ? n == 0 :
		n == PE_LINT_MAX_FINDINGS + 1 && strcmp(findings[n - 1].code, "more") == 0 &&
		findings[n - 1].node == -1 && strcmp(findings[n - 2].code, "more") != 0;
	for (int32_t i = 1; i < n - 1; i++)
		right &= findings[i].node < 0 || rubric.nodes[findings[i - 1].node].number <= rubric.nodes[findings[i].node].number;
	report(right && seconds < 5, quiet ? "10,000 nodes, nothing found" : "10,000 nodes, too much found", PE_RUBRIC_MAX_NODES);
}

int
main(void)
{
	int			n = (int) (sizeof(cases) / sizeof(cases[0]));
	PeRubric	rubric;
	PeFinding  *findings;
	void	   *data;
	int32_t		nfindings;

	seed_from();
	for (int i = 0; i < n; i++)
	{
		char		what[200];
		bool		as_said = false;
		bool		silent = true;
		int			raised,
					not_raised;

		new_case();
		raised = found(cases[i].raises, &cases[i], &as_said);
		not_raised = found(cases[i].does_not, &cases[i], &silent);
		snprintf(what, sizeof(what), "%s: %s", cases[i].code,
				 cases[i].message ? cases[i].message : "raised, and not");
		report(raised >= 1 && as_said && not_raised == 0, what, 2);
	}

	new_case();
	if (open_text(nantong, &rubric, &data))
	{
		findings = pe_rubric_lint(&arena, &rubric, &nfindings);
		for (int32_t i = 0; i < nfindings; i++)
			said(&rubric, &findings[i]);
		report(nfindings == 0, "a whole scheme is clean", 1);
	}
	else
		report(0, "a whole scheme is clean", 1);

	test_ranges();
	new_case();
	test_large(true);
	new_case();
	test_large(false);
	return done();
}
