/*
 * rubric_words.h
 *	  A node's rule in words.
 */
#ifndef PE_RUBRIC_WORDS_H
#define PE_RUBRIC_WORDS_H

#include "rubric.h"

/* As in: threshold (达标扣分): target 95, full points 10, penalty 2, ... */
extern char *pe_rule_words(PeArena *arena, const PeRubric *rubric, int32_t index);

#endif							/* PE_RUBRIC_WORDS_H */
