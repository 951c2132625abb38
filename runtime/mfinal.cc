#include "runtime/mfinal.h"

#include <atomic>

#include "runtime/getg.h"
#include "runtime/mgc.h"
#include "runtime/mgcmark.h"
#include "runtime/mheap.h"
#include "runtime/mroot.h"
#include "runtime/panic.h"
#include "runtime/preempt.h"
#include "runtime/proc.h"

namespace standstill::rt {

namespace {

struct Finalizers {
  Mutex lock;
  // Under lock, or with the world stopped.
  QueuedFinalizer* head = nullptr;
  QueuedFinalizer* tail = nullptr;
  G* parked = nullptr;           // the goroutine that makes the calls, when it has nothing to do
  bool started = false;          // there is one
  std::atomic<bool> due{false};  // the queue is not empty; a hint
};

Finalizers fin;

// The next call; parks until there is one.
QueuedFinalizer* next() {
  for (;;) {
    lock(&fin.lock);
    QueuedFinalizer* q = fin.head;
    if (q != nullptr) {
      fin.head = q->next;
      if (fin.head == nullptr) {
        fin.tail = nullptr;
        fin.due = false;
      }
      unlock(&fin.lock);
      return q;
    }
    fin.parked = getg();
    goparkunlock(&fin.lock, "finalizer wait", TraceEv::GoBlock);
  }
}

[[gnu::noinline]] void callOne() {
  QueuedFinalizer* q = next();
  // From here on these variables keep alive what is needed during the call.
  Closure fn = q->fn;
  void* object = q->object;
  delete q;
  RootRange bound(fn.self, fn.size);
  fn.run(fn.self, object);
  if (fn.drop != nullptr) fn.drop(fn.self);
}

// Overwrites what the last call left below: or it would stay there, for the collector to find, as
// long as this goroutine waits for the next.
[[gnu::noinline]] void wipe() {
  volatile char below[4096];
  for (volatile char& c : below) c = 0;
}

void runfinq(void* /*arg*/) {
  for (;;) {
    callOne();
    wipe();
  }
}

// The span of the object that starts at p. Throws if there is none.
Span* spanOfObject(void* p) {
  getg()->m->mcache->nlookup++;
  Span* s = spanOf(p);
  if (s == nullptr) throw_("runtime.SetFinalizer: pointer not in heap");
  if (s->object(s->indexOf(p)) != p) {
    throw_("runtime.SetFinalizer: pointer not at beginning of allocated block");
  }
  return s;
}

void startfing() {
  lock(&fin.lock);
  bool start = !fin.started;
  fin.started = true;
  unlock(&fin.lock);
  if (start) newproc({runfinq, nullptr, nullptr}, "runfinq");
}

}  // namespace

void setfinalizer(void* p, Closure f) {
  Span* s = spanOfObject(p);
  startfing();
  gcstate.nfinalizers++;
  auto* sp = new Special;
  sp->index = s->indexOf(p);
  sp->finalizer = f;
  if (!addspecial(s, sp)) throw_("runtime.SetFinalizer: finalizer already set");
}

void ClearFinalizer(void* p) {
  Span* s = spanOfObject(p);
  Special* sp = removespecial(s, s->indexOf(p), Special::kFinalizer);
  if (sp == nullptr) return;
  gcstate.nfinalizers--;
  sp->finalizer.drop(sp->finalizer.self);
  delete sp;
}

void queuefinalizer(void* object, const GCType* type, Closure fn) {
  gcstate.nfinalizers--;
  auto* q = new QueuedFinalizer{nullptr, object, type, fn};
  lock(&fin.lock);
  (fin.tail != nullptr ? fin.tail->next : fin.head) = q;
  fin.tail = q;
  fin.due = true;
  unlock(&fin.lock);
}

void wakefing() {
  if (!fin.due) return;
  lock(&fin.lock);
  G* gp = fin.parked;
  fin.parked = nullptr;
  unlock(&fin.lock);
  if (gp != nullptr) goready(gp);
}

void markqueuedfinalizers(GCWork* w) {
  for (QueuedFinalizer* q = fin.head; q != nullptr; q = q->next) {
    shade(q->object, w);
    auto* self = static_cast<const char*>(q->fn.self);
    scanconservative(self, self + q->fn.size, w);
  }
}

const QueuedFinalizer* queuedfinalizers() { return fin.head; }

void finalizersdestroy() {
  while (QueuedFinalizer* q = fin.head) {
    fin.head = q->next;
    if (q->fn.drop != nullptr) q->fn.drop(q->fn.self);
    delete q;
  }
  fin.tail = nullptr;
  fin.parked = nullptr;
  fin.started = false;
  fin.due = false;
}

}  // namespace standstill::rt
