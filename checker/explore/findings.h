// What exploring a scenario found: its outcomes, how often each was met, and what was covered.
#pragma once

#include <cstdint>
#include <string>
#include <unordered_map>
#include <vector>

#include "checker/engine/execution.h"
#include "checker/engine/strategy.h"

namespace standstill::checker {

struct FoundOutcome {
  Outcome outcome;
  uint64_t count = 0;
  Schedule schedule;  // the first that led here
  std::string repro;  // the file that replays it, if one was written
};

class Findings {
 public:
  std::string scenario;
  Coverage coverage;
  uint64_t steps = 0;  // of all executions that count
  double seconds = 0;
  bool interrupted = false;

  // Takes note of one execution. Constant time but for an outcome that is new.
  void add(const Execution& execution);
  // Takes note of `count` executions that ended in `outcome`, whose first schedule is `schedule`.
  void add(const Outcome& outcome, uint64_t count, Schedule schedule);
  // The file that replays an outcome; the first one stays.
  void setRepro(const Outcome& outcome, const std::string& file);
  // Adds what another process found in its part of the same search.
  void merge(const Findings& other);

  // By kind, then by what was observed: the order does not depend on that of the search.
  std::vector<FoundOutcome>& sorted();
  const std::vector<FoundOutcome>& outcomes() const { return outcomes_; }

  // Whether any outcome is a failure: anything but completed.
  bool hasFailures() const;

 private:
  FoundOutcome& entryOf(const Outcome& outcome, bool& isNew);

  std::vector<FoundOutcome> outcomes_;
  std::unordered_multimap<uint64_t, size_t> byHash_;
  size_t last_ = SIZE_MAX;  // the one met last, which is often met again
};

}  // namespace standstill::checker
