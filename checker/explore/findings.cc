#include "checker/explore/findings.h"

#include <algorithm>
#include <functional>

namespace standstill::checker {
namespace {

uint64_t hashOf(const Outcome& outcome) {
  uint64_t hash = static_cast<uint64_t>(outcome.kind);
  const auto mix = [&hash](uint64_t value) {
    hash = (hash ^ value) * 0x9e3779b97f4a7c15;
    hash ^= hash >> 32;
  };
  const std::hash<std::string> text;
  mix(text(outcome.message));
  mix(text(outcome.output));
  mix(text(outcome.toStdout));
  for (const Observation& seen : outcome.observations) {
    mix(seen.thread);
    mix(text(seen.key));
    mix(text(seen.value));
  }
  return hash;
}

}  // namespace

FoundOutcome& Findings::entryOf(const Outcome& outcome, bool& isNew) {
  isNew = false;
  if (last_ < outcomes_.size() && outcomes_[last_].outcome == outcome) return outcomes_[last_];
  const uint64_t hash = hashOf(outcome);
  const auto [begin, end] = byHash_.equal_range(hash);
  for (auto place = begin; place != end; ++place) {
    if (outcomes_[place->second].outcome == outcome) return outcomes_[last_ = place->second];
  }
  isNew = true;
  last_ = outcomes_.size();
  byHash_.emplace(hash, last_);
  outcomes_.push_back({.outcome = outcome, .count = 0, .schedule = {}, .repro = {}});
  return outcomes_.back();
}

void Findings::add(const Execution& execution) {
  steps += execution.steps.size();
  bool isNew = false;
  FoundOutcome& entry = entryOf(execution.outcome, isNew);
  if (isNew) entry.schedule = execution.schedule();
  ++entry.count;
}

void Findings::add(const Outcome& outcome, uint64_t count, Schedule schedule) {
  bool isNew = false;
  FoundOutcome& entry = entryOf(outcome, isNew);
  const bool isSimpler = schedule.size() < entry.schedule.size() ||
                         (schedule.size() == entry.schedule.size() && schedule < entry.schedule);
  if (isNew || isSimpler) entry.schedule = std::move(schedule);
  entry.count += count;
}

void Findings::setRepro(const Outcome& outcome, const std::string& file) {
  bool isNew = false;
  FoundOutcome& entry = entryOf(outcome, isNew);
  if (entry.repro.empty()) entry.repro = file;
}

void Findings::merge(const Findings& other) {
  for (const FoundOutcome& found : other.outcomes_) {
    add(found.outcome, found.count, found.schedule);
    if (!found.repro.empty()) setRepro(found.outcome, found.repro);
  }
  coverage.merge(other.coverage);
  steps += other.steps;
  seconds = std::max(seconds, other.seconds);
  interrupted = interrupted || other.interrupted;
}

std::vector<FoundOutcome>& Findings::sorted() {
  std::ranges::sort(outcomes_, [](const FoundOutcome& one, const FoundOutcome& other) {
    return one.outcome.kind != other.outcome.kind ? one.outcome.kind < other.outcome.kind
                                                  : one.outcome.key() < other.outcome.key();
  });
  byHash_.clear();
  for (size_t i = 0; i < outcomes_.size(); ++i) byHash_.emplace(hashOf(outcomes_[i].outcome), i);
  last_ = SIZE_MAX;
  return outcomes_;
}

bool Findings::hasFailures() const {
  return std::ranges::any_of(outcomes_, [](const FoundOutcome& found) {
    return found.outcome.kind != OutcomeKind::completed;
  });
}

}  // namespace standstill::checker
