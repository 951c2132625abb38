// Reports of explore and compare, as `stw-check merge` reads them: whatever the bytes, they are
// read or refused with a UsageError.
#include "checker/explore/findings_json.h"
#include "checker/engine/library.h"
#include "tests/fuzz/memory_file.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace standstill;
  const MemoryFile file(data, size);
  try {
    checker::Report report = checker::Report::read(file.path());
    // What was read can be written.
    if (report.json().empty()) __builtin_trap();
  } catch (const checker::UsageError&) {
  }
  return 0;
}
