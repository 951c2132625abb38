// Text about goroutines, as Stack prints it. (facts 6.3)
#pragma once

#include <cstddef>
#include <cstdint>

namespace standstill::rt {

struct G;

// A text buffer of fixed size. What does not fit is cut off.
class TextBuf {
 public:
  TextBuf(char* buf, size_t cap) : buf_(buf), cap_(cap) {}
  void print(const char* s);
  void print(int64_t n);
  size_t size() const { return len_; }

 private:
  void put(char c) {
    if (len_ < cap_) buf_[len_++] = c;
  }
  char* buf_;
  size_t cap_;
  size_t len_ = 0;
};

// "goroutine ID [STATUS]:", where a waiting goroutine's status is what it waits for.
void goroutineheader(TextBuf* out, G* gp);

// The frames: for now the start function only. Then, except for goroutine 1, who created it.
// REQUIRES for this and the next: gp does not run, or it is the caller.
void traceback(TextBuf* out, G* gp);

// Header and frames of every goroutine but me, in order of creation of their Gs, each after an
// empty line. REQUIRES: the world is stopped.
void tracebackothers(TextBuf* out, G* me);

}  // namespace standstill::rt
