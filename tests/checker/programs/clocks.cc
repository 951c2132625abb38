// Clocks, sleeps and randomness.
#include <standstill/scenario.h>
#include <sys/random.h>
#include <sys/time.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <cstdlib>
#include <ctime>
#include <random>
#include <string>
#include <thread>

using namespace std::chrono_literals;

STANDSTILL_SCENARIO(time_passes) {
  const auto start = std::chrono::steady_clock::now();
  std::this_thread::sleep_for(2h);
  const auto slept = std::chrono::steady_clock::now() - start;
  standstill::observe("long enough", slept >= 2h);
  standstill::observe("not much longer", slept < 2h + 1s);
}

STANDSTILL_SCENARIO(clocks_agree) {
  timeval today{};
  gettimeofday(&today, nullptr);
  timespec standard{};
  timespec_get(&standard, TIME_UTC);
  standstill::observe("gettimeofday", today.tv_sec == time(nullptr));
  standstill::observe("timespec_get", standard.tv_sec == time(nullptr));
  standstill::observe("system_clock", std::chrono::system_clock::to_time_t(
                                          std::chrono::system_clock::now()) == time(nullptr));
}

// The shorter sleep usually ends first, but a slow thread may turn that round.
STANDSTILL_SCENARIO(two_sleepers) {
  static std::atomic<int> order{0};
  int shorter = 0;
  int longer = 0;
  std::thread other([&] {
    usleep(10);
    shorter = ++order;
  });
  std::this_thread::sleep_for(20us);
  longer = ++order;
  other.join();
  standstill::observe("shorter", shorter);
  standstill::observe("longer", longer);
}

// Nobody sleeps that long: the end of time is no time in the past.
STANDSTILL_SCENARIO(sleeps_for_ever) {
  static const timespec forEver{.tv_sec = INT64_MAX, .tv_nsec = 0};
  std::thread([] {
    nanosleep(&forEver, nullptr);
    standstill::observe("woke", 1);
  }).detach();
  sleep(100);
  standstill::observe("main", 1);
}

STANDSTILL_SCENARIO(randomness) {
  standstill::observe("unseeded", std::rand());
  std::srand(5);
  const int first = std::rand();
  std::srand(5);
  standstill::observe("repeats", first == std::rand());
  std::srand(6);
  standstill::observe("depends on the seed", first != std::rand());
  srandom(5);
  const long other = random();
  srandom(6);
  standstill::observe("srandom counts", other != random());
  unsigned char bytes[8] = {};
  standstill::observe("bytes", getrandom(bytes, sizeof bytes, 0));
  uint64_t entropy = 0;
  standstill::observe("entropy", getentropy(&entropy, sizeof entropy));
  for (const unsigned char byte : bytes) entropy += byte;
  standstill::observe("sum", static_cast<long long>(entropy));
  standstill::observe("rand", std::rand());
}
