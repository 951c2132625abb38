// A dump of the heap and of who might use it, as WriteHeapDump writes it.
//
// The format is that of the original, "go1.5 heap dump": a header, then records that begin with a
// tag. Numbers are LEB128, a string is its length and its bytes. Of its records there are here
// those for which this runtime has anything to tell, in this order:
//
//   params       one
//   object       each allocated object: its address and its bytes
//   goroutine    each goroutine that is not dead, followed by
//   stack frame  one, from its stack pointer to the top of its stack
//   thread       each M
//   data         each root (mroot.h): its address and its bytes
//   finalizer    each object with one, then
//   queued       each call that is due
//   memstats     one, with the stacks counted as part of the heap, as the runtime sees them
//   bucket       each call stack of the heap profile
//   sample       each object that the heap profile has sampled
//   end          one
//
// Objects and roots come with the offsets of the pointers in them. Stack frames do not: nothing
// knows which of their words are pointers. A call stack is named by addresses. (facts 6.4; reader:
// heapdump_reader.h; tests: tests/runtime/heapdump_test.cc)
#pragma once

#include <cstdint>
#include <string_view>

namespace standstill::rt {

inline constexpr std::string_view kHeapDumpHeader = "go1.5 heap dump\n";

// Tags of records, as numbered by the format.
enum class DumpTag : uint64_t {
  End = 0,
  Object = 1,     // address, contents, fields
  Goroutine = 4,  // see writeGoroutine
  StackFrame = 5,
  Params = 6,
  Thread = 9,            // M, its id, handle of the thread (0: not known)
  Finalizer = 7,         // object, closure, function, two types (0: they have no address)
  MemStats = 10,         // the first 24 numbers of MemStats, 256 pauses, NumGC
  QueuedFinalizer = 11,  // as Finalizer
  Data = 12,             // address, contents, fields
  Bucket = 16,  // id, object size, depth, for each frame function, file and line; allocs, frees
  Sample = 17,  // object, bucket
};

// Writes a dump to file descriptor fd. If that fails, the rest is left out.
// REQUIRES: the world is stopped, on g0.
void writeheapdump_m(int fd);

}  // namespace standstill::rt
