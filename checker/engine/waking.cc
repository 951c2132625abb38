// Who is woken: signals and the threads that wait for them.
//
// POSIX leaves open which waiter a signal wakes, and so does the kernel for futexes in effect. A
// signal with fewer takers than waiters is therefore on its way to any of these: each can go on,
// and the first one that does has been meant. Until then the others must not be woken by it for
// certain, nor may more threads be promised something than there are signals; hence the matching
// below.
//
// Nothing is lost by deciding late: that a thread was woken shows in nothing but its going on. Nor
// by keeping a candidate from timing out meanwhile: it could as well have timed out before the
// signal.
#include <array>
#include <bit>

#include "checker/engine/engine.h"

namespace standstill::checker {
namespace {

ThreadId firstOf(ThreadSet set) { return static_cast<ThreadId>(std::countr_zero(set)); }

// Finds a taker for each signal by augmenting paths.
class Matching {
 public:
  explicit Matching(const std::vector<Signal>& signals) : signals_(signals) {
    takenBy_.fill(kNobody);
  }

  bool coversAll() {
    for (size_t i = 0; i < signals_.size(); ++i) {
      ThreadSet seen = 0;
      if (!find(i, seen)) return false;
    }
    return true;
  }

 private:
  static constexpr size_t kNobody = SIZE_MAX;

  bool find(size_t signal, ThreadSet& seen) {
    for (ThreadSet rest = signals_[signal].candidates & ~seen; rest != 0; rest &= rest - 1) {
      const ThreadId thread = firstOf(rest);
      if (contains(seen, thread)) continue;
      seen |= only(thread);
      if (takenBy_[thread] == kNobody || find(takenBy_[thread], seen)) {
        takenBy_[thread] = signal;
        return true;
      }
    }
    return false;
  }

  const std::vector<Signal>& signals_;
  std::array<size_t, kMaxThreads> takenBy_{};
};

}  // namespace

ThreadSet Engine::waitingIn(uintptr_t queue, uint32_t bits) const {
  ThreadSet waiting = 0;
  for (uint32_t i = 0; i < threadCount_; ++i) {
    const WaitCondition& wait = threads_[i]->wait;
    if (!threads_[i]->finished && wait.queue == queue && !wait.woken && (wait.bits & bits) != 0)
      waiting |= only(i);
  }
  return waiting;
}

int Engine::waitersIn(uintptr_t queue) const { return std::popcount(waitingIn(queue, ~0U)); }

// Every thread but the current one stands in front of a step, and its wait is that step's.
bool Engine::isWaitedFor(uintptr_t object) const {
  for (uint32_t i = 0; i < threadCount_; ++i) {
    const Thread& thread = *threads_[i];
    if (thread.finished || &thread == current_) continue;
    const WaitCondition& wait = thread.wait;
    if ((wait.queue == object || wait.address == object) && !wait.woken) return true;
  }
  return false;
}

uintptr_t Engine::mutexOfWaiters(uintptr_t queue) const {
  const ThreadSet waiting = waitingIn(queue, ~0U);
  return waiting == 0 ? 0 : threads_[firstOf(waiting)]->wait.address;
}

int Engine::wake(uintptr_t queue, int count, uint32_t bits) {
  return send(queue, waitingIn(queue, bits), count);
}

int Engine::send(uintptr_t queue, ThreadSet waiting, int count) {
  const int waiters = std::popcount(waiting);
  if (signals_.empty() && waiters <= count) {
    for (ThreadSet rest = waiting; rest != 0; rest &= rest - 1)
      threads_[firstOf(rest)]->wait.woken = true;
    return waiters;
  }
  int sent = 0;
  for (; sent < count && waiting != 0; ++sent) {
    signals_.push_back({queue, waiting});
    if (Matching(signals_).coversAll()) continue;
    signals_.pop_back();
    break;
  }
  settle(queue);
  return sent;
}

// As many signals as threads that could take them: all of these are woken.
void Engine::settle(uintptr_t queue) {
  ThreadSet candidates = 0;
  int count = 0;
  for (const Signal& signal : signals_) {
    if (signal.queue != queue) continue;
    candidates |= signal.candidates;
    ++count;
  }
  const bool isDecided = count == std::popcount(candidates);
  if (isDecided) std::erase_if(signals_, [&](const Signal& one) { return one.queue == queue; });
  for (ThreadSet rest = waitingIn(queue, ~0U); rest != 0; rest &= rest - 1) {
    WaitCondition& wait = threads_[firstOf(rest)]->wait;
    wait.mayWake = !isDecided && contains(candidates, firstOf(rest));
    if (isDecided) wait.woken = contains(candidates, firstOf(rest));
  }
}

// The signal with the fewest other takers, which is the earliest of those that the thread could
// take unless bits tell waiters apart: so most is left open for the others.
void Engine::takeSignal(Thread& thread) {
  auto taken = signals_.end();
  for (auto signal = signals_.begin(); signal != signals_.end(); ++signal) {
    if (!contains(signal->candidates, thread.id)) continue;
    const bool isNarrower = taken == signals_.end() ||
                            std::popcount(signal->candidates) < std::popcount(taken->candidates);
    if (isNarrower) taken = signal;
  }
  thread.wait.woken = true;
  thread.wait.mayWake = false;
  signals_.erase(taken);
  for (Signal& signal : signals_) signal.candidates &= ~only(thread.id);
  settle(thread.wait.queue);
}

// All are moved first: whoever is woken then does not care where it waited.
int Engine::requeue(uintptr_t queue, uintptr_t to, int count) {
  const ThreadSet waiting = waitingIn(queue, ~0U);
  for (ThreadSet rest = waiting; rest != 0; rest &= rest - 1)
    threads_[firstOf(rest)]->wait.queue = to;
  for (Signal& signal : signals_) signal.queue = signal.queue == queue ? to : signal.queue;
  send(to, waiting, count);
  return std::popcount(waiting);
}

}  // namespace standstill::checker
