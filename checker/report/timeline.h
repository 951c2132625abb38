// What both builds did under one schedule, as the page and the trace show it: texts, lanes,
// windows.
//
// All texts are printable (see printable.h). Made once for a counterexample; linear in its steps.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "checker/compare/symbols.h"
#include "checker/compare/verdict.h"

namespace standstill::checker {

// How a step looks: colours and letters follow it.
enum class Look : uint8_t { thread, acquire, release, read, write, wait, wake, output, other, end };

const char* name(Look look);

struct TimelineStep {
  ThreadId thread = 0;
  std::string what;  // "lock mutex", "update count 0 -> 1"
  Look look = Look::other;
  std::string place;                  // "queue.cc:41", empty if unknown
  std::vector<std::string> callers;   // "Queue::push queue.cc:41", innermost first
  std::vector<ThreadId> enabled;      // who could have taken a step here
  std::vector<std::string> observed;  // what was observed since the step before: "T1 observes n=2"
  std::vector<std::string> calls;     // which a program has begun since then: "T1 calls push(2)"
};

// A stretch of steps, the last one included.
struct Stretch {
  std::string text;
  size_t first = 0;
  size_t last = 0;
};

// What one thread worked on, in one stretch: a goroutine on it, say.
struct Ride : Stretch {
  ThreadId thread = 0;
};

struct TimelineSide {
  std::string name;  // "old" or "new"
  std::vector<TimelineStep> steps;
  std::vector<std::string> observed;  // after the last step
  std::vector<std::string> calls;     // likewise
  size_t threads = 0;
  std::vector<std::string> lanes;        // names of what threads worked on, in order of appearance
  std::vector<std::vector<Ride>> rides;  // one list for each lane
  std::vector<Stretch> windows;          // the stop-the-world windows, with their reasons
  std::string ending;                    // "completed: count=2"
  std::string output;                    // of the subject, with line feeds
};

struct Timeline {
  TimelineSide oldSide;
  TimelineSide newSide;
  std::optional<size_t> divergence;  // the step, or one beyond the last
  std::string difference;            // what differs there, in a sentence; empty without divergence
};

Timeline timelineOf(const Counterexample& example, const Library& oldLibrary,
                    const Library& newLibrary, Symbols& symbols);

}  // namespace standstill::checker
