#include "checker/report/timeline.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "checker/compare/printable.h"
#include "checker/compare/program_text.h"
#include "checker/compare/trace_view.h"

namespace standstill::checker {
namespace {

Look lookOf(Op op) {
  switch (op) {
    case Op::threadStart:
    case Op::threadExit:
    case Op::threadCreate:
      return Look::thread;
    case Op::mutexLock:
    case Op::mutexTryLock:
    case Op::readLock:
    case Op::tryReadLock:
    case Op::writeLock:
    case Op::tryWriteLock:
    case Op::semaphoreWait:
    case Op::semaphoreTryWait:
      return Look::acquire;
    case Op::mutexUnlock:
    case Op::readUnlock:
    case Op::writeUnlock:
    case Op::semaphorePost:
      return Look::release;
    case Op::atomicLoad:
    case Op::semaphoreRead:
      return Look::read;
    case Op::atomicStore:
    case Op::atomicUpdate:
      return Look::write;
    case Op::threadJoin:
    case Op::threadTryJoin:
    case Op::conditionWait:
    case Op::conditionTimeout:
    case Op::conditionReturn:
    case Op::futexWait:
    case Op::futexReturn:
    case Op::barrierArrive:
    case Op::barrierReturn:
      return Look::wait;
    case Op::conditionSignal:
    case Op::conditionBroadcast:
    case Op::futexWake:
    case Op::futexRequeue:
      return Look::wake;
    case Op::output:
      return Look::output;
    case Op::end:
      return Look::end;
    default:
      return Look::other;
  }
}

std::vector<ThreadId> members(ThreadSet set) {
  std::vector<ThreadId> threads;
  for (ThreadId i = 0; i < kMaxThreads; ++i) {
    if (contains(set, i)) threads.push_back(i);
  }
  return threads;
}

// One side's, step by step.
class SideBuilder {
 public:
  SideBuilder(const char* name, const Execution& execution, const Library& library,
              Symbols& symbols)
      : execution_(execution), library_(library), symbols_(symbols) {
    side_.name = name;
  }

  TimelineSide build() {
    for (const Observation& seen : execution_.outcome.observations)
      observed_[seen.step].push_back(
          printable(fmt::format("T{} observes {}", seen.on, seen.text())));
    for (const Execution::Begun& one : execution_.calls)
      calls_[one.step].push_back(
          printable(fmt::format("T{} {}", one.thread, describeCall(one, library_))));
    for (size_t i = 0; i < execution_.steps.size(); ++i) {
      side_.steps.push_back(stepAt(i));
      side_.threads = std::max<size_t>(side_.threads, execution_.steps[i].thread + 1);
      if (i < execution_.notes.size()) note(i);
    }
    side_.observed = from(observed_, execution_.steps.size());
    side_.calls = from(calls_, execution_.steps.size());
    side_.ending = printable(execution_.outcome.summary());
    side_.output = printable(execution_.outcome.output);
    return std::move(side_);
  }

 private:
  using ByStep = std::map<size_t, std::vector<std::string>>;  // by the step that follows

  static std::vector<std::string> from(const ByStep& texts, size_t first) {
    std::vector<std::string> all;
    for (auto later = texts.lower_bound(first); later != texts.end(); ++later)
      all.insert(all.end(), later->second.begin(), later->second.end());
    return all;
  }

  TimelineStep stepAt(size_t i) {
    const Step& step = execution_.steps[i];
    TimelineStep shown;
    shown.thread = step.thread;
    shown.what = printable(describeStep(step, library_, symbols_));
    shown.look = lookOf(step.op);
    shown.place = printable(symbols_.placeOf(library_, execution_, i).text());
    shown.enabled = members(step.enabled);
    if (const auto seen = observed_.find(i); seen != observed_.end()) shown.observed = seen->second;
    if (const auto begun = calls_.find(i); begun != calls_.end()) shown.calls = begun->second;
    if (i >= execution_.notes.size()) return shown;
    for (const uintptr_t caller : execution_.notes[i].callers) {
      const Symbols::Place place = symbols_.placeAt(library_, caller);
      if (!place.path.empty())
        shown.callers.push_back(printable(place.function + "  " + place.text()));
    }
    return shown;
  }

  void note(size_t i) {
    const StepNote& note = execution_.notes[i];
    if (!note.window.empty()) {
      const std::string reason = printable(note.window);
      const bool goesOn = !side_.windows.empty() && side_.windows.back().last + 1 == i &&
                          side_.windows.back().text == reason;
      if (!goesOn) side_.windows.push_back({reason, i, i});
      side_.windows.back().last = i;
    }
    ride(i, printable(note.lane));
  }

  // A ride goes on while its thread takes no step on anything else's behalf, and nobody else takes
  // one on this one's.
  void ride(size_t i, const std::string& lane) {
    const ThreadId thread = execution_.steps[i].thread;
    const auto [riding, isNew] = riding_.try_emplace(thread, lane);
    const bool changed = riding->second != lane;
    riding->second = lane;
    if (lane.empty()) return;
    const auto place = std::ranges::find(side_.lanes, lane);
    const auto index = static_cast<size_t>(place - side_.lanes.begin());
    if (place == side_.lanes.end()) {
      side_.lanes.push_back(lane);
      side_.rides.emplace_back();
    }
    std::vector<Ride>& rides = side_.rides[index];
    if (rides.empty() || isNew || changed || rides.back().thread != thread)
      rides.push_back({{lane, i, i}, thread});
    rides.back().last = i;
  }

  const Execution& execution_;
  const Library& library_;
  Symbols& symbols_;
  TimelineSide side_;
  ByStep observed_;
  ByStep calls_;
  std::map<ThreadId, std::string> riding_;  // what each thread worked on last
};

std::string differenceAt(const Counterexample& example, const Timeline& timeline) {
  const Divergence& parted = *example.divergence;
  const size_t ofOld = timeline.oldSide.steps.size();
  const size_t ofNew = timeline.newSide.steps.size();
  if (!parted.inSteps) {
    if (parted.step < std::max(ofOld, ofNew))
      return fmt::format("before step {} the builds observe something else", parted.step);
    return "all steps agree; the builds end differently";
  }
  if (parted.step >= ofOld) return fmt::format("the old build ends before step {}", parted.step);
  if (parted.step >= ofNew) return fmt::format("the new build ends before step {}", parted.step);
  const TimelineStep& oldStep = timeline.oldSide.steps[parted.step];
  const TimelineStep& newStep = timeline.newSide.steps[parted.step];
  if (oldStep.what == newStep.what && oldStep.enabled != newStep.enabled)
    return fmt::format("at step {} other threads could have gone on", parted.step);
  return fmt::format("at step {} the builds take different steps", parted.step);
}

}  // namespace

const char* name(Look look) {
  switch (look) {
    case Look::thread:
      return "thread";
    case Look::acquire:
      return "acquire";
    case Look::release:
      return "release";
    case Look::read:
      return "read";
    case Look::write:
      return "write";
    case Look::wait:
      return "wait";
    case Look::wake:
      return "wake";
    case Look::output:
      return "output";
    case Look::other:
      return "other";
    case Look::end:
      return "end";
  }
  return "?";
}

Timeline timelineOf(const Counterexample& example, const Library& oldLibrary,
                    const Library& newLibrary, Symbols& symbols) {
  Timeline timeline;
  timeline.oldSide = SideBuilder("old", example.oldSide, oldLibrary, symbols).build();
  timeline.newSide = SideBuilder("new", example.newSide, newLibrary, symbols).build();
  if (!example.divergence) return timeline;
  timeline.divergence = example.divergence->step;
  timeline.difference = differenceAt(example, timeline);
  return timeline;
}

}  // namespace standstill::checker
