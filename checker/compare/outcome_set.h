// The outcomes that a search met, and how few preemptions each one took.
#pragma once

#include <map>
#include <string>

#include "checker/compare/declared.h"
#include "checker/engine/execution.h"

namespace standstill::checker {

class OutcomeSet {
 public:
  struct Entry {
    Outcome outcome;
    Schedule schedule;    // the first that led here
    int preemptions = 0;  // the bound of the search that met it first
    int switches = 0;     // away from a thread that could have gone on, at its yields too
    uint64_t count = 0;
  };

  // Adds one more execution that ended in `outcome` (as declared differences spell it).
  void add(const Outcome& outcome, const Execution& execution, int preemptions) {
    const auto [place, isNew] = entries_.try_emplace(outcome.key());
    if (isNew)
      place->second = {outcome, execution.schedule(), preemptions, switchesOf(execution), 0};
    ++place->second.count;
  }

  bool contains(const std::string& key) const { return entries_.contains(key); }
  // By key: the order does not depend on the order of the search.
  const std::map<std::string, Entry>& entries() const { return entries_; }

 private:
  static int switchesOf(const Execution& execution) {
    int switches = 0;
    for (size_t i = 1; i < execution.steps.size(); ++i) {
      const ThreadId previous = execution.steps[i - 1].thread;
      if (execution.steps[i].thread != previous &&
          checker::contains(execution.steps[i].enabled, previous))
        ++switches;
    }
    return switches;
  }

  std::map<std::string, Entry> entries_;
};

}  // namespace standstill::checker
