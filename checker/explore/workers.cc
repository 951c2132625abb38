#include "checker/explore/workers.h"

#include <fmt/format.h>

#include <stdexcept>

#include "checker/engine/faults.h"
#include "checker/engine/library.h"
#include "checker/explore/findings_json.h"

namespace standstill::checker {
namespace {

// Throws what a task failed with, if it did.
void require(const TaskEnd& end) {
  switch (end.ending) {
    case Ending::returned:
      return;
    case Ending::refused:
      throw UsageError{end.text};
    case Ending::threw:
      throw std::runtime_error(fmt::format("a worker process failed: {}", end.text));
    case Ending::late:
      throw std::runtime_error("a worker process did not end in time");
    case Ending::crashed:
      throw std::runtime_error(fmt::format("a worker process ended early (signal {})", end.number));
    case Ending::left:
      throw std::runtime_error(
          fmt::format("a worker process ended early (exit status {})", end.number));
  }
}

}  // namespace

void runTasks(size_t count, const PoolOptions& options,
              const std::function<std::string(size_t)>& work,
              const std::function<void(size_t, TaskEnd)>& done) {
  const auto watched = [&](size_t i) {
    try {
      const Watchdog watchdog;  // timers do not survive a fork
      return work(i);
    } catch (const UsageError& error) {
      throw Refusal{error.message};
    }
  };
  runInProcesses(count, options, watched, done);
}

void runEach(size_t count, const PoolOptions& options,
             const std::function<std::string(size_t)>& work,
             const std::function<void(size_t, const std::string&)>& take) {
  runTasks(count, options, work, [&](size_t i, const TaskEnd& end) {
    require(end);
    take(i, end.text);
  });
}

Findings runWorkers(unsigned count, const std::function<Findings()>& work,
                    const std::function<void()>& watch, std::chrono::milliseconds interval) {
  Findings all;
  bool isFirst = true;
  runEach(
      count, {.jobs = count, .watch = [&](size_t) { watch(); }, .interval = interval},
      [&](size_t) { return encodeFindings(work()); },
      [&](size_t, const std::string& text) {
        Findings found = decodeFindings(text);
        if (isFirst) {
          all = std::move(found);
        } else {
          all.merge(found);
        }
        isFirst = false;
      });
  return all;
}

}  // namespace standstill::checker
