// Profiles as `go tool pprof` reads them: protocol buffers, compressed with gzip. Functions are
// named by the symbols library, so no binary is wanted. Its own library, standstill_pprof.
//
//   std::string profile = pprof::goroutineProfile();   // write that to a file, then:
//   go tool pprof -top file
//
// (facts 6.7; test: tests/outputs/pprof_test.cc)
#pragma once

#include <cstdint>
#include <span>
#include <string>

#include "runtime/profile.h"

namespace standstill::rt::pprof {

// How many goroutines there are on each call stack. Stops the world. REQUIRES: on a goroutine.
std::string goroutineProfile();

// What was allocated on one call stack and, of that, freed, as far as it was sampled.
struct HeapSample {
  StackRecord stack;
  int64_t allocObjects = 0, allocBytes = 0;
  int64_t freeObjects = 0, freeBytes = 0;
};

// Allocated and live objects for each call stack. rate: samples were taken once in that many bytes
// on the average; the profile shows what there would be, had all been counted. 1: all were.
std::string heapProfile(std::span<const HeapSample> samples, int64_t rate);

}  // namespace standstill::rt::pprof
