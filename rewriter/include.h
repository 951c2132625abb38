#pragma once

#include <string>

namespace clang {
class ASTUnit;
class FunctionDecl;
}  // namespace clang

namespace standstill::rewriter {

// How the unit's main file includes the header through which it first sees `function` declared,
// spelled as it spells it: `"stop.h"` or `<lib/stop.h>`. Empty if the main file declares it itself.
std::string headerDeclaring(const clang::ASTUnit& unit, const clang::FunctionDecl& function);

}  // namespace standstill::rewriter
