#include "runtime/waitgroup.h"

#include "runtime/panic.h"
#include "runtime/sema.h"

namespace standstill::rt {

namespace {

int32_t leftToDo(uint64_t state) { return static_cast<int32_t>(state >> 32); }
uint32_t waiters(uint64_t state) { return static_cast<uint32_t>(state); }

}  // namespace

void WaitGroup::add(int32_t n) {
  uint64_t delta = static_cast<uint64_t>(n) << 32;
  uint64_t state = state_.fetch_add(delta) + delta;
  if (leftToDo(state) < 0) gopanic("sync: negative WaitGroup counter");
  if (leftToDo(state) > 0 || waiters(state) == 0) return;
  // Nothing is left and nobody may add before those who wait have been let go: so this is the only
  // one to change the state.
  if (state_.exchange(0) != state) gopanic("sync: WaitGroup misuse: add called while others wait");
  for (uint32_t w = waiters(state); w > 0; w--) semrelease(&sema_);
}

void WaitGroup::wait() {
  uint64_t state = state_;
  while (leftToDo(state) != 0) {
    if (!state_.compare_exchange_strong(state, state + 1)) continue;
    semacquire(&sema_, false);
    return;
  }
}

}  // namespace standstill::rt
