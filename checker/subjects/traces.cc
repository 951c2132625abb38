// Traces: the two ways out of StartTrace and of StopTrace, and what a reader gets.
#include <standstill/scenario.h>

#include <atomic>
#include <string>
#include <string_view>

#include "checker/subjects/left_behind.h"
#include "checker/subjects/scenario_run.h"
#include "runtime/api.h"

namespace rt = standstill::rt;

namespace {

// The events of a trace, in hexadecimal. They hold virtual times, but no addresses.
std::string eventsIn(std::string_view piece) {
  constexpr char kBatch = 0x41;
  if (piece[0] != kBatch) return "";
  std::string text;
  for (const char c : piece) {
    text += "0123456789abcdef"[static_cast<uint8_t>(c) >> 4];
    text += "0123456789abcdef"[static_cast<uint8_t>(c) & 15];
  }
  return text + ";";
}

}  // namespace

// Another goroutine stops the trace while the main one reads it.
STANDSTILL_SCENARIO(trace) {
  runScenario(2, [] {
    std::atomic<uint32_t> done{0};
    standstill::observe("error", rt::StartTrace() != nullptr);
    rt::go(
        [&] {
          rt::StopTrace();
          rt::semrelease(&done);
        },
        "stopper");
    std::string events;
    int pieces = 0;
    for (;;) {
      const std::string_view piece = rt::ReadTrace();
      if (piece.empty()) break;
      events += eventsIn(piece);
      ++pieces;
    }
    rt::semacquire(&done, false);
    standstill::observe("pieces", pieces);
    standstill::observe("events", events);
    observeStateLeftBehind();
  });
}

STANDSTILL_SCENARIO(start_trace_twice) {
  runScenario(2, [] {
    standstill::observe("error", rt::StartTrace() != nullptr);
    standstill::observe("second", rt::StartTrace());
    observeStateLeftBehind();
  });
}

STANDSTILL_SCENARIO(stop_trace_without_one) {
  runScenario(2, [] {
    rt::StopTrace();
    standstill::observe("pieces", rt::ReadTrace().size());
    observeStateLeftBehind();
  });
}
