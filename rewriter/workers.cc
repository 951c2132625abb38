#include "rewriter/workers.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <llvm/Support/Signals.h>
#include <malloc.h>
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <csignal>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <limits>
#include <utility>

#include "support/process_pool.h"

namespace standstill::rewriter {

namespace {

// A parse fills a hundred megabytes once, and a tenth of its time goes to the page faults: large
// pages make them few. What is not used of them costs nothing.
void prepareHeap() {
  constexpr size_t kBlock = size_t{1} << 25;  // the most that malloc() takes from the heap
  constexpr size_t kPage = size_t{1} << 21;
  mallopt(M_MMAP_THRESHOLD, kBlock);
  mallopt(M_TRIM_THRESHOLD, std::numeric_limits<int>::max());
  std::array<void*, 4> blocks{};
  for (void*& block : blocks) {
    block = std::malloc(kBlock - kPage);
    if (!block) continue;
    auto start = (reinterpret_cast<std::uintptr_t>(block) + kPage - 1) / kPage * kPage;
    auto end = (reinterpret_cast<std::uintptr_t>(block) + kBlock - kPage) / kPage * kPage;
    madvise(reinterpret_cast<void*>(start), end - start, MADV_HUGEPAGE);
  }
  for (void* block : blocks) std::free(block);
}

void prepareProcess() {
  prepareHeap();
  // The parent reports a crash; a stack trace of the compiler would only hide that line.
  llvm::sys::unregisterHandlers();
  for (int number : {SIGINT, SIGTERM, SIGSEGV, SIGBUS, SIGABRT, SIGILL, SIGFPE}) {
    std::signal(number, SIG_DFL);
  }
  int null = open("/dev/null", O_RDWR);
  for (int standard : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) dup2(null, standard);
}

Outcome outcome(TaskEnd end, const WorkerLimits& limits) {
  switch (end.ending) {
    case Ending::returned:
      return {.bytes = std::move(end.text), .failure = {}, .internal = {}};
    case Ending::refused:
    case Ending::threw:
      return {.bytes = {}, .failure = {}, .internal = std::move(end.text)};
    case Ending::late:
      return {.bytes = {},
              .failure = fmt::format("not done within {} s",
                                     std::chrono::duration<double>(limits.time).count()),
              .internal = {}};
    case Ending::crashed:
      return {.bytes = {},
              .failure = fmt::format("the compiler crashed ({})", strsignal(end.number)),
              .internal = {}};
    case Ending::left:
      break;
  }
  return {.bytes = {},
          .failure = fmt::format("the compiler gave up (exit status {})", end.number),
          .internal = {}};
}

}  // namespace

void runInWorkers(size_t count, const WorkerLimits& limits,
                  const std::function<std::string(size_t)>& work,
                  const std::function<void(size_t, Outcome)>& done,
                  const std::function<void(size_t)>& progress) {
  PoolOptions options;
  options.jobs = std::max(1U, limits.jobs);
  options.limit = limits.time;
  options.inOrder = true;
  options.watch = progress;
  runInProcesses(
      count, options,
      [&](size_t i) {
        prepareProcess();
        return work(i);
      },
      [&](size_t i, TaskEnd end) { done(i, outcome(std::move(end), limits)); });
}

}  // namespace standstill::rewriter
