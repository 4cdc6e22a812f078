#!/usr/bin/env bash
# Builds the image of the project in this folder with buildah and starts it: its user, its migrations, its probes, its
# health check, SIGTERM; the worker, too, where there is one. The base image must be in the local storage or within reach.
#   container.sh DATABASE_URL
set -euo pipefail
url=$1
export BUILDAH_ISOLATION=${BUILDAH_ISOLATION:-chroot} STORAGE_DRIVER=${STORAGE_DRIVER:-vfs}
name=$(basename "$PWD")
buildah bud --pull-never --format docker --quiet --tag "$name" . >/dev/null
container=$(buildah from --pull-never "$name")
config() { buildah inspect --type image --format "{{.Docker.Config.$1}}" "$name"; }
user=$(config User)
[[ $user =~ ^[1-9][0-9]*:[1-9][0-9]*$ ]] || { echo "the user \"$user\" is not numeric and other than root"; exit 1; }
read -ra command <<<"$(config Cmd | tr -d '[]')"
environment=(--env "PORT=$PORT" --env HOST=127.0.0.1 --env "DATABASE_URL=$url" --env MAIL_TRANSPORT=file:/data/mails
  --env "JWT_SECRET=$(head -c 32 /dev/urandom | base64)" --env PUBLIC_URL=https://example.com
  --env "METRICS_TOKEN=$(head -c 32 /dev/urandom | base64)")
[ -z "${REDIS_URL:-}" ] || environment+=(--env "REDIS_URL=$REDIS_URL")
[ -z "${BROKER_URL:-}" ] || environment+=(--env "BROKER_URL=$BROKER_URL" --env "WORKER_PORT=$WORKER_PORT")
# What else has to be set: addresses and secrets of other services.
while IFS='=' read -r variable value; do
  # Production refuses those of the example.
  [[ $variable != *_SECRET ]] || value=$(head -c 32 /dev/urandom | base64)
  [[ " ${environment[*]}" == *" $variable="* || $variable == TEST_* ]] || environment+=(--env "$variable=$value")
done < <(grep -E '^[A-Z][A-Z0-9_]*=' .env.example)
inside() { buildah run --network host "${environment[@]}" "$container" -- "$@"; }
# The command of a service of compose.yaml, quoted for the shell.
command_of() {
  sed -n "/^  $1:/,/^\$/s/^ *command: //p" compose.yaml |
    python3 -c 'import json, shlex, sys; print(shlex.join(json.load(sys.stdin)))'
}
health=$(buildah inspect --type image "$name" | python3 -c '
import json, shlex, sys
test = json.load(sys.stdin)["Docker"]["config"]["Healthcheck"]["Test"]
print(shlex.join(test[1:]) if test[0] == "CMD" else test[1])')
trap 'tail -20 container.log; pkill -P $$ || true; buildah rm "$container" >/dev/null' EXIT

# Starts a process of the image, looks at it while it runs, and stops it.
#   process PORT COMMAND…
process() {
  local port=$1 server job code=0
  shift
  # The health check of the image asks this port.
  environment+=(--env "PORT=$port")
  inside "$@" >container.log 2>&1 &
  job=$!
  for _ in $(seq 600); do
    curl -fsS "http://127.0.0.1:$port/readyz" >/dev/null 2>&1 && break
    sleep 0.1
  done
  curl -fsS "http://127.0.0.1:$port/readyz" && echo
  server=$(ss -Hltnp "sport = :$port" | sed -nE 's/.*pid=([0-9]+).*/\1/p')
  echo "uid $(awk '/^Uid:/{print $2}' "/proc/$server/status")"
  [ "$(awk '/^Uid:/{print $2}' "/proc/$server/status")" = "${user%%:*}" ]
  eval "inside $health" && echo "health check passed"
  kill -TERM "$server"
  wait "$job" || code=$?
  echo "SIGTERM exit $code"
  [ $code -eq 0 ]
  ! eval "inside $health" >/dev/null 2>&1 && echo "health check fails without the process"
}

eval "inside $(command_of migrate)"
process "$PORT" "${command[@]}"
if grep -q '^  worker:' compose.yaml; then
  eval "process $WORKER_PORT $(command_of worker)"
fi
