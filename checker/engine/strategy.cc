#include "checker/engine/strategy.h"

#include <fmt/format.h>

#include <bit>
#include <locale>

namespace standstill::checker {

ThreadId withoutPreemption(const Choice& choice) {
  if (contains(choice.candidates, choice.current)) return choice.current;
  const ThreadSet later = choice.candidates & ~((only(choice.current) << 1) - 1);
  return static_cast<ThreadId>(std::countr_zero(later != 0 ? later : choice.candidates));
}

std::string Coverage::describe() const {
  std::string text;
  if (exhaustive()) {
    text = "exhaustive";
  } else if (exhaustiveWithinBound()) {
    text = fmt::format("exhaustive to {} preemption{}", preemptions, preemptions == 1 ? "" : "s");
  } else if (strategy == "random") {
    text = "sampled";
  } else {
    text = fmt::format("{}, not finished", strategy);
    if (preemptions >= 0) text += fmt::format(", up to {} preemption{}", preemptions, preemptions == 1 ? "" : "s");
  }
  text += fmt::format(", {} schedule{}", executions, executions == 1 ? "" : "s");
  if (truncated > 0) text += fmt::format(", {} of them cut at the limit of steps", truncated);
  return text;
}

}  // namespace standstill::checker
