// Channels: values passed between goroutines in order, with room for some on the way or for none.
//
//   Chan<int> c(10);
//   go([&] { for (int i = 0; i < 100; i++) c.send(i); c.close(); }, "producer");
//   while (std::optional<int> v = c.recv()) use(*v);
//
// Everything about a channel is under its lock. At any time:
//   1. Senders wait only while the buffer is full (it always is when it has no room at all), and
//      receivers only while it is empty. So never both, and in a closed channel nobody waits.
//   2. A waiting goroutine's Sudog points to its value, or to where it wants one. Whoever takes it
//      off the queue has passed that value on before it wakes the goroutine: there is no second
//      try, as there is with semaphores.
// Values are moved under the lock: moving a T must not block. A channel must outlive the calls in
// progress on it. (tests: tests/runtime/chan_test.cc)
#pragma once

#include <cstddef>
#include <cstring>
#include <new>
#include <optional>
#include <type_traits>
#include <utility>
#include <vector>

#include "runtime/lock.h"
#include "runtime/mroot.h"
#include "runtime/panic.h"
#include "runtime/proc.h"

namespace standstill::rt {

// The part of a channel that does not depend on the type of its values.
class ChanCore {
 protected:
  // Goroutines that wait, first come first.
  struct WaitQueue {
    Sudog* first = nullptr;
    Sudog* last = nullptr;
    void enqueue(Sudog* s);
    Sudog* dequeue();  // null when there is none
  };

  // Queues the running goroutine with its slot, drops the lock and parks. Says whether a value was
  // passed; false: the channel was closed instead. REQUIRES: lock_ held.
  bool wait(WaitQueue* q, void* slot, const char* reason, TraceEv ev);

  // Drops the lock and wakes s, which is off its queue and whose value was passed.
  void passed(Sudog* s);

  // Closes the channel and wakes everyone.
  void closeAndWake();

  Mutex lock_;
  // Under lock_.
  bool closed_ = false;
  WaitQueue senders_;
  WaitQueue receivers_;
};

template <typename T>
class Chan : private ChanCore {
 public:
  // With room for cap values that are sent and not yet received.
  explicit Chan(size_t cap = 0) : buf_(cap) {
    if constexpr (!std::is_arithmetic_v<T>) {
      if (cap > 0) root_.emplace(buf_.data(), cap * sizeof(buf_[0]));
    }
  }
  Chan(const Chan&) = delete;
  Chan& operator=(const Chan&) = delete;

  // Sends v; waits until there is room for it or somebody who takes it. Panics "send on closed
  // channel", also if the channel is closed meanwhile. REQUIRES: on a goroutine, no locks held.
  void send(T v) {
    lock(&lock_);
    if (deliver(&v)) return;
    if (!wait(&senders_, &v, "chan send", TraceEv::GoBlockSend)) gopanic("send on closed channel");
  }

  // Sends v if that needs no waiting. Says whether it did; panics as send does.
  bool trySend(T v) {
    lock(&lock_);
    if (deliver(&v)) return true;
    unlock(&lock_);
    return false;
  }

  // The next value; waits until there is one. Empty when the channel is closed and all that was
  // sent has been received. REQUIRES: as for send.
  std::optional<T> recv() {
    std::optional<T> v;
    lock(&lock_);
    if (count_ > 0) {
      v = pop();
      if (Sudog* s = senders_.dequeue()) {
        push(std::move(*static_cast<T*>(s->data)));
        passed(s);
      } else {
        unlock(&lock_);
      }
    } else if (Sudog* s = senders_.dequeue()) {
      v.emplace(std::move(*static_cast<T*>(s->data)));
      passed(s);
    } else if (closed_) {
      unlock(&lock_);
    } else {
      wait(&receivers_, &v, "chan receive", TraceEv::GoBlockRecv);
    }
    return v;
  }

  // Declares that nothing will be sent any more. Panics "close of closed channel".
  void close() { closeAndWake(); }

  // How many values are in the buffer now, and how many there is room for.
  size_t len() {
    lock(&lock_);
    size_t n = count_;
    unlock(&lock_);
    return n;
  }
  size_t cap() const { return buf_.size(); }

 private:
  // Passes *v on and drops the lock, if that needs no waiting; says whether it did. Panics if the
  // channel is closed. REQUIRES: lock_ held.
  bool deliver(T* v) {
    if (closed_) {
      unlock(&lock_);
      gopanic("send on closed channel");
    }
    if (Sudog* s = receivers_.dequeue()) {
      static_cast<std::optional<T>*>(s->data)->emplace(std::move(*v));
      passed(s);
      return true;
    }
    if (count_ == buf_.size()) return false;
    push(std::move(*v));
    unlock(&lock_);
    return true;
  }

  // REQUIRES for both: lock_ held, and there is room, or something.
  void push(T v) {
    buf_[(head_ + count_) % buf_.size()].emplace(std::move(v));
    count_++;
  }
  std::optional<T> pop() {
    std::optional<T>* slot = &buf_[head_];
    std::optional<T> v = std::move(*slot);
    // Nothing may be left in the bytes: the collector would take it for a pointer.
    slot->~optional();
    std::memset(static_cast<void*>(slot), 0, sizeof *slot);
    new (slot) std::optional<T>;
    head_ = (head_ + 1) % buf_.size();
    count_--;
    return v;
  }

  // Under lock_: a ring of count_ values, the oldest at head_.
  std::vector<std::optional<T>> buf_;
  std::optional<RootRange> root_;  // of buf_: values on the way keep objects alive
  size_t head_ = 0;
  size_t count_ = 0;
};

// The same through a pointer, where null is a channel that was never made: nobody will ever be at
// its other end. To send to it or to receive from it is to wait for ever, to close it is a mistake.
template <typename T>
void chansend(Chan<T>* c, T v) {
  if (c == nullptr) gopark(nullptr, nullptr, "chan send (nil chan)", TraceEv::GoStop);
  c->send(std::move(v));
}

template <typename T>
std::optional<T> chanrecv(Chan<T>* c) {
  if (c == nullptr) gopark(nullptr, nullptr, "chan receive (nil chan)", TraceEv::GoStop);
  return c->recv();
}

// Panics "close of nil channel".
template <typename T>
void chanclose(Chan<T>* c) {
  if (c == nullptr) gopanic("close of nil channel");
  c->close();
}

}  // namespace standstill::rt
