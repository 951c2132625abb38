// Is anybody left who could go on? (facts 1.5; test: tests/runtime/deadlock_test.cc)
#include "runtime/panic.h"
#include "runtime/proc.h"
#include "runtime/sched.h"

namespace standstill::rt {

namespace {

// How many goroutines of the program wait. Throws when one could run: then somebody has gone idle
// who should not have.
int countWaiting() {
  int waiting = 0;
  bool able = false;
  lock(&allglock);
  for (G* gp : allgs) {
    if (gp->system) continue;
    uint32_t status = gp->status;
    if (status == Gwaiting) waiting++;
    if (status == Grunnable || status == Grunning || status == Gsyscall) able = true;
  }
  unlock(&allglock);
  if (able) throw_("checkdead: runnable g");
  return waiting;
}

}  // namespace

void checkdead() {
  if (sched.exiting || sched.panicking) return;
  int64_t running = sched.mcount - sched.nmsys - sched.nmidle - sched.nmidlelocked;
  if (running > 0) return;
  if (running < 0) throw_("checkdead: inconsistent counts");
  if (countWaiting() == 0) throw_("no goroutines (main called goexit) - deadlock!");
  throw_("all goroutines are asleep - deadlock!");
}

}  // namespace standstill::rt
