#include "runtime/panic.h"

#include <unistd.h>

#include "runtime/getg.h"
#include "runtime/os.h"
#include "runtime/preempt.h"
#include "runtime/sched.h"
#include "runtime/traceback.h"

namespace standstill::rt {

namespace {

constexpr int kExitStatus = 2;
constexpr int kExitStatusAgain = 3;  // died while dying

// One write, so that the lines of two threads that die together do not mix.
void writeLine(const char* what, const char* text) {
  char line[256];
  TextBuf out(line, sizeof line - 1);
  out.print(what);
  out.print(text);
  line[out.size()] = '\n';
  writeall(2, line, out.size() + 1);
}

// One goroutine's stack. Only the first thread to die comes here, so the text may be static: there
// may be little room on the stack.
void dumpgoroutine(G* gp, G* me) {
  static char text[4096];
  TextBuf out(text, sizeof text);
  out.print("\n");
  goroutineheader(&out, gp);
  if (gp != me && gp->status == Grunning) {
    out.print("\tgoroutine running on other thread; stack unavailable\n");
  } else {
    traceback(&out, gp);
  }
  writeall(2, text, out.size());
}

// This M's goroutine first, if it has one, then the others.
void dumpgoroutines(M* mp) {
  G* me = mp->curg;
  if (me != nullptr) dumpgoroutine(me, me);
  // Whoever holds the lock may be frozen, or be this thread itself. Then do without.
  if (!trylock(&allglock)) return;
  for (G* gp : allgs) {
    if (gp != me && gp->status != Gdead && !gp->system) dumpgoroutine(gp, me);
  }
  unlock(&allglock);
}

// Waits until the thread that died first has written what it has to say.
[[noreturn]] void waitForTheEnd() {
  static std::atomic<uint32_t> never{0};
  for (;;) futexsleep(&never, 0, -1);
}

// The second half of a death.
[[noreturn]] void die() {
  G* gp = getg();
  if (gp == nullptr) _exit(kExitStatus);  // outside a run
  if (gp->m->dying) _exit(kExitStatusAgain);
  gp->m->dying = true;
  if (sched.panicking.exchange(true)) waitForTheEnd();
  freezetheworld();
  dumpgoroutines(gp->m);
  _exit(kExitStatus);
}

}  // namespace

void throw_(const char* text) {
  writeLine("fatal error: ", text);
  die();
}

void gopanic(const char* text) {
  writeLine("panic: ", text);
  G* gp = getg();
  M* mp = gp->m;
  if (mp->curg != gp) throw_("panic on system stack");
  if (mp->mallocing != 0) throw_("panic during malloc");
  if (mp->preemptoff[0] != '\0') {
    writeLine("preempt off reason: ", mp->preemptoff);
    throw_("panic during preemptoff");
  }
  if (mp->locks != 0) throw_("panic holding locks");
  die();
}

void freezetheworld() {
  // The request is repeated: it is best-effort, and an M that is just about to start a goroutine
  // does not see it.
  for (int i = 0; i < 5; i++) {
    sched.stopwait = kFreezeStopWait;
    sched.gcwaiting = true;
    if (!preemptall()) break;
    usleep(1000);
  }
  usleep(1000);
  preemptall();
  usleep(1000);
}

}  // namespace standstill::rt
