// The ways in which a process ends.
#include <standstill/scenario.h>
#include <unistd.h>

#include <atomic>
#undef NDEBUG
#include <cassert>
#include <cstdio>
#include <cstdlib>
#include <stdexcept>
#include <thread>

namespace {

std::atomic<int> x{0};
std::atomic<int>* volatile nowhere = nullptr;
int* volatile nowherePlain = nullptr;

int recurse(int depth) {
  volatile char frame[2048];
  frame[0] = static_cast<char>(depth);
  return recurse(depth + 1) + frame[0];
}

}  // namespace

STANDSTILL_SCENARIO(returns) {}
STANDSTILL_SCENARIO(exit_0) { std::exit(0); }
STANDSTILL_SCENARIO(exit_3) { std::exit(3); }
STANDSTILL_SCENARIO(exit_now) { _Exit(4); }
STANDSTILL_SCENARIO(exit_quickly) { std::quick_exit(5); }
STANDSTILL_SCENARIO(exit_of_a_thread) {
  std::thread([] { std::exit(6); }).join();
}
STANDSTILL_SCENARIO(aborts) {
  std::fputs("the reason\n", stderr);
  std::abort();
}
STANDSTILL_SCENARIO(asserts) {
  const int two = x + 2;
  assert(two == 3);
  standstill::observe("two", two);
}
STANDSTILL_SCENARIO(throws) { throw std::runtime_error("thrown by the scenario"); }
STANDSTILL_SCENARIO(thread_throws) {
  std::thread([] { throw 5; }).join();
}
STANDSTILL_SCENARIO(never_joined) {
  std::thread thread([] {});
}
STANDSTILL_SCENARIO(null_pointer) { *nowherePlain = 1; }
STANDSTILL_SCENARIO(null_atomic) { nowhere->store(1); }
STANDSTILL_SCENARIO(raised) { std::abort(); }
STANDSTILL_SCENARIO(division_by_zero) {
  volatile int zero = 0;
  standstill::observe("quotient", 7 / zero);
}
STANDSTILL_SCENARIO(stack_overflow) { standstill::observe("depth", recurse(0)); }
extern "C" void __stack_chk_fail();
STANDSTILL_SCENARIO(stack_smashed) { __stack_chk_fail(); }

// What others see before the end depends on when it comes: each end is a step of its own.
STANDSTILL_SCENARIO(seen_before_abort) {
  std::thread other([] {
    x = 1;
    std::abort();
  });
  if (x == 1) standstill::observe("seen", 1);
  other.join();
}
STANDSTILL_SCENARIO(seen_before_fault) {
  std::thread other([] {
    x = 1;
    *nowherePlain = 1;
  });
  if (x == 1) standstill::observe("seen", 1);
  other.join();
}
STANDSTILL_SCENARIO(seen_before_throw) {
  std::thread other([] {
    x = 1;
    throw 1;
  });
  if (x == 1) standstill::observe("seen", 1);
  other.join();
}
