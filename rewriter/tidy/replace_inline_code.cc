// A clang-tidy module with one check, standstill-replace-inline-code: what stw-rewrite would write,
// as a warning with a fix. Loaded with `clang-tidy -load=…/libstandstill-tidy.so`.
//
// The check parses the file itself, with the compile command of the database, plans and certifies
// the edits as stw-rewrite does, and offers only what passed. The edits of one function belong
// together (the two ends of a pair, an alias that goes), so they are one fix, at the function's
// first site.
#include <clang-tidy/ClangTidyCheck.h>
#include <clang-tidy/ClangTidyModule.h>
#include <clang-tidy/ClangTidyModuleRegistry.h>
#include <llvm/Support/FileSystem.h>

#include "rewriter/analysis.h"
#include "rewriter/api.h"
#include "rewriter/pch.h"
#include "rewriter/prefilter.h"

namespace standstill::rewriter {

namespace {

using clang::tidy::ClangTidyContext;

std::vector<std::string> splitList(llvm::StringRef text) {
  llvm::SmallVector<llvm::StringRef, 8> parts;
  text.split(parts, ';', -1, false);
  std::vector<std::string> out;
  for (llvm::StringRef part : parts) out.push_back(part.trim().str());
  return out;
}

std::string absolutePath(llvm::StringRef path) {
  llvm::SmallString<256> whole(path);
  // A path that cannot be made so is no file, which is noticed where it is read.
  if (llvm::sys::fs::make_absolute(whole)) return path.str();
  return whole.str().str();
}

class ReplaceInlineCode : public clang::tidy::ClangTidyCheck {
 public:
  ReplaceInlineCode(llvm::StringRef name, ClangTidyContext* context)
      : ClangTidyCheck(name, context),
        api_(Options.get("Api", "")),
        factors_(Options.get("Factor", "")),
        pairs_(Options.get("Pair", "")),
        pure_(Options.get("AssumePure", "")),
        stable_(Options.get("AssumeStable", "")),
        build_(Options.get("BuildPath", "")),
        flags_(Options.get("Flags", "")) {}

  void storeOptions(clang::tidy::ClangTidyOptions::OptionMap& map) override {
    Options.store(map, "Api", api_);
    Options.store(map, "Factor", factors_);
    Options.store(map, "Pair", pairs_);
    Options.store(map, "AssumePure", pure_);
    Options.store(map, "AssumeStable", stable_);
    Options.store(map, "BuildPath", build_);
    Options.store(map, "Flags", flags_);
  }

  void registerMatchers(clang::ast_matchers::MatchFinder* finder) override {
    finder->addMatcher(clang::ast_matchers::translationUnitDecl().bind("unit"), this);
  }

  void check(const clang::ast_matchers::MatchFinder::MatchResult& match) override {
    sources_ = match.SourceManager;
    std::string file = absolutePath(getCurrentMainFile());
    rewriter::Options options;
    if (std::string error = configure(options, file); !error.empty()) {
      configurationDiag("%0") << error;
      return;
    }
    Api api;
    if (std::string error = readApi(options, api); !error.empty()) {
      configurationDiag("%0") << error;
      return;
    }
    if (sourcesToParse(options, api.factors, api.unit).empty()) return;
    auto editable = [&](const std::string& path) { return options.headers.accepts(path); };
    report(analyse({options, api.factors, api.unit, editable}, file));
  }

 private:
  // Returns what is wrong with the check's options, or an empty string.
  std::string configure(rewriter::Options& options, const std::string& file) const {
    if (api_.empty()) return "give the option Api: the source file that defines the helpers";
    options.api = absolutePath(api_);
    if (!llvm::sys::fs::is_regular_file(options.api)) return options.api + ": no such file";
    options.factors = splitList(factors_);
    for (const std::string& pair : splitList(pairs_)) {
      std::optional<Pair> read = readPair(pair);
      if (!read) return "Pair: expected ACQUIRE:RELEASE, not " + pair;
      options.pairs.push_back(std::move(*read));
    }
    for (const std::string& name : splitList(pure_)) options.assumptions.pure.insert(name);
    for (const std::string& name : splitList(stable_)) options.assumptions.stable.insert(name);
    options.sources = {file};
    options.headers.addSource(realPath(file));
    std::string error;
    if (!flags_.empty()) {
      options.database = std::make_unique<clang::tooling::FixedCompilationDatabase>(
          absolutePath("."), splitList(flags_));
    } else {
      options.database =
          build_.empty() ? clang::tooling::CompilationDatabase::autoDetectFromSource(file, error)
                         : clang::tooling::CompilationDatabase::loadFromDirectory(build_, error);
    }
    return options.database ? "" : "no compile database; give the option BuildPath, or Flags";
  }

  void report(const UnitResult& result) {
    std::set<std::string> included;
    for (const UnitResult::Function& function : result.functions) {
      const FunctionPlan& plan = function.proposed;
      bool whole = function.refused.empty() && !plan.edits.empty();
      if (!whole || result.blocked.contains(plan.file)) continue;
      bool first = true;
      for (const Site& site : plan.sites) {
        if (site.refusal || !site.certified) continue;
        auto warning = diag(place(site.file, site.line, site.column),
                            "this is the body of '%0': call it instead");
        warning << site.factor;
        if (!first) continue;
        first = false;
        addFix(warning, plan.file, plan.edits);
        if (!plan.headers.empty() && included.insert(plan.file).second) {
          SourceText text(readFile(plan.file));
          std::vector<Edit> headers;
          for (const std::string& header : plan.headers)
            headers.push_back(text.inclusion(header, firstOffset(plan.edits)));
          addFix(warning, plan.file, headers);
        }
      }
    }
  }

  clang::FileID fileOf(const std::string& path) const {
    auto file = sources_->getFileManager().getFileRef(path);
    if (!file) {
      llvm::consumeError(file.takeError());
      return {};
    }
    return sources_->translateFile(*file);
  }

  clang::SourceLocation place(const std::string& path, unsigned line, unsigned column) const {
    clang::FileID file = fileOf(path);
    return file.isValid() ? sources_->translateLineCol(file, line, column)
                          : clang::SourceLocation();
  }

  void addFix(const clang::DiagnosticBuilder& warning, const std::string& path,
              const std::vector<Edit>& edits) const {
    clang::FileID file = fileOf(path);
    if (file.isInvalid()) return;
    clang::SourceLocation start = sources_->getLocForStartOfFile(file);
    for (const Edit& edit : edits) {
      clang::SourceLocation from = start.getLocWithOffset(static_cast<int>(edit.offset));
      clang::SourceLocation to = from.getLocWithOffset(static_cast<int>(edit.length));
      warning << clang::FixItHint::CreateReplacement(clang::CharSourceRange::getCharRange(from, to),
                                                     edit.text);
    }
  }

  std::string api_;
  std::string factors_;
  std::string pairs_;
  std::string pure_;
  std::string stable_;
  std::string build_;
  std::string flags_;
  clang::SourceManager* sources_ = nullptr;
};

class StandstillModule : public clang::tidy::ClangTidyModule {
 public:
  void addCheckFactories(clang::tidy::ClangTidyCheckFactories& factories) override {
    factories.registerCheck<ReplaceInlineCode>("standstill-replace-inline-code");
  }
};

const clang::tidy::ClangTidyModuleRegistry::Add<StandstillModule> kModule(
    "standstill-module",
    "Replaces open-coded sequences by a call of the function that factors them.");

}  // namespace

}  // namespace standstill::rewriter
