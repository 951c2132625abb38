// ThreadSanitizer's interface for atomics: each operation is a visible step.
//
// What clang's -fsanitize=thread calls in place of atomic instructions; the names and signatures
// are fixed by compiler-rt/include/sanitizer/tsan_interface_atomic.h.
#include "checker/interpose/atomic_step.h"

namespace {

using namespace standstill::checker;

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
