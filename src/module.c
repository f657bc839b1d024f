/*
 * module.c
 *	  The module's mark.
 */
#include "perfeval.h"

PE_MODULE_MAGIC;
