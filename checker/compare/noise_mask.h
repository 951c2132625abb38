// What a build shows differently each time, and what therefore nobody can compare.
#pragma once

#include <set>
#include <string>
#include <utility>

#include "checker/engine/outcome.h"

namespace standstill::checker {

class NoiseMask {
 public:
  // Takes in what tells the two apart, which the same schedule led to. False if it cannot be
  // masked: what ended otherwise, or observed something else, is not the same with a value left
  // out.
  bool cover(const Outcome& one, const Outcome& other);

  bool empty() const { return values_.empty() && !output_; }
  // The outcome without what is masked.
  Outcome apply(const Outcome& outcome) const;

 private:
  std::set<std::pair<ThreadId, std::string>> values_;  // thread and key of observations
  bool output_ = false;
};

}  // namespace standstill::checker
