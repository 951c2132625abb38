#include "checker/engine/shadow.h"

#include <algorithm>

namespace standstill::checker {

Shadow::Page* Shadow::findPage(uintptr_t number) {
  if (!ownsPage_(number * kPage)) return nullptr;
  std::unique_ptr<Page>& page = pages_[number];
  if (page == nullptr) page = std::make_unique<Page>();
  return page.get();
}

void Shadow::forget(uintptr_t address, size_t size) {
  const uintptr_t end = address + size;
  for (uintptr_t at = address & ~(kGranule - 1); at < end;) {
    const uintptr_t pageEnd = std::min(end, (at / kPage + 1) * kPage);
    const auto found = pages_.find(at / kPage);
    if (found == pages_.end() || found->second->run != run_) {
      at = pageEnd;
      continue;
    }
    for (; at < pageEnd; at += kGranule) found->second->cells[at % kPage / kGranule].run = 0;
  }
}

}  // namespace standstill::checker
