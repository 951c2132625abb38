# What the tests of scripts/scale share. To be sourced, with `build` and `root` set.

check=$build/bin/stw-check
# Long enough to be killed in the middle, short enough for a test; sharded 6 times.
subject=$build/tests/checker/programs/traces.so
search=("$check" explore "$subject" --scenario=last_zero_10 --strategy=random --executions=120000)

fail() {
  echo "$(basename "$0"): $*" >&2
  exit 1
}

# A report without what differs from run to run: the time, and where repro files lie.
essence() { grep -vE '"(seconds|repro)":' "$1"; }

# Kills the process that does shard $1, once it does.
kill_shard() {
  local tries
  for ((tries = 0; tries < 600; ++tries)); do
    pkill -KILL -f "^$check explore .*--shard=$1/" && return
    sleep 0.05
  done
  echo "never saw shard $1" >&2
}

# Runs `run.sh ENGINE 6` on the search while shard 2 is killed, and requires the result of one process.
kill_one_and_compare() {
  local engine=$1 work=$2
  "${search[@]}" --json="$work/whole.json" >/dev/null
  kill_shard 2 &
  local killer=$!
  "$root/scripts/scale/run.sh" "$engine" 6 "$work/out" "${search[@]}" 2>"$work/errors" || { cat "$work/errors"; fail "run.sh $engine"; }
  wait "$killer"
  grep -q 'doing again shard 2' "$work/errors" || { cat "$work/errors"; fail "no shard was done again"; }
  diff <(essence "$work/whole.json") <(essence "$work/out/merged.json") || fail "not the result of one process"
}

# Rewrites examples/inventory in 3 shards, and requires what one process makes of it.
rewrite_and_compare() {
  local engine=$1 work=$2
  cp -r "$root/examples/inventory" "$work/whole"
  cp -r "$root/examples/inventory" "$work/sharded"
  (cd "$work/whole" && patch -s -p1 <expected.diff)
  cd "$work/sharded"
  sed "s|@HERE@|$PWD|" compile_commands.json.in >compile_commands.json
  "$root/scripts/scale/run.sh" "$engine" 3 "$work/fixes" "$build/bin/stw-rewrite" -p . --api=shelf_lock.c \
    --factor=shelf_enter --factor=shelf_leave --pair=shelf_enter:shelf_leave
  clang-apply-replacements-19 "$work/fixes"
  cd "$work"
  rm sharded/compile_commands.json
  diff -r whole sharded || fail "not what one process rewrites"
}
