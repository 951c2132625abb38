// The parts of the C++ library that bring threads and locks of their own.
#include <standstill/scenario.h>

#include <atomic>
#include <ctime>
#include <fstream>
#include <future>
#include <iomanip>
#include <locale>
#include <memory>
#include <mutex>
#include <regex>
#include <sstream>
#include <stop_token>
#include <string>
#include <thread>
#include <vector>

STANDSTILL_SCENARIO(async) {
  auto future = std::async(std::launch::async, [] { return 42; });
  standstill::observe("value", future.get());
}

STANDSTILL_SCENARIO(async_throws) {
  auto future = std::async(std::launch::async, []() -> int { throw std::string("thrown"); });
  try {
    standstill::observe("value", future.get());
  } catch (const std::string& text) {
    standstill::observe("caught", text);
  }
}

STANDSTILL_SCENARIO(promise) {
  std::promise<int> promise;
  std::thread other([&] { promise.set_value(7); });
  auto future = promise.get_future();
  const bool inTime = future.wait_for(std::chrono::seconds(1)) == std::future_status::ready;
  standstill::observe("in time", inTime);
  other.join();
}

// The library keeps a key of its own for this, made on the first use.
STANDSTILL_SCENARIO(promise_at_thread_exit) {
  std::promise<int> promise;
  auto future = promise.get_future();
  std::thread other([&] { promise.set_value_at_thread_exit(4); });
  standstill::observe("value", future.get());
  other.join();
}

STANDSTILL_SCENARIO(jthread) {
  static std::atomic<int> rounds{0};
  std::jthread worker([](const std::stop_token& stop) {
    while (!stop.stop_requested()) std::this_thread::yield();
    rounds = 1;
  });
  worker.request_stop();
  worker.join();
  standstill::observe("rounds", rounds.load());
}

STANDSTILL_SCENARIO(shared_pointer) {
  static int destroyed;
  destroyed = 0;
  auto one = std::shared_ptr<int>(new int(1), [](const int* value) {
    ++destroyed;
    delete value;
  });
  std::thread other([copy = one]() mutable { copy.reset(); });
  one.reset();
  other.join();
  standstill::observe("destroyed", destroyed);
}

// The standard library has locks of its own for these.
STANDSTILL_SCENARIO(atomic_access_of_a_shared_pointer) {
  auto shared = std::make_shared<int>(1);
  std::thread other([&] { std::atomic_store(&shared, std::make_shared<int>(2)); });
  standstill::observe("value", *std::atomic_load(&shared));
  other.join();
}

// Library code that keeps things between calls: locales, time zones, streams, compiled expressions.
STANDSTILL_SCENARIO(keeps_state) {
  std::ostringstream text;
  text.imbue(std::locale::classic());
  text << std::fixed << std::setprecision(3) << 2.5 << ' ' << std::hex << 255;
  standstill::observe("text", text.str());
  const std::time_t moment = 86'400;
  std::tm broken{};
  localtime_r(&moment, &broken);
  char date[32];
  std::strftime(date, sizeof date, "%Y-%m-%d", std::gmtime(&moment));
  standstill::observe("date", date);
  standstill::observe("matches", std::regex_match("abc123", std::regex("[a-c]+\\d+")));
  std::ifstream file("/proc/self/stat");
  standstill::observe("file", file.good());
}

// A stream that nobody closes: the C library keeps a list of them.
STANDSTILL_SCENARIO(leaves_a_file_open) {
  FILE* file = std::fopen("/dev/null", "w");
  standstill::observe("opened", file != nullptr);
  if (file != nullptr) std::fputs("text", file);
}
