/*
 * rubrics.h
 *	  Rubrics that use every rule, setting and operation, for tests and fuzz
 *	  targets.
 */
#ifndef RUBRICS_H
#define RUBRICS_H

#include <stddef.h>

/* JSON as it is, for a string. */
#define JSON(...)	#__VA_ARGS__

/* What is NULL in place of the canonical text is written canonically already. */
static const struct
{
	const char *document;
	const char *canonical;
}			samples[] = {
	{JSON({"rubric":1,"root":{"rule":"constant","points":5}}),
	JSON({"rubric": 1, "root": {"node": 0, "rule": "constant", "points": 5}})},
	/* the document's own keys, in any order, and what means nothing */
	{JSON({"root": {"points": {"parameter": "b"}, "node": 0, "rule": "基础分", "label": ""},
		"limits": [], "parameters": {"b": -1.50, "a b": null, "中": 0.0}, "label": "",
		"rounding": {}, "rubric": 1.0}),
	JSON({"rubric": 1, "parameters": {"a b": null, "b": -1.5, "中": 0}, "root": {"node": 0, "rule": "constant", "points": {"parameter": "b"}}})},
	{JSON({"rubric": 1, "label": "二〇二五年", "rounding": {"at": "indicator", "digits": 0, "mode": "half_even", "rank_basis": "rounded"}, "parameters": {"k": 1}, "root": {"node": 0, "rule": "sum", "label": "一", "children": [{"node": 7, "rule": "constant", "label": "甲 \"乙\"\\", "weight": 0.5, "round": {"digits": 30, "mode": "floor"}, "points": 170141183460469231731687303715884105727}, {"node": 1, "rule": "constant", "points": -0.17014118346046923173168730371588410572}]}}), NULL},
	{JSON({"rubric": 1, "rounding": {"at": "node", "mode": "ceil"}, "root": {"rule": "geometric_mean", "round": {"digits": 1},
		"total": 3, "children": [{"rule": "constant", "points": 1, "weight": 0.3}, {"rule": "constant", "points": 2, "weight": 0.45}]}}),
	JSON({"rubric": 1, "rounding": {"at": "node", "mode": "ceil"}, "root": {"node": 0, "rule": "geometric_mean", "round": {"digits": 1, "mode": "ceil"}, "total": 3, "children": [{"node": 1, "rule": "constant", "weight": 0.3, "points": 1}, {"node": 2, "rule": "constant", "weight": 0.45, "points": 2}]}})},
	/* leaves */
	{JSON({"rubric": 1, "parameters": {"t": 3, "u": null}, "root": {"node": 0, "rule": "weighted_mean", "missing": "renormalize:0.6", "total": 100, "children": [{"node": 1, "rule": "threshold", "weight": 30, "item": 101, "target": {"parameter": "t"}, "full_points": 100, "penalty": 2, "step": 0.5, "min_points": null, "mode": "ceil", "better": "lower"}, {"node": 2, "rule": "threshold", "value": {"node": 1}, "target": {"item": 3}, "full_points": 10, "penalty": {"parameter": "u"}}, {"node": 3, "rule": "proportional", "item": 2147483647, "target": 5, "full_points": 10, "low": -1, "high": 2, "start": {"node": 2}, "zero_target": "full"}, {"node": 4, "rule": "proportional", "value": 3, "target": 5, "full_points": 10}, {"node": 5, "rule": "ceiling", "limit": 80, "full_points": 10, "penalty": 1, "step": 3, "min_points": -5, "per": "point", "mode": "floor", "items": [1, 2, 3]}, {"node": 6, "rule": "events", "item": 4, "full_points": 10, "penalty": 2, "min_points": 0, "pending": {"item": 5}, "count_pending": "yes"}, {"node": 7, "rule": "awards", "points": 2, "cap_award": 5, "cap_kind": null, "items": [6]}]}}), NULL},
	{JSON({"rubric": 1, "root": {"node": 0, "rule": "budget", "missing": "impute:-2.5", "full_points": 10, "total": 3, "unused": "zero", "children": [{"node": 1, "rule": "bands", "item": 1, "cuts": [60, 70.5], "points": [0, 5, 10]}, {"node": 2, "rule": "bands", "item": 1, "cuts": [], "points": [3]}, {"node": 3, "rule": "bands", "item": 1, "ranges": [{"ge": 60, "lt": 80, "points": 1}, {"gt": 100, "points": 2}, {"le": 0, "points": 3}, {"points": 4}]}, {"node": 4, "rule": "interpolate", "item": 1, "xs": [0, 10], "ys": [100, 0]}, {"node": 5, "rule": "ordinal", "item": 1, "words": [{"word": "很满意", "points": 100}, {"word": "不满意", "points": 0}]}, {"node": 6, "rule": "met", "item": 1, "gt": 0, "le": 1, "points": 5, "otherwise": 1}, {"node": 7, "rule": "given", "item": 1, "min": 0, "max": 10}, {"node": 8, "rule": "given", "item": 1}]}}), NULL},
	{JSON({"rubric": 1, "root": {"node": 0, "rule": "harmonic_mean", "children": [{"node": 1, "rule": "achievement", "item": 1, "base": {"item": 2}, "threshold": 40, "benchmark": 90, "full_points": 10, "better": "higher"}, {"node": 2, "rule": "achievement", "item": 1, "threshold": 40, "benchmark": 9, "better": "lower"}, {"node": 3, "rule": "improvement", "item": 1, "base": 3, "rate": 2, "min_points": -1, "max_points": 10, "change": "relative", "better": "lower"}, {"node": 4, "rule": "timeliness", "item": 1, "due": 30, "grace": 3, "full_points": 10, "penalty": 1, "step": 7, "min_points": 0, "mode": "linear"}, {"node": 5, "rule": "normalise", "item": 1, "low": 0, "high": 9, "full_points": 5, "neutral": 2, "method": "minmax", "clamp": "yes"}, {"node": 6, "rule": "normalise", "item": 1, "mean": 0, "deviation": 9, "method": "zscore"}, {"node": 7, "rule": "normalise", "item": 1, "low": 9, "high": 9, "method": "distance"}, {"node": 8, "rule": "normalise", "item": 1, "high": 9, "method": "percent_of_max", "clamp": "no"}]}}), NULL},
	/* inner nodes and limits */
	{JSON({"rubric": 1, "root": {"node": 0, "rule": "clamp", "low": 0, "high": null, "children": [{"node": 1, "rule": "sum", "missing": "strict", "children": [{"node": 2, "rule": "deductions", "missing": "zero", "cap_total": 5, "children": [{"node": 3, "rule": "constant", "cap": 3, "points": 7}]}, {"node": 4, "rule": "bonus", "children": [{"node": 5, "rule": "constant", "points": 7}]}, {"node": 6, "rule": "coefficient", "coefficient": {"item": 8}, "low": 0.8, "high": 1.2, "max_points": 100, "otherwise": 1, "children": [{"node": 7, "rule": "product", "missing": "renormalize", "children": [{"node": 8, "rule": "constant", "points": 7}]}]}, {"node": 9, "rule": "minimum", "children": [{"node": 10, "rule": "maximum", "children": [{"node": 11, "rule": "constant", "points": 7}]}]}]}]}, "limits": [{"node": 12, "rule": "limit", "label": "安全", "item": 9, "ge": 1, "tier": 3, "effect": "cap_tier"}, {"node": 13, "rule": "limit", "value": {"node": 0}, "lt": 60, "effect": "zero_score"}, {"node": 14, "rule": "limit", "value": {"node": 9}, "gt": 1, "le": 60, "for": "评优", "effect": "ineligible"}]}), NULL},
	/* formulas */
	{JSON({"rubric": 1, "parameters": {"base": 2, "中 文": 3}, "root": {"node": 0, "rule": "formula", "expression": "round(node(1) / (item(3) + 1.50) * parameter(base) - -parameter('中 文'), 2, floor)", "children": [{"node": 2, "rule": "formula", "expression": "if(observed(item(1)) and not (node(1) >= 2 or node(1) < 1) or item(2) = 3, max(1, 2, min(3, 4)), clamp(abs(item(4)), 0, coalesce(item(5), 9)))"}, {"node": 1, "rule": "formula", "expression": "power(2, 3, 1) + ln(2, 3, half_even) * exp(1, 4, ceil) - sqrt(item(1), 5) + floor(1.5) + ceil(2.5) + if(1 > 2 and 3 <= 4 and 5 <> 6, 0, 1)"}]}}), NULL},
	/* the other words for the same */
	{JSON({"rubric": 1, "root": {"rule": "合计", "children": [
		{"rule": "达标扣分", "value": {"item": 1}, "target": 1, "full_points": 1, "penalty": 1, "mode": "舍去", "better": "越高越好"},
		{"rule": "按次计分", "item": 4},
		{"rule": "达到得分", "node": 1, "item": 1, "以上": 1, "points": 1},
		{"rule": "达到得分", "item": 1, "超过": 1, "以下": 2, "points": 1},
		{"rule": "达到得分", "item": 1, "以外": 1, "不足": 2, "points": 1},
		{"rule": "分档得分", "item": 1, "ranges": [{"points": 1, "不满": 2}]}]},
		"limits": [{"item": 1, "le": 2, "effect": "zero_score"}]}),
	JSON({"rubric": 1, "root": {"node": 0, "rule": "sum", "children": [{"node": 2, "rule": "threshold", "item": 1, "target": 1, "full_points": 1, "penalty": 1, "mode": "floor", "better": "higher"}, {"node": 3, "rule": "awards", "items": [4]}, {"node": 1, "rule": "met", "item": 1, "ge": 1, "points": 1}, {"node": 4, "rule": "met", "item": 1, "gt": 1, "le": 2, "points": 1}, {"node": 5, "rule": "met", "item": 1, "gt": 1, "lt": 2, "points": 1}, {"node": 6, "rule": "bands", "item": 1, "ranges": [{"lt": 2, "points": 1}]}]}, "limits": [{"node": 7, "rule": "limit", "item": 1, "le": 2, "effect": "zero_score"}]})},
	/* sums of sums, all by plan */
	{JSON({"rubric": 1, "rounding": {"at": "final", "digits": 2, "mode": "half_up", "rank_basis": "unrounded"}, "root": {"node": 0, "rule": "clamp", "low": 0, "high": 103.005, "children": [{"node": 1, "rule": "sum", "children": [{"node": 2, "rule": "weighted_mean", "children": [{"node": 3, "rule": "weighted_mean", "weight": 33, "children": [{"node": 4, "rule": "threshold", "weight": 7, "item": 1, "target": 90, "full_points": 100, "penalty": 3, "step": 7, "min_points": 0, "mode": "linear"}, {"node": 5, "rule": "threshold", "weight": 11.5, "item": 2, "target": 85.5, "full_points": 100, "penalty": 4, "step": 3, "min_points": 0, "mode": "floor"}, {"node": 6, "rule": "threshold", "weight": 3, "item": 3, "target": 2.5, "full_points": 100, "penalty": 4, "step": 0.5, "mode": "ceil", "better": "lower"}, {"node": 7, "rule": "constant", "weight": 2, "points": 7.25}]}, {"node": 8, "rule": "weighted_mean", "weight": 67, "children": [{"node": 9, "rule": "proportional", "weight": 9, "item": 4, "target": 70, "full_points": 100, "low": 0.1, "high": 1.15}, {"node": 10, "rule": "interpolate", "weight": 5, "item": 5, "xs": [-40, 60, 80, 95], "ys": [100, 85, 20, -3]}, {"node": 11, "rule": "bands", "weight": 5, "item": 6, "cuts": [58, 70, 80, 88, 90, 120], "points": [20, 40, 30, 80, 85, 90, 100]}, {"node": 12, "rule": "met", "weight": 4, "item": 7, "gt": 60, "le": 250, "points": 10, "otherwise": 3}, {"node": 13, "rule": "events", "weight": 4, "item": 8, "full_points": 10, "penalty": 0.3, "min_points": 0}]}]}, {"node": 14, "rule": "deductions", "cap_total": 6, "children": [{"node": 15, "rule": "given", "cap": 2, "item": 9}, {"node": 16, "rule": "bands", "cap": 3, "item": 1, "cuts": [55, 71], "points": [3.5, 0.5, 0]}]}, {"node": 17, "rule": "bonus", "children": [{"node": 18, "rule": "improvement", "cap": 1.1, "item": 2, "base": 30, "rate": 0.07, "min_points": -1, "max_points": 2}, {"node": 19, "rule": "ordinal", "item": 9, "words": [{"word": "a", "points": 1}, {"word": "b", "points": 0.3}]}]}]}]}}), NULL},
	/* what is escaped, and what need not be */
	{"{\"rubric\": 1, \"label\": \"\\u4e2d\\ud83d\\ude00\\/\\u001f\\n\\u0022\", \"root\": {\"rule\": \"constant\", \"points\": 1}}",
	"{\"rubric\": 1, \"label\": \"\xe4\xb8\xad\xf0\x9f\x98\x80/\\u001f\\n\\\"\", \"root\": {\"node\": 0, \"rule\": \"constant\", \"points\": 1}}"},
};

#define NSAMPLES	(sizeof(samples) / sizeof(samples[0]))

#endif							/* RUBRICS_H */
