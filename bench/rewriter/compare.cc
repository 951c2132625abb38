// stw-rewrite side by side with clang -fsyntax-only, grep and Coccinelle. Runs are interleaved, one
// of each in turn, so that whatever else the machine does hits both alike; a row is the median of
// the runs, and of the ratios of neighbouring runs.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <fstream>
#include <functional>
#include <iostream>
#include <sstream>
#include <stdexcept>

#include "bench/rewriter/inputs.h"

namespace standstill::bench {
namespace {

namespace fs = std::filesystem;

struct Settings {
  int pairs = 5;
  int jobs = 2;
  int matching = 40;
  int tree = 10000;
  int sites = 20;
};

double seconds(const std::string& command) {
  auto start = std::chrono::steady_clock::now();
  if (std::system(command.c_str()) != 0) throw std::runtime_error("failed: " + command);
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

double median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return values[values.size() / 2];
}

// One row: ours against theirs.
void compare(const Settings& settings, const std::string& what, const std::string& ours,
             const std::string& theirs, const std::string& target) {
  std::vector<double> times[2];
  std::vector<double> ratios;
  for (int i = 0; i < settings.pairs; ++i) {
    times[0].push_back(seconds(ours));
    times[1].push_back(seconds(theirs));
    ratios.push_back(times[0].back() / times[1].back());
  }
  fmt::print("{:<58} {:>8.2f} s {:>8.2f} s {:>7.2f} x  {}\n", what, median(times[0]),
             median(times[1]), median(ratios), target);
  std::cout.flush();
}

std::string rewrite(const fs::path& directory, const char* api, int jobs) {
  return fmt::format("{0} -p {1} --api={1}/{2} --factor=lock_obj -j{3} >/dev/null 2>&1",
                     STW_REWRITE, directory.string(), api, jobs);
}

std::string syntaxOnly(const std::string& files, const fs::path& directory, int jobs) {
  return fmt::format("{0} | xargs -P{1} -n1 clang-19 -fsyntax-only -I{2}/inc", files, jobs,
                     directory.string());
}

std::string readAll(const fs::path& path) {
  std::ostringstream text;
  text << std::ifstream(path).rdbuf();
  return text.str();
}

struct Count {
  int right = 0;
  int wrong = 0;
  int missed = 0;
};

// Judges every function of a rewritten sites.c: a call where it may stand, the old text elsewhere.
Count judge(const std::string& before, const std::string& after, int sites) {
  auto bodyOf = [](const std::string& text, const std::string& name) {
    size_t start = text.find("void " + name + "(");
    return text.substr(start, text.find("\n}\n", start) - start);
  };
  Count count;
  for (const SiteKind& kind : siteKinds()) {
    for (int i = 0; i < sites; ++i) {
      std::string name = fmt::format("{}_{}", kind.name, i);
      bool same = bodyOf(before, name) == bodyOf(after, name);
      bool called = bodyOf(after, name).find("lock_obj(") != std::string::npos;
      bool clean = bodyOf(after, name).find("acquire(") == std::string::npos &&
                   bodyOf(after, name).find(kind.order) != std::string::npos;
      if (kind.rewritable && same) {
        ++count.missed;
      } else if (kind.rewritable ? called && clean : same) {
        ++count.right;
      } else {
        ++count.wrong;
      }
    }
  }
  return count;
}

void comparePatches(const Settings& settings, const fs::path& root) {
  fs::path directory = root / "sites";
  writeSites(directory, settings.sites);
  std::string before = readAll(directory / "sites.c");
  struct Tool {
    std::string name;
    std::string command;
    std::vector<double> times = {};
    Count count = {};
  };
  auto spatch = [&](const char* rule) {
    return fmt::format(
        "cd {0} && spatch --very-quiet --in-place --sp-file {1} -I inc sites.c "
        ">/dev/null 2>&1",
        directory.string(), rule);
  };
  std::vector<Tool> tools = {
      {"stw-rewrite", fmt::format("cd {0} && {1} -p . --api=api.c --factor=lock_obj -j1 --in-place "
                                  "sites.c >/dev/null 2>&1",
                                  directory.string(), STW_REWRITE)},
      {"spatch, steps side by side", spatch("adjacent.cocci")},
      {"spatch, anything in between", spatch("rule.cocci")}};
  for (int i = 0; i < settings.pairs; ++i) {
    for (Tool& tool : tools) {
      std::ofstream(directory / "sites.c") << before;
      tool.times.push_back(seconds(tool.command));
      tool.count = judge(before, readAll(directory / "sites.c"), settings.sites);
    }
  }
  fmt::print(
      "\n{:<58} {:>10} {:>7} {:>7} {:>7}\n",
      fmt::format("{} functions, {} kinds",
                  siteKinds().size() * static_cast<size_t>(settings.sites), siteKinds().size()),
      "time", "right", "wrong", "missed");
  for (const Tool& tool : tools) {
    fmt::print("{:<58} {:>8.2f} s {:>7} {:>7} {:>7}\n", tool.name, median(tool.times),
               tool.count.right, tool.count.wrong, tool.count.missed);
  }
}

void run(const Settings& settings, const fs::path& root) {
  fmt::print("{:<58} {:>10} {:>10} {:>9}  {}\n",
             fmt::format("-j{}, median of {}", settings.jobs, settings.pairs), "stw-rewrite",
             "other", "ratio", "target");
  for (bool isC : {true, false}) {
    fs::path directory = root / (isC ? "c" : "cxx");
    writeMatching(directory, isC, settings.matching);
    const char* ending = isC ? "c" : "cc";
    compare(settings,
            fmt::format("{} {} sources that all match / clang -fsyntax-only", settings.matching,
                        isC ? "C" : "C++"),
            rewrite(directory, isC ? "api.c" : "api.cc", settings.jobs),
            syntaxOnly(fmt::format("ls {}/f*.{}", directory.string(), ending), directory,
                       settings.jobs),
            "1.25 x");
  }
  fs::path tree = root / "tree";
  writeTree(tree, settings.tree);
  // grep also finds the header that declares the function and the api file; neither is parsed.
  std::string grep = fmt::format("grep -rlw acquire {} | grep '/f[0-9]*\\.c$'", tree.string());
  compare(settings,
          fmt::format("{} C sources, {} match / grep -rl and parsing those", settings.tree,
                      (settings.tree + 492) / 500),
          rewrite(tree, "api.c", settings.jobs), syntaxOnly(grep, tree, settings.jobs), "2 x");
  comparePatches(settings, root);
}

}  // namespace
}  // namespace standstill::bench

int main(int argc, char** argv) {
  using namespace standstill::bench;
  Settings settings;
  CLI::App app("stw-rewrite beside clang -fsyntax-only, grep and Coccinelle");
  app.add_option("--pairs", settings.pairs, "interleaved runs of each")->check(CLI::PositiveNumber);
  app.add_option("--jobs", settings.jobs, "processes at a time")->check(CLI::PositiveNumber);
  app.add_option("--matching", settings.matching, "sources that match")->check(CLI::PositiveNumber);
  app.add_option("--tree", settings.tree, "sources of the large tree")->check(CLI::PositiveNumber);
  app.add_option("--sites", settings.sites, "functions of each kind")->check(CLI::PositiveNumber);
  CLI11_PARSE(app, argc, argv);
  std::string pattern = (fs::temp_directory_path() / "stw-bench-XXXXXX").string();
  if (!mkdtemp(pattern.data())) return 3;
  int status = 0;
  try {
    run(settings, pattern);
  } catch (const std::exception& error) {
    fmt::print(stderr, "stw-rewrite-bench: {}\n", error.what());
    status = 3;
  }
  fs::remove_all(pattern);
  return status;
}
