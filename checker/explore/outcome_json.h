// Outcomes as JSON: {"kind", "message", "observations": [{"thread", "key", "value"}...], "output"},
// the last one only if the subject wrote anything. Values of observations are numbers or strings.
#pragma once

#include <nlohmann/json.hpp>

#include "checker/engine/outcome.h"

namespace standstill::checker {

nlohmann::ordered_json toJson(const Outcome& outcome);
// Throws std::exception if it is none.
Outcome outcomeFrom(const nlohmann::json& from);

}  // namespace standstill::checker
