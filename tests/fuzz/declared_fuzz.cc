// Files of declared differences: read, or refused with a UsageError.
#include "checker/compare/declared.h"
#include "checker/engine/library.h"
#include "tests/fuzz/memory_file.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace standstill;
  const MemoryFile file(data, size);
  try {
    checker::Declared declared = checker::Declared::read(file.path());
    declared.apply({});
  } catch (const checker::UsageError&) {
  }
  return 0;
}
