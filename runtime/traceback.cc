#include "runtime/traceback.h"

#include <charconv>

#include "runtime/gmp.h"
#include "runtime/sched.h"

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

}  // namespace

void TextBuf::print(const char* s) {
  while (*s != '\0') put(*s++);
}

void TextBuf::print(int64_t n) {
  char digits[24] = {};
  auto end = std::to_chars(digits, digits + sizeof(digits), n).ptr;
  for (const char* p = digits; p < end; p++) put(*p);
}

void goroutineheader(TextBuf* out, G* gp) {
  out->print("goroutine ");
  out->print(gp->goid);
  out->print(" [");
  out->print(statusText(gp->status, gp->waitreason));
  out->print("]:\n");
}

void traceback(TextBuf* out, G* gp) {
  out->print(gp->name);
  out->print("()\n");
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
