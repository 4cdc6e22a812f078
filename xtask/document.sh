#!/usr/bin/env bash
# Runs the shell lines of a document, as printed, against the service on PORT: document.sh docs/api.md
# Of a README only those under "First requests": the ones before it start the service.
set -euo pipefail
case $1 in
  *README.md) text=$(awk '/^## First requests/{p=1; next} /^## /{p=0} p' "$1") ;;
  *) text=$(cat "$1") ;;
esac
script=$(printf '%s\n' "$text" | awk '/^```sh$/{inside=1; next} /^```$/{inside=0} inside')
script=${script//http:\/\/127.0.0.1:8000/http://127.0.0.1:$PORT}
bash -euxo pipefail -c "$script"
