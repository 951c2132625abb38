#include <standstill/scenario.h>

#include <thread>

#include "counter.h"

STANDSTILL_SCENARIO(two_add) {
  std::thread other([] { add(2); });
  add(1);
  other.join();
  paint(3);
  standstill::observe("total", total());
}
