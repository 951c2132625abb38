// What bounds each execution, as .repro files and reports spell it.
#pragma once

#include <nlohmann/json.hpp>

#include "checker/engine/engine.h"

namespace standstill::checker {

inline nlohmann::ordered_json toJson(const Limits& limits) {
  return {{"steps", limits.steps},
          {"fair-after", limits.fairAfter},
          {"races", limits.races},
          {"spurious", limits.spurious}};
}

inline Limits limitsFrom(const nlohmann::json& json) {
  return {.steps = json.at("steps"),
          .fairAfter = json.at("fair-after"),
          .races = json.value("races", false),
          .spurious = json.value("spurious", false)};
}

}  // namespace standstill::checker
