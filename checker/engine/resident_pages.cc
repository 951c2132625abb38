#include "checker/engine/resident_pages.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>

namespace standstill::checker {

ResidentPages::~ResidentPages() {
  if (file_ >= 0) close(file_);
}

size_t ResidentPages::look(uintptr_t begin, uintptr_t end) {
  constexpr size_t kMost = 512;
  const size_t wanted = std::min(kMost, (end - begin) / kPage);
  entries_.resize(kMost);
  if (process_ != getpid()) {
    if (file_ >= 0) close(file_);
    process_ = getpid();
    file_ = open("/proc/self/pagemap", O_RDONLY | O_CLOEXEC);
  }
  const auto place = static_cast<off_t>(begin / kPage * sizeof(uint64_t));
  const ssize_t bytes =
      file_ < 0 ? -1 : pread(file_, entries_.data(), wanted * sizeof(uint64_t), place);
  if (bytes >= static_cast<ssize_t>(sizeof(uint64_t)))
    return static_cast<size_t>(bytes) / sizeof(uint64_t);
  std::fill_n(entries_.begin(), wanted, ~uint64_t{0});
  return wanted;
}

}  // namespace standstill::checker
