#!/usr/bin/env bash
# Asks the service on PORT for every line of the contract, so often: contract.sh CHECKOUT TIMES
# The service needs JWT_SECRET, MAIL_TRANSPORT=file:mails, RATE_LIMIT_PER_MINUTE=0 and AUTH_RATE_LIMIT_PER_MINUTE=0.
set -euo pipefail
options=(--url "http://127.0.0.1:$PORT")
if grep -q '^create-admin:' Makefile; then
  export ADMIN_EMAIL=verify@example.com ADMIN_PASSWORD=Verify-Adm1n-42
  make --silent create-admin
  export VERIFY_ADMIN_PASSWORD=$ADMIN_PASSWORD VERIFY_JWT_SECRET=$JWT_SECRET
  options+=(--admin-email "$ADMIN_EMAIL" --mail-dir mails)
fi
for _ in $(seq "$2"); do
  cargo run --quiet --manifest-path "$1/Cargo.toml" --package scaffold -- verify "${options[@]}"
done
