#include "mutator/conventions.h"

#include <algorithm>

namespace standstill::mutator {

bool Conventions::isRelease(std::string_view function) const {
  return std::ranges::any_of(pairs, [&](const Pair& pair) { return pair.release == function; });
}

std::optional<std::string> Conventions::releaseOf(std::string_view function) const {
  for (const Pair& pair : pairs) {
    if (pair.acquire == function) return pair.release;
  }
  return std::nullopt;
}

bool Conventions::isStack(std::string_view function) const {
  return std::ranges::find(stacks, function) != stacks.end();
}

bool Conventions::isWait(std::string_view function) const {
  return std::ranges::find(waits, function) != waits.end();
}

}  // namespace standstill::mutator
