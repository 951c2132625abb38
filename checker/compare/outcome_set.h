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
    uint64_t count = 0;
  };

  // Adds one more execution that ended in `outcome` (as declared differences spell it).
  void add(const Outcome& outcome, const Execution& execution, int preemptions) {
    const auto [place, isNew] = entries_.try_emplace(outcome.key());
    if (isNew) place->second = {outcome, execution.schedule(), preemptions, 0};
    ++place->second.count;
  }

  bool contains(const std::string& key) const { return entries_.contains(key); }
  // By key: the order does not depend on the order of the search.
  const std::map<std::string, Entry>& entries() const { return entries_; }

 private:
  std::map<std::string, Entry> entries_;
};

}  // namespace standstill::checker
