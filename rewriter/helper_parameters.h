#pragma once

#include <string>
#include <vector>

#include "rewriter/function_view.h"
#include "rewriter/pattern.h"

namespace standstill::rewriter {

// What a parameter is, before anything is known about its uses.
Parameter describe(const clang::ParmVarDecl& parameter);

// Notes every use of a hole in `term`: where it is used, and whether it is only copied there.
void noteUses(const Term& term, const Term* parent, size_t place, size_t step, bool certain,
              std::vector<Parameter>& parameters, std::vector<bool>& used,
              const clang::ASTContext& context);

// Why a parameter of the helper cannot stand for what sites pass; empty if all can.
std::string checkParameters(const clang::FunctionDecl& function, const FunctionView& view);

}  // namespace standstill::rewriter
