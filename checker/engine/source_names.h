// What the engine can be told about the subject's source, to name lines and objects in messages.
//
// Optional: without it messages name neither, as they must not where outcomes of two builds are
// compared.
#pragma once

#include <cstdint>
#include <string>

namespace standstill::checker {

class Library;

class SourceNames {
 public:
  virtual ~SourceNames() = default;
  // "queue.cc:41" for a return address in the library, empty if unknown.
  virtual std::string lineOf(const Library& library, uintptr_t code) = 0;
  // "count" or "queue+16" for an address in a global variable, empty for any other.
  virtual std::string variableAt(const Library& library, uintptr_t address) = 0;
};

}  // namespace standstill::checker
