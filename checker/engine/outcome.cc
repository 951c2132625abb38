#include "checker/engine/outcome.h"

#include <fmt/format.h>

namespace standstill::checker {

const char* name(OutcomeKind kind) {
  switch (kind) {
    case OutcomeKind::completed:
      return "completed";
    case OutcomeKind::deadlock:
      return "deadlock";
    case OutcomeKind::fatal:
      return "fatal";
    case OutcomeKind::race:
      return "race";
    case OutcomeKind::livelock:
      return "livelock";
    case OutcomeKind::unsupported:
      return "unsupported";
    case OutcomeKind::redundant:
      return "redundant";
    case OutcomeKind::diverged:
      return "diverged";
  }
  return "?";
}

const char* name(Op op) {
  switch (op) {
    case Op::threadStart:
      return "start";
    case Op::threadExit:
      return "exit";
    case Op::threadCreate:
      return "create thread";
    case Op::threadJoin:
      return "join thread";
    case Op::threadTryJoin:
      return "try to join thread";
    case Op::atomicLoad:
      return "load";
    case Op::atomicStore:
      return "store";
    case Op::atomicUpdate:
      return "update";
    case Op::fence:
      return "fence";
    case Op::mutexLock:
      return "lock";
    case Op::mutexTryLock:
      return "try lock";
    case Op::mutexUnlock:
      return "unlock";
    case Op::readLock:
      return "read lock";
    case Op::tryReadLock:
      return "try read lock";
    case Op::readUnlock:
      return "read unlock";
    case Op::writeLock:
      return "write lock";
    case Op::tryWriteLock:
      return "try write lock";
    case Op::writeUnlock:
      return "write unlock";
    case Op::conditionWait:
      return "condition wait";
    case Op::conditionTimeout:
      return "condition timeout";
    case Op::conditionReturn:
      return "condition return";
    case Op::conditionSignal:
      return "signal";
    case Op::conditionBroadcast:
      return "broadcast";
    case Op::futexWait:
      return "futex wait";
    case Op::futexReturn:
      return "futex return";
    case Op::futexWake:
      return "futex wake";
    case Op::futexRequeue:
      return "futex requeue";
    case Op::semaphoreWait:
      return "semaphore wait";
    case Op::semaphoreTryWait:
      return "try semaphore wait";
    case Op::semaphorePost:
      return "semaphore post";
    case Op::semaphoreRead:
      return "semaphore value";
    case Op::barrierArrive:
      return "barrier wait";
    case Op::barrierReturn:
      return "barrier return";
    case Op::destroy:
      return "destroy";
    case Op::once:
      return "once";
    case Op::yield:
      return "yield";
    case Op::sleep:
      return "sleep";
    case Op::sleepReturn:
      return "sleep return";
    case Op::output:
      return "write";
    case Op::end:
      return "end";
  }
  return "?";
}

std::string Observation::text() const {
  return isInteger ? fmt::format("{}={}", key, value) : fmt::format("{}={:?}", key, value);
}

// Texts are quoted and escaped, so that none can imitate another and any bytes can be printed.
std::string Outcome::key() const {
  std::string text = fmt::format("{} {:?} {:?}", name(kind), message, output);
  if (!toStdout.empty()) text += fmt::format(" 1:{:?}", toStdout);
  for (const Observation& seen : observations) {
    text += fmt::format(" {}:{:?}={}{:?}", seen.thread, seen.key, seen.isInteger ? "i" : "s",
                        seen.value);
  }
  return text;
}

std::string Outcome::summary() const {
  std::string text = name(kind);
  if (!message.empty()) text += ": " + message;
  const char* separator = ": ";
  for (const Observation& seen : observations) {
    text += separator + seen.text();
    separator = ", ";
  }
  return text;
}

}  // namespace standstill::checker
