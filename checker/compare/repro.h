// .repro files: a schedule on which two builds part, and what both did under it.
//
// JSON, small enough to attach to a bug report: the scenario, the two libraries, the schedule as
// runs of one thread ("0*41 1*3 0" is 41 steps of thread 0, three of thread 1, one of thread 0),
// the labels of the steps after which threads give way (labelled_schedule.h), and the outcomes that
// were seen, so that a replay can say whether it came to the same end. Of a generated program, the
// calls of each worker. docs/checker.md describes the format.
#pragma once

#include <string>
#include <vector>

#include "checker/compare/declared.h"
#include "checker/compare/symbols.h"
#include "checker/compare/verdict.h"
#include "checker/engine/engine.h"

namespace standstill::checker {

struct Repro {
  std::string scenario;
  std::string oldLibrary;  // absolute paths
  std::string newLibrary;
  Limits limits;                     // of the search: what ends or steers an execution
  Declared declared;                 // differences that did not count
  std::vector<std::string> program;  // what each worker calls; empty: a scenario of the library
  Schedule schedule;
  std::vector<std::string> labels;  // one for each run of the schedule; empty in older files
  bool shownByOld = false;          // the build whose schedule it is, and which shows its outcome
  size_t divergence = 0;            // the step at which the builds part
  std::string oldOutcome;           // Outcome::key of what each showed
  std::string newOutcome;

  // Runs the schedule once more, for its labels.
  static Repro of(const Counterexample& example, const std::string& scenario,
                  const Library& oldLibrary, const Library& newLibrary, const Limits& limits,
                  const Declared& declared, Symbols& symbols);

  // Throws UsageError if the file cannot be read or is not of this format.
  static Repro read(const std::string& path);
  // Replaces the file as a whole or leaves it as it was. Throws UsageError if it cannot be written.
  void write(const std::string& path) const;
};

// "0*41 1*3 0" and back. The parser throws UsageError for anything else.
std::string encodeSchedule(const Schedule& schedule);
Schedule decodeSchedule(const std::string& text);

}  // namespace standstill::checker
