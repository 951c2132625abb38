#pragma once

#include <map>
#include <set>

namespace clang {
class CFG;
class Stmt;
class VarDecl;
}  // namespace clang

namespace standstill::rewriter {

// Which locals and other variables each element of a control flow graph declares or writes, as a
// whole or a part of them; what is written through a pointer is not among them.
using LocalWrites = std::map<const clang::Stmt*, std::set<const clang::VarDecl*>>;
LocalWrites localWrites(const clang::CFG& graph);

}  // namespace standstill::rewriter
