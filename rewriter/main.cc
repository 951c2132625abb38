#include <cstdio>
#include <exception>
#include <string_view>

#include "rewriter/certify_command.h"
#include "rewriter/options.h"
#include "rewriter/rewriter.h"

#include <clang/Tooling/CompilationDatabase.h>
#include <llvm/Support/Signals.h>

int main(int argc, const char** argv) {
  llvm::sys::PrintStackTraceOnErrorSignal(argv[0]);
  try {
    if (argc > 1 && std::string_view(argv[1]) == "certify") {
      return standstill::rewriter::certifyCommand(argc, argv);
    }
    auto options = standstill::rewriter::readOptions(argc, argv);
    return options ? standstill::rewriter::run(*options) : 2;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "stw-rewrite: internal error: %s; please report it\n", error.what());
    return 3;
  }
}
