// libatomic's interface: what compilers call for atomics that they do not make instructions of.
//
// Those are objects of 16 bytes without -mcx16, of odd and of large sizes, and whatever g++ leaves
// to the library. Each call is one visible step, as an atomic instruction is; libatomic's own locks
// do not exist here. Being defined in the executable these functions come before those of
// libatomic.so, so a subject loads with -latomic and without. Interface:
// https://gcc.gnu.org/wiki/Atomic/GCCMM/LIbrary. Tests: tests/checker/wide_atomics_test.cc.
#include "checker/interpose/atomic_step.h"

using namespace standstill::checker;

__extension__ using Wide = unsigned __int128;

// ThreadSanitizer's functions differ in name only. As tail calls they see who called in the first
// place.
#define STANDSTILL_TAIL(Result, function, label, PARAMETERS, target, ARGUMENTS) \
  extern "C" Result target PARAMETERS;                                          \
  extern "C" Result function PARAMETERS __asm__(label);                         \
  extern "C" Result function PARAMETERS { [[clang::musttail]] return target ARGUMENTS; }

// Both results of an update: the old value or the new one.
#define STANDSTILL_OPERATION(BYTES, BITS, T, name, EXPRESSION)                                \
  STANDSTILL_TAIL(T, fetch_##name##BYTES, "__atomic_fetch_" #name "_" #BYTES,                 \
                  (volatile T * object, T v, int order), __tsan_atomic##BITS##_fetch_##name,  \
                  (object, v, order))                                                         \
  STANDSTILL_TAIL(T, sync_fetch_##name##BYTES, "__sync_fetch_and_" #name "_" #BYTES,          \
                  (volatile T * object, T v, int), __tsan_atomic##BITS##_fetch_##name,        \
                  (object, v, __ATOMIC_SEQ_CST))                                              \
  extern "C" T name##_fetch##BYTES(volatile T* object, T v,                                   \
                                   int order) __asm__("__atomic_" #name "_fetch_" #BYTES);    \
  extern "C" T name##_fetch##BYTES(volatile T* object, T v, int order) {                      \
    const auto updated = [v](T found) { return T(EXPRESSION); };                              \
    return updated(atomicUpdate(object, order, CALLER, updated));                             \
  }                                                                                           \
  extern "C" T sync_##name##_fetch##BYTES(volatile T* object,                                 \
                                          T v) __asm__("__sync_" #name "_and_fetch_" #BYTES); \
  extern "C" T sync_##name##_fetch##BYTES(volatile T* object, T v) {                          \
    const auto updated = [v](T found) { return T(EXPRESSION); };                              \
    return updated(atomicUpdate(object, __ATOMIC_SEQ_CST, CALLER, updated));                  \
  }

#define STANDSTILL_SIZE(BYTES, BITS, T)                                                           \
  STANDSTILL_TAIL(void, store##BYTES, "__atomic_store_" #BYTES,                                   \
                  (volatile T * object, T v, int order), __tsan_atomic##BITS##_store,             \
                  (object, v, order))                                                             \
  STANDSTILL_TAIL(T, exchange##BYTES, "__atomic_exchange_" #BYTES,                                \
                  (volatile T * object, T v, int order), __tsan_atomic##BITS##_exchange,          \
                  (object, v, order))                                                             \
  STANDSTILL_TAIL(int, compare_exchange##BYTES, "__atomic_compare_exchange_" #BYTES,              \
                  (volatile T * object, T * expected, T desired, int order, int failure),         \
                  __tsan_atomic##BITS##_compare_exchange_strong,                                  \
                  (object, expected, desired, order, failure))                                    \
  STANDSTILL_TAIL(T, sync_compare_value##BYTES, "__sync_val_compare_and_swap_" #BYTES,            \
                  (volatile T * object, T expected, T desired, int, int),                         \
                  __tsan_atomic##BITS##_compare_exchange_val,                                     \
                  (object, expected, desired, __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST))                \
  STANDSTILL_TAIL(T, sync_exchange##BYTES, "__sync_lock_test_and_set_" #BYTES,                    \
                  (volatile T * object, T v, int), __tsan_atomic##BITS##_exchange,                \
                  (object, v, __ATOMIC_ACQUIRE))                                                  \
  extern "C" bool sync_compare##BYTES(volatile T* object, T expected,                             \
                                      T desired) __asm__("__sync_bool_compare_and_swap_" #BYTES); \
  extern "C" bool sync_compare##BYTES(volatile T* object, T expected, T desired) {                \
    Effect effect{Op::atomicUpdate, __ATOMIC_SEQ_CST, true, true};                                \
    const T found = atomicStep(effect, object, CALLER, [&](volatile T& value) {                   \
      const T current = value;                                                                    \
      effect.writes = current == expected;                                                        \
      if (effect.writes) value = desired;                                                         \
      return current;                                                                             \
    });                                                                                           \
    return found == expected;                                                                     \
  }                                                                                               \
  extern "C" void sync_release##BYTES(volatile T* object) __asm__("__sync_lock_release_" #BYTES); \
  extern "C" void sync_release##BYTES(volatile T* object) {                                       \
    atomicStep({Op::atomicStore, __ATOMIC_RELEASE, false, true}, object, CALLER,                  \
               [](volatile T& value) {                                                            \
                 const T found = value;                                                           \
                 value = 0;                                                                       \
                 return found;                                                                    \
               });                                                                                \
  }                                                                                               \
  STANDSTILL_OPERATION(BYTES, BITS, T, add, found + v)                                            \
  STANDSTILL_OPERATION(BYTES, BITS, T, sub, found - v)                                            \
  STANDSTILL_OPERATION(BYTES, BITS, T, and, found& v)                                             \
  STANDSTILL_OPERATION(BYTES, BITS, T, or, found | v)                                             \
  STANDSTILL_OPERATION(BYTES, BITS, T, xor, found ^ v)                                            \
  STANDSTILL_OPERATION(BYTES, BITS, T, nand, ~(found & v))

extern "C" Wide __tsan_atomic128_load(const volatile Wide* object, int order);

STANDSTILL_SIZE(1, 8, uint8_t)
STANDSTILL_SIZE(2, 16, uint16_t)
STANDSTILL_SIZE(4, 32, uint32_t)
STANDSTILL_SIZE(8, 64, uint64_t)
STANDSTILL_SIZE(16, 128, Wide)

#define STANDSTILL_LOAD(BYTES, BITS, T)                                                           \
  STANDSTILL_TAIL(T, load##BYTES, "__atomic_load_" #BYTES, (const volatile T* object, int order), \
                  __tsan_atomic##BITS##_load, (object, order))
STANDSTILL_LOAD(1, 8, uint8_t)
STANDSTILL_LOAD(2, 16, uint16_t)
STANDSTILL_LOAD(4, 32, uint32_t)
STANDSTILL_LOAD(8, 64, uint64_t)

namespace {

// Clang's own pass leaves the instruction in place behind the hook of a load; for 16 bytes, without
// -mcx16, it becomes this call, whose result nobody uses.
bool isLeftBehind(const volatile void* object, void* caller) {
  constexpr uintptr_t kNear = 64;
  const Step* last = Engine::instance().lastStep();
  return last != nullptr && last->op == Op::atomicLoad && last->size == sizeof(Wide) &&
         last->address == addressOf(object) && last->thread == Engine::instance().current().id &&
         addressOf(caller) > last->caller && addressOf(caller) - last->caller < kNear;
}

}  // namespace

extern "C" Wide load16(const volatile Wide* object, int order) __asm__("__atomic_load_16");
extern "C" Wide load16(const volatile Wide* object, int order) {
  if (scheduling() && isLeftBehind(object, CALLER)) return *object;
  [[clang::musttail]] return __tsan_atomic128_load(object, order);
}

// ---- Sizes that the compiler does not know, or has no name for

namespace {

constexpr size_t kMost = UINT8_MAX;  // of Step::size

// Runs `operation` on the object as one visible step; it gets what was found, which it may look at
// but not change.
template <class Operation>
void stepOn(const Effect& effect, size_t size, volatile void* object, void* caller,
            Operation operation) {
  unsigned char found[kMost];
  const auto run = [&] {
    std::memcpy(found, const_cast<const void*>(object), size);
    operation(const_cast<void*>(object), static_cast<const void*>(found));
  };
  if (size == 0) return;
  if (size > kMost) {
    if (scheduling()) unsupported("an atomic object of more than 255 bytes");
    return;
  }
  if (!scheduling()) return run();
  takeAtomicStep(effect, object, size, found, caller, run);
}

}  // namespace

extern "C" void genericLoad(size_t size, volatile void* object, void* result,
                            int order) __asm__("__atomic_load");
extern "C" void genericLoad(size_t size, volatile void* object, void* result, int order) {
  stepOn({Op::atomicLoad, order, true, false}, size, object, CALLER,
         [&](void*, const void* found) { std::memcpy(result, found, size); });
}

extern "C" void genericStore(size_t size, volatile void* object, const void* value,
                             int order) __asm__("__atomic_store");
extern "C" void genericStore(size_t size, volatile void* object, const void* value, int order) {
  stepOn({Op::atomicStore, order, false, true}, size, object, CALLER,
         [&](void* place, const void*) { std::memcpy(place, value, size); });
}

extern "C" void genericExchange(size_t size, volatile void* object, const void* value, void* result,
                                int order) __asm__("__atomic_exchange");
extern "C" void genericExchange(size_t size, volatile void* object, const void* value, void* result,
                                int order) {
  stepOn({Op::atomicUpdate, order, true, true}, size, object, CALLER,
         [&](void* place, const void* found) {
           std::memcpy(place, value, size);  // before the result, which may be the same memory
           std::memcpy(result, found, size);
         });
}

extern "C" bool genericCompareExchange(size_t size, volatile void* object, void* expected,
                                       const void* desired, int order,
                                       int failure) __asm__("__atomic_compare_exchange");
extern "C" bool genericCompareExchange(size_t size, volatile void* object, void* expected,
                                       const void* desired, int order, int failure) {
  Effect effect{Op::atomicUpdate, order, true, true};
  bool exchanged = false;
  stepOn(effect, size, object, CALLER, [&](void* place, const void* found) {
    exchanged = std::memcmp(found, expected, size) == 0;
    if (exchanged) {
      std::memcpy(place, desired, size);
    } else {
      effect.order = failure;
      effect.writes = false;
      std::memcpy(expected, found, size);
    }
  });
  return exchanged;
}

// As libatomic of GCC 12 answers on x86-64: what lies within an aligned word. Null stands for any
// object that is aligned.
extern "C" bool isLockFree(size_t size,
                           const volatile void* object) __asm__("__atomic_is_lock_free");
extern "C" bool isLockFree(size_t size, const volatile void* object) {
  return size <= sizeof(uint64_t) &&
         addressOf(object) % sizeof(uint64_t) + size <= sizeof(uint64_t);
}

extern "C" bool testAndSet(volatile uint8_t* object, int order) __asm__("__atomic_test_and_set_1");
extern "C" bool testAndSet(volatile uint8_t* object, int order) {
  return atomicUpdate(object, order, CALLER, [](uint8_t) { return uint8_t{1}; }) != 0;
}
extern "C" bool atomic_flag_test_and_set(volatile uint8_t* flag) {
  return atomicUpdate(flag, __ATOMIC_SEQ_CST, CALLER, [](uint8_t) { return uint8_t{1}; }) != 0;
}
extern "C" bool atomic_flag_test_and_set_explicit(volatile uint8_t* flag, int order) {
  return atomicUpdate(flag, order, CALLER, [](uint8_t) { return uint8_t{1}; }) != 0;
}

namespace {

void clearFlag(volatile uint8_t* flag, int order, void* caller) {
  atomicStep({Op::atomicStore, order, false, true}, flag, caller, [](volatile uint8_t& value) {
    const uint8_t found = value;
    value = 0;
    return found;
  });
}

}  // namespace

extern "C" void atomic_flag_clear(volatile uint8_t* flag) {
  clearFlag(flag, __ATOMIC_SEQ_CST, CALLER);
}
extern "C" void atomic_flag_clear_explicit(volatile uint8_t* flag, int order) {
  clearFlag(flag, order, CALLER);
}
extern "C" void __tsan_atomic_thread_fence(int order);
STANDSTILL_TAIL(void, threadFence, "atomic_thread_fence", (int order), __tsan_atomic_thread_fence,
                (order))
extern "C" void atomic_signal_fence(int) {}
