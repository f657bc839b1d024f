#!/bin/bash
# Prints the extension's install script: the engine's files, and the files of
# the workspace as text, which create_workspace and upgrade_workspace run.
set -euo pipefail
cd "$(dirname "$0")/../sql"

echo '\echo Use "CREATE EXTENSION perfeval" to load this file. \quit'
cat engine/*.sql

shopt -s nullglob
files=(workspace/*.sql workspace/upgrade/*.sql)
if grep -nE '\$perfeval_(files|body)\$' "${files[@]}" >&2; then
	echo "install_script.sh: these tags quote the files themselves" >&2
	exit 1
fi
cat <<'END'
CREATE FUNCTION @extschema@.workspace_files(name text, OUT file text, OUT body text)
RETURNS SETOF record
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE ROWS 50
SET search_path = pg_catalog, pg_temp
AS $perfeval_files$
	SELECT f.file, replace(replace(f.body, '@workspace:literal@', replace(quote_ident($1), '''', '''''')), '@workspace@', quote_ident($1))
	FROM (VALUES
END
separator=
for file in "${files[@]}"; do
	printf "%s('%s', \$perfeval_body\$" "$separator" "${file#workspace/}"
	cat "$file"
	printf '$perfeval_body$)\n'
	separator=,
done
cat <<'END'
	) AS f (file, body)
$perfeval_files$;
COMMENT ON FUNCTION @extschema@.workspace_files(text) IS
	'the SQL of a workspace of that name, file by file; those in upgrade/ run once (工作区脚本)';
END
