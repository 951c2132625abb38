#include "rewriter/fixes.h"

#include <clang/Tooling/ReplacementsYaml.h>

#include "rewriter/pch.h"

namespace standstill::rewriter {

std::string toYaml(const std::map<std::string, std::vector<Edit>>& edits) {
  clang::tooling::TranslationUnitReplacements all;
  for (const auto& [file, list] : edits) {
    if (all.MainSourceFile.empty()) all.MainSourceFile = file;
    for (const Edit& edit : list) {
      all.Replacements.emplace_back(file, static_cast<unsigned>(edit.offset),
                                    static_cast<unsigned>(edit.length), edit.text);
    }
  }
  std::string text;
  llvm::raw_string_ostream out(text);
  llvm::yaml::Output yaml(out);
  yaml << all;
  return text;
}

}  // namespace standstill::rewriter
