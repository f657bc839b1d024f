/*
 * Rubrics as text and as bytes: what is written is read again as the same
 * rubric, what is wrong is refused by name, and bytes that are no rubric are
 * refused without being trusted.
 */
#include "lib/harness.h"
#include "lib/rubrics.h"
#include "rubric_text.h"

/* A document around a root, around one node under it. */
#define ROOT(...)	"{\"rubric\": 1, \"root\": " #__VA_ARGS__ "}"
#define UNDER(rule, ...) \
	"{\"rubric\": 1, \"root\": {\"rule\": \"" rule "\", \"children\": [" #__VA_ARGS__ "]}}"
#define NODE(...)	UNDER("sum", __VA_ARGS__)
#define LIMIT(...) \
	"{\"rubric\": 1, \"root\": {\"rule\": \"constant\", \"points\": 1}, \"limits\": [" #__VA_ARGS__ "]}"

/* Documents that are refused, and what is said. */
static const char *const refusals[][2] = {
	/* the document */
	{"[]", "a rubric must be an object in braces, but is a list"},
	{"1", "a rubric must be an object in braces, but is 1"},
	{"{\"root\": {}}", "\"rubric\" is required"},
	{"{\"rubric\": 2}", "\"rubric\" must be a whole number from 1 to 1, but is 2"},
	{"{\"rubric\": \"1\"}", "\"rubric\" must be a whole number from 1 to 1, but is \"1\""},
	{"{\"rubric\": 1}", "\"root\" is required"},
	{"{\"rubric\": 1, \"foo\": 2}", "the document has an unknown key \"foo\""},
	{"{\"rubric\": 1, \"label\": 2}", "\"label\" must be a text in double quotes, but is 2"},
	{"{\"rubric\": 1, \"root\": 5}", "/: must be an object in braces, but is 5"},
	{"{\"rubric\": 1, \"rounding\": null}", "\"rounding\" must be an object in braces, but is null"},
	{"{\"rubric\": 1, \"rounding\": {\"on\": 1}}", "\"rounding\" has an unknown key \"on\""},
	{"{\"rubric\": 1, \"rounding\": {\"at\": \"end\"}}", "\"rounding\": \"at\" cannot be \"end\""},
	{"{\"rubric\": 1, \"rounding\": {\"digits\": 31}}", "\"rounding\": \"digits\" must be a whole number from 0 to 30, but is 31"},
	{"{\"rubric\": 1, \"rounding\": {\"mode\": 1}}", "\"rounding\": \"mode\" cannot be 1"},
	{"{\"rubric\": 1, \"rounding\": {\"rank_basis\": true}}", "\"rounding\": \"rank_basis\" cannot be true"},
	{"{\"rubric\": 1, \"parameters\": []}", "\"parameters\" must be an object in braces, but is a list"},
	{"{\"rubric\": 1, \"parameters\": {\"\": 1}}", "\"parameters\" has an empty name"},
	{"{\"rubric\": 1, \"parameters\": {\"a\": \"1\"}}", "\"parameters\" must have a number or null for \"a\", but has \"1\""},
	{"{\"rubric\": 1, \"parameters\": {\"a\": 1e1}}", "\"parameters\" must have a plain decimal without exponent for \"a\", but has 1e1"},
	{"{\"rubric\": 1, \"root\": {\"rule\": \"constant\", \"points\": 1}, \"limits\": {}}", "\"limits\" must be a list in brackets, but is an object"},
	/* nodes */
	{ROOT({}), "/: \"rule\" is required"},
	{ROOT({"rule": "foo"}), "/: \"rule\" cannot be \"foo\""},
	{ROOT({"rule": "limit"}), "/: \"rule\" cannot be \"limit\""},
	{ROOT({"rule": 1}), "/: \"rule\" cannot be 1"},
	{ROOT({"rule": "constant", "points": 1, "node": 1}), "/: \"node\" must be a whole number from 0 to 0, but is 1"},
	{NODE({"rule": "constant", "points": 1, "node": 0}), "/1: \"node\" must be a whole number from 1 to 9999999, but is 0"},
	{NODE({"rule": "constant", "points": 1, "node": 10000000}), "/1: \"node\" must be a whole number from 1 to 9999999, but is 10000000"},
	{NODE({"rule": "constant", "points": 1, "node": 1.5}), "/1: \"node\" must be a whole number from 1 to 9999999, but is 1.5"},
	{NODE({"rule": "constant", "points": 1, "node": 3}, {"rule": "sum", "children": [{"rule": "constant", "points": 1, "node": 3}]}),
	"/2/1: \"node\" is 3, which is the number of /1 already"},
	{NODE({"rule": "constant", "points": 1, "pionts": 3}), "/1: has an unknown key \"pionts\""},
	{NODE({"rule": "constant", "points": 1, "label": 3}), "/1: \"label\" must be a text in double quotes, but is 3"},
	{NODE({"rule": "constant", "points": 1, "weight": -1}), "/1: \"weight\" must not be negative, but is -1"},
	{NODE({"rule": "constant", "points": 1, "weight": null}), "/1: \"weight\" must not be null"},
	{NODE({"rule": "constant", "points": 1, "weight": "1"}), "/1: \"weight\" must be a number, but is \"1\""},
	{NODE({"rule": "constant", "points": 1, "weight": {"item": 1}}), "/1: \"weight\" must be a number or have one key, parameter"},
	{NODE({"rule": "constant", "points": 1, "cap": 1}), "/1: \"cap\" is only for the children of deductions and bonus"},
	{UNDER("bonus", {"rule": "constant", "points": 1, "cap": -1}), "/1: \"cap\" must not be negative, but is -1"},
	{NODE({"rule": "constant", "points": 1, "round": 1}), "/1: \"round\" must be an object in braces, but is 1"},
	{NODE({"rule": "constant", "points": 1, "round": {}}), "/1: \"round\" needs \"digits\""},
	{NODE({"rule": "constant", "points": 1, "round": {"digits": 2, "to": 1}}), "/1: \"round\" has an unknown key \"to\""},
	{NODE({"rule": "constant", "points": 1, "round": {"digits": -1}}), "/1: \"round\": \"digits\" must be a whole number from 0 to 30, but is -1"},
	{NODE({"rule": "constant", "points": 1, "round": {"digits": 1, "mode": "up"}}), "/1: \"round\": \"mode\" cannot be \"up\""},
	{NODE({"rule": "constant", "points": 1, "round": {"digits": 1, "mode": null}}), "/1: \"round\": \"mode\" cannot be null"},
	{NODE({"rule": "constant", "points": 1, "missing": "zero"}), "/1: \"missing\" is only for rules that combine many children"},
	{ROOT({"rule": "sum", "missing": "skip", "children": []}), "/: \"missing\" cannot be \"skip\""},
	{ROOT({"rule": "sum", "missing": "zero:1", "children": []}), "/: \"missing\" cannot be \"zero:1\""},
	{ROOT({"rule": "sum", "missing": "impute", "children": []}), "/: \"missing\" cannot be \"impute\""},
	{ROOT({"rule": "sum", "missing": "renormalize:", "children": []}), "/: \"missing\" cannot be \"renormalize:\""},
	{ROOT({"rule": "sum", "missing": 0, "children": []}), "/: \"missing\" must be a text in double quotes, but is 0"},
	{ROOT({"rule": "sum", "missing": "renormalize:1.01", "children": [{"rule": "constant", "points": 1}]}),
	"/: \"missing\" must have a floor from 0 to 1, but has 1.01"},
	{ROOT({"rule": "sum"}), "/: this rule needs \"children\""},
	{ROOT({"rule": "sum", "children": {}}), "/: \"children\" must be a list in brackets, but is an object"},
	{ROOT({"rule": "clamp", "low": 0, "children": []}), "/: this rule has one child"},
	{ROOT({"rule": "constant", "points": 1, "children": []}), "/: \"children\" is not for constant, a rule without children"},
	{NODE(7), "/1: must be an object in braces, but is 7"},
	/* settings */
	{NODE({"rule": "constant"}), "/1: \"points\" is required"},
	{NODE({"rule": "given"}), "/1: \"value\" is required"},
	{NODE({"rule": "given", "item": 1, "value": 2}), "/1: \"value\" stands beside \"item\""},
	{NODE({"rule": "given", "item": -1}), "/1: \"item\" must be a whole number from 0 to 2147483647, but is -1"},
	{NODE({"rule": "given", "value": {}}), "/1: \"value\" must have one key, item, node or parameter"},
	{NODE({"rule": "given", "value": {"item": 1, "node": 1}}), "/1: \"value\" must have one key, item, node or parameter"},
	{NODE({"rule": "given", "value": {"item": 2147483648}}), "/1: \"value\" must be a whole number from 0 to 2147483647, but is 2147483648"},
	{NODE({"rule": "given", "value": {"node": 5}}), "/1: \"value\" refers to node 5, which there is not"},
	{NODE({"rule": "given", "value": {"node": 1}}), "/1: looks at itself"},
	{NODE({"rule": "given", "value": {"node": 0}}), "/1: looks at node 0 (/), which depends on this node (/1)"},
	{NODE({"rule": "given", "value": {"node": 2}}, {"rule": "sum", "children": [{"rule": "formula", "expression": "node(1)"}]}),
	"/2/1: looks at node 1 (/1), which depends on this node (/2/1)"},
	{NODE({"rule": "given", "value": {"parameter": "p"}}), "/1: \"value\" refers to the parameter \"p\", which is not declared"},
	{NODE({"rule": "given", "value": {"parameter": 1}}), "/1: \"value\" must have a parameter's name in double quotes, but has 1"},
	{NODE({"rule": "constant", "points": 170141183460469231731687303715884105728}), "/1: \"points\" must be a number that without its point is below 2^127, but is 170141183460469231731687303715884105728"},
	{NODE({"rule": "constant", "points": 0.000000000000000000000000000000000000001}), "/1: \"points\" must be a number of at most 38 decimals, but is 0.000000000000000000000000000000000000001"},
	{NODE({"rule": "constant", "points": 1e3}), "/1: \"points\" must be a plain decimal without exponent, but is 1e3"},
	{NODE({"rule": "constant", "points": [1]}), "/1: \"points\" must be a number, but is a list"},
	{NODE({"rule": "threshold", "item": 1, "full_points": 1, "penalty": 1}), "/1: \"target\" is required"},
	{NODE({"rule": "threshold", "item": 1, "target": 1, "full_points": 1, "penalty": -0.5}), "/1: \"penalty\" must not be negative, but is -0.5"},
	{NODE({"rule": "threshold", "item": 1, "target": 1, "full_points": 1, "penalty": 1, "step": 0}), "/1: \"step\" must be above 0, but is 0"},
	{NODE({"rule": "threshold", "item": 1, "target": 1, "full_points": 1, "penalty": 1, "min_points": 1.1}), "/1: \"min_points\" is 1.1, above \"full_points\""},
	{NODE({"rule": "threshold", "item": 1, "target": 1, "full_points": -1, "penalty": 1}), "/1: \"min_points\" is 0, above \"full_points\""},
	{NODE({"rule": "threshold", "item": 1, "target": 1, "full_points": 1, "penalty": 1, "mode": "up"}), "/1: \"mode\" cannot be \"up\""},
	{NODE({"rule": "proportional", "item": 1, "target": 1, "full_points": 1, "low": 2}), "/1: \"low\" is 2, above \"high\""},
	{NODE({"rule": "proportional", "item": 1, "target": 1, "full_points": 1, "start": 1.0}), "/1: \"start\" is 1, as \"target\""},
	{NODE({"rule": "ceiling", "limit": 1, "full_points": 1, "penalty": 1, "items": [1]}), "/1: \"per\" is required"},
	{NODE({"rule": "ceiling", "limit": 1, "full_points": 1, "penalty": 1, "per": "每次"}), "/1: \"items\" is required, with one element at least"},
	{NODE({"rule": "awards", "items": []}), "/1: \"items\" must not be empty"},
	{NODE({"rule": "awards", "items": 1}), "/1: \"items\" must be a list in brackets, but is 1"},
	{NODE({"rule": "awards", "items": [1, -1]}), "/1: \"items\" 2 must be a whole number from 0 to 2147483647, but is -1"},
	{NODE({"rule": "awards", "items": [1], "item": 1}), "/1: has both \"item\" and \"items\""},
	{NODE({"rule": "bands", "item": 1}), "/1: \"ranges\" is required, with one element at least"},
	{NODE({"rule": "bands", "item": 1, "cuts": [1]}), "/1: \"points\" is required beside \"cuts\""},
	{NODE({"rule": "bands", "item": 1, "points": [1]}), "/1: \"cuts\" is required beside \"points\""},
	{NODE({"rule": "bands", "item": 1, "cuts": [1], "points": [1]}), "/1: \"points\" has 1 elements for 1 of \"cuts\""},
	{NODE({"rule": "bands", "item": 1, "cuts": [1, 1], "points": [1, 2, 3]}), "/1: \"cuts\" must ascend, but 1 is not above the one before it"},
	{NODE({"rule": "bands", "item": 1, "cuts": [1, "2"], "points": [1, 2, 3]}), "/1: \"cuts\" 2 must be a number, but is \"2\""},
	{NODE({"rule": "bands", "item": 1, "cuts": [1, 2], "points": [1, 2, null]}), "/1: \"points\" 3 must not be null"},
	{NODE({"rule": "bands", "item": 1, "ranges": [{"points": 1}], "points": [1]}), "/1: \"ranges\" stands beside \"cuts\" or \"points\""},
	{NODE({"rule": "bands", "item": 1, "ranges": []}), "/1: \"ranges\" must not be empty"},
	{NODE({"rule": "bands", "item": 1, "ranges": [1]}), "/1: \"ranges\" 1 must be an object in braces, but is 1"},
	{NODE({"rule": "bands", "item": 1, "ranges": [{"points": 1}, {"ge": 1}]}), "/1: \"ranges\" 2 needs \"points\""},
	{NODE({"rule": "bands", "item": 1, "ranges": [{"points": 1, "eq": 2}]}), "/1: \"ranges\" 1 has an unknown key \"eq\""},
	{NODE({"rule": "bands", "item": 1, "ranges": [{"points": 1, "ge": 2, "gt": 3}]}), "/1: \"ranges\" 1 has two lower bounds, \"ge\" and \"gt\""},
	{NODE({"rule": "bands", "item": 1, "ranges": [{"points": 1, "ge": 3, "le": 2.9}]}), "/1: there is no number between the bounds, the lower being 3"},
	{NODE({"rule": "bands", "item": 1, "ranges": [{"points": 1, "ge": {"item": 1}}]}), "/1: \"ge\" of \"ranges\" 1 must be a number or have one key, parameter"},
	{NODE({"rule": "interpolate", "item": 1}), "/1: \"xs\" is required, with one element at least"},
	{NODE({"rule": "interpolate", "item": 1, "xs": [], "ys": []}), "/1: \"xs\" must not be empty"},
	{NODE({"rule": "interpolate", "item": 1, "xs": [1, 2], "ys": [1]}), "/1: \"ys\" has 1 elements for 2 of \"xs\""},
	{NODE({"rule": "interpolate", "item": 1, "xs": [1, 0.5], "ys": [1, 2]}), "/1: \"xs\" must ascend, but 0.5 is not above the one before it"},
	{NODE({"rule": "ordinal", "item": 1}), "/1: \"words\" is required, with one element at least"},
	{NODE({"rule": "ordinal", "item": 1, "words": [{"points": 1}]}), "/1: \"words\" 1 needs \"word\""},
	{NODE({"rule": "ordinal", "item": 1, "words": [{"word": "", "points": 1}]}), "/1: \"word\" of \"words\" 1 must not be empty"},
	{NODE({"rule": "ordinal", "item": 1, "words": [{"word": "a"}]}), "/1: \"words\" 1 needs \"points\""},
	{NODE({"rule": "met", "item": 1, "points": 1}), "/1: a bound is required: ge, gt, le or lt"},
	{NODE({"rule": "met", "item": 1, "points": 1, "以下": 1, "lt": 1}), "/1: has two upper bounds, \"以下\" and \"lt\""},
	{NODE({"rule": "met", "item": 1, "points": 1, "gt": 1, "le": 1}), "/1: there is no number between the bounds, the lower being 1"},
	{NODE({"rule": "given", "item": 1, "min": 2, "max": 1.9}), "/1: \"min\" is 2, above \"max\""},
	{NODE({"rule": "achievement", "item": 1, "threshold": 1, "benchmark": 1}), "/1: \"benchmark\" must lie above \"threshold\" where higher is better, but is 1"},
	{NODE({"rule": "achievement", "item": 1, "threshold": 1, "benchmark": 2, "better": "lower"}), "/1: \"benchmark\" must lie below \"threshold\" where lower is better, but is 2"},
	{NODE({"rule": "achievement", "item": 1, "threshold": 1, "benchmark": 2, "full_points": 0.5}), "/1: \"full_points\" must be 1 or more, but is 0.5"},
	{NODE({"rule": "improvement", "item": 1, "base": 1, "rate": 1, "max_points": -1}), "/1: \"min_points\" is 0, above \"max_points\""},
	{NODE({"rule": "normalise", "item": 1, "low": 1, "method": "minmax"}), "/1: \"high\" is what this method needs"},
	{NODE({"rule": "normalise", "item": 1, "low": 1, "high": 2, "mean": 1, "method": "distance"}), "/1: \"mean\" has no part in this method"},
	{NODE({"rule": "normalise", "item": 1, "low": 1}), "/1: \"method\" is required"},
	{NODE({"rule": "normalise", "item": 1, "mean": 1, "deviation": -1, "method": "zscore"}), "/1: \"deviation\" must not be negative, but is -1"},
	{NODE({"rule": "formula"}), "/1: \"expression\" is required"},
	{NODE({"rule": "formula", "expression": ""}), "/1: \"expression\" must not be empty"},
	{NODE({"rule": "formula", "expression": "node(9)"}), NULL},
	{NODE({"rule": "formula", "expression": "parameter(p)"}), NULL},
	{NODE({"rule": "formula", "expression": "1 > 2"}), NULL},
	{NODE({"rule": "formula", "expression": "1 +"}), NULL},
	{ROOT({"rule": "clamp", "children": [{"rule": "constant", "points": 1}]}), "/: a clamp needs \"low\" or \"high\""},
	{ROOT({"rule": "clamp", "low": 2, "high": 1, "children": [{"rule": "constant", "points": 1}]}), "/: \"low\" is 2, above \"high\""},
	{ROOT({"rule": "coefficient", "coefficient": -1, "children": [{"rule": "constant", "points": 1}]}), "/: \"coefficient\" must not be negative, but is -1"},
	{ROOT({"rule": "coefficient", "coefficient": 1, "low": 2, "high": 1, "children": [{"rule": "constant", "points": 1}]}), "/: \"low\" is 2, above \"high\""},
	{ROOT({"rule": "budget", "full_points": 0, "children": [{"rule": "constant", "points": 1}]}), "/: \"full_points\" must be above 0, but is 0"},
	{NODE({"rule": "geometric_mean", "children": [{"rule": "constant", "points": 1}]}), "/1: a geometric_mean has to be rounded, for roots have no end"},
	{UNDER("geometric_mean", {"rule": "constant", "points": 1}, {"rule": "constant", "points": 1, "weight": 0.0001}),
	"/: the weights under a geometric_mean, as whole numbers without a common factor, sum to more than 10000"},
	{UNDER("geometric_mean", {"rule": "constant", "points": 1, "weight": 0.101}, {"rule": "constant", "points": 1, "weight": 0.0103}, {"rule": "constant", "points": 1, "weight": 0.9}),
	"/: the weights under a geometric_mean, as whole numbers without a common factor, sum to more than 10000"},
	{"{\"rubric\": 1, \"parameters\": {\"p\": null}, \"root\": {\"rule\": \"geometric_mean\", \"children\": [{\"rule\": \"constant\", \"points\": 1, \"weight\": {\"parameter\": \"p\"}}]}}",
	"/: the children of a geometric_mean need weights that are numbers"},
	/* limits */
	{LIMIT({}), "/limits/1: \"value\" is required"},
	{LIMIT({"item": 1}), "/limits/1: a bound is required: ge, gt, le or lt"},
	{LIMIT({"rule": "sum"}), "/limits/1: \"rule\" must be \"limit\", but is \"sum\""},
	{LIMIT({"item": 1, "ge": 1}), "/limits/1: \"effect\" is required"},
	{LIMIT({"item": 1, "ge": 1, "effect": "zero_score"}, {"item": 1, "ge": 1, "effect": "cap_tier"}), "/limits/2: \"tier\" is what cap_tier needs"},
	{LIMIT({"item": 1, "ge": 1, "effect": "zero_score", "tier": 2}), "/limits/1: \"tier\" has no part in this effect"},
	{LIMIT({"item": 1, "ge": 1, "effect": "cap_tier", "tier": 1.5}), "/limits/1: \"tier\" must be a whole number below 2^31, but is 1.5"},
	{LIMIT({"item": 1, "ge": 1, "effect": "cap_tier", "tier": 1, "for": "a"}), "/limits/1: \"for\" has no part in this effect"},
	{LIMIT({"item": 1, "ge": 1, "effect": "ineligible", "for": 1}), "/limits/1: \"for\" must be a text in double quotes, but is 1"},
	{LIMIT({"item": 1, "ge": 1, "effect": "zero_score", "weight": 1}), "/limits/1: has an unknown key \"weight\""},
	{LIMIT({"item": 1, "ge": 1, "effect": "zero_score", "children": []}), "/limits/1: \"children\" is not for limit, a rule without children"},
	{LIMIT({"item": 1, "ge": 2, "le": 1, "effect": "zero_score"}), "/limits/1: there is no number between the bounds, the lower being 2"},
	{LIMIT({"node": 5, "item": 1, "ge": 2, "effect": "zero_score"}, {"value": {"node": 5}, "le": 1, "effect": "zero_score"}),
	"/limits/2: \"value\" refers to node 5, which is a limit"},
};

/* What is no JSON, where, and why. */
static const struct
{
	const char *text;
	size_t		at;
	const char *message;
}			no_json[] = {
	{"", 0, "value expected"},
	{" ", 1, "value expected"},
	{"{", 1, "key in double quotes expected"},
	{"{\"a\"", 4, "colon expected"},
	{"{\"a\": }", 6, "value expected"},
	{"{\"a\": 1 \"b\"", 8, "comma or closing brace expected"},
	{"{\"a\": 1,}", 8, "key in double quotes expected"},
	{"[1,]", 3, "value expected"},
	{"[1 2]", 3, "comma or closing bracket expected"},
	{"{} {}", 3, "end expected"},
	{"[01]", 2, "comma or closing bracket expected"},
	{"[-]", 2, "value expected"},
	{"[1.]", 3, "digits expected after the point"},
	{"[1e+]", 4, "digits expected in the exponent"},
	{"[nul]", 1, "value expected"},
	{"\"abc", 4, "string without an end"},
	{"\"a\nb\"", 2, "control character in a string"},
	{"\"\\x\"", 2, "unknown escape"},
	{"\"\\", 2, "unknown escape"},
	{"\"\\u12g4\"", 5, "four hexadecimal digits expected after \\u"},
	{"\"\\u0000\"", 7, "\\u0000 is not allowed"},
	{"\"\\ud800\"", 7, "second half of a surrogate pair expected"},
	{"\"\\ud800\\u0041\"", 13, "second half of a surrogate pair expected"},
	{"\"\\udc00\"", 7, "second half of a surrogate pair without the first"},
	{"\"\xc0\x80\"", 1, "bytes that are not UTF-8"},
	{"\"\xed\xa0\x80\"", 1, "bytes that are not UTF-8"},
	{"\"\xf4\x90\x80\x80\"", 1, "bytes that are not UTF-8"},
	{"\"\xe4\xb8\"", 1, "bytes that are not UTF-8"},
	{"\"\x80\"", 1, "bytes that are not UTF-8"},
	{"{\"a\": 1, \"\\u0061\": 2}", 21, "the object that ends here has the key \"a\" twice"},
};

#define LENGTH(table)	(sizeof(table) / sizeof((table)[0]))

static bool
has_formula(const PeRubric *rubric)
{
	for (int32_t i = 0; i < rubric->header->nnodes; i++)
		if (rubric->nodes[i].rule == PE_RULE_FORMULA)
			return true;
	return false;
}

/*
 * Valid bytes, whoever made them, can be written and read.  A formula's text
 * may say other things than its steps, which pe_rubric_canonical sees.
 */
static bool
can_be_written(const void *data)
{
	PeRubric	rubric;
	PeRubricError error;
	PeRubricHeader *again;
	size_t		length;
	size_t		again_length;
	char	   *text;

	pe_rubric_open(&rubric, data);
	for (int32_t i = 0; i < rubric.header->nnodes; i++)
		if (*pe_node_path(&arena, &rubric, i) != '/')
			return false;
	text = pe_rubric_write(&arena, &rubric, &length);
	again = pe_rubric_parse(&arena, text, &error);
	if (!again)
		return has_formula(&rubric);
	pe_rubric_open(&rubric, again);
	return strcmp(text, pe_rubric_write(&arena, &rubric, &again_length)) == 0 &&
		length == again_length && length == strlen(text) &&
		pe_rubric_valid(again, (size_t) again->size) && pe_rubric_canonical(&arena, &rubric);
}

static void
round_trips(void)
{
	int			ok = 1;

	for (size_t i = 0; i < NSAMPLES; i++)
	{
		const char *canonical = samples[i].canonical ? samples[i].canonical : samples[i].document;
		PeRubricError error = {0};
		PeRubricHeader *data;
		PeRubric	rubric;
		size_t		length = 0;
		const char *text = "";

		new_case();
		data = pe_rubric_parse(&arena, samples[i].document, &error);
		if (data)
		{
			pe_rubric_open(&rubric, data);
			text = pe_rubric_write(&arena, &rubric, &length);
		}
		if (!data || strcmp(text, canonical) != 0)
		{
			ok = 0;
			printf("# is:     %s\n# wanted: %s\n", data ? text : error.message, canonical);
			continue;
		}
		ok &= pe_rubric_valid(data, (size_t) data->size) && length == strlen(text) &&
			pe_rubric_canonical(&arena, &rubric) && can_be_written(data);
	}
	report(ok, "rubrics are written in one form and read as the same", (long) NSAMPLES);
}

static void
refused(void)
{
	int			ok = 1;

	for (size_t i = 0; i < LENGTH(refusals); i++)
	{
		PeRubricError error = {.at = 1};

		new_case();
		if (pe_rubric_parse(&arena, refusals[i][0], &error) == NULL &&
			(refusals[i][1] == NULL ? strstr(error.message, "/1: \"expression\" is no formula: ") == error.message
			 : strcmp(error.message, refusals[i][1]) == 0) &&
			error.at == 0 && error.hint && *error.hint)
			continue;
		ok = 0;
		printf("# %s\n# is:     %s\n# wanted: %s\n", refusals[i][0],
			   error.message ? error.message : "accepted", refusals[i][1]);
	}
	report(ok, "what is wrong is refused by its path and key, with a hint", (long) LENGTH(refusals));

	ok = 1;
	for (size_t i = 0; i < LENGTH(no_json); i++)
	{
		PeRubricError error = {0};
		PeJsonError json_error = {NULL, 0};

		new_case();
		if (pe_json_parse(&arena, no_json[i].text, &json_error) == NULL &&
			pe_rubric_parse(&arena, no_json[i].text, &error) == NULL &&
			json_error.at == no_json[i].at && error.at == no_json[i].at + 1 &&
			strcmp(json_error.message, no_json[i].message) == 0 &&
			strstr(error.message, no_json[i].message) && error.hint)
			continue;
		ok = 0;
		printf("# %s\n# is:     %s at %zu\n", no_json[i].text,
			   json_error.message ? json_error.message : "accepted", json_error.at);
	}
	report(ok, "what is no JSON is refused by its place", (long) LENGTH(no_json));
}

/* Is it accepted, or refused with these words? */
static bool
says(const char *text, const char *words)
{
	PeRubricError error = {.message = "accepted"};
	PeRubricHeader *data = pe_rubric_parse(&arena, text, &error);
	PeRubric	rubric;

	if (data)
		pe_rubric_open(&rubric, data);
	if (data ? words == NULL && pe_rubric_valid(data, (size_t) data->size) &&
		pe_rubric_canonical(&arena, &rubric)
		: words && strstr(error.message, words) && error.hint)
		return true;
	printf("# is: %s\n# wanted: %s\n", error.message, words ? words : "accepted");
	return false;
}

/* A sum of n nodes, each after the first given by the next, or the next but one. */
static char *
chain(int n, bool round)
{
	PeText		text;

	pe_text_begin(&text, &arena);
	pe_text_put(&text, "{\"rubric\": 1, \"root\": {\"rule\": \"sum\", \"children\": [");
	for (int i = 1; i <= n; i++)
	{
		pe_text_format(&text, "%s{\"node\": %d, \"rule\": ", i > 1 ? "," : "", i);
		if (i < n || round)
			pe_text_format(&text, "\"given\", \"value\": {\"node\": %d}}", i < n ? i + 1 : 1);
		else
			pe_text_put(&text, "\"constant\", \"points\": 1}");
	}
	pe_text_put(&text, "]}}");
	return pe_text_end(&text);
}

static char *
nested(int levels)
{
	PeText		text;

	pe_text_begin(&text, &arena);
	pe_text_put(&text, "{\"rubric\": 1, \"root\": ");
	for (int i = 1; i < levels; i++)
		pe_text_put(&text, "{\"rule\": \"sum\", \"children\": [");
	pe_text_put(&text, "{\"rule\": \"constant\", \"points\": 1}");
	for (int i = 1; i < levels; i++)
		pe_text_put(&text, "]}");
	pe_text_put(&text, "}");
	return pe_text_end(&text);
}

static char *
repeated(const char *before, const char *element, int n, const char *after)
{
	PeText		text;

	pe_text_begin(&text, &arena);
	pe_text_put(&text, before);
	for (int i = 0; i < n; i++)
		pe_text_put(&text, element);
	pe_text_put(&text, after);
	return pe_text_end(&text);
}

static void
limits(void)
{
	static const char weighted[] = "{\"rubric\":1,\"root\":{\"rule\":\"geometric_mean\",\"children\":[";
	static const char one[] = "{\"rule\":\"constant\",\"points\":1,\"weight\":0.3},";
	int			ok = 1;

	new_case();
	ok &= says(chain(PE_RUBRIC_MAX_NODES - 1, false), NULL);
	ok &= says(chain(PE_RUBRIC_MAX_NODES, false), "the rubric has more than 10000 nodes");
	ok &= says(chain(PE_RUBRIC_MAX_NODES - 1, true), "/9999: looks at node 1 (/1), which depends on this node (/9999)");
	new_case();
	ok &= says(nested(PE_RUBRIC_MAX_DEPTH), NULL);
	ok &= says(nested(PE_RUBRIC_MAX_DEPTH + 1), "the tree is more than 100 levels deep");
	ok &= says(nested(200), "nested more than 250 deep");
	ok &= says(repeated("", "[", 100000, ""), "nested more than 250 deep");
	ok &= says(repeated("", "{\"a\":", 100000, ""), "nested more than 250 deep");
	new_case();
	ok &= says(repeated(weighted, one, 9998, "{\"rule\":\"constant\",\"points\":1,\"weight\":0.6}]}}"), NULL);
	ok &= says(repeated(weighted, one, 9997, "{\"rule\":\"constant\",\"points\":1,\"weight\":0.9}]}}"), NULL);
	ok &= says(repeated(weighted, one, 9997, "{\"rule\":\"constant\",\"points\":1,\"weight\":1.2}]}}"),
			   "sum to more than 10000");
	new_case();
	ok &= says(repeated("{\"rubric\": 1, \"label\": \"", "0123456789abcdef", 1024 * 1024 * 4, "\"}"),
			   "the document is larger than 64 MB");
	new_case();
	ok &= says(repeated("{\"rubric\":1,\"root\":{\"rule\":\"awards\",\"items\":[1", ",1", 600000, "]}}"), NULL);
	new_case();
	ok &= says(repeated("[1", ",1", PE_JSON_MAX_VALUES, "]"), "more than 4000000 values");
	report(ok, "limits are kept, and named where they are passed", 14);
}

/* Each byte of each sample turned into others. */
static void
corrupted(void)
{
	int			seen = 1,
				writable = 1;
	long		altered = 0;
	long		valid = 0;

	for (size_t i = 0; i < NSAMPLES; i++)
	{
		PeRubricError error;
		PeRubricHeader *data;
		size_t		size;
		char	   *kept;

		new_case();
		data = pe_rubric_parse(&arena, samples[i].document, &error);
		size = (size_t) data->size;
		kept = malloc(size);
		memcpy(kept, data, size);
		for (size_t at = 0; at < size; at++)
			for (int change = 0; change < 10; change++)
			{
				PeRubricHeader *copy;
				PeRubric	rubric;

				new_case();
				/* its own piece, of the very size */
				copy = piece(size);
				memcpy(copy, kept, size);
				((char *) copy)[at] = (char) (change < 8 ? kept[at] ^ (1 << change)
											  : change == 8 ? (char) draw(256) : kept[at] + 1);
				if (((char *) copy)[at] == kept[at])
					continue;
				altered++;
				seen &= !pe_rubric_valid(copy, size);
				copy->crc = pe_rubric_crc(copy, size);
				if (!pe_rubric_valid(copy, size))
					continue;
				valid++;
				pe_rubric_open(&rubric, copy);
				writable &= can_be_written(copy);
			}
		for (size_t cut = 0; cut < size; cut++)
		{
			PeRubricHeader *copy;

			new_case();
			copy = piece(cut);
			memcpy(copy, kept, cut);
			seen &= !pe_rubric_valid(copy, cut);
			if (cut < sizeof(PeRubricHeader))
				continue;
			copy->size = (int32_t) cut;
			copy->crc = pe_rubric_crc(copy, cut);
			seen &= !pe_rubric_valid(copy, cut);
		}
		free(kept);
	}
	printf("# %ld of them with the right checksum are rubrics\n", valid);
	report(seen, "altered and torn bytes are seen", altered);
	report(writable && valid > 0, "whatever is valid can be written and read", valid);
}

int
main(void)
{
	/* the polynomial's check value: the first field is skipped */
	static const char check[] = "****123456789";

	seed_from();
	report(pe_rubric_crc(check, sizeof(check) - 1) == 0xe3069283, "the checksum is CRC-32C", 1);
	round_trips();
	refused();
	limits();
	corrupted();
	return done();
}
