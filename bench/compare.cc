// stw-bench: the same work on both variants of the runtime and on Go's, side by side.
//
// Each row is measured in rounds. A round runs the row once in each of the three programs, one
// right after the other and each time in another order, so that what the machine does meanwhile
// hits all of them. Printed are the medians of the times, and the medians of the ratios within the
// rounds.
#include <algorithm>
#include <array>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <optional>
#include <regex>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <sys/wait.h>

namespace {

using nlohmann::json;

enum Program { kLegacy, kRefactored, kGo, kPrograms };
constexpr std::array<const char*, kPrograms> kNames{"legacy", "refactored", "go"};

// Seconds that a program may take for one row in one round, before it counts as failed.
constexpr int kTimeout = 60;

struct Options {
  int pairs = 11;
  double minTime = 0.05;
  std::string filter;
  std::string jsonPath;
};

// The programs stand beside this one.
std::string pathOf(Program program) {
  auto here = std::filesystem::read_symlink("/proc/self/exe").parent_path();
  return (here / fmt::format("bench_{}", kNames[program])).string();
}

// What command prints; nothing when it fails.
std::optional<std::string> outputOf(const std::string& command) {
  std::string output;
  FILE* pipe = popen(command.c_str(), "r");
  if (pipe == nullptr) return std::nullopt;
  char buf[4096];
  while (size_t n = fread(buf, 1, sizeof(buf), pipe)) output.append(buf, n);
  return pclose(pipe) == 0 ? std::optional(output) : std::nullopt;
}

// The names of the rows, without what Google Benchmark appends to them.
std::vector<std::string> allRows() {
  auto list = outputOf(fmt::format("'{}' --benchmark_list_tests", pathOf(kLegacy)));
  std::vector<std::string> rows;
  std::istringstream lines(list.value_or(""));
  for (std::string line; std::getline(lines, line);) {
    rows.push_back(std::regex_replace(line, std::regex("(/iterations:1)?(/real_time)?$"), "",
                                      std::regex_constants::format_first_only));
  }
  return rows;
}

bool isMemory(const std::string& row) { return row.starts_with("memory"); }

// The row in one program: nanoseconds, or bytes. Nothing when the program cannot do it.
std::optional<double> measure(Program program, const std::string& row, double minTime) {
  std::string name = std::regex_replace(row, std::regex("[^A-Za-z0-9 ,:/=]"), "\\$&");
  auto output =
      outputOf(fmt::format("timeout {} '{}' --benchmark_filter='^{}(/iterations:1)?(/real_time)?$' "
                           "--benchmark_min_time={} --benchmark_format=json 2>/dev/null",
                           kTimeout, pathOf(program), name, minTime));
  if (!output) return std::nullopt;
  json result = json::parse(*output, nullptr, false);
  if (result.is_discarded() || !result.contains("benchmarks") || result["benchmarks"].size() != 1) {
    return std::nullopt;
  }
  const json& one = result["benchmarks"][0];
  if (one.value("error_occurred", false)) return std::nullopt;
  return one.at(isMemory(row) ? "bytes" : "real_time").get<double>();
}

double median(std::vector<double> v) {
  std::sort(v.begin(), v.end());
  size_t middle = v.size() / 2;
  return v.size() % 2 == 1 ? v[middle] : (v[middle - 1] + v[middle]) / 2;
}

// Measured values: one for each program in each round; and whether one could not be had.
struct Row {
  std::string name;
  std::array<std::vector<double>, kPrograms> values;
  std::array<bool, kPrograms> failed{};
};

Row measureRow(const std::string& name, const Options& options) {
  Row row{name, {}, {}};
  // Memory hardly varies from run to run.
  int rounds = isMemory(name) ? std::min(options.pairs, 3) : options.pairs;
  for (int round = 0; round < rounds; round++) {
    for (int i = 0; i < kPrograms; i++) {
      auto program = static_cast<Program>((round + i) % kPrograms);
      if (row.failed[program]) continue;
      if (auto value = measure(program, name, options.minTime)) {
        row.values[program].push_back(*value);
      } else {
        row.failed[program] = true;
      }
    }
  }
  return row;
}

std::string valueText(const Row& row, Program program) {
  if (row.failed[program]) return "failed";
  double v = median(row.values[program]);
  if (isMemory(row.name)) return fmt::format("{:.1f} MiB", v / (1 << 20));
  return v < 10'000 ? fmt::format("{:.0f} ns", v) : fmt::format("{:.1f} us", v / 1000);
}

// The median of a / b within the rounds. Memory that did not grow has no ratio.
std::optional<double> ratio(const Row& row, Program a, Program b) {
  if (row.failed[a] || row.failed[b]) return std::nullopt;
  std::vector<double> ratios;
  for (size_t i = 0; i < row.values[a].size(); i++) {
    if (row.values[a][i] <= 0 || row.values[b][i] <= 0) return std::nullopt;
    ratios.push_back(row.values[a][i] / row.values[b][i]);
  }
  return median(ratios);
}

std::string ratioText(std::optional<double> r) { return r ? fmt::format("{:.2f}", *r) : "-"; }

json rowJson(const Row& row) {
  json j{{"row", row.name}, {"unit", isMemory(row.name) ? "bytes" : "ns"}};
  for (Program program : {kLegacy, kRefactored, kGo}) {
    if (row.failed[program]) {
      j[kNames[program]] = nullptr;
    } else {
      j[kNames[program]] = {{"median", median(row.values[program])},
                            {"values", row.values[program]}};
    }
  }
  auto put = [&](const char* name, std::optional<double> r) { j[name] = r ? json(*r) : json(); };
  put("legacy/refactored", ratio(row, kLegacy, kRefactored));
  put("refactored/go", ratio(row, kRefactored, kGo));
  return j;
}

int compare(const Options& options) {
  std::regex wanted(options.filter);
  fmt::print("GOMAXPROCS=2; {} pairs a row, interleaved ({} for memory); medians\n", options.pairs,
             std::min(options.pairs, 3));
  fmt::print("{:<56}{:>12}{:>12}{:>12}{:>19}{:>15}\n", "", kNames[0], kNames[1], kNames[2],
             "legacy/refactored", "refactored/go");
  json all = json::array();
  bool failed = false;
  for (const std::string& name : allRows()) {
    if (!std::regex_search(name, wanted)) continue;
    Row row = measureRow(name, options);
    fmt::print("{:<56}{:>12}{:>12}{:>12}{:>19}{:>15}\n", name, valueText(row, kLegacy),
               valueText(row, kRefactored), valueText(row, kGo),
               ratioText(ratio(row, kLegacy, kRefactored)),
               ratioText(ratio(row, kRefactored, kGo)));
    std::fflush(stdout);
    all.push_back(rowJson(row));
    for (bool f : row.failed) failed |= f;
  }
  if (all.empty()) {
    fmt::print(stderr, "stw-bench: no row matches --filter={}\n", options.filter);
    return 2;
  }
  if (!options.jsonPath.empty()) {
    std::ofstream out(options.jsonPath);
    out << json{{"gomaxprocs", 2}, {"pairs", options.pairs}, {"rows", all}}.dump(2) << '\n';
    if (!out.flush()) {
      fmt::print(stderr, "stw-bench: cannot write {}\n", options.jsonPath);
      return 2;
    }
  }
  return failed ? 1 : 0;
}

}  // namespace

int main(int argc, char** argv) {
  Options options;
  CLI::App app{
      "Runs the same work on both variants of the runtime and on Go's, and prints a table."};
  app.add_option("--pairs", options.pairs, "rounds for each row")
      ->check(CLI::PositiveNumber)
      ->capture_default_str();
  app.add_option("--min-time", options.minTime, "seconds to measure in each program and round")
      ->check(CLI::PositiveNumber)
      ->capture_default_str();
  app.add_option("--filter", options.filter, "a regular expression: only rows that match");
  app.add_option("--json", options.jsonPath, "also write everything measured to this file");
  try {
    app.parse(argc, argv);
    return compare(options);
  } catch (const CLI::ParseError& e) {
    return app.exit(e) == 0 ? 0 : 2;
  } catch (const std::regex_error&) {
    fmt::print(stderr, "stw-bench: --filter={} is not a regular expression\n", options.filter);
    return 2;
  }
}
