/*
 * explain.c
 *	  Where a score comes from, as rows; and what a rubric leaves to be mended.
 */
#include "perfeval.h"

#include "access/htup_details.h"
#include "funcapi.h"
#include "miscadmin.h"
#include "utils/builtins.h"

#include "core/explain.h"
#include "core/rubric_lint.h"
#include "core/rubric_text.h"
#include "core/rubric_words.h"
#include "rubric.h"
#include "scorecard.h"

static Datum
rat_numeric(PeArena *arena, const PeRat *value)
{
	return PE_DEC_DATUM(arena, pe_dec_trim(arena, pe_rat_to_dec(arena, value)));
}

/* The one reading of a leaf, and the node that it is shown as. */
static bool
reading_of(PeEvaluation *e, const PeNode *node, PeResult *reading, int32 *shown_as)
{
	const PeRubric *rubric = &e->ready->rubric;
	const PeRuleInfo *info = &pe_rule_info[node->rule];
	const PeOperand *operand;

	if (info->settings[0].key == NULL)
		return false;
	if (info->settings[0].kind == PE_SETTING_OPERAND && info->max_children == 0)
		operand = &rubric->operands[node->operands + PE_VALUE];
	else if ((node->rule == PE_RULE_CEILING || node->rule == PE_RULE_AWARDS) &&
			 node->noperands == PE_NCOMMON + info->noperands + 1)
		operand = &rubric->operands[node->operands + node->noperands - 1];
	else
		return false;
	if (operand->kind == PE_ITEM)
		pe_read_item(e, operand->ref, reading);
	else if (operand->kind == PE_NODE)
	{
		*reading = e->results[operand->ref];
		*shown_as = operand->ref;
	}
	else
		return false;
	return reading->status == PE_OK;
}

/* A node's weight: stated, or 1 where its parent asks for one. */
static const PeRat *
weight_of(const PeReady *ready, const PeNode *node)
{
	if (node->parent >= 0 && !ready->open[node->operands + PE_OPERAND_WEIGHT] &&
		pe_has_weights(&ready->rubric.nodes[node->parent]))
		return pe_child_weight(ready, (int32) (node - ready->rubric.nodes));
	return pe_number_of(ready, node, PE_OPERAND_WEIGHT);
}

/* A value as a result shows it. */
static bool
shown(PeEvaluation *e, int32 index, PeEntry *entry)
{
	return pe_shown_entry(e, index, &e->results[index], entry) &&
		entry->status == PE_OK;
}

static char *
line_label(PeEvaluation *e, const PeLine *line)
{
	const PeRubric *rubric = &e->ready->rubric;
	const PeNode *node = &rubric->nodes[line->node];

	switch ((PeLineKind) line->kind)
	{
		case PE_LINE_EFFECT:
			return psprintf("effect of %s (%s)", pe_rule_info[node->rule].name,
							pe_rule_info[node->rule].zh);
		case PE_LINE_ROUNDING:
			return pstrdup("effect of rounding (四舍五入)");
		case PE_LINE_VETO:
			return pstrdup("effect of veto (一票否决)");
		case PE_LINE_NODE:
			break;
	}
	return node->label ? pstrdup(rubric->text + node->label) : NULL;
}

static char *
line_note(PeEvaluation *e, const PeLine *line)
{
	const PeResult *result = &e->results[line->node];
	const char *code = result->status == PE_ERROR ?
		psprintf("error %d; ", result->code) : "";

	if (line->kind != PE_LINE_NODE)
		return NULL;
	switch ((PeNote) line->note)
	{
		case PE_NOTE_FILLED:
			return psprintf("%scounted as %s", code,
							pe_dec_text(e->arena, pe_dec_trim(e->arena,
															  pe_rat_to_dec(e->arena, line->filled))));
		case PE_NOTE_LEFT_OUT:
			return psprintf("%sleft out", code);
		case PE_NOTE_INPUT:
			return psprintf("%scounts through the node above", code);
		case PE_NOTE_STRUCK:
			return pstrdup("struck");
		case PE_NOTE_NONE:
			break;
	}
	return result->status == PE_ERROR ? psprintf("error %d", result->code) : NULL;
}

/*
 * explain(card, rubric) -> rows (node, parent, path, label, reading, rule,
 *	raw_points, weight, points, status, note)
 *
 * In the document's order; the points add up to the score.
 */
PG_FUNCTION_INFO_V1(explain);
Datum
explain(PG_FUNCTION_ARGS)
{
	PE_ARENA(arena);
	ReturnSetInfo *set = (ReturnSetInfo *) fcinfo->resultinfo;
	const PeReady *ready = pe_arg_rubric(fcinfo, 1);
	const PeRubric *rubric = &ready->rubric;
	PeEvaluation e;
	PeCard		card;
	PeLine	   *lines;
	int32		n;

	InitMaterializedSRF(fcinfo, MAT_SRF_USE_EXPECTED_DESC);
	pe_card_get(PG_GETARG_DATUM(0), &card);
	pe_evaluate(&e, &arena, ready, &card, true);
	lines = pe_explain(&e, &n);
	for (int32 i = 0; i < n; i++)
	{
		const PeLine *line = &lines[i];
		const PeNode *node = &rubric->nodes[line->node];
		bool		own = line->kind == PE_LINE_NODE;
		const PeRat *weight = weight_of(ready, node);
		char	   *label = line_label(&e, line);
		char	   *note = line_note(&e, line);
		PeResult	reading;
		int32		shown_as = line->node;
		PeEntry		entry;
		Datum		values[11] = {0};
		bool		nulls[11];

		CHECK_FOR_INTERRUPTS();
		memset(nulls, true, sizeof(nulls));
		values[0] = Int32GetDatum(node->number);
		nulls[0] = false;
		if (node->parent >= 0)
		{
			values[1] = Int32GetDatum(rubric->nodes[node->parent].number);
			nulls[1] = false;
		}
		values[2] = CStringGetTextDatum(pe_node_path(&arena, rubric, line->node));
		nulls[2] = false;
		if (label)
		{
			values[3] = pe_utf8_text(label);
			nulls[3] = false;
		}
		if (own && reading_of(&e, node, &reading, &shown_as) &&
			pe_shown_entry(&e, shown_as, &reading, &entry))
		{
			/* an item as it was read; another node as it is shown */
			values[4] = reading.value.den == 1 ? rat_numeric(&arena, &reading.value) :
				NumericGetDatum(pe_entry_to_numeric(&entry));
			nulls[4] = false;
		}
		if (own)
		{
			values[5] = pe_utf8_text(pe_rule_words(&arena, rubric, line->node));
			nulls[5] = false;
			if (shown(&e, line->node, &entry))
			{
				values[6] = NumericGetDatum(pe_entry_to_numeric(&entry));
				nulls[6] = false;
			}
			if (weight)
			{
				values[7] = rat_numeric(&arena, weight);
				nulls[7] = false;
			}
			values[9] = CStringGetTextDatum(pe_status_name[e.results[line->node].status]);
			nulls[9] = false;
		}
		if (line->has_points)
		{
			values[8] = rat_numeric(&arena, &line->points);
			nulls[8] = false;
		}
		if (note)
		{
			values[10] = CStringGetTextDatum(note);
			nulls[10] = false;
		}
		tuplestore_putvalues(set->setResult, set->setDesc, values, nulls);
	}
	return (Datum) 0;
}

/*
 * lint(rubric) -> rows (severity, path, code, message, hint)
 */
PG_FUNCTION_INFO_V1(lint);
Datum
lint(PG_FUNCTION_ARGS)
{
	PE_ARENA(arena);
	ReturnSetInfo *set = (ReturnSetInfo *) fcinfo->resultinfo;
	const PeReady *ready = pe_arg_rubric(fcinfo, 0);
	PeFinding  *findings;
	int32		n;

	InitMaterializedSRF(fcinfo, MAT_SRF_USE_EXPECTED_DESC);
	findings = pe_rubric_lint(&arena, &ready->rubric, &n);
	for (int32 i = 0; i < n; i++)
	{
		const PeFinding *finding = &findings[i];
		Datum		values[5];
		bool		nulls[5] = {false};

		values[0] = CStringGetTextDatum(pe_severity_name[finding->severity]);
		nulls[1] = finding->node < 0;
		values[1] = nulls[1] ? (Datum) 0 :
			CStringGetTextDatum(pe_node_path(&arena, &ready->rubric, finding->node));
		values[2] = CStringGetTextDatum(finding->code);
		values[3] = pe_utf8_text(finding->message);
		nulls[4] = finding->hint == NULL;
		values[4] = nulls[4] ? (Datum) 0 : pe_utf8_text(finding->hint);
		tuplestore_putvalues(set->setResult, set->setDesc, values, nulls);
	}
	return (Datum) 0;
}
