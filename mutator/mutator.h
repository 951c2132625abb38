#pragma once

#include "mutator/options.h"

namespace standstill::mutator {

// Makes the mutants and writes them. Returns the exit status: 0, or 2 if a source does not parse or
// nothing can be written. Adds the locks of the sources to the conventions.
int run(Options& options);

}  // namespace standstill::mutator
