#include <cstdio>
#include <exception>

#include "rewriter/options.h"
#include "rewriter/rewriter.h"

#include <clang/Tooling/CompilationDatabase.h>
#include <llvm/Support/Signals.h>

int main(int argc, const char** argv) {
  llvm::sys::PrintStackTraceOnErrorSignal(argv[0]);
  try {
    auto options = standstill::rewriter::readOptions(argc, argv);
    return options ? standstill::rewriter::run(*options) : 2;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "stw-rewrite: internal error: %s; please report it\n", error.what());
    return 3;
  }
}
