#include <mutex>

#include "account.h"

static std::mutex mutex;
static int total = 0;

void deposit(int amount) {
  mutex.lock();
  total += amount;
  mutex.unlock();
}

int balance() {
  mutex.lock();
  const int result = total;
  mutex.unlock();
  return result;
}
