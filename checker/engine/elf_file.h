// Whether a library's file is whole, before the loader maps it.
//
// The loader believes the file's headers. Of one that was cut short (a full disk, a build that is
// still writing), it maps pages that do not exist, and the first access ends the process.
// Tests: tests/checker/truncated_test.cc.
#pragma once

#include <string>

namespace standstill::checker {

// Throws UsageError if the file at `path` is a 64-bit ELF file, and a part of it that its headers
// name lies beyond its end. What is no such file is left to the loader, which says so.
void requireWholeElf(const std::string& path);

}  // namespace standstill::checker
