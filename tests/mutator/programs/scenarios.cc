#include <standstill/scenario.h>

#include <thread>

#include <unistd.h>

#include "counter.h"

STANDSTILL_SCENARIO(two_add) {
  std::thread other([] { add(2); });
  add(1);
  other.join();
  paint(3);
  standstill::observe("total", total());
}

STANDSTILL_SCENARIO(one_waits) {
  std::thread other([] {
    usleep(50);
    add(2);
  });
  standstill::observe("reached", reaches(2));
  other.join();
}
