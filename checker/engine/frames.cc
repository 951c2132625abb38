#include "checker/engine/frames.h"

#include "checker/engine/engine.h"

namespace standstill::checker {

std::vector<uintptr_t> callersFrom(const void* frame) {
  constexpr size_t kMost = 32;
  constexpr size_t kLongest = 128;
  const Engine& engine = Engine::instance();
  std::vector<uintptr_t> callers;
  auto at = reinterpret_cast<uintptr_t>(frame);
  for (size_t i = 0; i < kLongest && callers.size() < kMost; ++i) {
    if (at % sizeof(uintptr_t) != 0 || !engine.owns(at)) break;
    const auto* record =
        reinterpret_cast<const uintptr_t*>(at);  // the caller's frame, then where to
    if (engine.isCode(record[1])) callers.push_back(record[1]);
    if (record[0] <= at) break;
    at = record[0];
  }
  return callers;
}

}  // namespace standstill::checker
