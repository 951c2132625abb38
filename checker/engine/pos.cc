#include "checker/engine/pos.h"

#include <bit>

#include "checker/engine/dependency.h"

namespace standstill::checker {

ThreadId PartialOrderSampling::pick(const Choice& choice) {
  // Where a thread was the only one to go on, nobody was asked, so its step may have changed since:
  // it ran last.
  drawn_ &= ~only(choice.current);
  const ThreadSet ready = choice.candidates & ~choice.timeouts;
  const bool mayTimeOut = ready == 0 || (choice.timeouts != 0 && random().below(16) == 0);
  ThreadSet candidates = mayTimeOut ? choice.candidates : ready;
  const ThreadSet others = candidates & ~only(choice.current);
  if ((choice.currentYields || choice.currentWaits()) && others != 0) candidates = others;
  ThreadId highest = kNoThread;
  for (ThreadSet rest = candidates; rest != 0; rest &= rest - 1) {
    const auto thread = static_cast<ThreadId>(std::countr_zero(rest));
    if (!contains(drawn_, thread)) priority_[thread] = random().next();
    drawn_ |= only(thread);
    if (highest == kNoThread || priority_[thread] > priority_[highest]) highest = thread;
  }
  for (ThreadSet rest = drawn_ & choice.candidates; rest != 0; rest &= rest - 1) {
    const auto thread = static_cast<ThreadId>(std::countr_zero(rest));
    if (dependent(choice.pending[thread], choice.pending[highest])) drawn_ &= ~only(thread);
  }
  drawn_ &= ~only(highest);
  return highest;
}

}  // namespace standstill::checker
