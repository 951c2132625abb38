#include "runtime/msize.h"

#include <array>
#include <bit>

namespace standstill::rt {

namespace {

constexpr size_t kLinear = 128;  // up to here in steps of kStep
constexpr size_t kStep = 16;
constexpr int kLinearClasses = kLinear / kStep;

struct Class {
  uint32_t size = 0;
  uint32_t pages = 0;
};

constexpr uint32_t pagesFor(uint32_t size) {
  constexpr uint32_t kFewest = 4;  // objects, so that a refill is worth its lock
  for (uint32_t pages = 1;; pages++) {
    uint32_t bytes = pages * kHeapPageSize;
    if (bytes / size >= kFewest && bytes % size <= bytes / 8) return pages;
  }
}

constexpr auto kClasses = [] {
  std::array<Class, kNumSizeClasses> c{};
  uint32_t size = 0;
  uint32_t step = kStep;
  for (size_t i = 1; i < c.size(); i++) {
    size += step;
    c[i] = {size, pagesFor(size)};
    if (size >= kLinear && size == step * 8) step *= 2;
  }
  return c;
}();
static_assert(kClasses.back().size == kMaxSmallSize);

}  // namespace

size_t classSize(int sizeclass) { return kClasses[static_cast<size_t>(sizeclass)].size; }

size_t classPages(int sizeclass) { return kClasses[static_cast<size_t>(sizeclass)].pages; }

int sizeToClass(size_t size) {
  if (size <= kLinear) return size <= kStep ? 1 : static_cast<int>((size + kStep - 1) / kStep);
  // The doubling that size is in, and the quarter of that.
  size_t last = size - 1;
  int top = std::bit_width(last) - 1;
  int quarter = static_cast<int>(last >> (top - 2)) & 3;
  return kLinearClasses + (top - std::bit_width(kLinear) + 1) * 4 + quarter + 1;
}

}  // namespace standstill::rt
