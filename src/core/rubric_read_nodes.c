/*
 * rubric_read_nodes.c
 *	  The tree of a document: its nodes are collected and numbered, and at last put
 *	  in the order of evaluation.
 */
#include "rubric_read_parts.h"

#include <stdlib.h>
#include <string.h>

/* A draft that has no place in the order of evaluation yet. */
#define UNSEEN		(-1)
#define UNDER_WAY	(-2)

static const char *
rules_hint(PeReader *r)
{
	PeText		text;

	pe_text_begin(&text, r->arena);
	pe_text_put(&text, "Use one of: ");
	for (int rule = 0; rule < PE_RULE_LIMIT; rule++)
		pe_text_format(&text, "%s%s (%s)", rule ? ", " : "", pe_rule_info[rule].name,
					   pe_rule_info[rule].zh);
	pe_text_put(&text, ".");
	return pe_text_end(&text);
}

bool
pe_says_limit(const PeJson *rule)
{
	const PeRuleInfo *info = &pe_rule_info[PE_RULE_LIMIT];

	return rule->kind == PE_JSON_STRING &&
		(strcmp(rule->text, info->name) == 0 || strcmp(rule->text, info->zh) == 0);
}

static bool
read_rule(PeReader *r, const PeWhere *where, const PeJson *json, bool limit, uint8_t *rule)
{
	if (limit)
	{
		*rule = PE_RULE_LIMIT;
		return !json || pe_says_limit(json) ||
			pe_read_fail(r, where, "Leave \"rule\" out of limits, or write \"limit\".",
						 "must be \"limit\", but is %s", pe_read_shown(r, json));
	}
	if (!json)
		return pe_read_fail(r, where, rules_hint(r), "is required");
	if (json->kind == PE_JSON_STRING)
		for (*rule = 0; *rule < PE_RULE_LIMIT; ++*rule)
			if (strcmp(json->text, pe_rule_info[*rule].name) == 0 ||
				strcmp(json->text, pe_rule_info[*rule].zh) == 0)
				return true;
	return pe_read_fail(r, where, rules_hint(r), "cannot be %s", pe_read_shown(r, json));
}

/* A node and what is below it; the number of its draft is the number of drafts before. */
bool
pe_read_collect(PeReader *r, PeJson *json, int32_t parent, int32_t place, int depth, bool limit)
{
	int32_t		index = r->ndrafts;
	PeWhere		where = {index, NULL, NULL, 0};
	PeJson	   *children;
	PeJson	   *number;
	PeDraft	   *draft;

	if (index == PE_RUBRIC_MAX_NODES)
	{
		where.draft = parent;
		pe_read_fail(r, &where, "Take nodes out, or split the rubric and hand its points on.",
					 "the rubric has more than %d nodes", PE_RUBRIC_MAX_NODES);
		return pe_read_limited(r);
	}
	if (depth > PE_RUBRIC_MAX_DEPTH)
	{
		where.draft = parent;
		pe_read_fail(r, &where, "Take levels out of the tree.",
					 "the tree is more than %d levels deep", PE_RUBRIC_MAX_DEPTH);
		return pe_read_limited(r);
	}
	r->drafts = pe_read_grow(r, r->drafts, index, &r->room_drafts, sizeof(PeDraft));
	r->ndrafts++;
	draft = &r->drafts[index];
	memset(draft, 0, sizeof(PeDraft));
	draft->json = json;
	draft->node.parent = parent;
	draft->node.digits = PE_NOT_ROUNDED;
	draft->place = place;
	draft->index = UNSEEN;
	if (!limit)
		r->header.root = index;	/* for the time being: the last of the tree */

	if (!pe_read_is_kind(r, &where, json, PE_JSON_OBJECT))
		return false;
	where.key = "rule";
	if (!read_rule(r, &where, pe_read_member(json, "rule"), limit, &draft->node.rule))
		return false;
	where.key = "node";
	number = pe_read_member(json, "node");
	draft->node.number = index == 0 ? 0 : -1;
	if (number && !pe_read_whole(r, &where, number, index == 0 ? 0 : 1,
								 index == 0 ? 0 : PE_MAX_NODE_NUMBER, &draft->node.number))
		return false;
	where.key = "children";
	children = pe_read_member(json, "children");
	if (!children)
		return true;
	if (!pe_read_is_kind(r, &where, children, PE_JSON_ARRAY))
		return false;
	if (pe_rule_info[draft->node.rule].max_children == 0)
		return pe_read_fail(r, &where, "Take them out, or use a rule that combines them, as sum.",
							"is not for %s, a rule without children", pe_rule_info[draft->node.rule].name);
	draft->node.nchildren = children->n;
	draft->children = pe_alloc(r->arena, sizeof(int32_t) * (size_t) children->n);
	place = 0;
	for (PeJson *at = children->first; at; at = at->next)
	{
		/* drafts move as they grow in number */
		r->drafts[index].children[place++] = r->ndrafts;
		if (!pe_read_collect(r, at, index, place, depth + 1, false))
			return false;
	}
	return true;
}

static int
by_number(const void *a, const void *b)
{
	const PeNumbered *x = a;
	const PeNumbered *y = b;

	if (x->number != y->number)
		return x->number < y->number ? -1 : 1;
	return x->draft < y->draft ? -1 : x->draft > y->draft;
}

/* Nodes without a number get the lowest free ones. */
bool
pe_read_number_nodes(PeReader *r)
{
	int32_t		n = 0;
	int32_t		stated = 0;
	int32_t		next = 0;

	r->numbered = pe_alloc(r->arena, sizeof(PeNumbered) * (size_t) r->ndrafts);
	for (int32_t i = 0; i < r->ndrafts; i++)
		if (r->drafts[i].node.number >= 0)
			r->numbered[n++] = (PeNumbered) {r->drafts[i].node.number, i};
	qsort(r->numbered, (size_t) n, sizeof(PeNumbered), by_number);
	stated = n;
	for (int32_t i = 1; i < stated; i++)
		if (r->numbered[i - 1].number == r->numbered[i].number)
		{
			PeWhere		where = {r->numbered[i].draft, "node", NULL, 0};

			return pe_read_fail(r, &where, "Give each node a number of its own, or none.",
								"is %d, which is the number of %s already", (int) r->numbered[i].number,
								pe_read_path(r, r->numbered[i - 1].draft));
		}
	for (int32_t i = 0, at = 0; i < r->ndrafts; i++)
	{
		if (r->drafts[i].node.number >= 0)
			continue;
		for (; at < stated && r->numbered[at].number == next; at++)
			next++;
		r->drafts[i].node.number = next;
		r->numbered[n++] = (PeNumbered) {next++, i};
	}
	qsort(r->numbered, (size_t) n, sizeof(PeNumbered), by_number);
	return true;
}

/* The draft of that number, or -1. */
int32_t
pe_read_find_number(const PeReader *r, int32_t number)
{
	int32_t		low = 0;
	int32_t		high = r->ndrafts;

	while (low < high)
	{
		int32_t		middle = low + (high - low) / 2;

		if (r->numbered[middle].number < number)
			low = middle + 1;
		else
			high = middle;
	}
	return low < r->ndrafts && r->numbered[low].number == number ? r->numbered[low].draft : -1;
}

/* The drafts that one looks at, by turns: children, settings, the formula. */
static int32_t
looks_at(const PeReader *r, const PeDraft *draft, int32_t at)
{
	const PeNode *node = &draft->node;

	if (at < node->nchildren)
		return draft->children[at];
	at -= node->nchildren;
	if (at < node->noperands)
		return r->operands[node->operands + at].kind == PE_NODE ? r->operands[node->operands + at].ref : -1;
	at -= node->noperands;
	return draft->steps[at].op == PE_OP_NODE ? draft->steps[at].arg : -1;
}

/*
 * Depth first, a node after all that it looks at.  The path is kept by hand,
 * for references may make it as long as there are nodes.
 */
bool
pe_read_order_nodes(PeReader *r)
{
	int32_t    *path = pe_alloc(r->arena, sizeof(int32_t) * (size_t) r->ndrafts);
	int32_t    *at = pe_alloc(r->arena, sizeof(int32_t) * (size_t) r->ndrafts);
	int32_t		n = 0;
	int32_t		done = 0;

	r->order = pe_alloc(r->arena, sizeof(int32_t) * (size_t) r->ndrafts);
	path[n++] = 0;
	at[0] = 0;
	r->drafts[0].index = UNDER_WAY;
	while (n > 0)
	{
		PeDraft	   *draft = &r->drafts[path[n - 1]];
		int32_t		next;

		if (at[n - 1] == draft->node.nchildren + draft->node.noperands + draft->node.ncode)
		{
			r->order[done] = path[--n];
			draft->index = done++;
			continue;
		}
		next = looks_at(r, draft, at[n - 1]++);
		if (next < 0)
			continue;
		if (r->drafts[next].index == UNDER_WAY)
		{
			PeWhere		where = {path[n - 1], NULL, NULL, 0};

			if (next == path[n - 1])
				return pe_read_fail(r, &where, "Refer to another node, or to items.", "looks at itself");
			return pe_read_fail(r, &where, "Points must not depend on themselves; take one of the references out.",
								"looks at node %d (%s), which depends on this node (%s)",
								(int) r->drafts[next].node.number, pe_read_path(r, next),
								pe_read_path(r, path[n - 1]));
		}
		if (r->drafts[next].index == UNSEEN)
		{
			r->drafts[next].index = UNDER_WAY;
			path[n] = next;
			at[n++] = 0;
		}
	}
	for (; done < r->ndrafts; done++)
	{
		r->order[done] = done;
		r->drafts[done].index = done;
	}
	return true;
}
