#include "proc1.h"
#include "stop_the_world.h"

#include "runtime/api.h"
#include "runtime/getg.h"
#include "runtime/profile.h"
#include "runtime/sched.h"
#include "runtime/sema.h"
#include "runtime/switch.h"
#include "runtime/traceback.h"

namespace standstill::rt {

int GoroutineProfile(StackRecord* p, int len, bool* ok) {
  *ok = false;
  int n = NumGoroutine();
  if (n <= len) {
    G* gp = getg();
    stopTheWorld("profile");

    // There may be more by now: then the caller has to come again.
    n = NumGoroutine();
    if (n <= len) {
      *ok = true;
      StackRecord* r = p;
      saveg(gp, r++);
      for (G* other : allgs) {
        if (other == gp || other->status == Gdead) {
          continue;
        }
        saveg(other, r++);
      }
    }

    startTheWorld();
  }

  return n;
}

size_t Stack(char* buf, size_t len, bool all) {
  if (all) {
    stopTheWorld("stack trace");
  }

  size_t n = 0;
  if (len > 0) {
    G* gp = getg();
    systemstack([&] {
      TextBuf out(buf, len);
      goroutineheader(&out, gp);
      traceback(&out, gp);
      if (all) {
        tracebackothers(&out, gp);
      }
      n = out.size();
    });
  }

  if (all) {
    startTheWorld();
  }
  return n;
}

}  // namespace standstill::rt
