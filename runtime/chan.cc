#include "runtime/chan.h"

#include "runtime/getg.h"
#include "runtime/sema.h"

namespace standstill::rt {

void ChanCore::WaitQueue::enqueue(Sudog* s) {
  s->next = nullptr;
  (last != nullptr ? last->next : first) = s;
  last = s;
}

Sudog* ChanCore::WaitQueue::dequeue() {
  Sudog* s = first;
  if (s == nullptr) return nullptr;
  first = s->next;
  if (first == nullptr) last = nullptr;
  s->next = nullptr;
  return s;
}

bool ChanCore::wait(WaitQueue* q, void* slot, const char* reason, TraceEv ev) {
  Sudog* s = acquireSudog();
  s->g = getg();
  s->data = slot;
  s->passed = false;
  q->enqueue(s);
  goparkunlock(&lock_, reason, ev);
  bool ok = s->passed;
  s->g = nullptr;
  s->data = nullptr;
  releaseSudog(s);
  return ok;
}

void ChanCore::passed(Sudog* s) {
  s->passed = true;
  unlock(&lock_);
  goready(s->g);
}

void ChanCore::closeAndWake() {
  lock(&lock_);
  if (closed_) {
    unlock(&lock_);
    gopanic("close of closed channel");
  }
  closed_ = true;
  // By (1) one of the queues is empty.
  Sudog* s = receivers_.first != nullptr ? receivers_.first : senders_.first;
  receivers_ = {};
  senders_ = {};
  unlock(&lock_);
  while (s != nullptr) {
    Sudog* next = std::exchange(s->next, nullptr);
    goready(s->g);
    s = next;
  }
}

}  // namespace standstill::rt
