#!/usr/bin/env bash
# Builds the image of the project in this folder with buildah and starts it: its user, its migrations, its probes, its
# health check, SIGTERM. The base image must be in the local storage or within reach.
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
inside() { buildah run --network host "${environment[@]}" "$container" -- "$@"; }
migrate=$(sed -n '/^  migrate:/,/^$/s/^ *command: //p' compose.yaml)
eval "inside $(python3 -c 'import json, shlex, sys; print(shlex.join(json.loads(sys.argv[1])))' "$migrate")"
inside "${command[@]}" >container.log 2>&1 &
trap 'tail -20 container.log; buildah rm "$container" >/dev/null' EXIT
for _ in $(seq 150); do
  curl -fsS "http://127.0.0.1:$PORT/readyz" >/dev/null 2>&1 && break
  sleep 0.1
done
curl -fsS "http://127.0.0.1:$PORT/readyz" && echo
server=$(ss -Hltnp "sport = :$PORT" | sed -nE 's/.*pid=([0-9]+).*/\1/p')
echo "uid $(awk '/^Uid:/{print $2}' "/proc/$server/status")"
[ "$(awk '/^Uid:/{print $2}' "/proc/$server/status")" = "${user%%:*}" ]
health=$(buildah inspect --type image "$name" | python3 -c '
import json, shlex, sys
test = json.load(sys.stdin)["Docker"]["config"]["Healthcheck"]["Test"]
print(shlex.join(test[1:]) if test[0] == "CMD" else test[1])')
eval "inside $health" && echo "health check passed"
kill -TERM "$server"
code=0
wait %1 || code=$?
echo "SIGTERM exit $code"
[ $code -eq 0 ]
! eval "inside $health" >/dev/null 2>&1 && echo "health check fails without the service"
