#include "mutator/options.h"

#include <clang/Tooling/CommonOptionsParser.h>
#include <llvm/Support/CommandLine.h>
#include <llvm/Support/FileSystem.h>
#include <llvm/Support/Path.h>
#include <llvm/Support/Regex.h>
#include <llvm/Support/StringSaver.h>

#include <algorithm>
#include <climits>
#include <cstdio>

#include "rewriter/pch.h"
#include "rewriter/unit.h"

namespace standstill::mutator {

Options::Options() = default;
Options::~Options() = default;

const clang::tooling::CompilationDatabase& Options::database() const {
  return parser->getCompilations();
}

namespace {

namespace cl = llvm::cl;

constexpr const char* kOverview =
    "Makes wrong refactorings of C and C++ sources: mutants, for `stw-check mutants` to kill.\n\n"
    "Each mutant is one source with one change. All of them are written below --out, with "
    "manifest.json,\n"
    "which says what each one is, and, if --link says how the right library is linked, "
    "build.ninja, "
    "which\n"
    "compiles each mutant once and links it with the objects of the right build. Mutants that do "
    "not\n"
    "compile are left out.\n\n"
    "Exit status: 0 done, 2 bad use or input that does not parse, 3 internal error.\n";

cl::OptionCategory category("stw-mutate");
cl::opt<std::string> out("out", cl::desc("where to write the mutants"), cl::value_desc("DIR"),
                         cl::cat(category));
cl::list<std::string> operators("operators", cl::CommaSeparated,
                                cl::desc("only these; NAME or -NAME to leave one out"),
                                cl::value_desc("NAME,..."), cl::cat(category));
cl::opt<std::string> functions("functions",
                               cl::desc("only functions whose qualified name RE matches"),
                               cl::value_desc("RE"), cl::cat(category));
cl::opt<unsigned> perFunction("per-function",
                              cl::desc("of each operator only the first N mutants of a function"),
                              cl::value_desc("N"), cl::init(UINT_MAX), cl::cat(category));
cl::list<std::string> pairs("pair", cl::desc("RELEASE undoes ACQUIRE (repeatable)"),
                            cl::value_desc("ACQUIRE:RELEASE"), cl::cat(category));
cl::list<std::string> stacks("stack",
                             cl::desc("FUNC calls what it is given on another stack (repeatable)"),
                             cl::value_desc("FUNC"), cl::cat(category));
cl::list<std::string> waits("wait", cl::desc("FUNC waits, up to a time (repeatable)"),
                            cl::value_desc("FUNC"), cl::cat(category));
cl::list<std::string> confusions(
    "confuse", cl::desc("put call WRONG where call RIGHT, or any of the function RIGHT, is"),
    cl::value_desc("RIGHT=WRONG"), cl::cat(category));
cl::opt<std::string> command(
    "command", cl::desc("of a source's compile commands the one whose output holds TEXT"),
    cl::value_desc("TEXT"), cl::cat(category));
cl::opt<std::string> right("right", cl::desc("library made from the sources as they are"),
                           cl::value_desc("LIB"), cl::cat(category));
cl::opt<std::string> declared("declared", cl::desc("declared differences, for stw-check"),
                              cl::value_desc("FILE"), cl::cat(category));
cl::opt<std::string> equivalents(
    "equivalents", cl::desc("mutants that change nothing, `ID => reason` a line, for stw-check"),
    cl::value_desc("FILE"), cl::cat(category));
cl::opt<std::string> link("link",
                          cl::desc("file with the command that links LIB, as the build runs it "
                                   "(`ninja -t commands LIB | tail -n 1`)"),
                          cl::value_desc("FILE"), cl::cat(category));
cl::opt<bool> list("list", cl::desc("print the operators and end"), cl::cat(category));

bool fail(const std::string& message) {
  fmt::print(stderr, "stw-mutate: {}\n", message);
  return false;
}

std::string absolute(const std::string& name) {
  llvm::SmallString<256> path(name);
  llvm::sys::fs::make_absolute(path);
  llvm::sys::path::remove_dots(path, true);
  return path.str().str();
}

bool readOperators(Options& options) {
  const auto exists = [](std::string_view name) {
    return std::ranges::any_of(allOperators(), [&](const Operator& op) { return op.name == name; });
  };
  bool onlySome = false;
  for (llvm::StringRef name : operators) {
    onlySome |= !name.starts_with("-");
    if (!exists(std::string_view(name.ltrim('-'))))
      return fail(fmt::format("--operators: there is no {}; see --list", name.ltrim('-').str()));
  }
  for (const Operator& op : allOperators()) {
    const auto names = [&](const std::string& text) {
      return std::ranges::count(operators, text) > 0;
    };
    const std::string name(op.name);
    if (onlySome ? names(name) : !names("-" + name)) options.operators.push_back(&op);
  }
  return true;
}

// The two words around `cut`, neither of them empty.
std::optional<std::pair<std::string, std::string>> halves(const std::string& text, char cut) {
  const size_t at = text.find(cut);
  if (at == std::string::npos || at == 0 || at + 1 == text.size()) return std::nullopt;
  return std::pair{text.substr(0, at), text.substr(at + 1)};
}

bool readConventions(Conventions& conventions) {
  for (const std::string& value : pairs) {
    const auto pair = halves(value, ':');
    if (!pair) return fail(fmt::format("--pair={}: expected ACQUIRE:RELEASE", value));
    conventions.pairs.push_back({pair->first, pair->second});
  }
  for (const std::string& value : confusions) {
    const auto calls = halves(value, '=');
    if (!calls) return fail(fmt::format("--confuse={}: expected RIGHT=WRONG", value));
    conventions.confusions.push_back({calls->first, calls->second});
  }
  conventions.stacks.assign(stacks.begin(), stacks.end());
  conventions.waits.assign(waits.begin(), waits.end());
  return true;
}

// The words of a command as a build system prints it: `: && c++ ... -o lib.so ... && :`.
std::vector<std::string> linkWords(const std::string& text) {
  llvm::BumpPtrAllocator memory;
  llvm::StringSaver saver(memory);
  llvm::SmallVector<const char*> words;
  cl::TokenizeGNUCommandLine(text, saver, words);
  std::vector<std::string> kept;
  for (size_t i = 0; i < words.size(); ++i) {
    const llvm::StringRef word = words[i];
    if (word == "-o") {
      ++i;
    } else if (word != ":" && word != "&&") {
      kept.push_back(word.str());
    }
  }
  return kept;
}

bool readLink(Options& options) {
  if (link.empty()) return true;
  if (right.empty()) return fail("--link says how LIB is linked; name it with --right");
  options.link = linkWords(rewriter::readFile(link));
  return !options.link.empty() ||
         fail(fmt::format("--link={}: no such file, or empty", link.getValue()));
}

bool readSources(Options& options, const std::vector<std::string>& names) {
  for (const std::string& name : names) {
    if (!llvm::sys::fs::is_regular_file(name))
      return fail(fmt::format("{}: no such file; give paths of C or C++ sources", name));
    options.sources.push_back(rewriter::realPath(absolute(name)));
  }
  return true;
}

bool readFunctions(Options& options) {
  if (functions.empty()) return true;
  options.functions = std::make_unique<llvm::Regex>(functions.getValue());
  std::string error;
  return options.functions->isValid(error) ||
         fail(fmt::format("--functions={}: {}", functions.getValue(), error));
}

bool readFolder(Options& options) {
  if (out.empty()) return fail("--out is missing; name a folder for the mutants");
  options.out = absolute(out);
  if (const std::error_code error = llvm::sys::fs::create_directories(options.out))
    return fail(fmt::format("--out={}: {}", out.getValue(), error.message()));
  return true;
}

void printOperators() {
  for (const Operator& op : allOperators()) fmt::print("{:<18}{}\n", op.name, op.summary);
}

}  // namespace

std::unique_ptr<Options> readOptions(int argc, const char** argv) {
  // CommonOptionsParser wants a source, even of those who only want the list.
  if (std::any_of(argv + 1, argv + argc,
                  [](llvm::StringRef word) { return word.ltrim('-') == "list"; })) {
    printOperators();
    std::exit(0);
  }
  auto parser =
      clang::tooling::CommonOptionsParser::create(argc, argv, category, cl::OneOrMore, kOverview);
  if (!parser) {
    std::string text = llvm::toString(parser.takeError());
    fail(text.substr(0, text.find('\n')) + " See --help.");
    return nullptr;
  }
  auto options = std::make_unique<Options>();
  const bool good = readSources(*options, parser->getSourcePathList()) && readOperators(*options) &&
                    readConventions(options->conventions) && readFunctions(*options) &&
                    readLink(*options) && readFolder(*options);
  if (!good) return nullptr;
  options->command = command;
  options->perFunction = perFunction;
  options->right = right.empty() ? "" : absolute(right);
  options->equivalents = equivalents.empty() ? "" : absolute(equivalents);
  options->declared = declared.empty() ? "" : absolute(declared);
  options->parser = std::make_unique<clang::tooling::CommonOptionsParser>(std::move(*parser));
  return options;
}

}  // namespace standstill::mutator
