// Text about goroutines, as Stack prints it. (facts 6.3)
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace standstill::rt {

struct G;

// A text buffer of fixed size. What does not fit is cut off.
class TextBuf {
 public:
  TextBuf(char* buf, size_t cap) : buf_(buf), cap_(cap) {}
  void print(std::string_view s);
  void print(int64_t n);
  size_t size() const { return len_; }

 private:
  char* buf_;
  size_t cap_;
  size_t len_ = 0;
};

// "goroutine ID [STATUS]:", where a waiting goroutine's status is what it waits for.
void goroutineheader(TextBuf* out, G* gp);

// The frames, each with its function, and its file and line where they are known; those of the
// runtime are hidden unless nothing else would show. Without a symbolizer (symbols.h) the start
// function only. Then, except for goroutine 1, who created it.
// REQUIRES for this and the next: gp does not run, or it is the caller.
void traceback(TextBuf* out, G* gp);

// Header and frames of every goroutine but me, in order of creation of their Gs, each after an
// empty line. REQUIRES: the world is stopped.
void tracebackothers(TextBuf* out, G* me);

}  // namespace standstill::rt
