#!/usr/bin/env bash
# Lets schemathesis look for disagreement between the service on PORT and its OpenAPI document: as nobody, and before that as
# an admin where there are accounts. Runs in the project's folder. The service needs RATE_LIMIT_PER_MINUTE=0,
# AUTH_RATE_LIMIT_PER_MINUTE=0 and an ACCESS_TOKEN_SECONDS that outlives the run.
set -euo pipefail
base=http://127.0.0.1:$PORT
run() {
  schemathesis run --checks all --max-examples "${EXAMPLES:-50}" --workers 1 "$@" "$base/openapi.json"
}
if grep -q '^create-admin:' Makefile; then
  export ADMIN_EMAIL=admin@example.com ADMIN_PASSWORD=Analytical-Engine-1
  make --silent create-admin
  login=$(grep -o '"/[^"]*/auth/login"' docs/openapi.json | tr -d '"')
  body="{\"email\": \"$ADMIN_EMAIL\", \"password\": \"$ADMIN_PASSWORD\"}"
  tokens=$(curl -fsS -H 'Content-Type: application/json' -d "$body" "$base$login")
  token=$(sed -E 's/.*"access(Token|_token)": ?"([^"]+)".*/\2/' <<<"$tokens")
  run --header "Authorization: Bearer $token"
fi
run
