// Data races, and programs that have none although they look like it.
#include <pthread.h>
#include <standstill/scenario.h>

#include <atomic>
#include <condition_variable>
#include <cstdlib>
#include <cstring>
#include <future>
#include <latch>
#include <memory>
#include <mutex>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

namespace {

int data = 0;
volatile int volatileData = 0;
std::atomic<int> flag{0};
std::atomic<int> other{0};
std::mutex mutex;
int sink = 0;

constexpr auto kRelaxed = std::memory_order_relaxed;
constexpr auto kAcquire = std::memory_order_acquire;
constexpr auto kRelease = std::memory_order_release;

// What one thread does while main does something else.
template <class One, class Other>
void together(One one, Other another) {
  std::thread thread(one);
  another();
  thread.join();
}

}  // namespace

#define RACE(name, one, another) \
  STANDSTILL_SCENARIO(racy_##name) { together([&] one, [&] another); }
#define NO_RACE(name, one, another) \
  STANDSTILL_SCENARIO(clean_##name) { together([&] one, [&] another); }

// ---- With races

// Its memory may be gone before it is locked.
STANDSTILL_SCENARIO(racy_lock_of_freed_memory) {
  struct Guarded {
    std::mutex mutex;
    int value = 0;
  };
  auto* guarded = new Guarded;
  together([=] { const std::lock_guard lock(guarded->mutex); }, [=] { delete guarded; });
}

RACE(write_write, { data = 1; }, { data = 2; })
RACE(write_read, { data = 1; }, { sink = data; })
RACE(volatile_flag, { volatileData = 1; }, { sink = volatileData; })
RACE(plain_and_atomic, { std::atomic_ref<int>{data}.store(1); }, { sink = data; })
RACE(
    relaxed_flag,
    {
      data = 1;
      flag.store(1, kRelaxed);
    },
    {
      if (flag.load(kAcquire) == 1) sink = data;
    })
RACE(
    release_read_relaxed,
    {
      data = 1;
      flag.store(1, kRelease);
    },
    {
      if (flag.load(kRelaxed) == 1) sink = data;
    })
// The release sequence of the first store ends with the second.
RACE(
    overwritten_release,
    {
      data = 1;
      flag.store(1, kRelease);
      flag.store(2, kRelaxed);
    },
    {
      if (flag.load(kAcquire) == 2) sink = data;
    })
RACE(
    two_mutexes,
    {
      const std::lock_guard lock(mutex);
      data = 1;
    },
    {
      static std::mutex another;
      const std::lock_guard lock(another);
      data = 2;
    })

STANDSTILL_SCENARIO(racy_memcpy) {
  static char from[32];
  static char to[32];
  together([] { std::memcpy(to, from, sizeof to); }, [] { from[17] = 'x'; });
  standstill::observe("copied", static_cast<int>(to[17]));
}

STANDSTILL_SCENARIO(racy_before_join) {
  int* heap = new int(0);
  std::thread thread([heap] { *heap = 1; });
  sink = *heap;
  thread.join();
  delete heap;
}

// The other thread may not be done with it.
STANDSTILL_SCENARIO(racy_free) {
  int* heap = new int(0);
  std::thread thread([heap] {
    *heap = 1;
    flag.store(1, kRelaxed);
  });
  while (flag.load(kRelaxed) == 0) std::this_thread::yield();
  delete heap;
  thread.join();
}

STANDSTILL_SCENARIO(used_after_free) {
  auto* heap = static_cast<volatile int*>(std::malloc(sizeof(int)));
  *heap = 1;
  std::free(const_cast<int*>(heap));
  *heap = 2;
}

struct Bits {
  unsigned one : 4;
  unsigned two : 4;
};
STANDSTILL_SCENARIO(racy_bitfields) {
  static Bits bits{};
  together([] { bits.one = 1; }, [] { bits.two = 2; });
}

// ---- Without

STANDSTILL_SCENARIO(clean_create_and_join) {
  data = 1;
  std::thread thread([] { data = 2; });
  thread.join();
  data = 3;
}

NO_RACE(reads, { sink = 0; }, { static_cast<void>(std::atomic_ref<int>{data}.load()); })
NO_RACE(
    mutex,
    {
      const std::lock_guard lock(mutex);
      ++data;
    },
    {
      const std::lock_guard lock(mutex);
      ++data;
    })
NO_RACE(
    try_lock,
    {
      const std::lock_guard lock(mutex);
      ++data;
    },
    {
      if (mutex.try_lock()) {
        ++data;
        mutex.unlock();
      }
    })
NO_RACE(
    release_acquire,
    {
      data = 1;
      flag.store(1, kRelease);
    },
    {
      if (flag.load(kAcquire) == 1) sink = data;
    })
NO_RACE(
    seq_cst,
    {
      data = 1;
      flag = 1;
    },
    {
      if (flag == 1) sink = data;
    })
// An update goes on with the release sequence, whatever its own order.
NO_RACE(
    release_sequence,
    {
      data = 1;
      flag.store(1, kRelease);
      flag.fetch_add(1, kRelaxed);
    },
    {
      if (flag.load(kAcquire) == 2) sink = data;
    })
NO_RACE(
    fences,
    {
      data = 1;
      std::atomic_thread_fence(kRelease);
      flag.store(1, kRelaxed);
    },
    {
      if (flag.load(kRelaxed) == 1) {
        std::atomic_thread_fence(kAcquire);
        sink = data;
      }
    })
NO_RACE(
    compare_exchange,
    {
      data = 1;
      flag.store(1, kRelease);
    },
    {
      int expected = 1;
      if (flag.compare_exchange_strong(expected, 2, kAcquire, kRelaxed)) sink = data;
    })
// What fails is a load, here with an acquire order.
NO_RACE(
    failed_exchange,
    {
      data = 1;
      flag.store(1, kRelease);
    },
    {
      int expected = 7;
      flag.compare_exchange_strong(expected, 2, kRelaxed, kAcquire);
      if (expected == 1) sink = data;
    })

STANDSTILL_SCENARIO(clean_adjacent_bytes) {
  static char bytes[8];
  together([] { bytes[0] = 1; }, [] { bytes[1] = 2; });
}

STANDSTILL_SCENARIO(clean_condition_variable) {
  static std::condition_variable condition;
  static bool ready = false;
  together(
      [] {
        const std::lock_guard lock(mutex);
        data = 1;
        ready = true;
        condition.notify_one();
      },
      [] {
        std::unique_lock lock(mutex);
        condition.wait(lock, [] { return ready; });
        data = 2;
      });
}

STANDSTILL_SCENARIO(clean_once) {
  static std::once_flag once;
  const auto use = [] {
    std::call_once(once, [] { data = 1; });
    const std::lock_guard lock(mutex);
    sink += data;
  };
  together(use, use);
}

// The one who tries again comes after the one who failed.
STANDSTILL_SCENARIO(clean_lock_freed_by_the_last) {
  struct Guarded {
    std::mutex mutex;
    int users = 2;
  };
  auto* guarded = new Guarded;
  const auto use = [=] {
    bool isLast = false;
    {
      const std::lock_guard lock(guarded->mutex);
      isLast = --guarded->users == 0;
    }
    if (isLast) delete guarded;
  };
  together(use, use);
}

STANDSTILL_SCENARIO(clean_once_throws) {
  static std::once_flag once;
  const auto attempt = [] {
    try {
      std::call_once(once, [] {
        if (++data == 1) throw 1;
      });
    } catch (int) {
    }
  };
  together(attempt, attempt);
}

struct Made {
  Made() : value(7) {}
  int value;
};
STANDSTILL_SCENARIO(clean_static_object) {
  const auto use = [] {
    static const Made made;
    const std::lock_guard lock(mutex);
    sink += made.value;
  };
  together(use, use);
}

STANDSTILL_SCENARIO(clean_latch) {
  static std::latch done(1);
  together(
      [] {
        data = 1;
        done.count_down();
      },
      [] {
        done.wait();
        data = 2;
      });
}

STANDSTILL_SCENARIO(clean_future) {
  std::promise<std::string> promise;
  std::future<std::string> future = promise.get_future();
  std::thread thread([&] { promise.set_value(std::string(100, 'x')); });
  standstill::observe("size", future.get().size());
  thread.join();
}

struct Failure : std::runtime_error {
  explicit Failure(int where) : std::runtime_error("failure"), place(where) {}
  int place;
};
STANDSTILL_SCENARIO(clean_exception_between_threads) {
  std::future<int> future = std::async(std::launch::async, []() -> int { throw Failure(3); });
  try {
    future.get();
  } catch (const Failure& failure) {
    standstill::observe("place", failure.place);
  }
}

// The last owner destroys what the other used.
STANDSTILL_SCENARIO(clean_shared_pointer) {
  auto one = std::make_shared<std::vector<int>>(3, 1);
  std::thread thread([two = one]() mutable {
    const std::lock_guard lock(mutex);
    sink += (*two)[0];
  });
  one.reset();
  thread.join();
}

struct Base {
  virtual ~Base() = default;
  virtual int value() { return 1; }
};
struct Derived : Base {
  int value() override { return 2; }
};
STANDSTILL_SCENARIO(clean_virtual_objects) {
  std::unique_ptr<Base> object = std::make_unique<Derived>();
  std::thread thread([&] { sink = object->value(); });
  thread.join();
  object.reset();
}

// Freed by one thread, allocated again by it for another use.
STANDSTILL_SCENARIO(clean_memory_used_again) {
  auto* first = new int(1);
  std::thread one([first] { delete first; });
  one.join();
  std::thread two([] {
    auto* second = new int(2);
    sink = *second;
    delete second;
  });
  two.join();
}

thread_local int own = 0;
NO_RACE(thread_locals, { ++own; }, { ++own; })

STANDSTILL_SCENARIO(clean_strings_passed_on) {
  std::vector<std::string> words{"one", "two", "three hundred and sixty-five days"};
  std::thread thread([words]() mutable {
    words.push_back("four");
    std::string all;
    for (const std::string& word : words) all += word;
    standstill::observe("all", all);
  });
  words.clear();
  thread.join();
}
