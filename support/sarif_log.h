// What every log in the Static Analysis Results Interchange Format, version 2.1.0 (OASIS standard,
// 2020), has in common.
#pragma once

#include <nlohmann/json.hpp>
#include <string>

namespace standstill {

struct SarifRun {
  std::string tool;
  nlohmann::ordered_json rules;
  nlohmann::ordered_json invocation;
  nlohmann::ordered_json results;
  std::string root;                     // the folder that relative paths start from
  nlohmann::ordered_json properties{};  // of the run as a whole; may be null
};
// A log of one run of a tool.
std::string sarifLog(const SarifRun& run);

// A file as a location names it: relative to the root, or absolute.
nlohmann::ordered_json sarifArtifact(const std::string& path);

// Where the rule of that id stands in the list; its length if it does not.
size_t sarifRuleIndex(const nlohmann::ordered_json& rules, const std::string& id);

}  // namespace standstill
