#include "tests/checker/reference.h"

#include <array>

namespace standstill::checker {
namespace {

// How far a thread is with a wait on a condition variable.
enum class Waiting { no, asleep, woken };

// Everything there is, copied at each branch: slow and plain.
struct State {
  std::array<int, 2> variables{};
  std::array<int, 2> owners{-1, -1};
  std::array<int, 2> readers{};
  std::array<int, 2> writers{-1, -1};
  std::array<int, 2> permits{0, 1};
  std::vector<size_t> next;  // per thread: actions taken
  std::vector<Waiting> waiting;
  std::vector<int> stored;
  std::vector<std::string> seen;
};

class Enumerator {
 public:
  Enumerator(const Instructions& program, std::optional<int> bound)
      : program_(program), bound_(bound) {}

  ReferenceResult run() {
    State state;
    state.next.resize(program_.size());
    state.waiting.resize(program_.size());
    state.stored.resize(program_.size());
    state.seen.resize(program_.size());
    explore(state, 0, 0);
    return result_;
  }

 private:
  size_t others() const { return program_.size() - 1; }

  // The main thread: creates, instructions, joins, two reads. The others: start, instructions,
  // exit.
  size_t lengthOf(size_t thread) const {
    return program_[thread].size() + (thread == 0 ? 2 * others() + 2 : 2);
  }
  const Instruction* instructionAt(size_t thread, size_t at) const {
    const size_t first = thread == 0 ? others() : 1;
    return at >= first && at < first + program_[thread].size() ? &program_[thread][at - first]
                                                               : nullptr;
  }

  bool isEnabled(const State& state, size_t thread) const {
    const size_t at = state.next[thread];
    if (at == lengthOf(thread)) return false;
    if (thread > 0 && state.next[0] < thread) return false;  // not created yet
    if (const Instruction* instruction = instructionAt(thread, at)) {
      return isEnabled(state, thread, *instruction);
    }
    const size_t firstJoin = others() + program_[0].size();
    if (thread != 0 || at < firstJoin || at >= firstJoin + others()) return true;
    const size_t joined = at - firstJoin + 1;
    return state.next[joined] == lengthOf(joined);
  }

  static bool isEnabled(const State& state, size_t thread, const Instruction& instruction) {
    const unsigned char object = instruction.object;
    switch (instruction.action) {
      case Action::lock:
        return state.owners[object] == -1;
      case Action::wait:
        return state.waiting[thread] == Waiting::no ||
               (state.waiting[thread] == Waiting::woken && state.owners[object] == -1);
      case Action::readLock:
        return state.writers[object] == -1;
      case Action::writeLock:
        return state.writers[object] == -1 && state.readers[object] == 0;
      case Action::acquire:
        return state.permits[object] > 0;
      default:
        return true;
    }
  }

  // Threads that sleep on the condition variable `object`.
  std::vector<size_t> sleepers(const State& state, unsigned char object) const {
    std::vector<size_t> threads;
    for (size_t thread = 0; thread < program_.size(); ++thread) {
      if (state.waiting[thread] == Waiting::asleep &&
          instructionAt(thread, state.next[thread])->object == object)
        threads.push_back(thread);
    }
    return threads;
  }

  // A signal wakes any one: a state for each. All other steps lead to one.
  std::vector<State> successors(const State& state, size_t thread) const {
    const Instruction* instruction = instructionAt(thread, state.next[thread]);
    std::vector<State> after;
    if (instruction != nullptr && instruction->action == Action::signal) {
      for (const size_t sleeper : sleepers(state, instruction->object)) {
        after.push_back(state);
        ++after.back().next[thread];
        after.back().waiting[sleeper] = Waiting::woken;
      }
      if (!after.empty()) return after;
    }
    after.push_back(state);
    step(after.back(), thread);
    return after;
  }

  void step(State& state, size_t thread) const {
    const Instruction* instruction = instructionAt(thread, state.next[thread]);
    if (instruction != nullptr && instruction->action == Action::wait &&
        state.waiting[thread] == Waiting::no) {
      state.waiting[thread] = Waiting::asleep;
      state.owners[instruction->object] = -1;
      return;
    }
    ++state.next[thread];
    if (instruction == nullptr) return;
    int& variable = state.variables[instruction->object];
    int& owner = state.owners[instruction->object];
    switch (instruction->action) {
      case Action::load:
        state.seen[thread] += std::to_string(variable) + ",";
        break;
      case Action::store:
        variable = static_cast<int>(thread) * 10 + ++state.stored[thread];
        break;
      case Action::add:
        state.seen[thread] += std::to_string(variable) + ",";
        variable += 100;
        break;
      case Action::lock:
        owner = static_cast<int>(thread);
        break;
      case Action::unlock:
        owner = -1;
        break;
      case Action::tryLock:
        state.seen[thread] += owner == -1 ? "got," : "busy,";
        if (owner == -1) owner = static_cast<int>(thread);
        break;
      case Action::wait:
        state.waiting[thread] = Waiting::no;
        owner = static_cast<int>(thread);
        break;
      case Action::signal:  // with nobody asleep
        break;
      case Action::broadcast:
        for (const size_t sleeper : sleepers(state, instruction->object))
          state.waiting[sleeper] = Waiting::woken;
        break;
      case Action::readLock:
        ++state.readers[instruction->object];
        break;
      case Action::readUnlock:
        --state.readers[instruction->object];
        break;
      case Action::writeLock:
        state.writers[instruction->object] = static_cast<int>(thread);
        break;
      case Action::writeUnlock:
        state.writers[instruction->object] = -1;
        break;
      case Action::post:
        ++state.permits[instruction->object];
        break;
      case Action::acquire:
        --state.permits[instruction->object];
        break;
    }
  }

  void explore(const State& state, size_t current, int preemptions) {
    bool any = false;
    for (size_t thread = 0; thread < program_.size(); ++thread) {
      if (!isEnabled(state, thread)) continue;
      any = true;
      const int cost = thread != current && isEnabled(state, current) ? 1 : 0;
      if (bound_ && preemptions + cost > *bound_) continue;
      for (const State& after : successors(state, thread))
        explore(after, thread, preemptions + cost);
    }
    if (any) return;
    ++result_.interleavings;
    ++result_.outcomes[outcomeOf(state)];
  }

  std::string outcomeOf(const State& state) const {
    for (size_t thread = 0; thread < program_.size(); ++thread) {
      if (state.next[thread] < lengthOf(thread)) return "deadlock";
    }
    std::string all;
    for (const std::string& one : state.seen) all += one + ";";
    return "completed: seen=\"" + all + "\", x=" + std::to_string(state.variables[0]) +
           ", y=" + std::to_string(state.variables[1]);
  }

  const Instructions& program_;
  std::optional<int> bound_;
  ReferenceResult result_;
};

}  // namespace

ReferenceResult enumerate(const Instructions& program, std::optional<int> preemptions) {
  return Enumerator(program, preemptions).run();
}

}  // namespace standstill::checker
