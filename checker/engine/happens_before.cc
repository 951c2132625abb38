#include "checker/engine/happens_before.h"

#include <algorithm>
#include <array>
#include <bit>

namespace standstill::checker {
namespace {

constexpr uint32_t kNoLink = UINT32_MAX;
constexpr uint64_t kOnceRunning = 1;  // as pthread_once leaves its control

// What can keep a thread from taking a step.
enum class Blocking : uint8_t { never, object, signal, signalAndObject };

Blocking blockingOf(Op op) {
  switch (op) {
    case Op::mutexLock:
    case Op::readLock:
    case Op::writeLock:
    case Op::semaphoreWait:
    case Op::once:
      return Blocking::object;
    case Op::futexReturn:
    case Op::barrierReturn:
      return Blocking::signal;
    case Op::conditionReturn:
      return Blocking::signalAndObject;
    default:
      return Blocking::never;
  }
}

PendingStep pendingOf(const Step& step) { return {step.op, step.address, step.size, step.other}; }

}  // namespace

// ---- Bookkeeping

void HappensBefore::truncate(size_t length) {
  while (events_.size() > length) {
    const Event& last = events_.back();
    while (links_.size() > last.links) {
      heads_[links_.back().object] = links_.back().previous;
      links_.pop_back();
    }
    readers_.resize(last.readers);
    byThread_[last.thread].pop_back();
    events_.pop_back();
  }
  clocks_.resize(length * stride_);
}

// Clocks grow with the number of threads, which an execution may have more of than any before.
void HappensBefore::widen(size_t threads) {
  if (threads <= stride_) return;
  const size_t wider = std::bit_ceil(threads);
  std::vector<uint32_t> clocks(events_.size() * wider);
  for (size_t i = 0; i < events_.size(); ++i)
    std::copy_n(clocks_.data() + i * stride_, stride_, clocks.data() + i * wider);
  clocks_.swap(clocks);
  stride_ = wider;
  byThread_.resize(stride_);
  creations_.resize(stride_, kNone);
}

StepIndex HappensBefore::nextOf(ThreadId thread, StepIndex after) const {
  if (thread >= byThread_.size()) return kNone;
  const std::vector<StepIndex>& own = byThread_[thread];
  const auto next = std::ranges::upper_bound(own, after);
  return next == own.end() ? kNone : *next;
}

uint32_t& HappensBefore::headOf(uint64_t key) {
  const auto [place, isNew] = objects_.try_emplace(key, static_cast<uint32_t>(heads_.size()));
  if (isNew) heads_.push_back(kNoLink);
  return place->second;
}

void HappensBefore::link(const Event& event, StepIndex at) {
  for (const Access& access : Accesses(event.step)) {
    const uint32_t object = headOf(access.key);
    links_.push_back({at, heads_[object], object, access});
    heads_[object] = static_cast<uint32_t>(links_.size() - 1);
  }
}

void HappensBefore::take(uint32_t* past, StepIndex step) const {
  const uint32_t* clock = clockOf(step);
  for (size_t i = 0; i < stride_; ++i) past[i] = std::max(past[i], clock[i]);
}

// ---- Order and races

void HappensBefore::append(const Execution& execution, std::vector<Race>& races) {
  size_t threads = execution.unfinished.empty() ? 1 : execution.unfinished.back().thread + 1;
  for (size_t i = events_.size(); i < execution.steps.size(); ++i)
    threads = std::max<size_t>(threads, execution.steps[i].thread + 1);
  widen(threads);
  for (size_t i = events_.size(); i < execution.steps.size(); ++i) {
    const Step& step = execution.steps[i];
    const auto at = static_cast<StepIndex>(i);
    clocks_.resize((i + 1) * stride_);
    Event event{.step = pendingOf(step),
                .thread = step.thread,
                .past = 0,
                .links = static_cast<uint32_t>(links_.size()),
                .readers = static_cast<uint32_t>(readers_.size()),
                .woken = step.woken,
                .failed = step.before != 0,
                .found = step.before,
                .left = step.after,
                .finished = kNone};
    uint32_t* past = &clocks_[i * stride_];
    if (step.op == Op::threadJoin) event.finished = exitOf(static_cast<ThreadId>(step.after));
    order(event, past, at, races);
    event.past = *std::max_element(past, past + stride_);
    past[step.thread] = at + 1;
    link(event, at);
    if (step.op == Op::threadCreate) {
      widen(step.after + 1);
      creations_[step.after] = at;
    }
    byThread_[step.thread].push_back(at);
    events_.push_back(event);
  }
  auto at = static_cast<StepIndex>(events_.size());
  for (const Execution::Unfinished& left : execution.unfinished) {
    clocks_.resize((at + 1) * stride_);
    const bool joins = left.next.op == Op::threadJoin;
    const Event event{.step = left.next,
                      .thread = left.thread,
                      .past = 0,
                      .links = 0,
                      .readers = 0,
                      .woken = left.woken ? only(left.thread) : 0,
                      .failed = false,
                      .found = 0,
                      .left = 0,
                      .finished = joins ? exitOf(left.joins) : kNone};
    order(event, &clocks_[at * stride_], at, races);
    ++at;
  }
}

StepIndex HappensBefore::exitOf(ThreadId thread) const {
  if (thread >= byThread_.size() || byThread_[thread].empty()) return kNone;
  const StepIndex last = byThread_[thread].back();
  return events_[last].step.op == Op::threadExit ? last : kNone;
}

// Where the past begins to be free of what a race leaves as it is: `past`, and the steps that were
// waited for but stay.
StepIndex HappensBefore::pastWithout(const uint32_t* past, StepIndex without) const {
  StepIndex end = *std::max_element(past, past + stride_);
  for (const StepIndex step : waitedFor_) {
    if (!ordered(without, step)) end = std::max(end, step + 1);
  }
  return end;
}

// The same for a race that leaves out read locks, which may be all that something else comes by
// into `past`.
StepIndex HappensBefore::pastWithout(StepIndex ownPast, const Race& race) const {
  for (const StepIndex step : candidates_) {  // latest first
    if (!isLeftOut(step, race)) return std::max(ownPast, step + 1);
  }
  return ownPast;
}

// Works out what `event`, which would come at `at`, happens after, and which races that ends.
void HappensBefore::order(const Event& event, uint32_t* past, StepIndex at,
                          std::vector<Race>& races) {
  const std::vector<StepIndex>& own = byThread_[event.thread];
  if (!own.empty()) {
    take(past, own.back());
  } else if (event.thread != 0) {
    take(past, creations_[event.thread]);
  }
  if (event.finished != kNone) take(past, event.finished);
  gather(event, past);
  waitedFor_.clear();
  for (const StepIndex earlier : candidates_) {
    if (past[events_[earlier].thread] > earlier) continue;  // something lies between
    Race race{
        .first = earlier, .second = at, .thread = event.thread, .past = 0, .step = event.step};
    if (couldGoOn(event, earlier)) {
      race.past = pastWithout(past, earlier);
    } else if (event.step.op == Op::writeLock && takesForReading(events_[earlier]) &&
               leaveOutReaders(race)) {
      // The main thread was not created: kNone + 1 is 0.
      race.past = pastWithout(own.empty() ? creations_[event.thread] + 1 : own.back() + 1, race);
    } else {
      waitedFor_.push_back(earlier);
      continue;
    }
    races.push_back(race);
    take(past, earlier);
  }
  for (const StepIndex earlier : waitedFor_) take(past, earlier);
}

// The steps of others that conflict with `event` and that it is not known to come after, latest
// first. Those that are ordered before one of them by an access that covers them may be left out,
// unless it blocks: then the one before may be what it races with.
void HappensBefore::gather(const Event& event, const uint32_t* past) {
  candidates_.clear();
  const auto isNew = [&](StepIndex earlier) { return past[events_[earlier].thread] <= earlier; };
  if (event.step.op == Op::end) {
    for (const std::vector<StepIndex>& steps : byThread_) {
      if (!steps.empty() && isNew(steps.back())) candidates_.push_back(steps.back());
    }
  } else if (!events_.empty() && events_.back().step.op == Op::end) {
    candidates_.push_back(static_cast<StepIndex>(events_.size() - 1));
  }
  const bool blocks = blockingOf(event.step.op) != Blocking::never;
  for (const Access& access : Accesses(event.step)) {
    const auto object = objects_.find(access.key);
    if (object == objects_.end()) continue;
    for (uint32_t at = heads_[object->second]; at != kNoLink; at = links_[at].previous) {
      const Link& earlier = links_[at];
      if (!access.conflictsWith(earlier.access)) continue;
      const bool isOpen = isNew(earlier.event);
      if (isOpen) candidates_.push_back(earlier.event);
      if (earlier.access.covers(access) && !(isOpen && blocks)) break;
    }
  }
  std::ranges::sort(candidates_, std::greater{});
  const auto repeated = std::ranges::unique(candidates_);
  candidates_.erase(repeated.begin(), repeated.end());
}

// ---- Blocking operations

bool HappensBefore::takesForReading(const Event& event) {
  return event.step.op == Op::readLock || (event.step.op == Op::tryReadLock && !event.failed);
}

// Whether `event` could be taken if nothing that happens after the step `without`, nor that step,
// had been.
bool HappensBefore::couldGoOn(const Event& event, StepIndex without) const {
  switch (blockingOf(event.step.op)) {
    case Blocking::never:
      return event.step.op != Op::threadJoin ||
             (event.finished != kNone && !ordered(without, event.finished));
    case Blocking::object:
      return isOpen(event, event.step.address, without);
    case Blocking::signal:
      return wasWoken(event, without);
    case Blocking::signalAndObject:
      return wasWoken(event, without) && isOpen(event, event.step.other, without);
  }
  return true;
}

// The steps on one queue are totally ordered, so what is left out is the end of its chain.
bool HappensBefore::wasWoken(const Event& event, StepIndex without) const {
  ThreadSet woken = event.woken;
  const Access queue = [&] {
    const Accesses accesses(event.step);
    return *accesses.begin();
  }();
  const auto object = objects_.find(queue.key);
  if (object == objects_.end()) return contains(woken, event.thread);
  for (uint32_t at = heads_[object->second]; at != kNoLink; at = links_[at].previous) {
    if (!ordered(without, links_[at].event)) continue;
    woken = events_[links_[at].event].woken;
  }
  return contains(woken, event.thread);
}

// Works out the state of the lock, semaphore or once control from the steps that are kept.
bool HappensBefore::isOpen(const Event& event, uint64_t object, StepIndex without) const {
  PendingStep probe{Op::mutexLock, object};
  const Access access = *Accesses(probe).begin();
  const auto head = objects_.find(access.key);
  int readers = 0;
  const bool wantsToWrite = event.step.op == Op::writeLock;
  uint32_t at = head == objects_.end() ? kNoLink : heads_[head->second];
  // What is left out is the end of the chain: a semaphore then has what its first step found.
  uint64_t found = 0;
  for (; at != kNoLink; at = links_[at].previous) {
    const Event& earlier = events_[links_[at].event];
    if (ordered(without, links_[at].event)) {
      found = earlier.found;
      continue;
    }
    switch (earlier.step.op) {
      case Op::mutexLock:
      case Op::writeLock:
      case Op::conditionReturn:
        return false;
      case Op::mutexTryLock:
      case Op::tryWriteLock:
        if (!earlier.failed) return false;
        break;
      case Op::mutexUnlock:
      case Op::writeUnlock:
      case Op::conditionWait:
        return !wantsToWrite || readers == 0;
      case Op::readLock:
        ++readers;
        break;
      case Op::tryReadLock:
        readers += earlier.failed ? 0 : 1;
        break;
      case Op::readUnlock:
        --readers;
        break;
      case Op::semaphoreWait:
      case Op::semaphoreTryWait:
      case Op::semaphorePost:
      case Op::destroy:
        return event.step.op != Op::semaphoreWait || found > 0;
      case Op::once:
        return earlier.left != kOnceRunning;
      default:
        break;
    }
  }
  if (event.step.op == Op::semaphoreWait) return found > 0;
  return !wantsToWrite || readers == 0;
}

// Lists the read locks that have to go, besides the race's first step, so that its writer could go
// on. False if one of them is not later than that step, or comes before the writer in any case.
bool HappensBefore::leaveOutReaders(Race& race) {
  race.readers = race.readersEnd = static_cast<uint32_t>(readers_.size());
  for (;;) {
    const StepIndex inside = readerInside(race);
    if (inside == kNone) return true;
    const bool canGo =
        inside > race.first && std::ranges::find(candidates_, inside) != candidates_.end();
    if (!canGo) break;
    readers_.push_back(inside);
    ++race.readersEnd;
  }
  readers_.resize(race.readers);
  return false;
}

// The last read lock of what the race keeps that nothing of it releases, or kNone.
StepIndex HappensBefore::readerInside(const Race& race) const {
  const Access access = *Accesses(race.step).begin();
  std::array<uint32_t, kMaxThreads> released{};
  for (uint32_t at = heads_[objects_.at(access.key)]; at != kNoLink; at = links_[at].previous) {
    const Event& earlier = events_[links_[at].event];
    if (isLeftOut(links_[at].event, race)) continue;
    if (earlier.step.op == Op::readUnlock) {
      ++released[earlier.thread];
    } else if (takesForReading(earlier)) {
      if (released[earlier.thread] == 0) return links_[at].event;
      --released[earlier.thread];
    } else if (earlier.step.op == Op::writeUnlock) {
      return kNone;
    }
  }
  return kNone;
}

}  // namespace standstill::checker
