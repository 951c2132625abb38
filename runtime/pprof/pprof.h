// Profiles as `go tool pprof` reads them: protocol buffers, compressed with gzip. Functions are
// named by the symbols library, so no binary is wanted. Its own library, standstill_pprof.
//
//   std::string profile = pprof::goroutineProfile();   // or heapProfile(); write that to a file:
//   go tool pprof -top file
//
// (facts 6.7; test: tests/outputs/pprof_test.cc)
#pragma once

#include <cstdint>
#include <span>
#include <string>

#include "runtime/mprof.h"

namespace standstill::rt::pprof {

// How many goroutines there are on each call stack. Stops the world. REQUIRES: on a goroutine.
std::string goroutineProfile();

// The heap profile of this run: allocated and live objects for each call stack, as of the end of
// the last collection (mprof.h). Options.memProfileRate says how many are sampled. REQUIRES: on a
// goroutine.
std::string heapProfile();

// The same of given records. rate: samples were taken once in that many bytes on the average; the
// profile shows what there would be, had all been counted. 1: all were.
std::string heapProfile(std::span<const MemProfileRecord> records, int64_t rate);

}  // namespace standstill::rt::pprof
