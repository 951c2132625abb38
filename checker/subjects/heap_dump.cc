// Heap dumps, read back: which records there are. Their addresses are another matter.
#include <standstill/scenario.h>

#include "checker/subjects/dump_text.h"
#include "checker/subjects/left_behind.h"
#include "checker/subjects/scenario_run.h"
#include "runtime/api.h"
#include "runtime/malloc.h"

namespace rt = standstill::rt;

STANDSTILL_SCENARIO(write_heap_dump) {
  runScenario(2, [] {
    rt::go([] {}, "other");
    constexpr int kDescriptor = 900;
    rt::mallocgc(100);
    const int fd = scratchFile(kDescriptor);
    rt::WriteHeapDump(fd);
    observeDump(fd);
    observeStateLeftBehind();
  });
}
