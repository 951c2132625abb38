// The mutants of one source.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "mutator/options.h"
#include "rewriter/unit.h"

namespace clang::tooling {
struct CompileCommand;
}

namespace standstill::mutator {

struct Mutant {
  std::string id;  // "drop-statement.startTheWorld.1": unique among those of all sources
  Mutation mutation;
  std::string before;  // the text that changed, and what it became
  std::string after;
  std::string text;  // of the whole source, changed
};

// All mutants that the operators make of `source`, in the order of the operators and then of the
// text; each text once, and none that is the source itself. Whether they compile is not known yet.
std::vector<Mutant> mutantsOf(const rewriter::Unit& source, const std::string& text,
                              const Options& options);

// Gives each an id that is not in `taken`, and adds it there.
void nameThem(std::vector<Mutant>& mutants, std::set<std::string>& taken);

}  // namespace standstill::mutator
