// Notes of steps, for reports: where the thread is in the source, and what the subject says of it.
#include "checker/engine/engine.h"
#include "checker/engine/frames.h"

namespace standstill::checker {

// Of the step that the running thread is about to take. `frame` is where its stack is read from,
// null if it has none yet. The probes are the subject's code, on its thread, as the engine's own:
// what they read is no step.
void Engine::noteStep(const void* frame) {
  const auto ask = [](Probe probe) {
    const char* text = probe == nullptr ? nullptr : probe();
    return std::string(text == nullptr ? "" : text);
  };
  StepNote& note = execution_.notes.emplace_back();
  if (frame != nullptr) note.callers = callersFrom(frame);
  note.lane = ask(laneProbe_);
  note.window = ask(windowProbe_);
}

}  // namespace standstill::checker
