#include "checker/engine/strategy.h"

#include <fmt/format.h>

#include <algorithm>
#include <bit>

#include "checker/engine/execution.h"

namespace standstill::checker {

ThreadId defaultPick(const Choice& choice) {
  ThreadSet free = choice.withoutPreemption();
  if (choice.currentYields && (free & ~only(choice.current)) != 0) free &= ~only(choice.current);
  if (free == 0) free = choice.candidates;
  const ThreadSet later = free & ~((only(choice.current) << 1) - 1);
  const bool currentIsFree = contains(free, choice.current);
  return currentIsFree ? choice.current
                       : static_cast<ThreadId>(std::countr_zero(later != 0 ? later : free));
}

void Coverage::count(const Execution& execution) {
  weakOrders |= execution.weakOrders;
  ++executions;
  if (execution.outcome.kind == OutcomeKind::livelock) ++cut;
  if (execution.outcome.kind == OutcomeKind::diverged ||
      execution.outcome.kind == OutcomeKind::unsupported)
    ++broken;
  if (execution.madeFair) ++madeFair;
  if (execution.exemptsRaces) ++exempting;
}

void Coverage::merge(const Coverage& other) {
  complete = complete && other.complete;
  bounded = bounded || other.bounded;
  preemptions = std::max(preemptions, other.preemptions);
  executions += other.executions;
  cut += other.cut;
  broken += other.broken;
  madeFair += other.madeFair;
  exempting += other.exempting;
  redundant += other.redundant;
  irreducible += other.irreducible;
  weakOrders = weakOrders || other.weakOrders;
}

std::string Coverage::describe() const {
  std::string text;
  const char* plural = preemptions == 1 ? "" : "s";
  if (exhaustive()) {
    text = "exhaustive";
  } else if (exhaustiveWithinBound()) {
    text = fmt::format("exhaustive to {} preemption{}", preemptions, plural);
  } else if (strategy == "auto" || strategy == "random" || strategy == "pct" || strategy == "pos") {
    text = "sampled";
  } else {
    text = complete ? "searched" : "unfinished";
    if (preemptions >= 0) text += fmt::format(" up to {} preemption{}", preemptions, plural);
  }
  text += fmt::format(", {} schedule{}", executions, executions == 1 ? "" : "s");
  if (cut > 0) text += fmt::format(", {} cut at the limit of steps", cut);
  if (broken > 0) text += fmt::format(", {} that could not be followed", broken);
  if (irreducible > 0) text += fmt::format(", {} that read a clock", irreducible);
  if (exempting > 0) text += fmt::format(", {} with a data race that the code exempts", exempting);
  if (madeFair > 0) text += fmt::format(", {} made fair", madeFair);
  return text;
}

}  // namespace standstill::checker
