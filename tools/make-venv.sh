#!/bin/sh
# Make .venv, with the pip that constraints.txt names, unless it is there already.
# usage: make-venv.sh PYTHON
set -eu
python=$1

fail() { echo "footfall: $*" >&2; exit 1; }

command -v "$python" >/dev/null || fail "$python is missing. On Debian: apt install python3"
"$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' ||
    fail "$("$python" --version) is too old: Footfall needs Python 3.11. Name one with make PYTHON=..."

if [ ! -x .venv/bin/python ] || ! .venv/bin/python -m pip --version >/dev/null 2>&1; then
    echo "Making a virtual environment in .venv ..."
    rm -rf .venv
    if "$python" -c 'import ensurepip' 2>/dev/null; then
        "$python" -m venv .venv
    elif "$python" -m pip --version >/dev/null 2>&1; then
        "$python" -m venv --without-pip .venv
        "$python" -m pip --quiet --python .venv/bin/python install --constraint constraints.txt pip
    else
        fail "this Python cannot make virtual environments. On Debian and Ubuntu:" \
            "apt install python3-venv, then run make again"
    fi
fi
.venv/bin/python -m pip --quiet --disable-pip-version-check install \
    --upgrade --constraint constraints.txt pip
