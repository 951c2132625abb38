// The collector's work: objects that are marked and still have to be looked into ("grey").
//
// Each P has a buffer of its own; full ones go to a common list, from where any P takes them.
#pragma once

#include <cstddef>
#include <cstdint>

#include "runtime/lock.h"

namespace standstill::rt {

struct WorkBuf {
  static constexpr size_t kCapacity = 254;
  WorkBuf* next = nullptr;
  size_t n = 0;
  char* objects[kCapacity];
};

// What is known to be grey beyond the buffers of the Ps.
struct WorkList {
  Mutex lock;
  // Under lock.
  WorkBuf* full = nullptr;   // with at least one object
  WorkBuf* empty = nullptr;  // for the next who needs one
  uint64_t bytes = 0;        // of all buffers

  ~WorkList();
};

extern WorkList worklist;

// The part of a P. REQUIRES for all: the caller owns the P, or has stopped the world.
class GCWork {
 public:
  GCWork() = default;
  ~GCWork();
  GCWork(const GCWork&) = delete;
  GCWork& operator=(const GCWork&) = delete;

  void put(char* object) {
    if (buf_ == nullptr || buf_->n == WorkBuf::kCapacity) exchange();
    buf_->objects[buf_->n++] = object;
  }

  // An object to look into; null when there is none here nor on the common list.
  char* tryGet() {
    if ((buf_ == nullptr || buf_->n == 0) && !takeFull()) return nullptr;
    return buf_->objects[--buf_->n];
  }

  // Gives everything to the common list.
  void dispose();

  // Since the cycle began, for the collector to add up: bytes of objects marked.
  uint64_t bytesMarked = 0;

 private:
  void exchange();
  bool takeFull();
  WorkBuf* buf_ = nullptr;
};

}  // namespace standstill::rt
