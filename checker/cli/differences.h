// What the terminal shows of scenarios that are different, and the files that replay them.
#pragma once

#include <chrono>
#include <string>

#include "checker/cli/commands.h"
#include "checker/compare/symbols.h"

namespace standstill::checker {

class Differences {
 public:
  // Keeps references to all of them.
  Differences(const CompareCommand& command, const Library& oldLibrary, const Library& newLibrary,
              const Declared& declared);

  // Writes the file of a scenario that has turned out different, with the schedule as it was found:
  // whatever happens to this process, it is there. Nothing to do if the scenario is not different.
  void keep(ScenarioReport& scenario);

  // Once all are compared: makes each schedule as simple as the time allows, and writes its file
  // anew; then prints the simplest one, and names the others. A file that cannot be written is
  // named, and nothing else is lost. With --repro, only the simplest one has a file.
  void show(ComparisonReport& report, std::chrono::steady_clock::time_point until);

 private:
  void runAgain(const std::string& scenario, Counterexample& example) const;
  void minimise(ScenarioReport& scenario, std::chrono::steady_clock::time_point until) const;
  void write(ScenarioReport& scenario);
  void writeOrSay(ScenarioReport& scenario);
  void print(const ScenarioReport& scenario);
  void explainEnd(const std::string& scenario, const Counterexample& example,
                  const Library& library, const char* side);
  void prepare(const Counterexample& example) const;
  Limits limitsOf(const Counterexample& example) const;

  const CompareCommand& command_;
  const Library& old_;
  const Library& new_;
  const Declared& declared_;
  Symbols symbols_;
};

}  // namespace standstill::checker
