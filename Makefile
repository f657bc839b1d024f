# perfeval: PostgreSQL extension, built with PGXS.
#
#   make, make install, make installcheck   the usual PGXS targets (PG_CONFIG=... picks a server)
#   make demo       an example city on a private throw-away server    (make psql, make clean-demo)
#   make demo-real  the same on published data                        (PERFEVAL_REAL_DATA=folder)
#   make check      all tests, on a private throw-away server          (make check-ubsan, make check-core)
#   make bench      the benchmarks
#   make fuzz       the fuzz targets, 20 minutes each, where clang has libFuzzer
#
# This file must also parse where PostgreSQL is not there yet: demo and check
# start by installing it.

EXTENSION = perfeval
MODULE_big = perfeval
EXTVERSION := $(shell sed -n "s/^default_version *= *'\(.*\)'.*/\1/p" perfeval.control)

OBJS := $(patsubst %.c,%.o,$(sort $(wildcard src/*.c src/core/*.c)))
OUR_HEADERS := $(wildcard src/*.h src/core/*.h)
ENGINE_SQL := $(sort $(wildcard sql/engine/*.sql))
WORKSPACE_SQL := $(sort $(wildcard sql/workspace/*.sql sql/workspace/upgrade/*.sql))

DATA = $(wildcard sql/perfeval--*--*.sql)
DATA_built = perfeval--$(EXTVERSION).sql
SHLIB_LINK = -lmpfr -lgmp
# CI turns warnings into errors, with COPT=-Werror; here they would only break
# the build for somebody with a newer compiler.
WARNINGS = -Wall -Wextra -Wno-unused-parameter
PG_CFLAGS = $(WARNINGS)
PG_CPPFLAGS = -Isrc -DPE_VERSION=\"$(EXTVERSION)\"

# pg_regress reads test/sql/NAME.sql and, because it looks in the current
# folder first, expected/NAME.out. For the same reason sql/NAME.sql would hide
# test/sql/NAME.sql, so that is refused.
REGRESS := $(patsubst test/sql/%.sql,%,$(sort $(wildcard test/sql/*.sql)))
REGRESS_OPTS = --inputdir=test --load-extension=perfeval
HIDDEN := $(filter $(notdir $(wildcard test/sql/*.sql)),$(notdir $(wildcard sql/*.sql)))
ifneq ($(HIDDEN),)
$(error $(addprefix sql/,$(HIDDEN)) would hide the test of the same name in test/sql)
endif

# pg_isolation_regress reads test/isolation/specs/NAME.spec and
# test/isolation/expected/NAME.out, and writes to output_iso.
ISOLATION := $(patsubst test/isolation/specs/%.spec,%,$(sort $(wildcard test/isolation/specs/*.spec)))
ISOLATION_OPTS = --inputdir=test/isolation --load-extension=perfeval

EXTRA_CLEAN = .build-flags build server.log

# Debian's pg_config is a wrapper that may be missing while the server is there.
PG_CONFIG ?= $(or $(shell command -v pg_config 2>/dev/null),$(lastword $(shell ls -v /usr/lib/postgresql/*/bin/pg_config 2>/dev/null)),pg_config)
export PG_CONFIG
PGXS := $(shell $(PG_CONFIG) --pgxs 2>/dev/null)
PG_HEADERS := $(shell $(PG_CONFIG) --includedir-server 2>/dev/null)

.PHONY: all install installcheck clean demo demo-real psql clean-demo check check-ubsan check-core fuzz bench warnings FORCE
all:

PG_READY := $(and $(wildcard $(PGXS)),$(wildcard $(PG_HEADERS)/postgres.h))

# PGXS has a "check" of its own that only says that it is not supported.
ifneq ($(if $(filter check,$(MAKECMDGOALS)),,$(PG_READY)),)

# Bitcode for JIT inlining needs the very clang that PostgreSQL was built with;
# do without it where only the headers are installed.
CLANG_OF_PG := $(shell $(PG_CONFIG) --configure | sed -n "s/.*'CLANG=\([^']*\)'.*/\1/p")
ifeq ($(shell command -v $(or $(CLANG_OF_PG),clang) 2>/dev/null),)
override with_llvm = no
endif

include $(PGXS)

# Objects of another server, compiler or set of flags must not be linked.
BUILD_FLAGS := $(shell $(PG_CONFIG) --version) $(CC) $(CPPFLAGS) $(CFLAGS) $(LDFLAGS)
.build-flags: FORCE
	@echo "$(BUILD_FLAGS)" | cmp -s - $@ || echo "$(BUILD_FLAGS)" > $@
$(OBJS) perfeval.so: .build-flags
# As the server does it with loops over columns.
src/core/plan_flat.o: CFLAGS += $(CFLAGS_VECTORIZE)
$(OBJS) $(OBJS:.o=.bc): $(OUR_HEADERS)

else

check:
	@tools/packages.sh check
	@tools/check.sh

all install installcheck:
ifneq ($(PG_READY),)
	$(MAKE) $@
else
	@echo "PostgreSQL's headers or build files are missing (asked $(PG_CONFIG))." >&2
	@echo "Run tools/packages.sh, or name another server with PG_CONFIG=/path/to/pg_config." >&2
	@exit 1
endif

clean:
	rm -rf $(OBJS) $(OBJS:.o=.bc) $(DATA_built) perfeval.so results output_iso regression.diffs regression.out $(EXTRA_CLEAN)

endif

perfeval--$(EXTVERSION).sql: $(ENGINE_SQL) $(WORKSPACE_SQL) tools/install_script.sh perfeval.control Makefile
	tools/install_script.sh > $@.new
	mv $@.new $@

# The private-server targets. Each recipe is a script, run after the packages
# are there; the scripts call make again for what has to be built.
demo:
	@tools/packages.sh demo
	@tools/demo.sh city

demo-real:
	@tools/packages.sh demo
	@tools/demo.sh real

psql:
	@tools/server.sh in .demo psql

clean-demo:
	@tools/server.sh stop .demo

# Undefined behaviour ends up in the server's log, which fails the run.
check-ubsan:
	@tools/packages.sh check
	@COPT="$(COPT) -fsanitize=undefined,float-cast-overflow,float-divide-by-zero -fno-wrapv" tools/check.sh

check-core:
	@tools/check.sh core

fuzz:
	@tools/fuzz.sh

bench:
	@tools/packages.sh demo
	@bench/run.sh

# For the compile check of CI against other servers' headers.
warnings:
	@echo $(WARNINGS)
