/*
 * rubric_write.c
 *	  Writes the text form of a rubric; see rubric_text.h.
 */
#include "rubric_text.h"
#include "card_text.h"

#include <string.h>

void
pe_constant_put(PeText *text, const PeConstant *constant)
{
	char		number[PE_NUMBER_TEXT];

	pe_text_bytes(text, number, pe_number_text(constant->number, constant->scale, number));
}

static void
put_key(PeText *text, const char *key)
{
	if (text->data[text->length - 1] != '{')
		pe_text_put(text, ", ");
	pe_text_string(text, key);
	pe_text_put(text, ": ");
}

static void
put_operand(PeText *text, const PeRubric *rubric, const PeOperand *operand)
{
	switch (operand->kind)
	{
		case PE_CONSTANT:
			pe_constant_put(text, &rubric->constants[operand->ref]);
			break;
		case PE_ITEM:
			pe_text_format(text, "{\"item\": %d}", (int) operand->ref);
			break;
		case PE_NODE:
			pe_text_format(text, "{\"node\": %d}", (int) rubric->nodes[operand->ref].number);
			break;
		case PE_PARAMETER:
			pe_text_put(text, "{\"parameter\": ");
			pe_text_string(text, rubric->text + rubric->parameters[operand->ref].name);
			pe_text_put(text, "}");
			break;
		case PE_TEXT:
			pe_text_string(text, rubric->text + operand->ref);
			break;
		default:
			pe_text_put(text, "null");
			break;
	}
}

static void
put_bounds(PeText *text, const PeRubric *rubric, const PeOperand *operands)
{
	for (int side = 0; side < 2; side++)
		if (operands[side].kind != PE_ABSENT)
		{
			put_key(text, pe_bound_name[operands[side].bound]);
			put_operand(text, rubric, &operands[side]);
		}
}

/* Every `stride`-th operand from the first. */
static void
put_list(PeText *text, const PeRubric *rubric, const char *key, const PeOperand *operands,
		 int32_t first, int32_t n, int32_t stride)
{
	put_key(text, key);
	pe_text_put(text, "[");
	for (int32_t i = first; i < n; i += stride)
	{
		if (i > first)
			pe_text_put(text, ", ");
		if (operands[i].kind == PE_ITEM)
			pe_text_format(text, "%d", (int) operands[i].ref);
		else
			put_operand(text, rubric, &operands[i]);
	}
	pe_text_put(text, "]");
}

static void
put_setting(PeText *text, const PeRubric *rubric, const PeNode *node, const PeSetting *setting,
			const PeOperand *operand, int choice)
{
	int32_t		n = node->noperands - PE_NCOMMON - pe_rule_info[node->rule].noperands;
	int32_t		stride = 3;

	switch (setting->kind)
	{
		case PE_SETTING_CHOICE:
			if (choice > 0)
			{
				put_key(text, setting->key);
				pe_text_string(text, setting->words[choice - 1].word);
			}
			break;
		case PE_SETTING_BOUNDS:
			put_bounds(text, rubric, operand);
			break;
		case PE_SETTING_ITEMS:
			put_list(text, rubric, "items", operand, 0, n, 1);
			break;
		case PE_SETTING_CURVE:
			put_list(text, rubric, "xs", operand, 0, n, 2);
			put_list(text, rubric, "ys", operand, 1, n, 2);
			break;
		case PE_SETTING_BANDS:
			if (node->choice[1] == 0)
			{
				put_list(text, rubric, "cuts", operand, 1, n, 2);
				put_list(text, rubric, "points", operand, 0, n, 2);
				break;
			}
			/* FALLTHROUGH */
		case PE_SETTING_WORDS:
			if (setting->kind == PE_SETTING_WORDS)
				stride = 2;
			put_key(text, setting->key);
			for (int32_t i = 0; i < n; i += stride)
			{
				pe_text_put(text, i == 0 ? "[{" : ", {");
				if (stride == 3)
					put_bounds(text, rubric, &operand[i]);
				else
				{
					put_key(text, "word");
					put_operand(text, rubric, &operand[i]);
				}
				put_key(text, "points");
				put_operand(text, rubric, &operand[i + stride - 1]);
				pe_text_put(text, "}");
			}
			pe_text_put(text, "]");
			break;
		default:
			if (operand->kind == PE_ITEM && strcmp(setting->key, "value") == 0)
			{
				put_key(text, "item");
				pe_text_format(text, "%d", (int) operand->ref);
			}
			else if (operand->kind != PE_ABSENT)
			{
				put_key(text, setting->key);
				put_operand(text, rubric, operand);
			}
			break;
	}
}

static void
put_node(PeText *text, const PeRubric *rubric, int32_t index)
{
	const PeNode *node = &rubric->nodes[index];
	const PeRuleInfo *info = &pe_rule_info[node->rule];
	const PeOperand *operand = &rubric->operands[node->operands];
	const uint8_t *choice = node->choice;

	pe_text_put(text, "{");
	put_key(text, "node");
	pe_text_format(text, "%d", (int) node->number);
	put_key(text, "rule");
	pe_text_string(text, info->name);
	if (node->label)
	{
		put_key(text, "label");
		pe_text_string(text, rubric->text + node->label);
	}
	for (int i = PE_OPERAND_WEIGHT; i <= PE_OPERAND_CAP; i++)
		if (operand[i].kind != PE_ABSENT)
		{
			put_key(text, pe_operand_setting(node->rule, i)->key);
			put_operand(text, rubric, &operand[i]);
		}
	if (node->digits != PE_NOT_ROUNDED)
	{
		put_key(text, "round");
		pe_text_format(text, "{\"digits\": %d, \"mode\": \"%s\"}", node->digits,
					   pe_round_name[node->mode]);
	}
	if (node->missing != PE_MISSING_UNSTATED)
	{
		put_key(text, "missing");
		pe_text_format(text, "\"%s", pe_missing_name[node->missing]);
		if (operand[PE_OPERAND_MISSING].kind == PE_CONSTANT)
		{
			pe_text_put(text, ":");
			put_operand(text, rubric, &operand[PE_OPERAND_MISSING]);
		}
		pe_text_put(text, "\"");
	}
	operand += PE_NCOMMON;
	for (const PeSetting *setting = info->settings; setting->key; setting++)
	{
		bool		is_choice = setting->kind == PE_SETTING_CHOICE;

		put_setting(text, rubric, node, setting, operand, is_choice ? *choice : 0);
		choice += is_choice;
		operand += pe_setting_width(setting);
	}
	for (int32_t i = 0; i < node->nchildren; i++)
	{
		if (i == 0)
			put_key(text, "children");
		pe_text_put(text, i == 0 ? "[" : ", ");
		put_node(text, rubric, rubric->children[node->children + i]);
	}
	pe_text_put(text, node->nchildren > 0 ? "]}" : "}");
}

char *
pe_rubric_write(PeArena *arena, const PeRubric *rubric, size_t *length)
{
	const PeRubricHeader *header = rubric->header;
	PeText		text;
	char	   *written;

	pe_text_begin(&text, arena);
	pe_text_format(&text, "{\"rubric\": %d", PE_RUBRIC_VERSION);
	if (header->label)
	{
		put_key(&text, "label");
		pe_text_string(&text, rubric->text + header->label);
	}
	if (header->round_at || header->digits != PE_NOT_ROUNDED || header->mode || header->rank_basis)
	{
		put_key(&text, "rounding");
		pe_text_put(&text, "{");
		if (header->round_at)
		{
			put_key(&text, "at");
			pe_text_string(&text, pe_round_at_name[header->round_at]);
		}
		if (header->digits != PE_NOT_ROUNDED)
		{
			put_key(&text, "digits");
			pe_text_format(&text, "%d", header->digits);
		}
		if (header->mode)
		{
			put_key(&text, "mode");
			pe_text_string(&text, pe_round_name[header->mode - 1]);
		}
		if (header->rank_basis)
		{
			put_key(&text, "rank_basis");
			pe_text_string(&text, pe_rank_basis_name[header->rank_basis]);
		}
		pe_text_put(&text, "}");
	}
	if (header->nparameters > 0)
	{
		put_key(&text, "parameters");
		pe_text_put(&text, "{");
		for (int32_t i = 0; i < header->nparameters; i++)
		{
			const PeParameter *parameter = &rubric->parameters[i];

			put_key(&text, rubric->text + parameter->name);
			if (parameter->constant < 0)
				pe_text_put(&text, "null");
			else
				pe_constant_put(&text, &rubric->constants[parameter->constant]);
		}
		pe_text_put(&text, "}");
	}
	put_key(&text, "root");
	put_node(&text, rubric, header->root);
	for (int32_t i = 0; i < header->nlimits; i++)
	{
		if (i == 0)
			put_key(&text, "limits");
		pe_text_put(&text, i == 0 ? "[" : ", ");
		put_node(&text, rubric, header->root + 1 + i);
	}
	pe_text_put(&text, header->nlimits > 0 ? "]}" : "}");
	written = pe_text_end(&text);
	*length = text.length;
	return written;
}

char *
pe_node_path(PeArena *arena, const PeRubric *rubric, int32_t index)
{
	int32_t		places[PE_RUBRIC_MAX_DEPTH];
	int			n = 0;
	PeText		text;

	pe_text_begin(&text, arena);
	if (index > rubric->header->root)
		pe_text_format(&text, "/limits/%d", (int) (index - rubric->header->root));
	else if (index == rubric->header->root)
		pe_text_put(&text, "/");
	for (; index < rubric->header->root; index = rubric->nodes[index].parent)
	{
		const PeNode *parent = &rubric->nodes[rubric->nodes[index].parent];
		int32_t		place = 0;

		while (rubric->children[parent->children + place] != index)
			place++;
		places[n++] = place + 1;
	}
	while (n > 0)
		pe_text_format(&text, "/%d", (int) places[--n]);
	return pe_text_end(&text);
}
