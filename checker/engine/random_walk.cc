#include "checker/engine/random_walk.h"

namespace standstill::checker {

void RandomWalk::prepare() { switchMask_ = (uint64_t{1} << (2 * random().below(4))) - 1; }

ThreadId RandomWalk::pick(const Choice& choice) {
  const ThreadSet ready = choice.candidates & ~choice.timeouts;
  const bool mayStay =
      contains(ready, choice.current) && !choice.currentYields && !choice.currentWaits();
  if (mayStay && (random().next() & switchMask_) != 0) return choice.current;
  // Timeouts that fire early are possible but rare.
  const bool mayTimeOut = ready == 0 || random().below(16) == 0;
  return random().anyOf(mayTimeOut ? choice.candidates : ready);
}

}  // namespace standstill::checker
