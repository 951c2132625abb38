#include "proc1.h"

#include "runtime/api.h"
#include "runtime/getg.h"
#include "runtime/lock.h"
#include "runtime/sched.h"
#include "runtime/sema.h"
#include "runtime/switch.h"

namespace standstill::rt {

int GOMAXPROCS(int n) {
  if (n > kMaxGomaxprocs) {
    n = kMaxGomaxprocs;
  }
  lock(&sched.lock);
  int ret = gomaxprocs;
  unlock(&sched.lock);
  if (n <= 0 || n == ret) {
    return ret;
  }

  semacquire(&worldsema, false);
  G* gp = getg();
  gp->m->preemptoff = "GOMAXPROCS";
  systemstack(stoptheworld);

  // newprocs will be processed by starttheworld
  newprocs = n;

  gp->m->preemptoff = "";
  semrelease(&worldsema);
  systemstack(starttheworld);
  return ret;
}

}  // namespace standstill::rt
