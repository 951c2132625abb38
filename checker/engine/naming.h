// Names for addresses in the order in which an execution first mentions them.
#pragma once

#include <cstdint>
#include <vector>

#include "checker/engine/step.h"

namespace standstill::checker {

// A hash table from addresses to object numbers that is emptied in constant time.
class Naming {
 public:
  Naming() : slots_(1024) {}

  // The object at `address`: its number, given on the first call. Amortised constant time.
  ObjectId name(uintptr_t address) {
    for (size_t i = hash(address);; i = (i + 1) & (slots_.size() - 1)) {
      Slot& slot = slots_[i];
      if (slot.round != round_) {
        slot = {address, round_, ++count_};
        if (count_ * 2 > slots_.size()) grow();
        return count_;
      }
      if (slot.address == address) return slot.object;
    }
  }

  void clear() {
    ++round_;
    count_ = 0;
  }

 private:
  struct Slot {
    uintptr_t address = 0;
    uint64_t round = 0;
    ObjectId object = kNoObject;
  };

  size_t hash(uintptr_t address) const {
    return static_cast<size_t>((address * 0x9e3779b97f4a7c15) >> 32) & (slots_.size() - 1);
  }

  void grow() {
    std::vector<Slot> old(slots_.size() * 2);
    old.swap(slots_);
    for (const Slot& slot : old) {
      if (slot.round != round_) continue;
      size_t i = hash(slot.address);
      while (slots_[i].round == round_) i = (i + 1) & (slots_.size() - 1);
      slots_[i] = slot;
    }
  }

  std::vector<Slot> slots_;
  uint64_t round_ = 1;
  ObjectId count_ = 0;
};

}  // namespace standstill::checker
