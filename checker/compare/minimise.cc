#include "checker/compare/minimise.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <bit>
#include <optional>
#include <utility>

#include "checker/engine/bounded_dfs.h"
#include "checker/engine/replay.h"
#include "checker/explore/interrupt.h"

namespace standstill::checker {

std::string Simplicity::describe() const {
  const auto counted = [](size_t count, const char* what, bool isLeast) {
    return fmt::format("{} {}{}{}", count, what, count == 1 ? "" : "s",
                       isLeast ? " (no fewer do)" : "");
  };
  return counted(static_cast<size_t>(preemptions), "preemption", fewestPreemptions) + ", " +
         counted(steps, "step", fewestSteps);
}

// Follows a schedule, or deviations, and notes the deviations and preemptions that it comes to.
class Minimiser::Deviating : public Strategy {
 public:
  explicit Deviating(const Deviations& wanted) : wanted_(&wanted) {}
  explicit Deviating(const Schedule& schedule)
      : replay_(std::in_place, schedule, Replay::OnDivergence::goOn) {}

  bool begin() override { return true; }
  bool end(const Execution&) override { return true; }
  const Coverage& coverage() const override { return coverage_; }

  ThreadId pick(const Choice& choice) override {
    const ThreadId usual = defaultPick(choice);
    const ThreadId next = replay_ ? replay_->pick(choice) : deviate(choice, usual);
    if (next != usual) taken.push_back({choice.current, steps_[choice.current], next});
    if (choice.isPreemption(next)) ++preemptions;
    ++steps_[next];
    return next;
  }

  bool allows(const Choice& choice) override {
    ++steps_[static_cast<size_t>(std::countr_zero(choice.candidates))];
    return true;
  }

  Deviations taken;
  int preemptions = 0;

 private:
  ThreadId deviate(const Choice& choice, ThreadId usual) const {
    for (const Deviation& one : *wanted_) {
      if (one.at == choice.current && one.steps == steps_[one.at] &&
          contains(choice.candidates, one.next))
        return one.next;
    }
    return usual;
  }

  const Deviations* wanted_ = nullptr;
  std::optional<Replay> replay_;
  std::array<uint64_t, kMaxThreads> steps_{};
  Coverage coverage_;
};

Minimiser::Minimiser(const Library& library, const Scenario& scenario, const Limits& limits,
                     Shows shows, std::chrono::steady_clock::time_point until)
    : engine_(Engine::instance()),
      library_(library),
      scenario_(scenario),
      limits_(limits),
      shows_(std::move(shows)),
      until_(until) {}

bool Minimiser::timeIsUp() const {
  return executions_ >= kMostExecutions || std::chrono::steady_clock::now() >= until_ ||
         InterruptEndsSearch::came();
}

Minimised Minimiser::run(const Schedule& schedule) {
  simplified(schedule);
  searchFewer();
  return {best_, of_};
}

Minimiser::Deviations Minimiser::simplified(const Schedule& schedule) {
  executions_ = 0;
  Deviating first(schedule);
  const Execution& execution = engine_.run(library_, scenario_, first, limits_);
  best_ = execution.schedule();
  of_ = {.preemptions = first.preemptions, .steps = best_.size()};
  deviations_ = std::move(first.taken);
  leaveOut();
  descend();
  return deviations_;
}

// True if the execution shows it and is simpler than the best; then it is the best.
bool Minimiser::isBest(const Execution& execution, int preemptions) {
  if (std::pair(preemptions, execution.steps.size()) >= std::pair(of_.preemptions, of_.steps) ||
      !shows_(execution))
    return false;
  best_ = execution.schedule();
  of_ = {.preemptions = preemptions, .steps = best_.size()};
  return true;
}

bool Minimiser::improves(const Deviations& deviations) {
  ++executions_;
  Deviating strategy(deviations);
  const Execution& execution = engine_.run(library_, scenario_, strategy, limits_);
  if (!isBest(execution, strategy.preemptions)) return false;
  deviations_ = std::move(strategy.taken);
  return true;
}

// What an execution with these deviations came to, if it shows it with no more preemptions than the
// best. If it is simpler, it is the best.
std::optional<Minimiser::Deviations> Minimiser::noWorse(const Deviations& deviations) {
  ++executions_;
  Deviating strategy(deviations);
  const Execution& execution = engine_.run(library_, scenario_, strategy, limits_);
  if (strategy.preemptions > of_.preemptions) return {};
  if (isBest(execution, strategy.preemptions)) {
    deviations_ = strategy.taken;
  } else if (!shows_(execution)) {
    return {};
  }
  return std::move(strategy.taken);
}

// Leaves out ever smaller pieces, until no single deviation can go.
void Minimiser::leaveOut() {
  for (size_t piece = deviations_.size(); piece > 0 && !timeIsUp();) {
    bool improved = false;
    for (size_t start = 0; start < deviations_.size() && !timeIsUp();) {
      Deviations fewer = deviations_;
      const auto begin = fewer.begin() + static_cast<ptrdiff_t>(start);
      fewer.erase(begin, begin + static_cast<ptrdiff_t>(std::min(piece, fewer.size() - start)));
      if (improves(fewer)) {
        improved = true;
      } else {
        start += piece;
      }
    }
    if (!improved || piece > deviations_.size()) piece /= 2;
  }
}

namespace {

// Moves a deviation by up to so many of its thread's steps, to either side.
void move(Minimiser::Deviation& moved, uint64_t farthest, Randomness& random) {
  const uint64_t earlier = std::min(moved.steps, farthest);
  moved.steps = moved.steps - earlier + random.below(earlier + farthest + 1);
}

// Without up to three of the deviations, and mostly with another one moved.
Minimiser::Deviations neighbour(Minimiser::Deviations changed, Randomness& random) {
  constexpr uint64_t kMostLeftOut = 3;
  constexpr uint64_t kFarthest = 16;
  for (uint64_t left = random.below(kMostLeftOut + 1); left > 0 && !changed.empty(); --left)
    changed.erase(changed.begin() + static_cast<ptrdiff_t>(random.below(changed.size())));
  if (!changed.empty() && random.below(4) != 0)
    move(changed[random.below(changed.size())], kFarthest, random);
  return changed;
}

// With each of them moved or not, by little or by about a call.
Minimiser::Deviations shifted(Minimiser::Deviations changed, Randomness& random) {
  for (Minimiser::Deviation& one : changed)
    if (random.below(2) == 0) move(one, uint64_t{4} << (2 * random.below(3)), random);
  return changed;
}

}  // namespace

void Minimiser::descend() {
  Randomness random;
  random.start(0, 0);
  Deviations at = deviations_;
  const auto limit = [&] { return kNeighbours * at.size(); };
  for (uint64_t inVain = 0; inVain < limit() && at.size() > 1 && !timeIsUp(); ++inVain) {
    const Simplicity before = of_;
    if (std::optional<Deviations> next = noWorse(neighbour(at, random))) at = *std::move(next);
    if (of_.preemptions < before.preemptions || of_.steps < before.steps) inVain = 0;
  }
}

std::optional<Schedule> Minimiser::nearby(const Deviations& deviations) {
  Randomness random;
  random.start(0, 1);
  for (uint64_t tries = 0; tries < kNearby && !timeIsUp(); ++tries) {
    const Deviations wanted = tries == 0 ? deviations : shifted(deviations, random);
    Deviating strategy(wanted);
    const Execution& execution = engine_.run(library_, scenario_, strategy, limits_);
    if (shows_(execution)) return execution.schedule();
  }
  return {};
}

void Minimiser::searchFewer() {
  for (int bound = 0; bound <= of_.preemptions; ++bound) {
    const bool ended = search(bound);
    of_.fewestPreemptions = of_.preemptions <= bound;
    if (!ended) return;
  }
  of_.fewestSteps = true;
}

// Runs all schedules with at most so many preemptions, of which none with fewer shows it. False if
// that was not all there are.
bool Minimiser::search(int preemptions) {
  BoundedDfs search(preemptions);
  Limits limits = limits_;
  while (search.begin()) {
    if (timeIsUp()) return false;
    ++executions_;
    // One that takes more steps than the best needs not be followed to its end.
    if (of_.preemptions == preemptions) limits.steps = std::min<uint64_t>(limits_.steps, of_.steps);
    const Execution& execution = engine_.run(library_, scenario_, search, limits);
    search.end(execution);
    isBest(execution, preemptions);
  }
  return search.coverage().broken == 0 && search.coverage().madeFair == 0;
}

}  // namespace standstill::checker
