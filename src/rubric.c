/*
 * rubric.c
 *	  The type rubric (评分细则): the compiled rule tree of one group in one
 *	  version of a scheme.
 *
 * Its text form is a JSON document (doc/rubrics.md, doc/rubric.schema.json).
 * Within, all text is UTF-8, whatever the database's encoding.
 */
#include "perfeval.h"

#include "catalog/pg_type.h"
#include "libpq/pqformat.h"
#include "mb/pg_wchar.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/fmgrprotos.h"
#include "utils/jsonb.h"

#include "core/rubric_edit.h"
#include "rubric.h"
#include "scorecard.h"

/* The version byte before the text of the binary form. */
#define SEND_VERSION	1

static const char *
in_server_encoding(const char *text)
{
	return pg_any_to_server(text, (int) strlen(text), PG_UTF8);
}

/* A text of the core's as one of the database's. */
Datum
pe_utf8_text(const char *text)
{
	return CStringGetTextDatum(in_server_encoding(text));
}

static void
refuse(const PeRubricError *error, const char *what)
{
	ereport(ERROR,
			(errcode(error->limit ? ERRCODE_PROGRAM_LIMIT_EXCEEDED :
					 error->at > 0 ? ERRCODE_INVALID_TEXT_REPRESENTATION :
					 ERRCODE_INVALID_PARAMETER_VALUE),
			 errmsg("%s%s", what, in_server_encoding(error->message)),
			 error->hint ? errhint("%s", in_server_encoding(error->hint)) : 0));
}

/* The binary form of a document in UTF-8. */
static struct varlena *
compile_utf8(const char *text)
{
	PE_ARENA(arena);
	PeRubricError error = {0};
	PeRubricHeader *rubric;
	struct varlena *result;
	Size		length = strlen(text);

	if (length > PE_RUBRIC_MAX_BYTES)
		ereport(ERROR,
				(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
				 errmsg("rubric of %zu bytes, more than %d", length,
						PE_RUBRIC_MAX_BYTES)));
	rubric = pe_rubric_parse(&arena, text, &error);
	if (rubric == NULL)
		refuse(&error, "invalid rubric: ");
	/* what escapes brought in has to come out again in the database's encoding */
	if (GetDatabaseEncoding() != PG_UTF8 && strstr(text, "\\u"))
	{
		PeRubric	view;
		size_t		written;
		char	   *out;

		pe_rubric_open(&view, rubric);
		out = pe_rubric_write(&arena, &view, &written);
		(void) pg_any_to_server(out, (int) written, PG_UTF8);
	}
	result = palloc(VARHDRSZ + (Size) rubric->size);
	SET_VARSIZE(result, VARHDRSZ + (Size) rubric->size);
	memcpy(VARDATA(result), rubric, (size_t) rubric->size);
	return result;
}

/* The same of one in the database's encoding. */
static struct varlena *
compile(const char *text)
{
	Size		length = strlen(text);

	return compile_utf8(length > PE_RUBRIC_MAX_BYTES ? text :
						pg_server_to_any(text, (int) length, PG_UTF8));
}

/* The document of argument 0. */
static char *
document(FunctionCallInfo fcinfo)
{
	PE_ARENA(arena);
	PeRubric	rubric;
	size_t		length;
	char	   *text;

	pe_rubric_open(&rubric, pe_rubric_bytes(PG_DETOAST_DATUM_PACKED(PG_GETARG_DATUM(0))));
	text = pe_rubric_write(&arena, &rubric, &length);
	/* the arena is on the stack */
	return pg_any_to_server(pnstrdup(text, length), (int) length, PG_UTF8);
}

PG_FUNCTION_INFO_V1(rubric_in);
Datum
rubric_in(PG_FUNCTION_ARGS)
{
	PG_RETURN_POINTER(compile(PG_GETARG_CSTRING(0)));
}

PG_FUNCTION_INFO_V1(rubric_out);
Datum
rubric_out(PG_FUNCTION_ARGS)
{
	PG_RETURN_CSTRING(document(fcinfo));
}

/* Binary form: a version, then the document. */
PG_FUNCTION_INFO_V1(rubric_send);
Datum
rubric_send(PG_FUNCTION_ARGS)
{
	StringInfoData message;
	char	   *text = document(fcinfo);

	pq_begintypsend(&message);
	pq_sendbyte(&message, SEND_VERSION);
	pq_sendtext(&message, text, (int) strlen(text));
	PG_RETURN_BYTEA_P(pq_endtypsend(&message));
}

PG_FUNCTION_INFO_V1(rubric_recv);
Datum
rubric_recv(PG_FUNCTION_ARGS)
{
	StringInfo	message = (StringInfo) PG_GETARG_POINTER(0);
	int			version = pq_getmsgbyte(message);
	int			length;

	if (version != SEND_VERSION)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_BINARY_REPRESENTATION),
				 errmsg("invalid binary form of a rubric: unknown version %d",
						version)));
	PG_RETURN_POINTER(compile(pq_getmsgtext(message, message->len - message->cursor,
											&length)));
}

/* jsonb(rubric) */
PG_FUNCTION_INFO_V1(rubric_to_jsonb);
Datum
rubric_to_jsonb(PG_FUNCTION_ARGS)
{
	return DirectFunctionCall1(jsonb_in, CStringGetDatum(document(fcinfo)));
}

/* rubric(jsonb) */
PG_FUNCTION_INFO_V1(rubric_from_jsonb);
Datum
rubric_from_jsonb(PG_FUNCTION_ARGS)
{
	PG_RETURN_POINTER(compile(DatumGetCString(DirectFunctionCall1(jsonb_out,
																  PG_GETARG_DATUM(0)))));
}

/*
 * reweight(rubric, node int, weight numeric) -> rubric
 *
 * For what-if: the same with another weight (>= 0) for one node.
 */
PG_FUNCTION_INFO_V1(reweight);
Datum
reweight(PG_FUNCTION_ARGS)
{
	PE_ARENA(arena);
	const PeReady *ready = pe_arg_rubric(fcinfo, 0);
	PeRubricError error = {0};
	char	   *text;

	pe_check_observed(PG_GETARG_DATUM(2), "weight");
	text = pe_rubric_reweight(&arena, &ready->rubric, PG_GETARG_INT32(1),
							  DatumGetCString(DirectFunctionCall1(numeric_out, PG_GETARG_DATUM(2))),
							  &error);
	if (text == NULL)
		refuse(&error, "");
	PG_RETURN_POINTER(compile_utf8(text));
}

/*
 * with_parameters(rubric, parameters jsonb) -> rubric
 *
 * The same with values for declared parameters: {"name": number}.
 */
PG_FUNCTION_INFO_V1(with_parameters);
Datum
with_parameters(PG_FUNCTION_ARGS)
{
	PE_ARENA(arena);
	const PeReady *ready = pe_arg_rubric(fcinfo, 0);
	PeRubricError error = {0};
	char	   *given = DatumGetCString(DirectFunctionCall1(jsonb_out, PG_GETARG_DATUM(1)));
	char	   *text;

	text = pe_rubric_bind(&arena, &ready->rubric,
						  pg_server_to_any(given, (int) strlen(given), PG_UTF8),
						  &error);
	if (text == NULL)
		refuse(&error, "");
	PG_RETURN_POINTER(compile_utf8(text));
}

/*
 * rubric_items(rubric) -> int[]
 *
 * The items that the rubric looks at, in settings, lists, limits and formulas.
 */
PG_FUNCTION_INFO_V1(rubric_items);
Datum
rubric_items(PG_FUNCTION_ARGS)
{
	const PeRubric *rubric = &pe_arg_rubric(fcinfo, 0)->rubric;
	const PeRubricHeader *header = rubric->header;
	int32	   *items = palloc(sizeof(int32) *
							   Max((Size) header->noperands + (Size) header->ncode, 1));
	Datum	   *elements;
	int32		n = 0;

	for (int32 i = 0; i < header->noperands; i++)
		if (rubric->operands[i].kind == PE_ITEM)
			items[n++] = rubric->operands[i].ref;
	for (int32 i = 0; i < header->ncode; i++)
		if (rubric->code[i].op == PE_OP_ITEM)
			items[n++] = rubric->code[i].arg;
	n = pe_items_sort(items, n);
	elements = palloc(sizeof(Datum) * (Size) Max(n, 1));
	for (int32 i = 0; i < n; i++)
		elements[i] = Int32GetDatum(items[i]);
	PG_RETURN_ARRAYTYPE_P(construct_array(elements, n, INT4OID, sizeof(int32),
										  true, TYPALIGN_INT));
}

/*
 * compile_rubric(row jsonb) -> rubric, its final function
 *
 * A row for each node: its keys, with node, parent and position.
 */
PG_FUNCTION_INFO_V1(compile_rubric_final);
Datum
compile_rubric_final(PG_FUNCTION_ARGS)
{
	PE_ARENA(arena);
	PeRubricError error = {0};
	Datum	   *elements;
	const char **rows;
	int			n;
	char	   *text;

	if (PG_ARGISNULL(0))
		PG_RETURN_NULL();
	pe_array(PG_GETARG_DATUM(0), "rows", JSONBOID, &elements, &n);
	rows = palloc(sizeof(char *) * (Size) Max(n, 1));
	for (int i = 0; i < n; i++)
	{
		char	   *row = DatumGetCString(DirectFunctionCall1(jsonb_out, elements[i]));

		CHECK_FOR_INTERRUPTS();
		rows[i] = pg_server_to_any(row, (int) strlen(row), PG_UTF8);
	}
	text = pe_rubric_assemble(&arena, rows, n, &error);
	if (text == NULL)
		refuse(&error, "");
	PG_RETURN_POINTER(compile_utf8(text));
}
