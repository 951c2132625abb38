// Names and source lines for what a trace shows, from the subjects' debug information.
#pragma once

#include <map>
#include <memory>
#include <string>

#include "checker/engine/execution.h"
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

  struct Place {
    std::string path;  // as the compiler was given it, made absolute; empty if unknown
    uint32_t line = 0;
    std::string function;

    // "proc1.cc:41", empty if unknown.
    std::string text() const;
  };
  // Of a return address: the innermost line that is not of a system header.
  Place placeAt(const Library& library, uintptr_t address);
  // Of step number `index`: by its own address or, where that is in a library of the system, by the
  // innermost caller that is not, if notes were kept.
  Place placeOf(const Library& library, const Execution& execution, size_t index);
  // Its text.
  std::string sourceLine(const Library& library, uintptr_t address);

  // "sched+16" for an address in a global variable, "object 7" for any other.
  std::string objectName(const Library& library, const Step& step);

 private:
  class Symbolizer;
  std::unique_ptr<Symbolizer> symbolizer_;
  std::map<uintptr_t, Place> places_;  // what placeAt said: steps repeat
};

}  // namespace standstill::checker
