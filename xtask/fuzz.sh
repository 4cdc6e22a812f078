#!/usr/bin/env bash
# Lets schemathesis look for disagreement between the service on PORT and its OpenAPI document.
set -euo pipefail
schemathesis run --checks all --max-examples "${EXAMPLES:-50}" --workers 1 "http://127.0.0.1:$PORT/openapi.json"
