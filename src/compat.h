/*
 * compat.h
 *	  What differs between PostgreSQL 15 and 18; the only place that tests
 *	  versions.
 */
#ifndef PE_COMPAT_H
#define PE_COMPAT_H

/* 16 moved the varlena macros out of postgres.h. */
#if PG_VERSION_NUM >= 160000
#include "varatt.h"
#endif

/* 18 lets a module name itself and its version. */
#ifdef PG_MODULE_MAGIC_EXT
#define PE_MODULE_MAGIC \
	PG_MODULE_MAGIC_EXT(.name = "perfeval", .version = PE_VERSION)
#else
#define PE_MODULE_MAGIC PG_MODULE_MAGIC
#endif

/* 17 brought infinite intervals. */
#if PG_VERSION_NUM >= 170000
#define PE_INTERVAL_IS_FINITE(interval) (!INTERVAL_NOT_FINITE(interval))
#else
#define PE_INTERVAL_IS_FINITE(interval) true
#endif

#endif							/* PE_COMPAT_H */
