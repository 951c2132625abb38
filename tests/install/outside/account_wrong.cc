#include <mutex>

#include "account.h"

static std::mutex mutex;
static int total = 0;

void deposit(int amount) {
  const int after = [] {
    const std::lock_guard guard(mutex);
    return total;
  }() + amount;
  const std::lock_guard guard(mutex);
  total = after;
}

int balance() {
  const std::lock_guard guard(mutex);
  return total;
}
