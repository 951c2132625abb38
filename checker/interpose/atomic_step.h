// An atomic operation as one visible step, whatever interface it was called through.
//
// All orders are executed as seq_cst, and a weak compare-exchange never fails spuriously. What the
// orders ask for counts for data races. Tests: tests/checker/litmus_test.cc, wide_atomics_test.cc.
#pragma once

#include <algorithm>
#include <atomic>
#include <boost/container_hash/hash.hpp>
#include <cstring>

#include "checker/interpose/interpose.h"

namespace standstill::checker {

// The operation as it turned out.
struct Effect {
  Op op;
  int order;
  bool reads;
  bool writes;
};

// What it read orders the access itself; what it wrote orders what comes later.
inline void noteAtomic(const Effect& effect, const volatile void* object, size_t size,
                       void* caller) {
  Engine& engine = Engine::instance();
  RaceDetector& races = RaceDetector::instance();
  const ThreadId thread = engine.current().id;
  if (effect.reads) races.atomicReads(thread, addressOf(object), effect.order);
  const uint8_t kind = effect.writes ? kAtomic | kWrite : kAtomic;
  const DataRace* race =
      races.access(thread, addressOf(object), size, kind, reinterpret_cast<uintptr_t>(caller));
  if (race != nullptr) engine.finishWith(*race);
  if (effect.writes) races.atomicWrites(thread, addressOf(object), effect.order, effect.reads);
}

// What a step records of the value in `bytes`: the value itself if it fits. A wider one is recorded
// as a digest of its words, in which addresses are replaced by the objects that they name: two
// values that differ in any word have different digests.
inline uint64_t recordedValue(const void* bytes, size_t size, bool& isPointer) {
  Engine& engine = Engine::instance();
  const auto wordAt = [&](size_t at) {
    uint64_t word = 0;
    std::memcpy(&word, static_cast<const char*>(bytes) + at, std::min(size - at, sizeof word));
    return word;
  };
  uint64_t value = wordAt(0);
  engine.nameValue(value, isPointer, static_cast<uint8_t>(std::min(size, sizeof value)));
  bool fits = true;
  for (size_t at = sizeof value; at < size && fits; at += sizeof value) fits = wordAt(at) == 0;
  if (fits) return value;
  size_t digest = value + (isPointer ? 1 : 0);
  isPointer = false;
  for (size_t at = sizeof value; at < size; at += sizeof value) {
    uint64_t word = wordAt(at);
    bool names = false;
    engine.nameValue(word, names, static_cast<uint8_t>(std::min(size - at, sizeof word)));
    boost::hash_combine(digest, word);
    boost::hash_combine(digest, names);
  }
  return digest;
}

// Takes the step and runs `operation`, which stores in `found` what it found in the object.
// `effect` is looked at afterwards. REQUIRES: scheduling(), size <= 255.
template <class Operation>
void takeAtomicStep(const Effect& effect, const volatile void* object, size_t size,
                    const void* found, void* caller, Operation operation) {
  EngineScope scope;
  Engine& engine = Engine::instance();
  engine.noteOrder(effect.order);
  Step& step = engine.point(effect.op, object, static_cast<uint8_t>(size), caller);
  inSubject =
      true;  // a bad pointer is the subject's fault, not ours: for onFault in engine/faults.cc
  std::atomic_signal_fence(std::memory_order_seq_cst);
  operation();
  std::atomic_signal_fence(std::memory_order_seq_cst);
  inSubject = false;
  if (detectRaces) noteAtomic(effect, object, size, caller);
  step.before = recordedValue(found, size, step.beforeIsPointer);
  step.after = recordedValue(const_cast<const void*>(object), size, step.afterIsPointer);
}

// Runs `operation` on the object as one visible step. It returns the value found; the object
// then holds the value left behind.
template <class T, class Operation>
T atomicStep(const Effect& effect, volatile T* object, void* caller, Operation operation) {
  if (!scheduling()) return operation(*object);
  T found{};
  takeAtomicStep(effect, object, sizeof(T), &found, caller, [&] { found = operation(*object); });
  return found;
}

// The update with a function of the old value.
template <class T, class Function>
T atomicUpdate(volatile T* object, int order, void* caller, Function function) {
  return atomicStep({Op::atomicUpdate, order, true, true}, object, caller, [&](volatile T& value) {
    const T found = value;
    value = function(found);
    return found;
  });
}

}  // namespace standstill::checker
