// How much of a build's source a comparison reached, in its JSON report.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include "checker/compare/source_coverage.h"

namespace standstill::checker {

nlohmann::ordered_json toJson(const SourceCoverage& coverage);
// Throws nlohmann's exceptions if the object is not one of these.
SourceCoverage coverageFrom(const nlohmann::json& from);

}  // namespace standstill::checker
