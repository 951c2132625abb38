// How much of a goroutine's stack a call needs. It is small, which is why what takes room is done
// on the system stack.
#include <standstill/scenario.h>

#include <algorithm>
#include <cstddef>

#include "checker/subjects/scenario_run.h"
#include "runtime/api.h"
#include "runtime/getg.h"
#include "runtime/gmp.h"
#include "runtime/mgc.h"

namespace rt = standstill::rt;

namespace {

constexpr char kPaint = 0x5a;
constexpr size_t kOwn = 512;  // left alone, for the frames of the functions that paint and look

// Bytes below the caller's frame that call() wrote to. REQUIRES: less than half of the stack is in
// use; what lies at its end may be a red zone.
template <typename F>
[[gnu::noinline, clang::no_sanitize("thread")]] size_t roomFor(F call) {
  const auto& stack = rt::getg()->stack;
  char* low = stack.lo + stack.size / 2;
  char* high = static_cast<char*>(__builtin_frame_address(0)) - kOwn;
  for (volatile char* p = low; p < high; ++p) *p = kPaint;
  call();
  const volatile char* p = low;
  while (p < high && *p == kPaint) ++p;
  return static_cast<size_t>(high - p);
}

}  // namespace

// Nothing that takes room is done on the stack of the caller: each stop needs about as much of it
// as the smallest one.
STANDSTILL_SCENARIO(room_on_the_stack) {
  runScenario(1, [] {
    constexpr size_t kAbout = 256;
    rt::MemStats stats;
    char text[256];
    const size_t least = roomFor([] { rt::StopTrace(); });
    const auto isAbout = [&](size_t room) { return room <= least + kAbout; };
    standstill::observe("mem stats", isAbout(roomFor([&] { rt::ReadMemStats(&stats); })));
    standstill::observe("stack", isAbout(roomFor([&] { rt::Stack(text, sizeof text, true); })));
    standstill::observe("heap dump", isAbout(roomFor([] { rt::WriteHeapDump(-1); })));
    standstill::observe("gc", isAbout(roomFor([] { rt::gc(rt::gcForceMode); })));
  });
}
