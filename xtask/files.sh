#!/usr/bin/env bash
# Lints what no framework's own checks look at: container, CI and compose files, secrets. Run in a project's folder.
set -euo pipefail
hadolint Dockerfile
check-jsonschema --builtin-schema vendor.compose-spec compose.yaml
if [ -d .github ]; then
  actionlint
  zizmor --offline --quiet .github
  check-jsonschema --builtin-schema vendor.github-workflows .github/workflows/*.yml
  check-jsonschema --builtin-schema vendor.dependabot .github/dependabot.yml
fi
if [ -f .gitlab-ci.yml ]; then
  check-jsonschema --builtin-schema vendor.gitlab-ci .gitlab-ci.yml
fi
if [ -d monitoring ]; then
  promtool check rules --lint-fatal monitoring/alerts.yml
  promtool test rules monitoring/alerts.test.yml
  promtool check config --syntax-only monitoring/prometheus.yml
fi
if [ -d deploy/kubernetes ]; then
  bash -n deploy/kubernetes/release.sh
  kubernetes-validate --strict --quiet deploy/kubernetes/secret.example.yaml
  for overlay in deploy/kubernetes/overlays/*; do
    kustomize build "$overlay" >kubernetes.yaml
    kubernetes-validate --strict --quiet kubernetes.yaml
    rm kubernetes.yaml
  done
fi
gitleaks git --no-banner --redact .
openapi-spec-validator docs/openapi.json
if [ -f docs/asyncapi.yaml ]; then
  # xtask/tools.sh puts the parser beside its programs.
  tools=$(dirname "$(command -v actionlint)")
  node "$(dirname "$0")/asyncapi.mjs" "$tools/../asyncapi" docs/asyncapi.yaml
fi
