# A thin wrapper over the CMake presets, for the two commands of the README.
# Who knows CMake needs none of it: cmake --preset release && cmake --build --preset release
.PHONY: demo test build
.NOTPARALLEL:

demo: build
	@cmake --build --preset release --target demo

test: build
	@ctest --preset release

build:
	@scripts/bootstrap.sh
	@cmake --preset release --log-level=WARNING >/dev/null
	@cmake --build --preset release
