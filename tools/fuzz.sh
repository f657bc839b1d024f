#!/bin/bash
# The fuzz targets of test/fuzz, each for a while, under libFuzzer and the
# sanitizers of clang. A finding stops the run and is kept in build/fuzz.
#
#   tools/fuzz.sh [SECONDS [TARGET...]]     1200 seconds of each
#
# "make check" gives each a short run too, by a driver that needs no clang.
set -euo pipefail
cd "$(dirname "$0")/.."
seconds=${1:-1200}
[ $# -lt 2 ] || targets=("${@:2}")
[ -n "${targets:-}" ] || targets=(test/fuzz/*.c)
mkdir -p build/fuzz

if ! echo 'int LLVMFuzzerTestOneInput(const unsigned char *d, unsigned long n) { (void) d; (void) n; return 0; }' |
	clang -fsanitize=fuzzer,address,undefined -x c - -o build/fuzz/.try 2>/dev/null; then
	echo "skipped: no clang with libFuzzer here (Debian: clang, libclang-rt-dev)"
	exit 0
fi
for target in "${targets[@]}"; do
	name=$(basename "$target" .c)
	clang -g -O1 -fsanitize=fuzzer,address,undefined -fno-sanitize-recover=undefined \
		-Isrc/core -Itest/fuzz "test/fuzz/$name.c" src/core/*.c -lmpfr -lgmp -o "build/fuzz/$name"
	mkdir -p "build/fuzz/$name.corpus"
	echo "== $name, $seconds s"
	"build/fuzz/$name" -max_total_time="$seconds" -print_final_stats=1 -artifact_prefix=build/fuzz/ \
		"build/fuzz/$name.corpus" >"build/fuzz/$name.log" 2>&1 || { tail -n 60 "build/fuzz/$name.log"; exit 1; }
	tail -n 8 "build/fuzz/$name.log"
done
