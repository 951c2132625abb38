#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "rewriter/options.h"
#include "rewriter/plan.h"
#include "rewriter/rename.h"

namespace standstill::rewriter {

// A parsed source that has something to edit, kept until its edits are checked.
struct AnalysedUnit {
  Unit unit;
  // Editable files that it is made of, with the names it opened them by, by real path.
  std::multimap<std::string, std::string> files;
};

// What is to be done to one file.
struct FilePlan {
  SourceText text{""};
  std::vector<Edit> renames;
  bool renamesSymbols = false;  // not only words of comments and strings
  std::string blocked;          // why the file is not written; empty if it is
};

// Everything that is to be done. A function plan whose sites are all refused has no edits.
struct Work {
  std::map<std::string, FilePlan> files;
  std::map<std::pair<std::string, size_t>, FunctionPlan> functions;  // by file and offset
  std::vector<AnalysedUnit> units;
};

// All edits of every file that changes, sorted, none overlapping.
std::map<std::string, std::vector<Edit>> allEdits(const Work& work);

// The new text of every file that changes.
Overlay newTexts(const Work& work);

// Refuses every site that the plan rewrites, for one common reason.
void refuseAll(FunctionPlan& plan, Reason reason, const std::string& detail);

// The same for a function of a header that translation units see differently.
void refuseDisagreement(FunctionPlan& plan);

// Parses every unit that an edit reaches again, in memory, certifies each edited function, and
// compares its optimised code by the rule in ir.h. What
// fails is taken out of `work` (its sites refused, its file blocked) and the rest is tried again,
// until all that is left holds.
void verify(Work& work, const Options& options, const std::vector<Factor>& factors,
            const Unit& api);

}  // namespace standstill::rewriter
