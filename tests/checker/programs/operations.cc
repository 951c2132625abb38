// Operations in several builds, each with another mistake in it. What the smallest program and
// schedule are that show it is worked out by hand in operation_test.cc.
#include <standstill/operation.h>

#include <atomic>
#include <deque>
#include <mutex>

namespace {

std::atomic<int> total{0};

std::mutex mutex;
std::deque<int> queue;
std::atomic<int> size{0};

constexpr size_t kCapacity =
#if defined(OPERATIONS_CAPACITY)
    3;
#else
    2;
#endif

}  // namespace

// A change that moves the mistake: more steps before it, or another function.
#if defined(OPERATIONS_LOST_LATER)
static std::atomic<int> calls{0};
STANDSTILL_OPERATION(add, STANDSTILL_INT(n, 1, 3)) {
  ++calls;
  ++calls;
  total = total + n;
}
#elif defined(OPERATIONS_LOST_ELSEWHERE)
__attribute__((noinline)) static void increase(int n) { total = total + n; }
STANDSTILL_OPERATION(add, STANDSTILL_INT(n, 1, 3)) { increase(n); }
#else
STANDSTILL_OPERATION(add, STANDSTILL_INT(n, 1, 3)) {
#if defined(OPERATIONS_LOST)
  total = total + n;
#else
  total += n;
#endif
}
#endif

#if defined(OPERATIONS_OTHER_RANGE)
constexpr int kMostValue = 2;
#else
constexpr int kMostValue = 3;
#endif

STANDSTILL_OPERATION(push, STANDSTILL_INT(value, 0, kMostValue)) {
  const std::lock_guard guard(mutex);
  if (queue.size() == kCapacity) return;
  queue.push_back(value);
  ++size;
}

STANDSTILL_OPERATION(pop) {
#if defined(OPERATIONS_UNCHECKED)
  if (size == 0) return;
  const std::lock_guard guard(mutex);
  if (queue.empty()) {
    standstill::observe("popped", "from nothing");
    return;
  }
#else
  const std::lock_guard guard(mutex);
  if (queue.empty()) return;
#endif
#if defined(OPERATIONS_WRONG_END)
  standstill::observe("popped", queue.back());
  queue.pop_back();
#else
  standstill::observe("popped", queue.front());
  queue.pop_front();
#endif
  --size;
}

STANDSTILL_FINAL {
  standstill::observe("total", total.load());
  standstill::observe("size", queue.size());
}
