/*
 * evaluate.c
 *	  A scorecard by a rubric: results, score, ranking number and flags.
 *
 * A result is a scorecard too: each node's value under its number, the root's
 * under 0, and flags and the ranking number under items of their own
 * (core/rubric.h).  Nothing here raises on data.
 */
#include "perfeval.h"

#include "access/htup_details.h"
#include "funcapi.h"
#include "utils/builtins.h"

#include "rubric.h"
#include "scorecard.h"

static Datum
entry_numeric(FunctionCallInfo fcinfo, const PeEntry *entry)
{
	if (entry->status != PE_OK)
		PG_RETURN_NULL();
	return NumericGetDatum(pe_entry_to_numeric(entry));
}

/*
 * evaluate(card, rubric) -> scorecard
 *
 * The value of every node at the rubric's digits, or its status.
 */
PG_FUNCTION_INFO_V1(evaluate);
Datum
evaluate(PG_FUNCTION_ARGS)
{
	PE_ARENA(arena);
	const PeReady *ready = pe_arg_rubric(fcinfo, 1);
	PeEvaluation e;
	PeCard		card;
	PeEntry    *entries;
	int32		n;

	pe_card_get(PG_GETARG_DATUM(0), &card);
	pe_evaluate(&e, &arena, ready, &card, false);
	entries = palloc(sizeof(PeEntry) * (Size) pe_evaluation_max(&e));
	n = pe_evaluation_entries(&e, entries);
	PG_RETURN_POINTER(pe_card_pack(entries, n));
}

/*
 * evaluate_brief(card, rubric) -> scorecard
 *
 * Of the result of evaluate: the root, the flags of limits and the number that
 * ranks look at.  score(), rank_basis(), tier_cap() and eligible() say the same
 * of both, and this one is quicker.
 */
PG_FUNCTION_INFO_V1(evaluate_brief);
Datum
evaluate_brief(PG_FUNCTION_ARGS)
{
	PE_ARENA(arena);
	const PeReady *ready = pe_arg_rubric(fcinfo, 1);
	PeEvaluation e;
	PeCard		card;
	PeEntry		few[16];
	PeEntry    *entries = few;
	int32		n;

	pe_card_get(PG_GETARG_DATUM(0), &card);
	pe_evaluate_brief(&e, &arena, ready, &card);
	if (e.nraised + 2 > (int32) lengthof(few))
		entries = palloc(sizeof(PeEntry) * (Size) (e.nraised + 2));
	n = pe_evaluation_brief(&e, entries);
	PG_RETURN_POINTER(pe_card_pack(entries, n));
}

/* What one of the two below takes from the root. */
static Datum
root_number(FunctionCallInfo fcinfo, void (*take) (PeEvaluation *e, PeEntry *entry))
{
	PE_ARENA(arena);
	const PeReady *ready = pe_arg_rubric(fcinfo, 1);
	PeEvaluation e;
	PeCard		card;
	PeEntry		entry;

	pe_card_get(PG_GETARG_DATUM(0), &card);
	pe_evaluate_root(&e, &arena, ready, &card);
	take(&e, &entry);
	return entry_numeric(fcinfo, &entry);
}

/*
 * score(card, rubric) -> numeric: the root's value; NULL if it has none
 */
PG_FUNCTION_INFO_V1(score_card);
Datum
score_card(PG_FUNCTION_ARGS)
{
	return root_number(fcinfo, pe_evaluation_score);
}

/*
 * rank_basis(card, rubric) -> numeric: what ranks and cuts look at
 */
PG_FUNCTION_INFO_V1(rank_basis_card);
Datum
rank_basis_card(PG_FUNCTION_ARGS)
{
	return root_number(fcinfo, pe_evaluation_rank);
}

/* The first of two items that a result has, as a number. */
static Datum
result_item(FunctionCallInfo fcinfo, int32 first, int32 second)
{
	PeCard		card;
	PeEntry		entry;
	int32		index;

	pe_card_get(PG_GETARG_DATUM(0), &card);
	index = pe_card_find(&card, first);
	if (index < 0)
		index = pe_card_find(&card, second);
	if (index < 0)
		PG_RETURN_NULL();
	pe_card_entry(&card, index, &entry);
	return entry_numeric(fcinfo, &entry);
}

/* score(result) -> numeric */
PG_FUNCTION_INFO_V1(score_result);
Datum
score_result(PG_FUNCTION_ARGS)
{
	return result_item(fcinfo, 0, 0);
}

/* rank_basis(result) -> numeric */
PG_FUNCTION_INFO_V1(rank_basis_result);
Datum
rank_basis_result(PG_FUNCTION_ARGS)
{
	return result_item(fcinfo, PE_RANK_ITEM, 0);
}

/* What the codes of errors say. */
static const char *
error_meaning(int64 code)
{
	static const char *const meaning[] = {
		"a count that is negative or not whole",
		"outside of the stated range",
		"a target below 0, or of 0 with something done",
		"a division by 0",
		"a value between the ranges",
		"not the number of a word",
		"a parameter that is not bound",
		"weights that sum to 0",
		"a root or logarithm that does not exist",
		"more digits than there is room for"
	};

	if (code < PE_BAD_COUNT || code >= PE_BAD_COUNT + (int64) lengthof(meaning))
		return "an error of the reading";
	return meaning[code - PE_BAD_COUNT];
}

/*
 * flags(result) -> rows (node int, flag text, value numeric, meaning text)
 */
PG_FUNCTION_INFO_V1(flags);
Datum
flags(PG_FUNCTION_ARGS)
{
	static const char *const meaning[] = {
		NULL, NULL, "children missing, too many for the coverage floor",
		"the tier can be no better than this", "the score is 0",
		"not eligible", "events not decided yet",
		"no range to compare with: the neutral value",
		"missing children filled in"
	};
	ReturnSetInfo *set = (ReturnSetInfo *) fcinfo->resultinfo;
	PeCard		card;

	InitMaterializedSRF(fcinfo, MAT_SRF_USE_EXPECTED_DESC);
	pe_card_get(PG_GETARG_DATUM(0), &card);
	for (int32 i = 0; i < card.n; i++)
	{
		PeEntry		entry;
		Datum		values[4];
		bool		nulls[4] = {false, false, false, false};
		int32		flag;

		pe_card_entry(&card, i, &entry);
		flag = (entry.item - PE_FLAG_ITEM) / PE_FLAG_STRIDE;
		if (entry.item < PE_FLAG_ITEM + PE_FLAG_STRIDE || flag >= PE_NFLAGS ||
			entry.status != PE_OK)
			continue;
		values[0] = Int32GetDatum((entry.item - PE_FLAG_ITEM) % PE_FLAG_STRIDE);
		values[1] = CStringGetTextDatum(pe_flag_name[flag]);
		values[2] = NumericGetDatum(pe_entry_to_numeric(&entry));
		values[3] = CStringGetTextDatum(flag == PE_FLAG_ERROR ?
										error_meaning((int64) entry.number) : meaning[flag]);
		tuplestore_putvalues(set->setResult, set->setDesc, values, nulls);
	}
	return (Datum) 0;
}

/*
 * The flag of this kind before the entry `at`, from the end, where flags are;
 * false if there is none.
 */
static bool
flag_before(const PeCard *result, PeFlag flag, int32 *at, PeEntry *entry)
{
	int32		first = PE_FLAG_ITEM + (int32) flag * PE_FLAG_STRIDE;

	while (--*at >= 0)
	{
		pe_card_entry(result, *at, entry);
		if (entry->item < first)
			break;
		if (entry->item < first + PE_FLAG_STRIDE && entry->status == PE_OK)
			return true;
	}
	return false;
}

/*
 * tier_cap(result) -> int: the worst of the cap_tier flags; NULL without any
 */
PG_FUNCTION_INFO_V1(tier_cap);
Datum
tier_cap(PG_FUNCTION_ARGS)
{
	PeCard		result;
	PeEntry		entry;
	int32		at;
	int32		tier = 0;

	pe_card_get(PG_GETARG_DATUM(0), &result);
	at = result.n;
	while (flag_before(&result, PE_FLAG_CAP_TIER, &at, &entry))
		/* only a card that no evaluation made has other numbers */
		if (entry.scale == 0 && entry.number > tier && entry.number <= PG_INT32_MAX)
			tier = (int32) entry.number;
	if (tier == 0)
		PG_RETURN_NULL();
	PG_RETURN_INT32(tier);
}

/*
 * eligible(result) -> boolean: false with a flag ineligible
 */
PG_FUNCTION_INFO_V1(eligible);
Datum
eligible(PG_FUNCTION_ARGS)
{
	PeCard		result;
	PeEntry		entry;
	int32		at;

	pe_card_get(PG_GETARG_DATUM(0), &result);
	at = result.n;
	PG_RETURN_BOOL(!flag_before(&result, PE_FLAG_INELIGIBLE, &at, &entry));
}
