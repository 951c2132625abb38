#include "runtime/mroot.h"

#include <cstring>
#include <mutex>

namespace standstill::rt {

namespace {

// Not a lock of the runtime: roots come and go outside runs, too. Nothing that could block or be
// preempted happens under it.
std::mutex& rootsLock() {
  static std::mutex m;
  return m;
}
RootNode* allRoots = nullptr;  // under rootsLock()

}  // namespace

RootNode::RootNode(void* p, size_t size, bool exact)
    : p_(p), size_(size), exact_(exact), next_(nullptr), prev_(nullptr) {
  std::lock_guard guard(rootsLock());
  next_ = allRoots;
  if (next_ != nullptr) next_->prev_ = this;
  allRoots = this;
}

RootNode::~RootNode() {
  std::lock_guard guard(rootsLock());
  unlink();
}

void RootNode::unlink() {
  (prev_ != nullptr ? prev_->next_ : allRoots) = next_;
  if (next_ != nullptr) next_->prev_ = prev_;
}

void forEachRoot(const std::function<void(void* p, size_t size, bool exact)>& fn) {
  std::lock_guard guard(rootsLock());
  for (RootNode* r = allRoots; r != nullptr; r = r->next_) fn(r->p_, r->size_, r->exact_);
}

void forgetRoots(const void* lo, const void* hi) {
  std::lock_guard guard(rootsLock());
  for (RootNode* r = allRoots; r != nullptr; r = r->next_) {
    if (r >= lo && r < hi) r->unlink();
  }
}

void clearRoots() {
  std::lock_guard guard(rootsLock());
  for (RootNode* r = allRoots; r != nullptr; r = r->next_) {
    if (r->exact_) std::memset(r->p_, 0, r->size_);
  }
}

}  // namespace standstill::rt
