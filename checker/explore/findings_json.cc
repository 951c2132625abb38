#include "checker/explore/findings_json.h"

#include <fmt/format.h>

#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>

#include "checker/engine/library.h"
#include "checker/explore/outcome_json.h"

namespace standstill::checker {
namespace {

using nlohmann::json;
using nlohmann::ordered_json;

ordered_json toJson(Findings& found, const ShardOf& shard) {
  const Coverage& coverage = found.coverage;
  ordered_json outcomes = ordered_json::array();
  for (const FoundOutcome& one : found.sorted()) {
    ordered_json entry = toJson(one.outcome);
    entry["count"] = one.count;
    entry["repro"] = one.repro.empty() ? ordered_json(nullptr) : ordered_json(one.repro);
    outcomes.push_back(std::move(entry));
  }
  ordered_json result = {
      {"scenario", found.scenario},
      {"strategy", coverage.strategy},
      {"exhaustive", coverage.exhaustiveWithinBound()},
      {"bound", coverage.bounded ? ordered_json(coverage.preemptions) : ordered_json(nullptr)},
      {"executions", coverage.executions},
      {"blocked", coverage.redundant},
      {"steps", found.steps},
      {"seconds", found.seconds}};
  if (shard.of > 1) result["shard"] = {{"index", shard.index}, {"of", shard.of}};
  result["outcomes"] = std::move(outcomes);
  return result;
}

Findings findingsFrom(const json& from) {
  Findings found;
  found.scenario = from.at("scenario");
  found.coverage.strategy = from.at("strategy");
  found.coverage.complete = from.at("exhaustive");
  found.coverage.bounded = !from.at("bound").is_null();
  if (found.coverage.bounded) found.coverage.preemptions = from.at("bound");
  found.coverage.executions = from.at("executions");
  found.coverage.redundant = from.at("blocked");
  found.steps = from.at("steps");
  found.seconds = from.at("seconds");
  for (const json& one : from.at("outcomes")) {
    found.add(outcomeFrom(one), one.at("count"), {});
    if (one.at("repro").is_string()) found.setRepro(outcomeFrom(one), one.at("repro"));
  }
  return found;
}

}  // namespace

std::string Report::json() {
  ordered_json all = ordered_json::array();
  for (Findings& found : scenarios) all.push_back(toJson(found, shard));
  const ordered_json& whole = all.size() == 1 ? all[0] : all;
  return whole.dump(2, ' ', false, ordered_json::error_handler_t::replace) + '\n';
}

Report Report::read(const std::string& path) {
  std::ifstream file(path);
  if (!file || std::filesystem::is_directory(path))
    throw UsageError{fmt::format("cannot read {}", path)};
  try {
    const nlohmann::json whole = nlohmann::json::parse(file);
    Report report;
    for (const nlohmann::json& one : whole.is_array() ? whole : nlohmann::json::array({whole})) {
      report.scenarios.push_back(findingsFrom(one));
      if (one.contains("shard"))
        report.shard = {one.at("shard").at("index"), one.at("shard").at("of")};
    }
    return report;
  } catch (const std::exception&) {
    throw UsageError{fmt::format("{} is not a report of stw-check explore --json", path)};
  }
}

Report mergeShards(const std::vector<std::string>& paths) {
  Report all;
  ShardSet shards;
  for (const std::string& path : paths) {
    Report part = Report::read(path);
    shards.add(path, part.shard);
    const bool isFirst = all.scenarios.empty();
    if (isFirst) all.scenarios = std::move(part.scenarios);
    if (isFirst) continue;
    const auto isSame = [](const Findings& one, const Findings& other) {
      return one.scenario == other.scenario && one.coverage.strategy == other.coverage.strategy;
    };
    if (!std::ranges::equal(all.scenarios, part.scenarios, isSame)) {
      throw UsageError{
          fmt::format("{} and {} are not of one search: scenarios or strategies differ (a shard "
                      "that met a clock "
                      "goes on without reduction: then run all of them with --strategy=dfs)",
                      paths.front(), path)};
    }
    for (size_t i = 0; i < all.scenarios.size(); ++i) all.scenarios[i].merge(part.scenarios[i]);
  }
  shards.requireAll();
  return all;
}

// ---- Between processes

std::string encodeFindings(const Findings& findings) {
  const Coverage& c = findings.coverage;
  ordered_json outcomes = ordered_json::array();
  for (const FoundOutcome& one : findings.outcomes()) {
    ordered_json entry = {{"kind", static_cast<int>(one.outcome.kind)},
                          {"message", one.outcome.message},
                          {"output", one.outcome.output},
                          {"stdout", one.outcome.toStdout},
                          {"count", one.count},
                          {"schedule", one.schedule}};
    for (const Observation& seen : one.outcome.observations)
      entry["seen"].push_back({seen.thread, seen.key, seen.value, seen.isInteger});
    outcomes.push_back(std::move(entry));
  }
  const ordered_json all = {{"strategy", c.strategy},
                            {"complete", c.complete},
                            {"bounded", c.bounded},
                            {"preemptions", c.preemptions},
                            {"executions", c.executions},
                            {"cut", c.cut},
                            {"broken", c.broken},
                            {"madeFair", c.madeFair},
                            {"exempting", c.exempting},
                            {"redundant", c.redundant},
                            {"weakOrders", c.weakOrders},
                            {"irreducible", c.irreducible},
                            {"steps", findings.steps},
                            {"interrupted", findings.interrupted},
                            {"outcomes", std::move(outcomes)}};
  std::string text;
  ordered_json::to_cbor(all, text);  // unlike text, it holds any bytes
  return text;
}

Findings decodeFindings(const std::string& text) {
  const json all = json::from_cbor(text);
  Findings findings;
  Coverage& c = findings.coverage;
  c.strategy = all.at("strategy");
  c.complete = all.at("complete");
  c.bounded = all.at("bounded");
  c.preemptions = all.at("preemptions");
  c.executions = all.at("executions");
  c.cut = all.at("cut");
  c.broken = all.at("broken");
  c.madeFair = all.at("madeFair");
  c.exempting = all.at("exempting");
  c.redundant = all.at("redundant");
  c.weakOrders = all.at("weakOrders");
  c.irreducible = all.at("irreducible");
  findings.steps = all.at("steps");
  findings.interrupted = all.at("interrupted");
  for (const json& one : all.at("outcomes")) {
    Outcome outcome;
    outcome.kind = static_cast<OutcomeKind>(one.at("kind").get<int>());
    outcome.message = one.at("message");
    outcome.output = one.at("output");
    outcome.toStdout = one.at("stdout");
    for (const json& seen : one.value("seen", json::array())) {
      outcome.observations.push_back(
          {.thread = seen.at(0), .key = seen.at(1), .value = seen.at(2), .isInteger = seen.at(3)});
    }
    findings.add(outcome, one.at("count"), one.at("schedule").get<Schedule>());
  }
  return findings;
}

}  // namespace standstill::checker
