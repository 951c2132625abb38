// A consumer that does not look again, on the schedule where another has taken the item; and what a
// change of the code before may do to that schedule.
#include <standstill/scenario.h>

#include <condition_variable>
#include <mutex>
#include <thread>

namespace {

std::mutex mutex;
std::condition_variable filled;
int items = 0;

void consume() {
  std::unique_lock lock(mutex);
#if defined(HANDOVER_RIGHT) || defined(HANDOVER_RIGHT_LATER)
  while (items == 0) filled.wait(lock);
#else
  if (items == 0) filled.wait(lock);
#endif
  standstill::observe("left", --items);
}

void add() {
  {
    const std::lock_guard guard(mutex);
    ++items;
  }
  filled.notify_all();
}

}  // namespace

STANDSTILL_SCENARIO(two_consumers) {
#if defined(HANDOVER_WRONG_LATER) || defined(HANDOVER_RIGHT_LATER)
  for (int i = 0; i < 2; ++i) const std::lock_guard guard(mutex);
#endif
  std::thread one(consume);
  std::thread other(consume);
  add();
  add();
  one.join();
  other.join();
}
