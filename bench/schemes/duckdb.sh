#!/bin/bash
# DuckDB on the whole schemes, where it can be had: through npm, into build/.
#
#   bench/schemes/duckdb.sh FOLDER RUNS whole|gaps      (PG* points to the server; FOLDER from export.sql)
set -euo pipefail
cd "$(dirname "$0")/../.."
package=@duckdb/node-api@1.5.6-r.1
modules=build/bench/node

skip() { echo "DuckDB: SKIPPED, $*"; exit 0; }
for program in node npm; do
	command -v $program >/dev/null || skip "there is no $program"
done
if [ ! -d "$modules/node_modules/@duckdb/node-api" ]; then
	mkdir -p "$modules"
	npm install --silent --no-save --prefix "$modules" "$package" >"$modules/npm.log" 2>&1 ||
		skip "npm could not install $package (see $modules/npm.log)"
fi
exec node bench/schemes/duckdb.js "$modules" "$1" "$2" 2 "$3"
