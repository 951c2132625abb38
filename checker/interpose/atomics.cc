// ThreadSanitizer's interface for atomics: each operation is a visible step.
//
// What clang's -fsanitize=thread calls in place of atomic instructions; the names and signatures
// are fixed by compiler-rt/include/sanitizer/tsan_interface_atomic.h. All orders are executed as
// seq_cst, and a weak compare-exchange never fails spuriously. What the orders ask for counts for
// data races.
#include <atomic>
#include <cstring>

#include "checker/interpose/interpose.h"

namespace {

using namespace standstill::checker;

template <class T>
uint64_t bitsOf(const T& value) {
  uint64_t bits = 0;
  std::memcpy(&bits, &value, sizeof(T) < sizeof bits ? sizeof(T) : sizeof bits);
  return bits;
}

// The operation as it turned out.
struct Effect {
  Op op;
  int order;
  bool reads;
  bool writes;
};

// What it read orders the access itself; what it wrote orders what comes later.
void noteAtomic(const Effect& effect, const volatile void* object, size_t size, void* caller) {
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

// Runs `operation` on the object as one visible step. It returns the value found; the object
// then holds the value left behind. `effect` is looked at afterwards.
template <class T, class Operation>
T atomicStep(const Effect& effect, volatile T* object, void* caller, Operation operation) {
  if (!scheduling()) return operation(*object);
  EngineScope scope;
  Engine& engine = Engine::instance();
  engine.noteOrder(effect.order);
  Step& step = engine.point(effect.op, object, sizeof(T), caller);
  inSubject =
      true;  // a bad pointer is the subject's fault, not ours: for onFault in engine/faults.cc
  std::atomic_signal_fence(std::memory_order_seq_cst);
  const T found = operation(*object);
  std::atomic_signal_fence(std::memory_order_seq_cst);
  inSubject = false;
  if (detectRaces) noteAtomic(effect, object, sizeof(T), caller);
  step.before = bitsOf(found);
  step.after = bitsOf(T(*object));
  engine.nameValue(step.before, step.beforeIsPointer, sizeof(T));
  engine.nameValue(step.after, step.afterIsPointer, sizeof(T));
  return found;
}

template <class T>
T atomicLoad(volatile T* object, int order, void* caller) {
  return atomicStep({Op::atomicLoad, order, true, false}, object, caller,
                    [](volatile T& value) { return T(value); });
}

template <class T>
void atomicStore(volatile T* object, T desired, int order, void* caller) {
  atomicStep({Op::atomicStore, order, false, true}, object, caller, [&](volatile T& value) {
    const T found = value;
    value = desired;
    return found;
  });
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

// Where it fails it is a load, with an order of its own.
template <class T>
T compareExchange(volatile T* object, T* expected, T desired, int order, int failureOrder,
                  void* caller, bool& exchanged) {
  Effect effect{Op::atomicUpdate, order, true, true};
  const T found = atomicStep(effect, object, caller, [&](volatile T& value) {
    const T current = value;
    exchanged = current == *expected;
    if (exchanged) {
      value = desired;
    } else {
      effect.order = failureOrder;
      effect.writes = false;
    }
    return current;
  });
  if (!exchanged) *expected = found;
  return found;
}

}  // namespace

#define STANDSTILL_ATOMICS(BITS, T)                                                               \
  extern "C" T __tsan_atomic##BITS##_load(const volatile T* object, int order) {                  \
    return atomicLoad(const_cast<volatile T*>(object), order, CALLER);                            \
  }                                                                                               \
  extern "C" void __tsan_atomic##BITS##_store(volatile T* object, T desired, int order) {         \
    atomicStore(object, desired, order, CALLER);                                                  \
  }                                                                                               \
  extern "C" T __tsan_atomic##BITS##_exchange(volatile T* object, T v, int order) {               \
    return atomicUpdate(object, order, CALLER, [&](T) { return v; });                             \
  }                                                                                               \
  extern "C" T __tsan_atomic##BITS##_fetch_add(volatile T* object, T v, int order) {              \
    return atomicUpdate(object, order, CALLER, [&](T found) { return T(found + v); });            \
  }                                                                                               \
  extern "C" T __tsan_atomic##BITS##_fetch_sub(volatile T* object, T v, int order) {              \
    return atomicUpdate(object, order, CALLER, [&](T found) { return T(found - v); });            \
  }                                                                                               \
  extern "C" T __tsan_atomic##BITS##_fetch_and(volatile T* object, T v, int order) {              \
    return atomicUpdate(object, order, CALLER, [&](T found) { return T(found & v); });            \
  }                                                                                               \
  extern "C" T __tsan_atomic##BITS##_fetch_or(volatile T* object, T v, int order) {               \
    return atomicUpdate(object, order, CALLER, [&](T found) { return T(found | v); });            \
  }                                                                                               \
  extern "C" T __tsan_atomic##BITS##_fetch_xor(volatile T* object, T v, int order) {              \
    return atomicUpdate(object, order, CALLER, [&](T found) { return T(found ^ v); });            \
  }                                                                                               \
  extern "C" T __tsan_atomic##BITS##_fetch_nand(volatile T* object, T v, int order) {             \
    return atomicUpdate(object, order, CALLER, [&](T found) { return T(~(found & v)); });         \
  }                                                                                               \
  extern "C" int __tsan_atomic##BITS##_compare_exchange_strong(                                   \
      volatile T* object, T* expected, T desired, int order, int failure) {                       \
    bool exchanged = false;                                                                       \
    compareExchange(object, expected, desired, order, failure, CALLER, exchanged);                \
    return exchanged;                                                                             \
  }                                                                                               \
  extern "C" int __tsan_atomic##BITS##_compare_exchange_weak(volatile T* object, T* expected,     \
                                                             T desired, int order, int failure) { \
    bool exchanged = false;                                                                       \
    compareExchange(object, expected, desired, order, failure, CALLER, exchanged);                \
    return exchanged;                                                                             \
  }                                                                                               \
  extern "C" T __tsan_atomic##BITS##_compare_exchange_val(volatile T* object, T expected,         \
                                                          T desired, int order, int failure) {    \
    bool exchanged = false;                                                                       \
    return compareExchange(object, &expected, desired, order, failure, CALLER, exchanged);        \
  }

STANDSTILL_ATOMICS(8, uint8_t)
STANDSTILL_ATOMICS(16, uint16_t)
STANDSTILL_ATOMICS(32, uint32_t)
STANDSTILL_ATOMICS(64, uint64_t)
__extension__ using Wide = unsigned __int128;
STANDSTILL_ATOMICS(128, Wide)

extern "C" void __tsan_atomic_thread_fence(int order) {
  if (!scheduling()) return;
  EngineScope scope;
  Engine& engine = Engine::instance();
  engine.noteOrder(order);
  engine.point(Op::fence, nullptr, 0, CALLER);
  if (detectRaces) RaceDetector::instance().fence(engine.current().id, order);
}

extern "C" void __tsan_atomic_signal_fence(int) {}
