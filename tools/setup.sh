#!/usr/bin/env bash
# What a bare machine lacks, one word each: python FILE · frontend · pango · ffmpeg · chromium.
# Installs what it may; where it may not, names the exact command and goes on: everything still starts.
set -euo pipefail
cd "$(dirname "$0")/.."

say() { printf '  %s\n' "$*" >&2; }

may_apt() { [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; }

apt_install() { # apt_install WHAT-FOR PACKAGE...
  local purpose=$1; shift
  if may_apt; then
    say "installing $* for $purpose"
    { apt-get install -y -qq --no-install-recommends "$@" || { apt-get update -qq && apt-get install -y -qq --no-install-recommends "$@"; }; } \
      >/dev/null 2>&1 && return 0
  fi
  say "missing for $purpose: run  apt-get install -y --no-install-recommends $*"
  return 1
}

python_libraries() {
  local python=${PYTHON:-python3}
  "$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { say "Python 3.11 or newer is needed."; exit 1; }
  if command -v uv >/dev/null && [ "$(command -v uv)" != "$PWD/.venv/bin/uv" ]; then
    [ -x .venv/bin/python ] || uv venv -q --python "$python" .venv
    uv pip install -q --python .venv/bin/python --compile-bytecode --require-hashes -r "$1"
  else
    [ -x .venv/bin/python ] || "$python" -m venv .venv
    [ -x .venv/bin/pip ] || .venv/bin/python -m ensurepip --default-pip >/dev/null
    .venv/bin/python -m pip install -q --disable-pip-version-check --require-hashes -r "$1"
  fi
  cat > .venv/bin/outreach <<'SHIM'
#!/bin/sh
cd "$(dirname "$0")/../.." && PYTHONPATH=. exec .venv/bin/python -m outreach.cli "$@"
SHIM
  chmod +x .venv/bin/outreach
}

frontend() {
  mkdir -p outreach/static/vendor
  if ! command -v npm >/dev/null; then
    say "no node here: pages work without htmx; install node and run make again for the livelier ones"
    return 0
  fi
  if npm ci --silent --ignore-scripts --no-audit --no-fund >/dev/null 2>&1; then
    cp node_modules/htmx.org/dist/htmx.min.js outreach/static/vendor/htmx.min.js
    touch .venv/.frontend
  else
    say "the front-end files could not be fetched: pages work without htmx; run make again with a network"
  fi
}

pango() {
  ls /usr/lib/*/libpangoft2-1.0.so.0 /usr/lib/libpangoft2-1.0.so.0 >/dev/null 2>&1 \
    && ls /usr/lib/*/libharfbuzz-subset.so.0 /usr/lib/libharfbuzz-subset.so.0 >/dev/null 2>&1 && return 0
  .venv/bin/python -c 'import ctypes.util, sys; sys.exit(not all(map(ctypes.util.find_library, ("pangoft2-1.0", "harfbuzz-subset"))))' \
    && return 0
  apt_install "PDFs (reports, cards)" libpangoft2-1.0-0 libharfbuzz-subset0 || true
}

ffmpeg() {
  type -P ffmpeg >/dev/null || apt_install "recording lessons aloud" ffmpeg || true
}

chromium() {
  type -P chromium chromium-headless-shell >/dev/null || apt_install "browser tests" chromium chromium-headless-shell || true
}

case "$1" in
  python) python_libraries "$2" ;;
  frontend | pango | ffmpeg | chromium) "$1" ;;
  *) say "unknown: $1"; exit 2 ;;
esac
