#include "support/sarif_log.h"

#include "support/uri.h"

namespace standstill {

using Json = nlohmann::ordered_json;

std::string sarifLog(const SarifRun& run) {
  Json written = {{"tool", {{"driver", {{"name", run.tool}, {"rules", run.rules}}}}},
                  {"originalUriBaseIds", {{"ROOT", {{"uri", "file://" + uriOf(run.root) + "/"}}}}},
                  {"invocations", Json::array({run.invocation})},
                  {"results", run.results}};
  if (!run.properties.is_null()) written["properties"] = run.properties;
  const Json all = {{"$schema", "https://json.schemastore.org/sarif-2.1.0.json"},
                    {"version", "2.1.0"},
                    {"runs", Json::array({std::move(written)})}};
  return all.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

Json sarifArtifact(const std::string& path) {
  if (path.starts_with('/')) return {{"uri", "file://" + uriOf(path)}};
  return {{"uri", uriOf(path)}, {"uriBaseId", "ROOT"}};
}

size_t sarifRuleIndex(const Json& rules, const std::string& id) {
  size_t index = 0;
  while (index < rules.size() && rules[index].at("id") != id) ++index;
  return index;
}

}  // namespace standstill
