#pragma once

#include <string>
#include <vector>

#include "rewriter/options.h"
#include "rewriter/pattern.h"
#include "rewriter/unit_result.h"
#include "rewriter/verify.h"

namespace standstill::rewriter {

// What every worker needs to know.
struct Task {
  const Options& options;
  const std::vector<Factor>& factors;
  const Unit& api;  // that they are from
  FileTest editable;
};

// Parses one source with each of its compile commands, plans its edits, and checks the new texts by
// parsing them again and certifying every edited function. All of it in this process.
UnitResult analyse(const Task& task, const std::string& source);

// The same source again, with the edits of all units merged: plans the functions of `merged` that
// this unit sees and notes those that come out differently, then checks the merged texts.
// `merged.units` is ignored.
UnitResult checkMerged(const Task& task, const std::string& source, const Work& merged);

}  // namespace standstill::rewriter
