#include "checker/subjects/probes.h"

#include <standstill/scenario.h>

#include <cstdio>

#include "runtime/getg.h"
#include "runtime/gmp.h"
#include "runtime/sched.h"

namespace rt = standstill::rt;

namespace {

// "G1 main": the goroutine whose stack the thread is on, none on a system stack. Asked between two
// steps, so nothing here changes meanwhile.
const char* goroutine() {
  static char text[64];
  const rt::G* g = rt::readg();
  if (g == nullptr || g->m == nullptr || g == g->m->g0) return "";
  std::snprintf(text, sizeof text, "G%lld %s", static_cast<long long>(g->goid), g->name);
  return text;
}

// The reason that the stopper gave, from when the stop is wanted until the world starts.
const char* stop() {
  if (!rt::sched.gcwaiting) return "";
  for (const rt::M* m = rt::sched.allm; m != nullptr; m = m->alllink) {
    if (m->preemptoff[0] != '\0') return m->preemptoff;
  }
  return "stopped";
}

}  // namespace

void showGoroutinesAndStops() {
  standstill_lanes(goroutine);
  standstill_windows(stop);
}
