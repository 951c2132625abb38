// What a start of the world has to do for others than its caller: a P that has work, and nobody to
// do it.
#include <standstill/scenario.h>

#include <atomic>

#include <unistd.h>

#include "checker/subjects/left_behind.h"
#include "checker/subjects/scenario_run.h"
#include "runtime/api.h"
#include "runtime/getg.h"
#include "runtime/gmp.h"
#include "runtime/sched.h"

namespace rt = standstill::rt;

namespace {

// Makes a goroutine, and leaves it on the other P once that is idle. REQUIRES: there are two.
template <typename F>
void goOnTheIdleP(F fn) {
  rt::P* own = rt::getg()->m->p;
  rt::P* other = rt::allp[1 - own->id];
  while (rt::sched.npidle == 0) usleep(100);
  rt::go(fn, "child");
  other->runnext = own->runnext.exchange(nullptr);
}

// Nobody comes for the goroutine until the world starts; the caller waits for it. As if an M were
// looking for work all the while: so the start wakes none for that.
void startForAnother(int starts) {
  runScenario(2, [&] {
    std::atomic<uint32_t> done{0};
    int ran = 0;
    rt::sched.nmspinning++;
    for (int i = 0; i < starts; ++i) {
      goOnTheIdleP([&] {
        ++ran;
        rt::semrelease(&done);
      });
      rt::MemStats stats;
      rt::ReadMemStats(&stats);
      rt::semacquire(&done, false);
    }
    standstill::observe("ran", ran);
    observeStateLeftBehind();
  });
}

}  // namespace

// There is no other M: the start makes one.
STANDSTILL_SCENARIO(start_makes_an_m) { startForAnother(1); }

// From the second time on an M is idle: the start wakes it.
STANDSTILL_SCENARIO(start_wakes_an_m) { startForAnother(2); }
