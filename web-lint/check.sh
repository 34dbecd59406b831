#!/bin/sh
# Checks the page's JavaScript with eslint and tsc; says so and succeeds where npm is missing.
cd "$(dirname "$0")" || exit 1
if ! command -v npm >/dev/null 2>&1; then
  echo "web-lint: skipped, because npm is not installed; the page's JavaScript was not checked." >&2
  exit 0
fi
if [ ! -d node_modules ] || [ package-lock.json -nt node_modules ]; then
  npm ci --silent --no-audit --no-fund || exit 1
  touch node_modules
fi
# eslint looks at files below the folder that it is started in.
cd .. || exit 1
web-lint/node_modules/.bin/eslint --config web-lint/eslint.config.js easybraille/web || exit 1
web-lint/node_modules/.bin/tsc --project web-lint/tsconfig.json
