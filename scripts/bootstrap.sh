#!/usr/bin/env bash
# Installs the packages of scripts/packages.txt that are missing, and the npm packages of tests/report. With nothing
# missing it touches neither the network nor the package manager. Where it cannot install (no Debian-like
# package manager, no root and no sudo) it names what is missing and exits with 2.
#
# usage: scripts/bootstrap.sh [nightly]      (nightly: with the packages that only `make nightly` needs)
set -euo pipefail
cd "$(dirname "$0")/.."

mapfile -t wanted < <(awk -v also="${1:-}" '!/^#/ && ($2 == "" || $2 == also) { print $1 }' scripts/packages.txt)

explain_and_stop() {
  echo "standstill: $1" >&2
  echo "standstill: install these Debian 12 packages (or what your system calls them), then run make again:" >&2
  printf '  %s\n' "${missing[@]}" >&2
  exit 2
}

if ! command -v dpkg-query >/dev/null || ! command -v apt-get >/dev/null; then
  # Without dpkg nobody can say what is installed, unless the tools themselves are all there.
  missing=("${wanted[@]}")
  explain_and_stop "this system has no dpkg and apt-get, so nothing can be installed automatically"
fi

missing=()
for package in "${wanted[@]}"; do
  # Node.js as its makers package it brings npm along, and conflicts with Debian's.
  if [ "$package" = npm ] && command -v npm >/dev/null; then continue; fi
  status=$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null || true)
  [ "$status" = installed ] || missing+=("$package")
done

install_npm_packages() {
  cmp -s tests/report/package-lock.json tests/report/node_modules/.installed && return
  echo "standstill: installing the npm packages of tests/report"
  npm ci --prefix tests/report --loglevel=error >/dev/null || {
    echo "standstill: npm ci failed in tests/report, whose tests need the schemas it installs" >&2
    exit 2
  }
  cp tests/report/package-lock.json tests/report/node_modules/.installed
}

if [ ${#missing[@]} -eq 0 ]; then
  install_npm_packages
  exit 0
fi

as_root=()
if [ "$(id -u)" -ne 0 ]; then
  command -v sudo >/dev/null || explain_and_stop "installing packages needs root, and there is no sudo"
  # Asking for a password is fine at a terminal; anywhere else it would hang.
  if [ -t 0 ]; then as_root=(sudo); else as_root=(sudo -n); fi
  "${as_root[@]}" true 2>/dev/null || explain_and_stop "installing packages needs root, and sudo was refused"
fi

echo "standstill: installing ${#missing[@]} missing packages: ${missing[*]}"
"${as_root[@]}" apt-get update -qq || explain_and_stop "apt-get update failed"
"${as_root[@]}" env DEBIAN_FRONTEND=noninteractive \
  apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null ||
  explain_and_stop "apt-get install failed"
install_npm_packages
