// The flags to compile a subject with.
#pragma once

#include <string>

namespace standstill::checker {

// The flags, and the folder of <standstill/scenario.h>: the one that was installed with this
// program, wherever that was moved to, and otherwise the one of the sources.
std::string subjectFlags();

}  // namespace standstill::checker
