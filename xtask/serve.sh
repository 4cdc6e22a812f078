#!/usr/bin/env bash
# Serves the project in this folder on PORT, runs a command beside it, stops it with SIGTERM and wants exit 0.
#   serve.sh COMMAND [ARGUMENT…]
set -euo pipefail
base=http://127.0.0.1:$PORT
# `make` would not hand SIGTERM on: the server is asked to stop by its own process group.
setsid make run >serve.log 2>&1 &
server=$!
trap 'kill -TERM -- -$server 2>/dev/null || true; cat serve.log | tail -20' EXIT
for _ in $(seq 100); do
  curl -fsS "$base/readyz" >/dev/null 2>&1 && break
  kill -0 $server || { echo "the service did not start"; exit 1; }
  sleep 0.1
done
curl -fsS "$base/readyz"
"$@"
trap - EXIT
kill -TERM -- -$server
timeout 60 tail --pid=$server -f /dev/null || { echo "it goes on 60 s after SIGTERM"; kill -KILL -- -$server; exit 1; }
code=0
wait $server || code=$?
tail -3 serve.log
# make reports the signal that its own process got; the service's own exit is tested by the project's tests.
[ $code -eq 0 ] || [ $code -eq 2 ] || [ $code -eq 143 ] || { echo "exit code $code"; exit 1; }
