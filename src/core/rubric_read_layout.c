/*
 * rubric_read_layout.c
 *	  The drafts of a document as one piece of memory; see rubric.h.
 */
#include "rubric_read_parts.h"

#include <stdlib.h>
#include <string.h>

/* A constant, and who wants it. */
typedef struct Wanted
{
	PeConstant	constant;
	int32_t		ref;
} Wanted;

static int
by_constant(const void *a, const void *b)
{
	const PeConstant *x = &((const Wanted *) a)->constant;
	const PeConstant *y = &((const Wanted *) b)->constant;

	if (x->scale != y->scale)
		return x->scale < y->scale ? -1 : 1;
	return x->number < y->number ? -1 : x->number > y->number;
}

/* Each constant once, in an order of their own; gives the new index by the old. */
static int32_t *
pool_constants(PeReader *r)
{
	int32_t    *index = pe_alloc(r->arena, sizeof(int32_t) * (size_t) r->nconstants);
	Wanted	   *wanted = pe_alloc(r->arena, sizeof(Wanted) * (size_t) r->nconstants);
	int32_t		n = 0;

	for (int32_t i = 0; i < r->nconstants; i++)
		wanted[i] = (Wanted) {r->constants[i], i};
	qsort(wanted, (size_t) r->nconstants, sizeof(Wanted), by_constant);
	for (int32_t i = 0; i < r->nconstants; i++)
	{
		if (i == 0 || by_constant(&wanted[i - 1], &wanted[i]) != 0)
			r->constants[n++] = wanted[i].constant;
		index[wanted[i].ref] = n - 1;
	}
	r->nconstants = n;
	return index;
}

PeRubricHeader *
pe_read_lay_out(PeReader *r)
{
	int32_t    *constant = pool_constants(r);
	PeRubricHeader *header = &r->header;
	PeRubric	rubric;
	PeNode	   *node;
	PeOperand  *operand;
	PeStep	   *step;
	int32_t    *child;
	size_t		size;
	void	   *data;
	int64_t		ncode = 0;

	for (int32_t i = 0; i < r->ndrafts; i++)
		ncode += r->drafts[i].node.ncode;
	header->version = PE_RUBRIC_VERSION;
	header->nnodes = r->ndrafts;
	header->noperands = r->noperands;
	header->nconstants = r->nconstants;
	header->nchildren = header->root;
	header->ncode = ncode < PE_RUBRIC_MAX_BYTES ? (int32_t) ncode : PE_RUBRIC_MAX_BYTES;
	header->ntext = (int32_t) r->text.length;
	size = pe_rubric_size(header);
	if (size > PE_RUBRIC_MAX_BYTES)
	{
		pe_read_fail(r, &pe_nowhere, "Take settings out, or split the rubric.",
					 "the rubric is larger than 64 MB when compiled");
		pe_read_limited(r);
		return NULL;
	}
	header->size = (int32_t) size;
	data = pe_alloc(r->arena, size);
	memset(data, 0, size);
	memcpy(data, header, sizeof(PeRubricHeader));
	pe_rubric_open(&rubric, data);
	if (r->nconstants > 0)
		memcpy((void *) rubric.constants, r->constants, sizeof(PeConstant) * (size_t) r->nconstants);
	memcpy((void *) rubric.text, r->text.data, r->text.length);
	for (int32_t i = 0; i < header->nparameters; i++)
	{
		PeParameter *parameter = (PeParameter *) &rubric.parameters[i];

		*parameter = r->bindings[i];
		if (parameter->constant >= 0)
			parameter->constant = constant[parameter->constant];
	}

	node = (PeNode *) rubric.nodes;
	operand = (PeOperand *) rubric.operands;
	step = (PeStep *) rubric.code;
	child = (int32_t *) rubric.children;
	for (int32_t i = 0; i < r->ndrafts; i++, node++)
	{
		const PeDraft *draft = &r->drafts[r->order[i]];

		*node = draft->node;
		if (node->parent >= 0)
			node->parent = r->drafts[node->parent].index;
		node->operands = (int32_t) (operand - rubric.operands);
		node->children = (int32_t) (child - rubric.children);
		node->code = (int32_t) (step - rubric.code);
		for (int32_t j = 0; j < node->noperands; j++, operand++)
		{
			*operand = r->operands[draft->node.operands + j];
			if (operand->kind == PE_CONSTANT)
				operand->ref = constant[operand->ref];
			else if (operand->kind == PE_NODE)
				operand->ref = r->drafts[operand->ref].index;
		}
		for (int32_t j = 0; j < node->nchildren; j++)
			*child++ = r->drafts[draft->children[j]].index;
		for (int32_t j = 0; j < node->ncode; j++, step++)
		{
			*step = draft->steps[j];
			if (step->op == PE_OP_CONSTANT)
				step->arg = constant[step->arg];
			else if (step->op == PE_OP_NODE)
				step->arg = r->drafts[step->arg].index;
		}
	}
	return data;
}
