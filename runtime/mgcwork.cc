#include "runtime/mgcwork.h"

#include <utility>

namespace standstill::rt {

WorkList worklist;

namespace {

void freeList(WorkBuf* b) {
  while (b != nullptr) delete std::exchange(b, b->next);
}

void push(WorkBuf** list, WorkBuf* b) {
  b->next = *list;
  *list = b;
}

WorkBuf* pop(WorkBuf** list) {
  WorkBuf* b = *list;
  if (b != nullptr) *list = b->next;
  return b;
}

}  // namespace

WorkList::~WorkList() {
  freeList(full);
  freeList(empty);
}

GCWork::~GCWork() { delete buf_; }

void GCWork::exchange() {
  lock(&worklist.lock);
  if (buf_ != nullptr) push(&worklist.full, buf_);
  buf_ = pop(&worklist.empty);
  if (buf_ == nullptr) {
    buf_ = new WorkBuf;
    worklist.bytes += sizeof(WorkBuf);
  }
  unlock(&worklist.lock);
}

bool GCWork::takeFull() {
  lock(&worklist.lock);
  if (WorkBuf* b = pop(&worklist.full)) {
    if (buf_ != nullptr) push(&worklist.empty, buf_);
    buf_ = b;
  }
  unlock(&worklist.lock);
  return buf_ != nullptr && buf_->n != 0;
}

void GCWork::dispose() {
  if (buf_ == nullptr) return;
  lock(&worklist.lock);
  push(buf_->n != 0 ? &worklist.full : &worklist.empty, buf_);
  buf_ = nullptr;
  unlock(&worklist.lock);
}

}  // namespace standstill::rt
