/*
 * rubric_edit.c
 *	  Documents of rubrics made of others, or of rows; see rubric_edit.h.
 */
#include "rubric_edit.h"

#include <stdlib.h>
#include <string.h>

static char *
refuse(PeArena *arena, PeRubricError *error, const char *hint,
	   const char *format, const char *a, int64_t b)
{
	PeText		text;

	pe_text_begin(&text, arena);
	for (; *format; format++)
	{
		if (*format == '$')
			pe_text_put(&text, a);
		else if (*format == '#')
			pe_text_format(&text, "%lld", (long long) b);
		else
			pe_text_bytes(&text, format, 1);
	}
	error->message = pe_text_end(&text);
	error->hint = hint;
	error->at = 0;
	error->limit = false;
	return NULL;
}

static PeJson *
member(const PeJson *object, const char *key)
{
	for (PeJson *m = object->first; m; m = m->next)
		if (strcmp(m->key, key) == 0)
			return m;
	return NULL;
}

static PeJson *
new_value(PeArena *arena, PeJsonKind kind, const char *key, const char *text)
{
	PeJson	   *value = pe_alloc(arena, sizeof(PeJson));

	memset(value, 0, sizeof(*value));
	value->kind = (uint8_t) kind;
	value->key = key;
	value->text = text;
	value->length = text ? (uint32_t) strlen(text) : 0;
	return value;
}

/* At the end of an object's members. */
static void
append(PeJson *object, PeJson *value)
{
	PeJson	  **at = &object->first;

	while (*at)
		at = &(*at)->next;
	*at = value;
	object->n++;
}

/* Text again; a document nests no deeper than its reader allows. */
static void
put_value(PeText *text, const PeJson *value)
{
	bool		object = value->kind == PE_JSON_OBJECT;

	switch ((PeJsonKind) value->kind)
	{
		case PE_JSON_NULL:
			pe_text_put(text, "null");
			break;
		case PE_JSON_FALSE:
			pe_text_put(text, "false");
			break;
		case PE_JSON_TRUE:
			pe_text_put(text, "true");
			break;
		case PE_JSON_NUMBER:
			pe_text_put(text, value->text);
			break;
		case PE_JSON_STRING:
			pe_text_string(text, value->text);
			break;
		case PE_JSON_ARRAY:
		case PE_JSON_OBJECT:
			pe_text_put(text, object ? "{" : "[");
			for (const PeJson *m = value->first; m; m = m->next)
			{
				if (m != value->first)
					pe_text_put(text, ", ");
				if (object)
				{
					pe_text_string(text, m->key);
					pe_text_put(text, ": ");
				}
				put_value(text, m);
			}
			pe_text_put(text, object ? "}" : "]");
			break;
	}
}

static char *
text_of(PeArena *arena, const PeJson *value)
{
	PeText		text;

	pe_text_begin(&text, arena);
	put_value(&text, value);
	return pe_text_end(&text);
}

/* The rubric's document as a tree. */
static PeJson *
tree_of(PeArena *arena, const PeRubric *rubric)
{
	PeJsonError ignored;
	size_t		length;

	return pe_json_parse(arena, pe_rubric_write(arena, rubric, &length), &ignored);
}

/* The node of a number, in a document that says every number. */
static PeJson *
find_node(PeJson *node, int32_t number)
{
	PeJson	   *said = member(node, "node");
	PeJson	   *children = member(node, "children");
	PeJson	   *found = NULL;

	if (said && atol(said->text) == number)
		return node;
	for (PeJson *child = children ? children->first : NULL; child && !found; child = child->next)
		found = find_node(child, number);
	return found;
}

char *
pe_rubric_reweight(PeArena *arena, const PeRubric *rubric, int32_t number,
				   const char *weight, PeRubricError *error)
{
	PeJson	   *document = tree_of(arena, rubric);
	PeJson	   *node = find_node(member(document, "root"), number);
	PeJson	   *old;

	if (node == NULL)
		return refuse(arena, error, "The numbers of its nodes are in rubric_rows().",
					  "the rubric has no node # in its tree", "", number);
	old = member(node, "weight");
	if (old == NULL)
		append(node, new_value(arena, PE_JSON_NUMBER, "weight", weight));
	else
	{
		old->kind = PE_JSON_NUMBER;
		old->first = NULL;
		old->text = weight;
	}
	return text_of(arena, document);
}

static int
by_key(const void *a, const void *b)
{
	return strcmp((*(PeJson *const *) a)->key, (*(PeJson *const *) b)->key);
}

char *
pe_rubric_bind(PeArena *arena, const PeRubric *rubric, const char *parameters,
			   PeRubricError *error)
{
	PeJson	   *document = tree_of(arena, rubric);
	PeJson	   *declared = member(document, "parameters");
	PeJsonError syntax;
	PeJson	   *given = pe_json_parse(arena, parameters, &syntax);
	PeJson	  **sorted = pe_alloc(arena, sizeof(PeJson *) * (size_t) (declared ? declared->n + 1 : 1));
	int32_t		n = 0;

	if (given == NULL || given->kind != PE_JSON_OBJECT)
		return refuse(arena, error, "Write {\"name\": number, ...}.",
					  "parameters must be a JSON object", "", 0);
	for (PeJson *m = declared ? declared->first : NULL; m; m = m->next)
		sorted[n++] = m;
	qsort(sorted, (size_t) n, sizeof(PeJson *), by_key);
	for (PeJson *value = given->first; value; value = value->next)
	{
		PeJson	  **found = bsearch(&value, sorted, (size_t) n, sizeof(PeJson *), by_key);
		PeJson	   *old = found ? *found : NULL;

		if (old == NULL)
			return refuse(arena, error, "Parameters are declared in the document, under \"parameters\".",
						  "the rubric has no parameter \"$\"", value->key, 0);
		if (value->kind != PE_JSON_NUMBER && value->kind != PE_JSON_NULL)
			return refuse(arena, error, "Use null for what is not known yet.",
						  "parameter \"$\" must be a number", value->key, 0);
		old->kind = value->kind;
		old->text = value->text;
		old->length = value->length;
	}
	return text_of(arena, document);
}

/* A row on its way into the tree. */
typedef struct Row Row;
struct Row
{
	PeJson	   *object;
	int32_t		node;			/* -1: none said */
	int32_t		parent;			/* -1: none */
	int32_t		position;
	int32_t		index;			/* as it came */
	int32_t		depth;			/* once it is reached from the root */
	Row		   *first;			/* child */
	Row		  **last;			/* where the next child goes */
	Row		   *next;			/* sibling */
};

static int
by_node(const void *a, const void *b)
{
	const Row  *x = a;
	const Row  *y = b;

	if (x->node != y->node)
		return x->node < y->node ? -1 : 1;
	return x->index < y->index ? -1 : x->index > y->index;
}

static int
by_position(const void *a, const void *b)
{
	const Row  *x = *(Row *const *) a;
	const Row  *y = *(Row *const *) b;

	if (x->position != y->position)
		return x->position < y->position ? -1 : 1;
	return by_node(x, y);
}

/* Takes a whole number out of a row; `otherwise` if it is not there. */
static bool
take_number(PeJson *object, const char *key, bool keep, int32_t otherwise,
			int32_t *number)
{
	for (PeJson **at = &object->first; *at; at = &(*at)->next)
	{
		PeJson	   *value = *at;

		if (strcmp(value->key, key) != 0)
			continue;
		*number = otherwise;
		if (value->kind == PE_JSON_NUMBER)
		{
			PeConstant	read;

			if (pe_constant_parse(value->text, &read) || read.scale > 0 ||
				read.number < 0 || read.number > PE_MAX_NODE_NUMBER)
				return false;
			*number = (int32_t) read.number;
		}
		else if (value->kind != PE_JSON_NULL)
			return false;
		if (!keep || value->kind == PE_JSON_NULL)
		{
			*at = value->next;
			object->n--;
		}
		return true;
	}
	*number = otherwise;
	return true;
}

static bool
says_limit(const PeJson *object)
{
	const PeJson *rule = member(object, "rule");

	return rule && pe_says_limit(rule);
}

static Row *
find_row(Row *rows, int32_t n, int32_t node)
{
	int32_t		low = 0;
	int32_t		high = n;

	while (low < high)
	{
		int32_t		middle = low + (high - low) / 2;

		if (rows[middle].node < node)
			low = middle + 1;
		else
			high = middle;
	}
	return low < n && rows[low].node == node ? &rows[low] : NULL;
}

char *
pe_rubric_assemble(PeArena *arena, const char *const *texts, int32_t n,
				   PeRubricError *error)
{
	Row		   *rows;
	Row		  **order;
	PeJson	   *document = NULL;
	PeJson	   *limits = new_value(arena, PE_JSON_ARRAY, "limits", NULL);
	PeJson	  **last_limit = &limits->first;
	Row		   *root = NULL;
	int32_t		placed = 0;
	int32_t		nodes = 0;

	if (n > PE_RUBRIC_MAX_NODES + 1)
	{
		refuse(arena, error, "Split the scheme by group: each has a rubric of its own.",
			   "a rubric of more than # nodes", "", PE_RUBRIC_MAX_NODES);
		error->limit = true;
		return NULL;
	}
	rows = pe_alloc(arena, sizeof(Row) * (size_t) (n + 1));
	order = pe_alloc(arena, sizeof(Row *) * (size_t) (n + 1));
	for (int32_t i = 0; i < n; i++)
	{
		PeJsonError syntax;
		Row		   *row = &rows[nodes];

		memset(row, 0, sizeof(*row));
		row->object = pe_json_parse(arena, texts[i], &syntax);
		if (row->object == NULL || row->object->kind != PE_JSON_OBJECT)
			return refuse(arena, error, "Hand over to_jsonb() of each row.",
						  "row # is not a JSON object", "", i + 1);
		if (!take_number(row->object, "node", true, -1, &row->node) ||
			!take_number(row->object, "parent", false, -1, &row->parent) ||
			!take_number(row->object, "position", false, INT32_MAX, &row->position))
			return refuse(arena, error, "They number the nodes from 0, the root, to 9999999.",
						  "\"node\", \"parent\" and \"position\" of row # must be whole numbers", "", i + 1);
		if (member(row->object, "children"))
			return refuse(arena, error, "A row's children are the rows that have it for a parent.",
						  "row # has \"children\" of its own", "", i + 1);
		if (member(row->object, "rule") == NULL)
		{
			if (document)
				return refuse(arena, error, "Every node has a rule; one row without has the document's settings.",
							  "row # is the second without a rule", "", i + 1);
			document = row->object;
			continue;
		}
		row->index = i;
		nodes++;
	}
	qsort(rows, (size_t) nodes, sizeof(Row), by_node);
	for (int32_t i = 0; i < nodes; i++)
	{
		if (i > 0 && rows[i].node >= 0 && rows[i].node == rows[i - 1].node)
			return refuse(arena, error, "Give each node a number of its own.",
						  "node # comes twice", "", rows[i].node);
		order[i] = &rows[i];
	}
	qsort(order, (size_t) nodes, sizeof(Row *), by_position);

	for (int32_t i = 0; i < nodes; i++)
	{
		Row		   *row = order[i];
		Row		   *parent;

		if (says_limit(row->object))
		{
			*last_limit = row->object;
			last_limit = &row->object->next;
			*last_limit = NULL;
			continue;
		}
		if (row->parent < 0)
		{
			if (root)
				return refuse(arena, error, "All nodes but the root have a parent.",
							  "there are two nodes without a parent, # is one", "", row->node);
			root = row;
			continue;
		}
		parent = find_row(rows, nodes, row->parent);
		if (parent == NULL || parent->node < 0)
			return refuse(arena, error, "A parent is another row's node.",
						  "the parent # of a row is no node", "", row->parent);
		if (parent->first == NULL)
			parent->last = &parent->first;
		*parent->last = row;
		parent->last = &row->next;
	}
	if (root == NULL)
		return refuse(arena, error, "One row is the root: it has no parent.",
					  "there is no node without a parent", "", 0);

	/* from the root down; who is not reached hangs on itself */
	order[0] = root;
	placed = 1;
	root->depth = 1;
	for (int32_t i = 0; i < placed; i++)
	{
		PeJson	   *children = new_value(arena, PE_JSON_ARRAY, "children", NULL);
		PeJson	  **last = &children->first;

		if (order[i]->depth > PE_RUBRIC_MAX_DEPTH)
		{
			refuse(arena, error, "Fewer levels will do for any scheme.",
				   "the tree is deeper than # levels", "", PE_RUBRIC_MAX_DEPTH);
			error->limit = true;
			return NULL;
		}
		for (Row *child = order[i]->first; child; child = child->next)
		{
			child->depth = order[i]->depth + 1;
			order[placed++] = child;
			*last = child->object;
			last = &child->object->next;
		}
		*last = NULL;
		if (children->first)
			append(order[i]->object, children);
	}
	for (int32_t j = 0; j < nodes; j++)
		if (rows[j].depth == 0 && !says_limit(rows[j].object))
			return refuse(arena, error, "A node's parent, that one's parent and so on have to lead to the root.",
						  "a node with the parent # does not hang on the root", "", rows[j].parent);

	if (document == NULL)
		document = new_value(arena, PE_JSON_OBJECT, NULL, NULL);
	if (member(document, "rubric") == NULL)
		append(document, new_value(arena, PE_JSON_NUMBER, "rubric", "1"));
	root->object->key = "root";
	root->object->next = NULL;
	append(document, root->object);
	if (limits->first)
		append(document, limits);
	return text_of(arena, document);
}
