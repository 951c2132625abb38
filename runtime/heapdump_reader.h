// Reads a heap dump back: what WriteHeapDump has written, record by record.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/heapdump.h"

namespace standstill::rt {

struct HeapDump {
  struct Params {
    uint64_t bigEndian = 0, pointerSize = 0, arenaStart = 0, arenaEnd = 0, arch = 0;
    std::string experiment;
    uint64_t ncpu = 0;
  };
  struct Object {
    uint64_t address = 0;
    std::string contents;
    std::vector<uint64_t> pointers;  // offsets
  };
  struct Frame {
    uint64_t sp = 0, depth = 0, childSp = 0;
    std::string contents;
    uint64_t entry = 0, pc = 0, continuation = 0;
    std::string name;
  };
  struct Goroutine {
    uint64_t address = 0, sp = 0, goid = 0, createdAt = 0, status = 0;
    uint64_t isSystem = 0, isBackground = 0, waitsince = 0;
    std::string waitreason;
    uint64_t context = 0, machine = 0, defers = 0, panics = 0;
    std::vector<Frame> frames;
  };
  struct Thread {
    uint64_t address = 0, id = 0, handle = 0;
  };
  struct Finalizer {
    uint64_t object = 0, closure = 0, function = 0, argumentType = 0, objectType = 0;
  };
  struct BucketFrame {
    std::string function, file;
    uint64_t line = 0;
  };
  struct Bucket {
    uint64_t id = 0, size = 0;
    std::vector<BucketFrame> frames;
    uint64_t allocs = 0, frees = 0;
  };
  struct Sample {
    uint64_t object = 0, bucket = 0;
  };
  struct Stats {
    std::vector<uint64_t> numbers;  // in the order of MemStats, up to PauseTotalNs
    std::vector<uint64_t> pauses;
    uint64_t numGC = 0;
  };

  std::vector<DumpTag> tags;  // of all records, in order
  Params params;
  std::vector<Object> objects;
  std::vector<Goroutine> goroutines;
  std::vector<Thread> threads;
  std::vector<Object> data;  // roots
  std::vector<Finalizer> finalizers;
  std::vector<Finalizer> queuedFinalizers;
  std::vector<Bucket> buckets;
  std::vector<Sample> samples;
  Stats stats;
  std::string error;  // what is wrong with the file; empty if nothing is
};

// Reads the dump in file. It must end exactly where the end record does.
HeapDump readHeapDump(std::string_view file);

}  // namespace standstill::rt
