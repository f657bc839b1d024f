/*
 * rubric_read_settings.c
 *	  A node's settings, by the table of its rule.
 */
#include "rubric_read_parts.h"

#include <string.h>

/* "renormalize", "renormalize:<floor>", "zero", "strict", "impute:<value>" */
static bool
read_missing(PeReader *r, const PeWhere *where, const PeJson *json)
{
	static const char hint[] = "Use one of: renormalize, renormalize:<floor from 0 to 1>, zero, strict, impute:<value>.";
	PeNode	   *node = &r->drafts[where->draft].node;
	PeOperand	operand = {PE_ABSENT, PE_BOUND_NONE, 0, 0};

	if (json)
	{
		size_t		length;

		if (!pe_read_is_kind(r, where, json, PE_JSON_STRING))
			return false;
		length = strcspn(json->text, ":");
		for (int i = PE_MISSING_RENORMALIZE; i <= PE_MISSING_IMPUTE; i++)
			if (strlen(pe_missing_name[i]) == length &&
				memcmp(pe_missing_name[i], json->text, length) == 0)
				node->missing = (uint8_t) i;
		if (json->text[length])
		{
			PeConstant	constant;

			if ((node->missing != PE_MISSING_RENORMALIZE && node->missing != PE_MISSING_IMPUTE) ||
				pe_constant_parse(json->text + length + 1, &constant))
				return pe_read_fail(r, where, hint, "cannot be %s", pe_read_shown(r, json));
			operand.kind = PE_CONSTANT;
			operand.ref = pe_read_add_constant(r, &constant);
		}
		else if (node->missing == PE_MISSING_UNSTATED || node->missing == PE_MISSING_IMPUTE)
			return pe_read_fail(r, where, hint, "cannot be %s", pe_read_shown(r, json));
	}
	*pe_read_add_operand(r) = operand;
	return true;
}

/* A node's own "round". */
static bool
read_round(PeReader *r, int32_t draft, PeJson *json)
{
	static const char hint[] = "Write \"round\": {\"digits\": 2}, and \"mode\" if it is not the document's.";
	PeNode	   *node = &r->drafts[draft].node;
	PeWhere		where = {draft, "round", NULL, 0};
	PeJson	   *digits;
	PeJson	   *mode;

	if (!pe_read_is_kind(r, &where, json, PE_JSON_OBJECT))
		return false;
	digits = pe_read_member(json, "digits");
	mode = pe_read_member(json, "mode");
	if (!digits)
		return pe_read_fail(r, &where, hint, "needs \"digits\"");
	if (!pe_read_all_used(r, &where, json, hint))
		return false;
	where = (PeWhere) {draft, "round\": \"digits", NULL, 0};
	if (!pe_read_digits(r, &where, digits, &node->digits))
		return false;
	where.key = "round\": \"mode";
	node->mode = r->header.mode > 0 ? (uint8_t) (r->header.mode - 1) : PE_HALF_UP;
	return !mode || pe_read_name(r, &where, mode, pe_round_name, PE_HALF_UP, PE_CEIL, &node->mode);
}

/* The keys that a node of this rule may have. */
static const char *
keys_hint(PeReader *r, int rule)
{
	const PeRuleInfo *info = &pe_rule_info[rule];
	PeText		text;

	pe_text_begin(&text, r->arena);
	pe_text_format(&text, "The keys of %s are: node, rule, label", info->name);
	if (rule != PE_RULE_LIMIT)
		pe_text_put(&text, ", weight, cap, round");
	if (info->policy)
		pe_text_put(&text, ", missing");
	for (const PeSetting *setting = info->settings; setting->key; setting++)
		switch (setting->kind)
		{
			case PE_SETTING_BOUNDS:
				pe_text_put(&text, ", ge, gt, le, lt");
				break;
			case PE_SETTING_BANDS:
				pe_text_put(&text, ", cuts, points, ranges");
				break;
			case PE_SETTING_CURVE:
				pe_text_put(&text, ", xs, ys");
				break;
			default:
				pe_text_format(&text, ", %s", setting->key);
				if (strcmp(setting->key, "value") == 0)
					pe_text_put(&text, " or item");
		}
	pe_text_put(&text, info->max_children > 0 ? ", children." : ".");
	return pe_text_end(&text);
}

/* "value", or in short "item". */
static bool
read_value(PeReader *r, int32_t draft, PeJson *object, bool nullable)
{
	PeJson	   *value = pe_read_member(object, "value");
	PeJson	   *item = pe_read_member(object, "item");
	PeOperand	operand = {PE_ITEM, PE_BOUND_NONE, 0, 0};
	PeWhere		where = {draft, "value", NULL, 0};

	if (value && item)
		return pe_read_fail(r, &where, "Take one of them out; \"item\": n is short for \"value\": {\"item\": n}.",
							"stands beside \"item\"");
	if (!item)
		return pe_read_operand(r, &where, value, true, nullable, PE_BOUND_NONE);
	where.key = "item";
	if (!pe_read_whole(r, &where, item, 0, INT32_MAX, &operand.ref))
		return false;
	*pe_read_add_operand(r) = operand;
	return true;
}

static bool
read_setting(PeReader *r, int32_t draft, const PeSetting *setting, uint8_t *choice)
{
	PeJson	   *object = r->drafts[draft].json;
	PeWhere		where = {draft, setting->key, NULL, 0};
	PeWhere		whole = {draft, NULL, NULL, 0};
	PeOperand	text = {PE_TEXT, PE_BOUND_NONE, 0, 0};
	PeJson	   *at;

	switch (setting->kind)
	{
		case PE_SETTING_BOUNDS:
			return pe_read_bounds(r, &whole, object);
		case PE_SETTING_ITEMS:
			return pe_read_items(r, draft, object);
		case PE_SETTING_BANDS:
			at = pe_read_member(object, "ranges");
			if (!at)
				return pe_read_pairs(r, draft, object, "cuts", "points", 1);
			if (pe_read_member(object, "cuts") || pe_read_member(object, "points"))
				return pe_read_fail(r, &where, "Take \"ranges\" out, or \"cuts\" and \"points\".",
									"stands beside \"cuts\" or \"points\"");
			r->drafts[draft].node.choice[1] = 1;
			return pe_read_ranges(r, draft, at);
		case PE_SETTING_CURVE:
			return pe_read_pairs(r, draft, object, "xs", "ys", 0);
		case PE_SETTING_WORDS:
			return pe_read_words(r, draft, object);
		case PE_SETTING_OPERAND:
			if (strcmp(setting->key, "value") == 0)
				return read_value(r, draft, object, setting->nullable);
			break;
		default:
			break;
	}
	at = pe_read_member(object, setting->key);
	switch (setting->kind)
	{
		case PE_SETTING_CHOICE:
			return !at || pe_read_word(r, &where, at, setting->words, choice);
		case PE_SETTING_FORMULA:
			if (at)
				return pe_read_formula(r, &where, at);
			pe_read_add_operand(r);
			return true;
		case PE_SETTING_TEXT:
			if (at && !pe_read_text(r, &where, at, false, &text.ref))
				return false;
			*pe_read_add_operand(r) = at ? text : (PeOperand) {PE_ABSENT, PE_BOUND_NONE, 0, 0};
			return true;
		default:
			return pe_read_operand(r, &where, at, setting->kind == PE_SETTING_OPERAND,
								   setting->nullable, PE_BOUND_NONE);
	}
}

bool
pe_read_settings(PeReader *r, int32_t draft)
{
	PeJson	   *object = r->drafts[draft].json;
	PeNode	   *node = &r->drafts[draft].node;
	const PeRuleInfo *info = &pe_rule_info[node->rule];
	PeJson	   *label = pe_read_member(object, "label");
	PeJson	   *round = NULL;
	PeWhere		where = {draft, "label", NULL, 0};
	uint8_t		none;
	uint8_t    *choice = node->choice;

	node->operands = r->noperands;
	if (label && !pe_read_text(r, &where, label, true, &node->label))
		return false;
	for (int i = 0; i < PE_NCOMMON; i++)
	{
		/* limits have no part in the points: what they do not ask for is unknown */
		PeJson	   *at = node->rule == PE_RULE_LIMIT ? NULL
			: pe_read_member(object, pe_operand_setting(node->rule, i)->key);

		where.key = pe_operand_setting(node->rule, i)->key;
		if (i == PE_OPERAND_MISSING ? !read_missing(r, &where, at)
			: !pe_read_operand(r, &where, at, false, false, PE_BOUND_NONE))
			return false;
	}
	if (node->rule != PE_RULE_LIMIT)
		round = pe_read_member(object, "round");
	if (round && !read_round(r, draft, round))
		return false;
	for (const PeSetting *setting = info->settings; setting->key; setting++)
	{
		bool		is_choice = setting->kind == PE_SETTING_CHOICE;

		if (!read_setting(r, draft, setting, is_choice ? choice : &none))
			return false;
		choice += is_choice;
	}
	node->noperands = r->noperands - node->operands;
	where.key = NULL;
	return pe_read_all_used(r, &where, object, keys_hint(r, node->rule));
}
