#include "rewriter/verify.h"

#include "rewriter/certificate.h"
#include "rewriter/pch.h"

namespace standstill::rewriter {

namespace {

class FunctionFinder : public clang::RecursiveASTVisitor<FunctionFinder> {
 public:
  FunctionFinder(std::string key, std::string file, const clang::SourceManager& sources)
      : key_(std::move(key)), file_(std::move(file)), sources_(sources) {}

  bool VisitFunctionDecl(clang::FunctionDecl* function) {
    static const Renames kNone;
    if (!function->doesThisDeclarationHaveABody() || entityKey(*function, kNone) != key_)
      return true;
    if (realFile(sources_, function->getLocation()) == file_) found = function;
    return true;
  }
  const clang::FunctionDecl* found = nullptr;

 private:
  std::string key_;
  std::string file_;
  const clang::SourceManager& sources_;
};

bool touches(const std::set<std::string>& files, const Overlay& overlay) {
  return std::any_of(overlay.begin(), overlay.end(),
                     [&](const auto& entry) { return files.contains(entry.first); });
}

void block(Work& work, const std::string& file, const std::string& error) {
  work.files[file].blocked = error;
  for (auto& [key, planned] : work.functions) {
    if (key.first == file) refuseAll(planned.plan, Reason::kDoesNotCompile, error);
  }
}

// First the sites of a file go; if it still does not compile, its renames are to blame, and a rename
// is made everywhere or nowhere.
void giveUp(Work& work, const std::string& file, const std::string& error) {
  bool hadSites = false;
  for (auto& [key, planned] : work.functions) {
    if (key.first != file || planned.plan.edits.empty()) continue;
    refuseAll(planned.plan, Reason::kDoesNotCompile, error);
    hadSites = true;
  }
  if (hadSites) return;
  block(work, file, error);
  if (!work.files[file].renamesSymbols) return;
  for (auto& [other, plan] : work.files) {
    if (plan.renamesSymbols && plan.blocked.empty()) block(work, other, error);
  }
}

// Takes out what the errors point at, or everything in the unit if they point elsewhere.
void blame(Work& work, const std::set<std::string>& files, const Unit& unit,
           const Overlay& overlay) {
  bool found = false;
  for (size_t i = 0; i < unit.errors.size(); ++i) {
    if (!overlay.contains(unit.errorFiles[i]) || !work.files[unit.errorFiles[i]].blocked.empty())
      continue;
    giveUp(work, unit.errorFiles[i], unit.errors[i]);
    found = true;
    break;
  }
  if (found) return;
  for (const auto& [file, text] : overlay) {
    if (files.contains(file)) giveUp(work, file, unit.errors.front());
  }
}

bool certifyUnit(Work& work, size_t index, const Unit& after, const Options& options,
                 const std::vector<Factor>& factors) {
  static const Renames kNone;
  const Unit& before = work.units[index].unit;
  bool edited = std::any_of(work.functions.begin(), work.functions.end(), [&](const auto& entry) {
    return entry.second.unit == index && !entry.second.plan.edits.empty();
  });
  if (!edited) return true;
  MemoryModel oldMemory(*before.ast->getASTContext().getTranslationUnitDecl(),
                        before.strictAliasing);
  MemoryModel newMemory(*after.ast->getASTContext().getTranslationUnitDecl(), after.strictAliasing);
  bool good = true;
  for (auto& [key, planned] : work.functions) {
    if (planned.unit != index || planned.plan.edits.empty()) continue;
    FunctionFinder finder(entityKey(*planned.plan.decl, options.renames), key.first,
                          after.ast->getSourceManager());
    finder.TraverseDecl(after.ast->getASTContext().getTranslationUnitDecl());
    std::string difference = "the function is not in the new text";
    if (finder.found) {
      FunctionView oldView(*planned.plan.decl, oldMemory, options.renames, options.assumptions);
      FunctionView newView(*finder.found, newMemory, kNone, options.assumptions);
      difference = certify(oldView, newView, factors, options.inStrings);
    }
    if (!difference.empty()) {
      refuseAll(planned.plan, Reason::kNotCertified, difference);
      good = false;
      continue;
    }
    for (Site& site : planned.plan.sites) site.certified = !site.refusal;
  }
  return good;
}

// One round over all units; false if something had to be taken out.
bool round(Work& work, const Options& options, const std::vector<Factor>& factors) {
  Overlay overlay = newTexts(work);
  bool good = true;
  std::map<std::string, std::vector<Unit>> parsed;
  std::map<std::string, size_t> taken;  // a source with two commands stands for two units, in order
  for (size_t i = 0; i < work.units.size(); ++i) {
    const AnalysedUnit& analysed = work.units[i];
    if (!touches(analysed.files, overlay)) continue;
    std::vector<Unit>& units = parsed[analysed.unit.source];
    size_t nth = taken[analysed.unit.source]++;
    if (nth == 0) units = parse(*options.database, analysed.unit.source, overlay);
    Unit& after = units.at(nth);
    if (!after.errors.empty()) {
      blame(work, analysed.files, after, overlay);
      good = false;
    } else {
      good = certifyUnit(work, i, after, options, factors) && good;
    }
    after.ast.reset();
  }
  return good;
}

}  // namespace

void refuseAll(FunctionPlan& plan, Reason reason, const std::string& detail) {
  for (Site& site : plan.sites) {
    if (!site.refusal) site.refusal = {reason, detail};
    site.certified = false;
    site.assumed.clear();
  }
  plan.edits.clear();
  plan.headers.clear();
}

Overlay newTexts(const Work& work) {
  std::map<std::string, std::vector<Edit>> edits;
  std::map<std::string, std::set<std::string>> headers;
  for (const auto& [key, planned] : work.functions) {
    const FunctionPlan& plan = planned.plan;
    edits[key.first].insert(edits[key.first].end(), plan.edits.begin(), plan.edits.end());
    headers[key.first].insert(plan.headers.begin(), plan.headers.end());
  }
  Overlay texts;
  for (const auto& [file, plan] : work.files) {
    if (!plan.blocked.empty()) continue;
    std::vector<Edit> all = edits[file];
    for (const std::string& header : headers[file]) all.push_back(plan.text.inclusion(header));
    // A renamed word inside text that goes, or is replaced as a whole, is taken care of there.
    std::vector<Edit> planned = all;
    for (const Edit& rename : plan.renames) {
      bool inside = std::any_of(planned.begin(), planned.end(), [&](const Edit& edit) {
        return rename.offset >= edit.offset && rename.offset < edit.offset + edit.length;
      });
      if (!inside) all.push_back(rename);
    }
    if (auto clash = normalise(all)) {
      throw std::logic_error(fmt::format("{}: two edits overlap at bytes {} and {}", file,
                                         clash->first.offset, clash->second.offset));
    }
    std::string after = applyEdits(plan.text.text(), all);
    if (after != plan.text.text()) texts[file] = std::move(after);
  }
  return texts;
}

void verify(Work& work, const Options& options, const std::vector<Factor>& factors) {
  while (!round(work, options, factors)) {
  }
}

}  // namespace standstill::rewriter
