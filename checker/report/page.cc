#include "checker/report/page.h"

#include <ctemplate/template.h>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <llvm/Support/Base64.h>
#include <llvm/Support/SHA256.h>

#include <algorithm>
#include <filesystem>

#include "checker/compare/instrumentation.h"
#include "checker/compare/printable.h"
#include "checker/report/page_dictionary.h"
#include "checker/report/page_difference.h"
#include "checker/report/page_files.h"

namespace standstill::checker {
namespace {

// Differences that are drawn in full, the simplest first. One of them may take a megabyte, and who
// has looked at ten mends the build before looking at more. The others have a row each.
constexpr size_t kDrawn = 10;

void addScenario(Dictionary& to, const ScenarioReport& scenario, bool hasDifference) {
  Dictionary& row = *to.AddSectionDictionary("ROW");
  set(row, "SCENARIO", scenario.scenario);
  setVerdict(row, scenario.verdict);
  set(row, "SCHEDULES", scenario.schedules);
  if (hasDifference) {
    row.ShowSection("LINK");
    set(row, "ID", idOf(scenario));
  }
  for (const Search& search : scenario.searches) addText(row, "COVERED", search.describe());
  if (!scenario.explanation.empty()) addText(row, "EXPLANATION", scenario.explanation);
}

struct List {
  const char* title;
  std::vector<std::string> items;
};

// "lock 24, unlock 24, end 6".
std::string interceptedBy(const ScenarioReport& scenario) {
  std::vector<std::string> counts;
  for (size_t op = 0; op < Intercepted::kOps; ++op) {
    const uint64_t count = scenario.intercepted.of(static_cast<Op>(op));
    if (count > 0) counts.push_back(fmt::format("{} {}", name(static_cast<Op>(op)), count));
  }
  return fmt::format("{}", fmt::join(counts, ", "));
}

// What a reader has to know besides the verdicts.
std::vector<List> listsOf(const ComparisonReport& report) {
  List noise{"Nondeterminism of a build itself", {}};
  List checks{"Planted differences", {}};
  List declared{"Declared differences", {}};
  List intercepted{"Steps that were intercepted", {}};
  List notes{"Limits", {}};
  for (const ScenarioReport& scenario : report.scenarios) {
    for (const Noise& seen : scenario.noise) {
      noise.items.push_back(fmt::format("{}: {} build, step {}: {} {}", scenario.scenario,
                                        name(seen.side), seen.step, seen.what, seen.line));
    }
    if (scenario.selfCheck.state != SelfCheck::State::notRun) {
      checks.items.push_back(fmt::format("{}: {}, at step {}: {}", scenario.scenario,
                                         scenario.selfCheck.planted, scenario.selfCheck.step,
                                         name(scenario.selfCheck.state)));
    }
    if (const std::string counts = interceptedBy(scenario); !counts.empty())
      intercepted.items.push_back(fmt::format("{}: {}", scenario.scenario, counts));
    // A report that counted nothing cannot know.
    if (scenario.showsNothing && scenario.intercepted.of(Op::end) > 0) {
      notes.items.push_back(fmt::format(
          "{} observes and writes nothing: only how it ends is compared", scenario.scenario));
    }
  }
  for (const Declared::Difference& difference : report.declared.differences()) {
    declared.items.push_back(fmt::format("\"{}\" => \"{}\": met {} times", difference.oldText,
                                         difference.newText, difference.met));
  }
  for (const auto& [side, parts] :
       {std::pair("old", &report.oldUninstrumented), std::pair("new", &report.newUninstrumented)}) {
    if (!parts->empty())
      notes.items.push_back(fmt::format("{}: {}", side, describeUninstrumented(*parts)));
  }
  if (report.weakOrders())
    notes.items.push_back(
        "atomics weaker than seq_cst: what only weak memory shows is not covered");
  return {noise, checks, declared, notes, intercepted};
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
          fmt::format("{}, {} preemptions, seed {}", report.options.strategy,
                      report.options.preemptions, report.options.seed));
  addFact(to, "schedules", std::to_string(report.schedules()));
  addFact(to, "time", fmt::format("{:.1f} s", report.seconds));
}

}  // namespace

std::string page(const ComparisonReport& report, const std::vector<Difference>& differences) {
  Dictionary dictionary("page");
  setHead(dictionary, report);
  for (const ScenarioReport& scenario : report.scenarios) {
    const bool hasDifference = std::ranges::any_of(
        differences, [&](const Difference& one) { return &one.scenario == &scenario; });
    addScenario(dictionary, scenario, hasDifference);
  }
  for (const List& list : listsOf(report)) {
    if (list.items.empty()) continue;
    Dictionary& section = *dictionary.AddSectionDictionary("LIST");
    set(section, "TITLE", list.title);
    for (const std::string& item : list.items) addText(section, "ITEM", item);
  }
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
