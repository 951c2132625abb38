#pragma once

#include <string>

namespace llvm {
class Function;
}  // namespace llvm

namespace standstill::rewriter {

// A function as text with everything off that may differ between equal ones: names, metadata, the
// optimiser's own annotations, and an order of instructions that says nothing. The text is of no
// other use, and neither is the function afterwards: its values are renamed.
std::string canonicalText(llvm::Function& function);

}  // namespace standstill::rewriter
