#include "rewriter/sarif.h"

#include <nlohmann/json.hpp>

#include "rewriter/pch.h"

namespace standstill::rewriter {

namespace {

using Json = nlohmann::ordered_json;

constexpr const char* kRewrittenRule = "replace-inline-code";

// A path as the path of a URI (RFC 3986): whatever is not plain is percent-encoded.
std::string toUri(const std::string& path) {
  std::string out;
  for (char c : path) {
    unsigned char byte = static_cast<unsigned char>(c);
    bool plain = byte < 0x80 && (std::isalnum(byte) ||
                                 std::string_view("-._~/").find(c) != std::string_view::npos);
    out += plain ? std::string(1, c) : fmt::format("%{:02X}", byte);
  }
  return out;
}

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

size_t ruleIndex(const Json& rules, std::string_view id) {
  size_t index = 0;
  while (index < rules.size() && rules[index].at("id") != id) ++index;
  return index;
}

Json location(const Site& site) {
  Json artifact = {{"uri", toUri(site.file)}};
  bool relative = !site.file.starts_with('/');
  if (relative)
    artifact["uriBaseId"] = "ROOT";
  else
    artifact["uri"] = "file://" + toUri(site.file);
  return {{"physicalLocation",
           {{"artifactLocation", artifact},
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
          {"ruleIndex", ruleIndex(rules, rule)},
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
  Json run = {{"tool", {{"driver", {{"name", "stw-rewrite"}, {"rules", allRules}}}}},
              {"originalUriBaseIds", {{"ROOT", {{"uri", "file://" + toUri(root) + "/"}}}}},
              {"invocations", Json::array({Json{{"executionSuccessful", result.failures.empty()},
                                                {"toolExecutionNotifications", notifications}}})},
              {"results", results}};
  Json all = {{"$schema", "https://json.schemastore.org/sarif-2.1.0.json"},
              {"version", "2.1.0"},
              {"runs", Json::array({run})}};
  return all.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace standstill::rewriter
