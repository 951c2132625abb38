// Reports of compare, as `stw-check merge` reads them: whatever the bytes, they are read or refused
// with a UsageError, and what was read is written so that it is read as the same again.
#include "checker/compare/comparison_json.h"
#include "checker/engine/library.h"
#include "tests/fuzz/memory_file.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace standstill;
  const MemoryFile file(data, size);
  std::string written;
  try {
    if (checker::isComparisonReport(file.path()))
      written = toJson(checker::readComparisonReport(file.path()));
  } catch (const checker::UsageError&) {
  }
  if (written.empty()) return 0;
  const MemoryFile again(reinterpret_cast<const uint8_t*>(written.data()), written.size());
  if (toJson(checker::readComparisonReport(again.path())) != written) __builtin_trap();
  return 0;
}
