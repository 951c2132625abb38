#include "checker/report/page.h"

#include <ctemplate/template.h>
#include <fmt/format.h>
#include <llvm/Support/Base64.h>
#include <llvm/Support/SHA256.h>

#include <algorithm>
#include <chrono>
#include <filesystem>

#include "checker/compare/printable.h"
#include "checker/report/facts.h"
#include "checker/report/page_dictionary.h"
#include "checker/report/page_difference.h"
#include "checker/report/page_files.h"

namespace standstill::checker {
namespace {

// Differences that are drawn in full, the simplest first. One of them may take a megabyte, and who
// has looked at ten mends the build before looking at more. The others have a row each.
constexpr size_t kDrawn = 10;
// A list of more items is shown on demand.
constexpr size_t kUnfolded = 20;

void addScenario(Dictionary& to, const ScenarioReport& scenario, const std::string& why,
                 bool hasDifference) {
  Dictionary& row = *to.AddSectionDictionary("ROW");
  set(row, "SCENARIO", scenario.scenario);
  setVerdict(row, scenario.verdict);
  set(row, "SCHEDULES", scenario.schedules);
  if (hasDifference) {
    row.ShowSection("LINK");
    set(row, "ID", idOf(scenario));
  }
  for (const std::string& line : coveredBy(scenario)) addText(row, "COVERED", line);
  if (!why.empty()) addText(row, "EXPLANATION", why);
}

void addFacts(Dictionary& to, const FactList& list) {
  Dictionary& section = *to.AddSectionDictionary("LIST");
  set(section, "TITLE", list.title);
  const bool isFolded = list.items.size() > kUnfolded;
  Dictionary& items = *section.AddSectionDictionary(isFolded ? "FOLDED" : "PLAIN");
  set(items, "COUNT", list.items.size());
  for (const std::string& item : list.items) addText(items, "ITEM", item);
}

void addDifferences(Dictionary& to, const std::vector<Difference>& differences) {
  std::vector<const Difference*> simplestFirst;
  for (const Difference& difference : differences) simplestFirst.push_back(&difference);
  std::ranges::sort(simplestFirst, {}, [](const Difference* one) {
    return std::pair(one->scenario.counterexample->complexity(), one->scenario.scenario);
  });
  const size_t drawn = std::min(kDrawn, simplestFirst.size());
  for (size_t i = 0; i < drawn; ++i) addDifference(to, *simplestFirst[i]);
  if (drawn == simplestFirst.size()) return;
  Dictionary& others = *to.AddSectionDictionary("OTHERS");
  set(others, "DRAWN", drawn);
  for (size_t i = drawn; i < simplestFirst.size(); ++i) addDifferenceRow(others, *simplestFirst[i]);
}

std::string fileName(const std::string& path) {
  return printable(std::filesystem::path(path).filename().string());
}

std::string hashOf(std::string_view script) {
  llvm::SHA256 hash;
  hash.update(llvm::StringRef(script));
  return "sha256-" + llvm::encodeBase64(hash.final());
}

void setHead(Dictionary& to, const ComparisonReport& report) {
  setVerdict(to, report.verdict());
  set(to, "OLD_NAME", fileName(report.oldLibrary));
  set(to, "NEW_NAME", fileName(report.newLibrary));
  set(to, "STYLE", kPageStyle);
  set(to, "SCRIPT", kPageScript);
  set(to, "SCRIPT_HASH", hashOf(kPageScript));
  addFact(to, "old build", report.oldLibrary);
  addFact(to, "new build", report.newLibrary);
  addFact(to, "required", name(report.options.required));
  addFact(to, "strategy",
          fmt::format("{}, {} preemptions, {} samples, seed {}", report.options.strategy,
                      report.options.preemptions, report.options.executions, report.options.seed));
  addFact(to, "data races", report.options.limits.races ? "looked for" : "not looked for");
  addFact(to, "schedules", std::to_string(report.schedules()));
  addFact(to, "time",
          fmt::format("{:.1f} s, with a budget of {:g} s", report.seconds,
                      std::chrono::duration<double>(report.options.budget).count()));
}

}  // namespace

std::string page(const ComparisonReport& report, const std::vector<Difference>& differences) {
  Dictionary dictionary("page");
  setHead(dictionary, report);
  for (const ScenarioReport& scenario : report.scenarios) {
    const bool hasDifference = std::ranges::any_of(
        differences, [&](const Difference& one) { return &one.scenario == &scenario; });
    addScenario(dictionary, scenario, explain(scenario, report), hasDifference);
  }
  for (const FactList& list : factsOf(report)) addFacts(dictionary, list);
  addDifferences(dictionary, differences);

  static const bool isRead =
      ctemplate::StringToTemplateCache("page.html", kPageTemplate, ctemplate::DO_NOT_STRIP);
  std::string text;
  if (!isRead ||
      !ctemplate::ExpandTemplate("page.html", ctemplate::DO_NOT_STRIP, &dictionary, &text))
    throw std::logic_error("the page's template cannot be expanded");
  return text;
}

}  // namespace standstill::checker
