// The life of threads: create, join, detach, exit, keys, thread-local objects.
#include <pthread.h>
#include <standstill/scenario.h>

#include <atomic>
#include <cerrno>
#include <exception>
#include <future>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace {

std::atomic<int> steps{0};
void* nothing(void*) { return nullptr; }

struct Counted {
  int value = 40;
  Counted() { standstill::observe("constructed", 1); }
  ~Counted() { standstill::observe("destroyed", value); }
};
thread_local Counted counted;
thread_local int plain = 7;

}  // namespace

STANDSTILL_SCENARIO(result) {
  pthread_t thread;
  pthread_create(
      &thread, nullptr, [](void* argument) -> void* { return static_cast<char*>(argument) + 1; },
      nullptr);
  void* result = nullptr;
  standstill::observe("join", pthread_join(thread, &result));
  standstill::observe("result", static_cast<int>(reinterpret_cast<uintptr_t>(result)));
}

STANDSTILL_SCENARIO(joined_twice) {
  pthread_t thread;
  pthread_create(&thread, nullptr, [](void*) -> void* { return nullptr; }, nullptr);
  pthread_join(thread, nullptr);
  pthread_join(thread, nullptr);
}

STANDSTILL_SCENARIO(join_itself) {
  standstill::observe("EDEADLK", pthread_join(pthread_self(), nullptr) == EDEADLK);
}

STANDSTILL_SCENARIO(detached) {
  pthread_t thread;
  pthread_create(&thread, nullptr, nothing, nullptr);
  standstill::observe("detach", pthread_detach(thread));
  standstill::observe("detach again", pthread_detach(thread) == EINVAL);
  standstill::observe("join", pthread_join(thread, nullptr) == EINVAL);
}

STANDSTILL_SCENARIO(exit_in_the_middle) {
  pthread_t thread;
  pthread_create(
      &thread, nullptr,
      [](void*) -> void* {
        pthread_exit(reinterpret_cast<void*>(5));
        standstill::observe("not reached", 1);
        return nullptr;
      },
      nullptr);
  void* result = nullptr;
  pthread_join(thread, &result);
  standstill::observe("result", static_cast<int>(reinterpret_cast<uintptr_t>(result)));
}

// Leaving by pthread_exit destroys what lives on the stack, as an exception does.
STANDSTILL_SCENARIO(exit_unwinds) {
  static std::mutex mutex;
  pthread_t thread;
  pthread_create(
      &thread, nullptr,
      [](void*) -> void* {
        const std::lock_guard guard(mutex);
        pthread_exit(nullptr);
      },
      nullptr);
  pthread_join(thread, nullptr);
  standstill::observe("free again", mutex.try_lock());
}

// The main thread leaves by pthread_exit: the program goes on until the last thread is done.
STANDSTILL_SCENARIO(main_exits_first) {
  std::thread([] { standstill::observe("still here", 1); }).detach();
  pthread_exit(nullptr);
}

STANDSTILL_SCENARIO(thread_locals) {
  std::thread other([] {
    standstill::observe("plain", plain++);
    counted.value++;
    standstill::observe("value", counted.value);
  });
  plain = 1;
  standstill::observe("plain", plain);
  standstill::observe("value", counted.value);
  other.join();
}

STANDSTILL_SCENARIO(keys) {
  static pthread_key_t kept;
  static pthread_key_t deleted;
  const auto destroy = [](void* value) {
    standstill::observe("destroyed", static_cast<int>(reinterpret_cast<uintptr_t>(value)));
  };
  pthread_key_create(&kept, destroy);
  pthread_key_create(&deleted, destroy);
  std::thread([] {
    pthread_setspecific(kept, reinterpret_cast<void*>(3));
    pthread_setspecific(deleted, reinterpret_cast<void*>(4));
    pthread_key_delete(deleted);
    standstill::observe("own",
                        static_cast<int>(reinterpret_cast<uintptr_t>(pthread_getspecific(kept))));
  }).join();
  standstill::observe("main's", pthread_getspecific(kept) == nullptr);
  standstill::observe("no such key", pthread_setspecific(1000, &kept) == EINVAL);
}

STANDSTILL_SCENARIO(names_and_attributes) {
  std::thread thread([] {});
  standstill::observe("named", pthread_setname_np(thread.native_handle(), "worker"));
  thread.join();
}

STANDSTILL_SCENARIO(once) {
  static std::once_flag flag;
  static std::atomic<int> calls{0};
  const auto call = [] { std::call_once(flag, [] { ++calls; }); };
  std::thread other(call);
  call();
  standstill::observe("calls", calls.load());
  other.join();
}

STANDSTILL_SCENARIO(once_throws) {
  static std::once_flag flag;
  static int tries = 0;
  const auto attempt = [] {
    try {
      std::call_once(flag, [] {
        if (++tries == 1) throw 1;
      });
      standstill::observe("done", 1);
    } catch (int) {
      standstill::observe("threw", 1);
    }
  };
  std::thread other(attempt);
  attempt();
  other.join();
  standstill::observe("tries", tries);
}

STANDSTILL_SCENARIO(static_object) {
  struct Slow {
    Slow() { steps.fetch_add(1); }
  };
  const auto use = [] { static Slow slow; };
  std::thread other(use);
  use();
  standstill::observe("constructed", steps.load());
  other.join();
}

// Both threads are inside a handler while the other one throws.
STANDSTILL_SCENARIO(exceptions) {
  const auto work = [](int mine) {
    try {
      throw mine;
    } catch (int caught) {
      steps.fetch_add(1);
      try {
        throw std::string(1, static_cast<char>('a' + mine));
      } catch (const std::string& text) {
        steps.fetch_add(1);
        standstill::observe("text", text);
      }
      standstill::observe("caught", caught);
      standstill::observe("still", std::current_exception() != nullptr);
    }
    standstill::observe("over", std::current_exception() == nullptr);
  };
  std::thread other(work, 1);
  work(0);
  other.join();
}

STANDSTILL_SCENARIO(more_than_sixty_four) {
  std::vector<std::thread> threads;
  for (int i = 0; i < 70; ++i) threads.emplace_back([] {});
  for (std::thread& thread : threads) thread.join();
}

STANDSTILL_SCENARIO(sixty_three) {
  std::vector<std::thread> threads;
  for (int i = 0; i < 63; ++i)
    threads.emplace_back([] { steps.fetch_add(1, std::memory_order_relaxed); });
  for (std::thread& thread : threads) thread.join();
  standstill::observe("steps", steps.load());
}
