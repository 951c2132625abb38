// An observation from its text, as reports print it: count=2, or reason="GOMAXPROCS".
// Tests: tests/checker/declared_test.cc.
#pragma once

#include <optional>
#include <string_view>

#include "checker/engine/outcome.h"

namespace standstill::checker {

// What Observation::text made of a key and a value. Nothing for another text, and for one with \x,
// \u or \U in it: these stand for a byte or a character, which cannot be told.
std::optional<Observation> observationFrom(std::string_view text);

}  // namespace standstill::checker
