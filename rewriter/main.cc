#include <csignal>
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
  // A limit on the size of files is an error in writing, not the end of the process.
  std::signal(SIGXFSZ, SIG_IGN);
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
