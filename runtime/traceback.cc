#include "runtime/traceback.h"

#include <algorithm>
#include <charconv>

#include "runtime/callers.h"
#include "runtime/gmp.h"
#include "runtime/sched.h"
#include "runtime/symbols.h"

namespace standstill::rt {

namespace {

const char* statusText(uint32_t status, const char* waitreason) {
  switch (status) {
    case Gidle:
      return "idle";
    case Grunnable:
      return "runnable";
    case Grunning:
      return "running";
    case Gsyscall:
      return "syscall";
    case Gwaiting:
      return waitreason[0] != '\0' ? waitreason : "waiting";
    case Gdead:
      return "dead";
    default:
      return "???";
  }
}

void printframe(TextBuf* out, const SourceFrame& frame) {
  out->print(frame.function);
  out->print("\n");
  if (frame.line == 0) return;
  out->print("\t");
  out->print(frame.file);
  out->print(":");
  out->print(int64_t{frame.line});
  out->print("\n");
}

// As many as the original shows.
constexpr int kMaxFrames = 100;

// Says whether there was anything to show.
bool printframes(TextBuf* out, G* gp) {
  if (!canSymbolize()) return false;
  uintptr_t pc[kMaxFrames + 1];
  int n = gcallers(gp, pc, kMaxFrames + 1);
  bool any = false;
  for (int i = 0; i < std::min(n, kMaxFrames); i++) {
    for (const SourceFrame& frame : symbolize(pc[i] - 1)) {
      if (frame.ofRuntime) continue;
      printframe(out, frame);
      any = true;
    }
  }
  if (n > kMaxFrames) out->print("...additional frames elided...\n");
  return any;
}

}  // namespace

void TextBuf::print(std::string_view s) {
  size_t n = std::min(s.size(), cap_ - len_);
  std::copy_n(s.data(), n, buf_ + len_);
  len_ += n;
}

void TextBuf::print(int64_t n) {
  char digits[24] = {};
  auto end = std::to_chars(digits, digits + sizeof(digits), n).ptr;
  print(std::string_view(digits, static_cast<size_t>(end - digits)));
}

void goroutineheader(TextBuf* out, G* gp) {
  out->print("goroutine ");
  out->print(gp->goid);
  out->print(" [");
  out->print(statusText(gp->status, gp->waitreason));
  out->print("]:\n");
}

void traceback(TextBuf* out, G* gp) {
  if (!printframes(out, gp)) {
    out->print(gp->name);
    out->print("()\n");
  }
  if (gp->goid == 1) return;
  out->print("created by ");
  out->print(gp->creator);
  out->print("\n");
}

void tracebackothers(TextBuf* out, G* me) {
  for (G* gp : allgs) {
    if (gp == me || gp->status == Gdead) continue;
    out->print("\n");
    goroutineheader(out, gp);
    traceback(out, gp);
  }
}

}  // namespace standstill::rt
