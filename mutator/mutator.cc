#include "mutator/mutator.h"

#include <filesystem>

#include "mutator/compile_check.h"
#include "mutator/locks.h"
#include "mutator/write.h"
#include "rewriter/pch.h"

namespace standstill::mutator {

namespace {

using clang::tooling::CompileCommand;

int fail(const std::string& message) {
  fmt::print(stderr, "stw-mutate: {}\n", message);
  return 2;
}

// One command, whatever else the database knows about the source.
class OneCommand : public clang::tooling::CompilationDatabase {
 public:
  explicit OneCommand(CompileCommand command) : command_(std::move(command)) {}
  std::vector<CompileCommand> getCompileCommands(llvm::StringRef) const override {
    return {command_};
  }

 private:
  CompileCommand command_;
};

std::string objectOf(const CompileCommand& command) {
  std::string output = command.Output;
  for (size_t i = 0; output.empty() && i + 1 < command.CommandLine.size(); ++i) {
    if (command.CommandLine[i] == "-o") output = command.CommandLine[i + 1];
  }
  if (output.empty()) return {};
  return rewriter::realPath((std::filesystem::path(command.Directory) / output).string());
}

std::optional<CompileCommand> commandFor(const std::string& source, const Options& options) {
  for (CompileCommand& command : options.database().getCompileCommands(source)) {
    if (options.command.empty() || objectOf(command).find(options.command) != std::string::npos)
      return std::move(command);
  }
  return std::nullopt;
}

// Leaves those that compile, of each operator the first `most` of each function. Returns how many
// do not compile.
size_t keepWhatCompiles(std::vector<Mutant>& mutants, CompileCheck& check, unsigned most) {
  size_t refused = 0;
  std::map<std::pair<std::string, std::string>, unsigned> kept;
  std::erase_if(mutants, [&](const Mutant& mutant) {
    unsigned& count = kept[{mutant.mutation.op, mutant.mutation.function}];
    if (count >= most) return true;
    const bool compiles = check.compiles(mutant.text);
    if (compiles)
      ++count;
    else
      ++refused;
    return !compiles;
  });
  return refused;
}

struct Parsed {
  std::string source;
  CompileCommand command;
  rewriter::Unit unit;
};

// Returns what went wrong, or an empty string.
std::string parse(const Options& options, std::vector<Parsed>& all) {
  for (const std::string& source : options.sources) {
    const auto command = commandFor(source, options);
    if (!command) {
      return fmt::format("{}: the compile database has no command for it{}", source,
                         options.command.empty() ? "" : " that --command names");
    }
    auto units = rewriter::parse(OneCommand(*command), source, {});
    if (!units.front().errors.empty()) return units.front().errors.front();
    all.push_back({source, *command, std::move(units.front())});
  }
  return {};
}

}  // namespace

int run(Options& options) {
  std::vector<Parsed> all;
  if (const std::string error = parse(options, all); !error.empty()) return fail(error);
  for (const Parsed& parsed : all)
    options.conventions.locks.merge(locksIn(parsed.unit, options.conventions));
  std::vector<MutatedSource> sources;
  std::set<std::string> taken;
  size_t refused = 0;
  size_t kept = 0;
  for (const Parsed& parsed : all) {
    const CompileCommand& command = parsed.command;
    MutatedSource mutated{.source = parsed.source,
                          .directory = command.Directory,
                          .command = command.CommandLine,
                          .object = objectOf(command),
                          .text = rewriter::readFile(parsed.source),
                          .mutants = {}};
    mutated.mutants = mutantsOf(parsed.unit, mutated.text, options);
    CompileCheck check(command, parsed.source);
    refused += keepWhatCompiles(mutated.mutants, check, options.perFunction);
    kept += mutated.mutants.size();
    nameThem(mutated.mutants, taken);
    sources.push_back(std::move(mutated));
  }
  if (const std::string error = writeMutants(sources, options); !error.empty()) return fail(error);
  fmt::print("{} mutants in {} ({} more do not compile)\n", kept, options.out, refused);
  return 0;
}

}  // namespace standstill::mutator
