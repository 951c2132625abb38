#!/usr/bin/env bash
# Installs what was built, uses it from outside, and takes it away again: once as a tree that was moved to some
# other place, once as a Debian package.
#
# usage: tests/install/install_test.sh BUILD
set -euo pipefail

build=$(cd "${1:?usage: tests/install/install_test.sh BUILD}" && pwd)
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

fail() {
  echo "install_test: $*" >&2
  exit 1
}

# Runs the rest and requires the exit code that is named first.
expect_code() {
  local wanted=$1 code=0
  shift
  "$@" >"$work/output" 2>&1 || code=$?
  [ "$code" -eq "$wanted" ] || { cat "$work/output" >&2; fail "exit code $code, not $wanted, of: $*"; }
}

expect_output() { grep -qF -- "$1" "$work/output" || { cat "$work/output" >&2; fail "does not say: $1"; }; }

# Everything that a person does with an installed Standstill whose files lie below $1.
use_from_outside() {
  local prefix=$1 project=$work/project
  rm -rf "$project"
  cp -r "$here/outside" "$project"

  expect_code 0 cmake -S "$project" -B "$project/build" -G Ninja -DCMAKE_PREFIX_PATH="$prefix" \
    -DCMAKE_C_COMPILER=clang-19 -DCMAKE_CXX_COMPILER=clang++-19
  expect_code 0 cmake --build "$project/build"
  local compare=("$prefix/bin/stw-check" compare --budget=20s)
  cd "$project/build"
  expect_code 0 "${compare[@]}" --old=./account_old.so --new=./account_new.so
  expect_output "lockstep"
  expect_code 1 "${compare[@]}" --old=./account_old.so --new=./account_wrong.so
  expect_output "different"
  cd "$project"

  # Without CMake: by the tool's own flags, and by pkg-config's.
  expect_code 0 clang++-19 -std=c++20 -O1 $("$prefix/bin/stw-check" cxxflags) -shared scenarios.cc account_old.cc -o own.so
  local flags
  flags=$(PKG_CONFIG_PATH=$(dirname "$(find "$prefix" -name standstill.pc)") pkg-config --cflags standstill)
  expect_code 0 clang++-19 -std=c++20 -O1 $flags -shared scenarios.cc account_old.cc -o packaged.so
  expect_code 0 "$prefix/bin/stw-check" explore ./own.so
  expect_code 0 "$prefix/bin/stw-check" compare --old=own.so --new=packaged.so

  expect_code 0 "$prefix/bin/stw-rewrite" --api=helpers.c --factor=device_begin --factor=device_end \
    --pair=device_begin:device_end device.c --
  expect_output "+  device_begin(d);"
  expect_output "+  device_end(d);"
  cd "$work"
}

# That the generated help is what the programs that read it understand.
check_help() {
  local prefix=$1 version tool
  version=$(sed -n 's/^CMAKE_PROJECT_VERSION:STATIC=//p' "$build/CMakeCache.txt")
  for tool in stw-check stw-rewrite; do
    expect_code 0 "$prefix/bin/$tool" --version
    expect_output "$tool $version"
    expect_code 0 groff -man -ww -Tutf8 -z "$prefix/share/man/man1/$tool.1"
    [ ! -s "$work/output" ] || { cat "$work/output"; fail "groff complains about the manual page of $tool"; }
    expect_code 0 zsh -n "$prefix/share/zsh/vendor-completions/_$tool"
    expect_code 0 fish --no-config -c "source $prefix/share/fish/vendor_completions.d/$tool.fish; complete -C '$tool --'"
    expect_output "--version"
  done
  completes() {  # COMPLETIONS_FILE FUNCTION WORD...
    bash -c 'source /usr/share/bash-completion/bash_completion; source "$1"; f=$2; shift 2
      COMP_WORDS=("$@") COMP_CWORD=$(($# - 1)) COMP_LINE="$*"; COMP_LINE=${COMP_LINE// = /=}
      COMP_POINT=${#COMP_LINE}
      compopt() { :; }; $f; echo "${COMPREPLY[@]}"' bash "$@"
  }
  local bash_file=$prefix/share/bash-completion/completions
  expect_code 0 completes "$bash_file/stw-check" _stw_check stw-check comp
  expect_output "compare"
  expect_code 0 completes "$bash_file/stw-check" _stw_check stw-check compare --decl
  expect_output "--declared="
  expect_code 0 completes "$bash_file/stw-check" _stw_check stw-check explore --strategy = op
  expect_output "optimal"
  expect_code 0 completes "$bash_file/stw-rewrite" _stw_rewrite stw-rewrite --export
  expect_output "--export-fixes="
}

echo "1. a tree, moved after it was installed"
expect_code 0 cmake --install "$build" --prefix "$work/first"
mv "$work/first" "$work/elsewhere"
use_from_outside "$work/elsewhere"
check_help "$work/elsewhere"
# All that was installed is in the manifest, and goes with it.
sed "s|^$work/first|$work/elsewhere|" "$build/install_manifest.txt" | xargs -d '\n' rm
[ -z "$(find "$work/elsewhere" -type f)" ] || fail "not in the manifest: $(find "$work/elsewhere" -type f)"

echo "2. a Debian package"
expect_code 0 cpack -G DEB --config "$build/CPackConfig.cmake" -B "$work/packages"
package=$(echo "$work"/packages/*.deb)
mkdir -p "$work/root/var/lib/dpkg/updates" "$work/root/var/lib/dpkg/info"
touch "$work/root/var/lib/dpkg/status"
install_root=(dpkg --root="$work/root" --force-not-root --force-depends --force-script-chrootless --log=/dev/null)
expect_code 0 "${install_root[@]}" --install "$package"
use_from_outside "$work/root/usr"
check_help "$work/root/usr"
expect_code 0 "${install_root[@]}" --purge standstill
[ -z "$(find "$work/root/usr" -type f 2>/dev/null)" ] || fail "left behind: $(find "$work/root/usr" -type f)"
expect_code 0 dpkg-deb --field "$package" Depends
expect_output "libclang-cpp19"
expect_output "clang-19"
echo "installed, used and removed"
