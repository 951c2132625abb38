// What every log in the Static Analysis Results Interchange Format, version 2.1.0 (OASIS standard,
// 2020), has in common.
#pragma once

#include <nlohmann/json.hpp>
#include <string>

namespace standstill {

// A log of one run of a tool. `root` is the folder that relative paths start from.
std::string sarifLog(const std::string& tool, nlohmann::ordered_json rules,
                     nlohmann::ordered_json invocation, nlohmann::ordered_json results,
                     const std::string& root);

// A file as a location names it: relative to the root, or absolute.
nlohmann::ordered_json sarifArtifact(const std::string& path);

// Where the rule of that id stands in the list; its length if it does not.
size_t sarifRuleIndex(const nlohmann::ordered_json& rules, const std::string& id);

}  // namespace standstill
