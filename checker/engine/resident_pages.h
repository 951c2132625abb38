// Which pages of a private mapping have ever been touched: the others are zero, and need no look.
#pragma once

#include <sys/types.h>

#include <cstddef>
#include <cstdint>
#include <vector>

namespace standstill::checker {

class ResidentPages {
 public:
  static constexpr size_t kPage = 4096;

  ResidentPages() = default;
  ~ResidentPages();
  ResidentPages(const ResidentPages&) = delete;
  ResidentPages& operator=(const ResidentPages&) = delete;

  // Calls visit(begin, end) for each run of pages from `begin` to `end`, page addresses of an
  // anonymous private mapping, that memory or swap space stands behind; for all of them where the
  // system does not tell (Linux's /proc/self/pagemap). A system call for each 512 pages.
  template <class Visit>
  void forEachRun(uintptr_t begin, uintptr_t end, Visit visit) {
    while (begin < end) {
      const size_t count = look(begin, end);
      size_t first = 0;
      for (size_t i = 0; i <= count; ++i) {
        if (i < count && isResident(i)) continue;
        if (i > first) visit(begin + first * kPage, begin + i * kPage);
        first = i + 1;
      }
      begin += count * kPage;
    }
  }

 private:
  // Reads the entries of pages from `begin` on, at most up to `end`; returns how many, at least 1.
  size_t look(uintptr_t begin, uintptr_t end);
  bool isResident(size_t i) const { return (entries_[i] >> 62) != 0; }  // present, or swapped out

  int file_ = -1;
  pid_t process_ = 0;  // whose pages the file is about: not those of a fork
  std::vector<uint64_t> entries_;
};

}  // namespace standstill::checker
