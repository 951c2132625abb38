// A program that the checker supplies: for each goroutine a list of runtime operations.
//
// The input is one byte for each operation, kNextGoroutine between goroutines. Everything that an
// operation returns is observed by the main goroutine at the end, so that what was seen does not
// depend on which thread carried which goroutine.
#include <standstill/scenario.h>

#include <atomic>
#include <string>
#include <vector>

#include "checker/subjects/generated_program.h"
#include "checker/subjects/left_behind.h"
#include "checker/subjects/scenario_run.h"
#include "runtime/api.h"

namespace rt = standstill::rt;

namespace {

std::string perform(Operation operation) {
  switch (operation) {
    case Operation::yield:
      rt::Gosched();
      return "";
    case Operation::safepoint:
      rt::safepoint();
      return "";
    case Operation::oneProc:
      return std::to_string(rt::GOMAXPROCS(1));
    case Operation::twoProcs:
      return std::to_string(rt::GOMAXPROCS(2));
    case Operation::threeProcs:
      return std::to_string(rt::GOMAXPROCS(3));
    case Operation::readMemStats: {
      rt::MemStats stats;
      rt::ReadMemStats(&stats);
      return std::to_string(stats.HeapObjects) + "/" + std::to_string(stats.NumGC);
    }
    case Operation::stackAll: {
      char text[1024];
      return std::string(text, rt::Stack(text, sizeof text, true));
    }
    case Operation::gc:
      rt::GC();
      return "";
    case Operation::syscall:
      rt::entersyscall();
      rt::exitsyscall();
      return "";
    case Operation::nextGoroutine:
      break;
  }
  return "?";
}

using Program = std::vector<std::vector<Operation>>;

Program readProgram() {
  uint8_t bytes[kMaxProgramSize];
  const size_t size = standstill_input(bytes, sizeof bytes);
  Program program(1);
  for (size_t i = 0; i < size; ++i) {
    const auto operation = static_cast<Operation>(bytes[i]);
    if (operation == Operation::nextGoroutine) {
      program.emplace_back();
    } else {
      program.back().push_back(operation);
    }
  }
  return program;
}

}  // namespace

STANDSTILL_SCENARIO(generated_program) {
  runScenario(2, [] {
    const Program program = readProgram();
    std::vector<std::string> results(program.size());
    std::atomic<uint32_t> done{0};
    for (size_t g = 0; g < program.size(); ++g) {
      rt::go(
          [&, g] {
            // With the result, what the operation left on the M that carries this goroutine: main,
            // on another M, would not see it at the end.
            for (const Operation operation : program[g])
              results[g] += perform(operation) + rt::currentPreemptoff() + ";";
            rt::semrelease(&done);
          },
          "worker");
    }
    for (size_t g = 0; g < program.size(); ++g) rt::semacquire(&done, false);
    for (size_t g = 0; g < program.size(); ++g) {
      standstill::observe(("worker " + std::to_string(g)).c_str(), results[g]);
    }
    observeStateLeftBehind();
  });
}
