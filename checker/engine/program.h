// Programs: for each worker the calls of a library's operations that it makes.
//
// A library describes its operations with the macros of <standstill/operation.h>. A call names one
// by its place in the table of operations, which is sorted, so that two builds with the same
// operations understand the same programs.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace standstill::checker {

struct Parameter {
  std::string name;
  int64_t low = 0;  // the values an argument may have, both ends included
  int64_t high = 0;
  std::vector<std::string> choices;  // how they are written, from `low` on; empty for numbers

  bool operator==(const Parameter&) const = default;
};

struct Operation {
  std::string name;
  std::vector<Parameter> parameters;
  void (*call)(const long long* arguments) = nullptr;  // in the subject

  // "push(int value 0..3)", "resize(mode fast|slow)": what has to agree between two builds.
  std::string signature() const;
};

using Operations = std::vector<Operation>;  // by name

// "a, f(b, c), ','" as the three texts between the commas that separate them.
std::vector<std::string> splitChoices(const std::string& text);

struct Call {
  uint32_t operation = 0;
  std::vector<long long> arguments;

  auto operator<=>(const Call&) const = default;
};

struct Program {
  std::vector<std::vector<Call>> workers;

  size_t calls() const;
  auto operator<=>(const Program&) const = default;
};

// The calls of one worker, as a person writes them: "push(2) pop()".
std::string toText(const std::vector<Call>& calls, const Operations& operations);
// And back. Throws UsageError for text that is no list of calls of these operations, with arguments
// of theirs.
std::vector<Call> parseCalls(const std::string& text, const Operations& operations);

}  // namespace standstill::checker
