// A constructor that creates a thread: before any scenario, so no explorer can schedule it.
#include <standstill/scenario.h>

#include <thread>

namespace {
int seen = 0;
std::thread early([] { seen = 1; });
}  // namespace

STANDSTILL_SCENARIO(creates_thread) { early.join(); }
