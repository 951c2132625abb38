// What the two builds are compared on: small uses of the pool.
#include <standstill/scenario.h>

#include <atomic>

#include "thread_pool.h"

STANDSTILL_SCENARIO(pool_without_work) { const ThreadPool pool(1); }

STANDSTILL_SCENARIO(one_task) {
  std::atomic<int> done{0};
  {
    ThreadPool pool(1);
    pool.submit([&done] { ++done; });
  }
  standstill::observe("done", done.load());
}

STANDSTILL_SCENARIO(two_workers) {
  std::atomic<int> done{0};
  {
    ThreadPool pool(2);
    pool.submit([&done] { ++done; });
    pool.submit([&done] { ++done; });
  }
  standstill::observe("done", done.load());
}
