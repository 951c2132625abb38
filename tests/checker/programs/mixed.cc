// Half of it is instrumented: see mixed_plain.c.
#include <standstill/scenario.h>

#include <thread>

extern "C" {
void bump(int* counter);
int sumOf(int last);
}

static int counter;

STANDSTILL_SCENARIO(races_out_of_sight) {
  std::thread other([] { bump(&counter); });
  bump(&counter);
  other.join();
  standstill::observe("sum", sumOf(3));
}
