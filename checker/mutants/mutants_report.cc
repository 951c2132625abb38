#include "checker/mutants/mutants_report.h"

#include <fmt/format.h>
#include <llvm/ADT/StringExtras.h>
#include <llvm/Support/raw_ostream.h>

#include <algorithm>
#include <array>
#include <map>

#include <nlohmann/json.hpp>

namespace standstill::checker {

namespace {

std::string escaped(const std::string& text) {
  std::string out;
  llvm::raw_string_ostream stream(out);
  llvm::printHTMLEscaped(text, stream);
  return out;
}

constexpr const char* kHead = R"(<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>Mutants</title>
<style>
:root { color-scheme: light dark; }
body { font: 15px/1.5 system-ui, sans-serif; max-width: 75rem; margin: 2rem auto; padding: 0 1rem; }
table { border-collapse: collapse; } th, td { padding: .2rem .8rem .2rem 0; text-align: left; }
td.n, th.n { text-align: right; }
details { border-top: 1px solid #8886; padding: .3rem 0; } summary { cursor: pointer; }
pre { overflow-x: auto; background: #8881; padding: .6rem; font-size: 13px; }
.fate { display: inline-block; min-width: 6.5rem; font-weight: 600; }
.survived { color: light-dark(#b00020, #ff7b87); } .killed { color: light-dark(#176d2c, #6fd28a); }
.equivalent { color: light-dark(#5a4b00, #d8c25a); }
</style></head><body>
)";

using Counts = std::array<size_t, 3>;

std::map<std::string, Counts> countsByOperator(const MutantsReport& report) {
  std::map<std::string, Counts> counts;
  for (const auto& [mutant, result] : report.mutants)
    ++counts[mutant.op][static_cast<size_t>(result.fate)];
  return counts;
}

nlohmann::ordered_json toJson(const MutantReport& report) {
  const auto& [mutant, result] = report;
  nlohmann::ordered_json json{{"id", mutant.id},
                              {"operator", mutant.op},
                              {"file", mutant.file},
                              {"line", mutant.line},
                              {"function", mutant.function},
                              {"description", mutant.description},
                              {"diff", mutant.diff},
                              {"verdict", name(result.fate)},
                              {"reason", result.reason},
                              {"schedules", result.schedules},
                              {"seconds", result.seconds}};
  if (result.fate == Fate::killed)
    json["counterexample"] = {
        {"scenario", result.scenario}, {"trace", result.trace}, {"repro", result.repro}};
  return json;
}

void append(std::string& page, const MutantReport& report) {
  const auto& [mutant, result] = report;
  page += fmt::format(
      "<details{}><summary><span class=\"fate {}\">{}</span> {}:{} <b>{}</b>: {}</summary>\n",
      result.fate == Fate::survived ? " open" : "", name(result.fate), name(result.fate),
      escaped(mutant.file), mutant.line, escaped(mutant.op), escaped(mutant.description));
  page +=
      fmt::format("<p>{}{} ({} schedules, {:.1f} s)</p>\n<pre>{}</pre>\n",
                  result.scenario.empty() ? "" : escaped(result.scenario) + ": ",
                  escaped(result.reason), result.schedules, result.seconds, escaped(mutant.diff));
  if (!result.trace.empty()) page += "<pre>" + escaped(result.trace) + "</pre>\n";
  page += "</details>\n";
}

}  // namespace

size_t MutantsReport::count(Fate fate) const {
  return static_cast<size_t>(std::ranges::count_if(
      mutants, [&](const MutantReport& report) { return report.result.fate == fate; }));
}

double MutantsReport::score() const {
  if (mutants.empty()) return 0;
  return 100.0 * static_cast<double>(mutants.size() - count(Fate::survived)) /
         static_cast<double>(mutants.size());
}

bool MutantsReport::isInconclusive() const {
  const auto open = static_cast<double>(std::ranges::count_if(
      mutants, [](const MutantReport& report) { return report.result.undecided; }));
  return !passes() && score() + 100.0 * open / static_cast<double>(mutants.size()) >= threshold;
}

std::string MutantsReport::json() const {
  nlohmann::ordered_json all = nlohmann::ordered_json::array();
  for (const MutantReport& mutant : mutants) all.push_back(toJson(mutant));
  const nlohmann::ordered_json json{{"format", "standstill-mutants-report-1"},
                                    {"right", right},
                                    {"preemptions", preemptions},
                                    {"seed", seed},
                                    {"threshold", threshold},
                                    {"score", score()},
                                    {"totals",
                                     {{"mutants", mutants.size()},
                                      {"killed", count(Fate::killed)},
                                      {"equivalent", count(Fate::equivalent)},
                                      {"survived", count(Fate::survived)}}},
                                    {"buildSeconds", buildSeconds},
                                    {"seconds", seconds},
                                    {"mutants", std::move(all)}};
  return json.dump(1, ' ', false, nlohmann::json::error_handler_t::replace) + "\n";
}

std::string MutantsReport::table() const {
  std::string text = fmt::format("{:<18}{:>8}{:>8}{:>12}{:>10}\n", "operator", "mutants", "killed",
                                 "equivalent", "survived");
  for (const auto& [op, counts] : countsByOperator(*this)) {
    text += fmt::format("{:<18}{:>8}{:>8}{:>12}{:>10}\n", op, counts[0] + counts[1] + counts[2],
                        counts[0], counts[1], counts[2]);
  }
  return text + fmt::format("{:<18}{:>8}{:>8}{:>12}{:>10}\n", "all", mutants.size(),
                            count(Fate::killed), count(Fate::equivalent), count(Fate::survived));
}

std::string MutantsReport::html() const {
  std::string page = kHead;
  page += fmt::format("<h1>{} of {} mutants noticed</h1>\n", mutants.size() - count(Fate::survived),
                      mutants.size());
  page += fmt::format(
      "<p>Wrong refactorings of <code>{}</code>. {:.1f} % killed or proved "
      "equivalent, {:g} % required.</p>\n",
      escaped(right), score(), threshold);
  page +=
      "<table><tr><th>operator<th class=n>mutants<th class=n>killed<th class=n>equivalent<th "
      "class=n>survived</tr>\n";
  for (const auto& [op, counts] : countsByOperator(*this)) {
    page += fmt::format("<tr><td>{}<td class=n>{}<td class=n>{}<td class=n>{}<td class=n>{}</tr>\n",
                        escaped(op), counts[0] + counts[1] + counts[2], counts[0], counts[1],
                        counts[2]);
  }
  page += "</table>\n";
  for (const Fate fate : {Fate::survived, Fate::equivalent, Fate::killed}) {
    page += fmt::format("<h2>{} {}</h2>\n", count(fate), name(fate));
    for (const MutantReport& report : mutants) {
      if (report.result.fate == fate) append(page, report);
    }
  }
  return page + "</body></html>\n";
}

}  // namespace standstill::checker
