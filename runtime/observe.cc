#include "runtime/api.h"
#include "runtime/getg.h"
#include "runtime/sched.h"

namespace standstill::rt {

int NumGoroutine() { return gcount(); }

const char* currentPreemptoff() { return getg()->m->preemptoff; }

int32_t currentLocks() { return getg()->m->locks; }

bool gcwaiting() { return sched.gcwaiting; }

uint32_t worldsemaValue() { return worldsema; }

uint32_t pstatus(int id) {
  if (id < 0 || id >= gomaxprocs) return Pdead;
  return allp[id]->status;
}

}  // namespace standstill::rt
