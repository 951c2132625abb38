// Names and source lines for what a trace shows, from the subjects' debug information.
#pragma once

#include <map>
#include <memory>
#include <string>

#include "checker/engine/library.h"
#include "checker/engine/source_names.h"
#include "checker/engine/step.h"

namespace standstill::checker {

class Symbols : public SourceNames {
 public:
  Symbols();
  ~Symbols() override;

  std::string lineOf(const Library& library, uintptr_t code) override;
  std::string variableAt(const Library& library, uintptr_t address) override;
  // "Queue::push" for a return address, empty if unknown.
  std::string functionAt(const Library& library, uintptr_t code);

  // "proc1.cc:41" for a code address: the innermost line that is not of a system header. Empty if
  // unknown.
  std::string sourceLine(const Library& library, uintptr_t address);

  // "sched+16" for an address in a global variable, "object 7" for any other.
  std::string objectName(const Library& library, const Step& step);

 private:
  class Symbolizer;
  std::unique_ptr<Symbolizer> symbolizer_;
  std::map<uintptr_t, std::string> lines_;  // what lineOf said: messages repeat
};

}  // namespace standstill::checker
