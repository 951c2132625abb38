# A thin wrapper over the CMake presets.
# Who knows CMake needs none of it: cmake --preset release && cmake --build --preset release
.PHONY: demo test nightly mutants bench stress build
.NOTPARALLEL:

demo: build
	@cmake --build --preset release --target demo

test: build
	@ctest --preset release

# What takes too long for each change: random functions by the ten thousand, and shards on several hosts and on
# Slurm, which needs root.
nightly: test
	@scripts/bootstrap.sh nightly
	@tests/scale/ssh_test.sh build/release
	@tests/scale/slurm_test.sh build/release
	@STW_RANDOM_FUNCTIONS=20000 build/release/tests/rewriter/rewriter_test --gtest_filter='RandomPrograms.*'
	@RC_PARAMS="max_success=1000" build/release/tests/checker/checker_test --gtest_filter='Comparison.randomPrograms*'

# Wrong refactorings, made from the right one: each must be noticed. About ten minutes.
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
