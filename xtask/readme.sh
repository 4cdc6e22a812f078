#!/usr/bin/env bash
# Runs the shell lines under "First requests" of README.md and of docs/api.md, as printed, against the running service.
set -euo pipefail
lines() { awk '/^```sh$/{inside=1; next} /^```$/{inside=0} inside' "$1"; }
first=$(awk '/^## First requests/{p=1; next} /^## /{p=0} p' README.md >.first.md; lines .first.md)
rm -f .first.md
script=$(printf '%s\n' 'set -euo pipefail' "$first" "$(lines docs/api.md)" | sed "s#http://127.0.0.1:8000#http://127.0.0.1:$PORT#g")
bash -x -c "$script"
