#include "rewriter/fixes.h"

#include <clang/Tooling/DiagnosticsYaml.h>

#include "rewriter/pch.h"

namespace standstill::rewriter {

namespace {

clang::tooling::Diagnostic fixOf(const std::string& file, const Edit& edit) {
  clang::tooling::Diagnostic fix("standstill-replace-inline-code",
                                 clang::tooling::Diagnostic::Warning, "");
  fix.Message = clang::tooling::DiagnosticMessage("replace inline code by a call");
  fix.Message.FilePath = file;
  fix.Message.FileOffset = static_cast<unsigned>(edit.offset);
  const clang::tooling::Replacement replacement(file, static_cast<unsigned>(edit.offset),
                                                static_cast<unsigned>(edit.length), edit.text);
  fix.Message.Fix[file] = clang::tooling::Replacements(replacement);
  return fix;
}

}  // namespace

std::string toYaml(const std::map<std::string, std::vector<Edit>>& edits) {
  clang::tooling::TranslationUnitDiagnostics all;
  for (const auto& [file, list] : edits) {
    if (all.MainSourceFile.empty()) all.MainSourceFile = file;
    for (const Edit& edit : list) all.Diagnostics.push_back(fixOf(file, edit));
  }
  std::string text;
  llvm::raw_string_ostream out(text);
  llvm::yaml::Output yaml(out);
  yaml << all;
  return text;
}

}  // namespace standstill::rewriter
