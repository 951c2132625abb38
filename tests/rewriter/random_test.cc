// Proof by running: random C functions, before and after the rewriter, must do the same.
//
// STW_RANDOM_FUNCTIONS=N in the environment runs N of them instead of a few hundred.
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <map>
#include <set>
#include <sstream>

#include <nlohmann/json.hpp>

#include "tests/files.h"
#include "tests/rewriter/random_program.h"

namespace standstill::rewriter {
namespace {

namespace fs = std::filesystem;

constexpr int kFunctions = 540;  // in the normal test
constexpr int kBatch = 90;       // functions of one program
constexpr int kChoices = 160;    // that make one function
constexpr int kSureEvery = 4;    // every fourth function is a sure one
constexpr double kSureShare = 0.95;

struct Counts {
  int functions = 0;
  int sites = 0;
  int rewritten = 0;
  int sure = 0;
  int sureRewritten = 0;
  int mutants = 0;
  int refusedMutants = 0;
};

class Batch {
 public:
  explicit Batch(std::vector<RandomFunction> functions) : functions_(std::move(functions)) {
    directory_ = freshFolder("random");
    std::string program = "#include \"world.h\"\n";
    for (const RandomFunction& function : functions_) program += function.text + "\n";
    std::ofstream(directory_ / "world.h") << kWorld;
    std::ofstream(directory_ / "api.c") << kHelpers;
    std::ofstream(directory_ / "primitives.c") << kPrimitives;
    std::ofstream(directory_ / "main.c") << mainProgram(functions_);
    std::ofstream(directory_ / "program.c") << program;
  }
  ~Batch() {
    std::error_code ignored;
    if (!std::getenv("STW_RANDOM_KEEP")) fs::remove_all(directory_, ignored);
  }
  Batch(const Batch&) = delete;
  Batch& operator=(const Batch&) = delete;

  // Empty, or what went wrong.
  std::string run(Counts& counts) {
    if (!build("old")) return "the generated program does not compile";
    std::string before = readFile(directory_ / "program.c");
    if (!shell(fmt::format("{} --api=api.c {} --in-place --report=report.json program.c -- "
                           "-std=gnu11 2>errors",
                           STW_REWRITE, kHelperFlags))) {
      return "stw-rewrite failed: " + readFile(directory_ / "errors");
    }
    if (!build("new")) return "the rewritten program does not compile";
    count(counts);
    std::string wrong = compare(before);
    return wrong.empty() ? certifyAgain(before, counts) : wrong;
  }

 private:
  bool shell(const std::string& command) const {
    return std::system(fmt::format("cd '{}' && {}", directory_.string(), command).c_str()) == 0;
  }

  bool build(const std::string& name) const {
    return shell(
        fmt::format("clang-19 -std=gnu11 -O0 -w -o {0} program.c api.c primitives.c main.c "
                    "2>errors && timeout 60 ./{0} >{0}.out",
                    name));
  }

  void count(Counts& counts) const {
    auto report = nlohmann::json::parse(readFile(directory_ / "report.json"));
    for (const RandomFunction& function : functions_) {
      counts.sure += function.sureSites;
      ++counts.functions;
    }
    for (const auto& site : report["sites"]) {
      bool rewritten = site["verdict"] == "rewritten";
      ++counts.sites;
      counts.rewritten += rewritten ? 1 : 0;
      bool sure = site["function"].get<std::string>().starts_with("sure");
      counts.sureRewritten += sure && rewritten ? 1 : 0;
    }
  }

  // The proof from the two texts alone, of the right program and of wrong ones: a wrong one may
  // only pass where it does the same.
  std::string certifyAgain(const std::string& before, Counts& counts) const {
    std::string after = readFile(directory_ / "program.c");
    std::ofstream(directory_ / "old.c") << before;
    std::set<std::string> refused = refusedBy("program.c");
    if (!refused.empty()) return *refused.begin() + " is rewritten but not certified again";
    std::set<std::string> wronged;
    std::ofstream(directory_ / "program.c") << mutate(after, wronged);
    counts.mutants += static_cast<int>(wronged.size());
    if (!build("wrong")) return "the mutated program does not compile";
    refused = refusedBy("program.c");
    std::map<std::string, std::string> olds = outputs("old.out");
    std::map<std::string, std::string> wrongs = outputs("wrong.out");
    for (const std::string& name : wronged) {
      counts.refusedMutants += refused.contains(name) ? 1 : 0;
      if (refused.contains(name) || olds.at(name) == wrongs.at(name)) continue;
      return fmt::format("{} is certified and behaves differently\n{}\n{}", name,
                         functionIn(before, name),
                         functionIn(readFile(directory_ / "program.c"), name));
    }
    return {};
  }

  // The functions that `stw-rewrite certify` does not certify.
  std::set<std::string> refusedBy(const std::string& file) const {
    // Exit status 1 only says that there are some.
    std::ignore =
        shell(fmt::format("{} certify old.c {} --api=api.c {} -- -std=gnu11 >certified "
                          "2>errors",
                          STW_REWRITE, file, kHelperFlags));
    std::set<std::string> refused;
    std::istringstream lines(readFile(directory_ / "certified"));
    const std::string sign = ": not certified: ";
    bool complete = false;
    for (std::string line; std::getline(lines, line);) {
      complete = complete || line.starts_with("stw-rewrite: ");
      size_t at = line.find(sign);
      if (at == std::string::npos) continue;
      at += sign.size();
      refused.insert(line.substr(at, line.find(':', at) - at));
    }
    if (!complete) throw std::runtime_error(readFile(directory_ / "errors"));
    return refused;
  }

  // In every second function that calls a helper, one such statement is dropped, made twice, or
  // changes places with what follows.
  static std::string mutate(const std::string& text, std::set<std::string>& wronged) {
    std::vector<std::string> lines;
    std::istringstream in(text);
    for (std::string line; std::getline(in, line);) lines.push_back(line);
    std::string name;
    unsigned seen = 0;
    std::string out;
    for (size_t i = 0; i < lines.size(); ++i) {
      const std::string& line = lines[i];
      if (line.starts_with("int ")) name = line.substr(4, line.find('(') - 4);
      size_t start = line.find_first_not_of(' ');
      bool call = false;
      for (const char* helper : {"enter(", "leave(", "lock_obj(", "unlock_obj(", "mark(",
                                 "swap_in(", "push(", "count_on("}) {
        call = call ||
               (start != std::string::npos && line.compare(start, strlen(helper), helper) == 0);
      }
      bool swaps = i + 1 < lines.size() && lines[i + 1].ends_with(";") &&
                   lines[i + 1].find_first_not_of(' ') == start &&
                   lines[i + 1].find("int ") == std::string::npos;
      bool now = call && !wronged.contains(name) && ++seen % 2 == 0;
      if (!now) {
        out += line + "\n";
        continue;
      }
      wronged.insert(name);
      if (seen % 6 == 0)
        out.append(line).append("\n").append(line).append("\n");
      else if (seen % 6 == 2 && swaps)
        out += lines[++i] + "\n" + line + "\n";
      // Otherwise it is gone.
    }
    return out;
  }

  // A line tells what one call did, ` = `, the function's name and what it returned.
  static std::string functionOf(const std::string& line) {
    size_t at = line.rfind(" = ") + 3;
    return line.substr(at, line.find(' ', at) - at);
  }

  // What each function printed.
  std::map<std::string, std::string> outputs(const std::string& file) const {
    std::map<std::string, std::string> printed;
    std::istringstream lines(readFile(directory_ / file));
    for (std::string line; std::getline(lines, line);) {
      printed[functionOf(line)] += line + "\n";
    }
    return printed;
  }

  std::string compare(const std::string& before) const {
    std::istringstream old(readFile(directory_ / "old.out"));
    std::istringstream made(readFile(directory_ / "new.out"));
    for (std::string a, b; std::getline(old, a);) {
      if (std::getline(made, b) && a == b) continue;
      std::string name = functionOf(a);
      return fmt::format("{} behaves differently\nbefore: {}\nafter:  {}\n{}\n{}", name, a, b,
                         functionIn(before, name),
                         functionIn(readFile(directory_ / "program.c"), name));
    }
    return {};
  }

  static std::string functionIn(const std::string& text, const std::string& name) {
    size_t start = text.find("int " + name + "(");
    return start == std::string::npos ? ""
                                      : text.substr(start, text.find("\n}", start) - start + 2);
  }

  std::vector<RandomFunction> functions_;
  fs::path directory_;
};

TEST(RandomPrograms, DoTheSameAfterwards) {
  const char* wanted = std::getenv("STW_RANDOM_FUNCTIONS");
  int functions = wanted ? std::atoi(wanted) : kFunctions;
  int batches = (functions + kBatch - 1) / kBatch;
  Counts counts;
  rc::detail::TestParams params = rc::detail::configuration().testParams;
  params.maxSuccess = batches;
  auto choices = rc::gen::noShrink(rc::gen::container<std::vector<std::uint8_t>>(
      kChoices, rc::gen::resize(rc::kNominalSize, rc::gen::arbitrary<std::uint8_t>())));
  std::string wrong;
  auto property = [&] {
    std::vector<RandomFunction> made;
    for (int i = 0; i < kBatch; ++i) {
      bool sure = i % kSureEvery == 0;
      made.push_back(randomFunction(fmt::format("{}{}", sure ? "sure" : "f", i), *choices, sure));
    }
    wrong = Batch(std::move(made)).run(counts);
    RC_ASSERT(wrong.empty());
  };
  auto result = rc::detail::checkTestable(property, rc::detail::TestMetadata{}, params);
  // The rows of choices that RapidCheck would show say nothing; the function does.
  EXPECT_TRUE(result.is<rc::detail::SuccessResult>()) << wrong;
  fmt::print("{} functions: {} of {} sites rewritten, {} of {} sure ones ({:.1f} %)\n",
             counts.functions, counts.rewritten, counts.sites, counts.sureRewritten, counts.sure,
             100.0 * counts.sureRewritten / counts.sure);
  fmt::print("{} wrong rewrites: {} refused, the others do the same\n", counts.mutants,
             counts.refusedMutants);
  EXPECT_GT(counts.refusedMutants, counts.mutants / 2) << "most wrong rewrites show";
  EXPECT_GE(counts.sureRewritten, kSureShare * counts.sure) << "leaving sites is no proof";
  EXPECT_GT(counts.sure, 0);
}

}  // namespace
}  // namespace standstill::rewriter
