#include "rewriter/options.h"

#include <clang/Tooling/CommonOptionsParser.h>
#include <llvm/Support/CommandLine.h>
#include <llvm/Support/FileSystem.h>
#include <llvm/Support/Regex.h>
#include <llvm/Support/Threading.h>

#include <cmath>
#include <cstdio>
#include <utility>

#include "rewriter/option_table.h"
#include "rewriter/pch.h"
#include "rewriter/unit.h"
#include "support/version.h"

namespace standstill::rewriter {

namespace {

namespace cl = llvm::cl;

constexpr const char* kOverview =
    "Replaces open-coded sequences by a call of the function that factors them.\n\n"
    "The definitions of the functions named by --factor, in the file given by --api, are the "
    "patterns;\n"
    "their parameters match any expression. The diff (default) names files relative to the "
    "current\n"
    "directory if all of them lie in it, else to the deepest directory that holds all SOURCEs, "
    "and\n"
    "applies there with `patch -p1`. A SOURCE is a file, or a directory: all files of the compile "
    "database\n"
    "below it. Without any, all files of the compile database are meant. Beside the SOURCEs, "
    "headers "
    "in\n"
    "their directories and below are edited (see --header-filter), never those of the system.\n\n"
    "Exit status: 0 done, 1 with --check if something could be rewritten, 2 bad use or input that "
    "does\n"
    "not parse, 3 internal error.\n";

cl::OptionCategory category("stw-rewrite");
cl::opt<std::string> api("api", cl::desc("C or C++ source with the helpers' definitions"),
                         cl::value_desc("FILE"), cl::cat(category));
cl::list<std::string> factors("factor", cl::desc("a helper: its body is a pattern (repeatable)"),
                              cl::value_desc("NAME"), cl::cat(category));
cl::list<std::string> pairs("pair",
                            cl::desc("two helpers that must be rewritten together on every path"),
                            cl::value_desc("ACQUIRE:RELEASE"), cl::cat(category));
cl::list<std::string> renames("rename",
                              cl::desc("the old code's OLD is the api's NEW; rename it everywhere"),
                              cl::value_desc("OLD=NEW"), cl::cat(category));
cl::list<std::string> inComments(
    "rename-in-comments", cl::ValueOptional,
    cl::desc("rename words in comments too; without a value as --rename does"),
    cl::value_desc("OLD=NEW"), cl::cat(category));
cl::list<std::string> inStrings(
    "rename-in-strings", cl::ValueOptional,
    cl::desc("rename words in string literals too; without a value as --rename does"),
    cl::value_desc("OLD=NEW"), cl::cat(category));
cl::list<std::string> assumePure("assume-pure",
                                 cl::desc("FUNC has no effects, but may read memory"),
                                 cl::value_desc("FUNC"), cl::cat(category));
cl::list<std::string> assumeStable(
    "assume-stable",
    cl::desc("FUNC has no effects and always gives the same for the same arguments"),
    cl::value_desc("FUNC"), cl::cat(category));
cl::opt<std::string> build("p", cl::desc("directory with compile_commands.json"),
                           cl::value_desc("BUILD"), cl::cat(category));
cl::list<std::string> extraArgs("extra-arg", cl::desc("append ARG to every compile command"),
                                cl::value_desc("ARG"), cl::cat(category));
cl::opt<std::string> sourceFilter("source-filter",
                                  cl::desc("only SOURCEs whose path RE matches somewhere"),
                                  cl::value_desc("RE"), cl::cat(category));
cl::opt<std::string> headerFilter(
    "header-filter",
    cl::desc("edit headers whose real path RE matches somewhere, in place of those in and below "
             "the SOURCEs' directories"),
    cl::value_desc("RE"), cl::cat(category));
cl::opt<std::string> lineFilter(
    "line-filter",
    cl::desc("only sites on these lines: [{\"name\":\"a.c\",\"lines\":[[1,3]]},...]"),
    cl::value_desc("JSON"), cl::cat(category));
cl::opt<std::string> shard("shard", cl::desc("only the i-th of n parts of the SOURCEs"),
                           cl::value_desc("i/n"), cl::cat(category));
cl::opt<unsigned> jobs("j", cl::desc("sources at a time (default: one for each processor)"),
                       cl::value_desc("N"), cl::Prefix, cl::init(0), cl::cat(category));
cl::opt<double> timeout("timeout", cl::desc("give up on a source after S seconds (default: never)"),
                        cl::value_desc("S"), cl::init(0), cl::cat(category));
cl::opt<bool> showDiff("diff", cl::desc("print a unified diff (the default)"), cl::cat(category));
cl::opt<bool> inPlace("in-place", cl::desc("write the files instead of printing a diff"),
                      cl::cat(category));
cl::opt<std::string> exportFixes("export-fixes",
                                 cl::desc("write the edits as YAML for clang-apply-replacements"),
                                 cl::value_desc("FILE.yaml"), cl::cat(category));
cl::opt<bool> check("check", cl::desc("change nothing; exit 1 if something could be rewritten"),
                    cl::cat(category));
cl::opt<std::string> report("report", cl::desc("write what was found as JSON"),
                            cl::value_desc("FILE"), cl::cat(category));
cl::opt<std::string> sarif("sarif", cl::desc("write what was found as SARIF 2.1.0"),
                           cl::value_desc("FILE"), cl::cat(category));
cl::opt<std::string> print("print", cl::desc("print a generated form of this help"), cl::Hidden,
                           cl::value_desc("FORM"), cl::cat(category));
cl::list<std::string> sources(cl::Positional, cl::desc("SOURCE..."), cl::cat(category));

bool fail(const std::string& message) {
  fmt::print(stderr, "stw-rewrite: {}\n", message);
  return false;
}

std::string firstLine(const std::string& text) {
  size_t start = text.find_first_not_of(" \n");
  if (start == std::string::npos) return {};
  return text.substr(start, text.find('\n', start) - start);
}

// An identifier, plain or qualified.
bool isName(std::string_view text) {
  bool start = true;
  for (size_t i = 0; i < text.size(); ++i) {
    unsigned char c = static_cast<unsigned char>(text[i]);
    if (!start && text.substr(i, 2) == "::") {
      ++i;
      start = true;
    } else {
      bool letter = std::isalpha(c) || c == '_' || c >= 0x80;
      if (!letter && (start || !std::isdigit(c))) return false;
      start = false;
    }
  }
  return !start;
}

bool readMapping(const std::string& flag, const std::string& value, Renames& into) {
  size_t cut = value.find('=');
  if (cut == std::string::npos || cut == 0 || cut + 1 == value.size()) {
    return fail(fmt::format("--{}={}: expected OLD=NEW", flag, value));
  }
  std::string from = value.substr(0, cut);
  std::string to = value.substr(cut + 1);
  if (flag == "rename" && !isName(to)) {
    return fail(fmt::format("--{}={}: '{}' is no name that code can have", flag, value, to));
  }
  auto [it, isNew] = into.try_emplace(from, to);
  if (!isNew && it->second != to) {
    return fail(
        fmt::format("--{}: '{}' is renamed to both '{}' and '{}'", flag, from, it->second, to));
  }
  return true;
}

bool readProse(const std::string& flag, const cl::list<std::string>& values,
               const Renames& byDefault, Renames& into) {
  bool plain = false;
  for (const std::string& value : values) {
    if (value.empty()) {
      plain = true;
    } else if (!readMapping(flag, value, into)) {
      return false;
    }
  }
  if (plain && byDefault.empty()) {
    return fail(fmt::format("--{} without OLD=NEW needs a --rename", flag));
  }
  if (plain) into.insert(byDefault.begin(), byDefault.end());
  return true;
}

// `--flag=A --flag=B` and `--flag=A,B` say the same. Template arguments have commas of their own.
std::vector<std::string> listed(const cl::list<std::string>& values) {
  std::vector<std::string> all;
  for (const std::string& value : values) {
    int angles = 0;
    std::string one;
    for (char c : value + ",") {
      angles += c == '<' ? 1 : c == '>' ? -1 : 0;
      if (c != ',' || angles > 0) {
        one += c;
      } else if (!one.empty()) {
        all.push_back(std::exchange(one, {}));
      }
    }
    if (!one.empty()) all.push_back(one);
  }
  return all;
}

bool readPairs(Options& options) {
  for (const std::string& value : listed(pairs)) {
    std::optional<Pair> read = readPair(value);
    if (!read) return fail(fmt::format("--pair={}: expected ACQUIRE:RELEASE", value));
    Pair pair = std::move(*read);
    if (pair.acquire == pair.release) {
      return fail(fmt::format("--pair={}: a pair has two ends", value));
    }
    options.pairs.push_back(std::move(pair));
  }
  return true;
}

std::string absolute(const std::string& name) {
  llvm::SmallString<256> path(name);
  llvm::sys::fs::make_absolute(path);
  llvm::sys::path::remove_dots(path);
  return path.str().str();
}

bool readApi(Options& options) {
  if (api.empty()) return fail("--api is missing; give the source file that defines the helpers");
  if (!llvm::sys::fs::is_regular_file(api.getValue())) {
    return fail(fmt::format("--api={}: no such file", api.getValue()));
  }
  options.api = absolute(api);
  return true;
}

bool checkSources() {
  if (sources.empty() && build.empty()) {
    return fail(
        "no SOURCE given; name the files to rewrite, or give -p BUILD for all that its compile "
        "database names");
  }
  for (const std::string& source : sources) {
    if (!llvm::sys::fs::is_regular_file(source) && !llvm::sys::fs::is_directory(source)) {
      return fail(fmt::format("{}: no such file; give paths of C or C++ sources", source));
    }
  }
  return true;
}

// All files of the database, or those below one of `directories`.
std::vector<std::string> filesOfDatabase(const Options& options,
                                         const std::vector<std::string>& directories) {
  std::vector<std::string> files;
  for (const std::string& file : options.database->getAllFiles()) {
    std::string real = directories.empty() ? "" : realPath(file);
    bool wanted = directories.empty();
    for (const std::string& directory : directories) wanted |= real.starts_with(directory);
    if (wanted) files.push_back(absolute(file));
  }
  return files;
}

// Which sources are meant, by the names they have on the command line or in the database: a file
// with two names in the database may have two commands.
bool readSources(Options& options) {
  std::vector<std::string> found;
  std::vector<std::string> directories;
  for (const std::string& source : sources) {
    if (llvm::sys::fs::is_directory(source)) {
      directories.push_back(realPath(absolute(source)) + "/");
    } else {
      found.push_back(absolute(source));
    }
  }
  if (sources.empty() || !directories.empty()) {
    std::vector<std::string> more = filesOfDatabase(options, directories);
    if (more.empty()) {
      return fail(sources.empty() ? "no SOURCE given, and the compile database names none"
                                  : fmt::format("{}: the compile database has no file below it",
                                                sources.front()));
    }
    found.insert(found.end(), more.begin(), more.end());
  }
  for (const std::string& source : found) options.headers.addSource(realPath(source));
  if (!sourceFilter.empty()) {
    llvm::Regex wanted(sourceFilter.getValue());
    std::string error;
    if (!wanted.isValid(error)) {
      return fail(fmt::format("--source-filter={}: {}", sourceFilter.getValue(), error));
    }
    std::erase_if(found, [&](const std::string& source) { return !wanted.match(source); });
  }
  std::sort(found.begin(), found.end());
  found.erase(std::unique(found.begin(), found.end()), found.end());
  std::optional<Shard> part = shard.empty() ? Shard() : readShard(shard);
  if (!part) return fail(fmt::format("--shard={}: expected i/n, i from 1 to n", shard.getValue()));
  options.sources = inShard(std::move(found), *part);
  return true;
}

bool readFilters(Options& options) {
  if (!headerFilter.empty()) {
    if (std::string error = options.headers.use(headerFilter); !error.empty()) {
      return fail(fmt::format("--header-filter={}: {}", headerFilter.getValue(), error));
    }
  }
  if (!lineFilter.empty()) {
    if (std::string error = options.lines.read(lineFilter); !error.empty()) {
      return fail(fmt::format("--line-filter: {}", error));
    }
  }
  if (timeout < 0) return fail("--timeout: expected a number of seconds");
  // None is less than a millisecond, and zero is no limit.
  options.timeout = std::chrono::milliseconds(std::llround(std::ceil(timeout * 1000)));
  options.jobs = jobs != 0 ? jobs.getValue() : llvm::hardware_concurrency().compute_thread_count();
  return true;
}

bool readDatabase(Options& options,
                  std::unique_ptr<clang::tooling::FixedCompilationDatabase> fixed) {
  if (fixed) {
    options.database = std::move(fixed);
    return true;
  }
  std::string path = build.empty() ? "" : build.getValue() + "/compile_commands.json";
  if (build.empty()) {
    llvm::SmallString<256> directory(absolute(sources.front()));
    while (path.empty() && llvm::sys::path::has_parent_path(directory)) {
      directory = llvm::sys::path::parent_path(directory);
      for (const char* below : {"", "/build"}) {
        std::string there = directory.str().str() + below + "/compile_commands.json";
        if (path.empty() && llvm::sys::fs::exists(there)) path = there;
      }
    }
    if (path.empty()) {
      return fail(
          "no compile_commands.json above the first SOURCE; give -p BUILD, or flags after --");
    }
  }
  if (!llvm::sys::fs::is_regular_file(path)) {
    return fail(fmt::format(
        "{}: no such compile database; configure with CMAKE_EXPORT_COMPILE_COMMANDS=ON, "
        "or give flags after --",
        path));
  }
  std::string error;
  auto database = clang::tooling::JSONCompilationDatabase::loadFromFile(
      path, error, clang::tooling::JSONCommandLineSyntax::AutoDetect);
  if (!database) {
    return fail(fmt::format("{}: malformed compile database ({}); generate it again", path,
                            firstLine(error)));
  }
  options.database = clang::tooling::inferMissingCompileCommands(
      clang::tooling::expandResponseFiles(std::move(database), llvm::vfs::getRealFileSystem()));
  return true;
}

}  // namespace

namespace {

// Ends the program, as --help and --version do.
bool printForm() {
  const std::vector<std::string>& forms = printedForms();
  if (std::find(forms.begin(), forms.end(), print.getValue()) == forms.end()) {
    return fail(fmt::format("--print={}: expected {}", print.getValue(), fmt::join(forms, ", ")));
  }
  fmt::print("{}", printed(toolTable(category, kOverview), print));
  std::exit(0);
}

}  // namespace

std::unique_ptr<Options> readOptions(int argc, const char** argv) {
  std::string error;
  auto fixed = clang::tooling::FixedCompilationDatabase::loadFromCommandLine(argc, argv, error);
  cl::HideUnrelatedOptions(category);
  cl::SetVersionPrinter([](llvm::raw_ostream& out) { out << "stw-rewrite " << kVersion << "\n"; });
  std::string complaints;
  llvm::raw_string_ostream complaintStream(complaints);
  if (!cl::ParseCommandLineOptions(argc, argv, kOverview, &complaintStream)) {
    std::string line = firstLine(complaintStream.str());
    // Of some mistakes LLVM tells on its own.
    if (line.empty()) return nullptr;
    size_t name = line.find(": ");
    // LLVM's own hint names the program by its path.
    if (size_t hint = line.find("  Try: "); hint != std::string::npos) {
      line = line.substr(0, hint) + " See --help.";
    }
    fail((name == std::string::npos ? line : line.substr(name + 2)));
    return nullptr;
  }
  if (print.getNumOccurrences() > 0 && !printForm()) return nullptr;
  auto options = std::make_unique<Options>();
  options->factors = listed(factors);
  for (std::string& name : listed(assumePure)) options->assumptions.pure.insert(std::move(name));
  for (std::string& name : listed(assumeStable)) {
    options->assumptions.stable.insert(std::move(name));
  }
  options->report = report;
  options->inPlace = inPlace;
  options->check = check;
  options->sarif = sarif;
  options->exportFixes = exportFixes;
  options->printDiff = !inPlace && (showDiff || (!check && exportFixes.empty()));
  bool good = readApi(*options) && checkSources();
  if (good && inPlace && (showDiff || check || !exportFixes.empty())) {
    good = fail("--in-place excludes --diff, --check and --export-fixes");
  }
  for (const std::string& value : listed(renames)) {
    good = good && readMapping("rename", value, options->renames);
  }
  good = good &&
         readProse("rename-in-comments", inComments, options->renames, options->inComments) &&
         readProse("rename-in-strings", inStrings, options->renames, options->inStrings) &&
         readPairs(*options) && readDatabase(*options, std::move(fixed)) && readSources(*options) &&
         readFilters(*options);
  if (good && !extraArgs.empty()) {
    auto adjusted = std::make_unique<clang::tooling::ArgumentsAdjustingCompilations>(
        std::move(options->database));
    adjusted->appendArgumentsAdjuster(clang::tooling::getInsertArgumentAdjuster(
        clang::tooling::CommandLineArguments(extraArgs.begin(), extraArgs.end()),
        clang::tooling::ArgumentInsertPosition::END));
    options->database = std::move(adjusted);
  }
  return good ? std::move(options) : nullptr;
}

}  // namespace standstill::rewriter
