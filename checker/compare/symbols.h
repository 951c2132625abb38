// Names and source lines for what a trace shows, from the subjects' debug information.
#pragma once

#include <memory>
#include <string>

#include "checker/engine/library.h"
#include "checker/engine/step.h"

namespace standstill::checker {

class Symbols {
 public:
  Symbols();
  ~Symbols();

  // "proc1.cc:41" for a code address: the innermost line that is not of a system header. Empty if
  // unknown.
  std::string sourceLine(const Library& library, uintptr_t address);

  // "sched+16" for an address in a global variable, "object 7" for any other.
  std::string objectName(const Library& library, const Step& step);

 private:
  class Symbolizer;
  std::unique_ptr<Symbolizer> symbolizer_;
};

}  // namespace standstill::checker
