#pragma once

#include "rewriter/options.h"

namespace standstill::rewriter {

// Does what the options say and returns the exit status: 0 done, 1 with --check when something
// could be rewritten, 2 input that does not parse. The diff goes to stdout, the summary to stderr.
int run(const Options& options);

}  // namespace standstill::rewriter
