// What the explorer takes: executions a second, a scheduling point beside a bare context switch,
// two processes beside one, race detection on beside off; and what a comparison takes: pairs a
// second.
//
// Runs the stw-check of this build on tests/checker/programs/traces.cc and reads its reports. Each
// figure is the best of several runs, the two sides of a ratio taking turns, so that what else the
// machine does hits both. No peer is packaged for Debian 12 (GenMC, Nidhugg, Relacy): their figures
// are quoted, not measured here.
#include <fmt/format.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <boost/context/detail/fcontext.hpp>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <stdexcept>
#include <string>
#include <vector>

namespace {

constexpr int kRuns = 5;

struct Result {
  double seconds = 1e9;
  double executions = 0;
  double steps = 0;
  double perSecond() const { return executions / seconds; }
};

// One run of stw-check explore.
Result explore(const std::string& arguments) {
  static const std::string report =
      std::filesystem::temp_directory_path() / fmt::format("stw-bench-{}.json", getpid());
  const std::string command = fmt::format("'{}' explore '{}' --json='{}' {} > /dev/null", STW_CHECK,
                                          PROGRAM, report, arguments);
  const int status = std::system(command.c_str());
  if (!WIFEXITED(status) || WEXITSTATUS(status) > 1)
    throw std::runtime_error("this failed: " + command);
  std::ifstream file(report);
  const auto json = nlohmann::json::parse(file);
  for (const auto& outcome : json.at("outcomes")) {
    if (outcome.at("repro").is_string())
      std::filesystem::remove(outcome.at("repro").get<std::string>());
  }
  std::filesystem::remove(report);
  return {json.at("seconds"), json.at("executions"), json.at("steps")};
}

// Pairs of executions a second: both builds of the runtime in lockstep, under random schedules.
// Their comparison with themselves for noise and the self-check are part of the time.
double lockstepPairs(const std::string& arguments) {
  static const std::string report =
      std::filesystem::temp_directory_path() / fmt::format("stw-bench-{}.json", getpid());
  const std::string command = fmt::format(
      "'{}' compare '--old={}/subject_legacy.so' '--new={}/subject_refactored.so' --json='{}' "
      "--strategy=random --executions=20000 {} > /dev/null",
      STW_CHECK, SUBJECTS, SUBJECTS, report, arguments);
  double most = 0;
  for (int run = 0; run < kRuns; ++run) {
    if (std::system(command.c_str()) != 0) throw std::runtime_error("this failed: " + command);
    std::ifstream file(report);
    const auto json = nlohmann::json::parse(file);
    most = std::max(most, json.at("schedules").get<double>() / json.at("seconds").get<double>());
  }
  std::filesystem::remove(report);
  return most;
}

// The best of several runs of each, taking turns.
std::vector<Result> best(const std::vector<std::string>& arguments) {
  std::vector<Result> results(arguments.size());
  for (int run = 0; run < kRuns; ++run) {
    for (size_t i = 0; i < arguments.size(); ++i) {
      const Result result = explore(arguments[i]);
      if (result.seconds < results[i].seconds) results[i] = result;
    }
  }
  return results;
}

using boost::context::detail::jump_fcontext;
using boost::context::detail::transfer_t;

void switchBack(transfer_t from) {
  for (;;) from = jump_fcontext(from.fctx, nullptr);
}

// Nanoseconds for one switch from a fiber to another.
double contextSwitch() {
  constexpr int kRounds = 5'000'000;
  std::vector<unsigned char> stack(64 << 10);
  auto fiber =
      boost::context::detail::make_fcontext(stack.data() + stack.size(), stack.size(), switchBack);
  double least = 1e9;
  for (int run = 0; run < kRuns; ++run) {
    const auto start = std::chrono::steady_clock::now();
    for (int i = 0; i < kRounds; ++i) fiber = jump_fcontext(fiber, nullptr).fctx;
    const std::chrono::duration<double, std::nano> took = std::chrono::steady_clock::now() - start;
    least = std::min(least, took.count() / (2.0 * kRounds));
  }
  return least;
}

void print() {
  const std::string random =
      "--scenario=three_times_two_sections --strategy=random "
      "--executions=300000 ";
  const std::string exhaustive = "--scenario=four_times_three_sections ";
  const auto results =
      best({random + "--races=off", random + "--races=on", exhaustive + "--races=off",
            exhaustive + "--races=off --jobs=2", exhaustive + "--races=on"});
  const double bare = contextSwitch();
  const double point = results[0].seconds / results[0].steps * 1e9;
  fmt::print("random walk, 3 threads x 2 lock/increment/unlock    {:>9.2f} million executions/s\n",
             results[0].perSecond() / 1e6);
  fmt::print("  with race detection                               {:>9.2f} times as long\n",
             results[1].seconds / results[0].seconds);
  fmt::print(
      "  quoted: Relacy 1.0 (the project's issue, on a machine of this kind; types rewritten)\n");
  fmt::print(
      "4 threads x 3 lock/increment/unlock, all traces     {:>9.2f} s for {:.0f} executions\n",
      results[2].seconds, results[2].executions);
  fmt::print("  with race detection                               {:>9.2f} times as long\n",
             results[4].seconds / results[2].seconds);
  fmt::print("  two processes beside one                          {:>9.2f} times as fast\n",
             results[2].seconds / results[3].seconds);
  fmt::print("  quoted: GenMC 0.11 19.0 s (the project's issue, on a machine of this kind)\n");
  const std::string stop = "--scenario=stop_a_busy_goroutine ";
  fmt::print("lockstep, two goroutines, one stops the world       {:>9.0f} pairs/s\n",
             lockstepPairs(stop + "--races=off"));
  fmt::print("  with race detection                               {:>9.0f} pairs/s\n",
             lockstepPairs(stop + "--races=on"));
  fmt::print(
      "a scheduling point                                  {:>9.1f} ns, {:.1f} bare switches of "
      "{:.1f} ns\n",
      point, point / bare, bare);
}

}  // namespace

int main() {
  try {
    print();
    return 0;
  } catch (const std::exception& error) {
    fmt::print(stderr, "stw-bench-explorer: {}\n", error.what());
    return 1;
  }
}
