// Shadow memory: for each eight bytes of the subject's memory, the accesses that matter for races.
//
// Nothing is cleared between executions: a page and a cell say which execution they are of.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <unordered_map>
#include <vector>

namespace standstill::checker {

// kSync comes with kAtomic: a lock or the like is used. The subject says of a kExempt access that
// it may race.
enum AccessKind : uint8_t {
  kRead = 0,
  kWrite = 1,
  kAtomic = 2,
  kFree = 4,
  kSync = 8,
  kExempt = 16
};

struct Record {
  uint32_t clock = 0;  // of the thread, at the access
  uint32_t index = 0;  // which access of the execution it was
  uintptr_t code = 0;
  uint8_t thread = 0;
  uint8_t mask = 0;  // the bytes, of the eight
  uint8_t kind = 0;
  uint8_t size = 0;
};

struct Cell {
  uint32_t run = 0;
  std::vector<Record> records;
};

class Shadow {
 public:
  static constexpr size_t kGranule = 8;
  static constexpr size_t kPage = 4096;

  // A new execution: all cells count as empty. `ownsPage` says which memory is the subject's own.
  void begin(bool (*ownsPage)(uintptr_t)) {
    ++run_;
    ownsPage_ = ownsPage;
  }

  // The cell of the eight bytes at `granule`, null outside of the subject's memory. Amortised
  // constant time.
  Cell* cell(uintptr_t granule) {
    Page* page = pageOf(granule);
    if (page == nullptr) return nullptr;
    page->run = run_;
    Cell& found = page->cells[granule % kPage / kGranule];
    if (found.run != run_) {
      found.run = run_;
      found.records.clear();
    }
    return &found;
  }

  // The same where something may have been recorded in this execution, and null elsewhere.
  Cell* recorded(uintptr_t granule) {
    const auto found = pages_.find(granule / kPage);
    if (found == pages_.end() || found->second == nullptr || found->second->run != run_)
      return nullptr;
    Cell& cell = found->second->cells[granule % kPage / kGranule];
    return cell.run == run_ ? &cell : nullptr;
  }

  // Empties the cells of [address, address + size).
  void forget(uintptr_t address, size_t size);

 private:
  struct Page {
    uint32_t run = 0;  // the last execution in which something was recorded
    std::array<Cell, kPage / kGranule> cells;
  };
  struct Cached {
    uintptr_t number = 0;
    Page* page = nullptr;
  };

  Page* pageOf(uintptr_t address) {
    const uintptr_t number = address / kPage;
    Cached& cached = cache_[number % cache_.size()];
    if (cached.number != number) cached = {number, findPage(number)};
    return cached.page;
  }
  Page* findPage(uintptr_t number);

  uint32_t run_ = 0;
  bool (*ownsPage_)(uintptr_t) = nullptr;
  std::array<Cached, 1024> cache_{};
  std::unordered_map<uintptr_t, std::unique_ptr<Page>> pages_;  // never iterated
};

}  // namespace standstill::checker
