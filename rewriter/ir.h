#pragma once

#include <cstdint>
#include <string_view>
#include <utility>
#include <vector>

#include "rewriter/pattern.h"

namespace standstill::rewriter {

// What comparing optimised code says about one function.
enum class IrVerdict : std::uint8_t {
  kNone,         // not asked
  kEqual,        // instruction by instruction the same, but for names
  kDiffers,      // it is not
  kUnavailable,  // a template, a constructor, or code that could not be made or linked
};
std::string_view code(IrVerdict verdict);

// An old function and the new one of the same name.
using FunctionPair = std::pair<const clang::FunctionDecl*, const clang::FunctionDecl*>;

// Compares functions of two versions of one unit as LLVM IR, the helpers' calls inlined: Clang
// makes the code of each function with the unit's own language options, LLVM's AlwaysInliner puts
// the helpers (from the unit itself or from the api file) and visible accessors in, and the O2
// function simplification pipeline runs on both. What is left is compared with names, metadata and
// the optimiser's own annotations taken off. Lambdas are compared as functions of their own. All
// calls but those of helpers and accessors stay calls. What the helpers' declarations promise is
// taken off first: the text that stood there promised none of it.
//
// The rule. The certificate on normal forms (certificate.h) decides; this is a second witness that
// shares nothing with it but Clang. Equal code confirms it. Code that differs proves nothing by
// itself: a statement that moved past one that it commutes with, or a value that is computed once
// where it was computed twice, is the same behaviour in other instructions. But where nothing was
// moved, and nothing is computed earlier or less often, inlining gives the very code that stood
// there, so a difference there means that one of the two witnesses is wrong: then the edit is not
// made.
//
// REQUIRES: each unit has an AST, of the unit that its pairs' functions are from.
std::vector<IrVerdict> compareIr(const Unit& before, const Unit& after, const Unit& api,
                                 const std::vector<Factor>& factors, const Renames& renames,
                                 const std::vector<FunctionPair>& pairs);

}  // namespace standstill::rewriter
