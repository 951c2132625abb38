// Differences that a refactoring declares: texts that are meant to change, such as a renamed
// function's name inside an error message, and observations.
//
// A file of them has one difference a line, `OLD => NEW`; empty lines and lines that start with #
// are left out. Wherever the old build says OLD, in messages, output and observed strings, the new
// one is expected to say NEW. Where both are observations as reports print them (count=2), that
// holds of observations that are OLD as a whole. Each difference that was met is listed in the
// report: nothing is dropped silently.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "checker/engine/outcome.h"

namespace standstill::checker {

class Declared {
 public:
  struct Difference {
    std::string oldText;
    std::string newText;
    uint64_t met = 0;  // outcomes of the old build in which oldText occurred
    std::optional<Observation> newObservation;  // what newText is the text of, if of any
  };

  // None.
  Declared() = default;
  // Throws UsageError, with the line, if the file cannot be read or a line has not that form.
  static Declared read(const std::string& path);
  void add(std::string oldText, std::string newText, uint64_t met = 0);
  // Adds how often another part of the same comparison met them. REQUIRES: one for each.
  void addMet(const std::vector<uint64_t>& met);
  std::vector<uint64_t> met() const;
  // As if none had been met yet.
  void startCounting();

  // The outcome as the new build should have it. Counts what was met.
  Outcome apply(const Outcome& oldOutcome);

  const std::vector<Difference>& differences() const { return differences_; }
  // Old and new text of each, in order.
  std::vector<std::pair<std::string, std::string>> texts() const;

 private:
  std::vector<Difference> differences_;
};

}  // namespace standstill::checker
