#include "tests/checker/reference.h"

#include <array>

namespace standstill::checker {
namespace {

// Everything there is, copied at each branch: slow and plain.
struct State {
  std::array<int, 2> variables{};
  std::array<int, 2> owners{-1, -1};
  std::vector<size_t> next;  // per thread: actions taken
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
      return instruction->action != Action::lock || state.owners[instruction->object] == -1;
    }
    const size_t firstJoin = others() + program_[0].size();
    if (thread != 0 || at < firstJoin || at >= firstJoin + others()) return true;
    const size_t joined = at - firstJoin + 1;
    return state.next[joined] == lengthOf(joined);
  }

  void step(State& state, size_t thread) const {
    const Instruction* instruction = instructionAt(thread, state.next[thread]++);
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
      case Action::signal:
      case Action::broadcast:
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
      State after = state;
      step(after, thread);
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
