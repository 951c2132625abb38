#include "rewriter/certify_command.h"

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <iterator>
#include <stdexcept>

#include "rewriter/api.h"
#include "rewriter/functions.h"
#include "rewriter/ir.h"
#include "rewriter/options.h"
#include "rewriter/pch.h"
#include "rewriter/text_compare.h"
#include "rewriter/unit_certifier.h"
#include "rewriter/workers.h"

namespace standstill::rewriter {

namespace {

namespace fs = std::filesystem;

// What there is to print, and the exit code that goes with it.
struct Answer {
  int code = 0;
  std::string text;
};

Answer complaint(const std::string& message) {
  return {2, fmt::format("stw-rewrite: certify: {}\n", message)};
}

int print(const Answer& answer) {
  fmt::print(answer.code == 2 ? stderr : stdout, "{}", answer.text);
  return answer.code;
}

int complain(const std::string& message) { return print(complaint(message)); }

bool isCode(const fs::path& path) {
  static const std::set<std::string> kEndings = {".c",  ".cc",  ".cpp", ".cxx", ".h",
                                                 ".hh", ".hpp", ".hxx", ".inc", ".def"};
  return kEndings.contains(path.extension().string());
}

// The code files of a directory, or the one file, by path from there.
std::map<std::string, std::string> textsOf(const fs::path& root) {
  std::map<std::string, std::string> texts;
  if (!fs::is_directory(root)) {
    texts[""] = readFile(root.string());
    return texts;
  }
  for (const fs::directory_entry& entry : fs::recursive_directory_iterator(root)) {
    if (!entry.is_regular_file() || !isCode(entry.path())) continue;
    texts[fs::relative(entry.path(), root).string()] = readFile(entry.path().string());
  }
  return texts;
}

class StatementPlaces : public clang::RecursiveASTVisitor<StatementPlaces> {
 public:
  StatementPlaces(const clang::SourceManager& sources, std::set<size_t>& found)
      : sources_(sources), found_(found) {}
  bool VisitStmt(clang::Stmt* stmt) {
    if (stmt->getBeginLoc().isValid()) {
      found_.insert(sources_.getFileOffset(sources_.getFileLoc(stmt->getBeginLoc())));
    }
    return true;
  }

 private:
  const clang::SourceManager& sources_;
  std::set<size_t>& found_;
};

class Certification {
 public:
  Certification(const Options& options, const fs::path& before, const fs::path& after)
      : options_(options),
        oldTexts_(textsOf(before)),
        newTexts_(textsOf(after)),
        root_(realPath(before.string())) {}

  Answer operator()() {
    if (std::string error = readApi(options_, api_); !error.empty()) return complaint(error);
    for (const auto& [name, text] : newTexts_) {
      auto old = oldTexts_.find(name);
      if (old == oldTexts_.end() || old->second != text) overlay_[pathOf(name)] = text;
    }
    for (const std::string& source : options_.sources) {
      if (std::string error = compareSource(source); !error.empty()) return complaint(error);
    }
    compareFiles();
    return report();
  }

 private:
  // A function whose text differs, or that no longer means the same.
  struct Verdict {
    unsigned line = 0;
    std::string function;
    std::string difference;  // empty: certified
    IrVerdict ir = IrVerdict::kNone;
  };

  // A pair of functions whose code is still to be compared.
  struct Open {
    std::pair<std::string, std::string> key;
    FunctionPair pair;
    bool moved;
  };

  std::string pathOf(const std::string& name) const {
    return name.empty() ? root_ : root_ + "/" + name;
  }

  // Returns what does not parse, or an empty string.
  std::string compareSource(const std::string& source) {
    std::vector<Unit> olds = parse(*options_.database, source, {}, Bodies::kAll);
    std::vector<Unit> news = parse(*options_.database, source, overlay_, Bodies::kAll);
    for (size_t i = 0; i < olds.size(); ++i) {
      if (!olds[i].errors.empty()) return "OLD: " + olds[i].errors.front();
      if (!news[i].errors.empty()) return "NEW: " + news[i].errors.front();
      compareUnit(olds[i], news[i]);
    }
    return {};
  }

  // The file's name below the root, or nothing if it lies elsewhere.
  std::optional<std::string> nameOf(const std::string& file) const {
    if (file == root_) return "";
    if (!file.starts_with(root_ + "/")) return std::nullopt;
    return file.substr(root_.size() + 1);
  }

  void compareUnit(const Unit& before, const Unit& after) {
    UnitCertifier certifier(before, after, options_, api_.factors);
    std::vector<Open> open;
    for (const clang::FunctionDecl* function : outermostFunctions(after)) {
      cover(after, *function, newCoverage_);
    }
    for (const clang::FunctionDecl* function : outermostFunctions(before)) {
      std::optional<TextRange> text = cover(before, *function, oldCoverage_);
      const clang::SourceManager& sources = before.ast->getSourceManager();
      std::string file = realFile(sources, function->getLocation());
      if (!nameOf(file)) continue;
      const clang::FunctionDecl* made = certifier.counterpart(*function);
      Certificate certificate = certifier.compare(*function);
      bool same = text && made && sameBodies(file, *text, after, *made);
      if (same && certificate.difference.empty()) continue;
      auto key = std::pair(*nameOf(file), function->getQualifiedNameAsString());
      Verdict& verdict = verdicts_[key];
      verdict.line = sources.getExpansionLineNumber(function->getLocation());
      verdict.function = key.second;
      if (verdict.difference.empty()) verdict.difference = certificate.difference;
      if (made && certificate.difference.empty()) {
        bool moved = certificate.moved || !options_.inStrings.empty();
        open.push_back({key, {function, made}, moved});
      }
    }
    compareCode(before, after, open);
  }

  void compareCode(const Unit& before, const Unit& after, const std::vector<Open>& open) {
    std::vector<FunctionPair> pairs;
    for (const Open& one : open) pairs.push_back(one.pair);
    std::vector<IrVerdict> found =
        compareIr(before, after, api_.unit, api_.factors, options_.renames, pairs);
    for (size_t i = 0; i < open.size(); ++i) {
      Verdict& verdict = verdicts_[open[i].key];
      verdict.ir = found[i];
      if (found[i] != IrVerdict::kDiffers || open[i].moved) continue;
      verdict.difference =
          "nothing was moved, and yet the optimised code of the two versions differs";
    }
  }

  // Notes that the function's body is compared as a tree; gives its place if a file spells it.
  std::optional<TextRange> cover(const Unit& unit, const clang::FunctionDecl& function,
                                 std::map<std::string, Coverage>& coverage) const {
    const clang::SourceManager& sources = unit.ast->getSourceManager();
    std::optional<std::string> name = nameOf(realFile(sources, function.getLocation()));
    const auto* body = llvm::dyn_cast<clang::CompoundStmt>(function.getBody());
    if (!name || !body) return std::nullopt;
    std::optional<TextRange> range = fileRange(*unit.ast, body->getSourceRange());
    if (!range) return std::nullopt;
    Coverage& file = coverage[*name];
    file.bodies.insert({range->offset, range->end()});
    StatementPlaces places(sources, file.statements);
    places.TraverseStmt(const_cast<clang::CompoundStmt*>(body));
    // The block itself begins at its brace, which is compiled if it is there at all.
    return range;
  }

  bool sameBodies(const std::string& file, const TextRange& text, const Unit& after,
                  const clang::FunctionDecl& made) const {
    std::optional<TextRange> other = fileRange(*after.ast, made.getBody()->getSourceRange());
    std::string name = *nameOf(file);
    if (!other || !newTexts_.contains(name)) return false;
    return sameTokens(oldTexts_.at(name), text, newTexts_.at(name), *other, options_);
  }

  bool belongsToHelpers(const std::string& name) const {
    std::string file = pathOf(name);
    std::multimap<std::string, std::string> files = filesOf(api_.unit);
    // The api file may be the new one: then it stands in NEW, under the name that OLD would have.
    return files.contains(file) || std::any_of(files.begin(), files.end(), [&](const auto& entry) {
             return fs::path(entry.first).filename() == fs::path(file).filename() &&
                    readFile(entry.first) == newTexts_.at(name);
           });
  }

  void compareFiles() {
    std::set<std::string> headers;
    for (const Factor& factor : api_.factors) {
      if (!factor.header.empty()) headers.insert(factor.header);
    }
    for (const auto& [name, text] : oldTexts_) {
      auto made = newTexts_.find(name);
      if (made == newTexts_.end()) {
        differences_[name] = "the file is not there any more";
        continue;
      }
      if (made->second == text) continue;
      std::string difference = compareOutside(text, oldCoverage_[name], made->second,
                                              newCoverage_[name], options_, headers);
      if (!difference.empty()) differences_[name] = difference;
    }
    for (const auto& [name, text] : newTexts_) {
      if (oldTexts_.contains(name) || belongsToHelpers(name)) continue;
      differences_[name] = "the file is new";
    }
  }

  std::string shown(const std::string& name) const {
    return name.empty() ? fs::path(root_).filename().string() : name;
  }

  Answer report() const {
    std::string text;
    const auto line = std::back_inserter(text);
    size_t certified = 0;
    size_t failed = differences_.size();
    for (const auto& [key, verdict] : verdicts_) {
      std::string place = fmt::format("{}:{}", shown(key.first), verdict.line);
      if (verdict.difference.empty()) {
        ++certified;
        fmt::format_to(line, "{}: certified: {} (code {})\n", place, verdict.function,
                       code(verdict.ir));
      } else {
        ++failed;
        fmt::format_to(line, "{}: not certified: {}: {}\n", place, verdict.function,
                       verdict.difference);
      }
    }
    for (const auto& [name, difference] : differences_) {
      fmt::format_to(line, "{}: not certified: outside of functions: {}\n", shown(name),
                     difference);
    }
    fmt::format_to(line, "stw-rewrite: {} function{} certified, {} difference{} not\n", certified,
                   certified == 1 ? "" : "s", failed, failed == 1 ? "" : "s");
    return {failed == 0 ? 0 : 1, std::move(text)};
  }

  const Options& options_;
  std::map<std::string, std::string> oldTexts_;  // by name below the root
  std::map<std::string, std::string> newTexts_;
  std::string root_;
  Overlay overlay_;
  Api api_;
  std::map<std::string, Coverage> oldCoverage_;
  std::map<std::string, Coverage> newCoverage_;
  std::map<std::pair<std::string, std::string>, Verdict> verdicts_;
  std::map<std::string, std::string> differences_;
};

// In a process of its own: a text that crashes the compiler is one that does not parse.
int certify(const Options& options, const fs::path& before, const fs::path& after) {
  Answer answer;
  runInWorkers(
      1, {},
      [&](size_t) {
        const Answer found = Certification(options, before, after)();
        return std::to_string(found.code) + found.text;
      },
      [&](size_t, const Outcome& outcome) {
        if (!outcome.internal.empty()) throw std::runtime_error(outcome.internal);
        answer = outcome.failure.empty()
                     ? Answer{outcome.bytes.front() - '0', outcome.bytes.substr(1)}
                     : complaint("OLD, NEW or the api file: " + outcome.failure);
      },
      {});
  return print(answer);
}

}  // namespace

int certifyCommand(int argc, const char** argv) {
  bool named = argc >= 4 && argv[2][0] != '-' && argv[3][0] != '-';
  if (!named) return complain("give OLD and NEW first: stw-rewrite certify OLD NEW --api=FILE ...");
  for (const char* path : {argv[2], argv[3]}) {
    if (!fs::exists(path)) return complain(fmt::format("{}: no such file or directory", path));
  }
  if (fs::is_directory(argv[2]) != fs::is_directory(argv[3])) {
    return complain("OLD and NEW must both be files or both be directories");
  }
  std::vector<const char*> rest = {argv[0], argv[2]};
  rest.insert(rest.end(), argv + 4, argv + argc);
  std::unique_ptr<Options> options = readOptions(static_cast<int>(rest.size()), rest.data());
  if (!options) return 2;
  if (options->inPlace) return complain("it changes nothing: --in-place has no place here");
  return certify(*options, argv[2], argv[3]);
}

}  // namespace standstill::rewriter
