#!/usr/bin/env bash
# Makes the environment; Debian ships python3 without venv, so that is mended here where we may.
set -euo pipefail
venv=$1
python=$(command -v python3.11 || command -v python3) || { echo "Jifen needs Python 3.11 or newer; install python3 and run make again." >&2; exit 1; }
"$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Jifen needs Python 3.11 or newer; this is $("$python" --version)." >&2; exit 1; }
if ! "$python" -c 'import ensurepip' 2>/dev/null; then
    if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
        apt-get update -qq && apt-get install -y -qq python3-venv
    else
        echo "This Python has no venv: run 'sudo apt-get install python3-venv' and make again." >&2
        exit 1
    fi
fi
echo "Making the environment in $venv …" >&2
rm -rf "$venv"
"$python" -m venv "$venv"
"$venv/bin/pip" install -q --require-hashes -r requirements-tools.txt 2>/dev/null || echo "uv could not be installed; pip does its work, more slowly."
