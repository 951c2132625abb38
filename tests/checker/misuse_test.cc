// Misuse of synchronisation is fatal, and says of what; right use raises no alarm.
#include <gtest/gtest.h>

#include "checker/compare/symbols.h"
#include "checker/engine/optimal_dpor.h"
#include "tests/checker/explored.h"

namespace standstill::checker {
namespace {

struct Misused {
  const char* scenario;
  const char* message;
};

TEST(Misuse, isFatalAndNamed) {
  for (const Misused& one : {
           Misused{"mutex_destroyed_while_held", "destroy of a mutex that thread 0 holds"},
           Misused{"mutex_unlocked_after_destroy", "use of a destroyed mutex"},
           Misused{"condition_destroyed_with_a_waiter",
                   "destroy of a condition variable that a thread waits on"},
           Misused{"condition_used_after_destroy", "use of a destroyed condition variable"},
           Misused{"condition_with_two_mutexes",
                   "wait on a condition variable with two mutexes at once"},
           Misused{"rwlock_unlocked_by_another",
                   "unlock of a rwlock that this thread does not hold"},
           Misused{"rwlock_destroyed_while_held", "destroy of a rwlock that is held"},
           Misused{"rwlock_used_after_destroy", "use of a destroyed rwlock"},
           Misused{"spin_unlocked_by_another",
                   "unlock of a spin lock that this thread does not hold"},
           Misused{"barrier_destroyed_with_a_waiter",
                   "destroy of a barrier that a thread waits at"},
           Misused{"barrier_used_after_destroy", "use of a destroyed barrier"},
       }) {
    EXPECT_EQ(runOnce("misuse", one.scenario).outcome.summary(),
              std::string("fatal: ") + one.message)
        << one.scenario;
  }
  EXPECT_EQ(runOnce("threads", "joined_twice").outcome.summary(),
            "fatal: join of thread 1, which was joined before");
}

// Nobody can tell a thread that is about to wait or lock from one that is at it, so both searches
// have to find the same.
TEST(Misuse, ofWhatAnotherThreadIsAboutToUseIsFoundInEveryOrder) {
  for (const char* scenario :
       {"mutex_destroyed_beside_a_lock", "semaphore_destroyed_with_a_waiter",
        "condition_destroyed_beside_a_signal", "rwlock_destroyed_beside_a_lock", "joined_by_two"}) {
    OptimalDpor search;
    const Explored reduced = explore(program("misuse"), scenario, search);
    EXPECT_TRUE(reduced.coverage.exhaustive()) << scenario;
    EXPECT_EQ(reduced.set(), exploreAll("misuse", scenario).set()) << scenario;
  }
  EXPECT_EQ(exploreAll("misuse", "semaphore_destroyed_with_a_waiter").set(),
            (Outcomes{"completed", "fatal: use of a destroyed semaphore"}));
  EXPECT_EQ(exploreAll("misuse", "mutex_destroyed_beside_a_lock").set(),
            (Outcomes{"completed", "fatal: destroy of a mutex that thread 1 holds",
                      "fatal: use of a destroyed mutex"}));
}

TEST(Misuse, isNotSeenInRightUse) {
  EXPECT_EQ(runOnce("misuse", "used_again_after_init").outcome.summary(), "completed");
  EXPECT_EQ(exploreAll("misuse", "condition_destroyed_after_broadcast", 0).set(),
            (Outcomes{"completed"}));
}

TEST(Misuse, messagesNameTheObjectAndTheLine) {
  Symbols symbols;
  Engine::instance().setNames(&symbols);
  const std::string text = runOnce("misuse", "mutex_destroyed_while_held").outcome.summary();
  Engine::instance().setNames(nullptr);
  EXPECT_EQ(text.substr(0, text.rfind(':')),
            "fatal: destroy of a mutex that thread 0 holds `mutex`, at misuse.cc");
}

}  // namespace
}  // namespace standstill::checker
