// The build tree that this stw-check was made in. It need not be there any more.
#pragma once

namespace standstill::checker {

extern const char* const kBuildTree;
extern const char* const kCMake;  // that configured it

}  // namespace standstill::checker
