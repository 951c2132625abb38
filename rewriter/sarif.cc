#include "rewriter/sarif.h"

#include <nlohmann/json.hpp>

#include "rewriter/pch.h"
#include "support/sarif_log.h"

namespace standstill::rewriter {

namespace {

using Json = nlohmann::ordered_json;

constexpr const char* kRewrittenRule = "replace-inline-code";

Json rules() {
  Json all = Json::array();
  all.push_back(
      {{"id", kRewrittenRule},
       {"shortDescription", {{"text", "open-coded body of a function that could be called"}}},
       {"defaultConfiguration", {{"level", "warning"}}}});
  for (const ReasonInfo& info : allReasons()) {
    all.push_back({{"id", info.code},
                   {"shortDescription", {{"text", info.meaning}}},
                   {"defaultConfiguration", {{"level", "note"}}}});
  }
  return all;
}

Json location(const Site& site) {
  return {{"physicalLocation",
           {{"artifactLocation", sarifArtifact(site.file)},
            {"region", {{"startLine", site.line}, {"startColumn", site.column}}}}},
          {"logicalLocations",
           Json::array({Json{{"fullyQualifiedName", site.function}, {"kind", "function"}}})}};
}

std::string message(const Site& site) {
  if (site.refusal) {
    return fmt::format("not replaced by a call of {}: {}", site.factor, site.refusal->detail);
  }
  return fmt::format("this is the body of {}: call it instead", site.factor);
}

Json toResult(const Site& site, const Json& rules) {
  std::string rule(site.refusal ? code(site.refusal->reason) : kRewrittenRule);
  return {{"ruleId", rule},
          {"ruleIndex", sarifRuleIndex(rules, rule)},
          {"level", site.refusal ? "note" : "warning"},
          {"message", {{"text", message(site)}}},
          {"locations", Json::array({location(site)})},
          {"properties",
           {{"factor", site.factor},
            {"verdict", site.refusal ? "left" : "rewritten"},
            {"certified", site.certified},
            {"assumed", site.assumed}}}};
}

}  // namespace

std::string toSarif(const Result& result, const std::string& root) {
  Json allRules = rules();
  Json results = Json::array();
  for (const Site& site : result.sites) results.push_back(toResult(site, allRules));
  Json notifications = Json::array();
  auto notify = [&](const std::string& text) {
    notifications.push_back({{"level", "error"}, {"message", {{"text", text}}}});
  };
  for (const Failure& failure : result.failures) {
    std::for_each(failure.errors.begin(), failure.errors.end(), notify);
  }
  std::for_each(result.notWritten.begin(), result.notWritten.end(), notify);
  const Json invocation = {{"executionSuccessful", result.failures.empty()},
                           {"toolExecutionNotifications", notifications}};
  return sarifLog({.tool = "stw-rewrite",
                   .rules = allRules,
                   .invocation = invocation,
                   .results = results,
                   .root = root});
}

}  // namespace standstill::rewriter
