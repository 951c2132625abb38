// Operations that collect: forced, in the background, and beside goroutines that allocate.
#include <standstill/operation.h>

#include "checker/subjects/list.h"
#include "checker/subjects/operations.h"

namespace rt = standstill::rt;

STANDSTILL_OPERATION(gc) {
  rt::GC();
  observeLeftOnM();
}

// A cycle by this goroutine: concurrent, inside one stop, or that and sweeping there, too.
STANDSTILL_OPERATION(collect, STANDSTILL_ONE_OF(mode, rt::gcBackgroundMode, rt::gcForceMode,
                                                rt::gcForceBlockMode)) {
  rt::gc(mode);
  observeLeftOnM();
}

// Wakes the goroutine that does background cycles, as an allocation would that finds one due.
STANDSTILL_OPERATION(start_gc) {
  rt::startGC(rt::gcBackgroundMode);
  observeLeftOnM();
}

// A mutator: builds a list, which a collector must find, and lets it go.
STANDSTILL_OPERATION(allocate, STANDSTILL_INT(objects, 1, 3)) {
  rt::Root<Link> list;
  addLinks(list, static_cast<int>(objects));
  int found = 0;
  for (const Link* link = list.get(); link != nullptr; link = link->next.get()) ++found;
  standstill::observe("found", found);
  observeLeftOnM();
}
