// Trivial compiler equivalence: two sources that compile to the same code behave alike, and no
// schedule has to be run to know it. M. Papadakis, Y. Jia, M. Harman and Y. Le Traon, "Trivial
// Compiler Equivalence", ICSE 2015.
#pragma once

#include <string>

namespace standstill::checker {

// Whether two object files hold the same code and data, with the same relocations. Debug
// information does not count. False if one cannot be read.
bool sameCode(const std::string& object, const std::string& other);

}  // namespace standstill::checker
