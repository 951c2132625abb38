// Operations that give way, leave the scheduler for a syscall, change the number of Ps, or look.
#include <standstill/operation.h>

#include "checker/subjects/look.h"
#include "checker/subjects/operations.h"

namespace rt = standstill::rt;

STANDSTILL_OPERATION(yield) {
  rt::Gosched();
  observeLeftOnM();
}

STANDSTILL_OPERATION(safepoint) {
  rt::safepoint();
  observeLeftOnM();
}

STANDSTILL_OPERATION(gomaxprocs, STANDSTILL_INT(procs, 0, 3)) {
  standstill::observe("gomaxprocs", rt::GOMAXPROCS(procs));
  observeLeftOnM();
}

STANDSTILL_OPERATION(syscall) {
  rt::entersyscall();
  rt::exitsyscall();
  observeLeftOnM();
}

// One that gives its P away at once.
STANDSTILL_OPERATION(blocking_syscall) {
  rt::entersyscallblock();
  rt::exitsyscall();
  observeLeftOnM();
}

// Reads what the steps of a stop leave on all Ms, at whatever moment that is.
STANDSTILL_OPERATION(look) { standstill::observe("seen", look()); }
