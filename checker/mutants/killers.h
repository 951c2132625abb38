// Which scenarios killed mutants of a function: they are likely to kill the next one.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "checker/mutants/manifest.h"

namespace standstill::checker {

class Killers {
 public:
  explicit Killers(std::vector<std::string> scenarios) : scenarios_(std::move(scenarios)) {}

  void add(const Mutant& mutant, const std::string& scenario) {
    ++kills_[mutant.function][scenario];
  }
  // All scenarios: those with the most kills first, and then in the order that they have.
  std::vector<std::string> orderFor(const Mutant& mutant) const;

 private:
  int countOf(const std::string& function, const std::string& scenario) const;

  std::vector<std::string> scenarios_;
  std::map<std::string, std::map<std::string, int>> kills_;  // by function and scenario
};

}  // namespace standstill::checker
