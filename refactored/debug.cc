#include "proc1.h"
#include "stop_the_world.h"

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

  stopTheWorld("GOMAXPROCS");

  // newprocs will be processed by startTheWorld
  newprocs = n;

  startTheWorld();
  return ret;
}

}  // namespace standstill::rt
