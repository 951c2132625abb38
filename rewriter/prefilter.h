#pragma once

#include <string>
#include <vector>

#include "rewriter/options.h"
#include "rewriter/pattern.h"

namespace standstill::rewriter {

// Which of the options' sources have to be parsed: those that reach, over their includes, a file
// with a call of one of the helpers' distinctive functions, whatever macro spells it, or with a
// name that is to be renamed. All others cannot hold a site. Each file is read once (again when
// macros turn out to stand for a call), and nothing of it is kept but its includes.
//
// When a helper has no distinctive call, every source is returned. Indices into options.sources, in
// order. `api` gives the compiler's own include directories.
std::vector<size_t> sourcesToParse(const Options& options, const std::vector<Factor>& factors,
                                   const Unit& api);

}  // namespace standstill::rewriter
