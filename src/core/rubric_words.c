/*
 * rubric_words.c
 *	  A node's rule in words; see rubric_words.h.
 */
#include "rubric_words.h"

#include <string.h>

#include "rubric_text.h"

static void
put_operand(PeText *text, const PeRubric *rubric, const PeOperand *operand)
{
	const PeParameter *parameter;

	switch ((PeOperandKind) operand->kind)
	{
		case PE_CONSTANT:
			pe_constant_put(text, &rubric->constants[operand->ref]);
			break;
		case PE_ITEM:
			pe_text_format(text, "item %d", operand->ref);
			break;
		case PE_NODE:
			pe_text_format(text, "node %d", rubric->nodes[operand->ref].number);
			break;
		case PE_PARAMETER:
			parameter = &rubric->parameters[operand->ref];
			pe_text_put(text, rubric->text + parameter->name);
			if (parameter->constant >= 0)
			{
				pe_text_put(text, " = ");
				pe_constant_put(text, &rubric->constants[parameter->constant]);
			}
			break;
		case PE_TEXT:
			pe_text_put(text, rubric->text + operand->ref);
			break;
		default:
			pe_text_put(text, "none");
			break;
	}
}

static void
put_bound(PeText *text, const PeRubric *rubric, const PeOperand *operand)
{
	static const char *const sign[] = {NULL, "≥ ", "> ", "≤ ", "< "};

	if (operand->bound == PE_BOUND_NONE)
		return;
	pe_text_put(text, " ");
	pe_text_put(text, sign[operand->bound]);
	put_operand(text, rubric, operand);
}

static void
put_list(PeText *text, const PeRubric *rubric, const PeNode *node,
		 PeSettingKind kind, int32_t at)
{
	const PeOperand *operands = rubric->operands;
	int32_t		end = node->operands + node->noperands;

	switch (kind)
	{
		case PE_SETTING_ITEMS:
			pe_text_put(text, "items");
			for (; at < end; at++)
				pe_text_format(text, " %d", operands[at].ref);
			break;
		case PE_SETTING_BANDS:
			if (node->choice[1] == 0)
			{
				put_operand(text, rubric, &operands[at++]);
				for (; at < end; at += 2)
				{
					pe_text_put(text, "; from ");
					put_operand(text, rubric, &operands[at]);
					pe_text_put(text, ": ");
					put_operand(text, rubric, &operands[at + 1]);
				}
				break;
			}
			for (int32_t first = at; at < end; at += 3)
			{
				pe_text_put(text, at > first ? "; " : "");
				pe_text_put(text, operands[at].bound || operands[at + 1].bound ? "if" : "otherwise");
				put_bound(text, rubric, &operands[at]);
				put_bound(text, rubric, &operands[at + 1]);
				pe_text_put(text, ": ");
				put_operand(text, rubric, &operands[at + 2]);
			}
			break;
		default:
			/* pairs: a curve's points, words and theirs */
			for (int32_t first = at; at < end; at += 2)
			{
				if (at > first)
					pe_text_put(text, "; ");
				if (kind == PE_SETTING_CURVE)
					pe_text_put(text, "at ");
				put_operand(text, rubric, &operands[at]);
				pe_text_put(text, ": ");
				put_operand(text, rubric, &operands[at + 1]);
			}
			break;
	}
}

/* A key of the tables as words. */
static void
put_key(PeText *text, const char *key)
{
	for (; *key; key++)
		pe_text_bytes(text, *key == '_' ? " " : key, 1);
	pe_text_put(text, " ");
}

char *
pe_rule_words(PeArena *arena, const PeRubric *rubric, int32_t index)
{
	const PeNode *node = &rubric->nodes[index];
	const PeRuleInfo *info = &pe_rule_info[node->rule];
	int32_t		at = node->operands + PE_NCOMMON;
	int			nchoices = 0;
	bool		first = true;
	PeText		text;

	pe_text_begin(&text, arena);
	pe_text_put(&text, info->name);
	pe_text_format(&text, " (%s)", info->zh);
	for (const PeSetting *setting = info->settings; setting->key; setting++)
	{
		const PeOperand *operand = &rubric->operands[at];
		const char *separator = first ? ": " : ", ";

		if (setting->kind == PE_SETTING_CHOICE)
		{
			int			chosen = node->choice[nchoices++];

			if (chosen == 0 && setting->otherwise == NULL)
				continue;
			pe_text_put(&text, separator);
			put_key(&text, setting->key);
			pe_text_put(&text, chosen ? setting->words[chosen - 1].word : setting->otherwise);
		}
		else if (setting->kind == PE_SETTING_BOUNDS)
		{
			put_bound(&text, rubric, operand);
			put_bound(&text, rubric, operand + 1);
			at += 2;
		}
		else if (setting->kind >= PE_SETTING_ITEMS)
		{
			pe_text_put(&text, separator);
			put_list(&text, rubric, node, (PeSettingKind) setting->kind, at);
		}
		else
		{
			at++;
			if (operand->kind == PE_ABSENT && setting->otherwise == NULL)
				continue;
			pe_text_put(&text, separator);
			if (setting->kind != PE_SETTING_FORMULA && strcmp(setting->key, "value") != 0)
				put_key(&text, setting->key);
			if (operand->kind == PE_ABSENT)
				pe_text_put(&text, setting->otherwise);
			else
				put_operand(&text, rubric, operand);
		}
		first = false;
	}
	return pe_text_end(&text);
}
