// The outcomes that a search met, and how few preemptions each one took.
#pragma once

#include <algorithm>
#include <map>
#include <string>

#include "checker/compare/declared.h"
#include "checker/engine/execution.h"

namespace standstill::checker {

class OutcomeSet {
 public:
  struct Entry {
    Outcome outcome;
    Schedule schedule;    // the first that led here in the search with the lowest bound
    int preemptions = 0;  // that bound
    int switches = 0;     // as the execution counts them
    uint64_t count = 0;
  };

  // Adds one more execution that ended in `outcome` (as declared differences spell it).
  void add(const Outcome& outcome, const Execution& execution, int preemptions) {
    const auto [place, isNew] = entries_.try_emplace(outcome.key());
    Entry& entry = place->second;
    if (isNew || preemptions < entry.preemptions) {
      entry = {outcome, execution.schedule(), preemptions, execution.switches, entry.count};
    }
    ++entry.count;
  }

  bool contains(const std::string& key) const { return entries_.contains(key); }
  // By key: the order does not depend on the order of the search.
  const std::map<std::string, Entry>& entries() const { return entries_; }

 private:
  std::map<std::string, Entry> entries_;
};

// Whether both searches met the same outcomes.
inline bool sameSets(const OutcomeSet& one, const OutcomeSet& other) {
  return std::ranges::equal(
      one.entries(), other.entries(), {}, [](const auto& entry) { return entry.first; },
      [](const auto& entry) { return entry.first; });
}

}  // namespace standstill::checker
