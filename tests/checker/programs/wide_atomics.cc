// Atomics that compilers leave to libatomic, in part or as a whole: of 16 bytes, of odd and of
// large sizes. Built by several compilers and with several flags; what happens is the same.
#include <standstill/scenario.h>

#include <atomic>
#include <cstring>
#include <thread>

namespace {

struct Pair {
  long first;
  long second;
};
struct Odd {
  char bytes[11];
};
struct Large {
  long values[5];
};
__extension__ using Wide = __int128;

template <class Function>
void onTwoThreads(Function function) {
  std::thread one(function);
  std::thread other(function);
  one.join();
  other.join();
}

}  // namespace

STANDSTILL_SCENARIO(pair_is_read_whole) {
  static std::atomic<Pair> pair{Pair{1, 2}};
  std::thread writer([] { pair.store({3, 4}); });
  const Pair seen = pair.load();
  writer.join();
  standstill::observe("first", seen.first);
  standstill::observe("second", seen.second);
}

STANDSTILL_SCENARIO(pair_exchanged) {
  static std::atomic<Pair> pair{Pair{0, 0}};
  onTwoThreads([] {
    Pair old = pair.load();
    while (!pair.compare_exchange_weak(old, {old.first + 1, old.second + 2})) {
    }
  });
  standstill::observe("first", pair.load().first);
  standstill::observe("second", pair.load().second);
}

STANDSTILL_SCENARIO(pair_lost) {
  static std::atomic<Pair> pair{Pair{0, 0}};
  onTwoThreads([] {
    const Pair old = pair.load();
    pair.store({old.first, old.second + 1});
  });
  standstill::observe("second", pair.load().second);
}

// The values of the steps differ in the upper half alone.
STANDSTILL_SCENARIO(upper_half) {
  static Wide value;
  value = 0;
  std::thread other([] { __atomic_store_n(&value, Wide{UPPER} << 64, __ATOMIC_SEQ_CST); });
  other.join();
  standstill::observe("lower", static_cast<long>(__atomic_load_n(&value, __ATOMIC_SEQ_CST)));
}

STANDSTILL_SCENARIO(arithmetic) {
  static Wide value;
  value = 0;
  onTwoThreads([] {
    __atomic_fetch_add(&value, Wide{1} << 70, __ATOMIC_SEQ_CST);
    __atomic_fetch_or(&value, Wide{1}, __ATOMIC_RELAXED);
    __atomic_sub_fetch(&value, Wide{0}, __ATOMIC_RELEASE);
  });
  const Wide result = __atomic_exchange_n(&value, Wide{0}, __ATOMIC_ACQUIRE);
  standstill::observe("upper", static_cast<long>(result >> 64));
  standstill::observe("lower", static_cast<long>(result));
}

#ifdef WITH_SYNC  // g++ has no such functions without -mcx16
STANDSTILL_SCENARIO(sync_builtins) {
  static Wide value;
  value = 0;
  onTwoThreads([] {
    __sync_fetch_and_add(&value, Wide{1} << 64);
    __sync_bool_compare_and_swap(&value, Wide{2} << 64, Wide{7} << 64);
  });
  standstill::observe("upper", static_cast<long>(value >> 64));
}
#endif

STANDSTILL_SCENARIO(odd) {
  static std::atomic<Odd> odd;
  std::thread writer([] {
    Odd sevens;
    std::memset(&sevens, 7, sizeof sevens);
    odd = sevens;
  });
  const Odd seen = odd.load();
  writer.join();
  standstill::observe("first", seen.bytes[0]);
  standstill::observe("last", seen.bytes[10]);
}

STANDSTILL_SCENARIO(large) {
  static std::atomic<Large> large;
  std::thread writer([] {
    Large nines;
    for (long& value : nines.values) value = 9;
    large.exchange(nines);
  });
  Large old = large.load();
  Large next = old;
  ++next.values[4];
  const bool exchanged = large.compare_exchange_strong(old, next);
  writer.join();
  standstill::observe("exchanged", exchanged ? 1 : 0);
  standstill::observe("found", old.values[4]);
  standstill::observe("left", large.load().values[4]);
}

STANDSTILL_SCENARIO(too_large) {
  struct Huge {
    char bytes[256];
  };
  static std::atomic<Huge> huge;
  standstill::observe("first", huge.load().bytes[0]);
}

// Plain accesses of one half race with the atomic ones.
STANDSTILL_SCENARIO(half_of_it) {
  static Pair pair;
  std::thread other([] {
    Pair mine{1, 1};
    __atomic_store(&pair, &mine, __ATOMIC_SEQ_CST);
  });
  standstill::observe("second", pair.second);
  other.join();
}

STANDSTILL_SCENARIO(lock_free) {
  static std::atomic<Pair> pair;
  static std::atomic<long> word;
  standstill::observe("pair", pair.is_lock_free() ? 1 : 0);
  standstill::observe("word", word.is_lock_free() ? 1 : 0);
}
