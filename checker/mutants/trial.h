// One mutant against the right build.
//
// All its schedules up to a bound on preemptions are run in each scenario; the bound rises from 0
// to that of the proof. Most mutants show something in their first schedules that the right build
// never does. Where one shows something new, but the right build was not searched far enough to say
// that it is never so, the right build is searched further, or the two are compared. A mutant that
// is alive at the end was searched completely, and the same schedules prove that it is equivalent
// to the bound: it took the steps that the right build takes in each, or came to the same outcomes.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "checker/mutants/bounded_outcomes.h"
#include "checker/mutants/manifest.h"

namespace standstill::checker {

enum class Fate : uint8_t {
  killed,      // a scenario tells it from the right build
  equivalent,  // it is listed as such, and no exhaustive search to the bound contradicts; or it
               // compiles to the same code
  survived,    // nothing told it apart, and nothing proves that it is the same
};
const char* name(Fate fate);

struct TrialResult {
  Fate fate = Fate::survived;
  std::string reason;    // why it is killed or equivalent, or what was tried
  std::string scenario;  // that killed it, or empty
  std::string trace;     // both interleavings around the first difference
  std::string repro;     // file that replays it, or empty
  uint64_t schedules = 0;
  double seconds = 0;
  bool undecided = false;  // it survived because a search was not exhaustive
  // What the right build was found to show beyond what was known, by scenario: encoded
  // BoundedOutcomes.
  std::map<std::string, std::string> learnt;

  std::string encode() const;  // JSON
  static TrialResult decode(const std::string& text);
};

struct TrialOptions {
  int preemptions = 1;                       // of the proof
  uint64_t seed = 1;                         // of samples in comparisons
  std::chrono::milliseconds budget{60'000};  // for one mutant
  std::string reproFolder;                   // where to write how to replay, or empty
};

// Tries the mutant in `scenarios`, in this order. `right` has been searched to the bound of the
// proof. Throws UsageError if a library cannot be loaded.
// REQUIRES: this process has not run another mutant, and does nothing else afterwards.
TrialResult tryMutant(const Mutant& mutant, const Manifest& manifest,
                      const std::vector<std::string>& scenarios, const RightOutcomes& right,
                      const TrialOptions& options);

}  // namespace standstill::checker
