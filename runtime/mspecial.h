// Specials: what is attached to some objects beyond their bytes, a finalizer or a sample of the
// heap profile. Each span lists its own, ordered by object.
//
// Sweeping looks at the specials of objects that were not marked: a finalizer keeps the object for
// one more cycle and is queued; without one, the others are done with, and the object is free.
#pragma once

#include <cstddef>
#include <cstdint>

#include "runtime/mspan.h"

namespace standstill::rt {

struct MemBucket;

// A function object of a size that is known to who made it.
struct Closure {
  void (*run)(void* self, void* arg) = nullptr;
  void* self = nullptr;
  size_t size = 0;  // of *self: what lies there may point to objects
  void (*drop)(void* self) = nullptr;
};

struct Special {
  enum Kind : uint8_t { kFinalizer, kSample };

  Special* next = nullptr;
  uint32_t index = 0;  // of the object in its span
  Kind kind = kFinalizer;
  Closure finalizer;            // of a kFinalizer
  MemBucket* bucket = nullptr;  // of a kSample
};

// Attaches s to the object of its index in span. False, and nothing is done, if it has one of that
// kind. REQUIRES: on a goroutine or g0 with a P; a collection may be sweeping.
bool addspecial(Span* span, Special* s);

// Detaches and returns the special of that kind; null when there is none. REQUIRES: as above.
Special* removespecial(Span* span, uint32_t index, Special::Kind kind);

// For sweep: deals with the specials of the objects of s that are not marked, and marks those that
// a finalizer keeps. REQUIRES: the caller sweeps s.
void sweepspecials(Span* s);

// Drops all specials of s. REQUIRES: nothing runs any more.
void freespecials(Span* s);

}  // namespace standstill::rt
