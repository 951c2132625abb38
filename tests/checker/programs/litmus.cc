// The classic litmus tests; their outcomes are known in advance.
#include <standstill/scenario.h>

#include <atomic>
#include <mutex>
#include <thread>

namespace {
std::atomic<int> x{0};
std::atomic<int> y{0};
}  // namespace

STANDSTILL_SCENARIO(one_add_each) {
  std::thread other([] { x.fetch_add(1); });
  x.fetch_add(1);
  other.join();
  standstill::observe("x", x.load());
}

STANDSTILL_SCENARIO(store_buffering) {
  int r1 = 0;
  int r2 = 0;
  std::thread other([&] {
    y.store(1);
    r2 = x.load();
  });
  x.store(1);
  r1 = y.load();
  other.join();
  standstill::observe("r1", r1);
  standstill::observe("r2", r2);
}

// The flag says that the data are there.
STANDSTILL_SCENARIO(message_passing) {
  int flag = 0;
  int data = 0;
  std::thread reader([&] {
    flag = y.load(std::memory_order_acquire);
    data = x.load(std::memory_order_relaxed);
  });
  x.store(1, std::memory_order_relaxed);
  y.store(1, std::memory_order_release);
  reader.join();
  standstill::observe("flag", flag);
  standstill::observe("data", data);
}

// A load and a store where there should be one addition.
STANDSTILL_SCENARIO(lost_update) {
  std::thread other([] { x.store(x.load() + 1); });
  x.store(x.load() + 1);
  other.join();
  standstill::observe("x", x.load());
}

STANDSTILL_SCENARIO(locked_update) {
  static std::mutex mutex;
  static int count = 0;
  const auto add = [] {
    const std::lock_guard guard(mutex);
    ++count;
  };
  std::thread other(add);
  add();
  other.join();
  standstill::observe("count", count);
}

// Nobody joins: the program may end before the thread has done anything.
STANDSTILL_SCENARIO(nobody_joins) {
  std::thread([] {
    x.store(1);
    standstill::observe("x", 1);
  }).detach();
}

STANDSTILL_SCENARIO(wide_and_narrow) {
  static std::atomic<uint8_t> byte{250};
  static std::atomic<uint16_t> half{1};
  static std::atomic<uint64_t> word{uint64_t{1} << 40};
  std::thread other([] {
    byte += 10;
    half ^= 3;
    word -= 1;
  });
  other.join();
  uint16_t expected = 2;
  standstill::observe("byte", byte.load());
  standstill::observe("exchanged", half.compare_exchange_strong(expected, 7));
  standstill::observe("again", half.compare_exchange_strong(expected, 9));
  standstill::observe("expected", expected);
  standstill::observe("word", word.exchange(5));
}
