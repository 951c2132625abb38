// Hashes by which the executions of two builds are held against each other without being kept.
#pragma once

#include <cstdint>

#include "checker/engine/execution.h"

namespace standstill::checker {

// `hash` with a value added; the order counts.
inline uint64_t mixed(uint64_t hash, uint64_t value) {
  return (hash ^ value) * 0x9e3779b97f4a7c15 + (hash >> 29);
}

// With who did what to which object, and who else could have; not the values.
uint64_t withChoices(uint64_t hash, const Execution& execution);

// With all that Step::matches compares.
uint64_t withSteps(uint64_t hash, const Execution& execution);

}  // namespace standstill::checker
