#include "mutator/mutants.h"

#include <llvm/Support/Regex.h>

#include <algorithm>

#include "rewriter/functions.h"
#include "rewriter/pch.h"

namespace standstill::mutator {

namespace {

using rewriter::SourceText;

// Functions whose body stands in the source itself, and which are meant.
std::vector<const clang::FunctionDecl*> functionsOf(const rewriter::Unit& source,
                                                    const Options& options) {
  const clang::SourceManager& sources = source.ast->getSourceManager();
  std::vector<const clang::FunctionDecl*> functions = rewriter::outermostFunctions(source);
  std::erase_if(functions, [&](const clang::FunctionDecl* function) {
    const clang::SourceLocation start = function->getBody()->getBeginLoc();
    return start.isMacroID() || !sources.isInMainFile(start) ||
           (options.functions && !options.functions->match(function->getQualifiedNameAsString()));
  });
  return functions;
}

// From the first byte that changed to the last one.
TextRange changed(const std::vector<Edit>& edits) {
  size_t begin = edits.front().offset;
  size_t end = 0;
  for (const Edit& edit : edits) {
    begin = std::min(begin, edit.offset);
    end = std::max(end, edit.offset + edit.length);
  }
  return {begin, end - begin};
}

}  // namespace

std::vector<Mutant> mutantsOf(const rewriter::Unit& source, const std::string& text,
                              const Options& options) {
  std::vector<Mutant> mutants;
  std::set<std::string> known{text};
  const SourceText original(text);
  const auto functions = functionsOf(source, options);
  for (const Operator* op : options.operators) {
    for (const clang::FunctionDecl* function : functions) {
      Mutations made;
      op->apply(Body(source, *function, original, options.conventions), made);
      for (Mutation& mutation : made) {
        if (rewriter::normalise(mutation.edits)) continue;  // two edits in each other's way
        std::string result = rewriter::applyEdits(text, mutation.edits);
        if (!known.insert(result).second) continue;
        const TextRange range = changed(mutation.edits);
        std::string after = rewriter::applyWithin(text, range.offset, range.length, mutation.edits);
        mutants.push_back({.id = {},
                           .mutation = std::move(mutation),
                           .before = std::string(original.slice(range)),
                           .after = std::move(after),
                           .text = std::move(result)});
      }
    }
  }
  return mutants;
}

void nameThem(std::vector<Mutant>& mutants, std::set<std::string>& taken) {
  for (Mutant& mutant : mutants) {
    const std::string& function = mutant.mutation.function;
    const size_t colon = function.rfind(':');
    std::string stem = mutant.mutation.op + "." +
                       (colon == std::string::npos ? function : function.substr(colon + 1));
    // "operator()" and the like: an id is a folder's name, and a word for the shell.
    for (char& c : stem) {
      if (std::isalnum(static_cast<unsigned char>(c)) == 0 && c != '.' && c != '-') c = '_';
    }
    for (int number = 1; mutant.id.empty(); ++number) {
      if (std::string id = fmt::format("{}.{}", stem, number); taken.insert(id).second)
        mutant.id = std::move(id);
    }
  }
}

}  // namespace standstill::mutator
