// Sweeping, as it shows in a trace.
#pragma once

#include <cstdint>

#include "runtime/msize.h"
#include "runtime/mspan.h"
#include "runtime/trace.h"

namespace standstill::rt {

// What a P sweeps in one go: one interval in the trace, none if it is nothing.
// REQUIRES: the M has a P, and keeps it for as long as this exists.
class TracedSweep {
 public:
  TracedSweep() = default;
  ~TracedSweep() {
    if (begun_) traceGCSweepDone(swept_, reclaimed_);
  }
  TracedSweep(const TracedSweep&) = delete;
  TracedSweep& operator=(const TracedSweep&) = delete;

  // Before s is swept.
  void begin(const Span* s) {
    if (!trace.enabled) return;
    if (!begun_) traceGCSweepStart();
    begun_ = true;
    swept_ += s->npages * kHeapPageSize;
  }
  // After that: how many bytes of it came free.
  void freed(uint64_t bytes) { reclaimed_ += bytes; }

 private:
  bool begun_ = false;
  uint64_t swept_ = 0, reclaimed_ = 0;
};

}  // namespace standstill::rt
