#include "checker/compare/coverage_json.h"

#include <nlohmann/json.hpp>

namespace standstill::checker {

nlohmann::ordered_json toJson(const SourceCoverage& coverage) {
  nlohmann::ordered_json result = {{"files", coverage.files},
                                   {"stretches", coverage.stretches},
                                   {"reached-stretches", coverage.reachedStretches},
                                   {"ways", coverage.ways},
                                   {"reached-ways", coverage.reachedWays},
                                   {"unreached", nlohmann::ordered_json::array()}};
  for (const Unreached& one : coverage.unreached) {
    result["unreached"].push_back({{"file", one.file},
                                   {"line", one.line},
                                   {"column", one.column},
                                   {"what", one.what},
                                   {"text", one.text}});
  }
  return result;
}

SourceCoverage coverageFrom(const nlohmann::json& from) {
  SourceCoverage coverage{.files = from.at("files"),
                          .stretches = from.at("stretches"),
                          .reachedStretches = from.at("reached-stretches"),
                          .ways = from.at("ways"),
                          .reachedWays = from.at("reached-ways"),
                          .unreached = {}};
  for (const nlohmann::json& one : from.at("unreached")) {
    coverage.unreached.push_back(
        {one.at("file"), one.at("line"), one.at("column"), one.at("what"), one.at("text")});
  }
  return coverage;
}

}  // namespace standstill::checker
