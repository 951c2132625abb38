#include "tests/checker/random_program.h"

#include <rapidcheck.h>

// RapidCheck prints failing programs with this.
static void showValue(const Instruction& instruction, std::ostream& stream) {
  static constexpr const char* kNames[] = {"load",         "store",     "add",         "lock",
                                           "unlock",       "try lock",  "wait",        "signal",
                                           "broadcast",    "read lock", "read unlock", "write lock",
                                           "write unlock", "post",      "acquire"};
  stream << kNames[static_cast<int>(instruction.action)] << ' ' << int{instruction.object};
}

namespace standstill::checker {
namespace {

// Unlocks only what the thread holds for certain, locks nothing twice and waits with the mutex
// held: all else are errors of the subject.
std::vector<Instruction> wellFormed(const std::vector<Instruction>& instructions) {
  std::vector<Instruction> result;
  bool holds[2] = {};
  bool tried[2] = {};
  bool reads[2] = {};
  bool writes[2] = {};
  for (const Instruction& one : instructions) {
    const unsigned char m = one.object;
    if (one.action == Action::unlock && (!holds[m] || tried[m])) continue;
    if ((one.action == Action::lock || one.action == Action::tryLock) && (holds[m] || tried[m]))
      continue;
    if (one.action == Action::wait && (!holds[m] || tried[m])) continue;
    const bool takes = one.action == Action::readLock || one.action == Action::writeLock;
    if (takes && (reads[m] || writes[m])) continue;
    if (one.action == Action::readUnlock && !reads[m]) continue;
    if (one.action == Action::writeUnlock && !writes[m]) continue;
    if (one.action == Action::readLock || one.action == Action::readUnlock) reads[m] = takes;
    if (one.action == Action::writeLock || one.action == Action::writeUnlock) writes[m] = takes;
    if (one.action == Action::lock) holds[m] = true;
    if (one.action == Action::tryLock) tried[m] = true;
    if (one.action == Action::unlock) holds[m] = false;
    result.push_back(one);
  }
  return result;
}

}  // namespace

Instructions randomProgram(size_t threads, size_t mostEach, const std::vector<Action>& actions) {
  const auto instruction = rc::gen::construct<Instruction>(rc::gen::elementOf(actions),
                                                           rc::gen::element<unsigned char>(0, 1));
  Instructions program(threads);
  for (size_t t = 0; t < threads; ++t) {
    const auto length = *rc::gen::resize(100, rc::gen::inRange<size_t>(0, mostEach + 1));
    program[t] = wellFormed(*rc::gen::container<std::vector<Instruction>>(length, instruction));
  }
  for (const auto& instructions : program) {
    RC_LOG() << "thread:";
    for (const Instruction& one : instructions) {
      RC_LOG() << ' ';
      showValue(one, RC_LOG());
    }
    RC_LOG() << '\n';
  }
  return program;
}

Instructions randomProgram(size_t threads, size_t mostEach) {
  return randomProgram(
      threads, mostEach,
      {Action::load, Action::store, Action::add, Action::lock, Action::unlock, Action::tryLock});
}

Explored exploreProgram(const Instructions& instructions, Strategy& strategy) {
  Engine::instance().setInput(encode(instructions));
  return explore(program("interpreter"), "interpreter", strategy);
}

}  // namespace standstill::checker
