#pragma once

#include <string>

#include "rewriter/report.h"

namespace standstill::rewriter {

// What a run has to say in the Static Analysis Results Interchange Format, version 2.1.0 (OASIS
// standard, 2020), as code hosts and editors read it. Each reason code is a rule; a place that
// could be rewritten is a warning, one that was left a note. Paths are relative to `root`.
std::string toSarif(const Result& result, const std::string& root);

}  // namespace standstill::rewriter
