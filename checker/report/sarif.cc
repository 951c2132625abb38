#include "checker/report/sarif.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <filesystem>

#include "checker/compare/printable.h"
#include "checker/report/facts.h"
#include "support/sarif_log.h"

namespace standstill::checker {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;

constexpr const char* kDiffers = "behaviour-differs";
constexpr const char* kUndecided = "not-established";
// Steps of the new build that the flow shows, the last one where they part. A code host lists them
// below each other, and the log of many differences stays small enough to be uploaded.
constexpr size_t kFlow = 20;

Json rules() {
  return Json::array(
      {{{"id", kDiffers},
        {"shortDescription",
         {{"text", "the new build shows an outcome that the old one does not, or the reverse"}}},
        {"defaultConfiguration", {{"level", "error"}}}},
       {{"id", kUndecided},
        {"shortDescription", {{"text", "the level that was required was not reached"}}},
        {"defaultConfiguration", {{"level", "warning"}}}}});
}

// The innermost folder around the file that is a repository, as code hosts count paths from there.
std::string repositoryOf(const std::string& path) {
  for (fs::path folder = fs::path(path).parent_path(); folder.has_relative_path();
       folder = folder.parent_path()) {
    std::error_code ignored;
    if (fs::exists(folder / ".git", ignored)) return folder.string();
  }
  return "";
}

class Writer {
 public:
  Writer(const ComparisonReport& report, const std::vector<Difference>& differences)
      : report_(report), differences_(differences) {
    for (const Difference& difference : differences) {
      for (const Symbols::Place* place : {&difference.newPlace, &difference.oldPlace}) {
        if (root_.empty()) root_ = repositoryOf(place->path);
      }
    }
    if (root_.empty()) root_ = fs::current_path().string();
  }

  std::string write() const {
    Json results = Json::array();
    for (const ScenarioReport& scenario : report_.scenarios) {
      const bool differs = scenario.verdict == Verdict::different;
      if (differs || !report_.passes(scenario))
        results.push_back(result(scenario, differs ? kDiffers : kUndecided));
    }
    const Json invocation = {{"executionSuccessful", true},
                             {"exitCode", static_cast<int>(report_.exitCode())},
                             {"toolExecutionNotifications", notifications()}};
    return sarifLog({.tool = "stw-check",
                     .rules = rules(),
                     .invocation = invocation,
                     .results = results,
                     .root = root_,
                     .properties = properties()});
  }

 private:
  // What a reader should see with the results; where there are none, this is all there is.
  Json notifications() const {
    Json all = Json::array();
    const auto notify = [&](const char* level, const std::string& text) {
      all.push_back({{"level", level}, {"message", {{"text", printable(text)}}}});
    };
    const size_t count = report_.scenarios.size();
    notify("note",
           fmt::format("{}: {} scenario{}, {} schedules, seed {}", name(report_.verdict()), count,
                       count == 1 ? "" : "s", report_.schedules(), report_.options.seed));
    for (const FactList& list : factsOf(report_)) {
      if (list.weight == Weight::detail) continue;
      notify(list.weight == Weight::warning ? "warning" : "note",
             fmt::format("{}: {}", list.title, fmt::join(list.items, "; ")));
    }
    return all;
  }

  // The same as data.
  Json properties() const {
    Json all = Json::object();
    for (const Setting& setting : settingsOf(report_)) all[setting.name] = printable(setting.value);
    for (const ScenarioReport& scenario : report_.scenarios)
      all["covered"].push_back(printable(describe(scenario)));
    for (const FactList& list : factsOf(report_)) {
      for (const std::string& item : list.items) all[list.name].push_back(printable(item));
    }
    return all;
  }

  Json location(const Symbols::Place& place, const std::string& message) const {
    std::string path = place.path;
    if (path.starts_with(root_ + "/")) path = path.substr(root_.size() + 1);
    Json location = {{"physicalLocation",
                      {{"artifactLocation", sarifArtifact(path)},
                       {"region", {{"startLine", std::max(place.line, 1U)}}}}}};
    if (!place.function.empty()) {
      location["logicalLocations"] =
          Json::array({{{"fullyQualifiedName", printable(place.function)}, {"kind", "function"}}});
    }
    if (!message.empty()) location["message"] = {{"text", message}};
    return location;
  }

  // The library, where the source is not known.
  static Json locationOfLibrary(const std::string& path) {
    return {{"physicalLocation", {{"artifactLocation", sarifArtifact(path)}}}};
  }

  static size_t endOfFlow(const Difference& difference) {
    return std::min(*difference.timeline.divergence + 1, difference.timeline.newSide.steps.size());
  }

  static std::string flowText(const Difference& difference) {
    const size_t last = endOfFlow(difference);
    if (last <= kFlow) return "the new build until they part";
    return fmt::format(
        "the new build until they part: the last {} of {} steps; the page and the trace of "
        "--report show more",
        kFlow, last);
  }

  // The new build's steps until they part, a flow for each thread.
  Json flow(const Difference& difference) const {
    const TimelineSide& side = difference.timeline.newSide;
    const size_t last = endOfFlow(difference);
    Json flows = Json::array();
    for (ThreadId thread = 0; thread < side.threads; ++thread) {
      Json steps = Json::array();
      for (size_t i = last > kFlow ? last - kFlow : 0; i < last; ++i) {
        if (side.steps[i].thread != thread) continue;
        const Symbols::Place& place = difference.newPlaces[i];
        const std::string text = fmt::format("step {}: {}", i, side.steps[i].what);
        const Json where =
            place.path.empty() ? Json{{"message", {{"text", text}}}} : location(place, text);
        steps.push_back({{"location", where}, {"executionOrder", i + 1}});
      }
      if (!steps.empty())
        flows.push_back({{"id", fmt::format("T{}", thread)}, {"locations", std::move(steps)}});
    }
    return flows;
  }

  Json result(const ScenarioReport& scenario, const char* rule) const {
    std::string text = fmt::format("{}: {}", scenario.scenario, name(scenario.verdict));
    if (const std::string why = explain(scenario, report_); !why.empty())
      text += "; " + printable(why);
    const Json all = rules();
    Json result = {{"ruleId", rule},
                   {"ruleIndex", sarifRuleIndex(all, rule)},
                   {"level", rule == kDiffers ? "error" : "warning"},
                   {"message", {{"text", text}}},
                   {"locations", Json::array({locationOfLibrary(report_.newLibrary)})},
                   {"partialFingerprints", {{"scenario/v1", scenario.scenario + "/" + rule}}},
                   {"properties",
                    {{"verdict", name(scenario.verdict)},
                     {"covered", coveredBy(scenario)},
                     {"schedules", scenario.schedules},
                     {"repro", scenario.repro}}}};
    const auto difference = std::ranges::find_if(
        differences_, [&](const Difference& one) { return &one.scenario == &scenario; });
    if (difference != differences_.end()) addDifference(result, *difference);
    return result;
  }

  // What only a result with a schedule has.
  void addDifference(Json& result, const Difference& difference) const {
    Json& properties = result["properties"];
    if (!difference.program.empty()) properties["program"] = difference.program;
    if (const auto& simplicity = difference.scenario.counterexample->simplicity)
      properties["schedule"] = simplicity->describe();
    if (!difference.newPlace.path.empty())
      result["locations"] = Json::array({location(difference.newPlace, "")});
    if (!difference.oldPlace.path.empty()) {
      Json old = location(difference.oldPlace, "the old build is here by then");
      old["id"] = 1;
      result["relatedLocations"] = Json::array({std::move(old)});
    }
    if (Json flows = flow(difference); !flows.empty()) {
      result["codeFlows"] =
          Json::array({{{"message", {{"text", flowText(difference)}}}, {"threadFlows", flows}}});
    }
  }

  const ComparisonReport& report_;
  const std::vector<Difference>& differences_;
  std::string root_;
};

}  // namespace

std::string toSarif(const ComparisonReport& report, const std::vector<Difference>& differences) {
  return Writer(report, differences).write();
}

}  // namespace standstill::checker
