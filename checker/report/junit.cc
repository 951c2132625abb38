#include "checker/report/junit.h"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <ctime>
#include <filesystem>
#include <pugixml.hpp>
#include <sstream>

#include "checker/compare/printable.h"
#include "checker/report/facts.h"

namespace standstill::checker {
namespace {

enum class Result : uint8_t { passed, failed, undecided };

Result resultOf(const ScenarioReport& scenario, const ComparisonReport& report) {
  if (scenario.verdict == Verdict::different) return Result::failed;
  return report.passes(scenario) ? Result::passed : Result::undecided;
}

void set(pugi::xml_node node, const char* name, const std::string& value) {
  node.append_attribute(name).set_value(printable(value).c_str());
}

void addText(pugi::xml_node to, const std::string& text) {
  to.append_child(pugi::node_pcdata).set_value(printable(text).c_str());
}

void addProperty(pugi::xml_node properties, const char* name, const std::string& value) {
  pugi::xml_node property = properties.append_child("property");
  set(property, "name", name);
  set(property, "value", value);
}

void addProperties(pugi::xml_node suite, const ComparisonReport& report) {
  pugi::xml_node properties = suite.append_child("properties");
  for (const Setting& setting : settingsOf(report))
    addProperty(properties, setting.name, setting.value);
  for (const ScenarioReport& scenario : report.scenarios)
    addProperty(properties, "covered", describe(scenario));
  for (const FactList& list : factsOf(report)) {
    if (list.weight == Weight::detail) continue;
    for (const std::string& item : list.items) addProperty(properties, list.name, item);
  }
}

// For who reads the log: a line for each scenario, then what else there is to know.
std::string whatWasSaid(const ComparisonReport& report) {
  std::string text;
  for (const ScenarioReport& scenario : report.scenarios) text += describe(scenario) + "\n";
  for (const FactList& list : factsOf(report)) {
    text += fmt::format("\n{}:\n", list.title);
    for (const std::string& item : list.items) text += fmt::format("  {}\n", item);
  }
  return text;
}

void addCase(pugi::xml_node suite, const std::string& className, const ScenarioReport& scenario,
             Result result, const std::string& why, const std::string& trace) {
  pugi::xml_node test = suite.append_child("testcase");
  set(test, "name", scenario.scenario);
  set(test, "classname", className);
  set(test, "time", fmt::format("{:.6f}", scenario.seconds));
  if (result == Result::passed) return;
  pugi::xml_node problem = test.append_child(result == Result::failed ? "failure" : "error");
  set(problem, "message", why.empty() ? name(scenario.verdict) : why);
  set(problem, "type", name(scenario.verdict));
  addText(problem, describe(scenario) + "\n" + trace);
}

}  // namespace

std::string toJunit(const ComparisonReport& report, const std::vector<std::string>& traces) {
  pugi::xml_document document;
  pugi::xml_node declaration = document.append_child(pugi::node_declaration);
  set(declaration, "version", "1.0");
  set(declaration, "encoding", "UTF-8");
  pugi::xml_node suite = document.append_child("testsuites").append_child("testsuite");
  const std::string suiteName =
      fmt::format("{} -> {}", std::filesystem::path(report.oldLibrary).filename().string(),
                  std::filesystem::path(report.newLibrary).filename().string());
  size_t failures = 0;
  size_t errors = 0;
  addProperties(suite, report);
  for (size_t i = 0; i < report.scenarios.size(); ++i) {
    const ScenarioReport& scenario = report.scenarios[i];
    const Result result = resultOf(scenario, report);
    failures += result == Result::failed ? 1 : 0;
    errors += result == Result::undecided ? 1 : 0;
    addCase(suite, suiteName, scenario, result, explain(scenario, report),
            i < traces.size() ? traces[i] : "");
  }
  addText(suite.append_child("system-out"), whatWasSaid(report));
  suite.append_child("system-err");
  set(suite, "name", suiteName);
  set(suite, "package", "stw-check");
  set(suite, "id", "0");
  set(suite, "hostname", "localhost");
  set(suite, "timestamp", fmt::format("{:%Y-%m-%dT%H:%M:%S}", fmt::gmtime(std::time(nullptr))));
  set(suite, "tests", std::to_string(report.scenarios.size()));
  set(suite, "failures", std::to_string(failures));
  set(suite, "errors", std::to_string(errors));
  set(suite, "time", fmt::format("{:.3f}", report.seconds));
  std::ostringstream text;
  document.save(text, "  ");
  return text.str();
}

}  // namespace standstill::checker
