#include "support/sarif_log.h"

#include <fmt/format.h>

#include <cctype>
#include <string_view>

namespace standstill {
namespace {

using Json = nlohmann::ordered_json;

// A path as the path of a URI (RFC 3986): whatever is not plain is percent-encoded.
std::string toUri(const std::string& path) {
  std::string out;
  for (const char c : path) {
    const auto byte = static_cast<unsigned char>(c);
    const bool plain = byte < 0x80 && (std::isalnum(byte) != 0 ||
                                       std::string_view("-._~/").find(c) != std::string_view::npos);
    out += plain ? std::string(1, c) : fmt::format("%{:02X}", byte);
  }
  return out;
}

}  // namespace

std::string sarifLog(const std::string& tool, Json rules, Json invocation, Json results,
                     const std::string& root) {
  const Json run = {{"tool", {{"driver", {{"name", tool}, {"rules", std::move(rules)}}}}},
                    {"originalUriBaseIds", {{"ROOT", {{"uri", "file://" + toUri(root) + "/"}}}}},
                    {"invocations", Json::array({std::move(invocation)})},
                    {"results", std::move(results)}};
  const Json all = {{"$schema", "https://json.schemastore.org/sarif-2.1.0.json"},
                    {"version", "2.1.0"},
                    {"runs", Json::array({run})}};
  return all.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

Json sarifArtifact(const std::string& path) {
  if (path.starts_with('/')) return {{"uri", "file://" + toUri(path)}};
  return {{"uri", toUri(path)}, {"uriBaseId", "ROOT"}};
}

size_t sarifRuleIndex(const Json& rules, const std::string& id) {
  size_t index = 0;
  while (index < rules.size() && rules[index].at("id") != id) ++index;
  return index;
}

}  // namespace standstill
