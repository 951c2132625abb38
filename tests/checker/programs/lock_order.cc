// Two operations that lock in opposite orders, among others.
#include <standstill/operation.h>

#include <mutex>

static std::mutex first;
static std::mutex second;

STANDSTILL_OPERATION(forward, STANDSTILL_INT(n, 0, 9)) {
  const std::lock_guard guard(first);
  const std::lock_guard other(second);
  (void)n;
}

STANDSTILL_OPERATION(backward) {
  const std::lock_guard guard(second);
  const std::lock_guard other(first);
}

STANDSTILL_OPERATION(one) { const std::lock_guard guard(first); }
