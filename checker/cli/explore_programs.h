// explore on programs of a library's operations.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "checker/compare/minimise.h"
#include "checker/compare/program_comparison.h"
#include "checker/explore/exploration.h"

namespace standstill::checker {

// What exploring the programs of a plan found. Where one fails, the search ends there.
struct ExploredPrograms {
  Findings found;  // what all of them covered; of their outcomes, the failure that was found
  uint64_t programs = 0;
  std::vector<std::string> program;  // the smallest that fails in that way; empty if none does
  Simplicity simplicity;             // of the schedule on which it does
};

// Explores them one after the other, each for an equal share of the time that is left. The first
// execution that fails ends that. Its program is shrunk, as long as the smaller one fails in the
// same way (deadlock, fatal, ...), for as long as half the budget: a smaller one is tried on
// schedules near that of the larger one, and then searched for several times as long as the failure
// took to be found. Then the schedule is minimised.
ExploredPrograms explorePrograms(const Library& library, const ProgramPlan& plan,
                                 const ExploreOptions& options, Meeting& meeting,
                                 const std::function<void(const Progress&)>& show);

}  // namespace standstill::checker
