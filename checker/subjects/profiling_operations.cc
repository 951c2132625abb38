// Operations that stop the world to look at all of it.
#include <standstill/operation.h>

#include <algorithm>
#include <string>

#include "checker/subjects/dump_text.h"
#include "checker/subjects/operations.h"

namespace rt = standstill::rt;

STANDSTILL_OPERATION(read_mem_stats) {
  rt::MemStats stats;
  rt::ReadMemStats(&stats);
  standstill::observe("objects", stats.HeapObjects);
  standstill::observe("collections", stats.NumGC);
  observeLeftOnM();
}

// With room for all stacks or not.
STANDSTILL_OPERATION(goroutine_profile, STANDSTILL_INT(room, 0, 8)) {
  rt::StackRecord records[8];
  bool ok = false;
  standstill::observe("goroutines", rt::GoroutineProfile(records, room, &ok));
  standstill::observe("ok", ok);
  standstill::observe("records", std::ranges::count_if(records, [](const rt::StackRecord& record) {
                        return record.pc[0] != 0;
                      }));
  observeLeftOnM();
}

STANDSTILL_OPERATION(stack_all) {
  char text[1024];
  standstill::observe("stacks", std::string(text, rt::Stack(text, sizeof text, true)));
  observeLeftOnM();
}

// Without a stop.
STANDSTILL_OPERATION(stack) {
  char text[256];
  standstill::observe("stack", std::string(text, rt::Stack(text, sizeof text, false)));
  observeLeftOnM();
}

STANDSTILL_OPERATION(heap_dump) {
  constexpr int kDescriptors = 901;  // one for each worker
  const int file = scratchFile(kDescriptors + currentWorker());
  rt::WriteHeapDump(file);
  observeDump(file);
  observeLeftOnM();
}
