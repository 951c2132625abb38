// Clocks and sleeps: virtual time, and randomness from a fixed seed.
#include <sys/random.h>
#include <sys/time.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <ctime>

#include "checker/interpose/interpose.h"

using namespace standstill::checker;

namespace {

constexpr int64_t kSecond = 1'000'000'000;

timespec toTimespec(int64_t time) { return {.tv_sec = time / kSecond, .tv_nsec = time % kSecond}; }

// Going to sleep is one step, going on another.
int sleepUntil(int64_t deadline, void* caller) {
  EngineScope scope;
  Engine& engine = Engine::instance();
  engine.point(Op::sleep, nullptr, 0, caller);
  engine.point(Op::sleepReturn, nullptr, 0, caller,
               {.kind = WaitCondition::Kind::event, .deadline = deadline});
  return 0;
}

int sleepFor(int64_t time, void* caller) { return sleepUntil(after(time), caller); }

}  // namespace

extern "C" int clock_gettime(clockid_t clock, timespec* result) {
  if (scheduling()) {
    *result = toTimespec(Engine::instance().readClock());
    return 0;
  }
  STANDSTILL_REAL(clock_gettime);
  return real(clock, result);
}

extern "C" int gettimeofday(timeval* result, void* zone) {
  if (scheduling()) {
    const timespec now = toTimespec(Engine::instance().readClock());
    *result = {.tv_sec = now.tv_sec, .tv_usec = now.tv_nsec / 1000};
    return 0;
  }
  STANDSTILL_REAL(gettimeofday);
  return real(result, zone);
}

extern "C" time_t time(time_t* result) {
  if (scheduling()) {
    const time_t now = Engine::instance().readClock() / kSecond;
    if (result != nullptr) *result = now;
    return now;
  }
  STANDSTILL_REAL(time);
  return real(result);
}

extern "C" int timespec_get(timespec* result, int base) {
  if (scheduling()) {
    *result = toTimespec(Engine::instance().readClock());
    return base;
  }
  STANDSTILL_REAL(timespec_get);
  return real(result, base);
}

// Processor time goes on as all other time does.
extern "C" clock_t clock() {
  if (scheduling()) return Engine::instance().readClock() / (kSecond / CLOCKS_PER_SEC);
  STANDSTILL_REAL(clock);
  return real();
}

extern "C" int nanosleep(const timespec* duration, timespec* left) {
  if (scheduling()) return sleepFor(nanosecondsOf(*duration), CALLER);
  STANDSTILL_REAL(nanosleep);
  return real(duration, left);
}

extern "C" int clock_nanosleep(clockid_t clock, int flags, const timespec* duration,
                               timespec* left) {
  if (scheduling()) {
    const int64_t length = nanosecondsOf(*duration);
    return (flags & TIMER_ABSTIME) != 0 ? sleepUntil(length, CALLER) : sleepFor(length, CALLER);
  }
  STANDSTILL_REAL(clock_nanosleep);
  return real(clock, flags, duration, left);
}

extern "C" int usleep(useconds_t duration) {
  if (scheduling()) return sleepFor(int64_t{duration} * 1000, CALLER);
  STANDSTILL_REAL(usleep);
  return real(duration);
}

extern "C" unsigned sleep(unsigned duration) {
  if (scheduling()) return static_cast<unsigned>(sleepFor(duration * kSecond, CALLER));
  STANDSTILL_REAL(sleep);
  return real(duration);
}

// ---- Randomness: a fixed sequence in each execution, counted by its steps.

namespace {
uint64_t pseudoRandom() {
  static_assert(sizeof(uint64_t) == 8);
  uint64_t& state = Engine::instance().randomState();
  state = state * 6364136223846793005 + 1442695040888963407;  // Knuth, MMIX
  return state >> 33;
}
}  // namespace

extern "C" int rand() {
  if (scheduling()) return static_cast<int>(pseudoRandom());
  STANDSTILL_REAL(rand);
  return real();
}

extern "C" void srand(unsigned seed) {
  if (scheduling()) {
    Engine::instance().randomState() = seed;
    return;
  }
  STANDSTILL_REAL(srand);
  real(seed);
}

extern "C" void srandom(unsigned seed) {
  if (scheduling()) {
    Engine::instance().randomState() = seed;
    return;
  }
  STANDSTILL_REAL(srandom);
  real(seed);
}

extern "C" long random() {
  if (scheduling()) return static_cast<long>(pseudoRandom());
  STANDSTILL_REAL(random);
  return real();
}

// std::random_device asks the processor.
extern "C" unsigned standstillRandomDevice(void* self) __asm__("_ZNSt13random_device9_M_getvalEv");
extern "C" unsigned standstillRandomDevice(void* self) {
  if (scheduling()) return static_cast<unsigned>(pseudoRandom());
  using Function = unsigned (*)(void*);
  static const auto real =
      reinterpret_cast<Function>(dlsym(RTLD_NEXT, "_ZNSt13random_device9_M_getvalEv"));
  return real(self);
}

extern "C" uint32_t arc4random() noexcept {
  if (scheduling()) return static_cast<uint32_t>(pseudoRandom());
  STANDSTILL_REAL(arc4random);
  return real();
}
extern "C" uint32_t arc4random_uniform(uint32_t bound) noexcept {
  if (scheduling()) return bound < 2 ? 0 : static_cast<uint32_t>(pseudoRandom() % bound);
  STANDSTILL_REAL(arc4random_uniform);
  return real(bound);
}
extern "C" void arc4random_buf(void* buffer, size_t size) noexcept {
  if (scheduling()) {
    getrandom(buffer, size, 0);
    return;
  }
  STANDSTILL_REAL(arc4random_buf);
  real(buffer, size);
}

extern "C" int getentropy(void* buffer, size_t size) {
  if (scheduling()) return getrandom(buffer, size, 0) < 0 ? -1 : 0;
  STANDSTILL_REAL(getentropy);
  return real(buffer, size);
}

extern "C" ssize_t getrandom(void* buffer, size_t size, unsigned flags) {
  if (!scheduling()) {
    STANDSTILL_REAL(getrandom);
    return real(buffer, size, flags);
  }
  auto* bytes = static_cast<unsigned char*>(buffer);
  for (size_t i = 0; i < size; ++i) bytes[i] = static_cast<unsigned char>(pseudoRandom());
  return static_cast<ssize_t>(size);
}
