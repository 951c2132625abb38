// The optimal search judged by the search without reduction: of random small programs, as many
// executions as there are different Mazurkiewicz traces among all interleavings, and the same
// outcomes.
//
// What a trace is, is said here once more and otherwise than in the explorer: for each object, the
// order of the steps that change it, and between which of them each step that only reads it comes.
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <map>
#include <set>

#include "checker/engine/optimal_dpor.h"
#include "tests/checker/random_program.h"

namespace standstill::checker {
namespace {

// An object's history: the steps that changed it, each followed by those that read it then.
struct History {
  std::string changes;
  std::set<std::string> reads;

  void change(const std::string& step) {
    close();
    changes += step + '!';
  }
  void close() {
    for (const std::string& read : reads) changes += read + '?';
    reads.clear();
  }
};

std::string traceOf(const Execution& execution) {
  std::map<std::string, History> objects;
  std::map<ThreadId, int> taken;
  for (const Step& step : execution.steps) {
    const std::string name =
        std::to_string(step.thread) + "." + std::to_string(++taken[step.thread]);
    const std::string at = std::to_string(step.address);
    switch (step.op) {
      case Op::atomicLoad:
      case Op::readLock:
      case Op::readUnlock:
        objects[at].reads.insert(name);
        break;
      case Op::atomicStore:
      case Op::atomicUpdate:
      case Op::mutexLock:
      case Op::mutexTryLock:
      case Op::mutexUnlock:
      case Op::conditionSignal:
      case Op::conditionBroadcast:
      case Op::writeLock:
      case Op::writeUnlock:
      case Op::semaphoreWait:
      case Op::semaphorePost:
        objects[at].change(name);
        break;
      case Op::conditionWait:
      case Op::conditionReturn:
        objects[at].change(name);
        objects[std::to_string(step.other)].change(name);
        break;
      case Op::threadStart:
      case Op::threadExit:
      case Op::threadCreate:  // by the main thread alone, here
      case Op::threadJoin:
      case Op::end:
        break;
      default:
        ADD_FAILURE() << "no such step in these programs: " << checker::name(step.op);
    }
  }
  std::string trace;
  for (auto& [object, history] : objects) {
    history.close();
    trace += object + ":" + history.changes + " ";
  }
  for (const auto& [thread, steps] : taken) trace += std::to_string(steps) + " ";
  return trace;
}

struct All {
  std::set<std::string> outcomes;
  std::map<std::string, uint64_t> traces;  // how often each one was explored
  Coverage coverage;
};

All run(const Instructions& instructions, Strategy& strategy) {
  All all;
  Engine& engine = Engine::instance();
  engine.setInput(encode(instructions));
  const Library& library = program("interpreter");
  while (strategy.begin()) {
    const Execution& execution =
        engine.run(library, *library.find("interpreter"), strategy, Limits{});
    if (!strategy.end(execution)) continue;
    all.outcomes.insert(execution.outcome.key());
    ++all.traces[traceOf(execution)];
  }
  all.coverage = strategy.coverage();
  return all;
}

const std::vector<Action> kAll = {Action::load, Action::store,  Action::add,
                                  Action::lock, Action::unlock, Action::tryLock,
                                  Action::wait, Action::signal, Action::broadcast};

void agree(const Instructions& instructions) {
  BoundedDfs everything({});
  const All all = run(instructions, everything);
  OptimalDpor search;
  const All found = run(instructions, search);
  RC_ASSERT(all.coverage.exhaustive());
  RC_ASSERT(found.coverage.exhaustive());
  RC_ASSERT(found.outcomes == all.outcomes);
  RC_ASSERT(found.traces.size() == all.traces.size());
  RC_ASSERT(found.coverage.executions == all.traces.size());
  RC_ASSERT(found.coverage.redundant == 0U);
}

RC_GTEST_PROP(TraceCount, ofTwoThreads, ()) { agree(randomProgram(2, 5, kAll)); }

RC_GTEST_PROP(TraceCount, ofThreeThreads, ()) { agree(randomProgram(3, 2, kAll)); }

RC_GTEST_PROP(TraceCount, ofThreeThreadsWithLocks, ()) {
  agree(randomProgram(3, 3, {Action::lock, Action::lock, Action::unlock, Action::store}));
}

RC_GTEST_PROP(TraceCount, ofThreeThreadsWithSemaphores, ()) {
  agree(randomProgram(3, 3, {Action::acquire, Action::acquire, Action::post, Action::store}));
}

RC_GTEST_PROP(TraceCount, ofThreeThreadsWithReadWriteLocks, ()) {
  agree(randomProgram(3, 3,
                      {Action::readLock, Action::readUnlock, Action::writeLock, Action::writeUnlock,
                       Action::store}));
}

// A writer may have to do without several of the readers, and not without others.
RC_GTEST_PROP(TraceCount, ofFourThreadsWithOneReadWriteLock, ()) {
  agree(randomProgram(4, 2,
                      {Action::readLock, Action::readLock, Action::readUnlock, Action::writeLock,
                       Action::writeUnlock}));
}

RC_GTEST_PROP(TraceCount, ofThreadsThatWait, ()) {
  agree(randomProgram(3, 3,
                      {Action::lock, Action::lock, Action::wait, Action::wait, Action::unlock,
                       Action::signal, Action::signal, Action::broadcast}));
}

}  // namespace
}  // namespace standstill::checker
