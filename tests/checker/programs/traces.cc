// Programs whose number of Mazurkiewicz traces is known from the literature or from a formula.
#include <standstill/scenario.h>

#include <atomic>
#include <chrono>
#include <mutex>
#include <thread>
#include <vector>

namespace {

std::atomic<int> x{0};
std::atomic<int> y{0};
std::atomic<int> cells[16];
std::mutex mutex;
std::mutex forks[3];
int plain = 0;

template <class F>
void parallel(int count, F body) {
  std::vector<std::thread> threads;
  for (int i = 0; i < count; ++i) threads.emplace_back([=] { body(i); });
  for (std::thread& thread : threads) thread.join();
}

// Abdulla, Aronis, Jonsson, Sagonas, POPL 2014: n threads each write the cell after the one they
// read, one looks for the last cell that is zero.
template <int N>
void lastZero() {
  parallel(N + 1, [](int i) {
    if (i > 0) {
      cells[i] = cells[i - 1] + 1;
      return;
    }
    int at = N;
    while (at > 0 && cells[at] != 0) --at;
  });
}

}  // namespace

STANDSTILL_SCENARIO(store_buffering) {
  parallel(2, [](int i) {
    (i == 0 ? x : y) = 1;
    standstill::observe("seen", (i == 0 ? y : x).load());
  });
}

// Who of three took the first step, the second, and so on: the first two threads take two, the last
// one takes one.
STANDSTILL_SCENARIO(order_of_five_steps) {
  int who[5];
  parallel(3, [&who](int i) {
    for (int n = 0; n < (i < 2 ? 2 : 1); ++n) who[x++] = i + 1;
  });
  int order = 0;
  for (const int one : who) order = order * 10 + one;
  standstill::observe("order", order);
}

STANDSTILL_SCENARIO(three_times_two_additions) {
  parallel(3, [](int) {
    ++x;
    ++x;
  });
}

STANDSTILL_SCENARIO(four_times_two_additions) {
  parallel(4, [](int) {
    ++x;
    ++x;
  });
}

STANDSTILL_SCENARIO(three_times_two_sections) {
  parallel(3, [](int) {
    for (int i = 0; i < 2; ++i) {
      const std::lock_guard hold(mutex);
      ++plain;
    }
  });
}

STANDSTILL_SCENARIO(one_writer_six_readers) {
  parallel(7, [](int i) {
    if (i == 0) {
      x = 1;
    } else {
      static_cast<void>(x.load());
    }
  });
}

STANDSTILL_SCENARIO(last_zero_5) { lastZero<5>(); }

STANDSTILL_SCENARIO(dining_philosophers) {
  parallel(3, [](int i) {
    const std::lock_guard left(forks[i]);
    const std::lock_guard right(forks[(i + 1) % 3]);
  });
}

// The clock reads differently after every step, so nothing is independent.
STANDSTILL_SCENARIO(reads_the_clock) {
  parallel(2, [](int) {
    static_cast<void>(std::chrono::steady_clock::now());
    ++x;
  });
}

STANDSTILL_SCENARIO(four_times_three_sections) {
  parallel(4, [](int) {
    for (int i = 0; i < 3; ++i) {
      const std::lock_guard hold(mutex);
      ++plain;
    }
  });
}

STANDSTILL_SCENARIO(last_zero_10) { lastZero<10>(); }
STANDSTILL_SCENARIO(last_zero_15) { lastZero<15>(); }
