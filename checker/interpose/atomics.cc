// ThreadSanitizer's interface for atomics: each operation is a visible step.
//
// What clang's -fsanitize=thread calls in place of atomic instructions; the names and signatures
// are fixed by compiler-rt/include/sanitizer/tsan_interface_atomic.h. All orders are executed as
// seq_cst, and a weak compare-exchange never fails spuriously.
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

// Runs `operation` on the object as one visible step. It returns the value found; the object
// then holds the value left behind.
template <class T, class Operation>
T atomicStep(Op op, volatile T* object, void* caller, Operation operation) {
  if (!scheduling()) return operation(*object);
  EngineScope scope;
  Engine& engine = Engine::instance();
  Step& step = engine.point(op, object, sizeof(T), caller);
  inSubject =
      true;  // a bad pointer is the subject's fault, not ours: for onFault in engine/faults.cc
  std::atomic_signal_fence(std::memory_order_seq_cst);
  const T found = operation(*object);
  std::atomic_signal_fence(std::memory_order_seq_cst);
  inSubject = false;
  step.before = bitsOf(found);
  step.after = bitsOf(T(*object));
  engine.nameValue(step.before, step.beforeIsPointer, sizeof(T));
  engine.nameValue(step.after, step.afterIsPointer, sizeof(T));
  return found;
}

// The update with a function of the old value.
template <class T, class Function>
T atomicUpdate(volatile T* object, void* caller, Function function) {
  return atomicStep(Op::atomicUpdate, object, caller, [&](volatile T& value) {
    const T found = value;
    value = function(found);
    return found;
  });
}

template <class T>
T compareExchange(volatile T* object, T* expected, T desired, void* caller, bool& exchanged) {
  const T found = atomicStep(Op::atomicUpdate, object, caller, [&](volatile T& value) {
    const T current = value;
    exchanged = current == *expected;
    if (exchanged) value = desired;
    return current;
  });
  if (!exchanged) *expected = found;
  return found;
}

}  // namespace

#define CALLER __builtin_return_address(0)

#define STANDSTILL_ATOMICS(BITS, T)                                                             \
  extern "C" T __tsan_atomic##BITS##_load(const volatile T* object, int) {                      \
    return atomicStep(Op::atomicLoad, const_cast<volatile T*>(object), CALLER,                  \
                      [](volatile T& value) { return T(value); });                              \
  }                                                                                             \
  extern "C" void __tsan_atomic##BITS##_store(volatile T* object, T desired, int) {             \
    atomicStep(Op::atomicStore, object, CALLER, [&](volatile T& value) {                        \
      const T found = value;                                                                    \
      value = desired;                                                                          \
      return found;                                                                             \
    });                                                                                         \
  }                                                                                             \
  extern "C" T __tsan_atomic##BITS##_exchange(volatile T* object, T v, int) {                   \
    return atomicUpdate(object, CALLER, [&](T) { return v; });                                  \
  }                                                                                             \
  extern "C" T __tsan_atomic##BITS##_fetch_add(volatile T* object, T v, int) {                  \
    return atomicUpdate(object, CALLER, [&](T found) { return T(found + v); });                 \
  }                                                                                             \
  extern "C" T __tsan_atomic##BITS##_fetch_sub(volatile T* object, T v, int) {                  \
    return atomicUpdate(object, CALLER, [&](T found) { return T(found - v); });                 \
  }                                                                                             \
  extern "C" T __tsan_atomic##BITS##_fetch_and(volatile T* object, T v, int) {                  \
    return atomicUpdate(object, CALLER, [&](T found) { return T(found & v); });                 \
  }                                                                                             \
  extern "C" T __tsan_atomic##BITS##_fetch_or(volatile T* object, T v, int) {                   \
    return atomicUpdate(object, CALLER, [&](T found) { return T(found | v); });                 \
  }                                                                                             \
  extern "C" T __tsan_atomic##BITS##_fetch_xor(volatile T* object, T v, int) {                  \
    return atomicUpdate(object, CALLER, [&](T found) { return T(found ^ v); });                 \
  }                                                                                             \
  extern "C" T __tsan_atomic##BITS##_fetch_nand(volatile T* object, T v, int) {                 \
    return atomicUpdate(object, CALLER, [&](T found) { return T(~(found & v)); });              \
  }                                                                                             \
  extern "C" int __tsan_atomic##BITS##_compare_exchange_strong(volatile T* object, T* expected, \
                                                               T desired, int, int) {           \
    bool exchanged = false;                                                                     \
    compareExchange(object, expected, desired, CALLER, exchanged);                              \
    return exchanged;                                                                           \
  }                                                                                             \
  extern "C" int __tsan_atomic##BITS##_compare_exchange_weak(volatile T* object, T* expected,   \
                                                             T desired, int, int) {             \
    bool exchanged = false;                                                                     \
    compareExchange(object, expected, desired, CALLER, exchanged);                              \
    return exchanged;                                                                           \
  }                                                                                             \
  extern "C" T __tsan_atomic##BITS##_compare_exchange_val(volatile T* object, T expected,       \
                                                          T desired, int, int) {                \
    bool exchanged = false;                                                                     \
    return compareExchange(object, &expected, desired, CALLER, exchanged);                      \
  }

STANDSTILL_ATOMICS(8, uint8_t)
STANDSTILL_ATOMICS(16, uint16_t)
STANDSTILL_ATOMICS(32, uint32_t)
STANDSTILL_ATOMICS(64, uint64_t)
__extension__ using Wide = unsigned __int128;
STANDSTILL_ATOMICS(128, Wide)

extern "C" void __tsan_atomic_thread_fence(int) {
  if (!scheduling()) return;
  EngineScope scope;
  Engine::instance().point(Op::fence, nullptr, 0, CALLER);
}

extern "C" void __tsan_atomic_signal_fence(int) {}
