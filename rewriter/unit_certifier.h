#pragma once

#include <map>
#include <string>
#include <vector>

#include "rewriter/certificate.h"
#include "rewriter/options.h"

namespace standstill::rewriter {

// Certifies functions of one translation unit of which two versions were parsed. REQUIRES: both
// have an AST; all references outlive it.
class UnitCertifier {
 public:
  UnitCertifier(const Unit& before, const Unit& after, const Options& options,
                const std::vector<Factor>& factors);

  // The new version of `function`, known by file, name and parameters; null if there is none.
  const clang::FunctionDecl* counterpart(const clang::FunctionDecl& function) const;

  Certificate compare(const clang::FunctionDecl& function) const;

 private:
  const Unit& before_;
  const Options& options_;
  const std::vector<Factor>& factors_;
  MemoryModel oldMemory_;
  MemoryModel newMemory_;
  std::map<std::pair<std::string, std::string>, const clang::FunctionDecl*> functions_;
};

}  // namespace standstill::rewriter
