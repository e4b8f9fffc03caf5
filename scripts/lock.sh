#!/usr/bin/env bash
# Writes the two hashed locks anew from pyproject.toml. Needs `uv` on the PATH; names no package host.
set -euo pipefail
cd "$(dirname "$0")/.."
common=(--universal --generate-hashes --no-header --python-version 3.11 --quiet --upgrade)
uv pip compile "${common[@]}" pyproject.toml --extra hub requirements/build.in -o requirements/run.lock
uv pip compile "${common[@]}" pyproject.toml --extra hub requirements/build.in --group dev -o requirements/dev.lock
