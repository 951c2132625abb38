#include "checker/compare/trials.h"

#include <fmt/format.h>

#include "checker/engine/replay.h"

namespace standstill::checker {

Trials::Trials(const Library& oldLibrary, const Library& newLibrary, const std::string& scenario,
               Declared& declared, const CompareOptions& options, const Judge& judge,
               ScenarioReport& report)
    : engine_(Engine::instance()),
      old_{oldLibrary, *oldLibrary.find(scenario), Side::oldBuild},
      new_{newLibrary, *newLibrary.find(scenario), Side::newBuild},
      declared_(declared),
      options_(options),
      judge_(judge),
      report_(report),
      limits_(options.limits),
      progress_(options.progress) {}

const Execution& Trials::run(const Build& build, Strategy& strategy) {
  if (++executions_ % 256 == 0) progress_(report_.schedules);
  const Execution& execution = engine_.run(build.library, build.scenario, strategy, limits_);
  note(build, execution);
  return execution;
}

const Execution& Trials::replay(const Build& build, const Schedule& schedule) {
  Replay replay(schedule, Replay::OnDivergence::goOn);
  return run(build, replay);
}

void Trials::note(const Build& build, const Execution& execution) {
  report_.intercepted.add(execution);
  report_.weakOrders |= execution.weakOrders;
  const Outcome& outcome = execution.outcome;
  const bool isQuiet =
      outcome.kind == OutcomeKind::completed || outcome.kind == OutcomeKind::redundant;
  report_.showsNothing &= isQuiet && outcome.observations.empty() && outcome.output.empty();
  if (outcome.kind == OutcomeKind::race) noteRace(build.side);
}

void Trials::noteRace(Side side) {
  const bool hadRaced = bothRaced();
  (side == Side::oldBuild ? oldRaced_ : newRaced_) = true;
  // The other half of the time is for what comes behind the races.
  if (bothRaced() && !hadRaced) deadline_ = some(0, 0.5).until;
}

Outcome Trials::comparable(const Build& build, const Outcome& outcome) {
  const bool isDeclared = &build == &old_ && !declared_.differences().empty();
  Outcome result = isDeclared ? declared_.apply(outcome) : outcome;
  return mask_.empty() ? result : mask_.apply(result);
}

std::optional<Divergence> Trials::parting(const Execution& oldSide, const Execution& newSide) {
  // What there is nothing to change in need not be copied.
  if (declared_.differences().empty() && mask_.empty())
    return judge_.parting(oldSide, oldSide.outcome, newSide, newSide.outcome);
  return judge_.parting(oldSide, comparable(old_, oldSide.outcome), newSide,
                        comparable(new_, newSide.outcome));
}

std::optional<Divergence> Trials::partingOf(const Execution& one, const Execution& other) {
  if (mask_.empty()) return judge_.parting(one, one.outcome, other, other.outcome);
  return judge_.parting(one, mask_.apply(one.outcome), other, mask_.apply(other.outcome));
}

Counterexample Trials::runBoth(const Schedule& schedule) {
  Engine& engine = Engine::instance();
  engine.keepNotes(true);
  Counterexample both{.schedule = schedule,
                      .oldSide = replay(old_, schedule),
                      .newSide = {},
                      .races = limits_.races,
                      .divergence = {}};
  both.newSide = replay(new_, schedule);
  engine.keepNotes(false);
  both.divergence = parting(both.oldSide, both.newSide);
  return both;
}

bool Trials::isUsable(const Build& build, const Execution& execution) {
  if (execution.outcome.kind == OutcomeKind::unsupported) {
    breakOff(fmt::format("the {} build cannot be explored: {}", name(build.side),
                         execution.outcome.message));
  }
  if (execution.outcome.kind == OutcomeKind::diverged) {
    breakOff(fmt::format("the {} build does not repeat itself: {}", name(build.side),
                         execution.outcome.message));
  }
  return !broken_;
}

void Trials::breakOff(std::string explanation) {
  if (!broken_) report_.explanation = std::move(explanation);
  broken_ = true;
}

Effort Trials::some(uint64_t executions, double part) const {
  const auto now = Clock::now();
  if (now >= deadline_) return {executions, now};
  const std::chrono::duration<double> left = deadline_ - now;
  return {executions, now + std::chrono::duration_cast<Clock::duration>(left * part)};
}

}  // namespace standstill::checker
