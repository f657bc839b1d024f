#!/bin/bash
# Runs a demo on a fresh private server, which stays up for "make psql".
#
#   tools/demo.sh city    a generated city
#   tools/demo.sh real    published data from the folder PERFEVAL_REAL_DATA
set -euo pipefail
cd "$(dirname "$0")/.."

settings=()
case ${1:-city} in
city) script=demo/city.sql ;;
real)
	script=demo/real.sql
	if [ -z "${PERFEVAL_REAL_DATA:-}" ]; then
		echo "demo-real reads published data: make demo-real PERFEVAL_REAL_DATA=/path/to/folder" >&2
		exit 1
	fi
	[ -d "$PERFEVAL_REAL_DATA" ] || { echo "PERFEVAL_REAL_DATA: no folder $PERFEVAL_REAL_DATA" >&2; exit 1; }
	settings=(-v "real_data=$(cd "$PERFEVAL_REAL_DATA" && pwd)")
	;;
*) echo "city or real?" >&2; exit 2 ;;
esac

echo "Building perfeval and starting a private server; nothing of the system is touched."
tools/server.sh start .demo
tools/server.sh in .demo psql -X -q -P pager=off -v ON_ERROR_STOP=1 "${settings[@]}" -f "$script"
cat <<'END'

The server is still up:   make psql         opens psql on it
                          make clean-demo   stops and removes it
END
