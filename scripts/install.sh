#!/usr/bin/env bash
# Installs one pinned list and the checkout itself into the environment: with uv, or with pip where uv is missing.
set -euo pipefail
venv=$1
list=$2
if [ -x "$venv/bin/uv" ]; then
    install=("$venv/bin/uv" pip install -q --python "$venv/bin/python")
else
    install=("$venv/bin/pip" install -q)
fi
echo "Installing $list …" >&2
"${install[@]}" --require-hashes -r "$list"
"${install[@]}" --no-deps --no-build-isolation -e .
