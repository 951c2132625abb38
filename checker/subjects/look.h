// What an onlooker sees of the scheduler at any moment, as a debugger or a dump of it would.
#pragma once

#include <atomic>
#include <string>

// The value of a word, from outside: no scheduling point, and no race.
template <typename T>
[[gnu::noinline, clang::no_sanitize("thread")]] T peek(const T& word) {
  return *static_cast<const volatile T*>(&word);
}
template <typename T>
[[clang::no_sanitize("thread")]] T peek(const std::atomic<T>& word) {
  return *reinterpret_cast<const volatile T*>(&word);
}

// How often the world was started, worldsema, whether a stop is wanted, and on each M why and how
// it must not be preempted: "1 starts, worldsema 0, waiting for 1, GOMAXPROCS, M0 locks 1". No
// scheduling point.
std::string look();

// The same of the tracer: whether a trace is on, or has ended and is not read yet; whether its
// buffers are locked, are begun and wait for the reader; whether its header has been read: "trace
// on, locked, events". No scheduling point.
std::string lookAtTracer();
