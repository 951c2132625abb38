#include "checker/engine/dependency.h"

namespace standstill::checker {
namespace {

// Kinds of objects: the same address may be a word of memory and the queue of a futex. Nothing of
// the subject lies above 2^56.
enum Space : uint64_t {
  kMemory = 0,
  kObject = uint64_t{1} << 56,     // a mutex, condition variable, semaphore, ...
  kQueue = uint64_t{2} << 56,      // the threads that wait for a futex
  kNumbering = uint64_t{3} << 56,  // of threads, in the order of their creation
  kOutput = uint64_t{4} << 56,     // what the execution writes, as one sequence
};

}  // namespace

// By words of eight bytes, so that accesses of different sizes meet.
void Accesses::memory(uintptr_t address, uint64_t size, bool writes) {
  const uintptr_t end = address + size;
  for (uintptr_t word = address & ~uintptr_t{7}; word < end && count_ < list_.size(); word += 8)
    list_[count_++] = {kMemory | word, address, end, writes};
}

void Accesses::object(uint64_t space, uintptr_t address, bool writes) {
  list_[count_++] = {space | address, 0, 1, writes};
}

Accesses::Accesses(const PendingStep& step) {
  switch (step.op) {
    case Op::atomicLoad:
      memory(step.address, step.size, false);
      break;
    case Op::atomicStore:
    case Op::atomicUpdate:
      memory(step.address, step.size, true);
      break;
    case Op::futexWait:  // who waits first does not matter: any waiter may be woken
      memory(step.address, step.size, false);
      object(kQueue, step.address, false);
      break;
    case Op::futexReturn:
    case Op::futexWake:
      object(kQueue, step.address, true);
      break;
    case Op::futexRequeue:
      memory(step.address, step.size, false);
      object(kQueue, step.address, true);
      object(kQueue, step.other, true);
      break;
    case Op::threadCreate:
      object(kNumbering, 0, true);
      break;
    case Op::output:
      object(kOutput, 0, true);
      break;
    default:
      if (step.address != 0) object(kObject, step.address, !onlyReads(step.op));
      if (step.other != 0) object(kObject, step.other, true);
  }
}

bool isIndependentOfAll(const PendingStep& step) {
  const Accesses accesses(step);
  return step.op != Op::end && accesses.begin() == accesses.end();
}

bool dependent(const PendingStep& one, const PendingStep& other) {
  // Whoever comes after the end does not happen.
  if (one.op == Op::end || other.op == Op::end) return true;
  const Accesses ours(one);
  const Accesses theirs(other);
  for (const Access& mine : ours) {
    for (const Access& its : theirs) {
      if (mine.conflictsWith(its)) return true;
    }
  }
  return false;
}

}  // namespace standstill::checker
