// Roots: memory outside the heap in which pointers to objects are looked for.
#pragma once

#include <cstddef>
#include <functional>
#include <type_traits>

#include "runtime/mbarrier.h"

namespace standstill::rt {

// One place where the collector looks. It is known from construction to destruction: for variables
// with static storage that is before and after any run.
class RootNode {
 public:
  RootNode(const RootNode&) = delete;
  RootNode& operator=(const RootNode&) = delete;

  // exact: [p, p+size) holds pointers that are written through the barrier; the collector may look
  // there before this returns. Otherwise any word in it that looks like a pointer is one; it is
  // looked at with the world stopped only.
  RootNode(void* p, size_t size, bool exact);
  ~RootNode();

 private:
  friend void forEachRoot(const std::function<void(void* p, size_t size, bool exact)>& fn);
  friend void forgetRoots(const void* lo, const void* hi);
  friend void clearRoots();
  void unlink();
  void* p_;
  size_t size_;
  bool exact_;
  RootNode* next_;
  RootNode* prev_;
};

// A variable that keeps an object alive, wherever the variable is. Null again when the run ends.
//
//   Root<Node> theTree;                 // a static variable, or a member of a class of yours
//   theTree = New<Node>();
template <typename T>
class Root {
 public:
  Root(T* p = nullptr) : slot_(p) {}
  Root& operator=(T* p) {
    slot_ = p;
    return *this;
  }
  T* get() const { return slot_.get(); }
  T* operator->() const { return get(); }
  T& operator*() const { return *get(); }
  operator T*() const { return get(); }  // NOLINT: stands for a T*

 private:
  Ptr<T> slot_;  // before node_: whoever marks beside us must not find what lay there before
  RootNode node_{&slot_, sizeof slot_, true};
};

// A range of memory of your own in which pointers to objects may be, as long as this lives. Nothing
// need be done to write there, as long as the writer is on a goroutine and not in a syscall.
class RootRange : RootNode {
 public:
  RootRange(void* p, size_t size) : RootNode(p, size, false) {}
};

// For the collector.
void forEachRoot(const std::function<void(void* p, size_t size, bool exact)>& fn);

// Forgets the roots in [lo, hi), the stack of a goroutine that will never end.
void forgetRoots(const void* lo, const void* hi);

// Makes all exact roots null. REQUIRES: no run is in progress.
void clearRoots();

}  // namespace standstill::rt
