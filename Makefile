# A thin wrapper over the CMake presets.
# Who knows CMake needs none of it: cmake --preset release && cmake --build --preset release
.PHONY: demo test bench build
.NOTPARALLEL:

demo: build
	@cmake --build --preset release --target demo

test: build
	@ctest --preset release

bench: build
	@cmake --build --preset release --target bench

build:
	@scripts/bootstrap.sh
	@cmake --preset release --log-level=WARNING >/dev/null
	@cmake --build --preset release
