// stw-mutate: makes wrong refactorings from the right one, to see whether a checker notices.
#include <llvm/ADT/StringRef.h>
#include <llvm/Support/Signals.h>

#include <csignal>
#include <cstdio>
#include <exception>

#include "mutator/mutator.h"
#include "mutator/options.h"

int main(int argc, const char** argv) {
  llvm::sys::PrintStackTraceOnErrorSignal(argv[0]);
  // A limit on the size of files is an error in writing, not the end of the process.
  std::signal(SIGXFSZ, SIG_IGN);
  try {
    const auto options = standstill::mutator::readOptions(argc, argv);
    return options ? standstill::mutator::run(*options) : 2;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "stw-mutate: internal error: %s; please report it\n", error.what());
    return 3;
  }
}
