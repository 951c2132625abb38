// Manifests of stw-mutate, as `stw-check mutants` reads them: read, or refused with a UsageError.
#include "checker/mutants/manifest.h"

#include "checker/engine/library.h"
#include "tests/fuzz/memory_file.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace standstill;
  const MemoryFile file(data, size);
  try {
    checker::Manifest::read(file.path());
  } catch (const checker::UsageError&) {
  }
  return 0;
}
