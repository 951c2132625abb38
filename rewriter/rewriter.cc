#include "rewriter/rewriter.h"

#include <llvm/Support/FileSystem.h>

#include <cstdio>
#include <fstream>
#include <sstream>

#include "rewriter/diff.h"
#include "rewriter/functions.h"
#include "rewriter/output.h"
#include "rewriter/pch.h"
#include "rewriter/report.h"
#include "rewriter/verify.h"

namespace standstill::rewriter {

namespace {

std::string readFile(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

class Run {
 public:
  explicit Run(const Options& options) : options_(options) {
    for (const std::string& source : options_.sources) {
      std::string real = realPath(source);
      roots_.insert(real.substr(0, real.rfind('/') + 1));
    }
  }

  int operator()() {
    if (!readApi()) return 2;
    bool parsed = true;
    std::set<std::string> seen;
    for (const std::string& source : options_.sources) {
      if (seen.insert(realPath(source)).second) parsed = analyseSource(source) && parsed;
    }
    if (!parsed) return 2;
    compareUnits();
    verify(work_, options_, factors_);
    return finish();
  }

 private:
  static void complain(const std::string& message) {
    fmt::print(stderr, "stw-rewrite: {}\n", message);
  }

  bool readApi() {
    std::vector<Unit> units = parse(*options_.database, options_.api, {});
    api_ = std::move(units.front());
    if (!api_.errors.empty()) {
      complain(fmt::format("{} (the api file must compile)", api_.errors.front()));
      return false;
    }
    std::string error;
    factors_ = readFactors(api_, options_.factors, options_.assumptions, error);
    if (error.empty()) error = strangerInPairs(options_.pairs, factors_);
    if (!error.empty()) complain(error);
    return error.empty();
  }

  bool editable(const std::string& file) const {
    return std::any_of(roots_.begin(), roots_.end(),
                       [&](const std::string& root) { return file.starts_with(root); });
  }

  bool analyseSource(const std::string& source) {
    bool good = true;
    for (Unit& unit : parse(*options_.database, source, {})) {
      if (!unit.errors.empty()) {
        complain(unit.errors.front());
        good = false;
        continue;
      }
      analyseUnit(std::move(unit));
    }
    return good;
  }

  std::multimap<std::string, std::string> editableFiles(const Unit& unit) const {
    std::multimap<std::string, std::string> files = filesOf(unit);
    std::erase_if(files, [this](const auto& entry) { return !editable(entry.first); });
    return files;
  }

  void analyseUnit(Unit unit) {
    AnalysedUnit analysed;
    analysed.files = editableFiles(unit);
    for (const auto& [file, name] : analysed.files) {
      auto [it, isNew] = work_.files.try_emplace(file);
      if (!isNew) continue;
      it->second.text = SourceText(readFile(file));
      it->second.renames = renameProse(it->second.text, options_.inComments, options_.inStrings);
    }
    FileEdits symbolEdits;
    renameSymbols(
        unit, options_.renames, [this](const std::string& file) { return editable(file); },
        symbolEdits);
    for (auto& [file, edits] : symbolEdits) {
      std::vector<Edit>& all = work_.files[file].renames;
      work_.files[file].renamesSymbols = true;
      all.insert(all.end(), edits.begin(), edits.end());
      if (normalise(all)) throw std::logic_error(file + ": two renames overlap");
    }
    bool used = planFunctions(unit);
    // Only what has edits is needed again; a large codebase must not stay in memory.
    bool renamed = std::any_of(
        analysed.files.begin(), analysed.files.end(),
        [this](const auto& entry) { return !work_.files[entry.first].renames.empty(); });
    if (!used && symbolEdits.empty()) unit.ast.reset();
    if (!used && !renamed && !mayReachHeader(analysed)) return;
    analysed.unit = std::move(unit);
    work_.units.push_back(std::move(analysed));
  }

  // A unit of several editable files may include a header that another unit edits.
  static bool mayReachHeader(const AnalysedUnit& analysed) { return analysed.files.size() > 1; }

  // Returns whether anything is to be edited.
  bool planFunctions(const Unit& unit) {
    MemoryModel memory(*unit.ast->getASTContext().getTranslationUnitDecl(), unit.strictAliasing);
    const clang::SourceManager& sources = unit.ast->getSourceManager();
    bool used = false;
    for (const clang::FunctionDecl* function : outermostFunctions(unit)) {
      if (sources.isInSystemHeader(function->getLocation())) continue;
      std::string file = realFile(sources, function->getLocation());
      auto it = work_.files.find(file);
      if (it == work_.files.end() || function->getBeginLoc().isInvalid()) continue;
      FunctionView view(*function, memory, options_.renames, options_.assumptions);
      Findings findings = find(view, factors_, unit);
      FunctionPlan made;
      if (findings.candidates.empty() && findings.nearMisses.empty()) {
        made.file = file;
        made.offset = sources.getFileOffset(sources.getFileLoc(function->getBeginLoc()));
      } else {
        made = plan(view, std::move(findings),
                    {unit, factors_, options_.pairs, options_.renames, it->second.text,
                     it->second.renames});
      }
      used = !made.edits.empty() || used;
      merge(std::move(made));
    }
    return used;
  }

  // A function of a header is seen by several units; all must come to the same plan.
  void merge(FunctionPlan made) {
    auto key = std::pair(made.file, made.offset);
    auto [it, isNew] = work_.functions.try_emplace(key, Work::Planned{made, work_.units.size()});
    if (isNew) return;
    FunctionPlan& known = it->second.plan;
    if (known.edits == made.edits && known.headers == made.headers) return;
    if (known.sites.empty()) it->second = {std::move(made), work_.units.size()};
    disagreeing_.insert(key);
  }

  void compareUnits() {
    for (const auto& key : disagreeing_) {
      refuseAll(work_.functions.at(key).plan, Reason::kUnitsDisagree,
                "other translation units that include this header would be edited differently");
    }
  }

  Result collect(const Overlay& texts, const std::string& root) const {
    Result result;
    for (const auto& [key, planned] : work_.functions) {
      for (Site site : planned.plan.sites) {
        site.file = relativeTo(root, site.file);
        result.sites.push_back(std::move(site));
      }
    }
    std::sort(result.sites.begin(), result.sites.end(), [](const Site& a, const Site& b) {
      return std::tie(a.file, a.line, a.column, a.factor) <
             std::tie(b.file, b.line, b.column, b.factor);
    });
    for (const auto& [file, text] : texts) result.changedFiles.push_back(relativeTo(root, file));
    for (const auto& [file, plan] : work_.files) {
      if (!plan.blocked.empty()) {
        result.notWritten.push_back(
            fmt::format("{}: not written: {}", relativeTo(root, file), plan.blocked));
      }
    }
    return result;
  }

  bool writeReport(const Result& result) const {
    std::ofstream out(options_.report, std::ios::binary);
    out << toJson(result);
    if (out.flush()) return true;
    complain(options_.report + ": cannot write the report");
    return false;
  }

  int finish() {
    Overlay texts = newTexts(work_);
    std::vector<std::string> paths;
    std::vector<FileChange> changes;
    for (const std::string& source : options_.sources) paths.push_back(realPath(source));
    for (const auto& [file, text] : texts) {
      paths.push_back(file);
      changes.push_back({file, work_.files.at(file).text.text(), text});
    }
    std::string root = commonRoot(paths);
    Result result = collect(texts, root);
    // The report first: a place where it cannot go is bad use, and then nothing is edited.
    if (!options_.report.empty() && !writeReport(result)) return 2;
    if (options_.inPlace) {
      if (std::string error = writeFiles(changes); !error.empty()) {
        complain(error);
        bool isFile = llvm::sys::fs::is_regular_file(options_.report);
        if (isFile) std::remove(options_.report.c_str());
        return 2;
      }
    } else if (options_.printDiff) {
      for (const FileChange& change : changes) {
        std::string name = relativeTo(root, change.path);
        std::string text = unifiedDiff("a/" + name, change.before, "b/" + name, change.after);
        std::fwrite(text.data(), 1, text.size(), stdout);
      }
      if (std::fflush(stdout) != 0 || std::ferror(stdout) != 0) {
        complain("standard output: cannot write the diff");
        return 2;
      }
    }
    fmt::print(stderr, "{}", toText(result));
    // A new name that is taken: renames are all or nothing, so the user has to choose another.
    if (!options_.renames.empty() && !result.notWritten.empty()) return 2;
    return options_.check && !changes.empty() ? 1 : 0;
  }

  const Options& options_;
  std::set<std::string> roots_;  // directories, with their slash
  Unit api_;
  std::vector<Factor> factors_;
  Work work_;
  std::set<std::pair<std::string, size_t>> disagreeing_;
};

}  // namespace

int run(const Options& options) { return Run(options)(); }

}  // namespace standstill::rewriter
