// Stops that meet other goroutines: stopping too, running, in a syscall.
#include <standstill/scenario.h>

#include <atomic>
#include <string>

#include <unistd.h>

#include "checker/subjects/left_behind.h"
#include "checker/subjects/look.h"
#include "checker/subjects/scenario_run.h"
#include "runtime/api.h"
#include "runtime/getg.h"
#include "runtime/gmp.h"
#include "runtime/observe.h"
#include "runtime/sched.h"

namespace rt = standstill::rt;

// Two goroutines stop the world at once: each gets its own stop, one after the other.
STANDSTILL_SCENARIO(two_stoppers) {
  runScenario(2, [] {
    std::atomic<uint32_t> done{0};
    int old = -1;
    rt::go(
        [&] {
          old = rt::GOMAXPROCS(3);
          rt::semrelease(&done);
        },
        "resizer");
    rt::MemStats stats;
    rt::ReadMemStats(&stats);
    rt::semacquire(&done, false);
    standstill::observe("old", old);
    standstill::observe("new", rt::GOMAXPROCS(0));
    observeStateLeftBehind();
  });
}

// A goroutine that runs in a loop is stopped at a safepoint, and goes on afterwards.
STANDSTILL_SCENARIO(stop_a_busy_goroutine) {
  runScenario(2, [] {
    std::atomic<uint32_t> done{0};
    rt::go(
        [&] {
          for (int i = 0; i < 3; ++i) rt::safepoint();
          rt::semrelease(&done);
        },
        "busy");
    char text[512];
    rt::Stack(text, sizeof text, true);
    rt::semacquire(&done, false);
    observeStateLeftBehind();
  });
}

// The stopper takes the P of a goroutine that is in a syscall.
STANDSTILL_SCENARIO(stop_during_a_syscall) {
  runScenario(2, [] {
    std::atomic<uint32_t> done{0};
    rt::go(
        [&] {
          rt::entersyscall();
          rt::exitsyscall();
          rt::semrelease(&done);
        },
        "caller");
    rt::GOMAXPROCS(1);
    rt::semacquire(&done, false);
    observeStateLeftBehind();
  });
}

// The syscall returns when the stopper is about to take its P.
STANDSTILL_SCENARIO(syscall_ends_during_a_stop) {
  runScenario(2, [] {
    std::atomic<uint32_t> done{0};
    rt::go(
        [&] {
          rt::entersyscall();
          usleep(100);
          rt::exitsyscall();
          rt::semrelease(&done);
        },
        "caller");
    usleep(200);
    rt::GOMAXPROCS(1);
    rt::semacquire(&done, false);
    observeStateLeftBehind();
  });
}

// The same, with as little as can be before and after; no M is woken to look for work.
STANDSTILL_SCENARIO(syscall_ends_during_the_taking) {
  runScenario(2, [] {
    rt::go(
        [] {
          rt::entersyscall();
          usleep(100);
          rt::exitsyscall();
        },
        "caller");
    usleep(100);
    rt::sched.nmspinning++;
    rt::StopTrace();
    standstill::observe("stopwait", rt::stopwait());
  });
}

// The P that is asked for first is in a syscall, and the stopper has another one, which takes it.
STANDSTILL_SCENARIO(stop_while_the_first_p_is_in_a_syscall) {
  runScenario(2, [] {
    std::atomic<uint32_t> done{0};
    rt::go(
        [&] {
          usleep(200);
          rt::StopTrace();
          rt::semrelease(&done);
        },
        "stopper");
    usleep(100);
    const rt::P* own = rt::getg()->m->p;
    rt::entersyscall();
    usleep(200);
    const bool isLeft = peek(rt::sched.gcwaiting) && peek(rt::sched.lock.key) == 0 &&
                        peek(own->status) == rt::Psyscall;
    rt::exitsyscall();
    rt::semacquire(&done, false);
    standstill::observe("left in the syscall", isLeft);
    observeStateLeftBehind();
  });
}

// After a stop of its own, a goroutine waits in a loop for one that another stop must first let in.
STANDSTILL_SCENARIO(preempted_after_a_stop) {
  runScenario(1, [] {
    std::atomic<bool> told{false};
    rt::GOMAXPROCS(2);
    rt::go(
        [&] {
          rt::GOMAXPROCS(1);
          told = true;
        },
        "teller");
    while (!told) rt::safepoint();
    observeStateLeftBehind();
  });
}

// Whoever looks at the Ms while the world starts again sees what they are marked with, if anything.
STANDSTILL_SCENARIO(look_during_a_start) {
  runScenario(1, [] {
    std::atomic<uint32_t> done{0};
    int procs = 0;
    uint32_t worldsema = 0;
    std::string ms;
    rt::go(
        [&] {
          procs = rt::GOMAXPROCS(0);
          worldsema = rt::worldsemaValue();
          ms = remarkableMs();
          rt::semrelease(&done);
        },
        "onlooker");
    rt::GOMAXPROCS(2);
    rt::semacquire(&done, false);
    standstill::observe("seen procs", procs);
    standstill::observe("seen worldsema", worldsema);
    standstill::observe("seen Ms", ms);
    observeStateLeftBehind();
  });
}
