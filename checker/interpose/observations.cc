// What a subject says to the checker, and asks of it: the functions of <standstill/scenario.h>.
#include <algorithm>
#include <cstring>
#include <string>
#include <vector>

#include "checker/interpose/interpose.h"
#include "standstill/scenario.h"

using namespace standstill::checker;

extern "C" void standstill_observe_integer(const char* key, long long value) {
  if (!scheduling()) return;
  EngineScope scope;
  Engine& engine = Engine::instance();
  engine.observe({.thread = engine.observer(),
                  .key = key,
                  .value = std::to_string(value),
                  .isInteger = true,
                  .code = reinterpret_cast<uintptr_t>(CALLER)});
}

extern "C" void standstill_observe_string(const char* key, const char* value) {
  if (!scheduling()) return;
  EngineScope scope;
  Engine& engine = Engine::instance();
  engine.observe({.thread = engine.observer(),
                  .key = key,
                  .value = value,
                  .code = reinterpret_cast<uintptr_t>(CALLER)});
}

extern "C" void standstill_lanes(standstill_probe probe) {
  if (scheduling()) Engine::instance().setLaneProbe(probe);
}

extern "C" void standstill_windows(standstill_probe probe) {
  if (scheduling()) Engine::instance().setWindowProbe(probe);
}

extern "C" size_t standstill_input(void* buffer, size_t size) {
  const std::vector<uint8_t>& input = Engine::instance().input();
  const size_t copied = std::min(size, input.size());
  std::memcpy(buffer, input.data(), copied);
  return copied;
}
