#include "rewriter/rewriter.h"

#include <llvm/Support/FileSystem.h>

#include <cstdio>

#include "rewriter/analysis.h"
#include "rewriter/api.h"
#include "rewriter/diff.h"
#include "rewriter/fixes.h"
#include "rewriter/merge.h"
#include "rewriter/output.h"
#include "rewriter/pch.h"
#include "rewriter/prefilter.h"
#include "rewriter/progress.h"
#include "rewriter/report.h"
#include "rewriter/sarif.h"
#include "rewriter/workers.h"
#include "support/whole_file.h"

namespace standstill::rewriter {

namespace {

void complain(const std::string& message) { fmt::print(stderr, "stw-rewrite: {}\n", message); }

class Run {
 public:
  explicit Run(const Options& options)
      : options_(options), task_{options, api_.factors, api_.unit, [this](const std::string& file) {
                                   return options_.headers.accepts(file);
                                 }} {}

  int operator()() {
    if (!readApi()) return 2;
    analyseAll();
    checkAll();
    return finish();
  }

 private:
  bool readApi() {
    const std::string error = readApiSafely(options_, api_);
    if (!error.empty()) complain(error);
    return error.empty();
  }

  // Calls `work` for each of `sources` in a worker, and `done` here with what came of it, in order.
  // What a worker did not return is reported and counts as input that does not parse.
  template <typename Work, typename Done>
  void eachInWorkers(const std::string& what, const std::vector<size_t>& sources, Work work,
                     Done done) {
    Progress progress(what, sources.size());
    progress.show(0);
    runInWorkers(
        sources.size(), {options_.jobs, options_.timeout},
        [&](size_t i) { return toBytes(work(sources[i])); },
        [&](size_t i, Outcome outcome) {
          const std::string& source = options_.sources[sources[i]];
          if (!outcome.internal.empty()) {
            throw std::runtime_error(fmt::format("{}: {}", source, outcome.internal));
          }
          UnitResult result;
          if (outcome.failure.empty()) {
            result = fromBytes(outcome.bytes);
          } else {
            result.errors.push_back(fmt::format("{}: {}", source, outcome.failure));
          }
          if (!result.errors.empty()) progress.clear();
          for (const std::string& error : result.errors) complain(error);
          done(sources[i], std::move(result));
        },
        [&](size_t count) { progress.show(count); });
  }

  void noteFailure(size_t source, const UnitResult& result) {
    if (!result.errors.empty()) failures_.push_back({options_.sources[source], result.errors});
  }

  void analyseAll() {
    toParse_ = sourcesToParse(options_, api_.factors, api_.unit);
    eachInWorkers(
        "reading", toParse_,
        [this](size_t source) { return analyse(task_, options_.sources[source]); },
        [this](size_t source, UnitResult result) {
          noteFailure(source, result);
          merger_.add(std::move(result));
        });
    merger_.load();
  }

  void checkAll() {
    for (std::vector<size_t> todo = merger_.unchecked(); !todo.empty();
         todo = merger_.unchecked()) {
      std::vector<size_t> sources;
      for (size_t nth : todo) sources.push_back(toParse_[nth]);
      size_t next = 0;
      eachInWorkers(
          "checking", sources,
          [this](size_t source) {
            return checkMerged(task_, options_.sources[source], merger_.work());
          },
          [&](size_t source, const UnitResult& result) {
            noteFailure(source, result);
            merger_.apply(todo[next++], result);
          });
    }
  }

  Result collect(const Overlay& texts, const std::string& root) const {
    Result result;
    for (const auto& [key, plan] : merger_.work().functions) {
      for (Site site : plan.sites) {
        site.file = relativeTo(root, site.file);
        result.sites.push_back(std::move(site));
      }
    }
    std::sort(result.sites.begin(), result.sites.end(), [](const Site& a, const Site& b) {
      return std::tie(a.file, a.line, a.column, a.factor) <
             std::tie(b.file, b.line, b.column, b.factor);
    });
    for (const auto& [file, text] : texts) result.changedFiles.push_back(relativeTo(root, file));
    for (const auto& [file, plan] : merger_.work().files) {
      if (!plan.blocked.empty()) {
        result.notWritten.push_back(
            fmt::format("{}: not written: {}", relativeTo(root, file), plan.blocked));
      }
    }
    for (const Failure& failure : failures_) {
      result.failures.push_back({relativeTo(root, failure.file), failure.errors});
    }
    return result;
  }

  // Written before any source is: a place where it cannot go is bad use, and then nothing is
  // edited.
  bool writeSide(const std::string& file, const std::string& text, const char* what) {
    if (file.empty()) return true;
    if (!writeWhole(file, text)) {
      complain(fmt::format("{}: cannot write the {}", file, what));
      return false;
    }
    written_.push_back(file);
    return true;
  }

  // A report of edits that were not made would be a lie.
  void removeSideFiles() const {
    for (const std::string& file : written_) {
      if (llvm::sys::fs::is_regular_file(file)) std::remove(file.c_str());
    }
  }

  bool printDiff(const std::vector<FileChange>& changes, const std::string& root) const {
    for (const FileChange& change : changes) {
      std::string name = relativeTo(root, change.path);
      std::string text = unifiedDiff("a/" + name, change.before, "b/" + name, change.after);
      std::fwrite(text.data(), 1, text.size(), stdout);
    }
    if (std::fflush(stdout) == 0 && std::ferror(stdout) == 0) return true;
    complain("standard output: cannot write the diff");
    return false;
  }

  int finish() {
    Overlay texts = newTexts(merger_.work());
    std::vector<std::string> paths;
    std::vector<FileChange> changes;
    for (const std::string& source : options_.sources) paths.push_back(realPath(source));
    for (const auto& [file, text] : texts) {
      paths.push_back(file);
      changes.push_back({file, merger_.work().files.at(file).text.text(), text});
    }
    std::string root = commonRoot(paths);
    Result result = collect(texts, root);
    bool good = writeSide(options_.report, toJson(result), "report") &&
                writeSide(options_.sarif, toSarif(result, root), "report") &&
                writeSide(options_.exportFixes, toYaml(allEdits(merger_.work())), "edits");
    std::string error = good && options_.inPlace ? writeFiles(changes) : "";
    if (!error.empty()) complain(error);
    if (!good || !error.empty()) {
      removeSideFiles();
      return 2;
    }
    if (options_.printDiff && !printDiff(changes, root)) {
      return 2;
    }
    fmt::print(stderr, "{}", toText(result));
    if (!failures_.empty()) return 2;
    // A new name that is taken: renames are all or nothing, so the user has to choose another.
    if (!options_.renames.empty() && !result.notWritten.empty()) return 2;
    return options_.check && !changes.empty() ? 1 : 0;
  }

  const Options& options_;
  Api api_;
  std::vector<size_t> toParse_;  // of options_.sources
  Task task_;
  Merger merger_;
  std::vector<Failure> failures_;
  std::vector<std::string> written_;
};

}  // namespace

int run(const Options& options) { return Run(options)(); }

}  // namespace standstill::rewriter
