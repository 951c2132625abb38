#!/usr/bin/env bash
# Both tools where the machine fails them: limits on files and memory, a full disk, a folder that is read-only, killed
# in the middle, huge files, odd names. No crash, no half-written file, one line that says what to do, exit code 2.
#
# usage: tests/house/robust_test.sh BUILD
set -euo pipefail
build=$(cd "${1:?usage: tests/house/robust_test.sh BUILD}" && pwd)
root=$(cd "$(dirname "$0")/../.." && pwd)
check=$build/bin/stw-check
rewrite=$build/bin/stw-rewrite
programs=$build/tests/checker/programs
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

explore=("$check" explore "$programs/variant_lost.so" --scenario=counter)
compare=("$check" compare --old="$programs/variant_atomic.so" --new="$programs/variant_lost.so" --scenario=counter --budget=20s)
factor=(--api=shelf_lock.c --factor=shelf_enter,shelf_leave --pair=shelf_enter:shelf_leave)

fail() {
  echo "robust_test: $*" >&2
  exit 1
}

# expect CODE TEXT COMMAND...: the exit code, and a text among what is said. What is said goes through a pipe: limits
# on files are for those of the tool.
expect() {
  local wanted=$1 text=$2 code=0 said
  shift 2
  said=$("$@" 2>&1 | tr -d '\0'; exit "${PIPESTATUS[0]}") || code=$?
  [ "$code" -eq "$wanted" ] || fail "exit code $code, not $wanted, of: $*"$'\n'"${said:0:500}"
  case $said in *"$text"*) ;; *) fail "\"$text\" is not said by: $*"$'\n'"${said:0:500}" ;; esac
}

# A fresh copy of the example, to be in. Its folder holds what `left` expects, and nothing else.
inventory() {
  cd "$work"
  rm -rf inventory
  cp -r "$root/examples/inventory" inventory
  cd inventory
}
untouched() { diff -r "$root/examples/inventory" "$work/inventory" >&2 || fail "after $1, something is not as it was"; }

# ---- Limits on the size of files
mkdir limited && cd limited
expect 2 "cannot write a.counter.repro; choose another place with --json" bash -c 'ulimit -f 0; exec "$@"' - "${explore[@]}" --json=a.json
expect 1 "cannot write counter.repro; choose another place with --repro" bash -c 'ulimit -f 0; exec "$@"' - "${compare[@]}"
expect 2 "cannot write a.json; choose another place with --json" bash -c 'ulimit -f 0; exec "$@"' - "${compare[@]}" --repro=/dev/null --json=a.json
expect 2 "choose another place with --junit" bash -c 'ulimit -f 0; exec "$@"' - "${compare[@]}" --repro=/dev/null --junit=a.xml
[ -z "$(ls -A)" ] || fail "left behind: $(ls -A)"
inventory
expect 2 "cannot write the report" bash -c 'ulimit -f 0; exec "$@"' - "$rewrite" "${factor[@]}" --in-place --report=r.json receive.c -- -std=c11
untouched "a report without room"
head -c 3000 /dev/zero | tr '\0' '\n' >>receive.c && cp receive.c long.c
expect 2 "not written" bash -c 'ulimit -f 2; exec "$@"' - "$rewrite" "${factor[@]}" --in-place receive.c -- -std=c11
cmp receive.c long.c && rm long.c && cp "$root/examples/inventory/receive.c" . && untouched "a source without room"
expect 0 "" "$rewrite" "${factor[@]}" --report=/dev/stdout receive.c -- -std=c11

# ---- What is no file is written to, and stays; a link stays a link
cd "$work/limited"
"${compare[@]}" --repro=/dev/null --json=/dev/stdout >a || true
grep -q '"standstill-compare"' a || fail "no report on /dev/stdout"
[ -c /dev/null ] || fail "/dev/null is no device any more"
touch there.json && ln -s there.json link.json
expect 1 "" "${compare[@]}" --repro=/dev/null --json=link.json
[ -L link.json ] && [ -s there.json ] || fail "a link was replaced"

# ---- Output that cannot be written
expect 2 "cannot write the results" bash -c '"$@" >/dev/full' - "${explore[@]}"
inventory
expect 2 "cannot write the diff" bash -c '"$@" >/dev/full' - "$rewrite" "${factor[@]}" receive.c -- -std=c11

# ---- A full disk, a folder that is read-only: file systems of our own, where the system lets us
if unshare -rm true 2>/dev/null; then
  cd "$work" && mkdir -p disk
  on_disk() { unshare -rm bash -c 'mount -t tmpfs -o size=8k none disk; head -c 100000 /dev/zero >disk/full 2>/dev/null; "$@"; code=$?; ls -A disk >left; exit $code' - "$@"; }
  expect 2 "cannot write disk/a.counter.repro" on_disk "${explore[@]}" --json=disk/a.json
  expect 2 "cannot write disk/a.json" on_disk "${compare[@]}" --repro=/dev/null --json=disk/a.json
  [ "$(cat left)" = full ] || fail "left behind on a full disk: $(cat left)"
  read_only() { unshare -rm bash -c 'mount -t tmpfs none disk; cp -r inventory disk; mount -o remount,ro disk; cd disk/inventory; "$@"; code=$?; diff -r . ../../inventory || code=9; exit $code' - "$@"; }
  inventory && cd "$work"
  expect 2 "cannot write into the folder .; choose another with --json" read_only "${explore[@]}" --json=a.json
  expect 2 "Read-only file system" read_only "$rewrite" "${factor[@]}" --in-place receive.c -- -std=c11
else
  echo "robust_test: no namespaces here: full and read-only disks are left out" >&2
fi

# ---- Memory and addresses
expect 2 "raise the limit (ulimit -v)" bash -c 'ulimit -v 4000000; exec "$@"' - "${explore[@]}"

# ---- Huge files, for each reader: 100 MB
cd "$work"
head -c 100000000 /dev/zero | tr '\0' '[' >deep
{ printf '['; yes '{"a":1},' | head -c 99999999 || true; } >objects
head -c 100000000 /dev/zero >zeros
small_memory() { bash -c 'ulimit -v 1500000; exec "$@"' - "$@"; }
for reader in merge replay "mutants --no-build --manifest"; do
  expect 2 "not enough memory" small_memory "$check" $reader deep
  expect 2 "not enough memory" small_memory "$check" $reader objects
  expect 2 "stw-check: " "$check" $reader objects
  expect 2 "stw-check: " "$check" $reader zeros
done
for file in objects zeros; do
  expect 2 "OLD => NEW" "${compare[@]}" --declared="$file"
  expect 2 "cannot load" "$check" explore "./$file"
done
inventory
cp ../zeros huge.c
expect 0 "0 sites rewritten" "$rewrite" "${factor[@]}" huge.c -- -std=c11
expect 2 "does not define it" "$rewrite" --api=huge.c --factor=shelf_enter receive.c -- -std=c11
mv ../deep deep.c
expect 0 "0 sites rewritten" "$rewrite" "${factor[@]}" deep.c -- -std=c11
expect 2 "deep.c: the compiler crashed (Segmentation fault) (the api file must compile)" "$rewrite" --api=deep.c --factor=shelf_enter receive.c -- -std=c11
expect 2 "OLD, NEW or the api file: the compiler crashed" "$rewrite" certify deep.c deep.c --api=shelf_lock.c --factor=shelf_enter -- -std=c11
rm huge.c deep.c ../objects ../zeros

# ---- Killed at any moment: each file that is there is whole
cd "$work" && mkdir killed && cd killed
for delay in 0.02 0.05 0.1 0.15 0.2 0.3; do
  "${compare[@]}" --json=a.json --sarif=a.sarif >/dev/null 2>&1 &
  sleep "$delay"
  kill -KILL $! 2>/dev/null || true
  wait $! 2>/dev/null || true
  for file in a.json a.sarif counter.repro; do
    [ ! -e "$file" ] || python3 -c 'import json, sys; json.load(open(sys.argv[1]))' "$file" || fail "$file is half written"
  done
done

# ---- Names: blanks, and bytes that are no UTF-8
odd=$work/$(printf 'a b\xff\xc3')
mkdir "$odd" && cd "$odd"
cp "$programs/variant_lost.so" "$programs/variant_atomic.so" .
expect 1 "different" "$check" compare --old="$odd/variant_atomic.so" --new="$odd/variant_lost.so" --scenario=counter --budget=20s \
  --json="$odd/a b.json" --report="$odd/r" --junit="$odd/j.xml" --sarif="$odd/s.sarif" --repro="$odd/x y.repro"
python3 -c 'import json; json.load(open("a b.json")); json.load(open("s.sarif"))'
expect 1 "" "$check" replay "$odd/x y.repro" --old="$odd/variant_atomic.so" --new="$odd/variant_lost.so"
expect 1 "replayed: " "$check" replay "$odd/x y.repro"
expect 1 "different" "$check" merge "$odd/a b.json" --json="$odd/m.json"
cp -r "$root/examples/inventory" "$odd/inventory" && cd "$odd/inventory"
expect 0 "2 sites rewritten" "$rewrite" "${factor[@]}" --in-place --header-filter='^$' --report="$odd/r.json" "$odd/inventory/receive.c" -- -std=c11
python3 -c 'import json, sys; json.load(open(sys.argv[1]))' "$odd/r.json"
grep -q 'shelf_enter(s, "receive")' receive.c || fail "not rewritten below an odd name"
echo "robust_test: done"
