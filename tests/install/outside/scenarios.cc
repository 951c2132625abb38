#include <standstill/scenario.h>

#include <thread>

#include "account.h"

STANDSTILL_SCENARIO(two_deposits) {
  std::thread other([] { deposit(1); });
  deposit(2);
  other.join();
  standstill::observe("balance", balance());
}
