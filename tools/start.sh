#!/usr/bin/env bash
# Prepare the database (migrations, areas, handbook, demo commune), say how to sign in, start web and worker.
set -euo pipefail
cd "$(dirname "$0")/.."
mkdir -p var
export PORT=${PORT:-8000} WEB_CONCURRENCY=${WEB_CONCURRENCY:-1}
export PUBLIC_BASE_URL=${PUBLIC_BASE_URL:-http://127.0.0.1:$PORT}
python -m outreach.cli prepare --demo
exec python -m outreach.together
