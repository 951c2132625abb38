/* What a subject includes: scenarios to run under the explorer, and what they observe.
 *
 * A subject is a shared library, compiled with the flags that `stw-check cxxflags` prints. It holds
 * scenarios; each one is run as the main thread of every execution, from the same initial state:
 *
 *   #include <standstill/scenario.h>
 *
 *   STANDSTILL_SCENARIO(two_increments) {
 *     std::atomic<int> count{0};
 *     std::thread other([&] { count++; });
 *     count++;
 *     other.join();
 *     standstill::observe("count", count.load());
 *   }
 *
 * An execution ends as a process does: when the main thread returns from the scenario, when any
 * thread calls exit or abort, or when nobody can run any more (deadlock). Works in C11 and C++17.
 */
#pragma once

#include <stddef.h>

#ifdef __cplusplus
#include <string>
#include <type_traits>
extern "C" {
#endif

/* Records that this thread saw `value` under `key`. What is observed, by thread and then in program
 * order, is part of the execution's outcome. Both strings are copied. Not a scheduling point. */
void standstill_observe_integer(const char* key, long long value);
void standstill_observe_string(const char* key, const char* value);

/* Copies to `buffer` up to `size` bytes of the input that the checker supplies for this execution,
 * a generated program for example, and returns how many there were. Without input that is 0. */
size_t standstill_input(void* buffer, size_t size);

/* For reports. The calling scenario names two functions that say, whenever they are asked on a
 * thread, what that thread works on (a goroutine, a request, a job), and the reason of the window
 * that is open for all (the world is stopped, say); null or "" for nothing. Reports draw the first
 * as lanes beside those of the threads, and shade the second. They are asked at each step of an
 * execution that is reported, and of no other: they must change nothing. The text is copied. */
typedef const char* (*standstill_probe)(void);
void standstill_lanes(standstill_probe lane);
void standstill_windows(standstill_probe window);

/* Adds a scenario to the library that is being loaded. Called by STANDSTILL_SCENARIO only. */
void standstill_register_scenario(const char* name, void (*body)(void));

#ifdef __cplusplus
}

namespace standstill {

/* The C++ spelling: integers, booleans and enumerations as numbers, everything else as a string. */
template <class T>
void observe(const char* key, const T& value) {
  if constexpr (std::is_integral_v<T> || std::is_enum_v<T>) {
    standstill_observe_integer(key, static_cast<long long>(value));
  } else {
    standstill_observe_string(key, std::string(value).c_str());
  }
}

}  // namespace standstill

inline void standstill_observe(const char* key, const char* value) {
  standstill_observe_string(key, value);
}
inline void standstill_observe(const char* key, const std::string& value) {
  standstill_observe_string(key, value.c_str());
}
template <class T, class = std::enable_if_t<std::is_integral_v<T> || std::is_enum_v<T>>>
void standstill_observe(const char* key, T value) {
  standstill_observe_integer(key, static_cast<long long>(value));
}
#else
#define standstill_observe(key, value)        \
  _Generic((value),                           \
      char*: standstill_observe_string,       \
      const char*: standstill_observe_string, \
      default: standstill_observe_integer)(key, value)
#endif

/* Defines a scenario: STANDSTILL_SCENARIO(name) { ... }. Names must be unique within the library.
 */
#define STANDSTILL_SCENARIO(name)                                             \
  static void standstill_scenario_##name(void);                               \
  __attribute__((constructor)) static void standstill_register_##name(void) { \
    standstill_register_scenario(#name, standstill_scenario_##name);          \
  }                                                                           \
  static void standstill_scenario_##name(void)
