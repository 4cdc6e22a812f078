#!/usr/bin/env bash
# Asks the service on PORT for every line of the contract, so often: contract.sh TIMES
# Where the environment has BROKER_URL, the worker runs beside it and is stopped with SIGTERM: it has to end with status 0.
# SCAFFOLD names the program. The service needs JWT_SECRET, MAIL_TRANSPORT=file:mails, RATE_LIMIT_PER_MINUTE=0 and AUTH_RATE_LIMIT_PER_MINUTE=0.
set -euo pipefail
options=(--url "http://127.0.0.1:$PORT")
if grep -q '^create-admin:' Makefile; then
  export ADMIN_EMAIL=verify@example.com ADMIN_PASSWORD=Verify-Adm1n-42
  make --silent create-admin
  export VERIFY_ADMIN_PASSWORD=$ADMIN_PASSWORD VERIFY_JWT_SECRET=$JWT_SECRET
  options+=(--admin-email "$ADMIN_EMAIL" --mail-dir mails)
fi
if [ -n "${BROKER_URL:-}" ]; then
  worker_url=http://127.0.0.1:$WORKER_PORT
  options+=(--broker-url "$BROKER_URL" --worker-url "$worker_url")
  # `make` waits for the worker and tells how it ended; the signal is for the worker alone.
  setsid bash -c "trap '' TERM; exec make worker" >worker.log 2>&1 &
  worker=$!
  trap 'kill -TERM -- -$worker 2>/dev/null || true; tail -20 worker.log' EXIT
  for _ in $(seq 300); do
    curl -fsS "$worker_url/readyz" >/dev/null 2>&1 && break
    kill -0 $worker || { echo "the worker did not start"; exit 1; }
    sleep 0.1
  done
fi
for _ in $(seq "$1"); do
  "$SCAFFOLD" verify "${options[@]}"
done
if [ -n "${BROKER_URL:-}" ]; then
  trap - EXIT
  kill -TERM -- -$worker
  timeout 60 tail --pid=$worker -f /dev/null || { echo "the worker goes on 60 s after SIGTERM"; kill -KILL -- -$worker; exit 1; }
  wait $worker || { echo "the worker ended with status $?"; tail -20 worker.log; exit 1; }
fi
