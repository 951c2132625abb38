#include "rewriter/analysis.h"

#include "rewriter/functions.h"
#include "rewriter/pch.h"

namespace standstill::rewriter {

namespace {

// A file that does not parse often has a hundred errors that follow from the first.
constexpr size_t kMaxErrors = 3;

class SourceAnalysis {
 public:
  SourceAnalysis(const Task& task, const std::string& source) : task_(task), source_(source) {}

  UnitResult analyse() {
    parseAll();
    for (AnalysedUnit& unit : work_.units) planUnit(unit);
    for (const FunctionKey& key : disagreeing_) refuseDisagreement(work_.functions.at(key));
    for (auto& [key, plan] : work_.functions) {
      if (!plan.sites.empty()) result_.functions.push_back({plan, {}});
    }
    for (auto& [file, plan] : work_.files) {
      if (!plan.renames.empty()) result_.renames[file] = plan.renames;
      if (plan.renamesSymbols) result_.symbolRenames.push_back(file);
    }
    for (UnitResult::File& file : result_.files) {
      auto plan = work_.files.find(file.path);
      if (plan != work_.files.end()) file.text = hashOf(plan->second.text.text());
    }
    check();
    return std::move(result_);
  }

  UnitResult checkMerged(const Work& merged) {
    parseAll();
    std::set<std::string> own = ownFiles();
    for (const auto& [file, plan] : merged.files) {
      if (own.contains(file)) work_.files.emplace(file, plan);
    }
    for (const auto& [key, plan] : merged.functions) {
      if (!own.contains(key.first)) continue;
      work_.functions.emplace(key, plan);
      result_.functions.push_back({plan, {}});
    }
    for (const AnalysedUnit& unit : work_.units) comparePlans(unit.unit);
    for (const FunctionKey& key : disagreeing_) refuseDisagreement(work_.functions.at(key));
    check();
    return std::move(result_);
  }

 private:
  void parseAll() {
    std::set<std::pair<std::string, std::string>> known;
    for (Unit& unit : parse(*task_.options.database, source_, {})) {
      if (!unit.errors.empty()) {
        size_t count = std::min(unit.errors.size(), kMaxErrors);
        result_.errors.insert(result_.errors.end(), unit.errors.begin(),
                              unit.errors.begin() + static_cast<std::ptrdiff_t>(count));
        continue;
      }
      AnalysedUnit analysed;
      analysed.files = filesOf(unit);
      std::erase_if(analysed.files,
                    [this](const auto& entry) { return !task_.editable(entry.first); });
      for (const auto& [file, name] : analysed.files) {
        if (!known.emplace(file, name).second) continue;
        result_.files.push_back({file, name, 0});
      }
      analysed.unit = std::move(unit);
      work_.units.push_back(std::move(analysed));
    }
  }

  std::set<std::string> ownFiles() const {
    std::set<std::string> own;
    for (const UnitResult::File& file : result_.files) own.insert(file.path);
    return own;
  }

  FilePlan& planOf(const std::string& file) {
    auto [it, isNew] = work_.files.try_emplace(file);
    if (isNew) {
      it->second.text = SourceText(readFile(file));
      it->second.renames =
          renameProse(it->second.text, task_.options.inComments, task_.options.inStrings);
    }
    return it->second;
  }

  void planUnit(const AnalysedUnit& analysed) {
    const Unit& unit = analysed.unit;
    const Options& options = task_.options;
    if (!options.inComments.empty() || !options.inStrings.empty()) {
      for (const auto& [file, name] : analysed.files) planOf(file);
    }
    FileEdits symbolEdits;
    renameSymbols(unit, options.renames, task_.editable, symbolEdits);
    for (auto& [file, edits] : symbolEdits) {
      FilePlan& plan = planOf(file);
      plan.renamesSymbols = true;
      plan.renames.insert(plan.renames.end(), edits.begin(), edits.end());
      if (normalise(plan.renames)) throw std::logic_error(file + ": two renames overlap");
    }
    eachFunction(unit, [this](const clang::FunctionDecl&, FunctionPlan made) {
      FunctionKey key = {made.file, made.offset};
      auto [it, isNew] = work_.functions.try_emplace(key, made);
      if (!isNew && !samePlan(it->second, made)) disagreeing_.insert(key);
      if (!isNew && it->second.sites.empty()) it->second = std::move(made);
    });
  }

  void comparePlans(const Unit& unit) {
    eachFunction(unit, [this](const clang::FunctionDecl&, const FunctionPlan& made) {
      FunctionKey key = {made.file, made.offset};
      auto it = work_.functions.find(key);
      // What was refused already is not edited, whatever this unit thinks of it.
      if (it == work_.functions.end() || it->second.edits.empty()) return;
      if (!samePlan(it->second, made)) disagreeing_.insert(key);
    });
  }

  static bool samePlan(const FunctionPlan& a, const FunctionPlan& b) {
    return a.edits == b.edits && a.headers == b.headers;
  }

  // Plans every function of the unit that may be edited; one in which nothing is found has an empty
  // plan.
  template <typename Visit>
  void eachFunction(const Unit& unit, Visit visit) {
    MemoryModel memory(*unit.ast->getASTContext().getTranslationUnitDecl(), unit.strictAliasing);
    const clang::SourceManager& sources = unit.ast->getSourceManager();
    for (const clang::FunctionDecl* function : outermostFunctions(unit)) {
      if (function->getBeginLoc().isInvalid()) continue;
      if (sources.isInSystemHeader(function->getLocation())) continue;
      std::string file = realFile(sources, function->getLocation());
      if (!task_.editable(file)) continue;
      FunctionView view(*function, memory, task_.options.renames, task_.options.assumptions);
      Findings findings = find(view, task_.factors, unit);
      FunctionPlan made;
      if (findings.candidates.empty() && findings.nearMisses.empty()) {
        made.file = file;
        made.offset = sources.getFileOffset(sources.getFileLoc(function->getBeginLoc()));
      } else {
        const FilePlan& plan = planOf(file);
        made = standstill::rewriter::plan(
            view, std::move(findings),
            {unit, task_.factors, task_.options.pairs, task_.options.renames, plan.text,
             plan.renames, task_.options.lines});
      }
      visit(*function, std::move(made));
    }
  }

  // Takes out what does not hold, and notes it and the texts that do.
  void check() {
    verify(work_, task_.options, task_.factors, task_.api);
    for (UnitResult::Function& function : result_.functions) {
      const FunctionPlan& now =
          work_.functions.at({function.proposed.file, function.proposed.offset});
      if (now.edits.empty() && !function.proposed.edits.empty()) {
        function.refused = now.sites;
      } else {
        function.proposed.sites = now.sites;  // certified by now
      }
    }
    for (const auto& [file, plan] : work_.files) {
      if (!plan.blocked.empty()) result_.blocked[file] = plan.blocked;
    }
    std::set<std::string> own = ownFiles();
    for (const auto& [file, text] : newTexts(work_)) {
      if (own.contains(file)) result_.checked[file] = hashOf(text);
    }
  }

  const Task& task_;
  const std::string& source_;
  Work work_;
  std::set<FunctionKey> disagreeing_;
  UnitResult result_;
};

}  // namespace

UnitResult analyse(const Task& task, const std::string& source) {
  return SourceAnalysis(task, source).analyse();
}

UnitResult checkMerged(const Task& task, const std::string& source, const Work& merged) {
  return SourceAnalysis(task, source).checkMerged(merged);
}

}  // namespace standstill::rewriter
