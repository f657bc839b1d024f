/*
 * rubric.h
 *	  Rubrics as SQL values.
 */
#ifndef PE_SQL_RUBRIC_H
#define PE_SQL_RUBRIC_H

#include "perfeval.h"

#include "core/evaluate.h"

extern void *pe_rubric_bytes(struct varlena *value);
extern const PeReady *pe_arg_rubric(FunctionCallInfo fcinfo, int argno);
extern Datum pe_utf8_text(const char *text);

#endif							/* PE_SQL_RUBRIC_H */
