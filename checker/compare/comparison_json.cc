#include "checker/compare/comparison_json.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>

#include "checker/compare/coverage_json.h"
#include "checker/compare/limits_json.h"
#include "checker/compare/repro.h"
#include "checker/engine/library.h"
#include "checker/explore/outcome_json.h"

namespace standstill::checker {
namespace {

using nlohmann::json;
using nlohmann::ordered_json;

constexpr int kFormat = 1;
constexpr const char* kMark = "standstill-compare";

// The value whose name it is. Throws std::invalid_argument if there is none.
template <class T>
T named(const std::string& text, std::initializer_list<T> values) {
  for (const T value : values) {
    if (text == name(value)) return value;
  }
  throw std::invalid_argument("no such name");
}

Side sideNamed(const std::string& text) {
  return named(text, {Side::both, Side::oldBuild, Side::newBuild});
}

ordered_json write(const Search& search) {
  const Coverage& c = search.coverage;
  return {{"side", name(search.side)},
          {"strategy", c.strategy},
          {"exhaustive", c.exhaustiveWithinBound()},
          {"complete", c.complete},
          {"bound", c.preemptions >= 0 ? ordered_json(c.preemptions) : ordered_json(nullptr)},
          {"left-out", c.bounded},
          {"schedules", c.executions},
          {"cut", c.cut},
          {"made-fair", c.madeFair},
          {"exempting", c.exempting},
          {"broken", c.broken},
          {"clock", c.irreducible},
          {"blocked", c.redundant}};
}

Search readSearch(const json& from) {
  Search search;
  search.side = sideNamed(from.at("side"));
  Coverage& c = search.coverage;
  c.strategy = from.at("strategy");
  c.complete = from.at("complete");
  if (!from.at("bound").is_null()) c.preemptions = from.at("bound");
  c.bounded = from.at("left-out");
  c.executions = from.at("schedules");
  c.cut = from.at("cut");
  c.madeFair = from.at("made-fair");
  c.exempting = from.value("exempting", uint64_t{0});
  c.broken = from.at("broken");
  c.irreducible = from.at("clock");
  c.redundant = from.at("blocked");
  return search;
}

ordered_json write(const Counterexample& example, const std::string& repro) {
  ordered_json result = {{"schedule", encodeSchedule(example.schedule)}};
  if (!example.program.empty()) result["program"] = example.program;
  result["shown-by"] = example.shownByOld ? "old" : "new";
  if (example.simplicity) {
    result["preemptions"] = example.simplicity->preemptions;
    result["fewest-preemptions"] = example.simplicity->fewestPreemptions;
    result["fewest-steps"] = example.simplicity->fewestSteps;
  }
  if (example.divergence) {
    result["step"] = example.divergence->step;
    result["in-steps"] = example.divergence->inSteps;
  }
  result["races"] = example.races;
  result["old"] = toJson(example.oldSide.outcome);
  result["new"] = toJson(example.newSide.outcome);
  result["repro"] = repro.empty() ? ordered_json(nullptr) : ordered_json(repro);
  return result;
}

Counterexample readCounterexample(const json& from) {
  Counterexample example;
  example.schedule = decodeSchedule(from.at("schedule"));
  example.program = from.value("program", std::vector<std::string>());
  example.shownByOld = from.at("shown-by") == "old";
  if (from.contains("preemptions")) {
    example.simplicity = {.preemptions = from.at("preemptions"),
                          .steps = example.schedule.size(),
                          .fewestPreemptions = from.at("fewest-preemptions"),
                          .fewestSteps = from.at("fewest-steps")};
  }
  if (from.contains("step"))
    example.divergence = Divergence{.step = from.at("step"), .inSteps = from.at("in-steps")};
  example.races = from.at("races");
  example.oldSide.outcome = outcomeFrom(from.at("old"));
  example.newSide.outcome = outcomeFrom(from.at("new"));
  return example;
}

ordered_json write(const ProgramsCompared& programs) {
  ordered_json result = {{"plan", programs.plan},
                         {"planned", programs.planned},
                         {"compared", programs.compared},
                         {"by-verdict", ordered_json::object()}};
  for (size_t verdict = 0; verdict < programs.byVerdict.size(); ++verdict)
    result["by-verdict"][name(static_cast<Verdict>(verdict))] = programs.byVerdict[verdict];
  return result;
}

ProgramsCompared readPrograms(const json& from) {
  ProgramsCompared programs{
      .plan = from.at("plan"), .planned = from.at("planned"), .compared = from.at("compared")};
  for (size_t verdict = 0; verdict < programs.byVerdict.size(); ++verdict)
    programs.byVerdict[verdict] = from.at("by-verdict").at(name(static_cast<Verdict>(verdict)));
  return programs;
}

ordered_json write(const ScenarioReport& report) {
  ordered_json lockstep = {{"state", name(report.lockstep.state)}};
  if (report.lockstep.state == LockstepResult::State::parted) {
    lockstep["step"] = report.lockstep.parted.step;
    lockstep["in-steps"] = report.lockstep.parted.inSteps;
  }
  ordered_json result = {{"scenario", report.scenario},     {"verdict", name(report.verdict)},
                         {"lockstep", std::move(lockstep)}, {"explanation", report.explanation},
                         {"schedules", report.schedules},   {"seconds", report.seconds}};
  result["searches"] = ordered_json::array();
  for (const Search& search : report.searches) result["searches"].push_back(write(search));
  result["noise"] = ordered_json::array();
  for (const Noise& noise : report.noise) {
    result["noise"].push_back({{"side", name(noise.side)},
                               {"step", noise.step},
                               {"what", noise.what},
                               {"line", noise.line}});
  }
  result["self-check"] = {{"state", name(report.selfCheck.state)},
                          {"step", report.selfCheck.step},
                          {"planted", report.selfCheck.planted}};
  result["intercepted"] = ordered_json::object();
  for (size_t op = 0; op < Intercepted::kOps; ++op) {
    if (const uint64_t count = report.intercepted.of(static_cast<Op>(op)); count > 0)
      result["intercepted"][name(static_cast<Op>(op))] = count;
  }
  result["shows-nothing"] = report.showsNothing;
  result["weak-orders"] = report.weakOrders;
  if (report.programs) result["programs"] = write(*report.programs);
  if (report.counterexample) result["counterexample"] = write(*report.counterexample, report.repro);
  return result;
}

void readIntercepted(const json& from, Intercepted& intercepted) {
  for (size_t op = 0; op < Intercepted::kOps; ++op)
    intercepted.add(static_cast<Op>(op), from.value(name(static_cast<Op>(op)), uint64_t{0}));
}

ScenarioReport readScenario(const json& from) {
  ScenarioReport report;
  report.scenario = from.at("scenario");
  report.verdict = verdictNamed(from.at("verdict"));
  const json& lockstep = from.at("lockstep");
  using Lockstep = LockstepResult::State;
  report.lockstep.state =
      named(lockstep.at("state"), {Lockstep::notCompared, Lockstep::held, Lockstep::parted});
  if (report.lockstep.state == Lockstep::parted)
    report.lockstep.parted = {.step = lockstep.at("step"), .inSteps = lockstep.at("in-steps")};
  report.explanation = from.at("explanation");
  report.schedules = from.at("schedules");
  report.seconds = from.at("seconds");
  for (const json& search : from.at("searches")) report.searches.push_back(readSearch(search));
  for (const json& noise : from.at("noise")) {
    report.noise.push_back(
        {sideNamed(noise.at("side")), noise.at("step"), noise.at("what"), noise.at("line")});
  }
  const json& check = from.at("self-check");
  using Check = SelfCheck::State;
  report.selfCheck = {named(check.at("state"), {Check::notRun, Check::seen, Check::missed}),
                      check.at("step"), check.at("planted")};
  readIntercepted(from.at("intercepted"), report.intercepted);
  report.showsNothing = from.at("shows-nothing");
  report.weakOrders = from.at("weak-orders");
  if (from.contains("programs")) report.programs = readPrograms(from.at("programs"));
  if (from.contains("counterexample")) {
    report.counterexample = readCounterexample(from.at("counterexample"));
    const json& repro = from.at("counterexample").at("repro");
    if (repro.is_string()) report.repro = repro;
  }
  return report;
}

ordered_json write(const CompareOptions& options) {
  return {{"strategy", options.strategy},        {"preemptions", options.preemptions},
          {"executions", options.executions},    {"seed", options.seed},
          {"budget-ms", options.budget.count()}, {"jobs", options.jobs},
          {"require", name(options.required)},   {"limits", toJson(options.limits)}};
}

CompareOptions readOptions(const json& from) {
  CompareOptions options;
  options.strategy = from.at("strategy");
  options.preemptions = from.at("preemptions");
  options.executions = from.at("executions");
  options.seed = from.at("seed");
  options.budget = std::chrono::milliseconds(from.at("budget-ms").get<int64_t>());
  options.jobs = from.at("jobs");
  options.required = named(from.at("require").get<std::string>(),
                           {Required::lockstep, Required::outcomes, Required::sampled});
  options.limits = limitsFrom(from.at("limits"));
  return options;
}

// What a subject observed may be any bytes; the file stays readable.
std::string textOf(const ordered_json& json) {
  return json.dump(2, ' ', false, ordered_json::error_handler_t::replace) + '\n';
}

json parse(const std::string& path) {
  std::ifstream file(path);
  // A folder can be opened, but not read.
  if (!file || std::filesystem::is_directory(path))
    throw UsageError{fmt::format("cannot read {}", path)};
  try {
    return json::parse(file);
  } catch (const json::exception&) {
    throw UsageError{fmt::format("{} is not a report of stw-check", path)};
  }
}

// A scenario is compared in one shard; of the programs, each shard has a part.
void add(ComparisonReport& all, ScenarioReport scenario) {
  const auto same = std::ranges::find(all.scenarios, scenario.scenario, &ScenarioReport::scenario);
  if (scenario.programs && same != all.scenarios.end() && same->programs) {
    addPrograms(*same, scenario);
  } else {
    all.scenarios.push_back(std::move(scenario));
  }
}

// As if one process had reached what both have.
void addReached(std::optional<SourceCoverage>& all, const std::optional<SourceCoverage>& part) {
  if (all && part) all->add(*part);
}

// Machines may keep them in different folders.
bool isSameFile(const std::string& one, const std::string& other) {
  return std::filesystem::path(one).filename() == std::filesystem::path(other).filename();
}

}  // namespace

std::string encode(const ScenarioReport& report, const Declared& declared) {
  ordered_json met = ordered_json::array();
  for (const Declared::Difference& difference : declared.differences())
    met.push_back(difference.met);
  return textOf({{"report", write(report)}, {"met", std::move(met)}});
}

ScenarioReport decodeScenarioReport(const std::string& text, Declared& declared) {
  const json whole = json::parse(text);
  declared.addMet(whole.at("met").get<std::vector<uint64_t>>());
  return readScenario(whole.at("report"));
}

std::string toJson(const ComparisonReport& report) {
  ordered_json result = {{kMark, kFormat},
                         {"old", report.oldLibrary},
                         {"new", report.newLibrary},
                         {"options", write(report.options)}};
  const ShardOf& shard = report.options.shard;
  if (shard.of > 1) result["shard"] = {{"index", shard.index}, {"of", shard.of}};
  result["verdict"] = name(report.verdict());
  result["exit-code"] = static_cast<int>(report.exitCode());
  result["schedules"] = report.schedules();
  result["seconds"] = report.seconds;
  result["interrupted"] = report.interrupted;
  result["weak-orders"] = report.weakOrders();
  result["declared"] = ordered_json::array();
  for (const Declared::Difference& difference : report.declared.differences()) {
    result["declared"].push_back(
        {{"old", difference.oldText}, {"new", difference.newText}, {"met", difference.met}});
  }
  if (!report.oldUninstrumented.empty() || !report.newUninstrumented.empty()) {
    result["uninstrumented"] = {{"old", report.oldUninstrumented},
                                {"new", report.newUninstrumented}};
  }
  if (report.oldReached) result["reached"]["old"] = toJson(*report.oldReached);
  if (report.newReached) result["reached"]["new"] = toJson(*report.newReached);
  result["scenarios"] = ordered_json::array();
  for (const ScenarioReport& scenario : report.scenarios)
    result["scenarios"].push_back(write(scenario));
  return textOf(result);
}

bool isComparisonReport(const std::string& path) {
  const json whole = parse(path);
  return whole.is_object() && whole.contains(kMark);
}

ComparisonReport readComparisonReport(const std::string& path) {
  const json whole = parse(path);
  try {
    if (whole.at(kMark) != kFormat)
      throw UsageError{fmt::format("{} is of a format that this version does not know", path)};
    ComparisonReport report;
    report.oldLibrary = whole.at("old");
    report.newLibrary = whole.at("new");
    report.options = readOptions(whole.at("options"));
    if (whole.contains("shard"))
      report.options.shard = {whole.at("shard").at("index"), whole.at("shard").at("of")};
    report.seconds = whole.at("seconds");
    report.interrupted = whole.value("interrupted", false);
    for (const json& difference : whole.at("declared"))
      report.declared.add(difference.at("old"), difference.at("new"), difference.at("met"));
    if (whole.contains("uninstrumented")) {
      report.oldUninstrumented = whole.at("uninstrumented").at("old");
      report.newUninstrumented = whole.at("uninstrumented").at("new");
    }
    const json reached = whole.value("reached", json::object());
    if (reached.contains("old")) report.oldReached = coverageFrom(reached.at("old"));
    if (reached.contains("new")) report.newReached = coverageFrom(reached.at("new"));
    for (const json& scenario : whole.at("scenarios"))
      report.scenarios.push_back(readScenario(scenario));
    return report;
  } catch (const std::exception&) {
    throw UsageError{fmt::format("{} is not a report of stw-check compare --json", path)};
  }
}

ComparisonReport mergeComparisons(const std::vector<std::string>& paths) {
  ComparisonReport all;
  ShardSet shards;
  json options;
  for (const std::string& path : paths) {
    ComparisonReport part = readComparisonReport(path);
    shards.add(path, part.options.shard);
    json own = write(part.options);
    own.erase("jobs");  // a machine's own business
    own["declared"] = part.declared.texts();
    if (options.is_null()) {
      options = std::move(own);
      all = std::move(part);
      continue;
    }
    if (own != options || !isSameFile(part.oldLibrary, all.oldLibrary) ||
        !isSameFile(part.newLibrary, all.newLibrary)) {
      throw UsageError{fmt::format(
          "{} and {} are not of one comparison: libraries or options differ", paths.front(), path)};
    }
    for (ScenarioReport& scenario : part.scenarios) add(all, std::move(scenario));
    addReached(all.oldReached, part.oldReached);
    addReached(all.newReached, part.newReached);
    all.declared.addMet(part.declared.met());
    all.seconds = std::max(all.seconds, part.seconds);
    all.interrupted = all.interrupted || part.interrupted;
  }
  shards.requireAll();
  all.options.shard = {};
  std::ranges::sort(all.scenarios, {}, &ScenarioReport::scenario);
  return all;
}

}  // namespace standstill::checker
