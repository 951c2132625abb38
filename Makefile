# A thin wrapper over the CMake presets.
# Who knows CMake needs none of it: cmake --preset release && cmake --build --preset release
.PHONY: demo test check nightly mutants bench stress build
.NOTPARALLEL:

demo: build
	@cmake --build --preset release --target demo

test: build
	@ctest --preset release

# Formats, and lints what differs from the commit SINCE.
SINCE ?= HEAD
check:
	@scripts/bootstrap.sh
	@cmake --preset release --log-level=WARNING >/dev/null
	@scripts/lint.sh build/release --fix $(SINCE)

# What takes too long for each change: random functions by the ten thousand, two minutes of fuzzing for each reader in
# tests/fuzz, shards on several hosts and on Slurm, which needs root, issue 10618 found anew, all mutants, and all programs of up
# to 3 goroutines and 4 of the operations in CORE, each exhaustively: to 1 preemption with races looked for, and to 2 without, as
# BUDGET suffices; where it does not, the end is 4 (docs/comparing_the_runtimes.md: how long that is). Machines can share the
# programs: SHARD=1/4, and so on.
CORE ?= gc,read_mem_stats,syscall
BUDGET ?= 8h
SHARD ?= 1/1
nightly: test
	@scripts/bootstrap.sh nightly
	@scripts/fuzz.sh 120
	@tests/scale/ssh_test.sh build/release
	@tests/scale/slurm_test.sh build/release
	@STW_RANDOM_FUNCTIONS=20000 build/release/tests/rewriter/rewriter_test --gtest_filter='RandomPrograms.*'
	@RC_PARAMS="max_success=1000" build/release/tests/checker/checker_test --gtest_filter='Comparison.randomPrograms*'
	@tests/checker/issue_10618.sh build/release
	@tests/checker/followup_c3.sh build/release
	@$(MAKE) --no-print-directory mutants
	@$(COMPARE_ALL) --preemptions=1 --json=build/release/nightly_races.json
	@$(COMPARE_ALL) --preemptions=2 --races=off --json=build/release/nightly.json

COMPARE_ALL = build/release/bin/stw-check compare --old=build/release/checker/subjects/subject_legacy.so \
  --new=build/release/checker/subjects/subject_refactored.so --declared=checker/subjects/declared.txt \
  --scenario=program --programs=all:3x4 --operations=$(CORE) --strategy=dfs --budget=$(BUDGET) \
  --jobs=$$(nproc) --shard=$(SHARD) --require=lockstep

# Wrong refactorings, made from the right one: each must be noticed. About six minutes.
mutants: build
	@build/release/bin/stw-check mutants --report=build/release/mutants/report --json=build/release/mutants/report.json

bench: build
	@cmake --build --preset release --target bench

# MINUTES of everything at once on real threads, both variants in turn.
MINUTES ?= 10
stress: build
	@scripts/stress.sh build/release $(MINUTES)

build:
	@scripts/bootstrap.sh
	@cmake --preset release --log-level=WARNING >/dev/null
	@cmake --build --preset release
