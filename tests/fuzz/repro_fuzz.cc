// .repro files of explore and compare, as `stw-check replay` reads them: whatever the bytes, they
// are read or refused with a UsageError.
#include "checker/compare/finding.h"
#include "checker/compare/repro.h"
#include "checker/engine/library.h"
#include "tests/fuzz/memory_file.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace standstill;
  const MemoryFile file(data, size);
  try {
    if (checker::Finding::isOne(file.path())) {
      checker::Finding::read(file.path());
    } else {
      const checker::Repro repro = checker::Repro::read(file.path());
      // What was read can be written, and read again.
      if (checker::decodeSchedule(checker::encodeSchedule(repro.schedule)) != repro.schedule)
        __builtin_trap();
    }
  } catch (const checker::UsageError&) {
  }
  return 0;
}
